"""Conditions: when an item of a form is asked, as a typed tree that is never a string.

Here belong the condition types and their evaluation. Evaluation knows three answers: true, false and
unknown; a comparison with an item that has no effective answer is unknown, and an item whose condition
is unknown is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ilr.base import read_only
from ilr.continuum.lookfors import LevelCode

__all__ = ["All", "AnyOf", "AtLeast", "AtMost", "Condition", "Not", "OneOf", "dependencies", "evaluate"]


@attrs.frozen
class AtLeast:
    """The item was answered with this level or a higher one. Equal when all fields are equal."""

    item: str
    level: LevelCode


@attrs.frozen
class AtMost:
    """The item was answered with this level or a lower one. Equal when all fields are equal."""

    item: str
    level: LevelCode


@attrs.frozen(field_transformer=read_only)
class OneOf:
    """The item was answered with one of these codes. Equal when all fields are equal."""

    item: str
    codes: tuple[LevelCode, ...]


@attrs.frozen(field_transformer=read_only)
class All:
    """Every part holds. Equal when all fields are equal."""

    parts: tuple[Condition, ...]


@attrs.frozen(field_transformer=read_only)
class AnyOf:
    """At least one part holds. Equal when all fields are equal."""

    parts: tuple[Condition, ...]


@attrs.frozen
class Not:
    """The part does not hold; unknown stays unknown. Equal when all fields are equal."""

    part: Condition


Comparison = AtLeast | AtMost | OneOf
Condition = All | AnyOf | Not | AtLeast | AtMost | OneOf
"""Any condition."""


def dependencies(condition: Condition) -> frozenset[str]:
    """The ids of all items that a condition reads."""
    match condition:
        case All(parts) | AnyOf(parts):
            return frozenset().union(*(dependencies(part) for part in parts))
        case Not(part):
            return dependencies(part)
        case leaf:
            return frozenset({leaf.item})


def comparisons(condition: Condition) -> tuple[Comparison, ...]:
    """Every comparison in a condition, from left to right."""
    match condition:
        case All(parts) | AnyOf(parts):
            return tuple(leaf for part in parts for leaf in comparisons(part))
        case Not(part):
            return comparisons(part)
        case leaf:
            return (leaf,)


def evaluate(
    condition: Condition, answers: Mapping[str, LevelCode], order: Mapping[str, tuple[LevelCode, ...]]
) -> bool | None:
    """Whether a condition holds.

    Args:
        condition: the condition.
        answers: the effective answers: code by item id; items without one are absent.
        order: the codes of each item in ascending order.

    Returns:
        True, False, or None for unknown.

    Example:
        >>> scale = {"talk": (1, 2, 3, 4)}
        >>> evaluate(AtLeast("talk", 3), {"talk": 4}, scale)
        True
        >>> evaluate(Not(AtLeast("talk", 3)), {}, scale) is None
        True
    """
    match condition:
        case All(parts):
            return _all([evaluate(part, answers, order) for part in parts])
        case AnyOf(parts):
            return _opposite(_all([_opposite(evaluate(part, answers, order)) for part in parts]))
        case Not(part):
            return _opposite(evaluate(part, answers, order))
        case AtLeast(item, level):
            place = _place(item, answers, order)
            return None if place is None else place >= order[item].index(level)
        case AtMost(item, level):
            place = _place(item, answers, order)
            return None if place is None else place <= order[item].index(level)
        case one_of:
            return answers[one_of.item] in one_of.codes if one_of.item in answers else None


def _place(
    item: str, answers: Mapping[str, LevelCode], order: Mapping[str, tuple[LevelCode, ...]]
) -> int | None:
    return order[item].index(answers[item]) if item in answers else None


def _opposite(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _all(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True
