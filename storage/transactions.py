"""All or nothing: one transaction to write in, one to read a consistent picture in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database


@contextmanager
def writing(database: Database) -> Iterator[None]:
    """A transaction that holds the right to write from its first line; rolled back on any error.

    A deferred one could find at its first write that another process wrote
    since its first read, and would then fail at once instead of waiting.
    """
    database.conn.execute("begin immediate")
    try:
        yield
        database.conn.execute("commit")
    except BaseException:
        database.rollback()
        raise


@contextmanager
def reading(database: Database) -> Iterator[None]:
    """A transaction in which every query sees the archive as it was at the first."""
    database.conn.execute("begin")
    try:
        yield
    finally:
        database.rollback()
