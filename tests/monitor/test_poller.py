"""Sources are visited when due, by one process at a time, whatever the clock does."""

import asyncio
import sqlite3
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import poller
from monitor.events import Changed, Event, Leading, Visited
from storage.archive import Archive, ArchiveError
from storage.tally import read_tally
from tests.monitor.conftest import World, entry, rss, until, world_of


class Watching:
    """A monitor that watches in the background; `told` grows."""

    def __init__(self, world: World, archive: Archive) -> None:
        self.told: list[Event] = []
        self._entered = world.monitor(archive)
        self.monitor = self._entered.__enter__()
        self._task = asyncio.create_task(self.monitor.watch(self.told.append))

    def visits(self) -> int:
        return sum(isinstance(event, Visited) for event in self.told)

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._entered.__exit__(None, None, None)


async def test_visit_now_does_not_wait_for_the_interval(archive: Archive) -> None:
    world = world_of(archive, entry("north"))
    world.web.serve("north.example", rss(("1", "Rain")))
    watching = Watching(world, archive)
    await until(lambda: watching.visits() == 1)
    watching.monitor.visit_now()
    await until(lambda: watching.visits() == 2)
    await watching.stop()


async def test_a_restart_does_not_ask_again_before_it_is_due(tmp_path: Path) -> None:
    world = world_of(None, entry("north"), entry("new"))  # type: ignore[arg-type]
    world.web.serve("north.example", rss(("1", "Rain")))
    world.web.serve("new.example", rss(("1", "Rain")))
    with Archive(tmp_path / "a.db") as archive:
        first = Watching(world_of_same(world, "north"), archive)
        await until(lambda: first.visits() == 1)
        await first.stop()
        second = Watching(world, archive)
        await until(lambda: second.visits() == 1)
        await second.stop()
    assert world.web.asked.count("north.example") == 1


def world_of_same(world: World, name: str) -> World:
    """The same web, but only one of its sources."""
    made = world_of(None, entry(name))  # type: ignore[arg-type]
    made.web = world.web
    return made


async def test_a_clock_that_jumps_back_stops_nothing(archive: Archive) -> None:
    world = world_of(archive, entry("north", interval=timedelta(milliseconds=20)))
    world.web.serve("north.example", rss(("1", "Rain")))
    watching = Watching(world, archive)
    await until(lambda: watching.visits() >= 1)
    world.clock.time -= timedelta(days=400)
    seen = watching.visits()
    await until(lambda: watching.visits() >= seen + 2)
    world.clock.time += timedelta(days=4000)
    seen = watching.visits()
    await until(lambda: watching.visits() >= seen + 2)
    await watching.stop()


async def test_of_two_on_one_archive_one_polls_and_the_other_follows_and_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(poller.Monitor, "_name", lambda self: f"here:{id(self)}", raising=False)
    world = world_of(None, entry("north", interval=timedelta(milliseconds=50)))  # type: ignore[arg-type]
    world.web.serve("north.example", rss(("1", "Rain")))
    path = tmp_path / "a.db"
    with Archive(path) as one, Archive(path) as two:
        first = Watching(world, one)
        await until(lambda: Leading in map(type, first.told))
        second = Watching(world, two)
        await until(lambda: any(isinstance(event, Changed) for event in second.told))
        assert second.visits() == 0
        assert [e.leads for e in second.told if isinstance(e, Leading)] == [False]
        await first.stop()
        await until(lambda: second.visits() > 0)
        await second.stop()
        assert two.run_sync(read_tally).posts == 1


async def test_a_single_sweep_leaves_another_polling_process_alone(tmp_path: Path) -> None:
    world = world_of(None, entry("north"))  # type: ignore[arg-type]
    world.web.serve("north.example", rss(("1", "Rain")))
    path = tmp_path / "a.db"
    with Archive(path) as one, Archive(path) as two:
        first = Watching(world, one)
        await until(lambda: first.visits() == 1)
        told: list[Event] = []
        with world.monitor(two) as other:
            assert not await other.poll_once(told.append)
        await first.stop()
    assert [type(event) for event in told] == [Leading]


async def test_a_follower_rings_for_what_the_other_process_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "LOOKS_EVERY_S", 0.01)
    source = entry("north", interval=timedelta(milliseconds=50), speaker="@AdaLittleLP")
    world = world_of(None, source)  # type: ignore[arg-type]
    world.web.serve("north.example", rss(("1", "Rain")))
    path = tmp_path / "a.db"
    with Archive(path) as one, Archive(path) as two:
        first = Watching(world, one)
        await until(lambda: first.visits() > 0)
        second = Watching(world, two)
        await until(lambda: any(isinstance(event, Changed) for event in second.told))
        world.web.serve("north.example", rss(("2", "Rowan Green is a liar and a coward")))
        await until(lambda: any(isinstance(e, Changed) and e.alerts for e in second.told))
        await second.stop()
        await first.stop()


async def test_an_archive_that_is_deleted_while_in_use_ends_the_watch_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "RENEWED_EVERY_S", 0.01)
    world = world_of(None, entry("north"))  # type: ignore[arg-type]
    world.web.serve("north.example", rss(("1", "Rain")))
    path = tmp_path / "a.db"
    with Archive(path) as archive, world.monitor(archive) as monitor:
        task = asyncio.create_task(monitor.watch(lambda _: path.unlink(missing_ok=True)))
        with pytest.raises(ArchiveError, match="was deleted or replaced"):
            await asyncio.wait_for(task, 10)


async def test_an_archive_that_another_program_holds_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "AGAIN_AFTER_S", 0.01)
    world = world_of(None, entry("north"))  # type: ignore[arg-type]
    world.web.serve("north.example", rss(("1", "Rain")))
    with Archive(tmp_path / "a.db") as archive:
        archive.run_sync(lambda db: db.execute("pragma busy_timeout = 10"))
        holder = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
        holder.execute("begin immediate")
        watching = Watching(world, archive)
        await asyncio.sleep(0)
        holder.execute("commit")
        holder.close()
        await until(lambda: watching.visits() == 1)
        await watching.stop()
