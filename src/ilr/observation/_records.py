"""How walkthrough records become the columns of an observation table, one by one, so that a stream will do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from ilr.observation._assembly import Block, assemble, gather
from ilr.observation._build import FREE, TAKEN
from ilr.observation._columns import Column, factor, natural, sorted_column
from ilr.observation._layout import Runs
from ilr.observation._levels import UNDECLARED, choose_scales
from ilr.observation._versions import Place, Versions, check_versions, in_order
from ilr.observation.table import MISSING_KINDS, ItemVersion, ObservationTable

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
    repeated: int


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
            repeated=sum(len(entry.answers) for entry in one.entries),
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

    _check_records(current, calendar, check)
    versions = Versions.of(forms, check)
    first: dict[FormRef, str] = {}
    for row, record in current:
        first.setdefault(record.form, f"records[{row}].form")
    if not check_versions(first, versions.places, check):
        check.done()
    loose = _loose_places([record for _, record in current], versions, check)
    found = _ratings(current, versions, loose, check)
    items = tuple(sorted(found.places, key=natural))
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
    rows = np.array(found.rows, dtype=np.int64)
    place_of = {item: index for index, item in enumerate(items)}
    places = np.array([place_of[name] for name in found.names], dtype=np.int32)
    level = np.array(found.levels, dtype=np.int16)
    return assemble(
        gathered,
        [Block(of_record[rows], places, level, rows)],
        items=items,
        scales=[found.places[item][0].scale for item in items],
        inferred=any(item not in versions.scales for known in loose.values() for item in known),
        dimensions=names,
        check=check,
        merge_equal=False,
        ids=[current[at][1].id for at in order],
        left_out={
            "superseded": len(records) - len(current),
            "in repeats": sum(record.repeated for _, record in current),
            **found.left_out,
        },
        origins=[in_order(one.origin for one in found.places[item]) for item in items],
        notes=[note for item in items for one in found.places[item] for note in one.notes],
    )


def _loose_places(
    records: Iterable[_Slim], versions: Versions, check: Checker
) -> dict[FormRef, dict[str, Place]]:
    """Where the ratings of records go whose form is not at hand.

    What has one code under a look-for is a rating, on the scale of another form that has such an item or on one
    that is inferred; all else is none, for a number may be a count and a text a note.
    """
    codes: dict[tuple[FormRef, str], dict[LevelCode, None]] = {}
    several: set[tuple[FormRef, str]] = set()
    for record in records:
        for answer in record.answers if record.form not in versions.places else ():
            key = record.form, answer.item
            if answer.look_for is not None:
                known = codes.setdefault(key, {})
                if answer.code is not None:
                    known[answer.code] = None
                elif answer.state is AnswerState.ANSWERED:
                    several.add(key)
    for key in several:
        del codes[key]
    values = {key: list(known) for key, known in codes.items() if key[1] not in versions.scales}
    loose = [item for _, item in values]
    inferred: Sequence[LevelScale] = ()
    if loose:
        named = "forms= with their scales"
        inferred = choose_scales(loose, None, None, list(values.values()), {}, check, expected=named)
    scales = {**versions.scales, **dict(zip(loose, inferred, strict=True))}
    places: dict[FormRef, dict[str, Place]] = {}
    for form, item in codes:
        scale = scales[item]
        places.setdefault(form, {})[item] = Place(
            name=item,
            origin=ItemVersion(form, item),
            scale=scale,
            levels={code: place for place, code in enumerate(scale.codes)},
        )
    return places


@attrs.frozen
class _Ratings:
    """Ratings as they stand in records: row of the record, name of the item and level of each."""

    rows: list[int] = attrs.field(factory=list)
    names: list[str] = attrs.field(factory=list)
    levels: list[int] = attrs.field(factory=list)
    places: dict[str, list[Place]] = attrs.field(factory=dict)
    left_out: Counter[str] = attrs.field(factory=Counter)


def _ratings(
    records: Sequence[tuple[int, _Slim]],
    versions: Versions,
    loose: Mapping[FormRef, Mapping[str, Place]],
    check: Checker,
) -> _Ratings:
    """The ratings of records, and what else they hold, counted."""
    found = _Ratings()
    texts = _texts([record for _, record in records], versions)
    nothing: Mapping[str, Place] = {}
    used: set[tuple[FormRef, str]] = set()
    for at, (row, record) in enumerate(records):
        places = versions.places.get(record.form) or loose.get(record.form, nothing)
        for answer in record.answers:
            place = places.get(answer.item)
            if place is None:
                found.left_out["notes" if (record.form, answer.item) in texts else "not rated"] += 1
                continue
            level = MISSING_KINDS.get(answer.state.value, UNDECLARED)
            if answer.code is not None:
                level = place.levels.get(answer.code, UNDECLARED)
            check(
                level != UNDECLARED,
                "rating.level",
                f"records[{row}].answers.{answer.item}",
                "is not a declared level",
                expected=listed(place.levels),
            )
            found.rows.append(at)
            found.names.append(place.name)
            found.levels.append(level)
            if (record.form, answer.item) not in used:
                used.add((record.form, answer.item))
                found.places.setdefault(place.name, []).append(place)
    return found


def _texts(records: Iterable[_Slim], versions: Versions) -> frozenset[tuple[FormRef, str]]:
    """The items that are answered with words: their forms say so, or records that hold text under no look-for."""
    told = {(form, item) for form, items in versions.texts.items() for item in items}
    held = {
        (record.form, answer.item)
        for record in records
        if record.form not in versions.texts
        for answer in record.answers
        if answer.look_for is None and isinstance(answer.code, str)
    }
    return frozenset(told | held)


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
