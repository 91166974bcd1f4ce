"""Find where a text speaks of a camp, an official, a rival party or an account. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from analysis.cues import Setting, Verdict, of_everyday_word, of_hint, of_plural
from analysis.english import known
from analysis.folding import Folded, fold
from analysis.joints import ACTING, OWNING, TAILS, has_namesake, is_plural, joint, quote_after
from analysis.meaning import Answered, Mention, Passage, Target, Via
from analysis.names import OFFICIAL_ROLES, Name, handles_of, names_of
from analysis.patterns import either
from analysis.phrases import word_set
from analysis.pronouns import with_pronouns
from analysis.spelling import SHORT, Spelling
from analysis.tags import Tags
from analysis.words import Words, cut
from contest.contest import Account, Contest, bare
from contest.post import Context, Post
from contest.reading import Span

_JOINING = ("'", "-", "&", "_")
"""What holds two words together in one, such as a name and its "'s"."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Found:
    """A mention, the name by which (None for a handle or a tag), and what is joined to it."""

    mention: Mention
    name: Name | None = None
    key: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class _Saying:
    """When and where a text was said, and the accounts that its platform says it mentions.

    `full` maps a handle as people write it to the accounts it may be there
    ("DenzilBrown" to "denzilbrown@parody.example"), all of them bare.
    """

    when: datetime
    platform: str = ""
    full: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Finder:
    """Finds the mentions of one contest. Compiled once, then only read."""

    def __init__(self, contest: Contest) -> None:
        self._contest = contest
        self._handles = handles_of(contest)
        self._standing = frozenset(bare(camp.handle) for camp in contest.camps)
        self._names = names_of(contest)
        self._tags = Tags(contest, self._names)
        self._spelling = Spelling(self._names, _roster_words(contest))
        self._pattern = _pattern(self._names)
        telling = {max(_WORD.findall(key) or [key], key=len) for key in self._names}
        self._telling = frozenset(telling | {word + "s" for word in telling})

    def passage(self, post: Post) -> Passage:
        """The post's text with all its mentions, and whom it is about where it names nobody."""
        words = cut(post.text)
        parent = post.parent if post.kind in ("reply", "quote") else None
        you = self._addressed(parent, post) if parent else None
        said = cut(parent.text) if parent else None
        above = [m for m in self._named(said, _Saying(post.said)) if m.certain] if said else []
        topic = _one_camp(above)
        saying = _Saying(post.said, post.platform, _full_handles(post.mentions))
        found = tuple(self._named(words, saying, above))
        named = tuple(mention for mention in found if mention.certain)
        mentions = tuple(with_pronouns(words, named, you, topic))
        about = topic or you
        return Passage(
            words,
            mentions,
            tuple(mention for mention in found if not mention.certain),
            post.kind,
            about=about.target if about else None,
            about_person=about is not None and about.person,
            addressed=you.target if you else None,
            answered=Answered(said, tuple(above), you.target if you else None) if said else None,
            rostered=self._contest.account_of(post.author, post.platform) is not None,
        )

    def _addressed(self, parent: Context, post: Post) -> Mention | None:
        """Whom "you" means in an answer to `parent`; None where nobody knows who wrote it.

        Among the camps' own people it is not certain that their camp is meant: they talk shop.
        """
        account = self._contest.account_of(parent.author, post.platform)
        if account is not None:
            mention = self._mention_of(account, post.said, 0, 0, "reply")
            return replace(mention, certain=not self._speaks_for_a_camp(post))
        handle = parent.author.handle or parent.author.id
        return Mention(Target("account", bare(handle)), 0, 0, "reply") if handle else None

    def _speaks_for_a_camp(self, post: Post) -> bool:
        account = self._contest.account_of(post.author, post.platform)
        term = account.term_at(post.said) if account else None
        return term is not None and bool(term.camp)

    def _named(
        self, words: Words, saying: _Saying, above: list[Mention] | None = None
    ) -> Iterator[Mention]:
        """The mentions by name, handle and hashtag, in the text's order."""
        found = self._candidates(words, saying)
        doubts = [_is_doubtful(words.folded, one) for one in found]
        if not any(doubts):
            yield from (one.mention for one in found)
            return
        named = {one.mention.target for one, doubt in zip(found, doubts, strict=True) if not doubt}
        named.update(mention.target for mention in above or ())
        spelt = {f.mention.target for f in found if f.mention.target.kind == "camp"}
        for one, doubt in zip(found, doubts, strict=True):
            said = _verdict(words, one, named, spelt) if doubt else Verdict.SURE
            if said is Verdict.SURE:
                named.add(one.mention.target)
                yield _as_meant(words, one)
            elif said is Verdict.PERHAPS:
                yield replace(_as_meant(words, one), certain=False)

    def _candidates(self, words: Words, saying: _Saying) -> list[_Found]:
        """Whatever is spelt like a name, in the text's order, none over another."""
        found = [] if self._names_nobody(words) else list(self._spelt(words, saying))
        slips = list(self._spelling.slips(words))
        if slips:
            found = _apart((*found, *self._slips(words, slips, found, saying)))
        return list(_joined(words.folded, found)) if len(found) > 1 else found

    def _spelt(self, words: Words, saying: _Saying) -> Iterator[_Found]:
        folded = words.folded
        for match in self._pattern.finditer(folded.lower):
            start, end = match.span()
            if match["handle"]:
                yield _Found(self._handle(match["handle"], saying, *folded.span(start, end)))
            elif match["tag"]:
                for target, (first, last), via in self._tags.targets(folded.plain[start:end]):
                    span = folded.span(start + first, start + last)
                    yield _Found(Mention(target, *span, via))
            elif match["name"]:
                yield from self._by_name(folded, match, saying.when)

    def _by_name(self, folded: Folded, match: re.Match[str], when: datetime) -> Iterator[_Found]:
        key = " ".join(match["name"].split())
        joined = joint(folded.lower, *match.span(), self._names)
        tail = match["tail"] or joined or quote_after(folded.lower, match.end())
        if joined is None or (tail == "s" and not is_plural(key)):
            return
        name = self._names[key]
        owning = tail in OWNING or tail == "s"
        end = match.end("name" if tail in ACTING else 0)
        mention = self._mention(name, when, folded.span(match.start(), end), owning=owning)
        yield _Found(mention, name, key, tail)

    def _mention(self, name: Name, when: datetime, span: Span, *, owning: bool) -> Mention:
        if name.account is None:
            return Mention(name.target, *span, "name", name.person, owning)
        target, person = self._meant(name.account, when)
        return Mention(target, *span, "name", person, owning)

    def _slips(
        self,
        words: Words,
        slips: Iterable[tuple[int, str]],
        found: Sequence[_Found],
        saying: _Saying,
    ) -> Iterator[_Found]:
        """Names spelt wrong; a short one only right after the same person's other name."""
        ends = {one.mention.end: one.mention.target for one in found}
        for place, key in slips:
            start, end = words.spans[place]
            name = self._names[key]
            if len(key) > SHORT or ends.get(start - 1) == name.target:
                owning = words.words[place].endswith("'s")
                mention = self._mention(name, saying.when, (start, end), owning=owning)
                yield _Found(mention, name, key)

    def _names_nobody(self, words: Words) -> bool:
        """Whether nothing in a text could be a name: cheaper to see than to look for each."""
        lower = words.folded.lower
        if "@" in lower or "#" in lower or not self._telling.isdisjoint(words.words):
            return False
        joined = any(mark in lower for mark in _JOINING)
        return not joined or self._telling.isdisjoint(_WORD.findall(lower))

    def _handle(self, written: str, saying: _Saying, start: int, end: int) -> Mention:
        handle = bare(written.rstrip(".-"))
        account = self._handles.get(handle)
        if full := saying.full.get(handle):
            handle = min(full)
            account = self._at_home(account, full, saying.platform)
        if account is None:
            return Mention(Target("account", handle), start, end, "handle")
        return self._mention_of(account, saying.when, start, end, "handle")

    def _at_home(
        self, account: Account | None, full: frozenset[str], platform: str
    ) -> Account | None:
        """The roster account that is at home there under one of these full handles."""
        homes = (self._handles.get(handle) for handle in sorted(full))
        return next(
            (a for a in (account, *homes) if a and bare(a.homes.get(platform, "")) in full), None
        )

    def _mention_of(
        self, account: Account, when: datetime, start: int, end: int, via: Via
    ) -> Mention:
        target, person = self._meant(account, when)
        return Mention(target, start, end, via, person)

    def _meant(self, account: Account, when: datetime) -> tuple[Target, bool]:
        """Whom words at this account are at then, and whether at somebody as a person."""
        target = _target(account, when)
        return target, target.kind != "camp" or bare(account.handle) in self._standing


def _target(account: Account, when: datetime) -> Target:
    """Whom words at this account are at: its camp, the officials, or itself."""
    term = account.term_at(when)
    if term is not None and term.camp:
        return Target("camp", term.camp)
    if term is not None and term.role in OFFICIAL_ROLES:
        return Target("official", account.name)
    return Target("account", bare(account.handle))


def _one_camp(mentions: list[Mention]) -> Mention | None:
    """The camp that all of `mentions` mean, if it is one; as a person, if once as a person."""
    camps = {mention.target: mention for mention in mentions if mention.target.kind == "camp"}
    if len(camps) != 1:
        return None
    return max(mentions, key=lambda mention: (mention.target in camps, mention.person))


def _verdict(words: Words, one: _Found, named: set[Target], spelt: set[Target]) -> Verdict:
    """Whether what is spelt like a name is one.

    `named` are those named for certain so far, or in what is answered; `spelt` all camps
    whose names the text may hold.
    """
    mention = one.mention
    first, last = words.at(mention.start), words.at(mention.end) - 1
    setting = Setting(
        words,
        one.key,
        first,
        last,
        capital=_has_capital(words, one),
        owning=mention.owning and one.tail != "s",
        acting=one.tail in ACTING,
        known=mention.target in named,
        others=(len(spelt - {mention.target}), len(spelt & named - {mention.target})),
    )
    if one.name is None or one.name.hint:
        return of_hint(setting)
    if one.tail == "s":
        return of_plural(setting, ordinary=one.key + "s" in known())
    said = of_everyday_word(setting) if one.name.common else Verdict.SURE
    namesake = said is Verdict.SURE and has_namesake(words.folded, mention.start, mention.end)
    return Verdict.PERHAPS if namesake else said


def _is_doubtful(folded: Folded, one: _Found) -> bool:
    """Whether what is spelt like a name may be something else, or another's."""
    name, mention = one.name, one.mention
    if name is None or " " in one.key:
        return name is not None and (name.common or name.hint)
    if name.common or name.hint or one.tail == "s":
        return True
    return has_namesake(folded, mention.start, mention.end)


def _as_meant(words: Words, one: _Found) -> Mention:
    """The mention; of "the Frosts", the people of a camp, who own nothing by their "s"."""
    first = words.at(one.mention.start) if one.tail == "s" else 0
    if first and words.words[first - 1] in word_set("common", "counts"):
        return replace(one.mention, person=False, owning=False)
    return one.mention


def _has_capital(words: Words, one: _Found) -> bool:
    """Whether the name proper has one: of "the Deputy", the second word."""
    skipped = 4 if one.key.startswith("the ") else 0
    return words.folded.original[one.mention.start + skipped].isupper()


def _apart(found: Iterable[_Found]) -> list[_Found]:
    """In the text's order; of two that overlap, the first."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: (one.mention.start, -one.mention.end)):
        if not kept or one.mention.start >= kept[-1].mention.end:
            kept.append(one)
    return kept


def _joined(folded: Folded, found: Iterable[_Found]) -> Iterator[_Found]:
    """The same, with a person's two names side by side made one mention."""
    last: _Found | None = None
    for one in found:
        if last is not None and _side_by_side(folded, last, one):
            name = last.name if last.name and not last.name.common else one.name
            whole = replace(one.mention, start=last.mention.start, person=True)
            last = _Found(whole, name, one.key, one.tail)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _side_by_side(folded: Folded, one: _Found, other: _Found) -> bool:
    if one.name is None or other.name is None or one.tail:
        return False
    if one.mention.target != other.mention.target or not (
        one.mention.person and other.mention.person
    ):
        return False
    return folded.original[one.mention.end : other.mention.start] == " "


def _pattern(names: Mapping[str, Name]) -> re.Pattern[str]:
    """One pattern for all: what stands in links and other handles is passed over."""
    return re.compile(
        r"(?:https?://|www\.)\S+"
        r"|(?P<handle>(?<![\w.])@\w[\w.-]*(?:@[\w.-]+\w)?)"
        r"|(?P<tag>#\w+)"
        rf"|(?<![\w@#.])(?<!\w')(?P<name>{either(names)})(?P<tail>{TAILS})?(?![\w@]|'\w)"
    )


def _roster_words(contest: Contest) -> Iterator[str]:
    """All words of the names of everybody on the roster, and the parties'."""
    people = [account.name for account in contest.accounts]
    for name in (*people, *contest.officials, *contest.rival_parties, contest.party):
        yield from _WORD.findall(fold(name).lower)


def _full_handles(mentioned: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Handles as a text writes them, without their server, to what they stand for in full."""
    full: dict[str, frozenset[str]] = {}
    for handle in map(bare, mentioned):
        local, _, server = handle.partition("@")
        if local and server:
            full[local] = full.get(local, frozenset()) | {handle}
    return full
