"""Read single answers of whoever sets up a contest: a value, or why it is none. Asks nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from contest.contest import bare
from contest.problems import Findings, meant
from contest.text import shown
from contest.values import Values

T = TypeVar("T")
Reads = Callable[[str], T]
"""Reads an answer. Raises AnswerProblem."""

_HANDLE = re.compile(r"@?[\w.-]{1,100}")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_EXAMPLE = "write it like 2027-03-01 09:00"
LONGEST = 300
"""Characters of an answer."""


class AnswerProblem(ValueError):
    """An answer that cannot be used; the message says why, and what to write."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody posts: `url` and `follows` as a `[[source]]` has them.

    `home` is the name that is used there, "" for a feed.
    """

    kind: Literal["bluesky", "mastodon", "feed"]
    url: str
    follows: str = ""
    home: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as it was written (`written` is TOML) and as it is (`at`, UTC)."""

    written: str
    at: datetime


def needed(what: str) -> Reads[str]:
    """One line of text that cannot be left out."""

    def read(answer: str) -> str:
        if not answer:
            raise AnswerProblem(f"{what} is needed")
        return line(answer)

    return read


def line(answer: str) -> str:
    """One line of text, maybe none."""
    if len(answer) > LONGEST:
        raise AnswerProblem(f"that is longer than {LONGEST} characters")
    return shown(answer).strip()


def several(answer: str) -> tuple[str, ...]:
    """A list with commas, without doubles; maybe none.

    >>> several("Nia, North,, nia ")
    ('Nia', 'North')
    """
    parts = [line(part.strip()) for part in answer.split(",")]
    first: dict[str, str] = {}
    for part in filter(None, parts):
        first.setdefault(part.casefold(), part)
    return tuple(first.values())


def zone(answer: str) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(answer)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = meant(answer, available_timezones())
        words = f'there is no time zone "{shown(answer, 60)}"{close}'
        raise AnswerProblem(words if close else f"{words}; write it like Europe/London") from None


def one_of(what: str, known: Sequence[str]) -> Reads[str]:
    """One of a few words, or its number."""

    def read(answer: str) -> str:
        if answer.isascii() and answer.isdigit() and 1 <= int(answer[:4]) <= len(known):
            return known[int(answer[:4]) - 1]
        if answer in known:
            return answer
        raise AnswerProblem(f'there is no {what} "{shown(answer, 60)}"{meant(answer, known)}')

    return read


def some_of(what: str, known: Sequence[str]) -> Reads[tuple[str, ...]]:
    """Several of a list, with commas; "all" is all of them."""

    def read(answer: str) -> tuple[str, ...]:
        if answer.casefold() == "all":
            return tuple(known)
        chosen = [part.upper() for part in several(answer)]
        for one in chosen:
            if one not in known:
                raise AnswerProblem(f'there is no {what} "{shown(one, 60)}"{meant(one, known)}')
        return tuple(one for one in known if one in chosen)

    return read


def handle(taken: Collection[str]) -> Reads[str]:
    """A roster handle that is not taken (`taken`: bare handles)."""

    def read(answer: str) -> str:
        if not _HANDLE.fullmatch(answer):
            raise AnswerProblem("a handle is letters, digits and . _ - in one word, like @nianorth")
        if bare(answer) in taken:
            raise AnswerProblem(f"{shown(answer, 60)} is somebody else's handle already")
        return f"@{answer.removeprefix('@')}"

    return read


def places(taken: Collection[Place]) -> Reads[tuple[Place, ...]]:
    """Where somebody posts, with commas; maybe nowhere. No place stands twice."""

    def read(answer: str) -> tuple[Place, ...]:
        found: list[Place] = []
        for part in several(answer):
            place = _place(part)
            if place in taken or place in found:
                raise AnswerProblem(f"{shown(part, 80)} was named before")
            found.append(place)
        kinds = [place.kind for place in found if place.home]
        if len(set(kinds)) < len(kinds):
            raise AnswerProblem(
                "one account on Bluesky and one on Mastodon; add others to the file"
            )
        return tuple(found)

    return read


def _place(part: str) -> Place:
    if part.startswith(("http://", "https://")):
        return Place("feed", _address(part))
    name, _, server = part.removeprefix("@").partition("@")
    if server and name and _DOMAIN.fullmatch(server.casefold()):
        server = server.casefold()
        return Place("mastodon", f"https://{server}", f"@{name}", f"@{name}@{server}")
    if not server and _DOMAIN.fullmatch(name.casefold()):
        home = name.casefold()
        return Place("bluesky", "https://public.api.bsky.app", home, home)
    raise AnswerProblem(
        f'"{shown(part, 80)}" is none of nia.bsky.social (Bluesky), @nia@server.example (Mastodon),'
        " https://nia.example/feed (a feed)"
    )


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0 and " " not in url
    except ValueError:
        sound = False
    if not sound:
        raise AnswerProblem(f'"{shown(url, 80)}" is no address')
    if parts.username or parts.password:
        raise AnswerProblem("the address holds a user name or password: keep them out")
    return url


def moment(there: ZoneInfo, after: Moment | None = None, what: str = "") -> Reads[Moment | None]:
    """A day and hour on the party's clock, or with an offset of its own; nothing: not known yet.

    It comes after `after`, which is `what` ("the close of voting").
    """

    def read(answer: str) -> Moment | None:
        if not answer:
            return None
        written = _written(answer)
        findings = Findings({})
        at = Values(findings, there, frozenset(), {}).moment((), written)
        if findings.problems:
            raise AnswerProblem(findings.problems[0].words)
        if after and at <= after.at:
            before = after.at.astimezone(there)
            raise AnswerProblem(f"that is not after {what} on {before:%Y-%m-%d at %H:%M}")
        return Moment(written.isoformat(timespec="seconds"), at.astimezone(UTC))

    return read


def _written(answer: str) -> datetime:
    if len(answer) <= len("2027-03-01"):
        raise AnswerProblem(f"say the day and the hour: {_EXAMPLE}")
    try:
        return datetime.fromisoformat(answer)
    except ValueError as error:
        why = str(error) if "Invalid isoformat" not in str(error) else "that is no day and hour"
        raise AnswerProblem(f"{why}: {_EXAMPLE}") from None


def slug(name: str, taken: Collection[str] = ()) -> str:
    """A short name of plain letters for a file, not yet taken.

    >>> slug("Siân Close"), slug("Nia North", {"nia-north"}), slug("吉田")
    ('sian-close', 'nia-north-2', 'name')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "name"
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)
