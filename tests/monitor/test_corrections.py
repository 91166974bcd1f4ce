"""Words that their author replaced soon enough weigh a step less; nothing else changes for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from contest.code import Look, Rule
from contest.post import Author, Post
from contest.reading import Breach, Reading
from monitor.corrections import corrected, replaced_by
from storage.archive import Archive
from storage.board import Card, read_board, read_card
from storage.hours import all_counts
from tests.monitor.conftest import NOON, World, entry, rss, world_of

BOUND = frozenset({"candidate"})
RUDE = Rule(
    "Q1", "1", "No names", "Call nobody names.", "1", BOUND, "S2",
    looks_for=(Look("words", words=("turnip",)),),
)  # fmt: skip
LOUD = replace(RUDE, id="Q2", severity="S3", looks_for=(Look("words", words=("doorstep",)),))


def a_world(archive: Archive, *rules: Rule) -> World:
    world = world_of(archive, entry("north", speaker="@AdaLittleLP"))
    world.contest = replace(world.contest, rules=rules or (RUDE,))
    return world


async def say(world: World, words: str, **later: float) -> None:
    """Have the one post of the feed say these words, so much later than before."""
    world.clock.time += timedelta(**later)
    world.web.serve("north.example", rss(("1", words), date=NOON))
    await world.sweep()


def flags(archive: Archive) -> list[tuple[str, str, bool]]:
    """(rule, severity, whether on words that were replaced) as the screen shows them."""
    contest = a_world(archive).contest
    rows = archive.run_sync(read_board, contest, NOON).breaches
    return sorted((row.rule, row.severity, row.superseded) for row in rows)


async def test_words_replaced_within_the_rules_time_weigh_a_step_less(archive: Archive) -> None:
    world = a_world(archive)
    await say(world, "Rowan Green is a turnip")
    assert flags(archive) == [("Q1", "S2", False)]
    await say(world, "Rowan Green was late", minutes=4)
    assert flags(archive) == [("Q1", "S1", True)]


async def test_words_replaced_too_late_weigh_what_they_weighed(archive: Archive) -> None:
    world = a_world(archive)
    await say(world, "Rowan Green is a turnip")
    await say(world, "Rowan Green was late", minutes=11)
    assert flags(archive) == [("Q1", "S2", True)]


async def test_how_soon_is_soon_is_the_rules_own_word(archive: Archive) -> None:
    world = a_world(archive, replace(RUDE, corrected_within=timedelta(hours=1)))
    await say(world, "Rowan Green is a turnip")
    await say(world, "Rowan Green was late", minutes=11)
    assert flags(archive) == [("Q1", "S1", True)]


async def test_a_rule_that_the_new_words_may_breach_too_is_not_corrected(archive: Archive) -> None:
    world = a_world(archive, RUDE, LOUD)
    await say(world, "Rowan Green is a turnip, tell him on his doorstep")
    assert flags(archive) == [("Q1", "S2", False), ("Q2", "S3", False)]
    await say(world, "Rowan Green is a big turnip", minutes=4)
    assert flags(archive) == [("Q1", "S2", False), ("Q2", "S2", True)]
    first = only_card(archive).versions[0].reading
    assert {flag.rule: flag.severity for flag in first.breaches} == {"Q1": "S2", "Q2": "S2"}


def only_card(archive: Archive) -> Card:
    uid = archive.run_sync(lambda db: db.conn.execute("select uid from posts").fetchone()[0])
    card = archive.run_sync(read_card, uid)
    assert card
    return card


async def test_both_readings_of_the_first_words_are_kept_and_none_of_them_counts(
    archive: Archive,
) -> None:
    world = a_world(archive)
    await say(world, "Rowan Green is a turnip")
    await say(world, "It is raining", minutes=4)
    kept = archive.run_sync(
        lambda db: db.conn.execute(
            "select v.number, b.severity, b.standing from breaches b join readings r"
            " on r.id = b.reading join revisions v on v.id = r.revision order by b.id"
        ).fetchall()
    )
    assert kept == [(1, "S2", "repeated"), (1, "S1", "superseded")]
    assert archive.run_sync(all_counts) == {}
    totals = archive.run_sync(lambda db: dict(db.conn.execute("select what, n from totals")))
    assert (totals["posts"], totals["breaches"], totals["exchanges"]) == (1, 1, 0)


async def test_a_third_version_leaves_the_correction_of_the_first_as_it_is(
    archive: Archive,
) -> None:
    world = a_world(archive)
    await say(world, "Rowan Green is a turnip")
    await say(world, "Rowan Green was late", minutes=4)
    await say(world, "Rowan Green was very late", minutes=30)
    assert flags(archive) == [("Q1", "S1", True)]


# -- when, and what of it ---------------------------------------------------------------------


def a_post(said: datetime = NOON, platform: str = "mastodon", **more: object) -> Post:
    return Post("1", platform, Author("a"), "words", said, "1", **more)  # type: ignore[arg-type]


def test_a_platform_is_believed_when_it_says_when_words_were_replaced_and_a_feed_is_not() -> None:
    edited, captured = NOON + timedelta(minutes=4), NOON + timedelta(minutes=40)
    assert replaced_by(a_post(), a_post(edited=edited), captured) == edited
    assert replaced_by(a_post(), a_post(), captured) == captured
    feed = a_post(platform="feed")
    assert replaced_by(feed, replace(feed, edited=edited), captured) == captured
    later = a_post(edited=captured)
    assert replaced_by(later, a_post(edited=edited), captured) == captured


def a_flag(severity: str, lane: str = "case", rule: str = "Q1") -> Breach:
    return Breach(rule, "1", "1", severity, lane, ((0, 3),), "", "")  # type: ignore[arg-type]


def test_no_flag_is_lost_or_new_or_graver_by_a_correction() -> None:
    before = Reading(breaches=(a_flag("S2"),))
    for anew in ((), (a_flag("S3"),), (a_flag("S2"),), (a_flag("S1", "before-rule"),)):
        assert corrected(before, Reading(breaches=anew), Reading()) is None
    other = (a_flag("S1"), a_flag("S1", rule="Q9"))
    further = corrected(before, Reading(breaches=other), Reading())
    assert further is not None
    assert further.breaches == (a_flag("S1"),)
