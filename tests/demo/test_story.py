"""The story that the demo plays is sound: every line could be served and seen. Plays nothing."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FIRST, LAST = "2026-09-28T09:00:00Z", "2026-11-17T17:00:00Z"
TELEVISED = "2026-10-29"
LONGEST = {"bluesky": 300, "mastodon": 500}
KEYS = {"id", "at", "on", "author", "kind", "parent", "title", "text", "edits", "deleted", "lang"}

Line = dict[str, Any]


@pytest.fixture(scope="module")
def story() -> list[Line]:
    lines = (ROOT / "demo" / "story.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def by_id(story) -> dict[str, Line]:
    return {line["id"]: line for line in story}


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    return tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def roster(config) -> dict[str, Line]:
    return {account["handle"]: account for account in config["account"]}


@pytest.fixture(scope="module")
def speakers(config) -> dict[str, str]:
    """The speaker of each feed."""
    return {s["name"]: s["speaker"] for s in config["source"] if s["kind"] == "feed"}


@pytest.fixture(scope="module")
def followed(config) -> set[tuple[str, str]]:
    """(platform, handle) of each account that a source follows."""
    return {(s["kind"], s["speaker"]) for s in config["source"] if s.get("speaker")}


def revisions(line: Line) -> list[str]:
    """Every text that the post has had."""
    return [line["text"], *(edit["text"] for edit in line.get("edits", []))]


def moments(line: Line) -> list[str]:
    """Every instant that the line names."""
    edits = [edit["at"] for edit in line.get("edits", [])]
    return [line["at"], *edits, *([line["deleted"]] if "deleted" in line else [])]


def ancestors(line: Line, by_id: dict[str, Line]) -> list[Line]:
    """The parent, its parent and so on."""
    found = []
    while line["parent"]:
        line = by_id[line["parent"]]
        found.append(line)
    return found


def test_it_has_about_four_hundred_posts_in_the_order_of_their_hour(story):
    assert 390 <= len(story) <= 430
    assert [line["at"] for line in story] == sorted({line["at"] for line in story})


def test_every_line_has_the_keys_that_the_player_reads_and_no_others(story):
    for line in story:
        assert KEYS - {"title", "edits", "deleted"} <= line.keys() <= KEYS, line["id"]


def test_every_post_has_a_name_of_its_own(story, by_id):
    assert len(by_id) == len(story)


def test_every_instant_is_a_utc_second_within_the_contest(story):
    for line in story:
        assert FIRST <= line["at"] <= LAST, line["id"]
        for moment in moments(line):
            datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def test_edits_and_deletions_come_after_the_post_and_in_turn(story):
    for line in story:
        assert moments(line) == sorted(set(moments(line))), line["id"]


def test_every_edit_changes_the_words(story):
    for line in story:
        texts = revisions(line)
        assert all(old != new for old, new in zip(texts, texts[1:], strict=False)), line["id"]


def test_there_are_edits_and_deletions_to_catch(story, by_id):
    parents = {line["parent"] for line in story}
    deleted = [line for line in story if "deleted" in line]
    assert sum("edits" in line for line in story) >= 8
    assert len(deleted) >= 6
    assert any(line["id"] in parents for line in deleted)


def test_replies_quotes_and_reposts_have_an_earlier_parent_on_the_same_platform(story, by_id):
    for line in story:
        assert (line["kind"] == "post") == (line["parent"] is None), line["id"]
        for parent in ancestors(line, by_id)[:1]:
            assert parent["at"] < line["at"], line["id"]
            assert parent["on"] == line["on"], line["id"]
            assert parent.get("deleted", LAST) > line["at"], line["id"]


def test_a_repost_has_no_words_and_everything_else_has_some(story):
    for line in story:
        assert (line["kind"] == "repost") == (line["text"] == ""), line["id"]


def test_authors_have_a_home_on_the_platform_they_post_on(story, roster, speakers):
    for line in story:
        assert line["on"] in speakers or line["on"] in roster[line["author"]]["homes"], line["id"]


def test_feed_items_are_titled_posts_by_the_speaker_of_the_feed(story, speakers):
    for line in story:
        assert (line["on"] in speakers) == ("title" in line), line["id"]
        if line["on"] in speakers:
            assert (line["author"], line["kind"]) == (speakers[line["on"]], "post"), line["id"]


def test_every_feed_has_items(story, speakers):
    assert speakers.keys() <= {line["on"] for line in story}


def test_every_followed_account_posts(story, followed):
    platforms = {(line["on"], line["author"]) for line in story}
    assert {pair for pair in followed if pair[0] != "feed"} <= platforms


def test_posts_fit_their_platform(story):
    for line in story:
        for text in revisions(line):
            assert len(text) <= LONGEST.get(line["on"], 5_000), line["id"]


def test_members_on_mastodon_carry_the_hashtag_that_is_followed(story, followed):
    for line in story:
        if line["on"] == "mastodon" and ("mastodon", line["author"]) not in followed:
            assert all("#LanternLeader" in text for text in revisions(line)), line["id"]


def test_members_on_bluesky_are_within_sight_of_a_followed_account(story, by_id, followed):
    for line in story:
        if line["on"] == "bluesky":
            thread = [line, *ancestors(line, by_id)]
            assert any(("bluesky", post["author"]) in followed for post in thread), line["id"]


def test_every_camp_has_about_the_same_share(story, roster):
    camps = Counter(roster[line["author"]].get("camp") for line in story)
    shares = [camps[camp] for camp in ("little", "green", "brown", "close")]
    assert max(shares) <= 1.2 * min(shares)


def test_every_platform_has_its_part(story):
    places = Counter(line["on"] if line["on"] in LONGEST else "feeds" for line in story)
    assert places["feeds"] >= 80
    assert places["bluesky"] >= 200
    assert places["mastodon"] >= 80


def test_the_televised_night_is_ten_times_as_busy_as_a_usual_night(story):
    nights: Counter[str] = Counter()
    for line in story:
        at = datetime.fromisoformat(line["at"])
        if time(19) <= at.time() <= time(22, 30):
            nights[line["at"][:10]] += 1
    televised = nights.pop(TELEVISED)
    # Nights without any post are left out: they would make the bar easier.
    assert televised >= 10 * sum(nights.values()) / len(nights)


def test_one_line_is_posted_word_for_word_by_five_and_nothing_else_is_repeated(story):
    texts = Counter(line["text"] for line in story if line["text"])
    assert [count for count in texts.values() if count > 1] == [5]


def test_telephone_numbers_come_from_the_range_kept_for_drama(story):
    for line in story:
        for text in revisions(line):
            assert text.count("01632") == text.count("01632 960 "), line["id"]
