"""Moments and spans in words, in the party's zone. Pure; reads no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def full(when: datetime, zone: ZoneInfo) -> str:
    """Day, date, time to the second and zone.

    >>> from datetime import UTC
    >>> full(datetime(2026, 11, 7, 14, 3, 22, tzinfo=UTC), ZoneInfo("Europe/London"))
    'Sat 7 Nov 14:03:22 GMT'
    """
    local = when.astimezone(zone)
    return f"{_day(local)} {local:%H:%M:%S} {local.tzname()}"


def short(when: datetime | None, zone: ZoneInfo, now: datetime | None) -> str:
    """At most nine characters: the time today, day and time this week, else the date.

    >>> from datetime import UTC
    >>> now, zone = datetime(2026, 11, 7, 14, tzinfo=UTC), ZoneInfo("Europe/London")
    >>> short(datetime(2026, 11, 7, 9, 5, tzinfo=UTC), zone, now)
    '09:05'
    >>> short(datetime(2026, 11, 5, 9, 5, tzinfo=UTC), zone, now)
    'Thu 09:05'
    >>> short(datetime(2026, 10, 5, 9, 5, tzinfo=UTC), zone, now)
    '5 Oct'
    """
    if when is None:
        return "-"
    local, today = when.astimezone(zone), (now or when).astimezone(zone)
    away = abs((today.date() - local.date()).days)
    if away == 0:
        return f"{local:%H:%M}"
    if away < 7:
        return f"{_DAYS[local.weekday()]} {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year % 100:02}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year}"


def day(when: datetime | None, zone: ZoneInfo) -> date | None:
    """The day on the party's calendar."""
    return when.astimezone(zone).date() if when else None


def until(span: timedelta) -> str:
    """A countdown.

    >>> until(timedelta(days=1, hours=2, seconds=5))
    '1 d 02:00:05'
    >>> until(timedelta(minutes=3))
    '00:03:00'
    """
    seconds = max(int(span.total_seconds()), 0)
    days, seconds = divmod(seconds, 86_400)
    ahead = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{days} d {ahead}" if days else ahead


def _day(local: datetime) -> str:
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
