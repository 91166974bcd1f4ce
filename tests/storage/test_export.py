from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from contest.estimate import Confusion, Said, estimate
from contest.lens import Lens
from contest.post import Author, Context
from contest.reading import Exchange
from storage.archive import Archive
from storage.board import EVERYTHING
from storage.export import COLUMNS, export
from storage.sheet import SheetError, save_csv, write_csv
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

ROOT = Path(__file__).parents[2]
SECOND = (
    "second_verdict", "second_severity", "second_lane", "second_because", "second_quoting",
    "second_reader", "second_asked_utc",
)  # fmt: skip


def exported(database: Database, what: str, lens: Lens = EVERYTHING) -> list[dict[str, str]]:
    columns, rows = export(database, CONTEST, what, lens)
    stream = io.StringIO(newline="")
    count = write_csv(rows, columns, stream)
    read = list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))
    assert len(read) == count
    return read


@pytest.fixture
def database() -> Database:
    database = an_archive()
    reply = a_post(
        "at://ada/1", "You liar, Rowan", kind="reply", lang="en", url="https://sky.example/1",
        reply_to=Context("at://rowan/1", Author("did:rowan"), "No ferry."), hashtags=("a", "b"),
        links=("https://gazette.example/1?x=1", "https://gazette.example/2", "http://[bad"),
    )  # fmt: skip
    hostile = a_reading(
        ("green", -1), heat=0.75, towards=["green"], exchange=Exchange("little", "green", "reply"),
        breaches=[a_breach(), a_breach("R05", lane="expectation")],
    )  # fmt: skip
    keep(database, (reply, hostile), (a_post("at://ada/2", at=NOON + HOUR), a_reading()))
    return database


@pytest.mark.parametrize("what", COLUMNS)
def test_every_export_has_its_header_even_without_rows(what: str) -> None:
    columns, rows = export(an_archive(), CONTEST, what)
    stream = io.StringIO(newline="")
    write_csv(rows, columns, stream)
    assert stream.getvalue().startswith(",".join(COLUMNS[what]) + "\r\n")


def test_a_breach_is_exported_with_what_a_panel_wants_to_know(database: Database) -> None:
    (row,) = exported(database, "breaches")
    assert row | {"raw_sha256": ""} == {
        "contest_id": "lantern",
        "platform": "bluesky",
        "post_id": "at://ada/1",
        "post_url": "https://sky.example/1",
        "action_type": "reply",
        "published_at_utc": "2026-10-28T12:00:00Z",
        "published_at_party_tz": "2026-10-28T12:00:00+00:00",
        "captured_at_utc": "2026-10-28T12:00:00Z",
        "provenance_grade": "G1",
        "revision_no": "1",
        "edited_at_utc": "",
        "availability": "live",
        "last_seen_live_utc": "2026-10-28T12:00:00Z",
        "first_seen_missing_utc": "",
        "missing_reason": "",
        "raw_sha256": "",
        "date_note": "",
        "language": "en",
        "title_verbatim": "",
        "text_verbatim": "You liar, Rowan",
        "parent_post_id": "at://rowan/1",
        "parent_author_id": "did:rowan",
        "parent_text_excerpt": "No ferry.",
        "parent_captured": "n",
        "quoted_post_id": "",
        "link_domains": "gazette.example",
        "hashtags": "a b",
        "mentions": "",
        "account_id_stable": "did:ada",
        "handle_at_capture": "ada.example",
        "display_name_at_capture": "Ada Little",
        "roster_account": "'@AdaLittleLP",
        "camp_at_publication": "little",
        "role_at_publication": "candidate",
        "phase_at_publication": "voting",
        "rule_id": "R01",
        "rule_title": "No disparagement",
        "clause_ref": "4.2",
        "rule_version": "1.0",
        "rule_in_force_from": "2026-10-15T12:00:00Z",
        "rule_in_force_to": "",
        "lane": "case",
        "suggested_severity": "S2",
        "standing": "current",
        "match_span": "[[4,9]]",
        "match_words": "liar,",
        "match_reason": "names a rival",
        "unless": "unless it was said by them",
        "rule_text": "",
        "detect_class": "A",
        "stance": "asserts",
        "score": "1.0",
        "role_source": "",
        "seconds_to_nearest_edge": "",
        "nearest_edge": "",
        "via_rule": "",
        "retroactive_authority": "",
        "correction": "",
        "model_version": '{"code":"clauses@1","hostility":"words@1","sentiment":"words@1"}',
        **dict.fromkeys(SECOND, ""),
    }


def test_an_exchange_is_exported_with_its_words(database: Database) -> None:
    (row,) = exported(database, "exchanges")
    told = ("from_camp", "target_entity", "exchange_type", "score", "match_span", "match_words")
    assert [row[name] for name in told] == [
        "little", "green", "reply", "0.75", "[[4,9]]", "liar,",
    ]  # fmt: skip


def test_every_version_of_a_post_has_a_row(database: Database) -> None:
    keep(database, (a_post("at://ada/2", "Edited.", at=NOON + HOUR, version="2"), a_reading()))
    keep(database, gone=[("at://ada/1", "deleted")], at=NOON + 2 * HOUR)
    rows = exported(database, "posts")
    told = ("post_id", "revision_no", "availability", "first_seen_missing_utc")
    assert [tuple(row[name] for name in told) for row in rows] == [
        ("at://ada/1", "1", "deleted", "2026-10-28T14:00:00Z"),
        ("at://ada/2", "1", "edited", ""),
        ("at://ada/2", "2", "live", ""),
    ]


def test_sentiment_is_exported_by_the_hour_and_to_the_minute(database: Database) -> None:
    row = {
        "hour_utc": "2026-10-28T12:00:00Z", "camp": "green", "posts": "1", "sure": "1",
        "favourable": "0", "unfavourable": "1", "mean_tone": "-1.0", "corrected_tone": "",
        "low": "-1.0", "high": "0.7335", "hostile": "1", "model_version": "words@1",
    }  # fmt: skip
    minute = timedelta(minutes=1)
    assert exported(database, "sentiment") == [row]
    assert exported(database, "sentiment", Lens(since=NOON, until=NOON + HOUR)) == [row]
    assert exported(database, "sentiment", Lens(since=NOON - minute)) == [row]
    assert exported(database, "sentiment", Lens(since=NOON + minute)) == []
    assert exported(database, "sentiment", Lens(words=("liar",))) == [row]
    assert exported(database, "sentiment", Lens(camp="brown")) == []


def test_sentiment_is_exported_as_read_and_as_corrected(database: Database) -> None:
    keep(database, (a_post("at://ada/9"), a_reading(("green", 1), sure=False)))
    confusions = {"words@1": Confusion.of([[90, 2, 1, 7], [5, 80, 5, 10], [10, 10, 40, 40]])}
    _, rows = export(database, CONTEST, "sentiment", EVERYTHING, confusions)
    ((*_, mean, corrected, low, high, _, _),) = rows
    found = estimate({"words@1": Said(against=1, unsure=1)}, confusions)
    assert found is not None
    assert mean == -1.0
    assert (corrected, low, high) == pytest.approx((found.tone, found.low, found.high), abs=1e-4)


def test_accounts_of_the_roster_that_were_never_seen_are_there_too(database: Database) -> None:
    rows = exported(database, "accounts")
    told = ("account_id_stable", "roster_account", "posts", "last_published_utc")
    assert [tuple(row[name] for name in told) for row in rows] == [
        ("did:ada", "'@AdaLittleLP", "2", "2026-10-28T13:00:00Z"),
        ("sian.example", "'@SianClose", "0", ""),
    ]


def test_every_source_of_the_contest_is_exported(database: Database) -> None:
    rows = exported(database, "sources")
    assert [(row["source"], row["state"]) for row in rows] == [
        ("gazette", "waiting"),
        ("ada", "answering"),
    ]


@pytest.mark.parametrize(
    ("lens", "uids"),
    [
        (Lens(), ["at://ada/1", "at://ada/2"]),
        (Lens(camp="green"), ["at://ada/1"]),
        (Lens(camp="little"), ["at://ada/1", "at://ada/2"]),
        (Lens(rule="R01"), ["at://ada/1"]),
        (Lens(since=NOON + HOUR), ["at://ada/2"]),
        (Lens(until=NOON + HOUR), ["at://ada/1"]),
        (Lens(words=("liar",)), ["at://ada/1"]),
    ],
)
def test_an_export_follows_the_lens(database: Database, lens: Lens, uids: list[str]) -> None:
    assert [row["post_id"] for row in exported(database, "posts", lens)] == uids


def test_nobody_to_whom_a_rule_is_an_expectation_is_in_an_export(database: Database) -> None:
    assert [row["rule_id"] for row in exported(database, "breaches")] == ["R01"]
    assert exported(database, "breaches", Lens(rule="R05")) == []


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "|", " =", "\t=", "\u200b=", "＝", "\x1b[1m="]
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(start: str) -> None:
    database = an_archive()
    text = f"{start}HYPERLINK(1)"
    author = Author("did:x", text, text)
    keep(database, (a_post(text=text, title=text, author=author, url=text), a_reading()))
    (row,) = exported(database, "posts")
    names = ("text_verbatim", "title_verbatim", "display_name_at_capture", "post_url")
    assert {row[name][0] for name in (*names, "handle_at_capture")} == {"'"}


def test_lines_end_as_the_standard_says_and_text_may_hold_anything_else() -> None:
    stream = io.StringIO(newline="")
    assert write_csv([('a "b", c\nd', 1, None, 0.5)], ("text", "n", "x", "y"), stream) == 1
    assert stream.getvalue() == 'text,n,x,y\r\n"a ""b"", c\nd",1,,0.5\r\n'


def test_a_file_appears_whole_and_private(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    assert save_csv(database, CONTEST, "posts", path) == 2
    assert path.read_bytes().count(b"\r\n") == 3
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


FULL_DISK = """
import resource, sys
from pathlib import Path
from contest.lens import Lens
from storage.archive import Archive
from storage.sheet import SheetError, save_csv
from tests.storage.lantern import CONTEST

with Archive.open_reading(Path(sys.argv[1])) as archive:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))
    try:
        archive.run_sync(save_csv, CONTEST, "posts", Path(sys.argv[2]))
    except SheetError as error:
        print(error)
"""


def test_a_file_that_does_not_fit_leaves_what_was_there(tmp_path: Path) -> None:
    archived, path = tmp_path / "lantern.db", tmp_path / "out" / "posts.csv"
    path.parent.mkdir()
    path.write_text("the last one")
    with Archive(archived) as archive:
        archive.run_sync(keep, *[(a_post(f"at://{n}"), a_reading()) for n in range(50)])
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(archived), str(path)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "could not be written (File too large); free some space" in done.stdout
    assert list(path.parent.iterdir()) == [path]
    assert path.read_text() == "the last one"


def test_a_folder_that_is_not_there_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(SheetError, match=r"No such file.*name another file"):
        save_csv(database, CONTEST, "posts", tmp_path / "nowhere" / "posts.csv")


def test_a_pipe_is_written_to_and_not_replaced(database: Database, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert save_csv(database, CONTEST, "posts", pipe) == 2
        assert reader.stdout is not None
        assert reader.stdout.read().count(b"\r\n") == 3
    assert pipe.is_fifo()


def test_a_long_export_needs_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    text = "ferry " * 300
    with Archive(tmp_path / "lantern.db") as archive:
        for batch in range(5):
            posts = [(a_post(f"at://{batch}/{n}", text), a_reading()) for n in range(1000)]
            archive.run_sync(keep, *posts)
    with Archive.open_reading(tmp_path / "lantern.db") as archive:
        tracemalloc.start()
        assert archive.run_sync(save_csv, CONTEST, "posts", tmp_path / "all.csv") == 5000
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 1_000_000


def test_words_are_looked_up_even_where_nothing_may_be_written(tmp_path: Path) -> None:
    with Archive(tmp_path / "lantern.db") as archive:
        archive.run_sync(keep, (a_post(), a_reading()))
    with Archive.open_reading(tmp_path / "lantern.db") as archive:
        for found, word in ((1, "ferry"), (0, "choir"), (1, "run")):
            lens = Lens(words=(word,))
            assert archive.run_sync(save_csv, CONTEST, "posts", tmp_path / "a.csv", lens) == found


def test_a_private_person_is_named_in_no_exported_exchange() -> None:
    database = an_archive()
    quarrel = a_reading(heat=0.9, exchange=Exchange("little", "green", "reply"))
    keep(database, (a_post(), replace(quarrel, role="member", account="@dot")))
    (row,) = exported(database, "exchanges")
    named = {name: value for name, value in row.items() if value and "camp" not in name}
    assert not {"account_id_stable", "handle_at_capture", "roster_account"} & named.keys()
    assert row["role_at_publication"] == "member"
