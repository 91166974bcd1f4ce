from __future__ import annotations

from dataclasses import replace

from contest.contest import SourceEntry
from contest.post import Author, Context
from contest.visit import Health, Memory, Validators
from storage.board import read_card
from storage.posts import find_posts, recheck_candidates, unknown
from storage.visits import Kept, keep_failure, keep_visit, remembered
from tests.storage.lantern import (
    CONTEST,
    HOUR,
    NOON,
    a_breach,
    a_post,
    a_reading,
    an_archive,
    keep,
    rows_of,
)


def test_a_post_comes_back_as_it_was_kept() -> None:
    database = an_archive()
    post = a_post(
        kind="quote", title="On ferries", lang="en", url="https://sky.example/1",
        reply_to=Context("at://rowan/1", Author("did:rowan", "rowan.example", "R", ""), "No."),
        quotes=Context("at://x/1", missing="deleted"), edited=NOON, claimed="yesterday",
        date_note="no such day", links=("https://a.example/",), hashtags=("Lantern",),
        mentions=("@RowanGreen",),
    )  # fmt: skip
    reading = a_reading(("green", -1), ("little", 1), heat=0.7, towards=["green"])
    keep(database, (post, reading))
    card = read_card(database, post.uid)
    assert card is not None
    (version,) = card.versions
    assert (version.post, version.reading) == (post, reading)
    assert (version.number, version.captured, len(version.sha256)) == (1, NOON, 64)
    assert find_posts(database, [post.uid, "at://x/1"]) == {post.uid: replace(post, raw=b"")}


def test_a_post_is_new_once_and_then_only_seen_again() -> None:
    database = an_archive()
    read = (a_post(), a_reading())
    assert keep(database, read) == Kept(new=(read[0].uid,))
    assert keep(database, read, at=NOON + HOUR) == Kept()
    card = read_card(database, read[0].uid)
    assert card is not None
    assert (len(card.versions), card.last_seen) == (1, NOON + HOUR)


def test_another_version_is_a_revision_of_the_same_post() -> None:
    database = an_archive()
    first, second = a_post(), a_post(text="The ferry must never run.", version="2")
    keep(database, (first, a_reading()))
    kept = keep(database, (second, a_reading(("green", -1))), at=NOON + HOUR)
    assert kept == Kept(revised=(first.uid,))
    card = read_card(database, first.uid)
    assert card is not None
    assert [version.post for version in card.versions] == [first, second]
    assert find_posts(database, [first.uid])[first.uid].text == second.text
    assert rows_of(database, "select n from totals where what = 'posts'") == [(1,)]


def test_an_edit_moves_the_post_s_place_in_the_counts_to_what_it_says_now() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", 1), ("little", 1))))
    keep(database, (a_post(version="2"), a_reading(("green", -1), reader="words@2")))
    hours = rows_of(database, "select camp, reader, posts, sure, tone_sum from hours")
    assert hours == [("green", "words@2", 1, 1, -1)]


def test_a_server_that_has_not_heard_of_the_last_edit_brings_no_revision() -> None:
    database = an_archive()
    edited = a_post(version="2", edited=NOON + HOUR)
    keep(database, (a_post(), a_reading()))
    keep(database, (edited, a_reading()))
    assert keep(database, (a_post(), a_reading()), source="gazette") == Kept()
    assert find_posts(database, [edited.uid])[edited.uid].version == "2"


def test_only_versions_the_archive_does_not_hold_need_to_be_read() -> None:
    database = an_archive()
    keep(database, (a_post("at://a"), a_reading()), (a_post("at://b"), a_reading()))
    wanted = [("at://a", "1"), ("at://b", "2"), ("at://c", "1")]
    assert unknown(database, wanted) == {("at://b", "2"), ("at://c", "1")}


def test_a_feed_that_lists_an_item_twice_does_not_look_edited_at_every_visit() -> None:
    database = an_archive()
    twice = [(a_post(version="A"), a_reading()), (a_post(version="B"), a_reading())]
    assert keep(database, *twice) == Kept(new=("at://ada/1",))
    assert unknown(database, [(post.uid, post.version) for post, _ in twice]) == set()
    assert keep(database, *twice) == Kept()


def test_a_post_seen_in_two_sources_is_one_post_with_two_places() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading()), source="ada")
    keep(database, source="gazette", seen=["at://ada/1"], at=NOON + HOUR)
    card = read_card(database, "at://ada/1")
    assert card is not None
    assert card.sources == ("ada", "gazette")


def test_a_post_that_is_gone_leaves_the_counts_and_stays_in_the_archive() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", -1))))
    gone = [("at://ada/1", "deleted"), ("at://never/kept", "deleted")]
    assert keep(database, gone=gone, at=NOON + HOUR) == Kept(gone=("at://ada/1",))
    assert keep(database, gone=gone, at=NOON + 2 * HOUR) == Kept()
    card = read_card(database, "at://ada/1")
    assert card is not None
    assert (card.gone, card.gone_why) == (NOON + HOUR, "deleted")
    assert rows_of(database, "select * from hours") == []


def test_a_post_that_is_back_counts_again() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", -1))))
    before = rows_of(database, "select * from hours")
    keep(database, gone=[("at://ada/1", "hidden")])
    keep(database, seen=["at://ada/1"])
    card = read_card(database, "at://ada/1")
    assert card is not None
    assert (card.gone, card.gone_why) == (None, "")
    assert rows_of(database, "select * from hours") == before


def test_the_parent_is_on_the_card_when_the_archive_has_it() -> None:
    database = an_archive()
    parent = a_post("at://rowan/1", "No ferry.")
    reply = a_post("at://ada/2", kind="reply", reply_to=Context("at://rowan/1"))
    keep(database, (reply, a_reading()))
    card = read_card(database, reply.uid)
    assert card is not None
    assert card.parent is None
    keep(database, (parent, a_reading()))
    card = read_card(database, reply.uid)
    assert card is not None
    assert card.parent is not None
    assert card.parent.text == "No ferry."


def test_what_is_only_an_expectation_is_counted_and_tied_to_nobody() -> None:
    database = an_archive()
    flagged = a_reading(breaches=[a_breach("R05", lane="expectation")])
    keep(database, (a_post(), flagged))
    keep(database, (a_post(version="2"), flagged))
    assert rows_of(database, "select rule, n from expectations") == [("R05", 1)]
    assert rows_of(database, "select * from breaches") == []
    card = read_card(database, "at://ada/1")
    assert card is not None
    assert [version.reading.breaches for version in card.versions] == [(), ()]


def test_a_visit_without_news_touches_no_post() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(("green", 1))))
    before = rows_of(database, "select * from posts, revisions, readings, tones, hours")
    keep(database, seen=["at://ada/1"], at=NOON + HOUR)
    assert rows_of(database, "select * from posts, revisions, readings, tones, hours") == before


QUIET = "nothing new"


def test_a_visit_has_a_row_if_it_brought_something_or_went_otherwise_than_the_last() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading()))
    for hours, state in enumerate((QUIET, QUIET, QUIET, "answering"), 1):
        keep(database, seen=["at://ada/1"], at=NOON + hours * HOUR, state=state)
    assert rows_of(database, "select outcome, new, entries from visits") == [
        ("answering", 1, 1),
        ("nothing new", 0, 1),
        ("answering", 0, 1),
    ]


def test_a_source_is_remembered_with_what_its_module_noted() -> None:
    database = an_archive()
    entry = CONTEST.sources[1]
    assert remembered(database, entry) == (Health("ada", "bluesky"), Memory())
    health = Health("ada", "bluesky", "answering", "", NOON, NOON, NOON, NOON, NOON + HOUR, 0, 7)
    memory = Memory({entry.url: Validators('"x"', "Wed")}, {"did": "did:ada", "n": [1, None]})
    keep_visit(database, CONTEST, health, memory, [], captured=NOON)
    assert remembered(database, entry) == (health, memory)


def test_a_failure_keeps_what_the_source_remembered() -> None:
    database = an_archive()
    entry = CONTEST.sources[0]
    memory = Memory({entry.url: Validators('"x"', "")})
    good = Health("gazette", "feed", "answering", visited=NOON)
    keep_visit(database, CONTEST, good, memory, [], captured=NOON)
    failing = replace(good, state="failing", reason="no answer", visited=NOON + HOUR, failures=1)
    keep_failure(database, failing)
    assert remembered(database, entry) == (failing, memory)
    assert rows_of(database, "select outcome, reason from visits") == [
        ("answering", ""),
        ("failing", "no answer"),
    ]


def test_a_source_that_failed_from_the_start_is_remembered_as_failing() -> None:
    database = an_archive()
    failing = Health("gazette", "feed", "failing", "no answer", visited=NOON, failures=3)
    keep_failure(database, failing)
    assert remembered(database, CONTEST.sources[0]) == (failing, Memory())


def test_a_name_that_stands_for_another_place_begins_afresh() -> None:
    database = an_archive()
    keep(database, memory=Memory(notes={"did": "did:ada"}))
    moved = SourceEntry("ada", "bluesky", "https://sky.example", follows="rowan.example")
    assert remembered(database, moved) == (Health("ada", "bluesky"), Memory())


def test_posts_take_turns_to_be_looked_at_again() -> None:
    database = an_archive()
    uids = [f"at://ada/{n}" for n in range(6)]
    keep(database, *[(a_post(uid), a_reading()) for uid in uids])
    looked: list[str] = []
    for n in range(1, 4):
        now = NOON + n * HOUR
        asked = recheck_candidates(database, "ada", now, limit=2)
        looked += asked
        keep(database, checked=asked, at=now)
    assert sorted(looked) == uids


def test_a_flagged_post_is_looked_at_again_first_and_at_any_age() -> None:
    database = an_archive()
    old = NOON - 30 * 24 * HOUR
    flagged = a_reading(breaches=[a_breach()])
    keep(database, (a_post("at://plain"), a_reading()), (a_post("at://flagged"), flagged))
    keep(database, (a_post("at://old", at=old), a_reading()), at=old)
    keep(database, (a_post("at://old-flagged", at=old), flagged), at=old)
    asked = recheck_candidates(database, "ada", NOON + HOUR)
    assert set(asked) == {"at://plain", "at://flagged", "at://old-flagged"}
    assert asked.index("at://flagged") < asked.index("at://plain")
    assert recheck_candidates(database, "gazette", NOON + HOUR) == ()


def test_a_gone_post_is_not_looked_at_again() -> None:
    database = an_archive()
    keep(database, (a_post(), a_reading(breaches=[a_breach()])))
    keep(database, gone=[("at://ada/1", "deleted")])
    assert recheck_candidates(database, "ada", NOON + HOUR) == ()
