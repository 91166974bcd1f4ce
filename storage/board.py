"""Everything the dashboard shows, read in one go into a frozen Board."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from contest.post import Post
from contest.reading import Reading
from contest.visit import Health


@dataclass(frozen=True, slots=True)
class Figure:
    """Mean tone (-1..1) over the `sure` posts among `posts` about a camp; None if there are none."""

    tone: float | None = None
    sure: int = 0
    posts: int = 0


@dataclass(frozen=True, slots=True)
class CampTone:
    """A row of the sentiment pane.

    `now` covers the last hour, `day` 24 hours, `week` 7 days. `spark` has 24
    values, oldest first: the mean tone of each hour of the last 24, None where
    no sure post stands behind it. `readers` are the reader versions behind the
    week's figures: more than one means that the trend has a break.
    """

    camp: str
    name: str
    now: Figure = Figure()
    day: Figure = Figure()
    week: Figure = Figure()
    spark: tuple[float | None, ...] = ()
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """A row of the exchanges pane; `heat` is the hostility, 0..1; `words` caused it."""

    uid: str
    at: datetime
    from_camp: str
    to_camp: str
    author: str
    by: str
    heat: float
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class BreachRow:
    """A row of the breaches pane. `uid` and `rule` together are its key.

    `seen` is when it was captured; `superseded` marks a flag on a revision
    that has been edited since, `gone` one whose post is no longer there.
    """

    uid: str
    at: datetime
    seen: datetime
    rule: str
    clause: str
    title: str
    version: str
    severity: str
    lane: str
    author: str
    role: str
    phase: str
    words: str
    text: str
    superseded: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """A still picture of the archive; safe to hand between threads.

    Lists hold the newest first and at most `LIMIT` rows; the `..._total`
    fields say how many there are, so that nothing is cut without a sign.
    `expectations` counts possible breaches by people to whom the rule is only
    an expectation, by rule id: counted, never named.
    """

    at: datetime | None = None
    sentiment: tuple[CampTone, ...] = ()
    exchanges: tuple[ExchangeRow, ...] = ()
    breaches: tuple[BreachRow, ...] = ()
    sources: tuple[Health, ...] = ()
    expectations: tuple[tuple[str, int], ...] = ()
    posts_total: int = 0
    exchanges_total: int = 0
    breaches_total: int = 0


LIMIT = 200
"""Rows a list on the board holds at most."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a post as it was kept: the post, when it was captured, and its reading."""

    number: int
    post: Post
    captured: datetime
    sha256: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Card:
    """A post opened: its versions (oldest first), its parent as far as known, where it came from.

    `gone` is when it was first found missing, `gone_why` the reason given.
    """

    uid: str
    versions: tuple[Version, ...]
    sources: tuple[str, ...] = ()
    last_seen: datetime | None = None
    gone: datetime | None = None
    gone_why: str = ""
    parent: Post | None = field(default=None)
