"""Drift of raters: deviations between windows, shrunken spreads, adjusted p, charts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ilr.base import InvalidInput
from ilr.stats.drift import Drift, adjusted, drift

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


def test_spreads_are_shrunk_as_smyth_does() -> None:
    """The prior solves his moment equations, and each rater's variance lies between the own and the prior's."""
    found = simulated(3, units=8)
    again = simulated(3, units=8)
    assert (found.prior_sigma, found.prior_weight) == (again.prior_sigma, again.prior_weight)
    rng = np.random.default_rng(1)
    raters = [f"r{place}" for place in range(40) for _ in range(10)]
    spread = np.repeat(rng.uniform(0.2, 3, 40), 10)
    told = drift(range(400), raters, rng.normal(size=400) * spread, [1] * 400, reference=[0.0] * 400)
    own = {one.rater: one for one in told}
    variances = (
        np.array([np.var(part, ddof=1) for part in np.split(rng.normal(size=0), 1)]) if not own else None
    )
    assert variances is None
    assert 0 < told.prior_weight < 20
    from scipy.special import digamma, polygamma

    sigma2 = np.array([one.sigma**2 for one in told])
    raw = (sigma2 * (told.prior_weight + 9) - told.prior_weight * told.prior_sigma**2) / 9
    logs = np.log(raw) - digamma(4.5) + np.log(4.5)
    assert np.var(logs, ddof=1) - polygamma(1, 4.5) == pytest.approx(
        polygamma(1, told.prior_weight / 2), rel=1e-8
    )
    assert np.all((sigma2 - raw) * (told.prior_sigma**2 - raw) >= 0)


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
    html = found._repr_html_()
    assert "&lt;x&gt;" in html
    assert "<td>a</td><td>+1.00</td><td>-1.00</td><td>-2.00</td>" in html
    assert "<td>c</td><td></td><td></td><td>+0.00</td><td>1.000</td>" in html


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


def test_holm_steps_down() -> None:
    """Holm's example by hand; order is kept, nothing exceeds one, nothing is adjusted in an empty family."""
    assert adjusted([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert adjusted([0.5, 0.9]) == (1.0, 1.0)
    assert adjusted([]) == ()
