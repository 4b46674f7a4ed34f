"""Lin's concordance and the limits of agreement of two raters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Estimate, Ratings, agreement

AGREEMENT: Any = agreement
RNG = np.random.default_rng(8)
FIRST = RNG.normal(5, 2, size=24)
SECOND = 0.8 * FIRST + RNG.normal(1.2, 0.7, size=24)
NAN = math.nan


def pairs(rows: Any) -> Ratings:
    """Continuous ratings of a table."""
    return Ratings.from_matrix(rows, continuous=True)


BOTH = pairs(np.column_stack([FIRST, SECOND]))


def test_concordance_by_its_definition() -> None:
    """The coefficient is the covariance over what it would be on the line of equality, with the divisor n."""
    expected = 2 * np.cov(FIRST, SECOND, ddof=0)[0, 1]
    expected /= FIRST.var() + SECOND.var() + (FIRST.mean() - SECOND.mean()) ** 2
    found = agreement.lin_concordance(BOTH)
    assert found.value == pytest.approx(expected)
    assert found.method == "fisher-z"
    assert found.n == {"units": 24, "raters": 2}


@pytest.mark.parametrize("second", [SECOND, 2 * SECOND - 3])
def test_standard_error_of_concordance(second: Any) -> None:
    """The corrected variance of Lin (2000), written with the correlation, gives the standard error."""
    found = agreement.lin_concordance(pairs(np.column_stack([FIRST, second])))
    p, r = found.value, np.corrcoef(FIRST, second)[0, 1]
    u2 = (FIRST.mean() - second.mean()) ** 2 / (FIRST.std() * second.std())
    variance = (
        (1 - r**2) * p**2 * (1 - p**2) / r**2 + 2 * p**3 * (1 - p) * u2 / r - p**4 * u2**2 / (2 * r**2)
    ) / 22
    assert found.standard_error == pytest.approx(math.sqrt(variance))
    reach = stats.norm.ppf(0.975) * math.sqrt(variance) / (1 - p**2)
    assert (math.atanh(found.low), math.atanh(found.high)) == pytest.approx(
        (math.atanh(p) - reach, math.atanh(p) + reach)
    )


def test_parts_of_concordance() -> None:
    """Precision times accuracy is the coefficient; the shifts are those of means and spreads."""
    parts = agreement.lin_parts(BOTH)
    assert parts.precision.value * parts.accuracy.value == pytest.approx(
        agreement.lin_concordance(BOTH).value
    )
    assert parts.precision.value == pytest.approx(np.corrcoef(FIRST, SECOND)[0, 1])
    interval = stats.pearsonr(FIRST, SECOND).confidence_interval(0.95)
    assert (parts.precision.low, parts.precision.high) == pytest.approx((interval.low, interval.high))
    assert parts.scale_shift.value == pytest.approx(FIRST.std() / SECOND.std())
    shift = (FIRST.mean() - SECOND.mean()) / math.sqrt(FIRST.std() * SECOND.std())
    assert parts.location_shift.value == pytest.approx(shift)
    assert parts.precision.method == "fisher-z"


def test_estimates_keep_their_surroundings() -> None:
    """Every estimate of two raters bears its name, level, counts and notes, with or without a value."""
    for take, undefined, units in (
        ([[1.0, 2.0], [2.0, 2.5], [3.0, 4.5], [4.0, 3.0]], False, 4),
        ([[1.0, 1.0], [1.0, 1.0]], True, 2),
        ([[NAN, 2.0], [1.0, NAN]], True, 0),
        ([[1.0], [2.0]], True, 0),
    ):
        r = Ratings.from_matrix(take, continuous=True, cluster=range(len(take)))
        notes = (Reason.of("CLUSTERS_IGNORED", clusters=len(take)),)
        parts = agreement.lin_parts(r, level=0.9)
        named = {name.replace("_", " "): getattr(parts, name) for name in parts.to_dict()}
        limits = agreement.bland_altman(r, level=0.9, coverage=0.8)
        named |= {name: getattr(limits, name) for name in ("bias", "deviation", "lower", "upper")}
        named["lin_concordance"] = agreement.lin_concordance(r, level=0.9)
        assert limits.coverage == limits.to_dict()["coverage"] == 0.8
        for name, one in named.items():
            assert (one.name, one.level, one.notes[:1]) == (name, 0.9, notes)
            assert one.n == {"units": units, "raters": len(take[0])}
            if not undefined:
                assert one.undefined is None
                assert one.notes == notes
        for name in ("precision", "lin_concordance"):
            assert (named[name].undefined is not None) == undefined


def test_one_pair_keeps_its_surroundings() -> None:
    """The bias of a single pair, and what lacks, bear name, level, counts and notes."""
    r = Ratings.from_matrix([[1.0, 2.0]], continuous=True, cluster=["a"])
    found = agreement.bland_altman(r, level=0.9, coverage=0.8)
    assert found.coverage == 0.8
    for name in ("bias", "deviation", "lower", "upper"):
        one = getattr(found, name)
        assert (one.name, one.level, one.n) == (name, 0.9, {"units": 1, "raters": 2})
        assert one.notes == (Reason.of("CLUSTERS_IGNORED", clusters=1),)


@pytest.mark.parametrize("slope", [0.1, 0.7, 1.1])
def test_pairs_on_a_line(slope: float) -> None:
    """Scores on a rising or falling line have the correlations one and minus one, and not a rounding more."""
    first = 0.1 * np.arange(5) ** 2
    for sign in (-1, 1):
        precision = agreement.lin_parts(pairs(np.column_stack([first, sign * slope * first]))).precision
        assert precision.value == pytest.approx(sign)
        assert -1 <= precision.value <= 1
        assert (precision.low, precision.high) == pytest.approx((sign, sign))


def test_interval_of_a_correlation_below_zero() -> None:
    """Four pairs are enough for Fisher's interval, also of a correlation below zero."""
    rows = np.array([[1.0, 4.0], [2.0, 1.5], [3.0, 2.5], [4.0, 1.0]])
    precision = agreement.lin_parts(pairs(rows)).precision
    interval = stats.pearsonr(*rows.T).confidence_interval(0.95)
    assert precision.value < 0
    assert (precision.low, precision.high) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize("rows", [[[1.0, 2.0], [3.0, 2.0]], [[2.0, 1.0], [2.0, 3.0]]])
def test_no_parts_where_one_rater_never_varies(rows: Any) -> None:
    """Where one of the two gives one score to all there are no parts, but a concordance of zero."""
    assert agreement.lin_parts(pairs(rows)).scale_shift.undefined == Reason.of("NO_VARIATION")
    assert agreement.lin_concordance(pairs(rows)).value == 0


def test_parts_without_correlation() -> None:
    """Scores that vary without going together have the precision zero and all other parts."""
    parts = agreement.lin_parts(pairs([[1, 1], [2, 1], [1, 2], [2, 2]]))
    assert (parts.precision.value, parts.accuracy.value, parts.scale_shift.value) == pytest.approx((0, 1, 1))


def test_no_correlation() -> None:
    """Where scores are uncorrelated the coefficient is zero and still has an interval."""
    found = agreement.lin_concordance(pairs([[1, 1], [2, 1], [1, 2], [2, 2]]))
    assert found.value == 0
    assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[1.0], [2.0]], "ONE_RATER"),
        ([[1.0, NAN], [NAN, 2.0]], "NO_SHARED_UNITS"),
        ([[2.0, 2.0], [2.0, 2.0]], "NO_VARIATION"),
    ],
)
def test_no_concordance(rows: Any, code: str) -> None:
    """Without pairs or without variation there is no coefficient and no part of it."""
    assert agreement.lin_concordance(pairs(rows)).undefined == Reason.of(code)
    parts = agreement.lin_parts(pairs(rows))
    for name in ("precision", "accuracy", "location_shift", "scale_shift"):
        part = getattr(parts, name)
        assert part.undefined == Reason.of(code)
        assert part.name == name.replace("_", " ")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1.0, 2.0], [2.0, 2.5]], Reason.of("BELOW_COUNT", n=2, least=3)),
        ([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]], Reason.of("NO_VARIATION")),
    ],
)
def test_concordance_without_an_interval(rows: Any, reason: Reason) -> None:
    """With two pairs, or a rater who never varies, there is a value but no interval."""
    found = agreement.lin_concordance(pairs(rows))
    assert found.undefined is None
    assert found.undefined_interval == reason
    grouped = Ratings.from_matrix(rows, continuous=True, cluster=range(len(rows)))
    assert agreement.lin_concordance(grouped).notes == (Reason.of("CLUSTERS_IGNORED", clusters=len(rows)),)


def test_far_origin() -> None:
    """Scores far from zero lose nothing of their spread."""
    rows = np.array([[1.0, 3.0], [4.0, 2.0], [6.0, 7.0], [6.0, 8.0]])
    near, far = agreement.lin_parts(pairs(rows)), agreement.lin_parts(pairs(rows + 2.0**50))
    for name in ("precision", "accuracy", "location_shift", "scale_shift"):
        assert getattr(far, name).value == pytest.approx(getattr(near, name).value, rel=1e-9)


def test_full_concordance() -> None:
    """Equal scores have the coefficient one with an interval of no width, and a note."""
    r = pairs([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    found = agreement.lin_concordance(r)
    assert (found.value, found.low, found.high, found.standard_error) == pytest.approx((1, 1, 1, 0))
    assert found.notes == (Reason.of("NO_VARIATION"),)
    assert found.method == "fisher-z"
    parts = agreement.lin_parts(r)
    assert parts.precision.value == 1
    assert parts.precision.undefined_interval == Reason.of("BELOW_COUNT", n=3, least=4)


def test_bias_is_the_paired_mean() -> None:
    """The bias has the interval of the one-sample t test of the differences."""
    found = agreement.bland_altman(BOTH, level=0.9).bias
    interval = stats.ttest_1samp(FIRST - SECOND, 0).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.degrees_of_freedom == 23
    assert found.standard_error == pytest.approx(stats.sem(FIRST - SECOND))
    assert found.method == "student"


@pytest.mark.parametrize("coverage", [0.8, 0.95])
def test_exact_limits_are_quantiles_of_noncentral_t(coverage: float) -> None:
    """The exact interval of a limit is that of scipy's noncentral t distribution."""
    found = agreement.bland_altman(BOTH, coverage=coverage)
    difference = FIRST - SECOND
    bias, deviation, z = difference.mean(), difference.std(ddof=1), stats.norm.ppf(0.5 + coverage / 2)
    near, far = (stats.nct.ppf(p, 23, z * math.sqrt(24)) / math.sqrt(24) for p in (0.025, 0.975))
    assert found.upper.value == pytest.approx(bias + z * deviation)
    assert found.lower.value == pytest.approx(bias - z * deviation)
    assert (found.upper.low, found.upper.high) == pytest.approx(
        (bias + near * deviation, bias + far * deviation)
    )
    assert (found.lower.low, found.lower.high) == pytest.approx(
        (bias - far * deviation, bias - near * deviation)
    )
    assert found.upper.method == "exact"


def test_approximate_limits() -> None:
    """The approximate interval takes the standard error of Bland and Altman (1999)."""
    found = agreement.bland_altman(BOTH, method="approximate")
    error = found.deviation.value * math.sqrt(1 / 24 + stats.norm.ppf(0.975) ** 2 / 46)
    reach = stats.t.ppf(0.975, 23) * error
    assert found.bias.notes == found.upper.notes == ()
    for limit in (found.lower, found.upper):
        assert limit.standard_error == pytest.approx(error)
        assert (limit.low, limit.high) == pytest.approx((limit.value - reach, limit.value + reach))
        assert limit.method == "approximate"


def test_one_pair_and_none() -> None:
    """One pair tells the bias alone, no pair nothing; equal differences are noted."""
    one = agreement.bland_altman(pairs([[1.0, 2.0], [NAN, 1.0]]))
    assert one.bias.value == -1
    assert one.bias.undefined_interval == one.deviation.undefined == Reason.of("ONE_UNIT")
    assert one.lower.undefined == one.upper.undefined == Reason.of("ONE_UNIT")
    none = agreement.bland_altman(pairs([[1.0, NAN]]))
    assert {none.bias.undefined, none.upper.undefined} == {Reason.of("NO_SHARED_UNITS")}
    assert none.upper.name == "upper"
    same = agreement.bland_altman(pairs([[1.0, 2.0], [2.0, 3.0]]))
    assert same.upper.notes == (Reason.of("NO_VARIATION"),)
    assert same.upper.value == same.lower.value == -1


@pytest.mark.parametrize(
    ("result", "caption"),
    [
        (agreement.lin_parts(BOTH), "concordance"),
        (agreement.bland_altman(BOTH, coverage=0.9), "limits of agreement for 0.9 of the differences"),
    ],
)
def test_results_show_their_parts(result: Any, caption: str) -> None:
    """Text, table and plain values name every part."""
    plain = result.to_dict()
    parts = {name: one for name, one in plain.items() if isinstance(one, dict)}
    assert len(parts) == 4
    for name, one in parts.items():
        estimate = getattr(result, name)
        assert isinstance(estimate, Estimate)
        assert one == estimate.to_dict()
    estimates = [getattr(result, name) for name in parts]
    assert str(result).splitlines() == [f"{one.name}: {one}" for one in estimates]
    cells = "".join(f"<tr><th>{one.name}</th><td>{one}</td></tr>" for one in estimates)
    assert result._repr_html_() == f"<table><caption>{caption}</caption>{cells}</table>"


def test_refusals() -> None:
    """More than two raters, and options out of range, are refused with what was expected."""
    three = pairs([[1.0, 2.0, 3.0], [2.0, 2.0, 1.0]])
    for name in ("lin_concordance", "lin_parts", "bland_altman"):
        call = getattr(AGREEMENT, name)
        for r, options, message in (
            (three, {}, "more than two raters"),
            (BOTH, {"level": 0}, "is not a probability"),
            (Ratings.from_matrix([["a", "b"]]), {}, "carry no order"),
        ):
            with pytest.raises(InvalidInput, match=message) as refused:
                call(r, **options)
            assert refused.value.subject == name
    with pytest.raises(InvalidInput, match="is not a share"):
        agreement.bland_altman(BOTH, coverage=0)
    with pytest.raises(InvalidInput) as caught:
        AGREEMENT.bland_altman(BOTH, coverage=1.0, method="guess", level=1)
    assert [str(problem) for problem in caught.value.problems] == [
        "[scores.coverage] coverage: is not a share (expected 0 < coverage < 1).",
        "[scores.method] method: is unknown (expected exact or approximate).",
        "[options.level] level: is not a probability (expected 0 < level < 1).",
    ]
