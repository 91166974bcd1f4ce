"""A small web that answers what a test says, and a monitor over it with everything else real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from analysis.reader import load_reader
from analysis.trained import Model, Trained
from analysis.tutor import Tutor
from contest.config import load_contest
from contest.contest import Contest, SourceEntry
from monitor.events import Event
from monitor.poller import Monitor
from sources.net import Web
from sources.registry import SOURCES
from storage.archive import Archive

LANTERN = load_contest(Path(__file__).parents[2] / "config.toml")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

ITEM = """<item><guid>{guid}</guid><title></title><description>{text}</description>
<pubDate>{date}</pubDate></item>"""
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>"""


def rss(*items: tuple[str, str], date: datetime = NOON) -> str:
    """An RSS document of (guid, text) items, all published at `date`."""
    written = f"{date:%a, %d %b %Y %H:%M:%S} GMT"
    return RSS.format("".join(ITEM.format(guid=g, text=t, date=written) for g, t in items))


@dataclass
class StoppedClock:
    """The contest's time, moved by the test."""

    time: datetime = NOON
    speed: float = 1.0

    def now(self) -> datetime:
        return self.time


@dataclass
class SmallWeb:
    """Answers by host; a host without an answer refuses."""

    answers: dict[str, Callable[[httpx.Request], httpx.Response]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, host: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        octets = body.encode() if isinstance(body, str) else body
        said = {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(request: httpx.Request) -> httpx.Response:
            if said.get("etag") and request.headers.get("if-none-match") == said["etag"]:
                return httpx.Response(304, stream=httpx.ByteStream(b""), headers=said)
            return httpx.Response(status, stream=httpx.ByteStream(octets), headers=said)

        self.answers[host] = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        if request.url.host not in self.answers:
            raise httpx.ConnectError("refused", request=request)
        return self.answers[request.url.host](request)


@dataclass
class World:
    """A contest that follows feeds at given hosts, its archive, and its monitors."""

    contest: Contest
    web: SmallWeb
    archive: Archive
    clock: StoppedClock = field(default_factory=StoppedClock)
    model: Model | None = None
    """What says what posts mean, and can be taught; None: the word lists."""

    @contextmanager
    def monitor(self, archive: Archive | None = None) -> Iterator[Monitor]:
        transport = httpx.MockTransport(self.web)
        model = self.model
        tutor = Tutor(self.contest, model) if model else None
        monitor = Monitor(
            self.contest,
            archive or self.archive,
            lambda: Web(
                self.contest.polling,
                now=lambda: datetime.now(UTC),
                version="test",
                transport=transport,
            ),
            SOURCES,
            load_reader(self.contest, Trained(model) if model else None),
            self.clock,
            lambda: tutor,
        )
        try:
            yield monitor
        finally:
            monitor.close()

    async def sweep(self) -> list[Event]:
        """Visit every source once; what was told."""
        told: list[Event] = []
        with self.monitor() as monitor:
            assert await monitor.poll_once(told.append)
        return told


def entry(host: str, **fields: object) -> SourceEntry:
    made = SourceEntry(host, "feed", f"https://{host}.example/feed", interval=timedelta(hours=1))
    return replace(made, **fields)


def world_of(archive: Archive, *sources: SourceEntry) -> World:
    return World(replace(LANTERN, sources=sources), SmallWeb(), archive)


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive(None) as archive:
        yield archive


async def until(true: Callable[[], bool]) -> None:
    """Wait until something holds; fails loudly after a generous while."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for knows nothing of the test
            await asyncio.sleep(0.005)
