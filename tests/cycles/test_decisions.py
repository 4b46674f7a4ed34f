"""Decisions, their later statuses, and the input of teams and teachers: what each may hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from tests.cycles.few_visits import FIRST, decided, entry, month, refused

from ilr import interop
from ilr.cycles import Decision, DecisionKind, DecisionStatus, Disposition, Finding, Input, StatusEntry
from ilr.cycles.predictions import Prediction

EFFECT = Prediction(
    measure="wait-time", low=0.55, high=0.65, recorded_at=datetime(2026, 9, 1, 15, tzinfo=UTC)
)


def text_of(value: Any) -> Any:
    """The value after the way through text."""
    return interop.loads(interop.dumps(value), type(value))


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"evidence": ()}, ["decision.evidence"]),
        ({"kind": DecisionKind.NO_ACTION}, ["decision.reason"]),
        (
            {"kind": DecisionKind.NO_ACTION, "reason": " ", "evidence": ()},
            ["decision.evidence", "decision.reason"],
        ),
        ({"due": FIRST - timedelta(days=1)}, ["decision.due"]),
        ({"effect": attrs.evolve(EFFECT, recorded_at=datetime(2026, 9, 2, tzinfo=UTC))}, ["decision.effect"]),
        ({"effect_by": month(1)}, ["decision.effect_by"]),
        ({"effect": EFFECT, "effect_by": FIRST - timedelta(days=1)}, ["decision.effect_by"]),
    ],
)
def test_a_decision_rests_on_evidence_and_looks_ahead(facts: dict[str, Any], codes: list[str]) -> None:
    """No evidence, no action without a reason, days that have passed and later predictions are refused together."""
    assert [code for code, _ in refused(decided, "d", **facts)] == codes


def test_a_decision_tells_what_it_should_change() -> None:
    """The predicted effect, its day and the level that acts come back from text as they were."""
    whole = decided("d", effect=EFFECT, effect_by=month(2), due=FIRST, level="district", cycle="c")
    assert text_of(whole) == whole
    assert isinstance(whole, Decision)


@pytest.mark.parametrize("kind", DecisionKind)
def test_every_kind_of_decision_can_be_made_with_a_reason(kind: DecisionKind) -> None:
    """Each word of the list is a decision, and only no action needs the reason."""
    assert decided("d", kind=kind, reason="because").kind is kind
    if kind is not DecisionKind.NO_ACTION:
        assert decided("d", kind=kind).reason == ""


ADJUST, STOP, SUPERSEDED = DecisionStatus.ADJUST, DecisionStatus.STOP, DecisionStatus.SUPERSEDED


@pytest.mark.parametrize(
    ("status", "facts", "expected"),
    [
        (STOP, {"due": month(2), "owner": "p2"}, [("status.adjusted", "due"), ("status.adjusted", "owner")]),
        (ADJUST, {"due": FIRST}, [("status.due", "due")]),
        (ADJUST, {"successor": "d2"}, [("status.successor", "successor")]),
        (SUPERSEDED, {}, [("status.successor", "successor")]),
        (SUPERSEDED, {"successor": "d"}, [("status.itself", "successor")]),
    ],
)
def test_a_status_carries_only_what_belongs_to_it(
    status: DecisionStatus, facts: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Only an adjusted decision has a new day or owner, only a superseded one a successor, which is another."""
    assert refused(entry, "d", status, **facts) == expected


@pytest.mark.parametrize(
    ("status", "facts"),
    [
        (ADJUST, {"due": month(1), "owner": "p2"}),
        (ADJUST, {}),
        (SUPERSEDED, {"successor": "d2"}),
        (STOP, {"note": "it did not help"}),
    ],
)
def test_a_status_comes_back_from_json_equal(status: DecisionStatus, facts: dict[str, Any]) -> None:
    """What belongs to a status is kept, and survives the way through text."""
    whole = entry("d", status, **facts)
    assert isinstance(whole, StatusEntry)
    assert text_of(whole) == whole


def test_declining_input_takes_a_reason() -> None:
    """ILR-6b.KI.4: an input may be adopted or adapted without a word, but not declined."""
    assert refused(Disposition, input="i", outcome="declined", on=FIRST, reason=" ") == [
        ("disposition.reason", "reason")
    ]
    for value in (
        Disposition(input="i", outcome="adopted", on=FIRST, decision="d"),
        Disposition(input="i", outcome="declined", on=FIRST, reason="the form asks it"),
        Input(id="i", on=FIRST, by="team-1", source="team", about="wait-time", request="ask-1"),
    ):
        assert text_of(value) == value


def test_nothing_found_asks_for_no_response() -> None:
    """A finding of nothing cannot need a decision."""
    assert refused(Finding, id="f", kind="none", needs_response=True) == [("finding.none", "needs_response")]
