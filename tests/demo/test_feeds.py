"""The feeds as documents, read by a feed reader."""

from __future__ import annotations

import html
import io
import json
from datetime import datetime
from typing import Any

import feedparser
import pytest

from contest.contest import Contest, SourceEntry
from demo import feeds
from demo.story import Story, read_told, visible


def source_named(contest: Contest, name: str) -> SourceEntry:
    return next(source for source in contest.sources if source.name == name)


def read(story: Story, contest: Contest, name: str, now: datetime) -> Any:
    reply = feeds.reply(visible(story, now), contest, source_named(contest, name))
    parsed = feedparser.parse(
        io.BytesIO(reply.body), response_headers={"content-type": reply.media_type}
    )
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("Lantern Party news", "rss20"),
        ("Returning officer's notices", "atom10"),
        ("The Gull", "rss10"),
        ("Nadia Osei's column", "atom10"),
        ("Ada Little's blog", "atom10"),
        ("Green for Lantern", "rss20"),
        ("Close the Gap", "rss20"),
        ("Lantern North", "rss20"),
        ("Lantern South", "rss20"),
    ],
)
def test_every_feed_is_what_its_address_says(
    story: Story, contest: Contest, before: datetime, name: str, version: str
):
    assert read(story, contest, name, before).version == version


@pytest.mark.parametrize("name", ["The Gull", "Lantern North", "Ada Little's blog"])
def test_an_edit_changes_the_content_and_the_date_of_change_but_not_the_identity(
    story: Story, contest: Contest, before: datetime, after: datetime, name: str
):
    [old] = read(story, contest, name, before).entries
    [new] = read(story, contest, name, after).entries
    assert (old.get("id"), old.link, old.title) == (new.get("id"), new.link, new.title)
    words = [
        (entry.get("content") or [{"value": entry.summary}])[0]["value"] for entry in (old, new)
    ]
    assert words[0] != words[1]
    assert new.updated_parsed[:3] == (2026, 10, 2)


def test_html_and_its_entities_arrive_as_they_were_told(
    story: Story, contest: Contest, before: datetime
):
    [entry] = read(story, contest, "The Gull", before).entries
    assert entry.title == "Four & a half candidates"
    assert "It’s “on”: £5 <says> nobody." in html.unescape(entry.summary)
    assert 'href="https://gull.example/more"' in entry.summary
    reply = feeds.reply(visible(story, before), contest, source_named(contest, "The Gull"))
    assert b"&amp;pound;5" in reply.body


def test_rss_dates_name_the_zone_of_the_party(story: Story, contest: Contest, before: datetime):
    [entry] = read(story, contest, "Lantern North", before).entries
    assert entry.published == "Thu, 01 Oct 2026 13:00:00 BST"


def test_the_json_feed_is_one(story: Story, contest: Contest, before: datetime):
    source = source_named(contest, "Brown Backers")
    reply = feeds.reply(visible(story, before), contest, source)
    document = json.loads(reply.body)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    [item] = document["items"]
    assert (item["title"], item["language"]) == ("Dydd da", "cy")
    assert item["date_published"] == "2026-10-01T11:30:00Z"
    assert item["content_html"] == "<p>Hwyl.</p>"


def test_a_feed_shows_its_newest_twenty_newest_first(contest: Contest):
    told = [
        read_told({"id": f"s{n:03}", "at": f"2026-10-{n:02}T09:00:00Z", "on": "Lantern South", "author": "@LanternSouth", "kind": "post", "title": f"Day {n}", "text": "x"})
        for n in range(1, 26)
    ]  # fmt: skip
    story = Story(tuple(told))
    titles = [entry.title for entry in read(story, contest, "Lantern South", story.end).entries]
    assert titles == [f"Day {n}" for n in range(25, 5, -1)]


@pytest.mark.parametrize("name", ["The Gull", "Ada Little's blog", "Lantern South"])
def test_control_characters_in_a_text_do_not_break_the_document(contest: Contest, name: str):
    hostile = {"id": "s1", "at": "2026-10-01T09:00:00Z", "on": name, "author": "@LanternSouth", "kind": "post", "title": "\x1b[31mred\x07", "text": "a\x00b ]]> <![CDATA["}  # fmt: skip
    story = Story((read_told(hostile),))
    assert read(story, contest, name, story.start).entries[0].title == "red"
