"""What is learnt from, in which order: the public data first, then the corpus with a part of it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.heads import ACT_HEADS
from training.acts import all_examples, contests_with_rules
from training.contests import contests, examples_of, examples_of_rules
from training.examples import Cut, Example, cut_all, offensive, records, sentiment, stance
from training.learning import Course
from training.losses import UNSEEN_MIDDLE

DEV = ("levers", "quay", "tarn")
"""Contests held back whole, so that dev measures names and places never seen."""
PUBLIC_COURSE = Course(epochs=2.5, rate=8e-5)
CORPUS_COURSE = Course(epochs=1, rate=2e-4)
ACTS_COURSE = Course(epochs=1, rate=3e-4, head_rate=3.0, heads=ACT_HEADS)
_TURNS = 3
"""How often each post of the corpus comes in the second course."""
_RULE_TURNS = 10
"""How often each post about rules comes in the acts' course: few posts, thirty questions."""
_BESIDE_TURNS = 3
"""How often each of them does beside a fact."""
_BROKEN_TURNS = 1
"""How often the corpus's other posts that break a rule, or come near it, do."""
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


def rules(ids: Iterable[str] | None = None) -> list[Example]:
    """The corpus's posts about rules, by default of all contests that are not held back."""
    kept = contests_with_rules() if ids is None else ids
    return all_examples([name for name in kept if ids is not None or name not in DEV])


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


def acts_course(of_rules: Sequence[Example]) -> list[Cut]:
    """The posts about rules many times over, and what else of the corpus bears on a rule.

    Nothing but acts is taught: what the encoder answers already would only take its share.
    """
    beside = [example for example in of_rules if "holds" in example.post]
    posts = [example for example in of_rules if "holds" not in example.post]
    broken = [e for name in contests() if name not in DEV for e in examples_of_rules(name)]
    return (
        cut_all(map(_acts_alone, posts)) * _RULE_TURNS + cut_all(beside) * _BESIDE_TURNS
        + cut_all(map(_acts_alone, broken)) * _BROKEN_TURNS
    )  # fmt: skip


def _acts_alone(example: Example) -> Example:
    """The example with the labels of what words do, whose they are, and whom they attack."""
    post = {name: label for name, label in example.post.items() if name in ("acts", "does")}
    slots = tuple(
        {name: label for name, label in slot.items() if name == "attack"} for slot in example.slots
    )
    return replace(example, post=post, slots=slots, spans=None)


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
