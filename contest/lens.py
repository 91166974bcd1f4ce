"""What a person wants to see: a filter by camp, rule, time and words."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_SPAN = re.compile(r"(\d{1,6})([smhdw])")
_FIELD = re.compile(r"[a-z]+")

FIELDS = {"camp": "camp:green", "rule": "rule:R01", "since": "since:2d", "until": "until:12h"}
"""What a filter may name, each with an example."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class LensError(ValueError):
    """The filter cannot be read; the message says what was perhaps meant."""


@dataclass(frozen=True, slots=True)
class Lens:
    """Which posts are meant. Empty fields do not filter; times are aware UTC.

    `words` must all occur in the post (any case, any order).
    """

    camp: str = ""
    rule: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()


def read_lens(line: str, now: datetime) -> Lens:
    """Read a line such as `camp:green rule:R01 since:2d "ferry times"`.

    `since:` and `until:` take a span before `now` ("90m", "2d") or an ISO date
    or time (UTC unless it names a zone). Raises LensError.
    """
    try:
        parts = shlex.split(line)
    except ValueError as error:
        raise LensError(f'{error}: close the quotation mark, as in "ferry times"') from None
    fields: dict[str, str] = {}
    words: list[str] = []
    for part in parts:
        name, colon, value = part.partition(":")
        if colon and name in FIELDS and value:
            fields[name] = value
        elif colon and _FIELD.fullmatch(name) and " " not in part and not value.startswith("//"):
            raise LensError(_no_field(name, value))
        else:
            words.append(part)
    return Lens(
        camp=fields.get("camp", ""),
        rule=fields.get("rule", "").upper(),
        since=read_moment(fields["since"], now) if "since" in fields else None,
        until=read_moment(fields["until"], now) if "until" in fields else None,
        words=tuple(words),
    )


def _no_field(name: str, value: str) -> str:
    if name in FIELDS:
        return f'"{name}:" needs a value, such as {FIELDS[name]}'
    known = ", ".join(f"{field}:" for field in FIELDS)
    return f'"{name}:" is no filter; there is {known} - or write "{name}: {value}" for words'


def read_moment(value: str, now: datetime) -> datetime:
    """Read "2d" (that long before `now`) or an ISO 8601 date or time, UTC unless zoned.

    >>> from datetime import UTC
    >>> read_moment("2h", datetime(2026, 11, 1, 12, tzinfo=UTC)).hour
    10
    """
    try:
        moment = _moment(value, now)
        sound = 1900 <= moment.astimezone(UTC).year <= 9000
    except (ValueError, OverflowError):
        sound = False
    if not sound:
        raise LensError(
            f'"{value}" is neither a span such as 90m, 12h, 2d nor a date such as 2026-11-01'
        )
    return moment


def _moment(value: str, now: datetime) -> datetime:
    if span := read_span(value):
        return now - span
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def read_span(value: str) -> timedelta | None:
    """Read "90s", "5m", "12h", "2d", "1w"; None where it is no span.

    >>> read_span("90m")
    datetime.timedelta(seconds=5400)
    """
    match = _SPAN.fullmatch(value.strip())
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
