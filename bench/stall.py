"""How late the event loop is while a cold sweep runs: nobody may feel it.

    python bench/stall.py [--rounds 3] [--who FILE] [--json FILE]

A beat every 5 ms; its lateness is what a key press would wait. For the latest beats, the
processor time that every thread used meanwhile is shown: a busy MainThread means the loop kept
itself, another busy thread that it held the interpreter, none that the machine was elsewhere.
--who writes the stacks of all threads at late beats to a file (and slows the sweep a little).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import worlds
from measuring import machine, middle, table
from sweep import our_side

GOAL_MS = 50.0


def measure(
    feeds: int = 200, items: int = 50, rounds: int = 3, who: Path | None = None
) -> dict[str, Any]:
    """Sweep so often; the lateness of every round."""
    about = machine()
    options = ["--stall", *([f"--who={who}"] if who else [])]
    found: list[dict[str, Any]] = []
    with worlds.feeds(feeds, items) as world:
        side = our_side(world.urls, *options)
        for number in range(rounds):
            with tempfile.TemporaryDirectory(prefix="hustings-bench-") as folder:
                found.append(side(Path(folder)).said)
            print(f"  round {number + 1}: worst {found[-1]['worst_ms']:.1f} ms", file=sys.stderr)
    worst = max(max(run["worst_ms"], run["stall_ms"]) for run in found)
    return {"machine": about, "runs": found, "worst_ms": worst,
            "p99_ms": middle([run["p99_ms"] for run in found])}  # fmt: skip


def shown(found: dict[str, Any]) -> str:
    """The table, and the latest beats."""
    rows: list[list[object]] = [["round", "beats", "median ms", "p99 ms", "worst ms", "over 50 ms"]]
    rows += [
        [n, run["beats"], run["median_ms"], run["p99_ms"], run["worst_ms"], run["over_50_ms"]]
        for n, run in enumerate(found["runs"], 1)
    ]
    noted = sorted(
        (one for run in found["runs"] for one in run["noted"]), key=lambda one: -one["late_ms"]
    )
    lines = [
        f"  {one['late_ms']:6.1f} ms late; collector {one['collector_ms']} ms; busy {one['busy_ms']}"
        for one in noted[:8]
    ]
    head = f"worst {found['worst_ms']:.1f} ms (goal: never above {GOAL_MS:g} ms)"
    return "\n".join([table(rows), "", head, *lines])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--who", type=Path, help="write the stacks at late beats here")
    parser.add_argument("--json", type=Path, help="write everything here too")
    wanted = parser.parse_args()
    found = measure(rounds=wanted.rounds, who=wanted.who)
    print(shown(found))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
