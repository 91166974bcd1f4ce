"""How late the event loop is, and who kept it: the loop itself, another thread, or the collector."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

BEAT_S = 0.005
NOTED_MS = 20.0
"""Beats later than this are kept with what every thread did meanwhile."""


@dataclass
class Beat:
    """The lateness of every 5 ms beat, in milliseconds."""

    late_ms: list[float] = field(default_factory=list)
    noted: list[dict[str, Any]] = field(default_factory=list)
    collector_ms: float = 0.0
    began: float = float("inf")

    def said(self) -> dict[str, Any]:
        """Worst, percentiles, and the latest beats with who was busy."""
        ranked = sorted(self.late_ms)
        return {
            "beats": len(ranked),
            "worst_ms": ranked[-1],
            "p99_ms": ranked[int(len(ranked) * 0.99)],
            "median_ms": ranked[len(ranked) // 2],
            "over_50_ms": sum(late > 50 for late in ranked),
            "noted": sorted(self.noted, key=lambda one: -one["late_ms"])[:12],
        }


@contextlib.asynccontextmanager
async def beating(who: Path | None = None) -> AsyncIterator[Beat]:
    """Beat for as long as the block runs; `who` takes the stacks of all threads at late beats."""
    beat = Beat()
    with _collector_watched(beat), _stacks_written(beat, who):
        task = asyncio.create_task(_beat(beat))
        try:
            yield beat
        finally:
            task.cancel()


async def _beat(beat: Beat) -> None:
    while True:
        busy, collected, before = _busy(), beat.collector_ms, time.perf_counter()
        beat.began = before
        await asyncio.sleep(BEAT_S)
        late_ms = (time.perf_counter() - before - BEAT_S) * 1000
        beat.late_ms.append(late_ms)
        if late_ms > NOTED_MS:
            meanwhile = {name: (_busy().get(name, 0) - was) * 1000 for name, was in busy.items()}
            beat.noted.append(
                {
                    "late_ms": round(late_ms, 1),
                    "collector_ms": round(beat.collector_ms - collected, 1),
                    "busy_ms": {name: round(ms, 1) for name, ms in meanwhile.items() if ms > 0.5},
                }
            )


def _busy() -> dict[str, float]:
    """Processor seconds of every thread so far."""
    found = {}
    for thread in threading.enumerate():
        if thread.ident is not None:
            with contextlib.suppress(OSError):
                clock = time.pthread_getcpuclockid(thread.ident)
                found[thread.name] = time.clock_gettime(clock)
    return found


@contextlib.contextmanager
def _collector_watched(beat: Beat) -> Iterator[None]:
    started = [0.0]

    def watch(phase: str, _: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            started[0] = now
        else:
            beat.collector_ms += (now - started[0]) * 1000

    gc.callbacks.append(watch)
    try:
        yield
    finally:
        gc.callbacks.remove(watch)


@contextlib.contextmanager
def _stacks_written(beat: Beat, path: Path | None) -> Iterator[None]:
    """Write every thread's stack to `path` once a late beat, as soon as the interpreter is free."""
    if path is None:
        yield
        return
    over = threading.Event()
    with path.open("a") as file:
        watcher = threading.Thread(target=_write_stacks, args=(beat, over, file), name="watcher")
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def _write_stacks(beat: Beat, over: threading.Event, file: IO[str]) -> None:
    written = 0.0
    while not over.wait(BEAT_S):
        began = beat.began
        late_ms = (time.perf_counter() - began - BEAT_S) * 1000
        if late_ms > NOTED_MS and began != written:
            written = began
            names = {thread.ident: thread.name for thread in threading.enumerate()}
            for ident, frame in sys._current_frames().items():
                if ident != threading.get_ident():
                    stack = "".join(traceback.format_stack(frame)[-8:])
                    file.write(f"{late_ms:.0f} ms late so far; {names.get(ident)}:\n{stack}\n")
