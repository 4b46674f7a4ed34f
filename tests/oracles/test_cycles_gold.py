"""Published and worked cases of shares and suppression."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.shared import shared

from ilr.stats import proportions, suppression


@cache
def gold() -> dict[str, Any]:
    """The worked cases by id."""
    cases = json.loads(shared("gold", "cycles.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in cases}


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
