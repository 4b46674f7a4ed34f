"""Coaching plans: goals that only the teacher can make active, and needs that are coded.

Here belong the plan of one engagement, its goals with their states (CH-1 to CH-5), the log with support
and need codes, and the needs of a group counted under the small-group rules. What was said stays with
teacher and coach; only codes add up (VS-8).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Roster, UnknownCode, listed, read_only
from ilr.base._codec import content_hash
from ilr.cycles import CodeCount
from ilr.disclosure import Agreement, Subject
from ilr.forms import Purpose

__all__ = ["CoachingPlan", "Goal", "GoalState", "GoalStatus", "LogEntry", "needs", "plan"]

NONE = "none"


class GoalStatus(Enum):
    """Where a goal stands. Only the teacher makes it active; the coach alone cannot close it."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    DECLINED = "declined"
    MET = "met"
    REVISED = "revised"
    ENDED_BY_TEACHER = "ended by teacher"
    ENDED_BY_ADMIN = "ended by administration"


_CLOSED = frozenset(
    {
        GoalStatus.DECLINED,
        GoalStatus.MET,
        GoalStatus.REVISED,
        GoalStatus.ENDED_BY_TEACHER,
        GoalStatus.ENDED_BY_ADMIN,
    }
)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Goal:
    """A student-focused target. Equal when all fields are equal.

    Attributes:
        students: what students will do or reach (IC-1).
        look_for: id of the look-for it works through, or None.
        measure: how progress is seen.
        baseline: the measure at the start, or None.
        target: the measure to reach, or None.
        need: id of a need named by the evaluation framework that it answers, or None.
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
    """A goal with who proposed it and where it stands. Equal when all fields are equal.

    Attributes:
        goal: the goal.
        status: where it stands.
        by: id of who proposed or last edited it.
        reason: why administration ended it, empty otherwise.
    """

    goal: Goal
    status: GoalStatus
    by: str
    reason: str = ""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LogEntry:
    """Support given in one conversation, as codes. Equal when all fields are equal.

    Attributes:
        on: the day of the conversation.
        needs: codes of need, or ``none`` said outright.
        supports: codes of the support given.
        minutes: how long, or None.
        protocol: id of the coaching protocol, or None.
        evidence: ids of walkthroughs that were talked about.
        logged_on: the day of the entry; the day of the conversation by default.

    Raises:
        InvalidInput: without a need code.
    """

    on: date
    needs: tuple[str, ...]
    supports: tuple[str, ...] = ()
    minutes: float | None = None
    protocol: str | None = None
    evidence: tuple[str, ...] = ()
    logged_on: date | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("LogEntry")
        check(bool(self.needs), "log.needs", "needs", "are missing", expected="one or more codes, or 'none'")
        check(
            NONE not in self.needs or len(self.needs) == 1,
            "log.none",
            "needs",
            "say none beside a need",
            expected="'none' alone",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachingPlan:
    """The plan of one teacher with one coach. Every step gives a new plan. Equal when all fields are equal.

    Attributes:
        teacher: id of the teacher, who owns the goals.
        coach: id of the coach.
        goals: goals with their states, in order of proposal.
        log: coded entries.
        visibility: what a building leader may see; content is never among it (FW-6).
        dual_role: whether the coach also evaluates the teacher; shown to the teacher (FW-5).
        id: made from teacher and coach unless given.
    """

    teacher: str
    coach: str
    goals: tuple[GoalState, ...] = ()
    log: tuple[LogEntry, ...] = ()
    visibility: Literal["facts only", "nothing"] = "facts only"
    dual_role: bool = False
    id: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("CoachingPlan")
        check(self.teacher != self.coach, "plan.people", "coach", "is the teacher", expected="two people")
        ids = [state.goal.id for state in self.goals]
        check(len(set(ids)) == len(ids), "plan.repeated", "goals", "repeat an id", expected="unlike ids")
        check.done()
        if not self.id:
            object.__setattr__(self, "id", "p-" + content_hash([self.teacher, self.coach])[:16])

    @property
    def agreement(self) -> Agreement:
        """What the two agreed on who may see what, as a gate reads it."""
        return Agreement(
            teacher=self.teacher, coach=self.coach, visibility=self.visibility, dual_role=self.dual_role
        )

    def subject(self, kind: Literal["coaching content", "coaching facts", "needs"]) -> Subject:
        """What a gate needs to know of the plan: its content, its facts or its coded needs (FW-6).

        Args:
            kind: which of the three is asked for; each has openings of its own.
        """
        return Subject(
            id=self.id,
            kind=kind,
            teachers=(self.teacher,),
            authors=(self.coach,),
            coach=self.coach,
            purposes=(Purpose.COACHING,),
        )

    def propose(self, goal: Goal, *, by: str) -> CoachingPlan:
        """Put a goal forward: active at once when the teacher is its author, otherwise proposed (CH-1).

        Raises:
            InvalidInput: when somebody outside the plan proposes, or the goal is there already.
        """
        self._require_party(by)
        status = GoalStatus.ACTIVE if by == self.teacher else GoalStatus.PROPOSED
        return attrs.evolve(self, goals=(*self.goals, GoalState(goal=goal, status=status, by=by)))

    def accept(self, goal: str | None = None, *, by: str) -> CoachingPlan:
        """Accept a proposed goal; the teacher alone can (CH-1).

        Args:
            goal: id of the goal; may be left out when one goal is proposed.
            by: id of who accepts.

        Raises:
            InvalidInput: when it is not the teacher, or the goal is not proposed.
        """
        return self._answer(goal, by, GoalStatus.ACTIVE, "accept")

    def decline(self, goal: str | None = None, *, by: str) -> CoachingPlan:
        """Decline a proposed goal for good; the teacher alone can (CH-4)."""
        return self._answer(goal, by, GoalStatus.DECLINED, "decline")

    def edit(self, goal: Goal, *, by: str) -> CoachingPlan:
        """Change a goal that is open; an edit by anyone but the teacher makes it a proposal again (CH-1).

        Raises:
            InvalidInput: when the goal is closed or the editor is outside the plan.
        """
        self._require_party(by)
        state = self.state(goal.id)
        self._require(state.status not in _CLOSED, "goal.closed", goal.id, "is closed", "an open goal")
        status = GoalStatus.ACTIVE if by == self.teacher else GoalStatus.PROPOSED
        return self._with(GoalState(goal=goal, status=status, by=by))

    def close(
        self,
        goal: str,
        *,
        by: str,
        how: Literal["met", "revised", "ended by teacher", "ended by administration"],
        reason: str = "",
    ) -> CoachingPlan:
        """Close an active goal (CH-5). The coach alone cannot.

        Args:
            goal: id of the goal.
            by: id of who closes it.
            how: with which outcome.
            reason: why; required of administration.

        Raises:
            InvalidInput: when the coach closes, the teacher's word is taken by another, administration
                gives no reason, or the goal is not active.
        """
        status = GoalStatus(how)
        state = self.state(goal)
        if status is GoalStatus.ENDED_BY_ADMIN:
            self._require(
                by not in (self.teacher, self.coach),
                "goal.close",
                goal,
                "is not theirs to end so",
                "somebody of the administration",
            )
            self._require(
                bool(reason.strip()), "goal.reason", goal, "ends without a reason", "why it is ended"
            )
        else:
            self._require(by == self.teacher, "goal.close", goal, "is the teacher's to close", "the teacher")
        self._require(
            state.status is GoalStatus.ACTIVE, "goal.status", goal, "is not active", "an active goal"
        )
        return self._with(attrs.evolve(state, status=status, reason=reason))

    def note(self, entry: LogEntry) -> CoachingPlan:
        """Add a coded log entry."""
        return attrs.evolve(self, log=(*self.log, entry))

    def state(self, goal: str) -> GoalState:
        """A goal with its state.

        Raises:
            UnknownCode: when the plan has no such goal.
        """
        for state in self.goals:
            if state.goal.id == goal:
                return state
        raise UnknownCode(
            f"no such goal; the plan has {listed(s.goal.id for s in self.goals)}", code="plan.goal"
        )

    @property
    def active(self) -> tuple[Goal, ...]:
        """The goals that the teacher has taken on."""
        return tuple(state.goal for state in self.goals if state.status is GoalStatus.ACTIVE)

    def _answer(self, goal: str | None, by: str, status: GoalStatus, word: str) -> CoachingPlan:
        self._require(by == self.teacher, f"goal.{word}", "by", f"cannot {word}", "the teacher of the plan")
        proposed = [state for state in self.goals if state.status is GoalStatus.PROPOSED]
        if goal is None:
            self._require(
                len(proposed) == 1, "goal.which", "goal", "is not clear", "the id of one proposed goal"
            )
            chosen = proposed[0]
        else:
            chosen = self.state(goal)
            self._require(chosen in proposed, "goal.status", goal, "is not proposed", "a proposed goal")
        return self._with(attrs.evolve(chosen, status=status))

    def _with(self, changed: GoalState) -> CoachingPlan:
        goals = tuple(changed if state.goal.id == changed.goal.id else state for state in self.goals)
        return attrs.evolve(self, goals=goals)

    def _require_party(self, by: str) -> None:
        self._require(
            by in (self.teacher, self.coach), "plan.party", "by", "is outside the plan", "teacher or coach"
        )

    @staticmethod
    def _require(holds: bool, code: str, path: str, message: str, expected: str) -> None:
        check = Checker("CoachingPlan")
        check(holds, code, path, message, expected=expected)
        check.done()


def plan(teacher: str, coach: str, *, dual_role: bool = False) -> CoachingPlan:
    """Open a coaching plan.

    Example:
        >>> goal = Goal(students="eight of ten explain their method", look_for="questioning")
        >>> plan("t9", "c2").propose(goal, by="c2").accept(by="t9").active == (goal,)
        True
    """
    return CoachingPlan(teacher=teacher, coach=coach, dual_role=dual_role)


def needs(
    plans: Iterable[CoachingPlan],
    *,
    policy: Policy | None = None,
    roster: Roster | None = None,
    audience: Literal["team", "building", "district"] = "building",
) -> tuple[CodeCount, ...]:
    """The coded needs of a group, as a review reads them (VS-5, VS-8).

    Teachers are counted, not conversations. A code with fewer teachers than the policy asks is listed
    with its number hidden.

    Args:
        plans: the plans of the group.
        policy: P-K-TEAM for a team, P-K-OUT outside.
        roster: tells which ids are one person.
        audience: who is to read them.

    Returns:
        One count a code, in alphabetical order; no count where nobody has a coded need.
    """
    numbers, people = policy or Policy(), roster or Roster()
    least = numbers.team_teachers if audience == "team" else numbers.outside_teachers
    who: dict[str, set[str]] = {}
    for one in plans:
        for entry in one.log:
            for code in entry.needs:
                if code != NONE:
                    who.setdefault(code, set()).add(people.resolve(one.teacher))
    return tuple(
        CodeCount(source="coaching", code=code, teachers=len(who[code]) if len(who[code]) >= least else None)
        for code in sorted(who)
    )
