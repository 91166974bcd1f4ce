import pytest

from tests.tui.world import StillDesk, a_contest, ready, until
from tui.app import HustingsApp
from tui.screens.post import PostScreen


@pytest.fixture
def app() -> HustingsApp:
    return HustingsApp(a_contest(), StillDesk())


@pytest.mark.parametrize(
    "size", [(80, 24), (120, 40), (200, 60)], ids=["80x24", "120x40", "200x60"]
)
def test_the_dashboard_looks_as_it_did(app: HustingsApp, snap_compare, size: tuple[int, int]):
    assert snap_compare(app, terminal_size=size, run_before=ready)


def test_a_post_looks_as_it_did(app: HustingsApp, snap_compare):
    async def open_it(pilot) -> None:
        await ready(pilot)
        await pilot.press("enter")
        await until(
            pilot, lambda: isinstance(app.screen, PostScreen) and app.screen.query(".-post")
        )
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 40), run_before=open_it)
