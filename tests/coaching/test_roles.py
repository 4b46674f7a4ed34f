"""Roles of coaches: descriptions, profiles, priorities and meetings (ILR-12)."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest
from tests.progress.small_school import FALL, SPRING

from ilr.base import (
    Appointment,
    InvalidInput,
    Organisation,
    Person,
    Role,
    RoleAppointment,
    Roster,
    SourceId,
    TrainingRecord,
    Window,
)
from ilr.coaching import (
    TRAINING_TOPICS,
    Competency,
    CompetencyProfile,
    Convening,
    PriorityList,
    RoleDescription,
    RoleRecord,
    RoleRecords,
    SelfAssessment,
    Tally,
    check_tags,
    coaches_with_role,
    coaches_with_training,
    current_priorities,
    roles_of_district,
    roles_with_competencies,
    terms_with_convening,
)
from ilr.continuum import packs
from ilr.disclosure import Context, decide
from ilr.interop import dumps, loads

TRUST = Competency(
    id="trust",
    title="Builds trust",
    expected="keeps what is said",
    developmental="keeps most of it",
    unacceptable="passes on what was said",
    tags=("TLMS-1c",),
)
PROFILE = CompetencyProfile(id="coach-profile", version="1.0.0", competencies=(TRUST,))
COACH = RoleDescription(
    id="coach",
    role="coach",
    responsibilities=("coaches in classes",),
    competencies="coach-profile",
    tags=("TLMS-4b", "TLMS-4c"),
    records=(RoleRecord("hiring", "hr-77"),),
    published_on=date(2026, 8, 1),
)
ROSTER = Roster(
    people=(Person(id="c1", also=(SourceId("hr", "hr-c1"),)), Person(id="c2")),
    organisations=(Organisation(id="s1"),),
    appointments=(
        Appointment(person="c1", organisation="s1", role=Role.COACH),
        Appointment(person="c2", organisation="s1", role=Role.COACH),
        Appointment(person="c3", organisation="s1", role=Role.COACH, end=date(2026, 10, 1)),
    ),
)
APPOINTED = tuple(
    RoleAppointment(id=f"a-{who}", on=date(2026, 8, 10), person=who, role="coach") for who in ("hr-c1", "c2")
)
TRAINED = tuple(
    TrainingRecord(id=f"{who}-{topic}", on=date(2026, 8, 20), person=who, topic=topic)
    for who in ("hr-c1", "c2")
    for topic in TRAINING_TOPICS
)
MEETING = Convening(id="v", on=date(2026, 10, 6), participants=("c1", "c2", "p1"), plan="plan-1")


def records(**changes: Any) -> RoleRecords:
    """The records of a fall, with the given changes."""
    facts: dict[str, Any] = {
        "roster": ROSTER,
        "window": FALL.window,
        "terms": (FALL, SPRING),
        "roles": (COACH,),
        "profiles": (PROFILE,),
        "convenings": (MEETING,),
        "events": (*APPOINTED, *TRAINED),
        **changes,
    }
    return RoleRecords(**facts)


def refused(make: Any, **facts: Any) -> list[str]:
    """Why a record cannot be built."""
    with pytest.raises(InvalidInput) as error:
        make(**facts)
    return [problem.code for problem in error.value.problems]


def test_the_list_that_was_set_last_holds() -> None:
    """ILR-12.GR.1: priorities are in order, with owner and day; a later list replaces an earlier one."""
    first = PriorityList(id="l1", on=date(2026, 8, 1), owner="d1", items=("new teachers", "maths"))
    second = attrs.evolve(first, id="l2", on=date(2026, 9, 1), items=("maths",))
    assert current_priorities([second, first], on=date(2026, 8, 31)) == first
    assert current_priorities([second, first], on=date(2026, 9, 1)) == second
    assert current_priorities([first], on=date(2026, 7, 1)) is None


def test_descriptions_link_competencies_and_use() -> None:
    """ILR-12.GR.2: a description of a coach or mentor needs a known profile and a record of its use."""
    leader = RoleDescription(id="leader", role="teacher leader")
    assert roles_with_competencies(records(roles=(COACH, leader))) == Tally(reached=1, of=1)
    missed = Tally(reached=0, of=1, lacking=("coach",))
    assert roles_with_competencies(records(profiles=())) == missed
    assert roles_with_competencies(records(roles=(attrs.evolve(COACH, records=()),))) == missed
    assert roles_with_competencies(records(roles=(attrs.evolve(COACH, competencies=None),))) == missed


def test_every_coach_holds_a_published_role() -> None:
    """ILR-12.GB.1: a coach counts with an appointment to a published description with duties; one who left is not asked."""
    assert coaches_with_role(records()) == Tally(reached=2, of=2)
    assert coaches_with_role(records(events=APPOINTED[:1])) == Tally(reached=1, of=2, lacking=("c2",))
    late = tuple(attrs.evolve(one, on=date(2027, 1, 1)) for one in APPOINTED)
    assert coaches_with_role(records(events=late)).reached == 0
    for changes in (
        {"published_on": None},
        {"published_on": date(2027, 1, 1)},
        {"responsibilities": (" ",)},
    ):
        assert coaches_with_role(records(roles=(attrs.evolve(COACH, **changes),))).reached == 0


def test_the_district_makes_the_roles() -> None:
    """ILR-12.KI.1: published roles of coaches that a building made are told."""
    own = attrs.evolve(COACH, id="own", origin="building")
    draft = attrs.evolve(own, id="draft", published_on=None)
    assert roles_of_district(records(roles=(COACH, own, draft))) == Tally(reached=1, of=2, lacking=("own",))


def test_coaches_are_trained_in_both_topics() -> None:
    """ILR-12.KI.2: strategies and feedback, each completed by the last day."""
    assert coaches_with_training(records()) == Tally(reached=2, of=2)
    assert coaches_with_training(records(events=TRAINED[:3])) == Tally(reached=1, of=2, lacking=("c2",))
    late = tuple(attrs.evolve(one, on=date(2027, 1, 1)) for one in TRAINED)
    assert coaches_with_training(records(events=late)).reached == 0
    assert coaches_with_training(records(), topics=["rounds"]).reached == 0


def test_coaches_plan_together_each_term() -> None:
    """ILR-12.KI.3: two coaches and a joint plan each term, where there are several coaches or roles."""
    assert terms_with_convening(records()) == Tally(reached=1, of=1)
    year = records(window=Window(FALL.window.start, SPRING.window.end))
    assert terms_with_convening(year) == Tally(reached=1, of=2, lacking=("spring",))
    for changes in ({"plan": None}, {"participants": ("c1", "hr-c1")}, {"on": date(2027, 2, 1)}):
        assert terms_with_convening(records(convenings=(attrs.evolve(MEETING, **changes),))).reached == 0


def test_a_single_coach_need_not_convene() -> None:
    """ILR-12.KI.3: with one coach and one role nothing is asked; with two roles it is."""
    alone = attrs.evolve(ROSTER, appointments=ROSTER.appointments[:1])
    assert terms_with_convening(records(roster=alone)).all is None
    second = attrs.evolve(COACH, id="reading")
    assert terms_with_convening(records(roster=alone, roles=(COACH, second))).of == 1


def test_a_competency_is_a_scale_of_three_columns() -> None:
    """A competency reads as the shipped scale of practice profiles, with its own words."""
    shipped = packs.scale("practice-profile")
    assert TRUST.scale.codes == shipped.codes
    assert TRUST.scale.values == shipped.values
    assert TRUST.scale.fidelity == shipped.fidelity
    assert TRUST.scale.levels[2].descriptor == "keeps what is said"


OWN = SelfAssessment(
    id="x", on=date(2026, 10, 1), by="c1", profile="coach-profile@1.0.0", levels=(("trust", "developmental"),)
)


def test_a_self_assessment_is_private() -> None:
    """Nobody but its author reads a self-assessment, in whatever capacity."""
    context = Context(as_of=date(2026, 10, 2), roster=ROSTER)
    for viewer, audience, granted in (
        ("hr-c1", "author", True),
        ("c2", "author", False),
        ("c1", "teacher", False),
        ("c2", "coach", False),
        ("d1", "district", False),
        ("e1", "evaluator", False),
    ):
        found = decide(
            viewer,
            OWN.subject(),
            audience=audience,  # type: ignore[arg-type]  # words of the vocabulary in a table of cases
            grain="individual content",
            purpose="coaching",
            context=context,
        )
        assert found.granted is granted, (viewer, audience)


def test_functions_of_teacher_leaders_are_tags() -> None:
    """Tags are codes of the catalogue, and no record of a role has a field for a score."""
    catalogue = packs.catalogue("teacher-leader-model-standards")
    assert check_tags((*COACH.tags, *TRUST.tags), catalogue) == ()
    assert [one.code for one in check_tags(["TLMS-8z"], catalogue)] == ["tags.unknown"]
    names = {field.name for kind in (RoleDescription, Competency) for field in attrs.fields(kind)}
    assert names.isdisjoint({"score", "rating", "level", "points"})


def test_impossible_records_are_refused() -> None:
    """Columns are filled, items are named once, and levels are columns."""
    assert refused(Competency, id="x", title="x", expected="", developmental=" ", unacceptable="y") == [
        "competency.column",
        "competency.column",
    ]
    assert refused(CompetencyProfile, id="p", version="1", competencies=()) == ["ids.few"]
    assert refused(PriorityList, id="l", on=date(2026, 8, 1), owner="d1", items=("a", "a", " ")) == [
        "ids.blank",
        "ids.repeated",
    ]
    assert refused(
        SelfAssessment, id="x", on=date(2026, 8, 1), by="c1", profile="p", levels=(("a", "best"),)
    ) == ["self_assessment.column"]


def test_records_come_back_equal() -> None:
    """The records of roles and a self-assessment go out as JSON and come back equal."""
    assert loads(dumps(records()), RoleRecords) == records()
    assert loads(dumps(OWN), SelfAssessment) == OWN
