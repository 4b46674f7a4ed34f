"""One teacher, one coach, and what they do, for the tests of coaching."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ilr.base import InvalidInput
from ilr.coaching import ActionStep, CoachingPlan, Goal, Session, SessionEntry, Strategy, plan

TEACHER, COACH, LEADER = "t9", "c2", "p1"
DAY = date(2026, 9, 7)
LATER = date(2026, 9, 14)
GOAL = Goal(
    students="eight of ten explain their method",
    look_for="questioning",
    measure="students who explain, of ten",
    baseline=3.0,
    target=8.0,
)
OPEN = plan(TEACHER, COACH, opened=date(2026, 9, 1))
PROPOSED = OPEN.propose(GOAL, by=COACH, on=DAY)
ACTIVE = PROPOSED.accept(by=TEACHER, on=DAY)


def refused(call: Callable[[], Any]) -> list[tuple[str, str]]:
    """What a step is refused for: code and path of each problem."""
    with pytest.raises(InvalidInput) as refusal:
        call()
    return [(problem.code, problem.path) for problem in refusal.value.problems]


def strategy(**changed: Any) -> Strategy:
    """A strategy that the coach puts forward."""
    known: dict[str, Any] = {
        "id": "think-time",
        "goal": GOAL.id,
        "practice": "wait-time",
        "proposed_by": COACH,
        "on": DAY,
    }
    return Strategy(**{**known, **changed})


def step(**changed: Any) -> ActionStep:
    """A step towards the goal."""
    known: dict[str, Any] = {"id": "s1", "goal": GOAL.id, "what": "count to five", "on": DAY}
    return ActionStep(**{**known, **changed})


def session(id: str = "1", on: date = DAY, *entries: SessionEntry, **changed: Any) -> Session:
    """A conversation."""
    return Session(id=id, on=on, entries=entries, **changed)


def reflection(by: str = TEACHER) -> SessionEntry:
    """A thought written down."""
    return SessionEntry(by=by, kind="reflection", text="they wait for me")


def talk(by: str = COACH, **changed: Any) -> SessionEntry:
    """Something said."""
    return SessionEntry(by=by, kind="talk", text="what did they do then?", **changed)


def full() -> CoachingPlan:
    """A plan with one of everything, by the ways that the room offers."""
    from ilr import coaching
    from ilr.disclosure import EvaluationNeedRef

    held = coaching.sign_agreement(ACTIVE, by=COACH, on=DAY)
    held = coaching.sign_agreement(held, by=TEACHER, on=DAY)
    reading = coaching.Interpretation(
        id="i1", on=DAY, evidence=("w1",), measure="of ten", baseline=3.0, coach_reading="three speak"
    )
    held = coaching.add_reading(held, reading, by=COACH)
    held = coaching.confirm_reading(held, "i1", by=TEACHER, on=DAY, teacher_reading="the left row speaks")
    answers = coaching.PeersCheck(goal=GOAL.id, powerful=coaching.PeersAnswer(holds=True, text="it is"))
    held = coaching.answer_peers(held, answers, by=TEACHER)
    held = coaching.suggest_strategy(held, strategy())
    held = coaching.choose_strategy(held, "think-time", by=TEACHER, on=DAY)
    told = session(
        "1",
        DAY,
        reflection(),
        SessionEntry(by=COACH, kind="action step", step="s1"),
        SessionEntry(by=COACH, kind="learning note", text="I ask too fast"),
        phase="identify",
        parts=("reality", "goal", "strategy"),
        needs=("pacing",),
        supports=("modelling",),
        minutes=(coaching.TimeSpent(coaching.TimeCategory.COACHING, 30.0),),
        evidence=("w1",),
        scope=("w1",),
        teacher_talk=0.6,
    )
    held = coaching.hold_session(held, told, logged_on=LATER)
    held = coaching.agree_step(held, step(session="1", due=LATER))
    held = coaching.enact_step(held, "s1", on=LATER, evidence="w2")
    held = coaching.add_measurement(held, coaching.Measurement(goal=GOAL.id, on=LATER, value=5.0))
    held = coaching.bring_need(held, EvaluationNeedRef("3b", "Discussion"), on=DAY)
    held = coaching.answer_need(held, "3b", "accepted", by=TEACHER)
    held = coaching.require_participation(
        held, coaching.Mandate(id="m1", kind="state mentoring", start=DAY, end=LATER)
    )
    asked = coaching.ObservationRequest(id="r1", by=TEACHER, on=DAY, look_fors=("questioning",))
    held = coaching.request_observation(held, asked)
    artefact = coaching.GrowthArtefact(id="w2", kind="walkthrough", on=LATER, about=GOAL.id)
    held = coaching.add_growth(held, artefact, by=TEACHER)
    return coaching.move_to(held, "learn", by=COACH, on=LATER)
