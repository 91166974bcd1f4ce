"""What is told by its form: phone numbers, addresses, voting codes, result figures. No opinions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from analysis.words import Words
from contest.reading import Span

_STREETS = (
    "street|st|road|rd|lane|row|avenue|ave|close|drive|way|terrace|place|quay|court|crescent|"
    "gardens|square|hill|walk|mews|wynd|brae|parade|rise|grove|view"
)
_RELATIVES = (
    "mum|mam|mother|dad|father|wife|husband|gran|granny|nan|nana|grandad|son|daughter|partner|"
    "flatmate|brother|sister|neighbour"
)

_PHONE = re.compile(r"(?<![\w+.-])(?:\+\d{1,3}|0)[\d ().-]{7,18}\d(?!\w)")
_ADDRESS = re.compile(
    r"\b(?:(?:flat|no\.?|number)\s)?\d{1,4}[a-z]?,?\s"
    r"(?:(?!of\b|who|can\b|to\b|in\b|and\b|on\b|at\b|for\b|more\b)[a-z'-]{1,20}\s){1,3}?"
    rf"(?:{_STREETS})\b"
)
_POSTCODE = re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}\b")
_PLATE = re.compile(r"\b[a-z]{2}\d{2}\s?[a-z]{3}\b")
_LIVES = re.compile(
    r"\b(?:(?:they|you) live|lives|living|stays|staying|sleeps|(?:home|house|address) is)\s"
    r"(?:at|opposite|behind|next (?:door )?to)\b"
    rf"|\b(?:(?:they|you) live|lives|stays|(?:home|house) is)\s(?:on|in|off)\s"
    rf"(?!my\b|our\b)(?:[a-z'-]{{1,20}}\s){{1,3}}?(?:{_STREETS})\b"
)
_HOME = re.compile(
    r"\b(?:liv(?:es?|ing)|home|house|door|flat|knock|bell|address|visit|drop in|stays?|family)\b"
)
_CAR = re.compile(r"\b(?:plate|reg|registration|number ?plate|drives|car|van)\b")
_SOMEBODY = re.compile(r"\b(?:his|her|him|he|she|their|them|yourself|himself|herself)(?:'s)?\b")
_PUBLIC = re.compile(
    r"\b(?:office|ministry|department|in the book|directory|listed"
    r"|surgery|surgeries|constituency|help ?line|help desk|switchboard|press|hq"
    r"|promoted|imprint|published|headquarters|library|hall|reception|booking|tickets?|stall"
    r"|leaflets?|hustings|meeting|doors|pub|cafe|church|club)\b"
)
_OWN = re.compile(
    r"\bmy (?:\w+ )?(?:number|mobile|phone|office|address|line)\b"
    r"|\bour (?:\w+ )?(?:number|office|line|address)\b"
    r"|\b(?:call|ring|text|phone|reach|contact) (?:me|us)\b"
)

_NUMBER = re.compile(r"(?:(?:flat|no\.?|number)\s)?\d{1,4}[a-z]?,?\s")
_LINE_ENDS = (". ", "\n")
_SENTENCE_ENDS = (*_LINE_ENDS, "! ", "? ")
_MOST = 50

_CODE = re.compile(
    r"\bcodes?\b[^.!?\n]{0,40}?(?<![\w-])(?=[\w-]{0,40}\d)(?=[\w-]{0,40}[a-z])"
    r"[a-z0-9]{2,6}(?:-[a-z0-9]{2,6}){1,5}(?![\w-])"
)
_PICTURE = re.compile(r"\[(?:photo|image|alt|video|pic)[^\]]{0,300}\]")
_LEGIBLE = re.compile(r"\b(?:code|qr)\b")
_ASSISTS = re.compile(
    r"\b(?:send|give|dm|text|message|email|pass|lend) (?:me|us) (?:your|yer|ur) "
    r"(?:\w+[ -]){0,3}(?:codes?|ballots?|papers?|votes?)\b"
    r"|\b(?:photos?|snaps?|pics?|pictures?|selfies?) of (?:your|yer|my|the) (?:\w+[ -]){0,2}"
    r"(?:ballots?|ballot papers?|voting papers?|voting codes?)\b"
    r"|\bi(?:'ll| will| can) (?:do|fill|cast|complete|mark|enter) (?:in |out )?"
    r"(?:it|them|your (?:vote|votes|ballot|paper|form))\b"
    r"|\b(?:filled in|did|cast|used|voted with|submitted) (?:my|her|his|our) "
    rf"(?:{_RELATIVES})(?:'s)? (?:vote|ballot|paper|code)s?\b"
    rf"|\bvoted (?:twice|two times|three times|on behalf of|for (?:my|her|his) (?:{_RELATIVES}))\b"
)
_OF_BALLOTS = ("vote", "ballot", "code", "paper", "i'll ", "i will ", "i can ")
"""One of these stands in whatever _ASSISTS finds."""

_NOT_REALLY = re.compile(
    r"\b(?:specimen|sample|never|don't|do not|dont|not allowed|nobody should)\b"
)

_SPLIT = re.compile(
    r"(?<![\d:.])(\d{2}(?:\.\d)?) ?(?:-|–|%? to|/|v) ?(\d{2}(?:\.\d)?)(?![\d:]| ?(?:am|pm|nov|oct))"
)
_FIGURE = re.compile(r"(?<![\d:.£-])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?: ?%| per ?cent)?(?![\d:])")
_COUNT = re.compile(
    r"\b(?:count(?:ed|ing)?|tally|tallies|first preferences?|transfers?|ahead|leads?|leading"
    r"|behind|won|majority|results?|provisional|landslide|sampling)\b"
)
_ELSEWHERE = re.compile(
    r"\b(?:turnout|issued|returned|by-election|council|ward|county|survey|o'clock|minutes?|hours?"
    r"|days?|raffle|goals?|match)\b"
)


def private_details(words: Words, names: Sequence[Span], *, somebody: bool) -> list[Span]:
    """Phone numbers, home addresses and number plates of people; not an office's, not one's own.

    `somebody` says whether the text names a person other than its author. A
    number before one of `names` (the candidates') is no address, though the
    name may be that of a kind of street. Looks at the first fifty.
    """
    lower = words.folded.lower
    if not (somebody or _SOMEBODY.search(lower)):
        return []
    known = dict(names)
    return [
        words.folded.span(*span)
        for span in islice(_private(lower), _MOST)
        if not _PUBLIC.search(_line_around(lower, span))
        and not _OWN.search(_line_around(lower, span, _SENTENCE_ENDS))
        and not _is_a_name(words, span, known)
    ]


def _is_a_name(words: Words, span: Span, names: Mapping[int, int]) -> bool:
    """Whether one name (start to end) covers all that follows the number of an address."""
    number = _NUMBER.match(words.folded.lower, *span)
    if number is None:
        return False
    start, end = words.folded.span(number.end(), span[1])
    return names.get(start, -1) >= end


def _private(lower: str) -> Iterator[Span]:
    if _has_digit(lower):
        yield from (m.span() for m in _PHONE.finditer(lower) if _is_phone(m[0]))
        if _HOME.search(lower):
            yield from (m.span() for m in _ADDRESS.finditer(lower))
            yield from (m.span() for m in _POSTCODE.finditer(lower))
        if _CAR.search(lower):
            yield from (m.span() for m in _PLATE.finditer(lower))
    yield from (m.span() for m in _LIVES.finditer(lower))


def _is_phone(written: str) -> bool:
    return 9 <= sum(char.isdigit() for char in written) <= 14


def _line_around(lower: str, span: Span, ends: Sequence[str] = _LINE_ENDS) -> str:
    """The sentence or line that holds the span, at most 160 characters either side."""
    floor, ceiling = max(span[0] - 160, 0), span[1] + 160
    start = max(*(lower.rfind(mark, floor, span[0]) for mark in ends), floor)
    stops = [stop for mark in ends if (stop := lower.find(mark, span[1], ceiling)) >= 0]
    return lower[start : min([*stops, ceiling])]


def voting_codes(words: Words) -> list[Span]:
    """Voting codes in the text, or said to be legible in its pictures."""
    lower = words.folded.lower
    if ("code" not in lower and "qr" not in lower) or _NOT_REALLY.search(lower):
        return []
    spans = [match.span() for match in _CODE.finditer(lower)]
    spans += [match.span() for match in _PICTURE.finditer(lower) if _LEGIBLE.search(match[0])]
    return [words.folded.span(*span) for span in spans]


def votes_of_others(words: Words) -> list[Span]:
    """Offers, requests and boasts about other people's ballots."""
    lower = words.folded.lower
    if not any(stem in lower for stem in _OF_BALLOTS):
        return []
    return [
        words.folded.span(*match.span())
        for match in _ASSISTS.finditer(lower)
        if not _NOT_REALLY.search(_line_around(lower, match.span()))
    ]


def result_figures(words: Words, *, somebody: bool) -> list[Span]:
    """Figures of this contest's count: a split that makes a hundred, or a number beside the count.

    `somebody` says whether a candidate is named; without one only a split counts.
    """
    lower = words.folded.lower
    if not _has_digit(lower) or _ELSEWHERE.search(lower):
        return []
    spans = [m.span() for m in _SPLIT.finditer(lower) if 97 <= float(m[1]) + float(m[2]) <= 101]
    if not spans and somebody and _COUNT.search(lower):
        spans = [m.span() for m in _FIGURE.finditer(lower)]
    return [words.folded.span(*span) for span in spans]


def _has_digit(lower: str) -> bool:
    return any(char in lower for char in "0123456789")
