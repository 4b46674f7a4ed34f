"""How near whole visits come to shares, and the even split over periods, lesson parts and modes."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from ilr.observation._keyed import Draw
from ilr.observation._mix import (
    announced_range,
    colour,
    distance,
    even_total,
    least_distance,
    quotas,
    rounded,
)

EVEN = np.full((6, 3), 1 / 18)


def test_largest_remainders_by_hand() -> None:
    """Shares of a half, a third and a sixth of seven visits are 3.5, 2.33 and 1.17: four, two and one."""
    shares = np.array([[1 / 2], [1 / 3], [1 / 6]])
    assert quotas(shares, 7).tolist() == [[4], [2], [1]]
    assert distance(quotas(shares, 7), shares) == pytest.approx((0.5 + 1 / 3 + 1 / 6) / 7 / 2)


def test_equal_remainders_go_round_the_rows() -> None:
    """Visits that are left over go to one row after the other, in the order that is given."""
    assert quotas(EVEN, 18 + 7).sum(axis=1).tolist() == [5, 4, 4, 4, 4, 4]
    assert quotas(EVEN, 18 + 2, rows=[5, 2, 0, 1, 3, 4]).sum(axis=1).tolist() == [3, 3, 4, 3, 3, 4]


def test_no_whole_numbers_lie_nearer() -> None:
    """Of all ways to split five visits over three cells none is nearer than the quotas."""
    shares = np.array([[0.5, 0.3, 0.2]])
    ways = [np.array([[a, b, 5 - a - b]]) for a in range(6) for b in range(6 - a)]
    assert min(distance(way, shares) for way in ways) == pytest.approx(least_distance(shares, 5))


def test_the_floor_of_a_school_year() -> None:
    """675 visits over 18 cells are 37.5 a cell, so half a visit is off in each: 0.00667; 666 can be even."""
    assert least_distance(EVEN, 675) == pytest.approx(18 * 0.5 / 675 / 2)
    assert least_distance(EVEN, 666) == pytest.approx(0)
    assert least_distance(EVEN, 0) == 0
    assert least_distance(np.zeros((6, 3)), 5) == 0


def test_the_number_that_can_be_spread_most_evenly() -> None:
    """Of several numbers the one with the smallest floors is taken, and of equals the largest."""
    assert even_total(80, 70, EVEN, 1.0) == 72
    assert even_total(5, 3, np.ones((1, 1)), 1.0) == 5


@pytest.mark.parametrize(
    ("visits", "expected"), [(0, (0, 0)), (1, (0, 0)), (2, (1, 1)), (10, (2, 8)), (11, (3, 8))]
)
def test_the_range_of_announced_visits(visits: int, expected: tuple[int, int]) -> None:
    """Each mode gets a fifth at least, where there are visits for both."""
    assert announced_range(visits, 0.2) == expected


def test_parts_are_even_for_teachers_and_periods() -> None:
    """Any three visits in a row of one teacher or period lie in all parts, so counts differ by one at most."""
    draw = Draw(b"k", "c")
    rng = np.random.default_rng(5)
    edges = [(int(teacher), int(period)) for teacher, period in rng.integers(0, (20, 4), (300, 2))]
    parts = colour(edges, [str(n) for n in range(300)], draw)
    for side in (0, 1):
        for node in {edge[side] for edge in edges}:
            mine = [part for part, edge in zip(parts, edges, strict=True) if edge[side] == node]
            assert all(len(set(mine[at : at + 3])) == len(mine[at : at + 3]) for at in range(0, len(mine), 3))
            counts = [mine.count(part) for part in range(3)]
            assert max(counts) - min(counts) <= 1


def test_each_visit_is_drawn_with_its_probability() -> None:
    """Over many keys each visit comes as often as its share says, within four standard errors."""
    shares = [0.2] * 10 + [0.5] * 6 + [0.3] * 9 + [1.0, 0.0]
    ends = [(n % 4, n % 3) for n in range(len(shares))]
    names = [str(n) for n in range(len(shares))]
    keys = 3000
    came = np.zeros(len(shares))
    for key in range(keys):
        came += rounded(shares, ends, names, Draw(key.to_bytes(2, "big") + b"k", "c"))
    error = np.sqrt(np.array(shares) * (1 - np.array(shares)) / keys)
    assert (np.abs(came / keys - shares) <= 4 * error).all()


@pytest.mark.parametrize("seed", range(20))
def test_groups_keep_the_sum_of_their_probabilities(seed: int) -> None:
    """In every group of either kind the number drawn is the sum of probabilities, rounded up or down."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0, 1, 80).tolist()
    ends = [(int(one), int(two)) for one, two in rng.integers(0, (5, 9), (80, 2))]
    drawn = rounded(shares, ends, [str(n) for n in range(80)], Draw(bytes([seed]), "c"))
    for side in (0, 1):
        sums: defaultdict[int, float] = defaultdict(float)
        count: Counter[int] = Counter()
        for share, told, end in zip(shares, drawn, ends, strict=True):
            sums[end[side]] += share
            count[end[side]] += told
        assert all(abs(sums[group] - count[group]) < 1 for group in sums)
