"""Predictions, whether they came first, and how a result lies beside them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.cycles.small_cycle import prediction, problems

from ilr.base import Reason
from ilr.cycles import compare_with_prediction, made_before
from ilr.stats import Estimate, proportions

WEST = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    "range_",
    [{"low": 0.7}, {"low": math.nan}, {"high": math.inf}, {"low": -math.inf}],
)
def test_a_range_has_two_ends_in_order(range_: dict[str, float]) -> None:
    """A range that ends before it begins, or has no end, predicts nothing."""
    assert problems(prediction, **range_) == [("prediction.range", "high")]


def test_the_instant_of_a_prediction_has_an_offset() -> None:
    """Without one nobody can tell what came first; it is refused together with the range."""
    assert problems(prediction, low=1, recorded_at=datetime(2026, 10, 1, 8)) == [  # noqa: DTZ001  # the point
        ("prediction.range", "high"),
        ("instant.naive", "recorded_at"),
    ]


def test_a_point_can_be_predicted() -> None:
    """A range of one value is a range; a result on it with no doubt at all lies within."""
    sharp = prediction(low=0.6, high=0.6)
    assert compare_with_prediction(sharp, Estimate(0.6, low=0.6, high=0.6)).outcome == "within"


@pytest.mark.parametrize(
    ("value", "low", "high", "outcome", "overlaps"),
    [
        (0.5, 0.48, 0.52, "below", False),
        (0.5, 0.40, 0.55, "below", True),
        (0.7, 0.66, 0.72, "above", False),
        (0.7, 0.65, 0.72, "above", True),
        (0.55, 0.52, 0.58, "within", True),
        (0.65, 0.62, 0.66, "within", True),
        (0.6, 0.55, 0.65, "within", True),
        (0.6, 0.54, 0.66, "cannot tell", True),
    ],
)
def test_a_result_lies_below_within_or_above(
    value: float, low: float, high: float, outcome: str, overlaps: bool
) -> None:
    """The value decides, ends included; inside, an interval wider than the range leaves it open."""
    found = compare_with_prediction(prediction(), Estimate(value, low=low, high=high))
    assert (found.outcome, found.overlaps) == (outcome, overlaps)
    assert (found.reason is None) == (outcome != "cannot tell")


def test_a_wide_interval_is_the_reason_with_its_limits() -> None:
    """Six of ten lie in the range, but so does almost everything."""
    found = compare_with_prediction(prediction(), proportions.wilson(6, 10))
    assert found.reason == Reason.of("INTERVAL_WIDER_THAN_PREDICTION", low=0.313, high=0.832)


def test_nothing_observed_cannot_be_compared() -> None:
    """An estimate without a value hands on its reason."""
    found = compare_with_prediction(prediction(), proportions.wilson(0, 0))
    assert (found.outcome, found.overlaps, found.reason) == (
        "cannot tell",
        None,
        Reason.of("NO_OBSERVATIONS"),
    )


@pytest.mark.parametrize(
    ("estimate", "outcome", "reason"),
    [
        (Estimate(0.7), "above", None),
        (Estimate(0.5), "below", None),
        (Estimate(0.6), "cannot tell", Reason.of("NO_INTERVAL")),
        (Estimate(0.6, low=0.59), "cannot tell", Reason.of("NO_INTERVAL")),
        (Estimate(0.6, undefined_interval=Reason.of("ONE_CLUSTER")), "cannot tell", Reason.of("ONE_CLUSTER")),
    ],
)
def test_without_an_interval_only_what_lies_outside_is_told(
    estimate: Estimate, outcome: str, reason: Reason | None
) -> None:
    """A value in the range with unknown doubt may be anywhere."""
    found = compare_with_prediction(prediction(), estimate)
    assert (found.outcome, found.overlaps, found.reason) == (outcome, None, reason)


@pytest.mark.parametrize(
    ("first", "answer"),
    [
        ({"first_on": None}, "yes"),
        ({"first_on": date(2026, 10, 3)}, "yes"),
        ({"first_on": date(2026, 10, 2)}, "cannot tell"),
        ({"first_on": date(2026, 10, 1)}, "no"),
        ({"first_on": date(2026, 10, 2), "first_at": datetime(2026, 10, 2, 15, 1, tzinfo=UTC)}, "yes"),
        ({"first_on": date(2026, 10, 2), "first_at": datetime(2026, 10, 2, 15, tzinfo=UTC)}, "no"),
        ({"first_on": date(2026, 10, 2), "first_at": datetime(2026, 10, 2, 9, 59, tzinfo=WEST)}, "no"),
        ({"first_on": date(2026, 10, 2), "first_at": datetime(2026, 10, 2, 10, 1, tzinfo=WEST)}, "yes"),
    ],
)
def test_a_prediction_comes_first_by_instant_or_by_day(first: dict[str, Any], answer: str) -> None:
    """Instants compare across offsets; of two things on one day without instants nobody knows."""
    assert made_before(prediction(), **first) == answer
