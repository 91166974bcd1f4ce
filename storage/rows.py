"""How posts and readings lie in rows, and how they are read back. Runs no SQL."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contest.code import SEVERITIES
from contest.post import Author, Context, Post
from contest.reading import Breach, Exchange, Hostility, Reading, Span, Tone
from contest.visit import Health, Memory, Validators
from storage.times import moment, moment_or_none, stamp, stamp_or_none

Row = tuple[Any, ...]

EXPECTATION = "expectation"
"""The lane that is counted and never kept beside a name."""


DROPPED: Final = "words dropped after 24 h"
"""What is said of a post in place of its words, where these were only counted."""

_MARK: Final = "dropped:"


def mark_of(uid: str) -> str:
    """What a post whose words were dropped is known by: it tells a uid to who has it already.

    >>> mark_of("at://ada/1")[:16]
    'dropped:b4088d24'
    """
    return _MARK + hashlib.sha256(uid.encode()).hexdigest()


def is_mark(uid: str) -> bool:
    """Whether a uid is one of `mark_of`; a source that sends such a one is not believed."""
    return uid.startswith(_MARK)


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of a post on its way into the archive, with the row ids it will have."""

    post: Post
    reading: Reading
    post_id: int
    number: int
    revision_id: int
    reading_id: int
    author_id: int
    captured: str


@dataclass(frozen=True, slots=True)
class Payload:
    """A raw payload as it is kept: its SHA-256 in hex, and its zlib stream."""

    sha256: str
    packed: bytes


def pack(raw: bytes) -> Payload | None:
    """A raw payload as it is kept; None where there is none.

    A window of 8 KiB: payloads are small, and making ready for the usual 32 KiB
    costs five times what compressing one takes, for no smaller result.
    """
    if not raw:
        return None
    press = zlib.compressobj(6, zlib.DEFLATED, 13, 6)
    return Payload(hashlib.sha256(raw).hexdigest(), press.compress(raw) + press.flush())


def unpack(packed: bytes | None) -> bytes:
    """The raw payload that was packed."""
    return zlib.decompress(packed) if packed else b""


# -- posts ------------------------------------------------------------------------------


def post_row(entry: Entry) -> Row:
    """(id, uid, platform, kind, author, account, camp, role, phase, published, captured, ...)."""
    post, reading = entry.post, entry.reading
    return (
        entry.post_id, post.uid, post.platform, post.kind, entry.author_id,
        reading.account, reading.camp, reading.role, reading.phase,
        stamp(post.published), entry.captured, post.url,
        post.reply_to.uid if post.reply_to else None,
        post.quotes.uid if post.quotes else None,
        post.version,
    )  # fmt: skip


def revision_row(entry: Entry, payload: Payload | None) -> Row:
    """A row of `revisions`."""
    post = entry.post
    return (
        entry.revision_id, entry.post_id, entry.number, post.version, post.title, post.text,
        post.lang, post.author.handle, post.author.name, stamp(post.published),
        stamp_or_none(post.edited), entry.captured, post.claimed, post.date_note,
        payload.sha256 if payload else None, _details(post),
    )  # fmt: skip


def _details(post: Post) -> str:
    """What no query asks for, as JSON; empty fields are left out."""
    found: dict[str, Any] = {}
    if post.reply_to:
        found["reply_to"] = context_row(post.reply_to)
    if post.quotes:
        found["quotes"] = context_row(post.quotes)
    for name in ("links", "hashtags", "mentions"):
        if values := getattr(post, name):
            found[name] = values
    if post.author.account:
        found["vouched"] = post.author.account
    return to_json(found) if found else "{}"


def context_row(context: Context) -> dict[str, Any]:
    """A context as a revision's `details` hold it."""
    who = context.author
    author = {"id": who.id, "handle": who.handle, "name": who.name, "account": who.account}
    return {
        "uid": context.uid,
        "author": author,
        "text": context.text,
        "missing": context.missing,
    }


POST_COLUMNS = """
  p.uid, p.platform, a.platform_id, v.handle, v.name, v.text, v.published, v.version, p.kind,
  p.url, v.title, v.lang, v.edited, v.claimed, v.date_note, v.details
"""
"""What `post_of` reads, from posts p, accounts a and revisions v."""


def post_of(row: Sequence[Any], raw: bytes = b"") -> Post:
    """The post that a row of POST_COLUMNS tells of."""
    details = json.loads(row[15])
    return Post(
        uid=row[0],
        platform=row[1],
        author=Author(row[2], row[3], row[4], details.get("vouched", "")),
        text=row[5],
        published=moment(row[6]),
        version=row[7],
        kind=row[8],
        url=row[9],
        title=row[10],
        lang=row[11],
        reply_to=context_of(details.get("reply_to")),
        quotes=context_of(details.get("quotes")),
        edited=moment_or_none(row[12]),
        claimed=row[13],
        date_note=row[14],
        links=tuple(details.get("links", ())),
        hashtags=tuple(details.get("hashtags", ())),
        mentions=tuple(details.get("mentions", ())),
        raw=raw,
    )


def context_of(found: Mapping[str, Any] | None) -> Context | None:
    """The context that a revision's `details` hold; None where there is none."""
    if found is None:
        return None
    return Context(found["uid"], Author(**found["author"]), found["text"], found["missing"])


# -- readings ---------------------------------------------------------------------------


def reading_row(entry: Entry) -> Row:
    """A row of `readings`."""
    reading = entry.reading
    return (
        entry.reading_id, entry.revision_id, to_json(dict(sorted(reading.readers.items()))),
        reading.account, reading.camp, reading.role, reading.phase,
        reading.hostility.score, to_json(reading.hostility.towards),
        to_json(reading.hostility.spans),
    )  # fmt: skip


def tone_rows(entry: Entry, hostile_from: float) -> Iterator[Row]:
    """Rows of `tones`; a camp is met with hostility from the score `hostile_from` on.

    None where the words were not read: whom they name is known, and no reader said more.
    """
    if "language" in entry.reading.readers:
        return
    hostility = entry.reading.hostility
    targets = hostility.towards if hostility.score >= hostile_from else ()
    reader = entry.reading.readers.get("sentiment", "")
    published = stamp(entry.post.published)
    for tone in entry.reading.tones:
        yield (
            entry.reading_id, entry.post_id, tone.camp, tone.tone, tone.score, int(tone.sure),
            int(tone.camp in targets), reader, published, to_json(tone.mentions), 1,
            tone.certainty,
        )  # fmt: skip


def exchange_rows(entry: Entry) -> Iterator[Row]:
    """The row of `exchanges`, if the post is a hostile one between camps."""
    exchange, hostility = entry.reading.exchange, entry.reading.hostility
    if exchange:
        yield (
            entry.reading_id, entry.post_id, stamp(entry.post.published),
            exchange.from_camp, exchange.to_camp, exchange.by, hostility.score,
            words_at(entry.post.text, hostility.spans), 1,
        )  # fmt: skip


BREACH_COLUMNS: Final = (
    "rule, clause, version, severity, lane, spans, reason, unless, clause_text, detectability,"
    " stance, score, role_source, phase, edge, edge_s, via, authority, mend"
)
"""A flag's columns in `breaches`, in the order of Breach."""


def breach_rows(entry: Entry) -> Iterator[Row]:
    """Rows of `breaches`, gravest first; none for what is only counted.

    A second flag under the same rule on the same version is kept, but not shown.
    """
    flags = [breach for breach in entry.reading.breaches if breach.lane != EXPECTATION]
    flags.sort(key=lambda breach: SEVERITIES.index(breach.severity), reverse=True)
    seen: set[str] = set()
    for breach in flags:
        standing = "repeated" if breach.rule in seen else "current"
        seen.add(breach.rule)
        yield (
            entry.reading_id, entry.post_id, stamp(entry.post.published), entry.captured,
            entry.reading.camp, breach.rule, breach.clause, breach.version, breach.severity,
            breach.lane, to_json(breach.spans), words_at(entry.post.text, breach.spans),
            breach.reason, breach.unless, breach.text, breach.detectability, breach.stance,
            breach.score, breach.role_source, breach.phase, breach.edge, breach.edge_s,
            breach.via, breach.authority, breach.mend, standing,
        )  # fmt: skip


def reading_of(
    row: Sequence[Any],
    tones: Sequence[Sequence[Any]],
    exchange: Sequence[Any] | None,
    breaches: Sequence[Sequence[Any]],
) -> Reading:
    """The reading that rows of `readings`, `tones`, `exchanges` and `breaches` tell of."""
    readers, account, camp, role, phase, hostility, towards, spans = row
    return Reading(
        account=account,
        camp=camp,
        role=role,
        phase=phase,
        tones=tuple(Tone(c, t, s, bool(sure), spans_of(m), o) for c, t, s, sure, m, o in tones),
        hostility=Hostility(hostility, tuple(json.loads(towards)), spans_of(spans)),
        exchange=Exchange(*exchange) if exchange else None,
        breaches=tuple(_breach(b) for b in breaches),
        readers=json.loads(readers),
    )


def _breach(row: Sequence[Any]) -> Breach:
    rule, clause, version, severity, lane, spans, *rest = row
    return Breach(rule, clause, version, severity, lane, spans_of(spans), *rest)


def spans_of(text: str) -> tuple[Span, ...]:
    """Spans as they were kept in JSON."""
    return tuple((start, end) for start, end in json.loads(text))


def words_at(text: str, spans: Sequence[Span]) -> str:
    """The words of `text` at `spans`, " … " between them.

    >>> words_at("you liar, you cheat", ((4, 8), (14, 19)))
    'liar … cheat'
    """
    return " … ".join(text[start:end] for start, end in spans)


# -- sources ----------------------------------------------------------------------------


def memory_json(memory: Memory) -> str:
    """A source's memory as it is kept; `recheck` is made anew before each visit."""
    validators = {url: [said.etag, said.last_modified] for url, said in memory.validators.items()}
    return to_json({"validators": validators, "notes": dict(memory.notes)})


def memory_of(text: str) -> Memory:
    """The memory that `memory_json` wrote."""
    kept = json.loads(text)
    validators = {url: Validators(*said) for url, said in kept.get("validators", {}).items()}
    return Memory(validators, kept.get("notes", {}))


def health_row(health: Health) -> Row:
    """(kind, state, reason, since, visited, answered, brought, next_visit, failures, posts)."""
    return (
        health.kind, health.state, health.reason, stamp_or_none(health.since),
        stamp_or_none(health.visited), stamp_or_none(health.answered),
        stamp_or_none(health.brought), stamp_or_none(health.next_visit),
        health.failures, health.posts,
    )  # fmt: skip


HEALTH_COLUMNS = """
  name, kind, state, reason, since, visited, answered, brought, next_visit, failures, posts
"""
"""What `health_of` reads, from sources."""


def health_of(row: Sequence[Any]) -> Health:
    """The health that a row of HEALTH_COLUMNS tells of."""
    name, kind, state, reason, *times, failures, posts = row
    since, visited, answered, brought, next_visit = map(moment_or_none, times)
    return Health(
        name, kind, state, reason, since, visited, answered, brought, next_visit, failures, posts
    )


def to_json(value: object) -> str:
    """JSON as the archive keeps it: compact, readable beyond ASCII."""
    return "[]" if value == () else _encode(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
