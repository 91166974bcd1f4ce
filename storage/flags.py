"""What was flagged lately: for a process that follows what another one writes."""

from __future__ import annotations

from sqlite_utils import Database

from contest.post import Post
from contest.reading import Reading
from storage.board import read_card

MOST = 50
"""Flagged posts that are told of at once; more ring no louder."""


def newest_reading(database: Database) -> int:
    """The number of the newest reading; 0 in an empty archive."""
    (newest,) = database.conn.execute("select coalesce(max(id), 0) from readings").fetchone()
    return int(newest)


def flagged_since(database: Database, reading: int) -> list[tuple[Post, Reading]]:
    """Posts whose current reading came after number `reading` and flags something; newest first.

    Not those that were only read again: their words are not new.
    """
    rows = database.conn.execute(
        "select p.uid from readings r join posts p on p.reading = r.id where r.id > ?"
        " and (exists (select 1 from breaches b where b.reading = r.id)"
        " or exists (select 1 from exchanges x where x.reading = r.id))"
        " and not exists (select 1 from readings e where e.revision = r.revision and e.id < r.id)"
        " order by r.id desc limit ?",
        [reading, MOST],
    ).fetchall()
    cards = [read_card(database, uid) for (uid,) in rows]
    newest = [card.versions[-1] for card in cards if card]
    return [(version.post, version.reading) for version in newest]
