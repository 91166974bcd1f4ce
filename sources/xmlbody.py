"""A feed's XML as plain UTF-8 that feedparser reads in linear time. Never parses it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Final

from feedparser.encodings import convert_to_utf8

from sources.errors import SourceError

AS_UTF8: Final = {"content-type": "application/xml; charset=utf-8"}
"""The header under which feedparser takes what `readied` returns for what it is."""

_MOST_TAGS: Final = 150_000
"""A document with more is refused: reading it could take the analyst's thread for seconds."""

_MOST_ATTRIBUTES: Final = 100
"""The standard library's parser takes the square of a tag's attributes."""

_SHORTEST_OVERLOADED: Final = 5 * _MOST_ATTRIBUTES
_LONGEST_HEAD: Final = 8_192
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_SLOW_CODECS: Final = frozenset({"punycode", "idna"})

_DECLARATION = re.compile(rb"<\?[^>]{0,1000}>")
_CHARSET = re.compile(r"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,60})", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<\w")  # where feedparser takes the document to begin
_BLANKS = re.compile(rb"\s{2,}")
_TAG = re.compile(rb"[^\s\"'<>/=]++(?:\s++[^\s\"'<>/=]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+")
_ATTRIBUTE = re.compile(rb"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_CHARACTER = re.compile(
    rb"&#(?:[xX]0*+([dD][89a-fA-F][0-9a-fA-F]{2})(?![0-9a-fA-F])|0*+(5[5-7]\d{3})(?!\d));?"
)


def readied(body: bytes, headers: Mapping[str, str], where: str) -> bytes:
    """The document in UTF-8, to be given to feedparser under `AS_UTF8`.

    Halves of surrogate pairs, which no text can hold, become U+FFFD. Raises SourceError, which
    begins with `where`, for what would take feedparser a time out of all proportion; other
    errors are those of decoding (LookupError, ValueError).
    """
    text = _in_utf8(body, headers, where)
    refuse_many_tags(text, where)
    if b"<!DOCTYPE" in text and b"<!ATTLIST" in text:
        raise SourceError(f"{where} brings rules for attributes of its own (DTD); it was not read")
    _refuse_many_attributes(text, where)
    text = _with_short_head(text, where)
    return _CHARACTER.sub(_whole, text) if b"&#" in text else text


def refuse_many_tags(body: bytes, where: str) -> None:
    """Raise SourceError if `body` has more tags than any feed needs."""
    if (tags := body.count(b"<")) > _MOST_TAGS:
        raise SourceError(f"{where} has {tags:,} tags, more than any feed needs; it was not read")


def _in_utf8(body: bytes, headers: Mapping[str, str], where: str) -> bytes:
    """The body's own mark says its encoding better than its server does (RFC 7303, 3)."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _declared(body.decode(codec, "replace").lstrip().encode())
    body = body.lstrip()
    declaration = _DECLARATION.match(body)
    if declaration:
        # On a line of its own: feedparser's pattern for it searches to the end of its line,
        # in the cube of its length.
        body = declaration[0] + b"\n" + body[declaration.end() :]
    elif body.startswith(b"<?"):
        raise SourceError(f"{where} is not a feed: its XML declaration does not end")
    said = declaration[0].decode("ascii", "replace") if declaration else ""
    said += " " + headers.get("content-type", "")
    if _SLOW_CODECS.intersection(map(_codec, _CHARSET.findall(said))):
        raise SourceError(f"{where} is in an encoding that is none for documents; it was not read")
    converted: bytes = convert_to_utf8(headers, body, {})
    return converted


def _declared(text: bytes) -> bytes:
    """The document with a declaration that it is in UTF-8, in place of its own."""
    own = _DECLARATION.match(text) if text.startswith(b"<?xml ") else None
    return b"<?xml version='1.0' encoding='utf-8'?>\n" + (text[own.end() :] if own else text)


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _refuse_many_attributes(text: bytes, where: str) -> None:
    for piece in text.split(b"<"):
        # Most pieces are short; of the long ones, most have few "=".
        if len(piece) > _SHORTEST_OVERLOADED and piece.count(b"=") > _MOST_ATTRIBUTES:
            tag = _TAG.match(piece)
            if tag and len(_ATTRIBUTE.findall(tag[0])) > _MOST_ATTRIBUTES:
                raise SourceError(
                    f"{where} has a tag of more than {_MOST_ATTRIBUTES} attributes,"
                    " which no feed needs; it was not read"
                )


def _with_short_head(text: bytes, where: str) -> bytes:
    """The document with no more than single blanks before its first tag.

    feedparser looks there for declarations, in the square of blanks and of declarations.
    """
    first = _FIRST_TAG.search(text)
    start = first.start() if first else 0
    head = _BLANKS.sub(b"\n", text[:start])
    if len(head) > _LONGEST_HEAD:
        raise SourceError(
            f"{where} has {len(head):,} bytes before its first tag, more than any feed needs;"
            " it was not read"
        )
    return head + text[start:]


def _whole(reference: re.Match[bytes]) -> bytes:
    """A reference to half a surrogate pair as one to U+FFFD; any other as it is."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"&#xFFFD;" if 0xD800 <= number <= 0xDFFF else reference[0]
