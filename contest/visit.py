"""One visit to one source: what is remembered between visits, and how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

State = Literal["waiting", "answering", "nothing new", "stale", "failing"]
"""A source's health. "waiting": not visited yet. "stale": due and not answered, or
silent for longer than it is expected to be. "failing": the last visit failed."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of a document, verbatim, to be sent back to it."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a source's module wants to know at its next visit. All of it survives as JSON.

    `validators` is by final URL. `notes` is the module's own (a DID, a cursor, a
    body hash): JSON values only. `recheck` is not kept: it is filled in before
    each visit with the uids that should be looked at again for edits and
    deletions.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    recheck: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """How a source stands, in words.

    `since` is when the present state began, `reason` why (with the remedy, if
    there is one), `next_visit` when it is asked again. All times are aware, UTC,
    of the contest's clock.
    """

    source: str
    kind: str
    state: State = "waiting"
    reason: str = ""
    since: datetime | None = None
    visited: datetime | None = None
    answered: datetime | None = None
    brought: datetime | None = None
    next_visit: datetime | None = None
    failures: int = 0
    posts: int = 0
