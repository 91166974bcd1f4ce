"""An officer edits the rulebook while the monitor runs: what is sound counts, what is wrong waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from analysis.lexicon import Lexicon
from analysis.meaning import Meaning
from analysis.reader import load_reader
from analysis.trained import Trained
from contest.config import ConfigError, read_contest
from contest.contest import Contest
from demo.stage import PLAYED
from hustings.__main__ import main
from hustings.errors import UsageProblem
from hustings.rulebook import ConfigFiles, renewal
from hustings.tutoring import tutor_of
from hustings.watching import Printer
from monitor import poller, rulebook, teaching
from monitor.events import (
    Announced,
    Event,
    ExamplesFell,
    Leading,
    RulebookRead,
    RulebookWrong,
    Visited,
)
from monitor.poller import Monitor
from sources.net import Web
from sources.registry import SOURCES
from storage.archive import Archive
from storage.board import BreachRow, read_board
from storage.lease import release, take_lease
from tests.analysis.pupil import Pupil
from tests.monitor.conftest import NOON, SmallWeb, StoppedClock, rss, until
from tests.quay import SMALL

E = TypeVar("E", bound=Event)

QUICK_S = 0.02

HARBOUR = """
[[source]]
name = "harbour"
kind = "feed"
url = "https://harbour.example/feed"
speaker = "@nia"
interval = "1h"
"""
RULE = """
[[rule]]
id = "{id}"
clause = "7"
title = "No {word}s"
text = "Call nobody a {word}."
version = "{version}"
binds = ["candidate"]
severity = "S2"
looks_for = [{{ block = "words", words = ["{word}"] }}]
"""
REGISTER = SMALL.replace('zone = "Europe/London"', 'zone = "Europe/London"\nrulebook = "QS-1"')


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (rulebook, "LOOKS_EVERY_S"), (rulebook, "AGAIN_AFTER_S"),
        (teaching, "LOOKS_EVERY_S"), (poller, "LOOKS_EVERY_S"), (poller, "RENEWED_EVERY_S"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, QUICK_S)


def a_rule(word: str = "turnip", rule: str = "Q7", version: str = "1.0", more: str = "") -> str:
    return RULE.format(id=rule, word=word, version=version) + more


@dataclass
class Office:
    """A configuration that is edited, and monitors that go by it."""

    config: Path
    archive: Archive
    meaning: Meaning = field(default_factory=Lexicon)
    web: SmallWeb = field(default_factory=SmallWeb)
    clock: StoppedClock = field(default_factory=StoppedClock)
    told: list[Event] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Save as an editor does: another file in the place of the one before."""
        saved = self.config.with_suffix(".saved")
        saved.write_text(text, encoding="utf-8")
        saved.replace(self.config)

    def say(self, *items: tuple[str, str]) -> None:
        self.web.serve("harbour.example", rss(*items))

    @asynccontextmanager
    async def watching(self, archive: Archive | None = None) -> AsyncIterator[Monitor]:
        files = ConfigFiles(self.config)
        contest = files.open()
        monitor = self.monitor(contest, files, archive or self.archive)
        task = asyncio.create_task(monitor.watch(self.told.append))
        try:
            await until(lambda: any(isinstance(event, Leading) for event in self.told))
            yield monitor
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            monitor.close()

    def monitor(self, contest: Contest, files: ConfigFiles, archive: Archive) -> Monitor:
        return Monitor(
            contest,
            archive,
            lambda: Web(
                contest.polling,
                now=lambda: datetime.now(UTC),
                version="test",
                transport=httpx.MockTransport(self.web),
            ),
            SOURCES,
            load_reader(contest, self.meaning),
            self.clock,
            lambda: tutor_of(contest, self.meaning),
            renewal(files, self.meaning),
        )

    async def visit(self, monitor: Monitor) -> None:
        seen = len(self.of(Visited))
        monitor.visit_now()
        await until(lambda: len(self.of(Visited)) > seen)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.told if isinstance(event, kind)]

    @property
    def read(self) -> list[RulebookRead]:
        return self.of(RulebookRead)

    @property
    def wrong(self) -> list[RulebookWrong]:
        return self.of(RulebookWrong)

    def flags(self, monitor: Monitor) -> list[BreachRow]:
        return list(self.archive.run_sync(read_board, monitor.contest, NOON).breaches)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Archive(tmp_path / "quay.db") as archive:
        found = Office(tmp_path / "config.toml", archive)
        found.write(REGISTER + HARBOUR)
        found.say(("1", "What a turnip"))
        yield found


async def test_a_new_rule_judges_the_next_post_and_leaves_the_earlier_ones_alone(
    office: Office,
) -> None:
    async with office.watching() as monitor:
        await until(lambda: office.of(Visited))
        assert office.flags(monitor) == []
        office.write(REGISTER + HARBOUR + a_rule())
        await until(lambda: office.read)
        office.say(("1", "What a turnip"), ("2", "Another turnip"))
        await office.visit(monitor)
        assert [(row.rule, row.text) for row in office.flags(monitor)] == [("Q7", "Another turnip")]
    (event,) = office.read
    assert event.words == "rulebook QS-1 read again: 1 rule new: Q7 1.0"
    assert (event.behind, event.waits) == (1, ())


async def test_earlier_posts_are_read_again_when_asked_and_their_old_flags_are_kept(
    office: Office,
) -> None:
    office.write(REGISTER + HARBOUR + a_rule())
    async with office.watching() as monitor:
        await until(lambda: office.flags(monitor))
        office.write(REGISTER + HARBOUR + a_rule(version="1.1", more="\nclause = '7a'").replace(
            'clause = "7"\n', "", 1))  # fmt: skip
        await until(lambda: office.read)
        assert [row.version for row in office.flags(monitor)] == ["1.0"]
        assert monitor.registrar
        monitor.registrar.ask_to_read_again()
        await until(lambda: office.of(Announced))
        assert [(row.version, row.clause) for row in office.flags(monitor)] == [("1.1", "7a")]
        monitor.registrar.ask_to_read_again()
        await until(lambda: len(office.of(Announced)) == 2)
    sql = "select version, standing from breaches order by id"
    kept = office.archive.run_sync(lambda db: db.conn.execute(sql).fetchall())
    assert kept == [("1.0", "repeated"), ("1.1", "current")]
    first, second = (event.words for event in office.of(Announced))
    assert first.startswith("1 post read again by today's rules: ")
    assert second == "All stored posts were judged by today's rules already."


async def test_a_wrong_file_leaves_the_last_good_rulebook_in_force_and_is_told_by_file_and_line(
    office: Office,
) -> None:
    office.write(REGISTER + HARBOUR + a_rule())
    async with office.watching() as monitor:
        await until(lambda: office.flags(monitor))
        office.clock.time += timedelta(minutes=5)
        office.write(REGISTER + HARBOUR + a_rule().replace('"S2"', '"grave"'))
        await until(lambda: office.wrong)
        office.say(("1", "What a turnip"), ("2", "Another turnip"))
        await office.visit(monitor)
        assert len(office.flags(monitor)) == 2
        office.clock.time += timedelta(minutes=5)
        office.write(REGISTER + "[[rule]")
        await until(lambda: len(office.wrong) == 2)
        office.write(REGISTER + HARBOUR + a_rule())
        await until(lambda: office.read)
    first, second = office.wrong
    (problem,) = first.problems
    line = (REGISTER + HARBOUR + a_rule()).splitlines().index('severity = "S2"') + 1
    assert problem.startswith(f"{office.config}, line {line}: ")
    assert "severity" in problem
    assert (first.since, second.since) == (NOON + timedelta(minutes=5),) * 2
    assert "nothing changed" in office.read[0].words


async def test_a_file_that_is_gone_is_wrong_until_it_is_back(office: Office) -> None:
    async with office.watching():
        office.config.unlink()
        await until(lambda: office.wrong)
        office.write(REGISTER + HARBOUR)
        await until(lambda: office.read)
    assert str(office.config) in office.wrong[0].problems[0]


async def test_a_file_in_the_middle_of_being_saved_is_not_complained_of(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[ConfigError] = []
    load = ConfigFiles.load

    def noted(files: ConfigFiles) -> Contest:
        try:
            return load(files)
        except ConfigError as error:
            tried.append(error)
            raise

    monkeypatch.setattr(ConfigFiles, "load", noted)
    monkeypatch.setattr(rulebook, "AGAIN_AFTER_S", 0.3)
    async with office.watching():
        office.config.write_text("[contest", encoding="utf-8")
        await until(lambda: tried)
        office.write(REGISTER + HARBOUR + a_rule())
        await until(lambda: office.read)
    assert len(tried) == 1
    assert office.wrong == []
    assert "Q7" in office.read[0].words


async def test_the_file_that_holds_the_code_is_watched_too(office: Office) -> None:
    code = office.config.with_name("code.toml")
    code.write_text(a_rule(), encoding="utf-8")
    named = REGISTER.replace("[contest]", '[contest]\ncode = "code.toml"')
    office.write(named + HARBOUR)
    async with office.watching() as monitor:
        await until(lambda: office.flags(monitor))
        code.write_text(a_rule() + a_rule("parsnip", "Q8"), encoding="utf-8")
        await until(lambda: office.read)
        code.write_text(a_rule() + "severity = 7\n", encoding="utf-8")
        await until(lambda: office.wrong)
    assert office.read[0].words.endswith("1 rule new: Q8 1.0")
    assert office.wrong[0].problems[0].startswith(f"{code}, line ")


async def test_what_needs_a_restart_is_said_and_stays_as_it_was(office: Office) -> None:
    async with office.watching() as monitor:
        elsewhere = HARBOUR.replace("harbour.example", "elsewhere.example")
        office.write(REGISTER + elsewhere + a_rule())
        await until(lambda: office.read)
        assert monitor.contest.sources[0].url == "https://harbour.example/feed"
        assert [rule.id for rule in monitor.contest.rules] == ["Q7"]
    assert office.read[0].waits == ("sources",)
    assert office.read[0].words.endswith("1 rule new: Q7 1.0; after a restart: sources")


async def test_examples_that_do_not_hold_are_a_warning_and_the_rule_counts(office: Office) -> None:
    async with office.watching() as monitor:
        office.write(REGISTER + HARBOUR + a_rule(more='breach = ["Such a cabbage"]\n'))
        await until(lambda: office.of(ExamplesFell))
        assert [rule.id for rule in monitor.contest.rules] == ["Q7"]
    (words,) = office.of(ExamplesFell)[0].words
    assert "Such a cabbage" in words
    assert "should be a breach" in words


async def test_what_was_taught_is_carried_on(office: Office) -> None:
    office.meaning = Trained(Pupil())
    said = [(str(n), f"Nia North {word}, number {n}") for n in range(30) for word in ("is sharp",)]
    office.say(*said)
    async with office.watching() as monitor:
        await until(lambda: office.of(Visited))
        for question in (await monitor.school.slate()).questions:
            await monitor.school.label(question, -1, "anna")
        monitor.school.ask_to_learn("anna")
        await until(lambda: office.of(Announced))
        office.write(REGISTER + HARBOUR + a_rule())
        await until(lambda: office.read)
        office.say(*said, ("new", "Nia North is sharp, a turnip"))
        await office.visit(monitor)
        (flag,) = office.flags(monitor)
    sql = "select r.readers from posts p join readings r on r.id = p.reading where p.uid = ?"
    (readers,) = office.archive.run_sync(lambda db: db.conn.execute(sql, [flag.uid]).fetchone())
    assert "pupil@1+taught.1" in readers


async def test_a_process_that_follows_goes_by_the_new_rulebook_and_leaves_the_posts_to_the_other(
    office: Office,
) -> None:
    office.archive.run_sync(take_lease, "other-pc:1:x", datetime.now(UTC), timedelta(hours=1))
    async with office.watching() as monitor:
        office.write(REGISTER + HARBOUR + a_rule())
        await until(lambda: office.read)
        assert [rule.id for rule in monitor.contest.rules] == ["Q7"]
        assert monitor.registrar
        monitor.registrar.ask_to_read_again()
        await until(lambda: office.of(Announced))
    assert "the process that polls" in office.of(Announced)[0].words
    office.archive.run_sync(release, "other-pc:1:x")


def test_a_program_that_starts_on_a_wrong_file_says_so_and_stops(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(REGISTER + a_rule().replace('"S2"', '"grave"'))
    with pytest.raises(UsageProblem, match="line"):
        ConfigFiles(path).open()


def test_watch_says_what_changed_and_what_is_wrong_on_stderr(
    capsys: pytest.CaptureFixture[str],
) -> None:
    contest = read_contest(REGISTER)
    printer = Printer(as_json=True, quiet=True)
    printer(RulebookRead(contest, "rulebook QS-1 read again: 1 rule new: Q7 1.0", behind=3))
    printer(ExamplesFell(("line 9: one", "line 12: another")))
    printer(RulebookWrong(("config.toml, line 4: \x1b[31mwrong",), NOON))
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "rulebook QS-1 read again: 1 rule new: Q7 1.0",
        "  3 stored posts were judged by the old one; stop, then run `hustings rejudge` to read"
        " them again",
        "2 of the rules' examples do not hold: `hustings check` names them",
        "config.toml, line 4: wrong",
        "the last good rulebook stays in force (since 2026-11-01 12:00 UTC)",
    ]


def test_the_demo_plays_by_a_copy_with_other_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "mine.toml"
    copy.write_text(PLAYED.read_text(encoding="utf-8") + "\n[[rule]]\n", encoding="utf-8")
    assert main(["demo", "--headless", "--seconds", "1", "--config", str(copy)]) == 2
    assert f"{copy}, line " in capsys.readouterr().err


async def test_posts_from_before_a_late_code_are_before_the_rule_once_they_are_read_again(
    office: Office,
) -> None:
    async with office.watching() as monitor:
        await until(lambda: office.of(Visited))
        office.write(REGISTER + HARBOUR + a_rule(more="from = 2026-11-01T12:00:01\n"))
        await until(lambda: office.read)
        assert office.flags(monitor) == []
        assert monitor.registrar
        monitor.registrar.ask_to_read_again()
        await until(lambda: office.of(Announced))
        assert [(row.rule, row.lane) for row in office.flags(monitor)] == [("Q7", "before-rule")]
