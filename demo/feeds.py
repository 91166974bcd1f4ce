"""The story's feeds as documents: RSS 2.0, Atom, RSS 1.0 (RDF), JSON Feed. No connections.

No document names a refresh time (`ttl`, `sy:updatePeriod`): that would be in
real minutes, and the story passes faster.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from html.entities import codepoint2name
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from contest.contest import Contest, SourceEntry
from contest.text import plain
from demo.pieces import pieces
from demo.reply import Json, Reply
from demo.story import Scene, Seen

NEWEST = 20
"""Entries in a document, as most blogs have it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `link` and the ids made from it never change; `html` does by edits."""

    number: str
    link: str
    title: str
    html: str
    author: str
    published: datetime
    edited: datetime | None
    lang: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed shows at one moment, newest entry first. `url` is its public address."""

    title: str
    url: str
    zone: ZoneInfo
    entries: tuple[Entry, ...]
    updated: datetime

    @property
    def host(self) -> str:
        """The site's host name."""
        return urlsplit(self.url).netloc

    @property
    def home(self) -> str:
        """The site's front page."""
        return f"https://{self.host}/"


def reply(scene: Scene, contest: Contest, source: SourceEntry) -> Reply:
    """What the feed's server answers: the document, in the format that its address tells."""
    media_type, document = _format(source.url)
    feed = feed_at(scene, contest, source)
    return Reply(200, media_type, document(feed), changed=feed.updated)


def feed_at(scene: Scene, contest: Contest, source: SourceEntry) -> Feed:
    """The newest entries of a source."""
    newest = tuple(reversed(scene.at(source.name)))[:NEWEST]
    return Feed(
        title=source.name,
        url=source.url,
        zone=contest.zone,
        entries=tuple(_entry(seen, contest, source) for seen in newest),
        updated=scene.changed.get(source.name, scene.story.start),
    )


def html_of(text: str) -> str:
    """A told text as a blog's HTML: paragraphs, links, and entities for what is not ASCII.

    >>> html_of("It’s £5 & more")
    '<p>It&rsquo;s &pound;5 &amp; more</p>'
    """
    paragraphs = [
        "".join(
            f'<a href="{escape(piece.names)}">{_entities(piece.text)}</a>'
            if piece.kind == "link"
            else _entities(piece.text)
            for piece in pieces(paragraph)
        ).replace("\n", "<br />\n")
        for paragraph in plain(text).split("\n\n")
    ]
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph)


def rss(feed: Feed) -> bytes:
    """RSS 2.0, with dates that name the party's zone ("BST"), as many British feeds have them."""
    root = Element("rss", {"version": "2.0", **_xmlns("atom", "dc")})
    channel = SubElement(root, "channel")
    _texts(
        channel,
        ("title", feed.title),
        ("link", feed.home),
        ("description", f"{feed.title}: the latest"),
        ("language", "en-GB"),
        ("lastBuildDate", rfc822(feed.updated, feed.zone)),
    )
    SubElement(
        channel, "atom:link", {"href": feed.url, "rel": "self", "type": "application/rss+xml"}
    )
    for entry in feed.entries:
        _rss_item(SubElement(channel, "item"), entry, feed)
    return _xml(root)


def _rss_item(item: Element, entry: Entry, feed: Feed) -> None:
    _texts(
        item,
        ("title", entry.title),
        ("link", entry.link),
        ("dc:creator", entry.author),
        ("pubDate", rfc822(entry.published, feed.zone)),
    )
    guid = SubElement(item, "guid", {"isPermaLink": "false"})
    guid.text = f"{feed.home}?p={entry.number}"
    _texts(item, ("description", entry.html))
    if entry.edited:
        _texts(item, ("atom:updated", iso(entry.edited)))


def atom(feed: Feed) -> bytes:
    """Atom (RFC 4287); `updated` moves with an edit, `published` stays."""
    root = Element("feed", {"xmlns": _NAMES["atom"], "xml:lang": "en-GB"})
    _texts(
        root,
        ("title", feed.title),
        ("id", f"tag:{feed.host},2026:{urlsplit(feed.url).path}"),
        ("updated", iso(feed.updated)),
    )
    SubElement(root, "link", {"rel": "self", "href": feed.url})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.home})
    for entry in feed.entries:
        _atom_entry(SubElement(root, "entry", {"xml:lang": entry.lang}), entry, feed)
    return _xml(root)


def _atom_entry(element: Element, entry: Entry, feed: Feed) -> None:
    _texts(
        element,
        ("title", entry.title),
        ("id", f"tag:{feed.host},{entry.published:%Y-%m-%d}:{entry.number}"),
        ("published", iso(entry.published)),
        ("updated", iso(entry.edited or entry.published)),
    )
    SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.link})
    _texts(SubElement(element, "author"), ("name", entry.author))
    content = SubElement(element, "content", {"type": "html"})
    content.text = entry.html


def rdf(feed: Feed) -> bytes:
    """RSS 1.0: the items stand beside the channel, dates are Dublin Core's."""
    root = Element(
        "rdf:RDF", {"xmlns": "http://purl.org/rss/1.0/", **_xmlns("rdf", "dc", "dcterms")}
    )
    channel = SubElement(root, "channel", {"rdf:about": feed.url})
    _texts(
        channel,
        ("title", feed.title),
        ("link", feed.home),
        ("description", f"{feed.title}: politics"),
        ("dc:date", iso(feed.updated)),
    )
    contents = SubElement(SubElement(channel, "items"), "rdf:Seq")
    for entry in feed.entries:
        SubElement(contents, "rdf:li", {"rdf:resource": entry.link})
    for entry in feed.entries:
        _rdf_item(SubElement(root, "item", {"rdf:about": entry.link}), entry)
    return _xml(root)


def _rdf_item(item: Element, entry: Entry) -> None:
    _texts(
        item,
        ("title", entry.title),
        ("link", entry.link),
        ("description", entry.html),
        ("dc:creator", entry.author),
        ("dc:date", iso(entry.published)),
        ("dc:language", entry.lang),
    )
    if entry.edited:
        _texts(item, ("dcterms:modified", iso(entry.edited)))


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "language": "en-GB",
        "items": [_json_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _json_item(entry: Entry) -> Json:
    return {
        "id": entry.link,
        "url": entry.link,
        **({"title": entry.title} if entry.title else {}),
        "content_html": entry.html,
        "date_published": iso(entry.published),
        **({"date_modified": iso(entry.edited)} if entry.edited else {}),
        "authors": [{"name": entry.author}],
        "language": entry.lang,
    }


def rfc822(when: datetime, zone: ZoneInfo) -> str:
    """A date with the zone's own name.

    >>> rfc822(datetime(2026, 9, 28, 10, 40, tzinfo=UTC), ZoneInfo("Europe/London"))
    'Mon, 28 Sep 2026 11:40:00 BST'
    """
    local = when.astimezone(zone)
    return format_datetime(local)[: -len("+0000")] + (local.tzname() or "GMT")


def iso(when: datetime) -> str:
    """A date as RFC 3339 has it, in UTC."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _format(url: str) -> tuple[str, Callable[[Feed], bytes]]:
    """Media type and writer of a feed; addresses that tell no format are RSS, as with blogs."""
    suffix = urlsplit(url).path.rpartition(".")[2]
    return _FORMATS.get(suffix, ("application/rss+xml; charset=utf-8", rss))


_FORMATS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "atom": ("application/atom+xml; charset=utf-8", atom),
    "rdf": ("application/rdf+xml; charset=utf-8", rdf),
    "json": ("application/feed+json", json_feed),
}

_NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def _entry(seen: Seen, contest: Contest, source: SourceEntry) -> Entry:
    told = seen.told
    account = contest.account(told.author)
    number = re.sub(r"\D", "", told.id) or told.id
    slug = re.sub(r"[^a-z0-9]+", "-", told.title.casefold()).strip("-")[:60] or "note"
    return Entry(
        number=number,
        link=f"https://{urlsplit(source.url).netloc}/{told.at:%Y/%m}/{slug}-{number}",
        title=plain(told.title),
        html=html_of(seen.text),
        author=account.name if account else told.author.removeprefix("@"),
        published=told.at,
        edited=seen.edited,
        lang=told.lang,
    )


def _entities(text: str) -> str:
    return "".join(
        f"&{codepoint2name[ord(char)]};" if ord(char) in codepoint2name else char
        for char in text
    )  # fmt: skip


def _xmlns(*prefixes: str) -> dict[str, str]:
    return {f"xmlns:{prefix}": _NAMES[prefix] for prefix in prefixes}


def _texts(parent: Element, *children: tuple[str, str]) -> None:
    for tag, text in children:
        SubElement(parent, tag).text = text


def _xml(root: Element) -> bytes:
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document
