"""Whole processes, measured: how long they ran, how much memory they held. Judges nothing."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """A process that ended well: wall seconds, peak MiB, and the JSON object it printed."""

    seconds: float
    peak_mib: float
    said: dict[str, Any]


def measured(command: Sequence[str | Path], **environment: str) -> Run:
    """Run a program of ours or a peer's that prints one JSON object on its last line."""
    # The checkout itself is measured, wherever this is started and whatever is installed.
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, env=settings, text=True
    )
    with process:
        output = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{command[1]} ended with {process.returncode}")
    return Run(seconds, used.ru_maxrss / 1024, json.loads(output.splitlines()[-1]))


def machine() -> dict[str, Any]:
    """Where this was measured, and how busy it was just before."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def table(rows: Sequence[Sequence[object]]) -> str:
    """Rows under a head, in columns; numbers to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    aligned = [
        "  ".join(
            cell.rjust(width) if isinstance(value, int | float) else cell.ljust(width)
            for cell, value, width in zip(line, row, widths, strict=True)
        ).rstrip()
        for line, row in zip(cells, rows, strict=True)
    ]
    return "\n".join([aligned[0], "  ".join("-" * width for width in widths), *aligned[1:]])


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
