"""Intraclass correlation: ten names, six values, tests, gaps, and every way to have no value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Ratings, agreement
from ilr.stats import _variance_components as components
from ilr.stats._scores import read_scores

ICC: Any = agreement.icc
ICC_TEST: Any = agreement.icc_test
FORMS = ("1", "k", "C,1", "A,1", "C,k", "A,k")
NAN = math.nan


def judged(*, gaps: float = 0.0, seed: int = 3, units: int = 12, raters: int = 4) -> NDArray[np.float64]:
    """Scores with clear units, unequal raters and some error."""
    rng = np.random.default_rng(seed)
    out = 1.5 * rng.normal(size=(units, 1)) + 0.5 * rng.normal(size=raters) + rng.normal(size=(units, raters))
    out[rng.random(out.shape) < gaps] = np.nan
    return np.asarray(out)


def scores(rows: Any) -> Ratings:
    """Continuous ratings of a table."""
    return Ratings.from_matrix(rows, continuous=True)


@pytest.mark.parametrize(
    ("name", "form", "model"),
    [
        ("ICC(1)", "1", None),
        ("icc(k)", "k", None),
        ("ICC(1,1)", "1", None),
        ("1,k", "k", "random"),
        ("ICC(2,1)", "A,1", "random"),
        ("ICC( A, 1 )", "A,1", None),
        ("2,k", "A,k", None),
        ("ICC(3,1)", "C,1", "mixed"),
        ("ICC(3,k)", "C,k", "mixed"),
        ("c,k", "C,k", None),
    ],
)
def test_names_of_both_papers(name: str, form: str, model: Any) -> None:
    """The names of McGraw and Wong and of Shrout and Fleiss lead to the same coefficients."""
    r = scores(judged())
    implied = "mixed" if name.startswith("ICC(3") else None
    assert ICC(r, name) == ICC(r, form, model=model or implied)


def test_mixed_and_random_raters_share_their_values() -> None:
    """Fixed raters change what the coefficient speaks of, not the number."""
    r = scores(judged(gaps=0.2))
    for form in FORMS[2:]:
        one, two = ICC(r, form), ICC(r, form, model="mixed")
        assert (one.value, one.low, one.high) == (two.value, two.low, two.high)
        assert two.name == f"{one.name}[mixed]"


def test_method_and_counts_are_told() -> None:
    """An estimate names form, estimation and interval, and counts what it used."""
    r = scores(judged(gaps=0.2))
    methods = {form: ICC(r, form).method for form in FORMS}
    assert methods == {
        **dict.fromkeys(("1", "k", "C,1", "C,k"), "moments exact-f"),
        **dict.fromkeys(("A,1", "A,k"), "moments satterthwaite"),
    }
    assert ICC(r, "A,k", interval="untransformed").method == "moments satterthwaite untransformed"
    assert ICC(r, "A,1", interval=None).method == "moments"
    assert ICC(r, "A,1", method="reml").method == "reml profile"
    assert ICC(r, "A,1", method="reml", interval=None).method == "reml"
    assert math.isnan(ICC(r, "A,1", interval=None).low)
    assert math.isnan(ICC(r, "A,1", method="reml", interval=None).low)
    sizes = (~np.isnan(judged(gaps=0.2))).sum(axis=1)
    found = ICC(r, "A,k")
    assert found.n == {
        "units": 12,
        "raters": 4,
        "ratings": sizes.sum(),
        "averaged": pytest.approx(12 / (1 / sizes).sum()),
    }
    assert "averaged" not in ICC(r, "A,1").n
    assert ICC(r, "A,1", level=0.9).level == 0.9
    assert ICC(r, "A,1").undefined_interval is None


def test_a_test_repeats_what_was_asked() -> None:
    """A test holds the null value, the side and the counts, whether it has a value or not."""
    for rows, counts in (
        (judged(), {"units": 12, "raters": 4, "ratings": 48}),
        (np.ones((3, 2)), {"units": 3, "raters": 2, "ratings": 6}),
    ):
        found = ICC_TEST(scores(rows), "C,1", null=0.2, sided="less")
        assert (found.name, found.null, found.sided, found.n) == ("icc(C,1)", 0.2, "less", counts)


@pytest.mark.parametrize("form", FORMS)
def test_an_estimate_bears_the_name_of_its_form(form: str) -> None:
    """The name is that of McGraw and Wong, and fixed raters are added to it."""
    assert ICC(scores(judged()), form).name == ICC_TEST(scores(judged()), form).name == f"icc({form})"
    if form not in {"1", "k"}:
        for call in (ICC, ICC_TEST):
            assert call(scores(judged()), form, model="mixed").name == f"icc({form})[mixed]"


def test_average_number_of_scores_by_moments() -> None:
    """The factor that the mean square of units expects is that of Ebel (1951)."""
    rows = judged(gaps=0.2)
    sizes = (~np.isnan(rows)).sum(axis=1)
    expected = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    single, mean = ICC(scores(rows), "1"), ICC(scores(rows), "k", averaged="moments")
    assert mean.n["averaged"] == pytest.approx(expected)
    assert mean.value == pytest.approx(expected * single.value / (1 + (expected - 1) * single.value))


def test_coefficient_of_a_mean_of_any_number() -> None:
    """The mean of two scores follows from one score by the formula of Spearman and Brown."""
    r = scores(judged())
    single = ICC(r, "A,1")
    pair = ICC(r, "A,k", averaged=2)
    for one, two in ((single.value, pair.value), (single.low, pair.low), (single.high, pair.high)):
        assert two == pytest.approx(2 * one / (1 + one))
    assert ICC(r, "A,k", averaged=4).value == pytest.approx(ICC(r, "A,k").value)
    assert ICC(r, "A,k", averaged=1).value == pytest.approx(single.value)


def test_one_way_analysis_of_variance() -> None:
    """The one-way test of no correlation is the F test of scipy."""
    rows = judged()
    expected = stats.f_oneway(*rows)
    found = ICC_TEST(scores(rows), "1", sided="greater")
    assert (found.statistic, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert found.freedom == (11, 36)
    assert str(found).startswith("F(11, 36) = ")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("gaps", [0.0, 0.25])
def test_limits_are_where_the_test_turns(form: str, gaps: float) -> None:
    """An exact interval holds the null values that a two-sided test does not reject."""
    r = scores(judged(gaps=gaps))
    found = ICC(r, form, level=0.9)
    for limit, side in ((found.low, "greater"), (found.high, "less")):
        p = ICC_TEST(r, form, null=limit, sided=side).p
        if form in {"A,1", "A,k"}:
            # The degrees of freedom are taken at the estimate by the one and at the null value by the other.
            assert p == pytest.approx(0.05, abs=0.03)
        else:
            assert p == pytest.approx(0.05, abs=1e-6)
            assert ICC_TEST(r, form, null=limit).p == pytest.approx(0.1, abs=1e-6)


def mean_squares(rows: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean squares of units, of raters and of the rest, in a full layout."""
    n, k = rows.shape
    units, raters = rows.mean(axis=1), rows.mean(axis=0)
    rest = rows - units[:, None] - raters + rows.mean()
    return k * units.var(ddof=1), n * raters.var(ddof=1), float((rest**2).sum()) / ((n - 1) * (k - 1))


def freedom_at(rows: NDArray[np.float64], single: float) -> tuple[float, float]:
    """Denominator of the F of absolute agreement at this value, and its degrees of freedom."""
    (n, k), (_, raters, rest) = rows.shape, mean_squares(rows)
    a, b = k * single / (n * (1 - single)), 1 + k * single * (n - 1) / (n * (1 - single))
    below = a * raters + b * rest
    return below, below**2 / ((a * raters) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1)))


@pytest.mark.parametrize("null", [0.0, 0.3])
def test_of_absolute_agreement_by_hand(null: float) -> None:
    """The F of absolute agreement and its degrees of freedom are those of McGraw and Wong, table 8."""
    rows = judged()
    below, freedom = freedom_at(rows, null)
    found = ICC_TEST(scores(rows), "A,1", null=null)
    assert found.statistic == pytest.approx(mean_squares(rows)[0] / below)
    assert found.freedom == pytest.approx((11, freedom))
    assert found.p == pytest.approx(2 * stats.f.sf(found.statistic, 11, freedom))


def test_limits_of_absolute_agreement_by_hand() -> None:
    """The limits of absolute agreement are those of McGraw and Wong, table 7."""
    rows = judged()
    (n, k), (units, raters, rest) = rows.shape, mean_squares(rows)
    found = ICC(scores(rows), "A,1", level=0.9)
    freedom = freedom_at(rows, found.value)[1]
    down, up = stats.f.ppf(0.95, n - 1, freedom), stats.f.ppf(0.95, freedom, n - 1)
    other = k * raters + (k * n - k - n) * rest
    assert found.low == pytest.approx(n * (units - down * rest) / (down * other + n * units))
    assert found.high == pytest.approx(n * (up * units - rest) / (other + n * up * units))


def test_a_test_of_the_mean_is_one_of_single_scores() -> None:
    """A null value of the mean is carried back to single scores."""
    r = scores(judged())
    one, mean = ICC_TEST(r, "A,1", null=0.4), ICC_TEST(r, "A,k", null=4 * 0.4 / 2.2)
    assert (one.statistic, one.p) == pytest.approx((mean.statistic, mean.p))


@pytest.mark.parametrize("form", ["1", "C,1", "A,1"])
@pytest.mark.parametrize("turned", [False, True])
def test_reml_is_anova_in_a_full_layout(form: str, turned: bool) -> None:  # which factor is larger
    """With positive components REML and moments give one value, with more units or more raters."""
    rows = judged(units=9, raters=6)
    r = scores(rows.T if turned else rows)
    assert ICC(r, form, method="reml").value == pytest.approx(ICC(r, form).value, abs=1e-6)


@pytest.mark.parametrize("turned", [False, True])
def test_reml_with_fixed_raters(turned: bool) -> None:  # which factor is larger
    """With gaps, fixed raters give another value than random ones, close by, whose profile holds it."""
    rows = judged(gaps=0.3, units=16, raters=7)
    r = scores(rows.T if turned else rows)
    mixed, random = ICC(r, "C,1", model="mixed", method="reml"), ICC(r, "C,1", method="reml")
    assert mixed.value != random.value
    assert mixed.value == pytest.approx(random.value, abs=0.05)
    assert mixed.low < mixed.value < mixed.high


def profiled(rows: NDArray[np.float64], form: str, model: str) -> Callable[[float], float]:
    """The least deviance at a value of the coefficient, over the variance of raters where it is free."""
    read = read_scores(scores(rows), "test")
    two_way = components.crossed(read)

    def least(single: float) -> float:
        ratio = single / (1 - single)
        if form == "1":
            return components.layout(read).deviance(ratio)
        if model == "mixed":
            return two_way.deviance_with_fixed_raters(ratio)
        found: Any = optimize.minimize_scalar(
            lambda raters: two_way.deviance(ratio * (1 + raters * (form == "A,1")), raters),
            bounds=(0, 20),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return float(found.fun)

    return least


PROFILES = [("1", "random"), ("C,1", "random"), ("C,1", "mixed"), ("A,1", "random")]


@pytest.mark.parametrize(("form", "model"), PROFILES)
def test_profile_limits_lie_where_the_likelihood_has_dropped(form: str, model: str) -> None:
    """The limits are where the deviance of the coefficient is a chi-squared quantile above its least."""
    rows = judged(gaps=0.2) + np.arange(4)
    found = ICC(scores(rows), form, model=model, method="reml", level=0.9)
    at = profiled(rows, form, model)
    for beside in (-1e-3, 1e-3):
        assert at(found.value + beside) > at(found.value)
    assert at(found.low) - at(found.value) == pytest.approx(stats.chi2.ppf(0.9, 1), abs=1e-5)
    assert at(found.high) - at(found.value) == pytest.approx(stats.chi2.ppf(0.9, 1), abs=1e-5)


@pytest.mark.parametrize("beyond", [-0.5, 0.5])
def test_profile_limits_stop_at_zero_and_one(beyond: float) -> None:
    """Where the likelihood has not dropped enough at zero or next to one, the limit is there."""
    for rows, name, end in (
        (judged(gaps=0.2), "low", 0.0),
        (np.array([[0.0, 1e-3], [1.0, 1.0]]), "high", 1.0),
    ):
        value = ICC(scores(rows), "1", method="reml").value
        at = profiled(rows, "1", "random")
        drop = at(min(end, 1 - 1e-10)) - at(value)
        found = ICC(scores(rows), "1", method="reml", level=stats.chi2.cdf(drop + beyond, 1))
        assert (getattr(found, name) == end) == (beyond > 0)
        assert found.low < value < found.high


def test_reml_of_units_without_a_variance_of_their_own() -> None:
    """Where only raters differ, the likelihood is greatest with no variance of units at all."""
    found = ICC(scores([[1.0, 4.0], [2.0, 3.0], [1.5, 3.6], [2.1, 2.9]]), "A,1", method="reml")
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high > 0


def test_agreement_below_zero() -> None:
    """Moments keep a value below zero, REML stops at zero; both have an interval."""
    r = scores([[1.0, 4.0], [2.0, 3.1], [3.0, 1.9], [4.0, 1.2]])
    moments, reml = ICC(r, "A,1"), ICC(r, "A,1", method="reml")
    assert moments.value < 0
    assert moments.low < moments.value < moments.high
    assert (reml.value, reml.low) == (0.0, 0.0)
    assert reml.high > 0


def wald(rows: NDArray[np.float64], single: float) -> float:
    """The F of units in a one-way layout with gaps, at a value of the coefficient (Wald 1940)."""
    sizes, means = (~np.isnan(rows)).sum(axis=1), np.nanmean(rows, axis=1)
    weights = sizes / (1 + sizes * single / (1 - single))
    between = weights @ (means - weights @ means / weights.sum()) ** 2 / (len(rows) - 1)
    return float(between / (np.nansum((rows - means[:, None]) ** 2) / (sizes.sum() - len(rows))))


@pytest.mark.parametrize("beyond", [-0.5, 0.5])
def test_lower_limit_stops_at_the_least_value(beyond: float) -> None:
    """With gaps a limit below zero is where F is at its quantile, and at the least value where it is not."""
    rows = np.array([[1.0, 1.2, 1.0], [2.0, NAN, NAN], [1.1, NAN, NAN]])
    reached = wald(rows, -0.5 + 1e-9) + beyond
    found = ICC(scores(rows), "1", level=2 * stats.f.cdf(reached, 2, 2) - 1)
    if beyond > 0:
        assert found.low == pytest.approx(-0.5, abs=1e-12)
    else:
        assert -0.5 + 1e-6 < found.low < -0.4
        assert wald(rows, found.low) == pytest.approx(reached)


@pytest.mark.parametrize("error", [3e-6, 3e-5, 3e-4])
def test_upper_limit_stops_at_one(error: float) -> None:
    """With next to no error the upper limit is one, else where F is at its quantile."""
    rows = np.array([[0.0, error, 0.0], [1.0, 1.0, NAN], [0.5, 0.5, 0.5]])
    found = ICC(scores(rows), "1")
    assert found.low <= found.value < found.high
    if error < 1e-4:
        assert found.high == 1.0
    else:
        assert wald(rows, found.high) == pytest.approx(stats.f.ppf(0.025, 2, 5), rel=1e-3)


def test_limits_reach_out_to_the_value() -> None:
    """With gaps the value by moments may be below what the layout allows, and the interval still holds it."""
    found = ICC(scores([[0.0, 0.0, 0.0], [0.5, np.nan, -0.5]]), "1", level=0.999)
    assert found.value == pytest.approx(-5 / 7)
    assert found.low == found.value
    assert found.high == pytest.approx(-0.5)


UNDEFINED: list[tuple[Any, str, str]] = [
    (np.full((2, 2), NAN), "A,1", "NO_UNITS"),
    ([[1.0, 2.0], [NAN, NAN]], "A,1", "ONE_UNIT"),
    ([[1.0, NAN], [NAN, 2.0]], "A,1", "NO_PAIRS"),
    ([[1.0], [2.0]], "A,1", "NO_PAIRS"),
    ([[1.0, 1.0], [1.0, 1.0]], "A,1", "NO_VARIATION"),
    ([[1.0, 2.0, NAN, NAN], [NAN, NAN, 1.0, 3.0]], "A,1", "UNITS_NOT_COMPARABLE"),
    ([[1.0, 2.0], [3.0, NAN]], "A,1", "NO_RESIDUAL"),
    (
        [
            [NAN, 0.0, 2.0, NAN],
            [1.0, NAN, NAN, NAN],
            [0.0, 2.0, NAN, NAN],
            [1.0, NAN, NAN, 0.0],
            [NAN, 0.0, NAN, 2.0],
        ],
        "A,1",
        "NO_POSITIVE_VARIANCE",
    ),
    ([[1.0, 2.0], [2.0, 1.0]], "A,1", "NO_POSITIVE_VARIANCE"),
    ([[1.0, 0.0], [1.0, 0.0]], "C,1", "NO_POSITIVE_VARIANCE"),
    ([[1.0, 2.0], [2.0, 1.0]], "C,k", "AVERAGE_UNDEFINED"),
]


@pytest.mark.parametrize(("rows", "form", "code"), UNDEFINED)
def test_no_value(rows: Any, form: str, code: str) -> None:
    """Where there is no coefficient the estimate says why, and so does the test unless only a mean fails."""
    found = ICC(scores(rows), form)
    assert found.undefined == Reason.of(code)
    assert math.isnan(found.value)
    if code not in {"AVERAGE_UNDEFINED", "NO_POSITIVE_VARIANCE"}:
        assert ICC_TEST(scores(rows), form).undefined == Reason.of(code)
        assert ICC(scores(rows), form, method="reml").undefined == Reason.of(code)


@pytest.mark.parametrize(
    ("rows", "averaged"), [([[1.0, 1.0], [1.0, 1.0]], {}), ([[1.0, 2.0], [2.0, 1.0]], {"averaged": 2})]
)
def test_no_value_keeps_its_surroundings(rows: Any, averaged: dict[str, float]) -> None:
    """An estimate or a test without a value tells form, level, counts and notes all the same."""
    r = Ratings.from_matrix(rows, continuous=True, cluster=["a", "b"])
    notes = (Reason.of("CLUSTERS_IGNORED", clusters=2),)
    found = ICC(r, "C,k", level=0.9)
    assert found.undefined is not None
    assert (found.name, found.level, found.notes) == ("icc(C,k)", 0.9, notes)
    assert found.n == {"units": 2, "raters": 2, "ratings": 4, **averaged}
    assert ICC_TEST(r, "C,k").notes == notes


def test_interval_of_a_mean_that_is_too_low() -> None:
    """A value whose lower limit is too low for a mean has no interval and says so."""
    rows = [[1.0, 0.0, NAN], [0.0, NAN, 0.0], [NAN, 2.0, 1.0], [NAN, 1.0, NAN], [NAN, 2.0, 1.0]]
    found = ICC(scores(rows), "C,k", averaged=3)
    assert found.undefined is None
    assert found.undefined_interval == Reason.of("AVERAGE_UNDEFINED")
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_units_that_do_not_differ() -> None:
    """Where neither units nor error vary, the absolute coefficient is zero with an interval of no width."""
    found = ICC(scores([[1.0, 3.0], [1.0, 3.0], [1.0, 3.0]]), "A,1")
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    assert found.notes == (Reason.of("NO_VARIATION"),)


@pytest.mark.parametrize("rows", [[[3.0, 0.0], [2.0, 1.0]], [[2.0, 1.0], [0.0, 3.0], [2.0, 1.0]]])
@pytest.mark.parametrize("interval", ["transformed", "untransformed"])
def test_units_with_equal_means(rows: Any, interval: Any) -> None:
    """Where units have equal means the absolute coefficient is at its least, with an interval of no width."""
    units, raters, rest = mean_squares(np.array(rows))
    found = ICC(scores(rows), "A,1")
    n = len(rows)
    assert units == 0
    assert found.value == pytest.approx(-n * rest / (2 * raters + (n - 2) * rest))
    assert found.low == found.high == found.value
    assert found.notes == (Reason.of("NO_VARIATION"),)
    mean = ICC(scores(rows), "A,k", averaged=1, interval=interval)
    assert mean.low == mean.high == mean.value


@pytest.mark.parametrize("beside", [1e-3, 1e-2, 1e-1])
def test_units_with_nearly_equal_means(beside: float) -> None:
    """Near its least value the absolute coefficient is within its limits, which are numbers."""
    found = ICC(scores([[2.0, 1.0], [0.0, 3.0], [2.0, 1.0 + beside]]), "A,1")
    assert -8 / 3 < found.low <= found.value <= found.high < -2.5


def test_degrees_of_freedom_at_the_mean() -> None:
    """Where nothing is left at the coefficient of the mean its degrees of freedom are those of the rest."""
    rows = [[0.0, 0.0], [0.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    found = ICC(scores(rows), "A,k", interval="untransformed", level=0.01)
    single = ICC(scores(rows), "A,1").value
    assert found.value == pytest.approx(2 * single / (1 + single)) == pytest.approx(-2)
    units, raters, rest = mean_squares(np.array(rows))
    down, other = stats.f.ppf(0.505, 3, 3), 2 * raters + 2 * rest
    low = 4 * (units - down * rest) / (down * other + 4 * units)
    assert found.low == pytest.approx(2 * low / (1 + low))


@pytest.mark.parametrize("unit", [0.1, 0.3, 1.0])
def test_no_mean_where_units_are_alike(unit: float) -> None:
    """Where all units have one mean there is no coefficient of a mean, though rounding may leave one."""
    rows = unit * np.array([[0.0, 1.0, 4.0], [4.0, 0.0, 1.0], [1.0, 4.0, 0.0]])
    for form in ("k", "C,k"):
        assert ICC(scores(rows), form).undefined == Reason.of("AVERAGE_UNDEFINED")


def test_no_error_at_all() -> None:
    """Without residual variance consistency is complete, with an interval of no width, a note and no test."""
    r = scores([[1.0, 2.0, 4.0], [2.0, 3.0, 5.0], [5.0, 6.0, 8.0]])
    found = ICC(r, "C,1")
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    assert Reason.of("NO_VARIATION") in found.notes
    absolute = ICC(r, "A,1")
    assert absolute.low < absolute.value < absolute.high
    same = ICC(scores([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]), "A,1")
    assert (same.value, same.low, same.high) == (1.0, 1.0, 1.0)
    assert ICC_TEST(r, "C,1").undefined == Reason.of("NO_RESIDUAL")
    assert ICC(r, "C,1", method="reml").undefined == Reason.of("NO_RESIDUAL")


def test_notes() -> None:
    """Inferred categories and clusters that are not used are told."""
    r = Ratings.from_matrix([[1, 2], [2, 2], [3, 4]], cluster=["a", "a", "b"])
    expected = (Reason.of("INFERRED_CATEGORIES", categories=4), Reason.of("CLUSTERS_IGNORED", clusters=2))
    assert ICC(r).notes == expected
    assert ICC_TEST(r).notes == expected


def test_codes_count_with_their_values() -> None:
    """Coded ratings give what their values give as scores, also with many raters and gaps."""
    rng = np.random.default_rng(5)
    for raters in (3, 12):
        codes = rng.integers(1, 5, size=(30, raters)) + rng.integers(0, 3, size=(30, 1))
        rows = np.where(rng.random(codes.shape) < 0.1, np.nan, codes * 0.5)
        coded = Ratings.from_matrix(rows, categories=[0.5 * one for one in range(1, 8)])
        for form in FORMS:
            one, two = ICC(coded, form), ICC(scores(rows), form)
            assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high))


REFUSALS: list[tuple[dict[str, Any], list[str]]] = [
    ({"form": "B,1"}, ["[icc.form] form: is unknown (expected 1, k, C,1, A,1, C,k, A,k)."]),
    ({"model": "fixed"}, ["[icc.model] model: is unknown (expected random, mixed)."]),
    (
        {"form": "1", "model": "mixed"},
        ["[icc.model] model: is excluded by the form (expected random)."],
    ),
    (
        {"form": "ICC(2,1)", "model": "mixed"},
        ["[icc.model] model: is excluded by the form (expected random)."],
    ),
    ({"method": "ml"}, ["[icc.method] method: is unknown (expected moments or reml)."]),
    (
        {"interval": "wide"},
        ["[icc.interval] interval: is unknown (expected transformed, untransformed or None)."],
    ),
    (
        {"form": "C,k", "interval": "untransformed"},
        ["[icc.interval] interval: is for A,k by moments only (expected transformed)."],
    ),
    (
        {"method": "reml", "model": "mixed"},
        ["[icc.method] method: needs random raters for A (expected moments, or model random)."],
    ),
    (
        {"averaged": "mean", "level": 1.0},
        [
            "[icc.averaged] averaged: is no number of scores (expected harmonic, moments, or a number from 1).",
            "[options.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        {"averaged": 0.5},
        ["[icc.averaged] averaged: is no number of scores (expected harmonic, moments, or a number from 1)."],
    ),
]


@pytest.mark.parametrize(("options", "expected"), REFUSALS)
def test_refusals(options: dict[str, Any], expected: list[str]) -> None:
    """Everything that is wrong with the options is told at once."""
    with pytest.raises(InvalidInput) as caught:
        ICC(scores(judged()), **options)
    assert caught.value.subject == "icc"
    assert [str(problem) for problem in caught.value.problems] == expected


def test_refusals_of_the_test() -> None:
    """A null value out of range and an unknown side are refused together; so are categories without order."""
    with pytest.raises(InvalidInput) as caught:
        ICC_TEST(scores(judged()), null=1.0, sided="left")
    assert [str(problem) for problem in caught.value.problems] == [
        "[icc.null] null: is out of range (expected 0 <= null < 1).",
        "[icc.sided] sided: is unknown (expected two, greater or less).",
    ]
    assert caught.value.subject == "icc_test"
    for call, name in ((ICC, "icc"), (ICC_TEST, "icc_test")):
        with pytest.raises(InvalidInput, match="carry no order") as unordered:
            call(Ratings.from_matrix([["a", "b"], ["b", "b"]]))
        assert unordered.value.subject == name
