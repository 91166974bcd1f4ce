"""Start the stage's servers in a process of their own, and always end it. The way into the demo."""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from contest.contest import Contest
from demo.stage import PLAYED, StageClock, lantern, noticeable, on_loopback
from demo.story import STORY, read_story

_START_S = 30.0
_END_S = 5.0
_ROOT = Path(__file__).parents[1]


class StageError(Exception):
    """The stage could not be set up; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A contest that is being played: poll `contest` by `clock`. The servers are at `base_url`.

    `config` is where the contest is described.
    """

    contest: Contest
    clock: StageClock
    base_url: str
    config: Path = PLAYED

    def on_stage(self, contest: Contest) -> Contest:
        """Another reading of the configuration, with its sources where they are played."""
        return on_loopback(contest, self.base_url, self.clock.speed)


@contextmanager
def stage(
    speed: float, start: datetime | None = None, story: Path = STORY, config: Path = PLAYED
) -> Iterator[Stage]:
    """Play the story at `speed` contest seconds a second, from `start` (else its first post).

    The contest is that of `config`; what is served is the story's, whatever stands there.

    Both processes read the same monotonic clock, so the servers are told when
    the play began and need not be asked what time it is. Raises StageError, ConfigError.
    """
    if not 0 < speed < math.inf:
        raise StageError(f"the speed is {speed:g}, but must be a number above 0")
    contest = lantern(config)
    told = noticeable(read_story(story), speed)
    clock = StageClock(start or told.start, speed, told.end)
    with tempfile.TemporaryFile() as complaints:
        servers = _started(clock, story, complaints)
        try:
            base_url = f"http://127.0.0.1:{_port(servers, complaints)}"
            yield Stage(on_loopback(contest, base_url, speed), clock, base_url, config)
        finally:
            _end(servers)


def _started(clock: StageClock, story: Path, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "demo.servers", "--story", str(story.resolve()),
        "--speed", repr(clock.speed), "--start", clock.start.isoformat(),
        "--begun", repr(clock.begun),
    ]  # fmt: skip
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            cwd=_ROOT,  # where `-m` finds the package, installed or not
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
    except OSError as error:
        raise StageError(f"the demo's servers could not be started: {error}") from error


def _port(servers: subprocess.Popen[bytes], complaints: IO[bytes]) -> int:
    """The port that the servers print once they are ready."""
    assert servers.stdout is not None
    watchdog = threading.Timer(_START_S, servers.kill)
    watchdog.start()
    try:
        line = servers.stdout.readline()
    finally:
        watchdog.cancel()
    if not line.strip().isdigit():
        complaints.seek(0)
        last = complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
        raise StageError(f"the demo's servers did not start: {last or 'they gave no reason'}")
    return int(line)


def _end(servers: subprocess.Popen[bytes]) -> None:
    """Close their standard input, which ends them; kill them if it does not."""
    assert servers.stdin is not None
    assert servers.stdout is not None
    servers.stdin.close()
    servers.stdout.close()
    try:
        servers.wait(_END_S)
    except subprocess.TimeoutExpired:
        servers.kill()
        servers.wait()
