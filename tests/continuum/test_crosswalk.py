"""Crosswalks between look-fors, need codes and components of an evaluation framework."""

from __future__ import annotations

import attrs
import pytest

from ilr.base import InvalidInput, UnknownCode
from ilr.base._codec import structure, unstructure
from ilr.continuum import Component, Crosswalk, CrosswalkEntry, check_crosswalk, packs


def entry(code: str, *components: str, need: bool = False) -> CrosswalkEntry:
    """An entry of a look-for, or of a need."""
    return CrosswalkEntry(kind="need" if need else "look_for", code=code, components=components)


@pytest.fixture
def crosswalk() -> Crosswalk:
    """Two look-fors and a need on three components."""
    return Crosswalk(
        id="talk",
        framework="state-2026",
        components=(Component(id="3a"), Component(id="3b", label="Discussion"), Component(id="4a")),
        entries=(
            entry("questioning", "3b", "3a"),
            entry("wait-time", "3b"),
            entry("questioning", "3b", need=True),
        ),
    )


def test_components_are_found_from_both_kinds_of_code(crosswalk: Crosswalk) -> None:
    """A look-for and a need of the same code have entries of their own; components keep their order."""
    assert [one.id for one in crosswalk.components_of("look_for", "questioning")] == ["3a", "3b"]
    assert [one.label for one in crosswalk.components_of("need", "questioning")] == ["Discussion"]
    assert crosswalk.components_of("need", "wait-time") == ()


def test_codes_are_found_from_a_component(crosswalk: Crosswalk) -> None:
    """The way back gives look-fors and needs apart."""
    assert crosswalk.codes_of("look_for", "3b") == ("questioning", "wait-time")
    assert crosswalk.codes_of("need", "3b") == ("questioning",)
    assert crosswalk.codes_of("look_for", "4a") == ()
    with pytest.raises(UnknownCode, match="3a, 3b, 4a"):
        crosswalk.codes_of("need", "9z")


def test_what_is_not_covered_is_listed(crosswalk: Crosswalk) -> None:
    """Look-fors of a set or codes without an entry, and components without one, are listed in order."""
    assert crosswalk.uncovered("need", ["talk", "questioning", "talk"]) == ("talk",)
    missing = crosswalk.uncovered("look_for", packs.look_fors("generic"))
    assert missing[:2] == ("lesson-goal", "student-talk")
    assert crosswalk.unused == ("4a",)


def test_a_crosswalk_is_held_against_what_is_in_use(crosswalk: Crosswalk) -> None:
    """Codes that are not in use are errors, codes without an entry one warning for each kind."""
    told = check_crosswalk(crosswalk, look_fors=["questioning", "talk"], needs=["questioning"])
    assert [(problem.code, problem.path, problem.severity) for problem in told] == [
        ("crosswalk.unknown", "entries[1].code", "error"),
        ("crosswalk.uncovered", "entries", "warning"),
    ]
    assert "talk" in told[1].message
    assert check_crosswalk(crosswalk, look_fors=["questioning", "wait-time"], needs=["questioning"]) == ()


def test_all_problems_of_a_crosswalk_are_told_at_once() -> None:
    """Blank and repeated ids, entries without components and links that lead nowhere come together."""
    with pytest.raises(InvalidInput) as raised:
        Crosswalk(
            id=" ",
            framework="f",
            components=(Component(id="3a"), Component(id="3a"), Component(id="")),
            entries=(entry("talk", "3a", "3a", "9z"), entry("talk", "3a"), entry("")),
        )
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("crosswalk.blank", "id"),
        ("crosswalk.repeated", "components[0].id"),
        ("crosswalk.repeated", "components[1].id"),
        ("crosswalk.blank", "components[2].id"),
        ("crosswalk.repeated", "entries[0].code"),
        ("crosswalk.repeated", "entries[0].components[1]"),
        ("crosswalk.dangling", "entries[0].components[2]"),
        ("crosswalk.repeated", "entries[1].code"),
        ("crosswalk.blank", "entries[2].code"),
        ("crosswalk.empty", "entries[2].components"),
    ]


def test_no_type_has_a_field_for_a_rating() -> None:
    """Ids, labels and links are all there is (ILR-10)."""
    fields = {name for kind in (Component, Crosswalk, CrosswalkEntry) for name in attrs.fields_dict(kind)}
    assert fields == {"id", "label", "framework", "version", "components", "entries", "kind", "code"}


def test_a_document_with_a_rating_is_refused(crosswalk: Crosswalk) -> None:
    """A crosswalk survives the codec, and a field that it does not know is named."""
    document = unstructure(crosswalk)
    assert structure(document, Crosswalk) == crosswalk
    document["components"][0]["rating"] = 2
    with pytest.raises(InvalidInput) as raised:
        structure(document, Crosswalk)
    assert [(problem.code, problem.path) for problem in raised.value.problems] == [
        ("document.extra", "components[0].rating")
    ]
