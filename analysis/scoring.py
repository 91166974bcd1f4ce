"""Score readers against labels: each task's metrics with 95 % intervals. Runs no reader."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from contest.code import SEVERITIES

Counts = npt.NDArray[np.float64]
Scores = dict[tuple[str, ...], "Figure"]
"""Figures by name; what is told group by group has a path: ("by_rule", "R01", "recall")."""
Measured = Mapping[tuple[str, ...], Counts]

RESAMPLES = 1000
_SEED = 2026
_BLOCK = 100
"""Resamples whose tables are held at once."""
_INTERVAL = (0.025, 0.975)

CampPair = tuple[str, str]
"""Who was hostile, and to whom."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A fraction of 1 and its 95 % interval; None where there was nothing to measure it on."""

    value: float | None
    low: float | None = None
    high: float | None = None


class CampTone(NamedTuple):
    """One (post, camp) pair: the tone that the label names, and the likeliest; None: not there."""

    labelled: int | None
    read: int | None
    sure: bool = False


class ThreadRead(NamedTuple):
    """A thread: labelled hostile or not, with its pairs, and what was read."""

    hostile: bool
    pairs: Set[CampPair]
    flagged: bool
    flagged_pairs: Set[CampPair]


class CodeRead(NamedTuple):
    """A post under the code: severities accepted by expected rule, and severities flagged by rule.

    `also_ok` are rules that count as neither right nor wrong; `lookalike`, a post written to
    come close to a rule without breaking it; `kind`, its class of detectability ("" unknown).
    """

    expected: Mapping[str, Set[str]]
    flagged: Mapping[str, str]
    also_ok: Set[str] = frozenset()
    lookalike: bool = False
    kind: str = ""


# -- the bootstrap ---------------------------------------------------------------------------


def draws(units: int) -> Iterator[Counts]:
    """How often each unit counts: first once each, then in 1,000 resamples with replacement.

    The non-parametric bootstrap (Efron 1979) with a fixed seed: the same file gives the same
    intervals, and figures of one file are resampled alike.
    """
    yield np.ones(units)
    random = np.random.default_rng(_SEED)
    for _ in range(RESAMPLES):
        drawn = random.integers(0, units, units)
        yield np.bincount(drawn, minlength=units).astype(np.float64)


class Tally:
    """A table of counts that can be taken again of any resample. A unit is what is drawn.

    `hits` are (unit, cell index, ...): that unit adds one to that cell of a table of `shape`.
    """

    def __init__(self, units: int, shape: tuple[int, ...], hits: Sequence[Sequence[int]]) -> None:
        places = np.array(hits, np.intp).reshape(-1, 1 + len(shape))
        steps = [math.prod(shape[axis:]) for axis in range(1, 1 + len(shape))]
        self.units = units
        self._shape = shape
        self._unit = places[:, 0]
        self._cell = places[:, 1:] @ np.array(steps, np.intp)

    def table(self, weights: Counts) -> Counts:
        """The table in which each unit counts as often as `weights` says."""
        cells = math.prod(self._shape)
        counted = np.bincount(self._cell, weights=weights[self._unit], minlength=cells)
        return counted.astype(np.float64).reshape(self._shape)


def measured(tally: Tally, measure: Callable[[Counts], Measured]) -> Scores:
    """What `measure` makes of the tally's table, with intervals.

    `measure` takes tables stacked along a first axis and gives a number a table for each
    figure, NaN where there is nothing to measure.
    """
    weights = draws(tally.units)
    found: dict[tuple[str, ...], list[Counts]] = {}
    while block := list(islice(weights, _BLOCK)):
        tables = np.stack([tally.table(drawn) for drawn in block])
        for name, values in measure(tables).items():
            found.setdefault(name, []).append(values)
    return {name: _figure(np.concatenate(values)) for name, values in found.items()}


def _figure(values: Counts) -> Figure:
    """The first value, and between which the middle 95 % of them all lie (percentile method).

    Resamples in which there was nothing to measure are left out. A mean over many groups of a
    few rows is biased in resamples: the interval is stretched to hold its figure.
    """
    said = float(values[0])
    if math.isnan(said):
        return Figure(None)
    low, high = np.quantile(values[~np.isnan(values)], _INTERVAL)
    return Figure(said, min(float(low), said), max(float(high), said))


# -- what metrics are made of ------------------------------------------------------------------


def _ratio(part: Counts, whole: Counts) -> Counts:
    """`part` / `whole`, NaN where there is no whole."""
    share = np.full(np.broadcast(part, whole).shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _mean(values: Counts) -> Counts:
    """The mean over the last axis of what could be measured."""
    known = ~np.isnan(values)
    return _ratio(np.where(known, values, 0.0).sum(-1), known.sum(-1).astype(np.float64))


def _hits(tables: Counts) -> Counts:
    right: Counts = np.diagonal(tables, axis1=-2, axis2=-1)
    return right


def _recall(tables: Counts) -> Counts:
    """Of tables (label, read): each class's recall."""
    right = _hits(tables)
    return _ratio(right, tables.sum(-1)[..., : right.shape[-1]])


def _f1(tables: Counts) -> Counts:
    """Of tables (label, read): each class's F1; NaN for a class neither labelled nor read."""
    right = _hits(tables)
    classes = right.shape[-1]
    return _ratio(2 * right, tables.sum(-1)[..., :classes] + tables.sum(-2)[..., :classes])


def _accuracy(tables: Counts) -> Counts:
    return _ratio(_hits(tables).sum(-1), tables.sum((-2, -1)))


def _found(
    right: Counts, flagged: Counts, there: Counts, path: tuple[str, ...] = ()
) -> dict[tuple[str, ...], Counts]:
    """Precision, recall and F1 of what was flagged."""
    return {
        (*path, "precision"): _ratio(right, flagged),
        (*path, "recall"): _ratio(right, there),
        (*path, "f1"): _ratio(2 * right, flagged + there),
    }


def _rows(*columns: Sequence[int]) -> list[tuple[int, ...]]:
    """Hits of one unit a row."""
    return [(unit, *cell) for unit, cell in enumerate(zip(*columns, strict=True))]


# -- the tasks ---------------------------------------------------------------------------------


def sentiment(labelled: Sequence[int], read: Sequence[int]) -> Scores:
    """Classes 0, 1, 2. Macro-averaged recall is SemEval-2017 Task 4's (Rosenthal et al. 2017)."""
    tally = Tally(len(labelled), (3, 3), _rows(labelled, read))
    return measured(
        tally,
        lambda tables: {
            ("macro_recall",): _mean(_recall(tables)),
            ("macro_f1",): _mean(_f1(tables)),
            ("accuracy",): _accuracy(tables),
        },
    )


def stance(labelled: Sequence[int], read: Sequence[int], targets: Sequence[str]) -> Scores:
    """Classes 0 against, 1 none, 2 favor, a target a row.

    F-avg is the mean of the F1 of favor and of against; "none" counts only by what is mistaken
    for it (SemEval-2016 Task 6, Mohammad et al. 2016). `macro_f1` is over the classes that occur.
    """
    names = sorted(set(targets))
    number = {name: place for place, name in enumerate(names)}
    rows = _rows([number[target] for target in targets], labelled, read)

    def measure(tables: Counts) -> Measured:
        whole, each = _f1(tables.sum(1)), _f1(tables)
        f_avg = _mean(each[..., [0, 2]])
        macro = _mean(each)
        return {
            ("f_avg",): _mean(whole[..., [0, 2]]),
            ("f_avg_mean",): _mean(f_avg),
            ("macro_f1",): _mean(whole),
            **{("by_target", name, "f_avg"): f_avg[:, place] for name, place in number.items()},
            **{("by_target", name, "macro_f1"): macro[:, place] for name, place in number.items()},
        }

    return measured(Tally(len(labelled), (len(names), 3, 3), rows), measure)


def hostility(
    off: Sequence[bool], odds: Sequence[float], alert: float, even: float = 0.5
) -> Scores:
    """Macro-F1 from odds `even` on; AUC; precision and recall of what reaches `alert`."""
    said = np.asarray(odds, np.float64)
    truth = np.asarray(off, np.bool_)
    rows = _rows([*map(int, off)], [*map(int, said >= even)], [*map(int, said >= alert)])

    def measure(tables: Counts) -> Measured:
        rung = tables.sum(2)
        return {
            ("macro_f1",): _mean(_f1(tables.sum(3))),
            ("precision",): _ratio(rung[:, 1, 1], rung[:, :, 1].sum(1)),
            ("recall",): _ratio(rung[:, 1, 1], rung[:, 1].sum(1)),
        }

    scores = measured(Tally(len(rows), (2, 2, 2), rows), measure)
    return scores | {("auc",): _figure(_auc(truth, said))}


def _auc(truth: npt.NDArray[np.bool_], odds: Counts) -> Counts:
    """How often a true one has higher odds than a false one, ties half (Mann-Whitney), a draw each.

    Sorted once: in a resample only the weights change.
    """
    order = np.argsort(odds, kind="stable")
    high = odds[order]
    starts = np.flatnonzero(np.r_[True, high[1:] != high[:-1]])
    true = truth[order]
    found = []
    for weights in draws(len(odds)):
        drawn = weights[order]
        for_it = np.add.reduceat(np.where(true, drawn, 0.0), starts)
        against = np.add.reduceat(np.where(true, 0.0, drawn), starts)
        below = np.cumsum(against) - against / 2
        found.append(_ratio((for_it * below).sum(), for_it.sum() * against.sum()))
    return np.array(found, np.float64)


_NOT_THERE = 3


def _shown(named: Counts) -> Counts:
    """Tables of (label, likeliest, sure) as (label, shown): what is not sure is shown as 0."""
    shown = named[..., 1].copy()
    shown[:, :, 1] += named[:, :, :3, 0].sum(2)
    shown[:, :, 3] += named[:, :, 3, 0]
    return shown


def camps(posts: Sequence[Sequence[CampTone]]) -> Scores:
    """Tones -1, 0, 1 towards camps, over the pairs that the labels name; posts are resampled.

    `macro_f1` is of the likeliest tones, sure or not; `macro_f1_shown` of what a person is shown,
    where a tone that is not sure is 0. A camp not found counts against the F1 of its tone.
    `wrong_sign` is of those read as sure and not 0; `coverage`, the share read as sure.
    """
    rows = [
        (unit, _tone(pair.labelled), _tone(pair.read), int(pair.sure))
        for unit, post in enumerate(posts)
        for pair in post
    ]

    def measure(tables: Counts) -> Measured:
        named = tables[:, :3]
        sure = named[:, :, :3, 1]
        signed = sure[:, :, [0, 2]].sum((1, 2))
        both = named[:, :, :3].sum((1, 2, 3))
        pairs = named.sum((1, 2, 3))
        return {
            ("macro_f1",): _mean(_f1(named.sum(3))),
            ("macro_f1_shown",): _mean(_f1(_shown(named))),
            ("wrong_sign",): _ratio(sure[:, 0, 2] + sure[:, 2, 0], signed),
            ("coverage",): _ratio(sure.sum((1, 2)), pairs),
            ("mention_precision",): _ratio(both, tables[:, :, :3].sum((1, 2, 3))),
            ("mention_recall",): _ratio(both, pairs),
        }

    return measured(Tally(len(posts), (4, 4, 2), rows), measure)


def _tone(tone: int | None) -> int:
    return _NOT_THERE if tone is None else tone + 1


def exchanges(threads: Sequence[ThreadRead]) -> Scores:
    """Hostile threads found; threads are resampled.

    `pair_accuracy`: of the truly hostile threads that have pairs, the share with exactly those.
    """
    rows = _rows(
        [int(thread.hostile) for thread in threads],
        [int(thread.flagged) for thread in threads],
        [int(bool(thread.hostile and thread.pairs)) for thread in threads],
        [int(thread.pairs == thread.flagged_pairs) for thread in threads],
    )

    def measure(tables: Counts) -> Measured:
        told = tables.sum((3, 4))
        paired = tables[:, :, :, 1].sum((1, 2))
        return {
            **_found(told[:, 1, 1], told[:, :, 1].sum(1), told[:, 1].sum(1)),
            ("pair_accuracy",): _ratio(paired[:, 1], paired.sum(1)),
        }

    return measured(Tally(len(threads), (2, 2, 2, 2), rows), measure)


_FAR, _NEAR, _FALSE, _MISSED = range(4)
"""Verdicts: the right rule with a severity far off, or near; a rule not expected; one not seen."""


def code(posts: Sequence[CodeRead]) -> Scores:
    """Flags over (post, rule); posts are resampled.

    `severity_within_one`: of the right flags, those with an accepted severity or one step off.
    `lookalikes_flagged`: of the look-alikes, those with a flag above S1 that is not `also_ok`.
    `false_flags_per_1000`: of posts that break no rule, those with any flag that is not `also_ok`.
    """
    rules = sorted({rule for post in posts for rule in (*post.expected, *post.flagged)})
    kinds = sorted({post.kind for post in posts})
    rows = [
        (unit, rules.index(rule), kinds.index(post.kind), verdict)
        for unit, post in enumerate(posts)
        for rule, verdict in _verdicts(post)
    ]

    def measure(tables: Counts) -> Measured:
        whole = tables.sum((1, 2))
        by_rule, by_kind = tables.sum(2), tables.sum(1)
        return {
            **_flags(whole),
            ("severity_within_one",): _ratio(whole[:, _NEAR], whole[:, _FAR] + whole[:, _NEAR]),
            **_by("by_rule", rules, by_rule),
            **_by("by_class", kinds, by_kind),
        }

    shape = (len(rules), len(kinds), 4)
    flags = measured(Tally(len(posts), shape, rows), measure)
    return flags | _lookalikes(posts) | _false_flags(posts)


def _verdicts(post: CodeRead) -> Iterator[tuple[str, int]]:
    for rule, accepted in post.expected.items():
        if rule not in post.flagged:
            yield rule, _MISSED
        else:
            yield rule, _NEAR if _is_near(post.flagged[rule], accepted) else _FAR
    for rule in post.flagged.keys() - post.expected.keys() - post.also_ok:
        yield rule, _FALSE


def _is_near(severity: str, accepted: Set[str]) -> bool:
    level = SEVERITIES.index(severity)
    return any(abs(level - SEVERITIES.index(step)) <= 1 for step in accepted)


def _flags(verdicts: Counts, path: tuple[str, ...] = ()) -> Measured:
    """Precision, recall and F1 of tables (draw, verdict)."""
    right = verdicts[:, _FAR] + verdicts[:, _NEAR]
    return _found(right, right + verdicts[:, _FALSE], right + verdicts[:, _MISSED], path)


def _by(name: str, groups: Sequence[str], tables: Counts) -> dict[tuple[str, ...], Counts]:
    """Flags group by group; posts without a group's name are in none."""
    found: dict[tuple[str, ...], Counts] = {}
    for place, group in enumerate(groups):
        if group:
            found.update(_flags(tables[:, place], (name, group)))
    return found


def _lookalikes(posts: Sequence[CodeRead]) -> Scores:
    rows = [(unit, int(_is_raised(post))) for unit, post in enumerate(posts) if post.lookalike]
    tally = Tally(len(posts), (2,), rows)
    return measured(
        tally, lambda tables: {("lookalikes_flagged",): _ratio(tables[:, 1], tables.sum(1))}
    )


def _is_raised(post: CodeRead) -> bool:
    wrong = post.flagged.keys() - post.expected.keys() - post.also_ok
    return any(SEVERITIES.index(post.flagged[rule]) > SEVERITIES.index("S1") for rule in wrong)


def _false_flags(posts: Sequence[CodeRead]) -> Scores:
    rows = [
        (unit, int(bool(post.flagged.keys() - post.also_ok)))
        for unit, post in enumerate(posts)
        if not post.expected
    ]
    return measured(
        Tally(len(posts), (2,), rows),
        lambda tables: {
            ("false_flags_per_1000",): 1000 * _ratio(tables[:, 1], tables.sum(1)),
        },
    )
