"""`hustings rejudge`: stored posts read again by today's readers and rules; both are kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from analysis.reader import Reader, load_reader
from contest.contest import Contest
from contest.labels import Changes, TeachingProblem
from contest.reading import Reading
from hustings.changing import change_lines, change_record, shown_progress
from hustings.errors import Shortfall, UsageProblem
from hustings.leading import Renew, leading
from hustings.opening import existing, open_archive, open_contest
from hustings.previewing import Previewer, flag_lines, flag_record
from hustings.reading import open_aloud
from hustings.saying import say
from hustings.tutoring import tutor_of
from monitor.rereading import read_again
from monitor.teaching import carrying
from storage import lease, rereading, teaching
from storage.archive import Archive, ArchiveError
from storage.rereading import Stored

T = TypeVar("T")
Note = Callable[[Sequence[tuple[Stored, Reading]]], object]


async def think(work: Callable[[], T]) -> T:
    """What takes long, on a thread of its own."""
    return await asyncio.to_thread(work)


def rejudge(config: Path | None, db: Path | None, *, as_json: bool) -> None:
    """Read again what was not read by today's readers, newest first; print what that changes.

    What is done when it is interrupted stays done, and the next run goes on from there.
    Raises Shortfall, and does nothing, while another process polls the archive.
    """
    contest = open_contest(config)
    with _opened(db or contest.storage_path, for_reading=False) as archive:
        reader = todays_reader(contest, archive)
        with leading(archive, "rejudge") as renew:
            if renew is None:
                refuse(archive)
            done = _run(contest, archive, reader, renew)
    if as_json:
        readers = {"readers": dict(reader.versions), "kept": True}
        say(json.dumps(change_record(contest, done) | readers))
        return
    for line in change_lines(contest, done):
        say(line)


def preview(
    config: Path | None, db: Path | None, code: Path | None, *, examples: int, as_json: bool
) -> None:
    """Print what reading again would change, flag by flag; a `code` file stands in for the rules.

    Changes nothing, and may run while another process polls. Shows so many `examples` of each
    kind of change; as JSON, all.
    """
    contest = open_contest(config, code)
    gathered = Previewer()
    with _opened(db or contest.storage_path, for_reading=True) as archive:
        reader = todays_reader(contest, archive)
        done = _run(contest, archive, reader, None, gathered)
    found = gathered.found()
    if as_json:
        flags = {"flags": flag_record(contest, found)}
        readers = {"readers": dict(reader.versions), "kept": False}
        say(json.dumps(change_record(contest, done) | flags | readers))
        return
    for line in (*change_lines(contest, done), *flag_lines(contest, found, examples)):
        say(line)
    say("nothing was kept (--dry-run)")


@contextmanager
def _opened(path: Path, *, for_reading: bool) -> Iterator[Archive]:
    existing(path)
    if not for_reading:
        with open_archive(path) as archive:
            yield archive
        return
    try:
        with Archive.open_reading(path) as archive:
            yield archive
    except ArchiveError as error:
        raise UsageProblem(str(error)) from None


def todays_reader(contest: Contest, archive: Archive) -> Reader:
    """The reader in use, with the head in force. Raises UsageProblem if that is damaged."""
    meaning = open_aloud(contest)
    tutor = tutor_of(contest, meaning)
    if tutor is None:
        return load_reader(contest, meaning)
    try:
        return carrying(tutor, archive.run_sync(teaching.current_taught, tutor.base))
    except TeachingProblem as problem:
        raise UsageProblem(str(problem)) from None


def refuse(archive: Archive) -> None:
    """Say who writes to the archive; raises Shortfall."""
    holder = archive.run_sync(lease.holder)
    click.echo(f"{holder} polls this archive; close it first, then read again", err=True)
    raise Shortfall


def _run(
    contest: Contest,
    archive: Archive,
    reader: Reader,
    renew: Renew | None,
    note: Note = lambda _: None,
) -> Changes:
    versions = reader.versions
    total = archive.run_sync(rereading.count_behind, versions)
    find = partial(rereading.behind, versions=versions)
    with shown_progress(total, "reading again") as show:

        async def progress(done: Changes) -> bool:
            show(done.posts)
            if renew:
                await renew()
            return True

        return asyncio.run(
            read_again(
                contest, archive, think, reader, find, progress, keep=renew is not None, note=note
            )
        )
