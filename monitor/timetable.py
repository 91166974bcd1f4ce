"""When a source is asked next, and how it stands. Pure: the time is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from contest.contest import SourceEntry
from contest.visit import Health, State

LONGEST_BACKOFF = timedelta(hours=1)
"""However often a source has failed, it is asked again after this long (or its interval)."""

LONGEST_REASON = 300
"""Characters of a source's notices that are kept."""

GRACE = 3
"""A source is overdue once this many of its intervals have passed without a visit."""

JITTER = 0.1
"""Share of the pause by which visits are spread, so that sources do not march in step."""


def pause_after(
    health: Health,
    interval: timedelta,
    spread: float,
    asked_to_wait: timedelta = timedelta(0),
) -> timedelta:
    """How long (real time) to wait before the next visit.

    The interval, doubled with each failure in a row up to LONGEST_BACKOFF, never
    less than the server asked for. `spread` in -1..1 places the visit within
    the jitter.

    >>> pause_after(Health("a", "feed", failures=2), timedelta(minutes=5), 0.0)
    datetime.timedelta(seconds=600)
    """
    doublings = min(max(health.failures - 1, 0), 16)
    doubled = interval * (1 << doublings)
    pause = min(doubled, max(LONGEST_BACKOFF, interval)) * (1 + JITTER * spread)
    return max(pause, asked_to_wait)


def after_answer(
    health: Health, entry: SourceEntry, now: datetime, new: int, notices: Sequence[str] = ()
) -> Health:
    """How a source stands after it answered with `new` posts or revisions.

    `notices` are what a person should know although it answered.
    """
    brought = now if new or health.brought is None else health.brought
    state: State = "answering" if new else "nothing new"
    reason = "; ".join(notices)[:LONGEST_REASON]
    if entry.expect and now - brought > entry.expect:
        state = "stale"
        reason = f"nothing new for {in_words(now - brought)}"
    return replace(
        _turned(health, state, now),
        reason=reason,
        visited=now,
        answered=now,
        brought=brought,
        failures=0,
        posts=health.posts + new,
    )


def after_failure(health: Health, now: datetime, reason: str) -> Health:
    """How a source stands after a visit that failed, for `reason`."""
    return replace(
        _turned(health, "failing", now),
        reason=reason,
        visited=now,
        failures=health.failures + 1,
    )


def as_seen(health: Health, now: datetime, interval: timedelta) -> Health:
    """How a source looks to someone at `now`: one that is overdue is stale, whatever it said last.

    `interval` is the contest time between two visits.
    """
    due = health.next_visit
    if health.state == "failing" or due is None or now - due < max(GRACE * interval, _PATIENCE):
        return health
    words = f"due {in_words(now - due)} ago and not visited"
    return replace(health, state="stale", since=due, reason=words)


_PATIENCE = timedelta(seconds=60)


def in_words(span: timedelta) -> str:
    """A span in its largest unit, rounded down.

    >>> in_words(timedelta(hours=50))
    '2 days'
    """
    seconds = int(span.total_seconds())
    for name, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} s"


def _turned(health: Health, state: State, now: datetime) -> Health:
    """With `since` moved where the state is another one."""
    quiet = {"answering", "nothing new"}
    same = state == health.state or {state, health.state} <= quiet
    return replace(health, state=state, since=health.since if same and health.since else now)
