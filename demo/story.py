"""The Lantern story and what of it can be seen at a moment. Never makes anything up."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from contest.contest import bare
from contest.post import Kind

_Key = TypeVar("_Key")

STORY = Path(__file__).with_name("story.jsonl")
"""One post a line, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The text a post has from `at` (aware, UTC) on."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A post of the story, with all that will become of it.

    `on` is "bluesky", "mastodon" or the name of a feed; `author` a roster
    handle; `parent` the id of the post that is answered, quoted or reposted.
    A repost has no words of its own.
    """

    id: str
    at: datetime
    on: str
    author: str
    kind: Kind = "post"
    parent: str | None = None
    title: str = ""
    text: str = ""
    edits: tuple[Edit, ...] = ()
    deleted: datetime | None = None
    lang: str = "en"

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When something about this post changes: published, edited, deleted."""
        gone = () if self.deleted is None else (self.deleted,)
        return (self.at, *(edit.at for edit in self.edits), *gone)

    def text_at(self, now: datetime) -> str:
        """The words of the version that stands at `now`."""
        return next((edit.text for edit in reversed(self.edits) if edit.at <= now), self.text)

    def edited_at(self, now: datetime) -> datetime | None:
        """When that version was made, None if it is the first."""
        return next((edit.at for edit in reversed(self.edits) if edit.at <= now), None)


@dataclass(frozen=True)
class Story:
    """Every post that will be told, in order of time."""

    posts: tuple[Told, ...]

    @cached_property
    def cues(self) -> tuple[datetime, ...]:
        """Every moment at which something changes, in order; between two, nothing does."""
        return tuple(sorted({moment for told in self.posts for moment in told.moments}))

    @property
    def start(self) -> datetime:
        """The moment of the first post."""
        return self.cues[0]

    @property
    def end(self) -> datetime:
        """The moment after which nothing changes any more."""
        return self.cues[-1]

    def parent(self, told: Told) -> Told | None:
        """What a post answers, quotes or reposts, where that was told on the same platform."""
        parent = self._by_id.get(told.parent or "")
        return parent if parent is not None and parent.on == told.on else None

    def root(self, told: Told) -> Told:
        """The post with which the conversation began: `told` itself if it answers none."""
        while told.kind == "reply" and (parent := self.parent(told)) is not None:
            told = parent
        return told

    @cached_property
    def _by_id(self) -> Mapping[str, Told]:
        return {told.id: told for told in self.posts}


@dataclass(frozen=True, slots=True)
class Seen:
    """A post in the version that can be seen; `edited` is when that version was made."""

    told: Told
    text: str
    edited: datetime | None = None


@dataclass(frozen=True)
class Scene:
    """What can be seen at one moment, oldest first. Posts that are deleted are not in it.

    `changed` says when each place last changed, deletions included.
    """

    story: Story
    posts: tuple[Seen, ...]
    changed: Mapping[str, datetime]

    def post(self, told: Told | None) -> Seen | None:
        """`told` as it can be seen now; None if it is gone or not yet there."""
        return self._by_id.get(told.id) if told is not None else None

    def at(self, place: str) -> tuple[Seen, ...]:
        """Everything on one platform or feed, oldest first."""
        return self._by_place.get(place, ())

    def by(self, place: str, author: str) -> tuple[Seen, ...]:
        """Everything of one author on one platform, oldest first."""
        return tuple(seen for seen in self.at(place) if bare(seen.told.author) == bare(author))

    def about(self, told: Told, kind: Kind) -> tuple[Seen, ...]:
        """The replies to, quotes of or reposts of a post, on its own platform, oldest first."""
        return self._about.get((told.id, kind), ())

    @cached_property
    def _by_id(self) -> Mapping[str, Seen]:
        return {seen.told.id: seen for seen in self.posts}

    @cached_property
    def _by_place(self) -> Mapping[str, tuple[Seen, ...]]:
        return _grouped((seen.told.on, seen) for seen in self.posts)

    @cached_property
    def _about(self) -> Mapping[tuple[str, Kind], tuple[Seen, ...]]:
        return _grouped(
            ((parent.id, seen.told.kind), seen)
            for seen in self.posts
            if (parent := self.story.parent(seen.told)) is not None
        )


def visible(story: Story, now: datetime) -> Scene:
    """What of the story can be seen at `now`: which posts, in which version.

    A repost goes with the post it reposts, as it does on the platforms.
    """
    present = {told.id for told in story.posts if _present(told, now)}
    posts = tuple(
        Seen(told, told.text_at(now), told.edited_at(now))
        for told in story.posts
        if told.id in present and (told.kind != "repost" or told.parent in present)
    )
    return Scene(story, posts, _changes(story, now))


def read_story(path: Path = STORY) -> Story:
    """Read a story: JSON Lines, one post a line, ordered by `at`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return Story(tuple(read_told(json.loads(line)) for line in lines if line.strip()))


def read_told(line: Mapping[str, Any]) -> Told:
    """One line of the story as a post. Times are ISO 8601 with an offset."""
    return Told(
        id=line["id"],
        at=_utc(line["at"]),
        on=line["on"],
        author=line["author"],
        kind=line["kind"],
        parent=line.get("parent"),
        title=line.get("title") or "",
        text=line["text"],
        edits=tuple(Edit(_utc(edit["at"]), edit["text"]) for edit in line.get("edits") or ()),
        deleted=_utc(line["deleted"]) if line.get("deleted") else None,
        lang=line.get("lang") or "en",
    )


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _present(told: Told, now: datetime) -> bool:
    return told.at <= now and (told.deleted is None or now < told.deleted)


def _changes(story: Story, now: datetime) -> Mapping[str, datetime]:
    changed: dict[str, datetime] = {}
    for told in story.posts:
        for moment in told.moments:
            if moment <= now:
                changed[told.on] = max(moment, changed.get(told.on, moment))
    return changed


def _grouped(pairs: Iterable[tuple[_Key, Seen]]) -> Mapping[_Key, tuple[Seen, ...]]:
    groups: defaultdict[_Key, list[Seen]] = defaultdict(list)
    for key, seen in pairs:
        groups[key].append(seen)
    return {key: tuple(group) for key, group in groups.items()}
