"""Published values of statistics on scores, reproduced to the printed decimals."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest
from tests.oracles.test_agreement_gold import gold, tolerance_of
from tests.shared import shared

from ilr.stats import Ratings, agreement

FORMS = {
    "icc(1,1)": "1",
    "icc(1,k)": "k",
    "icc(a,1)": "A,1",
    "icc(a,k)": "A,k",
    "icc(c,1)": "C,1",
    "icc(c,k)": "C,k",
}


@cache
def measured() -> dict[str, Any]:
    """The published examples of measurement by id."""
    entries = json.loads(shared("gold", "measurement.json").read_text(encoding="utf-8"))["entries"]
    return {entry["id"]: entry for entry in entries}


def scores_of(design: dict[str, Any]) -> Ratings:
    """The scores of one example as they were published."""
    if design["type"] == "paired_continuous":
        return Ratings.from_matrix(np.column_stack([design["x"], design["y"]]), continuous=True)
    rows = [list(row) for row in zip(*design["matrix"], strict=True)]
    if design["categories"] is not None:
        return Ratings.from_matrix(rows, categories=design["categories"])
    return Ratings.from_matrix(rows, continuous=True)


@pytest.mark.parametrize(
    ("name", "values"),
    [("shrout_fleiss1979", 6), ("mcgraw_wong1996", 16), ("ebel1951", 2), ("irr_anxiety", 1)],
)
def test_published_intraclass_correlations(name: str, values: int) -> None:
    """Every printed coefficient and limit comes out, by the names of Shrout and Fleiss where they have them."""
    example = gold()[name]
    ratings = scores_of(example["design"])
    checked = 0
    for key, expected in example["expected"].items():
        part, _, rest = key.rpartition(":")
        if rest not in FORMS:
            continue
        # Ebel's own average number of raters, which irrNA takes for the coefficient of a mean.
        averaged: Any = "moments" if name == "ebel1951" else "harmonic"
        found = agreement.icc(ratings, FORMS[rest], averaged=averaged)
        number = {"": found.value, "ci95_low": found.low, "ci95_high": found.high}[part]
        assert number == pytest.approx(expected, abs=tolerance_of(example, key)), key
        checked += 1
    assert checked == values


def test_average_number_of_raters_of_ebel() -> None:
    """Ebel's unequal numbers of raters average to the printed k0."""
    # Ebel (1951), Psychometrika 16, 407-424, by irrNA.
    example = gold()["ebel1951"]
    found = agreement.icc(scores_of(example["design"]), "k", averaged="moments")
    assert found.n["averaged"] == pytest.approx(example["expected"]["k0"], abs=5e-6)


def test_both_intervals_of_the_mean_of_four_judges() -> None:
    """The limits of ICC(A,k) are those of psych and pingouin, and on request those of irr and irrNA."""
    # Shrout & Fleiss (1979), table 2; A4 of the comparison of peers: .0711-.9272 and .0394-.9286.
    ratings = scores_of(gold()["shrout_fleiss1979"]["design"])
    carried = agreement.icc(ratings, "A,k")
    assert (carried.low, carried.high) == pytest.approx((0.0711, 0.9272), abs=6e-5)
    direct = agreement.icc(ratings, "A,k", interval="untransformed")
    assert (direct.low, direct.high) == pytest.approx((0.0394, 0.9286), abs=6e-5)
    assert carried.value == direct.value


def test_generalizability_of_brennan() -> None:
    """The D studies of Brennan's first data set are coefficients of means: C for relative, A for absolute."""
    # Brennan (2001), Generalizability Theory, Synthetic Data Set No. 1.
    example = measured()["g_brennan_ds1_pxi"]
    ratings = Ratings.from_matrix(example["data"]["matrix_rows_p_cols_i"], continuous=True)
    studies = {12: example["expected"]["n_i=12"]} | {
        int(key.removeprefix("n_i=")): value for key, value in example["expected"]["dstudy"].items()
    }
    for number, expected in studies.items():
        relative = agreement.icc(ratings, "C,k", averaged=number).value
        absolute = agreement.icc(ratings, "A,k", averaged=number).value
        assert (relative, absolute) == pytest.approx((expected["Erho2"], expected["Phi"]), abs=1e-3)


def test_generalizability_of_shavelson_and_webb() -> None:
    """Eight items of Shavelson and Webb's primer have the printed coefficients."""
    # Shavelson & Webb (1991), Generalizability Theory: A Primer, table 1.1.
    example = measured()["g_shavelson_webb_t1_1"]
    ratings = Ratings.from_matrix(example["data"]["rows_p_cols_i"], continuous=True)
    found = agreement.icc(ratings, "C,k").value, agreement.icc(ratings, "A,k").value
    expected = example["expected"]["n_i=8"]
    assert found == pytest.approx((expected["Erho2"], expected["Phi"]), abs=1e-5)


@pytest.mark.parametrize("method", ["moments", "reml"])
def test_penicillin(method: Any) -> None:
    """The components of the penicillin assay give its coefficients by moments and by REML."""
    # Davies & Goldsmith (1972); Bates (2010), lme4, ch. 2.
    example = measured()["g_penicillin_reml"]
    rows = np.array(example["data"]["row_major_24x6"], dtype=float).reshape(24, 6)
    plate, sample, residual = (example["expected"]["var"][key] for key in ("plate", "sample", "residual"))
    ratings = Ratings.from_matrix(rows, continuous=True)
    absolute = agreement.icc(ratings, "A,1", method=method).value
    relative = agreement.icc(ratings, "C,1", method=method).value
    assert absolute == pytest.approx(plate / (plate + sample + residual), abs=1e-6)
    assert relative == pytest.approx(plate / (plate + residual), abs=1e-6)


def test_peak_flow() -> None:
    """Bias, spread, limits and concordance of the two peak flow meters are the printed ones."""
    # Bland & Altman (1986), Lancet i, 307-310; concordance by epiR.
    example = gold()["bland_altman1986"]
    ratings = scores_of(example["design"])
    limits = agreement.bland_altman(ratings)
    concordance = agreement.lin_concordance(ratings)
    found = {
        "bland_altman:bias": limits.bias.value,
        "bland_altman:sd": limits.deviation.value,
        "bland_altman:loa_low": limits.lower.value,
        "bland_altman:loa_high": limits.upper.value,
        "lin_ccc": concordance.value,
        "lin_ccc:z_low": concordance.low,
        "lin_ccc:z_high": concordance.high,
    }
    assert found.keys() == example["expected"].keys()
    for key, expected in example["expected"].items():
        assert found[key] == pytest.approx(expected, abs=tolerance_of(example, key)), key


def test_concordance_of_anxiety_ratings() -> None:
    """Kendall's W of the anxiety ratings, corrected for ties, is the printed one."""
    # R irr 0.84.1, kendall(anxiety, correct=TRUE).
    example = gold()["irr_anxiety"]
    found = agreement.kendall_w(scores_of(example["design"])).value
    assert found == pytest.approx(example["expected"]["kendall_w[tie-corrected]"], abs=5e-7)
