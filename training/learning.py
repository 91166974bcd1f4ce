"""Train networks: several learners side by side on one thread each, their weights averaged."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn

from analysis.heads import POST_HEADS, Head
from training.batches import BATCH, Batch, batch_of, batches, varied
from training.examples import Cut
from training.losses import loss_of
from training.network import Network

MEETING = 25
"""Steps between two meetings of the learners."""


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast to learn; heads go `head_rate` times as fast as the encoder.

    `heads` are the questions on whole posts that are learnt.
    """

    epochs: float
    rate: float
    head_rate: float = 1.0
    heads: tuple[Head, ...] = POST_HEADS
    warmup: float = 0.06
    decay: float = 0.01


def learn(
    cuts: Sequence[Cut],
    course: Course,
    seed: int,
    begin: dict[str, Any] | None = None,
    *,
    rank: int = 0,
    learners: int = 1,
    log: Path | None = None,
) -> dict[str, Any]:
    """The weights after `course`, from `begin` or the base weights; by seed alone.

    Of several learners (a torch.distributed group is then open) each takes its share of
    every epoch, and every MEETING steps all take the mean of their weights (local SGD).
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    network = Network(course.heads)
    if begin is not None:
        network.load_state_dict(_fitting(network, begin))
    network.train()
    torch.manual_seed(seed * 1000 + rank)
    draw = random.Random(seed)  # noqa: S311
    mine = random.Random(seed * 1000 + rank)  # noqa: S311
    optimizer, pace, steps = _pace(network, course, len(cuts) // learners)
    progress = _Progress(log, rank, steps)
    while progress.done < steps:
        order = list(cuts)
        draw.shuffle(order)
        share = order[rank::learners][: len(cuts) // learners]
        turns = [varied(cut, share, mine) for cut in share]
        for chosen in batches(turns, mine):
            progress.step(_step(network, optimizer, batch_of(chosen, mine)))
            pace.step()
            if learners > 1 and progress.done % MEETING == 0:
                _meet(network, learners)
            if progress.done >= steps:
                break
    if learners > 1:
        _meet(network, learners)
    return network.state_dict()


def _fitting(network: Network, begin: dict[str, Any]) -> dict[str, Any]:
    """The weights to begin with; heads that were not there begin as they may."""
    own = network.state_dict()
    for name, weights in begin.items():
        rows = min(len(weights), len(own[name]))
        own[name][:rows] = weights[:rows]
    return own


def _pace(
    network: Network, course: Course, share: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler, int]:
    """The optimizer, its warm-up and linear decay, and how many steps they take."""
    groups = [
        {
            "params": [p for n, p in network.named_parameters() if _kind(n, p) == (head, heavy)],
            "weight_decay": course.decay if heavy else 0.0,
            "lr": course.rate * (course.head_rate if head else 1.0),
        }
        for head in (False, True)
        for heavy in (False, True)
    ]
    optimizer = torch.optim.AdamW(groups, lr=course.rate, fused=True)
    steps = int(math.ceil(share / BATCH) * course.epochs)
    warm = max(1, int(steps * course.warmup))

    def rate(step: int) -> float:
        return min((step + 1) / warm, max(0.02, (steps - step) / max(1, steps - warm)))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, rate), steps


def _kind(name: str, weights: nn.Parameter) -> tuple[bool, bool]:
    """Whether these weights are a head's, and whether there are many of them."""
    return not name.startswith("encoder."), weights.ndim >= 2


def _step(network: Network, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    with torch.autocast("cpu", torch.bfloat16):
        outputs = network(batch.ids, batch.slot_of)
    loss = loss_of(outputs, batch, network.heads)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return float(loss.detach())


def _meet(network: Network, learners: int) -> None:
    with torch.no_grad():
        for weights in network.parameters():
            distributed.all_reduce(weights)
            weights.div_(learners)


@dataclass(slots=True)
class _Progress:
    """How far a learner is, told every hundred steps."""

    log: Path | None
    rank: int
    steps: int
    done: int = 0
    loss: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def step(self, loss: float) -> None:
        self.done += 1
        self.loss += (loss - self.loss) / min(self.done, 100)
        if self.log is not None and self.done % 100 == 0:
            rate = self.done * BATCH / (time.monotonic() - self.began)
            with self.log.open("a") as lines:
                lines.write(
                    f"{self.rank}: {self.done}/{self.steps} loss {self.loss:.3f} {rate:.0f}/s\n"
                )


def learn_together(
    cuts: Sequence[Cut],
    course: Course,
    seed: int,
    begin: dict[str, Any] | None,
    folder: Path,
    learners: int = 2,
) -> dict[str, Any]:
    """`learn` with several learners, each in a process with one thread."""
    folder.mkdir(parents=True, exist_ok=True)
    meeting = folder / "meeting"
    meeting.unlink(missing_ok=True)
    work = (cuts, course, seed, begin, folder, learners)
    torch.multiprocessing.start_processes(
        _learner, args=work, nprocs=learners, join=True, start_method="fork"
    )
    meeting.unlink(missing_ok=True)
    return torch.load(folder / "weights.pt")


def _learner(
    rank: int,
    cuts: Sequence[Cut],
    course: Course,
    seed: int,
    begin: dict[str, Any] | None,
    folder: Path,
    learners: int,
) -> None:
    distributed.init_process_group(
        "gloo", init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=learners
    )
    log = folder / "log.txt"
    weights = learn(cuts, course, seed, begin, rank=rank, learners=learners, log=log)
    if rank == 0:
        torch.save(weights, folder / "weights.pt")
    distributed.destroy_process_group()
