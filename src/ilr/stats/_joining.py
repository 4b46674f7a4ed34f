"""Tables of ratings that shrink and add: the same units counted once, and the units of two tables together.

Here belong compression and addition of `Ratings`. Not here: the ways in.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.stats._arrays import Ints, locked, row_ids
from ilr.stats._layout import Long, arrange, locked_all
from ilr.stats._patterns import Profiles, alike

if TYPE_CHECKING:
    from ilr.stats.ratings import Ratings

__all__ = ["compressed", "joined"]


def compressed(r: Ratings, profiles: Profiles | None) -> Ratings:
    """One row for all units of a cluster that are rated alike.

    Args:
        r: the ratings.
        profiles: all their profiles, where they come as a grid of codes.
    """
    if profiles is None:
        return _by_rows(r)
    kind, times, cluster = np.arange(len(profiles.times)), profiles.times, None
    if profiles.cells is not None:
        numbers, kind, times = profiles.cells
        cluster = locked(numbers.astype(np.int32))
    return attrs.evolve(
        r,
        n_rows=len(kind),
        times=locked(times.astype(np.int64)),
        cluster=cluster,
        grid=locked(np.ascontiguousarray(profiles.codes[kind].T)),
    )


def _by_rows(r: Ratings) -> Ratings:
    """The same, of scores or of long ratings."""
    unit, rater, level = _columns(r)
    first, ids = alike(unit, rater, np.unique(level, return_inverse=True)[1], r.n_rows)
    cluster = None
    if r.cluster is not None:
        places, ids = row_ids([ids, r.cluster])
        first, cluster = places, r.cluster[places]
    times = np.bincount(ids, weights=r.times).astype(np.int64)
    place = np.full(r.n_rows, -1, dtype=np.int32)
    place[first] = np.arange(len(first), dtype=np.int32)
    kept = place[unit] >= 0
    return _with(r, (place[unit[kept]], rater[kept], level[kept]), len(first), times, cluster, r.clusters)


def joined(one: Ratings, two: Ratings) -> Ratings:
    """The units of both."""
    _require_alike(one, two)
    raters, renumbered = _united(one.raters, two.raters)
    clusters, regrouped = _united(one.clusters, two.clusters)
    first, second = _columns(one), _columns(two)
    long = (
        np.concatenate([first[0], second[0] + np.int32(one.n_rows)]),
        np.concatenate([first[1], renumbered[second[1]]]),
        np.concatenate([first[2], second[2]]),
    )
    cluster = None
    if one.cluster is not None or two.cluster is not None:
        cluster = np.concatenate([_numbers(one.cluster), regrouped[_numbers(two.cluster)]])
    times = None
    if one.times is not None or two.times is not None:
        times = np.concatenate([_frequencies(one), _frequencies(two)])
    filled = [r for r in (one, two) if r.n_rows] or [one, two]
    missing = {
        kind: one.missing.get(kind, 0) + two.missing.get(kind, 0) for kind in {**one.missing, **two.missing}
    }
    made = attrs.evolve(
        one,
        raters=raters,
        missing=FrozenMap(missing),
        inferred=any(r.inferred for r in filled),
        tabulated=all(r.tabulated for r in filled),
    )
    return _with(made, long, one.n_rows + two.n_rows, times, cluster, clusters)


def _require_alike(one: Ratings, two: Ratings) -> None:
    check = Checker("Ratings")
    same = (
        one.continuous == two.continuous
        and one.categories == two.categories
        and one.ordered == two.ordered
        and np.array_equal(one.values, two.values)
        and np.array_equal(one.ranks, two.ranks)
    )
    check(
        same,
        "ratings.categories",
        "categories",
        "differ between the ratings to be added, in name, order, value or rank",
        hint="declare the same categories for both",
    )
    clustered = {r.cluster is not None for r in (one, two) if r.n_rows}
    check(
        len(clustered) < 2,
        "ratings.cluster",
        "cluster",
        "is known of the units of one part only",
        hint="name the clusters of both parts, or of neither",
    )
    check.done()


def _with(
    r: Ratings,
    long: Long,
    n_rows: int,
    times: Ints | None,
    cluster: NDArray[np.int32] | None,
    clusters: tuple[Hashable, ...],
) -> Ratings:
    """Other rows under the same categories and raters."""
    unit, rater, level = long
    order = np.lexsort([rater, unit])
    places = np.arange(len(unit))
    grid, ordered = arrange(
        unit[order], rater[order], level[order], n_rows, r.n_raters, places, Checker("Ratings"), "rows"
    )
    return attrs.evolve(
        r,
        n_rows=n_rows,
        times=None if times is None else locked(times),
        cluster=None if cluster is None else locked(cluster),
        clusters=clusters,
        grid=None if grid is None else locked(grid),
        long=None if ordered is None else locked_all(ordered),
    )


def _columns(r: Ratings) -> Long:
    return r.unit, r.rater, r.score if r.continuous else r.code


def _united(
    one: tuple[Hashable, ...], two: tuple[Hashable, ...]
) -> tuple[tuple[Hashable, ...], NDArray[np.int32]]:
    """The labels of both, and the number among them of each label of the second."""
    number = {label: place for place, label in enumerate(dict.fromkeys(one + two))}
    return tuple(number), np.array([number[label] for label in two], dtype=np.int32)


def _numbers(cluster: NDArray[np.int32] | None) -> NDArray[np.int32]:
    return np.zeros(0, dtype=np.int32) if cluster is None else cluster


def _frequencies(r: Ratings) -> Ints:
    return np.ones(r.n_rows, dtype=np.int64) if r.times is None else r.times
