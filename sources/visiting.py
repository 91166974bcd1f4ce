"""What a visit to an account gathers on any platform. Never knows which questions it asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from contest.contest import SourceEntry
from contest.visit import Memory, Validators
from sources.errors import SourceError
from sources.net import Document, Web
from sources.shape import members
from sources.source import Answer

Sight = list[Any]
"""What is remembered of a post in `memory.notes["seen"]`; each platform says what."""


class Visit:
    """One visit: the documents so far, and what has been learnt.

    What earlier visits learnt counts only as long as the source follows the same account.
    """

    def __init__(self, web: Web, source: SourceEntry, memory: Memory) -> None:
        same = memory.notes.get("follows") == source.follows
        self._web, self._source, self._memory = web, source, memory
        self._notes = dict(memory.notes) if same else {}
        self._known: Mapping[str, Validators] = memory.validators if same else {}
        self._learnt = dict(self._known)
        self._seen: dict[str, Sight] = dict(members(self._notes.get("seen")))
        self._documents: list[Document] = []
        self._words: list[str] = []

    async def beside(self, asking: Callable[[], Awaitable[None]]) -> None:
        """Do what is not the main thing: if it fails, the posts are kept, and it is said."""
        try:
            await asking()
        except SourceError as error:
            self._words.append(str(error))

    def answer(self) -> Answer:
        """What the visit brought."""
        notes = self._notes | {"follows": self._source.follows, "seen": self._seen}
        first = self._documents[0]
        first = replace(first, notes=(*first.notes, *self._words))
        return Answer((first, *self._documents[1:]), Memory(self._learnt, notes), first.fetched)
