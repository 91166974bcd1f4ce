"""Possible breaches: who is bound, by which version, when, and how grave. Look-alikes stay quiet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.blocks import NAMES
from analysis.reader import load_reader
from tests.analysis.world import CLOSE, CODE, DECLARED, QUIET, VOTING, a_post, lantern, utc

SECOND = timedelta(seconds=1)
INSULT = "Siân Close is a liar and a coward."


def seen(flags, *rest, **more):
    return {rule: breach.severity for rule, breach in flags(*rest, **more).items()}


# Who is bound, and when


def test_a_candidate_weighs_more_than_a_team(flags):
    assert seen(flags, INSULT, by="@DenzilBrown") == {"R01": "S3"}
    assert seen(flags, INSULT, by="@TomosFrith") == {"R01": "S2"}


def test_a_rule_starts_at_its_second_and_is_shown_as_before_it_until_then(flags):
    before = flags(INSULT, by="@TomosFrith", at=CODE - SECOND)["R01"]
    after = flags(INSULT, by="@TomosFrith", at=CODE)["R01"]
    assert (before.lane, after.lane) == ("before-rule", "case")
    assert "15 Oct 2026 12:00 BST" in before.reason


def test_a_rule_ends_before_its_end(flags):
    assert flags(INSULT, by="@TomosFrith", at="2026-11-17T16:59:59")
    assert not flags(INSULT, by="@TomosFrith", at="2026-11-17T17:00:00")


def test_members_have_expectations_not_cases(flags):
    early = flags(INSULT, by="@kez_lantern", at="2026-10-02T12:00:00")["R01"]
    late = flags(INSULT, by="@kez_lantern")["R01"]
    assert [(b.lane, b.version) for b in (early, late)] == [
        ("expectation", "0.9"),
        ("expectation", "1.0"),
    ]


def test_nobody_else_is_bound_by_the_candidates_code(flags):
    for author in ("@NadiaOsei", "@somebody_else", "@jomerrick"):
        assert not flags(INSULT, by=author)


def test_ones_own_camp_is_not_another_candidate(flags):
    assert not flags("Ada Little is a liar.", by="@PriyaVant")
    assert not flags("I was an idiot, and Ada Little is a fool.", by="@AdaLittleLP")


def test_a_role_that_ended_binds_no_more():
    contest = lantern()
    frith = contest.account("@TomosFrith")
    left = replace(frith, terms=(replace(frith.terms[0], end=utc("2026-11-01T00:00")),))
    others = tuple(a for a in contest.accounts if a is not frith)
    reader = load_reader(lantern(accounts=(*others, left)))
    assert reader.read(a_post(INSULT, by="@TomosFrith", at="2026-10-31T23:59:59")).breaches
    assert not reader.read(a_post(INSULT, by="@TomosFrith", at="2026-11-01T00:00:00")).breaches


def test_a_rule_published_only_later_is_a_query_at_most():
    contest = lantern()
    late = tuple(replace(r, published=utc("2026-11-05T00:00")) for r in contest.rules)
    (breach,) = load_reader(lantern(rules=late)).read(a_post(INSULT, by="@DenzilBrown")).breaches
    assert breach.severity == "S1"


def test_a_breach_says_whom_what_by_whom_and_when(flags):
    breach = flags(INSULT, by="@TomosFrith")["R01"]
    assert breach.reason == (
        "Words against Siân Close as a person, by a member of a campaign team for Rowan Green, "
        "in the phase “voting”."
    )
    assert [INSULT[a:b] for a, b in breach.spans] == ["liar", "coward"]
    assert breach.unless == "it is meant otherwise"


# R01


@pytest.mark.parametrize(
    "text",
    [
        "Siân Close's pier plan has no costing. A serious gap.",
        "I disagree with Siân Close, and she argued her side well.",
        "Siân Close is no liar.",
        "Close the bar, you liar, said my aunt to the cat.",
        "What a liar that weather forecast is.",
        "Team Close are late again.",
    ],
)
def test_record_denial_and_homonyms_are_no_attack(flags, text):
    assert "R01" not in flags(text, by="@TomosFrith")


def test_denying_that_one_says_it_is_saying_it(flags):
    breach = flags("I'm not saying Siân Close is a thief. I needn't.", by="@TomosFrith")["R01"]
    assert (breach.severity, breach.lane) == ("S2", "case")
    assert "denying" in breach.reason


def test_irony_is_for_a_person_to_hear_and_never_above_a_query(flags):
    breach = flags("Two piers lost in a week. Genius, Siân. 👏", by="@DenzilBrown")["R01"]
    assert (breach.severity, breach.lane) == ("S1", "needs-context")


def test_an_answer_to_something_not_captured_needs_context(flags):
    breach = flags(INSULT, by="@TomosFrith", kind="reply", missing="deleted")["R01"]
    assert breach.lane == "needs-context"


def test_insulting_a_team_member_is_not_insulting_the_candidate(flags):
    above = ("@OliMarsh", "See you at the pier.")
    assert "R01" not in flags("You clown.", by="@TomosFrith", kind="reply", above=above)
    above = ("@SianClose", "See you at the pier.")
    assert "R01" in flags("You clown.", by="@TomosFrith", kind="reply", above=above)


# The other rules


def test_a_named_official_weighs_more(flags):
    assert seen(flags, "Harriet Quill is corrupt.", by="@OliMarsh") == {"R02": "S3"}
    assert seen(flags, "@jomerrick is corrupt.", by="@OliMarsh") == {"R02": "S3"}
    assert seen(flags, "The returning officer is corrupt.", by="@OliMarsh") == {"R02": "S2"}
    assert not flags("Thanks to Harriet Quill for the quick answer.", by="@OliMarsh")
    assert not flags("We asked the returning officer for the figures.", by="@OliMarsh")


def test_words_against_people_for_what_they_are(flags):
    assert "R04" in flags("A deaf man can't chair anything.", by="@kez_lantern")
    assert "R04" not in flags("Somebody said 'a deaf man can't chair anything'.", by="@SianClose")
    assert "R04" not in flags("I would be our first Deaf leader.", by="@SianClose")
    assert "R04" not in flags("Mae moron yn dda.", by="@kez_lantern")


def test_a_voting_code_that_can_be_read_is_grave_from_the_first_second_of_voting(flags):
    text = "All done, my code was 7KX-22B!"
    assert flags(text, at=VOTING)["R15"].severity == "S4"
    assert flags(text, at=VOTING - SECOND)["R15"].lane == "before-rule"
    assert flags("Send me your code and I'll cast your vote.")["R15"].severity == "S2"
    assert "R15" not in flags("Never give anybody your code 7KX-22B.")
    assert "R15" not in flags("[photo: envelope with code 000-00A, SPECIMEN]")
    assert "R15" not in flags("I voted. Ada first.")


@pytest.mark.parametrize(
    ("moment", "flagged"),
    [(QUIET - SECOND, False), (QUIET, True), (CLOSE - SECOND, True), (CLOSE, False)],
)
def test_the_quiet_period_holds_to_the_second(flags, moment, flagged):
    assert ("R16" in flags("Please vote for Rowan Green.", by="@TomosFrith", at=moment)) is flagged


def test_the_quiet_period_binds_campaigns_only_and_only_votes_asked_for_somebody(flags):
    at = QUIET + timedelta(hours=1)
    assert "R16" not in flags("Please vote for Ada Little.", by="@colmdevery", at=at)
    assert "R16" not in flags("Please vote for Ada Little.", by="@kez_lantern", at=at)
    assert "R16" not in flags("Remember to vote, whoever you like.", by="@TomosFrith", at=at)
    flag = flags("Rank me first.", by="@RowanGreen", at=at)["R16"]
    assert (flag.edge, flag.edge_s) == ("quiet period begins", 3600)


@pytest.mark.parametrize(
    ("moment", "flagged"),
    [(CLOSE - SECOND, False), (CLOSE, True), (DECLARED - SECOND, True), (DECLARED, False)],
)
def test_the_embargo_holds_to_the_second(flags, moment, flagged):
    found = seen(flags, "53-47 to Rowan, I hear.", by="@colmdevery", at=moment)
    assert found == ({"R16": "S3"} if flagged else {})


def test_turnout_is_no_result(flags):
    at = CLOSE + timedelta(hours=1)
    assert not flags("Turnout was 63%, says the count.", by="@colmdevery", at=at)
    assert flags("Rowan leads on 53% at the count.", by="@colmdevery", at=at)


def test_a_threat_is_now_whoever_makes_it(flags):
    assert seen(flags, "I know where Rowan lives.", by="@somebody_else") == {"R21": "S4"}
    assert seen(flags, "I know where Rowan lives.", by="@somebody", at="2026-12-24T12:00") == {
        "R21": "S4"
    }


@pytest.mark.parametrize(
    "text",
    [
        "Rowan killed it last night.",
        "I was told 'I know where you live'. I have reported it to the police.",
        "Under fire again: Rowan on piers.",
        "Kua mate taku waea.",
        "I know where Rowan's stall is.",
    ],
)
def test_idiom_and_abuse_received_are_no_threat(flags, text):
    assert "R21" not in flags(text, by="@GwenTarrantMP")


def test_private_details_of_somebody_else(flags):
    assert seen(flags, "Ring Rowan up: 01632 960 555.", by="@somebody") == {"R22": "S4"}
    text = "Ada lives at 9 Invented Lane, go and knock."
    assert "R22" in flags(text, by="@kez_lantern")
    assert "R22" in flags("Her car is AB12 CDE, find Ada.", by="@kez_lantern")


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("Constituency office: 01632 960 555, nine to five.", "@RowanGreen"),
        ("Ring me on 01632 960 555.", "@RowanGreen"),
        ("Promoted by T. Frith for R. Green, 9 Invented Lane.", "@TomosFrith"),
        ("Rowan's surgery is at 9 Invented Lane.", "@TomosFrith"),
        ("Rowan's office is on 01632 960 555.", "@kez_lantern"),
        ("Ada gave her number at the ministry, 01632 960 555.", "@NadiaOsei"),
        ("Ada lives in Northquay like the rest of us.", "@kez_lantern"),
        ("For Ada's visit we have 41 helpers, 12 of whom can drive.", "@TomosFrith"),
        ("At home they voted: Ada 21, Rowan 12, Siân Close 9.", "@kez_lantern"),
        ("Rowan won by fewer than live in my street.", "@kez_lantern"),
        ("Rowan asked Ada to stay at Ports.", "@kez_lantern"),
    ],
)
def test_an_office_an_imprint_and_ones_own_number_are_not_private(flags, text, author):
    assert "R22" not in flags(text, by=author)


def test_complaining_of_the_contest_in_public(flags):
    assert seen(flags, "The whole ballot is rigged.", by="@PriyaVant") == {"R24": "S2"}
    assert seen(flags, "The whole ballot is rigged.", by="@colmdevery") == {"R24": "S1"}
    assert not flags("When does the count start, please?", by="@PriyaVant")
    assert not flags("The ballot is not rigged.", by="@PriyaVant")


def test_support_for_a_rival_party(flags):
    assert "R26" in flags("On Thursday vote Tide Party.", by="@colmdevery")
    assert "R26" in flags("I'm voting Tide on Thursday.", by="@colmdevery")
    assert "R26" not in flags("Congratulations to the Tide Party.", by="@colmdevery")
    assert "R26" not in flags("Vote before the tide is out.", by="@colmdevery")
    assert "R26" not in flags("Years ago I was voting Tide Party.", by="@colmdevery")


def test_a_call_to_set_upon_somebody(flags):
    above = ("@kez_lantern", "I did not like the speech.")
    call = "You know what to do."
    assert seen(flags, call, by="@DenzilBrown", kind="quote", above=above) == {"R28": "S3"}
    assert not flags(
        "Fair question; my answer is on page two.", by="@DenzilBrown", kind="quote", above=above
    )
    assert not flags(call, by="@DenzilBrown")


def test_a_plain_repost_takes_over_one_step_less(flags):
    above = ("@somebody", "Ada Little is a liar.")
    breach = flags(above[1], by="@RowanGreen", kind="repost", above=above)
    assert {rule: b.severity for rule, b in breach.items()} == {"R29": "S2"}
    assert [above[1][a:b] for a, b in breach["R29"].spans] == ["liar"]
    assert "R01" in breach["R29"].reason


def test_agreement_takes_over_in_full_and_condemnation_nothing(flags):
    above = ("@somebody", "Ada Little is a liar.")
    assert seen(flags, "Exactly this.", by="@TomosFrith", kind="reply", above=above) == {
        "R29": "S2"
    }
    assert not flags("Out of order, take it down.", by="@TomosFrith", kind="quote", above=above)
    assert not flags("This is a strange thing to say.", by="@TomosFrith", kind="quote", above=above)


def test_a_repost_binds_only_whom_the_repost_rule_binds(flags):
    above = ("@somebody", "Ada Little is a liar.")
    assert not flags(above[1], by="@NadiaOsei", kind="repost", above=above)
    number = ("@somebody", "Ring Rowan up: 01632 960 555.")
    assert "R22" in flags(number[1], by="@NadiaOsei", kind="repost", above=number)


def test_people_only_rules_never_flag_by_themselves(contest, flags):
    assert contest.rule("R25").looks_for == ()
    assert "R25" not in flags(INSULT, by="@DenzilBrown")


def test_every_detector_of_the_contest_exists(contest):
    assert {look.block for rule in contest.rules for look in rule.looks_for} <= NAMES


# When it was said, and what was not captured


def test_an_edit_counts_at_the_moment_of_the_edit(reader):
    early = a_post(INSULT, by="@TomosFrith", at=CODE - SECOND, platform="")
    edited_in = replace(early, edited=CODE + SECOND)
    lanes = [reader.read(post).breaches[0].lane for post in (early, edited_in)]
    assert lanes == ["before-rule", "case"]
    assert reader.read(replace(early, edited=QUIET)).phase == "P4q"


def test_an_edit_inside_a_window_is_in_the_window(reader):
    asked = a_post("Please vote for Rowan Green.", by="@TomosFrith", at=QUIET - SECOND)
    assert not reader.read(asked).breaches
    assert [b.rule for b in reader.read(replace(asked, edited=QUIET)).breaches] == ["R16"]


def test_the_role_is_the_one_held_when_it_was_edited():
    contest = lantern()
    frith = contest.account("@TomosFrith")
    left = replace(frith, terms=(replace(frith.terms[0], end=utc("2026-11-01T00:00")),))
    others = tuple(a for a in contest.accounts if a is not frith)
    reader = load_reader(lantern(accounts=(*others, left)))
    early = a_post(INSULT, by="@TomosFrith", at="2026-10-31T23:59:59")
    assert reader.read(early).role == "team"
    late = reader.read(replace(early, edited=utc("2026-11-02T00:00")))
    assert (late.role, late.breaches) == ("", ())


@pytest.mark.parametrize(
    ("text", "kind"), [("Exactly this.", "reply"), ("Exactly this.", "quote"), ("", "repost")]
)
def test_taking_over_what_was_not_captured_is_a_query_for_who_is_bound(flags, text, kind):
    breach = flags(text, by="@DenzilBrown", kind=kind, missing="not captured")
    assert {r: (b.severity, b.lane) for r, b in breach.items()} == {"R29": ("S1", "needs-context")}
    assert "was not captured" in breach["R29"].reason
    for author in ("@kez_lantern", "@NadiaOsei", "@somebody_else"):
        assert not flags(text, by=author, kind=kind, missing="not captured")
    assert not flags(text, by="@DenzilBrown", kind=kind, missing="deleted", at=CODE - SECOND)


def test_taking_over_what_was_captured_and_is_harmless_is_nothing(flags):
    above = ("@somebody", "The pier opens at nine.")
    assert not flags("Exactly this.", by="@TomosFrith", kind="reply", above=above)
    assert not flags(above[1], by="@TomosFrith", kind="repost")


def test_reporting_oneself_is_no_complaint(flags):
    for whom in ("us", "myself"):
        text = f"I've reported {whom} to the returning officer."
        assert "R24" not in flags(text, by="@PriyaVant")
    assert "R24" in flags("I've reported them to the returning officer.", by="@PriyaVant")


# A street may be named like a candidate


def found_private(flags, text):
    breach = flags(text, by="@kez_lantern").get("R22")
    return [text[start:end] for start, end in breach.spans] if breach else []


def test_a_street_named_like_a_candidate_is_an_address(flags):
    text = "Ada lives at 14 Harbour Close, go and knock"
    assert "14 Harbour Close" in found_private(flags, text)
    text = "Knock at his door, Rowan's is 14 Harbour Close"
    assert found_private(flags, text) == ["14 Harbour Close"]


def test_a_figure_before_a_candidate_is_no_address(flags):
    assert not found_private(flags, "At home: Ada 21, Rowan 12, Siân Close 9")
    assert not found_private(flags, "At home we gave Ada 21, and 12 Siân Close's way")


def test_ones_own_number_does_not_excuse_somebody_elses(flags):
    theirs = "Ring Rowan up: 01632 960 555."
    assert found_private(flags, f"My number is unlisted. {theirs}") == ["01632 960 555"]
    assert found_private(flags, f"Lost my number? {theirs}") == ["01632 960 555"]
    assert not found_private(flags, "Rowan asked. My number is 01632 960 555.")
