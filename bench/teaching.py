"""What teaching does: an officer labels posts of a contest that no reader was trained on.

    python bench/teaching.py [CONTEST]

The officer gives the corpus's own labels to the posts of which the reader is least sure, camp by camp in
turns, as the dashboard asks. Printed: how far the head agrees with labels it was not made of, whether
it would go into force, and the macro-F1 of the *other* posts before and with it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from analysis.scoring import camps  # noqa: E402
from analysis.tutor import Tutor  # noqa: E402
from contest.labels import Label  # noqa: E402
from contest.post import Post  # noqa: E402
from contest.reading import Reading  # noqa: E402
from hustings.evaluating import camp_pairs  # noqa: E402
from hustings.reading import open_model  # noqa: E402
from training.contests import contest_of, post_of, posts_of  # noqa: E402

MANY = (30, 60, 120, 240)
Labelled = tuple[Post, Mapping[str, int]]


def asked(labelled: Sequence[Labelled], read: Sequence[Reading]) -> Iterator[Label]:
    """Labels in the order in which they would be asked for."""
    doubts: dict[str, list[tuple[float, Label]]] = {}
    for (post, tones), reading in zip(labelled, read, strict=True):
        for tone in reading.tones:
            if tone.camp in tones:
                label = Label(0, post, tone.camp, tones[tone.camp])
                doubts.setdefault(tone.camp, []).append((tone.certainty, label))
    queues = [sorted(doubt, key=lambda pair: pair[0]) for doubt in doubts.values()]
    yield from (pair[1] for pair in chain.from_iterable(zip_longest(*queues)) if pair)


def score(labelled: Sequence[Labelled], read: Sequence[Reading]) -> str:
    both = zip(labelled, read, strict=True)
    pairs = [camp_pairs(tones, reading.tones) for (_, tones), reading in both]
    figures = camps(pairs)
    f1, wrong = figures[("macro_f1",)], figures[("wrong_sign",)]
    return f"{f1.value:.3f} ({f1.low:.3f}-{f1.high:.3f}), wrong sign {wrong.value:.3f}"


def main(name: str) -> None:
    contest = contest_of(name)
    labelled = [(post_of(record), record["tone"]) for record in posts_of(name)]
    tutor = Tutor(contest, open_model("full"))
    read = tutor.reader().read_all([post for post, _ in labelled])
    order = list(asked(labelled, read))
    for many in MANY:
        labels = order[:many]
        began = time.perf_counter()
        head, agreement = tutor.teach(labels)
        spent = time.perf_counter() - began
        shown = {label.post.uid for label in labels}
        rest = [place for place, (post, _) in enumerate(labelled) if post.uid not in shown]
        others = [labelled[place] for place in rest]
        after = tutor.reader(head, 1).read_all([post for post, _ in others])
        print(
            f"{name}, {many} labels in {spent:.2f} s: agreement {agreement.before:.2f} -> "
            f"{agreement.after:.2f}, {'in force' if agreement.holds else 'held back'}; the other "
            f"{len(rest)} posts {score(others, [read[place] for place in rest])} -> "
            f"{score(others, after)}"
        )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "quay")
