"""Conditions with three answers: true, false and unknown."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from ilr.forms import (
    All,
    Answered,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    CountAtLeast,
    Equals,
    FocusIs,
    Not,
    OneOf,
    dependencies,
    evaluate,
    explain,
)
from ilr.forms.conditions import comparisons, too_large

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


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Equals("a", 3), True),
        (Equals("a", 2), False),
        (Equals("b", 2), None),
        (Equals("m", "x"), True),
        (Equals("m", "z"), False),
        (OneOf("m", ("z", "y")), True),
        (OneOf("m", ("z",)), False),
        (Answered("a"), True),
        (Answered("b"), False),
        (AtLeast("n", 7), True),
        (AtMost("n", 6.5), False),
        (FocusIs("talk"), True),
        (FocusIs("maths"), False),
    ],
)
def test_further_comparisons_read_codes_numbers_and_the_focus(condition: Condition, expected: Answer) -> None:
    """Several codes are compared one by one, and items without codes as numbers."""
    told: dict[str, Any] = {**GIVEN, "m": ("x", "y"), "n": 7}
    assert evaluate(condition, told, {**ORDER, "m": ("x", "y", "z")}, focus="talk") is expected


def test_a_focus_that_nobody_told_is_unknown_and_an_answer_never_is() -> None:
    """Whether there is an answer can always be told, what the focus is cannot."""
    assert evaluate(FocusIs("talk"), {}, {}) is None
    assert evaluate(Not(Answered("a")), {}, ORDER) is True


@pytest.mark.parametrize(
    ("least", "parts", "expected"),
    [
        (1, (True, None, False), True),
        (2, (True, None, False), None),
        (2, (True, True, None), True),
        (2, (False, False, True), False),
        (3, (True, None, False), False),
    ],
)
def test_a_count_is_settled_as_soon_as_it_can_be(
    least: int, parts: tuple[Answer, ...], expected: Answer
) -> None:
    """Enough true parts settle a count, too few possible ones refute it, and else it is unknown."""
    condition = CountAtLeast(least, tuple(OF[part] for part in parts))
    assert evaluate(condition, GIVEN, ORDER) is expected
    assert dependencies(condition) == {part.item for part in condition.parts if isinstance(part, AtLeast)}


def test_an_explanation_follows_every_part_in_words() -> None:
    """Each part says whether it holds, and an unknown one says what is missing."""
    condition = AnyOf(
        (
            All((AtLeast("a", 4), AtMost("a", 2))),
            CountAtLeast(2, (Equals("b", 2), OneOf("c", (1, 2)), Answered("a"))),
            Not(FocusIs("talk")),
        )
    )
    told = explain(
        condition, GIVEN, ORDER, names={"a": "Talk"}, labels={("a", 4): "always", ("a", 2): ""}, unasked={"c"}
    )
    assert told.holds is None
    assert str(told).splitlines() == [
        "unknown: one or more of 3 parts hold",
        "  no: all 2 parts hold",
        "    no: Talk: always or higher",
        "    no: Talk: 2 or lower",
        "  unknown: 2 or more of 3 parts hold",
        "    unknown: b: has no answer",
        "    unknown: c: is not asked",
        "    yes: Talk: has an answer",
        "  unknown: the part does not hold",
        "    unknown: the focus was not told",
    ]
    german = {"EQUALS": "{item} ist {code}", "ONE_OF": "{item} ist {codes}"}
    both = explain(All((Equals("a", 3), OneOf("a", (1, 3)), FocusIs("talk"))), GIVEN, ORDER, focus="talk")
    assert both.text(german).splitlines()[1:] == [
        "  yes: a ist 3",
        "  yes: a ist 1, 3",
        "  yes: the focus is talk",
    ]


def test_a_condition_has_a_size() -> None:
    """Both a deep and a broad condition are too large, and a common one is not."""
    deep: Condition = AtLeast("a", 1)
    for _ in range(2000):
        deep = Not(deep)
    assert too_large(deep)
    assert too_large(AnyOf(tuple(AtLeast("a", 1) for _ in range(200))))
    assert not too_large(All((AtLeast("a", 1), Not(Answered("b")))))
