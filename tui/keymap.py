"""Every key in one table: the bindings, the page of keys and the palette are made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from contest.labels import NOT_ABOUT


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the reader can do: `action` is run on the app; `brief` stands in the footer."""

    keys: str
    action: str
    brief: str
    does: str
    in_footer: bool = True
    shown_as: str = ""

    @property
    def label(self) -> str:
        """The key as it is written for a reader."""
        return self.shown_as or self.keys.split(",", maxsplit=1)[0]


KEYS = Deed("question_mark", "keys", "keys", "List the keys and signs", shown_as="?")
QUIT = Deed("q", "quit", "quit", "Quit")
FIRST = (KEYS, QUIT)
"""Stand first in the footer, so that they are there however narrow it is."""

EVERYWHERE = (
    KEYS,
    Deed("m", "mute", "mute", "Mute or unmute the bell"),
    Deed("p", "pause", "pause", "Stop or go on following what comes in"),
    Deed("r", "visit_now", "visit", "Visit all sources now"),
    QUIT,
)

ON_DASHBOARD = (
    Deed("slash", "filter", "filter", "Show only a camp, rule, time or words", shown_as="/"),
    Deed("e", "export", "export", "Export what this pane shows to CSV"),
    Deed("s", "sources", "sources", "Show the sources and how they stand"),
    Deed("t", "teach", "teach", "Teach the reader: label what it is not sure of"),
    Deed("R", "read_again", "read again", "Read again by today's rules", in_footer=False),
    Deed("1", "pane(1)", "sentiment", "Go to the sentiment pane", in_footer=False),
    Deed("2", "pane(2)", "exchanges", "Go to the exchanges pane", in_footer=False),
    Deed("3", "pane(3)", "breaches", "Go to the breaches pane", in_footer=False),
    Deed("escape", "clear_filter", "clear", "Clear the filter", in_footer=False, shown_as="Esc"),
)

ON_POST = (
    Deed("escape,backspace", "back", "back", "Back to the dashboard", shown_as="Esc"),
    Deed("y", "copy_url", "copy URL", "Copy the post's URL to the clipboard"),
)

ON_SOURCES = (
    Deed("escape,s,backspace", "back", "back", "Back to the dashboard", shown_as="Esc"),
    Deed("e", "export", "export", "Export the sources to CSV"),
)

ANSWERS = (
    Deed("plus,equals_sign", "label(1)", "for", "This post speaks for the camp", shown_as="+"),
    Deed("minus", "label(-1)", "against", "This post speaks against the camp", shown_as="-"),
    Deed("0", "label(0)", "neither", "This post does neither"),
    Deed("n", f"label({NOT_ABOUT!r})", "not it", "This post is not about the camp at all"),
    Deed("s", "skip_question", "skip", "Leave this post out"),
)
ON_TEACHING = (
    *ANSWERS,
    Deed("u,ctrl+z", "unlabel", "undo", "Take the last label back"),
    Deed("c", "next_camp", "camp", "Ask about one camp, the next one, or all"),
    Deed("escape", "leave_teaching", "done", "Learn, and go back to the dashboard", shown_as="Esc"),
)

ON_OUTCOME = (
    Deed("escape", "back", "close", "Close the table", shown_as="Esc"),
    Deed("u", "undo_outcome", "undo", "Undo what was just taught; labels are kept"),
)

IN_LISTS = (
    ("j k ↓ ↑", "Next row, row before"),
    ("g G", "First row and stay with the newest, last row"),
    ("PgDn PgUp", "A page down, a page up"),
    ("Enter", "Open the post; of a camp, only its posts"),
    ("Tab", "Next pane"),
    ("Ctrl+P", "Everything by name, and the themes"),
    ("Ctrl+C", "Leave at once (copy, in a text field)"),
    ("click", "Choose; again: open; on the sources: list them"),
)


LEAVE = Binding("ctrl+c", "app.interrupt", "Leave", show=False)
"""Not before others: a text field copies with the same key."""


def bindings(deeds: Iterable[Deed]) -> list[BindingType]:
    """The deeds as Textual wants them."""
    return [
        Binding(
            deed.keys,
            f"app.{deed.action}",
            deed.brief,
            show=deed.in_footer,
            key_display=deed.shown_as or None,
            tooltip=deed.does,
        )
        for deed in deeds
    ]
