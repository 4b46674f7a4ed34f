"""Steps: how an improvement cycle goes on, each step giving a new cycle.

Here belong planning, starting, recording, studying, acting and abandoning. What a cycle may hold at all is checked by
the cycle itself (`ilr.cycles.improvement`); here is what may follow what.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import attrs

from ilr.base import Checker, InvalidInput
from ilr.cycles.fidelity import ShareCount
from ilr.cycles.improvement import Abandonment, Act, Do, ImprovementCycle, Plan, Study
from ilr.cycles.predictions import Comparison, compare_with_prediction
from ilr.stats import Estimate
from ilr.stats.charts import Signal

__all__ = [
    "abandon_cycle",
    "act_on_cycle",
    "plan_cycle",
    "record_data",
    "start_cycle",
    "study_cycle",
]


def plan_cycle(cycle: ImprovementCycle, plan: Plan) -> ImprovementCycle:
    """Write the plan of a cycle, or write it anew before the start.

    Args:
        cycle: a draft, or a planned cycle.
        plan: the plan; while it lacks something (`Plan.missing`) the cycle stays a draft.

    Raises:
        InvalidInput: when the cycle has started or ended.

    Example:
        >>> cycle = ImprovementCycle(
        ...     id="c-1", building="s1", target="instructional practice", opened=date(2026, 9, 1)
        ... )
        >>> plan_cycle(cycle, Plan(aim="a", measures=["m"])).missing
        ('change', 'prediction')
    """
    check = _of_open(cycle)
    check(
        cycle.do is None, "cycle.started", "plan", "cannot be changed after the start", expected="a new cycle"
    )
    return _next(check, cycle, plan=plan)


def start_cycle(cycle: ImprovementCycle, *, on: date) -> ImprovementCycle:
    """Start a planned cycle.

    Args:
        cycle: the planned cycle.
        on: the day on which the change begins.

    Raises:
        InvalidInput: naming everything the plan lacks; when the cycle has started or ended.
    """
    check = _of_open(cycle)
    check(cycle.do is None, "cycle.started", "do", "has begun already", expected="a planned cycle")
    return _next(check, cycle, do=Do(started=on))


def record_data(
    cycle: ImprovementCycle,
    *,
    observations: Iterable[str] = (),
    first_on: date | None = None,
    first_at: datetime | None = None,
    deviations: Iterable[str] = (),
    fidelity: ShareCount | None = None,
) -> ImprovementCycle:
    """Add records, deviations or the count of fidelity to a running cycle.

    Args:
        cycle: the running cycle.
        observations: ids of further records.
        first_on: day of the first of them; the instant's by default.
        first_at: instant of the first of them, where it is known.
        deviations: what was done otherwise than planned.
        fidelity: the count over the cycle so far; it takes the place of an earlier one.

    Raises:
        InvalidInput: when the cycle has not started, was studied or ended, for ids that are in it already, records
            without the day of their first, or records that are older than the prediction.
    """
    check = _of_open(cycle)
    held = cycle.do
    check(held is not None, "cycle.not_started", "do", "has not begun", expected="a started cycle")
    check(cycle.study is None, "cycle.studied", "study", "was made already", expected="a running cycle")
    if held is None:
        check.fail()
    new = tuple(observations)
    day = first_at.date() if first_on is None and first_at is not None else first_on
    check(
        bool(new) == (day is not None),
        "do.first",
        "first_on",
        "does not fit the new records",
        expected="the day of the first record, where there is one",
    )
    on, at = _earlier((held.first_on, held.first_at), (day, first_at))
    with _noting(check, under="do"):
        changed = attrs.evolve(
            held,
            observations=(*held.observations, *new),
            first_on=on,
            first_at=at,
            deviations=(*held.deviations, *deviations),
            fidelity=fidelity or held.fidelity,
        )
    return _next(check, cycle, do=changed)


def study_cycle(
    cycle: ImprovementCycle,
    *,
    on: date,
    result: Estimate,
    series: Iterable[float | None] = (),
    signals: Iterable[Signal] = (),
    surprise: str = "",
) -> ImprovementCycle:
    """Compare the result of a running cycle with its prediction.

    Args:
        cycle: the running cycle.
        on: the day.
        result: the predicted measure with its interval, for example of `ilr.stats.proportions.wilson`.
        series: the measure at each step of the cadence, None where nothing was measured.
        signals: what the rules of a chart found in the series.
        surprise: what nobody expected.

    Raises:
        InvalidInput: when the cycle has not started, was studied already or ended.
    """
    check = _of_open(cycle)
    check(cycle.study is None, "cycle.studied", "study", "was made already", expected="a running cycle")
    prediction = cycle.plan.prediction if cycle.plan is not None else None
    comparison = (
        Comparison(outcome="cannot tell")
        if prediction is None
        else compare_with_prediction(prediction, result)
    )
    with _noting(check, under="study"):
        study = Study(
            on=on,
            result=result,
            comparison=comparison,
            series=tuple(series),
            signals=tuple(signals),
            surprise=surprise,
        )
    return _next(check, cycle, study=study)


def act_on_cycle(cycle: ImprovementCycle, act: Act, *, no_strength_reason: str = "") -> ImprovementCycle:
    """Decide what follows from a studied cycle, which closes it for good.

    Args:
        cycle: the studied cycle.
        act: what follows; adapting and expanding name the next cycle, which names this one as its parent.
        no_strength_reason: why no decision of the cycle builds on a strength, empty where one does.

    Raises:
        InvalidInput: when the cycle was not studied, or has ended.

    Example:
        >>> from datetime import UTC
        >>> from ilr.cycles.predictions import Prediction
        >>> from ilr.stats.proportions import wilson
        >>> expected = Prediction(
        ...     measure="m", low=0.55, high=0.65, recorded_at=datetime(2026, 10, 1, tzinfo=UTC)
        ... )
        >>> plan = Plan(aim="a", measures=["m"], change="c", prediction=expected)
        >>> cycle = ImprovementCycle(
        ...     id="c-1", building="s1", target="instructional practice", opened=date(2026, 10, 1), plan=plan
        ... )
        >>> cycle = start_cycle(cycle, on=date(2026, 10, 5))
        >>> cycle = record_data(cycle, observations=["visit-1"], first_on=date(2026, 10, 6))
        >>> cycle = study_cycle(cycle, on=date(2026, 10, 30), result=wilson(21, 30))
        >>> act = Act(kind="adopt", on=date(2026, 10, 30), reason="better than predicted")
        >>> act_on_cycle(cycle, act).state.value
        'closed'
    """
    check = _of_open(cycle)
    return _next(check, cycle, act=act, no_strength_reason=no_strength_reason or cycle.no_strength_reason)


def abandon_cycle(cycle: ImprovementCycle, abandonment: Abandonment) -> ImprovementCycle:
    """Give up a cycle before it has answered its question, for good.

    To abandon the change after a study is an act, which closes the cycle.

    Args:
        cycle: a planned, running or studied cycle; a draft is thrown away instead.
        abandonment: the day and the reason.

    Raises:
        InvalidInput: for a draft, naming what its plan lacks, or an ended cycle.
    """
    check = _of_open(cycle)
    return _next(check, cycle, abandonment=abandonment)


def _of_open(cycle: ImprovementCycle) -> Checker:
    """A collector for a step, which an ended cycle refuses at once: nothing else about it matters."""
    check = Checker("ImprovementCycle")
    check(
        not cycle.ended,
        "cycle.ended",
        "state",
        "is an end",
        expected="a new cycle with this one as its parent",
    )
    check.done()
    return check


def _next(check: Checker, cycle: ImprovementCycle, **parts: Any) -> ImprovementCycle:
    """The cycle with a new part; what the step and what the cycle itself refuses comes at once."""
    with _noting(check):
        made = attrs.evolve(cycle, **parts, seal="")
    check.done()
    return made


@contextmanager
def _noting(check: Checker, *, under: str = "") -> Iterator[None]:
    """Take what a construction refuses to the other problems of a step, and raise all of them."""
    try:
        yield
    except InvalidInput as error:
        check.add(error.problems, under=under)
        check.fail()


def _earlier(
    old: tuple[date | None, datetime | None], new: tuple[date | None, datetime | None]
) -> tuple[date | None, datetime | None]:
    """The earlier of two first records; on one day the instant is known only where both are."""
    if old[0] is None or new[0] is None:
        return new if old[0] is None else old
    if old[0] != new[0]:
        return min(old, new, key=lambda first: first[0] or date.max)
    instants = [at for _, at in (old, new) if at is not None]
    return old[0], min(instants) if len(instants) == 2 else None
