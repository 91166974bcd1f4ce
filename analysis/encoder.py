"""Run the trained encoder: masked texts in, probabilities out. Knows no camp and no rule."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.heads import POST_HEADS, SLOT_HEADS, Head
from analysis.masking import MARKS, SLOTS, Masked

Floats = npt.NDArray[np.float32]

LONGEST = 128
"""Tokens of one text that are read; a longer one is put to the encoder in windows."""
_BATCH = 32
_WORDS_FROM = 0.5


class ModelProblem(Exception):
    """A model cannot be used; the message names the file, what is wrong and the remedy."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the encoder says of one masked text, as calibrated probabilities.

    `post` maps a head to its probabilities (`size` of them); `slots` does so for each slot
    of the text in turn. `words` are the spans, in characters of the passage, that make it
    hostile. `features` has one row of 384 a slot, for a contest's own head.
    """

    post: Mapping[str, Floats]
    slots: tuple[Mapping[str, Floats], ...]
    words: tuple[tuple[int, int], ...]
    features: Floats


class Encoder:
    """One ONNX model with its tokenizer. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Open the model in `folder`. Raises ModelProblem if it is missing or damaged."""
        self._card = _card(folder)
        self._check(folder)
        self._session, self._cutter = _opened(folder)
        self._marks = {self._cutter.token_to_id(mark): n for n, mark in enumerate(MARKS, 1)}

    @property
    def version(self) -> str:
        """The reader's name and version, as readings carry it."""
        return str(self._card["version"])

    @property
    def card(self) -> Mapping[str, Any]:
        """What is known of the model: version, calibration, confusions on dev data."""
        return self._card

    def read(self, texts: Sequence[Masked]) -> list[Answer]:
        """Answer every head for each text, in order; texts of like length run together."""
        found: list[Answer | None] = [None] * len(texts)
        encodings = self._cutter.encode_batch([text.text for text in texts])
        order = sorted(range(len(texts)), key=lambda place: len(encodings[place].ids))
        for at in range(0, len(order), _BATCH):
            places = order[at : at + _BATCH]
            ids, slot_of = self._numbers([encodings[place].ids for place in places])
            post, slot, words, features = self._session.run(
                ["post", "slot", "words", "features"], {"ids": ids, "slot_of": slot_of}
            )
            said = _told(POST_HEADS, post, self._card["calibration"])
            of_slots = _told(SLOT_HEADS, slot, self._card["calibration"])
            likely = _sigmoid(words) >= _WORDS_FROM
            for row, place in enumerate(places):
                many = len(texts[place].slots)
                found[place] = Answer(
                    {name: values[row] for name, values in said.items()},
                    tuple(
                        {name: values[row, k] for name, values in of_slots.items()}
                        for k in range(many)
                    ),
                    tuple(_spans(texts[place], encodings[place].offsets, likely[row])),
                    features[row, :many],
                )
        return [answer for answer in found if answer is not None]

    def _numbers(
        self, rows: Sequence[Sequence[int]]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        longest = max(len(row) for row in rows)
        ids = np.zeros((len(rows), longest), np.int64)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
        slot_of = np.zeros_like(ids)
        for token, slot in self._marks.items():
            slot_of[ids == token] = slot
        return ids, slot_of

    def _check(self, folder: Path) -> None:
        for name, sha256 in self._card["files"].items():
            path = folder / name
            try:
                found = hashlib.sha256(path.read_bytes()).hexdigest()
            except OSError as error:
                raise ModelProblem(f"{path}: {error.strerror or error}; {_REMEDY}") from None
            if found != sha256:
                raise ModelProblem(f"{path}: damaged (its SHA-256 is not the card's); {_REMEDY}")


_REMEDY = "install hustings again to bring it back"


def _card(folder: Path) -> dict[str, Any]:
    path = folder / "card.json"
    try:
        card = json.loads(path.read_bytes())
        missing = {"version", "files", "calibration"} - card.keys()
    except OSError as error:
        raise ModelProblem(f"{path}: {error.strerror or error}; {_REMEDY}") from None
    except (ValueError, AttributeError) as error:
        raise ModelProblem(f"{path}: not a model's card ({error}); {_REMEDY}") from None
    if missing:
        raise ModelProblem(f"{path}: lacks {', '.join(sorted(missing))}; {_REMEDY}")
    return card  # type: ignore[no-any-return]


def _opened(folder: Path) -> tuple[Any, Any]:
    """The session and the tokenizer; both libraries are loaded here, when they are needed."""
    try:
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415
    except ImportError as error:
        raise ModelProblem(f"{error.name} is not installed; {_REMEDY}") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        cutter = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # noqa: BLE001 - both raise plain exceptions of their own making
        raise ModelProblem(f"{folder}: cannot be opened ({error}); {_REMEDY}") from None
    cutter.add_special_tokens(list(MARKS))
    cutter.no_padding()
    cutter.enable_truncation(LONGEST)
    return session, cutter


def _told(
    heads: Sequence[Head], logits: Floats, calibration: Mapping[str, Sequence[Any]]
) -> dict[str, Floats]:
    """Logits as probabilities: scaled and shifted as was best on dev data (Platt; temperature)."""
    said, at = {}, 0
    for head in heads:
        scale, shift = calibration.get(head.name, (1.0, 0.0))
        mine = logits[..., at : at + head.size] * np.float32(scale) + np.float32(shift)
        said[head.name] = _softmax(mine) if head.kind == "choice" else _sigmoid(mine)
        at += head.size
    return said


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True), np.float32)


def _sigmoid(logits: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30))), np.float32)


def _spans(
    text: Masked, offsets: Sequence[tuple[int, int]], likely: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    """The stretches of likely tokens, in characters of the passage."""
    begun: int | None = None
    ended = 0
    for (start, end), yes in zip(offsets, likely, strict=False):
        inside = bool(yes) and end > start >= text.body
        if begun is not None and not inside:
            if span := text.span(begun, ended):
                yield span
            begun = None
        if inside:
            begun, ended = (start if begun is None else begun), end
    if begun is not None and (span := text.span(begun, ended)):
        yield span


__all__ = ["SLOTS", "Answer", "Encoder", "ModelProblem"]
