"""The side of `reader` (lemon24/reader) in a sweep, as a whole process; runs in its environment.

Prints one JSON object.
"""

from __future__ import annotations

import time

BORN = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import reader as peer  # noqa: E402

IMPORTED = time.perf_counter()


def sweep(reader: Any, workers: int) -> tuple[float, int, list[str]]:
    """One update of every feed: seconds, new entries, what failed."""
    new, failed = 0, []
    started = time.perf_counter()
    for result in reader.update_feeds_iter(workers=workers, scheduled=False):
        if isinstance(result.value, Exception):
            failed.append(f"{result.url}: {result.value}")
        elif result.value:
            new += result.value.new
    return time.perf_counter() - started, new, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("urls", type=Path, help="a JSON list")
    parser.add_argument("db", type=Path)
    parser.add_argument("--workers", type=int, required=True)
    wanted = parser.parse_args()
    reader = peer.make_reader(str(wanted.db))
    for url in json.loads(wanted.urls.read_text()):
        reader.add_feed(url)
    ready = time.perf_counter()
    cold_s, new, failed = sweep(reader, wanted.workers)
    warm_s, warm_new, warm_failed = sweep(reader, wanted.workers)
    stored = reader.get_entry_counts().total
    reader.close()
    said = {
        "cold_s": cold_s, "warm_s": warm_s, "new": new, "new_when_warm": warm_new,
        "stored": stored, "failed": failed + warm_failed, "version": peer.__version__,
        "import_s": IMPORTED - BORN, "open_s": ready - IMPORTED,
    }  # fmt: skip
    json.dump(said, sys.stdout)
    print()


if __name__ == "__main__":
    main()
