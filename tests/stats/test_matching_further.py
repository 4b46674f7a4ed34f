"""Words of the refusals of a matching, and the bounds of what joins gains and fills loads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilr.base import IlrError, InvalidInput
from ilr.stats import matching
from ilr.stats.matching import b_matching

# Wrong on purpose, which is why the calls are not typed.
MATCH: Any = b_matching


@pytest.mark.parametrize(
    ("ends", "options", "expected"),
    [
        (
            ([0, 0, 2], [0, 0]),
            {"demand": [1], "capacity": [-1], "gains": [[1], [0.5]], "spread": "wide", "held": [1, 1]},
            [
                "[matching.units] capacity: lie outside their range (expected 0 or more, together below 2**31).",
                "[matching.length] held: does not fit the capacities (expected 1).",
                "[matching.node] left: names a node that is not there (expected numbers from 0 below 1).",
                "[matching.length] right: does not fit left (expected 3).",
                "[matching.numbers] gains[1]: are no whole numbers in one row (expected whole numbers).",
                "[matching.length] gains[0]: does not fit the edges (expected 3).",
                "[matching.length] gains[1]: does not fit the edges (expected 3).",
                "[matching.spread] spread: is unknown (expected any, even).",
            ],
        ),
        (
            ([0.5], [[0]]),
            {"demand": [2**31], "capacity": [1], "held": [-1]},
            [
                "[matching.units] demand: lie outside their range (expected 0 or more, together below 2**31).",
                "[matching.numbers] left: are no whole numbers in one row (expected whole numbers).",
                "[matching.numbers] right: are no whole numbers in one row (expected whole numbers).",
                "[matching.units] held: lie outside their range (expected 0 or more, together below 2**31).",
            ],
        ),
        (
            ([0, 1, 1], [1, 1, 1]),
            {"demand": [1, 1], "capacity": [1], "held": ["a"]},
            [
                "[matching.numbers] held: are no whole numbers in one row (expected whole numbers).",
                "[matching.length] held: does not fit the capacities (expected 1).",
                "[matching.node] right: names a node that is not there (expected numbers from 0 below 1).",
                "[matching.repeated] left: repeats an edge.",
            ],
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_is_expected(
    ends: tuple[Any, Any], options: dict[str, Any], expected: list[str]
) -> None:
    """Each problem of the input is told in one sentence with its code, its path and what would fit."""
    with pytest.raises(InvalidInput) as caught:
        MATCH(*ends, **options)
    assert caught.value.subject == "b_matching"
    assert [str(problem) for problem in caught.value.problems] == expected


def test_the_most_units_of_a_side_are_counted() -> None:
    """As many units as are allowed pass from one node to another, all of them on one edge."""
    found = b_matching([0], [0], demand=[2**31 - 1], capacity=[2**31 - 1], spread="any")
    assert (found.matched, found.gap, found.loads.tolist()) == (2**31 - 1, 0, [2**31 - 1])
    assert found.bottlenecks == ()


def test_one_row_of_unsigned_numbers_is_whole() -> None:
    """Arrays of unsigned and of narrow whole numbers are taken as others are."""
    found = b_matching(
        np.array([0, 0], dtype=np.uint8),
        np.array([0, 1], dtype=np.int8),
        demand=np.array([300], dtype=np.uint16),
        capacity=np.array([200, 200], dtype=np.uint8),
        gains=[np.array([0, 1], dtype=np.uint8)],
    )
    assert (found.amounts.tolist(), found.gained) == ([100, 200], (200,))


def test_a_later_gain_is_joined_with_its_sign() -> None:
    """Where an earlier gain leaves a choice the later one is made as great as can be, not as small."""
    ends: Any = {"left": [0, 0, 0], "right": [0, 1, 2], "demand": [1], "capacity": [1, 1, 1]}
    found = b_matching(**ends, gains=[[1, 1, 0], [-1, 1, 2]])
    assert (found.amounts.tolist(), found.gained) == ([0, 1, 0], (1, 1))


def test_loads_count_several_units_of_one_left_node() -> None:
    """A left node that asks for many units spreads them over its neighbours by their room."""
    found = b_matching([0, 0], [0, 1], demand=[8], capacity=[6, 10], spread="even")
    assert found.loads.tolist() == [3, 5]


def test_the_middle_of_a_unit_tells_how_full_it_makes() -> None:
    """The fifth of ten is less than the first of one, for the middle of the unit is what counts."""
    found = b_matching([0, 0], [0, 1], demand=[1], capacity=[1, 6], spread="even", held=[0, 4])
    assert found.loads.tolist() == [0, 1]


@pytest.mark.parametrize(("held", "ties", "loads"), [([2, 4], [1, 0], [0, 1]), ([2, 5], [0, 1], [0, 1])])
def test_fullness_is_told_in_thousandths_rounded_down(
    held: list[int], ties: list[int], loads: list[int]
) -> None:
    """Four thousandths come before five whatever the ties, and five and a half are no more than five."""
    room = [500 - held[0], 1000 - held[1]]
    found = b_matching([0, 0], [0, 1], demand=[1], capacity=room, spread="even", held=held, ties=ties)
    assert found.loads.tolist() == loads


def test_gains_are_joined_up_to_a_million() -> None:
    """Two gains become one where the whole stays at most a million, and stay two above it."""
    first, second = np.array([0, 999]), np.array([0, 999])
    (joined,) = matching._joined([first, second + 1], 1)
    assert joined.tolist() == [1, 10**6]
    assert len(matching._joined([first, second + 2], 1)) == 2


def test_each_part_of_a_gap_has_its_own_neighbours() -> None:
    """Parts are told in the order of the left, each with its own neighbours in whatever order these stand."""
    found = b_matching([0, 1, 2, 3], [1, 1, 0, 0], demand=[1] * 4, capacity=[1, 1])
    assert [(part.left, part.right) for part in found.bottlenecks] == [((0, 1), (1,)), ((2, 3), (0,))]


def test_an_inexact_solution_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a solver that stopped elsewhere says that there is no exact matching."""
    monkeypatch.setattr(matching, "_OFF", -1.0)
    with pytest.raises(IlrError) as caught:
        b_matching([0], [0], demand=[1], capacity=[1], spread="even")
    assert (str(caught.value), caught.value.code) == ("no exact matching was found", "matching.inexact")
