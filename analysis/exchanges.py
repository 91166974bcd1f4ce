"""Hostile exchanges between camps, by the roster alone. Does not know how hostility was found."""

from __future__ import annotations

from analysis.meaning import Passage, Sense, Target
from contest.reading import Exchange


def exchange(camp: str, passage: Passage, sense: Sense, hostile: float) -> Exchange | None:
    """The exchange that a post by a rostered account of `camp` opens, if it is a hostile one.

    At whom: the other camp most attacked, else the one that is answered. `by`
    is "reply" or "quote" where that camp's own account is answered, else "mention".
    """
    if not camp or passage.kind == "repost" or sense.hostility.score < hostile:
        return None
    if sense.stance in ("condemns", "reports"):
        return None
    to = _attacked(camp, sense, hostile)
    if to is None:
        return None
    answered = passage.addressed == Target("camp", to) and passage.kind in ("reply", "quote")
    return Exchange(camp, to, passage.kind if answered else "mention")


def _attacked(camp: str, sense: Sense, hostile: float) -> str | None:
    """The other camp that the words are at; None where they are at nobody else's."""
    others = [
        toward
        for toward in sense.toward
        if toward.target.kind == "camp"
        and toward.target.id != camp
        and toward.attack.score >= hostile
    ]
    worst = max(others, key=lambda toward: toward.attack.score, default=None)
    return worst.target.id if worst else None
