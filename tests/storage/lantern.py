"""A small Lantern contest, and posts and readings made by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from contest.code import Rule
from contest.contest import Account, Camp, Contest, SourceEntry, Term
from contest.post import Author, Context, Post
from contest.reading import Breach, Exchange, Hostility, Reading, Tone
from contest.visit import Health, Memory, State
from storage.schema import migrations
from storage.visits import Kept, keep_visit

NOON = datetime(2026, 10, 28, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOTHING = Memory()
READERS = {"code": "clauses@1", "hostility": "words@1", "sentiment": "words@1"}

CONTEST = Contest(
    id="lantern",
    name="Lantern Party leadership 2026",
    party="Lantern Party",
    zone=ZoneInfo("Europe/London"),
    camps=(
        Camp("little", "Ada Little", "@AdaLittleLP"),
        Camp("green", "Rowan Green", "@RowanGreen"),
        Camp("brown", "Denzil Brown", "@DenzilBrown"),
    ),
    accounts=(
        Account("@AdaLittleLP", "Ada Little", (Term("candidate", "little"),)),
        Account(
            "@SianClose", "Siân Close", (Term("returning_officer"),), {"bluesky": "sian.example"}
        ),
    ),
    phases=(),
    milestones=(),
    rules=(
        Rule(
            "R01", "4.2", "No disparagement", "Do not disparage.", "1.0", frozenset({"candidate"}),
            "S2", start=NOON - timedelta(days=13),
        ),
        Rule("R05", "6.1", "True procedure", "Say what is so.", "1.0", frozenset(), "S3"),
    ),
    sources=(
        SourceEntry("gazette", "feed", "https://gazette.example/feed"),
        SourceEntry("ada", "bluesky", "https://sky.example", follows="ada.example"),
    ),
)  # fmt: skip


def an_archive() -> Database:
    """An archive in memory, open on this thread."""
    database = Database(sqlite3.connect(":memory:"))
    database.execute("pragma foreign_keys = on")
    migrations.apply(database)
    return database


def a_post(
    uid: str = "at://ada/1",
    text: str = "The ferry must run again.",
    at: datetime = NOON,
    version: str = "1",
    **more: object,
) -> Post:
    author = Author("did:ada", "ada.example", "Ada Little", "@AdaLittleLP")
    raw = f'{{"text": "{text}", "version": "{version}"}}'.encode()
    usual = {"author": author, "raw": raw}
    return Post(uid, "bluesky", text=text, published=at, version=version, **(usual | more))  # type: ignore[arg-type]


def a_reply(uid: str, text: str, parent: Post, at: datetime = NOON) -> Post:
    return a_post(uid, text, at, kind="reply", reply_to=Context(parent.uid, parent.author))


def a_reading(
    *tones: tuple[str, int],
    heat: float = 0.0,
    towards: Sequence[str] = (),
    exchange: Exchange | None = None,
    breaches: Sequence[Breach] = (),
    sure: bool = True,
    reader: str = "words@1",
) -> Reading:
    return Reading(
        account="@AdaLittleLP",
        camp="little",
        role="candidate",
        phase="voting",
        tones=tuple(Tone(c, t if sure else 0, t * 0.8, sure, ((0, 3),)) for c, t in tones),
        hostility=Hostility(heat, tuple(towards), ((4, 9),) if heat else ()),
        exchange=exchange,
        breaches=tuple(breaches),
        readers=READERS | {"sentiment": reader},
    )


def a_breach(rule: str = "R01", lane: str = "case", severity: str = "S2") -> Breach:
    return Breach(
        rule, "4.2", "1.0", severity, lane, ((4, 9),), "names a rival", "unless it was said by them"  # type: ignore[arg-type]
    )  # fmt: skip


def keep(
    database: Database,
    *read: tuple[Post, Reading],
    source: str = "ada",
    at: datetime = NOON,
    seen: Sequence[str] = (),
    gone: Sequence[tuple[str, str]] = (),
    memory: Memory = NOTHING,
    checked: Sequence[str] = (),
    state: State = "answering",
) -> Kept:
    health = Health(source, "bluesky", state, visited=at, answered=at)
    return keep_visit(
        database, CONTEST, health, memory, read,
        captured=at, seen=seen, gone=gone, checked=checked,
    )  # fmt: skip


def rows_of(database: Database, sql: str) -> list[tuple[object, ...]]:
    return database.conn.execute(sql).fetchall()
