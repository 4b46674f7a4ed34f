"""How walkthroughs reach coaching: notes before, evidence in, and answers after a conversation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.coaching.one_plan import ACTIVE, COACH, DAY, GOAL, OPEN, TEACHER, session

from ilr import coaching
from ilr.base import Person, Policy, Roster, SchoolCalendar, SourceId, Window
from ilr.coaching import GROW, CoachingPlan, ObservationRequest, RequestCount
from ilr.coaching.walkthrough_use import (
    coach_activity,
    evidence_used,
    goals_without_component,
    notes_before_sessions,
    parts_followed,
    requests_answered,
)
from ilr.continuum import Component, Crosswalk, CrosswalkEntry
from ilr.disclosure import Release
from ilr.forms import Answer, AnswerState, FormRef, Purpose, Walkthrough

CALENDAR = SchoolCalendar.weekdays(date(2026, 9, 1), date(2026, 10, 30), timezone="America/Detroit")
SAME = Roster(people=(Person(id=TEACHER, also=(SourceId("sis", "4711"),)),))


def walk(
    on: date, *answers: Answer, teacher: str = TEACHER, form: str = "core", **changed: Any
) -> Walkthrough:
    """A walkthrough in the morning of a day."""
    return Walkthrough(
        form=FormRef(form, "1.0.0", "x"),
        teachers=(teacher,),
        observer=changed.pop("observer", COACH),
        at=datetime(on.year, on.month, on.day, 14, tzinfo=UTC),
        answers=answers,
        **changed,
    )


def days(count: int) -> date:
    """So many days after the first."""
    return DAY + timedelta(days=count)


def told(subject: str, on: date, **changed: Any) -> Release:
    """A disclosure to the teacher."""
    known: dict[str, Any] = {"to": TEACHER, "audience": "teacher", "grain": "individual content"}
    return Release(on=on, subject=subject, **{**known, **changed})


def held(*sessions: coaching.Session, plan: CoachingPlan = OPEN) -> CoachingPlan:
    """A plan with conversations."""
    return attrs.evolve(plan, sessions=sessions)


@pytest.mark.parametrize(
    ("release", "lead", "holds"),
    [
        (told("w1", days(3)), 1, True),
        (told("w1", days(4)), 1, False),
        (told("w1", days(4)), 0, True),
        (told("w1", days(5)), 0, False),
        (told("w1", days(3)), 2, False),
        (told("w2", days(0)), 1, False),
        (told("w1", days(0), to="t1"), 1, False),
        (told("w1", days(0), audience="building"), 1, False),
    ],
)
def test_notes_reach_the_teacher_before_the_conversation(release: Release, lead: int, holds: bool) -> None:
    """ILR-9.GB.2: P-LEAD days lie between notes and conversation, for this teacher and walkthrough."""
    found = notes_before_sessions(
        held(session(on=days(4), scope=("w1",))), [release], policy=Policy(lead_days=lead)
    )
    assert (found.of, found.lacking) == (1, () if holds else ("1",))


def test_only_instructional_days_lie_between() -> None:
    """ILR-9.GB.2: over a weekend no instructional day passes; without a calendar every day counts."""
    monday = held(session(on=days(7), scope=("w1",)))
    friday = [told("w1", days(4))]
    assert notes_before_sessions(monday, friday, calendar=CALENDAR).reached == 1
    saturday = [told("w1", days(5))]
    assert notes_before_sessions(monday, saturday).reached == 1
    assert notes_before_sessions(monday, saturday, calendar=CALENDAR).reached == 0


def test_every_walkthrough_in_scope_has_to_be_there() -> None:
    """ILR-9.GB.2: one late note of two is late; the first disclosure counts; no scope asks nothing."""
    plan = held(session("1", days(4), scope=("w1", "w2")), session("2", days(5)))
    early = [told("w1", days(1)), told("w1", days(4)), told("w2", days(1), to="4711")]
    assert notes_before_sessions(plan, early, roster=SAME).share == 1.0
    assert notes_before_sessions(plan, early).lacking == ("1",)
    assert notes_before_sessions(OPEN, early).share is None


def test_a_conversation_draws_on_what_was_seen_since_the_last() -> None:
    """ILR-9.KI.1: where there was a visit since the conversation before, one such visit is evidence."""
    first, second = walk(days(1)), walk(days(6))
    plan = held(session("1", days(3), evidence=(first.id,)), session("2", days(9), evidence=(first.id,)))
    found = evidence_used(plan, [first, second])
    assert (found.reached, found.of, found.lacking) == (1, 2, ("2",))
    assert evidence_used(plan, [first]).of == 1
    assert evidence_used(plan, [walk(days(1), teacher="t1")]).of == 0


def test_what_came_first_on_one_day_cannot_be_told() -> None:
    """ILR-9.KI.1: a visit on its day may be evidence of a conversation or the next, and is asked of neither."""
    same = walk(days(3))
    bare = held(session("1", days(3)), session("2", days(9)))
    assert evidence_used(bare, [same], calendar=CALENDAR).of == 0
    seen = walk(days(6))
    later = held(session("1", days(3)), session("2", days(9), evidence=(same.id,)))
    assert evidence_used(later, [same, seen]).reached == 1


def test_the_first_conversation_looks_back_to_the_first_day() -> None:
    """ILR-9.KI.1: visits before the plan was opened are not asked for; without a first day all are."""
    before = walk(OPEN.opened or DAY)
    plan = held(session(on=days(3)))
    assert evidence_used(plan, [before]).of == 0
    assert evidence_used(attrs.evolve(plan, opened=None), [before]).of == 1


def test_calibration_records_and_corrected_ones_are_no_visits() -> None:
    """A record made for calibration, or one that a later record corrects, is not about teaching."""
    wrong = walk(days(1))
    right = walk(days(1), id="w-right", supersedes=wrong.id)
    plan = held(session(on=days(3), evidence=(wrong.id,)))
    assert evidence_used(plan, [wrong, right]).lacking == ("1",)
    assert evidence_used(plan, [walk(days(1), purpose=Purpose.CALIBRATION)]).of == 0


def test_conversations_that_follow_their_model_are_counted() -> None:
    """TH-S3: a conversation with all parts in order is counted, the others are named."""
    parts = GROW.parts_in(None)
    plan = attrs.evolve(
        coaching.plan(TEACHER, COACH, model=GROW),
        sessions=(session("1", parts=parts), session("2", parts=parts[:2])),
    )
    assert (parts_followed(plan).share, parts_followed(plan).lacking) == (0.5, ("2",))


def asked(**changed: Any) -> CoachingPlan:
    """A plan with one request of the teacher."""
    known: dict[str, Any] = {"id": "r1", "by": TEACHER, "on": DAY, "look_fors": ("questioning",)}
    return coaching.request_observation(OPEN, ObservationRequest(**{**known, **changed}))


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (AnswerState.NOT_OBSERVED, RequestCount(answered=("r1",))),
        (AnswerState.UNANSWERED, RequestCount(unanswered=("r1",))),
    ],
)
def test_the_next_walkthrough_answers_a_request(state: AnswerState, result: RequestCount) -> None:
    """ILR-9.KI.2: to have looked is an answer, whatever was seen; an item left open is none."""
    visit = walk(days(1), Answer("q", None, state, "questioning"))
    assert requests_answered(asked(), [visit]) == result
    rated = walk(days(1), Answer("q", 3, look_for="questioning"))
    assert requests_answered(asked(), [rated]).share == 1.0


def test_only_the_next_walkthrough_counts() -> None:
    """ILR-9.KI.2: a later visit does not mend the next one, and one of the same day is not the next."""
    rated = Answer("q", 3, look_for="questioning")
    assert requests_answered(asked(), [walk(days(1)), walk(days(2), rated)]).unanswered == ("r1",)
    waiting = requests_answered(asked(), [walk(days(0), rated)], calendar=CALENDAR)
    assert (waiting, waiting.share) == (RequestCount(waiting=("r1",)), None)
    assert requests_answered(OPEN, [walk(days(1))]) == RequestCount()


def test_a_question_is_answered_on_a_form_that_asks_it() -> None:
    """ILR-9.KI.2: the form of the next visit bears the id of the request that was added to it."""
    question = asked(look_fors=(), question="who speaks?")
    assert requests_answered(question, [walk(days(1), form="core+r1")]).share == 1.0
    assert requests_answered(question, [walk(days(1), form="core+r2")]).share == 0.0
    assert requests_answered(question, [walk(days(1), form="r1")]).share == 0.0


def test_a_focus_comes_from_the_evaluation_framework() -> None:
    """ILR-10.GB.2: an active goal goes with a component by its look-for or by the need that it answers."""
    links = Crosswalk(
        id="x",
        framework="state",
        components=(Component(id="3b"),),
        entries=(CrosswalkEntry(kind="look_for", code="questioning", components=("3b",)),),
    )
    assert goals_without_component(ACTIVE, links) == ()
    other = attrs.evolve(GOAL, id="g-other", look_for="pacing")
    free = attrs.evolve(GOAL, id="g-free", look_for=None)
    named = attrs.evolve(free, id="g-named", need="3b")
    plan = ACTIVE
    for goal in (other, free, named):
        plan = plan.propose(goal, by=TEACHER)
    assert goals_without_component(plan, links) == ("g-other", "g-free")
    assert goals_without_component(OPEN.propose(other, by=COACH), links) == ()


def test_a_coach_observes_and_coaches_with_notes() -> None:
    """ILR-12.KI.4: visits and conversations with evidence in the window, by this coach alone."""
    window = Window(DAY, days(5))
    plan = held(
        session("1", days(1), evidence=("w1",)),
        session("2", days(2)),
        session("3", days(9), evidence=("w1",)),
    )
    other = attrs.evolve(plan, coach="c9", id="")
    walks = [walk(days(1)), walk(days(9)), walk(days(2), observer="c9")]
    found = coach_activity(COACH, [plan, other], walks, window=window, calendar=CALENDAR)
    assert (found.observations, found.sessions, found.both) == (1, 1, True)
    assert not coach_activity(COACH, [plan], [], window=window).both
    assert not coach_activity(COACH, [], walks, window=window).both
