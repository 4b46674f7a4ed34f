"""Conversion: which visits led to a release, a coaching session or a decision in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, Policy, SchoolCalendar, listed, read_only
from ilr.observation.coverage import valid_records

if TYPE_CHECKING:
    from ilr.observation.table import ObservationTable

__all__ = ["USES", "Conversion", "conversion"]

USES = ("release", "session", "decision")
"""What a visit may lead to: a release to the teacher, a coaching session or a decision that cites it."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Conversion:
    """How many visits led to something. Equal when all fields are equal.

    Attributes:
        as_of: the last day that was known.
        days: within how many instructional days (P-CONVERT).
        visits: valid visits whose days are over.
        used: those of them that led to a release, session or decision in time.
        released: those that led in time to a release; one visit may lead to several uses.
        coached: those that led in time to a coaching session.
        decided: those that led in time to a decision.
        pending: valid visits whose days are not over yet; they are in no other count.
        undated: valid visits without a day, which are left out.
        strange: rows about a visit that is not among the valid ones with a day.
        out_of_time: rows before the visit or too long after it.
        later: rows after the last day that was known.
    """

    as_of: date
    days: int
    visits: int
    used: int
    released: int
    coached: int
    decided: int
    pending: int
    undated: int
    strange: int
    out_of_time: int
    later: int

    @property
    def share(self) -> float | None:
        """The share of visits that led to something in time; None without visits."""
        return self.used / self.visits if self.visits else None


def conversion(
    table: ObservationTable,
    uses: Iterable[tuple[str, date, str]],
    *,
    as_of: date,
    calendar: SchoolCalendar,
    policy: Policy,
) -> Conversion:
    """The share of valid visits that led to a release, session or decision in time; shown beside coverage.

    A visit is judged when its days are over: while there is time left, nobody can say that it led to nothing.

    Args:
        table: what was observed; select the building and the window first.
        uses: rows of visit id, day and kind of use, one of `USES`.
        as_of: the last day that is known, itself included.
        calendar: the instructional days, those after the last visits among them.
        policy: what makes a visit valid, and within how many instructional days it counts (P-CONVERT).

    Returns:
        The counts and their share. A visit of several records counts once, from its first day.

    Raises:
        InvalidInput: listing rows of another kind of use.

    Example:
        >>> from ilr.observation import ObservationTable
        >>> frame = {"v": ["v1"], "t": ["t1"], "o": ["o1"], "day": ["2026-09-14"], "asking": [3]}
        >>> table = ObservationTable.from_frame(
        ...     frame, visit="v", teacher="t", observer="o", items=["asking"], date="day"
        ... )
        >>> calendar = SchoolCalendar.weekdays(date(2026, 9, 1), date(2026, 12, 18))
        >>> uses = [("v1", date(2026, 9, 16), "release")]
        >>> conversion(table, uses, as_of=date(2026, 10, 30), calendar=calendar, policy=Policy()).share
        1.0
    """
    rows = tuple(uses)
    check = Checker("conversion")
    for index, (_, _, kind) in enumerate(rows):
        check(kind in USES, "conversion.use", f"uses[{index}]", "is no kind of use", expected=listed(USES))
    check.done()
    first, held = _first_days(table, policy)
    known = held & ~np.isnat(first)
    school = np.array(calendar.instructional_days, dtype="datetime64[D]")
    last = np.datetime64(as_of, "D")
    over = (
        known
        & (_passed(school, first, np.full(len(first), last)) >= policy.conversion_days)
        & (first <= last)
    )

    names = table.column("visit").categories
    place = {names[code]: code for code in np.flatnonzero(known).tolist()}
    told = [(place[id], day, USES.index(kind)) for id, day, kind in rows if id in place and day <= as_of]
    at = np.array([code for code, _, _ in told], dtype=np.int64)
    use = np.array([kind for _, _, kind in told], dtype=np.int64)
    day = np.array([one for _, one, _ in told], dtype="datetime64[D]")
    in_time = (day >= first[at]) & (_passed(school, first[at], day) <= policy.conversion_days)
    led = np.zeros((len(names), len(USES)), dtype=bool)
    led[at[in_time], use[in_time]] = True
    led &= over[:, np.newaxis]
    released, coached, decided = led.sum(axis=0).tolist()
    strange = sum(id not in place for id, _, _ in rows)
    return Conversion(
        as_of=as_of,
        days=policy.conversion_days,
        visits=int(np.count_nonzero(over)),
        used=int(np.count_nonzero(led.any(axis=1))),
        released=released,
        coached=coached,
        decided=decided,
        pending=int(np.count_nonzero(known & ~over)),
        undated=int(np.count_nonzero(held & ~known)),
        strange=strange,
        out_of_time=int(np.count_nonzero(~in_time)),
        later=len(rows) - len(told) - strange,
    )


def _first_days(table: ObservationTable, policy: Policy) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """The first day of each visit among its valid records, NaT without one, and whether it has any."""
    visit = table.column("visit")
    valid = valid_records(table, policy)
    first = np.full(len(visit.categories), np.datetime64("NaT", "D"))
    dated = valid & ~np.isnat(table.days)
    np.fmin.at(first, visit.codes[dated], table.days[dated])
    held = np.zeros(len(visit.categories), dtype=bool)
    held[visit.codes[valid]] = True
    return first, held


def _passed(
    school: NDArray[np.datetime64], start: NDArray[np.datetime64], end: NDArray[np.datetime64]
) -> NDArray[np.int64]:
    """How many instructional days lie after one day, up to another."""
    passed: NDArray[np.int64] = np.searchsorted(school, end, side="right") - np.searchsorted(
        school, start, side="right"
    )
    return passed
