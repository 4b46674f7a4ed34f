"""Coverage: what a valid visit is, and who was seen how often."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ilr.base import (
    Appointment,
    InvalidInput,
    Leave,
    Organisation,
    Person,
    Policy,
    Role,
    Roster,
    SchoolCalendar,
    SourceId,
    Window,
)
from ilr.forms import Outcome, Purpose, Walkthrough, form
from ilr.observation import (
    Conversion,
    Coverage,
    ObservationTable,
    conversion,
    rolling_coverage,
    valid_records,
)

FORM = form("talk", look_fors=["asking"], scale=4)
WINDOW = Window(date(2026, 9, 1), date(2026, 10, 31))
CALENDAR = SchoolCalendar.weekdays(WINDOW.start, WINDOW.end, version="fall-2")


def roster(*posts: Appointment, leaves: tuple[Leave, ...] = ()) -> Roster:
    """Three teachers of one building, the first of them under two ids, unless other posts are given."""
    people = (Person(id="t1", also=(SourceId("sis", "77"),)), Person(id="t2"), Person(id="t3"))
    usual = tuple(Appointment(person=one.id, organisation="b1", role=Role.TEACHER) for one in people)
    return Roster(
        people=people,
        organisations=(Organisation(id="b1"), Organisation(id="b2")),
        appointments=posts or usual,
        leaves=leaves,
    )


def walk(
    day: date, *teachers: str, observer: str = "o1", visit: str | None = None, **facts: Any
) -> Walkthrough:
    """A visit of ten minutes in the building."""
    given: dict[str, Any] = {"minutes": 10, "building": "b1", "answers": {"asking": 2}, **facts}
    return FORM.record(
        teachers=teachers or ("t1",),
        observer=observer,
        at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        visit=visit or f"{day}-{'-'.join(teachers)}",
        **given,
    )


def cover(
    *records: Walkthrough, window: Window = WINDOW, people: Roster | None = None, **policy: Any
) -> Coverage:
    """Coverage of the building."""
    return ObservationTable.from_walkthroughs(records, forms=[FORM]).coverage(
        roster=people or roster(),
        building="b1",
        window=window,
        calendar=CALENDAR,
        policy=Policy(**policy),
    )


def test_coverage_tells_visits_gaps_and_months() -> None:
    """One visit in each month covers a teacher each month and leaves the gap between."""
    first, second = date(2026, 9, 15), date(2026, 10, 15)
    coverage = cover(walk(second), walk(first))
    assert coverage.visits == {"t1": (first, second), "t2": (), "t3": ()}
    assert coverage.countable == dict.fromkeys(("t1", "t2", "t3"), 44)
    assert coverage.gaps == {"t1": 22, "t2": 45, "t3": 45}
    assert [month.start.month for month in coverage.months] == [9, 10]
    assert list(coverage.month_counts) == [{"t1": 1, "t2": 0, "t3": 0}] * 2
    assert (coverage.skipped_months, coverage.undated, coverage.unknown) == (0, 0, frozenset())
    assert (coverage.calendar, coverage.building, coverage.window) == ("fall-2", "b1", WINDOW)


def test_shares_count_teachers_and_teacher_months() -> None:
    """One teacher of three within the gap is a third; two of six teacher-months with a visit as well."""
    coverage = cover(walk(date(2026, 9, 15)), walk(date(2026, 10, 15)))
    assert coverage.share_within(22) == 1 / 3
    assert coverage.share_within(21) == 0
    assert coverage.share_monthly(1) == 2 / 6
    assert coverage.share_monthly(0) == 1


def test_without_teachers_there_are_no_shares() -> None:
    """A share of nobody is None, not zero."""
    nobody = Roster(organisations=(Organisation(id="b1"),))
    coverage = cover(people=nobody)
    assert coverage.share_within(10) is None
    assert coverage.share_monthly(1) is None


def test_two_observers_in_one_visit_cover_once() -> None:
    """A paired visit is one visit."""
    day = date(2026, 9, 15)
    coverage = cover(walk(day, "t1", visit="v"), walk(day, "t1", visit="v", observer="o2"))
    assert coverage.visits["t1"] == (day,)


def test_two_visits_on_one_day_are_two() -> None:
    """A teacher who was seen twice on a day was visited twice."""
    day = date(2026, 9, 15)
    coverage = cover(walk(day, "t1", visit="v"), walk(day, "t1", visit="w"))
    assert coverage.visits["t1"] == (day, day)
    assert coverage.month_counts[0]["t1"] == 2


def test_every_teacher_of_a_shared_class_is_covered() -> None:
    """A visit to two teachers covers both."""
    day = date(2026, 9, 15)
    assert cover(walk(day, "t1", "t2")).visits == {"t1": (day,), "t2": (day,), "t3": ()}


def test_one_person_under_two_ids_is_covered_once() -> None:
    """Visits under any id cover the person, and one visit under both ids is one visit."""
    first, second = date(2026, 9, 15), date(2026, 9, 16)
    coverage = cover(walk(first, "t1", "77"), walk(second, "77"))
    assert coverage.visits["t1"] == (first, second)
    assert coverage.unknown == frozenset()


def test_what_is_no_valid_visit_covers_nobody() -> None:
    """A day's substitute, a calibration and a glance through the door cover nobody; a pilot visit does."""
    days = CALENDAR.between(date(2026, 9, 14), date(2026, 9, 21))
    records = [
        walk(days[0], outcome=Outcome.SUBSTITUTE),
        walk(days[1], purpose=Purpose.CALIBRATION),
        walk(days[2], purpose=Purpose.COACHING),
        walk(days[3], minutes=2),
        walk(days[4], purpose=Purpose.PILOT, minutes=3),
        walk(days[5], minutes=None),
    ]
    table = ObservationTable.from_walkthroughs(records, forms=[FORM])
    assert valid_records(table, Policy()).tolist() == [False, False, False, False, True, True]
    assert cover(*records).visits["t1"] == days[4:6]
    assert cover(*records, visit_minutes=0).visits["t1"] == days[3:6]


def test_a_long_term_substitute_is_covered_like_a_teacher() -> None:
    """Whoever is appointed for longer is observable from the first day of the post."""
    day = date(2026, 10, 15)
    post = Appointment(
        person="t3", organisation="b1", role=Role.LONG_TERM_SUBSTITUTE, start=date(2026, 10, 1)
    )
    coverage = cover(walk(date(2026, 9, 15), "t3"), walk(day, "t3"), people=roster(post))
    assert coverage.visits == {"t3": (day,)}
    assert coverage.countable == {"t3": 22}
    assert coverage.gaps == {"t3": 12}


def test_months_cut_by_leave_are_skipped_and_counted() -> None:
    """A teacher who was away for most of September has no count for it."""
    leave = Leave(person="77", window=Window(date(2026, 9, 8), date(2026, 9, 30)))
    coverage = cover(walk(date(2026, 10, 15)), people=roster(leaves=(leave,)))
    assert coverage.skipped_months == 1
    assert "t1" not in coverage.month_counts[0]
    assert coverage.month_counts[1]["t1"] == 1


def test_a_teacher_away_all_the_time_has_no_gap() -> None:
    """Nobody can be unseen on days on which there was nobody to see."""
    coverage = cover(people=roster(leaves=(Leave(person="t1", window=WINDOW),)))
    assert coverage.countable["t1"] == 0
    assert set(coverage.gaps) == {"t2", "t3"}


def test_months_without_school_count_for_nobody() -> None:
    """A summer without instructional days makes no teacher-months to fall short."""
    summer = SchoolCalendar(id="summer", window=WINDOW, instructional_days=())
    coverage = ObservationTable.from_walkthroughs([walk(date(2026, 9, 15))], forms=[FORM]).coverage(
        roster=roster(), building="b1", window=WINDOW, calendar=summer, policy=Policy()
    )
    assert coverage.share_monthly(1) is None
    assert coverage.skipped_months == 3


def test_records_of_other_buildings_are_passed_over() -> None:
    """A visit elsewhere covers nobody here; one that tells no building may have been here."""
    first, second = date(2026, 9, 15), date(2026, 9, 16)
    coverage = cover(walk(first, building="b2"), walk(second, building=None))
    assert coverage.visits["t1"] == (second,)


def test_unknown_teachers_of_the_window_are_told() -> None:
    """Ids that the roster lacks are named where they were seen in the window."""
    coverage = cover(walk(date(2026, 9, 15), "t9"), walk(date(2026, 11, 2), "t8"))
    assert coverage.unknown == frozenset({"t9"})


def test_a_teacher_with_a_post_alone_is_covered_and_told() -> None:
    """Whoever is appointed but not among the people is seen like anybody, and named as unknown."""
    day = date(2026, 9, 15)
    post = Appointment(person="t9", organisation="b1", role=Role.TEACHER)
    coverage = cover(walk(day, "t9"), people=roster(post))
    assert coverage.visits == {"t9": (day,)}
    assert coverage.unknown == frozenset({"t9"})


def test_records_without_a_day_are_counted() -> None:
    """A record without a day covers nobody and is told."""
    frame = {
        "visit": ["v1", "v2"],
        "teacher": ["t1", "t1"],
        "observer": ["o1", "o1"],
        "a": [1, 2],
        "on": [None, "2026-09-15"],
    }
    table = ObservationTable.from_frame(
        frame, visit="visit", teacher="teacher", observer="observer", items=["a"], date="on"
    )
    coverage = table.coverage(
        roster=roster(), building="b1", window=WINDOW, calendar=CALENDAR, policy=Policy()
    )
    assert coverage.undated == 1
    assert coverage.visits["t1"] == (date(2026, 9, 15),)


def test_every_full_rolling_window_needs_its_visits() -> None:
    """A teacher seen every tenth day is covered in windows of ten days, and one visit fewer is a miss."""
    days = CALENDAR.between(WINDOW.start, WINDOW.end)
    records = [walk(day, "t1") for day in days[9::10]] + [walk(day, "t2") for day in days[9:30:10]]
    found = rolling_coverage(cover(*records), roster=roster(), calendar=CALENDAR, days=10)
    assert (found.met, found.teachers, found.unassessed, found.share) == (1, 3, 0, 1 / 3)
    assert (found.windows, found.skipped) == (3 * 35, 0)
    twice = rolling_coverage(cover(*records), roster=roster(), calendar=CALENDAR, days=20, least=2)
    assert twice.met == 1
    assert rolling_coverage(cover(), roster=roster(), calendar=CALENDAR, days=10, least=0).share == 1


def test_rolling_windows_cut_by_leave_are_skipped_and_counted() -> None:
    """Days of leave belong to no full window, and the teacher answers for the others."""
    days = CALENDAR.between(WINDOW.start, WINDOW.end)
    people = roster(leaves=(Leave(person="t1", window=Window(days[10], WINDOW.end)),))
    coverage = cover(walk(days[4], "t1"), people=people)
    found = rolling_coverage(coverage, roster=people, calendar=CALENDAR, days=5)
    assert (found.windows, found.skipped) == (2 * 40 + 6, 34)
    assert (found.met, found.teachers) == (0, 3)
    assert rolling_coverage(coverage, roster=people, calendar=CALENDAR, days=6).met == 1
    assert rolling_coverage(coverage, roster=people, calendar=CALENDAR, days=10).met == 1
    longer = rolling_coverage(coverage, roster=people, calendar=CALENDAR, days=11)
    assert (longer.teachers, longer.unassessed) == (2, 1)


def test_without_full_rolling_windows_there_is_no_share() -> None:
    """A window longer than the time that was looked at is nobody's."""
    found = rolling_coverage(cover(), roster=roster(), calendar=CALENDAR, days=45)
    assert (found.share, found.windows, found.skipped, found.unassessed) == (None, 0, 0, 3)


def test_what_makes_no_rolling_window_is_told_at_once() -> None:
    """No days, fewer than no visits and another calendar come in one error."""
    other = SchoolCalendar.weekdays(WINDOW.start, WINDOW.end, version="fall-3")
    with pytest.raises(InvalidInput) as raised:
        rolling_coverage(cover(), roster=roster(), calendar=other, days=0, least=-1)
    assert [one.path for one in raised.value.problems] == ["days", "least", "calendar"]


def test_the_longest_gap_counts_from_before_the_window_to_after_it() -> None:
    """Five school days, seen on the second and third: one day before, next to each other, and two days after."""
    week = Window(date(2026, 9, 14), date(2026, 9, 18))
    found = cover(walk(date(2026, 9, 15)), walk(date(2026, 9, 16)), window=week)
    assert found.gaps == {"t1": 3, "t2": 6, "t3": 6}
    assert found.share_within(5) == 1 / 3
    late = Appointment(person="t2", organisation="b1", role=Role.TEACHER, start=date(2026, 9, 17))
    hired = cover(walk(date(2026, 9, 18), "t2"), window=week, people=roster(late))
    assert hired.gaps == {"t2": 2}


def test_rolling_windows_before_a_hire_are_skipped() -> None:
    """Of the four windows of two days in a week, a teacher hired on the third day answers for two."""
    week = Window(date(2026, 9, 14), date(2026, 9, 18))
    late = Appointment(person="t2", organisation="b1", role=Role.TEACHER, start=date(2026, 9, 16))
    people = roster(late)
    seen = cover(walk(date(2026, 9, 17), "t2"), window=week, people=people)
    found = rolling_coverage(seen, roster=people, calendar=CALENDAR, days=2)
    assert (found.windows, found.skipped, found.met, found.share) == (2, 2, 1, 1.0)


def test_only_full_months_count_and_short_ones_join_the_next() -> None:
    """Six days of school in August join September; a window from the fifteenth holds no full September."""
    calendar = SchoolCalendar.weekdays(date(2026, 8, 24), date(2026, 10, 31))

    def months(start: date) -> list[tuple[date, date]]:
        found = ObservationTable.from_walkthroughs([walk(date(2026, 8, 31))], forms=[FORM]).coverage(
            roster=roster(),
            building="b1",
            window=Window(start, date(2026, 10, 31)),
            calendar=calendar,
            policy=Policy(),
        )
        assert start > date(2026, 8, 31) or found.month_counts[0]["t1"] == 1
        return [(month.start, month.end) for month in found.months]

    assert months(date(2026, 8, 1)) == [
        (date(2026, 8, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 10, 31)),
    ]
    assert months(date(2026, 9, 15)) == [(date(2026, 10, 1), date(2026, 10, 31))]


def test_coverage_and_conversion_work_from_a_frame() -> None:
    """Purpose, outcome, focus and length of a frame decide as those of records do."""
    days = ["2026-09-15", "2026-09-16", "2026-09-17", "2026-09-18"]
    frame = {
        "visit": ["v1", "v2", "v3", "v4"],
        "teacher": ["t1", "t1", "t2", "t3"],
        "observer": ["o1"] * 4,
        "day": days,
        "purpose": ["walkthrough", "calibration", "pilot", "walkthrough"],
        "outcome": ["held", "held", "held", "substitute"],
        "focus": ["talk", "talk", None, "talk"],
        "a": [1, 2, 1, 2],
    }
    table = ObservationTable.from_frame(
        frame,
        visit="visit",
        teacher="teacher",
        observer="observer",
        items=["a"],
        levels=[1, 2],
        date="day",
        focus="focus",
        purpose="purpose",
        outcome="outcome",
    )
    assert table.column("focus").decoded() == ["talk", "talk", None, "talk"]
    found = table.coverage(roster=roster(), building="b1", window=WINDOW, calendar=CALENDAR, policy=Policy())
    assert {id: len(visits) for id, visits in found.visits.items()} == {"t1": 1, "t2": 1, "t3": 0}
    uses = [("v1", date(2026, 9, 16), "release"), ("v2", date(2026, 9, 16), "release")]
    used = conversion(table, uses, as_of=WINDOW.end, calendar=CALENDAR, policy=Policy())
    assert (used.visits, used.used, used.strange) == (2, 1, 1)
    with pytest.raises(InvalidInput) as raised:
        ObservationTable.from_frame(
            {**frame, "outcome": ["held", "gone", "held", "held"]},
            visit="visit",
            teacher="teacher",
            observer="observer",
            items=["a"],
            levels=[1, 2],
            outcome="outcome",
        )
    assert [(one.code, one.path) for one in raised.value.problems] == [("visit.outcome", "rows[1].outcome")]


def converted(*uses: tuple[str, date, str], records: tuple[Walkthrough, ...] = ()) -> Conversion:
    """Conversion of two visits, the first of them paired, and of others."""
    day = date(2026, 9, 15)
    pair = (walk(day, visit="v"), walk(day, visit="v", observer="o2"), walk(day, visit="w"))
    table = ObservationTable.from_walkthroughs((*pair, *records), forms=[FORM])
    return conversion(
        table, uses, as_of=date(2026, 9, 25), calendar=CALENDAR, policy=Policy(conversion_days=5)
    )


def test_a_visit_that_led_to_something_in_time_is_converted() -> None:
    """Five instructional days count from the visit on, and a visit counts once for all its uses."""
    found = converted(
        ("v", date(2026, 9, 15), "release"),
        ("v", date(2026, 9, 22), "session"),
        ("v", date(2026, 9, 16), "release"),
        ("w", date(2026, 9, 23), "decision"),
        ("w", date(2026, 9, 14), "decision"),
    )
    assert (found.visits, found.used, found.share, found.days) == (2, 1, 1 / 2, 5)
    assert (found.released, found.coached, found.decided) == (1, 1, 0)
    assert (found.out_of_time, found.strange, found.undated) == (2, 0, 0)


def test_uses_of_what_is_no_valid_visit_are_told() -> None:
    """A use of a short visit, or of one that the table lacks, converts nothing and is counted."""
    day = date(2026, 9, 15)
    short = walk(day, visit="short", minutes=1)
    found = converted(("short", day, "session"), ("lost", day, "session"), records=(short,))
    assert (found.visits, found.used, found.strange) == (2, 0, 2)


def test_without_visits_nothing_is_converted() -> None:
    """A share of no visits is None; visits without a day are counted apart."""
    frame = {"visit": ["v"], "teacher": ["t"], "observer": ["o"], "a": [1]}
    table = ObservationTable.from_frame(
        frame, visit="visit", teacher="teacher", observer="observer", items=["a"], levels=[1, 2]
    )
    uses = [("v", date(2026, 9, 15), "release")]
    found = conversion(table, uses, as_of=WINDOW.end, calendar=CALENDAR, policy=Policy())
    assert (found.share, found.undated, found.strange) == (None, 1, 1)


def test_a_visit_is_judged_when_its_days_are_over() -> None:
    """Four days after a visit nobody can say that nothing came of it in five; five days after it is over."""
    table = ObservationTable.from_walkthroughs([walk(date(2026, 9, 15), visit="v")], forms=[FORM])
    policy = Policy(conversion_days=5)
    uses = [("v", date(2026, 9, 16), "session"), ("v", date(2026, 9, 22), "release")]
    before, on, after = (
        conversion(table, uses, as_of=date(2026, 9, day), calendar=CALENDAR, policy=policy)
        for day in (14, 21, 22)
    )
    assert (before.visits, before.pending, before.later, before.share) == (0, 1, 2, None)
    assert (on.visits, on.pending, on.later, on.coached) == (0, 1, 1, 0)
    assert (after.visits, after.pending, after.later, after.share) == (1, 0, 0, 1.0)
    assert (after.as_of, after.coached, after.released) == (date(2026, 9, 22), 1, 1)


def test_unknown_kinds_of_use_are_told_at_once() -> None:
    """A use is a release, a session or a decision."""
    day = date(2026, 9, 15)
    with pytest.raises(InvalidInput) as raised:
        converted(("v", day, "talk"), ("v", day, "session"), ("w", day, ""))
    assert [one.path for one in raised.value.problems] == ["uses[0]", "uses[2]"]
