"""Tables joined into one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ilr.base import FrozenMap, InvalidInput
from ilr.forms import Walkthrough, form
from ilr.observation import ObservationTable, concat

FORM = form("talk", look_fors=["asking"], scale=4)
AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
FRAME: dict[str, list[Any]] = {
    "visit": ["v2", "v1", "v10", "v1"],
    "teacher": ["t2", "t1", "t3", "t1"],
    "observer": ["o1", "o2", "o1", "o1"],
    "grade": ["5", None, "4", None],
    "on": ["2026-09-14", "2026-09-15", None, "2026-09-15"],
    "a": [1, 2, 3, 4],
    "b": [None, 2, "no", 1],
}


def table(rows: slice | list[int] = slice(None), frame: Any = FRAME, **options: Any) -> ObservationTable:
    """The table of some rows."""
    chosen = range(len(frame["visit"]))[rows] if isinstance(rows, slice) else rows
    given: dict[str, Any] = {
        "items": ["a", "b"],
        "levels": [1, 2, 3, 4],
        "date": "on",
        "dimensions": ["grade"],
        "missing": {"no": "not observed"},
        **options,
    }
    return ObservationTable.from_frame(
        {name: [column[row] for row in chosen] for name, column in frame.items()},
        visit="visit",
        teacher="teacher",
        observer="observer",
        **given,
    )


def problems(*tables: ObservationTable) -> list[tuple[str, str]]:
    """Code and path of every problem of tables that cannot be joined."""
    with pytest.raises(InvalidInput) as raised:
        concat(tables)
    return [(problem.code, problem.path) for problem in raised.value.problems]


@pytest.mark.parametrize("parts", [[[0, 1, 2, 3]], [[3, 2], [1, 0]], [[0], [], [1], [2], [3]]], ids=str)
def test_joined_tables_are_the_table_of_all_rows(parts: list[list[int]]) -> None:
    """However rows are dealt out, the joined table is the one of all of them."""
    assert concat([table(rows) for rows in parts]) == table()
    assert concat(table(rows) for rows in parts).ids == table().ids


def test_tables_of_other_items_are_joined() -> None:
    """Records of either table have no ratings of the items of the other."""
    joined = concat([table([0, 1], items=["a"]), table([2, 3], items=["b"], levels=[1, 2])])
    assert joined.items == ("a", "b")
    assert joined.scale("b").codes == (1, 2)
    assert len(joined.level) == 4
    assert joined.ids == table().ids


def test_a_column_that_some_tables_have_is_unknown_in_the_others() -> None:
    """Nothing is made up for records of a table without the column."""
    joined = concat([table([0, 2]), table([1, 3], dimensions=[])])
    assert joined == table()
    assert concat([table([1, 3], dimensions=[]), table([0, 2])]).column("grade").decoded() == [
        None,
        None,
        "4",
        "5",
    ]


def walk(visit: str, id: str = "", **facts: Any) -> Walkthrough:
    """A record on the form."""
    given: dict[str, Any] = {"teachers": ("t1",), "observer": "o1", "answers": {"asking": 3}, **facts}
    return FORM.record(at=AT, visit=visit, id=id, **given)


def test_ids_of_records_are_kept() -> None:
    """Records with ids of their own keep them, beside those whose ids are made of their parts."""
    records = [walk("v3", "w1"), walk("v0", "w2", teachers=("t1", "t2"))]
    tables = [ObservationTable.from_walkthroughs([record], forms=[FORM]) for record in records]
    assert concat(tables) == ObservationTable.from_walkthroughs(records, forms=[FORM])
    joined = concat([*tables, table([0])])
    assert joined.ids == ("w2", "v2|o1", "w1")
    assert joined.items == ("a", "asking", "b")


def test_counts_of_what_was_left_out_add_up() -> None:
    """What the tables do not hold is told for all of them together."""
    tables = [table([0, 1]), table([2, 3])]
    dropped = [one.rated_where(lambda *_: False, reason="x") for one in tables]
    assert concat([*dropped]).left_out == FrozenMap({"x": 6})


def test_inferred_scales_stay_inferred() -> None:
    """A table of which a part took its scales from the data took them from the data."""
    assert concat([table([0, 1]), table([2, 3], levels=None)]).inferred


def test_records_in_two_tables_are_all_told() -> None:
    """Every record that an earlier table has is named by its place."""
    assert problems(table(), table([1, 0])) == [
        ("record.repeated", "tables[1].ids[0]"),
        ("record.repeated", "tables[1].ids[1]"),
    ]


def test_second_records_of_a_visit_are_refused() -> None:
    """Two ids do not make two records of one observer in one visit."""
    tables = [ObservationTable.from_walkthroughs([walk("v", id)], forms=[FORM]) for id in ("w1", "w2")]
    assert problems(*tables) == [("rating.duplicate", "tables[1].ids[0]")]


def test_a_visit_has_the_same_teachers_in_all_tables() -> None:
    """A paired visit of which each observer names another teacher is refused."""
    other = {**FRAME, "teacher": ["t2", "t9", "t3", "t1"]}
    assert problems(table([2, 3]), table([1], other)) == [("visit.teachers", "tables[1].ids[0]")]


def test_an_item_has_one_scale_in_all_tables() -> None:
    """A rescaled item is named."""
    assert problems(table([2, 3]), table([0], levels=[1, 2])) == [
        ("item.rescaled", "tables[1].a"),
        ("item.rescaled", "tables[1].b"),
    ]


def test_no_tables_make_none() -> None:
    """Without a table there are no items and no columns to speak of."""
    assert problems() == [("table.none", "tables")]
