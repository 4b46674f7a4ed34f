"""From statistics to errors and intervals: resampling, populations, degrees of freedom."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Ratings, agreement
from ilr.stats._inference import (
    Options,
    Statistic,
    _cleared,
    _corrected_tails,
    _jackknifed_logarithm,
    _reaches,
    _resampled,
)
from ilr.stats._patterns import Distinct

TABLE = Ratings.from_table([[20, 5], [10, 15]], ["no", "yes"])
ROWS = Ratings.from_matrix(
    np.random.default_rng(3).integers(1, 4, size=(60, 3)), [1, 2, 3], cluster=np.arange(60) // 5
)


def mean_of(x: Any, times: Any = None) -> Statistic:
    """The mean of one number per unit."""
    values = np.array(x, dtype=float)
    often = np.ones(len(values)) if times is None else np.array(times, dtype=float)
    centre = float(often @ values / often.sum())
    return Statistic(
        patterns=Distinct(times=often),
        rows=np.column_stack([np.ones(len(values)), values]),
        value=lambda totals: totals[:, 1] / totals[:, 0],
        influence=values - centre,
        agreement=values,
        mean=centre,
        chance=0.0,
    )


def test_degrees_of_freedom() -> None:
    """Independent units or clusters less one, raters less one, and none for a bootstrap."""
    assert agreement.gwet_ac(TABLE).degrees_of_freedom == 49
    assert agreement.gwet_ac(TABLE, method="jackknife").degrees_of_freedom == 49
    assert agreement.gwet_ac(TABLE, method="score").degrees_of_freedom == 49
    assert agreement.gwet_ac(ROWS).degrees_of_freedom == 11
    assert agreement.gwet_ac(ROWS, sampled="raters").degrees_of_freedom == 2
    assert agreement.gwet_ac(ROWS, sampled="both").degrees_of_freedom == 2
    methods: list[Any] = ["bootstrap", "bca", None]
    for method in methods:
        found = agreement.gwet_ac(ROWS, method=method, seed=1)
        assert math.isnan(found.degrees_of_freedom)
    lone = agreement.gwet_ac(Ratings.from_matrix([[1, 2]], [1, 2]), method="score")
    assert math.isnan(lone.degrees_of_freedom)


@pytest.mark.parametrize("method", ["linearised", "jackknife"])
def test_population(method: Any) -> None:
    """The variance over units shrinks by the share that was rated, that over raters does not."""
    plain, finite = (agreement.gwet_ac(TABLE, method=method, population=n) for n in (None, 200))
    assert finite.standard_error == pytest.approx(plain.standard_error * math.sqrt(0.75))
    assert finite.n["population"] == 200
    raters = agreement.gwet_ac(ROWS, method=method, sampled="raters").standard_error
    units = agreement.gwet_ac(ROWS, method=method, population=120).standard_error
    both = agreement.gwet_ac(ROWS, method=method, sampled="both", population=120)
    assert both.standard_error == pytest.approx(math.hypot(raters, units))
    whole = agreement.gwet_ac(TABLE, method=method, population=50)
    assert (whole.standard_error, whole.low, whole.high) == (0, whole.value, whole.value)
    assert whole.notes == (Reason.of("WHOLE_POPULATION"),)


def test_population_that_cannot_be() -> None:
    """A population smaller than its sample, or beside another kind of doubt, is refused."""
    refused: list[dict[str, Any]] = [
        {"population": 49},
        {"population": 100, "method": "score"},
        {"population": 100, "method": "bootstrap", "seed": 1},
        {"population": 100, "sampled": "raters"},
    ]
    for options in refused:
        with pytest.raises(InvalidInput) as found:
            agreement.gwet_ac(ROWS if "sampled" in options else TABLE, **options)
        assert [problem.code for problem in found.value.problems] == ["options.population"]
    assert agreement.gwet_ac(TABLE, method=None, population=50).n["population"] == 50


def test_bca_needs_a_seed() -> None:
    """Limits from draws need a seed, corrected or not."""
    with pytest.raises(InvalidInput, match=r"options\.seed"):
        agreement.gwet_ac(TABLE, method="bca")
    with pytest.raises(InvalidInput, match=r"options\.sampled"):
        agreement.gwet_ac(TABLE, method="bca", seed=1, sampled="raters")
    assert agreement.gwet_ac(TABLE, method="bca", seed=1).method == "bca"


def test_bca_of_clusters_and_repetition() -> None:
    """Clusters are drawn whole; the same seed gives the same limits, whose error is the bootstrap's."""
    corrected = agreement.fleiss_kappa(ROWS, method="bca", seed=5)
    plain = agreement.fleiss_kappa(ROWS, method="bootstrap", seed=5)
    assert corrected == agreement.fleiss_kappa(ROWS, method="bca", seed=5)
    assert corrected.standard_error == plain.standard_error
    assert corrected.low < corrected.value < corrected.high
    assert (corrected.low, corrected.high) != (plain.low, plain.high)


def test_without_bias_or_acceleration_the_percentiles_stay() -> None:
    """Symmetric draws about the value of a symmetric sample keep their tails."""
    statistic = mean_of([-1, 0, 1])
    draws = np.linspace(-1, 1, 101)
    assert _corrected_tails(statistic, draws, 0.0, 0.9) == pytest.approx((0.05, 0.95))
    assert _corrected_tails(mean_of([2, 2, 2]), draws, 0.0, 0.9) == pytest.approx((0.05, 0.95))


def test_corrected_tails_by_hand() -> None:
    """Bias and acceleration enter as in Efron and Tibshirani (1993), eq. 14.10 and 14.15."""
    x = np.array([0.0, 1.0, 1.0, 5.0])
    draws = np.arange(11.0)
    without = np.array([7.0, 6.0, 6.0, 2.0]) / 3
    gaps = without.mean() - without
    acceleration = (gaps**3).sum() / (6 * (gaps**2).sum() ** 1.5)
    bias = stats.norm.ppf(3.5 / 11)
    shifted = bias + stats.norm.ppf([0.05, 0.95])
    tails = stats.norm.cdf(bias + shifted / (1 - acceleration * shifted))
    assert _corrected_tails(mean_of(x), draws, 3.0, 0.9) == pytest.approx(tails)


def test_what_rounding_leaves_is_no_error() -> None:
    """A standard error of the size of rounding is none, a small one is one."""
    assert _cleared(1e-13) == 0
    assert _cleared(1e-11) == 1e-11


def test_skewed_samples_move_the_tails() -> None:
    """A long upper tail of the sample moves both limits up, and to the end where there is no room left."""
    low, high = _corrected_tails(mean_of([0, 0, 0, 0, 0, 10]), np.linspace(0, 1, 101), 0.5, 0.9)  # type: ignore[misc]  # no reason here
    assert low > 0.05
    assert high > 0.95
    extreme = mean_of([0.0, 1.0], [1, 1_000_000])
    draws = np.linspace(0, 1, 101)
    assert _corrected_tails(extreme, draws, 0.02, 0.999999)[0] == 0.0  # type: ignore[index]  # no reason here


def test_draws_on_one_side() -> None:
    """Where all draws are below the value the bias has no number, and the limits say so."""
    statistic = mean_of([1, 2, 3])
    reason = Reason.of("DRAWS_ON_ONE_SIDE", draws=2)
    assert _corrected_tails(statistic, np.array([1.0, 2.0]), 5.0, 0.9) == reason
    assert _corrected_tails(statistic, np.array([1.0, 2.0]), 0.0, 0.9) == reason
    found = _resampled(statistic, 99.0, Options(method="bca", seed=1, draws=20))
    assert found.undefined == Reason.of("DRAWS_ON_ONE_SIDE", draws=20)
    assert found.standard_error > 0


def test_bca_without_a_jackknife() -> None:
    """A coefficient that is undefined without one unit has no acceleration."""
    r = Ratings.from_matrix([[1, 1], [1, 1], [1, 1], [2, 2]], [1, 2])
    found = agreement.fleiss_kappa(r, method="bca", seed=1)
    assert found.undefined_interval is None or found.undefined_interval.code == "UNDEFINED_WITHOUT_ONE"
    mixed = Ratings.from_matrix([[1, 1], [1, 1], [1, 1], [2, 1]], [1, 2])
    found = agreement.fleiss_kappa(mixed, method="bca", seed=1)
    assert found.undefined_interval == Reason.of("UNDEFINED_WITHOUT_ONE", groups=4)
    assert [note.code for note in found.notes] == ["UNDEFINED_DRAWS"]


def test_score_limits_without_the_units_that_have_no_pair() -> None:
    """A unit without a pair, or a cluster of such units, is worth nothing where chance is fixed."""
    rows = [[1, 1, 2], [2, 2, 2], [1, 1, 1], [1, 2, 2], [2, 2, 1]]
    alone = [[1, None, None], [None, 2, None], [2, None, None]]
    for clusters in (None, [1, 1, 2, 3, 3, 4, 4, 5]):
        few, many = (
            agreement.brennan_prediger(
                Ratings.from_matrix(
                    part, [1, 2], cluster=None if clusters is None else clusters[: len(part)]
                ),
                method="score",
            )
            for part in (rows, rows + alone)
        )
        assert (many.low, many.high) == pytest.approx((few.low, few.high))
        assert many.n["effective"] == pytest.approx(few.n["effective"])


@pytest.mark.parametrize("shares", [[0.5, 0.5], [0.9, 0.1]])
def test_score_limits_of_clusters_of_one(shares: list[float]) -> None:
    """A cluster to every unit gives the limits without clusters, whether chance moves or not."""
    rng = np.random.default_rng(8)
    first = rng.choice([1, 2], 40, p=shares)
    rows = np.column_stack([first, np.where(rng.random(40) < 0.8, first, 3 - first)])
    for coefficient in (agreement.fleiss_kappa, agreement.gwet_ac):
        plain, single = (
            coefficient(Ratings.from_matrix(rows, [1, 2], cluster=cluster), method="score")
            for cluster in (None, range(40))
        )
        assert single.n["effective"] == pytest.approx(plain.n["effective"])
        assert (single.low, single.high) == pytest.approx((plain.low, plain.high))


def test_units_all_alike_have_no_spread() -> None:
    """Draws that never vary give limits of no width and a note, corrected or not."""
    r = Ratings.from_matrix([[1, 1], [2, 2], [1, 1]], [1, 2])
    found = agreement.gwet_ac(r, method="bca", seed=1)
    assert (found.low, found.high) == (1, 1)
    assert Reason.of("NO_VARIATION") in found.notes


def test_raters_are_left_out_of_the_compressed_table() -> None:
    """Leaving raters out costs the rows that differ, and gives what all rows give."""
    rows = np.random.default_rng(4).integers(1, 3, size=(400, 4))
    whole = agreement.gwet_ac(Ratings.from_matrix(rows, [1, 2]), sampled="raters")
    fewer = [
        agreement.gwet_ac(Ratings.from_matrix(np.delete(rows, j, axis=1), [1, 2])).value for j in range(4)
    ]
    assert whole.standard_error == pytest.approx(math.sqrt(np.var(fewer) * 3))


def test_limits_of_three_raters_by_hand() -> None:
    """Without each rater 3, 6 and 3 pairs in twelve disagree, with all of them 4: so the logarithm is jackknifed."""
    r = Ratings.from_matrix([[1, 1, 1], [1, 1, 1], [1, 1, 2], [1, 2, 2]], [1, 2])
    raters = agreement.percent_agreement(r, sampled="raters")
    assert raters.value == pytest.approx(2 / 3)
    assert raters.standard_error == pytest.approx(1 / 6)
    second_order = -1 / 4 - 1 / 32
    bias = -2 * (2 * second_order + math.log(1.5)) / 3
    spread = math.sqrt(2 * np.var([second_order, math.log(1.5), second_order]))
    t = stats.t.ppf(0.975, 2)
    assert raters.low == 0
    assert raters.high == pytest.approx(1 - math.exp(bias - t * spread) / 3)
    narrow = agreement.percent_agreement(r, sampled="raters", level=0.3)
    t = stats.t.ppf(0.65, 2)
    assert narrow.low == pytest.approx(1 - math.exp(bias + t * spread) / 3)
    assert narrow.high == pytest.approx(1 - math.exp(bias - t * spread) / 3)
    units = agreement.percent_agreement(r).standard_error
    both = agreement.percent_agreement(r, sampled="both", level=0.3)
    assert both.low == pytest.approx(1 - math.exp(bias + t * math.hypot(spread, 3 * units)) / 3)
    assert both.high == pytest.approx(both.value + math.hypot(narrow.high - both.value, t * units))


def test_the_logarithm_of_shares_without_one() -> None:
    """Equal shares have no spread, and where one rater is all who differs it is that of the disagreement itself."""
    assert _jackknifed_logarithm(np.ones(4)) == (0, 0)
    bias, spread = _jackknifed_logarithm(np.array([0.0, 1.5, 1.5]))
    assert bias == pytest.approx(-2 * (-1.5 + 2 * math.log(1.5)) / 3)
    assert spread == 1


def test_reaches_hold_the_value() -> None:
    """A bias beyond the spread moves a limit no further than to the value, and no limit is out of all numbers."""
    falling, rising, large = np.full(4, 0.9), np.full(4, 1.1), np.ones(4)
    assert _reaches(falling, 0.0, 2.0) == pytest.approx((math.expm1(3 * 0.105), 0))
    assert _reaches(rising, 0.0, 2.0) == pytest.approx((0, 1 - 1.1**-3))
    assert _reaches(falling, 0.01, 2.0) == pytest.approx((math.expm1(3 * 0.105 + 0.02), 0.02))
    assert _reaches(large, 1e9, 2.0) == pytest.approx((math.expm1(50.0), 2e9))


def test_raters_who_differ_alike_bring_no_doubt() -> None:
    """Where it makes no difference which rater is left out the interval is the value, whatever bias there is."""
    turned = Ratings.from_matrix([[1, 1, 2], [1, 2, 1], [2, 1, 1]], [1, 2])
    found, fewer = (
        agreement.krippendorff_alpha(r, sampled="raters") for r in (turned, turned.without_rater(0))
    )
    assert found.value != fewer.value
    assert (found.low, found.high, found.standard_error) == (found.value, found.value, 0)
    assert found.notes == (Reason.of("NO_VARIATION"),)


def test_one_rater_who_is_all_who_differs() -> None:
    """Limits are finite where all agree without one of the raters, and wide below."""
    rows = np.ones((50, 10), dtype=int)
    rows[:5, 0] = 2
    found = agreement.percent_agreement(Ratings.from_matrix(rows, [1, 2]), sampled="both")
    assert found.value == pytest.approx(0.98)
    assert 0.5 < found.low < 0.8
    assert 0.98 < found.high <= 1


def test_a_ceiling_that_is_reached() -> None:
    """Where all raters agree there is no gap to take a logarithm of; units without a pair leave a doubt below."""
    same, alone = [[1, 1, 1], [2, 2, 2], [1, 1, 1]], [[1, None, None]]
    found, gappy = (
        agreement.fleiss_kappa(Ratings.from_matrix(rows, [1, 2]), sampled="both")
        for rows in (same, same + alone)
    )
    assert (found.value, found.low, found.high) == (1, 1, 1)
    assert (gappy.value, gappy.high) == (1, 1)
    assert gappy.standard_error > 0
    assert gappy.low == pytest.approx(1 - stats.t.ppf(0.975, 2) * gappy.standard_error)


@pytest.mark.parametrize(("raters", "least"), [(5, 0.95), (10, 0.935), (20, 0.935)])
def test_limits_hold_the_variance_of_normal_raters(raters: int, least: float) -> None:
    """The limits hold a variance of normal numbers, each a rater, nearly as often as they promise."""
    x = np.random.default_rng(7).standard_normal((4000, raters))
    squares = (x - x.mean(axis=1, keepdims=True)) ** 2
    found = squares.sum(axis=1) / (raters - 1)
    without = (squares.sum(axis=1)[:, None] - squares * raters / (raters - 1)) / (raters - 2)
    t = stats.t.ppf(0.975, raters - 1)
    reaches = [_reaches(rest / whole, 0.0, t) for rest, whole in zip(without, found, strict=True)]
    more, less = np.array(reaches).T
    held = (found * (1 - less) <= 1) & (found * (1 + more) >= 1)
    assert least <= held.mean() <= 0.965
