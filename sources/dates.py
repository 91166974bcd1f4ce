"""Dates as platforms write them into moments. Reads no clock; never guesses in silence."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from dateutil import parser as dateutil_parser

from contest.text import shown

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_LONGEST = 80

_HOURS = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
"""The zone names of RFC 822: any reader knows these."""

_MORE_HOURS = {
    "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "TRT": 3, "SAST": 2, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8,
    "AWST": 8, "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "AKST": -9,
    "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "BRT": -3,
}  # fmt: skip
"""Names in common use that feedparser takes for UTC. BST is British Summer Time."""

_ZONES = {name: timezone(timedelta(hours=hours)) for name, hours in (_HOURS | _MORE_HOURS).items()}

_MONTHS_BY_LANGUAGE = (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "january february march april may june july august september october november december",
    "janv fevr mars avr mai juin juil aout sept oct nov dec",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "jan feb mrz apr mai jun jul aug sept okt nov dez",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "ion chw maw ebr mai meh gor aws med hyd tach rhag",
    "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr",
)
_ENGLISH = frozenset(" ".join(_MONTHS_BY_LANGUAGE[:2]).split()) | {"sept"}
_MONTHS = {
    name: number
    for language in _MONTHS_BY_LANGUAGE
    for number, name in enumerate(language.split(), 1)
}

_RFC822 = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})[\s-]([^\W\d]{3,12})\.?[\s-](\d{4}|\d{2})"
    r"(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:\s*([+-]\d\d):?(\d\d)|\s*\(?([A-Z]{1,5})\)?)?)?"
)
_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})"
    r"(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*([+-]\d\d):?(\d\d)|\s*([A-Z]{1,5}))?)?"
)
_UNIX = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{13}")


class Dated(NamedTuple):
    """A moment (aware, UTC), and what had to be done to the date to read it ("": nothing)."""

    moment: datetime
    note: str = ""


def dated(claimed: str, fetched: datetime) -> Dated:
    """When something was published, by a date as its source wrote it.

    Without a legible date it is `fetched`; outside 2000 to a day after `fetched` it is
    moved to that bound. Either is said in the note.

    >>> now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    >>> dated("Fri, 20 Nov 2026 09:00:00 BST", now).moment.hour
    8
    >>> dated("Fri, 20 Nov 2026 09:00:00 BST", now).note
    're-read: BST is UTC+01:00'
    >>> dated("", now).note
    'missing: taken as the time of fetching'
    """
    claimed = claimed.strip()
    if not claimed:
        return Dated(fetched, "missing: taken as the time of fetching")
    found = read(claimed, fetched)
    if found is None:
        return Dated(fetched, f'unreadable ("{shown(claimed, 40)}"): taken as the time of fetching')
    return _clamped(found, fetched)


def read(claimed: str, fetched: datetime) -> Dated | None:
    """The moment that a written date means, however early or late; None if it is illegible."""
    if len(claimed) > _LONGEST:
        return None
    try:
        return _read(claimed, fetched)
    except (ValueError, OverflowError):
        return None


def _read(claimed: str, fetched: datetime) -> Dated | None:
    if match := _RFC822.fullmatch(claimed):
        return _from_words(match)
    if match := _DAY_FIRST.fullmatch(claimed):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
        moment, note = _at(year, month, day, match.groups()[3:])
        return Dated(moment, note or "re-read: day before month")
    if _UNIX.fullmatch(claimed):
        seconds = float(claimed) / (1000 if len(claimed) == 13 else 1)
        return Dated(datetime.fromtimestamp(seconds, UTC), "re-read: seconds since 1970")
    return _from_iso(claimed) or _from_anything(claimed, fetched)


def _from_iso(claimed: str) -> Dated | None:
    try:
        moment = datetime.fromisoformat(claimed)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return Dated(moment.replace(tzinfo=UTC), "no time zone: read as UTC")
    return Dated(moment.astimezone(UTC))


def _from_words(match: re.Match[str]) -> Dated | None:
    name = match[2].lower()
    if name not in _ENGLISH:
        name = "".join(
            c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)
        )
    month = _MONTHS.get(name)
    if month is None:
        return None
    year = int(match[3])
    if len(match[3]) == 2:
        year += 2000 if year < 70 else 1900
    moment, note = _at(year, month, int(match[1]), match.groups()[3:])
    if not note and name not in _ENGLISH:
        note = f"re-read: {shown(match[2], 12)} is month {month}"
    return Dated(moment, note)


def _at(year: int, month: int, day: int, time: tuple[str | None, ...]) -> tuple[datetime, str]:
    """A moment from its parts; `time`: hour, minute, second, zone hours, zone minutes, zone."""
    hour, minute, second, off_hours, off_minutes, name = time
    clock = (int(hour or 0), int(minute or 0), min(int(second or 0), 59))
    if off_hours is not None:
        minutes = int(off_hours) * 60 + int(off_hours[0] + (off_minutes or "0"))
        zone = UTC if not minutes else timezone(timedelta(minutes=minutes))
        return datetime(year, month, day, *clock, tzinfo=zone).astimezone(UTC), ""
    zone, note = _zone(name)
    return datetime(year, month, day, *clock, tzinfo=zone).astimezone(UTC), note


def _zone(name: str | None) -> tuple[timezone, str]:
    if name is None:
        return UTC, "no time zone: read as UTC"
    if name in _HOURS:
        return _ZONES[name], ""
    if name in _MORE_HOURS:
        return _ZONES[name], f"re-read: {name} is {_ZONES[name]}"
    return UTC, f"unknown time zone {name}: read as UTC"


def _from_anything(claimed: str, fetched: datetime) -> Dated | None:
    """What dateutil makes of it, day first; a date without a year is no date."""
    if not re.search(r"\d{4}", claimed):
        return None
    unknown: list[str] = []

    def zone(name: str | None, offset: int | None) -> timezone:
        if offset is not None:
            return timezone(timedelta(seconds=offset))
        unknown.extend([name] if name and name not in _ZONES else [])
        return _ZONES.get(name or "", UTC)

    midnight = fetched.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    moment = dateutil_parser.parse(claimed, dayfirst=True, tzinfos=zone, default=midnight)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    note = f"unknown time zone {shown(unknown[0], 10)}: read as UTC" if unknown else "re-read"
    return Dated(moment.astimezone(UTC), note)


def _clamped(found: Dated, fetched: datetime) -> Dated:
    if EARLIEST <= found.moment <= fetched + _AHEAD:
        return found
    bound = EARLIEST if found.moment < EARLIEST else fetched + _AHEAD
    return Dated(bound, f"clamped to {bound:%Y-%m-%d}: it says {found.moment.year:04d}")
