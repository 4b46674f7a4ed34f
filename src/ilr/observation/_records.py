"""How walkthrough records become the columns of an observation table, one by one, so that a stream will do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum
from typing import Any, TypeVar

import attrs
import numpy as np

from ilr.base import Checker, FrozenMap, SchoolCalendar, listed
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms import (
    Answer,
    AnswerState,
    Form,
    FormRef,
    LessonPart,
    Medium,
    Outcome,
    Purpose,
    VisitMode,
    Walkthrough,
)
from ilr.observation._build import FREE, TAKEN, UNDECLARED, Block, Runs, assemble, choose_scales, gather
from ilr.observation._columns import (
    Column,
    factor,
    natural,
    sorted_column,
)
from ilr.observation.table import MISSING_KINDS, ObservationTable

__all__ = ["from_walkthroughs"]

_T = TypeVar("_T")


@attrs.frozen(kw_only=True)
class _Slim:
    """What a table takes from a walkthrough; answers are shared between records, so that it is small."""

    id: str
    supersedes: str | None
    visit: str
    segment: str | None
    observer: str
    teachers: tuple[str, ...]
    day: date
    form: FormRef
    building: str | None
    mode: VisitMode | None
    period: str | None
    lesson_part: LessonPart
    medium: Medium
    focus: str | None
    purpose: Purpose
    outcome: Outcome
    minutes: float | None
    dimensions: FrozenMap[str, str]
    answers: tuple[Answer, ...]


def _slim(records: Iterable[Walkthrough], calendar: SchoolCalendar | None) -> tuple[_Slim, ...]:
    """Take from records, one by one, what a table needs."""
    known: dict[Any, Any] = {}

    def shared(value: _T) -> _T:
        return known.setdefault(value, value)  # type: ignore[no-any-return]  # an equal value is of one type

    return tuple(
        _Slim(
            id=one.id,
            supersedes=one.supersedes,
            visit=one.visit,
            segment=shared(one.segment),
            observer=shared(one.observer),
            teachers=shared(one.teachers),
            day=shared(_school_day(one, calendar)),
            form=shared(one.form),
            building=shared(one.building),
            mode=one.mode,
            period=shared(one.period),
            lesson_part=one.lesson_part,
            medium=one.medium,
            focus=shared(one.focus),
            purpose=one.purpose,
            outcome=one.outcome,
            minutes=one.minutes,
            dimensions=shared(one.dimensions),
            answers=tuple([shared(answer) for answer in one.answers]),
        )
        for one in records
    )


def from_walkthroughs(
    given: Iterable[Walkthrough],
    forms: Sequence[Form],
    *,
    dimensions: Sequence[str] | None,
    calendar: SchoolCalendar | None,
) -> ObservationTable:
    """Read walkthrough records; see `ObservationTable.from_walkthroughs`."""
    check = Checker("ObservationTable")
    records = _slim(given, calendar)
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
        inferred = choose_scales(
            loose, None, None, [list(values)], {}, check, expected="forms= with their scales"
        )
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
            level[number] = UNDECLARED
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
    days = np.array([record.day for _, record in current], dtype="datetime64[D]")
    minutes = np.array(
        [np.nan if record.minutes is None else record.minutes for _, record in current], dtype=np.float64
    )
    gathered, of_record = gather(facts, days, minutes, Runs(len(current)), check, co_teaching=False)
    order = np.empty(len(current), dtype=np.int64)
    order[of_record] = np.arange(len(current))
    rows = np.array([at for at, _, _, _ in answers], dtype=np.int64)
    places = np.array([place_of[item] for _, item, _, _ in answers], dtype=np.int32)
    return assemble(
        gathered,
        [Block(of_record[rows], places, level, rows)],
        items=items,
        scales=chosen,
        inferred=bool(loose),
        dimensions=names,
        check=check,
        merge_equal=False,
        ids=[current[at][1].id for at in order],
        left_out={"superseded": len(records) - len(current), "notes": notes},
    )


def _repeats(keys: Sequence[Any]) -> list[int]:
    seen: set[Any] = set()
    return [row for row, key in enumerate(keys) if key in seen or seen.add(key)]  # type: ignore[func-returns-value]  # add returns None on purpose


def _check_records(
    records: Iterable[tuple[int, _Slim]], calendar: SchoolCalendar | None, check: Checker
) -> None:
    """Check what only the other records of a visit, or the calendar, can tell."""
    teachers_of: dict[str, frozenset[str]] = {}
    for row, record in records:
        if calendar is not None and record.day not in calendar.window:
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


def _note_items(records: Sequence[_Slim], forms: Sequence[Form]) -> set[str]:
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


def _record_columns(records: Sequence[_Slim], dimensions: Sequence[str], check: Checker) -> dict[str, Column]:
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
        if check(name not in columns, "table.dimension", name, TAKEN, expected=FREE):
            columns[name] = column([record.dimensions.get(name) for record in records])
    always = {"visit", "teacher", "observer", *dimensions}
    return {name: one for name, one in columns.items() if one.categories or name in always}
