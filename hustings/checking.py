"""`hustings check`: says what a configuration holds, and whether its sources answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.examples import Outcome, run, staged, unequal
from analysis.meaning import Meaning
from analysis.reader import Reader, load_reader
from contest.code import Example
from contest.contest import Contest
from contest.text import shown
from hustings.errors import Shortfall
from hustings.opening import config_path, new_monitor, open_archive, open_contest
from hustings.reading import Opened, open_meaning
from hustings.saying import say
from hustings.watching import Printer
from monitor.clock import WallClock
from monitor.second_reader import Adviser, SecondReaderError

SECOND = "second reader"


def check_contest(config: Path | None, *, online: bool, as_json: bool) -> None:
    """Print what the configuration holds. Raises UsageProblem if it is wrong.

    `online`: every source and the second reader are visited, nothing is kept; Shortfall if one
    fails.
    """
    contest = open_contest(config)
    opened = open_meaning(contest)
    counts = _counts(contest) | {"reader": opened.meaning.versions["sentiment"]}
    tried = tried_out(contest, opened.meaning)
    counts["examples"] = f"{sum(trial.holds for trial in tried)} of {len(tried)} hold"
    if as_json:
        at = {"config": str(config or config_path())}
        fallen = [trial.words for trial in tried if not trial.holds]
        say(json.dumps(at | counts | {"fallen": fallen, "notice": opened.notice}))
    else:
        say(f"{config or config_path()}: {contest.name}: sound")
        say("\n".join(f"  {name:<11}{value}" for name, value in counts.items()))
        for remark in (*_remarks(contest), opened.notice):
            if remark:
                say(f"  note: {remark}")
        for trial in tried:
            if not trial.holds:
                say(f"  {trial.words}")
    if online and asyncio.run(_visit_all(contest, opened, as_json=as_json)):
        raise Shortfall
    if not all(trial.holds for trial in tried):
        raise Shortfall


@dataclass(frozen=True, slots=True)
class Trial:
    """How one example of a rule came out, for every candidate; `words` say what did not hold."""

    holds: bool
    words: str


def tried_out(contest: Contest, meaning: Meaning) -> list[Trial]:
    """Every rule's examples, one trial an example."""
    stage = staged(contest)
    return trials(load_reader(stage, meaning), stage)


def trials(reader: Reader, stage: Contest) -> list[Trial]:
    """The examples of a staged contest's rules, read by its reader, one trial an example."""
    outcomes = run(reader, stage)
    uneven = {(rule.id, rule.version, example) for rule, example in unequal(outcomes)}
    by_example: dict[tuple[str, str, Example, bool], list[Outcome]] = {}
    for one in outcomes:
        key = (one.rule.id, one.rule.version, one.example, one.is_breach)
        by_example.setdefault(key, []).append(one)
    return [_trial(some, uneven=key[:3] in uneven) for key, some in by_example.items()]


def _trial(outcomes: list[Outcome], *, uneven: bool) -> Trial:
    fallen = [outcome for outcome in outcomes if not outcome.holds]
    first = (fallen or outcomes)[0]
    rule, example = first.rule, first.example
    place = f"line {example.line}: " if example.line else f"template {rule.like}: "
    wanted = "should be a breach, but is not seen" if first.is_breach else "should be fine"
    if not first.is_breach and first.flag:
        wanted += f", but is flagged {first.flag.severity} ({first.flag.reason})"
    if not fallen and uneven:
        wanted = "comes out differently for one candidate than for another"
    words = f"{place}rule {rule.id} {rule.version}: “{shown(first.text, 100)}” {wanted}"
    return Trial(not fallen and not uneven, words)


def _counts(contest: Contest) -> dict[str, Any]:
    detectable = [rule for rule in contest.rules if rule.looks_for]
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
    if not any(rule.looks_for for rule in contest.rules):
        yield "no [[rule]] looks for anything: no possible breach will be shown"
    if len(contest.camps) < 2:
        yield "one camp: no exchange between camps is possible"
    if not contest.phases:
        yield "no [[phase]]: posts have none, and no countdown is shown"
    if not contest.sources:
        yield "no [[source]]: nothing is polled"
    if contest.second_reader and contest.second_reader.may_leave:
        yield "[second_reader]: flagged posts may leave this machine (docs/second-reader.md)"


async def _visit_all(contest: Contest, opened: Opened, *, as_json: bool) -> int:
    """Visit every source, and the second reader, over an archive in memory; how many failed."""
    printer = Printer(as_json=as_json, quiet=False)
    with open_archive(None) as archive:
        monitor = new_monitor(contest, archive, WallClock(), opened.meaning)
        try:
            await monitor.poll_once(printer)
            failed = printer.failed
            if monitor.adviser:
                failed += await _try_second_reader(monitor.adviser, as_json=as_json)
        finally:
            monitor.close()
    return failed


async def _try_second_reader(adviser: Adviser, *, as_json: bool) -> int:
    """Put an invented case to the second reader and say what answered; 1 if it failed, else 0."""
    try:
        state, words, failed = "answering", await adviser.try_out(), 0
    except SecondReaderError as error:
        state, words, failed = "failing", str(error), 1
    if as_json:
        say(
            json.dumps({"source": SECOND, "kind": "second-reader", "state": state, "reason": words})
        )
    else:
        say(f"{state:<12}  {SECOND}: {shown(words, 300)}")
    return failed
