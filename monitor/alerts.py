"""Which posts ring a bell. Pure: the time is handed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from contest.code import SEVERITIES
from contest.contest import UNNAMED, Contest
from contest.post import Post
from contest.reading import Breach, Reading
from monitor.events import Alert

RINGS_FOR = timedelta(days=1)
"""Words older than this when they are first seen ring no bell: they are history."""

RINGING = frozenset({"case", "needs-context"})
"""Lanes that ring: nothing rings before the rule, nor for an expectation."""


def alert_of(contest: Contest, post: Post, reading: Reading, now: datetime) -> Alert | None:
    """What a person should look at now in a post; None if nothing.

    A hostile exchange rings where it is as hostile as `[thresholds] alert` says, unless its
    author is a private person.
    """
    if now - post.said > RINGS_FOR:
        return None
    breaches = tuple(filter(lambda breach: _rings(contest, breach), reading.breaches))
    loud = reading.hostility.score >= contest.thresholds.alert and reading.role not in UNNAMED
    exchange = reading.exchange if loud else None
    return Alert(post, breaches, exchange) if breaches or exchange else None


def _rings(contest: Contest, breach: Breach) -> bool:
    least = SEVERITIES.index(contest.thresholds.alert_severity)
    return breach.lane in RINGING and SEVERITIES.index(breach.severity) >= least
