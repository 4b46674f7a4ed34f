"""Windows, calendars, school days of instants, gaps and months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from ilr.base import (
    InvalidInput,
    SchoolCalendar,
    Term,
    Window,
    countable_days,
    longest_gap,
    months_in,
    require_aware,
)

SEPTEMBER = Window(date(2026, 9, 1), date(2026, 9, 30))
YEAR = SchoolCalendar.weekdays(date(2026, 9, 1), date(2027, 6, 30), timezone="America/Detroit")


def problems(raised: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    """Code and path of every problem of an error."""
    return [(problem.code, problem.path) for problem in raised.value.problems]


def test_a_window_counts_both_ends() -> None:
    """A window of one day has one day and holds it."""
    day = date(2026, 9, 1)
    window = Window(day, day)
    assert window.days == 1
    assert list(window) == [day]
    assert day in window
    assert day + timedelta(days=1) not in window


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    """The end may not lie before the start."""
    with pytest.raises(InvalidInput) as raised:
        Window(date(2026, 9, 2), date(2026, 9, 1))
    assert problems(raised) == [("window.order", "end")]


def test_windows_overlap_in_their_common_days() -> None:
    """The overlap of two windows is what both hold, or nothing."""
    later = Window(date(2026, 9, 30), date(2026, 10, 5))
    assert SEPTEMBER.overlap(later) == Window(date(2026, 9, 30), date(2026, 9, 30))
    assert SEPTEMBER.overlap(Window(date(2026, 10, 1), date(2026, 10, 5))) is None


def test_weekdays_leave_out_weekends_breaks_and_single_days() -> None:
    """A calendar of weekdays drops Saturdays, Sundays, whole breaks and single days off."""
    calendar = SchoolCalendar.weekdays(
        date(2026, 9, 1),
        date(2026, 9, 14),
        breaks=[date(2026, 9, 7), Window(date(2026, 9, 10), date(2026, 9, 11))],
    )
    assert [day.day for day in calendar.instructional_days] == [1, 2, 3, 4, 8, 9, 14]


def test_instructional_days_are_kept_in_order_and_once() -> None:
    """The order in which days are handed in, and repeats, do not matter."""
    days = (date(2026, 9, 3), date(2026, 9, 1), date(2026, 9, 3))
    calendar = SchoolCalendar(id="c", window=SEPTEMBER, instructional_days=days)
    assert calendar.instructional_days == (date(2026, 9, 1), date(2026, 9, 3))


def test_everything_wrong_with_a_calendar_is_told_at_once() -> None:
    """Days and terms outside the window, a repeated term and an unknown zone come in one error."""
    outside = Term(id="fall", window=Window(date(2026, 9, 1), date(2026, 10, 1)))
    with pytest.raises(InvalidInput) as raised:
        SchoolCalendar(
            id="c",
            window=SEPTEMBER,
            instructional_days=(date(2026, 8, 31), date(2026, 9, 1), date(2026, 10, 1)),
            terms=(outside, Term(id="fall", window=SEPTEMBER)),
            timezone="Nowhere/Never",
        )
    assert problems(raised) == [
        ("calendar.outside", "instructional_days[0]"),
        ("calendar.outside", "instructional_days[2]"),
        ("calendar.term", "terms[0]"),
        ("calendar.term_id", "terms"),
        ("calendar.timezone", "timezone"),
    ]


@pytest.mark.parametrize("zone", ["", "America", "../UTC", "x" * 300])
def test_a_name_that_is_no_time_zone_is_refused(zone: str) -> None:
    """An empty name, a folder of zones, a way out of it and a name too long are no time zones."""
    with pytest.raises(InvalidInput) as raised:
        SchoolCalendar(id="c", window=SEPTEMBER, instructional_days=(), timezone=zone)
    assert problems(raised) == [("calendar.timezone", "timezone")]


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 9, 15, 3, 59, tzinfo=UTC), date(2026, 9, 14)),
        (datetime(2026, 9, 15, 4, 0, tzinfo=UTC), date(2026, 9, 15)),
        (datetime(2026, 12, 15, 4, 59, tzinfo=UTC), date(2026, 12, 14)),
        (datetime(2026, 12, 15, 5, 0, tzinfo=UTC), date(2026, 12, 15)),
        (datetime(2026, 11, 1, 4, 30, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 4, 30, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 9, 15, 0, 30, tzinfo=timezone(timedelta(hours=9))), date(2026, 9, 14)),
        (datetime(2026, 9, 14, 23, 59, tzinfo=ZoneInfo("America/Detroit")), date(2026, 9, 14)),
    ],
)
def test_an_instant_falls_on_the_day_of_the_local_clock(at: datetime, day: date) -> None:
    """Around midnight the wall clock of the building decides, in summer time as in winter time."""
    assert YEAR.school_day(at) == day


def test_an_instant_without_an_offset_is_refused() -> None:
    """A naive datetime has no school day."""
    naive = datetime(2026, 9, 14, 9)  # noqa: DTZ001  # it is what the test is about
    with pytest.raises(InvalidInput) as raised:
        YEAR.school_day(naive)
    assert problems(raised) == [("instant.naive", "at")]
    with pytest.raises(InvalidInput) as raised:
        require_aware(naive, "visits[3].at")
    assert problems(raised) == [("instant.naive", "visits[3].at")]


def test_weekends_are_not_instructional() -> None:
    """A calendar knows which days count, inside its window and beyond."""
    assert YEAR.is_instructional(date(2026, 9, 1))
    assert not YEAR.is_instructional(date(2026, 9, 5))
    assert not YEAR.is_instructional(date(2027, 7, 1))


def test_days_between_count_both_ends() -> None:
    """From Thursday to Monday there are three instructional days."""
    days = YEAR.between(date(2026, 9, 3), date(2026, 9, 7))
    assert days == (date(2026, 9, 3), date(2026, 9, 4), date(2026, 9, 7))


def test_days_after_count_forward_and_back() -> None:
    """Monday is one instructional day after Friday, and Friday one before Monday."""
    friday, monday = date(2026, 9, 4), date(2026, 9, 7)
    assert YEAR.days_after(friday, monday) == 1
    assert YEAR.days_after(monday, friday) == -1
    assert YEAR.days_after(friday, friday) == 0


def test_adding_days_skips_weekends_and_stops_at_the_end() -> None:
    """Two instructional days after a Friday is Tuesday; beyond the calendar its last day stands."""
    friday = date(2026, 9, 4)
    assert YEAR.add(friday, 2) == date(2026, 9, 8)
    assert YEAR.add(friday, 0) == friday
    assert YEAR.add(date(2027, 6, 29), 5) == date(2027, 6, 30)
    assert YEAR.add(date(2027, 8, 1), 1) == date(2027, 8, 1)


def test_a_day_belongs_to_the_first_term_that_holds_it() -> None:
    """Where a year and a quarter hold a day, the one listed first answers."""
    quarter = Term(id="q1", window=SEPTEMBER, parent="year")
    year = Term(id="year", window=Window(date(2026, 9, 1), date(2026, 12, 1)))
    calendar = SchoolCalendar.weekdays(date(2026, 9, 1), date(2026, 12, 31), terms=[quarter, year])
    assert calendar.term_of(date(2026, 9, 10)) == quarter
    assert calendar.term_of(date(2026, 10, 1)) == year
    assert calendar.term_of(date(2026, 12, 31)) is None


def test_countable_days_come_from_the_calendar_or_the_window() -> None:
    """With a calendar its instructional days count, without one every day outside the breaks."""
    week = Window(date(2026, 9, 7), date(2026, 9, 13))
    weekend = Window(date(2026, 9, 12), date(2026, 9, 13))
    assert len(countable_days(week, calendar=YEAR)) == 5
    assert len(countable_days(week)) == 7
    assert countable_days(week, breaks=[weekend]) == tuple(Window(week.start, date(2026, 9, 11)))


@pytest.mark.parametrize(
    ("seen", "gap"), [((), 6), ((1,), 5), ((3,), 3), ((3, 3), 3), ((1, 2, 3, 4, 5), 1), ((5,), 5)]
)
def test_gaps_are_counted_from_the_day_before_to_the_day_after(seen: tuple[int, ...], gap: int) -> None:
    """In a week of five days, one visit on Wednesday leaves a gap of three."""
    week = tuple(date(2026, 9, 6 + day) for day in range(1, 6))
    assert longest_gap([date(2026, 9, 6 + day) for day in seen], week) == gap


def test_visits_on_days_that_do_not_count_close_no_gap() -> None:
    """A visit on a Saturday is passed over."""
    week = YEAR.between(date(2026, 9, 7), date(2026, 9, 11))
    assert longest_gap([date(2026, 9, 12)], week) == 6


def test_months_that_the_window_cuts_are_left_out() -> None:
    """From the middle of September to the middle of December there are two full months."""
    months = months_in(Window(date(2026, 9, 15), date(2026, 12, 15)), YEAR)
    assert months == (
        Window(date(2026, 10, 1), date(2026, 10, 31)),
        Window(date(2026, 11, 1), date(2026, 11, 30)),
    )


def test_a_short_month_is_merged_with_the_next() -> None:
    """A December with few school days is one month with January."""
    calendar = SchoolCalendar.weekdays(
        date(2026, 11, 1), date(2027, 2, 28), breaks=[Window(date(2026, 12, 10), date(2026, 12, 31))]
    )
    assert months_in(calendar.window, calendar) == (
        Window(date(2026, 11, 1), date(2026, 11, 30)),
        Window(date(2026, 12, 1), date(2027, 1, 31)),
        Window(date(2027, 2, 1), date(2027, 2, 28)),
    )


def test_a_short_last_month_is_merged_with_the_one_before() -> None:
    """A June with a week of school is one month with May."""
    calendar = SchoolCalendar.weekdays(
        date(2027, 4, 1), date(2027, 6, 30), breaks=[Window(date(2027, 6, 8), date(2027, 6, 30))]
    )
    assert months_in(calendar.window, calendar) == (
        Window(date(2027, 4, 1), date(2027, 4, 30)),
        Window(date(2027, 5, 1), date(2027, 6, 30)),
    )


def test_short_months_alone_make_one_month() -> None:
    """Where no month has enough days, all together are one."""
    window = Window(date(2026, 9, 1), date(2026, 10, 31))
    calendar = SchoolCalendar(id="c", window=window, instructional_days=(date(2026, 9, 1),))
    assert months_in(window, calendar) == (window,)


def test_a_window_within_a_month_has_no_full_month() -> None:
    """Three weeks hold no full month."""
    assert months_in(Window(date(2026, 9, 2), date(2026, 9, 29)), YEAR) == ()
