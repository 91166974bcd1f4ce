"""How the tone towards camps never seen grows with the corpus: train on more and more contests."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from analysis.encoder import Encoder
from hustings.evaluating import Trial, evaluated
from training import courses
from training.contests import CORPUS, contests
from training.examples import cut_all
from training.exporting import export, write_card
from training.learning import Course, learn_together
from training.network import Network

_COURSE = Course(epochs=2, rate=2e-4)
_LEAST_STEPS = 400
"""Steps of a learner below which a small part would hardly be learnt at all."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was learnt from, and the macro-F1 over tones in each held-out contest."""

    contests: int
    posts: int
    minutes: float
    scores: dict[str, tuple[float, float, float]]


def curve(first: Path, scratch: Path, seed: int) -> Iterator[Point]:
    """The points in order: 1, 2, 4... contests, drawn by `seed`, then all of them.

    Each is trained by the same short course (no public data beside it) from the weights in
    `first`, those that the first course of `make` leaves.
    """
    names = [name for name in contests() if name not in courses.DEV]
    random.Random(seed).shuffle(names)  # noqa: S311
    sizes = [2**power for power in range(10) if 2**power < len(names)] + [len(names)]
    begin = torch.load(first)
    for size in sizes:
        yield _point(names[:size], begin, scratch / f"curve-{size}", seed)


def _point(names: Sequence[str], begin: dict[str, torch.Tensor], folder: Path, seed: int) -> Point:
    began = time.monotonic()
    own = cut_all(courses.corpus(names))
    turns = max(1, round(_LEAST_STEPS * 2 * 32 / (len(own) * _COURSE.epochs)))
    network = Network()
    network.load_state_dict(learn_together(own * turns, _COURSE, seed, begin, folder))
    export(network, folder / "encoder", own[:512])
    write_card(folder / "encoder", {"version": f"curve-{len(names)}", "calibration": {}})
    scores = {name: _score(folder / "encoder", name) for name in courses.DEV}
    return Point(len(names), len(own), round((time.monotonic() - began) / 60, 1), scores)


def _score(model: Path, contest: str) -> tuple[float, float, float]:
    """Macro-F1 with its interval."""
    posts = CORPUS / contest / "posts.jsonl"
    trial = Trial(posts, CORPUS / contest / "contest.toml", lambda: Encoder(model))
    found = evaluated("camps", trial)
    return (found["macro_f1"], *found["macro_f1_ci"])
