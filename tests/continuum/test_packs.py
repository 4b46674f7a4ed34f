"""The frameworks that come with the library: complete, faithful to their specification, in our own words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import attrs
import pytest
from tests.continuum.words import runs, sources, taken, words
from tests.shared import shared

from ilr import base
from ilr.base import Policy, UnknownCode, content_hash
from ilr.continuum import Criterion, Erratum, Framework, Level, LookFor, LookForSet, Stage, packs
from ilr.continuum.citations import search
from ilr.continuum.framework import Basis

BASES: tuple[Basis, ...] = ("records", "event", "mixed", "attested")
BASIS = dict(zip(("REC", "EVT", "MIX", "ATT"), BASES, strict=True))
MODALITY = {"R": "required", "P": "permissive", "C": "precondition", "F": "forbidden"}
FRAMEWORKS = ("ilr", "leadership-system")


@pytest.fixture(scope="module")
def routines() -> Framework:
    """The instructional leadership routines."""
    return packs.load("ilr")


@pytest.fixture(scope="module")
def system() -> Framework:
    """The part of the leadership system that comes with the library."""
    return packs.load("leadership-system")


@pytest.fixture(scope="module", params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> Framework:
    """Each framework that comes with the library."""
    return packs.load(request.param)


@pytest.fixture(scope="module")
def specified(framework: Framework) -> dict[str, list[str]]:
    """The rows of the specification by id of the criterion."""
    text = shared("spec", "domain.md").read_text(encoding="utf-8")
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines())
    ids = re.compile(rf"{framework.namespace}-\w+\.[A-Z]{{2}}\.\d+")
    return {row[1]: row for row in rows if len(row) == 7 and ids.fullmatch(row[1])}


def texts(framework: Framework) -> Iterator[tuple[str, str]]:
    """Every text of a framework with the place where it stands."""
    for area in framework.areas:
        yield area.id, area.title
        yield area.id, area.purpose
    for practice in framework.practices:
        yield practice.code, practice.title
        yield from ((indicator.code, indicator.title) for indicator in practice.indicators)
        for stages in (practice.stages, *(indicator.stages for indicator in practice.indicators)):
            for cell in stages:
                yield f"{practice.code} {cell.stage.value}", cell.text
                for criterion in (*cell.criteria, *cell.notes):
                    yield criterion.id, criterion.condition
                    yield from ((criterion.id, why) for why in criterion.why.values())
    for erratum in errata(framework):
        yield erratum.id, erratum.printed
        yield erratum.id, erratum.treatment


def errata(framework: Framework) -> Iterator[Erratum]:
    """Every erratum of a framework, wherever it is recorded."""
    yield from framework.errata
    for practice in framework.practices:
        yield from practice.errata
        for stages in (practice.stages, *(indicator.stages for indicator in practice.indicators)):
            for cell in stages:
                yield from cell.errata


def test_the_frameworks_are_named() -> None:
    """Two frameworks come with the library; catalogues are none."""
    assert packs.names() == FRAMEWORKS


def test_an_unknown_framework_is_refused_with_what_there_is() -> None:
    """The refusal lists the names, and a path is not a name."""
    for name in ("danielson", "../packs/ilr", "ilr.json"):
        with pytest.raises(UnknownCode, match=r"there are .*ilr"):
            packs.load(name)


def test_its_parts_are_complete(routines: Framework) -> None:
    """There are 3 areas, 12 practices, 15 indicators, 47 stage cells, 122 criteria and one note."""
    assert len(routines.areas) == 3
    assert [practice.code for practice in routines.practices] == [f"ILR-{n}" for n in range(1, 13)]
    codes = " ".join(indicator.code.removeprefix("ILR-") for indicator in routines)
    assert codes == "1 2 3 4a 4b 5 6a 6b 7 8a 8b 9 10 11 12"
    assert sum(len(routines.descriptors(indicator.code)) for indicator in routines) == 47
    assert len(routines.criteria) == 122
    assert len(routines.notes) == 1


def test_every_indicator_has_the_three_stages_of_progress(routines: Framework) -> None:
    """Preparation is defined for practice 12 alone, progress for every indicator (S-7, S-8)."""
    for indicator in routines:
        assert [cell.stage.phase for cell in indicator.stages] == ["progress"] * 3
    assert [practice.code for practice in routines.practices if practice.stages] == ["ILR-12"]


def test_areas_come_in_their_order(routines: Framework) -> None:
    """Monitoring feeds guiding and coaching (S-2)."""
    assert [(area.id, area.order) for area in routines.areas] == [("monitor", 1), ("guide", 2), ("coach", 3)]


def test_modalities_are_counted(routines: Framework) -> None:
    """Ten criteria are permissive, four are preconditions and one forbids."""
    assert Counter(criterion.modality for criterion in routines.criteria) == {
        "required": 107,
        "permissive": 10,
        "precondition": 4,
        "forbidden": 1,
    }


def test_bases_are_counted(routines: Framework) -> None:
    """Records can show 89 criteria, one more event 23, nine are mixed and one rests on a person."""
    assert Counter(criterion.basis for criterion in routines.criteria) == {
        "records": 89,
        "event": 23,
        "mixed": 9,
        "attested": 1,
    }


def test_printed_codes_keep_their_full_stop(routines: Framework) -> None:
    """The table prints five codes with a full stop (E-2)."""
    stopped = [indicator.code for indicator in routines if indicator.printed.endswith(".")]
    assert stopped == ["ILR-4b", "ILR-6a", "ILR-6b", "ILR-8a", "ILR-8b"]


def test_every_criterion_says_what_it_needs(framework: Framework) -> None:
    """Needs are fields of records, written as record and field."""
    for criterion in (*framework.criteria, *framework.notes):
        assert criterion.needs
        for need in criterion.needs:
            assert re.fullmatch(r"[a-z_]+\.[a-z_]+", need), need


def test_needs_of_records_that_exist_name_their_fields(framework: Framework) -> None:
    """A need of a base record or a look-for is a field that the record has."""
    records = (*(getattr(base, name) for name in base.__all__), Level, LookFor, LookForSet)
    fields = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", record.__name__).lower(): set(attrs.fields_dict(record))
        for record in records
        if isinstance(record, type) and attrs.has(record)
    }
    fields["calendar"] = fields["school_calendar"]
    needs = {need for criterion in framework.criteria for need in criterion.needs}
    checked = [need.split(".") for need in sorted(needs) if need.split(".")[0] in fields]
    assert len(checked) >= {"ilr": 31, "leadership-system": 13}[framework.id]
    for record, field in checked:
        assert field in fields[record], f"{record}.{field}"


def test_loading_needs_no_numbers_library() -> None:
    """Reading a framework loads neither numpy nor scipy."""
    code = "import sys; from ilr.continuum import packs; packs.load('ilr'); print({'numpy', 'scipy'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == "set()"


def test_conditions_are_one_short_sentence(framework: Framework) -> None:
    """A condition is a sentence of at most twenty-four words."""
    for criterion in (*framework.criteria, *framework.notes):
        assert re.fullmatch(r"[A-Z][^.]*\.", criterion.condition), criterion.id
        assert len(words(criterion.condition)) <= 24, criterion.id


def test_attested_and_mixed_criteria_expire_by_policy(framework: Framework) -> None:
    """What rests on a person reads the parameter for how long a statement holds (ST-3)."""
    for criterion in framework.criteria:
        assert ("P-ATTEST" in criterion.parameters) == (criterion.basis in ("mixed", "attested"))


def test_every_link_has_its_reason(framework: Framework) -> None:
    """Whoever supersedes says why, for each link."""
    links = [(criterion, lower) for criterion in framework.criteria for lower in criterion.supersedes]
    assert len(links) == 12  # twelve in each of the two, by chance
    for criterion, lower in links:
        assert criterion.why[lower]
        assert framework[lower].stage < criterion.stage


def test_only_required_criteria_are_superseded(framework: Framework) -> None:
    """A guard stays in force and a permissive criterion never fails, so neither needs a link."""
    for criterion in framework.criteria:
        for lower in criterion.supersedes:
            assert framework[lower].modality == "required"


def test_the_links_that_the_specification_names_are_there(routines: Framework) -> None:
    """The three examples of ST-2 hold; the third only for the reading as mere presence."""
    assert routines["ILR-3.KI.1"].supersedes == ("ILR-3.GS.3",)
    assert routines["ILR-8a.GB.1"].supersedes == ("ILR-8a.GS.2",)
    assert routines["ILR-4b.GB.1"].supersedes == ("ILR-4a.GS.1",)
    assert routines["ILR-4b.GB.1"].partly == ("ILR-4a.GS.1",)
    assert [higher.id for higher in routines.superseded_by("ILR-3.GS.3")] == ["ILR-3.KI.1"]


def test_repeated_conditions_name_the_first(framework: Framework) -> None:
    """A criterion that repeats another needs the same fields and parameters."""
    carried = {
        criterion.id: framework[criterion.carried] for criterion in framework.criteria if criterion.carried
    }
    assert len(carried) == {"ilr": 5, "leadership-system": 1}[framework.id]
    for id, first in carried.items():
        assert (framework[id].needs, framework[id].parameters) == (first.needs, first.parameters)


def test_modality_and_basis_are_those_of_the_specification(
    framework: Framework, specified: dict[str, list[str]]
) -> None:
    """Every row of the specification is there, in its order, with its modality and basis."""

    def facts(criterion: Criterion) -> tuple[str, str]:
        return criterion.modality, criterion.basis

    # The specification lists preparation before progress, row by row, as the framework does.
    assert [criterion.id for criterion in framework.criteria] == [
        id for id, row in specified.items() if row[5] != "NOTE"
    ]
    assert [note.id for note in framework.notes] == [id for id, row in specified.items() if row[5] == "NOTE"]
    assert {criterion.id: facts(criterion) for criterion in framework.criteria} == {
        id: (MODALITY[row[3]], BASIS[row[5]]) for id, row in specified.items() if row[5] != "NOTE"
    }


def test_bases_by_cell_are_those_of_the_summary(framework: Framework) -> None:
    """The counts by indicator and stage agree with the summary table of the specification."""
    text = shared("spec", "domain.md").read_text(encoding="utf-8")
    pattern = rf"^\| ({framework.namespace}-\w+) \|((?:[ \d/]*\|){{5}})$"
    rows = re.findall(pattern, text, flags=re.MULTILINE)
    assert [code for code, _ in rows] == [indicator.code for indicator in framework]
    for code, cells in rows:
        counted = {cell.stage: cell for cell in framework.descriptors(code)}
        for stage, expected in zip(Stage, cells.split("|"), strict=False):
            bases = [criterion.basis for criterion in counted[stage].criteria] if stage in counted else []
            shown = "/".join(str(bases.count(basis)) for basis in BASES) if bases else ""
            assert shown == expected.strip(), (code, stage)


def test_parameters_that_the_specification_names_are_there(
    framework: Framework, specified: dict[str, list[str]]
) -> None:
    """A criterion lists at least the parameters that its row names, and the policy has every one."""
    known = {parameter.id for parameter in Policy.parameters()}
    for id, row in specified.items():
        named = set(re.findall(r"P-[A-Z]+(?:-[A-Z]+)?", row[6]))
        assert named <= set(framework[id].parameters) <= known, id


def test_no_text_is_a_line_of_the_sources(framework: Framework) -> None:
    """No text equals a line, a cell or a sentence of the specification or of a source document."""
    lines = taken(sources())
    for place, text in texts(framework):
        if len(words(text)) > 1:  # single words such as Pilots belong to nobody
            assert " ".join(words(text)) not in lines, place


def test_no_text_shares_a_long_run_of_words_with_the_sources(framework: Framework) -> None:
    """More than five words in a row are never the same as in the specification or a source document."""
    theirs = runs(sources())
    for place, text in texts(framework):
        assert not runs([text]) & theirs, place


def test_the_part_of_the_leadership_system_is_complete(system: Framework) -> None:
    """One practice has two indicators of five stages and 29 criteria; the rest of the system is not there (S-13)."""
    assert [practice.code for practice in system.practices] == ["LS-12"]
    assert [indicator.code for indicator in system] == ["LS-12a", "LS-12b"]
    assert len(system.criteria) == 29
    assert system.notes == ()


def test_preparation_belongs_to_each_indicator_of_the_leadership_system(system: Framework) -> None:
    """In the one system the practice prepares, in the other each indicator does (S-9)."""
    assert system.practice("LS-12").stages == ()
    for indicator in system:
        assert [cell.stage for cell in indicator.stages] == list(Stage)


def test_both_frameworks_together_are_counted(routines: Framework, system: Framework) -> None:
    """There are 57 cells and 151 criteria, with the modalities and bases of the specification."""
    both = (*routines.criteria, *system.criteria)
    cells = [framework.descriptors(one.code) for framework in (routines, system) for one in framework]
    assert sum(map(len, cells)) == 57
    assert len(both) == 151
    assert Counter(criterion.modality for criterion in both) == {
        "required": 135,
        "permissive": 11,
        "precondition": 4,
        "forbidden": 1,
    }
    assert Counter(criterion.basis for criterion in both) == {
        "records": 108,
        "event": 30,
        "mixed": 10,
        "attested": 3,
    }


def test_practice_12_of_one_system_is_not_that_of_the_other(routines: Framework, system: Framework) -> None:
    """Each framework knows its own twelfth practice alone, and a bare number is neither (E-5)."""
    assert routines.practice("ILR-12") != system.practice("LS-12")
    for framework, own, other in ((routines, "ILR-12", "LS-12"), (system, "LS-12", "ILR-12")):
        with pytest.raises(UnknownCode, match="another namespace"):
            framework.practice(other)
        with pytest.raises(UnknownCode, match=f"write {own}"):
            framework.practice("12")
    assert not {criterion.id for criterion in routines.criteria} & {one.id for one in system.criteria}


def test_the_last_stage_is_read_by_its_place(system: Framework) -> None:
    """The page heads it like the stage before; it is Keep Improving, and the heading is kept (E-1)."""
    last = system.indicator("LS-12b").stages[-1]
    assert last.stage is Stage.KEEP_IMPROVING
    assert last.heading == "GETTING BETTER"
    assert [erratum.id for erratum in last.errata] == ["E-1"]
    headed = [cell for indicator in system for cell in indicator.stages if cell.heading]
    assert headed == [last]


@pytest.mark.parametrize(
    ("lower", "fully", "partly"),
    [
        ("LS-12a.GA.1", ["LS-12a.GB.1"], []),
        ("LS-12a.GS.1", ["LS-12a.GB.1"], []),
        ("LS-12a.GS.2", [], ["LS-12a.KI.1"]),
        ("LS-12a.GR.1", ["LS-12a.KI.2"], []),
        ("LS-12a.GR.2", [], ["LS-12a.KI.2"]),
        ("LS-12a.GB.4", [], ["LS-12a.KI.2"]),
        ("LS-12b.GS.1", ["LS-12b.GB.1"], []),
        ("LS-12b.GR.1", ["LS-12b.KI.2"], []),
        ("LS-12b.GR.2", ["LS-12b.KI.2"], []),
        ("LS-12b.GA.2", [], ["LS-12b.KI.3"]),
        ("LS-12b.GB.2", ["LS-12b.KI.3"], []),
        ("LS-12b.GB.3", [], ["LS-12b.KI.3"]),
        ("LS-12a.GA.2", [], []),
        ("LS-12b.GS.2", [], []),
    ],
)
def test_practice_of_leaders_gives_way_to_a_higher_one(
    system: Framework, lower: str, fully: list[str], partly: list[str]
) -> None:
    """Criteria that growth would break give way, wholly or in part; a time study and new leaders' mentors never do."""
    assert [one.id for one in system.superseded_by(lower)] == fully
    assert [one.id for one in system.partly_superseded_by(lower)] == partly


@pytest.mark.parametrize(
    ("name", "code", "count"), [("ilr", "ILR-12", 9), ("leadership-system", "LS-12", 12)]
)
def test_works_are_cited_as_facts(name: str, code: str, count: int) -> None:
    """Every reference of the two pages is there, with its authors as the page prints them (S-10)."""
    framework = packs.load(name)
    cited = framework.practice(code).references
    assert framework.references == cited
    assert len(cited) == count
    for work in cited:
        assert work.printed[code].endswith(work.authors[-1])
        assert 2000 < work.year <= 2021


def test_citations_are_those_of_the_sources() -> None:
    """Authors as printed, year and title stand in the source document, whatever the case (E-18)."""
    for name, code, number in (("ilr", "ILR-12", "000"), ("leadership-system", "LS-12", "001")):
        (source,) = shared("sources").glob(f"{number}_*")
        page = " ".join(words(source.read_text(encoding="utf-8")))
        for work in packs.load(name).references:
            for fact in (work.printed[code], str(work.year), work.title, work.container):
                assert " ".join(words(fact)) in page, work.key


def test_a_work_cited_twice_is_one_work(routines: Framework, system: Framework) -> None:
    """Two spellings of an author are one citation, found under either, and the packs agree on every fact (E-4)."""
    shared_keys = {work.key for work in routines.references} & {work.key for work in system.references}
    assert shared_keys == {"darling-hammond-2017", "killion-2012"}
    for framework in (routines, system):
        for name in ("Hyster", "Hyler"):
            (work,) = search(framework.references, name)
            assert work.authors[1] == "Hyler, M. E."
    for key in shared_keys:
        first, second = (
            next(work for work in framework.references if work.key == key) for framework in (routines, system)
        )
        assert first == second
        assert content_hash(first) == content_hash(second)


def test_every_oddity_of_the_print_is_recorded(routines: Framework, system: Framework) -> None:
    """E-1 to E-22 are all recorded, in a framework or in a catalogue, at the place they are about."""
    recorded = set(routines.misprints) | set(system.misprints)
    for name in packs.names_of_catalogues():
        catalogue = packs.catalogue(name)
        recorded |= {one.id for held in (*catalogue.groups, *catalogue) for one in held.errata}
    assert recorded == {f"E-{number}" for number in range(1, 23)}
    assert routines.misprints["E-2"] == ("ILR-4", "ILR-6", "ILR-8")
    assert routines.misprints["E-21"] == ("ILR-8a.GS", "ILR-8b.GS")
    assert system.misprints["E-1"] == ("LS-12b.KI",)
    assert system.misprints["E-5"] == ("leadership-system",)


def test_an_erratum_says_the_same_everywhere(framework: Framework) -> None:
    """One id within a framework stands for one text, however often it is recorded."""
    told: dict[str, Erratum] = {}
    for erratum in errata(framework):
        assert told.setdefault(erratum.id, erratum) == erratum
    assert set(told) == set(framework.misprints)
