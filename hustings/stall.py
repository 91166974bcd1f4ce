"""How long the event loop was kept from its work: the stutter a person would feel."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

BEAT_S = 0.005


@dataclass
class Stall:
    """The worst lateness of a 5 ms beat so far, in milliseconds."""

    worst_ms: float = 0.0


@contextlib.asynccontextmanager
async def measured_stall() -> AsyncIterator[Stall]:
    """Measure for as long as the block runs."""
    stall = Stall()
    beat = asyncio.create_task(_beat(stall))
    try:
        yield stall
    finally:
        beat.cancel()


async def _beat(stall: Stall) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(BEAT_S)
        late = time.perf_counter() - before - BEAT_S
        stall.worst_ms = max(stall.worst_ms, late * 1000)
