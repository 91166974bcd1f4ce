"""Make text from outside harmless: to keep, to show, to hand to a spreadsheet."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b\x9c]{0,2000}(?:\x07|\x1b\\|\x9c)"  # OSC: titles, clipboard, links
    r"|\x1b[PX^_][^\x1b\x9c]{0,2000}(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colours, cursor
    r"|\x1b[ -/]{0,8}[0-~]"  # two-character sequences
)
_INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u061c]")
_BLANKS = re.compile(r"\s+")
_BREAK = re.compile(r"[\r\n\u2028\u2029\x85]")
_FORMULA = re.compile(r"^[\s\u200b-\u200f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|]|^[\t\r\n]")

LONGEST = 100_000
"""Characters of one post that are kept as text; the raw payload is kept whole."""


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Text to keep: no terminal escapes or control characters, newlines and tabs kept.

    >>> plain("\x1b[31mred\x1b[0m\x07 alert\r\nnext")
    'red alert\nnext'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest:
        text = text[:longest] + " …"
    if not _CONTROL.search(text):
        return text.encode("utf-8", "replace").decode() if _lone(text) else text
    text = _CONTROL.sub("", _ESCAPES.sub("", text))
    return text.encode("utf-8", "replace").decode() if _lone(text) else text


def shown(text: str, longest: int = 0) -> str:
    r"""One line to show: breaks become spaces, bidi overrides and zero-widths go.

    A text over `longest` characters (0: no limit) is cut and ends in "…".

    >>> shown("one\ntwo \u202eevil")
    'one two evil'
    >>> shown("abcdef", 4)
    'abc…'
    """
    if longest:
        text = text[: longest * 4]
    text = _BLANKS.sub(_one_line, _INVISIBLE.sub("", plain(text)))
    return text[: longest - 1] + "…" if longest and len(text) > longest else text


def shown_lines(text: str) -> str:
    """Text to show over several lines: as `shown`, but newlines stay."""
    return _INVISIBLE.sub("", plain(text)).replace("\t", "    ")


def cell(text: str) -> str:
    """A cell no spreadsheet will run: what starts like a formula is prefixed by an apostrophe.

    >>> cell("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> cell("fine")
    'fine'
    """
    text = plain(text)
    return "'" + text if _FORMULA.match(text) else text


def _one_line(blanks: re.Match[str]) -> str:
    """Blanks without a break in them; one space for any that hold one."""
    return " " if _BREAK.search(blanks[0]) else blanks[0].replace("\t", " ")


def _lone(text: str) -> bool:
    """Whether half a surrogate pair hides in `text`: it could not be stored as UTF-8."""
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)
