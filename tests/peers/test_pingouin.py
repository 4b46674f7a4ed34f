"""Intraclass correlations beside pingouin."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.peers.tables import CLOSE, compared, peer

from ilr.stats import Ratings, agreement

pingouin = peer("pingouin")
pandas = peer("pandas")

FORMS = {
    "1": "ICC(1,1)",
    "A,1": "ICC(A,1)",
    "C,1": "ICC(C,1)",
    "k": "ICC(1,k)",
    "A,k": "ICC(A,k)",
    "C,k": "ICC(C,k)",
}
ROUNDING = "round.column.CI95"

Scores = NDArray[np.float64]


@pytest.fixture(autouse=True)
def unrounded() -> Iterator[None]:
    """Their limits with all their digits."""
    kept = pingouin.options[ROUNDING]
    pingouin.options[ROUNDING] = 14
    yield
    pingouin.options[ROUNDING] = kept


def frame(scores: Scores) -> Any:
    """A row for each score."""
    unit, rater = np.indices(scores.shape)
    return pandas.DataFrame({"unit": unit.ravel(), "rater": rater.ravel(), "score": scores.ravel()})


def theirs(data: Any) -> dict[str, Any]:
    """Their row of each form."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of pandas, about what they call
        found = pingouin.intraclass_corr(data, targets="unit", raters="rater", ratings="score")
    return {row["Type"]: row for row in found.to_dict("records")}


@st.composite
def scores(draw: st.DrawFn) -> Scores:
    """Complete scores of units with severity and error, continuous or whole numbers."""
    units, raters = draw(st.integers(5, 40)), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    apart, severity = draw(st.sampled_from([0.0, 0.5, 2.0])), draw(st.sampled_from([0.0, 1.0]))
    out: Scores = (
        apart * rng.standard_normal((units, 1))
        + severity * rng.standard_normal(raters)
        + rng.standard_normal((units, raters))
    )
    return np.round(2 * out) if draw(st.booleans()) else out


@compared
@given(scores(), st.sampled_from(list(FORMS)))
def test_every_form_with_its_interval_is_theirs(table: Scores, form: str) -> None:
    """Value and limits of the six forms are equal, those of A,k carried over from A,1 as they do."""
    assume(np.ptp(table, axis=1).any() and np.ptp(table, axis=0).any())
    ours = agreement.icc(Ratings.from_matrix(table, continuous=True), form)
    found = theirs(frame(table))[FORMS[form]]
    if ours.undefined is not None:
        # As a mean of raters the form has no value where one score agrees too badly; they divide on.
        assert not 0 <= found["ICC"] <= 1
        return
    assert ours.value == pytest.approx(found["ICC"], rel=1e-7, abs=CLOSE)
    if ours.undefined_interval is None:
        assert [ours.low, ours.high] == pytest.approx(list(found["CI95"]), rel=1e-6, abs=1e-7)


def test_they_round_limits_unless_told_otherwise() -> None:
    """Their limits come with two decimals by default, and at 95 % only; ours are whole and at any level."""
    pingouin.options[ROUNDING] = 2
    table = np.array([[9.0, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    ours = agreement.icc(Ratings.from_matrix(table, continuous=True), "A,1")
    limits = list(theirs(frame(table))["ICC(A,1)"]["CI95"])
    assert limits == [0.02, 0.76]
    assert [round(ours.low, 2), round(ours.high, 2)] == limits
    assert ours.low != limits[0]


def test_they_average_a_rating_given_twice() -> None:
    """A rater twice at a unit is averaged silently by theirs, and refused here."""
    table = np.array([[1.0, 2], [2, 2], [3, 4], [5, 4], [1, 1]])
    twice = pandas.concat([frame(table), pandas.DataFrame({"unit": [0], "rater": [0], "score": [3.0]})])
    table[0, 0] = 2.0
    assert theirs(twice)["ICC(A,1)"]["ICC"] == pytest.approx(theirs(frame(table))["ICC(A,1)"]["ICC"])
    columns = [twice[name].tolist() for name in ("unit", "rater", "score")]
    with pytest.raises(ValueError, match="problem"):
        Ratings.from_long(*columns, continuous=True)


def test_they_take_no_gap() -> None:
    """A missing score ends theirs, or costs the whole unit; every score counts here."""
    table = np.array([[1.0, 2], [2, np.nan], [3, 4], [5, 4], [1, 1]])
    with pytest.raises(ValueError, match=r"(?i)missing"):
        theirs(frame(table))
    assert math.isfinite(agreement.icc(Ratings.from_matrix(table, continuous=True), "C,1").value)
