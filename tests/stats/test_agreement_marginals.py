"""The test of equal margins of two raters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.stats.test_agreement import codes, sample

from ilr.base.reasons import Reason
from ilr.stats import Ratings, agreement

TABLE = np.array([[20, 10, 5], [3, 30, 15], [1, 5, 40]])


@pytest.mark.parametrize("test", ["stuart-maxwell", "bhapkar"])
def test_margins_by_definition(test: Any) -> None:
    """Both tests are the quadratic form of the differences without the last category."""
    found = agreement.marginal_homogeneity(Ratings.from_table(TABLE, ["a", "b", "c"]), test)
    shift = (TABLE.sum(axis=1) - TABLE.sum(axis=0))[:2].astype(float)
    spread = np.diag(TABLE.sum(axis=1) + TABLE.sum(axis=0)) - TABLE - TABLE.T
    if test == "bhapkar":
        whole = (TABLE.sum(axis=1) - TABLE.sum(axis=0)).astype(float)
        spread = spread - np.outer(whole, whole) / TABLE.sum()
    expected = shift @ np.linalg.inv(spread[:2, :2]) @ shift
    assert found.significance.statistic == pytest.approx(expected)
    assert list(found.significance.freedom) == [2]
    assert found.significance.p == pytest.approx(stats.chi2.sf(expected, 2))
    assert found.significance.notes == ()
    assert (found.significance.name, found.significance.distribution) == (test, "chi-squared")
    assert found.margins["a"] == pytest.approx((35 / 129, 24 / 129))
    assert found.significance.n == {"units": 129}


def test_two_categories_are_mcnemars() -> None:
    """With two categories the test is McNemar's."""
    found = agreement.marginal_homogeneity(Ratings.from_table([[20, 9], [3, 8]])).significance
    assert found.statistic == pytest.approx((9 - 3) ** 2 / (9 + 3))
    assert found.freedom == (1,)


@pytest.mark.parametrize("test", ["stuart-maxwell", "bhapkar"])
def test_unused_categories_tell_nothing(test: Any) -> None:
    """A category that nobody used, or on which raters always agree, is left out and told."""
    plain = agreement.marginal_homogeneity(Ratings.from_table(TABLE), test).significance
    wide = np.zeros((5, 5), dtype=int)
    wide[:3, :3] = TABLE
    unused = agreement.marginal_homogeneity(Ratings.from_table(wide), test).significance
    assert unused.statistic == pytest.approx(plain.statistic)
    assert unused.freedom == plain.freedom
    assert unused.notes == (Reason.of("ALWAYS_AGREED", agreed=2, categories=5),)
    wide[4, 4] = 7
    agreed = agreement.marginal_homogeneity(Ratings.from_table(wide)).significance
    assert agreed.notes == unused.notes
    assert agreed.freedom == (2,)


def test_ten_million_times_as_many_units() -> None:
    """Rounding in a large table opens no further direction: the statistic grows with the units alone."""
    plain = agreement.marginal_homogeneity(Ratings.from_table(TABLE)).significance
    many = agreement.marginal_homogeneity(Ratings.from_table(TABLE * 10**7)).significance
    assert list(many.freedom) == [2]
    assert many.statistic == pytest.approx(plain.statistic * 10**7)


def test_groups_of_categories() -> None:
    """Where disagreement keeps to two groups each has its own test, and degrees of freedom add."""
    table = np.zeros((4, 4), dtype=int)
    table[:2, :2], table[2:, 2:] = [[10, 9], [3, 8]], [[5, 2], [6, 9]]
    found = agreement.marginal_homogeneity(Ratings.from_table(table)).significance
    assert found.statistic == pytest.approx(36 / 12 + 16 / 8)
    assert found.freedom == (2,)


def test_clusters_of_disagreement() -> None:
    """With clusters the variance sums over clusters, as in Durkalski's test of two categories."""
    rows = sample(60, 2, 2, gaps=0)
    clusters = np.arange(60) // 3
    for test in ("stuart-maxwell", "bhapkar"):
        whole = Ratings.from_matrix(rows, [1, 2], cluster=clusters)
        found = agreement.marginal_homogeneity(whole, test).significance
        shift = np.array([np.sum(np.diff(rows[clusters == one], axis=1)) for one in range(20)])
        statistic = shift.sum() ** 2 / (shift**2).sum()
        if test == "bhapkar":
            statistic = shift.sum() ** 2 / ((shift**2).sum() - shift.sum() ** 2 / 20)
        assert found.statistic == pytest.approx(statistic)
        assert found.n == {"units": 60, "clusters": 20}
    single = Ratings.from_matrix(rows, [1, 2], cluster=np.arange(60))
    alone = agreement.marginal_homogeneity(single).significance
    plain = agreement.marginal_homogeneity(Ratings.from_matrix(rows, [1, 2])).significance
    assert alone.statistic == pytest.approx(plain.statistic)


def test_exchanged_raters_have_the_same_test() -> None:
    """Exchanging the raters exchanges the margins and leaves the test."""
    one, two = (agreement.marginal_homogeneity(Ratings.from_table(table)) for table in (TABLE, TABLE.T))
    assert one.significance.statistic == pytest.approx(two.significance.statistic)
    assert [pair[::-1] for pair in one.margins.values()] == list(two.margins.values())


def test_no_test_of_margins() -> None:
    """Raters who never disagree, share no unit, or always disagree one way have no test, and say so."""
    test = agreement.marginal_homogeneity
    same = test(Ratings.from_table([[5, 0], [0, 3]]))
    assert same.significance.undefined == Reason.of("NO_DISAGREEMENT")
    assert same.significance.name == "stuart-maxwell"
    assert same.significance.n == {"units": 8}
    assert same.significance.notes == (Reason.of("ALWAYS_AGREED", agreed=2, categories=2),)
    assert same.margins == {1: (0.625, 0.625), 2: (0.375, 0.375)}
    one_way = Ratings.from_table([[0, 4], [0, 0]])
    assert test(one_way).significance.statistic == pytest.approx(4)
    assert test(one_way, "bhapkar").significance.undefined == Reason.of("NO_VARIATION")
    assert test(Ratings.from_matrix([])).significance.undefined == Reason.of("NO_UNITS")
    assert test(Ratings.from_matrix([[1], [2]])).significance.undefined == Reason.of("ONE_RATER")
    apart = test(Ratings.from_matrix([[1, None], [None, 2]], [1, 2]))
    assert apart.significance.undefined == Reason.of("NO_PAIRS", units=2)
    assert apart.margins == {}
    assert apart.significance.name == "stuart-maxwell"
    assert apart.significance.n == {"units": 2}
    assert math.isnan(apart.significance.p)


def test_what_cannot_be_tested() -> None:
    """An unknown test and three raters are refused."""
    r = Ratings.from_table(TABLE)
    assert codes(lambda: agreement.marginal_homogeneity(r, "mcnemar")) == ["agreement.test"]  # type: ignore[arg-type]  # an unknown name is the point
    three = Ratings.from_matrix([[1, 2, 1]], [1, 2])
    assert codes(lambda: agreement.marginal_homogeneity(three)) == ["agreement.raters"]


def test_margins_in_a_notebook() -> None:
    """The test shows itself with the margins of both raters."""
    found = agreement.marginal_homogeneity(Ratings.from_table(TABLE, ["<a>", "b", "c"]))
    assert str(found) == str(found.significance)
    shown = found._repr_html_()
    assert shown == found.significance._repr_html_() + (
        "<table><tr><th>category</th><th>first rater</th><th>second rater</th></tr>"
        "<tr><td>&lt;a&gt;</td><td>0.271</td><td>0.186</td></tr>"
        "<tr><td>b</td><td>0.372</td><td>0.349</td></tr>"
        "<tr><td>c</td><td>0.357</td><td>0.465</td></tr></table>"
    )
