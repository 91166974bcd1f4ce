"""Where the reader stands in a list, and where they stand when it changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """The row under the cursor, and how many lines are scrolled off at the top."""

    cursor: int = 0
    scroll: int = 0


def keep_place(
    old: Sequence[str], new: Sequence[str], place: Place, lines: int, room: int, live: bool
) -> Place:
    """The place in `new` from which the reader sees what they saw in `old`.

    Rows are named by key, take `lines` lines each and are seen through `room`
    lines. A reader at the top stays there for as long as their row is in
    sight; a `live` list, in which nobody stands, stays on its newest row.
    """
    if live or not old or not new:
        return Place()
    index = {key: at for at, key in enumerate(new)}
    cursor = _survivor(old, index, place.cursor)
    in_sight = place.scroll <= place.cursor * lines < place.scroll + room
    if in_sight and place.scroll == 0 and (cursor + 1) * lines <= room:
        return Place(cursor, 0)
    anchor = place.cursor if in_sight else place.scroll // lines
    moved = _survivor(old, index, anchor) - anchor
    return Place(cursor, max(place.scroll + moved * lines, 0))


def _survivor(old: Sequence[str], index: dict[str, int], at: int) -> int:
    """Where the row at `at` is now; if it is gone, the nearest older one, then newer one."""
    for key in (*old[at:], *reversed(old[:at])):
        if key in index:
            return index[key]
    return 0
