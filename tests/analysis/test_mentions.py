"""A camp is found by every name it goes by, and an everyday word is left an everyday word."""

import time
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


# Names that nobody has seen before, in the spellings that people use


def crossing(**changes):
    """Another contest, whose names have accents, apostrophes, particles, hyphens and titles."""
    camps_ = (
        Camp("odea", "Róisín O'Dea", "@RoisinODea", aliases=("the Deacon",)),
        Camp("vaalele", "Sina Va'alele", "@sina_v", aliases=("Aunty Sina", "the Valelites")),
        Camp("nibhroin", "Mór Ní Bhroin", "@mnb", hashtags=("#LeMórgan", "#TídeTurns")),
        Camp("maccarra", "Ewan MacCarra", "@ewan_mac"),
        Camp("adeyo", "Dr Tolu Adéyọ̀-Marsh", "@tolu", aliases=("Tolu", "Dr Tolu")),
        Camp("crake", "Alan Crake", "@alancrake", aliases=("Craky", "Team Crake")),
        Camp("harrow", "Bess Harrow", "@bess_harrow_mp", aliases=("Harrow",)),
        Camp("sunday", "Sunday Okorie", "@s_okorie", aliases=("Sunday",)),
    )
    bess = Account("@bess_harrow_mp", "Bess Harrow", (Term("candidate", "harrow"),))
    own = {"camps": camps_, "accounts": (bess, *lantern().accounts[4:])}
    return Finder(lantern(rival_parties=("The Tide Party",), **(own | changes)))


FINDER = crossing()


def named(text, finder=FINDER, **more):
    """The camps named for certain, and those that may be, in the text's order."""
    passage = finder.passage(a_post(text, **more))
    return [m.target.id for m in passage.mentions], [m.target.id for m in passage.possible]


@pytest.mark.parametrize(
    ("text", "camp"),
    [
        ("ODea spoke first.", "odea"),
        ("O Dea spoke first.", "odea"),
        ("O\u2019Dea's plan is out.", "odea"),
        ("roisin odea was there", "odea"),
        ("Vaalele spoke first.", "vaalele"),
        ("I heard Va alele.", "vaalele"),
        ("Ni Bhroin spoke first.", "nibhroin"),
        ("NiBhroin spoke first.", "nibhroin"),
        ("I asked Bhroin.", "nibhroin"),
        ("McCarra spoke first.", "maccarra"),
        ("Mac Carra spoke first.", "maccarra"),
        ("Tolu Adeyo Marsh spoke first.", "adeyo"),
        ("I asked Adeyo-Marsh.", "adeyo"),
        ("Ewan M. spoke first.", "maccarra"),
        ("I asked Bess.", "harrow"),
        ("bess_harrow_mp said so", "harrow"),
        ("a lovely letter from the LeMórgan lot", "nibhroin"),
    ],
)
def test_a_name_is_found_without_its_accents_its_apostrophe_or_its_at(text, camp):
    assert named(text) == ([camp], [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crake'll be late.", "Crake"),
        ("I said Crake'd be late.", "Crake"),
        ("Crakes plan is out.", "Crakes"),
        ("Bess Harrow's plan.", "Bess Harrow's"),
        ("Two Crakes and a dog.", "Crakes"),
        ("An anti-Crake mood.", "Crake"),
        ("Crake-backed motions fell.", "Crake"),
        ("crake/whoever, does it matter", "crake"),
    ],
)
def test_a_name_is_found_with_what_is_joined_to_it(text, words):
    passage = FINDER.passage(a_post(text))
    assert [text[m.start : m.end] for m in passage.mentions] == [words]


def test_a_counted_plural_is_the_people_of_a_camp():
    (two,) = FINDER.passage(a_post("Two Crakes and a dog.")).mentions
    (plan,) = FINDER.passage(a_post("Crakes plan is out.")).mentions
    assert (two.person, two.owning) == (False, False)
    assert (plan.person, plan.owning) == (True, True)


def test_one_supporter_is_of_the_camp_whose_people_have_a_name():
    assert named("I met a Valelite at the pier.") == (["vaalele"], [])


def test_a_person_named_by_two_names_side_by_side_is_one_mention():
    (mention,) = FINDER.passage(a_post("I met Bess Harow today.")).mentions
    assert (mention.start, mention.end) == (6, 16)


@pytest.mark.parametrize(
    "text",
    [
        "See example.org/crake for more.",
        "Write to crake@lantern.example.",
        "A crake-like bird and a corncrake.",
        "Craker and McCrake were there.",
        "Crakee.example has it.",
    ],
)
def test_what_only_holds_a_name_is_not_one(text):
    assert named(text) == ([], [])


def test_another_family_of_that_name_is_left_to_a_reader_that_can_tell():
    assert named("My cousin Joey Crake sells boats.") == ([], ["crake"])
    assert named("Well, Bess Tollard sells boats.") == ([], ["harrow"])


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("#VoteCrakeOut", ["crake"]),
        ("#votecrakeout", ["crake"]),
        ("#CrakeMustGo2026", ["crake"]),
        ("#NotMyCrake", ["crake"]),
        ("#AuntySina", ["vaalele"]),
        ("#SoItIsCrakeThen", ["crake"]),
        ("#HarrowVsCrake", ["harrow", "crake"]),
        ("#HarrowForLeader", ["harrow"]),
        ("#TídeTurns", ["nibhroin"]),
        ("#HarrowingTales", []),
        ("#SundayRoast", []),
    ],
)
def test_a_hashtag_built_of_a_name_names_its_camp(tag, found):
    assert named(f"Boats, then. {tag}") == (found, [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Harrow wants more boats.", (["harrow"], [])),
        ("Harrow promised boats.", (["harrow"], [])),
        ("Harrow for leader.", (["harrow"], [])),
        ("Harrow @bess_harrow_mp, a word please.", (["harrow", "harrow"], [])),
        ("Harrow names the boat.", ([], ["harrow"])),
        ("A Harrow voter told me.", (["harrow"], [])),
        ("They use a harrow on the field.", ([], [])),
        ("a harrow for sale, one owner", ([], ["harrow"])),
        ("so harrow wants more boats", ([], ["harrow"])),
        ("crake and bess say no. harrow promised it", (["crake", "harrow", "harrow"], [])),
    ],
)
def test_an_everyday_word_is_sure_by_a_cue_and_else_left_open(text, found):
    known, possible = named(text)
    assert (known, possible) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I voted for Sunday.", (["sunday"], [])),
        ("Vote by noon on Sunday.", ([], ["sunday"])),
        ("The count goes on till Sunday 8 March.", ([], ["sunday"])),
        ("Sunday's plan is to Sunday's credit.", (["sunday", "sunday"], [])),
    ],
)
def test_a_day_of_the_week_is_a_date_where_it_stands_like_one(text, found):
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Doctor was late again.", ([], ["adeyo"])),
        ("Tolu came late. I blame the Doctor for that.", (["adeyo", "adeyo"], [])),
        ("I saw Doctor Emery about my knee.", ([], [])),
        ("the doctor was late again", ([], [])),
    ],
)
def test_a_title_alone_is_only_a_hint(text, found):
    assert named(text) == found


def test_the_small_word_of_a_nickname_is_only_possible():
    assert named("Is the deacon coming?") == ([], ["odea"])
    assert named("Is the Deacon coming?") == (["odea"], [])


def test_a_word_of_a_name_that_somebody_else_has_too_names_nobody():
    contest = lantern(officials=("Harriet Quill",), camps=(Camp("a", "Ann Quill", "@annq"),))
    assert named("Quill was late.", Finder(contest)) == ([], [])
    assert named("Ann Quill was late.", Finder(contest)) == (["a"], [])


def test_an_official_is_found_by_one_name():
    passage = FINDER.passage(a_post("Quill lost the ballots and Merrick hid them."))
    assert [m.target.kind for m in passage.mentions] == ["official", "official"]


def test_a_picture_may_be_a_name():
    camp = Camp("crow", "Ann Crowe", "@annc", aliases=("🐦",))
    assert named("A 🐦 for me, please.", Finder(lantern(camps=(camp,)))) == (["crow"], [])


def test_a_party_whose_name_has_an_article_is_not_found_by_that():
    assert named("The boats. Oh, The boats.") == ([], [])
    assert named("I hear The Tide Party is in.")[0] == ["The Tide Party"]


def test_names_that_change_places_are_found_in_the_same_places():
    text = "{0}'ll lose. Vote {1}! #{2}Out {0} and {1}s lot, pro-{1}. {1} names it. so {1} says"
    texts = [text.format(*n) for n in (("Ada", "Green", "Brown"), ("Denzil", "Close", "Little"))]
    found = []
    for one in texts:
        passage = Finder(lantern()).passage(a_post(one))
        both = (*passage.mentions, *passage.possible)
        found.append([(one[: m.start].count(" "), m.via, m.certain, m.owning) for m in both])
    assert found[0] == found[1]
    assert len(found[0]) == 8


# Whom "you" means


def test_you_among_the_camps_own_people_is_not_certain():
    above = ("@DenzilBrown", "Four more piers.")
    said = [
        Finder(lantern()).passage(a_post("You never counted.", by=by, kind="reply", above=above))
        for by in ("@kez_lantern", "@TomosFrith")
    ]
    assert [[m.certain for m in passage.mentions] for passage in said] == [[True], [False]]


@pytest.mark.parametrize(
    "text",
    ["", "👏", "\u200b", "\u202eCrake\u202c", "כראק", "#", "@", "-", "'", "Crake-" * 3, "/Crake/"],
)
def test_odd_texts_are_taken_as_they_come(text):
    assert set(named(text)[0]) <= {"crake"}


@pytest.mark.parametrize(
    "part", ["Crake-", "Crake/", "Bess Harow ", "Harrows' ", "#Harrow", "Crakes ", "Zz Crake "]
)
def test_a_hundred_thousand_characters_of_names_are_read(part):
    started = time.process_time()
    FINDER.passage(a_post((part * 20_000)[:100_000]))
    assert time.process_time() - started < 5  # quadratic would be minutes
