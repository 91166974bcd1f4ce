"""Configurations for benchmarks: the project's own contest, with other sources. Starts nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

GENEROUS = {
    "interval": '"1h"',
    "deadline": '"30s"',
    "connections": "20",
    "per_host": "4",
    "per_host_per_second": "1000",
}
"""[polling] for a server of our own on loopback, to which politeness would only be waiting."""

_HEADER = re.compile(r"^\[+([a-z_.]+)\]+\s*(?:#.*)?$", re.MULTILINE)


def write_config(
    folder: Path,
    sources: Iterable[Mapping[str, str]],
    polling: Mapping[str, str] = GENEROUS,
    homes: Mapping[str, str] | None = None,
) -> Path:
    """Write config.toml into `folder`: the fictional contest over these `sources`.

    A source maps keys to texts. `homes` maps a roster handle to the name the
    account has on Bluesky, in place of the one in the contest.
    """
    text = _without((ROOT / "config.toml").read_text("utf-8"), {"source", "polling", "storage"})
    for handle, name in (homes or {}).items():
        text = _moved(text, handle, name)
    settings = "".join(f"{key} = {value}\n" for key, value in polling.items())
    tables = "".join(
        "\n[[source]]\n" + "".join(f'{key} = "{value}"\n' for key, value in source.items())
        for source in sources
    )
    path = folder / "config.toml"
    path.write_text(f"{text}\n[polling]\n{settings}{tables}", "utf-8")
    return path


def _without(text: str, dropped: set[str]) -> str:
    """The text without the tables of these names."""
    starts = [*_HEADER.finditer(text)]
    ends = [header.start() for header in starts[1:]] + [len(text)]
    kept = [text[: starts[0].start()]]
    kept += [
        text[header.start() : end]
        for header, end in zip(starts, ends, strict=True)
        if header[1] not in dropped
    ]
    return "".join(kept)


def _moved(text: str, handle: str, name: str) -> str:
    """The text with the Bluesky home of one account of the roster replaced."""
    line = re.compile(
        rf'^(.*handle = "{re.escape(handle)}",.*bluesky = ")[^"]*(".*)$', re.MULTILINE
    )
    moved, found = line.subn(rf"\g<1>{name}\2", text)
    if not found:
        raise ValueError(f"{handle} has no Bluesky home in config.toml")
    return moved
