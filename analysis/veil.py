"""Show a post to an outsider without saying whose it is: roles in place of handles and candidates.

Of candidates in one place the question is the same, word for word. Never hides other names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from analysis.masking import Masked, Piece
from analysis.meaning import Mention
from analysis.mentions import Finder
from contest.contest import Contest
from contest.post import Author, Context, Post
from contest.reading import Span
from contest.text import shown_lines

_WRITTEN = frozenset(("name", "handle", "hashtag", "slogan"))
"""Ways in which a text itself names somebody."""
_OUTSIDE = re.compile(r"(?P<link>https?://\S+|www\.\S+)|(?<![\w@])@\w[\w.@-]*")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Veiled:
    """A post and what it answers, without handles and candidates' names.

    `post` and `parent` are the words; `author` and `parent_author` say in which role they were
    said. `masked` finds the original words behind those of `post`, in `original`.
    """

    post: str
    author: str
    masked: Masked
    original: str
    parent: str = ""
    parent_author: str = ""

    def behind(self, start: int, end: int) -> str:
        """The author's own words behind `[start, end)` of `post`; "" where there are none."""
        span = self.masked.span(start, end)
        return self.original[span[0] : span[1]] if span else ""


class Veil:
    """Veils the posts of one contest. Holds nothing that changes."""

    def __init__(self, contest: Contest) -> None:
        self._contest = contest
        self._finder = Finder(contest)

    def over(self, post: Post, window: Span) -> Veiled:
        """The post's words within `window` (in characters of its cleaned text), and its parent's.

        `post.text` and the parent's are to be cleaned (`cleaned`).
        """
        passage = self._finder.passage(post)
        answered = passage.answered
        above = answered.mentions if answered else ()
        speaks_for = self._speaks_for(post.author, post)
        letters = _letters(speaks_for, (*above, *passage.mentions))
        masked = _masked(post.text, passage.mentions, letters, window)
        parent = post.parent if answered else None
        return Veiled(
            masked.text,
            self._called(post.author, post, letters),
            masked,
            post.text,
            _masked(parent.text, above, letters, (0, LONGEST_PARENT)).text if parent else "",
            self._called(parent.author, post, letters) if parent else "",
        )

    def _called(self, author: Author, post: Post, letters: Mapping[str, str]) -> str:
        """The author by role and side."""
        account = self._contest.account_of(author, post.platform)
        term = account.term_at(post.said) if account else None
        if term is None:
            return "somebody with no role in the contest"
        role = f"an account in the role “{term.role.replace('_', ' ')}”"
        if not term.camp:
            return f"{role}, for no candidate"
        return f"{role}, on the side of {letters.get(term.camp, 'another candidate')}"

    def _speaks_for(self, author: Author, post: Post) -> str:
        account = self._contest.account_of(author, post.platform)
        term = account.term_at(post.said) if account else None
        return term.camp or "" if term else ""


LONGEST_PARENT = 1500
"""Characters of a parent that are shown."""


def cleaned(post: Post) -> Post:
    """The post and its parent as they can be shown: no escapes, no hidden characters."""
    return replace(
        post,
        text=shown_lines(post.text),
        reply_to=_cleaned(post.reply_to),
        quotes=_cleaned(post.quotes),
    )


def _cleaned(context: Context | None) -> Context | None:
    return replace(context, text=shown_lines(context.text)) if context else None


def _letters(speaks_for: str, mentions: Iterable[Mention]) -> dict[str, str]:
    """What each camp is called: the author's own first, then by the order of appearance."""
    camps = [mention.target.id for mention in mentions if mention.target.kind == "camp"]
    known = dict.fromkeys(([speaks_for] if speaks_for else []) + camps)
    return {camp: f"CANDIDATE {_letter(place)}" for place, camp in enumerate(known)}


def _letter(place: int) -> str:
    return _LETTERS[place] if place < len(_LETTERS) else str(place + 1)


def _masked(
    text: str, mentions: Iterable[Mention], letters: Mapping[str, str], window: Span
) -> Masked:
    parts = list(_parts(text, mentions, letters, window))
    pieces, at = [], 0
    for shown, span, copied in parts:
        pieces.append(Piece(at, span, copied))
        at += len(shown)
    return Masked("".join(shown for shown, *_ in parts), 0, (), tuple(pieces))


def _parts(
    text: str, mentions: Iterable[Mention], letters: Mapping[str, str], window: Span
) -> Iterator[tuple[str, Span, bool]]:
    """What is shown, in order: the words, where they stand in `text`, whether they are its own."""
    at, end = window[0], min(window[1], len(text))
    for mention in mentions:
        if not _is_replaced(mention) or mention.start < at or mention.end > end:
            continue
        yield from _plain(text, at, mention.start)
        yield _name(text, mention, letters), (mention.start, mention.end), False
        at = mention.end
    yield from _plain(text, at, end)


def _is_replaced(mention: Mention) -> bool:
    return mention.via in _WRITTEN and mention.target.kind == "camp"


def _name(text: str, mention: Mention, letters: Mapping[str, str]) -> str:
    called = letters[mention.target.id]
    if mention.via in {"hashtag", "slogan"}:
        return "#" + called.replace(" ", "")
    owned = "'s" if mention.owning and text[mention.start : mention.end].endswith("s") else ""
    return (called if mention.person else f"the team of {called}") + owned


def _plain(text: str, start: int, end: int) -> Iterator[tuple[str, Span, bool]]:
    """Words outside mentions, without the handles and addresses in them."""
    at = start
    for match in _OUTSIDE.finditer(text, start, end):
        if at < match.start():
            yield text[at : match.start()], (at, match.start()), True
        yield "[link]" if match["link"] else "@someone", match.span(), False
        at = match.end()
    if at < end:
        yield text[at:end], (at, end), True
