"""The filter line: what is asked for, and whether it can be read. Filters nothing itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from contest.contest import Contest
from contest.lens import Lens, LensError, read_lens
from tui.messages import Narrowed

HINT = 'camp:little rule:R01 since:2d "ferry times"'


class FilterLine(Horizontal):
    """Hidden until asked for; stays in sight as long as it filters."""

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
        """A sign, the line, and what is wrong with it."""
        yield Static("filter /", markup=False, id="slash")
        yield Input(placeholder=HINT, compact=True, select_on_focus=False)
        yield Static("", markup=False, id="complaint")

    def open(self, line: str | None = None) -> None:
        """Show the line, and type into it; or put `line` into force."""
        self.add_class("-open")
        field = self.query_one(Input)
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
        self.set_class(bool(self.query_one(Input).value.strip()), "-open")
        self.query_one("#complaint", Static).update("in force · / changes it · Esc clears it")
        self.post_message(self.Left())

    @on(Input.Changed)
    def _read(self, event: Input.Changed) -> None:
        event.stop()
        complaint = why_not(event.value, self._contest, self.moment)
        self._complain(complaint)
        if not complaint:
            self.post_message(Narrowed(event.value))

    def _complain(self, complaint: str) -> None:
        self.query_one("#complaint", Static).update(complaint or "Enter keeps · Esc clears")
        self.set_class(bool(complaint), "-wrong")


def why_not(line: str, contest: Contest, now: datetime | None) -> str:
    """What is wrong with a filter line, with the remedy; "" if nothing is."""
    try:
        lens = read_lens(line, now or datetime.now(UTC))
    except LensError as error:
        return str(error)
    return unknown(lens, contest)


def unknown(lens: Lens, contest: Contest) -> str:
    """Which camp or rule of `lens` the contest does not know; "" if it knows them."""
    camps = [camp.id for camp in contest.camps]
    rules = sorted({rule.id for rule in contest.rules})
    if lens.camp and lens.camp not in camps:
        return f'no camp "{lens.camp}": {", ".join(camps)}'
    if lens.rule and lens.rule not in rules:
        return f'no rule "{lens.rule}": {", ".join(rules)}'
    return ""
