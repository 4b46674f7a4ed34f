"""A column worked out of who was observed on which day."""

from __future__ import annotations

from datetime import date

import pytest
from tests.progress.small_school import DAYS, table_of, walk

from ilr import interop
from ilr.base import InvalidInput
from ilr.observation import ObservationTable, with_column

TABLE = table_of([walk(DAYS[0], "t1"), walk(DAYS[0], ["t1", "t2"], hour=10), walk(DAYS[1], "t2")])


def test_a_column_of_teachers_and_days() -> None:
    """The value is that of the record's teachers and day, and the column can be broken down by."""
    asked: list[tuple[tuple[str, ...], date | None]] = []

    def value(teachers: tuple[str, ...], day: date | None) -> str | None:
        asked.append((teachers, day))
        return "early" if day == DAYS[0] and "t1" in teachers else None

    found = with_column(TABLE, "phase", value)
    assert len(asked) == 3
    assert set(asked) == {(("t1",), DAYS[0]), (("t1", "t2"), DAYS[0]), (("t2",), DAYS[1])}
    by_id = dict(zip(found.ids, found.column("phase").decoded(), strict=True))
    days = dict(zip(TABLE.ids, TABLE.days.tolist(), strict=True))
    assert by_id == {id: "early" if day == DAYS[0] else None for id, day in days.items()}
    assert found.dimensions == (*TABLE.dimensions, "phase")
    assert found.where(phase="early").n_ratings == 4


def test_the_rest_stays() -> None:
    """Records, ratings and ids are those of the table, and the new table comes back from its document."""
    found = with_column(TABLE, "phase", lambda teachers, _: teachers[0])
    assert (found.ids, found.n_ratings, found.rates()) == (TABLE.ids, TABLE.n_ratings, TABLE.rates())
    assert interop.loads(interop.dumps(found), ObservationTable) == found


def test_unknown_days_and_empty_tables() -> None:
    """Without a day the value is asked for with None, and a table of nothing has an empty column."""
    frame = {"visit": ["v"], "teacher": ["t"], "observer": ["p"], "item": ["i"], "level": [1]}
    table = ObservationTable.from_frame(
        frame,
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        levels=[1, 2],
    )
    found = with_column(table, "day known", lambda _, day: str(day is not None))
    assert found.column("day known").decoded() == ["False"]
    assert found.ids_are_made
    empty = with_column(TABLE.between(date.min, date.min), "phase", lambda *_: "early")
    assert (len(empty), empty.column("phase").categories) == (0, ())


def test_a_column_there_is_stays() -> None:
    """A column that the table has cannot be made anew."""
    with pytest.raises(InvalidInput, match=r"table\.column_taken"):
        with_column(TABLE, "observer", lambda *_: "p1")
