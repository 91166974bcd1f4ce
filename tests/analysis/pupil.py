"""A model of a few lines that stands in the place of the trained one's file, in tests only."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from analysis.encoder import Answer
from analysis.heads import POST_HEADS, SLOT_HEADS, Head
from analysis.masking import MARKS, Masked

WIDTH = 384
LEANS = {"good": 2.0, "kind": 1.2, "bad": -2.0, "weak": -1.2, "sharp": 0.2}
_SURE = 0.5


class Pupil:
    """Implements `analysis.trained.Model`: reads the few words it knows, between two marks.

    What follows a target's mark, up to the next one, is said of that target.
    """

    def __init__(self, version: str = "pupil@1", width: int = WIDTH) -> None:
        self.version = version
        self.texts = 0
        self._width = width

    def read(self, texts: Sequence[Masked]) -> list[Answer]:
        """An answer a text."""
        self.texts += len(texts)
        return [self._answer(text) for text in texts]

    def _answer(self, text: Masked) -> Answer:
        said = [_said_of(text, place) for place in range(len(text.slots))]
        features = np.zeros((len(said), self._width), np.float32)
        for row, words in enumerate(said):
            for word in words:
                if self._width:
                    features[row, zlib.crc32(word.encode()) % self._width] += 1
        post = {head.name: _even(head) for head in POST_HEADS}
        return Answer(post, tuple(_slot(words) for words in said), (), features)


def _said_of(text: Masked, place: int) -> list[str]:
    body = text.text[text.body :].lower()
    _, _, after = body.partition(MARKS[place].lower())
    for mark in MARKS:
        after = after.partition(mark.lower())[0]
    return after.replace(".", " ").replace(",", " ").split()


def _slot(words: Sequence[str]) -> Mapping[str, np.ndarray]:
    lean = sum(LEANS.get(word, 0.0) for word in words)
    logits = np.array([-lean, _SURE, lean])
    tone = np.exp(logits - logits.max())
    found = {head.name: _even(head) for head in SLOT_HEADS}
    return found | {"tone": (tone / tone.sum()).astype(np.float32), "meant": np.ones(1, np.float32)}


def _even(head: Head) -> np.ndarray:
    return np.full(head.size, 1 / head.size if head.kind == "choice" else 0.0, np.float32)
