"""The files of the rulebook: opened at the start, watched and read again. Judges nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.examples import staged
from analysis.meaning import Meaning
from analysis.reader import load_reader
from contest.config import ConfigError, code_path, load_contest
from contest.contest import Contest
from hustings.errors import UsageProblem
from hustings.opening import VOCABULARY
from hustings.tutoring import tutor_of
from monitor.rulebook import Renewal, Stamps

if TYPE_CHECKING:  # it needs numpy, for which neither `--help` nor the first paint waits
    from analysis.tutor import Tutor

Cast = Callable[[Contest], Contest]
"""What is made of the contest that a file describes: the demo moves its sources to loopback."""


class ConfigFiles:
    """A configuration, and the file of its code if it names one."""

    def __init__(self, path: Path, cast: Cast = lambda contest: contest) -> None:
        self._path = path
        self._cast = cast
        self._code = self._find_code()
        self.opened = self.stamps()

    def open(self) -> Contest:
        """The contest, for a program that starts. Raises UsageProblem with all that is wrong."""
        try:
            return self.load()
        except ConfigError as error:
            raise UsageProblem(str(error)) from None

    def stamps(self) -> Stamps:
        """When each file was written, how long it is, and which file it is; None for none."""
        return tuple(_stamp(path) for path in (self._path, self._code) if path)

    def load(self) -> Contest:
        """The contest as the files describe it now. Raises ConfigError."""
        self._code = self._find_code() or self._code
        return self._cast(load_contest(self._path, VOCABULARY))

    def _find_code(self) -> Path | None:
        """The file of the code; None too where the configuration cannot be read just now."""
        try:
            return code_path(self._path.read_text(encoding="utf-8-sig"), self._path.parent)
        except (OSError, UnicodeDecodeError):
            return None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):  # ValueError: no file can have that name
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def renewal(files: ConfigFiles, meaning: Meaning) -> Renewal:
    """How a monitor takes up what is changed in these files, with the reader of meaning in use."""

    def tutor(contest: Contest) -> Tutor | None:
        return tutor_of(contest, meaning)

    return Renewal(files, partial(load_reader, meaning=meaning), tutor, partial(_fallen, meaning))


def _fallen(meaning: Meaning, contest: Contest) -> Iterator[Sequence[str]]:
    """Of each rule in turn the examples that do not hold."""
    from hustings.checking import trials  # noqa: PLC0415 - only once a rulebook has changed

    stage = staged(contest)
    reader = load_reader(stage, meaning)
    for rule in contest.rules:
        tried = trials(reader, replace(stage, rules=(rule,)))
        yield [trial.words for trial in tried if not trial.holds]
