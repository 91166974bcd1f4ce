"""The polling loop: every source at its own pace, for as long as the contest is watched."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from analysis.reader import Reader
from contest.contest import Contest, SourceEntry
from contest.visit import Health, Memory
from monitor.alerts import alert_of
from monitor.clock import Clock
from monitor.dropping import Dropper
from monitor.events import Alert, Changed, Event, Leading
from monitor.rulebook import Registrar, Renewal
from monitor.second_reader import Adviser
from monitor.teaching import School
from monitor.visiting import Visitor
from sources.net import Web
from sources.source import Source
from storage import flags, lease, visits
from storage.archive import Archive, ArchiveError

if TYPE_CHECKING:
    from analysis.tutor import Tutor

log = logging.getLogger(__name__)

T = TypeVar("T")

Tell = Callable[[Event], object]
"""Whoever wants to know: a terminal, a log, a test."""

LEASE = timedelta(seconds=15)
"""How long (real time) the right to poll lasts unless it is renewed."""

LONGEST_REST = timedelta(hours=6)
"""However long a former run meant to leave a failing source alone."""

AGAIN_AFTER_S = 1.0
"""Pause before the archive is tried again, where another program holds it."""

RENEWED_EVERY_S = 4.0
LOOKS_A_LEASE = 8
"""So many looks of a follower to one look at the lease."""

LOOKS_EVERY_S = 0.5
"""How often a follower looks whether the archive has changed."""


class LeaseLost(Exception):
    """Another process polls now."""


class Monitor:
    """Follows every source of a contest for as long as it is watched."""

    def __init__(
        self,
        contest: Contest,
        archive: Archive,
        web: Callable[[], AbstractAsyncContextManager[Web]],
        sources: Mapping[str, Source],
        reader: Reader,
        clock: Clock,
        tutor: Callable[[], Tutor | None] = lambda: None,
        renewal: Renewal | None = None,
    ) -> None:
        """Watch `contest`; `web` opens the network, `sources` maps a kind to its module.

        `tutor` opens what teaches the reader, as `monitor.teaching.School` says. With a `renewal`
        the files of the rulebook are watched, and read again when they change.
        """
        self._contest = contest
        self._archive = archive
        self._web = web
        self._clock = clock
        self._visitor = Visitor(contest, archive, sources, reader, clock)
        visitor = self._visitor
        self.school = School(contest, archive, tutor, visitor.think, visitor.read_by, clock)
        named = contest.second_reader
        self._dropper = Dropper(archive, clock)
        self.adviser = Adviser(contest, named, archive, web, visitor.think) if named else None
        self._renewal = renewal
        self.registrar = (
            Registrar(
                contest, renewal, archive, visitor.think, self._take_up,
                lambda: visitor.reader, clock,
            )
            if renewal
            else None
        )  # fmt: skip
        self._leads = False
        self._host = socket.gethostname()
        self._holder = f"{self._host}:{os.getpid()}:{secrets.token_hex(2)}"
        self._wake = asyncio.Event()
        self._standing: dict[str, tuple[Health, Memory]] = {}

    @property
    def contest(self) -> Contest:
        """The contest as it is judged now."""
        return self._contest

    def close(self) -> None:
        """Stop reading; what is under way is finished first."""
        self._visitor.close()

    def visit_now(self) -> None:
        """Visit every source at once instead of when it is due."""
        self._wake.set()
        self._wake = asyncio.Event()

    async def watch(self, tell: Tell) -> None:
        """Poll, or follow the process that does, until cancelled.

        Raises ArchiveError if the archive is taken away meanwhile.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.school.attend(tell, lambda: self._leads))
                tasks.create_task(self._dropper.attend(lambda: self._leads))
                if self.adviser:
                    tasks.create_task(self.adviser.attend(tell, lambda: self._leads))
                if self.registrar:
                    tasks.create_task(self.registrar.attend(tell, lambda: self._leads))
                tasks.create_task(self._lead_or_follow(tell))
        except* ArchiveError as group:
            raise group.exceptions[0] from None
        finally:
            await self._release()

    async def _lead_or_follow(self, tell: Tell) -> None:
        while True:
            if await self._patiently(self._take):
                tell(Leading(True, self._holder))
                await self._lead(tell)
            else:
                await self._follow(tell)

    async def poll_once(self, tell: Tell) -> bool:
        """Visit every source once; False, and nothing done, if another process polls.

        Raises ArchiveError if the archive cannot be written to.
        """
        if not await self._take():
            tell(await self._leader())
            return False
        try:
            await self.school.carry_head(tell)
            async with self._web() as web, asyncio.TaskGroup() as sources:
                for entry in self._contest.sources:
                    sources.create_task(self._visit(web, entry, tell))
            await self._dropper.drop()
        finally:
            await self._release()
        return True

    async def _take_up(self, contest: Contest, tell: Tell) -> None:
        """Judge by another rulebook from the next batch on."""
        assert self._renewal is not None
        reader, tutor = self._renewal.reader, self._renewal.tutor
        await self.school.judge_by(contest, partial(reader, contest), partial(tutor, contest), tell)
        self._contest = contest
        self._visitor.judge_by(contest)
        if self.adviser:
            self.adviser.judge_by(contest)

    # -- leading ----------------------------------------------------------------------

    async def _lead(self, tell: Tell) -> None:
        try:
            await self._patiently(lambda: self.school.carry_head(tell))
            self._leads = True
            async with self._web() as web, asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_lease())
                for entry in self._contest.sources:
                    tasks.create_task(self._attend(web, entry, tell))
        except* LeaseLost:
            log.warning("another process polls now; following it")
        except* ArchiveError as group:
            raise group.exceptions[0] from None
        finally:
            self._leads = False

    async def _attend(self, web: Web, entry: SourceEntry, tell: Tell) -> None:
        """Visit a source whenever it is due."""
        await self._pause(await self._until_due(entry))
        while True:
            pause = await self._visit(web, entry, tell)
            await self._pause(pause)

    async def _visit(self, web: Web, entry: SourceEntry, tell: Tell) -> timedelta:
        """Visit a source, tell how it went, and say how long to wait for the next visit."""
        health, memory = await self._standing_of(entry)
        outcome = await self._visitor.visit(web, entry, health, memory)
        self._standing[entry.name] = (outcome.health, outcome.memory)
        tell(outcome.event)
        return outcome.pause

    async def _standing_of(self, entry: SourceEntry) -> tuple[Health, Memory]:
        if entry.name not in self._standing:
            self._standing[entry.name] = await self._patiently(
                lambda: self._archive.run(visits.remembered, entry)
            )
        return self._standing[entry.name]

    async def _until_due(self, entry: SourceEntry) -> timedelta:
        """What is left of the pause that a former run had begun.

        The clock may have jumped since: a source that is well waits for no
        longer than its interval.
        """
        health, _ = await self._standing_of(entry)
        if health.next_visit is None:
            return timedelta(0)
        left = (health.next_visit - self._clock.now()) / self._clock.speed
        longest = LONGEST_REST if health.state == "failing" else entry.interval
        return min(max(left, timedelta(0)), longest)

    async def _pause(self, length: timedelta) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), length.total_seconds())
        except TimeoutError:
            return

    # -- one process polls ------------------------------------------------------------

    async def _take(self) -> bool:
        return await self._archive.run(lease.take_lease, self._holder, datetime.now(UTC), LEASE)

    async def _release(self) -> None:
        try:
            await asyncio.shield(self._archive.run(lease.release, self._holder))
        except ArchiveError as error:
            log.warning("the lease could not be given back, and runs out by itself: %s", error)

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the archive until it answers: another program may hold it for a while."""
        while True:
            try:
                return await ask()
            except ArchiveError as error:
                self._archive.see_that_it_is_in_place()
                log.warning("trying again in %g s: %s", AGAIN_AFTER_S, error)
                await asyncio.sleep(AGAIN_AFTER_S)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(RENEWED_EVERY_S)
            self._archive.see_that_it_is_in_place()
            if not await self._patiently(self._take):
                raise LeaseLost

    async def _leader(self) -> Leading:
        return Leading(False, await self._archive.run(lease.holder))

    async def _follow(self, tell: Tell) -> None:
        """Tell of every change another process makes, until its lease runs out."""
        tell(await self._patiently(self._leader))
        self._standing.clear()
        version, newest = await self._patiently(self._news)
        for look in count(1):
            await asyncio.sleep(LOOKS_EVERY_S)
            before, read = version, newest
            version, newest = await self._patiently(self._news)
            if version != before:
                tell(Changed(await self._alerts_since(read)))
            if look % LOOKS_A_LEASE == 0 and await self._patiently(self._free):
                return

    async def _news(self) -> tuple[int, int]:
        """What changes whenever the polling process has written, and its newest reading."""
        version = await self._archive.run(lease.data_version)
        return version, await self._archive.run(flags.newest_reading)

    async def _alerts_since(self, reading: int) -> tuple[Alert, ...]:
        """What the polling process has flagged since, for the bell of this one."""
        flagged = await self._patiently(lambda: self._archive.run(flags.flagged_since, reading))
        now = self._clock.now()
        alerts = (alert_of(self._contest, post, read, now) for post, read in flagged)
        return tuple(alert for alert in alerts if alert)

    async def _free(self) -> bool:
        """Whether nobody holds the right to poll any more."""
        self._archive.see_that_it_is_in_place()
        held = await self._archive.run(lease.find_lease)
        return held is None or not lease.stands(held, datetime.now(UTC), self._host)
