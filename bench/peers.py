"""The programs we are compared with, each in a virtual environment of its own under a cache folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

READER = "reader==3.26"


def cache() -> Path:
    """Where environments are kept; may be deleted at will."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "hustings-bench"


def reader_python() -> Path:
    """The interpreter of an environment that holds READER, made if there is none."""
    place = cache() / READER.replace("==", "-") / f"py{sys.version_info[0]}.{sys.version_info[1]}"
    python = place / "bin" / "python"
    ready = place / "ready"
    if not ready.exists():
        print(f"installing {READER} into {place} ...", file=sys.stderr)
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", READER], check=True)
        ready.touch()
    return python
