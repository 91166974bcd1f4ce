"""Labels and heads: nothing is lost, nothing deleted, and the least sure posts are asked about."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from contest.labels import NOT_ABOUT, Answer
from contest.post import Context
from contest.reading import Reading, Tone
from storage.archive import Archive
from storage.rereading import NEWEST, behind, keep_rereadings
from storage.schema import migrations
from storage.teaching import (
    Head,
    count_labels,
    current_taught,
    find_answer,
    find_revision,
    heads,
    is_taught,
    keep_label,
    keep_taught,
    labels,
    least_sure,
    undo_taught,
    untaught,
    withdraw_label,
    withdraw_labels_of,
)
from tests.storage.lantern import HOUR, NOON, a_post, a_reading, an_archive, keep, rows_of

ROOT = Path(__file__).parents[2]
CAMPS = ("little", "green", "brown")


def unsure(**camps: float) -> Reading:
    """A reading that is so certain of each camp's tone, and not sure of any below 0.6."""
    tones = tuple(
        Tone(camp, int(held >= 0.6), 0.1, held >= 0.6, certainty=held)
        for camp, held in camps.items()
    )
    return replace(a_reading(), tones=tones)


def asked(database: Database, *camps: str, most: int = 50) -> list[tuple[str, str]]:
    found = least_sure(database, camps or CAMPS, most)
    return [(question.post.uid, question.camp) for question in found]


def label(database: Database, uid: str, camp: str, said: Answer) -> int:
    revision = find_revision(database, uid)
    assert revision is not None
    return keep_label(database, revision, camp, said, "anna", NOON)


def a_head(base: str = "words@1", **more: object) -> Head:
    head = Head(0, NOON, "anna", (1, 2), base, b"head", 30, 0.5, 0.7)
    return replace(head, **more)  # type: ignore[arg-type]


# -- what is asked ------------------------------------------------------------------------


def test_the_least_sure_come_first_and_the_camps_take_turns() -> None:
    database = an_archive()
    keep(
        database,
        (a_post("at://a", "one"), unsure(green=0.5)),
        (a_post("at://b", "two"), unsure(green=0.4, little=0.55)),
        (a_post("at://c", "three"), unsure(little=0.34, green=0.9)),
    )
    assert asked(database) == [
        ("at://c", "little"), ("at://b", "green"), ("at://a", "green"), ("at://b", "little"),
        ("at://c", "green"),
    ]  # fmt: skip
    assert asked(database, "green") == [
        ("at://b", "green"),
        ("at://a", "green"),
        ("at://c", "green"),
    ]
    assert asked(database, most=1) == [("at://c", "little"), ("at://b", "green")]
    assert asked(database, "brown") == []


def test_a_question_says_who_wrote_what_and_what_the_reader_makes_of_it() -> None:
    database = an_archive()
    post = a_post(kind="reply", reply_to=Context("at://rowan/1", text="No."), title="On ferries")
    keep(database, (post, unsure(green=0.4)))
    (question,) = least_sure(database, ["green"], 5)
    assert question.post == replace(post, raw=b"")
    assert question.tone == Tone("green", 0, 0.1, False, certainty=0.4)
    assert (question.account, question.side, question.role) == (
        "@AdaLittleLP", "little", "candidate",
    )  # fmt: skip


def test_the_same_words_are_asked_about_once_and_plain_reposts_never() -> None:
    database = an_archive()
    keep(
        database,
        (a_post("at://a", "Ada, again"), unsure(little=0.4)),
        (a_post("at://b", "ada,  again"), unsure(little=0.5)),
        (a_post("at://c", "other", kind="repost"), unsure(little=0.3)),
    )
    assert asked(database) == [("at://a", "little")]
    label(database, "at://a", "little", 1)
    assert asked(database) == []


def test_a_post_in_a_language_that_is_not_read_is_not_asked_about() -> None:
    database = an_archive()
    read = unsure(green=0.5)
    unread = replace(read, readers={**read.readers, "language": "not read: fr"})
    keep(database, (a_post("at://a", "one"), read), (a_post("at://b", "deux"), unread))
    assert asked(database, "green") == [("at://a", "green")]


def test_a_post_that_is_gone_is_not_asked_about_and_an_edited_one_is_asked_about_again() -> None:
    database = an_archive()
    keep(database, (a_post("at://a"), unsure(green=0.4)), (a_post("at://b"), unsure(green=0.4)))
    label(database, "at://b", "green", 1)
    keep(database, gone=[("at://a", "deleted")])
    assert asked(database) == []
    keep(database, (a_post("at://b", "Other words.", version="2"), unsure(green=0.5)))
    assert asked(database) == [("at://b", "green")]


# -- labels -------------------------------------------------------------------------------


def test_another_label_comes_after_the_first_and_a_withdrawn_one_is_marked() -> None:
    database = an_archive()
    keep(database, (a_post(), unsure(green=0.4)))
    label(database, "at://ada/1", "green", 1)
    second = label(database, "at://ada/1", "green", -1)
    assert [(one.camp, one.tone) for one in labels(database)] == [("green", -1)]
    assert count_labels(database) == {"green": 1}
    withdraw_label(database, second, NOON + HOUR)
    assert [one.tone for one in labels(database)] == [1]
    assert rows_of(database, "select tone, who, withdrawn is null from labels") == [
        (1, "anna", 1), (-1, "anna", 0),
    ]  # fmt: skip
    revision = find_revision(database, "at://ada/1")
    assert revision
    assert withdraw_labels_of(database, revision, "green", NOON) == 1
    assert (labels(database), find_answer(database, revision, "green")) == ([], None)
    assert asked(database) == [("at://ada/1", "green")]


def test_a_label_is_of_the_words_that_were_labelled() -> None:
    database = an_archive()
    keep(database, (a_post(text="First words."), unsure(green=0.4)))
    label(database, "at://ada/1", "green", 1)
    keep(database, (a_post(text="Other words.", version="2"), unsure(green=0.4)))
    (kept,) = labels(database)
    assert (kept.post.text, kept.tone, kept.who) == ("First words.", 1, "anna")


def test_a_tone_that_is_none_is_refused() -> None:
    database = an_archive()
    keep(database, (a_post(), unsure(green=0.4)))
    with pytest.raises(Exception, match="CHECK"):
        label(database, "at://ada/1", "green", 2)  # type: ignore[arg-type]
    assert labels(database) == []


DYING = """
import os, signal, sys
from pathlib import Path
from storage.archive import Archive
from storage.teaching import find_revision, keep_label
from tests.storage.lantern import NOON, a_post, a_reading, keep
archive = Archive(Path(sys.argv[1]))
archive.run_sync(keep, (a_post(), a_reading(("green", 0))))
revision = archive.run_sync(find_revision, "at://ada/1")
for tone in (1, -1):
    archive.run_sync(keep_label, revision, "green", tone, "anna", NOON)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_labels_survive_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "lantern.db"
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(path)], cwd=ROOT, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert died.returncode == -signal.SIGKILL
    with Archive(path) as archive:
        (kept,) = archive.run_sync(labels)
        assert (kept.camp, kept.tone) == ("green", -1)


# -- heads --------------------------------------------------------------------------------


def test_the_last_head_that_is_not_undone_is_in_force() -> None:
    database = an_archive()
    assert not is_taught(database)
    assert current_taught(database, "words@1") is None
    for number in (1, 2):
        assert keep_taught(database, a_head(head=b"%d" % number)) == number
    head = current_taught(database, "words@1")
    assert head
    assert (head.version, head.head, head.labels, head.agreed_after) == (
        "taught.2", b"2", (1, 2), 0.7,
    )  # fmt: skip
    undone = undo_taught(database, "words@1")
    assert undone
    assert undone.number == 2
    head = current_taught(database, "words@1")
    assert head
    assert head.number == 1
    undo_taught(database)
    assert current_taught(database, "words@1") is None
    assert undo_taught(database) is None
    assert keep_taught(database, a_head()) == 3
    assert [(head.number, head.undone) for head in heads(database)] == [
        (1, True), (2, True), (3, False),
    ]  # fmt: skip


def test_a_head_is_undone_by_its_number_only_while_it_is_in_force() -> None:
    database = an_archive()
    for _ in range(2):
        keep_taught(database, a_head())
    assert undo_taught(database, "words@1", 1) is None
    undone = undo_taught(database, "words@1", 2)
    assert undone
    assert undone.number == 2
    assert undo_taught(database, "words@1", 2) is None
    head = current_taught(database, "words@1")
    assert head
    assert head.number == 1


def test_a_head_for_another_reader_is_not_in_force_and_not_lost() -> None:
    database = an_archive()
    keep_taught(database, a_head("words@1"))
    assert current_taught(database, "words@2") is None
    assert undo_taught(database, "words@2") is None
    head = current_taught(database, "words@1")
    assert head
    assert head.number == 1


def test_there_is_news_only_where_labels_came_or_went_since_the_last_head() -> None:
    database = an_archive()
    keep(database, (a_post(), unsure(green=0.4, little=0.5)))
    assert not untaught(database, "words@1")
    first = label(database, "at://ada/1", "green", 1)
    assert untaught(database, "words@1")
    keep_taught(database, a_head(labels=(first,)))
    assert not untaught(database, "words@1")
    undo_taught(database)
    assert not untaught(database, "words@1"), "undoing is no wish to have it made again"
    assert untaught(database, "words@2"), "another reader has learnt nothing yet"
    second = label(database, "at://ada/1", "little", 0)
    assert untaught(database, "words@1")
    withdraw_label(database, second, NOON)
    assert not untaught(database, "words@1")


# -- an archive from before ----------------------------------------------------------------


def test_an_archive_from_before_can_be_taught() -> None:
    old = Database(sqlite3.connect(":memory:"))
    migrations.apply(old, stop_before="teach_the_reader")
    assert "labels" not in old.table_names()
    old.conn.execute("insert into accounts values (1, 'x', 'did', 'a', 'A', '', '2026')")
    old.conn.execute(
        "insert into posts (id, uid, platform, kind, author, account, camp, role, phase, published,"
        " captured, url, version) values (1, 'u', 'x', 'post', 1, '', '', '', '', '2026', '2026', '', '1')"
    )
    old.conn.execute(
        "insert into revisions values"
        " (1, 1, 1, '1', '', 'Words.', '', 'a', 'A', '2026-10-28T12:00:00.000000Z', null, '2026', '', '', null, '{}')"
    )
    old.conn.execute("insert into readings values (1, 1, '{}', '', '', '', '', 0, '[]', '[]')")
    old.conn.execute(
        "insert into tones (reading, post, camp, tone, score, sure, hostile, reader, published,"
        " mentions, counted) values (1, 1, 'green', 0, 0.1, 0, 0, 'words@1', '2026', '[]', 1)"
    )
    old.conn.execute("update posts set revision = 1, reading = 1")
    old.conn.commit()
    migrations.apply(old)
    assert asked(old) == [("u", "green")]
    assert label(old, "u", "green", 1) == 1


# -- what an officer says wins over the reader ---------------------------------------------


def counts_of(database: Database) -> list[tuple[object, ...]]:
    return rows_of(
        database,
        "select camp, reader, posts, sure, plus, minus, tone_sum from hours order by 1, 2",
    )


def uncounted(database: Database) -> int:
    """By how much the counts by hour differ from the tones they are of."""
    sums = "select sum(posts), sum(sure), sum(tone_sum) from hours"
    tones = (
        "select count(*), sum(sure or officer is not null),"
        " sum(case when officer is null then tone * sure else officer end) from tones where counted"
    )
    return int(rows_of(database, sums) != rows_of(database, tones))


def test_an_officer_s_tone_is_counted_in_the_place_of_the_reader_s_until_it_is_withdrawn() -> None:
    database = an_archive()
    keep(database, (a_post("at://a", "one"), unsure(green=0.4, little=0.9)))
    before = counts_of(database)
    first = label(database, "at://a", "green", -1)
    assert counts_of(database) == [
        ("green", "officer", 1, 1, 0, 1, -1), ("little", "words@1", 1, 1, 1, 0, 1),
    ]  # fmt: skip
    second = label(database, "at://a", "green", 1)
    assert counts_of(database)[0] == ("green", "officer", 1, 1, 1, 0, 1)
    tone = "select tone, sure, score from tones where camp = 'green'"
    assert rows_of(database, tone) == [(0, 0, 0.1)], "what the reader said is kept"
    withdraw_label(database, second, NOON)
    assert counts_of(database)[0] == ("green", "officer", 1, 1, 0, 1, -1)
    withdraw_label(database, first, NOON)
    assert counts_of(database) == before


def test_what_is_not_about_the_camp_is_in_none_of_its_figures_until_that_is_taken_back() -> None:
    database = an_archive()
    keep(database, (a_post("at://a", "one"), unsure(green=0.9, little=0.9)))
    before = counts_of(database)
    label(database, "at://a", "green", NOT_ABOUT)
    assert counts_of(database) == [("little", "words@1", 1, 1, 1, 0, 1)]
    assert (count_labels(database), count_labels(database, about=False)) == ({}, {"green": 1})
    revision = find_revision(database, "at://a")
    assert revision
    assert find_answer(database, revision, "green") == NOT_ABOUT
    assert [(one.tone, one.about) for one in labels(database)] == [(0, False)]
    assert not untaught(database, "words@1")
    assert asked(database, "green") == []
    withdraw_labels_of(database, revision, "green", NOON)
    assert counts_of(database) == before
    assert asked(database, "green") == [("at://a", "green")]


def test_what_is_not_about_the_camp_is_none_of_its_hostile_posts_either() -> None:
    database = an_archive()
    keep(database, (a_post("at://a", "one"), a_reading(("green", -1), heat=0.9, towards=["green"])))
    hostile = "select sum(hostile) from hours where camp = 'green'"
    assert rows_of(database, hostile) == [(1,)]
    given = label(database, "at://a", "green", 1)
    assert rows_of(database, hostile) == [(1,)]
    withdraw_label(database, given, NOON)
    label(database, "at://a", "green", NOT_ABOUT)
    assert rows_of(database, hostile) == [(None,)]


def test_an_officer_s_word_stands_through_deletion_return_and_another_reading() -> None:
    database = an_archive()
    keep(database, (a_post("at://a", "one"), unsure(green=0.4, little=0.9)))
    label(database, "at://a", "green", 1)
    label(database, "at://a", "little", NOT_ABOUT)
    told = [("green", "officer", 1, 1, 1, 0, 1)]
    assert counts_of(database) == told
    keep(database, gone=[("at://a", "deleted")])
    assert counts_of(database) == []
    keep(database, (a_post("at://a", "one"), unsure(green=0.4, little=0.9)), seen=["at://a"])
    assert counts_of(database) == told
    other = replace(unsure(green=0.9), readers=a_reading(reader="words@2").readers)
    stored = behind(database, NEWEST, 9, other.readers)
    keep_rereadings(database, [(one, other) for one in stored], 0.5)
    assert counts_of(database) == told
    assert uncounted(database) == 0


def test_an_edited_post_is_counted_by_the_reader_until_it_is_labelled_itself() -> None:
    database = an_archive()
    keep(database, (a_post("at://a", "one"), unsure(green=0.4)))
    given = label(database, "at://a", "green", NOT_ABOUT)
    keep(database, (a_post("at://a", "other words", version="2"), unsure(green=0.9)))
    assert counts_of(database) == [("green", "words@1", 1, 1, 1, 0, 1)]
    withdraw_label(database, given, NOON)
    assert counts_of(database) == [("green", "words@1", 1, 1, 1, 0, 1)]
    assert uncounted(database) == 0


def test_a_head_that_was_held_back_is_never_in_force_and_never_undone() -> None:
    database = an_archive()
    keep_taught(database, a_head())
    assert keep_taught(database, a_head(held_back=True)) == 2
    head = current_taught(database, "words@1")
    assert head
    assert head.number == 1
    assert [(one.undone, one.held_back) for one in heads(database)] == [
        (False, False), (False, True),
    ]  # fmt: skip
    undone = undo_taught(database)
    assert undone
    assert undone.number == 1
    assert undo_taught(database) is None


def test_labels_from_before_count_for_their_own_posts_once_the_archive_is_opened() -> None:
    old = Database(sqlite3.connect(":memory:"))
    migrations.apply(old, stop_before="let_officers_words_count")
    at = "2026-10-28T12:00:00.000000Z"
    for statement in (
        "insert into accounts values (1, 'x', 'did', 'a', 'A', '', '2026')",
        "insert into posts (id, uid, platform, kind, author, account, camp, role, phase, published,"
        f" captured, url, version) values (1, 'u', 'x', 'post', 1, '', '', '', '', '{at}', '', '', '1')",
        "insert into revisions values"
        f" (1, 1, 1, '1', '', 'Words.', '', 'a', 'A', '{at}', null, '', '', '', null, '{{}}')",
        "insert into readings values (1, 1, '{}', '', '', '', '', 0, '[]', '[]')",
        "insert into tones (reading, post, camp, tone, score, sure, hostile, reader, published,"
        f" mentions, counted) values (1, 1, 'green', 0, 0.1, 0, 0, 'words@1', '{at}', '[]', 1)",
        "update posts set revision = 1, reading = 1",
        "insert into hours (hour, camp, reader, posts, sure, tone_sum, hostile)"
        " values ('2026-10-28T12:00:00Z', 'green', 'words@1', 1, 0, 0, 0)",
        "insert into labels (post, revision, camp, tone, who, at)"
        f" values (1, 1, 'green', -1, 'anna', '{at}')",
    ):
        old.conn.execute(statement)
    old.conn.commit()
    migrations.apply(old)
    assert counts_of(old) == [("green", "officer", 1, 1, 0, 1, -1)]
    withdraw_label(old, 1, NOON)
    assert counts_of(old) == [("green", "words@1", 1, 0, 0, 0, 0)]
