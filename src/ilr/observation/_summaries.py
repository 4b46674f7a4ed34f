"""What is computed from an observation table: means, rates, agreement, and who can be compared.

Every function reads columns; none walks over records. The types of the results are in `_results`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, FrozenMap, listed
from ilr.continuum.lookfors import LevelCode
from ilr.observation._results import (
    AgreementRow,
    AgreementTable,
    GroupMeans,
    Rate,
    Rates,
    VisitFacts,
    grain_of,
)
from ilr.observation.table import MISSING_KINDS, UNKNOWN, ObservationTable, people
from ilr.stats import Estimate, Ratings, proportions
from ilr.stats import agreement as coefficients

__all__ = ["agreement", "disconnected", "means", "rates", "ratings", "visits"]


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
    check = Checker("rates")
    marks: dict[str, LevelCode] = {}
    for item, scale in zip(table.items, table.scales, strict=True):
        mark = at_least if at_least is not None else scale.fidelity
        if check(
            mark in scale.codes,
            "rate.level",
            item,
            "has no such level" if at_least is not None else "has no fidelity level",
            expected=listed(scale.codes),
            hint="" if at_least is not None else "give at_least=, or mark a fidelity level on the scale",
        ):
            marks[item] = mark  # type: ignore[assignment]  # a level of the scale is never None
    check.done()
    found: list[Rate] = []
    for group, part in _groups(table, by):
        teacher = part.column("teacher")
        for place, (item, scale) in enumerate(zip(table.items, table.scales, strict=True)):
            rows = part.item == place
            code, walk = part.level[rows], part.walk[rows]
            answered = code >= 0
            cluster = teacher.codes[walk[answered]]
            hits = (code[answered] >= scale.codes.index(marks[item])).astype(float)
            size = np.bincount(cluster, minlength=len(teacher.categories))
            success = np.bincount(cluster, hits, len(teacher.categories))
            estimate = proportions.clustered_share(success[size > 0], size[size > 0], level=level)
            found.append(
                Rate(
                    item=item,
                    group=group,
                    at_least=marks[item],
                    estimate=_with_counts(estimate, part, walk[answered]),
                    not_observed=int(np.count_nonzero(code == MISSING_KINDS["not observed"])),
                    not_applicable=int(np.count_nonzero(code == MISSING_KINDS["not applicable"])),
                )
            )
    return Rates(by=by, grain=grain_of(by), rows=tuple(found))


def _with_counts(estimate: Estimate, table: ObservationTable, walk: NDArray[np.int32]) -> Estimate:
    records = np.unique(walk)
    observer = table.column("observer").codes[records].astype(np.int64)
    visit = table.column("visit").codes[records].astype(np.int64)
    teacher = table.column("teacher")
    who = {id for code in np.unique(teacher.codes[records]) for id in people(teacher.categories[code])}
    counts = {
        "ratings": float(len(walk)),
        "observations": float(len(np.unique(visit * (observer.max(initial=0) + 1) + observer))),
        "visits": float(len(np.unique(visit))),
        "teachers": float(len(who)),
        "effective": float(estimate.n.get("effective", 0.0)),
    }
    return attrs.evolve(estimate, n=FrozenMap(counts))


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
    if by is None:
        yield None, table
        return
    column = table.column(by)
    for code in np.unique(column.codes):
        label = column.categories[code] if code >= 0 else UNKNOWN
        yield str(label), table.select(column.codes == code)
