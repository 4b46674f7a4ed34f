"""Series of two published packages, charted: qicharts2 (Anhøj) and qcc (Scrucca; Montgomery's examples)."""

from __future__ import annotations

import csv
import json
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from tests.shared import shared

from ilr.stats import charts
from ilr.stats.charts import Chart


def rows(*parts: str) -> list[dict[str, str]]:
    """The rows of a table that stands beside the repository."""
    with shared("data", *parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(folder: str, name: str, *names: str) -> list[Any]:
    """Some columns of a table as numbers."""
    table = rows(folder, f"{name}.csv")
    return [np.array([float(row[column]) for row in table]) for column in names]


def outside(chart: Chart) -> list[int]:
    """The points outside three sigma, counted from 1."""
    return [signal.index + 1 for signal in chart.signals if signal.rule == "3sigma"]


def series() -> dict[str, Any]:
    """The series whose runs were published, by their name in the table of results."""
    folder = "runcharts_qicharts2"
    (infected,) = columns(folder, "cdi", "n")
    hurt, seen = columns(folder, "nhs_accidents", "r", "n")
    told, sold = columns(folder, "complaints", "complaints", "sales")
    return {
        "cdi all 36": infected,
        "cdi first 24": infected[:24],
        "cdi pre": infected[:24],
        "cdi post": infected[24:],
        "nhs_accidents r/n": hurt / seen,
        "complaints/sales": told / sold,
        "AHH BAC": hospitals()["AHH", "BAC"][0] / hospitals()["AHH", "BAC"][1],
    }


def hospitals() -> dict[tuple[str, str], Any]:
    """Infections and days of each hospital and infection."""

    def key(row: dict[str, str]) -> tuple[str, str]:
        return row["hospital"], row["infection"]

    table = rows("runcharts_qicharts2", "hospital_infections.csv")
    return {
        one: np.array([(float(row["n"]), float(row["days"])) for row in held]).T
        for one, held in groupby(sorted(table, key=key), key)
    }


def test_runs_of_qicharts2() -> None:
    """Useful points, runs, crossings and their limits agree for every published series."""
    path = shared("data", "runcharts_qicharts2", "computed_here_anhoj.json")
    expected = json.loads(path.read_text(encoding="utf-8"))
    found = {}
    for name, values in series().items():
        chart = charts.run_chart(values)
        found[name] = {
            "n_useful": chart.useful,
            "longest_run": chart.longest_run,
            "longest_run_limit": chart.longest_run_max,
            "crossings": chart.crossings,
            "crossings_min": chart.crossings_min,
            "signal": bool(chart.signals),
        }
    assert found == expected


def test_one_of_eighteen_hospital_series_signals() -> None:
    """Of three infections in six hospitals only one series has a run signal, by its crossings."""
    found = {name: charts.run_chart(n / days).signals for name, (n, days) in hospitals().items()}
    assert len(found) == 18
    assert {name: [one.rule for one in signals] for name, signals in found.items() if signals} == {
        ("AHH", "BAC"): ["anhoej.crossings"]
    }


def test_shares_of_many_thousands_are_overdispersed() -> None:
    """With totals above 250,000 a plain p chart has 16 of 20 points outside, the prime chart none (Mohammed 2013)."""
    counts, totals = columns("runcharts_qicharts2", "nhs_accidents", "r", "n")
    assert len(outside(charts.p_chart(counts, totals))) == 16
    prime = charts.p_prime(counts, totals)
    assert outside(prime) == []
    assert prime.parts[0].sigma_z == pytest.approx(10.64, abs=5e-3)


def test_rates_of_complaints_are_overdispersed() -> None:
    """Complaints per sale lie outside a plain u chart, and inside the prime chart with Laney's sigma z."""
    counts, totals = columns("runcharts_qicharts2", "complaints", "complaints", "sales")
    assert len(outside(charts.u_chart(counts, totals))) > len(counts) / 2
    assert charts.u_prime(counts, totals).signals == ()


def test_lots_vary_by_chance() -> None:
    """The value per item of the lots has no signal."""
    values, sizes = columns("runcharts_qicharts2", "lots", "value", "n")
    assert charts.xmr(values / sizes).signals == ()


def test_operations_by_month() -> None:
    """Deaths and readmissions per operation stay inside their limits."""
    n, deaths, again = columns("runcharts_qicharts2", "cabg_by_month", "n", "deaths", "readmissions")
    assert outside(charts.p_chart(again, n)) == []
    assert outside(charts.p_chart(deaths, n)) == []


def test_piston_rings() -> None:
    """The first 25 samples are in control between 73.988 and 74.014, and later ones go out (Montgomery)."""
    table = rows("spc_qcc", "pistonrings.csv")
    groups = [
        [float(row["diameter"]) for row in held] for _, held in groupby(table, lambda row: int(row["sample"]))
    ]
    assert [len(group) for group in groups] == [5] * 40
    chart = charts.xbar(groups, freeze=25)
    assert [chart.centre, chart.lower, chart.upper] == pytest.approx([74.001, 73.988, 74.014], abs=5e-4)
    assert outside(chart) == [37, 38, 39]
    assert charts.xbar(groups[:25]).signals == ()


def test_orange_juice() -> None:
    """Of the thirty trial samples of cans 15 and 23 lie outside .0524 to .4102 (Montgomery)."""
    bad, sizes = columns("spc_qcc", "orangejuice", "D", "size")
    trial = charts.p_chart(bad[:30], sizes[:30])
    assert [trial.centre, trial.lower, trial.upper] == pytest.approx([0.2313, 0.0524, 0.4102], abs=5e-5)
    assert outside(trial) == [15, 23]


def test_orange_juice_after_the_change() -> None:
    """With limits of the 24 trial samples, 0 to .2440 about .1108, no later sample lies outside (Montgomery)."""
    bad, sizes = columns("spc_qcc", "orangejuice2", "D", "size")
    chart = charts.p_chart(bad, sizes, freeze=24)
    assert [chart.centre, chart.lower, chart.upper] == pytest.approx([0.1108, 0, 0.2440], abs=5e-5)
    assert outside(chart) == []


def test_circuit_boards() -> None:
    """Of the 26 trial samples of boards 6 and 20 lie outside 6.48 to 33.21 about 19.85 (Montgomery)."""
    (counts,) = columns("spc_qcc", "circuit", "x")
    trial = charts.c_chart(counts[:26])
    assert [trial.centre, trial.lower, trial.upper] == pytest.approx([19.846, 6.481, 33.211], abs=5e-4)
    assert outside(trial) == [6, 20]


def test_personal_computers() -> None:
    """Defects per computer lie within .07 and 3.79 about 1.93 (Montgomery)."""
    counts, sizes = columns("spc_qcc", "pcmanufact", "x", "size")
    chart = charts.u_chart(counts, sizes)
    assert [chart.centre, chart.lower, chart.upper] == pytest.approx([1.93, 0.07, 3.79], abs=5e-3)
    assert outside(chart) == []


def test_dyed_cloth() -> None:
    """Defects per area of cloth of different sizes lie inside limits that differ, about 1.42 (Montgomery)."""
    counts, sizes = columns("spc_qcc", "dyedcloth", "x", "size")
    chart = charts.u_chart(counts, sizes)
    assert chart.centre == pytest.approx(1.42, abs=5e-3)
    assert len(np.unique(chart.lines.upper)) == len(np.unique(sizes))
    assert outside(chart) == []
