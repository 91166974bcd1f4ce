"""Whether today's labels uphold the heads in force. Takes none out of force itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contest.labels import LEAST, Label, TeachingProblem, labels_of
from storage.teaching import Head

if TYPE_CHECKING:  # it needs numpy, for which the first paint does not wait
    from analysis.teaching import Proof
    from analysis.tutor import Known, Tutor


@dataclass(frozen=True, slots=True)
class Fallen:
    """A head that is not upheld any more, and why, in words."""

    head: Head
    why: str

    def __str__(self) -> str:
        return f"{self.head.version} is out of force: {self.why}"


def not_upheld(tutor: Tutor, heads: Sequence[Head], labels: Sequence[Label]) -> tuple[Fallen, ...]:
    """Those of the heads that labels in force (that give a tone) do not uphold.

    Raises TeachingProblem where the reader cannot be taught any more.
    """
    known = tutor.known(labels)
    given = {label.id for label in labels}
    judged = ((head, _why_not(tutor, head, given, known)) for head in heads)
    return tuple(Fallen(head, why) for head, why in judged if why)


def _why_not(tutor: Tutor, head: Head, given: set[int], known: Sequence[Known]) -> str:
    lost = sum(label not in given for label in head.labels)
    if lost:
        were = "was" if lost == 1 else "were"
        made = labels_of(len(head.labels))
        return f"of the {made} it was made of {lost:,} {were} withdrawn or changed"
    try:
        return _failing(tutor.prove(head.head, set(head.labels), known))
    except TeachingProblem:
        return "it is damaged"


def _failing(proof: Proof) -> str:
    """Where a head falls short of the rule for new ones, or of the labels given since."""
    made, since = proof.made, proof.since
    if made.lessons < LEAST:
        return f"it was made of {labels_of(made.lessons)}, and {LEAST} are needed"
    if not made.holds:
        return "it agrees with the labels it was made of no better than by chance"
    if since.contradicts:
        right, alone = (round(share * since.lessons) for share in (since.after, since.before))
        return (
            f"of {labels_of(since.lessons)} given since it agrees with {right:,},"
            f" the reader alone with {alone:,}"
        )
    return ""
