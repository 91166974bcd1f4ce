"""How wrong the answers are: each head's mean loss over what is labelled, added up."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from analysis.heads import SLOT_HEADS, Head
from analysis.masking import SLOTS
from training.batches import Batch
from training.examples import UNLABELLED

HEAD_WEIGHTS = {
    "tone": 3.0, "stance": 2.0, "sentiment": 1.5, "hostile": 1.5,
    "meant": 0.5, "does": 0.5, "aimed": 0.3, "at_person": 0.3, "endorse": 0.5,
    "acts": 25.0, "holds": 1.5,
    "slur": 0.5, "threat": 0.5, "ask": 0.5, "process": 0.5, "pile_on": 0.5, "rival": 0.5,
}  # fmt: skip
"""What counts more in the sum of the losses, and what less; 1 where nothing is said.

The acts are some thirty questions, of whose losses the mean is taken.
"""


def loss_of(outputs: Sequence[Tensor], batch: Batch, heads: Sequence[Head]) -> Tensor:
    """The sum of the heads' mean losses over what is labelled."""
    post, slot, words = outputs[:3]
    total = post.new_zeros(())
    at = 0
    for head in heads:
        said = post[:, at : at + head.size]
        total = total + _head_loss(head, said, batch.post[head.name], batch.weight)
        at += head.size
    at = 0
    for head in SLOT_HEADS:
        said = slot[..., at : at + head.size].reshape(-1, head.size)
        labels = batch.slots[head.name].reshape(-1)
        weight = batch.weight.repeat_interleave(SLOTS)
        total = total + _head_loss(head, said, labels, weight)
        at += head.size
    known = batch.words != UNLABELLED
    if known.any():
        target = batch.words[known].float()
        total = total + functional.binary_cross_entropy_with_logits(words[known].float(), target)
    return total


UNSEEN_MIDDLE = 1000
"""Added to the label of a choice whose middle class the data set does not have (P-Stance)."""


def _head_loss(head: Head, said: Tensor, labels: Tensor, weight: Tensor) -> Tensor:
    factor = HEAD_WEIGHTS.get(head.name, 1.0)
    said = said.float()
    if head.kind == "choice":
        known = labels >= 0
        if not known.any():
            return said.new_zeros(())
        said, labels, weight = said[known], labels[known], weight[known]
        no_middle = labels >= UNSEEN_MIDDLE
        if no_middle.any():
            said = said.clone()
            said[no_middle, 1] = -1e4
            labels = torch.where(no_middle, labels - UNSEEN_MIDDLE, labels)
        losses = functional.cross_entropy(said, labels, reduction="none", label_smoothing=0.0)
        return factor * (losses * weight).sum() / weight.sum()
    if labels.dim() == 1:
        labels = labels.unsqueeze(-1)
    known = labels >= 0
    if not known.any():
        return said.new_zeros(())
    losses = functional.binary_cross_entropy_with_logits(
        said, labels.clamp(min=0).float(), reduction="none"
    )
    spread = (weight.unsqueeze(-1) * known).float()
    return factor * (losses * spread).sum() / spread.sum()
