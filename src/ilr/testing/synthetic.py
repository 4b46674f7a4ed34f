"""A seeded district that never was, with everything known that real data hide.

Here belongs the generator of a school year: roster, calendar, schedule, walkthroughs and a calibration
meeting, together with the truth behind them (how severe each observer is, how practice grows). It draws
from `random.Random` alone, so that a seed gives the same district on every platform. Not here: what
anybody decides from the data; examples and tests do that.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from statistics import NormalDist
from zoneinfo import ZoneInfo

import attrs

from ilr.base import (
    Appointment,
    Checker,
    FrozenMap,
    Organisation,
    Person,
    Role,
    Roster,
    SchoolCalendar,
    Section,
    Team,
    Term,
    Window,
    read_only,
)
from ilr.calibration import CalibrationMeeting, CalibrationPlan, Exhibit, SealedRating
from ilr.continuum.lookfors import LevelScale, LookFor, LookForSet
from ilr.forms import AnswerState, AtLeast, Form, Item, LessonPart, Outcome, VisitMode, Walkthrough
from ilr.observation import Schedule, Slot

__all__ = ["SyntheticDistrict", "Truth", "district"]

_ZONE = "America/Detroit"
_PERIODS = ("1", "2", "3", "4", "5", "6")
_PARTS = (LessonPart.OPENING, LessonPart.MIDDLE, LessonPart.CLOSING)
_GRADES = ("6", "7", "8")
_SUBJECTS = ("english", "mathematics", "science", "arts")
_CUTS = (-1.1, 0.0, 1.2)
_EXHIBITS = 60
_CALIBRATION_WEEK = 2
_TITLES = {
    "questioning": "Questions ask for reasons",
    "wait-time": "Time to think before answers",
    "discussion": "Students build on each other",
    "feedback": "Feedback names the next step",
    "curriculum-use": "The lesson follows the curriculum",
}
_EASE = {"questioning": 0.4, "wait-time": -0.7, "discussion": 0.0, "feedback": -0.2, "curriculum-use": 0.9}


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Truth:
    """What the generator knows and the records do not tell. Equal when all fields are equal.

    Attributes:
        severity: for each observer by how much the ratings lie too low, in units of the trait.
        growth: for each look-for how much practice grows over the year, in units of the trait.
        practice: for each teacher the level of practice at the start, in units of the trait.
    """

    severity: FrozenMap[str, float]
    growth: FrozenMap[str, float]
    practice: FrozenMap[str, float]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SyntheticDistrict:
    """A district with a year of records and the truth behind them. Equal when all fields are equal.

    Attributes:
        roster: buildings, teams, classes, teachers and observers.
        calendar: the instructional days with two terms.
        look_fors: the look-for set in use.
        form: the form in use; its depth item opens where discussion is strong.
        schedule: every planned visit and what became of it.
        walkthroughs: every record.
        calibration: the calibration meeting with master-coded exhibits, one a building.
        truth: what the records do not tell.
    """

    roster: Roster
    calendar: SchoolCalendar
    look_fors: LookForSet
    form: Form
    schedule: Schedule
    walkthroughs: tuple[Walkthrough, ...]
    calibration: tuple[CalibrationMeeting, ...]
    truth: Truth

    @property
    def buildings(self) -> tuple[str, ...]:
        """Ids of the schools."""
        return tuple(one.id for one in self.roster.organisations if one.kind == "school")


def district(
    seed: int = 7, *, teachers: int = 60, weeks: int = 36, first_day: date = date(2026, 9, 7)
) -> SyntheticDistrict:
    """Make a district.

    Args:
        seed: any whole number; equal seeds give equal districts.
        teachers: number of teachers, spread over schools of about thirty.
        weeks: length of the school year in weeks, breaks among them.
        first_day: first day of school.

    Returns:
        The district with a year of records.

    Raises:
        InvalidInput: for fewer than four teachers or eight weeks.

    Example:
        >>> small = district(seed=1, teachers=8, weeks=8)
        >>> small == district(seed=1, teachers=8, weeks=8)
        True
    """
    check = Checker("district")
    check(teachers >= 4, "district.teachers", "teachers", "are too few", expected="4 or more")
    check(weeks >= 8, "district.weeks", "weeks", "are too few", expected="8 or more")
    check.done()
    return _Maker(seed, teachers, weeks, first_day).make()


class _Maker:
    """One run of the generator; holds the random stream and what was made so far."""

    def __init__(self, seed: int, teachers: int, weeks: int, first_day: date) -> None:
        self.random = Random(seed)  # noqa: S311  # reproducible on purpose
        self.calendar = _calendar(first_day, weeks)
        self.buildings = tuple(f"school-{number + 1}" for number in range(max(1, round(teachers / 30))))
        self.teachers = tuple(f"t{number + 1:03d}" for number in range(teachers))
        self.home = {
            id: self.buildings[place % len(self.buildings)] for place, id in enumerate(self.teachers)
        }
        self.observers = {
            building: tuple(f"{role}-{place + 1}" for role in ("principal", "assistant", "coach"))
            for place, building in enumerate(self.buildings)
        }
        self.scale = LevelScale.numbered(4, fidelity=3)
        self.look_fors = LookForSet(
            id="core",
            version="1.0.0",
            look_fors=tuple(
                LookFor(id=id, title=title, scale=self.scale, curriculum_use=id == "curriculum-use")
                for id, title in _TITLES.items()
            ),
            effective_from=first_day,
        )
        self.form = _form(self.look_fors)
        self.sections = self._sections()
        self.truth = self._truth()

    def make(self) -> SyntheticDistrict:
        """Make everything, in the order of a school year."""
        slots, walkthroughs = self._year()
        return SyntheticDistrict(
            roster=self._roster(),
            calendar=self.calendar,
            look_fors=self.look_fors,
            form=self.form,
            schedule=Schedule(tuple(slots)),
            walkthroughs=tuple(walkthroughs),
            calibration=tuple(self._meeting(building) for building in self.buildings),
            truth=self.truth,
        )

    def _normal(self, spread: float) -> float:
        return NormalDist(0, spread).inv_cdf(min(max(self.random.random(), 1e-12), 1 - 1e-12))

    def _sections(self) -> dict[str, Section]:
        return {
            id: Section(
                id=f"class-{id}",
                building=self.home[id],
                teachers=(id,),
                subject=_SUBJECTS[place // len(self.buildings) % len(_SUBJECTS)],
                grade=_GRADES[place // len(self.buildings) // len(_SUBJECTS) % len(_GRADES)],
                focus="discussion",
                periods=_PERIODS,
            )
            for place, id in enumerate(self.teachers)
        }

    def _truth(self) -> Truth:
        observers = [id for group in self.observers.values() for id in group]
        return Truth(
            severity=FrozenMap({id: round(self._normal(0.25), 3) for id in observers}),
            growth=FrozenMap({id: 1.4 if id == "wait-time" else 0.3 for id in _TITLES}),
            practice=FrozenMap({id: round(self._normal(0.7), 3) for id in self.teachers}),
        )

    def _roster(self) -> Roster:
        posts = [
            Appointment(person=id, organisation=self.home[id], role=Role.TEACHER) for id in self.teachers
        ]
        roles = (Role.BUILDING_LEADER, Role.INSTRUCTIONAL_LEADER, Role.COACH)
        for building, people in self.observers.items():
            posts += [
                Appointment(person=id, organisation=building, role=role)
                for id, role in zip(people, roles, strict=True)
            ]
        teams: dict[tuple[str, str], list[str]] = {}
        for id in self.teachers:
            teams.setdefault((self.home[id], str(self.sections[id].subject)), []).append(id)
        return Roster(
            people=tuple(Person(id=post.person, source="synthetic") for post in posts),
            organisations=(
                Organisation(id="district", kind="district"),
                *(Organisation(id=id, kind="school", parent="district") for id in self.buildings),
            ),
            teams=tuple(
                Team(id=f"{building}-{subject}", building=building, members=tuple(members))
                for (building, subject), members in teams.items()
            ),
            sections=tuple(self.sections.values()),
            appointments=tuple(posts),
        )

    def _year(self) -> tuple[list[Slot], list[Walkthrough]]:
        """Plan two weeks at a time: every teacher once, at about the same place of the fortnight.

        A visit that falls out is planned again on the next days until it takes place or the fortnight
        ends.
        """
        slots: list[Slot] = []
        records: list[Walkthrough] = []
        days = self.calendar.instructional_days
        for start in range(0, len(days), 10):
            block = days[start : start + 10]
            for building in self.buildings:
                own = [id for id in self.teachers if self.home[id] == building]
                usual = {
                    id: place * 10 // len(own) + self.random.randint(-1, 1) for place, id in enumerate(own)
                }
                for teacher in self.random.sample(own, len(own)):
                    at = min(max(usual[teacher], 0), len(block) - 1)
                    while not self._visit(teacher, block[at], slots, records) and at + 1 < len(block):
                        at += 1
        return slots, records

    def _visit(self, teacher: str, day: date, slots: list[Slot], records: list[Walkthrough]) -> bool:
        """Plan a visit and, where it takes place, record it; answers whether it covers the teacher."""
        building = self.home[teacher]
        people = self.observers[building]
        lead = people[len(slots) % len(people)]
        pair = self.random.random() < 0.15
        observers = (lead, people[(people.index(lead) + 1) % len(people)]) if pair else (lead,)
        mode = VisitMode.RANDOM if self.random.random() < 0.6 else VisitMode.SCHEDULED
        period = _PERIODS[len(slots) % len(_PERIODS)]
        part = _PARTS[len(slots) // len(_PERIODS) % len(_PARTS)]
        chance = self.random.random()
        outcome = Outcome.HELD
        for limit, other in (
            (0.02, Outcome.CANCELLED),
            (0.04, Outcome.CLASS_AWAY),
            (0.06, Outcome.SUBSTITUTE),
        ):
            if chance < limit:
                outcome = other
                break
        visit = f"visit-{len(slots) + 1:05d}"
        took_place = outcome in (Outcome.HELD, Outcome.SUBSTITUTE)
        slots.append(
            Slot(
                id=f"slot-{len(slots) + 1:05d}",
                building=building,
                observer=lead,
                day=day,
                mode=mode,
                teachers=(teacher,),
                period=period,
                lesson_part=part,
                outcome=outcome,
                visit=visit if took_place else None,
            )
        )
        if not took_place:
            return False
        lesson = {id: self._trait(id, teacher, day) + self._normal(0.45) for id in _TITLES}
        at = datetime.combine(day, time(8, 0), ZoneInfo(_ZONE)) + timedelta(hours=int(period))
        section = self.sections[teacher]
        minutes = float(self.random.randint(6, 15))
        records += [
            self.form.record(
                teachers=(teacher,),
                observer=observer,
                at=at,
                answers=self._answers(lesson, observer),
                visit=visit,
                building=building,
                mode=mode,
                period=period,
                lesson_part=part,
                minutes=minutes,
                focus=section.focus,
                outcome=outcome,
                dimensions=FrozenMap(grade=str(section.grade), subject=str(section.subject)),
            )
            for observer in observers
        ]
        return outcome is Outcome.HELD

    def _trait(self, look_for: str, teacher: str, day: date) -> float:
        days = self.calendar.instructional_days
        gone = self.calendar.days_after(days[0], day) / len(days)
        return self.truth.practice[teacher] + _EASE[look_for] + self.truth.growth[look_for] * gone

    def _level(self, trait: float) -> int:
        return 1 + sum(trait > cut for cut in _CUTS)

    def _answers(self, lesson: dict[str, float], observer: str) -> dict[str, int | AnswerState]:
        """What an observer notes of a lesson: its trait, the observer's severity and some noise."""
        answers: dict[str, int | AnswerState] = {}
        for id, trait in lesson.items():
            seen = trait - self.truth.severity[observer] + self._normal(0.3)
            answers[id] = AnswerState.NOT_OBSERVED if self.random.random() < 0.04 else self._level(seen)
        discussion = answers["discussion"]
        if isinstance(discussion, int) and discussion >= 3:
            answers["student-talk"] = self._level(lesson["discussion"] + self._normal(0.5))
        return answers

    def _meeting(self, building: str) -> CalibrationMeeting:
        """A video meeting early in the year with master-coded clips."""
        days = self.calendar.instructional_days
        day = days[_CALIBRATION_WEEK * 5 - 1]
        opens = datetime.combine(day, time(15, 0), ZoneInfo(_ZONE))
        rated = {item.id: item.scale for item in self.form if item.scale is not None}
        exhibits, ratings = [], []
        for number in range(_EXHIBITS):
            shown = {id: self._normal(1.2) for id in rated}
            exhibit = f"{building}-clip-{number + 1:02d}"
            exhibits.append(
                Exhibit(id=exhibit, master=FrozenMap({id: self._level(x) for id, x in shown.items()}))
            )
            ratings += [
                SealedRating(
                    observer=observer,
                    exhibit=exhibit,
                    look_for=id,
                    level=self._level(trait - 0.5 * self.truth.severity[observer] + self._normal(0.15)),
                    at=opens + timedelta(minutes=number),
                )
                for observer in self.observers[building]
                for id, trait in shown.items()
            ]
        plan = CalibrationPlan(
            id=f"plan-{building}",
            look_for_set=f"{self.look_fors.id}@{self.look_fors.version}",
            scales=FrozenMap(rated),
            fixed_at=opens - timedelta(days=7),
        )
        return CalibrationMeeting(
            id=f"calibration-{building}",
            kind="video",
            plan=plan,
            exhibits=tuple(exhibits),
            ratings=tuple(ratings),
            discussed_at=opens + timedelta(minutes=_EXHIBITS + 5),
            facilitator="district-lead",
            buildings=(building,),
        )


def _calendar(first_day: date, weeks: int) -> SchoolCalendar:
    """A year with a break of a week in the middle and one free day a term."""
    last = first_day + timedelta(days=7 * weeks - 1)
    middle = first_day + timedelta(days=7 * (weeks // 2))
    pause = Window(middle, middle + timedelta(days=6))
    return SchoolCalendar.weekdays(
        first_day,
        last,
        id="district-year",
        breaks=(pause, first_day + timedelta(days=35), middle + timedelta(days=35)),
        terms=(
            Term(id="autumn", window=Window(first_day, middle - timedelta(days=1))),
            Term(id="spring", window=Window(pause.end + timedelta(days=1), last)),
        ),
        timezone=_ZONE,
    )


def _form(look_fors: LookForSet) -> Form:
    items = [Item(id=one.id, label=one.title, scale=one.scale, look_for=one.id) for one in look_fors]
    depth = Item(
        id="student-talk",
        label="Students question each other",
        scale=look_fors["discussion"].scale,
        look_for="student-talk",
        action="student",
        visible_when=AtLeast("discussion", 3),
    )
    return Form(
        id="walkthrough",
        items=(*items, depth, Item(id="notes", kind="note")),
        focus=("discussion",),
        look_fors=f"{look_fors.id}@{look_fors.version}",
    )
