"""Associations: how observations and outcomes of students go together, never what causes what.

Here belongs the analysis that a review cites.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, read_only

__all__ = ["AssociationAnalysis"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class AssociationAnalysis:
    """A computed relation between observations and outcomes, as a review cites it. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day it was made.
        building: id of the school, or of the district.
        dataset: name of the outcome data.
        dataset_kind: whether they are academic outcomes or further measures of students.
        unit: what one point is; never a single teacher.
        n: number of points.
        method: how it was computed.
        estimate: the association.
        low: lower limit of its interval.
        high: upper limit of its interval.

    Raises:
        InvalidInput: for no points or limits that do not hold the estimate.
    """

    id: str
    on: date
    building: str
    dataset: str
    dataset_kind: Literal["outcome", "non-academic"]
    unit: Literal["team", "building"]
    n: int
    method: str
    estimate: float
    low: float
    high: float

    def __attrs_post_init__(self) -> None:
        check = Checker("AssociationAnalysis")
        check(self.n > 0, "association.n", "n", "is not positive", expected="1 or more")
        check(
            self.low <= self.estimate <= self.high,
            "association.interval",
            "estimate",
            "lies outside its interval",
            expected="low <= estimate <= high",
        )
        check.done()
