"""Our side of a sweep, as a whole process: visits every source of a configuration, then again.

Prints one JSON object. With --stall the lateness of the event loop is measured too; with
--who, the stacks of all threads are written to a file whenever the loop is late.
"""

from __future__ import annotations

import time

BORN = time.perf_counter()

import argparse  # noqa: E402
import asyncio  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from contextlib import AsyncExitStack  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from lateness import Beat, beating  # noqa: E402

from hustings.opening import new_monitor, open_archive, open_contest  # noqa: E402
from hustings.reading import LateMeaning  # noqa: E402
from hustings.stall import measured_stall  # noqa: E402
from monitor.clock import WallClock  # noqa: E402
from monitor.events import Event, Failed, Visited  # noqa: E402
from monitor.poller import Monitor  # noqa: E402

IMPORTED = time.perf_counter()


class Tally:
    """Counts what a sweep brought."""

    def __init__(self) -> None:
        self.new = self.entries = 0
        self.failed: list[str] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Visited):
            self.new += event.new
            self.entries += event.entries
        elif isinstance(event, Failed):
            self.failed.append(f"{event.health.source}: {event.health.reason}")


async def sweep(monitor: Monitor) -> tuple[float, Tally]:
    """One visit to every source: seconds, and what came."""
    tally = Tally()
    started = time.perf_counter()
    await monitor.poll_once(tally)
    return time.perf_counter() - started, tally


async def sweeps(monitor: Monitor, stall: bool, who: Path | None) -> dict[str, Any]:
    """A cold sweep and a warm one."""
    said: dict[str, Any] = {}
    async with AsyncExitStack() as stack:
        if stall:
            own = await stack.enter_async_context(measured_stall())
            beat: Beat = await stack.enter_async_context(beating(who))
        cold_s, cold = await sweep(monitor)
        if stall:
            said |= {"stall_ms": own.worst_ms, **beat.said()}
    warm_s, warm = await sweep(monitor)
    return said | {
        "cold_s": cold_s,
        "warm_s": warm_s,
        "new": cold.new,
        "new_when_warm": warm.new,
        "failed": cold.failed + warm.failed,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("db", type=Path)
    parser.add_argument("--stall", action="store_true")
    parser.add_argument("--who", type=Path)
    wanted = parser.parse_args()
    contest = open_contest(wanted.config)
    with open_archive(wanted.db) as archive:
        monitor = new_monitor(contest, archive, WallClock(), LateMeaning(contest))
        ready = time.perf_counter()
        try:
            said = asyncio.run(sweeps(monitor, wanted.stall, wanted.who))
        finally:
            monitor.close()
    said |= {"import_s": IMPORTED - BORN, "open_s": ready - IMPORTED}
    json.dump(said, sys.stdout)
    print()


if __name__ == "__main__":
    main()
