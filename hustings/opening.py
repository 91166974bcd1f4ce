"""Open what a command works with: the contest, the archive, the network, the readers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs

from analysis.blocks import MARKS, NAMES
from analysis.meaning import Meaning
from analysis.reader import load_reader
from contest.config import ConfigError, Vocabulary, load_contest
from contest.contest import Contest
from hustings.errors import UsageProblem
from hustings.tutoring import tutor_of
from monitor.clock import Clock
from monitor.poller import Monitor
from monitor.rulebook import Renewal
from sources.net import Web
from sources.registry import SOURCES
from storage.archive import Archive, ArchiveError

VOCABULARY = Vocabulary(kinds=frozenset(SOURCES), blocks=NAMES, marks=MARKS)
"""What config.toml may name."""

TURN_S = 0.0005
"""How long a thread keeps the interpreter while another one waits for it.

The event loop lets go of it at every question to a socket, and with Python's own 5 ms would wait
that long each time for the analyst to stop for breath: 60 to 140 ms in a row (bench/stall.py).
"""


def open_contest(path: Path | None, code: Path | None = None) -> Contest:
    """The contest of a configuration file. Raises UsageProblem with all that is wrong with it.

    A `code` file stands in for its rules.
    """
    try:
        return load_contest(path or config_path(), VOCABULARY, code)
    except ConfigError as error:
        raise UsageProblem(str(error)) from None


def config_path() -> Path:
    """./config.toml if there is one, else the one in the user's config folder."""
    here = Path("config.toml")
    if here.exists():
        return here
    home = platformdirs.user_config_path("hustings") / "config.toml"
    return home if home.exists() else here


@contextmanager
def open_archive(path: Path | None) -> Iterator[Archive]:
    """The archive, closed at the end. Raises UsageProblem where it cannot be opened or used."""
    try:
        archive = Archive(path)
    except ArchiveError as error:
        raise UsageProblem(str(error)) from None
    with archive:
        try:
            yield archive
        except ArchiveError as error:
            raise UsageProblem(str(error)) from None


def existing(path: Path) -> Path:
    """The path of an archive. Raises UsageProblem where there is none."""
    if not path.exists():
        raise UsageProblem(f"{path}: there is no archive yet; `hustings watch --once` fills one")
    return path


def new_monitor(
    contest: Contest,
    archive: Archive,
    clock: Clock,
    meaning: Meaning,
    renewal: Renewal | None = None,
) -> Monitor:
    """A monitor over the real network; `meaning` says what the posts mean.

    With a `renewal` it takes up changes of the rulebook. Sets, for the whole process, how often
    its threads take turns (TURN_S).
    """
    sys.setswitchinterval(TURN_S)
    return Monitor(
        contest, archive, network(contest), SOURCES, load_reader(contest, meaning), clock,
        partial(tutor_of, contest, meaning), renewal,
    )  # fmt: skip


def network(contest: Contest) -> Callable[[], Web]:
    """Opens the network as politely as `[polling]` says."""
    return lambda: Web(contest.polling, now=lambda: datetime.now(UTC), version=own_version())


def own_version() -> str:
    """The version that is installed."""
    try:
        return version("hustings")
    except PackageNotFoundError:
        return "0+unknown"
