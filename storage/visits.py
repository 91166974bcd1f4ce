"""One visit to one source, kept as a whole or not at all."""

# ruff: noqa: S608 - put together from our own fragments; outside words go to question marks

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlite_utils import Database

from contest.contest import Contest, SourceEntry
from contest.post import Post
from contest.reading import Reading
from contest.visit import Health, Memory
from storage import dropping, keeping
from storage.keeping import ReadPost
from storage.posts import Known, find_dropped, find_known
from storage.rows import (
    HEALTH_COLUMNS,
    Payload,
    health_of,
    health_row,
    memory_json,
    memory_of,
    pack,
)
from storage.times import stamp
from storage.transactions import writing


@dataclass(frozen=True, slots=True)
class Kept:
    """What a visit brought: uids of new posts, of edited ones, of those found to be gone."""

    new: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def keep_visit(
    database: Database,
    contest: Contest,
    health: Health,
    memory: Memory,
    read: Sequence[tuple[Post, Reading]],
    *,
    captured: datetime,
    seen: Sequence[str] = (),
    gone: Sequence[tuple[str, str]] = (),
    checked: Sequence[str] = (),
    packed: Mapping[str, Payload | None] = MappingProxyType({}),
    corrected: Sequence[tuple[Post, Reading]] = (),
    took_ms: int = 0,
    size: int = 0,
) -> Kept:
    """Keep what a visit to `health.source` brought, in one transaction.

    - `read`: new posts and other versions of known ones, each with its reading. A
      version the archive holds already is only noted as seen.
    - `seen`: uids of all posts the source showed; those neither in `read` nor in
      the archive are ignored.
    - `gone`: (uid, why) of posts that are no longer there.
    - Of a post whose words were dropped nothing is kept or noted any more.
    - `packed`: raw payloads by uid, where they are packed already; others are packed here.
    - `corrected`: versions that those in `read` take the place of, each with the further reading
      that holds for it from then on.
    - `checked`: uids that were asked for again; they go to the end of the queue, whatever came.
    - `took_ms` and `size` (bytes received) go into the record of visits.
    """
    latest = {
        post.uid: (post, reading, packed.get(post.uid) or pack(post.raw)) for post, reading in read
    }
    with writing(database):
        source = _keep_source(database, contest, health, memory)
        latest, seen, gone = _without_dropped(database, latest, seen, gone)
        known = find_known(database, {*latest, *seen})
        fresh = keeping.not_held(latest, known)
        ids = keeping.keep_posts(database, fresh, known, captured, contest.thresholds.hostile)
        keeping.keep_corrections(
            database, _replaced(corrected, known, ids), contest.thresholds.hostile
        )
        back = [post for uid, post in known.items() if post.gone and uid not in ids]
        if back:
            keeping.mark_back(database, back)
        shown = ids | {uid: post.id for uid, post in known.items()}
        keeping.mark_seen(database, source, list(shown.values()), captured)
        if checked:
            keeping.mark_checked(database, source, checked, captured)
        kept = Kept(
            new=tuple(uid for uid in ids if uid not in known),
            revised=tuple(uid for uid in ids if uid in known),
            gone=keeping.mark_gone(database, dict(gone), captured) if gone else (),
        )
        measures = (took_ms, len(latest.keys() | set(seen)), size)
        _keep_record(database, source, health, kept, captured, measures)
    return kept


def _without_dropped(
    database: Database,
    read: Mapping[str, ReadPost],
    seen: Sequence[str],
    gone: Sequence[tuple[str, str]],
) -> tuple[dict[str, ReadPost], list[str], list[tuple[str, str]]]:
    """What a visit brought, less the posts whose words were dropped and their words elsewhere."""
    parents = {uid for post, _, _ in read.values() for uid in dropping.parents_of(post)}
    dropped = find_dropped(database, {*read, *seen, *dict(gone), *parents})
    kept = {uid: dropping.without_dropped(read[uid], dropped) for uid in read.keys() - dropped}
    return (
        {uid: kept[uid] for uid in read if uid in kept},
        [uid for uid in seen if uid not in dropped],
        [(uid, why) for uid, why in gone if uid not in dropped],
    )


def _replaced(
    corrected: Sequence[tuple[Post, Reading]], known: Mapping[str, Known], ids: Mapping[str, int]
) -> list[tuple[Known, Post, Reading]]:
    """Those whose version is the one that has just been replaced."""
    return [
        (known[post.uid], post, reading)
        for post, reading in corrected
        if post.uid in ids and post.uid in known and known[post.uid].version == post.version
    ]


def keep_failure(database: Database, health: Health, took_ms: int = 0) -> None:
    """Keep that a visit failed, and why; what the source's module remembers stays as it was.

    `health.visited` is the moment of the visit.
    """
    with writing(database):
        source = _keep_health(database, health)
        if health.visited:
            _keep_record(database, source, health, Kept(), health.visited, (took_ms, 0, 0))


def remembered(database: Database, entry: SourceEntry) -> tuple[Health, Memory]:
    """How a source stood when it was last visited, and what its module wanted to remember.

    A source that is new, or whose name now stands for another place, begins afresh.
    """
    row = database.conn.execute(
        f"select kind, url, follows, memory, {HEALTH_COLUMNS} from sources where name = ?",
        [entry.name],
    ).fetchone()
    if row is None or row[0] != entry.kind or not _same_place(entry, *row[1:3]):
        return Health(entry.name, entry.kind), Memory()
    return health_of(row[4:]), memory_of(row[3])


def _same_place(entry: SourceEntry, url: str | None, follows: str | None) -> bool:
    """Whether a source is still asked where it last answered (None: it never has)."""
    return url is None or (entry.url, entry.follows) == (url, follows)


def _keep_source(database: Database, contest: Contest, health: Health, memory: Memory) -> int:
    """Keep how a source stands and what it remembers; its row id."""
    source = _keep_health(database, health)
    entry = next((entry for entry in contest.sources if entry.name == health.source), None)
    database.conn.execute(
        "update sources set url = ?, follows = ?, memory = ? where id = ?",
        (
            entry.url if entry else "",
            entry.follows if entry else "",
            memory_json(memory),
            source,
        ),
    )
    return source


def _keep_health(database: Database, health: Health) -> int:
    (source,) = database.conn.execute(
        "insert into sources (name, kind, state, reason, since, visited, answered, brought,"
        " next_visit, failures, posts) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (name) do update set kind = excluded.kind, state = excluded.state,"
        " reason = excluded.reason, since = excluded.since, visited = excluded.visited,"
        " answered = excluded.answered, brought = excluded.brought,"
        " next_visit = excluded.next_visit, failures = excluded.failures,"
        " posts = excluded.posts returning id",
        (health.source, *health_row(health)),
    ).fetchone()
    return int(source)


def _keep_record(
    database: Database,
    source: int,
    health: Health,
    kept: Kept,
    at: datetime,
    measures: tuple[int, int, int],
) -> None:
    """A row of `visits`; `measures` are the milliseconds it took, entries and bytes it brought.

    A visit that was like the one before and brought nothing has no row of its
    own: over a contest there would be millions of them. `sources` has its time.
    """
    if kept == Kept() and _last_outcome(database, source) == (health.state, health.reason):
        return
    took_ms, entries, size = measures
    database.conn.execute(
        "insert into visits (source, at, took_ms, outcome, new, revised, gone, entries, bytes,"
        " reason) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            source, stamp(at), took_ms, health.state, len(kept.new), len(kept.revised),
            len(kept.gone), entries, size, health.reason,
        ),
    )  # fmt: skip


def _last_outcome(database: Database, source: int) -> tuple[str, str] | None:
    row: tuple[str, str] | None = database.conn.execute(
        "select outcome, reason from visits where source = ? order by id desc limit 1", [source]
    ).fetchone()
    return row
