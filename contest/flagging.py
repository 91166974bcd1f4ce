"""How the flags of a post change under other rules, one by one. Names nobody whom it may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contest.code import SEVERITIES
from contest.contest import UNNAMED
from contest.post import Post
from contest.reading import Breach, Reading

EXPECTATION = "expectation"
"""The lane that is counted: nobody is named for it, and no words are shown."""

Fate = Literal["gone", "new", "changed"]


@dataclass(frozen=True, slots=True)
class FlagChange:
    """A flag that is gone, new, or of another severity or lane (`before`, `after`).

    `who` is the author's roster handle, "a member", or "off the roster". In the expectation lane
    there is neither author nor post: `who`, `uid`, `text` are "" and `at` is None.
    """

    rule: str
    fate: Fate
    before: Breach | None
    after: Breach | None
    who: str = ""
    uid: str = ""
    text: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Flagging:
    """What other rules would flag in some posts.

    `same` counts flags that stay as they are, `expected` what would be an expectation, by rule.
    """

    changes: tuple[FlagChange, ...] = ()
    same: Mapping[str, int] = field(default_factory=dict)
    expected: Mapping[str, int] = field(default_factory=dict)


def flagging(post: Post, before: Reading, after: Reading) -> Flagging:
    """What changes for one post; `before` is as it is kept, without expectations."""
    now = _by_rule(after)
    kept = {rule: flag for rule, flag in _by_rule(before).items() if flag.lane != EXPECTATION}
    return Flagging(
        tuple(_changes(post, (before.role, after.role), after.account, kept, now)),
        Counter(rule for rule in kept if rule in now and _weight(kept[rule]) == _weight(now[rule])),
        Counter(rule for rule, flag in now.items() if flag.lane == EXPECTATION),
    )


def _changes(
    post: Post,
    roles: tuple[str, str],
    account: str,
    kept: Mapping[str, Breach],
    now: Mapping[str, Breach],
) -> Iterator[FlagChange]:
    who = _who(roles, account)
    for rule in sorted(kept.keys() | now.keys()):
        was, will_be = kept.get(rule), now.get(rule)
        fate: Fate = "new" if was is None else "gone" if will_be is None else "changed"
        if was and will_be and _weight(was) == _weight(will_be):
            continue
        if will_be and will_be.lane == EXPECTATION:
            if was:  # what is only counted, and was not seen before, is no flag
                yield FlagChange(rule, fate, _bare(was), _bare(will_be))
            continue
        yield FlagChange(rule, fate, was, will_be, who, post.uid, post.text, post.said)


def _by_rule(reading: Reading) -> dict[str, Breach]:
    """The gravest flag of each rule."""
    ranked = sorted(reading.breaches, key=lambda flag: SEVERITIES.index(flag.severity))
    return {flag.rule: flag for flag in ranked}


def _weight(flag: Breach) -> tuple[str, str]:
    return flag.severity, flag.lane


def _who(roles: tuple[str, str], account: str) -> str:
    if UNNAMED.intersection(roles):
        return "a member"
    return account or "off the roster"


def _bare(flag: Breach) -> Breach:
    """A flag without the words and the reason, which tell whose it is."""
    return Breach(
        flag.rule, flag.clause, flag.version, flag.severity, flag.lane, (), "", flag.unless
    )
