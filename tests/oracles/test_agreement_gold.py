"""Published values of agreement coefficients, reproduced to the printed decimals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from tests.shared import shared

from ilr.stats import Estimate, Ratings, agreement

Coefficient = Callable[..., Estimate]

COEFFICIENTS: dict[str, Coefficient] = {
    "brennan_prediger": agreement.brennan_prediger,
    "fleiss_kappa": agreement.fleiss_kappa,
    "gwet_ac1": agreement.gwet_ac,
    "gwet_ac2": agreement.gwet_ac,
    "krippendorff_alpha": agreement.krippendorff_alpha,
    "percent_agreement": agreement.percent_agreement,
    "scott_pi": agreement.fleiss_kappa,
}
EXAMPLES = [
    "krippendorff2011_C",
    "krippendorff2004_p226",
    "krippendorff2004_p246a",
    "wikipedia_alpha_3x15",
    "gwet2014_t2_15_raw4raters",
    "gwet2014_t3_5",
    "gwet_cont3x3abstractors",
    "gwet_distrib_6raters",
    "irrcac_ben_gerry",
    "dkpro_gwet_fixture_5",
    "cohen1960_p45",
    "fleiss1971",
    "brennan_prediger1981_p689",
    "zwick1988_1",
    "zwick1988_2",
    "warrens2010_omalley",
    "randolph2005_1",
    "artstein_poesio2008_p558",
    "feinstein_cicchetti1990_A",
]
# Only one version of one peer prints it, by a formula its later version gave up.
UNREPRODUCED = {("gwet_distrib_6raters", "se:krippendorff_alpha[nominal]")}


@cache
def gold() -> dict[str, Any]:
    """The published examples by id."""
    examples = json.loads(shared("gold", "agreement.json").read_text(encoding="utf-8"))["examples"]
    return {example["id"]: example for example in examples}


def ratings_of(design: dict[str, Any]) -> Ratings:
    """The ratings of one example, in whichever form it was published."""
    categories = design["categories"]
    if design["type"] == "contingency":
        return Ratings.from_table(design["table"], categories=categories)
    if design["type"] == "subject_category_counts":
        rows = [
            [category for category, count in zip(categories, row, strict=True) for _ in range(count)]
            for row in design["counts"]
        ]
        return Ratings.from_matrix(rows, categories=categories)
    rows = [list(row) for row in zip(*design["matrix"], strict=True)]
    return Ratings.from_matrix(rows, categories=categories)


def tolerance_of(example: dict[str, Any], key: str) -> float:
    """Half a unit of the last printed decimal."""
    if "tolerance" in example:
        return float(example["tolerance"])
    decimals = example["decimals"]
    if isinstance(decimals, dict):
        decimals = decimals.get(key, decimals["default"])
    return float(0.5 * 10**-decimals + 1e-12)


@pytest.mark.parametrize("name", EXAMPLES)
def test_published_coefficients_are_reproduced(name: str) -> None:
    """Every printed value and standard error of an example comes out to its printed decimals."""
    example = gold()[name]
    ratings = ratings_of(example["design"])
    checked = 0
    for key, expected in example["expected"].items():
        match = re.fullmatch(r"(se:|pe:)?(\w+?)(?:\[(\w+)\])?", key)
        if match is None or match[2] not in COEFFICIENTS or (name, key) in UNREPRODUCED:
            continue
        options = [] if match[3] is None else [match[3]]
        coefficient = COEFFICIENTS[match[2]]
        estimate = coefficient(ratings, *options)
        if match[1] == "pe:":
            observed = agreement.percent_agreement(ratings, *options).value
            found = (observed - estimate.value) / (1 - estimate.value)
        else:
            found = estimate.standard_error if match[1] else estimate.value
        assert found == pytest.approx(expected, abs=tolerance_of(example, key)), key
        checked += 1
    assert checked > 0


def test_raw4raters_intervals() -> None:
    """Gwet's four-rater example gives AC1 .775 with the t limits of twelve units, cut at 1."""
    # Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., Table 2.15.
    rows = [
        [1, 1, None, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [None, 5, 5, 5],
        [None, None, 1, 1],
        [None, None, 3, None],
    ]
    estimate = agreement.gwet_ac(Ratings.from_matrix(rows, categories=[1, 2, 3, 4, 5]))
    assert estimate.value == pytest.approx(0.77544, abs=5e-6)
    assert estimate.standard_error == pytest.approx(0.14295, abs=5e-6)
    assert estimate.low == pytest.approx(0.77544 - 2.200985 * 0.14295, abs=2e-5)
    assert estimate.high == 1.0
    assert estimate.n == {"units": 12, "pairable": 11, "raters": 4, "ratings": 41}


def test_benchmarks_of_gwet() -> None:
    """Cumulative membership probabilities and the retained band agree with Gwet's benchmarking example."""
    example = gold()["gwet_benchmark_raw4raters"]
    estimate = Estimate(example["design"]["coefficient"], standard_error=example["design"]["se"])
    scales = {"landis_koch": "landis-koch", "altman": "altman", "fleiss": "fleiss"}
    for key, scale in scales.items():
        found = estimate.benchmark(scale)
        assert found is not None
        assert found.cumulative == pytest.approx(
            {band.lower(): share for band, share in example["expected"][key].items()}, abs=6e-6
        )
        assert found.band == example["expected"]["retained[0.95]"][key].lower()
