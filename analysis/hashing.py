"""Put masked texts in numbers: hashed n-grams, and how words stand to targets. Weighs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from analysis.masking import MARKS, SLOTS, Masked

Numbers = npt.NDArray[np.intp]
Hashes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]

KINDS: Final = ("camp", "official", "party", "account")
STEPS: Final = (1, 2, 4, 8)
"""Words from a target's mark up to which a word counts as that near."""
AT: Final = 0
NEAR: Final = 1
"""From here on: how far (four steps, further, in another sentence), before or after the mark,
and whether another target's mark stands between."""
ALONE: Final = NEAR + 4 * (len(STEPS) + 2)
OTHERS: Final = ALONE + 1
SAID_BY: Final = ALONE + 2
SAID_OF: Final = ALONE + 3
SAID: Final = ALONE + 4
NAME: Final = ALONE + 5
HEADER: Final = ALONE + 6
STANDINGS: Final = ALONE + 7
"""How many ways there are in which a word may stand to a target."""

_TOKEN = re.compile(r"\[unused\d+\]|'s\b|\w+(?:'\w+)*|[^\w\s\[]+")
_BREAK = " [SEP] "
_LONGEST = 1500
"""Characters of a body that are read; a longer text comes in windows."""
_LONGEST_WORD = 16
_SHORTEST_GRAM, _LONGEST_GRAM = 3, 5
_STOPS = frozenset(".!?;…")
_ANY_MARK = "\x01"
_FAR = 1 << 30
_SAID, _BODY = 1, 2


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Texts cut in words.

    `words` holds each different word once, the marks first; `ids` is the word of each token,
    text after text; `counts[i]` are text i's tokens in the header's list, in what is answered,
    and in the body; `slots[i]` its targets.
    """

    words: Sequence[str]
    ids: Numbers
    counts: Numbers
    slots: Numbers

    @property
    def parts(self) -> Numbers:
        """The part of each token: 0 in the list, 1 in what is answered, 2 in the body."""
        return np.repeat(np.tile(np.arange(3), len(self.counts)), self.counts.ravel())


@dataclass(frozen=True, slots=True, eq=False)
class Ngrams:
    """The hashes of words' n-grams, word after word, `counts` of them a word; the word's first."""

    hashes: Hashes
    counts: Numbers
    whole: Hashes


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """How each token of a text stands to each target of that text: one row a (target, token).

    Targets are numbered through all texts: target j is in text `text_of[j]`, and is its
    slot `slot_of[j]`. Rows go target by target, `counts[j]` of them each.
    """

    text_of: Numbers
    slot_of: Numbers
    counts: Numbers
    token: Numbers
    standing: Numbers


class _Ids(dict[str, int]):
    """Numbers words as they turn up."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


def cut_all(texts: Sequence[Masked]) -> Cut:
    """Cut texts in words, case kept; linear in their length."""
    ids = _Ids(zip(MARKS, range(SLOTS), strict=True))
    number = ids.__getitem__
    found: list[int] = []
    counts = []
    for text in texts:
        listed, said = _header(text)
        body = _TOKEN.findall(text.text, text.body, text.body + _LONGEST)
        for words in (listed, said, body):
            found.extend(map(number, words))
        counts.append((len(listed), len(said), len(body)))
    slots = np.array([len(text.slots) for text in texts], np.intp)
    return Cut(
        tuple(ids), np.array(found, np.intp), np.array(counts, np.intp).reshape(-1, 3), slots
    )


def _header(text: Masked) -> tuple[list[str], list[str]]:
    """The words of the list of targets, and those of what is answered, its speaker first."""
    if not text.body:
        return [], []
    header = text.text[: text.body].removesuffix(_BREAK)
    listed, answers, said = header.partition(" : ")
    words = _TOKEN.findall(listed)
    return (words[:-1], words[-1:] + _TOKEN.findall(said)) if answers else (words, [])


def places(text: Masked) -> list[tuple[int, int]]:
    """Where the tokens of the body stand, in characters of the masked text."""
    found = _TOKEN.finditer(text.text, text.body, text.body + _LONGEST)
    return [match.span() for match in found]


def starts(counts: Numbers) -> Numbers:
    """Where each run begins, of runs of these lengths.

    >>> starts(np.array([2, 0, 3])).tolist()
    [0, 2, 2]
    """
    return np.cumsum(counts) - counts


def within(counts: Numbers) -> Numbers:
    """The place of each member in its run, of runs of these lengths.

    >>> within(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    return np.arange(int(counts.sum())) - np.repeat(starts(counts), counts)


def word_grams(words: Sequence[str]) -> Ngrams:
    """The hashes of each word, of its runs of 3 to 5 characters, and of its being in capitals.

    The marks, whichever, are one and the same word.
    """
    shown = [f"<{_ANY_MARK}>"] * SLOTS
    shown += [f"<{word[:_LONGEST_WORD].lower()}>" for word in words[SLOTS:]]
    lengths = np.array([len(word) for word in shown], np.intp)
    letters = np.frombuffer("".join(shown).encode("utf-32-le", "surrogatepass"), np.uint32)
    word_of = np.repeat(np.arange(len(shown)), lengths)
    place = within(lengths)
    spread = _mixed(letters) * _POWERS[place]
    whole = _mixed(np.add.reduceat(spread, starts(lengths), dtype=np.uint32))
    shouted = [n for n, word in enumerate(words) if len(word) > 1 and word.isupper()]
    owners = [np.arange(len(shown)), np.array(shouted, np.intp)]
    hashes = [whole, np.full(len(shouted), _SHOUTED, np.uint32)]
    rest, rolled = lengths[word_of] - place, letters
    for size in range(2, _LONGEST_GRAM + 1):
        rolled = rolled[:-1] * _PRIME + letters[size - 1 :]
        if size >= _SHORTEST_GRAM:
            inside = rest[: len(rolled)] >= size
            inside &= lengths[word_of[: len(rolled)]] > size
            hashes.append(_mixed(rolled[inside] + np.uint32(size)))
            owners.append(word_of[: len(rolled)][inside])
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=len(shown))
    return Ngrams(np.concatenate(hashes)[order], counts, whole)


_PRIME = np.uint32(0x01000193)
_SHOUTED = 0x5EED
_POWERS = np.cumprod(np.full(_LONGEST_WORD + 2, 0x9E3779B1, np.uint32), dtype=np.uint32)


def _mixed(hashes: Hashes) -> Hashes:
    """The 32-bit finalizer of MurmurHash3 (Appleby, public domain)."""
    mixed = hashes ^ (hashes >> np.uint32(16))
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


def pair_grams(cut: Cut, whole: Hashes) -> tuple[Hashes, Flags]:
    """The hash of each token with the one before it; whether there is one in the same part."""
    hashes = whole[cut.ids]
    pairs = np.zeros_like(hashes)
    pairs[1:] = _mixed(hashes[:-1] * np.uint32(31) + hashes[1:] * _PRIME)
    joined = np.ones(len(hashes), np.bool_)
    joined[starts(cut.counts.ravel())[cut.counts.ravel() > 0]] = False
    return pairs, joined


def standings(cut: Cut) -> Standings:
    """How each token stands to each target of its text."""
    sizes = cut.counts.sum(1)
    text_of = np.repeat(np.arange(len(sizes)), cut.slots)
    slot_of = within(cut.slots)
    counts = sizes[text_of]
    target = np.repeat(np.arange(len(text_of)), counts)
    token = starts(sizes)[text_of][target] + within(counts)
    word, part = cut.ids[token], cut.parts[token]
    theirs = word == slot_of[target]
    stops = np.array([word[0] in _STOPS for word in cut.words])[word]
    run = cut.counts[text_of].ravel()
    others = (word < SLOTS) & ~theirs
    before = _seen(theirs, others, stops, run)
    after = _turned(_seen(theirs[::-1], others[::-1], stops[::-1], run[::-1]))
    named = np.minimum(before.distance, after.distance) < _FAR
    crowded = np.zeros(len(text_of), np.bool_)
    crowded[target[others & (part == _BODY)]] = True
    by_them = _speakers(cut)[text_of] == slot_of
    standing = np.where(named, _near(before, after), np.where(crowded[target], OTHERS, ALONE))
    said = np.where(by_them[target], SAID_BY, np.where(named, SAID_OF, SAID))
    listed = np.where((before.distance < _FAR) & ~before.beyond & ~theirs, NAME, HEADER)
    standing = np.where(part == _BODY, standing, np.where(part == _SAID, said, listed))
    return Standings(text_of, slot_of, counts, token, standing)


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """The nearest mark of the target, looking one way: how far off it is, and what is between.

    `beyond` another target's mark; `apart`, in another sentence.
    """

    distance: Numbers
    beyond: Flags
    apart: Flags


def _seen(theirs: Flags, others: Flags, stops: Flags, run: Numbers) -> _Seen:
    """What stands before each row, in its run."""
    place = np.arange(len(theirs))
    last = np.maximum.accumulate(np.where(theirs, place, -1))
    found = last >= np.repeat(starts(run), run)
    last = np.where(found, last, place)
    passed, ended = np.cumsum(others), np.cumsum(stops)
    distance = np.where(found, place - last, _FAR)
    return _Seen(distance, passed > passed[last], ended - stops > ended[last])


def _turned(seen: _Seen) -> _Seen:
    return _Seen(seen.distance[::-1], seen.beyond[::-1], seen.apart[::-1])


def _near(before: _Seen, after: _Seen) -> Numbers:
    """The standing of words of a body that names the target, by the nearer of its marks."""
    follows = before.distance <= after.distance
    distance = np.where(follows, before.distance, after.distance)
    step = np.searchsorted(STEPS, distance)
    step[np.where(follows, before.apart, after.apart)] = len(STEPS) + 1
    beyond = np.where(follows, before.beyond, after.beyond)
    return np.where(distance == 0, AT, NEAR + step * 4 + follows * 2 + beyond)


def _speakers(cut: Cut) -> Numbers:
    """The word that says who speaks in what each text answers; -1 where it answers nothing."""
    speaks = cut.counts[:, _SAID] > 0
    found = np.full(len(cut.counts), -1)
    found[speaks] = cut.ids[(starts(cut.counts.sum(1)) + cut.counts[:, 0])[speaks]]
    return found
