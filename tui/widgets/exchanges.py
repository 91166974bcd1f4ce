"""Hostile posts by one camp's people at another camp. Points; never accuses."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from contest.contest import Contest
from contest.text import shown
from storage.board import Board, ExchangeRow
from tui import clock
from tui.columns import fit, line, pad, said
from tui.legend import Legend, fate
from tui.plot import bar
from tui.widgets.ledger import Ledger

ONE_LINE = 74
"""Cells from which on a row fits one line."""
WITH_AUTHOR = 104


class ExchangesPane(Ledger[ExchangeRow]):
    """Who towards whom, how hot, when, and the words."""

    NUMBER: ClassVar[str] = "2"
    NAME: ClassVar[str] = "Exchanges"
    WHAT: ClassVar[str] = "exchanges"

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._legend = Legend(contest)
        self._alone = len(contest.camps) < 2
        self._zone = contest.zone
        self._now: datetime | None = None

    def watch_board(self, board: Board) -> None:
        """Show the newest exchanges."""
        turned = clock.day(board.at, self._zone) != clock.day(self._now, self._zone)
        self._now = board.at
        self.show(board.exchanges, board.exchanges_total, redraw=turned)

    def key_of(self, row: ExchangeRow) -> str:
        """A post may be an exchange with several camps."""
        return f"{row.uid} {row.to_camp}"

    def empty(self) -> str:
        """What to say where there is no exchange."""
        return "no hostile exchange between camps" if self._now else "reading the archive …"

    def barren(self) -> str:
        """Say so where there is nobody to have an exchange with."""
        return "one camp: no exchange between camps is possible" if self._alone else ""

    def lines_each(self, size: Size) -> int:
        """Two lines where one is too narrow."""
        return 1 if size.width >= ONE_LINE else 2

    def heading(self, width: int) -> Content | None:
        """The names of the columns, where there is a column for each."""
        if width < WITH_AUTHOR:
            return None
        names = [("when", 9), ("who towards whom", self._legend.widest * 2 + 3), ("how hot", 9)]
        names += [("by", 7), ("author", 17), ("the words", 20)]
        return line(*((Content.styled(name, "$foreground-muted"), size) for name, size in names))

    def draw(self, row: ExchangeRow, width: int) -> tuple[Content, ...]:
        """A row on one line or two."""
        when = Content.styled(clock.short(row.at, self._zone, self._now), "$foreground-muted")
        cells = [(when, 9), (versus(row, self._legend), self._legend.widest * 2 + 3)]
        cells += [(heat(row.heat), 9)]
        words = fate(row.gone) + said(row.words, row.text)
        if width + 1 < ONE_LINE:
            source = f"{shown(row.author, 17)} {shown(row.by, 9)}: "
            return line(*cells), Content.assemble(" " * 10, source, words)
        cells.append((fit(row.by, 7, "$foreground-muted"), 7))
        if width + 1 >= WITH_AUTHOR:
            cells.append((fit(row.author, 17), 17))
        used = sum(size + 1 for _, size in cells)
        return (line(*cells, (words, max(width - used, 0))),)


def versus(row: ExchangeRow, legend: Legend) -> Content:
    """One camp towards another, aligned."""
    source, target = legend.camp(row.from_camp), legend.camp(row.to_camp)
    return Content.assemble(
        pad(source.label(), legend.widest), (" → ", "$foreground-muted"), target.label()
    )


def heat(share: float) -> Content:
    """Hostility as a bar and in hundredths."""
    style = "$text-error" if share >= 0.75 else "$text-warning"
    return Content.assemble((bar(share, 5), style), f" {round(share * 100):>3}")
