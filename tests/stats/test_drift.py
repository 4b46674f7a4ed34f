"""Drift of raters: deviations between windows, shrunken spreads, adjusted p, charts."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq
from scipy.special import digamma, polygamma

from ilr.base import InvalidInput
from ilr.stats import charts
from ilr.stats.drift import Drift, _by_rater, _inverse_trigamma, _read, adjusted, drift

RATERS = ("a", "b", "c", "d")


def simulated(seed: int, shift: float = 0.0, units: int = 20, windows: int = 2) -> Drift:
    """Four raters who all rate every unit; the first shifts in the last window."""
    rng = np.random.default_rng(seed)
    rows = [
        (
            (window, unit),
            rater,
            window,
            rng.normal() + level + (shift if rater == "a" and window == windows - 1 else 0),
        )
        for window in range(windows)
        for unit in range(units)
        for level in [rng.normal()]
        for rater in RATERS
    ]
    unit, rater, window, score = zip(*rows, strict=True)
    return drift(unit, rater, score, window)


def test_deviations_are_from_the_other_raters_of_the_unit() -> None:
    """By hand: the first rater lies 1 above the others, then 2 below; the others move the other way by a half."""
    found = drift(
        ["u", "u", "u", "v", "v", "v", "w"],
        ["a", "b", "c", "a", "b", "c", "a"],
        [3, 2, 2, 1, 3, 3, 9],
        [1, 1, 1, 2, 2, 2, 2],
    )
    first, second, third = found
    assert {window: mean.value for window, mean in first.means.items()} == {1: 1.0, 2: -2.0}
    assert (first.shifts[2].value, second.shifts[2].value, third.shifts[2].value) == (-3.0, 1.5, 1.5)
    assert (first.largest, found.left_out, found.windows) == (-3.0, 1, (1, 2))


def test_master_scores_are_compared_with_as_they_are() -> None:
    """With a reference a single rater has deviations, and the chart is about zero."""
    found = drift(
        ["u", "v", "w", "x"],
        ["a"] * 4,
        [3, 2, 4, 4],
        ["2026-09", "2026-09", "2026-10", "2026-10"],
        reference=[3, 3, 3, 3],
    )
    (only,) = found
    assert {window: mean.value for window, mean in only.means.items()} == {"2026-09": -0.5, "2026-10": 1.0}
    assert only.chart.centre == 0
    assert found.left_out == 0


def test_without_a_prior_the_shift_is_students() -> None:
    """One rater alone has nobody to be shrunk towards: the interval is the normal one of the pooled spread."""
    scores = [1.0, 2.0, 4.0, 3.0, 5.0, 7.0]
    (only,) = drift(range(6), ["a"] * 6, scores, [1, 1, 1, 2, 2, 2], reference=[0.0] * 6)
    pooled = math.sqrt((np.var(scores[:3]) * 3 + np.var(scores[3:]) * 3) / 4)
    assert only.sigma == pytest.approx(pooled)
    assert only.shifts[2].standard_error == pytest.approx(pooled * math.sqrt(2 / 3))
    assert only.p[2] == pytest.approx(
        2 * stats.norm.sf(abs(only.shifts[2].value) / only.shifts[2].standard_error)
    )


def spread_out(raters: int, seed: int, widest: float) -> tuple[Drift, list[list[Any]]]:
    """Raters of unlike spread with 10 to 13 deviations in three windows, and a steady one; all the deviations."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, float]] = []
    parts: list[list[Any]] = []
    for rater in range(raters):
        own = [
            rng.normal(size=size) * np.linspace(0.5, widest, raters)[rater] for size in (4, 3, 3 + rater % 4)
        ]
        rows += [(rater, window, value) for window, part in enumerate(own) for value in part.tolist()]
        parts.append(own)
    rows += [(raters, 0, 0.1)] * 3
    parts.append([np.full(3, 0.1)])
    names, windows, scores = zip(*rows, strict=True)
    return drift(range(len(rows)), names, scores, windows, reference=[0.0] * len(rows), level=0.9), parts


@pytest.mark.parametrize(("raters", "seed", "widest"), [(40, 1, 3.0), (40, 2, 1.5), (2, 3, 20.0)])
def test_spreads_are_shrunk_as_smyth_does(raters: int, seed: int, widest: float) -> None:
    """The prior solves his equations for the raters who vary, and every variance is drawn to it by its weight."""
    found, parts = spread_out(raters, seed, widest)
    freedom = np.array([sum(len(part) - 1 for part in own) for own in parts], dtype=float)
    squares = np.array([sum(((part - part.mean()) ** 2).sum() for part in own) for own in parts])
    half, own = freedom[:-1] / 2, squares[:-1] / freedom[:-1]
    logs = np.log(own) - digamma(half) + np.log(half)
    spread = np.var(logs, ddof=1) - polygamma(1, half).mean()
    weight = 2 * brentq(lambda one: polygamma(1, one) - spread, 1e-3, 1e6, xtol=1e-12)
    variance = math.exp(logs.mean() + digamma(weight / 2) - math.log(weight / 2))
    assert (found.prior_weight, found.prior_sigma) == pytest.approx((weight, math.sqrt(variance)))
    squares[-1] = 0
    shrunken = np.sqrt((weight * variance + squares) / (weight + freedom))
    assert [one.sigma for one in found] == pytest.approx(shrunken)


def test_means_and_shifts_have_the_intervals_of_students() -> None:
    """Both have t intervals with the freedom of the rater and of the prior; p is two-sided, adjusted over all."""
    found, parts = spread_out(5, 7, 9.0)
    assert math.isfinite(found.prior_weight)
    raw = []
    for one, own in zip(found, parts, strict=True):
        degrees = found.prior_weight + sum(len(part) - 1 for part in own)
        told = [(one.means[window], part.mean(), 1 / len(part), len(part)) for window, part in enumerate(own)]
        told += [
            (
                one.shifts[window],
                part.mean() - own[0].mean(),
                1 / len(own[0]) + 1 / len(part),
                len(own[0]) + len(part),
            )
            for window, part in enumerate(own)
            if window > 0
        ]
        for estimate, value, share, n in told:
            error = one.sigma * math.sqrt(share)
            reach = stats.t.ppf(0.95, degrees) * error
            assert (estimate.value, estimate.standard_error) == pytest.approx((value, error))
            assert (estimate.low, estimate.high) == pytest.approx((value - reach, value + reach))
            assert (estimate.level, estimate.method) == (0.9, "moderated t")
            assert dict(estimate.n) == {"ratings": n}
            assert estimate.notes == ()
        assert {estimate.name for estimate in one.means.values()} == {"mean_deviation"}
        assert {estimate.name for estimate in one.shifts.values()} <= {"shift"}
        raw += [
            2 * stats.t.sf(abs(shift.value / shift.standard_error), degrees) for shift in one.shifts.values()
        ]
    assert len(raw) == 10
    assert [p for one in found for p in one.p.values()] == pytest.approx(adjusted(raw))


@pytest.mark.parametrize("value", [1e-8, 1e-3, 0.2, 1.0, 5.0, 1e4, 1e7])
def test_the_inverse_of_trigamma(value: float) -> None:
    """The trigamma of the number that is found is the value, for small and large ones."""
    assert polygamma(1, _inverse_trigamma(value)) == pytest.approx(value, rel=1e-10)


@pytest.mark.parametrize("scale", [1.0, 0.125])
def test_charts_are_about_the_first_window(scale: float) -> None:
    """Both charts take the deviations in order of time, the mean of the first window and the rater's sigma."""
    raters, scores = ["a", "b"] * 5, np.array([3, 1, 4, 1, 1, 2, 5, 3, 2, 2]) * scale
    found = drift([place // 2 for place in range(10)], raters, scores, [2] * 4 + [1] * 6)
    one = found.raters[0]
    series = np.array([-1.0, 2.0, 0.0, 2.0, 3.0]) * scale
    target = float(series[:3].mean())
    assert (one.sigma > 1) == (scale == 1)
    assert one.chart == charts.ewma(series, target=target, sigma=one.sigma)
    assert one.cusum == charts.cusum(series, target=target, sigma=one.sigma)
    assert found.windows == (1, 2)
    alone = drift(["u", "v", "v"], ["c", "a", "b"], [1, 1, 2], [1, 1, 1]).raters[0]
    assert (len(alone.chart.values), len(alone.cusum.values)) == (0, 0)


@pytest.mark.parametrize("scale", [0.1, 1e6])
def test_rounding_is_no_drift(scale: float) -> None:
    """Raters who always lie as far apart neither vary nor shift, though their means are rounded."""
    scores = [0.3 * scale, 0.7 * scale, 0.8 * scale] * 10
    raters, windows = ["a", "b", "c"] * 10, [1] * 9 + [2] * 21
    units = [place // 3 for place in range(30)]
    found = drift(units, raters, scores, windows)
    assert (found.prior_sigma, found.drifted(1.0)) == (0, ("a", "b", "c"))
    assert [dict(one.p) for one in found] == [{2: 1.0}] * 3
    assert [one.largest for one in found] == [0, 0, 0]
    given = drift(units, raters, scores, windows, reference=[0.1 * scale] * 30)
    assert (given.prior_sigma, [dict(one.p) for one in given]) == (0, [{2: 1.0}] * 3)
    moved = drift(
        [*units, 10, 10, 10],
        [*raters, "a", "b", "c"],
        [*scores, *scores[:2], scores[2] * 1.001],
        [*windows, 2, 2, 2],
    )
    assert moved.prior_sigma > 0


@pytest.mark.parametrize("largest", [1.0, 2.0**-10])
@pytest.mark.parametrize(("share", "p"), [(1e-12, 1.0), (1.1e-12, 0.0)])
def test_how_far_rounding_may_carry(largest: float, share: float, p: float) -> None:
    """A shift of a millionth of a millionth of the largest score is none, a bit more is one; so of spreads."""
    step = share * largest
    scores = [0.0, 0.0, step, step, largest]
    found = drift(range(5), ["a"] * 4 + ["b"], scores, [1, 1, 2, 2, 1], reference=[0.0] * 5)
    assert dict(found.raters[0].p) == {2: p}
    spread = drift(range(3), ["a", "a", "b"], [0.0, 2 * step, largest], [1] * 3, reference=[0.0] * 3)
    assert (spread.prior_sigma == 0) == (p == 1)


def test_no_ratings_have_no_raters() -> None:
    """Nothing drifts where nobody rated."""
    found = drift([], [], [], [])
    assert (found.raters, found.windows, found.left_out, found.drifted()) == ((), (), 0, ())
    assert (found.prior_sigma, found.prior_weight) == (0, math.inf)


def test_only_raters_with_a_shift_drift() -> None:
    """A rater is named from the p that was reached on, and never without a second window."""
    found = drift(
        ["u", "u", "v", "v", "w", "w", "x", "x"],
        ["a", "b", "a", "b", "a", "b", "c", "b"],
        [3, 2, 4, 2, 1, 3, 2, 2],
        [1, 1, 1, 1, 2, 2, 1, 1],
    )
    assert found.drifted(1.0) == ("a", "b")
    least = min(found.raters[0].p.values())
    assert 0 < least < 1
    assert "a" in found.drifted(least)
    assert "a" not in found.drifted(least * 0.999)


class Counted(np.ndarray[Any, Any]):
    """An array that counts how many elements are worked on."""

    touched = 0

    def __array_ufunc__(self, ufunc: Any, method: Any, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(one) for one in inputs]
        Counted.touched += max(one.size for one in plain)
        return getattr(ufunc, method)(*plain, **options)


def test_work_grows_with_the_ratings_not_with_the_raters() -> None:
    """As many raters as ratings are grouped by looking at each rating a few times, not once a rater."""
    n = 400
    places = np.arange(n)
    columns = _read(places.tolist(), places.tolist(), np.ones(n), [1] * n, np.zeros(n), 0.95)
    counted = attrs.evolve(columns, rater=columns.rater.view(Counted))
    Counted.touched = 0
    parts = _by_rater(counted, np.ones(n), np.ones(n, dtype=bool), n)
    assert len(parts) == n
    assert 0 < Counted.touched <= 5 * n


def test_a_rater_who_shifts_is_named_and_others_are_not() -> None:
    """Over 40 years without drift at most a few name anybody; with a shift of two points nearly all name the one."""
    false = sum(bool(simulated(seed).drifted()) for seed in range(40))
    true = sum("a" in simulated(seed, shift=2).drifted() for seed in range(40))
    assert false <= 6
    assert true >= 38


def test_the_chart_tells_when() -> None:
    """The averages of the rater who shifts leave the limits after the change and not before."""
    one = simulated(5, shift=3, units=40).raters[0]
    signals = [signal.index for signal in one.chart.signals]
    assert signals
    assert min(signals) >= 40
    sums = [signal.index for signal in one.cusum.signals]
    assert sums
    assert min(sums) >= 40
    assert simulated(5, units=40).raters[0].cusum.signals == ()


def test_few_ratings_are_told_as_they_are() -> None:
    """One window gives no shift; raters without spread have no variation; a rater alone has no mean."""
    steady = drift(["u", "u"], ["a", "b"], [1, 1], [1, 1])
    assert [one.shifts for one in steady] == [{}, {}]
    assert [one.largest for one in steady] == [0, 0]
    assert [reason.code for reason in steady.raters[0].means[1].notes] == ["NO_VARIATION"]
    assert steady.drifted() == ()
    alone = drift(["u", "u", "v"], ["a", "b", "c"], [1, 1, 4], [1, 1, 1])
    assert alone.left_out == 1
    assert dict(alone.raters[2].means) == {}
    moved = drift(["u", "u", "v", "v"], ["a", "b", "a", "b"], [1, 1, 3, 2], [1, 1, 2, 2])
    assert [one.p[2] for one in moved] == [0.0, 0.0]
    same = drift(["u", "u", "v", "v"], ["a", "b", "a", "b"], [1, 1, 2, 2], [1, 1, 2, 2])
    assert [one.p[2] for one in same] == [1.0, 1.0]


def test_it_shows_as_a_table() -> None:
    """A row a rater with the mean of each window, the largest shift and the least p."""
    found = drift(
        ["u", "u", "v", "v", "w"], ["a", "b", "a", "b", "c"], [2, 1, 1, 2, 3], ["<x>", "<x>", "y", "y", "y"]
    )
    assert found._repr_html_() == (
        "<table><tr><th>rater</th><th>&lt;x&gt;</th><th>y</th><th>largest shift</th><th>p</th></tr>"
        "<tr><td>a</td><td>+1.00</td><td>-1.00</td><td>-2.00</td><td>0.000</td></tr>"
        "<tr><td>b</td><td>-1.00</td><td>+1.00</td><td>+2.00</td><td>0.000</td></tr>"
        "<tr><td>c</td><td></td><td></td><td>+0.00</td><td>1.000</td></tr></table>"
    )


@pytest.mark.parametrize(
    ("columns", "options", "codes"),
    [
        ((["u"], ["a"], [1, 2], [1]), {}, ["drift.length"]),
        ((["u"], ["a"], ["x"], [1]), {}, ["drift.scores"]),
        ((["u"], ["a"], [math.nan], [1]), {"level": 1}, ["drift.scores", "options.level"]),
        ((["u", "v"], ["a", "a"], [1, 2], [1, "x"]), {}, ["drift.windows"]),
        ((["u"], ["a"], [1], [1]), {"reference": [1, 2]}, ["drift.length"]),
    ],
)
def test_what_cannot_be_compared_is_refused(columns: Any, options: Any, codes: list[str]) -> None:
    """Columns of unlike length, scores that are no numbers and windows without an order."""
    with pytest.raises(InvalidInput) as refused:
        drift(*columns, **options)
    assert [problem.code for problem in refused.value.problems] == codes


def test_unlike_lengths_concern_the_whole() -> None:
    """Which of the columns is wrong cannot be told, so none is named."""
    with pytest.raises(InvalidInput) as refused:
        drift(["u"], ["a"], [1, 2], [1])
    assert [problem.path for problem in refused.value.problems] == [""]


def test_holm_steps_down() -> None:
    """Holm's example by hand; order is kept, nothing exceeds one, nothing is adjusted in an empty family."""
    assert adjusted([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert adjusted([0.5, 0.9]) == (1.0, 1.0)
    assert adjusted([]) == ()
