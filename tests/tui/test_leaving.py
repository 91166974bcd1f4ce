import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tui.world import StillDesk, a_contest, ready, until
from tui.app import HustingsApp

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds after which something that should have happened is said not to have."""


@dataclass
class Playing:
    """`hustings demo` on a terminal of its own."""

    process: subprocess.Popen[bytes]
    screen: int
    folder: Path
    seen: bytes = b""

    def read_until(self, words: bytes) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.seen:
            assert time.monotonic() < deadline, self.seen[-2000:]
            self.seen += os.read(self.screen, 65536)

    def read_to_the_end(self) -> None:
        """Whoever is not listened to cannot finish what they say."""
        try:
            while more := os.read(self.screen, 65536):
                self.seen += more
        except OSError:
            pass  # Linux says so where a terminal has no other end left

    def runs(self) -> bool:
        """Whether any process of it still runs: it, its servers."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True


TOLD = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # the terminal is ours: the system tells us of its end
"""
RUN = """
import sys
from hustings.__main__ import main
sys.exit(main(["demo"]))
"""


@pytest.fixture
def playing(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Playing]:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", getattr(request, "param", TOLD) + RUN],
        cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(terminal)
    play = Playing(process, controller, tmp_path)
    yield play
    if play.runs():
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith("hustings-demo-")]


def test_a_program_that_is_told_to_end_restores_the_screen_and_leaves_nothing(playing: Playing):
    playing.read_until(b"Sentiment")
    assert left_in(playing.folder)
    playing.process.send_signal(signal.SIGTERM)
    playing.read_to_the_end()
    playing.process.wait(PATIENCE)
    assert b"\x1b[?1049l" in playing.seen
    assert not left_in(playing.folder)
    assert not playing.runs()


@pytest.mark.parametrize("playing", [TOLD, ""], indirect=True, ids=["told by SIGHUP", "not told"])
def test_a_program_whose_terminal_goes_away_ends_and_leaves_nothing(playing: Playing):
    playing.read_until(b"Sentiment")
    assert left_in(playing.folder)
    os.close(playing.screen)
    playing.process.wait(PATIENCE)
    assert not left_in(playing.folder)
    assert not playing.runs()


async def test_ctrl_c_leaves_with_130():
    app = HustingsApp(a_contest(), StillDesk())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app._exit)
    assert app.return_code == 130


@pytest.mark.parametrize("key", ["question_mark", "e", "slash"])
async def test_ctrl_c_leaves_from_wherever_one_is(key: str):
    app = HustingsApp(a_contest(), StillDesk())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press(key, "ctrl+c")
        await until(pilot, lambda: app._exit)
    assert app.return_code == 130


async def test_ctrl_c_copies_chosen_text_in_a_text_field():
    app = HustingsApp(a_contest(), StillDesk())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        await pilot.press("slash", *"ferry", "shift+home", "ctrl+c")
        await until(pilot, lambda: app.clipboard == "ferry")
        assert not app._exit


async def test_a_program_that_is_told_to_end_returns_143():
    app = HustingsApp(a_contest(), StillDesk())
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot)
        os.kill(os.getpid(), signal.SIGTERM)
        await until(pilot, lambda: app._exit)
    assert app.return_code == 143
