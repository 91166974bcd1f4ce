"""The main screen: banner, coverage, filter and the three panes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.events import DescendantFocus, ScreenResume
from textual.message import Message
from textual.reactive import var
from textual.widgets import Footer, Static

from contest.contest import Contest
from contest.text import shown
from monitor.events import RulebookWrong
from tui import clock
from tui.keymap import FIRST, ON_DASHBOARD, bindings
from tui.messages import CameBack, Opened
from tui.screens.live import LiveScreen
from tui.widgets.breaches import BreachesPane
from tui.widgets.coverage import CoverageStrip
from tui.widgets.exchanges import ExchangesPane
from tui.widgets.filter import FilterLine
from tui.widgets.header import Banner, Standing
from tui.widgets.ledger import Ledger
from tui.widgets.sentiment import SentimentPane


def wrong_words(wrong: RulebookWrong, contest: Contest) -> str:
    """Which file and line is wrong, how many more, since when, and what is in force meanwhile."""
    first, *others = wrong.problems
    more = f" (and {len(others):,} more: `hustings check` names all)" if others else ""
    since = clock.short(wrong.since, contest.zone, wrong.since)
    return f"The last good rulebook stays in force, since {since}: {shown(first, 300)}{more}"


class Notices(Static):
    """Lines that stay until they are clicked."""

    class Dismissed(Message):
        """The reader has read them."""

    def on_click(self) -> None:
        """Put them away."""
        self.post_message(self.Dismissed())


class Dashboard(LiveScreen):
    """One picture of the whole."""

    DEEDS = ON_DASHBOARD
    BINDINGS: ClassVar[list[BindingType]] = bindings((*FIRST, *DEEDS))
    AUTO_FOCUS = "BreachesPane"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  as Textual has it
        (0, "-narrow"), (110, "-wide"), (170, "-vast"),
    ]  # fmt: skip
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012  as Textual has it
        (0, "-flat"), (9, "-low"), (14, "-high"), (34, "-tall"), (50, "-grand"),
    ]  # fmt: skip

    now: var[datetime | None] = var[datetime | None](None)
    standing: var[Standing] = var(Standing())
    trouble: var[str] = var("")
    """What went wrong with the program itself; "" if nothing did."""
    wrong_rulebook: var[RulebookWrong | None] = var[RulebookWrong | None](None)
    """What is wrong with the files of the rulebook, of which the last good one stays in force."""
    notices: var[tuple[str, ...]] = var[tuple[str, ...]](())
    """What the reader should be told once; stays until Esc or a click."""
    filtered: var[bool] = var(False)
    """Whether the panes show only a part."""
    reader_notice: var[str] = var("")
    """Why another reader than the chosen one says what posts mean; "" if none does."""

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._contest = contest
        self._pane: Ledger[Any] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the panes; each is bound to the board."""
        contest = self._contest
        yield Banner(contest).data_bind(Dashboard.now, Dashboard.standing)
        yield CoverageStrip(contest).data_bind(Dashboard.board)
        yield Static("", markup=False, id="trouble")
        yield Notices("", markup=False, id="notices")
        yield FilterLine(contest)
        with Container(id="panes"):
            yield SentimentPane(contest).data_bind(
                Dashboard.board, Dashboard.filtered, Dashboard.reader_notice
            )
            yield ExchangesPane(contest).data_bind(Dashboard.board, Dashboard.filtered)
            yield BreachesPane(contest).data_bind(Dashboard.board, Dashboard.filtered)
        yield Footer(compact=True)

    @on(ScreenResume)
    def _tell_of_return(self) -> None:
        self.post_message(CameBack())

    def on_mount(self) -> None:
        """Show what was announced before there was anything to show it in."""
        self.watch_notices(self.notices)

    @property
    def pane(self) -> Ledger[Any]:
        """The pane that has, or last had, the focus."""
        return self._pane or self.query_one(BreachesPane)

    @property
    def exports(self) -> str:
        """What the pane in focus shows."""
        return self.pane.WHAT

    def enter_pane(self, number: str) -> None:
        """Focus the pane of that number."""
        for pane in self.query(Ledger).results(Ledger):
            if number == pane.NUMBER:
                self._bring_forward(pane)
                pane.focus()

    def watch_now(self, now: datetime | None) -> None:
        """Tell the filter line what "2d" is counted from."""
        for field in self.query(FilterLine):
            field.moment = now

    def judge_by(self, contest: Contest) -> None:
        """Go by another rulebook, timetable and thresholds; camps and sources are the same."""
        self._contest = contest
        for part in self.query("Banner, FilterLine, SentimentPane, BreachesPane"):
            if isinstance(part, Banner | FilterLine | SentimentPane | BreachesPane):
                part.judge_by(contest)

    def watch_trouble(self) -> None:
        """Say it in a line of its own, for as long as it lasts."""
        self._show_trouble()

    def watch_wrong_rulebook(self) -> None:
        """Say it for as long as it is not mended."""
        self._show_trouble()

    def _show_trouble(self) -> None:
        wrong = wrong_words(self.wrong_rulebook, self._contest) if self.wrong_rulebook else ""
        lines = "\n".join(words for words in (self.trouble, wrong) if words)
        for strip in self.query("#trouble").results(Static):
            strip.update(lines)
            strip.set_class(bool(lines), "-open")

    def watch_notices(self, notices: tuple[str, ...]) -> None:
        """Show them under the coverage strip, each in a line of its own."""
        for strip in self.query(Notices):
            strip.update("\n".join(f"{shown(words, 300)} (Esc closes)" for words in notices))
            strip.set_class(bool(notices), "-open")

    @on(Notices.Dismissed)
    def _put_away(self) -> None:
        self.notices = ()

    @on(DescendantFocus)
    def _remember(self, event: DescendantFocus) -> None:
        if isinstance(event.widget, Ledger):
            self._bring_forward(event.widget)

    def _bring_forward(self, pane: Ledger[Any]) -> None:
        """Where there is no room for three panes, this one is shown."""
        self._pane = pane
        for other in self.query(Ledger).results(Ledger):
            other.set_class(other is pane, "-front")

    @on(FilterLine.Left)
    def _back_to_the_pane(self) -> None:
        self.pane.focus()

    @on(Ledger.Chosen)
    def _open(self, message: Ledger.Chosen) -> None:
        if isinstance(message.ledger, SentimentPane):
            self.query_one(FilterLine).open(f"camp:{message.row.camp}")
        else:
            self.post_message(Opened(message.row.uid))
