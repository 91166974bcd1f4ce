"""What the screens have in common that show the live board. Lays out nothing itself."""

from __future__ import annotations

from typing import ClassVar

from textual.reactive import var
from textual.screen import Screen

from storage.board import Board
from tui.keymap import Deed


class LiveScreen(Screen[None]):
    """A screen that is handed every new board."""

    DEEDS: ClassVar[tuple[Deed, ...]] = ()
    """What can be done here besides what can be done everywhere."""
    board: var[Board] = var(Board())

    @property
    def uid(self) -> str:
        """The post that is open here, if one is."""
        return ""

    @property
    def url(self) -> str:
        """Where that post can be read on its platform."""
        return ""

    @property
    def exports(self) -> str:
        """What `hustings export` calls what is shown here."""
        return ""
