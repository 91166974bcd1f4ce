"""Make the fallback reader: hashed n-grams and a small network over them. Runs no program's part.

What this learns with torch, by one seed and on one thread, `analysis.grams` runs in numpy alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from analysis.encoder import Answer, Floats
from analysis.grams import (
    FORM,
    HASH_BITS,
    Grams,
    Weights,
    digest,
    post_features,
    slot_features,
)
from analysis.hashing import (
    STANDINGS,
    Cut,
    Hashes,
    Numbers,
    cut_all,
    pair_grams,
    standings,
    starts,
    within,
    word_grams,
)
from analysis.heads import POST_HEADS, SLOT_HEADS, Head
from analysis.trained import Model
from training import courses
from training.examples import UNLABELLED, Example
from training.losses import UNSEEN_MIDDLE
from training.measuring import describe

VERSION = "grams@1"

HEAD_WEIGHTS = {"rules": 2.0, "tone": 2.0, "does": 0.5, "aimed": 0.3, "at_person": 0.3}
_OWN = 2.0
"""How much a post of the corpus weighs beside one of the public data."""
_SILENT = -4.0
"""The log-odds of a yes-or-no of which no example says anything."""
_MOST_ROWS = 65_535
_FINE = 4.0
"""Steps of the table's whole numbers to a standard deviation; the rest is noise, and size."""


@dataclass(frozen=True, slots=True)
class Course:
    """How large the network is, and how long and how fast it learns.

    `kept` n-grams have a row of `width`; words are mixed in `mixes` ways by how they stand to a
    target, then through `hidden` units. `trust` is how much a teacher counts beside a label.
    """

    kept: int = 60_000
    width: int = 24
    mixes: int = 6
    hidden: int = 48
    epochs: float = 4.0
    batch: int = 256
    rate: float = 5e-3
    table_rate: float = 3e-3
    dropped: float = 0.2
    words_dropped: float = 0.1
    trust: float = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """All texts in numbers: their n-grams as rows of the table, and what else is known of them."""

    cut: Cut
    word_rows: Numbers
    word_counts: Numbers
    pair_rows: Numbers
    parts: Numbers
    of_text: Floats
    of_slot: Floats
    token: Numbers
    standing: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class _Labels:
    """What is known of texts and of their targets, by head: a label, and a teacher's odds.

    Labels are UNLABELLED, odds are nan, where nothing is known.
    """

    post: Mapping[str, Numbers]
    slot: Mapping[str, Numbers]
    post_odds: Floats
    slot_odds: Floats
    weight: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Some texts of a shelf, as the network takes them."""

    texts: Numbers
    targets: Numbers
    rows: Tensor
    row_starts: Tensor
    words: Tensor
    pairs: Tensor
    run: Tensor
    parts: Tensor
    of_text: Tensor
    of_slot: Tensor
    text_of: Tensor
    token: Tensor
    target: Tensor
    standing: Tensor


def kept_hashes(examples: Sequence[Example], most: int) -> Hashes:
    """The n-grams (as `HASH_BITS` of their hash) met most often, in order."""
    cut = cut_all([example.masked for example in examples])
    weight = np.repeat([example.weight for example in examples], cut.counts.sum(1))
    grams = word_grams(cut.words)
    met = np.bincount(cut.ids, weight, minlength=len(cut.words))
    pairs, joined = pair_grams(cut, grams.whole)
    counts = np.bincount(_looked_up(grams.hashes), np.repeat(met, grams.counts), 1 << HASH_BITS)
    counts += np.bincount(_looked_up(pairs[joined]), weight[joined], 1 << HASH_BITS)
    top = np.argsort(-counts, kind="stable")[: min(most, _MOST_ROWS - 1, int((counts > 0).sum()))]
    return np.sort(top).astype(np.uint32)


def _looked_up(hashes: Hashes) -> Numbers:
    return (hashes >> np.uint32(32 - HASH_BITS)).astype(np.intp)


def _shelf(examples: Sequence[Example], kept: Hashes) -> _Shelf:
    texts = [example.masked for example in examples]
    cut = cut_all(texts)
    row_of = np.zeros(1 << HASH_BITS, np.intp)
    row_of[kept] = np.arange(1, len(kept) + 1)
    grams = word_grams(cut.words)
    word_rows = row_of[_looked_up(grams.hashes)]
    word_of = np.repeat(np.arange(len(cut.words)), grams.counts)[word_rows > 0]
    pairs, joined = pair_grams(cut, grams.whole)
    stand = standings(cut)
    empty = np.zeros((len(cut.ids), 0), np.float32)
    return _Shelf(
        cut,
        word_rows[word_rows > 0],
        np.bincount(word_of, minlength=len(cut.words)),
        np.where(joined, row_of[_looked_up(pairs)], 0),
        cut.parts,
        post_features(empty, cut),
        slot_features(texts, cut, stand),
        stand.token - np.repeat(starts(cut.counts.sum(1))[stand.text_of], stand.counts),
        stand.standing,
    )


def _batch(shelf: _Shelf, texts: Numbers) -> _Batch:
    sizes = shelf.cut.counts.sum(1)
    tokens = _members(starts(sizes)[texts], sizes[texts])
    words, place = np.unique(shelf.cut.ids[tokens], return_inverse=True)
    counts = shelf.word_counts[words]
    rows = shelf.word_rows[_members(starts(shelf.word_counts)[words], counts)]
    slots = shelf.cut.slots[texts]
    targets = _members(starts(shelf.cut.slots)[texts], slots)
    text_of = np.repeat(np.arange(len(texts)), slots)
    stood = np.repeat(sizes, shelf.cut.slots)
    members = _members(starts(stood)[targets], stood[targets])
    first = np.repeat(starts(sizes[texts])[text_of], stood[targets])
    run = np.repeat(np.arange(len(texts)), sizes[texts])
    numbers = (rows, starts(counts), place, shelf.pair_rows[tokens], run, shelf.parts[tokens])
    return _Batch(
        texts,
        targets,
        *map(torch.from_numpy, numbers),
        torch.from_numpy(shelf.of_text[texts]),
        torch.from_numpy(shelf.of_slot[targets]),
        torch.from_numpy(text_of),
        torch.from_numpy(shelf.token[members] + first),
        torch.from_numpy(np.repeat(np.arange(len(targets)), stood[targets])),
        torch.from_numpy(shelf.standing[members]),
    )


def _members(first: Numbers, counts: Numbers) -> Numbers:
    """The members of runs that begin at `first`, run after run."""
    return np.repeat(first, counts) + within(counts)


class _Network(nn.Module):
    """What `analysis.grams` computes, with gradients."""

    def __init__(self, kept: int, course: Course, of_text: int, of_slot: int) -> None:
        super().__init__()
        self.table = nn.Embedding(kept + 1, course.width, padding_idx=0)
        nn.init.normal_(self.table.weight, 0, 0.01)
        nn.init.zeros_(self.table.weight[0])
        self.gates = nn.Parameter(torch.randn(STANDINGS, course.mixes) * 0.3)
        whole = 2 * course.width + of_text
        self.post = nn.Linear(whole, sum(head.size for head in POST_HEADS))
        self.hidden = nn.Linear(course.mixes * course.width + whole + of_slot, course.hidden)
        self.slot = nn.Linear(course.hidden, sum(head.size for head in SLOT_HEADS))
        self.drop = nn.Dropout(course.dropped)
        self.words_dropped = course.words_dropped

    def forward(self, batch: _Batch) -> tuple[Tensor, Tensor]:
        """The logits of the texts, and of their targets."""
        vectors = self._vectors(batch)
        parts = _gathered(vectors, batch.run * 3 + batch.parts, 3 * len(batch.texts))
        parts = parts.view(len(batch.texts), 3, -1)
        whole = self.drop(torch.cat([parts[:, 2], parts[:, 1], batch.of_text], 1))
        near, weigh = vectors[batch.token], self.gates[batch.standing]
        mixed = [
            _gathered(near * weigh[:, mix, None], batch.target, len(batch.targets))
            for mix in range(weigh.shape[1])
        ]
        known = torch.cat([self.drop(torch.cat(mixed, 1)), whole[batch.text_of], batch.of_slot], 1)
        hidden = self.drop(functional.relu(self.hidden(known)))
        return self.post(whole), self.slot(hidden)

    def _vectors(self, batch: _Batch) -> Tensor:
        words = functional.embedding_bag(
            batch.rows, self.table.weight, batch.row_starts, mode="sum"
        )
        vectors = words[batch.words] + self.table(batch.pairs)
        if self.training:
            vectors = vectors * (torch.rand(len(vectors), 1) >= self.words_dropped)
        return vectors


def _gathered(rows: Tensor, run: Tensor, runs: int) -> Tensor:
    """The sum of each run's rows, over the root of how many they are (and one)."""
    total = rows.new_zeros(runs, rows.shape[1]).index_add(0, run, rows)
    return total / (torch.bincount(run, minlength=runs) + 1).sqrt()[:, None]


def _labels(examples: Sequence[Example], taught: Sequence[Answer | None]) -> _Labels:
    slots = [
        (labels, answer.slots[place] if answer else None)
        for example, answer in zip(examples, taught, strict=True)
        for place, labels in enumerate(_of_slots(example))
    ]
    return _Labels(
        {head.name: _column(head, [e.post for e in examples]) for head in POST_HEADS},
        {head.name: _column(head, [labels for labels, _ in slots]) for head in SLOT_HEADS},
        _odds(POST_HEADS, [answer.post if answer else None for answer in taught]),
        _odds(SLOT_HEADS, [odds for _, odds in slots]),
        np.array([example.weight for example in examples], np.float32),
    )


def _of_slots(example: Example) -> tuple[Mapping[str, int], ...]:
    return example.slots or ({},) * len(example.masked.slots)


def _column(head: Head, labels: Sequence[Mapping[str, Any]]) -> Numbers:
    """A head's labels, (n, answers)."""
    answers = 1 if head.kind == "choice" else head.size
    unknown = [UNLABELLED] * answers
    found = [np.atleast_1d(known.get(head.name, unknown)) for known in labels]
    return np.array(found, np.intp).reshape(len(labels), answers)


def _odds(heads: Sequence[Head], said: Sequence[Mapping[str, Floats] | None]) -> Floats:
    unknown = np.full(sum(head.size for head in heads), np.nan, np.float32)
    rows = [np.concatenate([odds[h.name] for h in heads]) if odds else unknown for odds in said]
    return np.array(rows, np.float32).reshape(len(said), len(unknown))


def _loss(labels: _Labels, batch: _Batch, said: tuple[Tensor, Tensor], trust: float) -> Tensor:
    weight = torch.from_numpy(labels.weight[batch.texts])
    kinds = (
        (POST_HEADS, said[0], labels.post, labels.post_odds, batch.texts, weight),
        (SLOT_HEADS, said[1], labels.slot, labels.slot_odds, batch.targets, weight[batch.text_of]),
    )
    total = torch.zeros(())
    for heads, logits, known, odds, rows, weights in kinds:
        taught = torch.from_numpy(odds[rows])
        has_odds = ~taught.isnan().any(1)
        at = 0
        for head in heads:
            mine, column = logits[:, at : at + head.size], slice(at, at + head.size)
            label = torch.from_numpy(known[head.name][rows])
            share = torch.where(has_odds, 1 - trust, 1.0) * weights
            lost = (_from_labels(head, mine, label) * share).sum()
            # A head that the teacher knows from elsewhere is learnt where nobody labelled it.
            alone = torch.where((label >= 0).all(1), trust, 1.0) * weights * has_odds
            lost = lost + (_from_odds(head, mine, taught[:, column].nan_to_num()) * alone).sum()
            total = total + HEAD_WEIGHTS.get(head.name, 1.0) * lost / len(batch.texts)
            at += head.size
    return total


def _from_labels(head: Head, said: Tensor, labels: Tensor) -> Tensor:
    """The loss of each row; nought where there is no label."""
    if head.kind == "each":
        lost = functional.binary_cross_entropy_with_logits(
            said, labels.clamp(min=0).float(), reduction="none"
        )
        return (lost * (labels >= 0)).sum(1)
    label = labels[:, 0]
    no_middle = label >= UNSEEN_MIDDLE
    barred = no_middle[:, None] & (torch.arange(head.size) == 1)
    label = torch.where(no_middle, label - UNSEEN_MIDDLE, label)
    said = said.masked_fill(barred, -1e4)
    return functional.cross_entropy(said, label, reduction="none", ignore_index=UNLABELLED)


def _from_odds(head: Head, said: Tensor, odds: Tensor) -> Tensor:
    if head.kind == "choice":
        return -(odds * functional.log_softmax(said, 1)).sum(1)
    lost = functional.binary_cross_entropy_with_logits(said, odds, reduction="none")
    return lost.sum(1)


def train_grams(
    examples: Sequence[Example],
    *,
    taught: Sequence[Answer | None] | None = None,
    seed: int = 1,
    course: Course = Course(),
    told: Callable[[str], None] = lambda line: None,
) -> Weights:
    """The weights after `course`, as a model file holds them; by `seed` alone, on one thread.

    `taught` are a teacher's answers to the examples, where there are any: beside the labels,
    and alone for the heads that nobody labelled. An example that comes twice counts twice.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    kept = kept_hashes(examples, course.kept)
    shelf = _shelf(examples, kept)
    labels = _labels(examples, taught or [None] * len(examples))
    network = _Network(len(kept), course, shelf.of_text.shape[1], shelf.of_slot.shape[1])
    optimizer, pace, steps = _pace(network, course, len(examples))
    lost = 0.0
    for done, chosen in enumerate(_drawn(draw, len(examples), course, steps), 1):
        batch = _batch(shelf, chosen)
        loss = _loss(labels, batch, network(batch), course.trust)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        pace.step()
        lost += (float(loss.detach()) - lost) / min(done, 100)
        if done % 200 == 0:
            told(f"{done}/{steps} loss {lost:.3f}")
    return _packed(network, kept, labels)


def _pace(
    network: _Network, course: Course, size: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler, int]:
    rest = [weights for name, weights in network.named_parameters() if name != "table.weight"]
    groups = [
        {"params": [network.table.weight], "lr": course.table_rate, "weight_decay": 0.0},
        {"params": rest, "lr": course.rate, "weight_decay": 0.01},
    ]
    optimizer = torch.optim.AdamW(groups, fused=True)
    steps = max(1, int(course.epochs * size / course.batch))
    warm = min(50, steps)

    def rate(step: int) -> float:
        return min((step + 1) / warm, max(0.02, 1 - step / steps))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, rate), steps


def _drawn(draw: np.random.Generator, size: int, course: Course, steps: int) -> Iterator[Numbers]:
    """`steps` batches: epoch after epoch, each in an order of its own."""
    given = 0
    while given < steps:
        order = draw.permutation(size)
        for at in range(0, max(1, size - course.batch + 1), course.batch):
            if given < steps:
                given += 1
                yield order[at : at + course.batch]


def _packed(network: _Network, kept: Hashes, labels: _Labels) -> Weights:
    """The network in whole numbers and layers, as `analysis.grams` runs it."""
    table = network.table.weight.detach().numpy()[1:]
    # One step a column; a few outliers are cut so that the rest is told apart.
    step = np.maximum(table.std(0) / _FINE, 1e-8)
    whole = np.clip(np.rint(table / step), -127, 127).astype(np.int8)
    post, hidden = _layer(network.post), _layer(network.hidden)
    width, mixes = table.shape[1], network.gates.shape[1]
    post[: 2 * width] *= np.tile(step, 2)[:, None]
    hidden[: (mixes + 2) * width] *= np.tile(step, mixes + 2)[:, None]
    slot = _layer(network.slot)
    _silence(POST_HEADS, post, labels.post, labels.post_odds)
    _silence(SLOT_HEADS, slot, labels.slot, labels.slot_odds)
    return {
        "gaps": np.diff(kept, prepend=0).astype(np.uint32),
        "table": whole,
        "gates": network.gates.detach().numpy(),
        "post": post.astype(np.float32),
        "hidden": hidden.astype(np.float32),
        "slot": slot.astype(np.float32),
    }


def _layer(linear: nn.Linear) -> npt.NDArray[np.float64]:
    weights = linear.weight.detach().numpy().T.astype(np.float64)
    return np.vstack([weights, linear.bias.detach().numpy()])


def _silence(
    heads: Sequence[Head],
    layer: npt.NDArray[np.float64],
    labels: Mapping[str, Numbers],
    odds: Floats,
) -> None:
    """Let a head that nothing was said of give its prior: all classes alike; hardly ever."""
    at = 0
    for head in heads:
        column = slice(at, at + head.size)
        if not (labels[head.name] >= 0).any() and np.isnan(odds[:, column]).all():
            layer[:, column] = 0
            layer[-1, column] = 0 if head.kind == "choice" else _SILENT
        at += head.size


def write_grams(path: Path, weights: Weights, card: Mapping[str, Any]) -> None:
    """Write a model file: the arrays, and the card with what the program needs to trust them."""
    whole = {**card, "form": FORM, "sha256": digest(weights)}
    text = json.dumps(whole, indent=1, sort_keys=True).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, card=np.frombuffer(text, np.uint8), **weights)


def make_grams(
    data: Path,
    target: Path,
    seed: int,
    teacher: Model | None = None,
    told: Callable[[str], None] = lambda line: None,
) -> None:
    """Train on `data` and the corpus, calibrate on dev data, and write the model file `target`.

    With a `teacher` (the encoder) what it says of the same texts is learnt beside the labels.
    """
    began = time.monotonic()
    examples = learnt_from(data, seed)
    taught = teacher.read([example.masked for example in examples]) if teacher else None
    weights = train_grams(examples, taught=taught, seed=seed, told=told)
    minutes = round((time.monotonic() - began) / 60, 1)
    card: dict[str, Any] = {"version": VERSION, "seed": seed, "minutes": minutes}
    card |= {"teacher": teacher.version if teacher else None}
    describe(card, data, partial(write_grams, target, weights), lambda: Grams(target))


def learnt_from(data: Path, seed: int) -> list[Example]:
    """The public training data, and the corpus's contests that are not held back."""
    public = [example for kept in courses.public(data, seed).values() for example in kept]
    return [*public, *(replace(example, weight=_OWN) for example in courses.corpus())]
