"""Weights of agreement and metrics of disagreement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Ratings
from ilr.stats._weights import metric_matrix, named, scheme_name, weight_matrix

VALUES = np.array([1.0, 2.0, 5.0])
THREE = Ratings.from_matrix([[1, 2], [3, 3]], [1, 2, 3], values=VALUES)


def between(pair: Any) -> np.ndarray:
    """A matrix from what lies between two values, 0 between a value and itself."""
    return np.array([[0.0 if a == b else pair(a, b) for b in VALUES] for a in VALUES])


def squares(metric: str) -> np.ndarray:
    """Squared differences as Krippendorff (2011) writes them, from 1 to 5 with a smallest step of 1."""
    return {
        "interval": between(lambda a, b: (a - b) ** 2),
        "ratio": between(lambda a, b: ((a - b) / (a + b)) ** 2),
        "circular": between(lambda a, b: np.sin(np.pi * (a - b) / 5) ** 2),
        "bipolar": between(lambda a, b: (a - b) ** 2 / ((a + b - 2) * (10 - a - b))),
    }[metric]


@pytest.mark.parametrize("metric", ["interval", "ratio", "circular", "bipolar"])
def test_metrics_and_weights_share_their_differences(metric: Any) -> None:
    """A weight is 1 less the squared difference of the metric over the largest one."""
    expected = squares(metric)
    assert metric_matrix(THREE, metric) == pytest.approx(expected)
    scheme: Any = "quadratic" if metric == "interval" else metric
    assert weight_matrix(THREE, scheme) == pytest.approx(1 - expected / expected.max())


@pytest.mark.parametrize(
    ("scheme", "pair"),
    [
        ("linear", lambda a, b: abs(a - b) / 4),
        ("radical", lambda a, b: (abs(a - b) / 4) ** 0.5),
        ("ordinal", lambda a, b: {1.0: 1 / 3, 3.0: 1 / 3, 4.0: 1.0}[abs(a - b)]),
        ("identity", lambda _a, _b: 1.0),
    ],
)
def test_weights_of_distances(scheme: Any, pair: Any) -> None:
    """Linear and radical weights lose by distance, ordinal ones by pairs of ranks in between, identity all."""
    found = weight_matrix(THREE, scheme)
    assert found == pytest.approx(1 - between(pair))
    assert found.dtype == np.float64


def test_metrics_of_categories_alone() -> None:
    """Nominal differences are all 1, and ordinal ones are not made here."""
    assert metric_matrix(THREE, "nominal").tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert metric_matrix(THREE, "ordinal").tolist() == np.zeros((3, 3)).tolist()


@pytest.mark.parametrize(
    "scheme", ["linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"]
)
def test_fewer_than_two_categories_differ_in_nothing(scheme: Any) -> None:
    """With one category or none there is no difference; with two, every scheme loses all."""
    for q in (0, 1):
        few = Ratings.empty(range(1, q + 1)) if q else Ratings.from_matrix([[None]])
        assert weight_matrix(few, scheme).tolist() == np.eye(q).tolist()
        assert metric_matrix(few, "interval").tolist() == np.zeros((q, q)).tolist()
    two = Ratings.from_matrix([[1, 2]], [1, 2])
    assert weight_matrix(two, scheme) == pytest.approx(np.eye(2))


def test_a_ratio_may_begin_at_zero() -> None:
    """Values of a ratio may be 0 but not below."""
    zero = Ratings.from_matrix([[1, 2]], [1, 2, 3], values=[0, 1, 4])
    assert weight_matrix(zero, "ratio")[0, 1] == 0
    below = Ratings.from_matrix([[1, 2]], [1, 2], values=[-1, 1])
    for ask in (weight_matrix, metric_matrix):
        with pytest.raises(InvalidInput) as found:
            ask(below, "ratio")
        assert [problem.code for problem in found.value.problems] == ["weights.ratio"]


def test_a_matrix_of_whole_numbers_is_a_matrix() -> None:
    """Weights of the caller become plain numbers; identity needs no order of the categories."""
    text = Ratings.from_matrix([["a", "b"]])
    assert weight_matrix(text, "identity").tolist() == [[1, 0], [0, 1]]
    found = weight_matrix(text, [[1, 0], [0, 1]])
    assert (found.tolist(), found.dtype.kind) == ([[1, 0], [0, 1]], "f")
    with pytest.raises(InvalidInput) as refused:
        weight_matrix(text, [[1, 0.5], [0.5, 1]])
    assert [problem.code for problem in refused.value.problems] == ["ratings.order"]


@pytest.mark.parametrize(
    "weights", [[[1, 0], [0]], [["a", "b"], ["c", "d"]], [[1, np.nan], [np.nan, 1]], [1, 1]]
)
def test_what_is_no_matrix_is_refused(weights: Any) -> None:
    """Ragged rows, texts, holes and other shapes are refused as weights that do not fit."""
    two = Ratings.from_matrix([[1, 2]], [1, 2])
    with pytest.raises(InvalidInput) as found:
        weight_matrix(two, weights)
    assert [problem.code for problem in found.value.problems] == ["weights.shape"]


def test_names_of_weightings() -> None:
    """A coefficient is told with its weighting unless that is the identity."""
    assert [scheme_name(weights) for weights in ("linear", np.eye(2))] == ["linear", "custom"]
    assert [named("x", weights) for weights in ("identity", "linear", np.eye(2))] == [
        "x",
        "x[linear]",
        "x[custom]",
    ]
