"""Complete codes of real traditions, in our own words, to start from. Judges nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

BEGINS = "# from ="
"""The line, in a worked code, of a clause that begins with the candidates' code."""


@dataclass(frozen=True, slots=True)
class WorkedCode:
    """A code file as it is shipped.

    `title` says in a line whose tradition it follows; `text` is the file, whose head says from
    what it was made. `like` are the templates that it builds on.
    """

    id: str
    title: str
    text: str
    like: frozenset[str]


@cache
def worked_codes() -> Mapping[str, WorkedCode]:
    """Each worked code by its id ("nz-late-code"), in the order of their titles."""
    folder = files("contest").joinpath("codes")
    found = (
        _worked(entry.name.removesuffix(".toml"), entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )
    return {code.id: code for code in sorted(found, key=lambda code: code.title)}


def _worked(code_id: str, text: str) -> WorkedCode:
    rules = tomllib.loads(text)["rule"]
    title = text.partition("\n")[0].removeprefix("# ")
    return WorkedCode(code_id, title, text, frozenset(r["like"] for r in rules if "like" in r))


def beginning(text: str, moment: datetime | None) -> str:
    """The text of a code whose candidates' clauses begin at `moment`; None: left open.

    >>> beginning("# from =", datetime(2027, 3, 1, 12))
    'from = 2027-03-01T12:00:00'
    """
    if moment is None:
        return text
    begins = f"from = {moment.isoformat(timespec='seconds')}"
    return "\n".join(begins if line == BEGINS else line for line in text.split("\n"))
