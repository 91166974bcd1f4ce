"""One thing that was said, as its platform tells it. No judgement here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["post", "reply", "quote", "repost"]

STRANGER = "?"
"""`Author.account` of somebody who goes by a roster account's handle and is not that account."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post, as seen then.

    `id` is the platform's stable id (DID, account URI, feed URL); `account` is
    the roster handle when the source itself vouches for it, else "".
    """

    id: str
    handle: str = ""
    name: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """The post that this one answers, quotes or reposts, as far as it is known.

    `missing` says why it is not there ("deleted", "blocked", "detached",
    "not captured"), else "".
    """

    uid: str
    author: Author = Author("")
    text: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post, reply, quote or repost.

    - `uid`: stable across edits and handle changes: an `at://` URI, a Mastodon
      `uri`, a feed's guid (else link, else hash) prefixed by the feed's URL.
    - `text`: plain text, control characters removed (`contest.text.plain`),
      newlines kept; of a plain repost, the text of what is reposted.
    - `published`: aware, UTC; `date_note` is "" or says what was wrong with the
      date as the platform wrote it (kept verbatim in `claimed`).
    - `version`: changes when, and only when, the content does (cid, edited_at,
      content hash): another version of a known uid is a revision.
    - `replaced`: when its author put other words in the place of these, if that is known.
    - `raw`: this post's own payload as it came, bytes of JSON or XML.
    """

    uid: str
    platform: str
    author: Author
    text: str
    published: datetime
    version: str
    kind: Kind = "post"
    url: str = ""
    title: str = ""
    lang: str = ""
    reply_to: Context | None = None
    quotes: Context | None = None
    edited: datetime | None = None
    replaced: datetime | None = None
    claimed: str = ""
    date_note: str = ""
    links: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    raw: bytes = field(default=b"", repr=False)

    @property
    def said(self) -> datetime:
        """When these words were published: of an edited version, when it was edited.

        A feed's `updated` is not believed: many servers renew it without an edit.
        """
        return self.edited if self.edited and self.platform != "feed" else self.published

    @property
    def parent(self) -> Context | None:
        """What this post is about: the post replied to, else the one quoted or reposted."""
        return self.reply_to or self.quotes
