"""How people speak of each camp: tone, not support. Says nothing where posts are too few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.reactive import var

from contest.contest import Contest
from contest.estimate import step_reach
from contest.text import shown
from storage.board import Board, CampTone, Figure
from tui.columns import line
from tui.legend import Legend, signed, tone_style
from tui.plot import spark, twin_spark
from tui.widgets.ledger import Ledger

TOO_FEW = "too few to say"
TABLE = 79
"""Cells from which on every figure has a column."""
AMPLE = 19
"""Cells in which a figure stands in full, with the posts behind it."""
BREAK = "‡"
"""Stands at a trend whose posts were read by more than one version of a reader."""
UNCORRECTED = "°"
"""Stands at a tone that is not corrected, because it is not known how its reader errs."""


class SentimentPane(Ledger[CampTone]):
    """A row a camp: tone now, over 24 h, against 7 days; the posts behind it; 24 hours drawn."""

    NUMBER: ClassVar[str] = "1"
    NAME: ClassVar[str] = "Sentiment"
    WHAT: ClassVar[str] = "sentiment"
    COUNTED: ClassVar[bool] = False

    reader_notice: var[str] = var("", init=False)
    """Why another reader than the chosen one says what posts mean; "" if none does."""

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._legend = Legend(contest)
        self._few = contest.thresholds.too_few
        self._silent = tuple(CampTone(camp.id, camp.name) for camp in contest.camps)

    def judge_by(self, contest: Contest) -> None:
        """Go by other thresholds, from the next board on."""
        self._few = contest.thresholds.too_few

    def watch_board(self, board: Board) -> None:
        """Show the camps (without figures before the first board), unless a filter finds none."""
        rows = board.sentiment or self._silent
        found = not self.filtered or any(row.week.posts for row in rows)
        self.show(rows if found else ())

    def key_of(self, row: CampTone) -> str:
        """A camp's id."""
        return row.camp

    def watch_reader_notice(self) -> None:
        """Change the title."""
        if self.is_attached:
            self._entitle()

    def alarm(self) -> str:
        """Say that another reader stands in; the page of signs has the whole of it."""
        return shown(self.reader_notice.partition(":")[0], 40)

    def remark(self) -> str:
        """Say what the words and signs stand for."""
        plain = any(
            as_read(figure, self._few)
            for row in self.shown
            for figure in (row.now, row.day, row.week)
        )
        broken = any(len(row.readers) > 1 for row in self.shown)
        signs = f" · {UNCORRECTED} uncorrected" * plain + f" · {BREAK} mixed readers" * broken
        return f"tone, not support · too few: under {self._few} sure or over ±.75{signs}"

    def watch_hovered(self) -> None:
        """Light up the row under the mouse, and say what its figures are made of."""
        super().watch_hovered()
        row = self.shown[self.hovered] if 0 <= self.hovered < len(self.shown) else None
        self.tooltip = tone_makings(row, self._few) if row else None

    def foot(self, width: int) -> Content | None:
        """Of a camp that stands alone, say what its figure of 7 days is made of."""
        alone = len(self.shown) == 1
        return makings("7 days", self.shown[0].week, self._few) if alone else None

    def lines_each(self, size: Size) -> int:
        """Two lines a camp, or three on a card, where there is room for them; else one."""
        room = (size.height - 1 - self._foot()) // max(len(self.shown), 1)
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
    def ample(self) -> bool:
        """Whether a figure stands in full beside the posts behind it."""
        return self.day >= AMPLE


def columns(width: int, name: int, counted: bool) -> Columns:
    """What a table of `width` cells holds: the figures first, then the difference, then the plot.

    `counted` where the posts behind a figure stand beside it, and not below.
    """
    ample = Columns(name, AMPLE, AMPLE, AMPLE, 9, 0) if counted else Columns(name, 14, 14, 14, 9, 0)
    short = Columns(name, 14, 15, 15, 9, 0) if counted else ample
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
    figures = [_counted(figure, few, sizes.ample) for figure in (row.now, row.day, row.week)]
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
    rest = max(width - 24 - 1, 0)
    arrow = _arrow(row) if _moved(row, few) else Content("")
    figures = (
        _named("1 hour", row.now, few, Content(""), rest),
        _named("24 hours", row.day, few, arrow, rest),
        _named("7 days", row.week, few, Content(""), rest),
    )
    lefts = zip((head, above, below), figures, strict=True)
    return tuple(line((left, 24), (figure, rest)) for left, figure in lefts)


def change(row: CampTone, few: int) -> Content:
    """The last 24 hours against 7 days: an arrow and the difference, where one can be told."""
    mark = (BREAK, "bold $text-warning") if len(row.readers) > 1 else ("", "")
    if not _moved(row, few):
        return Content.assemble(("-", "$foreground-muted"), " ", mark)
    return Content.assemble(_arrow(row), " ", mark)


def _moved(row: CampTone, few: int) -> bool:
    """Whether both figures are shown and differ by more than the interval of their difference."""
    day, week = row.day, row.week
    if not (day.says(few) and week.says(few)):
        return False
    return abs(_step(row)) > step_reach((day.margin, day.posts), (week.margin, week.posts))


def _step(row: CampTone) -> float:
    return (row.day.tone or 0.0) - (row.week.tone or 0.0)


def _arrow(row: CampTone) -> Content:
    step = _step(row)
    return Content.styled(f"{'↑' if step > 0 else '↓'} {signed(step)}", tone_style(step))


def as_read(figure: Figure, few: int) -> bool:
    """Whether a figure is shown that is not corrected."""
    return figure.says(few) and not figure.corrected


def _figure(figure: Figure, few: int) -> Content:
    """A tone with its interval, or that there are too few posts."""
    if not figure.says(few):
        return Content.styled(TOO_FEW, "italic $foreground-muted")
    return _tone(figure, margin(figure.margin))


def _counted(figure: Figure, few: int, ample: bool) -> Content:
    """The same beside the posts behind it; shortened unless there is `ample` room."""
    count = _count(figure.sure)
    if not figure.says(few):
        words = TOO_FEW if ample else f"too few ({count})"
        return Content.styled(words, "italic $foreground-muted")
    if ample:
        shown_as, behind = margin(figure.margin), f" ({count})"
    else:
        shown_as, behind = brief_margin(figure.margin), f" {count}"
    return Content.assemble(_tone(figure, shown_as), (behind, "$foreground-muted"))


def brief(figure: Figure, few: int) -> Content:
    """A tone with its interval in eleven cells, or that there are too few posts."""
    if not figure.says(few):
        return Content.styled("too few", "italic $foreground-muted")
    return _tone(figure, brief_margin(figure.margin))


def _tone(figure: Figure, reach: str) -> Content:
    tone = figure.tone or 0.0
    mark = "" if figure.corrected else UNCORRECTED
    return Content.assemble((signed(tone), f"bold {tone_style(tone)}"), mark + reach)


def margin(reach: float) -> str:
    """How far an interval reaches; "" where it is not known.

    >>> margin(0.116)
    ' ±0.12'
    """
    return f" ±{reach:.2f}" if reach else ""


def brief_margin(reach: float) -> str:
    """The same in four characters.

    >>> brief_margin(0.116), brief_margin(1.04)
    ('±.12', '±1.0')
    """
    if not reach:
        return ""
    return f"±{reach:.1f}" if reach >= 0.995 else f"±{reach:.2f}".replace("0.", ".", 1)


def _count(posts: int) -> str:
    """A count of at most five characters.

    >>> _count(912), _count(1904), _count(23_400)
    ('912', '1.9k', '23k')
    """
    if posts < 1000:
        return str(posts)
    return f"{posts / 1000:.1f}k" if posts < 10_000 else f"{posts // 1000}k"


def _behind(figure: Figure, room: int = 14) -> Content:
    words = f"{figure.sure:,} of {figure.posts:,}"
    if len(words) > room:
        words = f"{_count(figure.sure)} of {_count(figure.posts)}"
    return Content.styled(words, "$foreground-muted")


def _named(name: str, figure: Figure, few: int, arrow: Content, width: int) -> Content:
    """A line of a card: a figure, its change and the posts behind it."""
    label = Content.styled(name, "$foreground-muted")
    rest = max(width - 28, 0)
    return line((label, 8), (brief(figure, few), 10), (arrow, 7), (_behind(figure, rest), rest))


def tone_makings(row: CampTone, few: int) -> Content:
    """What the figures of a camp are made of, a line each."""
    spans = (("1 hour", row.now), ("24 hours", row.day), ("7 days", row.week))
    return Content("\n").join(makings(name, figure, few) for name, figure in spans)


def makings(span: str, figure: Figure, few: int) -> Content:
    """What was said of the posts of a span, and (of `few` or more) its plain mean.

    First, where there are any, how many count by an officer's word, and how many no longer.
    """
    neither = figure.sure - figure.plus - figure.minus
    said = f"{figure.plus:,} for · {neither:,} neither · {figure.minus:,} against"
    unsure = f" · {figure.posts - figure.sure:,} not sure"
    mean = figure.plain if figure.says(few) else None
    plain = "" if mean is None else f" · plain mean {signed(mean)}"
    words = f"{span}: {officers(figure)}{said}{unsure}{plain}"
    return Content.styled(words, "$foreground-muted")


def officers(figure: Figure) -> str:
    """What officers' words did to a figure; "" where they did nothing.

    >>> officers(Figure(0.1, 9, 9, by_officers=2, set_aside=1))
    '2 by officers, 1 set aside · '
    """
    by = [f"{figure.by_officers:,} by officers"] * bool(figure.by_officers)
    aside = [f"{figure.set_aside:,} set aside"] * bool(figure.set_aside)
    return ", ".join(by + aside) + " · " if by or aside else ""


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
