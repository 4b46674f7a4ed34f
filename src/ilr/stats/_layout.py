"""The checks across columns that every way into `Ratings` shares, and how the ratings are laid out.

Here belong shape, clusters, numbers behind categories, and the choice between a grid and long columns. Not
here: the coding of a single column.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats
from ilr.stats._coding import Coded, Column, is_number, number_labels, take_column

__all__ = [
    "PLACES",
    "Long",
    "arrange",
    "category_scale",
    "column_names",
    "matrix_entries",
    "numbered",
    "unit_clusters",
]

Long: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16]]
"""Unit, rater and code of each answered rating, by unit and rater."""

PLACES = 20
"""Most places that one message lists."""

_GRID_FILL = 4
_GRID_ALWAYS = 64


def matrix_entries(rows: Any, check: Checker) -> tuple[NDArray[Any], int, int]:
    if isinstance(rows, np.ndarray) or hasattr(rows, "__array__"):
        table = np.asarray(rows)
        check(table.ndim == 2, "ratings.shape", "rows", "is not a table", expected="units x raters")
        return table.ravel(), *(table.shape if table.ndim == 2 else (0, 0))
    lists = [list(row) for row in rows]
    width = len(lists[0]) if lists else 0
    for place in [place for place, row in enumerate(lists) if len(row) != width][:PLACES]:
        check(False, "ratings.shape", f"rows[{place}]", "differs in length from the first row")
    return take_column(entry for row in lists for entry in row), len(lists), width


def unit_clusters(
    cluster: Iterable[Hashable] | None, n_units: int, check: Checker
) -> NDArray[np.int32] | None:
    if cluster is None:
        return None
    numbers, _ = numbered(Column(take_column(cluster)), "cluster", check)
    check(
        len(numbers) == n_units,
        "ratings.length",
        "cluster",
        "does not name one cluster per unit",
        expected=f"{n_units} labels",
    )
    return numbers


def numbered(column: Column, path: str, check: Checker) -> tuple[NDArray[np.int32], tuple[Hashable, ...]]:
    numbers, labels, empty = number_labels(column.entries)
    for place in empty[:PLACES]:
        check(False, "ratings.label", f"{path}[{place}]", "is empty")
    return numbers, labels


def column_names(frame: Any, check: Checker) -> list[str]:
    if isinstance(frame, Mapping):
        return list(frame)
    import narwhals as nw

    try:
        return list(nw.from_native(frame, eager_only=True).columns)
    except TypeError:
        check(
            False,
            "ratings.frame",
            "frame",
            "is no table known here",
            expected="pandas, polars or pyarrow table, or a mapping of columns",
        )
        check.fail()


def category_scale(
    coded: Coded, declared: bool, values: ArrayLike | None, ranks: ArrayLike | None, check: Checker
) -> tuple[Floats, Floats]:
    """Numbers and ranks behind the categories."""
    q = len(coded.categories)
    steps = np.arange(1.0, q + 1)
    own = all(is_number(label) for label in coded.categories)
    out = []
    for path, given, default in [
        ("values", values, np.array(coded.categories, dtype=np.float64) if own else steps),
        ("ranks", ranks, steps),
    ]:
        numbers = default.copy() if given is None else np.array(given, dtype=np.float64)
        check(
            given is None or declared,
            "ratings.scale",
            path,
            "needs declared categories",
            hint="declare the categories in their order",
        )
        check(
            numbers.shape == (q,) and bool(np.isfinite(numbers).all()),
            "ratings.scale",
            path,
            "does not give one finite number per category",
            expected=f"{q} numbers",
        )
        out.append(numbers)
    return out[0], out[1]


def arrange(
    unit: NDArray[np.int32],
    rater: NDArray[np.int32],
    code: NDArray[np.int16],
    n_units: int,
    n_raters: int,
    places: NDArray[np.int64],
    check: Checker,
    path: str,
) -> tuple[NDArray[np.int16] | None, Long | None]:
    """Lay ratings out as a grid where most of it is filled, else sorted by unit and rater."""
    if n_units * n_raters <= _GRID_FILL * len(code) + _GRID_ALWAYS:
        grid = np.full((n_raters, n_units), -1, dtype=np.int16)
        grid[rater, unit] = code
        if np.count_nonzero(grid >= 0) == len(code):
            return grid, None
    key = unit.astype(np.int64) * max(n_raters, 1) + rater
    order = np.argsort(key, kind="stable")
    repeated = np.flatnonzero(np.diff(key[order]) == 0)
    for place in repeated[:PLACES]:
        check(
            False,
            "ratings.duplicate",
            f"{path}[{places[order[place + 1]]}]",
            f"repeats unit and rater of {path}[{places[order[place]]}]",
        )
    return None, (unit[order], rater[order], code[order])
