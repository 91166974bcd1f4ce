"""The polling loop: every source at its own pace, for as long as the contest is watched."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from itertools import count

from analysis.reader import Reader
from contest.contest import Contest, SourceEntry
from contest.visit import Health, Memory
from monitor.clock import Clock
from monitor.events import Changed, Event, Leading
from monitor.visiting import Visitor
from sources.net import Web
from sources.source import Source
from storage import lease, visits
from storage.archive import Archive, ArchiveError

log = logging.getLogger(__name__)

Tell = Callable[[Event], object]
"""Whoever wants to know: a terminal, a log, a test."""

LEASE = timedelta(seconds=15)
"""How long (real time) the right to poll lasts unless it is renewed."""

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
    ) -> None:
        """Watch `contest`; `web` opens the network, `sources` maps a kind to its module."""
        self._contest = contest
        self._archive = archive
        self._web = web
        self._clock = clock
        self._visitor = Visitor(contest, archive, sources, reader, clock)
        self._host = socket.gethostname()
        self._holder = f"{self._host}:{os.getpid()}:{secrets.token_hex(2)}"
        self._wake = asyncio.Event()
        self._standing: dict[str, tuple[Health, Memory]] = {}

    def close(self) -> None:
        """Stop reading; what is under way is finished first."""
        self._visitor.close()

    def visit_now(self) -> None:
        """Visit every source at once instead of when it is due."""
        self._wake.set()
        self._wake = asyncio.Event()

    async def watch(self, tell: Tell) -> None:
        """Poll, or follow the process that does, until cancelled."""
        try:
            while True:
                if await self._take():
                    tell(Leading(True, self._holder))
                    await self._lead(tell)
                else:
                    await self._follow(tell)
        finally:
            await asyncio.shield(self._archive.run(lease.release, self._holder))

    async def poll_once(self, tell: Tell) -> bool:
        """Visit every source once; False, and nothing done, if another process polls."""
        if not await self._take():
            tell(await self._leader())
            return False
        try:
            async with self._web() as web, asyncio.TaskGroup() as sources:
                for entry in self._contest.sources:
                    sources.create_task(self._visit(web, entry, tell))
        finally:
            await asyncio.shield(self._archive.run(lease.release, self._holder))
        return True

    # -- leading ----------------------------------------------------------------------

    async def _lead(self, tell: Tell) -> None:
        try:
            async with self._web() as web, asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_lease())
                for entry in self._contest.sources:
                    tasks.create_task(self._attend(web, entry, tell))
        except* LeaseLost:
            log.warning("another process polls now; following it")

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
            self._standing[entry.name] = await self._archive.run(visits.remembered, entry)
        return self._standing[entry.name]

    async def _until_due(self, entry: SourceEntry) -> timedelta:
        """What is left of the pause that a former run had begun."""
        health, _ = await self._standing_of(entry)
        if health.next_visit is None:
            return timedelta(0)
        left = (health.next_visit - self._clock.now()) / self._clock.speed
        return min(max(left, timedelta(0)), entry.interval)

    async def _pause(self, length: timedelta) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), length.total_seconds())
        except TimeoutError:
            return

    # -- one process polls ------------------------------------------------------------

    async def _take(self) -> bool:
        return await self._archive.run(lease.take_lease, self._holder, datetime.now(UTC), LEASE)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(RENEWED_EVERY_S)
            try:
                if not await self._take():
                    raise LeaseLost
            except ArchiveError as error:
                log.warning("the lease could not be renewed: %s", error)

    async def _leader(self) -> Leading:
        return Leading(False, await self._archive.run(lease.holder))

    async def _follow(self, tell: Tell) -> None:
        """Tell of every change another process makes, until its lease runs out."""
        tell(await self._leader())
        self._standing.clear()
        before = await self._archive.run(lease.data_version)
        for look in count(1):
            await asyncio.sleep(LOOKS_EVERY_S)
            version = await self._archive.run(lease.data_version)
            if version != before:
                before = version
                tell(Changed())
            if look % LOOKS_A_LEASE == 0 and await self._free():
                return

    async def _free(self) -> bool:
        """Whether nobody holds the right to poll any more."""
        held = await self._archive.run(lease.find_lease)
        return held is None or not lease.stands(held, datetime.now(UTC), self._host)
