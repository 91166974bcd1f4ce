"""Which sign and colour stand for what. No colour without a sign; all are theme variables."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from contest.code import SEVERITIES
from contest.contest import Contest
from contest.text import shown

SYMBOLS = "●▲■◆▼★◗✚"
"""One a camp, in the order of config.toml; colours are $camp-1 to $camp-8."""

WIDEST = 16
"""Cells of a camp's name in a column; a longer name is cut with "…"."""

SEVERITY_STYLES = {
    "S0": "$foreground-muted",
    "S1": "",
    "S2": "bold $text-warning",
    "S3": "bold $text-error",
    "S4": "bold reverse $text-error",
}

LANES = {
    "case": ("! case", ""),
    "needs-context": ("? needs context", "italic $text-secondary"),
    "before-rule": ("‹ before the rule", "$foreground-muted"),
    "expectation": ("~ expectation", "$foreground-muted"),
}

STATES = {
    "answering": ("✓", "$text-success"),
    "nothing new": ("=", "$foreground-muted"),
    "waiting": ("…", "$foreground-muted"),
    "stale": ("?", "bold $text-warning"),
    "failing": ("✗", "bold $text-error"),
}
"""Health of a source, best first."""


@dataclass(frozen=True, slots=True)
class CampSign:
    """How a camp is shown."""

    symbol: str
    name: str
    style: str

    def label(self) -> Content:
        """Symbol and name in the camp's colour."""
        return Content.styled(f"{self.symbol} {self.name}", self.style)


class Legend:
    """The signs of one contest's camps."""

    def __init__(self, contest: Contest) -> None:
        self._signs = {
            camp.id: CampSign(
                SYMBOLS[place % len(SYMBOLS)],
                shown(camp.name, 30),
                f"$camp-{place % len(SYMBOLS) + 1}",
            )
            for place, camp in enumerate(contest.camps)
        }
        names = [cell_len(sign.name) for sign in self._signs.values()]
        self.widest = 2 + min(max(names, default=4), WIDEST)

    def camp(self, camp_id: str) -> CampSign:
        """A camp's sign; of one that the contest does not know, a plain one."""
        return self._signs.get(camp_id) or CampSign("○", shown(camp_id, 30) or "no camp", "")


def severity(name: str) -> Content:
    """A severity in its style."""
    return Content.styled(shown(name, 3), SEVERITY_STYLES.get(name, ""))


def lane(name: str) -> Content:
    """A lane with its sign: told apart without colour."""
    words, style = LANES.get(name, (shown(name, 20), ""))
    return Content.styled(words, style)


def fate(gone: bool, superseded: bool = False) -> Content:
    """What has become of a post since it was read."""
    parts = [("gone ✗ ", "bold $text-error")] * gone
    parts += [("edited ✎ ", "bold $text-warning")] * superseded
    return Content.assemble(*parts)


def at_least(name: str, threshold: str) -> bool:
    """Whether one severity is as urgent as another.

    >>> at_least("S3", "S2"), at_least("S1", "S2")
    (True, False)
    """
    return rank(name) >= rank(threshold)


def rank(name: str) -> int:
    """The place of a severity, the mildest being 0; -1 for what is none."""
    return SEVERITIES.index(name) if name in SEVERITIES else -1


def tone_style(tone: float) -> str:
    """The colour of a tone: its sign is always written beside it."""
    if abs(tone) < 0.05:
        return "$foreground-muted"
    return "$text-success" if tone > 0 else "$text-error"


def signed(tone: float) -> str:
    """A tone or difference with its sign.

    >>> signed(0.314), signed(-0.5)
    ('+0.31', '−0.50')
    """
    return f"{tone:+.2f}".replace("-", "−")
