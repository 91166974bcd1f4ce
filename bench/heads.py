"""How often a head goes into force where there is nothing to learn: on what the rule for heads rests.

    python bench/heads.py [CONTEST]

The posts and what the reader makes of them are real; the labels are not. They are drawn for the posts
of which the reader is least sure: by lot (each tone is as likely), or by the reader's own odds. In
neither is anything that a head could learn, so that whatever goes into force does so by luck. Seeded:
the same reader and contest print the same figures.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from analysis.teaching import Agreement, Lesson, teach  # noqa: E402
from analysis.tutor import Tutor  # noqa: E402
from contest.labels import Label  # noqa: E402
from hustings.reading import open_model  # noqa: E402
from training.contests import contest_of, post_of, posts_of  # noqa: E402

SEED = 20261028
HEADS = 400
"""Of each way to draw labels."""
FEWEST, MOST = 15, 60
"""Labels a head is made of."""
DOUBTED = 240
"""Pairs of post and camp that labels are drawn for, the least sure of the contest."""
TONES = (-1, 0, 1)
WAYS = {"by lot": False, "by the reader's own odds": True}


def doubted(contest: str, tutor: Tutor) -> list[Lesson]:
    """The pairs of which the reader is least sure."""
    labels = [
        Label(0, post_of(record), camp, tone)
        for record in posts_of(contest)
        for camp, tone in record["tone"].items()
    ]
    return sorted(tutor.lessons(labels), key=lambda lesson: float(lesson.said.max()))[:DOUBTED]


def drawn(lessons: Sequence[Lesson], chance: np.random.Generator, as_read: bool) -> list[Lesson]:
    """Some of them, in any order, with tones that say nothing of the posts beyond the reader's."""
    many = int(chance.integers(FEWEST, MOST + 1))
    places = chance.choice(len(lessons), many, replace=False)
    return [_relabelled(lessons[place], chance, as_read) for place in places]


def _relabelled(lesson: Lesson, chance: np.random.Generator, as_read: bool) -> Lesson:
    said = np.asarray(lesson.said, np.float64)
    odds = said / said.sum() if as_read else None
    return replace(lesson, tone=int(chance.choice(TONES, p=odds)))


def told(way: str, made: Sequence[Agreement]) -> str:
    better = sum(one.after > one.before for one in made)
    held = sum(one.holds for one in made)
    return f"{way}: {len(made):,} heads, {better} agreed better than the reader, {held} went into force"


def main(contest: str) -> None:
    began = time.perf_counter()
    tutor = Tutor(contest_of(contest), open_model("full"))
    lessons = doubted(contest, tutor)
    chance = np.random.default_rng(SEED)
    every: list[Agreement] = []
    for way, as_read in WAYS.items():
        made = [teach(drawn(lessons, chance, as_read), 0)[1] for _ in range(HEADS)]
        print(told(way, made), flush=True)
        every += made
    print(told(f"together, {FEWEST} to {MOST} labels each", every))
    print(f"{tutor.base}, {contest}, seed {SEED}, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "quay")
