"""Published values of agreement coefficients, reproduced to the printed decimals."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.shared import shared

from ilr.stats import Estimate, Ratings, agreement
from ilr.stats.significance import Significance

Coefficient = Callable[..., Estimate]

COEFFICIENTS: dict[str, Coefficient] = {
    "bangdiwala_b": agreement.bangdiwala_b,
    "brennan_prediger": agreement.brennan_prediger,
    "cohen_kappa": agreement.cohen_kappa,
    "conger_kappa": agreement.conger_kappa,
    "fleiss_kappa": agreement.fleiss_kappa,
    "gwet_ac1": agreement.gwet_ac,
    "gwet_ac2": agreement.gwet_ac,
    "krippendorff_alpha": agreement.krippendorff_alpha,
    "light_kappa": agreement.light_kappa,
    "max_kappa": agreement.maximum_kappa,
    "pabak": agreement.pabak,
    "percent_agreement": agreement.percent_agreement,
    "scott_pi": agreement.scott_pi,
}
TESTS: dict[str, Callable[..., Significance]] = {
    "cohen_kappa": agreement.cohen_kappa_test,
    "fleiss_kappa": lambda r, *_: agreement.fleiss_kappa_test(r),
}
EXAMPLES = {
    "krippendorff2011_C": "Krippendorff 2011, data C",
    "krippendorff2004_p226": "Krippendorff 2004, p. 226",
    "krippendorff2004_p246a": "Krippendorff 2004, p. 246",
    "wikipedia_alpha_3x15": "Wikipedia, Krippendorff's alpha",
    "gwet2014_t2_15_raw4raters": "Gwet 2014, Table 2.15",
    "gwet2014_t3_5": "Gwet 2014, Table 3.5",
    "gwet_cont3x3abstractors": "Gwet 2014, three diagnoses by two abstractors",
    "gwet_distrib_6raters": "Gwet 2014, fifteen patients of Fleiss",
    "irrcac_ben_gerry": "irrCAC, Ben and Gerry",
    "dkpro_gwet_fixture_5": "DKPro, Gwet's coefficients",
    "cohen1960_p45": "Cohen 1960, p. 45",
    "cohen1968_weighted": "Cohen 1968",
    "fleiss_cohen_everitt1969": "Fleiss, Cohen and Everitt 1969",
    "fleiss1971": "Fleiss 1971",
    "sas_kappa_3x3": "SAS manual, kappa of three categories",
    "brennan_prediger1981_p689": "Brennan and Prediger 1981, p. 689",
    "zwick1988_1": "Zwick 1988, first table",
    "zwick1988_2": "Zwick 1988, second table",
    "agresti1992_landis_koch": "Agresti 1992, after Landis and Koch",
    "warrens2010_omalley": "Warrens 2010, after O'Malley",
    "randolph2005_1": "Randolph 2005",
    "artstein_poesio2008_p558": "Artstein and Poesio 2008, p. 558",
    "feinstein_cicchetti1990_A": "Feinstein and Cicchetti 1990, A",
    "friendly_sexualfun": "Friendly 2000, p. 91",
    "landis_koch_ms_neworleans": "Landis and Koch 1977, New Orleans",
}
"""Where each example was printed, by its id."""

# Printed from a formula that counts the chance term once; see test_the_other_error_of_alpha.
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


def options_of(example: dict[str, Any], word: str | None) -> list[Any]:
    """The weights or metric of one printed value."""
    if word is None:
        return []
    if word != "custom":
        return [word]
    if "agreement_weights" in example:
        return [example["agreement_weights"]]
    lost = np.array(example["disagreement_weights"])
    return [1 - lost / lost.max()]


def found_by(kind: str, name: str, ratings: Ratings, options: list[Any]) -> float:
    """Our number for a printed one: a value, standard error, chance term or test."""
    estimate = COEFFICIENTS[name](ratings, *options)
    if kind == "pe:":
        observed = agreement.percent_agreement(ratings, *options).value
        return (observed - estimate.value) / (1 - estimate.value)
    if kind in ("se0:", "z:"):
        z = TESTS[name](ratings, *options).statistic
        return z if kind == "z:" else estimate.value / z
    return estimate.standard_error if kind == "se:" else estimate.value


@pytest.mark.parametrize("name", EXAMPLES, ids=lambda name: EXAMPLES[name])
def test_published_coefficients_are_reproduced(name: str) -> None:
    """Every printed value, error and test of an example comes out to its printed decimals."""
    example = gold()[name]
    ratings = ratings_of(example["design"])
    checked = 0
    for key, expected in example["expected"].items():
        match = re.fullmatch(r"(\w+:)?(\w+?)(?:\[(\w+)\])?", key)
        if match is None or match[2] not in COEFFICIENTS or (name, key) in UNREPRODUCED:
            continue
        found = found_by(match[1] or "", match[2], ratings, options_of(example, match[3]))
        assert found == pytest.approx(expected, abs=tolerance_of(example, key)), key
        checked += 1
    assert checked > 0


@pytest.mark.parametrize("name", ["fleiss1971", "agresti1992_landis_koch"], ids=lambda name: EXAMPLES[name])
def test_published_kappas_by_category_are_reproduced(name: str) -> None:
    """The kappa of each category comes out to its printed decimals."""
    example = gold()[name]
    printed = {key: x for key, x in example["expected"].items() if key.startswith("category_kappa_fleiss:")}
    found = list(agreement.category_kappa(ratings_of(example["design"])).values())
    assert len(found) == len(printed) > 0
    for place, (key, expected) in enumerate(printed.items()):
        assert found[place].value == pytest.approx(expected, abs=tolerance_of(example, key)), key


@pytest.mark.parametrize("test", ["stuart-maxwell", "bhapkar"])
def test_margins_of_stuarts_eyes(test: Any) -> None:
    """Unaided vision of 7477 women, both eyes: the tests of equal margins come out as printed."""
    # Stuart (1953, 1955), after Bhapkar (1966).
    example = gold()["vision_stuart_bhapkar"]
    found = agreement.marginal_homogeneity(ratings_of(example["design"]), test).significance
    key = test.replace("-", "_")
    for name, ours in (("chi2", found.statistic), ("p", found.p)):
        printed = f"{key}:{name}"
        assert ours == pytest.approx(example["expected"][printed], abs=tolerance_of(example, printed))
    assert found.freedom == (3,)


def test_levels_that_nobody_used_count() -> None:
    """Weighted kappas of the irr data are printed for the levels in use; the declared domain gives others."""
    # R package irr, data set anxiety; kappa2 drops the level that raters two and three never used.
    example = gold()["irr_anxiety"]
    rows = [list(row) for row in zip(*example["design"]["matrix"][1:], strict=True)]
    used = sorted({x for row in rows for x in row})
    declared = Ratings.from_matrix(rows, example["design"]["categories"])
    dropped = Ratings.from_matrix(rows, used, values=range(1, len(used) + 1))
    printed = example["expected"]
    kappa = agreement.cohen_kappa
    assert kappa(declared).value == pytest.approx(printed["cohen_kappa[r2,r3]"], abs=5e-7)
    for scheme in ("linear", "quadratic"):
        expected = printed[f"cohen_kappa[{scheme}][r2,r3][observed-levels]"]
        assert kappa(dropped, scheme).value == pytest.approx(expected, abs=5e-7)
        assert abs(kappa(declared, scheme).value - expected) > 1e-3


def test_the_other_error_of_alpha() -> None:
    """The printed standard error of alpha from counts is the formula with the chance term counted once."""
    # R package irrCAC, krippen.alpha.dist: its function for ratings counts the term twice, as ours does.
    example = gold()["gwet_distrib_6raters"]
    counts = np.array(example["design"]["counts"], dtype=float)
    n, m = len(counts), counts[0].sum()
    small = 1 / counts.sum()
    share = counts.mean(axis=0) / m
    chance = share @ share
    agreed = (1 - small) * (counts * (counts - 1)).sum(axis=1) / (m * (m - 1)) + small
    alpha = (agreed.mean() - chance) / (1 - chance)
    once = (agreed - chance - (1 - alpha) * (counts @ share / m - chance)) / (1 - chance)
    printed = example["expected"]["se:krippendorff_alpha[nominal]"]
    assert math.sqrt(((once - alpha) ** 2).sum() / (n * (n - 1))) == pytest.approx(printed, abs=5e-6)
    found = agreement.krippendorff_alpha(ratings_of(example["design"]))
    assert found.value == pytest.approx(alpha)
    # Without gaps the influences of alpha are those of Fleiss' kappa, and so is its printed error.
    assert found.standard_error == pytest.approx(example["expected"]["se:fleiss_kappa"], abs=5e-6)


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
