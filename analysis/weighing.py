"""What stands around a phrase and turns, lifts or lowers it: negation, boosters, quotation."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analysis.clauses import Clauses, clauses
from analysis.meaning import Cue, Mention, Passage, Target
from analysis.phrases import Hit, phrasebook, word_set
from contest.reading import Span

TURNS = frozenset(("but", "however", "yet"))
_REACH = 3
_BARRIERS = frozenset((",", ":", "(", ")", "—", "–", "but", '"', "and"))
_LIMITS = frozenset(("only", "just", "merely", "simply"))


@dataclass(frozen=True)
class Findings:
    """A passage with every phrase of the lists that was found in it, and whom each is about."""

    passage: Passage
    hits: Mapping[str, Sequence[Hit]]
    named: Mapping[int, Mention] = field(repr=False)
    _held: dict[tuple[Span, frozenset[str]], bool] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def clauses(self) -> Clauses:
        """For each word, whom it is about."""
        return clauses(self.passage)

    @property
    def words(self) -> Sequence[str]:
        """The passage's words."""
        return self.passage.words.words

    def of(self, *categories: str) -> list[Hit]:
        """The hits of these categories, in the text's order."""
        found = [hit for category in categories for hit in self.hits.get(category, ())]
        return sorted(found, key=lambda hit: hit.first) if len(categories) > 1 else found

    def between(self, category: str, start: int, end: int) -> Sequence[Hit]:
        """The category's hits that begin at words `[start, end)`."""
        hits = self.hits.get(category, ())
        first = bisect_left(hits, start, key=_beginning)
        return hits[first : bisect_left(hits, end, lo=first, key=_beginning)]

    def first_in_sentence(self, category: str, hit: Hit) -> Hit | None:
        """The category's first hit in the sentence of `hit`."""
        start, end = self.sentence(hit)
        hits = self.hits.get(category, ())
        first = bisect_left(hits, start, key=_beginning)
        return hits[first] if first < len(hits) and hits[first].first < end else None

    def about(self, hit: Hit) -> tuple[Target, ...]:
        """Whom the hit is about."""
        return self.clauses.about[hit.first]

    def surety(self, hit: Hit) -> float:
        """How surely it is about them."""
        return self.clauses.surety[hit.first]

    def span(self, hit: Hit) -> Span:
        """Where the hit stands in the text."""
        spans = self.passage.words.spans
        return spans[hit.first][0], spans[hit.last][1]

    def quoted(self, hit: Hit) -> bool:
        """Whether it stands in quotation marks."""
        return bool(self.passage.words.quoted) and self.passage.words.is_quoted(hit.first)

    def sentence(self, hit: Hit) -> Span:
        """The sentence it stands in."""
        return self._sentence_of[hit.first]

    def sentence_at(self, place: int) -> Span:
        """The sentence that the word at `place` stands in."""
        return self._sentence_of[place]

    @cached_property
    def last_turns(self) -> Mapping[tuple[int, tuple[Target, ...]], int]:
        """The last "but" of a sentence (by its first word) that is about those people."""
        turns = (place for place, word in enumerate(self.words) if word in TURNS)
        return {(self._sentence_of[p][0], self.clauses.about[p]): p for p in turns}

    @cached_property
    def _sentence_of(self) -> Sequence[Span]:
        return [s for s in self.passage.words.sentences for _ in range(s[1] - s[0])]

    def negated(self, hit: Hit) -> bool:
        """Whether a "not" within three words before it turns it round."""
        negators = word_set("sets", "negators")
        floor = max(self.sentence(hit)[0], hit.first - _REACH)
        for place in range(hit.first - 1, floor - 1, -1):
            word = self.words[place]
            if word in _BARRIERS:
                return False
            if word in negators:
                return self.words[place + 1] not in _LIMITS
        return False

    def lift(self, hit: Hit) -> float:
        """1, or more after "very", or less after "slightly"."""
        before = self.words[hit.first - 1] if hit.first else ""
        if before in word_set("sets", "boosters"):
            return 1.4
        return 0.6 if before in word_set("sets", "dampers") else 1.0

    def holds(self, span: Span, words: frozenset[str]) -> bool:
        """Whether one of `words` stands in words `[start, end)`; looked up once."""
        asked = (span, words)
        if asked not in self._held:
            self._held[asked] = not words.isdisjoint(self.words[span[0] : span[1]])
        return self._held[asked]


def _beginning(hit: Hit) -> int:
    return hit.first


def findings(passage: Passage) -> Findings:
    """Look every phrase up, once."""
    named: dict[int, Mention] = {}
    words = passage.words
    for mention in passage.mentions:
        for place in range(
            words.at(mention.start), max(words.at(mention.end), words.at(mention.start) + 1)
        ):
            named[place] = mention
    masked = frozenset(p for p, m in named.items() if m.via not in ("reply", "pronoun"))
    owning = {place: named[place].owning for place in masked}
    hits: dict[str, list[Hit]] = {}
    for hit in phrasebook().hits(words.words, owning, masked):
        hits.setdefault(hit.category, []).append(hit)
    return Findings(passage, hits, named)


def either(scores: Iterable[float]) -> float:
    """One figure for several pieces of evidence, 0..1: 1 - (1-a)(1-b)...

    >>> round(either([0.5, 0.5]), 2)
    0.75
    """
    rest = 1.0
    for score in scores:
        rest *= 1 - min(max(score, 0.0), 0.99)
    return round(1 - rest, 4)


def cue(found: Findings, weighed: Iterable[tuple[Hit, float]]) -> Cue:
    """The hits with a weight above nothing, as one cue."""
    kept = [(hit, weight) for hit, weight in weighed if weight > 0]
    return Cue(either(w for _, w in kept), tuple(sorted({found.span(hit) for hit, _ in kept})))
