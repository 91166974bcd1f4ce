"""What goes wrong while reading a source, in the user's words."""

from __future__ import annotations

from datetime import datetime


class SourceError(Exception):
    """A source could not be read this time; the message is for the user.

    It says what happened and, where something can be done, what. `retry_at` is
    the earliest moment (aware, UTC) at which the server wants to be asked again.
    """

    def __init__(self, words: str, retry_at: datetime | None = None) -> None:
        super().__init__(words)
        self.retry_at = retry_at
