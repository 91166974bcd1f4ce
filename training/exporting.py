"""Write a trained network as one int8 ONNX file with its tokenizer and card."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from training.base import folder as base_folder
from training.network import Network

FILES = ("encoder.onnx", "tokenizer.json")


class _Shipped(nn.Module):
    """The network as the program runs it: the answers, and the slots' features for teaching."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, slot_of: Tensor) -> tuple[Tensor, ...]:
        post, slot, words, _, features = self.network(ids, slot_of)
        return post, slot, words, features


def export(network: Network, target: Path) -> None:
    """Write encoder.onnx (int8 weights, one scale a row) and tokenizer.json into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    network.eval()
    ids = torch.randint(1000, 20000, (2, 16))
    slot_of = torch.zeros_like(ids)
    slot_of[:, 3] = 1
    axes = {name: {0: "posts", 1: "tokens"} for name in ("ids", "slot_of", "words")}
    axes |= {name: {0: "posts"} for name in ("post", "slot", "features")}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain, ready = Path(scratch) / "plain.onnx", Path(scratch) / "ready.onnx"
        torch.onnx.export(
            _Shipped(network),
            (ids, slot_of),
            str(plain),
            input_names=["ids", "slot_of"],
            output_names=["post", "slot", "words", "features"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_dynamic(
            str(ready), str(target / "encoder.onnx"), weight_type=QuantType.QInt8, per_channel=True
        )
    shutil.copy(base_folder() / "tokenizer.json", target / "tokenizer.json")


def write_card(target: Path, entries: Mapping[str, Any]) -> None:
    """Write card.json: the entries, and the digests by which damage is found."""
    files = {n: hashlib.sha256((target / n).read_bytes()).hexdigest() for n in FILES}
    card = {**entries, "files": files}
    (target / "card.json").write_text(json.dumps(card, indent=1, sort_keys=True) + "\n")
