"""Find where a text speaks of a camp, an official, a rival party or an account. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from analysis.folding import fold
from analysis.meaning import Answered, Mention, Passage, Target, Via
from analysis.phrases import word_set
from analysis.words import Words, cut
from contest.contest import Account, Camp, Contest, bare
from contest.post import Context, Post

OFFICIAL_ROLES = frozenset(("staff", "returning_officer"))
OFFICIALS = Target("official", "")
_OFFICIALS_AS_A_BODY = (
    "returning officer", "deputy returning officer", "the ro", "ro's office", "hq", "head office",
    "election officials", "party officials", "party staff", "scrutineers", "count staff", "tellers",
)  # fmt: skip
_YOU = word_set("sets", "you")
_THEY = word_set("sets", "third_persons")
_PRONOUNS = _YOU | _THEY
_LISTING = frozenset((",", "and", "or", "&", ":", "vs", "v"))
_OWNERS = frozenset(("your", "yer", "his", "hers"))
_JOINING = ("'", "-", "&", "_")
"""What holds two words together in one, such as a name and its "'s"."""
_BEGINNING = re.compile(r"\w+")
_TITLES = re.compile(
    r"^(?:cllr|dr|mr|mrs|ms|sir)\s+|\s+(?:mp|msp|ms|td)$|\s*\(.*\)$", re.IGNORECASE
)
_TAG_AFFIXES = word_set("sets", "fond_tags") | word_set("sets", "hostile_tags")


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name stands for; a `common` one is also an everyday word and needs a second cue.

    A name of somebody on the roster (`account`) stands for the camp that they
    speak for at the moment, not for `target`.
    """

    target: Target
    person: bool = True
    common: bool = False
    account: Account | None = None


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
        self._handles = _handles(contest)
        self._tags = _tags(contest)
        self._names = _names(contest)
        self._pattern = _pattern(self._names)
        self._beginnings = frozenset(_BEGINNING.findall(" ".join(self._names)))

    def passage(self, post: Post) -> Passage:
        """The post's text with all its mentions, and whom it is about where it names nobody."""
        words = cut(post.text)
        parent = post.parent if post.kind in ("reply", "quote") else None
        you = self._speaker(parent, post) if parent else None
        said = cut(parent.text) if parent else None
        above = [m for m in self._named(said, _Saying(post.said)) if m.certain] if said else []
        topic = _one_camp(above)
        saying = _Saying(post.said, post.platform, _full_handles(post.mentions))
        found = tuple(self._named(words, saying, above))
        named = tuple(mention for mention in found if mention.certain)
        mentions = tuple(_with_pronouns(words, named, you, topic))
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
        )

    def _speaker(self, parent: Context, post: Post) -> Mention | None:
        """Whom "you" means in an answer to `parent`; None where nobody knows who wrote it."""
        account = self._contest.account_of(parent.author, post.platform)
        if account is not None:
            return self._mention_of(account, post.said, 0, 0, "reply")
        handle = parent.author.handle or parent.author.id
        return Mention(Target("account", bare(handle)), 0, 0, "reply") if handle else None

    def _named(
        self, words: Words, saying: _Saying, above: list[Mention] | None = None
    ) -> Iterator[Mention]:
        """The mentions by name, handle and hashtag, in the text's order."""
        found = list(self._candidates(words, saying))
        certain = [mention for mention, name in found if not (name and name.common)]
        known = {mention.target for mention in (*certain, *(above or ()))}
        beside = len({mention.target for mention, _ in found if mention.target.kind == "camp"}) > 1
        for mention, name in found:
            if name is None or not name.common or _is_meant(words, mention, known, beside):
                known.add(mention.target)
                yield mention
            elif _may_be_meant(words, mention):
                yield replace(mention, certain=False)

    def _candidates(self, words: Words, saying: _Saying) -> Iterator[tuple[Mention, _Name | None]]:
        folded = words.folded
        if self._names_nobody(words):
            return
        for match in self._pattern.finditer(folded.lower):
            start, end = folded.span(*match.span())
            if match["handle"]:
                yield self._handle(match["handle"], saying, start, end), None
            elif match["tag"]:
                if target := self._tags.get(match["tag"]):
                    yield Mention(target, start, end, "hashtag"), None
            elif match["name"]:
                name = self._names[" ".join(match["name"].split())]
                owning = match.end() - match.start() > len(match["name"])
                yield self._by_name(name, saying.when, start, end, owning=owning), name

    def _by_name(
        self, name: _Name, when: datetime, start: int, end: int, *, owning: bool
    ) -> Mention:
        if name.account is None:
            return Mention(name.target, start, end, "name", name.person, owning)
        return replace(self._mention_of(name.account, when, start, end, "name"), owning=owning)

    def _names_nobody(self, words: Words) -> bool:
        """Whether nothing in a text could be a name: cheaper to see than to look for each."""
        lower = words.folded.lower
        if "@" in lower or "#" in lower or not self._beginnings.isdisjoint(words.words):
            return False
        joined = any(mark in lower for mark in _JOINING)
        return not joined or self._beginnings.isdisjoint(_BEGINNING.findall(lower))

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
        target = _target(account, when)
        person = target.kind != "camp" or _stands(self._contest, account)
        return Mention(target, start, end, via, person)


def _target(account: Account, when: datetime) -> Target:
    """Whom words at this account are at: its camp, the officials, or itself."""
    term = account.term_at(when)
    if term is not None and term.camp:
        return Target("camp", term.camp)
    if term is not None and term.role in OFFICIAL_ROLES:
        return Target("official", account.name)
    return Target("account", bare(account.handle))


def _stands(contest: Contest, account: Account) -> bool:
    return any(bare(camp.handle) == bare(account.handle) for camp in contest.camps)


def _one_camp(mentions: list[Mention]) -> Mention | None:
    """The camp that all of `mentions` mean, if it is one; as a person, if once as a person."""
    camps = {mention.target: mention for mention in mentions if mention.target.kind == "camp"}
    if len(camps) != 1:
        return None
    return max(mentions, key=lambda mention: (mention.target in camps, mention.person))


def _with_pronouns(
    words: Words, named: tuple[Mention, ...], you: Mention | None, topic: Mention | None
) -> Iterator[Mention]:
    """The named mentions, and the pronouns that stand for somebody.

    "You" in an answer is its author. "He" and "she" are whoever was named last,
    whatever their pronoun: a text with its names swapped must read the same.
    """
    if not named and you is None and topic is None:
        return
    last, waiting, behind = topic, list(reversed(named)), -1
    for place in [place for place, word in enumerate(words.words) if word in _PRONOUNS]:
        word = words.words[place]
        start, end = words.spans[place]
        while waiting and waiting[-1].start <= start:
            mention = waiting.pop()
            behind = mention.end
            last = mention if mention.target.kind in ("camp", "official") else last
            yield mention
        meant = _meant_by(word, you, last)
        if meant is None or start < behind or words.is_quoted(place):
            continue
        via: Via = "reply" if word in _YOU else "pronoun"
        yield replace(meant, start=start, end=end, via=via, owning=word in _OWNERS)
    yield from reversed(waiting)


def _meant_by(word: str, you: Mention | None, last: Mention | None) -> Mention | None:
    if word in _YOU:
        return you
    return last if word in _THEY else None


def _is_meant(words: Words, mention: Mention, known: set[Target], beside: bool) -> bool:
    """Whether an everyday word is here the person of that name: the second cue.

    A title or "vote" before it settles it, "energy" after it or "a" before it
    settles the opposite. Otherwise a capital inside a sentence is cue enough;
    at its start, or without a capital, other cues are needed.
    """
    first, last = words.at(mention.start), words.at(mention.end) - 1
    sentence = words.sentence_at(first)
    before = words.words[first - 1] if first > sentence[0] else ""
    after = words.words[last + 1] if last + 1 < sentence[1] else ""
    capital = words.folded.original[mention.start].isupper()
    if before in word_set("common", "titles"):
        return capital or words.is_lower
    if before in word_set("common", "before") or _is_thing(after, mention):
        return False
    if " ".join(words.words[last + 1 : last + 3]) in word_set("common", "idioms"):
        return False
    inside = first > sentence[0] and before not in ('"', ":") and not words.is_shouted
    if capital and inside:
        return True
    if after in word_set("common", "particles") or before in word_set("common", "articles"):
        return False
    return _has_cue(words, mention, before, after, known, beside, capital=capital)


def _may_be_meant(words: Words, mention: Mention) -> bool:
    """Whether an everyday word could be the person of that name: by its capital alone."""
    return words.folded.original[mention.start].isupper() or words.is_lower


def _is_thing(after: str, mention: Mention) -> bool:
    """Whether the next word makes it "green energy"; what somebody owns may well be that."""
    return after in word_set("common", "after") and not mention.owning


def _has_cue(
    words: Words,
    mention: Mention,
    before: str,
    after: str,
    known: set[Target],
    beside: bool,
    *,
    capital: bool,
) -> bool:
    """Whether, at the start of a sentence or without a capital, a person must be meant."""
    followed = after in word_set("common", "beside")
    led = before in word_set("common", "leading")
    if capital:
        listed = beside and (after in _LISTING or before in _LISTING)
        return mention.owning or led or followed or listed or mention.target in known
    return (words.is_lower and led and (followed or mention.target in known)) or (
        mention.owning and mention.target in known
    )


def _pattern(names: dict[str, _Name]) -> re.Pattern[str]:
    """One pattern for all: what stands in links and other handles is passed over."""
    spelt = (
        r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(
        r"(?:https?://|www\.)\S+"
        r"|(?P<handle>(?<![\w.])@\w[\w.-]*(?:@[\w.-]+\w)?)"
        r"|(?P<tag>#\w+)"
        rf"|(?<![\w@#./-])(?<!\w')(?P<name>{'|'.join(spelt) or '(?!)'})(?:'s)?(?![\w@-]|'\w)"
    )


def _names(contest: Contest) -> dict[str, _Name]:
    """Every name by which somebody is called, folded. One that means two camps means neither."""
    names: dict[str, _Name] = {}
    for camp in contest.camps:
        for spelling in {camp.name, *camp.aliases}:
            _add(names, spelling, Target("camp", camp.id), not _is_team(spelling, camp))
    for account in contest.accounts:
        name = _TITLES.sub("", account.name)
        spoke = any(term.camp for term in account.terms)
        if spoke and " " in name and not _stands(contest, account):
            theirs = _Name(Target("account", bare(account.handle)), account=account)
            names.setdefault(_key(name), theirs)
    for official in contest.officials:
        name = _TITLES.sub("", official)
        names.setdefault(_key(name), _Name(Target("official", name)))
    for body in _OFFICIALS_AS_A_BODY:
        names.setdefault(body, _Name(OFFICIALS))
    for party in contest.rival_parties:
        names.setdefault(_key(party), _Name(Target("party", party)))
        names.setdefault(_key(party.split()[0]), _Name(Target("party", party), common=True))
    return {key: name for key, name in names.items() if key and name.target.id != "?"}


def _add(names: dict[str, _Name], spelling: str, target: Target, person: bool) -> None:
    key = _key(spelling)
    name = _Name(target, person, common=key in word_set("common", "words"))
    if key in names and names[key].target != target:
        name = replace(name, target=Target("camp", "?"))
    names[key] = name


def _key(spelling: str) -> str:
    return " ".join(fold(spelling).lower.split())


def _is_team(spelling: str, camp: Camp) -> bool:
    return spelling.casefold().startswith("team ") or spelling.casefold().endswith(" team")


def _tags(contest: Contest) -> dict[str, Target]:
    """Hashtags, folded, with "#": the campaign's own, and a name with a usual affix."""
    tags: dict[str, Target] = {}
    for camp in contest.camps:
        target = Target("camp", camp.id)
        for spelling in {camp.name, *camp.aliases}:
            word = "".join(_key(spelling).split())
            tags |= {f"#{affix}{word}": target for affix in _TAG_AFFIXES}
            tags |= {f"#{word}{affix}": target for affix in _TAG_AFFIXES}
        tags["#" + "".join(_key(camp.name).split())] = target
    for camp in contest.camps:
        tags |= {_key(tag): Target("camp", camp.id) for tag in camp.hashtags}
    return tags


def _full_handles(mentioned: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """Handles as a text writes them, without their server, to what they stand for in full."""
    full: dict[str, frozenset[str]] = {}
    for handle in map(bare, mentioned):
        local, _, server = handle.partition("@")
        if local and server:
            full[local] = full.get(local, frozenset()) | {handle}
    return full


def _handles(contest: Contest) -> dict[str, Account]:
    handles = {bare(account.handle): account for account in contest.accounts}
    for account in contest.accounts:
        for home in account.homes.values():
            handles.setdefault(bare(home), account)
    return handles
