"""Laws of the coefficients that tell raters apart, of categories, and of comparisons."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.property.test_stats_laws import LEVELS, Rows, close, matrices

from ilr.stats import Ratings, agreement

MANY: list[Any] = [agreement.conger_kappa, agreement.light_kappa]
TWO: list[Any] = [
    agreement.bangdiwala_b,
    agreement.cohen_kappa,
    agreement.maximum_kappa,
    agreement.scott_pi,
]


def of_two(rows: Rows) -> Rows:
    """The ratings of the first two raters."""
    return [row[:2] for row in rows]


@given(matrices(), st.sampled_from(MANY), st.randoms(use_true_random=False))
def test_order_does_not_matter(rows: Rows, coefficient: Any, random: Any) -> None:
    """Relabelling raters or units changes nothing."""
    order = list(range(len(rows[0])))
    random.shuffle(order)
    mixed = [[row[place] for place in order] for row in rows]
    random.shuffle(mixed)
    one, two = (coefficient(Ratings.from_matrix(table, LEVELS)) for table in (rows, mixed))
    assert close(one, two)
    assert one.n == two.n


@given(matrices(), st.sampled_from(TWO))
def test_exchanged_raters(rows: Rows, coefficient: Any) -> None:
    """Exchanging two raters changes no coefficient of theirs."""
    given_order = Ratings.from_matrix(of_two(rows), LEVELS)
    exchanged = Ratings.from_matrix([row[::-1] for row in of_two(rows)], LEVELS)
    assert close(coefficient(given_order), coefficient(exchanged))


@given(matrices(), st.sampled_from([*MANY, *TWO]), st.sampled_from(["linearised", "jackknife"]))
def test_layout_and_compression_do_not_matter(rows: Rows, coefficient: Any, method: Any) -> None:
    """Long and compressed ratings give what the table gives."""
    rows = of_two(rows) if coefficient in TWO else rows
    whole = Ratings.from_matrix(rows, LEVELS)
    cells = [(u, j, x) for u, row in enumerate(rows) for j, x in enumerate(row) if x is not None]
    units, raters, values = ([cell[place] for cell in cells] for place in range(3))
    plain = coefficient(whole, method=method)
    assert close(coefficient(whole.compressed(), method=method), plain)
    long = coefficient(Ratings.from_long(units, raters, values, LEVELS), method=method)
    if len(set(raters)) == len(rows[0]):
        assert close(long, plain)


@given(matrices(), st.sampled_from([*MANY, *TWO]), st.sampled_from(["linearised", "jackknife"]))
def test_clusters_of_one_are_no_clusters(rows: Rows, coefficient: Any, method: Any) -> None:
    """A cluster to every unit gives the standard errors without clusters."""
    rows = of_two(rows) if coefficient in TWO else rows
    plain = coefficient(Ratings.from_matrix(rows, LEVELS), method=method)
    single = coefficient(Ratings.from_matrix(rows, LEVELS, cluster=range(len(rows))), method=method)
    assert single.value == pytest.approx(plain.value, nan_ok=True)
    assert single.standard_error == pytest.approx(plain.standard_error, abs=1e-7, nan_ok=True)


@given(matrices())
def test_kappa_lies_below_its_maximum(rows: Rows) -> None:
    """Cohen's kappa is at most what the margins allow, B within 0 and 1, and Scott's pi at most kappa."""
    r = Ratings.from_matrix(of_two(rows), LEVELS)
    kappa, most = agreement.cohen_kappa(r), agreement.maximum_kappa(r)
    assert kappa.undefined == most.undefined
    assume(kappa.undefined is None)
    assert kappa.value <= most.value + 1e-12 <= 1 + 1e-9
    if (pi := agreement.scott_pi(r)).undefined is None:
        assert pi.value <= kappa.value + 1e-12
    b = agreement.bangdiwala_b(r)
    if b.undefined is None:
        assert 0 <= b.value <= 1 + 1e-12


@given(matrices())
def test_specific_agreement_adds_up(rows: Rows) -> None:
    """Specific agreement lies within 0 and 1, and is 1 in every category where all agree."""
    found = agreement.category_agreement(Ratings.from_matrix(rows, LEVELS))
    defined = [one.value for one in found.values() if one.undefined is None]
    assert all(0 <= value <= 1 for value in defined)
    observed = agreement.percent_agreement(Ratings.from_matrix(rows, LEVELS))
    if observed.undefined is None:
        assert (observed.value == 1) == all(value == 1 for value in defined)


@given(matrices(gaps=False))
def test_pairwise_kappas_average_to_lights(rows: Rows) -> None:
    """The mean of the pairs that have a kappa is Light's kappa."""
    r = Ratings.from_matrix(rows, LEVELS)
    pairs = agreement.pairwise(r, agreement.cohen_kappa).estimates.values()
    defined = [one.value for one in pairs if one.undefined is None]
    light = agreement.light_kappa(r)
    if defined:
        assert light.value == pytest.approx(np.mean(defined))
    else:
        assert light.undefined is not None


@given(matrices(least_units=2), st.sampled_from([agreement.gwet_ac, *MANY]))
@settings(max_examples=50)
def test_differences_mirror(rows: Rows, coefficient: Any) -> None:
    """Exchanging the two sets of ratings turns the sign of the difference and of its limits."""
    r = Ratings.from_matrix(rows, LEVELS)
    first, second = r.of_raters([0, 1]), r.of_raters(range(len(rows[0])))
    one, two = (agreement.compare(*pair, coefficient) for pair in ((first, second), (second, first)))
    assert (one.undefined is None) == (two.undefined is None)
    assume(one.undefined is None)
    assert one.value == pytest.approx(-two.value, abs=1e-12)
    assert one.standard_error == pytest.approx(two.standard_error, abs=1e-9, nan_ok=True)
    if not math.isnan(one.low):
        assert one.low == pytest.approx(-two.high, abs=1e-7)


@given(matrices(), st.sampled_from(["stuart-maxwell", "bhapkar"]))
def test_margins_have_a_test_or_a_reason(rows: Rows, test: Any) -> None:
    """Chi-squared is at least 0, Bhapkar's at least Stuart's, with a p within 0 and 1, or there is a reason."""
    r = Ratings.from_matrix(of_two(rows), LEVELS)
    found = agreement.marginal_homogeneity(r, test).significance
    if found.undefined is not None:
        assert found.undefined.code in ("NO_UNITS", "NO_PAIRS", "NO_DISAGREEMENT", "NO_VARIATION")
    else:
        assert found.statistic >= agreement.marginal_homogeneity(r).significance.statistic - 1e-9 >= -1e-9
        assert 0 <= found.p <= 1
