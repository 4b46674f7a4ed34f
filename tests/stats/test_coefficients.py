"""What all coefficients share: options, names, influence, where limits end, values without one unit."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.stats.test_agreement import sample

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Estimate, Ratings, agreement, proportions
from ilr.stats._inference import Statistic, hearing
from ilr.stats._patterns import Patterns

Coefficient = Callable[..., Estimate]

LEVELS = [1, 2, 3, 4]
BINARY: list[Coefficient] = [agreement.bias_index, agreement.pabak, agreement.prevalence_index]
TWO: list[Coefficient] = [
    agreement.bangdiwala_b,
    agreement.cohen_kappa,
    agreement.maximum_kappa,
    agreement.scott_pi,
    *BINARY,
]
WITH_SCORE: list[Any] = [agreement.cohen_kappa, agreement.pabak, agreement.scott_pi]
MANY: list[Any] = [agreement.category_agreement, agreement.light_kappa]
GWETS: list[Any] = [
    agreement.percent_agreement,
    agreement.fleiss_kappa,
    partial(agreement.fleiss_kappa, prevalence="ratings"),
    agreement.gwet_ac,
    partial(agreement.gwet_ac, prevalence="pairable"),
    agreement.brennan_prediger,
    agreement.conger_kappa,
    agreement.category_kappa,
    partial(agreement.rater_agreement, rater=1, method=None),
]

EVERY: list[Any] = [
    *TWO,
    *MANY,
    agreement.adjacent_agreement,
    agreement.brennan_prediger,
    agreement.category_kappa,
    agreement.conger_kappa,
    agreement.fleiss_kappa,
    agreement.gwet_ac,
    agreement.krippendorff_alpha,
    agreement.percent_agreement,
    agreement.weighted_alpha,
]


def all_of(found: Any) -> list[Estimate]:
    """The estimates that a coefficient gives, one or one for each category."""
    return [found] if isinstance(found, Estimate) else list(found.values())


@pytest.mark.parametrize("coefficient", [*EVERY, agreement.compare, agreement.rater_agreement])
def test_options_have_the_same_defaults(coefficient: Any) -> None:
    """Without options units are a sample, and the interval is a linearised one of 95 percent."""
    of_one = coefficient is agreement.rater_agreement
    defaults = {
        "sampled": "units",
        "method": "score" if of_one else "linearised",
        "level": 0.95,
        "seed": None,
        "draws": 1000,
        "population": None,
    }
    given = inspect.signature(coefficient).parameters
    found = {name: given[name].default for name in defaults if name in given}
    assert found == {name: defaults[name] for name in found}
    missing = {"sampled"} if coefficient in (agreement.compare, agreement.rater_agreement) else set()
    assert set(defaults) - set(found) == missing


@pytest.mark.parametrize("coefficient", EVERY)
def test_options_reach_the_estimate(coefficient: Any) -> None:
    """Each option that is given to a coefficient shows in its estimates."""
    name = coefficient.__name__
    weights = ["identity"] if coefficient is agreement.weighted_alpha else []
    r = Ratings.from_matrix(sample(30, 2, 2), [1, 2])
    for found in all_of(
        coefficient(r, *weights, sampled="both", method="jackknife", level=0.9, population=400)
    ):
        assert found.name.startswith(name)
        assert (found.sampled, found.method, found.level, found.n["population"]) == (
            "both",
            "jackknife",
            0.9,
            400,
        )
        assert found.undefined_interval == Reason.of("FEW_RATERS", raters=2, least=3)
    for found in all_of(coefficient(r, *weights, method="bootstrap", seed=7, draws=1)):
        assert found.undefined_interval == Reason.of("UNDEFINED_DRAWS", undefined=0, draws=1)


def test_options_of_one_rater() -> None:
    """Population and draws reach the coefficient of one rater."""
    r = Ratings.from_matrix(sample(30, 3, 2), [1, 2])
    found = agreement.rater_agreement(r, 0, method="linearised", population=400)
    assert found.n["population"] == 400
    drawn = agreement.rater_agreement(r, 0, method="bootstrap", seed=7, draws=1)
    assert drawn.undefined_interval == Reason.of("UNDEFINED_DRAWS", undefined=0, draws=1)


@pytest.mark.parametrize(
    "coefficient",
    [agreement.cohen_kappa, agreement.conger_kappa, agreement.light_kappa, agreement.scott_pi],
)
def test_a_name_tells_the_weights(coefficient: Any) -> None:
    """A weighted coefficient has its weights in its name."""
    r = Ratings.from_matrix([[1, 2], [2, 2]], [1, 2])
    assert coefficient(r, "linear").name == f"{coefficient.__name__}[linear]"


@pytest.mark.parametrize("coefficient", [*TWO, agreement.category_agreement, agreement.light_kappa])
def test_a_refusal_names_the_coefficient(coefficient: Any) -> None:
    """Who calls several coefficients is told which one refused."""
    name = coefficient.__name__
    if coefficient in TWO:
        with pytest.raises(InvalidInput, match=rf"\b{name}\b"):
            coefficient(Ratings.from_matrix([[1, 2, 1]], [1, 2]))
    if coefficient in BINARY:
        with pytest.raises(InvalidInput, match=rf"\b{name}\b"):
            coefficient(Ratings.from_matrix([[1, 2]], [1, 2, 3]))
    if coefficient not in WITH_SCORE:
        with pytest.raises(InvalidInput, match=rf"\b{name}\b"):
            coefficient(Ratings.from_matrix([[1, 2]], [1, 2]), method="score")


def behind(coefficient: Any, r: Ratings) -> list[Statistic]:
    """The statistics that a coefficient is made of."""
    with hearing() as heard:
        assert all(math.isnan(found.standard_error) for found in all_of(coefficient(r)))
    return [statistic for statistic in heard if isinstance(statistic, Statistic)]


def slopes(statistic: Statistic) -> NDArray[np.float64]:
    """By kind of unit how the value moves as the share of that kind grows, from two close tables."""
    total = statistic.patterns.times @ statistic.rows
    towards = statistic.patterns.n_units * statistic.rows - total
    step = 1e-5
    ahead, behind = (statistic.value(total + sign * step * towards) for sign in (1, -1))
    return np.asarray((ahead - behind) / (2 * step), dtype=np.float64)


@pytest.mark.parametrize("coefficient", [*TWO, *MANY])
def test_influence_is_the_slope_of_the_value(coefficient: Any) -> None:
    """The influence of a unit is the derivative of the value by the share of units like it."""
    levels = [1, 2] if coefficient in BINARY else LEVELS
    rows = sample(60, 2 if coefficient in TWO else 4, len(levels), seed=2)
    rows[:9, 0] = 1
    found = behind(coefficient, Ratings.from_matrix(rows, levels))
    assert len(found) == (4 if coefficient is agreement.category_agreement else 1)
    for statistic in found:
        assert statistic.influence == pytest.approx(slopes(statistic), abs=1e-7)
        assert statistic.patterns.times @ statistic.influence == pytest.approx(0, abs=1e-9)
        if coefficient in WITH_SCORE:
            mean = np.average(statistic.agreement, weights=statistic.patterns.times)
            assert mean == pytest.approx(statistic.mean)


@pytest.mark.parametrize("coefficient", GWETS)
def test_influence_with_the_pairable_units_held_fixed(coefficient: Any) -> None:
    """As in Gwet's variance the value counts for every unit, and not in inverse for those with a pair."""
    found = behind(coefficient, Ratings.from_matrix(sample(60, 4, gaps=0.5), LEVELS))
    assert found
    for statistic in found:
        patterns = statistic.patterns
        paired = ~np.isnan(statistic.agreement)
        value = float(statistic.value((patterns.times @ statistic.rows)[None, :])[0])
        held = value * (paired * patterns.n_units / patterns.times[paired].sum() - 1)
        assert statistic.influence == pytest.approx(slopes(statistic) + held, abs=1e-7)
        assert value == pytest.approx((statistic.mean - statistic.chance) / (1 - statistic.chance))
        mean = np.average(statistic.agreement[paired], weights=patterns.times[paired])
        assert mean == pytest.approx(statistic.mean)


@pytest.mark.parametrize("clusters", [None, np.arange(30) // 3])
def test_score_limits_of_many_raters(clusters: Any) -> None:
    """Wilson's limits of the agreement go through Conger's chance, and through Cohen's."""
    r = Ratings.from_matrix(sample(30, 3), LEVELS, cluster=clusters)
    two = Ratings.from_matrix(sample(30, 2, gaps=0), LEVELS, cluster=clusters)
    for coefficient, given in ((agreement.conger_kappa, r), (agreement.cohen_kappa, two)):
        found = coefficient(given, "linear", method="score")
        observed = agreement.percent_agreement(given, "linear", method=None).value
        chance = (observed - found.value) / (1 - found.value)
        n = found.n["effective"]
        wilson = proportions.wilson(observed * n, n)
        assert found.low == pytest.approx((wilson.low - chance) / (1 - chance))
        assert found.high == pytest.approx((wilson.high - chance) / (1 - chance))


@pytest.mark.parametrize(
    ("coefficient", "least"),
    [
        (agreement.bangdiwala_b, 0),
        (agreement.maximum_kappa, 0),
        (agreement.prevalence_index, -1),
        (agreement.bias_index, -1),
        (lambda r, **options: agreement.category_agreement(r, **options)["a"], 0),
    ],
)
def test_limits_end_where_the_coefficient_does(coefficient: Coefficient, least: float) -> None:
    """Limits reach to the least and the largest value that a coefficient can take, and no further."""
    r = Ratings.from_table([[2, 1], [3, 2]], ["a", "b"])
    wide, narrow = (coefficient(r, level=level) for level in (0.999999, 0.1))
    assert (wide.low, wide.high) == (least, 1)
    assert least < narrow.low < narrow.value < narrow.high < 1


@pytest.mark.parametrize(
    "coefficient",
    [agreement.cohen_kappa, agreement.conger_kappa, agreement.light_kappa, agreement.maximum_kappa],
)
def test_a_kappa_lost_without_one_unit(coefficient: Coefficient) -> None:
    """Where all but one unit are in one category the jackknife has no value without that unit."""
    r = Ratings.from_matrix([[1, 1], [1, 1], [1, 1], [2, 1]], [1, 2])
    found = coefficient(r, method="jackknife")
    assert found.value == 0
    assert found.undefined_interval == Reason.of("UNDEFINED_WITHOUT_ONE", groups=4)


@pytest.mark.parametrize(
    ("coefficient", "rows"),
    [
        (agreement.light_kappa, [[1, 1, 1], [1, 1, 2], [1, 1, 1], [2, 1, 2], [1, 1, 2], [1, 1, 1]]),
        (agreement.conger_kappa, [[1, 1, 2], [1, 2, None], [2, 2, None], [2, 1, None], [1, 1, None]]),
    ],
)
def test_jackknife_of_raters_who_are_lost(coefficient: Coefficient, rows: list[list[Any]]) -> None:
    """Without a unit the value is that of the pairs that still have a kappa, or the raters who still rated."""
    found = coefficient(Ratings.from_matrix(rows, [1, 2]), method="jackknife")
    left = np.array(
        [
            coefficient(Ratings.from_matrix(rows[:k] + rows[k + 1 :], [1, 2]), method=None).value
            for k in range(len(rows))
        ]
    )
    n = len(rows)
    assert found.standard_error == pytest.approx(math.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum()))


def test_ac1_of_two_categories() -> None:
    """Of two categories AC1 takes 2 p (1 - p) for chance, p the share of one of them (Gwet 2008)."""
    found = agreement.gwet_ac(Ratings.from_table([[20, 5], [10, 15]], ["yes", "no"]))
    chance = 2 * 0.55 * 0.45
    assert found.value == pytest.approx((0.7 - chance) / (1 - chance))


@pytest.mark.parametrize("metric", ["ordinal", "interval"])
def test_jackknife_of_alpha_by_ranks_and_by_values(metric: Any) -> None:
    """Each unit is left out of alpha by itself, also where the metric moves with the ratings."""
    rows = sample(20, 3, gaps=0)
    found = agreement.krippendorff_alpha(Ratings.from_matrix(rows, LEVELS), metric, method="jackknife")
    left = np.array(
        [
            agreement.krippendorff_alpha(
                Ratings.from_matrix(np.delete(rows, k, axis=0), LEVELS), metric, method=None
            ).value
            for k in range(20)
        ]
    )
    assert found.standard_error == pytest.approx(math.sqrt(19 / 20 * ((left - left.mean()) ** 2).sum()))


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_influence_of_alpha_has_a_sign(metric: Any) -> None:
    """Alpha's influence is the slope of 1 - N A / B, and its agreement averages over ratings to its mean."""
    coefficient = partial(agreement.krippendorff_alpha, metric=metric)
    (statistic,) = behind(coefficient, Ratings.from_matrix(sample(40, 3), LEVELS))
    small = statistic.value

    def large(totals: NDArray[np.float64]) -> NDArray[np.float64]:
        ratings = totals[:, :4].sum(axis=1)
        return np.asarray(1 - (1 - small(totals)) * ratings / (ratings - 1), dtype=np.float64)

    found = attrs.evolve(statistic, value=large)
    assert statistic.influence == pytest.approx(slopes(found), abs=1e-6)
    ratings = statistic.patterns.times * statistic.rows[:, :4].sum(axis=1)
    assert ratings @ statistic.agreement / ratings.sum() == pytest.approx(statistic.mean)


@pytest.mark.parametrize("unit", [1e-9, 1e-3, 1e9])
@pytest.mark.parametrize("metric", ["interval", "ratio", "circular", "bipolar"])
def test_alpha_does_not_know_the_unit_of_its_values(metric: Any, unit: float) -> None:
    """Alpha is the same for values in any unit, however small."""
    rows = [[1, 2], [2, 2], [1, 1], [2, 1], [3, 3], [3, 2]]
    plain = agreement.krippendorff_alpha(Ratings.from_matrix(rows, [1, 2, 3]), metric)
    r = Ratings.from_matrix(rows, [1, 2, 3], values=[unit, 2 * unit, 3 * unit])
    assert agreement.krippendorff_alpha(r, metric).value == pytest.approx(plain.value)


def test_alpha_of_one_category_with_rounded_weights() -> None:
    """Weights that miss 1 by rounding on their diagonal make no disagreement of one category."""
    r = Ratings.from_matrix([[1, 1], [1, 1]], [1, 2])
    nearly = 1 - 2**-53
    found = agreement.weighted_alpha(r, [[nearly, 0.0], [0.0, nearly]])
    assert found.undefined == Reason.of("ONE_CATEGORY", categories=2)


@pytest.mark.parametrize("clusters", [None, np.arange(40) // 8])
def test_a_rater_of_units_that_are_counted(clusters: Any) -> None:
    """A rater's agreement with the others is that of the units, one by one or counted."""
    rows = np.repeat(sample(20, 3, 2), 2, axis=0)
    whole = Ratings.from_matrix(rows, [1, 2], cluster=clusters)
    short = whole.compressed()
    assert short.n_rows < 40
    for method in ("linearised", "jackknife"):
        one, two = (agreement.rater_agreement(r, 1, method=method) for r in (whole, short))
        assert two.value == pytest.approx(one.value)
        assert two.standard_error == pytest.approx(one.standard_error)
        assert two.n == one.n


def test_some_patterns_keep_the_rater_they_tell_apart() -> None:
    """Of a part of the patterns own choice, frequencies and clusters go along."""
    cells = (np.array([0, 1, 1]), np.array([0, 1, 2]), np.array([2.0, 1.0, 3.0]))
    table = Patterns(
        counts=np.eye(3), own=np.array([2, 0, 1]), times=np.array([2.0, 1.0, 3.0]), cells=cells
    ).keep(np.array([True, False, True]))
    assert table.own.tolist() == [2, 1]
    assert table.times.tolist() == [2, 3]
    assert table.cells is not None
    assert [part.tolist() for part in table.cells] == [[0, 1], [0, 1], [2, 3]]


def test_nominal_alpha_needs_no_order() -> None:
    """Alpha of text without an order is that of declared categories, and one category has no circle."""
    rows = [["b", "a"], ["b", "b"], ["a", "a"], ["c", "a"]]
    text = agreement.krippendorff_alpha(Ratings.from_matrix(rows))
    assert text.value == agreement.krippendorff_alpha(Ratings.from_matrix(rows, ["a", "b", "c"])).value
    lone = agreement.krippendorff_alpha(Ratings.from_matrix([[1, 1], [1, 1]], [1]), "circular")
    assert lone.undefined == Reason.of("ONE_CATEGORY", categories=1)
