"""A cold sweep of new items and a warm one of 304s: ours beside `reader`, on the same server.

    python bench/sweep.py [--feeds 200] [--items 50] [--rounds 3] [--json FILE]

Every side runs as a whole process on an empty database on disk, in turn, so that what slows the
machine slows them all. Ours reads, judges, counts and indexes every post.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import worlds
from lantern import GENEROUS, write_config
from measuring import Run, machine, measured, middle, table
from peers import reader_python

HERE = Path(__file__).resolve().parent
GOALS = {"cold": 1.5, "warm": 1.0}
SPEAKERS = ("@AdaLittleLP", "@RowanGreen", "@DenzilBrown", "@SianClose", "@GullNewsdesk")
SPEAKS_EVERY = 5
"""Every so many feeds, one is a roster account's own, so that camps, roles and rules have work."""

Side = Callable[[Path], Run]


def sources_of(urls: tuple[str, ...]) -> list[dict[str, str]]:
    """One source a feed."""
    sources = [{"name": f"feed {n}", "kind": "feed", "url": url} for n, url in enumerate(urls)]
    for n, source in enumerate(sources[::SPEAKS_EVERY]):
        source["speaker"] = SPEAKERS[n % len(SPEAKERS)]
    return sources


def our_side(urls: tuple[str, ...], *options: str) -> Side:
    """Our program, in the folder it is given."""

    def run(folder: Path) -> Run:
        config = write_config(folder, sources_of(urls), GENEROUS)
        return measured(
            [sys.executable, HERE / "our_side.py", config, folder / "ours.db", *options]
        )

    return run


def reader_side(urls: tuple[str, ...], workers: int) -> Side:
    """`reader` with so many workers, in the folder it is given."""
    python = reader_python()

    def run(folder: Path) -> Run:
        (folder / "urls.json").write_text(json.dumps(urls))
        return measured(
            [python, HERE / "reader_side.py", folder / "urls.json", folder / "reader.db",
             f"--workers={workers}"],
            READER_NO_VENDORED_FEEDPARSER="1",
        )  # fmt: skip

    return run


def measure(feeds: int = 200, items: int = 50, rounds: int = 3) -> dict[str, Any]:
    """Run all sides in turn; every run of every side, and the ratios of their medians."""
    about = machine()
    with worlds.feeds(feeds, items) as world:
        sides = {
            "hustings": our_side(world.urls),
            "reader, 4 workers": reader_side(world.urls, 4),
            "reader, 20 workers": reader_side(world.urls, 20),
        }
        runs: dict[str, list[dict[str, Any]]] = {name: [] for name in sides}
        for number in range(rounds):
            for name in _turned(list(sides), number):
                runs[name].append(_checked(name, sides[name], world, feeds, items))
                print(f"  round {number + 1}: {name}: {_brief(runs[name][-1])}", file=sys.stderr)
    return {"machine": about, "feeds": feeds, "items": feeds * items, "rounds": rounds,
            "versions": _versions(runs), "runs": runs, **_ratios(runs)}  # fmt: skip


def _turned(names: list[str], by: int) -> list[str]:
    """Another one begins each round."""
    return names[by % len(names) :] + names[: by % len(names)]


def _checked(name: str, side: Side, world: worlds.World, feeds: int, items: int) -> dict[str, Any]:
    """One run; it counts only if every item was kept once and every second question was a 304."""
    world.tally()
    with tempfile.TemporaryDirectory(prefix="hustings-bench-") as folder:
        run = side(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).glob("*.db*"))
    tally, said = world.tally(), run.said
    right = {"200": feeds, "304": feeds}
    if tally != right or said["new"] != feeds * items or said["new_when_warm"] or said["failed"]:
        raise RuntimeError(f"{name}: not the same work: answers {tally}, {said}")
    return said | {"process_s": run.seconds, "peak_mib": run.peak_mib, "disk_mib": size / 2**20}


def _brief(run: dict[str, Any]) -> str:
    return f"cold {run['cold_s']:.2f} s, warm {run['warm_s']:.2f} s, {run['peak_mib']:.0f} MiB"


def _versions(runs: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    names = ("httpx", "feedparser", "sqlite-utils", "selectolax")
    peer = runs["reader, 4 workers"][0]["version"]
    return {"reader": peer} | {name: version(name) for name in names}


def _ratios(runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Ours by the best of theirs, by medians."""
    found: dict[str, Any] = {}
    for what in ("cold", "warm", "process"):
        medians = {name: middle([run[f"{what}_s"] for run in side]) for name, side in runs.items()}
        ours = medians.pop("hustings")
        found[f"{what}_ratio"] = ours / min(medians.values())
    return found


def shown(found: dict[str, Any]) -> str:
    """The table."""
    rows: list[list[object]] = [
        ["side", "cold s", "(runs)", "warm s", "(runs)", "process s", "peak MiB", "disk MiB"]
    ]
    for name, runs in found["runs"].items():
        column = {key: [run[key] for run in runs] for key in runs[0] if key.endswith(("_s", "mib"))}
        rows.append(
            [name, middle(column["cold_s"]), _each(column["cold_s"]), middle(column["warm_s"]),
             _each(column["warm_s"]), middle(column["process_s"]), middle(column["peak_mib"]),
             middle(column["disk_mib"])]
        )  # fmt: skip
    ratios = "\n".join(
        f"{what}: {found[f'{what}_ratio']:.2f} times the best of reader (goal: at most {goal})"
        for what, goal in GOALS.items()
    )
    return f"{table(rows)}\n\n{ratios}\nwhole process: {found['process_ratio']:.2f} times"


def _each(values: list[float]) -> str:
    return " ".join(f"{value:.2f}" for value in values)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--items", type=int, default=50, help="a feed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write everything here too")
    wanted = parser.parse_args()
    found = measure(wanted.feeds, wanted.items, wanted.rounds)
    print(shown(found))
    print(json.dumps({"machine": found["machine"], "versions": found["versions"]}))
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
