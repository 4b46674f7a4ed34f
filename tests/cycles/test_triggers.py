"""Triggers: when a review is due, by what, and how soon to expect one."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest
from tests.cycles.few_visits import FIRST, SCHOOL, busy, refused
from tests.progress.small_school import ALIKE, POLICY, meeting, table_of, walk

from ilr import interop
from ilr.base import Policy
from ilr.calibration import Standings
from ilr.cycles import Trigger, Yield, expected_yield, trigger
from ilr.forms import Outcome, Purpose
from ilr.observation import ObservationTable
from ilr.stats.charts import Signal

SHIFT = Signal("anhoej.run", 11, tuple(range(3, 12)))


def ask(table: ObservationTable, after: int, **options: Any) -> Trigger:
    """Whether a review is due some days after the first visit."""
    policy = Policy(**options.pop("policy", {}))
    return trigger(table, building=SCHOOL, as_of=FIRST + timedelta(days=after), policy=policy, **options)


@pytest.mark.parametrize(
    ("mode", "count", "after", "by"),
    [
        ("first", 29, 30, None),
        ("first", 30, 30, "count"),
        ("first", 29, 31, "calendar"),
        ("first", 30, 31, "count"),
        ("first", 1, 31, "calendar"),
        ("first", 30, 0, "count"),
        ("both", 30, 30, None),
        ("both", 29, 31, None),
        ("both", 30, 31, "count"),
    ],
)
def test_thirty_records_or_thirty_one_days_call_for_a_review(
    mode: str, count: int, after: int, by: str | None
) -> None:
    """RT-1: to the exact record and day, in the mode where one trigger is enough and in that which asks for both."""
    found = ask(busy(count), after, policy={"review_mode": mode})
    assert (found.due, found.by) == (by is not None, by)
    assert (found.new, found.days) == (count, after)
    assert [reason.code for reason in found.reasons] == ["NEW_OBSERVATIONS", "DAYS_SINCE_FIRST"]


@pytest.mark.parametrize("mode", ["first", "both"])
def test_a_signal_calls_for_a_review_in_either_mode(mode: str) -> None:
    """A signal makes a review due before month and count, and the reasons name its rules once each."""
    signals = [SHIFT, Signal("3sigma", 11, (11,)), Signal("3sigma", 12, (12,))]
    found = ask(busy(1), 3, signals=signals, policy={"review_mode": mode})
    assert (found.due, found.by) == (True, "signal")
    assert str(found.reasons[-1]) == "signals of charts: 3 (3sigma, anhoej.run)"


@pytest.mark.parametrize(("count", "after", "by"), [(30, 3, "count"), (5, 31, "calendar")])
def test_the_routine_goes_before_a_signal(count: int, after: int, by: str) -> None:
    """Where count or month call as well, they are named and the signal stands in the reasons."""
    found = ask(busy(count), after, signals=[SHIFT])
    assert found.by == by
    assert found.reasons[-1].code == "CHART_SIGNALS"


def test_nothing_new_is_never_due() -> None:
    """RT-1: months without a record since the last cut call for nothing, and a school without records has no clock."""
    for signals in ((), (SHIFT,)):
        found = ask(busy(5), 90, last=FIRST, signals=signals)
        assert (found.due, found.by, found.new, found.days) == (False, None, 0, 90)
    nothing = trigger(busy(5), building="s2", as_of=FIRST, policy=POLICY)
    assert (nothing.due, nothing.days) == (False, None)
    assert [reason.code for reason in nothing.reasons] == ["NEW_OBSERVATIONS"]


def test_only_records_after_the_last_cut_are_new() -> None:
    """RT-1: what the last cut held does not call for the next review; its day starts the clock."""
    table = table_of([walk(FIRST), walk(FIRST + timedelta(days=1), "t2")])
    assert ask(table, 31, last=FIRST).new == 1
    assert ask(table, 30, last=FIRST).due is False
    assert ask(table, 31, last=FIRST).by == "calendar"


def test_two_observers_in_one_visit_are_two_records() -> None:
    """RT-1: the count is of observations, so a paired visit adds two."""
    pair = [walk(FIRST, "t1", observer, visit="v") for observer in ("p1", "p2")]
    assert ask(table_of(pair), 0).new == 2


@pytest.mark.parametrize(
    "change",
    [
        {"minutes": 2.0},
        {"purpose": Purpose.CALIBRATION},
        {"outcome": Outcome.SUBSTITUTE},
        {"building": "s2"},
    ],
)
def test_records_that_are_not_valid_here_do_not_count(change: dict[str, Any]) -> None:
    """RT-1: short visits, calibration, a day's substitute and other schools call for no review."""
    assert ask(table_of([walk(FIRST), walk(FIRST, "t2", **change)]), 0).new == 1


def test_records_before_calibration_neither_count_nor_start_the_clock() -> None:
    """RT-1: with standings only what a calibrated observer rated is new, and the clock starts with it."""
    known = Standings.from_meetings([meeting({"p1": ALIKE}, master=ALIKE)], POLICY)
    late = FIRST + timedelta(days=20)
    table = table_of([walk(FIRST, "t1", "p9"), walk(late, "t2", "p1")])
    assert ask(table, 31).new == 2
    found = ask(table, 31, standings=known)
    assert (found.due, found.new, found.days) == (False, 1, 11)


@pytest.mark.parametrize(
    ("teachers", "visits", "a_month", "months", "governs"),
    [
        (15, 2, 30, 1, "count"),
        (30, 1, 30, 1, "count"),
        (60, 1, 60, 0.5, "count"),
        (29, 1, 29, 30 / 29, "calendar"),
        (10, 1.5, 15, 2, "calendar"),
        (0, 2, 0, math.inf, None),
        (20, 0, 0, math.inf, None),
    ],
)
def test_the_yield_of_a_plan_is_teachers_times_visits(
    teachers: int, visits: float, a_month: float, months: float, governs: Any
) -> None:
    """RT-6: fifteen teachers at two visits or thirty at one reach the count in a month, fewer leave it to the month."""
    assert expected_yield(teachers=teachers, visits=visits) == Yield(
        a_month=a_month, months_to_count=months, governs=governs
    )


def test_another_count_moves_the_yield() -> None:
    """RT-6: a district that reviews at twenty observations gets there sooner."""
    found = expected_yield(teachers=10, visits=2, policy=Policy(review_count=20))
    assert (found.months_to_count, found.governs) == (1, "count")


@pytest.mark.parametrize(
    ("teachers", "visits", "paths"),
    [(-1, 1, ["teachers"]), (1, math.nan, ["visits"]), (-1, math.inf, ["teachers", "visits"])],
)
def test_a_yield_of_impossible_numbers_is_refused(teachers: int, visits: float, paths: list[str]) -> None:
    """RT-6: numbers below zero, infinite or no numbers are named together."""
    found = refused(expected_yield, teachers=teachers, visits=visits)
    assert found == [("yield.range", path) for path in paths]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (ask(busy(2), 31, signals=[SHIFT]), Trigger),
        (expected_yield(teachers=0, visits=1), Yield),
    ],
)
def test_answers_come_back_from_json_equal(value: Any, kind: type) -> None:
    """A trigger and a yield, even of nothing, survive the way through text."""
    assert interop.loads(interop.dumps(value), kind) == value
