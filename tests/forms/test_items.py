"""Items of every kind, their answers, and what a form asks of answers taken together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ilr import interop
from ilr.base import InvalidInput
from ilr.continuum import LevelScale
from ilr.forms import (
    NONE_NOTED,
    All,
    Answered,
    AnswerState,
    AtLeast,
    Choice,
    CountAtLeast,
    Equals,
    Evidence,
    FocusIs,
    Form,
    Item,
    OneOf,
    Walkthrough,
)

AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
ALWAYS = All(())

WALK = Form(
    id="walk",
    focus=("talk", "maths"),
    items=(
        Item(id="aim", label="The aim is on the board", kind="flag", required_when=ALWAYS),
        Item(
            id="grouping",
            label="Grouping",
            kind="choice",
            choices=(
                Choice(code="whole", label="Whole class"),
                Choice(code="pairs", label="Pairs", offered_when=Equals("aim", "yes")),
            ),
        ),
        Item(
            id="tools",
            label="Tools",
            kind="multi",
            choices=(Choice(code="board"), Choice(code="cards"), Choice(code="tablet")),
        ),
        Item(id="asked", label="Questions", kind="count", most=50),
        Item(id="share", kind="number", least=0.5, most=1),
        Item(id="why", label="Why", kind="text", visible_when=AtLeast("asked", 3), required_when=ALWAYS),
        Item(id="place-value", kind="flag", visible_when=FocusIs("maths")),
        Item(id="notes", kind="note"),
    ),
)


def codes(raised: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    """Code and path of every problem of an error."""
    return [(problem.code, problem.path) for problem in raised.value.problems]


def record(answers: dict[str, Any], **facts: Any) -> Walkthrough:
    """A record of the walk."""
    return WALK.record(teachers=["t1"], observer="o1", at=AT, answers=answers, **facts)


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({"kind": "flag", "scale": LevelScale.numbered(3)}, [("item.scale", "scale")]),
        ({"kind": "choice"}, [("item.choices", "choices")]),
        ({"kind": "flag", "choices": (Choice(code="a"), Choice(code="b"))}, [("item.choices", "choices")]),
        (
            {"kind": "choice", "choices": (Choice(code="a"), Choice(code=" A"))},
            [("item.choice_repeated", "choices")],
        ),
        (
            {"kind": "choice", "choices": (Choice(code=" "), Choice(code="c"))},
            [("item.choice_code", "choices")],
        ),
        ({"kind": "text", "most": 3}, [("item.bounds", "least")]),
        ({"kind": "count", "least": 4, "most": 3}, [("item.bounds", "most")]),
        ({"kind": "flag", "sentinel": 1}, [("item.sentinel", "sentinel")]),
    ],
)
def test_what_does_not_go_with_a_kind_is_refused(item: dict[str, Any], found: list[tuple[str, str]]) -> None:
    """Scales, choices, bounds and sentinels are checked against the kind of the item."""
    with pytest.raises(InvalidInput) as raised:
        Item(id="a", **item)
    assert codes(raised) == found


@pytest.mark.parametrize(
    ("id", "value", "code"),
    [
        ("aim", True, "yes"),
        ("aim", False, "no"),
        ("aim", "yes", "yes"),
        ("grouping", "whole", "whole"),
        ("asked", 2.0, 2),
        ("share", 0.75, 0.75),
        ("notes", "calm", "calm"),
    ],
)
def test_each_kind_is_recorded_with_a_code(id: str, value: Any, code: Any) -> None:
    """Flags become yes or no, several codes stand in the order of the form, counts are whole."""
    made = record({"aim": True, id: value}).code(id)
    assert (made, type(made)) == (code, type(code))


@pytest.mark.parametrize(
    ("id", "value", "code"),
    [
        ("aim", 1, "answer.flag"),
        ("aim", "Yes", "answer.flag"),
        ("grouping", "alone", "answer.choice"),
        ("grouping", 3, "answer.choice"),
        ("tools", "board", "answer.multi"),
        ("tools", [], "answer.multi"),
        ("tools", ["board", "board"], "answer.multi"),
        ("tools", ["chalk"], "answer.multi"),
        ("asked", -1, "answer.count"),
        ("asked", 51, "answer.count"),
        ("asked", 2.5, "answer.count"),
        ("asked", True, "answer.count"),
        ("share", 0.4, "answer.number"),
        ("share", float("nan"), "answer.number"),
        ("share", "0.7", "answer.number"),
        ("why", 3, "answer.text"),
    ],
)
def test_an_answer_of_another_kind_is_refused(id: str, value: Any, code: str) -> None:
    """Every kind refuses what it does not take, in the words of the label."""
    assert [(one.code, one.path) for one in WALK.check({id: value})] == [(code, f"answers.{id}")]


def test_a_refusal_tells_the_range() -> None:
    """The expected numbers are told with their bounds where there are any."""
    free = Form(id="f", items=(Item(id="n", kind="number"),))
    found = [*WALK.check({"asked": -1, "share": 2}), *free.check({"n": "x"})]
    assert [one.expected for one in found] == [
        "a whole number from 0 up to 50",
        "a number from 0.5 up to 1",
        "a number",
    ]


def test_a_record_needs_what_is_required_and_shown() -> None:
    """A required item is missing while it is shown and neither answered nor marked."""
    assert [item.id for item in WALK.missing({})] == ["aim"]
    draft: dict[str, Any] = {"aim": AnswerState.UNANSWERED, "asked": 3}
    assert [item.id for item in WALK.missing(draft)] == ["aim", "why"]
    with pytest.raises(InvalidInput) as raised:
        record(draft)
    assert codes(raised) == [("answer.required", "answers.aim"), ("answer.required", "answers.why")]
    assert record({"aim": AnswerState.NOT_OBSERVED}).code("aim") is None


def test_answers_narrow_the_choices_of_others() -> None:
    """A choice is offered when its condition holds, and a record cannot hold one that is not offered."""
    assert [one.code for one in WALK.offered("grouping", {"aim": False})] == ["whole"]
    assert [one.code for one in WALK.offered("grouping", {"aim": True})] == ["whole", "pairs"]
    with pytest.raises(InvalidInput) as raised:
        record({"aim": False, "grouping": "pairs"})
    assert codes(raised) == [("answer.offered", "answers.grouping")]
    assert record({"aim": True, "grouping": "pairs", "tools": ["cards"]}).code("grouping") == "pairs"


def test_the_focus_of_the_class_opens_items() -> None:
    """An item for one focus is asked when the visit tells that focus."""
    shown = [item.id for item in WALK.shown({"aim": True}, focus="maths")]
    assert "place-value" in shown
    assert "place-value" not in [item.id for item in WALK.shown({"aim": True})]
    kept = record({"aim": True, "place-value": True}, focus="maths")
    assert kept.code("place-value") == "yes"
    assert record({"aim": True, "place-value": True}, focus="talk").hidden == ("place-value",)


def test_a_form_explains_why_it_asks_in_its_own_words() -> None:
    """Labels of items stand in the explanation, and an item without condition is always asked."""
    assert str(WALK.explain("why", {"asked": 1})) == "no: Questions: 3 or higher"
    assert str(WALK.explain("why", {})) == "unknown: Questions: has no answer"
    assert str(WALK.explain("aim", {})) == "yes: it is always asked"


def test_sentinels_take_turns() -> None:
    """In any run of so many visits each sentinel is asked once, and without a number always."""
    items = tuple(Item(id=id, kind="flag", sentinel=3 if id != "c" else None) for id in "abc")
    made = Form(id="f", items=items)
    turns = [[item.id for item in made.next_items({}, visit=visit)] for visit in range(3)]
    assert turns == [["a", "c"], ["c"], ["b", "c"]]
    assert [item.id for item in made.next_items({})] == ["a", "b", "c"]


def test_conditions_fit_the_kind_they_compare() -> None:
    """Texts and choices have no order, numbers no codes, and a count needs that many parts."""
    choices = (Choice(code="x"), Choice(code="y"))
    with pytest.raises(InvalidInput) as raised:
        Form(
            id="f",
            items=(
                Item(id="c", kind="choice", choices=choices),
                Item(id="n", kind="count"),
                Item(id="t", kind="text"),
                Item(id="1", kind="flag", visible_when=AtLeast("c", "x")),
                Item(id="2", kind="flag", visible_when=Equals("t", "x")),
                Item(id="3", kind="flag", required_when=OneOf("n", (1, True))),
                Item(id="4", kind="flag", visible_when=CountAtLeast(2, (Answered("t"),))),
                Item(
                    id="5",
                    kind="choice",
                    choices=(Choice(code="x", offered_when=Equals("c", "z")), Choice(code="y")),
                ),
            ),
        )
    assert codes(raised) == [
        ("condition.kind", "items[3].visible_when"),
        ("condition.kind", "items[4].visible_when"),
        ("condition.level", "items[5].required_when"),
        ("condition.count", "items[6].visible_when"),
        ("condition.level", "items[7].choices[0].offered_when"),
    ]


def test_evidence_is_kept_with_its_moment_and_source() -> None:
    """What was seen stands in the record, and in its document, with the items it bears on."""
    seen = Evidence(at=AT, who="student", text="Two pairs compare answers.", items=("tools",))
    made = record(
        {"aim": True}, evidence=(seen,), strengths=("Pairs start at once",), opportunities=NONE_NOTED
    )
    assert made.evidence == (seen,)
    assert made.is_balanced
    assert not record({"aim": True}, strengths=NONE_NOTED).is_balanced
    assert interop.loads(interop.dumps(made), Walkthrough) == made
    assert interop.loads(interop.dumps(WALK), Form) == WALK


def test_evidence_bears_on_items_of_the_form() -> None:
    """An unknown item of an evidence note is told; another shape is left to the record."""
    with pytest.raises(InvalidInput) as raised:
        record({"aim": True}, evidence=(Evidence(at=AT, who="teacher", text="Asks why.", items=("x",)),))
    assert codes(raised) == [("evidence.item", "evidence[0].items")]


def test_every_problem_of_a_note_is_told_at_once() -> None:
    """No offset, an unknown source and no text come in one error."""
    with pytest.raises(InvalidInput) as raised:
        Evidence(at=datetime(2026, 9, 14), who="parent", text=" ")  # type: ignore[arg-type]  # noqa: DTZ001  # problems
    assert codes(raised) == [("instant.naive", "at"), ("evidence.who", "who"), ("evidence.text", "text")]
