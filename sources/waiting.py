"""When a server that is busy wants to be asked again, from its headers. Reads no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
"""No server may silence a source for longer than this by one answer."""

_HEADERS = ("retry-after", "ratelimit-reset", "x-ratelimit-reset")
_EPOCH = 1_000_000_000


def asked_to_wait(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """The moment (aware, UTC) named by the first header that names one after `now`.

    `Retry-After` is seconds or an HTTP date (RFC 9110, 10.2.3); `RateLimit-Reset` seconds, or
    Bluesky's seconds since 1970; `X-RateLimit-Reset` either, or Mastodon's ISO 8601.

    >>> noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    >>> asked_to_wait({"retry-after": "90"}, noon).minute
    1
    >>> asked_to_wait({"x-ratelimit-reset": "2026-11-20T12:05:00.000Z"}, noon).minute
    5
    """
    for header in _HEADERS:
        until = _moment(headers.get(header, "").strip(), now)
        if until and until > now:
            return min(until, now + LONGEST)
    return None


def _moment(value: str, now: datetime) -> datetime | None:
    if not value or len(value) > 60:
        return None
    try:
        return _seconds(float(value), now)
    except (ValueError, OverflowError):
        pass
    for reader in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = reader(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _seconds(seconds: float, now: datetime) -> datetime:
    if seconds > _EPOCH:
        return datetime.fromtimestamp(seconds, UTC)
    return now + timedelta(seconds=seconds)
