"""JSON from outside, read without trusting its shape. Never raises for one bad member."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from contest.text import plain, shown
from sources.errors import SourceError
from sources.net import Document
from sources.places import spoken

NOTHING: Final[Mapping[str, Any]] = {}
_LONGEST_NAME = 500


def decoded(document: Document) -> Any:
    """The JSON value of a document's body.

    Raises SourceError that says what came instead: nothing, a web page, broken JSON.
    """
    where, body = spoken(document.url), document.body
    if not body.strip():
        raise SourceError(f"{where} answered with nothing where JSON was expected")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        if b"<html" in body[:2000].lower() or body.lstrip()[:1] == b"<":
            raise SourceError(f"{where} answered a web page where JSON was expected") from None
        raise SourceError(f"{where} answered broken JSON ({shown(str(error), 80)})") from None


def members(value: Any) -> Mapping[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else NOTHING


def rows(value: Any) -> Iterator[Any]:
    """The members of `value` if it is a JSON array, else none."""
    return iter(value if isinstance(value, list) else ())


def words(value: Any, longest: int = _LONGEST_NAME) -> str:
    """`value` as harmless text if it is a string, else ""."""
    return plain(value, longest) if isinstance(value, str) else ""


def count(value: Any) -> int:
    """`value` if it is a whole number of at least 0, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def kind_of(value: Any) -> str:
    """What a JSON value is, in words.

    >>> kind_of({"error": "gone"})
    'an object with "error"'
    >>> kind_of(None)
    'null'
    """
    if isinstance(value, dict):
        keys = ", ".join(f'"{shown(str(key), 30)}"' for key in list(value)[:4])
        return f"an object with {keys}" if keys else "an empty object"
    if value is None:
        return "null"
    names = {list: "a list", str: "a string", bool: "true or false", int: "a number"}
    return names.get(type(value), "a number")


def packed(value: Any) -> bytes:
    """`value` as compact UTF-8 JSON, to be kept as the raw payload."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")
