"""Broken frameworks are refused with everything that is wrong, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from ilr.base import InvalidInput
from ilr.base._codec import structure
from ilr.continuum import Framework, check_framework, packs

Document = dict[str, Any]


@pytest.fixture
def document() -> Document:
    """The document of the framework that comes with the library, to be broken by a test."""
    made: Document = json.loads(files(packs).joinpath("ilr.json").read_text(encoding="utf-8"))
    return made


def indicator(document: Document, area: int, practice: int, place: int = 0) -> Document:
    """One indicator of the document by its places."""
    found: Document = document["areas"][area]["practices"][practice]["indicators"][place]
    return found


def problems(document: Document) -> set[tuple[str, str]]:
    """Code and path of everything that reading the document reports."""
    with pytest.raises(InvalidInput) as raised:
        packs.read(document)
    return {(problem.code, problem.path) for problem in raised.value.problems}


FIRST = "areas[0].practices[0].indicators[0]"
SECOND = "areas[0].practices[1].indicators[0]"


def wrong_namespace(document: Document) -> None:
    """A namespace in small letters."""
    document["namespace"] = "ilr"


def wrong_practice_code(document: Document) -> None:
    """The code of a practice from another system."""
    document["areas"][0]["practices"][0]["code"] = "LS-1"


def wrong_indicator_code(document: Document) -> None:
    """The code of an indicator from another practice."""
    indicator(document, 0, 0)["code"] = "ILR-2"


def other_practice(document: Document) -> None:
    """An indicator that names a practice it does not stand under."""
    indicator(document, 0, 0)["practice"] = "ILR-2"


def areas_out_of_order(document: Document) -> None:
    """Areas whose order is not their place."""
    document["areas"][0]["order"] = 2


def repeated_area(document: Document) -> None:
    """Two areas of one id."""
    document["areas"][1]["id"] = "monitor"


def repeated_criterion(document: Document) -> None:
    """Two criteria of one id."""
    criteria = indicator(document, 0, 0)["stages"][0]["criteria"]
    criteria[1]["id"] = criteria[0]["id"]


def misplaced_criterion(document: Document) -> None:
    """A criterion whose id says another stage."""
    indicator(document, 0, 0)["stages"][0]["criteria"][0]["id"] = "ILR-1.GA.1"


def stage_left_out(document: Document) -> None:
    """A stage that the framework does not list."""
    document["stages"].remove("keep-improving")


def stages_out_of_order(document: Document) -> None:
    """Stages of an indicator, latest first."""
    indicator(document, 0, 0)["stages"].reverse()


def stage_defined_twice(document: Document) -> None:
    """A stage on a practice and on its indicator."""
    document["areas"][2]["practices"][4]["stages"].append({"stage": "getting-started", "text": "x"})


def dangling_link(document: Document) -> None:
    """A link to a criterion that is not there."""
    indicator(document, 0, 0)["stages"][1]["criteria"][0]["supersedes"] = ["ILR-1.GS.9"]


def circle_of_links(document: Document) -> None:
    """Two criteria of which each supersedes the other."""
    first, second, _ = indicator(document, 0, 0)["stages"]
    first["criteria"][0]["supersedes"] = ["ILR-1.GB.1"]
    second["criteria"][0]["supersedes"] = ["ILR-1.GS.1"]


def superseded_guard(document: Document) -> None:
    """A link over a precondition."""
    indicator(document, 2, 1)["stages"][1]["criteria"][0]["supersedes"] = ["ILR-9.GS.1"]


def dangling_carried(document: Document) -> None:
    """A criterion that carries one that is not there."""
    indicator(document, 0, 0)["stages"][1]["criteria"][0]["carried"] = "ILR-1.GS.9"


def circle_of_carried(document: Document) -> None:
    """Two criteria of which each carries the other."""
    first, second, _ = indicator(document, 0, 0)["stages"]
    first["criteria"][0]["carried"] = "ILR-1.GB.1"
    second["criteria"][0]["carried"] = "ILR-1.GS.1"


def unknown_parameter(document: Document) -> None:
    """A policy parameter that the policy does not have."""
    indicator(document, 0, 0)["stages"][1]["criteria"][0]["parameters"] = ["P-GAP", "P-MAGIC"]


def unknown_stage(document: Document) -> None:
    """A stage that does not exist."""
    indicator(document, 0, 0)["stages"][0]["stage"] = "getting-lost"


def unknown_modality(document: Document) -> None:
    """A modality that does not exist."""
    indicator(document, 0, 0)["stages"][0]["criteria"][0]["modality"] = "wished"


def extra_field(document: Document) -> None:
    """A field that no criterion has."""
    indicator(document, 0, 0)["stages"][0]["criteria"][0]["weight"] = 2


def malformed_id(document: Document) -> None:
    """An id without its namespace."""
    indicator(document, 0, 0)["stages"][0]["criteria"][0]["id"] = "1.GS.1"


BREAKS: dict[Callable[[Document], None], set[tuple[str, str]]] = {
    areas_out_of_order: {("framework.order", "areas[0].order")},
    repeated_area: {("framework.repeated", "areas[1].id")},
    other_practice: {("framework.practice", f"{FIRST}.practice")},
    repeated_criterion: {("framework.repeated", f"{FIRST}.stages[0].criteria[1].id")},
    stages_out_of_order: {("framework.stages", f"{FIRST}.stages")},
    stage_defined_twice: {
        ("framework.stages", "areas[2].practices[4].indicators[0].stages"),
    },
    dangling_link: {("framework.dangling", f"{FIRST}.stages[1].criteria[0].supersedes[0]")},
    circle_of_links: {
        ("framework.supersedes", f"{FIRST}.stages[0].criteria[0].supersedes[0]"),
        ("framework.circle", f"{FIRST}.stages[0].criteria[0].supersedes"),
        ("framework.circle", f"{FIRST}.stages[1].criteria[0].supersedes"),
    },
    superseded_guard: {
        ("framework.guard", "areas[2].practices[1].indicators[0].stages[1].criteria[0].supersedes[0]")
    },
    dangling_carried: {("framework.dangling", f"{FIRST}.stages[1].criteria[0].carried")},
    circle_of_carried: {
        ("framework.circle", f"{FIRST}.stages[0].criteria[0].carried"),
        ("framework.circle", f"{FIRST}.stages[1].criteria[0].carried"),
    },
    unknown_parameter: {("framework.parameter", f"{FIRST}.stages[1].criteria[0].parameters[1]")},
    unknown_stage: {("document.value", f"{FIRST}.stages[0].stage")},
    unknown_modality: {("document.value", f"{FIRST}.stages[0].criteria[0].modality")},
    extra_field: {("document.extra", f"{FIRST}.stages[0].criteria[0].weight")},
}


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.__name__)
def test_each_kind_of_break_is_reported_where_it_is(
    document: Document, broken: Callable[[Document], None]
) -> None:
    """One break gives its own problems at its own path and no others."""
    broken(document)
    assert problems(document) == BREAKS[broken]


@pytest.mark.parametrize(
    ("broken", "first"),
    [
        (wrong_namespace, ("framework.code", "namespace")),
        (wrong_practice_code, ("framework.code", "areas[0].practices[0].code")),
        (wrong_indicator_code, ("framework.code", f"{FIRST}.code")),
        (misplaced_criterion, ("framework.place", f"{FIRST}.stages[0].criteria[0].id")),
        (stage_left_out, ("framework.stage", f"{FIRST}.stages[2].stage")),
        (malformed_id, ("criterion.id", f"{FIRST}.stages[0].criteria[0].id")),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_break_that_moves_others_is_among_the_problems(
    document: Document, broken: Callable[[Document], None], first: tuple[str, str]
) -> None:
    """A wrong code is reported itself, beside what no longer fits under it."""
    broken(document)
    assert first in problems(document)


def test_all_breaks_are_reported_together(document: Document) -> None:
    """A stage that does not exist hides neither a dangling link nor a circle nor a wrong parameter."""
    at_once = (unknown_stage, other_practice, areas_out_of_order, repeated_area, unknown_parameter)
    for broken in at_once:
        broken(document)
    second = indicator(document, 0, 1)["stages"]
    second[0]["criteria"][0]["supersedes"] = ["ILR-2.GB.1", "ILR-2.GS.9"]
    second[1]["criteria"][0]["supersedes"] = ["ILR-2.GS.1"]
    second[1]["criteria"][1]["id"] = "ILR-2.GB.1"
    second[2]["criteria"][0]["id"] = "ILR-3.KI.9"
    indicator(document, 2, 4)["code"] = "12"
    assert problems(document) >= {
        *(problem for broken in at_once for problem in BREAKS[broken]),
        ("framework.circle", f"{SECOND}.stages[0].criteria[0].supersedes"),
        ("framework.dangling", f"{SECOND}.stages[0].criteria[0].supersedes[1]"),
        ("framework.repeated", f"{SECOND}.stages[1].criteria[1].id"),
        ("framework.place", f"{SECOND}.stages[2].criteria[0].id"),
        ("framework.code", "areas[2].practices[4].indicators[0].code"),
    }


def test_no_problem_is_reported_twice(document: Document) -> None:
    """What codec and framework both see comes once."""
    areas_out_of_order(document)
    unknown_parameter(document)
    with pytest.raises(InvalidInput) as raised:
        packs.read(document)
    assert len(raised.value.problems) == 2


def test_a_framework_read_by_the_codec_alone_is_checked_too(document: Document) -> None:
    """No way of building a framework leads around the checks."""
    dangling_link(document)
    with pytest.raises(InvalidInput, match=r"framework\.dangling"):
        structure(document, Framework)


@pytest.mark.parametrize("nonsense", [{}, [], {"areas": 3, "stages": "x"}, {"areas": [{"practices": [7]}]}])
def test_a_document_of_another_shape_is_left_to_the_codec(nonsense: Any) -> None:
    """The checks pass over what they cannot read, and reading it fails with the codec's problems."""
    assert check_framework(nonsense) == ()
    with pytest.raises(InvalidInput) as raised:
        packs.read(nonsense)
    assert {problem.code.split(".")[0] for problem in raised.value.problems} == {"document"}


def test_a_whole_framework_has_no_problems(document: Document) -> None:
    """The framework that comes with the library passes, as record and as document."""
    assert check_framework(document) == check_framework(packs.load("ilr")) == ()
