"""The difference of two coefficients on the same units, which are correlated through them.

Here belongs `compare`. Not here: coefficients of parts of one table, which are in `comparing`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, Ints, locked, row_ids
from ilr.stats._inference import Method, Options, Statistic, estimate, hearing
from ilr.stats._patterns import Distinct, Units, alike, from_ids
from ilr.stats.agreement._checks import refuse_score
from ilr.stats.agreement.comparing import Coefficient
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = ["compare"]


def compare(
    r1: Ratings,
    r2: Ratings,
    coefficient: Coefficient,
    *,
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """The difference of a coefficient between two sets of ratings of the same units (Gwet 2016).

    For two groups of raters, or the same raters before and after: the units are the same, so the two values
    vary together, and the variance of their difference is that of the differences of the units' influences.
    The jackknife leaves out a unit (or cluster) of both at once, the bootstrap resamples units of both.

    A coefficient of the library is taken apart into its influences. Any other function is called anew without
    each unit, which is slower; it has no linearised error.

    Args:
        r1: the ratings whose coefficient is diminished.
        r2: the ratings whose coefficient is subtracted: row by row the same units, in the same clusters.
            Raters and categories may differ.
        coefficient: any function from `Ratings` to `Estimate`; options that say how it is to be doubted
            are ignored.
        method: linearised, jackknife, bootstrap, bca, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The difference; its `significance` gives the two-sided p of no difference, by Student's t with as many
        degrees of freedom as units (clusters) less one, normal for a bootstrap. Undefined where either value
        is, for its reason. `n` counts units rated at all and those rated in both sets (``shared``); where they differ
        the estimate notes `PARTIAL_OVERLAP`.

    Raises:
        InvalidInput: for ratings that do not have the same rows and clusters, unknown options, the score
            method, or the linearised method for a function that is no coefficient of the library.

    Example:
        >>> from ilr.stats import agreement
        >>> before = Ratings.from_matrix([[1, 2], [2, 2], [1, 2], [2, 1], [1, 1], [2, 2]], [1, 2])
        >>> after = Ratings.from_matrix([[1, 1], [2, 2], [1, 2], [2, 2], [1, 1], [2, 2]], [1, 2])
        >>> found = compare(after, before, agreement.gwet_ac)
        >>> round(found.value, 3), round(found.significance().p, 3)
        (0.649, 0.189)
    """
    options = Options(method=method, level=level, seed=seed, draws=draws, population=population)
    refuse_score("compare", method)
    _require_same_units(r1, r2)
    r1, r2 = _shortened(r1, r2)
    (first, one), (second, two) = _taken_apart(r1, coefficient), _taken_apart(r2, coefficient)
    rated = _rated(r1), _rated(r2)
    shared = _count(r1, rated[0] & rated[1])
    units = _count(r1, rated[0] | rated[1])
    counts: dict[str, float] = {"units": units, "shared": shared, "ratings": r1.n_ratings + r2.n_ratings}
    notes = (*first.notes, *(note for note in second.notes if note not in first.notes))
    if shared < units:
        notes = (*notes, Reason.of("PARTIAL_OVERLAP", shared=shared, units=units))
    name = f"difference[{first.name}]"
    undefined = first.undefined or second.undefined
    if undefined is not None:
        return Estimate.missing(undefined, level=level, n=counts, name=name, notes=notes)
    if one is None or two is None:
        _require_parts(method)
        statistic = _opaque(r1, r2, coefficient)
    else:
        statistic = _joint(r1, one, two)
    found = estimate(name, r1, lambda _: statistic, options)
    counts.update({key: found.n[key] for key in ("clusters", "population") if key in found.n})
    own = tuple(note for note in found.notes if note.code != "INFERRED_CATEGORIES")
    return attrs.evolve(found, n=counts, notes=(*notes, *own))


_Apart = tuple[Statistic, Ints]
"""A statistic, and for each row of the ratings the number of its kind in the statistic's table, or -1."""


def _taken_apart(r: Ratings, coefficient: Coefficient) -> tuple[Estimate, _Apart | None]:
    """The coefficient, and its one statistic where it comes from that alone."""
    each = attrs.evolve(
        r, cluster=locked(np.arange(r.n_rows, dtype=np.int32)), clusters=tuple(range(r.n_rows))
    )
    with hearing() as heard:
        found = coefficient(each)
    if len(heard) != 1 or isinstance(heard[0], Reason) or heard[0].patterns.cells is None:
        return found, None
    statistic = heard[0]
    if float(statistic.value((statistic.patterns.times @ statistic.rows)[None, :])[0]) != found.value:
        return found, None
    kinds = np.full(r.n_rows, -1, dtype=np.int64)
    row, kind, _ = heard[0].patterns.cells
    kinds[row] = kind
    return found, (statistic, kinds)


def _joint(r: Ratings, one: _Apart, two: _Apart) -> Statistic:
    """The difference as a statistic of the kinds that units are of in both tables together."""
    first, ids = row_ids([one[1] + 1, two[1] + 1])
    table = from_ids(np.zeros((len(first), 0), dtype=np.int16), ids, _units(r))
    counted = (one[1][first] >= 0) | (two[1][first] >= 0)
    table, first = table.keep(counted), first[counted]
    parts = [_spread(statistic, kinds[first], table.n_units) for statistic, kinds in (one, two)]
    width = parts[0][0].shape[1]

    def value(totals: Floats) -> Floats:
        return one[0].value(totals[:, :width]) - two[0].value(totals[:, width:])

    return _difference(table, np.hstack([rows for rows, _ in parts]), value, parts[0][1] - parts[1][1])


def _spread(statistic: Statistic, kinds: Ints, units: int) -> tuple[Floats, Floats]:
    """Rows and influences of one statistic by joint kind; a unit that it leaves out adds nothing."""
    there = kinds >= 0
    rows = np.where(there[:, None], statistic.rows[kinds], 0.0)
    scale = units / statistic.patterns.n_units
    return rows, np.where(there, statistic.influence[kinds], 0.0) * scale


def _opaque(r1: Ratings, r2: Ratings, coefficient: Coefficient) -> Statistic:
    """The difference as a statistic of the distinct units, its value had by calling the coefficient."""
    counted = _rated(r1) | _rated(r2)
    nothing = np.zeros((r1.n_rows, 0), dtype=np.int16)
    table = from_ids(nothing, np.arange(r1.n_rows), _units(r1)).keep(counted)
    rows = np.flatnonzero(counted)

    def value(totals: Floats) -> Floats:
        return np.array([_value(r1, row) - _value(r2, row) for row in np.rint(totals).astype(np.int64)])

    def _value(r: Ratings, times: Ints) -> float:
        drawn = times > 0
        return coefficient(
            attrs.evolve(_taken(r, rows[drawn], times[drawn]), cluster=None, clusters=())
        ).value

    return _difference(table, np.eye(len(rows)), value, np.zeros(len(rows)))


def _difference(
    table: Distinct, rows: Floats, value: Callable[[Floats], Floats], influence: Floats
) -> Statistic:
    ones = np.ones(len(table.times))
    return Statistic(
        patterns=table,
        rows=rows,
        value=value,
        influence=influence,
        agreement=ones,
        mean=1.0,
        chance=0.0,
        ceiling=math.inf,
    )


def _shortened(r1: Ratings, r2: Ratings) -> tuple[Ratings, Ratings]:
    """One row in both for all units (of a cluster) that are rated alike in both."""
    cluster = np.zeros(r1.n_rows, dtype=np.int32) if r1.cluster is None else r1.cluster
    first, ids = row_ids([_kinds(r1), _kinds(r2), cluster])
    times = np.bincount(ids, weights=r1.times, minlength=len(first)).astype(np.int64)
    return _taken(r1, first, times), _taken(r2, first, times)


def _taken(r: Ratings, rows: Ints, times: Ints) -> Ratings:
    """Some rows, each standing for as many units as is said."""
    place = np.full(r.n_rows, -1, dtype=np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    kept = place[r.unit] >= 0
    level = r.score if r.continuous else r.code
    unit, rater = place[r.unit[kept]], r.rater[kept]
    order = np.lexsort([rater, unit])
    return attrs.evolve(
        r,
        n_rows=len(rows),
        times=locked(times),
        cluster=None if r.cluster is None else locked(r.cluster[rows]),
        grid=None,
        long=(locked(unit[order]), locked(rater[order]), locked(level[kept][order])),
    )


def _kinds(r: Ratings) -> Ints:
    """A number for each row, the same for rows rated alike."""
    level = np.unique(r.score, return_inverse=True)[1] if r.continuous else r.code
    return alike(r.unit, r.rater, level, r.n_rows)[1]


def _units(r: Ratings) -> Units:
    return Units(n=r.n_rows, times=r.times, cluster=r.cluster, n_clusters=r.n_clusters)


def _rated(r: Ratings) -> NDArray[np.bool_]:
    return np.bincount(r.unit, minlength=r.n_rows) > 0


def _count(r: Ratings, rows: NDArray[np.bool_]) -> int:
    return int(_units(r).count(rows.astype(np.int64), 2)[1])


def _require_same_units(r1: Ratings, r2: Ratings) -> None:
    check = Checker("compare")
    same = check(
        r1.n_rows == r2.n_rows,
        "compare.units",
        "r2",
        "does not have as many units as r1",
        expected="the same units, in the same order",
    )
    check(
        not same or _same(r1.times, r2.times),
        "compare.times",
        "r2",
        "counts its rows otherwise than r1",
        expected="the same times",
    )
    clustered = r1.cluster is None or r2.cluster is None or r1.clusters == r2.clusters
    check(
        not same or (clustered and _same(r1.cluster, r2.cluster)),
        "compare.clusters",
        "r2",
        "does not have the clusters of r1",
        expected="the same clusters, unit by unit",
    )
    check.done()


def _same(one: NDArray[np.signedinteger] | None, two: NDArray[np.signedinteger] | None) -> bool:
    return one is two is None or (one is not None and two is not None and np.array_equal(one, two))


def _require_parts(method: Method) -> None:
    check = Checker("compare")
    check(
        method != "linearised",
        "compare.linearised",
        "method",
        "is for coefficients of the library, whose influences are known",
        expected="jackknife, bootstrap, bca or None",
    )
    check.done()
