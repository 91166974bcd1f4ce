"""Run the fallback reader: hashed n-grams in numpy alone. Knows no camp and no rule."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from analysis.card import REMEDY, Carded, ModelProblem
from analysis.encoder import Answer, Floats, told
from analysis.hashing import (
    AT,
    KINDS,
    Cut,
    Hashes,
    Numbers,
    Standings,
    cut_all,
    pair_grams,
    places,
    standings,
    starts,
    word_grams,
)
from analysis.heads import POST_HEADS, SLOT_HEADS, Head
from analysis.masking import MARKS, Masked
from analysis.meaning import Target

HASH_BITS: Final = 22
"""Bits of a hash by which an n-gram is looked up."""
FORM: Final = 1
"""The form of the file; a file of another form is not read."""
_BATCH = 256
_WORDS_FROM = 0.5
_TRIAL: Final = Masked(f"{MARKS[0]} spoke", 0, (Target("camp", "trial"),), ())
"""What is read at once, so that a file whose tables do not fit is found when it is opened."""

Weights: TypeAlias = Mapping[str, npt.NDArray[Any]]
"""The arrays of a model file.

`gaps`: between one kept hash and the next, in order. `table` (kept, width) int8: a row an
n-gram. `gates` (STANDINGS, mixes): how much a word counts by how it stands to the target.
`post`, `hidden`, `slot`: layers, their bias in the last row.
"""


class Grams(Carded):
    """One file of weights. Threads may share it."""

    def __init__(self, path: Path) -> None:
        """Open the model file. Raises ModelProblem if it is missing, damaged or does not fit."""
        self._card, weights = _opened(path)
        kept = np.cumsum(weights["gaps"], dtype=np.int64)
        self._row_of = np.zeros(1 << HASH_BITS, np.uint16)
        self._row_of[kept] = np.arange(1, len(kept) + 1)
        # Whole numbers in floats: sums are exact, so that no order and no batch can change them.
        self._table = np.vstack([np.zeros_like(weights["table"][:1]), weights["table"]]).astype(
            np.float32
        )
        self._gates: Floats = weights["gates"]
        self._post: Floats = weights["post"]
        self._hidden: Floats = weights["hidden"]
        self._slot: Floats = weights["slot"]
        try:
            self.read([_TRIAL])
        except (ValueError, IndexError):
            raise ModelProblem(f"{path}: was made for another version; {REMEDY}") from None

    def read(self, texts: Sequence[Masked]) -> list[Answer]:
        """Answer every head for each text, in order. `features` are empty: there are none."""
        return [
            answer
            for at in range(0, len(texts), _BATCH)
            for answer in self._answers(texts[at : at + _BATCH])
        ]

    def _answers(self, texts: Sequence[Masked]) -> Iterator[Answer]:
        cut = cut_all(texts)
        vectors = self._vectors(cut)
        whole = post_features(vectors, cut)
        post = told(POST_HEADS, _layer(whole, self._post), self._card["calibration"])
        slot = told(SLOT_HEADS, self._slots(texts, cut, vectors, whole), self._card["calibration"])
        words = self._words(texts, cut, vectors, post["hostile"][:, 0])
        of_posts, of_slots = _by_row(post, len(texts)), _by_row(slot, int(cut.slots.sum()))
        for place, (text, said) in enumerate(zip(texts, of_posts, strict=True)):
            slots = tuple(next(of_slots) for _ in text.slots)
            empty = np.empty((len(slots), 0), np.float32)
            yield Answer(said, slots, words.get(place, ()), empty)

    def _vectors(self, cut: Cut) -> Floats:
        """A row a token: the sum of its n-grams' rows, and of the row of it with its forerunner."""
        grams = word_grams(cut.words)
        words = sums(self._table[self._rows(grams.hashes)], grams.counts)
        pairs, joined = pair_grams(cut, grams.whole)
        rows = self._rows(pairs)
        known = np.flatnonzero(joined & (rows > 0))
        vectors = words[cut.ids]
        vectors[known] += self._table[rows[known]]
        return vectors

    def _rows(self, hashes: Hashes) -> npt.NDArray[np.uint16]:
        return np.take(self._row_of, hashes >> np.uint32(32 - HASH_BITS))

    def _slots(self, texts: Sequence[Masked], cut: Cut, vectors: Floats, whole: Floats) -> Floats:
        stand = standings(cut)
        near, weigh = vectors[stand.token], self._gates[stand.standing]
        mixed = [
            scaled(sums(near * weigh[:, mix, None], stand.counts), stand.counts)
            for mix in range(weigh.shape[1])
        ]
        known = np.hstack([*mixed, whole[stand.text_of], slot_features(texts, cut, stand)])
        return _layer(np.maximum(_layer(known, self._hidden), 0), self._slot)

    def _words(
        self, texts: Sequence[Masked], cut: Cut, vectors: Floats, hostile: Floats
    ) -> dict[int, tuple[tuple[int, int], ...]]:
        """The words that weigh most in what makes a text hostile, of texts that are."""
        weights = self._post[: vectors.shape[1], _column(POST_HEADS, "hostile")]
        ends = cut.counts.sum(1).cumsum()
        found = {}
        for place in np.flatnonzero(hostile >= _WORDS_FROM).tolist():
            end, size = int(ends[place]), int(cut.counts[place, 2])
            found[place] = tuple(_spans(texts[place], vectors[end - size : end] @ weights))
        return found


def post_features(vectors: Floats, cut: Cut) -> Floats:
    """What is known of each text as a whole: its words and the answered words, and its size."""
    counts = cut.counts.ravel()
    parts = scaled(sums(vectors, counts), counts).reshape(len(cut.counts), 3, -1)
    sizes = np.log1p(cut.counts[:, 1:]) / 4
    targets = cut.slots[:, None] > np.arange(3)
    return np.hstack([parts[:, 2], parts[:, 1], sizes, targets]).astype(np.float32)


def slot_features(texts: Sequence[Masked], cut: Cut, stand: Standings) -> Floats:
    """What else is known of each target: its kind, how often it is named, whether it alone is."""
    kinds = np.array([KINDS.index(target.kind) for text in texts for target in text.slots], int)
    named = sums((stand.standing == AT)[:, None].astype(np.float32), stand.counts)
    alone = cut.slots[stand.text_of][:, None] == 1
    first = stand.slot_of[:, None] == 0
    kinds_of = kinds[:, None] == np.arange(len(KINDS))
    return np.hstack([kinds_of, np.log1p(named), alone, first]).astype(np.float32)


def sums(rows: Floats, counts: Numbers) -> Floats:
    """The sum of each run of rows, of runs of these lengths; an empty run's is nought."""
    found = np.zeros((len(counts), rows.shape[1]), np.float32)
    held = counts > 0
    if held.any():
        found[held] = np.add.reduceat(rows, starts(counts)[held], axis=0)
    return found


def scaled(total: Floats, counts: Numbers) -> Floats:
    """Sums of so many rows each, made alike for short and long texts."""
    return np.asarray(total / np.sqrt(counts + 1)[:, None], np.float32)


def _layer(known: Floats, weights: Floats) -> Floats:
    return np.asarray(known @ weights[:-1] + weights[-1], np.float32)


def _by_row(said: Mapping[str, Floats], rows: int) -> Iterator[Mapping[str, Floats]]:
    names = tuple(said)
    return (dict(zip(names, row, strict=True)) for row in zip(*said.values(), strict=True))


def _column(heads: Sequence[Head], name: str) -> int:
    names = [head.name for head in heads]
    return sum(head.size for head in heads[: names.index(name)])


def _spans(text: Masked, weight: Floats) -> Iterator[tuple[int, int]]:
    """The stretches of words of at least half the largest weight, in characters of the passage."""
    if not len(weight) or weight.max() <= 0:
        return
    begun, ended = -1, -1
    heavy = weight >= weight.max() / 2
    for (start, end), counts in zip(places(text), heavy, strict=True):
        if begun >= 0 and not counts:
            if span := text.span(begun, ended):
                yield span
            begun = -1
        elif counts:
            begun, ended = (start if begun < 0 else begun), end
    if begun >= 0 and (span := text.span(begun, ended)):
        yield span


def digest(weights: Weights) -> str:
    """The SHA-256 of all arrays but the card, by which damage is found."""
    found = hashlib.sha256()
    for name in _ARRAYS:
        found.update(f"{name} {weights[name].dtype} {weights[name].shape}\n".encode())
        found.update(np.ascontiguousarray(weights[name]).tobytes())
    return found.hexdigest()


_ARRAYS: Final = ("gaps", "table", "gates", "post", "hidden", "slot")
_NEEDED: Final = frozenset(("version", "form", "sha256", "calibration"))


def _opened(path: Path) -> tuple[Mapping[str, Any], Weights]:
    """The card and the arrays of a model file; nothing in it is run."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as packed:
            weights = {name: packed[name] for name in _ARRAYS}
            card = json.loads(packed["card"].tobytes())
    except OSError as error:
        raise ModelProblem(f"{path}: {error.strerror or error}; {REMEDY}") from None
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelProblem(f"{path}: damaged ({error}); {REMEDY}") from None
    except TypeError:  # a single array, which is no context
        raise ModelProblem(f"{path}: is no file of arrays; {REMEDY}") from None
    if not isinstance(card, dict) or not card.keys() >= _NEEDED:
        raise ModelProblem(f"{path}: its card lacks what is needed; {REMEDY}")
    if card["form"] != FORM:
        raise ModelProblem(f"{path}: is of form {card['form']!r}, not {FORM}; {REMEDY}")
    if card["sha256"] != digest(weights):
        raise ModelProblem(f"{path}: damaged (its SHA-256 is not the card's); {REMEDY}")
    return card, weights
