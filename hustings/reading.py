"""Open the reader that says what posts mean, or what stands in for it. Reads no post itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from analysis.card import REMEDY, ModelProblem, read_card, read_packed_card
from analysis.lexicon import Lexicon
from analysis.meaning import Meaning, Passage, Sense, Standing
from contest.contest import Contest, Thresholds
from contest.estimate import Confusion

if TYPE_CHECKING:  # it needs numpy, for which neither `--help` nor the first paint waits
    from analysis.acts import ActReader
    from analysis.trained import Model

log = logging.getLogger(__name__)

Which = Literal["full", "fast"]

MODELS: Final = Path(str(files("analysis"))) / "models"
_IN_TURN: Final[Mapping[Which, tuple[Which, ...]]] = {"full": ("full", "fast"), "fast": ("fast",)}
"""What is tried; the word lists, which are code, come last."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A reader of meaning, ready to read.

    `notice` is one line: why it is not the reader that the contest asks for, and the remedy;
    "" where it is.
    """

    meaning: Meaning
    notice: str = ""


def open_model(which: Which) -> Model:
    """The packaged encoder ("full") or the n-grams ("fast"). Raises ModelProblem.

    The encoder takes half a second, and some fifty megabytes.
    """
    try:
        if which == "full":
            from analysis.encoder import Encoder  # noqa: PLC0415

            return Encoder(MODELS / "encoder")
        from analysis.grams import Grams  # noqa: PLC0415

        return Grams(MODELS / "grams.npz")
    except ImportError as error:
        raise ModelProblem(f"the {which} reader cannot be loaded ({error}); {REMEDY}") from None


def open_meaning(contest: Contest) -> Opened:
    """The reader that `[reading]` asks for, else the next best one that can be opened."""
    problems: list[str] = []
    for which in _IN_TURN[contest.reading.reader]:
        try:
            model = open_model(which)
        except ModelProblem as problem:
            problems.append(str(problem))
            continue
        from analysis.trained import Trained  # noqa: PLC0415

        if which == "fast":
            return Opened(Trained(model), _notice("fast reader", problems))
        return _with_acts(Trained(model))
    for other in problems[1:]:
        log.warning("%s", other)
    return Opened(Lexicon(), _notice("word lists", problems))


def open_acts() -> ActReader:
    """The packaged reader of acts. Raises ModelProblem."""
    try:
        from analysis.acts import ActReader  # noqa: PLC0415
        from analysis.encoder import open_acts as opened  # noqa: PLC0415

        return ActReader(opened(MODELS / "acts"))
    except ImportError as error:
        raise ModelProblem(f"the reader of acts cannot be loaded ({error}); {REMEDY}") from None


def _with_acts(meaning: Meaning) -> Opened:
    """The full reader with that of acts beside it; without, rules see what the word lists see."""
    try:
        acts = open_acts()
    except ModelProblem as problem:
        return Opened(meaning, f"rules are read by word lists: {problem}")
    from analysis.acts import WithActs  # noqa: PLC0415

    return Opened(WithActs(meaning, acts))


def open_aloud(contest: Contest) -> Meaning:
    """The same, for a command without a screen: a notice is told on stderr."""
    opened = open_meaning(contest)
    if opened.notice:
        click.echo(opened.notice, err=True)
    return opened.meaning


def _notice(stand_in: str, problems: Sequence[str]) -> str:
    return f"{stand_in} in use: {problems[0]}" if problems else ""


class LateMeaning:
    """The contest's reader, opened when the first posts are read, on the thread that reads them.

    So that no screen waits for it, and that a process which only follows never loads it.
    """

    def __init__(self, contest: Contest) -> None:
        self._contest = contest
        self._opening = Lock()
        self._opened: Opened | None = None
        self._foreseen = _foreseen(contest)

    @property
    def notice(self) -> str:
        """Why another reader stands in, as far as it is known by now; "" if none does."""
        return self._opened.notice if self._opened else self._foreseen

    @property
    def versions(self) -> Mapping[str, str]:
        """The versions of the reader that was opened; opens it."""
        return self._open().meaning.versions

    @property
    def meaning(self) -> Meaning:
        """The reader that was opened; opens it."""
        return self._open().meaning

    def senses(self, passages: Sequence[Passage]) -> list[Sense]:
        """What each passage means, in order; opens the reader."""
        return self._open().meaning.senses(passages)

    def standings(self, pairs: Sequence[tuple[Passage, Passage]]) -> list[Standing]:
        """How each passage stands to the fact beside it; opens the reader."""
        return self._open().meaning.standings(pairs)

    def _open(self) -> Opened:
        with self._opening:
            if self._opened is None:
                self._opened = open_meaning(self._contest)
                if self._opened.notice:
                    log.warning("%s", self._opened.notice)
            return self._opened


def _foreseen(contest: Contest) -> str:
    """What can be told without loading anything: which reader's card cannot be read."""
    problems: list[str] = []
    for which in _IN_TURN[contest.reading.reader]:
        place, read = _card_of(which)
        try:
            read(place)
        except ModelProblem as problem:
            problems.append(str(problem))
            continue
        return _notice(f"{which} reader", problems)
    return _notice("word lists", problems)


def _card_of(which: Which) -> tuple[Path, Callable[[Path], dict[str, Any]]]:
    """Where a reader's card is, and how it is read without loading the model."""
    if which == "full":
        return MODELS / "encoder", read_card
    return MODELS / "grams.npz", read_packed_card


def known_confusions(contest: Contest) -> Mapping[str, Confusion]:
    """How the packaged readers err, by version, as their cards tell. Loads no model.

    Of none where the contest has another `[thresholds] sure` than the one (`sure` in the card,
    else the usual) at which the card's counts were made.
    """
    found = {}
    for place, read in map(_card_of, _IN_TURN["full"]):
        with suppress(ModelProblem):
            card = read(place)
            if confusion := _confusion(place, card, contest.thresholds.sure):
                found[str(card["version"])] = confusion
    return found


def _confusion(place: Path, card: Mapping[str, Any], sure: float) -> Confusion | None:
    if "confusion" not in card or card.get("sure", Thresholds().sure) != sure:
        return None
    try:
        return Confusion.of(card["confusion"])
    except ValueError as error:
        log.warning("%s: %s; %s", place, error, REMEDY)
        return None
