"""Ratings counted where they lie: by a database or a lazy frame, without loading a row.

Here belongs `tabulate`. Not here: ways in for what is in memory already, which stand at `Ratings`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker, listed
from ilr.stats._arrays import Floats
from ilr.stats._coding import Coded, code_values, is_number
from ilr.stats._layout import category_scale
from ilr.stats._ways_in import Parts
from ilr.stats.ratings import Ratings, made_of

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["tabulate"]

_UNKNOWN = -2


@attrs.frozen(eq=False, kw_only=True)
class _Question:
    """What is to be counted: rows of a unit, a rater, a code and a cluster, under names of our own."""

    rows: nw.LazyFrame[Any]
    units: tuple[str, ...]
    raters: tuple[Hashable, ...]
    clustered: bool


def tabulate(
    frame: Any,
    *,
    unit: str | Sequence[str],
    rater: str,
    value: str,
    categories: Iterable[Hashable],
    category_values: ArrayLike | None = None,
    ranks: ArrayLike | None = None,
    raters: Iterable[Hashable] | None = None,
    cluster: str | None = None,
    missing: Mapping[Any, str] | None = None,
) -> Ratings:
    """Count alike units of a lazy frame or a database relation with one row per rating.

    The engine groups; only the distinct joint ratings with their frequencies come back, so that memory does
    not grow with the number of rows. The result equals `Ratings.from_frame(...).compressed()` but for the
    order of rows and raters.

    Args:
        frame: what narwhals takes for a frame: a polars LazyFrame, a DuckDB relation, a dask frame, or a
            frame in memory.
        unit: the column, or columns, that tell units apart.
        rater: the column of raters.
        value: the column of ratings.
        categories: the full ordered domain of codes.
        category_values: number behind each category, shape (q,).
        ranks: rank of each category, shape (q,).
        raters: labels of all raters; where None they are asked for first, and sorted.
        cluster: the column of clusters of units.
        missing: kind of missing by code, for the host's own codes.

    Returns:
        The ratings, one row per distinct joint rating (and cluster); with hundreds of raters hardly two
        units are alike, and nothing is gained.

    Raises:
        InvalidInput: with everything that is wrong, told by count: unknown columns first; then ratings that
            are none of the categories, empty labels, raters not named; then a rater twice at one unit, and
            units in two clusters.

    Example:
        >>> import polars as pl
        >>> rows = pl.LazyFrame({"visit": [1, 1, 2, 2, 3], "observer": list("ababa"), "level": [3, 2, 3, 2, 1]})
        >>> found = tabulate(rows, unit="visit", rater="observer", value="level", categories=[1, 2, 3])
        >>> found, found.n_rows
        (Ratings(3 units, 2 raters, 5 ratings, 3 categories), 2)
    """
    check = Checker("tabulate")
    names = {"rater": rater, "value": value} | ({} if cluster is None else {"cluster": cluster})
    units = [unit] if isinstance(unit, str) else list(unit)
    check(bool(units), "ratings.column", "unit", "names no column")
    names |= {f"unit[{place}]": name for place, name in enumerate(units)}
    lazy = _lazy(frame, names, check)
    domain = code_values(np.zeros(0, dtype=np.int64), categories, missing, check, str)
    scale = category_scale(domain, True, category_values, ranks, check)
    check.done()
    coded, kinds = _coded(lazy, names, domain, dict(missing or {}))
    question = _Question(
        rows=coded,
        units=tuple(name for name in names if name.startswith("unit")),
        raters=_raters(coded) if raters is None else tuple(raters),
        clustered=cluster is not None,
    )
    gaps = _check_rows(question, kinds, check)
    check.done()
    if not question.raters:
        return Ratings.empty(domain.categories, values=scale[0], ranks=scale[1])
    return made_of(_counted(question, attrs.evolve(domain, missing=gaps), scale, check))


def _lazy(frame: Any, names: Mapping[str, str], check: Checker) -> nw.LazyFrame[Any]:
    import narwhals as nw

    try:
        lazy: nw.LazyFrame[Any] = nw.from_native(frame).lazy()
    except TypeError:
        check(
            False,
            "ratings.frame",
            "frame",
            "is no frame known here",
            expected="what narwhals takes for a frame",
        )
        check.fail()
    there = lazy.collect_schema().names()
    for path, name in names.items():
        check(
            name in there,
            "ratings.column",
            path,
            "names no column of the frame",
            expected=listed(there),
        )
    check.done()
    return lazy


def _coded(
    lazy: nw.LazyFrame[Any], names: Mapping[str, str], domain: Coded, missing: Mapping[Any, str]
) -> tuple[nw.LazyFrame[Any], tuple[str, ...]]:
    """The columns under names of our own, with codes, and the kinds of missing in the order of their marks.

    A code from 0 is a category, -1 no rating, -2 none of the categories; marks from -3 down are the kinds.
    """
    import narwhals as nw

    schema = lazy.collect_schema()
    chosen = lazy.select(**{path: _plain(nw.col(name), schema[name]) for path, name in names.items()})
    dtype = schema[names["value"]]
    kinds = tuple(dict.fromkeys(missing.values()))
    codes = {label: code for code, label in enumerate(domain.categories)}
    codes |= {label: _UNKNOWN - 1 - kinds.index(kind) for label, kind in missing.items()}
    code = nw.when(nw.col("value").is_null()).then(nw.lit(-1)).otherwise(nw.lit(_UNKNOWN))
    if dtype.is_float():
        code = nw.when(nw.col("value").is_nan()).then(nw.lit(-1)).otherwise(code)
    for label, number in codes.items():
        if _comparable(label, dtype):
            same = nw.col("value") == (int(label) if isinstance(label, bool) else label)
            code = nw.when(same).then(nw.lit(number)).otherwise(code)
    return chosen.with_columns(code=code).drop("value"), kinds


def _plain(column: nw.Expr, dtype: Any) -> nw.Expr:
    import narwhals as nw

    if dtype == nw.Boolean:
        return column.cast(nw.Int64)
    return column.cast(nw.String) if dtype in (nw.Categorical, nw.Enum) else column


def _comparable(label: object, dtype: Any) -> bool:
    """Whether a column can hold the label at all."""
    import narwhals as nw

    if dtype.is_numeric() or dtype == nw.Boolean:
        return is_number(label)
    return not is_number(label)


def _raters(rows: nw.LazyFrame[Any]) -> tuple[Hashable, ...]:
    import narwhals as nw

    found = rows.select("rater").filter(~nw.col("rater").is_null()).unique().sort("rater").collect()
    return tuple(found["rater"].to_list())


def _check_rows(question: _Question, kinds: tuple[str, ...], check: Checker) -> dict[str, int]:
    """Note what is wrong with single rows, and count the missing ratings by kind."""
    import narwhals as nw

    labels = (*question.units, "rater", *(("cluster",) if question.clustered else ()))
    marks = {"unanswered": -1, "unknown": _UNKNOWN}
    marks |= {f"kind{place}": _UNKNOWN - 1 - place for place in range(len(kinds))}
    flags = {name: nw.col("code") == mark for name, mark in marks.items()}
    flags |= {f"empty {name}": nw.col(name).is_null() for name in labels}
    named = list(question.raters)
    flags["stranger"] = ~(nw.col("rater").is_in(named) if named else nw.col("rater").is_null())
    ones = {name: nw.when(flag).then(nw.lit(1)).otherwise(nw.lit(0)) for name, flag in flags.items()}
    found = question.rows.select(**ones).select(*(nw.col(name).sum() for name in ones)).collect()
    counts = {name: int(found[name].to_list()[0] or 0) for name in ones}
    for name in labels:
        often = counts[f"empty {name}"]
        check(often == 0, "ratings.label", name, f"is empty in {often} rows")
    check(
        counts["unknown"] == 0,
        "ratings.category",
        "value",
        f"is none of the categories in {counts['unknown']} rows",
    )
    strangers = counts["stranger"]
    check(
        strangers == 0 or counts["empty rater"] > 0,
        "ratings.rater",
        "rater",
        f"names none of the raters in {strangers} rows",
    )
    check(
        len(set(question.raters)) == len(question.raters),
        "ratings.raters",
        "raters",
        "names a rater twice",
    )
    gaps = {"unanswered": counts["unanswered"]}
    for place, kind in enumerate(kinds):
        gaps[kind] = gaps.get(kind, 0) + counts[f"kind{place}"]
    return gaps


def _counted(question: _Question, coded: Coded, scale: tuple[Floats, Floats], check: Checker) -> Parts:
    """Group by unit, then by joint rating and cluster, in the engine."""
    import narwhals as nw

    places = [f"rater{place}" for place in range(len(question.raters))]
    given = nw.col("code") >= 0
    columns = {
        name: nw.when((nw.col("rater") == label) & given).then(nw.col("code")).otherwise(nw.lit(-1))
        for name, label in zip(places, question.raters, strict=True)
    }
    ones = nw.when(given).then(nw.lit(1)).otherwise(nw.lit(0))
    found = [nw.col(name).max() for name in places]
    keys = list(places)
    if question.clustered:
        found += [nw.col("cluster").min().alias("group"), nw.col("cluster").max().alias("other")]
        keys.append("group")
    rows = question.rows.with_columns(**columns, given=ones)
    by_unit = rows.group_by(*question.units).agg(*found, nw.col("given").sum())
    surplus = nw.col("given")
    for name in places:
        surplus = surplus - nw.when(nw.col(name) >= 0).then(nw.lit(1)).otherwise(nw.lit(0))
    split = nw.lit(0)
    if question.clustered:
        split = nw.when(nw.col("group") != nw.col("other")).then(nw.lit(1)).otherwise(nw.lit(0))
    kinds = by_unit.with_columns(surplus=surplus, split=split, times=nw.lit(1))
    totals = [nw.col(name).sum() for name in ("times", "surplus", "split")]
    table = kinds.group_by(*keys).agg(*totals).sort(*keys).collect()
    times, again, split_units = (
        np.array([int(number) for number in table[name].to_list()], dtype=np.int64)
        for name in ("times", "surplus", "split")
    )
    check(not again.any(), "ratings.duplicate", "", f"repeat unit and rater in {int(again.sum())} rows")
    check(
        not split_units.any(),
        "ratings.cluster",
        "cluster",
        f"puts {int(split_units.sum())} units into two clusters",
    )
    check.done()
    grid = np.array([table[name].to_list() for name in places], dtype=np.int16)
    cluster: NDArray[np.int32] | None = None
    clusters: tuple[Hashable, ...] = ()
    if question.clustered:
        labels = table["group"].to_list()
        clusters = tuple(dict.fromkeys(labels))
        number = {label: place for place, label in enumerate(clusters)}
        cluster = np.array([number[label] for label in labels], dtype=np.int32)
    return Parts(
        coded=coded,
        scale=scale,
        raters=question.raters,
        n_rows=len(times),
        times=times,
        clusters=(cluster, clusters),
        grid=grid.reshape(len(places), len(times)),
    )
