"""Claims that the timetable or a register tells to be false. Never decides what is true itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from analysis.blocks.levels import level
from analysis.scene import Beside, Scene, Sign
from analysis.timeclaims import TimeClaim, verdict

_LAST_DAY = timedelta(hours=24)
_EDGES = {
    "opens": ("voting", 0, "voting opens"),
    "closes": ("voting", 1, "voting closes"),
    "nominations": ("nominations", 1, "nominations close"),
    "declared": ("count", 1, "the result is declared"),
}
_MOMENTS = {
    "join": ("join-by", "members may join until"),
    "replacement": ("replacement-by", "another ballot may be asked for until"),
}


def false_procedure(scene: Scene) -> Iterator[Sign]:
    """A statement on when or how is voted that the timetable or the register contradicts."""
    if scene.passes_on:
        return
    last = _last_day(scene)
    wrong = [sign for claim in scene.times if (sign := _wrong_time(scene, claim, last))]
    if wrong or any(_edge(scene, claim) for claim in scene.times):
        yield from wrong
        return
    if (score := scene.act("procedure stated")) >= level("procedure stated"):
        for beside in _holding(scene, "procedure"):
            if beside.standing.contradicts >= level("holds"):
                yield _against(scene, beside, score, last)


def procedure_stated(scene: Scene) -> Iterator[Sign]:
    """Any statement on when or how is voted, true or not."""
    score = scene.act("procedure stated")
    if scene.times or score >= level("procedure stated"):
        yield Sign(scene.whole, "a statement on how or when to vote", score or 1.0)


def false_record(scene: Scene) -> Iterator[Sign]:
    """A statement on another candidate's record that the register of facts contradicts."""
    score = scene.act("record stated")
    if score < level("record stated") or scene.passes_on:
        return
    for beside in _holding(scene, "record"):
        if beside.fact.camp != scene.camp and beside.standing.contradicts >= level("holds"):
            yield _against(scene, beside, score, frozenset())


def _holding(scene: Scene, kind: str) -> Iterator[Beside]:
    """The facts of that kind that held when the post was published."""
    return (b for b in scene.facts if b.fact.kind == kind and b.fact.holds(scene.when))


def _against(scene: Scene, beside: Beside, score: float, marks: frozenset[str]) -> Sign:
    fact = beside.fact
    what = f"a statement that contradicts what is on record ({fact.id}: {fact.says.rstrip('.')})"
    score = min(score, beside.standing.contradicts)
    return Sign(scene.whole, what, score, "register", marks, doubt=scene.doubt, mend=fact.says)


def _wrong_time(scene: Scene, claim: TimeClaim, last: frozenset[str]) -> Sign | None:
    found = _edge(scene, claim)
    if found is None:
        return None
    edge, words = found
    said = verdict(claim, edge)
    if said not in ("early", "late"):
        return None
    there = edge.astimezone(scene.contest.zone)
    mend = f"{words[0].upper()}{words[1:]} {there:%H:%M %Z on %A} {there.day} {there:%B %Y}."
    marks = last | ({"voters-early"} if said == "early" and claim.edge == "closes" else frozenset())
    what = f"a wrong time: {mend[0].lower()}{mend[1:-1]}"
    return Sign((claim.span,), what, 1.0, "register", frozenset(marks), mend=mend)


def _edge(scene: Scene, claim: TimeClaim) -> tuple[datetime, str] | None:
    """The edge of the timetable, as it stood then, of which the claim speaks."""
    if claim.edge in _MOMENTS:
        kind, words = _MOMENTS[claim.edge]
        moment = scene.contest.moment(kind, scene.when)
        return (moment, words) if moment else None
    kind, end, words = _EDGES[claim.edge]
    stretch = scene.contest.stretch(kind, scene.when)
    return (stretch[end], words) if stretch else None


def _last_day(scene: Scene) -> frozenset[str]:
    """The mark of the last 24 hours of voting."""
    stretch = scene.contest.stretch("voting", scene.when)
    is_last = stretch is not None and timedelta(0) <= stretch[1] - scene.when <= _LAST_DAY
    return frozenset(("last-day",)) if is_last else frozenset()
