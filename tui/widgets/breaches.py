"""Possible breaches of the code, for people to decide on. Expectations are counted, never named."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.content import Content
from textual.geometry import Size

from contest.contest import Contest
from contest.opinion import lowered
from contest.text import shown
from storage.board import Board, BreachRow
from tui import clock
from tui.columns import fit, joined, line, said
from tui.legend import fate, lane, severity
from tui.widgets.ledger import Ledger

ONE_LINE = 110
"""Cells from which on a row fits one line."""
NAMES = ("", "rule", "clause", "lane", "author", "role", "phase", "when")
SIZES = (2, 4, 7, 17, 13, 11, 8, 9)
AMPLE = (2, 4, 10, 17, 18, 16, 18, 9)
"""The columns' widths, and those where there is room for them; the words have the rest."""
AMPLE_FROM = 150


class BreachesPane(Ledger[BreachRow]):
    """Severity, clause, rule, author and role, phase, when, lane, and the words."""

    NUMBER: ClassVar[str] = "3"
    NAME: ClassVar[str] = "Possible breaches"
    WHAT: ClassVar[str] = "breaches"

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._zone = contest.zone
        self.judge_by(contest)
        self._now: datetime | None = None
        self._expectations: tuple[tuple[str, int], ...] = ()

    def judge_by(self, contest: Contest) -> None:
        """Go by another timetable and other rules, from the next board on."""
        self._phases = {phase.id: phase.name for phase in contest.phases}
        self._looking = any(rule.looks_for for rule in contest.rules)

    def watch_board(self, board: Board) -> None:
        """Show the newest flags."""
        turned = clock.day(board.at, self._zone) != clock.day(self._now, self._zone)
        turned = turned or board.expectations != self._expectations
        self._now, self._expectations = board.at, board.expectations
        self.show(board.breaches, board.breaches_total, redraw=turned)

    def key_of(self, row: BreachRow) -> str:
        """A post may breach several rules."""
        return f"{row.uid} {row.rule}"

    def empty(self) -> str:
        """What to say where there is no flag."""
        return "no possible breach" if self._now else "reading the archive …"

    def barren(self) -> str:
        """Say so where no rule looks for anything."""
        return "" if self._looking else "no rules in config.toml: nothing is looked for"

    def lines_each(self, size: Size) -> int:
        """Two lines where one is too narrow."""
        return 1 if size.width >= ONE_LINE else 2

    def heading(self, width: int) -> Content | None:
        """The names of the columns, where there is a column for each."""
        if width < ONE_LINE:
            return None
        sizes = (*_sizes(width), 20)
        names = [Content.styled(name, "$foreground-muted") for name in (*NAMES, "the words")]
        return line(*zip(names, sizes, strict=True))

    def foot(self, width: int) -> Content | None:
        """The expectations that were not met: how many, never whose."""
        if not self._expectations:
            return None
        counts = ", ".join(f"{shown(rule, 8)} {count:,}" for rule, count in self._expectations)
        return Content.styled(f"expectations: {counts} (counted, never named)", "$foreground-muted")

    def draw(self, row: BreachRow, width: int) -> tuple[Content, ...]:
        """A row on one line or two."""
        told = Told(
            self._phases.get(row.phase, row.phase),
            row.role.replace("_", " "),
            clock.short(row.at, self._zone, self._now),
        )
        if width + 1 < ONE_LINE:
            return _code_and_author(row, told), Content.assemble("   ", _words(row))
        return (_columns(row, told, width),)


class Told(NamedTuple):
    """What a row says in other words than it holds."""

    phase: str
    role: str
    when: str


def _sizes(width: int) -> tuple[int, ...]:
    return AMPLE if width >= AMPLE_FROM else SIZES


def _words(row: BreachRow) -> Content:
    return fate(row.gone, row.superseded) + _second(row) + said(row.words, row.text)


def _second(row: BreachRow) -> Content:
    """What a second reader would make of it; severity and lane are the first one's."""
    if row.opinion is None:
        return Content("")
    grave, way = lowered(row.opinion.severity, row.opinion.lane, row.opinion.verdict)
    context = "? needs context" if way != row.opinion.lane else ""
    return Content.styled(f"2nd: {context or grave} ", "italic $text-secondary")


def _columns(row: BreachRow, told: Told, width: int) -> Content:
    sizes = _sizes(width + 1)
    cells = (
        severity(row.severity),
        fit(row.rule, sizes[1], "bold"),
        fit(row.clause, sizes[2]),
        lane(row.lane),
        fit(row.author, sizes[4], "bold"),
        fit(told.role, sizes[5], "$foreground-muted"),
        fit(told.phase, sizes[6], "$foreground-muted"),
        Content.styled(told.when, "$foreground-muted"),
    )
    rest = max(width - sum(sizes) - len(sizes), 0)
    return line(*zip(cells, sizes, strict=True), (_words(row), rest))


def _code_and_author(row: BreachRow, told: Told) -> Content:
    code = Content.assemble(
        severity(row.severity), " ", (shown(row.rule, 8), "bold"), " ", shown(row.clause, 12)
    )
    who = Content.assemble((shown(row.author, 18), "bold"), f" {shown(told.role, 16)}")
    when = (told.when, "$foreground-muted")
    return joined([code, lane(row.lane), who, when, (shown(told.phase, 18), "$foreground-muted")])
