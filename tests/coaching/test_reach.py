"""Reach: how much of each group is coached, and what stays hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.coaching.one_plan import session
from tests.coaching.small_logs import FALL, coached, log, of_a_leader, staff

from ilr import interop
from ilr.base import Appointment, Person, Policy, Role, Roster, SourceId, Window
from ilr.coaching import CoachingPlan, Goal, GroupReach, hold_session, plan, reach


def ids(prefix: str, count: int) -> list[str]:
    """Ids of so many teachers."""
    return [f"{prefix}-t{n}" for n in range(count)]


def met(*teachers: str) -> list[CoachingPlan]:
    """A plan with a conversation for each teacher."""
    return [coached(one, log("none")) for one in teachers]


def told(found: tuple[GroupReach, ...]) -> list[tuple[str, int | None, int]]:
    """Group, coached teachers and teachers."""
    return [(one.group, one.coached, one.teachers) for one in found]


def test_coached_teachers_are_counted_by_building() -> None:
    """CL-5: each building with its coached teachers, those without any among them, then everybody."""
    roster = staff({"south": ids("s", 8), "north": ids("n", 12), "west": ids("w", 7)})
    found = reach(met(*ids("n", 6), *ids("w", 7)), roster, window=FALL)
    assert told(found) == [("north", 6, 12), ("south", 0, 8), ("west", 7, 7), ("(all)", 13, 27)]
    assert [one.share for one in found] == [0.5, 0.0, 1.0, 13 / 27]


@pytest.mark.parametrize("count", [2, 9])
def test_few_on_either_side_are_hidden(count: int) -> None:
    """CL-5, VS-5: two coached of eleven are hidden, and so are two who are not, with a second number beside them."""
    roster = staff({"north": ids("n", 11), "south": ids("s", 12)})
    found = reach(met(*ids("n", count), *ids("s", 6)), roster, window=FALL)
    assert [one.coached is None for one in found].count(True) == 2
    assert found[0] == GroupReach(group="north", teachers=11, coached=None)
    assert found[0].share is None
    assert [one.teachers for one in found] == [11, 12, 23]


def test_small_groups_stand_together() -> None:
    """CL-5: groups of at most P-K-OUT teachers are one row; few of them take the smallest other group in."""
    enough = staff({"a": ids("a", 9), "b": ids("b", 4), "c": ids("c", 5)})
    assert told(reach(met(*ids("a", 9)), enough, window=FALL)) == [
        ("a", 9, 9),
        ("(others)", 0, 9),
        ("(all)", 9, 18),
    ]
    few = staff({"a": ids("a", 9), "b": ids("b", 7), "c": ids("c", 1)})
    assert told(reach(met(*ids("c", 1)), few, window=FALL, policy=Policy(outside_teachers=2))) == [
        ("a", 0, 9),
        ("(others)", None, 8),
        ("(all)", None, 17),
    ]


def test_in_a_small_school_nothing_is_told_but_its_size() -> None:
    """VS-5: of five teachers neither number is told, whether all are coached or nobody is."""
    roster = staff({"a": ids("a", 5)})
    nobody = reach([], roster, window=FALL)
    assert told(nobody) == [("(others)", None, 5), ("(all)", None, 5)]
    assert reach(met(*ids("a", 5)), roster, window=FALL) == nobody


def test_without_teachers_nobody_is_reached() -> None:
    """A roster without teachers has a row of all, without a share."""
    found = reach(met("t1"), Roster(), window=FALL)
    assert told(found) == [("(all)", None, 0)]
    assert found[0].share is None


def test_groups_can_be_subjects_or_bands_of_experience() -> None:
    """CL-5: by subject, or by the band that the host gives; teachers of none or of several stand apart."""
    teachers = ids("a", 24)
    subjects: dict[str, str | None] = {
        one: "art" if place < 6 else "music" if place < 12 else None for place, one in enumerate(teachers)
    }
    roster = staff({"s": teachers[:18], "n": teachers[12:]}, subjects)
    by_subject = reach(met(*teachers[:6]), roster, window=FALL, by="subject")
    assert told(by_subject) == [("(unknown)", 0, 12), ("art", 6, 6), ("music", 0, 6), ("(all)", 6, 24)]
    by_building = reach(met(*teachers[:6]), roster, window=FALL)
    assert told(by_building) == [("(several)", 0, 6), ("n", 0, 6), ("s", 6, 12), ("(all)", 6, 24)]
    bands = {one: "first years" if place < 12 else "later" for place, one in enumerate(teachers)}
    by_band = reach(met(*teachers[:6]), roster, window=FALL, by=bands)
    assert told(by_band) == [("first years", 6, 12), ("later", 0, 12), ("(all)", 6, 24)]


def test_ids_of_one_person_are_one_teacher() -> None:
    """Plan, appointment, class and band may name a person by unlike ids."""
    people = tuple(Person(id=one, also=(SourceId("sis", f"also-{one}"),)) for one in ids("a", 12))
    roster = Roster(
        people=people,
        organisations=staff({"s": []}).organisations,
        appointments=tuple(Appointment(person=one.id, organisation="s", role=Role.TEACHER) for one in people),
    )
    plans = met(*(f"also-{one}" for one in ids("a", 6)), *ids("a", 6))
    bands = {f"also-{one}": "first years" for one in ids("a", 12)}
    assert told(reach(plans, roster, window=FALL, by=bands)) == [("first years", 6, 12), ("(all)", 6, 12)]


def test_conversations_of_the_window_alone_count() -> None:
    """CL-5: a plan is no reach; a conversation is, coded or not, within the days that are asked for."""
    roster = staff({"s": ids("a", 12)})
    goal = Goal(students="eight of ten explain their method")
    talked = [hold_session(plan(one, "c"), session("1", FALL.end)) for one in ids("a", 6)]
    asked = [plan(one, "c").propose(goal, by="c") for one in ids("a", 6)]
    assert [
        told(reach(plans, roster, window=window))[-1][1]
        for plans, window in (
            (talked, FALL),
            (asked, FALL),
            (talked, Window(date(2027, 1, 4), date(2027, 6, 1))),
        )
    ] == [6, 0, 0]


def test_whom_the_roster_does_not_know_counts_nowhere() -> None:
    """Leaders who are coached and teachers of elsewhere change no number."""
    roster = staff({"s": ids("a", 12)})
    strangers: list[Any] = [*met("x1", "x2"), of_a_leader("p1", log("none"))]
    assert reach([*met(*ids("a", 6)), *strangers], roster, window=FALL) == reach(
        met(*ids("a", 6)), roster, window=FALL
    )


def test_a_row_names_no_teacher_and_comes_back() -> None:
    """Law 9: the rows hold groups and numbers alone, and survive the way through JSON."""
    found = reach(met(*ids("a", 6)), staff({"s": ids("a", 12)}), window=FALL)
    text = interop.dumps(found)
    assert "a-t" not in text
    assert interop.loads(text, tuple[GroupReach, ...]) == found
