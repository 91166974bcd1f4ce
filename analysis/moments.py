"""When words say it is, "noon on Friday", as stretches of time. Reads no clock and guesses none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from analysis.timewords import DAY, Atom, Calendar, Days, Hours, Lasting, atoms, whole_days
from analysis.zones import Clock, clock_after, is_american, zones_meant

BEGINNING = datetime(1971, 1, 1, tzinfo=UTC)
"""Before every moment that is told: of a stretch that has no beginning."""
ENDLESS = datetime(9000, 1, 1, tzinfo=UTC)
"""After every moment that is told: of a stretch that has no end."""
MOST = 24
"""How many moments of one text are read; people name two or three."""
_MINUTE = timedelta(minutes=1)


class Stretch(NamedTuple):
    """`[earliest, latest)`, UTC. An unlikely one only excuses: no words are held to it."""

    earliest: datetime
    latest: datetime
    likely: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """One place of a text that says when: `[start, end)` in characters of the folded text.

    `calendars` (dates, "tomorrow"), `weekday` and `hours` are empty where none is said; `part` is
    a stretch of
    the day ("evening"). `lasting` stands alone, and `left` tells how it is put ("left", "ago",
    "in", "more", "have", "last").
    """

    start: int
    end: int
    calendars: tuple[Calendar, ...] = ()
    weekday: Calendar | None = None
    hours: tuple[Hours, ...] = ()
    part: Hours | None = None
    lasting: Lasting | None = None
    left: str = ""
    clock: Clock | None = None
    every: bool = False

    @property
    def any_day(self) -> bool:
        """Whether only an hour is said, of whichever day."""
        return bool(self.hours) and not self.says_day and self.lasting is None

    @property
    def says_day(self) -> bool:
        """Whether a day is said, by date or by weekday."""
        return bool(self.calendars) or self.weekday is not None


_GLUE = re.compile(
    r"[\s,]{0,3}\(?(?:(?:on|at|the|of|in|this|by|@|[-\u2013\u2014]|le|a|ar|i te|te|sharp|dead"
    r"|exactly|prompt|but|(?:our|my|your|local) time)"
    r"(?:\s{1,2}|$)){0,3}"
)
_FARTHEST = 24


def moments(lower: str) -> list[Moment]:
    """The places of a folded, lower-case text that say when, in order; the first `MOST`.

    Pieces that stand side by side ("noon", "on Friday", "UK time") are one moment. A part of a
    day alone ("good evening") is none.
    """
    joined = list(islice(_joined(lower, atoms(lower)), MOST))
    return [m for m in joined if m.says_day or m.hours or m.lasting]


def _joined(lower: str, found: Iterator[Atom]) -> Iterator[Moment]:
    held: Moment | None = None
    kinds: set[str] = set()
    for atom in found:
        if held is not None and _fits(lower, held, kinds, atom):
            held = _with(held, atom)
            kinds.add(atom.kind)
        else:
            if held is not None:
                yield held
            held = _with(Moment(atom.start, atom.start), atom)
            kinds = {atom.kind}
        if held.clock is None and held.lasting is None:
            clock = clock_after(lower, held.end)
            held = replace(held, clock=clock, end=clock.span[1]) if clock else held
    if held is not None:
        yield held


def _fits(lower: str, held: Moment, kinds: set[str], atom: Atom) -> bool:
    """Whether an atom goes on saying the moment before it, and does not say another."""
    if atom.start - held.end > _FARTHEST or held.lasting or atom.lasting:
        return False
    if (atom.hours and held.hours) or (atom.part and held.part):
        return False
    if atom.calendar is not None and atom.kind in kinds:
        return False
    return _GLUE.fullmatch(lower, held.end, atom.start) is not None


def _with(held: Moment, atom: Atom) -> Moment:
    dated = atom.kind != "weekday"
    return replace(
        held,
        end=atom.end,
        calendars=(*held.calendars, atom.calendar) if dated and atom.calendar else held.calendars,
        weekday=held.weekday if dated else atom.calendar,
        hours=atom.hours or held.hours,
        part=atom.part or held.part,
        lasting=atom.lasting or held.lasting,
        left=atom.left or held.left,
        every=atom.every or held.every,
    )


# --- From words to time --------------------------------------------------------------------------


def stretches(
    moment: Moment,
    said: datetime,
    party: ZoneInfo,
    *,
    past: bool = False,
    author: ZoneInfo | None = None,
) -> tuple[Stretch, ...]:
    """Every stretch that a moment may mean, the likeliest first; UTC.

    `past` words speak of the last Tuesday and not of the coming one. Words of an `author` in
    another zone may be in that zone: this reading only excuses.
    """
    if moment.lasting is not None:
        return (_counted(moment.lasting, said, party, past=moment.left == "ago"),)
    zones = _zones(moment, said, party, author)
    found = [
        stretch._replace(likely=stretch.likely and likely)
        for zone, likely in zones
        for stretch in _in_zone(moment, said, zone, past=past)
    ]
    found.sort(key=lambda stretch: not stretch.likely)
    return tuple(dict.fromkeys(found))


def _zones(
    moment: Moment, said: datetime, party: ZoneInfo, author: ZoneInfo | None
) -> list[tuple[ZoneInfo, bool]]:
    clock = moment.clock
    named = [(zone, True) for zone in zones_meant(clock.zones, party, said)] if clock else []
    if clock is not None and clock.sure:
        return named
    own = [(author, False)] if author is not None and not clock else []
    return [*named, (party, True), *own]


def _in_zone(moment: Moment, said: datetime, zone: ZoneInfo, *, past: bool) -> Iterator[Stretch]:
    today = said.astimezone(zone).date()
    for days in _days(moment, today, past=past, american=is_american(zone.key)):
        if (days.end - days.first).days > 1:
            yield _stretch(days, Hours(0, 1), zone)._replace(latest=_at(days.end, 1, zone, max))
            continue
        for hours in _hours_of(moment):
            yield _stretch(days, hours, zone)


def _days(moment: Moment, today: date, *, past: bool, american: bool) -> tuple[Days, ...]:
    """The days on which all that is said of them agrees; where nothing does, each that is said."""
    each = [calendar(today, past, american) for calendar in moment.calendars]
    said = [days for found in each for days in found]
    agreed = [days for days in said if all(_among(days, found) for found in each)] or said
    if moment.weekday is None:
        return tuple(dict.fromkeys(agreed)) or whole_days(today, 0, 1)
    weekdays = moment.weekday(today, past, american)
    number = weekdays[0].first.weekday()
    fitting = [days for days in agreed if days.first.weekday() == number]
    within = [days for days in weekdays if _among(days, agreed)]
    return tuple(dict.fromkeys(fitting or within or (*agreed, *weekdays)))


def _among(days: Days, found: Sequence[Days]) -> bool:
    return any(other.first <= days.first and days.end <= other.end for other in found)


def _hours_of(moment: Moment) -> tuple[Hours, ...]:
    part = moment.part
    if not moment.hours:
        return (part or Hours(0, DAY + 1),)
    if part is None:
        return moment.hours
    inside = [hours for hours in moment.hours if part.first - 60 <= hours.first < part.end]
    return tuple(hours._replace(likely=True) for hours in inside) or moment.hours


def _stretch(days: Days, hours: Hours, zone: ZoneInfo) -> Stretch:
    earliest = _at(days.first, hours.first, zone, min)
    latest = _at(days.first, hours.end, zone, max)
    return Stretch(earliest, latest, days.likely and hours.likely)


def _at(
    day: date, minute: int, zone: ZoneInfo, choose: Callable[[datetime, datetime], datetime]
) -> datetime:
    """A minute of a local day. One that the clock shows twice, or never, is taken to be either."""
    local = datetime.combine(day, time()) + minute * _MINUTE
    once, again = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return choose(once, again)


def _counted(lasting: Lasting, said: datetime, zone: ZoneInfo, *, past: bool) -> Stretch:
    first, last = lasting.shortest, lasting.longest
    if past:
        first, last = -last, -first
    if not lasting.whole_days:
        return Stretch(said + first, said + last)
    begins, ends = ((said + each).astimezone(zone).date() for each in (first, last))
    shift = timedelta(1) if past else timedelta(0)
    return Stretch(_at(begins + shift, 0, zone, min), _at(ends + shift, 1, zone, max))


def on_day_of(stretch: Stretch, edge: datetime, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """The same hours by the clock on the day of `edge` and the days beside it, in `zone`."""
    day = edge.astimezone(zone).date()
    first = stretch.earliest.astimezone(zone)
    length = stretch.latest - stretch.earliest
    return tuple(
        Stretch(begins := _at(day + timedelta(shift), first.hour * 60 + first.minute, zone, min),
                begins + length, stretch.likely)
        for shift in (0, -1, 1)
    )  # fmt: skip
