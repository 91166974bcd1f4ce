"""Asks where an export should go. Writes nothing itself."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from contest.text import shown
from tui.keymap import LEAVE


class ExportScreen(ModalScreen[Path | None]):
    """A path, with a sensible one given; dismissed with it, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        LEAVE,
    ]

    def __init__(self, what: str, line: str, path: Path) -> None:
        super().__init__()
        self._what = what
        self._line = line
        self._path = path
        self._warned = ""

    def compose(self) -> ComposeResult:
        """What is exported, where to, and what the keys do."""
        under = f" under the filter {shown(self._line, 200)}" if self._line.strip() else ""
        with Vertical(id="box") as box:
            box.border_title = "Export to CSV"
            yield Static(f"All {self._what}{under}", markup=False)
            yield Input(str(self._path), compact=True, select_on_focus=False)
            yield Static("Enter writes · Esc cancels", markup=False, id="complaint")

    @on(Input.Submitted)
    def _write(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip()).expanduser()
        complaint = why_not_there(path, warned=self._warned == event.value)
        if not complaint:
            self.dismiss(path)
            return
        self._warned = event.value
        self.query_one("#complaint", Static).update(complaint)
        self.query_one("#box").add_class("-wrong")


def why_not_there(path: Path, warned: bool) -> str:
    """Why a file should not be written there, with the remedy; "" if it can be."""
    try:
        if path.is_dir():
            return "that is a folder: add a file name, such as breaches.csv"
        if not path.parent.is_dir():
            return f"there is no folder {path.parent}: make it first, or choose another"
        if path.exists() and not warned:
            return "that file exists: Enter again replaces it"
    except (OSError, ValueError) as error:
        return f"no file can be written there: {error}"
    return ""
