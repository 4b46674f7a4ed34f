"""Published and worked cases of charts, shares and suppression."""

from __future__ import annotations

import itertools
import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.shared import shared

from ilr.stats import charts, proportions, suppression


@cache
def gold() -> dict[str, Any]:
    """The worked cases by id."""
    cases = json.loads(shared("gold", "cycles.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in cases}


def zigzag(useful: int) -> list[int]:
    """A series that crosses zero at every point."""
    return [1 if place % 2 else -1 for place in range(useful)]


def test_limits_of_runs_and_crossings() -> None:
    """The limits of the longest run and of crossings agree with R for 10 to 30 useful points."""
    case = gold()["spc.anhoej.limits.10_30"]
    found = [charts.run_chart(zigzag(n), centre=0) for n in case["data"]["n_useful"]]
    assert [chart.longest_run_max for chart in found] == case["expected"]["longest_run_max"]
    assert [chart.crossings_min for chart in found] == case["expected"]["crossings_min"]


@pytest.mark.parametrize("useful", [10, 12])
def test_false_alarms_by_brute_force(useful: int) -> None:
    """Over all sequences the share of signals is the exact false-alarm probability."""
    expected = {10: gold()["spc.anhoej.false_alarm_exact_n10"]["expected"]["p_signal_under_null"], 12: 0.0430}
    signals = sum(
        bool(charts.run_chart(np.array(signs), centre=0).signals)
        for signs in itertools.product([-1.0, 1.0], repeat=useful)
    )
    assert signals / 2**useful == pytest.approx(expected[useful], abs=1e-12 if useful == 10 else 6e-5)


def test_false_alarms_by_counting_runs() -> None:
    """Counting compositions of runs gives the published false-alarm probabilities for 20 to 36 points."""
    case = gold()["spc.anhoej.false_alarm_exact_n24_36"]
    for n, expected in zip(case["data"]["n_useful"], case["expected"]["p_signal_under_null"], strict=True):
        chart = charts.run_chart(zigzag(n), centre=0)
        quiet = 0
        ways = {(0, 0): 1}
        for _ in range(n):
            ways_next: dict[tuple[int, int], int] = {}
            for (placed, runs), count in ways.items():
                for length in range(1, chart.longest_run_max + 1):
                    if placed + length <= n:
                        key = (placed + length, runs + 1)
                        ways_next[key] = ways_next.get(key, 0) + count
            quiet += sum(
                count
                for (placed, runs), count in ways_next.items()
                if placed == n and runs - 1 >= chart.crossings_min
            )
            ways = ways_next
        assert 1 - 2 * quiet / 2**n == pytest.approx(expected, abs=case["tol"])


def test_missing_points_are_not_zero() -> None:
    """A missing point is left out of the centre and counted nowhere."""
    case = gold()["spc.missing_not_zero"]
    chart = charts.xmr(case["data"]["y"])
    assert chart.centre == pytest.approx(case["expected"]["cl"], abs=case["tol"])
    assert np.count_nonzero(~np.isnan(chart.values)) == case["expected"]["n_points_used"]


def test_limits_of_single_values() -> None:
    """The mean and the limits of a series of single values agree with the NHS charts."""
    case = gold()["spc.nhs.shift7"]
    chart = charts.xmr(case["data"]["y"])
    expected = case["expected"]
    assert chart.centre == pytest.approx(expected["mean"])
    # The package prints limits with 2.66, here 3 / 1.128.
    assert chart.lower == pytest.approx(expected["lpl"], abs=2e-3)
    assert chart.upper == pytest.approx(expected["upl"], abs=2e-3)


@pytest.mark.parametrize("name", ["prop.wilson.newcombe2", "prop.wilson.newcombe3"])
def test_wilson_of_newcombe(name: str) -> None:
    """Wilson's limits agree with Newcombe's Table I, method 3."""
    case = gold()[name]
    estimate = proportions.wilson(case["data"]["x"], case["data"]["n"], case["data"]["conf"])
    assert [estimate.low, estimate.high] == pytest.approx(case["expected"]["wilson"], abs=case["tol"])


def test_difference_of_newcombe() -> None:
    """Newcombe's method 10 gives his published interval of a difference."""
    case = gold()["prop.diff.newcombe1"]
    estimate = proportions.newcombe_difference(**case["data"])
    assert estimate.value == pytest.approx(case["expected"]["diff"])
    assert [estimate.low, estimate.high] == pytest.approx(case["expected"]["ci95"], abs=case["tol"])


def test_least_n_without_a_failure() -> None:
    """The least n at which all successes prove a share is the one of the one-sided exact bound."""
    case = gold()["fid.zero_failure_n"]
    found = [
        next(n for n in range(1, 100) if proportions.clopper_pearson(n, n, sided="lower").low >= share)
        for share in case["data"]["tau"]
    ]
    assert found == case["expected"]["n"]


def test_least_successes_of_sixty() -> None:
    """The least successes of sixty that prove a share agree for both one-sided intervals."""
    case = gold()["fid.min_successes.n60"]
    n = case["data"]["n"]
    for place, share in enumerate(case["data"]["tau"]):
        exact = next(x for x in range(n) if proportions.clopper_pearson(x, n, sided="lower").low >= share)
        score = next(x for x in range(n) if proportions.wilson(x, n, 0.90).low >= share)
        assert exact == case["expected"]["clopper_pearson"][place]
        assert score == case["expected"]["wilson"][place]


def test_margin_of_thirty_observations() -> None:
    """Thirty observations leave a half-width of 17 points at one half."""
    case = gold()["fid.thirty_observations_margin"]
    for n, expected in zip(case["data"]["n"], case["expected"]["wilson_half_width"], strict=True):
        estimate = proportions.wilson(case["data"]["p"] * n, n)
        assert (estimate.high - estimate.low) / 2 == pytest.approx(expected, abs=case["tol"])


def test_design_effect() -> None:
    """Effective numbers follow Kish's design effect."""
    case = gold()["fid.design_effect"]
    data = case["data"]
    found = [
        proportions.effective_n([m] * (data["n"] // m), icc)
        for m, icc in zip(data["m"], data["icc"], strict=True)
    ]
    assert found == pytest.approx(case["expected"]["n_effective"], abs=case["tol"])


def test_cheapest_pattern_of_a_frequency_table() -> None:
    """The cheapest pattern of the 3 x 3 table is the one that other programs find."""
    case = gold()["sdc.freq3x3.k5"]
    interior = np.array(case["data"]["interior"])
    table = suppression.protect(interior, k=case["data"]["k"], weights=interior)
    assert np.argwhere(table.suppressed).tolist() == case["expected"]["suppressed_rc"]
    assert interior[table.suppressed[:3, :3]].sum() == case["expected"]["optimal_cost"]
    assert table.method == "exact"


def test_a_lone_hidden_cell_is_worked_out() -> None:
    """Hiding only the sensitive cell of the classic table leaves it plain to see."""
    case = gold()["sdc.classic3x3.primary_only"]
    interior = np.array(case["data"]["interior"])
    row, column = case["data"]["suppressed_rc"][0]
    left = interior[row].sum() - np.delete(interior[row], column).sum()
    assert [left, left] == case["expected"]["attack_interval"]["1,2"]
    table = suppression.protect(interior, k=23)
    low, high = table.audit()[row, column]
    assert low < interior[row, column]
    assert high >= 23


def test_dominated_cells() -> None:
    """One person above one half or two above nine tenths of a cell make it primary."""
    case = gold()["sdc.dominance"]
    contributions = case["data"]["contributions"]
    counts = [len(cell) for cell in contributions]
    table = suppression.protect(counts, k=2, contributions=contributions)
    assert table.primary[:-1].tolist() == case["expected"]["nk_fail"]


def test_margins_are_true_or_hidden() -> None:
    """Published margins are the true ones, never recomputed from what is left."""
    case = gold()["sdc.acro_margins"]
    interior = np.array(case["data"]["interior"])
    table = suppression.protect(interior, k=case["data"]["threshold"])
    assert table.published[-1, -1] == case["expected"]["true_total"]
    rows = table.published[:-1, -1]
    assert rows.compressed().tolist() == interior.sum(axis=1)[~rows.mask].tolist()
    assert table.audit()[1, 2][1] >= case["data"]["threshold"]


def test_hidden_is_not_zero() -> None:
    """A hidden count is masked, and no arithmetic makes a number of it."""
    case = gold()["sdc.suppressed_is_not_zero"]
    x, n = case["data"]["x"], case["data"]["n"]
    table = suppression.protect([x, n - x], k=case["data"]["threshold"])
    assert np.ma.is_masked(table.published[0])
    assert np.ma.is_masked(table.published[0] / n)
    assert math.isnan(float(np.ma.filled(table.published[0] / n, math.nan)))
