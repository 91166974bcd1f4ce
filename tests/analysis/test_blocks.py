"""Building blocks by form, register and clock; what a reader of meaning would say is told them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from analysis.lookalikes import Lookalikes
from analysis.meaning import Cue, Odds, Passage, Sense, Standing, Toward
from analysis.reader import Reader
from contest.code import Look
from contest.contest import Account, Domains, Milestone, Term
from contest.reading import Breach
from contest.registers import Endorsement, Fact
from tests.analysis.world import (
    BOUND,
    CLOSE,
    CODE,
    QUIET,
    VOTING,
    a_post,
    account,
    lantern,
    rule,
    utc,
)  # fmt: skip

SECOND = timedelta(seconds=1)
PLAIN = Standing(1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Told:
    """A meaning that says what the test tells it, of every camp that the passage names."""

    acts: Mapping[str, float] = field(default_factory=dict)
    backs: float = 0.0
    attacks: float = 0.0
    standing: Standing = PLAIN
    more: Mapping[str, object] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def senses(self, passages: Sequence[Passage]) -> list[Sense]:
        return [self._sense(passage) for passage in passages]

    def standings(self, pairs: Sequence[tuple[Passage, Passage]]) -> list[Standing]:
        return [self.standing] * len(pairs)

    def _sense(self, passage: Passage) -> Sense:
        targets = dict.fromkeys(mention.target for mention in passage.mentions)
        toward = tuple(
            Toward(t, odds=Odds(0, 1, 0), attack=Cue(self.attacks), endorsement=Cue(self.backs))
            for t in targets
        )
        return Sense(toward, acts=self.acts, **self.more)


def flags(told: Told, looks: object, text: str, by: str = "@TomosFrith", **more) -> list[Breach]:
    """The flags of one rule "R" with these looks, on one post."""
    wanted = (Look(looks),) if isinstance(looks, str) else looks
    settings = {"severity": "S2", "binds": BOUND} | more.pop("of_rule", {})
    of_contest = more.pop("of_contest", {})
    one = rule("R", "", settings.pop("binds"), settings.pop("severity"), looks=wanted, **settings)
    reader = Reader(lantern(rules=(one,), **of_contest), told)
    return list(reader.read(a_post(text, by=by, **more)).breaches)


# Handles


@pytest.mark.parametrize(
    "handle", ["@DenzilBr0wn", "@Denzil_Brown", "@LanternV0tes", "@Denzi1Brown"]
)
def test_a_handle_that_looks_like_a_candidates_or_officials_is_told(handle: str) -> None:
    assert Lookalikes(lantern()).of(handle, "", rostered=False) is not None


@pytest.mark.parametrize(
    ("handle", "name"),
    [
        ("@DenzilBrown", "Denzil Brown"),  # the account itself
        ("@DenzilBrownsHat", "a hat"),
        ("@denzil.brown.plumbing", "Boilers"),
        ("@DenzilBr0wn", "Denzil Brown (parody)"),
        ("@kez_lantern", "Kez"),
        ("", ""),
    ],
)
def test_namesakes_parodies_and_the_account_itself_are_no_lookalikes(
    handle: str, name: str
) -> None:
    assert Lookalikes(lantern()).of(handle, name, rostered=False) is None


def test_a_lookalike_is_flagged_whoever_runs_it_and_weighs_more_about_voting() -> None:
    looks = (Look("impersonation", roles=frozenset(("outsider",))),)
    more = {"of_rule": {"raised_when": {"voting-information": "S4"}, "severity": "S3"}}
    (flag,) = flags(Told(), looks, "Good morning.", by="@LanternV0tes", **more)
    assert flag.severity == "S3"
    assert "@LanternVotes" in flag.reason
    about = Told({"procedure stated": 0.9})
    (flag,) = flags(about, looks, "Your code has expired.", by="@LanternV0tes", **more)
    assert flag.severity == "S4"


# Words, combinations


def test_a_partys_own_words_are_found_folded_and_whole() -> None:
    looks = (Look("words", words=("battle bus", "/don\\w+ here/")),)
    (flag,) = flags(Told(), looks, "All aboard the BATTLE\u200b BUS!")
    assert flag.spans == ((15, 26),)
    assert flags(Told(), looks, "Please donate here.")
    assert not flags(Told(), looks, "The battle business goes on.")


def test_a_pattern_that_would_go_back_for_ever_is_quick() -> None:
    looks = (Look("words", words=("/(a+)+$/",)),)
    assert not flags(Told(), looks, "a" * 50_000 + "b")


def test_a_look_can_ask_for_other_blocks_or_rule_them_out() -> None:
    both = (Look("words", words=("donate",), together=("vote-ask",)),)
    asking = Told(more={"vote_ask": Cue(0.9)})
    assert flags(asking, both, "Donate and vote!")
    assert not flags(Told(), both, "Donate and vote!")
    without = (Look("words", words=("donate",), without=("has-imprint",)),)
    assert flags(Told(), without, "Donate!")
    assert not flags(Told(), without, "Donate! Promoted by T. Frith.")


def test_a_look_counts_for_its_roles_kinds_and_hours_alone() -> None:
    vote = Told(more={"vote_ask": Cue(0.9)})
    teams = (Look("vote-ask", roles=frozenset(("team",))),)
    assert flags(vote, teams, "Vote Green!", by="@TomosFrith")
    assert not flags(vote, teams, "Vote Green!", by="@RowanGreen")
    replies = (Look("vote-ask", kinds=frozenset(("reply",))),)
    assert not flags(vote, replies, "Vote Green!")
    quiet = (Look("vote-ask", phases=frozenset(("quiet",))),)
    for at, flagged in (
        (QUIET - SECOND, False), (QUIET, True), (CLOSE - SECOND, True), (CLOSE, False),
    ):  # fmt: skip
        assert bool(flags(vote, quiet, "Vote Green!", at=at)) is flagged
    hours = (Look("vote-ask", start=VOTING, end=QUIET),)
    assert [bool(flags(vote, hours, "Vote!", at=at)) for at in (VOTING - SECOND, VOTING, QUIET)] == [
        False, True, False,
    ]  # fmt: skip


# Registers


def backed(text: str, at: str, *register: Endorsement) -> list[Breach]:
    told = Told({"backing claimed": 0.9})
    return flags(told, "claimed-endorsement", text, at=at, of_contest={"endorsements": register})


def test_a_claim_of_backing_is_held_beside_the_register_at_that_moment() -> None:
    guild = Endorsement(
        "Seafarers' Guild", "green", ("the Guild",), utc("2026-10-20"), utc("2026-10-29")
    )
    text = "The Guild is with Rowan Green."
    assert backed(text, "2026-10-19T12:00:00", guild)
    assert not backed(text, "2026-10-25T12:00:00", guild)
    assert backed(text, "2026-10-30T12:00:00", guild)
    assert backed("The Guild is with Ada Little.", "2026-10-25T12:00:00", guild)


def test_without_a_register_a_claim_of_backing_is_only_asked_about() -> None:
    (flag,) = backed("The Guild is with Rowan Green.", "2026-10-25T12:00:00")
    assert flag.lane == "needs-context"
    assert "register" in flag.reason


def test_a_statement_that_contradicts_a_fact_is_flagged_while_the_fact_holds() -> None:
    fact = Fact("id", "procedure", "No photo ID is needed.", start=VOTING)
    told = Told({"procedure stated": 0.9}, standing=Standing(0.05, 0.05, 0.9))
    register = {"of_contest": {"facts": (fact,)}}
    (flag,) = flags(told, "false-procedure", "Bring your passport.", **register)
    assert flag.mend == "No photo ID is needed."
    before = VOTING - SECOND
    assert not flags(told, "false-procedure", "Bring your passport.", at=before, **register)
    agreeing = replace(told, standing=Standing(0.05, 0.9, 0.05))
    assert not flags(agreeing, "false-procedure", "No passport needed.", **register)


def test_a_record_is_of_a_rival_never_of_ones_own_candidate() -> None:
    fact = Fact("seat", "record", "Rowan Green has sat for Saltmarsh since 2017.", "green")
    told = Told({"record stated": 0.9}, standing=Standing(0.05, 0.05, 0.9))
    register = {"of_contest": {"facts": (fact,)}}
    text = "Rowan Green took his seat in 2022."
    assert flags(told, "false-record", text, by="@lenahale", **register)
    assert not flags(told, "false-record", text, by="@TomosFrith", **register)


def test_a_wrong_hour_is_told_with_the_right_one_and_weighs_more_on_the_last_day() -> None:
    raised = {"raised_when": {"last-day": "S4"}, "lowered_when": {"voters-early": "S1"}}
    of_rule = {"of_rule": {"severity": "S3"} | raised}
    text = "Voting closes at midnight on 10 November."
    (flag,) = flags(Told(), "false-procedure", text, **of_rule)
    assert (flag.severity, flag.mend) == (
        "S3", "Voting closes 12:00 GMT on Tuesday 10 November 2026.",
    )  # fmt: skip
    (flag,) = flags(Told(), "false-procedure", text, at=CLOSE - timedelta(hours=20), **of_rule)
    assert flag.severity == "S4"
    early = "Voting closes at nine in the morning on 10 November."
    (flag,) = flags(Told(), "false-procedure", early, **of_rule)
    assert flag.severity == "S1"
    assert not flags(Told(), "false-procedure", "Voting closes at noon on 10 November.", **of_rule)


def test_a_claim_is_held_beside_the_timetable_as_it_stood_when_it_was_made() -> None:
    said = utc("2026-11-01T12:00")
    until = Milestone("join by", utc("2026-10-09T22:59"), "join-by")
    later = Milestone("join by", utc("2026-11-05T22:59"), "join-by", announced=said)
    of_contest = {"of_contest": {"milestones": (until, later)}}
    text = "You can join until 5 November and have a vote."
    assert flags(Told(), "false-procedure", text, at=said - SECOND, **of_contest)
    assert not flags(Told(), "false-procedure", text, at=said, **of_contest)


# Form


def test_campaign_material_needs_its_promoter_line() -> None:
    told = Told({"campaign material": 0.9})
    assert flags(told, "missing-imprint", "Four reasons for Green.")
    assert not flags(told, "missing-imprint", "Four reasons for Green. Promoted by T. Frith.")
    assert not flags(Told(), "missing-imprint", "A wet dog under a gazebo.")


def test_the_address_of_an_internal_system_is_seen_and_nothing_like_it() -> None:
    internal = {"of_contest": {"domains": Domains(internal=("crm.lantern.example",))}}
    for text in ("Log in at crm.lantern.example now", "See https://a.crm.lantern.example/x"):
        assert flags(Told(), "internal-address", text, **internal)
    for text in ("Log in at mycrm.lantern.example", "crm.lantern.example.org", "lantern.example"):
        assert not flags(Told(), "internal-address", text, **internal)


def test_an_address_to_vote_at_must_be_the_partys() -> None:
    official = {"of_contest": {"domains": Domains(official=("lantern.example",))}}
    for text, flagged in (
        ("Vote here: https://lantern-vote.example.net/x", True),
        ("Vote here: https://vote.lantern.example/x", False),
        ("Our leaflet is at https://greens.example", False),
        ("Vote here, folks.", False),
    ):
        found = flags(Told(), "unofficial-voting-address", text, **official)
        assert bool(found) is flagged


def test_machine_made_media_need_a_label_outside_the_picture() -> None:
    picture = "[image: the harbour, made with AI]"
    assert flags(Told(), "unlabelled-ai", f"Our islands. {picture}")
    assert not flags(Told(), "unlabelled-ai", f"AI-generated illustration. {picture}")
    assert not flags(Told(), "unlabelled-ai", "Our islands. [image: the harbour]")


def test_an_officer_takes_sides_only_in_the_name_of_the_office() -> None:
    looks = (Look("takes-sides", together=("in-office",), without=("for-oneself",)),)
    told = Told(backs=0.9)
    officers = {"of_rule": {"binds": frozenset(("officer",))}}
    contest = {"of_contest": {"accounts": (account("@chair", "A Chair", "officer"),)}}
    for text, flagged in (
        ("As chair of the branch I ask you to vote for Ada Little.", True),
        ("I am voting for Ada Little.", False),
        ("As chair, but speaking only for myself: vote Ada Little.", False),
    ):
        found = flags(told, looks, text, by="@chair", **officers, **contest)
        assert bool(found) is flagged


def test_an_account_that_an_office_provides_is_known_by_the_roster() -> None:
    council = Account("@council", "Council", (Term("councillor", "green"),), office=True)
    contest = {"of_contest": {"accounts": (council,)}}
    looks = (Look("vote-ask", together=("office-account",)),)
    asking = Told(more={"vote_ask": Cue(0.9)})
    assert flags(asking, looks, "Vote Green!", by="@council", **contest)
    assert not flags(asking, looks, "Vote Green!", by="@TomosFrith")


# Lanes and severity


INSULT = Told(attacks=0.9)


def test_a_rule_reaches_back_only_by_a_cited_authority_and_says_so() -> None:
    back = {"start": CODE, "reaches_back_to": CODE - timedelta(days=5)}
    early = {"at": CODE - timedelta(days=1), "by": "@lenahale"}
    text = "Rowan Green is a liar."
    (flag,) = flags(INSULT, "attack-on-candidate", text, of_rule=back, **early)
    assert flag.lane == "before-rule"
    cited = back | {"authority": "decision 7 of the executive"}
    (flag,) = flags(INSULT, "attack-on-candidate", text, of_rule=cited, **early)
    assert (flag.lane, flag.authority) == ("case", "decision 7 of the executive")
    assert "decision 7 of the executive" in flag.reason
    too_early = early | {"at": CODE - timedelta(days=6)}
    (flag,) = flags(INSULT, "attack-on-candidate", text, of_rule=cited, **too_early)
    assert flag.lane == "before-rule"


def test_a_clause_that_nobody_could_read_yet_stays_at_s1() -> None:
    late = {"severity": "S3", "published": VOTING + timedelta(days=30)}
    (flag,) = flags(INSULT, "attack-on-candidate", "Rowan is a liar.", by="@lenahale", of_rule=late)
    assert flag.severity == "S1"


def test_words_that_were_soon_replaced_weigh_a_step_less() -> None:
    one = rule("R", "attack-on-candidate", BOUND, "S3")
    reader = Reader(lantern(rules=(one,)), INSULT)
    post = a_post("Rowan is a liar.", by="@lenahale")
    for minutes, severity in ((4, "S2"), (10, "S2"), (11, "S3")):
        replaced = replace(post, replaced=post.published + timedelta(minutes=minutes))
        assert reader.read(replaced).breaches[0].severity == severity


def test_what_has_a_form_hides_nothing_and_no_danger_is_hidden() -> None:
    words = rule("W", "", BOUND, "S0", looks=(Look("words", words=("van",)),))
    threat = rule("T", "threat", BOUND, "S4")
    told = Told({"threat": 0.72, "inducement": 0.99})
    mild = rule("I", "inducement", BOUND, "S1")
    reader = Reader(lantern(rules=(words, threat, mild)), told)
    found = reader.read(a_post("In the van.", by="@lenahale")).breaches
    assert {flag.rule for flag in found} == {"W", "T", "I"}


def test_a_rule_of_class_c_is_never_more_than_a_hint_unless_the_form_tells() -> None:
    hints = {"severity": "S4", "detectability": "C"}
    told = Told({"members' data": 0.99})
    (flag,) = flags(told, "members-data", "Ring the list.", of_rule=hints)
    assert (flag.severity, flag.lane) == ("S1", "needs-context")
    internal = {"of_contest": {"domains": Domains(internal=("crm.example",))}}
    (flag,) = flags(told, "internal-address", "See crm.example", of_rule=hints, **internal)
    assert (flag.severity, flag.lane) == ("S4", "needs-context")


def test_a_flag_says_role_phase_and_seconds_to_the_nearest_edge() -> None:
    at = CODE + timedelta(seconds=7)
    of_rule = {"start": CODE}
    text = "Rowan Green is a liar."
    (flag,) = flags(INSULT, "attack-on-candidate", text, by="@lenahale", at=at, of_rule=of_rule)
    assert flag.edge_s == 7
    assert flag.edge == "clause  in force"
    assert flag.role_source.startswith("roster: @lenahale, team")
    assert flag.phase == "before the ballot"
    assert flag.text == "R"
