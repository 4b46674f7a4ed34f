"""Reading data frames: long and wide, of any backend, and every way in which they can be wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ilr.base import FrozenMap, InvalidInput, SchoolCalendar
from ilr.continuum import LevelScale
from ilr.observation import MISSING_KINDS, ObservationTable

# Two observers in a first visit, one in a second; the item "b" was not seen in the second.
LONG: dict[str, list[Any]] = {
    "visit": ["v1", "v1", "v1", "v1", "v2", "v2"],
    "teacher": ["t1", "t1", "t1", "t1", "t2", "t2"],
    "observer": ["o1", "o1", "o2", "o2", "o1", "o1"],
    "item": ["a", "b", "a", "b", "a", "b"],
    "level": [1, 2, 3, 4, 2, None],
}
WIDE: dict[str, list[Any]] = {
    "visit": ["v1", "v1", "v2"],
    "teacher": ["t1", "t1", "t2"],
    "observer": ["o1", "o2", "o1"],
    "a": [1, 3, 2],
    "b": [2, 4, None],
}
IDS: dict[str, Any] = {"visit": "visit", "teacher": "teacher", "observer": "observer"}
BACKENDS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "mapping": dict,
    "arrays": lambda frame: {name: np.array(column, dtype=object) for name, column in frame.items()},
    "series": lambda frame: {name: pd.Series(column) for name, column in frame.items()},
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
    "arrow columns": lambda frame: {name: pa.array(column) for name, column in frame.items()},
}


def long(frame: Any = LONG, **options: Any) -> ObservationTable:
    """A table of a long frame."""
    given: dict[str, Any] = {**IDS, "item": "item", "level": "level", "levels": [1, 2, 3, 4], **options}
    return ObservationTable.from_frame(frame, **given)


def wide(frame: Any = WIDE, **options: Any) -> ObservationTable:
    """A table of a wide frame."""
    given: dict[str, Any] = {**IDS, "items": ["a", "b"], "levels": [1, 2, 3, 4], **options}
    return ObservationTable.from_frame(frame, **given)


def problems(read: Callable[..., ObservationTable], *given: Any, **options: Any) -> list[tuple[str, str]]:
    """Code and path of every problem of a refused frame."""
    with pytest.raises(InvalidInput) as raised:
        read(*given, **options)
    return [(problem.code, problem.path) for problem in raised.value.problems]


def test_a_long_frame_becomes_records_and_ratings() -> None:
    """Rows of one observer in one visit are one record; an empty cell is an unanswered item."""
    table = long()
    assert len(table) == 3
    assert table.ids == ("v1|o1", "v1|o2", "v2|o1")
    assert table.items == ("a", "b")
    assert table.level.tolist() == [0, 1, 2, 3, 1, MISSING_KINDS["unanswered"]]
    assert table.walk.tolist() == [0, 0, 1, 1, 2, 2]
    assert table.n_ratings == 5
    assert table.teachers() == frozenset({"t1", "t2"})
    assert (table.count("visit"), table.count("teacher"), table.count("observer")) == (2, 2, 2)


@pytest.mark.parametrize("backend", BACKENDS)
def test_long_and_wide_frames_of_any_backend_give_one_table(backend: str) -> None:
    """The same ratings are the same table, whatever held them."""
    make = BACKENDS[backend]
    assert long(make(LONG)) == long()
    assert wide(make(WIDE)) == long()


@pytest.mark.parametrize("as_level", [int, float, str, "{}.0".format, " {} ".format], ids=repr)
def test_levels_may_be_numbers_or_texts_of_numbers(as_level: Callable[[int], Any]) -> None:
    """Columns of whole numbers, decimals or texts hold the same levels."""
    levels = [None if level is None else as_level(level) for level in LONG["level"]]
    assert long({**LONG, "level": levels}) == long()


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(LONG).astype(dict.fromkeys([*IDS, "item", "level"], "category")),
        pl.DataFrame(LONG).with_columns(pl.col(*IDS, "item").cast(pl.Categorical)),
        pl.DataFrame(LONG).with_columns(pl.col("item").cast(pl.Enum(["b", "a", "unused"]))),
        pa.table({name: pa.array(column).dictionary_encode() for name, column in LONG.items()}),
        pa.table(
            {
                name: pa.chunked_array([pa.array(column[:2]), pa.array(column[2:])])
                for name, column in LONG.items()
            }
        ),
        pd.DataFrame({**LONG, "level": [1, "2", 3.0, "4", 2, None]}),
    ],
    ids=["category", "categorical", "enum", "dictionary", "chunks", "mixed"],
)
def test_coded_and_mixed_columns_are_read(frame: Any) -> None:
    """Categories, dictionaries, chunks and columns of mixed types hold the same ratings."""
    assert long(frame) == long()


@pytest.mark.parametrize(
    "frame", [LONG, pd.DataFrame(LONG), pl.DataFrame(LONG)], ids=["dict", "pandas", "polars"]
)
def test_frames_are_read_without_pyarrow(frame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyarrow is not installed columns are read as lists."""
    expected = long()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert long(frame) == expected


def test_whole_numbers_and_texts_name_the_same_people() -> None:
    """An id column that turned into decimals still holds the same ids, in order of size."""
    ids = [10, 10, 10, 10, 9, 9]
    texts = long({**LONG, "teacher": [str(id) for id in ids]})
    assert long({**LONG, "teacher": ids}) == texts
    assert long({**LONG, "teacher": np.array(ids, dtype=float)}) == texts
    assert texts.column("teacher").categories == ("9", "10")


def test_items_stand_in_one_order_in_long_and_wide_frames() -> None:
    """Items that are numbers are ordered by size in both."""
    wide_frame = {**{name: WIDE[name] for name in IDS}, "10": WIDE["a"], "9": WIDE["b"]}
    names = {"a": "10", "b": "9"}
    table = long({**LONG, "item": [names[item] for item in LONG["item"]]})
    assert wide(wide_frame, items=["10", "9"]) == table
    assert table.items == ("9", "10")


def test_a_visit_id_may_have_several_columns() -> None:
    """Columns that make an id together do so without running into each other."""
    frame = {
        "teacher": ["a/b", "a", "a"],
        "number": ["c", "b/c", "c"],
        "observer": ["o", "o", "o"],
        "x": [1, 2, 1],
    }
    table = wide(frame, visit=["teacher", "number"], items=["x"], levels=[1, 2])
    assert table.count("visit") == 3
    assert table.column("visit").categories == ("a/b\\/c", "a/c", "a\\/b/c")


def test_half_of_an_id_is_no_id() -> None:
    """A row without one of the columns of its visit id has no visit."""
    frame = {"teacher": ["t1", "t1"], "number": ["1", None], "observer": ["o", "o"], "x": [1, 2]}
    assert problems(wide, frame, visit=["teacher", "number"], items=["x"], levels=[1, 2]) == [
        ("rating.visit", "rows[1]")
    ]


def test_segments_are_records_of_their_own() -> None:
    """Two segments of a visit by one observer are two records."""
    table = wide({**WIDE, "observer": ["o1", "o1", "o1"], "part": [1, 2, 1]}, segment="part")
    assert len(table) == 3
    assert table.ids == ("v1|1|o1", "v1|2|o1", "v2|1|o1")


def test_scales_without_levels_are_inferred_from_numbers() -> None:
    """The numbers that occur in any item make the scale, and the table says so."""
    table = long(levels=None)
    assert table.inferred
    assert table.scales == (LevelScale.numbered(4),) * 2
    assert not long().inferred
    halves = long({**LONG, "level": [1, 1.5, 2, 1, 1, 1]}, levels=None)
    assert halves.scale("a").codes == (1, 1.5, 2)


@pytest.mark.parametrize(
    ("levels", "codes"),
    [
        ([2, 2, 4, 4, 2, 2], (1, 2, 3, 4)),
        ([0, 2, 0, 2, 0, 2], (0, 1, 2)),
        ([1, 2.5, 1, 2.5, 1, 2.5], (1, 2.5)),
        ([10, 90, 10, 90, 10, 90], (10, 90)),
    ],
)
def test_whole_numbers_are_levels_without_gaps(levels: list[Any], codes: tuple[Any, ...]) -> None:
    """Small whole numbers stand for all levels up to the highest; other numbers stand for themselves."""
    assert long({**LONG, "level": levels}, levels=None).scale("a").codes == codes


@pytest.mark.parametrize("mark", [9, "9", " 9 ", 9.0])
def test_a_code_for_missing_is_no_level_of_an_inferred_scale(mark: Any) -> None:
    """A declared 9 is left out of the scale however it is written."""
    frame = {**LONG, "level": [str(level or 9) for level in LONG["level"]]}
    table = long(frame, levels=None, missing={mark: "not observed"})
    assert table.scale("a").codes == (1, 2, 3, 4)
    assert table.level.tolist()[-1] == MISSING_KINDS["not observed"]


@pytest.mark.parametrize(
    "levels", [["low", "high"] * 3, [2.5, 2.5, 2.5, 2.5, 2.5, None], [True, False] * 3, [None] * 6]
)
def test_levels_that_have_no_order_must_be_declared(levels: list[Any]) -> None:
    """Texts, flags, a single half level and nothing at all do not tell a scale."""
    assert problems(long, {**LONG, "level": levels}, levels=None) == [("table.levels", "levels")]


def test_scales_may_differ_by_item() -> None:
    """Each item is read on the scale that is declared for it."""
    words = LevelScale.of(["low", "high"])
    frame = {**LONG, "level": ["low", 2, "high", 4, "high", None]}
    table = long(frame, levels=None, scales={"a": words, "b": LevelScale.numbered(4)})
    assert table.scale("a") == words
    assert table.level.tolist() == [0, 1, 1, 3, 1, -3]
    assert long(levels=None, scales=LevelScale.numbered(4)) == long()


def test_half_levels_are_levels() -> None:
    """A scale that declares half levels takes 2.5 and values it so."""
    scale = LevelScale.numbered(4, half_levels=True)
    table = long({**LONG, "level": [1, "2.5", 3, 3.5, 2, None]}, levels=None, scales=scale)
    assert table.values().tolist()[:5] == [1.0, 2.5, 3.0, 3.5, 2.0]
    assert problems(long, {**LONG, "level": [1, 2.5, 3, 4, 2, None]}) == [("rating.level", "rows[1].level")]


def test_kinds_of_missing_are_kept_apart() -> None:
    """Each code of the host is kept as the kind it was declared as; empty cells are unanswered."""
    frame = {**LONG, "level": [1, "NO", " NA ", "", 2, float("nan")]}
    table = long(frame, missing={"NO": "not observed", "NA": "not applicable"})
    assert table.level.tolist() == [0, -1, -2, -3, 1, -3]
    given = table.ratings("b")
    assert dict(given.missing) == {"not observed": 1, "unanswered": 2}


def test_facts_of_a_record_become_columns() -> None:
    """Building, mode, medium and all other facts are kept under their own names."""
    frame = {
        **WIDE,
        "school": ["s1", "s1", "s2"],
        "how": ["random", "random", None],
        "on": ["paper", "electronic", "paper"],
        "hour": [1, 1, 2],
        "part": ["opening", "opening", "closing"],
        "why": ["pilot", "pilot", "walkthrough"],
        "tool": ["f@1", "f@1", "f@2"],
        "grade": ["4", "4", None],
        "long": [10, 12.5, None],
        "when": ["2026-09-14", "2026-09-14", ""],
    }
    table = wide(
        frame,
        building="school",
        mode="how",
        medium="on",
        period="hour",
        lesson_part="part",
        purpose="why",
        form="tool",
        dimensions=["grade"],
        minutes="long",
        date="when",
    )
    decoded = {name: column.decoded() for name, column in table.walks.items()}
    assert decoded["building"] == ["s1", "s1", "s2"]
    assert decoded["mode"] == ["random", "random", None]
    assert decoded["medium"] == ["paper", "electronic", "paper"]
    assert decoded["period"] == ["1", "1", "2"]
    assert decoded["lesson_part"] == ["opening", "opening", "closing"]
    assert decoded["purpose"] == ["pilot", "pilot", "walkthrough"]
    assert decoded["form"] == ["f@1", "f@1", "f@2"]
    assert decoded["grade"] == ["4", "4", None]
    assert table.dimensions == ("grade",)
    assert table.minutes.tolist()[:2] == [10.0, 12.5]
    assert np.isnan(table.minutes[2])
    assert table.days.tolist() == [date(2026, 9, 14), date(2026, 9, 14), None]


@pytest.mark.parametrize(
    "days",
    [
        [date(2026, 9, 14), date(2026, 9, 14), None],
        [datetime.fromisoformat("2026-09-14T23:00:00+00:00")] * 2 + [None],
        [" 2026-09-14 ", "2026-09-14", " "],
        np.array(["2026-09-14T10:00", "2026-09-14T11:00", "NaT"], dtype="datetime64[m]"),
        pd.to_datetime(pd.Series(["2026-09-14", "2026-09-14", None])),
        pa.array([date(2026, 9, 14), date(2026, 9, 14), None]),
    ],
    ids=["dates", "datetimes", "texts", "numpy", "pandas", "arrow"],
)
def test_days_may_be_dates_instants_or_texts(days: Any) -> None:
    """Whatever holds a day, the table holds the day."""
    table = wide({**WIDE, "on": days}, date="on")
    assert table.days.tolist() == [date(2026, 9, 14), date(2026, 9, 14), None]


@pytest.mark.parametrize("day", [20260914, "14.09.2026", 1.5, True])
def test_what_is_no_day_is_refused(day: Any) -> None:
    """Neither a number nor a flag nor a text of another form is a day."""
    frame = {**WIDE, "on": ["2026-09-14", day, None]}
    assert ("rating.date", "rows[1].on") in problems(wide, frame, date="on")


def test_every_missing_column_is_told_at_once() -> None:
    """Columns that the frame lacks are all named, with what there is."""
    with pytest.raises(InvalidInput) as raised:
        ObservationTable.from_frame(
            LONG, visit=["visit", "day"], teacher="who", observer="observer", item="item", level="score"
        )
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("frame.column", "day"),
        ("frame.column", "who"),
        ("frame.column", "score"),
    ]
    assert raised.value.problems[0].expected == "visit, teacher, observer, item, level"


@pytest.mark.parametrize(
    "layout",
    [
        {},
        {"item": "item"},
        {"level": "level"},
        {"item": "item", "level": "level", "items": ["a"]},
        {"items": []},
    ],
    ids=["none", "item", "level", "both", "empty"],
)
def test_a_frame_is_long_or_wide(layout: dict[str, Any]) -> None:
    """Neither, both, half of one or no items at all is no layout."""
    found = problems(ObservationTable.from_frame, LONG, **IDS, **layout)
    assert [code for code, _ in found] == ["table.layout"]


def test_only_frames_are_read() -> None:
    """A list is no frame, and columns of a frame have one length."""
    assert problems(long, [1, 2]) == [("frame.kind", "")]
    assert problems(long, {"visit": [1], "teacher": []}) == [("frame.lengths", "")]


def test_options_that_contradict_each_other_are_told_at_once() -> None:
    """Unknown kinds of missing, and levels beside scales, come in one error."""
    assert problems(
        long, missing={"NA": "not applicable", 9: "gone", 8: "lost"}, scales=LevelScale.numbered(4)
    ) == [
        ("table.missing", "missing[1]"),
        ("table.missing", "missing[2]"),
        ("table.scales", "levels"),
    ]


def test_items_without_a_scale_are_told_at_once() -> None:
    """Where scales are declared by item, each item needs one."""
    scales = {"z": LevelScale.numbered(4)}
    assert problems(long, levels=None, scales=scales) == [
        ("table.scale", "scales.a"),
        ("table.scale", "scales.b"),
    ]


def test_everything_wrong_with_a_long_frame_is_told_at_once() -> None:
    """Missing ids, undeclared levels, repeats, days and facts come in one error without a cell."""
    secret = "SECRET"  # noqa: S105  # it stands for what a person typed
    frame = {
        "visit": ["v1", "v1", "v1", None, "v2", "v3", "v4", "v5", "v5"],
        "teacher": ["t1", "t1", "t1", "t1", " ", "t3", "t4", "t5", "t6"],
        "observer": ["o1", "o1", "o1", "o1", "o1", None, "o1", "o1", "o1"],
        "item": ["a", "a", "b", "a", "a", "a", None, "a", "b"],
        "level": [1, 1, secret, 1, 1, 1, 7, 1, 1],
        "on": ["2026-09-14", "2026-09-14", "2026-09-15", secret, None, None, "2027-09-14", None, None],
        "long": [1, 1, 1, secret, -3, None, None, None, None],
        "how": ["random", "random", "random", "random", "random", "random", secret, "random", "random"],
        "tool": [secret] * 9,
    }
    calendar = SchoolCalendar.weekdays(date(2026, 9, 1), date(2027, 6, 30))
    with pytest.raises(InvalidInput) as raised:
        long(frame, date="on", minutes="long", mode="how", medium="tool", calendar=calendar)
    found = {(problem.code, problem.path) for problem in raised.value.problems}
    assert found == {
        ("rating.visit", "rows[3]"),
        ("rating.teacher", "rows[4]"),
        ("rating.observer", "rows[5]"),
        ("rating.item", "rows[6].item"),
        ("rating.level", "rows[2].level"),
        ("rating.duplicate", "rows[1]"),
        ("rating.date", "rows[3].on"),
        ("rating.calendar", "rows[6].on"),
        ("rating.number", "rows[3].long"),
        ("rating.number", "rows[4].long"),
        ("visit.mode", "rows[6].how"),
        *(("visit.medium", f"rows[{row}].tool") for row in range(9)),
        ("record.varies", "rows[2]"),
        ("visit.teachers", "rows[7]"),
    }
    assert len(raised.value.problems) == len(found)
    assert secret not in str(raised.value)


def test_everything_wrong_with_a_wide_frame_is_told_at_once() -> None:
    """Undeclared levels of any column and repeated records come in one error."""
    frame = {**WIDE, "observer": ["o1", "o1", "o1"], "a": [1, 9, 2], "b": ["x", 4, None]}
    assert problems(wide, frame) == [
        ("rating.level", "rows[1].a"),
        ("rating.level", "rows[0].b"),
        ("rating.duplicate", "rows[1]"),
    ]


@pytest.mark.parametrize(
    ("column", "value", "option"),
    [
        ("grade", "5", {"dimensions": ["grade"]}),
        ("on", "2026-09-15", {"date": "on"}),
        ("long", 6, {"minutes": "long"}),
    ],
)
def test_facts_that_vary_within_a_record_are_refused(column: str, value: Any, option: dict[str, Any]) -> None:
    """One record has one grade, one day and one length."""
    first: Any = {"grade": "4", "on": "2026-09-14", "long": 5}[column]
    frame = {**LONG, column: [first, value, first, first, first, first]}
    assert problems(long, frame, **option) == [("record.varies", "rows[1]")]


def test_a_dimension_may_not_take_the_place_of_another_column() -> None:
    """A dimension that is called like a fixed column, and is another one, is refused."""
    frame = {**LONG, "who": LONG["teacher"], "mode": ["random"] * 6, "segment": ["1"] * 6}
    assert problems(long, frame, teacher="who", dimensions=["teacher", "segment"]) == [
        ("table.dimension", "teacher"),
        ("table.dimension", "segment"),
    ]
    assert problems(long, frame, visit=["visit", "teacher"], dimensions=["visit"]) == [
        ("table.dimension", "visit")
    ]
    table = long(frame, mode="mode", dimensions=["mode", "observer"])
    assert table.dimensions == ("mode", "observer")
    assert table.column("mode").used() == ("random",)


def test_a_dimension_with_a_vocabulary_keeps_to_it() -> None:
    """A breakdown by mode takes the words of modes alone."""
    assert problems(long, {**LONG, "mode": ["random"] * 4 + ["drop-in"] * 2}, dimensions=["mode"]) == [
        ("visit.mode", "rows[4].mode"),
        ("visit.mode", "rows[5].mode"),
    ]


# A class of two teachers, told once for each of them.
SHARED: dict[str, list[Any]] = {
    "visit": ["v1"] * 4 + ["v2", "v2"],
    "teacher": ["t1", "t1", "t2", "t2", "t1", "t1"],
    "observer": ["o1"] * 6,
    "item": ["a", "b"] * 3,
    "level": [1, 2, 1, 2, 3, 3],
}


def test_several_teachers_of_a_visit_need_a_declaration() -> None:
    """Without it each such visit is refused, with a hint at what to declare."""
    with pytest.raises(InvalidInput) as raised:
        long(SHARED)
    codes = [problem.code for problem in raised.value.problems]
    assert codes == ["visit.teachers", "rating.duplicate", "rating.duplicate"]
    assert "co_teaching=True" in raised.value.hint


def test_ratings_of_a_shared_class_count_once_and_its_teachers_each() -> None:
    """Rows that differ in the teacher alone are one record with all its teachers."""
    table = long(SHARED, co_teaching=True)
    assert len(table) == 2
    assert table.n_ratings == 4
    assert table.count("teacher") == 2
    assert table.column("teacher").decoded() == [("t1", "t2"), "t1"]
    assert table.contributions(["visit"]) == {("v1",): {"t1": 1, "t2": 1}, ("v2",): {"t1": 1}}


def test_co_teaching_may_be_declared_where_nobody_shares() -> None:
    """The declaration changes nothing in a frame of single teachers."""
    assert long(co_teaching=True) == long()


def test_teachers_of_one_class_have_one_rating() -> None:
    """Rows of a shared class that differ in the level contradict each other."""
    frame = {**SHARED, "level": [1, 2, 1, 3, 3, 3]}
    assert problems(long, frame, co_teaching=True) == [("rating.conflict", "rows[3]")]


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_empty_frame_is_an_empty_table(backend: str) -> None:
    """No rows make no records and no error, and every question has an answer."""
    make = BACKENDS[backend]
    table = wide(make({name: [] for name in WIDE}))
    assert len(table) == 0
    assert table.n_ratings == 0
    assert table.items == ("a", "b")
    assert len(table.means("teacher")) == 0
    assert table.disconnected() == ()
    assert table.visits() == ()
    assert table.contributions([]) == {}
    assert table.first_day() is None
    assert table.days_with_ratings() == []
    assert len(long(make({name: [] for name in LONG}))) == 0


def test_a_table_tells_what_it_holds() -> None:
    """Its text and its picture for notebooks count records, people and ratings."""
    table = long()
    assert repr(table) == (
        "ObservationTable(3 records of 2 visits, 2 teachers, 2 observers, 5 ratings of 2 items)"
    )
    assert "<tr><td>ratings</td><td>5</td></tr>" in table._repr_html_()


def test_tables_are_compared_by_everything_they_hold() -> None:
    """Another level, day or scale makes another table, and something else is no table."""
    table = long()
    assert table != long({**LONG, "level": [1, 2, 3, 4, 3, None]})
    assert table != long(levels=[1, 2, 3, 4, 5])
    assert table != long({**LONG, "on": ["2026-09-14"] * 6}, date="on")
    assert table != 3
    assert table.column("teacher") != 3
    assert table.left_out == FrozenMap()


def test_the_arrays_of_a_table_cannot_be_written_to() -> None:
    """Columns of a table are read-only."""
    table = long()
    for array in (
        table.level,
        table.walk,
        table.item,
        table.days,
        table.minutes,
        table.column("visit").codes,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
