from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from contest.visit import Health, Memory
from storage.archive import Archive, ArchiveError
from storage.board import read_board
from storage.visits import Kept, keep_visit
from tests.storage.lantern import CONTEST, HOUR, NOON, a_breach, a_post, a_reading, keep, rows_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lantern.db"


async def test_a_function_runs_on_the_archive_s_own_thread(path: Path) -> None:
    with Archive(path) as archive:
        health = Health("ada", "bluesky", "answering")
        read = [(a_post(), a_reading())]
        kept = await archive.run(
            keep_visit, CONTEST, health, Memory(), read, captured=NOON, seen=["at://ada/1"]
        )
        assert kept == Kept(new=("at://ada/1",))
        board = await archive.run(read_board, CONTEST, NOON)
        assert board == archive.run_sync(read_board, CONTEST, NOON)


def test_posts_outlive_the_archive(path: Path) -> None:
    with Archive(path) as archive:
        archive.run_sync(keep, (a_post(), a_reading(("green", -1))))
        before = archive.run_sync(read_board, CONTEST, NOON)
    with Archive(path) as archive:
        assert archive.run_sync(read_board, CONTEST, NOON) == before


def test_the_file_is_its_owner_s_alone(path: Path) -> None:
    with Archive(path) as archive:
        archive.run_sync(keep, (a_post(), a_reading()))
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}


def test_others_read_while_one_writes(path: Path) -> None:
    with Archive(path) as writer, Archive.open_reading(path) as reader:
        writer.run_sync(keep, (a_post(), a_reading()))
        assert reader.run_sync(read_board, CONTEST, NOON).posts_total == 1
        with pytest.raises(ArchiveError, match="cannot be written"):
            reader.run_sync(keep, (a_post("at://b"), a_reading()))


def test_many_processes_may_begin_one_file_together(path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        archives = list(threads.map(Archive, [path] * 8))
    for n, archive in enumerate(archives):
        with archive:
            archive.run_sync(keep, (a_post(f"at://{n}"), a_reading()))
    with Archive.open_reading(path) as archive:
        assert archive.run_sync(read_board, CONTEST, NOON).posts_total == 8


# -- what cannot be opened ------------------------------------------------------------------


@pytest.mark.parametrize("open_it", [Archive, Archive.open_reading])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path, open_it) -> None:  # noqa: ANN001
    path.write_text("notes on ferries " * 100)
    with pytest.raises(ArchiveError, match=r"lantern\.db: is not a database; name another"):
        open_it(path)
    assert path.read_text() == "notes on ferries " * 100


@pytest.mark.parametrize("open_it", [Archive, Archive.open_reading])
def test_another_program_s_database_is_refused_and_left_as_it_is(path: Path, open_it) -> None:  # noqa: ANN001
    Database(path)["ferries"].insert({"name": "Lantern"})
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="another program's database"):
        open_it(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("open_it", [Archive, Archive.open_reading])
def test_an_archive_of_a_newer_version_is_refused(path: Path, open_it) -> None:  # noqa: ANN001
    Archive(path).close()
    Database(path)["_sqlite_migrations"].insert(
        {"migration_set": "hustings", "name": "add_choirs", "applied_at": "2030-01-01"}
    )
    with pytest.raises(ArchiveError, match="newer version .it knows add_choirs.* update hustings"):
        open_it(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"cannot be made \(No such file.* name another file"):
        Archive(tmp_path / "nowhere" / "lantern.db")


@contextmanager
def an_ordinary_user(folder: Path) -> Iterator[None]:
    """No write permission in `folder`; root, whom that would not stop, steps down meanwhile."""
    root = os.geteuid() == 0
    for parent in [folder, *folder.parents]:
        if root and parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
            pytest.skip("run as root in a folder that other users cannot enter")
    folder.chmod(0o555)
    try:
        if root:
            os.seteuid(65534)
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    for folder in [tmp_path, *tmp_path.parents]:
        if "pytest-of-" in str(folder):
            folder.chmod(0o755)
    return tmp_path


def test_a_folder_that_cannot_be_written_is_named(open_folder: Path) -> None:
    with an_ordinary_user(open_folder), pytest.raises(ArchiveError, match="cannot be made"):
        Archive(open_folder / "lantern.db")


def test_an_archive_in_a_folder_that_cannot_be_written_can_still_be_read(open_folder: Path) -> None:
    path = open_folder / "lantern.db"
    with Archive(path) as archive:
        archive.run_sync(keep, (a_post(), a_reading()))
    path.chmod(0o444)
    with an_ordinary_user(open_folder):
        with Archive.open_reading(path) as archive:
            assert archive.run_sync(read_board, CONTEST, NOON).posts_total == 1
        with pytest.raises(ArchiveError, match="cannot be"):
            Archive(path)


def test_an_archive_that_is_not_there_is_not_made_for_reading(path: Path) -> None:
    with pytest.raises(ArchiveError, match="no such archive"):
        Archive.open_reading(path)
    path.touch()
    with pytest.raises(ArchiveError, match="holds nothing yet"):
        Archive.open_reading(path)


def test_a_fault_of_the_program_is_not_put_on_the_user(path: Path) -> None:
    with Archive(path) as archive, pytest.raises(sqlite3.OperationalError, match="no such table"):
        archive.run_sync(rows_of, "select * from choirs")


def test_another_program_that_keeps_writing_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.archive.PATIENCE_S", 0.05)
    with Archive(path) as archive:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(ArchiveError, match="another program has been writing"):
            archive.run_sync(keep, (a_post(), a_reading()))
        other.execute("rollback")
        other.close()
        assert archive.run_sync(keep, (a_post(), a_reading())).new


# -- what goes wrong later ------------------------------------------------------------------


def limit_pages(database: Database, spare: int | None) -> None:
    (pages,) = database.execute("pragma page_count").fetchone()
    limit = pages + spare if spare is not None else 1_073_741_823
    database.execute(f"pragma max_page_count = {limit}")


@pytest.mark.parametrize("on_disk", [True, False])
def test_a_full_disk_is_named_and_loses_nothing_that_was_kept(path: Path, on_disk: bool) -> None:
    with Archive(path if on_disk else None) as archive:
        archive.run_sync(keep, (a_post("at://first"), a_reading(("green", 1))))
        before = archive.run_sync(read_board, CONTEST, NOON)
        archive.run_sync(limit_pages, 4)
        many = [
            (
                a_post(f"at://{n}", f"ferry {n} " * 50),
                a_reading(("green", -1), breaches=[a_breach()]),
            )
            for n in range(200)
        ]
        with pytest.raises(ArchiveError, match="the disk is full; free some space"):
            archive.run_sync(keep, *many)
        assert archive.run_sync(read_board, CONTEST, NOON) == before
        archive.run_sync(limit_pages, None)
        assert len(archive.run_sync(keep, *many).new) == 200
        assert archive.run_sync(rows_of, "pragma integrity_check") == [("ok",)]


VISITS_UNTIL_KILLED = """
import os, signal, sys
from pathlib import Path
from storage.archive import Archive
from tests.storage.lantern import NOON, HOUR, a_breach, a_post, a_reading, keep

def one_visit(database, n, fatal):
    def die(sql):
        if fatal and fatal in sql:
            os.kill(os.getpid(), signal.SIGKILL)
    database.conn.set_trace_callback(die)
    flagged = a_reading(("green", -1), breaches=[a_breach()])
    keep(database, *[(a_post(f"at://{n}/{k}"), flagged) for k in range(5)],
         (a_post("at://edited", version=str(n)), flagged), at=NOON + n * HOUR)

with Archive(Path(sys.argv[1])) as archive:
    archive.run_sync(one_visit, 1, "")
    archive.run_sync(one_visit, 2, "")
    archive.run_sync(one_visit, 3, sys.argv[2])
"""


@pytest.mark.parametrize("fatal", ["insert into posts (", "insert into posts_fts", "commit"])
def test_a_kill_in_the_middle_of_a_visit_loses_that_visit_at_most(path: Path, fatal: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", VISITS_UNTIL_KILLED, str(path), fatal], cwd=ROOT, check=False
    )
    assert done.returncode == -signal.SIGKILL
    with Archive(path) as archive:
        assert archive.run_sync(rows_of, "pragma integrity_check") == [("ok",)]
        assert archive.run_sync(rows_of, "pragma foreign_key_check") == []
        assert archive.run_sync(rows_of, "select count(*) from posts") == [(11,)]
        assert archive.run_sync(rows_of, "select max(number) from revisions") == [(2,)]
        assert archive.run_sync(rows_of, "select sum(posts) from hours") == [(11,)]
        assert archive.run_sync(rows_of, "select count(*) from visits") == [(2,)]
        health = Health("ada", "bluesky", "answering", visited=NOON + 2 * HOUR)
        board = archive.run_sync(read_board, CONTEST, NOON)
        assert board.sources[1] == replace(health, answered=NOON + 2 * HOUR)


def test_the_views_read_well(path: Path) -> None:
    with Archive(path) as archive:
        archive.run_sync(keep, (a_post(), a_reading(("green", -1), breaches=[a_breach()])))
        for view in ("v_posts", "v_breaches", "v_camp_hours", "v_sources"):
            assert len(archive.run_sync(rows_of, f"select * from {view}")) == 1
        assert archive.run_sync(rows_of, "select * from v_exchanges") == []
        found = "select uid from v_posts where id in (select rowid from posts_fts('ferry'))"
        assert archive.run_sync(rows_of, found) == [("at://ada/1",)]


def test_a_python_with_too_old_a_database_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
    with pytest.raises(ArchiveError, match="needs SQLite 3.35"):
        Archive(None)
