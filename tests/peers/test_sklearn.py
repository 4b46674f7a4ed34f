"""Cohen's kappa beside scikit-learn."""

from __future__ import annotations

import math
import warnings
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.peers.tables import CLOSE, Codes, compared, peer, rows, tables

from ilr.stats import Ratings, agreement

metrics = peer("sklearn.metrics")

Scheme = Literal["identity", "linear", "quadratic"]
WEIGHTS: dict[Scheme, str | None] = {"identity": None, "linear": "linear", "quadratic": "quadratic"}


def theirs(codes: Codes, q: int, scheme: Scheme, **options: Any) -> float:
    """Their kappa of the full domain."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return float(
            metrics.cohen_kappa_score(*codes.T, labels=list(range(q)), weights=WEIGHTS[scheme], **options)
        )


@compared
@given(tables(gaps=False, raters=(2, 2)), st.sampled_from(list(WEIGHTS)))
def test_cohen_kappa_is_theirs(table: tuple[Codes, int], scheme: Scheme) -> None:
    """Cohen's kappa, weighted or not, is equal over the same domain, and undefined where theirs is."""
    codes, q = table
    ours = agreement.cohen_kappa(Ratings.from_matrix(rows(codes), range(1, q + 1)), scheme, method=None)
    assert ours.value == pytest.approx(theirs(codes, q, scheme), abs=CLOSE, nan_ok=True)


@compared
@given(
    tables(gaps=False, raters=(2, 2)),
    st.lists(st.integers(1, 4), min_size=60, max_size=60),
    st.sampled_from(list(WEIGHTS)),
)
def test_frequencies_of_units_are_their_sample_weights(
    table: tuple[Codes, int], often: list[int], scheme: Scheme
) -> None:
    """A unit that counts several times moves both kappas alike."""
    codes, q = table
    times = often[: len(codes)]
    r = Ratings.from_matrix(rows(codes), range(1, q + 1), times=times)
    found = theirs(codes, q, scheme, sample_weight=times)
    assert agreement.cohen_kappa(r, scheme, method=None).value == pytest.approx(found, abs=CLOSE, nan_ok=True)


def test_a_level_that_nobody_used_changes_their_weights() -> None:
    """Without labels they close the gap that an unused level leaves on the scale; a declared scale keeps it."""
    first, second = [1, 2, 4, 4], [1, 4, 4, 2]
    ours = agreement.cohen_kappa(
        Ratings.from_matrix(list(zip(first, second, strict=True)), [1, 2, 3, 4]), "linear"
    )
    told = metrics.cohen_kappa_score(first, second, labels=[1, 2, 3, 4], weights="linear")
    untold = metrics.cohen_kappa_score(first, second, weights="linear")
    assert ours.value == pytest.approx(told, abs=CLOSE)
    assert untold == pytest.approx(3 / 7)
    assert told == pytest.approx(3 / 11)


def test_one_category_is_nan_to_them_and_a_reason_here() -> None:
    """Where both raters use one level they give NaN, and we say why there is no value."""
    assert math.isnan(theirs(np.zeros((3, 2), dtype=np.int64), 2, "identity"))
    ours = agreement.cohen_kappa(Ratings.from_matrix([[1, 1]] * 3, [1, 2]))
    assert ours.undefined is not None
    assert ours.undefined.code == "ONE_CATEGORY"
