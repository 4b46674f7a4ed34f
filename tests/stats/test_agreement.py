"""The coefficients of agreement and the ways to doubt them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from ilr.base.errors import InvalidInput
from ilr.base.reasons import Reason
from ilr.stats import Estimate, Ratings, agreement, proportions

Coefficient = Callable[..., Estimate]

ALL: list[Coefficient] = [
    agreement.percent_agreement,
    agreement.adjacent_agreement,
    agreement.fleiss_kappa,
    agreement.gwet_ac,
    agreement.brennan_prediger,
    agreement.krippendorff_alpha,
    agreement.conger_kappa,
]
SCHEMES = ["identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"]
METRICS = ["nominal", "ordinal", "interval", "ratio", "circular", "bipolar"]


def codes(build: Callable[[], object]) -> list[str]:
    """Codes of the problems that a call reports."""
    with pytest.raises(InvalidInput) as found:
        build()
    return [problem.code for problem in found.value.problems]


def sample(
    n: int = 40, raters: int = 3, q: int = 4, *, seed: int = 1, gaps: float = 0.2
) -> NDArray[np.float64]:
    """Ratings of one latent trait with some gaps, units x raters, levels from 1."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(n, 1)) + 0.7 * rng.normal(size=(n, raters))
    rows = 1.0 + np.digitize(trait, stats.norm.ppf(np.arange(1, q) / q) * 1.2)
    rows[rng.random(rows.shape) < gaps] = np.nan
    return np.asarray(rows, dtype=np.float64)


def pairs_of(rows: NDArray[np.float64]) -> list[list[tuple[float, float]]]:
    """Ordered pairs of ratings of every unit with at least two."""
    out = []
    for row in rows:
        given = row[~np.isnan(row)]
        if len(given) > 1:
            out.append([(a, b) for i, a in enumerate(given) for j, b in enumerate(given) if i != j])
    return out


def naive_alpha(rows: NDArray[np.float64], metric: str, levels: list[float]) -> float:
    """Krippendorff's alpha by its definition, pair by pair."""
    units = [row[~np.isnan(row)] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    values = np.concatenate(units)
    low, high = levels[0], levels[-1]

    def difference(a: float, b: float) -> float:
        if a == b:
            return 0.0
        if metric == "ordinal":
            first, last = min(a, b), max(a, b)
            between = np.count_nonzero((values >= first) & (values <= last))
            ends = np.count_nonzero(values == first) + np.count_nonzero(values == last)
            return float(between - ends / 2) ** 2
        fixed = {
            "nominal": 1.0,
            "interval": (a - b) ** 2,
            "ratio": ((a - b) / (a + b)) ** 2,
            "circular": math.sin(math.pi * (a - b) / (high - low + 1)) ** 2,
            "bipolar": (a - b) ** 2 / ((a + b - 2 * low) * (2 * high - a - b)),
        }
        return fixed[metric]

    observed = sum(
        difference(a, b) / (len(unit) - 1)
        for unit in units
        for i, a in enumerate(unit)
        for j, b in enumerate(unit)
        if i != j
    ) / len(values)
    expected = sum(difference(a, b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j) / (
        len(values) * (len(values) - 1)
    )
    return 1 - observed / expected


@pytest.mark.parametrize("metric", METRICS)
def test_alpha_is_its_definition(metric: Any) -> None:
    """Alpha by patterns is alpha pair by pair, for every metric."""
    rows = sample(25, 4)
    found = agreement.krippendorff_alpha(Ratings.from_matrix(rows, categories=[1, 2, 3, 4]), metric)
    assert found.value == pytest.approx(naive_alpha(rows, metric, [1, 2, 3, 4]), abs=1e-12)
    assert found.name == f"krippendorff_alpha[{metric}]"


def weight(scheme: str, a: float, b: float, low: float, high: float) -> float:
    """Gwet's weight between two values of a scale with steps of one."""
    gap, span = abs(a - b), high - low
    lost = {
        "identity": float(gap > 0),
        "linear": gap / span,
        "quadratic": (gap / span) ** 2,
        "ordinal": math.comb(int(gap) + 1, 2) / math.comb(int(span) + 1, 2),
        "radical": math.sqrt(gap / span),
        "ratio": (gap / (a + b)) ** 2 / (span / (low + high)) ** 2,
    }
    if scheme in lost:
        return 1 - lost[scheme]
    levels = np.arange(low, high + 1)

    def raw(x: float, y: float) -> float:
        if x == y:
            return 0.0
        if scheme == "circular":
            return math.sin(math.pi * (x - y) / (span + 1)) ** 2
        return (x - y) ** 2 / ((x + y - 2 * low) * (2 * high - x - y))

    return 1 - raw(a, b) / max(raw(x, y) for x in levels for y in levels)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_kappas_are_their_definitions(scheme: Any) -> None:
    """Percent agreement, Fleiss, AC2 and Brennan-Prediger by patterns are those pair by pair."""
    rows, levels = sample(25, 4), [1.0, 2.0, 3.0, 4.0]
    r = Ratings.from_matrix(rows, categories=[1, 2, 3, 4])
    table = np.array([[weight(scheme, a, b, 1, 4) for b in levels] for a in levels])
    matrix: Any = table.tolist()
    observed = float(
        np.mean([np.mean([weight(scheme, a, b, 1, 4) for a, b in unit]) for unit in pairs_of(rows)])
    )
    rated = [row[~np.isnan(row)] for row in rows]
    share = np.mean([[np.mean(row == level) for level in levels] for row in rated if len(row)], axis=0)
    chance = {
        agreement.percent_agreement: 0.0,
        agreement.fleiss_kappa: share @ table @ share,
        agreement.gwet_ac: table.sum() / 12 * (share * (1 - share)).sum(),
        agreement.brennan_prediger: table.mean(),
    }
    for coefficient, pe in chance.items():
        found = coefficient(r, scheme)
        assert found.value == pytest.approx((observed - pe) / (1 - pe), abs=1e-12)
        custom = coefficient(r, matrix)
        assert custom.value == pytest.approx(found.value)
        assert custom.standard_error == pytest.approx(found.standard_error)
        assert custom.name.endswith("[custom]")


@pytest.mark.parametrize("prevalence", ["units", "pairable", "ratings"])
def test_prevalence_by_definition(prevalence: Any) -> None:
    """With gaps the share of a category is taken over rated units, units with a pair, or ratings."""
    rows = sample(30, 4, gaps=0.5)
    r = Ratings.from_matrix(rows, [1, 2, 3, 4])
    units = [row[~np.isnan(row)] for row in rows]
    if prevalence == "ratings":
        units = [np.concatenate(units)]
    units = [unit for unit in units if len(unit) > (prevalence == "pairable")]
    share = np.mean([[np.mean(unit == level) for level in (1, 2, 3, 4)] for unit in units], axis=0)
    observed = agreement.percent_agreement(r).value
    chance = {agreement.fleiss_kappa: share @ share, agreement.gwet_ac: share @ (1 - share) / 3}
    for coefficient, pe in chance.items():
        found = coefficient(r, prevalence=prevalence)
        assert found.value == pytest.approx((observed - pe) / (1 - pe))
        left = np.array(
            [
                coefficient(
                    Ratings.from_matrix(np.delete(rows, unit, axis=0), [1, 2, 3, 4]),
                    prevalence=prevalence,
                    method=None,
                ).value
                for unit in np.flatnonzero(~np.isnan(rows).all(axis=1))
            ]
        )
        jackknife = coefficient(r, prevalence=prevalence, method="jackknife")
        spread = (len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum()
        assert jackknife.standard_error == pytest.approx(math.sqrt(spread))


@pytest.mark.parametrize("prevalence", ["units", "pairable", "ratings"])
@pytest.mark.parametrize("coefficient", [agreement.fleiss_kappa, agreement.gwet_ac])
def test_influence_of_prevalence(coefficient: Coefficient, prevalence: Any) -> None:
    """Where all units have a pair and differ in ratings, linearised and jackknife errors are close."""
    rows = sample(300, 5, gaps=0.3)
    rows = rows[(~np.isnan(rows)).sum(axis=1) > 1]
    r = Ratings.from_matrix(rows, [1, 2, 3, 4])
    linearised, jackknife = (
        coefficient(r, prevalence=prevalence, method=method).standard_error
        for method in ("linearised", "jackknife")
    )
    assert linearised == pytest.approx(jackknife, rel=0.01)


def test_unknown_prevalence() -> None:
    """A prevalence that is none is refused."""
    r = Ratings.from_matrix([[1, 2]], [1, 2])
    assert codes(lambda: agreement.gwet_ac(r, prevalence="pairs")) == ["agreement.prevalence"]  # type: ignore[arg-type]  # an unknown name is the point


@pytest.mark.parametrize(
    ("weights", "metric"),
    [
        ("identity", "nominal"),
        ("quadratic", "interval"),
        ("ratio", "ratio"),
        ("circular", "circular"),
        ("bipolar", "bipolar"),
    ],
)
def test_alpha_of_weights_and_metrics(weights: Any, metric: Any) -> None:
    """Weights that are 1 less a metric give the alpha of the metric, with its interval."""
    r = Ratings.from_matrix(sample(30, 4), [1, 2, 3, 4])
    one, two = agreement.weighted_alpha(r, weights), agreement.krippendorff_alpha(r, metric)
    assert one.value == pytest.approx(two.value)
    assert (one.low, one.high) == pytest.approx((two.low, two.high))
    assert one.name == f"weighted_alpha[{weights}]"


def test_ordinal_weights_are_not_the_ordinal_metric() -> None:
    """Alpha with ordinal weights counts steps, with the ordinal metric ranks of the ratings given."""
    rows = sample(30, 4)
    r = Ratings.from_matrix(rows, [1, 2, 3, 4])
    steps = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    matrix: Any = (1 - steps * (steps + 1) / 12).tolist()
    ordinal = agreement.weighted_alpha(r, "ordinal")
    assert ordinal.value == pytest.approx(agreement.weighted_alpha(r, matrix).value)
    assert abs(ordinal.value - agreement.krippendorff_alpha(r, "ordinal").value) > 0.005
    same = Ratings.from_matrix([[1, 1], [1, 1]], [1, 2])
    assert agreement.weighted_alpha(same, "ordinal").undefined == Reason.of("ONE_CATEGORY", categories=2)


def test_names() -> None:
    """A coefficient carries its name with its weights; Gwet's is AC1 or AC2."""
    r = Ratings.from_matrix(sample())
    assert agreement.gwet_ac(r).name == "gwet_ac1"
    assert agreement.gwet_ac(r, "linear").name == "gwet_ac2[linear]"
    assert agreement.fleiss_kappa(r).name == "fleiss_kappa"
    assert agreement.brennan_prediger(r, "ordinal").name == "brennan_prediger[ordinal]"
    assert agreement.percent_agreement(r, "quadratic").name == "percent_agreement[quadratic]"
    assert agreement.adjacent_agreement(r, 0.5).name == "adjacent_agreement[0.5]"
    assert agreement.rater_agreement(r, 0, "linear").name == "rater_agreement[linear]"


def test_adjacent_agreement_counts_close_pairs() -> None:
    """Adjacent agreement is the share of pairs within the tolerance, in the unit of the values."""
    rows = sample(25, 4)
    r = Ratings.from_matrix(rows, categories=[1, 2, 3, 4])
    for tolerance in (0, 1, 2):
        expected = np.mean([np.mean([abs(a - b) <= tolerance for a, b in unit]) for unit in pairs_of(rows)])
        assert agreement.adjacent_agreement(r, tolerance).value == pytest.approx(expected)
    halves = Ratings.from_matrix(rows, categories=[1, 2, 3, 4], values=[0.1, 0.2, 0.3, 0.4])
    assert agreement.adjacent_agreement(halves, 0.1).value == agreement.adjacent_agreement(r, 1).value
    assert agreement.adjacent_agreement(r, 0).value == pytest.approx(agreement.percent_agreement(r).value)


def test_half_levels_have_half_ranks() -> None:
    """Ordinal weights use ranks, linear ones values."""
    rows = [[1, 2], [1, 1.5], [2, 2]]
    r = Ratings.from_matrix(rows, [1, 1.5, 2], values=[1, 1.5, 2], ranks=[1, 1.5, 2])
    assert agreement.percent_agreement(r, "linear").value == pytest.approx((0 + 0.5 + 1) / 3)
    lost = 0.5 * 1.5 / (1 * 2)
    assert agreement.percent_agreement(r, "ordinal").value == pytest.approx((0 + 1 - lost + 1) / 3)


def test_circular_steps() -> None:
    """The circle closes one smallest step after the last value."""
    r = Ratings.from_matrix([[0, 30], [10, 20], [0, 0]], categories=[0, 10, 20, 30])
    assert agreement.percent_agreement(r, "circular").value == pytest.approx((0.5 + 0.5 + 1) / 3)


def test_ratio_with_zero() -> None:
    """Zero against zero agrees under ratio weights, zero against anything does not."""
    r = Ratings.from_matrix([[0, 0], [0, 1], [1, 2]], categories=[0, 1, 2])
    assert agreement.percent_agreement(r, "ratio").value == pytest.approx((1 + 0 + 8 / 9) / 3)


@pytest.mark.parametrize("coefficient", ALL)
def test_counts_behind_a_coefficient(coefficient: Coefficient) -> None:
    """An estimate tells units, units with a pair, raters, ratings and clusters."""
    rows = [[1, 2, 1], [2, None, None], [None, None, None], [2, 2, None], [1, 1, 2]]
    found = coefficient(Ratings.from_matrix(rows, [1, 2], cluster=["a", "b", "c", "a", "d"]))
    units = 3 if coefficient is agreement.krippendorff_alpha else 4
    clusters = 2 if coefficient is agreement.krippendorff_alpha else 3
    assert found.n == {"units": units, "pairable": 3, "raters": 3, "ratings": 9, "clusters": clusters}
    assert "clusters" not in coefficient(Ratings.from_matrix(rows, [1, 2])).n


@pytest.mark.parametrize("coefficient", ALL)
def test_inferred_categories_are_noted(coefficient: Coefficient) -> None:
    """An estimate says when the domain was guessed from the ratings."""
    rows = sample()
    assert coefficient(Ratings.from_matrix(rows)).notes == (Reason.of("INFERRED_CATEGORIES", categories=4),)
    assert coefficient(Ratings.from_matrix(rows, [1, 2, 3, 4])).notes == ()
    assert coefficient(Ratings.from_matrix(rows), method=None).notes != ()


@pytest.mark.parametrize("coefficient", ALL)
def test_nothing_to_go_by(coefficient: Coefficient) -> None:
    """Without units, and without pairs, the value is undefined and says why."""
    empty = coefficient(Ratings.from_matrix([[None, None]], [1, 2]))
    assert empty.undefined == Reason.of("NO_UNITS")
    assert math.isnan(empty.value)
    assert empty.n == {"units": 0, "raters": 2, "ratings": 0}
    nothing = coefficient(Ratings.from_matrix([]))
    assert nothing.undefined == Reason.of("NO_UNITS")
    lone = coefficient(Ratings.from_matrix([[1, None], [None, 2]], [1, 2]), level=0.9)
    assert lone.undefined == Reason.of("NO_PAIRS", units=2)
    assert lone.undefined_interval == lone.undefined
    assert (lone.n["units"], lone.level) == (2, 0.9)
    clustered = coefficient(Ratings.from_matrix([[None, None]], [1, 2], cluster=["a"]))
    assert clustered.undefined == Reason.of("NO_UNITS")


def test_one_category() -> None:
    """Where only one category was used kappa and alpha are undefined, AC1 and Brennan-Prediger are 1."""
    used = Ratings.from_matrix([[1, 1], [1, 1]], [1, 2])
    coefficient: Coefficient
    for coefficient in (agreement.fleiss_kappa, agreement.krippendorff_alpha):
        assert coefficient(used).undefined == Reason.of("ONE_CATEGORY", categories=2)
    for coefficient in (agreement.gwet_ac, agreement.brennan_prediger, agreement.percent_agreement):
        found = coefficient(used)
        assert found.value == 1
        assert (found.standard_error, found.low, found.high) == (0, 1, 1)
        assert found.notes == (Reason.of("NO_VARIATION"),)
    assert agreement.krippendorff_alpha(used, "ordinal").undefined == Reason.of("ONE_CATEGORY", categories=2)


def test_a_domain_of_one_category() -> None:
    """With one category to choose there is nothing to agree about, except that all pairs do."""
    lone = Ratings.from_matrix([[1, 1], [1, 1]], [1])
    assert agreement.percent_agreement(lone).value == 1
    assert agreement.adjacent_agreement(lone).value == 1
    for coefficient in (agreement.fleiss_kappa, agreement.gwet_ac, agreement.brennan_prediger):
        for scheme in ("identity", "quadratic"):
            assert coefficient(lone, scheme).undefined == Reason.of("ONE_CATEGORY", categories=1)
    for metric in ("nominal", "interval", "ordinal"):
        found = agreement.krippendorff_alpha(lone, metric)
        assert found.undefined == Reason.of("ONE_CATEGORY", categories=1)


@pytest.mark.parametrize("coefficient", ALL)
@pytest.mark.parametrize("method", ["linearised", "jackknife", "bootstrap"])
def test_one_unit_or_cluster_has_no_interval(coefficient: Coefficient, method: str) -> None:
    """One unit has a value and no interval; so have many units of one cluster."""
    one = coefficient(Ratings.from_matrix([[1, 2, 1]], [1, 2, 3]), method=method, seed=1)
    assert not math.isnan(one.value)
    assert one.undefined is None
    assert one.undefined_interval == Reason.of("ONE_UNIT")
    assert math.isnan(one.standard_error)
    assert math.isnan(one.low)
    assert math.isnan(one.high)
    many = Ratings.from_matrix([[1, 2, 1], [2, 2, 2]], [1, 2, 3], cluster=["a", "a"])
    assert coefficient(many, method=method, seed=1).undefined_interval == Reason.of("ONE_CLUSTER")


@pytest.mark.parametrize("coefficient", ALL)
def test_value_alone(coefficient: Coefficient) -> None:
    """Without a method there is the value and no interval."""
    r = Ratings.from_matrix(sample(), [1, 2, 3, 4])
    found = coefficient(r, method=None, level=0.8)
    assert found.value == coefficient(r).value
    assert math.isnan(found.standard_error)
    assert (found.method, found.sampled, found.level) == ("", "", 0.8)


@pytest.mark.parametrize("coefficient", ALL)
def test_interval_is_students(coefficient: Coefficient) -> None:
    """The interval reaches t standard errors to both sides and stops at 1."""
    r = Ratings.from_matrix(sample(30), [1, 2, 3, 4])
    found = coefficient(r, level=0.9)
    freedom = found.n["units"] - 1
    reach = stats.t.ppf(0.95, freedom) * found.standard_error
    assert found.low == pytest.approx(found.value - reach)
    assert found.high == pytest.approx(min(1, found.value + reach))
    assert (found.method, found.sampled, found.level) == ("linearised", "units", 0.9)
    wide = coefficient(Ratings.from_matrix([[1, 1], [2, 2], [1, 4]], [1, 2, 3, 4]), level=0.999)
    assert wide.high == 1
    share = coefficient in (agreement.percent_agreement, agreement.adjacent_agreement)
    assert wide.low == 0 if share else wide.low < -1


@pytest.mark.parametrize("coefficient", ALL)
def test_clusters_widen_the_freedom(coefficient: Coefficient) -> None:
    """With clusters the degrees of freedom are those of the clusters."""
    r = Ratings.from_matrix(sample(40, gaps=0), [1, 2, 3, 4], cluster=np.arange(40) // 8)
    for method in ("linearised", "jackknife"):
        found = coefficient(r, method=method)
        reach = stats.t.ppf(0.975, 4) * found.standard_error
        assert found.low == pytest.approx(found.value - reach)


@pytest.mark.parametrize("coefficient", ALL)
@pytest.mark.parametrize("clusters", [None, np.arange(30) // 3])
def test_jackknife_by_hand(coefficient: Coefficient, clusters: NDArray[np.int64] | None) -> None:
    """The jackknife by patterns is the jackknife unit by unit, or cluster by cluster."""
    rows = sample(30, 4)
    found = coefficient(Ratings.from_matrix(rows, [1, 2, 3, 4], cluster=clusters), method="jackknife")
    group = np.arange(30) if clusters is None else clusters
    counted = ~np.isnan(rows).all(axis=1)
    if coefficient is agreement.krippendorff_alpha:
        counted = (~np.isnan(rows)).sum(axis=1) > 1
    names = np.unique(group[counted])
    left = np.array(
        [
            coefficient(Ratings.from_matrix(rows[group != name], [1, 2, 3, 4]), method=None).value
            for name in names
        ]
    )
    n = len(names)
    assert found.standard_error == pytest.approx(math.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum()))
    assert found.method == "jackknife"


@pytest.mark.parametrize("coefficient", ALL)
def test_linearised_is_near_the_jackknife(coefficient: Coefficient) -> None:
    """At 200 units without gaps the two standard errors differ by less than two hundredths."""
    r = Ratings.from_matrix(sample(200, 3, gaps=0), [1, 2, 3, 4])
    linearised, jackknife = coefficient(r), coefficient(r, method="jackknife")
    assert linearised.standard_error == pytest.approx(jackknife.standard_error, rel=0.02)


def test_units_without_a_pair_widen_gwets_error() -> None:
    """With units that have no pair Gwet's standard error is larger than the jackknife's."""
    rows = sample(200, 2, gaps=0.3)
    r = Ratings.from_matrix(rows, [1, 2, 3, 4])
    for coefficient in (agreement.percent_agreement, agreement.gwet_ac):
        linearised = coefficient(r, "quadratic").standard_error
        assert linearised > 1.1 * coefficient(r, "quadratic", method="jackknife").standard_error


@pytest.mark.parametrize("metric", METRICS)
def test_influence_of_alpha(metric: Any) -> None:
    """The influence values of alpha are its numeric derivatives, for every metric."""
    rows = sample(12, 4)
    r = Ratings.from_matrix(rows, [1, 2, 3, 4])
    counts = np.array([[np.count_nonzero(row == level) for level in range(1, 5)] for row in rows])
    counts = counts[counts.sum(axis=1) > 1].astype(float)

    def population(times: NDArray[np.float64]) -> float:
        margins = times @ counts
        if metric == "ordinal":
            ranks = np.cumsum(margins) - margins / 2
            squares = (ranks[:, None] - ranks[None, :]) ** 2
        else:
            from ilr.stats._weights import metric_matrix

            squares = metric_matrix(r, metric)
        found = sum(m * (c @ squares @ c) / (c.sum() - 1) for m, c in zip(times, counts, strict=True))
        return float(1 - margins.sum() * found / (margins @ squares @ margins))

    n = len(counts)
    step = 1e-5
    slopes = np.array(
        [
            (population(np.ones(n) + step * np.eye(n)[i]) - population(np.ones(n) - step * np.eye(n)[i]))
            / (2 * step)
            for i in range(n)
        ]
    )
    influence = n * (slopes - slopes.mean())
    expected = math.sqrt((influence**2).sum() / (n * (n - 1)))
    assert agreement.krippendorff_alpha(r, metric).standard_error == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("coefficient", ALL)
def test_bootstrap(coefficient: Coefficient) -> None:
    """A bootstrap is the same for the same seed, another for another, and near the other methods."""
    r = Ratings.from_matrix(sample(200, gaps=0), [1, 2, 3, 4])
    first, again, other = (coefficient(r, method="bootstrap", seed=seed, draws=600) for seed in (5, 5, 6))
    assert first == again
    assert first != other
    assert first.method == "bootstrap"
    assert first.standard_error == pytest.approx(coefficient(r).standard_error, rel=0.15)
    assert first.low < first.value < first.high
    narrow = coefficient(r, method="bootstrap", seed=5, draws=600, level=0.5)
    assert first.low < narrow.low < narrow.high < first.high


def test_bootstrap_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing in parts gives as many draws as drawing at once."""
    r = Ratings.from_matrix(sample(50), [1, 2, 3, 4])
    whole = agreement.gwet_ac(r, method="bootstrap", seed=5, draws=301)
    monkeypatch.setattr("ilr.stats._arrays._ROOM", 100 * len(r.patterns.times))
    assert agreement.gwet_ac(r, method="bootstrap", seed=5, draws=301) == whole


def test_bootstrap_of_clusters() -> None:
    """Resampling clusters is wider than resampling units that repeat each other."""
    rows = np.repeat(sample(30, gaps=0), 6, axis=0)
    clusters = np.repeat(np.arange(30), 6)
    units = agreement.gwet_ac(Ratings.from_matrix(rows), method="bootstrap", seed=1)
    whole = agreement.gwet_ac(Ratings.from_matrix(rows, cluster=clusters), method="bootstrap", seed=1)
    assert whole.standard_error > 2 * units.standard_error


def test_undefined_draws_are_told() -> None:
    """Draws without a value are left out and counted; with too few left there is no interval."""
    r = Ratings.from_matrix([[1, 1], [1, 1], [1, 1], [2, 2]], [1, 2])
    found = agreement.fleiss_kappa(r, method="bootstrap", seed=1, draws=200)
    lost = {note.code: note.parameters for note in found.notes}["UNDEFINED_DRAWS"]
    assert lost["draws"] == 200
    assert 40 < int(lost["undefined"]) < 90
    assert (found.low, found.high) == (1, 1)
    assert [note.code for note in found.notes] == ["UNDEFINED_DRAWS", "NO_VARIATION"]
    alpha = agreement.krippendorff_alpha(r, "ordinal", method="bootstrap", seed=1, draws=200)
    assert [note.code for note in alpha.notes] == ["UNDEFINED_DRAWS", "NO_VARIATION"]
    single = agreement.fleiss_kappa(r, method="bootstrap", seed=1, draws=1)
    assert single.undefined_interval is not None
    assert single.undefined_interval.code == "UNDEFINED_DRAWS"
    assert single.value == 1


def test_undefined_without_one() -> None:
    """A jackknife that loses its value on the way has no interval."""
    r = Ratings.from_matrix([[1, 1], [1, 1], [2, 2]], [1, 2])
    for coefficient in (agreement.fleiss_kappa, agreement.krippendorff_alpha):
        found = coefficient(r, method="jackknife")
        assert found.value == 1
        assert found.undefined_interval == Reason.of("UNDEFINED_WITHOUT_ONE", groups=3)
    pairs = Ratings.from_matrix([[1, 1], [2, None]], [1, 2])
    found = agreement.percent_agreement(pairs, method="jackknife")
    assert found.undefined_interval == Reason.of("UNDEFINED_WITHOUT_ONE", groups=2)


@pytest.mark.parametrize("coefficient", ALL)
def test_raters_as_a_sample(coefficient: Coefficient) -> None:
    """The variance over raters leaves out each in turn, and the variances over units and over raters add up."""
    rows = sample(40, 5)
    r = Ratings.from_matrix(rows, [1, 2, 3, 4])
    left = np.array(
        [
            coefficient(Ratings.from_matrix(np.delete(rows, j, axis=1), [1, 2, 3, 4]), method=None).value
            for j in range(5)
        ]
    )
    expected = math.sqrt(4 / 5 * ((left - left.mean()) ** 2).sum())
    raters = coefficient(r, sampled="raters")
    assert raters.standard_error == pytest.approx(expected)
    assert (raters.method, raters.sampled) == ("jackknife", "raters")
    for method in ("linearised", "jackknife"):
        units, both = (coefficient(r, sampled=what, method=method) for what in ("units", "both"))
        error = math.hypot(units.standard_error, expected)
        assert both.standard_error == pytest.approx(error)
        assert (both.method, both.sampled) == (method, "both")
        assert both.degrees_of_freedom == 4
    assert coefficient(r, sampled="raters", method=None).sampled == ""


def test_too_few_raters() -> None:
    """With two raters none can be left out, and where the rest has no pair there is no interval."""
    r = Ratings.from_matrix([[1, 2], [1, 1], [2, 2]])
    for sampled in ("raters", "both"):
        found = agreement.gwet_ac(r, sampled=sampled)
        assert found.undefined_interval == Reason.of("FEW_RATERS", raters=2, least=3)
    one = agreement.gwet_ac(Ratings.from_matrix([[1, 2, 1]]), sampled="both")
    assert one.undefined_interval == Reason.of("ONE_UNIT")
    chain = Ratings.from_matrix([[1, 1, None], [2, 2, None], [1, None, 1]])
    found = agreement.gwet_ac(chain, sampled="raters")
    assert found.undefined_interval == Reason.of("UNDEFINED_WITHOUT_ONE", groups=3)


def test_no_spread_at_all() -> None:
    """Where neither units nor raters vary the interval has no width, and the estimate says so."""
    found = agreement.gwet_ac(Ratings.from_matrix([[1, 1, 1], [1, 1, 1]], [1, 2]), sampled="both")
    assert (found.low, found.high, found.standard_error) == (1, 1, 0)
    assert found.notes == (Reason.of("NO_VARIATION"),)


def test_score_interval_of_percent_agreement() -> None:
    """The score interval of a share of agreement is Wilson's."""
    rows = sample(20, 2, gaps=0)
    found = agreement.percent_agreement(Ratings.from_matrix(rows, [1, 2, 3, 4]), method="score", level=0.9)
    agreeing = int(np.count_nonzero(rows[:, 0] == rows[:, 1]))
    wilson = proportions.wilson(agreeing, 20, 0.9)
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high))
    assert found.n["effective"] == 20
    assert found.method == "score"
    plain = agreement.percent_agreement(Ratings.from_matrix(rows, [1, 2, 3, 4]))
    assert found.standard_error == plain.standard_error


def test_score_interval_is_carried_through_chance() -> None:
    """Wilson's limits of as many units as the variance is worth go through the correction for chance."""
    r = Ratings.from_matrix(sample(15, 3), [1, 2, 3, 4])
    observed = agreement.percent_agreement(r, "quadratic", method=None).value
    for coefficient in (agreement.fleiss_kappa, agreement.gwet_ac, agreement.brennan_prediger):
        found = coefficient(r, "quadratic", method="score")
        chance = (observed - found.value) / (1 - found.value)
        n = found.n["effective"]
        wilson = proportions.wilson(observed * n, n)
        assert found.low == pytest.approx((wilson.low - chance) / (1 - chance))
        assert found.high == pytest.approx((wilson.high - chance) / (1 - chance))


def test_units_are_worth_what_their_variance_says() -> None:
    """By hand: the variance of the shares of agreement, with one further unit of none, against mean (1 - mean)."""
    rows = [[1, 1, 2], [2, 2, 2], [1, 1, 1], [1, 2, 2], [2, None, None]]
    shares = np.array([1 / 3, 1, 1, 1 / 3, 0])
    by_hand = 4 * shares.mean() * (1 - shares.mean()) / shares.var()
    found = agreement.percent_agreement(Ratings.from_matrix(rows, [1, 2]), method="score")
    assert found.n["effective"] == pytest.approx(by_hand)
    assert found.n["pairable"] == 4
    none = agreement.percent_agreement(Ratings.from_matrix([[1, 2], [2, 1]], [1, 2]), method="score")
    assert (none.n["effective"], none.low) == (2, 0)


@pytest.mark.parametrize("metric", METRICS)
def test_score_interval_of_alpha(metric: Any) -> None:
    """Alpha is its agreement corrected by its chance, and its score limits too."""
    rows = sample(15, 3)
    found = agreement.krippendorff_alpha(Ratings.from_matrix(rows, [1, 2, 3, 4]), metric, method="score")
    assert found.low < found.value < found.high <= 1
    assert found.value == pytest.approx(naive_alpha(rows, metric, [1, 2, 3, 4]))
    if metric == "nominal":
        units = [row[~np.isnan(row)] for row in rows]
        values = np.concatenate([unit for unit in units if len(unit) > 1])
        shares = np.unique(values, return_counts=True)[1] / len(values)
        chance = 1 - (1 - (shares**2).sum()) * len(values) / (len(values) - 1)
        n = found.n["effective"]
        wilson = proportions.wilson((found.value * (1 - chance) + chance) * n, n)
        assert found.low == pytest.approx((wilson.low - chance) / (1 - chance))
        assert found.high == pytest.approx((wilson.high - chance) / (1 - chance))


def test_score_interval_keeps_its_width() -> None:
    """When all units agree the score interval is as wide as the units are few."""
    for n in (1, 5, 50):
        found = agreement.percent_agreement(Ratings.from_matrix([[1, 1]] * n, [1, 2]), method="score")
        assert found.low == pytest.approx(n / (n + 1.959964**2), abs=1e-6)
        assert found.high == 1
        assert found.undefined_interval is None
        assert math.isnan(found.standard_error) == (n == 1)


def test_score_interval_of_clusters() -> None:
    """With clusters the units count as many as they are worth, after one further cluster of no agreement."""
    rows = [[1, 1]] * 6 + [[1, 2]] * 6

    def effective(cluster: Any, given: Any = rows) -> float:
        r = Ratings.from_matrix(given, [1, 2], cluster=cluster)
        return agreement.percent_agreement(r, method="score").n["effective"]

    assert effective(np.arange(12) // 3) == pytest.approx(4)
    assert effective(np.arange(12)) == pytest.approx(12)
    shares = np.array([2, 2, 1, 1, 0]) / 3
    assert effective(np.tile(np.arange(4), 3)) == pytest.approx(
        4 * shares.mean() * (1 - shares.mean()) / shares.var()
    )
    assert effective(np.arange(12) // 3, [[1, 1]] * 12) == pytest.approx(4)
    assert effective([*(np.arange(12) // 3), 9], [*rows, [1, None]]) == pytest.approx(4)


def test_one_rater_against_the_others() -> None:
    """The coefficient of one rater averages that rater's pairs and both distributions."""
    rows = np.array([[1, 1, 2], [2, 2, 2], [3, 3, np.nan], [1, 2, 3], [np.nan, 3, 3], [2, np.nan, np.nan]])
    r = Ratings.from_matrix(rows, [1, 2, 3])
    table = 1 - (np.arange(3)[:, None] - np.arange(3)) ** 2 / 4
    observed, mine, theirs = [], [], []
    for own, *others in rows:
        given = [int(x) - 1 for x in others if not np.isnan(x)]
        if np.isnan(own) or not given:
            continue
        observed.append(np.mean([table[int(own) - 1, x] for x in given]))
        mine.append(np.eye(3)[int(own) - 1])
        theirs.append(np.mean([np.eye(3)[x] for x in given], axis=0))
    share = (np.mean(mine, axis=0) + np.mean(theirs, axis=0)) / 2
    chance = table.sum() / 6 * (share * (1 - share)).sum()
    found = agreement.rater_agreement(r, 0)
    assert found.value == pytest.approx((np.mean(observed) - chance) / (1 - chance))
    n = found.n["effective"]
    wilson = proportions.wilson(np.mean(observed) * n, n)
    assert found.low == pytest.approx((wilson.low - chance) / (1 - chance))
    assert found.high == pytest.approx((wilson.high - chance) / (1 - chance))
    assert {**found.n, "effective": 0} == {
        "units": 4,
        "pairable": 4,
        "raters": 3,
        "ratings": 14,
        "effective": 0,
    }
    assert found.method == "score"


@pytest.mark.parametrize("method", ["score", "linearised", "jackknife", "bootstrap", None])
@pytest.mark.parametrize("clusters", [None, np.arange(30) // 3])
def test_of_two_raters_one_is_the_other(method: Any, clusters: NDArray[np.int64] | None) -> None:
    """With two raters the coefficient of either is Gwet's of both."""
    r = Ratings.from_matrix(sample(30, 2, gaps=0), [1, 2, 3, 4], cluster=clusters)
    for rater in (0, 1):
        one = agreement.rater_agreement(r, rater, "linear", method=method, seed=3)
        both = agreement.gwet_ac(r, "linear", method=method, seed=3)
        assert one.value == pytest.approx(both.value)
        if method != "bootstrap":
            assert one.standard_error == pytest.approx(both.standard_error, nan_ok=True)
            assert one.low == pytest.approx(both.low, nan_ok=True)
        assert dict(one.n) == pytest.approx(dict(both.n))


def test_a_rater_alone() -> None:
    """One rater, a rater without shared units and an unknown rater are told apart."""
    assert agreement.rater_agreement(Ratings.from_matrix([[1], [2]]), 0).undefined == Reason.of("ONE_RATER")
    apart = Ratings.from_matrix([[1, None], [None, 2]], [1, 2])
    assert agreement.rater_agreement(apart, 0).undefined == Reason.of("NO_UNITS")
    assert codes(lambda: agreement.rater_agreement(apart, "x")) == ["ratings.rater"]
    sparse = Ratings.from_long([0, *range(50)], ["x", *range(50)], [1, *[1, 2] * 25])
    assert agreement.rater_agreement(sparse, "x", "identity").value == 1


@pytest.mark.parametrize("coefficient", ALL)
def test_options_are_checked(coefficient: Coefficient) -> None:
    """Unknown and contradicting options are refused, all at once."""
    r = Ratings.from_matrix(sample())
    assert codes(lambda: coefficient(r, sampled="both", method="bootstrap", level=1.0, draws=0)) == [
        "options.level",
        "options.seed",
        "options.draws",
        "options.sampled",
    ]
    assert codes(lambda: coefficient(r, sampled="items", method="guess", level=0.0)) == [
        "options.sampled",
        "options.method",
        "options.level",
        "options.sampled",
    ]
    assert codes(lambda: coefficient(r, sampled="raters", method="score")) == ["options.sampled"]
    assert coefficient(r, method="bootstrap", seed=0, draws=1).undefined_interval is not None


def test_weights_are_checked() -> None:
    """Weights that are no weights, or need an order that is not there, are refused."""
    text = Ratings.from_matrix([["a", "b"], ["b", "b"]])
    numbers = Ratings.from_matrix([[1, 2], [2, 2]])
    kappa = agreement.fleiss_kappa
    assert codes(lambda: kappa(text, "linear")) == ["ratings.order"]
    assert codes(lambda: kappa(text, [[1, 0.5], [0.5, 1]])) == ["ratings.order"]
    assert kappa(text, np.eye(2)).value == kappa(text).value
    assert codes(lambda: agreement.adjacent_agreement(text)) == ["ratings.order"]
    assert codes(lambda: agreement.krippendorff_alpha(text, "ordinal")) == ["ratings.order"]
    assert codes(lambda: kappa(numbers, "cubic")) == ["weights.scheme"]
    unknown: Any = "cubic"
    assert codes(lambda: agreement.krippendorff_alpha(numbers, unknown)) == ["weights.metric"]
    assert codes(lambda: kappa(numbers, [[1, 0]])) == ["weights.shape"]
    assert codes(lambda: kappa(numbers, [[1.0, math.nan], [0.0, 1.0]])) == ["weights.shape"]
    broken: list[Any] = [[[1, 0.5], [0.4, 1]], [[0.9, 0.5], [0.5, 1]], [[1, 1.5], [1.5, 1]]]
    for matrix in broken:
        assert codes(partial(kappa, numbers, matrix)) == ["weights.matrix"]
    assert codes(lambda: agreement.adjacent_agreement(numbers, -1)) == ["agreement.tolerance"]
    below = Ratings.from_matrix([[-1, 2], [2, 2]])
    assert codes(lambda: kappa(below, "ratio")) == ["weights.ratio"]
    assert codes(lambda: agreement.krippendorff_alpha(below, "ratio")) == ["weights.ratio"]
    same = Ratings.from_matrix([["a", "b"], ["b", "b"]], ["a", "b"], values=[1, 1])
    assert codes(lambda: kappa(same, "linear")) == ["ratings.scale"]
    tied = Ratings.from_matrix([["a", "b"], ["b", "b"]], ["a", "b"], ranks=[1, 1])
    assert codes(lambda: kappa(tied, "ordinal")) == ["ratings.scale"]


def test_a_table_counts_its_units_all() -> None:
    """Variances from a table of counts have the divisor n, from ratings n - 1."""
    table = Ratings.from_table([[20, 5], [10, 15]])
    assert table.times is not None
    pairs = np.repeat(table.code.reshape(-1, 2), table.times, axis=0)
    rows = [[table.categories[c] for c in pair] for pair in pairs]
    for coefficient in ALL:
        counted, listed = coefficient(table), coefficient(Ratings.from_matrix(rows))
        assert counted.value == pytest.approx(listed.value)
        assert counted.standard_error == pytest.approx(listed.standard_error * math.sqrt(49 / 50))


def test_percentiles_of_the_bootstrap() -> None:
    """With many draws the limits are where a normal distribution has them, and leave equal tails."""
    r = Ratings.from_matrix(sample(300, gaps=0), [1, 2, 3, 4])
    found = agreement.percent_agreement(r, method="bootstrap", seed=2, draws=20_000, level=0.9)
    assert found.high - found.low == pytest.approx(2 * 1.6449 * found.standard_error, rel=0.04)
    assert found.high - found.value == pytest.approx(found.value - found.low, rel=0.1)
    assert found.notes == ()


def test_two_draws_tell_their_spread() -> None:
    """The standard error of two draws is their distance over the root of two."""
    r = Ratings.from_matrix(sample(20, gaps=0), [1, 2, 3, 4])
    found = agreement.percent_agreement(r, method="bootstrap", seed=2, draws=2, level=0.5)
    assert found.standard_error > 0
    assert found.standard_error == pytest.approx((found.high - found.low) / 0.5 / math.sqrt(2))
    lone = agreement.fleiss_kappa(r, method="bootstrap", seed=2, draws=1)
    assert lone.undefined_interval == Reason.of("UNDEFINED_DRAWS", undefined=0, draws=1)


@pytest.mark.parametrize("method", ["linearised", "jackknife", "bootstrap"])
def test_two_units_are_enough(method: Any) -> None:
    """Two units, or two clusters, have an interval."""
    rows = [[1, 1], [1, 2]]
    for clusters in (None, ["a", "b"]):
        r = Ratings.from_matrix(rows, [1, 2], cluster=clusters)
        assert agreement.percent_agreement(r, method=method, seed=1).undefined_interval is None
    three = Ratings.from_matrix([[1, 2, 1], [1, 1, 2]], [1, 2])
    assert agreement.percent_agreement(three, sampled="raters").undefined_interval is None


def test_results_do_not_need_the_last_category() -> None:
    """In long form, a last unit without the last category is read as well."""
    unit, rater = np.arange(60) // 2, np.arange(60)
    level = np.array([1, 1, 3, 2] * 15)
    r = Ratings.from_long(unit, rater, level, [1, 2, 3, 4, 5], cluster=unit // 3)
    assert r._grid is None
    assert agreement.percent_agreement(r).value == 0.5
    assert agreement.percent_agreement(r).n["clusters"] == 10
    others = agreement.rater_agreement(r, 59, "identity")
    assert others.n["units"] == 1
    assert others.value < 0


def test_score_interval_of_alpha_in_clusters() -> None:
    """The clusters of alpha add up the influence of their units."""
    rows = sample(12, 3)
    for metric in ("nominal", "ordinal", "interval"):
        alone = agreement.krippendorff_alpha(Ratings.from_matrix(rows, [1, 2, 3, 4]), metric, method="score")
        each = Ratings.from_matrix(rows, [1, 2, 3, 4], cluster=range(12))
        single = agreement.krippendorff_alpha(each, metric, method="score")
        assert (single.low, single.high) == pytest.approx((alone.low, alone.high))
        twice = Ratings.from_matrix(np.repeat(rows, 2, axis=0), [1, 2, 3, 4], cluster=np.arange(24) // 2)
        pairs = agreement.krippendorff_alpha(twice, metric, method="score")
        assert pairs.n["effective"] == pytest.approx(alone.n["effective"], rel=0.05)


def test_unpaired_units_do_not_weigh_on_clusters() -> None:
    """A unit without a pair changes nothing about the agreement of its cluster."""
    rows = [[1, 1]] * 6 + [[1, 2]] * 6
    clusters = list(np.arange(12) // 3)
    without = Ratings.from_matrix(rows, [1, 2], cluster=clusters)
    beside = Ratings.from_matrix([*rows, [1, None]], [1, 2], cluster=[*clusters, 3])
    for r in (without, beside):
        assert agreement.percent_agreement(r, method="score").n["effective"] == pytest.approx(4)


def test_level_of_one_rater() -> None:
    """The interval of one rater has the level that was asked for."""
    r = Ratings.from_matrix(sample(20, 3, gaps=0), [1, 2, 3, 4])
    wide, narrow = (agreement.rater_agreement(r, 0, level=level) for level in (0.99, 0.5))
    assert (wide.level, narrow.level) == (0.99, 0.5)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_default_tolerance_is_one_step() -> None:
    """Without a tolerance ratings one apart agree, two apart do not."""
    r = Ratings.from_matrix([[1, 2], [1, 3]], [1, 2, 3])
    assert agreement.adjacent_agreement(r).value == 0.5
    assert agreement.brennan_prediger(r, "linear").value == pytest.approx((0.25 - 5 / 9) / (4 / 9))


@pytest.mark.parametrize("coefficient", ALL)
def test_name_and_notes_are_always_there(coefficient: Coefficient) -> None:
    """With or without a value or an interval an estimate has its name, its counts and its notes."""
    full = coefficient(Ratings.from_matrix([[1, 2], [1, 1], [2, 2]]))
    alone = coefficient(Ratings.from_matrix([[1, 2], [1, 1], [2, 2]]), method=None)
    nothing = coefficient(Ratings.from_matrix([[1, None], [None, 2]]))
    assert full.name == alone.name == nothing.name != ""
    assert full.notes[:1] == alone.notes == nothing.notes != ()
    assert full.n == alone.n
    assert nothing.n["raters"] == 2


@pytest.mark.parametrize("coefficient", ALL)
def test_clustered_errors_by_hand(coefficient: Coefficient) -> None:
    """Repeating each unit within its cluster leaves the linearised error that the units had."""
    rows = sample(12, 3, gaps=0)
    once = coefficient(Ratings.from_matrix(rows, [1, 2, 3, 4]))
    twice = coefficient(
        Ratings.from_matrix(np.repeat(rows, 2, axis=0), [1, 2, 3, 4], cluster=np.repeat(np.arange(12), 2))
    )
    assert twice.standard_error == pytest.approx(once.standard_error, rel=0.03)
    if coefficient is not agreement.krippendorff_alpha:
        assert twice.standard_error == pytest.approx(once.standard_error)
