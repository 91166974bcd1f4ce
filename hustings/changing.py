"""Tell what reading posts again has changed: as lines, as JSON, as it goes on. Changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from contest.contest import Contest
from contest.labels import Changes

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


@contextmanager
def shown_progress(total: int, label: str) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, told of how many posts are done; where that is no terminal, nothing."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield lambda done: bar.update(max(min(done, total) - bar.pos, 0))
