from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from storage.archive import Archive
from storage.lease import (
    Lease,
    data_version,
    find_lease,
    holder,
    release,
    stands,
    take_lease,
)
from tests.storage.lantern import NOON, a_post, a_reading, an_archive, keep

ROOT = Path(__file__).parents[2]
TTL = timedelta(seconds=30)
HERE = socket.gethostname()


def a_lease(**more: object) -> Lease:
    return Lease(
        **{"holder": "a", "host": HERE, "pid": os.getpid(), "renewed": NOON, "lasts": TTL} | more
    )  # type: ignore[arg-type]


def test_one_holds_the_lease_and_the_other_does_not() -> None:
    database = an_archive()
    assert take_lease(database, "a", NOON, TTL)
    assert not take_lease(database, "b", NOON, TTL)
    assert take_lease(database, "a", NOON + TTL / 2, TTL)
    assert not take_lease(database, "b", NOON + TTL, TTL)
    assert holder(database) == "a"


def test_a_lease_whose_time_has_run_out_may_be_taken_over() -> None:
    database = an_archive()
    take_lease(database, "a", NOON, TTL)
    assert take_lease(database, "b", NOON + TTL, TTL)
    assert not take_lease(database, "a", NOON + TTL, TTL)
    assert take_lease(database, "b", NOON + TTL, TTL)


def test_a_lease_given_back_is_free_and_only_its_holder_gives_it_back() -> None:
    database = an_archive()
    take_lease(database, "a", NOON, TTL)
    release(database, "b")
    assert holder(database) == "a"
    release(database, "a")
    assert holder(database) == ""
    assert find_lease(database) is None
    assert take_lease(database, "b", NOON, TTL)


def test_a_lease_falls_with_its_process_but_only_on_its_own_host() -> None:
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, check=True)  # fmt: skip
    dead = int(done.stdout)
    assert stands(a_lease(), NOON, HERE)
    assert not stands(a_lease(pid=dead), NOON, HERE)
    assert stands(a_lease(pid=dead, host="elsewhere"), NOON, HERE)


def test_a_clock_that_jumps_back_neither_takes_a_lease_away_nor_keeps_it_for_ever() -> None:
    long_ago = NOON - timedelta(days=1)
    assert stands(a_lease(), long_ago, HERE)
    assert stands(a_lease(host="elsewhere"), NOON - TTL / 2, HERE)
    assert not stands(a_lease(host="elsewhere"), long_ago, HERE)


TAKE = """
import sys
from datetime import timedelta
from pathlib import Path
from storage.archive import Archive
from storage.lease import take_lease
from tests.storage.lantern import NOON

with Archive(Path(sys.argv[1])) as archive:
    print(archive.run_sync(take_lease, sys.argv[2], NOON, timedelta(seconds=30)), flush=True)
    sys.stdin.read()
"""


def test_of_two_processes_one_polls_until_it_dies(tmp_path: Path) -> None:
    path = tmp_path / "lantern.db"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE, str(path), name],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("a", "b")
    ]  # fmt: skip
    said = [process.stdout.readline().strip() for process in both if process.stdout]
    assert sorted(said) == ["False", "True"]
    with Archive(path) as archive:
        assert not archive.run_sync(take_lease, "c", NOON, TTL)
        for process in both:
            process.kill()
            process.communicate()
        assert archive.run_sync(take_lease, "c", NOON, TTL)


def test_a_follower_sees_that_another_wrote(tmp_path: Path) -> None:
    path = tmp_path / "lantern.db"
    with Archive(path) as writer, Archive(path) as follower:
        before = follower.run_sync(data_version)
        assert follower.run_sync(data_version) == before
        writer.run_sync(keep, (a_post(), a_reading()))
        assert follower.run_sync(data_version) != before


def test_taking_the_lease_is_one_step(tmp_path: Path) -> None:
    path = tmp_path / "lantern.db"
    with Archive(path) as archive:
        seen: list[str] = []

        def traced(database: Database) -> None:
            database.conn.set_trace_callback(seen.append)
            take_lease(database, "a", NOON, TTL)

        archive.run_sync(traced)
    assert seen[0] == "begin immediate"
    assert seen[-1] == "commit"
