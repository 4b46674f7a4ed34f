"""Cohorts: how the use of a practice grows with exposure, and how new users compare with experienced ones.

Here belong curves by weeks since training and differences at the same exposure. They rest on a published table, so
that no arm gives a teacher away: where one arm is too thin, arms or total are told, never all of them. Nothing is told
by teacher.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, Reason, UnknownCode, listed, read_only
from ilr.cycles.fidelity import ShareCount
from ilr.cycles.pilots import PilotRecords
from ilr.disclosure import (
    ALL,
    SUPPRESSED,
    BandedShare,
    Published,
    PublishedCell,
    Suppressed,
    SuppressedCell,
    publish,
)
from ilr.observation import ObservationTable, Rate, with_column
from ilr.stats import Estimate, proportions

__all__ = ["CohortCurves", "CohortDifference", "ExposurePoint", "cohort_curves", "cohort_difference"]

_SPAN = 4


@attrs.frozen(kw_only=True)
class ExposurePoint:
    """The share of a look-for in a cohort at some exposure, as far as it is told. Equal when all fields are equal.

    Attributes:
        look_for: id of the item.
        cohort: id of the cohort, or ``(all)`` for all together.
        span: weeks since training, both ends counted, for example ``01-04``.
        share: the share with its interval, a band where it lies near 0 or 1, or hidden.
    """

    look_for: str
    cohort: str
    span: str
    share: Rate | BandedShare | Suppressed

    def __str__(self) -> str:
        where = f"{self.look_for}, {self.cohort}, weeks {self.span}"
        if not isinstance(self.share, Rate):
            return f"{where}: {self.share}"
        n = self.share.estimate.n
        return f"{where}: {self.share.estimate}, {n['ratings']:.0f} ratings of {n['teachers']:.0f} teachers"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CohortCurves:
    """Shares by cohort and weeks since training, as far as they may be told. Equal when all fields are equal.

    Attributes:
        look_fors: ids of the items.
        cohorts: ids of the cohorts that were observed.
        spans: the spans of weeks since training, in order.
        published: the table that was told, with its audit.
        reasons: what else a reader must know.
    """

    look_fors: tuple[str, ...]
    cohorts: tuple[str, ...]
    spans: tuple[str, ...]
    published: Published
    reasons: tuple[Reason, ...] = ()

    @property
    def id(self) -> str:
        """Id of the comparison, by which decisions cite it."""
        return self.published.id

    def __iter__(self) -> Iterator[ExposurePoint]:
        """Every point by look-for, cohort and span; the total ``(all)`` after the cohorts.

        A cohort that nobody was observed of at an exposure has no point there.
        """
        there = {cell.key for cell in self.published}
        return (
            self.at(look_for, cohort, span)
            for look_for in self.look_fors
            for cohort in (*self.cohorts, ALL)
            for span in self.spans
            if (span, cohort) in there
        )

    def at(self, look_for: str, cohort: str, span: str) -> ExposurePoint:
        """One point; hidden where it is not told, and where nobody was observed.

        Raises:
            UnknownCode: for a look-for, cohort or span that is not there.
        """
        for value, known in (
            (look_for, self.look_fors),
            (cohort, (*self.cohorts, ALL)),
            (span, self.spans),
        ):
            if value not in known:
                raise UnknownCode(
                    f"no such part of the curves; known: {listed(known)}", code="cohorts.unknown"
                )
        shares = (
            share
            for cell in self.published
            if isinstance(cell, PublishedCell) and cell.key == (span, cohort)
            for share in cell.shares
            if share.item == look_for
        )
        return ExposurePoint(look_for=look_for, cohort=cohort, span=span, share=next(shares, SUPPRESSED))

    @property
    def told(self) -> tuple[ExposurePoint, ...]:
        """The points of single cohorts that may be read."""
        return tuple(one for one in self if one.cohort != ALL and not isinstance(one.share, Suppressed))


def cohort_curves(
    records: PilotRecords, *, weeks: int = _SPAN, audience: Literal["building", "district"] = "building"
) -> CohortCurves | None:
    """Shares at fidelity by cohort and by weeks since training, as far as they may be told (ILR-7.KI.3, KI.4).

    Exposure is counted from the day on which the teacher completed the training, not by the calendar: of a visit of
    several teachers, from the last of them. The table is made by `ilr.disclosure.publish`: a share is told where
    P-K-OUT teachers or more stand behind it and none dominates; arms or their total are told, never both, where one
    arm is thinner, and a share near 0 or 1 becomes a band.

    Args:
        records: what is on record of the pilot.
        weeks: weeks of a span of exposure, 1 or more.
        audience: for whom; k is the same for both.

    Returns:
        The curves; None where no observations or no events are kept, or nobody can be placed.

    Raises:
        InvalidInput: for a span below one week; where an item of the table has no level of fidelity and none is
            named.

    Example:
        >>> from datetime import timedelta
        >>> from ilr.base import SchoolCalendar, TrainingRecord
        >>> from ilr.cycles import Cohort, Pilot
        >>> start, people = date(2026, 9, 14), [f"t{place}" for place in range(6)]
        >>> visits = [(person, start + timedelta(weeks=week)) for person in people for week in range(3)]
        >>> table = ObservationTable.from_frame(
        ...     {
        ...         "visit": [f"v{place}" for place in range(18)],
        ...         "teacher": [person for person, _ in visits],
        ...         "date": [day for _, day in visits],
        ...         "observer": ["p1"] * 18, "purpose": ["pilot"] * 18,
        ...         "item": ["talk"] * 18, "level": [1, 3, 3] * 6,
        ...     },
        ...     visit="visit", teacher="teacher", observer="observer", item="item", level="level", date="date",
        ...     purpose="purpose", levels=[1, 2, 3, 4],
        ... )
        >>> records = PilotRecords(
        ...     pilot=Pilot(
        ...         id="p", building="s1", practice="number talks", look_fors=("talk",), form="core",
        ...         version="1.0.0", training="talks",
        ...         cohorts=(Cohort(id="first", starts=start, teachers=tuple(people)),),
        ...     ),
        ...     as_of=date(2026, 10, 2), calendar=SchoolCalendar.weekdays(start, date(2027, 6, 11)),
        ...     table=table, at_least=3,
        ...     events=tuple(TrainingRecord(id=one, on=start, person=one, topic="talks") for one in people),
        ... )
        >>> curves = cohort_curves(records)
        >>> print(curves.at("talk", "first", "01-04"))
        talk, first, weeks 01-04: 0.667 [0.437, 0.837], 18 ratings of 6 teachers
    """
    check = Checker("cohort_curves")
    check(weeks >= 1, "cohorts.weeks", "weeks", "are no span", expected="1 or more")
    check.done()
    table = records.observations(records.pilot.cohorts)
    if table is None or records.events is None:
        return None
    placed, left = _placed(records, table, weeks)
    rated = placed.only(*records.pilot.look_fors).rated()
    if not len(rated):
        return None
    published = publish(
        rated,
        by=("exposure", "cohort"),
        audience=audience,
        at_least=records.at_least,
        policy=records.policy,
        roster=records.roster,
        standings=records.standings,
    )
    spans = tuple(sorted(rated.column("exposure").used()))
    cohorts = tuple(one.id for one in records.pilot.cohorts if one.id in rated.column("cohort").used())
    hidden = len({cell.key[0] for cell in published if isinstance(cell, SuppressedCell)} & set(spans))
    return CohortCurves(
        look_fors=records.pilot.look_fors,
        cohorts=cohorts,
        spans=spans,
        published=published,
        reasons=(
            *published.reasons,
            *((Reason.of("ARMS_HIDDEN", n=hidden),) if hidden else ()),
            *((Reason.of("RECORDS_OUTSIDE_COHORTS", n=left),) if left else ()),
        ),
    )


def _placed(records: PilotRecords, table: ObservationTable, weeks: int) -> tuple[ObservationTable, int]:
    """The records of one cohort each with their exposure, and how many cannot be placed."""

    def exposure(teachers: tuple[str, ...], day: date | None) -> str | None:
        trained = [records.trained_on(teacher) for teacher in teachers]
        known = [one for one in trained if one is not None]
        if day is None or len(known) < len(trained) or day < max(known):
            return None
        span = (day - max(known)).days // 7 // weeks
        return f"{span * weeks + 1:02d}-{(span + 1) * weeks:02d}"

    whole = with_column(table, "exposure", exposure)
    single = whole.where(cohort=[one.id for one in records.pilot.cohorts])
    placed = single.where(exposure=single.column("exposure").used())
    return placed, len(table) - len(placed)


@attrs.frozen(kw_only=True)
class CohortDifference:
    """How two cohorts differ at the same exposure. Equal when all fields are equal.

    Attributes:
        look_for: id of the item.
        span: weeks since training.
        first: id of the one cohort.
        second: id of the other.
        difference: share of the first less that of the second, with its interval; hidden unless both are told.
    """

    look_for: str
    span: str
    first: str
    second: str
    difference: Estimate | Suppressed

    def __str__(self) -> str:
        return f"{self.look_for}, weeks {self.span}, {self.first} less {self.second}: {self.difference}"


def cohort_difference(
    curves: CohortCurves, look_for: str, *, first: str, second: str
) -> tuple[CohortDifference, ...]:
    """How two cohorts differ at the same exposure (Newcombe 1998, method 10, on effective numbers).

    Only what the curves tell is used, so nothing more is given away. It says that they differ, not why.

    Args:
        curves: the curves.
        look_for: id of the item.
        first: id of the one cohort.
        second: id of the other.

    Returns:
        One difference a span, in order; hidden where a share is hidden or told as a band.

    Raises:
        UnknownCode: for a look-for or cohort that the curves do not have.

    Example:
        ``cohort_difference(curves, "talk", first="first", second="later")[0].difference``
    """
    found = []
    for span in curves.spans:
        one, two = (curves.at(look_for, cohort, span).share for cohort in (first, second))
        difference: Estimate | Suppressed = SUPPRESSED
        if isinstance(one, Rate) and isinstance(two, Rate):
            x, y = ShareCount.of_rate(one), ShareCount.of_rate(two)
            difference = proportions.newcombe_difference(x.reached, x.of, y.reached, y.of)
        found.append(
            CohortDifference(look_for=look_for, span=span, first=first, second=second, difference=difference)
        )
    return tuple(found)
