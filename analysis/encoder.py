"""Run the trained encoder: masked texts in, probabilities out. Knows no camp and no rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.card import REMEDY, Carded, ModelProblem, check_digests, read_card
from analysis.heads import ACT_HEADS, POST_HEADS, SLOT_HEADS, Head
from analysis.masking import MARKS, Masked

Floats = npt.NDArray[np.float32]

LONGEST = 192
"""Tokens of one text that are read; windows are cut so that words of a usual length fit."""
_BATCH = 16
"""Texts run together: more would not fit the processor's cache, fewer leave it idle."""
_SLOWER = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""Fusions of onnxruntime that cost a sixth of the speed on the CPU (measured with 1.31)."""
_WORDS_FROM = 0.5
_CLOSING = frozenset('.,;:!?…"')


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


class Encoder(Carded):
    """One ONNX model with its tokenizer. Threads may share it."""

    def __init__(self, folder: Path, heads: Sequence[Head] = POST_HEADS) -> None:
        """Open the model in `folder`, whose answers on posts are `heads`.

        Raises ModelProblem if it is missing or damaged.
        """
        self._heads = heads
        self._card = read_card(folder)
        _check_calibration(folder, self._card, heads)
        check_digests(folder, self._card)
        self._session, self._cutter = _opened(folder)
        self._marks = {self._cutter.token_to_id(mark): n for n, mark in enumerate(MARKS, 1)}

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
            said = told(self._heads, post, self._card["calibration"])
            of_slots = told(SLOT_HEADS, slot, self._card["calibration"])
            likely = _sigmoid(words) >= _WORDS_FROM
            for row, place in enumerate(places):
                many = len(texts[place].slots)
                met = set(slot_of[row].tolist())
                found[place] = Answer(
                    {name: values[row] for name, values in said.items()},
                    tuple(
                        {name: values[row, k] for name, values in of_slots.items()}
                        if k + 1 in met
                        else _NOTHING
                        for k in range(many)
                    ),
                    tuple(_spans(texts[place], encodings[place].offsets, likely[row])),
                    features[row, :many].copy(),  # of the batch's, most are nobody's
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


def open_acts(folder: Path) -> Encoder:
    """The reader of acts in `folder`. Raises ModelProblem."""
    return Encoder(folder, ACT_HEADS)


def _check_calibration(folder: Path, card: Mapping[str, Any], of_posts: Sequence[Head]) -> None:
    """Raise ModelProblem if the card's scales and shifts do not fit the heads."""
    finite = True
    try:
        for heads in (of_posts, SLOT_HEADS):
            nothing = np.zeros(sum(head.size for head in heads), np.float32)
            said = told(heads, nothing, card["calibration"])
            finite &= all(bool(np.isfinite(values).all()) for values in said.values())
    except (AttributeError, TypeError, ValueError) as error:
        raise ModelProblem(f"{folder / 'card.json'}: calibration: {error}; {REMEDY}") from None
    if not finite:
        raise ModelProblem(f"{folder / 'card.json'}: calibration: not all numbers; {REMEDY}")


def _opened(folder: Path) -> tuple[Any, Any]:
    """The session and the tokenizer; both libraries are loaded here, when they are needed."""
    try:
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415
    except ImportError as error:
        raise ModelProblem(f"the reader's engine cannot be loaded ({error}); {REMEDY}") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=_SLOWER,
        )
        cutter = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # noqa: BLE001 - both raise plain exceptions of their own making
        raise ModelProblem(f"{folder}: cannot be opened ({error}); {REMEDY}") from None
    cutter.add_special_tokens(list(MARKS))
    cutter.no_padding()
    cutter.enable_truncation(LONGEST)
    return session, cutter


def told(
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


_NOTHING: Mapping[str, Floats] = {
    head.name: np.full(head.size, 1 / head.size if head.kind == "choice" else 0.0, np.float32)
    for head in SLOT_HEADS
}
"""What is said of a target whose mark stands behind the last token that is read."""


def _spans(
    text: Masked, offsets: Sequence[tuple[int, int]], likely: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    """The stretches of likely words, in characters of the passage.

    One doubtful word between two likely ones is among them.
    """
    words = _words(text, offsets, likely)
    told = [yes for _, _, yes in words]
    for place in range(1, len(told) - 1):
        told[place] = told[place] or (told[place - 1] and words[place + 1][2])
    for inside, group in groupby(zip(words, told, strict=True), key=itemgetter(1)):
        if inside:
            run = [word for word, _ in group]
            if span := text.span(run[0][0], run[-1][1]):
                yield span


def _words(
    text: Masked, offsets: Sequence[tuple[int, int]], likely: npt.NDArray[np.bool_]
) -> list[tuple[int, int, bool]]:
    """The body's words as they are written, each with whether any part of it is likely."""
    words: list[tuple[int, int, bool]] = []
    for (start, end), yes in zip(offsets, likely, strict=False):
        if end <= start or start < text.body:
            continue
        if words and words[-1][1] == start and text.text[start] not in _CLOSING:
            begun, _, before = words.pop()
            words.append((begun, end, before or bool(yes)))
        elif text.text[start] not in _CLOSING:
            words.append((start, end, bool(yes)))
    return words
