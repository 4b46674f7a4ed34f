"""Partnerships of leaders: each criterion that records can tell, and what a record refuses (LS-12a)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs
import pytest
from tests.progress.small_school import CALENDAR, FALL, SPRING, improvement_cycle

from ilr.base import Appointment, InvalidInput, Organisation, Person, Role, Roster, SourceId, Window
from ilr.coaching import (
    Agenda,
    AgendaItem,
    LeaderTies,
    Partnership,
    PartnershipMeeting,
    PartnershipRecords,
    PartnershipSlot,
    Tally,
    TimeEntry,
    UpwardIssue,
    agendas_planned_ahead,
    gaps_in_months,
    leaders_partnered,
    partnerships_on_policy,
    partnerships_planning_ahead,
    partnerships_planning_support,
    partnerships_set_jointly,
    partnerships_that_met,
    partnerships_with_cycle,
    partnerships_with_focus,
    partnerships_with_slot,
    partnerships_with_time_for_feedback,
    partnerships_within_gap,
    terms_with_answered_issue,
    ties_of_leaders,
)
from ilr.coaching._tallies import longest_gap_in_months
from ilr.cycles import Abandonment, Act, Do, ImprovementCycle, abandon_cycle, act_on_cycle, study_cycle
from ilr.disclosure import Context, decide
from ilr.interop import dumps, loads
from ilr.stats import proportions

FIRST = date(2026, 9, 1)
SLOT = PartnershipSlot(
    weekday=1,
    at=time(14, 30),
    minutes=60,
    repeats="every two weeks",
    calendars=("d1", "p1"),
    accepted_by=("d1", "p1"),
)
PAIR = Partnership(
    id="pair",
    supervisors=("d1",),
    leaders=("p1",),
    starts=date(2026, 8, 17),
    slot=SLOT,
    standing_items=("feedback",),
    practices=("walkthroughs",),
    competencies=("listens",),
    cycles=("cycle-1",),
    building_plans=("plan-1",),
)
PEERS = Partnership(id="peers", leaders=("p1", "p2", "p3"), starts=date(2026, 8, 17))
ITEMS = (
    AgendaItem(
        id="i1",
        kind="long-term",
        tags=("instructional system", "district policy", "district system"),
        author="d1",
        terms=1,
        minutes=25,
    ),
    AgendaItem(
        id="i2",
        kind="long-term",
        tags=("student support", "building routine", "feedback"),
        author="p1",
        terms=2,
        minutes=20,
    ),
    AgendaItem(id="i3", kind="ad hoc", author="p1", minutes=15),
)
TIME = (
    TimeEntry("coaching", 30),
    TimeEntry("planning", 10),
    TimeEntry("situational", 15),
    TimeEntry("other", 5),
)


def at(day: date) -> datetime:
    """The instant of a meeting."""
    return datetime(day.year, day.month, day.day, 14, 30, tzinfo=UTC)


def agenda(day: date, *, days: float = 2, **changes: Any) -> Agenda:
    """An agenda that was out some days before."""
    return Agenda(**{"items": ITEMS, "published_at": at(day) - timedelta(days=days), **changes})


def meeting(day: date, partnership: str = "pair", **changes: Any) -> PartnershipMeeting:
    """A meeting that was held with an agenda and a log."""
    facts: dict[str, Any] = {"agenda": agenda(day), "time": TIME, **changes}
    return PartnershipMeeting(id=f"{partnership}-{day}", partnership=partnership, start=at(day), **facts)


DAYS = (date(2026, 9, 15), date(2026, 10, 13), date(2026, 11, 10), date(2026, 12, 8))


def records(**changes: Any) -> PartnershipRecords:
    """The records of one pair over a fall, with the given changes."""
    facts: dict[str, Any] = {
        "partnerships": (PAIR,),
        "window": FALL.window,
        "calendar": CALENDAR,
        "meetings": tuple(meeting(day) for day in DAYS),
        "cycles": (with_data(),),
        **changes,
    }
    return PartnershipRecords(**facts)


def with_data(**changes: Any) -> ImprovementCycle:
    """An improvement cycle with records."""
    running = improvement_cycle(closed=None, **changes)
    seen = Do(started=running.opened, observations=("w1",), first_on=date(2026, 9, 2))
    return attrs.evolve(running, do=seen)


def without(tag: str) -> tuple[PartnershipMeeting, ...]:
    """The meetings with agendas that miss a tag."""
    items = tuple(attrs.evolve(item, tags=tuple(one for one in item.tags if one != tag)) for item in ITEMS)
    return tuple(meeting(day, agenda=agenda(day, items=items)) for day in DAYS)


def pair(**changes: Any) -> PartnershipRecords:
    """The records with a changed pair."""
    return records(partnerships=(attrs.evolve(PAIR, **changes),))


def refused(make: Any, **facts: Any) -> list[str]:
    """Why a record cannot be built."""
    with pytest.raises(InvalidInput) as error:
        make(**facts)
    return [problem.code for problem in error.value.problems]


MET = Tally(reached=1, of=1)
MISSED = Tally(reached=0, of=1, lacking=("pair",))
TERM_MET = Tally(reached=1, of=1)
TERM_MISSED = Tally(reached=0, of=1, lacking=("pair/fall",))


def test_a_standing_time_is_in_all_calendars() -> None:
    """LS-12a.GR.1: a slot counts when everyone in the partnership has it in the calendar."""
    assert partnerships_with_slot(records()) == MET
    assert partnerships_with_slot(pair(slot=None)) == MISSED
    assert partnerships_with_slot(pair(slot=attrs.evolve(SLOT, calendars=("d1",)))) == MISSED


def test_there_is_time_for_feedback() -> None:
    """LS-12a.GR.2: the slot has at least P-PMIN minutes, and feedback is on each agenda."""
    assert partnerships_with_time_for_feedback(records()) == MET
    assert partnerships_with_time_for_feedback(pair(slot=attrs.evolve(SLOT, minutes=44))) == MISSED
    assert partnerships_with_time_for_feedback(pair(slot=attrs.evolve(SLOT, minutes=45))) == MET
    assert partnerships_with_time_for_feedback(pair(standing_items=())) == MISSED
    assert partnerships_with_time_for_feedback(pair(slot=None)) == MISSED


def test_practices_and_competencies_are_named() -> None:
    """LS-12a.GR.3: a partnership names what it weaves in, of both sorts."""
    assert partnerships_with_focus(records()) == MET
    assert partnerships_with_focus(pair(competencies=())) == MISSED


def test_every_supervisor_has_met_their_leaders() -> None:
    """LS-12a.GS.1: a held meeting counts, a cancelled one does not; partnerships of peers are not asked."""
    assert partnerships_that_met(records(partnerships=(PAIR, PEERS))) == MET
    cancelled = meeting(DAYS[0], status="cancelled", reason="illness", time=())
    assert partnerships_that_met(records(meetings=(cancelled,))) == MISSED
    assert partnerships_that_met(records(meetings=(meeting(date(2027, 1, 12)),))) == MISSED


def test_building_leaders_without_partner_are_named() -> None:
    """LS-12a.GS.1: a building leader whom nobody supervises in a partnership is told; peers do not make up for it."""
    roster = Roster(
        people=(Person(id="p1", also=(SourceId("hr", "hr-1"),)), Person(id="p2")),
        organisations=(Organisation(id="s1"), Organisation(id="s2")),
        appointments=(
            Appointment(person="hr-1", organisation="s1", role=Role.BUILDING_LEADER),
            Appointment(person="p2", organisation="s2", role=Role.BUILDING_LEADER),
            Appointment(person="t1", organisation="s2", role=Role.TEACHER),
            Appointment(person="p9", organisation="s2", role=Role.BUILDING_LEADER, end=date(2026, 6, 30)),
        ),
    )
    found = leaders_partnered(records(partnerships=(PAIR, PEERS)), roster)
    assert found == Tally(reached=1, of=2, lacking=("p2",))


def test_teaching_and_support_are_planned() -> None:
    """LS-12a.GS.2: both tags were on an agenda, and the building has a plan."""
    assert partnerships_planning_support(records()) == MET
    assert partnerships_planning_support(records(meetings=without("student support"))) == MISSED
    assert partnerships_planning_support(pair(building_plans=())) == MISSED


def test_meetings_are_regular() -> None:
    """LS-12a.GB.1: the longest time without a held meeting is counted in calendar months begun."""
    window = Window(date(2026, 9, 1), date(2026, 12, 8))
    assert gaps_in_months(records(window=window)) == (("pair", 1),)
    assert partnerships_within_gap(records(window=window)) == MET
    late = records(window=window, meetings=tuple(meeting(day) for day in DAYS if day != DAYS[1]))
    assert gaps_in_months(late) == (("pair", 2),)
    assert partnerships_within_gap(late) == MISSED


def test_the_life_of_a_partnership_cuts_the_window() -> None:
    """LS-12a.GB.1: before its start and after its end a partnership has no gap; one outside the window is not asked."""
    short = pair(starts=date(2026, 11, 1), ends=date(2026, 11, 30))
    assert gaps_in_months(short) == (("pair", 1),)
    assert gaps_in_months(pair(starts=date(2027, 3, 1))) == ()
    assert partnerships_within_gap(pair(starts=date(2027, 3, 1))).all is None


def test_district_policy_is_on_the_agenda_each_term() -> None:
    """LS-12a.GB.2: each partnership and term needs an item on policy."""
    assert partnerships_on_policy(records()) == TERM_MET
    assert partnerships_on_policy(records(meetings=without("district policy"))) == TERM_MISSED
    year = records(window=Window(FALL.window.start, SPRING.window.end))
    assert partnerships_on_policy(year) == Tally(reached=1, of=2, lacking=("pair/spring",))
    ended = attrs.evolve(PAIR, ends=FALL.window.end)
    assert partnerships_on_policy(attrs.evolve(year, partnerships=(ended,))) == TERM_MET


def test_the_district_answers_what_buildings_raise() -> None:
    """LS-12a.GB.3: a term counts with an issue raised in it that has an answer by the last day."""
    issue = UpwardIssue(
        id="u1",
        on=date(2026, 10, 13),
        partnership="pair",
        by="p1",
        about="buses",
        disposition="adopted",
        answered_on=date(2026, 11, 2),
    )
    missed = Tally(reached=0, of=1, lacking=("fall",))
    assert terms_with_answered_issue(records(issues=(issue,))) == MET
    opened = attrs.evolve(issue, disposition="open", answered_on=None)
    assert terms_with_answered_issue(records(issues=(opened,))) == missed
    later = attrs.evolve(issue, answered_on=date(2027, 1, 11))
    assert terms_with_answered_issue(records(issues=(later,))) == missed


def test_agendas_are_out_ahead() -> None:
    """LS-12a.GB.4: out more than P-AGENDA before, a long-term point, and a part for urgent ones that may be empty."""

    def one(**changes: Any) -> bool | None:
        day = DAYS[0]
        return agendas_planned_ahead(records(meetings=(meeting(day, agenda=agenda(day, **changes)),))).all

    assert one() is True
    assert one(items=ITEMS[:2]) is True
    assert one(days=1) is False
    assert one(days=1.01) is True
    assert one(published_at=None) is False
    assert one(items=ITEMS[2:]) is False
    assert one(items=ITEMS[:2], parts=("long-term",)) is False
    assert agendas_planned_ahead(records(meetings=(meeting(DAYS[0], agenda=None),))).all is False
    assert agendas_planned_ahead(records(meetings=())).share is None


def test_pairs_plan_terms_ahead() -> None:
    """LS-12a.KI.1: both long-term tags count with a horizon of a term, and not for the matter at hand."""
    assert partnerships_planning_ahead(records()) == MET
    near = tuple(attrs.evolve(item, terms=0) for item in ITEMS)
    meetings = tuple(meeting(day, agenda=agenda(day, items=near)) for day in DAYS)
    assert partnerships_planning_ahead(records(meetings=meetings)) == MISSED


def test_both_sides_set_the_agenda() -> None:
    """LS-12a.KI.2: each side wrote a point in the term and all accepted the schedule."""
    assert partnerships_set_jointly(records()) == TERM_MET
    alone = tuple(meeting(day, agenda=agenda(day, items=ITEMS[:1])) for day in DAYS)
    assert partnerships_set_jointly(records(meetings=alone)) == TERM_MISSED
    assert partnerships_set_jointly(pair(slot=attrs.evolve(SLOT, accepted_by=("d1",)))) == TERM_MISSED
    assert partnerships_set_jointly(pair(slot=None)) == TERM_MISSED


def test_each_peer_is_a_side() -> None:
    """LS-12a.KI.2: among peers each one has to write a point."""
    assert PEERS.sides == (("p1",), ("p2",), ("p3",))
    assert PAIR.sides == (("d1",), ("p1",))


def test_a_cycle_runs_in_the_term() -> None:
    """LS-12a.KI.3: a cycle with data that was open on a day of the term counts, whether or not it has closed."""
    assert partnerships_with_cycle(records()) == TERM_MET
    assert partnerships_with_cycle(records(cycles=())) == TERM_MISSED
    closed = improvement_cycle()
    assert partnerships_with_cycle(records(cycles=(closed,))) == TERM_MISSED  # it holds no record
    draft = ImprovementCycle(
        id="cycle-1", building="s1", target="instructional practice", opened=date(2026, 9, 1)
    )
    assert partnerships_with_cycle(records(cycles=(draft,))) == TERM_MISSED
    given_up = abandon_cycle(with_data(), Abandonment(on=date(2026, 10, 1), reason="no time"))
    assert partnerships_with_cycle(records(cycles=(given_up,))) == TERM_MISSED


def test_a_closed_cycle_counts_until_its_end() -> None:
    """LS-12a.KI.3: in a term after its end a cycle no longer runs."""
    studied = study_cycle(with_data(), on=date(2026, 10, 30), result=proportions.wilson(18, 30))
    closed = act_on_cycle(studied, Act(kind="adopt", on=date(2026, 10, 30), reason="it holds"))
    assert partnerships_with_cycle(records(cycles=(closed,))) == TERM_MET
    spring = records(cycles=(closed,), window=SPRING.window)
    assert partnerships_with_cycle(spring) == Tally(reached=0, of=1, lacking=("pair/spring",))


def test_a_leader_may_hold_several_partnerships() -> None:
    """LS-12a.KI.4: degree, peers and span are told for each leader; two ids of one person are one."""
    roster = Roster(people=(Person(id="p1", also=(SourceId("hr", "hr-1"),)),))
    other = attrs.evolve(PAIR, id="other", leaders=("p2",), slot=None)
    twice = attrs.evolve(PAIR, id="again", leaders=("hr-1",), slot=None)
    past = attrs.evolve(PAIR, id="past", leaders=("p9",), ends=date(2026, 8, 31), slot=None)
    found = ties_of_leaders([PAIR, other, twice, past, PEERS], on=FIRST, roster=roster)
    assert found == (
        LeaderTies(leader="d1", partnerships=3, peers=0, supervised=2),
        LeaderTies(leader="p1", partnerships=3, peers=2, supervised=0),
        LeaderTies(leader="p2", partnerships=2, peers=2, supervised=0),
        LeaderTies(leader="p3", partnerships=1, peers=2, supervised=0),
    )


@pytest.mark.parametrize(
    ("days", "months"),
    [
        ([], 4),
        ([date(2026, 9, 30), date(2026, 10, 30)], 2),
        ([date(2026, 9, 30), date(2026, 10, 30), date(2026, 11, 30)], 1),
        ([date(2026, 9, 14), date(2026, 10, 14), date(2026, 11, 14)], 1),
        ([date(2026, 9, 14), date(2026, 10, 15), date(2026, 11, 14)], 2),
        ([date(2026, 8, 20), date(2026, 12, 24)], 4),
    ],
)
def test_gaps_are_counted_in_months_begun(days: list[date], months: int) -> None:
    """A month is to the same day of the next one, or its last; meetings outside the window are passed over."""
    assert longest_gap_in_months(days, Window(date(2026, 9, 1), date(2026, 11, 30))) == months


def test_a_tally_adds_up() -> None:
    """What is reached and what is lacking make up the whole."""
    assert Tally(reached=0, of=0).all is None
    assert Tally(reached=0, of=0).share is None
    assert Tally(reached=1, of=2, lacking=("a",)).all is False
    assert refused(Tally, reached=1, of=3, lacking=("a",)) == ["tally.sum"]


def test_impossible_records_are_refused() -> None:
    """A partnership needs two leaders, an agenda its parts, a meeting its reason, an answer its day."""
    assert refused(Partnership, id="a", leaders=("p1",), starts=FIRST) == ["ids.few"]
    assert refused(Partnership, id="a", leaders=(), supervisors=("d1", "d2"), starts=FIRST) == [
        "partnership.leaders"
    ]
    assert refused(Partnership, id="a", leaders=("p1", "p1"), starts=FIRST, ends=date(2026, 1, 1)) == [
        "ids.repeated",
        "interval.order",
    ]
    assert refused(Partnership, id="a", leaders=("p1", "p2"), starts=FIRST, slot=SLOT) == ["partnership.slot"]
    assert refused(PartnershipSlot, weekday=7, at=time(9), minutes=0, repeats="weekly") == [
        "slot.weekday",
        "slot.minutes",
    ]
    assert refused(AgendaItem, id="i", kind="ad hoc", author="p1", terms=-1, minutes=-1) == [
        "item.terms",
        "item.minutes",
    ]
    assert refused(Agenda, items=ITEMS, parts=("long-term",), published_at=datetime(2026, 9, 1)) == [  # noqa: DTZ001  # that is the point
        "agenda.parts",
        "instant.naive",
    ]
    assert refused(TimeEntry, kind="coaching", minutes=-1) == ["time.minutes"]
    assert refused(
        PartnershipMeeting,
        id="m",
        partnership="pair",
        start=at(FIRST),
        status="moved",
        time=(TIME[0], TIME[0]),
    ) == ["meeting.reason", "meeting.time", "meeting.kinds"]
    assert refused(
        UpwardIssue, id="u", on=FIRST, partnership="pair", by="p1", about="x", answered_on=date(2026, 1, 1)
    ) == ["issue.answer", "interval.order"]
    assert refused(records, meetings=(meeting(DAYS[0], "unknown"),)) == ["records.partnership"]


def test_a_meeting_without_agenda_has_no_items() -> None:
    """A meeting may lack an agenda; its minutes are told by kind."""
    bare = meeting(DAYS[0], agenda=None)
    assert bare.items == ()
    assert bare.minutes("coaching", "planning") == 40


def test_a_meeting_is_for_those_who_met() -> None:
    """FW-6: everyone in a partnership reads its meetings; nobody else does in that capacity."""
    roster = Roster(
        organisations=(Organisation(id="d", kind="district"),),
        appointments=(Appointment(person="d9", organisation="d", role=Role.DISTRICT_LEADER),),
    )
    context = Context(as_of=DAYS[0], roster=roster)
    for viewer, granted in (("d1", True), ("p1", True), ("d9", False), ("p2", False)):
        found = decide(
            viewer,
            meeting(DAYS[0]).subject(PAIR),
            audience="coach",
            grain="individual content",
            purpose="coaching",
            context=context,
        )
        assert found.granted is granted


def test_records_come_back_equal() -> None:
    """The records of partnerships go out as JSON and come back equal."""
    held = records(partnerships=(PAIR, PEERS))
    assert loads(dumps(held), PartnershipRecords) == held
    assert loads(dumps(MISSED), Tally) == MISSED
