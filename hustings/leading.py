"""Hold the right to write readings while a command runs: it and a dashboard never both do."""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import click

from hustings.errors import Shortfall
from storage import lease
from storage.archive import Archive

LASTS: Final = timedelta(seconds=60)
"""Longer than a batch of posts takes to read on a slow machine: it is renewed after each."""

Renew = Callable[[], Awaitable[None]]


@contextmanager
def leading(archive: Archive, what: str) -> Iterator[Renew | None]:
    """Take the lease for the command `what`; gives what renews it, or None if another holds it.

    To renew it raises Shortfall if another process has taken it meanwhile.
    """
    holder = f"{socket.gethostname()}:{os.getpid()}:{what}"

    async def renew() -> None:
        if not await archive.run(lease.take_lease, holder, datetime.now(UTC), LASTS):
            click.echo("another process polls now; what is done stays done", err=True)
            raise Shortfall

    if not archive.run_sync(lease.take_lease, holder, datetime.now(UTC), LASTS):
        yield None
        return
    try:
        yield renew
    finally:
        archive.run_sync(lease.release, holder)
