"""How an observation table becomes plain data, and how such data become a table again."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import numpy as np

from ilr.base import Checker, FrozenMap, Reason
from ilr.base._codec import structure, unstructure
from ilr.continuum.lookfors import LevelScale
from ilr.observation._columns import Column
from ilr.observation.table import ItemVersion, ObservationTable

__all__ = ["as_categories", "from_document", "to_document"]


def to_document(table: ObservationTable) -> dict[str, Any]:
    """See `ObservationTable.to_document`."""
    return {
        "walks": {
            name: {
                "codes": column.codes.tolist(),
                "categories": [_plain(one) for one in column.categories],
            }
            for name, column in table.walks.items()
        },
        "ids": list(table.ids),
        "days": [None if np.isnat(day) else str(day) for day in table.days],
        "minutes": [None if np.isnan(one) else one for one in table.minutes.tolist()],
        "walk": table.walk.tolist(),
        "item": table.item.tolist(),
        "level": table.level.tolist(),
        "items": list(table.items),
        "scales": [unstructure(scale) for scale in table.scales],
        "inferred": table.inferred,
        "dimensions": list(table.dimensions),
        "left_out": dict(table.left_out),
        "origins": unstructure(table.origins),
        "notes": unstructure(table.notes),
    }


def from_document(data: Any) -> ObservationTable:
    """See `ObservationTable.from_document`."""
    columns = structure(data, _TableDocument, subject="ObservationTable")
    columns.require_whole()
    return ObservationTable(
        walks=FrozenMap(
            {
                name: Column(np.array(column.codes, dtype=np.int32), column.categories)
                for name, column in columns.walks.items()
            }
        ),
        ids=columns.ids,
        days=np.array([np.datetime64(day or "NaT", "D") for day in columns.days], dtype="datetime64[D]"),
        minutes=np.array([np.nan if one is None else one for one in columns.minutes], dtype=float),
        walk=np.array(columns.walk, dtype=np.int32),
        item=np.array(columns.item, dtype=np.int32),
        level=np.array(columns.level, dtype=np.int16),
        items=columns.items,
        scales=columns.scales,
        inferred=columns.inferred,
        dimensions=columns.dimensions,
        left_out=columns.left_out,
        origins=columns.origins,
        notes=columns.notes,
    )


def _plain(category: str | tuple[str, ...]) -> str | list[str]:
    return category if isinstance(category, str) else list(category)


def as_categories(values: Any) -> tuple[Any, ...]:
    """Categories as a document holds them: texts, and lists of ids for co-taught groups."""
    return tuple(value if isinstance(value, str) else structure(value, tuple[str, ...]) for value in values)


@attrs.frozen(kw_only=True)
class _ColumnDocument:
    codes: tuple[int, ...]
    categories: tuple[Any, ...] = attrs.field(converter=as_categories)


@attrs.frozen(kw_only=True)
class _TableDocument:
    walks: FrozenMap[str, _ColumnDocument]
    ids: tuple[str, ...]
    days: tuple[date | None, ...]
    minutes: tuple[float | None, ...]
    walk: tuple[int, ...]
    item: tuple[int, ...]
    level: tuple[int, ...]
    items: tuple[str, ...]
    scales: tuple[LevelScale, ...]
    inferred: bool
    dimensions: tuple[str, ...]
    left_out: FrozenMap[str, int]
    origins: tuple[tuple[ItemVersion, ...], ...]
    notes: tuple[Reason, ...]

    def require_whole(self) -> None:
        """Refuse a document whose columns do not fit each other."""
        check = Checker("ObservationTable")
        for name in ("visit", "teacher", "observer"):
            check(name in self.walks, "table.column", f"walks.{name}", "is missing", expected="a column")
        for index, name in enumerate(self.dimensions):
            check(name in self.walks, "table.column", f"dimensions[{index}]", "names no column")
        records, ratings = len(self.ids), len(self.walk)
        lengths = {
            **{f"walks.{name}.codes": (len(column.codes), records) for name, column in self.walks.items()},
            "days": (len(self.days), records),
            "minutes": (len(self.minutes), records),
            "item": (len(self.item), ratings),
            "level": (len(self.level), ratings),
            "scales": (len(self.scales), len(self.items)),
            "origins": (len(self.origins), len(self.items)),
        }
        for path, (found, wanted) in lengths.items():
            check(found == wanted, "table.length", path, "has another length", expected=str(wanted))
        check.done()
        for name, column in self.walks.items():
            least = 0 if name in ("visit", "teacher", "observer") else -1
            inside = all(least <= code < len(column.categories) for code in column.codes)
            known_codes = "a category" if least == 0 else "-1 or a category"
            check(inside, "table.code", f"walks.{name}.codes", "point outside", expected=known_codes)
        check(
            all(0 <= row < records for row in self.walk),
            "table.code",
            "walk",
            "points outside",
            expected="a record",
        )
        known = all(0 <= place < len(self.items) for place in self.item)
        if check(known, "table.code", "item", "points outside", expected="an item"):
            most = [len(scale.codes) for scale in self.scales]
            inside = all(-3 <= code < most[place] for code, place in zip(self.level, self.item, strict=True))
            check(inside, "table.code", "level", "points outside", expected="a level or a kind of missing")
        ratings_once = len(set(zip(self.walk, self.item, strict=True))) == ratings
        check(ratings_once, "table.repeated", "item", "repeats a rating", expected="an item once a record")
        check(len(set(self.items)) == len(self.items), "table.repeated", "items", "repeat an id")
        check.done()
