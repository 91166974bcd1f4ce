from __future__ import annotations

import random
from collections.abc import Sequence
from math import log
from operator import mul

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from contest.estimate import OFFICER, Confusion, Said, confusion_of, estimate, step_reach

SHY = Confusion.of([[600, 40, 10, 350], [40, 560, 40, 360], [20, 100, 280, 600]])
"""A reader that finds what is against a camp twice as often as what is for it."""
EXACT = Confusion.of([[1e6, 0, 0, 0], [0, 1e6, 0, 0], [0, 0, 1e6, 0]])
BLIND = Confusion.of([[50, 30, 10, 60]] * 3)

counts = some.integers(0, 3000)
saids = some.builds(Said, counts, counts, counts, counts)
rows = some.lists(some.integers(0, 500), min_size=4, max_size=4).filter(any)
tables = some.lists(rows, min_size=3, max_size=3).map(Confusion.of)


def odds_of(confusion: Confusion) -> list[list[float]]:
    return [[count / sum(row) for count in row] for row in confusion.rows]


def read(shares: Sequence[float], posts: int, odds: Sequence[Sequence[float]]) -> Said:
    """What a reader of these odds says of posts with these shares of true tones, on average."""
    return Said(*(round(posts * share) for share in told(shares, odds)))


def told(shares: Sequence[float], odds: Sequence[Sequence[float]]) -> list[float]:
    """The share of the posts of which each thing is said."""
    return [sum(map(mul, shares, column)) for column in zip(*odds, strict=True)]


def test_what_the_reader_says_is_corrected_for_how_it_errs() -> None:
    said = read((0.3, 0.3, 0.4), 100_000, odds_of(SHY))
    found = estimate({"a@1": said}, {"a@1": SHY})
    assert said.tone is not None
    assert said.tone < -0.1  # as read, it is against
    assert found is not None
    assert found.tone == pytest.approx(0.1, abs=0.01)
    assert found.corrected


def test_of_a_reader_that_never_errs_the_tone_is_the_plain_mean_with_its_interval() -> None:
    said = Said(against=20, neither=50, favour=30)
    exact, plain = estimate({"a": said}, {"a": EXACT}), estimate({"a": said}, {})
    assert exact is not None
    assert plain is not None
    assert (exact.tone, exact.low, exact.high) == pytest.approx(
        (plain.tone, plain.low, plain.high), abs=1e-3
    )


def test_an_uncorrected_tone_is_the_mean_of_the_sure_posts_and_says_so() -> None:
    # Bonett and Price: (31 - 21) / 102, and 1.96 sqrt((31 + 21) / 102 - (10 / 102)^2) / sqrt(102)
    found = estimate({"a": Said(20, 50, 30, 77)}, {})
    assert found is not None
    assert (found.tone, found.corrected) == (0.1, False)
    assert (found.low, found.high) == pytest.approx((-0.0392, 0.2353), abs=1e-4)


def test_the_shares_found_are_the_likeliest_there_are() -> None:
    said = Said(130, 40, 55, 190)
    odds = [[(c + 0.5) / (sum(row) + 2) for c in row] for row in SHY.rows]

    def likelihood(shares: Sequence[float]) -> float:
        return sum(map(mul, (130, 40, 55, 190), map(log, told(shares, odds))))

    grid = [(x / 200, y / 200) for x in range(201) for y in range(201 - x)]
    x, y = max(grid, key=lambda at: likelihood((at[0], 1 - at[0] - at[1], at[1])))
    found = estimate({"a": said}, {"a": SHY})
    assert found is not None
    assert found.tone == pytest.approx(y - x, abs=0.011)


@settings(max_examples=150, deadline=None)
@given(saids, tables)
def test_whatever_is_said_and_however_badly_the_interval_holds_the_tone_in_bounds(
    said: Said, confusion: Confusion
) -> None:
    found = estimate({"a": said}, {"a": confusion})
    assert (found is None) == (said.posts == 0)
    if found:
        assert -1 <= found.low <= found.tone <= found.high <= 1


@settings(max_examples=60, deadline=None)
@given(saids.filter(lambda said: said.posts), tables)
def test_with_the_sides_swapped_the_tone_has_the_other_sign(
    said: Said, confusion: Confusion
) -> None:
    mirror = Confusion(tuple((c, b, a, d) for a, b, c, d in reversed(confusion.rows)))
    other = Said(said.favour, said.neither, said.against, said.unsure)
    one, two = estimate({"a": said}, {"a": confusion}), estimate({"a": other}, {"a": mirror})
    assert one is not None
    assert two is not None
    assert (one.tone, one.low, one.high) == pytest.approx(
        (-two.tone, -two.high, -two.low), abs=2e-3
    )


def test_the_interval_holds_the_true_tone_as_often_as_it_says() -> None:
    """Both uncertainties: the posts are a sample, and so are the labelled ones."""
    chance = random.Random(7)
    odds = odds_of(SHY)

    def drawn(many: int, shares: Sequence[float]) -> list[int]:
        drawn = chance.choices(range(len(shares)), shares, k=many)
        return [drawn.count(place) for place in range(len(shares))]

    held, tries = 0, 300
    for attempt in range(tries):
        shares = ((0.6, 0.3, 0.1), (0.1, 0.8, 0.1), (0.2, 0.2, 0.6))[attempt % 3]
        posts = (12, 80, 600)[attempt // 3 % 3]
        confusion = Confusion.of([drawn(120, row) for row in odds])
        said = map(drawn, drawn(posts, shares), odds)
        counted = map(sum, zip(*said, strict=True))
        found = estimate({"a": Said(*counted)}, {"a": confusion})
        assert found is not None
        held += found.low <= shares[2] - shares[0] <= found.high
    assert 0.93 <= held / tries <= 0.995


def width(said: Said, confusion: Confusion) -> float:
    found = estimate({"a": said}, {"a": confusion})
    assert found is not None
    return found.high - found.low


def test_more_posts_and_more_labelled_posts_make_the_interval_narrower() -> None:
    few, many = Said(10, 8, 9, 12), Said(1000, 800, 900, 1200)
    scarce = Confusion(tuple(tuple(count / 50 for count in row) for row in SHY.rows))
    assert width(many, SHY) < width(few, SHY) < width(few, scarce)
    assert width(many, SHY) < width(many, scarce)


def test_posts_of_one_mind_are_not_taken_for_a_certainty() -> None:
    assert width(Said(favour=5), EXACT) > 0.5


def test_of_a_reader_that_says_the_same_of_everything_nothing_is_learnt() -> None:
    found = estimate({"a": Said(90, 10, 5, 20)}, {"a": BLIND})
    assert found is not None
    assert (found.low, found.high) == (-1, 1)


def test_each_version_is_corrected_by_its_own_errors_and_weighed_by_its_posts() -> None:
    one, two = Said(30, 30, 30, 10), Said(10, 20, 240, 30)
    alone = [estimate({"a": one}, {"a": SHY}), estimate({"b": two}, {"b": EXACT})]
    assert all(alone)
    both = estimate({"a": one, "b": two}, {"a": SHY, "b": EXACT})
    assert both is not None
    assert both.corrected
    assert both.tone == pytest.approx((alone[0].tone + 3 * alone[1].tone) / 4)  # type: ignore[union-attr]


def test_beside_a_reader_of_unknown_errors_nothing_is_called_corrected() -> None:
    found = estimate({"a": Said(3, 3, 3), "old": Said(favour=9)}, {"a": SHY})
    assert found is not None
    assert not found.corrected


def test_readers_of_unknown_errors_are_taken_together() -> None:
    apart = estimate({"x": Said(9, 0, 1), "y": Said(0, 0, 30, 500)}, {})
    assert apart == estimate({"z": Said(9, 0, 31, 500)}, {})


def test_a_taught_reader_errs_as_the_one_that_was_taught() -> None:
    assert confusion_of("a@1+taught.3", {"a@1": SHY}) == SHY
    assert confusion_of("a@10", {"a@1": SHY}) is None


def test_without_a_post_or_a_sure_one_there_is_no_tone() -> None:
    assert estimate({}, {}) is None
    assert estimate({"a": Said()}, {"a": SHY}) is None
    assert estimate({"a": Said(unsure=9)}, {}) is None


@pytest.mark.parametrize(
    "table",
    [
        None,
        "confusion",
        [[1, 2, 3, 4]] * 2,
        [[1, 2, 3]] * 3,
        [[1, 2, 3, "4"]] * 3,
        [[1, 2, 3, -4]] * 3,
        [[1, 2, 3, float("nan")]] * 3,
        [[1, 2, 3, 4], [0, 0, 0, 0], [1, 2, 3, 4]],
    ],
)
def test_what_is_no_table_of_counts_is_refused(table: object) -> None:
    with pytest.raises(ValueError, match="a confusion"):
        Confusion.of(table)


def test_what_an_officer_said_is_taken_as_it_was_said_and_counts_by_its_posts() -> None:
    said = read((0.3, 0.3, 0.4), 300, odds_of(SHY))
    by_people = Said(against=100)
    alone = estimate({OFFICER: by_people}, {})
    assert alone is not None
    assert (alone.tone, alone.corrected) == (-1.0, True)
    both = estimate({"a@1": said, OFFICER: by_people}, {"a@1": SHY})
    reader = estimate({"a@1": said}, {"a@1": SHY})
    assert both is not None
    assert reader is not None
    share = said.posts / (said.posts + 100)
    assert both.tone == pytest.approx(share * reader.tone - (1 - share))
    assert both.corrected


def test_the_interval_of_a_change_is_that_of_a_day_against_the_rest_of_its_week() -> None:
    # Seven days alike: the day against the six others, times six sevenths.
    day, week = (0.26458, 100), (0.1, 700)
    others = 0.26458 / 6**0.5
    assert step_reach(day, week) == pytest.approx((0.26458**2 + others**2) ** 0.5 * 6 / 7, rel=1e-3)
    assert step_reach((0.1, 700), (0.1, 700)) == pytest.approx(0.0, abs=1e-9)
    assert step_reach((0.1, 0), (0.1, 0)) >= 0
