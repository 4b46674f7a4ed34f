"""A school of two observers and six teachers over two months, made by hand, at the highest stage.

Tests take its evidence and change the one thing they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import attrs

from ilr.base import (
    Appointment,
    Attestation,
    Contribution,
    DataUse,
    Event,
    FrozenMap,
    InputRequest,
    Organisation,
    Person,
    Policy,
    Role,
    Roster,
    SchoolCalendar,
    Section,
    SourceId,
    Team,
    Term,
    Window,
)
from ilr.calibration import CalibrationMeeting, CalibrationPlan, Exhibit, SealedRating, Standings
from ilr.continuum import packs
from ilr.continuum.lookfors import LevelScale
from ilr.cycles import (
    Act,
    Association,
    AssociationAnalysis,
    Decision,
    DecisionKind,
    DecisionStatus,
    Disposition,
    Finding,
    ImprovementCycle,
    Input,
    Plan,
    Prediction,
    ProtocolStep,
    Review,
    StatusEntry,
    act_on_cycle,
    close,
    cut,
    open_decisions,
    start_cycle,
    study_cycle,
    summarise,
)
from ilr.disclosure import Published, Release, publish
from ilr.forms import LessonPart, Outcome, VisitMode, Walkthrough, form
from ilr.observation import ObservationTable, Schedule, Slot
from ilr.progress import CriterionVerdict, Evidence, StageReport, assess
from ilr.stats import Estimate, proportions

SCHOOL = "s1"
TEACHERS = ("t1", "t2", "t3", "t4", "t5", "t6")
TEAMS = (
    Team(id="team-a", building=SCHOOL, members=TEACHERS[:3]),
    Team(id="team-b", building=SCHOOL, members=TEACHERS[3:]),
)
GRADES = ("4", "5")
OBSERVERS = ("p1", "p2")
PERIODS = ("first", "second", "third")
PARTS = (LessonPart.OPENING, LessonPart.MIDDLE, LessonPart.CLOSING)
LOOK_FORS = ("questioning", "wait-time")
SCALE = LevelScale.numbered(4, fidelity=3)
FORM = form("core", look_fors=LOOK_FORS, scale=SCALE, notes=False)
FOCUS_FORM = attrs.evolve(
    form("discussion", look_fors=LOOK_FORS, scale=SCALE, focus=["discussion"]),
    version="1.1.0",
    follows="1.0.0",
)
POLICY = Policy()
FRAMEWORK = packs.load("ilr")

FALL = Term(id="fall", window=Window(date(2026, 9, 1), date(2026, 12, 18)))
SPRING = Term(id="spring", window=Window(date(2027, 1, 4), date(2027, 6, 11)))
CALENDAR = SchoolCalendar.weekdays(
    date(2026, 9, 1),
    date(2027, 6, 11),
    breaks=[Window(date(2026, 12, 19), date(2027, 1, 3))],
    terms=[FALL, SPRING],
    version="2026-27",
)
AS_OF = date(2026, 10, 31)
DAYS = CALENDAR.between(date(2026, 9, 1), AS_OF)


def at(day: date, hour: int = 9) -> datetime:
    """An instant of a school day."""
    return datetime.combine(day, time(hour), tzinfo=UTC)


def walk(
    day: date,
    teachers: str | Sequence[str] = "t1",
    observer: str = "p1",
    *,
    hour: int = 9,
    level: int = 3,
    building: str | None = SCHOOL,
    look_fors: Iterable[str] = LOOK_FORS,
    **circumstances: Any,
) -> Walkthrough:
    """A record of a visit with the same level on each look-for."""
    return FORM.record(
        teachers=[teachers] if isinstance(teachers, str) else teachers,
        observer=observer,
        at=at(day, hour),
        answers=dict.fromkeys(look_fors, level),
        building=building,
        **circumstances,
    )


def table_of(walks: Iterable[Walkthrough]) -> ObservationTable:
    """The table of records of the school's form."""
    return ObservationTable.from_walkthroughs(walks, forms=[FORM], calendar=CALENDAR)


def walks_of(days: Sequence[date] = DAYS, **circumstances: Any) -> list[Walkthrough]:
    """One visit a day to one teacher after the other, every fifth of them by both observers."""
    made = []
    for place, day in enumerate(days):
        lap, turn = divmod(place, len(TEACHERS))
        facts: dict[str, Any] = {
            "mode": VisitMode.RANDOM if place % 2 else VisitMode.SCHEDULED,
            "dimensions": FrozenMap({"grade": GRADES[lap % 2]}),
            "period": PERIODS[(lap + turn) % 3],
            "lesson_part": PARTS[(2 * lap + turn) % 3],
            "minutes": 12.0,
            "visit": f"visit-{day}",
            "level": 2 + place % 3,
            **circumstances,
        }
        observers = OBSERVERS if place % 5 == 0 else (OBSERVERS[lap % 2],)
        made += [walk(day, TEACHERS[turn], observer, **facts) for observer in observers]
    return made


def slots_of(walks: Iterable[Walkthrough], *, outcome: Outcome | None = Outcome.HELD) -> list[Slot]:
    """A slot for each visit that took place."""
    first: dict[str, Walkthrough] = {}
    for one in walks:
        first.setdefault(one.visit, one)
    return [
        Slot(
            id=f"slot-{one.visit}",
            building=SCHOOL,
            observer=one.observer,
            day=one.at.date(),
            mode=one.mode or VisitMode.RANDOM,
            outcome=outcome,
            visit=one.visit,
        )
        for one in first.values()
    ]


def roster(*, appointments: Sequence[Appointment] | None = None, **parts: Any) -> Roster:
    """The people of the school; the first teacher has a second id."""
    posts = appointments
    if posts is None:
        posts = [Appointment(person=id, organisation=SCHOOL, role=Role.TEACHER) for id in TEACHERS]
    people = [Person(id=id) for id in (*TEACHERS[1:], *OBSERVERS)]
    facts: dict[str, Any] = {
        "people": (Person(id="t1", also=(SourceId("sis", "t1-sis"),)), *people),
        "organisations": (Organisation(id="d1", kind="district"), Organisation(id=SCHOOL, parent="d1")),
        "teams": TEAMS,
        "sections": (
            Section(id="class", building=SCHOOL, teachers=("t1",), focus="discussion", periods=PERIODS),
        ),
        "appointments": tuple(posts),
        **parts,
    }
    return Roster(**facts)


def review(
    table: ObservationTable,
    on: date,
    *,
    after: date | None = None,
    earlier: Sequence[Review] = (),
    closed: bool = True,
    **changes: Any,
) -> Review:
    """A closed review of what came in since the one before, with all that the criteria ask for.

    Decisions that are open are continued unless ``revisits`` says otherwise.
    """
    made, _ = cut(table, building=SCHOOL, on=changes.pop("cut_on", on), policy=POLICY, after=after)
    facts: dict[str, Any] = {
        "id": f"review-{on}",
        "building": SCHOOL,
        "on": on,
        "cut": made,
        "trigger": "calendar",
        "protocol": "data-protocol",
        "steps": (ProtocolStep("look"), ProtocolStep("decide")),
        "cycle": "cycle-1",
        "findings": (
            Finding(
                id=f"strength-{on}",
                kind="strength",
                look_for="questioning",
                evidence=(made.hash, "analysis-outcome"),
            ),
        ),
        "decisions": (
            Decision(
                id=f"build-{on}",
                kind=DecisionKind.BUILD_ON_STRENGTH,
                on=on,
                owner="p1",
                evidence=(f"strength-{on}",),
            ),
            Decision(
                id=f"coach-{on}",
                kind=DecisionKind.COACHING,
                on=on,
                owner="p1",
                evidence=(f"strength-{on}",),
                due=on + timedelta(days=14),
            ),
        ),
        "revisits": tuple(
            StatusEntry(decision=one.id, status=DecisionStatus.CONTINUE, on=on)
            for one in open_decisions(earlier, before=on)
        ),
        **changes,
    }
    held = Review(**facts)
    return close(held, earlier=earlier) if closed else held


def reclosed(reviews: Sequence[Review], **changes: Any) -> tuple[Review, ...]:
    """Reviews of one building as they would be had they been closed with other facts.

    Decisions that are no longer open are not looked at again, the others continued.
    """
    held: list[Review] = []
    for one in reviews:
        draft = attrs.evolve(one, seal="", **changes)
        entries = {entry.decision: entry for entry in draft.revisits}
        status = tuple(
            entries.get(
                decision.id,
                StatusEntry(decision=decision.id, status=DecisionStatus.CONTINUE, on=draft.on),
            )
            for decision in open_decisions(held, before=draft.on)
        )
        held.append(close(attrs.evolve(draft, revisits=status), earlier=held))
    return tuple(held)


REVIEW_DAYS = (date(2026, 10, 1), date(2026, 10, 29))
CUT_DAYS = (date(2026, 9, 30), date(2026, 10, 28))


def months_of(table: ObservationTable) -> tuple[ObservationTable, ObservationTable]:
    """The records of the cuts of the two reviews."""
    first, second = CUT_DAYS
    return (
        cut(table, building=SCHOOL, on=first, policy=POLICY)[1],
        cut(table, building=SCHOOL, on=second, policy=POLICY, after=first)[1],
    )


def split(table: ObservationTable, **terms: Any) -> Published:
    """A table by grade, for the district unless told otherwise."""
    facts: dict[str, Any] = {"by": ["grade"], "audience": "district", **terms}
    return publish(table, policy=POLICY, roster=roster(), standings=standings(), **facts)


def decided(on: date, *, evidence: str) -> tuple[Decision, ...]:
    """What a review of the small school decides: on a strength, on support, coaching and the process."""
    kinds = {
        "build": DecisionKind.BUILD_ON_STRENGTH,
        "coach": DecisionKind.COACHING,
        "support": DecisionKind.INSTRUCTIONAL_SUPPORT,
        "process": DecisionKind.OBSERVATION_PROCESS,
    }
    return tuple(
        Decision(
            id=f"{name}-{on}",
            kind=kind,
            on=on,
            owner="p1",
            evidence=(f"strength-{on}",) if name in ("build", "coach") else (evidence,),
            due=on + timedelta(days=14) if name == "coach" else None,
        )
        for name, kind in kinds.items()
    )


def found(on: date) -> tuple[Finding, ...]:
    """What a review of the small school finds."""
    return (
        Finding(id=f"strength-{on}", kind="strength", look_for="questioning", evidence=("analysis-outcome",)),
        Finding(id=f"trend-{on}", kind="trend", look_for="wait-time"),
    )


def reviews_of(table: ObservationTable) -> tuple[Review, ...]:
    """The two reviews of the two months; teams put something forward for the first and have an answer."""
    months, (first, second) = months_of(table), REVIEW_DAYS
    splits = [split(month) for month in months]
    inputs = tuple(
        Input(
            id=f"input-{team.id}",
            on=date(2026, 9, 25),
            by=team.id,
            source="team",
            about="questioning",
            request="request-1",
        )
        for team in TEAMS
    )
    opened = review(
        table,
        first,
        cut_on=CUT_DAYS[0],
        summary=summarise(months[0], policy=POLICY, breakdowns=splits[:1]),
        findings=found(first),
        inputs=inputs,
        dispositions=tuple(Disposition(input=one.id, outcome="adopted", on=first) for one in inputs),
        decisions=decided(first, evidence=inputs[0].id),
    )
    later = summarise(
        months[1], policy=POLICY, earlier=months[0], breakdowns=splits[1:], earlier_breakdowns=splits[:1]
    )
    answer = Input(
        id="input-t1", on=date(2026, 10, 26), by="t1", source="teacher", about="form", request="request-2"
    )
    return opened, review(
        table,
        second,
        after=CUT_DAYS[0],
        cut_on=CUT_DAYS[1],
        earlier=[opened],
        summary=later,
        findings=found(second),
        inputs=(answer,),
        dispositions=(Disposition(input=answer.id, outcome="adapted", on=second),),
        decisions=decided(second, evidence=f"trend-{second}"),
    )


def team_tables(table: ObservationTable) -> tuple[Published, ...]:
    """For each month the part of each team."""
    return tuple(
        split(month.where(teacher=team.members), audience="team", team=team.id)
        for month in months_of(table)
        for team in TEAMS
    )


def releases_of(reviews: Sequence[Review], tables: Sequence[Published]) -> tuple[Release, ...]:
    """What was told on the day after each review: the whole to district and teachers, its part to each team."""
    made = []
    for place, one in enumerate(reviews):
        day = one.on + timedelta(days=1)
        made += [
            Release(on=day, to="d1", audience="district", grain="building", subject=one.id),
            Release(on=day, to=SCHOOL, audience="teacher", grain="building", subject=one.id),
        ]
        made += [
            Release(on=day, to=table.team or "", audience="team", grain="team", subject=table.id)
            for table in tables[2 * place : 2 * place + 2]
        ]
    return tuple(made)


def attest(criterion: str, on: date = AS_OF, *, building: str = SCHOOL, by: str = "p1") -> Attestation:
    """Somebody's word on a criterion."""
    return Attestation(
        id=f"{criterion}-{on}", on=on, by=by, building=building, criterion=criterion, evidence="minutes"
    )


IN_PART = ("ILR-8a.GB.3", "ILR-8a.KI.3", "ILR-8b.KI.1")
"""Criteria of which records show a part and people attest the rest."""


def events() -> tuple[Event, ...]:
    """Requests for input, the use that teams made of their data, who made the form, and what people attest."""
    return (
        InputRequest(id="request-1", on=date(2026, 9, 21), about=f"review-{REVIEW_DAYS[0]}"),
        InputRequest(id="request-2", on=date(2026, 10, 19), about=f"review-{REVIEW_DAYS[1]}"),
        *(
            DataUse(
                id=f"use-{team.id}-{day}", on=day + timedelta(days=1), team=team.id, about=f"review-{day}"
            )
            for team in TEAMS
            for day in REVIEW_DAYS
        ),
        Contribution(id="made", on=date(2026, 8, 20), person="t2", about="discussion@1.1.0"),
        *(attest(criterion) for criterion in IN_PART),
    )


def analysis(kind: Any, on: date = date(2026, 10, 20), *, building: str = SCHOOL) -> AssociationAnalysis:
    """A relation between observations and what students reached."""
    return AssociationAnalysis(
        id=f"analysis-{kind}",
        on=on,
        building=building,
        association=Association(
            item="questioning",
            dataset="spring test",
            kind=kind,
            unit="team",
            correlation=Estimate(0.2, low=-0.1, high=0.5, n={"units": 8}, method="rank correlation"),
        ),
    )


def meeting(
    ratings: Mapping[str, Sequence[int]],
    *,
    on: date = date(2026, 9, 1),
    master: Sequence[int] | None = None,
    look_fors: Sequence[str] = LOOK_FORS,
    **changes: Any,
) -> CalibrationMeeting:
    """A closed meeting: the levels of each observer, exhibit by exhibit, the same on every look-for."""
    opened = at(on, 7)
    count = max(len(levels) for levels in (*ratings.values(), master or ()))
    given = [
        SealedRating(
            observer=observer,
            exhibit=f"e{place}",
            look_for=look_for,
            level=level,
            at=opened + timedelta(hours=1),
        )
        for observer, levels in ratings.items()
        for place, level in enumerate(levels)
        for look_for in look_fors
    ]
    exhibits = [
        Exhibit(
            id=f"e{place}",
            master=FrozenMap(dict.fromkeys(look_fors, master[place])) if master else FrozenMap(),
        )
        for place in range(count)
    ]
    plan = CalibrationPlan(
        id="plan",
        look_for_set="core@1.0.0",
        scales=FrozenMap(dict.fromkeys(look_fors, SCALE)),
        fixed_at=opened,
    )
    facts: dict[str, Any] = {
        "id": f"meeting-{on}",
        "kind": "video",
        "plan": plan,
        "exhibits": tuple(exhibits),
        "ratings": tuple(given),
        "discussed_at": opened + timedelta(hours=2),
        **changes,
    }
    return CalibrationMeeting(**facts)


ALIKE = (3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2)
"""Levels of sixteen exhibits on which full agreement calibrates."""


def improvement_cycle(*, closed: date | None = date(2026, 10, 30), **changes: Any) -> ImprovementCycle:
    """A cycle of the school that was closed on a day, or still runs."""
    opened = date(2026, 8, 10)
    expected = Prediction(
        measure="questioning",
        low=0.4,
        high=0.8,
        recorded_at=datetime(2026, 8, 10, 8, tzinfo=UTC),
    )
    facts: dict[str, Any] = {
        "id": "cycle-1",
        "building": SCHOOL,
        "target": "instructional practice",
        "opened": opened,
        "plan": Plan(aim="aim-1", measures=("questioning",), change="change-1", prediction=expected),
        **changes,
    }
    running = start_cycle(ImprovementCycle(**facts), on=opened)
    if closed is None:
        return running
    studied = study_cycle(running, on=closed, result=proportions.wilson(18, 30))
    return act_on_cycle(studied, Act(kind="adopt", on=closed, reason="it holds"))


@cache
def calibration() -> tuple[CalibrationMeeting, ...]:
    """The meeting before the first visit, at which both observers agreed with the master codes."""
    return (meeting(dict.fromkeys(OBSERVERS, ALIKE), master=ALIKE),)


@cache
def standings() -> Standings:
    """Both observers calibrated."""
    return Standings.from_meetings(calibration(), POLICY)


@cache
def evidence() -> Evidence:
    """Everything that the criteria of practices 3, 5, 6 and 8 ask for."""
    walks = walks_of()
    table = table_of(walks)
    reviews, tables = reviews_of(table), team_tables(table)
    return Evidence(
        roster=roster(),
        look_fors=(),
        forms=(FORM, FOCUS_FORM),
        schedule=Schedule(tuple(slots_of(walks))),
        table=table,
        calibration=calibration(),
        reviews=reviews,
        cycles=(
            improvement_cycle(),
            improvement_cycle(id="cycle-2", target="observation process", closed=None),
            improvement_cycle(id="cycle-3", target="documentation tools", closed=None),
        ),
        analyses=(analysis("outcome"), analysis("non-academic")),
        published=tables,
        releases=releases_of(reviews, tables),
        events=events(),
    )


def report(changed: Evidence | None = None, *, as_of: date = AS_OF, **options: Any) -> StageReport:
    """Where the school stands."""
    return assess(
        FRAMEWORK,
        changed or evidence(),
        building=SCHOOL,
        as_of=as_of,
        calendar=options.pop("calendar", CALENDAR),
        **options,
    )


def verdict(criterion: str, changed: Evidence | None = None, **options: Any) -> CriterionVerdict:
    """What is said of one criterion."""
    return report(changed, **options)[criterion.split(".", maxsplit=1)[0]].verdict(criterion)


def changed(**parts: Any) -> Evidence:
    """The evidence with other parts."""
    return attrs.evolve(evidence(), **parts)


def drafts() -> tuple[Review, ...]:
    """The reviews of the small school before they were closed."""
    return tuple(attrs.evolve(one, seal="") for one in evidence().reviews or ())


def reviews_with(change: Callable[[Review], Review]) -> tuple[Review, ...]:
    """The reviews of the small school, closed after each was changed."""
    return reclosed([change(one) for one in drafts()])


def with_walks(walks: Iterable[Walkthrough]) -> Evidence:
    """The evidence with other records in the table."""
    return changed(table=table_of(walks))
