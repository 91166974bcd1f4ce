"""Meaning by word lists: the first reader, simple and honest. Knows no camp, no role, no rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from analysis.hostility import Blow, attack_on, blows, hostility, irony_at, threat
from analysis.meaning import (
    UNKNOWN,
    UNSURE,
    Cue,
    Odds,
    Passage,
    Sense,
    Standing,
    Target,
    Toward,
    weighed_targets,
)
from analysis.phrases import Hit, word_set
from analysis.weighing import TURNS, Findings, cue, findings
from contest.reading import Stance

_VERSION = "lexicon@1"
_HALF = 1.5
"""The evidence, in plain words, at which a tone reaches 0.5."""
_PLAIN_AGREEMENT = 12
_COMPARING = frozenset(("over", "not"))

_ONESELF = frozenset(("us", "me", "myself", "ourselves"))


class Lexicon:
    """Implements `Meaning` by the packaged word lists. Frozen; shared by threads."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The word lists' version, for each task they serve."""
        return {"sentiment": _VERSION, "hostility": _VERSION}

    def senses(self, passages: Sequence[Passage]) -> list[Sense]:
        """What each passage means, as far as its words say; pure."""
        return [self.sense(passage) for passage in passages]

    def standings(self, pairs: Sequence[tuple[Passage, Passage]]) -> list[Standing]:
        """Lists cannot hold a passage beside a fact."""
        return [UNKNOWN] * len(pairs)

    def sense(self, passage: Passage) -> Sense:
        """What the passage means, as far as its words say; pure."""
        found = findings(passage)
        if not found.hits and not passage.mentions:
            return Sense()
        menace = threat(found)
        struck = blows(found)
        everybody = [mention.target for mention in passage.mentions]
        if passage.about is not None:
            everybody.append(passage.about)
        return Sense(
            toward=tuple(_toward(found, t, struck, menace) for t in weighed_targets(everybody)),
            hostility=hostility(found, struck, menace),
            threat=menace,
            slur=_slur(found),
            vote_ask=_plainly_said(found, "ask"),
            process=_process(found),
            pile_on=_pile_on(found),
            stance=_stance(found, struck),
        )


def _toward(found: Findings, target: Target, struck: list[Blow], menace: Cue) -> Toward:
    attack = attack_on(found, target, struck, menace)
    if not attack.score:
        attack = irony_at(found, target)
    tone, endorsement = _tone(found, target, struck), _endorsement(found, target)
    meant = any(mention.target == target for mention in found.passage.mentions)
    return Toward(target, tone, _odds(tone.score), attack, endorsement, meant)


def _odds(score: float) -> Odds:
    """How likely the tone is by word lists: at a score of 0.3, six in ten."""
    if not score:
        return UNSURE
    likely = 0.5 + abs(score) / 3
    return Odds(0.0, 1 - likely, likely) if score > 0 else Odds(likely, 1 - likely, 0.0)


def _tone(found: Findings, target: Target, struck: list[Blow]) -> Cue:
    """Tone in -1..1: weights added up, s / (|s| + 1.5), so that one plain word gives 0.4."""
    forceful = [*(blow.hit for blow in struck), *found.of("menace")]
    taken = {place for hit in forceful for place in range(hit.first, hit.last + 1)}
    weighed = [*_tone_words(found, target, taken), *_comparisons(found, target)]
    weighed += _hashtags(found, target)
    weighed += [(b.hit, -1.5 * b.force * found.surety(b.hit)) for b in struck if target in b.at]
    weighed += [(hit, -2.0) for hit in found.of("menace") if target in found.about(hit)]
    total = sum(weight for _, weight in weighed)
    if _is_ironic(found, target):
        total = -abs(total)
    spans = tuple(sorted({found.span(hit) for hit, weight in weighed if weight * total > 0}))
    return Cue(round(total / (abs(total) + _HALF), 4), spans)


def _tone_words(found: Findings, target: Target, taken: set[int]) -> Iterator[tuple[Hit, float]]:
    """The tone words about `target`; not those that are part of a blow ("shut up for good")."""
    for hit in found.of("tone"):
        if target in found.about(hit) and hit.first not in taken:
            yield hit, _tone_weight(found, hit) * found.surety(hit)


def _hashtags(found: Findings, target: Target) -> Iterator[tuple[Hit, float]]:
    """A campaign's hashtag leans towards it; "#Never..." stands against it."""
    for mention in found.passage.mentions:
        if mention.via in ("hashtag", "slogan") and mention.target == target:
            place = found.passage.words.at(mention.start + 1) - 1  # it may begin inside the tag
            tag = found.words[place].lstrip("#")
            against = word_set("sets", "hostile_tags")
            hostile = any(tag.startswith(word) or tag.endswith(word) for word in against)
            yield Hit("tag", 1.0, place, place), -1.0 if hostile else 0.5


def _tone_weight(found: Findings, hit: Hit) -> float:
    weight = hit.weight * found.lift(hit)
    if found.negated(hit):
        weight *= -0.7 if weight > 0 else -0.4
    if found.quoted(hit):
        weight *= 0.3
    sentence = found.sentence(hit)
    if found.passage.words.asks(sentence):
        weight *= 0.4
    return weight * _contrast(found, hit)


def _contrast(found: Findings, hit: Hit) -> float:
    """Of one person, what comes after "but" counts for more than what comes before it."""
    sentence = found.sentence(hit)
    if not found.holds(sentence, TURNS):
        return 1.0
    turn = found.last_turns.get((sentence[0], found.about(hit)))
    if turn is None:
        return 1.0
    return 1.2 if hit.first > turn else 0.6


def _comparisons(found: Findings, target: Target) -> Iterator[tuple[Hit, float]]:
    """What is good for one is bad for the other: "better than", "beats", "over", "not"."""
    groups = found.clauses.groups
    for here, then in pairwise(groups):
        if here.targets == then.targets or target not in (*here.targets, *then.targets):
            continue
        if then.first - here.last > 12:
            continue
        sign = 1 if target in here.targets else -1
        for hit in found.between("bests", here.last + 1, then.first):
            yield hit, -sign if found.negated(hit) else sign
        if found.words[then.first - 1] in _COMPARING and then.first > here.last + 1:
            place = then.first - 1
            yield Hit("compare", 1.0, place, place), 0.8 * sign
        if sign < 0 and "than" in found.words[here.last : then.first]:
            inside = found.between("tone", here.last + 1, then.first)
            yield from ((hit, -0.8 * _tone_weight(found, hit)) for hit in inside)


def _is_ironic(found: Findings, target: Target) -> bool:
    return bool("irony" in found.hits and irony_at(found, target).score)


def _is_joking(found: Findings) -> bool:
    mentioned = weighed_targets(mention.target for mention in found.passage.mentions)
    return any(_is_ironic(found, target) for target in mentioned)


def _endorsement(found: Findings, target: Target) -> Cue:
    """Support shown or asked for `target`, in the present and in the speaker's own name."""
    if target.kind != "party" or found.of("past"):
        return Cue()
    named = {found.sentence_at(p) for p, mention in found.named.items() if mention.target == target}
    hits = (
        hit
        for hit in found.of("endorse")
        if target in found.about(hit) and found.sentence(hit) in named
    )
    return cue(found, ((hit, _own(found, hit)) for hit in hits))


def _own(found: Findings, hit: Hit) -> float:
    """The hit's weight where the speaker says it in earnest; next to nothing otherwise."""
    told = found.quoted(hit) or _told_before(found, hit)
    asked = found.passage.words.asks(found.sentence(hit))
    return 0.0 if found.negated(hit) else hit.weight * (0.35 if told else 0.6 if asked else 1.0)


def _told_before(found: Findings, hit: Hit) -> bool:
    told = found.first_in_sentence("report", hit)
    return told is not None and told.first < hit.first


def _plainly_said(found: Findings, category: str) -> Cue:
    return cue(found, ((hit, _own(found, hit)) for hit in found.of(category)))


def _slur(found: Findings) -> Cue:
    """Words against a protected characteristic; naming abuse received is none."""
    softer = 0.35 if found.of("condemn") else 1.0
    weighed = (
        (hit, hit.weight * (0.35 if found.quoted(hit) or _told_before(found, hit) else softer))
        for hit in found.of("slur")
    )
    return cue(found, weighed)


def _process(found: Findings) -> Cue:
    """Public complaint about how the contest is run; words that name no process count half."""
    nouns = word_set("sets", "process_nouns")
    everything = (0, len(found.words))
    placed = "process" in found.hits and found.holds(everything, nouns)
    return cue(
        found,
        (
            (hit, _own(found, hit) * (1.0 if placed or hit.weight > 0.6 else 0.7))
            for hit in found.of("process")
            if not _is_on_oneself(found, hit)
        ),
    )


def _is_on_oneself(found: Findings, hit: Hit) -> bool:
    """Whether a report is of the author or the author's own side: no complaint, a confession."""
    return not _ONESELF.isdisjoint(found.words[hit.first : hit.last + 2])


def _pile_on(found: Findings) -> Cue:
    """A call to set upon somebody; a call to cheer them, or to answer a consultation, is none."""
    if found.of("support"):
        return Cue()
    return _plainly_said(found, "pile_on")


def _stance(found: Findings, struck: list[Blow]) -> Stance:
    if found.passage.kind in ("reply", "quote") and (taken := _stance_to_parent(found)):
        return taken
    if found.of("insinuate"):
        return "insinuates"
    if not any(blow.force >= 0.5 for blow in struck) and _is_joking(found):
        return "jokes"
    if struck and all(found.quoted(b.hit) or _told_before(found, b.hit) for b in struck):
        return "reports"
    return "asserts"


def _stance_to_parent(found: Findings) -> Stance | None:
    """Plain agreement is short and comes first; anything that objects is no agreement."""
    agreed = [h for h in found.of("agree") if h.first < 4 and _stands_alone(found, h)]
    words = sum(word[0].isalnum() for word in found.words)
    if found.of("condemn"):
        return "condemns"
    return "agrees" if agreed and words <= _PLAIN_AGREEMENT else None


def _stands_alone(found: Findings, hit: Hit) -> bool:
    """Whether a phrase of agreement is not the start of something else ("this is ...")."""
    after = found.words[hit.last + 1] if hit.last + 1 < len(found.words) else "."
    return not found.negated(hit) and (hit.last > hit.first or not after[0].isalnum())
