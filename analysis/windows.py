"""Cut a long passage into windows that an encoder can read whole. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.meaning import Mention, Passage
from analysis.words import Words, cut
from contest.reading import Span

SHORT = 300
"""Characters up to which a passage is read in one go."""
_WINDOW = 240
_MOST = 6


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a passage, and where it begins in the passage's text."""

    passage: Passage
    offset: int = 0


def windows(passage: Passage) -> Iterator[Window]:
    """The passage itself, or the stretches of a long one.

    At most six, so that a text of any length costs no more than six posts: of more, the first
    and those with the most names.
    """
    text = passage.words.folded.original
    if len(text) <= SHORT:
        yield Window(passage)
        return
    named = [*passage.mentions, *passage.possible]
    spans = list(_stretches(passage.words, len(text)))
    ranked = sorted(range(len(spans)), key=lambda n: (n > 0, -_held(spans[n], named), n))
    for number in sorted(ranked[:_MOST]):
        yield _window(passage, text, spans[number])


def _stretches(words: Words, length: int) -> Iterator[Span]:
    """Whole sentences up to the window's size; a sentence longer than that is cut."""
    start = 0
    ends = [words.spans[last - 1][1] for _, last in words.sentences] or [length]
    reached = 0
    for end in (*ends, length):
        while end - start > _WINDOW:
            stop = reached if reached > start else start + _WINDOW
            yield start, stop
            start = stop
        reached = end
    if start < length:
        yield start, length


def _held(span: Span, named: Sequence[Mention]) -> int:
    return sum(span[0] <= mention.start and mention.end <= span[1] for mention in named)


def _window(passage: Passage, text: str, span: Span) -> Window:
    start, end = span

    def inside(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
        return tuple(
            replace(mention, start=mention.start - start, end=mention.end - start)
            for mention in mentions
            if start <= mention.start and mention.end <= end
        )

    part = replace(
        passage,
        words=cut(text[start:end]),
        mentions=inside(passage.mentions),
        possible=inside(passage.possible),
    )
    return Window(part, start)
