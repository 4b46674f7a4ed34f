"""Laws of plans of visits, for any small school that they fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from math import ceil

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ilr.base import (
    Appointment,
    InvalidInput,
    Organisation,
    Person,
    Role,
    Roster,
    SchoolCalendar,
    Section,
    Window,
)
from ilr.forms import VisitMode
from ilr.observation import (
    Busy,
    ObserverTime,
    PlanTerms,
    Slot,
    VisitPlan,
    check_capacity,
    keyed_order,
    plan_visits,
    repair_plan,
)
from ilr.observation._openings import Openings

START = date(2026, 9, 7)
PERIODS = ("a", "b", "c", "d")
KEYS = st.binary(min_size=1, max_size=16)
IDS = st.lists(st.text("abcxyz0189", min_size=1, max_size=4), unique=True, max_size=12)


@st.composite
def small_terms(draw: st.DrawFn) -> PlanTerms:
    """Terms of a school with a few teachers, classes, observers, weeks, no-go times and earlier visits."""
    teachers = [f"t{number}" for number in range(draw(st.integers(1, 8)))]
    observers = [f"o{number}" for number in range(draw(st.integers(1, 3)))]
    weeks = draw(st.integers(1, 5))
    window = Window(START, START + timedelta(days=7 * weeks - 1))
    days = st.integers(0, 7 * weeks - 1).map(lambda day: START + timedelta(days=day))
    busy = st.builds(
        lambda who, day, length, periods: Busy((who,), Window(day, day + length), periods=tuple(periods)),
        st.sampled_from(teachers + observers),
        days,
        st.integers(0, 6).map(lambda length: timedelta(days=length)),
        st.lists(st.sampled_from(PERIODS), unique=True),
    )
    sections = draw(
        st.lists(
            st.tuples(
                st.lists(st.sampled_from(teachers), min_size=1, max_size=3, unique=True),
                st.lists(st.sampled_from(PERIODS), min_size=1, unique=True),
            ),
            max_size=3,
        )
    )
    earlier = draw(
        st.lists(st.tuples(st.sampled_from(teachers), st.integers(1, 35)), max_size=4, unique=True)
    )
    return PlanTerms(
        building="school",
        window=window,
        calendar=SchoolCalendar.weekdays(window.start - timedelta(days=35), window.end),
        known=tuple(
            Slot(
                id=f"e{number}",
                building="school",
                observer="o0",
                day=window.start - timedelta(days=ago),
                mode=VisitMode.RANDOM,
                teachers=(teacher,),
            )
            for number, (teacher, ago) in enumerate(earlier)
        ),
        roster=Roster(
            organisations=(Organisation(id="school"),),
            people=tuple(Person(id=name) for name in teachers),
            sections=tuple(
                Section(id=f"c{number}", building="school", teachers=tuple(who), periods=tuple(hours))
                for number, (who, hours) in enumerate(sections)
            ),
            appointments=tuple(
                Appointment(person=name, organisation="school", role=Role.TEACHER) for name in teachers
            ),
        ),
        observers=tuple(ObserverTime(name, draw(st.integers(0, 6))) for name in observers),
        periods=PERIODS,
        every=draw(st.integers(1, weeks)),
        paired=draw(st.sampled_from((0.0, 0.2))) if len(observers) > 1 else 0.0,
        busy=tuple(draw(st.lists(busy, max_size=4))),
    )


def planned(terms: PlanTerms, key: bytes) -> VisitPlan | None:
    """A plan, or None when the terms leave no room for one."""
    return made(lambda: plan_visits(terms, key=key))


def made(make: Callable[[], VisitPlan]) -> VisitPlan | None:
    """What is made, or None when the terms leave no room for it."""
    try:
        return make()
    except InvalidInput as error:
        if error.code not in {"plan.too_few_seats", "plan.no_place"}:
            raise
        return None


def require_sound(plan: VisitPlan, terms: PlanTerms) -> None:
    """Hold a plan against the terms, slot by slot."""
    hours = Counter((slot.observer, slot.day, slot.period) for slot in plan)
    assert not [hour for hour, count in hours.items() if count > 1]
    visits = {(slot.teachers, slot.day, slot.period) for slot in plan}
    times = Counter((teacher, day, period) for teachers, day, period in visits for teacher in teachers)
    assert not [time for time, count in times.items() if count > 1]
    for slot in plan:
        for section in terms.roster.sections:
            if slot.period in section.periods and set(slot.teachers) & set(section.teachers):
                assert set(section.teachers) <= set(slot.teachers)
    for slot in plan:
        assert terms.calendar.is_instructional(slot.day)
        for busy in terms.busy:
            if slot.day in busy.window and (not busy.periods or slot.period in busy.periods):
                assert not {slot.observer, *slot.teachers} & set(busy.people)
    weekly = Counter((slot.observer, slot.day.isocalendar().week) for slot in plan)
    caps = {one.id: one.weekly for one in terms.observers}
    assert not [key for key, count in weekly.items() if count > caps[key[0]]]
    assert len({slot.id for slot in plan}) == len(plan)


@given(IDS, KEYS, st.data())
def test_an_id_that_leaves_moves_no_other(ids: list[str], key: bytes, data: st.DataObject) -> None:
    """Any part of the ids, in any order, comes in the order that it has in the whole."""
    whole = keyed_order(ids, key=key, cycle="c", purpose="p")
    part = data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids else []
    assert keyed_order(part, key=key, cycle="c", purpose="p") == tuple(id for id in whole if id in part)


@settings(max_examples=60, deadline=None)
@given(small_terms(), KEYS)
def test_nobody_is_in_two_places_or_sent_where_they_cannot_be(terms: PlanTerms, key: bytes) -> None:
    """No observer or teacher has two visits at once, and no-go times and capacities are kept."""
    plan = planned(terms, key)
    assume(plan is not None)
    assert plan is not None
    require_sound(plan, terms)
    quality = plan.quality
    assert (quality.conflicts, quality.out_of_hours, quality.over_capacity) == (0, 0, 0)
    assert quality.window_least in (None, 1, 2)
    assert quality.window_most in (None, 1, 2)
    openings = Openings(terms)
    seen = {(teacher, (slot.day - START).days // 7) for slot in plan for teacher in slot.teachers}
    for teacher, able in zip(openings.teachers, openings.open_weeks(), strict=True):
        last = [(slot.day - START).days // 7 for slot in terms.known if teacher in slot.teachers]
        weeks = range(max(last, default=-terms.every - 1) + terms.every + 1)
        assert not able[weeks].any() or any((teacher, week) in seen for week in weeks)


@settings(max_examples=40, deadline=None)
@given(small_terms(), KEYS)
def test_chance_is_stored_and_both_modes_kept(terms: PlanTerms, key: bytes) -> None:
    """Every planned visit carries the probability of staying unannounced; one of 0 or 1 is no chance at all."""
    plan = planned(terms, key)
    assume(plan is not None)
    assert plan is not None
    months: dict[int, list[Slot]] = {}
    for slot in {(slot.teachers, slot.day): slot for slot in plan}.values():
        assert slot.inclusion is not None
        assert 0 <= slot.inclusion <= 1
        assert slot.inclusion < 1 or slot.mode is VisitMode.RANDOM
        assert slot.inclusion > 0 or slot.mode is not VisitMode.RANDOM
        months.setdefault(slot.day.month, []).append(slot)
    for slots in months.values():
        told = sum(slot.mode is not VisitMode.RANDOM for slot in slots)
        assert told >= min(ceil(0.2 * len(slots)), len(slots) - ceil(0.2 * len(slots)))
        assert sum(1 - (slot.inclusion or 0) for slot in slots) == pytest.approx(told, abs=1)


@settings(max_examples=30, deadline=None)
@given(small_terms(), KEYS, st.integers(0, 34), st.integers(0, 2))
def test_a_repair_restores_or_tells(terms: PlanTerms, key: bytes, days: int, who: int) -> None:
    """When an observer falls out, pairs, their joining and the mix are brought back or the plan says otherwise."""
    plan = planned(terms, key)
    assume(plan is not None)
    assert plan is not None
    on = START + timedelta(days=days)
    away = Busy((f"o{who}",), Window(on, on + timedelta(days=6)))
    now = attrs.evolve(terms, busy=(*terms.busy, away))
    again = made(lambda: repair_plan(plan, now, key=key, on=on))
    assume(again is not None)
    assert again is not None
    require_sound(again, terms)
    assert not [slot for slot in again if slot.observer in away.people and slot.day in away.window]
    told = {one.measure for one in again.shortfalls}
    quality = again.quality
    assert quality.paired >= now.pair_share - 1e-9 or "paired" in told
    assert quality.pair_components <= 1 or not now.pair_share or "pair_components" in told
    assert quality.total_variation <= quality.least_variation + 1e-9 or "total_variation" in told


@settings(max_examples=40, deadline=None)
@given(small_terms(), KEYS)
def test_the_order_of_lists_plays_no_part(terms: PlanTerms, key: bytes) -> None:
    """Roster, observers and no-go times in another order give the same plan."""
    plan = planned(terms, key)
    mixed = attrs.evolve(
        terms,
        roster=attrs.evolve(
            terms.roster, people=terms.roster.people[::-1], appointments=terms.roster.appointments[::-1]
        ),
        observers=terms.observers[::-1],
        busy=terms.busy[::-1],
    )
    assert planned(mixed, key) == plan


@settings(max_examples=40, deadline=None)
@given(small_terms(), KEYS)
def test_what_counting_refuses_is_refused(terms: PlanTerms, key: bytes) -> None:
    """A plan exists only where counting allows one, and the shortest run that counting allows is told."""
    answer = check_capacity(terms)
    if planned(terms, key) is not None:
        assert answer.feasible
    if not answer.feasible:
        assert answer.crowded
        assert answer.least_every is None or answer.least_every > terms.every


@settings(max_examples=40, deadline=None)
@given(small_terms(), KEYS, st.integers(0, 34))
def test_a_repair_keeps_what_lies_behind(terms: PlanTerms, key: bytes, days: int) -> None:
    """Slots before the day of a repair stay as they are, and under the same terms so do the others."""
    plan = planned(terms, key)
    assume(plan is not None)
    assert plan is not None
    on = START + timedelta(days=days)
    assert repair_plan(plan, terms, key=key, on=on).slots == plan.slots
    without = attrs.evolve(terms, busy=())
    again = repair_plan(plan, without, key=key, on=on)
    assert [slot for slot in again if slot.day < on] == [slot for slot in plan if slot.day < on]
    require_sound(again, without)
