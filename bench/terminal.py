"""A program in a terminal of its own, and what it shows there. Presses keys, draws nothing itself."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_STEP = re.compile(
    r"\x1b\[(?P<at>[\d;]*)H|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[PX^_].*?\x1b\\|\x1b[ -/]*[0-~]|(?P<break>\n)|(?P<home>\r)|(?P<text>[^\x1b\r\n\x00-\x1f]+)",
    re.DOTALL,
)
_HALF = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*|[PX^_][^\x1b]*)?\Z")


class Screen:
    """As much of a terminal as it takes to see what a full-screen program shows.

    Wide characters take one cell; colours, scrolling and erasing are passed over.
    """

    def __init__(self, columns: int, lines: int) -> None:
        self._cells = [[" "] * columns for _ in range(lines)]
        self._at = (0, 0)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, out: bytes) -> None:
        """Take what the program printed; an escape may be cut anywhere."""
        text = self._rest + self._decoder.decode(out)
        half = _HALF.search(text)
        self._rest = half[0] if half else ""
        for step in _STEP.finditer(text, 0, half.start() if half else len(text)):
            self._take(step)

    @property
    def lines(self) -> list[str]:
        """What is shown."""
        return ["".join(line).rstrip() for line in self._cells]

    def _take(self, step: re.Match[str]) -> None:
        row = self._at[0]
        if step["text"]:
            self._print(step["text"])
        elif step["break"]:
            self._at = (row + 1, 0)
        elif step["home"]:
            self._at = (row, 0)
        elif step["at"] is not None:
            down, _, right = step["at"].partition(";")
            self._at = (int(down or 1) - 1, int(right or 1) - 1)

    def _print(self, text: str) -> None:
        row, column = self._at
        if row < len(self._cells):
            line = self._cells[row]
            fits = text[: max(len(line) - column, 0)]
            line[column : column + len(fits)] = fits
        self._at = (row, column + len(text))


class Session:
    """A program that runs in a pseudo-terminal until it is left."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        columns, lines = size
        self.screen = Screen(columns, lines)
        self.first_s = 0.0
        """Seconds from the start to the first byte."""
        settings = dict(environment) | {
            "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "COLUMNS": str(columns), "LINES": str(lines),
        }  # fmt: skip
        self.started = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), settings)
        winsize = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, winsize)

    def wait_until(self, true: Callable[[list[str]], object], patience_s: float = 30.0) -> float:
        """Read on until the screen is as wanted; the seconds since the start when it became so."""
        until = time.perf_counter() + patience_s
        when = time.perf_counter()
        while not true(self.screen.lines):
            if time.perf_counter() > until:
                raise RuntimeError("it never came; shown was:\n" + "\n".join(self.screen.lines))
            if select.select([self._terminal], [], [], 0.1)[0]:
                out = os.read(self._terminal, 1 << 16)
                when = time.perf_counter()
                self.first_s = self.first_s or when - self.started
                self.screen.feed(out)
        return when - self.started

    def settle(self, seconds: float) -> None:
        """Read on for a while."""
        until = time.perf_counter() + seconds
        self.wait_until(lambda _: time.perf_counter() > until, seconds + 10)

    def memory_mib(self) -> float:
        """MiB in memory now, of the program and its children."""
        total = 0
        for one in [self.pid, *self._children()]:
            status = Path(f"/proc/{one}/status").read_text()
            if held := re.search(r"VmRSS:\s+(\d+)", status):
                total += int(held[1])
        return total / 1024

    def _children(self) -> list[int]:
        lists = Path(f"/proc/{self.pid}/task").glob("*/children")
        return [int(child) for path in lists for child in path.read_text().split()]

    def leave(self, key: bytes = b"q") -> float:
        """Press a key that ends the program; its peak memory in MiB. Killed if it does not end."""
        os.write(self._terminal, key)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            self._read_on()
            ended, _, used = os.wait4(self.pid, os.WNOHANG)
            if ended:
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
            _, _, used = os.wait4(self.pid, 0)
        os.close(self._terminal)
        return used.ru_maxrss / 1024

    def _read_on(self) -> None:
        if select.select([self._terminal], [], [], 0.05)[0]:
            try:
                os.read(self._terminal, 1 << 16)
            except OSError:  # Linux says so when the other side is gone
                time.sleep(0.02)
