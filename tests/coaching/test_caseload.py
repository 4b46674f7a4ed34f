"""Caseloads, contacts that are overdue, and where the time of coaches goes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coaching.one_plan import session
from tests.coaching.small_logs import coached, log, of_a_leader

from ilr import interop
from ilr.base import Person, Policy, Reason, Role, Roster, SchoolCalendar, SourceId, Window, longest_gap
from ilr.coaching import (
    Caseload,
    CoachingPlan,
    OverdueContact,
    Supporter,
    TimeCategory,
    TimeShare,
    TimeSpent,
    caseload,
    hold_session,
    is_active,
    overdue_contacts,
    plan,
    time_share,
)

DAY = date(2026, 10, 5)
CALENDAR = SchoolCalendar.weekdays(date(2026, 8, 31), date(2026, 12, 18))


def coach(release: float = 0.5, **changed: Any) -> Supporter:
    """A coach who is free for part of a post."""
    return Supporter(
        id="c1", role=Role.COACH, release=release, offers=("coach",), buildings=("s1",), **changed
    )


def cases(count: int) -> list[CoachingPlan]:
    """So many plans of the coach."""
    return [plan(f"t{n}", "c1") for n in range(count)]


@pytest.mark.parametrize(
    ("release", "count", "fits"),
    [(0.0, 1, True), (0.0, 2, False), (0.5, 5, True), (0.5, 6, False), (1.0, 15, True), (1.0, 16, False)],
)
def test_active_cases_stay_within_the_release(release: float, count: int, fits: bool) -> None:
    """CL-1: as many cases as the release allows fit, one more does not and says so."""
    found = caseload(coach(release), cases(count), on=DAY)
    most = count if fits else count - 1
    assert (found.cases, found.at_most, found.fits) == (count, most, fits)
    assert found.reasons == (() if fits else (Reason.of("CASES_ABOVE", n=count, most=most),))


def test_the_policy_and_the_coach_set_the_caps() -> None:
    """CL-1: P-CAP50 of the district, or fewer where the coach takes fewer."""
    assert caseload(coach(), [], on=DAY, policy=Policy(mentees_half=3)).at_most == 3
    assert caseload(coach(at_most=2), [], on=DAY).at_most == 2


@pytest.mark.parametrize(
    ("planned", "available", "fits"),
    [(600, 600, True), (601, 600, False), (601, None, True), (None, 600, True), (0, 0, True)],
)
def test_planned_minutes_stay_within_those_there_are(
    planned: float | None, available: float | None, fits: bool
) -> None:
    """CL-1: the minutes of two weeks fit as well; what is not recorded breaks nothing."""
    found = caseload(coach(), cases(2), on=DAY, planned=planned, available=available)
    assert (found.planned, found.available, found.fits) == (planned, available, fits)
    assert [str(one) for one in found.reasons] == (
        [] if fits else ["601 minutes of two weeks are planned, 600 are there"]
    )


def test_both_limits_are_told() -> None:
    """CL-1: cases and minutes are two limits, and both can be passed."""
    found = caseload(coach(0.0), cases(2), on=DAY, planned=2, available=1)
    assert [one.code for one in found.reasons] == ["CASES_ABOVE", "MINUTES_ABOVE"]
    assert interop.loads(interop.dumps(found), Caseload) == found


def test_only_plans_that_run_are_cases() -> None:
    """CL-1: plans of others, those that ended and those that open later are none; a coach may have several ids."""
    held = [
        attrs.evolve(plan("t1", "c1", opened=DAY), ended=DAY),
        attrs.evolve(plan("t2", "c1"), ended=DAY - timedelta(days=1)),
        plan("t3", "c1", opened=DAY + timedelta(days=1)),
        plan("t4", "c2"),
        plan("t5", "c-1"),
    ]
    assert [is_active(one, DAY) for one in held] == [True, False, False, True, True]
    assert caseload(coach(), held, on=DAY).cases == 1
    same = Roster(people=(Person(id="c1", also=(SourceId("sis", "c-1"),)),))
    assert caseload(coach(), held, on=DAY, roster=same).cases == 2


# Contacts


def overdue(*plans: CoachingPlan, **options: Any) -> list[tuple[str, int, date]]:
    """Coach, days and since when, on the day a month after."""
    options = {"as_of": DAY + timedelta(days=28), "calendar": CALENDAR, **options}
    return [(one.coach, one.days, one.since) for one in overdue_contacts(plans, **options)]


def test_a_contact_is_overdue_after_ten_days_without_one() -> None:
    """CL-2: the tenth instructional day without a conversation makes it overdue, the ninth does not."""
    held = coached("t1", log("none", on=DAY), coach="c1")
    tenth = CALENDAR.add(DAY, 10)
    assert overdue(held, as_of=tenth - timedelta(days=3)) == []
    assert CALENDAR.days_after(DAY, tenth - timedelta(days=3)) == 9
    assert overdue(held, as_of=tenth) == [("c1", 10, tenth)]
    assert overdue(held) == [("c1", 20, tenth)]
    assert overdue(held, policy=Policy(coaching_gap=21)) == []


def test_without_a_calendar_ten_days_read_as_fourteen() -> None:
    """CL-2: every day counts then, and P-COACH is fourteen."""
    held = coached("t1", log("none", on=DAY), coach="c1")
    for days, found in ((13, []), (14, [("c1", 14, DAY + timedelta(days=14))])):
        assert overdue(held, calendar=None, as_of=DAY + timedelta(days=days)) == found


def test_days_count_from_the_opening_until_the_first_conversation() -> None:
    """CL-2: a plan without a conversation is overdue by its first day, which counts; one without either is not known."""
    opened = plan("t1", "c1", opened=DAY)
    assert overdue(opened) == [("c1", 21, CALENDAR.add(DAY, 9))]
    assert overdue(plan("t1", "c1")) == []
    assert overdue(opened, as_of=DAY - timedelta(days=1)) == []


def test_the_last_conversation_counts_coded_or_not() -> None:
    """CL-2: entries and conversations both end a gap; those after the day that is asked for do not."""
    held = coached("t1", log("none", on=DAY), coach="c1")
    late = hold_session(held, session("1", DAY + timedelta(days=26)))
    assert overdue(late) == []
    assert overdue(late, as_of=DAY + timedelta(days=21)) == overdue(held, as_of=DAY + timedelta(days=21))
    assert overdue(held, as_of=DAY) == []


def test_who_owes_no_contact_is_passed_over() -> None:
    """CL-2: what has ended owes nothing, and the coaching of leaders has a rule of its own."""
    held = coached("t1", log("none", on=DAY), coach="c1")
    assert overdue(attrs.evolve(held, ended=DAY)) == []
    assert overdue(of_a_leader("p1", log("none", on=DAY))) == []


def test_overdue_contacts_come_by_coach_and_plan() -> None:
    """CL-2: the order tells nothing of how long; ids of teachers are not in it."""
    plans = [
        coached(f"teacher-{n}", log("none", on=DAY + timedelta(days=n)), coach=f"c{n % 2}") for n in range(5)
    ]
    found = overdue_contacts(plans, as_of=DAY + timedelta(days=40))
    assert [(one.coach, one.plan) for one in found] == sorted((one.coach, one.id) for one in plans)
    text = interop.dumps(found)
    assert "teacher-" not in text
    assert interop.loads(text, tuple[OverdueContact, ...]) == found


@given(st.sets(st.sampled_from(CALENDAR.between(DAY, date(2026, 11, 13))), max_size=4), st.integers(1, 12))
def test_overdue_is_a_gap_that_is_too_long_at_the_end(met: set[date], most: int) -> None:
    """CL-2: no contact is overdue on any day of a stretch exactly where the longest gap is at most P-COACH."""
    stretch = Window(DAY, date(2026, 11, 13))
    held = attrs.evolve(coached("t1", *[log("none", on=day) for day in sorted(met)]), opened=DAY)
    ever = any(
        overdue_contacts([held], as_of=day, calendar=CALENDAR, policy=Policy(coaching_gap=most))
        for day in stretch
    )
    assert ever == (longest_gap(met, CALENDAR.between(stretch.start, stretch.end)) > most)


def test_a_conversation_on_a_free_day_is_a_contact() -> None:
    """CL-2: whoever met on a Saturday has met; the days after it count."""
    saturday = date(2026, 10, 17)
    held = coached("t1", log("none", on=DAY), log("none", on=saturday), coach="c1")
    assert overdue(held, as_of=CALENDAR.add(saturday, 9)) == []
    assert overdue(held, as_of=CALENDAR.add(saturday, 10)) == [("c1", 10, CALENDAR.add(saturday, 10))]


# Time


def test_support_is_coaching_planning_and_observing() -> None:
    """CL-3, ILR-12.KI.1: three categories are support of teachers and the other five are not."""
    found = time_share(TimeSpent(category, 10) for category in TimeCategory)
    assert found.support == pytest.approx(3 / 8)
    for category in TimeCategory:
        alone = time_share([TimeSpent(category, 10)])
        assert alone.support == float(category.value in ("coaching", "planning", "observing"))


def test_minutes_add_up_by_category() -> None:
    """CL-3: each category once, in their order, those without minutes left out."""
    found = time_share(
        [
            TimeSpent(TimeCategory.ADMIN, 15),
            TimeSpent(TimeCategory.COACHING, 30),
            TimeSpent(TimeCategory.ADMIN, 15),
            TimeSpent(TimeCategory.DATA, 0),
        ]
    )
    assert found == TimeShare(
        spent=(TimeSpent(TimeCategory.COACHING, 30), TimeSpent(TimeCategory.ADMIN, 30)), support=0.5
    )
    assert interop.loads(interop.dumps(found), TimeShare) == found


def test_without_minutes_there_is_no_share() -> None:
    """CL-3: of nothing, and of nothing but zeros, the share is not zero but none."""
    nothing = TimeShare(spent=(), support=None)
    assert time_share([]) == time_share([TimeSpent(TimeCategory.COACHING, 0)]) == nothing
