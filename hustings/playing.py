"""`hustings demo`: the very same program over a fictional contest, served on loopback by itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from contest.config import ConfigError
from demo.play import Stage, StageError, stage
from demo.stage import OPENS, PLAYED, SPEED
from demo.story import read_story
from hustings.errors import UsageProblem
from hustings.logs import log_to
from hustings.opening import new_monitor, open_archive
from hustings.reading import open_aloud
from hustings.rulebook import ConfigFiles, renewal
from hustings.saying import say
from hustings.stall import Stall, measured_stall
from hustings.watching import Printer
from monitor.events import Announced, Event, ExamplesFell, RulebookRead, RulebookWrong
from monitor.poller import Monitor
from storage.archive import Archive
from storage.board import read_board
from storage.tally import Tally, read_tally

THE_END = "The story is over and its clock stands still; everything can still be opened. q leaves."


def play(speed: float | None, config: Path | None, db: Path | None) -> None:
    """Play the story on the dashboard, `speed` contest seconds a second, from voting week on.

    A `config` stands in for the one that is shipped: a copy of it with other rules, say.
    """
    from hustings.dashboard import OpenDesk, run_dashboard  # noqa: PLC0415 - headless has no screen

    with _set_up(speed or SPEED, config, db, OPENS) as (scene, archive):
        files = _files(scene)
        ends = scene.clock.ends_in_s

        class StageDesk(OpenDesk):
            """The desk at which the end of the story is announced."""

            async def watch(self, tell: Callable[[Event], object]) -> None:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(super().watch(tell))
                    await asyncio.sleep(ends())
                    tell(Announced(THE_END))

        run_dashboard(files.open(), archive, scene.clock, files, StageDesk)


def play_headless(
    speed: float | None, seconds: float, config: Path | None, db: Path | None
) -> None:
    """Play for `seconds` without a screen, then print a JSON summary.

    Without a speed, the whole story fits into nine tenths of the time.
    """
    story = read_story()
    speed = speed or (story.end - story.start).total_seconds() / (seconds * 0.9)
    with _set_up(speed, config, db) as (scene, archive):
        files = _files(scene)
        contest = files.open()
        meaning = open_aloud(contest)
        monitor = new_monitor(contest, archive, scene.clock, meaning, renewal(files, meaning))
        try:
            stall = asyncio.run(_watch_for(monitor, seconds))
        finally:
            monitor.close()
        say(json.dumps(_summary(scene, archive, stall, seconds), ensure_ascii=False))


@contextmanager
def _set_up(
    speed: float, config: Path | None, db: Path | None, start: datetime | None = None
) -> Iterator[tuple[Stage, Archive]]:
    """The stage, and an archive in a temporary folder or at `db`."""
    with tempfile.TemporaryDirectory(prefix="hustings-demo-") as folder:
        path = db or Path(folder) / "demo.db"
        with log_to(path.with_suffix(".log")), open_archive(path) as archive:
            try:
                with stage(speed, start, config=config or PLAYED) as scene:
                    yield scene, archive
            except (StageError, ConfigError) as error:
                raise UsageProblem(str(error)) from None


def _files(scene: Stage) -> ConfigFiles:
    """The configuration that is played, its sources on loopback however often it is read."""
    return ConfigFiles(scene.config, scene.on_stage)


async def _watch_for(monitor: Monitor, seconds: float) -> Stall:
    printer = Printer(as_json=True, quiet=True)

    def tell(event: Event) -> None:
        if isinstance(event, RulebookRead | RulebookWrong | ExamplesFell):
            printer(event)

    async with measured_stall() as stall:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await monitor.watch(tell)
    return stall


def _summary(scene: Stage, archive: Archive, stall: Stall, seconds: float) -> dict[str, Any]:
    board = archive.run_sync(read_board, scene.contest, scene.clock.now())
    tally: Tally = archive.run_sync(read_tally)
    return {
        "posts": tally.posts,
        "revisions": tally.revisions,
        "gone": tally.gone,
        "exchanges": tally.exchanges,
        "breaches": tally.breaches,
        "matches": tally.matches,
        "sources": {health.source: health.state for health in board.sources},
        "worst_stall_ms": round(stall.worst_ms, 1),
        "seconds": seconds,
    }
