"""Ratios of two sums over units, such as minutes of one kind in all minutes of some meetings.

Here belongs the ratio with the doubt that the units leave. A unit enters with all it holds, so that long ones weigh
more than short ones; a mean of the ratios of single units is another number. Not here: shares of yes-or-no
answers (`ilr.stats.proportions`).
"""

from __future__ import annotations

import math

import attrs
import numpy as np
from numpy.typing import ArrayLike

from ilr.base.errors import Checker
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, chunks, shares
from ilr.stats.estimate import Estimate

__all__ = ["ratio_of_sums"]

_ROUNDING = 1e-12  # standard error that rounding alone leaves


def ratio_of_sums(
    part: ArrayLike,
    whole: ArrayLike,
    *,
    seed: int,
    level: float = 0.95,
    draws: int = 2000,
    name: str = "ratio",
) -> Estimate:
    """The sum of the parts over the sum of the wholes, with an interval by resampling units.

    The interval is that of the studentised bootstrap (Efron & Tibshirani 1993, ch. 12; Hall 1988): units are drawn
    with what they hold, and the ratio of each draw is taken in its own linearised standard error (Cochran 1977,
    eq. 2.39). With few units this holds its level far better than the quantiles of the drawn ratios. The limits
    are cut to 0 to 1, where a part of a whole must lie.

    Args:
        part: what is counted of each unit, 0 up to its whole.
        whole: what each unit holds, 0 or more. With a sum of 0 the ratio is undefined.
        seed: seed of the draws.
        level: coverage of the two-sided interval, 0 to 1.
        draws: how often units are drawn, 1 or more.
        name: what the ratio is of.

    Returns:
        The ratio, 0 to 1, with the same interval in whatever order the units come. ``n`` counts ``units``. With one
        unit there is no interval; where all units have the same ratio the limits are that ratio, with a note.

    Raises:
        InvalidInput: if the lengths differ, a part is not within 0 to its whole, or the level is no probability.

    Example:
        >>> print(ratio_of_sums([30, 20, 45, 10, 30], [45, 45, 60, 45, 45], seed=1))
        0.562 [0.000, 0.788]
    """
    x, m = _checked(part, whole, level, draws)
    counts = {"units": float(len(m))}
    if not m.sum():
        return Estimate.missing(Reason.of("ZERO_TOTAL"), level=level, n=counts, name=name)
    value = float(x.sum() / m.sum())
    found = Estimate(value, level=level, n=counts, name=name, undefined_interval=Reason.of("ONE_UNIT"))
    if len(m) == 1:
        return found
    error = float(_errors(x[None, :], m[None, :])[0])
    found = attrs.evolve(
        found, standard_error=0.0, method="bootstrap", sampled="units", undefined_interval=None
    )
    if error <= _ROUNDING:
        return attrs.evolve(found, low=value, high=value, notes=(Reason.of("NO_VARIATION"),))
    distances = _studentised(x, m, value, seed=seed, draws=draws)
    lost = Reason.of("UNDEFINED_DRAWS", undefined=draws - len(distances), draws=draws)
    found = attrs.evolve(found, standard_error=error, notes=(lost,) if len(distances) < draws else ())
    if not len(distances):
        return attrs.evolve(found, undefined_interval=lost)
    tail = (1 - level) / 2
    lower, upper = (float(one) for one in np.quantile(distances, [tail, 1 - tail]))
    low, high = max(value - upper * error, 0.0), min(value - lower * error, 1.0)
    return attrs.evolve(found, low=min(low, value), high=max(high, value))


def _checked(part: ArrayLike, whole: ArrayLike, level: float, draws: int) -> tuple[Floats, Floats]:
    x, m = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    check = Checker("ratio_of_sums")
    check(
        x.shape == m.shape and x.ndim == 1, "ratios.length", "whole", "does not give one number a part"
    ) and check(
        bool(((x >= 0) & (x <= m) & (m < math.inf)).all()),
        "ratios.part",
        "part",
        "is not within 0 to its whole",
    )
    check(0 < level < 1, "ratios.level", "level", "is not a probability", expected="0 < level < 1")
    check(draws >= 1, "ratios.draws", "draws", "is too small", expected="at least 1")
    check.done()
    order = np.lexsort((x, m))
    return x[order], m[order]


def _errors(x: Floats, m: Floats) -> Floats:
    """Linearised standard error of the ratio of each row; NaN where its sum is 0."""
    n = x.shape[1]
    ratio = shares(x.sum(axis=1), m.sum(axis=1))
    squares = ((x - ratio[:, None] * m) ** 2).sum(axis=1)
    return shares(np.sqrt(squares * n / (n - 1)), m.sum(axis=1))


def _studentised(x: Floats, m: Floats, value: float, *, seed: int, draws: int) -> Floats:
    """The distance of each drawn ratio from the ratio, in its own standard error; draws without one left out."""
    rng = np.random.default_rng(seed)
    n = len(m)
    found = []
    for rows in chunks(draws, n):
        drawn = rng.integers(0, n, size=(rows, n))
        some_x, some_m = x[drawn], m[drawn]
        errors = _errors(some_x, some_m)
        kept = errors > _ROUNDING
        ratio = some_x[kept].sum(axis=1) / some_m[kept].sum(axis=1)
        found.append((ratio - value) / errors[kept])
    return np.concatenate(found)
