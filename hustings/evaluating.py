"""`hustings evaluate`: has a labelled file read, prints how right that was. Keeps nothing."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from typing import Any, Generic, TypeVar

import click

from analysis import scoring
from analysis.acts import ActReader, WithActs
from analysis.card import ModelProblem
from analysis.languages import prepare
from analysis.masking import SLOTS, Masked, masked, named_passage
from analysis.meaning import Meaning, Passage, Target
from analysis.reader import load_reader
from analysis.scoring import CampPair, CampTone, CodeRead, Scores, ThreadRead
from analysis.trained import Model, Trained
from analysis.words import cut
from contest.contest import Contest, Thresholds
from contest.post import Post
from contest.reading import Reading, Tone
from hustings.errors import UsageProblem
from hustings.labelled import (
    LabelledText,
    coded_of,
    rows,
    stance_of,
    text_of,
    thread_of,
    tones_of,
)
from hustings.opening import config_path, open_contest
from hustings.reading import Which, open_acts, open_model
from hustings.saying import say

SENTIMENTS = ("negative", "neutral", "positive")
STANCES = ("against", "none", "favor")
OFFENCES = ("not", "off")

_BATCH = 512
"""Texts that are read together; bounds the memory, whatever the size of the file."""
_LONG = 2000
"""Posts from which on a person wants to see how far it has come."""
_FLAGGED = frozenset({"case", "needs-context"})
"""Lanes that raise a flag: expectations are only counted, and no rule reaches back."""

Item = TypeVar("Item")
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be scored: a labelled file, the contest's configuration, the model that reads.

    The model is opened once the file is known to be sound.
    """

    path: Path
    config: Path | None
    open_model: Callable[[], Model]
    open_acts: Callable[[], ActReader] | None = None

    def contest(self) -> Contest:
        """The contest that a task needs. Raises UsageProblem."""
        return open_contest(self.config)

    def meaning(self, *, with_acts: bool) -> Meaning:
        """The reader of meaning, with that of acts beside it if the task needs one and it has one.

        Raises ModelProblem.
        """
        trained = Trained(self.open_model())
        return WithActs(trained, self.open_acts()) if with_acts and self.open_acts else trained

    def thresholds(self) -> Thresholds:
        """Those of the contest at hand, else the usual ones. Raises UsageProblem."""
        at_hand = self.config or config_path()
        return open_contest(at_hand).thresholds if self.config or at_hand.exists() else Thresholds()


@dataclass(frozen=True, slots=True)
class Result:
    """What a task gives: how many rows, posts read in a second, by which readers, the figures.

    `more` are keys beside the figures; of a group's, those that stand in the group.
    """

    n: int
    posts_per_s: float
    readers: Mapping[str, str]
    scores: Scores
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timed(Generic[Said]):
    """What was said of each item, and how many were read in a second of wall time."""

    said: list[Said]
    posts_per_s: float


def evaluate_file(task: str, path: Path, config: Path | None, which: Which) -> None:
    """Print the figures of `task` on a labelled file as one JSON object. Raises UsageProblem."""
    acts = open_acts if which == "full" else None
    trial = Trial(path, config, lambda: open_model(which), acts)
    try:
        say(json.dumps(evaluated(task, trial), allow_nan=False))
    except ModelProblem as problem:
        instead = "; `--reader fast` does without it" if which == "full" else ""
        raise UsageProblem(f"{problem}{instead}") from None


def evaluated(task: str, trial: Trial) -> dict[str, Any]:
    """The JSON object of `task`. Raises UsageProblem, ModelProblem."""
    result = TASKS[task](trial)
    figures: dict[str, Any] = {
        "task": task,
        "n": result.n,
        "posts_per_s": round(result.posts_per_s, 1),
        "readers": dict(result.readers),
        **result.more,
    }
    for (*groups, name), figure in result.scores.items():
        place = figures
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = _rounded(figure.value)
        place[f"{name}_ci"] = [_rounded(figure.low), _rounded(figure.high)]
    return figures


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


# -- reading, and how long it takes --------------------------------------------------------------


def _read(items: Sequence[Item], read: Callable[[Sequence[Item]], list[Said]]) -> Timed[Said]:
    """What `read` says of each item, in batches; only its own time counts."""
    said: list[Said] = []
    spent = 0.0
    for batch in _batches(items):
        begun = perf_counter()
        said += read(batch)
        spent += perf_counter() - begun
    return Timed(said, len(items) / spent)


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in batches; of many, a terminal is shown how far it has come."""
    batches = (items[at : at + _BATCH] for at in range(0, len(items), _BATCH))
    if len(items) < _LONG or not sys.stderr.isatty():
        yield from batches
        return
    with click.progressbar(length=len(items), label="reading", file=sys.stderr) as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))


def _read_posts(
    trial: Trial,
    contest: Contest,
    posts: Sequence[Post],
    keep: Callable[[Reading], Said],
    *,
    with_acts: bool = False,
) -> tuple[Timed[Said], Mapping[str, str]]:
    """What is kept of each post's reading by the contest's reader, and the reader's versions."""
    reader = load_reader(contest, trial.meaning(with_acts=with_acts))
    prepare()
    return _read(posts, lambda some: [keep(r) for r in reader.read_all(some)]), reader.versions


# -- the tasks -----------------------------------------------------------------------------------


def _sentiment(trial: Trial) -> Result:
    labelled = rows(trial.path, partial(text_of, labels=SENTIMENTS))
    model = trial.open_model()

    def read(batch: Sequence[LabelledText]) -> list[int]:
        answers = model.read([_whole(row) for row in batch])
        return [int(answer.post["sentiment"].argmax()) for answer in answers]

    read_as = _read(labelled, read)
    scores = scoring.sentiment([row.label for row in labelled], read_as.said)
    return Result(len(labelled), read_as.posts_per_s, {"sentiment": model.version}, scores)


def _hostility(trial: Trial) -> Result:
    alert = trial.thresholds().alert
    labelled = rows(trial.path, partial(text_of, labels=OFFENCES))
    model = trial.open_model()

    def read(batch: Sequence[LabelledText]) -> list[float]:
        answers = model.read([_whole(row) for row in batch])
        return [float(answer.post["offensive"][0]) for answer in answers]

    odds = _read(labelled, read)
    scores = scoring.hostility([row.label == 1 for row in labelled], odds.said, alert)
    readers = {"hostility": model.version}
    return Result(len(labelled), odds.posts_per_s, readers, scores, {"alert": alert})


def _whole(row: LabelledText) -> Masked:
    return masked(Passage(cut(row.text)))


def _stance(trial: Trial) -> Result:
    labelled = rows(trial.path, partial(stance_of, labels=STANCES))
    counted = Counter(row.target for row in labelled)
    rivals = sorted(counted) if len(counted) <= SLOTS else []
    # A file that never says "none" has no middle: it asks only which side a text is on.
    classes = [n for n, name in enumerate(STANCES) if name != "none" or _says(labelled, n)]
    model = trial.open_model()

    def read(batch: Sequence[LabelledText]) -> list[int]:
        texts = [_towards(row, rivals) for row in batch]
        answers = zip(batch, texts, model.read(texts), strict=True)
        slots = [a.slots[t.slots.index(Target("camp", row.target))] for row, t, a in answers]
        return [max(classes, key=slot["stance"].__getitem__) for slot in slots]

    sides = _read(labelled, read)
    scores = scoring.stance(
        [row.label for row in labelled], sides.said, [row.target for row in labelled]
    )
    more = {
        "labels": [STANCES[number] for number in classes],
        "by_target": {target: {"n": counted[target]} for target in sorted(counted)},
    }
    return Result(len(labelled), sides.posts_per_s, {"stance": model.version}, scores, more)


def _says(labelled: Sequence[LabelledText], label: int) -> bool:
    return any(row.label == label for row in labelled)


def _towards(row: LabelledText, rivals: Sequence[str]) -> Masked:
    """The text with its target marked, and the file's other targets as rivals."""
    others = [name for name in rivals if name != row.target]
    return masked(named_passage(row.text, row.target, others), names=True)


def _camps(trial: Trial) -> Result:
    contest = trial.contest()
    labelled = rows(trial.path, partial(tones_of, camps=_ids(contest)))
    posts = [row.post for row in labelled]
    tones, readers = _read_posts(trial, contest, posts, lambda reading: reading.tones)
    pairs = [camp_pairs(row.tones, read) for row, read in zip(labelled, tones.said, strict=True)]
    more = {"pairs": sum(len(row.tones) for row in labelled)}
    return Result(len(labelled), tones.posts_per_s, readers, scoring.camps(pairs), more)


def camp_pairs(labels: Mapping[str, int], read: Sequence[Tone]) -> list[CampTone]:
    """Each camp that a post's labels name, or that was found in it, with what was read."""
    found = {tone.camp: tone for tone in read}
    named = [
        CampTone(label, found[camp].leans, found[camp].sure)
        if camp in found
        else CampTone(label, None)
        for camp, label in labels.items()
    ]
    return named + [CampTone(None, t.leans, t.sure) for t in read if t.camp not in labels]


def _exchanges(trial: Trial) -> Result:
    contest = trial.contest()
    labelled = rows(trial.path, partial(thread_of, camps=_ids(contest)))
    posts = [post for thread in labelled for post in thread.posts]
    hostile = contest.thresholds.hostile
    read, readers = _read_posts(trial, contest, posts, partial(_quarrel, hostile=hostile))
    quarrels = iter(read.said)
    threads = []
    for thread in labelled:
        flagged = [found for found in islice(quarrels, len(thread.posts)) if found is not None]
        pairs = frozenset(chain.from_iterable(flagged))
        threads.append(ThreadRead(thread.hostile, thread.pairs, bool(flagged), pairs))
    scores = scoring.exchanges(threads)
    return Result(len(labelled), read.posts_per_s, readers, scores, {"posts": len(posts)})


def _quarrel(reading: Reading, hostile: float) -> tuple[CampPair, ...] | None:
    """Who a post is hostile to: its pair of camps, () from somebody without a camp; else None."""
    if reading.exchange:
        return ((reading.exchange.from_camp, reading.exchange.to_camp),)
    heated = reading.hostility.score >= hostile and reading.hostility.towards
    return () if heated and not reading.camp else None


def _code(trial: Trial) -> Result:
    contest = trial.contest()
    labelled = rows(trial.path, coded_of)
    posts = [row.post for row in labelled]
    flags, readers = _read_posts(trial, contest, posts, _flags, with_acts=True)
    scores = scoring.code(
        [
            CodeRead(row.expected, flagged, row.also_ok, row.lookalike, row.kind)
            for row, flagged in zip(labelled, flags.said, strict=True)
        ]
    )
    asked = Counter(rule for row in labelled for rule in row.expected)
    posts_of = Counter(row.kind for row in labelled if row.kind)
    more = {
        "by_rule": {rule: {"n": asked[rule]} for rule in sorted({*asked, *chain(*flags.said)})},
        "by_class": {kind: {"n": posts_of[kind]} for kind in sorted(posts_of)},
    }
    return Result(len(labelled), flags.posts_per_s, readers, scores, more)


def _flags(reading: Reading) -> dict[str, str]:
    """The rules flagged, with their severities."""
    return {b.rule: b.severity for b in reading.breaches if b.lane in _FLAGGED}


def _ids(contest: Contest) -> frozenset[str]:
    return frozenset(camp.id for camp in contest.camps)


TASKS: Mapping[str, Callable[[Trial], Result]] = {
    "sentiment": _sentiment,
    "stance": _stance,
    "hostility": _hostility,
    "camps": _camps,
    "exchanges": _exchanges,
    "code": _code,
}
"""What can be scored. Each opens what it needs, has the file read, and scores it."""
