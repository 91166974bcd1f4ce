"""A post opened: what was said beside what is said of it, and below what is kept of it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Footer, Static

from contest.contest import Contest
from storage.board import Card
from tui.keymap import FIRST, ON_POST, bindings
from tui.screens.live import LiveScreen
from tui.sheet import Section, read_sections, record_sections, said_sections


class PostScreen(LiveScreen):
    """One card. Follows edits and deletions while it is open."""

    DEEDS = ON_POST
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings((*FIRST, *DEEDS)),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
        Binding("g", "edge('home')", show=False),
        Binding("G", "edge('end')", show=False),
    ]
    AUTO_FOCUS = "#sheet"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  as Textual has it

    card: reactive[Card | None] = reactive[Card | None](None, recompose=True)

    def __init__(self, contest: Contest, card: Card) -> None:
        super().__init__()
        self._contest = contest
        self.set_reactive(PostScreen.card, card)

    @property
    def uid(self) -> str:
        """The post's uid."""
        return self.card.uid if self.card else ""

    @property
    def url(self) -> str:
        """Where the post can be read on its platform; "" if nowhere."""
        return self.card.versions[-1].post.url if self.card else ""

    def compose(self) -> ComposeResult:
        """Two columns where there is room, else one."""
        with VerticalScroll(id="sheet"):
            if self.card:
                with Container(id="both"):
                    yield self._column("said", said_sections(self.card, self._contest))
                    yield self._column("read", read_sections(self.card, self._contest))
                yield self._column("record", record_sections(self.card, self._contest))
        yield Footer(compact=True)

    def _column(self, name: str, sections: list[Section]) -> Container:
        return Container(*map(paragraph, sections), id=name)

    def action_scroll(self, lines: int) -> None:
        """Scroll so many lines."""
        self.query_one("#sheet").scroll_relative(y=lines, animate=False)

    def action_edge(self, edge: str) -> None:
        """Go to the top or the bottom."""
        sheet = self.query_one("#sheet")
        sheet.scroll_home(animate=False) if edge == "home" else sheet.scroll_end(animate=False)


def paragraph(section: Section) -> Static:
    """A section as a titled block."""
    block = Static(section.body, markup=False, classes=f"section {section.tone}".strip())
    block.border_title = Content(section.title)  # as Content it is never markup
    return block
