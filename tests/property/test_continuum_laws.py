"""Laws of frameworks, overlays and catalogues, for any that can be built."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.continuum_values import TEXTS, WORDS, catalogues, frameworks

from ilr.base import FrozenMap, InvalidInput, diff, structure_hash
from ilr.base._codec import canonical_json, structure, unstructure
from ilr.continuum import (
    Catalogue,
    Framework,
    Indicator,
    Overlay,
    check_catalogue,
    check_framework,
    overlays,
    packs,
)

SHIPPED = packs.load("ilr")
ANY = st.one_of(frameworks(), st.just(SHIPPED), st.just(packs.load("leadership-system")))


@st.composite
def overlaid(draw: st.DrawFn) -> tuple[Framework, Overlay]:
    """A framework with an overlay for some of its places."""
    framework = draw(frameworks())
    places = st.sampled_from(list(overlays.texts(framework)))
    said = draw(st.dictionaries(places, WORDS))
    language = draw(st.none() | st.sampled_from(["es", "ar"]))
    return framework, Overlay(
        framework=framework.id, label="x", source="y", licence="z", language=language, texts=FrozenMap(said)
    )


@given(ANY)
def test_a_framework_survives_the_codec(framework: Framework) -> None:
    """Written as JSON and read again, a framework is the same value."""
    document = json.loads(canonical_json(framework))
    assert structure(document, Framework) == packs.read(document) == framework


@given(ANY)
def test_every_criterion_id_leads_to_its_place(framework: Framework) -> None:
    """An id names the practice or indicator and the stage under which the criterion stands."""
    owned = [(practice.code, cell) for practice in framework.practices for cell in practice.stages]
    owned += [(indicator.code, cell) for indicator in framework for cell in indicator.stages]
    for criterion in framework.criteria:
        cells = [cell for code, cell in owned if (code, cell.stage) == (criterion.owner, criterion.stage)]
        assert [criterion in cell.criteria for cell in cells] == [True]
        assert framework[criterion.id] is criterion
        assert criterion.id == f"{criterion.owner}.{criterion.stage.abbreviation}.{criterion.number}"


@given(ANY)
def test_only_a_higher_stage_supersedes(framework: Framework) -> None:
    """No criterion is superseded by its own stage or an earlier one, over any number of steps."""
    for criterion in framework.criteria:
        above = framework.superseded_by(criterion.id) + framework.partly_superseded_by(criterion.id)
        assert all(higher.stage > criterion.stage for higher in above)


@given(ANY)
def test_record_and_document_are_judged_alike(framework: Framework) -> None:
    """What can be built has no problems, whether asked of the record or of its document."""
    assert check_framework(framework) == check_framework(unstructure(framework)) == ()


@given(ANY)
def test_no_criterion_is_lost_on_the_way(framework: Framework) -> None:
    """Practices, indicators and stages hold together just the criteria of the framework."""
    through_stages = {
        criterion.id
        for indicator in framework
        for cell in framework.descriptors(indicator.code)
        for criterion in cell.criteria
    }
    assert through_stages == {criterion.id for criterion in framework.criteria}


@given(
    st.sampled_from(SHIPPED.indicators), st.sampled_from(["", "."]), st.booleans(), st.sampled_from(["", " "])
)
def test_a_code_is_found_however_it_is_printed(
    indicator: Indicator, stop: str, upper: bool, blank: str
) -> None:
    """Full stop, case and blanks around a code never matter."""
    code = indicator.code.upper() if upper else indicator.code
    assert SHIPPED.indicator(f"{blank}{code}{stop}{blank}") is indicator


@given(overlaid())
def test_an_overlay_changes_texts_alone(pair: tuple[Framework, Overlay]) -> None:
    """Codes, rules and order are those of the framework, whatever is laid over it."""
    framework, overlay = pair
    laid = overlays.lay(framework, overlay)
    assert structure_hash(laid) == structure_hash(framework)
    assert {change.kind for change in diff(framework, laid)} <= {"reworded"}
    assert [one.id for one in laid.criteria] == [one.id for one in framework.criteria]


@given(overlaid())
def test_an_overlay_says_what_it_holds_and_the_framework_the_rest(pair: tuple[Framework, Overlay]) -> None:
    """Every place shows the text of the overlay, or else that of the framework."""
    framework, overlay = pair
    own, shown = overlays.texts(framework), overlays.texts(overlays.lay(framework, overlay))
    assert shown == {**own, **overlay.texts}
    assert set(overlays.missing(framework, overlay)) == {
        place for place, text in own.items() if text.strip() and place not in overlay.texts
    }


@given(overlaid(), st.dictionaries(TEXTS, TEXTS, min_size=1))
def test_an_overlay_lists_all_that_does_not_fit(
    pair: tuple[Framework, Overlay], more: dict[str, str]
) -> None:
    """Each unknown place and each empty text is a problem, and nothing else is."""
    framework, _ = pair
    known = overlays.texts(framework)
    overlay = Overlay(
        framework=framework.id,
        label="x",
        source="y",
        licence="z",
        texts=FrozenMap({**more, "framework": " "}),
    )
    expected = {("overlay.empty", "texts[framework]")}
    expected |= {("overlay.unknown", f"texts[{place}]") for place in more if place not in known}
    expected |= {
        ("overlay.empty", f"texts[{place}]") for place, text in overlay.texts.items() if not text.strip()
    }
    problems = overlays.check_overlay(framework, overlay)
    assert {(problem.code, problem.path) for problem in problems} == expected
    with pytest.raises(InvalidInput) as raised:
        overlays.lay(framework, overlay)
    assert raised.value.problems == problems


@given(catalogues())
def test_a_catalogue_survives_the_codec(catalogue: Catalogue) -> None:
    """Written as JSON and read again, a catalogue is the same value, and record and document have no problems."""
    document = json.loads(canonical_json(catalogue))
    assert packs.read_catalogue(document) == catalogue
    assert check_catalogue(catalogue) == check_catalogue(document) == ()
