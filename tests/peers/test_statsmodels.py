"""Kappas beside statsmodels."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.peers.tables import CLOSE, Codes, compared, counts, cross_table, peer, rows, tables

from ilr.stats import Ratings, agreement

inter_rater = peer("statsmodels.stats.inter_rater")

Scheme = Literal["identity", "linear", "quadratic"]
WEIGHTS: dict[Scheme, str | None] = {"identity": None, "linear": "linear", "quadratic": "quadratic"}


@compared
@given(tables(gaps=False))
def test_fleiss_kappa_is_theirs(table: tuple[Codes, int]) -> None:
    """Fleiss' kappa of complete ratings is equal, and undefined where theirs is not a number."""
    codes, q = table
    ours = agreement.fleiss_kappa(Ratings.from_matrix(rows(codes), range(1, q + 1)), method=None)
    with np.errstate(all="ignore"):
        assert ours.value == pytest.approx(inter_rater.fleiss_kappa(counts(codes, q)), abs=CLOSE, nan_ok=True)


@compared
@given(tables(gaps=False))
def test_brennan_prediger_is_their_randolph(table: tuple[Codes, int]) -> None:
    """Free-marginal kappa is equal when they are given every category, used or not."""
    codes, q = table
    ours = agreement.brennan_prediger(Ratings.from_matrix(rows(codes), range(1, q + 1)), method=None)
    assert ours.value == pytest.approx(
        inter_rater.fleiss_kappa(counts(codes, q), method="randolph"), abs=CLOSE
    )


@compared
@given(tables(gaps=False, raters=(2, 2)), st.sampled_from(list(WEIGHTS)))
def test_cohen_kappa_and_its_error_are_theirs(table: tuple[Codes, int], scheme: Scheme) -> None:
    """Cohen's kappa and its large-sample error are equal from a table of counts, whatever the weights."""
    codes, q = table
    counted = cross_table(codes, q)
    ours = agreement.cohen_kappa(Ratings.from_table(counted, range(1, q + 1)), scheme)
    with np.errstate(all="ignore"):
        found = inter_rater.cohens_kappa(counted, wt=WEIGHTS[scheme])
    if ours.undefined is not None:
        assert not np.isfinite(found.kappa)
        return
    assert ours.value == pytest.approx(found.kappa, abs=CLOSE)
    assert ours.standard_error**2 == pytest.approx(found.var_kappa, abs=CLOSE)


@compared
@given(tables(gaps=False, raters=(2, 2), units=(5, 60)))
def test_cohen_kappa_by_chance_is_theirs(table: tuple[Codes, int]) -> None:
    """The test against no agreement but by chance has their z."""
    codes, q = table
    r = Ratings.from_table(cross_table(codes, q), range(1, q + 1))
    ours = agreement.cohen_kappa_test(r)
    with np.errstate(all="ignore"):
        found = inter_rater.cohens_kappa(cross_table(codes, q))
    if ours.undefined is None:
        assert ours.statistic == pytest.approx(found.z_value, abs=1e-7)
    else:  # one rater used one level, so that nothing varies by chance
        assert not found.std_kappa0 > 1e-7


def test_their_interval_is_normal_and_ours_is_students() -> None:
    """With the same error, ours is wider by the quantile of n - 1 degrees, and neither passes 1."""
    counted = np.array([[20, 5, 1], [3, 10, 4], [0, 2, 9]])
    ours = agreement.cohen_kappa(Ratings.from_table(counted))
    found = inter_rater.cohens_kappa(counted)
    assert found.kappa_upp - found.kappa == pytest.approx(1.959963984540054 * ours.standard_error, abs=CLOSE)
    assert ours.high - ours.value == pytest.approx(2.0057459935369497 * ours.standard_error, abs=CLOSE)


def test_they_refuse_unequal_numbers_of_ratings() -> None:
    """Fleiss' kappa is defined here with gaps; theirs is for complete ratings only."""
    codes = np.array([[0, 0, -1], [0, 1, 1], [1, 1, 1]])
    with pytest.raises(AssertionError):
        inter_rater.fleiss_kappa(counts(codes, 2))
    assert math.isfinite(agreement.fleiss_kappa(Ratings.from_matrix(rows(codes), [1, 2])).value)


def test_randolph_changes_with_unused_categories_they_are_not_told() -> None:
    """Their aggregation drops a category nobody used, which changes the chance term; a declared domain does not."""
    codes = np.array([[0, 0, 1], [1, 1, 1], [0, 1, 1]])
    without = inter_rater.fleiss_kappa(inter_rater.aggregate_raters(codes)[0], method="randolph")
    ours = agreement.brennan_prediger(Ratings.from_matrix(rows(codes), [1, 2, 3]))
    assert ours.value == pytest.approx(1 - (1 - 5 / 9) * 3 / 2)
    assert without == pytest.approx(1 - (1 - 5 / 9) * 2)


def test_one_category_is_nan_to_them_and_a_reason_here() -> None:
    """Where chance agreement is complete they give NaN, and we say why there is no value."""
    with np.errstate(all="ignore"):
        assert math.isnan(inter_rater.fleiss_kappa(np.array([[2, 0], [2, 0]])))
        assert math.isnan(inter_rater.cohens_kappa(np.array([[5, 0], [0, 0]])).kappa)
    ours = agreement.cohen_kappa(Ratings.from_table([[5, 0], [0, 0]]))
    assert ours.undefined is not None
    assert ours.undefined.code == "ONE_CATEGORY"
