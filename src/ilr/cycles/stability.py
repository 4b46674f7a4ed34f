"""Stability: whether the use of a practice has settled, and whether it slips afterwards.

Here belong the answers about a series of shares; each has three outcomes, and too little data is never a no. Not here:
one share (`ilr.cycles.fidelity`), and when to look next (`ilr.cycles.cadence`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Reason, read_only
from ilr.cycles.fidelity import LEVEL, ShareCount, pooled
from ilr.observation import Rates
from ilr.observation.table import UNKNOWN
from ilr.stats import Estimate, charts, proportions
from ilr.stats.charts import Chart, Signal

__all__ = ["SlowDrift", "Stability", "series_of", "slow_drift", "stabilised"]


def series_of(rates: Rates, item: str) -> tuple[ShareCount | None, ...]:
    """The weekly series of an item, out of rates that are broken down by week.

    Args:
        rates: what ``table.rates(by="week")`` gave.
        item: id of the item.

    Returns:
        One count a week from the first to the last in which anything was observed; None for a week without a
        rating of the item. Records without a day are left out.

    Raises:
        InvalidInput: when the rates are broken down otherwise.

    Example:
        >>> from ilr.observation import ObservationTable
        >>> table = ObservationTable.from_frame(
        ...     {
        ...         "visit": ["v", "w"], "teacher": ["t", "u"], "observer": ["p", "p"], "item": ["i", "i"],
        ...         "level": [1, 2], "day": [date(2026, 9, 8), date(2026, 9, 22)],
        ...     },
        ...     visit="visit", teacher="teacher", observer="observer", item="item", level="level", date="day",
        ...     levels=[1, 2],
        ... )
        >>> series_of(table.rates(by="week", at_least=2), "i")
        (ShareCount(reached=0.0, of=1.0), None, ShareCount(reached=1.0, of=1.0))
    """
    check = Checker("series_of")
    check(rates.by == "week", "series.by", "rates", "are no weekly ones", expected='table.rates(by="week")')
    check.done()
    found = {
        date.fromisoformat(rate.group): ShareCount.of_rate(rate)
        for rate in rates
        if rate.item == item and rate.group is not None and rate.group != UNKNOWN
    }
    if not found:
        return ()
    weeks = (max(found) - min(found)).days // 7 + 1
    counts = (found.get(min(found) + timedelta(weeks=week)) for week in range(weeks))
    return tuple(one if one is not None and one.of else None for one in counts)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Stability:
    """Whether a series of shares has settled. Equal when all fields are equal.

    Attributes:
        outcome: ``yes``, ``no``, or ``cannot tell``.
        points: number of points, gaps left aside.
        useful: number of points that do not lie on the centre line.
        difference: share of the later half less that of the earlier, with its 95 % interval.
        chart: the shares with the limits of their first twelve points.
        reasons: which part holds, which fails, and which cannot be told.
        policy: version of the policy that was used.
    """

    outcome: Literal["yes", "no", "cannot tell"]
    points: int
    useful: int
    difference: Estimate
    chart: Chart
    reasons: tuple[Reason, ...]
    policy: str

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What the rules of the chart found."""
        return self.chart.signals

    @property
    def settled(self) -> bool | None:
        """Whether it has settled; None where nobody can tell, as `ilr.forms.FidelityEvidence` wants it."""
        return {"yes": True, "no": False, "cannot tell": None}[self.outcome]

    def __str__(self) -> str:
        return f"{self.outcome}: {'; '.join(map(str, self.reasons))}"


def stabilised(series: Sequence[ShareCount | None], *, policy: Policy) -> Stability:
    """Tell whether the use of a practice has settled since a phase began.

    Three things must hold. There are twelve points, or ten that do not lie on the centre. Neither a run nor a
    lack of crossings (Anhøj & Olesen 2014) nor a point outside three sigma speaks, with centre and limits (Laney
    2002) frozen after the first twelve points. And the difference between the later and the earlier half lies, with
    its whole 95 % interval (Newcombe 1998, method 10), within P-EQUIV of zero. The absence of a signal alone shows
    nothing: with twelve points a rise by .15 goes unseen more often than not.

    Args:
        series: one count a period since the phase began, in order; None, or a count of nothing, is a gap.
        policy: P-EQUIV.

    Returns:
        ``yes`` when all three hold, ``no`` when there are enough points and a signal speaks or the halves differ by
        more than the margin with their whole interval, else ``cannot tell``. Of an empty series nobody can tell.

    Example:
        >>> print(stabilised([ShareCount(24, 30)] * 12, policy=Policy()))
        yes: 12 points; no signal; the halves differ by -0.08 to +0.08, within 0.10
        >>> stabilised([ShareCount(24, 30)] * 6, policy=Policy()).outcome
        'cannot tell'
    """
    places = [place for place, one in enumerate(series) if one is not None and one.of]
    points = [one for one in series if one is not None and one.of]
    first = places[: charts.LEAST_BASELINE]
    chart = _shares(series, first[-1] + 1 if first else len(series))
    half = len(points) // 2
    early, late = pooled(points[:half]), pooled(points[half:])
    difference = proportions.newcombe_difference(late.reached, late.of, early.reached, early.of, LEVEL)
    enough = len(points) >= charts.LEAST_BASELINE or chart.useful >= charts.LEAST_POINTS
    margin = policy.equivalence
    alike = difference.low >= -margin and difference.high <= margin
    apart = difference.low > margin or difference.high < -margin
    outcome: Literal["yes", "no", "cannot tell"] = "cannot tell"
    if enough and (chart.signals or apart):
        outcome = "no"
    elif enough and alike:
        outcome = "yes"
    return Stability(
        outcome=outcome,
        points=len(points),
        useful=chart.useful,
        difference=difference,
        chart=chart,
        reasons=(
            Reason.of("SERIES_POINTS", n=len(points))
            if enough
            else Reason.of("SERIES_SHORT", n=len(points), useful=chart.useful, least=charts.LEAST_BASELINE),
            *_signal_reasons(chart.signals),
            _halves_reason(difference, margin, "ALIKE" if alike else "APART" if apart else "UNSURE"),
        ),
        policy=policy.version,
    )


def _shares(series: Sequence[ShareCount | None], freeze: int) -> Chart:
    return charts.p_prime(
        [None if one is None else one.reached for one in series],
        [None if one is None else one.of for one in series],
        freeze=min(freeze, len(series)) or None,
    )


def _signal_reasons(signals: Sequence[Signal]) -> tuple[Reason, ...]:
    if not signals:
        return (Reason.of("NO_SIGNAL"),)
    return tuple(Reason.of("SERIES_SIGNAL", rule=one.rule, point=one.index + 1) for one in signals)


def _halves_reason(
    difference: Estimate, margin: float, answer: Literal["ALIKE", "APART", "UNSURE"]
) -> Reason:
    if difference.undefined is not None:
        return difference.undefined
    return Reason.of(f"HALVES_{answer}", low=difference.low, high=difference.high, margin=margin)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SlowDrift:
    """Whether a settled series slips slowly. Equal when all fields are equal.

    Attributes:
        outcome: ``drift``, ``none``, or ``cannot tell``.
        chart: moving average of the later points, each as its distance from the centre of the baseline in sigma.
        reasons: why.
    """

    outcome: Literal["drift", "none", "cannot tell"]
    chart: Chart
    reasons: tuple[Reason, ...]


def slow_drift(series: Sequence[ShareCount | None], *, baseline: int = charts.LEAST_BASELINE) -> SlowDrift:
    """Watch a settled series for small lasting shifts (Lucas & Saccucci 1990).

    An exponentially weighted moving average with weight .2 and limits at 2.86 sigma, begun at the centre of the
    baseline. Each later share counts as its distance from that centre in sigma for its own number of
    observations, where sigma is that of a p' chart (Laney 2002) of the baseline.

    Args:
        series: one count a period, the baseline first; None, or a count of nothing, is a gap.
        baseline: number of first places that centre and sigma come from, frozen.

    Returns:
        The answer; ``cannot tell`` without a later point, with fewer than twelve points in the baseline, or where
        the baseline does not vary because all or none were at the level.

    Raises:
        InvalidInput: for a baseline of no place.

    Example:
        >>> steady = [ShareCount(24, 30), ShareCount(25, 30)] * 6
        >>> slow_drift([*steady, *[ShareCount(21, 30)] * 6]).outcome
        'drift'
    """
    check = Checker("slow_drift")
    check(baseline >= 1, "slow_drift.baseline", "baseline", "holds no place", expected="1 or more")
    check.done()
    frozen = _shares(series, baseline)
    plain = frozen.to_dict()
    held = sum(one is not None for one in plain["values"][:baseline])
    sigmas = plain["sigma"] or [None] * len(series)
    apart = [
        (value - centre) / sigma if value is not None and sigma else None
        for value, centre, sigma in zip(
            plain["values"][baseline:], plain["centre"][baseline:], sigmas[baseline:], strict=True
        )
    ]
    chart = charts.ewma(apart, target=0.0, sigma=1.0)
    if held < charts.LEAST_BASELINE:
        reason = Reason.of("BASELINE_SHORT", n=held, least=charts.LEAST_BASELINE)
        return SlowDrift(outcome="cannot tell", chart=chart, reasons=(reason,))
    if all(one is None for one in apart):
        return SlowDrift(outcome="cannot tell", chart=chart, reasons=(Reason.of("NOTHING_TO_WATCH"),))
    return SlowDrift(
        outcome="drift" if chart.signals else "none", chart=chart, reasons=_signal_reasons(chart.signals)
    )
