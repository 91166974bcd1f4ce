"""How people speak of each camp: tone, not support. Says nothing where posts are too few."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from contest.contest import Contest
from storage.board import Board, CampTone, Figure
from tui.columns import line
from tui.legend import Legend, signed, tone_style
from tui.plot import spark, twin_spark
from tui.widgets.ledger import Ledger

TOO_FEW = "too few to say"
TABLE = 79
"""Cells from which on every figure has a column."""
BREAK = "‡"
"""Stands at a trend whose posts were read by more than one version of a reader."""


class SentimentPane(Ledger[CampTone]):
    """A row a camp: tone now, over 24 h, against 7 days; the posts behind it; 24 hours drawn."""

    NUMBER: ClassVar[str] = "1"
    NAME: ClassVar[str] = "Sentiment"
    WHAT: ClassVar[str] = "sentiment"
    COUNTED: ClassVar[bool] = False

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._legend = Legend(contest)
        self._few = contest.thresholds.too_few
        self._silent = tuple(CampTone(camp.id, camp.name) for camp in contest.camps)

    def watch_board(self, board: Board) -> None:
        """Show the camps; before the first board, without figures."""
        self.show(board.sentiment or self._silent)

    def key_of(self, row: CampTone) -> str:
        """A camp's id."""
        return row.camp

    def remark(self) -> str:
        """Say what the words and signs stand for."""
        broken = any(len(row.readers) > 1 for row in self.shown)
        sign = f" · {BREAK} mixed readers" if broken else ""
        return f"tone, not support · too few: under {self._few} sure{sign}"

    def lines_each(self, size: Size) -> int:
        """Three lines a camp or four where there is room for them, else one."""
        room = (size.height - 1) // max(len(self.shown), 1)
        return min(room, 4) if room >= 3 else 1

    def heading(self, width: int) -> Content:
        """The names of the columns."""
        if self._lines() > 1 and width < TABLE:
            return Content.styled(_axis(24), "$foreground-muted")
        return tone_heading(width - 1, self._legend.widest)

    def draw(self, row: CampTone, width: int) -> tuple[Content, ...]:
        """A camp's figures, over one line or three."""
        if self._lines() == 1:
            return (tone_line(row, width, self._legend, self._few),)
        form = tone_lines if width + 1 >= TABLE else tone_card
        return form(row, width, self._legend, self._few)


def tone_heading(width: int, name: int) -> Content:
    """The names of the columns of `tone_line` and `tone_lines`."""
    week, times = _room(width, name)
    texts = [("", name), ("this hour", 14), ("24 hours", 14)]
    texts += [("7 days", 14)] * week + [("vs 7 days", 9), (_axis(24 * times), 24 * times)]
    return line(*((Content.styled(text, "$foreground-muted"), size) for text, size in texts))


def tone_line(row: CampTone, width: int, legend: Legend, few: int) -> Content:
    """A camp on one line."""
    week, times = _room(width, legend.widest)
    figures = [row.now, row.day, *[row.week] * week]
    cells = [(legend.camp(row.camp).label(), legend.widest)]
    cells += [(_figure(figure, few, counted=True), 14) for figure in figures]
    cells += [(change(row, few), 9), (_drawn(row, times), 24 * times)]
    return line(*cells)


def tone_lines(row: CampTone, width: int, legend: Legend, few: int) -> tuple[Content, ...]:
    """A camp on two lines: the figures, and below each the posts behind it."""
    week, times = _room(width, legend.widest)
    figures = [row.now, row.day, *[row.week] * week]
    above, below = _twins(row, times)
    first = [(legend.camp(row.camp).label(), legend.widest)]
    first += [(_figure(figure, few), 14) for figure in figures]
    first += [(change(row, few), 9), (above, 24 * times)]
    second = [(_break(row), legend.widest)]
    second += [(_behind(figure), 14) for figure in figures]
    second += [(Content(""), 9), (below, 24 * times)]
    return line(*first), line(*second)


def tone_card(row: CampTone, width: int, legend: Legend, few: int) -> tuple[Content, ...]:
    """A camp on three lines, for a narrow pane: name and plot at the left, figures at the right."""
    above, below = _twins(row, 1)
    head = Content.assemble(legend.camp(row.camp).label(), "  ", _break(row))
    rest = max(width - 24 - 2, 0)
    figures = (
        _named("this hour", _figure(row.now, few), row.now),
        _named("24 hours", _figure(row.day, few), row.day),
        _named("vs 7 days", change(row, few), row.week),
    )
    lefts = zip((head, above, below), figures, strict=True)
    return tuple(line((left, 24), (figure, rest), gap=2) for left, figure in lefts)


def change(row: CampTone, few: int) -> Content:
    """The last 24 hours against 7 days: an arrow and the difference."""
    mark = (BREAK, "bold $text-warning") if len(row.readers) > 1 else ("", "")
    if not (enough(row.day, few) and enough(row.week, few)):
        return Content.assemble(("-", "$foreground-muted"), " ", mark)
    step = (row.day.tone or 0.0) - (row.week.tone or 0.0)
    arrow = "→" if abs(step) < 0.05 else "↑" if step > 0 else "↓"
    return Content.assemble((f"{arrow} {signed(step)}", tone_style(step)), " ", mark)


def enough(figure: Figure, few: int) -> bool:
    """Whether a figure is to be shown: `few` sure posts or more."""
    return figure.tone is not None and figure.sure >= few


def _figure(figure: Figure, few: int, counted: bool = False) -> Content:
    if not enough(figure, few):
        return Content.styled(TOO_FEW, "italic $foreground-muted")
    tone = figure.tone or 0.0
    count = (f" ({figure.sure:,})", "$foreground-muted") if counted else ("", "")
    return Content.assemble((signed(tone), f"bold {tone_style(tone)}"), count)


def _behind(figure: Figure) -> Content:
    return Content.styled(f"{figure.sure:,} of {figure.posts:,}", "$foreground-muted")


def _named(name: str, shown: Content, figure: Figure) -> Content:
    label = Content.styled(name, "$foreground-muted")
    return line((label, 9), (shown, 14), (_behind(figure), 14))


def _break(row: CampTone) -> Content:
    return Content.styled(f"{BREAK} mixed" if len(row.readers) > 1 else "", "$text-warning")


def _axis(width: int) -> str:
    return "24 h ago".ljust(width - 3) + "now"


def _drawn(row: CampTone, times: int) -> Content:
    """A sparkline about a middle; each hour in the colour of its tone."""
    marks = zip(spark(row.spark), row.spark, strict=True)
    return Content.assemble(*((mark * times, _ink(tone)) for mark, tone in marks))


def _twins(row: CampTone, times: int) -> tuple[Content, Content]:
    """The rising and the hanging half of a plot about a zero line."""
    above, below = twin_spark(row.spark)
    rising = ((mark * times, _ink(tone)) for mark, tone in zip(above, row.spark, strict=True))
    hanging = ((mark * times, "$text-error") for mark in below)
    return Content.assemble(*rising), Content.assemble(*hanging)


def _ink(tone: float | None) -> str:
    return "$foreground-disabled" if tone is None else tone_style(tone)


def _room(width: int, name: int) -> tuple[bool, int]:
    """Whether there is room for the week's own column, and how many characters an hour has."""
    rest = width - name - 14 * 2 - 9 - 4
    week = rest >= 24 + 15
    return week, 2 if rest - 15 * week >= 48 else 1
