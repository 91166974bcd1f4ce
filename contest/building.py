"""From the tables of config.toml to a Contest: what does not fit together is noted, not raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from contest import schema
from contest.building_code import BuildCode
from contest.contest import (
    LEAVES,
    PHASE_KINDS,
    ROLES,
    THIS_MACHINE,
    Account,
    Camp,
    Contest,
    Domains,
    Milestone,
    Phase,
    Polling,
    ReaderChoice,
    SecondReader,
    SourceEntry,
    Term,
    Thresholds,
    bare,
)
from contest.kinds import milestone_kind, phase_kind
from contest.problems import Findings, meant
from contest.toml_lines import Path as KeyPath
from contest.values import GROUPS, Values, overlap, span_of
from contest.vocabulary import Vocabulary


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
        self.values = Values(findings, self.zone, self.roles, {**GROUPS, **file.groups})

    def contest(self) -> Contest:
        """The contest, of use only if nothing was noted."""
        for name, roles in self.file.groups.items():
            self.values.known(("groups", name), "role", roles, self.roles)
        accounts = tuple(self._account(i, table) for i, table in enumerate(self.file.account))
        self._homes_are_taken_once()
        phases = self._phases()
        names = frozenset(phase.id for phase in phases) | frozenset(PHASE_KINDS)
        code = BuildCode(self.file, self.values, self.vocabulary, self.camps, names)
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
            facts=code.facts(),
            endorsements=code.endorsements(),
            domains=Domains(**self.file.domains.model_dump()),
            imprint=tuple(line.casefold() for line in self.file.contest.imprint),
            phases=phases,
            milestones=self._milestones(),
            rules=code.rules(),
            sources=self._sources(frozenset(bare(account.handle) for account in accounts)),
            polling=self._polling(),
            thresholds=Thresholds(**self.file.thresholds.model_dump()),
            reading=ReaderChoice(**self.file.reading.model_dump()),
            second_reader=self._second_reader(self.file.second_reader),
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

    def _phases(self) -> tuple[Phase, ...]:
        self.values.once(
            "phase",
            "id",
            [f"{p.id}{f' of {p.announced}' * bool(p.announced)}" for p in self.file.phase],
        )
        phases = []
        for i, table in enumerate(self.file.phase):
            start, end = self.values.stretch(("phase", i), table.start, table.end)
            announced = self.values.maybe(("phase", i, "announced"), table.announced)
            kind = table.kind or phase_kind(table.id, table.name)
            if start and end:
                phases.append(Phase(table.id, table.name, start, end, kind, announced))
        return tuple(phases)

    def _milestones(self) -> tuple[Milestone, ...]:
        return tuple(
            Milestone(
                table.name,
                self.values.moment(("milestone", i, "at"), table.at),
                table.kind or milestone_kind(table.name),
                self.values.maybe(("milestone", i, "announced"), table.announced),
            )
            for i, table in enumerate(self.file.milestone)
        )

    # -- people ------------------------------------------------------------------------

    def _camps(self, accounts: Sequence[Account]) -> tuple[Camp, ...]:
        if not self.file.camp:
            self.findings.add(("camp",), "there is no [[camp]]: a contest has at least one")
        self.values.once("camp", "id", [camp.id for camp in self.file.camp])
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
            if overlap(first, second):
                self.findings.add(path, f"account {table.handle}: two terms overlap")
        return Account(
            table.handle, table.name, tuple(terms), dict(table.homes), table.note, table.office
        )

    def _term(self, path: KeyPath, table: schema.TermTable) -> Term:
        if table.role and table.role not in self.roles:
            self.findings.unknown((*path, "role"), "role", table.role, self.roles)
        if table.camp is not None and table.camp not in self.camps:
            self.findings.unknown((*path, "camp"), "camp", table.camp, self.camps)
        start, end = self.values.stretch(path, table.start, table.end)
        return Term(table.role, table.camp, start, end)

    def _homes_are_taken_once(self) -> None:
        self.values.once(
            "account", "handle", [bare(account.handle) for account in self.file.account]
        )
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
        self.values.once("source", "name", [source.name for source in self.file.source])
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
            interval=span_of(table.interval or self.file.polling.interval),
            expect=span_of(table.expect) if table.expect else None,
            replies=table.replies,
        )

    def _bounded(self, path: KeyPath, span: str, longest: timedelta) -> None:
        if not _SHORTEST <= span_of(span) <= longest:
            what = "too short: at least 1s" if span_of(span) < _SHORTEST else "too long"
            self.findings.add(path, f'"{span}" is {what}')

    def _address(self, path: KeyPath, url: str) -> bool:
        """Whether it is a web address that holds no login; what is wrong is noted."""
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
            sound = False
        return sound

    def _polling(self) -> Polling:
        table = self.file.polling
        self._bounded(("polling", "interval"), table.interval, _LONGEST_INTERVAL)
        self._bounded(("polling", "deadline"), table.deadline, _LONGEST_DEADLINE)
        return Polling(
            deadline_s=span_of(table.deadline).total_seconds(),
            connections=table.connections,
            per_host=table.per_host,
            per_host_per_second=table.per_host_per_second,
            max_bytes=int(table.max_megabytes * 1_000_000),
            max_decoded_bytes=int(table.max_unpacked_megabytes * 1_000_000),
            contact=table.contact,
        )

    def _second_reader(self, table: schema.SecondReaderTable | None) -> SecondReader | None:
        if table is None:
            return None
        self._bounded(("second_reader", "timeout"), table.timeout, _LONGEST_DEADLINE)
        sound = self._address(("second_reader", "url"), table.url)
        may_leave = table.leaves_this_machine == LEAVES
        if sound and not may_leave and urlsplit(table.url).hostname not in THIS_MACHINE:
            self.findings.add(
                ("second_reader", "url"),
                f'"{table.url}" is not this machine ({", ".join(sorted(THIS_MACHINE))}): if that'
                f' is meant, write leaves_this_machine = "{LEAVES}" under [second_reader]',
            )
        return SecondReader(
            url=table.url.rstrip("/"),
            model=table.model,
            may_leave=may_leave,
            timeout_s=span_of(table.timeout).total_seconds(),
            an_hour=table.an_hour,
            a_day=table.a_day,
            max_tokens=table.max_tokens,
            key_from=table.key_from,
        )


_SHORTEST = timedelta(seconds=1)
_LONGEST_INTERVAL = timedelta(weeks=4)
_LONGEST_DEADLINE = timedelta(hours=1)
_ZONE_HINT = '; write it like "Europe/London"'
