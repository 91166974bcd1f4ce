"""Make the encoder from the data folder: learn, export, calibrate, write its card."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from analysis.encoder import Encoder
from analysis.heads import ACT_HEADS
from training import courses
from training.examples import Cut, Example, cut_all
from training.exporting import export, write_card
from training.learning import Course, learn_together
from training.measuring import describe
from training.network import Network

VERSION = "minilm@2"
ACTS_VERSION = "acts@1"
_USUAL = 512
"""Posts that set the scales of what flows between the layers."""


def make(data: Path, target: Path, scratch: Path, seed: int) -> None:
    """Train on `data` and the corpus; leave encoder.onnx, tokenizer.json, card.json in `target`.

    `scratch` keeps each course's weights and log; a course whose weights are there is not
    taken again.
    """
    scratch = scratch / f"seed-{seed}"
    own = courses.corpus()
    first = _course(
        scratch / "first",
        partial(courses.first_course, data, seed),
        courses.PUBLIC_COURSE,
        None,
        seed,
    )
    cuts = partial(courses.second_course, data, seed, own)
    weights = _course(scratch / "second", cuts, courses.CORPUS_COURSE, first, seed)
    network = Network()
    network.load_state_dict(weights)
    export(network, target, _usual(own, seed))
    spent = sum(float(path.read_text()) for path in scratch.glob("*/minutes.txt"))
    card = {"version": VERSION, "seed": seed, "minutes": round(spent, 1)}
    describe(card, data, partial(write_card, target), lambda: Encoder(target))


def make_acts(target: Path, scratch: Path, seed: int) -> None:
    """Make the reader of acts from the weights that `make`'s second course left in `scratch`."""
    scratch = scratch / f"seed-{seed}"
    of_rules = courses.rules()
    cuts = partial(courses.acts_course, of_rules)
    begin = torch.load(scratch / "second" / "weights.pt")
    weights = _course(scratch / "acts", cuts, courses.ACTS_COURSE, begin, seed)
    network = Network(ACT_HEADS)
    network.load_state_dict(weights)
    export(network, target, _usual(of_rules, seed))
    minutes = float((scratch / "acts" / "minutes.txt").read_text())
    card = {"version": ACTS_VERSION, "seed": seed, "minutes": minutes, "calibration": {}}
    write_card(target, card)


def _usual(own: Sequence[Example], seed: int) -> list[Cut]:
    """Some posts of the corpus, by which the scales are set."""
    draw = random.Random(seed)  # noqa: S311
    return cut_all(draw.sample(own, min(_USUAL, len(own))))


def _course(
    folder: Path,
    cuts: Callable[[], Sequence[Cut]],
    course: Course,
    begin: dict[str, Any] | None,
    seed: int,
) -> dict[str, Any]:
    done = folder / "weights.pt"
    if done.exists():
        return torch.load(done)  # type: ignore[no-any-return]
    began = time.monotonic()
    weights = learn_together(cuts(), course, seed, begin, folder)
    (folder / "minutes.txt").write_text(f"{(time.monotonic() - began) / 60:.1f}\n")
    return weights
