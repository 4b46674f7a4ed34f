"""Fidelity: whether a practice is in use as meant.

Here belongs the answer about one share; it has three outcomes, and too little data is never a no. Not here: a series
of shares (`ilr.cycles.stability`), when to look next (`ilr.cycles.cadence`), what a result says beside it
(`ilr.cycles.quality`), and what a form makes of the answers (`ilr.forms.propose_changes`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Reason, read_only
from ilr.observation import Rate
from ilr.stats import Estimate, proportions

__all__ = [
    "LEVEL",
    "Bounds",
    "Fidelity",
    "ShareCount",
    "fidelity",
    "one_sided",
    "pooled",
]

Bounds = Literal["exact", "score"]
"""Which one-sided bounds: ``exact`` are those of Clopper and Pearson, which decide; ``score`` are Wilson's."""

LEVEL = 0.95
"""Confidence of every interval and of every one-sided bound of this room."""

_MOST_FURTHER = 100_000
_NOISE = 1e-9


@attrs.frozen
class ShareCount:
    """How many of how many were at the level, counted in effective observations. Equal when both are equal.

    Attributes:
        reached: observations at the level; may be fractional.
        of: observations; may be fractional.

    Raises:
        InvalidInput: if what was reached is not within 0 to all of them, or they are not finite.

    Example:
        >>> ShareCount(24, 30).share
        0.8
    """

    reached: float
    of: float

    def __attrs_post_init__(self) -> None:
        check = Checker("ShareCount")
        check(
            0 <= self.reached <= self.of < math.inf,
            "share_count.reached",
            "reached",
            "is not within 0 to all",
            expected="0 to the number of observations",
        )
        check.done()

    @property
    def share(self) -> float | None:
        """The share, 0 to 1; None without an observation."""
        return self.reached / self.of if self.of else None

    @classmethod
    def of_rate(cls, rate: Rate) -> ShareCount:
        """The share of a rate on its effective number of ratings; a rate of nothing is 0 of 0."""
        of = rate.estimate.n["effective"]
        return cls(min(rate.estimate.value * of, of), of) if of else cls(0, 0)


def pooled(counts: Sequence[ShareCount]) -> ShareCount:
    """Several counts as one; none give 0 of 0.

    Example:
        >>> pooled([ShareCount(24, 30), ShareCount(27, 30)])
        ShareCount(reached=51, of=60)
    """
    return ShareCount(sum(one.reached for one in counts), sum(one.of for one in counts))


def one_sided(count: ShareCount, bounds: Bounds = "exact") -> tuple[float, float]:
    """The one-sided 95 % lower and the one-sided 95 % upper bound of a share.

    Args:
        count: the observations; of none the bounds are 0 and 1.
        bounds: ``exact`` (Clopper & Pearson 1934) or ``score`` (Wilson 1927).

    Returns:
        Lower and upper bound, 0 to 1; each by itself is wrong in at most one of twenty cases (exact) or in about
        that many (score).

    Example:
        >>> tuple(round(bound, 3) for bound in one_sided(ShareCount(26, 30)))
        (0.72, 0.953)
    """
    if not count.of:
        return 0.0, 1.0
    if bounds == "score":
        both = proportions.wilson(count.reached, count.of, 2 * LEVEL - 1)
        return both.low, both.high
    lower = proportions.clopper_pearson(count.reached, count.of, LEVEL, sided="lower")
    upper = proportions.clopper_pearson(count.reached, count.of, LEVEL, sided="upper")
    return lower.low, upper.high


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Fidelity:
    """Whether a practice is in use as meant. Equal when all fields are equal.

    Attributes:
        outcome: ``met``, ``not met``, or ``cannot tell``.
        threshold: the share that was asked for, 0 to 1.
        shown: the share with Wilson's two-sided 95 % interval, for display; it decides nothing.
        lower: one-sided 95 % lower bound of the share (Clopper-Pearson); 0 without an observation.
        upper: one-sided 95 % upper bound of the share; 1 without an observation.
        further: how many further observations like these would settle it if the share stays; None where nothing
            is to be settled, where nothing was observed, or where the share lies too near the threshold.
        reasons: why.
        policy: version of the policy that was used.
    """

    outcome: Literal["met", "not met", "cannot tell"]
    threshold: float
    shown: Estimate
    lower: float
    upper: float
    further: int | None
    reasons: tuple[Reason, ...]
    policy: str

    def __str__(self) -> str:
        return f"{self.outcome}: {'; '.join(map(str, self.reasons))}"


def fidelity(found: Rate | ShareCount, *, policy: Policy, threshold: float | None = None) -> Fidelity:
    """Tell whether the share at fidelity reaches a threshold, misses it, or cannot be told (ILR-4b.GB.2).

    The one-sided 95 % Clopper-Pearson bounds on the effective number of observations decide (Clopper & Pearson
    1934): met when the lower one is at or above the threshold, not met when the upper one lies below it. So nine
    observations without a failure show .70, and of thirty 26 must be at the level; a clear gap shows with few.

    Args:
        found: a rate of an observation table, or a count in effective observations.
        policy: the numbers.
        threshold: the share asked for, 0 to 1; P-FID by default.

    Returns:
        The answer; of no observation ``cannot tell``.

    Raises:
        InvalidInput: for a threshold outside 0 to 1.

    Example:
        >>> print(fidelity(ShareCount(26, 30), policy=Policy()))
        met: the share is at least 0.72, of 0.70
        >>> print(fidelity(ShareCount(25, 30), policy=Policy()))
        cannot tell: the share lies between 0.68 and 0.93, which does not settle 0.70; about 8 more observations \
with the same share would settle it
    """
    least = policy.fidelity if threshold is None else threshold
    check = Checker("fidelity")
    check(0 <= least <= 1, "fidelity.threshold", "threshold", "is no share", expected="0 to 1")
    check.done()
    count = found if isinstance(found, ShareCount) else ShareCount.of_rate(found)
    lower, upper = one_sided(count)
    outcome = _outcome(count, lower, upper, least)
    further = _further(found, count, least) if outcome == "cannot tell" else None
    return Fidelity(
        outcome=outcome,
        threshold=least,
        shown=proportions.wilson(count.reached, count.of, LEVEL),
        lower=lower,
        upper=upper,
        further=further,
        reasons=_reasons(count, lower, upper, least, further),
        policy=policy.version,
    )


def _outcome(
    count: ShareCount, lower: float, upper: float, least: float
) -> Literal["met", "not met", "cannot tell"]:
    if not count.of or lower < least <= upper:
        return "cannot tell"
    return "met" if lower >= least else "not met"


def _reasons(
    count: ShareCount, lower: float, upper: float, least: float, further: int | None
) -> tuple[Reason, ...]:
    if not count.of:
        return (Reason.of("NO_OBSERVATIONS"),)
    if lower >= least:
        return (Reason.of("FIDELITY_REACHED", lower=lower, least=least),)
    if upper < least:
        return (Reason.of("FIDELITY_MISSED", upper=upper, least=least),)
    unsure = Reason.of("FIDELITY_UNSURE", lower=lower, upper=upper, least=least)
    return (unsure,) if further is None else (unsure, Reason.of("OBSERVATIONS_WANTED", n=further))


def _further(found: Rate | ShareCount, count: ShareCount, least: float) -> int | None:
    """How many further observations of the same share settle a threshold; of a rate, in ratings like its own."""
    if not count.of:
        return None

    def settles(more: int) -> bool:
        by = 1 + more / count.of
        lower, upper = one_sided(ShareCount(count.reached * by, count.of * by))
        return lower >= least or upper < least

    most = 1
    while not settles(most):
        most *= 2
        if most > _MOST_FURTHER:
            return None
    low = most // 2
    while most - low > 1:
        middle = (low + most) // 2
        low, most = (low, middle) if settles(middle) else (middle, most)
    worth = 1.0 if isinstance(found, ShareCount) else found.estimate.n["ratings"] / count.of
    return math.ceil(most * worth - _NOISE)
