"""The walkthrough record and its answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from ilr.base import InvalidInput
from ilr.forms import (
    Answer,
    AnswerState,
    FormRef,
    Outcome,
    Walkthrough,
)

AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
REF = FormRef("f", "1.0.0", "0" * 64)


def walk(**facts: Any) -> Walkthrough:
    """A walkthrough with some facts changed."""
    plain: dict[str, Any] = {"form": REF, "teachers": ("t1",), "observer": "o1", "at": AT, "answers": ()}
    return Walkthrough(**{**plain, **facts})


def test_ids_are_made_from_what_was_recorded() -> None:
    """The same people and instant make the same ids, others make others."""
    assert walk().id == walk().id
    assert walk().visit == walk(observer="o2").visit
    assert walk().id != walk(observer="o2").id
    assert walk().visit != walk(teachers=("t2",)).visit
    assert walk().visit != walk(at=AT + timedelta(minutes=1)).visit
    assert walk(id="w", visit="v").id == "w"
    assert walk(id="w", visit="v").visit == "v"


def test_one_instant_on_two_clocks_is_one_visit() -> None:
    """Observers whose devices tell the time of other zones were in the same visit."""
    elsewhere = AT.astimezone(timezone(timedelta(hours=-5)))
    assert walk(at=elsewhere).visit == walk().visit
    assert walk(at=elsewhere) == walk()


def test_teachers_in_another_order_are_the_same_visit() -> None:
    """Who is named first in a co-taught class does not matter for the visit."""
    assert walk(teachers=("t1", "t2")).visit == walk(teachers=("t2", "t1")).visit


def test_all_problems_of_a_record_are_told_at_once() -> None:
    """Nobody's name twice, no offset, foreign codes, negative minutes, an item twice: one error."""
    with pytest.raises(InvalidInput) as raised:
        walk(
            teachers=("t1", "t1"),
            at=datetime(2026, 9, 14),  # noqa: DTZ001  # it is one of the problems
            answers=(Answer("a", 1), Answer("a", 2)),
            minutes=-1,
            outcome=Outcome.CANCELLED,
            purpose="evaluation",
            medium=None,
        )
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("walkthrough.teacher_twice", "teachers"),
        ("instant.naive", "at"),
        ("walkthrough.code", "purpose"),
        ("walkthrough.code", "medium"),
        ("walkthrough.outcome", "outcome"),
        ("walkthrough.minutes", "minutes"),
        ("answer.repeated", "answers"),
    ]
    assert "evaluation" not in str(raised.value)


def test_a_visit_without_length_has_no_length() -> None:
    """NaN is no length; None says that it is not known."""
    assert walk(minutes=None).minutes is None
    with pytest.raises(InvalidInput):
        walk(minutes=float("nan"))


@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.SUBSTITUTE])
def test_a_record_is_left_by_a_visit_that_took_place(outcome: Outcome) -> None:
    """Held visits leave a record, with the teacher or with a substitute."""
    assert walk(outcome=outcome).outcome is outcome


@pytest.mark.parametrize(
    ("code", "state"),
    [(None, AnswerState.ANSWERED), (3, AnswerState.NOT_OBSERVED), ("x", AnswerState.UNANSWERED)],
)
def test_an_answer_has_a_code_exactly_when_answered(code: Any, state: AnswerState) -> None:
    """Neither an answered item without a code nor a code in another state can be built."""
    with pytest.raises(InvalidInput) as raised:
        Answer("a", code, state)
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [("answer.state", "state")]


def test_codes_and_look_fors_are_read_from_the_answers() -> None:
    """A record tells the code of an item and which look-fors got a level, in order."""
    record = walk(
        answers=(
            Answer("a", 1, look_for="talk"),
            Answer("b", None, AnswerState.NOT_OBSERVED, "wait"),
            Answer("c", 2, look_for="talk"),
            Answer("d", 2, look_for="group"),
            Answer("notes", "calm"),
        )
    )
    assert record.look_fors == ("talk", "group")
    assert record.code("c") == 2
    assert record.code("b") is None
    assert record.code("z") is None
    assert [answer.item for answer in record] == ["a", "b", "c", "d", "notes"]


def test_a_correction_is_a_new_record() -> None:
    """A record cannot be changed; its correction names it."""
    first = walk()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        first.observer = "o2"  # type: ignore[misc]  # it is what the test is about
    assert walk(id="w2", supersedes=first.id).supersedes == first.id
