"""The contest on loopback, its clock and its trouble."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from contest.contest import Contest
from demo.stage import (
    NOTICEABLE,
    OFTEN,
    SELDOM,
    StageClock,
    hurry,
    noticeable,
    on_loopback,
    outage,
)
from demo.story import Story, read_told

START = datetime(2026, 9, 28, 10, tzinfo=UTC)
END = START + timedelta(days=40)


def test_the_clock_runs_as_fast_as_it_is_told():
    clock = StageClock(START, 3600.0, END, begun=time.monotonic() - 10)
    assert timedelta(hours=10) <= clock.now() - START < timedelta(hours=11)


def test_two_clocks_that_began_together_agree():
    first = StageClock(START, 1.0, END)
    second = StageClock(START, 1.0, END, first.begun)
    assert abs(first.now() - second.now()) < timedelta(seconds=1)


def test_the_clock_stops_when_the_story_ends():
    assert StageClock(START, 1e300, END, begun=time.monotonic() - 10).now() == END


def test_the_clock_does_not_start_before_the_start():
    assert StageClock(START, 5.0, END, begun=time.monotonic() + 10).now() == START


def test_every_source_moves_to_loopback(contest: Contest):
    moved = on_loopback(contest, "http://127.0.0.1:8080", 5000)
    assert [source.name for source in moved.sources] == [s.name for s in contest.sources]
    gull = next(source for source in moved.sources if source.name == "The Gull")
    assert gull.url == "http://127.0.0.1:8080/gull.example/politics.rdf"
    ada = next(source for source in moved.sources if source.name == "AdaLittleLP on Bluesky")
    assert ada.url == "http://127.0.0.1:8080/appview.lantern.example"
    assert ada.follows == "adalittlelp.lantern.example"


def test_compressed_sources_are_asked_every_second_or_two(contest: Contest):
    moved = on_loopback(contest, "http://127.0.0.1:1", 5000)
    assert {source.interval for source in moved.sources} == {OFTEN, SELDOM}


def test_at_real_speed_sources_are_asked_as_configured(contest: Contest):
    moved = on_loopback(contest, "http://127.0.0.1:1", 1)
    assert [s.interval for s in moved.sources] == [s.interval for s in contest.sources]
    assert [s.expect for s in moved.sources] == [s.expect for s in contest.sources]


def test_no_source_is_expected_to_bring_something_at_every_visit(contest: Contest):
    for pace in (1, 5000, 1_000_000, 1e200):
        for source in on_loopback(contest, "http://127.0.0.1:1", pace).sources:
            if source.expect and source.expect < timedelta(days=366):
                assert source.expect >= 5 * source.interval * pace


def test_the_trouble_lasts_long_enough_to_be_seen_at_any_speed():
    for speed in (1.0, 5000.0, 100_000.0):
        trouble = outage(speed)
        assert (trouble.end - trouble.start) / speed >= NOTICEABLE * hurry(speed)
        assert trouble.covers(trouble.start)
        assert not trouble.covers(trouble.end)


def hasty() -> Story:
    post = {"id": "a", "at": "2026-10-01T09:00:00Z", "on": "bluesky", "author": "@a", "kind": "post", "text": "x",
            "edits": [{"at": "2026-10-01T09:01:00Z", "text": "y"}, {"at": "2026-10-01T15:00:00Z", "text": "z"}],
            "deleted": "2026-10-01T15:30:00Z"}  # fmt: skip
    return Story((read_told(post),))


def test_no_post_changes_before_it_can_have_been_seen():
    for speed in (1.0, 600.0, 5000.0, 100_000.0):
        [told] = noticeable(hasty(), speed).posts
        waits = [b - a for a, b in zip(told.moments, told.moments[1:], strict=False)]
        assert len(waits) == 3
        assert min(waits) / speed >= NOTICEABLE * hurry(speed)


def test_at_real_speed_the_story_is_told_as_it_was_written():
    assert noticeable(hasty(), 1.0) == hasty()
