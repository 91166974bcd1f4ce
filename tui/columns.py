"""Text cut and padded to columns of terminal cells. Pure; keeps to the room it is given."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from contest.text import shown

Part = tuple[str, str]
"""Text, and the style it is shown in ("" for none). Never markup."""


def fit(text: str, width: int, style: str = "") -> Content:
    """Outside text as exactly `width` cells of one line, cut with "…" where it is longer."""
    return pad(Content.styled(shown(text, max(width, 1) * 2), style), width)


def pad(content: Content, width: int) -> Content:
    """`content` as exactly `width` cells of one line."""
    if width <= 0:
        return Content("")
    cut = content.truncate(width, ellipsis=True)
    return cut.pad_right(width - cut.cell_length)


def line(*cells: tuple[Content, int], gap: int = 1) -> Content:
    """Cells side by side, each of its width, `gap` blanks between them."""
    return Content(" " * gap).join(pad(content, width) for content, width in cells)


def said(words: str, text: str) -> Content:
    """The words that matter, then the text they stand in, on one line of any length."""
    whole = shown(text, 600)
    if not words:
        return Content(whole)
    return Content.assemble((f"“{shown(words, 200)}”", "bold"), ("  " + whole, "$foreground-muted"))


def joined(parts: Sequence[Part | Content], between: str = " · ") -> Content:
    """Parts one after the other, a muted `between` between them."""
    pieces = [part if isinstance(part, Content) else Content.styled(*part) for part in parts]
    return Content.styled(between, "$foreground-disabled").join(pieces)
