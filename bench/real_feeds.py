"""Real documents, whole: `hustings watch --once` over a folder of them, served as a plain server would.

    python bench/real_feeds.py FOLDER [--json FILE]

One source a document. Every one must yield entries or a stated reason; none may crash.
Ends with 1 if one did neither.
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
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import worlds
from lantern import GENEROUS, ROOT, write_config
from measuring import table

CRASHED = "unexpected "
"""How the monitor's words begin for an error nobody foresaw."""


def watch_once(config: Path, db: Path) -> tuple[list[dict[str, Any]], str, int, float]:
    """What `hustings watch --once --json` said of each source, its stderr, exit code, seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "hustings", "watch", "--once", "--json",
         "--config", config, "--db", db],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines, done.stderr, done.returncode, time.perf_counter() - started


def measure(folder: Path) -> dict[str, Any]:
    """Visit every document of the folder once, then once more."""
    with worlds.folder(folder) as world, tempfile.TemporaryDirectory() as place:
        sources = [
            {"name": unquote(url.rpartition("/")[2]), "kind": "feed", "url": url}
            for url in world.urls
        ]
        config, db = write_config(Path(place), sources, GENEROUS), Path(place) / "real.db"
        lines, talk, code, seconds = watch_once(config, db)
        first = world.tally()
        again, *_ = watch_once(config, db)
        tally = {"first": first, "again": world.tally()}
    held = {path.name: counted(path) for path in folder.iterdir()}
    return {"visits": sorted(lines, key=lambda line: line["source"].casefold()), "talk": talk,
            "exit": code, "seconds": seconds, "documents": len(sources), "answers": tally,
            "held": held, "new_again": sum(line.get("new", 0) for line in again)}  # fmt: skip


def counted(path: Path) -> int:
    """Entries in a document by a count of our own, which knows nothing of feeds' fine points."""
    octets = path.read_bytes()
    if octets.lstrip().startswith(b"{"):
        try:
            return len(json.loads(octets).get("items", ()))
        except ValueError:
            return 0
    return len(re.findall(rb"<(?:\w+:)?(?:item|entry)[\s>]", octets))


def verdict(line: dict[str, Any]) -> str:
    """ "entries", "reason", or what is wrong."""
    if line["reason"].startswith(CRASHED):
        return "CRASHED"
    if line.get("entries"):
        return "entries"
    return "reason" if line["reason"] or line.get("notices") else "SILENT"


def shown(found: dict[str, Any]) -> str:
    """A line a document, then the sum."""
    rows: list[list[object]] = [["document", "verdict", "entries", "new", "by count", "said"]]
    for line in found["visits"]:
        said = "; ".join([line["reason"], *line.get("notices", [])]).strip("; ")
        counts = [line.get("entries", 0), line.get("new", 0), found["held"][line["source"]]]
        rows.append([line["source"], verdict(line), *counts, said])
    verdicts = [verdict(line) for line in found["visits"]]
    sums = {name: verdicts.count(name) for name in sorted(set(verdicts))}
    entries = sum(line.get("entries", 0) for line in found["visits"])
    return (
        f"{table(rows)}\n\n{found['documents']} documents, {len(found['visits'])} visits: {sums};"
        f" {entries} entries; exit code {found['exit']}; {found['seconds']:.1f} s\n"
        f"answers {found['answers']['first']}; a second run: {found['answers']['again']},"
        f" {found['new_again']} new\nstderr: {found['talk'].strip() or 'nothing'}"
    )


def is_sound(found: dict[str, Any]) -> bool:
    """Whether every document gave entries or a reason."""
    verdicts = {verdict(line) for line in found["visits"]}
    complete = len(found["visits"]) == found["documents"]
    return complete and verdicts <= {"entries", "reason"} and "Traceback" not in found["talk"]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="a folder of feeds and other documents")
    parser.add_argument("--json", type=Path, help="write everything here too")
    wanted = parser.parse_args()
    found = measure(wanted.folder)
    print(shown(found))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1))
    return 0 if is_sound(found) else 1


if __name__ == "__main__":
    sys.exit(main())
