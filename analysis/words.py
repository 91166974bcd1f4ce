"""Cut a text into words and sentences, each with its place. Knows no word's meaning."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.folding import Folded, fold
from contest.reading import Span

_TOKEN = re.compile(
    r"https?://\S+|www\.\S+"
    r"|@\w[\w.@-]*"
    r"|\d+(?:[.,:]\d+)*\w*"
    r"|#?\w+(?:['&-]\w+)*"
    r"|[.!?;\n…]+|[,:()\"/—–]|/s\b"
    r"|[\u2600-\u27bf\U0001f300-\U0001faff]"
)
IN_TAGS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
"""One of the words that a hashtag runs together, told by its capitals and digits."""
_BREAKS = frozenset(".!?;\n…")
_NO_BREAK_AFTER = frozenset(("mr", "mrs", "ms", "dr", "cllr", "st", "prof", "vs", "rev"))
_QUOTED = re.compile(r'"[^"\n]{1,400}"|(?<!\w)\'(?=\w)(?:[^\'\n]|(?<=\w)\'(?=\w)){1,400}\'(?!\w)')


@dataclass(frozen=True)
class Words:
    """A text's words (lower case, folded), where each stands, and which sentence it is in.

    Only the words are cut at once; most posts name nobody, and nobody then asks
    where their words stand.
    """

    folded: Folded
    words: Sequence[str]

    @cached_property
    def spans(self) -> Sequence[Span]:
        """Where each word stands, in characters of the original text."""
        places = [match.span() for match in _TOKEN.finditer(self.folded.lower)]
        if self.folded.offsets is None:
            return places
        return [self.folded.span(*place) for place in places]

    @cached_property
    def starts(self) -> Sequence[int]:
        """Where each word starts, in characters of the original text."""
        return [span[0] for span in self.spans]

    @cached_property
    def sentences(self) -> Sequence[Span]:
        """The sentences, each `[first, end)` in words."""
        return _sentences(self.words)

    @cached_property
    def quoted(self) -> Sequence[Span]:
        """What stands in quotation marks, in characters of the original text."""
        return _quoted(self.folded)

    def at(self, position: int) -> int:
        """The first word that starts at or after `position` of the original text."""
        return bisect_left(self.starts, position)

    def is_quoted(self, word: int) -> bool:
        """Whether the word stands in quotation marks: somebody else's."""
        place = self.starts[word]
        before = bisect_right(self.quoted, place, key=_start) - 1
        return before >= 0 and place < self.quoted[before][1]

    def sentence_at(self, word: int) -> Span:
        """The sentence that the word stands in."""
        after = bisect_right(self.sentences, word, key=_start)
        return self.sentences[after - 1]

    @cached_property
    def is_shouted(self) -> bool:
        """Whether all of the text is in capitals."""
        return self.folded.plain.isupper()

    @cached_property
    def is_lower(self) -> bool:
        """Whether the text has no capital."""
        return self.folded.plain == self.folded.lower

    def asks(self, sentence: Span) -> bool:
        """Whether the sentence ends in a question mark."""
        return "?" in self.words[sentence[1] - 1]


def _start(span: Span) -> int:
    return span[0]


def cut(text: str) -> Words:
    """Cut `text` into words; linear in its length."""
    folded = fold(text)
    return Words(folded, _TOKEN.findall(folded.lower))


def _sentences(words: Sequence[str]) -> list[Span]:
    sentences: list[Span] = []
    first = 0
    for place, word in enumerate(words):
        if word[0] in _BREAKS and not _abbreviates(words, place):
            sentences.append((first, place + 1))
            first = place + 1
    if first < len(words):
        sentences.append((first, len(words)))
    return sentences


def _abbreviates(words: Sequence[str], place: int) -> bool:
    """Whether the full stop at `place` belongs to "Cllr." or to an initial."""
    if words[place] != "." or place == 0:
        return False
    before = words[place - 1]
    return before in _NO_BREAK_AFTER or (len(before) == 1 and before.isalpha() and before != "i")


def _quoted(folded: Folded) -> list[Span]:
    if '"' not in folded.plain and "'" not in folded.plain:
        return []
    return [folded.span(*match.span()) for match in _QUOTED.finditer(folded.plain)]
