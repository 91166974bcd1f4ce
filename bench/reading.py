"""How many posts a second each reader reads on one core, beside VADER, in one run.

    pip install vaderSentiment
    python bench/reading.py

The posts are those of a corpus contest that no reader was trained on. Each reader does all it
does for a stored post (finding, tone, hostility, meanings, rules); VADER gives one score a post.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from analysis.card import ModelProblem  # noqa: E402
from analysis.lexicon import Lexicon  # noqa: E402
from analysis.meaning import Meaning  # noqa: E402
from analysis.reader import load_reader  # noqa: E402
from analysis.trained import Trained  # noqa: E402
from hustings.reading import open_model  # noqa: E402
from training.contests import contest_of, post_of, posts_of  # noqa: E402

CONTEST = "tarn"
ROUNDS = 3


def rate(read: Callable[[], object], posts: int) -> float:
    """The best of a few rounds: what else the machine does only ever slows it."""
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        read()
        spent.append(time.perf_counter() - began)
    return posts / min(spent)


def vader(texts: Sequence[str]) -> Callable[[], object]:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415

    analyzer = SentimentIntensityAnalyzer()
    return lambda: [analyzer.polarity_scores(text) for text in texts]


def main() -> None:
    os.sched_setaffinity(0, {0})
    posts = [post_of(record) for record in posts_of(CONTEST)]
    peer = rate(vader([post.text for post in posts]), len(posts))
    print(f"VADER {version('vaderSentiment')}: {peer:,.0f} posts/s (1.000)")
    contest = contest_of(CONTEST)
    for name, make in (
        ("word lists", Lexicon),
        ("fast", lambda: Trained(open_model("fast"))),
        ("full", lambda: Trained(open_model("full"))),
    ):
        try:
            meaning: Meaning = make()
        except ModelProblem as problem:
            print(f"{name}: {problem}")
            continue
        reader = load_reader(contest, meaning)
        reader.read_all(posts[:32])
        reached = rate(partial(reader.read_all, posts), len(posts))
        print(f"{name}: {reached:,.0f} posts/s ({reached / peer:.3f} of VADER)")


if __name__ == "__main__":
    main()
