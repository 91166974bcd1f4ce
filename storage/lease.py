"""Which process polls: one holds the lease and renews it, the others follow what it writes."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlite_utils import Database

from storage.times import moment, stamp
from storage.transactions import writing

_NAME: Final = "polling"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll, held by process `pid` of a `host`; it `lasts` so long after `renewed`."""

    holder: str
    host: str
    pid: int
    renewed: datetime
    lasts: timedelta


def take_lease(database: Database, holder: str, now: datetime, ttl: timedelta) -> bool:
    """Take the lease for this process, or renew it; False if another holder's still stands.

    `now` is real time, aware UTC, not a contest's faster clock.
    """
    host, pid = socket.gethostname(), os.getpid()
    with writing(database):
        held = find_lease(database)
        if held and held.holder != holder and stands(held, now, host):
            return False
        taken = stamp(now)
        database.conn.execute(
            "insert into leases (name, holder, host, pid, taken, renewed, lasts_s)"
            " values (?, ?, ?, ?, ?, ?, ?)"
            " on conflict (name) do update set"
            " taken = case when holder = excluded.holder then taken else excluded.taken end,"
            " holder = excluded.holder, host = excluded.host, pid = excluded.pid,"
            " renewed = excluded.renewed, lasts_s = excluded.lasts_s",
            (_NAME, holder, host, pid, taken, taken, ttl.total_seconds()),
        )
    return True


def release(database: Database, holder: str) -> None:
    """Give the lease back, if this holder has it."""
    with writing(database):
        database.conn.execute("delete from leases where name = ? and holder = ?", (_NAME, holder))


def holder(database: Database) -> str:
    """Who holds the lease, whether or not it still stands; "" if nobody does."""
    held = find_lease(database)
    return held.holder if held else ""


def find_lease(database: Database) -> Lease | None:
    """The lease as it was last taken or renewed; None if nobody holds it."""
    row = database.conn.execute(
        "select holder, host, pid, renewed, lasts_s from leases where name = ?", [_NAME]
    ).fetchone()
    if row is None:
        return None
    who, host, pid, renewed, lasts_s = row
    return Lease(who, host, pid, moment(renewed), timedelta(seconds=lasts_s))


def stands(lease: Lease, now: datetime, host: str) -> bool:
    """Whether a lease still keeps others, such as a process on `host`, from polling.

    It falls when its time runs out, or when its process is no longer there. A
    lease renewed in the future means that the clock jumped back: it then stands
    while its process is seen to live, or for no longer than it would have lasted.
    """
    here = lease.host == host
    if here and not is_alive(lease.pid):
        return False
    since = now - lease.renewed
    if since < timedelta(0):
        return here or -since < lease.lasts
    return since < lease.lasts


def is_alive(pid: int) -> bool:
    """Whether a process of that id runs on this host."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def data_version(database: Database) -> int:
    """A number that changes whenever another connection has written to the archive."""
    (version,) = database.conn.execute("pragma data_version").fetchone()
    return int(version)
