"""One encoder with a head a question, as a torch module. Trained here, never run by the program."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from transformers import AutoModel

from analysis.heads import POST_HEADS, SLOT_HEADS, Head
from analysis.masking import MARKS, SLOTS
from training.base import folder
from training.examples import tokenizer


class Network(nn.Module):
    """Token states from MiniLM; a post's are pooled whole, a slot's over its marks.

    Inputs: `ids` and `slot_of`, both (posts, tokens), ids padded with 0.
    Outputs: `post` (posts, answers), `slot` (posts, slots, answers), `words` (posts, tokens),
    all before softmax or sigmoid, then the features behind them.
    """

    def __init__(self, heads: Sequence[Head] = POST_HEADS) -> None:
        super().__init__()
        self.heads = heads
        self.encoder = AutoModel.from_pretrained(
            folder(), attn_implementation="eager", add_pooling_layer=False, hidden_dropout_prob=0.15
        )
        width = self.encoder.config.hidden_size
        self.post_features = nn.Linear(2 * width, width)
        self.slot_features = nn.Linear(2 * width, width)
        self.post = nn.Linear(width, sum(head.size for head in heads))
        self.slot = nn.Linear(width, sum(head.size for head in SLOT_HEADS))
        self.words = nn.Linear(width, 1)
        self.dropout = nn.Dropout(0.1)
        self._begin_marks()

    def _begin_marks(self) -> None:
        """Marks begin as a person of whom nothing is known."""
        table = self.encoder.embeddings.word_embeddings.weight
        person = tokenizer().token_to_id("candidate")
        with torch.no_grad():
            for mark in MARKS:
                table[tokenizer().token_to_id(mark)] *= 0.5
                table[tokenizer().token_to_id(mark)] += 0.7 * table[person]

    def forward(self, ids: Tensor, slot_of: Tensor) -> tuple[Tensor, ...]:
        """Answer every question for each post and each slot."""
        mask = (ids != 0).long()
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        here = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * here).sum(1) / here.sum(1)
        whole = torch.cat([states[:, 0], mean], -1)
        numbers = torch.arange(1, SLOTS + 1, device=ids.device)
        marked = (slot_of.unsqueeze(1) == numbers.view(1, -1, 1)).to(states.dtype)
        at = marked @ states / marked.sum(-1, keepdim=True).clamp(min=1.0)
        beside = mean.unsqueeze(1).expand(-1, SLOTS, -1)
        post_features = torch.tanh(self.post_features(self.dropout(whole)))
        slot_features = torch.tanh(self.slot_features(self.dropout(torch.cat([at, beside], -1))))
        words = self.words(self.dropout(states)).squeeze(-1)
        return (
            self.post(self.dropout(post_features)),
            self.slot(self.dropout(slot_features)),
            words,
            post_features,
            slot_features,
        )
