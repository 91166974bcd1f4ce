"""When a source is asked next, and how it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from contest.contest import SourceEntry
from contest.visit import Health
from monitor.timetable import (
    LONGEST_BACKOFF,
    after_answer,
    after_failure,
    as_seen,
    in_words,
    pause_after,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FIVE = timedelta(minutes=5)
ENTRY = SourceEntry("The Gull", "feed", "https://gull.example/f", expect=timedelta(days=2))
FRESH = Health("The Gull", "feed")


def test_failures_in_a_row_double_the_pause_up_to_an_hour() -> None:
    pauses = [pause_after(Health("a", "feed", failures=n), FIVE, 0.0) for n in range(8)]
    assert pauses[:4] == [FIVE, FIVE, 2 * FIVE, 4 * FIVE]
    assert pauses[-1] == LONGEST_BACKOFF


def test_a_source_that_failed_a_thousand_times_is_still_asked() -> None:
    assert pause_after(Health("a", "feed", failures=1000), FIVE, 1.0) <= 1.1 * LONGEST_BACKOFF


def test_the_servers_wish_for_peace_outweighs_the_interval() -> None:
    wished = timedelta(minutes=20)
    assert pause_after(FRESH, FIVE, 0.0, wished) == wished
    assert pause_after(FRESH, FIVE, 0.0, timedelta(seconds=1)) == FIVE


def test_visits_are_spread_by_a_tenth() -> None:
    assert pause_after(FRESH, FIVE, -1.0) == 0.9 * FIVE
    assert pause_after(FRESH, FIVE, 1.0) == 1.1 * FIVE


def test_an_answer_with_posts_ends_a_row_of_failures() -> None:
    failing = after_failure(after_failure(FRESH, NOW, "503"), NOW + FIVE, "503")
    assert (failing.state, failing.failures, failing.since) == ("failing", 2, NOW)
    answered = after_answer(failing, ENTRY, NOW + 2 * FIVE, new=3)
    assert (answered.state, answered.failures, answered.reason) == ("answering", 0, "")
    assert (answered.since, answered.posts) == (NOW + 2 * FIVE, 3)


def test_what_should_be_known_of_a_source_that_answers_is_its_reason() -> None:
    answered = after_answer(FRESH, ENTRY, NOW, 3, ["2 entries have no legible date"])
    assert (answered.state, answered.reason) == ("answering", "2 entries have no legible date")


def test_since_stays_while_a_source_answers_with_or_without_news() -> None:
    first = after_answer(FRESH, ENTRY, NOW, new=3)
    second = after_answer(first, ENTRY, NOW + FIVE, new=0)
    assert (second.state, second.since, second.brought) == ("nothing new", NOW, NOW)


def test_a_source_silent_for_longer_than_expected_is_stale() -> None:
    brought = after_answer(FRESH, ENTRY, NOW, new=1)
    later = NOW + timedelta(days=2, seconds=1)
    stale = after_answer(brought, ENTRY, later, new=0)
    assert (stale.state, stale.reason) == ("stale", "nothing new for 2 days")
    assert after_answer(brought, ENTRY, NOW + timedelta(days=2), new=0).state == "nothing new"


def test_a_source_that_is_overdue_looks_stale_whatever_it_said_last() -> None:
    health = Health("a", "feed", "answering", next_visit=NOW)
    assert as_seen(health, NOW + 2 * FIVE, FIVE).state == "answering"
    seen = as_seen(health, NOW + 3 * FIVE, FIVE)
    assert (seen.state, seen.reason) == ("stale", "due 15 minutes ago and not visited")


def test_a_failing_source_stays_failing_when_overdue() -> None:
    health = Health("a", "feed", "failing", reason="503", next_visit=NOW)
    assert as_seen(health, NOW + timedelta(days=1), FIVE).reason == "503"


@pytest.mark.parametrize(
    ("span", "words"),
    [(timedelta(seconds=59), "59 s"), (timedelta(minutes=1), "1 minute"), (FIVE, "5 minutes")],
)
def test_spans_are_told_in_their_largest_unit(span: timedelta, words: str) -> None:
    assert in_words(span) == words
