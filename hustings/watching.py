"""`hustings watch`: poll without a screen; one line a visit, data on stdout, talk on stderr."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from contest.text import shown
from hustings.errors import Shortfall
from hustings.opening import config_path, new_monitor, open_archive
from hustings.reading import open_aloud
from hustings.rulebook import ConfigFiles, renewal
from hustings.saying import UnheardError, say
from monitor.clock import WallClock
from monitor.events import (
    Alert,
    Announced,
    Changed,
    Event,
    ExamplesFell,
    Failed,
    Leading,
    RulebookRead,
    RulebookWrong,
    Visited,
)
from monitor.poller import Monitor


def watch_contest(config: Path | None, db: Path | None, *, once: bool, as_json: bool) -> None:
    """Poll every source: once, or until stopped. Raises Shortfall if a source failed (once)."""
    files = ConfigFiles(config or config_path())
    contest = files.open()
    with open_archive(db or contest.storage_path) as archive:
        meaning = open_aloud(contest)
        monitor = new_monitor(contest, archive, WallClock(), meaning, renewal(files, meaning))
        told = Printer(as_json=as_json, quiet=not once)
        led = True
        try:
            if once:
                led = asyncio.run(monitor.poll_once(told))
            else:
                click.echo(f"watching {len(contest.sources)} sources; Ctrl-C stops", err=True)
                asyncio.run(_watch(monitor, told))
        finally:
            monitor.close()
    if told.unheard:
        raise told.unheard
    if not led or told.failed:
        raise Shortfall


async def _watch(monitor: Monitor, told: Printer) -> None:
    """Watch until stopped, or until nobody listens any more."""
    watching = asyncio.create_task(monitor.watch(told))
    deaf = asyncio.create_task(told.deaf.wait())
    try:
        await asyncio.wait({watching, deaf}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        deaf.cancel()
        watching.cancel()
        await asyncio.wait({watching})
    if not watching.cancelled() and (error := watching.exception()):
        raise error


class Printer:
    """Prints events as they come and counts the sources that failed.

    `quiet` leaves out visits that brought nothing. Once nobody listens
    (`unheard`, `deaf`) nothing more is printed; what is under way goes on.
    """

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self.failed = 0
        self.unheard: UnheardError | None = None
        self.deaf = asyncio.Event()
        self._say = _json_line if as_json else _plain_line
        self._quiet = quiet

    def __call__(self, event: Event) -> None:
        """Print one event."""
        match event:
            case Leading(leads=False, holder=holder):
                click.echo(f"{holder} polls this archive already; following it", err=True)
            case Failed():
                self.failed += 1
                self._print(event)
            case Visited() if not self._quiet or event.new or event.revised or event.gone:
                self._print(event)
            case Changed(alerts):
                self._ring(alerts)
            case Announced(words):
                click.echo(words, err=True)
            case RulebookRead():
                click.echo("\n".join(_rulebook_lines(event)), err=True)
            case ExamplesFell():
                click.echo(_line(event.line), err=True)
            case RulebookWrong(problems, since):
                click.echo("\n".join((*map(_line, problems), _stays(since))), err=True)

    def _print(self, event: Visited | Failed) -> None:
        if self.unheard:
            return
        try:
            say(self._say(event))
        except UnheardError as error:
            self.unheard = error
            self.deaf.set()
            return
        if isinstance(event, Visited):
            self._ring(event.alerts)

    def _ring(self, alerts: Iterable[Alert]) -> None:
        """Tell of alerts on stderr; in JSON they stand in the visit's own line."""
        if self._say is _plain_line:
            for alert in alerts:
                click.echo(_alert_line(alert), err=True)


def _rulebook_lines(event: RulebookRead) -> Iterator[str]:
    """What changed, and what of it a person should know."""
    yield _line(event.words)
    if event.behind:
        yield (
            f"  {event.behind:,} stored posts were judged by the old one; stop, then run"
            " `hustings rejudge` to read them again"
        )


def _stays(since: datetime) -> str:
    return f"the last good rulebook stays in force (since {since:%Y-%m-%d %H:%M} UTC)"


def _line(words: str) -> str:
    return shown(words, 300)


Say = Callable[[Visited | Failed], str]


def _plain_line(event: Visited | Failed) -> str:
    health = event.health
    name = shown(health.source, 60)
    if isinstance(event, Failed):
        return f"{'failing':<12}  {name}: {shown(health.reason, 300)}"
    counts = [f"{event.new} new", f"{event.entries} entries"]
    counts += [f"{event.revised} revised"] if event.revised else []
    counts += [f"{event.gone} gone"] if event.gone else []
    notices = "".join(f"; {shown(notice, 200)}" for notice in event.notices)
    return f"{health.state:<12}  {name}: {', '.join(counts)}{notices}"


def _json_line(event: Visited | Failed) -> str:
    return json.dumps(_jsonable(event))


def _jsonable(event: Visited | Failed) -> dict[str, Any]:
    said = {key: _time(value) for key, value in asdict(event.health).items()}
    if isinstance(event, Visited):
        said |= {name: getattr(event, name) for name in ("new", "revised", "gone", "entries")}
        said |= {"notices": list(event.notices), "alerts": [_alert(a) for a in event.alerts]}
    return said


def _alert(alert: Alert) -> dict[str, Any]:
    exchange = alert.exchange
    return {
        "uid": alert.post.uid,
        "author": alert.post.author.handle,
        "text": alert.post.text,
        "breaches": [[breach.rule, breach.severity] for breach in alert.breaches],
        "exchange": [exchange.from_camp, exchange.to_camp] if exchange else None,
    }


def _alert_line(alert: Alert) -> str:
    flags = [f"{breach.severity} {breach.rule}" for breach in alert.breaches]
    if alert.exchange:
        flags.append(f"{alert.exchange.from_camp} > {alert.exchange.to_camp}")
    author = shown(alert.post.author.handle or alert.post.author.name, 40)
    return f"  ! {', '.join(flags)}  {author}: {shown(alert.post.text, 120)}"


def _time(value: object) -> object:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
