"""How the sources stand, on one line: silent is not quiet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
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
from tui.columns import Part, joined
from tui.legend import STATES

WORST = ("failing", "stale")
"""States in which silence could mislead."""
CAUSE = 48
"""Characters of a cause at most; the page of the sources has all of it."""
NAMED = 8
"""Sources that are named at most."""
LONGEST_NAME = 30
LEAST = 12
"""Characters of a cause below which it says nothing."""

_ADDRESS = re.compile(r"(?:https?://\S+?|[\w-]+(?:\.[\w-]+)+(?::\d+)?):?\s+")


class CoverageStrip(Static):
    """Counts of the sources that are well, and by name those that fail or are stale."""

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
    """The sources that are well are counted, the troubled ones named, as `width` cells allow.

    The troubled ones that there is no room for are counted as "3 more failing".
    """
    if not sources:
        return Content.styled("no source has been asked yet", "$foreground-muted")
    for told in _tellings(sources, zone, now, width):
        if told.cell_length <= width:
            return told
    return _tightest(sources, width)


def _tellings(
    sources: Sequence[Health], zone: ZoneInfo, now: datetime | None, width: int
) -> Iterator[Content]:
    """The line in all its forms, the fullest first: names matter more than the words of counts."""
    troubled = _troubled(sources)
    for named in range(min(len(troubled), NAMED), 0 if troubled else -1, -1):
        for brief, long in ((False, True), (True, True), (True, False)):
            told = [_named(health, zone, now, long) for health in troubled[:named]]
            line = joined([*_counted(sources, brief), *told, *_rest(troubled[named:], brief)])
            yield line
        if told:
            told[-1] = _shorter(told[-1], troubled[named - 1], line.cell_length - width)
            yield joined([*_counted(sources, True), *told, *_rest(troubled[named:], True)])


def _shorter(told: Content, health: Health, excess: int) -> Content:
    """A trouble cut by `excess` cells, but never so far that only the name is left."""
    least = len(shown(health.source, LONGEST_NAME)) + len("✗ : ") + LEAST
    return told.truncate(max(told.cell_length - excess, least), ellipsis=True)


def _tightest(sources: Sequence[Health], width: int) -> Content:
    """One source by name, cut where it must be; or where all is well, what fits of the counts."""
    troubled = _troubled(sources)
    if not troubled:
        return joined(_counted(sources, brief=True)).truncate(width, ellipsis=True)
    more = joined([("", ""), *_rest(troubled[1:], brief=True)]) if troubled[1:] else Content("")
    room = width - more.cell_length
    if room < 2 * LEAST:
        return _named(troubled[0]).truncate(width, ellipsis=True)
    return _named(troubled[0]).truncate(room, ellipsis=True) + more


def _troubled(sources: Sequence[Health]) -> list[Health]:
    return [health for state in WORST for health in sources if health.state == state]


def _counted(sources: Sequence[Health], brief: bool) -> list[Part]:
    """How many are well, by state; `brief` without its words."""
    found = Counter[str](health.state for health in sources if health.state not in WORST)
    return _counts(found, "" if brief else " {}")


def _rest(troubled: Sequence[Health], brief: bool) -> list[Part]:
    """How many troubled sources are not named."""
    found = Counter[str](health.state for health in troubled)
    return _counts(found, " more" if brief else " more {}")


def _counts(found: Counter[str], words: str) -> list[Part]:
    return [
        (f"{STATES[state][0]} {found[state]}{words.format(state)}", STATES[state][1])
        for state in (*WORST, "answering", "nothing new", "waiting")
        if found[state]
    ]


def _named(
    health: Health, zone: ZoneInfo | None = None, now: datetime | None = None, long: bool = False
) -> Content:
    """A source's name and the short cause; `long` with the next try."""
    sign, style = STATES[health.state]
    again = health.next_visit if long and zone and health.state == "failing" else None
    words = f"{sign} {shown(health.source, LONGEST_NAME)}: {cause(health.reason) or health.state}"
    if again and zone:
        words += f", next try {clock.short(again, zone, now)}"
    return Content.styled(words, style)


def cause(reason: str) -> str:
    """A reason without the address it begins with, cut to CAUSE characters.

    >>> cause("https://gull.example/politics.rdf has a fault of its own (503)")
    'has a fault of its own (503)'
    >>> cause("gull.example: no such account")
    'no such account'
    """
    words = shown(reason, 600)
    address = _ADDRESS.match(words)
    return shown(words[address.end() :] if address else words, CAUSE)
