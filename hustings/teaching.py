"""`hustings teach`: an officer labels posts, a head is made of the labels; nothing leaves here."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from contest.contest import Contest
from contest.labels import Changes, TeachingProblem, labels_of
from contest.problems import meant
from contest.text import shown
from hustings.asking import ask_all
from hustings.changing import (
    change_lines,
    change_record,
    figure_lines,
    figure_record,
    shown_progress,
)
from hustings.errors import Shortfall, UsageProblem
from hustings.labelling import digest, keep_given, read_given
from hustings.leading import Renew, leading
from hustings.opening import existing, open_archive, open_contest
from hustings.reading import known_confusions, open_aloud
from hustings.rejudging import think
from hustings.saying import say
from hustings.tutoring import own_name, tutor_of
from monitor.clock import WallClock
from monitor.events import Announced, Event
from monitor.teaching import School, agreement, version_with
from monitor.upholding import Fallen
from storage import lease, rereading, teaching
from storage.archive import Archive
from storage.board import CampFigures, read_figures
from storage.teaching import Head

PATIENCE_S = 60.0
"""How long another process may take over a batch before it is no longer waited for."""
LOOKS_EVERY_S = 0.5


def teach_reader(
    config: Path | None,
    db: Path | None,
    *,
    camp: str = "",
    file: Path | None = None,
    undo: bool = False,
    as_json: bool = False,
) -> None:
    """Ask for labels (or read them from a file, or from stdin), teach, and read again.

    Raises UsageProblem, and Shortfall where not all stored posts could be read again.
    """
    contest = open_contest(config)
    if camp and camp not in (known := {one.id for one in contest.camps}):
        raise UsageProblem(f'there is no camp "{shown(camp, 40)}"{meant(camp, known)}')
    with open_archive(existing(db or contest.storage_path)) as archive:
        session = Session(contest, archive)
        learning = session.undo() if undo else session.learn(camp, file)
        try:
            outcome = asyncio.run(session.run(learning))
        except TeachingProblem as problem:
            raise UsageProblem(str(problem)) from None
    if as_json:
        say(json.dumps(_record(contest, outcome)))
    else:
        for line in _lines(contest, outcome):
            say(line)


def list_taught(config: Path | None, db: Path | None, *, as_json: bool) -> None:
    """Print every head that was made, and the labels in force."""
    contest = open_contest(config)
    with open_archive(existing(db or contest.storage_path)) as archive:
        heads = archive.run_sync(teaching.heads)
        labels = archive.run_sync(teaching.labels)
    if as_json:
        given = [
            {"uid": one.post.uid, "camp": one.camp, "tone": one.tone, "about": one.about}
            | {"who": one.who, "words": digest(one.post.title, one.post.text)}
            for one in labels
        ]
        say(json.dumps({"heads": [_head_record(head) for head in heads], "labels": given}))
        return
    for camp in contest.camps:
        mine = [one.about for one in labels if one.camp == camp.id]
        apart = f', {mine.count(False)} "not about this camp"' if False in mine else ""
        toned = mine.count(True)
        say(f"{toned:>4} label{'' if toned == 1 else 's'} for {camp.name}{apart}")
    for head in heads:
        undone = ", undone" if head.undone else ", not put into force" if head.held_back else ""
        by = f" by {shown(head.made_by, 40)}" if head.made_by else ""
        say(f"{head.version}, made {head.made:%Y-%m-%d %H:%M} UTC{by}{undone}")
        say(f"     {agreement(head)}")


class Session:
    """One run of the command over an open archive."""

    def __init__(self, contest: Contest, archive: Archive) -> None:
        meaning = open_aloud(contest)
        self._contest = contest
        self._archive = archive
        self._tutor = tutor_of(contest, meaning)
        self._clock = WallClock()
        self._began = self._clock.now()
        self._confusions = known_confusions(contest)
        self._fallen: tuple[Fallen, ...] = ()
        """The heads that were taken out of force, because labels do not uphold them."""
        self._school = School(
            contest, archive, lambda: self._tutor, think, lambda _: None, self._clock
        )

    async def learn(self, camp: str, file: Path | None) -> Head | None:
        """Take labels, and make a head of all that are in force; None if there is nothing new."""
        if obstacle := await self._school.obstacle():
            raise TeachingProblem(obstacle)
        if file is None and sys.stdin.isatty():
            await ask_all(self._contest, self._school, camp, own_name())
        else:
            await self._take(file)
        click.echo("retraining …", err=True)
        self._fallen = await self._school.review()
        try:
            head = await self._school.learn(own_name())
        except TeachingProblem:
            for one in self._fallen:
                click.echo(one, err=True)
            raise
        if head is None:
            toned = await self._archive.run(teaching.count_labels)
            why = "the last head was made of these labels" if toned else "no label gives a tone"
            click.echo(f"nothing new to learn: {why}", err=True)
        return head

    async def undo(self) -> Head:
        """Take the head in force out of force. Raises TeachingProblem if there is none."""
        head = await self._school.undo()
        if head is None:
            raise TeachingProblem("nothing is taught: there is no head to undo")
        return replace(head, undone=True)

    async def run(self, learning: Coroutine[Any, Any, Head | None]) -> Outcome:
        """Do it, then read stored posts again, or wait for the process that does."""
        before = await self._figures()
        head = await learning
        made = head if head and not head.undone else None
        report = await self._school.report(made, self._fallen) if made or self._fallen else ""
        done = await self._catch_up_or_wait()
        return Outcome(head, report, done, before, await self._figures(), self._fallen)

    async def _catch_up_or_wait(self) -> Changes | None:
        await self._school.carry_head(_echo)
        with leading(self._archive, "teach") as renew:
            if renew:
                return await self._catch_up(renew)
        await self._wait()
        return None

    async def _figures(self) -> tuple[CampFigures, ...]:
        """By camp, at the moment at which the command began."""
        return await self._archive.run(read_figures, self._contest, self._began, self._confusions)

    async def _take(self, file: Path | None) -> None:
        """Keep the labels of a file, or of stdin."""
        given = read_given(self._contest, self._archive, file)
        kept = await self._archive.run(keep_given, given, own_name(), self._clock.now())
        verb = "is" if 1 in (kept, len(given)) else "are"
        click.echo(f"{kept:,} of {labels_of(len(given))} {verb} new", err=True)

    async def _catch_up(self, renew: Renew) -> Changes:
        with shown_progress(await self._left(), "reading again") as show:

            async def progress(done: Changes, total: int) -> bool:
                show(done.posts)
                await renew()
                return True

            return await self._school.catch_up(progress)

    async def _wait(self) -> None:
        """Until the process that polls has read the posts again; Shortfall if it does not."""
        holder = await self._archive.run(lease.holder)
        click.echo(f"{holder} polls this archive, and reads the stored posts again", err=True)
        left = total = await self._left()
        patience = PATIENCE_S
        with shown_progress(total, "reading again") as show:
            while left and patience > 0:
                await asyncio.sleep(LOOKS_EVERY_S)
                before, left = left, await self._left()
                patience = PATIENCE_S if left < before else patience - LOOKS_EVERY_S
                show(total - left)
        if left:
            click.echo(f"{left:,} posts are not read again yet; the dashboard goes on", err=True)
            raise Shortfall

    async def _left(self) -> int:
        """How many stored posts were read with another head than the one in force."""
        if self._tutor is None:
            return 0
        base = self._tutor.base
        head = await self._archive.run(teaching.current_taught, base)
        now = {"sentiment": version_with(base, head)}
        return await self._archive.run(rereading.count_behind, now, base)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The head that was made or undone, if any, and what is said of it.

    `done` is what changed, None where another process does it; `before` and `after` are the
    figures by camp; `fallen` are the heads that labels do not uphold any more.
    """

    head: Head | None
    report: str
    done: Changes | None
    before: tuple[CampFigures, ...]
    after: tuple[CampFigures, ...]
    fallen: tuple[Fallen, ...] = ()


def _echo(event: Event) -> None:
    if isinstance(event, Announced):
        click.echo(event.words, err=True)


def _record(contest: Contest, outcome: Outcome) -> dict[str, Any]:
    head, done = outcome.head, outcome.done
    return {
        "head": _head_record(head) if head else None,
        "out_of_force": {one.head.version: one.why for one in outcome.fallen},
        "changes": change_record(contest, done) if done else None,
        "figures": figure_record(outcome.before, outcome.after),
    }


def _lines(contest: Contest, outcome: Outcome) -> Iterator[str]:
    head, done = outcome.head, outcome.done
    if head and head.undone:
        yield f"{head.version} is undone; its labels are kept"
    elif head and not head.held_back:
        yield f"{head.version} is in use; `hustings teach --undo` takes it out"
    if outcome.report:
        yield outcome.report
    yield from change_lines(contest, done) if done else ()
    if outcome.before != outcome.after or (head and not head.held_back):
        yield from figure_lines(contest, outcome.before, outcome.after, done)


def _head_record(head: Head) -> dict[str, Any]:
    return {
        "head": head.version,
        "made": head.made.isoformat().replace("+00:00", "Z"),
        "by": head.made_by,
        "reader": head.base,
        "labels": len(head.labels),
        "lessons": head.lessons,
        "agreement": {"before": head.agreed_before, "after": head.agreed_after},
        "undone": head.undone,
        "held_back": head.held_back,
    }
