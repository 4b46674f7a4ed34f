"""Items that no answers lead to, and why."""

from __future__ import annotations

from typing import Any

import pytest

from ilr.base import InvalidInput
from ilr.continuum import LevelScale
from ilr.forms import (
    All,
    Answered,
    AnyOf,
    AtLeast,
    AtMost,
    Choice,
    Condition,
    Equals,
    FocusIs,
    Form,
    Item,
    Not,
    OneOf,
)

FOUR = LevelScale.numbered(4)


def asked(id: str, visible_when: Condition | None = None, **facts: Any) -> Item:
    """A scale item of four levels, or of another kind."""
    scale = FOUR if facts.get("kind", "scale") == "scale" else None
    return Item(id=id, scale=scale, visible_when=visible_when, **facts)


def found(*items: Item, focus: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """Code, path and hint of what a form of these items cannot reach."""
    try:
        told = Form(id="f", items=items, focus=focus).warnings
    except InvalidInput as error:
        told = error.problems
    assert all((one.severity == "error") == (one.code == "form.unreachable") for one in told)
    return [(one.code, one.path, one.hint) for one in told]


MULTI = asked("m", kind="multi", choices=tuple(Choice(code=code) for code in "xyz"))
COUNT = asked("n", kind="count", most=5)
SHARE = asked("s", kind="number", least=0, most=1)


@pytest.mark.parametrize(
    ("first", "condition"),
    [
        (asked("a"), All((AtLeast("a", 2), AtMost("a", 2)))),
        (asked("a"), Not(AtLeast("a", 4))),
        (asked("a"), All((FocusIs("talk"), Not(FocusIs("maths"))))),
        (MULTI, All((Equals("m", "x"), Equals("m", "y")))),
        (MULTI, Not(OneOf("m", ("x", "y")))),
        (COUNT, All((AtLeast("n", 2), AtMost("n", 3)))),
        (COUNT, All((AtLeast("n", 2.5), AtMost("n", 3.5)))),
        (SHARE, All((AtLeast("s", 0.2), AtMost("s", 0.3), Not(Equals("s", 0.2)), Not(Equals("s", 0.3))))),
        (asked("t", kind="text"), Answered("t")),
        (asked("n", kind="number"), Answered("n")),
    ],
)
def test_what_some_answers_lead_to_is_not_told(first: Item, condition: Condition) -> None:
    """Levels, codes, counts between bounds and focuses are found when they meet a condition."""
    assert found(first, asked("b", condition)) == []


@pytest.mark.parametrize(
    ("first", "condition", "why"),
    [
        (asked("a"), All((AtLeast("a", 3), AtMost("a", 2), Answered("a"))), "a: 3 or higher; a: 2 or lower"),
        (asked("a"), All((All((AtMost("a", 1),)), Equals("a", 2))), "a: 1 or lower; a: 2"),
        (asked("a"), AnyOf(()), "one or more of 0 parts hold"),
        (COUNT, AtLeast("n", 6), "n: 6 or higher"),
        (SHARE, AtMost("s", -0.1), "s: -0.1 or lower"),
        (asked("a"), All((FocusIs("talk"), FocusIs("maths"))), "the focus is talk; the focus is maths"),
    ],
)
def test_an_item_that_no_answers_lead_to_is_told_with_the_reason(
    first: Item, condition: Condition, why: str
) -> None:
    """The hint names the fewest parts that exclude each other."""
    assert found(first, asked("b", condition)) == [
        ("form.unreachable", "items[1].visible_when", f"never true together: {why}")
    ]


def test_a_focus_that_the_form_is_not_made_for_never_comes() -> None:
    """An item for another focus than those of the form is a warning, for a class may have any focus."""
    assert found(asked("a", FocusIs("art")), focus=("talk",)) == [("form.focus", "items[0].visible_when", "")]
    assert found(asked("a", FocusIs("talk")), focus=("talk",)) == []


def test_what_waits_for_an_unreachable_item_is_told_with_it() -> None:
    """All problems come at once, and the follower names what it waits for."""
    nothing = AnyOf(())
    assert found(asked("a", nothing, label="Aim"), asked("b", AtLeast("a", 1)), asked("c", nothing)) == [
        ("form.unreachable", "items[0].visible_when", "never true together: one or more of 0 parts hold"),
        ("form.unreachable", "items[1].visible_when", "it waits for what is never asked: Aim"),
        ("form.unreachable", "items[2].visible_when", "never true together: one or more of 0 parts hold"),
    ]


def test_waiting_items_are_tried_only_where_they_are_asked() -> None:
    """A condition that needs an item without the answer that opens it cannot be met."""
    items = (asked("a"), asked("b", AtLeast("a", 3)), asked("c", All((Answered("b"), AtMost("a", 2)))))
    assert found(*items) == [
        ("form.unreachable", "items[2].visible_when", "never true together: b: has an answer; a: 2 or lower")
    ]
    assert (
        found(*items[:2], asked("c", AtLeast("b", 2)), asked("d", All((Answered("b"), Answered("c"))))) == []
    )


def test_a_choice_that_is_never_offered_is_told() -> None:
    """A choice is told once, and not for an item that is never asked itself."""
    choices = (Choice(code="x", label="Pairs", offered_when=AtMost("a", 1)), Choice(code="y"))
    group = asked("g", AtLeast("a", 2), kind="choice", choices=choices, required_when=AnyOf(()))
    assert found(asked("a"), group) == [
        (
            "form.unreachable",
            "items[1].choices[0].offered_when",
            "never true together: a: 2 or higher; a: 1 or lower",
        )
    ]
    free = asked("g", kind="choice", choices=choices)
    assert found(asked("a"), free) == []
    never = asked("g", AnyOf(()), kind="choice", choices=choices)
    assert [one[1] for one in found(asked("a"), never)] == ["items[1].visible_when"]


def test_too_many_combinations_are_not_tried() -> None:
    """A condition on very many items is reported as not known, and so is not refused."""
    many = tuple(asked(f"q{number}") for number in range(20))
    condition = All((*(AtLeast(item.id, 2) for item in many), AtMost("q0", 1)))
    assert found(*many, asked("b", condition)) == [("form.reach_unknown", "items[20].visible_when", "")]


def test_a_condition_too_large_to_follow_is_refused() -> None:
    """Size is checked before anything else looks into a condition."""
    deep: Condition = AtLeast("nothing", 1)
    for _ in range(80):
        deep = Not(deep)
    with pytest.raises(ValueError, match=r"condition\.size"):
        Form(id="f", items=(asked("a", deep),))
