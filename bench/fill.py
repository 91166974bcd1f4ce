"""Fills an archive as visits would: posts of several camps, read by today's readers. Asks no network."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

from worlds import Writer

from analysis.reader import load_reader
from contest.contest import Contest, SourceEntry
from contest.post import Author, Post
from contest.reading import Reading
from contest.visit import Health, Memory
from hustings.opening import open_archive, open_contest
from storage import visits
from storage.board import read_board

A_VISIT = 100
SPREAD = timedelta(days=30)
SPOKEN_BY_ROSTER = 0.3
HEATED = 0.05
"""Share of posts that are heated: enough for every pane to have more rows than it can show."""

HEAT = (
    "{name} is a liar and everybody in this hall knows it",
    "what a coward {name} is, a fraud from first to last",
    "{name} is a disgrace to the lamp",
    "only an idiot would hand the party to {name}",
)


def timeless(contest: Contest) -> Contest:
    """The contest with rules that are always in force, so that any day will do."""
    rules = tuple(replace(rule, start=None, end=None, windows=()) for rule in contest.rules)
    return replace(contest, rules=rules)


def made_up(contest: Contest, count: int, now: datetime, seed: int = 1) -> Iterator[Post]:
    """So many posts over the 30 days until `now`, oldest first."""
    writer = Writer(seed)
    chance = writer.chance
    camped = [account for account in contest.accounts if any(term.camp for term in account.terms)]
    step = SPREAD / count
    for number in range(count):
        name = chance.choice(contest.camps).name
        text = writer.body(chance.randrange(18, 45))
        if chance.random() < HEATED:
            text = f"{chance.choice(HEAT).format(name=name)}. {text}"
        if chance.random() < SPOKEN_BY_ROSTER:
            account = chance.choice(camped)
            author = Author(
                f"urn:bench:{account.handle}", account.handle, account.name, account.handle
            )
        else:
            someone = chance.randrange(5000)
            author = Author(f"urn:bench:someone:{someone}", f"someone{someone}.example", "Someone")
        yield Post(
            uid=f"urn:bench:post:{seed}:{number}",
            platform="bluesky",
            author=author,
            text=text,
            published=now - SPREAD + (number + 1) * step,
            version="1",
            raw=json.dumps({"text": text, "n": number, "by": author.handle}).encode(),
        )


def fill(contest: Contest, db: Path, count: int, now: datetime) -> dict[str, object]:
    """Keep so many posts, visit by visit; what the board then says."""
    reader = load_reader(timeless(contest))
    posts = made_up(contest, count, now)
    with open_archive(db) as archive:
        for source in cycle(contest.sources):
            read = [(post, reader.read(post)) for post in islice(posts, A_VISIT)]
            if not read:
                break
            archive.run_sync(
                visits.keep_visit, contest, _health(source, now, count), Memory(), read,
                captured=_captured(read), seen=[post.uid for post, _ in read],
            )  # fmt: skip
        board = archive.run_sync(read_board, contest, now)
    return {
        "contest": contest.name,
        "posts": board.posts_total,
        "exchanges": board.exchanges_total,
        "breaches": board.breaches_total,
        "words": [board.exchanges[0].words, board.breaches[0].words],
        "week": [row.week.posts for row in board.sentiment],
    }


def _captured(read: list[tuple[Post, Reading]]) -> datetime:
    return read[-1][0].published + timedelta(seconds=30)


def _health(source: SourceEntry, now: datetime, posts: int) -> Health:
    """Answered just now, and not due before the benchmark is over."""
    return Health(source.name, source.kind, "answering", since=now, visited=now, answered=now,
                  brought=now, next_visit=now + source.interval, posts=posts)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("db", type=Path)
    parser.add_argument("--posts", type=int, default=100_000)
    wanted = parser.parse_args()
    said = fill(open_contest(wanted.config), wanted.db, wanted.posts, datetime.now(UTC))
    print(json.dumps(said))


if __name__ == "__main__":
    main()
