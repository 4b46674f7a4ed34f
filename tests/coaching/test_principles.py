"""The seven principles: each reading can show a breach or none, and certifies nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args, get_type_hints

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
    reflection,
    session,
    step,
    strategy,
    talk,
)

from ilr import coaching, interop
from ilr.base import Person, Reason, Roster, SourceId
from ilr.coaching import PRINCIPLES, CoachingPlan, PrincipleReading, SessionEntry, read_principles
from ilr.cycles import ShareCount
from ilr.disclosure import EvaluationRelease, MemoryLedger, Release, TeacherShare, Withdrawal

NOTE = SessionEntry(by=COACH, kind="learning note", text="I ask too fast")
STEP = SessionEntry(by=COACH, kind="action step", step="s1")


def reading(plan: CoachingPlan, id: str, **options: Any) -> PrincipleReading:
    """What a plan shows of one principle."""
    return next(one for one in read_principles(plan, **options) if one.principle == id)


def codes(plan: CoachingPlan, id: str, **options: Any) -> list[str]:
    """The breaches that a plan shows of one principle."""
    return [reason.code for reason in reading(plan, id, **options).breaches]


def held(*sessions: coaching.Session, plan: CoachingPlan = OPEN) -> CoachingPlan:
    """A plan with conversations."""
    return attrs.evolve(plan, sessions=sessions)


def test_there_are_seven_and_each_says_what_stays_with_people() -> None:
    """PP-1 to PP-7: the principles in order, each with what a record can show and what none can."""
    assert [one.id for one in PRINCIPLES] == [f"PP-{number}" for number in range(1, 8)]
    assert [one.principle for one in read_principles(OPEN)] == [one.id for one in PRINCIPLES]
    assert all(one.entry.human and one.breach and one.share for one in PRINCIPLES)


def test_no_reading_certifies() -> None:
    """PP-1 to PP-7: there are three answers, and none says that a principle holds."""
    kind = get_type_hints(PrincipleReading)["result"]
    assert get_args(kind) == ("breach shown", "no breach shown", "not recorded")
    shown = {one.result for one in read_principles(full(), ledger=MemoryLedger())}
    assert shown == {"no breach shown"}


def test_an_empty_plan_shows_nothing() -> None:
    """PP-1 to PP-7: without a record there is no reading, which is no breach and no pass."""
    found = read_principles(OPEN)
    assert {one.result for one in found} == {"not recorded"}
    assert {one.count for one in found} == {ShareCount(0, 0)}


def test_a_breach_in_a_plan_takes_nothing_from_it() -> None:
    """The readings of a plan with a breach come back from JSON equal, as any other."""
    told = read_principles(held(session("1", DAY, talk())), ledger=MemoryLedger())
    assert interop.loads(interop.dumps(told), tuple[PrincipleReading, ...]) == told


def test_equality() -> None:
    """PP-1: one signature where the two have met, or a strategy of the coach alone, is a breach."""
    one = coaching.sign_agreement(held(session()), by=COACH, on=DAY)
    assert codes(one, "PP-1") == ["SIGNED_BY_ONE"]
    assert codes(coaching.sign_agreement(one, by=TEACHER, on=DAY), "PP-1") == []
    assert codes(coaching.sign_agreement(OPEN, by=COACH, on=DAY), "PP-1") == []
    alone = attrs.evolve(ACTIVE, strategies=(strategy(chosen_by=COACH),))
    assert codes(alone, "PP-1") == ["STRATEGY_BY_COACH_ALONE"]
    own = coaching.suggest_strategy(ACTIVE, strategy(proposed_by=TEACHER))
    assert codes(own, "PP-1") == []
    assert reading(own, "PP-1").count == ShareCount(1, 2)
    assert reading(PROPOSED, "PP-1").count == ShareCount(0, 0)


def test_choice() -> None:
    """PP-2: work on a goal that waits for the teacher, or a choice or reading of another, is a breach."""
    waits = attrs.evolve(PROPOSED, steps=(step(on=LATER),))
    assert codes(waits, "PP-2") == ["WORK_WITHOUT_WORD"]
    measured = coaching.Measurement(goal=GOAL.id, on=LATER, value=4.0)
    gone = attrs.evolve(PROPOSED.decline(by=TEACHER, on=DAY), measurements=(measured,))
    assert codes(gone, "PP-2") == ["WORK_WITHOUT_WORD"]
    chosen = attrs.evolve(ACTIVE, strategies=(strategy(chosen_by=COACH),))
    assert codes(chosen, "PP-2") == ["STRATEGY_NOT_BY_TEACHER"]
    read = coaching.Interpretation(id="i1", on=DAY, confirmed_by=COACH, confirmed_on=DAY)
    assert codes(attrs.evolve(OPEN, interpretations=(read,)), "PP-2") == ["READING_NOT_BY_TEACHER"]
    assert reading(PROPOSED, "PP-2").result == "no breach shown"
    own = ACTIVE.propose(attrs.evolve(GOAL, id="g-own"), by=TEACHER)
    assert reading(own, "PP-2").count == ShareCount(1, 2)


@pytest.mark.parametrize("on", [DAY, None])
def test_work_that_may_have_come_before_is_no_breach(on: date | None) -> None:
    """PP-2: work of the day of the proposal, or beside one without a day, may be older than it."""
    waits = OPEN.propose(GOAL, by=COACH, on=on)
    assert codes(attrs.evolve(waits, steps=(step(),)), "PP-2") == []


def shown(*entries: Any, to: str = LEADER, on: date = LATER, grain: Any = "individual content") -> list[str]:
    """The breaches of voice when content goes to somebody."""
    told = Release(on=on, to=to, audience="building", grain=grain, subject=ACTIVE.id)
    return codes(ACTIVE, "PP-3", ledger=MemoryLedger((*entries, told)))


def test_voice() -> None:
    """PP-3: content that reached somebody to whom the teacher had not opened it is a breach."""
    share = TeacherShare(on=DAY, teacher=TEACHER, subject=ACTIVE.id, to=LEADER)
    assert shown() == ["CONTENT_NOT_OPENED"]
    assert shown(share) == []
    assert shown(attrs.evolve(share, id="", on=LATER + timedelta(days=1))) == ["CONTENT_NOT_OPENED"]
    assert shown(attrs.evolve(share, id="", teacher=COACH)) == ["CONTENT_NOT_OPENED"]
    assert shown(attrs.evolve(share, id="", to="p2")) == ["CONTENT_NOT_OPENED"]
    assert shown(grain="individual fact") == []
    for to in (TEACHER, COACH):
        assert shown(to=to) == []
    assert reading(ACTIVE, "PP-3").result == "not recorded"
    told = held(session("1", DAY, talk(), talk(TEACHER)), session("2", LATER, talk()))
    assert reading(told, "PP-3").count == ShareCount(1, 2)


def test_a_single_conversation_is_content_too() -> None:
    """PP-3: one conversation that went out is a breach, unless the teacher opened that very one."""
    plan = held(session("1"), session("2"))
    told = Release(
        on=LATER, to=LEADER, audience="building", grain="individual content", subject=f"{plan.id}/1"
    )
    for opened, found in ((f"{plan.id}/1", []), (f"{plan.id}/2", ["CONTENT_NOT_OPENED"])):
        share = TeacherShare(on=DAY, teacher=TEACHER, subject=opened, to=LEADER)
        assert codes(plan, "PP-3", ledger=MemoryLedger((share, told))) == found


@pytest.mark.parametrize(
    ("by", "day", "found"),
    [
        (TEACHER, 10, ["CONTENT_NOT_OPENED"]),
        (TEACHER, 14, []),
        (COACH, 10, []),
    ],
)
def test_what_the_teacher_took_back_opens_nothing_after(by: str, day: int, found: list[str]) -> None:
    """PP-3: a withdrawal of the teacher counts from the day after, and one of another not at all."""
    share = TeacherShare(on=DAY, teacher=TEACHER, subject=ACTIVE.id, to=LEADER)
    back = Withdrawal(entry=share.id, by=by, at=datetime(2026, 9, day, 9, tzinfo=UTC))
    assert shown(share, back) == found


@pytest.mark.parametrize(("by", "found"), [(TEACHER, []), (LEADER, ["CONTENT_NOT_OPENED"])])
def test_a_release_to_evaluation_is_the_teacher_s_word_too(by: str, found: list[str]) -> None:
    """PP-3, FW-2: what the teacher asked to be released is opened; a request of another opens nothing."""
    asked = EvaluationRelease(
        teacher=TEACHER,
        requested_by=by,
        requested_at=datetime(2026, 9, 8, 9, tzinfo=UTC),
        records=(ACTIVE.id,),
        recipient=LEADER,
        cycle="2026",
    )
    assert shown(asked) == found


def test_ids_of_one_person_are_one_in_the_ledger() -> None:
    """PP-3: content that went to the coach under another id stayed with the two."""
    roster = Roster(people=(Person(id=COACH, also=(SourceId("sis", "4711"),)),))
    told = Release(on=DAY, to="4711", audience="coach", grain="individual content", subject=ACTIVE.id)
    assert codes(ACTIVE, "PP-3", ledger=MemoryLedger((told,)), roster=roster) == []
    assert codes(ACTIVE, "PP-3", ledger=MemoryLedger((told,))) == ["CONTENT_NOT_OPENED"]


def test_dialogue() -> None:
    """PP-4: entries of the coach alone are a breach, of the teacher alone none."""
    plan = held(
        session("1", DAY, talk()), session("2", DAY, talk(TEACHER)), session("3", DAY, talk(), talk(TEACHER))
    )
    assert reading(plan, "PP-4").breaches == (Reason.of("COACH_ALONE_SPEAKS", session="1"),)
    assert reading(plan, "PP-4").count == ShareCount(1, 3)
    assert reading(held(session()), "PP-4").result == "not recorded"


def test_reflection() -> None:
    """PP-5: a step that was agreed on before the teacher reflected is a breach."""
    plan = held(
        session("1", DAY, STEP, reflection()), session("2", DAY, reflection(), STEP), session("3", DAY, NOTE)
    )
    assert reading(plan, "PP-5").breaches == (Reason.of("STEP_BEFORE_REFLECTION", session="1", steps=1),)
    assert reading(plan, "PP-5").count == ShareCount(2, 3)


def test_praxis() -> None:
    """PP-6: a goal that counts as met, with steps of which none was taken, is a breach."""
    agreed = coaching.agree_step(coaching.agree_step(ACTIVE, step()), step(id="s2"))
    assert codes(agreed, "PP-6") == []
    assert codes(agreed.close(GOAL.id, by=TEACHER, how="met"), "PP-6") == ["MET_WITHOUT_STEP"]
    assert codes(agreed.close(GOAL.id, by=TEACHER, how="revised"), "PP-6") == []
    taken = coaching.enact_step(agreed, "s1", on=LATER)
    assert codes(taken.close(GOAL.id, by=TEACHER, how="met"), "PP-6") == []
    assert reading(taken, "PP-6").count == ShareCount(1, 2)
    assert reading(ACTIVE.close(GOAL.id, by=TEACHER, how="met"), "PP-6").result == "not recorded"


def test_reciprocity() -> None:
    """PP-7: an end without any learning note of the coach is a breach; cycles with one are counted."""
    plan = held(session("1", DAY, talk()))
    assert codes(plan, "PP-7") == []
    assert codes(coaching.end_engagement(plan, by=TEACHER, on=LATER), "PP-7") == ["NO_LEARNING_NOTE"]
    noted = coaching.end_engagement(held(session("1", DAY, NOTE)), by=TEACHER, on=LATER)
    assert codes(noted, "PP-7") == []
    assert codes(coaching.end_engagement(OPEN, by=TEACHER, on=LATER), "PP-7") == []
    teacher_s = held(session("1", DAY, attrs.evolve(NOTE, by=TEACHER)))
    assert reading(teacher_s, "PP-7").count == ShareCount(0, 1)


def test_a_cycle_begins_with_each_return_to_the_first_phase() -> None:
    """PP-7: conversations before and after the return are of two cycles; a note in one counts for one."""
    plan = OPEN
    for to in ("learn", "improve", "identify"):
        plan = coaching.move_to(plan, to, by=TEACHER, on=LATER)
    plan = held(session("1", DAY, NOTE), session("2", DAY, talk()), session("3", LATER, talk()), plan=plan)
    assert reading(plan, "PP-7").count == ShareCount(1, 2)
