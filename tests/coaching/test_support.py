"""Planned support: whether plans reach what is required of everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ilr import interop
from ilr.base import InvalidInput, Person, Role, Roster, SourceId, Verdict, Window
from ilr.coaching import (
    CapacityInventory,
    Educator,
    PlannedSupport,
    SupportCheck,
    Supporter,
    check_support,
    planned_support,
    requirement_pack,
)

MICHIGAN = requirement_pack("michigan")
DAY = date(2026, 10, 1)
AUTUMN = Window(date(2026, 9, 1), date(2026, 12, 18))


def supporter(id: str = "m1", **changed: Any) -> Supporter:
    """A mentor of one building at half release."""
    facts: dict[str, Any] = {"id": id, "role": Role.TEACHER, "release": 0.5, "buildings": ("b1",)}
    return Supporter(**facts | changed)


def inventory(*people: Supporter) -> CapacityInventory:
    """People as an inventory."""
    return CapacityInventory(id="autumn", on=DAY, supporters=people)


def codes(error: InvalidInput) -> list[str]:
    """The codes of an error."""
    return [problem.code for problem in error.problems]


def teacher(id: str, since: date | None) -> Educator:
    """A teacher of one building."""
    return Educator(id=id, role=Role.TEACHER, building="b1", teaching_since=since)


NEW, OLD = teacher("new", date(2026, 8, 24)), teacher("old", date(2005, 9, 1))
MASTER = supporter(attributes=("master teacher",))
MENTORED = PlannedSupport(educator="new", kind="mentor", by="m1", window=AUTUMN, contacts=6)
DAYS = PlannedSupport(educator="new", kind="professional development", window=AUTUMN, days=15)
COACHED = PlannedSupport(educator="old", kind="coach", by="c1", window=AUTUMN, contacts=1)


def check(*plans: PlannedSupport, of: tuple[Educator, ...] = (NEW, OLD), **options: Any) -> SupportCheck:
    """The check of plans in Michigan."""
    return check_support(of, plans, on=DAY, pack=MICHIGAN, **{"inventory": inventory(MASTER)} | options)


def reasons(found: SupportCheck) -> dict[str, list[str]]:
    """What is missing for whom."""
    return {one.educator: [str(reason) for reason in one.reasons] for one in found.uncovered}


def test_the_criterion_is_met_when_nobody_is_uncovered() -> None:
    """CP-2: with a mentor, days and a contact for everybody else the check is met."""
    found = check(MENTORED, DAYS, COACHED)
    assert (found.verdict, found.uncovered, found.undecided) == (Verdict.MET, (), ())
    assert (found.educators, found.pack, found.policy) == (2, "michigan@1.0.0", "default-1")


def test_everybody_for_whom_less_is_planned_is_listed() -> None:
    """CP-2: each uncovered educator comes with all that is missing."""
    found = check()
    assert found.verdict is Verdict.NOT_MET
    assert reasons(found) == {
        "new": ["no mentor is planned", "0 of 15 days of professional development are planned"],
        "old": ["no mentor or coach is planned"],
    }
    assert found.uncovered[0].building == "b1"


def test_contacts_count_while_their_plan_holds() -> None:
    """CP-2: plans that ended, or without a contact, do not reach the floor."""
    past = PlannedSupport(
        educator="old", kind="coach", by="c1", window=Window(date(2026, 1, 5), date(2026, 6, 1)), contacts=9
    )
    silent = PlannedSupport(educator="old", kind="mentor", by="c1", window=AUTUMN)
    assert reasons(check(past, of=(OLD,))) == {"old": ["no mentor or coach is planned"]}
    assert reasons(check(past, silent, of=(OLD,))) == {"old": ["0 of 1 contacts a term are planned"]}


def test_days_count_over_the_first_years() -> None:
    """CP-2: days planned for a later year of the three count, days before teaching began do not."""

    def days(number: float, year: int) -> PlannedSupport:
        return PlannedSupport(
            educator="new",
            kind="professional development",
            window=Window(date(year, 8, 25), date(year, 8, 30)),
            days=number,
        )

    assert check(MENTORED, days(5, 2026), days(5, 2027), days(5, 2028), of=(NEW,)).verdict is Verdict.MET
    few = check(MENTORED, days(5, 2025), days(5, 2026), days(9.5, 2028), of=(NEW,))
    assert reasons(few) == {"new": ["14.5 of 15 days of professional development are planned"]}


def test_attributes_of_mentors_are_checked_and_not_judged() -> None:
    """CP-6: a mentor counts with an attribute of the pack on record, whatever else is known of the person."""
    assert reasons(check(MENTORED, DAYS, of=(NEW,), inventory=inventory(supporter()))) == {
        "new": [
            "no planned mentor is on record as master teacher or college professor or retired master teacher"
        ]
    }
    unknown = check(MENTORED, DAYS, of=(NEW,), inventory=inventory())
    assert [one.educator for one in unknown.uncovered] == ["new"]
    retired = supporter(attributes=("retired master teacher", "sings"))
    assert check(MENTORED, DAYS, of=(NEW,), inventory=inventory(retired)).verdict is Verdict.MET


def test_what_cannot_be_decided_is_not_assessable() -> None:
    """CP-2: without a first day of teaching nothing fails, and nothing is called met."""
    unknown = teacher("old", None)
    found = check(COACHED, of=(unknown,))
    assert (found.verdict, found.uncovered) == (Verdict.NOT_ASSESSABLE, ())
    assert [str(reason) for reason in found.undecided[0].reasons] == [
        "the start of teaching is not recorded, so new-teacher cannot be decided"
    ]
    assert check(of=(unknown,)).verdict is Verdict.NOT_MET
    assert check(of=()).verdict is Verdict.NOT_APPLICABLE


def test_one_person_with_two_ids_is_one() -> None:
    """CP-2: the roster joins the ids of plans, people and educators."""
    roster = Roster(
        people=(
            Person(id="new", also=(SourceId("sis", "n-7"),)),
            Person(id="m1", also=(SourceId("sis", "m-7"),)),
        )
    )
    plans = (
        PlannedSupport(educator="n-7", kind="mentor", by="m-7", window=AUTUMN),
        PlannedSupport(educator="n-7", kind="professional development", window=AUTUMN, days=15),
    )
    assert check(*plans, of=(NEW,), roster=roster).verdict is Verdict.MET
    assert check(*plans, of=(NEW,)).verdict is Verdict.NOT_MET
    assert planned_support("new", plans, on=DAY, roster=roster) == plans
    assert planned_support("new", plans, on=date(2027, 1, 1), roster=roster) == ()


def test_plans_say_everything_that_is_wrong() -> None:
    """CP-2: a mentor without a name, oneself as mentor, and numbers below zero are refused."""
    with pytest.raises(InvalidInput) as caught:
        PlannedSupport(educator="t", kind="mentor", window=AUTUMN, contacts=-1, days=-1)
    assert codes(caught.value) == ["support.by", "support.number", "support.number"]
    with pytest.raises(InvalidInput, match=r"support\.self"):
        PlannedSupport(educator="t", kind="coach", by="t", window=AUTUMN)
    with pytest.raises(InvalidInput, match=r"support\.by"):
        PlannedSupport(educator="t", kind="professional development", by="m", window=AUTUMN)


def test_values_come_back_equal() -> None:
    """CP-2: plans and checks go out as JSON and come back equal."""
    values: tuple[tuple[Any, Any], ...] = ((MENTORED, PlannedSupport), (check(), SupportCheck))
    for value, kind in values:
        assert interop.loads(interop.dumps(value), kind) == value
