"""What the trained readers say: names and sizes of their heads, in the order of their outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contest.reading import Stance

DOES: tuple[Stance, ...] = ("asserts", "condemns", "reports", "denies", "insinuates", "jokes")
"""What a speaker does with the words."""
RULES = tuple(f"R{number:02}" for number in range(1, 35))
"""The recurring rules of candidates' codes: a head that the encoder has and nobody reads."""
ACTS = (
    "disparagement", "attack on officials", "briefing", "demeaning words", "procedure stated",
    "taking sides", "taking sides in office", "party's means", "members' data", "leak",
    "paid advertising", "campaign material", "money", "inducement", "ballots", "result figures",
    "bulk messages", "astroturf", "backing claimed", "sham account", "threat", "private data",
    "made-up media", "criticism of the process", "disrepute", "rival party", "closed session",
    "call to pile on", "adoption", "for others", "public means", "outside help", "record stated",
    "defiance", "private life",
)  # fmt: skip
"""What the words of a post do, whoever says them, true or not: what each of the recurring rules
R01 to R34 is about, in their order, then what R22 has beside private data."""
HOLDS = ("unrelated", "agrees", "contradicts")
"""How a post stands to a fact that is put beside it."""


@dataclass(frozen=True, slots=True)
class Head:
    """A question that the encoder answers.

    One of `size` classes (`choice`), or `size` independent yes-or-no answers (`each`).
    """

    name: str
    size: int
    kind: Literal["choice", "each"] = "each"


POST_HEADS = (
    Head("sentiment", 3, "choice"),
    Head("offensive", 1),
    Head("aimed", 1),
    Head("at_person", 1),
    Head("hostile", 1),
    Head("slur", 1),
    Head("threat", 1),
    Head("ask", 1),
    Head("process", 1),
    Head("pile_on", 1),
    Head("rival", 1),
    Head("does", len(DOES), "choice"),
    Head("rules", len(RULES)),
)
ACT_HEADS = (*POST_HEADS[:-1], Head("acts", len(ACTS)), Head("holds", len(HOLDS), "choice"))
"""Those of the reader of acts, which is asked for its last three alone."""
SLOT_HEADS = (
    Head("meant", 1),
    Head("stance", 3, "choice"),
    Head("tone", 3, "choice"),
    Head("attack", 1),
    Head("endorse", 1),
)
