"""Shares: intervals that hold at small n, and what clustering leaves of n.

Here belong intervals for one share and for a difference of two, and the effective number of observations
behind clustered ones. Counts may be fractional, because an effective number is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ilr.base.errors import Checker
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, quantile_normal
from ilr.stats._shares import anova_icc, wilson_limits
from ilr.stats.estimate import Estimate

__all__ = [
    "clopper_pearson",
    "clustered_share",
    "effective_n",
    "icc_binary",
    "newcombe_difference",
    "wilson",
]


def wilson(x: float, n: float, level: float = 0.95) -> Estimate:
    """A share with Wilson's score interval, for display (Wilson 1927; Newcombe 1998, method 3).

    Args:
        x: number of successes, 0 to n; may be fractional.
        n: number of observations; may be fractional. With n = 0 the share is undefined.
        level: coverage of the two-sided interval, 0 to 1.

    Raises:
        InvalidInput: if x is not within 0 to n, or the level is not a probability.

    Example:
        >>> print(wilson(15, 148))
        0.101 [0.062, 0.160]
    """
    _require_counts(("x", x, "n", n), level=level)
    if n == 0:
        return _no_observations("share", level)
    low, high = wilson_limits(x, n, quantile_normal(level))
    share = x / n
    return Estimate(
        share,
        standard_error=math.sqrt(share * (1 - share) / n),
        low=low,
        high=high,
        level=level,
        method="wilson",
        n={"observations": n},
        name="share",
    )


def clopper_pearson(
    x: float, n: float, level: float = 0.95, *, sided: Literal["two", "lower", "upper"] = "two"
) -> Estimate:
    """A share with the exact binomial interval, for claims (Clopper & Pearson 1934).

    Args:
        x: number of successes, 0 to n; may be fractional, then the beta quantiles are interpolated.
        n: number of observations; may be fractional. With n = 0 the share is undefined.
        level: coverage, 0 to 1.
        sided: ``lower`` puts all doubt below (upper limit 1), ``upper`` above (lower limit 0).

    Raises:
        InvalidInput: if x is not within 0 to n, the level is no probability, or the side is unknown.

    Example:
        >>> clopper_pearson(9, 9, sided="lower").low > 0.7
        True
    """
    _require_counts(("x", x, "n", n), level=level)
    check = Checker("clopper_pearson")
    check(
        sided in ("two", "lower", "upper"),
        "proportions.sided",
        "sided",
        "is unknown",
        expected="two, lower or upper",
    )
    check.done()
    if n == 0:
        return _no_observations("share", level)
    from scipy.special import betaincinv

    tail = (1 - level) / (2 if sided == "two" else 1)
    low = 0.0 if x == 0 or sided == "upper" else float(betaincinv(x, n - x + 1, tail))
    high = 1.0 if x == n or sided == "lower" else float(betaincinv(x + 1, n - x, 1 - tail))
    share = x / n
    return Estimate(
        share,
        standard_error=math.sqrt(share * (1 - share) / n),
        low=low,
        high=high,
        level=level,
        method="clopper-pearson" if sided == "two" else f"clopper-pearson {sided}",
        n={"observations": n},
        name="share",
    )


def newcombe_difference(x1: float, n1: float, x2: float, n2: float, level: float = 0.95) -> Estimate:
    """The difference of two independent shares, first minus second (Newcombe 1998, method 10).

    Args:
        x1: successes in the first group, 0 to n1; may be fractional.
        n1: observations in the first group.
        x2: successes in the second group, 0 to n2; may be fractional.
        n2: observations in the second group. With either n = 0 the difference is undefined.
        level: coverage of the two-sided interval, 0 to 1.

    Raises:
        InvalidInput: if successes are not within 0 to n, or the level is not a probability.

    Example:
        >>> print(newcombe_difference(56, 70, 48, 80))
        0.200 [0.052, 0.334]
    """
    _require_counts(("x1", x1, "n1", n1), ("x2", x2, "n2", n2), level=level)
    counts = {"first": n1, "second": n2}
    if n1 == 0 or n2 == 0:
        return _no_observations("difference of shares", level, counts)
    z = quantile_normal(level)
    share1, share2 = x1 / n1, x2 / n2
    low1, high1 = wilson_limits(x1, n1, z)
    low2, high2 = wilson_limits(x2, n2, z)
    difference = share1 - share2
    return Estimate(
        difference,
        standard_error=math.sqrt(share1 * (1 - share1) / n1 + share2 * (1 - share2) / n2),
        low=difference - math.hypot(share1 - low1, high2 - share2),
        high=difference + math.hypot(high1 - share1, share2 - low2),
        level=level,
        method="newcombe",
        n=counts,
        name="difference of shares",
    )


def effective_n(cluster_sizes: ArrayLike, icc: float) -> float:
    """How many independent observations clustered ones are worth (Kish 1965).

    Uses n / (1 + (m - 1) icc), where m is the mean cluster size seen by an observation, the sum of squared
    sizes over the sum of sizes.

    Args:
        cluster_sizes: number of observations of each cluster; none gives 0.
        icc: intraclass correlation, 0 to 1.

    Raises:
        InvalidInput: for a negative size or an icc outside 0 to 1.

    Example:
        >>> effective_n([3] * 10, 0.3)
        18.75
    """
    sizes = np.asarray(cluster_sizes, dtype=np.float64)
    check = Checker("effective_n")
    check(
        bool((sizes >= 0).all()),
        "proportions.sizes",
        "cluster_sizes",
        "holds a size that is no count",
        expected="from 0",
    )
    check(0 <= icc <= 1, "proportions.icc", "icc", "is out of range", expected="0 to 1")
    check.done()
    n = float(sizes.sum())
    if n == 0:
        return 0.0
    return n / (1 + (float((sizes**2).sum()) / n - 1) * icc)


def icc_binary(successes: ArrayLike, sizes: ArrayLike) -> Estimate:
    """Intraclass correlation of yes-or-no answers within clusters, by one-way analysis of variance.

    The estimator of Fleiss (1981, Statistical Methods for Rates and Proportions, ch. 13; see Ridout,
    Demétrio & Firth 1999, eq. 4), clipped to 0 to 1.

    Args:
        successes: number of successes of each cluster.
        sizes: number of observations of each cluster; empty clusters are left out.

    Returns:
        The estimate without an interval; undefined with no observations, with one cluster, when every
        cluster holds one observation, or when all answers agree.

    Raises:
        InvalidInput: if successes are not within 0 to size, or the lengths differ.

    Example:
        >>> icc_binary([3, 0, 3, 0], [3, 3, 3, 3]).value
        1.0
    """
    x, m = _clusters(successes, sizes)
    counts = {"ratings": float(m.sum()), "clusters": float(len(m))}
    code = None
    if len(m) == 0:
        code = "NO_OBSERVATIONS"
    elif len(m) == 1:
        code = "ONE_CLUSTER"
    elif m.max() <= 1:
        code = "SINGLE_OBSERVATIONS"
    if code is not None:
        return Estimate.missing(Reason.of(code), n=counts, name="icc")
    icc = anova_icc(m, x, x)
    if icc is None:
        return Estimate.missing(Reason.of("NO_VARIATION"), n=counts, name="icc")
    return Estimate(icc, n=counts, name="icc")


def clustered_share(successes: ArrayLike, sizes: ArrayLike, level: float = 0.95) -> Estimate:
    """A share of clustered observations with Wilson's interval on the effective number.

    The effective number follows from the intraclass correlation of the same data. Where all answers agree
    it cannot be estimated, and each cluster counts as one observation.

    Args:
        successes: number of successes of each cluster.
        sizes: number of observations of each cluster; empty clusters are left out.
        level: coverage of the two-sided interval, 0 to 1.

    Raises:
        InvalidInput: if successes are not within 0 to size, the lengths differ, or the level is not a
            probability.

    Example:
        >>> share = clustered_share([3, 0, 3, 0], [3, 3, 3, 3])
        >>> share.value, share.n["effective"]
        (0.5, 4.0)
    """
    x, m = _clusters(successes, sizes, level)
    n = float(m.sum())
    counts = {"ratings": n, "clusters": float(len(m))}
    if n == 0:
        return _no_observations("share", level, {**counts, "effective": 0.0})
    icc = anova_icc(m, x, x)
    effective = float(len(m)) if icc is None else effective_n(m, icc)
    share = float(x.sum()) / n
    low, high = wilson_limits(share * effective, effective, quantile_normal(level))
    return Estimate(
        share,
        standard_error=math.sqrt(share * (1 - share) / effective),
        low=low,
        high=high,
        level=level,
        method="wilson",
        n={**counts, "effective": effective},
        name="share",
    )


def _clusters(successes: ArrayLike, sizes: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    x, m = np.asarray(successes, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    check = Checker("clusters")
    check(
        x.shape == m.shape and x.ndim == 1,
        "proportions.length",
        "sizes",
        "does not give one size per number of successes",
    ) and check(
        bool(((x >= 0) & (x <= m)).all()),
        "proportions.count",
        "successes",
        "are not within 0 to size",
    )
    check(0 < level < 1, "proportions.level", "level", "is not a probability", expected="0 < level < 1")
    check.done()
    return x[m > 0], m[m > 0]


def _require_counts(*pairs: tuple[str, float, str, float], level: float) -> None:
    check = Checker("proportions")
    for x_name, x, n_name, n in pairs:
        check(
            0 <= x <= n < math.inf,
            "proportions.count",
            x_name,
            f"is not within 0 to {n_name}",
            expected=f"0 to {n_name}",
        )
    check(0 < level < 1, "proportions.level", "level", "is not a probability", expected="0 < level < 1")
    check.done()


def _no_observations(name: str, level: float, counts: Mapping[str, float] | None = None) -> Estimate:
    return Estimate.missing(
        Reason.of("NO_OBSERVATIONS"), level=level, n=counts or {"observations": 0.0}, name=name
    )
