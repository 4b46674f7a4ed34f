"""How tables become one table, as if it had been built from all their rows together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ilr.base import Checker
from ilr.continuum.lookfors import LevelScale
from ilr.observation._build import Block, Runs, assemble, gather
from ilr.observation._columns import (
    Codes,
    Column,
    natural,
    sorted_column,
)
from ilr.observation.table import ObservationTable

__all__ = ["concat"]


def concat(tables: Sequence[ObservationTable]) -> ObservationTable:
    """Join tables; see `ilr.observation.concat`."""
    check = Checker("concat")
    check(bool(tables), "table.none", "tables", "are missing", expected="one or more")
    check.done()
    known: dict[str, LevelScale] = {}
    ids: dict[str, None] = {}
    for index, table in enumerate(tables):
        for item, scale in zip(table.items, table.scales, strict=True):
            same = known.setdefault(item, scale) == scale
            place = f"tables[{index}].{item}"
            check(same, "item.rescaled", place, "has another scale than before", expected="one scale an item")
        for row, id in enumerate(table.ids):
            if id in ids:
                place = f"tables[{index}].ids[{row}]"
                check(False, "record.repeated", place, "is that of an earlier record", expected="unlike ids")
            ids[id] = None
    items = tuple(sorted(known, key=natural))

    names = dict.fromkeys(name for table in tables for name in table.walks)
    facts = {name: _joined([table.walks.get(name) for table in tables], tables) for name in names}
    days = np.concatenate([table.days for table in tables])
    minutes = np.concatenate([table.minutes for table in tables])
    _check_visits_of_tables(facts, tables, check)
    check.done()
    records, of_record = gather(facts, days, minutes, Runs(len(days)), check, co_teaching=False)
    order = np.empty(len(days), dtype=np.int64)
    order[of_record] = np.arange(len(days))
    starts = np.cumsum([0, *(len(table) for table in tables)])
    where = {item: at for at, item in enumerate(items)}
    blocks = [
        Block(
            of_record[start + table.walk],
            np.array([where[item] for item in table.items], dtype=np.int32)[table.item],
            table.level,
        )
        for start, table in zip(starts[:-1].tolist(), tables, strict=True)
    ]
    named = list(ids)
    left_out = Counter[str]()
    for table in tables:
        left_out.update(table.left_out)
    return assemble(
        records,
        blocks,
        items=items,
        scales=tuple(known[item] for item in items),
        inferred=any(table.inferred for table in tables),
        dimensions=tuple(dict.fromkeys(name for table in tables for name in table.dimensions)),
        check=check,
        merge_equal=False,
        ids=None if all(table.ids_are_made for table in tables) else [named[at] for at in order],
        left_out=left_out,
    )


def _joined(columns: Sequence[Column | None], tables: Sequence[ObservationTable]) -> Column:
    """One column from a column of each table, with merged categories; -1 where a table has none."""
    labels: list[Any] = []
    codes: list[Codes] = []
    for column, table in zip(columns, tables, strict=True):
        if column is None:
            codes.append(np.full(len(table), -1, dtype=np.int32))
        else:
            codes.append(np.where(column.codes >= 0, column.codes + len(labels), -1).astype(np.int32))
            labels.extend(column.categories)
    return sorted_column(np.concatenate(codes), labels)


def _check_visits_of_tables(
    facts: Mapping[str, Column], tables: Sequence[ObservationTable], check: Checker
) -> None:
    """Check what only the other tables can tell: one record an observer, and one group of teachers a visit."""
    visit, teacher = facts["visit"].codes, facts["teacher"].codes
    parts = [facts[name].codes for name in ("visit", "segment", "observer") if name in facts]
    key = np.unique(np.stack(parts, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    first = np.full(len(facts["visit"].categories), len(visit))
    np.minimum.at(first, visit, np.arange(len(visit)))
    once = np.zeros(len(key), dtype=bool)
    once[np.unique(key, return_index=True)[1]] = True
    starts = np.cumsum([0, *(len(table) for table in tables)])

    def place(row: int) -> str:
        index = int(np.searchsorted(starts, row, side="right")) - 1
        return f"tables[{index}].ids[{row - starts[index]}]"

    for row in np.flatnonzero(~once).tolist() if not check.problems else ():
        check(
            False,
            "rating.duplicate",
            place(row),
            "is a second record of its visit",
            expected="one record an observer, visit and segment",
        )
    for row in np.flatnonzero(teacher != teacher[first[visit]]).tolist():
        check(
            False,
            "visit.teachers",
            place(row),
            "has other teachers than another record of the visit",
            expected="the same teachers in every record of a visit",
        )
