"""JSON Feed, versions 1 and 1.1 (jsonfeed.org), into entries. Never talks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contest.text import plain
from sources.entry import Entry
from sources.errors import SourceError
from sources.html import absolute, links_in, text_of
from sources.net import Document
from sources.places import spoken
from sources.shape import decoded, kind_of, members, packed, rows, words


def entries_of(document: Document) -> tuple[list[Entry], tuple[str, ...]]:
    """The entries of a JSON Feed, and notices of those that could not be read.

    Raises SourceError that says what came instead.
    """
    feed = decoded(document)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise SourceError(
            f"{spoken(document.final_url)} answered JSON, but not a JSON Feed:"
            f' {kind_of(feed)} came where an object with a list of "items" was expected'
        )
    read = [_entry(item, feed, document.final_url) for item in feed["items"]]
    entries = [entry for entry in read if entry]
    odd = len(read) - len(entries)
    return entries, (f"{odd} of {len(read)} items are no JSON Feed items",) if odd else ()


def _entry(item: Any, feed: Mapping[str, Any], base: str) -> Entry | None:
    if not isinstance(item, dict):
        return None
    html = item.get("content_html")
    content = text_of(html) if isinstance(html, str) else words(item.get("content_text"), 0x100000)
    content = plain(content or words(item.get("summary"), 10_000))
    author, uri = _author(item) or _author(feed) or ("", "")
    entry = Entry(
        guid=_id(item.get("id")),
        link=absolute(words(item.get("url")) or words(item.get("external_url")), base),
        title=text_of(words(item.get("title"), 2_000)),
        content=content,
        author=author,
        author_uri=absolute(uri, base),
        published=words(item.get("date_published")) or words(item.get("date_modified")),
        updated=words(item.get("date_modified")),
        lang=words(item.get("language"), 20) or words(feed.get("language"), 20),
        links=links_in(html, base) if isinstance(html, str) else (),
        raw=packed(item),
    )
    return entry if entry.guid or entry.link or entry.title or entry.content else None


def _id(value: Any) -> str:
    """An id; numbers are not allowed, but are used, and mean their digits."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return words(value, 4_000)


def _author(of: Mapping[str, Any]) -> tuple[str, str] | None:
    """Name and URL of the first author: 1.1 has a list, 1 had one."""
    for author in (*rows(of.get("authors")), of.get("author")):
        name, uri = words(members(author).get("name"), 200), words(members(author).get("url"))
        if name or uri:
            return name, uri
    return None
