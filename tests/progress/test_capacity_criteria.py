"""The rules of practice 12, each with evidence that meets it, fails it and cannot tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest
from tests.progress.coached_school import (
    APPOINTED,
    COACH,
    EDUCATORS,
    MENTOR,
    POSTS,
    ROLE,
    SEARCH,
    TRAINED,
    capacity,
    changed,
    coaching_parts,
    evidence,
    roster,
    verdict,
    visits,
)
from tests.progress.small_school import AS_OF, SCHOOL, attest, report

from ilr import coaching
from ilr.base import Appointment, Event, Role, RoleAppointment, Section, TrainingRecord, Verdict, Window
from ilr.continuum import Stage
from ilr.progress import CoachTime, Evidence
from ilr.progress.rules import registered

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE
NONE = Verdict.NOT_APPLICABLE
PRACTICE = tuple(id for id in registered() if id.startswith("ILR-12."))
IN_PART = "ILR-12.GR.1"
OF_COACHES = ("ILR-12.GB.1", "ILR-12.GB.2", "ILR-12.KI.2", "ILR-12.KI.4")


def kept(**parts: Any) -> Evidence:
    """The evidence with other people for coaching."""
    return changed(capacity=capacity(**parts))


def without(*kinds: type[Event]) -> tuple[Event, ...]:
    """The dated facts but those of some kinds."""
    return tuple(one for one in evidence().events if not isinstance(one, kinds))


def codes(criterion: str, school: Evidence) -> list[str]:
    """The codes of the reasons."""
    return [reason.code for reason in verdict(criterion, school).reasons]


@pytest.mark.parametrize("criterion", [id for id in PRACTICE if id != IN_PART])
def test_the_coached_school_meets_every_criterion(criterion: str) -> None:
    """With all parts in place each criterion of practice 12 is met."""
    found = verdict(criterion)
    assert (found.verdict, found.needs, found.attested) == (MET, (), False)


def test_practice_12_at_its_best_reaches_the_top_on_one_word() -> None:
    """ST-3: with somebody's word on its priorities the district keeps improving, and the stage says so."""
    school = changed(events=(*evidence().events, attest(IN_PART)))
    found = report(school)["ILR-12"]
    assert (found.stage, found.attested, found.next_steps) == (Stage.KEEP_IMPROVING, True, ())


@pytest.mark.parametrize("criterion", PRACTICE)
def test_without_records_nothing_of_practice_12_can_be_assessed(criterion: str) -> None:
    """ST-4: where the host records nothing each criterion names the fields to keep."""
    for school in (Evidence(), changed(capacity=None)):
        found = verdict(criterion, school)
        assert found.verdict is OPEN
        assert found.needs


@pytest.mark.parametrize(
    ("criterion", "school"),
    [
        *(("ILR-12.GA.2", kept(**{part: None})) for part in ("educators", "planned", "requirements")),
        ("ILR-12.GA.2", kept(inventory=None)),
        ("ILR-12.GA.2", changed(roster=None)),
        ("ILR-12.GR.2", kept(competencies=None)),
        ("ILR-12.GS.1", changed(roster=None)),
        ("ILR-12.GS.1", changed(roster=roster(sections=()))),
        ("ILR-12.GB.1", changed(roster=None)),
        ("ILR-12.GB.2", kept(nominations=None)),
        ("ILR-12.GB.2", kept(mentors=None)),
        ("ILR-12.GB.2", changed(events=without(RoleAppointment))),
        ("ILR-12.KI.1", kept(time=None)),
        ("ILR-12.KI.1", kept(time=())),
        ("ILR-12.KI.2", changed(events=without(TrainingRecord))),
        ("ILR-12.KI.3", kept(convenings=None)),
        ("ILR-12.KI.4", changed(engagements=None)),
        ("ILR-12.KI.4", changed(coaching=coaching_parts(walkthroughs=None))),
    ],
)
def test_an_absent_part_leaves_its_criteria_open(criterion: str, school: Evidence) -> None:
    """ST-4: without the part it reads a criterion is neither met nor failed, and the fields are named."""
    found = verdict(criterion, school)
    assert found.verdict is OPEN
    assert found.needs


@pytest.mark.parametrize("criterion", OF_COACHES)
def test_where_nobody_coaches_nothing_is_met(criterion: str) -> None:
    """ILR-12.GB.1, GB.2, KI.2 and KI.4: a roster without coaches of the building or its district fails."""
    posts = [post for post in POSTS if post.role is not Role.COACH]
    elsewhere = Appointment(person="c9", organisation="s2", role=Role.COACH)
    school = changed(roster=roster(*posts, elsewhere))
    assert (verdict(criterion, school).verdict, codes(criterion, school)) == (NOT_MET, ["NO_COACHES"])


def test_capacity_names_people_and_minutes() -> None:
    """ILR-12.GA.1: nobody for the building fails; minutes that are not recorded, or a later inventory, leave it open."""
    held = capacity().inventory
    assert held is not None
    away = attrs.evolve(held, supporters=(attrs.evolve(held.supporters[0], buildings=("s2",)),))
    assert verdict("ILR-12.GA.1", kept(inventory=away)).verdict is NOT_MET
    silent = attrs.evolve(held, supporters=(attrs.evolve(held.supporters[0], minutes=None),))
    assert codes("ILR-12.GA.1", kept(inventory=silent)) == ["HOURS_NOT_RECORDED"]
    later = attrs.evolve(held, on=date(2026, 12, 1))
    assert verdict("ILR-12.GA.1", kept(inventory=later)).verdict is OPEN


def test_planned_support_covers_everybody() -> None:
    """ILR-12.GA.2: a new teacher without a mentor fails; with one it holds; an unknown start or list leaves it open."""
    new = attrs.evolve(EDUCATORS[0], teaching_since=date(2026, 8, 25))
    alone = kept(educators=(new, *EDUCATORS[1:]))
    assert (verdict("ILR-12.GA.2", alone).verdict, codes("ILR-12.GA.2", alone)) == (
        NOT_MET,
        ["EDUCATORS_UNCOVERED"],
    )
    window = Window(date(2026, 9, 1), date(2027, 6, 1))
    mentored = coaching.PlannedSupport(educator="t1", kind="mentor", window=window, by=COACH)
    assert verdict("ILR-12.GA.2", kept(educators=(new, *EDUCATORS[1:]), planned=(mentored,))).verdict is MET
    unknown = attrs.evolve(new, teaching_since=None)
    assert "EDUCATORS_UNDECIDED" in codes("ILR-12.GA.2", kept(educators=(unknown, *EDUCATORS[1:])))
    assert "TEACHERS_UNLISTED" in codes("ILR-12.GA.2", kept(educators=EDUCATORS[1:]))
    nobody = changed(
        roster=roster(*(post for post in POSTS if post.role is not Role.TEACHER)),
        capacity=capacity(educators=()),
    )
    assert verdict("ILR-12.GA.2", nobody).verdict is OPEN


def test_priorities_are_set_and_attested() -> None:
    """ILR-12.GR.1: without a list it fails; with one, records show a part and somebody's word completes it."""
    assert verdict(IN_PART, kept(priorities=())).verdict is NOT_MET
    found = verdict(IN_PART)
    assert (found.verdict, found.needs) == (OPEN, ("attestation.criterion",))
    said = verdict(IN_PART, changed(events=(*evidence().events, attest(IN_PART))))
    assert (said.verdict, said.attested) == (MET, True)


@pytest.mark.parametrize("change", [{"competencies": None}, {"records": ()}, {"role": "model teacher"}])
def test_roles_name_competencies(change: dict[str, Any]) -> None:
    """ILR-12.GR.2: a coach's description without profile or use fails, and so does having none."""
    assert verdict("ILR-12.GR.2", kept(roles=(attrs.evolve(ROLE, **change),))).verdict is NOT_MET


def test_every_subject_is_searched() -> None:
    """ILR-12.GS.1: a subject without a cell, or an old search, fails; an empty cell is told and does not."""
    art = Section(id="art", building=SCHOOL, teachers=("t2",), subject="art")
    plain = Section(id="plain", building=SCHOOL, teachers=("t2",))
    away = Section(id="away", building="s2", teachers=("c9",), subject="music")
    people = roster(sections=(*roster().sections, art, plain, away))
    found = verdict("ILR-12.GS.1", changed(roster=people))
    assert (found.verdict, dict(found.reasons[0].parameters)) == (NOT_MET, {"n": 1, "of": 2})
    old = attrs.evolve(SEARCH, periods=(Window(date(2026, 1, 1), date(2026, 5, 1)),))
    assert verdict("ILR-12.GS.1", kept(search=old)).verdict is NOT_MET


def test_mentoring_never_fails() -> None:
    """ILR-12.GS.2: assignments are counted by what they rest on; where none runs nothing is due."""
    own = attrs.evolve(MENTOR, id="own", because="own request")
    found = verdict("ILR-12.GS.2", kept(mentors=(MENTOR, own)))
    assert dict(found.reasons[0].parameters) == {"new": 1, "own": 1, "host": 0}
    assert verdict("ILR-12.GS.2", kept(mentors=())).verdict is NONE


def test_every_coach_holds_a_role() -> None:
    """ILR-12.GB.1: a coach who was not appointed, or to a draft, fails."""
    fewer = (*without(RoleAppointment), APPOINTED[0])
    found = verdict("ILR-12.GB.1", changed(events=fewer))
    assert (found.verdict, dict(found.reasons[0].parameters)) == (NOT_MET, {"n": 1, "of": 2})
    draft = attrs.evolve(ROLE, published_on=None)
    assert verdict("ILR-12.GB.1", kept(roles=(draft,))).verdict is NOT_MET


@pytest.mark.parametrize("place", [0, 1])
def test_coaches_come_from_practice(place: int) -> None:
    """ILR-12.GB.2: an appointment that cites no practice, or no finished mentoring, fails."""
    bare = attrs.evolve(APPOINTED[0], evidence=APPOINTED[0].evidence[place : place + 1])
    school = changed(events=(*without(RoleAppointment), bare, APPOINTED[1]))
    assert verdict("ILR-12.GB.2", school).verdict is NOT_MET


def test_roles_are_of_the_district_and_serve_teaching() -> None:
    """ILR-12.KI.1: a role of the building, too little time for support, or no role fails; others' time does not count."""
    assert verdict("ILR-12.KI.1", kept(roles=(attrs.evolve(ROLE, origin="building"),))).verdict is NOT_MET
    assert verdict("ILR-12.KI.1", kept(roles=())).verdict is NOT_MET
    office = (coaching.TimeSpent(coaching.TimeCategory.ADMIN, 500),)
    time = capacity().time or ()
    for coach, expected in ((COACH, NOT_MET), ("c9", MET)):
        more = (*time, CoachTime(coach=coach, on=date(2026, 9, 30), spent=office))
        assert verdict("ILR-12.KI.1", kept(time=more)).verdict is expected


def test_coaches_are_trained() -> None:
    """ILR-12.KI.2: a coach without one of the two topics fails."""
    found = verdict("ILR-12.KI.2", changed(events=(*without(TrainingRecord), *TRAINED[1:])))
    assert (found.verdict, dict(found.reasons[0].parameters)) == (NOT_MET, {"n": 1, "of": 2})


def test_coaches_convene() -> None:
    """ILR-12.KI.3: without a joint plan it fails; where there is one coach it does not apply."""
    assert verdict("ILR-12.KI.3", kept(convenings=())).verdict is NOT_MET
    posts = [post for post in POSTS if post.person != "c2"]
    assert verdict("ILR-12.KI.3", changed(roster=roster(*posts))).verdict is NONE


def test_coaches_observe_and_coach() -> None:
    """ILR-12.KI.4: a coach who made no visit, or whose conversations drew on nothing, fails."""
    fewer = coaching_parts(walkthroughs=visits()[:-1])
    found = verdict("ILR-12.KI.4", changed(coaching=fewer))
    assert (found.verdict, dict(found.reasons[0].parameters)) == (NOT_MET, {"n": 1, "of": 2})
    window = Window(date(2026, 9, 11), AS_OF)
    assert verdict("ILR-12.KI.4", window=window).verdict is NOT_MET


def test_organisations_above_are_found_once() -> None:
    """ILR-12.GB.1: a roster whose organisations lie in a circle does not run for ever."""
    people = roster()
    circle = tuple(
        attrs.evolve(one, parent=SCHOOL) if one.id == "d1" else one for one in people.organisations
    )
    found = verdict("ILR-12.GB.1", changed(roster=attrs.evolve(people, organisations=circle)))
    assert found.verdict is MET
