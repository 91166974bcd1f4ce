"""Print what a command has to say, so that nobody listening is an end and not an accident."""

from __future__ import annotations

import errno
import os
import sys

import click

NOBODY_LISTENS = frozenset({errno.EPIPE, errno.EBADF, errno.ENOSPC})
"""What the system says when stdout has no reader, is closed, or has no room."""


class UnheardError(Exception):
    """Nobody reads stdout any more, or there is no room for it; `words` are for stderr, if any."""

    def __init__(self, error: OSError) -> None:
        gone = error.errno in (errno.EPIPE, errno.EBADF)
        self.words = "" if gone else f"what was said could not be written: {error.strerror}"
        super().__init__(self.words)


def say(line: str) -> None:
    """Print a line on stdout. Raises UnheardError."""
    try:
        click.echo(line)
    except OSError as error:
        raise UnheardError(error) from None


def fall_silent(error: UnheardError | OSError) -> None:
    """Write no more to stdout, not even what is still held back for it at exit.

    An OSError that is not about stdout is raised again.
    """
    if isinstance(error, OSError):
        if error.errno not in NOBODY_LISTENS:
            raise error
        error = UnheardError(error)
    if error.words:
        click.echo(error.words, err=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def have_streams() -> None:
    """A stream that was closed before we began is as good as an empty one."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
