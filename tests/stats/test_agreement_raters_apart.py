"""Coefficients with a margin for each rater: two raters, many raters, tests of chance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from tests.stats.test_agreement import codes, sample

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Estimate, Ratings, agreement

Coefficient = Callable[..., Estimate]
Rows = NDArray[np.float64]

LEVELS = [1, 2, 3, 4]
TWO: list[Coefficient] = [
    agreement.bangdiwala_b,
    agreement.cohen_kappa,
    agreement.maximum_kappa,
    agreement.scott_pi,
]
BINARY: list[Coefficient] = [agreement.bias_index, agreement.pabak, agreement.prevalence_index]
MANY: list[Coefficient] = [agreement.conger_kappa, agreement.light_kappa]
WITHOUT_SCORE: list[Coefficient] = [
    agreement.bangdiwala_b,
    agreement.bias_index,
    agreement.light_kappa,
    agreement.maximum_kappa,
    agreement.prevalence_index,
]


def two(n: int = 40, *, q: int = 4, gaps: float = 0.0, seed: int = 1) -> Rows:
    """Ratings of two raters."""
    return sample(n, 2, q, gaps=gaps, seed=seed)


def shared(rows: Rows) -> Rows:
    """The rows without a gap."""
    return rows[~np.isnan(rows).any(axis=1)]


def margins_of(rows: Rows) -> list[NDArray[np.float64]]:
    """By rater the share of each level among that rater's own ratings."""
    return [np.array([np.mean(column[~np.isnan(column)] == level) for level in LEVELS]) for column in rows.T]


def by_definition(rows: Rows, weights: NDArray[np.float64]) -> dict[str, float]:
    """Every coefficient of two raters from its formula."""
    rows = shared(rows)
    first, second = margins_of(rows)
    both = (first + second) / 2
    place = rows.astype(int) - 1
    observed = float(weights[place[:, 0], place[:, 1]].mean())
    chance, pooled = first @ weights @ second, both @ weights @ both
    agreed = np.array([np.mean((rows == level).all(axis=1)) for level in LEVELS])
    most = np.minimum(first, second).sum()
    return {
        "cohen_kappa": (observed - chance) / (1 - chance),
        "scott_pi": (observed - pooled) / (1 - pooled),
        "bangdiwala_b": (agreed**2).sum() / (first @ second),
        "maximum_kappa": (most - first @ second) / (1 - first @ second),
    }


@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("coefficient", TWO)
def test_two_raters_by_definition(coefficient: Coefficient, gaps: float) -> None:
    """By profiles a coefficient of two raters is its formula over the units that both rated."""
    rows = two(gaps=gaps)
    r = Ratings.from_matrix(rows, LEVELS)
    found = coefficient(r)
    name = found.name
    assert found.value == pytest.approx(by_definition(rows, np.eye(4))[name])
    assert found.n["units"] == found.n["pairable"] == len(shared(rows))
    if name in ("cohen_kappa", "scott_pi"):
        linear = 1 - np.abs(np.subtract.outer(LEVELS, LEVELS)) / 3
        weighted = coefficient(r, "linear")
        assert weighted.value == pytest.approx(by_definition(rows, linear)[name])
        assert weighted.name == f"{name}[linear]"


def test_pabak_and_its_indices() -> None:
    """Kappa follows from PABAK, prevalence and bias, as Byrt, Bishop and Carlin tell."""
    r = Ratings.from_table([[40, 9], [6, 45]], ["yes", "no"])
    pabak, prevalence, bias = (
        coefficient(r).value
        for coefficient in (agreement.pabak, agreement.prevalence_index, agreement.bias_index)
    )
    assert (pabak, prevalence, bias) == pytest.approx((0.7, -0.05, 0.03))
    kappa = (pabak - prevalence**2 + bias**2) / (1 - prevalence**2 + bias**2)
    assert agreement.cohen_kappa(r).value == pytest.approx(kappa)
    assert agreement.brennan_prediger(r).value == pytest.approx(pabak)
    assert agreement.brennan_prediger(r).standard_error == pytest.approx(agreement.pabak(r).standard_error)


def test_indices_mirror() -> None:
    """Exchanged raters turn the sign of bias, exchanged categories that of both indices."""
    table = np.array([[30, 12], [3, 5]])
    given, turned, mirrored = (
        Ratings.from_table(one, ["a", "b"]) for one in (table, table.T, table[::-1, ::-1])
    )
    assert agreement.bias_index(given).value == -agreement.bias_index(turned).value == 0.18
    assert agreement.bias_index(given).value == -agreement.bias_index(mirrored).value
    assert agreement.prevalence_index(given).value == agreement.prevalence_index(turned).value == 0.5
    assert agreement.prevalence_index(mirrored).value == -0.5


@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("scheme", ["identity", "quadratic"])
def test_many_raters_by_definition(scheme: Any, gaps: float) -> None:
    """Conger's chance averages every two raters' margins, Light's kappa their kappas."""
    rows = sample(40, 4, gaps=gaps)
    r = Ratings.from_matrix(rows, LEVELS)
    lost = np.abs(np.subtract.outer(LEVELS, LEVELS)) / 3.0
    weights = 1 - np.asarray(lost > 0 if scheme == "identity" else lost**2, dtype=np.float64)
    pairs = list(itertools.combinations(range(4), 2))
    margins = margins_of(rows)
    chance = np.mean([margins[a] @ weights @ margins[b] for a, b in pairs])
    observed = agreement.percent_agreement(r, scheme).value
    conger, light = agreement.conger_kappa(r, scheme), agreement.light_kappa(r, scheme)
    assert conger.value == pytest.approx((observed - chance) / (1 - chance))
    kappas = [by_definition(rows[:, pair], weights)["cohen_kappa"] for pair in pairs]
    assert light.value == pytest.approx(np.mean(kappas))
    assert conger.n["units"] == np.count_nonzero(~np.isnan(rows).all(axis=1))
    assert light.n["units"] == light.n["pairable"] == conger.n["pairable"]


@pytest.mark.parametrize("method", ["linearised", "jackknife"])
@pytest.mark.parametrize("clusters", [None, np.arange(40) // 4])
def test_of_two_raters_all_kappas_are_cohens(clusters: Any, method: Any) -> None:
    """Without gaps Conger's and Light's kappas of two raters are Cohen's, and so are their errors."""
    r = Ratings.from_matrix(two(), LEVELS, cluster=clusters)
    cohen, conger, light = (
        coefficient(r, "linear", method=method) for coefficient in (agreement.cohen_kappa, *MANY)
    )
    for other in (conger, light):
        assert other.value == pytest.approx(cohen.value)
        assert other.standard_error == pytest.approx(cohen.standard_error)
        assert (other.low, other.high) == pytest.approx((cohen.low, cohen.high))


def test_lights_influence_is_the_mean_of_the_pairs() -> None:
    """With clusters Light's error is that of the mean of the kappas of pairs, unit by unit."""
    rows = sample(50, 3, gaps=0)
    found = agreement.light_kappa(Ratings.from_matrix(rows, LEVELS))
    influence = np.zeros(50)
    for pair in itertools.combinations(range(3), 2):
        first, second = margins_of(rows[:, pair])
        place = rows[:, pair].astype(int) - 1
        chance = first @ second
        same = (place[:, 0] == place[:, 1]).astype(float)
        kappa = (same.mean() - chance) / (1 - chance)
        by_unit = second[place[:, 0]] + first[place[:, 1]] - 2 * chance
        influence += (same - same.mean() - (1 - kappa) * by_unit) / (1 - chance) / 3
    assert found.standard_error == pytest.approx(math.sqrt((influence**2).sum() / (50 * 49)))


@pytest.mark.parametrize("coefficient", [*TWO, *BINARY, *MANY])
@pytest.mark.parametrize("clusters", [None, np.arange(30) // 3])
def test_jackknife_by_hand(coefficient: Coefficient, clusters: NDArray[np.int64] | None) -> None:
    """The jackknife by profiles is the jackknife unit by unit, or cluster by cluster."""
    levels = [1, 2] if coefficient in BINARY else LEVELS
    rows = sample(30, 3 if coefficient in MANY else 2, len(levels), gaps=0.1)
    found = coefficient(Ratings.from_matrix(rows, levels, cluster=clusters), method="jackknife")
    group = np.arange(30) if clusters is None else clusters
    least = 1 if coefficient is agreement.conger_kappa else 2
    names = np.unique(group[(~np.isnan(rows)).sum(axis=1) >= least])
    left = np.array(
        [coefficient(Ratings.from_matrix(rows[group != name], levels), method=None).value for name in names]
    )
    n = len(names)
    assert found.standard_error == pytest.approx(math.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum()))


@pytest.mark.parametrize("coefficient", [*TWO, *BINARY, *MANY])
@pytest.mark.parametrize("clusters", [None, np.arange(600) // 3])
def test_methods_agree(coefficient: Coefficient, clusters: Any) -> None:
    """At six hundred units linearised, jackknife and bootstrap errors differ by little."""
    levels = [1, 2] if coefficient in BINARY else LEVELS
    rows = sample(600, 3 if coefficient in MANY else 2, len(levels), gaps=0)
    rows[:60, 0] = 1
    if coefficient is agreement.maximum_kappa:  # its slope jumps where margins meet
        rng, shares = np.random.default_rng(1), np.array([0.4, 0.3, 0.2, 0.1])
        rows = np.column_stack([rng.choice(LEVELS, 600, p=p) for p in (shares, shares[::-1])]).astype(float)
    r = Ratings.from_matrix(rows, levels, cluster=clusters)
    found = coefficient(r)
    assert found.method == "linearised"
    assert coefficient(r, method="jackknife").standard_error == pytest.approx(found.standard_error, rel=0.02)
    drawn = coefficient(r, method="bootstrap", seed=1, draws=2000)
    assert drawn.standard_error == pytest.approx(found.standard_error, rel=0.08)
    assert drawn.low < found.value < drawn.high


def test_equal_margins_have_two_slopes() -> None:
    """Where margins are equal the largest kappa is 1, and its influence the mean of both slopes."""
    found = agreement.maximum_kappa(Ratings.from_table([[4, 2], [2, 4]]))
    assert found.value == 1
    assert found.standard_error == 0
    assert found.notes[-1] == Reason.of("NO_VARIATION")


@pytest.mark.parametrize("coefficient", [*TWO, *BINARY])
def test_more_than_two_raters_are_refused(coefficient: Coefficient) -> None:
    """A coefficient of two raters says what to do with more."""
    assert codes(lambda: coefficient(Ratings.from_matrix([[1, 2, 1]], [1, 2]))) == ["agreement.raters"]


@pytest.mark.parametrize("coefficient", BINARY)
def test_more_than_two_categories_are_refused(coefficient: Coefficient) -> None:
    """PABAK and the indices are for two categories."""
    assert codes(lambda: coefficient(Ratings.from_matrix([[1, 2]], [1, 2, 3]))) == ["agreement.binary"]


@pytest.mark.parametrize("coefficient", WITHOUT_SCORE)
def test_no_score_limits(coefficient: Coefficient) -> None:
    """What is no agreement corrected for chance has no score interval."""
    r = Ratings.from_matrix([[1, 2], [1, 1]], [1, 2])
    assert codes(lambda: coefficient(r, method="score")) == ["options.method"]


@pytest.mark.parametrize("coefficient", [agreement.cohen_kappa, agreement.scott_pi, agreement.pabak])
def test_score_limits_of_two_raters(coefficient: Coefficient) -> None:
    """Kappas have score limits, which keep a width when all units agree."""
    found = coefficient(Ratings.from_matrix([[1, 1], [2, 2], [1, 1]], [1, 2]), method="score")
    assert (found.value, found.high) == (1, 1)
    assert found.low < 0.6


@pytest.mark.parametrize("coefficient", [*TWO, *BINARY, *MANY])
def test_nothing_to_go_by(coefficient: Coefficient) -> None:
    """No unit, one rater, and no unit of two ratings are told apart."""
    assert coefficient(Ratings.from_matrix([])).undefined == Reason.of("NO_UNITS")
    assert coefficient(Ratings.from_matrix([[None, None]], [1, 2])).undefined == Reason.of("NO_UNITS")
    alone = coefficient(Ratings.from_matrix([[1], [2]], [1, 2])).undefined
    conger = coefficient is agreement.conger_kappa
    assert alone == (Reason.of("NO_PAIRS", units=2) if conger else Reason.of("ONE_RATER"))
    apart = coefficient(Ratings.from_matrix([[1, None], [None, 2]], [1, 2]))
    assert apart.undefined == Reason.of("NO_PAIRS", units=2)
    assert apart.n["units"] == 2


def test_one_category() -> None:
    """Where both raters used one category kappas are undefined, B is 1 and PABAK is 1."""
    same = Ratings.from_matrix([[1, 1], [1, 1]], [1, 2])
    for coefficient in (agreement.cohen_kappa, agreement.scott_pi, agreement.maximum_kappa, *MANY):
        assert coefficient(same).undefined == Reason.of("ONE_CATEGORY", categories=2)
    for coefficient in (agreement.bangdiwala_b, agreement.pabak, agreement.prevalence_index):
        found = coefficient(same)
        assert (found.value, found.standard_error) == (1, 0)
        assert found.notes == (Reason.of("NO_VARIATION"),)
    assert agreement.bias_index(same).value == 0


def test_raters_who_use_other_categories() -> None:
    """Raters without a common category have a kappa of 0 and no B."""
    apart = Ratings.from_matrix([[1, 2], [1, 2], [1, 2]], [1, 2])
    assert agreement.cohen_kappa(apart).value == 0
    assert agreement.maximum_kappa(apart).value == 0
    assert agreement.bangdiwala_b(apart).undefined == Reason.of("NO_COMMON_CATEGORY")


def test_pairs_without_a_kappa_are_told() -> None:
    """Light's kappa leaves out pairs that have none, and says how many."""
    rows = [[1, 1, None, 1], [2, 1, None, 1], [2, 2, None, None], [None, None, 1, 1], [None, None, 1, None]]
    r = Ratings.from_matrix(rows, [1, 2])
    found = agreement.light_kappa(r)
    pairs = [Ratings.from_matrix([[row[a], row[b]] for row in rows], [1, 2]) for a, b in ((0, 1), (0, 3))]
    assert found.value == pytest.approx(np.mean([agreement.cohen_kappa(pair).value for pair in pairs]))
    assert found.notes == (Reason.of("PAIRS_LEFT_OUT", undefined=4, pairs=6),)
    assert found.n["units"] == 3


def test_a_rater_without_ratings_changes_nothing() -> None:
    """Conger's kappa is that of the raters who rated."""
    rows = sample(30, 3)
    wider = np.column_stack([rows, np.full(30, np.nan)])
    one, other = (agreement.conger_kappa(Ratings.from_matrix(table, LEVELS)) for table in (rows, wider))
    assert (one.value, one.standard_error) == (other.value, other.standard_error)


def test_too_many_pairs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Light's kappa refuses more pairs than there is room for: two raters' tables for every profile."""
    r = Ratings.from_matrix([[1, 2, 1], [2, 2, 1]], [1, 2])
    room = 2 * 3 * 2 * 3
    monkeypatch.setattr("ilr.stats.agreement.many_raters._ROOM", room)
    assert agreement.light_kappa(r).undefined is None
    monkeypatch.setattr("ilr.stats.agreement.many_raters._ROOM", room - 1)
    with pytest.raises(InvalidInput) as found:
        agreement.light_kappa(r)
    assert found.value.subject == "light_kappa"
    assert [str(problem) for problem in found.value.problems] == [
        (
            "[agreement.pairs] r: has too many pairs of raters."
            " Hint: take every two raters with pairwise, or fewer raters with `of_raters`"
        )
    ]


@pytest.mark.parametrize("coefficient", MANY)
def test_raters_as_a_sample(coefficient: Coefficient) -> None:
    """The variance over raters leaves out each in turn."""
    rows = sample(40, 4)
    found = coefficient(Ratings.from_matrix(rows, LEVELS), sampled="raters")
    left = [
        coefficient(Ratings.from_matrix(np.delete(rows, j, axis=1), LEVELS), method=None).value
        for j in range(4)
    ]
    assert found.standard_error == pytest.approx(math.sqrt(np.var(left) * 3))


def test_population_of_units() -> None:
    """With every unit of the population in the sample nothing is left to doubt."""
    r = Ratings.from_matrix(two(), LEVELS)
    half, whole = (agreement.cohen_kappa(r, population=size) for size in (80, 40))
    assert half.standard_error == pytest.approx(agreement.cohen_kappa(r).standard_error / math.sqrt(2))
    assert whole.standard_error == 0


def test_weights_know_no_unit() -> None:
    """Multiplied values leave the weighted kappa as it is."""
    rows = two()
    plain = agreement.cohen_kappa(Ratings.from_matrix(rows, LEVELS), "linear")
    stretched = agreement.cohen_kappa(Ratings.from_matrix(rows, LEVELS, values=[9, 18, 27, 36]), "linear")
    assert stretched.value == pytest.approx(plain.value)


@pytest.mark.parametrize("scheme", ["identity", "linear"])
def test_chance_variance_of_kappa(scheme: Any) -> None:
    """The variance of kappa under chance is that of all tables with these margins, to order 1 / n."""
    rng = np.random.default_rng(4)
    rows = np.column_stack([rng.choice(3, 400, p=[0.5, 0.3, 0.2]), rng.choice(3, 400, p=[0.2, 0.3, 0.5])])
    r = Ratings.from_matrix(rows, [0, 1, 2])
    test = agreement.cohen_kappa_test(r, scheme)
    kappa = partial(agreement.cohen_kappa, weights=scheme, method=None)
    shuffled = [
        kappa(
            Ratings.from_matrix(np.column_stack([rows[:, 0], rng.permutation(rows[:, 1])]), [0, 1, 2])
        ).value
        for _ in range(2000)
    ]
    assert kappa(r).value / test.statistic == pytest.approx(np.std(shuffled), rel=0.05)
    assert test.p == pytest.approx(2 * stats.norm.sf(abs(test.statistic)))
    assert test.n["units"] == 400


def test_chance_variance_of_fleiss() -> None:
    """The variance of Fleiss' kappa under chance is that of ratings drawn from one distribution."""
    rng = np.random.default_rng(4)
    draws = [rng.choice(3, (100, 4), p=[0.5, 0.3, 0.2]) for _ in range(1000)]
    kappas = [
        agreement.fleiss_kappa(Ratings.from_matrix(rows, [0, 1, 2]), method=None).value for rows in draws
    ]
    r = Ratings.from_matrix(draws[0], [0, 1, 2])
    test = agreement.fleiss_kappa_test(r)
    assert kappas[0] / test.statistic == pytest.approx(np.std(kappas), rel=0.1)
    assert test.p == pytest.approx(2 * stats.norm.sf(abs(test.statistic)))


def test_no_test_of_chance() -> None:
    """A test without a kappa, without variation or with unequal ratings is undefined, with clusters refused."""
    same = Ratings.from_matrix([[1, 1], [1, 1]], [1, 2])
    for test in (agreement.cohen_kappa_test, agreement.fleiss_kappa_test):
        assert test(same).undefined == Reason.of("ONE_CATEGORY", categories=2)
        assert test(Ratings.from_matrix([])).undefined == Reason.of("NO_UNITS")
        clustered = Ratings.from_matrix([[1, 2], [1, 1]], [1, 2], cluster=[1, 2])
        assert codes(lambda test=test, r=clustered: test(r)) == ["agreement.clusters"]  # type: ignore[misc]  # mypy cannot infer lambdas with defaults
    fixed = Ratings.from_matrix([[1, 1], [1, 2]], [1, 2])
    assert agreement.cohen_kappa_test(fixed).undefined == Reason.of("NO_VARIATION")
    uneven = Ratings.from_matrix([[1, 2, 1], [1, 2, None]], [1, 2])
    assert agreement.fleiss_kappa_test(uneven).undefined == Reason.of("UNEQUAL_RATINGS")
    assert codes(lambda: agreement.cohen_kappa_test(uneven)) == ["agreement.raters"]


def test_a_test_of_chance_tells_what_it_tests() -> None:
    """With or without a result a test of chance has its name, its counts, and its distribution."""
    r = Ratings.from_matrix([[1, 2], [2, 1], [1, 2]], [1, 2])
    same = Ratings.from_matrix([[1, 1], [1, 1]], [1, 2])
    uneven = Ratings.from_matrix([[1, 2, 1], [2, 1, None]], [1, 2])
    no_spread = Ratings.from_matrix([[1, 2], [1, 2]], [1, 2])
    for test, undefined in (
        (agreement.cohen_kappa_test, [same, no_spread]),
        (agreement.fleiss_kappa_test, [same, uneven]),
    ):
        found = test(r)
        assert (found.name, found.distribution) == (test.__name__, "normal")
        assert found.n["units"] == 3
        for ratings in undefined:
            none = test(ratings)
            assert none.undefined is not None
            assert none.name == test.__name__
            assert none.n["units"] == 2


def test_units_all_of_one_kind_have_a_test() -> None:
    """Where raters disagree on every unit Fleiss' kappa is -1, and so many roots of units from chance."""
    found = agreement.fleiss_kappa_test(Ratings.from_matrix([[1, 2]] * 9, [1, 2]))
    assert found.statistic == pytest.approx(-3)
