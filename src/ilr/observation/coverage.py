"""Coverage: who was seen, how often, and how long not.

Here belongs what a valid observation is and what follows for each teacher of a building: the longest
gap, the count a month, the share seen often enough. Counts are of visits: two observers in one visit
cover once. Coverage says nothing about quality and alone it is a harmful target; show it beside
`conversion`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import (
    Checker,
    FrozenMap,
    Policy,
    Role,
    Roster,
    SchoolCalendar,
    Window,
    months_in,
    read_only,
)
from ilr.forms import Outcome, Purpose
from ilr.observation.table import people

if TYPE_CHECKING:
    from ilr.observation.table import ObservationTable

__all__ = [
    "Coverage",
    "RollingCoverage",
    "coverage_of",
    "rolling_coverage",
    "valid_records",
]

_TEACHING = frozenset({Role.TEACHER, Role.LONG_TERM_SUBSTITUTE})


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
    rows = valid_records(table, policy)
    if "building" in table.walks:
        column = table.column("building")
        elsewhere = [code for code, label in enumerate(column.categories) if label != building]
        rows &= ~np.isin(column.codes, elsewhere)
    undated = int(np.count_nonzero(rows & np.isnat(table.days)))
    rows &= (table.days >= np.datetime64(window.start)) & (table.days <= np.datetime64(window.end))

    ids = roster.teachers(building, window)
    days = calendar.between(window.start, window.end)
    possible = _observable(roster, building, ids, days)
    who, day, unknown = _seen(table, rows, roster, ids, days)
    kept = possible[who, day]
    who, day = who[kept], day[kept]
    countable = possible.sum(axis=1).tolist()

    ends = np.searchsorted(who, np.arange(len(ids) + 1))
    seen = [days[at] for at in day.tolist()]
    visits = {id: tuple(seen[ends[at] : ends[at + 1]]) for at, id in enumerate(ids)}
    months = months_in(window, calendar, least=policy.short_month)
    counts = np.zeros(possible.shape, dtype=np.int64)
    np.add.at(counts, (who, day), 1)
    edges = np.array(
        [(bisect_left(days, one.start), bisect_right(days, one.end)) for one in months], dtype=np.int64
    ).reshape(-1, 2)
    own, times = _between(possible, edges), _between(counts, edges)
    whole = own >= np.clip(edges[:, 1] - edges[:, 0], 1, max(1, policy.short_month))
    month_counts: tuple[FrozenMap[str, int], ...] = tuple(
        FrozenMap({id: n for id, n, enough in zip(ids, *month, strict=True) if enough})
        for month in zip(times.T.tolist(), whole.T.tolist(), strict=True)
    )
    return Coverage(
        building=building,
        window=window,
        calendar=calendar.version,
        visits=FrozenMap(visits),
        countable=FrozenMap(zip(ids, countable, strict=True)),
        gaps=FrozenMap(
            {id: gap for id, gap, n in zip(ids, _gaps(possible, who, day), countable, strict=True) if n}
        ),
        months=months,
        month_counts=month_counts,
        skipped_months=int(np.count_nonzero(~whole)),
        unknown=unknown,
        undated=undated,
    )


def _observable(roster: Roster, building: str, ids: Sequence[str], days: Sequence[date]) -> NDArray[np.bool_]:
    """On which of the days each teacher can be observed, as `Roster.observable_days` tells one by one."""
    place = {id: at for at, id in enumerate(ids)}
    possible = np.zeros((len(ids), len(days)), dtype=bool)
    for post in roster.appointments:
        at = place.get(roster.resolve(post.person))
        if at is not None and post.organisation == building and post.role in _TEACHING:
            start = 0 if post.start is None else bisect_left(days, post.start)
            possible[at, start : None if post.end is None else bisect_right(days, post.end)] = True
    for leave in roster.leaves:
        at = place.get(roster.resolve(leave.person))
        if at is not None:
            possible[at, bisect_left(days, leave.window.start) : bisect_right(days, leave.window.end)] = False
    return possible


def _seen(
    table: ObservationTable,
    rows: NDArray[np.bool_],
    roster: Roster,
    ids: Sequence[str],
    days: Sequence[date],
) -> tuple[NDArray[np.int64], NDArray[np.int64], frozenset[str]]:
    """Teacher and school day of every visit in order, a visit once a person, and the ids nobody knows."""
    place = {id: at for at, id in enumerate(ids)}
    school = np.array(days, dtype="datetime64[D]")
    teacher = table.column("teacher")
    occurring = np.zeros(len(teacher.categories), dtype=bool)
    occurring[teacher.codes[rows]] = True
    groups = [
        people(label) if used else () for label, used in zip(teacher.categories, occurring, strict=True)
    ]
    unknown = roster.unknown(id for group in groups for id in group)
    persons = [[at for id in group if (at := place.get(roster.resolve(id))) is not None] for group in groups]

    size = np.array([len(one) for one in persons], dtype=np.int64)
    flat = np.array([at for one in persons for at in one], dtype=np.int64)
    on_school_day = np.isin(table.days[rows], school)
    codes = teacher.codes[rows][on_school_day]
    day = np.searchsorted(school, table.days[rows][on_school_day])
    visit = table.column("visit").codes[rows][on_school_day].astype(np.int64)
    # a record of several teachers stands once for each: the n-th of them is the n-th of its group
    repeats = size[codes]
    nth = np.arange(repeats.sum()) - np.repeat(repeats.cumsum() - repeats, repeats)
    who = flat[np.repeat((size.cumsum() - size)[codes], repeats) + nth]
    found = np.unique(np.stack([who, np.repeat(day, repeats), np.repeat(visit, repeats)]), axis=1)
    return found[0], found[1], unknown


def _between(marks: NDArray[Any], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many marks each row has in each stretch of columns."""
    total = np.zeros((marks.shape[0], marks.shape[1] + 1), dtype=np.int64)
    np.cumsum(marks, axis=1, out=total[:, 1:])
    counts: NDArray[np.int64] = total[:, edges[:, 1]] - total[:, edges[:, 0]]
    return counts


def _gaps(possible: NDArray[np.bool_], who: NDArray[np.int64], day: NDArray[np.int64]) -> list[int]:
    """MAXGAP of every row, as `ilr.base.longest_gap` tells one by one."""
    own = possible.cumsum(axis=1)
    everyone = np.arange(len(possible))
    row = np.concatenate([everyone, who, everyone])
    mark = np.concatenate([np.zeros(len(everyone), dtype=np.int64), own[who, day], possible.sum(axis=1) + 1])
    order = np.lexsort((mark, row))
    row, mark = row[order], mark[order]
    longest = np.zeros(len(everyone), dtype=np.int64)
    same = row[1:] == row[:-1]
    np.maximum.at(longest, row[1:][same], np.diff(mark)[same])
    return longest.tolist()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RollingCoverage:
    """COV(w, m): who was seen often enough in every rolling window. Equal when all fields are equal.

    Attributes:
        days: w, how many countable days a rolling window has.
        least: m, how many valid visits each window asks for.
        met: teachers who have them in every one of their full windows.
        teachers: teachers with at least one full window.
        unassessed: teachers of the building without one.
        windows: full windows, summed over teachers.
        skipped: windows cut by hire, end or leave, summed over teachers.
    """

    days: int
    least: int
    met: int
    teachers: int
    unassessed: int
    windows: int
    skipped: int

    @property
    def share(self) -> float | None:
        """The share of teachers with a full window who were seen often enough; None without any."""
        return self.met / self.teachers if self.teachers else None


def rolling_coverage(
    coverage: Coverage, *, roster: Roster, calendar: SchoolCalendar, days: int, least: int = 1
) -> RollingCoverage:
    """COV(w, m): the share of teachers with enough valid visits in every full rolling window.

    A rolling window is a run of so many instructional days that follow each other. For a teacher who could
    not be observed on all of them it is cut: it is skipped and counted.

    Args:
        coverage: who was seen when.
        roster: the one that coverage was computed with.
        calendar: the one that coverage was computed with.
        days: w, how many instructional days a rolling window has.
        least: m, how many valid visits it asks for.

    Returns:
        The counts and their share.

    Raises:
        InvalidInput: for a window without days, fewer than no visits, another version of the calendar.
    """
    check = Checker("rolling_coverage")
    check(days >= 1, "coverage.days", "days", "make no window", expected="1 or more")
    check(least >= 0, "coverage.least", "least", "is negative", expected="0 or more")
    same = calendar.version == coverage.calendar
    check(same, "coverage.calendar", "calendar", "is of another version", expected=coverage.calendar)
    check.done()
    school = calendar.between(coverage.window.start, coverage.window.end)
    place = {day: at for at, day in enumerate(school)}
    ids = tuple(coverage.visits)
    possible = _observable(roster, coverage.building, ids, school)
    counts = np.zeros(possible.shape, dtype=np.int64)
    seen = [(row, place[day]) for row, id in enumerate(ids) for day in coverage.visits[id]]
    np.add.at(counts, tuple(np.array(seen, dtype=np.int64).reshape(-1, 2).T), 1)
    starts = np.arange(max(len(school) - days + 1, 0))
    edges = np.stack([starts, starts + days], axis=1)
    full = _between(possible, edges) == days
    short = full & (_between(counts, edges) < least)
    asked = full.any(axis=1)
    return RollingCoverage(
        days=days,
        least=least,
        met=int(np.count_nonzero(asked & ~short.any(axis=1))),
        teachers=int(np.count_nonzero(asked)),
        unassessed=int(np.count_nonzero(~asked)),
        windows=int(np.count_nonzero(full)),
        skipped=int(np.count_nonzero(~full)),
    )
