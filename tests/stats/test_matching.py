"""Matching of two sides: what it reaches, what it tells of a gap, and what it refuses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ilr.base import IlrError, InvalidInput
from ilr.stats import matching
from ilr.stats.matching import Bottleneck, b_matching


def codes(error: InvalidInput) -> list[tuple[str, str]]:
    """Codes and paths of an error."""
    return [(problem.code, problem.path) for problem in error.problems]


def test_as_much_as_can_be_is_matched() -> None:
    """A node that has only one neighbour gets it before one that has two."""
    found = b_matching([0, 0, 1], [0, 1, 0], demand=[1, 1], capacity=[1, 1])
    assert (found.matched, found.gap, found.amounts.tolist()) == (2, 0, [0, 1, 1])
    assert found.bottlenecks == ()


def test_more_is_matched_before_anything_is_gained() -> None:
    """No gain is large enough to leave one unit unmatched."""
    found = b_matching([0, 0, 1], [0, 1, 0], demand=[1, 1], capacity=[1, 1], gains=[[10**9, 0, 0]])
    assert found.matched == 2
    assert found.gained == (0,)


def test_an_earlier_gain_outweighs_all_later_ones() -> None:
    """One unit of the first gain is worth more than any sum of the second."""
    ends = {"left": [0, 0, 1, 1], "right": [0, 1, 0, 1], "demand": [1, 1], "capacity": [1, 1]}
    found = b_matching(**ends, gains=[[1, 0, 0, 0], [0, 10**6, 10**6, 0]])  # type: ignore[arg-type]  # mixed mapping
    assert (found.amounts.tolist(), found.gained) == ([1, 0, 0, 1], (1, 0))
    other = b_matching(**ends, gains=[[0, 10**6, 10**6, 0], [1, 0, 0, 0]])  # type: ignore[arg-type]  # mixed mapping
    assert (other.amounts.tolist(), other.gained) == ([0, 1, 1, 0], (2 * 10**6, 0))


def test_nodes_ask_for_several_units() -> None:
    """A node may get its units from several neighbours, and several from one."""
    found = b_matching([0, 0], [0, 1], demand=[3], capacity=[2, 2], gains=[[0, 1]])
    assert (found.amounts.tolist(), found.loads.tolist(), found.gained) == ([1, 2], [1, 2], (2,))


def test_loads_are_even_for_their_room() -> None:
    """With what was held before counted, each of the two is filled to about the same share."""
    ends = ([0, 1, 2, 3] * 2, [0] * 4 + [1] * 4)
    even = b_matching(*ends, demand=[1] * 4, capacity=[6, 2], spread="even")
    assert even.loads.tolist() == [3, 1]
    held = b_matching(*ends, demand=[1] * 4, capacity=[4, 4], spread="even", held=[3, 0])
    assert held.loads.tolist() == [1, 3]


def test_evenness_comes_last() -> None:
    """A gain is not given up for even loads."""
    found = b_matching(
        [0, 1, 0, 1], [0, 0, 1, 1], demand=[1, 1], capacity=[2, 2], gains=[[1, 1, 0, 0]], spread="even"
    )
    assert found.loads.tolist() == [2, 0]


def test_ties_decide_between_equals_alone() -> None:
    """Of matchings that are equal by all aims one is taken by the ties, and no aim is given up for them."""
    ends: Any = {"left": [0, 0], "right": [0, 1], "demand": [1], "capacity": [1, 1]}
    assert [b_matching(**ends, ties=ties).amounts.tolist() for ties in ([0, 1], [1, 0])] == [[0, 1], [1, 0]]
    held = b_matching(**ends, spread="even", held=[1, 0], ties=[9, 0])
    gain = b_matching(**ends, gains=[[0, 1]], ties=[9, 0])
    assert held.amounts.tolist() == gain.amounts.tolist() == [0, 1]
    assert gain.gained == (1,)


def test_a_gap_is_explained_by_parts_that_share_nobody() -> None:
    """Hall's condition fails in two parts here, whose gaps add up to all that is unmet."""
    left = [0, 1, 2, 2, 3, 4, 5]
    right = [0, 0, 0, 1, 2, 2, 3]
    found = b_matching(left, right, demand=[1, 2, 1, 1, 1, 1], capacity=[1, 5, 0, 4])
    assert found.bottlenecks == (
        Bottleneck(left=(0, 1), right=(0,), demand=3, capacity=1),
        Bottleneck(left=(3, 4), right=(2,), demand=2, capacity=0),
    )
    assert [part.gap for part in found.bottlenecks] == [2, 2]
    assert found.gap == 4


def test_who_has_no_neighbour_is_a_part_of_its_own() -> None:
    """A node without an edge stays unmet and is told with nobody beside it; one that asks for nothing is not."""
    found = b_matching([], [], demand=[2, 0], capacity=[])
    assert found.unmet.tolist() == [2, 0]
    assert found.bottlenecks == (Bottleneck(left=(0,), right=(), demand=2, capacity=0),)


@pytest.mark.parametrize("spread", ["any", "even"])
def test_nothing_is_matched_without_a_unit(spread: Any) -> None:
    """No node, and nodes that neither ask for nor have anything, are no error."""
    assert b_matching([], [], demand=[], capacity=[], spread=spread).matched == 0
    found = b_matching([0], [0], demand=[0], capacity=[0], gains=[[1]], spread=spread)
    assert (found.matched, found.gap, found.gained) == (0, 0, (0,))


def test_arrays_of_the_result_are_locked() -> None:
    """Nobody can write into a result."""
    found = b_matching([0], [0], demand=[1], capacity=[1])
    for array in (found.amounts, found.unmet, found.loads):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


def test_everything_wrong_is_told_at_once() -> None:
    """Wrong nodes, lengths, numbers and words are listed together, each with its path."""
    with pytest.raises(InvalidInput) as caught:
        b_matching(
            [0, 5],
            [0, -1],
            demand=[1],
            capacity=[-1],
            gains=[[1], [0.5, 0.5]],
            spread="wide",  # type: ignore[arg-type]  # refused on purpose
            held=[1, 2],
        )
    assert codes(caught.value) == [
        ("matching.units", "capacity"),
        ("matching.length", "held"),
        ("matching.node", "left"),
        ("matching.node", "right"),
        ("matching.numbers", "gains[1]"),
        ("matching.length", "gains[0]"),
        ("matching.length", "gains[1]"),
        ("matching.spread", "spread"),
    ]


def test_edges_fit_and_do_not_repeat() -> None:
    """Ends of unlike length are refused, and an edge that is given twice."""
    with pytest.raises(InvalidInput) as caught:
        b_matching([0, 0], [0], demand=[1], capacity=[1])
    assert codes(caught.value) == [("matching.length", "right")]
    with pytest.raises(InvalidInput) as caught:
        b_matching([0, 0], [0, 0], demand=[1], capacity=[1])
    assert codes(caught.value) == [("matching.repeated", "left")]


@pytest.mark.parametrize("demand", [[0.5], [[1]], ["one"], [True], 1])
def test_demands_are_whole_numbers_in_a_row(demand: Any) -> None:
    """Fractions, tables, texts, truths and single numbers are refused."""
    with pytest.raises(InvalidInput, match=r"matching\.numbers"):
        b_matching([], [], demand=demand, capacity=[1])


def test_too_many_units_are_refused() -> None:
    """Units beyond what the flow can count are refused, not wrapped."""
    with pytest.raises(InvalidInput, match=r"matching\.units"):
        b_matching([0], [0], demand=[2**31], capacity=[1])


@pytest.mark.parametrize(("status", "value"), [(0, 0.5), (4, 1.0)])
def test_a_solution_that_is_not_exact_is_an_error(
    monkeypatch: pytest.MonkeyPatch, status: int, value: float
) -> None:
    """A solver that stops early, or off a corner, never gives a matching."""
    import scipy.optimize

    def stopped(cost: Any, **options: Any) -> Any:
        zeros = SimpleNamespace(marginals=np.zeros(len(cost)))
        return SimpleNamespace(
            status=status, x=np.full(len(cost), value), lower=zeros, upper=zeros, ineqlin=zeros
        )

    monkeypatch.setattr(scipy.optimize, "linprog", stopped)
    with pytest.raises(IlrError) as caught:
        b_matching([0], [0], demand=[1], capacity=[1], spread="even")
    assert caught.value.code == "matching.inexact"


def test_the_room_is_on_the_page_of_the_package() -> None:
    """The module is reached from the package."""
    import ilr.stats

    assert ilr.stats.matching is matching


@pytest.mark.parametrize(
    ("left", "right", "demand", "capacity"),
    [([0, 1], [0, 0], [1, 0], [0]), ([0, 0, 0], [0, 1, 2], [0], [0, 0, 0])],
)
def test_without_room_or_demand_nothing_is_left_to_weigh(
    left: list[int], right: list[int], demand: list[int], capacity: list[int]
) -> None:
    """Where the first aim leaves no edge open, later aims have nothing to choose."""
    gains = [[0] * len(left), [-1] + [0] * (len(left) - 1)]
    found = b_matching(left, right, demand=demand, capacity=capacity, gains=gains, spread="even")
    assert found.matched == 0
