"""What posts say of the timetable: which edge, when, and whether it is so."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.moments import BEGINNING, ENDLESS
from analysis.timeclaims import time_claims, verdict

LONDON = ZoneInfo("Europe/London")
SAID = datetime(2026, 6, 15, 17, 30, tzinfo=UTC)
"""Monday, half past six in London's summer."""
EDGES = {
    "opens": datetime(2026, 6, 1, 8, 0, tzinfo=UTC),  # Monday, nine
    "closes": datetime(2026, 6, 18, 16, 0, tzinfo=UTC),  # Thursday, five in the afternoon
    "join": datetime(2026, 5, 22, 11, 0, tzinfo=UTC),  # Friday, noon
    "replacement": datetime(2026, 6, 16, 11, 0, tzinfo=UTC),  # Tuesday, noon
    "nominations": datetime(2026, 5, 29, 16, 0, tzinfo=UTC),  # Friday, five
    "declared": datetime(2026, 6, 20, 10, 0, tzinfo=UTC),  # Saturday, eleven
}


def told(text, *, said=SAID, zone=LONDON, **more):
    """(edge, verdict) of each claim, in order."""
    claims = time_claims(text, said, zone, **more)
    return [(claim.edge, verdict(claim, EDGES[claim.edge])) for claim in claims]


TRUE = (
    "The ballot closes at five on Thursday.",
    "Polls shut Thursday 17:00, so get on with it",
    "voting ends 18 June at 5pm",
    "Voting closes 18/6, teatime.",
    "The vote closes 2026-06-18T16:00Z",
    "You have until Thursday afternoon.",
    "Papers must reach the scrutineer by 5 p.m. on the 18th.",
    "Three days left to vote!",
    "Voting closes in three days.",
    "Deadline for your vote: Thursday, five o'clock.",
    "On Thursday at five the polls close.",
    "Thursday is the last day to vote.",
    "The ballot doesn't close until Thursday.",
    "Voting is still open.",
    "You can still vote.",
    "Ballot runs to Thursday.",
    "Voting runs from 1 June to 18 June.",
    "Vote by Thursday, please.",
    "Send your paper back by Wednesday to be safe.",
    "Voting closes on Thursday at 4am in New York? No. It closes at noon, Eastern time, on Thursday.",
    "In Auckland voting closes at 4am on Friday.",
    "The ballot closes at 16:00 UTC on Thursday.",
    "The ballot closes at 1800 hours on Thursday, Paris time.",
    "Le vote ferme jeudi à 17h.",
    "Mae'r bleidlais yn cau dydd Iau.",
    "Ka kati te pōti ā te Rāpare.",
)
LATE = (
    "The ballot closes at six on Thursday evening.",
    "You've got till midnight on Thursday to vote, no panic",
    "Polls shut Friday.",
    "Voting ends on the 19th.",
    "Voting has been extended till Saturday!",
    "You have until the end of the week.",
    "Five days left to vote.",
    "The ballot's open right through to the weekend.",
    "Vote by Friday, please.",
    "Voting closes at noon on Friday, UK time.",
    "Le scrutin ferme vendredi à midi.",
    "Mae'r bleidlais yn cau dydd Gwener.",
    "Ka kati te pōti ā te Paraire.",
)
EARLY = (
    "Polls shut at noon on Thursday.",
    "The ballot closes tomorrow!",
    "Voting is over.",
    "The polls have closed.",
    "It's too late to vote now.",
    "Half an hour left to vote!",
    "Today is your last chance to vote.",
    "Voting closed yesterday.",
    "Voting closed ten minutes ago, I'm afraid.",
    "The ballot closes at 17:00 on Thursday, Nairobi time.",
)
NOTHING = (
    # questions
    "Does voting close on Friday?",
    "is it noon Thursday the polls shut?",
    # other votes
    "Polls for the parish council by-election close tonight at ten.",
    "The strike ballot closes on Wednesday.",
    "The golf club's vote on the new carpet closes at six tomorrow.",
    "Their ballot closes on Friday, ours is not theirs, not ours at all",
    # events, offices and other doings
    "Hustings tomorrow at seven in the Corn Exchange.",
    "Phone bank starts at six tomorrow, bring a charger. Vote Ada!",
    "The help line is open until eight tonight for voters.",
    "The membership office closes at four on Fridays.",
    "The bar's open till midnight tomorrow.",
    "We have until Friday to print the leaflets.",
    "Ballot-box tea at the hall on Wednesday, ten till four.",
    # opinions, doubt, hope
    "Voting should have closed on Friday.",
    "I wish the ballot closed tomorrow.",
    "I think voting closes on Friday.",
    "Not sure, but voting closes on Friday.",
    "Don't quote me. Voting closes on Friday.",
    "Maybe the ballot closes on Friday.",
    # passed on, or called wrong
    "Somebody told me the ballot closes on Friday.",
    'A leaflet with "voting closes Friday" on it is going round.',
    "Voting closes on Friday, which is wrong.",
    # conditions
    "If the ballot closed on Friday we'd have more time.",
    # one's own plan
    "I'm voting on Friday.",
    "I'll have mine posted by Friday.",
    "Voted at nine this morning.",
    "I finished voting yesterday and slept.",
    # a bare appeal
    "Vote today!",
    "Get out and vote tomorrow.",
    # time alone
    "Good evening all, lovely Friday, five of us at the stall.",
    "It's gone nine and voting feels far off.",
    # other things closed
    "She keeps the vote close and the door shut at five.",
    "Closed for lunch, back at two.",
    # every week
    "The ballot for best cake closes every Friday.",
)


@pytest.mark.parametrize("text", TRUE)
def test_what_is_so_is_true(text):
    found = told(text)
    assert found
    assert {judged for _, judged in found} == {"true"}


@pytest.mark.parametrize("text", LATE)
def test_a_close_put_too_late_is_late(text):
    assert ("closes", "late") in told(text)


@pytest.mark.parametrize("text", EARLY)
def test_a_close_put_too_early_is_early(text):
    assert told(text) == [("closes", "early")]


@pytest.mark.parametrize("text", NOTHING)
def test_what_states_no_time_of_this_vote_claims_nothing(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Voting opened on the first of June at nine.", ("opens", "true")),
        ("Voting opens on Wednesday.", ("opens", "late")),
        ("Voting hasn't opened yet.", ("opens", "late")),
        ("Nobody can vote until Wednesday.", ("opens", "late")),
        ("You had to join by noon on 22 May to get a vote.", ("join", "true")),
        ("You can still join tonight and vote on Wednesday.", ("join", "late")),
        ("Anyone who joined after April has no vote.", ("join", "early")),
        ("If you joined after the 22nd of May you can't vote.", ("join", "true")),
        ("Members who joined before 1 June can vote.", ("join", "late")),
        ("Replacement papers can be asked for until noon tomorrow.", ("replacement", "true")),
        ("Lost yours? You can request a replacement until Thursday.", ("replacement", "late")),
        ("Nominations closed on 29 May at five.", ("nominations", "true")),
        ("Nominations close on Friday.", ("nominations", "late")),
        ("The result is announced at eleven on Saturday.", ("declared", "true")),
        ("Results are due on Friday evening.", ("declared", "early")),
    ],
)
def test_each_edge_is_told_by_the_words_around(text, expected):
    assert told(text)[0] == expected


def test_two_edges_in_one_sentence_are_two_claims():
    assert told("It opened on 1 June at nine, the vote, and it closes on Friday at noon.") == [
        ("opens", "true"),
        ("closes", "late"),
    ]


def test_what_is_denied_is_not_claimed_and_what_replaces_it_is():
    assert told("The ballot closes on Thursday, not Friday.") == [("closes", "true")]
    assert told("Voting closes not at noon but at five on Thursday.") == [("closes", "true")]


def test_an_answer_takes_its_edge_from_the_question():
    assert told("Friday at noon") == []
    assert told("Friday at noon", answered="When does voting close?") == [("closes", "late")]
    assert told("Five on Thursday.", answered="what time does it shut?") == [("closes", "true")]
    assert told("Saturday at eleven", answered="when's the result?") == [("declared", "true")]
    assert told("Friday at noon", answered="When is the hustings?") == []
    assert told("When does the vote close? Friday at noon.") == [("closes", "late")]


def test_an_hour_of_no_day_is_held_against_the_hour_of_the_edge():
    assert told("It closes at five.") == [("closes", "true")]
    assert told("It closes at noon.") == [("closes", "early")]
    assert told("Polls close at midnight.") == [("closes", "late")]


def test_an_hour_of_no_day_follows_the_clock_over_a_change_of_it():
    october = datetime(2026, 10, 20, 12, tzinfo=UTC)
    (claim,) = time_claims("The ballot closes at noon.", october, LONDON)
    assert verdict(claim, datetime(2026, 11, 10, 12, tzinfo=UTC)) == "true"
    assert verdict(claim, datetime(2026, 11, 10, 11, tzinfo=UTC)) == "late"


def test_midnight_of_a_day_ends_it_and_its_beginning_excuses():
    (claim,) = time_claims("Voting closes at midnight on Wednesday.", SAID, LONDON)
    assert claim.earliest <= datetime(2026, 6, 17, 23, tzinfo=UTC) < claim.latest
    assert verdict(claim, datetime(2026, 6, 17, 23, 0, tzinfo=UTC)) == "true"
    assert verdict(claim, datetime(2026, 6, 16, 23, 0, tzinfo=UTC)) == "true"
    assert verdict(claim, datetime(2026, 6, 17, 11, 0, tzinfo=UTC)) == "late"


def test_noon_is_one_minute_and_a_weekday_the_whole_day():
    (noon,) = time_claims("Voting closes at noon on Thursday.", SAID, LONDON)
    assert noon.latest - noon.earliest == timedelta(minutes=1)
    (day,) = time_claims("Voting closes on Thursday.", SAID, LONDON)
    assert day.earliest == datetime(2026, 6, 17, 23, tzinfo=UTC)
    assert day.latest - day.earliest == timedelta(days=1, minutes=1)


def test_a_local_time_that_occurs_twice_or_never_is_either():
    twice = datetime(2026, 10, 24, 12, tzinfo=UTC)
    (claim,) = time_claims("Voting closes at 1:30am tomorrow.", twice, LONDON)
    assert {verdict(claim, datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in (0, 1)} == {
        "true"
    }
    never = datetime(2026, 3, 28, 12, tzinfo=UTC)
    (claim,) = time_claims("Voting closes at 1:30am tomorrow.", never, LONDON)
    assert {verdict(claim, datetime(2026, 3, 29, hour, 30, tzinfo=UTC)) for hour in (0, 1)} == {
        "true"
    }


def test_figures_of_a_date_are_read_as_the_country_writes_them():
    edge = datetime(2026, 7, 8, 16, tzinfo=UTC)
    said = datetime(2026, 7, 1, tzinfo=UTC)
    (british,) = time_claims("Voting closes 8/7.", said, LONDON)
    (american,) = time_claims("Voting closes 7/8.", said, ZoneInfo("America/Chicago"))
    assert (verdict(british, edge), verdict(american, edge)) == ("true", "true")
    assert british.others
    assert not british.others[0].likely


def test_next_tuesday_may_be_either():
    (claim,) = time_claims("Voting closes next Tuesday.", SAID, LONDON)
    assert {verdict(claim, datetime(2026, 6, day, 12, tzinfo=UTC)) for day in (16, 23)} == {"true"}
    assert verdict(claim, datetime(2026, 6, 19, 12, tzinfo=UTC)) == "elsewhere"


def test_the_author_s_own_zone_only_excuses():
    text = "Voting closes at 4am on Friday."
    assert told(text) == [("closes", "late")]
    assert told(text, author_zone=ZoneInfo("Pacific/Auckland")) == [("closes", "true")]
    assert told("Voting closes at noon our time on Thursday.") == []
    ours = told(
        "Voting closes at noon our time on Thursday.", author_zone=ZoneInfo("America/New_York")
    )
    assert ours == [("closes", "true")]


def test_the_zone_named_is_told_and_the_party_s_is_not():
    (named,) = time_claims("Voting closes at noon NZST on Friday.", SAID, LONDON)
    (assumed,) = time_claims("Voting closes at noon on Friday.", SAID, LONDON)
    assert (named.zone, assumed.zone) == ("nzst", "")


def test_loose_words_are_read_loosely():
    assert told("Voting closes at about half past four on Thursday.") == [("closes", "true")]
    assert told("Voting closes at half past four on Thursday.") == [("closes", "early")]
    assert told("About three days left to vote") == [("closes", "true")]


def test_a_length_of_time_allows_for_rounding_and_no_more():
    at_four = EDGES["closes"] - timedelta(minutes=58)
    assert told("One hour left to vote.", said=at_four) == [("closes", "true")]
    assert told("Three hours left to vote.", said=at_four) == [("closes", "late")]
    assert told("Ten minutes left to vote.", said=at_four) == [("closes", "early")]


def test_the_days_left_may_be_counted_with_today_or_without():
    for days in ("Three", "Four"):
        assert told(
            f"{days} days left to vote.", said=SAID - timedelta(days=0 if days == "Three" else 1)
        ) == [("closes", "true")]
    assert told("Two days left to vote.", said=SAID + timedelta(days=1)) == [("closes", "true")]
    assert told("Two days left to vote.", said=SAID - timedelta(days=2)) == [("closes", "early")]


def test_still_open_is_true_to_the_last_minute_and_not_after():
    assert told("Voting is still open!", said=EDGES["closes"] - timedelta(minutes=1)) == [
        ("closes", "true")
    ]
    later = EDGES["closes"] + timedelta(hours=1)
    assert told("Voting is still open!", said=later) == [("closes", "late")]
    (claim,) = time_claims("Voting is still open!", later, LONDON)
    assert claim.latest == ENDLESS
    (claim,) = time_claims("Voting is over.", later, LONDON)
    assert claim.earliest == BEGINNING


def test_the_span_marks_the_time_in_the_text_as_it_was_written():
    text = "Vötïng \u200bcloses “Friday” – I mean: voting closes Friday at noon!"
    (claim,) = [c for c in time_claims(text, SAID, LONDON) if c.edge == "closes"][-1:]
    assert text[slice(*claim.span)] == "Friday at noon"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        time_claims("Voting closes at noon.", SAID.replace(tzinfo=None), LONDON)


def test_a_year_beyond_all_calendars_claims_nothing():
    assert time_claims("Voting closes tomorrow.", SAID.replace(year=9999), LONDON) == []
    assert time_claims("Voting closes yesterday.", SAID.replace(year=1), LONDON) == []


def test_an_hour_of_whichever_day_may_be_moved_to_any_edge():
    (claim,) = time_claims("It closes at noon.", SAID, LONDON)
    open_ended = replace(claim, latest=ENDLESS)
    assert verdict(open_ended, EDGES["closes"]) == "true"
    assert verdict(open_ended, EDGES["declared"].replace(hour=3)) == "late"


WORDS = (
    "at by until from the 3 12 31 : / . , - – ( ) \" ' ? ! noon midnight Tuesday tomorrow next last week "
    "end of May 12:30 5pm half past ten 2026-02-30 voting closes opens polls join before after result "
    "nominations replacement you have London time NZDT in Suva UTC hours left ago two days not if I wish "
    "99/99 24:00 31 Feb é\u0301"
)
PIECES = st.sampled_from([*WORDS.split(), "\n"])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=200),
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["Europe/London", "Pacific/Auckland", "America/St_Johns", "America/Chicago"]),
)
def test_no_text_at_any_time_is_too_much(text, said, zone):
    for claim in time_claims(text, said, ZoneInfo(zone), answered=text):
        assert claim.earliest < claim.latest
        assert 0 <= claim.span[0] < claim.span[1] <= len(text)
        verdict(claim, said)


def steps(text):
    """How many lines of Python run: a measure of no clock."""
    count = 0

    def step(frame, event, argument):
        nonlocal count
        count += 1
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        time_claims(text, SAID, LONDON, answered=text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "phrase",
    [
        "voting closes at noon ",
        "by the 9th of ",
        "until ",
        "noon noon, ",
        "in London time ",
        "a quarter ",
        "vote? ",
        "(",
    ],
)
def test_a_long_text_is_read_in_linear_time(phrase):
    short = phrase * (2_000 // len(phrase))
    steps(short)
    assert steps(short * 4) < 6 * steps(short)
