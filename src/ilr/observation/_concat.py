"""How tables become one table, as if it had been built from all their rows together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, Reason
from ilr.continuum.lookfors import LevelScale
from ilr.forms import Form
from ilr.observation._assembly import Block, assemble, gather
from ilr.observation._columns import Codes, Column, natural, sorted_column
from ilr.observation._layout import Runs
from ilr.observation._versions import Place, Versions, check_versions, in_order
from ilr.observation.table import ItemVersion, ObservationTable

__all__ = ["concat"]


def concat(tables: Sequence[ObservationTable], forms: Sequence[Form]) -> ObservationTable:
    """Join tables; see `ilr.observation.concat`."""
    check = Checker("concat")
    check(bool(tables), "table.none", "tables", "are missing", expected="one or more")
    check.done()
    versions = Versions.of(forms, check)
    moved = [_moved(table, versions, f"tables[{index}]", check) for index, table in enumerate(tables)]
    known: dict[str, LevelScale] = {}
    origins: dict[str, set[ItemVersion]] = {}
    ids: dict[str, None] = {}
    for index, (table, columns) in enumerate(zip(tables, moved, strict=True)):
        for item, column in zip(table.items, columns, strict=True):
            place = f"tables[{index}].{item}"
            same = known.setdefault(column.name, column.scale) == column.scale
            check(same, "item.rescaled", place, "has another scale than before", expected="one scale an item")
            met = origins.setdefault(column.name, set())
            check_versions({one.form: place for one in column.origins}, [one.form for one in met], check)
            met.update(column.origins)
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
            np.array([where[column.name] for column in columns], dtype=np.int32)[table.item],
            _levels(table, columns),
        )
        for start, table, columns in zip(starts[:-1].tolist(), tables, moved, strict=True)
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
        origins=[in_order(origins[item]) for item in items],
        notes=[
            *(note for table in tables for note in table.notes),
            *(note for columns in moved for column in columns for note in column.notes),
        ],
    )


@attrs.frozen(kw_only=True)
class _Item:
    """What becomes of one item of a table; `levels` is the new place of each level, None where all stay."""

    name: str
    scale: LevelScale
    origins: tuple[ItemVersion, ...]
    levels: tuple[int, ...] | None = None
    notes: tuple[Reason, ...] = ()


def _moved(table: ObservationTable, versions: Versions, path: str, check: Checker) -> list[_Item]:
    """The items of a table as the newest versions of their forms have them."""
    found = []
    for item, scale, origins in zip(table.items, table.scales, table.origins, strict=True):
        places = [versions.places.get(one.form, {}).get(one.item) for one in origins]
        known = [place for place in places if place is not None]
        if not known:
            found.append(_Item(name=item, scale=scale, origins=origins))
            continue
        stays = item, tuple(range(len(scale.codes)))
        ways = {stays if place is None else (place.name, _read(scale, place)) for place in places}
        check(
            len(ways) == 1 and None not in _read(scale, known[0]),
            "item.rescaled",
            f"{path}.{item}",
            "cannot be told apart into the versions of its forms",
            expected="tables made with these forms, or from the records themselves",
        )
        found.append(
            _Item(
                name=known[0].name,
                scale=known[0].scale,
                origins=tuple(
                    one if place is None else place.origin for one, place in zip(origins, places, strict=True)
                ),
                levels=tuple(level or 0 for level in _read(scale, known[0])),
                notes=tuple(note for place in known for note in place.notes),
            )
        )
    return found


def _read(scale: LevelScale, place: Place) -> tuple[int | None, ...]:
    """For each level of a scale its place in the newest version, None for what the form does not have."""
    return tuple(place.levels.get(code) for code in scale.codes)


def _levels(table: ObservationTable, columns: Sequence[_Item]) -> NDArray[np.int16]:
    """The levels of a table on the scales of its items after the move."""
    if all(one.levels is None for one in columns):
        return table.level
    longest = max(len(scale.codes) for scale in table.scales)
    places = np.tile(np.arange(longest, dtype=np.int16), (len(columns), 1))
    for at, one in enumerate(columns):
        if one.levels is not None:
            places[at, : len(one.levels)] = one.levels
    return np.where(table.level >= 0, places[table.item, table.level], table.level)


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
