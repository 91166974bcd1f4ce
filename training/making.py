"""Make the encoder from the data folder: learn, export, calibrate, write its card."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch

from analysis.encoder import Encoder
from training import courses
from training.exporting import export, write_card
from training.learning import learn_together
from training.measuring import calibration, confusion
from training.network import Network

VERSION = "minilm@1"


def make(data: Path, target: Path, scratch: Path, seed: int) -> None:
    """Train on `data` and the corpus; leave encoder.onnx, tokenizer.json, card.json in `target`.

    `scratch` keeps each course's weights and log; a course whose weights are there is not
    taken again.
    """
    began = time.monotonic()
    scratch = scratch / f"seed-{seed}"
    first = _course(scratch / "first", lambda: courses.first_course(data, seed), None, seed)
    own = courses.corpus()
    weights = _course(
        scratch / "second", lambda: courses.second_course(data, seed, own), first, seed
    )
    network = Network()
    network.load_state_dict(weights)
    export(network, target)
    describe(data, target, seed, minutes=(time.monotonic() - began) / 60)


def describe(data: Path, target: Path, seed: int, minutes: float) -> None:
    """Calibrate the exported model on dev data and write its card."""
    card: dict[str, Any] = {"version": VERSION, "seed": seed, "minutes": round(minutes, 1)}
    write_card(target, card | {"calibration": {}})
    card["calibration"] = calibration(Encoder(target), data, courses.DEV)
    write_card(target, card)
    write_card(target, card | {"confusion": confusion(Encoder(target), courses.DEV)})


def _course(folder: Path, cuts: Any, begin: dict[str, Any] | None, seed: int) -> dict[str, Any]:
    done = folder / "weights.pt"
    if done.exists():
        return torch.load(done)  # type: ignore[no-any-return]
    course = courses.PUBLIC_COURSE if begin is None else courses.CORPUS_COURSE
    return learn_together(cuts(), course, seed, begin, folder)
