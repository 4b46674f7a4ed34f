"""Shares, their differences, and what clusters leave of n."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats.proportions import (
    clopper_pearson,
    clustered_share,
    effective_n,
    icc_binary,
    newcombe_difference,
    wilson,
)


@pytest.mark.parametrize(("x", "n"), [(0, 10), (3, 10), (10, 10), (1, 1), (450, 1000)])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_intervals_agree_with_scipy(x: int, n: int, level: float) -> None:
    """Wilson's and the exact interval are those of scipy."""
    test = stats.binomtest(x, n)
    estimate: Any
    name: Any
    for estimate, name in ((wilson(x, n, level), "wilson"), (clopper_pearson(x, n, level), "exact")):
        expected = test.proportion_ci(level, method=name)
        assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
        assert estimate.value == x / n
        assert estimate.standard_error == pytest.approx(math.sqrt(x / n * (1 - x / n) / n))
        assert estimate.level == level
        assert estimate.n == {"observations": n}
        assert estimate.name == "share"
    assert wilson(x, n).method == "wilson"


@pytest.mark.parametrize("x", [0, 4, 9])
def test_one_sided_limits(x: int) -> None:
    """A one-sided interval puts all doubt on one side and leaves the other open."""
    sided: Any
    alternative: Any
    for sided, alternative in (("lower", "greater"), ("upper", "less")):
        found = clopper_pearson(x, 9, 0.9, sided=sided)
        expected = stats.binomtest(x, 9, alternative=alternative).proportion_ci(0.9, method="exact")
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
        assert found.method == f"clopper-pearson {sided}"
    assert clopper_pearson(x, 9).method == "clopper-pearson"


def test_fractional_counts_lie_between() -> None:
    """Limits of fractional counts lie between those of whole ones."""
    for interval in (wilson, clopper_pearson):
        assert interval(3, 10).low < interval(3.5, 10).low < interval(4, 10).low
        assert interval(3.5, 10.5).high < interval(3.5, 10).high


def test_limits_stay_within_zero_and_one() -> None:
    """At all or nothing the limit is exactly 1 or 0, and elsewhere within."""
    assert wilson(0, 7).low == 0
    assert wilson(7, 7).high == 1
    assert wilson(1e-9, 7).low >= 0
    assert wilson(7 - 1e-9, 7).high <= 1


def test_no_observations() -> None:
    """Without observations every share is undefined and says so."""
    for found in (
        wilson(0, 0),
        clopper_pearson(0, 0),
        newcombe_difference(0, 0, 1, 2),
        newcombe_difference(1, 2, 0, 0),
    ):
        assert found.undefined == Reason.of("NO_OBSERVATIONS")
        assert math.isnan(found.value)
    assert wilson(0, 0, 0.8).level == 0.8
    assert wilson(0, 0).n == {"observations": 0}
    assert wilson(0, 0).name == "share"
    assert newcombe_difference(0, 0, 1, 2, 0.8).n == {"first": 0, "second": 2}
    assert newcombe_difference(0, 0, 1, 2, 0.8).level == 0.8
    assert newcombe_difference(0, 0, 1, 2).name == "difference of shares"


def test_difference_of_shares() -> None:
    """A difference has the hybrid score interval, turned round when the groups are."""
    one, two = newcombe_difference(9, 10, 3, 12, 0.9), newcombe_difference(3, 12, 9, 10, 0.9)
    assert one.value == pytest.approx(0.9 - 0.25)
    assert (one.low, one.high) == pytest.approx((-two.high, -two.low))
    first, second = wilson(9, 10, 0.9), wilson(3, 12, 0.9)
    assert one.low == pytest.approx(0.65 - math.hypot(0.9 - first.low, second.high - 0.25))
    assert one.standard_error == pytest.approx(math.sqrt(0.09 / 10 + 0.1875 / 12))
    assert (one.method, one.level, one.name) == ("newcombe", 0.9, "difference of shares")
    assert one.n == {"first": 10, "second": 12}


def test_effective_numbers() -> None:
    """Clusters without correlation cost nothing; with full correlation equal ones count as one each."""
    assert effective_n([4, 4, 4], 0) == 12
    assert effective_n([4, 4, 4], 1) == 3
    assert effective_n([1, 1, 1], 1) == 3
    assert effective_n([1, 5], 1) == pytest.approx(36 / 26)
    assert effective_n([], 0.5) == 0
    assert effective_n([0, 0], 0.5) == 0


def test_correlation_is_the_analysis_of_variance() -> None:
    """The correlation is (MSB - MSW) / (MSB + (m0 - 1) MSW) of the single answers."""
    successes, sizes = [3, 1, 0, 4], [4, 3, 2, 4]
    answers = [np.array([1.0] * x + [0.0] * (m - x)) for x, m in zip(successes, sizes, strict=True)]
    whole = np.concatenate(answers)
    between = sum(len(a) * (a.mean() - whole.mean()) ** 2 for a in answers) / 3
    within = sum(((a - a.mean()) ** 2).sum() for a in answers) / (13 - 4)
    typical = (13 - sum(m**2 for m in sizes) / 13) / 3
    found = icc_binary([*successes, 0], [*sizes, 0])
    assert found.value == pytest.approx((between - within) / (between + (typical - 1) * within))
    assert found.n == {"ratings": 13, "clusters": 4}
    assert found.name == "icc"
    assert math.isnan(found.low)


def test_correlation_is_clipped() -> None:
    """Clusters more alike than chance give 0, never less."""
    assert icc_binary([1, 1, 1], [2, 2, 2]).value == 0
    assert icc_binary([2, 0], [2, 2]).value == 1


@pytest.mark.parametrize(
    ("successes", "sizes", "code"),
    [
        ([], [], "NO_OBSERVATIONS"),
        ([0], [0], "NO_OBSERVATIONS"),
        ([1], [3], "ONE_CLUSTER"),
        ([1, 0, 1], [1, 1, 1], "SINGLE_OBSERVATIONS"),
        ([0, 0], [3, 2], "NO_VARIATION"),
        ([3, 2], [3, 2], "NO_VARIATION"),
    ],
)
def test_correlation_that_cannot_be_told(successes: list[int], sizes: list[int], code: str) -> None:
    """Too few clusters, single answers and one answer everywhere leave no correlation to estimate."""
    found = icc_binary(successes, sizes)
    assert found.undefined == Reason.of(code)
    assert found.n == {"ratings": sum(sizes), "clusters": np.count_nonzero(sizes)}
    assert found.name == "icc"


def test_clustered_share() -> None:
    """A clustered share has Wilson's interval at the effective number."""
    successes, sizes = [3, 1, 0, 4], [4, 3, 2, 4]
    found = clustered_share(successes, sizes, 0.9)
    effective = effective_n(sizes, icc_binary(successes, sizes).value)
    plain = wilson(8 / 13 * effective, effective, 0.9)
    assert found.value == 8 / 13
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))
    assert found.standard_error == pytest.approx(plain.standard_error)
    assert found.n == {"ratings": 13, "clusters": 4, "effective": pytest.approx(effective)}
    assert (found.method, found.level, found.name) == ("wilson", 0.9, "share")


def test_clustered_share_without_correlation() -> None:
    """Where all answers agree, or one cluster gave them, each cluster counts as one; single answers all count."""
    assert clustered_share([4, 4, 4], [4, 4, 4]).n["effective"] == 3
    assert clustered_share([0, 0], [5, 9]).n["effective"] == 2
    assert clustered_share([3], [9]).n["effective"] == 1
    assert clustered_share([1, 0, 1], [1, 1, 1]).n["effective"] == 3
    assert clustered_share([1, 1, 1], [1, 1, 1]).n["effective"] == 3
    empty = clustered_share([0], [0], 0.9)
    assert empty.undefined == Reason.of("NO_OBSERVATIONS")
    assert empty.n == {"ratings": 0, "clusters": 0, "effective": 0}
    assert (empty.level, empty.name) == (0.9, "share")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: wilson(3, 2), [("proportions.count", "x")]),
        (lambda: wilson(-1, 2), [("proportions.count", "x")]),
        (lambda: wilson(1, math.inf), [("proportions.count", "x")]),
        (lambda: wilson(math.nan, 2, 1.0), [("proportions.count", "x"), ("proportions.level", "level")]),
        (lambda: wilson(1, 2, 0.0), [("proportions.level", "level")]),
        (lambda: clopper_pearson(3, 2), [("proportions.count", "x")]),
        (lambda: clopper_pearson(1, 2, sided="left"), [("proportions.sided", "sided")]),  # type: ignore[arg-type]  # refused on purpose
        (lambda: newcombe_difference(3, 2, 5, 4), [("proportions.count", "x1"), ("proportions.count", "x2")]),
        (lambda: effective_n([-1], 2), [("proportions.sizes", "cluster_sizes"), ("proportions.icc", "icc")]),
        (lambda: effective_n([1], -0.1), [("proportions.icc", "icc")]),
        (lambda: clustered_share([1, 2], [3]), [("proportions.length", "sizes")]),
        (lambda: clustered_share([[1]], [[3]]), [("proportions.length", "sizes")]),
        (
            lambda: clustered_share([4], [3], 1.0),
            [("proportions.count", "successes"), ("proportions.level", "level")],
        ),
        (lambda: clustered_share([1], [3], 0.0), [("proportions.level", "level")]),
        (lambda: icc_binary([-1], [3]), [("proportions.count", "successes")]),
    ],
)
def test_what_is_refused(call: Any, expected: list[tuple[str, str]]) -> None:
    """Counts that are no counts and levels that are no probabilities are refused."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert [(problem.code, problem.path) for problem in found.value.problems] == expected


def test_answers_that_hardly_vary_have_no_correlation() -> None:
    """Variation within rounding counts as none, so that the correlation is undefined and not a number."""
    assert icc_binary([1e-13, 0], [5, 5]).undefined == Reason.of("NO_VARIATION")


def test_an_exact_interval_of_nothing_has_the_name_of_a_share() -> None:
    """Without observations the exact interval is told under the name and the level it has with some."""
    found = clopper_pearson(0, 0, 0.8)
    assert (found.name, found.level) == ("share", 0.8)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_limits_at_the_ends_are_exact_at_every_size(level: float) -> None:
    """No rounding moves the limit at none or all off 0 and 1, nor any limit beyond them."""
    for n in range(1, 101):
        assert wilson(0, n, level).low == 0
        assert wilson(n, n, level).high == 1
        assert wilson(math.nextafter(n, 0), n, level).high <= 1
        assert wilson(math.ulp(0), n, level).low >= 0


def test_clusters_of_any_size() -> None:
    """Whole numbers too large for their squares to be whole numbers of 64 bits are counted right."""
    many = 4 * 10**9
    assert effective_n([many], 1) == 1
    assert icc_binary([many, 0], [many, many]).value == 1
    whole, floats = ([many, many // 2], [many] * 2), ([float(many), many / 2], [float(many)] * 2)
    assert icc_binary(*whole).value == pytest.approx(icc_binary(*floats).value)


def test_clusters_of_one_observation_count() -> None:
    """Only empty clusters are left out of a share."""
    assert clustered_share([1, 0, 1, 0], [1, 1, 1, 0]).value == 2 / 3
    assert clustered_share([1, 0, 2], [1, 1, 3]).value == 3 / 5
