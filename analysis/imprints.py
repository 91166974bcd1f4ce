"""The promoter's line of campaign material, and a text without it. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_LONGEST = 200


def without_imprint(text: str, phrases: Sequence[str]) -> str:
    """The text less each line of who promotes it ("Promoted by A. Agent for B. Bee, 3 The Quay.").

    `phrases` are its first words, in lower case. Such a line ends with its sentence; the dot of an
    initial ends none.

    >>> without_imprint("Promoted by A. Agent for B. Bee. Vote Bee!", ["promoted by"])
    'Vote Bee!'
    """
    lower = text.lower()
    if not any(phrase in lower for phrase in phrases):
        return text
    return _line(tuple(phrases)).sub(" ", text).strip()


@lru_cache(maxsize=64)
def _line(phrases: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, phrases))
    return re.compile(
        rf"\b(?:{words})\b[^\n\]]{{0,{_LONGEST}}}?(?:(?<!\b\w)\.(?=\s|$)|(?=[\n\]])|$)\s*",
        re.IGNORECASE,
    )
