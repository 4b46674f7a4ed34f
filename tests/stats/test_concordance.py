"""Kendall's coefficient of concordance and its tests."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Ratings, agreement

AGREEMENT: Any = agreement
NAN = math.nan


def scores(rows: Any) -> Ratings:
    """Continuous ratings of a table."""
    return Ratings.from_matrix(rows, continuous=True)


TIED = np.random.default_rng(2).integers(1, 5, size=(15, 4)).astype(float)


def test_chi_squared_is_friedmans() -> None:
    """The test is that of Friedman with raters as blocks, ties included."""
    friedman: Any = stats.friedmanchisquare
    expected = friedman(*TIED)
    found = agreement.kendall_w_test(scores(TIED))
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert list(found.freedom) == [14]
    assert found.sided == "greater"
    assert found.statistic == pytest.approx(4 * 14 * agreement.kendall_w(scores(TIED)).value)


def test_mean_of_spearman() -> None:
    """Without ties W is a linear function of the mean of Spearman's correlations."""
    rows = np.random.default_rng(4).normal(size=(9, 5))
    correlations = np.asarray(stats.spearmanr(rows).statistic)[np.triu_indices(5, 1)]
    for ties in ("corrected", "uncorrected"):
        found = AGREEMENT.kendall_w(scores(rows), ties=ties)
        assert (5 * found.value - 1) / 4 == pytest.approx(correlations.mean())


def test_ties_lower_the_uncorrected_coefficient() -> None:
    """Without the correction equal ranks count as disagreement."""
    plain = agreement.kendall_w(scores(TIED), ties="uncorrected").value
    ranks = stats.rankdata(TIED, axis=0).sum(axis=1)
    assert plain == pytest.approx(12 * np.sum((ranks - ranks.mean()) ** 2) / (16 * (15**3 - 15)))
    assert plain < agreement.kendall_w(scores(TIED)).value


def test_f_of_kendall_and_babington_smith() -> None:
    """The F test has its fractional degrees of freedom."""
    w = agreement.kendall_w(scores(TIED)).value
    found = agreement.kendall_w_test(scores(TIED), distribution="F")
    assert found.freedom == (13.5, 40.5)
    assert found.statistic == pytest.approx(3 * w / (1 - w))
    assert found.p == pytest.approx(stats.f.sf(found.statistic, 13.5, 40.5))


@pytest.mark.parametrize("seed", range(12))
def test_full_concordance_with_frequencies(seed: int) -> None:
    """Raters who order many units alike have the coefficient one, and not a rounding more."""
    rng = np.random.default_rng(seed)
    rows = np.repeat(rng.normal(size=(7, 1)), 3, axis=1)
    found = agreement.kendall_w(
        Ratings.from_matrix(rows, continuous=True, times=rng.integers(1, 10**6, size=7))
    )
    assert found.value == pytest.approx(1)
    assert found.value <= 1


def test_units_that_somebody_left_out() -> None:
    """A unit without all ratings is left out and counted."""
    rows = np.vstack([TIED, [1.0, NAN, 2.0, 3.0], [NAN] * 4])
    found = agreement.kendall_w(scores(rows))
    assert found.value == agreement.kendall_w(scores(TIED)).value
    assert found.n == {"units": 15, "raters": 4, "left_out": 1}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1.0], [2.0]], Reason.of("ONE_RATER")),
        ([[1.0, 2.0], [NAN, 2.0]], Reason.of("BELOW_COUNT", n=1, least=2)),
        ([[1.0, 2.0], [1.0, 2.0]], Reason.of("NO_VARIATION")),
    ],
)
def test_no_value(rows: Any, reason: Reason) -> None:
    """With one rater, fewer than two common units or no variation there is neither coefficient nor test."""
    assert agreement.kendall_w(scores(rows)).undefined == reason
    assert agreement.kendall_w_test(scores(rows)).undefined == reason
    assert agreement.kendall_w_test(scores(rows), distribution="F").undefined == reason


@pytest.mark.parametrize("rows", [[[1.0, 2.0], [2.0, 1.0], [NAN, 1.0]], [[1.0, 2.0], [1.0, 2.0], [NAN, 1.0]]])
def test_results_keep_their_surroundings(rows: Any) -> None:
    """Coefficient and tests bear name, counts and notes, with or without a value."""
    r = Ratings.from_matrix(rows, continuous=True, cluster=["a", "b", "c"])
    notes = (Reason.of("CLUSTERS_IGNORED", clusters=3),)
    for one in (
        agreement.kendall_w(r),
        agreement.kendall_w_test(r),
        agreement.kendall_w_test(r, distribution="F"),
    ):
        assert (one.name, one.notes) == ("kendall_w", notes)
        assert one.n == {"units": 2, "raters": 2, "left_out": 1}
    for distribution in ("chi-squared", "F"):
        assert AGREEMENT.kendall_w_test(r, distribution=distribution).sided == "greater"
    assert agreement.kendall_w_test(scores(TIED)).distribution == "chi-squared"
    assert agreement.kendall_w_test(scores(TIED), distribution="F").distribution == "F"


def test_f_of_two_units() -> None:
    """Two units have an F as soon as three raters order them."""
    found = agreement.kendall_w_test(scores([[1.0, 2.0, 1.0], [2.0, 1.0, 2.0]]), distribution="F")
    assert found.freedom == pytest.approx((1 / 3, 2 / 3))
    assert found.statistic == pytest.approx(2 * (1 / 9) / (8 / 9))
    assert found.p == pytest.approx(stats.f.sf(0.25, 1 / 3, 2 / 3))


@pytest.mark.parametrize("rows", [[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]], [[1.0, 2.0], [2.0, 1.0]]])
def test_no_f(rows: Any) -> None:
    """Where all order alike, or two units meet two raters, there is no F, but chi-squared."""
    assert agreement.kendall_w_test(scores(rows), distribution="F").undefined == Reason.of("NO_RESIDUAL")
    assert agreement.kendall_w_test(scores(rows)).undefined is None


def test_refusals() -> None:
    """Unknown options are refused with what was expected."""
    refused: list[tuple[str, dict[str, str], str]] = [
        (
            "kendall_w",
            {"ties": "kept"},
            "[concordance.ties] ties: is unknown (expected corrected or uncorrected).",
        ),
        (
            "kendall_w_test",
            {"distribution": "normal"},
            "[concordance.distribution] distribution: is unknown (expected chi-squared or F).",
        ),
    ]
    for name, options, expected in refused:
        with pytest.raises(InvalidInput) as caught:
            getattr(AGREEMENT, name)(scores(TIED), **options)
        assert (caught.value.subject, *map(str, caught.value.problems)) == (name, expected)
        with pytest.raises(InvalidInput, match="carry no order") as unordered:
            getattr(AGREEMENT, name)(Ratings.from_matrix([["a", "b"]]))
        assert unordered.value.subject == name
