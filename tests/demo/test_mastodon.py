"""The Mastodon server's answers."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contest.contest import Contest
from demo import mastodon
from demo.cast import mastodon_cast
from demo.story import Story, read_told, visible

BASE = "http://127.0.0.1:8080/lantern.social.example"


class Api:
    def __init__(self, story: Story, contest: Contest, now: datetime) -> None:
        self.scene, self.cast = visible(story, now), mastodon_cast(contest, story)
        self.id = {told.id: mastodon.status_id(told) for told in story.posts}

    def reply(self, path: str) -> mastodon.Reply:
        address = urlsplit(path)
        query = parse_qs(address.query)
        return mastodon.reply(self.scene, self.cast, address.path, query, BASE)

    def ask(self, path: str) -> Any:
        reply = self.reply(path)
        return json.loads(reply.body) if reply.status == 200 else reply.status

    def account(self, user: str) -> str:
        found = self.ask(f"/api/v1/accounts/lookup?acct={user}")["id"]
        assert isinstance(found, str)
        return found

    def statuses(self, user: str, query: str = "") -> Any:
        return self.ask(f"/api/v1/accounts/{self.account(user)}/statuses{query}")


@pytest.fixture(scope="module")
def early(story: Story, contest: Contest, before: datetime) -> Api:
    return Api(story, contest, before)


@pytest.fixture(scope="module")
def late(story: Story, contest: Contest, after: datetime) -> Api:
    return Api(story, contest, after)


def test_the_instance_says_what_strangers_may_read(early: Api):
    instance = early.ask("/api/v2/instance")
    assert instance["domain"] == "lantern.social.example"
    access = instance["configuration"]["timelines_access"]
    assert access["hashtag_feeds"] == {"local": "public", "remote": "public"}


def test_accounts_are_found_by_name_with_or_without_the_host(early: Api):
    assert early.account("fionaashbymp") == early.account("@FionaAshbyMP@lantern.social.example")
    assert early.ask("/api/v1/accounts/lookup?acct=nobody") == 404
    assert early.ask("/api/v1/accounts/lookup?acct=fionaashbymp@other.example") == 404


def test_a_status_is_html_with_its_mentions_and_tags(early: Api):
    status = early.ask(f"/api/v1/statuses/{early.id['s007']}")
    assert status["uri"] == (
        f"https://lantern.social.example/users/fionaashbymp/statuses/{status['id']}"
    )
    assert status["content"].startswith("<p>Hello <span")
    assert "&amp; @AdaLittleLP<br />second line</p><p>New paragraph" in status["content"]
    assert [mention["acct"] for mention in status["mentions"]] == [
        "cllrpasang@lantern.social.example"
    ]
    assert [tag["name"] for tag in status["tags"]] == ["lanternleader"]
    assert status["edited_at"] is None
    assert (status["replies_count"], status["reblogs_count"]) == (1, 1)


def test_an_edit_keeps_the_id_and_says_when(early: Api, late: Api):
    status = late.ask(f"/api/v1/statuses/{early.id['s007']}")
    assert status["edited_at"] == "2026-10-02T10:00:00.000Z"
    assert re.sub("<[^>]+>", "", status["content"]) == "Hello again #LanternLeader"


def test_a_deleted_status_is_not_found_and_its_answers_forget_it(early: Api, late: Api):
    assert late.ask(f"/api/v1/statuses/{late.id['s008']}") == 404
    assert late.ask(f"/api/v1/statuses/{late.id['s008']}/context") == 404
    path = f"/api/v1/statuses/{late.id['s010']}"
    assert early.ask(path)["in_reply_to_id"] == early.id["s008"]
    assert late.ask(path)["in_reply_to_id"] is None


def test_the_context_holds_what_came_before_and_after(early: Api):
    def context(told_id: str) -> Any:
        found = early.ask(f"/api/v1/statuses/{early.id[told_id]}/context")
        return [[status["id"] for status in found[key]] for key in ("ancestors", "descendants")]

    assert context("s007") == [[], [early.id["s008"], early.id["s010"]]]
    assert context("s010") == [[early.id["s007"], early.id["s008"]], []]


def test_a_boost_wraps_what_it_boosts(early: Api):
    [boost] = early.statuses("sampetrie")
    assert boost["content"] == ""
    assert boost["uri"].endswith("/activity")
    assert boost["reblog"]["id"] == early.id["s007"]
    assert early.statuses("sampetrie", "?exclude_reblogs=true") == []


def test_replies_can_be_left_out(early: Api):
    assert len(early.statuses("fionaashbymp")) == 2
    kept = early.statuses("fionaashbymp", "?exclude_replies=true")
    assert [status["id"] for status in kept] == [early.id["s007"]]


def test_the_tag_timeline_ignores_case_and_boosts(early: Api):
    found = early.ask("/api/v1/timelines/tag/lanternleader")
    assert [status["id"] for status in found] == [early.id["s007"]]


@pytest.fixture(scope="module")
def five(contest: Contest) -> Api:
    told = [
        read_told({"id": f"s{n}", "at": f"2026-10-0{n}T09:00:00Z", "on": "mastodon", "author": "@sampetrie", "kind": "post", "text": f"{n} #tag"})
        for n in range(1, 6)
    ]  # fmt: skip
    story = Story(tuple(told))
    return Api(story, contest, story.end)


def words(statuses: Any) -> list[str]:
    return [status["content"][3] for status in statuses]


def test_min_id_pages_forward_and_the_others_back(five: Api):
    tag = "/api/v1/timelines/tag/tag"
    assert words(five.ask(f"{tag}?limit=2")) == ["5", "4"]
    assert words(five.ask(f"{tag}?limit=2&max_id={five.id['s4']}")) == ["3", "2"]
    assert words(five.ask(f"{tag}?limit=2&min_id={five.id['s1']}")) == ["3", "2"]
    assert words(five.ask(f"{tag}?limit=2&since_id={five.id['s1']}")) == ["5", "4"]


def test_the_link_header_leads_to_every_page_on_the_stage(five: Api):
    path, found = f"/api/v1/accounts/{five.account('sampetrie')}/statuses?limit=2", []
    while True:
        reply = five.reply(path)
        found += words(json.loads(reply.body))
        links = dict(reply.headers).get("Link", "")
        match = re.search(r'<([^>]+)>; rel="next"', links)
        if not match:
            break
        assert match[1].startswith(f"{BASE}/")
        path = match[1].removeprefix(BASE)
    assert found == ["5", "4", "3", "2", "1"]


def test_a_quote_says_when_what_it_quotes_is_gone(contest: Contest):
    story = Story(
        (
            read_told({"id": "s1", "at": "2026-10-01T09:00:00Z", "on": "mastodon", "author": "@sampetrie", "kind": "post", "text": "x", "deleted": "2026-10-03T09:00:00Z"}),
            read_told({"id": "s2", "at": "2026-10-02T09:00:00Z", "on": "mastodon", "author": "@cllrpasang", "kind": "quote", "parent": "s1", "text": "y"}),
        )
    )  # fmt: skip
    then, now = Api(story, contest, story.posts[1].at), Api(story, contest, story.end)
    assert then.statuses("cllrpasang")[0]["quote"]["quoted_status"]["id"] == then.id["s1"]
    assert now.statuses("cllrpasang")[0]["quote"] == {"state": "deleted", "quoted_status": None}
