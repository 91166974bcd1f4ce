"""Find the phrases of the word lists in a text, in one pass over its words. Weighs nothing up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

PERSONS = frozenset(("me", "us", "you", "ye", "yous", "him", "her", "them", "he", "she", "they"))
OWNERS = frozenset(("my", "our", "your", "yer", "his", "her", "their"))
_GAP = 4
_STOPS = frozenset(".!?;\n…")

Pattern = tuple[frozenset[str] | str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: words `first` to `last` (inclusive) of the text."""

    category: str
    weight: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Entry:
    category: str
    weight: float
    rest: Pattern


class Phrasebook:
    """The phrases of all categories, by their first word. Frozen once made."""

    def __init__(self, lists: Mapping[str, Mapping[str, str]]) -> None:
        """Take category -> weight -> comma-separated phrases."""
        self._entries: dict[str, list[_Entry]] = {}
        for category, weights in lists.items():
            for weight, phrases in weights.items():
                for phrase in split(phrases):
                    self._add(category, float(weight), phrase)
        for entries in self._entries.values():
            entries.sort(key=lambda entry: -len(entry.rest))

    def _add(self, category: str, weight: float, phrase: str) -> None:
        first, *rest = phrase.split()
        pattern: Pattern = tuple(
            p if p in ("*", "@", "@s") else frozenset(p.split("|")) for p in rest
        )
        for word in first.split("|"):
            self._entries.setdefault(word, []).append(_Entry(category, weight, pattern))

    def hits(
        self, words: Sequence[str], named: Mapping[int, bool], masked: frozenset[int]
    ) -> list[Hit]:
        """Every phrase found, the longest of a category at each place.

        `named` maps words that name somebody to whether they are possessive;
        `masked` words (the names themselves) cannot be part of a phrase.
        """
        found: list[Hit] = []
        reached: dict[str, int] = {}
        known = self._entries
        begun = [(place, known[word]) for place, word in enumerate(words) if word in known]
        for place, entries in begun:
            if place in masked:
                continue
            for entry in entries:
                if reached.get(entry.category, -1) >= place:
                    continue
                last = _match(entry.rest, words, place, named)
                if last is not None:
                    reached[entry.category] = last
                    found.append(Hit(entry.category, entry.weight, place, last))
        return found


def _match(
    rest: Pattern, words: Sequence[str], place: int, named: Mapping[int, bool]
) -> int | None:
    """The last word of the match of `rest` after `place`, or None."""
    for number, part in enumerate(rest):
        if part == "*":
            return _match_after_gap(rest[number + 1 :], words, place, named)
        place += 1
        if place >= len(words) or not _fits(part, words[place], named.get(place)):
            return None
        while part in ("@", "@s") and named.get(place) is not None and place + 1 in named:
            place += 1
    return place


def _match_after_gap(
    rest: Pattern, words: Sequence[str], place: int, named: Mapping[int, bool]
) -> int | None:
    for skipped in range(_GAP + 1):
        if place + skipped >= len(words) or (skipped and words[place + skipped][0] in _STOPS):
            return None
        last = _match(rest, words, place + skipped, named)
        if last is not None:
            return last
    return None


def _fits(part: frozenset[str] | str, word: str, owning: bool | None) -> bool:
    if part == "@":
        return owning is False or word in PERSONS
    if part == "@s":
        return owning is True or word in OWNERS
    return word in part


def split(phrases: str) -> list[str]:
    """The phrases of a comma-separated list, without blanks."""
    return [" ".join(phrase.split()) for phrase in phrases.split(",") if phrase.strip()]


@cache
def lists() -> Mapping[str, Any]:
    """The packaged word lists, read once."""
    return tomllib.loads(resources.files("analysis").joinpath("words.toml").read_text("utf-8"))


@cache
def word_set(section: str, name: str) -> frozenset[str]:
    """One of the packaged plain sets of words."""
    return frozenset(split(lists()[section][name]))


@cache
def phrasebook() -> Phrasebook:
    """The packaged phrases, compiled once."""
    return Phrasebook({k: v for k, v in lists().items() if k not in ("sets", "common")})
