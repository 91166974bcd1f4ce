"""Why a post was flagged, in a sentence, with role, phase and the nearest edge. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from analysis.scene import Scene, Sign
from contest.code import Lane, Rule

_CALLED = {
    "mp": "an MP", "team": "a member of a campaign team",
    "campaign_account": "a campaign's account", "staff": "a member of staff",
    "returning_officer": "the returning officer", "branch": "a branch",
    "officer": "a branch officer", "outsider": "somebody off the roster",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Description:
    """`reason` is one sentence; the post is `edge_s` seconds after `edge` (negative: before)."""

    reason: str
    role_source: str
    phase: str
    edge: str = ""
    edge_s: int | None = None


def describe(scene: Scene, rule: Rule, lane: Lane, sign: Sign) -> Description:
    """Everything that is said beside a flag."""
    phase = scene.contest.phase_at(scene.when)
    edge = min(
        _edges(scene, rule),
        key=lambda one: abs((one[1] - scene.when).total_seconds()),
        default=None,
    )
    return Description(
        _reason(scene, rule, lane, sign),
        _role_source(scene),
        phase.name if phase else "",
        edge[0] if edge else "",
        int((scene.when - edge[1]).total_seconds()) if edge else None,
    )


def moment(when: datetime, zone: ZoneInfo) -> str:
    """A moment by the party's clock, which the code is written by."""
    there = when.astimezone(zone)
    return f"{there.day} {there:%b %Y %H:%M %Z}"


def _edges(scene: Scene, rule: Rule) -> Iterator[tuple[str, datetime]]:
    """Every edge by which it may hang whether this is a breach: the timetable's and the rule's."""
    for edge in scene.contest.edges:
        yield edge.name, edge.at
    if rule.start:
        yield f"clause {rule.clause} in force", rule.start
    if rule.end:
        yield f"clause {rule.clause} no longer in force", rule.end


def _role_source(scene: Scene) -> str:
    """Where the role comes from: the roster's entry, and since when."""
    if scene.account is None or scene.term is None:
        return "not on the roster"
    since = f" since {moment(scene.term.start, scene.contest.zone)}" if scene.term.start else ""
    until = f" until {moment(scene.term.end, scene.contest.zone)}" if scene.term.end else ""
    note = f" ({scene.account.note})" if scene.account.note else ""
    return f"roster: {scene.account.handle}, {scene.term.role}{since}{until}{note}"


def _reason(scene: Scene, rule: Rule, lane: Lane, sign: Sign) -> str:
    """What the words may be, by whom, in which phase, and what stands in the way."""
    phase = scene.contest.phase_at(scene.when)
    said = f"{sign.what[0].upper()}{sign.what[1:]}, by {_called(scene)}"
    said += f", in the phase “{phase.name}”" if phase else ", outside the timetable"
    zone = scene.contest.zone
    if rule.start and rule.start > scene.when:
        by = f"; it reaches back by {rule.authority}" if rule.reaches(scene.when) else ""
        said += f", before the rule came into force on {moment(rule.start, zone)}{by}"
    if lane == "expectation":
        said += ", for whom the rule is an expectation"
    return f"{said}; to be known first: {sign.doubt}." if sign.doubt else f"{said}."


def _called(scene: Scene) -> str:
    role = _CALLED.get(scene.role, f"a {scene.role.replace('_', ' ')}")
    return f"{role} for {scene.contest.camp(scene.camp).name}" if scene.camp else role
