"""How frames become the columns of an observation table.

The walk: every input column is factored into codes; rows are gathered into records (one observer, one
visit, one segment); levels are looked up in the scales; rows and categories are put into canonical
order. Whatever is wrong on the way is collected and raised once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, FrozenMap, SchoolCalendar, listed
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms import (
    LessonPart,
    Medium,
    Outcome,
    Purpose,
    VisitMode,
)
from ilr.observation._columns import (
    Codes,
    Column,
    Frame,
    as_id,
    as_number,
    canonical,
    combine,
    factor,
    look_up,
    natural,
    need,
    open_frame,
    pieces,
    ranks,
    read_days,
    read_numbers,
    sorted_column,
)
from ilr.observation.table import MISSING_KINDS, ObservationTable

__all__ = [
    "FREE",
    "TAKEN",
    "UNDECLARED",
    "Block",
    "Layout",
    "Runs",
    "assemble",
    "choose_scales",
    "from_frame",
    "gather",
]

_VOCABULARIES: Mapping[str, type[Enum]] = {
    "mode": VisitMode,
    "lesson_part": LessonPart,
    "medium": Medium,
    "outcome": Outcome,
    "purpose": Purpose,
}
UNDECLARED = np.int16(-99)
_MOST_LEVELS = 20
_EMPTY = np.int16(-100)
_SPARSE = 4  # cells a rating up to which a grid of all records and items is laid out
TAKEN, FREE = "is the name of another column of the table", "a name that is free"


@attrs.frozen(kw_only=True)
class Layout:
    """Which column of a frame holds what."""

    visit: tuple[str, ...]
    teacher: str
    observer: str
    item: str | None
    level: str | None
    items: tuple[str, ...] | None
    segment: str | None
    date: str | None
    minutes: str | None
    facts: Mapping[str, str]
    dimensions: tuple[str, ...]

    def check(self) -> None:
        """Refuse a layout that is neither long nor wide."""
        check = Checker("ObservationTable")
        long = self.item is not None and self.level is not None
        wide = self.items is not None
        check(
            long != wide and (long or (self.item is None and self.level is None)),
            "table.layout",
            "",
            "is neither long nor wide",
            expected="item= and level= for a long frame, or items= for a wide one",
        )
        check(
            self.items is None or bool(self.items),
            "table.layout",
            "items",
            "are missing",
            expected="one or more",
        )
        check.done()

    def columns(self) -> tuple[str, ...]:
        """Every column that the frame must have."""
        single = (self.teacher, self.observer, self.item, self.level, self.segment, self.date, self.minutes)
        return (
            *self.visit,
            *(name for name in single if name is not None),
            *(self.items or ()),
            *self.facts.values(),
            *self.dimensions,
        )

    def columns_of_records(self) -> tuple[str, ...]:
        """Every column that tells of a whole record, each once."""
        optional = (self.segment, self.date, self.minutes)
        names = (*self.visit, self.teacher, self.observer, *(name for name in optional if name is not None))
        return tuple(dict.fromkeys((*names, *self.facts.values(), *self.dimensions)))


@attrs.frozen
class Runs:
    """Stretches of rows in which nothing but item and level changes, or single rows where `starts` is None.

    What is told of a record is looked at once a run, not once a row.
    """

    n: int
    starts: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, codes: Codes) -> Runs:
        """The runs of one column."""
        change = np.ones(len(codes), dtype=bool)
        np.not_equal(codes[1:], codes[:-1], out=change[1:])
        few = 2 * np.count_nonzero(change) <= len(codes)
        return cls(len(codes), np.flatnonzero(change) if few else None)

    def first(self, codes: NDArray[Any]) -> NDArray[Any]:
        """The value of each run."""
        return codes if self.starts is None else codes[self.starts]

    def rows(self, runs: NDArray[Any]) -> list[int]:
        """The rows of the runs at which an array is true."""
        return np.flatnonzero(self.spread(runs)).tolist() if runs.any() else []

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of runs, for each row."""
        if self.starts is None:
            return values
        return np.repeat(values, np.diff(self.starts, append=self.n))


Raw = Mapping[str, tuple[Codes, list[Any]]]


def _in_runs(frame: Frame, names: Sequence[str]) -> tuple[Runs, Raw]:
    """The runs of several columns together, and codes and distinct values of each column by run."""
    alone = {}
    for name in names:  # one at a time, so that only one column of codes is held
        codes, distinct = factor(frame[name])
        own = Runs.of(codes)
        alone[name] = own, own.first(codes), distinct
    known = [own.starts for own, _, _ in alone.values() if own.starts is not None]
    if len(known) < len(alone):
        return Runs(own.n), {name: (own.spread(codes), rest) for name, (own, codes, rest) in alone.items()}
    starts = np.unique(np.concatenate(known))
    at = [np.searchsorted(one, starts, side="right") - 1 for one in known]
    return Runs(own.n, starts), {
        name: (codes[place], distinct)
        for place, (name, (_, codes, distinct)) in zip(at, alone.items(), strict=True)
    }


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
class _Records:
    """Records gathered from rows."""

    walks: dict[str, Column]
    days: NDArray[np.datetime64]
    minutes: NDArray[np.float64]


def from_frame(
    frame: Any,
    layout: Layout,
    *,
    levels: Sequence[LevelCode] | None,
    scales: LevelScale | Mapping[str, LevelScale] | None,
    missing: Mapping[Any, str],
    co_teaching: bool,
    calendar: SchoolCalendar | None,
) -> ObservationTable:
    """Read a long or a wide frame; see `ObservationTable.from_frame`."""
    layout.check()
    columns = open_frame(frame)
    need(columns, layout.columns(), "ObservationTable")
    check = Checker("ObservationTable")
    for index, kind in enumerate(missing.values()):
        check(
            kind in MISSING_KINDS,
            "table.missing",
            f"missing[{index}]",
            "is no kind",
            expected=listed(MISSING_KINDS),
        )
    check(
        levels is None or scales is None,
        "table.scales",
        "levels",
        "stand beside scales",
        expected="one of both",
    )
    check.done()

    runs, raw = _in_runs(columns, layout.columns_of_records())
    facts = _columns_of_runs(raw, layout, runs, check)
    days, minutes = _days_of_runs(raw, layout, runs, check, calendar)
    del raw
    records, of_run = gather(facts, days, minutes, runs, check, co_teaching=co_teaching)
    of_row = runs.spread(of_run)
    del facts, of_run, runs

    if layout.items is None:
        item_codes, item_names = factor(columns[str(layout.item)])
        places, items = ranks(item_codes, [as_id(name) for name in item_names])
        place = look_up(places, item_codes)
        del item_codes
        if place.min(initial=0) < 0:
            for row in np.flatnonzero(place < 0):
                check(False, "rating.item", f"rows[{row}].{layout.item}", "is missing", expected="an item id")
        found = _levels_of(columns[str(layout.level)])
        chosen = choose_scales(items, levels, scales, [found.distinct], missing, check)
        level = _level_codes(found, place, chosen, missing, check, str(layout.level))
        del found
        blocks = [Block(of_row, place, level)]
        del place, level
    else:
        items = tuple(sorted(layout.items, key=natural))
        parts = [_levels_of(columns[name]) for name in items]
        chosen = choose_scales(items, levels, scales, [part.distinct for part in parts], missing, check)
        blocks = [
            Block(of_row, index, _level_codes(part, index, chosen, missing, check, name))
            for index, (part, name) in enumerate(zip(parts, items, strict=True))
        ]
    del of_row
    return assemble(
        records,
        blocks,
        items=items,
        scales=chosen,
        inferred=levels is None and scales is None,
        dimensions=layout.dimensions,
        check=check,
        merge_equal=co_teaching,
        ids=None,
        left_out={},
    )


def _columns_of_runs(raw: Raw, layout: Layout, runs: Runs, check: Checker) -> dict[str, Column]:
    def one(name: str) -> Column:
        return canonical(*raw[name])

    found = {
        "visit": combine([one(name) for name in layout.visit]),
        "teacher": one(layout.teacher),
        "observer": one(layout.observer),
    }
    for name, column in found.items():
        for row in runs.rows(column.codes < 0):
            check(False, f"rating.{name}", f"rows[{row}]", f"has no {name}", expected=f"an id of the {name}")
    if layout.segment:
        found["segment"] = one(layout.segment)
    for name, source in {**layout.facts, **{name: name for name in layout.dimensions}}.items():
        if not _is_free(name, source, layout, check):
            continue
        found[name] = one(source)
        if name in _VOCABULARIES:
            known = [str(member.value) for member in _VOCABULARIES[name]]
            strange = [code for code, label in enumerate(found[name].categories) if label not in known]
            for row in runs.rows(np.isin(found[name].codes, strange)):
                check(
                    False, f"visit.{name}", f"rows[{row}].{source}", "is not a code", expected=listed(known)
                )
    return found


def _is_free(name: str, source: str, layout: Layout, check: Checker) -> bool:
    """Whether a column may bear a name: nothing else is called so, or it is the same column."""
    held: dict[str, Any] = {"teacher": layout.teacher, "observer": layout.observer, "segment": layout.segment}
    held |= {"visit": layout.visit[0] if len(layout.visit) == 1 else None, **layout.facts}
    return check(held.get(name, source) == source, "table.dimension", name, TAKEN, expected=FREE)


def _days_of_runs(
    raw: Raw, layout: Layout, runs: Runs, check: Checker, calendar: SchoolCalendar | None
) -> tuple[NDArray[np.datetime64] | None, NDArray[np.float64] | None]:
    days: NDArray[np.datetime64] | None = None
    minutes: NDArray[np.float64] | None = None
    if layout.date:
        codes, distinct = raw[layout.date]
        of_code, bad = read_days(distinct)
        for row in runs.rows(bad[codes]):
            place = f"rows[{row}].{layout.date}"
            check(False, "rating.date", place, "is no day", expected="a date or YYYY-MM-DD")
        days = of_code[codes]
    if layout.minutes:
        codes, distinct = raw[layout.minutes]
        numbers, bad = read_numbers(distinct)
        for row in runs.rows(bad[codes]):
            place = f"rows[{row}].{layout.minutes}"
            check(False, "rating.number", place, "is no length", expected="0 or more")
        minutes = numbers[codes]
    if days is not None and calendar is not None:
        start, end = np.datetime64(calendar.window.start), np.datetime64(calendar.window.end)
        for row in runs.rows((days < start) | (days > end)):
            check(
                False,
                "rating.calendar",
                f"rows[{row}].{layout.date}",
                "lies outside the calendar",
                expected=f"{calendar.window.start} to {calendar.window.end}",
            )
    return days, minutes


def gather(
    facts: dict[str, Column],
    days: NDArray[np.datetime64] | None,
    minutes: NDArray[np.float64] | None,
    runs: Runs,
    check: Checker,
    *,
    co_teaching: bool,
) -> tuple[_Records, NDArray[np.int32]]:
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
    return _Records(walks=walks, days=days, minutes=minutes), of_run


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


@attrs.frozen
class _Levels:
    codes: Codes
    distinct: list[Any]


def _levels_of(values: Any) -> _Levels:
    return _Levels(*factor(values))


def choose_scales(
    items: Sequence[str],
    levels: Sequence[LevelCode] | None,
    scales: LevelScale | Mapping[str, LevelScale] | None,
    distinct: Iterable[Sequence[Any]],
    missing: Mapping[Any, str],
    check: Checker,
    *,
    expected: str = "levels= in ascending order, or scales=",
) -> tuple[LevelScale, ...]:
    """The scale of every item: declared, or inferred from the numbers that occur in any of them.

    Whole numbers are taken as levels from 1 (or lower) up to the highest that occurs.
    """
    if levels is not None:
        return (LevelScale.of(levels),) * len(items)
    if isinstance(scales, LevelScale):
        return (scales,) * len(items)
    if scales is not None:
        absent = [item for item in items if item not in scales]
        for item in absent:
            check(False, "table.scale", f"scales.{item}", "is missing", expected="a scale for every item")
        check.done()
        return tuple(scales[item] for item in items)
    absent_codes = {_cell(code) for code in missing}
    numbers = {as_number(value) for part in distinct for value in part if _cell(value) not in absent_codes}
    known = sorted(number for number in numbers if number is not None)
    if (
        known
        and len(known) == len(numbers)
        and all(number.is_integer() for number in known)
        and known[-1] <= _MOST_LEVELS
    ):
        low = int(min(known[0], 1))
        return (LevelScale.of(range(low, max(int(known[-1]), low + 1) + 1)),) * len(items)
    if None in numbers or len(numbers) < 2:
        check(
            False,
            "table.levels",
            "levels",
            "cannot be told from the data",
            expected=expected,
        )
        check.done()
    return (LevelScale.of([int(code) if code.is_integer() else code for code in known]),) * len(items)


def _level_codes(
    found: _Levels,
    place: Codes | int,
    scales: Sequence[LevelScale],
    missing: Mapping[Any, str],
    check: Checker,
    name: str,
) -> NDArray[np.int16]:
    """The level code of every cell: its place in the scale of its item, or a kind of missing."""
    kinds = {_cell(value): MISSING_KINDS[kind] for value, kind in missing.items()}
    cells = [_cell(value) for value in found.distinct]
    table = np.full((len(scales) + 1, len(cells) + 1), UNDECLARED, dtype=np.int16)
    table[:, -1] = MISSING_KINDS["unanswered"]
    for index, scale in enumerate(scales):
        if index and scale == scales[index - 1]:
            table[index] = table[index - 1]
            continue
        codes = {_cell(code): at for at, code in enumerate(scale.codes)}
        table[index, :-1] = [kinds.get(cell, codes.get(cell, UNDECLARED)) for cell in cells]
    if isinstance(place, int):
        level = look_up(table[place], found.codes)
    else:
        level = np.empty(len(place), dtype=np.int16)
        for rows in pieces(len(place)):
            level[rows] = table[place[rows], found.codes[rows]]
    if level.min(initial=0) == UNDECLARED:
        item = np.broadcast_to(place, level.shape)
        for row in np.flatnonzero((level == UNDECLARED) & (item >= 0)):
            expected = listed(scales[item[row]].codes)
            check(False, "rating.level", f"rows[{row}].{name}", "is not a declared level", expected=expected)
    return level


def _cell(value: Any) -> Any:
    """A cell as it is compared: numbers and texts of numbers alike, other texts without outer blanks."""
    number = as_number(value)
    return number if number is not None else str(value).strip()


def assemble(
    records: _Records,
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
