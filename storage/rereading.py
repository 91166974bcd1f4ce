"""Stored posts to be read again, and what is then said of them. Reads none itself.

Both readings are kept: the last one of a version holds, the earlier ones show what was said before.
"""
# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from contest.labels import Changes, changes
from contest.post import Post
from contest.reading import Reading
from storage import keeping
from storage.board import find_reading
from storage.lenses import Condition
from storage.rows import POST_COLUMNS, Entry, Row, post_of, to_json
from storage.transactions import reading, writing

Place = tuple[str, int]
"""Where a post stands in the order of reading: its moment, and its row."""
NEWEST: Place = ("~", 0)
"""Before the newest post."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A post as it is kept, and the reading in force of it.

    `earlier` is what the very readers now in use said of the same words before, if they did.
    """

    id: int
    revision: int
    number: int
    captured: str
    held: int
    """The row of the reading in force."""
    post: Post
    reading: Reading
    earlier: Reading | None
    place: Place


def behind(
    database: Database, after: Place, most: int, versions: Mapping[str, str], base: str = ""
) -> list[Stored]:
    """Posts whose reading is not by these readers (task to version), newest first.

    At most `most`, of those that come after a place in that order. With a `base`, only those
    whose tones were read by that reader too, but with another head or none.
    """
    where = _where(versions, base)
    with reading(database):
        rows = database.conn.execute(
            "select p.published, p.id from posts p join readings r on r.id = p.reading"
            f" where (p.published, p.id) < (?, ?) and {where.sql}"
            " order by p.published desc, p.id desc limit ?",
            [*after, *where.given, most],
        ).fetchall()
        return _stored(database, rows, versions)


def count_behind(database: Database, versions: Mapping[str, str], base: str = "") -> int:
    """How many posts `behind` would find in all; looks at every post."""
    where = _where(versions, base)
    (n,) = database.conn.execute(
        f"select count(*) from posts p join readings r on r.id = p.reading where {where.sql}",
        where.given,
    ).fetchone()
    return int(n)


def _where(versions: Mapping[str, str], base: str) -> Condition:
    behind = _behind(versions, base)
    return Condition(f"p.dropped is null and {behind.sql}", behind.given)


def _behind(versions: Mapping[str, str], base: str) -> Condition:
    if not base:
        # That a post's language was not read is said beside the readers' versions.
        return Condition("json_remove(r.readers, '$.language') <> ?", (_written(versions),))
    tone = "json_extract(r.readers, '$.sentiment')"
    head = f"{base}{_HEAD}"
    return Condition(
        f"{tone} <> ? and ({tone} = ? or substr({tone}, 1, ?) = ?)",
        (versions["sentiment"], base, len(head), head),
    )


_HEAD = "+taught."


def _written(versions: Mapping[str, str]) -> str:
    """Versions as `storage.rows` writes them into a reading."""
    return to_json(dict(sorted(versions.items())))


def other_heads(database: Database, base: str, now: str) -> tuple[str, ...]:
    """The versions of the tone reader `base` that are not `now`, but stand behind the counts.

    They differ by their head alone. Quick: the counts tell. What stands behind them only for
    posts whose words were dropped can be read no more, and is left out.
    """
    rows = database.conn.execute(_READERS)
    return tuple(
        version
        for (version,) in rows
        if version != now and (version == base or version.startswith(base + _HEAD))
    )


_READERS = """
select h.reader from (select reader, sum(posts) as n from hours group by 1) h left join (
  select t.reader, count(*) as n from posts p join tones t on t.reading = p.reading
  where p.dropped is not null and t.counted and t.officer is null group by 1
) d on d.reader = h.reader
where h.n > coalesce(d.n, 0) order by 1
"""


# -- the posts, and what is said of them ----------------------------------------------------

_STORED = f"""
select {POST_COLUMNS}, p.id, v.id, v.number, v.captured, p.reading,
  (select max(e.id) from readings e where e.revision = v.id and e.readers = ?)
from posts p join accounts a on a.id = p.author join revisions v on v.id = p.revision
where p.id = ?
"""


def _stored(
    database: Database, places: Sequence[Place], versions: Mapping[str, str]
) -> list[Stored]:
    now = _written(versions)
    rows = ((place, database.conn.execute(_STORED, [now, place[1]]).fetchone()) for place in places)
    return [_of_row(database, row, place) for place, row in rows]


def _of_row(database: Database, row: Row, place: Place) -> Stored:
    post, revision, number, captured, held, earlier = row[16:]
    return Stored(
        post, revision, number, captured, held, post_of(row), find_reading(database, held),
        find_reading(database, earlier) if earlier else None, place,
    )  # fmt: skip


def differences(read: Sequence[tuple[Stored, Reading]]) -> Changes:
    """What these readings would change in place of those in force; pure."""
    found = Changes()
    for stored, now in read:
        found += changes(stored.reading, now)
    return found


def keep_rereadings(
    database: Database, read: Sequence[tuple[Stored, Reading]], hostile_from: float
) -> Changes:
    """Let these readings hold from now on, in one transaction; what that changes.

    A post that was edited, read again by another process, or lost its words since it was looked
    up is passed over.
    """
    with writing(database):
        held = _held(database, [stored.id for stored, _ in read])
        fresh = [(stored, now) for stored, now in read if held.get(stored.id) == stored.held]
        keeping.keep_readings(
            database,
            _entries(database, fresh),
            [stored.held for stored, _ in fresh],
            hostile_from,
        )
    return differences(fresh)


def _held(database: Database, posts: Sequence[int]) -> dict[int, int]:
    rows = database.conn.execute(
        "select id, reading from posts"
        " where dropped is null and id in (select value from json_each(?))",
        [to_json(posts)],
    )
    return dict(rows.fetchall())


def _entries(database: Database, read: Sequence[tuple[Stored, Reading]]) -> list[Entry]:
    (first,) = database.conn.execute("select coalesce(max(id), 0) + 1 from readings").fetchone()
    return [
        Entry(
            stored.post,
            now,
            post_id=stored.id,
            number=stored.number,
            revision_id=stored.revision,
            reading_id=first + place,
            author_id=0,  # the author's account stays as it is
            captured=stored.captured,
        )
        for place, (stored, now) in enumerate(read)
    ]
