"""How a name stands among its neighbours' letters: alone, with an ending, joined to a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from analysis.english import everyday, known
from analysis.folding import Folded
from analysis.phrases import word_set

OWNING = frozenset(("'s", "s'", "'"))
"""Endings by which somebody owns what follows."""
ACTING = frozenset(("'d", "'ll", "'ve", "'re", "'m", "-"))
"""Endings that only somebody has, not something; and a hyphen, as in "pro-Frost"."""
TAILS = r"'s|s'(?!\w)|s|'d|'ll|'ve|'re|'m"
_WORD = re.compile(r"\w+")
_NEAR = 200
_NEXT = re.compile(r" ([^\W\d_]+)")
_PREVIOUS = re.compile(r"(?<=[\w,] )([^\W\d_]+) $")
_NO_NAME = word_set("common", "honorifics") | {"i", "im", "the", "te", "st"}


def joint(lower: str, start: int, end: int, names: Collection[str]) -> str | None:
    """What the name at `[start, end)` of a folded text is joined by to its neighbours.

    "" where by nothing; "-" and "/" where that leaves it a name ("pro-Frost",
    "Frost/Moor"); None where it does not, as in a link.
    """
    before, after = lower[start - 1 : start], lower[end : end + 1]
    if before not in ("-", "/") and after not in ("-", "/"):
        return ""
    led = _WORD.findall(lower[max(0, start - 30) : start - 1])[-1:]
    if before == "-" and not _joins(led, "joined_before", names):
        return None
    followed = _WORD.findall(lower[end + 1 : end + 30])[:1]
    if after == "-" and not _joins(followed, "joined_after", names):
        return None
    if _in_address(lower, start):
        return None
    return "-" if "-" in (before, after) else "/"


def _joins(words: Sequence[str], kind: str, names: Collection[str]) -> bool:
    return any(word in word_set("common", kind) or word in names for word in words)


def _in_address(lower: str, start: int) -> bool:
    """Whether it is part of "example.org/green"."""
    led = lower[max(0, start - _NEAR) : start]
    return not led[-1:].isspace() and "." in (led.split() or [""])[-1]


def quote_after(lower: str, end: int) -> str:
    """The apostrophe of "Waters' plan"; "" where it rather closes a quotation."""
    owned = lower[end - 1] == "s" and lower[end : end + 2] == "' "
    quoting = " '" in lower[max(0, end - _NEAR) : end] or lower[0] == "'"
    return "'" if owned and not quoting else ""


def is_plural(key: str) -> bool:
    """Whether "s" after this name makes a plural of it, and not "Williams" of "William"."""
    if key.endswith("s"):
        return False
    return key + "s" not in known() or key in everyday()


def has_namesake(folded: Folded, start: int, end: int) -> bool:
    """Whether another name stands right beside it: "Wanda Kostiuk" is not our Wanda.

    `start` and `end` in characters of the original text.
    """
    original = folded.original
    if original[end : end + 1] == " " and original[end + 1 : end + 2].isupper():
        found = _NEXT.match(original, end)
        if found and _is_name(found[1]):
            return True
    if start > 2 and original[start - 1] == " " and original[start - 2].isalpha():
        found = _PREVIOUS.search(original[max(0, start - 20) : start])
        return found is not None and found[1][0].isupper() and _is_name(found[1])
    return False


def _is_name(word: str) -> bool:
    lower = word.lower()
    if word.isupper() or lower in _NO_NAME or lower in everyday():
        return False
    return lower not in word_set("common", "words")
