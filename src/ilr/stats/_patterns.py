"""The pattern table: what every coefficient of agreement needs to know of the ratings.

Units that received the same number of ratings in every category are alike to a coefficient that does not
tell raters apart. A table of the distinct count vectors with their frequencies makes such a coefficient,
its influence values, its jackknife and its bootstrap cost as many steps as there are patterns.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.stats._arrays import Floats, Ints, locked, row_ids

__all__ = ["Patterns", "against", "from_grid", "from_long"]

_BLOCK = 1 << 22


@attrs.frozen(eq=False)
class Patterns:
    """Distinct patterns and how often each occurs, in all and within each cluster.

    Attributes:
        counts: ratings by pattern and category, shape (P, q).
        times: how many units show the pattern, shape (P,).
        own: the category one rater chose, shape (P,), where the pattern tells that rater from the others;
            else empty.
        cells: places of the filled cells of the cluster x pattern table: cluster, pattern and number of
            units; None without clusters.
    """

    counts: Floats
    times: Floats
    own: Ints = attrs.field(factory=lambda: np.zeros(0, dtype=np.int64))
    cells: tuple[Ints, Ints, Floats] | None = None

    @property
    def n_units(self) -> int:
        """Number of units in the table."""
        return int(self.times.sum())

    @property
    def n_clusters(self) -> int:
        """Number of clusters that hold at least one unit of the table, 0 without clusters."""
        return 0 if self.cells is None else len(np.unique(self.cells[0]))

    def keep(self, wanted: NDArray[np.bool_]) -> Patterns:
        """The table of some of the patterns only."""
        cells = self.cells
        if cells is not None:
            cluster, pattern, times = cells
            inside = wanted[pattern]
            cells = cluster[inside], (np.cumsum(wanted) - 1)[pattern[inside]], times[inside]
        own = self.own[wanted] if len(self.own) else self.own
        return Patterns(self.counts[wanted], self.times[wanted], own=own, cells=cells)

    def by_cluster(self, rows: Floats) -> Floats:
        """Add up one row per unit within each cluster, shape (P, s) to (clusters, s), none without clusters."""
        cluster, pattern, times = self.cells or _none()
        numbers = np.unique(cluster, return_inverse=True)[1]
        out = np.zeros((int(numbers.max(initial=-1)) + 1, rows.shape[1]))
        np.add.at(out, numbers, rows[pattern] * times[:, None])
        return out


def from_grid(
    grid: NDArray[np.int16], q: int, cluster: NDArray[np.int32] | None, n_clusters: int
) -> Patterns:
    """Find the patterns of a complete grid of codes.

    Args:
        grid: codes, shape (raters, units), negative where missing.
        q: number of categories.
        cluster: cluster of each unit, or None.
        n_clusters: number of clusters.
    """
    n_raters, n_units = grid.shape
    base = q + 1
    size = base**n_raters
    if size > max(1 << 16, 4 * n_units):
        rater, unit = np.nonzero(grid >= 0)
        return _by_block(unit, grid[rater, unit], n_units, q, cluster, n_clusters)
    key = np.full(n_units, sum(base**place for place in range(n_raters)), dtype=np.int32)
    for place, row in enumerate(grid):
        key += row * np.int32(base**place)
    times = np.bincount(key, minlength=size)
    present = np.flatnonzero(times)
    digits = (present[:, None] // np.array([base**place for place in range(n_raters)])) % base - 1
    counts = np.zeros((len(present), base), dtype=np.int64)
    for place in range(n_raters):
        counts[np.arange(len(present)), digits[:, place]] += 1
    first, merged = row_ids([*counts.T[:q], np.zeros(len(present), dtype=np.int64)])
    pattern = None
    if cluster is not None:
        number = np.zeros(size, dtype=np.int64)
        number[present] = merged
        pattern = number[key]
    return _table(
        counts[first, :q],
        np.bincount(merged, weights=times[present], minlength=len(first)).astype(np.float64),
        pattern,
        cluster,
        n_clusters,
    )


def from_long(
    unit: NDArray[np.int32],
    code: NDArray[np.int16],
    n_units: int,
    q: int,
    cluster: NDArray[np.int32] | None,
    n_clusters: int,
) -> Patterns:
    """Find the patterns of ratings in long form, answered ratings only."""
    return _by_block(unit, code, n_units, q, cluster, n_clusters)


def against(
    unit: NDArray[np.int32],
    code: NDArray[np.int16],
    own: NDArray[np.int16],
    q: int,
    cluster: NDArray[np.int32] | None,
    n_clusters: int,
) -> Patterns:
    """Find the patterns of one rater against the pooled others.

    Args:
        unit: unit of each answered rating of the others.
        code: code of each answered rating of the others.
        own: the rater's code by unit, negative where there is none.
        q: number of categories.
        cluster: cluster of each unit, or None.
        n_clusters: number of clusters.

    Returns:
        The table of the units that the rater shares with somebody; `counts` holds the others alone.
    """
    counts = np.bincount(unit.astype(np.int64) * q + code, minlength=len(own) * q).reshape(len(own), q)
    shared = (own >= 0) & counts.any(axis=1)
    first, ids = row_ids([own[shared], *counts[shared].T])
    inside = None if cluster is None else cluster[shared]
    table = _table(
        counts[shared][first],
        np.bincount(ids, minlength=len(first)).astype(np.float64),
        ids,
        inside,
        n_clusters,
    )
    return attrs.evolve(table, own=locked(own[shared][first].astype(np.int64)))


def _by_block(
    unit: NDArray[np.signedinteger],
    code: NDArray[np.int16],
    n_units: int,
    q: int,
    cluster: NDArray[np.int32] | None,
    n_clusters: int,
) -> Patterns:
    order = np.argsort(unit, kind="stable")
    unit, code = unit[order], code[order]
    step = max(1, _BLOCK // max(q, 1))
    found: list[NDArray[np.int64]] = []
    numbers: list[Ints] = []
    for start in range(0, n_units, step):
        stop = min(start + step, n_units)
        left, right = np.searchsorted(unit, [start, stop])
        key = (unit[left:right].astype(np.int64) - start) * q + code[left:right]
        counts = np.bincount(key, minlength=(stop - start) * q).reshape(stop - start, q)
        first, ids = row_ids([*counts.T, np.zeros(stop - start, dtype=np.int64)])
        numbers.append(ids + sum(map(len, found)))
        found.append(counts[first])
    if not found:
        return Patterns(
            locked(np.zeros((0, q))), locked(np.zeros(0)), cells=None if cluster is None else _none()
        )
    counts = np.concatenate(found)
    first, merged = row_ids([*counts.T, np.zeros(len(counts), dtype=np.int64)])
    pattern = merged[np.concatenate(numbers)]
    times = np.bincount(pattern, minlength=len(first)).astype(np.float64)
    return _table(counts[first], times, pattern, cluster, n_clusters)


def _none() -> tuple[Ints, Ints, Floats]:
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)


def _table(
    counts: NDArray[np.int64],
    times: Floats,
    pattern: Ints | None,
    cluster: NDArray[np.int32] | None,
    n_clusters: int,
) -> Patterns:
    """Join counts, frequencies and clusters; leave out the pattern of no rating."""
    cells = None
    if cluster is not None and pattern is not None:
        key = pattern * max(n_clusters, 1) + cluster
        places, often = np.unique(key, return_counts=True)
        n = max(n_clusters, 1)
        cells = places % n, places // n, often.astype(np.float64)
    table = Patterns(counts.astype(np.float64), times.astype(np.float64), cells=cells)
    return table.keep(counts.sum(axis=1) > 0)
