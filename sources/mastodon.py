"""Mastodon accounts and hashtags through the public API, also of its kin. Never logs in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from contest.contest import SourceEntry
from contest.text import shown
from contest.visit import Memory
from sources.errors import SourceError
from sources.mastodon_statuses import Gathering, Server
from sources.net import Document, Web, learnt
from sources.places import host_of, spoken
from sources.shape import count, decoded, kind_of, members, rows, words
from sources.source import Answer, Page
from sources.visiting import Sight, Visit

LIMIT: Final = 40
MOST_PAGES: Final = 10
FIRST_PAGES: Final = 5
MOST_EXTRAS: Final = 5
"""Contexts asked for in one visit; the rest is asked for in the next ones."""

MOST_RECHECKS: Final = 20
_REMEMBERED: Final = 500
_CLOSED: Final = frozenset({401, 403})
_MISSING: Final = frozenset({404, 410})
_REFUSALS: Final = _CLOSED | _MISSING | {400, 422}
_LINK: Final = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="?(next|prev)"?')
_NATIVE: Final = re.compile(r"/statuses/(\w{1,64})$")


async def fetch(web: Web, source: SourceEntry, memory: Memory) -> Answer:
    """Ask for the newest statuses, for new answers to them, and for those to recheck.

    `source.url` is https://HOST, `source.follows` "@user" or "#tag". The newest page
    is asked for first, since only it shows edits and new replies; where it does not
    reach back to a known status, the gap is filled forward from the last known id
    (`min_id`). `memory.notes` holds "follows", "account" (the id), "last" (the newest
    id) and "seen". Raises SourceError.
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

    Boosts come as posts of their own beside the original; replies by anybody, as far
    as the server knows them, are posts too. Raises SourceError if the timeline itself
    has a wrong shape.
    """
    notes = answer.memory.notes
    server = Server(host_of(source.url), words(notes.get("account")), source.speaker)
    known = {words(sight[0]): uri for uri, sight in members(notes.get("seen")).items()}
    found = Gathering(server, known, answer.fetched)
    gone: list[tuple[str, str]] = []
    notices: list[str] = []
    for document in answer.documents:
        notices += document.notes
        try:
            notices += _read(document, found, gone)
        except SourceError as error:
            if document.name == "timeline":
                raise
            notices.append(str(error))
    if found.odd:
        notices.append(f"{found.odd} items left out: they are no statuses of a known shape")
    if found.closed:
        notices.append(f"{found.closed} statuses left out: they are not public")
    return Page(tuple(found.posts.values()), answer.memory, tuple(gone), tuple(notices))


class _Visit(Visit):
    """One visit to an account or a hashtag.

    Remembered of a status, by its uri: the server's own id of it, how many replies it has,
    and how many it had when they were last asked for.
    """

    def __init__(self, web: Web, source: SourceEntry, memory: Memory) -> None:
        super().__init__(web, source, memory)
        self._base = source.url.rstrip("/")
        self._host = host_of(source.url)

    async def account(self) -> None:
        """Look up the id of the account, once; a hashtag needs none."""
        name = self._source.follows.removeprefix("@")
        if self._source.follows.startswith("#") or self._notes.get("account"):
            return
        document = await self._ask("account", "/api/v1/accounts/lookup", {"acct": name})
        if document.status in _CLOSED:
            raise SourceError(await self._closed(name))
        if document.status >= 400:
            raise SourceError(
                f'{self._host} knows no account "{shown(name, 60)}" ({document.status}):'
                " check follows in config.toml"
            )
        local = words(members(decoded(document)).get("id"))
        if not local:
            raise _wrong(document, 'an account with an "id"')
        self._notes["account"] = local

    async def newest(self) -> None:
        """Read the newest page, and what lies between it and the last known status."""
        document = await self._timeline({})
        self._documents.append(document)
        self._learnt = learnt(self._known, document)
        if document.status == 304:
            return
        statuses = _statuses(document)
        reaches = any(uri in self._seen for uri in _sights(statuses))
        fresh = _sights(statuses)
        if not self._seen:
            await self._page_on("next", document, fresh, FIRST_PAGES)
        elif not reaches and statuses and (last := words(self._notes.get("last"))):
            forward = await self._timeline({"min_id": last})
            self._documents.append(forward)
            fresh |= _sights(_statuses(forward))
            await self._page_on("prev", forward, fresh, MOST_PAGES)
        self._remember(fresh, words(members(statuses[0]).get("id")) if statuses else "")

    async def answers(self) -> None:
        """Ask for the context of statuses that have more replies than last time."""
        grown = [uri for uri, (_, replies, asked) in self._seen.items() if replies > asked]
        for uri in grown[:MOST_EXTRAS]:
            local, replies, _ = self._seen[uri]
            document = await self._ask("context", f"/api/v1/statuses/{quote(local)}/context", {})
            if document.status in _CLOSED:
                self._words.append(f"{self._host} shows replies only to people with a login")
                return
            if document.status == 200:
                self._documents.append(document)
            self._seen[uri][2] = replies

    async def recheck(self) -> None:
        """Ask again for statuses that should be looked at for edits and deletions."""
        for uri in self._memory.recheck[:MOST_RECHECKS]:
            if local := self._local_id(uri):
                path = f"/api/v1/statuses/{quote(local)}"
                self._documents.append(await self._ask(f"recheck {uri}", path, {}))

    async def _page_on(
        self, direction: str, document: Document, fresh: dict[str, Sight], most: int
    ) -> None:
        """Follow the Link header until a page brings nothing new, or `most` pages were read."""
        for _ in range(most - 1):
            following = _linked(document, direction)
            if not following:
                return
            document = await self._timeline(following)
            sights = _sights(_statuses(document))
            if not sights.keys() - fresh.keys():
                return
            self._documents.append(document)
            fresh |= sights
        if _linked(document, direction):
            self._words.append(f"only {len(fresh):,} statuses were read; there are more")

    async def _timeline(self, params: Mapping[str, str]) -> Document:
        if self._source.follows.startswith("#"):
            path = f"/api/v1/timelines/tag/{quote(self._source.follows[1:], safe='')}"
        else:
            path = f"/api/v1/accounts/{quote(str(self._notes['account']), safe='')}/statuses"
        document = await self._ask("timeline", path, {"limit": LIMIT, **params})
        if document.status in _CLOSED or document.status == 422:
            raise SourceError(_login(self._host, self._source.follows))
        if document.status >= 400:
            raise SourceError(f"{spoken(document.url)} is not there ({document.status})")
        return document

    async def _ask(self, name: str, path: str, params: Mapping[str, Any]) -> Document:
        return await self._web.get(
            self._base + path,
            name=name,
            params=params,
            accept="application/json",
            validators=self._known,
            ok=_REFUSALS,
        )

    async def _closed(self, name: str) -> str:
        """Why nothing can be read: by WebFinger, which every server answers to everybody."""
        full = name if "@" in name else f"{name}@{self._host}"
        found = await self._ask("webfinger", "/.well-known/webfinger", {"resource": f"acct:{full}"})
        if found.status in _MISSING:
            return (
                f'{self._host} knows no account "{shown(name, 60)}": check follows in config.toml'
            )
        return _login(self._host, self._source.follows)

    def _local_id(self, uri: str) -> str:
        """The server's own id of a status: as remembered, else as a native uri ends."""
        if uri in self._seen:
            return words(self._seen[uri][0])
        native = _NATIVE.search(uri) if host_of(uri) == self._host else None
        return native[1] if native else ""

    def _remember(self, fresh: Mapping[str, Sight], last: str) -> None:
        """Keep what is known of the newest statuses, the newest first."""
        for uri, sight in fresh.items():
            if (before := self._seen.get(uri)) is not None:
                sight[2] = min(before[2], sight[1])
        merged = {**fresh, **{u: s for u, s in self._seen.items() if u not in fresh}}
        self._seen = dict(list(merged.items())[:_REMEMBERED])
        self._notes["last"] = last or words(self._notes.get("last"))


def _statuses(document: Document) -> list[Any]:
    found = decoded(document)
    if not isinstance(found, list):
        raise _wrong(document, "a list of statuses")
    return found


def _sights(statuses: list[Any]) -> dict[str, Sight]:
    """What to remember of the statuses of a page; of a boost, that it is known."""
    sights: dict[str, Sight] = {}
    for status in map(members, statuses):
        uri, local = words(status.get("uri"), 2_000), words(status.get("id"))
        if uri and local:
            boost = isinstance(status.get("reblog"), dict)
            sights[uri] = [local, 0 if boost else count(status.get("replies_count")), 0]
    return sights


def _linked(document: Document, direction: str) -> dict[str, str]:
    """The paging parameters of a Link header; of its address only they are believed."""
    for link in _LINK.finditer(document.headers.get("link", "")):
        if link[2] == direction:
            query = parse_qs(urlsplit(link[1]).query)
            return {key: query[key][0] for key in ("max_id", "min_id", "since_id") if key in query}
    return {}


def _login(host: str, follows: str) -> str:
    words = f"{host} shows {shown(follows, 60)} only to people with a login, and hustings has none"
    if follows.startswith("#"):
        return f"{words}: follow the tag on another server"
    name = shown(follows.removeprefix("@"), 60)
    return f'{words}: try its feed, kind = "feed", url = "https://{host}/@{name}.rss"'


def _wrong(document: Document, expected: str) -> SourceError:
    came = kind_of(decoded(document))
    return SourceError(f"{spoken(document.url)} answered {came} where {expected} was expected")


def _read(document: Document, found: Gathering, gone: list[tuple[str, str]]) -> Iterator[str]:
    """Read one document into `found` and `gone`; what it yields are notices."""
    if document.status == 304:
        return
    if document.name.startswith("recheck "):
        yield from _read_recheck(document, found, gone)
    elif document.name == "timeline":
        found.statuses(_statuses(document))
    elif document.name == "context":
        context = members(decoded(document))
        if not isinstance(context.get("descendants"), list):
            yield str(_wrong(document, 'an object with a list "descendants"'))
        found.statuses([*rows(context.get("ancestors")), *rows(context.get("descendants"))])


def _read_recheck(
    document: Document, found: Gathering, gone: list[tuple[str, str]]
) -> Iterator[str]:
    """A status that is not there is gone; of a refusal nothing is concluded."""
    uri = document.name.removeprefix("recheck ")
    if document.status in _MISSING:
        gone.append((uri, "deleted or hidden"))
    elif document.status == 200:
        status = decoded(document)
        if words(members(status).get("uri"), 2_000) == uri:
            found.statuses([status])
        else:
            yield str(_wrong(document, f"the status {shown(uri, 80)}"))
