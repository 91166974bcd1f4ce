"""Figures drawn as text: sparklines and bars. Pure; knows no colours and no widgets."""

from __future__ import annotations

from collections.abc import Sequence

LEVELS = "▁▂▃▄▅▆▇█"
SLIVERS = " ▏▎▍▌▋▊▉█"
GAP = "·"
"""Stands where nothing was measured: a gap, not a zero."""


def spark(tones: Sequence[float | None]) -> str:
    """One character a value of -1..1, the middle of the scale being 0; GAP for None.

    >>> spark([-1, 0, 1, None])
    '▁▅█·'
    """
    return "".join(GAP if tone is None else _level((tone + 1) / 2) for tone in tones)


def twin_spark(tones: Sequence[float | None]) -> tuple[str, str]:
    """Two rows about a zero line: what rises above it in eighths, what hangs below in three steps.

    Terminals have no characters for finer hanging bars.

    >>> twin_spark([1, None, -1, -0.1])
    ('█·  ', '  █▔')
    """
    return "".join(map(_rise, tones)), "".join(map(_hang, tones))


def bar(share: float, width: int) -> str:
    """A bar of `width` characters, filled to `share` (0..1) in eighths.

    >>> bar(0.5, 4)
    '██  '
    """
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (SLIVERS[rest] if rest else "")).ljust(width)


def gauge(tone: float, width: int) -> str:
    """Where a tone of -1..1 lies on a line of `width` (odd) characters with 0 in its middle.

    >>> gauge(1, 5)
    '──┼─●'
    >>> gauge(0, 5)
    '──●──'
    """
    line = ["─"] * width
    line[width // 2] = "┼"
    line[round((min(max(tone, -1.0), 1.0) + 1) / 2 * (width - 1))] = "●"
    return "".join(line)


def _level(share: float) -> str:
    return LEVELS[min(int(min(max(share, 0.0), 1.0) * 8), 7)]


def _rise(tone: float | None) -> str:
    if tone is None:
        return GAP
    return _level(tone) if tone >= 0 else " "


def _hang(tone: float | None) -> str:
    if tone is None or tone >= 0:
        return " "
    return "█" if tone <= -0.6 else "▀" if tone <= -0.25 else "▔"
