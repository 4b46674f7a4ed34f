"""Laws of charts: what a change of unit, side, gaps or place must not change, and rules by brute force."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ilr.stats import charts
from ilr.stats.charts import Chart, Rule, Signal, StepRule, ZoneRule

ALL = "anhoej+western-electric+nelson+nhs-mdc-2019+nhs-mdc-2023"
NAMES = [name for name in charts.RULE_SETS if name not in ("anhoej", "nhs-mdc")]
whole = st.lists(st.integers(-40, 40).map(float), min_size=2, max_size=40)
gapped = st.lists(st.none() | st.integers(-4, 4).map(float), max_size=40)
COUNTED: list[Callable[..., Chart]] = [
    charts.run_chart,
    charts.xmr,
    charts.c_chart,
    lambda y, **options: charts.p_chart(y, [50] * len(y), **options),
    lambda y, **options: charts.u_prime(y, [3] * len(y), **options),
    lambda y, **options: charts.xbar([[one, one + 1, one + 3] for one in y], **options),
    charts.ewma,
    charts.cusum,
]


def lines(chart: Chart) -> Any:
    """Centre and limits as one array."""
    found = chart.lines
    return np.array([found.centre, found.lower, found.upper])


@given(whole, st.sampled_from([-16.0, 8.0]), st.sampled_from([0.25, 4.0]))
def test_another_unit_changes_no_signal(values: list[float], shift: float, scale: float) -> None:
    """A shifted and stretched series has shifted and stretched lines and the same signals."""
    moved = [value * scale + shift for value in values]
    one, two = charts.xmr(values, rules=ALL), charts.xmr(moved, rules=ALL)
    np.testing.assert_allclose(lines(two), lines(one) * scale + shift, atol=1e-9)
    assert one.signals == two.signals
    assert charts.run_chart(values).signals == charts.run_chart(moved).signals
    for draw in (charts.ewma, charts.cusum):
        assert [signal.index for signal in draw(values).signals] == [
            signal.index for signal in draw(moved).signals
        ]


@given(whole)
def test_a_mirrored_series_has_mirrored_signals(values: list[float]) -> None:
    """A series turned upside down has the same findings; only the names of a CUSUM's sides change."""
    mirrored = [-value for value in values]
    assert charts.xmr(values, rules=ALL).signals == charts.xmr(mirrored, rules=ALL).signals
    swap = {"cusum.upper": "cusum.lower", "cusum.lower": "cusum.upper"}
    one, two = charts.cusum(values), charts.cusum(mirrored)
    assert {(swap[signal.rule], signal.members) for signal in one.signals} == {
        (signal.rule, signal.members) for signal in two.signals
    }


@pytest.mark.parametrize("draw", COUNTED)
@given(values=st.lists(st.none() | st.integers(0, 50), min_size=1, max_size=30), data=st.data())
def test_frozen_limits_are_those_of_the_points_alone(
    draw: Callable[..., Chart], values: list[float | None], data: st.DataObject
) -> None:
    """The lines of a chart that is frozen after so many places are those of a chart of these places."""
    freeze = data.draw(st.integers(1, len(values)))
    assume(any(value is not None for value in values[:freeze]))
    if draw.__name__ == "<lambda>":
        values = [0 if value is None else value for value in values]
    frozen, first = draw(values, freeze=freeze), draw(values[:freeze])
    np.testing.assert_array_equal(lines(frozen)[:, :freeze], lines(first))


@given(gapped, st.lists(st.integers(0, 40), max_size=10))
def test_gaps_do_not_matter_to_rules(values: list[float | None], gaps: list[int]) -> None:
    """Gaps put between points leave the findings as they were, at the new places of the points."""
    there = [value for value in values if value is not None]
    spread: list[float | None] = list(there)
    for place in sorted(gaps, reverse=True):
        spread.insert(min(place, len(spread)), None)
    places = [place for place, value in enumerate(spread) if value is not None]
    found = charts.find_signals(there, 0, 1, rules=ALL)
    moved = tuple(
        Signal(one.rule, places[one.index], tuple(places[member] for member in one.members)) for one in found
    )
    assert charts.find_signals(spread, 0, 1, rules=ALL) == moved


def by_hand(rule: Rule, values: list[float]) -> set[tuple[int, tuple[int, ...]]]:
    """The findings of a rule of windows about zero with sigma one, window by window."""
    found: set[tuple[int, tuple[int, ...]]] = set()
    for side in (1, -1):
        before: tuple[int, ...] = ()
        for end in range(len(values)):
            window = range(max(0, end + 1 - rule.window), end + 1)
            held = fitting(rule, values, window, side)
            if not set(held) <= set(before):
                found.add((end, held))
            before = held
    return found


def fitting(rule: Any, values: list[float], window: range, side: int) -> tuple[int, ...]:
    """The members of a window that fits a rule, none where it does not."""
    if isinstance(rule, StepRule):
        fits = len(window) == rule.window and steps(rule, [side * values[place] for place in window])
        return tuple(window) if fits else ()
    held = zone(rule, values, window, side)
    return held if len(held) >= rule.least else ()


def zone(rule: Any, values: list[float], window: range, side: int) -> tuple[int, ...]:
    """The places of a window that lie in the zone of a rule on one side, none where the window does not fit."""
    held = []
    for place in window:
        seen = abs(values[place]) if rule.side == "either" else side * values[place]
        near = rule.beyond is None or seen > rule.beyond
        if near and (rule.up_to is None or seen <= rule.up_to):
            held.append(place)
    alone = all(side * values[place] > 0 for place in window) and len(window) == rule.window
    return tuple(held) if rule.side != "window" or alone else ()


def steps(rule: StepRule, values: list[float]) -> bool:
    """Whether a window rises all along, or goes up and down in turn."""
    rises = [two - one for one, two in pairwise(values)]
    if rule.pattern == "trend":
        return all(rise > 0 for rise in rises)
    return all(one * two < 0 for one, two in pairwise(rises))


@pytest.mark.parametrize("name", NAMES)
@given(values=st.lists(st.sampled_from([-3.5, -2.5, -1.5, -0.5, 0.0, 0.5, 1.5, 2.5, 3.5]), max_size=20))
def test_rules_by_brute_force(name: str, values: list[float]) -> None:
    """Every rule finds what looking at window after window finds."""
    for rule in charts.RULE_SETS[name]:
        found = {(one.index, one.members) for one in charts.find_signals(values, 0, 1, rules=[rule])}
        assert found == by_hand(rule, values)


@given(
    st.lists(st.integers(-4, 4).map(float), max_size=25),
    st.integers(1, 5),
    st.integers(0, 3),
    st.sampled_from(["one", "either", "window"]),
)
def test_rules_of_any_size_by_brute_force(values: list[float], least: int, more: int, side: Any) -> None:
    """A zone of any size finds what looking at window after window finds."""
    rule = ZoneRule("own", least, least + more, beyond=1, up_to=3, side=side)
    found = {(one.index, one.members) for one in charts.find_signals(values, 0, 1, rules=[rule])}
    assert found == by_hand(rule, values)


@given(gapped)
def test_too_few_points_never_signal_by_their_neighbours(values: list[float | None]) -> None:
    """Without enough points no signal has more than one member, and enough points are ten useful ones."""
    for chart in (charts.run_chart(values), charts.xmr(values, rules=ALL)):
        assert chart.enough_points == (chart.useful >= 10)
        assert chart.enough_points or all(len(signal.members) == 1 for signal in chart.signals)


@given(st.integers(10, 40))
def test_chances_are_chances(useful: int) -> None:
    """About the median of the same points false alarms are rarer than about a known centre."""
    known, median = (charts.anhoej_false_alarm(useful, centre=one) for one in ("known", "median"))
    assert 0 < median < known < 0.1


@given(gapped, st.integers(1, 10), st.integers(2, 10))
def test_proposals_follow_each_other(values: list[float | None], baseline: int, length: int) -> None:
    """Proposals lie one after the other behind the baseline, on one side, and start from the level before."""
    found = charts.propose_phases(values, baseline_points=baseline, run_length=length)
    for one in found:
        assert len(one.members) == length
        assert all((values[place] > one.before) == (one.side == "above") for place in one.members)  # type: ignore[operator]  # members are no gaps
    assert all(one.stop <= two.start and two.before == one.centre for one, two in pairwise(found))
