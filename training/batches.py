"""Examples as the tensors of one step, varied a little each time they come."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from analysis.heads import ACT_HEADS, POST_HEADS, SLOT_HEADS, Head
from analysis.masking import MARKS, SLOTS
from training.examples import LONGEST, UNLABELLED, Cut, tokenizer

Numbers = npt.NDArray[np.int64]

BATCH = 32
TRADING = 0.3
"""The share of examples whose marks trade places."""
JOINED = 0.15
"""The share of examples that get another one behind them."""
HIDDEN = 0.08
"""The share of words that are hidden."""


def varied(cut: Cut, others: Sequence[Cut], draw: random.Random) -> Cut:
    """The example with some words hidden; sometimes with another one behind it.

    Two posts in one text teach that what is said of one target is not said of the next.
    """
    if cut.slots and draw.random() < JOINED:
        cut = _joined(cut, draw.choice(others))
    ids = [
        _HIDDEN if slot == 0 and place and token > 1000 and draw.random() < HIDDEN else token
        for place, (token, slot) in enumerate(zip(cut.ids, cut.slot_of, strict=True))
    ]
    return replace(cut, ids=ids)


_HIDDEN = 103
"""[MASK] in the vocabulary of the base weights."""


def _joined(one: Cut, other: Cut) -> Cut:
    """Two examples as one text: each target keeps its labels, the whole has what either has."""
    shift = len(one.slots)
    if (
        not other.slots
        or shift + len(other.slots) > SLOTS
        or len(one.ids) + len(other.ids) > LONGEST
    ):
        return one
    first_mark = _first_mark()
    moved = [slot + shift if slot else 0 for slot in other.slot_of[1:]]
    return replace(
        one,
        ids=one.ids
        + [
            first_mark + slot - 1 if slot else token
            for token, slot in zip(other.ids[1:], moved, strict=True)
        ],
        slot_of=one.slot_of + moved,
        words=one.words + other.words[1:],
        slots=(*one.slots, *other.slots),
        post=_either(one.post, other.post),
    )


def _either(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The yes-or-no labels of two texts put together: a threat in one is a threat in both.

    Where nothing is known of one, only a yes of the other tells of both.
    """
    return {
        name: _known_of_both(np.array(one[name]), np.array(other[name])).tolist()
        for name in _YES_OR_NO & one.keys() & other.keys()
    }


def _known_of_both(one: Numbers, other: Numbers) -> Numbers:
    either = np.maximum(one, other)
    return np.where((either < 1) & (np.minimum(one, other) < 0), UNLABELLED, either)


_ALL_HEADS = tuple(dict.fromkeys((*POST_HEADS, *ACT_HEADS)))
_YES_OR_NO = frozenset(head.name for head in _ALL_HEADS if head.kind == "each")


@dataclass(slots=True)
class Batch:
    """Numbers of one step; labels are UNLABELLED where nothing is known."""

    ids: Tensor
    slot_of: Tensor
    post: dict[str, Tensor]
    slots: dict[str, Tensor]
    words: Tensor
    weight: Tensor


def batch_of(cuts: Sequence[Cut], draw: random.Random | None = None) -> Batch:
    """Pad and stack; with `draw`, marks trade places so that none means anything by itself."""
    longest = max(len(cut.ids) for cut in cuts)
    ids = torch.zeros(len(cuts), longest, dtype=torch.long)
    slot_of = torch.zeros_like(ids)
    words = torch.full_like(ids, UNLABELLED)
    post = {h.name: _blank(len(cuts), h) for h in _ALL_HEADS}
    slots = {h.name: torch.full((len(cuts), SLOTS), UNLABELLED) for h in SLOT_HEADS}
    first_mark = _first_mark()
    for row, cut in enumerate(cuts):
        size = len(cut.ids)
        ids[row, :size] = torch.tensor(cut.ids)
        slot_of[row, :size] = torch.tensor(cut.slot_of)
        words[row, :size] = torch.tensor(cut.words)
        places = list(range(SLOTS))
        if draw is not None and draw.random() < TRADING and any(cut.slot_of):
            draw.shuffle(places)
            moved = torch.tensor([0, *(place + 1 for place in places)])
            slot_of[row] = moved[slot_of[row]]
            marked = slot_of[row] > 0
            ids[row][marked] = first_mark + slot_of[row][marked] - 1
        for name, label in cut.post.items():
            post[name][row] = torch.tensor(label)
        for place, labels in enumerate(cut.slots):
            for name, label in labels.items():
                slots[name][row, places[place]] = label
    weight = torch.tensor([cut.weight for cut in cuts])
    return Batch(ids, slot_of, post, slots, words, weight)


def _blank(rows: int, head: Head) -> Tensor:
    shape = (rows,) if head.kind == "choice" or head.size == 1 else (rows, head.size)
    return torch.full(shape, UNLABELLED)


def _first_mark() -> int:
    return int(tokenizer().token_to_id(MARKS[0]))


def batches(cuts: Sequence[Cut], draw: random.Random, size: int = BATCH) -> Iterator[Sequence[Cut]]:
    """One epoch in random order, texts of like length together so that little is padding."""
    order = list(cuts)
    draw.shuffle(order)
    heaps = [order[at : at + 40 * size] for at in range(0, len(order), 40 * size)]
    kept: list[Sequence[Cut]] = []
    for heap in heaps:
        heap.sort(key=lambda cut: len(cut.ids))
        kept += [heap[at : at + size] for at in range(0, len(heap), size)]
    draw.shuffle(kept)
    yield from kept
