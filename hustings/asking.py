"""Ask an officer for labels on a terminal, a post and a key at a time; each is kept at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import click

from contest.contest import Contest
from contest.labels import NOT_ABOUT, WANTED, Answer, TeachingProblem, guess
from contest.text import shown, shown_lines
from monitor.teaching import School
from storage.teaching import Question

ANSWERS: Final[dict[str, Answer]] = {"+": 1, "=": 1, "0": 0, "-": -1, "n": NOT_ABOUT}
"""Keys to answers; "=" is the "+" key without Shift."""
KEYS: Final = "+ for  0 neither  - against  n not about this camp  s skip  u undo last  q done"
LONGEST: Final = 2_000
"""Characters of a post that are shown."""


async def ask_all(contest: Contest, school: School, camp: str, who: str) -> None:
    """Ask until the officer is done or nothing is left; talk goes to stderr."""
    slate = await school.slate(camp)
    if slate.obstacle:
        raise TeachingProblem(slate.obstacle)
    given = dict(slate.labelled)
    labelled: list[tuple[int, int, int]] = []
    """(place among the questions, row id, whether it counts) of every label of this session."""
    at = 0
    while at < len(slate.questions):
        question = slate.questions[at]
        for line in question_lines(contest, question, given.get(question.camp, 0)):
            click.echo(line, err=True)
        key = _key()
        if key == "q":
            return
        if key in ANSWERS:
            label = await school.label(question, ANSWERS[key], who)
            labelled.append((at, label, int(ANSWERS[key] != NOT_ABOUT)))
            given[question.camp] = given.get(question.camp, 0) + labelled[-1][2]
        if key == "u" and labelled:
            at, label, counts = labelled.pop()
            await school.withdraw(label)
            given[slate.questions[at].camp] -= counts
        elif key in ANSWERS or key == "s":
            at += 1
    click.echo("nothing is left to label", err=True)


def _key() -> str:
    """The key that is pressed now; the end of the input ends the questions."""
    forget_keys()
    try:
        key = click.getchar()
    except EOFError:
        return "q"
    click.echo(key if key.isprintable() else "?", err=True)
    return key.lower()


def forget_keys() -> None:
    """Drop what was typed before the question was there to be read."""
    try:
        import termios  # noqa: PLC0415  not to be had on Windows

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    except (ImportError, OSError, ValueError):  # no terminal: nothing is typed ahead
        return
    except termios.error:
        return


def question_lines(contest: Contest, question: Question, given: int) -> Iterator[str]:
    """A question for a terminal: how far one is, who said what to whom, what the reader thinks."""
    name = contest.camp(question.camp).name
    yield ""
    yield click.style(f"{given} of {WANTED} for {name}", bold=True)
    post, parent = question.post, question.post.parent
    yield f"{_author(question)}, {post.published.astimezone(contest.zone):%Y-%m-%d %H:%M}"
    if parent and parent.text:
        said_by = shown(parent.author.handle or parent.author.name, 60)
        yield click.style(f"  above it, {said_by}: {shown(parent.text, 400)}", dim=True)
    yield from (f"  {line}" for line in shown_lines(post.text[:LONGEST]).splitlines())
    yield f"The reader: {guess(question.tone)}. What is it towards {click.style(name, bold=True)}?"
    yield KEYS


def _author(question: Question) -> str:
    author = question.post.author
    name = shown(question.account or author.handle or author.name, 60)
    return f"{name} ({question.role.replace('_', ' ')})" if question.role else name
