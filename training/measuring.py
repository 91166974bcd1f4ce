"""What the exported model says of held-out data: its calibration, and its known confusions."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.encoder import Answer
from analysis.heads import POST_HEADS, SLOT_HEADS, Head
from analysis.reader import load_reader
from analysis.trained import Model, Trained
from contest.config import load_contest
from contest.contest import Thresholds
from training.calibrating import fitted
from training.contests import CORPUS, examples_of, post_of, posts_of
from training.courses import DEV
from training.examples import Example, offensive, sentiment, stance

_LEAST = 40
"""Labels of the rarer kind below which a head is left as it came."""
Labelled = tuple[Example, Answer]


def describe(
    card: Mapping[str, Any],
    data: Path,
    write: Callable[[Mapping[str, Any]], None],
    opened: Callable[[], Model],
) -> None:
    """Complete a model's card: calibrate the model on dev data, then count how it errs.

    `write` keeps a card beside the model, and `opened` opens the model as it then stands.
    """
    write(card | {"calibration": {}})
    calibrated = card | {"calibration": calibration(opened(), data, DEV)}
    write(calibrated)
    write(calibrated | {"sure": Thresholds().sure, "confusion": confusion(opened(), DEV)})


def calibration(model: Model, data: Path, dev: Sequence[str]) -> dict[str, tuple[float, Any]]:
    """Scale and shift of each head, by the dev data that has its labels.

    `model` must not be calibrated yet: its probabilities are turned back into logits.
    """
    draw = random.Random(0)  # noqa: S311
    sets = {
        "sentiment": list(sentiment(data / "sentiment/tweeteval_sentiment.dev.jsonl")),
        "offensive": offensive(data / "hostility/tweeteval_offensive.dev.jsonl"),
        "stance": stance(data / "target/multitarget_stance.dev.jsonl", draw=draw),
    }
    found: dict[str, tuple[float, Any]] = {}
    for name, examples in sets.items():
        said = _answered(model, list(examples))
        heads = SLOT_HEADS if name == "stance" else POST_HEADS
        found |= _fitted([head for head in heads if head.name == name], said)
    found["sentiment"] = _levelled(found["sentiment"], sets["sentiment"])
    own = _answered(model, [example for name in dev for example in examples_of(name)])
    known = {*found, "rules", "aimed", "at_person"}
    return found | _fitted([h for h in (*POST_HEADS, *SLOT_HEADS) if h.name not in known], own)


def _levelled(moved: tuple[float, Any], examples: Iterable[Example]) -> tuple[float, list[float]]:
    """The sentiment as if each class were as common: it is measured by macro recall."""
    counts = Counter(example.post["sentiment"] for example in examples)
    scale, shift = moved
    common = [math.log(counts[place] / counts.total()) for place in range(len(shift))]
    return scale, [round(by - more, 4) for by, more in zip(shift, common, strict=True)]


def _answered(model: Model, examples: Sequence[Example]) -> list[Labelled]:
    answers = model.read([example.masked for example in examples])
    return list(zip(examples, answers, strict=True))


def _fitted(heads: Iterable[Head], said: Sequence[Labelled]) -> dict[str, tuple[float, Any]]:
    found = {}
    for head in heads:
        pairs = list(_pairs(head, said))
        labels = [label for _, label in pairs]
        if pairs and min(labels.count(label) for label in set(labels)) >= _LEAST:
            found[head.name] = fitted(head, np.array([logits for logits, _ in pairs]), labels)
    return found


def _pairs(head: Head, said: Sequence[Labelled]) -> Iterator[tuple[Any, int]]:
    for example, answer in said:
        if head in POST_HEADS:
            if head.name in example.post:
                yield _logits(head, answer.post), example.post[head.name]
            continue
        for labels, slot in zip(example.slots, answer.slots, strict=True):
            if head.name in labels:
                yield _logits(head, slot), labels[head.name]


def _logits(head: Head, said: Mapping[str, Any]) -> Any:
    odds = np.clip(np.asarray(said[head.name], np.float64), 1e-7, 1 - 1e-7)
    return np.log(odds) if head.kind == "choice" else np.log(odds / (1 - odds))


def confusion(model: Model, dev: Sequence[str]) -> list[list[int]]:
    """Counts on the held-out contests: rows the true tone -1, 0, 1; columns what is said.

    Columns: -1, 0 and 1 when the reader is sure, then unsure; camps that it does not find are
    left out, since they are in no figure either.
    """
    counts = [[0] * 4 for _ in range(3)]
    for name in dev:
        reader = load_reader(load_contest(CORPUS / name / "contest.toml"), Trained(model))
        records = list(posts_of(name))
        for record, reading in zip(
            records, reader.read_all([post_of(record) for record in records]), strict=True
        ):
            for tone in reading.tones:
                if tone.camp in record["tone"]:
                    column = tone.tone + 1 if tone.sure else 3
                    counts[record["tone"][tone.camp] + 1][column] += 1
    return counts
