"""Documents: one envelope, strict reading, and no value in an error."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ilr import interop
from ilr.base import Acknowledgement, Event, FrozenMap, InvalidInput, Orientation, Policy, Term, Window
from ilr.continuum import LevelScale
from ilr.forms import All, AnyOf, AtLeast, AtMost, Form, Item, Not, OneOf, Walkthrough, form

WINDOW = Window(date(2026, 9, 1), date(2026, 9, 4))
TEXT = '{"schema_version": 1, "type": "Window", "value": {"start": "2026-09-01", "end": "2026-09-04"}}'


def problems(text: str | bytes, kind: Any = Window) -> list[tuple[str, str]]:
    """Code and path of every problem of a refused document."""
    with pytest.raises(InvalidInput) as raised:
        interop.loads(text, kind)
    return [(problem.code, problem.path) for problem in raised.value.problems]


def test_a_document_names_its_version_and_type() -> None:
    """The envelope tells the version of the schema and what the value is."""
    assert interop.dumps(WINDOW) == TEXT
    assert interop.loads(TEXT, Window) == WINDOW
    assert interop.loads(TEXT.encode(), Window) == WINDOW


def test_a_document_may_be_laid_out_for_readers() -> None:
    """Indentation changes the text and not the value."""
    laid_out = interop.dumps(WINDOW, indent=2)
    assert laid_out.startswith('{\n  "schema_version": 1,')
    assert interop.loads(laid_out, Window) == WINDOW


def test_letters_of_any_script_are_kept() -> None:
    """A document is readable without escapes."""
    term = Term(id="otoño-秋", window=WINDOW)
    assert "otoño-秋" in interop.dumps(term)
    assert interop.loads(interop.dumps(term), Term) == term


@pytest.mark.parametrize("values", [[WINDOW, WINDOW], (WINDOW,), ()])
def test_several_values_are_one_document(values: Any) -> None:
    """A list or tuple of records is written as a list and read as a tuple."""
    text = interop.dumps(values)
    assert json.loads(text)["type"] == "list"
    assert interop.loads(text, tuple[Window, ...]) == tuple(values)


def test_a_map_is_a_document() -> None:
    """A frozen map of records is read back with its types."""
    value: FrozenMap[str, Window] = FrozenMap(a=WINDOW)
    assert interop.loads(interop.dumps(value), FrozenMap[str, Window]) == value


def test_nested_conditions_survive() -> None:
    """Kinds of conditions that have the same fields are told apart in a document."""
    scale = LevelScale.of(["no", "yes"])
    asked = AnyOf((All((AtLeast("a", "yes"), AtMost("a", "yes"))), Not(OneOf("a", ("no",))), All(())))
    one = Form(id="f", items=(Item(id="a", scale=scale), Item(id="b", scale=scale, visible_when=asked)))
    text = interop.dumps(one)
    assert interop.loads(text, Form) == one
    assert interop.dumps(interop.loads(text, Form)) == text
    assert interop.loads(text, Form).structure == one.structure


@pytest.mark.parametrize(("levels", "read"), [(50, True), (900, False), (50_000, False)])
def test_conditions_nested_beyond_reason_are_refused(levels: int, read: bool) -> None:
    """A document whose conditions go deeper than the interpreter can follow is refused, not fatal."""
    scale = '{"levels": [{"code": 1, "value": 1}, {"code": 2, "value": 2}]}'
    asked = (
        '{"type": "Not", "part": ' * levels + '{"type": "OneOf", "item": "a", "codes": [1]}' + "}" * levels
    )
    text = (
        '{"schema_version": 1, "type": "Form", "value": {"id": "f", "items": ['
        f'{{"type": "Item", "id": "a", "scale": {scale}}}, '
        f'{{"type": "Item", "id": "b", "scale": {scale}, "visible_when": {asked}}}]}}}}'
    )
    if read:
        assert len(interop.loads(text, Form).items) == 2
    else:
        with pytest.raises(InvalidInput):
            interop.loads(text, Form)


def test_a_walkthrough_survives() -> None:
    """A record of a visit comes back equal, with its ids."""
    walk = form("f", look_fors=["talk"]).record(
        teachers=["t1"], observer="o1", at=datetime(2026, 9, 14, 9, tzinfo=UTC), answers={"talk": 3}
    )
    assert interop.loads(interop.dumps(walk), Walkthrough) == walk


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "line 1, column 1"),
        ('{"a": }', "line 1, column 7"),
        (b"\xff\xfe\xfa", ""),
        ("[" * 100_000, ""),
        ("9" * 5000, ""),
    ],
    ids=["empty", "broken", "bytes", "deep", "digits"],
)
def test_what_is_no_json_is_refused(text: str | bytes, path: str) -> None:
    """Broken texts are refused with the place, endless ones without."""
    assert problems(text) == [("document.json", path)]


@pytest.mark.parametrize("text", ["[]", "3", "{}", '{"schema_version": 1, "type": "Window"}'])
def test_a_document_needs_its_envelope(text: str) -> None:
    """Version, type and value must all be there."""
    assert problems(text) == [("document.envelope", "")]


def test_another_version_and_another_type_are_told_together() -> None:
    """Nothing is read from a document of another version or type."""
    text = json.dumps({"schema_version": 2, "type": "Term", "value": {}})
    assert problems(text) == [("document.version", "schema_version"), ("document.type", "type")]
    assert problems(TEXT, tuple[Window, ...]) == [("document.type", "type")]


@pytest.mark.parametrize(
    ("gap", "code"), [("5", "document.value"), (5.0, "document.value"), (0, "policy.range")]
)
def test_a_text_is_no_number_and_a_number_has_its_range(gap: Any, code: str) -> None:
    """Neither "5" nor 5.0 is the whole number 5, and the rules of the type hold for documents too."""
    document = json.loads(interop.dumps(Policy()))
    document["value"]["gap"] = gap
    assert problems(json.dumps(document), Policy) == [(code, "gap")]


def test_every_problem_of_a_document_is_told_without_its_values() -> None:
    """A broken walkthrough lists its problems by path and repeats nothing that it holds."""
    walk = form("f", look_fors=["talk"]).record(
        teachers=["t1"], observer="o1", at=datetime(2026, 9, 14, 9, tzinfo=UTC), answers={"talk": 3}
    )
    document = json.loads(interop.dumps(walk))
    document["value"].update(mode="SECRET", minutes="SECRET", at="SECRET", medium=["SECRET"], remark="SECRET")
    document["value"]["answers"][0]["state"] = "SECRET"
    document["value"]["form"] = "SECRET"
    del document["value"]["observer"]
    with pytest.raises(InvalidInput) as raised:
        interop.loads(json.dumps(document), Walkthrough)
    assert {(problem.code, problem.path) for problem in raised.value.problems} == {
        ("document.value", "form"),
        ("document.missing", "observer"),
        ("document.value", "at"),
        ("document.value", "answers[0].state"),
        ("document.value", "mode"),
        ("document.value", "medium"),
        ("document.value", "minutes"),
        ("document.extra", "remark"),
    }
    assert "SECRET" not in str(raised.value)


def test_members_of_a_union_say_what_they_are() -> None:
    """A tuple of unlike facts comes back when its type is named on both sides."""
    facts = (
        Orientation(id="o", on=date(2026, 9, 1), building="b"),
        Acknowledgement(id="a", on=date(2026, 9, 2), person="p", about="core@1.0.0"),
    )
    kind: Any = tuple[Event, ...]
    assert interop.loads(interop.dumps(facts, kind=kind), kind) == facts


def test_a_further_key_beside_the_envelope_is_refused() -> None:
    """A document with a key that no version writes is refused."""
    text = interop.dumps(Orientation(id="o", on=date(2026, 9, 1), building="b"))
    assert problems(text.replace('"type"', '"note": 1, "type"')) == [("document.envelope", "")]
