"""The worked codes are sound in any contest, and are nobody's text but ours."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contest.config import read_contest
from contest.contest import Contest
from contest.templates import templates
from contest.worked_codes import BEGINS, beginning, worked_codes
from tests.quay import SMALL

ROOT = Path(__file__).parents[2]
LANTERN = (ROOT / "config.toml").read_text(encoding="utf-8").partition("[[rule]]")[0]
CODES = sorted(worked_codes())
each_code = pytest.mark.parametrize("name", CODES)


def with_code(name: str, base: str = LANTERN) -> Contest:
    return read_contest(base + worked_codes()[name].text)


def test_every_tradition_of_the_research_has_a_worked_code() -> None:
    starts = {code.title.partition(":")[0] for code in worked_codes().values()}
    assert starts == {
        "United Kingdom", "New Zealand", "Canada", "Australia", "Students' union", "Trade union",
    }  # fmt: skip
    assert len(CODES) >= 8


@each_code
def test_a_worked_code_loads_in_the_smallest_contest_and_in_the_lantern_one(name: str) -> None:
    small, lantern = with_code(name, SMALL), with_code(name)
    assert len(small.rules) == len(lantern.rules) >= 12


@each_code
def test_its_head_says_what_it_follows_and_that_it_is_nobodys_text(name: str) -> None:
    head = worked_codes()[name].text.partition("[")[0]
    assert "party's text" in head or "union's text" in head
    assert "It follows" in head
    assert any(grade in head for grade in ("primary", "news", "second hand", "reported"))


@each_code
def test_every_clause_has_a_number_a_text_and_a_deciding_body_of_its_own(name: str) -> None:
    rules = with_code(name).rules
    assert max(Counter(rule.clause for rule in rules).values()) == 1
    assert max(Counter(rule.id for rule in rules).values()) == 1
    for rule in rules:
        assert rule.body or rule.expects, rule.id
        assert rule.text != templates().get(rule.like, {}).get("text"), rule.id
        assert rule.unless, rule.id


@each_code
def test_its_dates_are_left_to_the_party(name: str) -> None:
    assert all(rule.start is None and rule.end is None for rule in with_code(name).rules)
    assert BEGINS in worked_codes()[name].text.splitlines()


@each_code
def test_the_moment_of_the_code_is_put_into_its_clauses_and_not_into_the_standing_ones(
    name: str,
) -> None:
    text = beginning(worked_codes()[name].text, datetime(2026, 10, 15, 12))  # noqa: DTZ001 - the party's clock
    rules = read_contest(LANTERN + text).rules
    starts = {rule.start for rule in rules}
    assert starts == {None, datetime(2026, 10, 15, 11, tzinfo=UTC)}
    assert {rule.like for rule in rules if rule.start is None} >= {"R04", "R21", "R22"}


@each_code
def test_every_breach_in_it_is_told_of_somebody_whom_the_clause_binds(name: str) -> None:
    for rule in with_code(name).rules:
        bound = rule.binds | rule.expects
        looked_at = frozenset().union(*(look.roles or bound for look in rule.looks_for))
        for example in rule.breach:
            assert not example.role or example.role in looked_at, (rule.id, example.text)


@each_code
def test_reposts_count_only_beside_a_clause_that_they_can_breach(name: str) -> None:
    rules = {rule.like: rule for rule in with_code(name).rules}
    if "R29" in rules:
        assert rules["R29"].binds & rules["R01"].binds


def test_the_code_that_came_late_expects_of_members_before_it_binds_anybody() -> None:
    early = [rule for rule in with_code("nz-late-code").rules if rule.version == "0.9"]
    assert early
    assert all(not rule.binds and "member" in rule.expects for rule in early)
