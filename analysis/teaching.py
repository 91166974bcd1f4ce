"""A contest's own correction of the tones, learnt from its officers' labels. Knows no camp.

Every lesson is the same to it whoever it is about: one head for all camps.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

from analysis.encoder import Floats
from contest.labels import BY_CHANCE, LEAST, NEEDS_FULL, TeachingProblem, head_name

Exact = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RIDGES = (300.0, 100.0, 30.0, 10.0, 3.0, 1.0)
"""How strongly a head is held to "no correction", strongest first."""
ENOUGH = 15
"""Lessons from which on the ridge is chosen by how well left-out lessons are foretold."""
FOLDS = 5
AXES = 64
"""Directions of the features that are learnt in: the others hardly differ between lessons."""
_STEPS = 400
_STILL = 1e-6
_LEAST = 1e-4
_ALIKE = 1e-4
"""Features (of length 1) that are spread less than this are the same but for rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A labelled tone: `said`, the model's three probabilities; `features` of the slot; `tone`.

    `tone` is -1, 0 or 1, as an officer reads the post.
    """

    said: Floats
    features: Floats
    tone: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The shares (0..1) of `lessons` with which the reader agrees, `before` and `after`.

    `after` is cross-validated: each lesson is foretold by a head that was not made from it. So
    are the lessons that the head `gained` (and the reader alone got wrong) and those it `lost`.
    """

    lessons: int = 0
    before: float = 0.0
    after: float = 0.0
    gained: int = 0
    lost: int = 0

    @property
    def holds(self) -> bool:
        """Whether the head is to go into force: it agrees better, by more than chance would.

        The sign test for paired answers (McNemar 1947, exact and one-sided): a head that does
        not help gains and loses alike, as a coin falls.
        """
        if self.lessons < LEAST:
            return False
        told = self.gained + self.lost
        luckier = sum(comb(told, heads) for heads in range(self.gained, told + 1))
        return luckier <= BY_CHANCE * float(2**told)

    @property
    def contradicts(self) -> bool:
        """Whether the reader alone agrees better than the head."""
        return self.lost > self.gained


@dataclass(frozen=True, slots=True)
class Proof:
    """How a head stands with today's labels: with those it was `made` of, and those given `since`.

    `made` is cross-validated anew; `since` are foretold by the head itself, which never saw them.
    """

    made: Agreement
    since: Agreement


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """Implements `analysis.trained.Adjusted` by a linear correction of the model's log-odds.

    `weights` (features by 3 tones) are for features of length 1; `bias` has one for each tone.
    The correction fades with the model's doubt: labels are of posts of which it was not sure, and
    tell little of the others.
    """

    number: int
    weights: Floats
    bias: Floats

    @property
    def version(self) -> str:
        """What is added to the reader's version."""
        return head_name(self.number)

    def odds(self, said: Floats, features: Floats) -> Floats:
        """The probabilities of tone -1, 0, 1, corrected."""
        if not (self.weights.any() or self.bias.any()):
            return said
        logits = _log(said) + _doubt(said) * (_even(features) @ self.weights + self.bias)
        return np.asarray(_softmax(logits), np.float32)

    def as_bytes(self) -> bytes:
        """The head as it is kept; the number is kept beside it."""
        written = io.BytesIO()
        np.savez(written, weights=self.weights, bias=self.bias)
        return written.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes, number: int) -> Taught:
        """The head that `as_bytes` wrote. Raises TeachingProblem if it is damaged."""
        try:
            with np.load(io.BytesIO(kept), allow_pickle=False) as found:
                weights, bias = found["weights"], found["bias"]
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise TeachingProblem(_damaged(number)) from error
        if weights.ndim != 2 or weights.shape[1] != 3 or bias.shape != (3,):
            raise TeachingProblem(_damaged(number))
        return cls(number, weights.astype(np.float32), bias.astype(np.float32))


def _damaged(number: int) -> str:
    return f"{head_name(number)} is damaged; `hustings teach --undo` takes it out"


def teach(lessons: Sequence[Lesson], number: int) -> tuple[Taught, Agreement]:
    """Make a head from lessons; the same lessons in the same order make the same head.

    Multinomial logistic regression with the model's log-odds as offset and a Gaussian
    prior around no correction (Hoerl and Kennard 1970; le Cessie and van Houwelingen
    1992): the strongest under which left-out lessons are foretold as well as under the best,
    to one standard error (Breiman and others 1984). Without lessons nothing is corrected;
    raises TeachingProblem where the lessons have no features.
    """
    if not lessons:
        return Taught(number, np.zeros((0, 3), np.float32), np.zeros(3, np.float32)), Agreement()
    features = np.stack([_even(lesson.features) for lesson in lessons])
    if not features.shape[1]:
        raise TeachingProblem(NEEDS_FULL)
    centre = features.mean(0)
    spread = float(np.sqrt(np.square(features - centre).sum(1).mean()))
    spread = spread if spread > _ALIKE else 1.0
    design = np.hstack([(features - centre) / spread, np.ones((len(lessons), 1))])
    doubts = np.array([[_doubt(lesson.said)] for lesson in lessons])
    task = _task(doubts * design, lessons)
    ridge, right = _chosen(task)
    found = task.axes @ _fitted(task, np.arange(len(lessons)), ridge)
    weights, bias = found[:-1] / spread, found[-1] - centre @ found[:-1] / spread
    taught = Taught(number, weights.astype(np.float32), bias.astype(np.float32))
    return taught, _agreement(task.offsets.argmax(1) == task.tones, right)


def prove(taught: Taught, own: Sequence[Lesson], since: Sequence[Lesson]) -> Proof:
    """How a head that was made of its `own` lessons stands with them and with those `since`."""
    return Proof(teach(own, taught.number)[1], _tried(taught, since))


def _tried(taught: Taught, lessons: Sequence[Lesson]) -> Agreement:
    """How a head, and the reader alone, agree with lessons of which neither was made."""
    if not lessons:
        return Agreement()
    tones = np.array([lesson.tone + 1 for lesson in lessons])
    before = np.stack([lesson.said for lesson in lessons])
    after = np.stack([taught.odds(lesson.said, lesson.features) for lesson in lessons])
    return _agreement(before.argmax(1) == tones, after.argmax(1) == tones)


def _agreement(before: Flags, after: Flags) -> Agreement:
    """What two readers of the same lessons, each right or not, have in common."""
    gained, lost = (after & ~before).sum(), (before & ~after).sum()
    return Agreement(len(before), float(before.mean()), float(after.mean()), int(gained), int(lost))


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """Lessons in the axes of their own spread, in which every direction can be stepped alone."""

    rows: Exact
    axes: Exact
    bends: Exact
    """No lesson set bends the loss more than this along each axis (Böhning 1992)."""
    offsets: Exact
    tones: npt.NDArray[np.intp]


def _task(design: Exact, lessons: Sequence[Lesson]) -> _Task:
    spreads, axes = _axes(design)
    return _Task(
        rows=design @ axes,
        axes=axes,
        bends=spreads[:, None] / 2,
        offsets=np.stack([_log(lesson.said) for lesson in lessons]),
        tones=np.array([lesson.tone + 1 for lesson in lessons]),
    )


def _axes(design: Exact) -> tuple[Exact, Exact]:
    """How far the rows spread along each of their main axes, and these axes (columns)."""
    few = len(design) < design.shape[1]
    spreads, vectors = np.linalg.eigh(design @ design.T if few else design.T @ design)
    told = (spreads > spreads[-1] * 1e-10) & (np.arange(len(spreads)) >= len(spreads) - AXES)
    spreads, vectors = spreads[told], vectors[:, told]
    return spreads, design.T @ vectors / np.sqrt(spreads) if few else vectors


def _chosen(task: _Task) -> tuple[float, Flags]:
    """The ridge under which left-out lessons are foretold best, and which of them rightly."""
    tried = RIDGES if len(task.tones) >= ENOUGH else RIDGES[:1]
    results = [(ridge, *_foretold(task, ridge)) for ridge in tried]
    best = min((losses for _, losses, _ in results), key=np.mean)
    return next((ridge, right) for ridge, losses, right in results if _as_good(losses, best))


def _as_good(losses: Exact, best: Exact) -> bool:
    worse = losses - best
    return bool(worse.mean() <= worse.std() / np.sqrt(len(worse)))


def _foretold(task: _Task, ridge: float) -> tuple[Exact, Flags]:
    """(log loss of each lesson, whether it is foretold right) by heads made without it."""
    places = np.arange(len(task.tones))
    odds = np.empty_like(task.offsets)
    for fold in range(min(FOLDS, len(places))):
        out = places % FOLDS == fold
        logits = task.offsets[out] + task.rows[out] @ _fitted(task, places[~out], ridge)
        odds[out] = _softmax(logits)
    losses = -np.log(np.maximum(odds[places, task.tones], _LEAST))
    return losses, odds.argmax(1) == task.tones


def _fitted(task: _Task, places: npt.NDArray[np.intp], ridge: float) -> Exact:
    """Weights (axes by tones) for the lessons at `places`, by bounded steps with momentum."""
    rows, offsets = task.rows[places], task.offsets[places]
    truth = np.eye(3)[task.tones[places]]
    stiffness = task.bends + ridge
    weights = np.zeros((rows.shape[1], 3))
    ahead, pace = weights, 1.0
    for _ in range(_STEPS):
        slope = rows.T @ (_softmax(offsets + rows @ ahead) - truth) + ridge * ahead
        stepped = ahead - slope / stiffness
        faster = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        moved = stepped - weights
        if float((slope * moved).sum()) > 0:  # overshot: begin to gather pace anew
            faster = 1.0
        ahead, weights, pace = stepped + (pace - 1) / faster * moved, stepped, faster
        if np.abs(moved).max() < _STILL:
            break
    return weights


def _even(features: Floats) -> Exact:
    """Features brought to length 1, so that no post weighs more than another."""
    exact = np.asarray(features, np.float64)
    length = float(np.sqrt(exact @ exact))
    return exact / length if length else exact


def _doubt(said: Floats) -> float:
    """1 where each tone is as likely as the others, 0 where one is certain."""
    return 1.5 * (1.0 - float(np.max(said)))


def _log(said: Floats) -> Exact:
    return np.log(np.maximum(np.asarray(said, np.float64), _LEAST))


def _softmax(logits: Exact) -> Exact:
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))
