"""One coefficient held against another: between pairs of raters, without each rater, on the same units.

Here belong the functions that take a coefficient: any callable from `Ratings` to `Estimate`, with its options
bound by `functools.partial`. Not here: the coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from html import escape
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.base.records import read_only
from ilr.stats._arrays import Ints, locked, row_ids
from ilr.stats._frames import Backend, to_frame
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = ["Coefficient", "Pairwise", "pairwise", "without_each_rater"]

Coefficient: TypeAlias = Callable[[Ratings], Estimate]
"""Any function from ratings to an estimate."""

_MOST_SHOWN = 20


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Pairwise:
    """A coefficient of every two raters.

    Equal when all fields are equal.

    Attributes:
        raters: labels of the raters, in the order of the ratings.
        estimates: by pair of raters that share a unit, the earlier rater first.
        shared: number of units that both rated, by the same pairs.

    Example:
        >>> from ilr.stats import Ratings, agreement
        >>> r = Ratings.from_matrix([[1, 1, None], [2, 1, 1], [2, 2, None], [1, 1, None]], [1, 2])
        >>> found = agreement.pairwise(r, agreement.cohen_kappa)
        >>> found.of(0, 1).value, found.units(0, 1)
        (0.5, 4)
        >>> print(found.of(1, 2))
        undefined: all ratings are the same, so chance agreement is complete
    """

    raters: tuple[Hashable, ...]
    estimates: FrozenMap[tuple[Hashable, Hashable], Estimate]
    shared: FrozenMap[tuple[Hashable, Hashable], int]

    def of(self, first: Hashable, second: Hashable) -> Estimate:
        """The coefficient of two raters, named in any order; undefined where they share no unit.

        Raises:
            InvalidInput: for a rater who is not there, or the same one twice.
        """
        pair = self._pair(first, second)
        return self.estimates.get(pair) or Estimate.missing(Reason.of("NO_SHARED_UNITS"))

    def units(self, first: Hashable, second: Hashable) -> int:
        """The number of units that two raters both rated.

        Raises:
            InvalidInput: for a rater who is not there, or the same one twice.
        """
        return self.shared.get(self._pair(first, second), 0)

    def _pair(self, first: Hashable, second: Hashable) -> tuple[Hashable, Hashable]:
        check = Checker("Pairwise")
        for name, rater in (("first", first), ("second", second)):
            check(
                rater in self.raters,
                "pairwise.rater",
                name,
                "names no rater of these ratings",
                expected=f"one of {len(self.raters)} raters",
            )
        check(first != second, "pairwise.rater", "second", "names the first rater again")
        check.done()
        ordered = self.raters.index(first) < self.raters.index(second)
        return (first, second) if ordered else (second, first)

    def rows(self) -> list[dict[str, Any]]:
        """One row per pair that shares a unit: raters, units, value, limits, and why there is no value."""
        return [
            {
                "first": first,
                "second": second,
                "units": self.shared[first, second],
                "value": plain["value"],
                "low": plain["low"],
                "high": plain["high"],
                "undefined": None if found.undefined is None else str(found.undefined),
            }
            for (first, second), found in self.estimates.items()
            for plain in [found.to_dict()]
        ]

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """The `rows` as a frame of pandas, polars or pyarrow.

        Raises:
            MissingDependency: when the package is not installed.
        """
        return to_frame(self.rows(), backend)

    def __str__(self) -> str:
        found = [f"{first} and {second}: {one}" for (first, second), one in self.estimates.items()]
        more = len(found) - _MOST_SHOWN
        return "\n".join(found[:_MOST_SHOWN] + ([f"and {more} more pairs"] if more > 0 else []))

    def _repr_html_(self) -> str:
        shown = self.raters[:_MOST_SHOWN]
        head = "".join(f"<th>{escape(str(rater))}</th>" for rater in shown)
        body = "".join(
            f"<tr><th>{escape(str(row))}</th>"
            + "".join(f"<td>{'' if row == column else self._cell(row, column)}</td>" for column in shown)
            + "</tr>"
            for row in shown
        )
        more = len(self.raters) - len(shown)
        caption = "pairs of raters" + (f", {more} more raters not shown" if more else "")
        return f"<table><caption>{caption}</caption><tr><th></th>{head}</tr>{body}</table>"

    def _cell(self, first: Hashable, second: Hashable) -> str:
        found = self.of(first, second)
        return escape(str(found.undefined)) if found.undefined else f"{found.value:.3f}"


def pairwise(r: Ratings, coefficient: Coefficient) -> Pairwise:
    """A coefficient of every two raters, each over the units that both rated.

    The ratings are read once and each pair gets its own small table, so the work grows with the number of
    pairs of ratings of a unit, not with pairs of raters times units. Clusters are kept.

    Args:
        r: the ratings.
        coefficient: any function from `Ratings` to `Estimate`, for example `cohen_kappa`, or a
            `functools.partial` of one with options.

    Returns:
        The estimates by pair. A pair that shares no unit is undefined (`NO_SHARED_UNITS`), as is one whose
        coefficient is.

    Raises:
        InvalidInput: what the coefficient raises.

    Example:
        >>> from functools import partial
        >>> from ilr.stats import agreement
        >>> r = Ratings.from_matrix([[1, 1, 2], [2, 1, 2], [2, 2, 3], [3, 3, 3]], [1, 2, 3])
        >>> found = pairwise(r, partial(agreement.cohen_kappa, weights="linear", method=None))
        >>> {pair: round(one.value, 3) for pair, one in found.estimates.items()}
        {(0, 1): 0.714, (0, 2): 0.333, (1, 2): 0.25}
    """
    parts = _pairs_of_scores(r) if r.continuous else _pairs_of_codes(r)
    return Pairwise(
        raters=r.raters,
        estimates=FrozenMap({pair: coefficient(part) for pair, part in parts.items()}),
        shared=FrozenMap({pair: part.n_units for pair, part in parts.items()}),
    )


def without_each_rater(r: Ratings, coefficient: Coefficient) -> FrozenMap[Hashable, Estimate]:
    """A coefficient of all raters but one, for each rater: who raises agreement and who lowers it.

    Args:
        r: the ratings.
        coefficient: any function from `Ratings` to `Estimate`.

    Returns:
        By rater, the coefficient without that rater; undefined where the rest has none. A rater without whom
        agreement is much higher than with all agrees least with the others.

    Raises:
        InvalidInput: what the coefficient raises.

    Example:
        >>> from ilr.stats import agreement
        >>> r = Ratings.from_matrix([[1, 1, 2], [2, 2, 2], [2, 2, 1], [1, 1, 1]], [1, 2])
        >>> {rater: round(one.value, 3) for rater, one in without_each_rater(r, agreement.gwet_ac).items()}
        {0: 0.0, 1: 0.0, 2: 1.0}
    """
    short = r.compressed()
    return FrozenMap({rater: coefficient(short.without_rater(rater)) for rater in r.raters})


def _pairs_of_codes(r: Ratings) -> dict[tuple[Hashable, Hashable], Ratings]:
    """The ratings of every two raters that share a unit, a row for units rated alike."""
    short = r.compressed()
    met = short.meetings
    cluster = np.zeros(len(met.row), dtype=np.int32) if short.cluster is None else short.cluster[met.row]
    place, kind = row_ids([met.first, met.second, cluster, met.first_code, met.second_code])
    times = np.bincount(kind, weights=met.times, minlength=len(place)).astype(np.int64)
    first, second = met.first[place], met.second[place]
    codes = np.stack([met.first_code[place], met.second_code[place]]).astype(np.int16)
    starts = np.flatnonzero(np.diff(first, prepend=-1) | np.diff(second, prepend=-1))
    parts = {}
    for start, stop in zip(starts, np.append(starts, len(place))[1:], strict=True):
        pair = r.raters[first[start]], r.raters[second[start]]
        here = slice(start, stop)
        parts[pair] = _of_pair(short, pair, codes[:, here], times[here], cluster[place[here]])
    return parts


def _pairs_of_scores(r: Ratings) -> dict[tuple[Hashable, Hashable], Ratings]:
    """The scores of every two raters that share a unit."""
    scores = r.scores
    given = ~np.isnan(scores)
    times = np.ones(r.n_rows, dtype=np.int64) if r.times is None else r.times
    cluster = np.zeros(r.n_rows, dtype=np.int32) if r.cluster is None else r.cluster
    parts = {}
    for one, two in zip(*np.nonzero(np.triu(given.T.astype(np.float64) @ given, 1)), strict=True):
        both = given[:, one] & given[:, two]
        pair = r.raters[one], r.raters[two]
        parts[pair] = _of_pair(r, pair, scores[both][:, [one, two]].T, times[both], cluster[both])
    return parts


def _of_pair(
    r: Ratings,
    pair: tuple[Hashable, Hashable],
    levels: NDArray[Any],
    times: Ints,
    cluster: NDArray[np.int32],
) -> Ratings:
    """Ratings by two raters of units that both rated, a row for `times` units."""
    return attrs.evolve(
        r,
        raters=pair,
        n_rows=len(times),
        times=locked(times.copy()),
        cluster=None if r.cluster is None else locked(cluster.copy()),
        missing=FrozenMap(),
        grid=locked(np.ascontiguousarray(levels)),
        long=None,
    )
