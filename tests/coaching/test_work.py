"""Records of the work on a goal: what each refuses to hold."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import attrs
import pytest
from tests.coaching.one_plan import DAY, GOAL, LATER, TEACHER, refused, step

from ilr.coaching import Interpretation, Mandate, Measurement, NeedProposal
from ilr.disclosure import EvaluationNeedRef

BEFORE = DAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"baseline": 3.0}, [("interpretation.baseline", "baseline")]),
        ({"baseline": math.nan, "measure": "of ten"}, [("interpretation.baseline", "baseline")]),
        ({"confirmed_by": TEACHER}, [("interpretation.confirmed", "confirmed_on")]),
        ({"confirmed_on": DAY}, [("interpretation.confirmed", "confirmed_on")]),
        ({"confirmed_by": TEACHER, "confirmed_on": BEFORE}, [("interpretation.order", "confirmed_on")]),
    ],
)
def test_a_reading_has_a_measured_baseline_and_a_dated_word(fields: Any, found: Any) -> None:
    """IC-2, CH-3: a baseline is a number of a measure, a confirmation has its person and its day."""
    assert refused(lambda: Interpretation(id="i1", on=DAY, **fields)) == found


def test_a_measurement_is_a_number() -> None:
    """IC-2: progress is told in finite numbers."""
    assert refused(lambda: Measurement(goal=GOAL.id, on=DAY, value=math.inf)) == [
        ("measurement.value", "value")
    ]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"due": BEFORE}, [("step.order", "due")]),
        ({"enacted_on": BEFORE}, [("step.order", "enacted_on")]),
        ({"evidence": "w1"}, [("step.evidence", "evidence")]),
    ],
)
def test_a_step_is_taken_after_it_was_agreed_on(fields: Any, found: Any) -> None:
    """PP-6: a step is due and taken on its day or later, and evidence is of a step that was taken."""
    assert refused(lambda: step(**fields)) == found


def test_the_lag_of_a_step_runs_from_the_agreement() -> None:
    """PP-6: calendar days from the agreement to the class, none as long as it was not taken."""
    assert step().lag is None
    assert step(enacted_on=LATER).lag == 7


def test_a_mandate_requires_taking_part_and_nothing_else() -> None:
    """CH-6: a rule has no place for a goal, and ends no earlier than it starts."""
    assert [field.name for field in attrs.fields(Mandate)] == ["id", "kind", "start", "end"]
    assert refused(lambda: Mandate(id="m", kind="other", start=DAY, end=BEFORE)) == [("mandate.order", "end")]


def test_nothing_but_id_and_label_comes_from_evaluation() -> None:
    """FW-4: a need from evaluation has no place for a rating or narrative, and enters as a proposal."""
    held = NeedProposal(need=EvaluationNeedRef("3b", "Discussion"), on=DAY)
    assert held.status == "proposed"
    assert [field.name for field in attrs.fields(NeedProposal)] == ["need", "on", "status"]
    assert [field.name for field in attrs.fields(EvaluationNeedRef)] == ["component", "label"]
