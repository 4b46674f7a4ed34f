"""What may be told of coaching by agreement: that it takes place, and nothing of what was said.

Here belong the facts of one plan (FW-6). They tell of one teacher, so they leave by a gate alone. Not here:
counts over many plans.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from ilr.base import read_only
from ilr.coaching.goals import Goal
from ilr.coaching.plan import WITHOUT_WORD, CoachingPlan

__all__ = ["CoachingFacts", "contacts", "facts"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachingFacts:
    """What may be told by agreement: who, when, how long, on which codes. Equal when all are equal.

    Attributes:
        plan: id of the plan.
        teacher: id of the teacher.
        coach: id of the coach.
        days: the days of conversations, in order.
        minutes: minutes of all of them, None where none were noted.
        focus: ids of the look-fors of goals that the teacher took on, in order.
    """

    plan: str
    teacher: str
    coach: str
    days: tuple[date, ...]
    minutes: float | None
    focus: tuple[str, ...]


def facts(plan: CoachingPlan) -> CoachingFacts:
    """The facts of a plan (FW-6), which a gate opens by ``plan.subject("coaching facts")``.

    A goal that is only proposed, or was declined, is not among them (CH-4): whoever reads facts cannot tell
    one from the other, nor either from a goal that was never thought of.

    Args:
        plan: the plan.

    Example:
        >>> goal = Goal(students="eight of ten explain their method", look_for="questioning")
        >>> open = CoachingPlan(teacher="t9", coach="c2")
        >>> facts(open.propose(goal, by="c2").decline(by="t9")) == facts(open)
        True
    """
    logged = {entry.session for entry in plan.log}
    minutes = [*(entry.minutes for entry in plan.log)]
    minutes += [session.total_minutes for session in plan.sessions if session.id not in logged]
    noted = [spent for spent in minutes if spent is not None]
    taken_on = (state.goal for state in plan.goals if state.status not in WITHOUT_WORD)
    return CoachingFacts(
        plan=plan.id,
        teacher=plan.teacher,
        coach=plan.coach,
        days=contacts(plan),
        minutes=sum(noted) if noted else None,
        focus=tuple(dict.fromkeys(_look_fors(taken_on))),
    )


def contacts(plan: CoachingPlan) -> tuple[date, ...]:
    """The days on which the two met, each once and in order: of conversations and of coded entries.

    Args:
        plan: the plan; none for one without either.

    Example:
        >>> from ilr.coaching import LogEntry
        >>> entry = LogEntry(on=date(2026, 9, 3), needs=("pacing",))
        >>> met = CoachingPlan(teacher="t9", coach="c2").note(entry)
        >>> len(contacts(met))
        1
    """
    return tuple(sorted({*(entry.on for entry in plan.log), *(session.on for session in plan.sessions)}))


def _look_fors(goals: Iterable[Goal]) -> Iterable[str]:
    return (goal.look_for for goal in goals if goal.look_for is not None)
