"""Every benchmark that needs nothing but this machine, and one table of them.

    python bench/run.py [--quick] [--json FILE]

--quick: smaller and once; shows that everything runs, not how fast.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import paint
import stall
import sweep
from measuring import middle, table


def measure(quick: bool) -> dict[str, Any]:
    """All of them, one after the other."""
    found: dict[str, Any] = {}
    rounds = 1 if quick else 3
    for name, run in (
        ("sweep", lambda: sweep.measure(*((20, 50) if quick else (200, 50)), rounds)),
        ("stall", lambda: stall.measure(*((20, 50) if quick else (200, 50)), rounds)),
        ("paint", lambda: paint.measure(2_000 if quick else 100_000, 1 if quick else 7)),
    ):
        print(f"{name} ...", file=sys.stderr)
        found[name] = run()
    return found


def summary(found: dict[str, Any]) -> str:
    """One line a goal."""
    rows: list[list[object]] = [["what", "measured", "goal", ""]]
    for name, value, goal in (
        ("cold sweep, times `reader`", found["sweep"]["cold_ratio"], sweep.GOALS["cold"]),
        ("warm sweep, times `reader`", found["sweep"]["warm_ratio"], sweep.GOALS["warm"]),
        ("worst stall of the event loop, ms", found["stall"]["worst_ms"], stall.GOAL_MS),
        ("first full paint, s", middle(found["paint"]["full_s"]), paint.GOAL_S),
        ("peak memory of the dashboard, MiB", max(found["paint"]["peak_mib"]), paint.GOAL_MIB),
    ):
        rows.append([name, value, goal, "met" if value <= goal else "MISSED"])
    return table(rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path, help="write everything here too")
    wanted = parser.parse_args()
    found = measure(wanted.quick)
    for name, module in (("sweep", sweep), ("stall", stall), ("paint", paint)):
        print(f"\n== {name}\n\n{module.shown(found[name])}")
    print(f"\n== goals\n\n{summary(found)}")
    print(f"\nmachine: {json.dumps(found['sweep']['machine'])}")
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
