"""Goals of coaching: a result that students reach, whose word made it, and the five answers of the teacher.

Here belong the goal, where it stands, and the PEERS check (Knight 2018). Not here: the steps from one state
to the next (`ilr.coaching.plan`), or the work on a goal (`ilr.coaching.work`).
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Literal

import attrs

from ilr.base import Checker, content_hash, read_only

__all__ = ["CLOSED", "Goal", "GoalState", "GoalStatus", "PeersAnswer", "PeersCheck"]


class GoalStatus(Enum):
    """Where a goal stands. Only the teacher makes it active; the coach alone cannot close it."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    DECLINED = "declined"
    MET = "met"
    REVISED = "revised"
    ENDED_BY_TEACHER = "ended by teacher"
    ENDED_BY_ADMIN = "ended by administration"


CLOSED = frozenset(
    {
        GoalStatus.DECLINED,
        GoalStatus.MET,
        GoalStatus.REVISED,
        GoalStatus.ENDED_BY_TEACHER,
        GoalStatus.ENDED_BY_ADMIN,
    }
)
"""The states that nothing leads out of."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Goal:
    """A student-focused target (IC-1). Equal when all fields are equal.

    Attributes:
        students: what students will do or reach.
        look_for: id of the look-for it works through, or None.
        measure: how progress is seen.
        baseline: the measure at the start, or None.
        target: the measure to reach, or None.
        need: id of the component of a need named by the evaluation framework that it answers, or None.
        id: made from the rest unless given.

    Raises:
        InvalidInput: when it names no result for students.
    """

    students: str
    look_for: str | None = None
    measure: str = ""
    baseline: float | None = None
    target: float | None = None
    need: str | None = None
    id: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("Goal")
        check(
            bool(self.students.strip()),
            "goal.students",
            "students",
            "are missing",
            expected="a result that students reach",
        )
        check.done()
        if not self.id:
            key = [self.students, self.look_for, self.measure, self.baseline, self.target, self.need]
            object.__setattr__(self, "id", "g-" + content_hash(key)[:16])


@attrs.frozen(kw_only=True)
class GoalState:
    """A goal with whose word it has and where it stands. Equal when all fields are equal.

    Attributes:
        goal: the goal.
        status: where it stands.
        by: id of who proposed or last edited it.
        reason: why administration ended it, empty otherwise.
        accepted_by: id of who accepted it as it now is; None where nobody did, or its author is its owner.
        on: the day of the last step, None where none was given.
    """

    goal: Goal
    status: GoalStatus
    by: str
    reason: str = ""
    accepted_by: str | None = None
    on: date | None = None

    def has_word_of(self, person: str) -> bool:
        """Whether a person wrote the goal as it now is, or accepted it so (CH-1)."""
        return person in (self.by, self.accepted_by)


@attrs.frozen
class PeersAnswer:
    """One answer of the teacher about a goal. Equal when both fields are equal.

    Attributes:
        holds: whether the teacher says so.
        text: in the teacher's words, empty without any; never aggregated.
    """

    holds: bool
    text: str = ""


@attrs.frozen(kw_only=True)
class PeersCheck:
    """The teacher's five answers about a goal: no score, and nothing fails (CH-7). Equal when all are equal.

    Attributes:
        goal: id of the goal.
        powerful: would it matter to students?
        easy: is it simple enough to begin?
        compelling: does it move the teacher?
        reachable: is there a way, and a measure that shows arrival?
        student_focused: is it about students?

    Example:
        >>> check = PeersCheck(goal="g1", powerful=PeersAnswer(True), easy=PeersAnswer(False, "two at once"))
        >>> check.status, check.missing
        ('incomplete', ('compelling', 'reachable', 'student_focused'))
    """

    goal: str
    powerful: PeersAnswer | None = None
    easy: PeersAnswer | None = None
    compelling: PeersAnswer | None = None
    reachable: PeersAnswer | None = None
    student_focused: PeersAnswer | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The questions without an answer, in order."""
        return tuple(field.name for field in attrs.fields(type(self)) if getattr(self, field.name) is None)

    @property
    def status(self) -> Literal["complete", "incomplete"]:
        """Complete when all five are answered, whatever the answers say."""
        return "incomplete" if self.missing else "complete"
