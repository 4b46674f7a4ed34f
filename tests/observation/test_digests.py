"""Digests of records: the same for the same record wherever it stands, another for any other."""

from __future__ import annotations

from typing import Any

import pytest
from tests.progress.small_school import table_of, walks_of

from ilr.observation import ObservationTable, concat, record_digests

ROWS: dict[str, list[Any]] = {
    "visit": ["v", "v", "w", "w"],
    "teacher": ["t", "t", "u", "u"],
    "observer": ["p", "p", "q", "q"],
    "item": ["a", "b", "a", "b"],
    "level": [1, 2, 3, None],
    "date": ["2026-09-01", "2026-09-01", "2026-09-02", "2026-09-02"],
    "minutes": [10, 10, 12, 12],
    "room": ["x", "x", "y", "y"],
}


def table(rows: dict[str, list[Any]] | None = None, **options: Any) -> ObservationTable:
    """A small table, from rows that may be changed."""
    held = rows or ROWS
    found: dict[str, Any] = {
        "dimensions": ["room"],
        "levels": [1, 2, 3],
        "missing": {"n/o": "not observed", "n/a": "not applicable"},
        **options,
    }
    return ObservationTable.from_frame(
        {name: column for name, column in held.items() if name != "room" or found["dimensions"]},
        visit="visit",
        teacher="teacher",
        observer="observer",
        item="item",
        level="level",
        date="date",
        minutes="minutes",
        **found,
    )


def digest(made: ObservationTable) -> dict[str, str]:
    """The digest of each record by its id."""
    return dict(zip(made.ids, record_digests(made), strict=True))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("teacher", "t9"),
        ("observer", "p9"),
        ("level", 2),
        ("level", None),
        ("level", "n/o"),
        ("level", "n/a"),
        ("item", "c"),
        ("date", "2026-09-03"),
        ("minutes", 11),
        ("room", "z"),
    ],
)
def test_any_other_fact_gives_another_digest(column: str, value: Any) -> None:
    """A record whose fact, rating or mark differs has another digest, and the record beside it the same."""
    rows = {name: list(values) for name, values in ROWS.items()}
    places = (0,) if column in ("level", "item") else (0, 1)
    for place in places:
        rows[column][place] = value
    before, after = record_digests(table()), record_digests(table(rows))
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_levels_of_two_items_do_not_change_places_unseen() -> None:
    """The same levels given to the other item are another record."""
    rows = {**ROWS, "level": [2, 1, 3, None]}
    assert record_digests(table(rows))[0] != record_digests(table())[0]


def test_marks_differ_from_each_other_and_from_no_answer() -> None:
    """Not observed, not applicable and unanswered are three different facts; unanswered is none at all."""
    marks = {record_digests(table({**ROWS, "level": [mark, 2, 3, None]}))[0] for mark in ("n/o", "n/a", None)}
    assert len(marks) == 3
    short = {name: values[:3] for name, values in ROWS.items()}
    assert record_digests(table(short))[1] == record_digests(table())[1]


def test_what_stands_beside_a_record_plays_no_part() -> None:
    """Selections, joined tables, other orders of rows and unknown columns leave each digest as it is."""
    whole = digest(table())
    turned = {name: values[::-1] for name, values in ROWS.items()}
    assert digest(table(turned)) == whole
    assert digest(table().where(teacher="u")) == {id: one for id, one in whole.items() if id.startswith("w")}
    other = table(
        {**ROWS, "visit": ["x", "x", "y", "y"], "item": ["0", "b", "0", "b"]}, dimensions=[], levels=[1, 2, 3]
    )
    joined = digest(concat([table(), other]))
    assert {id: joined[id] for id in whole} == whole


def test_a_table_has_a_digest_for_each_record_and_comes_back_with_the_same() -> None:
    """Digests are 64 hexadecimal digits, all unlike, and survive the way through a document."""
    made = table_of(walks_of())
    found = record_digests(made)
    assert len(set(found)) == len(made)
    assert {len(one) for one in found} == {64}
    assert record_digests(ObservationTable.from_document(made.to_document())) == found


def test_an_empty_table_has_no_digests() -> None:
    """No record, no digest; a record without any answer still has one."""
    assert record_digests(table().where(teacher="nobody")) == ()
    bare = table({**ROWS, "level": [None] * 4})
    assert len(set(record_digests(bare))) == 2
