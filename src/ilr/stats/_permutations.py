"""Tests by exchanging units, counted in full or drawn.

Here belong the distribution of a correlation under exchange within groups, and the p of any test from draws. Not
here: the correlation itself, nor what is centred.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from ilr.base.mapping import FrozenMap
from ilr.stats._arrays import Floats, Ints, chunks
from ilr.stats.significance import Significance

__all__ = ["ROUNDING", "by_draws", "exchanged"]

ROUNDING = 1e-9
"""By how much two correlations that are the same may differ in floating point."""


def exchanged(x: Floats, y: Floats, group: Ints, *, name: str, seed: int, permutations: int) -> Significance:
    """Hold a correlation against those of units exchanged within groups.

    Args:
        x: one measure, centred in each group, of length 1 as a vector.
        y: the other.
        group: number of the group of each unit, ascending.
        name: what is tested.
        seed: seed of the draws.
        permutations: most permutations; where there are no more, each is counted.
    """
    r = float(x @ y)
    far = abs(r) - ROUNDING
    sizes = np.unique(group, return_counts=True)[1].tolist()
    if _ways(sizes, permutations) > permutations:
        beyond = sum(int((np.abs(one) >= far).sum()) for one in _drawn(x, y, group, seed, permutations))
        return by_draws(name, r, beyond=beyond, draws=permutations)
    found = _every(x, y, group)
    return Significance(
        name=name,
        statistic=r,
        distribution="every permutation",
        p=float((np.abs(found) >= far).mean()),
        n=FrozenMap({"permutations": float(len(found))}),
    )


def by_draws(name: str, statistic: float, *, beyond: int, draws: int) -> Significance:
    """The test by draws, so many of them as far from zero as the data, which count as one (Phipson & Smyth 2010)."""
    return Significance(
        name=name,
        statistic=statistic,
        distribution="drawn permutations",
        p=(beyond + 1) / (draws + 1),
        n=FrozenMap({"permutations": float(draws)}),
    )


def _ways(sizes: Sequence[int], most: int) -> int:
    """In how many ways units can be exchanged within groups, or a number above the most."""
    ways = 1
    for size in sizes:
        for factor in range(2, size + 1):
            ways *= factor
            if ways > most:
                return ways
    return ways


def _every(x: Floats, y: Floats, group: Ints) -> Floats:
    """The correlation of every permutation within groups."""
    found = np.zeros(1)
    for one in np.unique(group):
        inside = group == one
        orders = np.array(list(itertools.permutations(range(int(inside.sum())))))
        found = np.add.outer(found, x[inside][orders] @ y[inside]).ravel()
    return found


def _drawn(x: Floats, y: Floats, group: Ints, seed: int, draws: int) -> Iterator[Floats]:
    """The correlations of draws, in chunks; sorting random keys that lie apart by group exchanges within them."""
    rng = np.random.default_rng(seed)
    for rows in chunks(draws, len(x)):
        keys = rng.random((rows, len(x))) + group
        yield x[np.argsort(keys, axis=1)] @ y
