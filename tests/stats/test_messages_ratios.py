"""The words of every refusal of ratios, and what a ratio tells beside its value: they are what a caller sees."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats.ratios import ratio_of_sums


@pytest.mark.parametrize(
    ("part", "whole", "options", "texts"),
    [
        (
            [1],
            [1, 2],
            {"level": 1, "draws": 0},
            [
                "[ratios.length] whole: does not give one number a part.",
                "[ratios.level] level: is not a probability (expected 0 < level < 1).",
                "[ratios.draws] draws: is too small (expected at least 1).",
            ],
        ),
        ([1, 2], [1, 1], {}, ["[ratios.part] part: is not within 0 to its whole."]),
        ([1], [math.inf], {}, ["[ratios.part] part: is not within 0 to its whole."]),
        ([1], [1], {"level": 0}, ["[ratios.level] level: is not a probability (expected 0 < level < 1)."]),
    ],
)
def test_every_refusal_says_what_is_wrong(
    part: Any, whole: Any, options: dict[str, Any], texts: list[str]
) -> None:
    """A refusal names its subject and tells code, place, fault and what was expected."""
    with pytest.raises(InvalidInput) as found:
        ratio_of_sums(part, whole, seed=1, **options)
    assert found.value.subject == "ratio_of_sums"
    assert [str(problem) for problem in found.value.problems] == texts


@pytest.mark.parametrize(
    ("part", "whole"), [([0, 0], [0, 0]), ([1], [2]), ([1, 2], [2, 4]), ([1, 2, 1], [2, 3, 4])]
)
def test_every_ratio_tells_its_name_level_and_counts(part: list[float], whole: list[float]) -> None:
    """Undefined, of one unit, without variation or bounded: each has the name, the level and the counts."""
    found = ratio_of_sums(part, whole, seed=1, level=0.8, name="talk")
    assert (found.name, found.level, dict(found.n)) == ("talk", 0.8, {"units": len(part)})
    assert ratio_of_sums(part, whole, seed=1).name == "ratio"


def test_units_of_one_ratio_have_no_error() -> None:
    """Where all units have the same ratio the standard error is zero and the limits are the ratio."""
    found = ratio_of_sums([1, 2], [2, 4], seed=1)
    assert (found.standard_error, found.low, found.high, found.undefined_interval) == (0, 0.5, 0.5, None)


def test_limits_lie_where_a_part_of_a_whole_can() -> None:
    """A ratio near one is bounded by one, and draws without an error are counted."""
    found = ratio_of_sums([5, 8, 9, 10, 9, 10, 9, 10], [10] * 8, seed=1, level=0.99)
    assert found.high == 1
    assert found.notes == (Reason.of("UNDEFINED_DRAWS", undefined=2, draws=2000),)


def test_draws_that_all_have_an_error_leave_no_note() -> None:
    """With ten units that differ no draw is lost, and limits are those of the level asked for."""
    part, whole = [30, 20, 41, 10, 35, 22, 27, 25, 33, 31], [45, 45, 60, 45, 45, 44, 50, 45, 55, 45]
    found = ratio_of_sums(part, whole, seed=1)
    assert str(found) == "0.572 [0.428, 0.662]"
    assert found.notes == ()
