"""Who teaches what: the officer at the keyboard, and the reader in use. Loads no model itself."""

from __future__ import annotations

import getpass
from contextlib import suppress
from typing import TYPE_CHECKING

from analysis.meaning import Meaning
from contest.contest import Contest
from hustings.reading import LateMeaning

if TYPE_CHECKING:  # it needs numpy, for which neither `--help` nor the first paint waits
    from analysis.tutor import Tutor


def tutor_of(contest: Contest, meaning: Meaning) -> Tutor | None:
    """What teaches the reader behind `meaning`, which is opened; None for the word lists."""
    opened = meaning.meaning if isinstance(meaning, LateMeaning) else meaning
    from analysis.acts import WithActs  # noqa: PLC0415
    from analysis.trained import Trained  # noqa: PLC0415
    from analysis.tutor import Tutor  # noqa: PLC0415

    acts = opened.acts if isinstance(opened, WithActs) else None
    inner = opened.meaning if isinstance(opened, WithActs) else opened
    return Tutor(contest, inner.model, acts) if isinstance(inner, Trained) else None


def own_name() -> str:
    """Who labels: the account that the program runs under; "" where it has no name."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""
