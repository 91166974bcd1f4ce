"""The program's own sources read what the stage's servers say, over real sockets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contest.contest import Contest
from contest.post import Post
from contest.visit import Memory
from demo.servers import House, Server
from demo.stage import on_loopback, outage
from demo.story import Story
from sources.net import Web
from sources.registry import SOURCES
from sources.source import Page


class Moment:
    """The contest's time, set by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(before: datetime) -> Moment:
    return Moment(before)


@pytest.fixture
def house(story: Story, contest: Contest, clock: Moment) -> House:
    return House(story, contest, clock.now, outage(1.0))


@pytest.fixture
def on_stage(house: House, contest: Contest) -> Iterator[Contest]:
    server = Server(house)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield on_loopback(contest, server.base_url, 5000)
    server.shutdown()
    thread.join()
    server.server_close()


async def visit(web: Web, contest: Contest, name: str, memory: Memory) -> Page:
    source = next(source for source in contest.sources if source.name == name)
    module = SOURCES[source.kind]
    return module.parse(await module.fetch(web, source, memory), source)


def web(contest: Contest) -> Web:
    return Web(contest.polling, lambda: datetime(2026, 11, 20, tzinfo=UTC), "0")


def by_text(page: Page) -> dict[str, Post]:
    return {f"{post.kind}: {post.text}": post for post in page.posts}


async def test_every_source_of_the_contest_answers(on_stage: Contest):
    async with web(on_stage) as asking:
        for source in on_stage.sources:
            page = await visit(asking, on_stage, source.name, Memory())
            odd = [notice for notice in page.notices if "no entries" not in notice]
            assert odd == [], source.name


async def test_an_account_on_bluesky_brings_its_posts_and_the_answers_to_them(on_stage: Contest):
    async with web(on_stage) as asking:
        page = await visit(asking, on_stage, "AdaLittleLP on Bluesky", Memory())
    posts = by_text(page)
    assert len(posts) == 3
    answer = posts["reply: Who pays, @adalittlelp.lantern.example?"]
    tomos = on_stage.account_of(answer.author, answer.platform)
    assert tomos
    assert tomos.handle == "@TomosFrith"
    assert answer.reply_to
    assert answer.reply_to.text.startswith("A café in every port")
    own = next(post for post in page.posts if post.kind == "post")
    assert own.links == ("https://lantern.example/plans/for/every/port",)
    assert own.hashtags == ("LouderLantern",)
    assert own.published == datetime(2026, 10, 1, 9, tzinfo=UTC)
    assert own.date_note == ""


async def test_reposts_and_quotes_arrive_as_such(on_stage: Contest):
    async with web(on_stage) as asking:
        reposts = by_text(await visit(asking, on_stage, "PriyaVant on Bluesky", Memory()))
        quotes = by_text(await visit(asking, on_stage, "RowanGreen on Bluesky", Memory()))
    assert any(kind.startswith("repost: A café") for kind in reposts)
    quote = quotes["quote: Nobody has answered this."]
    assert quote.quotes
    assert quote.quotes.text == "Who pays, @adalittlelp.lantern.example?"


@pytest.mark.parametrize("name", ["RowanGreen on Bluesky", "FionaAshbyMP on Mastodon"])
async def test_an_edit_is_a_new_version_of_the_same_post(
    on_stage: Contest, clock: Moment, after: datetime, name: str
):
    async with web(on_stage) as asking:
        first = await visit(asking, on_stage, name, Memory())
        clock.moment = after
        second = await visit(asking, on_stage, name, first.memory)
    versions = {post.uid: post.version for post in first.posts}
    changed = [post.uid for post in second.posts if versions.get(post.uid) != post.version]
    assert len(changed) == 1
    assert changed[0] in versions


async def test_a_deleted_answer_is_found_missing(on_stage: Contest, clock: Moment, after: datetime):
    async with web(on_stage) as asking:
        first = await visit(asking, on_stage, "TomosFrith on Bluesky", Memory())
        answer = next(post for post in first.posts if post.text.startswith("Who pays"))
        clock.moment = after
        memory = replace(first.memory, recheck=(answer.uid,))
        second = await visit(asking, on_stage, "TomosFrith on Bluesky", memory)
    assert [uid for uid, _ in second.gone] == [answer.uid]


async def test_authors_under_a_hashtag_are_known_from_the_roster(on_stage: Contest):
    async with web(on_stage) as asking:
        page = await visit(asking, on_stage, "#LanternLeader on Mastodon", Memory())
    [fiona] = {
        account.handle
        for post in page.posts
        if post.text.startswith("Hello")
        if (account := on_stage.account_of(post.author, post.platform))
    }
    assert fiona == "@FionaAshbyMP"
    greeting = next(post for post in page.posts if post.text.startswith("Hello"))
    assert "cllrpasang@lantern.social.example" in " ".join(greeting.mentions)


async def test_a_british_feeds_dates_are_read_in_its_own_time(on_stage: Contest):
    async with web(on_stage) as asking:
        [post] = (await visit(asking, on_stage, "Lantern North", Memory())).posts
    assert post.published == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert post.text == "Meeting\nThursday’s meeting."
