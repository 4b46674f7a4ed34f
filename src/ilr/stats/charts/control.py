"""Run charts and Shewhart's control charts: each point by itself against a centre and limits.

Here belong the charts whose points are compared one by one. Not here: charts with memory, and the rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats, locked, shares
from ilr.stats.charts._building import Level, chart_of_values, planned
from ilr.stats.charts.chart import Chart, Kind
from ilr.stats.charts.phases import Phase, Span
from ilr.stats.charts.rules import Rule
from ilr.stats.charts.series import Series, is_finite, mean_range, read_series

__all__ = [
    "MEAN_RANGE",
    "MovingRange",
    "c_chart",
    "check_moving_range",
    "p_chart",
    "p_prime",
    "run_chart",
    "u_chart",
    "u_prime",
    "xbar",
    "xmr",
]

Rules = str | Sequence[Rule]
MovingRange = Literal["screened", "plain"]
SigmaZ = Literal["floored", "unfloored"]

MEAN_RANGE = 1.128
"""Mean range of two normal values in standard deviations (d2 for n = 2)."""


def run_chart(
    values: Series,
    centre: float | None = None,
    *,
    rules: Rules = "anhoej",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """A series about its median, with Anhøj's rules (Anhøj & Olesen 2014, PLoS ONE 9(11): e113825).

    A run signals when it is longer than round(log2 n) + 3 useful points, too few crossings when they are
    below the 5 % quantile of a binomial with n - 1 trials of one half. Points on the centre line and missing
    points are not useful and neither break nor lengthen a run.

    Args:
        values: the series, shape (n,); None and NaN are gaps.
        centre: the centre line; the median of the points where None.
        rules: ``anhoej``, or rules that need no sigma; a run chart has no limits.
        freeze: the median is that of the first so many places.
        phases: where the median starts anew, in ascending order.

    Returns:
        The chart. With fewer than ten useful points `enough_points` is false and there is no signal, which
        is not the same as a steady series.

    Raises:
        InvalidInput: if values are not one series of numbers, a rule is unknown or needs limits, or freeze and
            phases do not fit.

    Example:
        >>> chart = run_chart([1, 2, 1, 2, 1, 2, 3, 4, 5, 4, 3, 4, 5, 3])
        >>> chart.centre, chart.longest_run, [signal.rule for signal in chart.signals]
        (3.0, 6, ['anhoej.crossings'])
    """
    check = Checker("chart")
    series = read_series(check, values)
    _check_centre(check, centre)
    plan = planned(check, series, rules, freeze, phases, limits=False, known=centre is not None)

    def estimate(span: Span) -> Level:
        none = np.full(span.stop - span.start, np.nan)
        given = centre is not None
        return Level(
            centre=_centre(series[span.first], centre, np.median), sigma=none, given=given, known=given
        )

    return chart_of_values("run", series, plan, estimate)


def xmr(
    values: Series,
    centre: float | None = None,
    *,
    rules: Rules = "anhoej+3sigma",
    moving_range: MovingRange = "screened",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """A series of single values with limits from its moving ranges (Shewhart 1931; Nelson 1982).

    Limits are the centre plus and minus 3 / 1.128 mean moving ranges of neighbouring points.

    Args:
        values: the series, shape (n,); None and NaN are gaps, and no range reaches over a gap.
        centre: the centre line; the mean of the points where None.
        rules: names of sets of rules joined by ``+``, or rules.
        moving_range: ``screened`` leaves out, once, ranges of at least 3.267 times their mean.
        freeze: centre and limits are those of the first so many places.
        phases: where centre and limits start anew, in ascending order.

    Returns:
        The chart; without two neighbouring points the limits are None.

    Raises:
        InvalidInput: if values are not one series of numbers, or an option is unknown or does not fit.

    Example:
        >>> chart = xmr([50, 52, 48, 51, 49, 50, 53, 47, 50, 51])
        >>> round(chart.lower, 2), round(chart.upper, 2)
        (42.71, 57.49)
    """
    check = Checker("chart")
    series = read_series(check, values)
    _check_centre(check, centre)
    check_moving_range(check, moving_range)
    plan = planned(check, series, rules, freeze, phases)

    def estimate(span: Span) -> Level:
        ranges = mean_range(series[span.first], screened=moving_range == "screened")
        return Level(
            centre=_centre(series[span.first], centre, np.mean),
            sigma=np.full(span.stop - span.start, ranges / MEAN_RANGE),
            given=centre is not None,
        )

    return chart_of_values("xmr", series, plan, estimate)


def c_chart(
    counts: Series,
    *,
    rules: Rules = "anhoej+3sigma",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """Counts of events over equal opportunities, with limits of a Poisson law (Shewhart 1931).

    The centre is the mean count c, sigma is the square root of c; the lower limit is not below 0.

    Args:
        counts: number of events in each period, shape (n,), 0 or more; None and NaN are gaps, not zeros.
        rules: names of sets of rules joined by ``+``, or rules.
        freeze: centre and limits are those of the first so many places.
        phases: where centre and limits start anew, in ascending order.

    Returns:
        The chart; without a point it has no limits.

    Raises:
        InvalidInput: if counts are not one series of numbers of 0 or more, or an option does not fit.

    Example:
        >>> chart = c_chart([3, 4, None, 5, 4, 3, 5, 4, 4, 3, 5, 4])
        >>> chart.centre, chart.lower, chart.upper
        (4.0, 0.0, 10.0)
    """
    check = Checker("chart")
    series = read_series(check, counts, "counts")
    check(not (series < 0).any(), "charts.counts", "counts", "hold a negative count", expected="0 or more")
    plan = planned(check, series, rules, freeze, phases)

    def estimate(span: Span) -> Level:
        centre = _centre(series[span.first], None, np.mean)
        return Level(centre=centre, sigma=np.full(span.stop - span.start, math.sqrt(centre)))

    return chart_of_values("c", series, plan, estimate, floor=0)


def p_chart(
    counts: Series,
    totals: Series,
    *,
    rules: Rules = "anhoej+3sigma",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """Shares of so many out of so many, with limits of a binomial law (Shewhart 1931).

    The centre p is all counts over all totals, sigma the square root of p (1 - p) / total, so that limits vary
    with the totals; they stay within 0 and 1. With totals of many thousands nearly every point lies outside,
    because real shares vary by more than a coin: then use `p_prime`.

    Args:
        counts: how many, in each period, shape (n,); None and NaN are gaps.
        totals: out of how many, shape (n,); a period of 0 is a gap.
        rules: names of sets of rules joined by ``+``, or rules.
        freeze: centre and sigma are those of the first so many places.
        phases: where the centre starts anew, in ascending order.

    Returns:
        The chart of shares.

    Raises:
        InvalidInput: if counts or totals are not series of one length, a count is negative or exceeds its
            total, or an option does not fit.

    Example:
        >>> chart = p_chart([12, 15, 9], [30, 30, 20])
        >>> round(chart.centre, 3), chart.upper.round(3).tolist()
        (0.45, [0.722, 0.722, 0.784])
    """
    return _rates("p", counts, totals, rules, freeze, phases)


def u_chart(
    counts: Series,
    totals: Series,
    *,
    rules: Rules = "anhoej+3sigma",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """Rates of events per opportunity, with limits of a Poisson law (Shewhart 1931).

    The centre u is all counts over all opportunities, sigma the square root of u / opportunities; the lower
    limit is not below 0.

    Args:
        counts: number of events in each period, shape (n,); None and NaN are gaps.
        totals: opportunities in each period, for example hours or visits, in the unit of the wanted rate,
            shape (n,); a period of 0 is a gap.
        rules: names of sets of rules joined by ``+``, or rules.
        freeze: centre and sigma are those of the first so many places.
        phases: where the centre starts anew, in ascending order.

    Returns:
        The chart of rates.

    Raises:
        InvalidInput: if counts or totals are not series of one length, one is negative, events fell into no
            opportunity, or an option does not fit.

    Example:
        >>> chart = u_chart([4, 6, 5], [10, 10, 20])
        >>> round(chart.centre, 3), chart.upper.round(3).tolist()
        (0.375, [0.956, 0.956, 0.786])
    """
    return _rates("u", counts, totals, rules, freeze, phases)


def p_prime(
    counts: Series,
    totals: Series,
    *,
    rules: Rules = "anhoej+3sigma",
    sigma_z: SigmaZ = "floored",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """Shares with limits as wide as they really vary (Laney 2002, Quality Engineering 14(4), 531-537).

    Sigma is that of `p_chart` times sigma z, the mean moving range of the standardised shares over 1.128.
    A sigma z below 1 would make limits narrower than chance, and alarms out of nothing; it counts as 1
    unless asked otherwise. `Part.sigma_z` tells what was estimated.

    Args:
        counts: how many, in each period, shape (n,); None and NaN are gaps.
        totals: out of how many, shape (n,); a period of 0 is a gap.
        rules: names of sets of rules joined by ``+``, or rules.
        sigma_z: ``floored`` at 1, or ``unfloored`` as Laney has it.
        freeze: centre, sigma and sigma z are those of the first so many places.
        phases: where the centre starts anew, in ascending order.

    Returns:
        The chart of shares; without two neighbouring points it has no limits.

    Raises:
        InvalidInput: as `p_chart`, and for an unknown choice of sigma z.

    Example:
        >>> chart = p_prime([500, 620, 480, 650], [1000] * 4)
        >>> round(chart.parts[0].sigma_z, 2), round(chart.upper, 3)
        (8.1, 0.944)
    """
    return _rates("p-prime", counts, totals, rules, freeze, phases, sigma_z)


def u_prime(
    counts: Series,
    totals: Series,
    *,
    rules: Rules = "anhoej+3sigma",
    sigma_z: SigmaZ = "floored",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """Rates with limits as wide as they really vary (Laney 2002), as `p_prime` does for shares.

    Args:
        counts: number of events in each period, shape (n,); None and NaN are gaps.
        totals: opportunities in each period, shape (n,); a period of 0 is a gap.
        rules: names of sets of rules joined by ``+``, or rules.
        sigma_z: ``floored`` at 1, or ``unfloored`` as Laney has it.
        freeze: centre, sigma and sigma z are those of the first so many places.
        phases: where the centre starts anew, in ascending order.

    Returns:
        The chart of rates; without two neighbouring points it has no limits.

    Raises:
        InvalidInput: as `u_chart`, and for an unknown choice of sigma z.

    Example:
        >>> chart = u_prime([40, 90, 35, 80], [10] * 4)
        >>> round(chart.parts[0].sigma_z, 2), round(chart.upper, 2)
        (5.66, 19.42)
    """
    return _rates("u-prime", counts, totals, rules, freeze, phases, sigma_z)


def xbar(
    groups: Sequence[Series] | NDArray[Any],
    *,
    rules: Rules = "anhoej+3sigma",
    freeze: int | None = None,
    phases: Sequence[Phase] = (),
) -> Chart:
    """Means of groups, with limits from how much values differ within a group (Shewhart 1931; Burr 1969).

    The centre is the mean of all values. The standard deviation of a value is the mean over groups of two or
    more of s / c4(n), with c4(n) = sqrt(2 / (n - 1)) gamma(n / 2) / gamma((n - 1) / 2); that of a mean of n
    values is 1 / sqrt(n) of it. For groups of one size limits are centre plus and minus A3 times the mean s.

    Args:
        groups: the values of each period, of any number; None and NaN are left out, an empty group is a gap.
        rules: names of sets of rules joined by ``+``, or rules.
        freeze: centre and limits are those of the first so many groups.
        phases: where centre and limits start anew, in ascending order.

    Returns:
        The chart of means; without a group of two or more values it has no limits.

    Raises:
        InvalidInput: if groups are not series of numbers, or an option does not fit.

    Example:
        >>> chart = xbar([[74, 76, 75], [73, 75, 77], [74, 74, 77]])
        >>> round(chart.lower, 2), chart.centre, round(chart.upper, 2)
        (71.92, 75.0, 78.08)
    """
    check = Checker("chart")
    held: Any = groups
    if not check(
        isinstance(held, Sequence | np.ndarray) and not isinstance(held, str),
        "charts.groups",
        "groups",
        "are no sequence of groups",
        expected="a sequence of series",
    ):
        held = ()
    read = [read_series(check, group, f"groups[{number}]") for number, group in enumerate(held)]
    there = [group[~np.isnan(group)] for group in read]
    sizes = np.array([len(group) for group in there])
    sums = np.array([group.sum() for group in there])
    spreads = np.array([_spread(group) for group in there])
    means = locked(shares(sums, sizes))
    plan = planned(check, means, rules, freeze, phases)

    def estimate(span: Span) -> Level:
        total = sizes[span.first].sum()
        within = spreads[span.first]
        within = within[~np.isnan(within)]
        spread = within.mean() if len(within) else np.nan
        return Level(
            centre=float(sums[span.first].sum() / total) if total else math.nan,
            sigma=shares(np.full(span.stop - span.start, spread), np.sqrt(sizes[span.all])),
        )

    return chart_of_values("xbar", means, plan, estimate)


def _rates(
    kind: Kind,
    counts: Series,
    totals: Series,
    rules: Rules,
    freeze: int | None,
    phases: Sequence[Phase],
    sigma_z: SigmaZ | None = None,
) -> Chart:
    binomial = kind.startswith("p")
    check = Checker("chart")
    given, of = read_series(check, counts, "counts"), read_series(check, totals, "totals")
    if check(
        len(given) == len(of),
        "charts.totals",
        "totals",
        "are another number than counts",
        expected="one total a count",
    ):
        _check_counts(check, given, of, binomial=binomial)
    else:
        given = of = np.empty(0)
    check(
        sigma_z in (None, "floored", "unfloored"),
        "charts.sigma_z",
        "sigma_z",
        "is unknown",
        expected="floored or unfloored",
    )
    there = ~(np.isnan(given) | np.isnan(of))
    given, of = np.where(there, given, 0.0), np.where(there, of, 0.0)
    rates = locked(shares(given, of))
    plan = planned(check, rates, rules, freeze, phases)

    def estimate(span: Span) -> Level:
        total = of[span.first].sum()
        centre = float(given[span.first].sum() / total) if total else math.nan
        variance = centre * (1 - centre) if binomial else centre
        sigma = np.sqrt(shares(np.full(span.stop - span.start, variance), of[span.all]))
        if sigma_z is None:
            return Level(centre=centre, sigma=sigma)
        apart = rates[span.first] - centre
        spread = mean_range(shares(apart, sigma[: len(apart)]), screened=False) / MEAN_RANGE
        factor = max(spread, 1.0) if sigma_z == "floored" and not math.isnan(spread) else spread
        return Level(centre=centre, sigma=sigma * factor, sigma_z=None if math.isnan(spread) else spread)

    return chart_of_values(kind, rates, plan, estimate, floor=0, ceiling=1 if binomial else math.inf)


def _check_counts(check: Checker, counts: Floats, totals: Floats, *, binomial: bool) -> None:
    check(not (counts < 0).any(), "charts.counts", "counts", "hold a negative count", expected="0 or more")
    check(not (totals < 0).any(), "charts.totals", "totals", "hold a negative total", expected="0 or more")
    check(
        not ((counts > totals) if binomial else (counts > 0) & (totals == 0)).any(),
        "charts.counts",
        "counts",
        "exceed their total",
        expected="at most the total",
    )


def _check_centre(check: Checker, centre: float | None) -> None:
    known = centre is None or is_finite(centre)
    check(known, "charts.centre", "centre", "is no number", expected="a finite number")


def check_moving_range(check: Checker, moving_range: str) -> None:
    """Note a choice of moving ranges that is unknown."""
    check(
        moving_range in ("screened", "plain"),
        "charts.moving_range",
        "moving_range",
        "is unknown",
        expected="screened or plain",
    )


def _centre(values: Floats, given: float | None, middle: Callable[[Floats], Any]) -> float:
    if given is not None:
        return float(given)
    points = values[~np.isnan(values)]
    return float(middle(points)) if len(points) else math.nan


def _spread(group: Floats) -> float:
    """Unbiased standard deviation of the values of a group; NaN for fewer than two."""
    n = len(group)
    if n < 2:
        return math.nan
    c4 = math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
    return float(group.std(ddof=1)) / c4
