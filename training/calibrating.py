"""Make probabilities mean what they say: one scale and shift a head, fitted on held-out answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from analysis.heads import Head

Floats = npt.NDArray[np.float32]

UNSHIFTED = frozenset(("tone",))
"""How common each tone is differs between contests; those held out shall not decide it."""


def fitted(head: Head, logits: Floats, labels: Sequence[int]) -> tuple[float, float | list[float]]:
    """Scale and shift of least log loss.

    A choice is scaled and each class shifted (vector scaling with one scale; Guo et al. 2017);
    a yes-or-no is scaled and shifted (Platt 1999). `logits` is (n, size), or (n,) for one answer.
    The heads in `UNSHIFTED` are scaled alone.
    A weak pull towards doing nothing keeps rare classes from running off.
    """
    said = torch.tensor(np.asarray(logits, np.float64))
    truth = torch.tensor(labels)
    scale = torch.ones((), dtype=torch.float64, requires_grad=True)
    shift = torch.zeros(head.size if head.kind == "choice" else 1, dtype=torch.float64)
    free = [scale] if head.name in UNSHIFTED else [scale, shift.requires_grad_()]
    optimizer = torch.optim.LBFGS(free, max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        moved = said * scale + shift
        if head.kind == "choice":
            found = functional.cross_entropy(moved, truth)
        else:
            found = functional.binary_cross_entropy_with_logits(moved.squeeze(-1), truth.double())
        total = found + 2e-3 * ((scale - 1) ** 2 + (shift**2).sum())
        total.backward()
        return total

    optimizer.step(loss)
    moved_by = [round(float(value), 4) for value in shift.detach()]
    return round(float(scale.detach()), 4), moved_by if head.kind == "choice" else moved_by[0]
