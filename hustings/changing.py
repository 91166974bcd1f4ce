"""Tell what reading posts again has changed: as lines, as JSON, as it goes on. Changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from contest.contest import Contest
from contest.labels import Changes
from storage.board import CampFigures, Figure

Progress = Callable[[Changes], Awaitable[bool]]


def change_lines(contest: Contest, done: Changes) -> Iterator[str]:
    """What has changed, for a person."""
    yield f"{done.posts:,} posts read again: {done.changed:,} of {done.tones:,} tones changed"
    width = max(len(camp.name) for camp in contest.camps)
    for camp in contest.camps:
        for move, n in _moves(done, camp.id):
            yield f"  {camp.name:<{width}}  {n:>6,}  {move}"
    yield f"hostile exchanges: {done.exchanges_gone:,} gone, {done.exchanges_new:,} new"
    yield f"possible breaches: {done.breaches_gone:,} gone, {done.breaches_new:,} new"


def change_record(contest: Contest, done: Changes) -> dict[str, Any]:
    """The same for a program."""
    return {
        "posts": done.posts,
        "tones": done.tones,
        "changed": done.changed,
        "by_camp": {camp.id: dict(_moves(done, camp.id)) for camp in contest.camps},
        "exchanges": {"gone": done.exchanges_gone, "new": done.exchanges_new},
        "breaches": {"gone": done.breaches_gone, "new": done.breaches_new},
    }


def _moves(done: Changes, camp: str) -> list[tuple[str, int]]:
    """("against > neither", how many), most first."""
    mine = [(f"{was} > {now}", n) for (of, was, now), n in done.moved.items() if of == camp]
    return sorted(mine, key=lambda move: (-move[1], move[0]))


def figure_lines(
    contest: Contest,
    before: Sequence[CampFigures],
    after: Sequence[CampFigures],
    done: Changes | None,
) -> Iterator[str]:
    """The figures of every camp before and after, and how many of its tones changed by reading."""
    width = max(len(camp.name) for camp in contest.camps)
    few = contest.thresholds.too_few
    yield f"{'':{width}}  {'7 days':<26}{'all posts':<26}tones"
    yield f"{'':{width}}  " + f"{'before':<13}{'after':<13}" * 2 + "changed"
    for camp, then, now in zip(contest.camps, before, after, strict=True):
        figures = (then.week, now.week, then.ever, now.ever)
        cells = "".join(f"{_figure(figure, few):<13}" for figure in figures)
        changed = f"{done.changed_of(camp.id):>7,}" if done else f"{'-':>7}"
        yield f"{camp.name:<{width}}  {cells}{changed}"


def _figure(figure: Figure, few: int) -> str:
    """A tone with its interval; "°" where it is not corrected."""
    if figure.tone is None or not figure.says(few):
        return "too few"
    return f"{figure.tone:+.2f}{'' if figure.corrected else '°'} ±{figure.margin:.2f}"


def figure_record(before: Sequence[CampFigures], after: Sequence[CampFigures]) -> dict[str, Any]:
    """The same for a program: the numbers, however few the posts behind them."""
    return {
        then.camp: {
            "7_days": {"before": _numbers(then.week), "after": _numbers(now.week)},
            "all_posts": {"before": _numbers(then.ever), "after": _numbers(now.ever)},
        }
        for then, now in zip(before, after, strict=True)
    }


def _numbers(figure: Figure) -> dict[str, Any]:
    tones = {"tone": figure.tone, "low": figure.low, "high": figure.high}
    rounded = {name: None if tone is None else round(tone, 4) for name, tone in tones.items()}
    return rounded | {
        "corrected": figure.corrected, "sure": figure.sure, "posts": figure.posts,
        "by_officers": figure.by_officers, "set_aside": figure.set_aside,
    }  # fmt: skip


@contextmanager
def shown_progress(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, told of how many posts are done; where that is no terminal, nothing."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(max(min(done, total) - bar.pos, 0))
