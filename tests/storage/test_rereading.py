"""Read again: both readings are kept, one is counted, and going back is exact."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some
from sqlite_utils import Database

from contest.labels import Changes
from contest.reading import Exchange, Reading
from storage.board import find_reading, read_board, read_card
from storage.flags import flagged_since, newest_reading
from storage.rereading import (
    NEWEST,
    behind,
    count_behind,
    keep_rereadings,
    other_heads,
)
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
from tests.storage.test_hours import UIDS, readings, visits

HOSTILE = CONTEST.thresholds.hostile
TAUGHT = {**READERS, "sentiment": "words@1+taught.1"}


def read_again(
    database: Database, versions: dict[str, str], say: Reading | None = None, most: int = 100
) -> Changes:
    """Let every post that is behind say `say` (or what it said), by readers of these versions."""
    found = behind(database, NEWEST, most, versions)
    read = [
        (stored, stored.earlier or replace(say or stored.reading, readers=versions))
        for stored in found
    ]
    return keep_rereadings(database, read, HOSTILE)


def hours_of(database: Database) -> list[tuple[object, ...]]:
    return rows_of(database, "select * from hours order by 1, 2, 3")


RECOUNT = """
select substr(t.published, 1, 13) || ':00:00Z', t.camp, t.reader, count(*), sum(t.sure),
  sum(t.tone * t.sure), sum(t.hostile)
from posts p join tones t on t.reading = p.reading where p.gone_at is null
group by 1, 2, 3 order by 1, 2, 3
"""
HOURS = "select hour, camp, reader, posts, sure, tone_sum, hostile from hours order by 1, 2, 3"
TOTALS = """
select (select count(*) from posts),
  (select count(*) from exchanges where current),
  (select count(*) from breaches where standing <> 'repeated')
"""


def sound(database: Database) -> None:
    """What is counted and shown is what the readings in force say, and nothing else."""
    assert rows_of(database, HOURS) == rows_of(database, RECOUNT)
    kept = dict(rows_of(database, "select what, n from totals"))
    assert [(kept["posts"], kept["exchanges"], kept["breaches"])] == rows_of(database, TOTALS)
    assert rows_of(database, "select reading from exchanges where current order by 1") == rows_of(
        database,
        "select x.reading from posts p join exchanges x on x.reading = p.reading order by 1",
    )
    shown = "select post, rule from breaches where standing <> 'repeated' group by 1, 2 having count(*) > 1"
    assert rows_of(database, shown) == []
    stale = (
        "select b.id from breaches b join posts p on p.id = b.post"
        " where b.standing = 'current' and b.reading <> p.reading"
    )
    assert rows_of(database, stale) == []


rereadings = some.tuples(some.integers(1, 4), readings)
steps = some.lists(some.one_of(visits, rereadings), max_size=7)


@settings(max_examples=80, deadline=None)
@given(steps)
def test_counts_and_panes_are_sound_after_any_visits_and_rereadings(sequence: list[Any]) -> None:
    database = an_archive()
    for step in sequence:
        if len(step) == 3:
            read, seen, gone = step
            keep(database, *read, seen=seen, gone=[(uid, "deleted") for uid in gone])
        else:
            number, reading = step
            read_again(database, {**READERS, "sentiment": f"words@1+taught.{number}"}, reading)
        sound(database)


@settings(max_examples=60, deadline=None)
@given(some.lists(visits, min_size=1, max_size=4), readings)
def test_going_back_restores_everything_that_is_shown(sequence: list[Any], other: Reading) -> None:
    database = an_archive()
    for read, seen, gone in sequence:
        as_words1 = [(post, replace(reading, readers=READERS)) for post, reading in read]
        keep(database, *as_words1, seen=seen, gone=[(uid, "deleted") for uid in gone])
    before = read_board(database, CONTEST, NOON + HOUR), hours_of(database)
    read_again(database, TAUGHT, other)
    read_again(database, READERS)
    assert (read_board(database, CONTEST, NOON + HOUR), hours_of(database)) == before
    for uid in UIDS:
        card = read_card(database, uid)
        assert card is None or card.versions[-1].reading.readers == READERS


def test_what_was_said_before_is_taken_as_it_was_and_not_read_again() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", -1))))
    (stored,) = behind(database, NEWEST, 5, TAUGHT)
    assert stored.earlier is None
    read_again(database, TAUGHT, a_reading(("green", 1)))
    (stored,) = behind(database, NEWEST, 5, READERS)
    assert stored.earlier == a_reading(("green", -1))


def test_both_readings_are_kept() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", -1), breaches=[a_breach()])))
    read_again(database, TAUGHT, a_reading(("green", 1)))
    kept = [find_reading(database, number) for number in (1, 2)]
    assert [reading.tones[0].tone for reading in kept] == [-1, 1]
    assert [reading.readers["sentiment"] for reading in kept] == ["words@1", "words@1+taught.1"]
    assert [len(reading.breaches) for reading in kept] == [1, 0]
    card = read_card(database, "at://ada/1")
    assert card
    assert [version.reading.tones[0].tone for version in card.versions] == [1]


def test_posts_already_read_by_today_s_readers_are_passed_over_newest_first_in_batches() -> None:
    database = an_archive()
    for n in range(5):
        keep(database, (a_post(f"at://{n}", at=NOON + n * HOUR), a_reading(("green", -1))))
    assert count_behind(database, READERS) == 0
    assert count_behind(database, TAUGHT) == 5
    first = behind(database, NEWEST, 2, TAUGHT)
    assert [stored.post.uid for stored in first] == ["at://4", "at://3"]
    keep_rereadings(
        database, [(s, replace(s.reading, readers=TAUGHT)) for s in first], HOSTILE
    )  # and here the program was killed
    assert count_behind(database, TAUGHT) == 3
    rest = behind(database, NEWEST, 2, TAUGHT)
    assert [stored.post.uid for stored in rest] == ["at://2", "at://1"]
    last = behind(database, rest[-1].place, 2, TAUGHT)
    assert [stored.post.uid for stored in last] == ["at://0"]


def test_that_a_language_was_not_read_puts_no_post_behind() -> None:
    database = an_archive()
    unread = replace(a_reading(), readers=READERS | {"language": "not read: fr"})
    keep(database, (a_post(), unread))
    assert count_behind(database, READERS) == 0
    assert count_behind(database, TAUGHT) == 1


def test_after_teaching_only_what_was_read_with_another_head_is_behind() -> None:
    database = an_archive()
    keep(
        database,
        (a_post("at://tone"), a_reading(("green", -1))),
        (a_post("at://none"), a_reading()),
        (a_post("at://other"), a_reading(("green", 1), reader="grams@1")),
        (a_post("at://like"), a_reading(("green", 1), reader="words@12")),
    )
    assert other_heads(database, "words@1", "words@1+taught.1") == ("words@1",)
    assert count_behind(database, TAUGHT, "words@1") == 2
    found = behind(database, NEWEST, 9, TAUGHT, "words@1")
    assert {stored.post.uid for stored in found} == {"at://tone", "at://none"}
    keep_rereadings(
        database, [(stored, replace(stored.reading, readers=TAUGHT)) for stored in found], HOSTILE
    )
    assert other_heads(database, "words@1", "words@1+taught.1") == ()
    assert count_behind(database, TAUGHT, "words@1") == 0
    assert other_heads(database, "words@1", "words@1") == ("words@1+taught.1",)
    assert count_behind(database, READERS, "words@1") == 2


def test_a_post_that_was_edited_meanwhile_is_passed_over() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", -1))))
    found = behind(database, NEWEST, 5, TAUGHT)
    keep(database, (a_post(text="Other words.", version="2"), a_reading(("green", 1))))
    done = keep_rereadings(
        database, [(s, replace(s.reading, readers=TAUGHT)) for s in found], HOSTILE
    )
    assert done == Changes()
    card = read_card(database, "at://ada/1")
    assert card
    assert card.versions[-1].reading.tones[0].tone == 1
    sound(database)


def test_a_post_that_is_gone_is_read_again_and_counted_only_once_it_is_back() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", -1))))
    keep(database, gone=[("at://ada/1", "deleted")])
    read_again(database, TAUGHT, a_reading(("green", 1)))
    assert hours_of(database) == []
    keep(database, seen=["at://ada/1"])
    assert rows_of(database, "select reader, tone_sum from hours") == [("words@1+taught.1", 1)]
    sound(database)


def test_a_flag_that_is_no_longer_seen_is_kept_and_not_shown() -> None:
    database = an_archive()
    pair = Exchange("little", "green", "reply")
    flagged = a_reading(("green", -1), heat=0.9, exchange=pair, breaches=[a_breach()])
    keep(database, (a_post(), flagged))
    done = read_again(database, TAUGHT, a_reading(("green", -1)))
    assert (done.exchanges_gone, done.breaches_gone, done.exchanges_new) == (1, 1, 0)
    board = read_board(database, CONTEST, NOON)
    assert (board.exchanges, board.breaches, board.breaches_total) == ((), (), 0)
    assert len(rows_of(database, "select * from breaches")) == 1
    back = read_again(database, READERS)
    assert (back.exchanges_new, back.breaches_new) == (1, 1)
    board = read_board(database, CONTEST, NOON)
    assert [(row.rule, row.superseded) for row in board.breaches] == [("R01", False)]
    assert len(board.exchanges) == 1


def test_a_flag_on_earlier_words_shows_again_where_the_later_words_lose_theirs() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(breaches=[a_breach()])))
    keep(database, (a_post(version="2"), a_reading(breaches=[a_breach()])))
    read_again(database, TAUGHT, a_reading())
    (row,) = read_board(database, CONTEST, NOON).breaches
    assert row.superseded
    sound(database)


def test_what_is_only_counted_is_counted_once() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(breaches=[a_breach(lane="expectation")])))
    read_again(database, TAUGHT, a_reading(breaches=[a_breach(lane="expectation")]))
    assert rows_of(database, "select rule, n from expectations") == [("R01", 1)]
    assert rows_of(database, "select count(*) from breaches") == [(0,)]


def test_the_author_s_camp_and_role_are_those_of_the_new_reading() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(breaches=[a_breach()])))
    moved = replace(a_reading(breaches=[a_breach()]), camp="green", role="team")
    read_again(database, TAUGHT, moved)
    assert rows_of(database, "select camp, role from posts") == [("green", "team")]
    current = "select camp from breaches where standing = 'current'"
    assert rows_of(database, current) == [("green",)]


def test_what_changed_is_told_by_camp() -> None:
    database = an_archive()
    keep(
        database,
        (a_post("at://a"), a_reading(("green", -1), ("little", 1))),
        (a_post("at://b"), a_reading(("green", 1), sure=False)),
    )
    done = read_again(database, TAUGHT, a_reading(("green", 0)))
    assert (done.posts, done.tones, done.changed) == (2, 3, 3)
    assert done.moved == {
        ("green", "against", "neither"): 1,
        ("green", "not sure", "neither"): 1,
        ("little", "for", "not read"): 1,
    }


def test_a_follower_is_not_told_of_what_was_only_read_again() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading()))
    seen = newest_reading(database)
    read_again(database, TAUGHT, a_reading(breaches=[a_breach()]))
    assert flagged_since(database, seen) == []
    keep(database, (a_post("at://new"), a_reading(breaches=[a_breach()])))
    assert [post.uid for post, _ in flagged_since(database, seen)] == ["at://new"]
