"""What a phase or a moment of a timetable is, told by its name where the file does not say."""

from __future__ import annotations

import re

_PHASES = (
    ("quiet", r"quiet|silen|purdah|cooling|blackout"),
    ("vacancy", r"vacan|before the contest"),
    ("count", r"count|embargo|scrutin"),
    ("declared", r"declar|result|objection|appeal|announce"),
    ("campaign", r"campaign|nominations? (?:are )?close|closed"),
    ("nominations", r"nominat"),
    ("voting", r"vot|ballot|poll"),
)
_MILESTONES = (
    ("join-by", r"freeze|join|eligib|cut-?off"),
    ("replacement-by", r"replace|reissue|new ballot|lost"),
    ("complain-by", r"complain"),
)


def phase_kind(*names: str) -> str:
    """The kind of a phase of these names, "" if they do not tell.

    >>> phase_kind("P4", "voting"), phase_kind("P3", "nominations closed"), phase_kind("spring")
    ('voting', 'campaign', '')
    """
    return _first(_PHASES, names)


def milestone_kind(*names: str) -> str:
    """The kind of a moment of these names, "" if they do not tell.

    >>> milestone_kind("membership freeze")
    'join-by'
    """
    return _first(_MILESTONES, names)


def _first(kinds: tuple[tuple[str, str], ...], names: tuple[str, ...]) -> str:
    text = " ".join(names).casefold()
    return next((kind for kind, words in kinds if re.search(rf"\b(?:{words})", text)), "")
