"""Cadence: when to look at a practice again, and when to look at it only now and then.

Here belong the ladder of intervals, the rule of variable intervals, and the way to a sentinel item and back. The
monthly review stays where it is whatever they say: they add checks between reviews and take them away again. Not
here: what one share (`ilr.cycles.fidelity`) or one series shows (`ilr.cycles.stability`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Reason, read_only
from ilr.cycles.fidelity import Bounds, ShareCount, one_sided, pooled
from ilr.cycles.stability import Stability
from ilr.forms import FidelityEvidence, ReviewShare
from ilr.observation import Rate

__all__ = [
    "LadderReview",
    "NextCheck",
    "NextDays",
    "Rung",
    "climb",
    "fidelity_evidence",
    "ladder",
    "next_check",
    "next_days",
    "sentinel_slipped",
]

_REVIEWS_IN_A_ROW = 2
_LIMIT = 3.0
_MONTH_WEEKS = 4


@attrs.frozen
class LadderReview:
    """What a check on the ladder found. Equal when all fields are equal.

    Attributes:
        count: observations of this check alone, in effective numbers.
        concern: whether somebody raised a concern, or a rule signalled.
    """

    count: ShareCount
    concern: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Rung:
    """Where a practice stands on the ladder of intervals. Equal when all fields are equal.

    Attributes:
        step: place on the ladder, from 0.
        weeks: weeks until the next check.
        move: what the last check did: ``up``, ``down``, ``stay``, or ``start`` before any.
        in_a_row: checks in a row since the last move whose pooled lower bound reached the threshold.
        last: count of the last check, None at the start and after a fall.
        reasons: why.
    """

    step: int = 0
    weeks: int
    move: Literal["start", "up", "down", "stay"] = "start"
    in_a_row: int = 0
    last: ShareCount | None = None
    reasons: tuple[Reason, ...] = ()


def climb(
    rung: Rung | None,
    review: LadderReview,
    *,
    policy: Policy,
    threshold: float | None = None,
    bounds: Bounds = "exact",
) -> Rung:
    """Where a practice stands on the ladder after one more check.

    The check is pooled with the one before it. Two checks in a row whose pooled one-sided 95 % lower bound is at
    or above the threshold lead one step up, to the next interval of P-LADDER. An upper bound below the threshold,
    of the check alone or pooled, or a concern leads back to the first step, and what was seen before counts no
    more. These are switching rules as of skip-lot sampling (Dodge 1955).

    Args:
        rung: where it stood; None before the first check.
        review: the check.
        policy: P-LADDER, and P-FID where no threshold is given.
        threshold: the share asked for, 0 to 1.
        bounds: ``exact`` (Clopper-Pearson) decides; ``score`` (Wilson) is there to compare with others.

    Returns:
        The new place with the interval until the next check. A check of nothing stays where it is.

    Raises:
        InvalidInput: for a threshold outside 0 to 1, or a place that the ladder of the policy does not have.

    Example:
        >>> first = climb(None, LadderReview(ShareCount(28, 30)), policy=Policy())
        >>> second = climb(first, LadderReview(ShareCount(27, 30)), policy=Policy())
        >>> [(rung.move, rung.weeks) for rung in (first, second)]
        [('stay', 1), ('up', 2)]
    """
    steps = policy.ladder
    least = policy.fidelity if threshold is None else threshold
    check = Checker("climb")
    check(0 <= least <= 1, "ladder.threshold", "threshold", "is no share", expected="0 to 1")
    check(
        rung is None or 0 <= rung.step < len(steps),
        "ladder.step",
        "rung.step",
        "is not on the ladder",
        expected=f"0 to {len(steps) - 1}",
    )
    check.done()
    before = Rung(weeks=steps[0]) if rung is None else attrs.evolve(rung, weeks=steps[rung.step])
    if not review.count.of and not review.concern:
        return attrs.evolve(before, move="stay", reasons=(Reason.of("NO_OBSERVATIONS"),))
    together = pooled([review.count] if before.last is None else [before.last, review.count])
    lower, upper = one_sided(together, bounds)
    upper = min(upper, one_sided(review.count, bounds)[1])
    if review.concern or upper < least:
        why = (
            Reason.of("LADDER_CONCERN")
            if review.concern
            else Reason.of("LADDER_DOWN", upper=upper, least=least)
        )
        return Rung(weeks=steps[0], move="down", reasons=(why,))
    in_a_row = before.in_a_row + 1 if lower >= least else 0
    at_top = before.step == len(steps) - 1
    if in_a_row < _REVIEWS_IN_A_ROW or at_top:
        why = Reason.of("LADDER_STAY", lower=lower, upper=upper, least=least, n=in_a_row)
        if in_a_row >= _REVIEWS_IN_A_ROW:
            why = Reason.of("LADDER_TOP")
        return attrs.evolve(before, move="stay", in_a_row=in_a_row, last=review.count, reasons=(why,))
    return Rung(
        step=before.step + 1,
        weeks=steps[before.step + 1],
        move="up",
        last=review.count,
        reasons=(Reason.of("LADDER_UP", n=in_a_row, lower=lower, least=least),),
    )


def ladder(
    reviews: Iterable[LadderReview],
    *,
    policy: Policy,
    threshold: float | None = None,
    bounds: Bounds = "exact",
) -> Rung:
    """Where a practice stands after all its checks, see `climb`; before the first on the first step.

    Raises:
        InvalidInput: for a threshold outside 0 to 1.

    Example:
        >>> ladder([LadderReview(ShareCount(28, 30))] * 4, policy=Policy()).weeks
        4
    """
    rung = Rung(weeks=policy.ladder[0])
    for review in reviews:
        rung = climb(rung, review, policy=policy, threshold=threshold, bounds=bounds)
    return rung


@attrs.frozen(kw_only=True, field_transformer=read_only)
class NextCheck:
    """When to look again after a point of a chart. Equal when all fields are equal.

    Attributes:
        action: ``wait``, or ``act now``.
        weeks: weeks until the next check; None where one acts now.
        reasons: why.
    """

    action: Literal["wait", "act now"]
    weeks: int | None
    reasons: tuple[Reason, ...]


def next_check(
    z: float, *, policy: Policy, practice: Literal["new", "known"] = "known", long: int = _MONTH_WEEKS
) -> NextCheck:
    """When to look again, by where the last point of a chart lies (Reynolds, Amin, Arnold & Nachlas 1988).

    Beyond three sigma one acts now. Beyond P-VSI, or for a new practice, the next check comes after the first step
    of P-LADDER; nearer to the centre after the long interval. The point on P-VSI counts as near.

    Args:
        z: distance of the last point from the centre in sigma, either sign.
        policy: P-VSI and P-LADDER.
        practice: whether the practice is new.
        long: weeks of the long interval, 1 or more; a month by default.

    Returns:
        What to do, and after how many weeks.

    Raises:
        InvalidInput: where z is no number, or the long interval is below one week.

    Example:
        >>> [next_check(z, policy=Policy()).weeks for z in (0.2, 1.4, 3.4)]
        [4, 1, None]
    """
    check = Checker("next_check")
    check(z == z, "next_check.z", "z", "is no number", expected="a distance in sigma")  # noqa: PLR0124  # NaN alone differs from itself
    check(long >= 1, "next_check.long", "long", "is no interval", expected="1 week or more")
    check.done()
    if abs(z) > _LIMIT:
        return NextCheck(
            action="act now", weeks=None, reasons=(Reason.of("BEYOND_LIMIT", z=z, limit=_LIMIT),)
        )
    near = abs(z) <= policy.variable_interval
    where = Reason.of("NEAR_CENTRE" if near else "NEAR_LIMIT", z=z, warning=policy.variable_interval)
    reasons = (where, Reason.of("NEW_PRACTICE")) if practice == "new" else (where,)
    short = practice == "new" or not near
    return NextCheck(action="wait", weeks=policy.ladder[0] if short else long, reasons=reasons)


@attrs.frozen(kw_only=True)
class NextDays:
    """The days of the next check and of the next review. Equal when both are equal.

    Attributes:
        check: day of the next check between reviews; None where it would not come before the review.
        review: day of the next review at the latest.
    """

    check: date | None
    review: date


def next_days(on: date, *, weeks: int, reviewed_on: date, policy: Policy) -> NextDays:
    """The next check beside the next monthly review, which no interval moves (Reynolds 1996).

    Args:
        on: day of the last check.
        weeks: weeks until the next check, of `Rung` or `NextCheck`.
        reviewed_on: day of the last review.
        policy: P-REVDAYS.

    Returns:
        Both days; where the check would not come before the review, the review is the check.

    Raises:
        InvalidInput: for less than one week.

    Example:
        >>> print(next_days(date(2026, 10, 5), weeks=2, reviewed_on=date(2026, 9, 28), policy=Policy()).check)
        2026-10-19
    """
    check = Checker("next_days")
    check(weeks >= 1, "next_days.weeks", "weeks", "are no interval", expected="1 or more")
    check.done()
    day, review = on + timedelta(weeks=weeks), reviewed_on + timedelta(days=policy.review_days)
    return NextDays(check=day if day < review else None, review=review)


def fidelity_evidence(
    item: str, reviews: Iterable[Rate | ShareCount], *, stability: Stability | None = None
) -> FidelityEvidence:
    """What reviews found of an item, as `ilr.forms.propose_changes` reads it (ILR-4b.GB.2).

    That function proposes a sentinel, asked in one of P-SENTINEL visits, for an item that has settled and whose
    lower bound reached P-RETIRE in consecutive reviews.

    Args:
        item: id of the item.
        reviews: a rate or count of the item from each review, earliest first.
        stability: whether its series has settled, None where nobody asked.

    Returns:
        For each review the one-sided 95 % Clopper-Pearson lower bound and the effective number behind it; of no
        observation the bound is 0.

    Example:
        >>> fidelity_evidence("aim", [ShareCount(29, 30)]).reviews[0].lower > 0.85
        True
    """
    counts = [one if isinstance(one, ShareCount) else ShareCount.of_rate(one) for one in reviews]
    return FidelityEvidence(
        item=item,
        reviews=tuple(ReviewShare(lower=one_sided(count)[0], count=count.of) for count in counts),
        stabilised=None if stability is None else stability.settled,
    )


def sentinel_slipped(found: Rate | ShareCount, *, policy: Policy) -> bool:
    """Whether a sentinel item has slipped, so that it is asked at every visit again.

    It has when the one-sided 95 % upper bound of its share in an interval lies below P-RETIRE. Of no observation it
    has not.

    Example:
        >>> sentinel_slipped(ShareCount(6, 10), policy=Policy())
        True
    """
    count = found if isinstance(found, ShareCount) else ShareCount.of_rate(found)
    return one_sided(count)[1] < policy.retirement
