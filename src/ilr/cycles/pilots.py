"""Pilots: a new practice tried by few teachers, watched closely, in short cycles (ILR-7).

Here belong the pilot, its cohorts, what is on record of it, and whether its cycles may lengthen. Not here: what the
criteria of the practice ask (`ilr.cycles.pilot_criteria`) and how cohorts compare (`ilr.cycles.cohorts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

import attrs

from ilr.base import Checker, Event, Permit, Policy, Reason, Roster, SchoolCalendar, TrainingRecord, read_only
from ilr.calibration import Standings
from ilr.continuum.lookfors import LevelCode
from ilr.cycles.decisions import Decision
from ilr.cycles.fidelity import ShareCount
from ilr.cycles.improvement import ImprovementCycle
from ilr.cycles.reviews import Review
from ilr.cycles.stability import Stability, series_of, stabilised
from ilr.forms import Purpose
from ilr.observation import ObservationTable, with_column

__all__ = ["Cohort", "Involvement", "Pilot", "PilotRecords", "may_lengthen"]

_SEVERAL = "(several)"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Cohort:
    """Teachers who begin with a practice on one day. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        kind: ``first`` for those who pilot the practice, ``expansion`` for those who follow after a decision.
        starts: first day of use.
        teachers: ids of the teachers.

    Raises:
        InvalidInput: for no teacher, one named twice, or an id that begins like the mark of a sum.
    """

    id: str
    kind: Literal["first", "expansion"] = "first"
    starts: date
    teachers: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("Cohort")
        check(
            not self.id.startswith("("),
            "cohort.id",
            "id",
            "begins like the mark of a sum",
            expected="an id without a parenthesis before it",
        )
        check(bool(self.teachers), "cohort.teachers", "teachers", "are missing", expected="one or more")
        check(
            len(set(self.teachers)) == len(self.teachers),
            "cohort.repeated",
            "teachers",
            "repeat an id",
            expected="each once",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Involvement:
    """A pilot teacher took part in observing: more than being observed (ILR-7.GS.2). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        pilot: id of the pilot.
        teacher: id of the teacher.
        kind: in what.
    """

    id: str
    on: date
    pilot: str
    teacher: str
    kind: Literal["co-design", "self-observation", "peer visit", "debrief"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Pilot:
    """A practice or resource that few teachers try before others (ILR-7). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        building: id of the school.
        practice: what is tried.
        look_fors: ids of the items of the form that tell of its use.
        form: id of the form on which it is observed.
        version: version of that form.
        training: topic of the training records that count.
        cohorts: the teachers by when they begin; one or more of them pilot it.
        cycles: ids of its improvement cycles; a review of one of them is a review of the pilot.

    Raises:
        InvalidInput: listing missing look-fors, no first cohort, repeated ids, a teacher of two cohorts, and an
            expansion that starts no later than the pilot.

    Example:
        >>> pilot = Pilot(
        ...     id="p", building="s1", practice="number talks", look_fors=["talk"], form="core", version="1.0.0",
        ...     training="number talks", cycles=["c1"],
        ...     cohorts=[Cohort(id="first", starts=date(2026, 9, 14), teachers=["t1", "t2"])],
        ... )
        >>> pilot.first[0].teachers
        ('t1', 't2')
    """

    id: str
    building: str
    practice: str
    look_fors: tuple[str, ...]
    form: str
    version: str
    training: str
    cohorts: tuple[Cohort, ...]
    cycles: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Pilot")
        check(bool(self.look_fors), "pilot.look_fors", "look_fors", "are missing", expected="one or more")
        check(bool(self.first), "pilot.first", "cohorts", "hold no first cohort", expected="one or more")
        ids = [one.id for one in self.cohorts]
        check(len(set(ids)) == len(ids), "pilot.repeated", "cohorts", "repeat an id", expected="unlike ids")
        teachers = [teacher for one in self.cohorts for teacher in one.teachers]
        check(
            len(set(teachers)) == len(teachers),
            "pilot.teacher",
            "cohorts",
            "share a teacher",
            expected="each teacher in one cohort",
        )
        begun = min((one.starts for one in self.first), default=date.min)
        for place, cohort in enumerate(self.cohorts):
            check(
                cohort.kind == "first" or cohort.starts > begun,
                "pilot.expansion",
                f"cohorts[{place}].starts",
                "lies before the pilot",
                expected="a day after the first cohort started",
            )
        check.done()

    @property
    def first(self) -> tuple[Cohort, ...]:
        """The cohorts that pilot the practice."""
        return tuple(one for one in self.cohorts if one.kind == "first")

    @property
    def expansions(self) -> tuple[Cohort, ...]:
        """The cohorts that follow."""
        return tuple(one for one in self.cohorts if one.kind == "expansion")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PilotRecords:
    """A pilot with all that is on record of it up to a day. Equal when all fields are equal.

    What is None is not kept; what rests on it cannot be assessed.

    Attributes:
        pilot: the pilot.
        as_of: the day of the question; what is later does not count.
        calendar: the instructional days of the building.
        policy: the numbers.
        roster: which ids are one person, and who was away when.
        table: the observations; those made for a pilot, in its building, with one of its teachers count.
        at_least: the level of fidelity; that of each scale by default.
        events: the small dated facts, training among them.
        involvement: how pilot teachers took part in observing.
        reviews: the reviews; those of the cycles of the pilot in its building count.
        cycles: the improvement cycles.
        standings: of the observers.
        analyses: ids of comparisons of cohorts that were made, for example `CohortCurves.id`.
        phase_start: first day of the phase of which stability is asked, where leaders decided that a new one began,
            for example when use had stopped growing; None for the whole pilot.

    Example:
        >>> from ilr.cycles import teachers_are_trained_first
        >>> pilot = Pilot(
        ...     id="p", building="s1", practice="number talks", look_fors=("talk",), form="core", version="1.0.0",
        ...     training="number talks",
        ...     cohorts=(Cohort(id="first", starts=date(2026, 9, 14), teachers=("t1", "t2")),),
        ... )
        >>> year = SchoolCalendar.weekdays(date(2026, 9, 1), date(2027, 6, 11))
        >>> records = PilotRecords(pilot=pilot, as_of=date(2026, 10, 1), calendar=year)
        >>> teachers_are_trained_first(records).verdict.value
        'not assessable'
    """

    pilot: Pilot
    as_of: date
    calendar: SchoolCalendar
    policy: Policy = attrs.field(factory=Policy)
    roster: Roster = attrs.field(factory=Roster)
    table: ObservationTable | None = None
    at_least: LevelCode | None = None
    events: tuple[Event, ...] | None = None
    involvement: tuple[Involvement, ...] | None = None
    reviews: tuple[Review, ...] | None = None
    cycles: tuple[ImprovementCycle, ...] | None = None
    standings: Standings | None = None
    analyses: tuple[str, ...] | None = None
    phase_start: date | None = None

    def observations(self, cohorts: Iterable[Cohort]) -> ObservationTable | None:
        """The pilot observations of some cohorts, from the start of each on; None where no table is kept.

        Every record is in the column ``cohort`` under the cohort whose teachers it is of; one of teachers of
        several of them is ``(several)``.
        """
        if self.table is None:
            return None
        table = self.table.for_purpose(Purpose.PILOT).between(date.min, self.as_of)
        if "building" in table.walks:
            table = table.where(building=self.pilot.building)
        chosen = tuple(cohorts)
        members = {one.id: self.roster.persons(one.teachers) for one in chosen}
        starts = {one.id: one.starts for one in chosen}

        def cohort(teachers: tuple[str, ...], day: date | None) -> str | None:
            persons = self.roster.persons(teachers)
            found = [
                id for id, of in members.items() if of & persons and day is not None and day >= starts[id]
            ]
            return None if not found else found[0] if len(found) == 1 else _SEVERAL

        return with_column(table, "cohort", cohort).where(cohort=[*members, _SEVERAL])

    def trained_on(self, teacher: str) -> date | None:
        """The first day on which a teacher completed the training; None without a record of it."""
        person = self.roster.resolve(teacher)
        return min(
            (
                event.on
                for event in self.events or ()
                if isinstance(event, TrainingRecord)
                and event.topic == self.pilot.training
                and event.on <= self.as_of
                and self.roster.resolve(event.person) == person
            ),
            default=None,
        )

    @property
    def pilot_reviews(self) -> tuple[Review, ...] | None:
        """The reviews of the pilot, in order of day; None where none are kept."""
        if self.reviews is None:
            return None
        own = (
            one
            for one in self.reviews
            if one.building == self.pilot.building and one.cycle in self.pilot.cycles and one.on <= self.as_of
        )
        return tuple(sorted(own, key=lambda one: one.on))

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What the reviews of the pilot decided, in their order."""
        return tuple(decision for review in self.pilot_reviews or () for decision in review.decisions)

    def weekly(self, *, until: date | None = None) -> tuple[tuple[ShareCount | None, ...], ...]:
        """For each look-for the share at fidelity of the first cohorts in each week of the phase that is over.

        A series is of a group or of nobody: it is empty while fewer than P-K-TEAM teachers were observed.

        Args:
            until: weeks that end after this day are left out; the day of the question by default.

        Raises:
            InvalidInput: where an item of the table has no level of fidelity and none is named.
        """
        table = self.observations(self.pilot.first)
        if table is None or len(self._observed(table)) < self.policy.team_teachers:
            return ()
        end = min(self.as_of, until or self.as_of)
        over = end - timedelta(days=(end.weekday() + 1) % 7)
        rates = table.between(self.phase_start or date.min, over).rates(by="week", at_least=self.at_least)
        return tuple(series_of(rates, item) for item in self.pilot.look_fors)

    def _observed(self, table: ObservationTable) -> frozenset[str]:
        """The teachers of the first cohorts who have records in a table."""
        members = self.roster.persons(teacher for one in self.pilot.first for teacher in one.teachers)
        return members & self.roster.persons(table.teachers())

    def stability(self, *, until: date | None = None) -> tuple[Stability, ...]:
        """For each look-for whether its use has settled in the phase by a day; none without an observation."""
        return tuple(stabilised(series, policy=self.policy) for series in self.weekly(until=until))


def may_lengthen(stability: Sequence[Stability], *, policy: Policy) -> Permit:
    """Whether the cycles of a pilot may lengthen (ILR-7.GB.3).

    They may when the use of every look-for has settled. Before that, where nobody can tell yet, they may lengthen
    by one step of P-LADDER when each series has P-PILOTPOINTS points, no signal, and halves that do not differ
    beyond chance. All else is premature.

    Args:
        stability: one answer a look-for, see `stabilised`.
        policy: P-PILOTPOINTS.

    Returns:
        The permit; a reason ``LENGTHEN_ONE_STEP`` limits it. Without any series it is refused.

    Example:
        >>> from ilr.cycles import ShareCount, stabilised
        >>> policy = Policy()
        >>> for weeks in (12, 6, 5):
        ...     permit = may_lengthen([stabilised([ShareCount(24, 30)] * weeks, policy=policy)], policy=policy)
        ...     print(permit.granted, permit.reasons[0])
        True use has settled
        True nobody can tell yet, but nothing speaks against one step
        False it is premature
    """
    held_back = [one for one in stability if one.outcome != "yes"]
    against = [one for one in held_back if not _allows_a_step(one, policy)]
    if not stability or against:
        why = [reason for one in against for reason in one.reasons] or [Reason.of("NO_SERIES")]
        reasons = (Reason.of("PREMATURE"), *dict.fromkeys(why))
        return Permit(granted=False, reasons=reasons, policy=policy.version)
    reason = Reason.of("LENGTHEN_ONE_STEP" if held_back else "LENGTHEN_SETTLED")
    return Permit(granted=True, reasons=(reason,), policy=policy.version)


def _allows_a_step(stability: Stability, policy: Policy) -> bool:
    difference = stability.difference
    return (
        stability.outcome == "cannot tell"
        and stability.points >= policy.pilot_points
        and not stability.signals
        and difference.low <= 0 <= difference.high
    )
