"""Plans of several buildings with observers in common, and plans beside slots that are settled."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from ilr.base import (
    Appointment,
    InvalidInput,
    Leave,
    Organisation,
    Person,
    Role,
    Roster,
    SchoolCalendar,
    Section,
    Window,
)
from ilr.forms import Outcome, VisitMode
from ilr.observation import (
    ObserverTime,
    PlanTerms,
    Slot,
    check_capacity,
    plan_buildings,
    plan_quality,
    plan_visits,
    repair_plan,
)

KEY = b"sixteen secret b"
START = date(2026, 9, 7)
LONG = Window(START - timedelta(weeks=8), START + timedelta(weeks=8))


def terms(building: str, *, teachers: int = 12, weeks: int = 4, **other: Any) -> PlanTerms:
    """Terms of a small building whose calendar reaches back eight weeks."""
    names = [f"{building}-t{number}" for number in range(teachers)]
    options: dict[str, Any] = {
        "building": building,
        "window": Window(START, START + timedelta(days=7 * weeks - 1)),
        "calendar": SchoolCalendar.weekdays(LONG.start, LONG.end),
        "roster": Roster(
            organisations=(Organisation(id=building),),
            people=tuple(Person(id=name) for name in names),
            appointments=tuple(
                Appointment(person=name, organisation=building, role=Role.TEACHER) for name in names
            ),
        ),
        "observers": (ObserverTime("shared", 6), ObserverTime(f"{building}-own", 3)),
        "periods": ("1", "2"),
        "every": 4,
        "paired": 0.1,
    }
    return PlanTerms(**{**options, **other})


def earlier(weeks: int, *teachers: str, building: str = "a", outcome: Outcome | None = Outcome.HELD) -> Slot:
    """A visit so many weeks before the plan."""
    return Slot(
        id=f"e{weeks}{teachers}{building}",
        building=building,
        observer="shared",
        day=START - timedelta(weeks=weeks),
        mode=VisitMode.RANDOM,
        teachers=teachers,
        period="1",
        outcome=outcome,
    )


def test_shared_observers_are_nowhere_twice() -> None:
    """Over all buildings an observer has one visit at a time and no more a week than there is time for."""
    each = (terms("a"), terms("b", teachers=20), terms("c", teachers=6))
    plans = plan_buildings(each, key=KEY)
    assert [{slot.building for slot in plan} for plan in plans] == [{"a"}, {"b"}, {"c"}]
    slots = [slot for plan in plans for slot in plan]
    hours = Counter((slot.observer, slot.day, slot.period) for slot in slots)
    assert max(hours.values()) == 1
    weekly = Counter((slot.observer, slot.day.isocalendar().week) for slot in slots)
    assert max(count for (name, _), count in weekly.items() if name == "shared") <= 6
    assert {slot.observer for slot in plans[0]} == {"shared", "a-own"}
    assert all(plan.quality.window_least == 1 for plan in plans)
    again = plan_buildings(each[::-1], key=KEY)
    assert {slot for plan in again for slot in plan} == set(slots)


def test_no_buildings_have_no_plans() -> None:
    """Nothing to plan gives nothing."""
    assert plan_buildings((), key=KEY) == ()


def test_a_building_without_observers_of_its_own_gets_more() -> None:
    """Seats of a shared observer go where a teacher has fewest, so the poorer building can be planned."""
    poor = terms("a", observers=(ObserverTime("shared", 6),), paired=0.0)
    rich = terms("b", observers=(ObserverTime("shared", 6), ObserverTime("own", 6)), paired=0.0)
    first, second = plan_buildings((poor, rich), key=KEY)
    assert {slot.observer for slot in first} == {"shared"}
    assert sum(slot.observer == "shared" for slot in second) == 0


def test_what_is_wrong_with_terms_of_buildings() -> None:
    """A repeated building and unlike times of one observer are told together, and where visits do not fit."""
    other = attrs.evolve(terms("b"), observers=(ObserverTime("shared", 5),), paired=0.0)
    with pytest.raises(InvalidInput) as error:
        plan_buildings((terms("a"), terms("a"), other), key=KEY)
    assert [(one.code, one.path) for one in error.value.problems] == [
        ("plan.building_twice", "terms"),
        ("plan.observer_differs", "terms[2].observers[0]"),
    ]
    large = terms("b", teachers=90)
    with pytest.raises(InvalidInput) as error:
        plan_buildings((terms("a", observers=(ObserverTime("own", 6),), paired=0.0), large), key=KEY)
    assert [(one.code, one.path) for one in error.value.problems] == [
        ("plan.too_few_seats", "terms[1].terms.every")
    ]


def test_slots_elsewhere_take_time_and_seats() -> None:
    """An observer with a visit in another building has one seat less that week and is not free then."""
    day = START + timedelta(days=1)
    elsewhere = attrs.evolve(earlier(0, "b-t0", building="b"), day=day, outcome=None)
    one = terms("a", weeks=1, every=1, teachers=5, observers=(ObserverTime("shared", 6),), paired=0.0)
    known = attrs.evolve(one, known=(elsewhere,))
    assert check_capacity(known).seats == ((START, 5),)
    assert not [slot for slot in plan_visits(known, key=KEY) if (slot.day, slot.period) == (day, "1")]
    fell_out = attrs.evolve(elsewhere, outcome=Outcome.CANCELLED)
    unknown = attrs.evolve(elsewhere, observer="somebody", period="9")
    sunday = attrs.evolve(elsewhere, day=START + timedelta(days=6))
    assert check_capacity(attrs.evolve(one, known=(fell_out, unknown))).seats == ((START, 6),)
    assert check_capacity(attrs.evolve(one, known=(sunday,))).seats == ((START, 5),)
    whole = attrs.evolve(elsewhere, period=None, teachers=("a-t0",))
    plan = plan_visits(attrs.evolve(one, known=(whole,)), key=KEY)
    assert not [slot for slot in plan if slot.day == day]


def test_somebody_seen_last_week_is_not_due_at_once() -> None:
    """The run of weeks goes on from the last visit: nobody waits longer, nobody comes again next week."""
    last = [earlier(1 + number % 4, f"a-t{number}") for number in range(12)]
    plan = plan_visits(terms("a", known=tuple(last)), key=KEY)
    for number in range(12):
        ago = 1 + number % 4
        weeks = sorted((slot.day - START).days // 7 for slot in plan if f"a-t{number}" in slot.teachers)
        assert weeks[0] + ago <= 4
        assert weeks[0] + ago > 1
    assert plan.quality.longest_gap <= 4


def test_only_visits_that_count_and_are_in_the_calendar_go_before() -> None:
    """Cancelled visits, those of other buildings and those before the calendar leave a plan as it is."""
    bare = plan_visits(terms("a"), key=KEY)
    others = (
        earlier(2, "a-t0", outcome=Outcome.CANCELLED),
        earlier(2, "a-t0", building="b"),
        earlier(2, "somebody"),
        earlier(5, "a-t0"),
        earlier(30, "a-t0"),
    )
    assert plan_visits(terms("a", known=others), key=KEY).slots == bare.slots
    gap = plan_quality(bare, terms("a", known=(earlier(3, *(f"a-t{n}" for n in range(12))),))).longest_gap
    assert gap > bare.quality.longest_gap


def test_weeks_that_earlier_visits_crowd() -> None:
    """When all were last seen in the same week, the week in which they fall due is the one that is too full."""
    known = tuple(earlier(4, f"a-t{number}") for number in range(12))
    answer = check_capacity(terms("a", known=known))
    assert (answer.feasible, answer.crowded, answer.least_every) == (False, (START,), None)
    assert check_capacity(terms("a")).feasible


def test_known_slots_of_the_plan_itself_are_refused() -> None:
    """What was planned for the same building and days belongs to a repair."""
    with pytest.raises(InvalidInput) as error:
        terms("a", known=(earlier(0, "a-t0"),))
    assert [one.code for one in error.value.problems] == ["plan.known"]


def team(*classes: tuple[str, tuple[str, ...]], teachers: int = 6, **other: Any) -> PlanTerms:
    """Terms of a school in which classes are taught together: who, and at which periods."""
    bare = terms("a", teachers=teachers, **other)
    sections = tuple(
        Section(id=f"c{n}", building="a", teachers=tuple(f"a-t{who}" for who in members), periods=periods)
        for n, (members, periods) in enumerate(classes)
    )
    return attrs.evolve(bare, roster=attrs.evolve(bare.roster, sections=sections))


def test_a_team_is_seen_together() -> None:
    """Two who teach all lessons together are covered by one visit, and counting knows it."""
    plan = plan_visits(team(("01", ("1", "2")), ("23", ("1", "2")), paired=0.0), key=KEY)
    named = {slot.teachers for slot in plan}
    assert {one for one in named if {"a-t0", "a-t1"} & set(one)} == {("a-t0", "a-t1")}
    assert {one for one in named if {"a-t2", "a-t3"} & set(one)} == {("a-t2", "a-t3")}
    assert (plan.quality.window_least, plan.quality.conflicts, plan.quality.out_of_hours) == (1, 0, 0)
    assert check_capacity(team(("01", ("1", "2")), ("23", ("1", "2")), paired=0.0)).needed == 1.0


def test_a_teacher_of_shared_lessons_only_is_seen_with_one_who_is_due() -> None:
    """Who teaches with another at every period comes along, each time in a week of that other one."""
    shared = team(
        ("01", ("1",)), ("02", ("2",)), ("1", ("2",)), ("2", ("1",)), weeks=8, paired=0.0, teachers=5
    )
    plan = plan_visits(shared, key=KEY)
    mine = [slot for slot in plan if "a-t0" in slot.teachers]
    assert mine
    for slot in mine:
        assert slot.teachers == (("a-t0", "a-t1") if slot.period == "1" else ("a-t0", "a-t2"))
    alone = [slot for slot in plan if len(slot.teachers) == 1 and slot.teachers[0] in ("a-t1", "a-t2")]
    assert all(slot.period == ("2" if slot.teachers == ("a-t1",) else "1") for slot in alone)
    assert (plan.quality.window_least, plan.quality.window_most) == (1, 2)
    assert plan.quality.conflicts == 0


def test_a_repair_keeps_visits_to_a_class() -> None:
    """A visit to several teachers that was held covers each of them, and the rest stays."""
    shared = team(("01", ("1", "2")), weeks=8, paired=0.0)
    plan = plan_visits(shared, key=KEY)
    on = START + timedelta(weeks=4)
    assert repair_plan(plan, shared, key=KEY, on=on).slots == plan.slots
    held = attrs.evolve(
        plan,
        slots=tuple(attrs.evolve(one, outcome=Outcome.HELD) if one.day < on else one for one in plan),
    )
    again = repair_plan(held, shared, key=KEY, on=on)
    assert {slot.id for slot in again} == {slot.id for slot in plan}
    assert again.quality.window_least == 1


def test_who_is_on_leave_is_not_in_the_visit() -> None:
    """While one of a team is away the other is seen alone."""
    both = team(("01", ("1", "2")), paired=0.0)
    away = attrs.evolve(
        both, roster=attrs.evolve(both.roster, leaves=(Leave(person="a-t1", window=both.window),))
    )
    plan = plan_visits(away, key=KEY)
    assert {slot.teachers for slot in plan if "a-t0" in slot.teachers} == {("a-t0",)}
    assert not [slot for slot in plan if "a-t1" in slot.teachers]


def test_a_class_that_is_taught_alone_from_now_on() -> None:
    """When a team parts, visits to both become visits to each, and everybody is seen."""
    shared = team(("01", ("1", "2")), weeks=8, paired=0.0)
    plan = plan_visits(shared, key=KEY)
    on = START + timedelta(weeks=4)
    again = repair_plan(plan, team(weeks=8, paired=0.0), key=KEY, on=on)
    assert not [slot for slot in again if slot.day >= on and len(slot.teachers) > 1]
    assert (again.quality.window_least, again.quality.conflicts) == (1, 0)
