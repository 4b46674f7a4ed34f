"""What coefficients of agreement ask of ratings and options before they begin."""

from __future__ import annotations

from typing import Any

import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Ratings
from ilr.stats.agreement._checks import refuse_score, require_binary, require_two


def told(call: Any, *given: Any) -> list[str]:
    """The subject of a refusal and what it says; nothing where nothing is refused."""
    try:
        call("test", *given)
    except InvalidInput as refused:
        return [refused.subject, *map(str, refused.problems)]
    return []


@pytest.mark.parametrize("raters", [0, 1, 2, 3])
def test_two_raters_at_most(raters: int) -> None:
    """More than two raters are refused, fewer are not."""
    refusal = (
        "[agreement.raters] r: has more than two raters (expected two raters). "
        "Hint: take a coefficient for many, or every two raters with pairwise"
    )
    r = Ratings.from_matrix([[1] * raters, [2] * raters], [1, 2])
    assert told(require_two, r) == (["test", refusal] if raters > 2 else [])


@pytest.mark.parametrize(
    ("rows", "categories", "fits"),
    [
        ([[1, 2]], [1, 2], True),
        ([[1, 2]], [1, 2, 3], False),
        ([[1, 1]], [1], False),
        ([[1, None]], [1, 2, 3], False),
        ([[None, None]], [1, 2, 3], True),
    ],
)
def test_two_categories(rows: Any, categories: list[int], fits: bool) -> None:
    """Other than two categories are refused where anything was rated."""
    refusal = "[agreement.binary] r: does not have two categories (expected two categories)."
    assert told(require_binary, Ratings.from_matrix(rows, categories)) == ([] if fits else ["test", refusal])


def test_score_intervals() -> None:
    """The score method is refused, and no other."""
    assert told(refuse_score, "linearised") == told(refuse_score, None) == []
    assert told(refuse_score, "score") == [
        "test",
        "[options.method] method: score is for an agreement corrected for chance (expected another method).",
    ]
