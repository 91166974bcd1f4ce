"""The AppView's answers, held against the shapes of a real one's."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest

from contest.contest import Contest
from demo import bluesky
from demo.cast import bluesky_cast
from demo.story import Story, Told, visible

ADA = "adalittlelp.lantern.example"
ROWAN = "rowangreen.lantern.example"


class View:
    def __init__(self, story: Story, contest: Contest, now: datetime) -> None:
        self.scene, self.cast = visible(story, now), bluesky_cast(contest, story)
        self.view = bluesky.AppView(self.scene, self.cast)
        self.told: dict[str, Told] = {told.id: told for told in story.posts}

    def ask(self, method: str, **query: str | list[str]) -> Any:
        asked = {key: [value] if isinstance(value, str) else value for key, value in query.items()}
        reply = bluesky.reply(self.scene, self.cast, f"/xrpc/{method}", asked)
        body = json.loads(reply.body)
        return body if reply.status == 200 else (reply.status, body["error"], body["message"])

    def feed(self, actor: str, **query: str) -> Any:
        return self.ask("app.bsky.feed.getAuthorFeed", actor=actor, **query)

    def uri(self, told_id: str) -> str:
        return self.view.uri(self.told[told_id])


@pytest.fixture(scope="module")
def early(story: Story, contest: Contest, before: datetime) -> View:
    return View(story, contest, before)


@pytest.fixture(scope="module")
def late(story: Story, contest: Contest, after: datetime) -> View:
    return View(story, contest, after)


def test_a_post_has_the_fields_of_a_real_one(early: View):
    post = early.feed(ADA)["feed"][0]["post"]
    assert re.fullmatch(
        r"at://did:plc:[a-z2-7]{24}/app\.bsky\.feed\.post/3[a-z2-7]{12}", post["uri"]
    )
    assert re.fullmatch(r"bafyrei[a-z2-7]{52}", post["cid"])
    assert post["author"]["handle"] == ADA
    assert post["record"]["createdAt"] == post["indexedAt"] == "2026-10-01T09:00:00.000Z"
    assert [post[f"{kind}Count"] for kind in ("reply", "repost", "quote")] == [1, 1, 0]


def test_facets_count_bytes_and_name_homes(early: View):
    record = early.feed(ADA)["feed"][0]["post"]["record"]
    text = record["text"].encode()
    marked = {
        text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in record["facets"]
    }
    assert set(marked) == {f"@{ROWAN}", "#LouderLantern", "lantern.example/plans/for/ev..."}
    rowan = early.ask("app.bsky.actor.getProfile", actor=ROWAN)
    assert marked[f"@{ROWAN}"]["did"] == rowan["did"]
    assert marked["#LouderLantern"]["tag"] == "LouderLantern"
    assert marked["lantern.example/plans/for/ev..."]["uri"].endswith("/plans/for/every/port")
    assert "@Nobody." in record["text"]


def test_an_edit_keeps_the_uri_and_changes_the_cid(early: View, late: View):
    uri = early.uri("s006")
    [old] = early.ask("app.bsky.feed.getPosts", uris=uri)["posts"]
    [new] = late.ask("app.bsky.feed.getPosts", uris=[uri])["posts"]
    assert old["uri"] == new["uri"] == uri
    assert old["cid"] != new["cid"]
    assert new["record"]["text"] == "Twelve ferries."


def test_deleted_posts_are_left_out_or_not_found(late: View):
    uri = late.uri("s002")
    found = late.ask("app.bsky.feed.getPosts", uris=[uri, late.uri("s001")])["posts"]
    assert [post["uri"] for post in found] == [late.uri("s001")]
    refusal = late.ask("app.bsky.feed.getPostThread", uri=uri)
    assert refusal == (400, "NotFound", f"Post not found: {uri}")


def test_a_thread_shows_replies_below_and_the_parents_above(early: View):
    thread = early.ask("app.bsky.feed.getPostThread", uri=early.uri("s002"))["thread"]
    assert thread["parent"]["post"]["uri"] == early.uri("s001")
    assert [reply["post"]["uri"] for reply in thread["replies"]] == [early.uri("s003")]
    assert thread["replies"][0]["replies"] == []
    flat = early.ask("app.bsky.feed.getPostThread", uri=early.uri("s001"), depth="1")["thread"]
    assert "replies" not in flat["replies"][0]


def test_below_a_deleted_reply_nothing_is_reached_and_above_is_a_gap(late: View):
    top = late.ask("app.bsky.feed.getPostThread", uri=late.uri("s001"))["thread"]
    assert top["replies"] == []
    orphan = late.ask("app.bsky.feed.getPostThread", uri=late.uri("s003"))["thread"]
    assert orphan["parent"]["$type"] == "app.bsky.feed.defs#notFoundPost"
    [item] = late.feed("lenahale.lantern.example")["feed"]
    assert item["reply"]["parent"]["notFound"] is True
    assert item["reply"]["root"]["$type"] == "app.bsky.feed.defs#postView"


def test_a_quote_carries_what_it_quotes_until_that_is_deleted(early: View, late: View):
    def embed(view: View) -> Any:
        return view.feed(ROWAN)["feed"][-1]["post"]["embed"]["record"]

    assert embed(early)["value"]["text"] == f"Who pays, @{ADA}?"
    assert embed(late)["$type"] == "app.bsky.embed.record#viewNotFound"
    quotes = early.ask("app.bsky.feed.getQuotes", uri=early.uri("s002"))["posts"]
    assert [post["uri"] for post in quotes] == [early.uri("s004")]


def test_a_repost_comes_with_the_reason(early: View):
    [item] = early.feed("priyavant.lantern.example")["feed"]
    assert item["post"]["uri"] == early.uri("s001")
    assert item["reason"]["$type"] == "app.bsky.feed.defs#reasonRepost"
    assert item["reason"]["by"]["handle"] == "priyavant.lantern.example"
    assert item["reason"]["indexedAt"] == "2026-10-01T09:20:00.000Z"


def test_pages_follow_the_cursor_to_the_end_without_a_gap(early: View):
    first = early.feed(ROWAN, limit="1")
    second = early.feed(ROWAN, limit="1", cursor=first["cursor"])
    uris = [item["post"]["uri"] for page in (first, second) for item in page["feed"]]
    assert uris == [early.uri("s006"), early.uri("s004")]
    assert "cursor" not in second


def test_the_filter_leaves_replies_out(early: View):
    assert early.feed("tomosfrith.lantern.example")["feed"]
    assert early.feed("tomosfrith.lantern.example", filter="posts_no_replies")["feed"] == []


def test_a_did_names_the_same_account_as_its_handle(early: View):
    did = early.ask("app.bsky.actor.getProfile", actor=ADA)["did"]
    assert early.feed(did) == early.feed(ADA)
    profiles = early.ask("app.bsky.actor.getProfiles", actors=[ADA, "nobody.example"])["profiles"]
    assert [profile["did"] for profile in profiles] == [did]


@pytest.mark.parametrize(
    ("method", "query", "refusal"),
    [
        ("app.bsky.feed.getAuthorFeed", {"actor": "nobody.example"}, (400, "InvalidRequest", "Profile not found")),
        ("app.bsky.feed.getAuthorFeed", {"actor": ADA, "limit": "500"}, (400, "InvalidRequest", "Invalid app.bsky.feed.getAuthorFeed params: integer too big (maximum 100, got 500)")),
        ("app.bsky.feed.getAuthorFeed", {"actor": ADA, "cursor": "nonsense"}, (500, "InternalServerError", "Internal Server Error")),
        ("app.bsky.feed.getNonsense", {}, (501, "MethodNotImplemented", "Method Not Implemented")),
    ],
)  # fmt: skip
def test_refusals_are_worded_as_the_real_ones(early: View, method: str, query: Any, refusal: Any):
    assert early.ask(method, **query) == refusal
