"""Units that start something one after the other: against what they were, and against those who have not started.

Here belong the two differences, their intervals and the test by exchanging the starts. Not here: what is started, and
of whom it may be told. Nothing here shows a cause: who starts early may differ from who starts late in how they would
have gone on anyway.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker
from ilr.base.reasons import Reason
from ilr.base.records import read_only
from ilr.stats._arrays import Floats, Ints, chunks, quantile_t
from ilr.stats._permutations import by_draws
from ilr.stats.estimate import Estimate
from ilr.stats.significance import Significance

__all__ = ["PERMUTATIONS", "StaggeredDifference", "StartCohort", "own_difference", "staggered_difference"]

PERMUTATIONS = 1_999
"""How many times the starts are exchanged, unless told otherwise."""

_NAME = "staggered difference"
_ROUNDING = 1e-12  # by which two differences that are the same may differ, for values of 1

Flags = NDArray[np.bool_]


@attrs.frozen(kw_only=True)
class StartCohort:
    """What was found of the units that started in one period. Equal when all fields are equal.

    Attributes:
        start: place of the period, from 0.
        units: number of units.
        compared: number of values of these units that could be compared, which is the weight of the cohort.
        difference: mean of these comparisons.
    """

    start: int
    units: int
    compared: int
    difference: float


@attrs.frozen(kw_only=True, field_transformer=read_only)
class StaggeredDifference:
    """How units changed after they started, beside those that had not started yet. Equal when all fields are equal.

    Attributes:
        estimate: the mean over cohorts and periods, weighted by the number of values compared; its interval holds
            every constant difference that an exchange of starts does not speak against.
        permutation: the test of no difference by exchanging the starts of units.
        cohorts: the same by start, in order; cohorts without a comparison are left out.

    Example:
        >>> steady = [[1, 1, 2, 2], [3, 3, 3, 4], [2, 2, 2, 2], [5, 5, 5, 5]]
        >>> staggered_difference(steady, [2, 3, None, None], seed=1).estimate.value
        1.0
    """

    estimate: Estimate
    permutation: Significance
    cohorts: tuple[StartCohort, ...]

    @classmethod
    def missing(
        cls, reason: Reason, *, level: float = 0.95, n: Mapping[str, float] | None = None
    ) -> StaggeredDifference:
        """Say that there is no difference, and why."""
        return cls(
            estimate=Estimate.missing(reason, level=level, n=n, name=_NAME),
            permutation=Significance(name=_NAME, undefined=reason),
            cohorts=(),
        )

    def __str__(self) -> str:
        if self.estimate.undefined is not None:
            return str(self.estimate)
        return f"{self.estimate}, p = {self.permutation.p:.3g} (two-sided)"


def staggered_difference(
    values: ArrayLike,
    starts: Sequence[int | None],
    *,
    seed: int,
    permutations: int = PERMUTATIONS,
    level: float = 0.95,
) -> StaggeredDifference:
    """Compare units after their start with units that have not started, each against its own time before.

    For the units that start in period g and each period t from g on: their mean of the value in t less their own mean
    before g, minus the same of all units with values that start after t or never (Callaway & Sant'Anna 2021, controls
    not yet treated, with the mean of all earlier periods as the baseline). The differences are averaged with the
    number of values compared as weight.

    The test exchanges the starts of units at random, all ways equally likely, (b + 1) / (m + 1) with b of m exchanges as
    far from zero as the data (Shaikh & Toulis 2021). The interval inverts it: a constant difference d stays in where the
    values less d after the start pass the test (Rosenbaum 2002, ch. 2). Both suppose that who starts when is as good as
    random; the interval also that the difference is about the same for everybody.

    Args:
        values: a row a unit, a column a period, shape (units, periods); NaN where there is none.
        starts: for each unit the place of the period from which it counts as started, 0 or more; None for never. A
            unit that starts in period 0 has no time before: it falls out and is counted, and so is one that has no
            value.
        seed: seed of the exchanges.
        permutations: number of exchanges; at least 1 / (1 - level), or no interval could exclude anything.
        level: coverage of the interval, 0 to 1.

    Returns:
        The difference; undefined where no start has a value before and after it beside a unit not yet started. An
        interval without ends, of few units, is none and says why. Its ``n`` counts the units, those
        that started, those that fell out, those compared after their start and before it, and the values compared.

    Raises:
        InvalidInput: for values of another shape, infinite ones, starts that are no places, options out of range.

    Example:
        >>> values = [[1.0, 1.0, 2.0, 2.1], [3.0, 3.1, 4.0, 4.0], [2.0, 2.0, 2.1, 2.0], [2.5, 2.4, 2.5, 2.5]] * 3
        >>> found = staggered_difference(values, [2, 2, None, None] * 3, seed=1)
        >>> print(found)
        0.950 [0.900, 1.000], p = 0.003 (two-sided)
    """
    table, start = _read(values, starts, permutations, level)
    periods = table.shape[1]
    has_value = ~np.isnan(table)
    kept = (start > 0) & has_value.any(axis=1)
    left_out = float((~kept).sum())
    table, has_value, start = table[kept], has_value[kept], start[kept]
    after_start, before_start = _in_comparisons(table, has_value, start)
    counts = {
        "units": float(len(table)),
        "started": float((start < periods).sum()),
        "left_out": left_out,
        "after_start": float(after_start.sum()),
        "before_start": float(before_start.sum()),
    }
    cohorts = _cohorts(table, has_value, start)
    if not cohorts:
        return StaggeredDifference.missing(Reason.of("NOTHING_TO_COMPARE"), level=level, n=counts)
    compared = sum(one.compared for one in cohorts)
    value = sum(one.difference * one.compared for one in cohorts) / compared
    after = (np.arange(periods) >= start[:, None]).astype(np.float64)
    found, slope = _exchanged(table, after, has_value, start, seed, permutations)
    low, high = _limits(value, found, slope, level)
    bounded = math.isfinite(low)  # as many exchanges leave the one end open as the other
    estimate = Estimate(
        value,
        low=low if bounded else math.nan,
        high=high if bounded else math.nan,
        level=level,
        method="exchange of starts",
        n={**counts, "compared": float(compared)},
        undefined_interval=None if bounded else Reason.of("FEW_EXCHANGES"),
        name=_NAME,
        sampled="units",
    )
    far = abs(value) - _ROUNDING * float(np.nanmax(np.abs(table)))
    beyond = int((np.isnan(found) | (np.abs(found) >= far)).sum())
    test = by_draws(_NAME, value, beyond=beyond, draws=permutations)
    return StaggeredDifference(estimate=estimate, permutation=test, cohorts=tuple(cohorts))


def own_difference(values: ArrayLike, starts: Sequence[int | None], *, level: float = 0.95) -> Estimate:
    """How units changed after their start: the mean after it less the mean before it, averaged over units.

    Whatever changed for everybody in that time is in it; `staggered_difference` takes it out.

    Args:
        values: a row a unit, a column a period, shape (units, periods); NaN where there is none.
        starts: for each unit the place of the period from which it counts as started, 0 or more; None for never.
        level: coverage of the interval, 0 to 1.

    Returns:
        The difference with Student's interval over units, each of which counts once; undefined where no unit has a
        value before and after its start. One unit, or units that changed alike, have no interval.

    Raises:
        InvalidInput: as `staggered_difference`.

    Example:
        >>> print(own_difference([[1, 2, 4], [2, 2, 3], [1, 1, 3]], [2, 2, 2]))
        1.833 [-0.064, 3.731]
    """
    table, start = _read(values, starts, PERMUTATIONS, level)
    after = np.arange(table.shape[1]) >= start[:, None]
    has_value = ~np.isnan(table)
    sides = [_means(table, has_value & side) for side in (~after, after)]
    change = sides[1] - sides[0]
    change = change[~np.isnan(change)]
    n = {"units": float(len(change))}
    if not len(change):
        return Estimate.missing(
            Reason.of("NOTHING_BEFORE_AND_AFTER"), level=level, n=n, name="own difference"
        )
    value = float(change.mean())
    error = float(change.std(ddof=1)) / math.sqrt(len(change)) if len(change) > 1 else 0.0
    if error == 0:
        reason = Reason.of("ONE_UNIT") if len(change) == 1 else Reason.of("NO_VARIATION")
        return Estimate(value, level=level, n=n, undefined_interval=reason, name="own difference")
    reach = quantile_t(level, len(change) - 1) * error
    return Estimate(
        value,
        standard_error=error,
        degrees_of_freedom=len(change) - 1,
        low=value - reach,
        high=value + reach,
        level=level,
        method="student",
        n=n,
        name="own difference",
        sampled="units",
    )


def _read(
    values: ArrayLike, starts: Sequence[int | None], permutations: int, level: float
) -> tuple[Floats, Ints]:
    """The values, and the start of each unit with never as the number of periods."""
    table = np.asarray(values, dtype=np.float64)
    check = Checker("staggered")
    check(
        table.ndim == 2 and len(starts) == len(table),
        "staggered.shape",
        "values",
        "have no row for each start",
        expected="shape (units, periods) and one start a unit",
    )
    check(not np.isinf(table).any(), "staggered.values", "values", "hold an infinite number")
    places = all(one is None or (one >= 0 and one % 1 == 0) for one in starts)
    check(places, "staggered.starts", "starts", "are no places", expected="0 or more, or None")
    in_range = check(
        0 < level < 1, "staggered.level", "level", "is not a probability", expected="0 < level < 1"
    )
    check(
        not in_range or (permutations + 1) * (1 - level) >= 1 - 1e-9,
        "staggered.permutations",
        "permutations",
        "are too few for the level",
        expected="at least 1 / (1 - level) - 1",
    )
    check.done()
    never = table.shape[1]
    return table, np.array([never if one is None else min(one, never) for one in starts], dtype=np.int64)


def _means(table: Floats, chosen: Flags) -> Floats:
    """The mean of the chosen values of each row, NaN without one."""
    count = chosen.sum(axis=1)
    total = np.where(chosen, table, 0.0).sum(axis=1)
    found: Floats = np.divide(total, count, out=np.full(len(table), np.nan), where=count > 0)
    return found


def _since(table: Floats, has_value: Flags, start: int) -> tuple[Floats, Flags]:
    """The values from a period on less the mean before it, 0 where there is none, and where there is one."""
    before = _means(table[:, :start], has_value[:, :start])
    there = has_value[:, start:] & ~np.isnan(before)[:, None]
    return np.where(there, table[:, start:] - before[:, None], 0.0), there


def _compared(change: Floats, there: Flags, start: int, starts: Ints) -> tuple[Floats, Floats]:
    """For rows of starts of all units: the sum of the comparisons of one cohort, and their number.

    Args:
        change: the values from the start of the cohort on, less those before.
        there: where there is one.
        start: the start of the cohort.
        starts: starts of the units, shape (rows, units).
    """
    own = (starts == start).astype(np.float64)
    own_sum, own_count = own @ change, own @ there
    other_sum, other_count = np.empty_like(own_sum), np.empty_like(own_sum)
    for place in range(change.shape[1]):
        later = (starts > start + place).astype(np.float64)
        other_sum[:, place] = later @ change[:, place]
        other_count[:, place] = later @ there[:, place]
    whole = (own_count > 0) & (other_count > 0)
    weight = np.where(whole, own_count, 0.0)
    other = np.divide(other_sum, other_count, out=np.zeros_like(other_sum), where=whole)
    return (np.where(whole, own_sum, 0.0) - weight * other).sum(axis=1), weight.sum(axis=1)


def _cohorts(table: Floats, has_value: Flags, start: Ints) -> list[StartCohort]:
    found = []
    for own in np.unique(start[start < table.shape[1]]).tolist():
        change, there = _since(table, has_value, own)
        total, count = _compared(change, there, own, start[None, :])
        if count[0]:
            found.append(
                StartCohort(
                    start=own,
                    units=int((start == own).sum()),
                    compared=int(count[0]),
                    difference=float(total[0] / count[0]),
                )
            )
    return found


def _in_comparisons(table: Floats, has_value: Flags, start: Ints) -> tuple[Flags, Flags]:
    """The units compared after their start, and those they are compared with; one that starts late may be both."""
    after, before = np.zeros((2, len(start)), dtype=np.bool_)
    periods = table.shape[1]
    for own in np.unique(start[start < periods]).tolist():
        _, there = _since(table, has_value, own)
        mine = there & (start == own)[:, None]
        others = there & (start[:, None] > np.arange(own, periods))
        both = mine.any(axis=0) & others.any(axis=0)
        after |= (mine & both).any(axis=1)
        before |= (others & both).any(axis=1)
    return after, before


def _exchanged(
    table: Floats, after: Floats, has_value: Flags, start: Ints, seed: int, permutations: int
) -> tuple[Floats, Floats]:
    """For each exchange of starts the difference of the values, and that of a value of 1 after the true start."""
    rng = np.random.default_rng(seed)
    cohorts = np.unique(start[start < table.shape[1]]).tolist()
    prepared = [(own, [_since(one, has_value, own) for one in (table, after)]) for own in cohorts]
    found = []
    for rows in chunks(permutations, table.size):
        starts = rng.permuted(np.tile(start, (rows, 1)), axis=1)
        total, count = np.zeros((2, rows)), np.zeros(rows)
        for own, parts in prepared:
            for which, (change, there) in enumerate(parts):
                added, weight = _compared(change, there, own, starts)
                total[which] += added
            count += weight
        found.append(np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0))
    value, slope = np.concatenate(found, axis=1)
    return value, slope


def _limits(value: float, found: Floats, slope: Floats, level: float) -> tuple[float, float]:
    """The least and the largest constant difference that the exchanges do not reject.

    Less a difference d, an exchange lies as far out as the data where |found - d slope| >= |value - d|. For a slope
    between -1 and 1 that is an interval around the value; any other exchange rejects nothing.
    """
    turns = np.abs(slope) < 1 - _ROUNDING
    ends = np.array([np.full(len(found), -np.inf), np.full(len(found), np.inf)])
    roots = np.sort(
        [(value - found[turns]) / (1 - slope[turns]), (value + found[turns]) / (1 + slope[turns])], axis=0
    )
    ends[:, turns] = roots
    least = math.floor((len(found) + 1) * (1 - level) + 1e-9)
    return float(np.sort(ends[0])[least - 1]), float(np.sort(ends[1])[-least])
