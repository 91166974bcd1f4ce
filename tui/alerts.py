"""What is said of alerts, one or many at once. Pure; what rings is decided in monitor.alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from contest.contest import Contest
from contest.text import shown
from monitor.events import Alert
from tui.legend import rank


def headline(alerts: Sequence[Alert], contest: Contest) -> tuple[str, str]:
    """Two lines for a batch: of one alert its words, of many their number by rule and the worst."""
    worst = max(alerts, key=lambda alert: rank(_severity(alert)))
    title, quoted = _title(worst), _quoted(worst, contest)
    if len(alerts) == 1:
        return title, quoted
    return f"{len(alerts)} alerts: {_by_rule(alerts)}", f"the gravest: {title} {quoted}"


def _severity(alert: Alert) -> str:
    return max((breach.severity for breach in alert.breaches), key=rank, default="")


def _title(alert: Alert) -> str:
    if not alert.breaches:
        return "a hostile exchange"
    rules = ", ".join(dict.fromkeys(shown(breach.rule, 8) for breach in alert.breaches))
    return f"{_severity(alert)} {rules}"


def _by_rule(alerts: Sequence[Alert]) -> str:
    rules = Counter(shown(breach.rule, 8) for alert in alerts for breach in alert.breaches)
    rules["hostile exchanges"] = sum(1 for alert in alerts if alert.exchange)
    return ", ".join(f"{rule} × {count}" for rule, count in rules.most_common(6) if count)


def _quoted(alert: Alert, contest: Contest) -> str:
    """Who said it, by the name that the panes use, and what."""
    author = alert.post.author
    account = contest.account_of(author, alert.post.platform)
    name = account.handle if account else author.handle or author.name
    return f"{shown(name, 30)}: {shown(alert.post.text, 120)}"
