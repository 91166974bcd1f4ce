"""`hustings`: polls and shows the dashboard, until it is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from contest.contest import Contest
from contest.estimate import Confusion
from contest.labels import Answer
from contest.lens import Lens
from hustings.errors import Shortfall
from hustings.logs import log_to
from hustings.opening import config_path, new_monitor, open_archive
from hustings.reading import LateMeaning, known_confusions
from hustings.rulebook import ConfigFiles, renewal
from hustings.tutoring import own_name
from monitor.clock import Clock, WallClock
from monitor.events import Event
from monitor.poller import Monitor
from monitor.timetable import as_seen
from storage.archive import Archive
from storage.board import Board, CampFigures, Card, read_board, read_card, read_figures
from storage.sheet import save_csv
from storage.teaching import Question, Slate
from tui.app import HustingsApp


def show_dashboard(config: Path | None, db: Path | None) -> None:
    """Open the contest and its archive, poll, and show."""
    files = ConfigFiles(config or config_path())
    contest = files.open()
    path = db or contest.storage_path
    with open_archive(path) as archive, log_to(path.with_suffix(".log")):
        run_dashboard(contest, archive, WallClock(), files)


INTERRUPTED = frozenset({129, 130, 143})
"""Return codes of an app that was left by Ctrl-C, SIGHUP or SIGTERM."""


class OpenDesk:
    """What the terminal asks for, answered from the archive and the monitor."""

    def __init__(
        self,
        contest: Contest,
        archive: Archive,
        monitor: Monitor,
        clock: Clock,
        meaning: LateMeaning,
    ) -> None:
        self._archive = archive
        self._monitor = monitor
        self._clock = clock
        self._meaning = meaning
        self._known = (contest, known_confusions(contest))
        self._paces = {entry.name: entry.interval * clock.speed for entry in contest.sources}

    @property
    def _contest(self) -> Contest:
        """As it is judged now."""
        return self._monitor.contest

    @property
    def _confusions(self) -> Mapping[str, Confusion]:
        """How the readers err, looked up anew where the rulebook has changed."""
        if self._known[0] is not self._contest:
            self._known = (self._contest, known_confusions(self._contest))
        return self._known[1]

    def now(self) -> datetime:
        """The contest's clock."""
        return self._clock.now()

    def reader_notice(self) -> str:
        """Why another reader than the chosen one says what posts mean; "" if none does."""
        return self._meaning.notice

    async def watch(self, tell: Callable[[Event], object]) -> None:
        """Poll, or follow the process that does."""
        await self._monitor.watch(tell)

    async def board(self, lens: Lens) -> Board:
        """The archive as it stands; a source that is overdue is shown so."""
        now = self._clock.now()
        board = await self._archive.run(read_board, self._contest, now, lens, self._confusions)
        seen = tuple(
            as_seen(health, now, self._paces[health.source])
            for health in board.sources
            if health.source in self._paces
        )
        return replace(board, sources=seen)

    async def card(self, uid: str) -> Card | None:
        """One post with all that is kept of it."""
        return await self._archive.run(read_card, uid)

    async def export(self, what: str, lens: Lens, path: Path) -> int:
        """Write CSV; the number of rows."""
        return await self._archive.run(save_csv, self._contest, what, path, lens, self._confusions)

    async def slate(self, camp: str) -> Slate:
        """The posts to label."""
        return await self._monitor.school.slate(camp)

    async def label(self, question: Question, said: Answer) -> int:
        """Keep a label by whoever runs the program."""
        return await self._monitor.school.label(question, said, own_name())

    async def figures(self, at: datetime) -> tuple[CampFigures, ...]:
        """Every camp's figures."""
        return await self._archive.run(read_figures, self._contest, at, self._confusions)

    async def withdraw(self, label: int) -> None:
        """Take a label back."""
        await self._monitor.school.withdraw(label)

    def learn(self) -> None:
        """Have new labels learnt from in the background."""
        self._monitor.school.ask_to_learn(own_name())

    async def undo_teaching(self, number: int | None = None) -> str:
        """Take the head in force (of this number, or whichever it is) back; its name."""
        head = await self._monitor.school.undo(number)
        return head.version if head else ""

    def read_again(self) -> None:
        """Have stored posts that today's rules have not judged read again in the background."""
        if self._monitor.registrar:
            self._monitor.registrar.ask_to_read_again()

    def visit_now(self) -> None:
        """Have every source asked at once."""
        self._monitor.visit_now()


def run_dashboard(
    contest: Contest,
    archive: Archive,
    clock: Clock,
    files: ConfigFiles,
    desk: type[OpenDesk] = OpenDesk,
) -> None:
    """Show a contest as `archive` holds it, while a monitor fills it, until it is left.

    What is changed in its `files` meanwhile is taken up. Raises KeyboardInterrupt if it was left by
    a signal, Shortfall if it broke.
    """
    meaning = LateMeaning(contest)
    monitor = new_monitor(contest, archive, clock, meaning, renewal(files, meaning))
    app = HustingsApp(contest, desk(contest, archive, monitor, clock, meaning))
    try:
        app.run()
    finally:
        monitor.close()
    if app.return_code in INTERRUPTED:
        raise KeyboardInterrupt
    if app.return_code:
        raise Shortfall
