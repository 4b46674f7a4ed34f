"""Charts with memory, which add up small lasting shifts: EWMA and CUSUM.

Here belong the charts whose points carry what came before. Rules of runs do not apply to them, for their
points resemble each other by construction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats
from ilr.stats.charts._building import Level, Track, Tracker, chart_of_tracks, planned
from ilr.stats.charts.chart import Chart, Kind
from ilr.stats.charts.control import MEAN_RANGE, MovingRange, check_moving_range
from ilr.stats.charts.phases import Phase, Span
from ilr.stats.charts.rules import Signal
from ilr.stats.charts.series import Series, is_finite, mean_range, read_series

__all__ = ["cusum", "ewma"]

_NOISE = 1e-12


def ewma(
    values: Series,
    target: float | None = None,
    sigma: float | None = None,
    weight: float = 0.2,
    width: float = 2.86,
    *,
    moving_range: MovingRange = "screened",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """Exponentially weighted moving averages of a series (Roberts 1959; Lucas & Saccucci 1990).

    z = weight x + (1 - weight) z, begun at the target, with limits at the target plus and minus
    width sigma sqrt(weight / (2 - weight) (1 - (1 - weight)^(2 i))) for the i-th point. A gap leaves the
    average where it was. A point outside the limits signals as ``ewma``.

    Args:
        values: the series, shape (n,); None and NaN are gaps.
        target: what the series should be at; the mean of the points where None.
        sigma: standard deviation of a single value; mean moving range over 1.128 where None.
        weight: weight of the newest value, above 0 to 1.
        width: half-width of the limits in standard deviations of the average.
        moving_range: ``screened`` leaves out, once, ranges of at least 3.267 times their mean.
        freeze: target and sigma, where they are not given, are those of the first so many places.
        phases: where target, sigma and average start anew, in ascending order.

    Returns:
        The chart, with the averages as its one track. Where anything was estimated from fewer than ten points
        `enough_points` is false and there is no signal.

    Raises:
        InvalidInput: if values are not one series of numbers, or an option is out of its range.

    Example:
        >>> chart = ewma([9.45, 7.99, 9.29, 11.66], target=10, sigma=1, weight=0.1, width=2.7)
        >>> chart.tracks[0].round(4).tolist()
        [9.945, 9.7495, 9.7036, 9.8992]
    """
    check = Checker("chart")
    check(0 < weight <= 1, "charts.weight", "weight", "is no weight", expected="0 < weight <= 1")
    check(width > 0, "charts.width", "width", "is no width", expected="above 0")

    def track(series: Floats, level: Level) -> Track:
        there = ~np.isnan(series)
        average, averages = level.centre, np.full(len(series), np.nan)
        for place in np.flatnonzero(there).tolist():
            average = averages[place] = weight * series[place] + (1 - weight) * average
        kept = (1 - weight) ** (2 * np.cumsum(there))
        spread = level.sigma * np.sqrt(weight / (2 - weight) * (1 - kept))
        return Track(
            tracks=(averages,),
            centre=level.centre,
            sigma=spread,
            reach=width * spread,
            signals=tuple(
                Signal("ewma", place, (place,))
                for place in _outside(averages - level.centre, width * spread, level.centre)
            ),
        )

    return _with_memory("ewma", check, values, target, sigma, moving_range, freeze, phases, track)


def cusum(
    values: Series,
    target: float | None = None,
    sigma: float | None = None,
    slack: float = 0.5,
    decision: float = 5.0,
    *,
    moving_range: MovingRange = "screened",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """Two one-sided cumulative sums of a series (Page 1954; Montgomery 2013, eq. 9.2 and 9.3).

    The upper sum is max(0, sum + x - target - slack sigma), the lower one min(0, sum + x - target + slack
    sigma), both begun at 0 and in the unit of the values. A gap leaves them where they were. A sum beyond
    decision times sigma signals as ``cusum.upper`` or ``cusum.lower`` at each such point, with the points since
    the sum was last 0 as members; nothing is reset.

    Args:
        values: the series, shape (n,); None and NaN are gaps.
        target: what the series should be at; the mean of the points where None.
        sigma: standard deviation of a single value; mean moving range over 1.128 where None.
        slack: what a value may lie off without adding to a sum, in sigma; half the shift to be found.
        decision: the limit of the sums, in sigma.
        moving_range: ``screened`` leaves out, once, ranges of at least 3.267 times their mean.
        freeze: target and sigma, where they are not given, are those of the first so many places.
        phases: where target, sigma and sums start anew, in ascending order.

    Returns:
        The chart, with the upper and the lower sums as its two tracks about a centre of 0. Where anything was
        estimated from fewer than ten points `enough_points` is false and there is no signal.

    Raises:
        InvalidInput: if values are not one series of numbers, or an option is out of its range.

    Example:
        >>> chart = cusum([10.2, 11.5, 12.1, 12.4, 12.2], target=10, sigma=1)
        >>> chart.tracks[0].round(1).tolist(), chart.upper, chart.signals[0].members
        ([0.0, 1.0, 2.6, 4.5, 6.2], 5.0, (1, 2, 3, 4))
    """
    check = Checker("chart")
    check(slack >= 0, "charts.slack", "slack", "is no slack", expected="0 or more")
    check(decision > 0, "charts.decision", "decision", "is no limit", expected="above 0")

    def track(series: Floats, level: Level) -> Track:
        allowed, reach = slack * level.sigma, decision * level.sigma
        upper = _sums(series - level.centre - allowed)
        lower = _sums(level.centre - series - allowed)
        signals = [
            Signal(f"cusum.{side}", place, _since_zero(sums, place))
            for side, sums in (("lower", lower), ("upper", upper))
            for place in _outside(sums, reach, level.centre)
        ]
        return Track(
            tracks=(upper, 0.0 - lower),
            centre=0.0,
            sigma=level.sigma,
            reach=reach,
            signals=tuple(sorted(signals, key=lambda signal: signal.index)),
        )

    return _with_memory("cusum", check, values, target, sigma, moving_range, freeze, phases, track)


def _with_memory(
    kind: Kind,
    check: Checker,
    values: Series,
    target: float | None,
    sigma: float | None,
    moving_range: MovingRange,
    freeze: int | None,
    phases: Sequence[Phase],
    track: Tracker,
) -> Chart:
    series = read_series(check, values)
    right = target is None or is_finite(target)
    check(right, "charts.target", "target", "is no number", expected="a finite number")
    right = sigma is None or (is_finite(sigma) and sigma > 0)
    check(right, "charts.sigma", "sigma", "is no standard deviation", expected="above 0")
    check_moving_range(check, moving_range)
    known = target is not None and sigma is not None
    plan = planned(check, series, None, freeze, phases, known=known)

    def estimate(span: Span) -> Level:
        first = series[span.first]
        points = first[~np.isnan(first)]
        mean = float(points.mean()) if len(points) else math.nan
        spread = mean_range(first, screened=moving_range == "screened") / MEAN_RANGE
        return Level(
            centre=mean if target is None else float(target),
            sigma=np.full(span.stop - span.start, spread if sigma is None else sigma),
            given=target is not None,
            known=known,
        )

    return chart_of_tracks(kind, series, plan, estimate, track)


def _sums(steps: Floats) -> Floats:
    """Sums that never fall below zero; a gap leaves them where they were."""
    total, sums = 0.0, np.full(len(steps), np.nan)
    for place in np.flatnonzero(~np.isnan(steps)).tolist():
        total = sums[place] = max(0.0, total + steps[place])
    return sums


def _outside(apart: Floats, reach: Floats, centre: float) -> list[int]:
    noise = _NOISE * (abs(centre) + reach)
    return [int(place) for place in np.flatnonzero(np.abs(apart) > reach + noise)]


def _since_zero(sums: Floats, place: int) -> tuple[int, ...]:
    places = np.flatnonzero(~np.isnan(sums[: place + 1]))
    zeros = places[sums[places] == 0]
    begin = int(zeros[-1]) + 1 if len(zeros) else 0
    return tuple(places[places >= begin].tolist())
