"""The application: listens, keeps the board fresh, does what the keys ask for. Holds no posts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.notifications import SeverityLevel
from textual.reactive import var
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerFailed, WorkerState

from contest.contest import Contest
from contest.labels import Answer
from contest.lens import read_lens
from contest.text import shown
from monitor.events import (
    Advised,
    Alert,
    Announced,
    Changed,
    Event,
    ExamplesFell,
    Leading,
    Learning,
    Learnt,
    Reread,
    RulebookRead,
    RulebookWrong,
    Visited,
)
from storage.board import Board, CampFigures
from storage.teaching import Question
from tui.alerts import headline
from tui.desk import Desk
from tui.keymap import EVERYWHERE, LEAVE, Deed, bindings
from tui.messages import CameBack, Heard, Narrowed, Opened
from tui.screens.dashboard import Dashboard
from tui.screens.live import LiveScreen
from tui.themes import DAY, NIGHT, camp_colours
from tui.widgets.coverage import CoverageStrip
from tui.widgets.filter import FilterLine

if TYPE_CHECKING:
    from tui.screens.outcome import OutcomeScreen
    from tui.screens.teaching import TeachingScreen

OFFERED = "press R to read them again"
UNREAD = "The archive could not be read"


class HustingsApp(App[None]):
    """A dashboard over one contest, seen through a `Desk`."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "Hustings"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(EVERYWHERE), LEAVE]
    BREATH: ClassVar[float] = 0.125
    """Seconds between two readings of the board, however fast news comes in."""
    GATHER: ClassVar[float] = 0.3
    """Seconds over which alerts are gathered into one notification."""
    QUIET: ClassVar[float] = 5.0
    """Seconds between two notifications: one incident, not forty."""
    BRIEFLY: ClassVar[float] = 4.0
    """Seconds for which a notification stays."""
    AGAIN: ClassVar[float] = 2.0
    """Seconds until the archive is read again after it could not be."""

    board: var[Board] = var(Board())
    """The picture on screen."""

    def __init__(self, contest: Contest, desk: Desk) -> None:
        """Show `contest` as `desk` has it."""
        super().__init__()
        self._contest = contest
        self._desk = desk
        self._dashboard = Dashboard(contest)
        self._stale = asyncio.Event()
        self._line = ""
        self._before: tuple[datetime, tuple[CampFigures, ...]] | None = None
        """The figures by camp when the last sitting began, and when that was."""
        self._learnt: Learnt | None = None
        """A new head whose table waits until the dashboard is looked at."""
        self._reread: Reread | None = None
        """How far the stored posts were read again with the last new head."""
        self._of_rulebook: tuple[str, ...] = ()
        """What was said of the rulebook last; what is said next stands in its place."""
        self._alerts: list[Alert] = []
        self._gathering = False
        self._fading: Timer | None = None
        for theme in (NIGHT, DAY):
            self.register_theme(theme)
        self.theme = NIGHT.name

    def get_default_screen(self) -> Screen[Any]:
        """Start on the dashboard."""
        return self._dashboard

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours for the camps in whatever theme is chosen."""
        return camp_colours(self.current_theme)

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver; on a Unix terminal, one that survives the terminal's end."""
        chosen = super().get_driver_class()
        if chosen.__name__ != "LinuxDriver":
            return chosen
        from tui.terminal import LastingDriver  # noqa: PLC0415  not to be had on Windows

        return LastingDriver

    def on_mount(self) -> None:
        """Show what is kept, then listen for more."""
        if os.name == "posix":
            from tui.terminal import heed_signals  # noqa: PLC0415

            heed_signals(self.leave)
        self._tick()
        self.keep_board_fresh()
        self.listen()
        self.set_interval(1, self._tick)

    def _tick(self) -> None:
        self._dashboard.now = self._desk.now()
        self._note_reader(self._desk.reader_notice())
        self._freshen()

    def _note_reader(self, notice: str) -> None:
        """Say once that another reader stands in; a sign stays in the title of its pane."""
        before = self._dashboard.reader_notice
        if notice != before:
            others = tuple(words for words in self._dashboard.notices if words != before)
            self._dashboard.notices = (*others, notice) if notice else others
            self._dashboard.reader_notice = notice

    def _freshen(self, wanted: bool = False) -> None:
        """Have the board read again, unless the reader has paused it and does not ask."""
        if wanted or not self._dashboard.standing.paused:
            self._stale.set()

    def leave(self, return_code: int) -> None:
        """End in good order: the screen is restored, and whoever runs us tidies up."""
        self.exit(return_code=return_code)

    def action_interrupt(self) -> None:
        """What Ctrl-C means in a terminal."""
        self.leave(130)

    # The two doors.

    @work(group="listen", exclusive=True, exit_on_error=False)
    async def listen(self) -> None:
        """Pass on what the monitor tells: the only door from monitor to terminal."""
        await self._desk.watch(lambda event: self.post_message(Heard(event)))

    @work(group="board", exclusive=True, exit_on_error=False)
    async def keep_board_fresh(self) -> None:
        """Read a new board whenever the shown one is stale: the only door from storage."""
        while True:
            await self._stale.wait()
            self._stale.clear()
            self.board = await self._desk.board(read_lens(self._line, self._desk.now()))
            await asyncio.sleep(self.BREATH)

    def watch_board(self, board: Board) -> None:
        """Hand the board to every screen that shows it."""
        for screen in self.screen_stack:
            if isinstance(screen, LiveScreen):
                screen.board = board
        if self._dashboard.trouble.startswith(UNREAD):
            self._dashboard.trouble = ""

    @on(Heard)
    def hear(self, message: Heard) -> None:
        """Take note of news. A failed source marks the coverage strip, which the board feeds."""
        match message.event:
            case Leading(leads, holder):
                following = "" if leads else holder or "another process"
                self._dashboard.standing = replace(self._dashboard.standing, holder=following)
            case Visited() as visited:
                self._gather(visited.alerts)
                if visited.revised or visited.gone:
                    self._refresh_open_post()
            case Changed(alerts):
                self._gather(alerts)
                self._refresh_open_post()
            case Advised():
                self._refresh_open_post()
            case Announced(words):
                self._dashboard.notices = (*self._dashboard.notices, words)
            case Learning(words):
                self._dashboard.standing = replace(self._dashboard.standing, busy=words)
        self._hear_of_rulebook(message.event)
        self._follow_outcome(message.event)
        self._freshen()

    def _hear_of_rulebook(self, event: Event) -> None:
        """Go by a rulebook that was read again, or say what is wrong with it."""
        match event:
            case RulebookRead(contest, words, _, behind):
                self._contest = contest
                self._dashboard.judge_by(contest)
                self._mark_rulebook(None)
                self._say_of_rulebook(words, *[offer(behind)] * bool(behind))
            case ExamplesFell():
                self._say_of_rulebook(*self._of_rulebook, event.line)
            case RulebookWrong():
                self._mark_rulebook(event)

    def _mark_rulebook(self, wrong: RulebookWrong | None) -> None:
        self._dashboard.wrong_rulebook = wrong
        self._dashboard.standing = replace(self._dashboard.standing, old_rulebook=wrong is not None)

    def _say_of_rulebook(self, *lines: str) -> None:
        """Say it in the place of what was said of the rulebook last."""
        others = (words for words in self._dashboard.notices if words not in self._of_rulebook)
        self._dashboard.notices = (*others, *lines)
        self._of_rulebook = lines

    @on(Worker.StateChanged)
    def _note_failure(self, event: Worker.StateChanged) -> None:
        """Show what went wrong where it can be seen; the screen stays."""
        if event.state is WorkerState.ERROR:
            self._fail(event.worker.group, event.worker.error)
        elif event.state is WorkerState.SUCCESS and event.worker.group == "listen":
            self._fail("listen", None)

    def _fail(self, group: str, error: BaseException | None) -> None:
        reason = f"{type(error).__name__}: {shown(str(error), 200)}" if error else "no reason given"
        if group == "listen":
            self._dashboard.trouble = (
                f"The monitor stopped ({reason}). Nothing new comes in; what is kept is shown. "
                "Press q and start again."
            )
        elif group == "board":
            self._dashboard.trouble = f"{UNREAD} ({reason}). Trying again."
            self._stale.set()
            self.set_timer(self.AGAIN, self.keep_board_fresh)
        else:
            self.notify(reason, title=f"{group} failed", severity="error", timeout=10, markup=False)

    def _say(self, words: str, title: str = "", severity: SeverityLevel = "information") -> None:
        """Say something briefly, in place of what was said before; what went wrong stays."""
        for said in list(self._notifications):
            if said.severity != "error":
                self._unnotify(said, refresh=False)
        self.notify(words, title=title, severity=severity, timeout=self.BRIEFLY, markup=False)

    # Alerts.

    def _gather(self, alerts: Sequence[Alert]) -> None:
        """Collect alerts for a moment, so that a batch rings once."""
        self._alerts += alerts
        if self._alerts and not self._gathering:
            self._gathering = True
            self.set_timer(self.GATHER, self._ring)

    def _ring(self) -> None:
        """Tell of the alerts gathered, then be quiet for a while."""
        if not self._alerts:
            self._gathering = False
            return
        title, text = headline(self._alerts, self._contest)
        self._alerts.clear()
        self._tell(title, text)
        if not self._dashboard.standing.muted:
            self.bell()
        self.set_timer(self.QUIET, self._ring)

    def _tell(self, title: str, text: str) -> None:
        """Tell of alerts in a corner; in a small window, on one line where there is room for it."""
        if self.size.width > 80 and self.size.height >= 30:
            self._say(text, title, "warning")
        elif self.screen is self._dashboard:
            self._flash(f"{title} · {text}")
        else:
            self._say(f"{title} · {text}", severity="warning")

    def _flash(self, news: str) -> None:
        """Show news in the banner for a moment: a notification would cover what is read."""
        if self._fading:
            self._fading.stop()
        self._dashboard.standing = replace(self._dashboard.standing, news=news)
        self._fading = self.set_timer(self.BRIEFLY, self._fade)

    def _fade(self) -> None:
        self._dashboard.standing = replace(self._dashboard.standing, news="")

    # Posts.

    @on(Opened)
    def _show_post(self, message: Opened) -> None:
        self.open_post(message.uid)

    @work(group="post", exclusive=True, exit_on_error=False)
    async def open_post(self, uid: str) -> None:
        """Fetch a post's card, and show it or bring the open one up to date."""
        from tui.screens.post import PostScreen  # noqa: PLC0415  the first paint does not need it

        card = await self._desk.card(uid)
        if card is None:
            self._say("This post is no longer kept.", severity="warning")
        elif isinstance(self.screen, PostScreen):
            self.screen.card = card
        else:
            self.push_screen(PostScreen(self._contest, card))

    def _refresh_open_post(self) -> None:
        if isinstance(self.screen, LiveScreen) and self.screen.uid:
            self.open_post(self.screen.uid)

    # What the keys do.

    @on(Narrowed)
    def narrow(self, message: Narrowed) -> None:
        """Show only what a filter line lets through."""
        self._line = message.line
        self._dashboard.filtered = bool(message.line.strip())
        self._freshen(wanted=True)

    def action_filter(self) -> None:
        """Open the filter line."""
        self._dashboard.query_one(FilterLine).open()

    def action_clear_filter(self) -> None:
        """Let everything through, and put away what was announced."""
        self._dashboard.notices = ()
        self._dashboard.query_one(FilterLine).action_clear()

    def action_pane(self, number: int) -> None:
        """Focus a pane."""
        self._dashboard.enter_pane(str(number))

    def action_mute(self) -> None:
        """Mute or unmute the bell."""
        muted = not self._dashboard.standing.muted
        self._switch("The bell is muted." if muted else "The bell rings.", muted=muted)

    def action_pause(self) -> None:
        """Stop following, or go on."""
        since = None if self._dashboard.standing.paused else self._desk.now()
        self._switch("Paused." if since else "Following again.", paused=since)
        self._freshen()

    def _switch(self, words: str, **changes: Any) -> None:
        """Show the switch in the banner; where that is not in sight, say it."""
        self._dashboard.standing = replace(self._dashboard.standing, **changes)
        if self.screen is not self._dashboard:
            self._say(words)

    def action_visit_now(self) -> None:
        """Have all sources asked."""
        self._desk.visit_now()
        self._say(f"Asking {len(self._contest.sources)} sources now.")

    def action_read_again(self) -> None:
        """Have stored posts judged by today's rules, where they are not."""
        self._desk.read_again()
        self._say_of_rulebook(*(line for line in self._of_rulebook if OFFERED not in line))

    @on(CoverageStrip.Clicked)
    def action_sources(self) -> None:
        """Show the sources."""
        from tui.screens.sources import SourcesScreen  # noqa: PLC0415

        screen = SourcesScreen(self._contest)
        screen.board = self.board
        self.push_screen(screen)

    def action_keys(self) -> None:
        """List the keys."""
        from tui.screens.keys import KeysScreen  # noqa: PLC0415

        self.push_screen(KeysScreen(self._contest, self._desk.reader_notice()))

    def action_copy_url(self) -> None:
        """Copy the open post's URL, over OSC 52: it works through ssh."""
        url = self.screen.url if isinstance(self.screen, LiveScreen) else ""
        if url:
            self.copy_to_clipboard(url)
        words = f"Copied {shown(url, 200)}" if url else "This post has no URL."
        self._say(words)

    def action_export(self) -> None:
        """Ask where to, then export what the pane in focus shows."""
        from tui.screens.export import ExportScreen  # noqa: PLC0415

        if not isinstance(self.screen, LiveScreen):
            return
        what = self.screen.exports
        line = "" if what == "sources" else self._line
        asked = ExportScreen(what, line, Path.cwd() / f"hustings-{what}-{self._stamp()}.csv")
        self.push_screen(asked, partial(self._write, what, line))

    def _write(self, what: str, line: str, path: Path | None) -> None:
        if path:
            self.export(what, line, path)

    def _stamp(self) -> str:
        return f"{self._desk.now().astimezone(self._contest.zone):%Y%m%d-%H%M}"

    @work(group="export", exit_on_error=False)
    async def export(self, what: str, line: str, path: Path) -> None:
        """Write the file, and say how many rows went where."""
        rows = await self._desk.export(what, read_lens(line, self._desk.now()), path)
        self._say(f"{rows:,} rows of {what} in {path}", title="exported")

    # Teaching.

    def action_teach(self) -> None:
        """Ask about the posts that the reader is least sure of."""
        from tui.screens.teaching import TeachingScreen  # noqa: PLC0415

        self.push_screen(TeachingScreen(self._contest))
        self._before = None
        self.note_figures()
        self.fetch_slate("")

    @work(group="figures", exclusive=True, exit_on_error=False)
    async def note_figures(self) -> None:
        """Note what the figures are before anything is labelled."""
        at = self._desk.now()
        self._before = at, await self._desk.figures(at)

    @work(group="slate", exclusive=True, exit_on_error=False)
    async def fetch_slate(self, camp: str) -> None:
        """Fetch the posts to label, and show them where they are waited for."""
        slate = await self._desk.slate(camp)
        if screen := self._teaching():
            screen.begin(slate, camp)

    def _teaching(self) -> TeachingScreen | None:
        from tui.screens.teaching import TeachingScreen  # noqa: PLC0415

        return self.screen if isinstance(self.screen, TeachingScreen) else None

    def on_key(self, event: events.Key) -> None:
        """Drop an answer to a card that was not on screen yet when the key was pressed."""
        screen = self._teaching()
        if screen and not screen.sees(event.key, event.time):
            event.prevent_default()

    async def action_label(self, said: Answer) -> None:
        """Keep a label, then go on: what was answered is safe."""
        screen = self._teaching()
        if screen and (question := screen.question):
            await self._done(self.keep_label(screen, question, said))

    async def action_unlabel(self) -> None:
        """Take the last label of this sitting back."""
        screen = self._teaching()
        if screen and (label := screen.last_label) is not None:
            await self._done(self.take_back(screen, label))

    @work(group="label", exit_on_error=False)
    async def keep_label(self, screen: TeachingScreen, question: Question, said: Answer) -> None:
        """Keep a label and show the next question; where that fails, it is asked again."""
        screen.answered(said, await self._desk.label(question, said))

    @work(group="label", exit_on_error=False)
    async def take_back(self, screen: TeachingScreen, label: int) -> None:
        """Withdraw a label and ask its question again."""
        await self._desk.withdraw(label)
        screen.taken_back()

    async def _done(self, worker: Worker[None]) -> None:
        """Wait for what must not overtake anything; what went wrong is told elsewhere."""
        with suppress(WorkerFailed):
            await worker.wait()

    def action_skip_question(self) -> None:
        """Leave a post without a label."""
        if screen := self._teaching():
            screen.skipped()

    def action_next_camp(self) -> None:
        """Ask about one camp, the next one, or all."""
        if screen := self._teaching():
            self.fetch_slate(screen.next_camp())

    def action_leave_teaching(self) -> None:
        """Go back to the dashboard, and have new labels learnt from."""
        screen = self._teaching()
        if screen and screen.can_learn:
            self._desk.learn()
        self.pop_screen()

    @on(CameBack)
    def _show_outcome(self) -> None:
        """Show what a new head does, if it was taught here and nothing else is being looked at."""
        from tui.screens.outcome import OutcomeScreen  # noqa: PLC0415

        if self._learnt and self._before and self.screen is self._dashboard:
            screen = OutcomeScreen(self._contest, self._learnt, *self._before)
            screen.reread = self._reread
            self._learnt = self._before = None
            self.push_screen(screen)
            self.refresh_outcome()

    def _follow_outcome(self, event: Event) -> None:
        """Open the table of a new head, or have it wait; while it is open, let it fill."""
        if isinstance(event, Reread):
            self._reread = event
        if isinstance(event, Learnt):
            self._learnt, self._reread = event, None
            self._show_outcome()
        screen = self._outcome()
        if screen and isinstance(event, Reread):
            screen.reread = event
        if screen and isinstance(event, Learnt | Reread | Changed):
            self.refresh_outcome()

    def _outcome(self) -> OutcomeScreen | None:
        from tui.screens.outcome import OutcomeScreen  # noqa: PLC0415

        return next((one for one in self.screen_stack if isinstance(one, OutcomeScreen)), None)

    @work(group="outcome", exclusive=True, exit_on_error=False)
    async def refresh_outcome(self) -> None:
        """Show the figures as they are now beside those from before."""
        if screen := self._outcome():
            screen.after = await self._desk.figures(screen.at)

    @work(group="undoing", exit_on_error=False)
    async def action_undo_outcome(self) -> None:
        """Take the head that is shown back, once, and no other."""
        screen = self._outcome()
        if screen is None or screen.undoing:
            return
        screen.undoing = True  # before anything is waited for: a second key finds it so
        done = False
        try:
            screen.undone = await self._desk.undo_teaching(screen.learnt.number)
            done = True
        finally:
            screen.undoing = done  # what could not be undone can be tried again
        if not screen.undone:
            self._say(f"{screen.learnt.head} is not in force any more.", severity="warning")

    @work(group="undoing", exit_on_error=False)
    async def action_undo_teaching(self) -> None:
        """Take what was taught last back."""
        undone = await self._desk.undo_teaching()
        self._say(f"{undone} is undone." if undone else "Nothing was taught that could be undone.")

    # The palette.

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every deed of this screen, then Textual's own."""
        for deed in (*deeds_on(screen), *EVERYWHERE):
            yield SystemCommand(deed.does, f"key {deed.label}", self._doing(deed))
        yield SystemCommand(
            "Undo what was taught last",
            "The reader goes back to what it was before; labels are kept",
            self.action_undo_teaching,
        )
        for command in super().get_system_commands(screen):
            if command.title not in ("Keys", "Quit"):  # ours are there already
                yield command

    def _doing(self, deed: Deed) -> Callable[[], Awaitable[object]]:
        return partial(self.run_action, deed.action)


def deeds_on(screen: Screen[Any]) -> tuple[Deed, ...]:
    """What can be done on a screen besides what can be done everywhere."""
    return screen.DEEDS if isinstance(screen, LiveScreen) else ()


def offer(behind: int) -> str:
    """That stored posts were judged by other rules, and can be read again."""
    many = "1 post was" if behind == 1 else f"{behind:,} posts were"
    return f"{many} judged by the old one: {OFFERED}"
