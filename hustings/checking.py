"""`hustings check`: says what a configuration holds, and whether its sources answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contest.contest import Contest
from hustings.errors import Shortfall
from hustings.opening import config_path, new_monitor, open_archive, open_contest
from hustings.reading import Opened, open_meaning
from hustings.saying import say
from hustings.watching import Printer
from monitor.clock import WallClock


def check_contest(config: Path | None, *, online: bool, as_json: bool) -> None:
    """Print what the configuration holds. Raises UsageProblem if it is wrong.

    `online`: every source is visited, nothing is kept; Shortfall if one fails.
    """
    contest = open_contest(config)
    opened = open_meaning(contest)
    counts = _counts(contest) | {"reader": opened.meaning.versions["sentiment"]}
    if as_json:
        at = {"config": str(config or config_path())}
        say(json.dumps(at | counts | {"notice": opened.notice}))
    else:
        say(f"{config or config_path()}: {contest.name}: sound")
        say("\n".join(f"  {name:<11}{value}" for name, value in counts.items()))
        for remark in (*_remarks(contest), opened.notice):
            if remark:
                say(f"  note: {remark}")
    if online and _visit_all(contest, opened, as_json=as_json):
        raise Shortfall


def _counts(contest: Contest) -> dict[str, Any]:
    detectable = [rule for rule in contest.rules if rule.looks_for or rule.windows]
    return {
        "contest": contest.id,
        "zone": contest.zone.key,
        "phases": len(contest.phases),
        "camps": len(contest.camps),
        "accounts": len(contest.accounts),
        "sources": len(contest.sources),
        "rules": len(contest.rules),
        "detected": len(detectable),
        "archive": str(contest.storage_path),
    }


def _remarks(contest: Contest) -> Iterator[str]:
    """What is sound, but leaves something of the dashboard empty."""
    if not any(rule.looks_for or rule.windows for rule in contest.rules):
        yield "no [[rule]] looks for anything: no possible breach will be shown"
    if len(contest.camps) < 2:
        yield "one camp: no exchange between camps is possible"
    if not contest.phases:
        yield "no [[phase]]: posts have none, and no countdown is shown"
    if not contest.sources:
        yield "no [[source]]: nothing is polled"


def _visit_all(contest: Contest, opened: Opened, *, as_json: bool) -> int:
    """Visit every source over an archive in memory; how many failed."""
    printer = Printer(as_json=as_json, quiet=False)
    with open_archive(None) as archive:
        monitor = new_monitor(contest, archive, WallClock(), opened.meaning)
        try:
            asyncio.run(monitor.poll_once(printer))
        finally:
            monitor.close()
    return printer.failed
