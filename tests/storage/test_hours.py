from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as some
from sqlite_utils import Database

from contest.estimate import Said
from contest.post import Post
from contest.reading import Exchange, Reading, Tone
from storage.hours import counts
from storage.schema import migrations
from storage.times import hour_stamp
from tests.storage.lantern import (
    CONTEST,
    HOUR,
    NOON,
    a_breach,
    a_post,
    a_reading,
    an_archive,
    keep,
    rows_of,
)

UIDS = ("at://a", "at://b", "at://c", "at://d")
CAMPS = ("little", "green", "brown")

tones = some.lists(
    some.tuples(some.sampled_from(CAMPS), some.sampled_from((-1, 0, 1))),
    unique_by=lambda tone: tone[0],
    max_size=3,
)
readings = some.builds(
    lambda found, sure, heat, towards, exchange, rules, reader: a_reading(
        *found, sure=sure, heat=heat, towards=towards, reader=reader, exchange=exchange,
        breaches=[a_breach(rule) for rule in rules],
    ),
    tones,
    some.booleans(),
    some.sampled_from((0.0, 0.4, 0.9)),
    some.lists(some.sampled_from(CAMPS), max_size=2),
    some.sampled_from((None, Exchange("little", "green", "reply"))),
    some.lists(some.sampled_from(("R01", "R05")), max_size=2, unique=True),
    some.sampled_from(("words@1", "words@2")),
)  # fmt: skip
posts = some.builds(
    lambda uid, version, minutes: a_post(uid, version=version, at=NOON - minutes * HOUR / 60),
    some.sampled_from(UIDS),
    some.sampled_from("123"),
    some.integers(0, 300),
)
visits = some.tuples(
    some.lists(some.tuples(posts, readings), max_size=4),
    some.lists(some.sampled_from(UIDS), max_size=2),
    some.lists(some.sampled_from(UIDS), max_size=2),
)


@dataclass
class Held:
    """What a recount knows of a post: its current version, and every rule it was flagged under."""

    post: Post
    reading: Reading
    rules: set[str]
    gone: bool = False


def tell(held: dict[str, Held], read: list[tuple[Post, Reading]], seen: list[str]) -> None:
    """Do in a dictionary what a visit does in the archive."""
    latest = {post.uid: (post, reading) for post, reading in read}
    for uid, (post, reading) in latest.items():
        rules = {breach.rule for breach in reading.breaches}
        if uid not in held:
            held[uid] = Held(post, reading, rules)
        elif held[uid].post.version != post.version:
            held[uid] = Held(post, reading, rules | held[uid].rules)
        held[uid].gone = False
    for uid in set(seen) & held.keys():
        held[uid].gone = False


NUMBERS = ("posts", "sure", "tone_sum", "hostile", "plus", "minus")


def counted(database: Database) -> dict[tuple[object, ...], Counter[str]]:
    return {
        row[:3]: Counter(dict(zip(NUMBERS, row[3:], strict=True)))
        for row in rows_of(database, f"select hour, camp, reader, {', '.join(NUMBERS)} from hours")
    }


def recount(held: dict[str, Held]) -> dict[tuple[str, str, str], Counter[str]]:
    hours: dict[tuple[str, str, str], Counter[str]] = {}
    for one in held.values():
        if one.gone:
            continue
        heated = one.reading.hostility.score >= CONTEST.thresholds.hostile
        for tone in one.reading.tones:
            key = (hour_stamp(one.post.published), tone.camp, one.reading.readers["sentiment"])
            row = hours.setdefault(key, Counter())
            row["posts"] += 1
            row["sure"] += tone.sure
            row["tone_sum"] += tone.tone if tone.sure else 0
            row["plus"] += tone.sure and tone.tone > 0
            row["minus"] += tone.sure and tone.tone < 0
            row["hostile"] += heated and tone.camp in one.reading.hostility.towards
    return hours


@settings(max_examples=60, deadline=None)
@given(some.lists(visits, max_size=6))
def test_hours_and_totals_equal_a_recount_after_any_visits(
    sequence: list[tuple[list[tuple[Post, Reading]], list[str], list[str]]],
) -> None:
    database = an_archive()
    held: dict[str, Held] = {}
    for read, seen, gone in sequence:
        keep(database, *read, seen=seen, gone=[(uid, "deleted") for uid in gone])
        tell(held, read, seen)
        for uid in set(gone) & held.keys():
            held[uid].gone = True
    assert counted(database) == recount(held)
    assert dict(rows_of(database, "select * from totals")) == {
        "posts": len(held),
        "exchanges": sum(one.reading.exchange is not None for one in held.values()),
        "breaches": sum(len(one.rules) for one in held.values()),
    }


@settings(max_examples=60, deadline=None)
@given(
    some.lists(some.tuples(some.integers(0, 400), readings), max_size=8),
    some.integers(0, 420),
    some.integers(0, 420),
)
def test_counts_are_exact_to_the_minute(
    written: list[tuple[int, Reading]], start: int, length: int
) -> None:
    database = an_archive()
    read = [
        (a_post(f"at://{n}", at=NOON + timedelta(minutes=minutes)), reading)
        for n, (minutes, reading) in enumerate(written)
    ]
    keep(database, *read)
    window = (NOON + timedelta(minutes=start), NOON + timedelta(minutes=start + length))
    inside = [reading for post, reading in read if window[0] <= post.published < window[1]]
    expected: dict[str, dict[str, Said]] = {}
    for reading in inside:
        for tone in reading.tones:
            readers = expected.setdefault(tone.camp, {})
            reader = reading.readers["sentiment"]
            readers[reader] = readers.get(reader, Said()) + as_said(tone)
    assert counts(database, *window) == expected


def as_said(tone: Tone) -> Said:
    if not tone.sure:
        return Said(unsure=1)
    return Said(tone.tone < 0, tone.tone == 0, tone.tone > 0)


def test_an_archive_from_before_each_sign_was_counted_is_counted_anew() -> None:
    today, old = an_archive(), an_archive()
    read = [
        (a_post("at://a"), a_reading(("green", 1), ("little", -1))),
        (a_post("at://b"), a_reading(("green", 1), sure=False)),
        (a_post("at://c", at=NOON - HOUR), a_reading(("green", -1), reader="words@2")),
        (a_post("at://d"), a_reading(("green", 0))),
    ]
    for database in (today, old):
        keep(database, *read)
        keep(database, (a_post("at://a", version="2"), a_reading(("green", -1))))
        keep(database, gone=[("at://d", "deleted")])
    for column in ("plus", "minus"):
        old.execute(f"alter table hours drop column {column}")
    old.execute("delete from _sqlite_migrations where name = 'count_each_sign'")
    migrations.apply(old)
    assert counted(old) == counted(today)
