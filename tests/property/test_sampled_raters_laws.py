"""Laws of intervals that take raters for a sample."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.property.test_stats_laws import COEFFICIENTS, LEVELS, Rows, close, matrices

from ilr.stats import Ratings, agreement

ALL: list[Any] = [*COEFFICIENTS, agreement.conger_kappa, agreement.light_kappa]
SAMPLED: list[Any] = ["raters", "both"]


@given(matrices(), st.sampled_from(ALL), st.sampled_from(SAMPLED), st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: Rows, coefficient: Any, sampled: Any, random: Any) -> None:
    """Relabelling raters changes no limit."""
    order = list(range(len(rows[0])))
    random.shuffle(order)
    mixed = [[row[place] for place in order] for row in rows]
    one, two = (coefficient(Ratings.from_matrix(table, LEVELS), sampled=sampled) for table in (rows, mixed))
    assert close(one, two)


@given(matrices(), st.sampled_from(ALL))
def test_limits_hold_the_value_and_widen(rows: Rows, coefficient: Any) -> None:
    """The limits lie around the value, and further out with a higher level or with units as a sample too."""
    r = Ratings.from_matrix(rows, LEVELS)
    both = coefficient(r, sampled="both")
    assume(both.undefined is None and both.undefined_interval is None)
    raters, lower = coefficient(r, sampled="raters"), coefficient(r, sampled="both", level=0.8)
    for inner in (raters, lower):
        assert both.low <= inner.low + 1e-9
        assert inner.low <= both.value + 1e-9
        assert both.value <= inner.high + 1e-9
        assert inner.high <= both.high + 1e-9
    assert both.high <= 1
    assert both.standard_error >= raters.standard_error
