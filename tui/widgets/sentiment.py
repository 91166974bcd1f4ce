"""How people speak of each camp: tone, not support. Says nothing where posts are too few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

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
        """Show the camps (without figures before the first board), unless a filter finds none."""
        rows = board.sentiment or self._silent
        found = not self.filtered or any(row.week.posts for row in rows)
        self.show(rows if found else ())

    def key_of(self, row: CampTone) -> str:
        """A camp's id."""
        return row.camp

    def remark(self) -> str:
        """Say what the words and signs stand for."""
        broken = any(len(row.readers) > 1 for row in self.shown)
        sign = f" · {BREAK} mixed readers" if broken else ""
        return f"tone, not support · too few to say: under {self._few} sure{sign}"

    def lines_each(self, size: Size) -> int:
        """Two lines a camp, or three on a card, where there is room for them; else one."""
        room = (size.height - 1) // max(len(self.shown), 1)
        wanted = 2 if size.width >= TABLE else 3
        return wanted if room >= wanted else 1

    def heading(self, width: int) -> Content:
        """The names of the columns."""
        if self._lines() > 1 and width < TABLE:
            words = f"{_axis(24)}  arrow: 24 hours against 7 days"
            return Content.styled(words, "$foreground-muted")
        return tone_heading(columns(width - 1, self._legend.widest, self._lines() == 1))

    def draw(self, row: CampTone, width: int) -> tuple[Content, ...]:
        """A camp's figures, over one line or three."""
        if self._lines() == 1:
            return (tone_line(row, width, self._legend, self._few),)
        form = tone_lines if width + 1 >= TABLE else tone_card
        return form(row, width, self._legend, self._few)


class Columns(NamedTuple):
    """The widths of the columns; 0 for one that there is no room for."""

    name: int
    hour: int
    day: int
    week: int
    change: int
    hours: int
    """Hours drawn, the last of 24."""
    each: int = 1
    """Characters an hour."""

    @property
    def wordy(self) -> bool:
        """Whether there is room for TOO_FEW in full."""
        return self.day >= len(TOO_FEW)


def columns(width: int, name: int, counted: bool) -> Columns:
    """What a table of `width` cells holds: the figures first, then the difference, then the plot.

    `counted` where the posts behind a figure stand beside it, and not below.
    """
    ample = Columns(name, 14, 14, 14, 9, 0)
    short = Columns(name, 11, 12, 12, 9, 0) if counted else ample
    for found in (ample, short, short._replace(change=0), short._replace(change=0, hour=0)):
        rest = width - sum(found) + found.each - sum(1 for size in found[:5] if size)
        if found is ample and short is not ample and rest < 24:
            continue
        if rest >= 0:
            hours, each = (24, 2) if rest >= 48 else (min(rest, 24), 1)
            return found._replace(hours=hours if hours >= 6 else 0, each=each)
    return short._replace(change=0, hour=0)


def tone_heading(sizes: Columns) -> Content:
    """The names of the columns of `tone_line` and `tone_lines`."""
    names = ("", "this hour", "24 hours", "7 days", "vs 7 days")
    cells = [Content.styled(name, "$foreground-muted") for name in names]
    axis = _axis(sizes.hours * sizes.each, sizes.hours)
    return _table(cells, Content.styled(axis, "$foreground-muted"), sizes)


def tone_line(row: CampTone, width: int, legend: Legend, few: int) -> Content:
    """A camp on one line."""
    sizes = columns(width, legend.widest, counted=True)
    figures = [
        _figure(figure, few, counted=True, wordy=sizes.wordy)
        for figure in (row.now, row.day, row.week)
    ]
    cells = [legend.camp(row.camp).label(), *figures, change(row, few)]
    return _table(cells, _drawn(row, sizes), sizes)


def tone_lines(row: CampTone, width: int, legend: Legend, few: int) -> tuple[Content, ...]:
    """A camp on two lines: the figures, and below each the posts behind it."""
    sizes = columns(width, legend.widest, counted=False)
    figures = (row.now, row.day, row.week)
    above, below = _twins(row, sizes.hours, sizes.each)
    first = [legend.camp(row.camp).label()]
    first += [_figure(figure, few) for figure in figures]
    second = [_break(row), *map(_behind, figures), Content("")]
    return _table([*first, change(row, few)], above, sizes), _table(second, below, sizes)


def _table(cells: Sequence[Content], plot: Content, sizes: Columns) -> Content:
    """Cells side by side, those left out that have no width."""
    kept = [(cell, size) for cell, size in zip(cells, sizes[:5], strict=True) if size]
    return line(*kept, (plot, sizes.hours * sizes.each))


def tone_card(row: CampTone, width: int, legend: Legend, few: int) -> tuple[Content, ...]:
    """A camp on three lines, for a narrow pane: name and plot at the left, figures at the right."""
    above, below = _twins(row, 24, 1)
    head = Content.assemble(legend.camp(row.camp).label(), "  ", _break(row))
    rest = max(width - 24 - 2, 0)
    day = _figure(row.day, few)
    if _comparable(row, few):
        day = Content.assemble(day, " ", _arrow(row))
    figures = (
        _named("this hour", _figure(row.now, few), row.now),
        _named("24 hours", day, row.day),
        _named("7 days", _figure(row.week, few), row.week),
    )
    lefts = zip((head, above, below), figures, strict=True)
    return tuple(line((left, 24), (figure, rest), gap=2) for left, figure in lefts)


def change(row: CampTone, few: int) -> Content:
    """The last 24 hours against 7 days: an arrow and the difference."""
    mark = (BREAK, "bold $text-warning") if len(row.readers) > 1 else ("", "")
    if not _comparable(row, few):
        return Content.assemble(("-", "$foreground-muted"), " ", mark)
    return Content.assemble(_arrow(row), " ", mark)


def _comparable(row: CampTone, few: int) -> bool:
    return enough(row.day, few) and enough(row.week, few)


def _arrow(row: CampTone) -> Content:
    step = (row.day.tone or 0.0) - (row.week.tone or 0.0)
    arrow = "→" if abs(step) < 0.05 else "↑" if step > 0 else "↓"
    return Content.styled(f"{arrow} {signed(step)}", tone_style(step))


def enough(figure: Figure, few: int) -> bool:
    """Whether a figure is to be shown: `few` sure posts or more."""
    return figure.tone is not None and figure.sure >= few


def _figure(figure: Figure, few: int, counted: bool = False, wordy: bool = True) -> Content:
    """A tone, or that there are too few posts; `counted` and `wordy` as there is room."""
    count = (f" ({_count(figure.sure)})", "$foreground-muted") if counted else ("", "")
    if not enough(figure, few):
        words = (TOO_FEW if wordy else "too few", "italic $foreground-muted")
        return Content.assemble(words, ("", "") if wordy else count)
    tone = figure.tone or 0.0
    return Content.assemble((signed(tone), f"bold {tone_style(tone)}"), count)


def _count(posts: int) -> str:
    """A count of at most five characters.

    >>> _count(912), _count(1904), _count(23_400)
    ('912', '1.9k', '23k')
    """
    if posts < 1000:
        return str(posts)
    return f"{posts / 1000:.1f}k" if posts < 10_000 else f"{posts // 1000}k"


def _behind(figure: Figure) -> Content:
    return Content.styled(f"{figure.sure:,} of {figure.posts:,}", "$foreground-muted")


def _named(name: str, shown: Content, figure: Figure) -> Content:
    label = Content.styled(name, "$foreground-muted")
    return line((label, 9), (shown, 14), (_behind(figure), 14))


def _break(row: CampTone) -> Content:
    return Content.styled(f"{BREAK} mixed" if len(row.readers) > 1 else "", "$text-warning")


def _axis(width: int, hours: int = 24) -> str:
    words = f"{hours} h ago"
    return words.ljust(width - 3) + "now" if width > len(words) + 3 else f"{hours} h"


def _drawn(row: CampTone, sizes: Columns) -> Content:
    """A sparkline about a middle; each hour in the colour of its tone."""
    tones = _last(row, sizes.hours)
    marks = zip(spark(tones), tones, strict=True)
    return Content.assemble(*((mark * sizes.each, _ink(tone)) for mark, tone in marks))


def _twins(row: CampTone, hours: int, each: int) -> tuple[Content, Content]:
    """The rising and the hanging half of a plot about a zero line."""
    tones = _last(row, hours)
    above, below = twin_spark(tones)
    rising = ((mark * each, _ink(tone)) for mark, tone in zip(above, tones, strict=True))
    hanging = ((mark * each, "$text-error") for mark in below)
    return Content.assemble(*rising), Content.assemble(*hanging)


def _last(row: CampTone, hours: int) -> tuple[float | None, ...]:
    return row.spark[-hours:] if hours else ()


def _ink(tone: float | None) -> str:
    return "$foreground-disabled" if tone is None else tone_style(tone)
