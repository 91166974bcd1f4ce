"""Find names that are spelt wrong by one letter. Takes no English word for a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from analysis.english import known
from analysis.names import Name
from analysis.words import Words

LONG = 6
"""Letters from which on a name is known in spite of a slip."""
SHORT = 5
"""Letters from which on it is where the given name stands beside it."""
_ENDINGS = frozenset("srdny")
_REMEMBERED = 20_000
"""Words that need no second look: most of a contest's vocabulary."""


class Spelling:
    """The slips that people make with the names of one contest. Threads may share it.

    An index of the names with each letter left out, as SymSpell keeps one: a slip is looked up
    by its own letters left out, so that the number of names does not matter.
    """

    def __init__(self, names: Mapping[str, Name], others: Iterable[str]) -> None:
        """Take the contest's names, and all words of names on its roster."""
        self._others = frozenset(others).union(*(key.split() for key in names))
        self._index: dict[str, list[str]] = {}
        meant = [key for key, name in names.items() if _is_misspelt(key, name)]
        for key in meant:
            for shorter in {key, *_shorter(key)}:
                self._index.setdefault(shorter, []).append(key)
        self._longest = max(map(len, meant), default=0)
        self._names = names
        self._harmless: set[str] = set()

    def slips(self, words: Words) -> Iterator[tuple[int, str]]:
        """Words of the text that are a slip of one name: which word, and the name."""
        if self._harmless.issuperset(words.words):
            return
        strange = set(words.words) - self._harmless
        slips = {word: name for word in strange if (name := self._nearest(word))}
        self._remember(strange - slips.keys())
        for place, word in enumerate(words.words if slips else ()):
            if word in slips:
                yield place, slips[word]

    def _remember(self, harmless: Iterable[str]) -> None:
        """Keep the words that are no slip of anything: most posts hold no others."""
        if len(self._harmless) > _REMEMBERED:
            self._harmless.clear()
        self._harmless.update(word for word in harmless if len(word) <= self._longest + 3)

    def _nearest(self, written: str) -> str:
        """The name that this is a slip of; "" where it is none, or might be of two people."""
        word = written.removesuffix("'s")
        if not SHORT <= len(word) <= self._longest + 1 or not word.isalpha():
            return ""
        if word in known() or word in self._others:
            return ""
        near = {
            key
            for shorter in (word, *_shorter(word))
            for key in self._index.get(shorter, ())
            if _is_slip(word, key)
        }
        if len({self._names[key].target for key in near}) != 1:
            return ""
        return max(near, key=lambda key: (len(key), key))


def _is_misspelt(key: str, name: Name) -> bool:
    """Whether slips with it are looked for: one word, of a person or a camp."""
    return len(key) >= SHORT and key.isalpha() and not name.hint and bool(name.target.id)


def _shorter(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _is_slip(word: str, name: str) -> bool:
    """Whether one letter is wrong, missing, too many, or two have changed places.

    Not so for an ending: that makes another word of it.
    """
    if word[:-1] == name and word[-1] in _ENDINGS:
        return False
    if word[0] != name[0] and len(name) < LONG + 2:
        return False
    start = 0
    while start < min(len(word), len(name)) and word[start] == name[start]:
        start += 1
    end = 0
    while end < min(len(word), len(name)) - start and word[-1 - end] == name[-1 - end]:
        end += 1
    one, other = word[start : len(word) - end], name[start : len(name) - end]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])
