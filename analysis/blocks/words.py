"""A party's own phrases and patterns, looked for in the folded text. Bounded by RE2."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.folding import fold
from analysis.scene import Scene, Sign
from contest.code import Look
from contest.patterns import pattern

WORDS = "words"


def words(scene: Scene, look: Look) -> Iterator[Sign]:
    """The words that a rule names itself."""
    for written in look.words:
        if found := pattern(_folded(written)).search(scene.lower):
            start, end = found.span(1)
            spans = (scene.folded_span(start, end),) if start < end else scene.whole
            yield Sign(spans, f"words that the rule names (“{written}”)", basis="form")


def _folded(written: str) -> str:
    """A phrase is folded like the text; a pattern is left as it was written."""
    return written if written.startswith("/") else fold(written).lower
