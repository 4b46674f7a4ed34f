"""Other words laid over a framework, and nothing but words."""

from __future__ import annotations

import attrs
import pytest

from ilr.base import FrozenMap, InvalidInput, diff, structure_hash
from ilr.base._codec import structure, unstructure
from ilr.continuum import Framework, Overlay, overlays, packs, read_page


@pytest.fixture(scope="module")
def framework() -> Framework:
    """The leadership system that comes with the library."""
    return packs.load("leadership-system")


def overlay(language: str | None = None, **texts: str) -> Overlay:
    """An overlay for the leadership system."""
    return Overlay(
        framework="leadership-system",
        label="Test",
        language=language,
        source="the tests",
        licence="CC0-1.0",
        texts=FrozenMap(texts),
    )


def test_texts_are_shown_in_their_places(framework: Framework) -> None:
    """Each kind of address leads to its own text."""
    said = {
        "framework": "Sistema",
        "area:capacity": "Capacidad",
        "purpose:capacity": "Propósito",
        "practice:LS-12": "Práctica",
        "indicator:LS-12a": "Alianzas",
        "LS-12a.GS": "Comienzan",
        "LS-12a.GS.1": "Se reunieron.",
        "LS-12a.GB.1>LS-12a.GS.1": "Porque sí.",
    }
    laid = overlays.lay(framework, attrs.evolve(overlay("es"), texts=FrozenMap(said)))
    area, practice, indicator = laid.areas[0], laid.practices[0], laid.indicators[0]
    assert (laid.title, laid.language) == ("Sistema", "es")
    assert (area.title, area.purpose) == ("Capacidad", "Propósito")
    assert (practice.title, indicator.title) == ("Práctica", "Alianzas")
    assert indicator.stage("GS").text == "Comienzan"
    assert laid["LS-12a.GS.1"].condition == "Se reunieron."
    assert laid["LS-12a.GB.1"].why["LS-12a.GS.1"] == "Porque sí."
    assert laid["LS-12a.GS.2"] == framework["LS-12a.GS.2"]


def test_only_words_change(framework: Framework) -> None:
    """The structure hash stays, and the difference is of words alone."""
    laid = overlays.lay(framework, overlay("es", framework="Sistema"))
    assert structure_hash(laid) == structure_hash(framework)
    assert [str(change) for change in diff(framework, laid)] == ["reworded title", "reworded language"]


def test_terms_of_a_district_keep_the_language(framework: Framework) -> None:
    """An overlay without a language changes terms, not the language."""
    assert overlays.lay(framework, overlay(framework="Our system")).language == "en"


def test_notes_have_their_words_too() -> None:
    """A row that keeps another in force is translated like a criterion."""
    routines = packs.load("ilr")
    words = attrs.evolve(overlay(), framework="ilr", texts=FrozenMap({"ILR-3.GB.3": "Sigue."}))
    assert overlays.lay(routines, words)["ILR-3.GB.3"].condition == "Sigue."


def test_unknown_places_and_empty_texts_are_one_error(framework: Framework) -> None:
    """Another framework, every unknown address and every empty text are told together."""
    wrong = attrs.evolve(
        overlay(),
        framework="ilr",
        texts=FrozenMap({"LS-12a.GS.9": "x", "LS-12a.GS": " ", "LS-13": "", "framework": "fine"}),
    )
    with pytest.raises(InvalidInput) as raised:
        overlays.lay(framework, wrong)
    assert [(one.code, one.path) for one in raised.value.problems] == [
        ("overlay.framework", "framework"),
        ("overlay.unknown", "texts[LS-12a.GS.9]"),
        ("overlay.empty", "texts[LS-12a.GS]"),
        ("overlay.unknown", "texts[LS-13]"),
        ("overlay.empty", "texts[LS-13]"),
    ]
    assert overlays.check_overlay(framework, wrong) == raised.value.problems


def test_what_is_missing_is_listed(framework: Framework) -> None:
    """An empty overlay lacks every text, a full one none, and an empty text needs no other."""
    own = overlays.texts(framework)
    assert overlays.missing(framework, overlay()) == tuple(own)
    assert overlays.missing(framework, attrs.evolve(overlay(), texts=own)) == ()
    bare = attrs.evolve(framework, title="")
    assert "framework" not in overlays.missing(bare, overlay())


@pytest.mark.parametrize(("name", "addresses"), [("ilr", 216), ("leadership-system", 57)])
def test_every_text_has_one_address(name: str, addresses: int) -> None:
    """Titles, purposes, stages, conditions and reasons are counted once each."""
    framework = packs.load(name)
    cells = [cell for practice in framework.practices for cell in practice.stages]
    cells += [cell for indicator in framework for cell in indicator.stages]
    expected = (
        1 + 2 * len(framework.areas) + len(framework.practices) + len(framework.indicators) + len(cells)
    )
    expected += sum(1 + len(one.why) for one in (*framework.criteria, *framework.notes))
    assert len(overlays.texts(framework)) == expected == addresses


def test_an_overlay_says_where_it_comes_from() -> None:
    """Label, source and licence are required, and a language is not empty; all problems come at once."""
    with pytest.raises(InvalidInput) as raised:
        Overlay(framework="ilr", label=" ", source="", licence="", language="")
    assert [problem.path for problem in raised.value.problems] == ["label", "source", "licence", "language"]


def test_an_overlay_survives_the_codec() -> None:
    """Written to plain data and read again, an overlay is the same value, and it prints shortly."""
    made = overlay("es", framework="Sistema")
    assert structure(unstructure(made), Overlay) == made
    assert "<1 texts>" in repr(made)


def test_a_page_becomes_an_overlay(framework: Framework) -> None:
    """The cells and headings of a page go to their places; what the framework lacks is named."""
    page = read_page(
        "PRACTICE\tIN#\tFIRST\tTHEN\tLAST\n"
        "12. Partner up.\t12a.\tMeet.\tMeet often.\tGo on.\n"
        "\t12c.\tBegin.\tBetter.\tBest.",
        namespace="LS",
    )
    made = overlays.from_page(
        framework, page, label="Published", source="the page", licence="by agreement", language="fr"
    )
    assert made.left_out == ("LS-12c.GS", "LS-12c.GB", "LS-12c.KI")
    assert overlays.check_overlay(framework, made) == ()
    laid = overlays.lay(framework, made)
    assert laid.indicator("LS-12a").stage("GB").text == "Meet often."
    assert laid.practice("LS-12").title == "Partner up."
    assert laid.language == "fr"
    assert structure_hash(laid) == structure_hash(framework)
