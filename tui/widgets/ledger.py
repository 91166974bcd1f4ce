"""A list of rows that change under the reader's eyes. Draws only what is in sight."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from storage.board import Board
from tui.place import Place, keep_place

RowT = TypeVar("RowT", bound=Hashable)

NO_MATCH = "nothing matches the filter"


class Ledger(ScrollView, Generic[RowT], can_focus=True):
    """Rows of one or more lines each, newest first, with a cursor that sticks to its row.

    A pane says what its rows are (`watch_board`, `key_of`, `draw`, `lines_each`).
    Everything else, keys, mouse, scrolling, the signs for what is out of sight, is here.
    """

    NUMBER: ClassVar[str] = ""
    """The key that focuses this pane."""
    NAME: ClassVar[str] = ""
    WHAT: ClassVar[str] = ""
    """What `hustings export` calls these rows."""
    COUNTED: ClassVar[bool] = True
    """Whether the title says how many rows there are."""
    OPENS: ClassVar[bool] = True
    """Whether a row can be opened."""
    CACHED: ClassVar[int] = 500
    """Drawn rows that are kept."""
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "ledger--row", "ledger--cursor", "ledger--hover", "ledger--heading",
    }  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "step(1)", "Next row", show=False),
        Binding("k,up", "step(-1)", "Row before", show=False),
        Binding("g,home", "first", "First row", show=False),
        Binding("G,end", "last", "Last row", show=False),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
        Binding("enter", "open", "open", key_display="⏎"),
    ]

    board: var[Board] = var(Board(), init=False)
    """What there is to show."""
    filtered: var[bool] = var(False, init=False)
    """Whether a filter is in force: an empty pane then says so."""
    cursor: var[int] = var(0)
    """The row under the cursor, counted from the newest."""
    hovered: var[int] = var(-1)

    class Chosen(Message):
        """The reader pressed Enter on a row, or clicked it a second time."""

        def __init__(self, ledger: Ledger[Any], row: Any) -> None:
            super().__init__()
            self.ledger = ledger
            self.row = row

        @property
        def control(self) -> Ledger[Any]:
            """The list in which it was chosen."""
            return self.ledger

    def __init__(self) -> None:
        super().__init__()
        self.shown: tuple[RowT, ...] = ()
        self._total = -1
        self._keys: list[str] = []
        self._standing = False
        self._drawn: dict[tuple[RowT, int, int, str], list[Strip]] = {}
        self._clicked = ""

    # What a pane says of itself.

    def watch_board(self, board: Board) -> None:
        """Show what the board says: choose the rows, and call `show`."""
        raise NotImplementedError

    def key_of(self, row: RowT) -> str:
        """What a row is known by from one board to the next."""
        raise NotImplementedError

    def draw(self, row: RowT, width: int) -> Sequence[Content]:
        """A row's lines; each is cut to `width` cells."""
        raise NotImplementedError

    def lines_each(self, size: Size) -> int:
        """How many lines a row has in a pane of this size."""
        return 1

    def heading(self, width: int) -> Content | None:
        """The names of the columns, if there are any."""
        return None

    def foot(self, width: int) -> Content | None:
        """A line that stays at the bottom, if there is one."""
        return None

    def empty(self) -> str:
        """What to say where there is no row, and no filter in force."""
        return "nothing yet"

    def barren(self) -> str:
        """Why there can be no row at all, whatever comes in; "" where there can be."""
        return ""

    def alarm(self) -> str:
        """What is not as it should be, and has to be seen in the title; "" if all is well."""
        return ""

    def remark(self) -> str:
        """What else the title says."""
        return ""

    # Showing.

    def show(self, rows: Sequence[RowT], total: int | None = None, redraw: bool = False) -> None:
        """Show these rows, newest first, of `total` that there are.

        `redraw` where something other than the rows has changed their looks.
        """
        if not self.is_attached:
            return  # `on_mount` shows what was handed over before
        whole = len(rows) if total is None else max(total, len(rows))
        if not redraw and whole == self._total and tuple(rows) == self.shown:
            return
        keys = [self.key_of(row) for row in rows]
        place = keep_place(
            self._keys, keys, self._place(), self._lines(), self._room(), self._live()
        )
        if redraw:
            self._drawn.clear()
        self.shown, self._keys = tuple(rows), keys
        self._total = whole
        self._measure()
        self._settle(place)

    def _place(self) -> Place:
        return Place(self.cursor, self.scroll_offset.y)

    def _live(self) -> bool:
        """Whether nobody stands in this list: it then stays on its newest row.

        Moving, clicking and opening are standing; going to the first row ends it.
        """
        return not self._standing and self.scroll_offset.y == 0

    def _settle(self, place: Place) -> None:
        self.set_reactive(Ledger.cursor, min(place.cursor, max(len(self.shown) - 1, 0)))
        self.scroll_to(y=place.scroll, animate=False)
        self._entitle()
        self.refresh()

    def _measure(self) -> None:
        height = self._head() + len(self.shown) * self._lines() + self._foot()
        wanted = Size(self._width(), height)
        if wanted != self.virtual_size:
            self.virtual_size = wanted

    def _width(self) -> int:
        """Cells of a line, the scrollbar's left out."""
        return max(self.scrollable_content_region.width, 1)

    def _lines(self) -> int:
        return max(self.lines_each(self.size), 1)

    def _head(self) -> int:
        return 0 if self.heading(self._width()) is None else 1

    def _foot(self) -> int:
        return 0 if self.foot(self._width()) is None else 1

    def _room(self) -> int:
        """Lines between heading and foot."""
        return max(self.size.height - self._head() - self._foot(), 0)

    def _entitle(self) -> None:
        above, below = self.out_of_sight()
        hidden = [f"↑ {above:,}"] * bool(above) + [f"↓ {below:,} more"] * bool(below)
        parts = [(f"{self.NUMBER} ", "$foreground-muted"), (self.NAME, "bold")]
        count = f"  {self._total:,}" if self._total > 0 and self.COUNTED else ""
        parts += [(count, "$foreground-muted")]
        parts += [(f"  {' '.join(hidden)}", "$text-warning")] * bool(hidden)
        parts += [(f"  ! {self.alarm()}", "bold $text-warning")] * bool(self.alarm())
        parts += [(f"  {self.remark()}", "$foreground-muted")] * bool(self.remark())
        self.border_title = Content.assemble(*parts)

    def out_of_sight(self) -> tuple[int, int]:
        """How many rows lie above and below what is seen, unloaded ones included."""
        lines, scrolled = self._lines(), self.scroll_offset.y
        above = -(-scrolled // lines)
        below = self._total - (scrolled + self._room()) // lines
        return above, max(below, 0)

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """One line of the pane: heading, row, foot or nothing."""
        width, height = self._width(), self.size.height
        if y == 0 and (heading := self.heading(width)) is not None:
            return self._strip(Content(" ") + heading, "ledger--heading")
        if y == height - 1 and (foot := self.foot(width)) is not None:
            return self._strip(Content(" ") + foot, "ledger--heading")
        if not self.shown:
            words = f" {self._why_empty()}" if y == self._head() else ""
            return self._strip(Content.styled(words, "italic $foreground-muted"), "ledger--row")
        index, part = divmod(y - self._head() + self.scroll_offset.y, self._lines())
        if index >= len(self.shown):
            return self._strip(Content(""), "ledger--row")
        return self._row_strips(index)[part]

    def _why_empty(self) -> str:
        return self.barren() or (NO_MATCH if self.filtered else self.empty())

    def _row_strips(self, index: int) -> list[Strip]:
        row, lines = self.shown[index], self._lines()
        looks = self._looks(index)
        name = (row, self._width(), lines, looks)
        if name not in self._drawn:
            if len(self._drawn) >= self.CACHED:
                self._drawn.clear()
            mark = Content.styled("▌" if looks == "ledger--cursor" else " ", "$accent")
            drawn = [*self.draw(row, self._width() - 1), *[Content("")] * lines][:lines]
            self._drawn[name] = [self._strip(mark + line, looks) for line in drawn]
        return self._drawn[name]

    def _looks(self, index: int) -> str:
        if index == self.cursor and self.has_focus:
            return "ledger--cursor"
        return "ledger--hover" if index == self.hovered else "ledger--row"

    def _strip(self, content: Content, looks: str) -> Strip:
        width = self._width()
        style = self._component_style(looks)
        strips = Visual.to_strips(
            self, content.truncate(width, ellipsis=True), width, 1, style, pad=True
        )
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    def _component_style(self, looks: str) -> Style:
        return self.visual_style + self.get_visual_style(looks)

    def notify_style_update(self) -> None:
        """Draw everything anew when the theme changes."""
        self._drawn.clear()
        super().notify_style_update()

    # Moving.

    def on_mount(self) -> None:
        """Show what there is at once."""
        self.watch_board(self.board)

    def on_resize(self) -> None:
        """Rows may have other lines now; stay with the row under the cursor."""
        self._measure()
        self._reveal()
        self._entitle()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Keep the count of what is out of sight."""
        super().watch_scroll_y(old_value, new_value)
        if self.is_mounted:
            self._entitle()

    def watch_cursor(self) -> None:
        """Bring the row into sight."""
        self._reveal()
        self.refresh()

    def watch_filtered(self) -> None:
        """An empty pane now has another reason."""
        self.watch_board(self.board)
        self.refresh()

    def watch_hovered(self) -> None:
        """Light up the row under the mouse."""
        self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        """Stay on the list."""
        return min(max(cursor, 0), max(len(self.shown) - 1, 0))

    def _reveal(self) -> None:
        lines = self._lines()
        top = self.cursor * lines
        lowest = top + lines - max(self._room(), lines)
        scroll = min(max(self.scroll_offset.y, lowest), top)
        self.scroll_to(y=scroll, animate=False)

    def action_step(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._standing = True
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in sight."""
        self._standing = True
        self.cursor += pages * max(self._room() // self._lines(), 1)

    def action_first(self) -> None:
        """Move the cursor to the newest row, and stay with what is newest."""
        self._standing = False
        self.cursor = 0

    def action_last(self) -> None:
        """Move the cursor to the oldest row that is loaded."""
        self._standing = True
        self.cursor = len(self.shown) - 1

    def action_open(self) -> None:
        """Choose the row under the cursor."""
        self._standing = True
        if self.shown and self.OPENS:
            self.post_message(self.Chosen(self, self.shown[self.cursor]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out of the footer what does nothing here."""
        return self.OPENS if action == "open" else True

    # Mouse.

    def _row_at(self, y: int) -> int:
        """The row drawn at line `y` of the content, or -1."""
        if not self._head() <= y < self.size.height - self._foot():
            return -1
        index = (y - self._head() + self.scroll_offset.y) // self._lines()
        return index if index < len(self.shown) else -1

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; open it if it was there already."""
        where = event.get_content_offset(self)
        index = self._row_at(where.y) if where else -1
        if index < 0:
            return
        self._standing = True
        self.cursor = index
        if self._clicked == self._keys[index]:
            self.action_open()
        self._clicked = self._keys[index]

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse."""
        where = event.get_content_offset(self)
        self.hovered = self._row_at(where.y) if where else -1

    def on_leave(self) -> None:
        """Forget the mouse."""
        self.hovered = -1
        self._clicked = ""
