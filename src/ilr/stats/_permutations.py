"""The test of no correlation by exchanging units within groups, counted in full or drawn.

Here belongs the distribution of a correlation under exchange. Not here: the correlation itself, nor what is
centred.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from ilr.base.mapping import FrozenMap
from ilr.stats._arrays import Floats, Ints
from ilr.stats.significance import Significance

__all__ = ["ROUNDING", "exchanged"]

ROUNDING = 1e-9
"""By how much two correlations that are the same may differ in floating point."""

_ROOM = 1 << 20  # numbers of one chunk of draws


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
    if _ways(sizes, permutations) <= permutations:
        found = _every(x, y, group)
        made, p = float(len(found)), float((np.abs(found) >= far).mean())
        distribution = "every permutation"
    else:
        beyond = sum(int((np.abs(one) >= far).sum()) for one in _drawn(x, y, group, seed, permutations))
        made, p = float(permutations), (beyond + 1) / (permutations + 1)
        distribution = "drawn permutations"
    return Significance(
        name=name, statistic=r, distribution=distribution, p=p, n=FrozenMap({"permutations": made})
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
    chunk = max(1, _ROOM // len(x))
    for start in range(0, draws, chunk):
        keys = rng.random((min(chunk, draws - start), len(x))) + group
        yield x[np.argsort(keys, axis=1)] @ y
