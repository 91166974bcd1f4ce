"""The story's Bluesky, as an AppView tells it: XRPC answers to anonymous callers, no connections.

The shapes are those of a real AppView's answers (`app.bsky.*` lexicons). What
it cannot know about its own network (signed repositories, CBOR) is derived: a
DID from the handle, a record key from the time, a `cid` from the words.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from demo.cast import Cast, Person, fingerprint
from demo.pieces import Piece, pieces
from demo.reply import Json, Query, Reply, first, json_reply, moment
from demo.story import Scene, Seen, Told

PLACE = "bluesky"
_POST = "app.bsky.feed.post"
_REPOST = "app.bsky.feed.repost"
_DEFS = "app.bsky.feed.defs"
_JOINED = "2024-11-11T09:00:00.000Z"
_FILTERS = (
    "posts_with_replies", "posts_no_replies", "posts_and_author_threads", "posts_with_media",
    "posts_with_video",
)  # fmt: skip


class Refusal(Exception):
    """The AppView says no, in its own words."""

    def __init__(self, message: str, error: str = "InvalidRequest", status: int = 400) -> None:
        super().__init__(message)
        self.error = error
        self.status = status


def reply(scene: Scene, cast: Cast, path: str, query: Query) -> Reply:
    """What the AppView answers at `path` ("/xrpc/app.bsky.feed.getPosts")."""
    try:
        return json_reply(AppView(scene, cast).answer(path.removeprefix("/xrpc/"), query))
    except Refusal as refusal:
        return json_reply({"error": refusal.error, "message": str(refusal)}, refusal.status)


def cid_of(told: Told, text: str) -> str:
    """The content id of a version: a CIDv1 (dag-cbor, SHA-256) whose hash is of id and words."""
    digest = hashlib.sha256(f"{told.id}\n{text}".encode()).digest()
    return "b" + b32encode(b"\x01\x71\x12\x20" + digest).decode().lower().rstrip("=")


def record_key(told: Told) -> str:
    """The record key: a TID, which is the time in microseconds and a clock's id in 13 letters.

    The story tells time in seconds; the microseconds are the post's own.
    """
    micros = int(told.at.timestamp()) * 1_000_000 + fingerprint(told.id, 19)
    number = micros << 10 | fingerprint(told.id, 10)
    return "".join(_TID[number >> shift & 31] for shift in range(60, -1, -5))


_TID = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class AppView:
    """One moment of the story, looked at through the AppView."""

    scene: Scene
    cast: Cast

    def answer(self, method: str, query: Query) -> Json:
        """The answer to one method. Raises Refusal."""
        methods: Mapping[str, Callable[[Query], Json]] = {
            "com.atproto.identity.resolveHandle": self.resolve_handle,
            "app.bsky.actor.getProfile": self.profile,
            "app.bsky.actor.getProfiles": self.profiles,
            "app.bsky.feed.getAuthorFeed": self.author_feed,
            "app.bsky.feed.getPostThread": self.post_thread,
            "app.bsky.feed.getQuotes": self.quotes,
            "app.bsky.feed.getPosts": self.posts,
        }
        if method not in methods:
            raise Refusal("Method Not Implemented", "MethodNotImplemented", 501)
        return methods[method](query)

    # -- people ------------------------------------------------------------------------

    def resolve_handle(self, query: Query) -> Json:
        """`handle` -> its DID."""
        person = self.cast.called(first(query, "handle"))
        if person is None:
            raise Refusal("Unable to resolve handle")
        return {"did": person.id}

    def profile(self, query: Query) -> Json:
        """`actor` (handle or DID) -> profileViewDetailed."""
        return self._profile(self._actor(query))

    def profiles(self, query: Query) -> Json:
        """`actors` (25 at most) -> their profiles; whoever is unknown is left out."""
        people = map(self.cast.called, _several(query, "actors"))
        return {"profiles": [self._profile(person) for person in people if person]}

    def _actor(self, query: Query) -> Person:
        person = self.cast.called(first(query, "actor"))
        if person is None:
            raise Refusal("Profile not found")
        return person

    def _profile(self, person: Person) -> Json:
        seen = self.scene.by(PLACE, person.roster)
        return {
            **_author(person),
            "indexedAt": _JOINED,
            "description": "",
            "followersCount": 40 + fingerprint(person.id, 11),
            "followsCount": 20 + fingerprint(person.home, 8),
            "postsCount": sum(1 for one in seen if one.told.kind != "repost"),
        }

    # -- posts -------------------------------------------------------------------------

    def author_feed(self, query: Query) -> Json:
        """`actor`, `limit`, `cursor`, `filter` -> posts and reposts, newest first."""
        kept = _filter(query)
        person = self._actor(query)
        shown = [seen for seen in self.scene.by(PLACE, person.roster) if self._kept(seen, kept)]
        page, cursor = _page(shown, query, "getAuthorFeed")
        feed = [self._feed_item(seen) for seen in page]
        return {"feed": feed, **({"cursor": cursor} if cursor else {})}

    def posts(self, query: Query) -> Json:
        """`uris` (25 at most) -> those that are there; the others are left out."""
        found = map(self._found, _several(query, "uris"))
        return {"posts": [self.post_view(seen) for seen in found if seen]}

    def quotes(self, query: Query) -> Json:
        """`uri`, `limit`, `cursor` -> the posts that quote it, newest first."""
        uri = first(query, "uri")
        told = self._by_uri.get(uri)
        quoting = self.scene.about(told, "quote") if told else ()
        page, cursor = _page(quoting, query, "getQuotes")
        posts = [self.post_view(seen) for seen in page]
        return {"posts": posts, **({"cursor": cursor} if cursor else {}), "uri": uri}

    def post_thread(self, query: Query) -> Json:
        """`uri`, `depth`, `parentHeight` -> the post, what it answers, and its replies."""
        uri = first(query, "uri")
        depth = _number(query, "getPostThread", "depth", 6, 0, 1000)
        height = _number(query, "getPostThread", "parentHeight", 80, 0, 1000)
        seen = self._found(uri)
        if seen is None:
            raise Refusal(f"Post not found: {uri}", "NotFound")
        return {"thread": self._branch(seen, depth) | self._above(seen, height)}

    def _kept(self, seen: Seen, kept: str) -> bool:
        answers = seen.told.kind == "reply" and self.scene.story.parent(seen.told) is not None
        match kept:
            case "posts_no_replies":
                return not answers
            case "posts_and_author_threads":
                return self.scene.story.root(seen.told).author == seen.told.author
            case "posts_with_media" | "posts_with_video":
                return False
            case _:
                return True

    def _feed_item(self, seen: Seen) -> Json:
        parent = self.scene.story.parent(seen.told)
        if seen.told.kind == "repost" and (reposted := self.scene.post(parent)) is not None:
            return {"post": self.post_view(reposted), "reason": self._reason(seen.told)}
        item: Json = {"post": self.post_view(seen)}
        if seen.told.kind == "reply" and parent is not None:
            item["reply"] = self._reply_context(seen.told, parent)
        return item

    def _reason(self, told: Told) -> Json:
        return {
            "$type": f"{_DEFS}#reasonRepost",
            "by": _author(self._author(told)),
            "uri": self.uri(told),
            "cid": cid_of(told, ""),
            "indexedAt": moment(told.at),
        }

    def _reply_context(self, told: Told, parent: Told) -> Json:
        context = {
            "root": self._view_or_gone(self.scene.story.root(told)),
            "parent": self._view_or_gone(parent),
        }
        grandparent = self.scene.story.parent(parent) if parent.kind == "reply" else None
        if grandparent is not None and self.scene.post(parent) is not None:
            context["grandparentAuthor"] = _author(self._author(grandparent))
        return context

    def _view_or_gone(self, told: Told) -> Json:
        seen = self.scene.post(told)
        if seen is None:
            return self._gone(told, f"{_DEFS}#notFoundPost")
        return {"$type": f"{_DEFS}#postView", **self.post_view(seen)}

    def _gone(self, told: Told, kind: str) -> Json:
        return {"$type": kind, "uri": self.uri(told), "notFound": True}

    # -- threads -----------------------------------------------------------------------

    def _branch(self, seen: Seen, depth: int) -> Json:
        """A post and the replies below it; replies to a deleted reply are not reached."""
        branch: Json = {
            "$type": f"{_DEFS}#threadViewPost",
            "post": self.post_view(seen),
            "threadContext": {},
        }
        if depth > 0:
            replies = self.scene.about(seen.told, "reply")
            branch["replies"] = [self._branch(below, depth - 1) for below in replies]
        return branch

    def _above(self, seen: Seen, height: int) -> Json:
        parent = self.scene.story.parent(seen.told) if seen.told.kind == "reply" else None
        if parent is None or height == 0:
            return {}
        above = self.scene.post(parent)
        if above is None:
            return {"parent": self._gone(parent, f"{_DEFS}#notFoundPost")}
        return {"parent": self._branch(above, 0) | self._above(above, height - 1)}

    # -- one post ----------------------------------------------------------------------

    def uri(self, told: Told) -> str:
        """The `at://` URI of a post or repost; edits do not change it."""
        collection = _REPOST if told.kind == "repost" else _POST
        return f"at://{self._author(told).id}/{collection}/{record_key(told)}"

    def post_view(self, seen: Seen) -> Json:
        """A post as `app.bsky.feed.defs#postView`."""
        told = seen.told
        embed = self._embed_view(seen)
        return {
            "uri": self.uri(told),
            "cid": cid_of(told, seen.text),
            "author": _author(self._author(told)),
            "record": self._record(seen),
            **({"embed": embed} if embed else {}),
            "bookmarkCount": 0,
            **self._counts(told),
            "indexedAt": moment(told.at),
            "labels": [],
        }

    def _counts(self, told: Told) -> Json:
        return {
            "replyCount": len(self.scene.about(told, "reply")),
            "repostCount": len(self.scene.about(told, "repost")),
            "likeCount": 0,
            "quoteCount": len(self.scene.about(told, "quote")),
        }

    def _record(self, seen: Seen) -> Json:
        told = seen.told
        text, facets = rich_text(seen.text, self.cast)
        record: Json = {
            "$type": _POST,
            "text": text,
            "langs": [told.lang],
            "facets": facets,
            "createdAt": moment(told.at),
        }
        parent = self.scene.story.parent(told)
        if parent is not None and told.kind == "reply":
            root = self.scene.story.root(told)
            record["reply"] = {
                "root": self._ref(root, told.at),
                "parent": self._ref(parent, told.at),
            }
        if parent is not None and told.kind == "quote":
            embed = {"$type": "app.bsky.embed.record", "record": self._ref(parent, told.at)}
            record["embed"] = embed
        return record

    def _ref(self, told: Told, when: datetime) -> Json:
        """A strong reference: the version that stood when it was referred to."""
        return {"cid": cid_of(told, told.text_at(when)), "uri": self.uri(told)}

    def _embed_view(self, seen: Seen) -> Json | None:
        quoted = self.scene.story.parent(seen.told) if seen.told.kind == "quote" else None
        if quoted is None:
            return None
        there = self.scene.post(quoted)
        if there is None:
            record = self._gone(quoted, "app.bsky.embed.record#viewNotFound")
        else:
            record = self._quoted(there)
        return {"$type": "app.bsky.embed.record#view", "record": record}

    def _quoted(self, seen: Seen) -> Json:
        return {
            "$type": "app.bsky.embed.record#viewRecord",
            "uri": self.uri(seen.told),
            "cid": cid_of(seen.told, seen.text),
            "author": _author(self._author(seen.told)),
            "value": self._record(seen),
            "labels": [],
            **self._counts(seen.told),
            "indexedAt": moment(seen.told.at),
            "embeds": [],
        }

    def _author(self, told: Told) -> Person:
        person = self.cast.person(told.author)
        assert person is not None, f"{told.author} speaks on Bluesky, but is not in the cast"
        return person

    def _found(self, uri: str) -> Seen | None:
        return self.scene.post(self._by_uri.get(uri))

    @cached_property
    def _by_uri(self) -> Mapping[str, Told]:
        return {
            self.uri(seen.told): seen.told
            for seen in self.scene.at(PLACE)
            if seen.told.kind != "repost"
        }


def rich_text(text: str, cast: Cast) -> tuple[str, list[Json]]:
    """A told text as a post's `text` and `facets`, whose offsets count bytes of UTF-8.

    Roster handles become the handles used on Bluesky; long links are shortened
    as the Bluesky app does, the whole address is in the facet.
    """
    written, facets = "", []
    for piece in pieces(text):
        words, feature = _worded(piece, cast)
        start = len(written.encode())
        written += words
        if feature:
            index = {"byteStart": start, "byteEnd": len(written.encode())}
            facets.append({"index": index, "features": [feature]})
    return written, facets


def _worded(piece: Piece, cast: Cast) -> tuple[str, Json | None]:
    facet = "app.bsky.richtext.facet"
    if piece.kind == "mention" and (person := cast.person(piece.names)) is not None:
        return f"@{person.home}", {"$type": f"{facet}#mention", "did": person.id}
    if piece.kind == "link":
        return _short(piece.names), {"$type": f"{facet}#link", "uri": piece.names}
    if piece.kind == "tag":
        return piece.text, {"$type": f"{facet}#tag", "tag": piece.names}
    return piece.text, None


def _short(url: str) -> str:
    """A link as the app shows it: the host, and no more than 15 characters of the rest."""
    host, slash, rest = url.partition("://")[2].partition("/")
    path = f"{slash}{rest}" if rest else ""
    return host + (path if len(path) <= 15 else f"{path[:13]}...")


def _author(person: Person) -> Json:
    return {
        "did": person.id,
        "handle": person.home,
        "displayName": person.name,
        "associated": {"activitySubscription": {"allowSubscriptions": "followers"}},
        "labels": [],
        "createdAt": _JOINED,
    }


def _filter(query: Query) -> str:
    wanted = first(query, "filter", _FILTERS[0])
    if wanted not in _FILTERS:
        raise Refusal(f"Invalid app.bsky.feed.getAuthorFeed params: unknown filter {wanted}")
    return wanted


def _page(shown: Iterable[Seen], query: Query, method: str) -> tuple[list[Seen], str]:
    """The page that `cursor` and `limit` ask for, newest first, and the next cursor ("": none)."""
    limit = _number(query, method, "limit", 50, 1, 100)
    rest = sorted(shown, key=_place_of, reverse=True)
    if cursor := first(query, "cursor"):
        before = _read_cursor(cursor)
        rest = [seen for seen in rest if _place_of(seen) < before]
    page = rest[:limit]
    return page, "{}__{}".format(*_place_of(page[-1])) if len(rest) > limit else ""


def _place_of(seen: Seen) -> tuple[int, str]:
    return int(seen.told.at.timestamp() * 1000), cid_of(seen.told, seen.told.text)


def _read_cursor(cursor: str) -> tuple[int, str]:
    milliseconds, _, cid = cursor.partition("__")
    if not milliseconds.isdigit() or not cid:
        raise Refusal("Internal Server Error", "InternalServerError", 500)
    return int(milliseconds), cid


def _number(query: Query, method: str, name: str, default: int, least: int, most: int) -> int:
    text = first(query, name, str(default))
    where = f"Invalid app.bsky.feed.{method} params: "
    if not text.isdigit():
        raise Refusal(f"{where}expected integer value type (got {text!r}) at {name}")
    if int(text) > most:
        raise Refusal(f"{where}integer too big (maximum {most}, got {text})")
    if int(text) < least:
        raise Refusal(f"{where}integer too small (minimum {least}, got {text})")
    return int(text)


def _several(query: Query, name: str) -> tuple[str, ...]:
    given = tuple(query.get(name, ())) or tuple(query.get(f"{name}[]", ()))
    if not given:
        raise Refusal(f'Missing required key "{name}"')
    if len(given) > 25:
        raise Refusal(f"array too big (maximum 25, got {len(given)}) at {name}")
    return given
