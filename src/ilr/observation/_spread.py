"""How visits are spread over modes, class periods and parts of a lesson.

Here belong the counts of visits by bin. What is asked of them is a matter of policy (P-MIX, P-BINMAX).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from ilr.base import FrozenMap, Policy, Window, read_only
from ilr.forms import LessonPart, VisitMode
from ilr.observation.coverage import valid_records

if TYPE_CHECKING:
    from ilr.observation._results import VisitFacts
    from ilr.observation.table import ObservationTable
    from ilr.observation.visits import Slot

__all__ = ["Spread", "spread_of_lesson_parts", "spread_of_modes", "spread_of_periods"]

_PARTS = tuple(part.value for part in LessonPart if part is not LessonPart.UNKNOWN)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Spread:
    """How many visits fell into each bin. Equal when all fields are equal.

    Attributes:
        counts: visits in each bin, with the bins that nobody visited.
        unknown: visits of which nobody told the bin.

    Example:
        >>> found = Spread(counts=FrozenMap(opening=2, middle=0, closing=1), unknown=1)
        >>> found.share("opening"), found.empty
        (0.5, ('middle',))
    """

    counts: FrozenMap[str, int]
    unknown: int = 0

    @property
    def visits(self) -> int:
        """All visits, those of unknown bins among them."""
        return sum(self.counts.values()) + self.unknown

    @property
    def empty(self) -> tuple[str, ...]:
        """The bins without a visit."""
        return tuple(bin for bin, count in self.counts.items() if not count)

    def share(self, *bins: str) -> float | None:
        """The share of all visits that fell into one of some bins; None without visits.

        A bin that is not among the counts has no visit.
        """
        visits = self.visits
        return sum(self.counts.get(bin, 0) for bin in bins) / visits if visits else None

    @property
    def largest(self) -> float | None:
        """The share of the bin with the most visits; None without visits or bins."""
        shares = [self.share(bin) for bin in self.counts]
        return max((share for share in shares if share is not None), default=None)

    @property
    def unknown_share(self) -> float | None:
        """The share of visits of unknown bins; None without visits."""
        visits = self.visits
        return self.unknown / visits if visits else None


def spread_of_modes(
    table: ObservationTable, slots: Iterable[Slot], *, window: Window | None = None, policy: Policy
) -> Spread:
    """How many visits were random, scheduled and requested (ILR-3.GS.2).

    A visit with a slot is what the slot says, for announcing is done in the plan. A valid visit without a held slot
    is random, unless its own record says that the teacher knew of it.

    Args:
        table: what was observed; select the building first.
        slots: the slots of the building; those that were not held count nothing.
        window: first and last day; all days when None.
        policy: what makes a visit valid.

    Returns:
        The counts. Visits without a day lie in no window.

    Example:
        >>> from ilr.observation import ObservationTable
        >>> frame = {"v": ["v1"], "t": ["t1"], "o": ["o1"], "mode": ["requested"], "asking": [3]}
        >>> table = ObservationTable.from_frame(
        ...     frame, visit="v", teacher="t", observer="o", items=["asking"], mode="mode"
        ... )
        >>> dict(spread_of_modes(table, [], policy=Policy()).counts)
        {'random': 0, 'scheduled': 0, 'requested': 1}
    """
    held = [slot for slot in slots if slot.held]
    slotted = {slot.visit for slot in held}
    modes = [slot.mode.value for slot in held if window is None or slot.day in window]
    modes += [
        visit.mode or VisitMode.RANDOM.value
        for visit in _valid(table, policy)
        if visit.visit not in slotted and (window is None or (visit.day is not None and visit.day in window))
    ]
    return _counted(modes, [mode.value for mode in VisitMode])


def spread_of_periods(table: ObservationTable, *, periods: Iterable[str] = (), policy: Policy) -> Spread:
    """How many valid visits fell into each class period (ILR-3.GB.1).

    Args:
        table: what was observed; select the building and the window first.
        periods: the teaching periods of the building, of which some may have had no visit.
        policy: what makes a visit valid.

    Returns:
        The counts, the given periods first; periods that occur beside them are counted too.

    Example:
        >>> from ilr.observation import ObservationTable
        >>> frame = {"v": ["v1", "v2"], "t": ["t1", "t2"], "o": ["o1", "o1"], "period": ["2", None], "asking": [3, 1]}
        >>> table = ObservationTable.from_frame(
        ...     frame, visit="v", teacher="t", observer="o", items=["asking"], period="period"
        ... )
        >>> found = spread_of_periods(table, periods=["1", "2"], policy=Policy())
        >>> dict(found.counts), found.unknown
        ({'1': 0, '2': 1}, 1)
    """
    told = [visit.period for visit in _valid(table, policy)]
    return _counted(told, [*periods, *sorted({one for one in told if one is not None})])


def spread_of_lesson_parts(table: ObservationTable, *, policy: Policy) -> Spread:
    """How many valid visits saw the opening, the middle and the closing of a lesson (ILR-3.GB.1).

    Args:
        table: what was observed; select the building and the window first.
        policy: what makes a visit valid.

    Returns:
        The counts. A visit whose record says ``unknown``, or nothing, is of an unknown part.

    Example:
        >>> from ilr.observation import ObservationTable
        >>> frame = {"v": ["v1"], "t": ["t1"], "o": ["o1"], "part": ["middle"], "asking": [3]}
        >>> table = ObservationTable.from_frame(
        ...     frame, visit="v", teacher="t", observer="o", items=["asking"], lesson_part="part"
        ... )
        >>> spread_of_lesson_parts(table, policy=Policy()).empty
        ('opening', 'closing')
    """
    return _counted([visit.lesson_part for visit in _valid(table, policy)], _PARTS)


def _valid(table: ObservationTable, policy: Policy) -> tuple[VisitFacts, ...]:
    return table.select(valid_records(table, policy)).visits()


def _counted(told: Iterable[str | None], bins: Iterable[str]) -> Spread:
    found = Counter(told)
    counts = {bin: found.pop(bin, 0) for bin in dict.fromkeys(bins)}
    return Spread(counts=FrozenMap(counts), unknown=sum(found.values()))
