"""How frames become the columns of an observation table.

The walk: every input column is factored into codes; rows are gathered into records (one observer, one
visit, one segment); levels are looked up in the scales; rows and categories are put into canonical
order. Whatever is wrong on the way is collected and raised once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilr.base import Checker, SchoolCalendar, listed
from ilr.continuum.lookfors import LevelCode, LevelScale
from ilr.forms import LessonPart, Medium, Outcome, Purpose, VisitMode
from ilr.observation._assembly import Block, assemble, gather
from ilr.observation._columns import (
    Column,
    as_id,
    canonical,
    combine,
    factor,
    look_up,
    natural,
    need,
    open_frame,
    ranks,
    read_days,
    read_numbers,
)
from ilr.observation._layout import Layout, Raw, Runs, in_runs
from ilr.observation._levels import choose_scales, level_codes, levels_of
from ilr.observation.table import MISSING_KINDS, ObservationTable

__all__ = ["FREE", "TAKEN", "Layout", "from_frame"]

_VOCABULARIES: Mapping[str, type[Enum]] = {
    "mode": VisitMode,
    "lesson_part": LessonPart,
    "medium": Medium,
    "outcome": Outcome,
    "purpose": Purpose,
}
TAKEN, FREE = "is the name of another column of the table", "a name that is free"


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

    runs, raw = in_runs(columns, layout.columns_of_records())
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
        found = levels_of(columns[str(layout.level)])
        chosen = choose_scales(items, levels, scales, [found.distinct], missing, check)
        level = level_codes(found, place, chosen, missing, check, str(layout.level))
        del found
        blocks = [Block(of_row, place, level)]
        del place, level
    else:
        items = tuple(sorted(layout.items, key=natural))
        parts = [levels_of(columns[name]) for name in items]
        chosen = choose_scales(items, levels, scales, [part.distinct for part in parts], missing, check)
        blocks = [
            Block(of_row, index, level_codes(part, index, chosen, missing, check, name))
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
