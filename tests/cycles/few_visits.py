"""A handful of visits on one day, and reviews a month apart, for the tests of this room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from tests.progress.small_school import SCHOOL, review, table_of, walk

from ilr.base import Diagnostic, InvalidInput
from ilr.cycles import Decision, DecisionKind, DecisionStatus, Finding, Review, StatusEntry, close
from ilr.observation import ObservationTable

FIRST = date(2026, 9, 1)


def busy(count: int, on: date = FIRST) -> ObservationTable:
    """A number of visits on one day."""
    return table_of([walk(on, f"t{place}") for place in range(count)])


TABLE = busy(3)


def month(number: int) -> date:
    """The day of a review: the first of September, thirty days on, and so forth."""
    return FIRST + timedelta(days=30 * number)


def decided(id: str, number: int = 0, **facts: Any) -> Decision:
    """A decision of a month."""
    held: dict[str, Any] = {"kind": DecisionKind.COACHING, "owner": "p1", "evidence": ("f",), **facts}
    return Decision(id=id, on=month(number), **held)


def draft(number: int, *decisions: Decision, **facts: Any) -> Review:
    """An open review of a month that found and decided something, or reasoned to do nothing."""
    idle = decided(f"idle{number}", number, kind=DecisionKind.NO_ACTION, reason="enough for now")
    held: dict[str, Any] = {
        "findings": (Finding(id=f"f{number}", kind="none"),),
        "decisions": decisions or (idle,),
        "revisits": (),
        **facts,
    }
    return review(TABLE, month(number), closed=False, **held)


def held(number: int, *decisions: Decision, earlier: Sequence[Review] = (), **facts: Any) -> Review:
    """A closed review of a month."""
    return close(draft(number, *decisions, **facts), earlier=earlier)


def entry(
    decision: str, status: DecisionStatus = DecisionStatus.CONTINUE, number: int = 1, **facts: Any
) -> StatusEntry:
    """A decision looked at again in a month."""
    return StatusEntry(decision=decision, status=status, on=month(number), **facts)


def places(problems: Sequence[Diagnostic]) -> list[tuple[str, str]]:
    """Code and path of each problem."""
    return [(problem.code, problem.path) for problem in problems]


def refused(make: Any, *args: Any, **facts: Any) -> list[tuple[str, str]]:
    """Why something cannot be built or done."""
    with pytest.raises(InvalidInput) as error:
        make(*args, **facts)
    return places(error.value.problems)


__all__ = [
    "FIRST",
    "SCHOOL",
    "TABLE",
    "busy",
    "decided",
    "draft",
    "entry",
    "held",
    "month",
    "places",
    "refused",
]
