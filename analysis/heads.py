"""What the encoder says: the names and sizes of its heads, in the order of its outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DOES = ("asserts", "condemns", "reports", "denies", "insinuates", "jokes")
"""What a speaker does with the words."""
RULES = tuple(f"R{number:02}" for number in range(1, 35))
"""The recurring rules of candidates' codes."""


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
SLOT_HEADS = (
    Head("meant", 1),
    Head("stance", 3, "choice"),
    Head("tone", 3, "choice"),
    Head("attack", 1),
    Head("endorse", 1),
)
