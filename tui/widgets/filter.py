"""The filter line: what is asked for, and whether it can be read. Filters nothing itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from contest.contest import Contest
from contest.lens import FIELDS, Lens, LensError, read_lens
from contest.text import shown
from tui.messages import Narrowed

TYPING = "Enter keeps · Esc clears"
KEPT = "in force · / changes it · Esc clears it"


class FilterLine(Vertical):
    """Hidden until asked for; stays in sight as long as it filters, or cannot be read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "Clear the filter", show=False)
    ]

    class Left(Message):
        """The reader is done with the line."""

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._contest = contest
        self.moment: datetime | None = None
        """The contest's time, by which spans such as 2d are checked."""

    def compose(self) -> ComposeResult:
        """A sign, the line and a hint; below, in a line of its own, what is wrong with it."""
        with Horizontal():
            yield Static("filter /", markup=False, id="slash")
            yield Input(placeholder=example(self._contest), compact=True, select_on_focus=False)
            yield Static(TYPING, markup=False, id="hint")
        yield Static("", markup=False, id="complaint")

    def judge_by(self, contest: Contest) -> None:
        """Know the rules of another rulebook."""
        self._contest = contest

    def open(self, line: str | None = None) -> None:
        """Show the line, and type into it; or put `line` into force."""
        self.add_class("-open")
        field = self.query_one(Input)
        self._hint(TYPING if line is None else KEPT)
        if line is None:
            field.focus()
        else:
            field.value = line

    def action_clear(self) -> None:
        """Let everything through again, and go."""
        self.query_one(Input).value = ""
        self._leave()

    @on(Input.Submitted)
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        if not why_not(event.value, self._contest, self.moment):
            self._leave()

    def _leave(self) -> None:
        asked = bool(self.query_one(Input).value.strip())
        self.set_class(asked, "-open")
        self._hint(KEPT if asked else TYPING)
        self.post_message(self.Left())

    @on(Input.Changed)
    def _read(self, event: Input.Changed) -> None:
        """Put the line into force as a whole; one that cannot be read filters nothing at all."""
        event.stop()
        complaint = why_not(event.value, self._contest, self.moment)
        told = f"nothing is filtered: {complaint}" if complaint else ""
        self.query_one("#complaint", Static).update(told)
        self.set_class(bool(complaint), "-wrong")
        self.post_message(Narrowed("" if complaint else event.value))

    @on(Input.Blurred)
    def _stay(self, event: Input.Blurred) -> None:
        event.stop()
        self._hint(KEPT if event.value.strip() and not self.has_class("-wrong") else TYPING)

    def _hint(self, words: str) -> None:
        self.query_one("#hint", Static).update(words)


def example(contest: Contest) -> str:
    """A filter line as it could be written for this contest."""
    return " ".join([*_examples(contest).values(), '"two words"'])


def _examples(contest: Contest) -> dict[str, str]:
    """One for each of FIELDS, with a camp and a rule that this contest has."""
    known = [("camp", camp.id) for camp in contest.camps[:1]]
    known += [("rule", rule.id) for rule in contest.rules[:1]]
    known.append(("since", "2d"))
    return {name: f"{name}:{value}" for name, value in known}


def why_not(line: str, contest: Contest, now: datetime | None) -> str:
    """What is wrong with a filter line, with the remedy; "" if nothing is."""
    try:
        lens = read_lens(line, now or datetime.now(UTC))
    except LensError as error:
        return shown(_of_this_contest(str(error), contest), 300)
    return shown(unknown(lens, contest), 300)


def _of_this_contest(words: str, contest: Contest) -> str:
    """An error's words, with this contest's camp or rule for the example in them."""
    for name, ours in _examples(contest).items():
        words = words.replace(f"such as {FIELDS[name]}", f"such as {ours}")
    return words


def unknown(lens: Lens, contest: Contest) -> str:
    """Which camp or rule of `lens` the contest does not know; "" if it knows them."""
    camps = [camp.id for camp in contest.camps]
    rules = sorted({rule.id for rule in contest.rules})
    if lens.camp and lens.camp not in camps:
        return f'no camp "{lens.camp}": {", ".join(camps)}'
    if lens.rule and lens.rule not in rules:
        return f'no rule "{lens.rule}": {", ".join(rules)}'
    return ""
