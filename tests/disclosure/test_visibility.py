"""Who may see what: every cell of the table, conditional ones both ways."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from tests.disclosure.world import DAY, NOON, SEEN, VIEWERS, context, subject
from tests.progress.small_school import ALIKE, meeting

from ilr.base import InvalidInput
from ilr.calibration import Standings
from ilr.disclosure import (
    VISIBILITY,
    Agreement,
    Approval,
    Audience,
    Consent,
    EvaluationRelease,
    Grain,
    Kind,
    MemoryLedger,
    Release,
    TeacherShare,
    Use,
    decide,
    subject_of_meeting,
)
from ilr.disclosure._rules import CAPACITIES, CONDITIONS

CONTENT: Grain = "individual content"
FACT: Grain = "individual fact"

# kind, then per audience: the finest grain that is open, blank for none, with what has to be changed to close it.
OPEN: dict[Kind, dict[Audience, Grain]] = {
    "walkthrough": {
        "teacher": CONTENT,
        "author": CONTENT,
        "coach": CONTENT,
        "building": CONTENT,
        "evaluator": CONTENT,
        "researcher": FACT,
    },
    "visit": {
        "teacher": FACT,
        "author": FACT,
        "coach": FACT,
        "building": FACT,
        "district": "district",
        "researcher": "district",
    },
    "coaching content": {"teacher": CONTENT, "author": CONTENT, "coach": CONTENT, "evaluator": CONTENT},
    "coaching facts": {
        "teacher": FACT,
        "author": FACT,
        "coach": FACT,
        "building": FACT,
        "district": "district",
        "researcher": "district",
    },
    "needs": {
        "teacher": FACT,
        "author": FACT,
        "coach": FACT,
        "team": "team",
        "building": "building",
        "district": "district",
        "researcher": "district",
    },
    "disaggregated data": {
        "teacher": "building",
        "author": "team",
        "coach": "team",
        "team": "team",
        "building": "team",
        "district": "district",
        "researcher": "district",
    },
    "building data": {
        "teacher": "building",
        "author": "building",
        "coach": "building",
        "team": "building",
        "building": "building",
        "district": "building",
        "evaluator": "district",
        "researcher": "building",
    },
    "calibration": {"author": CONTENT, "building": FACT, "district": FACT, "researcher": "district"},
    "model teacher": {"teacher": FACT, "author": FACT, "team": FACT, "building": FACT, "district": FACT},
    "leader coaching": {"coach": CONTENT, "building": CONTENT, "evaluator": CONTENT, "district": FACT},
}

KINDS: tuple[Kind, ...] = tuple(OPEN)
COLUMNS: tuple[Audience, ...] = (
    "teacher",
    "author",
    "coach",
    "team",
    "building",
    "district",
    "evaluator",
    "researcher",
)
USES: dict[Audience, Use] = {"building": "improvement", "evaluator": "evaluation", "researcher": "research"}


def everything(kind: Kind) -> MemoryLedger:
    """A ledger in which everybody asked, agreed and approved."""
    id = subject(kind).id
    return MemoryLedger(
        (
            Release(on=DAY, to="all", audience="public", grain="district", subject=id),
            EvaluationRelease(
                teacher="t1",
                requested_by="t1",
                requested_at=SEEN.replace(hour=10),
                records=(id,),
                recipient="p1",
                cycle="2026",
            ),
            Consent(on=SEEN.date(), person="t1", about=kind),
            Approval(on=SEEN.date(), researcher="r1", kinds=KINDS, by="host"),
        )
    )


def asked(kind: Kind, audience: Audience, grain: Grain, facts: dict[str, Any], parts: dict[str, Any]) -> bool:
    """Whether the gate opens with every condition met, but for what the test changes."""
    described = subject(kind, **facts)
    if kind == "leader coaching" and audience == "building":
        described = attrs.evolve(described, teachers=("p1",))
    whole: dict[str, Any] = {
        "ledger": everything(kind),
        "agreements": (Agreement(teacher="t1", coach="c1", walkthroughs="shared"),),
        **parts,
    }
    purpose = USES.get(audience, "feedback")
    return decide(
        VIEWERS[audience],
        described,
        audience=audience,
        grain=grain,
        purpose=whole.pop("purpose", purpose),
        context=context(**whole),
    ).granted


@pytest.mark.parametrize("audience", COLUMNS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_is_open_or_closed(kind: Kind, audience: Audience) -> None:
    """VS: with every condition met a cell opens at its grain and not finer; a blank cell never opens."""
    grains: tuple[Grain, ...] = (CONTENT, FACT, "team", "building", "district")
    finest = OPEN[kind].get(audience)
    enough = {"contributors": 9}
    opened = [grain for grain in grains if asked(kind, audience, grain, enough, {})]
    assert opened == ([] if finest is None else list(grains[grains.index(finest) :]))


CONDITIONAL: list[tuple[Kind, Audience, dict[str, Any], dict[str, Any]]] = [
    ("walkthrough", "teacher", {}, {"standings": Standings()}),
    ("walkthrough", "teacher", {"look_fors": ()}, {}),
    ("walkthrough", "teacher", {"made_at": None}, {}),
    ("walkthrough", "coach", {}, {"agreements": (Agreement(teacher="t1", coach="c1"),)}),
    ("walkthrough", "coach", {}, {"standings": Standings()}),
    ("walkthrough", "building", {}, {"purpose": "feedback"}),
    ("walkthrough", "building", {"building": "other"}, {}),
    ("walkthrough", "evaluator", {}, {"ledger": MemoryLedger()}),
    ("walkthrough", "researcher", {}, {"ledger": MemoryLedger()}),
    ("visit", "district", {"contributors": 4}, {}),
    ("visit", "researcher", {"contributors": 4}, {}),
    ("coaching content", "evaluator", {}, {"ledger": MemoryLedger()}),
    (
        "coaching facts",
        "building",
        {},
        {"agreements": (Agreement(teacher="t1", coach="c1", visibility="nothing"),)},
    ),
    ("needs", "team", {"contributors": 2}, {}),
    ("needs", "building", {"contributors": 4}, {}),
    ("needs", "district", {"contributors": 4}, {}),
    ("disaggregated data", "teacher", {}, {"ledger": MemoryLedger()}),
    ("disaggregated data", "teacher", {"calibrated": False}, {}),
    ("disaggregated data", "team", {"contributors": 2}, {}),
    ("disaggregated data", "team", {"calibrated": None}, {}),
    ("disaggregated data", "district", {"contributors": 4}, {}),
    ("disaggregated data", "researcher", {}, {"ledger": MemoryLedger()}),
    ("building data", "teacher", {"calibrated": False}, {}),
    ("building data", "evaluator", {}, {"ledger": MemoryLedger()}),
    ("calibration", "researcher", {"contributors": 4}, {}),
    ("model teacher", "team", {}, {"ledger": MemoryLedger()}),
    ("model teacher", "district", {}, {"ledger": MemoryLedger()}),
    (
        "leader coaching",
        "building",
        {"authors": ()},
        {"roster": attrs.evolve(context().roster, appointments=())},
    ),
]


@pytest.mark.parametrize(("kind", "audience", "facts", "parts"), CONDITIONAL)
def test_a_conditional_cell_closes_without_its_condition(
    kind: Kind, audience: Audience, facts: dict[str, Any], parts: dict[str, Any]
) -> None:
    """VS: the same question opens with every condition met and is refused when one of them fails."""
    finest, enough = OPEN[kind][audience], {"contributors": 9}
    assert asked(kind, audience, finest, enough, {})
    assert not asked(kind, audience, finest, {**enough, **facts}, parts)


def test_policy_may_keep_candidates_to_itself() -> None:
    """MT: whether a candidate hears of it is the district's choice."""
    told = context()
    kept = attrs.evolve(told, policy=attrs.evolve(told.policy, model_told="kept"))
    flag = subject("model teacher")
    question: dict[str, Any] = {"audience": "teacher", "grain": FACT, "purpose": "feedback"}
    assert decide("t1", flag, **question, context=told)
    assert not decide("t1", flag, **question, context=kept)


def test_a_leader_reads_only_the_own_coaching() -> None:
    """LS-12b: what is said in the coaching of one leader is closed to another leader of the building."""
    talk = subject("leader coaching", teachers=("d1",))
    permit = decide("p1", talk, audience="building", grain=CONTENT, purpose="coaching", context=context())
    assert [reason.code for reason in permit.reasons] == ["NOT_ONESELF"]


@pytest.mark.parametrize("audience", sorted(set(COLUMNS) - {"evaluator", "researcher"}))
def test_nobody_holds_a_capacity_that_nothing_shows(audience: Audience) -> None:
    """VS-1: a stranger who names a capacity is refused before anything else is looked at."""
    permit = decide(
        "x9", subject(), audience=audience, grain=CONTENT, purpose="improvement", context=context()
    )
    assert [reason.code for reason in permit.reasons] == ["NOT_IN_CAPACITY"]
    assert permit.withheld == subject().look_fors


def test_roles_are_those_of_the_day_and_of_the_building() -> None:
    """A leader of another school is no leader here, and a post that ended opens nothing."""
    other = decide(
        "p2", subject(), audience="building", grain=CONTENT, purpose="improvement", context=context()
    )
    assert not other
    roster = context().roster
    ended = attrs.evolve(
        roster, appointments=tuple(attrs.evolve(one, end=SEEN.date()) for one in roster.appointments)
    )
    past = decide(
        "p1",
        subject(),
        audience="building",
        grain=CONTENT,
        purpose="improvement",
        context=context(roster=ended),
    )
    assert not past


def test_without_a_building_no_leader_is_asked() -> None:
    """A record that names no building is open to no leader of one, nor of a district."""
    homeless = subject("visit", building=None, contributors=9)
    for viewer, audience in (("p1", "building"), ("d1", "district")):
        permit = decide(
            viewer,
            homeless,
            audience=audience,  # type: ignore[arg-type]  # both are audiences
            grain="district",
            purpose="improvement",
            context=context(),
        )
        assert [reason.code for reason in permit.reasons] == ["NOT_IN_CAPACITY"]


def test_a_coarser_grain_asks_for_teachers_even_of_open_facts() -> None:
    """VS-2: who may see single visits gets a building's count only with enough teachers behind it."""
    one = subject("visit")
    question: dict[str, Any] = {"audience": "building", "purpose": "improvement", "context": context()}
    assert decide("p1", one, grain=FACT, **question)
    counted = decide("p1", one, grain="building", **question)
    assert [reason.code for reason in counted.reasons] == ["BELOW_TEACHERS"]


def test_nothing_finer_than_the_opening() -> None:
    """VS-2: the answer names the finest grain that is open."""
    permit = decide(
        "p1", subject("visit"), audience="building", grain=CONTENT, purpose="improvement", context=context()
    )
    assert str(permit.reasons[0]) == "nothing finer than individual fact is open"


def test_what_a_teacher_may_see_the_teacher_may_hand_on() -> None:
    """FW-6: coaching content reaches a third person only by the teacher's share, and until it is withdrawn."""
    talk = subject("coaching content")
    given = TeacherShare(on=SEEN.date(), teacher="t1", subject=talk.id, to="t2")
    question: dict[str, Any] = {"audience": "team", "grain": CONTENT, "purpose": "improvement"}
    assert not decide("t2", talk, **question, context=context())
    assert decide("t2", talk, **question, context=context(ledger=MemoryLedger((given,))))
    assert not decide("p2", talk, **question, context=context(ledger=MemoryLedger((given,))))


def test_a_shared_record_shows_no_more_than_its_teacher_sees() -> None:
    """FW-7: before the observer is calibrated a handed-on walkthrough is as closed as it is to the teacher."""
    walk = subject()
    ledger = MemoryLedger((TeacherShare(on=SEEN.date(), teacher="t1", subject=walk.id, to="c1"),))
    question: dict[str, Any] = {"audience": "coach", "grain": CONTENT, "purpose": "coaching"}
    assert decide("c1", walk, **question, context=context(ledger=ledger))
    assert not decide("c1", walk, **question, context=context(ledger=ledger, standings=Standings()))


def test_of_a_co_taught_visit_each_teacher_has_to_share() -> None:
    """A record of two teachers is handed on by both or not at all."""
    walk = subject(teachers=("t1", "t2"))
    shares = tuple(TeacherShare(on=SEEN.date(), teacher=id, subject=walk.id, to="c1") for id in ("t1", "t2"))
    question: dict[str, Any] = {"audience": "coach", "grain": CONTENT, "purpose": "coaching"}
    assert not decide("c1", walk, **question, context=context(ledger=MemoryLedger(shares[:1])))
    assert decide("c1", walk, **question, context=context(ledger=MemoryLedger(shares)))


def test_the_right_of_access_outranks_the_gate() -> None:
    """CG-5: a teacher who asks for access sees the raw notes; what was not calibrated stays marked."""
    question: dict[str, Any] = {"audience": "teacher", "grain": CONTENT, "purpose": "access"}
    permit = decide("t1", subject(), **question, context=context(standings=Standings()))
    assert permit.granted
    assert (permit.scope, permit.withheld) == ((), subject().look_fors)
    assert [reason.code for reason in permit.reasons][-1] == "RAW_NOTES"
    calibrated = decide("t1", subject(), **question, context=context())
    assert [reason.code for reason in calibrated.reasons] == ["CALIBRATED"]
    undated = decide("t1", subject(made_at=None), **question, context=context())
    assert (undated.granted, undated.scope) == (True, ())
    leader: dict[str, Any] = {"audience": "coach", "grain": CONTENT, "purpose": "access"}
    assert not decide("c1", subject(), **leader, context=context(standings=Standings()))


def test_reports_to_who_also_evaluates_say_so() -> None:
    """FW-5, FW-10: reading single persons as a leader who evaluates is flagged; the teacher is told of the coach."""
    evaluating = context(evaluators=("p1",))
    question: dict[str, Any] = {"grain": CONTENT, "purpose": "improvement", "audience": "building"}
    flags = [reason.code for reason in decide("p1", subject(), **question, context=evaluating).reasons]
    assert flags == ["OPEN", "DUAL_ROLE"]
    plain = [reason.code for reason in decide("p1", subject(), **question, context=context()).reasons]
    assert plain == ["OPEN"]
    dual = context(agreements=(Agreement(teacher="t1", coach="c1", dual_role=True),))
    told = decide(
        "t1", subject("coaching facts"), audience="teacher", grain=FACT, purpose="feedback", context=dual
    )
    assert [reason.code for reason in told.reasons] == ["OPEN", "DUAL_ROLE"]
    coach = decide(
        "c1", subject("coaching facts"), audience="coach", grain=FACT, purpose="coaching", context=dual
    )
    assert [reason.code for reason in coach.reasons] == ["OPEN", "DUAL_ROLE"]


def test_every_answer_carries_policy_ledger_and_question() -> None:
    """FW-8: refused or granted, an answer says under which policy and ledger it was given, and to what."""
    for viewer in ("t1", "x9"):
        permit = decide(
            viewer, subject("visit"), audience="teacher", grain=FACT, purpose="feedback", context=context()
        )
        assert (permit.policy, permit.ledger) == (context().policy.version, MemoryLedger().version)
        assert dict(permit.asked) == {
            "viewer": viewer,
            "subject": "visit 1",
            "audience": "teacher",
            "grain": FACT,
            "purpose": "feedback",
        }
        assert permit.reasons


def test_unknown_words_are_refused_all_at_once() -> None:
    """A question in words that the table does not know is an error, with every one of them."""
    with pytest.raises(InvalidInput) as refused:
        decide("t1", subject(), audience="press", grain="all", purpose="fun", context=context())  # type: ignore[arg-type]  # not of the vocabulary
    assert [problem.code for problem in refused.value.problems] == [
        "decide.audience",
        "decide.grain",
        "decide.purpose",
    ]


def test_every_condition_and_capacity_has_a_rule() -> None:
    """The table asks for nothing that no rule decides, and every rule is asked for."""
    used = {name for row in VISIBILITY.values() for cell in row.values() for name in cell.conditions}
    assert used == set(CONDITIONS)
    assert {audience for row in VISIBILITY.values() for audience in row} | {"public"} == set(CAPACITIES)


def test_the_public_gets_records_by_publication_alone() -> None:
    """Nothing is open to the public by asking; tables are published."""
    for kind in KINDS:
        assert not decide(
            "x", subject(kind), audience="public", grain="district", purpose="research", context=context()
        )


def test_at_the_instant_of_a_withdrawal_the_share_ends() -> None:
    """A share holds until the instant at which its teacher withdraws it; nobody else can."""
    from datetime import timedelta

    from ilr.disclosure import Withdrawal

    talk = subject("coaching content")
    given = TeacherShare(on=SEEN.date(), teacher="t1", subject=talk.id, to="t2")
    question: dict[str, Any] = {"audience": "team", "grain": CONTENT, "purpose": "improvement"}

    def after(by: str, at: Any) -> bool:
        taken = Withdrawal(entry=given.id, by=by, at=at)
        return decide("t2", talk, **question, context=context(ledger=MemoryLedger((given, taken)))).granted

    assert [after("t1", NOON), after("t1", NOON + timedelta(hours=1)), after("c1", NOON)] == [
        False,
        True,
        True,
    ]


def test_a_calibration_result_is_the_observers_own() -> None:
    """VS: the observer sees the own result, leaders of the building that they are calibrated or not, teachers nothing."""
    held = attrs.evolve(meeting({"p1": ALIKE}, master=ALIKE), buildings=("school",))
    result = subject_of_meeting(held, "p1")
    assert (result.kind, result.building, result.teachers) == ("calibration", "school", ())
    question: dict[str, Any] = {"purpose": "calibration", "context": context()}
    assert decide("p1", result, audience="author", grain=CONTENT, **question)
    assert not decide("p2", result, audience="author", grain=CONTENT, **question)
    leader = attrs.evolve(result, authors=("p9",))
    assert decide("p1", leader, audience="building", grain=FACT, **question)
    assert not decide("p1", leader, audience="building", grain=CONTENT, **question)
    assert subject_of_meeting(attrs.evolve(held, buildings=("school", "other")), "p1").building is None


def test_a_record_without_a_coach_has_those_of_the_agreements() -> None:
    """Who coaches is told by the record or by the agreement; without either nobody is its coach."""
    talk = subject("coaching facts", coach=None)
    question: dict[str, Any] = {"audience": "coach", "grain": FACT, "purpose": "coaching"}
    assert decide("c1", talk, **question, context=context())
    assert not decide("c1", talk, **question, context=context(agreements=()))
