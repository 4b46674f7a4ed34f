"""Laws of days, gaps, months, rosters and frozen maps."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ilr.base import (
    Diagnostic,
    FrozenMap,
    InvalidInput,
    Roster,
    SchoolCalendar,
    Window,
    countable_days,
    longest_gap,
    months_in,
)
from ilr.testing import strategies as made

DAYS = tuple(date(2026, 9, 1) + timedelta(days=step) for step in range(25))
SPANS = st.integers(0, 25).map(lambda length: DAYS[:length])


@given(SPANS, st.lists(st.sampled_from(DAYS)), st.integers(1, 30))
def test_a_gap_is_within_a_limit_when_every_run_of_it_has_a_visit(
    countable: tuple[date, ...], seen: list[date], limit: int
) -> None:
    """The longest gap is at most g exactly when no run of g countable days is without an event."""
    runs = [countable[start : start + limit] for start in range(len(countable) - limit + 1)]
    assert (longest_gap(seen, countable) <= limit) == all(set(run) & set(seen) for run in runs)


@given(SPANS, st.lists(st.sampled_from(DAYS)), st.randoms())
def test_a_gap_does_not_depend_on_order_or_repeats(
    countable: tuple[date, ...], seen: list[date], random: Random
) -> None:
    """Events in any order, or told twice, leave the same gap."""
    again = [*seen, *seen]
    random.shuffle(again)
    assert longest_gap(again, countable) == longest_gap(seen, countable)


@given(SPANS)
def test_somebody_never_seen_has_the_whole_window_as_gap(countable: tuple[date, ...]) -> None:
    """Without an event the gap is one more than there are days, and with one every day it is one."""
    assert longest_gap((), countable) == len(countable) + 1
    assert longest_gap(countable, countable) == 1


@given(SPANS, st.lists(st.sampled_from(DAYS)), st.sampled_from(DAYS))
def test_one_more_visit_never_widens_a_gap(countable: tuple[date, ...], seen: list[date], more: date) -> None:
    """Seeing somebody more often cannot make the gap longer."""
    assert longest_gap([*seen, more], countable) <= longest_gap(seen, countable)


@given(made.windows(), made.calendars(), st.integers(1, 15))
def test_months_follow_each_other_and_stay_inside(
    window: Window, calendar: SchoolCalendar, least: int
) -> None:
    """Months are whole, touch each other, lie in the window, and are short only where there is one."""
    months = months_in(window, calendar, least=least)
    for month in months:
        assert month.overlap(window) == month
        assert month.start.day == 1
        assert (month.end + timedelta(days=1)).day == 1
        assert len(months) == 1 or len(calendar.between(month.start, month.end)) >= least
    assert all(later.start - earlier.end == timedelta(days=1) for earlier, later in pairwise(months))


@given(made.windows(), made.windows())
def test_an_overlap_holds_the_days_of_both(one: Window, other: Window) -> None:
    """A day is in the overlap when it is in both windows, whichever comes first."""
    overlap = one.overlap(other)
    assert overlap == other.overlap(one)
    assert (set() if overlap is None else set(overlap)) == set(one) & set(other)
    assert one.days == len(list(one))


@given(made.calendars(), made.days(), made.days())
def test_days_after_is_the_way_back_turned_round(calendar: SchoolCalendar, one: date, other: date) -> None:
    """Counting forward and counting back differ in the sign alone, and match a plain count."""
    count = calendar.days_after(one, other)
    assert calendar.days_after(other, one) == -count
    first, last = sorted((one, other))
    assert abs(count) == sum(first < day <= last for day in calendar.instructional_days)


@given(made.calendars(), made.days(), st.integers(1, 40))
def test_adding_days_is_undone_by_counting_them(calendar: SchoolCalendar, day: date, count: int) -> None:
    """After a day on which n have passed n have passed, as far as the calendar reaches."""
    later = calendar.add(day, count)
    ahead = sum(one > day for one in calendar.instructional_days)
    assert calendar.days_after(day, later) == min(count, ahead)


@given(made.calendars(), made.windows())
def test_countable_days_are_the_instructional_days_of_the_window(
    calendar: SchoolCalendar, window: Window
) -> None:
    """With a calendar a window counts the days that are instructional and inside."""
    expected = tuple(day for day in calendar.instructional_days if day in window)
    assert countable_days(window, calendar=calendar) == expected
    assert all(calendar.is_instructional(day) for day in expected)


@given(made.calendars(), st.datetimes(datetime(2026, 8, 1), datetime(2027, 7, 31)))  # noqa: DTZ001  # the zone is added
def test_the_school_day_of_a_local_time_is_its_date(calendar: SchoolCalendar, clock: datetime) -> None:
    """An instant told on the building's own clock falls on the date that the clock shows."""
    zone = ZoneInfo(calendar.timezone)
    there = clock.replace(tzinfo=UTC).astimezone(zone)
    assert calendar.school_day(there) == there.date()
    assert calendar.school_day(there.astimezone(UTC)) == there.date()


@given(made.rosters())
def test_every_id_of_a_person_leads_to_one_id(roster: Roster) -> None:
    """Resolving is idempotent, and known ids are those of people."""
    every = {id for person in roster.people for id in (person.id, *(other.id for other in person.also))}
    assert roster.unknown(every) == frozenset()
    assert roster.persons(every) == {person.id for person in roster.people}
    assert all(roster.resolve(roster.resolve(id)) == roster.resolve(id) for id in every)


@given(made.rosters(), made.windows())
def test_a_teacher_is_observable_only_where_appointed(roster: Roster, window: Window) -> None:
    """Whoever is observable on some day of a window is a teacher of the building in it."""
    for building in ("b1", "b2"):
        teachers = roster.teachers(building, window)
        assert len(set(teachers)) == len(teachers)
        for person in {roster.resolve(one.person) for one in roster.appointments}:
            observable = roster.observable_days(person, building, window)
            assert not observable or person in teachers
            assert set(observable) <= set(window)


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.randoms())
def test_a_frozen_map_is_its_items(items: dict[str, int | str], random: Random) -> None:
    """Order apart, a frozen map equals the dict that made it, hashes like its equals and pickles."""
    pairs = list(items.items())
    random.shuffle(pairs)
    one: FrozenMap[str, int | str] = FrozenMap(items)
    other: FrozenMap[str, int | str] = FrozenMap(pairs)
    assert one == other == items
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # our own bytes


PROBLEMS = st.builds(
    Diagnostic,
    code=st.text(),
    path=st.text(),
    message=st.text(),
    expected=st.text(),
    hint=st.text(),
    severity=st.sampled_from(["error", "warning"]),
)


@given(st.text(), st.lists(PROBLEMS, min_size=1))
def test_an_error_with_any_problems_pickles(subject: str, problems: list[Diagnostic]) -> None:
    """An error that crossed a process tells the same problems in the same words."""
    error = InvalidInput(subject, problems)
    again = pickle.loads(pickle.dumps(error))  # our own bytes
    assert again.problems == tuple(problems)
    assert str(again) == str(error)
