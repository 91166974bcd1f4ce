"""What earlier words weigh once their author has put others in their place. Pure; keeps nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from contest.code import SEVERITIES
from contest.post import Post
from contest.reading import Breach, Reading


def replaced_by(older: Post, newer: Post, captured: datetime) -> datetime:
    """When `newer` took the place of `older`: as its platform says, else when it was `captured`.

    The author's own word for it is not believed, and a feed has no other.
    """
    told = newer.edited if newer.platform != "feed" else None
    return told if told and told > older.said else captured


def corrected(before: Reading, anew: Reading, newer: Reading) -> Reading | None:
    """The further reading of words that were replaced; None where nothing weighs less for it.

    `before` is what was said of them, `anew` the same words read as replaced, `newer` what is said
    of the words in their place: a rule that those may breach too is not corrected. No flag is new
    for it, and none is lost.
    """
    again = {breach.rule for breach in newer.breaches}
    found = {breach.rule: breach for breach in anew.breaches if breach.rule not in again}
    flags = tuple(_lighter(flag, found.get(flag.rule)) for flag in before.breaches)
    if flags == before.breaches:
        return None
    return replace(anew, breaches=flags)


def _lighter(flag: Breach, now: Breach | None) -> Breach:
    """What is said of it now, if that is milder and else the same."""
    milder = now is not None and SEVERITIES.index(now.severity) < SEVERITIES.index(flag.severity)
    return now if now and milder and now.lane == flag.lane else flag
