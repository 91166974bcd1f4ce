"""`hustings init`: asks, writes config.toml and code.toml, runs the check. Decides no question."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import available_timezones

import click

from contest.text import shown
from hustings.answering import AnswerProblem
from hustings.drafting import CODE, code_text, config_text
from hustings.errors import UsageProblem
from hustings.interview import BACK, NOTHING, Draft, Question, reached, taken

_WELCOME = f"""\
Your contest, question by question. Enter takes what stands in [brackets], "{NOTHING}" leaves it
empty, "{BACK}" goes back, "?" explains, Ctrl-D leaves. Nothing is written before the end."""


def found_contest(config: Path | None, answers: Path | None) -> None:
    """Ask for a contest and write its files at `config` (default ./config.toml).

    `answers` is a file with an answer a line instead. Raises UsageProblem, and Shortfall where the
    check of what was written fell short.
    """
    target = config or Path("config.toml")
    _see_that_it_may_be_written(target, asking=answers is None)
    draft = _answered(answers) if answers else _asked()
    _write(target, draft)
    click.echo(f"written: {target}, {target.parent / CODE}", err=True)
    from hustings.checking import check_contest  # noqa: PLC0415 - the first question waits for none

    try:
        check_contest(target, online=False, as_json=False)
    finally:
        click.echo(_next_steps(target), err=True)


def _see_that_it_may_be_written(target: Path, *, asking: bool) -> None:
    """Raises UsageProblem where a file is in the way, or there is nobody to ask."""
    if not target.parent.is_dir():
        raise UsageProblem(f"{target.parent}: there is no such folder; make it first")
    if asking and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageProblem(
            "there is no terminal to ask on; give the answers with --from FILE, one a line"
        )
    there = [str(path) for path in (target, target.parent / CODE) if path.exists()]
    if not there:
        return
    already = f"already there: {', '.join(there)}"
    if not asking:
        words = "move it away, or choose another place with --config"
        raise UsageProblem(f"{already}; {words}")
    if not click.confirm(f"{already}. Write over it?", err=True):
        raise UsageProblem("nothing was written")


# -- answers from a file -------------------------------------------------------------------------


def _answered(file: Path) -> Draft:
    """The draft that a file of answers makes. Raises UsageProblem, which names the line."""
    answers: list[str] = []
    zone = own_zone()
    state: Question | Draft = reached((), zone)
    for number, line in enumerate(_lines(file), 1):
        if isinstance(state, Draft):
            if line.strip():
                raise UsageProblem(f"{file}, line {number}: no question is left for this answer")
            continue
        asked = state.words
        try:
            state = reached((*answers, line), zone)
        except AnswerProblem as problem:
            raise UsageProblem(f"{file}, line {number}: {asked}: {problem}") from None
        answers.append(line)
    if isinstance(state, Question):
        raise UsageProblem(f"{file}: it ends before the question: {state.words}")
    return state


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UsageProblem(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageProblem(f"{file}: not UTF-8 text: save the file as UTF-8") from None


# -- answers from a terminal ---------------------------------------------------------------------


def _asked() -> Draft:
    """Ask until everything is answered."""
    click.echo(_WELCOME, err=True)
    answers: list[str] = []
    zone = own_zone()
    while isinstance(state := reached(answers, zone), Question):
        answer = _prompt(state)
        if answer == BACK:
            del answers[-1:]
        elif answer == "?":
            click.echo(f"  {state.more or 'One line of text.'}", err=True)
        elif _is_sound(state, answer):
            answers.append(answer)
    return state


def _prompt(question: Question) -> str:
    for line in ("", *question.lines):
        click.echo(line, err=True)
    default = f" [{question.default}]" if question.default else ""
    answer: str = click.prompt(
        f"{question.words}{default}", default="", show_default=False, prompt_suffix=" ", err=True
    )
    return answer.strip()


def _is_sound(question: Question, answer: str) -> bool:
    """Whether the question takes the answer; if not, why is said at once."""
    try:
        question.read(taken(question, answer))
    except AnswerProblem as problem:
        click.secho(f"  {shown(str(problem), 400)}", fg="red", err=True)
        return False
    return True


def own_zone() -> str:
    """The name of this machine's time zone, "UTC" where it does not tell."""
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    named = (os.environ.get("TZ", "").lstrip(":"), linked)
    return next((name for name in named if name in available_timezones()), "UTC")


# -- the files -----------------------------------------------------------------------------------


def _write(target: Path, draft: Draft) -> None:
    """Write both files, the code first: whoever sees the configuration finds its code."""
    for path, text in ((target.parent / CODE, code_text(draft)), (target, config_text(draft))):
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageProblem(f"{path}: cannot be written ({error.strerror})") from None


def _next_steps(target: Path) -> str:
    option = "" if target == Path("config.toml") else f" --config {target}"
    return "\n".join(_steps(target.parent / CODE, option))


def _steps(code: Path, option: str) -> Iterable[str]:
    yield "What comes next:"
    yield f"  1. Make {code} your own: clause numbers, wording, who decides (docs/rules.md)."
    yield "  2. Add who else is bound to the roster: teams, staff, branches."
    yield f"  3. hustings{option} check            names every mistake, tries every example"
    yield f"  4. hustings{option} check --online   visits every source"
    yield f"  5. hustings{option}                  watches"
