"""Posts the archive holds: found again, compared, chosen to be looked at again. Writes nothing."""

# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from contest.code import SEVERITIES
from contest.post import Post
from storage.rows import POST_COLUMNS, is_mark, mark_of, post_of, to_json
from storage.times import moment, stamp

LOOKED_AT_FOR = timedelta(days=7)
"""How long after its publication an unremarkable post is looked at again for edits."""

_WIDEST = 300
"""Posts of one source that are considered for another look."""


@dataclass(frozen=True, slots=True)
class Known:
    """A post the archive holds, as far as keeping another version of it needs."""

    id: int
    version: str
    number: int
    revision: int
    reading: int
    edited: str | None
    gone: bool


def unknown(database: Database, versions: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those (uid, version) that are not the version the archive holds: they need to be read.

    Of a uid that comes more than once only the last counts, so that a feed that
    lists an item twice does not look edited at every visit. No version of a post whose words
    were dropped is needed.
    """
    dropped = find_dropped(database, [uid for uid, _ in versions])
    wanted = {uid: version for uid, version in versions if uid not in dropped}
    rows = database.conn.execute(
        "select p.uid, p.version from json_each(?) j join posts p on p.uid = j.value",
        [to_json(list(wanted))],
    )
    return wanted.items() - set(rows.fetchall())


def find_posts(database: Database, uids: Iterable[str]) -> dict[str, Post]:
    """The posts the archive holds of these, in their current versions, without `raw`."""
    rows = database.conn.execute(
        f"select {POST_COLUMNS} from json_each(?) j join posts p on p.uid = j.value"
        " join accounts a on a.id = p.author join revisions v on v.id = p.revision",
        [to_json(list(uids))],
    )
    posts = map(post_of, rows)
    return {post.uid: post for post in posts}


def find_known(database: Database, uids: Iterable[str]) -> dict[str, Known]:
    """What the archive holds of these uids."""
    rows = database.conn.execute(
        "select p.uid, p.id, p.version, v.number, p.revision, p.reading, v.edited,"
        " p.gone_at is not null"
        " from json_each(?) j join posts p on p.uid = j.value"
        " join revisions v on v.id = p.revision",
        [to_json(list(uids))],
    )
    return {uid: Known(*rest) for uid, *rest in rows}


def find_dropped(database: Database, uids: Iterable[str]) -> set[str]:
    """Those of these uids whose words were dropped: nothing more of them is to be kept."""
    marks = {mark_of(uid): uid for uid in uids}
    rows = database.conn.execute(
        "select p.uid from json_each(?) j join posts p on p.uid = j.value", [to_json(list(marks))]
    )
    return {marks[mark] for (mark,) in rows} | {uid for uid in marks.values() if is_mark(uid)}


# -- another look ---------------------------------------------------------------------------


def recheck_candidates(
    database: Database, source: str, now: datetime, limit: int = 25
) -> tuple[str, ...]:
    """Uids of posts of a source to look at again for edits and disappearances, most urgent first.

    Considered are its newest posts, up to a week old, and, of any age, those under
    the newest flags. The longer the last look lies back for a post of its age, and the
    graver what is flagged in it, the sooner it comes; so all of them take turns.
    """
    since = stamp(now - LOOKED_AT_FOR)
    rows = database.conn.execute(_CANDIDATES, {"source": source, "since": since, "n": _WIDEST})
    ranked = sorted(
        ((urgency(moment(published), moment(looked), gravest, now), uid)
         for uid, published, looked, gravest in rows),
        reverse=True,
    )  # fmt: skip
    return tuple(uid for _, uid in ranked[:limit])


def urgency(published: datetime, looked: datetime, gravest: str | None, now: datetime) -> float:
    """How overdue another look at a post is: the time since the last one, over the post's age.

    A flagged post counts 2 to 6 times, by its severity ("S0".."S4"; None: not flagged).
    """
    since_look = max((now - looked).total_seconds(), 0.0)
    age = max((now - published).total_seconds(), 0.0) + 600.0
    weight = 2 + SEVERITIES.index(gravest) if gravest else 1
    return weight * since_look / age


_CANDIDATES = """
with asked as (select id from sources where name = :source),
recent as (
  select s.post from sightings s, asked
  where s.source = asked.id order by s.post desc limit :n
),
flagged as (
  select distinct b.post from (
    select post from breaches where standing <> 'repeated' and standing = 'current'
    order by published desc limit 4 * :n
  ) b
  join asked
  join sightings s on s.source = asked.id and s.post = b.post
)
select p.uid, p.published, max(s.last_seen, coalesce(s.checked, '')),
  (select max(severity) from breaches b where b.post = p.id and b.standing = 'current')
from (select post from recent union select post from flagged) c
join posts p on p.id = c.post
join asked
join sightings s on s.source = asked.id and s.post = p.id
where p.gone_at is null and p.kind <> 'repost'
  and (p.published >= :since or p.id in (select post from flagged))
"""
