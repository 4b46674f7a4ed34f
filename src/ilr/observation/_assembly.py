"""How rows become records, and records and ratings become a table in its one canonical order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, FrozenMap, Reason
from ilr.continuum.lookfors import LevelScale
from ilr.observation._columns import Codes, Column, pieces, sorted_column
from ilr.observation._layout import Runs
from ilr.observation.table import ItemVersion, ObservationTable

__all__ = ["Block", "Records", "assemble", "gather"]

_EMPTY = np.int16(-100)
_SPARSE = 4  # cells a rating up to which a grid of all records and items is laid out


@attrs.frozen
class Block:
    """Ratings as they came: record, item and level of each, and the row that it stands in."""

    walk: NDArray[np.int32]
    place: Codes | int
    level: NDArray[np.int16]
    row: NDArray[np.int64] | None = None

    def key(self, rows: slice, items: int) -> NDArray[np.int64]:
        """For each rating a number that tells record and item."""
        place = self.place if isinstance(self.place, int) else self.place[rows]
        return self.walk[rows].astype(np.int64) * items + place

    @staticmethod
    def put_all(blocks: Iterable[Block], grid: NDArray[np.int16], items: int) -> None:
        """Write the levels of blocks into a grid of all records and items, a part at a time."""
        for block in blocks:
            for rows in pieces(len(block.level)):
                grid[block.key(rows, items)] = block.level[rows]


@attrs.frozen(kw_only=True)
class Records:
    """Records gathered from rows."""

    walks: dict[str, Column]
    days: NDArray[np.datetime64]
    minutes: NDArray[np.float64]


def gather(
    facts: dict[str, Column],
    days: NDArray[np.datetime64] | None,
    minutes: NDArray[np.float64] | None,
    runs: Runs,
    check: Checker,
    *,
    co_teaching: bool,
) -> tuple[Records, NDArray[np.int32]]:
    """Gather runs of rows into records in canonical order and check that facts agree within each.

    Returns:
        The records, and for every run the place of its record.
    """
    key = facts["visit"].codes.astype(np.int64)
    for name in ("segment", "observer"):
        if name in facts:
            key = key * (len(facts[name].categories) + 1) + facts[name].codes + 1
    whole = np.all([facts[name].codes >= 0 for name in ("visit", "teacher", "observer")], axis=0)
    key = np.where(whole, key, -1 - np.arange(len(key)))  # a row that lacks an id stands for itself
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    of_run = inverse.astype(np.int32)

    walks: dict[str, Column] = {}
    for name, column in facts.items():
        walks[name] = column.take(first)
        if name not in ("visit", "segment", "observer", "teacher"):  # the key itself, and what may be shared
            _check_constant(column.codes, first, of_run, name, runs, check)
    if days is None:
        days = np.full(len(first), np.datetime64("NaT", "D"))
    else:
        _check_constant(days.astype(np.int64), first, of_run, "date", runs, check)
        days = days[first]
    if minutes is None:
        minutes = np.full(len(first), np.nan)
    else:
        _check_constant(np.nan_to_num(minutes, nan=-1.0), first, of_run, "minutes", runs, check)
        minutes = minutes[first]

    walks["teacher"] = _teachers(facts, first, whole, runs, check, co_teaching=co_teaching)
    return Records(walks=walks, days=days, minutes=minutes), of_run


def _teachers(
    facts: Mapping[str, Column],
    first: NDArray[np.int64],
    whole: NDArray[np.bool_],
    runs: Runs,
    check: Checker,
    *,
    co_teaching: bool,
) -> Column:
    """The teacher of every record, or the group of those who teach a visit together."""
    visit, teacher = facts["visit"], facts["teacher"]
    one_of = np.full(len(visit.categories) + 1, -1, dtype=np.int32)
    one_of[visit.codes[whole]] = teacher.codes[whole]
    several = np.unique(visit.codes[whole & (teacher.codes != one_of[visit.codes])])
    if len(several) and not co_teaching:
        for code in several:
            check(
                False,
                "visit.teachers",
                f"rows[{runs.rows(visit.codes == code)[0]}]",
                "is of a visit with several teachers",
                expected="one teacher a visit",
                hint="declare co_teaching=True where teachers share a class",
            )
    elif len(several):
        pairs = np.unique((visit.codes.astype(np.int64) * len(teacher.categories) + teacher.codes)[whole])
        labels: list[Any] = [()] * len(visit.categories)
        for pair in pairs:
            at, who = divmod(int(pair), len(teacher.categories))
            labels[at] = (*labels[at], teacher.categories[who])
        groups = [label[0] if len(label) == 1 else label for label in labels]
        return sorted_column(visit.codes[first], groups)
    return teacher.take(first)


def _check_constant(
    values: NDArray[Any],
    first: NDArray[np.int64],
    of_run: NDArray[np.int32],
    name: str,
    runs: Runs,
    check: Checker,
) -> None:
    for row in runs.rows(values != values[first][of_run]):
        check(
            False,
            "record.varies",
            f"rows[{row}]",
            f"has another {name} than the rest of its record",
            expected=f"one {name} a record",
        )


def assemble(
    records: Records,
    blocks: list[Block],
    *,
    items: Sequence[str],
    scales: Sequence[LevelScale],
    inferred: bool,
    dimensions: Sequence[str],
    check: Checker,
    merge_equal: bool,
    ids: Sequence[str] | None,
    left_out: Mapping[str, int],
    origins: Sequence[tuple[ItemVersion, ...]] = (),
    notes: Iterable[Reason] = (),
) -> ObservationTable:
    """Put ratings into canonical order, refuse repeated ones and build the table; empties the blocks."""
    found = None if check.problems else _laid_out(blocks, len(records.days), len(items))
    walk, item, level = found or _sorted_ratings(blocks, len(items), check, merge_equal=merge_equal)
    return ObservationTable(
        walks=FrozenMap(records.walks),
        ids=None if ids is None else tuple(ids),
        days=records.days,
        minutes=records.minutes,
        walk=walk,
        item=item,
        level=level,
        items=tuple(items),
        scales=tuple(scales),
        inferred=inferred,
        dimensions=tuple(dimensions),
        left_out=FrozenMap({reason: count for reason, count in left_out.items() if count}),
        origins=tuple(origins) or ((),) * len(items),
        notes=tuple(sorted(set(notes), key=str)),
    )


Ratings = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16]]


def _laid_out(blocks: list[Block], records: int, items: int) -> Ratings | None:
    """Ratings in order of record and item, put into a grid of both; None when one repeats or most are absent."""
    n = sum(len(block.level) for block in blocks)
    if records * items > _SPARSE * n:
        return None
    grid = np.full(records * items, _EMPTY, dtype=np.int16)
    Block.put_all(blocks, grid, items)
    filled = (grid != _EMPTY).reshape(records, items)
    if np.count_nonzero(filled) != n:
        return None
    blocks.clear()  # the grid holds all of them, and the table takes their room
    walk = np.repeat(np.arange(records, dtype=np.int32), np.count_nonzero(filled, axis=1))
    item = np.broadcast_to(np.arange(items, dtype=np.int32), filled.shape)[filled]
    return walk, item, grid if filled.all() else grid[filled.reshape(-1)]


def _sorted_ratings(blocks: Sequence[Block], items: int, check: Checker, *, merge_equal: bool) -> Ratings:
    """Ratings in order of record and item, sorted.

    Raises:
        InvalidInput: for these and all earlier problems, naming the rows of repeated ratings.
    """
    level = np.concatenate([block.level for block in blocks])
    key = np.concatenate([block.key(slice(None), items) for block in blocks])
    place = np.concatenate([np.broadcast_to(block.place, block.level.shape) for block in blocks])
    row_of = np.concatenate(
        [np.arange(len(block.level)) if block.row is None else block.row for block in blocks]
    )
    key = np.where(place >= 0, key, -1 - np.arange(len(key)))  # a rating of no item repeats none
    order = np.argsort(key, kind="stable")
    key, level = key[order], level[order]
    repeated = np.flatnonzero(key[1:] == key[:-1]) + 1
    if merge_equal:
        for at in repeated[level[repeated] != level[repeated - 1]]:
            check(
                False,
                "rating.conflict",
                f"rows[{row_of[order[at]]}]",
                "differs between the teachers of a visit",
                expected="one level for all who teach together",
            )
    else:
        for row in np.unique(row_of[order[repeated]]):
            check(
                False,
                "rating.duplicate",
                f"rows[{row}]",
                "repeats a rating",
                expected="one rating an observer, visit, segment and item",
            )
    check.done()
    keep = np.ones(len(key), dtype=bool)
    keep[repeated] = False
    walk, item = np.divmod(key[keep], max(items, 1))
    return walk.astype(np.int32), item.astype(np.int32), level[keep]
