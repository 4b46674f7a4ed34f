"""A ratio of two sums over units, with an interval by resampling units."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ilr.base import InvalidInput
from ilr.stats import ratios

PART, WHOLE = [30, 20, 45, 10, 30, 25], [45, 45, 60, 45, 60, 45]


def codes(*args: Any, **options: Any) -> list[str]:
    """Why a ratio cannot be asked for."""
    with pytest.raises(InvalidInput) as error:
        ratios.ratio_of_sums(*args, seed=1, **options)
    return [problem.code for problem in error.value.problems]


def test_it_is_the_ratio_of_the_sums() -> None:
    """Long units weigh more: the ratio is not the mean of the ratios; the standard error is Cochran's."""
    found = ratios.ratio_of_sums(PART, WHOLE, seed=1)
    x, m = np.array(PART, float), np.array(WHOLE, float)
    assert found.value == pytest.approx(160 / 300)
    assert found.value != pytest.approx((x / m).mean())
    error = math.sqrt(6 / 5 * ((x - found.value * m) ** 2).sum()) / 300
    assert found.standard_error == pytest.approx(error)
    assert 0 <= found.low < found.value < found.high <= 1
    assert (found.method, found.sampled, dict(found.n)) == ("bootstrap", "units", {"units": 6.0})


def test_the_same_seed_gives_the_same_interval() -> None:
    """The interval depends on the seed alone, not on the order of the units."""
    found = ratios.ratio_of_sums(PART, WHOLE, seed=1)
    assert ratios.ratio_of_sums(PART[::-1], WHOLE[::-1], seed=1) == found
    assert ratios.ratio_of_sums(PART, WHOLE, seed=2).low != found.low


def test_without_a_whole_it_is_undefined() -> None:
    """A sum of wholes of zero has no ratio, and says so."""
    for part, whole in (([], []), ([0, 0], [0, 0])):
        found = ratios.ratio_of_sums(part, whole, seed=1)
        assert found.undefined is not None
        assert found.undefined.code == "ZERO_TOTAL"


def test_one_unit_has_no_interval() -> None:
    """Of one unit nobody knows how much another would differ."""
    found = ratios.ratio_of_sums([20], [60], seed=1)
    assert found.value == pytest.approx(1 / 3)
    assert found.undefined_interval is not None
    assert (found.undefined_interval.code, found.method) == ("ONE_UNIT", "")


def test_units_alike_leave_no_doubt_and_say_so() -> None:
    """Where each unit has the same ratio the limits are the ratio, with a note."""
    found = ratios.ratio_of_sums([20, 10, 30], [40, 20, 60], seed=1)
    assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)
    assert [note.code for note in found.notes] == ["NO_VARIATION"]


def test_draws_without_a_standard_error_are_counted() -> None:
    """With two units half of the draws hold one of them twice; if all do, there is no interval."""
    found = ratios.ratio_of_sums([10, 30], [40, 40], seed=1, draws=50)
    assert found.notes[0].code == "UNDEFINED_DRAWS"
    assert found.notes[0].parameters["undefined"] in range(1, 50)
    seed = next(
        seed
        for seed in range(20)
        if ratios.ratio_of_sums([10, 30], [40, 40], seed=seed, draws=1).undefined_interval
    )
    alone = ratios.ratio_of_sums([10, 30], [40, 40], seed=seed, draws=1)
    assert math.isnan(alone.low)
    assert alone.standard_error > 0
    assert alone.undefined_interval == alone.notes[0]


def test_impossible_input_is_refused() -> None:
    """A part beyond its whole, unlike lengths, a level that is no probability and no draws are refused."""
    assert codes([3], [2]) == ["ratios.part"]
    assert codes([-1], [2]) == ["ratios.part"]
    assert codes([1, 2], [2]) == ["ratios.length"]
    assert codes([1], [2], level=1.0, draws=0) == ["ratios.level", "ratios.draws"]


@pytest.mark.parametrize(("units", "share"), [(6, 0.5), (6, 0.8), (12, 0.5)])
def test_the_interval_holds_its_level_with_few_units(units: int, share: float) -> None:
    """Of meetings whose true share is known at least nine of ten intervals hold it, from six meetings on."""
    rng = np.random.default_rng(units)
    held, times = 0, 200
    for time in range(times):
        whole = rng.choice([30.0, 45.0, 60.0, 90.0], units)
        part = whole * rng.beta(4 * share, 4 * (1 - share), units)
        found = ratios.ratio_of_sums(part, whole, seed=time, draws=499)
        held += found.low <= share <= found.high
    assert held / times >= 0.9
