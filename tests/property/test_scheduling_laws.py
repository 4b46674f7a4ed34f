"""Laws of plans of visits, for any small school that they fit."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import attrs
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
    Window,
)
from ilr.observation import (
    Busy,
    ObserverTime,
    PlanTerms,
    VisitPlan,
    check_capacity,
    keyed_order,
    plan_visits,
    repair_plan,
)

START = date(2026, 9, 7)
PERIODS = ("a", "b", "c", "d")
KEYS = st.binary(min_size=1, max_size=16)
IDS = st.lists(st.text("abcxyz0189", min_size=1, max_size=4), unique=True, max_size=12)


@st.composite
def small_terms(draw: st.DrawFn) -> PlanTerms:
    """Terms of a school with a few teachers, observers, weeks and no-go times."""
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
    return PlanTerms(
        building="school",
        window=window,
        calendar=SchoolCalendar.weekdays(window.start, window.end),
        roster=Roster(
            organisations=(Organisation(id="school"),),
            people=tuple(Person(id=name) for name in teachers),
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
    try:
        return plan_visits(terms, key=key)
    except InvalidInput as error:
        if error.code not in {"plan.too_few_seats", "plan.no_place"}:
            raise
        return None


def require_sound(plan: VisitPlan, terms: PlanTerms) -> None:
    """Hold a plan against the terms, slot by slot."""
    hours = Counter((slot.observer, slot.day, slot.period) for slot in plan)
    assert not [hour for hour, count in hours.items() if count > 1]
    visits = {(slot.teachers, slot.day, slot.period) for slot in plan}
    times = Counter((teachers, day, period) for teachers, day, period in visits)
    assert not [time for time, count in times.items() if count > 1]
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
