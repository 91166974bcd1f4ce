"""A terminal that may go away: losing it, or being told to end, ends the program in good order."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import IO, Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

HANG_UP = 129
"""The exit code of a program whose terminal went away: 128 and the number of SIGHUP."""


class LastingFile:
    """A file that takes whatever is written to it, also when its terminal is gone.

    Textual's writing thread would die of the error, and the program would then
    wait for it for ever. What is written later goes nowhere; `lost` is called once.
    """

    def __init__(self, file: IO[str], lost: Callable[[], object]) -> None:
        self._file = file
        self._lost = lost

    def write(self, text: str) -> int:
        """Write, as far as there is somebody to read it."""
        self._attempt(lambda: self._file.write(text))
        return len(text)

    def flush(self) -> None:
        """Flush, as far as there is somebody to read it."""
        self._attempt(self._file.flush)

    def fileno(self) -> int:
        """The number of the file."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file.isatty()

    def _attempt(self, deed: Callable[[], object]) -> None:
        try:
            deed()
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        # What the file still holds is written at the end of the program: it must go somewhere.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._file.fileno())
        os.close(nowhere)
        self._lost()


class LastingDriver(LinuxDriver):
    """Textual's driver over a terminal that may go away."""

    def __init__(self, app: App[Any], **looks: Any) -> None:
        super().__init__(app, **looks)
        if self._file is not None:
            self._file = LastingFile(self._file, self._leave)  # type: ignore[assignment]

    def _leave(self) -> None:
        self._app.call_later(partial(self._app.exit, return_code=HANG_UP))

    def resume_application_mode(self) -> None:
        """Go on after a stop, but not on a terminal that is gone.

        The system sends SIGCONT after SIGHUP; starting anew would leave the
        thread that reads the keys without an end.
        """
        if not self.input_tty or os.isatty(self.fileno):
            super().resume_application_mode()


def heed_signals(leave: Callable[[int], object]) -> None:
    """Have SIGTERM and SIGHUP call `leave` with the exit code, where the system lets us."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGTERM, leave, 128 + signal.SIGTERM)
        loop.add_signal_handler(signal.SIGHUP, _hang_up, loop, leave)


def _hang_up(loop: asyncio.AbstractEventLoop, leave: Callable[[int], object]) -> None:
    """Leave once: a second SIGHUP, from the shell or the system, must not cut the leaving short."""
    loop.remove_signal_handler(signal.SIGHUP)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    leave(HANG_UP)
