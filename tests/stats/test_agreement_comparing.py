"""Coefficients by category, between pairs of raters, without each rater, and on the same units."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.stats.test_agreement import codes, sample

from ilr.base.errors import MissingDependency
from ilr.base.reasons import Reason
from ilr.stats import Estimate, Ratings, agreement

Coefficient = Callable[..., Estimate]

LEVELS = [1, 2, 3, 4]
ALIKE: list[Coefficient] = [
    agreement.percent_agreement,
    agreement.fleiss_kappa,
    agreement.gwet_ac,
    agreement.krippendorff_alpha,
    agreement.conger_kappa,
    agreement.light_kappa,
]


@pytest.mark.parametrize("gaps", [0.0, 0.2])
def test_specific_agreement_by_definition(gaps: float) -> None:
    """Specific agreement is the share of pairs with one rating in the category that have both in it."""
    rows = sample(40, 3, gaps=gaps)
    found = agreement.category_agreement(Ratings.from_matrix(rows, LEVELS))
    assert list(found) == LEVELS
    for level, estimate in found.items():
        pairs = [
            (a, b) for row in rows for a, b in itertools.permutations(row[~np.isnan(row)], 2) if a == level
        ]
        assert estimate.value == pytest.approx(np.mean([b == level for _, b in pairs]))
        assert estimate.name == f"category_agreement[{level}]"


def test_specific_agreement_of_two_raters() -> None:
    """For two raters and two categories it is positive and negative agreement."""
    r = Ratings.from_table([[40, 9], [6, 45]], ["yes", "no"])
    found = agreement.category_agreement(r)
    assert found["yes"].value == pytest.approx(80 / 95)
    assert found["no"].value == pytest.approx(90 / 105)
    assert found["yes"].n["pairable"] == 55


@pytest.mark.parametrize("method", ["linearised", "jackknife"])
@pytest.mark.parametrize("clusters", [None, np.arange(40) // 2])
def test_of_two_categories_each_has_fleiss_kappa(clusters: Any, method: Any) -> None:
    """One of two categories against the other is Fleiss' kappa, with its error and its counts."""
    r = Ratings.from_matrix(sample(40, 3, 2), [1, 2], cluster=clusters)
    both = agreement.fleiss_kappa(r, method=method)
    for one in agreement.category_kappa(r, method=method).values():
        assert one.value == pytest.approx(both.value)
        assert one.standard_error == pytest.approx(both.standard_error)
        assert one.n == both.n


@pytest.mark.parametrize("clusters", [None, np.arange(40) // 2])
def test_errors_of_specific_agreement(clusters: Any) -> None:
    """The jackknife of specific agreement is that unit by unit, and the other errors are near it."""
    rows = sample(40, 3)
    r = Ratings.from_matrix(rows, LEVELS, cluster=clusters)
    group = np.arange(40) if clusters is None else clusters
    kept = ~np.isnan(rows).all(axis=1)
    names = np.unique(group[kept])
    left = np.array(
        [
            agreement.category_agreement(Ratings.from_matrix(rows[group != name], LEVELS), method=None)[
                2
            ].value
            for name in names
        ]
    )
    n = len(names)
    expected = math.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    jackknife, linearised = (
        agreement.category_agreement(r, method=method)[2] for method in ("jackknife", "linearised")
    )
    assert jackknife.standard_error == pytest.approx(expected)
    assert linearised.standard_error == pytest.approx(expected, rel=0.1)
    drawn = agreement.category_agreement(r, method="bootstrap", seed=1)[2]
    assert drawn.standard_error == pytest.approx(expected, rel=0.15)


def test_kappa_of_a_category_is_that_of_two() -> None:
    """The kappa of a category is Fleiss' kappa of that category and the rest, with its error."""
    rows = sample(40, 4)
    found = agreement.category_kappa(Ratings.from_matrix(rows, LEVELS))
    for level, estimate in found.items():
        split = np.where(np.isnan(rows), np.nan, rows == level)
        whole = agreement.fleiss_kappa(Ratings.from_matrix(split, [0, 1]))
        assert estimate.value == pytest.approx(whole.value)
        assert (estimate.low, estimate.high) == pytest.approx((whole.low, whole.high))


def test_kappa_is_the_mean_of_its_categories() -> None:
    """Without gaps Fleiss' kappa is the mean of the categories by p (1 - p)."""
    rows = sample(40, 4, gaps=0)
    found = agreement.category_kappa(Ratings.from_matrix(rows, LEVELS))
    shares = np.array([np.mean(rows == level) for level in LEVELS])
    mean = np.average([one.value for one in found.values()], weights=shares * (1 - shares))
    assert agreement.fleiss_kappa(Ratings.from_matrix(rows, LEVELS)).value == pytest.approx(mean)


@pytest.mark.parametrize("function", [agreement.category_agreement, agreement.category_kappa])
def test_categories_without_a_value(function: Callable[..., Any]) -> None:
    """A category that was not used, no pair and no unit are told apart."""
    r = Ratings.from_matrix([[1, 1], [1, 1]], [1, 2])
    assert function(r)[2].undefined == Reason.of("UNUSED_CATEGORY")
    apart = Ratings.from_matrix([[1, None], [None, 2]], [1, 2])
    assert function(apart)[1].undefined == Reason.of("NO_PAIRS", units=2)
    assert function(Ratings.from_matrix([[None, None]], [1]))[1].undefined == Reason.of("NO_UNITS")
    assert function(Ratings.from_matrix([])) == {}
    assert agreement.category_kappa(r)[1].undefined == Reason.of("ONE_CATEGORY", categories=2)
    assert agreement.category_agreement(r)[1].value == 1


def test_no_score_limits_of_specific_agreement() -> None:
    """Specific agreement is no mean over units, so it has no score interval; the kappas have."""
    r = Ratings.from_matrix([[1, 2], [1, 1]], [1, 2])
    assert codes(lambda: agreement.category_agreement(r, method="score")) == ["options.method"]
    assert agreement.category_kappa(r, method="score")[1].method == "score"


@pytest.mark.parametrize("clusters", [None, np.arange(30) // 3])
@pytest.mark.parametrize("coefficient", [agreement.cohen_kappa, agreement.gwet_ac])
def test_pairs_by_hand(coefficient: Coefficient, clusters: Any) -> None:
    """Each pair has the coefficient of its two columns over the units that both rated, with its interval."""
    rows = sample(30, 4, gaps=0.3)
    found = agreement.pairwise(Ratings.from_matrix(rows, LEVELS, cluster=clusters), coefficient)
    assert found.raters == (0, 1, 2, 3)
    for one, two in itertools.combinations(range(4), 2):
        both = ~np.isnan(rows[:, [one, two]]).any(axis=1)
        inside = None if clusters is None else clusters[both]
        alone = coefficient(Ratings.from_matrix(rows[both][:, [one, two]], LEVELS, cluster=inside))
        pair = found.of(two, one)
        assert pair.value == pytest.approx(alone.value)
        assert (pair.low, pair.high) == pytest.approx((alone.low, alone.high))
        assert pair.n == alone.n
        assert found.units(one, two) == found.units(two, one) == np.count_nonzero(both)


def test_pairs_of_long_ratings() -> None:
    """Raters in the hundreds with few units each have the pairs that meet, and those alone."""
    rng = np.random.default_rng(0)
    raters = np.array([rng.choice(300, 2, replace=False) for _ in range(500)])
    levels = rng.integers(1, 5, (500, 2))
    r = Ratings.from_long(np.repeat(np.arange(500), 2), raters.ravel(), levels.ravel(), LEVELS)
    found = agreement.pairwise(r, partial(agreement.percent_agreement, method=None))
    meet = {frozenset(pair.tolist()) for pair in raters}
    assert {frozenset(pair) for pair in found.estimates} == meet
    one, two = raters[0].tolist()
    here = [set(pair.tolist()) == {one, two} for pair in raters]
    assert found.of(one, two).value == np.mean(levels[here][:, 0] == levels[here][:, 1])
    assert sum(found.shared.values()) == 500


def test_pairs_of_scores() -> None:
    """Continuous scores have pairs too, for any function of them."""
    rows = [[1.5, 2.0, None], [2.5, 2.5, 1.0], [0.5, None, None]]
    r = Ratings.from_matrix(rows, continuous=True, cluster=["a", "a", "b"])

    def gap(part: Ratings) -> Estimate:
        weights = np.ones(part.n_rows) if part.times is None else part.times
        return Estimate(np.average(np.abs(np.diff(part.scores, axis=1)[:, 0]), weights=weights))

    found = agreement.pairwise(r, gap)
    assert {pair: one.value for pair, one in found.estimates.items()} == {
        (0, 1): 0.25,
        (0, 2): 1.5,
        (1, 2): 1.5,
    }
    plain = agreement.pairwise(r.compressed(), gap)
    assert plain.shared == found.shared == {(0, 1): 2, (0, 2): 1, (1, 2): 1}
    loose = Ratings.from_matrix(rows, continuous=True)
    assert agreement.pairwise(loose, gap).estimates == found.estimates


def test_pairs_that_do_not_meet() -> None:
    """Two raters without a common unit are undefined and say so; a strange rater is an error."""
    r = Ratings.from_long([0, 0, 1, 1], ["a", "b", "b", "c"], [1, 1, 2, 1], [1, 2])
    found = agreement.pairwise(r, agreement.gwet_ac)
    assert found.of("a", "c").undefined == Reason.of("NO_SHARED_UNITS")
    assert found.units("a", "c") == 0
    assert codes(lambda: found.of("a", "x")) == ["pairwise.rater"]
    assert codes(lambda: found.units("b", "b")) == ["pairwise.rater"]
    empty = agreement.pairwise(Ratings.from_matrix([]), agreement.gwet_ac)
    assert empty.raters == ()
    assert empty.estimates == {}
    assert empty.rows() == []


def test_pairs_as_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs show as a matrix in a notebook and as rows in a frame, undefined ones with their reason."""
    r = Ratings.from_matrix([[1, 1, None], [2, 1, 1], [2, 2, None], [1, 1, None]], [1, 2])
    found = agreement.pairwise(r, agreement.cohen_kappa)
    assert found.rows()[0] == {
        "first": 0,
        "second": 1,
        "units": 4,
        "value": 0.5,
        "low": found.of(0, 1).low,
        "high": 1.0,
        "undefined": None,
    }
    frame = found.to_frame()
    assert frame["first"].tolist() == [0, 0, 1]
    assert frame["undefined"][2] == "all ratings are the same, so chance agreement is complete"
    shown = found._repr_html_()
    assert shown.count("<td>0.500</td>") == 2
    assert shown.count("all ratings are the same") == 2
    assert "more raters" not in shown
    monkeypatch.setattr("ilr.stats.agreement.comparing._MOST_SHOWN", 2)
    assert "1 more raters not shown" in found._repr_html_()

    def absent(*_: object, **__: object) -> None:
        raise ImportError

    monkeypatch.setattr("narwhals.from_dict", absent)
    with pytest.raises(MissingDependency, match="polars"):
        found.to_frame("polars")


def test_an_empty_frame() -> None:
    """Pairs of nobody are a frame of no rows."""
    assert len(agreement.pairwise(Ratings.from_matrix([]), agreement.gwet_ac).to_frame()) == 0


@pytest.mark.parametrize("coefficient", ALIKE)
@pytest.mark.parametrize("clusters", [None, np.arange(40) // 4])
def test_without_each_rater_by_hand(coefficient: Coefficient, clusters: Any) -> None:
    """Leaving out a rater is the coefficient of the other columns, with its interval."""
    rows = sample(40, 4)
    found = agreement.without_each_rater(Ratings.from_matrix(rows, LEVELS, cluster=clusters), coefficient)
    for rater in range(4):
        rest = coefficient(Ratings.from_matrix(np.delete(rows, rater, axis=1), LEVELS, cluster=clusters))
        assert found[rater].value == pytest.approx(rest.value)
        assert (found[rater].low, found[rater].high) == pytest.approx((rest.low, rest.high))


def test_who_lowers_agreement() -> None:
    """Agreement is highest without the rater who rates by chance."""
    rng = np.random.default_rng(2)
    truth = rng.integers(1, 5, 60)
    rows = np.column_stack([truth, truth, rng.integers(1, 5, 60)])
    found = agreement.without_each_rater(Ratings.from_matrix(rows, LEVELS), agreement.gwet_ac)
    assert found[2].value == 1
    assert max(found[0].value, found[1].value) < 0.5
    two = agreement.without_each_rater(Ratings.from_matrix(rows[:, :2], LEVELS), agreement.gwet_ac)
    assert two[0].undefined == Reason.of("NO_PAIRS", units=60)


def halves(clusters: Any = None, gaps: float = 0.15) -> tuple[Ratings, Ratings]:
    """Two groups of raters of the same sixty units."""
    rows = sample(60, 5, gaps=gaps)
    return (
        Ratings.from_matrix(rows[:, :3], LEVELS, cluster=clusters),
        Ratings.from_matrix(rows[:, 3:], LEVELS, cluster=clusters),
    )


@pytest.mark.parametrize("clusters", [None, np.arange(60) // 3])
@pytest.mark.parametrize("coefficient", ALIKE)
def test_difference_by_hand(coefficient: Coefficient, clusters: Any) -> None:
    """The jackknife of a difference leaves each unit (cluster) out of both; the others are near it."""
    one, two = halves(clusters)
    found = agreement.compare(one, two, coefficient, method="jackknife")
    assert found.value == pytest.approx(coefficient(one).value - coefficient(two).value)
    rows = sample(60, 5, gaps=0.15)
    group = np.arange(60) if clusters is None else clusters
    least = 2 if coefficient in (agreement.krippendorff_alpha, agreement.light_kappa) else 1
    given = ~np.isnan(rows)
    counted = (given[:, :3].sum(axis=1) >= least) | (given[:, 3:].sum(axis=1) >= least)
    left = np.array(
        [
            coefficient(Ratings.from_matrix(rows[group != name, :3], LEVELS), method=None).value
            - coefficient(Ratings.from_matrix(rows[group != name, 3:], LEVELS), method=None).value
            for name in np.unique(group[counted])
        ]
    )
    n = len(left)
    expected = math.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    assert found.standard_error == pytest.approx(expected)
    assert found.degrees_of_freedom == n - 1
    assert found.significance().p == pytest.approx(2 * stats.t.sf(abs(found.value) / expected, n - 1))
    drawn = agreement.compare(one, two, coefficient, method="bootstrap", seed=1)
    assert drawn.standard_error == pytest.approx(expected, rel=0.15)
    assert found.low == pytest.approx(found.value - stats.t.ppf(0.975, n - 1) * expected)


@pytest.mark.parametrize("coefficient", ALIKE)
def test_linearised_difference(coefficient: Coefficient) -> None:
    """The linearised error is that of the differences of influences, so close to the jackknife."""
    one, two = halves(gaps=0)
    found = agreement.compare(one, two, coefficient)
    jackknife = agreement.compare(one, two, coefficient, method="jackknife")
    assert found.method == "linearised"
    assert found.standard_error == pytest.approx(jackknife.standard_error, rel=0.03)
    against_itself = agreement.compare(one, one, coefficient)
    assert against_itself.value == pytest.approx(0, abs=1e-15)
    assert against_itself.standard_error == 0
    assert against_itself.notes == (Reason.of("NO_VARIATION"),)


def test_paired_units_tell_more() -> None:
    """Two groups that err on the same units differ with less doubt than independent ones."""
    rng = np.random.default_rng(3)
    hard = rng.random(300) < 0.4
    rows = np.column_stack(
        [np.where(hard & (rng.random(300) < 0.9), rng.integers(1, 5, 300), 1 + np.arange(300) % 4)] * 2
        + [1 + np.arange(300) % 4]
    )
    one, two = (Ratings.from_matrix(rows[:, pair], LEVELS) for pair in ([0, 2], [1, 2]))
    apart = math.hypot(*(agreement.gwet_ac(r).standard_error for r in (one, two)))
    assert agreement.compare(one, two, agreement.gwet_ac).standard_error < 0.1 * apart


def test_units_apart_are_independent() -> None:
    """Where no unit is in both sets the variances add up, and the estimate tells of the overlap."""
    rows = sample(80, 2, gaps=0)
    first, second = rows.copy(), rows.copy()
    first[40:] = second[:40] = np.nan
    one, two = (Ratings.from_matrix(part, LEVELS) for part in (first, second))
    found = agreement.compare(one, two, agreement.percent_agreement)
    apart = math.hypot(*(agreement.percent_agreement(r).standard_error for r in (one, two)))
    assert found.standard_error == pytest.approx(apart * math.sqrt(80 * 39 / (79 * 40)))
    assert found.n == {"units": 80, "shared": 0, "ratings": 160}
    assert found.notes == (Reason.of("PARTIAL_OVERLAP", shared=0, units=80),)


def test_rows_that_count_several_units() -> None:
    """A difference of compressed ratings is that of the whole."""
    rows = np.repeat(sample(20, 4), 3, axis=0)
    one, two = (Ratings.from_matrix(rows[:, pair], LEVELS) for pair in ([0, 1], [2, 3]))
    short = Ratings.from_matrix(rows, LEVELS).compressed()
    left, right = short.of_raters([0, 1]), short.of_raters([2, 3])
    assert left.n_rows < 60
    for method in ("linearised", "jackknife"):
        whole = agreement.compare(one, two, agreement.gwet_ac, method=method)
        less = agreement.compare(left, right, agreement.gwet_ac, method=method)
        assert less.value == pytest.approx(whole.value)
        assert less.standard_error == pytest.approx(whole.standard_error)
        assert less.n == whole.n


@pytest.mark.parametrize("clusters", [None, np.arange(60) // 6])
def test_any_function_of_ratings(clusters: Any) -> None:
    """A function that is no coefficient of the library is called anew without each unit."""
    one, two = halves(clusters)

    def opaque(r: Ratings) -> Estimate:
        return Estimate(agreement.gwet_ac(r).value * 1.0 + 0.0 * agreement.percent_agreement(r).value)

    for method in ("jackknife", "bootstrap", None):
        plain = agreement.compare(one, two, agreement.gwet_ac, method=method, seed=1, draws=50)
        found = agreement.compare(one, two, opaque, method=method, seed=1, draws=50)
        assert found.value == pytest.approx(plain.value)
        if method == "jackknife":
            assert found.standard_error == pytest.approx(plain.standard_error)
        if method == "bootstrap":
            assert found.standard_error == pytest.approx(plain.standard_error, rel=0.4)
    assert codes(lambda: agreement.compare(one, two, opaque)) == ["compare.linearised"]
    squared = partial(lambda r: Estimate(agreement.gwet_ac(r).value ** 2))
    assert codes(lambda: agreement.compare(one, two, squared)) == ["compare.linearised"]


def test_scores_can_be_compared() -> None:
    """Any function of continuous scores can be compared between two sets of them."""
    rng = np.random.default_rng(1)
    one, two = (Ratings.from_matrix(rng.normal(size=(12, 2)), continuous=True) for _ in range(2))

    def gap(r: Ratings) -> Estimate:
        weights = np.ones(r.n_rows) if r.times is None else r.times
        return Estimate(np.average(np.diff(r.scores, axis=1)[:, 0], weights=weights))

    found = agreement.compare(one, two, gap, method="jackknife")
    gaps = np.diff(one.scores, axis=1)[:, 0] - np.diff(two.scores, axis=1)[:, 0]
    assert found.value == pytest.approx(gaps.mean())
    assert found.standard_error == pytest.approx(gaps.std(ddof=1) / math.sqrt(12))


def test_a_difference_without_a_value() -> None:
    """A difference is undefined for the reason of the value that is missing."""
    same = Ratings.from_matrix([[1, 1], [1, 1]], [1, 2])
    other = Ratings.from_matrix([[1, 2], [1, 1]])
    for pair in ((same, other), (other, same)):
        found = agreement.compare(*pair, agreement.fleiss_kappa)
        assert found.undefined == Reason.of("ONE_CATEGORY", categories=2)
        assert found.n == {"units": 2, "shared": 2, "ratings": 8}
        assert found.notes == (Reason.of("INFERRED_CATEGORIES", categories=2),)
        assert found.name == "difference[fleiss_kappa]"
        assert agreement.compare(*pair, agreement.fleiss_kappa, level=0.9).level == 0.9


def test_options_of_a_difference() -> None:
    """Level and draws are those that were asked for, and what was inferred is noted once."""
    rows = sample(20, 4, gaps=0)
    one, two = (Ratings.from_matrix(rows[:, pair]) for pair in ([0, 1], [2, 3]))
    found = agreement.compare(one, two, agreement.gwet_ac, level=0.9)
    assert found.level == 0.9
    assert found.high - found.value == pytest.approx(stats.t.ppf(0.95, 19) * found.standard_error)
    assert found.notes == (Reason.of("INFERRED_CATEGORIES", categories=4),)
    drawn = agreement.compare(one, two, agreement.gwet_ac, method="bootstrap", seed=1, draws=1)
    assert drawn.undefined_interval == Reason.of("UNDEFINED_DRAWS", undefined=0, draws=1)


def test_a_last_unit_that_nobody_rated() -> None:
    """A unit without ratings in one set is not the first unit, however alike the two are in the other."""
    gap = Ratings.from_matrix([[1, 1], [2, 2], [1, 2], [None, None]], [1, 2])
    full = Ratings.from_matrix([[1, 1], [2, 2], [1, 2], [1, 1]], [1, 2])
    found = agreement.compare(gap, full, agreement.percent_agreement)
    assert found.value == pytest.approx(2 / 3 - 3 / 4)
    assert found.n == {"units": 4, "shared": 3, "ratings": 14}


def test_categories_of_one_number_stay_apart() -> None:
    """Units are alike where their categories are, not where these have the same number."""
    rows = [["a", "a"], ["a", "b"], ["b", "b"], ["c", "c"], ["c", "a"]]
    r = Ratings.from_matrix(rows, ["a", "b", "c"], values=[1, 1, 2])
    other = Ratings.from_matrix([["a", "a"]] * 5, ["a", "b", "c"], values=[1, 1, 2])
    found = agreement.compare(r, other, agreement.percent_agreement)
    assert found.value == pytest.approx(0.6 - 1)


def test_one_of_two_values_is_no_statistic() -> None:
    """Where the library knows the influences of one value only, the function is called anew for both."""
    rows = sample(15, 5, gaps=0)
    one, two = (Ratings.from_matrix(rows[:, pair], LEVELS) for pair in ([0, 1], [2, 3, 4]))

    def halved(r: Ratings) -> Estimate:
        plain = agreement.gwet_ac(r, method=None)
        return plain if r.n_raters == 2 else Estimate(plain.value / 2)

    for pair in ((one, two), (two, one)):
        found = agreement.compare(*pair, halved, method="jackknife")
        assert found.value == halved(pair[0]).value - halved(pair[1]).value
        assert found.standard_error > 0
        assert codes(partial(agreement.compare, *pair, halved)) == ["compare.linearised"]


def test_a_function_sees_the_units_that_are_left() -> None:
    """A function is called with the rows that stand for a unit, and without the clusters."""
    rows = sample(12, 4, gaps=0)
    cluster = np.arange(12) // 4
    one, two = (Ratings.from_matrix(rows[:, pair], LEVELS, cluster=cluster) for pair in ([0, 1], [2, 3]))
    seen: list[Ratings] = []

    def watched(r: Ratings) -> Estimate:
        seen.append(r)
        return Estimate(float(np.mean(r.code)))

    agreement.compare(one, two, watched, method="jackknife")
    again = [r for r in seen if r.cluster is None]
    assert len(again) == 2 * 4
    for r in again:
        assert r.clusters == ()
        assert r.times is not None
        assert r.times.min() > 0
        assert r.times.sum() in (12, 8)


def test_differences_reach_beyond_one() -> None:
    """The interval of a difference stops nowhere, for a difference lies between -2 and 2."""
    good = Ratings.from_matrix([[1, 1], [2, 2], [1, 1], [2, 1]], [1, 2])
    bad = Ratings.from_matrix([[1, 2], [2, 1], [1, 2], [2, 2]], [1, 2])
    found = agreement.compare(good, bad, agreement.cohen_kappa)
    assert found.high > 1
    assert found.name == "difference[cohen_kappa]"
    clustered = Ratings.from_matrix([[1, 2], [2, 1], [1, 1], [2, 2]], [1, 2], cluster="aabb")
    assert agreement.compare(clustered, clustered, agreement.gwet_ac).n["clusters"] == 2
    assert agreement.compare(good, bad, agreement.gwet_ac, population=8).n["population"] == 8


def test_other_units_are_refused() -> None:
    """Ratings of other units, in other clusters or of other frequencies cannot be compared."""
    two, three = (Ratings.from_matrix([[1, 2]] * n, [1, 2]) for n in (2, 3))
    compare = partial(agreement.compare, coefficient=agreement.gwet_ac)
    assert codes(lambda: compare(two, three)) == ["compare.units"]
    grouped = Ratings.from_matrix([[1, 2], [1, 1]], [1, 2], cluster=["a", "b"])
    other = Ratings.from_matrix([[1, 2], [1, 1]], [1, 2], cluster=["a", "c"])
    swapped = Ratings.from_matrix([[1, 2], [1, 1]], [1, 2], cluster=["a", "a"])
    for pair in ((two, grouped), (grouped, other), (grouped, swapped)):
        assert codes(lambda pair=pair: compare(*pair)) == ["compare.clusters"]  # type: ignore[misc]  # mypy cannot infer lambdas with defaults
    one, otherwise = (
        Ratings.from_matrix([[1, 2], [1, 1], [2, 2]], [1, 2], cluster=list(names)) for names in ("aba", "abb")
    )
    assert one.clusters == otherwise.clusters
    assert codes(lambda: compare(one, otherwise)) == ["compare.clusters"]
    counted, recounted = (Ratings.from_table([[n, 1], [1, 3 - n]], [1, 2]) for n in (1, 2))
    assert codes(lambda: compare(counted, recounted)) == ["compare.times"]
    short = Ratings.from_matrix([[1, 2], [1, 2], [1, 1]], [1, 2]).compressed()
    assert codes(lambda: compare(two, short)) == ["compare.times"]
    assert codes(lambda: compare(two, two, method="score")) == ["options.method"]


def test_pairs_are_told_in_lines() -> None:
    """A line a pair, as many as fit, and how many more there are."""
    few = agreement.pairwise(
        Ratings.from_matrix([[1, 1, 2], [2, 2, 2], [1, 2, 1]], [1, 2]), agreement.percent_agreement
    )
    assert str(few).splitlines()[0] == "0 and 1: 0.667 [0.000, 1.000]"
    assert len(str(few).splitlines()) == 3
    many = agreement.pairwise(
        Ratings.from_matrix(np.ones((3, 9), dtype=int), [1, 2]), partial(agreement.gwet_ac, method=None)
    )
    assert str(many).splitlines()[-1].startswith("and ")


@pytest.mark.parametrize("continuous", [False, True])
def test_what_a_coefficient_sees_of_a_pair(continuous: bool) -> None:
    """A pair's ratings have its raters, its clusters and its frequencies, and nothing of missing ones."""
    rows = [[1, 2, None], [1, 2, None], [2, 2, 1], ["absent", 1, 1]]
    r = Ratings.from_matrix(
        rows,
        None if continuous else [1, 2],
        continuous=continuous,
        missing={"absent": "not observed"},
        cluster=["a", "a", "b", "c"],
    )
    seen: list[Ratings] = []

    def watched(part: Ratings) -> Estimate:
        seen.append(part)
        return Estimate(0.0)

    agreement.pairwise(r, watched)
    assert [part.raters for part in seen] == [(0, 1), (0, 2), (1, 2)]
    assert [part.n_units for part in seen] == [3, 1, 2]
    grouped = [[] if part.cluster is None else sorted(set(part.cluster.tolist())) for part in seen]
    assert grouped == [[0, 1], [1], [1, 2]]
    assert all(part.missing == {} for part in seen)
    assert r.missing != {}
    agreement.pairwise(r.compressed(), watched)
    assert [part.n_units for part in seen[3:]] == [3, 1, 2]


def test_pairs_in_a_notebook_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row and a column a rater, empty on the diagonal; a line more than fits is told, none is not."""
    r = Ratings.from_long([0, 0, 0, 1, 1, 1], ["<a>", "b", "c"] * 2, [1, 1, 2, 2, 2, 2], [1, 2])
    found = agreement.pairwise(r, agreement.percent_agreement)
    assert found._repr_html_() == (
        "<table><caption>pairs of raters</caption>"
        "<tr><th></th><th>&lt;a&gt;</th><th>b</th><th>c</th></tr>"
        "<tr><th>&lt;a&gt;</th><td></td><td>1.000</td><td>0.500</td></tr>"
        "<tr><th>b</th><td>1.000</td><td></td><td>0.500</td></tr>"
        "<tr><th>c</th><td>0.500</td><td>0.500</td><td></td></tr></table>"
    )
    monkeypatch.setattr("ilr.stats.agreement.comparing._MOST_SHOWN", 3)
    assert len(str(found).splitlines()) == 3
    monkeypatch.setattr("ilr.stats.agreement.comparing._MOST_SHOWN", 2)
    assert str(found).splitlines()[-1] == "and 1 more pairs"
