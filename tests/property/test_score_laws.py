"""Laws of statistics on scores: what must hold for any table of scores."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ilr.stats import Estimate, Ratings, agreement

FORMS = ("1", "k", "C,1", "A,1", "C,k", "A,k")
Table = NDArray[np.float64]
METHODS: tuple[Any, ...] = ("moments", "reml")
GRID = st.integers(-8, 8).map(lambda one: one / 2)


@st.composite
def tables(draw: st.DrawFn, *, raters: int | None = None) -> Table:
    """Small tables of scores in halves, with gaps."""
    columns = draw(st.integers(2, 5)) if raters is None else raters
    cell = st.one_of(GRID, st.just(math.nan))
    row = st.lists(cell, min_size=columns, max_size=columns)
    return np.array(draw(st.lists(row, min_size=2, max_size=9)))


def scores(rows: Table, times: Any = None) -> Ratings:
    """Continuous ratings of a table."""
    return Ratings.from_matrix(rows, continuous=True, times=times)


def close(one: Estimate, two: Estimate, scale: float = 1.0, shift: float = 0.0) -> bool:
    """Whether the second estimate is the first in another unit, but for the order of sums."""
    assert one.undefined == two.undefined
    assert one.undefined_interval == two.undefined_interval
    ours = [getattr(one, name) * scale + shift for name in ("value", "low", "high")]
    return ours == pytest.approx([two.value, two.low, two.high], rel=1e-6, abs=1e-6, nan_ok=True)


def statistics(form: str) -> list[Any]:
    """The coefficients that have no unit."""
    return [lambda r: agreement.icc(r, form), agreement.kendall_w]


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(FORMS), st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: Table, form: str, random: Any) -> None:
    """Changing raters or units about changes nothing."""
    columns, lines = list(range(rows.shape[1])), list(range(rows.shape[0]))
    random.shuffle(columns)
    random.shuffle(lines)
    for statistic in statistics(form):
        assert close(statistic(scores(rows)), statistic(scores(rows[lines][:, columns])))


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(FORMS), st.integers(-40, 40), st.sampled_from([0.25, 2.0, 16.0]))
def test_unit_of_the_scale_does_not_matter(rows: Table, form: str, shift: int, scale: float) -> None:
    """Another origin and another unit of the scores change no coefficient."""
    for statistic in statistics(form):
        assert close(statistic(scores(rows)), statistic(scores(rows * scale + shift)))


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(FORMS), st.data())
def test_times_are_repeated_rows(rows: Table, form: str, data: Any) -> None:
    """A row with a frequency is as many rows."""
    times = data.draw(st.lists(st.integers(1, 4), min_size=len(rows), max_size=len(rows)))
    for statistic in statistics(form):
        assert close(statistic(scores(rows, times)), statistic(scores(np.repeat(rows, times, axis=0))))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32), st.integers(4, 9), st.integers(3, 7), st.sampled_from(["1", "C,1", "A,1"]))
def test_reml_is_anova_in_full_layouts(seed: int, units: int, raters: int, form: str) -> None:
    """Where no component comes out negative, REML and moments agree in a full layout."""
    rng = np.random.default_rng(seed)
    rows = 3 * rng.normal(size=(units, 1)) + 2 * rng.normal(size=raters) + rng.normal(size=(units, raters))
    r = scores(rows)
    parts = [agreement.icc(r, part, interval=None).value for part in ("1", "C,1")]
    parts.append(agreement.icc(scores(rows.T), "C,1", interval=None).value)
    assume(min(parts) > 0.01)
    moments, reml = (agreement.icc(r, form, method=method, interval=None) for method in METHODS)
    assert reml.value == pytest.approx(moments.value, abs=1e-5)


@settings(deadline=None, max_examples=60)
@given(tables(), st.sampled_from(FORMS))
def test_limits_hold_the_value(rows: Table, form: str) -> None:
    """A coefficient is at most one and lies between its limits."""
    found = agreement.icc(scores(rows), form, level=0.999)
    if found.undefined is None:
        assert found.value <= 1 + 1e-12
        if not math.isnan(found.low):
            assert found.low - 1e-9 <= found.value <= found.high + 1e-9 <= 1 + 2e-9


@settings(deadline=None, max_examples=60)
@given(tables(raters=2), st.integers(-40, 40), st.sampled_from([0.25, 2.0, 16.0]))
def test_pairs_in_another_unit(rows: Table, shift: int, scale: float) -> None:
    """Concordance has no unit; the limits of agreement have that of the scores and no origin."""
    one, two = scores(rows), scores(rows * scale + shift)
    assert close(agreement.lin_concordance(one), agreement.lin_concordance(two))
    first, second = agreement.bland_altman(one), agreement.bland_altman(two)
    for name in ("bias", "deviation", "lower", "upper"):
        assert close(getattr(first, name), getattr(second, name), scale)


@settings(deadline=None, max_examples=60)
@given(tables(raters=2))
def test_pairs_the_other_way_round(rows: Table) -> None:
    """Concordance does not ask who is first; the limits of agreement change their signs and places."""
    one, two = scores(rows), scores(rows[:, ::-1])
    assert close(agreement.lin_concordance(one), agreement.lin_concordance(two))
    first, second = agreement.bland_altman(one), agreement.bland_altman(two)
    assert first.upper.value == pytest.approx(-second.lower.value, nan_ok=True)
    assert first.upper.high == pytest.approx(-second.lower.low, nan_ok=True)


@settings(deadline=None, max_examples=60)
@given(tables())
def test_indices_within_units_take_each_unit_alone(rows: Table) -> None:
    """The index of a unit does not depend on the other units, nor on the order of its scores."""
    whole = agreement.r_wg(scores(rows), null=2.0).values
    apart = [agreement.r_wg(scores(row[None, ::-1]), null=2.0).values[0] for row in rows]
    assert whole == pytest.approx(apart, nan_ok=True)
