"""The shape every platform's module has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from contest.contest import SourceEntry
from contest.post import Post
from contest.visit import Memory
from sources.net import Document, Web


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered in one visit: documents as they came, unread.

    `memory` is what was learnt while talking (validators, resolved ids);
    `fetched` is the moment of the visit (aware, UTC).
    """

    documents: tuple[Document, ...]
    memory: Memory
    fetched: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """What an answer says.

    `gone`: uids that were asked for and are no longer there, with the reason
    ("deleted", "hidden", "unknown"). `notices`: things a person should know
    although posts were read ("17 entries without a date").
    """

    posts: tuple[Post, ...]
    memory: Memory
    gone: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = field(default=())


class Source(Protocol):
    """A module with a `fetch` that only talks and a `parse` that only reads."""

    async def fetch(self, web: Web, source: SourceEntry, memory: Memory) -> Answer:
        """Ask the platform for what is new. Raises SourceError."""
        ...

    def parse(self, answer: Answer, source: SourceEntry) -> Page:
        """Read the answer; pure, runs on the analyst's thread. Raises SourceError."""
        ...
