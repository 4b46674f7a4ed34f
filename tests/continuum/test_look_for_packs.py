"""The look-for sets and scales that come with the library: complete, in our own words, checked as a whole."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.shared import shared

from ilr.base import InvalidInput, UnknownCode
from ilr.base._codec import unstructure
from ilr.continuum import packs
from ilr.forms import form

LONGEST_COMMON_RUN = 5
SETS = packs.names_of_look_fors()


def texts(document: Any) -> list[str]:
    """Every text of a document."""
    if isinstance(document, str):
        return [document]
    parts = (
        document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    )
    return [text for part in parts for text in texts(part)]


def words(text: str) -> list[str]:
    """The words of a text without case and punctuation."""
    return re.findall(r"[a-z0-9']+", text.lower())


def test_two_sets_and_one_scale_are_named() -> None:
    """The names are those of the documents."""
    assert set(SETS) >= {"generic", "common-instructional-framework"}
    assert "practice-profile" in packs.names_of_scales()


def test_unknown_names_are_refused_with_what_there_is() -> None:
    """The refusal lists the names, and a path is not a name."""
    for name in ("ilr", "../ilr", "generic.json"):
        with pytest.raises(UnknownCode, match=r"there are .*generic"):
            packs.look_fors(name)
        with pytest.raises(UnknownCode, match=r"there are .*practice-profile"):
            packs.scale(name)


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_complete(name: str) -> None:
    """Each look-for has a description, four described levels with fidelity at the third, and student actions."""
    look_fors = packs.look_fors(name)
    assert look_fors.id == name
    assert (look_fors.undescribed, look_fors.without_student_actions) == ((), ())
    for look_for in look_fors:
        assert look_for.description
        assert look_for.scale.codes == (1, 2, 3, 4)
        assert look_for.scale.fidelity_value == 3.0
        assert len({level.descriptor for level in look_for.scale.levels}) == 4


@pytest.mark.parametrize("name", SETS)
def test_sets_are_drafts_that_nobody_published(name: str) -> None:
    """Who publishes a set, and from when, is for the district to say (ILR-1.GS)."""
    look_fors = packs.look_fors(name)
    assert (look_fors.status, look_fors.effective_from, look_fors.contributors) == ("draft", None, ())


def test_the_generic_set_asks_about_the_curriculum_once() -> None:
    """Eight look-fors, one of them about use of the curriculum."""
    generic = packs.look_fors("generic")
    assert len(generic) == 8
    assert [look_for.id for look_for in generic if look_for.curriculum_use] == ["curriculum-use"]


def test_the_common_instructional_framework_has_its_six_strategies() -> None:
    """The six strategies are there by name (TH-I7)."""
    assert [look_for.title for look_for in packs.look_fors("common-instructional-framework")] == [
        "Collaborative group work",
        "Writing to learn",
        "Scaffolding",
        "Questioning",
        "Classroom talk",
        "Literacy groups",
    ]


def test_the_practice_profile_has_three_columns() -> None:
    """Lowest first: unacceptable, developmental, expected; only the last is use with fidelity."""
    scale = packs.scale("practice-profile")
    assert scale.codes == ("unacceptable", "developmental", "expected")
    assert (scale.values, scale.fidelity_value) == ((1.0, 2.0, 3.0), 3.0)
    assert all(level.descriptor for level in scale.levels)


@pytest.mark.parametrize("name", SETS)
def test_a_form_is_made_from_a_set(name: str) -> None:
    """Every look-for becomes an item with its own scale."""
    look_fors = packs.look_fors(name)
    made = form("walk", look_fors=look_fors, notes=False)
    assert [item.look_for for item in made] == [look_for.id for look_for in look_fors]


def test_a_document_is_read_as_it_was_written() -> None:
    """A set or scale written to plain data and read again is the same value."""
    generic, scale = packs.look_fors("generic"), packs.scale("practice-profile")
    assert packs.read_look_fors(unstructure(generic)) == generic
    assert packs.read_scale(unstructure(scale)) == scale


def test_a_broken_set_tells_everything_at_once() -> None:
    """A part of the wrong shape does not hide what is wrong in and between the others."""
    document = unstructure(packs.look_fors("generic"))
    first, second, third = document["look_fors"][:3]
    first["colour"] = "red"
    first["exemplars"] = [{"reference": "v1", "level": 7}]
    second["scale"]["levels"] = second["scale"]["levels"][:1]
    third["title"] = 3
    third["id"] = "checking"
    document["revisions"] = [{"look_for": "nobody", "on": "someday", "from_text": "a", "to_text": "b"}]
    with pytest.raises(InvalidInput) as raised:
        packs.read_look_fors(document)
    assert sorted((problem.code, problem.path) for problem in raised.value.problems) == [
        ("document.extra", "look_fors[0].colour"),
        ("document.value", "look_fors[2].title"),
        ("document.value", "revisions[0].on"),
        ("look_for.exemplar", "look_fors[0].exemplars[0].level"),
        ("scale.fidelity", "look_fors[1].scale.fidelity"),
        ("scale.levels", "look_fors[1].scale.levels"),
        ("set.repeated", "look_fors"),
        ("set.revision", "revisions[0].look_for"),
    ]


def test_a_broken_scale_tells_everything_at_once() -> None:
    """Too few levels and a foreign fidelity level come together."""
    with pytest.raises(InvalidInput) as raised:
        packs.read_scale({"levels": [{"code": 1, "value": 1.0}], "fidelity": "expected"})
    assert [problem.code for problem in raised.value.problems] == ["scale.levels", "scale.fidelity"]


def test_no_text_shares_a_long_run_of_words_with_the_sources() -> None:
    """More than five words in a row are never the same as in the specification or a source document."""
    length = LONGEST_COMMON_RUN + 1
    runs: set[tuple[str, ...]] = set()
    for path in (shared("spec", "domain.md"), *sorted(shared("sources").iterdir())):
        found = words(path.read_text(encoding="utf-8"))
        runs |= {tuple(found[place : place + length]) for place in range(len(found) - length + 1)}
    documents: list[Any] = [unstructure(packs.look_fors(name)) for name in SETS]
    documents += [unstructure(packs.scale(name)) for name in packs.names_of_scales()]
    for text in texts(documents):
        own = words(text)
        assert not any(tuple(own[start : start + length]) in runs for start in range(len(own)))
