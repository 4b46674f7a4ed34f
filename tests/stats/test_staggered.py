"""Units that start one after the other: both differences, their limits and what they refuse."""

from __future__ import annotations

import math
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ilr.base import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import _arrays, staggered
from ilr.stats.staggered import StaggeredDifference, own_difference, staggered_difference

NAN = math.nan
CELLS = st.one_of(st.none(), st.integers(-5, 5))


@st.composite
def panels(draw: st.DrawFn) -> tuple[list[list[float]], list[int | None]]:
    """Values of a few units over a few periods, with gaps, and when each started."""
    periods = draw(st.integers(2, 5))
    units = draw(st.integers(2, 7))
    row = st.lists(CELLS, min_size=periods, max_size=periods)
    values = draw(st.lists(row, min_size=units, max_size=units))
    starts = draw(st.lists(st.one_of(st.none(), st.integers(0, periods)), min_size=units, max_size=units))
    return [[NAN if one is None else float(one) for one in row] for row in values], starts


def plain(values: list[list[float]], starts: list[int | None]) -> tuple[float, dict[int, tuple[float, int]]]:
    """The difference of every cohort by loops over units and periods, and over all of them."""
    periods = len(values[0])
    rows = [
        (row, periods if start is None else start)
        for row, start in zip(values, starts, strict=True)
        if start != 0 and any(one == one for one in row)  # noqa: PLR0124  # NaN alone differs from itself
    ]
    found: dict[int, tuple[float, int]] = {}
    for own in sorted({start for _, start in rows if start < periods}):
        total, compared = 0.0, 0
        for at in range(own, periods):
            changes: dict[bool, list[float]] = {True: [], False: []}
            for row, start in rows:
                before = [one for one in row[:own] if not math.isnan(one)]
                if before and not math.isnan(row[at]) and (start == own or start > at):
                    changes[start == own].append(row[at] - fmean(before))
            if changes[True] and changes[False]:
                total += len(changes[True]) * (fmean(changes[True]) - fmean(changes[False]))
                compared += len(changes[True])
        if compared:
            found[own] = (total / compared, compared)
    weight = sum(count for _, count in found.values())
    return sum(one * count for one, count in found.values()) / weight if weight else NAN, found


@settings(deadline=None, max_examples=150)
@given(panels())
def test_the_difference_is_what_loops_over_units_find(
    panel: tuple[list[list[float]], list[int | None]],
) -> None:
    """Overall and by cohort the vectorised difference is the plain one."""
    values, starts = panel
    found = staggered_difference(values, starts, seed=1, permutations=19)
    overall, cohorts = plain(values, starts)
    assert found.estimate.value == pytest.approx(overall, nan_ok=True)
    assert {one.start: one.compared for one in found.cohorts} == {own: n for own, (_, n) in cohorts.items()}
    assert [one.difference for one in found.cohorts] == pytest.approx([one for one, _ in cohorts.values()])


@settings(deadline=None, max_examples=100)
@given(
    panels(),
    st.lists(st.integers(-9, 9), min_size=7, max_size=7),
    st.lists(st.integers(-9, 9), min_size=5, max_size=5),
)
def test_levels_of_units_and_changes_of_everybody_do_not_matter(
    panel: tuple[list[list[float]], list[int | None]], levels: list[int], shifts: list[int]
) -> None:
    """A constant of each unit cancels with its own time before; where nothing is missing a change of all does too."""
    values, starts = panel
    found = staggered_difference(values, starts, seed=1, permutations=39)
    moved = [[one + level for one in row] for row, level in zip(values, levels, strict=False)]
    other = staggered_difference(moved, starts, seed=1, permutations=39)
    assert other.estimate.value == pytest.approx(found.estimate.value, nan_ok=True)
    whole = np.nan_to_num(np.array(values))
    first = staggered_difference(whole, starts, seed=1, permutations=39)
    second = staggered_difference(whole + np.array(shifts)[: whole.shape[1]], starts, seed=1, permutations=39)
    assert second.estimate.value == pytest.approx(first.estimate.value, abs=1e-9, nan_ok=True)
    assert second.permutation.p == pytest.approx(first.permutation.p, nan_ok=True, abs=0.11)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5, 1.5]))
def test_the_interval_holds_what_the_test_does_not_reject(seed: int, effect: float) -> None:
    """Zero lies outside the interval exactly where the test rejects it, and so does any other constant."""
    rng = np.random.default_rng(seed)
    starts: list[int | None] = [2, 2, 3, 3, 4, 4, None, None, None, None]
    values = rng.normal(size=(10, 6))
    after = np.array([[at >= (6 if one is None else one) for at in range(6)] for one in starts])
    found = staggered_difference(values + effect * after, starts, seed=seed, permutations=99)
    assert found.estimate.undefined_interval is None
    for constant in (0.0, 0.4, 1.2):
        less = staggered_difference(values + (effect - constant) * after, starts, seed=seed, permutations=99)
        inside = found.estimate.low <= constant <= found.estimate.high
        assert inside == (less.permutation.p > 0.05)


def test_the_test_keeps_its_level() -> None:
    """Of 400 panels without a difference about one in twenty is rejected, with trends and levels of units."""
    rng = np.random.default_rng(5)
    starts = [None if one == 6 else int(one) for one in rng.choice([2, 3, 4, 6], 24)]
    rejected = 0
    for seed in range(400):
        values = rng.normal(size=(24, 1)) + np.linspace(0, 2, 6) + rng.normal(size=(24, 6))
        values[rng.random((24, 6)) < 0.2] = NAN
        rejected += staggered_difference(values, starts, seed=seed, permutations=99).permutation.p <= 0.05
    assert 0.02 <= rejected / 400 <= 0.085


def test_the_interval_covers_a_constant_difference() -> None:
    """About 19 of 20 intervals hold the true difference."""
    rng = np.random.default_rng(6)
    starts: list[int | None] = [2] * 6 + [3] * 6 + [None] * 12
    after = np.array([[at >= (6 if one is None else one) for at in range(6)] for one in starts])
    covered = 0
    for seed in range(300):
        values = rng.normal(size=(24, 1)) + 0.8 * after + rng.normal(size=(24, 6))
        found = staggered_difference(values, starts, seed=seed, permutations=199).estimate
        covered += found.low <= 0.8 <= found.high
    assert 0.91 <= covered / 300 <= 0.985


def test_counts_tell_who_is_in_it() -> None:
    """Units that start at once or have no value fall out and are counted; the seed gives the same again."""
    values: Any = [[1, 2, 3], [1, 1, 1], [2, 2, 2], [0, 0, 0], [NAN] * 3]
    starts = [1, None, None, 0, 2]
    found = staggered_difference(values, starts, seed=3, permutations=99)
    assert found.estimate.n == {
        "units": 3,
        "started": 1,
        "left_out": 2,
        "after_start": 1,
        "before_start": 2,
        "compared": 2,
    }
    assert found.permutation.n == {"permutations": 99}
    assert found.permutation.name == found.estimate.name == "staggered difference"
    assert found.permutation.statistic == found.estimate.value
    assert (found.estimate.method, found.estimate.sampled) == ("exchange of starts", "units")
    assert staggered_difference(values, starts, seed=3, level=0.9).estimate.level == 0.9
    assert found.cohorts == (staggered.StartCohort(start=1, units=1, compared=2, difference=1.5),)
    assert found == staggered_difference(values, starts, seed=3, permutations=99)


@settings(deadline=None, max_examples=100)
@given(panels())
def test_units_in_comparisons_are_those_without_which_they_differ(
    panel: tuple[list[list[float]], list[int | None]],
) -> None:
    """A unit is counted on a side exactly where a value of it can move the difference there."""
    values, starts = panel
    periods = len(values[0])
    after, before = set(), set()
    for own in {start for start in starts if start}:
        for at in range(own, periods):
            usable = [
                unit
                for unit, row in enumerate(values)
                if not math.isnan(row[at]) and not all(map(math.isnan, row[:own]))
            ]
            started = {unit for unit in usable if starts[unit] == own}
            waiting = {unit for unit in usable if (periods if starts[unit] is None else starts[unit]) > at}  # type: ignore[operator]  # None was replaced
            if started and waiting:
                after |= started
                before |= waiting
    n = staggered_difference(values, starts, seed=1, permutations=19).estimate.n
    assert (n["after_start"], n["before_start"]) == (len(after), len(before))


def test_few_units_bound_nothing() -> None:
    """With three units too many exchanges are the data themselves, so the interval has no end and says why."""
    found = staggered_difference([[1, 2], [1, 1], [2, 2]], [1, None, None], seed=1)
    assert found.estimate.value == 1
    assert math.isnan(found.estimate.low)
    assert math.isnan(found.estimate.high)
    assert found.estimate.undefined_interval is not None
    assert found.estimate.undefined_interval.code == "FEW_EXCHANGES"
    assert str(found).startswith("1.000, p = ")


@pytest.mark.parametrize(
    ("values", "starts"),
    [
        ([[1, 2], [1, 2]], [1, 1]),
        ([[1, 2], [1, 2]], [None, None]),
        ([[NAN, 2], [1, 2]], [1, None]),
        ([[1, 2], [NAN, 2]], [1, None]),
        ([[1, 2]], [0]),
    ],
)
def test_without_anybody_to_compare_there_is_no_difference(values: Any, starts: Any) -> None:
    """All start at once, nobody starts, or values are missing on one side: undefined, with its reason."""
    found = staggered_difference(values, starts, seed=1)
    assert found.estimate.undefined is not None
    assert found.estimate.undefined.code == "NOTHING_TO_COMPARE"
    assert found.permutation.undefined == found.estimate.undefined
    assert (found.cohorts, str(found)) == ((), str(found.estimate))


def test_own_differences_are_a_paired_t_test() -> None:
    """Mean after less mean before is tested and bounded as scipy does it for pairs."""
    values = np.random.default_rng(1).normal(size=(8, 5))
    starts: list[int | None] = [2, 2, 3, 3, 4, 4, 1, 1]
    before = [row[:start].mean() for row, start in zip(values, starts, strict=True)]
    after = [row[start:].mean() for row, start in zip(values, starts, strict=True)]
    peer = stats.ttest_rel(after, before)
    found = own_difference(values, starts)
    limits = peer.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high))
    assert found.significance().p == pytest.approx(peer.pvalue)
    assert (found.n["units"], found.degrees_of_freedom) == (8, 7)
    assert (found.name, found.method, found.sampled) == ("own difference", "student", "units")
    wide = own_difference(values, starts, level=0.99)
    assert wide.level == 0.99
    assert wide.low < found.low < found.high < wide.high


def test_own_differences_need_two_units_that_differ() -> None:
    """One unit has no interval, units that changed alike neither, and without time before there is no value."""
    values: Any = [[1, 2], [1, NAN]]
    one = own_difference(values, [1, 1])
    assert (one.value, one.n["units"]) == (1, 1)
    assert one.undefined_interval is not None
    assert one.undefined_interval.code == "ONE_UNIT"
    alike = own_difference([[1, 2], [2, 3]], [1, 1])
    assert alike.undefined_interval is not None
    assert alike.undefined_interval.code == "NO_VARIATION"
    two = own_difference([[1, 2], [2, 5]], [1, 1])
    limits = stats.ttest_1samp([1, 3], 0).confidence_interval(0.95)
    assert (two.low, two.high) == pytest.approx((limits.low, limits.high))
    nothing = own_difference([[1, 2], [1, 2]], [0, None])
    assert nothing.undefined is not None
    assert nothing.undefined.code == "NOTHING_BEFORE_AND_AFTER"
    assert nothing.n == {"units": 0}
    for starts in ([1, 1], [0, None]):
        less_sure = own_difference([[1, 2], [2, 3]], starts, level=0.8)
        assert (less_sure.name, less_sure.level) == ("own difference", 0.8)


def test_none_is_no_value() -> None:
    """A value may be missing as None, as well as as NaN."""
    values: Any = [[1, None, 4], [None, 2, 3], [1, 2, 2]]
    gaps = np.array(values, dtype=np.float64)
    starts = [1, 2, None]
    assert own_difference(values, starts) == own_difference(gaps, starts)
    assert staggered_difference(values, starts, seed=1) == staggered_difference(gaps, starts, seed=1)


@pytest.mark.parametrize(
    ("values", "starts", "options", "code"),
    [
        ([1, 2], [1, 1], {}, "staggered.shape"),
        ([[1, 2]], [1, 1], {}, "staggered.shape"),
        ([[1, math.inf]], [1], {}, "staggered.values"),
        ([[1, 2]], [-1], {}, "staggered.starts"),
        ([[1, 2]], [0.5], {}, "staggered.starts"),
        ([[1, 2]], [1], {"level": 0.0}, "staggered.level"),
        ([[1, 2]], [1], {"level": 1.0}, "staggered.level"),
        ([[1, 2]], [1], {"permutations": 18}, "staggered.permutations"),
    ],
)
def test_bad_input_is_refused(values: Any, starts: Any, options: dict[str, Any], code: str) -> None:
    """Each problem has its code."""
    with pytest.raises(InvalidInput) as raised:
        staggered_difference(values, starts, seed=1, **options)
    assert [problem.code for problem in raised.value.problems] == [code]
    assert staggered_difference([[1, 2], [1, 1]], [1, None], seed=1, permutations=19).estimate.value == 1


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exchanges are drawn in chunks that give the same as one after the other."""
    values = np.random.default_rng(2).normal(size=(9, 4))
    starts: list[int | None] = [1, 1, 2, 2, 3, None, None, None, None]
    whole = staggered_difference(values, starts, seed=4, permutations=60)
    monkeypatch.setattr(_arrays, "_ROOM", 1)
    assert staggered_difference(values, starts, seed=4, permutations=60) == whole


@pytest.mark.parametrize("unit", [1e-14, 1e7 / 3])
def test_the_unit_of_measure_changes_no_p(unit: float) -> None:
    """An exchange that gives the same difference counts as far out, however large the values are."""
    values = np.random.default_rng(0).integers(0, 9, size=(9, 4)) / 10
    starts: list[int | None] = [1, 1, 2, 2, 3, None, None, None, None]
    for seed in range(20):
        plain = staggered_difference(values, starts, seed=seed, permutations=999).permutation.p
        scaled = staggered_difference(values * unit, starts, seed=seed, permutations=999).permutation.p
        assert plain == scaled


def test_a_missing_difference_keeps_its_reason_level_and_counts() -> None:
    """What is missing still says for which level, of how many units, and why, in the estimate and in the test."""
    reason = Reason.of("NOTHING_TO_COMPARE")
    bare = StaggeredDifference.missing(reason)
    assert (bare.estimate.level, dict(bare.estimate.n)) == (0.95, {})
    assert bare.estimate.name == bare.permutation.name == "staggered difference"
    found = staggered_difference([[1, 2], [1, 2]], [1, 1], seed=1, level=0.9)
    assert found.estimate.level == 0.9
    assert found.estimate.n == {"units": 2, "started": 2, "left_out": 0, "after_start": 0, "before_start": 0}
    assert found.permutation == bare.permutation


@pytest.mark.parametrize(("level", "permutations"), [(0.8, 99), (0.5, 98)])
def test_few_units_are_bounded_by_what_the_test_does_not_reject(level: float, permutations: int) -> None:
    """Where some exchanges are the data themselves the interval still holds just what the test does not reject."""
    values = np.random.default_rng(3).normal(size=(6, 3))
    starts: list[int | None] = [1, 1, None, None, None, None]
    after = np.array([[at >= 1 and start == 1 for at in range(3)] for start in starts])
    options: Any = {"seed": 2, "level": level, "permutations": permutations}
    found = staggered_difference(values, starts, **options).estimate
    for constant in np.linspace(-3, 3, 121):
        p = staggered_difference(values - constant * after, starts, **options).permutation.p
        assert (found.low <= constant <= found.high) == (p > 1 - level + 1e-9)


@pytest.mark.parametrize(("without_before", "p"), [(0, 1 / 40), (20, 21 / 40)])
def test_an_exchange_without_a_comparison_counts_as_far_out(without_before: int, p: float) -> None:
    """One comparison is enough for an exchange to count; with none it speaks for nothing, so it counts against."""
    values = np.zeros((40, 2))
    values[0, 1] = 1
    values[40 - without_before :, 0] = NAN
    found = staggered_difference(values, [1, *[None] * 39], seed=1, permutations=1999).permutation
    assert found.p == pytest.approx(p, abs=0.04 if without_before else 0.012)


def test_limits_are_the_outermost_that_enough_exchanges_reach() -> None:
    """Of 98 exchanges at 1 to 98 a constant of 50 is reached by 49, p = 50 / 99, and one further out by too few."""
    limits = staggered._limits(0.0, np.arange(1.0, 99), np.zeros(98), 0.5)
    assert limits == (-50, 50)
