"""Who is standing, who is bound by what and when, and where they speak. Frozen; reads no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from contest.code import Rule
from contest.post import Author
from contest.registers import Endorsement, Fact

ROLES = (
    "candidate", "team", "campaign_account", "mp", "councillor", "staff", "returning_officer",
    "branch", "officer", "member", "journalist", "outsider",
)  # fmt: skip
"""The roles every contest knows; `[contest] roles` may add to them."""

PHASE_KINDS = ("vacancy", "nominations", "campaign", "voting", "quiet", "count", "declared")
"""What a phase may be; a rule's `phases` may name them."""
MILESTONE_KINDS = ("join-by", "replacement-by", "complain-by", "other")
"""What a single moment may be: until when one may join to have a vote, ask for another ballot
paper, complain."""

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

    `homes` maps a platform to the handle or stable id used there. `office`: a council, a
    ministry or the like provides the account. The roster is the only place a role or a camp
    may come from.
    """

    handle: str
    name: str
    terms: tuple[Term, ...]
    homes: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    office: bool = False

    def term_at(self, when: datetime) -> Term | None:
        """The term in force at `when`, or None between terms."""
        return next((term for term in self.terms if term.covers(when)), None)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the timetable, `start` inclusive, `end` exclusive (both aware, UTC).

    `kind` says what happens in it, "" where that is none of PHASE_KINDS. Of several with one id
    the one `announced` last before a moment is what was known at that moment.
    """

    id: str
    name: str
    start: datetime
    end: datetime
    kind: str = ""
    announced: datetime | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A single moment of the timetable: a freeze, a code coming into force.

    `kind` is one of MILESTONE_KINDS or ""; `announced` as for a phase.
    """

    name: str
    at: datetime
    kind: str = ""
    announced: datetime | None = None


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
class Domains:
    """Whose web addresses are whose: the party's `official` ones, its systems' `internal` ones."""

    official: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()


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


THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
"""The hosts of an address that leads nowhere else, and past every proxy."""

LEAVES = "posts may leave this machine"
"""What `[second_reader] leaves_this_machine` has to say, word for word, for any other host."""


@dataclass(frozen=True, slots=True)
class SecondReader:
    """A language model that is asked about flags, as `[second_reader]` names it.

    `url` is the base of an OpenAI-compatible service ("http://127.0.0.1:11434/v1"). It is asked
    at most `an_hour` and `a_day` times; an answer may take `timeout_s` seconds and `max_tokens`
    tokens. `key_from` names the environment variable that holds the key, or is "".
    """

    url: str
    model: str
    may_leave: bool = False
    timeout_s: float = 60.0
    an_hour: int = 60
    a_day: int = 400
    max_tokens: int = 300
    key_from: str = ""


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
    facts: tuple[Fact, ...] = ()
    endorsements: tuple[Endorsement, ...] = ()
    domains: Domains = Domains()
    imprint: tuple[str, ...] = ("promoted by", "authorised by", "authorized by")
    polling: Polling = Polling()
    thresholds: Thresholds = Thresholds()
    reading: ReaderChoice = ReaderChoice()
    second_reader: SecondReader | None = None
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

    def phases_at(self, when: datetime) -> tuple[Phase, ...]:
        """Every phase `when` lies in, by the timetable as known then; the innermost first."""
        inside = [phase for phase in self.known(when) if phase.start <= when < phase.end]
        return tuple(sorted(inside, key=lambda phase: phase.end - phase.start))

    def phase_at(self, when: datetime) -> Phase | None:
        """The innermost phase `when` lies in: of nested ones, the shorter."""
        return next(iter(self.phases_at(when)), None)

    def known(self, when: datetime) -> tuple[Phase, ...]:
        """The phases as the timetable stood at `when`: of each id the version announced last."""
        if all(phase.announced is None for phase in self.phases):
            return self.phases
        newest: dict[str, Phase] = {}
        for phase in sorted(self.phases, key=_announced):
            if phase.announced is None or phase.announced <= when:
                newest[phase.id] = phase
        return tuple(newest.values())

    def moment(self, kind: str, when: datetime) -> datetime | None:
        """When the milestone of that kind is, as the timetable stood at `when`, if there is one."""
        known = [
            edge
            for edge in self.milestones
            if edge.kind == kind and (edge.announced is None or edge.announced <= when)
        ]
        return max(known, key=_announced).at if known else None

    def stretch(self, kind: str, when: datetime) -> tuple[datetime, datetime] | None:
        """From when to when the phases of that kind last, as the timetable stood at `when`."""
        known = [phase for phase in self.known(when) if phase.kind == kind]
        if not known:
            return None
        return min(phase.start for phase in known), max(phase.end for phase in known)

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


_NEVER = datetime.min.replace(tzinfo=UTC)


def _announced(part: Phase | Milestone) -> datetime:
    return part.announced or _NEVER


def bare(handle: str) -> str:
    """A handle as it is compared: no leading "@", no case.

    >>> bare("@AdaLittleLP")
    'adalittlelp'
    """
    return handle.removeprefix("@").casefold()
