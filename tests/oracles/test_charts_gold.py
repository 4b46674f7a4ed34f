"""Published and worked cases of charts, and the traps that other programs fell into."""

from __future__ import annotations

import itertools
import json
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.shared import shared

from ilr.stats import charts
from ilr.stats.charts import Chart, Phase, Signal


@cache
def gold() -> dict[str, Any]:
    """The worked cases by id."""
    cases = json.loads(shared("gold", "cycles.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in cases}


def zigzag(useful: int) -> list[int]:
    """A series that crosses zero at every point."""
    return [1 if place % 2 else -1 for place in range(useful)]


def outside(chart: Chart) -> list[int]:
    """The points outside three sigma, counted from 1."""
    return [signal.index + 1 for signal in chart.signals if signal.rule == "3sigma"]


def completed(signals: tuple[Signal, ...]) -> dict[str, list[int]]:
    """By number of the rule, the points that completed a finding, counted from 1."""
    found: dict[str, list[int]] = {}
    for signal in signals:
        found.setdefault(signal.rule.split(".")[1], []).append(signal.index + 1)
    return found


def members(signals: tuple[Signal, ...]) -> dict[str, list[int]]:
    """By number of the rule, all points that belong to a finding, counted from 1."""
    names = sorted({signal.rule for signal in signals})
    return {
        name.split(".")[1]: sorted(
            {place + 1 for signal in signals if signal.rule == name for place in signal.members}
        )
        for name in names
    }


def infections() -> tuple[list[int], list[float], dict[str, Any]]:
    """Infections, days in ten thousands, and what R finds with frozen limits."""
    case = gold()["spc.u.cdi.freeze24"]
    data = case["data"]
    return data["count"], [area / data["multiply"] for area in data["area"]], case


def test_limits_of_runs_and_crossings() -> None:
    """Limits of the longest run (rounded, not rounded up) and of crossings agree with R for 10 to 30 points."""
    case = gold()["spc.anhoej.limits.10_30"]
    found = [charts.run_chart(zigzag(n), centre=0) for n in case["data"]["n_useful"]]
    assert [chart.longest_run_max for chart in found] == case["expected"]["longest_run_max"]
    assert [chart.crossings_min for chart in found] == case["expected"]["crossings_min"]


def test_five_crossings_of_twenty_points_signal() -> None:
    """With twenty useful points five crossings are too few and six are not (a port of R had them one off)."""
    five = [1] * 4 + [-1] * 3 + [1] * 3 + [-1] * 3 + [1] * 3 + [-1] * 4
    six = [1] * 3 + [-1] * 3 + [1] * 3 + [-1] * 3 + [1] * 3 + [-1] * 3 + [1] * 2
    assert [one.rule for one in charts.run_chart(five, centre=0).signals] == ["anhoej.crossings"]
    assert charts.run_chart(six, centre=0).signals == ()


@pytest.mark.parametrize("useful", [10, 12])
def test_false_alarms_by_brute_force(useful: int) -> None:
    """Over all sequences the share of signals is the exact false-alarm probability."""
    expected = {10: gold()["spc.anhoej.false_alarm_exact_n10"]["expected"]["p_signal_under_null"], 12: 0.0430}
    signals = sum(
        bool(charts.run_chart(np.array(signs), centre=0).signals)
        for signs in itertools.product([-1.0, 1.0], repeat=useful)
    )
    assert signals / 2**useful == pytest.approx(expected[useful], abs=1e-12 if useful == 10 else 6e-5)
    assert charts.anhoej_false_alarm(useful) == signals / 2**useful


def test_false_alarms_by_counting_runs() -> None:
    """Counting compositions of runs gives the published false-alarm probabilities for 20 to 36 points."""
    case = gold()["spc.anhoej.false_alarm_exact_n24_36"]
    found = [charts.anhoej_false_alarm(n) for n in case["data"]["n_useful"]]
    assert found == pytest.approx(case["expected"]["p_signal_under_null"], abs=case["tol"])


def test_missing_points_are_not_zero() -> None:
    """A missing point is left out of the centre and counted nowhere."""
    case = gold()["spc.missing_not_zero"]
    for chart in (charts.c_chart(case["data"]["y"]), charts.xmr(case["data"]["y"])):
        assert chart.centre == pytest.approx(case["expected"]["cl"], abs=case["tol"])
        assert np.count_nonzero(~np.isnan(chart.values)) == case["expected"]["n_points_used"]


def test_counts_of_infections() -> None:
    """The chart of counts agrees with R in centre, limits, points outside and runs."""
    case = gold()["spc.c.cdi"]
    expected = case["expected"]
    chart = charts.c_chart(case["data"]["y"])
    lines = [chart.centre, chart.lower, chart.upper]
    assert lines == pytest.approx([expected["cl"], expected["lcl"], expected["ucl"]], abs=case["tol"])
    assert outside(chart) == expected["sigma_signal_points_1based"]
    assert (chart.longest_run, chart.crossings) == (expected["longest_run"], expected["crossings"])
    assert {"anhoej.run", "anhoej.crossings"} <= {one.rule for one in chart.signals}


def test_rates_against_a_frozen_baseline() -> None:
    """Rates of infections against the limits of the 24 months before the change: six points lie outside."""
    counts, days, case = infections()
    expected = case["expected"]
    chart = charts.u_chart(counts, days, freeze=24)
    lines = [chart.centre, chart.lines.upper[0], chart.lines.lower[0]]
    assert lines == pytest.approx([expected["cl"], expected["ucl_1"], expected["lcl_1"]], abs=case["tol"])
    assert outside(chart) == expected["sigma_signal_points_1based"]
    runs = [chart.longest_run, chart.longest_run_max, chart.crossings, chart.crossings_min]
    names = ("longest_run", "longest_run_max", "crossings", "crossings_min")
    assert runs == [expected[name] for name in names]


def test_a_rebase_makes_every_signal_vanish() -> None:
    """The same rates in two phases have no signal at all, which is why a rebase must be a dated decision."""
    counts, days, _ = infections()
    case = gold()["spc.u.cdi.part24"]
    decided = Phase(24, "the intervention", decided_by="p1", decided_on=date(2014, 12, 1))
    chart = charts.u_chart(counts, days, phases=[decided])
    first, second = chart.parts
    for part, expected in zip(chart.parts, case["expected"].values(), strict=True):
        assert part.centre == pytest.approx(expected["cl"], abs=case["tol"])
        assert (part.longest_run, part.crossings) == (expected["longest_run"], expected["crossings"])
    expected = case["expected"]["part2"]
    lines = [chart.lines.upper[24], chart.lines.lower[24]]
    assert lines == pytest.approx([expected["ucl_1"], expected["lcl_1"]], abs=case["tol"])
    limits = [second.longest_run_max, second.crossings_min]
    assert limits == [expected["longest_run_max"], expected["crossings_min"]]
    assert (chart.signals, first.stop) == ((), 24)


def test_a_small_sigma_z_does_not_narrow_limits() -> None:
    """Frozen over steady months sigma z is 0.45: as it is it makes eleven signals, floored at one none."""
    case = gold()["spc.pprime.freeze_trap"]
    data, expected = case["data"], case["expected"]
    floored = charts.p_prime(data["x"], data["n"], freeze=data["freeze"])
    free = charts.p_prime(data["x"], data["n"], freeze=data["freeze"], sigma_z="unfloored")
    assert floored.parts[0].sigma_z == pytest.approx(expected["sigma_z"], abs=case["tol"])
    assert free.lines.upper[0] == pytest.approx(expected["unfloored_ucl_1"], abs=case["tol"])
    assert outside(free) == expected["unfloored_sigma_signals_1based"]
    assert outside(floored) == expected["floored_sigma_signals_1based"]


@pytest.mark.parametrize("name", ["shift7", "trend7"])
def test_points_of_making_data_count(name: str) -> None:
    """The points of a shift and of a trend agree with the NHS package; a tie breaks a trend."""
    case = gold()[f"spc.nhs.{name}"]
    expected = case["expected"]
    chart = charts.xmr(case["data"]["y"], rules="nhs-mdc")
    assert {
        rule[:5]: [str(place) for place in places] for rule, places in members(chart.signals).items()
    } == {name[:5]: list(expected["points"])}
    # The package draws limits at 2.66 mean ranges, here they are 3 / 1.128.
    reach = (chart.lines.upper[0] - chart.lines.centre[0]) * 2.66 * 1.128 / 3
    centre = chart.lines.centre[0]
    lines = [centre, centre - reach, centre + reach]
    assert lines == pytest.approx([expected["mean"], expected["lpl"], expected["upl"]], abs=case["tol"])


@pytest.mark.parametrize("name", ["2in3", "2s2s"])
@pytest.mark.parametrize("version", ["2019", "2023"])
def test_two_of_three_of_making_data_count(name: str, version: str) -> None:
    """The points of two of three agree with the NHS package before and after its change of 2023."""
    case = gold()[f"spc.nhs.{name}"]
    key = {"2019": "special_cause_points_1based_v0.2.2", "2023": "special_cause_points_1based_mdc2023"}[
        version
    ]
    chart = charts.xmr(
        case["data"]["y"], rules=f"nhs-mdc-{version}", freeze=case["data"]["fix_after_n_points"]
    )
    assert members(chart.signals) == {"2in3": case["expected"][key]}
    assert chart.centre == pytest.approx(case["expected"]["mean"], abs=case["tol"])


def test_the_threshold_of_a_trial() -> None:
    """One program says fewer than 12 and warns at 12; here 12 points are no trial and 11 are."""
    values = gold()["spc.trial_limits.n12"]["data"]["y"]
    assert len(values) == 12
    assert not charts.xmr(values).parts[0].trial
    assert charts.xmr(values[:11]).parts[0].trial


def test_what_holds_now_is_the_last_phase() -> None:
    """A target is read against the limits of the last phase; those of the first would say it is never met."""
    case = gold()["spc.assurance_uses_last_phase"]
    target = case["data"]["target"]
    values = [0.59, 0.61] * 8 + [0.91, 0.93] * 8
    decided = Phase(16, "new form", decided_by="p1", decided_on=date(2026, 11, 2))
    chart = charts.xmr(values, phases=[decided])

    def assurance(place: int) -> str:
        low, high = chart.lines.lower[place], chart.lines.upper[place]
        return "consistent_fail" if target > high else "consistent_pass" if target < low else "inconsistent"

    assert assurance(-1) == case["expected"]["assurance"]
    assert assurance(0) == case["expected"]["wrong_if_first_phase_used"]
    assert chart.useful == chart.parts[-1].useful == 16


@pytest.mark.parametrize(
    "name",
    [
        "we_2of3_two_first",
        "we_2of3_gap",
        "we_8_broken_by_zero",
        "nelson_3_six",
        "nelson_8_mixed",
        "nelson_8_oneside",
        "three_sigma_boundary",
    ],
)
@pytest.mark.parametrize(("rules", "short"), [("western-electric", "we"), ("nelson", "nelson")])
def test_completing_and_member_points(name: str, rules: str, short: str) -> None:
    """Points that complete a finding and points that belong to it are told apart, as programs differ in that."""
    case = gold()[f"spc.rules.{name}"]
    found = charts.find_signals(case["data"]["z"], 0, 1, rules=rules)
    assert completed(found) == case["expected"][f"{short}_completion_points_1based"]
    held = [[f"{short}_{number}", places] for number, places in members(found).items()]
    assert held == case["expected"][f"{short}_member_points_1based"]


def test_run_length_of_western_electric() -> None:
    """In control the four rules signal after 91.75 points on average (Champ & Woodall 1987)."""
    low, high = gold()["spc.we.arl0"]["expected"]["range"]
    rng = np.random.default_rng(20261121)
    lengths = []
    for series in rng.normal(size=(4000, 1200)):
        for stop in (100, 300, 1200):
            found = charts.find_signals(series[:stop], 0, 1, rules="western-electric")
            if found:
                break
        lengths.append(found[0].index + 1)
    assert low < np.mean(lengths) < high


@pytest.mark.parametrize("ward", ["WardV", "WardX", "WardY", "WardZ"])
def test_proposals_of_runcharter(ward: str) -> None:
    """Medians, starts and ends of the levels that are proposed agree with the tests of runcharter."""
    case = gold()[f"spc.autorebase.{ward}"]
    data, (baseline, *sustained) = case["data"], case["expected"]["phases"]
    found = charts.propose_phases(
        data["y"], baseline_points=data["baseline_points"], run_length=data["run_length"]
    )
    days = data["dates"]
    assert np.median(data["y"][: data["baseline_points"]]) == baseline["median"]
    assert [(one.centre, days[one.start], days[one.stop - 1]) for one in found] == [
        (one["median"], one["start"], one["end"]) for one in sustained
    ]


def test_ewma_and_cusum_of_montgomery() -> None:
    """Averages and sums of Montgomery's thirty values agree with the book, and both signal at period 29."""
    entries = json.loads(shared("gold", "measurement.json").read_text(encoding="utf-8"))["entries"]
    case = next(entry for entry in entries if entry["id"] == "drift_cusum_ewma_montgomery")
    values, expected = case["data"]["x"], case["expected"]
    sums = charts.cusum(values, target=10, sigma=1, slack=0.5, decision=5)
    averages = charts.ewma(values, target=10, sigma=1, weight=0.1, width=2.7)
    for chart, key, tolerance in ((sums, "cusum_upper_at", "cusum"), (averages, "ewma_at", "ewma")):
        found = [chart.tracks[0][int(period) - 1] for period in expected[key]]
        assert found == pytest.approx(list(expected[key].values()), abs=case["tolerance"][tolerance])
    assert sums.signals[0].index + 1 == expected["cusum_first_signal"]
    assert sums.signals[0].rule == "cusum.upper"
    assert averages.signals[0].index + 1 == expected["ewma_first_signal"]
