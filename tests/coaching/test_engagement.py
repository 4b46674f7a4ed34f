"""The course of an engagement: whose word each step takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.coaching.one_plan import (
    ACTIVE,
    COACH,
    DAY,
    GOAL,
    LATER,
    LEADER,
    OPEN,
    PROPOSED,
    TEACHER,
    full,
    refused,
    session,
    step,
    strategy,
    talk,
)

from ilr import coaching, interop
from ilr.base import InvalidInput, UnknownCode
from ilr.coaching import (
    CoachingPlan,
    Interpretation,
    Mandate,
    Measurement,
    ObservationRequest,
    PeersAnswer,
    PeersCheck,
)
from ilr.disclosure import EvaluationNeedRef

NEED = EvaluationNeedRef("3b", "Discussion")
READING = Interpretation(id="i1", on=DAY, coach_reading="three of ten speak")
NOON = datetime(2026, 9, 30, 12, tzinfo=UTC)


def test_both_sign_the_agreement() -> None:
    """PP-1: each of the two signs once, and nobody else does."""
    signed = coaching.sign_agreement(OPEN, by=COACH, on=DAY)
    both = coaching.sign_agreement(signed, by=TEACHER, on=LATER)
    assert [(one.by, one.on) for one in both.signatures] == [(COACH, DAY), (TEACHER, LATER)]
    assert refused(lambda: coaching.sign_agreement(both, by=COACH, on=LATER)) == [
        ("plan.repeated", "signatures")
    ]
    assert refused(lambda: coaching.sign_agreement(OPEN, by=LEADER, on=DAY)) == [
        ("plan.party", "signatures[0].by")
    ]


def test_who_may_see_what_is_the_teacher_s_word() -> None:
    """FW-6: the teacher alone changes the agreement, which the coach then has to sign anew."""
    signed = coaching.sign_agreement(coaching.sign_agreement(OPEN, by=TEACHER, on=DAY), by=COACH, on=DAY)
    closed = coaching.change_agreement(signed, by=TEACHER, on=LATER, visibility="nothing")
    assert (closed.agreement.visibility, closed.agreement.walkthroughs) == ("nothing", "not shared")
    assert [one.by for one in closed.signatures] == [TEACHER]
    shared = coaching.change_agreement(closed, by=TEACHER, on=LATER, walkthroughs="shared")
    assert (shared.agreement.visibility, shared.agreement.walkthroughs) == ("nothing", "shared")
    assert refused(lambda: coaching.change_agreement(signed, by=COACH, on=DAY)) == [("agreement.by", "by")]


def test_phases_follow_the_model_and_are_dated() -> None:
    """IC-2: a phase follows as the model says, by one of the two; the refusal says what is allowed."""
    assert OPEN.phase == "identify"
    held = coaching.move_to(OPEN, "learn", by=TEACHER, on=DAY)
    held = coaching.move_to(held, "improve", by=COACH, on=LATER)
    held = coaching.move_to(held, "improve", by=COACH, on=LATER)
    assert [(one.phase, one.on, one.by) for one in held.moves] == [
        ("learn", DAY, TEACHER),
        ("improve", LATER, COACH),
        ("improve", LATER, COACH),
    ]
    assert coaching.move_to(held, "identify", by=TEACHER, on=LATER).phase == "identify"
    with pytest.raises(InvalidInput, match=r"does not follow identify \(expected learn\)"):
        coaching.move_to(OPEN, "improve", by=TEACHER, on=DAY)
    assert refused(lambda: coaching.move_to(OPEN, "learn", by=LEADER, on=DAY)) == [("plan.party", "by")]


def test_an_engagement_ends_with_no_goal_open() -> None:
    """CH-5: as long as a goal is active neither ends the engagement, so that no coach ends a goal with it."""
    for by in (TEACHER, COACH):
        assert refused(lambda by=by: coaching.end_engagement(ACTIVE, by=by, on=LATER)) == [  # type: ignore[misc]  # default binds
            ("plan.ended", "goals")
        ]
    closed = ACTIVE.close(GOAL.id, by=TEACHER, how="met", on=LATER)
    over = coaching.end_engagement(closed, by=COACH, on=LATER)
    assert over.ended == LATER
    assert refused(lambda: coaching.end_engagement(over, by=COACH, on=LATER)) == [
        ("plan.ended_twice", "ended")
    ]
    assert refused(lambda: coaching.end_engagement(OPEN, by=LEADER, on=LATER)) == [("plan.party", "by")]
    late = session(on=LATER + timedelta(days=1))
    assert refused(lambda: coaching.hold_session(over, late)) == [("plan.days", "sessions")]


def test_a_conversation_brings_its_coded_entry() -> None:
    """ILR-11.GB.1: a conversation with codes is logged, one without is kept and not logged; each once."""
    held = coaching.hold_session(OPEN, session(needs=("pacing",)), logged_on=LATER)
    assert [(one.session, one.needs, one.logged_on) for one in held.log] == [("1", ("pacing",), LATER)]
    assert coaching.hold_session(OPEN, session()).log == ()
    assert refused(lambda: coaching.hold_session(held, session())) == [("plan.repeated", "sessions")]
    outside = session("2", DAY, talk(), talk(LEADER))
    assert refused(lambda: coaching.hold_session(held, outside)) == [
        ("plan.party", "sessions[1].entries[1].by")
    ]
    other = session("2", DAY, phase="goal")
    assert refused(lambda: coaching.hold_session(held, other)) == [("plan.phase", "sessions[1].phase")]


def test_a_reading_is_final_by_the_teacher_s_word() -> None:
    """CH-3: both readings are kept, and nothing is final that the teacher has not confirmed."""
    held = coaching.add_reading(OPEN, READING, by=COACH)
    assert held.final == ()
    final = coaching.confirm_reading(held, "i1", by=TEACHER, on=LATER, teacher_reading="the left row speaks")
    assert [(one.coach_reading, one.teacher_reading) for one in final.final] == [
        ("three of ten speak", "the left row speaks")
    ]
    kept = coaching.confirm_reading(held, "i1", by=TEACHER, on=LATER)
    assert kept.final[0].teacher_reading == ""
    for by in (COACH, LEADER):
        assert refused(lambda by=by: coaching.confirm_reading(held, "i1", by=by, on=LATER)) == [  # type: ignore[misc]  # default binds
            ("interpretation.by", "by")
        ]
    assert refused(lambda: coaching.confirm_reading(final, "i1", by=TEACHER, on=LATER)) == [
        ("interpretation.final", "i1")
    ]


def test_a_reading_comes_unconfirmed_and_from_the_two() -> None:
    """CH-3: nobody brings a reading that is confirmed already, and nobody outside brings one."""
    confirmed = attrs.evolve(READING, confirmed_by=TEACHER, confirmed_on=DAY)
    assert refused(lambda: coaching.add_reading(OPEN, confirmed, by=COACH)) == [
        ("interpretation.early", "confirmed_by")
    ]
    assert refused(lambda: coaching.add_reading(OPEN, READING, by=LEADER)) == [("plan.party", "by")]


def test_a_strategy_is_adopted_by_the_teacher() -> None:
    """CH-2: what the coach suggests waits; what the teacher suggests is chosen with it."""
    held = coaching.suggest_strategy(ACTIVE, strategy())
    assert held.adopted == ()
    chosen = coaching.choose_strategy(held, "think-time", by=TEACHER, on=LATER)
    assert [(one.id, one.chosen_on) for one in chosen.adopted] == [("think-time", LATER)]
    own = coaching.suggest_strategy(ACTIVE, strategy(proposed_by=TEACHER))
    assert [(one.chosen_by, one.chosen_on) for one in own.adopted] == [(TEACHER, DAY)]
    assert refused(lambda: coaching.choose_strategy(held, "think-time", by=COACH, on=LATER)) == [
        ("strategy.by", "by")
    ]
    assert refused(lambda: coaching.choose_strategy(own, "think-time", by=TEACHER, on=LATER)) == [
        ("strategy.chosen", "think-time")
    ]
    assert refused(lambda: coaching.suggest_strategy(ACTIVE, strategy(chosen_by=COACH))) == [
        ("strategy.early", "chosen_by")
    ]
    assert refused(lambda: coaching.suggest_strategy(ACTIVE, strategy(proposed_by=LEADER))) == [
        ("plan.party", "strategies[0].proposed_by")
    ]
    with pytest.raises(UnknownCode):
        coaching.choose_strategy(held, "other", by=TEACHER, on=LATER)


def test_a_strategy_goes_with_an_open_goal() -> None:
    """CH-5: for a closed goal no strategy is suggested or chosen."""
    held = coaching.suggest_strategy(ACTIVE, strategy())
    met = held.close(GOAL.id, by=TEACHER, how="met")
    assert refused(lambda: coaching.suggest_strategy(met, strategy(id="b"))) == [("goal.closed", GOAL.id)]
    assert refused(lambda: coaching.choose_strategy(met, "think-time", by=TEACHER, on=LATER)) == [
        ("goal.closed", GOAL.id)
    ]


def test_a_strategy_that_another_chose_is_not_adopted() -> None:
    """CH-2: a record from elsewhere may say that the coach chose; the teacher can still take it up."""
    told = attrs.evolve(ACTIVE, strategies=(strategy(chosen_by=COACH),))
    assert told.adopted == ()
    assert [one.id for one in coaching.choose_strategy(told, "think-time", by=TEACHER, on=LATER).adopted] == [
        "think-time"
    ]


def test_a_change_of_target_takes_the_teacher() -> None:
    """CH-2: when the coach changes measure or target, the goal is a proposal again and cannot be measured."""
    for changed in (attrs.evolve(GOAL, target=9.0), attrs.evolve(GOAL, measure="of twenty")):
        moved = ACTIVE.edit(changed, by=COACH, on=LATER)
        assert (moved.active, moved.state(GOAL.id).accepted_by) == ((), None)
        measured = Measurement(goal=GOAL.id, on=LATER, value=5.0)
        assert refused(lambda moved=moved, measured=measured: coaching.add_measurement(moved, measured)) == [  # type: ignore[misc]  # default binds
            ("goal.status", GOAL.id)
        ]
        assert moved.accept(by=TEACHER).active == (changed,)


def test_progress_is_measured_by_the_goal_s_measure() -> None:
    """IC-2: an active goal is measured on days; one that says no measure is not."""
    held = coaching.add_measurement(ACTIVE, Measurement(goal=GOAL.id, on=LATER, value=5.0))
    assert [(one.on, one.value) for one in held.measurements] == [(LATER, 5.0)]
    vague = OPEN.propose(attrs.evolve(GOAL, measure=" "), by=TEACHER)
    assert refused(
        lambda: coaching.add_measurement(vague, Measurement(goal=GOAL.id, on=LATER, value=5.0))
    ) == [("measurement.measure", GOAL.id)]


def test_the_five_answers_are_the_teacher_s() -> None:
    """CH-7: the teacher answers, later answers replace earlier ones, and nothing is closed by them."""
    some = PeersCheck(goal=GOAL.id, easy=PeersAnswer(holds=False))
    held = coaching.answer_peers(ACTIVE, some, by=TEACHER)
    more = attrs.evolve(some, powerful=PeersAnswer(holds=True))
    assert coaching.answer_peers(held, more, by=TEACHER).peers == (more,)
    assert held.active == (GOAL,)
    assert refused(lambda: coaching.answer_peers(ACTIVE, some, by=COACH)) == [("peers.by", "by")]
    other = PeersCheck(goal="g-none")
    assert refused(lambda: coaching.answer_peers(ACTIVE, other, by=TEACHER)) == [
        ("plan.goal", "peers[0].goal")
    ]


def test_steps_lead_to_a_goal_that_the_teacher_took_on() -> None:
    """PP-6: a step needs an active goal, and is taken once, with its day and evidence."""
    assert refused(lambda: coaching.agree_step(PROPOSED, step())) == [("goal.status", GOAL.id)]
    held = coaching.agree_step(ACTIVE, step())
    taken = coaching.enact_step(held, "s1", on=LATER, evidence="w2")
    assert [(one.enacted_on, one.evidence) for one in taken.steps] == [(LATER, "w2")]
    assert refused(lambda: coaching.enact_step(taken, "s1", on=LATER)) == [("step.enacted", "s1")]
    two = coaching.agree_step(taken, step(id="s2"))
    assert [one.enacted_on for one in coaching.enact_step(two, "s2", on=DAY).steps] == [LATER, DAY]
    assert refused(lambda: coaching.agree_step(held, step(id="s2", session="9"))) == [
        ("plan.session", "steps[1].session")
    ]


def test_a_need_from_evaluation_is_a_proposal() -> None:
    """CH-6: it makes no goal; the teacher alone answers, once, and a declined one stays so (CH-4)."""
    named = coaching.bring_need(OPEN, NEED, on=DAY)
    assert (named.evaluation_needs[0].status, named.goals) == ("proposed", ())
    assert refused(lambda: coaching.answer_need(named, "3b", "accepted", by=COACH)) == [("need.by", "by")]
    gone = coaching.answer_need(named, "3b", "declined", by=TEACHER)
    assert refused(lambda: coaching.answer_need(gone, "3b", "accepted", by=TEACHER)) == [
        ("need.answered", "3b")
    ]
    assert refused(lambda: coaching.bring_need(gone, NEED, on=LATER)) == [
        ("plan.repeated", "evaluation_needs")
    ]
    with pytest.raises(UnknownCode, match="3b"):
        coaching.answer_need(named, "9z", "accepted", by=TEACHER)


def test_a_mandate_leaves_goals_to_the_teacher() -> None:
    """CH-6: where taking part is required, a goal of the coach waits for the teacher all the same."""
    rule = Mandate(id="m1", kind="development plan", start=DAY)
    held = coaching.require_participation(OPEN, rule)
    assert held.mandates == (rule,)
    assert held.propose(GOAL, by=COACH).active == ()
    assert held.propose(GOAL, by=COACH).decline(by=TEACHER).active == ()


def test_requests_are_the_teacher_s() -> None:
    """ILR-9.KI.2: the teacher asks; the coach does not ask in the teacher's name."""
    asked = ObservationRequest(id="r1", by=TEACHER, on=DAY, look_fors=("questioning",))
    assert coaching.request_observation(OPEN, asked).requests == (asked,)
    assert refused(lambda: coaching.request_observation(OPEN, attrs.evolve(asked, by=COACH))) == [
        ("plan.request", "requests[0].by")
    ]


def test_growth_goes_out_at_the_teacher_s_request_alone() -> None:
    """ILR-10.KI.2: the teacher fills the section and asks for the release of named artefacts in it."""
    held = full()
    asked = coaching.ask_release(held, ["w2"], by=TEACHER, at=NOON, recipient="e1", cycle="2026")
    assert (asked.teacher, asked.requested_by, asked.records, asked.origin) == (
        TEACHER,
        TEACHER,
        ("w2",),
        "teacher",
    )
    found = refused(
        lambda: coaching.ask_release(held, ["w9"], by=COACH, at=NOON, recipient="e1", cycle="2026")
    )
    assert found == [("growth.by", "by"), ("growth.unknown", "artefacts")]
    assert refused(
        lambda: coaching.ask_release(held, [], by=TEACHER, at=NOON, recipient="e1", cycle="2026")
    ) == [("release.empty", "records")]
    artefact = attrs.evolve(held.growth[0], id="w3")
    assert refused(lambda: coaching.add_growth(held, artefact, by=COACH)) == [("growth.by", "by")]


def test_a_full_plan_comes_back_from_json_equal() -> None:
    """A plan with one of everything survives the way through text, and stands in the phase it was in."""
    held = full()
    again = interop.loads(interop.dumps(held), CoachingPlan)
    assert again == held
    assert again.phase == "learn"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (
            {"goals": (attrs.evolve(ACTIVE.goals[0], accepted_by=None),)},
            ("plan.word", "goals[0].accepted_by"),
        ),
        (
            {"goals": (attrs.evolve(ACTIVE.goals[0], accepted_by=COACH),)},
            ("plan.word", "goals[0].accepted_by"),
        ),
        ({"steps": (step(goal="g-none"),)}, ("plan.goal", "steps[0].goal")),
        ({"mandates": (Mandate(id="m", kind="other", start=DAY),) * 2}, ("plan.repeated", "mandates")),
        ({"goals": (), "opened": LATER, "ended": DAY}, ("plan.order", "ended")),
        ({"opened": LATER, "sessions": (session(on=DAY),)}, ("plan.days", "sessions")),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(changed: dict[str, Any], found: tuple[str, str]) -> None:
    """CH-1: a goal that stands without the teacher's word, and other contradictions, cannot be built."""
    assert refused(lambda: attrs.evolve(ACTIVE, **changed)) == [found]


def test_leaders_are_coached_under_their_own_row() -> None:
    """VS: whatever is asked of a plan with a leader, a gate reads it as leader coaching."""
    held = coaching.plan("p1", "d1", model=coaching.LEADER_COACHING, opened=date(2026, 9, 1))
    kinds: tuple[Any, ...] = ("coaching content", "coaching facts", "needs")
    assert {held.subject(kind).kind for kind in kinds} == {"leader coaching"}
    told = OPEN.subject("coaching facts", building="school-1", made_at=NOON)
    assert (told.kind, told.building, told.made_at) == ("coaching facts", "school-1", NOON)


def test_a_conversation_is_shared_by_itself() -> None:
    """FW-6: a share of one conversation opens neither the plan nor another conversation."""
    held = full()
    one = held.subject("coaching content", session="1")
    assert (one.id, one.kind, one.teachers) == (f"{held.id}/1", "coaching content", (TEACHER,))
    with pytest.raises(UnknownCode):
        held.subject("coaching content", session="9")


def test_what_was_shared_of_one_engagement_opens_none_that_follows() -> None:
    """FW-6: the plan of the next year has another id, so that no earlier share or release names it."""
    again = coaching.plan(TEACHER, COACH, opened=date(2027, 9, 1))
    assert len({coaching.plan(TEACHER, COACH).id, OPEN.id, again.id}) == 3
