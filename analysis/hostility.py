"""Hostility towards people, by word lists; what is said of a plan is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.clauses import SHARED
from analysis.meaning import Cue, Target
from analysis.phrases import Hit, word_set
from analysis.weighing import Findings, cue, either

_SELF = frozenset(
    ("i", "i'm", "i've", "i'd", "i'll", "me", "my", "myself", "we", "we're", "we've", "am")
)
_OTHERS = frozenset(
    ("he", "she", "he's", "she's", "they", "they're", "you", "you're", "ye", "him", "her", "them")
)
_THIRD = _OTHERS - {"you"}
_RECEIVED = frozenset(("told", "received"))
_SPEAKER = frozenset(("i", "i'd", "i've"))
_HOSTILE = ("insult", "sneer", "accuse")
_BARE = 0.5
_TOLD = 0.35
_WALK = 40
"""How many words before a phrase may tell whose it is; keeps the reading of any text linear."""


@dataclass(frozen=True, slots=True)
class Blow:
    """A hostile phrase, how hard it is (0..1), and whom it is at (empty: nobody in sight)."""

    hit: Hit
    force: float
    at: tuple[Target, ...]


def blows(found: Findings) -> list[Blow]:
    """Every hostile phrase of the passage that is at somebody, or may be."""
    struck = [_blow(found, hit) for hit in found.of(*_HOSTILE)]
    return [blow for blow in struck if blow is not None]


def hostility(found: Findings, struck: list[Blow], threat: Cue) -> Cue:
    """How hostile the passage is towards people, menace included."""
    worst = [threat.score] if threat.score else []
    spans = {found.span(blow.hit) for blow in struck} | set(threat.spans)
    return Cue(either([*(blow.force for blow in struck), *worst]), tuple(sorted(spans)))


def attack_on(found: Findings, target: Target, struck: list[Blow], threat: Cue) -> Cue:
    """How far the passage attacks `target` as a person."""
    hits = [(blow.hit, blow.force) for blow in struck if target in blow.at]
    attack = cue(found, hits)
    if not threat.score:
        return attack
    menaced = any(target in found.about(hit) for hit in found.of("menace"))
    if not menaced:
        return attack
    spans = tuple(sorted({*attack.spans, *threat.spans}))
    return Cue(either([attack.score, threat.score]), spans)


def irony_at(found: Findings, target: Target) -> Cue:
    """Praise that its own text gives the lie to: "genius", beside what went wrong."""
    praise = [h for h in found.of("irony") if target in found.about(h) and not found.negated(h)]
    sour = [h for h in found.of("tone") if h.weight < 0 and target in found.about(h)]
    if not praise or not sour:
        return Cue()
    return Cue(0.5, tuple(found.span(hit) for hit in praise))


def threat(found: Findings) -> Cue:
    """Menace of harm to a person; idioms, quotation and reports of abuse received are none."""
    if "menace" not in found.hits:
        return Cue()
    idioms = {place for hit in found.of("idiom") for place in range(hit.first, hit.last + 1)}
    return cue(found, _menaces(found, idioms))


def _menaces(found: Findings, idioms: set[int]) -> Iterator[tuple[Hit, float]]:
    aimed = bool(found.passage.mentions) or found.passage.kind in ("reply", "quote")
    received = bool(found.of("condemn")) or found.holds((0, len(found.words)), _RECEIVED)
    for hit in found.of("menace"):
        if hit.first in idioms or found.negated(hit):
            continue
        force = hit.weight if aimed or found.holds(found.sentence(hit), _THIRD) else 0.45
        softer = _TOLD if found.quoted(hit) or received else 1.0
        yield hit, force * softer


def _blow(found: Findings, hit: Hit) -> Blow | None:
    if hit.category == "sneer" and _is_about_policy(found, hit):
        return None
    if hit.category == "insult" and _next_is_policy(found, hit):
        return None
    if _is_at_oneself(found, hit):
        return None
    force = min(hit.weight * min(found.lift(hit), 1.2), 0.95)
    if not _insinuates(found, hit):
        force *= 0.15 if found.negated(hit) else 1.0
        force *= _TOLD if found.quoted(hit) or _is_told(found, hit) else 1.0
    if found.surety(hit) == SHARED:
        force *= _BARE
    at = found.about(hit)
    if not at and not _has_person(found, hit):
        force *= _BARE
    return Blow(hit, force, at)


def _is_about_policy(found: Findings, hit: Hit) -> bool:
    """Whether a plan, not a person, is what it is said of: named before it, or right after."""
    start, end = found.sentence(hit)
    policies = word_set("sets", "policies")
    for place in range(hit.first - 1, max(start, hit.first - _WALK) - 1, -1):
        word = found.words[place]
        if word in policies:
            return True
        if word in _OTHERS or (place in found.named and not found.named[place].owning):
            return False
    after = found.words[hit.last + 1 : min(hit.last + 5, end)]
    reach = 4 if after[:1] == ["of"] else 2
    return not policies.isdisjoint(after[:reach])


def _next_is_policy(found: Findings, hit: Hit) -> bool:
    """Whether the phrase only describes a plan: "a lazy plan", "an idiotic timetable"."""
    after = found.words[hit.last + 1] if hit.last + 1 < len(found.words) else ""
    return after in word_set("sets", "policies")


def _is_at_oneself(found: Findings, hit: Hit) -> bool:
    """Whether the nearest subject before it is the speaker: "I was an idiot"."""
    start = max(found.sentence(hit)[0], hit.first - _WALK)
    for place in range(hit.first - 1, start - 1, -1):
        word = found.words[place]
        if word in _SELF:
            return not _insinuates(found, hit) and hit.category == "insult"
        if word in _OTHERS or place in found.named:
            return False
    return False


def _insinuates(found: Findings, hit: Hit) -> bool:
    """Whether the "not" before it is one of "I'm not saying ..."."""
    return found.first_in_sentence("insinuate", hit) is not None


def _is_told(found: Findings, hit: Hit) -> bool:
    """Whether it is said to have been said by somebody else, earlier in the sentence."""
    start = found.sentence(hit)[0]
    tellers = found.between("report", max(start, hit.first - _WALK), hit.first)
    return any(_SPEAKER.isdisjoint(found.words[max(t.first - 2, start) : t.first]) for t in tellers)


def _has_person(found: Findings, hit: Hit) -> bool:
    """Whether anybody at all is in the sentence, or is answered."""
    if found.passage.kind in ("reply", "quote") and found.passage.addressed is not None:
        return True
    return found.holds(found.sentence(hit), _OTHERS)
