"""The pattern table: what every coefficient of agreement needs to know of the ratings.

Units that received the same rating from every rater share a profile; units that received the same number of
ratings in every category share a pattern, which is all that a coefficient needs that does not tell raters
apart. A table of the distinct ones with their frequencies makes a coefficient, its influence values, its
jackknife and its bootstrap cost as many steps as there are rows in it. Where hundreds of raters rate few
units each, a table of profiles would be nearly as long as the ratings and as wide as the raters; there the
`Meetings` of two raters at a unit take its place.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.stats._arrays import Floats, Ints, locked, row_ids

__all__ = [
    "Cells",
    "Distinct",
    "Meetings",
    "Patterns",
    "Profiles",
    "Units",
    "against",
    "alike",
    "from_grid",
    "from_ids",
    "from_long",
    "is_keyed",
    "meetings",
    "merged",
]

Cells: TypeAlias = tuple[Ints, Ints, Floats]
"""Places of the filled cells of a table cluster x row: cluster, row, number of units."""

_BLOCK = 1 << 22
_KEYS = 1 << 16


@attrs.frozen(eq=False, kw_only=True)
class Units:
    """What is known of the rows of ratings besides the ratings.

    Attributes:
        n: number of rows.
        times: how many units a row stands for, shape (n,), or None where each is one.
        cluster: number of the cluster of each row, shape (n,), or None.
        n_clusters: number of clusters.
    """

    n: int
    times: Ints | None
    cluster: NDArray[np.int32] | None
    n_clusters: int

    def count(self, row: NDArray[np.signedinteger], size: int) -> Floats:
        """Number of units by number of their kind, shape (size,)."""
        out: Floats = np.bincount(row, weights=self.times, minlength=size).astype(np.float64)
        return out

    def of(self, wanted: NDArray[np.bool_]) -> Units:
        """Some of the rows only."""
        return Units(
            n=int(np.count_nonzero(wanted)),
            times=None if self.times is None else self.times[wanted],
            cluster=None if self.cluster is None else self.cluster[wanted],
            n_clusters=self.n_clusters,
        )


@attrs.frozen(eq=False, kw_only=True)
class Distinct:
    """Distinct kinds of units and how often each occurs, in all and within each cluster.

    Attributes:
        times: how many units are of the kind, shape (P,).
        cells: the filled cells of the table cluster x kind; None without clusters.
    """

    times: Floats
    cells: Cells | None = None

    @property
    def n_units(self) -> int:
        """Number of units in the table."""
        return int(self.times.sum())

    @property
    def n_clusters(self) -> int:
        """Number of clusters that hold at least one unit of the table, 0 without clusters."""
        return 0 if self.cells is None else len(np.unique(self.cells[0]))

    def by_cluster(self, rows: Floats) -> Floats:
        """Add up one row per unit within each cluster, shape (P, s) to (clusters, s), none without clusters."""
        cluster, kind, times = self.cells or _none()
        numbers = np.unique(cluster, return_inverse=True)[1]
        size = int(numbers.max(initial=-1)) + 1
        out = np.empty((size, rows.shape[1]))
        for place, column in enumerate(rows.T):
            out[:, place] = np.bincount(numbers, weights=column[kind] * times, minlength=size)
        return out

    def _cells_of(self, wanted: NDArray[np.bool_]) -> Cells | None:
        if self.cells is None:
            return None
        cluster, kind, times = self.cells
        inside = wanted[kind]
        return cluster[inside], (np.cumsum(wanted) - 1)[kind[inside]], times[inside]


@attrs.frozen(eq=False, kw_only=True)
class Patterns(Distinct):
    """Distinct counts of ratings.

    Attributes:
        counts: ratings by pattern and category, shape (P, q).
        own: the category one rater chose, shape (P,), where the pattern tells that rater from the others;
            else empty.
    """

    counts: Floats
    own: Ints = attrs.field(factory=lambda: np.zeros(0, dtype=np.int64))

    def keep(self, wanted: NDArray[np.bool_]) -> Patterns:
        """The table of some of the patterns only."""
        return Patterns(
            counts=self.counts[wanted],
            own=self.own[wanted] if len(self.own) else self.own,
            times=self.times[wanted],
            cells=self._cells_of(wanted),
        )


@attrs.frozen(eq=False, kw_only=True)
class Profiles(Distinct):
    """Distinct joint ratings: which rater chose which category.

    Attributes:
        codes: category by profile and rater, shape (P, R), -1 where the rater gave none.
    """

    codes: NDArray[np.int16]

    def keep(self, wanted: NDArray[np.bool_]) -> Profiles:
        """The table of some of the profiles only."""
        return Profiles(codes=self.codes[wanted], times=self.times[wanted], cells=self._cells_of(wanted))


@attrs.frozen(eq=False, kw_only=True)
class Meetings:
    """Every two raters at a unit they both rated; as many entries M as there are such pairs.

    Attributes:
        row: row of the unit, shape (M,).
        first: number of the rater with the smaller number, shape (M,).
        second: number of the other rater, shape (M,).
        first_code: category of the first, shape (M,).
        second_code: category of the second, shape (M,).
        times: how many units the row stands for, shape (M,).
    """

    row: Ints
    first: Ints
    second: Ints
    first_code: Ints
    second_code: Ints
    times: Floats

    def tables(self, q: int) -> tuple[Ints, Floats]:
        """Contingency tables of the raters that meet.

        Returns:
            The pairs of raters, shape (K, 2) in lexical order, and their tables, shape (K, q, q), with the
            first rater in the rows.
        """
        first, pair = row_ids([self.first, self.second])
        cell = (pair * q + self.first_code) * q + self.second_code
        counts = np.bincount(cell, weights=self.times, minlength=len(first) * q * q)
        pairs = np.column_stack([self.first[first], self.second[first]])
        return pairs, counts.reshape(len(first), q, q).astype(np.float64)


def is_keyed(n_raters: int, n_units: int, q: int) -> bool:
    """Whether every profile that could be has a number of its own that is small enough to count by."""
    profiles: int = (q + 1) ** n_raters
    return profiles <= max(_KEYS, 4 * n_units)


def from_grid(grid: NDArray[np.int16], q: int, units: Units) -> Profiles:
    """Find the profiles of a grid of codes, the profile of no rating included.

    Args:
        grid: codes, shape (raters, units), negative where missing.
        q: number of categories.
        units: frequency and cluster of each unit.
    """
    if not is_keyed(len(grid), units.n, q):
        first, ids = row_ids([row + 1 for row in grid])
        return from_ids(grid[:, first].T, ids, units)
    powers = [(q + 1) ** place for place in range(len(grid))]
    key = np.full(units.n, sum(powers), dtype=np.int32)
    for power, row in zip(powers, grid, strict=True):
        key += row * np.int32(power)
    size = (q + 1) ** len(grid)
    times = units.count(key, size)
    present = np.flatnonzero(times)
    codes = (present[:, None] // np.array(powers, dtype=np.int64)) % (q + 1) - 1
    cells = None
    if units.cluster is not None:
        number = np.zeros(size, dtype=np.int64)
        number[present] = np.arange(len(present))
        cells = _cells(number[key], len(present), units)
    return Profiles(codes=codes.astype(np.int16), times=times[present], cells=cells)


def from_ids(codes: NDArray[np.int16], ids: Ints, units: Units) -> Profiles:
    """The table of profiles that are found already.

    Args:
        codes: the profiles, shape (P, raters).
        ids: number of the profile of each unit.
        units: frequency and cluster of each unit.
    """
    return Profiles(codes=codes, times=units.count(ids, len(codes)), cells=_cells(ids, len(codes), units))


def merged(profiles: Profiles, q: int) -> Patterns:
    """The patterns of profiles; that of no rating is left out."""
    n = len(profiles.codes)
    counts = np.zeros((n, q + 1), dtype=np.int64)
    for column in profiles.codes.T:
        counts[np.arange(n), column] += 1
    first, ids = row_ids([*counts.T[:q], np.zeros(n, dtype=np.int64)])
    times = np.bincount(ids, weights=profiles.times, minlength=len(first))
    cells = profiles.cells
    if cells is not None:
        cluster, profile, often = cells
        places, place = row_ids([ids[profile], cluster])
        joined = np.bincount(place, weights=often, minlength=len(places)).astype(np.float64)
        cells = cluster[places], ids[profile[places]], joined
    return _rated(counts[first, :q], times, cells)


def from_long(unit: NDArray[np.int32], code: NDArray[np.int16], q: int, units: Units) -> Patterns:
    """Find the patterns of ratings in long form, answered ratings only, in blocks of units."""
    order = np.argsort(unit, kind="stable")
    unit, code = unit[order], code[order]
    step = max(1, _BLOCK // max(q, 1))
    found: list[NDArray[np.int64]] = [np.zeros((0, q), dtype=np.int64)]
    numbers: list[Ints] = [np.zeros(0, dtype=np.int64)]
    for start in range(0, units.n, step):
        stop = min(start + step, units.n)
        left, right = np.searchsorted(unit, [start, stop])
        key = (unit[left:right].astype(np.int64) - start) * q + code[left:right]
        counts = np.bincount(key, minlength=(stop - start) * q).reshape(stop - start, q)
        first, ids = row_ids([*counts.T, np.zeros(stop - start, dtype=np.int64)])
        numbers.append(ids + sum(map(len, found)))
        found.append(counts[first])
    counts = np.concatenate(found)
    first, ids = row_ids([*counts.T, np.zeros(len(counts), dtype=np.int64)])
    return _table(counts[first], ids[np.concatenate(numbers)], units)


def against(
    unit: NDArray[np.int32], code: NDArray[np.int16], own: NDArray[np.int16], q: int, units: Units
) -> Patterns:
    """Find the patterns of one rater against the pooled others.

    Args:
        unit: unit of each answered rating of the others.
        code: code of each answered rating of the others.
        own: the rater's code by unit, negative where there is none.
        q: number of categories.
        units: frequency and cluster of each unit.

    Returns:
        The table of the units that the rater shares with somebody; `counts` holds the others alone.
    """
    counts = np.bincount(unit.astype(np.int64) * q + code, minlength=len(own) * q).reshape(len(own), q)
    shared = (own >= 0) & counts.any(axis=1)
    first, ids = row_ids([own[shared], *counts[shared].T])
    table = _table(counts[shared][first], ids, units.of(shared))
    return attrs.evolve(table, own=locked(own[shared][first].astype(np.int64)))


def alike(
    unit: NDArray[np.int32], rater: NDArray[np.int32], level: NDArray[np.signedinteger], n_units: int
) -> tuple[Ints, Ints]:
    """Number the units by what they were rated and by whom.

    Args:
        unit: unit of each answered rating, ascending.
        rater: rater of each rating, ascending within a unit.
        level: code of each rating, or number of its score, from 0.
        n_units: number of units.

    Returns:
        For each distinct unit the place of one that is like it; and for each unit its number among the
        distinct ones.
    """
    width = int(level.max(initial=0)) + 1
    key = rater.astype(np.int64) * width + level
    ratings = np.bincount(unit, minlength=n_units)
    start = np.cumsum(ratings) - ratings
    places: list[Ints] = []
    ids = np.zeros(n_units, dtype=np.int64)
    found = 0
    for size in np.unique(ratings):
        rows = np.flatnonzero(ratings == size)
        first, number = row_ids(
            [np.zeros(len(rows), dtype=np.int64), *(key[start[rows] + step] for step in range(size))]
        )
        places.append(rows[first])
        ids[rows] = number + found
        found += len(first)
    return np.concatenate([np.zeros(0, dtype=np.int64), *places]), ids


def meetings(
    unit: NDArray[np.int32], rater: NDArray[np.int32], code: NDArray[np.int16], units: Units
) -> Meetings:
    """Find the meetings of ratings in long form, by unit and rater, answered ratings only."""
    ratings = np.bincount(unit, minlength=units.n)
    start = np.cumsum(ratings) - ratings
    left: list[Ints] = [np.zeros(0, dtype=np.int64)]
    right: list[Ints] = [np.zeros(0, dtype=np.int64)]
    for size in np.unique(ratings):
        one, other = np.triu_indices(size, 1)
        first = start[ratings == size][:, None]
        left.append((first + one).ravel())
        right.append((first + other).ravel())
    one, other = np.concatenate(left), np.concatenate(right)
    row = unit[one].astype(np.int64)
    return Meetings(
        row=row,
        first=rater[one].astype(np.int64),
        second=rater[other].astype(np.int64),
        first_code=code[one].astype(np.int64),
        second_code=code[other].astype(np.int64),
        times=np.ones(len(row)) if units.times is None else units.times[row].astype(np.float64),
    )


def _none() -> Cells:
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)


def _cells(kind: Ints, n_kinds: int, units: Units) -> Cells | None:
    """Number of units by cluster and kind, by counting where there are few pairs of them, else by sorting."""
    if units.cluster is None:
        return None
    n = max(units.n_clusters, 1)
    key = kind * n + units.cluster
    if n_kinds * n <= max(_KEYS, 4 * units.n):
        times = units.count(key, n_kinds * n)
        places = np.flatnonzero(times)
        return places % n, places // n, times[places]
    places, place = np.unique(key, return_inverse=True)
    return places % n, places // n, units.count(place, len(places))


def _table(counts: NDArray[np.int64], kind: Ints, units: Units) -> Patterns:
    return _rated(counts, units.count(kind, len(counts)), _cells(kind, len(counts), units))


def _rated(counts: NDArray[np.int64], times: NDArray[Any], cells: Cells | None) -> Patterns:
    """Leave out the pattern of no rating."""
    table = Patterns(counts=counts.astype(np.float64), times=times.astype(np.float64), cells=cells)
    return table.keep(counts.sum(axis=1) > 0)
