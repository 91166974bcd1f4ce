from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from contest.estimate import Confusion, Said, estimate
from contest.labels import NOT_ABOUT, Answer
from contest.lens import Lens
from contest.reading import Exchange
from contest.visit import Health
from storage.board import (
    EVERYTHING,
    LIMIT,
    Board,
    BreachRow,
    CampTone,
    ExchangeRow,
    Figure,
    Word,
    read_board,
    read_card,
    read_figures,
)
from storage.teaching import find_revision, keep_label, withdraw_label
from tests.storage.lantern import (
    CONTEST,
    HOUR,
    NOON,
    a_breach,
    a_post,
    a_reading,
    an_archive,
    keep,
)

NOW = NOON + timedelta(minutes=30)
SILENT = (None,) * 24


def as_read(sure: int, posts: int, plus: int = 0, minus: int = 0) -> Figure:
    """The figure of these counts, of a reader of which nothing is known."""
    found = estimate({"": Said(minus, sure - plus - minus, plus, posts - sure)}, {})
    assert found is not None
    return Figure(found.tone, sure, posts, found.low, found.high, False, plus, minus)


def test_an_empty_archive_gives_an_empty_board() -> None:
    assert read_board(an_archive(), CONTEST, NOW) == Board(
        at=NOW,
        sentiment=tuple(CampTone(camp.id, camp.name, spark=SILENT) for camp in CONTEST.camps),
        sources=(Health("gazette", "feed"), Health("ada", "bluesky")),
    )


def test_a_board_reads_as_it_was_written() -> None:
    database = an_archive()
    attack = a_post("at://ada/1", "You liar, Rowan.", at=NOON)
    reading = a_reading(
        ("green", -1), heat=0.9, towards=["green"],
        exchange=Exchange("little", "green", "mention"), breaches=[a_breach()],
    )  # fmt: skip
    praise = a_post("at://ada/2", "Green is right.", at=NOON - 5 * HOUR)
    doubt = a_post("at://ada/3", "Green, hm.", at=NOON - 72 * HOUR)
    keep(
        database,
        (attack, reading),
        (praise, a_reading(("green", 1))),
        (doubt, a_reading(("green", 1), sure=False, reader="words@0")),
        at=NOW,
    )
    board = read_board(database, CONTEST, NOW)
    assert board == Board(
        at=NOW,
        sentiment=(
            CampTone("little", "Ada Little", spark=SILENT),
            CampTone(
                "green", "Rowan Green",
                now=as_read(1, 1, minus=1), day=as_read(2, 2, 1, 1), week=as_read(2, 3, 1, 1),
                spark=(None,) * 18 + (1.0, None, None, None, None, -1.0),
                readers=("words@0", "words@1"),
            ),
            CampTone("brown", "Denzil Brown", spark=SILENT),
        ),
        exchanges=(
            ExchangeRow(
                "at://ada/1", NOON, "little", "green", "@AdaLittleLP", "mention", 0.9, "liar,",
                "You liar, Rowan.",
            ),
        ),
        breaches=(
            BreachRow(
                "at://ada/1", NOON, NOW, "R01", "4.2", "No disparagement", "1.0", "S2", "case",
                "@AdaLittleLP", "candidate", "voting", "liar,", "You liar, Rowan.",
            ),
        ),
        sources=(
            Health("gazette", "feed"),
            Health("ada", "bluesky", "answering", visited=NOW, answered=NOW),
        ),
        posts_total=3, exchanges_total=1, breaches_total=1,
    )  # fmt: skip


def test_the_last_hour_is_an_hour_and_not_what_the_clock_began() -> None:
    database = an_archive()
    inside, outside = NOW - timedelta(minutes=59), NOW - timedelta(minutes=61)
    keep(database, (a_post("at://in", at=inside), a_reading(("green", 1))))
    keep(database, (a_post("at://out", at=outside), a_reading(("green", -1))))
    _, green, _ = read_board(database, CONTEST, NOW).sentiment
    assert (green.now, green.day) == (as_read(1, 1, 1), as_read(2, 2, 1, 1))


SHY = Confusion.of([[90, 2, 1, 7], [5, 80, 5, 10], [10, 10, 40, 40]])


def test_a_figure_is_corrected_for_how_each_of_its_readers_errs() -> None:
    database = an_archive()
    for number in range(40):
        reader = ("words@1", "words@2")[number % 2]
        reading = a_reading(("green", (-1, 1, 0, 1)[number // 2 % 4]), reader=reader)
        keep(database, (a_post(f"at://{number}"), reading))
    known = {"words@1": SHY, "words@2": SHY}
    plain, half, whole = (
        read_board(database, CONTEST, NOW, confusions=confusions).sentiment[1].day
        for confusions in ({}, {"words@1": SHY}, known)
    )
    assert (plain.corrected, half.corrected, whole.corrected) == (False, False, True)
    assert plain.tone == plain.plain == 0.25
    assert plain.tone < half.tone < whole.tone
    expected = estimate({"a": Said(10, 10, 20)}, {"a": SHY})
    assert expected is not None
    assert whole.tone == pytest.approx(expected.tone)
    assert whole.low < whole.tone < whole.high
    assert (whole.sure, whole.posts, whole.plus, whole.minus) == (40, 40, 20, 10)
    assert whole.margin == max(whole.high - whole.tone, whole.tone - whole.low)


@pytest.mark.parametrize(("low", "shown"), [(0.01, False), (0.24, False), (0.25, True)])
def test_at_the_end_of_the_scale_the_longer_arm_of_a_figure_tells(low: float, shown: bool) -> None:
    for figure in (Figure(1.0, 9, 9, low, 1.0), Figure(-1.0, 9, 9, -1.0, -low)):
        assert figure.says(5) is shown


def labelled(database: Database, uid: str, said: Answer) -> int:
    revision = find_revision(database, uid)
    assert revision is not None
    return keep_label(database, revision, "green", said, "anna", NOON)


def test_a_figure_says_how_many_count_by_an_officer_s_word_and_how_many_no_longer() -> None:
    database = an_archive()
    early = NOON - 30 * HOUR
    for number in range(6):
        post = a_post(f"at://{number}", "odd" if number % 2 else "even", at=early)
        keep(database, (post, a_reading(("green", 1), ("little", 1))))
    keep(database, (a_post("at://now", "odd"), a_reading(("green", 1))))
    labelled(database, "at://0", -1)
    labelled(database, "at://1", -1)
    for uid in ("at://2", "at://2", "at://3", "at://now"):
        aside = labelled(database, uid, NOT_ABOUT)

    def told(lens: Lens = EVERYTHING) -> list[tuple[int, int]]:
        little, green, _ = read_board(database, CONTEST, NOW, lens).sentiment
        figures = (green.now, green.day, green.week, little.week)
        return [(figure.by_officers, figure.set_aside) for figure in figures]

    assert told() == [(0, 1), (0, 1), (2, 3), (0, 0)]
    assert told(Lens(words=("even",))) == [(0, 0), (0, 0), (1, 1), (0, 0)]
    (_, green, _) = read_figures(database, CONTEST, NOW)
    assert [(f.by_officers, f.set_aside) for f in (green.week, green.ever)] == [(2, 3)] * 2
    keep(database, gone=[("at://3", "deleted"), ("at://0", "deleted")])
    withdraw_label(database, aside, NOON)
    assert told() == [(0, 0), (0, 0), (1, 1), (0, 0)]


def test_a_card_has_the_officers_labels_in_force_of_each_version() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", 1), ("little", 1))))
    labelled(database, "at://ada/1", -1)
    last = labelled(database, "at://ada/1", NOT_ABOUT)
    keep(database, (a_post(version="2"), a_reading(("green", 1))))
    labelled(database, "at://ada/1", 0)

    def told() -> list[tuple[Word, ...]]:
        card = read_card(database, "at://ada/1")
        assert card
        return [version.words for version in card.versions]

    zero = (Word("green", 0, "anna", NOON),)
    assert told() == [(Word("green", NOT_ABOUT, "anna", NOON),), zero]
    withdraw_label(database, last, NOON)
    assert told() == [(Word("green", -1, "anna", NOON),), zero]


def test_a_flag_on_an_edited_post_stays_and_says_that_it_is_superseded() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(breaches=[a_breach()])))
    keep(database, (a_post(version="2"), a_reading()))
    keep(database, gone=[("at://ada/1", "deleted")])
    (row,) = read_board(database, CONTEST, NOW).breaches
    assert (row.superseded, row.gone) == (True, True)


def test_a_post_and_a_rule_have_one_row_however_often_it_is_flagged() -> None:
    database = an_archive()
    twice = [a_breach(severity="S1"), a_breach(severity="S3")]
    for version in "123":
        keep(database, (a_post(version=version), a_reading(breaches=twice)))
    board = read_board(database, CONTEST, NOW)
    assert [(row.rule, row.severity, row.superseded) for row in board.breaches] == [
        ("R01", "S3", False)
    ]
    assert board.breaches_total == 1
    card = read_card(database, "at://ada/1")
    assert card is not None
    assert [len(version.reading.breaches) for version in card.versions] == [2, 2, 2]


def test_a_rule_that_becomes_an_expectation_hides_no_earlier_flag() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(breaches=[a_breach()])))
    later = a_reading(breaches=[a_breach(lane="expectation")])
    keep(database, (a_post(version="2"), later))
    (row,) = read_board(database, CONTEST, NOW).breaches
    assert row.superseded


def test_an_edit_takes_an_exchange_back_and_a_deletion_marks_it() -> None:
    database = an_archive()
    hostile = a_reading(heat=0.9, exchange=Exchange("little", "green", "reply"))
    keep(database, (a_post("at://a"), hostile), (a_post("at://b"), hostile))
    keep(database, (a_post("at://a", version="2"), a_reading()), gone=[("at://b", "deleted")])
    board = read_board(database, CONTEST, NOW)
    assert [(row.uid, row.gone) for row in board.exchanges] == [("at://b", True)]
    assert board.exchanges_total == 1


def test_long_lists_are_cut_with_a_sign_and_newest_first() -> None:
    database = an_archive()
    flagged = a_reading(breaches=[a_breach()])
    many = [
        (a_post(f"at://{n}", at=NOON - timedelta(minutes=n)), flagged) for n in range(LIMIT + 3)
    ]
    keep(database, *many)
    board = read_board(database, CONTEST, NOW)
    assert [row.uid for row in board.breaches] == [f"at://{n}" for n in range(LIMIT)]
    assert board.breaches_total == LIMIT + 3


def test_a_text_of_a_megabyte_is_cut_on_the_board_and_whole_on_the_card() -> None:
    database = an_archive()
    text = "liar " * 200_000
    keep(database, (a_post(text=text), a_reading(breaches=[a_breach()])))
    (row,) = read_board(database, CONTEST, NOW).breaches
    assert row.text.endswith("…")
    assert len(row.text) < 1000
    card = read_card(database, "at://ada/1")
    assert card is not None
    assert card.versions[0].post.text == text


def test_a_card_of_a_post_nobody_kept_is_none() -> None:
    assert read_card(an_archive(), "at://nobody") is None


def test_expectations_are_shown_by_rule_and_hidden_where_they_could_name() -> None:
    database = an_archive()
    flagged = a_reading(breaches=[a_breach("R05", lane="expectation")])
    keep(database, (a_post("at://a"), flagged), (a_post("at://b"), flagged))
    assert read_board(database, CONTEST, NOW).expectations == (("R05", 2),)
    assert read_board(database, CONTEST, NOW, Lens(rule="R01")).expectations == ()
    assert read_board(database, CONTEST, NOW, Lens(since=NOW + HOUR)).expectations == ()
    assert read_board(database, CONTEST, NOW, Lens(camp="little")).expectations == ()
    assert read_board(database, CONTEST, NOW, Lens(words=("ferry",))).expectations == ()


# -- lenses -----------------------------------------------------------------------------


@pytest.fixture
def busy():  # noqa: ANN201 - an open Database
    database = an_archive()
    fire = a_reading(
        ("green", -1), heat=0.9, towards=["green"],
        exchange=Exchange("little", "green", "reply"), breaches=[a_breach("R01")],
    )  # fmt: skip
    other = a_reading(
        ("brown", 1), heat=0.9, exchange=Exchange("little", "brown", "quote"),
        breaches=[a_breach("R05")],
    )  # fmt: skip
    keep(
        database,
        (a_post("at://fire", "The night ferry is a LIE 🔥", at=NOON), fire),
        (a_post("at://other", "A ferryman's café - OR a lie?", at=NOON - 3 * HOUR), other),
        (a_post("at://calm", "Nothing to see", at=NOON), a_reading(("green", 1))),
    )
    return database


@pytest.mark.parametrize(
    ("lens", "exchanges", "breaches"),
    [
        (Lens(camp="green"), ["at://fire"], []),
        (Lens(camp="little"), ["at://fire", "at://other"], ["R01", "R05"]),
        (Lens(rule="R05"), ["at://other"], ["R05"]),
        (Lens(since=NOON), ["at://fire"], ["R01"]),
        (Lens(until=NOON), ["at://other"], ["R05"]),
        (Lens(words=("lie",)), ["at://fire", "at://other"], ["R01", "R05"]),
        (Lens(words=("ferr", "night")), ["at://fire"], ["R01"]),
        (Lens(words=("night ferry",)), ["at://fire"], ["R01"]),
        (Lens(words=("ferry night",)), [], []),
        (Lens(words=("🔥",)), ["at://fire"], ["R01"]),
        (Lens(words=("CAFE",)), ["at://other"], ["R05"]),
        (Lens(words=("OR",)), ["at://other"], ["R05"]),
        (Lens(words=("lie", "NOT", "ferry")), ["at://fire"], ["R01"]),
        (Lens(words=('"', "*", "lie")), [], []),
        (Lens(words=("",)), ["at://fire", "at://other"], ["R01", "R05"]),
        (Lens(words=("lie",), camp="green", rule="R01", since=NOON), ["at://fire"], []),
    ],
)
def test_a_lens_shows_what_it_says(busy, lens, exchanges, breaches) -> None:  # noqa: ANN001
    if "NOT" in lens.words:
        keep(busy, (a_post("at://fire", "Do NOT take the ferry, a LIE", version="2"),
                    a_reading(heat=0.9, exchange=Exchange("little", "green", "reply"),
                              breaches=[a_breach("R01")])))  # fmt: skip
    board = read_board(busy, CONTEST, NOW, lens)
    assert [row.uid for row in board.exchanges] == exchanges
    assert [row.rule for row in board.breaches] == breaches
    assert (board.exchanges_total, board.breaches_total) == (len(exchanges), len(breaches))


@pytest.mark.parametrize(
    ("lens", "green"),
    [
        (Lens(), as_read(2, 2, 1, 1)),
        (Lens(camp="green"), as_read(2, 2, 1, 1)),
        (Lens(words=("ferry",)), as_read(1, 1, minus=1)),
        (Lens(rule="R01"), as_read(1, 1, minus=1)),
        (Lens(until=NOON), Figure()),
        (Lens(since=NOON + timedelta(seconds=1)), Figure()),
        (Lens(words=("nowhere",)), Figure()),
    ],
)
def test_sentiment_follows_the_lens(busy, lens, green) -> None:  # noqa: ANN001
    shown = {row.camp: row for row in read_board(busy, CONTEST, NOW, lens).sentiment}
    assert shown["green"].day == green
    assert (shown["green"].spark[-1] is None) == (green == Figure())
    assert set(shown) == ({"green"} if lens.camp else {"little", "green", "brown"})


@pytest.mark.parametrize("word", ['"', "a\x00b", "x" * 5000, "NEAR(a b)", "title:x", "^", "'; --"])
def test_no_word_breaks_the_search(busy, word: str) -> None:  # noqa: ANN001
    assert read_board(busy, CONTEST, NOW, Lens(words=(word,))).breaches_total == 0


def test_words_of_an_earlier_version_no_longer_find_a_post(busy) -> None:  # noqa: ANN001
    keep(busy, (a_post("at://fire", "All is well", version="2"), a_reading(breaches=[a_breach()])))
    assert read_board(busy, CONTEST, NOW, Lens(words=("night",))).breaches == ()
    (row,) = read_board(busy, CONTEST, NOW, Lens(words=("well",))).breaches
    assert row.uid == "at://fire"


def test_a_private_person_is_named_in_no_exchange() -> None:
    database = an_archive()
    quarrel = a_reading(heat=0.9, exchange=Exchange("little", "green", "reply"))
    keep(database, (a_post(), replace(quarrel, role="member", account="@dot")))
    (row,) = read_board(database, CONTEST, NOW).exchanges
    assert row.author == "a member"
