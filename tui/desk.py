"""The outside world as the terminal sees it: a few calls; a test passes literal boards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from contest.lens import Lens
from monitor.events import Event
from storage.board import Board, Card


class Desk(Protocol):
    """What the terminal asks of the program around it."""

    def now(self) -> datetime:
        """The contest's clock, aware UTC; in the demo it runs faster than the wall's."""
        ...

    async def watch(self, tell: Callable[[Event], object]) -> None:
        """Run the monitor, or follow the process that does, until cancelled."""
        ...

    async def board(self, lens: Lens) -> Board:
        """The archive as it stands, under a filter."""
        ...

    async def card(self, uid: str) -> Card | None:
        """One post with all that is kept of it; None if it is not kept."""
        ...

    async def export(self, what: str, lens: Lens, path: Path) -> int:
        """Write "sentiment", "exchanges", "breaches" or "sources" as CSV; the number of rows."""
        ...

    def visit_now(self) -> None:
        """Have every source asked at once."""
        ...
