"""What a party has on record and a post may contradict: facts, endorsements. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement that the party holds to be true from `start` to `end`.

    `kind` "procedure": how, when and by whom is voted; "record": a matter of a candidate's
    record, whose `camp` it is. `says` is one plain sentence.
    """

    id: str
    kind: Literal["procedure", "record"]
    says: str
    camp: str = ""
    start: datetime | None = None
    end: datetime | None = None

    def holds(self, when: datetime) -> bool:
        """Whether it holds at `when`: start inclusive, end exclusive."""
        return (self.start is None or self.start <= when) and (self.end is None or when < self.end)


@dataclass(frozen=True, slots=True)
class Endorsement:
    """`who` consented to be named as backing `camp`, from `start` (inclusive) to `end` (exclusive).

    `aliases` are other names by which people call them. Without a `camp`: they back nobody, and
    are here so that their name is known.
    """

    who: str
    camp: str | None = None
    aliases: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    def holds(self, when: datetime) -> bool:
        """Whether it holds at `when`: start inclusive, end exclusive."""
        return (self.start is None or self.start <= when) and (self.end is None or when < self.end)
