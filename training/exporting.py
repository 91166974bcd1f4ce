"""Write a trained network as one int8 ONNX file with its tokenizer and card."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from training.base import folder as base_folder
from training.batches import BATCH, batch_of
from training.examples import Cut
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


def export(network: Network, target: Path, usual: Sequence[Cut]) -> None:
    """Write encoder.onnx and tokenizer.json into `target`.

    Weights are int8 with a scale a row. What flows between the layers is uint8 with fixed
    scales, the widest met in reading the `usual` texts: so a post's answers are the same alone
    and among others, which scales found anew for each batch would not give.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain, ready = Path(scratch) / "plain.onnx", Path(scratch) / "ready.onnx"
        _write_floats(network, plain)
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        quantize_static(
            str(ready),
            str(target / "encoder.onnx"),
            _Usual(usual),
            op_types_to_quantize=["MatMul", "Gather"],
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Sums stay floats: rounding them as well costs accuracy and saves no time.
            extra_options={
                "MatMulConstBOnly": True,
                "OpTypesToExcludeOutputQuantization": ["MatMul"],
            },
        )
    shutil.copy(base_folder() / "tokenizer.json", target / "tokenizer.json")


def _write_floats(network: Network, path: Path) -> None:
    network.eval()
    ids = torch.randint(1000, 20000, (2, 16))
    slot_of = torch.zeros_like(ids)
    slot_of[:, 3] = 1
    axes = {name: {0: "posts", 1: "tokens"} for name in ("ids", "slot_of", "words")}
    axes |= {name: {0: "posts"} for name in ("post", "slot", "features")}
    torch.onnx.export(
        _Shipped(network),
        (ids, slot_of),
        str(path),
        input_names=["ids", "slot_of"],
        output_names=["post", "slot", "words", "features"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


class _Usual(CalibrationDataReader):  # type: ignore[misc]
    """Texts as the encoder meets them, a batch at a time."""

    def __init__(self, cuts: Sequence[Cut]) -> None:
        self._batches = self._each(cuts)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._batches, None)

    @staticmethod
    def _each(cuts: Sequence[Cut]) -> Iterator[dict[str, Any]]:
        ordered = sorted(cuts, key=lambda cut: len(cut.ids))
        for at in range(0, len(ordered), BATCH):
            batch = batch_of(ordered[at : at + BATCH])
            yield {"ids": batch.ids.numpy(), "slot_of": batch.slot_of.numpy()}


def write_card(target: Path, entries: Mapping[str, Any]) -> None:
    """Write card.json: the entries, and the digests by which damage is found."""
    files = {n: hashlib.sha256((target / n).read_bytes()).hexdigest() for n in FILES}
    card = {**entries, "files": files}
    (target / "card.json").write_text(json.dumps(card, indent=1, sort_keys=True) + "\n")
