from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from contest.post import Author, Context
from contest.visit import Memory
from sources import feed, mastodon
from sources.errors import SourceError
from sources.source import Page
from tests.sources.canned import Canned, answer, document, entry, halved, texts_of

RECORDED = Path(__file__).parents[2] / "../shared/platforms/recorded/mastodon_snac2"
HOST = "lantern.example"
LOOKUP, TIMELINE = "/api/v1/accounts/lookup", "/api/v1/accounts/A1/statuses"
TAGGED, FINGER = "/api/v1/timelines/tag/louderlantern", "/.well-known/webfinger"
SOURCE = entry("mastodon", url=f"https://{HOST}", follows="@ada", speaker="@AdaLittleLP")
TAG = entry("mastodon", url=f"https://{HOST}", follows="#louderlantern")
KNOWN = Memory(notes={"follows": "@ada", "account": "A1"})
ADA = Author(f"https://{HOST}/users/ada", f"ada@{HOST}", "Ada Little", "@AdaLittleLP")


def account(name: str = "ada") -> dict[str, Any]:
    local = {"ada": "A1", "rowan": "R2"}[name]
    shown = {"ada": "Ada Little", "rowan": "Rowan Green"}[name]
    return {"id": local, "acct": name, "display_name": shown, "uri": f"https://{HOST}/users/{name}"}


def uri(local: str, name: str = "ada") -> str:
    return f"https://{HOST}/users/{name}/statuses/{local}"


def status(
    local: str, content: str = "<p>Lanterns</p>", name: str = "ada", **more: Any
) -> dict[str, Any]:
    return {
        "id": local,
        "uri": uri(local, name),
        "url": f"https://{HOST}/@{name}/{local}",
        "account": account(name),
        "created_at": "2026-11-20T09:00:00.000Z",
        "edited_at": None,
        "content": content,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "replies_count": 0,
        "reblog": None,
        "in_reply_to_id": None,
        "mentions": [],
        "tags": [],
    } | more


def read(*bodies: tuple[str, Any], memory: Memory = KNOWN, source: Any = SOURCE) -> Page:
    return mastodon.parse(
        answer(*(document(body, name) for name, body in bodies), memory=memory), source
    )


async def visit(canned: Canned, memory: Memory | None = None, source: Any = SOURCE) -> Page:
    async with canned.web() as web:
        return mastodon.parse(await mastodon.fetch(web, source, memory or Memory()), source)


def linking(body: Any, **links: str) -> httpx.Response:
    header = ", ".join(
        f'<https://{HOST}/x?limit=40&{query}>; rel="{rel}"' for rel, query in links.items()
    )
    return httpx.Response(200, json=body, headers={"link": header})


# What a status says


def test_a_status_is_known_by_its_uri_and_its_author_by_theirs():
    (post,) = read(("timeline", [status("9", "<p>Light the <b>pier</b></p>")])).posts
    assert (post.uid, post.kind, post.text) == (uri("9"), "post", "Light the pier")
    assert post.author == ADA
    assert post.published == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (post.url, post.lang, post.platform) == (f"https://{HOST}/@ada/9", "en", "mastodon")
    assert json.loads(post.raw)["id"] == "9"


def test_marks_are_read_from_the_status_and_its_words():
    content = f"""<p><a href="https://{HOST}/@rowan" class="u-url mention">@rowan</a> see
    <a href="https://ada.example/plan">ada.example</a> <a class="mention hashtag" href="/t">#Lantern</a> #économie</p>"""
    marked = status(
        "9",
        content,
        mentions=[{"acct": "rowan"}, {"acct": "rowan"}, {"acct": "denzil@far.example"}],
    )
    marked |= {
        "tags": [{"name": "lantern"}],
        "card": {"url": "https://ada.example/card"},
        "spoiler_text": "Budget",
    }
    (post,) = read(("timeline", [marked])).posts
    assert post.text.startswith("Budget\n@rowan see")
    assert post.mentions == (f"rowan@{HOST}", "denzil@far.example")
    assert post.hashtags == ("Lantern", "économie")
    assert post.links == ("https://ada.example/plan", "https://ada.example/card")


async def test_half_characters_anywhere_break_nothing_and_reach_no_post():
    said: dict[str, Any] = {"visibility": None}  # any word but two would hide it
    quoting = status("9", quote={"quoted_status_id": "7"}, card={"url": "x"}, **said)
    answering = status("8", in_reply_to_id="6", in_reply_to_account_id="A1", **said)
    boost = status("5", reblog=status("4", name="rowan", **said), tags=[{"name": "x"}], **said)
    statuses = [quoting, answering, status("7", **said), boost]
    page = await visit(Canned({LOOKUP: [account()], TIMELINE: [halved(statuses)]}))
    assert len(page.posts) == 5
    for text in texts_of(page):
        text.encode()


def test_a_quotation_is_found_by_an_address_with_half_a_character():
    quoted = status("7") | {"uri": "http://z/\ud800"}
    quoting = status("9", quote={"state": "accepted", "quoted_status_id": "7"})
    first, second = read(("timeline", [quoting, quoted])).posts
    assert first.quotes is not None
    assert first.quotes.uid == second.uid == "http://z/?"


def test_an_edit_is_another_version_and_nothing_else_is():
    versions = [
        read(("timeline", [each])).posts[0].version
        for each in (
            status("9"),
            status("9", replies_count=4),
            status("9", "<p>Torches</p>", edited_at="2026-11-20T10:00:00.000Z"),
            status("9", "<p>Torches</p>"),
        )
    ]
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3
    (post,) = read(("timeline", [status("9", edited_at="2026-11-20T10:00:00.000Z")])).posts
    assert post.edited == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_boost_is_a_post_of_its_own_beside_the_original():
    boost = status("10", "", reblog=status("7", "<p>A tram!</p>", "rowan")) | {
        "uri": uri("10") + "/activity"
    }
    repost, original = read(("timeline", [boost])).posts
    assert (repost.kind, repost.text, repost.author) == ("repost", "A tram!", ADA)
    assert repost.quotes == Context(uri("7", "rowan"), original.author, "A tram!")
    assert (original.kind, original.uid, original.author.account) == ("post", uri("7", "rowan"), "")


def test_a_reply_is_tied_to_what_it_answers_as_well_as_can_be():
    answering = {"in_reply_to_id": "7", "in_reply_to_account_id": "R2"}
    mentioned = [{"id": "R2", "acct": "rowan", "url": f"https://{HOST}/@rowan"}]
    same = read(
        ("timeline", [status("9", **answering), status("7", "<p>A tram?</p>", "rowan")])
    ).posts[0]
    assert same.kind == "reply"
    assert same.reply_to == Context(
        uri("7", "rowan"),
        Author(f"https://{HOST}/users/rowan", f"rowan@{HOST}", "Rowan Green"),
        "A tram?",
    )
    earlier = Memory(notes=KNOWN.notes | {"seen": {uri("7", "rowan"): ["7", 0, 0]}})
    known = read(("timeline", [status("9", **answering)]), memory=earlier).posts[0]
    assert known.reply_to == Context(uri("7", "rowan"), missing="not captured")
    unknown = read(("timeline", [status("9", **answering, mentions=mentioned)])).posts[0]
    assert unknown.reply_to == Context(
        f"mastodon:{HOST}:7",
        Author(f"https://{HOST}/@rowan", f"rowan@{HOST}"),
        missing="not captured",
    )


@pytest.mark.parametrize(
    ("quote", "text", "missing"),
    [
        (
            {"state": "accepted", "quoted_status": status("7", "<p>A tram!</p>", "rowan")},
            "A tram!",
            "",
        ),
        ({"state": "accepted", "quoted_status_id": "7"}, "", "not captured"),
        ({"state": "pending", "quoted_status": None}, "", "not captured"),
        ({"state": "deleted", "quoted_status": None}, "", "deleted"),
        ({"state": "revoked", "quoted_status": None}, "", "detached"),
        ({"state": ["?"]}, "", "not captured"),
    ],
)
def test_a_quotation_carries_what_it_quotes_if_that_was_accepted(
    quote: Any, text: str, missing: str
):
    content = '<p class="quote-inline">RE: https://x.example</p><p>Never</p>'
    (post,) = read(("timeline", [status("9", content, quote=quote)])).posts
    assert (post.kind, post.text) == ("quote", "Never")
    assert post.quotes is not None
    assert (post.quotes.text, post.quotes.missing) == (text, missing)


def test_what_is_not_public_is_not_kept():
    found = read(
        ("timeline", [status("9", visibility="private"), status("8", visibility="unlisted")])
    )
    assert [post.uid for post in found.posts] == [uri("8")]
    assert found.notices == ("1 statuses left out: they are not public",)


# Bad shapes


@pytest.mark.parametrize(
    "body", [{}, None, 7, {"error": "x"}, b"", b"<html>", b"[", b"[" * 100_000]
)
async def test_a_timeline_of_the_wrong_shape_is_named(body: Any):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(SourceError, match="expected|JSON"):
        read(("timeline", raw))
    with pytest.raises(SourceError, match="expected|JSON"):
        await visit(Canned({TIMELINE: [httpx.Response(200, content=raw)]}), KNOWN)


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, True, [None], {"id": 3}, [["x"]]])
async def test_no_shape_of_a_members_breaks_the_rest(wrong: Any):
    good = status("good")
    bad = [{**status(f"b{n}"), key: wrong} for n, key in enumerate(good)]
    bad += [
        status(f"q{n}", **{key: wrong})
        for n, key in enumerate(("quote", "card", "reblog", "in_reply_to_account_id"))
    ]
    bad += [
        status("q", quote={"quoted_status": wrong, "state": wrong}),
        status("r", reblog={**status("x"), "account": wrong}),
    ]
    everything = [*bad, wrong, good]
    found = await visit(
        Canned({TIMELINE: [everything], "/api/v1/statuses/good/context": [{"ancestors": wrong}]}),
        KNOWN,
    )
    assert uri("good") in {post.uid for post in found.posts}
    assert json.loads(json.dumps(found.memory.notes)) == found.memory.notes
    read(
        ("context", {"ancestors": everything, "descendants": everything}),
        ("context", wrong),
        ("recheck x", wrong),
    )


# Talking


async def test_the_account_is_looked_up_once():
    canned = Canned({LOOKUP: [account()], TIMELINE: [[status("9")]]})
    first = await visit(canned)
    await visit(canned, first.memory)
    assert canned.count("lookup") == 1
    assert canned.asked[0].params["acct"] == "ada"
    assert first.memory.notes["last"] == "9"


async def test_a_first_visit_follows_the_links_back_and_stops_where_nothing_new_comes():
    pages = [
        linking([status("9")], next="max_id=9", prev="min_id=9"),
        linking([status("8")], next="max_id=8"),
        linking([status("8")], next="max_id=8"),
    ]
    canned = Canned({TIMELINE: pages})
    found = await visit(canned, KNOWN)
    assert [post.uid for post in found.posts] == [uri("9"), uri("8")]
    assert [url.params.get("max_id") for url in canned.asked] == [None, "9", "8"]
    assert {url.host for url in canned.asked} == {HOST}


async def test_a_first_visit_is_bounded_and_says_so():
    canned = Canned({TIMELINE: [linking([status(str(n))], next=f"max_id={n}") for n in range(50)]})
    found = await visit(canned, KNOWN)
    assert len(canned.asked) == mastodon.FIRST_PAGES
    assert "only 5 statuses were read; there are more" in found.notices


async def test_a_later_visit_needs_one_question_if_it_reaches_what_is_known():
    first = await visit(Canned({TIMELINE: [[status("8"), status("7")]]}), KNOWN)
    canned = Canned({TIMELINE: [linking([status("9"), status("8")], next="max_id=8")]})
    found = await visit(canned, first.memory)
    assert len(canned.asked) == 1
    assert uri("9") in {post.uid for post in found.posts}
    assert list(found.memory.notes["seen"]) == [uri("9"), uri("8"), uri("7")]


async def test_a_gap_is_filled_forward_from_the_last_known_status():
    first = await visit(Canned({TIMELINE: [[status("a")]]}), KNOWN)
    pages = [
        [status("f"), status("e")],
        linking([status("c"), status("b")], prev="min_id=c"),
        linking([status("e"), status("d")], prev="min_id=e"),
        linking([status("f")], prev="min_id=f"),
    ]
    canned = Canned({TIMELINE: pages})
    found = await visit(canned, first.memory)
    assert {post.uid for post in found.posts} == {uri(local) for local in "bcdef"}
    assert [url.params.get("min_id") for url in canned.asked] == [None, "a", "c", "e"]
    assert found.memory.notes["last"] == "f"


async def test_an_unchanged_timeline_brings_nothing():
    canned = Canned(
        {
            TIMELINE: [
                httpx.Response(200, json=[status("9")], headers={"etag": '"1"'}),
                httpx.Response(304),
            ]
        }
    )
    first = await visit(canned, KNOWN)
    again = await visit(canned, first.memory)
    assert canned.headers[1]["if-none-match"] == '"1"'
    assert (again.posts, again.memory) == ((), first.memory)


async def test_a_tag_is_followed_without_an_account():
    canned = Canned({TAGGED: [[status("9", name="rowan")]]})
    found = await visit(canned, source=TAG)
    assert [url.path for url in canned.asked] == [TAGGED]
    assert found.posts[0].author.account == ""


async def test_new_replies_are_asked_for_in_bounded_number_and_once():
    busy = [status(str(n), replies_count=2) for n in range(8)]
    contexts = {
        f"/api/v1/statuses/{n}/context": [
            {
                "ancestors": [],
                "descendants": [status(f"r{n}", "<p>Why?</p>", "rowan", in_reply_to_id=str(n))],
            }
        ]
        for n in range(8)
    }
    canned = Canned({TIMELINE: [busy]} | contexts)
    first = await visit(canned, KNOWN)
    assert canned.count("/context") == mastodon.MOST_EXTRAS
    reply = next(post for post in first.posts if post.uid == uri("r0", "rowan"))
    assert reply.reply_to is not None
    assert (reply.kind, reply.reply_to.uid, reply.reply_to.text) == ("reply", uri("0"), "Lanterns")
    second = await visit(canned, first.memory)
    await visit(canned, second.memory)
    assert canned.count("/context") == 8


async def test_a_failing_context_does_not_lose_the_posts():
    for failing in (
        httpx.Response(401),
        httpx.Response(429),
        httpx.Response(500),
        httpx.Response(200, json=[]),
    ):
        canned = Canned(
            {TIMELINE: [[status("9", replies_count=1)]], "/api/v1/statuses/9/context": [failing]}
        )
        found = await visit(canned, KNOWN)
        assert [post.uid for post in found.posts] == [uri("9")]
        assert found.notices


async def test_rechecking_finds_what_was_edited_and_deleted_and_concludes_nothing_from_a_refusal():
    recheck = (uri("1"), uri("2"), uri("3"), uri("4"), "https://far.example/p/5")
    canned = Canned({
        TIMELINE: [[status("9")]],
        "/api/v1/statuses/1": [status("1", "<p>Torches</p>", edited_at="2026-11-20T10:00:00.000Z")],
        "/api/v1/statuses/2": [httpx.Response(410)],
        "/api/v1/statuses/3": [httpx.Response(401)],
        "/api/v1/statuses/4": [status("other")],
    })  # fmt: skip
    found = await visit(canned, Memory(notes=KNOWN.notes, recheck=recheck))
    assert found.gone == ((uri("2"), "deleted or hidden"),)
    assert {post.uid: post.text for post in found.posts}[uri("1")] == "Torches"
    assert uri("other") not in {post.uid for post in found.posts}
    assert found.memory.recheck == ()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({}, 'knows no account "ada" (404): check follows'),
        ({LOOKUP: [httpx.Response(401)], FINGER: [{}]}, f'url = "https://{HOST}/@ada.rss"'),
        ({LOOKUP: [httpx.Response(403)]}, 'knows no account "ada": check follows'),
        ({LOOKUP: [{"id": 7}]}, 'an account with an "id" was expected'),
        ({LOOKUP: [account()], TIMELINE: [httpx.Response(401)]}, "only to people with a login"),
        ({LOOKUP: [account()]}, "is not there (404)"),
        ({LOOKUP: [account()], TIMELINE: [httpx.Response(429)]}, "asks us to wait"),
    ],
)
async def test_each_refusal_says_what_is_wrong(answers: Any, words: str):
    with pytest.raises(SourceError) as caught:
        await visit(Canned(answers))
    assert words in str(caught.value)


async def test_a_closed_tag_timeline_says_so():
    with pytest.raises(SourceError, match="follow the tag on another server"):
        await visit(Canned({TAGGED: [httpx.Response(422, json={"error": "login"})]}), source=TAG)


# The recorded answers of a real snac2 server, which is odd on purpose


def recording(number: str) -> dict[str, Any]:
    (path,) = RECORDED.glob(f"{number}_*.json")
    return json.loads(path.read_text())


recorded = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded Mastodon answers are not beside this checkout"
)

READABLE = {
    # number: posts, replies, quotes, reposts, replies whose parent is in the same answer
    "01": (1, 0, 0, 0, 0),
    "02": (1, 1, 0, 0, 0),
    "03": (1, 1, 0, 0, 0),
    "04": (1, 0, 0, 0, 0),
    "05": (1, 0, 0, 0, 0),
    "06": (2, 0, 0, 1, 0),
    "07": (1, 0, 0, 0, 0),
    "13": (5, 0, 0, 0, 0),
    "14": (5, 0, 0, 0, 0),
    "15": (5, 0, 0, 0, 0),
    "16": (5, 0, 0, 0, 0),
    "18": (1, 0, 0, 0, 0),
    "20": (2, 2, 0, 0, 1),
    "23": (1, 0, 0, 0, 0),
    "24": (1, 0, 0, 0, 0),
    "26": (1, 0, 0, 0, 0),
    "36": (4, 1, 0, 0, 0),
    "37": (4, 1, 0, 0, 0),
    "38": (10, 0, 0, 0, 0),
    "39": (10, 0, 0, 0, 0),
    "40": (5, 0, 0, 0, 0),
    "41": (1, 1, 0, 0, 0),
}
UNMET = {"21", "22", "27", "28", "29", "32", "33", "35"}
"""Recordings of calls that this source never makes: searches, history, instance, ActivityPub."""


def summary(found: Page) -> tuple[int, ...]:
    kinds = [post.kind for post in found.posts]
    resolved = sum(bool(post.reply_to and not post.reply_to.missing) for post in found.posts)
    return (len(kinds), *(kinds.count(kind) for kind in ("reply", "quote", "repost")), resolved)


@recorded
@pytest.mark.parametrize("number", READABLE)
def test_each_recorded_answer_is_read(number: str):
    body = recording(number)["body"]
    context = isinstance(body, dict) and "descendants" in body
    statuses = body if isinstance(body, list) or context else [body]
    found = read(("context" if context else "timeline", statuses))
    assert summary(found) == READABLE[number]
    assert found.notices == ()
    for post in found.posts:
        assert post.uid.startswith("http://127.0.0.1:8201/")
        assert post.author.id.startswith("http://127.0.0.1:8201/")
        assert not post.date_note
        assert len(set(post.mentions)) == len(post.mentions)


@recorded
def test_the_recorded_edit_keeps_its_uri_although_the_server_gave_it_another_id():
    found = read(("timeline", recording("36")["body"]))
    edited = next(post for post in found.posts if post.edited)
    again = recording("26")
    assert not again["request"]["url"].endswith(again["body"]["id"])
    assert read((f"recheck {edited.uid}", again["body"])).posts[0].version == edited.version


@recorded
async def test_the_recorded_deletion_is_found():
    deleted = recording("25")
    local = deleted["request"]["url"].rpartition("/")[2]
    memory = Memory(notes=KNOWN.notes | {"seen": {uri("x"): [local, 0, 0]}}, recheck=(uri("x"),))
    path = f"/api/v1/statuses/{local}"
    canned = Canned(
        {TIMELINE: [[status("9")]], path: [httpx.Response(deleted["status"], text=deleted["body"])]}
    )
    assert (await visit(canned, memory)).gone == ((uri("x"), "deleted or hidden"),)


@recorded
@pytest.mark.parametrize("number", ["10", "11", "12"])
async def test_the_recorded_refusals_of_timelines_are_put_into_words(number: str):
    refusal = httpx.Response(recording(number)["status"])
    answers = {
        LOOKUP: [recording("08")["body"]],
        "/api/v1/accounts/01e4866c686d38347e40fb8ce789217c/statuses": [refusal],
    }
    with pytest.raises(SourceError, match="only to people with a login"):
        await visit(Canned(answers))


@recorded
@pytest.mark.parametrize("number", ["17", "19"])
async def test_the_recorded_refusals_of_single_statuses_lose_nothing(number: str):
    refusal = httpx.Response(recording(number)["status"])
    answers = {
        TIMELINE: [[status("9", replies_count=1)]],
        "/api/v1/statuses/9": [refusal],
        "/api/v1/statuses/9/context": [refusal],
    }
    found = await visit(Canned(answers), Memory(notes=KNOWN.notes, recheck=(uri("9"),)))
    assert ([post.uid for post in found.posts], found.gone) == ([uri("9")], ())


@recorded
async def test_the_recorded_lookups_are_told_apart():
    unknown, known = recording("09"), recording("34")
    with pytest.raises(SourceError, match="knows no account"):
        await visit(Canned({LOOKUP: [httpx.Response(unknown["status"], text=unknown["body"])]}))
    with pytest.raises(SourceError, match="only to people with a login"):
        await visit(Canned({LOOKUP: [httpx.Response(401)], FINGER: [known["body"]]}))


@recorded
async def test_the_recorded_paging_that_goes_nowhere_ends():
    same = [linking(recording("13")["body"], next="max_id=1")]
    canned = Canned({TAGGED: same})
    found = await visit(canned, source=TAG)
    assert (len(canned.asked), len(found.posts)) == (2, 5)


@recorded
@pytest.mark.parametrize(("number", "posts"), [("30", 4), ("31", 0)])
def test_the_recorded_rss_of_an_account_is_read_as_a_feed(number: str, posts: int):
    recording_ = recording(number)
    rss = document(
        recording_["body"], status=recording_["status"], content_type="application/rss+xml"
    )
    assert len(feed.parse(answer(rss), entry()).posts) == posts


@recorded
def test_every_recording_has_an_expectation_or_is_never_met():
    numbers = {path.name[:2] for path in RECORDED.glob("*.json")}
    elsewhere = {"08", "09", "10", "11", "12", "17", "19", "25", "30", "31", "34"}
    assert numbers == {*READABLE, *UNMET, *elsewhere}
