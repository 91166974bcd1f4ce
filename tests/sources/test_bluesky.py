from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from contest.post import Author, Context
from contest.visit import Memory
from sources import bluesky
from sources.errors import SourceError
from sources.source import Page
from tests.sources.canned import Canned, answer, document, entry, halved, texts_of

RECORDED = Path(__file__).parents[2] / "../shared/platforms/recorded/bluesky"
XRPC = "/xrpc/app.bsky"
FEED, PROFILE = f"{XRPC}.feed.getAuthorFeed", f"{XRPC}.actor.getProfile"
THREAD, QUOTES, POSTS = (
    f"{XRPC}.feed.getPostThread",
    f"{XRPC}.feed.getQuotes",
    f"{XRPC}.feed.getPosts",
)
ADA, ROWAN = "did:plc:ada", "did:plc:rowan"
ADA_LITTLE = Author(ADA, "ada.test", "Ada Little", "@AdaLittleLP")
SOURCE = entry("bluesky", url="https://view.example", follows="ada.test", speaker="@AdaLittleLP")
KNOWN = Memory(notes={"did": ADA, "follows": "ada.test"})


def uri(key: str, did: str = ADA) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def profile(did: str = ADA) -> dict[str, Any]:
    name = {ADA: ("ada.test", "Ada Little"), ROWAN: ("rowan.test", "Rowan Green")}[did]
    return {"did": did, "handle": name[0], "displayName": name[1], "labels": []}


def view(key: str, text: str = "Lanterns for all", did: str = ADA, **more: Any) -> dict[str, Any]:
    record = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2026-11-20T09:00:00Z",
        "langs": ["en"],
    }
    record |= more.pop("record", {})
    return {
        "uri": uri(key, did),
        "cid": f"cid-{key}-{len(text)}",
        "author": profile(did),
        "record": record,
        "indexedAt": "2026-11-20T09:00:00Z",
        "labels": [],
    } | more


def page(*views: Any, **more: Any) -> dict[str, Any]:
    return {"feed": [v if "post" in v else {"post": v} for v in views]} | more


def read(
    *bodies: tuple[str, Any], memory: Memory = KNOWN, url: str = "https://view.example/"
) -> Page:
    documents = [document(body, name, url=url) for name, body in bodies]
    return bluesky.parse(answer(*documents, memory=memory), SOURCE)


async def visit(canned: Canned, memory: Memory | None = None, source: Any = SOURCE) -> Page:
    async with canned.web() as web:
        return bluesky.parse(await bluesky.fetch(web, source, memory or Memory()), source)


async def test_half_characters_anywhere_break_nothing_and_reach_no_post():
    reply = {"parent": {"uri": uri("7", ROWAN)}, "root": {"uri": uri("7", ROWAN)}}
    facet = {
        "index": {"byteStart": 0, "byteEnd": 4},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://ada.example/"}],
    }
    views = [
        view("9", record={"reply": reply, "facets": [facet], "tags": ["pier"]}, replyCount=3),
        view("8", embed={"record": view("7", did=ROWAN), "external": {"uri": "https://x.example"}}),
        {"post": view("6", did=ROWAN), "reason": {"by": profile(), "cid": "c", "uri": uri("5")}},
    ]
    found = await visit(Canned({PROFILE: [profile()], FEED: [halved(page(*views))]}))
    assert len(found.posts) == 3
    for text in texts_of(found):
        text.encode()


# What a post says


def test_a_post_is_known_by_its_uri_its_version_by_its_cid():
    (post,) = read(("feed", page(view("1")))).posts
    assert (post.uid, post.version, post.kind) == (uri("1"), "cid-1-16", "post")
    assert post.author == ADA_LITTLE
    assert post.published == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert post.url == f"https://bsky.app/profile/{ADA}/post/1"
    assert (post.lang, post.platform, post.claimed) == ("en", "bluesky", "2026-11-20T09:00:00Z")
    assert json.loads(post.raw)["uri"] == post.uid


def test_facets_are_counted_in_bytes_and_links_are_whole():
    text = "Siân 🗳️ @rowan.test see ada.example/pl… #économie"
    raw = text.encode()

    def facet(words: str, **feature: str) -> dict[str, Any]:
        start = raw.index(words.encode())
        kind = f"app.bsky.richtext.facet#{feature.pop('kind')}"
        index = {"byteStart": start, "byteEnd": start + len(words.encode())}
        return {"index": index, "features": [{"$type": kind, **feature}]}

    facets = [
        facet("@rowan.test", kind="mention", did=ROWAN),
        facet("ada.example/pl…", kind="link", uri="https://ada.example/plan?utm=1"),
        facet("#économie", kind="tag", tag="économie"),
        {
            "index": {"byteStart": 900, "byteEnd": 950},
            "features": [{"$type": "x#mention", "did": ADA}],
        },
        {"index": None, "features": [{"$type": "x#link", "uri": "javascript:x"}, None]},
    ]
    (post,) = read(
        ("feed", page(view("1", text, record={"facets": facets, "tags": ["LanternLead"]})))
    ).posts
    assert post.text == text
    assert post.mentions == ("rowan.test", ADA)
    assert post.links == ("https://ada.example/plan?utm=1",)
    assert post.hashtags == ("économie", "LanternLead")


def test_a_reply_carries_what_it_answers():
    answering = {"reply": {"parent": {"uri": uri("1", ROWAN)}, "root": {"uri": uri("1", ROWAN)}}}
    item = {
        "post": view("2", "No", record=answering),
        "reply": {"parent": view("1", "A tram?", ROWAN)},
    }
    (post,) = read(("feed", page(item))).posts
    assert post.kind == "reply"
    assert post.reply_to == Context(
        uri("1", ROWAN), Author(ROWAN, "rowan.test", "Rowan Green"), "A tram?"
    )


@pytest.mark.parametrize(
    ("parent", "missing"),
    [
        ({"uri": uri("1", ROWAN), "notFound": True}, "deleted"),
        ({"uri": uri("1", ROWAN), "blocked": True, "author": {"did": ROWAN}}, "blocked"),
        (view("1", "x", ROWAN, labels=[{"val": "!no-unauthenticated"}]), "hidden"),
        ({"uri": uri("1", ROWAN), "record": 7}, "not captured"),
        (None, "not captured"),
        ("?", "not captured"),
    ],
)
def test_a_parent_that_is_not_there_is_still_known_by_its_author(parent: Any, missing: str):
    answering = {"reply": {"parent": {"uri": uri("1", ROWAN)}}}
    (post,) = read(
        ("feed", page({"post": view("2", "No", record=answering), "reply": {"parent": parent}}))
    ).posts
    assert post.reply_to is not None
    assert (post.reply_to.author.id, post.reply_to.missing, post.reply_to.text) == (
        ROWAN,
        missing,
        "",
    )


def quoting(record: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.record#view", "record": record}


QUOTED = {"uri": uri("9", ROWAN), "author": profile(ROWAN), "value": {"text": "A tram!"}}


@pytest.mark.parametrize(
    ("embed", "text", "missing"),
    [
        (quoting(QUOTED), "A tram!", ""),
        (
            {"record": quoting(QUOTED), "media": {"external": {"uri": "https://x.example/"}}},
            "A tram!",
            "",
        ),
        (quoting({"uri": uri("9", ROWAN), "notFound": True}), "", "deleted"),
        (quoting({"uri": uri("9", ROWAN), "blocked": True}), "", "blocked"),
        (quoting({"uri": uri("9", ROWAN), "detached": True}), "", "detached"),
    ],
)
def test_a_quotation_carries_what_it_quotes(embed: Any, text: str, missing: str):
    (post,) = read(("feed", page(view("1", embed=embed)))).posts
    assert post.kind == "quote"
    assert post.quotes is not None
    assert (post.quotes.uid, post.quotes.author.id) == (uri("9", ROWAN), ROWAN)
    assert (post.quotes.text, post.quotes.missing) == (text, missing)


@pytest.mark.parametrize(
    "embed", [quoting({"uri": f"at://{ADA}/app.bsky.graph.list/1"}), {}, None, 3, quoting([])]
)
def test_an_embed_of_something_else_is_no_quotation(embed: Any):
    assert read(("feed", page(view("1", embed=embed)))).posts[0].kind == "post"


def test_a_repost_is_a_post_of_its_own_beside_the_original():
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": profile(),
        "uri": f"at://{ADA}/app.bsky.feed.repost/7",
        "cid": "cid-7",
        "indexedAt": "2026-11-20T10:00:00Z",
    }
    repost, original = read(
        ("feed", page({"post": view("1", "A tram!", ROWAN), "reason": reason}))
    ).posts
    assert (repost.uid, repost.kind, repost.version) == (reason["uri"], "repost", "cid-7")
    assert (repost.author, repost.published.hour) == (ADA_LITTLE, 10)
    assert repost.text == original.text == "A tram!"
    assert repost.quotes == Context(original.uid, original.author, "A tram!")
    assert (original.uid, original.author.account) == (uri("1", ROWAN), "")


@pytest.mark.parametrize(
    ("created", "indexed", "hour", "note"),
    [
        ("2026-11-20T09:00:00+01:00", "2026-11-20T09:00:00Z", 8, ""),
        ("2026-11-20T11:00:00Z", "2026-11-20T09:00:00Z", 9, ""),
        (
            "2019-01-01T00:00:00Z",
            "2026-11-20T09:00:00Z",
            0,
            "claims 2019-01-01, was indexed 2026-11-20",
        ),
        ("0000", "2026-11-20T09:00:00Z", 9, 'claims "0000": taken as when it was indexed'),
        ("2087-01-01T00:00:00Z", "2026-11-20T09:00:00Z", 9, 'claims "2087'),
        ("2026-11-20T09:00:00Z", None, 9, ""),
        (None, None, 12, "missing"),
    ],
)
def test_the_earlier_sensible_date_counts(created: Any, indexed: Any, hour: int, note: str):
    (post,) = read(
        ("feed", page(view("1", record={"createdAt": created}, indexedAt=indexed)))
    ).posts
    assert post.published.hour == hour
    assert post.date_note.startswith(note)
    assert bool(post.date_note) == bool(note)


def test_who_asks_not_to_be_shown_to_strangers_is_not_kept():
    shy = profile(ROWAN) | {"labels": [{"val": "!no-unauthenticated"}]}
    again = profile(ROWAN) | {"labels": [{"val": "!no-unauthenticated", "neg": True}]}
    found = read(("feed", page(view("1", author=shy), view("2", author=again))))
    assert [post.uid for post in found.posts] == [uri("2")]
    assert "1 posts left out: their authors ask not to be shown" in found.notices[0]


def test_a_thread_gives_every_reply_its_parent():
    answering = {"reply": {"parent": {"uri": uri("1")}}}
    deeper = {"reply": {"parent": {"uri": uri("2", ROWAN)}}}
    tree = {
        "post": view("1"),
        "replies": [
            {
                "post": view("2", "Why?", ROWAN, record=answering),
                "replies": [{"post": view("3", "So!", record=deeper)}],
            },
            {"uri": uri("4"), "notFound": True},
            {"uri": uri("5"), "blocked": True},
            None,
        ],
    }
    found = {post.uid: post for post in read(("thread", {"thread": tree})).posts}
    assert found.keys() == {uri("1"), uri("2", ROWAN), uri("3")}
    assert found[uri("2", ROWAN)].reply_to == Context(uri("1"), ADA_LITTLE, "Lanterns for all")
    assert found[uri("3")].reply_to == Context(
        uri("2", ROWAN), Author(ROWAN, "rowan.test", "Rowan Green"), "Why?"
    )


def test_the_first_sight_of_a_post_counts_since_it_knows_what_is_answered():
    answering = {"reply": {"parent": {"uri": uri("1", ROWAN)}}}
    reply = view("2", "No", record=answering)
    item = {"post": reply, "reply": {"parent": view("1", "A tram?", ROWAN)}}
    (post,) = read(("feed", page(item)), ("recheck", {"posts": [reply]})).posts
    assert post.reply_to is not None
    assert post.reply_to.text == "A tram?"


def test_a_thread_of_any_depth_is_read():
    tree: dict[str, Any] = {"post": view("0"), "replies": []}
    for number in range(1, 300):
        tree = {"post": view(str(number)), "replies": [tree]}
    assert len(read(("thread", {"thread": tree})).posts) == 300


# Bad shapes


@pytest.mark.parametrize(
    "body", [[], None, 7, {}, {"feed": None}, {"feed": {}}, [[]], {"error": "x"}]
)
def test_an_answer_that_is_no_feed_is_named(body: Any):
    with pytest.raises(SourceError, match='where an object with a list "feed" was expected'):
        read(("feed", body))


@pytest.mark.parametrize(
    "body", [b"", b"<html>Sorry", b"{", b"[" * 100_000, b'{"feed": 1' + b"0" * 5000 + b"}"]
)
def test_an_answer_that_is_no_json_is_named(body: bytes):
    with pytest.raises(SourceError, match="JSON"):
        read(("feed", body))


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, True, [None], {"record": 3}, 1e400])
def test_no_shape_of_a_members_breaks_the_rest(wrong: Any):
    good = view("good")
    bad = [
        {**view(f"bad{n}"), key: wrong}
        for n, key in enumerate(("uri", "cid", "author", "record", "indexedAt", "labels", "embed"))
    ]
    bad += [
        view(f"odd{key}", record={key: wrong})
        for key in ("text", "createdAt", "langs", "facets", "reply", "tags")
    ]
    items = [{"post": post} for post in bad]
    items += [
        {"post": wrong},
        {"post": view("r"), "reason": wrong},
        {"post": view("p"), "reply": wrong},
        wrong,
    ]
    for name, body in (
        ("feed", {"feed": [*items, {"post": good}]}),
        ("quotes", {"posts": [*bad, wrong, good]}),
    ):
        found = read((name, body))
        assert uri("good") in {post.uid for post in found.posts}
        json.dumps(found.memory.notes)
    for thread in (
        wrong,
        {"post": wrong},
        {"post": good, "replies": wrong, "parent": wrong},
        {"post": good, "replies": [wrong]},
    ):
        read(("thread", {"thread": thread}))
    sights = dict(bluesky._sights(items, ADA))
    json.dumps(sights)


# Talking


async def test_the_did_is_looked_up_once_and_used_ever_after():
    canned = Canned({PROFILE: [profile()], FEED: [page(view("1"))]})
    first = await visit(canned)
    await visit(canned, first.memory)
    assert canned.count("getProfile") == 1
    assert {url.params["actor"] for url in canned.asked if url.path == FEED} == {ADA}
    assert {url.params["filter"] for url in canned.asked if url.path == FEED} == {
        "posts_with_replies"
    }
    assert [url.params["limit"] for url in canned.asked if url.path == FEED] == ["100", "50"]


async def test_a_did_needs_no_looking_up_and_another_account_starts_afresh():
    canned = Canned({PROFILE: [profile()], FEED: [page(view("1"))]})
    first = await visit(canned, source=entry("bluesky", url="https://view.example", follows=ADA))
    assert canned.count("getProfile") == 0
    await visit(canned, first.memory)
    assert canned.count("getProfile") == 1


async def test_a_first_visit_pages_back_and_a_later_one_stops_at_what_is_known():
    pages = [page(view(str(n)), view(f"{n}b"), cursor=f"after-{n}") for n in range(3)] + [
        page(view("end"))
    ]
    canned = Canned({FEED: pages})
    first = await visit(canned, KNOWN)
    assert len(first.posts) == 7
    assert [url.params.get("cursor") for url in canned.asked] == [
        None,
        "after-0",
        "after-1",
        "after-2",
    ]
    later = Canned({FEED: [page(view("new"), view("0"), cursor="on"), page(view("never"))]})
    second = await visit(later, first.memory)
    assert len(later.asked) == 1
    assert [post.uid for post in second.posts] == [uri("new"), uri("0")]
    assert list(second.memory.notes["seen"])[:2] == [uri("new"), uri("0")]


async def test_a_pinned_post_does_not_stop_the_paging_nor_does_an_edited_one():
    before = await visit(Canned({FEED: [page(view("pin"), view("old"), view("edit"))]}), KNOWN)
    pin = {"post": view("pin"), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}}
    canned = Canned(
        {
            FEED: [
                page(pin, view("edit", "Other words"), view("new"), cursor="on"),
                page(view("new2"), view("old")),
            ]
        }
    )
    after = await visit(canned, before.memory)
    assert len(canned.asked) == 2
    assert uri("new2") in {post.uid for post in after.posts}


async def test_paging_ends_where_nothing_new_comes():
    canned = Canned({FEED: [page(view("1"), cursor="same")]})
    assert len((await visit(canned, KNOWN)).posts) == 1
    assert len(canned.asked) == 2
    endless = Canned({FEED: [page(view(str(n)), cursor=str(n)) for n in range(50)]})
    found = await visit(endless, KNOWN)
    assert len(endless.asked) == bluesky.MOST_PAGES
    assert "only the last 10 posts were read" in found.notices


async def test_a_cursor_that_breaks_the_server_is_dropped():
    canned = Canned(
        {
            FEED: [
                page(view("1"), cursor="bad"),
                httpx.Response(500, json={"error": "InternalServerError"}),
            ]
        }
    )
    found = await visit(canned, KNOWN)
    assert len(found.posts) == 1
    assert "lost the place while paging back" in found.notices[0]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (
            {
                PROFILE: [
                    httpx.Response(
                        400, json={"error": "InvalidRequest", "message": "Profile not found"}
                    )
                ]
            },
            'no account "ada.test"',
        ),
        (
            {PROFILE: [httpx.Response(200, json={"handle": "x"})]},
            'a profile with a "did" was expected',
        ),
        (
            {
                PROFILE: [profile()],
                FEED: [
                    httpx.Response(
                        400, json={"error": "InvalidRequest", "message": "Profile not found"}
                    )
                ],
            },
            "deactivated, deleted or taken down",
        ),
        ({PROFILE: [profile()], FEED: [httpx.Response(500, json={})]}, "fault of its own (500)"),
        ({PROFILE: [profile()], FEED: [httpx.Response(501, json={})]}, "fault of its own (501)"),
        (
            {PROFILE: [profile()], FEED: [httpx.Response(400, text="<html>")]},
            "a web page where JSON was expected",
        ),
        (
            {
                PROFILE: [profile()],
                FEED: [httpx.Response(400, json={"error": "X", "message": "limit"})],
            },
            "refuses the question (400: limit)",
        ),
        ({PROFILE: [profile()], FEED: [httpx.Response(429)]}, "asks us to wait"),
    ],
)
async def test_each_refusal_says_what_is_wrong(answers: Any, words: str):
    with pytest.raises(SourceError) as caught:
        await visit(Canned(answers))
    assert words in str(caught.value)


async def test_new_replies_and_quotes_are_asked_for_once_each():
    tree = {"thread": {"post": view("1"), "replies": [{"post": view("2", "Why?", ROWAN)}]}}
    canned = Canned({
        FEED: [page(view("1", replyCount=1, quoteCount=1)), page(view("1", replyCount=1, quoteCount=1)), page(view("1", replyCount=2, quoteCount=1))],
        THREAD: [tree],
        QUOTES: [{"posts": [view("3", "Hm", ROWAN)]}],
    })  # fmt: skip
    found = await visit(canned, KNOWN)
    assert {post.uid for post in found.posts} == {uri("1"), uri("2", ROWAN), uri("3", ROWAN)}
    second = await visit(canned, found.memory)
    assert (canned.count("getPostThread"), canned.count("getQuotes")) == (1, 1)
    await visit(canned, second.memory)
    assert (canned.count("getPostThread"), canned.count("getQuotes")) == (2, 1)


async def test_only_so_many_threads_are_asked_for_in_a_visit_and_the_rest_next_time():
    views = [view(str(n), replyCount=3) for n in range(8)]
    canned = Canned(
        {FEED: [page(*views), httpx.Response(304)], THREAD: [{"thread": {"post": views[0]}}]}
    )
    canned.answers[FEED][0] = httpx.Response(200, json=page(*views), headers={"etag": '"1"'})
    first = await visit(canned, KNOWN)
    assert canned.count("getPostThread") == bluesky.MOST_EXTRAS
    memory = Memory(
        {url.replace("limit=100", "limit=50"): v for url, v in first.memory.validators.items()},
        first.memory.notes,
    )
    second = await visit(canned, memory)
    assert canned.count("getPostThread") == 8
    assert json.loads(json.dumps(second.memory.notes)) == second.memory.notes


async def test_without_replies_none_are_asked_for():
    canned = Canned({FEED: [page(view("1", replyCount=5))]})
    await visit(
        canned,
        KNOWN,
        entry("bluesky", url="https://view.example", follows="ada.test", replies=False),
    )
    assert canned.count("getPostThread") == 0


async def test_a_failing_thread_does_not_lose_the_posts():
    for failing in (
        httpx.Response(429),
        httpx.Response(500, json={}),
        httpx.Response(200, json=[]),
    ):
        found = await visit(
            Canned({FEED: [page(view("1", replyCount=1))], THREAD: [failing]}), KNOWN
        )
        assert [post.uid for post in found.posts] == [uri("1")]
        assert found.notices
    deleted = httpx.Response(400, json={"error": "NotFound", "message": "Post not found"})
    found = await visit(Canned({FEED: [page(view("1", replyCount=1))], THREAD: [deleted]}), KNOWN)
    assert not found.notices


async def test_rechecking_finds_what_was_edited_deleted_and_hidden():
    shy = profile(ROWAN) | {"labels": [{"val": "!no-unauthenticated"}]}
    asked = (uri("kept"), uri("deleted"), uri("shy", ROWAN), f"at://{ADA}/app.bsky.feed.repost/1")
    canned = Canned({
        FEED: [page(view("new"))],
        POSTS: [{"posts": [view("kept", "Edited since"), view("shy", did=ROWAN, author=shy)]}],
    })  # fmt: skip
    found = await visit(canned, Memory(notes=KNOWN.notes, recheck=asked))
    assert dict(found.gone) == {uri("deleted"): "deleted or hidden", uri("shy", ROWAN): "hidden"}
    assert {post.uid: post.text for post in found.posts}[uri("kept")] == "Edited since"
    assert canned.asked[-1].params.get_list("uris") == list(asked[:3])
    assert found.memory.recheck == ()


async def test_of_a_wrong_answer_no_deletion_is_concluded():
    for wrong in (
        {"posts": None},
        {},
        [],
        httpx.Response(500, json={}),
        httpx.Response(400, json={"message": "bad"}),
    ):
        canned = Canned({FEED: [page(view("1"))], POSTS: [wrong]})
        found = await visit(canned, Memory(notes=KNOWN.notes, recheck=(uri("1"), uri("2"))))
        assert found.gone == ()
        assert found.notices


async def test_many_are_rechecked_in_groups_of_25():
    canned = Canned({FEED: [page(view("1"))], POSTS: [{"posts": []}]})
    found = await visit(
        canned, Memory(notes=KNOWN.notes, recheck=tuple(uri(str(n)) for n in range(60)))
    )
    assert canned.count("getPosts") == 3
    assert len(found.gone) == 60


# The recorded answers of a real AppView


def recording(name: str) -> dict[str, Any]:
    (path,) = RECORDED.glob(f"{name}_*.json")
    return json.loads(path.read_text())


recorded = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded Bluesky answers are not beside this checkout"
)

READABLE = {
    # number: call, posts, replies, quotes, reposts, contexts that are missing, gone, left out
    "05": ("feed", 9, 1, 0, 1, [], 0, 0),
    "06": ("feed", 8, 0, 0, 1, [], 0, 0),
    "07": ("feed", 8, 0, 0, 1, [], 0, 0),
    "08": ("feed", 1, 0, 0, 0, [], 0, 0),
    "09": ("feed", 4, 1, 0, 1, [], 0, 0),
    "10": ("feed", 3, 0, 0, 0, [], 0, 0),
    "11": ("feed", 2, 0, 0, 0, [], 0, 0),
    "15": ("feed", 1, 0, 1, 0, [], 0, 0),
    "16": ("thread", 7, 6, 0, 0, [], 0, 0),
    "17": ("thread", 1, 1, 0, 0, [], 0, 0),
    "18": ("thread", 4, 3, 0, 0, [], 0, 0),
    "20": ("quotes", 2, 0, 2, 0, [], 0, 0),
    "23": ("recheck", 7, 0, 1, 0, [], 0, 0),
    "37": ("recheck", 2, 0, 0, 0, [], 2, 0),
    "39": ("thread", 5, 4, 0, 0, [], 0, 0),
    "40": ("thread", 1, 1, 0, 0, ["deleted"], 0, 0),
    "41": ("thread", 1, 1, 0, 0, ["deleted"], 0, 0),
    "42": ("feed", 4, 0, 2, 0, ["deleted"], 0, 0),
    "43": ("feed", 3, 2, 0, 0, ["deleted"], 0, 0),
    "47": ("thread", 3, 2, 0, 0, [], 0, 1),
    "48": ("thread", 1, 0, 0, 0, [], 0, 0),
    "49": ("feed", 4, 0, 2, 0, ["deleted", "detached"], 0, 0),
    "50": ("feed", 0, 0, 0, 0, [], 0, 3),
    "54": ("feed", 2, 0, 0, 0, [], 0, 0),
    "55": ("feed", 5, 0, 0, 1, [], 0, 0),
    "59": ("recheck", 0, 0, 0, 0, [], 1, 0),
    "63": ("feed", 100, 0, 0, 0, [], 0, 0),
    "64": ("feed", 20, 0, 0, 0, [], 0, 0),
    "66": ("feed", 1, 0, 0, 0, [], 0, 0),
}
REFUSED = {
    "12": "deactivated, deleted or taken down",
    "13": "refuses the question",
    "14": "fault of its own",
    "53": "deactivated, deleted or taken down",
    "57": "deactivated, deleted or taken down",
    "61": "deactivated, deleted or taken down",
    "67": "fault of its own",
}
_UNMET = (0, 2, 3, 4, 19, 21, 22, *range(24, 37), 44, 45, 46, 51, 52, 56, 60)
UNMET = {f"{number:02}" for number in _UNMET}
"""Recordings of calls that this source never makes: searches, writes, other servers."""


@recorded
@pytest.mark.parametrize("name", READABLE)
def test_each_recorded_answer_is_read(name: str):
    recording_ = recording(name)
    call, *expected, gone, left_out = READABLE[name]
    found = read((call, recording_["body"]), url=recording_["request"]["url"])
    kinds = [post.kind for post in found.posts]
    contexts = (c for post in found.posts for c in (post.reply_to, post.quotes) if c)
    missing = sorted(context.missing for context in contexts if context.missing)
    assert [
        len(kinds),
        *(kinds.count(kind) for kind in ("reply", "quote", "repost")),
        missing,
    ] == expected
    assert len(found.gone) == gone
    assert sum(int(notice.split()[0]) for notice in found.notices) == left_out
    assert all(post.version and post.author.id.startswith("did:") for post in found.posts)
    assert not any(post.date_note for post in found.posts)


@recorded
@pytest.mark.parametrize("name", REFUSED)
async def test_each_recorded_refusal_is_put_into_words(name: str):
    refusal = recording(name)
    canned = Canned({FEED: [httpx.Response(refusal["status"], json=refusal["body"])]})
    with pytest.raises(SourceError) as caught:
        await visit(canned, KNOWN)
    assert REFUSED[name] in str(caught.value)


@recorded
@pytest.mark.parametrize("name", ["38", "62"])
async def test_a_recorded_thread_that_is_gone_is_no_failure(name: str):
    gone = recording(name)
    answers = {
        FEED: [page(view("1", replyCount=1))],
        THREAD: [httpx.Response(gone["status"], json=gone["body"])],
    }
    found = await visit(Canned(answers), KNOWN)
    assert (len(found.posts), found.notices) == (1, ())


@recorded
@pytest.mark.parametrize(("name", "words"), [("01", ""), ("58", "no account")])
async def test_the_recorded_profiles_are_read(name: str, words: str):
    profile_ = recording(name)
    answers = {PROFILE: [httpx.Response(profile_["status"], json=profile_["body"])], FEED: [page()]}
    if not words:
        assert (await visit(Canned(answers))).memory.notes["did"] == profile_["body"]["did"]
        return
    with pytest.raises(SourceError, match=words):
        await visit(Canned(answers))


@recorded
async def test_the_recorded_not_modified_brings_nothing():
    etag = recording("65")["headers"]["etag"]
    first = httpx.Response(200, json=recording("66")["body"], headers={"etag": etag})
    canned = Canned({FEED: [first, first, first, httpx.Response(304, headers={"etag": etag})]})
    found = await visit(canned, KNOWN)
    found = await visit(canned, found.memory)
    again = await visit(canned, found.memory)
    assert canned.headers[-1]["if-none-match"] == etag
    assert (again.posts, again.memory) == ((), found.memory)


@recorded
def test_the_recorded_edit_is_a_new_version_of_a_known_post():
    before = {post.uid: post for post in read(("feed", recording("05")["body"])).posts}
    after = {post.uid: post for post in read(("recheck", recording("37")["body"])).posts}
    changed = [uid for uid in before.keys() & after if before[uid].version != after[uid].version]
    assert len(changed) == 1
    assert before[changed[0]].text != after[changed[0]].text


@recorded
def test_every_recording_has_an_expectation_or_is_never_met():
    numbers = {path.name[:2] for path in RECORDED.glob("*.json")}
    assert numbers == {*READABLE, *REFUSED, *UNMET, "38", "62", "01", "58", "65"}
