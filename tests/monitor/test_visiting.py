"""A visit keeps what is new, tells how it went, and never takes another source down with it."""

import asyncio
import gzip
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from analysis.reader import load_reader
from contest.contest import Contest
from monitor.events import Event, Failed, Visited
from storage.archive import Archive
from storage.board import read_board
from storage.tally import read_tally
from tests.monitor.conftest import NOON, RSS, World, entry, rss, world_of


def by_name(told: list[Event]) -> dict[str, Visited | Failed]:
    return {e.health.source: e for e in told if isinstance(e, Visited | Failed)}


async def test_one_dead_source_does_not_silence_the_rest(archive: Archive) -> None:
    world = world_of(archive, entry("north"), entry("gone.example"), entry("south"))
    world.web.serve("north.example", rss(("1", "Ada was good"), ("2", "Rain")))
    world.web.serve("south.example", rss(("1", "Wind")))
    told = by_name(await world.sweep())
    assert (told["north"].new, told["south"].new) == (2, 1)  # type: ignore[union-attr]
    assert isinstance(told["gone.example"], Failed)


async def test_an_item_seen_again_with_other_words_is_a_revision(archive: Archive) -> None:
    world = world_of(archive, entry("north"))
    world.web.serve("north.example", rss(("1", "Green is a coward")))
    await world.sweep()
    world.web.serve("north.example", rss(("1", "Green ducked the question")))
    told = by_name(await world.sweep())["north"]
    assert isinstance(told, Visited)
    assert (told.new, told.revised) == (0, 1)
    tally = archive.run_sync(read_tally)
    assert (tally.posts, tally.revisions) == (1, 1)


async def test_an_unchanged_document_costs_no_reading(archive: Archive) -> None:
    world = world_of(archive, entry("north"))
    world.web.serve("north.example", rss(("1", "Rain")), etag='"7"')
    await world.sweep()
    told = by_name(await world.sweep())["north"]
    assert isinstance(told, Visited)
    assert (told.entries, told.health.state) == (0, "nothing new")


async def test_a_full_disk_is_told_at_the_source_and_loses_nothing(archive: Archive) -> None:
    world = world_of(archive, entry("north"))
    world.web.serve("north.example", rss(("1", "Rain")))
    await world.sweep()
    pages = archive.run_sync(lambda db: db.execute("pragma page_count").fetchone()[0])
    archive.run_sync(lambda db: db.execute(f"pragma max_page_count = {pages}").fetchone())
    body = rss(*((str(n), f"{n} " + "wind and rain " * 400) for n in range(2, 60)))
    world.web.serve("north.example", body)
    told = by_name(await world.sweep())["north"]
    assert isinstance(told, Failed)
    assert "full" in told.health.reason
    assert archive.run_sync(read_tally).posts == 1
    archive.run_sync(lambda db: db.execute("pragma max_page_count = 1000000").fetchone())
    assert by_name(await world.sweep())["north"].new == 58  # type: ignore[union-attr]


HOSTILE = {
    "a path": b"/etc/passwd",
    "an address": b"https://elsewhere.example/feed",
    "a web page": b"<!doctype html><html><head><title>x</title></head><body>No feed</body></html>",
    "nothing": b"",
    "JSON of another shape": b'{"version": "https://jsonfeed.org/version/1.1", "items": 7}',
    "half a gzip": gzip.compress(b"<rss></rss>")[:12],
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_is_no_feed_is_told_and_the_others_go_on(archive: Archive, body: bytes) -> None:
    world = world_of(archive, entry("odd"), entry("north"))
    world.web.serve("odd.example", body)
    world.web.serve("north.example", rss(("1", "Rain")))
    told = by_name(await world.sweep())
    assert isinstance(told["odd"], Failed)
    assert len(told["odd"].health.reason) > 10
    assert isinstance(told["north"], Visited)


async def test_a_slow_drip_ends_with_the_deadline(archive: Archive) -> None:
    world = world_of(archive, entry("drip"))

    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                await asyncio.sleep(0.001)
                yield b" "

    world.web.answers["drip.example"] = lambda _: httpx.Response(200, stream=Drip())
    world = World(_hurried(world), world.web, archive)
    told = by_name(await world.sweep())["drip"]
    assert isinstance(told, Failed)
    assert "0.2 s" in told.health.reason


def _hurried(world: World) -> Contest:
    return replace(world.contest, polling=replace(world.contest.polling, deadline_s=0.2))


async def test_alerts_ring_for_what_is_fresh_and_not_for_history(archive: Archive) -> None:
    attack = "Rowan Green is a liar and a coward"
    world = world_of(
        archive, entry("fresh", speaker="@AdaLittleLP"), entry("old", speaker="@AdaLittleLP")
    )
    world.web.serve("fresh.example", rss(("1", attack)))
    world.web.serve("old.example", rss(("2", attack), date=NOON - timedelta(days=3)))
    told = by_name(await world.sweep())
    assert [a.breaches[0].rule for a in told["fresh"].alerts] == ["R01"]  # type: ignore[union-attr]
    assert told["old"].alerts == ()  # type: ignore[union-attr]
    board = archive.run_sync(read_board, world.contest, NOON)
    assert board.breaches_total == 2


async def test_an_unforeseen_error_is_told_and_logged(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    world = world_of(archive, entry("odd"), entry("north"))
    world.web.serve("north.example", rss(("1", "Rain")))

    def explode(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    world.web.answers["odd.example"] = explode
    told = by_name(await world.sweep())
    assert isinstance(told["odd"], Failed)
    assert "ZeroDivisionError" in told["odd"].health.reason
    assert "while visiting odd" in caplog.text
    assert isinstance(told["north"], Visited)


async def test_figures_are_pinned_to_the_version_of_the_reader_behind_them(
    archive: Archive,
) -> None:
    world = world_of(archive, entry("north"))
    world.web.serve("north.example", rss(("1", "Ada Little was brilliant tonight")))
    await world.sweep()
    board = archive.run_sync(read_board, world.contest, NOON + timedelta(minutes=5))
    little = next(row for row in board.sentiment if row.camp == "little")
    assert (little.week.posts, little.week.sure, little.week.tone) == (1, 1, 1.0)
    assert little.readers == (load_reader(world.contest).versions["sentiment"],)


async def test_what_a_source_says_again_of_an_older_version_rings_no_bell(
    archive: Archive,
) -> None:
    attack = "Rowan Green is a liar and a coward"
    world = world_of(
        archive, entry("one", speaker="@AdaLittleLP"), entry("two", speaker="@AdaLittleLP")
    )
    world.web.serve("one.example", rss(("1", attack)))
    world.web.serve("two.example", rss(("1", attack)))
    told = by_name(await world.sweep())
    assert sum(len(told[name].alerts) for name in ("one", "two")) == 2  # type: ignore[union-attr]
    again = by_name(await world.sweep())
    assert sum(len(again[name].alerts) for name in ("one", "two")) == 0  # type: ignore[union-attr]


async def test_what_should_be_known_is_kept_beside_the_source(archive: Archive) -> None:
    world = world_of(archive, entry("north"))
    world.web.serve("north.example", RSS.format("<item><title>No date</title></item>"))
    told = by_name(await world.sweep())["north"]
    assert "no legible date" in told.health.reason
