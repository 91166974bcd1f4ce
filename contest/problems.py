"""Everything that is wrong with a configuration, each with its file, line and remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic_core import ErrorDetails

from contest.toml_lines import Path

MISSING = "missing-value"
"""Stands for a value that was missing or wrong, once that has been noted."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong. `line` counts from 1; 0 means the file as a whole.

    `file` names another file than the configuration itself: the one with its code.
    """

    line: int
    words: str
    file: str = ""


class ConfigError(Exception):
    """A configuration cannot be used; `problems` lists everything found, in file order."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(self._line(problem) for problem in self.problems))

    def _line(self, problem: Problem) -> str:
        name = problem.file or self.name
        place = f"{name}, line {problem.line}" if problem.line else name
        return f"{place}: {problem.words}"


@dataclass
class Findings:
    """Problems as they are found; `lines` says where each key stands.

    `files` names the file of each table that stands in another one than the configuration.
    """

    lines: Mapping[Path, int]
    files: Mapping[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path, words: str) -> None:
        """Note a problem with the value at `path`, or at the nearest key above it."""
        file = self.files.get(path[:2], "")
        while path and path not in self.lines:
            path = path[:-1]
        self.problems.append(Problem(self.lines.get(path, 0), words, file))

    def place(self, path: Path) -> str:
        """Where the table at `path` stands, in words."""
        file = self.files.get(path[:2], "")
        return f"{f'{file}, ' * bool(file)}line {self.lines.get(path, 0)}"

    def unknown(self, path: Path, what: str, name: str, known: Iterable[str]) -> None:
        """Note a name that nothing defines, and what was perhaps meant."""
        if name == MISSING:
            return
        self.add(path, f'{what} "{name}" is not defined{meant(name, known)}')


def meant(name: str, known: Iterable[str]) -> str:
    """'; did you mean "green"?', or the list of what there is, or nothing.

    >>> meant("gren", ["green", "brown"])
    '; did you mean "green"?'
    """
    names = sorted(name for name in known if name != MISSING)
    folded = {known_name.casefold(): known_name for known_name in names}
    if close := difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6):
        return f'; did you mean "{folded[close[0]]}"?'
    return f"; there is {', '.join(names)}" if 0 < len(names) <= 16 else ""


def in_words(error: ErrorDetails, keys: Iterable[str]) -> str:
    """A validation error of pydantic's in the words of whoever wrote the file.

    `keys` are the keys that the table in question may have.
    """
    name = str(next((step for step in reversed(error["loc"]) if isinstance(step, str)), "file"))
    given = error.get("input")
    match error["type"]:
        case "extra_forbidden":
            return f'unknown key "{name}"{meant(name, keys)}'
        case "missing":
            return f'"{name}" is missing'
        case "literal_error":
            return f'"{name}" is {given!r}, but must be {error["ctx"]["expected"]}'
        case "string_pattern_mismatch" if name == "key_from":  # what stands there may be a key
            return '"key_from" must be the name of an environment variable, not the key itself'
        case "string_pattern_mismatch":
            return f'"{name}" is {given!r}{_PATTERNS.get(error["ctx"]["pattern"], "")}'
        case _:
            return f'"{name}": {error["msg"][0].lower()}{error["msg"][1:]}, but is {given!r}'[:300]


_PATTERNS = {
    r"^[^\x00]+$": ", but may hold no NUL",
    r"^[ -~]*$": ", but may hold only plain characters, in one line",
    r"^\d{1,6}[smhdw]$": ', but must be a span such as "90s", "5m", "12h", "2d" or "1w"',
    r"^[A-Za-z0-9][A-Za-z0-9_.-]*$": ", but may hold only letters, digits and _ . -",
}
