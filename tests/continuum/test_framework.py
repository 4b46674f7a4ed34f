"""Looking things up in a framework, and what its records refuse."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from ilr.base import InvalidInput, UnknownCode
from ilr.continuum import (
    Area,
    Citation,
    Criterion,
    Erratum,
    Framework,
    Indicator,
    Practice,
    Stage,
    StageDescriptor,
    packs,
)
from ilr.continuum.citations import search


@pytest.fixture(scope="module")
def framework() -> Framework:
    """The framework that comes with the library."""
    return packs.load("ilr")


def criterion(id: str, **more: Any) -> Criterion:
    """A criterion of which only the id and what is given matter."""
    facts: Mapping[str, Any] = {"modality": "required", "basis": "records", "condition": "It is so."} | more
    return Criterion(id=id, **facts)


def small(*cells: StageDescriptor, title: str = "Doors") -> Framework:
    """A framework of one indicator with the given stages."""
    indicator = Indicator(code="AB-1", title=title, practice="AB-1", stages=cells)
    practice = Practice(code="AB-1", title="Open doors", indicators=(indicator,))
    area = Area(id="a", title="A", order=1, practices=(practice,))
    return Framework(
        id="ab", namespace="AB", title="A & B", version="1.0.0", stages=tuple(Stage), areas=(area,)
    )


def test_a_criterion_is_reached_by_indicator_and_stage(framework: Framework) -> None:
    """Indicator, stage and criteria are reached in one line."""
    criteria = framework.indicator("ILR-8b").stage("keep-improving").criteria
    assert [criterion.id for criterion in criteria] == ["ILR-8b.KI.1", "ILR-8b.KI.2"]


def test_a_criterion_is_reached_by_its_id(framework: Framework) -> None:
    """An id tells owner, stage and number."""
    found = framework["ILR-8b.KI.1"]
    assert (found.owner, found.stage, found.number) == ("ILR-8b", Stage.KEEP_IMPROVING, 1)


def test_a_note_is_reached_by_its_id_and_is_no_criterion(framework: Framework) -> None:
    """The row that carries the monthly minimum is a note and stands outside the criteria."""
    note = framework["ILR-3.GB.3"]
    assert note.modality == "note"
    assert note.carried == "ILR-3.GS.3"
    assert framework.notes == (note,)
    assert note not in framework.criteria
    assert framework.indicator("ILR-3").stage("GB").notes == (note,)


@pytest.mark.parametrize("stage", [Stage.GETTING_STARTED, "getting-started", "GS"])
def test_a_stage_is_asked_for_by_member_name_or_abbreviation(
    framework: Framework, stage: Stage | str
) -> None:
    """Every way to write a stage gives the same descriptor."""
    assert framework.indicator("ILR-1").stage(stage).stage is Stage.GETTING_STARTED


@pytest.mark.parametrize("code", ["ILR-4b", "ILR-4b.", " ILR-4B ", "ilr-4b"])
def test_an_indicator_is_found_as_printed(framework: Framework, code: str) -> None:
    """The full stop of the printed table, blanks and case do not matter (E-2)."""
    assert framework.indicator(code).code == "ILR-4b"


@pytest.mark.parametrize(("bare", "full"), [("8b", "ILR-8b"), ("8b.", "ILR-8b"), ("12", "ILR-12")])
def test_a_bare_code_is_refused_with_the_full_one(framework: Framework, bare: str, full: str) -> None:
    """Practice 12 names two things, so a code needs its namespace (E-5)."""
    with pytest.raises(UnknownCode, match=f"write {full}"):
        framework.indicator(bare)
    with pytest.raises(UnknownCode, match=f"write {full}"):
        framework.practice(bare)


def test_a_bare_id_is_refused(framework: Framework) -> None:
    """The id of a criterion needs its namespace too."""
    with pytest.raises(UnknownCode, match="begin with ILR-"):
        framework["8b.KI.1"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("LS-12", "another namespace"),
        ("walkthrough", "not a code"),
        ("ILR-8", "its indicators are ILR-8a, ILR-8b"),
        ("ILR-13", "no such indicator"),
    ],
)
def test_an_unknown_indicator_is_refused_with_what_there_is(
    framework: Framework, code: str, message: str
) -> None:
    """Each kind of wrong code has its own explanation."""
    with pytest.raises(UnknownCode, match=message):
        framework.indicator(code)


def test_an_unknown_practice_is_refused_with_what_there_is(framework: Framework) -> None:
    """The refusal lists the twelve practices."""
    with pytest.raises(UnknownCode, match=r"ILR-1, ILR-2, .*ILR-12"):
        framework.practice("ILR-8b")


@pytest.mark.parametrize("id", ["ILR-8b.KI.9", "ILR-8b", "8b", ""])
def test_an_unknown_criterion_is_refused(framework: Framework, id: str) -> None:
    """An id that is not there says how ids look."""
    with pytest.raises(UnknownCode, match=r"ids look like ILR-4b\.GS\.1"):
        framework[id]


def test_a_stage_that_is_not_defined_is_refused(framework: Framework) -> None:
    """Preparation is not defined for most indicators, and asking for it says what is (E-3)."""
    with pytest.raises(UnknownCode, match="it defines getting-started, getting-better, keep-improving"):
        framework.indicator("ILR-1").stage("getting-aware")
    with pytest.raises(UnknownCode, match="it defines none"):
        framework.practice("ILR-1").stage("getting-aware")


def test_preparation_belongs_to_the_practice(framework: Framework) -> None:
    """The preparation stages of practice 12 hang on the practice (S-9) and come first in its criteria."""
    practice = framework.practice("ILR-12")
    assert [criterion.id for criterion in practice.stage("GR").criteria] == ["ILR-12.GR.1", "ILR-12.GR.2"]
    assert practice.criteria[0].id == "ILR-12.GA.1"
    assert practice.criteria[-1].id == "ILR-12.KI.4"


def test_the_stages_of_an_indicator_include_those_of_its_practice(framework: Framework) -> None:
    """All defined stages of an indicator come in order, preparation first."""
    assert [cell.stage for cell in framework.descriptors("ILR-12")] == list(Stage)
    assert [cell.stage for cell in framework.descriptors("ILR-8b")] == list(Stage)[2:]


def test_criteria_come_in_the_same_order_at_every_level(framework: Framework) -> None:
    """The framework's criteria are those of its practices, one after the other."""
    assert framework.criteria == tuple(c for practice in framework.practices for c in practice.criteria)
    assert framework.indicator("ILR-3").criteria == tuple(c for c in framework.criteria if c.owner == "ILR-3")


def test_iteration_gives_the_indicators(framework: Framework) -> None:
    """A framework iterates over its indicators and contains its criteria."""
    assert tuple(framework) == framework.indicators
    assert "ILR-8b.KI.1" in framework
    assert "ILR-8b.KI.9" not in framework


def test_superseding_reaches_over_several_steps() -> None:
    """When the highest of a chain is met, the lowest no longer fails; a link for a part ends the chain."""
    framework = small(
        StageDescriptor(stage=Stage.GETTING_STARTED, text="", criteria=(criterion("AB-1.GS.1"),)),
        StageDescriptor(
            stage=Stage.GETTING_BETTER,
            text="",
            criteria=(
                criterion("AB-1.GB.1", supersedes=("AB-1.GS.1",)),
                criterion("AB-1.GB.2", supersedes=("AB-1.GS.1",), partly=("AB-1.GS.1",)),
            ),
        ),
        StageDescriptor(
            stage=Stage.KEEP_IMPROVING,
            text="",
            criteria=(
                criterion("AB-1.KI.1", supersedes=("AB-1.GB.1", "AB-1.GS.1")),
                criterion("AB-1.KI.2", supersedes=("AB-1.GB.2",)),
            ),
        ),
    )
    assert {higher.id for higher in framework.superseded_by("AB-1.GS.1")} == {"AB-1.GB.1", "AB-1.KI.1"}
    assert [higher.id for higher in framework.partly_superseded_by("AB-1.GS.1")] == ["AB-1.GB.2"]
    assert framework.superseded_by("AB-1.KI.1") == framework.partly_superseded_by("AB-1.KI.1") == ()


def test_superseding_asks_for_a_known_criterion(framework: Framework) -> None:
    """Links of an unknown id are an error, not an empty answer."""
    with pytest.raises(UnknownCode):
        framework.superseded_by("ILR-1.GS.9")
    with pytest.raises(UnknownCode):
        framework.partly_superseded_by("ILR-1.GS.9")


def test_a_malformed_criterion_tells_everything_at_once() -> None:
    """Id, condition, reasons, parts and the missing criterion of a note are reported together."""
    with pytest.raises(InvalidInput) as raised:
        criterion("8b.1", condition=" ", why={"AB-1.GS.1": "so"}, partly=("AB-1.GS.2",), modality="note")
    assert [problem.code for problem in raised.value.problems] == [
        "criterion.id",
        "criterion.condition",
        "criterion.why",
        "criterion.partly",
        "criterion.note",
    ]


def test_notes_and_criteria_are_kept_apart() -> None:
    """A note under criteria and a criterion under notes are both refused."""
    note = criterion("AB-1.GB.1", modality="note", carried="AB-1.GS.1")
    with pytest.raises(InvalidInput) as raised:
        StageDescriptor(
            stage=Stage.GETTING_BETTER, text="", criteria=(note,), notes=(criterion("AB-1.GB.2"),)
        )
    assert [problem.path for problem in raised.value.problems] == [
        "criteria[0].modality",
        "notes[0].modality",
    ]


def test_nothing_of_a_framework_can_be_changed(framework: Framework) -> None:
    """Every record is frozen and every collection is a tuple."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        framework.title = "x"  # type: ignore[misc]  # the point of the test
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        framework.criteria[0].condition = "x"  # type: ignore[misc]  # the point of the test
    assert isinstance(framework.areas, tuple)


def test_a_framework_travels_to_a_worker_process(framework: Framework) -> None:
    """A pickled framework is equal, also after its lookups were used."""
    framework.indicator("ILR-1")
    again = pickle.loads(pickle.dumps(framework))  # our own bytes
    assert again == framework
    assert hash(again) == hash(framework)
    assert again["ILR-1.GS.1"] == framework["ILR-1.GS.1"]


def test_a_framework_prints_in_one_short_line(framework: Framework) -> None:
    """The repr counts the areas instead of writing them out."""
    assert "<3 areas>" in repr(framework)
    assert len(repr(framework)) < 200


def test_a_notebook_shows_criteria_by_indicator_and_stage(framework: Framework) -> None:
    """The table of a framework has a row an indicator and the counts of its stages."""
    html = framework._repr_html_()
    assert html.count("<tr>") == 16
    assert "<td>ILR-12</td><td>Coaches, mentors and model teachers</td><td>2</td><td>2</td><td>2</td>" in html


def test_a_notebook_shows_an_indicator_and_its_texts_safely() -> None:
    """The table of an indicator has a row a stage, and markup in a text stays text."""
    cell = StageDescriptor(stage=Stage.GETTING_BETTER, text="a < b", criteria=(criterion("AB-1.GB.1"),))
    html = small(cell, title="<b>").indicator("AB-1")._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<td>Getting Better</td><td>a &lt; b</td><td>1</td>" in html


def work(key: str = "a-2001", **more: Any) -> Citation:
    """A citation of which only the key and what is given matter."""
    facts: dict[str, Any] = {"authors": ("A, B.",), "year": 2001, "title": "On doors"} | more
    return Citation(key=key, **facts)


def test_citations_are_equal_by_their_key() -> None:
    """However a source prints a work, its key says which it is (E-4)."""
    first, second = work(), work(title="On Doors", printed={"AB-1": "A., B."})
    assert first == second
    assert hash(first) == hash(second)
    assert first != work("b-2001")


def test_a_citation_tells_all_that_it_lacks() -> None:
    """A missing key, an empty author and a missing title come together."""
    with pytest.raises(InvalidInput) as raised:
        work(" ", authors=("A, B.", ""), title="")
    assert [one.code for one in raised.value.problems] == [
        "citation.key",
        "citation.authors",
        "citation.title",
    ]
    with pytest.raises(InvalidInput, match=r"citation\.authors"):
        work(authors=())


def test_an_erratum_tells_all_that_it_lacks() -> None:
    """Id, print and treatment are all needed."""
    with pytest.raises(InvalidInput) as raised:
        Erratum(id="", printed=" ", treatment="")
    assert [one.path for one in raised.value.problems] == ["id", "printed", "treatment"]


def test_works_are_found_by_any_of_their_facts() -> None:
    """Canonical and printed authors, title and container are searched, whatever the case."""
    found = work(container="Journal of Doors", printed={"AB-1": "Aye, B."})
    for text in ("a, b", "AYE", "on doors", "journal"):
        assert search([work("b-1", authors=("C.",), title="x"), found], text) == (found,)
    assert search([found], "windows") == ()


def test_a_practice_cites_a_work_once() -> None:
    """Two references of one key are refused."""
    with pytest.raises(InvalidInput, match=r"practice\.references"):
        Practice(code="AB-1", title="Doors", references=(work(), work(title="Again")))


def test_a_framework_lists_its_works_and_oddities() -> None:
    """Works come once each in the order of citation; oddities come with the places they are about."""
    oddity = Erratum(id="E-1", printed="x", treatment="y")
    cell = StageDescriptor(stage=Stage.GETTING_BETTER, text="", errata=(oddity,))
    practices = tuple(
        Practice(
            code=f"AB-{number}",
            title="Doors",
            references=cited,
            errata=(oddity,),
            indicators=(
                Indicator(code=f"AB-{number}", title="Doors", practice=f"AB-{number}", stages=(cell,)),
            ),
        )
        for number, cited in ((1, (work("b-1"), work())), (2, (work(), work("c-1"))))
    )
    framework = attrs.evolve(
        small(), areas=(Area(id="a", title="A", order=1, practices=practices),), errata=(oddity,)
    )
    assert [one.key for one in framework.references] == ["b-1", "a-2001", "c-1"]
    assert dict(framework.misprints) == {"E-1": ("ab", "AB-1", "AB-2", "AB-1.GB", "AB-2.GB")}
