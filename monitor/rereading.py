"""Read stored posts again, batch by batch, newest first. Chooses neither posts nor reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from analysis.reader import Reader
from contest.contest import Contest
from contest.labels import Changes
from contest.reading import Reading
from storage.archive import Archive
from storage.rereading import NEWEST, Place, Stored, differences, keep_rereadings

if TYPE_CHECKING:  # `storage` has it loaded without numpy
    from sqlite_utils import Database

BATCH = 200
"""Posts that are read, and kept, at a time."""

T = TypeVar("T")


class Think(Protocol):
    """Runs what takes long on a thread that may take long."""

    async def __call__(self, work: Callable[[], T], /) -> T:
        """What `work` returns."""
        ...


Find = Callable[["Database", Place, int], list[Stored]]
"""The next posts to read again: those after a place, so many at most."""


async def read_again(
    contest: Contest,
    archive: Archive,
    think: Think,
    reader: Reader,
    find: Find,
    progress: Callable[[Changes], Awaitable[bool]],
    *,
    keep: bool = True,
    note: Callable[[Sequence[tuple[Stored, Reading]]], object] = lambda _: None,
    most: int | None = None,
) -> Changes:
    """Read all that `find` brings, and let the new readings hold; what has changed.

    Without `keep`, only tells what would change. `note` is handed every batch with its readings;
    a batch has BATCH posts, or at `most` so many. `progress` is told of all changes so far
    after every batch, and answers whether to go on.
    """
    done, place = Changes(), NEWEST
    while stored := await archive.run(find, place, most or BATCH):
        found = stored
        read = await think(lambda found=found: _read(reader, found))  # type: ignore[misc]
        note(read)
        if keep:
            done += await archive.run(keep_rereadings, read, contest.thresholds.hostile)
        else:
            done += differences(read)
        place = stored[-1].place
        if not await progress(done):
            break
    return done


def _read(reader: Reader, found: Sequence[Stored]) -> list[tuple[Stored, Reading]]:
    """Each with its reading; what these readers have said of it before is taken as it was."""
    anew = iter(reader.read_all([stored.post for stored in found if stored.earlier is None]))
    return [(stored, stored.earlier or next(anew)) for stored in found]
