"""What is said or done to people: attacks, demeaning words, threats, pile-ons, intrusion."""

from __future__ import annotations

from collections.abc import Iterator

from analysis import forms
from analysis.blocks.levels import LIKELY, level
from analysis.meaning import Target, Toward
from analysis.scene import PERSON_OR_DEED, Scene, Sign

_NONE, _PLAIN = 0.05, 0.9
"""Scores under and over which two readers contradict each other."""
_OWN = ("candidate", "campaign_account")


def attack_on_candidate(scene: Scene) -> Iterator[Sign]:
    """An attack on another camp's candidate as a person; never on the author's own."""
    if scene.passes_on or scene.denies:
        return
    for toward in scene.sense.toward:
        target = toward.target
        if target.kind != "camp" or target.id == scene.camp:
            continue
        score, least = _attack(scene, toward)
        if score < least or not scene.is_person(target):
            continue
        denied = ", by denying that one says it" if scene.stance == "insinuates" else ""
        what = f"words against {scene.contest.camp(target.id).name} as a person{denied}"
        yield Sign(scene.spans(toward.attack), what, score, doubt=_doubt(scene, toward))


def _attack(scene: Scene, toward: Toward) -> tuple[float, float]:
    """How likely somebody is attacked, and from which score on they are taken to be.

    Where both readers have looked: the mean of what either says of the target, and of the act.
    """
    seen = scene.sense.attacks.get(toward.target)
    if seen is None:
        return toward.attack.score, scene.contest.thresholds.hostile
    told = (toward.attack.score, seen, scene.act("disparagement"))
    return round(sum(told) / len(told), 4), level("disparagement")


def _doubt(scene: Scene, toward: Toward) -> str:
    """What has to be known first: above all where one reader sees an attack and the other none."""
    seen = scene.sense.attacks.get(toward.target, toward.attack.score)
    if toward.attack.score < _NONE and seen > _PLAIN:
        return PERSON_OR_DEED
    return scene.doubt


def attack_on_official(scene: Scene) -> Iterator[Sign]:
    """An attack on party staff or those who run the election; a named one weighs more."""
    if scene.passes_on:
        return
    for toward in scene.sense.toward:
        if toward.target.kind != "official":
            continue
        score = scene.likely("attack on officials", toward.attack)
        if toward.attack.score < scene.contest.thresholds.hostile or score < level(
            "attack on officials"
        ):
            continue
        name = toward.target.id
        marks = {"named-official"} if name else set()
        if scene.sense.threat.score >= LIKELY:
            marks.add("threat")
        yield Sign(
            scene.spans(toward.attack),
            f"words against {name or 'party officials'}",
            score,
            marks=frozenset(marks),
            doubt=scene.doubt,
        )


def discrimination(scene: Scene) -> Iterator[Sign]:
    """Words against people for a protected characteristic."""
    score = scene.likely("demeaning words", scene.sense.slur)
    if score >= level("demeaning words") and not scene.passes_on:
        marks = frozenset(("threat",)) if scene.sense.threat.score >= LIKELY else frozenset()
        what = "words against people for what they are"
        yield Sign(scene.spans(scene.sense.slur), what, score, marks=marks, doubt=scene.doubt)


def threat(scene: Scene) -> Iterator[Sign]:
    """A threat to a person."""
    score = scene.likely("threat", scene.sense.threat)
    if score >= level("threat") and not scene.passes_on:
        yield Sign(scene.spans(scene.sense.threat), "words that may threaten a person", score)


def pile_on(scene: Scene) -> Iterator[Sign]:
    """A call to set upon somebody who is quoted, answered or named."""
    score = scene.likely("call to pile on", scene.sense.pile_on)
    named = bool(scene.passage.mentions) or scene.post.kind in ("reply", "quote")
    if score >= level("call to pile on") and named and not scene.passes_on:
        words = scene.spans(scene.sense.pile_on)
        yield Sign(words, "a call to others to set upon somebody", score)


def private_data(scene: Scene) -> Iterator[Sign]:
    """Somebody else's phone number, home or number plate."""
    own = Target("camp", scene.camp) if scene.role in _OWN else None
    others = [m for m in scene.passage.mentions if m.target != own and m.target.kind != "party"]
    names = [(m.start, m.end) for m in scene.passage.mentions if m.target.kind == "camp"]
    words = scene.passage.words
    if details := forms.private_details(words, names, somebody=bool(others)):
        yield Sign(tuple(details), "a private person's details", basis="form")
    elif (score := scene.act("private data")) >= level("private data") and not scene.passes_on:
        yield Sign(scene.whole, "a private person's details", score)


def private_life(scene: Scene) -> Iterator[Sign]:
    """Somebody else's health, family, bed or money."""
    score = scene.act("private life")
    if score >= level("private life") and not scene.passes_on:
        yield Sign(scene.whole, "somebody's private or family life", score, doubt=scene.doubt)
