"""RSS, Atom and RDF by way of feedparser, and JSON Feed. Never lets a body name a file to open."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import feedparser

from contest.contest import SourceEntry
from contest.text import plain, shown
from contest.visit import Memory
from sources import jsonfeed
from sources.entry import Entry, latest, posts_of
from sources.errors import SourceError
from sources.html import absolute, feeds_linked, links_in, text_of
from sources.net import Document, Web, learnt
from sources.places import spoken
from sources.shape import packed
from sources.source import Answer, Page
from sources.xmlbody import AS_UTF8, readied, refuse_many_tags

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_LONGEST_PAUSE_S: Final = 6 * 3600
_MOST_ENTRIES: Final = 5_000
_LONGEST_RAW: Final = 200_000

_HTML = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
_OPML = re.compile(rb"<opml[\s>]", re.IGNORECASE)
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})")
_HIDDEN = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_ENTRY = re.compile(
    rb"<((?:[\w.-]{1,20}:)?(?:item|entry))(?=[\s>/])(?:[^>]*/>|.*?(?:</\1\s*>|\Z))", re.DOTALL
)
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
"""What feedparser and its parsers are known to raise on hostile documents."""


async def fetch(web: Web, source: SourceEntry, memory: Memory) -> Answer:
    """Ask for the feed document, unless it has not changed. Raises SourceError."""
    document = await web.get(source.url, name="feed", accept=ACCEPT, validators=memory.validators)
    learnt_now = replace(memory, validators=learnt(memory.validators, document), recheck=())
    return Answer((document,), learnt_now, document.fetched)


def parse(answer: Answer, source: SourceEntry) -> Page:
    """The entries of the feed as posts, newest first as the feed has them.

    `memory.notes` then holds "body", the digest of the document (the same document
    is not read again), and "not_before_s", the seconds for which the feed itself asks
    not to be visited again (RSS ttl, Cache-Control), if it does; at most six hours.
    Raises SourceError with what came instead of a feed.
    """
    document = answer.documents[0]
    digest = hashlib.sha256(document.body).hexdigest()
    if document.status == 304 or answer.memory.notes.get("body") == digest:
        return Page((), answer.memory)
    entries, notices, ttl = _read(document)
    cut = (f"only the first {_MOST_ENTRIES:,} of {len(entries):,} entries were read",)
    posts, more = posts_of(entries[:_MOST_ENTRIES], source, answer.fetched)
    notices = (*document.notes, *notices, *more, *(cut if len(entries) > _MOST_ENTRIES else ()))
    notes = {"body": digest} | _pause(document, ttl)
    return Page(posts, replace(answer.memory, notes=notes), notices=notices)


def _read(document: Document) -> tuple[list[Entry], tuple[str, ...], str]:
    """Entries, notices and the feed's ttl, of whichever format the body turns out to be."""
    body = document.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        raise SourceError(f"{spoken(document.final_url)} answered with nothing (0 bytes)")
    if body[:1] in b"{[":
        entries, notices = jsonfeed.entries_of(replace(document, body=body))
        if not entries:
            notices = (*notices, "the feed has no entries yet")
        return entries, notices, ""
    _refuse_other_kinds(body, document)
    return _read_xml(document)


def _refuse_other_kinds(body: bytes, document: Document) -> None:
    """Raise for a web page, a list of feeds, a bare path or text: in words, before any parsing."""
    where = spoken(document.final_url)
    refuse_many_tags(body, where)
    if _HTML.search(body[:1000]):
        raise SourceError(_web_page(document))
    if _OPML.search(body[:2000]):
        raise SourceError(
            f"{where} is a list of {len(re.findall(rb'xmlurl *=', body, re.IGNORECASE))} feeds"
            " (OPML), not a feed: put the feeds themselves into config.toml"
        )
    # UTF-16 and UTF-32 have zero bytes, and their "<" among them.
    if b"<" not in body and b"\0" not in body:
        text = shown(body[:200].decode("utf-8", "replace"), 60)
        what = "a path or an address; it was not opened" if _is_path(body) else "plain text"
        raise SourceError(f'{where} answered "{text}", not a feed: {what}')


def _is_path(body: bytes) -> bool:
    line = body.strip()
    return len(line) < 2000 and b"\n" not in line and b" " not in line


def _web_page(document: Document) -> str:
    words = f"{spoken(document.final_url)} answered a web page, not a feed"
    feeds = feeds_linked(document.body, document.final_url)
    if not feeds:
        return f"{words}: ask its owner for the feed's address"
    return f"{words}; that page names as its feeds: {', '.join(shown(feed, 160) for feed in feeds)}"


def _read_xml(document: Document) -> tuple[list[Entry], tuple[str, ...], str]:
    # Without "content-location" feedparser leaves links alone, and takes two thirds of the time.
    headers = {key: document.headers[key] for key in _TELLING if key in document.headers}
    where = spoken(document.final_url)
    try:
        parsed = feedparser.parse(
            # Bytes or text itself would be taken for a file's name.
            io.BytesIO(readied(document.body, headers, where)),
            response_headers=headers | AS_UTF8,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _UNREADABLE as error:
        raise SourceError(f"{where} cannot be read as a feed ({shown(str(error), 80)})") from error
    feed = parsed["feed"]
    notices = _without_entries(parsed, document) if not parsed["entries"] else _broken(parsed)
    raws = _payloads(document.body, parsed["entries"])
    read = _Reader(document.final_url, feed)
    entries = [read.entry(*pair) for pair in zip(parsed["entries"], raws, strict=True)]
    if str(parsed["version"]).startswith("atom"):
        entries = latest(entries, document.fetched)
    return entries, notices, str(feed.get("ttl", ""))


_TELLING = ("content-type", "content-language")


def _without_entries(parsed: Mapping[str, Any], document: Document) -> tuple[str, ...]:
    """A feed may be empty yet; anything else without entries is not read as "no news"."""
    where = spoken(document.final_url)
    if _HTML.search(document.body[:20_000]):
        raise SourceError(_web_page(document))
    if parsed["bozo"]:
        why = shown(str(parsed.get("bozo_exception", "")), 100)
        raise SourceError(f"{where} is not a feed, or breaks off before its first entry ({why})")
    if not parsed["version"]:
        raise SourceError(f"{where} is valid XML, but not a feed")
    if not parsed["feed"].get("title"):
        raise SourceError(f"{where} is valid XML, but no entries of a feed can be recognised in it")
    return ("the feed has no entries yet",)


def _broken(parsed: Mapping[str, Any]) -> tuple[str, ...]:
    """Merely odd feeds are marked "bozo" as well; only broken XML is worth a word."""
    error = parsed.get("bozo_exception")
    if not parsed["bozo"] or not hasattr(error, "getLineNumber"):
        return ()
    return (
        f"its XML is broken ({shown(str(error), 100)});"
        f" {len(parsed['entries'])} entries could be read all the same",
    )


def _payloads(body: bytes, entries: list[Any]) -> list[bytes]:
    """Each entry's own XML, as it came.

    Cut out of the document by pattern, which costs a hundredth of parsing it. Where that
    does not find as many as the parser did (prefixes, UTF-16, nesting), or where a piece is
    very long, what was read of the entry stands in, as JSON.
    """
    masked = _HIDDEN.sub(lambda hidden: b" " * len(hidden[0]), body) if b"<!" in body else body
    spans = [match.span() for match in _ENTRY.finditer(masked)]
    if len(spans) != len(entries):
        return [_as_json(entry) for entry in entries]
    return [
        body[start:end] if end - start <= _LONGEST_RAW else _as_json(entry)
        for (start, end), entry in zip(spans, entries, strict=True)
    ]


def _as_json(entry: Mapping[str, Any]) -> bytes:
    """What feedparser read of an entry: its texts, and the texts of its parts."""
    read: dict[str, Any] = {}
    for key, value in list(entry.items())[:60]:
        if isinstance(value, str):
            read[key] = value[:_LONGEST_RAW]
        elif isinstance(value, list):
            read[key] = [_texts(part) for part in value[:50]]
        elif isinstance(value, dict):
            read[key] = _texts(value)
    return packed(read)


def _texts(part: Any) -> Any:
    if not isinstance(part, dict):
        return str(part)[:_LONGEST_RAW]
    texts = [(key, value) for key, value in part.items() if isinstance(value, str)]
    return {key: value[:_LONGEST_RAW] for key, value in texts[:20]}


class _Reader:
    """Reads one feed's entries; what the feed says for all of them is looked up once."""

    def __init__(self, base: str, feed: Mapping[str, Any]) -> None:
        self._base = base
        self._author = plain(str(feed.get("author", "")), 200)
        self._lang = plain(str(feed.get("language", "")), 20)

    def entry(self, entry: Any, raw: bytes) -> Entry:
        """An entry as feedparser has it, as one of ours.

        dict.get passes by feedparser's own, which looks for four old names each time.
        """
        markup, is_markup = _content(entry)
        title = dict.get(entry, "title", "")
        detail = dict.get(entry, "author_detail") or {}
        published = dict.get(entry, "published") or dict.get(entry, "created") or ""
        updated = dict.get(entry, "updated") or ""
        return Entry(
            guid=dict.get(entry, "id") or "",
            link=absolute(dict.get(entry, "link") or "", self._base),
            title=_title(title, dict.get(entry, "title_detail")),
            content=text_of(markup) if is_markup else plain(markup).strip(),
            author=plain(str(detail.get("name") or "") or self._author, 200),
            author_uri=absolute(str(detail.get("href") or ""), self._base) if detail else "",
            published=published or updated,
            updated=updated,
            lang=_language(dict.get(entry, "title_detail")) or self._lang,
            links=links_in(markup, self._base) if is_markup and "<" in markup else (),
            answers=_answers(entry),
            raw=raw,
        )


def _content(entry: Any) -> tuple[str, bool]:
    """The fullest content of an entry, and whether it may hold markup."""
    contents = dict.get(entry, "content")
    if contents:
        best = max(contents, key=lambda part: len(part.get("value") or ""))
        return best.get("value") or "", _may_be_markup(best)
    detail = dict.get(entry, "summary_detail")
    return dict.get(entry, "summary") or "", detail is None or _may_be_markup(detail)


def _may_be_markup(detail: Any) -> bool:
    """Only what is marked as plain text and holds no tag is plain: RSS forgets to say."""
    return dict.get(detail, "type") != "text/plain" or "&" in (dict.get(detail, "value") or "")


def _title(title: str, detail: Any) -> str:
    if "<" not in title and "&" not in title:
        return plain(title, 2_000).strip()
    is_markup = detail is None or _may_be_markup(detail)
    return (text_of(title[:10_000]) if is_markup else plain(title, 2_000).strip()).replace(
        "\n", " "
    )


def _language(detail: Any) -> str:
    return plain(dict.get(detail, "language") or "", 20) if detail else ""


def _answers(entry: Any) -> str:
    """The guid that an Atom entry answers (RFC 4685, thr:in-reply-to)."""
    answered = dict.get(entry, "thr_in-reply-to")
    return str(answered.get("ref") or "") if isinstance(answered, dict) else ""


def _pause(document: Document, ttl: str) -> dict[str, int]:
    """For how many seconds the feed asks not to be visited again: {} if it does not."""
    age = _MAX_AGE.search(document.headers.get("cache-control", ""))
    seconds = max(
        int(age[1]) if age else 0,
        int(ttl) * 60 if ttl.isascii() and ttl.isdecimal() and len(ttl) < 7 else 0,
    )
    return {"not_before_s": min(seconds, _LONGEST_PAUSE_S)} if seconds else {}
