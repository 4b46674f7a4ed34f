"""Laws of associations: what must hold for any units in any groups, and for any family of p-values."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from random import Random

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ilr.stats import Estimate
from ilr.stats.association import (
    benjamini_hochberg,
    benjamini_yekutieli,
    between_groups,
    bonferroni,
    disattenuated,
    n_for_correlation,
    power_of_correlation,
    within_groups,
)

law = settings(deadline=None, max_examples=60)


@attrs.frozen
class Units:
    """Two measures of units, and the group of each."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    groups: tuple[int, ...]


@st.composite
def units(draw: st.DrawFn, least: int = 0, most: int = 9) -> Units:
    """Few units in few groups, with ties: levels on one side, whole numbers on the other."""
    n = draw(st.integers(least, most))

    def column(values: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(values, min_size=n, max_size=n))

    return Units(
        tuple(map(float, column(st.integers(1, 4)))),
        tuple(map(float, column(st.integers(-9, 9)))),
        tuple(column(st.integers(0, 3))),
    )


def r_of(x: Sequence[float], y: Sequence[float], groups: Sequence[int]) -> Estimate:
    """The correlation within groups."""
    return within_groups(x, y, groups, seed=1, permutations=50).estimate


@law
@given(units())
def test_a_correlation_lies_in_its_interval(one: Units) -> None:
    """A value lies from -1 to 1 inside its interval, or there is a reason why there is none."""
    for found in (
        within_groups(one.x, one.y, one.groups, seed=1, permutations=50),
        between_groups(one.x, one.y, one.groups, seed=1, permutations=50),
    ):
        estimate = found.estimate
        assert (estimate.undefined is None) == (found.permutation.undefined is None)
        if estimate.undefined is None:
            assert -1 <= estimate.value <= 1
            assert 0 < found.permutation.p <= 1
            assert estimate.undefined_interval is not None or estimate.low < estimate.value < estimate.high


@law
@given(units(least=4), st.integers(-3, 3), st.lists(st.integers(-50, 50), min_size=4, max_size=4))
def test_what_a_group_shares_leaves_no_trace(one: Units, scale: int, moves: list[int]) -> None:
    """Moving all of a group, or the scale, changes nothing but the sign that a negative scale turns."""
    assume(scale)
    moved = [scale * value + moves[group] for value, group in zip(one.y, one.groups, strict=True)]
    before, after = r_of(one.x, one.y, one.groups), r_of(one.x, moved, one.groups)
    assert before.undefined == after.undefined
    if before.undefined is None:
        assert after.value == pytest.approx(np.sign(scale) * before.value, abs=1e-12)


@law
@given(units(most=7), st.randoms(use_true_random=False))
def test_order_and_labels_do_not_matter(one: Units, random: Random) -> None:
    """Units in another order, groups by other names and measures in the other place give the same value."""
    order = list(range(len(one.x)))
    random.shuffle(order)
    x, y = ([column[place] for place in order] for column in (one.x, one.y))
    named = ["dcba"[one.groups[place]] for place in order]
    before = within_groups(one.x, one.y, one.groups, seed=1, permutations=10_000)
    after = within_groups(y, x, named, seed=2, permutations=10_000)
    assert before.estimate.undefined == after.estimate.undefined
    if before.estimate.undefined is None:
        assert after.estimate.value == pytest.approx(before.estimate.value, abs=1e-12)
        assert after.permutation.p == pytest.approx(before.permutation.p, abs=1e-12)


@law
@given(units(), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_lone_unit_leaves_no_trace(one: Units, x: float, y: float) -> None:
    """A unit without another in its group changes no number but the count of such units."""
    before = within_groups(one.x, one.y, one.groups, seed=1, permutations=50)
    after = within_groups([*one.x, x], [*one.y, y], [*one.groups, 9], seed=1, permutations=50)
    assert after.estimate.n == {**before.estimate.n, "alone": before.estimate.n["alone"] + 1}
    assert after.estimate.undefined == before.estimate.undefined
    assert after.estimate.value == pytest.approx(before.estimate.value, abs=1e-12, nan_ok=True)
    assert after.permutation.p == pytest.approx(before.permutation.p, abs=1e-12, nan_ok=True)


def exchanges(one: Units) -> list[tuple[float, ...]]:
    """Every order of the outcomes in which each stays in its group."""
    orders = itertools.permutations(range(len(one.y)))
    return [
        tuple(one.y[place] for place in order)
        for order in orders
        if all(one.groups[place] == group for place, group in zip(order, one.groups, strict=True))
    ]


@settings(max_examples=20, deadline=None)
@given(units(most=5))
def test_an_exact_p_keeps_its_promise(one: Units) -> None:
    """Over all exchanges of the outcomes within groups, a p of at most a comes in at most a share a of them."""
    assume(within_groups(one.x, one.y, one.groups, seed=1).estimate.undefined is None)
    found = [within_groups(one.x, y, one.groups, seed=1).permutation for y in exchanges(one)]
    assert {test.distribution for test in found} == {"every permutation"}
    p = np.array([test.p for test in found])
    assert all((p <= a + 1e-9).mean() <= a + 1e-9 for a in p)


@law
@given(st.lists(st.floats(0, 1), max_size=20), st.integers(0, 10))
def test_adjusted_p_keep_their_order(p: list[float], more: int) -> None:
    """No adjustment lowers a p or changes the order; a larger family and a stricter law raise them."""
    family = len(p) + more
    found = benjamini_hochberg(p, family=family)
    for adjusted in (found, benjamini_yekutieli(p, family=family), bonferroni(p, family=family)):
        assert all(one <= other <= 1 for one, other in zip(p, adjusted, strict=True))
        order = np.argsort(p, kind="stable")
        assert (np.diff(np.array(adjusted)[order]) >= 0).all()
        assert all(one <= other for one, other in zip(found, adjusted, strict=True))
    assert all(one <= other for one, other in zip(benjamini_hochberg(p), found, strict=True))


@law
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.floats(0.01, 0.5))
def test_rejections_are_those_of_the_step_up_rule(p: list[float], q: float) -> None:
    """At most q after adjustment are the p up to the largest that is at most its rank times q over n."""
    ordered = sorted(p)
    lines = [(rank + 1) * q / len(p) for rank in range(len(p))]
    assume(all(abs(one - line) > 1e-12 for one, line in zip(ordered, lines, strict=True)))
    passed = [rank + 1 for rank, one in enumerate(ordered) if one <= lines[rank]]
    assert sum(one <= q for one in benjamini_hochberg(p)) == max(passed, default=0)


@law
@given(st.floats(0.01, 0.99), st.floats(0.05, 0.999), st.integers(1, 30), st.sampled_from([0.01, 0.05]))
def test_the_number_of_units_is_the_least(r: float, power: float, groups: int, alpha: float) -> None:
    """The planned number reaches the power, and one fewer does not."""
    n = n_for_correlation(r, power, groups=groups, alpha=alpha)
    assert power_of_correlation(r, n, groups=groups, alpha=alpha) >= power
    if n > groups + 3:
        assert power_of_correlation(r, n - 1, groups=groups, alpha=alpha) < power


@law
@given(st.floats(-1, 1), st.floats(0.01, 1), st.floats(0.01, 1))
def test_a_correction_goes_away_from_zero(r: float, one: float, other: float) -> None:
    """A corrected correlation is no nearer to zero, keeps its sign, stays in range, and is told when cut."""
    found = disattenuated(Estimate(r), one, other)
    assert abs(r) <= abs(found.value) * (1 + 1e-12)
    assert abs(found.value) <= 1
    assert r * found.value >= 0
    assert bool(found.notes) == (abs(r) / np.sqrt(one * other) > 1)
