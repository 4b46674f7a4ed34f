"""Published and worked cases of shares, suppression and associations."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import numpy as np
import pytest
from benchmarks import associations
from benchmarks.ladder import characteristic
from tests.shared import shared

from ilr import cycles
from ilr.base import InvalidInput, Policy
from ilr.cycles import (
    DataCut,
    Decision,
    DecisionKind,
    DecisionStatus,
    Finding,
    Review,
    ShareCount,
    StatusEntry,
    check_close,
    close,
    fidelity,
    missing_revisits,
    next_check,
)
from ilr.stats import Estimate, association, proportions, suppression


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


def test_least_successes_of_thirty_and_zero_failures() -> None:
    """Fidelity asks for the least n without a failure, and of thirty for 26, 28 and 30 at .7, .8 and .9."""
    case = gold()["fid.zero_failure_n"]
    for share, least in zip(case["data"]["tau"], case["expected"]["n"], strict=True):
        outcomes = [
            fidelity(ShareCount(n, n), policy=Policy(), threshold=share).outcome for n in (least - 1, least)
        ]
        assert outcomes == ["cannot tell", "met"]
    for share, least in ((0.7, 26), (0.8, 28), (0.9, 30)):
        found = [fidelity(ShareCount(x, 30), policy=Policy(), threshold=share).outcome for x in range(31)]
        assert found.index("met") == least


def test_variable_intervals_of_reynolds() -> None:
    """Near the centre the next check comes late, beyond the warning limit soon, beyond the limit one acts."""
    case = gold()["cycle.vsi"]
    data = case["data"]
    policy = Policy(variable_interval=data["warning"], ladder=(data["short_weeks"], 8))
    checks = [next_check(z, policy=policy, long=data["long_weeks"]) for z in data["z_last"]]
    found = [one.weeks if one.action == "wait" else "signal_act_now" for one in checks]
    assert found == case["expected"]["next"]


REACHED = {"<0.01": (0.0, 0.01), ">0.99": (0.99, 1.0)}


def test_ladder_with_the_bounds_of_the_worked_case() -> None:
    """With Wilson's bounds the ladder lets practices climb as often as the worked case says."""
    case = gold()["cycle.ladder_oc"]
    repetitions = 1_000
    for share, expected in zip(case["data"]["p"], case["expected"]["p_reach_top"], strict=True):
        found = characteristic(share, bounds="score", repetitions=repetitions)
        least, most = expected if isinstance(expected, list) else REACHED.get(expected, (expected, expected))
        doubt = 3 * math.sqrt(max(least * (1 - least), most * (1 - most)) / repetitions)
        assert least - doubt <= found.reached <= most + doubt


def test_the_deciding_bounds_climb_later() -> None:
    """With the exact bounds no practice climbs more often than with Wilson's, and a sound one still does."""
    for share in (0.7, 0.8, 0.9):
        exact, score = (
            characteristic(share, bounds=bounds, repetitions=500).reached for bounds in ("exact", "score")
        )
        assert exact <= score
    assert exact > 0.99


def test_false_discoveries_of_benjamini_and_hochberg() -> None:
    """Of their fifteen hypotheses four are rejected, where Bonferroni and Yekutieli's factor leave three."""
    case = gold()["corr.bh1995"]
    p, q, expected = case["data"]["p"], case["data"]["q"], case["expected"]
    adjusted = association.benjamini_hochberg(p)
    assert adjusted[:5] == pytest.approx(expected["adjusted_first5"], abs=case["tol"])
    assert sum(one <= q for one in adjusted) == expected["bh_rejections"]
    assert sum(one <= q for one in association.bonferroni(p)) == expected["bonferroni_rejections"]
    assert sum(one <= q for one in association.benjamini_yekutieli(p)) == expected["by_rejections"]


def test_correction_for_attenuation_of_spearman() -> None:
    """An observed .2 with reliabilities .65 and .5 is .35 corrected."""
    case = gold()["corr.attenuation"]
    data = case["data"]
    found = association.disattenuated(Estimate(data["r"]), data["rel_x"], data["rel_y"])
    assert found.value == pytest.approx(case["expected"]["r_disattenuated"], abs=case["tol"])


def test_error_of_each_unit_of_analysis() -> None:
    """Visits taken for teachers, and ten resampled schools, find what is not there; the default does not."""
    case = gold()["corr.unit_of_analysis"]
    data, expected = case["data"], case["expected"]
    assert data["m"] == associations.VISITS
    drawn = associations.draw(
        np.random.default_rng(associations.SEED),
        districts=600,
        teachers=data["T"],
        buildings=data["schools"],
        cluster=0.4,
    )
    found = associations.rejections(drawn, permutations=199)
    for name, case_name in (
        ("visits", "type1_obs_level"),
        ("buildings resampled", "type1_school_bootstrap_10_clusters"),
    ):
        assert found[name] > float(expected[case_name].removeprefix("> "))
    for name, case_name in (
        ("within, Student", "type1_within_school_centred_t"),
        ("within, permutation", "type1_permutation_within_school"),
    ):
        low, high = map(float, expected[case_name].split("-"))
        assert low <= found[name] <= high


def test_decisions_come_back_at_each_later_review() -> None:
    """The one decision that the last review passed over is told, and keeps that review open."""
    case = gold()["pdsa.decisions_revisited"]
    reviews = [_review(date.fromisoformat(on), case["data"]["decisions"]) for on in case["data"]["reviews"]]
    found = [[one.decision, one.on.isoformat()] for one in missing_revisits(reviews)]
    assert found == case["expected"]["missing_revisits"]
    held: list[Review] = []
    for review in reviews[:-1]:
        held.append(close(review, earlier=held))
    problems = check_close(reviews[-1], earlier=held)
    assert [problem.path for problem in problems] == [f"revisits.{one}" for one, _ in found]


def _review(on: date, decisions: list[dict[str, Any]]) -> Review:
    """A review of the worked case, before it is closed."""
    made = [one for one in decisions if one["made_at"] == on.isoformat()]
    ended = [one for one in decisions if one.get("closed_at") == on.isoformat()]
    idle = Decision(
        id=f"none {on}", kind=DecisionKind.NO_ACTION, on=on, owner="p1", evidence=("f",), reason="so"
    )
    return Review(
        id=f"review {on}",
        building="s1",
        on=on,
        cut=DataCut(building="s1", on=on, entries=(), least=30),
        trigger="calendar",
        findings=(Finding(id="f", kind="none"),),
        decisions=(
            idle,
            *(
                Decision(id=one["id"], kind=DecisionKind.COACHING, on=on, owner="p1", evidence=("f",))
                for one in made
            ),
        ),
        revisits=(
            *(
                StatusEntry(decision=one["id"], status=DecisionStatus.CONTINUE, on=on)
                for one in decisions
                if on.isoformat() in one["revisits"]
            ),
            *(StatusEntry(decision=one["id"], status=DecisionStatus.DONE, on=on) for one in ended),
        ),
    )


def test_a_prediction_after_the_data_is_none() -> None:
    """A prediction recorded four days after the first observation is refused for that reason."""
    case = gold()["pdsa.prediction_must_precede_data"]
    first_on = date.fromisoformat(case["data"]["first_do_observation_on"])
    recorded_on = date.fromisoformat(case["data"]["prediction_recorded_on"])
    prediction = cycles.Prediction(
        measure="P3", low=0.55, high=0.65, recorded_at=datetime.combine(recorded_on, time(8), tzinfo=UTC)
    )
    valid = cycles.made_before(prediction, first_on=first_on) == "yes"
    assert valid is case["expected"]["prediction_valid"]
    plan = cycles.Plan(aim="a", measures=("P3",), change="c", prediction=prediction)
    cycle = cycles.ImprovementCycle(
        id="c", building="s", target="instructional practice", opened=first_on, plan=plan
    )
    running = cycles.start_cycle(cycle, on=first_on)
    with pytest.raises(InvalidInput) as refused:
        cycles.record_data(running, observations=["o"], first_on=first_on)
    assert [problem.code for problem in refused.value.problems] == [f"cycle.{case['expected']['finding']}"]


def test_a_plan_without_a_change_cannot_start() -> None:
    """The plan of the worked case lacks its change alone, which keeps the cycle from starting."""
    case = gold()["pdsa.plan_requires"]
    told = case["data"]["plan"]
    start = date(2026, 10, 1)
    prediction = cycles.Prediction(
        **told["prediction"], recorded_at=datetime.combine(start, time(8), tzinfo=UTC)
    )
    plan = cycles.Plan(
        aim=told["aim"], measures=(prediction.measure,), change=told["change"], prediction=prediction
    )
    assert list(plan.missing) == case["expected"]["missing"]
    cycle = cycles.ImprovementCycle(id="c", building="s", target="instructional practice", opened=start)
    planned = cycles.plan_cycle(cycle, plan)
    assert (planned.state is cycles.CycleState.PLANNED) is case["expected"]["can_start"]
    with pytest.raises(InvalidInput) as refused:
        cycles.start_cycle(planned, on=start)
    assert [problem.path for problem in refused.value.problems] == ["plan.change"]


def test_a_result_above_its_prediction_whose_interval_overlaps() -> None:
    """21 of 30 lies above .55 to .65, while its interval reaches into the range."""
    case = gold()["pdsa.prediction_vs_result"]
    prediction = cycles.Prediction(
        measure="P3", **case["data"]["prediction"], recorded_at=datetime(2026, 10, 1, tzinfo=UTC)
    )
    result = proportions.wilson(**case["data"]["result"])
    assert result.value == pytest.approx(case["expected"]["rate"])
    assert [result.low, result.high] == pytest.approx(case["expected"]["wilson95"], abs=case["tol"])
    assert case["expected"]["comparison"] == "above_predicted_range_but_interval_overlaps"
    found = cycles.compare_with_prediction(prediction, result)
    assert (found.outcome, found.overlaps) == ("above", True)
