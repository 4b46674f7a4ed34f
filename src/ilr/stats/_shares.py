"""The arithmetic of shares that several modules of this room need: score limits and intraclass correlation."""

from __future__ import annotations

import math

from ilr.stats._arrays import Floats

__all__ = ["anova_icc", "wilson_limits"]


def wilson_limits(x: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's limits for x of n at the normal quantile z; n above 0."""
    centre = (x + z * z / 2) / (n + z * z)
    reach = z / (n + z * z) * math.sqrt(max(x * (n - x), 0.0) / n + z * z / 4)
    low = 0.0 if x <= 0 else max(centre - reach, 0.0)
    high = 1.0 if x >= n else min(centre + reach, 1.0)
    return low, high


def anova_icc(sizes: Floats, sums: Floats, squares: Floats) -> float | None:
    """One-way analysis of variance estimate of the intraclass correlation, clipped to 0 to 1.

    Args:
        sizes: observations of each cluster, above 0.
        sums: sum of the values of each cluster.
        squares: sum of the squared values of each cluster.

    Returns:
        The estimate; 0 when every cluster holds one observation, for then clustering costs nothing; None
        when it cannot be estimated: one cluster of several observations, or no variation at all.
    """
    clusters, n = len(sizes), float(sizes.sum())
    if sizes.max() <= 1:
        return 0.0
    mean = float(sums.sum()) / n
    between = float((sizes * (sums / sizes - mean) ** 2).sum())
    within = float((squares - sums**2 / sizes).sum())
    if clusters < 2 or between + within <= 1e-12 * n:
        return None
    typical = (n - float((sizes**2).sum()) / n) / (clusters - 1)
    between /= clusters - 1
    within /= n - clusters
    return min(max((between - within) / (between + (typical - 1) * within), 0.0), 1.0)
