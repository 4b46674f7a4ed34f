"""Triggers: when a review is due, and by what (RT-1).

Here belongs the question of the calendar, of the count and of a signal. Thirty observations are a reason to look,
never a licence to conclude.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ilr.base import Policy, Reason, read_only
from ilr.calibration import Standings
from ilr.cycles.cuts import chosen_records
from ilr.disclosure import calibrated_only
from ilr.observation import ObservationTable

__all__ = ["Trigger", "trigger"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Trigger:
    """Whether a review is due, and by what. Equal when all fields are equal.

    Attributes:
        due: whether it is.
        by: ``count``, ``calendar`` or ``signal``; None when not due.
        new: new valid observations since the last cut; those made before calibration do not count.
        days: calendar days since the last cut, before any since the first observation; None without one.
        reasons: the arithmetic in words.
    """

    due: bool
    by: Literal["count", "calendar", "signal"] | None
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
) -> Trigger:
    """Tell whether a review is due (RT-1).

    Thirty observations are a reason to look, not a licence to conclude.

    Args:
        table: the observations.
        building: id of the school.
        as_of: the day of the question.
        policy: P-REVN, P-REVDAYS and P-REVMODE.
        last: day of the last cut, None before the first; then the first observation that counts starts
            the clock.
        standings: when given, only records with a calibrated rating count.

    Returns:
        The answer with its arithmetic.
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
    due = (by_count or by_calendar) if policy.review_mode == "first" else (by_count and by_calendar)
    by: Literal["count", "calendar"] | None = None
    if due:
        by = "count" if by_count else "calendar"
    reasons = [Reason.of("NEW_OBSERVATIONS", n=new, least=policy.review_count)]
    if days is not None:
        since = "DAYS_SINCE_FIRST" if last is None else "DAYS_SINCE_REVIEW"
        reasons.append(Reason.of(since, days=days, most=policy.review_days))
    return Trigger(due=due, by=by, new=new, days=days, reasons=tuple(reasons))
