"""Read config.toml into a frozen Contest, or say everything that is wrong with it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from contest import schema
from contest.building import Build, Vocabulary
from contest.contest import Contest
from contest.problems import MISSING, ConfigError, Findings, Problem, in_words
from contest.toml_lines import Path as KeyPath
from contest.toml_lines import lines_of

__all__ = ["ConfigError", "Vocabulary", "load_contest", "read_contest"]

ANY = Vocabulary()
"""Nothing is checked against the names of other packages."""


def load_contest(path: Path, vocabulary: Vocabulary = ANY) -> Contest:
    """Read the contest that a configuration file describes.

    A relative `[storage] path` is taken from the file's own folder. Raises
    ConfigError with every problem of the file.
    """
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise ConfigError(str(path), [Problem(0, _unreadable(error))]) from None
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        problem = Problem(line, "not UTF-8 text: save the file as UTF-8")
        raise ConfigError(str(path), [problem]) from None
    return read_contest(text, str(path), path.parent, vocabulary)


def read_contest(
    text: str,
    name: str = "config.toml",
    folder: Path = Path(),
    vocabulary: Vocabulary = ANY,
) -> Contest:
    """Read the text of a configuration; `name` is used in errors. Raises ConfigError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(name, [_syntax(error)]) from None
    except (ValueError, RecursionError) as error:
        words = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ConfigError(name, [Problem(0, f"cannot be read: {words}")]) from None
    findings = Findings(lines_of(text))
    file = _validated(table, findings)
    contest = Build(file, findings, folder, vocabulary).contest() if file else None
    if contest is None or findings.problems:
        raise ConfigError(name, findings.problems)
    return contest


def _validated(table: dict[str, Any], findings: Findings) -> schema.ConfigFile | None:
    """The file by its schema; what is wrong is noted and mended, so that the rest is checked."""
    try:
        return schema.ConfigFile.model_validate(table)
    except ValidationError as error:
        details = error.errors()
    for detail in details:
        findings.add(tuple(detail["loc"]), in_words(detail, _keys_at(detail["loc"][:-1])))
    _mend(table, details)
    try:
        return schema.ConfigFile.model_validate(table)
    except ValidationError:
        return None


def _mend(table: dict[str, Any], details: Iterable[ErrorDetails]) -> None:
    """Take out what is wrong or unknown; put a harmless value where one must stand."""
    for detail in details:
        *way, last = detail["loc"]
        place: Any = table
        for step in way:
            place = place[step] if _holds(place, step) else None
        if isinstance(place, list) and isinstance(last, int) and last < len(place):
            place[last] = MISSING
        elif isinstance(place, dict):
            place.pop(last, None)
            if detail["type"] != "extra_forbidden" and last in _required_at(tuple(way)):
                place[last] = _HARMLESS.get(str(last), MISSING)


def _holds(place: Any, step: str | int) -> bool:
    if isinstance(place, dict):
        return step in place
    return isinstance(place, list) and isinstance(step, int) and step < len(place)


_HARMLESS: dict[str, Any] = {
    "from": datetime(1970, 1, 1),  # noqa: DTZ001 - the wall clock of a party not known yet
    "to": datetime(2999, 1, 1),  # noqa: DTZ001
    "at": datetime(1970, 1, 1),  # noqa: DTZ001
    "severity": "S2",
    "binds": [],
    "zone": "UTC",
}


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; name one with --config, or try `hustings demo`"
    return f"cannot be read: {error.strerror}"


def _syntax(error: tomllib.TOMLDecodeError) -> Problem:
    words, _, place = str(error).partition(" (at line ")
    line = place.split(",")[0]
    return Problem(int(line) if line.isdigit() else 0, f"not valid TOML: {words}")


def _keys_at(path: KeyPath) -> list[str]:
    """The keys that the table at `path` may have, by the schema."""
    return [field.alias or name for name, field in _fields_at(path).items()]


def _required_at(path: KeyPath) -> set[str]:
    """Those that it must have."""
    fields = _fields_at(path).items()
    return {field.alias or name for name, field in fields if field.is_required()}


def _fields_at(path: KeyPath) -> Mapping[str, FieldInfo]:
    model: type[BaseModel] | None = schema.ConfigFile
    for step in path:
        if isinstance(step, str) and model is not None:
            model = _model_behind(model, step)
    return model.model_fields if model is not None else {}


def _model_behind(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The table that `key` of `model` holds, be it in a tuple; None for a plain value."""
    for name, field in model.model_fields.items():
        if key == (field.alias or name):
            inner: Any = next(iter(get_args(field.annotation)), field.annotation)
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                return inner
    return None
