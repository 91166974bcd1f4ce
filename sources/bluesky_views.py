"""Bluesky's post views (app.bsky.feed.defs) into posts. Never talks; counts what it skips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from contest.post import Author, Context, Post
from contest.text import plain
from sources.dates import EARLIEST, dated, read
from sources.html import absolute
from sources.marks import hashtags, once
from sources.shape import NOTHING, count, members, packed, rows, words

POSTS: Final = "/app.bsky.feed.post/"
_HIDING: Final = "!no-unauthenticated"
_MOST_NODES: Final = 2_000
_DAY: Final = timedelta(days=1)


class Follows(NamedTuple):
    """Whose feed is read: the DID, and the roster handle it speaks for ("" if none)."""

    did: str
    speaker: str


class Gathering:
    """Collects the posts of several answers, each once; the first sight of a post counts.

    `hidden` are the uids whose authors ask not to be shown to people without a
    login (the label "!no-unauthenticated"); `odd` counts items of a wrong shape.
    """

    def __init__(self, follows: Follows, fetched: datetime) -> None:
        self.posts: dict[str, Post] = {}
        self.hidden: set[str] = set()
        self.odd = 0
        self._follows, self._fetched = follows, fetched

    def item(self, item: Any) -> None:
        """Take an item of an author feed: a post, with its parent, or a repost of one."""
        view = members(item).get("post")
        reason = members(members(item).get("reason"))
        if _is_a(reason, "reasonRepost"):
            self._repost(reason, members(view))
        self.view(view, members(members(item).get("reply")).get("parent"))

    def view(self, view: Any, parent: Any = None) -> None:
        """Take a post view; `parent` is the view of the post it answers, if that came too."""
        seen = members(view)
        uri, record = words(seen.get("uri")), seen.get("record")
        if is_hidden(seen):
            self.hidden.add(uri)
        elif not (uri and isinstance(record, dict) and isinstance(record.get("text"), str)):
            self.odd += 1
        elif uri not in self.posts and (author := self._author(seen.get("author"))):
            self.posts[uri] = self._post(uri, seen, record, author, parent)

    def thread(self, tree: Any) -> None:
        """Take a thread and all the replies below it (getPostThread)."""
        waiting: list[tuple[Any, Any]] = [(tree, members(members(tree).get("parent")))]
        taken = 0
        while waiting and taken < _MOST_NODES:
            node, above = waiting.pop()
            taken += 1
            post = members(node).get("post")
            if post is None:
                continue  # not found, or blocked: the parent's view says so
            self.view(post, above.get("post", above))
            waiting += [(reply, members(node)) for reply in rows(members(node).get("replies"))]

    def _author(self, profile: Any) -> Author | None:
        author = author_of(profile)
        if not author.id:
            self.odd += 1
            return None
        return self._vouched(author)

    def _vouched(self, author: Author) -> Author:
        """The author, with the roster handle if this is the account that is followed."""
        if author.id != self._follows.did:
            return author
        return replace(author, account=self._follows.speaker)

    def _known(self, context: Context | None) -> Context | None:
        return context and replace(context, author=self._vouched(context.author))

    def _post(
        self, uri: str, view: Mapping[str, Any], record: Any, author: Author, parent: Any
    ) -> Post:
        marks = _marks(record)
        reply_to = self._known(_replied(record, parent))
        quotes = self._known(quoted(view.get("embed")))
        claimed = words(record.get("createdAt"), 60)
        published, note = _published(claimed, words(view.get("indexedAt"), 60), self._fetched)
        text = plain(record["text"])
        return Post(
            uid=uri,
            platform="bluesky",
            author=author,
            text=text,
            published=published,
            version=words(view.get("cid")),
            kind="reply" if reply_to else "quote" if quotes else "post",
            url=_page(uri),
            lang=next((words(lang, 20) for lang in rows(record.get("langs"))), ""),
            reply_to=reply_to,
            quotes=quotes,
            claimed=claimed,
            date_note=note,
            links=once((*marks.links, *_card(view.get("embed")))),
            hashtags=hashtags(text, *marks.tags),
            mentions=once(marks.mentions),
            raw=packed(view),
        )

    def _repost(self, reason: Mapping[str, Any], view: Mapping[str, Any]) -> None:
        """Take that somebody reposted: a post of theirs, with the words of the original."""
        original = self._known(context_of(view))
        author = self._author(reason.get("by"))
        if author is None or original is None or original.missing:
            return
        uid = words(reason.get("uri")) or f"{author.id} reposted {original.uid}"
        claimed = words(reason.get("indexedAt"), 60)
        published, note = dated(claimed, self._fetched)
        self.posts[uid] = Post(
            uid=uid,
            platform="bluesky",
            author=author,
            text=original.text,
            published=published,
            version=words(reason.get("cid")) or "repost",
            kind="repost",
            url=_page(original.uid),
            quotes=original,
            claimed=claimed,
            date_note=note,
            raw=packed({"reason": reason, "post": view}),
        )


class _Marks(NamedTuple):
    links: tuple[str, ...]
    mentions: tuple[str, ...]
    tags: tuple[str, ...]


def author_of(profile: Any) -> Author:
    """Who a basic profile view shows; an empty id where it shows nobody."""
    shown = members(profile)
    return Author(
        words(shown.get("did"), 300),
        words(shown.get("handle"), 300),
        words(shown.get("displayName"), 300),
    )


def is_hidden(view: Mapping[str, Any]) -> bool:
    """Whether the author asks not to be shown to people without a login."""
    labels = (*rows(members(view.get("author")).get("labels")), *rows(view.get("labels")))
    return any(
        members(label).get("val") == _HIDING and members(label).get("neg") is not True
        for label in labels
    )


def context_of(view: Any) -> Context | None:
    """A post that is answered, quoted or reposted, as far as its view shows it.

    None where the view is of something else than a post: a list, a feed, nothing.
    """
    seen = members(view)
    uri = words(seen.get("uri"))
    if POSTS not in uri:
        return None
    record = members(seen.get("record") or seen.get("value"))
    missing = _missing(seen) or ("hidden" if is_hidden(seen) else "")
    if missing or not isinstance(record.get("text"), str):
        return Context(uri, _author_by(uri, seen), missing=missing or "not captured")
    return Context(uri, _author_by(uri, seen), plain(record["text"]))


def quoted(embed: Any) -> Context | None:
    """The post that an embed view quotes: `record#view`, or one with media beside it."""
    record = members(members(embed).get("record"))
    nested = record.get("record")  # recordWithMedia#view holds a record#view
    return context_of(nested if isinstance(nested, dict) and "uri" not in record else record)


def _missing(view: Mapping[str, Any]) -> str:
    for sign, why in (("notFound", "deleted"), ("blocked", "blocked"), ("detached", "detached")):
        if view.get(sign) is True:
            return why
    return ""


def _author_by(uri: str, view: Mapping[str, Any]) -> Author:
    """The author of a view; where it shows none, the DID that its address begins with."""
    author = author_of(view.get("author"))
    return author if author.id else Author(uri.removeprefix("at://").partition("/")[0])


def _replied(record: Mapping[str, Any], parent: Any) -> Context | None:
    """What a post answers: its record says which, the parent's view (if any) what it says."""
    reference = members(members(record.get("reply")).get("parent"))
    uri = words(reference.get("uri"))
    if not uri:
        return None
    context = context_of(parent)
    if context and context.uid == uri:
        return context
    return context_of({"uri": uri})


def _marks(record: Mapping[str, Any]) -> _Marks:
    """Links, mentions and tags of a record's facets; their bounds are bytes of UTF-8."""
    written = record["text"].encode("utf-8", "replace")
    links, mentions, tags = [], [], [words(tag, 200) for tag in rows(record.get("tags"))]
    for feature, start, end in _features(record):
        if _is_a(feature, "link"):
            links.append(absolute(words(feature.get("uri"), 4_000), ""))
        elif _is_a(feature, "mention"):
            said = written[start:end].decode("utf-8", "replace")
            named = said.startswith("@") and len(said) < 300
            mentions.append(plain(said[1:]) if named else words(feature.get("did")))
        elif _is_a(feature, "tag"):
            tags.append(words(feature.get("tag"), 200))
    return _Marks(tuple(links), tuple(mentions), tuple(tags))


def _features(record: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], int, int]]:
    for facet in rows(record.get("facets")):
        index = members(members(facet).get("index"))
        start, end = count(index.get("byteStart")), count(index.get("byteEnd"))
        for feature in rows(members(facet).get("features")):
            yield members(feature), start, end


def _card(embed: Any) -> tuple[str, ...]:
    """The address of a link card, alone or beside a quotation."""
    shown = members(embed)
    external = shown.get("external") or members(shown.get("media")).get("external")
    link = absolute(words(members(external).get("uri"), 4_000), "")
    return (link,) if link else ()


def _published(claimed: str, indexed: str, fetched: datetime) -> tuple[datetime, str]:
    """The earlier of what the author claims and when it was indexed, of those that make sense."""
    written, seen = _sensible(claimed, fetched), _sensible(indexed, fetched)
    if written and seen:
        apart = abs(written - seen) > _DAY
        note = f"claims {written:%Y-%m-%d}, was indexed {seen:%Y-%m-%d}" if apart else ""
        return min(written, seen), note
    if seen:
        return seen, f'claims "{claimed[:40]}": taken as when it was indexed'
    return (written, "") if written else dated(claimed, fetched)


def _sensible(date: str, fetched: datetime) -> datetime | None:
    found = read(date, fetched) if date else None
    if found is None or not EARLIEST <= found.moment <= fetched + _DAY:
        return None
    return found.moment


def _page(uri: str) -> str:
    """Where a person can read the post; by DID, so that it survives a new handle."""
    did, _, key = uri.removeprefix("at://").partition(POSTS)
    return f"https://bsky.app/profile/{did}/post/{key}" if key else ""


def _is_a(value: Mapping[str, Any], kind: str) -> bool:
    """Whether `$type` is that member of its lexicon."""
    name = value.get("$type") if value is not NOTHING else None
    return isinstance(name, str) and name.endswith(f"#{kind}")
