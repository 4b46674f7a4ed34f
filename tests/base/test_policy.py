"""Policy: every parameter with its default, unit, source and range."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest
from tests.shared import shared

from ilr.base import InvalidInput, Policy, UnknownCode

# Cells of the table whose numbers stand under several ids, or in another unit.
SPECIAL: dict[str, dict[str, Any]] = {
    "P-PILOTGAP": {"P-PILOTGAP": 10},
    "P-DOWN / P-UP / P-COMM": {"P-DOWN": 10, "P-UP": 10, "P-COMM": 10},
    "P-FID": {"P-FID": 0.70, "P-FIDREVIEWS": 2, "P-FIDN": 20},
    "P-K-TEAM": {"P-K-TEAM": 3, "P-DOM-TEAM": 0.60},
    "P-NEWTEACHER": {"P-NEWTEACHER": 3, "P-NEWTEACHERPD": 15},
    "P-PART / P-LCOACH / P-MENTOR": {"P-PART": 1, "P-LCOACH": 1, "P-MENTOR": 1},
    "P-CALVALID": {"P-CALVALID": 365},
    "P-KAPPA": {"P-KAPPA": 0.60},
    "P-REVMODE": {"P-REVMODE": "first"},
    "P-VIDEO": {"P-VIDEO": "strict"},
}


def published() -> dict[str, Any]:
    """Id and default of every row of the published table of parameters."""
    text = shared("spec", "domain.md").read_text(encoding="utf-8")
    section = text.split("### 1.5 Policy parameters", 1)[1].split("\n### ", 1)[0]
    found: dict[str, Any] = {}
    for ids, default in re.findall(r"^\| (P-[^|]+?) \| ([^|]+?) \|", section, flags=re.MULTILINE):
        if ids in SPECIAL:
            found.update(SPECIAL[ids])
            continue
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", default)]
        names = ids.split(" / ")
        found.update(zip(names, numbers[: len(names)], strict=True))
    return found


def test_every_published_parameter_exists_with_its_default() -> None:
    """The table of parameters and the policy say the same."""
    table = published()
    assert len(table) > 40
    defaults = {parameter.id: parameter.default for parameter in Policy.parameters()}
    assert {id: defaults.get(id) for id in table} == table


def test_every_parameter_has_id_unit_and_source() -> None:
    """No parameter stands without a unit and a source, and no id twice."""
    parameters = Policy.parameters()
    assert all(parameter.id.startswith("P-") for parameter in parameters)
    assert all(parameter.unit and parameter.source for parameter in parameters)
    assert len({parameter.id for parameter in parameters}) == len(parameters)
    fields = {field.name for field in attrs.fields(Policy)}
    assert {parameter.name for parameter in parameters} == fields - {"version"}


def test_the_defaults_make_a_policy() -> None:
    """A policy needs no argument."""
    policy = Policy()
    assert policy.gap == 10
    assert policy.ladder == (1, 2, 4, 8)
    assert policy.version == "default-1"


def test_a_parameter_is_found_by_id_and_by_name() -> None:
    """Rules cite the id, code the name; both lead to one parameter."""
    assert Policy.parameter("P-K-OUT") == Policy.parameter("outside_teachers")
    assert Policy.parameter("P-LADDER").default == "1, 2, 4, 8"


def test_an_unknown_parameter_is_refused() -> None:
    """The refusal lists some of those there are."""
    with pytest.raises(UnknownCode, match="P-FLOOR") as raised:
        Policy.parameter("P-NONE")
    assert raised.value.code == "policy.unknown"


def test_every_parameter_out_of_range_is_told_at_once() -> None:
    """Numbers below or above their range and unknown choices come in one error."""
    strange: Any = {"review_mode": "never", "videos": "loose"}
    with pytest.raises(InvalidInput) as raised:
        Policy(gap=0, mix=1.5, paired=-0.1, agreement=-2.0, ladder=(1, 0), fidelity=float("nan"), **strange)
    problems = {problem.path: (problem.code, problem.expected) for problem in raised.value.problems}
    assert problems == {
        "gap": ("policy.range", "at least 1"),
        "mix": ("policy.range", "at least 0, at most 1"),
        "paired": ("policy.range", "at least 0, at most 1"),
        "agreement": ("policy.range", "at least -1, at most 1"),
        "fidelity": ("policy.range", "at least 0, at most 1"),
        "ladder": ("policy.range", "at least 1"),
        "review_mode": ("policy.choice", "first, both"),
        "videos": ("policy.choice", "strict, lenient"),
    }


@pytest.mark.parametrize("parameter", Policy.parameters(), ids=lambda parameter: parameter.id)
def test_the_ends_of_a_range_belong_to_it(parameter: Any) -> None:
    """The smallest and the largest value that a parameter names are allowed, and the next are not."""
    for end, step in ((parameter.least, -1), (parameter.most, 1)):
        if end is None:
            continue
        whole = (end,) if parameter.name == "ladder" else end
        within: dict[str, Any] = {parameter.name: whole}
        assert getattr(Policy(**within), parameter.name) == whole
        beyond: dict[str, Any] = {parameter.name: (end + step,) if parameter.name == "ladder" else end + step}
        with pytest.raises(InvalidInput) as raised:
            Policy(**beyond)
        assert [problem.path for problem in raised.value.problems] == [parameter.name]


def test_numbers_of_another_kind_are_refused() -> None:
    """A text, a flag and half a day are no parameters, and are told in one error."""
    strange: Any = {"gap": "8", "grace": True, "floor": 2.5, "mix": "0.2", "ladder": (1, 2.5)}
    with pytest.raises(InvalidInput) as raised:
        Policy(**strange)
    found = {problem.path: (problem.code, problem.expected) for problem in raised.value.problems}
    assert found == {
        "gap": ("policy.number", "a whole number"),
        "grace": ("policy.number", "a whole number"),
        "floor": ("policy.number", "a whole number"),
        "mix": ("policy.number", "a number"),
        "ladder": ("policy.number", "a whole number"),
    }
