"""What every step of a plan shares: a refusal with one reason, and who the two are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ilr.base import Checker, UnknownCode, listed

__all__ = ["find", "require"]

T = TypeVar("T")


def require(holds: bool, code: str, path: str, message: str, expected: str) -> None:
    """Refuse a step of a plan unless the condition holds.

    Raises:
        InvalidInput: with the one problem.
    """
    check = Checker("CoachingPlan")
    check(holds, code, path, message, expected=expected)
    check.done()


def find(kind: str, id: str, held: Iterable[tuple[str, T]]) -> T:
    """What a plan holds under an id.

    Raises:
        UnknownCode: when it holds nothing of the kind under the id.
    """
    known = dict(held)
    if id not in known:
        raise UnknownCode(f"no such {kind}; the plan has {listed(known)}", code=f"plan.{kind}")
    return known[id]
