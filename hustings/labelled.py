"""Labelled files of posts, JSON lines: read whole, or what is wrong is named. Scores nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from analysis.folding import fold
from analysis.scoring import CampPair
from contest.code import SEVERITIES
from contest.post import Post
from contest.problems import meant
from contest.text import LONGEST, shown
from hustings.errors import UsageProblem
from hustings.judging import PostProblem, read_post, thread_posts

Row = TypeVar("Row")
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and the place of its label among the task's labels; `target`, where stance has one."""

    text: str
    label: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A post and its tone (-1, 0, 1) towards each camp that it speaks of."""

    post: Post
    tones: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LabelledThread:
    """A thread: whether it is hostile, and who was so to whom."""

    posts: tuple[Post, ...]
    hostile: bool
    pairs: Set[CampPair]


@dataclass(frozen=True, slots=True)
class CodedPost:
    """A post, the rules that it breaks with the severities accepted, and those it may break.

    `lookalike`: it comes close to a rule without breaking it. `kind` is its class of
    detectability, "" where none is given.
    """

    post: Post
    expected: Mapping[str, Set[str]]
    also_ok: Set[str]
    lookalike: bool
    kind: str


def rows(path: Path, read: Callable[[Record], Row]) -> list[Row]:
    """What `read` makes of each line; empty lines are passed over.

    Raises UsageProblem with the first line that is wrong, and where there is nothing at all.
    """
    try:
        with path.open("rb") as lines:
            found = list(_rows(path, lines, read))
    except OSError as error:
        raise UsageProblem(f"{path}: {error.strerror or error}") from None
    if not found:
        raise UsageProblem(f"{path}: empty; one labelled JSON object a line is needed")
    return found


def _rows(path: Path, lines: Iterator[bytes], read: Callable[[Record], Row]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield read(_record(line))
        except PostProblem as problem:
            raise UsageProblem(f"{path}, line {number}: {problem}") from None


def _record(line: bytes) -> Record:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise PostProblem(f"not JSON in UTF-8: {shown(str(error), 100)}") from None
    if not isinstance(record, dict):
        raise PostProblem("not a JSON object")
    return record


# -- what a line holds, by task ----------------------------------------------------------------


def text_of(record: Record, labels: Sequence[str]) -> LabelledText:
    """A text with one of `labels`."""
    return LabelledText(_text(record, "text")[:LONGEST], labels.index(_one_of(record, labels)))


def stance_of(record: Record, labels: Sequence[str]) -> LabelledText:
    """A text with a target and one of `labels`."""
    row = text_of(record, labels)
    target = _text(record, "target").strip()
    if not any(letter.isalnum() for letter in fold(target).lower):
        raise PostProblem('"target" names nobody')
    return LabelledText(row.text, row.label, target)


def tones_of(record: Record, camps: Set[str]) -> LabelledPost:
    """A post in `judge`'s form with "tone"."""
    said = record.get("tone")
    if not isinstance(said, Mapping):
        raise PostProblem('"tone" is missing or not an object of camps')
    for camp, tone in said.items():
        _must_be_camp(camp, camps)
        if type(tone) is not int or tone not in (-1, 0, 1):
            raise PostProblem(f'the tone towards "{camp}" is {_seen(tone)}, but must be -1, 0 or 1')
    return LabelledPost(read_post(record), dict(said))


def thread_of(record: Record, camps: Set[str]) -> LabelledThread:
    """A thread of posts with "hostile" and "pairs"."""
    hostile = record.get("hostile")
    if not isinstance(hostile, bool):
        raise PostProblem('"hostile" is missing or neither true nor false')
    posts = _list(record, "posts")
    if not posts:
        raise PostProblem('"posts" is empty')
    pairs = frozenset(_pair(pair, camps) for pair in _list(record, "pairs"))
    return LabelledThread(tuple(read_post(post) for post in thread_posts(posts)), hostile, pairs)


def coded_of(record: Record) -> CodedPost:
    """A post with "expected" rules; "also_ok", "near" and "class" where they are given."""
    also = _list(record, "also_ok") if record.get("also_ok") is not None else []
    return CodedPost(
        read_post(record),
        dict(_expected(rule) for rule in _list(record, "expected")),
        frozenset(str(rule) for rule in also),
        bool(record.get("near")),
        str(record.get("class") or ""),
    )


def _expected(rule: Any) -> tuple[str, Set[str]]:
    if not isinstance(rule, Mapping):
        raise PostProblem(f'"expected" holds {_seen(rule)}, but must hold objects with "rule"')
    accepted = rule.get("sev_ok")
    if accepted is not None and not isinstance(accepted, list):
        raise PostProblem('"sev_ok" is not a list')
    severities = [rule.get("severity"), *(accepted or ())]
    for severity in severities:
        if severity not in SEVERITIES:
            known = ", ".join(SEVERITIES)
            raise PostProblem(f"a severity is {_seen(severity)}, but must be one of {known}")
    return _text(rule, "rule"), frozenset(severities)


def _pair(pair: Any, camps: Set[str]) -> CampPair:
    if not isinstance(pair, Mapping):
        raise PostProblem(f'"pairs" holds {_seen(pair)}, but must hold objects')
    ends = _text(pair, "from_camp"), _text(pair, "to_camp")
    for camp in ends:
        _must_be_camp(camp, camps)
    return ends


def _must_be_camp(camp: str, camps: Set[str]) -> None:
    if camp not in camps:
        remedy = f"{meant(camp, camps)}; --config names the contest"
        raise PostProblem(f'there is no camp "{shown(camp, 40)}" in the configuration{remedy}')


def _one_of(record: Record, labels: Sequence[str]) -> str:
    said = record.get("label")
    if said is None:
        raise PostProblem('"label" is missing')
    if said not in labels:
        raise PostProblem(f'"label" is {_seen(said)}, but must be one of {", ".join(labels)}')
    return str(said)


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise PostProblem(f'"{key}" is missing or not a text')
    return value


def _list(record: Record, key: str) -> list[Any]:
    value = record.get(key)
    if not isinstance(value, list):
        raise PostProblem(f'"{key}" is missing or not a list')
    return value


def _seen(value: Any) -> str:
    return shown(repr(value), 60)
