"""Alpha beside the package krippendorff."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.peers.tables import CLOSE, Codes, compared, counts, floats, peer, rows, tables

from ilr.stats import Ratings, agreement

krippendorff = peer("krippendorff")

Shared = Literal["nominal", "ordinal", "interval", "ratio"]
SHARED: tuple[Shared, ...] = ("nominal", "ordinal", "interval", "ratio")


def theirs(codes: Codes, q: int, metric: str) -> float:
    """Their alpha, NaN where they refuse or divide nothing by nothing."""
    try:
        return float(
            krippendorff.alpha(
                reliability_data=floats(codes).T,
                level_of_measurement=metric,
                value_domain=list(range(1, q + 1)),
            )
        )
    except ValueError:
        return math.nan


@compared
@given(tables(), st.sampled_from(SHARED))
def test_alpha_is_theirs(table: tuple[Codes, int], metric: Shared) -> None:
    """Alpha by each metric that both know is equal, with gaps, and undefined where theirs is."""
    codes, q = table
    ours = agreement.krippendorff_alpha(
        Ratings.from_matrix(rows(codes), range(1, q + 1)), metric, method=None
    )
    with np.errstate(all="ignore"):
        assert ours.value == pytest.approx(theirs(codes, q, metric), abs=CLOSE, nan_ok=True)


@compared
@given(tables(), st.sampled_from(SHARED))
def test_counts_tell_them_the_same(table: tuple[Codes, int], metric: Shared) -> None:
    """Alpha does not tell raters apart: their way in by counts gives ours too."""
    codes, q = table
    ours = agreement.krippendorff_alpha(
        Ratings.from_matrix(rows(codes), range(1, q + 1)), metric, method=None
    )
    if ours.undefined is None:
        found = krippendorff.alpha(
            value_counts=counts(codes, q), level_of_measurement=metric, value_domain=list(range(1, q + 1))
        )
        assert ours.value == pytest.approx(found, abs=CLOSE)


@compared
@given(tables(), st.lists(st.integers(1, 3), min_size=60, max_size=60))
def test_a_unit_that_counts_often_is_a_unit_repeated(table: tuple[Codes, int], often: list[int]) -> None:
    """Frequencies of units give the alpha of theirs from as many rows."""
    codes, q = table
    times = often[: len(codes)]
    r = Ratings.from_matrix(rows(codes), range(1, q + 1), times=times)
    ours = agreement.krippendorff_alpha(r, "ordinal", method=None)
    with np.errstate(all="ignore"):
        found = theirs(np.repeat(codes, times, axis=0), q, "ordinal")
    assert ours.value == pytest.approx(found, abs=CLOSE, nan_ok=True)


def test_one_category_is_nan_or_an_error_to_them_and_a_reason_here() -> None:
    """With a domain they divide nothing by nothing, without one they refuse; we say why there is no value."""
    same = np.ones((3, 2))
    with np.errstate(all="ignore"):
        assert math.isnan(krippendorff.alpha(same, level_of_measurement="nominal", value_domain=[1, 2]))
    with pytest.raises(ValueError, match="more than one value"):
        krippendorff.alpha(same, level_of_measurement="nominal")
    ours = agreement.krippendorff_alpha(Ratings.from_matrix(same.astype(int), [1, 2]))
    assert ours.undefined is not None
    assert ours.undefined.code == "ONE_CATEGORY"


def test_ordinal_weights_are_not_the_ordinal_metric() -> None:
    """Weights by ranks of categories, as irrCAC's alpha has them, differ from ranks of ratings, and from theirs."""
    codes = np.array([[0, 0], [0, 1], [1, 1], [2, 3], [3, 3], [3, 2], [0, 0], [0, 2]])
    r = Ratings.from_matrix(rows(codes), [1, 2, 3, 4])
    by_metric = agreement.krippendorff_alpha(r, "ordinal").value
    by_weights = agreement.weighted_alpha(r, "ordinal").value
    assert by_metric == pytest.approx(theirs(codes, 4, "ordinal"), abs=CLOSE)
    assert abs(by_weights - by_metric) > 0.01
