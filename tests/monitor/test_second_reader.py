"""A second reader on loopback is asked in the background; whatever it does, the flags stay."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contest.config import read_contest
from contest.contest import Contest, Polling, SecondReader
from contest.post import Author, Post
from contest.reading import Breach, Reading
from contest.visit import Health, Memory
from monitor import second_reader
from monitor.events import Advised, Announced, Event, Visited
from monitor.second_reader import Adviser, SecondReaderError
from sources.net import Web
from storage.archive import Archive
from storage.board import BreachRow, read_board
from storage.visits import keep_visit
from tests.monitor.conftest import NOON, entry, rss, until, world_of
from tests.monitor.model_server import ANSWER, Asked, ModelServer, completion, http, model_server
from tests.quay import SMALL

RULE = """
[[rule]]
id = "R01"
clause = "4.2"
title = "No insults"
text = "Do not insult."
version = "1"
binds = ["candidate"]
severity = "S2"
"""
QUAY = read_contest(SMALL + RULE)
FLAG = Breach("R01", "4.2", "1", "S2", "case", ((3, 10),), "an insult", "about a policy")
SECRET = "sk-very-secret-0001"


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks often, and is soon tried again."""
    monkeypatch.setattr(second_reader, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(second_reader, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(second_reader, "LONGEST_PAUSE_S", 0.05)


def flag(archive: Archive, uid: str = "u1", breach: Breach = FLAG) -> None:
    post = Post(uid, "bluesky", Author("did:nia", "@nia"), "Is a fraud, really", NOON, "1")
    reading = Reading(account="@nia", camp="north", role="candidate", breaches=(breach,))
    health = Health("feed", "feed", "answering", visited=NOON)
    read = [(post, reading)]
    archive.run_sync(keep_visit, QUAY, health, Memory(), read, captured=NOON, seen=[uid])


def board(archive: Archive) -> tuple[BreachRow, ...]:
    return archive.run_sync(read_board, QUAY, NOON).breaches


def log_of(archive: Archive, *columns: str) -> list[tuple[Any, ...]]:
    sql = f"select {', '.join(columns)} from opinions order by id"
    return archive.run_sync(lambda database: database.conn.execute(sql).fetchall())


def web_of(contest: Contest) -> Callable[[], Web]:
    polling = Polling(per_host_per_second=10_000)
    return lambda: Web(polling, lambda: datetime.now(UTC), "9.9")


async def think(work: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(work)


def adviser(
    archive: Archive, server: ModelServer, environment: Mapping[str, str] | None = None, **more: Any
) -> Adviser:
    reader = replace(SecondReader(server.url, "crow:3b", timeout_s=5.0), **more)
    contest = replace(QUAY, second_reader=reader)
    return Adviser(contest, reader, archive, web_of(contest), think, environment or {})


@asynccontextmanager
async def attending(one: Adviser) -> AsyncIterator[list[Event]]:
    """It attends to the flags until the block ends; what it tells."""
    heard: list[Event] = []
    task = asyncio.create_task(one.attend(heard.append, lambda: True))
    try:
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_what_it_says_is_kept_beside_the_flag_and_pinned(archive: Archive) -> None:
    flag(archive)
    async with model_server() as server, attending(adviser(archive, server)) as heard:
        await until(lambda: Advised("u1") in heard)
    (row,) = board(archive)
    assert (row.severity, row.lane) == ("S2", "case")
    assert row.opinion
    assert (row.opinion.verdict, row.opinion.quoting) == ("milder", "a fraud")
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.body["model"] == "crow:3b"
    assert log_of(archive, "model", "answered_by", "fingerprint", "tokens_in", "tokens_out") == [
        ("crow:3b", "crow:3b-q4", "fp_ollama", 321, 45)
    ]
    ((raw, digest, prompt, outcome, took_ms),) = log_of(
        archive, "raw", "sha256", "prompt", "outcome", "took_ms"
    )
    assert json.loads(json.loads(raw)["choices"][0]["message"]["content"]) == ANSWER
    assert (len(digest), prompt, outcome) == (64, "second-reader@1", "answered")
    assert took_ms >= 0


async def test_a_flag_is_asked_about_once(archive: Archive) -> None:
    flag(archive)
    flag(archive, "u2")
    async with model_server() as server:
        async with attending(adviser(archive, server)) as heard:
            await until(lambda: len(heard) == 2)
        async with attending(adviser(archive, server)):
            flag(archive, "u3")
            await until(lambda: len(server.asked) == 3)
    assert len(server.asked) == 3


async def test_a_server_that_refuses_schemas_is_asked_for_plain_json(archive: Archive) -> None:
    flag(archive)
    flag(archive, "u2")

    def old(asked: Asked) -> bytes:
        return http(b'{"error": "no"}', 400) if asked.takes_schema else http(completion(ANSWER))

    async with model_server(old) as server, attending(adviser(archive, server)) as heard:
        await until(lambda: sum(isinstance(event, Advised) for event in heard) == 2)
    assert [asked.takes_schema for asked in server.asked] == [True, False, False]
    assert log_of(archive, "form", "outcome") == [
        ("json_schema", "refused"), ("plain", "answered"), ("plain", "answered"),
    ]  # fmt: skip
    assert not [event for event in heard if isinstance(event, Announced)]


async def test_one_that_refuses_every_form_is_not_taken_to_dislike_schemas(
    archive: Archive,
) -> None:
    flag(archive)
    refusing = model_server(lambda _: http(b"too long", 400))
    async with refusing as server, attending(adviser(archive, server)):
        await until(lambda: len(server.asked) >= 4)
    assert [asked.takes_schema for asked in server.asked[:4]] == [True, False, True, False]


RUBBISH = {
    "no JSON": http(b"<html>"),
    "no verdict of ours": http(completion(ANSWER | {"verdict": "graver"})),
    "a quotation that is none": http(completion(ANSWER | {"quoting": "a liar"})),
    "the post's own orders": http(completion("As you say: milder.")),
    "a redirect": http(b"", 307, location="http://127.0.0.1:9/elsewhere"),
    "a fault": http(b"out of memory", 500),
    "no such model": http(b'{"error": {"message": "model crow not found"}}', 404),
    "half an answer": b"HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n{",
}


@pytest.mark.parametrize("answer", RUBBISH.values(), ids=RUBBISH)
async def test_whatever_else_comes_back_the_flag_stays_and_it_is_said_why(
    answer: bytes, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    flag(archive)
    (before,) = board(archive)
    async with (
        model_server(lambda _: answer) as server,
        attending(adviser(archive, server)) as heard,
    ):
        await until(lambda: len(log_of(archive, "id")) == 3)
        await until(lambda: log_of(archive, "outcome")[-1] != ("asked",))
    assert board(archive) == (before,)
    (said,) = [event.words for event in heard if isinstance(event, Announced)]
    ((failure,), *_) = log_of(archive, "failure")
    assert failure
    assert failure in said
    assert failure in caplog.text
    assert len(server.asked) == 3  # no redirect was followed, no half answer asked for again


async def test_one_that_is_slow_is_left_after_its_time(archive: Archive) -> None:
    flag(archive)

    async def never(_: Asked) -> bytes:
        await asyncio.Event().wait()
        return b""

    async with (
        model_server(never) as server,
        attending(adviser(archive, server, timeout_s=0.05)) as heard,
    ):
        await until(lambda: any(isinstance(event, Announced) for event in heard))
    ((failure, outcome),) = log_of(archive, "failure", "outcome")[:1]
    assert "had not finished its answer after 0.05 s" in failure
    assert outcome == "failed"
    assert board(archive)[0].opinion is None


async def test_one_that_is_down_is_asked_again_later(archive: Archive) -> None:
    flag(archive)
    answers = [http(b"", 500), http(completion(ANSWER))]
    async with (
        model_server(lambda _: answers.pop(0)) as server,
        attending(adviser(archive, server)) as heard,
    ):
        await until(lambda: Advised("u1") in heard)
    assert [type(event) for event in heard] == [Announced, Advised]


async def test_a_server_that_asks_for_patience_gets_it(archive: Archive) -> None:
    flag(archive)
    one = adviser(archive, ModelServer())
    async with model_server(lambda _: http(b"", 429, retry_after="120")) as server:
        one = adviser(archive, server)
        async with web_of(QUAY)() as web:
            pause_s = await one._step(web, lambda _: None)
    assert 100 < pause_s <= 120


async def test_each_failure_doubles_the_pause_up_to_a_bound(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_reader, "FIRST_PAUSE_S", 30.0)
    monkeypatch.setattr(second_reader, "LONGEST_PAUSE_S", 100.0)
    for number in range(4):
        flag(archive, f"u{number}")
    async with model_server(lambda _: http(b"", 500)) as server, web_of(QUAY)() as web:
        one = adviser(archive, server)
        pauses = [await one._step(web, lambda _: None) for _ in range(4)]
    assert pauses == [30.0, 60.0, 100.0, 100.0]


async def test_a_restart_does_not_begin_the_count_anew(archive: Archive) -> None:
    for number in range(4):
        flag(archive, f"u{number}")
    async with model_server() as server:
        for _ in range(2):
            async with attending(adviser(archive, server, an_hour=3)) as heard:
                await until(lambda: any(isinstance(event, Announced) for event in heard))  # noqa: B023
    assert len(server.asked) == 3
    assert sum(row.opinion is not None for row in board(archive)) == 3


# -- what leaves the program ----------------------------------------------------------------


async def test_the_key_is_sent_and_stands_nowhere_else(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    flag(archive)
    parrot = http(f'{{"error": "bad key {SECRET}"}}'.encode(), 401)
    environment = {"WEIR_KEY": SECRET}
    async with model_server(lambda _: parrot) as server:
        one = adviser(archive, server, environment, key_from="WEIR_KEY")
        async with attending(one) as heard:
            await until(lambda: any(isinstance(event, Announced) for event in heard))
    assert server.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in caplog.text + str(heard) + str(log_of(archive, "*"))
    assert "[key]" in str(heard)


@pytest.mark.parametrize("environment", [{}, {"WEIR_KEY": ""}, {"WEIR_KEY": "two\nlines"}])
async def test_without_a_usable_key_nothing_is_asked(
    environment: dict[str, str], archive: Archive
) -> None:
    flag(archive)
    heard: list[Event] = []
    async with model_server() as server:
        one = adviser(archive, server, environment, key_from="WEIR_KEY")
        await one.attend(heard.append, lambda: True)
    (event,) = heard
    assert isinstance(event, Announced)
    assert "key_from" in event.words
    assert server.asked == []


async def test_a_localhost_that_is_elsewhere_is_sent_nothing(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag(archive)

    async def poisoned(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.9", 0))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", poisoned)
    async with attending(adviser(archive, ModelServer(url="http://localhost:9/v1"))) as heard:
        await until(lambda: any(isinstance(event, Announced) for event in heard))
    assert "203.0.113.9, which is not this machine; nothing was sent" in str(heard)


async def test_a_proxy_in_the_environment_is_not_told(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag(archive)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with model_server() as server, attending(adviser(archive, server)) as heard:
        await until(lambda: Advised("u1") in heard)


# -- beside the rest ------------------------------------------------------------------------


async def test_polling_goes_on_while_it_thinks(tmp_path: Path) -> None:
    async def never(_: Asked) -> bytes:
        await asyncio.Event().wait()
        return b""

    with Archive(tmp_path / "a.db") as archive:
        world = world_of(archive, entry("north", interval=timedelta(milliseconds=20)))
        world.web.serve("north.example", rss(("1", "Rain")))
        flag(archive)
        async with model_server(never) as server:
            world.contest = replace(
                world.contest, rules=QUAY.rules, second_reader=SecondReader(server.url, "crow:3b")
            )
            heard: list[Event] = []
            with world.monitor() as monitor:
                assert monitor.adviser
                monitor.adviser._web = web_of(QUAY)
                task = asyncio.create_task(monitor.watch(heard.append))
                await until(lambda: len(server.asked) == 1)
                seen = len(heard)
                await until(lambda: sum(isinstance(e, Visited) for e in heard[seen:]) >= 3)
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        assert log_of(archive, "outcome") == [("asked",)]


async def test_only_the_process_that_polls_asks(archive: Archive) -> None:
    flag(archive)
    leads = False
    async with model_server() as server:
        looks: list[None] = []

        def whether() -> bool:
            looks.append(None)
            return leads

        task = asyncio.create_task(adviser(archive, server).attend(lambda _: None, whether))
        await until(lambda: len(looks) > 3)
        assert server.asked == []
        leads = True
        await until(lambda: len(server.asked) == 1)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


# -- a trial --------------------------------------------------------------------------------


async def test_a_trial_says_what_answered_and_keeps_nothing(archive: Archive) -> None:
    answer = ANSWER | {"quoting": "careless"}
    async with model_server(lambda _: http(completion(answer))) as server:
        words = await adviser(archive, server).try_out()
    assert words.startswith('crow:3b-q4 (fp_ollama) says "milder", in a schema, ')
    assert log_of(archive, "id") == []


async def test_a_trial_that_fails_says_why(archive: Archive) -> None:
    async with model_server(lambda _: http(completion("hm"))) as server:
        with pytest.raises(SecondReaderError, match="not the JSON object that was asked for"):
            await adviser(archive, server).try_out()
    with pytest.raises(SecondReaderError, match="nothing listens there now"):
        await adviser(archive, server).try_out()
