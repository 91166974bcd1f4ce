"""`hustings demo`: the very same program over a fictional contest, served on loopback by itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from demo.play import DEFAULT_SPEED, Stage, stage
from demo.story import story_length
from hustings.logs import log_to
from hustings.opening import new_monitor, open_archive
from hustings.stall import Stall, measured_stall
from monitor.poller import Monitor
from storage.archive import Archive
from storage.board import read_board
from storage.tally import Tally, read_tally


def play(speed: float | None, db: Path | None) -> None:
    """Play the story on the dashboard, `speed` contest seconds a second."""
    from hustings.dashboard import run_dashboard  # noqa: PLC0415 - headless needs no terminal

    with _set_up(speed or DEFAULT_SPEED, db) as (scene, archive, _):
        run_dashboard(scene.contest, archive, scene.clock)


def play_headless(speed: float | None, seconds: float, db: Path | None) -> None:
    """Play for `seconds` without a screen, then print a JSON summary.

    Without a speed, the whole story fits into nine tenths of the time.
    """
    speed = speed or story_length().total_seconds() / (seconds * 0.9)
    with _set_up(speed, db) as (scene, archive, _):
        monitor = new_monitor(scene.contest, archive, scene.clock)
        try:
            stall = asyncio.run(_watch_for(monitor, seconds))
        finally:
            monitor.close()
        click.echo(json.dumps(_summary(scene, archive, stall, seconds), ensure_ascii=False))


@contextmanager
def _set_up(speed: float, db: Path | None) -> Iterator[tuple[Stage, Archive, Path]]:
    """The stage, an archive in a temporary folder (or at `db`), and that folder."""
    with tempfile.TemporaryDirectory(prefix="hustings-demo-") as folder:
        path = db or Path(folder) / "demo.db"
        with log_to(path.with_suffix(".log")), stage(speed) as scene, open_archive(path) as archive:
            yield scene, archive, path


async def _watch_for(monitor: Monitor, seconds: float) -> Stall:
    async with measured_stall() as stall:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await monitor.watch(lambda _: None)
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
