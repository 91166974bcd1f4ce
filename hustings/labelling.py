"""Labels from a file: a JSON object a line, {"uid", "camp", "tone"}. All are checked first.

In place of a tone, {"about": false} says that the post is not about the camp. "words" may tell
which words were labelled: a label of others than the post has now is left out, and told of.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from contest.contest import Contest
from contest.labels import NOT_ABOUT, Answer
from contest.problems import meant
from contest.text import shown
from hustings.errors import UsageProblem
from storage import teaching
from storage.archive import Archive

if TYPE_CHECKING:  # `storage` has it loaded without numpy
    from sqlite_utils import Database


_NO_LABEL = 'not a label, such as {"uid": "…", "camp": "…", "tone": 1}'


@dataclass(frozen=True, slots=True)
class Given:
    """A label as it was given; None withdraws what was given before."""

    revision: int
    camp: str
    said: Answer | None


def read_given(contest: Contest, archive: Archive, file: Path | None) -> list[Given]:
    """The labels of a file (None: of stdin). Raises UsageProblem, which names the line.

    Each is of the current version of a post that the archive holds.
    """
    name = str(file) if file else "stdin"
    try:
        octets = file.read_bytes() if file else sys.stdin.buffer.read()
    except OSError as error:
        raise UsageProblem(f"{name}: cannot be read ({error.strerror})") from None
    return list(_given(contest, archive, name, octets.splitlines()))


def _given(
    contest: Contest, archive: Archive, name: str, lines: Iterable[bytes]
) -> Iterator[Given]:
    camps = {camp.id for camp in contest.camps}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{name}, line {number}: "
        for record in _records(line, where):
            uid, camp, said, words = _parts(record, where)
            if camp not in camps:
                unknown = f'{where}there is no camp "{shown(camp, 40)}"{meant(camp, camps)}'
                raise UsageProblem(unknown)
            revision = archive.run_sync(teaching.find_revision, uid)
            if revision is None:
                raise UsageProblem(f'{where}no post "{shown(uid, 100)}" is kept in this archive')
            now = digest(*archive.run_sync(teaching.find_words, revision))
            if said is not None and words not in ("", now):
                edited = f'post "{shown(uid, 100)}" has other words now; label it anew'
                click.echo(f"{where}left out: {edited}", err=True)
                continue
            yield Given(revision, camp, said)


def digest(title: str, text: str) -> str:
    """Which words were labelled, in 16 hexadecimal digits.

    >>> digest("", "Rain.")
    '3ba8e7924449e817'
    """
    return sha256(f"{title}\n{text}".encode()).hexdigest()[:16]


def _records(line: bytes, where: str) -> list[Any]:
    """The label of a line, or all those that `teach --list --json` prints on one."""
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageProblem(f"{where}{_NO_LABEL}") from None
    if not isinstance(record, dict):
        found = "a list" if isinstance(record, list) else "no JSON object"
        raise UsageProblem(f"{where}{found}; each line is {_NO_LABEL.removeprefix('not ')}")
    listed = record.get("labels")
    return listed if isinstance(listed, list) else [record]


def _parts(record: Any, where: str) -> tuple[str, str, Answer | None, str]:
    """The post, the camp, what is said, and which words it is said of ("" for those of now)."""
    try:
        uid, camp, about = record["uid"], record["camp"], record.get("about", True)
        words = record.get("words", "")
        tone = record["tone"] if about is not False else record.get("tone", 0)
    except (TypeError, KeyError, AttributeError):
        raise UsageProblem(f"{where}{_NO_LABEL}") from None
    for name, text in (("uid", uid), ("camp", camp), ("words", words)):
        if not isinstance(text, str):
            raise UsageProblem(f'{where}"uid" and "camp" must be texts, and so "words"')
        if text != text.encode("utf-8", "replace").decode():
            raise UsageProblem(f'{where}"{name}" holds half a character; write it out in full')
    return uid, camp, _said(about, tone, where), words


def _said(about: Any, tone: Any, where: str) -> Answer | None:
    if not isinstance(about, bool):
        raise UsageProblem(f'{where}"about" must be true or false')
    if tone is not None and (type(tone) is not int or tone not in (-1, 0, 1)):
        raise UsageProblem(f'{where}"tone" must be -1, 0, 1, or null to withdraw a label')
    if not about and tone:
        both = '"about": false and a tone cannot both be; leave one of them out'
        raise UsageProblem(f"{where}{both}")
    said = tone if about or tone is None else NOT_ABOUT
    return cast("Answer | None", said)


def keep_given(database: Database, given: Sequence[Given], who: str, at: datetime) -> int:
    """Keep labels that say something new; how many did."""
    new = 0
    for one in given:
        if one.said is None:
            new += bool(teaching.withdraw_labels_of(database, one.revision, one.camp, at))
        elif teaching.find_answer(database, one.revision, one.camp) != one.said:
            teaching.keep_label(database, one.revision, one.camp, one.said, who, at)
            new += 1
    return new
