"""Choosing records and ratings of a table, and what it tells of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from ilr.base import FrozenMap, UnknownCode
from ilr.forms import Purpose
from ilr.observation import ObservationTable

FRAME: dict[str, list[Any]] = {
    "visit": ["v1", "v1", "v2", "v3", "v3"],
    "teacher": ["t1", "t1", "t2", "t1", "t3"],
    "observer": ["o1", "o2", "o1", "o3", "o3"],
    "on": ["2026-09-01", "2026-09-01", "2026-09-08", None, None],
    "why": ["walkthrough", "walkthrough", "pilot", None, None],
    "school": ["b1", "b1", "b2", None, None],
    "grade": ["4", "4", "5", None, None],
    "a": [1, 2, 3, 4, 4],
    "b": [None, 2, None, None, None],
}


def read(**options: Any) -> ObservationTable:
    """The table of the frame."""
    given: dict[str, Any] = {
        "visit": "visit",
        "teacher": "teacher",
        "observer": "observer",
        "items": ["a", "b"],
        "levels": [1, 2, 3, 4],
        "date": "on",
        "building": "school",
        "dimensions": ["grade"],
        "co_teaching": True,
        **options,
    }
    return ObservationTable.from_frame(FRAME, **given)


TABLE = read(purpose="why")


def visits(table: ObservationTable) -> list[str]:
    """The visit of every record."""
    return table.column("visit").decoded()


def test_records_are_chosen_by_their_values() -> None:
    """One value or several, in one column or in more, choose the records that have them."""
    assert visits(TABLE.where(grade="4")) == ["v1", "v1"]
    assert visits(TABLE.where(grade=["4", "5"])) == ["v1", "v1", "v2"]
    assert visits(TABLE.where(grade="4", observer="o2")) == ["v1"]
    assert visits(TABLE.where(grade="6")) == []


def test_records_without_a_value_are_chosen_by_its_word() -> None:
    """The word for an unknown value chooses the records that have none."""
    assert visits(TABLE.where(grade="(unknown)")) == ["v3"]
    assert visits(TABLE.where(grade=["(unknown)", "5"])) == ["v2", "v3"]


def test_a_shared_class_is_chosen_with_each_of_its_teachers() -> None:
    """Choosing a teacher does not lose the visits that were taught together."""
    assert visits(TABLE.where(teacher="t1")) == ["v1", "v1", "v3"]
    assert visits(TABLE.where(teacher="t3")) == ["v3"]
    assert TABLE.where(teacher="t3").teachers() == frozenset({"t1", "t3"})


def test_records_are_chosen_by_day() -> None:
    """Both ends belong to the window, and records without a day to none."""
    assert visits(TABLE.between(date(2026, 9, 1), date(2026, 9, 8))) == ["v1", "v1", "v2"]
    assert visits(TABLE.between(date(2026, 9, 2), date(2026, 9, 30))) == ["v2"]


def test_records_are_chosen_by_purpose() -> None:
    """A record without a purpose was a walkthrough."""
    assert visits(TABLE.for_purpose(Purpose.WALKTHROUGH)) == ["v1", "v1", "v3"]
    assert visits(TABLE.for_purpose(Purpose.PILOT)) == ["v2"]
    assert visits(TABLE.for_purpose(Purpose.PILOT, Purpose.WALKTHROUGH)) == ["v1", "v1", "v2", "v3"]
    plain = read()
    assert plain.for_purpose(Purpose.WALKTHROUGH) is plain
    assert len(plain.for_purpose(Purpose.COACHING)) == 0


def test_a_selection_keeps_items_scales_and_ratings_of_its_records() -> None:
    """Ratings point to the rows of the smaller table."""
    chosen = TABLE.select(np.array([False, True, True, False]))
    assert chosen.items == TABLE.items
    assert chosen.ids == TABLE.ids[1:3]
    assert chosen.walk.tolist() == [0, 0, 1, 1]
    assert chosen.level.tolist() == [1, 1, 2, -3]
    assert chosen.count("observer") == 2
    assert chosen.column("observer").used() == ("o1", "o2")
    assert len(chosen.column("observer")) == 2


def test_unknown_columns_and_items_are_refused_with_the_known() -> None:
    """The refusal lists what the table has."""
    with pytest.raises(UnknownCode, match="visit, teacher, observer") as raised:
        TABLE.where(district="north")
    assert raised.value.code == "table.column"
    with pytest.raises(UnknownCode, match="it has a, b") as raised:
        TABLE.scale("c")
    assert raised.value.code == "table.item"
    assert TABLE.place("b") == 1


def test_rated_records_are_told_with_day_and_building() -> None:
    """A record that has a level and a day is told with its id, day and building."""
    assert TABLE.rated_records() == [
        ("v1|o1", date(2026, 9, 1), "b1"),
        ("v1|o2", date(2026, 9, 1), "b1"),
        ("v2|o1", date(2026, 9, 8), "b2"),
    ]
    assert read(building=None).rated_records()[0] == ("v1|o1", date(2026, 9, 1), None)
    assert TABLE.days_with_ratings() == [date(2026, 9, 1), date(2026, 9, 1), date(2026, 9, 8)]
    assert len(TABLE.rated()) == 4
    assert TABLE.first_day() == date(2026, 9, 1)
    assert TABLE.where(grade="(unknown)").first_day() is None


def test_rated_records_can_be_chosen() -> None:
    """Records in which nothing has a level are left out, the others keep all their ratings."""
    frame = {**FRAME, "a": [1, None, None, 4, 4]}
    table = ObservationTable.from_frame(
        frame,
        visit="visit",
        teacher="teacher",
        observer="observer",
        items=["a", "b"],
        levels=[1, 2, 3, 4],
        co_teaching=True,
    )
    assert table.rated().ids == ("v1|o1", "v1|o2", "v3|o3")
    assert table.rated().level.tolist() == [0, -3, -3, 1, 3, -3]


def test_ratings_of_some_items_can_be_chosen() -> None:
    """Other items lose their ratings and keep their place; an item that is not there is refused."""
    chosen = TABLE.only("b")
    assert chosen.items == ("a", "b")
    assert chosen.ids == TABLE.ids
    assert chosen.n_ratings == 1
    assert TABLE.only("a", "b") == TABLE
    assert TABLE.only().n_ratings == 0
    with pytest.raises(UnknownCode):
        TABLE.only("a", "c")


def test_ratings_are_kept_where_a_question_says_yes() -> None:
    """Each combination of observer, item and day is asked once; what falls away is counted."""
    asked: list[tuple[str, str, date | None]] = []

    def allowed(observer: str, item: str, day: date | None) -> bool:
        asked.append((observer, item, day))
        return observer != "o1" and day is not None

    kept = TABLE.rated_where(allowed, reason="not calibrated")
    assert len(kept) == len(TABLE)
    assert kept.n_ratings == 2
    assert kept.left_out == FrozenMap({"not calibrated": 3})
    assert ("o3", "a", None) in asked
    assert len(asked) == len(set(asked)) == 8
    again = kept.rated_where(lambda _, item, __: item == "a", reason="not calibrated")
    assert again.left_out == FrozenMap({"not calibrated": 4})


def test_nothing_is_left_out_where_everything_is_allowed() -> None:
    """A question that is always answered with yes leaves the table as it is."""
    assert TABLE.rated_where(lambda *_: True, reason="x") == TABLE
    empty = TABLE.where(grade="6")
    assert empty.rated_where(lambda *_: True, reason="x") == empty


def test_contributions_count_records_of_each_teacher() -> None:
    """Each cell of a breakdown counts the records of its teachers; a shared class counts for each."""
    assert TABLE.contributions(["grade"]) == {
        ("4",): {"t1": 2},
        ("5",): {"t2": 1},
        ("(unknown)",): {"t1": 1, "t3": 1},
    }
    assert TABLE.contributions([]) == {(): {"t1": 3, "t2": 1, "t3": 1}}
