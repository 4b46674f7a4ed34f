"""Coefficients that do not tell raters apart: every pair of ratings of a unit counts alike.

Here belong percent agreement, the kappas with pooled margins, Gwet's, Brennan and Prediger's and
Krippendorff's coefficients, and one rater against the pooled others. The options, which all coefficients
share, are told in the package.
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from ilr.base.errors import Checker, listed
from ilr.base.reasons import Reason
from ilr.stats import _coefficients
from ilr.stats._coefficients import Prevalence
from ilr.stats._inference import Method, Options, Sampled, Statistic, estimate
from ilr.stats._weights import Metric, Weights, metric_matrix, named, scheme_name, weight_matrix
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = [
    "adjacent_agreement",
    "brennan_prediger",
    "fleiss_kappa",
    "gwet_ac",
    "krippendorff_alpha",
    "percent_agreement",
    "rater_agreement",
    "weighted_alpha",
]

_PREVALENCES = ("units", "pairable", "ratings")


def percent_agreement(
    r: Ratings,
    weights: Weights = "identity",
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Share of agreeing pairs of ratings, averaged over units with at least two (Gwet 2014, eq. 2.12).

    Args:
        r: the ratings.
        weights: credit for near agreement: identity, linear, quadratic, ordinal, radical, ratio, circular,
            bipolar, or a symmetric q x q matrix with 1 on the diagonal.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, 0 to 1; undefined without a pair of ratings.

    Raises:
        InvalidInput: for unknown options, or weights that need an order the categories do not have.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [1, 2], [2, 2], [2, 2]])
        >>> percent_agreement(r).value
        0.75
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    return _pooled("percent_agreement", r, weights, "none", options)


def adjacent_agreement(
    r: Ratings,
    tolerance: float = 1,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Share of pairs of ratings that are no further apart than the tolerance.

    Args:
        r: the ratings, in ordered categories.
        tolerance: largest difference that counts as agreement, in the unit of `Ratings.values`.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, 0 to 1; undefined without a pair of ratings.

    Raises:
        InvalidInput: for unknown options, a negative tolerance, or categories without an order.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [1, 2], [2, 4], [3, 4]])
        >>> adjacent_agreement(r).value
        0.75
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    check = Checker("adjacent_agreement")
    check(tolerance >= 0, "agreement.tolerance", "tolerance", "is negative", expected="from 0")
    check.done()
    weight_matrix(r, "linear")
    near = np.abs(r.values[:, None] - r.values[None, :]) <= tolerance * (1 + 1e-9)
    name = f"adjacent_agreement[{tolerance:g}]"
    weights = near.astype(np.float64)
    return estimate(name, r, lambda part: _coefficients.pooled(part.patterns, weights, "none"), options)


def fleiss_kappa(
    r: Ratings,
    weights: Weights = "identity",
    *,
    prevalence: Prevalence = "units",
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Fleiss' kappa for any number of raters (Fleiss 1971; with gaps and weights Gwet 2014, ch. 2 and 5).

    Chance is the agreement of two draws from the distribution of categories. With gaps there is no one
    definition of it: `prevalence` says which. Agreement averages over units with a pair in each. For two
    raters without gaps it is Scott's pi.

    Args:
        r: the ratings.
        weights: as in `percent_agreement`.
        prevalence: over what the share of a category is taken, where units differ in their ratings: the mean
            of the shares in all rated units (``units``, as Gwet does), in the units with two ratings or more
            (``pairable``), or the share among all ratings (``ratings``).
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where only one category was used.

    Raises:
        InvalidInput: for unknown options, or weights that need an order the categories do not have.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [1, 2], [2, 2], [2, 2]])
        >>> round(fleiss_kappa(r).value, 4)
        0.4667
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    return _pooled("fleiss_kappa", r, weights, "marginal", options, prevalence)


def gwet_ac(
    r: Ratings,
    weights: Weights = "identity",
    *,
    prevalence: Prevalence = "units",
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Gwet's AC1 with identity weights, AC2 with any other (Gwet 2008; 2014, ch. 4 and 5).

    Chance is the weight of a random rating given that it was random, so that it does not grow when nearly
    all units fall into one category.

    Args:
        r: the ratings.
        weights: as in `percent_agreement`.
        prevalence: over what the share of a category is taken, where units differ in their ratings: the mean
            of the shares in all rated units (``units``, as Gwet does), in the units with two ratings or more
            (``pairable``), or the share among all ratings (``ratings``).
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where the domain holds only one category. Where all ratings fall
        into one category of several it is 1.

    Raises:
        InvalidInput: for unknown options, or weights that need an order the categories do not have.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [1, 2], [2, 2], [2, 2]])
        >>> round(gwet_ac(r).value, 4)
        0.5294
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    name = "gwet_ac1" if scheme_name(weights) == "identity" else "gwet_ac2"
    return _pooled(name, r, weights, "gwet", options, prevalence)


def brennan_prediger(
    r: Ratings,
    weights: Weights = "identity",
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Brennan-Prediger coefficient: chance spreads evenly over the categories (Brennan & Prediger 1981).

    For two raters Bennett's S, for more Randolph's free-marginal kappa; weighted as in Gwet 2014, ch. 4.

    Args:
        r: the ratings.
        weights: as in `percent_agreement`.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where the domain holds only one category.

    Raises:
        InvalidInput: for unknown options, or weights that need an order the categories do not have.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [1, 2], [2, 2], [2, 2]])
        >>> brennan_prediger(r).value
        0.5
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    return _pooled("brennan_prediger", r, weights, "uniform", options)


def krippendorff_alpha(
    r: Ratings,
    metric: Metric = "nominal",
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Krippendorff's alpha: observed against expected disagreement (Krippendorff 2004, ch. 11; 2011).

    The ordinal metric is Krippendorff's own, by ranks of the ratings given; the ordinal weights of the other
    coefficients are something else, for which there is `weighted_alpha`. The standard error follows every
    rating through observed and expected disagreement, and through the ordinal metric. It is Gwet's (2014) as
    irrCAC 1.4 computes it from ratings; irrCAC 1.0, and its function for tables of counts to this day, count
    the chance term once instead of twice and differ in the third decimal.

    Args:
        r: the ratings; units with fewer than two ratings are left out.
        metric: nominal, ordinal, interval, ratio, circular or bipolar.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where only one category was used.

    Raises:
        InvalidInput: for unknown options, or a metric that needs an order the categories do not have.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [1, 2], [2, 2], [2, 2]])
        >>> round(krippendorff_alpha(r).value, 4)
        0.5333
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    fixed = metric_matrix(r, metric)
    squares = None if metric == "ordinal" else fixed
    name = f"krippendorff_alpha[{metric}]"
    return estimate(name, r, lambda part: _coefficients.alpha(part.patterns, squares), options)


def weighted_alpha(
    r: Ratings,
    weights: Weights,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Alpha with a matrix of agreement weights in place of Krippendorff's metrics (Gwet 2014, ch. 2 and 3).

    Disagreement is 1 less the weight. Identity, quadratic, ratio, circular and bipolar weights give
    `krippendorff_alpha` with the metric nominal, interval, ratio, circular and bipolar. Ordinal weights do not
    give its ordinal metric, and no metric gives the alpha of linear or radical weights.

    Args:
        r: the ratings; units with fewer than two ratings are left out.
        weights: as in `percent_agreement`.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where only one category was used.

    Raises:
        InvalidInput: for unknown options, or weights that need an order the categories do not have.

    Example:
        >>> r = Ratings.from_matrix([[1, 1], [1, 2], [2, 2], [2, 2]])
        >>> round(weighted_alpha(r, "identity").value, 4)
        0.5333
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    squares = 1.0 - weight_matrix(r, weights)
    name = f"weighted_alpha[{scheme_name(weights)}]"
    return estimate(name, r, lambda part: _coefficients.alpha(part.patterns, squares), options)


def rater_agreement(
    r: Ratings,
    rater: Hashable,
    weights: Weights = "quadratic",
    *,
    method: Method = "score",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Gwet's coefficient of one rater with the pooled others.

    Agreement averages, over the units the rater shares with somebody, the credit of the pairs of that rater
    and each other; chance takes the mean of the rater's distribution of categories and that of the pooled
    others. With exactly two raters it is `gwet_ac` over the units that both rated.

    Args:
        r: the ratings.
        rater: label of the rater, one of `Ratings.raters`.
        weights: as in `percent_agreement`.
        method: score (default, for few units), linearised, jackknife, bootstrap, bca, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined with one rater, or where the rater shares no unit with another.

    Raises:
        InvalidInput: for an unknown rater or option, or weights that need an order the categories lack.

    Example:
        >>> r = Ratings.from_matrix([[1, 1, 1], [1, 2, 2], [2, 2, 2], [2, 2, 1]])
        >>> round(rater_agreement(r, 0, "identity").value, 4)
        0.2615
    """
    options = Options(method=method, level=level, seed=seed, draws=draws, population=population)
    matrix = weight_matrix(r, weights)

    def build(part: Ratings) -> Statistic | Reason:
        if part.n_raters < 2:
            return Reason.of("ONE_RATER")
        return _coefficients.one_against_others(part.patterns_against(rater), matrix, "gwet")

    return estimate(f"rater_agreement[{scheme_name(weights)}]", r, build, options)


def _pooled(
    name: str,
    r: Ratings,
    weights: Weights,
    chance: _coefficients.Chance,
    options: Options,
    prevalence: Prevalence = "units",
) -> Estimate:
    check = Checker(name)
    check(
        prevalence in _PREVALENCES,
        "agreement.prevalence",
        "prevalence",
        "is unknown",
        expected=listed(_PREVALENCES),
    )
    check.done()
    matrix = weight_matrix(r, weights)

    def build(part: Ratings) -> Statistic | Reason:
        return _coefficients.pooled(part.patterns, matrix, chance, prevalence)

    return estimate(named(name, weights), r, build, options)
