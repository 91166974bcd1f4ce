"""The page of keys and signs. Made of the same table as the bindings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from contest.contest import Contest
from contest.text import shown
from tui.keymap import (
    EVERYWHERE,
    IN_LISTS,
    LEAVE,
    ON_DASHBOARD,
    ON_OUTCOME,
    ON_POST,
    ON_SOURCES,
    ON_TEACHING,
    Deed,
)
from tui.legend import LANES, STATES, Legend
from tui.widgets.sentiment import BREAK, UNCORRECTED

SPEEDS = (
    ("S0", "note"), ("S1", "query"), ("S2", "same day"), ("S3", "within 24 hours"), ("S4", "now"),
)  # fmt: skip
"""What the severities ask for."""
MEANINGS = {
    "case": "a rule that binds the author",
    "needs-context": "the words alone do not settle it",
    "before-rule": "posted before the rule was in force",
    "expectation": "asked of members, not binding: counted, never named",
}
"""What the lanes mean."""


class KeysScreen(ModalScreen[None]):
    """Keys by place, then what the signs mean."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close"),
        LEAVE,
        Binding("j", "scroll('down')", show=False),
        Binding("k", "scroll('up')", show=False),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  as Textual has it

    def __init__(self, contest: Contest, notice: str = "") -> None:
        """`notice` says why another reader stands in, if one does."""
        super().__init__()
        self._contest = contest
        self._notice = notice

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with VerticalScroll(id="page") as page:
            page.border_title = "Keys and signs"
            page.border_subtitle = "j k scroll · Esc closes"
            yield Static(key_page(), id="keys")
            yield Static(sign_page(self._contest, self._notice), id="signs")

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
    parts += [
        _group("On the sources", _pairs(ON_SOURCES)),
        _group("When teaching", _pairs(ON_TEACHING)),
        _group("After teaching", _pairs(ON_OUTCOME)),
    ]
    return Content("\n\n").join(parts)


def sign_page(contest: Contest, notice: str = "") -> Content:
    """What the signs stand for, and why another reader stands in, if one does."""
    legend = Legend(contest)
    camps = [legend.camp(camp.id).label() for camp in contest.camps]
    states = [Content.styled(f"{sign} {state}", style) for state, (sign, style) in STATES.items()]
    others = [("✎", "edited since it was read"), ("✗", "gone: deleted, or no longer to be seen")]
    others += [("·", "no posts in that hour"), (BREAK, "read by two versions of a reader")]
    others += [(UNCORRECTED, "as it was read: it is not known how this reader errs")]
    stands_in = [Content.styled(f"! {shown(notice, 300)}", "bold $text-warning")] if notice else []
    return Content("\n\n").join(
        [
            *stands_in,
            _group("Severity: how soon to look, not guilt", SPEEDS, 2),
            _list("Lanes", [_lane(name, words) for name, words in MEANINGS.items()]),
            _list("Figures", [Content(words) for words in figures(contest)]),
            _list("Camps", camps),
            _list("Sources", states),
            _group("Signs", others, 2),
        ]
    )


def figures(contest: Contest) -> tuple[str, ...]:
    """What the numbers on the dashboard are."""
    few = contest.thresholds.too_few
    hostile, alert = (
        round(contest.thresholds.hostile * 100),
        round(contest.thresholds.alert * 100),
    )
    return (
        "tone −1 to +1: how people speak of a camp, not whom they support",
        "±0.12: so near is the true tone, 95 times in 100: the more posts, the nearer",
        "the tone is corrected for the errors that its reader is known to make; the plot is not",
        f"12 of 15: of 15 posts the reader was sure of 12; under {few} sure ones, or where the"
        " interval reaches farther than 0.75, it is too few to say",
        "↑ +0.10: the 24 hours against the 7 days, where they differ by more than chance",
        f"heat 0 to 100: how hostile the words are; an exchange has {hostile} or more, and rings"
        f" from {alert} on",
    )


def _lane(name: str, words: str) -> Content:
    sign, style = LANES[name]
    return Content.assemble((sign, style or "bold"), f": {words}")


def _pairs(deeds: tuple[Deed, ...]) -> list[tuple[str, str]]:
    return [(deed.label, deed.does) for deed in deeds]


def _group(title: str, pairs: Sequence[tuple[str, str]], width: int = 9) -> Content:
    rows = [Content.assemble((f"{key:>{width}}  ", "bold $accent"), does) for key, does in pairs]
    return _list(title, rows)


def _list(title: str, rows: list[Content]) -> Content:
    head = [Content.styled(title, "bold underline")] if title else []
    return Content("\n").join([*head, *rows])
