"""A desk where nothing moves unless it is told to, and the app at it."""

import pytest

from tests.tui.world import StillDesk, a_contest
from tui.app import HustingsApp


@pytest.fixture
def desk() -> StillDesk:
    return StillDesk()


@pytest.fixture
def app(desk: StillDesk) -> HustingsApp:
    return HustingsApp(a_contest(), desk)
