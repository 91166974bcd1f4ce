"""Has words dropped that were only to be counted, once they are due. Chooses no post itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from monitor.clock import Clock
from storage import dropping
from storage.archive import Archive, ArchiveError

log = logging.getLogger(__name__)

LOOKS_EVERY_S: Final = 600.0
"""Contest seconds between two looks for words that are due: so much longer they may stay."""

AT_MOST_EVERY_S: Final = 1.0
"""Real seconds between two looks, however fast the contest's time goes by."""


class Dropper:
    """Drops what is due from one archive, by the contest's clock."""

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self._archive = archive
        self._clock = clock

    async def attend(self, leads: Callable[[], bool]) -> None:
        """Drop what is due while this process leads, until cancelled."""
        pause_s = max(LOOKS_EVERY_S / self._clock.speed, AT_MOST_EVERY_S)
        while True:
            if leads():
                try:
                    await self.drop(leads)
                except ArchiveError as error:
                    log.warning("words that are due are dropped later: %s", error)
            await asyncio.sleep(pause_s if leads() else AT_MOST_EVERY_S)

    async def drop(self, may: Callable[[], bool] = lambda: True) -> None:
        """Drop all that is due, a few hundred posts at a time, for as long as this process `may`.

        What an earlier run left half done is finished. Raises ArchiveError.
        """
        run, now = self._archive.run, self._clock.now()
        while may() and await run(dropping.drop_due, now) > 0:
            pass
        if may() and await run(dropping.is_untidy):
            more = await run(dropping.tidy, first=True)
            while more and may():
                more = await run(dropping.tidy, first=False)
