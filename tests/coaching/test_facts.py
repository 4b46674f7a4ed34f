"""What may be told of coaching: that it takes place, and no trace of what was declined."""

from __future__ import annotations

import attrs
from tests.coaching.one_plan import ACTIVE, COACH, DAY, GOAL, LATER, OPEN, PROPOSED, TEACHER, full, session

from ilr import coaching, interop
from ilr.coaching import CoachingFacts, LogEntry, contacts, facts
from ilr.disclosure import EvaluationNeedRef


def test_a_declined_goal_leaves_no_trace_in_what_is_told() -> None:
    """CH-4: what is told is the same whether a goal was never there, is proposed or was declined."""
    gone = PROPOSED.decline(by=TEACHER, on=LATER)
    assert facts(OPEN) == facts(PROPOSED) == facts(gone)
    for kind in ("coaching facts", "needs"):
        assert OPEN.subject(kind) == PROPOSED.subject(kind) == gone.subject(kind)
    assert coaching.needs([OPEN]) == coaching.needs([PROPOSED]) == coaching.needs([gone])


def test_a_declined_need_leaves_no_trace_in_what_is_told() -> None:
    """CH-4, CH-6: nobody outside learns that evaluation named a need, or that the teacher declined it."""
    named = coaching.bring_need(OPEN, EvaluationNeedRef("3b", "Discussion"), on=DAY)
    gone = coaching.answer_need(named, "3b", "declined", by=TEACHER)
    assert facts(OPEN) == facts(named) == facts(gone)


def test_no_function_of_the_room_counts_declined_goals() -> None:
    """CH-4: among all that the room exports nothing is named for what was declined."""
    assert [name for name in coaching.__all__ if "declin" in name.lower()] == []


def test_facts_are_who_when_how_long_and_on_which_code() -> None:
    """FW-6: days, minutes, codes of goals that stand by the teacher's word, and nobody's words."""
    told = facts(full())
    assert told == CoachingFacts(
        plan=ACTIVE.id, teacher=TEACHER, coach=COACH, days=(DAY,), minutes=30.0, focus=("questioning",)
    )
    assert interop.loads(interop.dumps(told), CoachingFacts) == told
    met = ACTIVE.close(GOAL.id, by=TEACHER, how="met")
    assert facts(met).focus == ("questioning",)
    assert facts(OPEN).minutes is None
    assert facts(OPEN.propose(attrs.evolve(GOAL, look_for=None), by=TEACHER)).focus == ()


def test_minutes_count_once() -> None:
    """A conversation with its coded entry counts once; either alone counts as well."""
    spent = (coaching.TimeSpent(coaching.TimeCategory.COACHING, 20.0),)
    held = coaching.hold_session(OPEN, session("1", DAY, needs=("pacing",), minutes=spent))
    held = coaching.hold_session(held, session("2", LATER, minutes=spent))
    held = held.note(LogEntry(on=LATER, needs=("none",), minutes=5.0))
    assert facts(held).minutes == 45.0
    assert contacts(held) == (DAY, LATER)
