"""Labels become a head, the reader carries it, the stored posts are read again, and all goes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contest.estimate import OFFICER
from contest.labels import NEEDS_FULL, Changes, TeachingProblem
from monitor import poller, rereading, teaching
from monitor.events import Announced, Event, Leading, Learning, Learnt, Reread
from monitor.poller import Monitor
from storage.archive import Archive
from storage.board import read_board, read_card
from storage.teaching import current_taught, heads, keep_taught, labels
from tests.analysis.pupil import Pupil
from tests.monitor.conftest import NOON, World, entry, rss, until, world_of

CAMPS = {"little": "Ada Little", "green": "Rowan Green"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(poller, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(rereading, "BATCH", 7)


def school_world(archive: Archive, **more: object) -> World:
    """A feed in which "sharp", which leans to neither side here, is said of two candidates."""
    world = world_of(archive, entry("north", interval=timedelta(hours=1)))
    world.model = Pupil(**more)  # type: ignore[arg-type]
    said = [
        (f"{camp}-{n}", f"{name} {word} number {n}")
        for n in range(15)
        for camp, name in CAMPS.items()
        for word in ("is sharp", "stays sharp", "was good")[n % 3 : n % 3 + 1]
    ]
    world.web.serve("north.example", rss(*said))
    return world


@asynccontextmanager
async def watching(
    world: World, archive: Archive | None = None
) -> AsyncIterator[tuple[Monitor, list[Event]]]:
    told: list[Event] = []
    with world.monitor(archive) as monitor:
        task = asyncio.create_task(monitor.watch(told.append))
        try:
            yield monitor, told
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def announced(told: list[Event]) -> list[str]:
    return [event.words for event in told if isinstance(event, Announced)]


async def label_all(monitor: Monitor, tone: int = -1) -> int:
    """Label whatever is unsure as `tone`; how many."""
    slate = await monitor.school.slate()
    asked = [question for question in slate.questions if not question.tone.sure]
    for question in asked:
        await monitor.school.label(question, tone, "anna")
    return len(asked)


async def teach_all(monitor: Monitor, told: list[Event]) -> None:
    """Label whatever is unsure, and have it learnt from."""
    await label_all(monitor)
    monitor.school.ask_to_learn("anna")
    await until(lambda: bool(announced(told)))


def tones_of(archive: Archive) -> list[tuple[str, int, int]]:
    """(camp, sum of tones, sure posts)."""
    return archive.run_sync(
        lambda db: db.conn.execute(
            "select camp, sum(tone_sum), sum(sure) from hours group by 1 order by 1"
        ).fetchall()
    )


def readers_of(archive: Archive) -> list[str]:
    """Who is behind the counts, besides officers."""
    return archive.run_sync(
        lambda db: [
            reader
            for (reader,) in db.conn.execute("select distinct reader from hours")
            if reader != OFFICER
        ]
    )


def uids_like(archive: Archive, pattern: str) -> list[str]:
    sql = "select uid from posts where uid like ?"
    return archive.run_sync(lambda db: [row[0] for row in db.conn.execute(sql, [pattern])])


async def test_what_officers_label_moves_the_figures_of_stored_posts(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        before = tones_of(archive)
        assert await label_all(monitor) == 20
        monitor.school.ask_to_learn("anna")
        await until(lambda: bool(announced(told)))
        assert readers_of(archive) == ["pupil@1+taught.1"]
        after = tones_of(archive)
    assert all(now[1] < then[1] for now, then in zip(after, before, strict=True))
    (words,) = announced(told)
    assert words.startswith("taught.1: 20 of 30 tones changed; undo in the palette. ")
    assert "taught.1 agrees with 20 of 20 labels when each is left out, the reader alone" in words
    assert [event.head for event in told if isinstance(event, Learnt)] == ["taught.1"]
    moved = [event for event in told if isinstance(event, Reread)]
    assert [event.done.posts for event in moved] == [7, 14, 21, 28, 30, 30]
    assert [event.over for event in moved] == [False] * 5 + [True]
    assert moved[-1].done.changed_of("little") == 10
    working = [event.words for event in told if isinstance(event, Learning)]
    assert working[0] == "retraining …"
    assert "reading again: 7 of 30 posts" in working
    assert working[-1] == ""


async def test_undoing_restores_the_earlier_figures_exactly_without_reading(
    archive: Archive,
) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await label_all(monitor)
        before = archive.run_sync(read_board, world.contest, NOON)
        monitor.school.ask_to_learn("anna")
        await until(lambda: len(announced(told)) == 1)
        assert archive.run_sync(read_board, world.contest, NOON) != before
        read = world.model.texts  # type: ignore[union-attr]
        undone = await monitor.school.undo()
        assert undone
        assert undone.version == "taught.1"
        await until(lambda: len(announced(told)) == 2)
        assert world.model.texts == read  # type: ignore[union-attr]
    assert archive.run_sync(read_board, world.contest, NOON) == before
    assert announced(told)[1] == "the reader as it came: 20 of 30 tones changed"
    assert len(archive.run_sync(labels)) == 20


async def test_a_tone_that_the_head_takes_away_comes_back(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A camp that a reply only implies has a tone where that is sure, and no row otherwise."""
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await label_all(monitor)
        before = archive.run_sync(read_board, world.contest, NOON)
        with monkeypatch.context() as without_tones:
            without_tones.setattr("analysis.reader._tones", lambda *_: ())
            monitor.school.ask_to_learn("anna")
            await until(lambda: len(announced(told)) == 1)
        assert readers_of(archive) == []
        await monitor.school.undo()
        await until(lambda: len(announced(told)) == 2)
    assert archive.run_sync(read_board, world.contest, NOON) == before


async def test_what_comes_in_after_is_read_with_the_head(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await teach_all(monitor, told)
        world.web.serve("north.example", rss(("new", "Denzil Brown is sharp")))
        monitor.visit_now()
        await until(lambda: bool(uids_like(archive, "%new")))
    card = archive.run_sync(read_card, uids_like(archive, "%new")[0])
    assert card
    (tone,) = card.versions[-1].reading.tones
    assert (tone.camp, tone.score < 0) == ("brown", True)
    assert card.versions[-1].reading.readers["sentiment"] == "pupil@1+taught.1"


async def test_labels_that_were_learnt_from_are_not_learnt_again(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: bool(readers_of(archive)))
        await teach_all(monitor, told)
        assert await monitor.school.learn("anna") is None
        await monitor.school.undo()
        assert await monitor.school.learn("anna") is None
    assert len(archive.run_sync(heads)) == 1


async def test_what_was_interrupted_goes_on_at_the_next_start(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await label_all(monitor)
        assert await monitor.school.learn("anna")
    assert "pupil@1" in readers_of(archive)
    async with watching(world) as (_, told):
        await until(lambda: bool(announced(told)))
    assert readers_of(archive) == ["pupil@1+taught.1"]


async def test_a_follower_teaches_and_the_process_that_polls_reads_again(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path) as one, Archive(path) as two:
        world = school_world(one)
        async with watching(world) as (_, first_told):
            await until(lambda: readers_of(one) == ["pupil@1"])
            async with watching(world, two) as (follower, told):
                await until(lambda: any(isinstance(event, Leading) for event in told))
                await label_all(follower)
                follower.school.ask_to_learn("anna")
                await until(lambda: readers_of(two) == ["pupil@1+taught.1"])
                await until(lambda: bool(announced(first_told)))
                assert announced(told) == [
                    "taught.1 is made; the process that polls reads the stored posts again"
                ]
                over = Reread(Changes(), 0, over=True, elsewhere=True)
                await until(lambda: told.count(over) == 1)
                assert await follower.school.undo(1)
                await until(lambda: told.count(over) == 2)
                assert readers_of(two) == ["pupil@1"]
    assert announced(first_told)[0].startswith("taught.1: 20 of 30")


async def test_a_single_sweep_reads_with_the_head_in_force(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await teach_all(monitor, told)
    world.web.serve("north.example", rss(("new", "Denzil Brown is sharp")))
    await world.sweep()
    assert readers_of(archive) == ["pupil@1+taught.1"]


async def test_nothing_is_loaded_where_nothing_was_taught(archive: Archive) -> None:
    world = world_of(archive, entry("north"))
    world.web.serve("north.example", rss(("1", "Rain")))
    hired: list[object] = []
    async with watching(world) as (monitor, told):
        monitor.school._hire = lambda: hired.append(1)  # type: ignore[assignment,func-returns-value]
        await until(lambda: any(isinstance(event, Leading) for event in told))
        await monitor.school.carry_head(told.append)
        assert hired == []


@pytest.mark.parametrize("width", [None, 0], ids=["word lists", "no features"])
async def test_a_reader_that_stands_in_cannot_be_taught_and_says_so(
    archive: Archive, width: int | None
) -> None:
    world = school_world(archive)
    world.model = None if width is None else Pupil(width=width)
    async with watching(world) as (monitor, told):
        await until(lambda: any(isinstance(event, Leading) for event in told))
        slate = await monitor.school.slate()
        assert (slate.obstacle, slate.questions) == (NEEDS_FULL, ())
        if width is None:
            with pytest.raises(TeachingProblem, match="full reader"):
                await monitor.school.learn("anna")


async def test_a_damaged_head_is_told_of_and_left_out(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await label_all(monitor)
        await monitor.school.learn("anna")
        await until(lambda: bool(announced(told)))
        head = archive.run_sync(current_taught, "pupil@1")
        assert head
        archive.run_sync(keep_taught, replace(head, head=b"nonsense"))
        await until(
            lambda: "taught.2 is damaged; `hustings teach --undo` takes it out" in announced(told)
        )
        await until(lambda: readers_of(archive) == ["pupil@1"])


async def test_a_head_that_agrees_no_better_is_not_put_into_force_and_says_so(
    archive: Archive,
) -> None:
    """Labels that say what the reader makes of the posts anyway."""
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        assert await label_all(monitor, tone=0) == 20
        before = archive.run_sync(read_board, world.contest, NOON)
        monitor.school.ask_to_learn("anna")
        await until(lambda: bool(announced(told)))
        assert archive.run_sync(current_taught, "pupil@1") is None
        assert await monitor.school.undo() is None
        assert await monitor.school.learn("anna") is None, "it was tried already"
    assert announced(told) == [
        "20 labels: the head agrees with 20 of them when each is left out,"
        " the reader alone with 20; not put into force"
    ]
    assert not [event for event in told if isinstance(event, Learnt | Reread)]
    assert readers_of(archive) == ["pupil@1"]
    assert archive.run_sync(read_board, world.contest, NOON) == before
    assert [head.held_back for head in archive.run_sync(heads)] == [True]


async def test_a_head_falls_with_the_labels_it_was_made_of(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await label_all(monitor)
        assert await monitor.school.learn("anna")
        for label in archive.run_sync(labels)[4:]:
            await monitor.school.withdraw(label.id)
        monitor.school.ask_to_learn("anna")
        await until(lambda: any(words.startswith("4 labels") for words in announced(told)))
        assert announced(told)[-1] == (
            "4 labels are kept; from 12 on a head is made of them; taught.1 is out of force:"
            " of the 20 labels it was made of 16 were withdrawn or changed;"
            " the reader alone is in use"
        )
        assert archive.run_sync(current_taught, "pupil@1") is None
        await until(lambda: readers_of(archive) == ["pupil@1"])
        assert [(one.undone, one.held_back) for one in archive.run_sync(heads)] == [
            (True, False), (False, True),
        ]  # fmt: skip


async def test_without_a_label_left_the_reader_is_as_it_came(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        before = archive.run_sync(read_board, world.contest, NOON)
        await label_all(monitor)
        monitor.school.ask_to_learn("anna")
        await until(lambda: readers_of(archive) == ["pupil@1+taught.1"])
        await until(lambda: len(announced(told)) == 1)
        for label in archive.run_sync(labels):
            await monitor.school.withdraw(label.id)
        monitor.school.ask_to_learn("anna")
        await until(lambda: len(announced(told)) == 3)
        assert announced(told)[1].endswith("; the reader alone is in use")
        assert announced(told)[2].startswith("the reader as it came: ")
    assert archive.run_sync(read_board, world.contest, NOON) == before


async def test_a_head_that_later_labels_contradict_falls(
    archive: Archive,
) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await teach_all(monitor, told)
        assert len(announced(told)) == 1
        assert await monitor.school.review() == (), "nothing speaks against it"
        more = [
            (f"new-{n}", f"Denzil Brown {('is', 'stays')[n % 2]} sharp number {n}")
            for n in range(25)
        ]
        world.web.serve("north.example", rss(*more))
        monitor.visit_now()
        await until(lambda: len(uids_like(archive, "%new-%")) == 25)
        slate = await monitor.school.slate("brown")
        assert len(slate.questions) == 25
        for question in slate.questions:
            await monitor.school.label(question, 0, "anna")
        monitor.school.ask_to_learn("anna")
        await until(lambda: readers_of(archive) == ["pupil@1"])
        assert archive.run_sync(current_taught, "pupil@1") is None
    (words,) = (words for words in announced(told) if "out of force" in words)
    assert words.endswith(
        "; not put into force; taught.1 is out of force: of 25 labels given since it agrees with"
        " 0, the reader alone with 25; the reader alone is in use"
    )


async def test_a_head_from_before_the_rule_is_held_to_it_when_something_is_taught(
    archive: Archive,
) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, told):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await label_all(monitor)
        for label in archive.run_sync(labels)[4:]:
            await monitor.school.withdraw(label.id)
        made = await monitor.school.learn("anna")
        assert made
        archive.run_sync(keep_taught, replace(made, held_back=False))
        await until(lambda: readers_of(archive) == ["pupil@1+taught.2"])
        monitor.school.ask_to_learn("anna")
        await until(lambda: readers_of(archive) == ["pupil@1"])
    assert (
        "taught.2 is out of force: it was made of 4 labels, and 12 are needed;"
        " the reader alone is in use"
    ) in announced(told)


async def test_an_upheld_head_stays_where_the_one_after_it_falls(archive: Archive) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, _):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        await label_all(monitor)
        first = await monitor.school.learn("anna")
        assert first
        archive.run_sync(keep_taught, replace(first, labels=(*first.labels, 999)))
        fallen = await monitor.school.review()
        assert [one.head.number for one in fallen] == [2]
        assert (await monitor.school.report(None, fallen)).endswith("; taught.1 is in force")
        in_force = archive.run_sync(current_taught, "pupil@1")
        assert in_force
        assert in_force.number == 1


async def test_what_is_not_about_the_camp_is_counted_apart_and_never_taught(
    archive: Archive,
) -> None:
    world = school_world(archive)
    async with watching(world) as (monitor, _):
        await until(lambda: readers_of(archive) == ["pupil@1"])
        slate = await monitor.school.slate()
        first, second, *rest = [one for one in slate.questions if not one.tone.sure]
        for question in (first, second):
            await monitor.school.label(question, "not about", "anna")
        assert await monitor.school.learn("anna") is None, "there is nothing to be learnt from it"
        for question in rest:
            await monitor.school.label(question, -1, "anna")
        head = await monitor.school.learn("anna")
        assert head
        assert (head.lessons, len(head.labels)) == (18, 18)
        assert (await monitor.school.report(head)).endswith('; 2 more say "not about this camp"')
        slate = await monitor.school.slate()
        assert (slate.apart, sum(slate.labelled.values())) == (2, 18)
        assert not {first, second} & set(slate.questions)
