"""What a second reader is asked about, how often, and where what it says is to be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlite_utils import Database

from contest.code import Lane
from contest.opinion import Opinion, Verdict
from contest.post import Author, Context
from contest.reading import Breach
from storage.board import read_board, read_card
from storage.opinions import TRIES, Asking, Flag, Outcome, Told, begin, finish, free_at, next_flag
from storage.rereading import NEWEST, behind, keep_rereadings
from tests.storage.lantern import (
    CONTEST,
    HOUR,
    NOON,
    READERS,
    a_breach,
    a_post,
    a_reading,
    an_archive,
    keep,
    rows_of,
)
from tests.storage.test_export import exported

RULES = [("R01", "1.0"), ("R05", "1.0")]
MINUTE = timedelta(minutes=1)


def flagged(database: Database, uid: str, *breaches: Breach, at: object = NOON) -> None:
    keep(database, (a_post(uid, "You liar, Rowan", at), a_reading(breaches=breaches)))  # type: ignore[arg-type]


def next_uid(database: Database, now: object = NOON) -> str:
    flag = next_flag(database, RULES, now)  # type: ignore[arg-type]
    return flag.post.uid if flag else ""


def asked(database: Database, flag: Flag, at: object = NOON, most: int = 100) -> int | None:
    asking = Asking(flag, "ab" * 32, "second-reader@1", "crow", "json_schema", at)  # type: ignore[arg-type]
    return begin(database, asking, most, most)


def told(flag: Flag, verdict: Verdict) -> Told:
    breach = flag.breach
    opinion = Opinion(
        breach.rule, breach.version, breach.severity, breach.lane, verdict,
        "=It is banter.", "liar,", "crow:3b", "second-reader@1", NOON,
    )  # fmt: skip
    return Told("answered", "", "{...}", 812, "crow:3b", "fp_1", 300, 40, opinion)


def said(database: Database, verdict: Verdict = "milder") -> Flag:
    """The next flag is asked about and answered."""
    flag = next_flag(database, RULES, NOON)
    assert flag
    number = asked(database, flag)
    assert number
    finish(database, number, told(flag, verdict))
    return flag


def failed(database: Database, outcome: Outcome = "failed", at: object = NOON) -> None:
    flag = next_flag(database, RULES, at)  # type: ignore[arg-type]
    assert flag
    number = asked(database, flag, at)
    assert number
    finish(database, number, Told(outcome, "it broke off"))


# -- about what -----------------------------------------------------------------------------


def test_the_gravest_is_asked_about_first_and_of_these_the_newest() -> None:
    database = an_archive()
    for uid, severity, hours in (("a", "S2", 0), ("b", "S3", 0), ("c", "S3", 1), ("d", "S1", 2)):
        flagged(database, uid, a_breach(severity=severity), at=NOON + hours * HOUR)
    order = [said(database).post.uid for _ in range(4)]
    assert order == ["c", "b", "a", "d"]
    assert next_uid(database) == ""


@pytest.mark.parametrize("lane", ["expectation", "before-rule"])
def test_what_is_no_case_is_never_sent(lane: Lane) -> None:
    database = an_archive()
    flagged(database, "a", a_breach(lane=lane))
    assert next_uid(database) == ""


def test_a_note_is_not_worth_a_question_and_a_rule_that_is_gone_cannot_be_put() -> None:
    database = an_archive()
    flagged(database, "a", a_breach(severity="S0"))
    flagged(database, "b", a_breach(rule="R99"))
    assert next_uid(database) == ""
    flagged(database, "c", a_breach(lane="needs-context", severity="S1"))
    assert next_uid(database) == "c"


def test_words_that_were_taken_back_are_not_sent() -> None:
    database = an_archive()
    flagged(database, "a", a_breach())
    keep(database, (a_post("a", "Good luck, Rowan", version="2"), a_reading()))
    flagged(database, "b", a_breach())
    keep(database, gone=[("b", "deleted")])
    assert next_uid(database) == ""


def test_one_that_fails_comes_last_and_after_some_tries_not_before_tomorrow() -> None:
    database = an_archive()
    flagged(database, "grave", a_breach(severity="S4"))
    flagged(database, "mild", a_breach(severity="S1"))
    failed(database)
    assert next_uid(database) == "mild"
    said(database)
    for _ in range(TRIES - 1):
        assert next_uid(database) == "grave"
        failed(database, "unreadable")
    assert next_uid(database) == ""
    assert next_uid(database, NOON + 25 * HOUR) == "grave"


def test_a_refused_form_is_no_try() -> None:
    database = an_archive()
    flagged(database, "a", a_breach())
    for _ in range(TRIES + 1):
        failed(database, "refused")
    assert next_uid(database) == "a"


def test_a_parent_that_was_captured_later_is_shown() -> None:
    database = an_archive()
    context = Context("at://rowan/1", Author("did:rowan"))
    reply = a_post("a", "You liar, Rowan", kind="reply", reply_to=context)
    keep(database, (reply, a_reading(breaches=[a_breach()])))
    keep(database, (a_post("at://rowan/1", "No ferry.", author=Author("did:rowan")), a_reading()))
    flag = next_flag(database, RULES, NOON)
    assert flag
    assert flag.post.reply_to
    assert flag.post.reply_to.text == "No ferry."


# -- how often ------------------------------------------------------------------------------


def test_no_more_is_asked_than_an_hour_and_a_day_allow() -> None:
    database = an_archive()
    flagged(database, "a", a_breach())
    flag = next_flag(database, RULES, NOON)
    assert flag
    for minute in range(3):
        assert free_at(database, NOON + minute * MINUTE, 3, 100) is None
        assert asked(database, flag, NOON + minute * MINUTE, 3)
    late = NOON + 30 * MINUTE
    assert asked(database, flag, late, 3) is None
    assert free_at(database, late, 3, 100) == NOON + HOUR
    assert free_at(database, NOON + HOUR, 3, 100) is None
    assert free_at(database, NOON + HOUR, 3, 3) == NOON + 24 * HOUR


def test_a_clock_that_was_put_back_silences_it_for_an_hour_at_most() -> None:
    database = an_archive()
    flagged(database, "a", a_breach())
    flag = next_flag(database, RULES, NOON)
    assert flag
    asked(database, flag, NOON + 9999 * HOUR)
    assert free_at(database, NOON, 1, 100) == NOON + HOUR


def test_every_asking_has_its_row() -> None:
    database = an_archive()
    flagged(database, "a", a_breach())
    failed(database)
    said(database, "stands")
    rows = rows_of(
        database,
        "select rule, severity, lane, sha256, prompt, model, form, outcome, failure, raw, took_ms,"
        " answered_by, fingerprint, tokens_in, tokens_out, verdict from opinions order by id",
    )
    put = ("R01", "S2", "case", "ab" * 32, "second-reader@1", "crow", "json_schema")
    assert rows == [
        (*put, "failed", "it broke off", "", 0, "", "", None, None, None),
        (*put, "answered", "", "{...}", 812, "crow:3b", "fp_1", 300, 40, "stands"),
    ]


# -- where it is seen -----------------------------------------------------------------------


def test_the_flag_itself_stays_as_it_is_and_the_opinion_stands_beside_it() -> None:
    database = an_archive()
    flagged(database, "a", a_breach(), a_breach("R05", severity="S1"))
    before = rows_of(database, "select * from breaches")
    said(database)
    assert rows_of(database, "select * from breaches") == before
    first, second = read_board(database, CONTEST, NOON).breaches
    assert (first.rule, first.severity, first.lane) == ("R05", "S1", "case")
    assert first.opinion is None
    assert second.severity == "S2"
    assert second.opinion
    assert second.opinion.verdict == "milder"
    card = read_card(database, "a")
    assert card
    assert card.versions[-1].opinions == (second.opinion,)
    assert card.versions[-1].reading.breaches[0].severity == "S2"


def test_an_export_has_both_severities_and_runs_in_no_spreadsheet() -> None:
    database = an_archive()
    flagged(database, "a", a_breach())
    said(database)
    (row,) = exported(database, "breaches")
    assert (row["suggested_severity"], row["lane"]) == ("S2", "case")
    assert {name: value for name, value in row.items() if name.startswith("second_")} == {
        "second_verdict": "milder",
        "second_severity": "S1",
        "second_lane": "case",
        "second_because": "'=It is banter.",
        "second_quoting": "liar,",
        "second_reader": "crow:3b second-reader@1",
        "second_asked_utc": "2026-10-28T12:00:00Z",
    }


def read_again(database: Database, breach: Breach, reader: str) -> None:
    reading = a_reading(breaches=[breach], reader=reader)
    stored = behind(database, NEWEST, 9, READERS | {"sentiment": reader})
    keep_rereadings(database, [(one, reading) for one in stored], 0.3)


def test_a_flag_that_is_read_again_and_comes_out_the_same_keeps_what_was_said() -> None:
    database = an_archive()
    flagged(database, "a", a_breach())
    said(database)
    read_again(database, a_breach(), "words@2")
    (row,) = read_board(database, CONTEST, NOON).breaches
    assert row.opinion
    assert next_uid(database) == ""
    read_again(database, a_breach(severity="S3"), "words@3")
    (row,) = read_board(database, CONTEST, NOON).breaches
    assert (row.severity, row.opinion) == ("S3", None)
    assert next_uid(database) == "a"


def test_what_was_said_of_an_earlier_text_is_not_said_of_the_new_one() -> None:
    database = an_archive()
    flagged(database, "a", a_breach())
    said(database)
    edited = a_post("a", "You liar, Rowan!", version="2", edited=NOON + HOUR)
    keep(database, (edited, a_reading(breaches=[a_breach()])))
    (row,) = read_board(database, CONTEST, NOON).breaches
    assert row.opinion is None
    assert next_uid(database) == "a"
