"""The Lantern contest on this machine: clock, addresses, trouble. Opens no connection."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from contest.config import load_contest
from contest.contest import Contest, Polling, SourceEntry
from demo.story import Story, Told

SPEED = 2000.0
"""Contest seconds in a second, unless the viewer says otherwise: a day in 43 seconds."""

OPENS = datetime(2026, 10, 26, 7, tzinfo=UTC)
"""When the curtain rises for a viewer: two hours before voting opens. The four weeks before are
caught up on at once, the televised hustings come after two and a half minutes."""

OFTEN = timedelta(seconds=1)
SELDOM = timedelta(seconds=2)
"""The shortest real time between two visits to a source: the busier half, the others."""

NOTICEABLE = timedelta(seconds=6)
"""Real time that a post stands before it changes, and that a failure lasts, at least: with
a visit every second or two, whatever is shorter might never be seen."""

UNHURRIED = 50_000.0
"""Speed up to which visits come at that pace. Beyond it they, and what they are to notice, are
quickened, up to four times: a play of seconds is watched by a program and not by a person."""

_PACKAGED = Path(__file__).with_name("config.toml")
_CHECKOUT = Path(__file__).parents[1] / "config.toml"


@dataclass(frozen=True, slots=True)
class StageClock:
    """Contest time: `speed` contest seconds go by in each real one, until `end`.

    `begun` is the reading of `time.monotonic()` at which it was `start`. That
    clock is one for all processes of a machine (Python's own promise since
    3.5), so a child that is told `begun` agrees with its parent, whatever
    happens to the wall clock meanwhile.
    """

    start: datetime
    speed: float
    end: datetime
    begun: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The contest's time (aware, UTC); it stands still once the story has ended."""
        played = (time.monotonic() - self.begun) * self.speed
        whole = (self.end - self.start).total_seconds()
        return self.start + timedelta(seconds=max(0.0, min(played, whole)))

    def ends_in_s(self) -> float:
        """Real seconds until the story ends; 0 once it has."""
        return max(0.0, (self.end - self.now()).total_seconds() / self.speed)


@dataclass(frozen=True, slots=True)
class Outage:
    """The stretch of contest time in which a source answers 503."""

    source: str
    start: datetime
    end: datetime

    def covers(self, now: datetime) -> bool:
        """Whether the source is down at `now`: start inclusive, end exclusive."""
        return self.start <= now < self.end


def hurry(speed: float) -> float:
    """What visits and changes are shortened to at that speed: 1 for people, 0.25 at the least.

    >>> hurry(2_000), hurry(100_000), hurry(1e9)
    (1.0, 0.5, 0.25)
    """
    return max(0.25, min(1.0, UNHURRIED / speed))


def outage(speed: float) -> Outage:
    """The Gull's bad day and a half, stretched at high speeds until a viewer can notice it."""
    start = datetime(2026, 11, 2, 6, tzinfo=UTC)
    length = max(timedelta(hours=36), _in_contest_time(NOTICEABLE * hurry(speed), speed))
    return Outage("The Gull", start, start + length)


def noticeable(story: Story, speed: float) -> Story:
    """The story with its edits and deletions so late that they can be noticed at that speed.

    A slip that is corrected within minutes is true to life, but at SPEED it
    would be gone before anybody had looked.
    """
    least = _in_contest_time(NOTICEABLE * hurry(speed), speed)
    return Story(tuple(_unhurried(told, least) for told in story.posts))


PLAYED = _PACKAGED if _PACKAGED.exists() else _CHECKOUT
"""The fictional contest's configuration, in the package or in the checkout."""


def lantern(path: Path = PLAYED) -> Contest:
    """The fictional contest. Raises contest.config.ConfigError."""
    return load_contest(path)


def on_loopback(contest: Contest, base_url: str, pace: float) -> Contest:
    """The same contest with its sources served at `base_url`, `pace` times as fast.

    `https://host/path` becomes `<base_url>/host/path`. A source's `interval` is
    *real* time from now on, because whoever polls sleeps in real time: what it
    was divided by `pace`, but at least OFTEN (for the sources that had a
    shorter interval than most) or SELDOM. `expect` stays *contest* time, as
    posts carry contest time; it is never less than what passes in five visits.
    """
    usual = max((source.interval for source in contest.sources), default=SELDOM)
    sources = tuple(_moved(source, base_url, pace, usual) for source in contest.sources)
    return replace(contest, sources=sources, polling=_brisk(contest.polling))


def loopback_url(url: str, base_url: str) -> str:
    """Where `url` is to be found on stage.

    >>> loopback_url("https://gull.example/osei.atom", "http://127.0.0.1:8080")
    'http://127.0.0.1:8080/gull.example/osei.atom'
    """
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base_url}/{parts.netloc}{parts.path}{query}"


def _unhurried(told: Told, least: timedelta) -> Told:
    before, edits = told.at, []
    for edit in told.edits:
        before = max(edit.at, before + least)
        edits.append(replace(edit, at=before))
    deleted = max(told.deleted, before + least) if told.deleted else None
    return replace(told, edits=tuple(edits), deleted=deleted)


def _moved(source: SourceEntry, base_url: str, pace: float, usual: timedelta) -> SourceEntry:
    floor = (OFTEN if source.interval < usual else SELDOM) * hurry(pace)
    interval = min(source.interval, max(source.interval / pace, floor))
    five_visits = _in_contest_time(5 * interval, pace)
    return replace(
        source,
        url=loopback_url(source.url, base_url),
        interval=interval,
        expect=max(source.expect, five_visits) if source.expect else None,
    )


def _brisk(polling: Polling) -> Polling:
    """Limits for servers of our own, which need no sparing."""
    return replace(polling, per_host=8, per_host_per_second=1000.0)


def _in_contest_time(real: timedelta, speed: float) -> timedelta:
    """What goes by in the contest meanwhile; a year at most, whatever the speed."""
    return timedelta(seconds=min(real.total_seconds() * speed, 366 * 86_400.0))
