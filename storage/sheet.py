"""CSV on its way out: cells no spreadsheet will run, files that are whole or not there at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TextIO

from sqlite_utils import Database

from contest.contest import Contest
from contest.estimate import Confusion
from contest.lens import Lens
from contest.text import cell
from storage.board import EVERYTHING, UNKNOWN
from storage.export import export


class SheetError(Exception):
    """The file could not be written; what was there before still is. The message is the user's."""


def save_csv(
    database: Database,
    contest: Contest,
    what: str,
    path: Path,
    lens: Lens = EVERYTHING,
    confusions: Mapping[str, Confusion] = UNKNOWN,
) -> int:
    """Write an export into a file that appears when it is complete; how many rows.

    `what` is a key of `storage.export.COLUMNS`. The file is readable by its owner
    alone. Raises SheetError.
    """
    columns, rows = export(database, contest, what, lens, confusions)
    try:
        with closing(rows):
            return _save(rows, columns, path.resolve())
    except OSError as error:
        raise SheetError(
            f"{path}: the export could not be written ({error.strerror});"
            " free some space, or name another file in a folder that exists"
        ) from error


def write_csv(rows: Iterable[Sequence[object]], columns: Sequence[str], stream: TextIO) -> int:
    """Write a header and `rows` as RFC 4180 has it, CRLF at the ends of lines; how many rows.

    Open `stream` as UTF-8 with newline="". A text that a spreadsheet would run gets
    an apostrophe in front.
    """
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([cell(value) if isinstance(value, str) else value for value in row])
        count += 1
    return count


def _save(rows: Iterable[Sequence[object]], columns: Sequence[str], path: Path) -> int:
    if path.exists() and not path.is_file():
        # A pipe or a device is written to; a file must never take its place.
        with path.open("w", encoding="utf-8", newline="") as stream:
            return write_csv(rows, columns, stream)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            count = write_csv(rows, columns, stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count
