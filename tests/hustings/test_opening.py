"""What the front door hands out is made for a screen that never stutters."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.lexicon import Lexicon
from hustings.opening import new_monitor, open_archive, open_contest
from monitor.clock import WallClock

CONFIG = Path(__file__).parents[2] / "config.toml"


@pytest.fixture
def patient_threads() -> Iterator[None]:
    """Threads that keep the interpreter for 5 ms, as Python has them; put back at the end."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("patient_threads")
def test_beside_a_monitor_no_thread_keeps_the_event_loop_waiting_for_its_turn():
    with open_archive(None) as archive:
        new_monitor(open_contest(CONFIG), archive, WallClock(), Lexicon()).close()

    assert sys.getswitchinterval() <= 0.001
