"""Caseload: how many teachers a coach has, for whom the contact is overdue, and where the time goes (CL-1 to CL-3).

Here belong the numbers of a coach's work. They are about the coach's capacity, not about the quality of anybody. Not
here: how much support is required (`ilr.coaching.requirements`), nor how often leaders are coached
(`ilr.coaching.leaders`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta

import attrs

from ilr.base import Policy, Reason, Roster, SchoolCalendar, Window, countable_days, read_only
from ilr.coaching.capacity import Supporter
from ilr.coaching.facts import contacts
from ilr.coaching.plan import CoachingPlan
from ilr.coaching.sessions import TimeCategory, TimeSpent

__all__ = [
    "Caseload",
    "OverdueContact",
    "TimeShare",
    "caseload",
    "is_active",
    "overdue_contacts",
    "time_share",
]

_SUPPORT = (TimeCategory.COACHING, TimeCategory.PLANNING, TimeCategory.OBSERVING)
_DAY = timedelta(days=1)
_CALENDAR_DAYS = 1.4
"""Calendar days of one instructional day, where nobody says which days are instructional."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Caseload:
    """How many active cases a coach has beside what the release allows (CL-1). Equal when all fields are equal.

    Attributes:
        coach: id of the coach.
        cases: number of active plans.
        at_most: how many the release allows.
        planned: minutes of two weeks that the cases ask for; None where nobody planned them.
        available: minutes of two weeks that the coach has for them; None when not recorded.
        reasons: what does not fit, empty where all does.
    """

    coach: str
    cases: int
    at_most: int
    planned: float | None
    available: float | None
    reasons: tuple[Reason, ...]

    @property
    def fits(self) -> bool:
        """Whether cases and minutes both stay within what there is; what is not recorded breaks nothing."""
        return not self.reasons


def caseload(
    supporter: Supporter,
    plans: Iterable[CoachingPlan],
    *,
    on: date,
    policy: Policy | None = None,
    roster: Roster | None = None,
    planned: float | None = None,
    available: float | None = None,
) -> Caseload:
    """How many active cases a coach has on a day, beside what the release allows (CL-1).

    A case is a plan that runs. What the coach carries by other records (`Supporter.carries`) is not among them.

    Args:
        supporter: the coach, with release and caps.
        plans: plans of any coaches; those of others, and those that ended or open later, are passed over.
        on: the day.
        policy: P-CAP0, P-CAP50 and P-CAP100.
        roster: tells which ids are one person.
        planned: minutes of two weeks that the cases ask for together; None where nobody planned them.
        available: minutes of two weeks that the coach has for them; None when not recorded.

    Returns:
        The numbers and what does not fit.

    Example:
        >>> from ilr.base import Role
        >>> from ilr.coaching import plan
        >>> coach = Supporter(id="c1", role=Role.COACH, release=0.0, buildings=["s1"], offers=["coach"])
        >>> load = caseload(coach, [plan("t1", "c1"), plan("t2", "c1")], on=date(2026, 10, 1))
        >>> load.cases, load.at_most, load.fits
        (2, 1, False)
    """
    people = roster or Roster()
    coach = people.resolve(supporter.id)
    cases = sum(people.resolve(one.coach) == coach and is_active(one, on) for one in plans)
    at_most = supporter.supply(policy or Policy())
    reasons = []
    if cases > at_most:
        reasons.append(Reason.of("CASES_ABOVE", n=cases, most=at_most))
    if planned is not None and available is not None and planned > available:
        reasons.append(Reason.of("MINUTES_ABOVE", n=planned, most=available))
    return Caseload(
        coach=supporter.id,
        cases=cases,
        at_most=at_most,
        planned=planned,
        available=available,
        reasons=tuple(reasons),
    )


def is_active(plan: CoachingPlan, on: date) -> bool:
    """Whether a plan runs on a day, its first and last among them; one without days runs always (ILR-11.GS.1).

    Args:
        plan: the plan.
        on: the day.

    Example:
        >>> from ilr.coaching import plan
        >>> held = plan("t1", "c1", opened=date(2026, 10, 1))
        >>> is_active(held, date(2026, 9, 30)), is_active(held, date(2026, 10, 1))
        (False, True)
    """
    return (plan.opened is None or plan.opened <= on) and (plan.ended is None or on <= plan.ended)


@attrs.frozen(kw_only=True)
class OverdueContact:
    """An active case without a conversation for too long (CL-2). Equal when all fields are equal.

    It says that the coach owes a contact, nothing about the teacher.

    Attributes:
        coach: id of the coach.
        plan: id of the plan.
        days: countable days without a conversation, up to the day that was asked for.
        since: the first day on which they were too many.
    """

    coach: str
    plan: str
    days: int
    since: date


def overdue_contacts(
    plans: Iterable[CoachingPlan],
    *,
    as_of: date,
    calendar: SchoolCalendar | None = None,
    policy: Policy | None = None,
) -> tuple[OverdueContact, ...]:
    """The active cases whose contact is overdue: P-COACH countable days in a row without one (CL-2).

    The days after the last conversation count, or those from the opening of the plan on. The list is for the coach and
    whoever looks after the coach's work: which case it is opens by ``plan.subject("coaching facts")``.

    Args:
        plans: the plans of one or more coaches. Passed over are those that do not run on the day, those without a
            first day and a conversation, of which nobody can tell since when, and the coaching of leaders, which has
            a rule of its own.
        as_of: the day.
        calendar: the instructional days; without one every day counts.
        policy: P-COACH, which without a calendar reads as 14 days instead of 10.

    Returns:
        One entry a case that is overdue, by coach and then by plan.

    Example:
        >>> from ilr.coaching import LogEntry, plan
        >>> held = plan("t1", "c1").note(LogEntry(on=date(2026, 9, 1), needs=["pausing"]))
        >>> [(one.coach, one.days) for one in overdue_contacts([held], as_of=date(2026, 9, 30))]
        [('c1', 29)]
    """
    numbers = policy or Policy()
    most = numbers.coaching_gap if calendar is not None else round(numbers.coaching_gap * _CALENDAR_DAYS)
    found = []
    for one in plans:
        if one.model.coachee != "teacher" or not is_active(one, as_of):
            continue
        held = [day for day in contacts(one) if day <= as_of]
        first = held[-1] + _DAY if held else one.opened
        if first is not None and first <= as_of:
            days = countable_days(Window(first, as_of), calendar=calendar)
            if len(days) >= most:
                found.append(
                    OverdueContact(coach=one.coach, plan=one.id, days=len(days), since=days[most - 1])
                )
    return tuple(sorted(found, key=lambda one: (one.coach, one.plan)))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class TimeShare:
    """Where a coach's time went (CL-3). Equal when all fields are equal.

    Attributes:
        spent: minutes by category, in the order of `TimeCategory`; a category without minutes is left out.
        support: share of coaching, planning and observing, 0 to 1; None without minutes.
    """

    spent: tuple[TimeSpent, ...]
    support: float | None


def time_share(spent: Iterable[TimeSpent]) -> TimeShare:
    """Add up minutes by category and tell the share that went into support of teachers (CL-3, ILR-12.KI.1).

    Args:
        spent: minutes by category, of conversations (`ilr.coaching.Session.minutes`) and of a coach's own log.

    Returns:
        The minutes and the share, which P-COACHTIME asks for.

    Example:
        >>> time_share([TimeSpent(TimeCategory.COACHING, 90), TimeSpent(TimeCategory.ADMIN, 30)]).support
        0.75
    """
    total = dict.fromkeys(TimeCategory, 0.0)
    for one in spent:
        total[one.category] += one.minutes
    everything = math.fsum(total.values())
    return TimeShare(
        spent=tuple(TimeSpent(category, minutes) for category, minutes in total.items() if minutes),
        support=math.fsum(total[category] for category in _SUPPORT) / everything if everything else None,
    )
