"""Coverage: who was seen, how often, and how long not.

Here belongs what a valid observation is and what follows for each teacher of a building: the longest
gap, the count a month, the share seen often enough. Counts are of visits: two observers in one visit
cover once. Coverage says nothing about quality and alone it is a harmful target; show it beside
`conversion`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import FrozenMap, Policy, Roster, SchoolCalendar, Window, longest_gap, months_in, read_only
from ilr.forms import Outcome, Purpose
from ilr.observation.table import people

if TYPE_CHECKING:
    from ilr.observation.table import ObservationTable

__all__ = ["Coverage", "coverage_of", "valid_records"]


def valid_records(table: ObservationTable, policy: Policy) -> NDArray[np.bool_]:
    """Which records are valid observations.

    That is: made as a walkthrough or in a pilot, held with the teacher, and at least as long as the
    policy asks (P-MINUTES). A record without purpose, outcome or length is taken to be valid.

    Returns:
        One boolean a record.
    """
    rows = np.ones(len(table), dtype=bool)
    for name, allowed in (
        ("purpose", {Purpose.WALKTHROUGH.value, Purpose.PILOT.value}),
        ("outcome", {Outcome.HELD.value}),
    ):
        if name in table.walks:
            column = table.column(name)
            refused = [code for code, label in enumerate(column.categories) if label not in allowed]
            rows &= ~np.isin(column.codes, refused)
    return rows & ~(table.minutes < policy.visit_minutes)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Coverage:
    """Who was seen when, in one building and window. Equal when all fields are equal.

    Attributes:
        building: id of the school.
        window: first and last day.
        calendar: version of the calendar that was used.
        visits: for each teacher of the building the days of valid visits, in order, a day once a visit.
        countable: for each teacher the number of instructional days on which it could be observed.
        gaps: for each teacher who could be observed the longest run of those days without a visit, by
            the rule of `ilr.base.longest_gap`.
        months: the full months of the window, short ones merged.
        month_counts: for each month the number of visits of each teacher who could be observed on at
            least P-MONTHDAYS of its days.
        skipped_months: teacher-months left out because of hire, end or leave.
        unknown: ids that were observed but are not in the roster.
        undated: valid records without a day.
    """

    building: str
    window: Window
    calendar: str
    visits: FrozenMap[str, tuple[date, ...]]
    countable: FrozenMap[str, int]
    gaps: FrozenMap[str, int]
    months: tuple[Window, ...]
    month_counts: tuple[FrozenMap[str, int], ...]
    skipped_months: int
    unknown: frozenset[str]
    undated: int

    def share_within(self, gap: int) -> float | None:
        """The share of teachers whose longest gap is at most so many days; None without teachers."""
        if not self.gaps:
            return None
        return sum(days <= gap for days in self.gaps.values()) / len(self.gaps)

    def share_monthly(self, least: int) -> float | None:
        """The share of teacher-months with at least so many visits; None without any."""
        counts = [count for month in self.month_counts for count in month.values()]
        return sum(count >= least for count in counts) / len(counts) if counts else None


def coverage_of(
    table: ObservationTable,
    *,
    roster: Roster,
    building: str,
    window: Window,
    calendar: SchoolCalendar,
    policy: Policy,
) -> Coverage:
    """See `ObservationTable.coverage`."""
    valid = table.select(valid_records(table, policy))
    if "building" in valid.walks:
        column = valid.column("building")
        elsewhere = [code for code, label in enumerate(column.categories) if label != building]
        valid = valid.select(~np.isin(column.codes, elsewhere))
    undated = int(np.count_nonzero(np.isnat(valid.days)))
    valid = valid.select(~np.isnat(valid.days))

    seen: dict[str, set[tuple[int, date]]] = {}
    unknown: set[str] = set()
    teacher, visit = valid.column("teacher"), valid.column("visit")
    triples = np.unique(np.stack([teacher.codes, visit.codes, valid.days.astype(np.int64)], axis=1), axis=0)
    for group, place, number in triples.tolist():
        day = np.datetime64(number, "D").item()
        for id in people(teacher.categories[group]) if day in window else ():
            seen.setdefault(roster.resolve(id), set()).add((place, day))
            unknown |= roster.unknown([id])

    days = calendar.between(window.start, window.end)
    observable = {id: roster.observable_days(id, building, days) for id in roster.teachers(building, window)}
    visits = {}
    for id, own in observable.items():
        possible = frozenset(own)
        visits[id] = tuple(sorted(day for _, day in seen.get(id, ()) if day in possible))
    months = months_in(window, calendar, least=policy.short_month)
    month_counts: list[FrozenMap[str, int]] = []
    skipped = 0
    for month in months:
        counts: dict[str, int] = {}
        for id, own in observable.items():
            whole = len(calendar.between(month.start, month.end))
            if sum(day in month for day in own) < max(1, min(policy.short_month, whole)):
                skipped += 1
            else:
                counts[id] = sum(day in month for day in visits[id])
        month_counts.append(FrozenMap(counts))
    return Coverage(
        building=building,
        window=window,
        calendar=calendar.version,
        visits=FrozenMap(visits),
        countable=FrozenMap({id: len(own) for id, own in observable.items()}),
        gaps=FrozenMap({id: longest_gap(visits[id], own) for id, own in observable.items() if own}),
        months=months,
        month_counts=tuple(month_counts),
        skipped_months=skipped,
        unknown=frozenset(unknown),
        undated=undated,
    )
