"""The rules of the leadership system, each with evidence that meets it, fails it and cannot tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest
from tests.progress.coached_school import (
    DISTRICT,
    ITEMS,
    LEADER_PROTOCOL,
    LEADERSHIP,
    MEETING_DAYS,
    MENTOR,
    PAIR,
    PEERS,
    POSTS,
    PROTOCOL,
    SLOT,
    capacity,
    changed,
    coaching_parts,
    evidence,
    leader_session,
    leadership,
    meeting,
    roster,
    verdict,
)
from tests.progress.small_school import AS_OF, CALENDAR, SCHOOL, attest

from ilr import coaching
from ilr.base import Event, InputRequest, Role, TrainingRecord, Verdict, Window
from ilr.continuum import Stage
from ilr.progress import Evidence, assess
from ilr.progress.rules import registered

MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE
NONE = Verdict.NOT_APPLICABLE
PRACTICE = tuple(id for id in registered() if id.startswith("LS-"))
WITH_PARTNERS = tuple(id for id in PRACTICE if id.startswith("LS-12a."))
IN_PART, PERMITTED = "LS-12a.GR.2", "LS-12a.KI.4"
OF_SESSIONS = tuple(
    f"LS-12b.{stage}" for stage in ("GR.1", "GR.2", "GS.1", "GB.1", "GB.2", "KI.1", "KI.2", "KI.3")
)
OF_TERMS = tuple(f"LS-12a.{stage}" for stage in ("GB.2", "GB.3", "KI.2", "KI.3"))


def led(**parts: Any) -> Evidence:
    """The evidence with other partnerships or coaching of leaders."""
    return changed(leadership=leadership(**parts))


def pair(**facts: Any) -> Evidence:
    """The evidence with a changed partnership."""
    return led(partnerships=(attrs.evolve(PAIR, **facts),))


def met(**facts: Any) -> Evidence:
    """The evidence with changed meetings."""
    return led(meetings=tuple(meeting(day, **facts) for day in MEETING_DAYS))


def agenda(*items: coaching.AgendaItem) -> Evidence:
    """The evidence with other points on every agenda."""
    return met(agenda=coaching.Agenda(items=items))


def talks(**facts: Any) -> Evidence:
    """The evidence with changed sessions of leaders."""
    held = leadership().sessions or ()
    return led(sessions=tuple(attrs.evolve(one, **facts) for one in held))


def without(kind: type[Event]) -> tuple[Event, ...]:
    """The dated facts but those of a kind."""
    return tuple(one for one in evidence().events if not isinstance(one, kind))


@pytest.mark.parametrize("criterion", [id for id in PRACTICE if id not in (IN_PART, PERMITTED)])
def test_the_district_meets_every_criterion(criterion: str) -> None:
    """With all parts in place each criterion of the leadership system that records tell is met."""
    found = verdict(criterion)
    assert (found.verdict, found.needs, found.attested) == (MET, (), False)


def test_the_leadership_system_at_its_best_reaches_the_top() -> None:
    """ST-3: with somebody's word where research was read, and on the time, both indicators keep improving."""
    words = tuple(attest(one) for one in ("LS-12a.GA.3", "LS-12b.GA.1", IN_PART))
    found = assess(
        LEADERSHIP,
        changed(events=(*evidence().events, *words)),
        building=SCHOOL,
        as_of=AS_OF,
        calendar=CALENDAR,
    )
    stages = {code: (one.stage, one.attested) for code, one in found.items()}
    assert stages == dict.fromkeys(("LS-12a", "LS-12b"), (Stage.KEEP_IMPROVING, True))


@pytest.mark.parametrize("criterion", PRACTICE)
def test_without_records_nothing_of_leadership_can_be_assessed(criterion: str) -> None:
    """ST-4: where the host records nothing each criterion names the fields to keep."""
    found = verdict(criterion, Evidence())
    assert found.verdict is OPEN
    assert found.needs


@pytest.mark.parametrize(
    ("criterion", "school"),
    [
        *((criterion, led(partnerships=None)) for criterion in WITH_PARTNERS),
        ("LS-12a.GA.1", led(frame=None)),
        ("LS-12a.GA.2", led(frame=None)),
        ("LS-12a.GA.2", met(time=())),
        ("LS-12a.GS.1", changed(roster=None)),
        *((f"LS-12a.{stage}", led(meetings=None)) for stage in ("GA.1", "GS.1", "GS.2", "GB.1", "GB.4")),
        ("LS-12a.GB.3", led(issues=None)),
        ("LS-12a.KI.3", changed(cycles=None)),
        *((criterion, led(sessions=None)) for criterion in OF_SESSIONS),
        ("LS-12b.GA.2", changed(capacity=capacity(priorities=None))),
        ("LS-12b.GA.2", changed(events=without(InputRequest))),
        ("LS-12b.GA.2", changed(roster=roster(*POSTS[:6]))),
        ("LS-12b.GR.1", changed(events=without(TrainingRecord))),
        ("LS-12b.GR.2", led(practice=None)),
        ("LS-12b.GR.3", led(templates=None)),
        ("LS-12b.GR.3", changed(coaching=coaching_parts(protocols=None))),
        ("LS-12b.GS.1", changed(roster=roster(*POSTS[:6]))),
        ("LS-12b.GS.2", changed(capacity=capacity(mentors=None))),
        ("LS-12b.GB.3", changed(capacity=capacity(mentors=None))),
        ("LS-12b.GB.3", led(plans=None)),
        ("LS-12b.KI.2", changed(events=without(TrainingRecord))),
        ("LS-12b.KI.3", led(plans=None)),
    ],
)
def test_an_absent_part_leaves_its_criteria_open(criterion: str, school: Evidence) -> None:
    """ST-4: without the part it reads a criterion is neither met nor failed, and the fields are named."""
    found = verdict(criterion, school)
    assert found.verdict is OPEN
    assert found.needs


@pytest.mark.parametrize("criterion", [id for id in WITH_PARTNERS if id not in (PERMITTED, "LS-12a.GA.2")])
def test_without_partners_nothing_is_met(criterion: str) -> None:
    """LS-12a: partnerships are kept and there is none."""
    found = verdict(criterion, led(partnerships=(), meetings=(), issues=()))
    assert found.verdict is NOT_MET


@pytest.mark.parametrize("criterion", OF_TERMS)
def test_without_terms_nothing_is_said_of_terms(criterion: str) -> None:
    """LS-12a.GB.2, GB.3, KI.2 and KI.3: a calendar without terms leaves open what each term needs."""
    found = verdict(criterion, evidence(), calendar=attrs.evolve(CALENDAR, terms=()))
    assert (found.verdict, found.needs) == (OPEN, ("calendar.terms",))


ONE_SIDED = attrs.evolve(SLOT, accepted_by=(DISTRICT,))
UNTAGGED = tuple(attrs.evolve(one, tags=()) for one in ITEMS)
AT_HAND = tuple(attrs.evolve(one, terms=0) for one in ITEMS)


@pytest.mark.parametrize(
    ("criterion", "school"),
    [
        ("LS-12a.GR.1", pair(slot=None)),
        (IN_PART, pair(standing_items=(), slot=ONE_SIDED)),
        (IN_PART, pair(slot=attrs.evolve(SLOT, minutes=30))),
        ("LS-12a.GR.3", pair(practices=())),
        ("LS-12a.GS.1", met(status="cancelled", reason="snow", time=())),
        ("LS-12a.GS.1", led(partnerships=(PAIR, PEERS), meetings=())),
        ("LS-12a.GS.2", pair(building_plans=())),
        ("LS-12a.GS.2", agenda(*UNTAGGED)),
        ("LS-12a.GB.1", led(meetings=(meeting(MEETING_DAYS[0]),))),
        ("LS-12a.GB.2", agenda(*UNTAGGED)),
        ("LS-12a.GB.3", led(issues=())),
        ("LS-12a.GB.4", met(agenda=None)),
        (
            "LS-12a.GB.4",
            attrs.evolve(
                agenda(*ITEMS),
                leadership=leadership(
                    partnerships=(attrs.evolve(PAIR, slot=ONE_SIDED),),
                    meetings=tuple(meeting(day, agenda=coaching.Agenda(items=ITEMS)) for day in MEETING_DAYS),
                ),
            ),
        ),
        ("LS-12a.KI.1", agenda(*AT_HAND)),
        ("LS-12a.KI.2", agenda(ITEMS[0])),
        ("LS-12a.KI.2", pair(slot=ONE_SIDED)),
        ("LS-12a.KI.3", pair(cycles=())),
        ("LS-12b.GA.2", changed(capacity=capacity(priorities=()))),
        (
            "LS-12b.GR.1",
            changed(
                events=(
                    *without(TrainingRecord),
                    TrainingRecord(id="x", on=date(2026, 8, 1), person="p1", topic="coaching protocol"),
                )
            ),
        ),
        ("LS-12b.GR.2", led(practice=())),
        ("LS-12b.GR.3", led(templates=())),
        ("LS-12b.GR.3", changed(coaching=coaching_parts(protocols=(PROTOCOL,)))),
        (
            "LS-12b.GR.3",
            changed(
                coaching=coaching_parts(protocols=(attrs.evolve(LEADER_PROTOCOL, contributors=(DISTRICT,)),))
            ),
        ),
        ("LS-12b.GS.1", led(sessions=(leader_session("p1", date(2026, 9, 15)),))),
        ("LS-12b.GS.2", changed(capacity=capacity(mentors=()))),
        (
            "LS-12b.GB.1",
            led(sessions=tuple(leader_session(one, date(2026, 9, 15)) for one in ("p1", "i1", "u1"))),
        ),
        ("LS-12b.GB.1", talks(tags=("leadership planning",))),
        ("LS-12b.KI.1", led(sessions=(leadership().sessions or ())[:4])),
        ("LS-12b.GB.2", talks(tags=("policy", "leadership planning"))),
        ("LS-12b.GB.2", talks(tags=("policy", "administrative problem"))),
        ("LS-12b.GB.3", changed(capacity=capacity(mentors=(attrs.evolve(MENTOR, meetings=()),)))),
        ("LS-12b.GB.3", led(plans=())),
        ("LS-12b.KI.2", talks(steps=())),
        ("LS-12b.KI.3", led(plans=())),
        ("LS-12b.KI.3", talks(serves=None, plan=None)),
        ("LS-12b.KI.3", talks(serves="immediate", plan=None)),
    ],
)
def test_each_criterion_can_fail(criterion: str, school: Evidence) -> None:
    """LS-12a.GR.1 to LS-12b.KI.3: what the district lacks is told as not met, with numbers."""
    found = verdict(criterion, school)
    assert found.verdict is NOT_MET
    assert found.reasons


@pytest.mark.parametrize("criterion", OF_SESSIONS)
def test_where_no_leader_was_coached_nothing_is_met(criterion: str) -> None:
    """LS-12b.GR.1 to KI.3: sessions are kept and the window holds none."""
    found = verdict(criterion, led(sessions=(leader_session("p1", date(2026, 8, 1)),)))
    assert (found.verdict, found.reasons[0].code) == (NOT_MET, "NO_LEADER_SESSIONS")


def test_a_time_study_waits_for_its_weeks() -> None:
    """LS-12a.GA.1 and GA.2: a study whose weeks are not over yet tells nothing; the least frequent pair is told."""
    for criterion in ("LS-12a.GA.1", "LS-12a.GA.2"):
        early = verdict(criterion, evidence(), as_of=date(2026, 10, 1))
        assert (early.verdict, early.needs) == (OPEN, ("time_study.window",))
    assert dict(verdict("LS-12a.GA.1").reasons[0].parameters) == {"n": 1, "least": 2.61}
    assert dict(verdict("LS-12a.GA.2").reasons[0].parameters) == {"share": 0.8, "n": 3}


def test_time_for_feedback_is_shown_in_part() -> None:
    """LS-12a.GR.2: time and agenda wait for somebody's word that they suffice."""
    found = verdict(IN_PART)
    assert (found.verdict, found.needs) == (OPEN, ("attestation.criterion",))
    said = verdict(IN_PART, changed(events=(*evidence().events, attest(IN_PART))))
    assert (said.verdict, said.attested) == (MET, True)


def test_further_partners_never_fail() -> None:
    """LS-12a.KI.4: leaders with several partnerships or peers are counted; without any nothing is due."""
    assert verdict(PERMITTED).verdict is NONE
    peers = attrs.evolve(PEERS, ends=None)
    found = verdict(PERMITTED, led(partnerships=(PAIR, peers)))
    assert (found.verdict, dict(found.reasons[0].parameters)) == (MET, {"n": 2, "of": 3})


@pytest.mark.parametrize("criterion", ["LS-12b.GS.2", "LS-12b.GB.3"])
def test_who_is_new_is_told_by_the_start_of_a_post(criterion: str) -> None:
    """LS-12b.GS.2 and GB.3: a start that is not known leaves it open; where nobody is new nothing is due."""
    unknown = tuple(attrs.evolve(post, start=None) if post.person == DISTRICT else post for post in POSTS)
    found = verdict(criterion, changed(roster=roster(*unknown)))
    assert (found.verdict, found.needs) == (OPEN, ("appointment.start",))
    old = tuple(
        attrs.evolve(post, start=date(2010, 8, 1)) if post.role is Role.BUILDING_LEADER else post
        for post in POSTS
    )
    assert verdict(criterion, changed(roster=roster(*old))).verdict is NONE


def test_sessions_in_plans_of_leaders_count() -> None:
    """LS-12b.GS.1: a conversation in a leader's coaching plan is a session of that leader, once."""
    plan = coaching.plan("u1", DISTRICT, model=coaching.LEADER_COACHING, opened=date(2026, 9, 1))
    talk = coaching.Session(id="u1-talk", on=date(2026, 9, 20), protocol="leaders")
    school = changed(
        engagements=(coaching.hold_session(plan, talk),),
        leadership=leadership(sessions=(leadership().sessions or ())[:4]),
    )
    assert verdict("LS-12b.GS.1", school).verdict is MET
    alone = attrs.evolve(school, leadership=leadership(sessions=None))
    found = verdict("LS-12b.GS.1", alone)
    assert (found.verdict, dict(found.reasons[0].parameters)) == (NOT_MET, {"n": 2, "of": 3})


def test_meetings_after_the_window_and_of_others_are_passed_over() -> None:
    """LS-12a.GB.3 and GB.4: what comes later, or belongs to a partnership that is not kept, is not read."""
    late = meeting(date(2026, 11, 10), agenda=None)
    other = attrs.evolve(meeting(date(2026, 10, 20), agenda=None), partnership="gone")
    school = led(meetings=(*(leadership().meetings or ()), late, other))
    assert verdict("LS-12a.GB.4", school).verdict is MET
    window = Window(date(2026, 9, 1), date(2026, 9, 30))
    assert verdict("LS-12a.GB.3", evidence(), window=window).verdict is NOT_MET


def test_a_district_without_coaching_leaders_has_none_trained() -> None:
    """LS-12b.GR.1, GR.2 and KI.2: coaches who are no district leaders do not make the criterion."""
    for criterion in ("LS-12b.GR.1", "LS-12b.GR.2", "LS-12b.KI.2"):
        found = verdict(criterion, talks(coach="m9"))
        assert (found.verdict, found.reasons[0].code) == (NOT_MET, "NO_DISTRICT_COACHES")


def test_what_both_sides_write_need_not_be_sent_out() -> None:
    """LS-12a.GR.2 and GB.4: joint agendas give way for the place of feedback and for sending them out, for no more."""
    assert verdict(IN_PART, pair(standing_items=())).verdict is OPEN
    assert verdict("LS-12a.GB.4", agenda(*ITEMS)).verdict is MET
    urgent = tuple(attrs.evolve(one, kind="ad hoc") for one in ITEMS)
    assert verdict("LS-12a.GB.4", agenda(*urgent)).verdict is NOT_MET
    planned = meeting(date(2026, 10, 20), agenda=None)
    more = led(meetings=(*(leadership().meetings or ()), planned))
    assert verdict("LS-12a.GB.4", more).verdict is NOT_MET


def test_long_plans_stand_for_talk_of_teaching_and_support() -> None:
    """LS-12a.GS.2: who plans ahead for district and building needs the plan of the building alone."""
    wide = tuple(
        attrs.evolve(item, tags=(tag,))
        for item, tag in zip(ITEMS, ("district system", "building routine"), strict=True)
    )
    school = agenda(*wide)
    assert verdict("LS-12a.KI.1", school).verdict is MET
    assert verdict("LS-12a.GS.2", school).verdict is MET
