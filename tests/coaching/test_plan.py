"""Coaching plans: whose word makes a goal, and who is told of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest
from tests.coaching.one_plan import refused

from ilr import interop
from ilr.base import UnknownCode
from ilr.coaching import CoachingPlan, Goal, GoalState, GoalStatus, LogEntry, plan
from ilr.disclosure import Agreement, Context, decide
from ilr.forms import Purpose

GOAL = Goal(students="eight of ten explain their method", look_for="questioning")
OTHER = Goal(students="everybody reads aloud once a week")
OPEN = plan("t9", "c2")
PROPOSED = OPEN.propose(GOAL, by="c2")
ACTIVE = PROPOSED.accept(by="t9")
ON = date(2026, 9, 1)


def status(held: CoachingPlan, goal: Goal = GOAL) -> GoalStatus:
    """Where a goal stands."""
    return held.state(goal.id).status


def test_a_goal_of_the_coach_waits_for_the_teacher() -> None:
    """CH-1: what the coach proposes becomes active with the teacher's acceptance and not before."""
    assert (status(PROPOSED), PROPOSED.active) == (GoalStatus.PROPOSED, ())
    assert (status(ACTIVE), ACTIVE.active) == (GoalStatus.ACTIVE, (GOAL,))


def test_a_goal_of_the_teacher_is_active_at_once() -> None:
    """CH-1: its author is its owner."""
    assert OPEN.propose(GOAL, by="t9").active == (GOAL,)


@pytest.mark.parametrize("by", ["c2", "p1", ""])
@pytest.mark.parametrize("step", ["accept", "decline"])
def test_nobody_answers_for_the_teacher(step: str, by: str) -> None:
    """CH-1 and CH-4: coach, leader or nobody can neither accept nor decline."""
    assert refused(lambda: getattr(PROPOSED, step)(by=by)) == [(f"goal.{step}", "by")]


def test_an_edit_by_the_coach_is_a_proposal_again() -> None:
    """CH-1: an acceptance covers what was accepted; a later change of another needs a new one."""
    harder = attrs.evolve(GOAL, target=9.0)
    changed = ACTIVE.edit(harder, by="c2")
    assert (status(changed), changed.active) == (GoalStatus.PROPOSED, ())
    assert changed.accept(by="t9").active == (harder,)
    assert changed.edit(GOAL, by="t9").active == (GOAL,)


def test_declining_is_for_good() -> None:
    """CH-4: a declined goal takes no answer, no edit and no closing, and cannot be put forward again."""
    gone = PROPOSED.decline(by="t9")
    assert status(gone) is GoalStatus.DECLINED
    assert refused(lambda: gone.accept(GOAL.id, by="t9")) == [("goal.status", GOAL.id)]
    assert refused(lambda: gone.decline(GOAL.id, by="t9")) == [("goal.status", GOAL.id)]
    assert refused(lambda: gone.edit(GOAL, by="t9")) == [("goal.closed", GOAL.id)]
    assert refused(lambda: gone.close(GOAL.id, by="t9", how="met")) == [("goal.status", GOAL.id)]
    assert refused(lambda: gone.propose(GOAL, by="c2")) == [("plan.repeated", "goals")]
    assert refused(lambda: gone.accept(by="t9")) == [("goal.which", "goal")]


def test_which_goal_is_meant_has_to_be_clear() -> None:
    """With two proposals the answer names one; the other waits."""
    two = PROPOSED.propose(OTHER, by="c2")
    assert refused(lambda: two.accept(by="t9")) == [("goal.which", "goal")]
    assert two.accept(OTHER.id, by="t9").active == (OTHER,)
    with pytest.raises(UnknownCode):
        two.accept("g-none", by="t9")


@pytest.mark.parametrize(
    ("by", "how", "holds"),
    [
        ("t9", "met", True),
        ("t9", "revised", True),
        ("t9", "ended by teacher", True),
        ("t9", "ended by administration", False),
        ("c2", "met", False),
        ("c2", "revised", False),
        ("c2", "ended by teacher", False),
        ("c2", "ended by administration", False),
        ("p1", "met", False),
        ("p1", "ended by teacher", False),
        ("p1", "ended by administration", True),
    ],
)
def test_who_may_close_a_goal_and_how(by: str, how: Any, holds: bool) -> None:
    """CH-5: the teacher says met, revised or ended, administration its own word, the coach none."""
    if holds:
        closed = ACTIVE.close(GOAL.id, by=by, how=how, reason="the programme ended")
        assert (status(closed).value, closed.active) == (how, ())
    else:
        assert refused(lambda: ACTIVE.close(GOAL.id, by=by, how=how)) == [("goal.close", GOAL.id)]


@pytest.mark.parametrize("reason", ["", "  "])
def test_administration_gives_a_reason(reason: str) -> None:
    """CH-5: ending a goal from outside needs a reason, which the plan keeps; the teacher owes none."""
    found = refused(lambda: ACTIVE.close(GOAL.id, by="p1", how="ended by administration", reason=reason))
    assert found == [("goal.reason", GOAL.id)]
    ended = ACTIVE.close(GOAL.id, by="p1", how="ended by administration", reason="the programme ended")
    assert ended.state(GOAL.id).reason == "the programme ended"
    assert ACTIVE.close(GOAL.id, by="t9", how="ended by teacher").state(GOAL.id).reason == ""


def test_a_goal_that_is_not_active_is_not_closed() -> None:
    """CH-5: a mere proposal is declined, not closed; a closed goal is not closed twice."""
    assert refused(lambda: PROPOSED.close(GOAL.id, by="t9", how="met")) == [("goal.status", GOAL.id)]
    met = ACTIVE.close(GOAL.id, by="t9", how="met")
    assert refused(lambda: met.close(GOAL.id, by="t9", how="met")) == [("goal.status", GOAL.id)]
    assert refused(lambda: met.edit(GOAL, by="t9")) == [("goal.closed", GOAL.id)]


def test_only_the_two_of_a_plan_put_goals_forward() -> None:
    """CH-1: a leader outside the plan neither proposes nor edits."""
    assert refused(lambda: OPEN.propose(GOAL, by="p1")) == [("plan.party", "by")]
    assert refused(lambda: ACTIVE.edit(GOAL, by="p1")) == [("plan.party", "by")]


def test_a_plan_is_of_two_people_with_unlike_goals() -> None:
    """Nobody coaches themself, and a goal stands in a plan once; both are told together."""
    state = GoalState(goal=GOAL, status=GoalStatus.ACTIVE, by="t1")
    found = refused(lambda: CoachingPlan(teacher="t1", coach="t1", goals=(state, state)))
    assert found == [("plan.people", "coach"), ("plan.repeated", "goals")]


def test_a_goal_is_about_students() -> None:
    """A goal that names nothing students reach is refused."""
    assert refused(lambda: Goal(students="  ")) == [("goal.students", "students")]


def test_steps_leave_the_plan_they_started_from() -> None:
    """Each step gives a new plan of the same id; the old one stays as it was."""
    assert OPEN.goals == ()
    assert PROPOSED.id == ACTIVE.id == OPEN.id
    assert status(PROPOSED) is GoalStatus.PROPOSED


def test_a_dual_role_is_written_into_the_plan() -> None:
    """FW-5: a coach who also evaluates is shown as such, and visibility starts at the facts."""
    assert plan("t9", "c2", dual_role=True).dual_role
    assert (OPEN.dual_role, OPEN.visibility) == (False, "facts only")


def test_plans_come_back_from_json_equal() -> None:
    """A plan with goals in several states and a full log survives the way through text."""
    held = (
        ACTIVE.propose(OTHER, by="c2")
        .decline(by="t9")
        .note(
            LogEntry(
                on=ON,
                needs=("pacing",),
                supports=("modelling",),
                minutes=30.0,
                protocol="grow",
                evidence=("w1",),
                logged_on=ON,
            )
        )
    )
    assert interop.loads(interop.dumps(held), CoachingPlan) == held


def test_a_plan_tells_the_gates_what_they_need_to_know() -> None:
    """FW-5, FW-6: content reaches teacher and coach alone, facts the building leader as the two agreed."""
    made = attrs.evolve(plan(teacher="t1", coach="c1", dual_role=True), visibility="nothing")
    assert made.agreement == Agreement(teacher="t1", coach="c1", visibility="nothing", dual_role=True)
    context = Context(as_of=date(2026, 10, 1), agreements=(made.agreement,))
    kinds: tuple[Any, ...] = ("coaching content", "coaching facts", "needs")
    for kind in kinds:
        subject = made.subject(kind)
        assert (subject.id, subject.purposes) == (made.id, (Purpose.COACHING,))
        for viewer, audience, granted in (
            ("t1", "teacher", True),
            ("c1", "coach", True),
            ("t2", "teacher", False),
        ):
            permit = decide(
                viewer,
                subject,
                audience=audience,  # type: ignore[arg-type]  # both are audiences
                grain="individual fact",
                purpose="coaching",
                context=context,
            )
            assert permit.granted is granted
