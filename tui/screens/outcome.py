"""What a new head does to the figures: before and after, by camp. Teaches and undoes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Footer, Static

from contest.contest import Contest
from contest.text import shown
from monitor.events import Learnt, Reread
from storage.board import CampFigures
from tui.columns import line
from tui.keymap import FIRST, ON_OUTCOME, bindings
from tui.legend import Legend
from tui.screens.live import LiveScreen
from tui.widgets.sentiment import brief

CELL = 12
"""Cells of a figure."""
CHANGED = 7
NOTE = (
    "Before: when you began to label. After: as it is now; a post that you labelled counts as you"
    " said. °: not corrected for the reader's errors."
)


class OutcomeScreen(LiveScreen):
    """A row a camp; fills while the stored posts are read again."""

    DEEDS = ON_OUTCOME
    BINDINGS: ClassVar[list[BindingType]] = bindings((*FIRST, *DEEDS))
    AUTO_FOCUS = "#sheet"

    after: reactive[tuple[CampFigures, ...]] = reactive[tuple[CampFigures, ...]](())
    reread: reactive[Reread | None] = reactive[Reread | None](None)
    undone: reactive[str] = reactive("")
    """The head that was undone from here; "" for none."""

    def __init__(
        self, contest: Contest, learnt: Learnt, at: datetime, before: tuple[CampFigures, ...]
    ) -> None:
        super().__init__()
        self.learnt = learnt
        self.undoing = False
        """Whether it was asked to be undone."""
        self.at = at
        self._contest = contest
        self._before = before

    def compose(self) -> ComposeResult:
        """What was learnt, how far it has come, the table."""
        yield Static(markup=False, id="learnt")
        yield Static(markup=False, id="progress")
        yield VerticalScroll(Static(markup=False, id="table"), id="sheet")
        yield Static(NOTE, markup=False, id="note")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Show what there is."""
        self._redraw()

    def watch_after(self) -> None:
        """Show the figures."""
        self._redraw()

    def watch_reread(self) -> None:
        """Show how far it has come."""
        self._redraw()

    def watch_undone(self) -> None:
        """Say that it is undone; what was counted so far was changed by the head."""
        if self.undone:
            self.set_reactive(OutcomeScreen.reread, None)
        self._redraw()

    def _redraw(self) -> None:
        if not self.is_attached or not self.query("#table"):
            return
        undone = f"{self.undone} is undone; its labels are kept"
        words = undone if self.undone else self.learnt.words
        self.query_one("#learnt", Static).update(Content.styled(shown(words, 300), "bold $accent"))
        self.query_one("#progress", Static).update(progress(self.reread))
        rows = outcome_table(self._contest, self._before, self.after, self.reread)
        self.query_one("#table", Static).update(Content("\n").join(rows))


def progress(reread: Reread | None) -> str:
    """How far the reading has come."""
    if reread is None:
        return "reading the stored posts again …"
    done = reread.done
    if reread.over and reread.elsewhere:
        return "the process that polls has read the stored posts again"
    if reread.over:
        return f"{done.posts:,} posts read again: {done.changed:,} of {done.tones:,} tones changed"
    return f"reading again: {done.posts:,} of {reread.total:,} posts"


def outcome_table(
    contest: Contest,
    before: tuple[CampFigures, ...],
    after: tuple[CampFigures, ...],
    reread: Reread | None,
) -> list[Content]:
    """Two lines of heading, and a line a camp."""
    legend, few = Legend(contest), contest.thresholds.too_few
    sizes = (legend.widest, CELL, CELL, CELL, CELL, CHANGED)
    names = ("", "7 days", "", "all posts", "", "tones")
    under = ("", "before", "after", "before", "after", "changed")
    rows = [
        line(*((Content.styled(name, "$foreground-muted"), size)
               for name, size in zip(heading, sizes, strict=True)))
        for heading in (names, under)
    ]  # fmt: skip
    for then, now in zip(before, after or before, strict=True):
        figures = (then.week, now.week, then.ever, now.ever)
        cells = [legend.camp(then.camp).label(), *(brief(figure, few) for figure in figures)]
        told = reread and not reread.elsewhere
        changed = f"{reread.done.changed_of(then.camp):,}" if reread and told else "-"
        cells.append(Content(changed.rjust(CHANGED)))
        rows.append(line(*zip(cells, sizes, strict=True)))
    return rows
