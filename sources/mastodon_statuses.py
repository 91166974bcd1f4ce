"""Mastodon's statuses (docs.joinmastodon.org/entities/Status) into posts. Never talks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from contest.post import Author, Context, Post
from contest.text import plain
from sources.dates import dated, read
from sources.html import absolute, links_in, text_of
from sources.marks import hashtags, once
from sources.shape import members, packed, rows, words

_OPEN: Final = ("public", "unlisted")
_QUOTE_MISSING: Final = {
    "deleted": "deleted",
    "revoked": "detached",
    "blocked_account": "blocked",
    "blocked_domain": "blocked",
    "muted_account": "blocked",
}


class Server(NamedTuple):
    """Which server answered: its host[:port]; whose account is read, and for whom it speaks."""

    host: str
    account: str = ""
    speaker: str = ""


class Gathering:
    """Collects the posts of several answers, each once; the first sight of a post counts.

    `ids` maps this server's ids to the global `uri` of each status met or known
    from earlier visits; ids are opaque and never compared but for sameness.
    `odd` counts what has the wrong shape, `closed` what is not for everybody.
    """

    def __init__(self, server: Server, known: Mapping[str, str], fetched: datetime) -> None:
        self.posts: dict[str, Post] = {}
        self.odd = 0
        self.closed = 0
        self._server, self._fetched = server, fetched
        self._uris = dict(known)
        self._met: dict[str, Mapping[str, Any]] = {}

    def statuses(self, statuses: list[Any]) -> None:
        """Take the statuses of one answer; those that answer each other are linked."""
        readable = [status for status in map(members, statuses) if self._has_shape(status)]
        for status in readable:
            for met in (status, members(status.get("reblog"))):
                if self._is_status(met):
                    self._met[met["id"]] = met
                    self._uris[met["id"]] = plain(met["uri"], 2_000)
        for status in readable:
            self._take(status)

    def _has_shape(self, status: Mapping[str, Any]) -> bool:
        good = self._is_status(status)
        self.odd += not good
        return good

    @staticmethod
    def _is_status(status: Mapping[str, Any]) -> bool:
        texts = (status.get("id"), status.get("uri"), status.get("content"))
        return all(isinstance(text, str) for text in texts) and bool(
            status["id"] and status["uri"] and members(status.get("account"))
        )

    def _take(self, status: Mapping[str, Any]) -> None:
        original = members(status.get("reblog"))
        if words(status.get("visibility")) not in (*_OPEN, ""):
            self.closed += 1
        elif self._is_status(original):
            self._keep(self._repost(status, original))
            self._take({**original, "reblog": None})
        elif original:
            self.odd += 1
        else:
            self._keep(self._post(status))

    def _keep(self, post: Post) -> None:
        self.posts.setdefault(post.uid, post)

    def _post(self, status: Mapping[str, Any]) -> Post:
        content = status["content"]
        text = _text(status)
        reply_to, quotes = self._answered(status), self._quoted(status)
        link = absolute(words(status.get("url"), 2_000), "")
        card = absolute(words(members(status.get("card")).get("url"), 2_000), "")
        edited = words(status.get("edited_at"), 60)
        moment = read(edited, self._fetched) if edited else None
        claimed = words(status.get("created_at"), 60)
        published, note = dated(claimed, self._fetched)
        return Post(
            uid=plain(status["uri"], 2_000),
            platform="mastodon",
            author=self._author(status["account"]),
            text=text,
            published=published,
            version=f"{edited[:19]} {_digest(text)}".strip(),
            kind="reply" if reply_to else "quote" if quotes else "post",
            url=link or absolute(status["uri"], ""),
            lang=words(status.get("language"), 20),
            reply_to=reply_to,
            quotes=quotes,
            edited=moment.moment if moment else None,
            claimed=claimed,
            date_note=note,
            links=once((*links_in(content, link, ("mention", "hashtag")), card)),
            hashtags=hashtags(text, *_names(status.get("tags"), "name")),
            mentions=once(self._full(acct) for acct in _names(status.get("mentions"), "acct")),
            raw=packed(status),
        )

    def _repost(self, status: Mapping[str, Any], original: Mapping[str, Any]) -> Post:
        """That somebody boosted: a post of theirs, with the words of the original."""
        claimed = words(status.get("created_at"), 60)
        published, note = dated(claimed, self._fetched)
        quotes = self._context(original)
        return Post(
            uid=plain(status["uri"], 2_000),
            platform="mastodon",
            author=self._author(status["account"]),
            text=quotes.text,
            published=published,
            version=claimed or "repost",
            kind="repost",
            url=absolute(words(original.get("url"), 2_000), ""),
            quotes=quotes,
            claimed=claimed,
            date_note=note,
            raw=packed(status),
        )

    def _context(self, status: Mapping[str, Any]) -> Context:
        return Context(plain(status["uri"], 2_000), self._author(status["account"]), _text(status))

    def _answered(self, status: Mapping[str, Any]) -> Context | None:
        """What a status answers: in full if it came too, else by its uri if that is known.

        Else by the server's own id of it, as "mastodon:HOST:ID".
        """
        local = words(status.get("in_reply_to_id"))
        if not local:
            return None
        if (parent := self._met.get(local)) is not None:
            return self._context(parent)
        uid = self._uris.get(local) or f"mastodon:{self._server.host}:{local}"
        return Context(uid, self._answered_author(status), missing="not captured")

    def _answered_author(self, status: Mapping[str, Any]) -> Author:
        """Whom a status answers, if it is its own author, or one whom it mentions."""
        local = words(status.get("in_reply_to_account_id"))
        for account in (status["account"], *rows(status.get("mentions"))):
            if local and members(account).get("id") == local:
                return self._author(account)
        return Author("")

    def _quoted(self, status: Mapping[str, Any]) -> Context | None:
        """What a status quotes (Mastodon 4.4): only an accepted quotation shows it."""
        quote = members(status.get("quote"))
        if not quote:
            return None
        quoted = members(quote.get("quoted_status"))
        if self._is_status(quoted):
            return self._context(quoted)
        local = words(quote.get("quoted_status_id"))
        missing = _QUOTE_MISSING.get(words(quote.get("state")), "not captured")
        uid = self._uris.get(local) or f"mastodon:{self._server.host}:{local or 'unknown'}"
        return Context(uid, missing=missing)

    def _author(self, account: Any) -> Author:
        """Who an account is: by its URI, which outlives the name; vouched for if it is followed."""
        shown = members(account)
        url = words(shown.get("uri"), 500) or words(shown.get("url"), 500)
        own = bool(self._server.account) and shown.get("id") == self._server.account
        return Author(
            id=url or f"mastodon:{self._server.host}:{words(shown.get('id'))}",
            handle=self._full(words(shown.get("acct"), 300)),
            name=words(shown.get("display_name"), 300),
            account=self._server.speaker if own else "",
        )

    def _full(self, acct: str) -> str:
        """An account's name with its server, also where it is this one.

        >>> Gathering(Server("lantern.example"), {}, datetime.min)._full("ada")
        'ada@lantern.example'
        """
        return f"{acct}@{self._server.host}" if acct and "@" not in acct else acct


def _text(status: Mapping[str, Any]) -> str:
    """The words of a status, its warning in front."""
    warning = words(status.get("spoiler_text"), 2_000).strip()
    content = text_of(status["content"])
    return f"{warning}\n{content}".strip() if warning else content


def _names(value: Any, key: str) -> tuple[str, ...]:
    return tuple(words(members(row).get(key), 300) for row in rows(value))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
