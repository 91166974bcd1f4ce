"""A camp is found by every name it goes by, and an everyday word is left an everyday word."""

from dataclasses import replace

import pytest

from analysis.mentions import Finder
from analysis.reader import load_reader
from contest.contest import Account, Camp, Term
from tests.analysis.world import a_post, lantern, utc


def camps(read, text, **more):
    return {tone.camp for tone in read(text, **more).tones}


def words(read, text, camp, **more):
    tone = next(tone for tone in read(text, **more).tones if tone.camp == camp)
    return [text[start:end] for start, end in tone.mentions]


@pytest.mark.parametrize(
    "text",
    [
        "Siân Close was on the early boat.",
        "SIAN was on the early boat.",
        "sia\u0302n was on the early boat",
        "S\u200biân was on the early boat",
        "Ѕiân was on the early boat",
        "What did @SianClose say about boats?",
        "Boats, then. #CloseTheGap",
        "Boats, then. #TeamClose",
        "Siân's boat is late.",
        "I asked Close about the boats.",
        "Team Close brought soup.",
        "Vote Close on Monday.",
    ],
)
def test_a_camp_is_found_by_any_of_its_names(read, text):
    assert camps(read, text) == {"close"}


def test_a_home_handle_counts_as_the_candidate(read):
    assert camps(read, "Did you hear @ada.example on the radio?") == {"little"}


@pytest.mark.parametrize(
    "text",
    [
        "A little bird told me.",
        "Little by little we get there.",
        "Please close the door, it is cold.",
        "Close the door.",
        "We live close to the pier.",
        "Green energy is the future.",
        "Is the light green yet?",
        "Brown ale for everybody tonight.",
        "brown ale, green field, little lamb, close shave",
        "That was a close call, a little green around the gills.",
        "Little is known of the old pier.",
        "See https://example.org/green/brown?close=little for more.",
        "Write to green@example.org.",
        "#GreenEnergy",
        "A green-eyed cat.",
        "",
        "😀🎉😀",
        "\u200b\u200b",
    ],
)
def test_an_everyday_word_names_nobody(read, text):
    assert camps(read, text) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Green said the pier can be saved.", {"green"}),
        ("Green's pier plan is out.", {"green"}),
        ("Rowan spoke first. Green then sat down.", {"green"}),
        ("On the list: Green, Brown, Close and Little.", {"green", "brown", "close", "little"}),
        ("Ada, and Brown, had soup.", {"little", "brown"}),
        ("I met Brown at the pier.", {"brown"}),
        ("Cllr Green will be there.", {"green"}),
    ],
)
def test_a_second_cue_makes_an_everyday_word_a_name(read, text, found):
    assert camps(read, text) == found


def test_the_parent_is_a_second_cue(read):
    above = ("@kez_lantern", "Rowan Green is on in five minutes.")
    assert camps(read, "Green it was.", kind="reply", above=above) == {"green"}


def test_a_reply_with_you_is_towards_whom_it_answers(read):
    above = ("@DenzilBrown", "Four more piers.")
    assert words(read, "You never counted them.", "brown", kind="reply", above=above) == ["You"]


def test_she_in_a_reply_is_whom_the_parent_speaks_of(read):
    above = ("@kez_lantern", "What about Siân?")
    assert words(read, "I think she is brilliant.", "close", kind="reply", above=above) == ["she"]


def test_a_name_that_means_two_camps_means_neither(read):
    camps_ = lantern().camps
    second = Camp("second", "Rowan Hughes", "@rowanh", aliases=("Rowan",))
    reader = load_reader(lantern(camps=(*camps_, second)))
    assert [t.camp for t in reader.read(a_post("Rowan was there.")).tones] == []
    assert [t.camp for t in reader.read(a_post("Rowan Hughes was there.")).tones] == ["second"]


def test_a_contest_without_any_name_still_reads():
    assert Finder(lantern(camps=(), accounts=(), officials=(), rival_parties=())).passage(
        a_post("Nobody stands.")
    )


# Handles as their platform tells them, and names as the roster tells them then


def at_mastodon(text, *mentioned):
    homes = {"mastodon": "@DenzilBrown@lantern.example"}
    contest = lantern()
    accounts = tuple(
        replace(a, homes=homes) if a.handle == "@DenzilBrown" else a for a in contest.accounts
    )
    post = replace(a_post(text, platform="mastodon"), mentions=mentioned)
    return {tone.camp for tone in load_reader(lantern(accounts=accounts)).read(post).tones}


def test_a_bare_handle_is_the_account_that_the_platform_says_it_is():
    text = "@DenzilBrown is great."
    assert at_mastodon(text, "DenzilBrown@parody.example") == set()
    assert at_mastodon(text, "DenzilBrown@lantern.example") == {"brown"}
    assert at_mastodon(text, "denzilbrown@parody.example", "DenzilBrown@lantern.example") == {
        "brown"
    }


def test_a_bare_handle_that_the_platform_does_not_explain_is_the_rosters():
    assert at_mastodon("@DenzilBrown is great.") == {"brown"}
    assert at_mastodon("@DenzilBrown is great.", "kez@parody.example") == {"brown"}


def test_a_home_under_another_name_counts_where_the_platform_says_so():
    contest = lantern()
    accounts = tuple(
        replace(a, homes={"mastodon": "denz@lantern.example"}) if a.handle == "@DenzilBrown" else a
        for a in contest.accounts
    )
    post = replace(
        a_post("@denz is great.", platform="mastodon"), mentions=("denz@lantern.example",)
    )
    reader = load_reader(lantern(accounts=accounts))
    assert {tone.camp for tone in reader.read(post).tones} == {"brown"}


def test_an_account_is_of_the_camp_that_it_speaks_for_at_the_moment():
    moved = utc("2026-11-01T00:00")
    terms = (Term("team", "little", None, moved), Term("team", "green", moved, None))
    bex = Account("@bexnoor", "Bex Noor", terms)
    reader = load_reader(lantern(accounts=(*lantern().accounts, bex)))
    for who in ("Bex Noor", "@bexnoor"):
        before = reader.read(a_post(f"{who} is a liar.", at="2026-10-31T12:00:00"))
        after = reader.read(a_post(f"{who} is a liar.", at="2026-11-02T12:00:00"))
        assert (before.hostility.towards, after.hostility.towards) == (("little",), ("green",))


def test_an_account_between_two_camps_is_of_none():
    terms = (Term("team", "little", None, utc("2026-10-20T00:00")),)
    bex = Account("@bexnoor", "Bex Noor", terms)
    reader = load_reader(lantern(accounts=(*lantern().accounts, bex)))
    assert reader.read(a_post("Bex Noor is a liar.")).hostility.towards == ()
