"""Fold accents, look-alikes and hidden characters for matching; never what is shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from contest.reading import Span

_LOOKALIKES = dict(
    zip(
        "абвгеіјкмнорсԛѕтхуԝАВЕЅІЈКМНОРСТХУԜαεικνορτυχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑɡıℓ‘’‚‛`´“”„‟«»‐‑‒",
        "abvreijkmhopcqstxywABESIJKMHOPCTXYWaeiknoptuxyABEZHIKMNOPTYXagil''''''\"\"\"\"\"\"---",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is matched.

    `plain` keeps the case, `lower` does not; both have the same length.
    `offsets[i]` is where character i of `plain` stands in `original`; None
    when nothing was dropped, so that positions are the same.
    """

    original: str
    plain: str
    lower: str
    offsets: Sequence[int] | None = None

    def span(self, start: int, end: int) -> Span:
        """The span of the original text behind `[start, end)` of the folded one."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


class _Letters(dict[int, str]):
    """What each character is matched as: one character, or nothing. Filled as they turn up."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _letter(chr(code))
        return folded


def fold(text: str) -> Folded:
    r"""Fold `text`; a character becomes one character or none, never several.

    >>> folded = fold("Si\u200bâ\u0300n")
    >>> folded.lower, folded.span(0, 4)
    ('sian', (0, 6))
    """
    if text.isascii():
        return Folded(text, text, text.lower())
    plain = text.translate(_LETTERS)
    lower = plain.lower()
    if len(lower) != len(plain):
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in plain)
    if len(plain) == len(text):
        return Folded(text, plain, lower)
    kept = [place for place, char in enumerate(text) if _LETTERS[ord(char)]]
    return Folded(text, plain, lower, kept)


def _letter(char: str) -> str:
    if char.isascii():
        return char
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    bases = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    return bases[0] if len(bases) == 1 else char


_LETTERS = _Letters()
