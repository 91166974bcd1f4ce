"""What is only expected: counted, and its words dropped a day later, without a trace in the file."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from contest.post import Author, Context, Post
from contest.reading import Exchange, Reading
from storage import dropping, teaching
from storage.archive import Archive
from storage.board import Card, read_board, read_card
from storage.dropping import KEPT_FOR, drop_due, is_untidy, tidy
from storage.export import COLUMNS, export
from storage.posts import find_posts, recheck_candidates, unknown
from storage.rereading import NEWEST, behind, count_behind, keep_rereadings, other_heads
from storage.rows import DROPPED, is_mark, mark_of
from storage.tally import read_tally
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

UID = "at://pim/1"
PIM = Author("did:pim", "pim.example", "Pim Wrenfold")
WORDS = "quixotic marmalade brigade"
DUE = NOON + KEPT_FOR
HOSTILE = CONTEST.thresholds.hostile
TAUGHT = {**READERS, "sentiment": "words@1+taught.1"}


def a_member_s(uid: str = UID, text: str = WORDS, **more: object) -> Post:
    usual: dict[str, object] = {
        "author": PIM, "url": "https://x.example/pim/1", "claimed": "noonish", "links": ("https://l",),
        "raw": f'{{"uid": "{uid}", "text": "{text}", "by": "Pim Wrenfold"}}'.encode(),
    }  # fmt: skip
    return a_post(uid, text, **(usual | more))  # type: ignore[arg-type]


def expected(*tones: tuple[str, int], **more: object) -> Reading:
    """The reading of a member's post to whom rule R01 is an expectation."""
    said = a_reading(*(tones or (("green", -1),)), breaches=[a_breach(lane="expectation")])
    return replace(said, **({"account": "@pim", "camp": "", "role": "member"} | more))  # type: ignore[arg-type]


def drop_all(database: Database, now: datetime = DUE) -> int:
    dropped = 0
    while many := drop_due(database, now):
        dropped += many
    if is_untidy(database):
        more = tidy(database, first=True)
        while more:
            more = tidy(database, first=False)
    return dropped


def figures(database: Database) -> list[object]:
    """All that is counted."""
    board = read_board(database, CONTEST, NOON + HOUR)
    tables = ("hours", "expectations", "totals")
    counted = [rows_of(database, f"select * from {table} order by 1, 2") for table in tables]
    tones = "select post, camp, tone, score, sure, hostile, reader, published, counted from tones"
    return [
        replace(board, sources=()),
        *counted,
        rows_of(database, f"{tones} order by 1, 2"),
        read_tally(database),
    ]


def left_of(database: Database, *words: str) -> list[str]:
    """Which of the words stand anywhere in the database, in a value or in the search index."""
    tables = [name for (name,) in rows_of(database, "select name from sqlite_master where type = 'table'")]  # fmt: skip
    values = [
        value
        for table in tables
        if table != "posts_fts"
        for row in rows_of(database, f"select * from {table}")
        for value in row
    ]
    texts = [v if isinstance(v, bytes) else str(v).encode() for v in values]
    return [word for word in words if any(word.lower().encode() in text.lower() for text in texts)]


def sound(database: Database) -> None:
    database.conn.execute("insert into posts_fts (posts_fts, rank) values ('integrity-check', 1)")
    assert rows_of(database, "pragma foreign_key_check") == []


def card_of(database: Database, uid: str) -> Card:
    card = read_card(database, uid)
    assert card
    return card


def noted(database: Database) -> list[tuple[object, ...]]:
    return rows_of(database, "select post, due from to_drop")


# -- noted ---------------------------------------------------------------------------------------


def test_a_post_that_breaks_only_what_is_expected_is_noted_for_a_day_after_its_capture() -> None:
    database = an_archive()
    keep(database, (a_member_s(at=NOON - 5 * HOUR), expected()))
    assert noted(database) == [(1, "2026-10-29T12:00:00.000000Z")]


@pytest.mark.parametrize("lane", ["case", "needs-context", "before-rule"])
def test_a_post_that_is_flagged_in_another_lane_too_is_not_noted(lane: str) -> None:
    database = an_archive()
    both = [a_breach(lane="expectation"), a_breach("R05", lane=lane)]
    keep(database, (a_member_s(), expected(breaches=tuple(both))))
    keep(database, (a_post("at://plain"), a_reading()))
    assert noted(database) == []


def test_a_hostile_exchange_between_camps_is_not_noted() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected(exchange=Exchange("little", "green", "reply"))))
    assert noted(database) == []


def test_an_edit_that_is_flagged_in_another_lane_takes_the_note_back() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    flagged = expected(breaches=(a_breach("R05"),))
    keep(database, (a_member_s(text="Vote by Sunday.", version="2"), flagged), at=NOON + HOUR)
    assert noted(database) == []
    assert drop_all(database, DUE + 9 * HOUR) == 0
    assert [version.post.text for version in card_of(database, UID).versions] == [
        WORDS,
        "Vote by Sunday.",
    ]


def test_an_edit_leaves_the_day_as_it_was_and_both_versions_go() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    keep(database, (a_member_s(text="gossamer", version="2"), expected()), at=NOON + 20 * HOUR)
    assert drop_all(database) == 1
    assert left_of(database, "quixotic", "gossamer") == []


def test_what_is_flagged_when_it_is_read_again_is_kept() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    (stored,) = behind(database, NEWEST, 5, TAUGHT)
    now = expected(readers=TAUGHT, breaches=(a_breach("R05", lane="needs-context"),))
    keep_rereadings(database, [(stored, now)], HOSTILE)
    assert noted(database) == []


def test_what_was_ever_flagged_is_kept_though_later_rules_only_expect_it() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected(breaches=(a_breach(),))))
    (stored,) = behind(database, NEWEST, 5, TAUGHT)
    keep_rereadings(database, [(stored, expected(readers=TAUGHT))], HOSTILE)
    assert noted(database) == []
    keep(database, (a_member_s("at://pim/2"), expected(breaches=(a_breach(),))))
    keep(database, (a_member_s("at://pim/2", version="2"), expected()))
    assert noted(database) == []


def test_what_only_later_rules_expect_is_noted_too() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected(breaches=())))
    assert noted(database) == []
    (stored,) = behind(database, NEWEST, 5, TAUGHT)
    keep_rereadings(database, [(stored, expected(readers=TAUGHT))], HOSTILE)
    assert noted(database) == [(1, "2026-10-29T12:00:00.000000Z")]


# -- dropped -------------------------------------------------------------------------------------


def test_nothing_is_dropped_before_the_day_is_over() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    assert drop_all(database, DUE - timedelta(microseconds=1)) == 0
    assert card_of(database, UID).versions[0].post.text == WORDS
    assert drop_all(database, DUE) == 1


def test_words_and_names_go_and_no_figure_moves() -> None:
    database = an_archive()
    keep(
        database,
        (a_member_s(title="Zephyr"), expected()),
        (a_post("at://ada/9"), a_reading(("green", 1))),
    )
    before = figures(database)
    assert drop_all(database) == 1
    assert figures(database) == before
    traces = ("quixotic", "marmalade", "zephyr", "pim", "wrenfold", "noonish", "x.example", UID)
    assert left_of(database, *traces) == []
    assert rows_of(database, "select count(*) from payloads") == [(1,)]
    assert noted(database) == []
    sound(database)


def test_the_day_s_other_posts_keep_their_words_and_their_place_in_the_search() -> None:
    database = an_archive()
    keep(
        database,
        (a_member_s(), expected()),
        (a_post("at://ada/9", "Marmalade for all."), a_reading()),
    )
    drop_all(database)
    found = rows_of(database, "select rowid from posts_fts where posts_fts match 'marmalade'")
    assert found == [(2,)]
    assert card_of(database, "at://ada/9").versions[0].post.text == "Marmalade for all."


def test_an_account_of_which_other_posts_are_kept_stays_with_those() -> None:
    database = an_archive()
    keep(
        database,
        (a_member_s(), expected()),
        (a_member_s("at://pim/2", "Rain."), expected(breaches=())),
    )
    drop_all(database)
    authors = "select a.name from posts p join accounts a on a.id = p.author order by p.id"
    assert rows_of(database, authors) == [("unnamed",), ("Pim Wrenfold",)]


def test_an_account_that_the_roster_knows_in_another_role_stays_its_own() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected(role="mp", camp="green")))
    drop_all(database)
    assert rows_of(database, "select account, camp, role from posts") == [("@pim", "green", "mp")]
    assert left_of(database, "quixotic", UID) == []
    (row,) = posts_of(database)
    assert {row[name] for name in ("handle_at_capture", "roster_account", "account_id_stable")} == {
        ""
    }


def test_a_payload_that_another_post_shares_stays() -> None:
    database = an_archive()
    shared = {"raw": b"<item>the same</item>"}
    keep(
        database, (a_member_s(**shared), expected()), (a_post("at://ada/9", **shared), a_reading())
    )
    drop_all(database)
    assert card_of(database, "at://ada/9").versions[0].post.raw == b"<item>the same</item>"


def test_posts_are_dropped_so_many_at_a_time_those_due_longest_first() -> None:
    database = an_archive()
    for n in range(5):
        keep(database, (a_member_s(f"at://pim/{n}"), expected()), at=NOON - n * HOUR)
    assert drop_due(database, DUE, most=2) == 2
    assert [n for n in range(5) if read_card(database, f"at://pim/{n}")] == [0, 1, 2]
    assert (drop_due(database, DUE, 2), drop_due(database, DUE, 2), drop_due(database, DUE, 2)) == (
        2,
        1,
        0,
    )


def test_a_run_that_was_broken_off_leaves_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    with monkeypatch.context() as broken:
        broken.setattr(dropping, "_silence_echoes", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            drop_due(database, DUE)
    assert card_of(database, UID).versions[0].post.text == WORDS
    assert drop_all(database) == 1


def test_an_index_that_was_left_untidy_is_tidied_by_the_next_run() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    assert drop_due(database, DUE) == 1
    assert left_of(database, "marmalade") == ["marmalade"]  # killed here: the index still spells it
    assert is_untidy(database)
    assert drop_all(database) == 0
    assert left_of(database, "marmalade") == []
    assert not is_untidy(database)


# -- seen again ----------------------------------------------------------------------------------


def test_another_capture_or_version_of_a_dropped_post_brings_nothing_back() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    drop_all(database)
    before = figures(database)
    assert unknown(database, [(UID, "1"), (UID, "2"), ("at://new", "1")]) == {("at://new", "1")}
    late = (a_member_s(), expected()), (a_member_s(text="And more.", version="2"), expected())
    for read in late:
        kept = keep(database, read, seen=[UID], checked=[UID], at=DUE)
        assert (kept.new, kept.revised) == ((), ())
    assert keep(database, gone=[(UID, "deleted")], at=DUE).gone == ()
    assert figures(database) == before
    assert left_of(database, "quixotic", "pim", "more.") == []
    assert noted(database) == []


def test_a_post_that_a_server_names_like_a_dropped_one_is_not_believed() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    drop_all(database)
    before = figures(database)
    forged = mark_of(UID)
    assert unknown(database, [(forged, "7")]) == set()
    kept = keep(database, (a_member_s(forged, version="7"), expected()), gone=[(forged, "deleted")])
    assert (kept.new, kept.revised, kept.gone) == ((), (), ())
    assert figures(database) == before


def test_a_dropped_post_is_not_asked_for_again() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()), (a_post("at://ada/9"), a_reading()))
    drop_all(database)
    assert recheck_candidates(database, "ada", DUE) == ("at://ada/9",)


def test_a_dropped_post_is_not_read_again() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    (stored,) = behind(database, NEWEST, 5, TAUGHT)
    drop_all(database)
    assert behind(database, NEWEST, 5, TAUGHT) == []
    assert count_behind(database, TAUGHT) == count_behind(database, TAUGHT, "words@1") == 0
    assert keep_rereadings(database, [(stored, expected(readers=TAUGHT))], HOSTILE).posts == 0
    assert rows_of(database, "select count(*) from readings") == [(1,)]


def test_a_reader_that_stands_behind_dropped_posts_alone_is_none_to_catch_up_with() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()), (a_post("at://ada/9"), a_reading(("green", 1))))
    drop_all(database)
    assert other_heads(database, "words@1", "words@1+taught.1") == ("words@1",)
    (stored,) = behind(database, NEWEST, 5, TAUGHT)
    again = replace(a_reading(("green", 1), reader="words@1+taught.1"), readers=TAUGHT)
    keep_rereadings(database, [(stored, again)], HOSTILE)
    assert other_heads(database, "words@1", "words@1+taught.1") == ()


# -- what others say of them -----------------------------------------------------------------------


def an_echo(uid: str, kind: str, **more: object) -> Post:
    context = Context(UID, PIM, WORDS)
    about = {"reply_to": context} if kind == "reply" else {"quotes": context}
    text = WORDS if kind == "repost" else "Well, well."
    return a_post(uid, text, kind=kind, **(about | more))  # type: ignore[arg-type]


ECHOES = [("reply", b'{"text": "Well, well."}'), ("quote", None), ("repost", None)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("kind", "raw"), ECHOES)
def test_an_answer_a_quote_and_a_repost_keep_none_of_the_words(
    kind: str, raw: bytes | None, after: bool
) -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    if after:
        drop_all(database)
    own = raw or f'{{"quotes": "{WORDS}", "by": "pim"}}'.encode()
    keep(database, (an_echo("at://ada/7", kind, raw=own), a_reading(("green", 1))))
    before = figures(database)
    drop_all(database)
    assert figures(database) == before
    assert left_of(database, "quixotic", "pim", UID) == []
    post = card_of(database, "at://ada/7").versions[0].post
    assert post.text == ("" if kind == "repost" else "Well, well.")
    assert post.parent == Context(mark_of(UID), Author(""), "", "words dropped")
    assert post.raw == (raw or b"")
    sound(database)


@pytest.mark.parametrize("after", [False, True])
def test_what_is_flagged_keeps_the_words_that_it_answers(after: bool) -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    if after:
        drop_all(database)
    keep(database, (an_echo("at://ada/7", "quote"), a_reading(breaches=[a_breach()])))
    drop_all(database)
    parent = card_of(database, "at://ada/7").versions[0].post.parent
    assert parent
    assert parent.text == WORDS


# -- shown -----------------------------------------------------------------------------------------


def posts_of(database: Database) -> list[dict[str, object]]:
    columns, rows = export(database, CONTEST, "posts")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_an_export_says_that_the_words_were_dropped_and_of_whom_nothing() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    drop_all(database)
    (row,) = posts_of(database)
    assert (row["availability"], row["missing_reason"]) == ("dropped", DROPPED)
    assert is_mark(str(row["post_id"]))
    told = "post_url", "title_verbatim", "text_verbatim", "handle_at_capture", "roster_account"
    assert [row[name] for name in told] == [""] * 5
    for what in COLUMNS:
        _, rows = export(database, CONTEST, what)
        assert "pim" not in repr(list(rows)).lower()


def test_a_dropped_post_cannot_be_opened_nor_found_as_a_parent() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()))
    drop_all(database)
    assert read_card(database, UID) is None
    assert find_posts(database, [UID]) == {}


def test_words_that_are_to_go_are_not_put_to_officers() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()), (a_post("at://ada/9"), a_reading(("green", 1))))
    for _ in range(2):
        asked = teaching.least_sure(database, ["green"], 9)
        assert [question.post.uid for question in asked] == ["at://ada/9"]
        drop_all(database)


def test_a_label_on_dropped_words_still_counts_and_teaches_nothing() -> None:
    database = an_archive()
    keep(database, (a_member_s(), expected()), (a_post("at://ada/9"), a_reading(("green", 1))))
    first, second = (teaching.keep_label(database, v, "green", 1, "rhona", NOON) for v in (1, 2))
    head = teaching.Head(0, NOON, "rhona", (first, second), "words@1", b"head", 2, 0.5, 0.75)
    teaching.keep_taught(database, head)
    before = figures(database)
    drop_all(database)
    assert figures(database) == before
    assert [label.id for label in teaching.labels(database)] == [second]
    assert not teaching.untaught(database, "words@1")
    (standing,) = teaching.standing_heads(database, "words@1")
    assert standing.labels == (second,)


# -- in the file -----------------------------------------------------------------------------------


def test_nothing_of_the_words_is_left_in_the_file_or_its_log(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path) as archive:
        assert archive.run_sync(lambda db: rows_of(db, "pragma secure_delete")) == [(1,)]
        for n in range(40):
            other = a_post(f"at://ada/{n}", f"Ferry number {n} runs.")
            archive.run_sync(keep, (other, a_reading(("green", 1))))
            archive.run_sync(keep, (a_member_s(f"at://pim/{n}", WORDS * 60, raw=b""), expected()))
        assert archive.run_sync(drop_all) == 40
        for part in (path, tmp_path / "a.db-wal"):
            octets = part.read_bytes().lower()
            assert [w for w in (b"quixotic", b"armalade", b"wrenfold") if w in octets] == []
        archive.run_sync(sound)


def test_a_reader_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive(path) as archive:
        archive.run_sync(keep, (a_member_s(), expected()))
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("begin")
        reader.execute("select * from posts").fetchall()
        assert archive.run_sync(drop_all) == 1
        assert not archive.run_sync(is_untidy)
        reader.close()
        assert archive.run_sync(lambda db: rows_of(db, "pragma busy_timeout")) == [(5000,)]
