"""Summaries: what the data of a cut show, with their doubt.

Here belongs what a review computes before anybody decides: how ratings spread over the levels, the shares at
fidelity, what changed since an earlier period, and the same in groups. Groups are read from tables that
`ilr.disclosure` published, so that nothing else can leave with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal

import attrs

from ilr.base import Checker, FrozenMap, Policy, Reason, read_only
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure import Published
from ilr.observation import LevelShares, ObservationTable, Rate, Rates
from ilr.stats import Estimate, charts, proportions

__all__ = ["GroupChange", "ReviewSummary", "ShareChange", "changes", "group_changes", "summarise", "trend"]

Direction = Literal["more", "fewer", "cannot tell"]
"""Whether a share rose or fell; ``cannot tell`` where the interval of the difference holds 0."""


def _direction(difference: Estimate) -> Direction:
    if difference.low > 0:
        return "more"
    return "fewer" if difference.high < 0 else "cannot tell"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ShareChange:
    """The share of a look-for at or above a level in two periods. Equal when all fields are equal.

    Attributes:
        item: id of the look-for.
        at_least: the level.
        before: the share of the earlier period.
        after: the share of the later one.
        difference: later less earlier, with Newcombe's interval on the effective numbers; undefined where one
            share is, or where the two periods asked something else.
    """

    item: str
    at_least: LevelCode
    before: Estimate
    after: Estimate
    difference: Estimate

    @property
    def direction(self) -> Direction:
        """Whether there is more of it now."""
        return _direction(self.difference)

    def __str__(self) -> str:
        return f"{self.item}: {self.direction}, {self.difference}"


def changes(
    before: ObservationTable,
    after: ObservationTable,
    *,
    at_least: LevelCode | None = None,
    level: float = 0.95,
) -> tuple[ShareChange, ...]:
    """What changed from one period to the next, look-for by look-for (ILR-6a.GB.1).

    Periods are comparable where both ask the same thing on the same scale: take them out of one table, as
    `ObservationTable.between` does, or join tables by `ilr.observation.concat`, which keeps items apart that
    nobody declared to be the same. The two periods count as independent, although they share teachers; teachers
    who stay as they are make the interval too wide rather than too narrow.

    Args:
        before: the observations of the earlier period.
        after: those of the later one.
        at_least: the level for the shares; by default the fidelity level of each scale.
        level: coverage of the intervals, 0 to 1.

    Returns:
        One change for each look-for of the later period, in its order. Nothing is adjusted for the number of
        look-fors: of twenty that stand still, one will seem to have moved.

    Raises:
        InvalidInput: for a level that a scale does not have.

    Example:
        >>> from ilr.testing import synthetic
        >>> district = synthetic.district(seed=7)
        >>> table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
        >>> fall = table.between(date(2026, 9, 1), date(2026, 12, 31))
        >>> spring = table.between(date(2027, 1, 1), date(2027, 6, 30))
        >>> print(changes(fall, spring)[-1])
        wait-time: more, 0.330 [0.218, 0.430]
    """
    earlier = {rate.item: rate for rate in before.rates(at_least=at_least, level=level)}
    return tuple(
        _change(earlier.get(rate.item), rate, level, comparable=_is_same(rate.item, before, after))
        for rate in after.rates(at_least=at_least, level=level)
    )


def _is_same(item: str, before: ObservationTable, after: ObservationTable) -> bool:
    """Whether two tables mean the same by an item."""
    if item not in before.items:
        return False
    old, new = before.place(item), after.place(item)
    return before.scales[old] == after.scales[new] and before.origins[old] == after.origins[new]


def _change(before: Rate | None, after: Rate, level: float, *, comparable: bool) -> ShareChange:
    nothing = Estimate.missing(Reason.of("NO_OBSERVATIONS"), level=level, name="share")
    earlier = nothing if before is None else before.estimate
    if comparable or before is None:
        difference = _difference(earlier, after.estimate, level)
    else:
        difference = Estimate.missing(Reason.of("PERIODS_NOT_COMPARABLE"), level=level, name="difference")
    return ShareChange(
        item=after.item,
        at_least=after.at_least,
        before=earlier,
        after=after.estimate,
        difference=difference,
    )


def _difference(before: Estimate, after: Estimate, level: float) -> Estimate:
    """Later less earlier, on the effective numbers."""
    for one in (before, after):
        if one.undefined is not None:
            return Estimate.missing(one.undefined, level=level, name="difference")
    n1, n2 = after.n["effective"], before.n["effective"]
    found = proportions.newcombe_difference(after.value * n1, n1, before.value * n2, n2, level)
    return attrs.evolve(found, n=FrozenMap({"effective_before": n2, "effective_after": n1}))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class GroupChange:
    """A change in one group of two published tables. Equal when all fields are equal.

    Attributes:
        key: the value of each column, ``(all)`` in a margin.
        change: the change.
    """

    key: tuple[str, ...]
    change: ShareChange


def group_changes(before: Published, after: Published, *, level: float = 0.95) -> tuple[GroupChange, ...]:
    """What changed in the groups of two published tables, from what they tell and nothing else (ILR-6b.GB.1).

    A group that one of them hides, or whose share is told as a band alone, has no change.

    Args:
        before: the table of the earlier period.
        after: that of the later one, with the same columns.
        level: coverage of the intervals, 0 to 1.

    Raises:
        InvalidInput: when the tables are broken down by different columns.
    """
    check = Checker("group_changes")
    check(before.by == after.by, "changes.columns", "after", "has other columns", expected="the same columns")
    check.done()
    earlier = {(cell.key, share.item): share for cell in before.told for share in cell.shares}
    return tuple(
        GroupChange(key=cell.key, change=_change(then, share, level, comparable=True))
        for cell in after.told
        for share in cell.shares
        if isinstance(share, Rate)
        and isinstance(then := earlier.get((cell.key, share.item)), Rate)
        and then.at_least == share.at_least
    )


def trend(
    table: ObservationTable,
    item: str,
    *,
    every: Literal["week", "month"] = "week",
    at_least: LevelCode | None = None,
    rules: str = "anhoej+3sigma",
    freeze: int | None = None,
    phases: Sequence[charts.Phase] = (),
) -> charts.Chart:
    """The share of a look-for over weeks or months as a control chart.

    Shares vary from week to week by more than chance alone where other teachers are seen; `ilr.stats.charts.p_prime`
    allows for it.

    Args:
        table: the observations, with days.
        item: id of the look-for.
        every: length of a period; a period without ratings is a gap.
        at_least: the level; by default the fidelity level of the scale.
        rules: as the chart takes them.
        freeze: limits from the first so many periods.
        phases: where the centre starts anew.

    Returns:
        The chart, from the first period with ratings to the last.

    Raises:
        InvalidInput: for a level that the scale does not have, or a table without ratings of the item that
            have a day.
        UnknownCode: for no such item.
    """
    table.place(item)
    found = {
        date.fromisoformat(rate.group): rate.estimate
        for rate in table.only(item).between(date.min, date.max).rates(by=every, at_least=at_least)
        if rate.group is not None and rate.estimate.undefined is None
    }
    check = Checker("trend")
    check(bool(found), "trend.empty", "table", "rates it on no day", expected="ratings with a day")
    check.done()
    shares = [found.get(start) for start in _starts(min(found), max(found), every)]
    return charts.p_prime(
        [None if one is None else round(one.value * one.n["ratings"]) for one in shares],
        [None if one is None else one.n["ratings"] for one in shares],
        rules=rules,
        freeze=freeze,
        phases=phases,
    )


def _starts(first: date, last: date, every: Literal["week", "month"]) -> list[date]:
    """The first day of every period from one to another."""
    found = [first]
    while found[-1] < last:
        step = found[-1] + timedelta(days=7 if every == "week" else 32)
        found.append(step if every == "week" else step.replace(day=1))
    return found


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ReviewSummary:
    """What the data of a cut show. Equal when all fields are equal.

    Attributes:
        shares: for each look-for the share at or above its fidelity level, or the level asked for, with
            its doubt.
        levels: for each look-for how its ratings spread over the levels.
        changes: for each look-for what changed since the earlier period; none without one.
        breakdowns: breakdowns with small cells hidden and audited.
        group_changes: what changed in groups that both periods tell.
        observations: number of records.
        teachers: number of teachers.
        below_count: whether there were fewer records than the policy's trigger (RT-3).
        left_out: ratings and records that are not in it, counted by reason.
    """

    shares: Rates
    levels: LevelShares
    changes: tuple[ShareChange, ...] = ()
    breakdowns: tuple[Published, ...] = ()
    group_changes: tuple[GroupChange, ...] = ()
    observations: int
    teachers: int
    below_count: bool
    left_out: FrozenMap[str, int]


def summarise(
    table: ObservationTable,
    *,
    policy: Policy,
    earlier: ObservationTable | None = None,
    breakdowns: Iterable[Published] = (),
    earlier_breakdowns: Iterable[Published] = (),
    at_least: LevelCode | None = None,
) -> ReviewSummary:
    """Summarise the table of a cut for a review.

    Args:
        table: the table that `cut` gave.
        policy: the numbers.
        earlier: the table of an earlier period to compare with, for example of the last cut.
        breakdowns: what `ilr.disclosure.publish` gave for the table.
        earlier_breakdowns: what it gave for the earlier period; those with the same columns are compared.
        at_least: the level for the shares; by default the fidelity level of each scale.

    Returns:
        Shares with interval, observations, teachers and effective numbers.

    Raises:
        InvalidInput: for a level that a scale does not have.
    """
    told, then = tuple(breakdowns), tuple(earlier_breakdowns)
    return ReviewSummary(
        shares=table.rates(at_least=at_least),
        levels=table.level_shares(),
        changes=() if earlier is None else changes(earlier, table, at_least=at_least),
        breakdowns=told,
        group_changes=tuple(
            one for new in told for old in then if old.by == new.by for one in group_changes(old, new)
        ),
        observations=len(table),
        teachers=table.count("teacher"),
        below_count=len(table) < policy.review_count,
        left_out=table.left_out,
    )
