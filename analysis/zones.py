"""Which clock is meant: the zones behind "UK time", "NZDT", "in Suva". Reads no clock itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from contest.reading import Span

_LEAD = re.compile(
    r"[\s,]{0,3}(?P<open>\(\s?)?"
    r"(?P<ours>(?:for|to)\s(?:us|me|those|folks?|anyone)\s(?:over\s|back\s"
    r"|out\s)?(?:here\s)?(?:in|on)\s"
    r"|(?:over\s|out\s)?here\sin\s|(?:by|on)\s(?:the\s)?)?"
    r"(?P<place>(?:back\s|over\s)?in\s(?:the\s)?|(?:in\s)?sunny\s)?(?P<the>the\s)?"
)
_NAME = re.compile(r"[a-z][\w.'-]{0,20}(?:\s[a-z][\w'-]{0,20}){0,2}")
_TIME = re.compile(r"(?:'s)?\s(?:standard\s|daylight\s|summer\s|local\s)?(?:time|clocks?)\b")
_BEFORE = re.compile(
    r"(?P<ours>\b(?:for\sus|for\sthose|over\shere|here|us)\s(?:here\s)?in\s)"
    r"|(?P<place>\b(?:in|from|for)\s)"
    r"|(?P<named>\b(?=[a-z][\w.'-]{0,20}(?:\s[\w'-]{1,20}){0,2}\stime\b))"
)
_ALONE = re.compile(r"\s*(?:$|[,.;:)/\n]|and\b|tomorrow\b|on\b|today\b)")
"""What may follow a place that stands alone after figures: "12:00 London, 14:00 Nairobi"."""
_ZULU = re.compile(r"(?<=\d)z\b")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock named in a text: at `span` of it, and every zone that it may mean.

    `sure` is False where only a place was named ("in Leeds"): the party's own clock may be meant.
    """

    span: Span
    name: str
    zones: tuple[str, ...]
    sure: bool = True


def clock_after(lower: str, place: int) -> Clock | None:
    """The clock named right after `place` of a folded, lower-case text ("noon | UK time")."""
    lead = _LEAD.match(lower, place, place + _WIDEST)
    if _ZULU.match(lower, place):
        return Clock((place, place + 1), "z", _zones("z"))
    if lead is None or lead.end() == place:
        return None
    found = _named(lower, lead.end())
    if found is None:
        return None
    name, end = found
    after = _TIME.match(lower, end)
    abbreviated = name in _clocks() and (after is not None or name not in _NEEDS_TIME)
    alone = lower[place - 1].isdigit() and _ALONE.match(lower, end) is not None
    if after is None and not (
        lead["open"] or lead["ours"] or lead["place"] or abbreviated or alone
    ):
        return None
    if lead["place"] and not lead["ours"] and name in _clocks() and name not in _places():
        return None
    last = after.end() if after else end
    if lead["open"] and lower[last : last + 1] == ")":
        last += 1
    return Clock((lead.start(), last), name, _zones(name))


def clock_before(lower: str, start: int, place: int) -> Clock | None:
    """The clock that a clause from `start` names before `place` ("In Suva it shuts at | one")."""
    floor = max(start, place - 2 * _WIDEST)
    best: Clock | None = None
    for lead in _BEFORE.finditer(lower, floor, place):
        found = _named(lower, lead.end())
        if found is None or found[1] > place:
            continue
        name, end = found
        timed = _TIME.match(lower, end)
        if timed is None and (lead["named"] is not None or name not in _places()):
            continue
        sure = timed is not None or lead["ours"] is not None
        if best is None or sure or not best.sure:
            best = Clock((lead.start(), timed.end() if timed else end), name, _zones(name), sure)
    return best


def zones_meant(names: tuple[str, ...], party: ZoneInfo, when: datetime) -> tuple[ZoneInfo, ...]:
    """The zones of a clock, as said in a party of that zone.

    An abbreviation of many meanings means the party's own clock where that is one of them.
    """
    zones = tuple(ZoneInfo(name) for name in names)
    own = party.utcoffset(when)
    here = [z for z in zones if z.key == party.key or _neighbours(z, party, when)]
    if len(zones) > 2 and here and own is not None:
        return tuple(here)
    return zones


def _neighbours(zone: ZoneInfo, party: ZoneInfo, when: datetime) -> bool:
    continent = party.key.partition("/")[0]
    return zone.key.startswith(continent + "/") or (
        zone.key.startswith("Etc/") and zone.utcoffset(when) == party.utcoffset(when)
    )


_NEEDS_TIME = frozenset(
    ("at", "art", "cat", "eat", "west", "wet", "atlantic", "central", "mountain")
)
"""Clocks whose names are words of another meaning, unless "time" follows."""


def _named(lower: str, place: int) -> tuple[str, int] | None:
    """The longest name of a clock or place that starts at `place`, and where it ends."""
    match = _NAME.match(lower, place)
    if match is None:
        return None
    words = match[0].split()
    for count in range(len(words), 0, -1):
        written = " ".join(words[:count])
        name = written.rstrip(".'-").removesuffix("'s")
        if name in _clocks() or name in _places():
            return name, place + len(name)
    return None


def _zones(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_clocks().get(name, ()), *_places().get(name, ()))))


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = resources.files("analysis").joinpath("zones.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _clocks() -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(zones.split(", ")) for name, zones in _table()["clocks"].items()}


@cache
def _places() -> Mapping[str, tuple[str, ...]]:
    places: dict[str, tuple[str, ...]] = {}
    for zone, names in _table()["places"].items():
        for name in names.split(", "):
            places[name] = (*places.get(name, ()), zone)
    return places


def every_zone() -> frozenset[str]:
    """Every IANA name that the table uses: what a test holds against the tz data."""
    return frozenset(zone for zones in (*_clocks().values(), *_places().values()) for zone in zones)


@lru_cache(maxsize=512)
def is_american(key: str) -> bool:
    """Whether dates are written month first where that IANA zone is kept: the United States."""
    return key in _MONTH_FIRST


_MONTH_FIRST = frozenset(
    f"America/{city}"
    for city in ("New_York", "Detroit", "Chicago", "Denver", "Phoenix", "Los_Angeles", "Anchorage")
) | {"Pacific/Honolulu", "Pacific/Guam", "America/Boise"}
