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
from analysis.meaning import (
    UNKNOWN,
    Cue,
    Odds,
    Passage,
    Sense,
    Standing,
    Target,
    Toward,
)
from analysis.windows import Window, windows
from contest.reading import Span, Stance

MEANT = 0.5
"""From this probability on an everyday word, or an answer's silence, is taken to mean the camp."""
DENIED = 0.2
"""The score of the lists below which every insult that they found is negated."""


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
        answered = self._answered(passages)
        return [self._sense(p, parts) for p, parts in zip(passages, answered, strict=True)]

    def standings(self, pairs: Sequence[tuple[Passage, Passage]]) -> list[Standing]:
        """It was not taught to hold a passage beside a fact."""
        return [UNKNOWN] * len(pairs)

    def untaught(self, passages: Sequence[Passage]) -> list[dict[Target, tuple[Floats, Floats]]]:
        """What the model alone says of each target of each passage: (tone's odds, features)."""
        return [
            {
                target: (
                    np.mean([said["tone"] for said, _ in many], axis=0),
                    np.mean([features for _, features in many], axis=0),
                )
                for target, many in _by_target(parts).items()
            }
            for parts in self._answered(passages)
        ]

    def _answered(self, passages: Sequence[Passage]) -> list[list[_Read]]:
        """The windows of each passage with what the model says of them."""
        cut = [list(windows(passage)) for passage in passages]
        texts = [masked(window.passage) for parts in cut for window in parts]
        answers = iter(zip(texts, self.model.read(texts), strict=True))
        return [[_Read(window, *next(answers)) for window in parts] for parts in cut]

    def _sense(self, passage: Passage, parts: Sequence[_Read]) -> Sense:
        listed = self._lists.sense(passage)
        worst = max(parts, key=lambda part: part.of("hostile"))
        hostility = _worse(Cue(worst.of("hostile"), worst.words), listed.hostility)
        certain = {mention.target for mention in passage.mentions if mention.certain}

        def likeliest(head: str) -> float:
            return max(part.of(head) for part in parts)

        stance, does = _stance(listed, worst)
        return Sense(
            toward=tuple(
                _with_lists(found, listed) for found in self._toward(parts, certain, hostility)
            ),
            hostility=hostility,
            threat=_both(listed.threat, likeliest("threat")),
            slur=_both(listed.slur, likeliest("slur")),
            vote_ask=_both(listed.vote_ask, likeliest("ask")),
            process=_both(listed.process, likeliest("process")),
            pile_on=_both(listed.pile_on, likeliest("pile_on")),
            stance=stance,
            does=does,
        )

    def _toward(
        self, parts: Sequence[_Read], certain: set[Target], hostility: Cue
    ) -> Iterator[Toward]:
        for target, many in _by_target(parts).items():
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

    window: Window
    text: Masked
    answer: Answer

    def of(self, head: str) -> float:
        return round(float(self.answer.post[head][0]), 4)

    def names(self, target: Target) -> bool:
        passage = self.window.passage
        return any(m.target == target for m in (*passage.mentions, *passage.possible))

    @property
    def words(self) -> tuple[Span, ...]:
        offset = self.window.offset
        return tuple((start + offset, end + offset) for start, end in self.answer.words)


def _by_target(
    parts: Sequence[_Read],
) -> dict[Target, list[tuple[Mapping[str, Floats], Floats]]]:
    """What is said of each target: where windows name it, by those alone, else by all."""
    said: dict[Target, list[tuple[bool, Mapping[str, Floats], Floats]]] = {}
    for part in parts:
        for target, answer, features in zip(
            part.text.slots, part.answer.slots, part.answer.features, strict=True
        ):
            said.setdefault(target, []).append((part.names(target), answer, features))
    return {
        target: [(answer, features) for names, answer, features in many if names]
        or [(answer, features) for _, answer, features in many]
        for target, many in said.items()
    }


def _worse(said: Cue, listed: Cue) -> Cue:
    """The more hostile of what the model and the lists say.

    The model takes "is not a liar" for the insult; the lists see the negation. So the lists
    have the word where they know every word that the model goes by, and all are denied.
    """
    known = said.spans and all(
        any(start < last and first < end for first, last in listed.spans)
        for start, end in said.spans
    )
    return listed if known and listed.score < DENIED else max(said, listed, key=_score)


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


def _stance(listed: Sense, part: _Read) -> tuple[Stance, float]:
    """What the speaker does and how sure that is; what has a form of its own the lists tell."""
    if listed.stance in ("agrees", "insinuates"):
        return listed.stance, 1.0
    odds = part.answer.post["does"]
    likeliest = int(odds.argmax())
    return DOES[likeliest], round(float(odds[likeliest]), 4)
