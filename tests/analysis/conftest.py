"""A hand to read a sentence with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analysis.reader import Reader, load_reader
from contest.contest import Contest
from contest.reading import Breach, Reading
from tests.analysis.world import a_post, lantern


@pytest.fixture(scope="session")
def contest() -> Contest:
    return lantern()


@pytest.fixture(scope="session")
def reader(contest: Contest) -> Reader:
    return load_reader(contest)


Read = Callable[..., Reading]
Flags = Callable[..., dict[str, Breach]]


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    """Reads a sentence: `read("...", by="@TomosFrith", at="2026-11-02T12:00", ...)`."""
    return lambda text, *rest, **more: reader.read(a_post(text, *rest, **more))


@pytest.fixture(scope="session")
def flags(read: Read) -> Flags:
    """The breaches of a sentence by rule."""
    return lambda *rest, **more: {breach.rule: breach for breach in read(*rest, **more).breaches}
