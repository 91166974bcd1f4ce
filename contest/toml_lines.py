"""Where in a TOML file each key stands, so that an error can name its line. Reads no values."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""The way to a value: keys of tables, indices of arrays."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SKIP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_BREAK = re.compile(r"\n")
_SCALAR = re.compile(r"[^,\]\}\n#]+")


def lines_of(text: str) -> dict[Path, int]:
    r"""Line (from 1) of every table, array element and key of a valid TOML document.

    >>> lines_of('[a]\nb = [1, {c = 2}]')[("a", "b", 1, "c")]
    2
    """
    return _Walk(text).run()


@dataclass
class _Walk:
    """One pass over a document that `tomllib` has already accepted."""

    text: str
    at: int = 0
    found: dict[Path, int] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.breaks = [match.end() for match in _BREAK.finditer(self.text)]

    def run(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip():
            table = self._header() if self.text[self.at] == "[" else self._pair(table)
        return self.found

    def _header(self) -> Path:
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        names = list(self._key())
        self.at = self.text.index("]", self.at) + (2 if is_array else 1)
        path: Path = ()
        for name in names[:-1]:
            path = self._newest((*path, name))
        path = (*path, names[-1])
        if is_array:
            self.counts[path] = self.counts.get(path, -1) + 1
            self._note(path)
            path = (*path, self.counts[path])
        self._note(path)
        return path

    def _newest(self, path: Path) -> Path:
        """The last element so far, where `path` is an array of tables."""
        return (*path, self.counts[path]) if path in self.counts else path

    def _pair(self, table: Path) -> Path:
        start = self.at
        path = table
        for name in self._key():
            path = (*path, name)
            self._note(path, start)
        self.at = self.text.index("=", self.at) + 1
        self._value(path)
        return table

    def _key(self) -> Iterator[str]:
        while True:
            self._skip()
            if quoted := _STRING.match(self.text, self.at):
                yield quoted[0][1:-1]
                self.at = quoted.end()
            elif name := _BARE.match(self.text, self.at):
                yield name[0]
                self.at = name.end()
            self._skip()
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def _value(self, path: Path) -> None:
        self._skip()
        char = self.text[self.at]
        if char == "[":
            self._array(path)
        elif char == "{":
            self._inline(path)
        elif match := _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at):
            self.at = match.end()

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self._skip() and self.text[self.at] != "]":
            self._note((*path, index))
            self._value((*path, index))
            index += 1
            self._comma()
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._skip() and self.text[self.at] != "}":
            self._pair(path)
            self._comma()
        self.at += 1

    def _comma(self) -> None:
        if self._skip() and self.text[self.at] == ",":
            self.at += 1

    def _skip(self) -> bool:
        """Pass over blanks and comments; whether anything is left."""
        if blank := _SKIP.match(self.text, self.at):
            self.at = blank.end()
        return self.at < len(self.text)

    def _note(self, path: Path, at: int | None = None) -> None:
        line = bisect_right(self.breaks, self.at if at is None else at) + 1
        self.found.setdefault(path, line)
