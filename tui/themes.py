"""Two themes of our own, and the camps' colours derived from whatever theme is chosen."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

NIGHT = Theme(
    name="hustings-night",
    primary="#6ea8fe",
    secondary="#8b93c9",
    accent="#f2b84b",
    warning="#f2a65a",
    error="#f0616d",
    success="#5fc79a",
    foreground="#d9dee8",
    background="#10141c",
    surface="#161b26",
    panel="#1f2635",
    dark=True,
)

DAY = Theme(
    name="hustings-day",
    primary="#1f5fbf",
    secondary="#565f9c",
    accent="#a05a00",
    warning="#a35200",
    error="#b3202f",
    success="#1b7a4e",
    foreground="#1d2330",
    background="#f6f7f9",
    surface="#ffffff",
    panel="#e6e9ef",
    dark=False,
)

_TURNS = (0.0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875)
_ANSI = ("blue", "yellow", "magenta", "cyan", "green", "white", "bright_blue", "bright_magenta")


def camp_colours(theme: Theme) -> dict[str, str]:
    """Theme variables camp-1 to camp-8: the primary's hue turned round the wheel."""
    base = Color.parse(theme.primary)
    if base.ansi is not None:
        return {f"camp-{place}": f"ansi_{name}" for place, name in enumerate(_ANSI, 1)}
    lightness, saturation = (0.70, 0.75) if theme.dark else (0.34, 0.75)
    return {
        f"camp-{place}": Color.from_hsl((base.hsl.h + turn) % 1, saturation, lightness).hex
        for place, turn in enumerate(_TURNS, 1)
    }
