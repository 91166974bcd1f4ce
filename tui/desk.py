"""The outside world as the terminal sees it: a few calls; a test passes literal boards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from contest.labels import Answer
from contest.lens import Lens
from monitor.events import Event
from storage.board import Board, CampFigures, Card
from storage.teaching import Question, Slate


class Desk(Protocol):
    """What the terminal asks of the program around it."""

    def now(self) -> datetime:
        """The contest's clock, aware UTC; in the demo it runs faster than the wall's."""
        ...

    def reader_notice(self) -> str:
        """One line: why another reader than the chosen one says what posts mean; "" if none does.

        It may be known only once the first posts are read.
        """
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

    async def slate(self, camp: str) -> Slate:
        """The posts to label, of a camp or (for "") of all; opens the reader, if need be."""
        ...

    async def label(self, question: Question, said: Answer) -> int:
        """Keep a label; what it is withdrawn by."""
        ...

    async def figures(self, at: datetime) -> tuple[CampFigures, ...]:
        """Every camp's figures at a moment, as the archive has them now."""
        ...

    async def withdraw(self, label: int) -> None:
        """Take a label back."""
        ...

    def learn(self) -> None:
        """Have new labels learnt from in the background; the monitor tells how it goes."""
        ...

    async def undo_teaching(self, number: int | None = None) -> str:
        """Take the head in force (of this number, or whichever it is) back; its name, or ""."""
        ...

    def read_again(self) -> None:
        """Have stored posts that today's rules have not judged read again in the background."""
        ...

    def visit_now(self) -> None:
        """Have every source asked at once."""
        ...
