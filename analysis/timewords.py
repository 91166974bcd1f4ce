"""The pieces of which times are told: days, hours, lengths, each with its reader. Joins nothing."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

DAY = 24 * 60
"""Minutes."""


class Days(NamedTuple):
    """Whole days of a calendar, `[first, end)`; a likely reading or one that only excuses."""

    first: date
    end: date
    likely: bool = True


class Hours(NamedTuple):
    """Minutes after a day's midnight, `[first, end)`; may pass into the days beside it."""

    first: int
    end: int
    likely: bool = True


Calendar = Callable[[date, bool, bool], tuple[Days, ...]]
"""(today, whether the words are in the past, whether months come first) to the days meant."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """A length of time, counted from when it was said: `[shortest, longest]`, before or after."""

    shortest: timedelta
    longest: timedelta
    whole_days: bool = False


# --- What is read of the day ---------------------------------------------------------------------

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon lundi llun rahina mane",
            "tuesday tue tues mardi mawrth fawrth ratu turei",
            "wednesday wed weds mercredi mercher fercher raapa rapa wenerei",
            "thursday thu thur thurs jeudi iau rapare taite",
            "friday fri vendredi gwener wener ramere paraire",
            "saturday sat samedi sadwrn rahoroi hatarei",
            "sunday sun dimanche sul ratapu",
        )
    )
    for name in names.split()
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier ionawr hanuere",
            "february feb fevrier chwefror pepuere",
            "march mar mars maehe",
            "april apr avril ebrill aperira",
            "may mai mei",
            "june jun juin mehefin hune",
            "july jul juillet gorffennaf hurae",
            "august aug aout awst akuhata",
            "september sep sept septembre medi hepetema",
            "october oct octobre hydref oketopa",
            "november nov novembre tachwedd noema",
            "december dec decembre rhagfyr tihema",
        ),
        start=1,
    )
    for name in names.split()
}
_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_UNITS = _COUNTED.split()
_NUMBERS = {word: number for number, word in enumerate(_UNITS)} | {
    "a": 1, "an": 1, "single": 1, "couple of": 2, "a couple of": 2, "couple": 2, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "ninety": 90,
}  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70}
_NUMBERS |= {
    f"{ten}{joint}{_UNITS[unit]}": count + unit
    for ten, count in _TENS.items()
    for unit in range(1, 10)
    for joint in ("-", " ")
}
_RANKED = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth "
    "twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
    "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
_ORDINALS = {word: number for number, word in enumerate(_RANKED.split(), start=1)}
_SHORT_DAYS = frozenset(("sat", "sun", "mon", "wed", "mar", "mane", "ratu", "sul", "iau"))


def _one(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_WEEKDAY = _one([word for word in _WEEKDAYS if word not in _SHORT_DAYS])
_ANY_WEEKDAY = _one(_WEEKDAYS)
_MONTH = _one(_MONTHS)
_ORDINAL = _one(_ORDINALS)
_HOUR = _one(_UNITS[1:13])
_AMOUNT = _one(_NUMBERS)


def whole_days(today: date, first: int, end: int) -> tuple[Days, ...]:
    """The days from `first` to `end` (exclusive), counted from today."""
    return (Days(today + timedelta(first), today + timedelta(end)),)


def _near_day(first: int, end: int, today: date, past: bool, american: bool) -> tuple[Days, ...]:
    return whole_days(today, first, end)


def _weekday(number: int, which: str, today: date, past: bool, american: bool) -> tuple[Days, ...]:
    """The weekday meant: the coming one, of a past event the last one; "next" may be a week on."""
    ahead = (number - today.weekday()) % 7
    if which in ("last", "past"):
        offsets = [ahead - 7]
    elif past:
        offsets = [0, -7] if ahead == 0 else [ahead - 7]
    elif which == "week":
        offsets = [(ahead or 7) + 7, ahead + 7]
    elif which == "next":
        offsets = [ahead or 7, (ahead or 7) + 7, *([ahead] if ahead == 0 else [])]
    else:
        offsets = [0, 7] if ahead == 0 else [ahead]
    return tuple(whole_days(today, offset, offset + 1)[0] for offset in dict.fromkeys(offsets))


def _dated(
    day: int, month: int, year: int, today: date, past: bool, american: bool
) -> tuple[Days, ...]:
    """A day and a month; without a year (0) the one nearest to today."""
    years = (year,) if year else (today.year - 1, today.year, today.year + 1)
    found = [made for each in years if (made := _date(each, month, day)) is not None]
    found.sort(key=lambda made: abs((made - today).days))
    return tuple(Days(made, made + timedelta(1)) for made in found[:1])


def _nth(day: int, today: date, past: bool, american: bool) -> tuple[Days, ...]:
    """The nth of the month: of this one, the last or the next, whatever lies within 24 days."""
    middle = today.replace(day=15)
    months = [middle - timedelta(31), middle, middle + timedelta(31)]
    found = [made for month in months if (made := _date(month.year, month.month, day)) is not None]
    near = [made for made in found if abs((made - today).days) <= 24]
    near.sort(key=lambda made: (made < today) is not past)
    return tuple(Days(made, made + timedelta(1)) for made in near)


def _slashed(
    one: int, two: int, year: int, today: date, past: bool, american: bool
) -> tuple[Days, ...]:
    """Figures for day and month, in the order of the party's country; the other order excuses."""
    pairs = [(two, one), (one, two)] if american else [(one, two)]
    found = [
        days for day, month in pairs[:1] for days in _dated(day, month, year, today, past, american)
    ]
    if not found:
        return (
            _dated(two, one, year, today, past, american)
            if not american
            else _dated(one, two, year, today, past, american)
        )
    other = _dated(two, one, year, today, past, american)
    if american:
        other = _dated(one, two, year, today, past, american)
    return (*found, *(days._replace(likely=False) for days in other if days not in found))


def _month_of(month: int, part: str, today: date, past: bool, american: bool) -> tuple[Days, ...]:
    """A month, or its beginning, middle or end; 0 is this month, 13 the next."""
    if month in (0, 13):
        near = today.replace(day=1) + timedelta(32 if month else 0)
        year, month = near.year, near.month
    else:
        year = min(
            (today.year - 1, today.year, today.year + 1),
            key=lambda each: abs((date(each, month, 15) - today).days),
        )
    long = monthrange(year, month)[1]
    first, last = {"end": (long - 2, long), "start": (1, 4), "mid": (12, 18)}.get(part, (1, long))
    return (Days(date(year, month, first), date(year, month, last) + timedelta(1)),)


def _week(
    which: str, first: int, end: int, today: date, past: bool, american: bool
) -> tuple[Days, ...]:
    """Days of this week or the next, counted from its Monday."""
    monday = today - timedelta(today.weekday())
    shift = {"next": 7, "last": -7}.get(which, 0)
    return whole_days(monday, first + shift, end + shift)


def _date(year: int, month: int, day: int) -> date | None:
    if not (1971 <= year <= 9000 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


# --- Atoms: the smallest pieces that say when ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece that says when, `[start, end)` of the folded text: a day, an hour, a part of a day.

    `kind` is "weekday", "date", "near" ("tomorrow") or ""; `left` and `every` as in a `Moment`.
    """

    start: int
    end: int
    calendar: Calendar | None = None
    hours: tuple[Hours, ...] = ()
    part: Hours | None = None
    lasting: Lasting | None = None
    left: str = ""
    every: bool = False
    kind: str = ""


Read = Callable[[re.Match[str]], Atom | None]


def _day(
    match: re.Match[str], calendar: Calendar, part: Hours | None = None, kind: str = "date"
) -> Atom:
    return Atom(match.start(), match.end(), calendar, part=part, kind=kind)


_PARTS = {
    "morning": Hours(0, 12 * 60 + 1), "matin": Hours(0, 12 * 60 + 1), "bore": Hours(0, 12 * 60 + 1),
    "afternoon": Hours(12 * 60, 18 * 60), "apres-midi": Hours(12 * 60, 18 * 60),
    "evening": Hours(17 * 60, DAY + 1), "soir": Hours(17 * 60, DAY + 1),
    "night": Hours(18 * 60, DAY + 5 * 60), "nos": Hours(18 * 60, DAY + 5 * 60),
    "lunchtime": Hours(11 * 60 + 30, 14 * 60 + 1), "lunch": Hours(11 * 60 + 30, 14 * 60 + 1),
    "teatime": Hours(15 * 60 + 30, 19 * 60), "tea time": Hours(15 * 60 + 30, 19 * 60),
    "breakfast": Hours(5 * 60, 10 * 60), "dawn": Hours(4 * 60, 8 * 60),
    "dusk": Hours(16 * 60, 21 * 60), "suppertime": Hours(17 * 60, 21 * 60),
    "supper": Hours(17 * 60, 21 * 60), "dinner": Hours(17 * 60, 21 * 60),
    "bedtime": Hours(20 * 60, DAY + 1),
}  # fmt: skip
_PART = _one(_PARTS)
_LATE = Hours(16 * 60, DAY + 1)
"""The end of a day: close of business, close of play, or midnight."""


def _read_near(match: re.Match[str]) -> Atom:
    word = match[0]
    for pattern, (first, part) in _NEAR.items():
        if re.fullmatch(pattern, word):
            return _day(match, partial(_near_day, first, first + 1), part, "near")
    return _day(match, partial(_near_day, 0, 1), None, "near")


_TONIGHT = Hours(17 * 60, DAY + 5 * 60)
_NEAR: dict[str, tuple[int, Hours | None]] = {
    r"tonight|tonite|2nite|this evening|heno|ce soir": (0, _TONIGHT),
    r"this morning|ce matin|bore ma": (0, _PARTS["morning"]),
    r"this afternoon": (0, _PARTS["afternoon"]),
    r"this lunch ?time": (0, _PARTS["lunchtime"]),
    r"the day after tomorrow|day after tomorrow|overmorrow": (2, None),
    r"the day before yesterday|day before yesterday": (-2, None),
    r"tomorrow|tomorow|tommorow|tommorrow|2moro|2morrow|tmrw|tmr|tmro|demain|y?fory|apopo": (
        1,
        None,
    ),
    r"last night|neithiwr": (-1, _TONIGHT),
    r"yesterday|hier|ddoe|inanahi": (-1, None),
}
_NEAR_WORDS = "|".join(
    [*_NEAR, "today", "2day", "todays", "aujourd'hui", "heddiw", "i tenei ra", "later on today"]
)


def _read_weekday(match: re.Match[str]) -> Atom:
    number = _WEEKDAYS[match[2]]
    which = (match[1] or "").strip().removesuffix(" coming").removesuffix("'s")
    which = "week" if match[3] or which.startswith("a week") else which
    atom = _day(match, partial(_weekday, number, which), None, "weekday")
    plural = match[0].endswith(match[2] + "s")
    return replace(atom, every=plural or which in ("every", "each", "most"))


def _read_dated(day: int, month: int, match: re.Match[str]) -> Atom | None:
    number = match[day].removeprefix("the ").strip()
    found = _ORDINALS.get(number) or int(re.sub(r"\D", "", number) or 0)
    year = _year(match[3])
    if not 1 <= found <= 31:
        return None
    return _day(match, partial(_dated, found, _MONTHS[match[month]], year))


def _year(written: str | None) -> int:
    year = int(written or 0)
    return year + 2000 if 0 < year < 100 else year


def _read_nth(match: re.Match[str]) -> Atom | None:
    written = match[1]
    found = _ORDINALS.get(written) or int(re.sub(r"\D", "", written) or 0)
    return _day(match, partial(_nth, found)) if 1 <= found <= 31 else None


def _read_iso(match: re.Match[str]) -> Atom | None:
    made = _date(int(match[1]), int(match[2]), int(match[3]))
    if made is None:
        return None
    atom = _day(match, partial(_dated, made.day, made.month, made.year))
    if match[4] is None:
        return atom
    hours = _exact(int(match[4]), int(match[5]))
    return replace(atom, hours=hours) if hours else None


def _read_slashed(match: re.Match[str]) -> Atom | None:
    one, two, year = int(match[1]), int(match[2]), _year(match[3])
    if not (1 <= one <= 31 and 1 <= two <= 31 and min(one, two) <= 12):
        return None
    return _day(match, partial(_slashed, one, two, year))


def _read_month(match: re.Match[str]) -> Atom:
    written = match[0]
    part = "end" if "end" in written else "start" if re.search("start|early|begin", written) else ""
    part = "mid" if "mid" in written else part
    last = match[1] or ""
    month = 13 if last == "next month" else _MONTHS.get(last, 0)
    atom = _day(match, partial(_month_of, month, part))
    return atom if part else replace(atom, start=match.start(1))


def _read_week(match: re.Match[str]) -> Atom:
    written = match[0]
    which = "next" if "next" in written else "last" if "last" in written else ""
    first, end = 0, 7
    if "weekend" in written:
        first, end = 4, 7
        weeks = (partial(_week, "", 4, 7), partial(_week, "next", 4, 7))
        return _day(match, partial(_either, weeks) if which == "next" else weeks[0])
    if "end of" in written or "late" in written:
        first, end = (4 if "end" in written else 3), 7
    elif "early" in written or "start of" in written:
        first, end = 0, 3
    elif "mid" in written:
        first, end = 1, 4
    return _day(match, partial(_week, which, first, end))


def _either(
    calendars: tuple[Calendar, ...], today: date, past: bool, american: bool
) -> tuple[Days, ...]:
    return tuple(days for each in calendars for days in each(today, past, american))


# --- Hours ---------------------------------------------------------------------------------------


def _exact(hour: int, minute: int) -> tuple[Hours, ...]:
    """An hour of the 24: the minute that it names. The last minute of a day is its midnight too."""
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return ()
    at = hour * 60 + minute
    return (Hours(at, at + 1 + (at == DAY - 1)),) if at < DAY else _MIDNIGHT[:1]


_MIDNIGHT = (Hours(DAY - 1, DAY + 1), Hours(-1, 1, likely=False))
"""The midnight that ends a day; the one that begins it only excuses."""
_NOON = (Hours(12 * 60, 12 * 60 + 1),)


def _either_half(hour: int, minute: int) -> tuple[Hours, ...]:
    """An hour of the clock face: in the morning or the afternoon. The likelier half comes first."""
    if not 1 <= hour <= 12 or minute > 59:
        return _exact(hour, minute)
    early = hour % 12 * 60 + minute
    late = early + 12 * 60
    first, second = (late, early) if hour < 8 or hour == 12 else (early, late)
    return Hours(first, first + 1), Hours(second, second + 1)


def _number(written: str) -> int:
    return _NUMBERS[written] if written in _NUMBERS else int(written)


def _hours(match: re.Match[str], hours: tuple[Hours, ...], group: int = 0) -> Atom | None:
    return Atom(match.start(group), match.end(), hours=hours) if hours else None


def _read_noon(match: re.Match[str]) -> Atom | None:
    if re.search("ish", match[0]):
        return _hours(match, (Hours(11 * 60 + 30, 12 * 60 + 31),))
    return _hours(match, _NOON)


def _read_midnight(match: re.Match[str]) -> Atom | None:
    return _hours(match, _MIDNIGHT)


def _read_ampm(match: re.Match[str]) -> Atom | None:
    hour = _number(match[1])
    minute, half = int(match[2] or 0), match[3][0]
    if not 1 <= hour <= 12 or minute > 59:
        return _hours(match, _exact(hour, minute)) if half == "p" and hour > 12 else None
    if hour == 12 and half == "a" and not minute:
        return _hours(match, _MIDNIGHT)
    return _hours(match, _exact(hour % 12 + (12 if half == "p" else 0), minute))


def _read_digital(match: re.Match[str]) -> Atom | None:
    hour, minute = int(match[2]), int(match[3])
    sure = hour > 12 or match[2].startswith("0") or bool(match[4])
    return _hours(match, _exact(hour, minute) if sure else _either_half(hour, minute), 2)


def _read_military(match: re.Match[str]) -> Atom | None:
    return _hours(match, _exact(int(match[1]), int(match[2])))


def _read_past(match: re.Match[str]) -> Atom | None:
    minutes = {"half": 30, "quarter": 15}.get(match[1]) or _number(match[1].replace(" ", "-"))
    whole = {"noon": 12, "midday": 12, "midnight": 24}.get(match[3]) or _number(match[3])
    shift = minutes if match[2] in ("past", "after", "gone") else -minutes
    if whole == 24:
        return _hours(match, (Hours(DAY + shift, DAY + shift + 1),))
    if not 1 <= whole <= 12:
        return None
    at = whole % 12 * 60 + shift + (12 * 60 if match[3] in ("noon", "midday") else 0)
    at %= DAY
    return _hours(match, _either_half(at // 60 % 12 or 12, at % 60))


def _read_spoken(match: re.Match[str]) -> Atom | None:
    return _hours(match, _either_half(_number(match[1]), _number(match[2].replace(" ", "-"))), 1)


def _read_half(match: re.Match[str]) -> Atom | None:
    """Half past: "half ten"."""
    return _hours(match, _either_half(_number(match[1]), 30))


def _read_oclock(match: re.Match[str]) -> Atom | None:
    return _hours(match, _either_half(_number(match[1]), 0))


def _read_french(match: re.Match[str]) -> Atom | None:
    return _hours(match, _exact(int(match[1]), int(match[2] or 0)))


def _read_part(match: re.Match[str]) -> Atom:
    return Atom(match.start(), match.end(), part=_PARTS[match[1]])


def _read_close_of_day(match: re.Match[str]) -> Atom:
    return Atom(match.start(), match.end(), part=_LATE)


def _read_first_thing(match: re.Match[str]) -> Atom:
    return Atom(match.start(), match.end(), part=Hours(-1, 10 * 60 + 31))


# --- Lengths of time -----------------------------------------------------------------------------

_MINUTES = {
    "minute": 1,
    "min": 1,
    "hour": 60,
    "hr": 60,
    "day": DAY,
    "week": 7 * DAY,
    "sleep": DAY,
}


def _read_lasting(match: re.Match[str]) -> Atom | None:
    before, amount, half, unit, after = match.groups()
    count = _amount(amount, half)
    before, after = (before or "").strip(), (after or half or "").strip()
    left = _put(before, after)
    if count is None or not left or (not before and not after):
        return None
    unit = unit.rstrip("s")
    minutes = _MINUTES[unit] * count
    rough = re.search(r"about|around|roughly|nearly|almost|approx|some|just", before) is not None
    lasting = _lasting(unit, count, minutes, rough=rough)
    if re.search(r"less than|under|within|not even|barely", before):
        lasting = replace(lasting, shortest=timedelta(0))
    elif re.search(r"more than|over", before):
        lasting = replace(lasting, longest=timedelta(minutes=minutes * 2))
    if re.search(r"(?:last|final|closing)\s*$", before):
        lasting = replace(lasting, shortest=timedelta(0))
    return Atom(match.start(), match.end(), lasting=lasting, left=left)


def _amount(written: str, half: str | None) -> float | None:
    """A number in figures or words, "half an" and "a quarter of an" too; at most a thousand."""
    halves = 0.5 if half and "half" in half else 0.0
    if written.startswith("half"):
        return 0.5
    if "quarter" in written:
        return 0.75 if "three" in written else 0.25
    if written in _NUMBERS:
        return _NUMBERS[written] + halves
    count = float(written)
    return count + halves if 0 < count <= 1000 else None


def _put(before: str, after: str) -> str:
    """How a length is put: a word of the few that make it a time from now, or ""."""
    said = f"{before} | {after}"
    return next((way for way, pattern in _WAYS if pattern.search(said)), "")


_WAYS = tuple(
    (way, re.compile(pattern))
    for way, pattern in (
        ("ago", r"\| (?:ago|back|since)$"),
        ("left", r"left$|left to go$|\| remaining$"),
        ("to go", r"\| (?:to go|away|off|until|till|til|before)$"),
        ("in", r"\| (?:from now|'?s?'?\s?time)$"),
        ("in", r"\bin \||\bin (?:just|about|around|under|less than|exactly|roughly)\b"),
        ("more", r"\| more$|another|further|next"),
        ("last", r"(?:last|final|closing) \|"),
        ("have", r"have|got|'ve|there's|there is|there are|only|just|still"),
    )
)


def _lasting(unit: str, count: float, minutes: float, *, rough: bool) -> Lasting:
    """How far words of this unit may be off: a few minutes, a part of an hour, a day either way."""
    whole_days = unit in ("day", "sleep", "week") and float(count).is_integer()
    if whole_days:
        week = 2 * DAY if unit == "week" else 0
        return Lasting(
            timedelta(minutes=minutes - DAY - week),
            timedelta(minutes=minutes + DAY + week),
            True,
        )
    slack = (3 if unit in ("minute", "min") else 12) + minutes * 0.12
    if minutes >= 90:
        slack += 15
    slack *= 2 if rough else 1
    return Lasting(timedelta(minutes=minutes - slack), timedelta(minutes=minutes + slack))


_TIMELY = (
    "noon noonish midday midnight midnite minuit midi hanner waenganui poutumaro clock today "
    "tonight tonite tomorrow tomorow tommorow tommorrow tmrw tmr tmro overmorrow demain yfory "
    "fory apopo yesterday hier ddoe inanahi heddiw heno aujourd soir neithiwr tenei minutes "
    "mins hours hrs days weeks sleeps weekend month half quarter cob eod tenth ninth eighth "
    "seventh sixth fifth fourth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth thirtieth mondays tuesdays wednesdays "
    "thursdays fridays saturdays sundays "
)
TIME_WORDS = frozenset(
    word
    for phrase in (*_WEEKDAYS, *_MONTHS, *_PARTS, *_MINUTES, "oclock karaka heures heure gloch")
    for word in re.findall("[a-z]+", phrase)
    if word not in ("may", "mar", "sun", "sat", "march", "tea", "time", "mon", "sul")
) | frozenset(_TIMELY.split())
"""Words, one of which stands wherever a time is told without figures, but for the bare hours."""
HOUR_WORDS = frozenset(_UNITS[1:13])


# --- One pass over the text ----------------------------------------------------------------------

_THE_HOUR = (
    r"(?=\s*(?:$|[.:/-](?!\d)|[,!;)\u2013\u2014?\n]|sharp|prompt|on the dot|exactly|dead|on\b"
    r"|in\b|this\b|today"
    r"|tomorrow|tonight|and\b|but\b|or\b|so\b|to\b|is\b|it\b|gmt|bst|utc|uk\b|local|"
    rf"{_WEEKDAY}|then\b|because\b|when\b|we\b|you\b|if\b|cause\b|cos\b|cuz\b|bc\b|at the latest"
    rf"|latest|as\b|for us\b|here\b|(?:our|my|your|local) time\b))"
)
_AT = (
    r"(?:\b(?:at|by|until|till|til|before|from|around|about|past|after|closes|shuts|opens)\s"
    r"|@\s?|'til\s)"
)

_READERS: tuple[tuple[str, Read], ...] = (
    (
        r"\b(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d):(\d\d)(?::\d\d(?:\.\d{1,6})?)?)?(?!\d)",
        _read_iso,
    ),
    (
        r"\b(?:((?:in|for|within|under|less than|more than|over|about|around|roughly|nearly"
        r"|almost|just|only"
        r"|another|further|next|last|final|closing|exactly|there's|there is|there are|'ve|have"
        r"|got|still"
        r"|not even|barely|the|a|some|approx|you|we|long|your|our|these|its|it's)\s(?:(?:in|for"
        r"|within|under|less than|more"
        r" than|over|about|around|roughly|nearly|almost|just|only|another|further|next|last|final"
        r"|closing|exactly"
        r"|the|have|got|still|not even|barely|some|approx)\s){0,3}))?"
        rf"(half an|half a|(?:a |three )?quarters? of an|\d{{1,4}}(?:\.\d{{1,2}})?|{_AMOUNT})\s?-?"
        r"(and a half\s|more\s|full\s|whole\s|short\s|wee\s|tiny\s)?(minutes?|mins?|hours?|hrs?"
        r"|days?|weeks?|sleeps?)\b(?!-)"
        r"(?:('s? time|\s(?:left to go|(?:of (?:voting|it) )?left|remaining|to go|more|from now"
        r"|away|off|ago|back|until|till|til|before|since|time))\b)?",
        _read_lasting,
    ),
    (
        rf"\b(?:the\s)?(\d{{1,2}}(?:st|nd|rd|th|er|a)?"
        rf"|{_ORDINAL})(?:\so)?(?:\sof)?[\s.-]{{1,2}}({_MONTH})\b"
        r"(?:,?\s(\d{4})\b)?",
        partial(_read_dated, 1, 2),
    ),
    (
        rf"\b({_MONTH})\.?\s(?:the\s)?(\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})\b(?![:.]\d"
        rf"|\s?[ap]\.?m\b)(?:,?\s(\d{{4}})\b)?",
        partial(_read_dated, 2, 1),
    ),
    (r"(?<![\d/.])\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d\d)\b(?![/\d])", _read_slashed),
    (r"(?<![\d/.])\b(\d{1,2})/(\d{1,2})()\b(?![/\d%])", _read_slashed),
    (
        r"\b(?:12[\s-]|twelve[\s-]|high\s)?(?:noon|midday|mid-day|hanner dydd|midi"
        r"|poutumaro)(?:-?ish)?\b",
        _read_noon,
    ),
    (
        r"\b(?:12[\s-]|twelve[\s-]|the stroke of\s)?(?:midnight|midnite|minuit|hanner nos"
        r"|waenganui ?po)\b",
        _read_midnight,
    ),
    (rf"(?<![\d.:£$€])\b(\d{{1,2}}|{_HOUR})(?:[:.](\d\d))?\s?([ap]\.?\s?m)\b\.?", _read_ampm),
    (
        r"(?<![\d.:£$€,])\b()([01]?\d|2[0-4])[:h]([0-5]\d)(?::[0-5]\d)?()(?:\s?(?:hrs?|hours"
        r"|h)\b)?(?![\d:%])",
        _read_digital,
    ),
    (
        rf"{_AT}()([01]?\d|2[0-4])\.([0-5]\d)()(?![\d.:%])(?!\s?(?:million|bn|m\b|k\b|per))",
        _read_digital,
    ),
    (r"(?<![\d.:£$€,])\b([01]\d|2[0-3])([0-5]\d)\s?(?:hrs?|hours|h)\b", _read_military),
    (
        rf"\b(half|quarter|five|ten|twenty|twenty[- ]five)\s(past|to|before|after|gone)\s({_HOUR}"
        rf"|noon|midday|midnight|\d{{1,2}})\b",
        _read_past,
    ),
    (rf"\bhalf[\s-]({_HOUR})\b(?!\s(?:of|an|a)\b)", _read_half),
    (
        rf"\b(\d{{1,2}}|{_HOUR})(?=\s(?:this (?:morning|afternoon|evening)|in the (?:morning"
        rf"|afternoon|evening)|tonight"
        rf"|at night|tomorrow|on (?:{_WEEKDAY})|{_WEEKDAY}|sharp)\b)",
        _read_oclock,
    ),
    (rf"\b(\d{{1,2}}|{_HOUR})\s?(?:o'?\s?clock|o'r gloch|karaka)\b", _read_oclock),
    (r"(?<![\d.:£$€,])\b([01]?\d|2[0-3])\s?(?:h|heures?)(?:\s?([0-5]\d))?\b", _read_french),
    (rf"{_AT}({_HOUR})[\s-](fifteen|thirty|forty[\s-]five)\b", _read_spoken),
    (
        rf"\b((?:next|this coming|this|last|past|every|each|most|coming|a week on"
        rf"|a week)\s)?(?:d?dydd\s|nos\s)?({_WEEKDAY})"
        r"(?:s\b(?!')|'s)?\b(\sweek\b(?!end))?",
        _read_weekday,
    ),
    (rf"\b()(?:d?dydd)\s({_ANY_WEEKDAY})\b()", _read_weekday),
    (
        rf"\b((?:next|this|last)\s)?({_ANY_WEEKDAY})\b\.?()(?=,?\s(?:the\s)?\d|\s(?:noon|midnight"
        rf"|at\b|morning|night))",
        _read_weekday,
    ),
    (
        r"\b(?:the )?(\d{1,2}(?:st|nd|rd|th))\b(?!\s(?:place|time|member|vote|candidate|round"
        r"|ballot|branch|century"
        r"|year|anniversary|hustings|floor|one|person|most|largest|biggest|annual|leader|question"
        r"|street|avenue|birthday))",
        _read_nth,
    ),
    (
        rf"\b(?:on|by|until|till|til|from|before|after) the ({_ORDINAL})(?=\s*(?:$|[.,!;:)]|at\b"
        rf"|and\b|so\b|to\b))",
        _read_nth,
    ),
    (rf"\b(?:{_NEAR_WORDS})\b", _read_near),
    (
        r"\b(?:(?:the )?(?:end|start|beginning|middle) of (?:the|this|next|last) week(?:end)?"
        r"|(?:early|late|mid|later|sometime)[\s-](?:this|next|last)?\s?week\b|(?:at|over|this"
        r"|next|last|before|after) (?:the )?weekend"
        r"|(?:this|next|last) week(?!\s?end)|(?:the|this|next) weekend)\b",
        _read_week,
    ),
    (
        rf"\b(?:(?:the )?(?:(?:very )?end|start|beginning|middle) of|early|late|mid|in|through"
        rf"|until|till|since|before|after|by|to|from|all of|late as)[\s-]"
        rf"((?:the|this|next) month"
        rf"|{_one([month for month in _MONTHS if len(month) > 3 or month == 'may'])})\b(?!\s\d)",
        _read_month,
    ),
    (rf"\b(?:in the |at |this |by |de l'|du |before |yn y )?({_PART})\b", _read_part),
    (
        r"\b(?:the )?(?:close of (?:play|business|day)|end of (?:the |play|business |that )?day"
        r"|cob|eod|last thing|day's end)\b",
        _read_close_of_day,
    ),
    (r"\bfirst thing\b|\bas (?:the day|it) (?:begins|starts)\b", _read_first_thing),
    (
        rf"{_AT}(\d{{1,2}}|{_HOUR})\b{_THE_HOUR}",
        lambda match: _hours(match, _either_half(_number(match[1]), 0), 1),
    ),
)
_PATTERNS = tuple(re.compile(pattern) for pattern, _ in _READERS)
_MASTER = re.compile("|".join(f"(?P<r{n}>{pattern})" for n, (pattern, _) in enumerate(_READERS)))
_BARE_AFTER = re.compile(rf"(?:,|\sat)?\s(\d{{1,2}}|{_HOUR})\b{_THE_HOUR}")
_NTH_AFTER = re.compile(
    rf"\s(1[3-9]|2\d|3[01])\b(?![:.h%/]\d?|\s?[ap]\.?m\b|\s?h\b|,\d|\s(?:people|votes|members|of"
    rf"|more|per|{_MONTH}))"
)
_BEGIN = re.compile(r"\b\w|[@']")
"""Where a piece may begin: far fewer places to try than every character."""


def atoms(lower: str) -> Iterator[Atom]:
    """Every piece of a folded, lower-case text that says when, in order; linear in its length."""
    place = 0
    for begin in _BEGIN.finditer(lower):
        if begin.start() < place:
            continue
        match = _MASTER.match(lower, begin.start())
        atom = _read(lower, match) if match else None
        if atom is None:
            continue
        yield atom
        place = atom.end
        if atom.kind == "weekday" and (date := _NTH_AFTER.match(lower, atom.end)):
            yield _day(date, partial(_nth, int(date[1])))
            place = date.end()
        if atom.calendar is not None and (bare := _BARE_AFTER.match(lower, atom.end)):
            yield Atom(bare.start(1), bare.end(), hours=_either_half(_number(bare[1]), 0))
            place = bare.end()


def _read(lower: str, match: re.Match[str]) -> Atom | None:
    """What stands at a match: by the first reader that can make sense of it."""
    first = int((match.lastgroup or "r0")[1:])
    for pattern, (_, read) in zip(_PATTERNS[first:], _READERS[first:], strict=True):
        found = pattern.match(lower, match.start())
        if found is not None and (atom := read(found)) is not None:
            return atom
    return None
