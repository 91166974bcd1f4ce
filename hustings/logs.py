"""Where the log goes while the screen is taken: a file beside the archive, for its owner alone."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from hustings.errors import UsageProblem

LARGEST = 1_000_000
"""Bytes of one log file; two older ones are kept."""


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """Send warnings and worse to `path` (0600), and nothing to the terminal."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    except OSError as error:
        raise UsageProblem(f"{path}: the log cannot be written ({error.strerror})") from None
    handler = RotatingFileHandler(path, maxBytes=LARGEST, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
