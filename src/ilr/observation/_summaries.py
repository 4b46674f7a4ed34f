"""What is computed from an observation table: means, rates, agreement, and who can be compared.

Every function reads columns; none walks over records. The types of the results are in `_results`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, FrozenMap, listed
from ilr.continuum.lookfors import LevelCode
from ilr.observation._relabelling import DayUnit, coarser
from ilr.observation._results import (
    AgreementRow,
    AgreementTable,
    GroupMeans,
    LevelShare,
    LevelShares,
    Rate,
    Rates,
    VisitFacts,
    grain_of,
)
from ilr.observation._tallies import Tally, tally
from ilr.observation.table import MISSING_KINDS, UNKNOWN, ObservationTable, people
from ilr.stats import Estimate, Ratings, proportions
from ilr.stats import agreement as coefficients

__all__ = [
    "agreement",
    "cell_rates",
    "disconnected",
    "level_shares",
    "means",
    "rates",
    "ratings",
    "records_of",
    "visits",
]


_DAY_UNITS: Mapping[str, DayUnit] = FrozenMap({"week": "week", "month": "month"})


def ratings(table: ObservationTable, item: str) -> Ratings:
    """See `ObservationTable.ratings`."""
    place = table.place(item)
    rows = table.item == place
    walk, code = table.walk[rows], table.level[rows]
    unit_key = table.column("visit").codes[walk].astype(np.int64)
    if "segment" in table.walks:
        segment = table.column("segment")
        unit_key = unit_key * (len(segment.categories) + 1) + segment.codes[walk] + 1
    units, unit = np.unique(unit_key, return_inverse=True)
    observers, observer = np.unique(table.column("observer").codes[walk], return_inverse=True)
    cluster = np.zeros(len(units), dtype=np.int32)
    cluster[unit] = np.unique(table.column("teacher").codes[walk], return_inverse=True)[1]
    scale = table.scales[place]
    return Ratings.from_codes(
        unit.astype(np.int32),
        observer.astype(np.int32),
        code,
        n_units=len(units),
        n_raters=len(observers),
        categories=scale.codes,
        values=scale.values,
        ranks=scale.ranks,
        cluster=cluster,
        raters=[table.column("observer").categories[at] for at in observers],
        missing={kind: int(np.count_nonzero(code == mark)) for kind, mark in MISSING_KINDS.items()},
        inferred=table.inferred,
    )


def means(table: ObservationTable, by: str, within: tuple[str, ...]) -> GroupMeans:
    """See `ObservationTable.means`."""
    check = Checker("means")
    for name in (by, *within):
        check(name in table.walks, "table.column", name, "is not a column", expected=listed(table.walks))
    check.done()
    column = table.column(by)
    used = np.unique(column.codes[column.codes >= 0])
    values, answered = table.values(), table.level >= 0
    answered &= column.codes[table.walk] >= 0
    values, walk = values[answered], table.walk[answered]
    keys = [
        table.item[answered].astype(np.int64),
        *(table.column(name).codes[walk].astype(np.int64) for name in (by, *within)),
    ]
    groups = np.stack(keys, axis=1)
    while True:
        groups, inverse = np.unique(groups, axis=0, return_inverse=True)
        inverse = inverse.reshape(-1)
        values = np.bincount(inverse, values, len(groups)) / np.bincount(inverse, minlength=len(groups))
        if groups.shape[1] == 2:
            break
        groups = groups[:, :-1]
    array = np.full((len(used), len(table.items)), np.nan)
    array[np.searchsorted(used, groups[:, 1]), groups[:, 0]] = values
    array.setflags(write=False)
    return GroupMeans(
        by=by,
        within=within,
        grain=grain_of(by),
        groups=tuple(column.categories[code] for code in used),
        item_ids=table.items,
        array=array,
    )


def rates(table: ObservationTable, *, at_least: LevelCode | None, by: str | None, level: float) -> Rates:
    """See `ObservationTable.rates`."""
    levels = marks(table, at_least)
    group, labels = _grouping(table, by)
    counts = tally(table, group, len(labels))
    found = [
        _rate(table, counts, place, item, levels[item], level, label)
        for place, label in enumerate(labels)
        for item in range(len(table.items))
    ]
    return Rates(by=by, grain=grain_of(by), rows=tuple(found))


def cell_rates(
    table: ObservationTable, places: Mapping[str, Mapping[str, int]], *, at_least: LevelCode | None
) -> dict[tuple[int, ...], tuple[Rate, ...]]:
    """The shares of ratings at or above a level in the cells of a breakdown by several columns.

    Args:
        table: the ratings.
        places: for each column the place of each of its values; values of one place are taken together.
        at_least: the level; by default the fidelity level of each item's scale.

    Returns:
        By the places of the columns, one rate an item that has a level there.
    """
    levels = marks(table, at_least)
    sizes = [max(one.values()) + 1 for one in places.values()]
    group = np.zeros(len(table), dtype=np.int64)
    for (name, of), size in zip(places.items(), sizes, strict=True):
        column = table.column(name)
        own = np.array([of.get(label, -1) for label in (*column.categories, UNKNOWN)])[column.codes]
        group = np.where((group >= 0) & (own >= 0), group * size + own, -1)
    counts = tally(table, group, math.prod(sizes))
    found: dict[tuple[int, ...], list[Rate]] = {}
    for cell in np.flatnonzero(counts.ratings).tolist():
        place, item = divmod(cell, len(table.items))
        key = tuple(int(at) for at in np.unravel_index(place, sizes))
        found.setdefault(key, []).append(_rate(table, counts, place, item, levels[item]))
    return {key: tuple(rows) for key, rows in found.items()}


def records_of(
    table: ObservationTable, by: Sequence[str], *, item: str | None = None
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], int]]:
    """How many records each group of teachers has in each cell of a breakdown.

    Args:
        table: the records.
        by: the columns.
        item: when given, only records with a level of this item count.

    Yields:
        The value of each column, the ids of the teachers, and the number of records.
    """
    columns = [table.column(name) for name in (*by, "teacher")]
    rows = np.ones(len(table), dtype=bool)
    if item is not None:
        rows = np.zeros(len(table), dtype=bool)
        rows[table.walk[(table.item == table.place(item)) & (table.level >= 0)]] = True
    sizes = [len(column.categories) + 1 for column in columns]
    key = np.zeros(int(np.count_nonzero(rows)), dtype=np.int64)
    for column, size in zip(columns, sizes, strict=True):
        key = key * size + column.codes[rows] + 1
    used, counts = np.unique(key, return_counts=True)
    for codes, count in zip(
        np.stack(np.unravel_index(used, sizes), axis=1).tolist(), counts.tolist(), strict=True
    ):
        *values, teachers = (
            column.categories[code - 1] if code else UNKNOWN
            for column, code in zip(columns, codes, strict=True)
        )
        yield tuple(map(str, values)), people(teachers), count


def marks(
    table: ObservationTable, at_least: LevelCode | None, items: Iterable[str] | None = None
) -> list[LevelCode]:
    """The level that counts for each item, by default of all.

    Raises:
        InvalidInput: naming every item that has no such level.
    """
    check = Checker("rates")
    marks: list[LevelCode] = []
    for item in table.items if items is None else items:
        scale = table.scale(item)
        mark = at_least if at_least is not None else scale.fidelity
        check(
            mark in scale.codes,
            "rate.level",
            item,
            "has no such level" if at_least is not None else "has no fidelity level",
            expected=listed(scale.codes),
            hint="" if at_least is not None else "give at_least=, or mark a fidelity level on the scale",
        )
        marks.append(mark)  # type: ignore[arg-type]  # a level of the scale is never None
    check.done()
    return marks


def _rate(
    table: ObservationTable,
    counts: Tally,
    place: int,
    item: int,
    mark: LevelCode,
    level: float = 0.95,
    group: str | None = None,
) -> Rate:
    """The share of an item at or above its level in one group."""
    cell = place * len(table.items) + item
    first = table.scales[item].codes.index(mark)
    return Rate(
        item=table.items[item],
        group=group,
        at_least=mark,
        estimate=_share(counts, cell, slice(first, None), level),
        not_observed=int(counts.not_observed[cell]),
        not_applicable=int(counts.not_applicable[cell]),
    )


def _share(counts: Tally, cell: int, levels: slice, level: float) -> Estimate:
    """The share of some levels in a cell, clustered by teacher."""
    given = counts.of(cell)
    estimate = proportions.clustered_share(given[:, levels].sum(axis=1), given.sum(axis=1), level=level)
    n = {
        "ratings": float(counts.ratings[cell]),
        "observations": float(counts.observations[cell]),
        "visits": float(counts.visits[cell]),
        "teachers": float(counts.teachers[cell]),
        "effective": float(estimate.n["effective"]),
    }
    return attrs.evolve(estimate, n=FrozenMap(n))


def level_shares(table: ObservationTable, *, by: str | None, level: float) -> LevelShares:
    """See `ObservationTable.level_shares`."""
    group, labels = _grouping(table, by)
    counts = tally(table, group, len(labels))
    found = [
        LevelShare(
            item=item,
            group=label,
            level=code,
            estimate=_share(counts, place * len(table.items) + row, slice(at, at + 1), level),
        )
        for place, label in enumerate(labels)
        for row, (item, scale) in enumerate(zip(table.items, table.scales, strict=True))
        for at, code in enumerate(scale.codes)
    ]
    return LevelShares(by=by, grain=grain_of(by), rows=tuple(found))


def agreement(table: ObservationTable, *, by: str | None, level: float) -> AgreementTable:
    """See `ObservationTable.agreement`."""
    rows = []
    for group, part in _groups(table, by):
        for item in table.items:
            given = ratings(part, item)
            rows.append(
                AgreementRow(
                    item=item,
                    group=group,
                    exact=coefficients.percent_agreement(given, method="score", level=level),
                    adjacent=coefficients.adjacent_agreement(given, method="score", level=level),
                    ac2=coefficients.gwet_ac(given, weights="quadratic", method="jackknife", level=level),
                    alpha=coefficients.krippendorff_alpha(
                        given, metric="ordinal", method="jackknife", level=level
                    ),
                )
            )
    return AgreementTable(by=by, grain=grain_of(by), rows=tuple(rows))


def visits(table: ObservationTable) -> tuple[VisitFacts, ...]:
    """See `ObservationTable.visits`."""
    nothing: list[Any] = [None] * len(table)
    names = ("visit", "teacher", "observer", "mode", "period", "lesson_part", "medium", "form")
    columns = {name: table.column(name).decoded() if name in table.walks else nothing for name in names}
    days: list[date | None] = table.days.tolist()
    records: dict[str, list[int]] = {}
    for row, visit in enumerate(columns["visit"]):
        records.setdefault(visit, []).append(row)

    def first(name: str, rows: list[int]) -> Any:
        return next((columns[name][row] for row in rows if columns[name][row] is not None), None)

    found = [
        VisitFacts(
            visit=visit,
            day=next((days[row] for row in rows if days[row] is not None), None),
            teachers=people(columns["teacher"][rows[0]]),
            observers=tuple(dict.fromkeys(columns["observer"][row] for row in rows)),
            mode=first("mode", rows),
            period=first("period", rows),
            lesson_part=first("lesson_part", rows),
            media=tuple(columns["medium"][row] for row in rows),
            forms=tuple(columns["form"][row] for row in rows),
        )
        for visit, rows in records.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.day is None, one.day or date.min, one.visit)))


def disconnected(table: ObservationTable) -> tuple[frozenset[str], ...]:
    """See `ObservationTable.disconnected`."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    visit, observer = table.column("visit"), table.column("observer")
    n = len(observer.categories)
    edges = coo_array(
        (np.ones(len(visit)), (observer.codes, visit.codes + n)), shape=(n + len(visit.categories),) * 2
    )
    _, label = connected_components(edges, directed=False)
    groups: dict[int, set[str]] = {}
    for code in np.unique(observer.codes):
        groups.setdefault(int(label[code]), set()).add(observer.categories[code])
    return tuple(sorted((frozenset(group) for group in groups.values()), key=min))


def _groups(table: ObservationTable, by: str | None) -> Iterator[tuple[str | None, ObservationTable]]:
    group, labels = _grouping(table, by)
    for place, label in enumerate(labels):
        yield label, table if by is None else table.select(group == place)


def _grouping(table: ObservationTable, by: str | None) -> tuple[NDArray[np.int64], Sequence[str | None]]:
    """The group of each record by a column, or by the week or month of its day, and the label of each group."""
    if by is None:
        return np.zeros(len(table), dtype=np.int64), [None]
    if by in _DAY_UNITS and by not in table.walks:
        starts, group = np.unique(coarser(table.days, _DAY_UNITS[by]), return_inverse=True)
        return group, [UNKNOWN if np.isnat(start) else str(start) for start in starts]
    column = table.column(by)
    used, group = np.unique(column.codes, return_inverse=True)
    return group, [str(column.categories[code]) if code >= 0 else UNKNOWN for code in used]
