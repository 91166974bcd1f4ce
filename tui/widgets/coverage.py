"""How the sources stand, on one line: silent is not quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from contest.contest import Contest
from contest.text import shown
from contest.visit import Health
from storage.board import Board
from tui import clock
from tui.columns import joined
from tui.legend import STATES

WORST = ("failing", "stale")
"""States in which silence could mislead."""


class CoverageStrip(Static):
    """Counts by state, then the sources that fail or are stale, by name."""

    board: var[Board] = var(Board())

    class Clicked(Message):
        """The reader wants to see the sources."""

    def __init__(self, contest: Contest) -> None:
        super().__init__(markup=False)
        self._zone = contest.zone

    def watch_board(self) -> None:
        """Count anew."""
        self._redraw()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._redraw()

    def on_click(self, event: events.Click) -> None:
        """Ask for the list of the sources."""
        event.stop()
        self.post_message(self.Clicked())

    def _redraw(self) -> None:
        if width := self.content_size.width:
            self.update(coverage_line(self.board.sources, self._zone, self.board.at, width))


def coverage_line(
    sources: Sequence[Health], zone: ZoneInfo, now: datetime | None, width: int
) -> Content:
    """The counts, and as many of the troubled sources as `width` cells hold, "+n" after them."""
    if not sources:
        return Content.styled("no source has been asked yet", "$foreground-muted")
    troubled = [health for state in WORST for health in sources if health.state == state]
    whole = _told(joined(_counted(sources)), troubled, zone, now, width)
    if whole.named or not troubled:
        return whole.told
    return _told(joined(_counted(sources, brief=True)), troubled, zone, now, width).told


class _Told(NamedTuple):
    told: Content
    named: int


def _counted(sources: Sequence[Health], brief: bool = False) -> list[tuple[str, str]]:
    """The counts; `brief` leaves out the words of the states in which nothing is wrong."""
    found = Counter[str](health.state for health in sources)
    return [
        (f"{sign} {found[state]}" + ("" if brief and state not in WORST else f" {state}"), style)
        for state, (sign, style) in STATES.items()
        if found[state]
    ]


def _told(
    counts: Content, troubled: list[Health], zone: ZoneInfo, now: datetime | None, width: int
) -> _Told:
    """The counts, with as many troubles as fit, and how many those are."""
    told, named = counts, 0
    for health in troubled:
        words = (": " if not named else "; ") + trouble(health, zone, now)
        longer = told + Content.styled(words, STATES[health.state][1])
        last = named + 1 == len(troubled)
        if longer.cell_length + (0 if last else 10) > width:
            break
        told, named = longer, named + 1
    rest = len(troubled) - named
    more = Content.styled(f"  +{rest} more", "$text-warning") if rest else Content("")
    return _Told(told.truncate(max(width - more.cell_length, 0), ellipsis=True) + more, named)


def trouble(health: Health, zone: ZoneInfo, now: datetime | None) -> str:
    """One source's trouble in a few words."""
    reason = f" - {shown(health.reason, 40)}" if health.reason else ""
    again = f", next try {clock.short(health.next_visit, zone, now)}" if health.next_visit else ""
    return f"{shown(health.source, 30)}{reason}{again}"
