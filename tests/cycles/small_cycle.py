"""One improvement cycle about wait time, at each of its states, for the tests of this room."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ilr.base import InvalidInput, Window
from ilr.cycles import (
    Act,
    Aim,
    Baseline,
    ChangeIdea,
    Driver,
    DriverDiagram,
    ImprovementCycle,
    Measure,
    Plan,
    Prediction,
    Scope,
    ShareCount,
    act_on_cycle,
    plan_cycle,
    record_data,
    start_cycle,
    study_cycle,
)
from ilr.stats import Estimate, proportions

OPENED = date(2026, 10, 1)
STARTED = OPENED + timedelta(days=4)
LOOKED = OPENED + timedelta(days=30)
RECORDED = datetime(2026, 10, 2, 15, tzinfo=UTC)


def prediction(**facts: Any) -> Prediction:
    """A share of .55 to .65, written down before the start."""
    held = {"measure": "wait", "low": 0.55, "high": 0.65, "why": "it did elsewhere", "recorded_at": RECORDED}
    return Prediction(**{**held, **facts})


def plan(**facts: Any) -> Plan:
    """A plan that leaves nothing open."""
    held: dict[str, Any] = {
        "aim": "aim",
        "measures": ("wait", "pace"),
        "change": "count",
        "prediction": prediction(),
        "question": "does counting help?",
        "who": "two teachers",
        "where": "grade 6",
        "when": "every lesson",
        "data": "walkthroughs",
        "stops_on": OPENED + timedelta(days=60),
    }
    return Plan(**{**held, **facts})


def draft(**facts: Any) -> ImprovementCycle:
    """A cycle without a plan."""
    held: dict[str, Any] = {
        "id": "c1",
        "building": "s1",
        "target": "instructional practice",
        "opened": OPENED,
        "scope": Scope(teachers=2, of=20),
    }
    return ImprovementCycle(**{**held, **facts})


def planned(planned_as: Plan | None = None, **facts: Any) -> ImprovementCycle:
    """A cycle that can start."""
    return plan_cycle(draft(**facts), planned_as or plan())


def doing(
    planned_as: Plan | None = None, fidelity: ShareCount | None = None, **facts: Any
) -> ImprovementCycle:
    """A cycle with two records."""
    started = start_cycle(planned(planned_as, **facts), on=max(STARTED, facts.get("opened", STARTED)))
    first_on = started.do.started if started.do else STARTED
    return record_data(started, observations=["o1", "o2"], first_on=first_on, fidelity=fidelity)


def studied(
    result: Estimate | None = None,
    series: tuple[float | None, ...] = (0.5, 0.6, 0.7),
    on: date | None = None,
    **facts: Any,
) -> ImprovementCycle:
    """A cycle that was looked at; 21 of 30 unless told otherwise."""
    running = doing(**facts)
    day = on or max(LOOKED, running.opened + timedelta(days=30))
    return study_cycle(running, on=day, result=result or proportions.wilson(21, 30), series=series)


def closed(
    kind: Any = "adopt", next_cycle: str | None = None, *, no_strength_reason: str = "", **facts: Any
) -> ImprovementCycle:
    """A cycle that ended on the day of its study."""
    ended = studied(**facts)
    act = Act(
        kind=kind,
        on=ended.study.on if ended.study else LOOKED,
        reason="as it came out",
        next_cycle=next_cycle,
    )
    return act_on_cycle(ended, act, no_strength_reason=no_strength_reason)


def aim(**facts: Any) -> Aim:
    """From 24 of 50 to .65 by the winter."""
    held: dict[str, Any] = {
        "id": "aim",
        "measure": "wait",
        "population": "grades 6 to 8",
        "target": 0.65,
        "by": date(2026, 12, 18),
        "direction": "higher",
        "baseline": Baseline(count=ShareCount(24, 50), period=Window(date(2026, 9, 1), date(2026, 9, 30))),
    }
    return Aim(**{**held, **facts})


MEASURES = (
    Measure(id="wait", kind="outcome", look_for="wait-time"),
    Measure(id="asked", kind="driver", look_for="questioning"),
    Measure(id="counted", kind="process", external="log-7"),
    Measure(id="pace", kind="balancing", direction="lower", external="survey-2"),
)
DRIVERS = (
    Driver(id="questions", kind="primary", what="planned questions", leads_to=("aim",), measures=("asked",)),
    Driver(id="habits", kind="secondary", what="habits of pausing", leads_to=("questions",)),
)
CHANGES = (ChangeIdea(id="count", what="count to three", leads_to=("habits",), measures=("counted",)),)


def diagram(**facts: Any) -> DriverDiagram:
    """One aim, two drivers, one change and a measure of each kind."""
    held: dict[str, Any] = {"aim": aim(), "measures": MEASURES, "drivers": DRIVERS, "changes": CHANGES}
    return DriverDiagram(**{**held, **facts})


def problems(make: Any, *args: Any, **facts: Any) -> list[tuple[str, str]]:
    """Codes and paths of all that is refused at once."""
    with pytest.raises(InvalidInput) as refused:
        make(*args, **facts)
    return [(problem.code, problem.path) for problem in refused.value.problems]
