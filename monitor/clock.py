"""What time it is in the contest. The demo's time runs faster than the wall's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the contest's time; `speed` is contest seconds in a real one."""

    @property
    def speed(self) -> float:
        """Contest seconds in one real second."""
        ...

    def now(self) -> datetime:
        """The contest's time (aware, UTC)."""
        ...


class WallClock:
    """The time of this machine."""

    speed = 1.0

    def now(self) -> datetime:
        """The time of this machine (aware, UTC)."""
        return datetime.now(UTC)
