"""The page of keys and signs. Made of the same table as the bindings."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from contest.contest import Contest
from tui.keymap import EVERYWHERE, IN_LISTS, ON_DASHBOARD, ON_POST, ON_SOURCES, Deed
from tui.legend import LANES, STATES, Legend
from tui.widgets.sentiment import BREAK


class KeysScreen(ModalScreen[None]):
    """Keys by place, then what the signs mean."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close"),
        Binding("j", "scroll('down')", show=False),
        Binding("k", "scroll('up')", show=False),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  as Textual has it

    def __init__(self, contest: Contest) -> None:
        super().__init__()
        self._contest = contest

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with VerticalScroll(id="page") as page:
            page.border_title = "Keys and signs"
            page.border_subtitle = "Esc closes"
            yield Static(key_page(), id="keys")
            yield Static(sign_page(self._contest), id="signs")

    def action_scroll(self, way: str) -> None:
        """Scroll a line."""
        page = self.query_one("#page")
        page.scroll_down() if way == "down" else page.scroll_up()


def key_page() -> Content:
    """All keys, by where they work."""
    parts = [_group("Everywhere", _pairs(EVERYWHERE)), _group("In a list", IN_LISTS)]
    parts += [
        _group("On the dashboard", _pairs(ON_DASHBOARD)),
        _group("On a post", _pairs(ON_POST)),
    ]
    parts += [_group("On the sources", _pairs(ON_SOURCES))]
    return Content("\n\n").join(parts)


def sign_page(contest: Contest) -> Content:
    """What the signs stand for."""
    legend = Legend(contest)
    camps = [legend.camp(camp.id).label() for camp in contest.camps]
    lanes = [Content.styled(*lane) for lane in LANES.values()]
    states = [Content.styled(f"{sign} {state}", style) for state, (sign, style) in STATES.items()]
    others = [("·", "no posts in that hour"), (BREAK, "read by two versions")]
    others += [("✎", "edited since"), ("✗", "gone since"), ("S0-S4", "how soon to look, not guilt")]
    return Content("\n\n").join(
        [_list("Camps", camps), _list("Lanes", lanes), _list("Sources", states), _group("", others)]
    )


def _pairs(deeds: tuple[Deed, ...]) -> list[tuple[str, str]]:
    return [(deed.label, deed.does) for deed in deeds]


def _group(title: str, pairs: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Content:
    rows = [Content.assemble((f"{key:>9}  ", "bold $accent"), does) for key, does in pairs]
    return _list(title, rows)


def _list(title: str, rows: list[Content]) -> Content:
    head = [Content.styled(title, "bold underline")] if title else []
    return Content("\n").join([*head, *rows])
