"""Which alerts ring, and what is said of many at once. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from contest.reading import Breach
from contest.text import shown
from monitor.events import Alert
from tui.legend import at_least, rank

RINGING = ("case", "needs-context")
"""Lanes that ring: nothing rings before the rule, nor for an expectation."""


def loud(alerts: Sequence[Alert], threshold: str) -> list[Alert]:
    """The alerts about a breach of `threshold` or above, or about a hostile exchange."""
    return [alert for alert in alerts if alert.exchange or _breaches(alert, threshold)]


def headline(alerts: Sequence[Alert], threshold: str) -> tuple[str, str]:
    """Title and text for a batch: of one alert its words, of many their number by rule."""
    worst = max(alerts, key=lambda alert: rank(_severity(alert, threshold)))
    if len(alerts) == 1:
        return _title(worst, threshold), _quoted(worst)
    title = f"{len(alerts)} alerts, the gravest: {_title(worst, threshold)}"
    return title, f"{_tally(alerts, threshold)}\n{_quoted(worst)}"


def _breaches(alert: Alert, threshold: str) -> list[Breach]:
    return [
        breach
        for breach in alert.breaches
        if breach.lane in RINGING and at_least(breach.severity, threshold)
    ]


def _severity(alert: Alert, threshold: str) -> str:
    return max((breach.severity for breach in _breaches(alert, threshold)), key=rank, default="")


def _title(alert: Alert, threshold: str) -> str:
    breaches = _breaches(alert, threshold)
    if not breaches:
        return "a hostile exchange"
    rules = ", ".join(dict.fromkeys(shown(breach.rule, 8) for breach in breaches))
    return f"{_severity(alert, threshold)} {rules}"


def _tally(alerts: Sequence[Alert], threshold: str) -> str:
    rules = Counter(
        shown(breach.rule, 8) for alert in alerts for breach in _breaches(alert, threshold)
    )
    rules["hostile exchanges"] = sum(1 for alert in alerts if alert.exchange)
    return ", ".join(f"{rule} × {count}" for rule, count in rules.most_common(6) if count)


def _quoted(alert: Alert) -> str:
    return f"{shown(alert.post.author.handle, 30)}: {shown(alert.post.text, 120)}"
