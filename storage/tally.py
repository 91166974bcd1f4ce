"""How much the archive holds, in a handful of counts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over the whole archive.

    `revisions` counts versions beyond the first of each post; `exchanges` and
    `breaches` those of current versions. `matches` stays 0 until posts are matched.
    """

    posts: int = 0
    revisions: int = 0
    gone: int = 0
    exchanges: int = 0
    breaches: int = 0
    matches: int = 0


def read_tally(database: Database) -> Tally:
    """Count what the archive holds; reads whole tables, so not for every frame."""
    row = database.conn.execute(
        "select (select count(*) from posts),"
        " (select count(*) from revisions where number > 1),"
        " (select count(*) from posts where gone_at is not null),"
        " (select count(*) from exchanges where current),"
        " (select count(*) from breaches where standing = 'current')"
    ).fetchone()
    return Tally(*row)
