"""What the words of a post do, by the reader of acts, beside what they mean. Knows no rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.encoder import Answer
from analysis.heads import ACTS, DOES
from analysis.masking import Masked, masked
from analysis.meaning import Answered, Meaning, Passage, Sense, Standing, Target
from analysis.trained import Model
from analysis.windows import windows
from contest.reading import Stance

_HEATED = 0.1
"""Hostility, slur or threat from which on a stranger's post is looked at as well."""


@dataclass(frozen=True, slots=True)
class Done:
    """What words do: `acts` by name, the stance of their speaker and how sure it is, attacks."""

    acts: Mapping[str, float]
    stance: Stance
    does: float
    attacks: Mapping[Target, float]


class ActReader:
    """Reads acts by one trained model. Frozen; shared by threads."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.version = model.version

    def done(self, passages: Sequence[Passage]) -> list[Done]:
        """What the words of each passage do, in order; one run of the model for all.

        Of a text of several windows each act counts where it is likeliest.
        """
        cut = [[window.passage for window in windows(passage)] for passage in passages]
        texts = [masked(part) for parts in cut for part in parts]
        answers = iter(zip(texts, self._model.read(texts), strict=True))
        return [_done([next(answers) for _ in parts]) for parts in cut]

    def standings(self, pairs: Sequence[tuple[Passage, Passage]]) -> list[Standing]:
        """How each passage stands to the fact beside it; one run of the model for all."""
        answers = self._model.read([masked(beside(passage, fact)) for passage, fact in pairs])
        return [Standing(*map(float, answer.post["holds"])) for answer in answers]


class WithActs:
    """Implements `Meaning` by another one, and the reader of acts beside it."""

    def __init__(self, meaning: Meaning, acts: ActReader) -> None:
        self.meaning = meaning
        self.acts = acts

    @property
    def versions(self) -> Mapping[str, str]:
        """Those of the meaning, and the reader of acts'."""
        return {**self.meaning.versions, "acts": self.acts.version}

    def senses(self, passages: Sequence[Passage]) -> list[Sense]:
        """What each passage means and does, in order; pure.

        The calm words of somebody off the roster are not looked at twice: few rules bind them.
        """
        senses = self.meaning.senses(passages)
        looked = [n for n, passage in enumerate(passages) if _is_asked(passage, senses[n])]
        done = self.acts.done([passages[n].spoken or passages[n] for n in looked])
        for n, one in zip(looked, done, strict=True):
            senses[n] = _joined(senses[n], one)
        return senses

    def standings(self, pairs: Sequence[tuple[Passage, Passage]]) -> list[Standing]:
        """How each passage stands to the fact beside it, in order; pure."""
        return self.acts.standings([(passage.spoken or passage, fact) for passage, fact in pairs])


def beside(passage: Passage, fact: Passage) -> Passage:
    """The passage as it is read with a fact beside it, in the place of what it answers."""
    return replace(passage, answered=Answered(fact.words, fact.mentions, is_fact=True))


def _is_asked(passage: Passage, sense: Sense) -> bool:
    heat = max(sense.hostility.score, sense.slur.score, sense.threat.score)
    return passage.rostered or heat >= _HEATED


def _done(parts: Sequence[tuple[Masked, Answer]]) -> Done:
    """One passage's, from those of its windows; whose words they are, from the most telling one."""
    answers = [answer for _, answer in parts]
    telling = max(answers, key=lambda answer: float(answer.post["acts"].max()))
    odds = telling.post["does"]
    likeliest = int(odds.argmax())
    return Done(
        {act: _highest(answer.post["acts"][n] for answer in answers) for n, act in enumerate(ACTS)},
        DOES[likeliest],
        round(float(odds[likeliest]), 4),
        dict(_attacks(parts)),
    )


def _attacks(parts: Sequence[tuple[Masked, Answer]]) -> Iterator[tuple[Target, float]]:
    """How likely each target is attacked; of several windows the last word is the likeliest."""
    found = [
        (_highest(said["attack"]), target)
        for text, answer in parts
        for target, said in zip(text.slots, answer.slots, strict=True)
    ]
    found.sort(key=lambda one: one[0])
    yield from ((target, score) for score, target in found)


def _highest(scores: Iterable[float]) -> float:
    return round(max(float(score) for score in scores), 4)


def _joined(sense: Sense, done: Done) -> Sense:
    """What is meant, with what is done; plain agreement, and "I'm not saying ...", have a form."""
    formal = sense.does == 1.0 and sense.stance in ("agrees", "insinuates")
    return replace(
        sense,
        speaker=sense.stance if formal else done.stance,
        does=1.0 if formal else done.does,
        acts=done.acts,
        attacks=done.attacks,
    )
