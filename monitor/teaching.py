"""Learn from officers' labels, and keep the reader in use and what it has said in step with them.

Nothing leaves the machine: labels, heads and readings are all in the archive.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from analysis.reader import Reader
from contest.contest import Contest
from contest.labels import (
    LEAST,
    NEEDS_FULL,
    WANTED,
    Answer,
    Changes,
    Label,
    TeachingProblem,
    labels_of,
)
from monitor.clock import Clock
from monitor.events import Announced, Event, Learning, Learnt, Reread
from monitor.rereading import Think, read_again
from monitor.upholding import Fallen, not_upheld
from storage import rereading, teaching
from storage.archive import Archive, ArchiveError
from storage.teaching import Head, Question, Slate

if TYPE_CHECKING:  # it needs numpy, for which the first paint does not wait
    from analysis.tutor import Tutor

log = logging.getLogger(__name__)

Tell = Callable[[Event], object]

LOOKS_EVERY_S = 2.0
"""How often it is looked whether another process has made or undone a head."""

ASKED = 2 * WANTED
"""Posts a camp that a slate holds."""


class Progress(Protocol):
    """Is told of all changes so far, and of how many posts are to be read; whether to go on."""

    async def __call__(self, done: Changes, total: int) -> bool:
        """Whether to go on."""
        ...


class School:
    """Teaches the reader of one contest. `swap` puts another reader to use.

    `tutor` is called on the thinking thread when it is first needed: it may take a second;
    it gives None where the reader in use cannot be taught.
    """

    def __init__(
        self,
        contest: Contest,
        archive: Archive,
        tutor: Callable[[], Tutor | None],
        think: Think,
        swap: Callable[[Reader], None],
        clock: Clock,
    ) -> None:
        self._contest = contest
        self._archive = archive
        self._hire = tutor
        self._think = think
        self._swap = swap
        self._clock = clock
        self._hired: list[Tutor | None] = []
        self._reader: Reader | None = None
        """The reader that was put to use last; None while it is the one we began with."""
        self._head: Head | None = None
        """The head that it carries."""
        self._caught_up = False
        """Whether all stored posts were read with it, as far as is known."""
        self._awaits_leader = False
        """Whether the process that polls has not been seen to have read with it yet."""
        self._asked_by: str | None = None
        self._woken = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    # -- what the terminal asks for ---------------------------------------------------

    async def obstacle(self) -> str:
        """Why the reader in use cannot be taught; "" if it can."""
        tutor = await self._tutor()
        return await self._think(tutor.obstacle) if tutor else NEEDS_FULL

    async def slate(self, camp: str = "") -> Slate:
        """The posts to label, of a camp or (for "") of all."""
        tutor, obstacle = await self._tutor(), await self.obstacle()
        if tutor is None or obstacle:
            return Slate(obstacle=obstacle)
        camps = [known.id for known in self._contest.camps if camp in ("", known.id)]
        head = await self._archive.run(teaching.current_taught, tutor.base)
        return Slate(
            await self._archive.run(teaching.least_sure, camps, ASKED),
            await self._archive.run(teaching.count_labels),
            head.version if head else "",
            apart=await self._apart(),
        )

    async def _apart(self) -> int:
        """How many labels say "not about this camp"."""
        counts = await self._archive.run(partial(teaching.count_labels, about=False))
        return sum(counts.values())

    async def label(self, question: Question, said: Answer, who: str) -> int:
        """Keep a label; its row id."""
        return await self._archive.run(
            teaching.keep_label, question.revision, question.camp, said, who, self._clock.now()
        )

    async def withdraw(self, label: int) -> None:
        """Take a label (row id) back."""
        await self._archive.run(teaching.withdraw_label, label, self._clock.now())

    def ask_to_learn(self, who: str) -> None:
        """Have labels that were not learnt from yet made into a head, in the background."""
        self._asked_by = who
        self._woken.set()

    async def undo(self, number: int | None = None) -> Head | None:
        """Take the head in force out of force; None if there is none, or if it has another number.

        Without a number whichever it is.
        """
        tutor = await self._tutor()
        base = tutor.base if tutor else None
        head = await self._archive.run(teaching.undo_taught, base, number)
        self._awaits_leader = self._awaits_leader or head is not None
        self._woken.set()
        return head

    # -- learning ---------------------------------------------------------------------

    async def attend(self, tell: Tell, leads: Callable[[], bool]) -> None:
        """Learn when asked; while this process leads, keep reader and readings in step too.

        Until cancelled. A follower leaves the stored posts to the process that leads.
        """
        while True:
            try:
                await self._grant(tell, leads)
                if leads():
                    self._awaits_leader = False
                    await self._step(tell)
                elif self._awaits_leader:
                    await self._look_whether_read(tell)
            except ArchiveError as error:
                log.warning("teaching waits: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOKS_EVERY_S)
            self._woken.clear()

    async def _grant(self, tell: Tell, leads: Callable[[], bool]) -> None:
        if self._asked_by is None:
            return
        who, self._asked_by = self._asked_by, None
        fallen: tuple[Fallen, ...] = ()
        try:
            if await self._has_news():
                tell(Learning("retraining …"))
            fallen = await self.review()
            head = await self.learn(who)
        except TeachingProblem as problem:
            tell(Announced("; ".join((f"Nothing was taught: {problem}", *map(str, fallen)))))
        else:
            if head or fallen:
                await self._tell_of(head, fallen, tell, leads())
        finally:
            tell(Learning())

    async def _tell_of(
        self, head: Head | None, fallen: Sequence[Fallen], tell: Tell, leads: bool
    ) -> None:
        words = await self.report(head, fallen)
        if head is None or head.held_back:
            tell(Announced(words))
            return
        tell(Learnt(head.number, words))
        self._awaits_leader = True
        if not leads:
            reads = "the process that polls reads the stored posts again"
            tell(Announced(f"{head.version} is made; {reads}"))

    async def report(self, head: Head | None, fallen: Sequence[Fallen] = ()) -> str:
        """How a head that was just made agrees with its labels, and what is in force now.

        `head` is None where none was made; `fallen` are those that were taken out of force.
        """
        words = [agreement(head)] if head else []
        if head and (apart := await self._apart()):
            words.append(f'{apart:,} more say "not about this camp"')
        words += map(str, fallen)
        if head is None or head.held_back:
            words += await self._in_force(bool(fallen))
        return "; ".join(words)

    async def _in_force(self, fallen: bool) -> list[str]:
        """What is in force where no new head is, in words."""
        tutor = await self._tutor()
        head = await self._archive.run(teaching.current_taught, tutor.base) if tutor else None
        if head:
            return [f"{head.version} {'is' if fallen else 'stays'} in force"]
        return ["the reader alone is in use"] if fallen else []

    async def review(self) -> tuple[Fallen, ...]:
        """Take the heads out of force that today's labels do not uphold; which, and why.

        Nothing is deleted. Raises TeachingProblem where the reader cannot be taught any more.
        """
        tutor = await self._tutor()
        heads = await self._archive.run(teaching.standing_heads, tutor.base) if tutor else []
        if tutor is None or not heads:
            return ()
        labels = await self._lessons()
        fallen = await self._think(lambda: not_upheld(tutor, heads, labels))
        if fallen:
            numbers = [one.head.number for one in fallen]
            await self._archive.run(teaching.withdraw_taught, numbers)
        return fallen

    async def _lessons(self) -> list[Label]:
        """The labels in force that give a tone."""
        given = await self._archive.run(teaching.labels)
        return [label for label in given if label.about]

    async def learn(self, who: str) -> Head | None:
        """Make and keep a head of the labels in force; None if the last one was made of them.

        What was in force before is to be reviewed first (`review`). The new head is held back
        where it agrees with its labels no better than chance would. Raises TeachingProblem.
        """
        tutor = await self._tutor()
        if tutor is None:
            raise TeachingProblem(NEEDS_FULL)
        if not await self._has_news():
            return None
        labels = await self._lessons()
        kept, agreed = await self._think(lambda: tutor.teach(labels))
        head = Head(
            number=0,
            made=self._clock.now(),
            made_by=who,
            labels=tuple(label.id for label in labels),
            base=tutor.base,
            head=kept,
            lessons=agreed.lessons,
            agreed_before=agreed.before,
            agreed_after=agreed.after,
            held_back=not agreed.holds,
        )
        return replace(head, number=await self._archive.run(teaching.keep_taught, head))

    async def _has_news(self) -> bool:
        """Whether the labels in force are others than those that were learnt from last."""
        tutor = await self._tutor()
        return tutor is not None and await self._archive.run(teaching.untaught, tutor.base)

    # -- keeping in step --------------------------------------------------------------

    async def _step(self, tell: Tell) -> None:
        before = self._head
        await self.carry_head(tell)

        async def progress(done: Changes, total: int) -> bool:
            tell(Learning(f"reading again: {done.posts:,} of {total:,} posts"))
            tell(Reread(done, total))
            return await self._is_up_to_date()

        done = await self.catch_up(progress)
        if done.posts or self._head != before:
            tell(Learning())
            if self._caught_up:
                tell(Reread(done, done.posts, over=True))
                tell(Announced(summary(self._head, done)))

    async def _look_whether_read(self, tell: Tell) -> None:
        """Tell once the process that polls has read the stored posts with the head in force."""
        tutor = await self._tutor()
        if tutor is None:
            return
        head = await self._archive.run(teaching.current_taught, tutor.base)
        now = version_with(tutor.base, head)
        if not await self._archive.run(rereading.other_heads, tutor.base, now):
            self._awaits_leader = False
            tell(Reread(Changes(), 0, over=True, elsewhere=True))

    async def carry_head(self, tell: Tell) -> None:
        """Have the reader in use carry the head in force. Loads nothing where none was ever made.

        A head that is damaged is told of, and left out.
        """
        async with self._one_at_a_time:
            tutor = await self._tutor_if_taught()
            if tutor is None:
                return
            head = await self._archive.run(teaching.current_taught, tutor.base)
            if head == self._head:
                return
            await self._put_on(tutor, head, tell)
            self._caught_up = False

    async def judge_by(
        self,
        contest: Contest,
        plain: Callable[[], Reader],
        tutor: Callable[[], Tutor | None],
        tell: Tell,
    ) -> None:
        """Put a reader to use that judges by another rulebook; a head that is carried stays on.

        `plain` makes that reader without a head, `tutor` what teaches it: on the thinking thread.
        """
        async with self._one_at_a_time:
            self._contest = contest
            self._hire, self._hired = tutor, []
            known = await self._tutor() if self._reader else None
            if known is None:
                self._swap(await self._think(plain))
            else:
                await self._put_on(known, self._head, tell)

    async def _put_on(self, tutor: Tutor, head: Head | None, tell: Tell) -> None:
        try:
            self._reader = await self._think(lambda: carrying(tutor, head))
        except TeachingProblem as problem:
            tell(Announced(str(problem)))
            self._reader = await self._think(tutor.reader)
        self._head = head
        self._swap(self._reader)

    async def catch_up(self, progress: Progress) -> Changes:
        """Read again what was read with another head; what has changed.

        Each post once, newest first; what was done before an interruption stays done.
        """
        tutor = await self._tutor_if_taught()
        if tutor is None:
            return Changes()
        reader = self._reader or tutor.reader()
        now, base = reader.versions, tutor.base
        if self._caught_up and not await self._archive.run(
            rereading.other_heads, base, now["sentiment"]
        ):
            return Changes()
        total = await self._archive.run(rereading.count_behind, now, base)
        find = partial(rereading.behind, versions=now, base=base)
        done = await read_again(
            self._contest, self._archive, self._think, reader, find, partial(progress, total=total)
        )
        self._caught_up = await self._is_up_to_date()
        return done

    async def _is_up_to_date(self) -> bool:
        """Whether the head that is carried is the one in force, and no other is asked for."""
        tutor = await self._tutor()
        head = await self._archive.run(teaching.current_taught, tutor.base) if tutor else None
        return self._asked_by is None and self._head == head

    async def _tutor_if_taught(self) -> Tutor | None:
        return await self._tutor() if await self._archive.run(teaching.is_taught) else None

    async def _tutor(self) -> Tutor | None:
        if not self._hired:
            self._hired = [await self._think(self._hire)]
        return self._hired[0]


def carrying(tutor: Tutor, head: Head | None) -> Reader:
    """The reader with a head, or as it came. Raises TeachingProblem."""
    return tutor.reader(head.head, head.number) if head else tutor.reader()


def version_with(base: str, head: Head | None) -> str:
    """The version of the reader `base` with a head, or without."""
    return f"{base}+{head.version}" if head else base


def agreement(head: Head) -> str:
    """How well a head and the reader without it agree with the labels, in a line."""
    many = head.lessons
    after, before = (round(share * many) for share in (head.agreed_after, head.agreed_before))
    if not head.held_back:
        return (
            f"{head.version} agrees with {after:,} of {labels_of(many)} when each is left out,"
            f" the reader alone with {before:,}"
        )
    if many < LEAST:
        return f"{_kept(len(head.labels), many)}; from {LEAST} on a head is made of them"
    return (
        f"{many:,} labels: the head agrees with {after:,} of them when each is left out,"
        f" the reader alone with {before:,}; not put into force"
    )


def _kept(many: int, lessons: int) -> str:
    """How many labels with a tone are kept, and how many of them are lessons, in words."""
    words = f"{labels_of(many)} {'is' if many == 1 else 'are'} kept"
    return words if many == lessons else f"{words}, of which {lessons:,} can be learnt from"


def summary(head: Head | None, done: Changes) -> str:
    """What a head, or going back to none, has changed, in a line."""
    changed = f"{done.changed:,} of {done.tones:,} tones changed"
    if head is None:
        return f"the reader as it came: {changed}"
    return f"{head.version}: {changed}; undo in the palette. {agreement(head)}."
