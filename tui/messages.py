"""Messages that cross widgets; a widget's own messages live in the widget."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from monitor.events import Event


@dataclass
class Heard(Message):
    """The monitor told us something."""

    event: Event


@dataclass
class Opened(Message):
    """The reader wants to see a post."""

    uid: str


class CameBack(Message):
    """The dashboard is what is looked at again."""


@dataclass
class Narrowed(Message):
    """The reader wants the panes to show only what this filter line lets through."""

    line: str
