"""The words of every refusal of associations and staggered starts: they are what a caller sees."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Estimate, association, staggered

# Wrong on purpose, which is why the calls are not typed.
ASSOCIATION: Any = association
STAGGERED: Any = staggered

REFUSALS: list[tuple[Callable[[], object], str, list[str]]] = [
    (
        lambda: ASSOCIATION.within_groups([1, math.nan], "ab", "aaa", seed=1, permutations=0, level=1),
        "association",
        [
            "[association.numbers] x: holds what is no number (expected one finite number a unit).",
            "[association.numbers] y: holds what is no number (expected one finite number a unit).",
            "[association.length] the columns differ in length (expected one entry a unit).",
            "[association.permutations] permutations: is not positive (expected 1 or more).",
            "[options.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        lambda: ASSOCIATION.between_groups([[1]], [1], "a", seed=1, level=0),
        "association",
        [
            "[association.numbers] x: holds what is no number (expected one finite number a unit).",
            "[association.length] the columns differ in length (expected one entry a unit).",
            "[options.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        lambda: ASSOCIATION.disattenuated(Estimate(0.2), 0, 1.1),
        "disattenuated",
        [
            "[association.reliability] reliability_x: is no reliability (expected above 0, at most 1).",
            "[association.reliability] reliability_y: is no reliability (expected above 0, at most 1).",
        ],
    ),
    (
        lambda: ASSOCIATION.benjamini_hochberg([0.5, 1.1, "b"]),
        "family",
        [
            "[association.numbers] p: holds what is no number (expected one finite number a unit).",
        ],
    ),
    (
        lambda: ASSOCIATION.benjamini_yekutieli([0.5, 1.1]),
        "family",
        [
            "[association.p] p: holds what is no probability (expected 0 to 1).",
        ],
    ),
    (
        lambda: ASSOCIATION.bonferroni([0.5, 0.5], family=1),
        "family",
        [
            "[association.family] family: is smaller than the number of p-values (expected every test that was made).",
        ],
    ),
    (
        lambda: ASSOCIATION.power_of_correlation(1, 2, groups=0, alpha=1),
        "power_of_correlation",
        [
            "[association.r] r: is no correlation to plan for (expected -1 < r < 1).",
            "[association.groups] groups: is not positive (expected 1 or more).",
            "[association.alpha] alpha: is not a probability (expected 0 < alpha < 1).",
            "[association.n] n: is too small (expected at least three more than groups).",
        ],
    ),
    (
        lambda: ASSOCIATION.n_for_correlation(1e-7, 1, alpha=0.1),
        "n_for_correlation",
        [
            "[association.r] r: is so near to zero that no number of units shows it (expected a millionth or more).",
            "[association.power] power: is no power (expected at least alpha, below 1).",
        ],
    ),
    (
        lambda: ASSOCIATION.n_for_correlation(-1, 0.05, groups=0, alpha=0),
        "n_for_correlation",
        [
            "[association.r] r: is no correlation to plan for (expected -1 < r < 1).",
            "[association.groups] groups: is not positive (expected 1 or more).",
            "[association.alpha] alpha: is not a probability (expected 0 < alpha < 1).",
        ],
    ),
    (
        lambda: STAGGERED.staggered_difference([1, math.inf], [-1], seed=1, permutations=18),
        "staggered",
        [
            "[staggered.shape] values: have no row for each start (expected shape (units, periods) and one start a unit).",
            "[staggered.values] values: hold an infinite number.",
            "[staggered.starts] starts: are no places (expected 0 or more, or None).",
            "[staggered.permutations] permutations: are too few for the level (expected at least 1 / (1 - level) - 1).",
        ],
    ),
    (
        lambda: STAGGERED.own_difference([[1, 2]], [0.5], level=1),
        "staggered",
        [
            "[staggered.starts] starts: are no places (expected 0 or more, or None).",
            "[staggered.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
]


@pytest.mark.parametrize(("call", "subject", "texts"), REFUSALS)
def test_every_refusal_says_what_is_wrong(call: Callable[[], object], subject: str, texts: list[str]) -> None:
    """A refusal names its subject and tells code, place, fault and what was expected."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert found.value.subject == subject
    assert [str(problem) for problem in found.value.problems] == texts
