"""The story's Mastodon server, as its API answers anonymous callers; no connections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from urllib.parse import urlencode

from demo.cast import SOCIAL, Cast, Person, fingerprint
from demo.pieces import Piece, pieces
from demo.reply import Json, Query, Reply, first, json_reply, moment
from demo.story import Scene, Seen, Told

PLACE = "mastodon"
_HOME = f"https://{SOCIAL}"
_NOT_FOUND = json_reply({"error": "Record not found"}, 404)


def reply(scene: Scene, cast: Cast, path: str, query: Query, base: str) -> Reply:
    """What the server answers at `path` ("/api/v2/instance").

    `base` is where the caller reaches it: `Link` headers point there.
    """
    server = Server(scene, cast, base)
    for pattern, method in server.routes:
        if match := pattern.fullmatch(path):
            return method(*match.groups(), query)
    return json_reply({"error": "Not Found"}, 404)


def status_id(told: Told) -> str:
    """A snowflake as Mastodon makes them: milliseconds, then 16 bits that tell posts apart."""
    milliseconds = int(told.at.timestamp() * 1000)
    return str(milliseconds << 16 | fingerprint(told.id, 16))


@dataclass(frozen=True)
class Server:
    """One moment of the story, looked at through the Mastodon API."""

    scene: Scene
    cast: Cast
    base: str

    @property
    def routes(self) -> tuple[tuple[re.Pattern[str], Callable[..., Reply]], ...]:
        """Paths and what answers them; a method is given the path's ids, then the query."""
        return (
            (re.compile(r"/api/v2/instance"), self.instance),
            (re.compile(r"/api/v1/accounts/lookup"), self.lookup),
            (re.compile(r"/api/v1/accounts/(\d+)/statuses"), self.account_statuses),
            (re.compile(r"/api/v1/timelines/tag/([^/]+)"), self.tag_timeline),
            (re.compile(r"/api/v1/statuses/(\d+)"), self.one_status),
            (re.compile(r"/api/v1/statuses/(\d+)/context"), self.context),
        )

    # -- the server and its people -----------------------------------------------------

    def instance(self, query: Query) -> Reply:
        """What the server is and what it lets strangers read."""
        public = {"local": "public", "remote": "public"}
        return json_reply(
            {
                "domain": SOCIAL,
                "title": "Lantern Social",
                "version": "4.5.3",
                "source_url": "https://github.com/mastodon/mastodon",
                "description": "Where Lantern members talk.",
                "languages": ["en"],
                "configuration": {
                    "urls": {"streaming": f"wss://{SOCIAL}"},
                    "statuses": {"max_characters": 500, "characters_reserved_per_url": 23},
                    "timelines_access": {"live_feeds": public, "hashtag_feeds": public},
                    "limited_federation": False,
                },
                "registrations": {"enabled": False, "approval_required": True},
                "api_versions": {"mastodon": 7},
                "rules": [],
            }
        )

    def lookup(self, query: Query) -> Reply:
        """`acct` ("user" or "user@host") -> the account."""
        user, _, host = first(query, "acct").removeprefix("@").partition("@")
        person = self.cast.called(user) if host in ("", SOCIAL) else None
        return json_reply(self.account(person)) if person else _NOT_FOUND

    def account(self, person: Person) -> Json:
        """An account as the API shows it."""
        seen = self.scene.by(PLACE, person.roster)
        return {
            "id": person.id,
            "username": person.home,
            "acct": _acct(person),
            "display_name": person.name,
            "locked": False,
            "bot": False,
            "discoverable": True,
            "group": False,
            "created_at": "2023-04-17T00:00:00.000Z",
            "note": "",
            "url": f"{_HOME}/@{person.home}",
            "uri": f"{_HOME}/users/{person.home}",
            "followers_count": 40 + fingerprint(person.id, 11),
            "following_count": 20 + fingerprint(person.home, 8),
            "statuses_count": len(seen),
            "last_status_at": seen[-1].told.at.strftime("%Y-%m-%d") if seen else None,
            "emojis": [],
            "fields": [],
        }

    # -- lists -------------------------------------------------------------------------

    def account_statuses(self, account: str, query: Query) -> Reply:
        """What one account posted and boosted, newest first."""
        person = self.cast.called(account)
        if person is None:
            return _NOT_FOUND
        shown = self.scene.by(PLACE, person.roster)
        if _yes(query, "exclude_reblogs"):
            shown = tuple(seen for seen in shown if seen.told.kind != "repost")
        if _yes(query, "exclude_replies"):
            shown = tuple(seen for seen in shown if not self._answers_another(seen.told))
        return self._listed(shown, f"/api/v1/accounts/{account}/statuses", query)

    def tag_timeline(self, tag: str, query: Query) -> Reply:
        """Posts with a hashtag, by anybody, newest first; boosts are not among them."""
        wanted = tag.casefold()
        shown = [
            seen
            for seen in self.scene.at(PLACE)
            if any(name.casefold() == wanted for name in _tags(seen.text))
        ]
        return self._listed(shown, f"/api/v1/timelines/tag/{tag}", query)

    def _answers_another(self, told: Told) -> bool:
        parent = self.scene.story.parent(told) if told.kind == "reply" else None
        return parent is not None and parent.author != told.author

    def _listed(self, shown: Iterable[Seen], path: str, query: Query) -> Reply:
        page = _page(sorted(shown, key=_order), query)
        statuses = [self.status(seen) for seen in reversed(page)]
        link = self._link(path, query, page)
        return json_reply(statuses, headers=(("Link", link),) if link else ())

    def _link(self, path: str, query: Query, page: list[Seen]) -> str:
        """Where the older and the newer ones are; nothing at all after an empty page."""
        if not page:
            return ""
        kept = {
            name: values[0]
            for name, values in query.items()
            if name not in ("max_id", "min_id", "since_id")
        }
        older = urlencode(kept | {"max_id": status_id(page[0].told)})
        newer = urlencode(kept | {"min_id": status_id(page[-1].told)})
        url = f"{self.base}{path}"
        return f'<{url}?{older}>; rel="next", <{url}?{newer}>; rel="prev"'

    # -- one post ----------------------------------------------------------------------

    def one_status(self, status: str, query: Query) -> Reply:
        """A post by its id; 404 once it is deleted."""
        seen = self._by_id.get(status)
        return json_reply(self.status(seen)) if seen else _NOT_FOUND

    def context(self, status: str, query: Query) -> Reply:
        """What a post answers, from the beginning, and everything that answers it."""
        seen = self._by_id.get(status)
        if seen is None:
            return _NOT_FOUND
        ancestors = [self.status(above) for above in reversed(list(self._above(seen)))][-40:]
        descendants = [self.status(below) for below in self._below(seen)][:60]
        return json_reply({"ancestors": ancestors, "descendants": descendants})

    def status(self, seen: Seen) -> Json:
        """A post as the API shows it. A boost is a wrapper around what it boosts."""
        told = seen.told
        boosted = self._of(seen, "repost")
        parent = self.scene.story.parent(told) if told.kind == "reply" else None
        person = self._author(told)
        return {
            "id": status_id(told),
            "created_at": moment(told.at),
            "edited_at": moment(seen.edited) if seen.edited else None,
            # A server forgets which post was answered once that is deleted, not whose it was.
            "in_reply_to_id": status_id(parent) if parent and self.scene.post(parent) else None,
            "in_reply_to_account_id": self._author(parent).id if parent else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "language": told.lang,
            **_addresses(told, person),
            "replies_count": len(self.scene.about(told, "reply")),
            "reblogs_count": len(self.scene.about(told, "repost")),
            "favourites_count": 0,
            "quotes_count": len(self.scene.about(told, "quote")),
            "content": content(seen.text, self.cast),
            "reblog": self.status(boosted) if boosted else None,
            "quote": self._quote(seen),
            "account": self.account(person),
            "media_attachments": [],
            "mentions": [_mention(one) for one in _mentioned(seen.text, self.cast)],
            "tags": [
                {"name": tag.lower(), "url": f"{_HOME}/tags/{tag.lower()}"}
                for tag in _tags(seen.text)
            ],
            "emojis": [],
            "card": None,
            "poll": None,
        }

    def _quote(self, seen: Seen) -> Json | None:
        if seen.told.kind != "quote" or self.scene.story.parent(seen.told) is None:
            return None
        quoted = self._of(seen, "quote")
        if quoted is None:
            return {"state": "deleted", "quoted_status": None}
        return {"state": "accepted", "quoted_status": self.status(quoted) | {"quote": None}}

    def _of(self, seen: Seen, kind: str) -> Seen | None:
        """What `seen` refers to, if it is of that kind and the other post is still there."""
        return (
            self.scene.post(self.scene.story.parent(seen.told)) if seen.told.kind == kind else None
        )

    def _above(self, seen: Seen) -> Iterator[Seen]:
        while (above := self._of(seen, "reply")) is not None:
            yield above
            seen = above

    def _below(self, seen: Seen) -> Iterator[Seen]:
        for below in self.scene.about(seen.told, "reply"):
            yield below
            yield from self._below(below)

    def _author(self, told: Told) -> Person:
        person = self.cast.person(told.author)
        assert person is not None, f"{told.author} speaks on Mastodon, but is not in the cast"
        return person

    @cached_property
    def _by_id(self) -> Mapping[str, Seen]:
        return {status_id(seen.told): seen for seen in self.scene.at(PLACE)}


def content(text: str, cast: Cast) -> str:
    """A told text as Mastodon's HTML; of people without a home there, the handle stays words.

    >>> content("5 < 6", Cast(()))
    '<p>5 &lt; 6</p>'
    """
    paragraphs = [
        "".join(_html(piece, cast) for piece in pieces(paragraph)).replace("\n", "<br />")
        for paragraph in text.split("\n\n")
    ]
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph)


def _html(piece: Piece, cast: Cast) -> str:
    person = cast.person(piece.names) if piece.kind == "mention" else None
    if person is not None:
        return (
            f'<span class="h-card" translate="no"><a href="{_HOME}/@{person.home}" '
            f'class="u-url mention">@<span>{person.home}</span></a></span>'
        )
    if piece.kind == "tag":
        return (
            f'<a href="{_HOME}/tags/{escape(piece.names.lower())}" class="mention hashtag" '
            f'rel="tag">#<span>{escape(piece.names)}</span></a>'
        )
    return _link_html(piece.names) if piece.kind == "link" else escape(piece.text)


def _link_html(url: str) -> str:
    """A link as Mastodon shows it: the scheme and what exceeds 30 characters are hidden."""
    scheme, _, rest = url.partition("://")
    shown, hidden = escape(rest[:30]), escape(rest[30:])
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}://</span>'
        f'<span class="{"ellipsis" if hidden else ""}">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )


def _addresses(told: Told, person: Person) -> Json:
    uri = f"{_HOME}/users/{person.home}/statuses/{status_id(told)}"
    if told.kind == "repost":
        return {"uri": f"{uri}/activity", "url": f"{uri}/activity"}
    return {"uri": uri, "url": f"{_HOME}/@{person.home}/{status_id(told)}"}


def _mentioned(text: str, cast: Cast) -> list[Person]:
    people = (cast.person(piece.names) for piece in pieces(text) if piece.kind == "mention")
    return list(dict.fromkeys(person for person in people if person is not None))


def _mention(person: Person) -> Json:
    return {
        "id": person.id,
        "username": person.home,
        "acct": _acct(person),
        "url": f"{_HOME}/@{person.home}",
    }


def _acct(person: Person) -> str:
    """Name and server: callers reach the stage under another name than the server's own."""
    return f"{person.home}@{SOCIAL}"


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(piece.names for piece in pieces(text) if piece.kind == "tag"))


def _page(oldest_first: list[Seen], query: Query) -> list[Seen]:
    """The page asked for, oldest first. `min_id` pages forward from there, the others back."""
    limit = max(1, min(_id(query, "limit") or 20, 40))
    above = _id(query, "min_id") or _id(query, "since_id") or 0
    below = _id(query, "max_id")
    inside = [
        seen
        for seen in oldest_first
        if above < _order(seen) and (below is None or _order(seen) < below)
    ]
    return inside[:limit] if _id(query, "min_id") is not None else inside[-limit:]


def _order(seen: Seen) -> int:
    return int(status_id(seen.told))


def _id(query: Query, name: str) -> int | None:
    text = first(query, name)
    return int(text) if text.isdecimal() and len(text) < 20 else None


def _yes(query: Query, name: str) -> bool:
    return first(query, name).lower() in ("1", "true", "t", "on")
