"""The sources and how they stand, the troubled ones first."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Footer

from contest.contest import Contest
from contest.text import shown
from contest.visit import Health
from storage.board import Board
from tui import clock
from tui.columns import fit, line
from tui.keymap import FIRST, ON_SOURCES, bindings
from tui.legend import STATES
from tui.screens.live import LiveScreen
from tui.widgets.coverage import CoverageStrip
from tui.widgets.ledger import Ledger

ONE_LINE = 130
"""Cells from which on the reason fits the same line."""
NAMES = ("source", "kind", "state", "since", "answered", "next try", "posts")
SIZES = (18, 8, 13, 9, 9, 9, 5)
AMPLE = (30, 10, 13, 9, 9, 9, 9)
"""The columns' widths, and those where there is room for them; the reason has the rest."""


class SourcesPane(Ledger[Health]):
    """A row a source."""

    NAME: ClassVar[str] = "Sources"
    WHAT: ClassVar[str] = "sources"
    OPENS: ClassVar[bool] = False

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._zone = contest.zone
        self._now: datetime | None = None

    def watch_board(self, board: Board) -> None:
        """Show the sources, worst first."""
        self._now = board.at
        ranks = list(STATES)
        worst_first = sorted(board.sources, key=lambda health: -ranks.index(health.state))
        self.show(worst_first, redraw=True)

    def key_of(self, row: Health) -> str:
        """A source's name."""
        return row.source

    def lines_each(self, size: Size) -> int:
        """Two lines where one is too narrow."""
        return 1 if size.width >= ONE_LINE else 2

    def heading(self, width: int) -> Content:
        """The names of the columns."""
        names = [Content.styled(name, "$foreground-muted") for name in (*NAMES, "why")]
        sizes = (*AMPLE, 20) if width >= ONE_LINE else SIZES
        return line(*zip(names, sizes, strict=False))

    def empty(self) -> str:
        """What to say before the first visit."""
        return "no source has been asked yet"

    def draw(self, row: Health, width: int) -> tuple[Content, ...]:
        """A source on one line or two."""
        if width + 1 < ONE_LINE:
            return line(*self._cells(row, SIZES)), Content("  ") + self._why(row)
        rest = max(width - sum(AMPLE) - len(AMPLE), 0)
        return (line(*self._cells(row, AMPLE), (self._why(row), rest)),)

    def _cells(self, row: Health, sizes: tuple[int, ...]) -> list[tuple[Content, int]]:
        sign, style = STATES[row.state]
        times = (row.since, row.answered, row.next_visit)
        cells = [fit(row.source, sizes[0], "bold"), fit(row.kind, sizes[1], "$foreground-muted")]
        cells += [Content.styled(f"{sign} {row.state}", style)]
        cells += [Content(clock.short(when, self._zone, self._now)) for when in times]
        return list(zip([*cells, Content(f"{row.posts:,}")], sizes, strict=True))

    def _why(self, row: Health) -> Content:
        """The reason where there is one, else when the source last brought something."""
        if row.reason:
            again = f" ({row.failures} times running)" if row.failures > 1 else ""
            return Content.styled(shown(row.reason, 300) + again, STATES[row.state][1])
        last = clock.short(row.brought, self._zone, self._now)
        words = f"last brought something new: {last}" if row.posts else "brought nothing yet"
        return Content.styled(words, "$foreground-muted")


class SourcesScreen(LiveScreen):
    """The coverage strip, and under it the sources one by one."""

    DEEDS = ON_SOURCES
    BINDINGS: ClassVar[list[BindingType]] = bindings((*FIRST, *DEEDS))
    AUTO_FOCUS = "SourcesPane"

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._contest = contest

    @property
    def exports(self) -> str:
        """The sources."""
        return SourcesPane.WHAT

    def compose(self) -> ComposeResult:
        """Lay out strip, list and footer."""
        yield CoverageStrip(self._contest).data_bind(LiveScreen.board)
        yield SourcesPane(self._contest).data_bind(LiveScreen.board)
        yield Footer(compact=True)
