"""A pilot made by hand, at its best: six teachers from September on, six more from November.

Tests take its records and change the one thing they are about.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

import attrs
from tests.progress.small_school import (
    ALIKE,
    CALENDAR,
    FORM,
    LOOK_FORS,
    POLICY,
    SCHOOL,
    improvement_cycle,
    meeting,
    review,
    table_of,
    walk,
)

from ilr.base import TrainingRecord
from ilr.calibration import Standings
from ilr.cycles import Cohort, Decision, DecisionKind, Involvement, Pilot, PilotRecords, Review
from ilr.forms import Purpose, Walkthrough

WEEK = timedelta(weeks=1)
FIRST = Cohort(id="first", starts=date(2026, 9, 7), teachers=tuple(f"t{place}" for place in range(1, 7)))
SECOND = Cohort(
    id="second",
    kind="expansion",
    starts=date(2026, 11, 2),
    teachers=tuple(f"t{place}" for place in range(7, 13)),
)
PILOT = Pilot(
    id="talks",
    building=SCHOOL,
    practice="number talks",
    look_fors=LOOK_FORS,
    form=FORM.id,
    version=FORM.version,
    training="number talks",
    cohorts=(FIRST, SECOND),
    cycles=("c1",),
)
AS_OF = date(2026, 12, 18)


def visits(cohort: Cohort, weeks: Iterable[int], **circumstances: Any) -> list[Walkthrough]:
    """One visit a week to each teacher of a cohort, alternately by two observers."""
    return [
        walk(
            cohort.starts + week * WEEK + timedelta(days=place % 5),
            teacher,
            ("p1", "p2")[(week + place) % 2],
            **{"purpose": Purpose.PILOT, **circumstances},
        )
        for week in weeks
        for place, teacher in enumerate(cohort.teachers)
    ]


@cache
def walks() -> tuple[Walkthrough, ...]:
    """Every visit up to the winter break, all at the level."""
    return (*visits(FIRST, range(15)), *visits(SECOND, range(7)))


def trained(cohort: Cohort, on: date) -> list[TrainingRecord]:
    """The training of a cohort."""
    return [
        TrainingRecord(id=f"training-{teacher}", on=on, person=teacher, topic=PILOT.training)
        for teacher in cohort.teachers
    ]


EVENTS = (*trained(FIRST, date(2026, 9, 3)), *trained(SECOND, date(2026, 10, 29)))


def decided(
    kind: DecisionKind, on: date, *, evidence: str = "f", reason: str = "the classes are large"
) -> Decision:
    """A decision of the pilot."""
    return Decision(
        id=f"{kind.value}-{on}", kind=kind, on=on, owner="p1", evidence=(evidence,), reason=reason, cycle="c1"
    )


def held(on: date, *decisions: Decision, **changes: Any) -> Review:
    """A review of the pilot with everybody."""
    facts: dict[str, Any] = {
        "cycle": "c1",
        "participants": ("p1", *FIRST.teachers, *SECOND.teachers),
        "findings": (),
        "decisions": decisions,
        **changes,
    }
    return review(table_of(walks()), on, closed=False, **facts)


EXPANDED = date(2026, 10, 30)
DAYS = tuple(FIRST.starts + timedelta(days=11 + 14 * place) for place in range(8))


@cache
def reviews() -> tuple[Review, ...]:
    """A review every other Friday; the first adapts, the fourth expands, the last but one cites the cohorts."""
    found = {day: held(day) for day in DAYS if day <= AS_OF}
    found[DAYS[0]] = held(DAYS[0], decided(DecisionKind.ADAPT, DAYS[0]))
    found[EXPANDED] = held(EXPANDED, decided(DecisionKind.EXPAND, EXPANDED))
    late = DAYS[6]
    found[late] = held(late, decided(DecisionKind.EXPECTATION_REVISION, late, evidence="cohorts-1"))
    return tuple(found[day] for day in sorted(found))


@cache
def records() -> PilotRecords:
    """All that practice 7 asks for."""
    return PilotRecords(
        pilot=PILOT,
        as_of=AS_OF,
        calendar=CALENDAR,
        policy=POLICY,
        table=table_of(walks()),
        events=EVENTS,
        involvement=tuple(
            Involvement(id=f"i-{teacher}", on=FIRST.starts, pilot="talks", teacher=teacher, kind="debrief")
            for teacher in FIRST.teachers
        ),
        reviews=reviews(),
        cycles=(improvement_cycle(id="c1", closed=date(2026, 10, 30)),),
        standings=Standings.from_meetings([meeting({"p1": ALIKE, "p2": ALIKE}, master=ALIKE)], POLICY),
        analyses=("cohorts-1",),
    )


def changed(**parts: Any) -> PilotRecords:
    """The records with other parts."""
    return attrs.evolve(records(), **parts)


def with_visits(found: Iterable[Walkthrough], **parts: Any) -> PilotRecords:
    """The records with other visits."""
    return changed(table=table_of(found), **parts)
