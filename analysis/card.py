"""A packaged model's card: what is known of it before it is loaded. Loads no model, no numpy."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REMEDY = "install hustings again to bring it back"
_NEEDED = {"version", "files", "calibration"}


class ModelProblem(Exception):
    """A model cannot be used; the message names the file, what is wrong and the remedy."""


class Carded:
    """A model with its card."""

    _card: Mapping[str, Any]

    @property
    def version(self) -> str:
        """The reader's name and version, as readings carry it."""
        return str(self._card["version"])

    @property
    def card(self) -> Mapping[str, Any]:
        """What is known of the model: version, calibration, confusions on dev data."""
        return self._card


def read_card(folder: Path) -> dict[str, Any]:
    """The card of the model in `folder`: version, digests of its files, calibration and more.

    Raises ModelProblem if the card is missing or damaged, or a file that it names is missing.
    """
    path = folder / "card.json"
    try:
        card = json.loads(path.read_bytes())
    except OSError as error:
        raise ModelProblem(f"{path}: {error.strerror or error}; {REMEDY}") from None
    except (ValueError, RecursionError) as error:
        raise ModelProblem(f"{path}: not a model's card ({error}); {REMEDY}") from None
    if not isinstance(card, dict) or not isinstance(card.get("files", {}), dict):
        raise ModelProblem(f"{path}: not a model's card; {REMEDY}")
    if missing := _NEEDED - card.keys():
        raise ModelProblem(f"{path}: lacks {', '.join(sorted(missing))}; {REMEDY}")
    for name in card["files"]:
        if not (folder / name).is_file():
            raise ModelProblem(f"{folder / name}: No such file or directory; {REMEDY}")
    return card


def read_packed_card(path: Path) -> dict[str, Any]:
    """The card in a file of arrays (.npz), where it is the array `card`: JSON in bytes.

    Raises ModelProblem if the file is missing, or holds no card.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            octets = packed.read("card.npy")
        header = int.from_bytes(octets[8:10], "little")  # of the .npy format, version 1.0
        card = json.loads(octets[10 + header :])
    except OSError as error:
        raise ModelProblem(f"{path}: {error.strerror or error}; {REMEDY}") from None
    except (ValueError, KeyError, RecursionError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelProblem(f"{path}: damaged ({error}); {REMEDY}") from None
    if not isinstance(card, dict) or "version" not in card:
        raise ModelProblem(f"{path}: holds no model's card; {REMEDY}")
    return card


def check_digests(folder: Path, card: Mapping[str, Any]) -> None:
    """Raise ModelProblem unless every file of the model is as the card says; reads them whole."""
    for name, sha256 in card["files"].items():
        path = folder / name
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise ModelProblem(f"{path}: {error.strerror or error}; {REMEDY}") from None
        if found != sha256:
            raise ModelProblem(f"{path}: damaged (its SHA-256 is not the card's); {REMEDY}")
