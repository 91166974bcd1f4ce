"""Words of people to whom a rule is only an expectation: noted when kept, dropped a day later.

Never notes who it was or under which rule, and never touches a count, nor what was ever flagged
for people to decide. That deleted words are overwritten in the file is the archive's setting.
"""
# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlite_utils import Database

from contest.contest import UNNAMED
from contest.post import Author, Context, Post
from contest.reading import Reading
from storage.rows import EXPECTATION, Entry, Payload, context_row, mark_of, to_json
from storage.times import moment, stamp
from storage.transactions import writing

KEPT_FOR: Final = timedelta(hours=24)
"""How long after their capture the words stay, in the contest's time."""

MOST: Final = 300
"""Posts whose words go in one transaction."""

PAGES: Final = 500
"""Pages of the search index (4 KB each) that one step of `tidy` merges."""

MISSING: Final = "words dropped"
"""What a reply or a quote says of a parent whose words were dropped."""

_THESE: Final = "(select value from json_each(?))"


def _ever_flagged(post: str) -> str:
    """SQL: whether a post was ever flagged for people to decide, or a hostile exchange."""
    return (
        f"(exists (select 1 from breaches b where b.post = {post})"
        f" or exists (select 1 from exchanges x where x.post = {post}))"
    )


def is_flagged(reading: Reading) -> bool:
    """Whether a reading says something that people decide on, not an expectation alone."""
    flagged = any(breach.lane != EXPECTATION for breach in reading.breaches)
    return flagged or reading.exchange is not None


# -- noted ----------------------------------------------------------------------------------


def note(database: Database, entries: Sequence[Entry]) -> None:
    """Note which of these posts, just kept, break at most what is expected, and when they are due.

    A note is taken back once its post was flagged in any other way. Runs inside the caller's
    transaction, after the flags were kept.
    """
    told = [entry for entry in entries if entry.reading.breaches or entry.reading.exchange]
    expected = [
        [entry.post_id, stamp(moment(entry.captured) + KEPT_FOR)]
        for entry in told
        if any(breach.lane == EXPECTATION for breach in entry.reading.breaches)
    ]
    database.conn.execute(
        "insert or ignore into to_drop (post, due)"
        " select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(?)",
        [to_json(expected)],
    )
    database.conn.execute(
        f"delete from to_drop where post in {_THESE} and {_ever_flagged('to_drop.post')}",
        [to_json([entry.post_id for entry in told])],
    )


# -- dropped --------------------------------------------------------------------------------


def drop_due(database: Database, now: datetime, most: int = MOST) -> int:
    """Drop the words of posts that are due at `now` (contest's time), in one transaction.

    How many; at most `most`, so that nobody waits long for the archive: call it until it
    answers 0. Afterwards `tidy` has to be called.
    """
    if not _due(database, now, 1):
        return 0
    with writing(database):
        found = _due(database, now, most)
        posts = to_json([post for post, _ in found])
        marks = {uid: mark_of(uid) for _, uid in found}
        _unindex(database, posts)
        _empty(database, posts)
        _unname(database, posts)
        database.conn.executemany(
            "update posts set uid = ?, url = '', parent_uid = null, quoted_uid = null,"
            " version = '', dropped = ? where id = ?",
            [(marks[uid], stamp(now), post) for post, uid in found],
        )
        _index(database, posts)
        _silence_echoes(database, marks)
    return len(found)


def _due(database: Database, now: datetime, most: int) -> list[tuple[int, str]]:
    """(row id, uid) of posts that are due, those due longest first."""
    return database.conn.execute(
        "select d.post, p.uid from to_drop d join posts p on p.id = d.post"
        f" where d.due <= ? and p.dropped is null and not {_ever_flagged('d.post')}"
        " order by d.due, d.post limit ?",
        [stamp(now), most],
    ).fetchall()


def _unindex(database: Database, posts: str) -> None:
    """Take posts (row ids, in JSON) out of the search, while their words are still there."""
    database.conn.execute(
        "insert into posts_fts (posts_fts, rowid, title, text)"
        " select 'delete', p.id, v.title, v.text from posts p join revisions v on v.id = p.revision"
        f" where p.id in {_THESE}",
        [posts],
    )


def _index(database: Database, posts: str) -> None:
    """Put posts without words into the search: the index and what it is of stay in step."""
    database.conn.execute(
        "insert into posts_fts (rowid, title, text) select value, '', '' from json_each(?)",
        [posts],
    )


def _empty(database: Database, posts: str) -> None:
    """Empty every version of posts, and forget where they were seen and which words told."""
    revisions = f"select id from revisions where post in {_THESE}"
    _drop_payloads(database, revisions, posts)
    _forget_places(database, revisions, posts)
    database.conn.execute(
        "update revisions set title = '', text = '', lang = '', version = '', claimed = '',"
        f" details = '{{}}' where post in {_THESE}",
        [posts],
    )
    database.conn.execute(f"delete from sightings where post in {_THESE}", [posts])


def _drop_payloads(database: Database, revisions: str, given: str) -> None:
    """Delete the raw payloads of versions (a query for row ids), unless others have the same."""
    held = database.conn.execute(
        f"select sha256 from revisions where id in ({revisions}) and sha256 is not null", [given]
    ).fetchall()
    database.conn.execute(f"update revisions set sha256 = null where id in ({revisions})", [given])
    database.conn.execute(
        f"delete from payloads where sha256 in {_THESE}"
        " and not exists (select 1 from revisions v where v.sha256 = payloads.sha256)",
        [to_json([sha256 for (sha256,) in held])],
    )


def _forget_places(database: Database, revisions: str, given: str) -> None:
    """Forget where in the words of versions (a query for row ids) the readers found what."""
    readings = f"select id from readings where revision in ({revisions})"
    database.conn.execute(
        f"update tones set mentions = '[]' where reading in ({readings})", [given]
    )
    database.conn.execute(
        f"update readings set spans = '[]' where revision in ({revisions})", [given]
    )


def _unname(database: Database, posts: str) -> None:
    """Let posts be nobody's; the accounts of which nothing else is kept are deleted.

    Those of accounts that the roster knows in another role than a private one stay theirs.
    """
    found = database.conn.execute(
        f"select id, author from posts where id in {_THESE} and (account = '' or role in {_THESE})",
        [posts, to_json(sorted(UNNAMED))],
    ).fetchall()
    if not found:
        return
    private = to_json([post for post, _ in found])
    database.conn.execute(
        f"update readings set account = ''"
        f" where revision in (select id from revisions where post in {_THESE})",
        [private],
    )
    database.conn.execute(
        f"update revisions set handle = '', name = '' where post in {_THESE}", [private]
    )
    database.conn.execute(
        f"update posts set author = ?, account = '' where id in {_THESE}",
        [_unnamed_account(database), private],
    )
    database.conn.execute(
        f"delete from accounts where id in {_THESE}"
        " and not exists (select 1 from posts p where p.author = accounts.id)",
        [to_json(list({author for _, author in found}))],
    )


def _unnamed_account(database: Database) -> int:
    """The row id of the account that stands for nobody; no platform has one like it."""
    database.conn.execute(
        "insert or ignore into accounts (platform, platform_id, handle, name, roster_handle,"
        " first_seen) values ('', '', '', 'unnamed', '', '')"
    )
    (found,) = database.conn.execute(
        "select id from accounts where platform = '' and platform_id = ''"
    ).fetchone()
    return int(found)


# -- what others say of them ------------------------------------------------------------------

_ECHOES: Final = f"""
with near as (
  select id from posts where parent_uid in {_THESE}
  union select id from posts where quoted_uid in {_THESE}
)
select q.id, q.kind, q.parent_uid, q.quoted_uid from near join posts q on q.id = near.id
where not {_ever_flagged("q.id")}
"""


def _silence_echoes(database: Database, marks: Mapping[str, str]) -> None:
    """Take dropped words (uid to mark) out of the answers, quotes and reposts of them.

    What was ever flagged keeps them: there they are part of what people decide on.
    """
    uids = to_json(list(marks))
    found = database.conn.execute(_ECHOES, [uids, uids]).fetchall()
    database.conn.executemany(
        "update posts set parent_uid = ?, quoted_uid = ? where id = ?",
        [(marks.get(said, said), marks.get(quoted, quoted), post)
         for post, _, said, quoted in found],
    )  # fmt: skip
    _silence_details(database, [post for post, *_ in found], marks)
    quoting = [row for row in found if row[3] in marks]
    revisions = f"select id from revisions where post in {_THESE}"
    _drop_payloads(database, revisions, to_json([post for post, *_ in quoting]))
    reposts = to_json([post for post, kind, *_ in quoting if kind == "repost"])
    _unindex(database, reposts)
    _forget_places(database, revisions, reposts)
    database.conn.execute(
        f"update revisions set title = '', text = '' where post in {_THESE}", [reposts]
    )
    _index(database, reposts)


def _silence_details(database: Database, posts: Sequence[int], marks: Mapping[str, str]) -> None:
    rows = database.conn.execute(
        f"select id, details from revisions where post in {_THESE}", [to_json(posts)]
    ).fetchall()
    database.conn.executemany(
        "update revisions set details = ? where id = ?",
        [(_silenced(details, marks), revision) for revision, details in rows],
    )


def _silenced(details: str, marks: Mapping[str, str]) -> str:
    """A revision's `details` without the words and the authors of dropped parents."""
    found: dict[str, Any] = json.loads(details)
    for name in ("reply_to", "quotes"):
        parent = found.get(name)
        if parent and parent["uid"] in marks:
            found[name] = context_row(Context(marks[parent["uid"]], missing=MISSING))
    return to_json(found)


def without_dropped(
    read: tuple[Post, Reading, Payload | None], dropped: Set[str]
) -> tuple[Post, Reading, Payload | None]:
    """A post on its way in, without the words of parents (uids) that were `dropped`.

    What is flagged keeps them, as in the archive.
    """
    post, reading, payload = read
    if is_flagged(reading) or not dropped & set(parents_of(post)):
        return read
    quoting = post.quotes is not None and post.quotes.uid in dropped
    silent = replace(
        post, reply_to=_silent(post.reply_to, dropped), quotes=_silent(post.quotes, dropped)
    )
    if quoting and post.kind == "repost":
        silent = replace(silent, title="", text="")
        reading = _without_places(reading)
    return silent, reading, None if quoting else payload


def parents_of(post: Post) -> tuple[str, ...]:
    """The uids of the posts that this one answers, quotes or reposts."""
    return tuple(context.uid for context in (post.reply_to, post.quotes) if context)


def _silent(context: Context | None, dropped: Set[str]) -> Context | None:
    if context is None or context.uid not in dropped:
        return context
    return Context(mark_of(context.uid), Author(""), missing=MISSING)


def _without_places(reading: Reading) -> Reading:
    return replace(
        reading,
        tones=tuple(replace(tone, mentions=()) for tone in reading.tones),
        hostility=replace(reading.hostility, spans=()),
    )


# -- nothing left behind ----------------------------------------------------------------------


def is_untidy(database: Database) -> bool:
    """Whether dropped words may still be spelt out in the search index."""
    (found,) = database.conn.execute(f"select exists ({_DROPPED})").fetchone()
    return bool(found)


_DROPPED: Final = (
    "select d.post from to_drop d join posts p on p.id = d.post where p.dropped is not null"
)


def tidy(database: Database, *, first: bool, pages: int = PAGES) -> bool:
    """Merge the search index a step further; whether there is more to do.

    FTS5 only marks as deleted what is taken out of it; merging writes it anew without. The
    `first` step sets the merging off, the others go on with it. With the last step the notes
    of what was dropped go too, and the write-ahead log is emptied unless others read it.
    """
    with writing(database):
        before = database.conn.total_changes
        database.conn.execute(
            "insert into posts_fts (posts_fts, rank) values ('merge', ?)",
            [-pages if first else pages],
        )
        # So FTS5's documentation tells that there was nothing left to merge.
        more = database.conn.total_changes - before >= 2
        if not more:
            database.conn.execute(f"delete from to_drop where post in ({_DROPPED})")
    if not more:
        _empty_log(database)
    return more


def _empty_log(database: Database) -> None:
    """Write the log into the file and cut it, waiting for nobody: else it is overwritten later."""
    (patience,) = database.conn.execute("pragma busy_timeout").fetchone()
    database.conn.execute("pragma busy_timeout = 0").fetchone()
    try:
        database.conn.execute("pragma wal_checkpoint(truncate)").fetchone()
    finally:
        database.conn.execute(f"pragma busy_timeout = {int(patience)}").fetchone()
