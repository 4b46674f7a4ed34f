"""Model-teacher candidates: rules MT-1 to MT-7."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import attrs
import pytest
from tests.progress.small_school import ALIKE, CALENDAR, FORM, POLICY, SCHOOL, meeting, walk

from ilr import coaching
from ilr.base import (
    Appointment,
    FrozenMap,
    InvalidInput,
    Organisation,
    Person,
    Policy,
    Role,
    RoleAppointment,
    Roster,
    Section,
    SourceId,
    Team,
    Window,
)
from ilr.calibration import Standings
from ilr.coaching import (
    CandidateCell,
    CandidateSearch,
    MentorAssignment,
    Nomination,
    NominationState,
    OtherSource,
    Tally,
    candidates,
    check_appointment,
    coaches_from_practice,
    model_teachers,
    nominate,
)
from ilr.disclosure import Audience, Consent, Context, MemoryLedger, Withdrawal, decide
from ilr.forms import Purpose, Walkthrough
from ilr.interop import dumps, loads
from ilr.observation import ObservationTable

MATHS = ("t1", "t2", "t3")
PERIODS = (Window(date(2026, 9, 7), date(2026, 9, 30)), Window(date(2026, 10, 1), date(2026, 10, 31)))
DAYS = (
    date(2026, 9, 8),
    date(2026, 9, 15),
    date(2026, 9, 22),
    date(2026, 10, 6),
    date(2026, 10, 13),
    date(2026, 10, 20),
)
STANDINGS = Standings.from_meetings([meeting({"p1": ALIKE, "p2": ALIKE}, master=ALIKE)], POLICY)
STEP = timedelta(days=1)


def roster(members: Sequence[str] = MATHS, *sections: Section) -> Roster:
    """A school with a subject; the first teacher has a second id."""
    return Roster(
        people=(Person(id="t1", also=(SourceId("sis", "t1-sis"),)), Person(id="p1"), Person(id="d1")),
        organisations=(Organisation(id="d", kind="district"), Organisation(id=SCHOOL, parent="d")),
        teams=(Team(id="maths", building=SCHOOL, members=tuple(members)),),
        sections=(
            Section(id="a", building=SCHOOL, teachers=tuple(members), subject="maths"),
            Section(id="b", building=SCHOOL, teachers=("t9",)),
            *sections,
        ),
        appointments=(
            Appointment(person="p1", organisation=SCHOOL, role=Role.BUILDING_LEADER),
            Appointment(person="b1", organisation=SCHOOL, role=Role.BUILDING_LEADER),
            Appointment(person="d1", organisation="d", role=Role.DISTRICT_LEADER),
        ),
    )


def visits(
    teacher: str = "t1", *, level: int = 4, days: Sequence[date] = DAYS, observers: str = "12", **facts: Any
) -> list[Walkthrough]:
    """One visit a day, by observers in turn."""
    return [
        walk(
            day,
            teacher,
            f"p{observers[place % len(observers)]}",
            level=level,
            visit=f"{teacher}-{day}",
            minutes=10.0,
            **facts,
        )
        for place, day in enumerate(days)
    ]


def table_of(walks: Sequence[Walkthrough]) -> ObservationTable:
    """The table of some records."""
    return ObservationTable.from_walkthroughs(walks, forms=[FORM], calendar=CALENDAR)


def search(walks: Sequence[Walkthrough], **changes: Any) -> CandidateSearch:
    """What a search of one look-for finds."""
    facts: dict[str, Any] = {
        "model_levels": {"questioning": 3},
        "periods": PERIODS,
        "standings": STANDINGS,
        "roster": roster(),
        "policy": POLICY,
        **changes,
    }
    return candidates(table_of(walks), **facts)


def found(walks: Sequence[Walkthrough], **changes: Any) -> frozenset[str]:
    """The candidates of the one cell."""
    return search(walks, **changes).cells[0].candidates


def test_enough_visits_at_the_level_make_a_candidate() -> None:
    """MT-1: six visits at the level by two calibrated observers in two review periods."""
    assert found(visits()) == {"t1"}
    assert found(visits(level=2)) == frozenset()


@pytest.mark.parametrize(
    "facts",
    [
        {"days": DAYS[:4]},
        {"observers": "1"},
        {"days": [DAYS[0] + STEP * n for n in range(6)]},
        {"days": [day + timedelta(days=120) for day in DAYS]},
        {"observers": "34"},
        {"minutes": 2.0},
        {"purpose": Purpose.CALIBRATION},
        {"look_fors": ("wait-time",)},
        {"building": "elsewhere"},
    ],
)
def test_what_does_not_count(facts: dict[str, Any]) -> None:
    """MT-1: four visits, one observer, one period, other days, no standing, too short, other purpose, look-for, school."""
    assert visits()
    facts = dict(facts)
    short = facts.pop("minutes", 10.0)
    walks = [attrs.evolve(one, minutes=short) for one in visits(**facts)]
    assert found(walks) == frozenset()


def test_the_lower_limit_decides() -> None:
    """MT-1: five of six visits leave a limit below one half, ten of twelve above; Wilson's two-sided interval."""
    low = visits(days=DAYS[:5])
    twelve = [*DAYS, *(day + STEP for day in DAYS)]
    assert found([*low, *visits(days=DAYS[5:], level=2)]) == frozenset()
    assert found([*visits(days=twelve[:10]), *visits(days=twelve[10:], level=2)]) == {"t1"}


def test_two_observers_of_one_lesson_are_one_visit() -> None:
    """MT-1: paired ratings of one visit count once, as their mean."""
    few = visits(days=DAYS[::3])
    paired = [attrs.evolve(one, observer="p2" if one.observer == "p1" else "p1", id="") for one in few]
    assert found([*few, *paired], policy=Policy(model_visits=3)) == frozenset()
    assert search([*few, *paired], policy=Policy(model_visits=2, model_share=0.3)).cells[0].candidates == {
        "t1"
    }


def test_a_person_with_two_ids_is_one() -> None:
    """MT-1: visits under both ids of a teacher add up."""
    assert found([*visits(days=DAYS[:3]), *visits("t1-sis", days=DAYS[3:])]) == {"t1"}


def test_co_taught_visits_tell_of_nobody_alone() -> None:
    """MT-1: a visit to two teachers does not say whose practice it was."""
    walks = [attrs.evolve(one, teachers=("t1", "t2")) for one in visits()]
    assert found(walks) == frozenset()


def test_every_school_and_subject_is_listed() -> None:
    """MT-2, ILR-12.GS.1: each cell of the roster is there, the empty ones too, for each look-for."""
    other = Section(id="c", building=SCHOOL, teachers=("t5",), subject="art")
    cells = search(
        visits(), roster=roster(MATHS, other), model_levels={"wait-time": 3, "questioning": 3}
    ).cells
    assert [(one.subject_area, one.look_for, one.state) for one in cells] == [
        ("art", "questioning", "not enough data"),
        ("art", "wait-time", "not enough data"),
        ("maths", "questioning", "candidates"),
        ("maths", "wait-time", "candidates"),
    ]


def test_a_subject_of_the_record_counts_for_that_subject() -> None:
    """MT-2: with a subject on the record a visit counts for it alone; without one for all that a teacher teaches."""
    art = Section(id="c", building=SCHOOL, teachers=("t1",), subject="art")
    both = search(visits(), roster=roster(MATHS, art))
    assert [one.state for one in both.cells] == ["candidates", "candidates"]
    told = search(
        [attrs.evolve(one, dimensions=FrozenMap({"subject": "art"})) for one in visits()],
        roster=roster(MATHS, art),
    )
    assert [one.state for one in told.cells] == ["candidates", "not enough data"]
    assert told.cell(SCHOOL, "art", "questioning") == told.cells[0]
    assert told.cell(SCHOOL, "music", "questioning") is None


def test_no_candidate_is_said_of_groups_alone() -> None:
    """MT-2, MT-6: none is evident where five or more were seen often enough; of fewer nothing is said."""
    many = tuple(f"t{n}" for n in range(1, 7))
    weak = [one for teacher in many for one in visits(teacher, level=1)]
    cell = search(weak, roster=roster(many)).cells[0]
    assert (cell.state, cell.seen_too_little) == ("none evident", None)
    few = [one for teacher in many[:4] for one in visits(teacher, level=1)]
    assert search(few, roster=roster(many)).cells[0].state == "not enough data"


def test_who_is_not_seen_is_a_number_alone() -> None:
    """MT-7: teachers with too few visits are counted, from five on, and never named."""
    many = tuple(f"t{n}" for n in range(1, 7))
    assert search([], roster=roster(many)).cells[0].seen_too_little == 6
    assert search(visits(), roster=roster(many)).cells[0].seen_too_little == 5
    assert search([*visits(), *visits("t2")], roster=roster(many)).cells[0].seen_too_little is None


def test_weak_and_unseen_cannot_be_told_apart() -> None:
    """MT-6: whether the others of a cell are seldom seen, or seen often below the level, the result is equal."""
    unseen = search(visits())
    weak = search([*visits(), *visits("t2", level=1), *visits("t3", level=2)])
    assert unseen == weak
    assert dumps(unseen) == dumps(weak)


def test_there_is_no_query_for_the_others() -> None:
    """MT-6: no public field or function of a search holds anybody but candidates."""
    fields = {field.name for kind in (CandidateSearch, CandidateCell) for field in attrs.fields(kind)}
    assert fields == {
        *("cells", "periods", "policy"),
        *("building", "subject_area", "look_for", "state", "candidates", "seen_too_little"),
    }
    methods = {
        name
        for kind in (CandidateSearch, CandidateCell)
        for name in dir(kind)
        if not name.startswith("_") and name not in fields
    }
    assert methods == {"cell", "subject"}
    everything = repr(search([*visits(), *visits("t2", level=1)]))
    assert "t1" in everything
    assert "t2" not in everything
    assert "t3" not in everything


def test_candidates_have_no_order_and_no_score() -> None:
    """MT-1: a cell holds a set; no number of it belongs to a person."""
    cell = search([*visits(), *visits("t2")]).cells[0]
    assert isinstance(cell.candidates, frozenset)
    assert cell.candidates == {"t1", "t2"}


def test_impossible_searches_are_refused() -> None:
    """MT-1: a level off the scale and periods over each other are refused; what nobody rated lacks data."""
    with pytest.raises(InvalidInput) as error:
        search(visits(), model_levels={"questioning": 9}, periods=(PERIODS[0], PERIODS[0]))
    assert [problem.code for problem in error.value.problems] == ["candidates.level", "candidates.periods"]
    assert search(visits(), model_levels={"unknown": 3}).cells[0].state == "not enough data"


CELL = search(visits()).cells[0]
PEER = OtherSource("peer nomination", "r-1")
CANDIDATE = nominate(CELL, "t1", id="n1", review=("p1", "p2"), team="maths")
INVITED = CANDIDATE.nominate(PEER).invite(by="p1")
CONSENT = Consent(on=date(2026, 11, 2), person="t1", about="model teacher")
CONSENTED = INVITED.accept(CONSENT)
ACTIVE = CONSENTED.activate()
DECLINED = INVITED.decline(by="t1")
LEDGER = MemoryLedger((CONSENT,))


def refused(call: Any) -> list[str]:
    """Why a step is refused."""
    with pytest.raises(InvalidInput) as error:
        call()
    return [problem.code for problem in error.value.problems]


def test_observation_alone_nominates_nobody() -> None:
    """MT-3: beside observation another source is needed."""
    assert refused(CANDIDATE.nominate) == ["nomination.sources"]
    assert CANDIDATE.nominate(PEER).state is NominationState.NOMINATED
    assert refused(lambda: CANDIDATE.invite(by="p1")) == ["nomination.state"]
    assert refused(lambda: nominate(CELL, "t2", id="n", review=("p1",))) == ["nomination.teacher"]


def test_only_the_teacher_goes_on() -> None:
    """MT-4: the steps follow in order, the review invites, the teacher alone consents or declines."""
    assert [one.state.value for one in (INVITED, CONSENTED, ACTIVE, DECLINED)] == [
        "invited",
        "consented",
        "active",
        "declined",
    ]
    assert refused(lambda: CANDIDATE.nominate(PEER).invite(by="x")) == ["nomination.by"]
    assert refused(lambda: INVITED.decline(by="p1")) == ["nomination.by"]
    assert refused(lambda: CANDIDATE.decline(by="t1")) == ["nomination.state"]
    assert refused(lambda: INVITED.accept(attrs.evolve(CONSENT, person="t2", id=""))) == [
        "nomination.consent"
    ]
    assert refused(lambda: INVITED.accept(attrs.evolve(CONSENT, about="role selection", id=""))) == [
        "nomination.consent"
    ]
    assert refused(INVITED.activate) == ["nomination.state"]
    assert refused(lambda: DECLINED.accept(CONSENT)) == ["nomination.state"]
    assert refused(lambda: DECLINED.nominate(PEER)) == ["nomination.state"]
    assert ACTIVE.decline(by="t1").consent == ""


def test_a_nomination_holds_what_its_state_needs() -> None:
    """MT-4: a state beyond its evidence, consent without its id and an empty review are refused."""
    assert refused(lambda: attrs.evolve(CANDIDATE, state=NominationState.CONSENTED, review=())) == [
        "ids.few",
        "nomination.sources",
        "nomination.consent",
    ]


OUTSIDE: dict[Audience, str] = {"team": "t2", "building": "b1", "district": "d1", "evaluator": "e1"}


def answers(one: Nomination, ledger: MemoryLedger) -> dict[str, bool]:
    """What each audience outside the review is told of a nomination."""
    context = Context(as_of=date(2026, 11, 10), roster=roster(), ledger=ledger)
    subject = one.subject()
    return {
        audience: decide(
            viewer,
            subject,
            audience=audience,
            grain="individual fact",
            purpose="improvement",
            context=context,
        ).granted
        for audience, viewer in OUTSIDE.items()
    }


def test_before_consent_nobody_outside_sees_the_name() -> None:
    """MT-4: candidate, invited and declined are refused to everyone outside the review alike; consent opens."""
    closed = dict.fromkeys(OUTSIDE, False)
    for one in (CANDIDATE, INVITED, DECLINED):
        assert answers(one, MemoryLedger()) == closed
    assert answers(ACTIVE, LEDGER) == {**closed, "team": True, "building": True, "district": True}
    withdrawal = Withdrawal(at=datetime(2026, 11, 5, tzinfo=UTC), by="t1", entry=CONSENT.id)
    taken_back = LEDGER.append(withdrawal, at=LEDGER.version)
    assert answers(ACTIVE, taken_back)["district"] is False
    assert model_teachers([ACTIVE], ledger=taken_back, roster=roster()) == ()


def test_the_review_and_the_teacher_may_know() -> None:
    """MT-4: members of the review read a candidate and a search; the teacher does where the policy tells."""
    for policy, told in ((Policy(), True), (Policy(model_told="kept"), False)):
        context = Context(as_of=date(2026, 11, 10), roster=roster(), policy=policy)
        for viewer, audience, granted in (
            ("p1", "author", True),
            ("t1", "teacher", told),
            ("x", "author", False),
        ):
            found = decide(
                viewer,
                CANDIDATE.subject(),
                audience=audience,  # type: ignore[arg-type]  # words of the vocabulary in a table of cases
                grain="individual fact",
                purpose="improvement",
                context=context,
            )
            assert found.granted is granted
    whole = search(visits()).subject("search-1", review=("p1",))
    assert (whole.teachers, whole.authors, whole.building) == (("t1",), ("p1",), None)


def test_declined_leaves_no_trace() -> None:
    """MT-4: the list of model teachers is the same with and without those who declined or were only asked."""
    people = roster()
    with_them = model_teachers(
        [ACTIVE, attrs.evolve(DECLINED, id="n2"), INVITED], ledger=LEDGER, roster=people
    )
    assert with_them == model_teachers([ACTIVE], ledger=LEDGER, roster=people) == (ACTIVE,)
    assert DECLINED.subject() == CANDIDATE.subject()
    assert model_teachers([ACTIVE], ledger=MemoryLedger(), roster=people) == ()


MENTORED = MentorAssignment(
    id="m1",
    mentor="t1-sis",
    mentee="t7",
    starts=date(2026, 9, 1),
    ends=date(2026, 12, 18),
    feedback=("f-1",),
)
APPOINTED = RoleAppointment(id="a1", on=date(2027, 1, 11), person="t1", role="coach", evidence=("n1", "m1"))


def appointment(appointed: RoleAppointment = APPOINTED, **changes: Any) -> tuple[bool, list[str]]:
    """What is said of an appointment."""
    facts: dict[str, Any] = {"nominations": (ACTIVE,), "mentors": (MENTORED,), **changes}
    found = check_appointment(appointed, roster=roster(), policy=POLICY, **facts)
    return found.granted, [reason.code for reason in found.reasons]


def test_coaches_come_from_practice_and_mentoring() -> None:
    """MT-5, ILR-12.GB.2: an appointment cites practice that its teacher consented to show, and finished mentoring."""
    assert appointment() == (True, ["APPOINTMENT_FOUNDED"])
    assert appointment(nominations=(INVITED,)) == (False, ["NO_PRACTICE_CITED"])
    assert appointment(nominations=(attrs.evolve(ACTIVE, teacher="t2"),)) == (False, ["NO_PRACTICE_CITED"])
    for changes in ({"feedback": ()}, {"ends": None}, {"ends": date(2027, 2, 1)}, {"mentor": "t2"}):
        assert appointment(mentors=(attrs.evolve(MENTORED, **changes),)) == (False, ["NO_MENTORING_CITED"])
    bare = attrs.evolve(APPOINTED, evidence=())
    assert appointment(bare) == (False, ["NO_PRACTICE_CITED", "NO_MENTORING_CITED"])
    found = coaches_from_practice(
        [APPOINTED, attrs.evolve(bare, id="a2")],
        nominations=iter([ACTIVE]),
        mentors=iter([MENTORED]),
        roster=roster(),
        policy=POLICY,
    )
    assert found == Tally(reached=1, of=2, lacking=("a2",))


def test_values_come_back_equal() -> None:
    """A search and a nomination go out as JSON and come back equal."""
    held = search([*visits(), *visits("t2")])
    assert loads(dumps(held), CandidateSearch) == held
    assert loads(dumps(ACTIVE), Nomination) == ACTIVE
    assert "nominate" in coaching.__all__
    assert "public" in get_args(Audience)
