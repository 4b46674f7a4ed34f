"""The ways into `Ratings`: everything checked at once, labels numbered, ratings laid out.

Here belongs what each way in does, shared between them. Not here: what a caller reads about a way in, which
stands at `Ratings`; nor the coding of a column and the layout of the table.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker, listed
from ilr.stats._arrays import Floats, Ints
from ilr.stats._coding import KINDS, Coded, Column, code_scores, code_values, combine_labels
from ilr.stats._layout import (
    MOST,
    Grid,
    Long,
    answered,
    arrange,
    category_scale,
    count_table,
    matrix_entries,
    no_categories,
    numbered,
    per_unit,
    unit_clusters,
    unit_times,
)

__all__ = ["Parts", "from_columns", "from_matrix", "from_numbers", "from_table"]

_Clusters: TypeAlias = tuple[NDArray[np.int32] | None, tuple[Hashable, ...]]


@attrs.frozen(eq=False, kw_only=True)
class Parts:
    """What `Ratings` are made of."""

    coded: Coded
    scale: tuple[Floats, Floats]
    raters: tuple[Hashable, ...]
    n_rows: int
    times: Ints | None
    clusters: _Clusters
    grid: Grid | None
    long: Long | None = None
    tabulated: bool = False


def from_matrix(
    rows: Any,
    categories: Iterable[Hashable] | None,
    values: ArrayLike | None,
    ranks: ArrayLike | None,
    cluster: Iterable[Hashable] | None,
    times: ArrayLike | None,
    missing: Mapping[Any, str] | None,
    continuous: bool,
) -> Parts:
    """See `Ratings.from_matrix`."""
    check = Checker("Ratings")
    entries, n_rows, n_raters = matrix_entries(rows, check)
    often = unit_times(times, n_rows, check)
    each = None if often is None else np.repeat(often, n_raters)

    def place(index: int) -> str:
        return f"rows[{index // max(n_raters, 1)}][{index % max(n_raters, 1)}]"

    if continuous:
        no_categories({"categories": categories, "values": values, "ranks": ranks}, check)
        coded = code_scores(entries, missing, check, place, each)
    else:
        coded = code_values(entries, categories, missing, check, place, each)
    clusters = unit_clusters(cluster, n_rows, check)
    scale = category_scale(coded, categories is not None, values, ranks, check)
    check.done()
    return Parts(
        coded=coded,
        scale=scale,
        raters=tuple(range(n_raters)),
        n_rows=n_rows,
        times=often,
        clusters=clusters,
        grid=coded.codes.reshape(n_rows, n_raters).T,
    )


def from_table(
    counts: ArrayLike,
    categories: Iterable[Hashable] | None,
    values: ArrayLike | None,
    ranks: ArrayLike | None,
) -> Parts:
    """See `Ratings.from_table`."""
    check = Checker("Ratings")
    table = count_table(counts, check)
    names = tuple(range(1, len(table) + 1)) if categories is None else tuple(categories)
    check(
        bool(check.problems) or len(names) == len(table),
        "ratings.categories",
        "categories",
        "does not name one category per row of the table",
    )
    check.done()
    first, second = np.nonzero(table)
    grid = np.stack([first, second]).astype(np.int16)
    coded = code_values(np.zeros(0, dtype=np.int64), names, None, check, str)
    coded = attrs.evolve(coded, inferred=categories is None)
    scale = category_scale(coded, True, values, ranks, check)
    check.done()
    return Parts(
        coded=coded,
        scale=scale,
        raters=(0, 1),
        n_rows=len(first),
        times=table[first, second].astype(np.int64),
        clusters=(None, ()),
        grid=grid,
        tabulated=True,
    )


def from_numbers(
    unit: NDArray[Any],
    rater: NDArray[Any],
    code: NDArray[Any],
    *,
    n_rows: int,
    raters: tuple[Hashable, ...],
    categories: tuple[Hashable, ...],
    n_raters: int | None = None,
    values: ArrayLike | None = None,
    ranks: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    clusters: tuple[Hashable, ...] | None = None,
    times: ArrayLike | None = None,
    missing: Mapping[str, int] | None = None,
    inferred: bool = False,
    continuous: bool = False,
) -> Parts:
    """See `Ratings.from_codes`; also reads the scores of a document."""
    check = Checker("Ratings")
    number = len(raters) if n_raters is None else n_raters
    numbers = {"unit": unit, "rater": rater, "score" if continuous else "code": code}
    limits = {"unit": n_rows, "rater": number, "code": len(categories)}
    lengths = {column.size for column in numbers.values()}
    check(len(lengths) == 1, "ratings.length", "", "unit, rater and code differ in length")
    for path, limit in limits.items():
        if path not in numbers:
            continue
        column = numbers[path]
        fits = column.size == 0 or (
            column.ndim == 1 and column.dtype.kind in "iu" and int(column.max()) < limit
        )
        fits = fits and (path == "code" or column.size == 0 or int(column.min()) >= 0)
        check(fits, "ratings.code", path, "holds a number out of range", expected=f"0 to {limit - 1}")
    check(
        len(raters) == number == len(set(raters)),
        "ratings.raters",
        "raters",
        "does not name every rater once",
    )
    for kind in missing or {}:
        check(kind in KINDS, "ratings.missing", "missing", "is an unknown kind", expected=listed(KINDS))
    grouped = _clusters(cluster, clusters, n_rows, check)
    often = unit_times(times, n_rows, check)
    if continuous:
        coded = code_scores(code, None, check, lambda place: f"score[{place}]")
    else:
        coded = code_values(np.zeros(0, dtype=np.int64), categories, None, check, str)
    scale = category_scale(coded, True, values, ranks, check)
    check.done()
    there = answered(code)
    if missing is None:
        gone = unit[~there].astype(np.int64)
        missing = {"unanswered": len(gone) if often is None else int(often[gone].sum())}
    long = (
        unit[there].astype(np.int32),
        rater[there].astype(np.int32),
        code[there].astype(np.float64 if continuous else np.int16),
    )
    places = np.flatnonzero(there)
    grid, ordered_long = arrange(*long, n_rows, number, places, check, "unit")
    check.done()
    return Parts(
        coded=attrs.evolve(coded, missing=missing, inferred=inferred),
        scale=scale,
        raters=raters,
        n_rows=n_rows,
        times=often,
        clusters=grouped,
        grid=grid,
        long=ordered_long,
    )


def from_columns(
    units: Mapping[str, Column],
    rater: Column,
    rating: Column,
    *,
    cluster: Column | None,
    times: NDArray[Any] | None,
    categories: Iterable[Hashable] | None,
    values: ArrayLike | None,
    ranks: ArrayLike | None,
    missing: Mapping[Any, str] | None,
    continuous: bool,
) -> Parts:
    """See `Ratings.from_long` and `Ratings.from_frame`."""
    check = Checker("Ratings")
    columns = [column.entries for column in (*units.values(), rater, rating)]
    if cluster is not None:
        columns.append(cluster.entries)
    if times is not None:
        columns.append(times)
    lengths = {len(entries) for entries in columns}
    check(
        len(lengths) == 1,
        "ratings.length",
        "",
        "the columns differ in length",
        expected="one entry per rating in every column",
    )
    often = None if times is None else unit_times(times, len(times), check)
    each = often if len(lengths) == 1 else None

    def place(index: int) -> str:
        return f"rows[{index}]"

    if continuous:
        no_categories({"categories": categories, "values": values, "ranks": ranks}, check)
        coded = code_scores(rating.entries, missing, check, place, each)
    else:
        coded = code_values(rating.entries, categories, missing, check, place, each)
    scale = category_scale(coded, categories is not None, values, ranks, check)
    parts = [numbered(column, path, check)[0] for path, column in units.items()]
    rater_number, labels = numbered(rater, "raters", check)
    grouped = None if cluster is None else numbered(cluster, "cluster", check)
    check.done()
    unit = combine_labels(parts)
    n_rows = int(unit.max(initial=-1)) + 1
    clusters: _Clusters = (None, ())
    if grouped is not None:
        message = "belongs to a unit that appears in two clusters"
        clusters = per_unit(unit, grouped[0], n_rows, check, "ratings.cluster", message), grouped[1]
    if often is not None:
        message = "belongs to a unit that appears with two frequencies"
        often = per_unit(unit, often, n_rows, check, "ratings.times", message)
    there = answered(coded.codes)
    long = unit[there], rater_number[there], coded.codes[there]
    grid, ordered_long = arrange(*long, n_rows, len(labels), np.flatnonzero(there), check, "rows")
    check.done()
    return Parts(
        coded=coded,
        scale=scale,
        raters=labels,
        n_rows=n_rows,
        times=often,
        clusters=clusters,
        grid=grid,
        long=ordered_long,
    )


def _clusters(
    cluster: ArrayLike | None, labels: tuple[Hashable, ...] | None, n_rows: int, check: Checker
) -> _Clusters:
    """Check cluster numbers, and number those without labels anew by the clusters that occur."""
    if cluster is None:
        check(not labels, "ratings.cluster", "clusters", "names clusters of no unit")
        return None, ()
    numbers = np.asarray(cluster)
    highest = MOST if labels is None else len(labels) - 1
    fits = check(
        numbers.shape == (n_rows,)
        and (
            numbers.size == 0
            or (numbers.dtype.kind in "iu" and int(numbers.min()) >= 0 and int(numbers.max()) <= highest)
        ),
        "ratings.cluster",
        "cluster",
        "does not number one cluster per unit",
        expected=f"{n_rows} whole numbers from 0 to {highest}",
    )
    if labels is not None:
        check(len(set(labels)) == len(labels), "ratings.cluster", "clusters", "names a cluster twice")
        return (numbers.astype(np.int32) if fits else None), labels
    found, number = np.unique(numbers, return_inverse=True)
    return number.astype(np.int32).ravel(), tuple(found.tolist())
