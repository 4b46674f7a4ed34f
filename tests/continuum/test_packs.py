"""The framework that comes with the library: complete, faithful to its specification, in our own words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import attrs
import pytest
from tests.shared import shared

from ilr import base
from ilr.base import Policy, UnknownCode
from ilr.continuum import Criterion, Framework, Level, LookFor, LookForSet, Stage, packs
from ilr.continuum.framework import Basis

BASES: tuple[Basis, ...] = ("records", "event", "mixed", "attested")
BASIS = dict(zip(("REC", "EVT", "MIX", "ATT"), BASES, strict=True))
MODALITY = {"R": "required", "P": "permissive", "C": "precondition", "F": "forbidden"}
LONGEST_COMMON_RUN = 5


@pytest.fixture(scope="module")
def framework() -> Framework:
    """The framework that comes with the library."""
    return packs.load("ilr")


@pytest.fixture(scope="module")
def specified() -> dict[str, list[str]]:
    """The rows of the specification by id of the criterion."""
    text = shared("spec", "domain.md").read_text(encoding="utf-8")
    rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines())
    return {row[1]: row for row in rows if len(row) == 7 and re.fullmatch(r"ILR-\w+\.[A-Z]{2}\.\d+", row[1])}


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


def words(text: str) -> list[str]:
    """The words of a text without case and punctuation."""
    return re.findall(r"[a-z0-9']+", text.lower())


def test_the_framework_is_named() -> None:
    """There is one framework so far."""
    assert "ilr" in packs.names()


def test_an_unknown_framework_is_refused_with_what_there_is() -> None:
    """The refusal lists the names, and a path is not a name."""
    for name in ("danielson", "../packs/ilr", "ilr.json"):
        with pytest.raises(UnknownCode, match=r"there are .*ilr"):
            packs.load(name)


def test_its_parts_are_complete(framework: Framework) -> None:
    """There are 3 areas, 12 practices, 15 indicators, 47 stage cells, 122 criteria and one note."""
    assert len(framework.areas) == 3
    assert [practice.code for practice in framework.practices] == [f"ILR-{n}" for n in range(1, 13)]
    codes = " ".join(indicator.code.removeprefix("ILR-") for indicator in framework)
    assert codes == "1 2 3 4a 4b 5 6a 6b 7 8a 8b 9 10 11 12"
    assert sum(len(framework.descriptors(indicator.code)) for indicator in framework) == 47
    assert len(framework.criteria) == 122
    assert len(framework.notes) == 1


def test_every_indicator_has_the_three_stages_of_progress(framework: Framework) -> None:
    """Preparation is defined for practice 12 alone, progress for every indicator (S-7, S-8)."""
    for indicator in framework:
        assert [cell.stage.phase for cell in indicator.stages] == ["progress"] * 3
    assert [practice.code for practice in framework.practices if practice.stages] == ["ILR-12"]


def test_areas_come_in_their_order(framework: Framework) -> None:
    """Monitoring feeds guiding and coaching (S-2)."""
    assert [(area.id, area.order) for area in framework.areas] == [("monitor", 1), ("guide", 2), ("coach", 3)]


def test_modalities_are_counted(framework: Framework) -> None:
    """Ten criteria are permissive, four are preconditions and one forbids."""
    assert Counter(criterion.modality for criterion in framework.criteria) == {
        "required": 107,
        "permissive": 10,
        "precondition": 4,
        "forbidden": 1,
    }


def test_bases_are_counted(framework: Framework) -> None:
    """Records can show 89 criteria, one more event 23, nine are mixed and one rests on a person."""
    assert Counter(criterion.basis for criterion in framework.criteria) == {
        "records": 89,
        "event": 23,
        "mixed": 9,
        "attested": 1,
    }


def test_printed_codes_keep_their_full_stop(framework: Framework) -> None:
    """The table prints five codes with a full stop (E-2)."""
    stopped = [indicator.code for indicator in framework if indicator.printed.endswith(".")]
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
    assert len(checked) > 30
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
    assert len(links) == 12
    for criterion, lower in links:
        assert criterion.why[lower]
        assert framework[lower].stage < criterion.stage


def test_only_required_criteria_are_superseded(framework: Framework) -> None:
    """A guard stays in force and a permissive criterion never fails, so neither needs a link."""
    for criterion in framework.criteria:
        for lower in criterion.supersedes:
            assert framework[lower].modality == "required"


def test_the_links_that_the_specification_names_are_there(framework: Framework) -> None:
    """The three examples of ST-2 hold; the third only for the reading as mere presence."""
    assert framework["ILR-3.KI.1"].supersedes == ("ILR-3.GS.3",)
    assert framework["ILR-8a.GB.1"].supersedes == ("ILR-8a.GS.2",)
    assert framework["ILR-4b.GB.1"].supersedes == ("ILR-4a.GS.1",)
    assert framework["ILR-4b.GB.1"].partly == ("ILR-4a.GS.1",)
    assert [higher.id for higher in framework.superseded_by("ILR-3.GS.3")] == ["ILR-3.KI.1"]


def test_repeated_conditions_name_the_first(framework: Framework) -> None:
    """A criterion that repeats another needs the same fields and parameters."""
    carried = {
        criterion.id: framework[criterion.carried] for criterion in framework.criteria if criterion.carried
    }
    assert len(carried) == 5
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
    rows = re.findall(r"^\| (ILR-\w+) \|((?:[ \d/]*\|){5})$", text, flags=re.MULTILINE)
    assert len(rows) == 15
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
    taken: set[str] = set()
    for path in (shared("spec", "domain.md"), *sorted(shared("sources").iterdir())):
        text = path.read_text(encoding="utf-8")
        taken |= {" ".join(words(part)) for part in re.split(r"[|\t\n]|\.\s", text)}
    for place, text in texts(framework):
        if len(words(text)) > 1:  # single words such as Pilots belong to nobody
            assert " ".join(words(text)) not in taken, place


def test_no_text_shares_a_long_run_of_words_with_the_sources(framework: Framework) -> None:
    """More than five words in a row are never the same as in the specification or a source document."""
    length = LONGEST_COMMON_RUN + 1
    runs: set[tuple[str, ...]] = set()
    for path in (shared("spec", "domain.md"), *sorted(shared("sources").iterdir())):
        found = words(path.read_text(encoding="utf-8"))
        runs |= {tuple(found[place : place + length]) for place in range(len(found) - length + 1)}
    for place, text in texts(framework):
        own = words(text)
        for start in range(len(own) - length + 1):
            assert tuple(own[start : start + length]) not in runs, place
