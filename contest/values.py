"""Single values of a configuration: moments, spans, names. What is wrong with one is noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from contest.lens import read_span
from contest.problems import Findings
from contest.toml_lines import Path as KeyPath

GROUPS: Mapping[str, tuple[str, ...]] = {
    "campaigns": ("candidate", "team", "campaign_account"),
    "bound": ("candidate", "team", "campaign_account", "mp", "councillor"),
    "neutral": ("staff", "returning_officer"),
    "branches": ("officer", "branch"),
    "party": (
        "candidate", "team", "campaign_account", "mp", "councillor", "staff",
        "returning_officer", "branch", "officer", "member",
    ),
    "everyone": (
        "candidate", "team", "campaign_account", "mp", "councillor", "staff",
        "returning_officer", "branch", "officer", "member", "journalist", "outsider",
    ),
}  # fmt: skip
"""Groups of roles that every configuration knows; `[groups]` may add to them or say otherwise."""


class Stretch(Protocol):
    """Something that lasts from `start` (inclusive) to `end` (exclusive); None: without end."""

    @property
    def start(self) -> datetime | None:
        """Inclusive."""
        ...

    @property
    def end(self) -> datetime | None:
        """Exclusive."""
        ...


@dataclass
class Values:
    """Reads values and notes what is wrong with them. `groups` are names for several roles."""

    findings: Findings
    zone: ZoneInfo
    roles: frozenset[str]
    groups: Mapping[str, Sequence[str]]

    def moment(self, path: KeyPath, when: datetime) -> datetime:
        """A time as UTC. Without an offset it is the party's wall clock."""
        if not 1900 <= when.year <= 9000:
            self.findings.add(path, f"{when.isoformat()} is no time of a contest")
            return NEVER
        if when.tzinfo is not None:
            return when.astimezone(UTC)
        first, second = (when.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        moment = first.astimezone(UTC)
        if first.utcoffset() != second.utcoffset():
            twice = moment.astimezone(self.zone).replace(tzinfo=None) == when
            what = "occurs twice" if twice else "does not occur"
            self.findings.add(
                path,
                f"{when} {what} in {self.zone.key}, where the clocks change: "
                f"give the offset, as in {when.isoformat()}+01:00",
            )
        return moment

    def maybe(self, path: KeyPath, when: datetime | None) -> datetime | None:
        """The moment in UTC, if one is given."""
        return None if when is None else self.moment(path, when)

    def stretch(
        self, path: KeyPath, start: datetime | None, end: datetime | None
    ) -> tuple[datetime | None, datetime | None]:
        """From when to when; the end has to come after the start."""
        first, last = self.maybe((*path, "from"), start), self.maybe((*path, "to"), end)
        if first and last and last <= first:
            self.findings.add((*path, "to"), '"to" is not after "from"')
        return first, last

    def bound(self, path: KeyPath, names: Iterable[str]) -> frozenset[str]:
        """Role names, groups of them resolved."""
        bound: set[str] = set()
        for n, name in enumerate(names):
            if name in self.groups:
                bound.update(self.groups[name])
            elif name in self.roles:
                bound.add(name)
            else:
                known = {*self.roles, *self.groups}
                self.findings.unknown((*path, n), "role or group", name, known)
        self.known(path, "role", bound, self.roles)
        return frozenset(bound)

    def known(
        self, path: KeyPath, what: str, names: Iterable[str], known: frozenset[str] | None
    ) -> None:
        """Note each name that is not among the known ones; None: not checked."""
        for n, name in enumerate(names):
            if known is not None and name not in known:
                at = (*path, n) if (*path, n) in self.findings.lines else (*path, name)
                self.findings.unknown(at, what, name, known)

    def once(self, table: str, key: str, names: Sequence[str]) -> None:
        """Note every name that stands a second time."""
        first: dict[str, int] = {}
        for i, name in enumerate(names):
            if (before := first.setdefault(name, i)) != i:
                place = self.findings.place((table, before))
                self.findings.add(
                    (table, i, key), f'{table} {key} "{name}" stands at {place} already'
                )


NEVER = datetime.min.replace(tzinfo=UTC)
_AT_LAST = datetime.max.replace(tzinfo=UTC)


def overlap(first: Stretch, second: Stretch) -> bool:
    """Whether two stretches have a moment in common."""
    return (first.start or NEVER) < (second.end or _AT_LAST) and (second.start or NEVER) < (
        first.end or _AT_LAST
    )


def span_of(text: str) -> timedelta:
    """The span that a text of the schema's form says."""
    span = read_span(text)
    assert span is not None, f"the schema let {text!r} through"
    return span
