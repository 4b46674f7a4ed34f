"""Ratings: who put which unit into which category, ready for every coefficient of agreement.

Here belongs `Ratings` with its ways in. Not here: the coefficients, which read its pattern table.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker, listed
from ilr.base.mapping import FrozenMap
from ilr.stats import _patterns
from ilr.stats._arrays import Floats, locked
from ilr.stats._coding import (
    KINDS,
    Coded,
    Column,
    code_values,
    combine_labels,
    read_column,
    take_column,
)
from ilr.stats._layout import (
    PLACES,
    Long,
    arrange,
    category_scale,
    column_names,
    matrix_entries,
    numbered,
    unit_clusters,
)

__all__ = ["Ratings"]

_MOST = 2**31 - 1


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Ratings:
    """Ratings of units by raters in categories, with gaps where a rating is missing.

    Make one with a `from_` method. Equal when categories, raters, units and ratings are equal; arrays are
    read-only.

    Attributes:
        categories: the full ordered domain of codes.
        values: the number behind each category, shape (q,): the category itself if all are numbers, else
            1 to q, unless given. Linear, quadratic, ratio and interval coefficients use them.
        ranks: the rank of each category, shape (q,): 1 to q, unless given. Ordinal weights use them.
        raters: labels of the raters.
        n_units: number of units, rated or not.
        cluster: number of the cluster of each unit, shape (n_units,), or None.
        n_clusters: number of clusters, 0 without clusters.
        missing: missing ratings by kind: not observed, not applicable, unanswered.
        inferred: whether the categories were inferred from the ratings.
        ordered: whether the categories carry an order: declared, or inferred from numbers.
        tabulated: whether they came as a table of counts; linearised variances of such a table have the
            divisor n, as published ones do (Fleiss, Cohen & Everitt 1969), others n - 1.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [2, 3], [3, None]])
        >>> r
        Ratings(3 units, 2 raters, 5 ratings, 3 categories)
    """

    categories: tuple[Hashable, ...]
    values: Floats
    ranks: Floats
    raters: tuple[Hashable, ...]
    n_units: int
    cluster: NDArray[np.int32] | None
    n_clusters: int
    missing: FrozenMap[str, int]
    inferred: bool
    ordered: bool
    tabulated: bool
    _grid: NDArray[np.int16] | None
    _long: Long | None

    @classmethod
    def from_matrix(
        cls,
        rows: Any,
        categories: Iterable[Hashable] | None = None,
        *,
        values: ArrayLike | None = None,
        ranks: ArrayLike | None = None,
        cluster: Iterable[Hashable] | None = None,
        missing: Mapping[Any, str] | None = None,
    ) -> Ratings:
        """Take a table with a row per unit and a column per rater.

        Args:
            rows: units x raters; None and NaN are missing. An array, or a sequence of sequences.
            categories: the full ordered domain of codes; inferred where None.
            values: number behind each category, shape (q,).
            ranks: rank of each category, shape (q,).
            cluster: label of the cluster of each unit, shape (units,).
            missing: kind of missing by code, for the host's own codes.

        Raises:
            InvalidInput: with everything that is wrong: ragged rows, unknown categories, wrong lengths.

        Example:
            >>> Ratings.from_matrix([["a", "b"], ["a", "a"]], categories=["a", "b"]).categories
            ('a', 'b')
        """
        check = Checker("Ratings")
        entries, n_units, n_raters = matrix_entries(rows, check)
        coded = code_values(
            entries,
            categories,
            missing,
            check,
            lambda place: f"rows[{place // max(n_raters, 1)}][{place % max(n_raters, 1)}]",
        )
        clusters = unit_clusters(cluster, n_units, check)
        scale = category_scale(coded, categories is not None, values, ranks, check)
        check.done()
        return cls._make(
            coded,
            scale,
            raters=tuple(range(n_raters)),
            n_units=n_units,
            cluster=clusters,
            grid=coded.codes.reshape(n_units, n_raters).T,
        )

    @classmethod
    def from_long(
        cls,
        units: Any,
        raters: Any,
        values: Any,
        categories: Iterable[Hashable] | None = None,
        *,
        category_values: ArrayLike | None = None,
        ranks: ArrayLike | None = None,
        cluster: Any = None,
        missing: Mapping[Any, str] | None = None,
    ) -> Ratings:
        """Take one entry per rating.

        Args:
            units: label of the unit of each rating.
            raters: label of the rater of each rating.
            values: the rating; None and NaN are missing.
            categories: the full ordered domain of codes; inferred where None.
            category_values: number behind each category, shape (q,).
            ranks: rank of each category, shape (q,).
            cluster: label of the cluster of the unit of each rating.
            missing: kind of missing by code, for the host's own codes.

        Raises:
            InvalidInput: with everything that is wrong: unequal lengths, unknown categories, a rater twice
                at one unit, a unit in two clusters, an empty label.

        Example:
            >>> Ratings.from_long(["u", "u"], ["a", "b"], [1, 2], categories=[1, 2, 3])
            Ratings(1 units, 2 raters, 2 ratings, 3 categories)
        """
        return cls._from_columns(
            {"units": Column(take_column(units))},
            Column(take_column(raters)),
            Column(take_column(values)),
            None if cluster is None else Column(take_column(cluster)),
            categories,
            category_values,
            ranks,
            missing,
        )

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        unit: str | Sequence[str],
        rater: str,
        value: str,
        categories: Iterable[Hashable] | None = None,
        category_values: ArrayLike | None = None,
        ranks: ArrayLike | None = None,
        cluster: str | None = None,
        missing: Mapping[Any, str] | None = None,
    ) -> Ratings:
        """Take a data frame with one row per rating.

        Args:
            frame: pandas, polars or pyarrow table, or a mapping of columns.
            unit: the column, or columns, that tell units apart.
            rater: the column of raters.
            value: the column of ratings; an ordered categorical or an enum declares the categories.
            categories: the full ordered domain of codes; else the column's own, else inferred.
            category_values: number behind each category, shape (q,).
            ranks: rank of each category, shape (q,).
            cluster: the column of clusters of units.
            missing: kind of missing by code, for the host's own codes.

        Raises:
            InvalidInput: with everything that is wrong, columns that are not there first.

        Example:
            >>> rows = {"visit": [1, 1, 2], "observer": ["a", "b", "a"], "level": [3, 2, 4]}
            >>> Ratings.from_frame(rows, unit="visit", rater="observer", value="level", categories=[1, 2, 3, 4])
            Ratings(2 units, 2 raters, 3 ratings, 4 categories)
        """
        units = [unit] if isinstance(unit, str) else list(unit)
        check = Checker("Ratings")
        there = column_names(frame, check)
        check(bool(units), "ratings.column", "unit", "names no column")
        for path, name in [("rater", rater), ("value", value), ("cluster", cluster)]:
            check(
                name is None or name in there,
                "ratings.column",
                path,
                "names no column of the frame",
                expected=listed(there),
            )
        for place, name in enumerate(units):
            check(
                name in there,
                "ratings.column",
                f"unit[{place}]",
                "names no column of the frame",
                expected=listed(there),
            )
        check.done()
        rating = read_column(frame, value)
        return cls._from_columns(
            {name: read_column(frame, name) for name in units},
            read_column(frame, rater),
            rating,
            None if cluster is None else read_column(frame, cluster),
            rating.vocabulary if categories is None else categories,
            category_values,
            ranks,
            missing,
        )

    @classmethod
    def from_table(
        cls,
        counts: ArrayLike,
        categories: Iterable[Hashable] | None = None,
        *,
        values: ArrayLike | None = None,
        ranks: ArrayLike | None = None,
    ) -> Ratings:
        """Take the contingency table of two raters.

        Args:
            counts: number of units by category of the first rater (rows) and of the second (columns),
                shape (q, q).
            categories: the q codes in order; 1 to q where None, and then inferred.
            values: number behind each category, shape (q,).
            ranks: rank of each category, shape (q,).

        Raises:
            InvalidInput: if the table is not square, holds what is no count, or the categories do not fit.

        Example:
            >>> Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
            Ratings(50 units, 2 raters, 100 ratings, 2 categories)
        """
        table = np.asarray(counts)
        check = Checker("Ratings")
        square = check(
            table.ndim == 2 and table.shape[0] == table.shape[1] and table.size > 0,
            "ratings.table",
            "counts",
            "is not a square table",
        )
        if not check(
            table.dtype.kind in "iuf"
            and bool(np.all((table >= 0) & (table == np.floor(table))))
            and float(table.sum(dtype=np.float64)) <= _MOST,
            "ratings.table",
            "counts",
            "holds an entry that is no count",
            expected="whole numbers from 0, together at most 2147483647",
        ):
            square = False
        names = tuple(range(1, len(table) + 1)) if categories is None else tuple(categories)
        check(
            not square or len(names) == len(table),
            "ratings.categories",
            "categories",
            "does not name one category per row of the table",
        )
        check.done()
        q = len(table)
        cells = np.repeat(np.arange(q * q), table.ravel().astype(np.int64))
        grid = np.stack([cells // q, cells % q]).astype(np.int16)
        coded = code_values(np.zeros(0, dtype=np.int64), names, None, check, str)
        coded = attrs.evolve(coded, codes=grid, inferred=categories is None)
        scale = category_scale(coded, True, values, ranks, check)
        check.done()
        return cls._make(
            coded, scale, raters=(0, 1), n_units=len(cells), cluster=None, grid=grid, tabulated=True
        )

    @classmethod
    def from_codes(
        cls,
        unit: ArrayLike,
        rater: ArrayLike,
        code: ArrayLike,
        *,
        n_units: int,
        n_raters: int,
        categories: Iterable[Hashable],
        values: ArrayLike | None = None,
        ranks: ArrayLike | None = None,
        cluster: ArrayLike | None = None,
        missing: Mapping[str, int] | None = None,
        raters: Iterable[Hashable] | None = None,
        inferred: bool = False,
    ) -> Ratings:
        """Take ratings that are coded already; the strict way in for other tables.

        Args:
            unit: number of the unit of each rating, 0 to n_units - 1.
            rater: number of the rater of each rating, 0 to n_raters - 1.
            code: number of the category of each rating, 0 to q - 1; negative is missing.
            n_units: number of units.
            n_raters: number of raters.
            categories: the q codes in order.
            values: number behind each category, shape (q,).
            ranks: rank of each category, shape (q,).
            cluster: number of the cluster of each unit, from 0, shape (n_units,).
            missing: missing ratings by kind; where None all negative codes count as unanswered.
            raters: labels of the raters; 0 to n_raters - 1 where None.
            inferred: whether the categories were taken from data.

        Raises:
            InvalidInput: with everything that is wrong.
        """
        check = Checker("Ratings")
        names = tuple(categories)
        columns = {"unit": unit, "rater": rater, "code": code}
        numbers = {path: np.asarray(column) for path, column in columns.items()}
        limits = {"unit": n_units, "rater": n_raters, "code": len(names)}
        lengths = {column.size for column in numbers.values()}
        check(len(lengths) == 1, "ratings.length", "", "unit, rater and code differ in length")
        for path, column in numbers.items():
            fits = column.size == 0 or (
                column.ndim == 1 and column.dtype.kind in "iu" and int(column.max()) < limits[path]
            )
            fits = fits and (path == "code" or column.size == 0 or int(column.min()) >= 0)
            check(
                fits, "ratings.code", path, "holds a number out of range", expected=f"0 to {limits[path] - 1}"
            )
        labels = tuple(range(n_raters)) if raters is None else tuple(raters)
        check(
            len(labels) == n_raters == len(set(labels)),
            "ratings.raters",
            "raters",
            "does not name every rater once",
        )
        for kind in missing or {}:
            check(kind in KINDS, "ratings.missing", "missing", "is an unknown kind", expected=listed(KINDS))
        clusters = None
        if cluster is not None:
            clusters = np.asarray(cluster)
            fits = clusters.shape == (n_units,) and (
                clusters.size == 0
                or (clusters.dtype.kind in "iu" and int(clusters.min()) >= 0 and int(clusters.max()) <= _MOST)
            )
            check(
                fits,
                "ratings.cluster",
                "cluster",
                "does not number one cluster per unit",
                expected=f"{n_units} whole numbers from 0 to {_MOST}",
            )
        coded = code_values(np.zeros(0, dtype=np.int64), names, None, check, str)
        scale = category_scale(coded, True, values, ranks, check)
        check.done()
        answered = numbers["code"] >= 0
        kinds = {"unanswered": int(np.count_nonzero(~answered))} if missing is None else missing
        long = (
            numbers["unit"][answered].astype(np.int32),
            numbers["rater"][answered].astype(np.int32),
            numbers["code"][answered].astype(np.int16),
        )
        places = np.flatnonzero(answered)
        grid, ordered_long = arrange(*long, n_units, n_raters, places, check, "unit")
        check.done()
        return cls._make(
            attrs.evolve(coded, missing=kinds, inferred=inferred),
            scale,
            raters=labels,
            n_units=n_units,
            cluster=None if clusters is None else clusters.astype(np.int32),
            grid=grid,
            long=ordered_long,
        )

    @classmethod
    def _from_columns(
        cls,
        units: Mapping[str, Column],
        rater: Column,
        rating: Column,
        cluster: Column | None,
        categories: Iterable[Hashable] | None,
        values: ArrayLike | None,
        ranks: ArrayLike | None,
        missing: Mapping[Any, str] | None,
    ) -> Ratings:
        check = Checker("Ratings")
        columns = {**units, "raters": rater, "values": rating}
        if cluster is not None:
            columns["cluster"] = cluster
        lengths = {len(column.entries) for column in columns.values()}
        check(
            len(lengths) == 1,
            "ratings.length",
            "",
            "the columns differ in length",
            expected="one entry per rating in every column",
        )
        coded = code_values(rating.entries, categories, missing, check, lambda place: f"rows[{place}]")
        scale = category_scale(coded, categories is not None, values, ranks, check)
        parts = [numbered(column, path, check)[0] for path, column in units.items()]
        rater_number, labels = numbered(rater, "raters", check)
        cluster_number = None if cluster is None else numbered(cluster, "cluster", check)[0]
        check.done()
        unit_number = combine_labels(parts)
        n_units = int(unit_number.max(initial=-1)) + 1
        clusters = None
        if cluster_number is not None:
            clusters = np.zeros(n_units, dtype=np.int32)
            clusters[unit_number] = cluster_number
            split = np.flatnonzero(clusters[unit_number] != cluster_number)
            for place in split[:PLACES]:
                check(
                    False,
                    "ratings.cluster",
                    f"rows[{place}]",
                    "belongs to a unit that appears in two clusters",
                )
        answered = coded.codes >= 0
        long = unit_number[answered], rater_number[answered], coded.codes[answered]
        places = np.flatnonzero(answered)
        grid, ordered_long = arrange(*long, n_units, len(labels), places, check, "rows")
        check.done()
        return cls._make(
            coded, scale, raters=labels, n_units=n_units, cluster=clusters, grid=grid, long=ordered_long
        )

    @classmethod
    def _make(
        cls,
        coded: Coded,
        scale: tuple[Floats, Floats],
        *,
        raters: tuple[Hashable, ...],
        n_units: int,
        cluster: NDArray[np.int32] | None,
        grid: NDArray[np.int16] | None,
        long: Long | None = None,
        tabulated: bool = False,
    ) -> Ratings:
        return cls(
            categories=coded.categories,
            values=locked(scale[0]),
            ranks=locked(scale[1]),
            raters=raters,
            n_units=n_units,
            cluster=None if cluster is None else locked(cluster),
            n_clusters=0 if cluster is None else int(cluster.max(initial=-1)) + 1,
            missing=FrozenMap({kind: count for kind, count in coded.missing.items() if count}),
            inferred=coded.inferred,
            ordered=coded.ordered,
            tabulated=tabulated,
            grid=None if grid is None else locked(np.ascontiguousarray(grid)),
            long=None if long is None else (locked(long[0]), locked(long[1]), locked(long[2])),
        )

    def __repr__(self) -> str:
        return (
            f"Ratings({self.n_units} units, {self.n_raters} raters, {self.n_ratings} ratings, "
            f"{self.q} categories)"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ratings):
            return NotImplemented
        return self._key == other._key

    @property
    def _key(self) -> tuple[Any, ...]:
        return tuple(tuple(part) if isinstance(part, list) else part for part in self._document.values())

    def to_document(self) -> dict[str, Any]:
        """Plain data that `from_document` reads back to equal ratings.

        Raises:
            InvalidInput: when a category or a rater is no text, number or flag.
        """
        check = Checker("Ratings")
        for name in ("categories", "raters"):
            plain = all(type(label) in (str, int, float, bool) for label in getattr(self, name))
            check(
                plain, "ratings.label", name, "hold labels that no document can", expected="texts or numbers"
            )
        check.done()
        return self._document

    @property
    def _document(self) -> dict[str, Any]:
        arrays = ("values", "ranks", "unit", "rater", "code")
        return {
            "categories": list(self.categories),
            "raters": list(self.raters),
            **{name: getattr(self, name).tolist() for name in arrays},
            "n_units": self.n_units,
            "cluster": None if self.cluster is None else self.cluster.tolist(),
            "missing": dict(self.missing),
            **{name: getattr(self, name) for name in ("inferred", "ordered", "tabulated")},
        }

    @classmethod
    def from_document(cls, data: Any) -> Ratings:
        """Read what `to_document` wrote.

        Raises:
            InvalidInput: listing fields that are missing, of another shape, or point outside their tables.
        """
        from ilr.base._codec import structure

        fields = structure(data, _RatingsDocument, subject="Ratings")
        check = Checker("Ratings")
        check(fields.n_units >= 0, "ratings.units", "n_units", "is negative", expected="0 or more")
        for kind, count in fields.missing.items():
            check(count >= 0, "ratings.missing", f"missing[{kind}]", "is negative", expected="0 or more")
        check(
            not fields.tabulated or len(fields.raters) == 2,
            "ratings.tabulated",
            "tabulated",
            "goes with two raters",
            expected="false, or two raters",
        )
        check.done()
        made = cls.from_codes(
            fields.unit,
            fields.rater,
            fields.code,
            n_units=fields.n_units,
            n_raters=len(fields.raters),
            categories=fields.categories,
            values=fields.values,
            ranks=fields.ranks,
            cluster=fields.cluster,
            missing=fields.missing,
            raters=fields.raters,
            inferred=fields.inferred,
        )
        return attrs.evolve(made, ordered=fields.ordered, tabulated=fields.tabulated)

    def __reduce__(self) -> tuple[Any, ...]:
        fields = {field.alias: getattr(self, field.name) for field in attrs.fields(Ratings)}
        return _rebuild, (fields,)

    @property
    def q(self) -> int:
        """Number of categories."""
        return len(self.categories)

    @property
    def n_raters(self) -> int:
        """Number of raters."""
        return len(self.raters)

    @cached_property
    def n_ratings(self) -> int:
        """Number of answered ratings."""
        return len(self._long[2]) if self._long is not None else int(np.count_nonzero(self._table >= 0))

    @property
    def unit(self) -> NDArray[np.int32]:
        """Unit of each answered rating."""
        return self._columns[0]

    @property
    def rater(self) -> NDArray[np.int32]:
        """Rater of each answered rating."""
        return self._columns[1]

    @property
    def code(self) -> NDArray[np.int16]:
        """Category of each answered rating."""
        return self._columns[2]

    @property
    def _table(self) -> NDArray[np.int16]:
        return np.zeros((0, self.n_units), dtype=np.int16) if self._grid is None else self._grid

    @cached_property
    def _columns(self) -> Long:
        if self._long is not None:
            return self._long
        unit, rater = np.nonzero(self._table.T >= 0)
        code = self._table[rater, unit]
        return locked(unit.astype(np.int32)), locked(rater.astype(np.int32)), locked(code)

    @cached_property
    def patterns(self) -> _patterns.Patterns:
        """Distinct counts of ratings per category and how many units show each."""
        if self._long is None:
            return _patterns.from_grid(self._table, self.q, self.cluster, self.n_clusters)
        unit, _, code = self._long
        return _patterns.from_long(unit, code, self.n_units, self.q, self.cluster, self.n_clusters)

    def patterns_against(self, rater: Hashable) -> _patterns.Patterns:
        """Patterns that tell one rater from the pooled others, over the units that rater rated.

        Raises:
            InvalidInput: if there is no such rater.
        """
        number = self._rater_number(rater)
        unit, who, code = self._columns
        mine = who == number
        own = np.full(self.n_units, -1, dtype=np.int16)
        own[unit[mine]] = code[mine]
        return _patterns.against(unit[~mine], code[~mine], own, self.q, self.cluster, self.n_clusters)

    def without_rater(self, rater: Hashable) -> Ratings:
        """The same units and categories, with the ratings of all raters but one.

        Raises:
            InvalidInput: if there is no such rater.
        """
        number = self._rater_number(rater)
        raters = self.raters[:number] + self.raters[number + 1 :]
        if self._grid is not None:
            grid = locked(np.delete(self._grid, number, axis=0))
            return attrs.evolve(self, raters=raters, grid=grid)
        unit, who, code = self._columns
        kept = who != number
        who = who[kept]
        long = locked(unit[kept]), locked(who - (who > number).astype(np.int32)), locked(code[kept])
        return attrs.evolve(self, raters=raters, long=long)

    def _rater_number(self, rater: Hashable) -> int:
        check = Checker("Ratings")
        check(
            rater in self.raters,
            "ratings.rater",
            "rater",
            "names no rater of these ratings",
            expected=f"one of {self.n_raters} raters",
        )
        check.done()
        return self.raters.index(rater)


def _rebuild(fields: dict[str, Any]) -> Ratings:
    for value in fields.values():
        for array in value if isinstance(value, tuple) else (value,):
            if isinstance(array, np.ndarray):
                locked(array)
    return Ratings(**fields)


_Label = str | int | float | bool


@attrs.frozen(kw_only=True)
class _RatingsDocument:
    categories: tuple[_Label, ...]
    raters: tuple[_Label, ...]
    values: tuple[float, ...]
    ranks: tuple[float, ...]
    unit: tuple[int, ...]
    rater: tuple[int, ...]
    code: tuple[int, ...]
    n_units: int
    cluster: tuple[int, ...] | None
    missing: FrozenMap[str, int]
    inferred: bool
    ordered: bool
    tabulated: bool
