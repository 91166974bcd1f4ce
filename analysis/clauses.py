"""Say whom each word of a text is about, clause by clause. Does not look at what is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.meaning import Mention, Passage, Target, weighed_targets
from analysis.phrases import word_set
from analysis.words import Words
from contest.reading import Span

CONTINUED = 0.7
"""How far a sentence without a name still counts for the only one named before it."""
SHARED = 0.4
"""The same, where several were named."""
IMPLIED = 0.6
"""How far an answer that names nobody counts for the one that its parent is about."""
_JOINS = frozenset((",", "and", "or", "&", "nor", "then", "plus", "with", "/"))
_RANKS = {";": 3, ":": 3, "—": 3, "–": 3, ",": 2, "(": 2, ")": 2, "than": 2, "and": 1, "or": 1}


@dataclass(frozen=True, slots=True)
class Group:
    """Mentions that stand together ("Ada and Rowan"), as words `first` to `last`."""

    first: int
    last: int
    targets: tuple[Target, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Clauses:
    """For each word: whom it is about, and how surely (0..1)."""

    about: Sequence[tuple[Target, ...]]
    surety: Sequence[float]
    groups: tuple[Group, ...]


def clauses(passage: Passage) -> Clauses:
    """Divide the passage among those it mentions; linear in its length."""
    words = passage.words
    groups = tuple(_groups(passage))
    about: list[tuple[Target, ...]] = [()] * len(words.words)
    surety = [1.0] * len(words.words)
    everybody = weighed_targets(target for group in groups for target in group.targets)
    onward = CONTINUED if len(everybody) <= 1 else SHARED
    topic: tuple[Target, ...] = (passage.about,) if passage.about else ()
    sure = IMPLIED
    if len(everybody) == 1:
        topic, sure = everybody, CONTINUED
    number = 0
    for sentence in words.sentences:
        inside: list[Group] = []
        while number < len(groups) and groups[number].first < sentence[1]:
            inside.append(groups[number])
            number += 1
        for (start, end), targets in _shares(words, sentence, inside, topic):
            about[start:end] = [targets] * (end - start)
        if inside:
            topic, sure = inside[-1].targets, onward
        elif topic:
            surety[sentence[0] : sentence[1]] = [sure] * (sentence[1] - sentence[0])
    return Clauses(about, surety, groups)


def _groups(passage: Passage) -> Iterator[Group]:
    """Mentions with nothing but commas and "and" between them, taken together."""
    words = passage.words
    held: list[Mention] = []
    first = last = -1
    for mention in passage.mentions:
        start, end = (
            words.at(mention.start),
            max(words.at(mention.end) - 1, words.at(mention.start)),
        )
        between = words.words[last + 1 : start]
        named = mention.via not in ("reply", "pronoun")
        joined = held and named and len(between) <= 2 and all(w in _JOINS for w in between)
        if held and not (joined and between):
            yield _group(first, last, held)
            held = []
        if not held:
            first = start
        held.append(mention)
        last = end
    if held:
        yield _group(first, last, held)


def _group(first: int, last: int, held: list[Mention]) -> Group:
    return Group(first, last, weighed_targets(m.target for m in held), tuple(held))


def _shares(
    words: Words, sentence: Span, groups: list[Group], topic: tuple[Target, ...]
) -> Iterator[tuple[Span, tuple[Target, ...]]]:
    """The sentence cut at the borders between groups that mean different people."""
    if not groups:
        yield sentence, topic
        return
    start = sentence[0]
    for here, then in pairwise(groups):
        if here.targets != then.targets:
            border = _border(words.words, here.last + 1, then.first)
            yield (start, border), here.targets
            start = border
    yield (start, sentence[1]), groups[-1].targets


def _border(words: Sequence[str], start: int, end: int) -> int:
    """Where between two names one clause ends: at the strongest break, else before the second."""
    contrasts = word_set("sets", "contrasts")
    ranked = [
        (4 if words[place] in contrasts else _RANKS.get(words[place], 0), place)
        for place in range(start, end)
    ]
    rank, place = max(ranked, default=(0, end))
    return place if rank else end
