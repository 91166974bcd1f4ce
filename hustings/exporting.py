"""`hustings export`: what the archive holds, as CSV."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from contest.contest import Contest
from contest.lens import Lens, LensError, read_moment
from hustings.errors import UsageProblem
from hustings.opening import open_contest
from storage.archive import Archive, ArchiveError
from storage.export import export_to_file, export_to_stream


def export_csv(
    config: Path | None, db: Path | None, what: str, to: str, lens: Mapping[str, str]
) -> None:
    """Write `what` to the file `to` ("-": stdout). Raises UsageProblem."""
    contest = open_contest(config)
    chosen = _lens(contest, lens)
    path = db or contest.storage_path
    if not path.exists():
        raise UsageProblem(f"{path}: there is no archive yet; `hustings watch --once` fills one")
    try:
        with Archive.open_reading(path) as archive:
            if to == "-":
                stream = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False)  # noqa: SIM115
                with stream:
                    rows = archive.run_sync(export_to_stream, contest, what, chosen, stream)
            else:
                rows = archive.run_sync(export_to_file, contest, what, chosen, Path(to))
    except ArchiveError as error:
        raise UsageProblem(str(error)) from None
    click.echo(f"{rows} rows", err=True)


def _lens(contest: Contest, lens: Mapping[str, str]) -> Lens:
    now = datetime.now(UTC)
    known = {camp.id for camp in contest.camps}
    camp, rule = lens.get("camp", ""), lens.get("rule", "")
    if camp and camp not in known:
        raise UsageProblem(f'there is no camp "{camp}"; there is {", ".join(sorted(known))}')
    rules = {known_rule.id for known_rule in contest.rules}
    if rule and rule not in rules:
        raise UsageProblem(f'there is no rule "{rule}"; there is {", ".join(sorted(rules))}')
    try:
        since, until = (
            read_moment(lens[key], now) if lens.get(key) else None for key in ("since", "until")
        )
    except LensError as error:
        raise UsageProblem(str(error)) from None
    return Lens(camp=camp, rule=rule, since=since, until=until)
