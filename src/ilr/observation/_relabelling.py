"""A table with other ids in place of its own, and its days made coarser.

Here belongs the exchange of labels alone. Not here: where the new ids come from (`ilr.disclosure.pseudonyms`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import FrozenMap
from ilr.observation._columns import Column, sorted_column
from ilr.observation.table import ObservationTable

__all__ = ["DayUnit", "relabelled"]

DayUnit = Literal["month", "week"]
_MONDAY = np.datetime64("1970-01-05", "D")


def relabelled(
    table: ObservationTable,
    names: Mapping[str, Callable[[str], str]],
    *,
    columns: Collection[str],
    days: DayUnit,
) -> ObservationTable:
    """The table with new ids in some columns, in the canonical order of the new ids.

    Args:
        table: the observations.
        names: for a column the new id of each id; unlike ids of visits and observers must stay unlike. Ids of
            records are made anew of visit, segment and observer.
        columns: the columns to keep.
        days: what days are made coarser to: the first of their month, or the Monday of their week.
    """
    walks = {
        name: _renamed(column, names[name]) if name in names else column
        for name, column in table.walks.items()
        if name in columns
    }
    keys = [walks[name].codes for name in ("observer", "segment", "visit") if name in walks]
    order = np.lexsort(keys)
    place = np.empty(len(table), dtype=np.int32)
    place[order] = np.arange(len(table), dtype=np.int32)
    walk = place[table.walk]
    rating = np.lexsort((table.item, walk))
    return attrs.evolve(
        table,
        walks=FrozenMap({name: column.take(order) for name, column in walks.items()}),
        ids=None,
        days=coarser(table.days, days)[order],
        minutes=table.minutes[order],
        walk=walk[rating],
        item=table.item[rating],
        level=table.level[rating],
        dimensions=tuple(name for name in table.dimensions if name in columns),
    )


def _renamed(column: Column, name: Callable[[str], str]) -> Column:
    labels = [
        name(label) if isinstance(label, str) else _together(sorted({name(one) for one in label}))
        for label in column.categories
    ]
    return sorted_column(column.codes, labels)


def _together(ids: list[str]) -> str | tuple[str, ...]:
    return ids[0] if len(ids) == 1 else tuple(ids)


def coarser(days: NDArray[np.datetime64], unit: DayUnit) -> NDArray[np.datetime64]:
    if unit == "month":
        return days.astype("datetime64[M]").astype("datetime64[D]")
    since = (days - _MONDAY).astype(np.int64)
    mondays = _MONDAY + (since - since % 7).astype("timedelta64[D]")
    return np.where(np.isnat(days), days, mondays)
