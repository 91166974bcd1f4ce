"""The mentions, links and hashtags in a told text. Knows no platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_SPECIAL = re.compile(
    r"(?P<link>https?://[^\s<>\"]*[^\s<>\".,;:!?)’”'\]])"
    r"|(?<![\w@/.])@(?P<mention>\w+(?:[.-]\w+)*)"
    r"|(?<![\w#/&])#(?P<tag>\w*[^\W\d_]\w*)"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as it stands (`text`), and what it names without its sign (`names`)."""

    kind: Literal["words", "link", "mention", "tag"]
    text: str
    names: str = ""


def pieces(text: str) -> Iterator[Piece]:
    """Cut a text into its pieces; joined, their texts give it again.

    >>> [(piece.kind, piece.names) for piece in pieces("ask @AdaLittleLP.")]
    [('words', ''), ('mention', 'AdaLittleLP'), ('words', '')]
    """
    end = 0
    for match in _SPECIAL.finditer(text):
        if match.start() > end:
            yield Piece("words", text[end : match.start()])
        yield _piece(match)
        end = match.end()
    if end < len(text):
        yield Piece("words", text[end:])


def _piece(match: re.Match[str]) -> Piece:
    if link := match["link"]:
        return Piece("link", match[0], link)
    if mention := match["mention"]:
        return Piece("mention", match[0], mention)
    return Piece("tag", match[0], match["tag"])
