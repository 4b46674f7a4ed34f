"""Planned slots, and the facts of visits that took place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ilr.base import InvalidInput, Window
from ilr.forms import Outcome, VisitMode
from ilr.observation import ObservationTable, Schedule, Slot, VisitFacts


def slot(id: str, day: int = 1, building: str = "b1", outcome: Outcome | None = None) -> Slot:
    """A slot in September."""
    return Slot(
        id=id,
        building=building,
        observer="o1",
        day=date(2026, 9, day),
        mode=VisitMode.RANDOM,
        outcome=outcome,
    )


@pytest.mark.parametrize(
    ("outcome", "held"),
    [
        (None, False),
        (Outcome.HELD, True),
        (Outcome.SUBSTITUTE, True),
        (Outcome.CLASS_AWAY, False),
        (Outcome.CANCELLED, False),
    ],
)
def test_a_slot_is_held_when_a_visit_took_place(outcome: Outcome | None, held: bool) -> None:
    """A visit to a substitute took place, one that lies ahead did not."""
    assert slot("s", outcome=outcome).held == held


def test_a_schedule_is_read_in_order_and_by_building() -> None:
    """Slots of a building in a window come in the order of the schedule."""
    slots = (slot("a", 9), slot("b", 8), slot("c", 8, "b2"), slot("d", 20))
    schedule = Schedule(slots)
    assert len(schedule) == 4
    assert tuple(schedule) == slots
    window = Window(date(2026, 9, 8), date(2026, 9, 9))
    assert [one.id for one in schedule.within("b1", window)] == ["a", "b"]


def test_slots_of_one_id_are_refused() -> None:
    """A schedule names each slot once."""
    with pytest.raises(InvalidInput) as raised:
        Schedule((slot("a"), slot("a", 2)))
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("schedule.repeated", "slots")
    ]


def test_facts_of_a_visit_come_from_all_its_records() -> None:
    """What one observer left open another one tells; observers, media and forms are told for each."""
    frame: dict[str, list[Any]] = {
        "visit": ["v2", "v1", "v1", "v0"],
        "teacher": ["t2", "t1", "t1", "t3"],
        "observer": ["o1", "o1", "o2", "o1"],
        "on": ["2026-09-01", None, "2026-09-02", None],
        "how": [None, None, "random", None],
        "hour": [None, "p1", None, None],
        "part": [None, None, "middle", None],
        "with": ["paper", None, "electronic", None],
        "tool": ["f@1", "f@1", None, None],
        "a": [1, 2, 3, 4],
    }
    table = ObservationTable.from_frame(
        frame,
        visit="visit",
        teacher="teacher",
        observer="observer",
        items=["a"],
        date="on",
        mode="how",
        period="hour",
        lesson_part="part",
        medium="with",
        form="tool",
    )
    bare: dict[str, Any] = {"mode": None, "period": None, "lesson_part": None}
    assert table.visits() == (
        VisitFacts(
            visit="v2",
            day=date(2026, 9, 1),
            teachers=("t2",),
            observers=("o1",),
            **bare,
            media=("paper",),
            forms=("f@1",),
        ),
        VisitFacts(
            visit="v1",
            day=date(2026, 9, 2),
            teachers=("t1",),
            observers=("o1", "o2"),
            mode="random",
            period="p1",
            lesson_part="middle",
            media=(None, "electronic"),
            forms=("f@1", None),
        ),
        VisitFacts(
            visit="v0", day=None, teachers=("t3",), observers=("o1",), **bare, media=(None,), forms=(None,)
        ),
    )


def test_facts_that_no_column_holds_are_unknown() -> None:
    """A table without circumstances tells people alone; a shared class tells all its teachers."""
    frame = {"visit": ["v1", "v1"], "teacher": ["t1", "t2"], "observer": ["o1", "o1"], "a": [1, 1]}
    table = ObservationTable.from_frame(
        frame,
        visit="visit",
        teacher="teacher",
        observer="observer",
        items=["a"],
        levels=[1, 2],
        co_teaching=True,
    )
    (facts,) = table.visits()
    assert facts.teachers == ("t1", "t2")
    assert (facts.day, facts.mode, facts.media) == (None, None, (None,))
