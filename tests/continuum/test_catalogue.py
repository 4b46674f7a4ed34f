"""Catalogues: those that come with the library, looking things up, and what is refused."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import attrs
import pytest
from tests.continuum.words import runs, sources, taken, words

from ilr.base import InvalidInput, UnknownCode
from ilr.base._codec import structure
from ilr.continuum import Catalogue, Entry, Group, check_catalogue, packs

Document = dict[str, Any]
NAMES = ("coaching-implementation", "partnership-principles", "teacher-leader-model-standards")


@pytest.fixture(scope="module", params=NAMES)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    """Each catalogue that comes with the library."""
    return packs.catalogue(request.param)


@pytest.fixture
def document() -> Document:
    """The document of a catalogue, to be broken by a test."""
    text = files(packs).joinpath("catalogues", "coaching-implementation.json").read_text(encoding="utf-8")
    made: Document = json.loads(text)
    return made


def test_the_catalogues_are_named() -> None:
    """Three catalogues come with the library, and a framework is none."""
    assert packs.names_of_catalogues() == NAMES
    for name in ("ilr", "catalogues/partnership-principles", "danielson"):
        with pytest.raises(UnknownCode, match="no catalogue of that name; there are coaching-impl"):
            packs.catalogue(name)


def test_there_are_seven_partnership_principles() -> None:
    """The principles stand in their order, each with what records can show and what only people can tell."""
    principles = packs.catalogue("partnership-principles")
    assert [entry.title for entry in principles] == [
        "Equality",
        "Choice",
        "Voice",
        "Dialogue",
        "Reflection",
        "Praxis",
        "Reciprocity",
    ]
    assert [entry.code for entry in principles] == [f"PP-{number}" for number in range(1, 8)]
    assert all(entry.evidence and entry.human for entry in principles)
    assert [work.key for work in principles.references] == ["knight-2018"]


def test_teacher_leaders_have_seven_domains_of_functions() -> None:
    """There are 37 functions, and records can bear on fourteen of them."""
    standards = packs.catalogue("teacher-leader-model-standards")
    assert [len(group.entries) for group in standards.groups] == [5, 4, 8, 6, 4, 5, 5]
    assert len(standards) == 37
    for number, group in enumerate(standards.groups, start=1):
        assert group.id == f"TLMS-{number}"
        assert [entry.code for entry in group.entries] == [
            f"TLMS-{number}{letter}" for letter, _ in zip("abcdefgh", group.entries, strict=False)
        ]
    assert sum(bool(entry.evidence) for entry in standards) == 14


def test_coaching_is_put_in_place_measured_and_helped() -> None:
    """There are ten, six and six findings under three questions."""
    findings = packs.catalogue("coaching-implementation")
    assert [(group.id, len(group.entries)) for group in findings.groups] == [
        ("TH-RQ1", 10),
        ("TH-RQ2", 6),
        ("TH-RQ3", 6),
    ]


def test_a_conversation_has_four_parts_of_which_the_last_has_other_names() -> None:
    """Wrap-up, will and way forward are one part (E-15)."""
    parts = packs.catalogue("coaching-implementation")["TH-M3"].parts
    assert [part.id for part in parts] == ["goal", "reality", "options", "wrap-up"]
    assert parts[3].also == ("Will", "Way forward")


@pytest.mark.parametrize("name", ["Harvard Instructional Rounds", "instructional rounds", " ROUNDS "])
def test_rounds_are_found_by_each_of_their_names(name: str) -> None:
    """Two names of one thing lead to one entry (E-16)."""
    found = packs.catalogue("coaching-implementation").named(name)
    assert [entry.code for entry in found] == ["TH-I6"]


def test_oddities_of_the_print_are_recorded() -> None:
    """Titles and overlaps of the standards, labels and synonyms of the findings (E-13 to E-16)."""
    standards = packs.catalogue("teacher-leader-model-standards")
    findings = packs.catalogue("coaching-implementation")
    assert {one.id for one in (*standards.group("TLMS-5").errata, *standards.group("TLMS-6").errata)} == {
        "E-13"
    }
    assert {one.id for code in ("TLMS-1e", "TLMS-6a") for one in standards[code].errata} == {"E-13", "E-14"}
    assert [one.id for code in ("TH-M3", "TH-I6") for one in findings[code].errata] == ["E-15", "E-16"]


def test_an_entry_is_reached_by_its_code(catalogue: Catalogue) -> None:
    """Every code leads to its entry, and iteration gives all in order."""
    assert [catalogue[entry.code] for entry in catalogue] == list(catalogue.entries)
    assert catalogue.entries[0].code in catalogue
    assert "XX-1" not in catalogue
    assert catalogue.named("nothing") == ()


@pytest.mark.parametrize("code", ["2", "TLMS-1a", "PP-8"])
def test_an_unknown_code_is_refused_with_what_there_is(code: str) -> None:
    """A bare number, a code of another catalogue and one too high are refused alike."""
    with pytest.raises(UnknownCode, match="begin with PP-, there are PP-1, PP-2"):
        packs.catalogue("partnership-principles")[code]


def test_an_unknown_group_is_refused_with_what_there_is() -> None:
    """The refusal lists the groups."""
    with pytest.raises(UnknownCode, match="TH-RQ1, TH-RQ2, TH-RQ3"):
        packs.catalogue("coaching-implementation").group("TH-RQ4")


def test_a_notebook_shows_a_row_an_entry(catalogue: Catalogue) -> None:
    """Code, group, title, text and the records that bear on an entry stand in a table, shown safely."""
    html = catalogue._repr_html_()
    assert html.count("<tr>") == len(catalogue) + 1
    assert "record evidence possible" in html
    sharp = attrs.evolve(catalogue, title="<b>")
    assert "&lt;b&gt;" in sharp._repr_html_()


def test_a_catalogue_travels_to_a_worker_process(catalogue: Catalogue) -> None:
    """A pickled catalogue is equal, hashes alike and prints in one short line."""
    again = pickle.loads(pickle.dumps(catalogue))  # our own bytes
    assert again == catalogue
    assert hash(again) == hash(catalogue)
    assert len(repr(catalogue)) < 200


def test_evidence_is_named_like_the_needs_of_criteria(catalogue: Catalogue) -> None:
    """Evidence is fields of records, written as record and field."""
    for entry in catalogue:
        for record in entry.evidence:
            assert record.count(".") == 1
            assert record.replace(".", "").replace("_", "").islower()


def small_namespace(document: Document) -> None:
    """A namespace in small letters."""
    document["namespace"] = "th"


def no_namespace(document: Document) -> None:
    """No namespace at all, which leaves the codes as they are."""
    del document["namespace"]


def repeated_group(document: Document) -> None:
    """Two groups of one id."""
    document["groups"][1]["id"] = "TH-RQ1"


def repeated_code(document: Document) -> None:
    """Two entries of one code, in different groups."""
    document["groups"][1]["entries"][0]["code"] = "TH-I1"


def foreign_code(document: Document) -> None:
    """The code of another catalogue."""
    document["groups"][2]["entries"][0]["code"] = "PP-1"


def repeated_part(document: Document) -> None:
    """Two parts of one id."""
    document["groups"][1]["entries"][2]["parts"][1]["id"] = "goal"


def no_text(document: Document) -> None:
    """An entry that says nothing."""
    document["groups"][0]["entries"][0]["text"] = " "


def no_title(document: Document) -> None:
    """An entry without a name."""
    del document["groups"][0]["entries"][1]["title"]


def extra_field(document: Document) -> None:
    """A score, which no entry has."""
    document["groups"][0]["entries"][2]["score"] = 3


BREAKS: dict[Callable[[Document], None], tuple[str, str]] = {
    small_namespace: ("catalogue.namespace", "namespace"),
    no_namespace: ("document.missing", "namespace"),
    repeated_group: ("catalogue.repeated", "groups[1].id"),
    repeated_code: ("catalogue.repeated", "groups[1].entries[0].code"),
    foreign_code: ("catalogue.code", "groups[2].entries[0].code"),
    repeated_part: ("catalogue.repeated", "groups[1].entries[2].parts[1].id"),
    no_text: ("entry.text", "groups[0].entries[0].text"),
    no_title: ("document.missing", "groups[0].entries[1].title"),
    extra_field: ("document.extra", "groups[0].entries[2].score"),
}


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.__name__)
def test_each_kind_of_break_is_reported_where_it_is(
    document: Document, broken: Callable[[Document], None]
) -> None:
    """One break gives one problem at its own path."""
    broken(document)
    with pytest.raises(InvalidInput) as raised:
        packs.read_catalogue(document)
    assert [(one.code, one.path) for one in raised.value.problems] == [BREAKS[broken]]


def test_all_breaks_are_reported_together(document: Document) -> None:
    """What the codec refuses hides nothing of what is wrong between the parts."""
    at_once = set(BREAKS) - {small_namespace, foreign_code}  # which need a namespace
    for broken in at_once:
        broken(document)
    with pytest.raises(InvalidInput) as raised:
        packs.read_catalogue(document)
    assert {(one.code, one.path) for one in raised.value.problems} == {BREAKS[one] for one in at_once}
    assert len(raised.value.problems) == len(at_once)


def test_a_catalogue_of_nothing_is_refused() -> None:
    """A catalogue has one entry at least, and a small namespace is none."""
    with pytest.raises(InvalidInput) as raised:
        Catalogue(id="x", namespace="x", title="X", version="1.0.0", groups=(Group(id="a", title="A"),))
    assert [one.code for one in raised.value.problems] == ["catalogue.namespace", "catalogue.empty"]


def test_an_entry_tells_all_that_it_lacks() -> None:
    """A missing title and a missing text come together."""
    with pytest.raises(InvalidInput) as raised:
        Entry(code="X-1", title="", text="")
    assert [one.code for one in raised.value.problems] == ["entry.title", "entry.text"]


@pytest.mark.parametrize("nonsense", [{}, [], {"groups": 3}, {"groups": [{"entries": [7]}]}])
def test_a_document_of_another_shape_is_left_to_the_codec(nonsense: Any) -> None:
    """The checks pass over what they cannot read, and reading it fails with the codec's problems first."""
    with pytest.raises(InvalidInput) as raised:
        packs.read_catalogue(nonsense)
    assert {one.code.split(".")[0] for one in raised.value.problems} == {"document"}


def test_a_whole_catalogue_has_no_problems(catalogue: Catalogue, document: Document) -> None:
    """The catalogues pass, as record and as document, and the codec alone gives the same value."""
    assert check_catalogue(catalogue) == check_catalogue(document) == ()
    assert structure(document, Catalogue) == packs.catalogue("coaching-implementation")


def texts(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Every text of a catalogue with the place where it stands, names in use apart."""
    found = [(group.id, group.title) for group in catalogue.groups]
    for entry in catalogue:
        found += [(entry.code, text) for text in (entry.title, entry.text, entry.human)]
        found += [(entry.code, part.title) for part in entry.parts]
    for holder in (catalogue, *catalogue.groups, *catalogue):
        found += [(one.id, text) for one in holder.errata for text in (one.printed, one.treatment)]
    return found


def test_no_text_is_a_line_of_the_sources(catalogue: Catalogue) -> None:
    """No text of more than a word equals a line, a cell or a sentence of the specification or a source."""
    lines = taken(sources())
    for place, text in texts(catalogue):
        if len(words(text)) > 1:
            assert " ".join(words(text)) not in lines, place


def test_no_text_shares_a_long_run_of_words_with_the_sources(catalogue: Catalogue) -> None:
    """More than five words in a row are never the same as in the specification or a source document."""
    theirs = runs(sources())
    for place, text in texts(catalogue):
        assert not runs([text]) & theirs, place
