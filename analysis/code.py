"""Possible breaches of the code: who is bound, by which version, when. Points; never finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from analysis import signs
from analysis.signs import IRONY, Scene, Sign
from contest.contest import SEVERITIES, Lane, Rule, Window
from contest.reading import Breach, Span

__all__ = ["DETECTORS", "FORBIDS", "breaches"]

ENDORSED_REPOST = "endorsed-repost"
DETECTORS = frozenset((*signs.DETECTORS, ENDORSED_REPOST))
"""What a rule's `looks_for` may name."""
FORBIDS = frozenset(signs.DETECTORS)
"""What a window's `forbids` may name."""

_ON_A_REPOST = ("private-data",)
"""What a repost does itself, whoever wrote it: the number is out again."""
_CALLED = {
    "mp": "an MP", "team": "a member of a campaign team",
    "campaign_account": "a campaign's account", "staff": "a member of staff",
    "returning_officer": "the returning officer", "branch": "a branch",
    "officer": "a branch officer", "outsider": "somebody off the roster",
}  # fmt: skip

Seen = Mapping[str, list[Sign]]

Echo = Callable[[Scene, str], Scene]
"""Gives a scene in which this author says that text as their own."""


def breaches(scene: Scene, echo: Echo) -> tuple[Breach, ...]:
    """The possible breaches of one post, at most one a rule, in the rulebook's order.

    A rule counts in the version in force when the words were published (of an
    edited post, when it was edited), for the role its author had then. `echo`
    reads the parent's words as this author's own, for reposts and plain agreement.
    """
    on_its_own = _ON_A_REPOST if scene.post.kind == "repost" else signs.DETECTORS
    found = list(_by_rule(scene, _seen(scene, on_its_own)))
    direct = {breach.rule for breach in found}
    taken = [sign for rule, sign in _taken_over(scene, echo) if rule not in direct]
    if taken:
        found += _under_repost_rule(scene, taken)
    elif _takes_over_unseen(scene):
        asked = _under_repost_rule(scene, [_unseen(scene)])
        found += (breach for breach in asked if breach.lane == "needs-context")
    if len(found) > 1:
        order = [rule.id for rule in scene.contest.rules]
        found.sort(key=lambda breach: order.index(breach.rule))
    return tuple(found)


def _seen(scene: Scene, detectors: Iterable[str]) -> Seen:
    """What each detector sees; those that see nothing are left out."""
    looked = ((name, list(signs.DETECTORS[name](scene))) for name in detectors)
    return {name: found for name, found in looked if found}


def _by_rule(scene: Scene, seen: Seen) -> Iterator[Breach]:
    versions: dict[str, list[Rule]] = {}
    for rule in scene.contest.rules if seen else ():
        versions.setdefault(rule.id, []).append(rule)
    for rules in versions.values():
        flags = [*_standing_flags(scene, rules, seen), *_window_flags(scene, rules, seen)]
        if flags:
            yield _worst(flags)


def _standing_flags(scene: Scene, rules: list[Rule], seen: Seen) -> Iterator[Breach]:
    bearing = _bearing(rules, scene.role, scene.post.said)
    if bearing is None:
        return
    rule, lane = bearing
    in_windows = {window.forbids for window in rule.windows}
    for name in rule.looks_for:
        if name not in in_windows:
            for sign in seen.get(name, ()):
                yield _breach(scene, rule, lane, sign)


def _window_flags(scene: Scene, rules: list[Rule], seen: Seen) -> Iterator[Breach]:
    when = scene.post.said
    for rule in (rule for rule in rules if rule.in_force(when)):
        for window in rule.windows:
            if window.start <= when < window.end and scene.role in window.binds:
                for sign in seen.get(window.forbids, ()):
                    yield _breach(scene, rule, "case", _in_window(sign, window, scene.contest.zone))


def _in_window(sign: Sign, window: Window, zone: ZoneInfo) -> Sign:
    bounds = f"{_moment(window.start, zone)} to {_moment(window.end, zone)}"
    return replace(sign, what=f"{sign.what} in the window {bounds}", instead=window.severity)


def _moment(when: datetime, zone: ZoneInfo) -> str:
    """A moment by the party's clock, which the code is written by."""
    there = when.astimezone(zone)
    return f"{there.day} {there:%b %Y %H:%M %Z}"


def _bearing(rules: list[Rule], role: str, when: datetime) -> tuple[Rule, Lane] | None:
    """The version that bears on this role at that moment, and how: bound, expected, or not yet."""
    now = [rule for rule in rules if rule.in_force(when)]
    for rule in now:
        if role in rule.binds:
            return rule, "case"
    for rule in now:
        if role in rule.expects:
            return rule, "expectation"
    later = [r for r in rules if r.start is not None and r.start > when and role in r.binds]
    coming = min(later, key=lambda rule: rule.start or when, default=None)
    return (coming, "before-rule") if coming else None


def _taken_over(scene: Scene, echo: Echo) -> Iterator[tuple[str, Sign]]:
    """What the author makes their own by a repost, or by plainly agreeing with the parent."""
    plain = scene.post.kind == "repost"
    text = _taken_text(scene) if _takes_over(scene) else ""
    if not text:
        return
    echoed = echo(scene, text)
    for breach in _by_rule(echoed, _seen(echoed, signs.DETECTORS)):
        if breach.lane == "expectation":
            continue
        yield (
            breach.rule,
            Sign(
                breach.spans if text == scene.post.text else _whole(scene),
                f"a {scene.post.kind} that takes over what may breach {breach.rule}",
                instead=breach.severity,
                steps=-1 if plain else 0,
                doubt=IRONY if breach.lane == "needs-context" else "",
            ),
        )


def _takes_over(scene: Scene) -> bool:
    """Whether the author makes the parent's words their own."""
    return scene.post.kind == "repost" or scene.sense.stance == "agrees"


def _taken_text(scene: Scene) -> str:
    """The parent's words, "" where nobody captured them."""
    parent = scene.post.parent
    if parent and parent.text:
        return parent.text
    return scene.post.text if scene.post.kind == "repost" else ""


def _takes_over_unseen(scene: Scene) -> bool:
    return _takes_over(scene) and not _taken_text(scene)


def _unseen(scene: Scene) -> Sign:
    """The sign of taking over a parent that may say anything: a query at most."""
    if scene.post.kind == "repost":
        what, doubt = "a repost", "the post that it passes on, which was not captured"
    else:
        what, doubt = f"a {scene.post.kind} that plainly agrees with its parent", signs.NO_PARENT
    return Sign(_whole(scene), what, instead="S1", doubt=doubt)


def _whole(scene: Scene) -> tuple[Span, ...]:
    return ((0, len(scene.post.text)),) if scene.post.text else ()


def _under_repost_rule(scene: Scene, taken: list[Sign]) -> Iterator[Breach]:
    rules = [rule for rule in scene.contest.rules if ENDORSED_REPOST in rule.looks_for]
    bearing = _bearing(rules, scene.role, scene.post.said)
    if bearing and taken:
        yield _worst([_breach(scene, *bearing, sign) for sign in taken])


def _breach(scene: Scene, rule: Rule, lane: Lane, sign: Sign) -> Breach:
    return Breach(
        rule=rule.id,
        clause=rule.clause,
        version=rule.version,
        severity=_severity(scene, rule, sign),
        lane="needs-context" if sign.doubt and lane == "case" else lane,
        spans=sign.spans,
        reason=_reason(scene, rule, lane, sign),
        unless=rule.unless,
    )


def _severity(scene: Scene, rule: Rule, sign: Sign) -> str:
    """The rule's, raised for the role; irony, or a rule published only later, stays at S1."""
    level = SEVERITIES.index(sign.instead or rule.raised_for.get(scene.role, rule.severity))
    level = max(level + sign.steps, SEVERITIES.index(sign.at_least), 0)
    unpublished = rule.published is not None and rule.published > scene.post.said
    if sign.doubt == IRONY or unpublished:
        level = min(level, 1)
    return SEVERITIES[min(level, len(SEVERITIES) - 1)]


def _reason(scene: Scene, rule: Rule, lane: Lane, sign: Sign) -> str:
    """One sentence: what the words may be, by whom, in which phase, and what stands in the way."""
    phase = scene.contest.phase_at(scene.post.said)
    said = f"{sign.what[0].upper()}{sign.what[1:]}, by {_called(scene)}"
    said += f", in the phase “{phase.name}”" if phase else ", outside the timetable"
    if lane == "before-rule" and rule.start:
        said += f", before the rule came into force on {_moment(rule.start, scene.contest.zone)}"
    if lane == "expectation":
        said += ", for whom the rule is an expectation"
    return f"{said}; to be known first: {sign.doubt}." if sign.doubt else f"{said}."


def _called(scene: Scene) -> str:
    role = _CALLED.get(scene.role, f"a {scene.role.replace('_', ' ')}")
    return f"{role} for {scene.contest.camp(scene.camp).name}" if scene.camp else role


def _worst(flags: Iterable[Breach]) -> Breach:
    """One breach for several signs of it: the gravest, with the words of all."""
    lanes: Mapping[str, int] = {"case": 3, "needs-context": 2, "expectation": 1, "before-rule": 0}
    ranked = sorted(flags, key=lambda flag: (lanes[flag.lane], flag.severity), reverse=True)
    spans = {span for flag in ranked for span in flag.spans}
    return replace(ranked[0], spans=tuple(sorted(spans)))
