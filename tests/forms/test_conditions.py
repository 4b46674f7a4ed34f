"""Conditions with three answers: true, false and unknown."""

from __future__ import annotations

from itertools import product

import pytest

from ilr.forms import All, AnyOf, AtLeast, AtMost, Condition, Not, OneOf, dependencies, evaluate
from ilr.forms.conditions import comparisons

ORDER = dict.fromkeys("abc", (1, 2, 3, 4))
Answer = bool | None

# A comparison with each answer, given that a is 3 and b has none.
GIVEN = {"a": 3}
OF: dict[Answer, Condition] = {True: AtLeast("a", 3), False: AtLeast("a", 4), None: AtLeast("b", 1)}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (AtLeast("a", 2), True),
        (AtLeast("a", 3), True),
        (AtLeast("a", 4), False),
        (AtMost("a", 4), True),
        (AtMost("a", 3), True),
        (AtMost("a", 2), False),
        (OneOf("a", (1, 3)), True),
        (OneOf("a", (1, 2)), False),
        (OneOf("a", ()), False),
        (AtLeast("b", 1), None),
        (AtMost("b", 4), None),
        (OneOf("b", (1, 2, 3, 4)), None),
    ],
)
def test_a_comparison_knows_only_what_was_answered(condition: Condition, expected: Answer) -> None:
    """A comparison with an item that has no answer is unknown, whatever it compares with."""
    assert evaluate(condition, GIVEN, ORDER) is expected


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (True, True, True, True),
        (True, None, None, True),
        (True, False, False, True),
        (None, None, None, None),
        (None, False, False, None),
        (False, False, False, False),
    ],
)
def test_all_and_any_follow_the_table_of_three_answers(
    left: Answer, right: Answer, both: Answer, either: Answer
) -> None:
    """One false settles all, one true settles any, and else one unknown leaves it unknown."""
    for parts in ((OF[left], OF[right]), (OF[right], OF[left])):
        assert evaluate(All(parts), GIVEN, ORDER) is both
        assert evaluate(AnyOf(parts), GIVEN, ORDER) is either


@pytest.mark.parametrize(("answer", "opposite"), [(True, False), (False, True), (None, None)])
def test_not_turns_round_what_is_known(answer: Answer, opposite: Answer) -> None:
    """The opposite of unknown is unknown."""
    assert evaluate(Not(OF[answer]), GIVEN, ORDER) is opposite


def test_all_of_nothing_holds_and_any_of_nothing_does_not() -> None:
    """Empty compounds have the answers of logic."""
    assert evaluate(All(()), {}, {}) is True
    assert evaluate(AnyOf(()), {}, {}) is False


def test_the_law_of_de_morgan_holds_for_three_answers() -> None:
    """Not all of some is any of their opposites, known or unknown."""
    for answers in product(OF, repeat=3):
        parts = tuple(OF[answer] for answer in answers)
        opposites = tuple(Not(part) for part in parts)
        assert evaluate(Not(All(parts)), GIVEN, ORDER) is evaluate(AnyOf(opposites), GIVEN, ORDER)


def test_levels_are_compared_by_their_place() -> None:
    """Levels named by text are compared in the order of their scale, not of the alphabet."""
    order: dict[str, tuple[int | float | str, ...]] = {"a": ("low", "middle", "high")}
    assert evaluate(AtLeast("a", "middle"), {"a": "high"}, order) is True
    assert evaluate(AtMost("a", "middle"), {"a": "high"}, order) is False


def test_dependencies_and_comparisons_look_into_every_part() -> None:
    """A nested condition reads each item that one of its comparisons names."""
    condition = All((Not(AtLeast("a", 1)), AnyOf((AtMost("b", 2), OneOf("a", (1, 2))))))
    assert dependencies(condition) == frozenset({"a", "b"})
    assert comparisons(condition) == (AtLeast("a", 1), AtMost("b", 2), OneOf("a", (1, 2)))
    assert dependencies(All(())) == frozenset()


def test_conditions_are_values() -> None:
    """Conditions of the same parts are equal and one key; of another kind they are not."""
    assert {All((AtLeast("a", 1),)), All((AtLeast("a", 1),))} == {All((AtLeast("a", 1),))}
    first: Condition = AtLeast("a", 1)
    assert first != AtMost("a", 1)
