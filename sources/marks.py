"""Hashtags as they stand in a text. Never decides what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HASHTAG = re.compile(r"(?<![\w/&=?])[#＃](\w*[^\W\d_]\w*)")

_MOST = 50


def hashtags(text: str, *more: str) -> tuple[str, ...]:
    """The hashtags of a text, without "#", each once; `more` are tags known otherwise.

    >>> hashtags("A #LanternLead for #économie, not #1 and not a#b", "lanternlead", "Ferry")
    ('LanternLead', 'économie', 'Ferry')
    """
    found = _HASHTAG.findall(text) if "#" in text or "＃" in text else []
    return once((*found, *(tag.lstrip("#＃") for tag in more))) if found or more else ()


def once(words: Iterable[str]) -> tuple[str, ...]:
    """The words in order, each once whatever its case, empty ones left out, at most 50."""
    kept: dict[str, str] = {}
    for word in words:
        if word:
            kept.setdefault(word.casefold(), word)
    return tuple(kept.values())[:_MOST]
