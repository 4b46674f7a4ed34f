"""Plans with coded logs, for the tests of what adds up over teachers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from ilr.base import Appointment, Organisation, Person, Role, Roster, Section, Window
from ilr.coaching import LEADER_COACHING, CoachingPlan, LogEntry, plan

ON = date(2026, 10, 5)
FALL = Window(date(2026, 9, 7), date(2026, 12, 18))


def log(*codes: str, on: date = ON, **facts: Any) -> LogEntry:
    """A conversation with its codes of need."""
    return LogEntry(on=on, needs=codes, **facts)


def coached(teacher: str, *entries: LogEntry, coach: str = "coach-1") -> CoachingPlan:
    """A plan with its log."""
    held = plan(teacher, coach)
    for entry in entries:
        held = held.note(entry)
    return held


def group(codes: Mapping[str, Iterable[str]], conversations: int = 1) -> list[CoachingPlan]:
    """A plan for each teacher with so many conversations on the same needs."""
    return [
        coached(teacher, *[log(*wanted) for _ in range(conversations)]) for teacher, wanted in codes.items()
    ]


def others(count: int) -> list[CoachingPlan]:
    """Teachers who said outright that they had no need."""
    return group({f"other-{n}": ["none"] for n in range(count)})


def of_a_leader(teacher: str, *entries: LogEntry) -> CoachingPlan:
    """The plan of a leader who is coached."""
    return attrs.evolve(coached(teacher, *entries), model=LEADER_COACHING)


def staff(homes: Mapping[str, Iterable[str]], subjects: Mapping[str, str | None] | None = None) -> Roster:
    """A roster with the teachers of each school, and the subject of each."""
    teachers = sorted({teacher for own in homes.values() for teacher in own})
    return Roster(
        people=tuple(Person(id=one) for one in teachers),
        organisations=(
            Organisation(id="d", kind="district"),
            *(Organisation(id=school, kind="school", parent="d") for school in homes),
        ),
        appointments=tuple(
            Appointment(person=teacher, organisation=school, role=Role.TEACHER)
            for school, own in homes.items()
            for teacher in own
        ),
        sections=tuple(
            Section(id=f"class-{teacher}", building="s", teachers=(teacher,), subject=subject)
            for teacher, subject in (subjects or {}).items()
        ),
    )
