"""Show a passage to an encoder with every name masked, so that nothing is learnt about a name."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.folding import Folded, fold
from analysis.meaning import Answered, Mention, Passage, Target, Via
from analysis.phrases import word_set
from analysis.words import IN_TAGS, cut
from contest.reading import Span

SLOTS = 12
"""How many targets one text can be read towards at once."""
MARKS = tuple(f"[unused{number}]" for number in range(1, SLOTS + 1))
"""The tokens that stand for the targets: the first named is the first mark, whoever it is."""
_BREAK = " [SEP] "
_KINDS = {"camp": "", "official": " official", "party": " party", "account": " user"}
_LONGEST_ANSWERED = 200
_FACT = "fact"
"""What stands in a speaker's place before a fact."""
_ODDITY = re.compile(
    r"(?P<link>https?://\S+|www\.\S+)"
    r"|(?P<handle>@\w[\w.@-]*)"
    r"|(?P<tag>#\w+)"
    r"|(?P<mark>[\[\]])"
    r"|(?P<sign>[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]+)"
)
_HALF = re.compile("[\ud800-\udfff]")
"""Half a surrogate pair, which is no character and which no tokenizer takes."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a masked text: it stands at `start` there, at `span` in the original."""

    start: int
    span: Span
    copied: bool
    """Whether the characters are the original's, one for one."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A passage as an encoder reads it.

    `text` is the header (the marks of targets that the words do not name, then what is answered),
    a break, and the passage's own words from character `body` on. `slots[i]` is whom `MARKS[i]`
    stands for. `pieces` tell where the body's characters come from, in characters of the
    passage's text.
    """

    text: str
    body: int
    slots: tuple[Target, ...]
    pieces: tuple[Piece, ...]

    def span(self, start: int, end: int) -> Span | None:
        """Where the body's `[start, end)` stands in the passage's text; None for the header."""
        if start < self.body or end <= start or not self.pieces:
            return None
        first = self.pieces[bisect_right(self.pieces, start, key=_beginning) - 1]
        last = self.pieces[bisect_left(self.pieces, end, key=_beginning) - 1]
        begins = first.span[0] + (start - first.start if first.copied else 0)
        ends = last.span[0] + (end - last.start) if last.copied else last.span[1]
        return (begins, ends) if begins < ends else None


def masked(passage: Passage, *, also: Sequence[Target] = (), names: bool = False) -> Masked:
    """Mask a passage; linear in its length.

    Slots go by the order of first appearance, what is answered first; `also` are targets to
    be read towards though nothing names them. With `names`, each mark stands beside the name
    instead of in its place (for public stance data, never for a contest).
    """
    answered = passage.answered
    named = passage.mentions
    if passage.possible:
        named = tuple(sorted((*named, *passage.possible), key=_place))
    slots = _slots(passage, named, also)
    numbers = {target: place for place, target in enumerate(slots)}
    said = _said(answered, numbers) if answered is not None else ""
    shown = list(_parts(passage.words.folded, named, numbers, names=names))
    own = "".join(text for text, *_ in shown)
    listed = [
        MARKS[place] + (f" {target.id}" if names else _KINDS[target.kind])
        for place, target in enumerate(slots)
        if target.kind != "camp" or (MARKS[place] not in said and MARKS[place] not in own)
    ]
    header = " ".join([*listed, said] if said else listed)
    opening = header + _BREAK if header else ""
    text = _HALF.sub("?", opening + own)
    return Masked(text, len(opening), slots, tuple(_pieces(shown, len(opening))))


def _pieces(shown: Iterable[tuple[str, Span, bool]], body: int) -> Iterator[Piece]:
    at = body
    for text, span, copied in shown:
        yield Piece(at, span, copied)
        at += len(text)


def _slots(
    passage: Passage, named: Sequence[Mention], also: Sequence[Target]
) -> tuple[Target, ...]:
    answered = passage.answered
    spoken: list[Target] = []
    if answered is not None:
        spoken += [answered.speaker] if answered.speaker else []
        spoken += [mention.target for mention in answered.mentions]
    spoken += [mention.target for mention in named]
    spoken += [passage.about] if passage.about else []
    return tuple(dict.fromkeys((*spoken, *also)))[:SLOTS]


def _said(answered: Answered, numbers: dict[Target, int]) -> str:
    speaker = MARKS[numbers[answered.speaker]] if answered.speaker in numbers else "user"
    speaker = _FACT if answered.is_fact else speaker
    text = "".join(t for t, *_ in _parts(answered.words.folded, answered.mentions, numbers))
    return f"{speaker} : {text[:_LONGEST_ANSWERED]}"


def _parts(
    folded: Folded,
    mentions: Iterable[Mention],
    numbers: dict[Target, int],
    *,
    names: bool = False,
) -> Iterator[tuple[str, Span, bool]]:
    """The masked text in order: what is shown, the original's span, whether it was copied."""
    at = 0
    for mention in mentions:
        if mention.via in ("reply", "pronoun") or mention.target not in numbers:
            continue
        start, end = _folded_span(folded, mention.start, mention.end)
        if start < at:
            continue
        yield from _plain(folded, at, start)
        written, mark = folded.plain[start:end], MARKS[numbers[mention.target]]
        shown = f" {mark} {written.lstrip('@')}" if names else _mark(written, mention, mark)
        yield shown, (mention.start, mention.end), False
        at = end
    yield from _plain(folded, at, len(folded.plain))


def _mark(written: str, mention: Mention, mark: str) -> str:
    """A mention as the encoder sees it; a hashtag keeps what it adds to the name."""
    tail = "'s" if mention.owning and written.lower().endswith("'s") else ""
    if mention.via == "slogan":
        return f" # {mark} "
    if mention.via == "hashtag":
        before, after = _affixes(written.lstrip("#").lower())
        return f" #{before} {mark} {after}".rstrip() + " "
    team = "" if mention.person or mention.target.kind != "camp" else "team "
    return f" {team}{mark}{tail} " if mention.via == "handle" else f"{team}{mark}{tail}"


@lru_cache(maxsize=4096)
def _affixes(tag: str) -> tuple[str, str]:
    words = word_set("sets", "fond_tags") | word_set("sets", "hostile_tags")
    ranked = sorted(words, key=len, reverse=True)
    before = next((word for word in ranked if tag.startswith(word)), "")
    after = next((word for word in ranked if tag.endswith(word) and word != before), "")
    return before, after


def _folded_span(folded: Folded, start: int, end: int) -> Span:
    if folded.offsets is None:
        return start, end
    return bisect_left(folded.offsets, start), bisect_left(folded.offsets, end)


def _plain(folded: Folded, start: int, end: int) -> Iterator[tuple[str, Span, bool]]:
    """Words outside mentions: links and handles made alike, hashtags and pictures put in words."""
    at = start
    for match in _ODDITY.finditer(folded.plain, start, end):
        yield from _copied(folded, at, match.start())
        yield _in_words(match), folded.span(*match.span()), False
        at = match.end()
    yield from _copied(folded, at, end)


def _copied(folded: Folded, start: int, end: int) -> Iterator[tuple[str, Span, bool]]:
    if start >= end:
        return
    span = folded.span(start, end)
    yield folded.plain[start:end], span, span[1] - span[0] == end - start


def _in_words(match: re.Match[str]) -> str:
    written = match.group()
    kind = match.lastgroup
    if kind == "link":
        return "http"
    if kind == "handle":
        return "@user"
    if kind == "tag":
        return "# " + " ".join(IN_TAGS.findall(written)[:12]).lower()
    if kind == "mark":
        return "("
    return "".join(_named(sign) for sign in dict.fromkeys(written))[:120]


@lru_cache(maxsize=4096)
def _named(sign: str) -> str:
    """An emoji in words, as its Unicode name; nothing for skin tones and flags' letters."""
    name = unicodedata.name(sign, "").lower()
    if not name or "regional indicator" in name or "modifier" in name:
        return ""
    return f" {name} "


def _place(mention: Mention) -> int:
    return mention.start


def _beginning(piece: Piece) -> int:
    return piece.start


def named_passage(text: str, target: str, others: Iterable[str] = ()) -> Passage:
    """The passage of a text about a `target` known by its name alone, beside `others`.

    For labelled files of stance, where no roster says how people are called: each
    word of a name of four letters or more counts, in hashtags and handles too.
    """
    words = cut(text)
    found: list[Mention] = []
    for name in (target, *others):
        for match in _spellings(name).finditer(words.folded.plain):
            start, end = words.folded.span(*match.span(match.lastgroup or 0))
            owning = match.group().lower().endswith("'s")
            via: Via = "handle" if match.group().startswith("@") else "name"
            found.append(Mention(Target("camp", name), start, end, via, True, owning))
    found.sort(key=lambda mention: mention.start)
    return Passage(words, tuple(found), about=Target("camp", target))


@lru_cache(maxsize=4096)
def _spellings(name: str) -> re.Pattern[str]:
    """A name, or a long word of it: alone, somewhere in a hashtag, or in a handle (whole)."""
    folded = fold(name).lower.split()
    words = [word for word in folded if len(word) >= 4] if len(folded) < 4 else []
    spelt = [r"\s*".join(map(re.escape, folded)), *map(re.escape, words)]
    one = "|".join(spelt)
    # In a hashtag the name may stand anywhere, "#NeverTrump"; elsewhere it is a word of its own.
    return re.compile(
        rf"(?P<name>@\w*(?:{one})\w*|\b(?:{one})(?:'s)?\b)|#\w*?(?P<inner>{one})\w*", re.IGNORECASE
    )
