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
_HIDDEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_HIDDEN}]")
_PILED = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_BLANKS = re.compile(r"\s+")
_BREAK = re.compile(r"[\r\n\u2028\u2029\x85]")
_SIGNS = r"=+\-@|\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20\uff5c"
_FORMULA = re.compile(rf"^[\s\u200c\u200d\ufe00-\ufe0f{_HIDDEN}]*[{_SIGNS}]|^[\t\r\n]")
_INNER_FORMULA = re.compile(rf"([;\t\n]\s*)(?=[{_SIGNS}])")

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
    text = _BLANKS.sub(_one_line, _PILED.sub(r"\1", _INVISIBLE.sub("", plain(text))))
    return text[: longest - 1] + "…" if longest and len(text) > longest else text


def shown_lines(text: str) -> str:
    """Text to show over several lines: as `shown`, but newlines stay."""
    text = _PILED.sub(r"\1", _INVISIBLE.sub("", plain(text)))
    return text.replace("\t", "    ").replace("\u2028", "\n").replace("\u2029", "\n")


def cell(text: str) -> str:
    """A cell no spreadsheet will run: what starts like a formula is prefixed by an apostrophe.

    So is what would start one where a semicolon, a tab or a new line parts cells.

    >>> cell("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    >>> cell("fine")
    'fine'
    """
    text = _INNER_FORMULA.sub(r"\1'", plain(text))
    return "'" + text if _FORMULA.match(text) else text


def _one_line(blanks: re.Match[str]) -> str:
    """Blanks without a break in them; one space for any that hold one."""
    return " " if _BREAK.search(blanks[0]) else blanks[0].replace("\t", " ")


def _lone(text: str) -> bool:
    """Whether half a surrogate pair hides in `text`: it could not be stored as UTF-8."""
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)
