"""The English words that everybody uses, and those that some do. Knows no meaning."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def everyday() -> frozenset[str]:
    """Ordinary words, folded, with their inflections: a name among them needs a second cue."""
    return _blocks()[0]


@cache
def known() -> frozenset[str]:
    """All listed words, rarer ones and well-known names among them: none is a misspelling."""
    first, second = _blocks()
    return first | second


@cache
def _blocks() -> tuple[frozenset[str], frozenset[str]]:
    text = resources.files("analysis").joinpath("english.txt").read_text("utf-8")
    body = text[text.index("\na\n") + 1 :]
    first, _, second = body.partition("\n\n")
    return frozenset(first.split()), frozenset(second.split())
