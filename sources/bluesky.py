"""Bluesky accounts through the anonymous AppView: posts, replies, quotes. Never logs in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from contest.contest import SourceEntry
from contest.text import shown
from contest.visit import Memory
from sources.bluesky_views import POSTS, Follows, Gathering
from sources.errors import SourceError
from sources.net import Document, Web, learnt
from sources.places import host_of, spoken
from sources.shape import count, decoded, kind_of, members, rows, words
from sources.source import Answer, Page
from sources.visiting import Sight, Visit

FIRST_LIMIT: Final = 100
LIMIT: Final = 50
MOST_PAGES: Final = 10
MOST_EXTRAS: Final = 5
"""Threads and lists of quotes asked for in one visit; the rest is asked for in the next ones."""

_GROUP: Final = 25
_REMEMBERED: Final = 300
_REFUSALS: Final = frozenset({400, 500, 501})


async def fetch(web: Web, source: SourceEntry, memory: Memory) -> Answer:
    """Ask for the account's newest posts, for new answers to them, and for those to recheck.

    `source.url` is the service's base, `source.follows` a handle or DID. The DID is
    looked up once; a later change of handle does not matter. `memory.notes` holds
    "did", "follows" and "seen". Raises SourceError.
    """
    visit = _Visit(web, source, memory)
    await visit.account()
    await visit.newest()
    if source.replies:
        await visit.beside(visit.answers)
    await visit.beside(visit.recheck)
    return visit.answer()


def parse(answer: Answer, source: SourceEntry) -> Page:
    """The posts of an answer, each once, in the order in which they were met.

    Reposts come as posts of their own beside the original. Replies and quotes by
    anybody are posts too. Raises SourceError if the feed itself has a wrong shape.
    """
    follows = Follows(words(answer.memory.notes.get("did")), source.speaker)
    found = Gathering(follows, answer.fetched)
    gone: list[tuple[str, str]] = []
    notices: list[str] = []
    for document in answer.documents:
        notices += document.notes
        if document.status == 200 and document.name in _READERS:
            try:
                notices += _READERS[document.name](document, found, gone)
            except SourceError as error:
                if document.name == "feed":
                    raise
                notices.append(str(error))
    notices += _left_out(found)
    return Page(tuple(found.posts.values()), answer.memory, tuple(gone), tuple(notices))


class _Visit(Visit):
    """One visit to an account.

    Remembered of a post, by its uri: its cid, how many replies and quotes it has, and how
    many of each it had when they were last asked for.
    """

    async def account(self) -> None:
        """Look up the DID of the account, if it is not known yet."""
        follows = self._source.follows.removeprefix("@")
        did = follows if follows.startswith("did:") else words(self._notes.get("did"))
        if not did:
            document = await self._ask("profile", "app.bsky.actor.getProfile", {"actor": follows})
            _refuse(document, f'no account "{shown(follows, 60)}"')
            did = words(members(decoded(document)).get("did"))
            if not did.startswith("did:"):
                raise _wrong(document, 'a profile with a "did"')
        self._notes["did"] = did

    async def newest(self) -> None:
        """Page from the newest post back to one that is known, at most ten pages."""
        did = str(self._notes["did"])
        first, fresh, cursor = not self._seen, dict[str, Sight](), ""
        for page in range(MOST_PAGES):
            document = await self._page(did, FIRST_LIMIT if first else LIMIT, cursor)
            if page == 0:
                self._documents.append(document)
                self._learnt = learnt(self._known, document)
            if document.status == 304:
                return
            if document.status >= 500 and cursor:
                self._words.append("its server lost the place while paging back: older ones missed")
                break
            _refuse(document, "this account is deactivated, deleted or taken down")
            items, cursor = _feed(document)
            sights = dict(_sights(items, did))
            if not sights.keys() - fresh.keys():
                break  # the same page again
            if page:
                self._documents.append(document)
            fresh |= sights
            if self._reaches_known(items) or not cursor:
                break
        else:
            self._words.append(f"only the last {len(fresh):,} posts were read")
        self._remember(fresh)

    async def answers(self) -> None:
        """Ask for the replies and quotes of posts that have more of them than last time."""
        budget = MOST_EXTRAS
        for uri, (_, replies, quotes, replies_asked, quotes_asked) in list(self._seen.items()):
            if replies > replies_asked and budget:
                budget -= 1
                await self._question(
                    "thread", "getPostThread", {"uri": uri, "depth": 6, "parentHeight": 3}
                )
                self._seen[uri][3] = replies
            if quotes > quotes_asked and budget:
                budget -= 1
                await self._question("quotes", "getQuotes", {"uri": uri, "limit": 100})
                self._seen[uri][4] = quotes

    async def recheck(self) -> None:
        """Ask again for the posts that should be looked at for edits and deletions."""
        uris = [uri for uri in self._memory.recheck if POSTS in uri]
        for start in range(0, len(uris), _GROUP):
            await self._question("recheck", "getPosts", {"uris": uris[start : start + _GROUP]})

    async def _page(self, did: str, limit: int, cursor: str) -> Document:
        asked = {"actor": did, "limit": limit, "filter": "posts_with_replies"}
        more = {"cursor": cursor} if cursor else {}
        return await self._ask("feed", "app.bsky.feed.getAuthorFeed", asked | more)

    async def _question(self, name: str, call: str, params: Mapping[str, Any]) -> None:
        document = await self._ask(name, f"app.bsky.feed.{call}", params)
        if document.status == 200:
            self._documents.append(document)
        elif words(members(decoded(document)).get("error")) != "NotFound":
            _refuse(document, "not known")

    async def _ask(self, name: str, call: str, params: Mapping[str, Any]) -> Document:
        return await self._web.get(
            f"{self._source.url.rstrip('/')}/xrpc/{call}",
            name=name,
            params=params,
            accept="application/json",
            validators=self._known,
            ok=_REFUSALS,
        )

    def _reaches_known(self, items: list[Any]) -> bool:
        """Whether a page holds a post that is known and unchanged; a pinned one does not count."""
        unpinned = [item for item in items if not _is_pinned(item)]
        return any(
            uri in self._seen and self._seen[uri][0] == sight[0]
            for uri, sight in _sights(unpinned, "")
        )

    def _remember(self, fresh: Mapping[str, Sight]) -> None:
        """Keep what is known of the newest posts, the newest first."""
        for uri, sight in fresh.items():
            if (before := self._seen.get(uri)) is not None:
                sight[3], sight[4] = min(before[3], sight[1]), min(before[4], sight[2])
        merged = {**fresh, **{u: s for u, s in self._seen.items() if u not in fresh}}
        self._seen = dict(list(merged.items())[:_REMEMBERED])


def _feed(document: Document) -> tuple[list[Any], str]:
    """The items of a page of an author feed, and the cursor of the next one ("": none)."""
    page = members(decoded(document))
    if not isinstance(page.get("feed"), list):
        raise _wrong(document, 'an object with a list "feed"')
    return page["feed"], words(page.get("cursor"), 2_000)


def _sights(items: list[Any], did: str) -> Iterator[tuple[str, Sight]]:
    """Each item's lasting address and what is remembered of it; counts only of `did`'s own."""
    for item in items:
        view, reason = members(members(item).get("post")), members(members(item).get("reason"))
        if "by" in reason:
            uri = words(reason.get("uri")) or f"repost of {words(view.get('uri'))}"
            yield uri, [words(reason.get("cid")), 0, 0, 0, 0]
        elif uri := words(view.get("uri")):
            own = members(view.get("author")).get("did") == did
            replies, quotes = count(view.get("replyCount")), count(view.get("quoteCount"))
            yield uri, [words(view.get("cid")), replies * own, quotes * own, 0, 0]


def _is_pinned(item: Any) -> bool:
    kind = members(members(item).get("reason")).get("$type")
    return isinstance(kind, str) and kind.endswith("#reasonPin")


def _refuse(document: Document, unknown: str) -> None:
    """Raise for a refusal, in words; `unknown` is what "Profile not found" means here."""
    if document.status < 400:
        return
    where, host = spoken(document.url), host_of(document.url)
    if document.status >= 500:
        raise SourceError(f"{where} has a fault of its own ({document.status})")
    said = members(decoded(document))
    message = shown(words(said.get("message")) or words(said.get("error")), 100)
    if "not found" in message or "eactivated" in message or "suspended" in message:
        raise SourceError(f"{host}: {unknown} ({document.status}: {message})")
    raise SourceError(f"{where} refuses the question ({document.status}: {message})")


def _wrong(document: Document, expected: str) -> SourceError:
    came = kind_of(decoded(document))
    return SourceError(f"{spoken(document.url)} answered {came} where {expected} was expected")


def _read_feed(document: Document, found: Gathering, _: list[tuple[str, str]]) -> tuple[str, ...]:
    for item in _feed(document)[0]:
        found.item(item)
    return ()


def _read_thread(document: Document, found: Gathering, _: list[tuple[str, str]]) -> tuple[str, ...]:
    tree = members(decoded(document)).get("thread")
    if not isinstance(tree, dict):
        return (str(_wrong(document, 'an object with a "thread"')),)
    found.thread(tree)
    return ()


def _read_quotes(document: Document, found: Gathering, _: list[tuple[str, str]]) -> tuple[str, ...]:
    views = members(decoded(document)).get("posts")
    if not isinstance(views, list):
        return (str(_wrong(document, 'an object with a list "posts"')),)
    for view in views:
        found.view(view)
    return ()


def _read_recheck(
    document: Document, found: Gathering, gone: list[tuple[str, str]]
) -> tuple[str, ...]:
    """Who was asked for and does not come is gone; of a wrong answer nothing is concluded."""
    wrong = _read_quotes(document, found, gone)
    if wrong:
        return wrong
    came = {words(members(view).get("uri")) for view in rows(decoded(document)["posts"])}
    for uri in parse_qs(urlsplit(document.url).query).get("uris", ()):
        if uri in found.hidden:
            gone.append((uri, "hidden"))
        elif uri not in came:
            gone.append((uri, "deleted or hidden"))
    return ()


_READERS: Final = {
    "feed": _read_feed,
    "thread": _read_thread,
    "quotes": _read_quotes,
    "recheck": _read_recheck,
}


def _left_out(found: Gathering) -> Iterator[str]:
    if found.hidden:
        yield (
            f"{len(found.hidden)} posts left out: their authors ask not to be shown to people"
            " without a login"
        )
    if found.odd:
        yield f"{found.odd} items left out: they are no posts of a known shape"
