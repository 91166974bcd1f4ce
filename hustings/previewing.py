"""Tell what other rules would flag: rule by rule with examples, or as JSON. Changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, Final

from contest.contest import Contest
from contest.flagging import Fate, FlagChange, Flagging, flagging
from contest.reading import Breach, Reading
from contest.text import shown
from storage.rereading import Stored
from storage.rows import words_at

FATES: Final[tuple[Fate, ...]] = ("new", "gone", "changed")


class Previewer:
    """Gathers what would change, batch by batch."""

    def __init__(self) -> None:
        self._parts: list[Flagging] = []

    def __call__(self, read: Sequence[tuple[Stored, Reading]]) -> None:
        """Take note of a batch."""
        self._parts += [flagging(stored.post, stored.reading, now) for stored, now in read]

    def found(self) -> Flagging:
        """All of it."""
        same: Counter[str] = Counter()
        expected: Counter[str] = Counter()
        for part in self._parts:
            same.update(part.same)
            expected.update(part.expected)
        return Flagging(
            tuple(change for part in self._parts for change in part.changes), same, expected
        )


def flag_lines(contest: Contest, found: Flagging, most: int) -> Iterator[str]:
    """What would change, by rule, each with so many examples at most."""
    for rule, changes in _by_rule(contest, found.changes).items():
        yield f"{shown(rule, 40)}: {', '.join(_counts(changes, found.same.get(rule, 0)))}"
        for fate in FATES:
            of_this = [change for change in changes if change.fate == fate]
            for change in of_this[:most]:
                yield from _example(contest, change)
            if len(of_this) > most:
                yield f"  {fate:<8} … {len(of_this) - most:,} more (--examples, --json)"
    if found.expected:
        counts = (f"{shown(rule, 40)} {n:,}" for rule, n in sorted(found.expected.items()))
        yield f"expectations in these posts, counted and never named: {', '.join(counts)}"


def _by_rule(contest: Contest, changes: Sequence[FlagChange]) -> dict[str, list[FlagChange]]:
    """In the order of the rulebook; rules that left it come last."""
    order = {rule.id: place for place, rule in enumerate(contest.rules)}
    ids = sorted({change.rule for change in changes}, key=lambda rule: order.get(rule, len(order)))
    return {rule: [change for change in changes if change.rule == rule] for rule in ids}


def _counts(changes: Sequence[FlagChange], same: int) -> Iterator[str]:
    found = Counter(change.fate for change in changes)
    yield from (f"{found[fate]:,} {fate}" for fate in FATES if found[fate])
    if same:
        yield f"{same:,} as before"


def _example(contest: Contest, change: FlagChange) -> Iterator[str]:
    flag = change.after or change.before
    assert flag is not None
    if change.at is None:
        yield f"  {change.fate:<8} {_weight(change)}: counted from now on, and not named"
        return
    when = f"{change.at.astimezone(contest.zone):%Y-%m-%d %H:%M}"
    yield f"  {change.fate:<8} {when}  {shown(change.who, 40)}  {_weight(change)}"
    words = shown(words_at(change.text, flag.spans), 160)
    yield f"           “{words}” {shown(flag.reason, 300)}"


def _weight(change: FlagChange) -> str:
    """Severity and lane; where both are known, from what to what."""
    return " > ".join(
        f"{flag.severity} {flag.lane}" for flag in (change.before, change.after) if flag
    )


def flag_record(contest: Contest, found: Flagging) -> dict[str, Any]:
    """The same for a program, with every change."""
    rules = _by_rule(contest, found.changes)
    return {
        "rules": {
            rule: {
                fate: sum(change.fate == fate for change in rules.get(rule, ())) for fate in FATES
            }
            | {"as_before": found.same.get(rule, 0)}
            for rule in (*rules, *sorted(found.same.keys() - rules.keys()))
        },
        "changes": [_record(change) for changes in rules.values() for change in changes],
        "expectations": dict(sorted(found.expected.items())),
    }


def _record(change: FlagChange) -> dict[str, Any]:
    told: dict[str, Any] = {"rule": change.rule, "fate": change.fate}
    if change.at is not None:
        at = change.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        told |= {"uid": change.uid, "at": at, "who": change.who}
    sides = {"before": change.before, "after": change.after}
    return told | {name: _flag(flag, change.text) for name, flag in sides.items()}


def _flag(flag: Breach | None, text: str) -> dict[str, Any] | None:
    if flag is None:
        return None
    return {
        "version": flag.version, "clause": flag.clause, "severity": flag.severity,
        "lane": flag.lane, "words": words_at(text, flag.spans), "reason": flag.reason,
    }  # fmt: skip
