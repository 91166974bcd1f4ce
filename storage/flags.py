"""What is flagged: lately, for a process that follows what another one writes; and in a post."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from contest.post import Post
from contest.reading import Reading
from storage.board import find_reading, read_card
from storage.posts import find_posts
from storage.rows import to_json

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


def find_flagged(database: Database, uids: Iterable[str]) -> dict[str, tuple[Post, Reading]]:
    """Those of these posts in whose current version something is flagged, with its reading."""
    rows = database.conn.execute(
        "select p.uid, p.reading from json_each(?) j join posts p on p.uid = j.value"
        " where exists (select 1 from breaches b where b.reading = p.reading)",
        [to_json(list(uids))],
    ).fetchall()
    found = find_posts(database, [uid for uid, _ in rows])
    return {uid: (found[uid], find_reading(database, reading)) for uid, reading in rows}
