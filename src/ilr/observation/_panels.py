"""Shares of every teacher in every period, as the arrays that a statistic of repeated measures takes.

Values keyed by teacher are individual content: they are made for analysis within the library and are exported by no
room. What a room tells of them is of at least as many teachers as its policy asks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.continuum.lookfors import LevelCode
from ilr.observation._relabelling import coarser
from ilr.observation._summaries import marks
from ilr.observation.table import ObservationTable, people

__all__ = ["Panel", "panel"]

Every = Literal["week", "month"]


@attrs.frozen(eq=False, kw_only=True)
class Panel:
    """The share at or above a level by teacher and period.

    Attributes:
        teachers: ids of persons, in order.
        starts: first day of each period, from the first with ratings to the last; periods nobody was seen in are
            there.
        shares: shape (teachers, periods), NaN where a teacher has no rating.
    """

    teachers: tuple[str, ...]
    starts: tuple[date, ...]
    shares: NDArray[np.float64]

    def place(self, day: date) -> int:
        """The place of the first period that begins on a day or after it; the number of periods where none does."""
        return int(np.searchsorted(np.array(self.starts, dtype="datetime64[D]"), np.datetime64(day)))


def panel(
    table: ObservationTable,
    item: str,
    *,
    every: Every,
    at_least: LevelCode | None,
    resolve: Callable[[str], str],
) -> Panel:
    """The shares of ratings of an item at or above a level, by teacher and period.

    Args:
        table: the ratings; those without a day are left out.
        item: id of the item.
        every: length of a period.
        at_least: the level; by default the fidelity level of the scale.
        resolve: the person behind an id; ratings of a co-taught visit count for everyone of it.

    Raises:
        InvalidInput: when the scale has no such level.
        UnknownCode: for no such item.
    """
    scale = table.scale(item)
    own = table.only(item)
    (mark,) = marks(table, at_least, [item])
    rated = (own.level >= 0) & ~np.isnat(own.days[own.walk])
    walk, hit = own.walk[rated], own.level[rated] >= scale.codes.index(mark)
    unit: Literal["M", "D"] = "M" if every == "month" else "D"
    step = 1 if every == "month" else 7
    begun = coarser(own.days[walk], every).astype(f"datetime64[{unit}]")
    first = begun.min() if len(begun) else np.datetime64(0, unit)
    period = (begun - first).astype(np.int64) // step
    periods = int(period.max(initial=-1)) + 1

    categories = own.column("teacher").categories
    members = [[resolve(id) for id in people(one)] for one in categories]
    used = np.unique(own.column("teacher").codes[walk]).tolist()
    teachers = sorted({person for code in used for person in members[code]})
    place = {person: at for at, person in enumerate(teachers)}
    cell, size = own.column("teacher").codes[walk] * periods + period, len(categories) * periods
    counts = np.array([np.bincount(cell, hit, size), np.bincount(cell, minlength=size)])
    hits, totals = found = np.zeros((2, len(teachers), periods))
    for code in used:
        for person in dict.fromkeys(members[code]):
            found[:, place[person]] += counts[:, code * periods : (code + 1) * periods]
    shares = np.divide(hits, totals, out=np.full(totals.shape, np.nan), where=totals > 0)
    shares.setflags(write=False)
    starts = first + np.arange(periods) * np.timedelta64(step, unit)
    return Panel(
        teachers=tuple(teachers), starts=tuple(starts.astype("datetime64[D]").tolist()), shares=shares
    )
