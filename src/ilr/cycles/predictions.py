"""Predictions: what leaders expect before they look, and how a result compares with it.

Here belong the prediction, whether it was made in time, and the comparison of its range with an estimate. Not here:
when a cycle may be started or closed; `ilr.cycles.improvement` tells.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Literal

import attrs

from ilr.base import Checker, Reason, check_aware, read_only
from ilr.stats import Estimate

__all__ = ["Comparison", "Prediction", "compare_with_prediction", "made_before"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Prediction:
    """The range in which a measure is expected, written down before anybody looks (Taylor et al. 2014).

    Equal when all fields are equal.

    Attributes:
        measure: id of the measure.
        low: lower end of the range, itself included, in the unit of the measure.
        high: upper end of the range, itself included.
        why: the reason to expect it, empty where none was given.
        recorded_at: the instant at which it was written down, with its offset.

    Raises:
        InvalidInput: for a range that ends before it begins or has no end, or an instant without an offset.
    """

    measure: str
    low: float
    high: float
    why: str = ""
    recorded_at: datetime

    def __attrs_post_init__(self) -> None:
        check = Checker("Prediction")
        check(
            math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high,
            "prediction.range",
            "high",
            "makes no range with the lower end",
            expected="low <= high, both finite",
        )
        check_aware(self.recorded_at, check, "recorded_at")
        check.done()


@attrs.frozen(kw_only=True)
class Comparison:
    """Where a result lies beside its prediction. Equal when all fields are equal.

    Attributes:
        outcome: ``below``, ``within`` or ``above`` the range; ``cannot tell`` where the result lies in it but its
            interval is wider than the range, or where there is no result.
        overlaps: whether the interval of the result and the range have a value in common; None without an interval.
        reason: why it cannot be told, None where it can.
    """

    outcome: Literal["below", "within", "above", "cannot tell"]
    overlaps: bool | None = None
    reason: Reason | None = None


def compare_with_prediction(prediction: Prediction, result: Estimate) -> Comparison:
    """Compare a result with the range that was predicted.

    The estimate alone decides between below and above; that its interval reaches into the range is told beside it,
    so that nobody takes a lucky month for a better one.

    Args:
        prediction: the range; a value at either end lies within it.
        result: the estimate, for example of `ilr.stats.proportions.wilson` for counts. One without a value, as of no
            observations, cannot be compared; one without an interval only where it lies outside the range.

    Example:
        >>> from datetime import UTC
        >>> from ilr.stats import proportions
        >>> expected = Prediction(
        ...     measure="wait-time", low=0.55, high=0.65, recorded_at=datetime(2026, 10, 1, tzinfo=UTC)
        ... )
        >>> found = compare_with_prediction(expected, proportions.wilson(21, 30))
        >>> found.outcome, found.overlaps
        ('above', True)
        >>> print(compare_with_prediction(expected, proportions.wilson(6, 10)).reason)
        the result lies in the predicted range, but could be anything from 0.31 to 0.83
    """
    if result.undefined is not None:
        return Comparison(outcome="cannot tell", reason=result.undefined)
    doubtful = math.isnan(result.low) or math.isnan(result.high)
    overlaps = None if doubtful else result.low <= prediction.high and prediction.low <= result.high
    if result.value < prediction.low:
        return Comparison(outcome="below", overlaps=overlaps)
    if result.value > prediction.high:
        return Comparison(outcome="above", overlaps=overlaps)
    if doubtful:
        reason = result.undefined_interval or Reason.of("NO_INTERVAL")
        return Comparison(outcome="cannot tell", reason=reason)
    if result.high - result.low > prediction.high - prediction.low:
        wide = Reason.of(
            "INTERVAL_WIDER_THAN_PREDICTION", low=round(result.low, 3), high=round(result.high, 3)
        )
        return Comparison(outcome="cannot tell", overlaps=overlaps, reason=wide)
    return Comparison(outcome="within", overlaps=overlaps)


def made_before(
    prediction: Prediction, *, first_on: date | None, first_at: datetime | None = None
) -> Literal["yes", "no", "cannot tell"]:
    """Tell whether a prediction was written down before the first datum.

    Args:
        prediction: the prediction.
        first_on: day of the first datum; None while there is none, which every prediction precedes.
        first_at: its instant, where it is known; otherwise the days are compared, and a prediction of the same day
            cannot be told from one made afterwards. The day of the prediction is that of its own offset.

    Example:
        >>> from datetime import UTC
        >>> late = Prediction(measure="m", low=0, high=1, recorded_at=datetime(2026, 10, 9, tzinfo=UTC))
        >>> made_before(late, first_on=date(2026, 10, 5))
        'no'
    """
    if first_on is None:
        return "yes"
    if first_at is not None:
        return "yes" if prediction.recorded_at < first_at else "no"
    day = prediction.recorded_at.date()
    if day == first_on:
        return "cannot tell"
    return "yes" if day < first_on else "no"
