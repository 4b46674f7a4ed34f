"""Improvement cycles: what they may hold, how far they have come, and that an end is an end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.cycles.small_cycle import (
    LOOKED,
    OPENED,
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

from ilr import interop
from ilr.base import InvalidInput
from ilr.cycles import (
    Abandonment,
    Act,
    Comparison,
    CycleState,
    Do,
    ExternalPlan,
    ImprovementCycle,
    Plan,
    Scope,
    Study,
    abandon_cycle,
)
from ilr.stats import proportions
from ilr.stats.charts import Signal

GIVEN_UP = Abandonment(on=LOOKED, reason="the class was dissolved")


def given_up() -> ImprovementCycle:
    """A cycle that was abandoned while it ran."""
    return abandon_cycle(doing(), GIVEN_UP)


STATES = (
    (draft, CycleState.DRAFT),
    (planned, CycleState.PLANNED),
    (doing, CycleState.DOING),
    (studied, CycleState.STUDYING),
    (closed, CycleState.CLOSED),
    (given_up, CycleState.ABANDONED),
)


@pytest.mark.parametrize(("make", "state"), STATES)
def test_the_state_follows_from_what_a_cycle_holds(make: Any, state: CycleState) -> None:
    """Each part brings a cycle one state further, and only the last two are ends."""
    cycle = make()
    assert cycle.state is state
    assert cycle.ended == (state in (CycleState.CLOSED, CycleState.ABANDONED))
    assert cycle.closed == (LOOKED if state is CycleState.CLOSED else None)


@pytest.mark.parametrize(("make", "state"), STATES)
def test_a_cycle_comes_back_from_text(make: Any, state: CycleState) -> None:
    """Written out and read again a cycle of any state is the same, its seal too."""
    cycle = make()
    again = interop.loads(interop.dumps(cycle), ImprovementCycle)
    assert again == cycle
    assert (again.seal, again.state) == (cycle.seal, state)


def test_an_edited_document_is_refused() -> None:
    """A closed cycle whose result was changed in storage does not come back."""
    text = interop.dumps(closed())
    assert text.count("as it came out") == 1
    with pytest.raises(InvalidInput) as refused:
        interop.loads(text.replace("as it came out", "as it had to"), ImprovementCycle)
    assert [problem.code for problem in refused.value.problems] == ["cycle.sealed"]


# Parts


def test_a_plan_tells_what_it_lacks() -> None:
    """Aim, measures, change and prediction have to be told before the start, in this order; blanks are nothing."""
    assert Plan().missing == ("aim", "measures", "change", "prediction")
    assert plan(change=" ").missing == ("change",)
    assert plan().missing == ()
    assert plan(who="", stops_on=None).left_open("who", "where", "stops_on") == ("who", "stops_on")


def test_what_is_predicted_is_followed() -> None:
    """A prediction of a measure that the plan does not follow is refused."""
    assert problems(plan, measures=("pace",)) == [("plan.measure", "prediction.measure")]


@pytest.mark.parametrize("count", [(0, 5), (6, 5)])
def test_a_scope_is_a_part_of_the_unit(count: tuple[int, int]) -> None:
    """Nobody, and more than there are, are no part."""
    assert problems(Scope, teachers=count[0], of=count[1]) == [("scope.teachers", "teachers")]
    assert Scope(teachers=5, of=5).fraction == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"observations": ("o",)}, ["do.first"]),
        ({"first_on": STARTED}, ["do.first"]),
        ({"observations": ("o", "o"), "first_on": STARTED}, ["do.repeated"]),
        ({"observations": ("o",), "first_on": OPENED}, ["do.before_start"]),
        (
            {
                "observations": ("o",),
                "first_on": STARTED,
                "first_at": datetime(2026, 10, 6, 8, tzinfo=UTC),
            },
            ["do.instant"],
        ),
        (
            {"observations": ("o", "o"), "first_at": datetime(2026, 10, 5, 8)},  # noqa: DTZ001  # the point
            ["do.first", "do.repeated", "instant.naive", "do.instant"],
        ),
    ],
)
def test_records_and_their_first_day_go_together(change: dict[str, Any], expected: list[str]) -> None:
    """Records without a day, repeated ones, ones from before the start and instants of other days are refused."""
    assert [code for code, _ in problems(Do, started=STARTED, **change)] == expected


def study(**facts: Any) -> Study:
    """A study of three points."""
    held = {
        "on": LOOKED,
        "result": proportions.wilson(21, 30),
        "comparison": Comparison(outcome="above", overlaps=True),
        "series": (0.5, None, 0.7),
    }
    return Study(**{**held, **facts})


def test_signals_point_at_the_series() -> None:
    """Points that are no numbers and signals outside the series are refused, each with its place."""
    assert study(signals=(Signal("3sigma", 2, (0, 2)),)).signals[0].rule == "3sigma"
    assert problems(
        study,
        series=(0.5, float("nan"), float("inf")),
        signals=(Signal("3sigma", 3, (0,)), Signal("3sigma", 0, (-1,)), Signal("3sigma", 1, (1,))),
    ) == [
        ("study.series", "series[1]"),
        ("study.series", "series[2]"),
        ("study.signal", "signals[0]"),
        ("study.signal", "signals[1]"),
    ]


@pytest.mark.parametrize(
    ("kind", "next_cycle", "codes"),
    [
        ("adopt", None, []),
        ("abandon", None, []),
        ("adapt", "c2", []),
        ("expand", "c2", []),
        ("adopt", "c2", ["act.next"]),
        ("abandon", "c2", ["act.next"]),
        ("adapt", None, ["act.next"]),
        ("expand", "", ["act.next"]),
    ],
)
def test_adapting_and_expanding_name_the_next_cycle(
    kind: Any, next_cycle: str | None, codes: list[str]
) -> None:
    """What goes on has to say where; what does not cannot."""
    if not codes:
        assert Act(kind=kind, on=LOOKED, reason="so", next_cycle=next_cycle).kind == kind
    found = problems(Act, kind=kind, on=LOOKED, reason=" ", next_cycle=next_cycle)
    assert [code for code, _ in found] == ["act.reason", *codes]


def test_giving_up_has_its_reason() -> None:
    """A cycle is not abandoned in silence."""
    assert problems(Abandonment, on=LOOKED, reason="") == [("abandonment.reason", "reason")]


# The whole


def cycle(**parts: Any) -> ImprovementCycle:
    """A cycle made at once."""
    return draft(**parts)


def test_a_start_needs_a_whole_plan() -> None:
    """Everything that a plan lacks is named."""
    assert problems(cycle, plan=plan(aim="", prediction=None), do=Do(started=STARTED)) == [
        ("cycle.plan_incomplete", "plan.aim"),
        ("cycle.plan_incomplete", "plan.prediction"),
    ]
    assert len(problems(cycle, do=Do(started=STARTED))) == 4


def test_a_prediction_after_the_first_datum_is_refused() -> None:
    """A prediction is made before anybody looks: a later one is none."""
    late = plan(prediction=prediction(recorded_at=datetime(2026, 10, 6, 8, tzinfo=UTC)))
    do = Do(started=STARTED, observations=("o",), first_on=STARTED)
    assert problems(cycle, plan=late, do=do) == [("cycle.prediction_post_hoc", "plan.prediction.recorded_at")]
    assert cycle(plan=late, do=Do(started=STARTED)).state is CycleState.DOING


def test_parts_need_those_before_them() -> None:
    """A study without a start, an act without a study and two ends are refused together."""
    act = Act(kind="adopt", on=LOOKED, reason="so")
    assert problems(cycle, plan=plan(), study=study()) == [("cycle.study_without_do", "study")]
    assert problems(cycle, plan=plan(), act=act) == [("cycle.act_without_study", "act")]
    assert problems(cycle, plan=plan(), study=study(), act=act, abandonment=GIVEN_UP) == [
        ("cycle.study_without_do", "study"),
        ("cycle.abandoned_closed", "abandonment"),
    ]


def test_a_draft_is_not_abandoned() -> None:
    """What was never planned is thrown away instead, and what it lacks is named."""
    assert problems(cycle, plan=plan(change=""), abandonment=GIVEN_UP) == [
        ("cycle.abandoned_draft", "plan.change")
    ]


def test_a_comparison_follows_from_its_numbers() -> None:
    """A result that is called within the range although it lies above is refused."""
    wrong = study(comparison=Comparison(outcome="within", overlaps=True))
    parts = {"plan": plan(), "do": Do(started=STARTED)}
    assert problems(cycle, **parts, study=wrong) == [("cycle.comparison", "study.comparison")]
    assert cycle(**parts, study=study()).state is CycleState.STUDYING


def test_days_come_in_the_order_of_the_parts() -> None:
    """Each part that lies before an earlier one is named."""
    assert problems(
        cycle,
        plan=plan(),
        do=Do(started=OPENED - timedelta(days=1)),
        study=study(on=OPENED - timedelta(days=2)),
        act=Act(kind="adopt", on=OPENED - timedelta(days=1), reason="so"),
    ) == [("cycle.days", "do.started"), ("cycle.days", "study.on"), ("cycle.days", "act.on")]
    early = Abandonment(on=LOOKED - timedelta(days=1), reason="so")
    assert problems(
        cycle, plan=plan(), do=Do(started=STARTED, observations=("o",), first_on=LOOKED), abandonment=early
    ) == [("cycle.days", "abandonment.on")]


@pytest.mark.parametrize("change", [{"parent": "c1"}, {"parent": "c2"}])
def test_a_cycle_does_not_lead_back(change: dict[str, Any]) -> None:
    """A cycle is neither its own parent nor followed by its parent."""
    assert ("cycle.link", "parent") in problems(
        cycle,
        plan=plan(),
        do=Do(started=STARTED),
        study=study(),
        act=Act(kind="adapt", on=LOOKED, reason="so", next_cycle="c2"),
        **change,
    )
    assert problems(draft, parent="c1", cadence=0) == [("cycle.cadence", "cadence"), ("cycle.link", "parent")]


def test_a_cycle_is_not_its_own_next_one() -> None:
    """An act that leads to the cycle itself would reopen it."""
    assert problems(closed, "adapt", "c1") == [("cycle.link", "parent")]


# Seals


@pytest.mark.parametrize(
    "change",
    [
        {"plan": plan(prediction=prediction(high=0.75))},
        {"scope": Scope(teachers=20, of=20)},
        {"scope": None},
        {"opened": OPENED - timedelta(days=1)},
        {"parent": "c0"},
        {"target": "documentation tools"},
        {"do": None},
    ],
)
def test_what_was_planned_is_fixed_at_the_start(change: dict[str, Any]) -> None:
    """A running cycle does not take another prediction, another scope or its start back."""
    assert problems(attrs.evolve, doing(), **change) == [("cycle.sealed", "seal")]


@pytest.mark.parametrize(
    "change",
    [
        {"no_strength_reason": "none was there"},
        {"reviews": ("r9",)},
        {"external": ExternalPlan(goal="g2")},
        {"study": study(surprise="it rained")},
        {"act": Act(kind="abandon", on=LOOKED, reason="so")},
        {"act": None},
        {"cadence": 2},
    ],
)
def test_a_closed_cycle_is_neither_edited_nor_reopened(change: dict[str, Any]) -> None:
    """A copy of an ended cycle with anything else in it is refused."""
    assert problems(attrs.evolve, closed(), **change) == [("cycle.sealed", "seal")]


def test_an_abandoned_cycle_is_not_taken_up_again() -> None:
    """Without its abandonment a copy is refused."""
    assert problems(attrs.evolve, given_up(), abandonment=None) == [("cycle.sealed", "seal")]


def test_before_the_start_nothing_is_sealed() -> None:
    """A planned cycle may still change, and bears no seal; one made up is refused."""
    assert planned().seal == draft().seal == ""
    assert attrs.evolve(planned(), scope=Scope(teachers=3, of=20)).state is CycleState.PLANNED
    assert problems(draft, seal="x") == [("cycle.sealed", "seal")]


def test_fields_cannot_be_written_to() -> None:
    """A cycle is a value."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        closed().act = None  # type: ignore[misc]  # that it cannot be set is the point


def test_a_partnership_runs_the_same_cycle() -> None:
    """LS-12a.KI.3: a cycle of a district with a plan of the state is one like any other."""
    external = ExternalPlan(goal="goal-3", strategy="strategy-1")
    held = doing(building="district", target="observation process", external=external)
    assert held.do is not None
    assert (held.external, held.do.observations) == (external, ("o1", "o2"))
    assert held.opened == date(2026, 10, 1)
