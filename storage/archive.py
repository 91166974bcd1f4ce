"""One SQLite file, one connection, on one thread of its own; no other thread ever touches it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, Self, TypeVar

from sqlite_utils import Database

from storage.schema import APPLICATION_ID, migrations, unknown_migrations
from storage.transactions import writing

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE_S: Final = 5.0
"""How long a write waits for another process to finish its own."""

OLDEST_SQLITE: Final = (3, 35)
"""RETURNING came with 3.35, of March 2021."""

# synchronous=NORMAL: a commit is safe from a kill -9 at once, from a loss of
# power at the next checkpoint; the file opens undamaged after either.
# secure_delete for every write, not only where words are dropped (storage.dropping): whatever
# moves a row or merges the search index would else leave a copy behind in free space.
_SETTINGS: Final = """
pragma secure_delete = on;
pragma foreign_keys = on;
pragma synchronous = normal;
pragma temp_store = memory;
pragma cache_size = -16000;
pragma wal_autocheckpoint = 4000;
pragma journal_size_limit = 67108864;
"""

_REMEDIES: Final = {
    "SQLITE_FULL": ("the disk is full", "free some space; nothing already kept is lost"),
    "SQLITE_BUSY": (
        f"another program has been writing to it for more than {PATIENCE_S:g} s",
        "wait for it to finish, or close it",
    ),
    "SQLITE_NOTADB": ("is not a database", "name another file with --db"),
    "SQLITE_CORRUPT": (
        "the file is damaged",
        "restore a copy, or save what is readable with `sqlite3 FILE .recover`",
    ),
    "SQLITE_READONLY": (
        "cannot be written",
        "allow this user to write to the file and its folder, or name another with --db",
    ),
    "SQLITE_CANTOPEN": (
        "cannot be opened",
        "see that the file and its folder exist and that this user may write to both",
    ),
    "SQLITE_IOERR_SHM": (
        "the disk is full, or does not let a file be shared",
        "free some space; nothing already kept is lost",
    ),
    "SQLITE_IOERR": ("the disk does not answer as it should", "check the disk, then start again"),
}


class ArchiveError(Exception):
    """The archive cannot be used as asked: `what` is wrong with `path`, and the `remedy`."""

    def __init__(self, path: Path | None, what: str, remedy: str) -> None:
        super().__init__(f"{path or 'the archive in memory'}: {what}; {remedy}")
        self.path = path
        self.what = what
        self.remedy = remedy


class Archive:
    """Runs storage functions on the thread that owns the connection.

    The connection is opened on that thread, is used only there, and is closed
    there, so nothing else in the program needs a lock. A visit is one
    transaction: a kill -9 at any moment loses at most the visit under way, a
    loss of power perhaps the last ones too; the file stays whole.
    """

    def __init__(self, path: Path | None, *, for_reading: bool = False) -> None:
        """Open (or begin) an archive; a path of None keeps it in memory. Raises ArchiveError."""
        _refuse_old_sqlite(path)
        self.path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        opener = _open_reading if for_reading else _open
        try:
            self._database = self._thread.submit(opener, path).result()
        except BaseException:
            self._thread.shutdown()
            raise
        self._place = _place(path)

    @classmethod
    def open_reading(cls, path: Path) -> Self:
        """Open an existing archive that is only to be read; others may write meanwhile."""
        return cls(path, for_reading=True)

    def __enter__(self) -> Self:
        """Whoever opens the archive closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    async def run(
        self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call `function(database, ...)` on the archive's thread. Raises ArchiveError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, lambda: self._call(function, *args, **kwargs)
        )

    def run_sync(
        self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `run`, for callers without an event loop."""
        return self._thread.submit(lambda: self._call(function, *args, **kwargs)).result()

    def see_that_it_is_in_place(self) -> None:
        """Raise ArchiveError if the file was deleted or replaced: what is written would be lost."""
        if _place(self.path) != self._place:
            what = "was deleted or replaced while it was in use"
            raise ArchiveError(self.path, what, "put it back, or start again to begin a new one")

    def close(self) -> None:
        """Finish what was asked, then close the connection."""
        self._thread.submit(self._database.close).result()
        self._thread.shutdown()

    def _call(
        self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        try:
            return function(self._database, *args, **kwargs)
        except sqlite3.DatabaseError as error:
            _explain(error, self.path)
            raise


def _explain(error: sqlite3.DatabaseError, path: Path | None) -> None:
    """Raise an ArchiveError if the user can do something about it, nothing if it is our fault."""
    name = getattr(error, "sqlite_errorname", "")
    for known, (what, remedy) in _REMEDIES.items():
        if name.startswith(known):
            raise ArchiveError(path, what, remedy) from error


def _place(path: Path | None) -> tuple[int, int] | None:
    """Which file stands at `path`: its device and number; None for none."""
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _open(path: Path | None) -> Database:
    if path is not None:
        _begin_private(path)
    try:
        connection = sqlite3.connect(path or ":memory:", timeout=PATIENCE_S, cached_statements=256)
    except sqlite3.DatabaseError as error:
        _explain(error, path)
        raise
    return _prepared(connection, path, _make_ready)


def _open_reading(path: Path | None) -> Database:
    if path is None or not path.is_file():
        raise ArchiveError(path, "there is no such archive", "start `hustings` once, or name --db")
    try:
        return _connected(path, "mode=ro")
    except ArchiveError:
        # In a folder that cannot be written, SQLite cannot share a WAL file; if
        # there is none, nobody writes and the file can be read as it lies.
        if path.with_name(path.name + "-wal").exists():
            raise
        return _connected(path, "mode=ro&immutable=1")


def _connected(path: Path, query: str) -> Database:
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{query}", uri=True, timeout=PATIENCE_S
        )
    except sqlite3.DatabaseError as error:
        _explain(error, path)
        raise
    return _prepared(connection, path, _see_that_it_can_be_read)


def _begin_private(path: Path) -> None:
    """Make the file, if it is new, readable by its owner alone."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        what = f"cannot be made ({error.strerror})"
        remedy = "name another file with --db, in a folder that exists and can be written"
        raise ArchiveError(path, what, remedy) from error


def _prepared(
    connection: sqlite3.Connection,
    path: Path | None,
    prepare: Callable[[Database, Path | None], None],
) -> Database:
    try:
        database = Database(connection, execute_plugins=False)
        prepare(database, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        _explain(error, path)
        raise
    except BaseException:
        connection.close()
        raise
    return database


def _refuse_old_sqlite(path: Path | None) -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        what = f"needs SQLite {wanted}, but this Python has {sqlite3.sqlite_version}"
        raise ArchiveError(path, what, "use a newer Python, such as the one from python.org")


def _make_ready(database: Database, path: Path | None) -> None:
    _refuse_strangers(database, path)
    database.enable_wal()
    database.conn.executescript(_SETTINGS)
    if migrations.pending(database):
        # Taken before looking again: two processes may begin one file together.
        with writing(database):
            database.execute(f"pragma application_id = {APPLICATION_ID}")
            migrations.apply(database)


def _see_that_it_can_be_read(database: Database, path: Path | None) -> None:
    _refuse_strangers(database, path)
    if migrations.pending(database):
        what = "was written by an older version, or holds nothing yet"
        raise ArchiveError(path, what, "start `hustings` on it once, which brings it up to date")


def _refuse_strangers(database: Database, path: Path | None) -> None:
    """Raise ArchiveError unless the file is empty or an archive this program knows."""
    (marked,) = database.execute("pragma application_id").fetchone()
    (tables,) = database.execute("select count(*) from sqlite_master").fetchone()
    if tables and marked != APPLICATION_ID:
        what = "is another program's database"
        raise ArchiveError(path, what, "name another file with --db")
    if strangers := unknown_migrations(database):
        what = f"was written by a newer version (it knows {', '.join(strangers)}, this one not)"
        raise ArchiveError(path, what, "update hustings, or name another file with --db")
