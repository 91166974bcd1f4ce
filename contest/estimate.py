"""A camp's tone from what a reader said of its posts: corrected, with an interval. Reads no post.

A reader errs in known ways: on labelled posts of contests it had never seen it was counted how
often it said -1, 0 or 1, or was not sure, of tones that truly are -1, 0 and 1 (`Confusion`). Let
P[i][j] be the probability that it says j of a tone i, and p[i] the share of the posts whose true
tone is i; then it says j of a share q[j], the sum of p[i] P[i][j]. Of N posts the counts n[j] of
what it said are known. The shares p of greatest likelihood are found by expectation maximisation,
which never leaves 0..1:

    p[i]  <-  p[i] / N * sum over j of n[j] P[i][j] / q[j]

This is the correction of Rogan and Gladen (1978, American Journal of Epidemiology 107:71) for
more than two classes, in the form of Saerens, Latinne and Decaestecker (2002, Neural Computation
14:21). The tone is p[1] - p[-1], over all posts that speak of the camp and not only those the
reader was sure of. It holds as far as the reader errs here as it did there.

The interval (95 %) carries two uncertainties, by the delta method. With w[j] what a post of
which the reader says j moves the tone by (`_influence`), and m[i] labelled posts of tone i,

    variance  =  sum of q[j] w[j]^2 / N                         for the posts are a sample
              +  sum of p[i]^2 var(w | i) / (m[i] + 1)          and so are the labelled ones

It is taken about shares with one post more of each side (Bonett and Price 2012, Journal of
Educational and Behavioral Statistics 37:479), so that a few posts of one mind are not taken for a
certainty; without a confusion it is just theirs, for the mean of the posts the reader was sure of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, isfinite, sqrt
from operator import mul, truediv
from typing import NamedTuple

Z = 1.959964
"""Standard deviations either side of the mean that hold 95 % of a normal distribution."""

FARTHEST = 0.75
"""An interval that reaches farther than this from its tone says too little to be shown as a figure.

Its longer arm counts: at the end of the scale the other one is cut short.
"""

OFFICER = "officer"
"""Stands for the reader's version where a person said what the tone is: taken as it was said."""

_NEAR = 1e-7
_STEPS = 200
_EACH_SIDE = 1.0
_SAID_OF_NONE = 0.5
"""Added to each count of a confusion (Jeffreys): what was never seen is not impossible."""


@dataclass(frozen=True, slots=True)
class Said:
    """Of how many posts a reader was sure that their tone is -1, 0, 1, and of how many not."""

    against: int = 0
    neither: int = 0
    favour: int = 0
    unsure: int = 0

    def __add__(self, other: Said) -> Said:
        """Both together."""
        return Said(
            self.against + other.against,
            self.neither + other.neither,
            self.favour + other.favour,
            self.unsure + other.unsure,
        )

    @property
    def sure(self) -> int:
        """The posts it was sure of."""
        return self.against + self.neither + self.favour

    @property
    def posts(self) -> int:
        """All posts."""
        return self.sure + self.unsure

    @property
    def tone(self) -> float | None:
        """The plain mean (-1..1) of the sure ones; None where there is none."""
        return (self.favour - self.against) / self.sure if self.sure else None


@dataclass(frozen=True, slots=True)
class Confusion:
    """What a reader said of labelled tones, in counts.

    A row for each true tone (-1, 0, 1); in it how often the reader said -1, 0, 1, or was unsure.
    """

    rows: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, table: object) -> Confusion:
        """The confusion of a table as JSON has it. Raises ValueError if it is none."""
        if not isinstance(table, Sequence) or [_width(row) for row in table] != [4, 4, 4]:
            raise ValueError("a confusion has three rows of four counts")
        rows = tuple(tuple(float(count) for count in row) for row in table)
        if not all(isfinite(count) and count >= 0 for row in rows for count in row):
            raise ValueError("a confusion's counts are numbers from 0 on")
        if not all(sum(row) for row in rows):
            raise ValueError("a confusion has labelled posts of every tone")
        return cls(rows)


def _width(row: object) -> int:
    numbers = isinstance(row, Sequence) and all(isinstance(count, int | float) for count in row)
    return len(row) if numbers and isinstance(row, Sequence) else 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean tone (-1..1) with its interval; `corrected` if it is known how all readers err."""

    tone: float
    low: float
    high: float
    corrected: bool


class _Part(NamedTuple):
    """What one confusion (or none) says of the posts that it goes for."""

    posts: int
    tone: float
    centre: float
    """Of the interval."""
    variance: float
    corrected: bool


def estimate(said: Mapping[str, Said], confusions: Mapping[str, Confusion]) -> Estimate | None:
    """The tone of a camp's posts, by what each version of a reader said of those it read.

    Each version's counts are corrected by its own confusion (see `confusion_of`) and the results
    are weighed by its posts; versions of which none is known are taken together, uncorrected.
    None where nothing can be said.
    """
    parts = list(_parts(said, confusions))
    posts = sum(part.posts for part in parts)
    if not posts:
        return None
    tone = sum(part.posts / posts * part.tone for part in parts)
    centre = sum(part.posts / posts * part.centre for part in parts)
    reach = Z * sqrt(sum((part.posts / posts) ** 2 * part.variance for part in parts))
    return Estimate(
        tone,
        max(min(centre - reach, tone), -1.0),
        min(max(centre + reach, tone), 1.0),
        all(part.corrected for part in parts),
    )


def step_reach(day: tuple[float, int], week: tuple[float, int]) -> float:
    """How far the interval (95 %) of the difference between a day and the week it is in reaches.

    Of each (how far its own interval reaches, its posts). The week's posts hold the day's, so
    that with f the day's share of them  var(day - week) = var(week) + (1 - 2 f) var(day).
    """
    (near, posts), (far, all_posts) = day, week
    share = min(posts / all_posts, 1.0) if all_posts else 1.0
    return sqrt(max(far**2 + (1 - 2 * share) * near**2, ((1 - share) * near) ** 2))


def confusion_of(reader: str, confusions: Mapping[str, Confusion]) -> Confusion | None:
    """The confusion of a reader's version ("name@1"), if it is known.

    That of "name@1+taught.2", which a contest's officers have taught, is taken to be that of
    "name@1": teaching changes some of the tones it is least sure of.
    """
    return confusions.get(reader) or confusions.get(reader.partition("+")[0])


def _parts(said: Mapping[str, Said], confusions: Mapping[str, Confusion]) -> Iterator[_Part]:
    rest = Said()
    for reader, counts in said.items():
        confusion = confusion_of(reader, confusions)
        if reader == OFFICER and counts.sure:
            yield _plain(counts)._replace(corrected=True)
        elif confusion is None:
            rest += counts
        elif counts.posts:
            yield _corrected(counts, confusion)
    if rest.sure:
        yield _plain(rest)


def _plain(said: Said) -> _Part:
    """The mean of the posts that the reader was sure of, taken to stand for all."""
    many = said.sure + 2 * _EACH_SIDE
    against, favour = (said.against + _EACH_SIDE) / many, (said.favour + _EACH_SIDE) / many
    centre = favour - against
    tone = (said.favour - said.against) / said.sure
    return _Part(said.posts, tone, centre, (favour + against - centre**2) / many, False)


Row = tuple[float, ...]


@lru_cache(maxsize=2048)
def _corrected(said: Said, confusion: Confusion) -> _Part:
    counts = (said.against, said.neither, said.favour, said.unsure)
    odds = tuple(map(_odds, confusion.rows))
    likeliest = _shares(counts, odds, 0.0)
    wary = _shares(counts, odds, _EACH_SIDE)
    return _Part(
        said.posts,
        likeliest[2] - likeliest[0],
        wary[2] - wary[0],
        _variance(wary, odds, said.posts + 2 * _EACH_SIDE, confusion),
        True,
    )


def _odds(row: Sequence[float]) -> Row:
    """How likely each thing is to be said of one true tone."""
    total = sum(row) + len(row) * _SAID_OF_NONE
    return tuple((count + _SAID_OF_NONE) / total for count in row)


def _shares(counts: Sequence[int], odds: Sequence[Row], each_side: float) -> Row:
    """The shares of the true tones, by expectation maximisation; so many posts more a side.

    Two steps tell where a path leads, and a leap along it is taken where that stays in bounds
    (SQUAREM; Varadhan and Roland 2008, Scandinavian Journal of Statistics 35:335).
    """
    shares: Row = (1 / 3, 1 / 3, 1 / 3)
    for _ in range(_STEPS):
        first = _likelier(shares, counts, odds, each_side)
        second = _likelier(first, counts, odds, each_side)
        if max(abs(new - old) for new, old in zip(second, first, strict=True)) < _NEAR:
            break
        shares = _likelier(_leap(shares, first, second), counts, odds, each_side)
    return second


def _likelier(shares: Row, counts: Sequence[int], odds: Sequence[Row], each_side: float) -> Row:
    """One step: each post goes to the true tones by how likely they are, given what was said."""
    weights = tuple(map(truediv, counts, _said_of(shares, odds)))
    against, neither, favour = (
        share * _dot(weights, row) for share, row in zip(shares, odds, strict=True)
    )
    total = against + neither + favour + 2 * each_side
    return (against + each_side) / total, neither / total, (favour + each_side) / total


def _leap(start: Row, first: Row, second: Row) -> Row:
    """As far along the path of two steps as it bends little, and short of the edge."""
    step = [b - a for a, b in zip(start, first, strict=True)]
    bend = [c - b - d for b, c, d in zip(first, second, step, strict=True)]
    bent = _dot(bend, bend)
    far = max(sqrt(_dot(step, step) / bent), 1.0) if bent else 1.0
    while True:
        leap = tuple(
            a + 2 * far * d + far * far * v for a, d, v in zip(start, step, bend, strict=True)
        )
        if min(leap) > 0 or far < 1 + _NEAR:
            return leap if min(leap) > 0 else second
        far = (1 + far) / 2


def _said_of(shares: Row, odds: Sequence[Row]) -> list[float]:
    """The share of the posts of which each thing is said."""
    return [_dot(shares, column) for column in zip(*odds, strict=True)]


def _variance(shares: Row, odds: Sequence[Row], posts: float, confusion: Confusion) -> float:
    """Of the tone, by the sampling of the posts and that of the labelled ones."""
    moves = _influence(shares, odds)
    if moves is None:
        return inf
    squares = [move * move for move in moves]
    sampled = _dot(_said_of(shares, odds), squares) / posts
    labelled = (
        share**2 * (_dot(row, squares) - _dot(row, moves) ** 2) / (sum(counted) + 3)
        for share, row, counted in zip(shares, odds, confusion.rows, strict=True)
    )
    return sampled + sum(labelled)


def _influence(shares: Row, odds: Sequence[Row]) -> list[float] | None:
    """By how much a post of which each thing is said moves the tone (divided by the posts).

    The score of the two free shares, turned by their information (Fisher); its mean is 0. None
    if what is said tells nothing of the tone.
    """
    said = _said_of(shares, odds)
    against = [one - zero for one, zero in zip(odds[0], odds[1], strict=True)]
    favour = [one - zero for one, zero in zip(odds[2], odds[1], strict=True)]
    aa, bb, ab = (
        sum(x * y / q for x, y, q in zip(xs, ys, said, strict=True))
        for xs, ys in ((against, against), (favour, favour), (against, favour))
    )
    spread = aa * bb - ab * ab
    if spread <= 1e-9 * aa * bb:
        return None
    x, y = -(bb + ab) / spread, (aa + ab) / spread
    return [(x * a + y * b) / q for a, b, q in zip(against, favour, said, strict=True)]


def _dot(one: Iterable[float], other: Iterable[float]) -> float:
    return sum(map(mul, one, other), 0.0)
