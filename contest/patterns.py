"""A party's own phrases and patterns, as RE2 reads them: never slower than the text is long."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import re2

_LONGEST = 500
_MEMORY = 1 << 20
"""Bytes that one compiled pattern may take."""


class PatternProblem(ValueError):
    """A phrase or pattern that cannot be used; the message says why and what to write instead."""


class Match(Protocol):
    """Where a pattern matched."""

    def span(self, group: int) -> tuple[int, int]:
        """From where to where; group 1 holds the words themselves."""
        ...


class Pattern(Protocol):
    """A compiled pattern. RE2 takes time linear in the text, whatever the pattern."""

    def search(self, text: str) -> Match | None:
        """The first match, if there is one."""
        ...


@lru_cache(maxsize=4096)
def pattern(words: str) -> Pattern:
    r"""What finds `words` in a text folded to lower case.

    "/.../" is a regular expression in RE2's syntax; anything else is a phrase of whole words.
    Raises PatternProblem.

    >>> bool(pattern("battle bus").search("on the battle  bus"))
    True
    >>> bool(pattern("/don[a-z]+/").search("please donate"))
    True
    """
    if len(words) > _LONGEST:
        raise PatternProblem(f"the pattern is longer than {_LONGEST} characters: split it")
    is_expression = len(words) > 2 and words.startswith("/") and words.endswith("/")
    return _compiled(f"({words[1:-1]})" if is_expression else _phrase(words))


def _phrase(words: str) -> str:
    folded = r"\s+".join(re2.escape(word) for word in words.lower().split())
    return rf"(?:^|[^\pL\pN_])({folded})(?:$|[^\pL\pN_])"


def _compiled(expression: str) -> Pattern:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.case_sensitive = False
    try:
        return re2.compile(expression, options)  # type: ignore[no-any-return]
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise PatternProblem(f"the pattern /{expression[1:-1]}/ cannot be used: {said}") from None
