"""The commands and their options; each hands over to a module of its own, imported when it runs."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from hustings.errors import Shortfall, UsageProblem
from hustings.saying import UnheardError, fall_silent, have_streams

F = TypeVar("F", bound=Callable[..., Any])

EXPORTS = (
    "posts", "sentiment", "exchanges", "breaches", "matches", "accounts", "sources", "decisions",
)  # fmt: skip
TASKS = ("sentiment", "stance", "hostility", "camps", "exchanges", "code")
READERS = ("full", "fast")


def run(arguments: list[str]) -> int:
    """Run a command line; the exit code."""
    _end_as_by_ctrl_c()
    have_streams()
    try:
        hustings.main(arguments, prog_name="hustings", standalone_mode=False)
    except Shortfall:
        return 1
    except UsageProblem as problem:
        click.echo(str(problem), err=True)
        return 2
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (UnheardError, OSError) as error:
        fall_silent(error)
        return 1
    return 0


def _end_as_by_ctrl_c() -> None:
    """Have a closed terminal and a plain `kill` clean up as Ctrl-C does; `nohup` stays in force."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        main = threading.current_thread() is threading.main_thread()
        if number is not None and main and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(*_: object) -> None:
    """Go the way of Ctrl-C, also where a shell has started us with Ctrl-C ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)


def places(command: F) -> F:
    """Give a command --config and --db; they may stand before or after its name."""
    config = click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The configuration (default: ./config.toml, else the one in your config folder).",
    )
    database = click.option(
        "--db",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The archive (default: what [storage] path says).",
    )
    return config(database(command))


def _given(context: click.Context, name: str) -> Path | None:
    """An option of the command, or of `hustings` itself."""
    value: Path | None = context.params.get(name)
    if value is None and context.parent is not None:
        value = context.parent.params.get(name)
    return value


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@places
@click.version_option(package_name="hustings")
@click.pass_context
def hustings(context: click.Context, config: Path | None, db: Path | None) -> None:
    """Watch a party leadership election: tone, hostile exchanges, possible breaches of the code.

    Without a command: poll the sources and show the dashboard.
    """
    if context.invoked_subcommand is None:
        from hustings.dashboard import show_dashboard  # noqa: PLC0415

        show_dashboard(config, db)


@hustings.command()
@click.option(
    "--speed",
    type=click.FloatRange(min=1),
    help="Contest seconds in a real second (default: 2000; headless: so that it all fits).",
)
@click.option("--headless", is_flag=True, help="No screen; a JSON summary at the end.")
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), help="How long to play headless (default: 30)."
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Play by this copy of the demo's configuration: with other rules, say.",
)
@click.option(
    "--db", type=click.Path(path_type=Path, dir_okay=False), help="Keep the archive here."
)
@click.pass_context
def demo(
    context: click.Context,
    speed: float | None,
    headless: bool,
    seconds: float | None,
    config: Path | None,
    db: Path | None,
) -> None:
    """Play a fictional contest: its feeds and accounts are served on loopback; no network."""
    from hustings.playing import play, play_headless  # noqa: PLC0415

    if seconds is not None and not headless:
        raise UsageProblem("--seconds goes with --headless")
    places = (_given(context, "config"), _given(context, "db"))
    if headless:
        play_headless(speed, seconds or 30.0, *places)
    else:
        play(speed, *places)


@hustings.command()
@places
@click.option(
    "--from",
    "answers",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take the answers from FILE, one a line in the order of the questions.",
)
@click.pass_context
def init(
    context: click.Context, config: Path | None, db: Path | None, answers: Path | None
) -> None:
    """Write a commented config.toml and code.toml by asking; then check them."""
    from hustings.founding import found_contest  # noqa: PLC0415

    found_contest(_given(context, "config"), answers)


@hustings.command()
@places
@click.option("--online", is_flag=True, help="Visit every source too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.pass_context
def check(
    context: click.Context, config: Path | None, db: Path | None, online: bool, as_json: bool
) -> None:
    """Check the configuration; with --online, visit every source without keeping anything."""
    from hustings.checking import check_contest  # noqa: PLC0415

    check_contest(_given(context, "config"), online=online, as_json=as_json)


@hustings.command()
@places
@click.option("--once", is_flag=True, help="Visit every source once, a line a source, and stop.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line.")
@click.pass_context
def watch(
    context: click.Context, config: Path | None, db: Path | None, once: bool, as_json: bool
) -> None:
    """Poll without a screen, until stopped."""
    from hustings.watching import watch_contest  # noqa: PLC0415

    watch_contest(_given(context, "config"), _given(context, "db"), once=once, as_json=as_json)


@hustings.command()
@click.argument("what", type=click.Choice(EXPORTS))
@places
@click.option("--to", required=True, metavar="FILE", help='The CSV to write; "-" is stdout.')
@click.option("--since", default="", help='A span such as "2d", or an ISO date or time.')
@click.option("--until", default="", help="Likewise; exclusive.")
@click.option("--camp", default="", help="Only this camp.")
@click.option("--rule", default="", help="Only this rule.")
@click.pass_context
def export(context: click.Context, /, what: str, to: str, **lens: str) -> None:
    """Write what the archive holds as CSV that a spreadsheet cannot be made to run."""
    from hustings.exporting import export_csv  # noqa: PLC0415

    lens.pop("config"), lens.pop("db")
    export_csv(_given(context, "config"), _given(context, "db"), what, to, lens)


@hustings.command()
@places
@click.pass_context
def judge(context: click.Context, config: Path | None, db: Path | None) -> None:
    """Read posts as JSON lines from stdin, print what is said of each; touches no database."""
    from hustings.judging import judge_lines  # noqa: PLC0415

    judge_lines(_given(context, "config"), sys.stdin.buffer)


@hustings.command()
@click.argument("task", type=click.Choice(TASKS))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@places
@click.option(
    "--reader",
    type=click.Choice(READERS),
    default="full",
    show_default=True,
    help="The trained encoder, or the small reader that stands in for it.",
)
@click.pass_context
def evaluate(
    context: click.Context,
    task: str,
    file: Path,
    config: Path | None,
    db: Path | None,
    reader: Literal["full", "fast"],
) -> None:
    """Score the reader on a labelled FILE (JSON lines); prints JSON. See docs/evaluating.md."""
    from hustings.evaluating import evaluate_file  # noqa: PLC0415

    evaluate_file(task, file, _given(context, "config"), reader)


@hustings.command()
@places
@click.option("--dry-run", is_flag=True, help="Show what would change, and keep nothing.")
@click.option(
    "--code",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With --dry-run: try this file in the place of the code in force.",
)
@click.option(
    "--examples",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="With --dry-run: so many examples of each kind of change (--json has all).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.pass_context
def rejudge(
    context: click.Context,
    config: Path | None,
    db: Path | None,
    dry_run: bool,
    code: Path | None,
    examples: int,
    as_json: bool,
) -> None:
    """Read the stored posts again under today's rules and readers; both readings are kept.

    With --dry-run, shows flag by flag what another configuration or code would change, before
    anything is saved.
    """
    from hustings import rejudging  # noqa: PLC0415

    places = (_given(context, "config"), _given(context, "db"))
    if dry_run:
        rejudging.preview(*places, code, examples=examples, as_json=as_json)
    elif code is not None:
        raise UsageProblem("--code goes with --dry-run; to keep it, name it in config.toml")
    else:
        rejudging.rejudge(*places, as_json=as_json)


@hustings.command()
@places
@click.option("--camp", default="", help="Ask only about this camp.")
@click.option(
    "--import",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help='Take labels from a file of JSON lines: {"uid": "...", "camp": "...", "tone": -1}.',
)
@click.option("--undo", is_flag=True, help="Take the last head out of use.")
@click.option("--list", "listed", is_flag=True, help="List the heads and the labels.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.pass_context
def teach(
    context: click.Context,
    config: Path | None,
    db: Path | None,
    camp: str,
    file: Path | None,
    undo: bool,
    listed: bool,
    as_json: bool,
) -> None:
    """Label the posts that the reader is least sure of; it learns from them, on this machine.

    Without a terminal, labels are read from stdin, as --import reads them.
    """
    from hustings.teaching import list_taught, teach_reader  # noqa: PLC0415

    if undo + listed + bool(file) > 1:
        raise UsageProblem("--import, --undo and --list do not go together")
    places = (_given(context, "config"), _given(context, "db"))
    if listed:
        list_taught(*places, as_json=as_json)
    else:
        teach_reader(*places, camp=camp, file=file, undo=undo, as_json=as_json)
