"""Posts going into the archive: new ones, other versions, those seen again, those that are gone.

Everything here runs inside the transaction of one visit, which storage.visits opens.
"""
# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate

from sqlite_utils import Database

from contest.post import Author, Post
from contest.reading import Reading
from storage import dropping, hours
from storage.posts import Known, find_known
from storage.rows import (
    EXPECTATION,
    Entry,
    Payload,
    Row,
    breach_rows,
    exchange_rows,
    post_row,
    reading_row,
    revision_row,
    to_json,
    tone_rows,
)
from storage.times import stamp

ReadPost = tuple[Post, Reading, Payload | None]


def not_held(read: Mapping[str, ReadPost], known: Mapping[str, Known]) -> list[ReadPost]:
    """Those (by uid) that are new, or another version of a known post."""
    return [
        found
        for uid, found in read.items()
        if uid not in known or is_other_version(found[0], known[uid])
    ]


def is_other_version(post: Post, known: Known) -> bool:
    """Whether the post is a later version than the one held.

    An answer from a server that has not heard of the last edit is no revision.
    """
    if post.version == known.version:
        return False
    return known.edited is None or (post.edited is not None and stamp(post.edited) >= known.edited)


def keep_posts(
    database: Database,
    read: Sequence[ReadPost],
    known: Mapping[str, Known],
    captured: datetime,
    hostile_from: float,
) -> dict[str, int]:
    """Keep new posts and other versions of `known` ones; their row ids by uid.

    Runs inside the caller's transaction.
    """
    if not read:
        return {}
    edited = [known[post.uid] for post, _, _ in read if post.uid in known]
    totals = _retire(database, edited)
    entries = _entries(database, read, known, stamp(captured))
    payloads = [payload for _, _, payload in read]
    _insert_posts(database, [entry for entry in entries if entry.number == 1])
    _insert_revisions(database, entries, payloads)
    _insert_readings(database, entries, hostile_from)
    _point_at_current(database, entries)
    _count_expectations(database, entries)
    totals["posts"] = len(read) - len(edited)
    totals["exchanges"] += sum(entry.reading.exchange is not None for entry in entries)
    totals["breaches"] += _insert_breaches(database, entries)
    dropping.note(database, entries)
    hours.add_to_totals(database, totals)
    return {entry.post.uid: entry.post_id for entry in entries}


def _entries(
    database: Database, read: Sequence[ReadPost], known: Mapping[str, Known], captured: str
) -> list[Entry]:
    """Every post with the ids its rows will have; nobody else can take them meanwhile."""
    authors = _keep_authors(database, read, captured)
    next_post, next_revision, next_reading = (
        database.conn.execute(f"select coalesce(max(id), 0) + 1 from {table}").fetchone()[0]
        for table in ("posts", "revisions", "readings")
    )
    entries = []
    for place, (post, reading, _) in enumerate(read):
        held = known.get(post.uid)
        entries.append(
            Entry(
                post,
                reading,
                post_id=held.id if held else next_post,
                number=held.number + 1 if held else 1,
                revision_id=next_revision + place,
                reading_id=next_reading + place,
                author_id=authors[_account_key(post)],
                captured=captured,
            )
        )
        next_post += held is None
    return entries


def _account_key(post: Post) -> tuple[str, str]:
    """What an account is known by: its platform, and the stable id there."""
    author = post.author
    return post.platform, author.id or author.handle or author.name


def _keep_authors(
    database: Database, read: Sequence[ReadPost], captured: str
) -> dict[tuple[str, str], int]:
    """The authors' accounts, with handle and name as last seen; their row ids."""
    seen: dict[tuple[str, str], tuple[Author, str]] = {
        _account_key(post): (post.author, reading.account) for post, reading, _ in read
    }
    ids = {}
    for (platform, platform_id), (author, roster_handle) in seen.items():
        (ids[platform, platform_id],) = database.conn.execute(
            "insert into accounts (platform, platform_id, handle, name, roster_handle, first_seen)"
            " values (?, ?, ?, ?, ?, ?)"
            " on conflict (platform, platform_id) do update set handle = excluded.handle,"
            " name = excluded.name, roster_handle = excluded.roster_handle returning id",
            (platform, platform_id, author.handle, author.name, roster_handle, captured),
        ).fetchone()
    return ids


def _insert(database: Database, into: str, rows: Iterable[Row]) -> None:
    """Insert rows, all in one statement.

    `executemany` gives up the interpreter at every row, and gets it back only
    when the analyst's thread stops for breath; one statement gives it up once.
    """
    kept = list(rows)
    if kept:
        columns = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(kept[0])))
        database.conn.execute(
            f"insert into {into} select {columns} from json_each(?)", [to_json(kept)]
        )


def _insert_posts(database: Database, entries: Sequence[Entry]) -> None:
    _insert(
        database,
        "posts (id, uid, platform, kind, author, account, camp, role, phase,"
        " published, captured, url, parent_uid, quoted_uid, version)",
        map(post_row, entries),
    )


def _insert_revisions(
    database: Database, entries: Sequence[Entry], payloads: Sequence[Payload | None]
) -> None:
    _insert_payloads(database, [payload for payload in payloads if payload])
    _insert(database, "revisions", map(revision_row, entries, payloads))
    _insert(
        database,
        "posts_fts (rowid, title, text)",
        [(entry.post_id, entry.post.title, entry.post.text) for entry in entries],
    )


def _insert_payloads(database: Database, payloads: Sequence[Payload]) -> None:
    """Blobs do not go into JSON: they come as one, and the JSON says where each lies in it."""
    ends = list(accumulate(len(payload.packed) for payload in payloads))
    places = [
        (payload.sha256, end - len(payload.packed) + 1, len(payload.packed))
        for payload, end in zip(payloads, ends, strict=True)
    ]
    database.conn.execute(
        "insert or ignore into payloads (sha256, zlib)"
        " select json_extract(value, '$[0]'),"
        " substr(?, json_extract(value, '$[1]'), json_extract(value, '$[2]')) from json_each(?)",
        [b"".join(payload.packed for payload in payloads), to_json(places)],
    )


def _insert_readings(database: Database, entries: Sequence[Entry], hostile_from: float) -> None:
    _insert(database, "readings", map(reading_row, entries))
    tones = (row for entry in entries for row in tone_rows(entry, hostile_from))
    _insert(
        database,
        "tones (reading, post, camp, tone, score, sure, hostile, reader, published, mentions,"
        " counted, certainty)",
        tones,
    )
    hours.heed_officers_from(database, entries[0].reading_id)
    hours.count_from(database, entries[0].reading_id)
    _insert(database, "exchanges", (row for entry in entries for row in exchange_rows(entry)))


def _point_at_current(database: Database, entries: Sequence[Entry]) -> None:
    """Let posts point at the version and reading just kept, and take over what these say."""
    current = [(entry.revision_id, entry.reading_id, entry.post_id) for entry in entries]
    database.conn.execute(
        "update posts set revision = json_extract(value, '$[0]'),"
        " reading = json_extract(value, '$[1]')"
        " from json_each(?) where posts.id = json_extract(value, '$[2]')",
        [to_json(current)],
    )
    edited = (post_row(entry) for entry in entries if entry.number > 1)
    database.conn.executemany(
        "update posts set kind = ?, author = ?, account = ?, camp = ?, role = ?, phase = ?,"
        " published = ?, url = ?, parent_uid = ?, quoted_uid = ?, version = ?,"
        " gone_at = null, gone_why = '' where id = ?",
        [(*row[3:10], *row[11:15], row[0]) for row in edited],
    )


def _insert_breaches(database: Database, entries: Sequence[Entry]) -> int:
    """Keep possible breaches; by how many the flags that are shown have grown."""
    rows = [row for entry in entries for row in breach_rows(entry)]
    # Of several flags of a post under one rule one is shown.
    flagged = list(dict.fromkeys((row[1], row[5]) for row in rows))
    flagged_before = database.conn.executemany(
        "update breaches set standing = 'repeated'"
        " where post = ? and rule = ? and standing = 'superseded'",
        flagged,
    )
    _insert_breach_rows(database, rows)
    return len(flagged) - max(flagged_before.rowcount, 0)


def _insert_breach_rows(database: Database, rows: Sequence[Row]) -> None:
    database.conn.executemany(
        "insert into breaches (reading, post, published, captured, camp, rule, clause, version,"
        " severity, lane, spans, words, reason, unless, clause_text, detectability, stance, score,"
        " role_source, phase, edge, edge_s, via, authority, mend, standing)"
        f" values ({', '.join('?' * 26)})",
        rows,
    )


def _count_expectations(database: Database, entries: Sequence[Entry]) -> None:
    """Count what is an expectation only, when a post is first seen and not again.

    An edit could be tied to what was counted before only by keeping a name beside it.
    """
    hours.count_expectations(
        database,
        [
            (breach.rule, stamp(entry.post.published))
            for entry in entries
            if entry.number == 1
            for breach in entry.reading.breaches
            if breach.lane == EXPECTATION
        ],
    )


def _retire(database: Database, edited: Sequence[Known]) -> dict[str, int]:
    """Let newer versions take the place of these in counts, search and panes.

    Nothing of them is lost. Returns by how much the totals change.
    """
    totals = {"exchanges": 0, "breaches": 0}
    if not edited:
        return totals
    readings = [post.reading for post in edited]
    totals["exchanges"] = _discount(database, readings)
    database.conn.execute(
        "update breaches set standing = 'superseded'"
        " where reading in (select value from json_each(?)) and standing = 'current'",
        [to_json(readings)],
    )
    database.conn.execute(
        "insert into posts_fts (posts_fts, rowid, title, text)"
        " select 'delete', post, title, text from revisions"
        " where id in (select value from json_each(?))",
        [to_json([post.revision for post in edited])],
    )
    return totals


def _discount(database: Database, readings: Sequence[int]) -> int:
    """Leave readings (row ids) out of the counts; by how much the exchanges change."""
    hours.discount(database, readings)
    return -database.conn.execute(
        "update exchanges set current = 0"
        " where reading in (select value from json_each(?)) and current",
        [to_json(readings)],
    ).rowcount


# -- read again -----------------------------------------------------------------------------


def keep_readings(
    database: Database, entries: Sequence[Entry], replaced: Sequence[int], hostile_from: float
) -> None:
    """Let other readings of the same words take the place of those in force (row ids).

    The old ones are kept and no longer counted or shown; what is only counted
    (expectations) was counted when the post was first seen. Runs inside the caller's
    transaction.
    """
    if not entries:
        return
    posts = to_json([entry.post_id for entry in entries])
    breaches = _count_shown(database, posts)
    exchanges = _discount(database, replaced)
    _insert_readings(database, entries, hostile_from)
    _insert_breach_rows(database, [row for entry in entries for row in breach_rows(entry)])
    dropping.note(database, entries)
    _point_at_readings(database, entries)
    _discount_gone(database, posts)
    _settle_breaches(database, posts)
    exchanges += sum(entry.reading.exchange is not None for entry in entries)
    breaches = _count_shown(database, posts) - breaches
    hours.add_to_totals(database, {"exchanges": exchanges, "breaches": breaches})


def keep_corrections(
    database: Database,
    corrections: Sequence[tuple[Known, Post, Reading]],
    hostile_from: float,
) -> None:
    """Keep further readings of versions that others have just taken the place of.

    They hold for these words from now on, and count nowhere: the newer version does. Runs inside
    the caller's transaction, once that version is kept.
    """
    if not corrections:
        return
    entries = _of_earlier(database, corrections)
    posts = to_json([entry.post_id for entry in entries])
    shown = _count_shown(database, posts)
    _insert_readings(database, entries, hostile_from)
    _discount(database, [entry.reading_id for entry in entries])
    _insert_breach_rows(database, [row for entry in entries for row in breach_rows(entry)])
    _settle_breaches(database, posts)
    hours.add_to_totals(database, {"breaches": _count_shown(database, posts) - shown})


def _of_earlier(
    database: Database, corrections: Sequence[tuple[Known, Post, Reading]]
) -> list[Entry]:
    (first,) = database.conn.execute("select coalesce(max(id), 0) + 1 from readings").fetchone()
    captured = dict(
        database.conn.execute(
            "select id, captured from revisions where id in (select value from json_each(?))",
            [to_json([held.revision for held, _, _ in corrections])],
        ).fetchall()
    )
    return [
        Entry(
            post,
            reading,
            post_id=held.id,
            number=held.number,
            revision_id=held.revision,
            reading_id=first + place,
            author_id=0,  # the author's account stays as it is
            captured=captured[held.revision],
        )
        for place, (held, post, reading) in enumerate(corrections)
    ]


def _point_at_readings(database: Database, entries: Sequence[Entry]) -> None:
    """Let posts point at readings just kept, and take over what these say of the author."""
    database.conn.executemany(
        "update posts set reading = ?, account = ?, camp = ?, role = ?, phase = ? where id = ?",
        [
            (
                entry.reading_id, entry.reading.account, entry.reading.camp,
                entry.reading.role, entry.reading.phase, entry.post_id,
            )
            for entry in entries
        ],
    )  # fmt: skip


def _discount_gone(database: Database, posts: str) -> None:
    """Leave those of these posts out of the counts that are gone."""
    gone = database.conn.execute(
        "select reading from posts where gone_at is not null"
        " and id in (select value from json_each(?))",
        [posts],
    ).fetchall()
    if gone:
        hours.discount(database, [reading for (reading,) in gone])


def _count_shown(database: Database, posts: str) -> int:
    (shown,) = database.conn.execute(
        "select count(*) from breaches"
        " where post in (select value from json_each(?)) and standing <> 'repeated'",
        [posts],
    ).fetchone()
    return int(shown)


# The last reading of each version holds; of the flags under one rule the one on the latest
# version is shown. An edit comes to the same, in fewer steps.
_SETTLE = """
with these as (select value as post from json_each(?)),
holding as (
  select max(r.id) as reading, v.number from these join revisions v on v.post = these.post
  join readings r on r.revision = v.id group by v.id
),
ranked as (
  select b.id, h.reading is not null as holds, b.reading = p.reading as now,
    row_number() over (
      partition by b.post, b.rule, h.reading is null order by h.number desc, b.id) as place
  from these join posts p on p.id = these.post join breaches b on b.post = p.id
  left join holding h on h.reading = b.reading
)
update breaches set standing =
  case when not holds or place > 1 then 'repeated' when now then 'current' else 'superseded' end
from ranked where ranked.id = breaches.id
"""


def _settle_breaches(database: Database, posts: str) -> None:
    """Say anew of every flag on these posts (row ids, in JSON) how it stands."""
    database.conn.execute(_SETTLE, [posts])


# -- seen again, gone -----------------------------------------------------------------------


def mark_seen(database: Database, source: int, posts: Sequence[int], when: datetime) -> None:
    """Note that a source showed these posts (row ids), for the first time or again."""
    seen = stamp(when)
    database.conn.execute(
        "insert into sightings (source, post, first_seen, last_seen)"
        " select ?, value, ?, ? from json_each(?) where true"
        " on conflict (source, post) do update set last_seen = excluded.last_seen"
        " where last_seen < excluded.last_seen",
        [source, seen, seen, to_json(posts)],
    )


def mark_checked(database: Database, source: int, uids: Sequence[str], when: datetime) -> None:
    """Note that a source was asked for these posts again, whatever it answered."""
    database.conn.execute(
        "update sightings set checked = ? where source = ? and post in"
        " (select p.id from json_each(?) j join posts p on p.uid = j.value)",
        [stamp(when), source, to_json(list(uids))],
    )


def mark_back(database: Database, back: Sequence[Known]) -> None:
    """Count posts again that were gone and have been seen unchanged."""
    hours.count(database, [post.reading for post in back])
    database.conn.executemany(
        "update posts set gone_at = null, gone_why = '' where id = ?",
        [(post.id,) for post in back],
    )


def mark_gone(database: Database, gone: Mapping[str, str], when: datetime) -> tuple[str, ...]:
    """Mark posts (uid -> why) as no longer there; the uids of those that were until now."""
    lost = {uid: post for uid, post in find_known(database, gone).items() if not post.gone}
    if lost:
        hours.discount(database, [post.reading for post in lost.values()])
        database.conn.executemany(
            "update posts set gone_at = ?, gone_why = ? where id = ?",
            [(stamp(when), gone[uid], post.id) for uid, post in lost.items()],
        )
    return tuple(lost)
