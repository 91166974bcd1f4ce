"""What a reader says of a post: tone, hostility, exchange, possible breaches. Never a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from contest.code import Detectability, Lane

Span = tuple[int, int]
"""[start, end) in characters of the post's text."""


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone of a post towards one camp: -1, 0 or 1; `score` in -1..1.

    When the reader is not `sure`, `tone` is 0 and the score says which way it leaned.
    `leans` is the tone that it held likeliest, sure or not, and `certainty` (0..1) how likely.
    """

    camp: str
    tone: int
    score: float
    sure: bool
    mentions: tuple[Span, ...] = ()
    certainty: float = 1.0
    leans: int = field(default=0, compare=False)  # not kept: a stored tone tells what was shown


@dataclass(frozen=True, slots=True)
class Hostility:
    """How hostile a post is towards people: `score` in 0..1, and the words that say so."""

    score: float = 0.0
    towards: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A hostile post by one camp's rostered account at another camp.

    `by` is "reply", "quote" or "mention".
    """

    from_camp: str
    to_camp: str
    by: str


Stance = Literal["asserts", "agrees", "condemns", "reports", "denies", "insinuates", "jokes"]
"""How a speaker stands to the words: says them; agrees with or condemns a parent's; passes on what
others say; denies sincerely; says it by denying that one says it; in irony."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A possible breach of one clause. People decide; this only points.

    `reason` is one sentence; `unless` is what would make it not a breach; `text` the clause as in
    force. `role_source` says where the author's role comes from, `edge_s` how many seconds lie
    between the post and the nearest edge of the timetable or of the rule (negative: before it),
    which `edge` names. `via` is the rule behind a repost of a breach. `authority` is cited where a
    later version reaches back. `mend` is what the returning officer may publish to
    correct it. `by_meaning`: it rests on a reader's judgement, not on a form or a register; that is
    not kept.
    """

    rule: str
    clause: str
    version: str
    severity: str
    lane: Lane
    spans: tuple[Span, ...]
    reason: str
    unless: str
    text: str = ""
    detectability: Detectability = "A"
    stance: Stance = "asserts"
    score: float = 1.0
    role_source: str = ""
    phase: str = ""
    edge: str = ""
    edge_s: int | None = None
    via: str = ""
    authority: str = ""
    mend: str = ""
    by_meaning: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is said of one version of a post, pinned to the readers that said it.

    `account`, `camp`, `role` come from the roster at the time of the post (""
    off the roster); `phase` is the timetable's ("" outside it). `readers`
    maps a task to "name@version".
    """

    account: str = ""
    camp: str = ""
    role: str = ""
    phase: str = ""
    tones: tuple[Tone, ...] = ()
    hostility: Hostility = Hostility()
    exchange: Exchange | None = None
    breaches: tuple[Breach, ...] = ()
    readers: Mapping[str, str] = field(default_factory=dict)
