"""What a post in another language plainly says, by short word lists. Guesses at nothing else."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import chain, islice, takewhile
from typing import Any

import re2

from analysis.english import everyday
from analysis.folding import fold
from analysis.meaning import Cue, Mention, Odds, Passage, Sense, Target, Toward, weighed_targets
from analysis.phrases import split, word_set
from contest.reading import Span, Stance

FOUND = 0.7
"""How surely a list finds what it finds: enough to be looked at, not enough to ring."""
_AGAINST = Odds(0.7, 0.25, 0.05)
_FAVOUR = Odds(0.05, 0.25, 0.7)
_ANYHOW = frozenset(("threat", "agree", "object"))
"""What counts in a question too."""
_ASKS = frozenset(("ask", "support"))
_MOST = 20
"""How many places of one frame are looked at; people call names two or three times."""
_BEFORE = 6
"""How many words before a phrase may deny it or say that others say it."""
_FAR = 12
"""How many words before a phrase its sentence may open and still say whose words they are."""
_AGREEMENT = 14
"""Words up to which a reply that opens with agreement says nothing else."""
_OPENING = 4
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|\n")
_STOPS = {"?": "?", ":": ":", ".": ".", "!": ".", ";": ".", "\n": ".", "…": "."}
_ENDS = frozenset((".", "?"))
_BREAKS = _ENDS | {","}
_GAP = "((?: [^ .,:?@%]+ ){0,5}?)"
_PARTY_WORDS = frozenset(("party", "the", "of", "movement", "alliance", "league", "union"))
_HELD = frozenset(("'", "-"))
"""What holds words together: "l'an" is two words, as "peut-elle" is."""
_APOSTROPHES = frozenset("'‘’‚‛`´")
_JOINTS = str.maketrans("'-", "  ")
_SUBTAG = re.compile(r"[-_]")


# -- a text as frames are held beside it ---------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A text with each word between two blanks, a person's name as "@" and a party's as "%".

    `starts` is where each token begins in `text`, `spans` where it stands in the original;
    `named` maps the tokens that are names to whom they mean. `quoted` are the places in quotation
    marks, in the original; an apostrophe is none in these languages ("'S e ... a th' ann").
    """

    text: str
    tokens: Sequence[str]
    starts: Sequence[int]
    spans: Sequence[Span]
    named: Mapping[int, Target]
    quoted: Sequence[Span]

    @cached_property
    def asked(self) -> Sequence[bool]:
        """For each token, whether its sentence ends in a question mark."""
        asked, question = [False] * len(self.tokens), False
        for place in range(len(self.tokens) - 1, -1, -1):
            if self.tokens[place] in _ENDS:
                question = self.tokens[place] == "?"
            asked[place] = question
        return asked

    def at(self, position: int) -> int:
        """The first token at or after `position` of `text`."""
        return bisect_left(self.starts, position)

    def is_quoted(self, place: int) -> bool:
        """Whether a token stands in quotation marks: somebody else's."""
        start = self.spans[place][0]
        opened = bisect_right(self.quoted, start, key=lambda span: span[0]) - 1
        return opened >= 0 and start < self.quoted[opened][1]

    def opening(self, place: int) -> Sequence[str]:
        """The first two words of a token's sentence, where they are not far before it."""
        nearest = range(place - 1, max(-1, place - _FAR), -1)
        start = next((near + 1 for near in nearest if self.tokens[near] in _ENDS), None)
        if start is None and place >= _FAR:
            return ()
        return self.tokens[start or 0 : (start or 0) + 2]

    def before(self, place: int) -> Iterator[str]:
        """The few words before a token in its clause; what stands before a colon is among them."""
        nearest = reversed(self.tokens[max(0, place - _BEFORE) : place])
        return takewhile(lambda word: word not in _BREAKS, nearest)


def line(passage: Passage) -> Line:
    """The passage as a line; linear in its length."""
    folded = passage.words.folded
    names = iter(_names(passage))
    name = next(names, None)
    tokens: list[str] = []
    spans: list[Span] = []
    named: dict[int, Target] = {}
    for match in _TOKEN.finditer(folded.lower):
        if match[0] in _HELD:
            continue
        start, end = folded.span(*match.span())
        while name and name.end <= start:
            name = next(names, None)
        if name and name.start <= start:
            if tokens and named.get(len(tokens) - 1) == name.target and spans[-1][0] == name.start:
                continue
            named[len(tokens)] = name.target
            tokens.append("%" if name.target.kind == "party" else "@")
            spans.append((name.start, name.end))
        else:
            tokens.append(match[0] if match[0].isalnum() else _STOPS.get(match[0], ","))
            spans.append((start, end))
    starts, reached = [], 0
    for token in tokens:
        starts.append(reached)
        reached += len(token) + 2
    quoted = [span for span in passage.words.quoted if folded.original[span[0]] not in _APOSTROPHES]
    text = "".join(f" {token} " for token in tokens)
    return Line(text, tokens, starts, spans, named, quoted)


def _names(passage: Passage) -> list[Mention]:
    """The names of people and parties, in order; an English word with a capital is one here."""
    original = passage.words.folded.original
    perhaps = (m for m in passage.possible if original[m.start : m.start + 1].isupper())
    found = (m for m in passage.mentions if m.via not in ("reply", "pronoun"))
    theirs = (m for m in chain(found, perhaps) if m.target.kind != "account" and m.end > m.start)
    return sorted(theirs, key=lambda mention: mention.start)


# -- the lists -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    """A sentence's shape: what it does, and the pattern; `party` is whose name "%" stands for."""

    does: str
    pattern: Any
    party: Target | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A frame found in a line: tokens `first` to `last` (inclusive), and whom it is about."""

    does: str
    first: int
    last: int
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language. `marks` are words that tell it; `denials` take a phrase back.

    `contrasts` take back an agreement; `hearsay` opens a sentence of what others say; a name after
    `joints` is not who a sentence is about.
    `persons` are its words for he and she, `addressed` those for you.
    """

    code: str
    name: str
    marks: frozenset[str]
    denials: frozenset[str]
    contrasts: frozenset[str]
    hearsay: frozenset[str]
    joints: frozenset[str]
    persons: frozenset[str]
    addressed: frozenset[str]

    @property
    def doubt(self) -> str:
        """What has to be known first of whatever these lists find."""
        return (
            f"what it means to somebody who knows the language: it was read by a {self.name} "
            "word list"
        )


@cache
def tongue(code: str) -> Tongue:
    """The language of that code; KeyError where there are no lists of it."""
    written = _packaged()[code]
    lists = {name: frozenset(_spelt(phrases)) for name, phrases in written["lists"].items()}
    telling = {word for word in lists["insult"] | lists["ask"] if " " not in word}
    return Tongue(
        code=code,
        name=written["name"],
        marks=frozenset(_spelt(written["marks"])) | (telling - everyday()),
        denials=frozenset(_spelt(written["denials"])),
        contrasts=frozenset(_spelt(written["contrasts"])),
        hearsay=frozenset(_spelt(written["hearsay"])),
        joints=frozenset(_spelt(written["joints"])),
        persons=lists.get("he", frozenset()),
        addressed=lists.get("you", frozenset()),
    )


@cache
def _frames(code: str, rivals: tuple[str, ...]) -> tuple[Frame, ...]:
    """The frames of a language, with the rival parties' names in it."""
    written = _packaged()[code]
    changes = written.get("mutations", {})
    lists = {name: _spelt(phrases) for name, phrases in written["lists"].items()}
    for name in split(written.get("mutating", "")):
        lists[name] = [form for phrase in lists[name] for form in mutated(phrase, changes)]
    parties = [(rival, _translated(rival, code, changes)) for rival in rivals]
    return tuple(
        frame
        for does, shapes in written["frames"].items()
        for shape in shapes
        for frame in _framed(does, shape, lists, parties)
    )


def _spelt(phrases: str) -> list[str]:
    """The phrases of a list as a line spells them: folded, apostrophes between words."""
    return [" ".join(_TOKEN.findall(fold(p).lower.translate(_JOINTS))) for p in split(phrases)]


def mutated(phrase: str, changes: Mapping[str, str]) -> list[str]:
    """A phrase and what its first letters change to, as the Celtic languages do it.

    >>> mutated("cath", {"c": "g ngh", "ch": ""})
    ['cath', 'gath', 'nghath']
    """
    opening = max((o for o in changes if phrase.startswith(o)), key=len, default="")
    return [phrase, *(new + phrase[len(opening) :] for new in changes.get(opening, "").split())]


def _translated(party: str, code: str, changes: Mapping[str, str]) -> list[str]:
    """The forms of a party's one telling word in a language; none where it has several."""
    words = [word for word in _TOKEN.findall(fold(party).lower) if word not in _PARTY_WORDS]
    forms = _packaged()["nouns"].get(words[0], {}).get(code, "") if len(words) == 1 else ""
    return [new for form in _spelt(forms.replace("|", ",")) for new in mutated(form, changes)]


def _framed(
    does: str,
    shape: str,
    lists: Mapping[str, list[str]],
    parties: Sequence[tuple[str, list[str]]],
) -> Iterator[Frame]:
    """The frame; one a rival party where it speaks of one."""
    if "%" not in shape.split():
        yield Frame(does, _compiled(shape, lists))
        return
    for party, forms in parties:
        pattern = _compiled(shape, {**lists, "rival": forms})
        yield Frame(does, pattern, Target("party", party))


def _compiled(shape: str, lists: Mapping[str, list[str]]) -> Any:
    """A shape as a pattern of RE2, which takes time linear in the text."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile("".join(_piece(part, lists) for part in shape.split()), options)


def _piece(part: str, lists: Mapping[str, list[str]]) -> str:
    """One part of a shape, as the head of tongues.toml tells them."""
    if part == "*":
        return _GAP
    if part == "@":
        return " @ "
    if part == "%":
        translated = _any(lists["rival"])
        the, party = _any(lists["the"]), _any(lists["party"])
        return f"(?: % |(?:{the}){{0,2}}(?:{party}(?:{the}){{0,2}})?{translated})"
    if part == ">":
        return "(?:^| [.,:?] )"
    if part == "<":
        return "(?: [.,:?] |$)"
    stem = part.rstrip("?*")
    times = {"": "", "?": "?", "*": "{0,3}"}[part[len(stem) :]]
    words = lists[stem[1:-1]] if stem.startswith("{") else fold(stem).lower.split("|")
    return f"(?:{_any(words)}){times}"


def _any(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases; for none where there are none."""
    arms = ("".join(f" {re.escape(word)} " for word in phrase.split()) for phrase in phrases)
    return f"(?:{'|'.join(arms) or '[^ -~]^'})"


@cache
def _packaged() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("analysis").joinpath("tongues.toml").read_text("utf-8"))


# -- reading -------------------------------------------------------------------------------------


class Tongues:
    """Reads the posts of one contest in the languages of the lists.

    A language's lists are compiled when its first post comes.
    """

    def __init__(self, rivals: Iterable[str] = ()) -> None:
        self._rivals = tuple(rivals)

    def of(self, passage: Passage, language: str) -> Tongue | None:
        """The lists for a text that is not read as English; None where there are none.

        `language` is BCP 47, believed where it is one of them; of a text in a language that was
        not made out, or taken for a neighbour's, its commonest words tell.
        """
        primary = _SUBTAG.split(language.strip().casefold(), maxsplit=1)[0]
        told = self._told(passage) if primary in _UNSURE else ""
        code = told or primary
        return tongue(code) if code in _CODES else None

    def unnoticed(self, passage: Passage) -> tuple[Tongue, Sense] | None:
        """The sense of a short text without an English word that its platform declares none for.

        Only where the lists find something in it; else it stays with the English readers.
        """
        words = passage.words.words
        if len(words) > _SHORT or not _english().isdisjoint(words) or _marks().isdisjoint(words):
            return None
        code = self._told(passage, share=0.3)
        if not code:
            return None
        known = tongue(code)
        sense = self.sense(passage, known)
        said = sense.hostility.score or sense.acts or sense.vote_ask.score
        return (known, sense) if said else None

    def sense(self, passage: Passage, known: Tongue) -> Sense:
        """What the lists find in a passage; pure, and linear in its length."""
        text = line(passage)
        frames = _frames(known.code, self._rivals)
        return _sense(passage, text, tuple(_found(passage, text, known, frames)), known)

    def _told(self, passage: Passage, share: float = 0.15) -> str:
        """The language whose words stand alone at the top, with at least `share` of the words."""
        text = line(passage)
        words = [token for token in text.tokens if token.isalpha()]
        counted = {code: sum(map(tongue(code).marks.__contains__, words)) for code in _CODES}
        best = max(counted, key=lambda code: counted[code])
        alone = sum(count == counted[best] for count in counted.values()) == 1
        return best if alone and counted[best] >= max(1, share * len(words)) else ""


@cache
def _english() -> frozenset[str]:
    """The words that only English has; a short text with one of them is English."""
    return word_set("sets", "english") - {"he"}  # which every other sentence of Māori begins with


@cache
def _marks() -> frozenset[str]:
    """The words that tell any of the languages."""
    return frozenset(chain.from_iterable(tongue(code).marks for code in _CODES)) - everyday()


_CODES = ("fr", "cy", "mi", "es", "ga", "gd", "de", "pt")
_UNSURE = frozenset(("und", "ga", "gd", "pt", "es", "gl", "ca", "it", "br", "", "mul"))
"""Of these a few words cannot well be told from their neighbours'."""
_SHORT = 24


def _found(passage: Passage, text: Line, known: Tongue, frames: Iterable[Frame]) -> Iterator[Found]:
    """Every frame found that is said in earnest: not denied, reported, quoted or asked."""
    for frame in frames:
        for match in islice(frame.pattern.finditer(text.text), _MOST):
            first, last = text.at(match.start()), text.at(match.end()) - 1
            gaps = {word for gap in match.groups() if gap for word in gap.split()}
            if not gaps.isdisjoint(known.denials) or _taken_back(text, known, first):
                continue
            if text.asked[first] and frame.does not in _ANYHOW:
                continue
            target = _whom(passage, text, known, first, last, frame.party)
            yield Found(frame.does, first, last, target)


def _taken_back(text: Line, known: Tongue, first: int) -> bool:
    """Whether what begins there is denied, said by others, or is of a thing that has an owner."""
    owned = first in text.named and first > 0 and text.tokens[first - 1] in known.joints
    denied = any(token in known.denials for token in text.before(first))
    reported = not known.hearsay.isdisjoint(text.opening(first))
    return owned or denied or reported or text.is_quoted(first)


def _whom(
    passage: Passage, text: Line, known: Tongue, first: int, last: int, party: Target | None
) -> Target | None:
    """Who a frame is about: the name in it, whom "you" means, or the only one named so far."""
    inside = [text.named[place] for place in range(first, last + 1) if place in text.named]
    if inside or party:
        return inside[0] if inside else party
    said = frozenset(text.tokens[first : last + 1])
    if passage.addressed and passage.kind in ("reply", "quote") and said & known.addressed:
        return passage.addressed
    people = {target for target in text.named.values() if target.kind != "party"}
    if not people and passage.about and said & known.persons:
        return passage.about
    return next(iter(people)) if len(people) == 1 and min(text.named) < last else None


def _sense(passage: Passage, text: Line, found: Sequence[Found], known: Tongue) -> Sense:
    """What was found, as the blocks of rules take it."""
    attacks = [one for one in found if one.does == "attack" and one.target]
    asks = [one for one in found if one.does in _ASKS and one.target]
    threats = [one for one in found if one.does == "threat"]
    cues = {does: _cue(text, (o for o in found if o.does == does)) for does in _DOES}
    hostile = _cue(text, (*attacks, *threats))
    stance = _stance(passage, text, found, known)
    acts = {_DOES[does]: FOUND for does, cue in cues.items() if cue.score}
    if any(one.target and one.target.kind == "party" for one in asks):
        acts["rival party"] = FOUND
    if stance == "agrees":
        acts["adoption"] = FOUND
    asked = [one for one in found if one.does == "ask"]
    return Sense(
        toward=tuple(_toward(text, target, attacks, asks) for target in _targets(passage, found)),
        hostility=hostile,
        threat=cues["threat"],
        slur=cues["demeaning"],
        vote_ask=_cue(text, asked) if text.named else Cue(),
        process=cues["process"],
        stance=stance,
        acts=acts,
        doubt=known.doubt,
    )


_DOES = {
    "demeaning": "demeaning words", "threat": "threat", "private": "private life",
    "process": "criticism of the process",
}  # fmt: skip
"""What a frame does, by the acts of the encoder (`analysis.heads.ACTS`)."""


def _targets(passage: Passage, found: Iterable[Found]) -> tuple[Target, ...]:
    named = (mention.target for mention in passage.mentions if mention.certain)
    return weighed_targets((*named, *(one.target for one in found if one.target)))


def _toward(text: Line, target: Target, attacks: Iterable[Found], asks: Iterable[Found]) -> Toward:
    attack = _cue(text, (one for one in attacks if one.target == target))
    backed = _cue(text, (one for one in asks if one.target == target))
    if attack.score:
        return Toward(target, Cue(-FOUND, attack.spans), _AGAINST, attack)
    if backed.score:
        return Toward(target, Cue(FOUND, backed.spans), _FAVOUR, endorsement=backed)
    return Toward(target)


def _cue(text: Line, found: Iterable[Found]) -> Cue:
    spans = {(text.spans[one.first][0], text.spans[one.last][1]) for one in found}
    return Cue(FOUND, tuple(sorted(spans))) if spans else Cue()


def _stance(passage: Passage, text: Line, found: Sequence[Found], known: Tongue) -> Stance:
    """Plain agreement is short, comes first and takes nothing back; so it is with objection."""
    if passage.kind not in ("reply", "quote") or any(o.does in _GRAVE for o in found):
        return "asserts"
    opening = [o for o in found if o.first <= _OPENING]
    if any(one.does == "object" for one in opening):
        return "condemns"
    agreed = next((one for one in opening if one.does == "agree"), None)
    if agreed is None or len(text.tokens) > _AGREEMENT:
        return "asserts"
    rest = {*text.tokens[: agreed.first], *text.tokens[agreed.last + 1 :]}
    return "agrees" if rest.isdisjoint(known.denials | known.contrasts) else "asserts"


_GRAVE = frozenset(("attack", "threat", "demeaning", "private"))
