"""Defects that other form engines let through: each is one clear error, or cannot be written at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ilr import interop
from ilr.base import Diagnostic, InvalidInput
from ilr.forms import (
    AnswerState,
    AtLeast,
    Choice,
    Condition,
    EntriesAtLeast,
    Equals,
    Form,
    Group,
    Item,
    Repeat,
)

AT = datetime(2026, 9, 14, 9, 5, tzinfo=UTC)
YES_NO = (Choice(code="yes", label="Yes"), Choice(code="no", label="No"))


def asked(id: str, visible_when: Condition | None = None) -> Item:
    """A choice of yes and no."""
    return Item(id=id, label=id.title(), kind="choice", choices=YES_NO, visible_when=visible_when)


def defect(*elements: Any, **facts: Any) -> Diagnostic:
    """The one problem of a form that cannot be built."""
    with pytest.raises(InvalidInput) as raised:
        Form(id="walk", items=elements, **facts)
    (found,) = raised.value.problems
    return found


def test_a_condition_on_an_unknown_question_names_the_closest() -> None:
    """The error lists what there is and guesses what was meant."""
    found = defect(asked("pairs"), asked("why", Equals("pears", "yes")))
    assert (found.code, found.path) == ("condition.item", "items[1].visible_when")
    assert (found.expected, found.hint) == ("pairs, why", "did you mean pairs?")


def document(condition: Any) -> str:
    """A form in which the second item has some condition, as a host would store it."""
    form = Form(id="walk", items=(asked("q1"), asked("q2", Equals("q1", "yes"))))
    plain = json.loads(interop.dumps(form))
    plain["value"]["items"][1]["visible_when"] = condition
    return json.dumps(plain)


@pytest.mark.parametrize(
    "condition",
    [
        "q1 = 'yes' and (",
        "__import__('os')",
        {"type": "__import__", "item": "os"},
        {"item": "q1", "code": "yes"},
    ],
    ids=["syntax error", "unknown function", "unknown kind", "no kind"],
)
def test_a_condition_is_no_text(condition: Any) -> None:
    """Syntax errors and calls of functions cannot be written: a condition is one of a few known kinds."""
    with pytest.raises(InvalidInput) as raised:
        interop.loads(document(condition), Form)
    (found,) = raised.value.problems
    assert (found.code, found.path) == ("document.value", "items[1].visible_when")
    assert "__import__" not in str(raised.value)


def test_a_choice_code_that_does_not_exist_is_told() -> None:
    """A comparison with an undeclared code lists the declared ones and the closest."""
    found = defect(asked("q1"), asked("q2", Equals("q1", "yess")))
    assert (found.code, found.path) == ("condition.level", "items[1].visible_when")
    assert (found.expected, found.hint) == ("yes, no", "did you mean yes?")


@pytest.mark.parametrize(
    ("elements", "way"),
    [
        ((asked("q1", Equals("q1", "yes")),), "q1 > q1"),
        ((asked("q1", Equals("q2", "yes")), asked("q2", Equals("q1", "yes"))), "q1 > q2 > q1"),
        ((Group(id="g", items=(asked("q1"),), visible_when=Equals("q1", "yes")),), "g > q1 > g"),
        (
            (
                asked("a", EntriesAtLeast("r", 1, Equals("q1", "yes"))),
                Repeat(id="r", items=(asked("q1", Equals("a", "yes")),)),
            ),
            "a > r > q1 > a",
        ),
    ],
    ids=["itself", "each other", "its group", "entries"],
)
def test_what_waits_for_itself_is_told_with_the_way(elements: Any, way: str) -> None:
    """An item that depends on itself, on any way, is refused, and the error names every step."""
    found = defect(*elements)
    assert (found.code, found.message) == ("form.cycle", f"wait for each other: {way}")


@pytest.mark.parametrize(
    "elements",
    [
        (asked("q1"), asked("q1")),
        (asked("q1"), Group(id="g", items=(asked("q1"),))),
        (asked("g"), Group(id="g", items=(asked("q1"),))),
        (Repeat(id="r", items=(asked("q1"),)), Group(id="g", items=(asked("q1"),))),
    ],
)
def test_an_id_stands_once_in_a_form(elements: Any) -> None:
    """Two items, or an item and a group, cannot have one id, wherever they stand."""
    found = defect(*elements)
    assert (found.code, found.path) == ("form.repeated", "items")
    assert found.message in ("repeat an id: q1", "repeat an id: g")


def test_a_choice_code_stands_once_in_an_item() -> None:
    """Codes that differ in case and outer blanks alone are one code for many engines, so they are refused."""
    with pytest.raises(InvalidInput) as raised:
        Item(id="q1", kind="choice", choices=(Choice(code="yes"), Choice(code="Yes ")))
    assert [one.code for one in raised.value.problems] == ["item.choice_repeated"]


def test_a_group_is_never_left_open() -> None:
    """A group holds its items, so there is no end to forget; a document with a broken end is no JSON."""
    text = interop.dumps(Form(id="walk", items=(Group(id="g", items=(asked("q1"),)),)))
    assert interop.loads(text, Form)["q1"].name == "Q1"
    with pytest.raises(InvalidInput) as raised:
        interop.loads(text.replace("]", "", 1), Form)
    assert [one.code for one in raised.value.problems] == ["document.json"]


def test_a_missing_translation_is_told_and_the_own_text_stands_in() -> None:
    """Each language tells the places it lacks, and an incomplete form can be used."""
    form = Form(id="walk", items=(asked("q1"),), translations={"es": {"q1.label": "P1"}, "so": {}})
    assert form.missing_translations["es"] == ("q1.choices.yes.label", "q1.choices.no.label")
    assert form.missing_translations["so"] == ("q1.label", "q1.choices.yes.label", "q1.choices.no.label")
    assert {(one.code, one.severity) for one in form.warnings} == {("form.untranslated", "warning")}
    assert len(form.warnings) == 5
    there = form.in_language("es")["q1"]
    assert (there.label, there.choices[0].label) == ("P1", "Yes")


def test_a_reference_into_a_repeat_counts_its_entries() -> None:
    """From outside nobody can tell which entry is meant, so a condition counts them."""
    repeat = Repeat(id="segments", items=(asked("talk"),))
    found = defect(repeat, asked("why", Equals("talk", "yes")))
    assert (found.code, found.path) == ("condition.repeat", "items[1].visible_when")
    assert found.expected == "EntriesAtLeast('segments', ...), which counts entries"
    other = defect(repeat, Repeat(id="other", items=(asked("why", Equals("talk", "yes")),)))
    assert (other.code, other.path) == ("condition.repeat", "items[1].items[0].visible_when")
    counted = Form(
        id="walk", items=(repeat, asked("why", EntriesAtLeast("segments", 2, Equals("talk", "yes"))))
    )
    assert [one.id for one in counted.shown({"segments": [{"talk": "yes"}, {"talk": "yes"}]})] == ["why"]


def test_a_changed_answer_hides_what_hung_on_it() -> None:
    """With q1 no, the record is q1 alone, while the draft keeps the rest for a change of mind."""
    chain = Form(
        id="chain",
        items=(
            asked("q1"),
            Item(
                id="q2",
                kind="choice",
                choices=(Choice(code="x"), Choice(code="y")),
                visible_when=Equals("q1", "yes"),
            ),
            Item(id="q3", kind="text", visible_when=Equals("q2", "x")),
        ),
    )
    draft = {"q1": "yes", "q2": "x", "q3": "t"}
    assert [one.id for one in chain.shown(draft)] == ["q1", "q2", "q3"]
    draft["q1"] = "no"
    assert [one.id for one in chain.shown(draft)] == ["q1"]
    record = chain.record(teachers=["t"], observer="o", at=AT, answers=draft)
    assert {answer.item: answer.code for answer in record} == {"q1": "no"}
    assert record.hidden == ("q2", "q3")
    draft["q1"] = "yes"
    assert [one.id for one in chain.shown(draft)] == ["q1", "q2", "q3"]


def test_an_empty_answer_makes_no_comparison_true() -> None:
    """Neither a comparison nor its opposite holds of what nobody answered, or answered with a mark."""
    number = Item(id="n", kind="number")
    low = Item(id="low", kind="flag", visible_when=AtLeast("n", 0))
    form = Form(id="f", items=(number, low))
    for draft in ({}, {"n": AnswerState.NOT_OBSERVED}):
        assert [one.id for one in form.shown(draft)] == ["n"]
