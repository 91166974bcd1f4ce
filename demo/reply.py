"""What a server on stage says to one request, before it goes on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Query = Mapping[str, Sequence[str]]
"""The parameters of a request, each with all its values (`urllib.parse.parse_qs`)."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, media type, body and further headers. `changed` becomes Last-Modified."""

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    changed: datetime | None = None


def json_reply(
    payload: Json | list[Json], status: int = 200, headers: tuple[tuple[str, str], ...] = ()
) -> Reply:
    """A reply of JSON, in UTF-8."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, "application/json; charset=utf-8", body, headers)


def first(query: Query, name: str, default: str = "") -> str:
    """The first value of a parameter.

    >>> first({"limit": ["5", "6"]}, "limit")
    '5'
    """
    return next(iter(query.get(name, ())), default)


def moment(when: datetime) -> str:
    """A time as both APIs write it, in UTC with milliseconds.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 9, 28, 10, 40, tzinfo=UTC))
    '2026-09-28T10:40:00.000Z'
    """
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")
