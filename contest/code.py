"""A candidates' code as data: clauses in versions, what each looks for, examples. No judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

SEVERITIES = ("S0", "S1", "S2", "S3", "S4")
"""Triage speed, not guilt: S0 note, S1 query, S2 same day, S3 within 24 h, S4 now."""

Lane = Literal["case", "expectation", "before-rule", "needs-context"]
"""Where a flag goes: `case` and `needs-context` are for people to decide, an `expectation` is
counted without a name, `before-rule` is shown only: the clause came into force later."""

Detectability = Literal["A", "B", "C"]
"""What a flag rests on: A the post, its author's role and the clock; B a register beside them;
C nothing that is public, so that a post is only a hint."""

Kind = Literal["post", "reply", "quote", "repost"]


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that a rule looks for: a building block, and when it counts.

    `block` names a block of `analysis.blocks`. It counts only for authors of `roles` (empty: all
    whom the rule binds), in posts of `kinds`, in `phases` (ids or kinds of phases; empty: all) and
    from `start` (inclusive) to `end` (exclusive); where each block of `together` is seen as well,
    and none of `without`. `words` are what the block "words" looks for: phrases, or /patterns/.
    `severity` stands in for the rule's own.
    """

    block: str
    severity: str = ""
    roles: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    start: datetime | None = None
    end: datetime | None = None
    together: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A post that the code's authors hold to be a breach, or fine. Run by `hustings check`.

    `text` may hold {rival}, {rival.first}, {own}, {official}, {party}, {rival_party}, {member},
    {closes}, {closes.late}: each is filled in from the contest, for each candidate in turn. `role`
    or `author` (a roster handle) says who posts it, `at` or `phase` when, `parent` what it
    answers. `line` is where it stands, 0 for a template's.
    """

    text: str
    role: str = ""
    author: str = ""
    at: datetime | None = None
    phase: str = ""
    kind: Kind = "post"
    parent: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A clause of the code, in the version in force from `start` (inclusive) to `end` (exclusive).

    `binds` are the roles that answer for it; to `expects` it is an expectation: counted, never
    named. An empty `looks_for` means that only people may raise it. `raised_for` maps a role,
    `raised_when` and `lowered_when` a mark that a block may leave ("last-day") to a severity.
    Posts from `reaches_back_to` on are flagged by a later version only on the `authority` that the
    party cites. Words that their author replaced within `corrected_within` weigh a step less.
    """

    id: str
    clause: str
    title: str
    text: str
    version: str
    binds: frozenset[str]
    severity: str
    looks_for: tuple[Look, ...] = ()
    unless: str = ""
    start: datetime | None = None
    end: datetime | None = None
    adopted: datetime | None = None
    published: datetime | None = None
    expects: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    detectability: Detectability = "A"
    raised_for: Mapping[str, str] = field(default_factory=dict)
    raised_when: Mapping[str, str] = field(default_factory=dict)
    lowered_when: Mapping[str, str] = field(default_factory=dict)
    corrected_within: timedelta = timedelta(minutes=10)
    reaches_back_to: datetime | None = None
    authority: str = ""
    body: str = ""
    sanctions: tuple[str, ...] = ()
    like: str = ""
    breach: tuple[Example, ...] = ()
    fine: tuple[Example, ...] = ()

    def in_force(self, when: datetime) -> bool:
        """Whether the rule is in force at `when`: start inclusive, end exclusive."""
        return (self.start is None or self.start <= when) and (self.end is None or when < self.end)

    def reaches(self, when: datetime) -> bool:
        """Whether it flags backwards, by a cited authority, what was posted at `when`."""
        back, start = self.reaches_back_to, self.start
        return bool(self.authority and back and start and back <= when < start)
