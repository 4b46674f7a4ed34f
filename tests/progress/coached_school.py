"""The small school with coaching, with people for it, and with leaders who meet: all that practices 9 to 12 ask for.

Tests take its evidence and change the one thing they are about.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import attrs
from tests.progress import small_school
from tests.progress.small_school import (
    AS_OF,
    CALENDAR,
    REVIEW_DAYS,
    SCHOOL,
    TEACHERS,
    reclosed,
    walk,
    walks_of,
)

from ilr import coaching
from ilr.base import (
    Appointment,
    Event,
    InputRequest,
    InputResponse,
    Organisation,
    Role,
    RoleAppointment,
    Section,
    TrainingRecord,
    Window,
)
from ilr.coaching import CoachingPlan, Goal, NeedsProfile, Session
from ilr.continuum import Component, Crosswalk, CrosswalkEntry, packs
from ilr.cycles import CodeCount, Decision, DecisionKind, Do, ProtocolStep, Review
from ilr.disclosure import EvaluationNeedRef, EvaluationRelease, Release
from ilr.forms import Walkthrough
from ilr.progress import CapacityParts, CoachingParts, CoachTime, Evidence, LeadershipParts, assess
from ilr.progress.evidence import CriterionVerdict

COACH, DISTRICT = "c1", "d1"
SESSION_DAYS = tuple(CALENDAR.between(date(2026, 9, 1), AS_OF))[8::8]
GOAL = Goal(students="eight of ten explain their method", look_for="questioning")
LEADERSHIP = packs.load("leadership-system")


def visits() -> tuple[Walkthrough, ...]:
    """The records of the small school, one by one, and one without ratings of each coach."""
    day = date(2026, 9, 10)
    own = (walk(day, "t6", who, look_fors=(), visit=f"coach-{who}") for who in (COACH, "c2"))
    return (*walks_of(), *own)


def notes(walks: Iterable[Walkthrough]) -> tuple[Release, ...]:
    """Each record with its teacher on the day of the visit."""
    return tuple(
        Release(
            on=walk.at.date(),
            to=teacher,
            audience="teacher",
            grain="individual content",
            subject=walk.id,
            scope=walk.look_fors,
        )
        for walk in walks
        for teacher in walk.teachers
    )


def plan(teacher: str) -> CoachingPlan:
    """A plan with a conversation every eighth day, on the visits since the one before."""
    own = [one for one in visits() if teacher in one.teachers]
    made = coaching.plan(teacher, "c2" if teacher == "t6" else COACH, opened=date(2026, 9, 1))
    made = made.propose(GOAL, by=teacher, on=date(2026, 9, 2))
    since = date(2026, 8, 31)
    for day in SESSION_DAYS:
        ids = tuple(one.id for one in own if since < one.at.date() < day)
        talk = Session(
            id=f"{teacher}-{day}",
            on=day,
            protocol="impact",
            needs=("pausing",),
            supports=("modelling",),
            evidence=ids,
            scope=ids[:-1],
        )
        made = coaching.hold_session(made, talk)
        since = day
    return made


def told(on: date, kind: Any, organisation: str) -> NeedsProfile:
    """A needs profile up to a day."""
    start = date(2026, 9, 1) if on == REVIEW_DAYS[0] else REVIEW_DAYS[0]
    return NeedsProfile(
        organisation=organisation,
        kind=kind,
        window=Window(start, on - timedelta(days=1)),
        counts=(CodeCount(source="coaching", code="pausing", teachers=6),),
        policy="1",
    )


PROFILES = tuple(
    told(day, kind, name) for day in REVIEW_DAYS for kind, name in (("building", SCHOOL), ("district", "d1"))
)
CROSSWALK = Crosswalk(
    id="talk",
    framework="state",
    components=(Component(id="3b", label="Discussion"),),
    entries=(CrosswalkEntry(kind="look_for", code="questioning", components=("3b",)),),
)
PROTOCOL = coaching.CoachingProtocol(
    id="impact",
    version="1.0.0",
    model=coaching.IMPACT_CYCLE,
    inputs=(coaching.PartInput("reality", "walkthrough"),),
    focus=("questioning",),
    published_on=date(2026, 8, 20),
)
LEADER_PROTOCOL = coaching.CoachingProtocol(
    id="leaders",
    version="1.0.0",
    model=coaching.LEADER_COACHING,
    published_on=date(2026, 8, 20),
    contributors=(DISTRICT, "p1"),
)
GROWTH = coaching.GrowthArtefact(id="video-1", kind="video", on=date(2026, 10, 1))
REQUEST = EvaluationRelease(
    teacher="t1",
    requested_by="t1",
    requested_at=datetime(2026, 10, 5, 12, tzinfo=UTC),
    records=("video-1",),
    recipient="p1",
    cycle="2026-27",
)


@cache
def plans() -> tuple[CoachingPlan, ...]:
    """A plan of every teacher; the first answers a need of evaluation and shows growth."""
    first, *others = [plan(teacher) for teacher in TEACHERS]
    named = coaching.bring_need(first, EvaluationNeedRef("3b", "Discussion"), on=date(2026, 9, 3))
    answered = coaching.answer_need(named, "3b", "accepted", by="t1")
    asked = coaching.ObservationRequest(id="asked", by="t1", on=date(2026, 9, 2), look_fors=("questioning",))
    shown = coaching.add_growth(coaching.request_observation(answered, asked), GROWTH, by="t1")
    return (shown, *others)


def with_needs(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Reviews that read coded needs, of which the last decides on one."""
    held = []
    for review in reviews:
        decision = Decision(
            id=f"needs-{review.on}",
            kind=DecisionKind.INSTRUCTIONAL_SUPPORT,
            on=review.on,
            owner="p1",
            evidence=(PROFILES[0].id,),
        )
        held.append(
            attrs.evolve(review, sources=PROFILES[0].counts, decisions=(*review.decisions, decision), seal="")
        )
    return reclosed(held)


# people

POSTS = (
    *(Appointment(person=id, organisation=SCHOOL, role=Role.TEACHER) for id in TEACHERS),
    Appointment(person=COACH, organisation="d1", role=Role.COACH),
    Appointment(person="c2", organisation="d1", role=Role.COACH),
    Appointment(person="c9", organisation="s2", role=Role.COACH),
    Appointment(person=DISTRICT, organisation="d1", role=Role.DISTRICT_LEADER, start=date(2015, 8, 1)),
    Appointment(person="p1", organisation=SCHOOL, role=Role.BUILDING_LEADER, start=date(2025, 8, 1)),
    Appointment(person="i1", organisation=SCHOOL, role=Role.INSTRUCTIONAL_LEADER),
    Appointment(person="u1", organisation=SCHOOL, role=Role.SUPPORT_LEADER),
)


def roster(*posts: Appointment, **parts: Any) -> Any:
    """The people of the small school, with coaches and leaders."""
    facts: dict[str, Any] = {
        "organisations": (
            Organisation(id="d1", kind="district"),
            Organisation(id=SCHOOL, parent="d1"),
            Organisation(id="s2", parent="d1"),
        ),
        "sections": (
            Section(
                id="class",
                building=SCHOOL,
                teachers=("t1",),
                subject="math",
                focus="discussion",
                periods=small_school.PERIODS,
            ),
        ),
        **parts,
    }
    return small_school.roster(appointments=posts or POSTS, **facts)


ROLE = coaching.RoleDescription(
    id="coach",
    role="coach",
    responsibilities=("coaches in classes",),
    competencies="profile",
    records=(coaching.RoleRecord("hiring", "hr-1"),),
    published_on=date(2026, 8, 1),
)
COMPETENCIES = coaching.CompetencyProfile(
    id="profile",
    version="1.0.0",
    competencies=(
        coaching.Competency(
            id="trust",
            title="Builds trust",
            expected="keeps what is said",
            developmental="keeps most of it",
            unacceptable="passes it on",
        ),
    ),
)
SEARCH = coaching.CandidateSearch(
    cells=(
        coaching.CandidateCell(
            building=SCHOOL, subject_area="math", look_for="questioning", state="not enough data"
        ),
    ),
    periods=(Window(date(2026, 9, 1), date(2026, 9, 30)),),
    policy="1",
)
NOMINATIONS = tuple(
    coaching.Nomination(
        id=f"nomination-{who}",
        teacher=who,
        building=SCHOOL,
        subject_area="math",
        look_for="questioning",
        review=("p1",),
        sources=(coaching.OtherSource("peer nomination", "r-1"),),
        state=coaching.NominationState.ACTIVE,
        consent=f"consent-{who}",
    )
    for who in (COACH, "c2")
)
MENTORED = tuple(
    coaching.MentorAssignment(
        id=f"mentoring-{who}",
        mentor=who,
        mentee="t6",
        starts=date(2024, 9, 1),
        ends=date(2025, 6, 1),
        feedback=("f-1",),
    )
    for who in (COACH, "c2")
)
MENTOR = coaching.MentorAssignment(
    id="mentor",
    mentor="m1",
    mentee="p1",
    starts=date(2026, 8, 20),
    meetings=(date(2026, 9, 10), date(2026, 10, 8)),
)
APPOINTED = tuple(
    RoleAppointment(
        id=f"appointed-{who}",
        on=date(2026, 8, 10),
        person=who,
        role="coach",
        evidence=(f"nomination-{who}", f"mentoring-{who}"),
    )
    for who in (COACH, "c2")
)
TRAINED = tuple(
    TrainingRecord(id=f"{who}-{topic}", on=date(2026, 8, 20), person=who, topic=topic)
    for who, topic in (
        *((who, topic) for who in (COACH, "c2") for topic in coaching.TRAINING_TOPICS),
        (DISTRICT, coaching.COACHING_PROTOCOL),
    )
)
EDUCATORS = tuple(
    coaching.Educator(
        id=id,
        role=Role.TEACHER,
        building=SCHOOL,
        teaching_since=date(2010, 9, 1),
        position_since=date(2010, 9, 1),
    )
    for id in TEACHERS
)
RULE = coaching.RequirementRule(
    id="mentor",
    title="a mentor in the first years",
    supports=("mentor",),
    basis="policy",
    roles=(Role.TEACHER,),
    first_years_of="teaching",
    years=3,
)
PACK = coaching.RequirementPack(
    id="a-state", state="nowhere", version="1.0.0", title="A state", rules=(RULE,)
)


def capacity(**changes: Any) -> CapacityParts:
    """The people for coaching, what is planned and who does what."""
    spent = (
        coaching.TimeSpent(coaching.TimeCategory.COACHING, 80),
        coaching.TimeSpent(coaching.TimeCategory.ADMIN, 20),
    )
    facts: dict[str, Any] = {
        "inventory": coaching.CapacityInventory(
            id="fall",
            on=date(2026, 9, 1),
            supporters=(
                coaching.Supporter(id=COACH, role=Role.COACH, release=1.0, buildings=(SCHOOL,), minutes=600),
            ),
        ),
        "educators": EDUCATORS,
        "planned": (),
        "requirements": PACK,
        "priorities": (
            coaching.PriorityList(
                id="list",
                on=date(2026, 9, 20),
                owner=DISTRICT,
                items=("new teachers",),
                evidence=("answer-p1", "answer-i1"),
            ),
        ),
        "roles": (ROLE,),
        "competencies": (COMPETENCIES,),
        "search": SEARCH,
        "nominations": NOMINATIONS,
        "mentors": (*MENTORED, MENTOR),
        "time": (CoachTime(coach=COACH, on=date(2026, 9, 30), spent=spent),),
        "convenings": (
            coaching.Convening(id="met", on=date(2026, 10, 6), participants=(COACH, "c2"), plan="joint-plan"),
        ),
        **changes,
    }
    return CapacityParts(**facts)


# leaders

SLOT = coaching.PartnershipSlot(
    weekday=1,
    at=time(14, 30),
    minutes=60,
    repeats="every two weeks",
    calendars=(DISTRICT, "p1"),
    accepted_by=(DISTRICT, "p1"),
)
PAIR = coaching.Partnership(
    id="pair",
    supervisors=(DISTRICT,),
    leaders=("p1",),
    starts=date(2026, 8, 17),
    slot=SLOT,
    standing_items=("feedback",),
    practices=("walkthroughs",),
    competencies=("listens",),
    cycles=("cycle-9",),
    building_plans=("plan-1",),
)
PEERS = coaching.Partnership(
    id="peers", leaders=("p1", "p2"), starts=date(2026, 8, 17), ends=date(2026, 8, 30)
)
ITEMS = (
    coaching.AgendaItem(
        id="i1",
        kind="long-term",
        tags=("instructional system", "district policy", "district system"),
        author=DISTRICT,
        terms=1,
    ),
    coaching.AgendaItem(
        id="i2", kind="long-term", tags=("student support", "building routine"), author="p1", terms=1
    ),
)


def meeting(day: date, **changes: Any) -> coaching.PartnershipMeeting:
    """A meeting with an agenda and a log of its minutes."""
    start = datetime(day.year, day.month, day.day, 14, 30, tzinfo=UTC)
    facts: dict[str, Any] = {
        "agenda": coaching.Agenda(items=ITEMS, published_at=start - timedelta(days=2)),
        "time": (coaching.TimeEntry("coaching", 40), coaching.TimeEntry("situational", 10)),
        **changes,
    }
    return coaching.PartnershipMeeting(id=f"pair-{day}", partnership="pair", start=start, **facts)


MEETING_DAYS = (date(2026, 9, 15), date(2026, 9, 29), date(2026, 10, 13), date(2026, 10, 27))


def leader_session(leader: str, day: date, **changes: Any) -> coaching.LeaderSession:
    """A session that serves a plan and follows the protocol."""
    facts: dict[str, Any] = {
        "coach": DISTRICT,
        "serves": "plan",
        "plan": f"plan-{leader}",
        "tags": ("policy", "leadership planning", "administrative problem"),
        "protocol": "leaders",
        "steps": (ProtocolStep("agenda"),),
        **changes,
    }
    return coaching.LeaderSession(id=f"{leader}-{day}", on=day, leader=leader, **facts)


def leadership(**changes: Any) -> LeadershipParts:
    """Partnerships that meet, and leaders who are coached."""
    facts: dict[str, Any] = {
        "partnerships": (PAIR,),
        "meetings": tuple(meeting(day) for day in MEETING_DAYS),
        "issues": (
            coaching.UpwardIssue(
                id="issue",
                on=date(2026, 9, 15),
                partnership="pair",
                by="p1",
                about="buses",
                disposition="adopted",
                answered_on=date(2026, 10, 1),
            ),
        ),
        "frame": coaching.SamplingFrame(
            whole=Window(date(2026, 9, 1), date(2026, 10, 31)),
            weeks=(Window(date(2026, 9, 14), date(2026, 10, 18)),),
            chosen="by hand",
        ),
        "sessions": tuple(
            leader_session(leader, day)
            for leader in ("p1", "i1", "u1")
            for day in (date(2026, 9, 15), date(2026, 10, 13))
        ),
        "plans": tuple(
            coaching.LearningPlan(
                id=f"plan-{leader}", leader=leader, authors=(leader, "m1"), opened=date(2026, 8, 17)
            )
            for leader in ("p1", "i1", "u1")
        ),
        "practice": (
            coaching.PracticeSession(
                id="rehearsal", on=date(2026, 8, 12), protocol="leaders", participants=(DISTRICT, "d2")
            ),
        ),
        "templates": (
            coaching.LogTemplate(id="log", published_on=date(2026, 8, 20), contributors=(DISTRICT, "p1")),
        ),
        **changes,
    }
    return LeadershipParts(**facts)


ASKED: tuple[Event, ...] = (
    InputRequest(id="asked", on=date(2026, 9, 1), about="leader coaching"),
    *(
        InputResponse(id=f"answer-{who}", on=date(2026, 9, 8), request="asked", by=who)
        for who in ("p1", "i1")
    ),
)


def coaching_parts(**changes: Any) -> CoachingParts:
    """Walkthroughs, protocols, codes and requests."""
    facts: dict[str, Any] = {
        "walkthroughs": visits(),
        "protocols": (PROTOCOL, LEADER_PROTOCOL),
        "crosswalk": CROSSWALK,
        "vocabulary": ("pausing", "modelling"),
        "profiles": PROFILES,
        "requests": (REQUEST,),
        **changes,
    }
    return CoachingParts(**facts)


@cache
def evidence() -> Evidence:
    """Everything that the criteria of practices 9 to 12 and of the leadership system ask for."""
    small = small_school.evidence()
    running = small_school.improvement_cycle(id="cycle-9", closed=None)
    cycle = attrs.evolve(
        running, do=Do(started=running.opened, observations=("w1",), first_on=date(2026, 9, 2))
    )
    return attrs.evolve(
        small,
        roster=roster(),
        reviews=with_needs(small_school.drafts()),
        cycles=(*(small.cycles or ()), cycle),
        releases=(*(small.releases or ()), *notes(visits())),
        engagements=plans(),
        coaching=coaching_parts(),
        capacity=capacity(),
        leadership=leadership(),
        events=(*small.events, *APPOINTED, *TRAINED, *ASKED),
    )


def changed(**parts: Any) -> Evidence:
    """The evidence with other parts."""
    return attrs.evolve(evidence(), **parts)


def plans_with(**facts: Any) -> Evidence:
    """The evidence with the plan of the first teacher changed."""
    first, *others = plans()
    return changed(engagements=(attrs.evolve(first, **facts), *others))


def verdict(criterion: str, school: Evidence | None = None, **options: Any) -> CriterionVerdict:
    """What is said of one criterion of either framework."""
    if criterion.startswith("ILR"):
        return small_school.verdict(criterion, school or evidence(), **options)
    found = assess(
        LEADERSHIP,
        school or evidence(),
        building=SCHOOL,
        as_of=options.pop("as_of", AS_OF),
        calendar=options.pop("calendar", CALENDAR),
        **options,
    )
    return found[criterion.split(".", maxsplit=1)[0]].verdict(criterion)
