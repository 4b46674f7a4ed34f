"""Tables and means as JSON documents, and documents that do not hold together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ilr import interop
from ilr.base import FrozenMap, InvalidInput, Policy, Roster, SchoolCalendar, Window
from ilr.base._codec import structure, unstructure
from ilr.observation import Coverage, GroupMeans, ObservationTable, VisitFacts

FRAME: dict[str, list[Any]] = {
    "visit": ["v1", "v1", "v2", "v3"],
    "teacher": ["t1", "t2", "t2", "t3"],
    "observer": ["o1", "o1", "o2", "o2"],
    "on": ["2026-09-01", "2026-09-01", None, "2026-09-03"],
    "long": [10, 10, None, 3.5],
    "grade": ["4", "4", None, "5"],
    "a": [1, 1, 3, "no"],
    "b": [None, None, 4, "na"],
}
TABLE = ObservationTable.from_frame(
    FRAME,
    visit="visit",
    teacher="teacher",
    observer="observer",
    items=["a", "b"],
    levels=[1, 2, 3, 4],
    date="on",
    minutes="long",
    dimensions=["grade"],
    missing={"no": "not observed", "na": "not applicable"},
    co_teaching=True,
)


def problems(document: Any, kind: type = ObservationTable) -> list[tuple[str, str]]:
    """Code and path of every problem of a refused document."""
    with pytest.raises(InvalidInput) as raised:
        structure(document, kind)
    return [(problem.code, problem.path) for problem in raised.value.problems]


def test_a_table_comes_back_equal() -> None:
    """Shared classes, missing days, lengths, values and kinds of missing survive a document."""
    text = interop.dumps(TABLE)
    again = interop.loads(text, ObservationTable)
    assert again == TABLE
    assert interop.dumps(again) == text
    assert again.left_out == FrozenMap()


def test_a_selection_comes_back_equal() -> None:
    """A table whose categories do not all occur survives a document."""
    chosen = TABLE.where(grade="5")
    assert interop.loads(interop.dumps(chosen), ObservationTable) == chosen


def test_what_was_left_out_is_in_the_document() -> None:
    """The counts of what a table does not hold go with it."""
    table = TABLE.rated_where(lambda *_: False, reason="not calibrated")
    assert interop.loads(interop.dumps(table), ObservationTable).left_out == FrozenMap({"not calibrated": 3})


def test_missing_and_misshapen_columns_are_told_at_once() -> None:
    """Fields of another type, categories that are no texts and absent fields come in one error."""
    document = TABLE.to_document()
    document["walks"]["visit"]["categories"] = [1, 2, 3]
    document["walks"]["grade"]["codes"] = ["0"]
    document["days"][1] = "tomorrow"
    document["extra"] = 1
    del document["items"]
    assert problems(document) == [
        ("document.value", "walks['visit']"),
        ("document.value", "walks['grade'].codes[0]"),
        ("document.value", "days[1]"),
        ("document.missing", "items"),
        ("document.extra", "extra"),
    ]


def test_columns_of_unlike_length_are_told_at_once() -> None:
    """Every column that does not fit the records or the ratings is named."""
    document = TABLE.to_document()
    del document["walks"]["observer"]
    document["walks"]["visit"]["codes"].append(0)
    document["dimensions"].append("wing")
    for name in ("days", "minutes", "item", "level", "scales"):
        document[name].pop()
    assert problems(document) == [
        ("table.column", "walks.observer"),
        ("table.column", "dimensions[1]"),
        ("table.length", "walks.visit.codes"),
        ("table.length", "days"),
        ("table.length", "minutes"),
        ("table.length", "item"),
        ("table.length", "level"),
        ("table.length", "scales"),
    ]


def test_codes_that_point_nowhere_are_told_at_once() -> None:
    """Codes outside their tables, records without a teacher and levels off the scale are named."""
    document = TABLE.to_document()
    document["walks"]["visit"]["codes"][0] = 9
    document["walks"]["teacher"]["codes"][0] = -1
    document["walks"]["grade"]["codes"][0] = -2
    document["walk"][0] = 3
    document["level"][0] = 4
    assert problems(document) == [
        ("table.code", "walks.visit.codes"),
        ("table.code", "walks.teacher.codes"),
        ("table.code", "walks.grade.codes"),
        ("table.code", "walk"),
        ("table.code", "level"),
    ]
    document = TABLE.to_document()
    document["item"][0] = 2
    assert problems(document) == [("table.code", "item")]


def test_repeated_ratings_and_items_are_refused() -> None:
    """A record has one rating an item, and a table each item once."""
    document = TABLE.to_document()
    document["item"][1] = 0
    document["items"] = ["a", "a"]
    assert problems(document) == [("table.repeated", "item"), ("table.repeated", "items")]


def test_an_unknown_value_of_a_fact_may_stay_unknown() -> None:
    """A record without a grade is a record."""
    document = TABLE.to_document()
    assert -1 in document["walks"]["grade"]["codes"]
    assert structure(document, ObservationTable) == TABLE


def test_means_come_back_equal() -> None:
    """Means of single and shared teachers, with holes, survive a document."""
    means = TABLE.means("teacher", within=("visit",))
    text = interop.dumps(means)
    again = interop.loads(text, GroupMeans)
    assert again == means
    assert again.grain == "individual"
    assert interop.dumps(again) == text
    assert not again.array.flags.writeable


def test_means_over_nobody_come_back_equal() -> None:
    """A table without records has means without groups, and so has its document."""
    means = TABLE.where(grade="9").means("grade")
    assert interop.loads(interop.dumps(means), GroupMeans) == means


@pytest.mark.parametrize("change", ["row", "cell"])
def test_means_of_another_shape_are_refused(change: str) -> None:
    """The array has a row for each group and a cell for each item."""
    document = TABLE.means("grade").to_document()
    (document["array"] if change == "row" else document["array"][0]).pop()
    assert problems(document, GroupMeans) == [("means.shape", "array")]


def test_facts_and_coverage_come_back_equal() -> None:
    """What is computed for hosts to keep can be kept."""
    facts = TABLE.visits()
    assert structure(unstructure(facts), tuple[VisitFacts, ...]) == facts
    window = Window(date(2026, 9, 1), date(2026, 9, 30))
    coverage = TABLE.coverage(
        roster=Roster(),
        building="b1",
        window=window,
        calendar=SchoolCalendar.weekdays(window.start, window.end),
        policy=Policy(),
    )
    assert coverage.unknown == frozenset({"t1", "t2", "t3"})
    assert structure(unstructure(coverage), Coverage) == coverage
