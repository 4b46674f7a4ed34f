"""Whether many raters put units in the same order: Kendall's coefficient of concordance with its test.

Here belong statistics of ranks. They count the units that every rater rated. Not here: how far scores differ.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs
import numpy as np

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats
from ilr.stats._scores import added, notes_on, read_scores
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings
from ilr.stats.significance import Significance

__all__ = ["kendall_w", "kendall_w_test"]

Ties: TypeAlias = Literal["corrected", "uncorrected"]
Distribution: TypeAlias = Literal["chi-squared", "F"]


@attrs.frozen(kw_only=True)
class _Found:
    """The coefficient, or why there is none, with the counts behind it."""

    value: float | Reason
    n: FrozenMap[str, float]
    notes: tuple[Reason, ...]


def kendall_w(r: Ratings, *, ties: Ties = "corrected") -> Estimate:
    """Kendall's W: how far raters order the units alike (Kendall & Babington Smith 1939; Kendall 1948, ch. 6).

    Each rater's scores become ranks, equal ones their mean rank. W is the spread of the sums of ranks over
    the largest it could have; corrected for ties it is the largest with each rater's ties. The mean of
    Spearman's correlations of all pairs of raters is (m W - 1) / (m - 1).

    Args:
        r: scores or ordered categories. A unit that some rater did not rate is left out; `n` tells how many
            are in (``units``) and how many not (``left_out``).
        ties: corrected or uncorrected.

    Returns:
        The estimate without an interval, 0 to 1. Undefined with one rater, with fewer than two units that all
        rated, or where every rater gives one score to all.

    Raises:
        InvalidInput: for an unknown option, or categories without an order.

    Example:
        >>> r = Ratings.from_matrix([[1, 2, 1], [2, 1, 2], [3, 3, 4], [4, 4, 3]], categories=[1, 2, 3, 4])
        >>> round(kendall_w(r).value, 4)
        0.8222
    """
    check = Checker("kendall_w")
    check(
        ties in ("corrected", "uncorrected"),
        "concordance.ties",
        "ties",
        "is unknown",
        expected="corrected or uncorrected",
    )
    check.done()
    found = _coefficient(r, ties, "kendall_w")
    if isinstance(found.value, Reason):
        return Estimate.missing(found.value, n=found.n, name="kendall_w", notes=found.notes)
    return Estimate(found.value, n=found.n, name="kendall_w", notes=found.notes)


def kendall_w_test(r: Ratings, *, distribution: Distribution = "chi-squared") -> Significance:
    """Test whether raters order the units with no relation to each other (Kendall & Babington Smith 1939).

    With m raters, n units and W corrected for ties, chi-squared is m (n - 1) W with n - 1 degrees of freedom,
    which is Friedman's statistic with raters as blocks. F is (m - 1) W / (1 - W) with n - 1 - 2 / m degrees
    of freedom and m - 1 times as many; it is nearer the truth with few units or raters. W has one direction,
    so p is the upper tail (``greater``).

    Args:
        r: scores or ordered categories, as in `kendall_w`.
        distribution: ``chi-squared`` or ``F``.

    Returns:
        The test; undefined as `kendall_w`, and for F also where all raters order alike or two units meet two
        raters.

    Raises:
        InvalidInput: for an unknown option, or categories without an order.

    Example:
        >>> r = Ratings.from_matrix([[1, 2, 1], [2, 1, 2], [3, 3, 4], [4, 4, 3]], categories=[1, 2, 3, 4])
        >>> print(kendall_w_test(r))
        chi-squared(3) = 7.400, p = 0.0602 (greater)
    """
    check = Checker("kendall_w_test")
    check(
        distribution in ("chi-squared", "F"),
        "concordance.distribution",
        "distribution",
        "is unknown",
        expected="chi-squared or F",
    )
    check.done()
    found = _coefficient(r, "corrected", "kendall_w_test")
    value, n, m = found.value, found.n["units"], r.n_raters
    if distribution == "F" and not isinstance(value, Reason) and (value >= 1 or n - 1 - 2 / m <= 0):
        value = Reason.of("NO_RESIDUAL")
    if isinstance(value, Reason):
        return Significance(name="kendall_w", sided="greater", n=found.n, undefined=value, notes=found.notes)
    from scipy.special import chdtrc, fdtrc

    freedom: tuple[float, ...]
    if distribution == "F":
        freedom = n - 1 - 2 / m, (m - 1) * (n - 1 - 2 / m)
        statistic = (m - 1) * value / (1 - value)
        p = float(fdtrc(*freedom, statistic))
    else:
        freedom, statistic = (n - 1,), m * (n - 1) * value
        p = float(chdtrc(*freedom, statistic))
    return Significance(
        name="kendall_w",
        statistic=statistic,
        distribution=distribution,
        freedom=freedom,
        p=p,
        sided="greater",
        n=found.n,
        notes=found.notes,
    )


def _coefficient(r: Ratings, ties: Ties, subject: str) -> _Found:
    scores = read_scores(r, subject)
    table, times = scores.complete()
    n, m = float(times.sum()), len(table)
    counts: FrozenMap[str, float] = FrozenMap({"units": n, "raters": m, "left_out": scores.n["units"] - n})
    value: float | Reason
    if m < 2:
        value = Reason.of("ONE_RATER")
    elif n < 2:
        value = Reason.of("BELOW_COUNT", n=int(n), least=2)
    else:
        ranked = [_ranks(row, times) for row in table]
        lost = sum(tied for _, tied in ranked) if ties == "corrected" else 0.0
        sums = np.sum([ranks for ranks, _ in ranked], axis=0) - m * (n + 1) / 2
        most = m**2 * (n**3 - n) - m * lost
        spread = 12 * float(times @ sums**2)
        varied = any(row.min() < row.max() for row in table)
        value = min(spread / most, 1.0) if varied else Reason.of("NO_VARIATION")
    return _Found(value=value, n=counts, notes=notes_on(r))


def _ranks(scores: Floats, times: Floats) -> tuple[Floats, float]:
    """Mean ranks of scores that stand for several units each, and the sum of t^3 - t over ties of t."""
    _, place = np.unique(scores, return_inverse=True)
    often = added(place, times)
    ranks = np.cumsum(often) - (often - 1) / 2
    return ranks[place], float((often**3 - often).sum())
