"""Correlations within and between groups, families of p-values, and how many units a study needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Estimate, _arrays, _permutations
from ilr.stats.association import (
    GroupedCorrelation,
    benjamini_hochberg,
    benjamini_yekutieli,
    between_groups,
    bonferroni,
    disattenuated,
    n_for_correlation,
    power_of_correlation,
    within_groups,
)

RNG = np.random.default_rng(20260901)
GROUPS = ["b"] * 5 + ["a"] * 4 + ["c"] * 6
X = RNG.normal(size=15) + np.repeat([0, 5, 9], [5, 4, 6])
Y = 0.4 * X + RNG.normal(size=15)


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in refused.value.problems]


def test_one_group_is_a_plain_correlation() -> None:
    """Without groups the value, its test and its interval are those of scipy."""
    found = within_groups(X, Y, ["all"] * 15, seed=1)
    expected: Any = stats.pearsonr(X, Y)
    interval = expected.confidence_interval(0.95)
    assert found.estimate.value == pytest.approx(expected.statistic, abs=1e-14)
    assert found.student.p == pytest.approx(expected.pvalue, rel=1e-10)
    assert (found.estimate.low, found.estimate.high) == pytest.approx((interval.low, interval.high))
    assert found.estimate.n == {"units": 15, "groups": 1, "alone": 0}
    assert found.estimate.degrees_of_freedom == 13


def test_within_groups_is_a_regression_with_a_level_for_each_group() -> None:
    """The t and its degrees of freedom are those of the slope beside an indicator for each group."""
    indicators = np.array([[label == group for label in "abc"] for group in GROUPS], dtype=float)
    design = np.column_stack([X, indicators])
    slope = np.linalg.solve(design.T @ design, design.T @ Y)
    variance = np.sum((Y - design @ slope) ** 2) / (15 - 4) * np.linalg.inv(design.T @ design)[0, 0]
    found = within_groups(X, Y, GROUPS, seed=1)
    assert list(found.student.freedom) == [11]
    assert found.student.statistic == pytest.approx(slope[0] / math.sqrt(variance))
    hat = indicators @ np.linalg.pinv(indicators)
    residuals = [one - hat @ one for one in (X, Y)]
    assert found.estimate.value == pytest.approx(np.corrcoef(residuals[0], residuals[1])[0, 1])
    assert found.estimate.n == {"units": 15, "groups": 3, "alone": 0}


def test_the_interval_is_that_of_a_partial_correlation() -> None:
    """The transformed limits lie as far off as 1.96 / sqrt(units - groups - 2), and further for more confidence."""
    found = within_groups(X, Y, GROUPS, seed=1).estimate
    assert math.atanh(found.high) - math.atanh(found.value) == pytest.approx(
        1.959964 / math.sqrt(10), abs=1e-6
    )
    assert math.atanh(found.value) - math.atanh(found.low) == pytest.approx(
        1.959964 / math.sqrt(10), abs=1e-6
    )
    wide = within_groups(X, Y, GROUPS, seed=1, level=0.99).estimate
    assert wide.level == 0.99
    assert wide.low < found.low < found.high < wide.high


@pytest.mark.parametrize("ties", [False, True])
def test_few_permutations_are_counted_one_by_one(ties: bool) -> None:
    """The exact p is the share of exchanges within groups that are as far from zero, ties included."""
    groups = "aaabbbb"
    x = np.array([1.0, 2, 2, 1, 2, 3, 3] if ties else [1.2, 0.3, 2.5, 1.1, 3.6, 2.2, 0.4])
    y = np.array([1.0, 1, 2, 2, 1, 2, 3] if ties else [0.2, 0.1, 1.5, 2.1, 2.6, 1.2, 0.1])
    residual = np.concatenate([x[:3] - x[:3].mean(), x[3:] - x[3:].mean()])
    products = [
        float(residual @ np.concatenate([one, other]))
        for one in itertools.permutations(y[:3])
        for other in itertools.permutations(y[3:])
    ]
    found = within_groups(x, y, groups, seed=1).permutation
    assert found.distribution == "every permutation"
    assert found.n == {"permutations": 144}
    assert found.p == pytest.approx(np.mean([abs(one) >= abs(products[0]) - 1e-9 for one in products]))


def test_one_permutation_more_than_asked_for_is_drawn() -> None:
    """Counting stops at the asked number of permutations, from where they are drawn."""
    x, y, groups = [1, 2, 3, 1, 2, 3], [2, 1, 3, 1, 3, 2], "aaabbb"
    assert (
        within_groups(x, y, groups, seed=1, permutations=36).permutation.distribution == "every permutation"
    )
    drawn = within_groups(x, y, groups, seed=1, permutations=35).permutation
    assert drawn.distribution == "drawn permutations"
    assert drawn.n == {"permutations": 35}


def test_drawn_permutations_agree_with_those_of_scipy() -> None:
    """Draws give the p of scipy's test within its error, and the same seed the same p."""
    found = within_groups(X, Y, ["all"] * 15, seed=3, permutations=20_000).permutation
    plain = stats.permutation_test(
        (X,),
        lambda x: stats.pearsonr(x, Y).statistic,
        permutation_type="pairings",
        n_resamples=4_000,
        rng=np.random.default_rng(1),
    )
    assert found.p == pytest.approx(plain.pvalue, abs=0.01)
    weak = [within_groups(X[:9], Y[::-1][:9], GROUPS[:9], seed=seed, permutations=500) for seed in (1, 1, 2)]
    assert weak[0].permutation == weak[1].permutation != weak[2].permutation


def test_drawn_permutations_stay_within_groups() -> None:
    """Groups that differ wildly leave no trace: draws agree with the count of every permutation."""
    x = np.array([1, 2, 4, 3, 101, 104, 102, 103], dtype=float)
    y = np.array([2, 1, 3, 4, 900, 903, 901, 902], dtype=float)
    every = within_groups(x, y, "aaaabbbb", seed=1).permutation
    drawn = within_groups(x, y, "aaaabbbb", seed=1, permutations=575).permutation
    assert every.n["permutations"] == 576
    assert drawn.p == pytest.approx(every.p, abs=0.03)


def test_draws_are_some_of_every_permutation() -> None:
    """Groups of unlike size and spread are exchanged each within itself, and in no other way."""
    group = np.repeat([0, 1, 2], [2, 3, 4])
    x = np.array([-1.0, 1, -10, 0, 10, -300, -100, 100, 300]) / 500
    y = np.array([-1.0, 1, -2, -1, 3, -4, 7, -5, 2]) / 10
    every = set(_permutations._every(x, y, group).round(9).tolist())
    drawn = np.concatenate(list(_permutations._drawn(x, y, group, 1, 5000))).round(9).tolist()
    assert len(drawn) == 5000
    assert set(drawn) == every


@pytest.mark.parametrize(("permutations", "distribution"), [(6, "drawn"), (35, "drawn"), (36, "every")])
def test_the_test_tells_what_it_tested(permutations: int, distribution: str) -> None:
    """Counted or drawn, it holds its name and the correlation; two groups of three have 36 ways, not 6."""
    found = within_groups([1, 2, 3, 1, 2, 3], [2, 1, 3, 1, 3, 2], "aaabbb", seed=1, permutations=permutations)
    assert found.permutation.distribution.split()[0] == distribution
    assert found.permutation.n == {"permutations": permutations}
    assert found.permutation.name == "within_groups"
    assert found.permutation.statistic == pytest.approx(0.5)
    assert found.permutation.statistic == found.estimate.value


def test_one_permutation_is_enough_to_ask_for() -> None:
    """A single draw is as far out as the data or not."""
    found = within_groups(X, Y, GROUPS, seed=1, permutations=1).permutation
    assert found.n == {"permutations": 1}
    assert found.p in (0.5, 1)


def test_no_p_of_draws_is_zero() -> None:
    """The data count as one of the permutations (Phipson & Smyth 2010)."""
    x = np.arange(40.0)
    assert within_groups(x, x**2, ["a"] * 20 + ["b"] * 20, seed=1, permutations=99).permutation.p == 0.01


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing a few permutations at a time gives the same p as drawing all at once."""
    whole = within_groups(X, Y[::-1], GROUPS, seed=5, permutations=101)
    monkeypatch.setattr(_arrays, "_ROOM", 40)
    assert within_groups(X, Y[::-1], GROUPS, seed=5, permutations=101) == whole


def test_a_unit_alone_in_its_group_tells_nothing() -> None:
    """A group of one falls out and is counted; nothing else changes."""
    plain = within_groups(X, Y, GROUPS, seed=1)
    with_one = within_groups([*X, 1000.0], [*Y, -1000.0], [*GROUPS, "d"], seed=1)
    assert with_one.estimate.n == {"units": 15, "groups": 3, "alone": 1}
    assert with_one.estimate.value == pytest.approx(plain.estimate.value, abs=1e-12)
    assert with_one.permutation.p == plain.permutation.p
    two = within_groups([1, 2, 3, 1, 2], [1, 3, 2, 4, 5], "aaabb", seed=1)
    assert two.estimate.n == {"units": 5, "groups": 2, "alone": 0}


@pytest.mark.parametrize(
    ("x", "y", "groups", "reason"),
    [
        ([], [], [], Reason.of("ALL_ALONE")),
        ([1, 2, 3], [3, 1, 2], "abc", Reason.of("ALL_ALONE")),
        ([0.1, 0.1, 0.1, 7, 7], [1, 2, 3, 4, 5], "aaabb", Reason.of("NO_VARIATION")),
        ([1, 2, 3, 4, 5], [0.3, 0.3, 0.3, 0.7, 0.7], "aaabb", Reason.of("NO_VARIATION")),
        ([1, 1, 1], [2, 1, 3], "aaa", Reason.of("NO_VARIATION")),
        ([1, 2], [2, 1], "aa", Reason.of("FEW_UNITS", units=2, groups=1)),
        ([1, 1], [1, 1], "aa", Reason.of("FEW_UNITS", units=2, groups=1)),
    ],
)
def test_what_cannot_be_correlated_says_why(x: Any, y: Any, groups: Any, reason: Reason) -> None:
    """No units, none to compare with, nothing that varies within a group, and too few are told apart."""
    found = within_groups(x, y, groups, seed=1)
    assert found.estimate.undefined == found.permutation.undefined == found.student.undefined == reason
    assert found.estimate.name == found.permutation.name == "within_groups"
    assert within_groups(x, y, groups, seed=1, level=0.9).estimate.level == 0.9
    assert math.isnan(found.permutation.p)
    assert str(found) == f"undefined: {reason}"


def test_one_degree_of_freedom_has_no_interval() -> None:
    """Three units give a value and Student's p, and no interval."""
    found = within_groups([1, 2, 3], [1, 3, 2], "aaa", seed=1)
    assert found.estimate.value == pytest.approx(0.5)
    assert found.estimate.undefined_interval == Reason.of("FEW_UNITS", units=3, groups=1)
    assert found.estimate.method == ""
    assert found.student.p == pytest.approx(stats.pearsonr([1, 2, 3], [1, 3, 2]).pvalue)


def test_two_degrees_of_freedom_have_an_interval() -> None:
    """Four units of one group give the transformed correlation a standard error of 1."""
    found = within_groups([1, 2, 3, 4], [1, 3, 2, 4], "aaaa", seed=1).estimate
    reach = stats.norm.ppf(0.975)
    assert (found.low, found.high) == pytest.approx(
        (math.tanh(math.atanh(0.8) - reach), math.tanh(math.atanh(0.8) + reach))
    )
    assert (found.sampled, found.method) == ("units", "fisher z")


@pytest.mark.parametrize("sign", [1, -1])
def test_units_on_a_line_have_no_interval(sign: int) -> None:
    """A perfect correlation tells no spread, so that neither an interval nor Student's t is made of it."""
    x = np.array([1.0, 2, 4, 3, 5, 9])
    found = within_groups(x, sign * x, "aaabbb", seed=1)
    assert found.estimate.value == pytest.approx(sign)
    assert abs(found.estimate.value) <= 1
    assert found.estimate.undefined_interval == found.student.undefined == Reason.of("ON_A_LINE")
    assert math.isnan(found.estimate.standard_error)
    assert found.permutation.p == pytest.approx(1 / 36)


@pytest.mark.parametrize("factor", [1e-150, 1e150, 1e307])
def test_the_size_of_numbers_does_not_matter(factor: float) -> None:
    """Measures of any size are correlated without overflow."""
    x, y, groups = X / 10, Y / 10, GROUPS
    plain = within_groups(x, y, groups, seed=1).estimate.value
    assert within_groups(x * factor, y / 1e10, groups, seed=1).estimate.value == pytest.approx(plain)


def test_the_largest_numbers_do_not_overflow() -> None:
    """Also where the difference of two measures is more than a number can hold."""
    x, y = np.array([-1.7, 0.4, 1.7, 1.0]), [1, 3, 2, 4]
    plain = within_groups(x, y, "aaaa", seed=1).estimate.value
    assert within_groups(x * 1e308, y, "aaaa", seed=1).estimate.value == pytest.approx(plain)


def test_between_groups_correlates_means() -> None:
    """Means of groups are correlated as units of one group are, each group once."""
    groups = [place // 3 for place in range(15)]
    found = between_groups(X, Y, groups, seed=1)
    means = X.reshape(5, 3).mean(axis=1), Y.reshape(5, 3).mean(axis=1)
    expected = stats.pearsonr(*means)
    assert found.estimate.value == pytest.approx(expected.statistic)
    assert found.student.p == pytest.approx(expected.pvalue)
    assert found.estimate.n == {"units": 15, "groups": 5}
    assert found.estimate.name == "between_groups"
    assert found.permutation.n == {"permutations": 120}


def test_groups_count_once_whatever_their_size() -> None:
    """Means of groups of unlike size are correlated, and a seed gives the same draws again."""
    groups = np.repeat(np.arange(8), [1, 4, 2, 5, 1, 3, 2, 2]).tolist()
    x, y = np.random.default_rng(8).normal(3, 1, size=(2, 20))
    found = between_groups(x, y, groups, seed=1, permutations=500)
    means = [[one[np.array(groups) == group].mean() for group in range(8)] for one in (x, y)]
    assert found.estimate.value == pytest.approx(stats.pearsonr(*means).statistic)
    assert found.permutation.distribution == "drawn permutations"
    assert found == between_groups(x, y, groups, seed=1, permutations=500)


def test_between_and_within_may_differ_in_sign() -> None:
    """Teachers may go one way inside each building while the buildings go the other (Robinson 1950)."""
    x = np.array([1.0, 2, 3, 11, 12, 13, 21, 22, 23])
    y = np.array([3.0, 2.1, 1, 13, 12.2, 11, 23, 21, 22])
    groups = "aaabbbccc"
    assert within_groups(x, y, groups, seed=1).estimate.value < -0.5
    assert between_groups(x, y, groups, seed=1).estimate.value > 0.9


@pytest.mark.parametrize("groups", ["", "aa", "aabb"])
def test_fewer_than_three_groups_have_no_correlation(groups: str) -> None:
    """Two means lie on a line whatever they are, and no mean has any."""
    found = between_groups(range(len(groups)), range(len(groups)), groups, seed=1)
    assert found.estimate.undefined is not None


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"x": [1, 2]}, ["association.length"]),
        ({"groups": "a"}, ["association.length"]),
        ({"x": [1, math.nan, 2]}, ["association.numbers"]),
        ({"y": [1, "b", 2]}, ["association.numbers", "association.length"]),
        ({"y": [[1, 2, 3]]}, ["association.numbers", "association.length"]),
        ({"permutations": 0, "level": 1}, ["association.permutations", "options.level"]),
    ],
)
@pytest.mark.parametrize("function", [within_groups, between_groups])
def test_columns_that_do_not_fit_are_refused(
    function: Callable[..., GroupedCorrelation], change: dict[str, Any], problems: list[str]
) -> None:
    """Unlike lengths, what is no number and options out of range are told together."""
    facts = {"x": [1, 2, 3], "y": [1, 3, 2], "groups": "aaa", "seed": 1, **change}
    with pytest.raises(InvalidInput) as refused:
        function(**facts)
    assert codes(refused) == problems
    assert {problem.path for problem in refused.value.problems} <= {"", "x", "y", "permutations", "level"}


def test_a_correlation_shows_itself() -> None:
    """Terminal, notebook and plain data hold the interval, both tests and the counts."""
    found = within_groups(X, Y, GROUPS, seed=1)
    assert str(found) == f"{found.estimate}, p = {found.permutation.p:.3g} (two-sided)"
    assert found._repr_html_() == (
        "<table><caption>within_groups</caption>"
        f"<tr><th>correlation</th><td>{found.estimate}</td></tr>"
        "<tr><th>interval</th><td>0.95 fisher z</td></tr>"
        f"<tr><th>Student</th><td>{found.student}</td></tr>"
        f"<tr><th>permutation</th><td>{found.permutation}</td></tr>"
        "<tr><th>n</th><td>units 15, groups 3, alone 0</td></tr></table>"
    )
    plain = found.to_dict()
    assert plain["estimate"]["value"] == found.estimate.value
    assert plain["student"]["p"] == found.student.p
    assert plain["permutation"]["p"] == found.permutation.p


def test_unreliability_is_corrected_for() -> None:
    """Value, limits and standard error grow by the same factor, and the counts stay."""
    found = within_groups(X, Y[::-1], GROUPS, seed=1).estimate
    right = disattenuated(found, 0.9, 0.8)
    root = math.sqrt(0.72)
    assert [right.value, right.low, right.high, right.standard_error] == pytest.approx(
        [found.value / root, found.low / root, found.high / root, found.standard_error / root]
    )
    assert (right.method, right.name, right.n, right.notes) == (
        "fisher z, disattenuated",
        "within_groups[disattenuated]",
        found.n,
        (),
    )


def test_reliable_measures_need_no_correction() -> None:
    """Reliabilities of one leave value and limits as they are."""
    same = disattenuated(Estimate(0.2, low=-0.06, high=0.43), 1, 1)
    assert (same.value, same.low, same.high) == (0.2, -0.06, 0.43)


def test_what_passes_one_is_cut_and_told() -> None:
    """A corrected value or limit beyond a correlation's range stands at its end, with what it would be."""
    cut = disattenuated(Estimate(-0.8, low=-0.9, high=0.1), 0.5, 0.5)
    assert (cut.value, cut.low, cut.high) == (-1, -1, 0.2)
    assert cut.notes == (
        Reason.of("BEYOND_ONE", part="value", value=-1.6),
        Reason.of("BEYOND_ONE", part="low", value=-1.8),
    )
    assert cut.method == ""


def test_what_is_not_there_is_not_corrected() -> None:
    """An undefined correlation keeps its reason, a missing interval stays missing."""
    undefined = disattenuated(Estimate.missing(Reason.of("NO_VARIATION"), name="r"), 0.5, 0.5)
    assert undefined.undefined == Reason.of("NO_VARIATION")
    assert undefined.name == "r[disattenuated]"
    bare = disattenuated(Estimate(0.4), 0.8, 0.8)
    assert bare.value == pytest.approx(0.5)
    assert math.isnan(bare.low)
    assert math.isnan(bare.high)
    assert bare.notes == ()


@pytest.mark.parametrize("reliability", [0, -0.1, 1.1, math.nan])
def test_a_reliability_has_a_range(reliability: float) -> None:
    """What is not above zero and at most one is refused, on either side."""
    with pytest.raises(InvalidInput) as refused:
        disattenuated(Estimate(0.2), reliability, reliability)
    assert codes(refused) == ["association.reliability"] * 2


@pytest.mark.parametrize(("ours", "name"), [(benjamini_hochberg, "bh"), (benjamini_yekutieli, "by")])
def test_false_discoveries_are_those_of_scipy(ours: Callable[..., tuple[float, ...]], name: Any) -> None:
    """Adjusted p-values agree with scipy, ties and ends included."""
    rng = np.random.default_rng(4)
    for p in (rng.random(20), np.array([0.5]), np.array([0, 0.02, 0.02, 1]), rng.random(7) ** 4):
        assert ours(p) == pytest.approx(stats.false_discovery_control(p, method=name), abs=1e-15)
    assert ours([]) == ()


def test_a_family_counts_tests_without_a_p_here() -> None:
    """Tests of a family that are not handed in count as ones."""
    for adjust in (benjamini_hochberg, benjamini_yekutieli, bonferroni):
        assert adjust([0.01, 0.2], family=5) == pytest.approx(adjust([0.01, 0.2, 1, 1, 1])[:2])


@pytest.mark.parametrize(
    ("p", "family", "problems"),
    [
        ([0.5, 1.2], None, ["association.p"]),
        ([-0.1], None, ["association.p"]),
        ([math.nan], None, ["association.numbers"]),
        ([0.5, 0.5], 1, ["association.family"]),
    ],
)
def test_a_family_holds_probabilities(p: list[float], family: int | None, problems: list[str]) -> None:
    """What is no probability, and a family smaller than what it holds, are refused."""
    for adjust in (benjamini_hochberg, benjamini_yekutieli, bonferroni):
        with pytest.raises(InvalidInput) as refused:
            adjust(p, family=family)
        assert codes(refused) == problems


def test_power_counts_both_tails() -> None:
    """The power at no correlation is the error allowed, the same for either sign, and near one for many units."""
    assert power_of_correlation(0, 60) == pytest.approx(0.05)
    assert power_of_correlation(-0.3, 60) == power_of_correlation(0.3, 60)
    assert power_of_correlation(0.3, 5000) == pytest.approx(1)
    assert power_of_correlation(0.3, 60, alpha=0.2) > power_of_correlation(0.3, 60)
    assert power_of_correlation(0.3, 69, groups=10) == pytest.approx(power_of_correlation(0.3, 60))


def test_numbers_of_units_for_usual_correlations() -> None:
    """For a power of .8 correlations of .1 to .4 need 783, 194, 85 and 47 units; 60 see .2 one time in three."""
    assert [n_for_correlation(r) for r in (0.1, 0.2, 0.3, -0.4)] == [783, 194, 85, 47]
    assert n_for_correlation(0.2, groups=10) == 203
    assert n_for_correlation(1e-6) == pytest.approx(7.849e12, rel=1e-4)
    assert round(power_of_correlation(0.2, 60), 2) == 0.33


def test_the_smallest_study_has_three_units_more_than_groups() -> None:
    """What any study shows is asked of the smallest one."""
    assert n_for_correlation(0.999, 0.05) == 4
    assert n_for_correlation(0.5, 0.05, groups=3) == 6


@pytest.mark.parametrize(
    ("ask", "problems"),
    [
        (lambda: power_of_correlation(1, 60), ["association.r"]),
        (lambda: power_of_correlation(0.2, 3), ["association.n"]),
        (lambda: power_of_correlation(0.2, 12, groups=10), ["association.n"]),
        (
            lambda: power_of_correlation(0.2, 60, groups=0, alpha=0),
            ["association.groups", "association.alpha"],
        ),
        (lambda: n_for_correlation(0), ["association.r"]),
        (lambda: n_for_correlation(-1), ["association.r"]),
        (lambda: n_for_correlation(0.2, 1), ["association.power"]),
        (lambda: n_for_correlation(0.2, 0.04), ["association.power"]),
    ],
)
def test_plans_out_of_range_are_refused(ask: Callable[[], float], problems: list[str]) -> None:
    """A correlation, a power, an error or a number of units that no study can have is refused."""
    with pytest.raises(InvalidInput) as refused:
        ask()
    assert codes(refused) == problems
