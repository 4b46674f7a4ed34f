"""The checks across columns that every way into `Ratings` shares, and how the ratings are laid out.

Here belong shape, clusters, frequencies, numbers behind categories, and the choice between a grid and long
columns. Not here: the coding of a single column.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats, Ints, locked
from ilr.stats._coding import Coded, Column, is_number, number_labels, take_column

__all__ = [
    "MOST",
    "PLACES",
    "Grid",
    "Long",
    "answered",
    "arrange",
    "category_scale",
    "column_names",
    "count_table",
    "locked_all",
    "matrix_entries",
    "no_categories",
    "numbered",
    "per_unit",
    "unit_clusters",
    "unit_times",
]

Grid: TypeAlias = NDArray[Any]
"""Codes (or scores), shape (raters, units), negative (or NaN) where missing."""

Long: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[Any]]
"""Unit, rater and code (or score) of each answered rating, by unit and rater."""

MOST = 2**31 - 1
"""Greatest number of units, clusters or counts."""

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
) -> tuple[NDArray[np.int32] | None, tuple[Hashable, ...]]:
    """The number of the cluster of each unit, and the labels of the clusters."""
    if cluster is None:
        return None, ()
    numbers, labels = numbered(Column(take_column(cluster)), "cluster", check)
    check(
        len(numbers) == n_units,
        "ratings.length",
        "cluster",
        "does not name one cluster per unit",
        expected=f"{n_units} labels",
    )
    return numbers, labels


def unit_times(times: Any, n_units: int, check: Checker) -> Ints | None:
    """The frequency of each row of units, None where every row is one unit."""
    if times is None:
        return None
    numbers = take_column(times)
    if numbers.dtype == object and all(map(is_number, numbers)):
        numbers = numbers.astype(np.float64)
    fits = check(
        len(numbers) == n_units,
        "ratings.length",
        "times",
        "does not give one frequency per unit",
        expected=f"{n_units} whole numbers",
    )
    whole = check(
        numbers.dtype.kind in "iuf"
        and bool(np.all((numbers >= 1) & (numbers == np.floor(numbers))))
        and float(numbers.sum(dtype=np.float64)) <= MOST,
        "ratings.times",
        "times",
        "holds what is no frequency",
        expected="whole numbers from 1, together at most 2147483647",
        hint="leave out what stands for no unit; a weight that is no whole number is not a frequency",
    )
    return numbers.astype(np.int64) if fits and whole else None


def per_unit(
    unit: NDArray[np.int32], numbers: NDArray[Any], n_units: int, check: Checker, code: str, message: str
) -> NDArray[Any]:
    """One entry per unit from one per rating, which must be the same at every rating of a unit."""
    out = np.zeros(n_units, dtype=numbers.dtype)
    out[unit] = numbers
    for place in np.flatnonzero(out[unit] != numbers)[:PLACES]:
        check(False, code, f"rows[{place}]", message)
    return out


def count_table(counts: ArrayLike, check: Checker) -> NDArray[Any]:
    """The contingency table of two raters."""
    table = np.asarray(counts)
    check(
        table.ndim == 2 and table.shape[0] == table.shape[1] and table.size > 0,
        "ratings.table",
        "counts",
        "is not a square table",
    )
    check(
        table.dtype.kind in "iuf"
        and bool(np.all((table >= 0) & (table == np.floor(table))))
        and float(table.sum(dtype=np.float64)) <= MOST,
        "ratings.table",
        "counts",
        "holds an entry that is no count",
        expected="whole numbers from 0, together at most 2147483647",
    )
    return table


def no_categories(given: Mapping[str, object], check: Checker) -> None:
    """Continuous scores have no categories, hence no numbers or ranks behind them."""
    for path, value in given.items():
        check(value is None, "ratings.continuous", path, "cannot be given for continuous scores")


def locked_all(long: Long) -> Long:
    """Make long columns read-only."""
    return locked(long[0]), locked(long[1]), locked(long[2])


def answered(codes: NDArray[Any]) -> NDArray[np.bool_]:
    """Where there is a rating: a code from 0, or a score that is a number."""
    out: NDArray[np.bool_] = ~np.isnan(codes) if codes.dtype.kind == "f" else codes >= 0
    return out


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
    code: NDArray[Any],
    n_units: int,
    n_raters: int,
    places: NDArray[np.int64],
    check: Checker,
    path: str,
) -> tuple[Grid | None, Long | None]:
    """Lay ratings out as a grid where most of it is filled, else sorted by unit and rater."""
    if n_units * n_raters <= _GRID_FILL * len(code) + _GRID_ALWAYS:
        grid = np.full((n_raters, n_units), np.nan if code.dtype.kind == "f" else -1, dtype=code.dtype)
        grid[rater, unit] = code
        if np.count_nonzero(answered(grid)) == len(code):
            return grid, None
    key = unit.astype(np.int64) * n_raters + rater
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
