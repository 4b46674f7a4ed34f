"""Steps of an improvement cycle: each where it belongs, none after the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.cycles.small_cycle import (
    LOOKED,
    STARTED,
    closed,
    doing,
    draft,
    plan,
    planned,
    prediction,
    problems,
    studied,
)

from ilr.cycles import (
    Abandonment,
    Act,
    Comparison,
    CycleState,
    ShareCount,
    abandon_cycle,
    act_on_cycle,
    plan_cycle,
    record_data,
    start_cycle,
    study_cycle,
)
from ilr.stats import proportions
from ilr.stats.charts import Signal

RESULT = proportions.wilson(21, 30)
ADOPT = Act(kind="adopt", on=LOOKED, reason="it works")
GIVEN_UP = Abandonment(on=LOOKED, reason="the class was dissolved")
STEPS: dict[str, Any] = {
    "plan": lambda cycle: plan_cycle(cycle, plan()),
    "start": lambda cycle: start_cycle(cycle, on=STARTED),
    "record": lambda cycle: record_data(cycle, observations=["o9"], first_on=STARTED),
    "study": lambda cycle: study_cycle(cycle, on=LOOKED, result=RESULT),
    "act": lambda cycle: act_on_cycle(cycle, ADOPT),
    "abandon": lambda cycle: abandon_cycle(cycle, GIVEN_UP),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "ended", [closed, lambda: abandon_cycle(planned(), GIVEN_UP)], ids=["closed", "abandoned"]
)
def test_no_step_leads_out_of_an_end(step: str, ended: Any) -> None:
    """Whatever is tried with a closed or an abandoned cycle is refused, and for that reason alone."""
    assert problems(STEPS[step], ended()) == [("cycle.ended", "state")]


@pytest.mark.parametrize(
    ("step", "make", "codes"),
    [
        ("plan", doing, ["cycle.started"]),
        ("plan", studied, ["cycle.started"]),
        ("start", draft, ["cycle.plan_incomplete"] * 4),
        ("start", doing, ["cycle.started"]),
        ("record", draft, ["cycle.not_started"]),
        ("record", planned, ["cycle.not_started"]),
        ("record", studied, ["cycle.studied"]),
        ("study", draft, ["cycle.study_without_do"]),
        ("study", planned, ["cycle.study_without_do"]),
        ("study", studied, ["cycle.studied"]),
        ("act", draft, ["cycle.act_without_study"]),
        ("act", planned, ["cycle.act_without_study"]),
        ("act", doing, ["cycle.act_without_study"]),
        ("abandon", draft, ["cycle.abandoned_draft"] * 4),
    ],
)
def test_a_step_out_of_order_is_refused(step: str, make: Any, codes: list[str]) -> None:
    """Each step belongs to some states, and what it lacks elsewhere is named."""
    assert [code for code, _ in problems(STEPS[step], make())] == codes


def test_a_plan_is_written_anew_until_the_start() -> None:
    """A draft takes an incomplete plan and stays one; a planned cycle takes another plan."""
    half = plan_cycle(draft(), plan(change=""))
    assert (half.state, half.missing) == (CycleState.DRAFT, ("change",))
    assert plan_cycle(planned(), plan(who="three")).plan == plan(who="three")
    assert problems(start_cycle, half, on=STARTED) == [("cycle.plan_incomplete", "plan.change")]


def test_records_add_up() -> None:
    """Further records come after the first ones; deviations are kept and the count of fidelity is replaced."""
    later = record_data(
        doing(fidelity=ShareCount(1, 2)),
        observations=["o3"],
        first_on=STARTED + timedelta(days=2),
        deviations=["one lesson was moved"],
        fidelity=ShareCount(3, 4),
    )
    kept = record_data(later, deviations=["another too"])
    assert kept.do is not None
    assert kept.do.observations == ("o1", "o2", "o3")
    assert kept.do.first_on == STARTED
    assert kept.do.deviations == ("one lesson was moved", "another too")
    assert kept.do.fidelity == ShareCount(3, 4)


def at(hour: int, day: date = STARTED) -> datetime:
    """An instant of the first day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ({"first_at": at(10)}, {"first_at": at(9)}, (STARTED, at(9))),
        ({"first_at": at(9)}, {"first_at": at(10)}, (STARTED, at(9))),
        ({"first_at": at(9)}, {"first_on": STARTED}, (STARTED, None)),
        ({"first_on": STARTED}, {"first_at": at(9)}, (STARTED, None)),
        ({"first_at": at(9)}, {"first_on": LOOKED}, (STARTED, at(9))),
        ({"first_on": LOOKED}, {"first_at": at(9)}, (STARTED, at(9))),
        ({"first_on": LOOKED}, {"first_on": STARTED}, (STARTED, None)),
    ],
)
def test_the_first_datum_is_the_earliest(first: Any, then: Any, expected: Any) -> None:
    """Of two batches the earlier one tells; on one day the instant is known only where both have one."""
    running = start_cycle(planned(), on=STARTED)
    both = record_data(record_data(running, observations=["a"], **first), observations=["b"], **then)
    assert both.do is not None
    assert (both.do.first_on, both.do.first_at) == expected


def test_records_older_than_the_prediction_are_refused_when_they_come() -> None:
    """Late-arriving records show that the prediction was made after the first datum."""
    late = plan(prediction=prediction(recorded_at=at(12)))
    running = record_data(start_cycle(planned(late), on=STARTED), observations=["a"], first_at=at(13))
    assert problems(record_data, running, observations=["b"], first_at=at(11)) == [
        ("cycle.prediction_post_hoc", "plan.prediction.recorded_at")
    ]


def test_all_that_is_wrong_with_records_comes_at_once() -> None:
    """A studied cycle, ids that are in it and records from before the start are one refusal."""
    assert problems(record_data, studied(), observations=["o1"], first_on=STARTED - timedelta(days=1)) == [
        ("cycle.studied", "study"),
        ("do.repeated", "do.observations"),
        ("do.before_start", "do.first_on"),
    ]
    assert problems(record_data, doing(), observations=["o3"]) == [("do.first", "first_on")]
    assert problems(record_data, doing(), first_on=LOOKED) == [("do.first", "first_on")]


def test_a_study_compares_and_keeps_its_series() -> None:
    """The comparison is made of prediction and result, never typed in."""
    made = study_cycle(
        doing(),
        on=LOOKED,
        result=RESULT,
        series=[0.5, None, 0.7],
        signals=[Signal("3sigma", 2, (2,))],
        surprise="students began to count too",
    )
    assert made.study is not None
    assert made.study.comparison == Comparison(outcome="above", overlaps=True)
    assert made.study.series == (0.5, None, 0.7)
    assert made.study.surprise == "students began to count too"
    assert problems(study_cycle, studied(), on=LOOKED, result=RESULT, series=[float("nan")]) == [
        ("cycle.studied", "study"),
        ("study.series", "study.series[0]"),
    ]


def test_an_act_closes_with_the_reason_for_no_strength() -> None:
    """ILR-5.GB.2: the reason given with the act is kept, and so is one given before."""
    assert act_on_cycle(studied(), ADOPT, no_strength_reason="none yet").no_strength_reason == "none yet"
    told = attrs.evolve(studied(), no_strength_reason="told before")
    assert act_on_cycle(told, ADOPT).no_strength_reason == "told before"
    assert act_on_cycle(studied(), ADOPT).closed == LOOKED


@pytest.mark.parametrize("make", [planned, doing, studied])
def test_any_cycle_that_was_planned_can_be_abandoned(make: Any) -> None:
    """Planned, running and studied cycles may be given up, and what they held is kept."""
    before = make()
    after = abandon_cycle(before, GIVEN_UP)
    assert after.state is CycleState.ABANDONED
    assert attrs.evolve(after, abandonment=None, seal="") == before
