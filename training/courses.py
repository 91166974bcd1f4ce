"""What is learnt from, in which order: the public data first, then the corpus with a part of it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from training.contests import contests, examples_of
from training.examples import Cut, Example, cut_all, offensive, records, sentiment, stance
from training.learning import Course
from training.losses import UNSEEN_MIDDLE

DEV = ("levers", "quay", "tarn")
"""Contests held back whole, so that dev measures names and places never seen."""
PUBLIC_COURSE = Course(epochs=2.5, rate=8e-5)
CORPUS_COURSE = Course(epochs=1, rate=2e-4)
_TURNS = 3
"""How often each post of the corpus comes in the second course."""
_REPLAYED = {"sentiment": 24000, "offensive": 12000, "stance": 20000, "topic": 3000}
_TOPICS = 4500
_NO_MIDDLE = ("pstance", "semeval17_topic")


def public(data: Path, seed: int) -> dict[str, list[Example]]:
    """The public training data by task; `davidson` is left out, since it lowers every score."""
    draw = random.Random(seed)  # noqa: S311
    target = data / "target"
    stances = [
        *_without_middle(stance(target / "pstance.train.jsonl", draw=draw), "stance"),
        *stance(target / "multitarget_stance.train.jsonl", draw=draw, twice=True),
        *stance(target / "semeval16_stance.train.jsonl", draw=draw),
    ]
    return {
        "sentiment": list(sentiment(data / "sentiment/tweeteval_sentiment.train.jsonl")),
        "offensive": list(_not_in_dev(data / "hostility")),
        "stance": stances,
        "topic": list(_topics(target / "semeval17_topic.train.jsonl", draw)),
    }


def corpus(ids: Iterable[str] | None = None) -> list[Example]:
    """The corpus's posts, by default of all contests that are not held back."""
    kept = [name for name in contests() if name not in DEV] if ids is None else ids
    return [example for name in kept for example in examples_of(name)]


def replayed(examples: dict[str, list[Example]], seed: int) -> list[Example]:
    """The part of the public data that is kept in mind while the corpus is learnt."""
    draw = random.Random(seed)  # noqa: S311
    return [
        example
        for task, most in _REPLAYED.items()
        for example in draw.sample(examples[task], min(most, len(examples[task])))
    ]


def first_course(data: Path, seed: int) -> list[Cut]:
    """All public examples, in numbers."""
    return cut_all(example for kept in public(data, seed).values() for example in kept)


def second_course(data: Path, seed: int, own: Sequence[Example]) -> list[Cut]:
    """The corpus several times over, with the replayed examples once among it."""
    kept = replayed(public(data, seed + 1), seed)
    return [*cut_all(own) * _TURNS, *cut_all(kept)]


def _without_middle(examples: Iterable[Example], head: str) -> Iterator[Example]:
    """Marks labels of data that never say "none", so that the head does not unlearn it."""
    for example in examples:
        slots = tuple(
            {name: label + UNSEEN_MIDDLE if name == head else label for name, label in slot.items()}
            for slot in example.slots
        )
        yield replace(example, slots=slots)


def _topics(path: Path, draw: random.Random) -> Iterator[Example]:
    """All that is negative about a topic, and about as much that is positive."""
    examples = list(_without_middle(stance(path, head="tone", draw=draw), "tone"))
    negative = [e for e in examples if any(s.get("tone") == UNSEEN_MIDDLE for s in e.slots)]
    kept = {id(example) for example in negative}
    positive = [example for example in examples if id(example) not in kept]
    yield from negative
    yield from draw.sample(positive, _TOPICS)


def _not_in_dev(folder: Path) -> Iterator[Example]:
    """OLID with its levels, less the rows that TweetEval's dev split holds."""
    dev = {_bare(row["text"]) for row in records(folder / "tweeteval_offensive.dev.jsonl")}
    path = folder / "olid_levels.train.jsonl"
    for row, example in zip(records(path), offensive(path), strict=True):
        if _bare(row["text"]) not in dev:
            yield example


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"@user|\burl\b|http\S*", "", text.lower())).strip()
