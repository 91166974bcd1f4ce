"""Meaning by a trained reader, with the word lists for what it was not taught. Knows no rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from analysis.encoder import Answer, Floats
from analysis.heads import DOES
from analysis.lexicon import Lexicon
from analysis.masking import Masked, masked
from analysis.meaning import Cue, Odds, Passage, Sense, Stance, Target, Toward
from analysis.windows import windows
from contest.reading import Span

MEANT = 0.5
"""From this probability on an everyday word, or an answer's silence, is taken to mean the camp."""
_STANCES: Mapping[str, Stance] = {
    "condemns": "condemns", "reports": "reports", "jokes": "jokes", "insinuates": "insinuates",
}  # fmt: skip


class Model(Protocol):
    """Something trained that answers every head for masked texts: the encoder, or n-grams."""

    @property
    def version(self) -> str:
        """Its name and version, as readings carry it."""
        ...

    def read(self, texts: Sequence[Masked]) -> list[Answer]:
        """An answer a text, in order; pure."""
        ...


class Adjusted(Protocol):
    """A contest's own correction of the tones, learnt from its officers' labels."""

    @property
    def version(self) -> str:
        """What is added to the reader's version."""
        ...

    def odds(self, said: Floats, features: Floats) -> Floats:
        """The probabilities of tone -1, 0, 1, corrected."""
        ...


class Trained:
    """Implements `Meaning` by a trained model. Frozen; shared by threads."""

    def __init__(self, model: Model, adjusted: Adjusted | None = None) -> None:
        self.model = model
        self._adjusted = adjusted
        self._lists = Lexicon()
        version = model.version + (f"+{adjusted.version}" if adjusted else "")
        self.versions: Mapping[str, str] = {"sentiment": version, "hostility": model.version}

    def sense(self, passage: Passage) -> Sense:
        """What one passage means; pure."""
        return self.senses([passage])[0]

    def senses(self, passages: Sequence[Passage]) -> list[Sense]:
        """What each passage means, in order; one run of the model for all."""
        cut = [list(windows(passage)) for passage in passages]
        texts = [masked(window.passage) for parts in cut for window in parts]
        answers = iter(zip(texts, self.model.read(texts), strict=True))
        return [
            self._sense(
                passage,
                [_Read(window.offset, *next(answers)) for window in parts],
            )
            for passage, parts in zip(passages, cut, strict=True)
        ]

    def untaught(self, passages: Sequence[Passage]) -> list[dict[Target, tuple[Floats, Floats]]]:
        """What the model alone says of each target of each passage: (tone's odds, features)."""
        cut = [list(windows(passage)) for passage in passages]
        texts = [masked(window.passage) for parts in cut for window in parts]
        answers = iter(zip(texts, self.model.read(texts), strict=True))
        return [_untaught([next(answers) for _ in parts]) for parts in cut]

    def _sense(self, passage: Passage, parts: Sequence[_Read]) -> Sense:
        listed = self._lists.sense(passage)
        worst = max(parts, key=lambda part: part.of("hostile"))
        hostility = Cue(worst.of("hostile"), worst.words)
        certain = {mention.target for mention in passage.mentions if mention.certain}
        toward = tuple(
            _with_lists(found, listed) for found in self._toward(parts, certain, hostility)
        )
        return Sense(
            toward=toward,
            hostility=hostility,
            threat=_both(listed.threat, worst.of("threat")),
            slur=_both(listed.slur, worst.of("slur")),
            vote_ask=_both(listed.vote_ask, worst.of("ask")),
            process=_both(listed.process, worst.of("process")),
            pile_on=_both(listed.pile_on, worst.of("pile_on")),
            stance=_stance(listed, worst),
        )

    def _toward(
        self, parts: Sequence[_Read], certain: set[Target], hostility: Cue
    ) -> Iterator[Toward]:
        found: dict[Target, list[tuple[Mapping[str, Floats], Floats]]] = {}
        for part in parts:
            for target, said, features in zip(
                part.text.slots, part.answer.slots, part.answer.features, strict=True
            ):
                found.setdefault(target, []).append((said, features))
        for target, many in found.items():
            meant = max(float(said["meant"][0]) for said, _ in many)
            if target not in certain and meant < MEANT:
                continue
            odds = np.mean([self._odds(said, features) for said, features in many], axis=0)
            attack = max(float(said["attack"][0]) for said, _ in many)
            endorse = max(float(said["endorse"][0]) for said, _ in many)
            yield Toward(
                target,
                tone=Cue(round(float(odds[2] - odds[0]), 4)),
                odds=Odds(*(round(float(odd), 4) for odd in odds)),
                attack=Cue(round(attack, 4), hostility.spans),
                endorsement=Cue(round(endorse, 4)),
            )

    def _odds(self, said: Mapping[str, Floats], features: Floats) -> Floats:
        tone = said["tone"]
        return self._adjusted.odds(tone, features) if self._adjusted else tone


@dataclass(frozen=True, slots=True)
class _Read:
    """A window of a passage and what the model says of it."""

    offset: int
    text: Masked
    answer: Answer

    def of(self, head: str) -> float:
        return round(float(self.answer.post[head][0]), 4)

    @property
    def words(self) -> tuple[Span, ...]:
        return tuple((start + self.offset, end + self.offset) for start, end in self.answer.words)


def _untaught(parts: Sequence[tuple[Masked, Answer]]) -> dict[Target, tuple[Floats, Floats]]:
    """Odds and features a target, the mean of the windows that speak of it."""
    found: dict[Target, list[tuple[Floats, Floats]]] = {}
    for text, answer in parts:
        for target, said, features in zip(text.slots, answer.slots, answer.features, strict=True):
            found.setdefault(target, []).append((said["tone"], features))
    return {
        target: (np.mean([odds for odds, _ in many], axis=0), np.mean([f for _, f in many], axis=0))
        for target, many in found.items()
    }


def _both(listed: Cue, said: float) -> Cue:
    """What lists or model say: each sees what the other does not; words from the lists."""
    return Cue(max(said, listed.score), listed.spans)


def _with_lists(found: Toward, listed: Sense) -> Toward:
    """Attack and endorsement where either sees one; the tone is the model's alone."""
    other = next((toward for toward in listed.toward if toward.target == found.target), None)
    if other is None:
        return found
    return replace(
        found,
        attack=max(found.attack, other.attack, key=_score),
        endorsement=max(found.endorsement, other.endorsement, key=_score),
    )


def _score(cue: Cue) -> float:
    return cue.score


def _stance(listed: Sense, part: _Read) -> Stance:
    """What the speaker does; plain agreement with the parent is told by the lists."""
    if listed.stance == "agrees":
        return "agrees"
    odds = part.answer.post["does"]
    return _STANCES.get(DOES[int(odds.argmax())], "speaks")
