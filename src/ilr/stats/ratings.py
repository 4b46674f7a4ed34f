"""Ratings: who put which unit into which category, ready for every coefficient of agreement.

Here belongs `Ratings` with its ways in. Not here: the coefficients, which read its tables of patterns and
profiles; nor the way in that counts inside a database, which is `tabulation`.
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
from ilr.stats import _patterns, _ways_in
from ilr.stats._arrays import Floats, Ints, locked
from ilr.stats._coding import Column, read_column, take_column
from ilr.stats._joining import compressed, joined
from ilr.stats._layout import Grid, Long, answered, column_names, locked_all

__all__ = ["Ratings"]

_DENSE = 1 << 25


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Ratings:
    """Ratings of units by raters in categories, with gaps where a rating is missing.

    Make one with a `from_` method. Equal when categories, raters, units and ratings are equal; arrays are
    read-only. A row may stand for several units that were rated alike: `times` says for how many. Ratings of
    more units are added with ``+``, which unites raters and clusters by label and takes the units of both
    for different ones; `empty` changes nothing, and the order of adding changes no coefficient.

    Ratings are categories, or continuous scores, which have no categories: `patterns`, `profiles` and `code`
    are for categories only, `score` and `scores` for both.

    Attributes:
        categories: the full ordered domain of codes.
        values: the number behind each category, shape (q,): the category itself if all are numbers, else
            1 to q, unless given. Linear, quadratic, ratio and interval coefficients use them.
        ranks: the rank of each category, shape (q,): 1 to q, unless given. Ordinal weights use them.
        raters: labels of the raters.
        n_rows: number of rows; each is one unit, or `times` units alike.
        times: how many units each row stands for, shape (n_rows,), or None where each is one.
        cluster: number of the cluster of each row, shape (n_rows,), or None.
        clusters: labels of the clusters.
        missing: missing ratings by kind: not observed, not applicable, unanswered.
        inferred: whether the categories were inferred from the ratings.
        ordered: whether the categories carry an order: declared, or inferred from numbers.
        tabulated: whether they came as a table of counts; linearised variances of such a table have the
            divisor n, as published ones do (Fleiss, Cohen & Everitt 1969), others n - 1.
        continuous: whether they are scores on a continuous scale and not categories.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [2, 3], [3, None]])
        >>> r
        Ratings(3 units, 2 raters, 5 ratings, 3 categories)
    """

    categories: tuple[Hashable, ...]
    values: Floats
    ranks: Floats
    raters: tuple[Hashable, ...]
    n_rows: int
    times: Ints | None
    cluster: NDArray[np.int32] | None
    clusters: tuple[Hashable, ...]
    missing: FrozenMap[str, int]
    inferred: bool
    ordered: bool
    tabulated: bool
    continuous: bool
    _grid: Grid | None
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
        times: ArrayLike | None = None,
        missing: Mapping[Any, str] | None = None,
        continuous: bool = False,
    ) -> Ratings:
        """Take a table with a row per unit and a column per rater.

        Args:
            rows: units x raters; None and NaN are missing. An array, or a sequence of sequences.
            categories: the full ordered domain of codes; inferred where None.
            values: number behind each category, shape (q,).
            ranks: rank of each category, shape (q,).
            cluster: label of the cluster of each unit, shape (units,).
            times: how many units each row stands for, whole numbers from 1, shape (units,).
            missing: kind of missing by code, for the host's own codes.
            continuous: whether the ratings are scores on a continuous scale.

        Raises:
            InvalidInput: with everything that is wrong: ragged rows, unknown categories, wrong lengths.

        Example:
            >>> Ratings.from_matrix([["a", "b"], ["a", "a"]], categories=["a", "b"]).categories
            ('a', 'b')
            >>> Ratings.from_matrix([["a", "b"], ["a", "a"]], ["a", "b"], times=[30, 70])
            Ratings(100 units, 2 raters, 200 ratings, 2 categories)
            >>> Ratings.from_matrix([[9.5, 9.1], [4.2, None]], continuous=True)
            Ratings(2 units, 2 raters, 3 scores)
        """
        return made_of(
            _ways_in.from_matrix(rows, categories, values, ranks, cluster, times, missing, continuous)
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
        times: Any = None,
        missing: Mapping[Any, str] | None = None,
        continuous: bool = False,
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
            times: how many units the unit of each rating stands for, whole numbers from 1.
            missing: kind of missing by code, for the host's own codes.
            continuous: whether the ratings are scores on a continuous scale.

        Raises:
            InvalidInput: with everything that is wrong: unequal lengths, unknown categories, a rater twice
                at one unit, a unit in two clusters or with two frequencies, an empty label.

        Example:
            >>> Ratings.from_long(["u", "u"], ["a", "b"], [1, 2], categories=[1, 2, 3])
            Ratings(1 units, 2 raters, 2 ratings, 3 categories)
        """
        return made_of(
            _ways_in.from_columns(
                {"units": Column(take_column(units))},
                Column(take_column(raters)),
                Column(take_column(values)),
                cluster=None if cluster is None else Column(take_column(cluster)),
                times=None if times is None else take_column(times),
                categories=categories,
                values=category_values,
                ranks=ranks,
                missing=missing,
                continuous=continuous,
            )
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
        times: str | None = None,
        missing: Mapping[Any, str] | None = None,
        continuous: bool = False,
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
            times: the column that says how many units a unit stands for.
            missing: kind of missing by code, for the host's own codes.
            continuous: whether the ratings are scores on a continuous scale.

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
        for path, name in [("rater", rater), ("value", value), ("cluster", cluster), ("times", times)]:
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
        own = None if continuous else rating.vocabulary
        return made_of(
            _ways_in.from_columns(
                {name: read_column(frame, name) for name in units},
                read_column(frame, rater),
                rating,
                cluster=None if cluster is None else read_column(frame, cluster),
                times=None if times is None else read_column(frame, times).entries,
                categories=own if categories is None else categories,
                values=category_values,
                ranks=ranks,
                missing=missing,
                continuous=continuous,
            )
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
        return made_of(_ways_in.from_table(counts, categories, values, ranks))

    @classmethod
    def empty(
        cls,
        categories: Iterable[Hashable] | None = None,
        *,
        values: ArrayLike | None = None,
        ranks: ArrayLike | None = None,
        raters: Iterable[Hashable] = (),
    ) -> Ratings:
        """Take no unit: what ratings are added to.

        Args:
            categories: the full ordered domain of codes; continuous scores where None.
            values: number behind each category, shape (q,).
            ranks: rank of each category, shape (q,).
            raters: labels of raters.

        Raises:
            InvalidInput: for categories that are none, or a rater named twice.

        Example:
            >>> sum([Ratings.from_table([[2, 1], [0, 3]], ["no", "yes"])], Ratings.empty(["no", "yes"]))
            Ratings(6 units, 2 raters, 12 ratings, 2 categories)
        """
        nothing: Ints = np.zeros(0, dtype=np.int64)
        return made_of(
            _ways_in.from_numbers(
                nothing,
                nothing,
                nothing,
                n_rows=0,
                raters=tuple(raters),
                categories=() if categories is None else tuple(categories),
                values=values,
                ranks=ranks,
                continuous=categories is None,
            )
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
        clusters: Iterable[Hashable] | None = None,
        times: ArrayLike | None = None,
        missing: Mapping[str, int] | None = None,
        raters: Iterable[Hashable] | None = None,
        inferred: bool = False,
    ) -> Ratings:
        """Take ratings that are coded already; the strict way in for other tables.

        Args:
            unit: number of the unit of each rating, 0 to n_units - 1.
            rater: number of the rater of each rating, 0 to n_raters - 1.
            code: number of the category of each rating, 0 to q - 1; negative is missing.
            n_units: number of units; of rows of units where `times` is given.
            n_raters: number of raters.
            categories: the q codes in order.
            values: number behind each category, shape (q,).
            ranks: rank of each category, shape (q,).
            cluster: number of the cluster of each unit, from 0, shape (n_units,).
            clusters: labels of the clusters by number; the numbers that occur where None.
            times: how many units each stands for, whole numbers from 1, shape (n_units,).
            missing: missing ratings by kind; where None all negative codes count as unanswered.
            raters: labels of the raters; 0 to n_raters - 1 where None.
            inferred: whether the categories were taken from data.

        Raises:
            InvalidInput: with everything that is wrong.
        """
        return made_of(
            _ways_in.from_numbers(
                np.asarray(unit),
                np.asarray(rater),
                np.asarray(code),
                n_rows=n_units,
                raters=tuple(range(n_raters)) if raters is None else tuple(raters),
                n_raters=n_raters,
                categories=tuple(categories),
                values=values,
                ranks=ranks,
                cluster=cluster,
                clusters=None if clusters is None else tuple(clusters),
                times=times,
                missing=missing,
                inferred=inferred,
            )
        )

    def __repr__(self) -> str:
        what = "scores" if self.continuous else f"ratings, {self.q} categories"
        return f"Ratings({self.n_units} units, {self.n_raters} raters, {self.n_ratings} {what})"

    def __add__(self, other: object) -> Ratings:
        return joined(self, other) if isinstance(other, Ratings) else NotImplemented

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ratings):
            return NotImplemented
        return self._key == other._key

    @property
    def _key(self) -> tuple[Any, ...]:
        return tuple(self._document.values())

    def to_document(self) -> dict[str, Any]:
        """Plain data that `from_document` reads back to equal ratings.

        Raises:
            InvalidInput: when a category, a rater or a cluster is no text, number or flag.
        """
        check = Checker("Ratings")
        for name in ("categories", "raters", "clusters"):
            plain = all(type(label) in (str, int, float, bool) for label in getattr(self, name))
            check(
                plain, "ratings.label", name, "hold labels that no document can", expected="texts or numbers"
            )
        check.done()
        return self._document

    @property
    def _document(self) -> dict[str, Any]:
        arrays = ("values", "ranks", "unit", "rater")
        return {
            "categories": list(self.categories),
            "raters": list(self.raters),
            **{name: getattr(self, name).tolist() for name in arrays},
            "code": None if self.continuous else self.code.tolist(),
            "score": self.score.tolist() if self.continuous else None,
            "n_rows": self.n_rows,
            "times": None if self.times is None else self.times.tolist(),
            "cluster": None if self.cluster is None else self.cluster.tolist(),
            "clusters": list(self.clusters),
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
        check(fields.n_rows >= 0, "ratings.units", "n_rows", "is negative", expected="0 or more")
        for kind, count in fields.missing.items():
            check(count >= 0, "ratings.missing", f"missing[{kind}]", "is negative", expected="0 or more")
        check(
            not fields.tabulated or len(fields.raters) == 2,
            "ratings.tabulated",
            "tabulated",
            "goes with two raters",
            expected="false, or two raters",
        )
        check(
            (fields.code is None) != (fields.score is None)
            and (fields.score is None or not fields.categories),
            "ratings.continuous",
            "code",
            "does not go with score",
            expected="codes and categories, or scores and none",
        )
        check.done()
        made = made_of(
            _ways_in.from_numbers(
                np.array(fields.unit, dtype=np.int64),
                np.array(fields.rater, dtype=np.int64),
                np.array(fields.score, dtype=np.float64)
                if fields.code is None
                else np.array(fields.code, dtype=np.int64),
                n_rows=fields.n_rows,
                raters=fields.raters,
                categories=fields.categories,
                values=fields.values,
                ranks=fields.ranks,
                cluster=fields.cluster,
                clusters=fields.clusters,
                times=fields.times,
                missing=fields.missing,
                inferred=fields.inferred,
                continuous=fields.code is None,
            )
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

    @property
    def n_clusters(self) -> int:
        """Number of clusters, 0 without clusters."""
        return len(self.clusters)

    @cached_property
    def n_units(self) -> int:
        """Number of units, rated or not."""
        return self.n_rows if self.times is None else int(self.times.sum())

    @cached_property
    def n_ratings(self) -> int:
        """Number of answered ratings."""
        if self.times is not None:
            return int(self.times[self.unit].sum())
        return len(self._long[2]) if self._long is not None else int(np.count_nonzero(answered(self._table)))

    @cached_property
    def n_rated_units(self) -> int:
        """Number of units with at least one rating."""
        if not self.continuous:
            return self.patterns.n_units
        rated = np.bincount(self.unit, minlength=self.n_rows) > 0
        return int(np.count_nonzero(rated) if self.times is None else self.times[rated].sum())

    @property
    def unit(self) -> NDArray[np.int32]:
        """Row of the unit of each answered rating."""
        return self._columns[0]

    @property
    def rater(self) -> NDArray[np.int32]:
        """Rater of each answered rating."""
        return self._columns[1]

    @property
    def code(self) -> NDArray[np.int16]:
        """Category of each answered rating.

        Raises:
            InvalidInput: for continuous scores.
        """
        self.require_categories()
        return self._columns[2]

    @property
    def score(self) -> Floats:
        """The number of each answered rating: the score, or the value of the category."""
        level = self._columns[2]
        out: Floats = level if self.continuous else self.values[level]
        return out

    @property
    def scores(self) -> Floats:
        """The number of each rating, shape (n_rows, n_raters), NaN where missing."""
        if self.continuous and self._grid is not None:
            return self._grid.T
        out = np.full((self.n_rows, self.n_raters), np.nan)
        out[self.unit, self.rater] = self.score
        return locked(out)

    def require_categories(self) -> None:
        """Refuse continuous scores where a statistic is about categories.

        Raises:
            InvalidInput: for continuous scores.
        """
        check = Checker("Ratings")
        check(
            not self.continuous,
            "ratings.continuous",
            "",
            "are continuous scores, and this statistic is about categories",
            hint="take a statistic of scores, such as icc; or declare categories",
        )
        check.done()

    @property
    def _table(self) -> Grid:
        return np.zeros((0, self.n_rows), dtype=np.int16) if self._grid is None else self._grid

    @cached_property
    def _columns(self) -> Long:
        if self._long is not None:
            return self._long
        unit, rater = np.nonzero(answered(self._table.T))
        code = self._table[rater, unit]
        return locked_all((unit.astype(np.int32), rater.astype(np.int32), code))

    @property
    def _units(self) -> _patterns.Units:
        return _patterns.Units(
            n=self.n_rows, times=self.times, cluster=self.cluster, n_clusters=self.n_clusters
        )

    @cached_property
    def _profiles(self) -> _patterns.Profiles:
        """All profiles, that of no rating included."""
        if self._long is None:
            return _patterns.from_grid(self._table, self.q, self._units)
        first, ids = _patterns.alike(*self._long, self.n_rows)
        place = np.full(self.n_rows, -1)
        place[first] = np.arange(len(first))
        unit, rater, code = self._long
        kept = place[unit] >= 0
        codes = np.full((len(first), self.n_raters), -1, dtype=np.int16)
        codes[place[unit[kept]], rater[kept]] = code[kept]
        return _patterns.from_ids(codes, ids, self._units)

    @property
    def sparse(self) -> bool:
        """Whether so many raters rate so few units each that a table of profiles would be too large."""
        return self._long is not None and self.n_rows * self.n_raters > _DENSE

    @cached_property
    def profiles(self) -> _patterns.Profiles:
        """Distinct joint ratings, which rater chose which category, and how many units show each.

        Raises:
            InvalidInput: for continuous scores; and for sparse ratings, for which there is `meetings`.
        """
        self.require_categories()
        check = Checker("Ratings")
        check(
            not self.sparse,
            "ratings.sparse",
            "",
            "have too many raters with few ratings each for a table of joint ratings",
            hint="take fewer raters with `of_raters`",
        )
        check.done()
        table = self._profiles
        rated: NDArray[np.bool_] = np.any(table.codes >= 0, axis=1)
        return table.keep(rated)

    @cached_property
    def patterns(self) -> _patterns.Patterns:
        """Distinct counts of ratings per category and how many units show each.

        Raises:
            InvalidInput: for continuous scores.
        """
        self.require_categories()
        if self._long is None and _patterns.is_keyed(self.n_raters, self.n_rows, self.q):
            return _patterns.merged(self._profiles, self.q)
        unit, _, code = self._columns
        return _patterns.from_long(unit, code, self.q, self._units)

    @cached_property
    def meetings(self) -> _patterns.Meetings:
        """Every two raters at a unit they both rated; for sparse ratings, where `profiles` would be large.

        Raises:
            InvalidInput: for continuous scores.
        """
        self.require_categories()
        return _patterns.meetings(*self._columns, self._units)

    def patterns_against(self, rater: Hashable) -> _patterns.Patterns:
        """Patterns that tell one rater from the pooled others, over the units that rater rated.

        Raises:
            InvalidInput: if there is no such rater, or for continuous scores.
        """
        self.require_categories()
        number = self._rater_number(rater)
        unit, who, code = self._columns
        mine = who == number
        own = np.full(self.n_rows, -1, dtype=np.int16)
        own[unit[mine]] = code[mine]
        return _patterns.against(unit[~mine], code[~mine], own, self.q, self._units)

    def compressed(self) -> Ratings:
        """The same ratings with one row for all units (of a cluster) that are rated alike.

        Every coefficient, standard error and interval is that of the whole. The size does not depend on the
        number of units but on how many different ones there are, so parts of large data are best
        compressed before they are kept or added.

        Example:
            >>> r = Ratings.from_matrix([[1, 2], [2, 2], [1, 2], [1, 2]], [1, 2]).compressed()
            >>> r.n_units, r.n_rows, r.times.tolist()
            (4, 2, [3, 1])
        """
        return compressed(self, None if self.continuous or self._grid is None else self._profiles)

    def of_raters(self, raters: Iterable[Hashable]) -> Ratings:
        """The same units and categories, with the ratings of some raters only, in the order asked for.

        Args:
            raters: labels of raters, each once.

        Raises:
            InvalidInput: if there is no such rater, or one is named twice.

        Example:
            >>> r = Ratings.from_matrix([[1, 2, 3], [2, 2, None]], [1, 2, 3])
            >>> r.of_raters([2, 0]).score.tolist()
            [3.0, 1.0, 2.0]
        """
        labels = tuple(raters)
        numbers = [self._rater_number(rater) for rater in labels]
        check = Checker("Ratings")
        check(len(set(labels)) == len(labels), "ratings.raters", "raters", "names a rater twice")
        check.done()
        return self._of_numbers(numbers)

    def _of_numbers(self, numbers: list[int]) -> Ratings:
        labels = tuple(self.raters[number] for number in numbers)
        if self._grid is not None:
            return attrs.evolve(self, raters=labels, grid=locked(self._grid[numbers]))
        unit, who, code = self._columns
        renumbered = np.full(self.n_raters, -1, dtype=np.int32)
        renumbered[numbers] = np.arange(len(numbers), dtype=np.int32)
        who = renumbered[who]
        kept = who >= 0
        long = unit[kept], who[kept], code[kept]
        if numbers != sorted(numbers):
            order = np.lexsort([long[1], long[0]])
            long = long[0][order], long[1][order], long[2][order]
        return attrs.evolve(self, raters=labels, long=locked_all(long))

    def without_rater(self, rater: Hashable) -> Ratings:
        """The same units and categories, with the ratings of all raters but one.

        Raises:
            InvalidInput: if there is no such rater.
        """
        number = self._rater_number(rater)
        return self._of_numbers([other for other in range(self.n_raters) if other != number])

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


def made_of(parts: _ways_in.Parts) -> Ratings:
    """Lock what a way in has made."""
    coded, (values, ranks), (cluster, clusters) = parts.coded, parts.scale, parts.clusters
    return Ratings(
        categories=coded.categories,
        values=locked(values),
        ranks=locked(ranks),
        raters=parts.raters,
        n_rows=parts.n_rows,
        times=None if parts.times is None else locked(parts.times),
        cluster=None if cluster is None else locked(cluster),
        clusters=clusters,
        missing=FrozenMap({kind: count for kind, count in coded.missing.items() if count}),
        inferred=coded.inferred,
        ordered=coded.ordered,
        tabulated=parts.tabulated,
        continuous=coded.codes.dtype.kind == "f",
        grid=None if parts.grid is None else locked(np.ascontiguousarray(parts.grid)),
        long=None if parts.long is None else locked_all(parts.long),
    )


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
    code: tuple[int, ...] | None
    score: tuple[float, ...] | None
    n_rows: int
    times: tuple[int, ...] | None
    cluster: tuple[int, ...] | None
    clusters: tuple[_Label, ...]
    missing: FrozenMap[str, int]
    inferred: bool
    ordered: bool
    tabulated: bool
