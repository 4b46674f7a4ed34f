"""Triggers: when a review is due, and by what (RT-1), and how soon to expect one (RT-6).

Here belongs the question of the calendar, of the count and of a signal. Thirty observations are a reason to look,
never a licence to conclude.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Reason, read_only
from ilr.calibration import Standings
from ilr.cycles.cuts import chosen_records
from ilr.disclosure import calibrated_only
from ilr.observation import ObservationTable
from ilr.stats.charts import Signal

__all__ = ["Trigger", "TriggerKind", "Yield", "expected_yield", "trigger"]

TriggerKind = Literal["count", "calendar", "signal"]
"""What calls for a review: enough new observations, a month gone by, or the signal of a chart."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Trigger:
    """Whether a review is due, and by what. Equal when all fields are equal.

    Attributes:
        due: whether it is.
        by: what calls for it, the count before the calendar before a signal; None when not due.
        new: new valid observations since the last cut; those made before calibration do not count.
        days: calendar days since the last cut, before any since the first observation; None without one.
        reasons: the arithmetic in words.
    """

    due: bool
    by: TriggerKind | None
    new: int
    days: int | None
    reasons: tuple[Reason, ...]


def trigger(
    table: ObservationTable,
    *,
    building: str,
    as_of: date,
    policy: Policy,
    last: date | None = None,
    standings: Standings | None = None,
    signals: Sequence[Signal] = (),
) -> Trigger:
    """Tell whether a review is due (RT-1).

    Thirty observations are a reason to look, not a licence to conclude. Without a new observation none is due,
    whatever else.

    Args:
        table: the observations.
        building: id of the school.
        as_of: the day of the question.
        policy: P-REVN, P-REVDAYS and P-REVMODE.
        last: day of the last cut, None before the first; then the first observation that counts starts
            the clock.
        standings: when given, only records with a calibrated rating count.
        signals: signals of charts of the building that no review has read yet; one is enough in either mode.

    Returns:
        The answer with its arithmetic.

    Example:
        >>> from ilr.testing import synthetic
        >>> district = synthetic.district(seed=7)
        >>> table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
        >>> found = trigger(table, building="school-1", as_of=date(2026, 9, 30), policy=Policy())
        >>> found.due, found.by, found.new
        (True, 'count', 65)
    """
    _, chosen, _ = chosen_records(table, building, as_of, policy, last)
    if standings is not None:
        chosen = calibrated_only(chosen, standings)
    counted = chosen.days_with_ratings()
    new = len(counted)
    start = last if last is not None else next(iter(counted), None)
    days = None if start is None else (as_of - start).days
    by_count = new >= policy.review_count
    by_calendar = days is not None and days >= policy.review_days and new >= 1
    by_signal = bool(signals) and new >= 1
    reasons = [Reason.of("NEW_OBSERVATIONS", n=new, least=policy.review_count)]
    if days is not None:
        since = "DAYS_SINCE_FIRST" if last is None else "DAYS_SINCE_REVIEW"
        reasons.append(Reason.of(since, days=days, most=policy.review_days))
    if signals:
        rules = ", ".join(sorted({signal.rule for signal in signals}))
        reasons.append(Reason.of("CHART_SIGNALS", n=len(signals), rules=rules))
    routine = (by_count or by_calendar) if policy.review_mode == "first" else (by_count and by_calendar)
    by: TriggerKind | None = "signal" if by_signal else None
    if routine:
        by = "count" if by_count else "calendar"
    return Trigger(due=by is not None, by=by, new=new, days=days, reasons=tuple(reasons))


@attrs.frozen(kw_only=True)
class Yield:
    """How many observations to expect, and which trigger they lead to. Equal when all fields are equal.

    Attributes:
        a_month: expected observations a month.
        months_to_count: months until they call for a review by their number, infinite where none are expected.
        governs: which trigger to expect: the count where it is reached within a month, else the calendar; None
            where no observation is expected.
    """

    a_month: float
    months_to_count: float
    governs: Literal["count", "calendar"] | None


def expected_yield(*, teachers: int, visits: float, policy: Policy | None = None) -> Yield:
    """The arithmetic of a planner: how many observations a month bring, and how long thirty take (RT-6).

    Observations a month are teachers times visits; visits by two observers count twice. It says nothing of how many
    independent ones they are worth; `ilr.stats.proportions.effective_n` does.

    Args:
        teachers: number of teachers, 0 or more.
        visits: expected records of each teacher a month, 0 or more.
        policy: P-REVN.

    Raises:
        InvalidInput: for numbers below 0 or not finite.

    Example:
        >>> expected_yield(teachers=15, visits=2)
        Yield(a_month=30, months_to_count=1.0, governs='count')
        >>> expected_yield(teachers=10, visits=1.5).governs
        'calendar'
    """
    check = Checker("expected_yield")
    for name, number in (("teachers", teachers), ("visits", visits)):
        check(
            number >= 0 and math.isfinite(number),
            "yield.range",
            name,
            "is out of range",
            expected="0 or more",
        )
    check.done()
    a_month = teachers * visits
    if not a_month:
        return Yield(a_month=a_month, months_to_count=math.inf, governs=None)
    months = (policy or Policy()).review_count / a_month
    return Yield(a_month=a_month, months_to_count=months, governs="count" if months <= 1 else "calendar")
