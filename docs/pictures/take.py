"""Take the pictures of the README and the docs: the demo's dashboard, as SVG, at several sizes.

    python docs/pictures/take.py        # about a minute

The terminal is drawn without one; everything else is the program as it runs.
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from demo.play import stage
from hustings.dashboard import OpenDesk
from hustings.opening import new_monitor
from hustings.reading import LateMeaning
from storage.archive import Archive
from tui.app import HustingsApp

HERE = Path(__file__).parent
NIGHT = datetime(2026, 10, 30, 0, 30, tzinfo=UTC)
"""After the televised hustings: the busiest night of the contest."""

SIZES = {"dashboard": (120, 40), "dashboard-80x24": (80, 24), "dashboard-200x60": (200, 60)}
ENOUGH = 240
"""Posts that the archive should hold before a picture is taken."""


async def take(name: str, size: tuple[int, int], folder: Path) -> None:
    """Play until the posts have arrived, then write NAME.svg and, once, the open post."""
    with stage(60.0, NIGHT) as scene, Archive(folder / f"{name}.db") as archive:
        meaning = LateMeaning(scene.contest)
        monitor = new_monitor(scene.contest, archive, scene.clock, meaning)
        desk = OpenDesk(scene.contest, archive, monitor, scene.clock, meaning)
        app = HustingsApp(scene.contest, desk)
        async with app.run_test(size=size) as pilot:
            while app.board.posts_total < ENOUGH:
                await pilot.pause(0.2)
            await pilot.pause(2)
            app.clear_notifications()
            await pilot.pause(0.2)
            save(app, name)
            if name == "dashboard":
                await pilot.press("3", "enter")
                await pilot.pause(1)
                save(app, "post")
        monitor.close()


def save(app: HustingsApp, name: str) -> None:
    """Write the screen as a picture."""
    (HERE / f"{name}.svg").write_text(app.export_screenshot(), encoding="utf-8")


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder:
        for name, size in SIZES.items():
            asyncio.run(take(name, size, Path(folder)))


if __name__ == "__main__":
    main()
