"""Markup from outside into plain text. Never keeps a tag, a script or a style."""

from __future__ import annotations

import html
import re
from itertools import islice
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from contest.text import plain

_BLOCK = re.compile(
    r"<(?:br|p|/p|div|/div|li|/ul|/ol|h[1-6]|/h[1-6]|tr|table|/table|blockquote|/blockquote"
    r"|pre|/pre|hr|section|article|figure|figcaption|dt|dd)(?=[\s/>])",
    re.IGNORECASE,
)
_UNSEEN = ["script", "style", "template", "noscript", "iframe", "object", "head", "title"]
_UNSEEN_PARTS = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|noscript|iframe|object)\b.*?(?:</\1|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"</?[a-zA-Z][^>]*(?:>|\Z)")
_WITH_ATTRIBUTES = re.compile(r"<(/?[a-zA-Z][\w-]{0,40})[\s/][^<>]*+>")
_UNCLOSED = re.compile(r"</?[a-zA-Z][^<>]*+(?=<|\Z)")
_LINK = re.compile(rb"<link\s[^<>]{1,2000}>", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_BLANKS = re.compile(r"[ \t\xa0]+")
_LINE_ENDS = re.compile(r" ?\n[ \n]*")
_ANCHOR = re.compile(r"<a\s[^<>]{1,4000}>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")

_MOST_TAGS = 5_000
"""Beyond this, tags are cut out by pattern: a parser needs a minute for 200,000 nested ones."""
_LONG = 16_000
"""Beyond so many characters tags lose their attributes: parsers are quadratic in those of one."""
_LONGEST_MARKUP = 2_000_000
_MOST_LINKS = 50


def text_of(markup: str) -> str:
    r"""The words of a piece of HTML; blocks become lines, entities are decoded.

    >>> text_of("<p>Meet <b>Ada</b><br>at noon &amp; bring soup</p><script>x()</script>")
    'Meet Ada\nat noon & bring soup'
    >>> text_of("No markup,\nno change")
    'No markup,\nno change'
    """
    if "<" not in markup:
        return plain(html.unescape(markup) if "&" in markup else markup).strip()
    markup = _BLOCK.sub(r"\n\g<0>", _SPACE.sub(" ", markup[:_LONGEST_MARKUP]))
    if len(markup) > _LONG:
        markup = _UNCLOSED.sub("", _WITH_ATTRIBUTES.sub(r"<\1>", markup))
    text = _cut_out(markup) if markup.count("<") > _MOST_TAGS else _parsed(markup)
    return _LINE_ENDS.sub("\n", _BLANKS.sub(" ", plain(text))).strip()


def links_in(markup: str, base: str, without: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The http(s) addresses that the markup's anchors lead to, absolute, at most 50.

    Anchors whose tag holds one of the words `without` (a class) are left out.

    >>> links_in('<a href="/plan">plan</a> <a href="mailto:ada">write</a>', "https://ada.example/")
    ('https://ada.example/plan',)
    """
    if "<a" not in markup and "<A" not in markup:
        return ()
    kept: dict[str, None] = {}
    for anchor in _ANCHOR.finditer(markup[:_LONGEST_MARKUP]):
        if not any(word in anchor[0] for word in without) and (href := _HREF.search(anchor[0])):
            if link := absolute(html.unescape(href[1] or href[2] or href[3] or ""), base):
                kept[link] = None
            if len(kept) == _MOST_LINKS:
                break
    return tuple(kept)


def absolute(link: str, base: str) -> str:
    """`link` as an absolute http(s) address seen from `base`, else "".

    >>> absolute("../b", "https://ada.example/a/x")
    'https://ada.example/b'
    >>> absolute("javascript:alert(1)", "https://ada.example/")
    ''
    """
    link = plain(link.strip(), 4_000)
    if not link:
        return ""
    if not link.startswith(("https://", "http://")):
        try:
            link = urljoin(base, link)
        except ValueError:
            return ""
    return link if link.lower().startswith(("https://", "http://")) else ""


def feeds_linked(page: bytes, base: str) -> tuple[str, ...]:
    """The feeds that a web page names in its head, absolute, at most five."""
    found: dict[str, None] = {}
    links = b"".join(islice((link[0] for link in _LINK.finditer(page[:200_000])), _MOST_LINKS))
    for link in LexborHTMLParser(links).css("link[href]"):
        kind, rel = (link.attributes.get(key) or "" for key in ("type", "rel"))
        address = absolute(link.attributes.get("href") or "", base)
        if address and kind.lower() in _FEED_TYPES and "alternate" in rel.lower():
            found[address] = None
    return tuple(found)[:5]


def _parsed(markup: str) -> str:
    tree = LexborHTMLParser(markup)
    tree.strip_tags(_UNSEEN)
    # Mastodon repeats a quoted post's address in such a paragraph for older readers.
    for repeated in tree.css(".quote-inline") if "quote-inline" in markup else ():
        repeated.decompose()
    return tree.body.text(deep=True) if tree.body else ""


def _cut_out(markup: str) -> str:
    return html.unescape(_TAG.sub("", _UNSEEN_PARTS.sub(" ", markup)))
