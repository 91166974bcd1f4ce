"""What the worked codes and the templates give as examples comes out as they say."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.examples import run, staged
from analysis.meaning import Meaning
from analysis.reader import load_reader
from contest.code import Example
from contest.config import read_contest
from contest.worked_codes import worked_codes
from hustings.checking import tried_out
from hustings.opening import VOCABULARY
from hustings.reading import open_meaning

ROOT = Path(__file__).parents[2]
LANTERN = (ROOT / "config.toml").read_text(encoding="utf-8").partition("[[rule]]")[0]
TEMPLATES = "".join(
    f'[[rule]]\nlike = "R{n:02}"\nclause = "{n}"\nversion = "1"\n' for n in range(1, 35)
)
BY_FORM = {"BALLOT-PICTURES", "ONE-INVITED", "PAID-MEMBERSHIPS"}
"""Clauses of worked codes that go by how something is written, and by nothing else."""


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    return open_meaning(read_contest(LANTERN, vocabulary=VOCABULARY)).meaning


@pytest.mark.parametrize("name", sorted(worked_codes()))
def test_the_examples_that_a_worked_code_adds_hold(name: str, meaning: Meaning) -> None:
    contest = read_contest(LANTERN + worked_codes()[name].text, vocabulary=VOCABULARY)
    own = [replace(r, breach=own_of(r.breach), fine=own_of(r.fine)) for r in contest.rules]
    tried = tried_out(replace(contest, rules=tuple(own)), meaning)
    assert not [trial.words for trial in tried if not trial.holds]


def own_of(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """Those that stand in the file; a template's have no line."""
    return tuple(example for example in examples if example.line)


def test_the_examples_of_the_templates_hold(meaning: Meaning) -> None:
    contest = read_contest(LANTERN + TEMPLATES, vocabulary=VOCABULARY)
    assert not [trial.words for trial in tried_out(contest, meaning) if not trial.holds]


def test_what_goes_by_form_holds_whoever_reads(meaning: Meaning) -> None:
    codes = (
        read_contest(LANTERN + code.text, vocabulary=VOCABULARY) for code in worked_codes().values()
    )
    rules = tuple(rule for code in codes for rule in code.rules if rule.id in BY_FORM)
    contest = staged(replace(read_contest(LANTERN), rules=rules))
    outcomes = run(load_reader(contest, meaning), contest)
    assert {outcome.rule.id for outcome in outcomes} == BY_FORM
    assert not [outcome.text for outcome in outcomes if not outcome.holds]


def test_an_example_of_a_phase_that_the_contest_does_not_have_is_left_out(
    meaning: Meaning,
) -> None:
    quiet = '[[rule]]\nlike = "R16"\nclause = "1"\nversion = "1"\n'
    without = LANTERN.partition("[[phase]]")[0] + LANTERN[LANTERN.index("[[camp]]") :]
    contest = read_contest(without + quiet, vocabulary=VOCABULARY)
    assert not tried_out(contest, meaning)


def test_the_close_of_voting_in_an_example_is_the_timetables_own(meaning: Meaning) -> None:
    rule = '[[rule]]\nlike = "R05"\nclause = "1"\nversion = "1"\n'
    contest = staged(read_contest(LANTERN + rule, vocabulary=VOCABULARY))
    by_text = {o.text: o for o in run(load_reader(contest, meaning), contest)}
    late = by_text["Voting closes at 12:00 on Wednesday 11 November 2026. No need to hurry."]
    right = by_text["Voting closes at 12:00 on Tuesday 10 November 2026."]
    assert late.flag is not None
    assert right.flag is None
