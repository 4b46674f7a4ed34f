"""How visits are spread over modes, class periods and parts of a lesson."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from ilr.base import Policy, Window
from ilr.forms import LessonPart, Outcome, Purpose, VisitMode, Walkthrough, form
from ilr.observation import (
    ObservationTable,
    Slot,
    Spread,
    spread_of_lesson_parts,
    spread_of_modes,
    spread_of_periods,
)

FORM = form("talk", look_fors=["asking"], scale=4)
POLICY = Policy()


def walk(visit: str, *, day: int = 15, observer: str = "o1", **facts: Any) -> Walkthrough:
    """A record of September."""
    at = datetime(2026, 9, day, 9, tzinfo=UTC)
    return FORM.record(teachers=["t1"], observer=observer, at=at, visit=visit, answers={"asking": 2}, **facts)


def slot(id: str, mode: VisitMode, *, day: int = 15, outcome: Outcome | None = Outcome.HELD) -> Slot:
    """A slot of September whose visit bears its id."""
    return Slot(
        id=id, building="b", observer="o1", day=date(2026, 9, day), mode=mode, outcome=outcome, visit=id
    )


def table(*records: Walkthrough) -> ObservationTable:
    """The table of records."""
    return ObservationTable.from_walkthroughs(records, forms=[FORM])


def test_modes_are_those_of_held_slots() -> None:
    """Of three held slots one was not announced, whatever its record says; what was cancelled counts nothing."""
    slots = [
        slot("v1", VisitMode.RANDOM),
        slot("v2", VisitMode.SCHEDULED, outcome=Outcome.SUBSTITUTE),
        slot("v3", VisitMode.REQUESTED),
        slot("v4", VisitMode.SCHEDULED, outcome=Outcome.CANCELLED),
        slot("v5", VisitMode.SCHEDULED, outcome=None),
    ]
    found = spread_of_modes(table(walk("v1", mode=VisitMode.SCHEDULED), walk("v3")), slots, policy=POLICY)
    assert found.counts == {"random": 1, "scheduled": 1, "requested": 1}
    assert found.share("random") == 1 / 3
    assert found.share("scheduled", "requested") == 2 / 3


def test_visits_without_a_slot_are_random() -> None:
    """Nobody announced what nobody planned, unless the record itself says that the teacher knew."""
    records = [
        walk("v1"),
        walk("v1", observer="o2"),
        walk("v2", mode=VisitMode.REQUESTED),
        walk("v3", purpose=Purpose.CALIBRATION),
        walk("v4", minutes=1),
    ]
    found = spread_of_modes(table(*records), [], policy=POLICY)
    assert found.counts == {"random": 1, "scheduled": 0, "requested": 1}


def test_modes_of_a_window_are_those_of_its_days() -> None:
    """A slot and a visit count on their own day; one without a day lies in no window."""
    window = Window(date(2026, 9, 1), date(2026, 9, 15))
    slots = [slot("v1", VisitMode.SCHEDULED), slot("v2", VisitMode.SCHEDULED, day=16)]
    records = table(walk("v3"), walk("v4", day=16), walk("v2", day=14))
    assert spread_of_modes(records, slots, window=window, policy=POLICY).counts == {
        "random": 1,
        "scheduled": 1,
        "requested": 0,
    }
    frame = {"v": ["x"], "t": ["t"], "o": ["o"], "a": [1]}
    undated = ObservationTable.from_frame(
        frame, visit="v", teacher="t", observer="o", items=["a"], levels=[1, 2]
    )
    assert spread_of_modes(undated, [], window=window, policy=POLICY).visits == 0
    assert spread_of_modes(undated, [], policy=POLICY).visits == 1


def test_periods_are_counted_with_those_that_nobody_visited() -> None:
    """Two of four visits were in the first period, one told no period, and nobody came in the third."""
    records = [walk("v1", period="1"), walk("v2", period="1"), walk("v3", period="2"), walk("v4")]
    found = spread_of_periods(table(*records), periods=["1", "2", "3"], policy=POLICY)
    assert found.counts == {"1": 2, "2": 1, "3": 0}
    assert (found.visits, found.unknown, found.unknown_share) == (4, 1, 1 / 4)
    assert (found.empty, found.largest) == (("3",), 1 / 2)
    assert spread_of_periods(table(*records), policy=POLICY).counts == {"1": 2, "2": 1}


def test_a_paired_visit_is_in_one_bin_once() -> None:
    """Two observers of one visit saw one period; the first record that tells it counts."""
    records = [walk("v1", period=None), walk("v1", observer="o2", period="3")]
    assert spread_of_periods(table(*records), policy=POLICY).counts == {"3": 1}


def test_parts_of_a_lesson_are_three_and_unknown_is_none_of_them() -> None:
    """A record that does not know the part counts apart."""
    records = [
        walk("v1", lesson_part=LessonPart.OPENING),
        walk("v2", lesson_part=LessonPart.OPENING),
        walk("v3", lesson_part=LessonPart.CLOSING),
        walk("v4"),
    ]
    found = spread_of_lesson_parts(table(*records), policy=POLICY)
    assert found.counts == {"opening": 2, "middle": 0, "closing": 1}
    assert (found.unknown_share, found.largest, found.empty) == (1 / 4, 1 / 2, ("middle",))


def test_of_no_visits_there_is_no_share() -> None:
    """A share of nothing is None, not zero."""
    found = spread_of_lesson_parts(table(), policy=POLICY)
    assert (found.visits, found.share("opening"), found.largest, found.unknown_share) == (0, None, None, None)
    assert Spread(counts={}, unknown=2).largest is None  # type: ignore[arg-type]  # any mapping will do
    assert Spread(counts={"a": 1}).share("b") == 0  # type: ignore[arg-type]  # any mapping will do
