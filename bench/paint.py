"""From nothing to the first full paint of the dashboard, over 100,000 stored posts.

    python bench/paint.py [--posts 100000] [--runs 7] [--size 120x40] [--json FILE]

`hustings` itself is started in a terminal of its own (a pty). The paint is full when the
newest rows of the exchanges and breaches panes, the figures of the sentiment pane, the banner,
the sources' state and the footer are on the screen. No source is due, so nothing is asked of any network.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantern import GENEROUS, ROOT, write_config
from measuring import machine, measured, middle, table
from terminal import Session

HERE = Path(__file__).resolve().parent
GOAL_S, GOAL_MIB = 1.0, 150.0
PATIENCE_S = 20.0
BREACHES = "3 Possible breaches"
"""The head of the lowest pane."""

CLOSED = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Paint:
    """One start: seconds to the first byte and to the full paint; MiB at that moment and at most."""

    first_s: float
    full_s: float
    mib: float
    peak_mib: float
    screen: str


def paint(config: Path, db: Path, archive: dict[str, Any], size: tuple[int, int]) -> Paint:
    """Start the dashboard, wait until it shows what the archive holds, and leave it."""
    command = [sys.executable, "-m", "hustings", "--config", str(config), "--db", str(db)]
    session = Session(command, {**os.environ, "PYTHONPATH": str(ROOT)}, size)
    try:
        full_s = session.wait_until(lambda lines: not _missing(lines, archive), PATIENCE_S)
        mib = session.memory_mib()
    except RuntimeError as error:
        missing = ", ".join(_missing(session.screen.lines, archive))
        raise RuntimeError(f"not on the screen: {missing} of {archive}") from error
    finally:
        peak_mib = session.leave()
    return Paint(session.first_s, full_s, mib, peak_mib, "\n".join(session.screen.lines))


def _missing(screen: list[str], archive: dict[str, Any]) -> list[str]:
    """Which panes do not show yet what the archive holds: its figures, its newest rows."""
    edge = next((n for n, line in enumerate(screen) if BREACHES in line), len(screen))
    upper, lower = "\n".join(screen[:edge]), "\n".join(screen[edge:])
    shown = {
        "Banner": archive["contest"] in upper,
        "Coverage": re.search(r"\d+ answering", upper),
        "Sentiment": _shows_nearly(upper, archive["week"][0]),
        "Exchanges": f"“{archive['words'][0]}" in upper,
        "Breaches": f"“{archive['words'][1]}" in lower,
        "Footer": "quit" in lower,
    }
    return [pane for pane, is_there in shown.items() if not is_there]


def _shows_nearly(text: str, posts: int) -> bool:
    """Whether a figure stands there that is this one, less what has left the week since."""
    figures = (int(found.replace(",", "")) for found in re.findall(r"(?:of |\()(\d[\d,]*)", text))
    return any(0.98 * posts <= figure <= posts for figure in figures)


def imported_s() -> float:
    """Seconds that importing everything the dashboard needs takes."""
    code = "import time; t = time.perf_counter(); import hustings.dashboard; import json;"
    code += "print(json.dumps({'s': time.perf_counter() - t}))"
    return float(measured([sys.executable, "-c", code]).said["s"])


def bare_s() -> float:
    """Seconds that an interpreter takes to start and end."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return time.perf_counter() - started


def measure(
    posts: int = 100_000, runs: int = 7, size: tuple[int, int] = (120, 40)
) -> dict[str, Any]:
    """Fill an archive, then start over it so often."""
    with tempfile.TemporaryDirectory(prefix="hustings-bench-") as place:
        folder = Path(place)
        sources = [
            {"name": f"feed {n}", "kind": "feed", "url": f"{CLOSED}/{n}.xml", "interval": "1d"}
            for n in range(20)
        ]
        config, db = write_config(folder, sources, GENEROUS), folder / "full.db"
        print(f"  filling an archive with {posts:,} posts ...", file=sys.stderr)
        filled = measured([sys.executable, HERE / "fill.py", config, db, f"--posts={posts}"])
        about = machine()
        paints = [paint(config, db, filled.said, size) for _ in range(runs)]
        return {
            "machine": about, "posts": posts, "archive": filled.said, "size": size,
            "fill_s": filled.seconds, "disk_mib": db.stat().st_size / 2**20,
            "import_s": middle([imported_s() for _ in range(3)]),
            "bare_s": middle([bare_s() for _ in range(3)]),
            "first_s": [one.first_s for one in paints], "full_s": [one.full_s for one in paints],
            "mib": [one.mib for one in paints], "peak_mib": [one.peak_mib for one in paints],
            "screen": paints[-1].screen,
        }  # fmt: skip


def shown(found: dict[str, Any]) -> str:
    """The table."""
    rows: list[list[object]] = [["what", "median", "most", "goal"]]
    for name, key, goal in (
        ("first byte, s", "first_s", ""),
        ("first full paint, s", "full_s", f"{GOAL_S:g}"),
        ("memory then, MiB", "mib", ""),
        ("peak memory, MiB", "peak_mib", f"{GOAL_MIB:g}"),
    ):
        rows.append([name, middle(found[key]), max(found[key]), goal])
    rows.append(["of it: bare interpreter, s", found["bare_s"], "", ""])
    rows.append(["of it: imports, s", found["import_s"], "", ""])
    archive = {key: found["archive"][key] for key in ("posts", "exchanges", "breaches")}
    return (
        f"{table(rows)}\n\n{archive}, {found['disk_mib']:.0f} MiB on disk, filled in"
        f" {found['fill_s']:.0f} s; {len(found['full_s'])} starts at {found['size']}"
    )


def _size(text: str) -> tuple[int, int]:
    columns, _, lines = text.partition("x")
    return int(columns), int(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--size", type=_size, default=(120, 40))
    parser.add_argument("--json", type=Path, help="write everything here too")
    wanted = parser.parse_args()
    found = measure(wanted.posts, wanted.runs, wanted.size)
    print(shown(found))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
