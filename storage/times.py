"""Moments as the archive writes them: text of one width, UTC, that sorts. Reads no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)


def stamp(when: datetime) -> str:
    """`when` (aware) as the archive keeps it.

    >>> stamp(datetime(2026, 10, 28, 19, 4, tzinfo=UTC))
    '2026-10-28T19:04:00.000000Z'
    """
    if when.tzinfo is not UTC:
        when = when.astimezone(UTC)
    return when.isoformat(timespec="microseconds")[:26] + "Z"


def stamp_or_none(when: datetime | None) -> str | None:
    """As `stamp`; None stays None."""
    return stamp(when) if when else None


def moment(text: str) -> datetime:
    """The aware UTC moment that `stamp` wrote.

    >>> moment("2026-10-28T19:04:00.000000Z").hour
    19
    """
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """As `moment`; None stays None."""
    return datetime.fromisoformat(text) if text else None


def hour_of(text: str) -> str:
    """The hour in which a stamp lies, as the table `hours` writes it.

    >>> hour_of("2026-10-28T19:04:00.000000Z")
    '2026-10-28T19:00:00Z'
    """
    return text[:13] + ":00:00Z"


def hour_stamp(when: datetime) -> str:
    """The hour in which `when` lies, as the table `hours` writes it."""
    return hour_of(stamp(when))


def hour_floor(when: datetime) -> datetime:
    """The full hour (UTC) at or before `when`."""
    return when.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hour_ceiling(when: datetime) -> datetime:
    """The full hour (UTC) at or after `when`."""
    floor = hour_floor(when)
    return floor if floor == when else floor + HOUR
