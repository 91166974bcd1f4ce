"""The names of other packages that a configuration may use. Holds none of them itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names that other packages define and the file may use. None: not checked.

    `kinds` of sources, the building `blocks` that a rule may look for, the `marks` by which it
    may be raised or lowered.
    """

    kinds: frozenset[str] | None = None
    blocks: frozenset[str] | None = None
    marks: frozenset[str] | None = None
