"""The words of every refusal: they are what a caller sees, so a change of them is a decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Estimate, Ratings, agreement, charts, proportions, suppression

# Wrong on purpose, which is why the calls are not typed.
RATINGS: Any = Ratings
AGREEMENT: Any = agreement
BOTH: Any = "both"
CHARTS: Any = charts
PLANNING: Any = agreement.planning
PROPORTIONS: Any = proportions
SUPPRESSION: Any = suppression

REFUSALS: list[tuple[Callable[[], object], str, list[str]]] = [
    (
        lambda: RATINGS.from_document(
            {**Ratings.from_matrix([[1, 2, 1]], [1, 2]).to_document(), "tabulated": True}
        ),
        "Ratings",
        [
            "[ratings.tabulated] tabulated: goes with two raters (expected false, or two raters).",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1, 2]], [1, 2], cluster=["a"]) + RATINGS.from_matrix([[1, 2]], [1, 2]),
        "Ratings",
        [
            "[ratings.cluster] cluster: is known of the units of one part only. Hint: name the clusters of both parts, or of neither",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1, 2]], [1, 2]) + RATINGS.from_matrix([[1, 2]], [1, 2, 3]),
        "Ratings",
        [
            "[ratings.categories] categories: differ between the ratings to be added, in name, order, value or rank. Hint: declare the same categories for both",
        ],
    ),
    (
        lambda: Estimate(0.5, standard_error=0.1).significance(float("inf"), sided=BOTH),
        "significance",
        [
            "[estimate.sided] sided: is unknown (expected two, greater or less).",
            "[estimate.null] null: is no finite number.",
        ],
    ),
    (
        lambda: Estimate(level=1.0),
        "Estimate",
        [
            "[estimate.undefined] undefined: a value that is not a number needs its reason, and only then.",
            "[estimate.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        lambda: Estimate(0.5, standard_error=0.1).benchmark("cicchetti", confidence=1.0),
        "benchmark",
        [
            "[estimate.scale] scale: is not a scale known here (expected landis-koch, altman, fleiss, cicchetti-sparrow, regier).",
            "[estimate.confidence] confidence: is not a probability (expected 0 < confidence < 1).",
        ],
    ),
    (
        lambda: Estimate(0.5, standard_error=0.1).benchmark({"good": 0.5}),
        "benchmark",
        [
            "[estimate.bands] scale: does not cover -1 to 1 in different bands.",
        ],
    ),
    (
        lambda: Estimate(0.5, standard_error=0.1).benchmark({}),
        "benchmark",
        [
            "[estimate.bands] scale: holds no band.",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1, 2], [1]]),
        "Ratings",
        [
            "[ratings.shape] rows[1]: differs in length from the first row.",
        ],
    ),
    (
        lambda: RATINGS.from_matrix(np.zeros(3)),
        "Ratings",
        [
            "[ratings.shape] rows: is not a table (expected units x raters).",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1, "a"]]),
        "Ratings",
        [
            "[ratings.categories] categories: cannot be inferred from labels of several types. Hint: declare the categories in their order",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1]], categories=[]),
        "Ratings",
        [
            "[ratings.categories] categories: is empty.",
            "[ratings.category] rows[0][0]: is none of the categories.",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1]], categories=range(32_001)),
        "Ratings",
        [
            "[ratings.categories] categories: holds too many categories.",
        ],
    ),
    (
        lambda: RATINGS.from_matrix(np.arange(32_001)[:, None]),
        "Ratings",
        [
            "[ratings.categories] categories: cannot be inferred: too many different labels.",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1]], cluster=[1, 2]),
        "Ratings",
        [
            "[ratings.length] cluster: does not name one cluster per unit (expected 1 labels).",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1]], values=[1], ranks=[1]),
        "Ratings",
        [
            "[ratings.scale] values: needs declared categories. Hint: declare the categories in their order",
            "[ratings.scale] ranks: needs declared categories. Hint: declare the categories in their order",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1]], [1, 2], values=[1]),
        "Ratings",
        [
            "[ratings.scale] values: does not give one finite number per category (expected 2 numbers).",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[9]] * 22, [1, 2]),
        "Ratings",
        [
            "[ratings.category] rows[0][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[1][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[2][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[3][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[4][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[5][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[6][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[7][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[8][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[9][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[10][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[11][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[12][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[13][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[14][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[15][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[16][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[17][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[18][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] rows[19][0]: is none of the categories (expected 1, 2).",
            "[ratings.category] 2 more ratings are none of the categories.",
        ],
    ),
    (
        lambda: RATINGS.from_long([1, None], ["a"], [1, 7], categories=[1, 1, None], missing={1: "lost"}),
        "Ratings",
        [
            "[ratings.length] the columns differ in length (expected one entry per rating in every column).",
            "[ratings.missing] missing: maps to an unknown kind (expected not observed, not applicable, unanswered).",
            "[ratings.categories] categories: names a category twice.",
            "[ratings.categories] categories: holds a label that means missing.",
            "[ratings.missing] missing: maps a label that is a category.",
            "[ratings.category] rows[1]: is none of the categories (expected 1, 1, None).",
            "[ratings.label] units[1]: is empty.",
        ],
    ),
    (
        lambda: RATINGS.from_long([0, 0], [0, 1], [1, 1], cluster=["x", "y"]),
        "Ratings",
        [
            "[ratings.cluster] rows[0]: belongs to a unit that appears in two clusters.",
        ],
    ),
    (
        lambda: RATINGS.from_long([0, 0, 0], [1, 0, 1], [1, 2, 2]),
        "Ratings",
        [
            "[ratings.duplicate] rows[2]: repeats unit and rater of rows[0].",
        ],
    ),
    (
        lambda: RATINGS.from_frame(3, unit="u", rater="r", value="v"),
        "Ratings",
        [
            "[ratings.frame] frame: is no table known here (expected pandas, polars or pyarrow table, or a mapping of columns).",
        ],
    ),
    (
        lambda: RATINGS.from_frame({"u": [1]}, unit=["u", "w"], rater="r", value="v", cluster="c"),
        "Ratings",
        [
            "[ratings.column] rater: names no column of the frame (expected u).",
            "[ratings.column] value: names no column of the frame (expected u).",
            "[ratings.column] cluster: names no column of the frame (expected u).",
            "[ratings.column] unit[1]: names no column of the frame (expected u).",
        ],
    ),
    (
        lambda: RATINGS.from_frame({"u": [1]}, unit=[], rater="u", value="u"),
        "Ratings",
        [
            "[ratings.column] unit: names no column.",
        ],
    ),
    (
        lambda: RATINGS.from_table([[1, 2]]),
        "Ratings",
        [
            "[ratings.table] counts: is not a square table.",
        ],
    ),
    (
        lambda: RATINGS.from_table([[1, -1], [0, 1]]),
        "Ratings",
        [
            "[ratings.table] counts: holds an entry that is no count (expected whole numbers from 0, together at most 2147483647).",
        ],
    ),
    (
        lambda: RATINGS.from_table([[1, 1], [0, 1]], ["a"]),
        "Ratings",
        [
            "[ratings.categories] categories: does not name one category per row of the table.",
        ],
    ),
    (
        lambda: RATINGS.from_codes(
            [0, 5],
            [-1, 0],
            [0, 3, 1],
            n_units=2,
            n_raters=2,
            categories=[1, 2],
            raters=["a", "a"],
            missing={"lost": 1},
            cluster=[0],
        ),
        "Ratings",
        [
            "[ratings.length] unit, rater and code differ in length.",
            "[ratings.code] unit: holds a number out of range (expected 0 to 1).",
            "[ratings.code] rater: holds a number out of range (expected 0 to 1).",
            "[ratings.code] code: holds a number out of range (expected 0 to 1).",
            "[ratings.raters] raters: does not name every rater once.",
            "[ratings.missing] missing: is an unknown kind (expected not observed, not applicable, unanswered).",
            "[ratings.cluster] cluster: does not number one cluster per unit (expected 2 whole numbers from 0 to 2147483647).",
        ],
    ),
    (
        lambda: RATINGS.from_codes([0, 0], [0, 0], [0, 0], n_units=1, n_raters=1, categories=[1]),
        "Ratings",
        [
            "[ratings.duplicate] unit[1]: repeats unit and rater of unit[0].",
        ],
    ),
    (
        lambda: RATINGS.from_matrix([[1, 2]]).without_rater("x"),
        "Ratings",
        [
            "[ratings.rater] rater: names no rater of these ratings (expected one of 2 raters).",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(
            RATINGS.from_matrix([[1, 2]]), sampled="items", method="guess", level=0.0, draws=0
        ),
        "options",
        [
            "[options.sampled] sampled: is unknown (expected units, raters, both).",
            "[options.method] method: is unknown (expected linearised, jackknife, bootstrap, bca, score, None).",
            "[options.level] level: is not a probability (expected 0 < level < 1).",
            "[options.draws] draws: is too small (expected at least 1).",
            "[options.sampled] sampled: cannot be combined with the method guess (expected linearised or jackknife).",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([[1, 2]]), sampled="both", method="bootstrap"),
        "options",
        [
            "[options.seed] seed: is needed for a bootstrap. Hint: give a whole number, so that the interval can be had again",
            "[options.sampled] sampled: cannot be combined with the method bootstrap (expected linearised or jackknife).",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([["a", "b"]]), "linear"),
        "weights",
        [
            "[ratings.order] categories: were inferred from text and carry no order. Hint: declare the categories in their order",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([["a", "b"]]), [[1, 0.5], [0.5, 1]]),
        "weights",
        [
            "[ratings.order] categories: were inferred from text, so the rows of the matrix have no known order. Hint: declare the categories in their order",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([["a", "b"]], ["a", "b"], values=[1, 1]), "linear"),
        "weights",
        [
            "[ratings.scale] values: give two categories the same number.",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([[1, 2]]), "cubic"),
        "weights",
        [
            "[weights.scheme] weights: is an unknown scheme (expected identity, linear, quadratic, ordinal, radical, ratio, circular, bipolar).",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([[1, -2]]), "ratio"),
        "weights",
        [
            "[weights.ratio] weights: needs values that are not negative (expected values from 0).",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([[1, 2]]), [[1, 0]]),
        "weights",
        [
            "[weights.shape] weights: does not give one finite number per pair of categories (expected 2 x 2 numbers).",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([[1, 2]]), [[1, 2], [2, 1]]),
        "weights",
        [
            "[weights.matrix] weights: is no matrix of agreement (expected symmetric, 1 on the diagonal, at most 1 elsewhere).",
        ],
    ),
    (
        lambda: AGREEMENT.krippendorff_alpha(RATINGS.from_matrix([[1, 2]]), "cubic"),
        "metric",
        [
            "[weights.metric] metric: is an unknown metric (expected nominal, ordinal, interval, ratio, circular, bipolar).",
        ],
    ),
    (
        lambda: AGREEMENT.adjacent_agreement(RATINGS.from_matrix([[1, 2]]), -1),
        "adjacent_agreement",
        [
            "[agreement.tolerance] tolerance: is negative (expected from 0).",
        ],
    ),
    (
        lambda: PROPORTIONS.wilson(3, 2, 1.0),
        "proportions",
        [
            "[proportions.count] x: is not within 0 to n (expected 0 to n).",
            "[proportions.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        lambda: PROPORTIONS.clopper_pearson(1, 2, sided="left"),
        "clopper_pearson",
        [
            "[proportions.sided] sided: is unknown (expected two, lower or upper).",
        ],
    ),
    (
        lambda: PROPORTIONS.effective_n([-1], 2),
        "effective_n",
        [
            "[proportions.sizes] cluster_sizes: holds a size that is no count (expected from 0).",
            "[proportions.icc] icc: is out of range (expected 0 to 1).",
        ],
    ),
    (
        lambda: PROPORTIONS.clustered_share([1, 2], [3], 1.0),
        "clusters",
        [
            "[proportions.length] sizes: does not give one size per number of successes.",
            "[proportions.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        lambda: PROPORTIONS.clustered_share([4], [3]),
        "clusters",
        [
            "[proportions.count] successes: are not within 0 to size.",
        ],
    ),
    (
        lambda: CHARTS.run_chart(["a"], rules="3sigma"),
        "chart",
        [
            "[charts.values] values: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
            "[charts.rules] rules: are unknown for this chart (expected anhoej).",
        ],
    ),
    (
        lambda: CHARTS.xmr(["a"], rules="shewhart", moving_range="none"),
        "chart",
        [
            "[charts.values] values: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
            "[charts.moving_range] moving_range: is unknown (expected screened or plain).",
            "[charts.rules] rules: are unknown for this chart (expected anhoej, 3sigma, western-electric, nelson, nhs-mdc-2019, nhs-mdc-2023, nhs-mdc, joined by +).",
        ],
    ),
    (
        lambda: SUPPRESSION.protect(3, k=1, dominance=(0, 2), method="best"),
        "protect",
        [
            "[suppression.counts] counts: holds no cell.",
            "[suppression.k] k: is too small or no whole number (expected at least 2).",
            "[suppression.dominance] dominance: does not give two shares (expected above 0, up to 1).",
            "[suppression.method] method: is unknown (expected auto, exact, heuristic).",
        ],
    ),
    (
        lambda: SUPPRESSION.protect([1.5]),
        "protect",
        [
            "[suppression.counts] counts: holds an entry that is no count (expected whole numbers from 0, together below 2**53).",
        ],
    ),
    (
        lambda: SUPPRESSION.protect([6], weights=[0]),
        "protect",
        [
            "[suppression.weights] weights: does not give one weight above 0 per cell (expected the shape of the counts, with or without margins).",
        ],
    ),
    (
        lambda: SUPPRESSION.protect([[6, 6]], contributions=[[[1] * 5, 3]]),
        "protect",
        [
            "[suppression.contributions] contributions[0][0]: does not give one number above 0 per person of the cell.",
            "[suppression.contributions] contributions[0][1]: is not there or no sequence of numbers.",
        ],
    ),
    (
        lambda: AGREEMENT.marginal_homogeneity(RATINGS.from_matrix([[1, 2]]), "mcnemar"),
        "marginal_homogeneity",
        [
            "[agreement.test] test: is unknown (expected stuart-maxwell, bhapkar).",
        ],
    ),
    (
        lambda: AGREEMENT.marginal_homogeneity(RATINGS.from_matrix([[1, 2, 1]])),
        "marginal_homogeneity",
        [
            "[agreement.raters] r: has more than two raters (expected two raters). Hint: take a coefficient for many, or every two raters with pairwise",
        ],
    ),
    (
        lambda: AGREEMENT.bias_index(RATINGS.from_matrix([[1, 2]]), method="score"),
        "bias_index",
        [
            "[options.method] method: score is for an agreement corrected for chance (expected another method).",
        ],
    ),
    (
        lambda: AGREEMENT.pabak(RATINGS.from_matrix([[1, 2]], [1, 2, 3])),
        "pabak",
        [
            "[agreement.binary] r: does not have two categories (expected two categories).",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([[1, 2]]), prevalence="pairs"),
        "gwet_ac1",
        [
            "[agreement.prevalence] prevalence: is unknown (expected units, pairable, ratings).",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(
            RATINGS.from_matrix([[1, 2]]), sampled="raters", method="bca", population=9
        ),
        "options",
        [
            "[options.seed] seed: is needed for a bootstrap. Hint: give a whole number, so that the interval can be had again",
            "[options.sampled] sampled: cannot be combined with the method bca (expected linearised or jackknife).",
            "[options.population] population: cannot be combined with the method bca (expected linearised or jackknife).",
            "[options.population] population: has no part in the doubt that raters bring. Hint: sample units, or both",
        ],
    ),
    (
        lambda: AGREEMENT.gwet_ac(RATINGS.from_matrix([[1, 2], [1, 1]]), population=1),
        "options",
        [
            "[options.population] population: is smaller than the number of units that were rated (expected at least 2).",
        ],
    ),
    (
        lambda: AGREEMENT.compare(
            RATINGS.from_matrix([[1, 2]]), RATINGS.from_matrix([[1, 2], [2, 2]]), AGREEMENT.gwet_ac
        ),
        "compare",
        [
            "[compare.units] r2: does not have as many units as r1 (expected the same units, in the same order).",
        ],
    ),
    (
        lambda: AGREEMENT.compare(
            RATINGS.from_matrix([[1, 2]], cluster=["a"]),
            RATINGS.from_table([[0, 1], [0, 0]]),
            AGREEMENT.gwet_ac,
        ),
        "compare",
        [
            "[compare.times] r2: counts its rows otherwise than r1 (expected the same times).",
            "[compare.clusters] r2: does not have the clusters of r1 (expected the same clusters, unit by unit).",
        ],
    ),
    (
        lambda: AGREEMENT.compare(
            RATINGS.from_matrix([[1, 2]]), RATINGS.from_matrix([[1, 2]]), AGREEMENT.gwet_ac, method="score"
        ),
        "compare",
        [
            "[options.method] method: score is for an agreement corrected for chance (expected another method).",
        ],
    ),
    (
        lambda: AGREEMENT.compare(
            RATINGS.from_matrix([[1, 2]]), RATINGS.from_matrix([[1, 2]]), lambda _: Estimate(0.5)
        ),
        "compare",
        [
            "[compare.linearised] method: is for coefficients of the library, whose influences are known (expected jackknife, bootstrap, bca or None).",
        ],
    ),
    (
        lambda: AGREEMENT.fleiss_kappa_test(RATINGS.from_matrix([[1, 2]], cluster=["a"])),
        "fleiss_kappa_test",
        [
            "[agreement.clusters] r: has clusters, and this test takes units for independent. Hint: take the significance of the clustered estimate",
        ],
    ),
    (
        lambda: AGREEMENT.cohen_kappa_test(RATINGS.from_matrix([[1, 2]], cluster=["a"])),
        "cohen_kappa_test",
        [
            "[agreement.clusters] r: has clusters, and this test takes units for independent. Hint: take the significance of the clustered estimate",
        ],
    ),
    (
        lambda: AGREEMENT.cohen_kappa_test(RATINGS.from_matrix([[1, 2, 1]])),
        "cohen_kappa_test",
        [
            "[agreement.raters] r: has more than two raters (expected two raters). Hint: take a coefficient for many, or every two raters with pairwise",
        ],
    ),
    (
        lambda: AGREEMENT.pairwise(RATINGS.from_matrix([[1, 2]]), AGREEMENT.gwet_ac).of(4, 5),
        "Pairwise",
        [
            "[pairwise.rater] first: names no rater of these ratings (expected one of 2 raters).",
            "[pairwise.rater] second: names no rater of these ratings (expected one of 2 raters).",
        ],
    ),
    (
        lambda: AGREEMENT.pairwise(RATINGS.from_matrix([[1, 2]]), AGREEMENT.gwet_ac).units(1, 1),
        "Pairwise",
        [
            "[pairwise.rater] second: names the first rater again.",
        ],
    ),
    (
        lambda: PLANNING.anticipate(AGREEMENT.gwet_ac, 2, prevalence={1: 0.5, 2: 0.6}, raters=1),
        "anticipate",
        [
            "[planning.prevalence] prevalence: does not share out the whole (expected two or more shares from 0 that add up to 1).",
            "[planning.raters] raters: are too few (expected 2 or more).",
        ],
    ),
    (
        lambda: PLANNING.anticipate(AGREEMENT.gwet_ac, 0.5, prevalence={1: 1.0}),
        "anticipate",
        [
            "[planning.prevalence] prevalence: does not share out the whole (expected two or more shares from 0 that add up to 1).",
        ],
    ),
    (
        lambda: PLANNING.anticipate(AGREEMENT.cohen_kappa, 0.5, prevalence={1: 1.0, 2: 0.0}),
        "anticipate",
        [
            "[planning.value] value: is out of reach with these prevalences.",
        ],
    ),
    (
        lambda: PLANNING.anticipate(AGREEMENT.bangdiwala_b, 0.01, prevalence={1: 0.5, 2: 0.5}),
        "anticipate",
        [
            "[planning.value] value: is out of reach with these prevalences (expected 0.250 to 1.000).",
        ],
    ),
    (
        lambda: PLANNING.precision(
            AGREEMENT.gwet_ac, RATINGS.from_matrix([[1, 2], [1, 1]]), units=1, level=2
        ),
        "precision",
        [
            "[planning.units] units: are too few to tell a spread (expected 2 or more).",
            "[planning.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        lambda: PLANNING.units(
            AGREEMENT.gwet_ac, RATINGS.from_matrix([[1, 2], [1, 1]]), half_width=0, level=2
        ),
        "units",
        [
            "[planning.half_width] half_width: is no width (expected above 0).",
            "[planning.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        lambda: PLANNING.units(AGREEMENT.gwet_ac, RATINGS.from_matrix([[1, 2], [1, 1]]), half_width=1e-12),
        "units",
        [
            "[planning.half_width] half_width: needs more than a thousand million units.",
        ],
    ),
    (
        lambda: PLANNING.units(
            AGREEMENT.gwet_ac, RATINGS.from_matrix([[1, 1], [1, 1]], [1, 2]), half_width=0.1
        ),
        "units",
        [
            "[planning.spread] anticipated: gives the coefficient no standard error above zero. Hint: anticipate some disagreement",
        ],
    ),
    (
        lambda: PLANNING.precision(lambda _: Estimate(0.5), RATINGS.from_matrix([[1, 2], [1, 1]]), units=10),
        "precision",
        [
            "[planning.spread] anticipated: gives the coefficient no standard error above zero. Hint: anticipate some disagreement",
        ],
    ),
    (
        lambda: PLANNING.icc_precision(2, raters=1, units=1, level=2),
        "icc_precision",
        [
            "[planning.value] value: is out of range (expected 0 <= value < 1).",
            "[planning.raters] raters: are too few (expected 2 or more).",
            "[planning.level] level: is not a probability (expected 0 < level < 1).",
            "[planning.units] units: are too few to tell a spread (expected 2 or more).",
        ],
    ),
    (
        lambda: PLANNING.icc_units(0.5, raters=3, half_width=-1),
        "icc_units",
        [
            "[planning.half_width] half_width: is no width (expected above 0).",
        ],
    ),
    (
        lambda: PLANNING.icc_units(0.5, raters=3, half_width=1e-12),
        "icc_units",
        [
            "[planning.half_width] half_width: needs more than a thousand million units.",
        ],
    ),
    (
        lambda: PLANNING.anticipate(AGREEMENT.gwet_ac, 0.5, prevalence={1: 0.5, 2: 0.5}, raters=17),
        "anticipate",
        [
            "[planning.raters] raters: give more joint ratings than can be listed (expected at most 65536 joint ratings). Hint: plan with fewer raters; the answer is on the safe side",
        ],
    ),
]


@pytest.mark.parametrize(("call", "subject", "texts"), REFUSALS)
def test_every_refusal_says_what_is_wrong(call: Callable[[], object], subject: str, texts: list[str]) -> None:
    """A refusal names its subject and tells code, place, fault, what was expected and how to mend it."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert found.value.subject == subject
    assert [str(problem) for problem in found.value.problems] == texts
