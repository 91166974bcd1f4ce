"""A short name for everything in config.toml that decides how a post is read. Reads no file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from contest.contest import Contest


def fingerprint(contest: Contest) -> str:
    """Eight hex digits that change with the camps, the roster, timetable, rules, registers, limits.

    They do not change with what is polled, where it is kept, or with a rule's own examples, which
    decide nothing.
    """
    limits = contest.thresholds
    decisive = (
        contest.party,
        contest.zone.key,
        contest.camps,
        contest.accounts,
        contest.phases,
        contest.milestones,
        tuple(replace(rule, breach=(), fine=()) for rule in contest.rules),
        contest.officials,
        contest.rival_parties,
        contest.facts,
        contest.endorsements,
        contest.domains,
        contest.imprint,
        (limits.sure, limits.hostile),
    )
    written = json.dumps(_plain(decisive), sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:8]


def _plain(value: Any) -> Any:
    """The value in lists and dictionaries; sets are sorted, their order means nothing."""
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
