"""Who is standing, who is bound by what and when, and where they speak. Frozen; reads no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from contest.post import Author

SEVERITIES = ("S0", "S1", "S2", "S3", "S4")
"""Triage speed, not guilt: S0 note, S1 query, S2 same day, S3 within 24 h, S4 now."""

Lane = Literal["case", "expectation", "before-rule", "needs-context"]

ROLES = (
    "candidate", "team", "campaign_account", "mp", "councillor", "staff", "returning_officer",
    "branch", "officer", "member", "journalist", "outsider",
)  # fmt: skip
"""The roles every contest knows; `[contest] roles` may add to them."""

UNNAMED = frozenset({"member"})
"""Roles of private people: of their quarrels it is shown that they were, not who they are."""


@dataclass(frozen=True, slots=True)
class Camp:
    """One side of the contest: a candidate and the words by which people mean them.

    `pronoun` is "he", "she" or "they"; `handle` is the candidate's roster handle.
    """

    id: str
    name: str
    handle: str
    pronoun: str = "they"
    aliases: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A role held, and the camp spoken for, from `start` (inclusive) to `end` (exclusive)."""

    role: str
    camp: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def covers(self, when: datetime) -> bool:
        """Whether `when` (aware) lies in this term."""
        return (self.start is None or self.start <= when) and (self.end is None or when < self.end)


@dataclass(frozen=True, slots=True)
class Account:
    """A person or body on the roster, known by `handle` ("@AdaLittleLP").

    `homes` maps a platform to the handle or stable id used there. The roster is
    the only place a role or a camp may come from.
    """

    handle: str
    name: str
    terms: tuple[Term, ...]
    homes: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def term_at(self, when: datetime) -> Term | None:
        """The term in force at `when`, or None between terms."""
        return next((term for term in self.terms if term.covers(when)), None)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the timetable, `start` inclusive, `end` exclusive (both aware, UTC)."""

    id: str
    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Milestone:
    """A single moment of the timetable: a freeze, a code coming into force."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch inside a rule's life in which `forbids` is not allowed to `binds`."""

    forbids: str
    start: datetime
    end: datetime
    binds: frozenset[str]
    severity: str = "S2"


@dataclass(frozen=True, slots=True)
class Rule:
    """A clause of the code, in the version in force from `start` to `end`.

    `looks_for` names the detectors of `analysis.code`; an empty tuple means
    that only people may raise it. `expects` are roles to whom the rule is an
    expectation: counted, never named.
    """

    id: str
    clause: str
    title: str
    text: str
    version: str
    binds: frozenset[str]
    severity: str
    looks_for: tuple[str, ...] = ()
    unless: str = ""
    start: datetime | None = None
    end: datetime | None = None
    published: datetime | None = None
    expects: frozenset[str] = frozenset()
    raised_for: Mapping[str, str] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()

    def in_force(self, when: datetime) -> bool:
        """Whether the rule is in force at `when`: start inclusive, end exclusive."""
        return (self.start is None or self.start <= when) and (self.end is None or when < self.end)


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A place that is asked for posts, as config.toml names it.

    `kind` is a key of `sources.registry.SOURCES`. For "feed", `url` is the
    document. For "bluesky" and "mastodon", `url` is the service's base and
    `follows` the account ("ada.example") or tag ("#LouderLantern").
    `speaker` is the roster handle whose own outlet this is, or "".
    `expect` is how long the source may bring nothing new before it is stale.
    """

    name: str
    kind: str
    url: str
    follows: str = ""
    speaker: str = ""
    interval: timedelta = timedelta(minutes=5)
    expect: timedelta | None = None
    replies: bool = True


@dataclass(frozen=True, slots=True)
class Polling:
    """How politely, how long and how much to ask. Seconds and bytes.

    `deadline_s` is for one answer; a whole visit may take four times as long.
    """

    deadline_s: float = 30.0
    connections: int = 20
    per_host: int = 4
    per_host_per_second: float = 5.0
    max_bytes: int = 5_000_000
    max_decoded_bytes: int = 20_000_000
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on a figure is shown and an alert is raised.

    `alert` is the hostility (0..1) from which a hostile exchange rings, `alert_severity` the
    severity from which a possible breach does.
    """

    too_few: int = 5
    sure: float = 0.6
    hostile: float = 0.3
    alert: float = 0.75
    alert_severity: str = "S2"


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """Which packaged reader says what posts mean: the "full" one, or the "fast" one."""

    reader: Literal["full", "fast"] = "full"


@dataclass(frozen=True)
class Contest:
    """Everything config.toml says, checked."""

    id: str
    name: str
    party: str
    zone: ZoneInfo
    camps: tuple[Camp, ...]
    accounts: tuple[Account, ...]
    phases: tuple[Phase, ...]
    milestones: tuple[Milestone, ...]
    rules: tuple[Rule, ...]
    sources: tuple[SourceEntry, ...]
    rulebook: str = ""
    officials: tuple[str, ...] = ()
    rival_parties: tuple[str, ...] = ()
    polling: Polling = Polling()
    thresholds: Thresholds = Thresholds()
    reading: ReaderChoice = ReaderChoice()
    storage_path: Path = Path("hustings.db")

    def camp(self, camp_id: str) -> Camp:
        """The camp of that id; KeyError if there is none."""
        return self._camps[camp_id]

    def rule(self, rule_id: str, version: str = "") -> Rule:
        """The rule of that id (and version, else the last one listed); KeyError if none."""
        matches = [r for r in self.rules if r.id == rule_id and version in ("", r.version)]
        if not matches:
            raise KeyError(rule_id)
        return matches[-1]

    def account(self, handle: str) -> Account | None:
        """The roster account of that roster handle ("@" and case do not matter)."""
        return self._by_handle.get(bare(handle))

    def account_of(self, author: Author, platform: str = "") -> Account | None:
        """Who on the roster wrote this, if anyone.

        The source's own word first (`author.account`), then the stable id or
        handle at home on `platform`. Without a platform (a file given to
        `judge`) the roster handle itself counts.
        """
        if author.account:
            return self.account(author.account)
        if not platform:
            return self.account(author.handle)
        homes = self._by_home
        return homes.get((platform, bare(author.id))) or homes.get((platform, bare(author.handle)))

    def phase_at(self, when: datetime) -> Phase | None:
        """The innermost phase `when` lies in: of nested ones, the shorter."""
        inside = [phase for phase in self.phases if phase.start <= when < phase.end]
        return min(inside, key=lambda phase: phase.end - phase.start, default=None)

    def next_edge(self, when: datetime) -> Milestone | None:
        """The next moment after `when` at which the timetable changes."""
        later = [edge for edge in self.edges if edge.at > when]
        return min(later, key=lambda edge: edge.at, default=None)

    @cached_property
    def edges(self) -> tuple[Milestone, ...]:
        """Every moment at which the timetable changes, in order."""
        starts = (Milestone(f"{phase.name} begins", phase.start) for phase in self.phases)
        ends = (Milestone(f"{phase.name} ends", phase.end) for phase in self.phases)
        kept: dict[datetime, Milestone] = {}
        for edge in (*self.milestones, *starts, *ends):
            kept.setdefault(edge.at, edge)
        return tuple(sorted(kept.values(), key=lambda edge: edge.at))

    @cached_property
    def _camps(self) -> dict[str, Camp]:
        return {camp.id: camp for camp in self.camps}

    @cached_property
    def _by_handle(self) -> dict[str, Account]:
        return {bare(account.handle): account for account in self.accounts}

    @cached_property
    def _by_home(self) -> dict[tuple[str, str], Account]:
        return {
            (platform, bare(home)): account
            for account in self.accounts
            for platform, home in account.homes.items()
        }


def bare(handle: str) -> str:
    """A handle as it is compared: no leading "@", no case.

    >>> bare("@AdaLittleLP")
    'adalittlelp'
    """
    return handle.removeprefix("@").casefold()
