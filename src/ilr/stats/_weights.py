"""Agreement weights (Gwet) and disagreement metrics (Krippendorff) between categories.

Two families with partly the same names: a weight matrix is fixed once the categories are; Krippendorff's
ordinal metric depends on how often each category was used and is made in `_coefficients`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ilr.base.errors import Checker, listed
from ilr.stats._arrays import Floats
from ilr.stats.ratings import Ratings

__all__ = [
    "METRICS",
    "SCHEMES",
    "Metric",
    "Scheme",
    "Weights",
    "metric_matrix",
    "named",
    "require_order",
    "scheme_name",
    "weight_matrix",
]

Scheme: TypeAlias = Literal[
    "identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"
]
Metric: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio", "circular", "bipolar"]
Weights: TypeAlias = Scheme | ArrayLike

SCHEMES = ("identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar")
METRICS = ("nominal", "ordinal", "interval", "ratio", "circular", "bipolar")


def scheme_name(weights: Weights) -> str:
    """The name of a weighting, ``custom`` for a matrix."""
    return weights if isinstance(weights, str) else "custom"


def named(name: str, weights: Weights) -> str:
    """The name of a coefficient with its weighting, where it has one."""
    scheme = scheme_name(weights)
    return name if scheme == "identity" else f"{name}[{scheme}]"


def weight_matrix(r: Ratings, weights: Weights) -> Floats:
    """Agreement weights by Gwet's schemes (Gwet 2014, Handbook of Inter-Rater Reliability, ch. 3).

    Returns:
        Symmetric matrix, shape (q, q), with 1 on the diagonal and at most 1 elsewhere.

    Raises:
        InvalidInput: for an unknown scheme, a matrix that does not fit, categories without an order, a
            ratio of values below zero, or continuous scores.
    """
    r.require_categories()
    if not isinstance(weights, str):
        return _custom(r, weights)
    check = Checker("weights")
    check(weights in SCHEMES, "weights.scheme", "weights", "is an unknown scheme", expected=listed(SCHEMES))
    if weights != "identity":
        require_order(r, check)
    if weights == "ratio":
        _require_positive(r, check)
    check.done()
    if weights == "identity" or r.q < 2:
        return np.eye(r.q)
    if weights == "ordinal":
        distance = _distance(r.ranks)
        lost = distance * (distance + 1)
    elif weights in ("linear", "radical"):
        lost = _distance(r.values) ** (1.0 if weights == "linear" else 0.5)
    else:
        lost = _squares(r.values, weights)
    out: Floats = 1.0 - lost / lost.max()
    return out


def metric_matrix(r: Ratings, metric: Metric) -> Floats:
    """Squared differences by Krippendorff's metrics that do not depend on the ratings.

    Nominal, interval, ratio, circular and bipolar as in Krippendorff (2011), Computing Krippendorff's
    Alpha-Reliability, and (2004), Content Analysis, ch. 11. Circular takes the smallest step between
    values as the step of the circle.

    Returns:
        Symmetric matrix, shape (q, q), zero on the diagonal. For ``ordinal`` only the checks are made and
        zeros returned.

    Raises:
        InvalidInput: for an unknown metric, categories without an order, or a ratio of values below zero.
    """
    check = Checker("metric")
    check(metric in METRICS, "weights.metric", "metric", "is an unknown metric", expected=listed(METRICS))
    if metric != "nominal":
        require_order(r, check)
    if metric == "ratio":
        _require_positive(r, check)
    check.done()
    if metric == "ordinal" or r.q < 2:
        return np.zeros((r.q, r.q))
    return 1.0 - np.eye(r.q) if metric == "nominal" else _squares(r.values, metric)


def _squares(values: Floats, metric: str) -> Floats:
    """Squared differences of values by metric, as they are where it is none of ratio, circular and bipolar."""
    gap = _distance(values)
    total = values[:, None] + values[None, :]
    low, high = values.min(), values.max()
    if metric == "circular":
        step = np.diff(np.sort(values)).min()
        out: Floats = np.sin(np.pi * gap / (high - low + step)) ** 2
        return out
    below: Floats = np.ones_like(gap)
    if metric == "ratio":
        below = total**2
    elif metric == "bipolar":
        below = (total - 2 * low) * (2 * high - total)
    return np.divide(gap**2, below, out=np.zeros_like(gap), where=gap > 0)


def _distance(values: Floats) -> Floats:
    return np.abs(values[:, None] - values[None, :])


def require_order(r: Ratings, check: Checker) -> None:
    """Note categories whose numbers say nothing: without an order, or two with the same."""
    check(
        r.ordered,
        "ratings.order",
        "categories",
        "were inferred from text and carry no order",
        hint="declare the categories in their order",
    )
    check(
        len(set(r.values.tolist())) == r.q and len(set(r.ranks.tolist())) == r.q,
        "ratings.scale",
        "values",
        "give two categories the same number",
    )


def _require_positive(r: Ratings, check: Checker) -> None:
    check(
        bool((r.values >= 0).all()),
        "weights.ratio",
        "weights",
        "needs values that are not negative",
        expected="values from 0",
    )


def _custom(r: Ratings, weights: ArrayLike) -> Floats:
    try:
        matrix = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError):
        matrix = np.zeros(0)
    check = Checker("weights")
    fits = check(
        matrix.shape == (r.q, r.q) and bool(np.isfinite(matrix).all()),
        "weights.shape",
        "weights",
        "does not give one finite number per pair of categories",
        expected=f"{r.q} x {r.q} numbers",
    )
    if fits:
        check(
            bool(np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1) and (matrix <= 1).all()),
            "weights.matrix",
            "weights",
            "is no matrix of agreement",
            expected="symmetric, 1 on the diagonal, at most 1 elsewhere",
        )
        check(
            bool(np.array_equal(matrix, np.eye(r.q))) or r.ordered,
            "ratings.order",
            "categories",
            "were inferred from text, so the rows of the matrix have no known order",
            hint="declare the categories in their order",
        )
    check.done()
    return matrix
