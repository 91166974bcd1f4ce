"""From the tables of config.toml to a Contest: what does not fit together is noted, not raised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from contest import schema
from contest.contest import (
    ROLES,
    Account,
    Camp,
    Contest,
    Milestone,
    Phase,
    Polling,
    ReaderChoice,
    Rule,
    SourceEntry,
    Term,
    Thresholds,
    Window,
    bare,
)
from contest.lens import read_span
from contest.problems import Findings, meant
from contest.toml_lines import Path as KeyPath


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names that other packages define and the file may use. None: not checked.

    `kinds` of sources, what a rule may look for (`detectors`), what a window
    may forbid (`forbids`).
    """

    kinds: frozenset[str] | None = None
    detectors: frozenset[str] | None = None
    forbids: frozenset[str] | None = None


class Build:
    """Turns the tables of a valid file into a Contest, noting what does not fit together."""

    def __init__(
        self, file: schema.ConfigFile, findings: Findings, folder: Path, vocabulary: Vocabulary
    ) -> None:
        self.file = file
        self.findings = findings
        self.folder = folder
        self.vocabulary = vocabulary
        self.zone = self._zone(file.contest.zone)
        self.roles = frozenset(ROLES) | frozenset(file.contest.roles)
        self.camps = frozenset(camp.id for camp in file.camp)

    def contest(self) -> Contest:
        """The contest, of use only if nothing was noted."""
        for name, roles in self.file.groups.items():
            self._known(("groups", name), "role", roles, self.roles)
        accounts = tuple(self._account(i, table) for i, table in enumerate(self.file.account))
        self._homes_are_taken_once()
        return Contest(
            id=self.file.contest.id,
            name=self.file.contest.name,
            party=self.file.contest.party,
            zone=self.zone,
            rulebook=self.file.contest.rulebook,
            officials=self.file.contest.officials,
            rival_parties=self.file.contest.rival_parties,
            camps=self._camps(accounts),
            accounts=accounts,
            phases=self._phases(),
            milestones=tuple(
                Milestone(table.name, self._moment(("milestone", i, "at"), table.at))
                for i, table in enumerate(self.file.milestone)
            ),
            rules=self._rules(),
            sources=self._sources(frozenset(bare(account.handle) for account in accounts)),
            polling=self._polling(),
            thresholds=Thresholds(**self.file.thresholds.model_dump()),
            reading=ReaderChoice(**self.file.reading.model_dump()),
            storage_path=self.folder / self.file.storage.path,
        )

    # -- the timetable ---------------------------------------------------------------

    def _zone(self, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" is a folder
            hint = meant(name, available_timezones())
            self.findings.add(
                ("contest", "zone"), f'zone "{name}" is not a time zone{hint or _ZONE_HINT}'
            )
            return ZoneInfo("UTC")

    def _moment(self, path: KeyPath, when: datetime) -> datetime:
        """A time as UTC. Without an offset it is the party's wall clock."""
        if not 1900 <= when.year <= 9000:
            self.findings.add(path, f"{when.isoformat()} is no time of a contest")
            return _NEVER
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

    def _maybe(self, path: KeyPath, when: datetime | None) -> datetime | None:
        return None if when is None else self._moment(path, when)

    def _stretch(
        self, path: KeyPath, start: datetime | None, end: datetime | None
    ) -> tuple[datetime | None, datetime | None]:
        first, last = self._maybe((*path, "from"), start), self._maybe((*path, "to"), end)
        if first and last and last <= first:
            self.findings.add((*path, "to"), '"to" is not after "from"')
        return first, last

    def _phases(self) -> tuple[Phase, ...]:
        self._once("phase", "id", [phase.id for phase in self.file.phase])
        phases = []
        for i, table in enumerate(self.file.phase):
            start, end = self._stretch(("phase", i), table.start, table.end)
            if start and end:
                phases.append(Phase(table.id, table.name, start, end))
        return tuple(phases)

    # -- people ------------------------------------------------------------------------

    def _camps(self, accounts: Sequence[Account]) -> tuple[Camp, ...]:
        if not self.file.camp:
            self.findings.add(("camp",), "there is no [[camp]]: a contest has at least one")
        self._once("camp", "id", [camp.id for camp in self.file.camp])
        roster = {bare(account.handle) for account in accounts}
        for i, camp in enumerate(self.file.camp):
            if bare(camp.handle) not in roster:
                handles = [account.handle for account in accounts]
                self.findings.unknown(("camp", i, "handle"), "account", camp.handle, handles)
        return tuple(Camp(**camp.model_dump()) for camp in self.file.camp)

    def _account(self, i: int, table: schema.AccountTable) -> Account:
        path: KeyPath = ("account", i)
        if bool(table.role) == bool(table.terms):
            wanted = "either a role or terms, not both" if table.role else '"role" is missing'
            self.findings.add(path, f"account {table.handle}: {wanted}")
        if table.terms:
            terms = [
                self._term((*path, "terms", n), term)
                for n, term in enumerate(table.terms)
            ]  # fmt: skip
        else:
            terms = [self._term(path, table)]
        for first, second in combinations(terms, 2):
            if _overlap(first, second):
                self.findings.add(path, f"account {table.handle}: two terms overlap")
        return Account(table.handle, table.name, tuple(terms), dict(table.homes), table.note)

    def _term(self, path: KeyPath, table: schema.TermTable) -> Term:
        if table.role and table.role not in self.roles:
            self.findings.unknown((*path, "role"), "role", table.role, self.roles)
        if table.camp is not None and table.camp not in self.camps:
            self.findings.unknown((*path, "camp"), "camp", table.camp, self.camps)
        start, end = self._stretch(path, table.start, table.end)
        return Term(table.role, table.camp, start, end)

    def _homes_are_taken_once(self) -> None:
        self._once("account", "handle", [bare(account.handle) for account in self.file.account])
        seen: dict[tuple[str, str], str] = {}
        for i, account in enumerate(self.file.account):
            for platform, home in account.homes.items():
                if platform == "mastodon" and "@" not in home.removeprefix("@"):
                    words = f'mastodon home "{home}" names no server: write {home}@SERVER'
                    self.findings.add(("account", i, "homes", platform), words)
                other = seen.setdefault((platform, bare(home)), account.handle)
                if other != account.handle:
                    self.findings.add(
                        ("account", i, "homes", platform),
                        f"{platform} home {home} belongs to {other} already",
                    )

    # -- sources -----------------------------------------------------------------------

    def _sources(self, roster: frozenset[str]) -> tuple[SourceEntry, ...]:
        self._once("source", "name", [source.name for source in self.file.source])
        return tuple(self._source(i, table, roster) for i, table in enumerate(self.file.source))

    def _source(self, i: int, table: schema.SourceTable, roster: frozenset[str]) -> SourceEntry:
        path: KeyPath = ("source", i)
        kinds = self.vocabulary.kinds
        if kinds is not None and table.kind not in kinds:
            self.findings.unknown((*path, "kind"), "kind", table.kind, kinds)
        if table.speaker and bare(table.speaker) not in roster:
            handles = [account.handle for account in self.file.account]
            self.findings.unknown((*path, "speaker"), "account", table.speaker, handles)
        self._address((*path, "url"), table.url)
        if table.interval:
            self._bounded((*path, "interval"), table.interval, _LONGEST_INTERVAL)
        if table.kind in ("bluesky", "mastodon") and not table.follows:
            self.findings.add(path, f'source "{table.name}": "follows" is missing: whom to follow')
        return SourceEntry(
            name=table.name,
            kind=table.kind,
            url=table.url,
            follows=table.follows,
            speaker=table.speaker,
            interval=_span(table.interval or self.file.polling.interval),
            expect=_span(table.expect) if table.expect else None,
            replies=table.replies,
        )

    def _bounded(self, path: KeyPath, span: str, longest: timedelta) -> None:
        if not _SHORTEST <= _span(span) <= longest:
            what = "too short: at least 1s" if _span(span) < _SHORTEST else "too long"
            self.findings.add(path, f'"{span}" is {what}')

    def _address(self, path: KeyPath, url: str) -> None:
        try:
            parts = urlsplit(url)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname)
            parts.port  # noqa: B018 - a bad port shows itself only when it is asked for
        except ValueError:
            sound = False
        if not sound:
            self.findings.add(
                path, f'"{url}" is not an address that begins with https:// or http://'
            )
        elif parts.username or parts.password:
            self.findings.add(path, "the address holds a user name or password: keep them out")

    def _polling(self) -> Polling:
        table = self.file.polling
        self._bounded(("polling", "interval"), table.interval, _LONGEST_INTERVAL)
        self._bounded(("polling", "deadline"), table.deadline, _LONGEST_DEADLINE)
        return Polling(
            deadline_s=_span(table.deadline).total_seconds(),
            connections=table.connections,
            per_host=table.per_host,
            per_host_per_second=table.per_host_per_second,
            max_bytes=int(table.max_megabytes * 1_000_000),
            max_decoded_bytes=int(table.max_unpacked_megabytes * 1_000_000),
            contact=table.contact,
        )

    # -- the code ----------------------------------------------------------------------

    def _rules(self) -> tuple[Rule, ...]:
        rules = tuple(self._rule(i, table) for i, table in enumerate(self.file.rule))
        for (i, first), (j, second) in combinations(enumerate(rules), 2):
            if first.id != second.id:
                continue
            if first.version == second.version:
                line = self.findings.lines.get(("rule", i), 0)
                words = f"rule {first.id} version {first.version} stands at line {line} already"
                self.findings.add(("rule", j), words)
            elif _overlap(first, second):
                words = f"rule {first.id}: versions {first.version} and {second.version} overlap"
                self.findings.add(("rule", j), words)
        return rules

    def _rule(self, i: int, table: schema.RuleTable) -> Rule:
        path: KeyPath = ("rule", i)
        start, end = self._stretch(path, table.start, table.end)
        self._known((*path, "looks_for"), "detector", table.looks_for, self.vocabulary.detectors)
        self._known((*path, "raised_for"), "role", table.raised_for, self.roles)
        return Rule(
            id=table.id,
            clause=table.clause,
            title=table.title,
            text=table.text,
            version=table.version,
            binds=self._bound((*path, "binds"), table.binds),
            expects=self._bound((*path, "expects"), table.expects),
            severity=table.severity,
            raised_for=dict(table.raised_for),
            looks_for=table.looks_for,
            unless=table.unless,
            start=start,
            end=end,
            published=self._maybe((*path, "published"), table.published),
            windows=tuple(
                self._window((*path, "windows", n), window)
                for n, window in enumerate(table.windows)
            ),
        )

    def _window(self, path: KeyPath, table: schema.WindowTable) -> Window:
        start, end = self._stretch(path, table.start, table.end)
        self._known((*path, "forbids"), "form", (table.forbids,), self.vocabulary.forbids)
        binds = self._bound((*path, "binds"), table.binds)
        return Window(table.forbids, start or _NEVER, end or _NEVER, binds, table.severity)

    def _bound(self, path: KeyPath, names: Iterable[str]) -> frozenset[str]:
        """Role names, groups of them resolved."""
        bound: set[str] = set()
        for n, name in enumerate(names):
            if name in self.file.groups:
                bound.update(self.file.groups[name])
            elif name in self.roles:
                bound.add(name)
            else:
                known = {*self.roles, *self.file.groups}
                self.findings.unknown((*path, n), "role or group", name, known)
        self._known(path, "role", bound, self.roles)
        return frozenset(bound)

    def _known(
        self, path: KeyPath, what: str, names: Iterable[str], known: frozenset[str] | None
    ) -> None:
        for n, name in enumerate(names):
            if known is not None and name not in known:
                at = (*path, n) if (*path, n) in self.findings.lines else (*path, name)
                self.findings.unknown(at, what, name, known)

    def _once(self, table: str, key: str, names: Sequence[str]) -> None:
        """Note every name that stands a second time."""
        first: dict[str, int] = {}
        for i, name in enumerate(names):
            if (before := first.setdefault(name, i)) != i:
                line = self.findings.lines.get((table, before), 0)
                self.findings.add(
                    (table, i, key), f'{table} {key} "{name}" stands at line {line} already'
                )


_NEVER = datetime.min.replace(tzinfo=UTC)
_SHORTEST = timedelta(seconds=1)
_LONGEST_INTERVAL = timedelta(weeks=4)
_LONGEST_DEADLINE = timedelta(hours=1)
_ZONE_HINT = '; write it like "Europe/London"'


def _overlap(first: Term | Rule, second: Term | Rule) -> bool:
    return _starts(first) < _ends(second) and _starts(second) < _ends(first)


def _starts(part: Term | Rule) -> datetime:
    return part.start or _NEVER


def _ends(part: Term | Rule) -> datetime:
    return part.end or datetime.max.replace(tzinfo=UTC)


def _span(text: str) -> timedelta:
    span = read_span(text)
    assert span is not None, f"the schema let {text!r} through"
    return span
