"""The roster: people with several ids, posts, leaves and what it does not know."""

from __future__ import annotations

from datetime import date

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
    SourceId,
    Team,
    Window,
)

SCHOOL = Organisation(id="b1")
FALL = Window(date(2026, 9, 1), date(2026, 12, 18))
DAYS = SchoolCalendar.weekdays(date(2026, 9, 7), date(2026, 9, 11)).instructional_days


def post(
    person: str, role: Role = Role.TEACHER, start: date | None = None, end: date | None = None
) -> Appointment:
    """A post in the one school."""
    return Appointment(person=person, organisation="b1", role=role, start=start, end=end)


def test_one_person_may_have_several_ids() -> None:
    """Every id of a person leads to the one by which records name them."""
    roster = Roster(people=(Person(id="t1", also=(SourceId("sis", "77"), SourceId("payroll", "x"))),))
    assert roster.resolve("77") == "t1"
    assert roster.persons(["t1", "77", "x"]) == frozenset({"t1"})
    assert roster.knows("x")


def test_the_same_id_told_by_two_systems_is_one() -> None:
    """A person whose two systems agree on the id has it once."""
    roster = Roster(people=(Person(id="t1", also=(SourceId("sis", "t1"), SourceId("state", "t1"))),))
    assert roster.persons(["t1"]) == frozenset({"t1"})


def test_an_unknown_id_stands_for_itself() -> None:
    """A partial roster counts whom it does not hold, and resolves them to themselves."""
    roster = Roster(people=(Person(id="t1"),))
    assert roster.resolve("t9") == "t9"
    assert not roster.knows("t9")
    assert roster.unknown(["t1", "t9", "t8"]) == frozenset({"t8", "t9"})


def test_everything_wrong_with_a_roster_is_told_at_once() -> None:
    """Shared ids, repeated ids of every kind and lost references come in one error."""
    with pytest.raises(InvalidInput) as raised:
        Roster(
            people=(Person(id="t1"), Person(id="t2", also=(SourceId("sis", "t1"),)), Person(id="t1")),
            organisations=(SCHOOL, SCHOOL, Organisation(id="b2", parent="d")),
            teams=(Team(id="a", building="b1"), Team(id="a", building="b9")),
            sections=(Section(id="s", building="b9"), Section(id="s", building="b1")),
            appointments=(post("t1"), Appointment(person="t1", organisation="b9", role=Role.COACH)),
        )
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("roster.shared_id", "people[1]"),
        ("roster.repeated_id", "people"),
        ("roster.repeated_id", "organisations"),
        ("roster.repeated_id", "teams"),
        ("roster.repeated_id", "sections"),
        ("roster.reference", "organisations[2].parent"),
        ("roster.reference", "teams[1].building"),
        ("roster.reference", "sections[0].building"),
        ("roster.reference", "appointments[1].organisation"),
    ]
    assert "b9" not in str(raised.value)


def test_a_post_holds_from_its_first_day_to_its_last() -> None:
    """Both ends count, and an open end has no limit."""
    closed = post("t1", start=date(2026, 9, 8), end=date(2026, 9, 9))
    assert [closed.holds_on(day) for day in DAYS] == [False, True, True, False, False]
    assert all(post("t1").holds_on(day) for day in DAYS)


@pytest.mark.parametrize(
    ("start", "end", "overlaps"),
    [
        (None, None, True),
        (None, date(2026, 8, 31), False),
        (None, date(2026, 9, 1), True),
        (date(2026, 12, 18), None, True),
        (date(2026, 12, 19), None, False),
    ],
)
def test_a_post_overlaps_a_window_that_it_touches(
    start: date | None, end: date | None, overlaps: bool
) -> None:
    """A post of one common day overlaps, one that ended the day before does not."""
    assert post("t1", start=start, end=end).overlaps(FALL) == overlaps


def test_long_term_substitutes_teach_and_others_do_not() -> None:
    """Teachers are those appointed to teach, once each, under their own id and in roster order."""
    roster = Roster(
        people=(Person(id="t2"), Person(id="t1", also=(SourceId("sis", "77"),))),
        organisations=(SCHOOL, Organisation(id="b2")),
        appointments=(
            post("77"),
            post("t1"),
            post("t2", Role.LONG_TERM_SUBSTITUTE),
            post("t3", Role.COACH),
            post("t4", start=date(2027, 1, 1)),
            Appointment(person="t5", organisation="b2", role=Role.TEACHER),
            post("t6"),
        ),
    )
    assert roster.teachers("b1", FALL) == ("t1", "t2", "t6")
    assert roster.holding([Role.COACH], "b1", FALL) == ("t3",)


def test_a_teacher_is_observable_while_appointed_and_present() -> None:
    """Hire, end and leave cut the days on which a teacher can be observed."""
    roster = Roster(
        people=(Person(id="t1", also=(SourceId("sis", "77"),)),),
        organisations=(SCHOOL,),
        appointments=(
            post("77", start=date(2026, 9, 8)),
            post("t1", Role.SUPPORT_STAFF),
            Appointment(person="t2", organisation="b1", role=Role.LONG_TERM_SUBSTITUTE, end=date(2026, 9, 7)),
        ),
        leaves=(Leave(person="t1", window=Window(date(2026, 9, 10), date(2026, 9, 10))),),
    )
    assert [day.day for day in roster.observable_days("t1", "b1", DAYS)] == [8, 9, 11]
    assert [day.day for day in roster.observable_days("77", "b1", DAYS)] == [8, 9, 11]
    assert [day.day for day in roster.observable_days("t2", "b1", DAYS)] == [7]
    assert roster.observable_days("t9", "b1", DAYS) == ()


def test_co_teachers_share_a_section() -> None:
    """A class may have several teachers."""
    section = Section(id="s", building="b1", teachers=("t1", "t2"))
    assert Roster(organisations=(SCHOOL,), sections=(section,)).sections[0].teachers == ("t1", "t2")


def test_rosters_are_equal_by_what_they_hold() -> None:
    """Two rosters of the same records are equal, and a new version is another."""
    assert Roster(organisations=(SCHOOL,)) == Roster(organisations=(SCHOOL,))
    assert Roster() != Roster(version="2")
