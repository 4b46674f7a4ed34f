"""Summaries: what the data of a cut show, with their doubt.

Here belongs what a review computes before anybody decides. Not here: who may see it, which `ilr.disclosure` decides.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ilr.base import FrozenMap, Policy, read_only
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure import Published
from ilr.observation import ObservationTable, Rates

__all__ = ["ReviewSummary", "summarise"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ReviewSummary:
    """What the data of a cut show. Equal when all fields are equal.

    Attributes:
        shares: for each look-for the share at or above its fidelity level, or the level asked for, with
            its doubt.
        breakdowns: breakdowns with small cells hidden and audited.
        observations: number of records.
        teachers: number of teachers.
        below_count: whether there were fewer records than the policy's trigger (RT-3).
        left_out: ratings and records that are not in it, counted by reason.
    """

    shares: Rates
    breakdowns: tuple[Published, ...]
    observations: int
    teachers: int
    below_count: bool
    left_out: FrozenMap[str, int]


def summarise(
    table: ObservationTable,
    *,
    policy: Policy,
    breakdowns: Iterable[Published] = (),
    at_least: LevelCode | None = None,
) -> ReviewSummary:
    """Summarise the table of a cut for a review.

    Args:
        table: the table that `cut` gave.
        policy: the numbers.
        breakdowns: what `ilr.disclosure.publish` gave for it.
        at_least: the level for the shares; by default the fidelity level of each scale.

    Returns:
        Shares with interval, observations, teachers and effective numbers.
    """
    return ReviewSummary(
        shares=table.rates(at_least=at_least),
        breakdowns=tuple(breakdowns),
        observations=len(table),
        teachers=table.count("teacher"),
        below_count=len(table) < policy.review_count,
        left_out=table.left_out,
    )
