"""Labelled texts as the network is shown them: masked, cut into tokens, labels by head."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from analysis.masking import MARKS, SLOTS, Masked, masked, named_passage
from analysis.meaning import Passage, Target
from analysis.words import cut

LONGEST = 96
UNLABELLED = -100
"""The label of a head that an example says nothing about; such heads add nothing to the loss."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text to learn from.

    `post` maps a head's name to its label: a class, or for a head of several yes-or-no
    answers a list of them. `slots` does so for each slot in turn. `spans` are the words that
    caused hostility, in characters of `masked.text`; None where nobody marked them.
    """

    masked: Masked
    post: Mapping[str, Any] = field(default_factory=dict)
    slots: tuple[Mapping[str, int], ...] = ()
    spans: tuple[tuple[int, int], ...] | None = None
    weight: float = 1.0


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def sentiment(path: Path) -> Iterator[Example]:
    """Whole-post sentiment: "label" negative, neutral or positive."""
    order = {"negative": 0, "neutral": 1, "positive": 2}
    for record in records(path):
        yield Example(masked(Passage(cut(record["text"]))), {"sentiment": order[record["label"]]})


def offensive(path: Path) -> Iterator[Example]:
    """OLID with its levels: off or not, whether it is aimed, whether at one person."""
    for record in records(path):
        off = record["label"] == "off"
        labels: dict[str, Any] = {"offensive": int(off)}
        if "b" in record:
            aimed = record["b"] == "tin"
            labels["aimed"] = int(aimed)
            labels["at_person"] = int(aimed and record["c"] == "ind")
        yield Example(masked(Passage(cut(record["text"]))), labels)


def stance(
    path: Path, *, head: str = "stance", draw: random.Random, twice: bool = False
) -> Iterator[Example]:
    """Stance to targets known by name; targets of one text are read in one passage.

    Where the file has a few targets only, the others are masked as rivals. The names
    stand in the header for half of the examples, drawn by `draw`.
    """
    rows = list(records(path))
    targets = sorted({row["target"] for row in rows})
    few = targets if len(targets) <= SLOTS else []
    order = {"against": 0, "negative": 0, "none": 1, "neutral": 1, "favor": 2, "positive": 2}
    texts: dict[str, dict[str, int]] = {}
    for row in rows:
        texts.setdefault(row["text"], {})[row["target"]] = order[row["label"]]
    for text, labels in texts.items():
        first, *rest = labels
        passage = named_passage(text, first, [name for name in (few or rest) if name != first])
        also = [Target("camp", name) for name in rest]
        for names in (True, False) if twice else (draw.random() < 0.6,):
            shown = masked(passage, also=also, names=names)
            slots = tuple(
                {head: labels[target.id]} if target.id in labels else {} for target in shown.slots
            )
            yield Example(shown, {}, slots)


@cache
def tokenizer() -> Tokenizer:
    """The tokenizer of the base weights, with the slots' marks as tokens of their own."""
    from training.base import folder  # noqa: PLC0415

    cutter = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    cutter.add_special_tokens(list(MARKS))
    cutter.no_padding()
    cutter.enable_truncation(LONGEST)
    return cutter


@dataclass(slots=True)
class Cut:
    """An example in numbers: token ids, the slot of each token (0: none), the labels."""

    ids: list[int]
    slot_of: list[int]
    post: Mapping[str, Any]
    slots: tuple[Mapping[str, int], ...]
    words: list[int]
    weight: float


def cut_all(examples: Iterable[Example]) -> list[Cut]:
    """Tokenize examples."""
    kept = list(examples)
    marks = {tokenizer().token_to_id(mark): place + 1 for place, mark in enumerate(MARKS)}
    encodings = tokenizer().encode_batch([example.masked.text for example in kept])
    return [
        Cut(
            encoding.ids,
            [marks.get(token, 0) for token in encoding.ids],
            example.post,
            example.slots,
            _words(example, encoding.offsets),
            example.weight,
        )
        for example, encoding in zip(kept, encodings, strict=True)
    ]


def _words(example: Example, offsets: list[tuple[int, int]]) -> list[int]:
    if example.spans is None:
        return [UNLABELLED] * len(offsets)
    body = example.masked.body
    return [
        UNLABELLED
        if end <= start or start < body
        else int(any(start < last and first < end for first, last in example.spans))
        for start, end in offsets
    ]
