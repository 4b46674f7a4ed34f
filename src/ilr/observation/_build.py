"""How frames and records become the columns of an observation table.

The walk: every input column is factored into codes; rows are gathered into records (one observer, one
visit, one segment); levels are looked up in the scales; rows and categories are put into canonical
order. Whatever is wrong on the way is collected and raised once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, FrozenMap, SchoolCalendar, listed
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms import AnswerState, Form, LessonPart, Medium, Outcome, Purpose, VisitMode, Walkthrough
from ilr.observation._columns import (
    Codes,
    Column,
    Frame,
    as_number,
    canonical,
    combine,
    factor,
    natural,
    need,
    open_frame,
    read_days,
    read_numbers,
    sorted_column,
)
from ilr.observation.table import MISSING_KINDS, ObservationTable

__all__ = ["Layout", "from_frame", "from_walkthroughs"]

_VOCABULARIES: Mapping[str, type[Enum]] = {
    "mode": VisitMode,
    "lesson_part": LessonPart,
    "medium": Medium,
    "outcome": Outcome,
    "purpose": Purpose,
}
_UNDECLARED = np.int16(-99)
_MOST_LEVELS = 20
_TAKEN, _FREE = "is the name of another column of the table", "a name that is free"


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


@attrs.frozen(kw_only=True)
class _Records:
    """Records gathered from rows: their columns, and the record of every row."""

    walks: dict[str, Column]
    days: NDArray[np.datetime64]
    minutes: NDArray[np.float64]
    of_row: NDArray[np.int64]


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

    rows = _row_columns(columns, layout, check)
    days = read_days(columns[layout.date], check, layout.date) if layout.date else None
    minutes = read_numbers(columns[layout.minutes], check, layout.minutes) if layout.minutes else None
    _check_calendar(days, calendar, check, layout.date or "date")
    records = _gather(rows, days, minutes, check, co_teaching=co_teaching)

    if layout.items is None:
        item_codes, item_names = factor(columns[str(layout.item)])
        item_column = canonical(item_codes, item_names)
        for row in np.flatnonzero(item_column.codes < 0):
            check(False, "rating.item", f"rows[{row}].{layout.item}", "is missing", expected="an item id")
        items = item_column.categories
        found = _levels_of(columns[str(layout.level)])
        chosen = _scales(items, levels, scales, [found.distinct], missing, check)
        place = item_column.codes
        walk = records.of_row
        level = _look_up(found, place, chosen, missing, check, str(layout.level))
    else:
        items = tuple(sorted(layout.items, key=natural))
        parts = [_levels_of(columns[name]) for name in items]
        chosen = _scales(items, levels, scales, [part.distinct for part in parts], missing, check)
        n = len(records.of_row)
        place = np.repeat(np.arange(len(items), dtype=np.int32), n)
        walk = np.tile(records.of_row, len(items))
        level = np.concatenate(
            [
                _look_up(part, np.full(n, index, dtype=np.int32), chosen, missing, check, name)
                for index, (part, name) in enumerate(zip(parts, items, strict=True))
            ]
        )
    rows_of_rating = np.arange(len(walk)) % max(len(records.of_row), 1)
    return _assemble(
        records,
        walk,
        place,
        level,
        items=items,
        scales=chosen,
        inferred=levels is None and scales is None,
        dimensions=layout.dimensions,
        check=check,
        row_of=rows_of_rating,
        merge_equal=co_teaching,
        ids=None,
        left_out={},
    )


def _row_columns(columns: Frame, layout: Layout, check: Checker) -> dict[str, Column]:
    def one(name: str) -> Column:
        return canonical(*factor(columns[name]))

    rows = {
        "visit": combine([one(name) for name in layout.visit]),
        "teacher": one(layout.teacher),
        "observer": one(layout.observer),
    }
    for name, column in rows.items():
        for row in np.flatnonzero(column.codes < 0):
            check(False, f"rating.{name}", f"rows[{row}]", f"has no {name}", expected=f"an id of the {name}")
    if layout.segment:
        rows["segment"] = one(layout.segment)
    for name, source in {**layout.facts, **{name: name for name in layout.dimensions}}.items():
        if not _is_free(name, source, layout, check):
            continue
        rows[name] = one(source)
        if name in _VOCABULARIES:
            known = [str(member.value) for member in _VOCABULARIES[name]]
            strange = [code for code, label in enumerate(rows[name].categories) if label not in known]
            for row in np.flatnonzero(np.isin(rows[name].codes, strange)):
                check(
                    False, f"visit.{name}", f"rows[{row}].{source}", "is not a code", expected=listed(known)
                )
    return rows


def _is_free(name: str, source: str, layout: Layout, check: Checker) -> bool:
    """Whether a column may bear a name: nothing else is called so, or it is the same column."""
    held: dict[str, Any] = {"teacher": layout.teacher, "observer": layout.observer, "segment": layout.segment}
    held |= {"visit": layout.visit[0] if len(layout.visit) == 1 else None, **layout.facts}
    return check(held.get(name, source) == source, "table.dimension", name, _TAKEN, expected=_FREE)


def _check_calendar(
    days: NDArray[np.datetime64] | None, calendar: SchoolCalendar | None, check: Checker, name: str
) -> None:
    if days is None or calendar is None:
        return
    start, end = np.datetime64(calendar.window.start), np.datetime64(calendar.window.end)
    for row in np.flatnonzero((days < start) | (days > end)):
        check(
            False,
            "rating.calendar",
            f"rows[{row}].{name}",
            "lies outside the calendar",
            expected=f"{calendar.window.start} to {calendar.window.end}",
        )


def _gather(
    rows: dict[str, Column],
    days: NDArray[np.datetime64] | None,
    minutes: NDArray[np.float64] | None,
    check: Checker,
    *,
    co_teaching: bool,
) -> _Records:
    """Gather rows into records in canonical order and check that facts agree within each."""
    key = rows["visit"].codes.astype(np.int64)
    for name in ("segment", "observer"):
        if name in rows:
            key = key * (len(rows[name].categories) + 1) + rows[name].codes + 1
    whole = np.all([rows[name].codes >= 0 for name in ("visit", "teacher", "observer")], axis=0)
    key = np.where(whole, key, -1 - np.arange(len(key)))  # a row that lacks an id stands for itself
    _, first, of_row = np.unique(key, return_index=True, return_inverse=True)

    walks: dict[str, Column] = {}
    for name, column in rows.items():
        walks[name] = column.take(first)
        if name != "teacher":
            _check_constant(column.codes, first, of_row, name, check)
    row_days = np.full(len(of_row), np.datetime64("NaT", "D")) if days is None else days
    row_minutes = np.full(len(of_row), np.nan) if minutes is None else minutes
    _check_constant(row_days.astype(np.int64), first, of_row, "date", check)
    _check_constant(np.nan_to_num(row_minutes, nan=-1.0), first, of_row, "minutes", check)

    visit, teacher = rows["visit"], rows["teacher"]
    pairs = np.unique((visit.codes.astype(np.int64) * len(teacher.categories) + teacher.codes)[whole])
    visits_of_pairs = pairs // max(len(teacher.categories), 1)
    several = np.flatnonzero(np.bincount(visits_of_pairs, minlength=len(visit.categories)) > 1)
    if len(several) and not co_teaching:
        for code in several:
            row = int(np.flatnonzero(visit.codes == code)[0])
            check(
                False,
                "visit.teachers",
                f"rows[{row}]",
                "is of a visit with several teachers",
                expected="one teacher a visit",
                hint="declare co_teaching=True where teachers share a class",
            )
    elif len(several):
        labels: list[Any] = [()] * len(visit.categories)
        for pair in pairs:
            at, who = divmod(int(pair), len(teacher.categories))
            labels[at] = (*labels[at], teacher.categories[who])
        groups = [label[0] if len(label) == 1 else label for label in labels]
        walks["teacher"] = sorted_column(walks["visit"].codes, groups)
    return _Records(walks=walks, days=row_days[first], minutes=row_minutes[first], of_row=of_row)


def _check_constant(
    values: NDArray[Any], first: NDArray[np.int64], of_row: NDArray[np.int64], name: str, check: Checker
) -> None:
    for row in np.flatnonzero(values != values[first][of_row]):
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


def _scales(
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


def _look_up(
    found: _Levels,
    place: Codes,
    scales: Sequence[LevelScale],
    missing: Mapping[Any, str],
    check: Checker,
    name: str,
) -> NDArray[np.int16]:
    """The level code of every cell: its place in the scale of its item, or a kind of missing."""
    kinds = {_cell(value): MISSING_KINDS[kind] for value, kind in missing.items()}
    table = np.full((len(scales) + 1, len(found.distinct) + 1), _UNDECLARED, dtype=np.int16)
    table[:, -1] = MISSING_KINDS["unanswered"]
    for index, scale in enumerate(scales):
        if index and scale == scales[index - 1]:
            table[index] = table[index - 1]
            continue
        codes = {_cell(code): at for at, code in enumerate(scale.codes)}
        for code, value in enumerate(found.distinct):
            cell = _cell(value)
            table[index, code] = kinds.get(cell, codes.get(cell, _UNDECLARED))
    level = table[place, found.codes]
    for row in np.flatnonzero((level == _UNDECLARED) & (place >= 0)):
        expected = listed(scales[place[row]].codes)
        check(False, "rating.level", f"rows[{row}].{name}", "is not a declared level", expected=expected)
    return level


def _cell(value: Any) -> Any:
    """A cell as it is compared: numbers and texts of numbers alike, other texts without outer blanks."""
    number = as_number(value)
    return number if number is not None else str(value).strip()


def _assemble(
    records: _Records,
    walk: NDArray[Any],
    place: Codes,
    level: NDArray[np.int16],
    *,
    items: Sequence[str],
    scales: Sequence[LevelScale],
    inferred: bool,
    dimensions: Sequence[str],
    check: Checker,
    row_of: NDArray[np.int64],
    merge_equal: bool,
    ids: Sequence[str] | None,
    left_out: Mapping[str, int],
) -> ObservationTable:
    """Put ratings into canonical order, refuse repeated ones and build the table."""
    key = walk.astype(np.int64) * len(items) + place
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
    walks = records.walks
    if ids is None:
        parts = [walks[name].decoded() for name in ("visit", "segment", "observer") if name in walks]
        ids = [
            "|".join(str(part).replace("\\", "\\\\").replace("|", "\\|") for part in one if part is not None)
            for one in zip(*parts, strict=True)
        ]
    return ObservationTable(
        walks=FrozenMap(walks),
        ids=tuple(ids),
        days=records.days,
        minutes=records.minutes,
        walk=(key[keep] // max(len(items), 1)).astype(np.int32),
        item=(key[keep] % max(len(items), 1)).astype(np.int32),
        level=level[keep],
        items=tuple(items),
        scales=tuple(scales),
        inferred=inferred,
        dimensions=tuple(dimensions),
        left_out=FrozenMap({reason: count for reason, count in left_out.items() if count}),
    )


def from_walkthroughs(
    records: Sequence[Walkthrough],
    forms: Sequence[Form],
    *,
    dimensions: Sequence[str] | None,
    calendar: SchoolCalendar | None,
) -> ObservationTable:
    """Read walkthrough records; see `ObservationTable.from_walkthroughs`."""
    check = Checker("ObservationTable")
    ids = [record.id for record in records]
    for row in _repeats(ids):
        check(
            False, "record.repeated", f"records[{row}].id", "is that of another record", expected="unlike ids"
        )
    superseded = {record.supersedes for record in records if record.supersedes}
    current = [(row, record) for row, record in enumerate(records) if record.id not in superseded]
    for row in _repeats([(record.visit, record.segment, record.observer) for _, record in current]):
        check(
            False,
            "rating.duplicate",
            f"records[{current[row][0]}]",
            "is a second record of its visit",
            expected="one record an observer, visit and segment",
            hint="a correction names what it supersedes",
        )

    known = _scales_of_forms(forms, check)
    note_items = _note_items([record for _, record in current], forms) - set(known)
    notes = 0
    answers: list[tuple[int, str, LevelCode | None, AnswerState]] = []
    _check_records(current, calendar, check)
    for at, (_, record) in enumerate(current):
        for answer in record.answers:
            if answer.item in note_items:
                notes += 1
            else:
                answers.append((at, answer.item, answer.code, answer.state))
    items = tuple(sorted({item for _, item, _, _ in answers}, key=natural))
    loose = [item for item in items if item not in known]
    if loose:
        values = {code for _, item, code, _ in answers if item in loose and code is not None}
        inferred = _scales(loose, None, None, [list(values)], {}, check, expected="forms= with their scales")
        known.update(zip(loose, inferred, strict=True))
    chosen = tuple(known[item] for item in items)

    level = np.empty(len(answers), dtype=np.int16)
    positions = [{code: at for at, code in enumerate(scale.codes)} for scale in chosen]
    place_of = {item: index for index, item in enumerate(items)}
    for number, (at, item, code, state) in enumerate(answers):
        if state is not AnswerState.ANSWERED:
            level[number] = MISSING_KINDS[state.value]
        elif code in positions[place_of[item]]:
            level[number] = positions[place_of[item]][code]
        else:
            level[number] = _UNDECLARED
            check(
                False,
                "rating.level",
                f"records[{current[at][0]}].answers.{item}",
                "is not a declared level",
                expected=listed(chosen[place_of[item]].codes),
            )
    check.done()

    names = (
        dimensions
        if dimensions is not None
        else sorted({name for _, one in current for name in one.dimensions})
    )
    facts = _record_columns([record for _, record in current], names, check)
    check.done()
    days = np.array([_school_day(record, calendar) for _, record in current], dtype="datetime64[D]")
    minutes = np.array(
        [np.nan if record.minutes is None else record.minutes for _, record in current], dtype=np.float64
    )
    gathered = _gather(facts, days, minutes, check, co_teaching=False)
    order = np.empty(len(current), dtype=np.int64)
    order[gathered.of_row] = np.arange(len(current))
    return _assemble(
        gathered,
        gathered.of_row[np.array([at for at, _, _, _ in answers], dtype=np.int64)],
        np.array([place_of[item] for _, item, _, _ in answers], dtype=np.int32),
        level,
        items=items,
        scales=chosen,
        inferred=bool(loose),
        dimensions=names,
        check=check,
        row_of=np.array([at for at, _, _, _ in answers], dtype=np.int64),
        merge_equal=False,
        ids=[current[at][1].id for at in order],
        left_out={"superseded": len(records) - len(current), "notes": notes},
    )


def _repeats(keys: Sequence[Any]) -> list[int]:
    seen: set[Any] = set()
    return [row for row, key in enumerate(keys) if key in seen or seen.add(key)]  # type: ignore[func-returns-value]  # add returns None on purpose


def _check_records(
    records: Iterable[tuple[int, Walkthrough]], calendar: SchoolCalendar | None, check: Checker
) -> None:
    """Check what only the other records of a visit, or the calendar, can tell."""
    teachers_of: dict[str, frozenset[str]] = {}
    for row, record in records:
        if calendar is not None and calendar.school_day(record.at) not in calendar.window:
            check(
                False,
                "rating.calendar",
                f"records[{row}].at",
                "lies outside the calendar",
                expected=f"{calendar.window.start} to {calendar.window.end}",
            )
        teachers = frozenset(record.teachers)
        check(
            teachers_of.setdefault(record.visit, teachers) == teachers,
            "visit.teachers",
            f"records[{row}].teachers",
            "differ from those of another record of the visit",
            expected="the same teachers in every record of a visit",
        )


def _note_items(records: Sequence[Walkthrough], forms: Sequence[Form]) -> set[str]:
    """The items that ask for text: forms say so, or records that hold text under no look-for."""
    refs = {form.ref for form in forms}
    return {
        answer.item
        for record in records
        for answer in record.answers
        if record.form in refs or (answer.look_for is None and isinstance(answer.code, str))
    }


def _scales_of_forms(forms: Sequence[Form], check: Checker) -> dict[str, LevelScale]:
    known: dict[str, LevelScale] = {}
    for index, form in enumerate(forms):
        for item in form.items:
            if item.scale is not None:
                check(
                    known.setdefault(item.id, item.scale) == item.scale,
                    "item.rescaled",
                    f"forms[{index}].{item.id}",
                    "has another scale than in another form",
                    expected="one scale an item",
                )
    return known


def _school_day(record: Walkthrough, calendar: SchoolCalendar | None) -> date:
    return record.at.date() if calendar is None else calendar.school_day(record.at)


def _record_columns(
    records: Sequence[Walkthrough], dimensions: Sequence[str], check: Checker
) -> dict[str, Column]:
    def column(values: Sequence[Any]) -> Column:
        codes, distinct = factor(values)
        return sorted_column(codes, distinct)

    def code(value: Enum | None) -> Any:
        return None if value is None else value.value

    columns = {
        "visit": column([record.visit for record in records]),
        "teacher": column(
            [
                r.teachers[0] if len(r.teachers) == 1 else tuple(sorted(r.teachers, key=natural))
                for r in records
            ]
        ),
        "observer": column([record.observer for record in records]),
        "segment": column([record.segment for record in records]),
        "building": column([record.building for record in records]),
        "mode": column([code(record.mode) for record in records]),
        "period": column([record.period for record in records]),
        "lesson_part": column([code(record.lesson_part) for record in records]),
        "medium": column([code(record.medium) for record in records]),
        "form": column([f"{record.form.id}@{record.form.version}" for record in records]),
        "focus": column([record.focus for record in records]),
        "purpose": column([code(record.purpose) for record in records]),
        "outcome": column([code(record.outcome) for record in records]),
    }
    for name in dimensions:
        if check(name not in columns, "table.dimension", name, _TAKEN, expected=_FREE):
            columns[name] = column([record.dimensions.get(name) for record in records])
    always = {"visit", "teacher", "observer", *dimensions}
    return {name: one for name, one in columns.items() if one.categories or name in always}
