"""Intraclass correlation: ten names, six values, tests, gaps, and every way to have no value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Ratings, agreement

ICC: Any = agreement.icc
ICC_TEST: Any = agreement.icc_test
FORMS = ("1", "k", "C,1", "A,1", "C,k", "A,k")


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


def test_coefficient_of_a_mean_of_any_number() -> None:
    """The mean of two scores follows from one score by the formula of Spearman and Brown."""
    r = scores(judged())
    single = ICC(r, "A,1")
    pair = ICC(r, "A,k", averaged=2)
    for one, two in ((single.value, pair.value), (single.low, pair.low), (single.high, pair.high)):
        assert two == pytest.approx(2 * one / (1 + one))
    assert ICC(r, "A,k", averaged=4).value == pytest.approx(ICC(r, "A,k").value)


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


def test_profile_limits_lie_where_the_likelihood_has_dropped() -> None:
    """The one-way profile limits are the points at which the deviance is a chi-squared quantile higher."""
    from ilr.stats._scores import read_scores
    from ilr.stats._variance_components import layout

    r = scores(judged(gaps=0.2))
    found = ICC(r, "1", method="reml", level=0.9)
    design = layout(read_scores(r, "test"))
    at = {
        name: design.deviance(getattr(found, name) / (1 - getattr(found, name)))
        for name in ("value", "low", "high")
    }
    drop = stats.chi2.ppf(0.9, 1)
    assert at["low"] - at["value"] == pytest.approx(drop, abs=1e-5)
    assert at["high"] - at["value"] == pytest.approx(drop, abs=1e-5)


def test_agreement_below_zero() -> None:
    """Moments keep a value below zero, REML stops at zero; both have an interval."""
    r = scores([[1.0, 4.0], [2.0, 3.1], [3.0, 1.9], [4.0, 1.2]])
    moments, reml = ICC(r, "A,1"), ICC(r, "A,1", method="reml")
    assert moments.value < 0
    assert moments.low < moments.value < moments.high
    assert (reml.value, reml.low) == (0.0, 0.0)
    assert reml.high > 0


def test_limits_at_the_ends() -> None:
    """With gaps the limits stop at the least value the layout allows and at one."""
    wide = ICC(scores([[1.0, 1.2, 1.0], [2.0, np.nan, np.nan], [1.1, np.nan, np.nan]]), "1", level=0.999999)
    assert -0.5 <= wide.low < wide.value < wide.high <= 1.0
    sure = ICC(scores([[0.0, 3e-6, 0.0], [1.0, 1.0, np.nan], [0.5, 0.5, 0.5]]), "1")
    assert sure.low <= sure.value < sure.high == 1.0


def test_limits_reach_out_to_the_value() -> None:
    """With gaps the value by moments may be below what the layout allows, and the interval still holds it."""
    found = ICC(scores([[0.0, 0.0, 0.0], [0.5, np.nan, -0.5]]), "1", level=0.999)
    assert found.value == pytest.approx(-5 / 7)
    assert found.low == found.value
    assert found.high == pytest.approx(-0.5)


NAN = math.nan
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
    assert [str(problem) for problem in caught.value.problems] == expected


def test_refusals_of_the_test() -> None:
    """A null value out of range and an unknown side are refused together; so are categories without order."""
    with pytest.raises(InvalidInput) as caught:
        ICC_TEST(scores(judged()), null=1.0, sided="left")
    assert [str(problem) for problem in caught.value.problems] == [
        "[icc.null] null: is out of range (expected 0 <= null < 1).",
        "[icc.sided] sided: is unknown (expected two, greater or less).",
    ]
    for call in (ICC, ICC_TEST):
        with pytest.raises(InvalidInput, match="carry no order"):
            call(Ratings.from_matrix([["a", "b"], ["b", "b"]]))
