"""A story of a dozen posts: one of everything that can happen to a post."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contest.contest import Contest
from demo.stage import lantern
from demo.story import Story, read_story

LINES = [
    {"id": "s001", "at": "2026-10-01T09:00:00Z", "on": "bluesky", "author": "@AdaLittleLP", "kind": "post", "parent": None, "text": "A café in every port 🗳️ says @RowanGreen, and @Nobody. #LouderLantern https://lantern.example/plans/for/every/port"},
    {"id": "s002", "at": "2026-10-01T09:05:00Z", "on": "bluesky", "author": "@TomosFrith", "kind": "reply", "parent": "s001", "text": "Who pays, @AdaLittleLP?", "deleted": "2026-10-02T12:00:00Z"},
    {"id": "s003", "at": "2026-10-01T09:10:00Z", "on": "bluesky", "author": "@lenahale", "kind": "reply", "parent": "s002", "text": "A fair question."},
    {"id": "s004", "at": "2026-10-01T09:15:00Z", "on": "bluesky", "author": "@RowanGreen", "kind": "quote", "parent": "s002", "text": "Nobody has answered this."},
    {"id": "s005", "at": "2026-10-01T09:20:00Z", "on": "bluesky", "author": "@PriyaVant", "kind": "repost", "parent": "s001", "text": ""},
    {"id": "s006", "at": "2026-10-01T09:30:00Z", "on": "bluesky", "author": "@RowanGreen", "kind": "post", "parent": None, "text": "Ten ferries.", "edits": [{"at": "2026-10-02T09:00:00Z", "text": "Twelve ferries."}]},
    {"id": "s007", "at": "2026-10-01T10:00:00Z", "on": "mastodon", "author": "@FionaAshbyMP", "kind": "post", "parent": None, "text": "Hello @cllrpasang & @AdaLittleLP\nsecond line\n\nNew paragraph #LanternLeader", "edits": [{"at": "2026-10-02T10:00:00Z", "text": "Hello again #LanternLeader"}]},
    {"id": "s008", "at": "2026-10-01T10:05:00Z", "on": "mastodon", "author": "@cllrpasang", "kind": "reply", "parent": "s007", "text": "Good morning", "deleted": "2026-10-02T12:00:00Z"},
    {"id": "s009", "at": "2026-10-01T10:10:00Z", "on": "mastodon", "author": "@sampetrie", "kind": "repost", "parent": "s007", "text": ""},
    {"id": "s010", "at": "2026-10-01T10:20:00Z", "on": "mastodon", "author": "@FionaAshbyMP", "kind": "reply", "parent": "s008", "text": "And to you"},
    {"id": "s011", "at": "2026-10-01T11:00:00Z", "on": "The Gull", "author": "@NadiaOsei", "kind": "post", "parent": None, "title": "Four & a half candidates", "text": "It’s “on”: £5 <says> nobody.\n\nMore at https://gull.example/more.", "edits": [{"at": "2026-10-02T11:00:00Z", "text": "It’s off."}]},
    {"id": "s012", "at": "2026-10-01T11:30:00Z", "on": "Brown Backers", "author": "@BrownBackers", "kind": "post", "parent": None, "title": "Dydd da", "text": "Hwyl.", "lang": "cy"},
    {"id": "s013", "at": "2026-10-01T12:00:00Z", "on": "Lantern North", "author": "@LanternNorth", "kind": "post", "parent": None, "title": "Meeting", "text": "Thursday’s meeting.", "edits": [{"at": "2026-10-02T11:30:00Z", "text": "Friday’s meeting."}]},
    {"id": "s014", "at": "2026-10-01T12:30:00Z", "on": "Ada Little's blog", "author": "@AdaLittleLP", "kind": "post", "parent": None, "title": "Why I stand", "text": "Because.", "edits": [{"at": "2026-10-02T11:40:00Z", "text": "Because I care."}]},
    {"id": "s015", "at": "2026-11-14T12:00:00Z", "on": "bluesky", "author": "@AdaLittleLP", "kind": "post", "parent": None, "text": "Thank you."},
]  # fmt: skip


@pytest.fixture(scope="session")
def story_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("story") / "small.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in LINES), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def story(story_file: Path) -> Story:
    return read_story(story_file)


@pytest.fixture(scope="session")
def contest() -> Contest:
    return lantern()


@pytest.fixture(scope="session")
def before() -> datetime:
    """After every post of the first day, before any edit or deletion."""
    return datetime(2026, 10, 1, 20, tzinfo=UTC)


@pytest.fixture(scope="session")
def after() -> datetime:
    """After every edit and deletion."""
    return datetime(2026, 10, 3, tzinfo=UTC)
