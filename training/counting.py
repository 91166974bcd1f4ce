"""What the corpus holds, and how far two readers agree on it. Changes nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from training.contests import CORPUS, contests, posts_of
from training.examples import records

Pair = tuple[Hashable, Hashable]


def table() -> Iterator[str]:
    """The counts by contest, as the lines of a Markdown table."""
    yield "| contest | posts | - | 0 | + | hostile | near-miss | breaks a rule | near one |"
    yield "|---|---|---|---|---|---|---|---|---|"
    total: Counter[str] = Counter()
    for name in contests():
        counts = _counts(list(posts_of(name)))
        total.update(counts)
        yield _row(name, counts)
    yield _row("**all**", total)


def _counts(posts: Sequence[dict[str, Any]]) -> Counter[str]:
    counts = Counter(f"tone {value}" for post in posts for value in post["tone"].values())
    counts["posts"] = len(posts)
    counts["hostile"] = sum(bool(post["hostile"]) for post in posts)
    counts["not hostile"] = sum("off" in post["near"] for post in posts)
    counts["breaks"] = sum(bool(post["breaks"]) for post in posts)
    counts["near"] = sum(any(rule != "off" for rule in post["near"]) for post in posts)
    return counts


def _row(name: str, counts: Counter[str]) -> str:
    columns = (
        "posts", "tone -1", "tone 0", "tone 1", "hostile", "not hostile", "breaks", "near",
    )  # fmt: skip
    return f"| {name} | " + " | ".join(f"{counts[column]:,}" for column in columns) + " |"


def agreement() -> dict[str, tuple[float, float, float, int]]:
    """Cohen's kappa of the two readers with its 95 % bootstrap interval, and how many pairs."""
    rows = list(records(CORPUS / "second-reader.jsonl"))
    questions = {
        "tone, where both see the camp": [pair for row in rows for pair in _tones(row, both=True)],
        "tone, or no camp": [pair for row in rows for pair in _tones(row, both=False)],
        "hostile or not": [
            (bool(row["first"]["hostile"]), bool(row["second"]["hostile"])) for row in rows
        ],
        "what the speaker does": [(row["first"]["does"], row["second"]["does"]) for row in rows],
    }
    return {name: (*_interval(pairs), len(pairs)) for name, pairs in questions.items()}


def _tones(row: dict[str, Any], *, both: bool) -> Iterator[Pair]:
    one, other = row["first"]["tone"], row["second"]["tone"]
    for camp in sorted(one.keys() & other.keys() if both else one.keys() | other.keys()):
        yield one.get(camp), other.get(camp)


def kappa(pairs: Sequence[Pair]) -> float:
    """Agreement beyond chance: (observed - expected) / (1 - expected) (Cohen 1960)."""
    seen = sum(one == other for one, other in pairs) / len(pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(ones[label] * others[label] for label in ones) / len(pairs) ** 2
    return (seen - chance) / (1 - chance)


def _interval(pairs: Sequence[Pair]) -> tuple[float, float, float]:
    draw = random.Random(0)  # noqa: S311
    again = sorted(kappa(draw.choices(pairs, k=len(pairs))) for _ in range(1000))
    return kappa(pairs), again[25], again[974]
