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
from contest.building import Build
from contest.contest import Contest
from contest.problems import MISSING, ConfigError, Findings, Problem, in_words, meant
from contest.templates import fill_in
from contest.text import shown
from contest.toml_lines import Path as KeyPath
from contest.toml_lines import lines_of
from contest.vocabulary import Vocabulary

__all__ = ["ConfigError", "Vocabulary", "code_path", "load_contest", "read_contest"]

ANY = Vocabulary()
"""Nothing is checked against the names of other packages."""


def load_contest(path: Path, vocabulary: Vocabulary = ANY, code: Path | None = None) -> Contest:
    """Read the contest that a configuration file describes.

    A relative `[storage] path` is taken from the file's own folder. A `code` stands in for the
    rules of the configuration, or for the file with its code. Raises ConfigError with every
    problem of the files.
    """
    return read_contest(_text_of(path, str(path)), str(path), path.parent, vocabulary, code)


def _text_of(path: Path, name: str) -> str:
    """The text of a file. Raises ConfigError in the file's name."""
    try:
        octets = path.read_bytes()
    except OSError as error:
        raise ConfigError(name, [Problem(0, _unreadable(error))]) from None
    except ValueError:
        problem = Problem(0, "cannot be read: no file can have that name")
        raise ConfigError(shown(name), [problem]) from None
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        problem = Problem(line, "not UTF-8 text: save the file as UTF-8")
        raise ConfigError(name, [problem]) from None


def read_contest(
    text: str,
    name: str = "config.toml",
    folder: Path = Path(),
    vocabulary: Vocabulary = ANY,
    code: Path | None = None,
) -> Contest:
    """Read the text of a configuration; `name` is used in errors. Raises ConfigError.

    The code may stand in a file of its own, which `[contest] code` names; a rule that is `like` a
    template, or has a template's id and does not say what it looks for, takes from it what it
    leaves out. A `code` handed in stands in for that file, or for the rules of the configuration.
    """
    table = _table(text, name)
    lines = lines_of(text)
    files: dict[KeyPath, str] = {}
    findings = Findings(lines, files)
    if code is not None:
        _stand_in(code, table, lines)
    _join_code(table, lines, files, folder, findings)
    fill_in(table, findings)
    file = _validated(table, findings)
    contest = Build(file, findings, folder, vocabulary).contest() if file else None
    if contest is None or findings.problems:
        raise ConfigError(name, findings.problems)
    return contest


def _table(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(name, [_syntax(error)]) from None
    except (ValueError, RecursionError) as error:
        words = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ConfigError(name, [Problem(0, f"cannot be read: {words}")]) from None


def code_path(text: str, folder: Path) -> Path | None:
    """The file of its own that holds the code, if the configuration names one."""
    try:
        named = tomllib.loads(text).get("contest", {}).get("code")
    except (ValueError, RecursionError, AttributeError):
        return None
    return folder / named if isinstance(named, str) and named else None


def _stand_in(code: Path, table: dict[str, Any], lines: dict[KeyPath, int]) -> None:
    """Have another file hold the code: in the place of the one named, or of the rules here."""
    contest = table.get("contest")
    if not isinstance(contest, dict):
        return
    if not contest.get("code"):
        table.pop("rule", None)
        for path in [path for path in lines if path[:1] == ("rule",)]:
            del lines[path]
    contest["code"] = str(code.absolute())


def _join_code(
    table: dict[str, Any],
    lines: dict[KeyPath, int],
    files: dict[KeyPath, str],
    folder: Path,
    findings: Findings,
) -> None:
    """Put the tables of the code's own file behind those of the configuration."""
    contest = table.get("contest")
    named = contest.get("code") if isinstance(contest, dict) else None
    if not isinstance(named, str) or not named:
        return
    name = str(folder / named)
    text = _text_of(folder / named, name)
    code = _table(text, name)
    shifts: dict[str | int, int] = {}
    for key, value in code.items():
        if key not in schema.CodeFile.model_fields:
            hint = meant(key, schema.CodeFile.model_fields)
            findings.problems.append(
                Problem(lines_of(text).get((key,), 0), f'unknown key "{key}"{hint}', name)
            )
            continue
        kept = table.setdefault(key, {} if key == "groups" else [])
        if isinstance(kept, list) and isinstance(value, list):
            shifts[key] = len(kept)
            kept += value
            files.update({(key, n + shifts[key]): name for n in range(len(value))})
        elif isinstance(kept, dict) and isinstance(value, dict):
            kept.update(value)
            files.update({(key, inner): name for inner in value})
        else:
            words = f'"{key}" must be {"a table" if key == "groups" else "a list of tables"}'
            findings.problems.append(Problem(lines_of(text).get((key,), 0), words, name))
    for path, line in lines_of(text).items():
        if len(path) > 1 and isinstance(path[1], int):
            lines[path[0], path[1] + shifts.get(path[0], 0), *path[2:]] = line
        elif len(path) > 1:
            lines[path] = line


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
