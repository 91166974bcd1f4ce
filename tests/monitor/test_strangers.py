"""A handle that somebody else has taken over makes nobody a candidate."""

import json
from datetime import timedelta
from typing import Any

import httpx

from contest.contest import SourceEntry
from storage.archive import Archive
from storage.board import read_board
from tests.monitor.conftest import NOON, world_of

HANDLE = "adalittlelp.lantern.example"
OWN, OTHER = "did:plc:own", "did:plc:other"
SOURCE = SourceEntry("Ada", "bluesky", "https://sky.example", HANDLE, "@AdaLittleLP")


def view(did: str, key: str, text: str, replies: int = 0, **record: Any) -> dict[str, Any]:
    at = f"{NOON:%Y-%m-%dT%H:%M:%SZ}"
    said = {"$type": "app.bsky.feed.post", "text": text, "createdAt": at, **record}
    return {
        "uri": f"at://{did}/app.bsky.feed.post/{key}", "cid": f"cid-{key}", "record": said,
        "author": {"did": did, "handle": HANDLE}, "indexedAt": at, "replyCount": replies,
    }  # fmt: skip


def answers(replier: str) -> dict[str, Any]:
    post = view(OWN, "1", "Good morning.", replies=1)
    ref = {"uri": post["uri"], "cid": post["cid"]}
    reply = view(replier, "2", "Rowan Green is a liar.", reply={"root": ref, "parent": ref})
    kind = "app.bsky.feed.defs#threadViewPost"
    thread = {"$type": kind, "post": post, "replies": [{"$type": kind, "post": reply}]}
    return {
        "getProfile": {"did": OWN, "handle": HANDLE},
        "getAuthorFeed": {"feed": [{"post": post}]},
        "getPostThread": {"thread": thread},
        "getPosts": {"posts": []},
    }


async def flagged(archive: Archive, replier: str) -> list[str]:
    """Whom the breaches are laid to when `replier` answers Ada's post by Ada's handle."""
    world = world_of(archive, SOURCE)
    said = answers(replier)

    def answer(request: httpx.Request) -> httpx.Response:
        octets = json.dumps(said[request.url.path.rpartition(".")[2]]).encode()
        return httpx.Response(200, stream=httpx.ByteStream(octets))

    world.web.answers["sky.example"] = answer
    await world.sweep()
    board = archive.run_sync(read_board, world.contest, NOON + timedelta(hours=1))
    assert board.posts_total == 2
    return [row.author for row in board.breaches]


async def test_words_by_the_accounts_own_id_are_the_candidates(archive: Archive) -> None:
    assert await flagged(archive, OWN) == ["@AdaLittleLP"]


async def test_words_by_another_id_under_the_same_handle_are_a_strangers(archive: Archive) -> None:
    assert await flagged(archive, OTHER) == []
