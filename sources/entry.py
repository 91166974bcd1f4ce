"""An entry of a feed, whatever its format, into a Post. Never talks, never parses a document."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from contest.contest import SourceEntry
from contest.post import Author, Context, Post
from contest.text import plain
from sources.dates import EARLIEST, dated, read
from sources.marks import hashtags
from sources.places import place_of

_LONGEST_KEY = 500


class Entry(NamedTuple):
    """What a feed says in one entry, read but not judged; all texts are plain.

    `guid`, `published` and `updated` are as they were written; `link`, `links`
    and `author_uri` are absolute or "". `answers` is what it replies to.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    content: str = ""
    author: str = ""
    author_uri: str = ""
    published: str = ""
    updated: str = ""
    lang: str = ""
    links: tuple[str, ...] = ()
    answers: str = ""
    raw: bytes = b""


def posts_of(
    entries: Sequence[Entry], source: SourceEntry, fetched: datetime
) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    """The posts of a feed's entries, and what a person should know of how they were read.

    A post's uid is the feed's address as configured, "#", and the entry's guid, else its
    link, else a digest of title and date: the first that no other entry of the document
    shares. The feed is always part of it, also before a guid that is an address: otherwise
    any feed could pass off an "edit" of somebody else's post.
    """
    place = place_of(source.url)
    distinct = {(entry.guid, entry.link, entry.title, entry.published) for entry in entries}
    uses = _Uses(Counter(guid for guid, *_ in distinct), Counter(link for _, link, *_ in distinct))
    kept: dict[str, Post] = {}
    for entry in entries:
        uid = f"{place}#{_key(entry, uses)}"
        if uid not in kept:
            kept[uid] = _post(uid, entry, place, source, fetched)
    return tuple(kept.values()), _notices(kept, uses)


def latest(entries: Sequence[Entry], fetched: datetime) -> list[Entry]:
    """Atom's entries, of those with one id only the one updated last (RFC 4287, 4.1.1)."""
    kept: dict[str, Entry] = {}
    for number, entry in enumerate(entries):
        # An entry without an id stands for itself: no id begins with a zero byte.
        key = entry.guid or f"\0{number}"
        if key not in kept or _updated(entry, fetched) > _updated(kept[key], fetched):
            kept[key] = entry
    return list(kept.values())


def _updated(entry: Entry, fetched: datetime) -> datetime:
    found = read(entry.updated, fetched) if entry.updated else None
    return found.moment if found else EARLIEST


class _Uses(NamedTuple):
    """How many different entries of a document have each guid, and each link."""

    guids: Counter[str]
    links: Counter[str]


def _key(entry: Entry, uses: _Uses) -> str:
    if entry.guid and uses.guids[entry.guid] == 1:
        key = entry.guid
    elif entry.link and uses.links[entry.link] == 1:
        key = entry.link
    else:
        said = "\0".join((entry.guid, entry.link, entry.title or entry.content, entry.published))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]
    if len(key) > _LONGEST_KEY:
        return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    return plain(key)


def _post(uid: str, entry: Entry, place: str, source: SourceEntry, fetched: datetime) -> Post:
    claimed = plain(entry.published or entry.updated, 200)
    published, note = dated(claimed, fetched)
    text = _joined(entry.title, entry.content)
    said = f"{entry.title}\0{text}\0{entry.link}"
    return Post(
        uid=uid,
        platform="feed",
        author=_author(entry, place, source.speaker),
        text=text,
        published=published,
        version=hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:24],
        kind="reply" if entry.answers else "post",
        url=entry.link,
        title=entry.title,
        lang=entry.lang,
        reply_to=_answered(entry.answers, place),
        edited=_edited(entry, published, fetched),
        claimed=claimed,
        date_note=note,
        links=entry.links,
        hashtags=hashtags(text),
        raw=entry.raw,
    )


def _joined(title: str, content: str) -> str:
    """Title and content, without saying the same words twice."""
    if not title or content.startswith(title.rstrip(" .…")):
        return content or title
    return f"{title}\n{content}" if content else title


def _author(entry: Entry, place: str, speaker: str) -> Author:
    own = entry.author_uri or (f"{place}#{entry.author}" if entry.author else place)
    return Author(id=own, name=entry.author, account=speaker)


def _answered(answers: str, place: str) -> Context | None:
    """What an entry answers is known by its guid only; most likely it is of the same feed."""
    if not answers:
        return None
    return Context(uid=f"{place}#{plain(answers, _LONGEST_KEY)}", missing="not captured")


def _edited(entry: Entry, published: datetime, fetched: datetime) -> datetime | None:
    if not (entry.published and entry.updated) or entry.updated == entry.published:
        return None
    moment, note = dated(entry.updated, fetched)
    readable = not note.startswith(("missing", "unreadable", "clamped"))
    return moment if readable and moment > published else None


def _notices(kept: dict[str, Post], uses: _Uses) -> tuple[str, ...]:
    total = len(kept)
    undated = sum(post.date_note.startswith(("missing", "unreadable")) for post in kept.values())
    clamped = sum(post.date_note.startswith("clamped") for post in kept.values())
    shared = sum(times for guid, times in uses.guids.items() if guid and times > 1)
    found = (
        (undated, f"{undated} of {total} entries have no legible date"),
        (clamped, f"{clamped} of {total} entries have a date without sense"),
        (shared, f"{shared} entries share their guids: told apart by link, or title and date"),
    )
    return tuple(words for number, words in found if number)
