"""Words that were only to be counted go a day later, by the contest's clock, while one polls."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import dropping, poller
from monitor.events import Event, Visited
from storage.archive import Archive
from storage.dropping import is_untidy
from tests.monitor.conftest import NOON, World, entry, rss, until, world_of

DAY = timedelta(hours=24)
POST = "Rowan Green is a liar and a coward, says the zeppelin club."
RULE_AND_MORE = "Denzil Brown is a liar. Call him: 01632 960 142"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropping, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(dropping, "AT_MOST_EVERY_S", 0.01)
    monkeypatch.setattr(poller, "LOOKS_EVERY_S", 0.01)


def a_world(archive: Archive | None, *posts: str) -> World:
    """The feed of a member, to whom the rule against attacks is an expectation."""
    source = entry("benw", speaker="@benw", interval=timedelta(milliseconds=20))
    world = world_of(archive, source)  # type: ignore[arg-type]
    world.web.serve(
        "benw.example", rss(*((str(n), text) for n, text in enumerate(posts or [POST])))
    )
    return world


def texts(archive: Archive) -> list[str]:
    rows = archive.run_sync(
        lambda db: db.execute("select text from revisions order by id").fetchall()
    )
    return [text for (text,) in rows]


def counted(archive: Archive) -> object:
    """What the expectations and the totals say."""
    return archive.run_sync(
        lambda db: [
            db.execute(f"select * from {table} order by 1, 2").fetchall()
            for table in ("expectations", "hours", "totals")
        ]
    )


class Watched:
    """A monitor that watches in the background while the block lasts; `told` grows."""

    def __init__(self, world: World, archive: Archive) -> None:
        self.told: list[Event] = []
        self._entered = world.monitor(archive)

    async def __aenter__(self) -> "Watched":
        monitor = self._entered.__enter__()
        self._task = asyncio.create_task(monitor.watch(self.told.append))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._entered.__exit__(None, None, None)

    def visits(self) -> int:
        return sum(isinstance(event, Visited) for event in self.told)


def gone(archive: Archive) -> Callable[[], bool]:
    return lambda: texts(archive) == [""] and not archive.run_sync(is_untidy)


async def test_words_go_when_the_contest_s_day_is_over_and_never_come_back(
    archive: Archive,
) -> None:
    world = a_world(archive)
    async with Watched(world, archive) as watched:
        await until(lambda: watched.visits() > 0)
        before = counted(archive)
        world.clock.time = NOON + DAY - timedelta(seconds=1)
        seen = watched.visits()
        await until(lambda: watched.visits() > seen + 1)
        assert texts(archive) == [POST]
        world.clock.time = NOON + DAY
        await until(gone(archive))
        seen = watched.visits()
        await until(lambda: watched.visits() > seen + 1)
        world.web.serve("benw.example", rss(("0", f"{POST} And another thing.")))
        seen = watched.visits()
        await until(lambda: watched.visits() > seen + 1)
    assert texts(archive) == [""]
    assert counted(archive) == before
    assert sum(e.new + e.revised for e in watched.told if isinstance(e, Visited)) == 1


async def test_what_people_decide_on_stays(archive: Archive) -> None:
    world = a_world(archive, RULE_AND_MORE, POST)
    async with Watched(world, archive) as watched:
        await until(lambda: watched.visits() > 0)
        world.clock.time = NOON + DAY
        await until(lambda: "" in texts(archive))
    assert sorted(texts(archive)) == ["", RULE_AND_MORE]


async def test_in_a_contest_whose_time_runs_faster_they_go_by_its_time(archive: Archive) -> None:
    world = a_world(archive)
    world.clock.speed = 86_400.0
    async with Watched(world, archive) as watched:
        await until(lambda: watched.visits() > 0)
        world.clock.time = NOON + DAY
        await until(gone(archive))


async def test_after_a_restart_what_fell_due_meanwhile_goes(tmp_path: Path) -> None:
    world = a_world(None)
    with Archive(tmp_path / "a.db") as archive:
        async with Watched(world, archive) as watched:
            await until(lambda: watched.visits() > 0)
    world.clock.time = NOON + 3 * DAY
    with Archive(tmp_path / "a.db") as archive:
        assert texts(archive) == [POST]
        async with Watched(world, archive):
            await until(gone(archive))


async def test_a_single_sweep_drops_too(archive: Archive) -> None:
    world = a_world(archive)
    await world.sweep()
    assert texts(archive) == [POST]
    world.clock.time = NOON + DAY
    await world.sweep()
    assert gone(archive)()


async def test_a_process_that_only_follows_drops_nothing(tmp_path: Path) -> None:
    ahead, behind = a_world(None), a_world(None)
    ahead.clock.time = NOON + DAY
    with Archive(tmp_path / "a.db") as one, Archive(tmp_path / "a.db") as two:
        asked = noting(two)
        async with Watched(behind, one) as first:
            await until(lambda: first.visits() > 0)
            async with Watched(ahead, two):
                await until(lambda: asked.count("data_version") > 50)
                assert texts(two) == [POST]
                assert "drop_due" not in asked


def noting(archive: Archive) -> list[str]:
    """The names of the storage functions that the archive is asked to run, as it is."""
    asked: list[str] = []
    run = archive.run

    async def noted(function, *args, **kwargs):
        asked.append(function.__name__)
        return await run(function, *args, **kwargs)

    archive.run = noted  # type: ignore[method-assign]
    return asked


async def test_an_archive_that_another_program_holds_is_tried_again(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    world = a_world(archive)
    tried: list[int] = []
    run = archive.run

    async def refusing(function, *args, **kwargs):
        if function.__name__ == "drop_due":
            tried.append(len(tried))
            if len(tried) == 1:
                raise dropping.ArchiveError(None, "is held by another program", "wait for it")
        return await run(function, *args, **kwargs)

    archive.run = refusing  # type: ignore[method-assign]
    async with Watched(world, archive) as watched:
        await until(lambda: watched.visits() > 0)
        world.clock.time = NOON + DAY
        await until(gone(archive))
    assert "are dropped later" in caplog.text
