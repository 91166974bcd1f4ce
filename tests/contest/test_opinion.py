"""A second reader may lower a flag by a step or ask for context, and can do nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import get_args

import pytest

from contest.code import SEVERITIES, Lane
from contest.opinion import VERDICTS, Opinion, Verdict, applied
from contest.reading import Breach

LANES: tuple[Lane, ...] = get_args(Lane)


def a_flag(severity: str = "S3", lane: Lane = "case") -> Breach:
    return Breach("R01", "4.2", "1.0", severity, lane, ((0, 3),), "names a rival", "unless quoted")


def on(flag: Breach, verdict: Verdict) -> Opinion:
    asked = (flag.rule, flag.version, flag.severity, flag.lane)
    said = ("It is about a budget.", "the budget", "crow:3b", "second-reader@1")
    return Opinion(*asked, verdict, *said, datetime(2026, 11, 2, tzinfo=UTC))


@pytest.mark.parametrize(("severity", "lane", "verdict"), product(SEVERITIES, LANES, VERDICTS))
def test_no_flag_becomes_graver_or_goes_or_falls_by_more_than_a_step(
    severity: str, lane: Lane, verdict: Verdict
) -> None:
    flag = a_flag(severity, lane)
    now = applied(flag, on(flag, verdict))
    fallen = SEVERITIES.index(severity) - SEVERITIES.index(now.severity)
    assert fallen in {0, 1}
    assert now.lane == lane or (lane, now.lane) == ("case", "needs-context")
    assert fallen == 0 or now.lane == lane
    kept = ("rule", "clause", "version", "spans", "reason", "unless")
    assert [getattr(now, name) for name in kept] == [getattr(flag, name) for name in kept]


def test_each_verdict_does_what_it_says() -> None:
    flag = a_flag()
    assert applied(flag, on(flag, "stands")) == flag
    assert applied(flag, on(flag, "milder")).severity == "S2"
    assert applied(flag, on(flag, "needs-context")).lane == "needs-context"


def test_what_was_said_of_one_flag_is_not_applied_to_another() -> None:
    graver = a_flag("S4")
    assert applied(graver, on(a_flag("S3"), "milder")) == graver
    applied_twice = applied(applied(graver, on(graver, "milder")), on(graver, "milder"))
    assert applied_twice.severity == "S3"
