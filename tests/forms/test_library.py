"""The form library: which forms fit a class, and what a teacher asks for."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from ilr.base import InvalidInput
from ilr.forms import (
    All,
    AtLeast,
    AtMost,
    Circumstance,
    FocusIs,
    FormLibrary,
    FormModule,
    Item,
    ObservationRequest,
    form,
)

CORE = form("core", look_fors=["aim"])
WAIT = Item(id="wait", kind="flag", label="Waits")
TALK = FormModule(id="talk", focus=("discussion",), items=(WAIT, Item(id="pairs", kind="count")))
MATHS = FormModule(
    id="maths4",
    focus=("discussion", "fractions"),
    items=(WAIT, Item(id="models", kind="flag", visible_when=AtLeast("aim", 2))),
    context=(Circumstance("grade", "4"),),
)
LIBRARY = FormLibrary(core=CORE, modules=(TALK, MATHS), version="1.2.0")


def test_a_focus_brings_its_modules_with_the_reason() -> None:
    """The fullest form comes first and the core last, each with the reason why it fits."""
    found = LIBRARY.select("discussion", {"grade": "4"})
    assert str(found).splitlines() == [
        "core+talk+maths4: it joins all 2 modules that fit",
        "core+talk: talk is made for discussion",
        "core+maths4: maths4 is made for discussion; maths4 is made for this grade",
        "core: it serves every focus",
    ]
    whole = found.options[0].form
    assert [item.id for item in whole] == ["aim", "wait", "pairs", "models", "notes"]
    assert whole.focus == ("discussion", "fractions")
    assert whole.version == "1.2.0"


def test_what_does_not_fit_is_told_with_the_reason() -> None:
    """Another focus, another context and one that was not told are three reasons."""
    assert str(LIBRARY.select("fractions", {"grade": "5"})).splitlines()[1:] == [
        "talk is made for another focus",
        "maths4 is made for another grade",
    ]
    untold = LIBRARY.select("fractions")
    assert [option.form.id for option in untold.options] == ["core"]
    assert str(untold).splitlines()[-1] == "maths4 asks for the grade, which was not told"
    assert [one.code for one in LIBRARY.select(None).left_out] == ["OTHER_FOCUS", "OTHER_FOCUS"]


def test_a_teachers_request_adds_its_items() -> None:
    """What the teacher asks for comes before the notes, once, and the form says so."""
    request = ObservationRequest(id="r1", items=(WAIT, Item(id="left", label="Left row", kind="count")))
    with_talk, general = LIBRARY.select("discussion", request=request).options
    assert [item.id for item in with_talk.form] == ["aim", "wait", "pairs", "left", "notes"]
    assert str(with_talk) == "core+talk+r1: talk is made for discussion; the teacher asked for it: Left row"
    assert [item.id for item in general.form] == ["aim", "wait", "left", "notes"]
    asked = LIBRARY.select("discussion", request=ObservationRequest(id="r2", items=(WAIT,))).options[0]
    assert asked.form.id == "core+talk"
    assert str(asked).endswith("what the teacher asked for is on it: Waits")
    clash = ObservationRequest(id="r3", items=(attrs.evolve(WAIT, label="Other"),))
    with pytest.raises(InvalidInput, match=r"request\.clash"):
        LIBRARY.select("discussion", request=clash)


def test_every_problem_of_a_library_is_told_at_once() -> None:
    """A focused core, repeats, empty modules, broken conditions and clashes come in one error."""
    never = Item(id="never", kind="flag", visible_when=All((AtLeast("aim", 3), AtMost("aim", 2))))
    modules = (
        FormModule(id="a", focus=(), items=(Item(id="x", kind="flag"),)),
        FormModule(id="a", focus=("f",), items=()),
        FormModule(id="b", focus=("f",), items=(Item(id="x", kind="text"), never)),
        FormModule(id="c", focus=("f",), items=(Item(id="y", kind="flag", visible_when=AtLeast("z", 1)),)),
    )
    core = attrs.evolve(CORE, focus=("f",))
    with pytest.raises(InvalidInput) as raised:
        FormLibrary(core=core, modules=modules)
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("library.core", "core.focus"),
        ("library.repeated", "modules"),
        ("library.focus", "modules[0].focus"),
        ("library.items", "modules[1].items"),
        ("form.unreachable", "modules[2].items[2].visible_when"),
        ("condition.item", "modules[3].items[1].visible_when"),
        ("library.clash", "modules"),
    ]
    assert "x" in raised.value.problems[-1].message


def test_a_core_may_open_items_for_a_focus() -> None:
    """An item of the core for one focus stays on the forms of another, where it is never asked."""
    core = attrs.evolve(CORE, items=(*CORE.items, Item(id="art", kind="flag", visible_when=FocusIs("art"))))
    made: Any = FormLibrary(core=core, modules=(TALK,))
    (talk, general) = made.select("discussion").options
    assert "art" not in [item.id for item in talk.form.shown({}, focus="discussion")]
    assert "art" in [item.id for item in general.form.shown({}, focus="art")]
