"""Keep the rulebook in use in step with its files, while the monitor runs. Reads no file itself.

A file that cannot be used changes nothing: the last good rulebook stays, and it is said so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from analysis.reader import Reader
from contest.changes import Change, taken_up
from contest.contest import Contest
from contest.fingerprint import fingerprint
from contest.labels import Changes
from contest.problems import ConfigError
from monitor.clock import Clock
from monitor.events import Announced, Event, ExamplesFell, Learning, RulebookRead, RulebookWrong
from monitor.rereading import Think, read_again
from storage import rereading
from storage.archive import Archive, ArchiveError

if TYPE_CHECKING:  # it needs numpy, for which the first paint does not wait
    from analysis.tutor import Tutor

log = logging.getLogger(__name__)

Tell = Callable[[Event], object]
Leads = Callable[[], bool]
Stamps = tuple[object, ...]
"""What tells one state of the files from another; compared, and nothing else."""

LOOKS_EVERY_S = 1.0
"""How often it is looked whether a file has changed. It is read once it has stayed as it is for
that long: an editor may be in the middle of writing it."""

AGAIN_AFTER_S = 1.0
"""After so long a file that cannot be used is read once more, before anything is said."""


AT_A_TIME = 32
"""Stored posts that are read at a time: new ones have their turn in between."""


class Files(Protocol):
    """The configuration and the file of its code; each call may take long."""

    @property
    def opened(self) -> Stamps:
        """How the files were when the contest in use was read from them."""
        ...

    def stamps(self) -> Stamps:
        """How they are now; never raises."""
        ...

    def load(self) -> Contest:
        """The contest that they describe. Raises ConfigError."""
        ...


@dataclass(frozen=True, slots=True)
class Renewal:
    """How a changed rulebook is come by: its files, and what reads and teaches by a contest.

    `fallen` tries the rules' own examples, some at a step, and says which do not hold. All but the
    files are asked on the thinking thread.
    """

    files: Files
    reader: Callable[[Contest], Reader]
    tutor: Callable[[Contest], Tutor | None] = lambda _: None
    fallen: Callable[[Contest], Iterator[Sequence[str]]] = lambda _: iter(())


class Registrar:
    """Notices that the rulebook was edited, has it taken up, and has posts read again if asked.

    `take_up` puts a contest into use, `reader` tells what reads now.
    """

    def __init__(
        self,
        contest: Contest,
        renewal: Renewal,
        archive: Archive,
        think: Think,
        take_up: Callable[[Contest, Tell], Awaitable[None]],
        reader: Callable[[], Reader],
        clock: Clock,
    ) -> None:
        self._contest = contest
        self._files = renewal.files
        self._fallen = renewal.fallen
        self._archive = archive
        self._think = think
        self._take_up = take_up
        self._reader = reader
        self._clock = clock
        self._wrong_since: datetime | None = None
        self._waits: tuple[str, ...] = ()
        self._asked = asyncio.Event()
        self._untried = asyncio.Event()
        """Set while the examples of the rulebook in use were not tried yet."""

    def ask_to_read_again(self) -> None:
        """Have stored posts that were not judged by today's rules read again, in the background."""
        self._asked.set()

    async def attend(self, tell: Tell, leads: Leads) -> None:
        """Keep watch until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch(tell, leads))
            tasks.create_task(self._try(tell))
            tasks.create_task(self._serve(tell, leads))

    # -- the files ------------------------------------------------------------------------

    async def _watch(self, tell: Tell, leads: Leads) -> None:
        known = seen = self._files.opened
        while True:
            await asyncio.sleep(LOOKS_EVERY_S)
            before, seen = seen, await asyncio.to_thread(self._files.stamps)
            if seen != known and seen == before:
                known = seen
                await self._read(tell, leads)

    async def _read(self, tell: Tell, leads: Leads) -> None:
        try:
            change = taken_up(self._contest, await self._loaded())
        except ConfigError as error:
            self._complain(error, tell)
            return
        mended, self._wrong_since = self._wrong_since is not None, None
        news = mended or change.takes or change.waits != self._waits
        self._waits = change.waits
        if news:
            await self._use(change, tell, leads)

    async def _loaded(self) -> Contest:
        try:
            return await asyncio.to_thread(self._files.load)
        except ConfigError:
            await asyncio.sleep(AGAIN_AFTER_S)
            return await asyncio.to_thread(self._files.load)

    def _complain(self, error: ConfigError, tell: Tell) -> None:
        self._wrong_since = self._wrong_since or self._clock.now()
        problems = tuple(str(error).splitlines())
        log.warning("the rulebook stays as it was: %s", "; ".join(problems))
        tell(RulebookWrong(problems, self._wrong_since))

    async def _use(self, change: Change, tell: Tell, leads: Leads) -> None:
        judges = fingerprint(change.contest) != fingerprint(self._contest)
        if change.takes:
            await self._take_up(change.contest, tell)
            self._contest = change.contest
        here = bool(change.takes) and leads()  # a process that follows has no reader open
        words, behind = said(change), await self._behind() if here and judges else 0
        log.warning("%s", words)
        tell(RulebookRead(change.contest, words, change.waits, behind))
        if here:
            self._untried.set()

    # -- the examples -----------------------------------------------------------------------

    async def _try(self, tell: Tell) -> None:
        while True:
            await self._untried.wait()
            self._untried.clear()
            await self._try_examples(self._fallen(self._contest), tell)

    async def _try_examples(self, steps: Iterator[Sequence[str]], tell: Tell) -> None:
        """Tell of examples that do not hold; posts are read between the steps.

        Given up where the rulebook changes once more: those of the next one are tried then.
        """
        fell: list[str] = []
        while (words := await self._think(lambda: next(steps, None))) is not None:
            fell += words
            if self._untried.is_set():
                return
        if fell:
            log.warning("examples that do not hold: %s", "; ".join(fell))
            tell(ExamplesFell(tuple(fell)))

    async def _behind(self) -> int:
        """How many stored posts were not read by today's readers and rules."""
        reader = self._reader()
        try:
            versions = await self._think(lambda: reader.versions)
            return await self._archive.run(rereading.count_behind, versions)
        except ArchiveError as error:
            log.warning("how many posts the old rules judged is not known: %s", error)
            return 0

    # -- reading again --------------------------------------------------------------------

    async def _serve(self, tell: Tell, leads: Leads) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            if not leads():
                tell(Announced(_NOT_HERE))
                continue
            try:
                done = await self._read_again(tell, leads)
                tell(Announced(read_words(done)))
            except ArchiveError as error:
                log.warning("reading again stopped: %s", error)
                tell(Announced(f"Reading again stopped, what was done stays: {error}"))
            finally:
                tell(Learning())

    async def _read_again(self, tell: Tell, leads: Leads) -> Changes:
        """Read all that is behind; begun anew where the reader is replaced meanwhile."""
        done, whole = Changes(), False
        while not whole and leads():
            more, whole = await self._read_by(self._reader(), tell, leads)
            done += more
        return done

    async def _read_by(self, reader: Reader, tell: Tell, leads: Leads) -> tuple[Changes, bool]:
        versions = await self._think(lambda: reader.versions)
        total = await self._archive.run(rereading.count_behind, versions)

        async def progress(done: Changes) -> bool:
            tell(Learning(f"reading again: {done.posts:,} of {total:,} posts"))
            return leads() and self._reader() is reader

        await progress(Changes())
        find = partial(rereading.behind, versions=versions)
        done = await read_again(
            self._contest, self._archive, self._think, reader, find, progress, most=AT_A_TIME
        )
        return done, self._reader() is reader


_NOT_HERE = (
    "Stored posts are read again by the process that polls: ask there, or close it and run"
    " `hustings rejudge`."
)


def said(change: Change) -> str:
    """What was read, in a line."""
    name = f"rulebook {change.contest.rulebook}".rstrip()
    parts = ["; ".join(change.takes) or "nothing changed in how posts are judged"]
    parts += [f"after a restart: {', '.join(change.waits)}"] if change.waits else []
    return f"{name} read again: {'; '.join(parts)}"


def read_words(done: Changes) -> str:
    """What reading again has changed, in a line."""
    if not done.posts:
        return "All stored posts were judged by today's rules already."
    many = "1 post" if done.posts == 1 else f"{done.posts:,} posts"
    return (
        f"{many} read again by today's rules: {done.breaches_new:,} possible breaches new,"
        f" {done.breaches_gone:,} gone; what was said before is kept"
    )
