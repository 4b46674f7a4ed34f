"""Coaching of leaders: each criterion that records can tell, and what a record refuses (LS-12b)."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from ilr.base import (
    Appointment,
    InputRequest,
    InputResponse,
    InvalidInput,
    Organisation,
    Person,
    Policy,
    Role,
    Roster,
    SourceId,
    TrainingRecord,
    Window,
)
from ilr.coaching import (
    LEADER_COACHING,
    CoachingProtocol,
    LeaderRecords,
    LeaderSession,
    LearningPlan,
    LogTemplate,
    MentorAssignment,
    PracticeSession,
    PriorityList,
    Session,
    SessionEntry,
    Tally,
    coaches_trained,
    coaches_who_practised,
    leader_gaps_in_months,
    leader_groups_coached,
    leader_groups_heard,
    leader_session,
    leaders_with_plan,
    leaders_within_gap,
    leaders_without_start,
    mentees_new_by_start,
    new_leaders,
    new_leaders_meeting_mentor,
    new_leaders_mentored,
    new_leaders_with_joint_plan,
    protocols_of_both_levels,
    sessions_by_protocol,
    sessions_on_systems,
    sessions_serving_plan,
    sessions_with_purpose,
    sessions_with_tag,
)
from ilr.cycles import ProtocolStep
from ilr.disclosure import Context, decide
from ilr.interop import dumps, loads

WINDOW = Window(date(2026, 9, 1), date(2026, 10, 31))
LAST = WINDOW.end
STEPS = (ProtocolStep("plan"), ProtocolStep("talk"))


def post(person: str, role: Role, start: date | None = date(2015, 8, 1), **facts: Any) -> Appointment:
    """A post since long ago, unless told otherwise."""
    district = role is Role.DISTRICT_LEADER
    return Appointment(person=person, organisation="d" if district else "s1", role=role, start=start, **facts)


POSTS = (
    post("d1", Role.DISTRICT_LEADER),
    post("p1", Role.BUILDING_LEADER, date(2025, 8, 1)),
    post("i1", Role.INSTRUCTIONAL_LEADER),
    post("u1", Role.SUPPORT_LEADER),
)


def roster(*posts: Appointment) -> Roster:
    """The leaders of a district; the new principal has a second id."""
    return Roster(
        people=(Person(id="p1", also=(SourceId("hr", "hr-1"),)), Person(id="d1"), Person(id="i1")),
        organisations=(Organisation(id="d", kind="district"), Organisation(id="s1", parent="d")),
        appointments=posts or POSTS,
    )


def session(leader: str, day: date, **changes: Any) -> LeaderSession:
    """A session that serves a plan and follows the protocol."""
    facts: dict[str, Any] = {
        "coach": "d1",
        "serves": "plan",
        "plan": f"plan-{leader}",
        "tags": ("policy", "leadership planning"),
        "protocol": "grow",
        "steps": STEPS,
        **changes,
    }
    return LeaderSession(id=f"{leader}-{day}", on=day, leader=leader, **facts)


def plan(leader: str, *others: str, **changes: Any) -> LearningPlan:
    """A learning plan since August."""
    facts: dict[str, Any] = {"opened": date(2026, 8, 17), **changes}
    return LearningPlan(id=f"plan-{leader}", leader=leader, authors=(leader, *others), **facts)


MENTOR = MentorAssignment(
    id="m",
    mentor="m1",
    mentee="hr-1",
    starts=date(2026, 8, 20),
    meetings=(date(2026, 9, 10), date(2026, 10, 8)),
)
SESSIONS = tuple(
    session(leader, day) for leader in ("p1", "i1", "u1") for day in (date(2026, 9, 15), date(2026, 10, 13))
)
TRAINED = TrainingRecord(id="t", on=date(2026, 8, 10), person="d1", topic="coaching protocol")


def records(**changes: Any) -> LeaderRecords:
    """The records of a fall, with the given changes."""
    facts: dict[str, Any] = {
        "roster": roster(),
        "window": WINDOW,
        "sessions": SESSIONS,
        "plans": (plan("p1", "m1"), plan("i1"), plan("u1")),
        "mentors": (MENTOR,),
        "practice": (
            PracticeSession(id="x", on=date(2026, 8, 12), protocol="grow", participants=("d1", "d2")),
        ),
        "events": (TRAINED,),
        **changes,
    }
    return LeaderRecords(**facts)


def refused(make: Any, **facts: Any) -> list[str]:
    """Why a record cannot be built."""
    with pytest.raises(InvalidInput) as error:
        make(**facts)
    return [problem.code for problem in error.value.problems]


def missing(*lacking: str, of: int = 1) -> Tally:
    """All but some."""
    return Tally(reached=of - len(lacking), of=of, lacking=lacking)


def test_priorities_cite_what_leaders_said() -> None:
    """LS-12b.GA.2: a group counts when an answer of one of them is cited; the answer alone does not count."""
    asked = InputRequest(id="q", on=date(2026, 9, 1), about="leader coaching")
    answers = tuple(
        InputResponse(id=f"a-{by}", on=date(2026, 9, 8), request="q", by=by) for by in ("hr-1", "i1", "u1")
    )
    ours = PriorityList(
        id="l", on=date(2026, 9, 20), owner="d1", items=("feedback",), evidence=("a-hr-1", "a-i1")
    )
    held = records(events=(asked, *answers), priorities=(ours,))
    assert leader_groups_heard(held, about="leader coaching") == missing(of=2)
    assert leader_groups_heard(held, about="schedules").share == 0
    partly = attrs.evolve(held, priorities=(attrs.evolve(ours, evidence=("a-i1",)),))
    assert leader_groups_heard(partly, about="leader coaching") == missing("building leader", of=2)
    late = attrs.evolve(held, priorities=(attrs.evolve(ours, on=date(2026, 12, 1)),))
    assert leader_groups_heard(late, about="leader coaching").reached == 0
    alone = attrs.evolve(held, roster=roster(*POSTS[:2]))
    assert leader_groups_heard(alone, about="leader coaching") == missing(of=1)


def test_district_leaders_who_coach_are_trained() -> None:
    """LS-12b.GR.1: training of the topic by the last day counts, for district leaders who coached."""
    assert coaches_trained(records()) == missing(of=1)
    assert coaches_trained(records(events=())) == missing("d1")
    late = attrs.evolve(TRAINED, on=date(2026, 11, 1))
    assert coaches_trained(records(events=(late,))) == missing("d1")
    assert coaches_trained(records(), topic="feedback") == missing("d1")
    other = session("p1", date(2026, 9, 15), coach="i1")
    assert coaches_trained(records(sessions=(other,))).all is None


def test_district_leaders_rehearse_together() -> None:
    """LS-12b.GR.2: a rehearsal with others counts; one of the future does not."""
    assert coaches_who_practised(records()) == missing(of=1)
    assert coaches_who_practised(records(practice=())) == missing("d1")
    future = PracticeSession(id="x", on=date(2026, 12, 1), protocol="grow", participants=("d1", "d2"))
    assert coaches_who_practised(records(practice=(future,))) == missing("d1")


def test_both_levels_made_the_protocol() -> None:
    """LS-12b.GR.3: protocol and template are published and have contributors of district and building."""
    grow = CoachingProtocol(
        id="grow",
        version="1.0.0",
        model=LEADER_COACHING,
        published_on=date(2026, 8, 20),
        contributors=("d1", "hr-1"),
    )
    log = LogTemplate(id="log", published_on=date(2026, 8, 20), contributors=("d1", "i1"))
    assert protocols_of_both_levels(records(protocols=(grow,), templates=(log,))) == missing(of=2)
    for changes in ({"published_on": None}, {"published_on": date(2027, 1, 1)}, {"contributors": ("d1",)}):
        draft = attrs.evolve(log, **changes)
        assert protocols_of_both_levels(records(protocols=(grow,), templates=(draft,))) == missing(
            "log", of=2
        )
    assert (
        protocols_of_both_levels(records(protocols=(attrs.evolve(grow, contributors=("p1",)),))).reached == 0
    )


def test_each_group_of_leaders_is_coached() -> None:
    """LS-12b.GS.1: each group of the roster needs a session with a district leader; an absent group is not asked."""
    assert leader_groups_coached(records()) == missing(of=3)
    assert leader_groups_coached(records(sessions=SESSIONS[:2])) == missing(
        "instructional leader", "support leader", of=3
    )
    assert leader_groups_coached(records(roster=roster(*POSTS[:3]))) == missing(of=2)
    by_peer = tuple(attrs.evolve(one, coach="m1") for one in SESSIONS)
    assert leader_groups_coached(records(sessions=by_peer)).reached == 0


def test_new_leaders_have_a_mentor() -> None:
    """LS-12b.GS.2: within P-NEWLEADER years of a post a district or building leader needs an active mentor."""
    assert new_leaders(records()) == ("p1",)
    assert new_leaders_mentored(records()) == missing(of=1)
    assert new_leaders_mentored(records(mentors=())) == missing("p1")
    ended = attrs.evolve(MENTOR, ends=date(2026, 10, 30))
    assert new_leaders_mentored(records(mentors=(ended,))) == missing("p1")


@pytest.mark.parametrize(
    ("start", "new"),
    [(date(2023, 10, 31), False), (date(2023, 11, 1), True), (date(2024, 2, 29), True), (None, False)],
)
def test_newness_is_counted_from_the_first_day_of_the_post(start: date | None, new: bool) -> None:
    """LS-12b.GS.2: three years to the day; a post without a first day is told apart."""
    held = records(roster=roster(POSTS[0], post("p1", Role.BUILDING_LEADER, start)))
    assert bool(new_leaders(held)) is new
    assert leaders_without_start(held) == (start is None)


def test_a_post_that_ended_makes_nobody_new() -> None:
    """LS-12b.GS.2: posts of teachers, and those that are over, do not count."""
    posts = (
        post("t1", Role.TEACHER, date(2026, 8, 1)),
        post("p2", Role.BUILDING_LEADER, date(2026, 8, 1), end=date(2026, 10, 1)),
    )
    assert new_leaders(records(roster=roster(*posts))) == ()


def test_coached_leaders_do_not_wait_long() -> None:
    """LS-12b.GB.1, KI.1: the longest time between sessions, in months begun, is held to P-LCOACH."""
    assert leader_gaps_in_months(records()) == (("i1", 1), ("p1", 1), ("u1", 1))
    assert leaders_within_gap(records()) == missing(of=3)
    fewer = records(sessions=SESSIONS[:3])
    assert leader_gaps_in_months(fewer) == (("i1", 2), ("p1", 1))
    assert leaders_within_gap(fewer) == missing("i1", of=2)


def test_a_leader_who_came_later_has_no_earlier_gap() -> None:
    """LS-12b.GB.1: the first day of a post cuts the window; one who is unknown has the whole window."""
    late = roster(POSTS[0], post("p1", Role.BUILDING_LEADER, date(2026, 10, 1)))
    assert leader_gaps_in_months(records(roster=late, sessions=(session("p1", date(2026, 10, 13)),))) == (
        ("p1", 1),
    )
    early = records(
        roster=late, sessions=(session("p1", date(2026, 9, 20)), session("p1", date(2026, 10, 13)))
    )
    assert leader_gaps_in_months(early) == (("p1", 1),)
    unknown = records(sessions=(session("x", date(2026, 10, 13)),))
    assert leader_gaps_in_months(unknown) == (("x", 2),)
    undated = roster(POSTS[0], post("p1", Role.BUILDING_LEADER, None))
    one = records(roster=undated, sessions=(session("p1", date(2026, 10, 13)),))
    assert leader_gaps_in_months(one) == (("p1", 2),)


def test_sessions_are_about_systems_or_policy() -> None:
    """LS-12b.GB.1: a session counts with a tag of a system or a policy."""
    assert sessions_on_systems(records()) == missing(of=6)
    other = session("p1", date(2026, 9, 15), tags=("administrative problem",))
    assert sessions_on_systems(records(sessions=(other,))) == missing(other.id)


def test_help_with_planning_and_problems_is_counted() -> None:
    """LS-12b.GB.2: shares of sessions by tag are told, and sessions outside the window are not among them."""
    held = records(sessions=(*SESSIONS, session("p1", date(2026, 12, 1))))
    assert sessions_with_tag(held, "leadership planning").share == 1
    assert sessions_with_tag(held, "administrative problem").share == 0


def test_new_leaders_meet_their_mentor() -> None:
    """LS-12b.GB.3: the mentor's gap is held to P-MENTOR from the start of the assignment on."""
    assert new_leaders_meeting_mentor(records()) == missing(of=1)
    rare = attrs.evolve(MENTOR, meetings=MENTOR.meetings[:1])
    assert new_leaders_meeting_mentor(records(mentors=(rare,))) == missing("p1")
    fresh = attrs.evolve(rare, starts=date(2026, 10, 5), meetings=())
    assert new_leaders_meeting_mentor(records(mentors=(fresh,))) == missing(of=1)
    assert new_leaders_meeting_mentor(records(mentors=())) == missing("p1")


def test_mentor_and_leader_write_the_plan_together() -> None:
    """LS-12b.GB.3: a plan by the leader alone, or one that was closed, is no joint plan."""
    assert new_leaders_with_joint_plan(records()) == missing(of=1)
    assert new_leaders_with_joint_plan(records(plans=(plan("p1"),))) == missing("p1")
    closed = plan("p1", "m1", closed=date(2026, 10, 1))
    assert new_leaders_with_joint_plan(records(plans=(closed,))) == missing("p1")
    assert not plan("p1").is_joint_with("p1")


def test_sessions_follow_their_protocol() -> None:
    """LS-12b.KI.2: a session counts when it names a protocol and each of its steps was done."""
    assert sessions_by_protocol(records()).share == 1
    for changes in (
        {"protocol": None},
        {"steps": ()},
        {"steps": (STEPS[0], ProtocolStep("talk", done=False))},
    ):
        other = session("p1", date(2026, 9, 15), **changes)
        assert sessions_by_protocol(records(sessions=(other,))).share == 0


def test_leaders_have_plans_that_sessions_serve() -> None:
    """LS-12b.KI.3: plans, sessions that say what they serve, and the share that serves a plan of that leader."""
    day = date(2026, 9, 15)
    immediate = session("i1", day, serves="immediate", plan=None)
    silent = session("u1", day, serves=None, plan=None)
    of_another = session("p1", day, plan="plan-i1")
    held = records(sessions=(session("p1", date(2026, 10, 1)), immediate, silent, of_another))
    assert leaders_with_plan(held) == missing(of=3)
    assert leaders_with_plan(records(plans=(plan("p1"), plan("u1")))) == missing("i1", of=3)
    assert sessions_with_purpose(held) == missing(silent.id, of=4)
    assert sessions_serving_plan(held) == missing(immediate.id, of_another.id, of=3)


def test_the_facts_of_a_conversation_leave_its_words() -> None:
    """VS-8: of a conversation with a leader its day, tags, plan and parts are kept, and nothing that was said."""
    item = SessionEntry(
        by="p1", kind="agenda", text="secret", serves="plan", learning_plan="plan-p1", tags=("policy",)
    )
    urgent = SessionEntry(
        by="d1", kind="agenda", serves="immediate", tags=("policy", "administrative problem")
    )
    talk = SessionEntry(by="p1", kind="talk", text="secret")
    protocol = CoachingProtocol(id="grow", version="1.0.0", model=LEADER_COACHING)
    parts = LEADER_COACHING.parts_in(None)
    held = Session(id="c", on=date(2026, 9, 15), parts=parts[:-1], entries=(urgent, item, talk))
    found = leader_session(held, coach="d1", leader="p1", protocol=protocol)
    assert (found.serves, found.plan, found.tags) == ("plan", "plan-p1", ("policy", "administrative problem"))
    assert [step.done for step in found.steps] == [*[True] * (len(parts) - 1), False]
    assert found.protocol == "grow"
    assert "secret" not in repr(found)
    only_urgent = leader_session(
        attrs.evolve(held, entries=(urgent,), protocol="own"), coach="d1", leader="p1"
    )
    assert (only_urgent.serves, only_urgent.steps, only_urgent.protocol) == ("immediate", (), "own")
    silent = leader_session(attrs.evolve(held, entries=(talk,)), coach="d1", leader="p1")
    assert silent.serves is None


def test_content_stays_with_leader_and_coach() -> None:
    """FW-2, FW-6: the two read a session, a plan and a mentor's assignment; district leaders see facts alone."""
    context = Context(as_of=LAST, roster=roster())
    for subject in (
        SESSIONS[0].subject(),
        plan("p1", "d1").subject(),
        attrs.evolve(MENTOR, mentor="d1").subject("leader coaching"),
    ):
        for viewer, granted in (("p1", True), ("d1", True), ("i1", False)):
            found = decide(
                viewer,
                subject,
                audience="coach",
                grain="individual content",
                purpose="coaching",
                context=context,
            )
            assert found.granted is granted, (subject.id, viewer)
    assert plan("p1").subject().coach is None


def test_a_mentor_of_a_teacher_keeps_facts() -> None:
    """FW-6: the assignment of a teacher is a fact of coaching, about the teacher and by the mentor."""
    found = MENTOR.subject()
    assert (found.kind, found.teachers, found.coach) == ("coaching facts", ("hr-1",), "m1")


def test_mentoring_ends_with_feedback() -> None:
    """MT-5: an assignment is finished with an end by that day and feedback of the mentee."""
    ended = attrs.evolve(MENTOR, ends=date(2026, 10, 1), feedback=("f",))
    assert ended.finished_by(LAST)
    assert not ended.finished_by(date(2026, 9, 30))
    assert not attrs.evolve(ended, feedback=()).finished_by(LAST)
    assert not MENTOR.finished_by(LAST)


@pytest.mark.parametrize(
    ("role", "start", "new"),
    [
        (Role.TEACHER, date(2024, 8, 1), True),
        (Role.TEACHER, date(2023, 8, 20), False),
        (Role.TEACHER, None, False),
        (Role.TEACHER, date(2026, 8, 21), False),
        (Role.COACH, date(2026, 8, 1), True),
    ],
)
def test_a_new_mentee_is_new_by_the_first_day(role: Role, start: date | None, new: bool) -> None:
    """ILR-12.GS.2: an assignment for somebody new is held to the first day of a post; a request is not asked."""
    held = roster(post("p1", role, start))
    found = mentees_new_by_start([MENTOR], roster=held, policy=Policy(new_teacher_years=3))
    assert found.reached == new
    asked = attrs.evolve(MENTOR, because="own request")
    assert mentees_new_by_start([asked], roster=held, policy=Policy()).of == 0


def test_nothing_that_was_observed_makes_a_mentee() -> None:
    """FW-3: an assignment rests on a start date, an own request or a flag of the host, and on nothing else."""
    kinds = get_args(get_type_hints(MentorAssignment)["because"])
    assert set(kinds) == {"new", "own request", "flag of the host"}


def test_impossible_records_are_refused() -> None:
    """Two people are two, a plan is its leader's, and what serves a plan names it."""
    day = date(2026, 9, 1)
    assert refused(
        LearningPlan, id="l", leader="p1", authors=("m1", "m1"), opened=day, closed=date(2026, 1, 1)
    ) == [
        "ids.repeated",
        "learning_plan.leader",
        "interval.order",
    ]
    assert refused(LeaderSession, id="s", on=day, coach="p1", leader="p1", plan="x") == [
        "session.people",
        "session.plan",
    ]
    assert refused(LeaderSession, id="s", on=day, coach="d1", leader="p1", serves="plan") == ["session.plan"]
    assert refused(MentorAssignment, id="m", mentor="a", mentee="a", starts=day, ends=date(2026, 1, 1)) == [
        "assignment.people",
        "interval.order",
    ]
    assert refused(PracticeSession, id="x", on=day, protocol="grow", participants=("d1",)) == ["ids.few"]


def test_records_come_back_equal() -> None:
    """The records of leaders go out as JSON and come back equal."""
    assert loads(dumps(records()), LeaderRecords) == records()
