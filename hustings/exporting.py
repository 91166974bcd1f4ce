"""`hustings export`: what the archive holds, as CSV."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Set
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contest.contest import Contest
from contest.estimate import Confusion
from contest.lens import Lens, LensError, read_moment
from contest.problems import meant
from hustings.errors import UsageProblem
from hustings.opening import existing, open_contest
from hustings.reading import known_confusions
from hustings.saying import UnheardError
from storage.archive import Archive, ArchiveError
from storage.export import export
from storage.sheet import SheetError, save_csv, write_csv

if TYPE_CHECKING:  # `storage` has it loaded without numpy
    from sqlite_utils import Database


def export_csv(
    config: Path | None, db: Path | None, what: str, to: str, lens: Mapping[str, str]
) -> None:
    """Write `what` to the file `to` ("-": stdout). Raises UsageProblem."""
    contest = open_contest(config)
    chosen = _lens(contest, lens)
    path = existing(db or contest.storage_path)
    confusions = known_confusions(contest)
    try:
        with Archive.open_reading(path) as archive:
            if to == "-":
                rows = archive.run_sync(_print_csv, contest, what, chosen, confusions)
            else:
                rows = archive.run_sync(save_csv, contest, what, Path(to), chosen, confusions)
    except (ArchiveError, SheetError) as error:
        raise UsageProblem(str(error)) from None
    click.echo(f"{rows} rows", err=True)


def _print_csv(
    database: Database,
    contest: Contest,
    what: str,
    lens: Lens,
    confusions: Mapping[str, Confusion],
) -> int:
    columns, rows = export(database, contest, what, lens, confusions)
    # Windows would write CR CR LF, and stdout may have another encoding: so it is opened anew.
    try:
        with (
            closing(rows),
            open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as stream,
        ):
            return write_csv(rows, columns, stream)
    except OSError as error:
        raise UnheardError(error) from None


def _lens(contest: Contest, lens: Mapping[str, str]) -> Lens:
    now = datetime.now(UTC)
    camp, rule = lens.get("camp", ""), lens.get("rule", "")
    _must_be_known("camp", camp, {camp.id for camp in contest.camps})
    _must_be_known("rule", rule, {rule.id for rule in contest.rules})
    try:
        since, until = (
            read_moment(lens[key], now) if lens.get(key) else None for key in ("since", "until")
        )
    except LensError as error:
        raise UsageProblem(str(error)) from None
    if since and until and until <= since:
        raise UsageProblem(f"--until {lens['until']} is not after --since {lens['since']}")
    return Lens(camp=camp, rule=rule, since=since, until=until)


def _must_be_known(what: str, name: str, known: Set[str]) -> None:
    if name and name not in known:
        there_is = meant(name, known) or f"; there is no {what} in the configuration"
        raise UsageProblem(f'there is no {what} "{name}"{there_is}')
