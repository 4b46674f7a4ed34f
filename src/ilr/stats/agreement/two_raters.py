"""Coefficients for exactly two raters: Cohen, Scott, Bangdiwala, and what prevalence and bias do to kappa.

Here belong the statistics of the contingency table of two raters. They count the units that both rated;
the options, which all coefficients share, are told in the package.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ilr.base.reasons import Reason
from ilr.stats import _apart, _coefficients
from ilr.stats._arrays import Floats
from ilr.stats._inference import Method, Options, Sampled, Statistic, estimate
from ilr.stats._patterns import Profiles
from ilr.stats._weights import Weights, named, weight_matrix
from ilr.stats.agreement._checks import refuse_score, require_binary, require_two
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = [
    "bangdiwala_b",
    "bias_index",
    "cohen_kappa",
    "maximum_kappa",
    "pabak",
    "prevalence_index",
    "scott_pi",
]


def cohen_kappa(
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
    """Cohen's kappa of two raters, each with their own margins (Cohen 1960; weighted Cohen 1968).

    Chance is the agreement of a draw from the first rater's categories with one from the second's. The
    linearised standard error is that of Fleiss, Cohen and Everitt (1969), which holds for any value of kappa,
    not only for zero. Units that one of the two did not rate are left out; `conger_kappa` keeps them for the
    margins.

    Args:
        r: the ratings of two raters, in categories.
        weights: as in `percent_agreement`.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where both raters used one and the same category only, or share no
        unit.

    Raises:
        InvalidInput: for unknown options, more than two raters, or weights that need an order the categories
            do not have.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> round(cohen_kappa(r).value, 4)
        0.4
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    matrix = weight_matrix(r, weights)
    pair = np.array([[0, 1]])
    name = named("cohen_kappa", weights)
    return _of_two(name, r, options, lambda both: _apart.mean_kappa(both, pair, matrix))


def scott_pi(
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
    """Scott's pi of two raters, with one margin for both (Scott 1955; weighted as Fleiss' kappa).

    Chance is the agreement of two draws from the categories of both raters together. It is `fleiss_kappa` of
    the units that both rated, and never above `cohen_kappa` with identity weights.

    Args:
        r: the ratings of two raters, in categories.
        weights: as in `percent_agreement`.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where only one category was used, or the raters share no unit.

    Raises:
        InvalidInput: for unknown options, more than two raters, or weights that need an order the categories
            do not have.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> round(scott_pi(r).value, 4)
        0.3939
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    matrix = weight_matrix(r, weights)
    return _of_pairs(named("scott_pi", weights), r, options, matrix, "marginal")


def bangdiwala_b(
    r: Ratings,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Bangdiwala's B: the agreed squares' share of the rectangles of the margins (Bangdiwala 1985).

    B is the sum over categories of the squared number of agreeing units, over the sum of products of both
    raters' numbers (Munoz & Bangdiwala 1997). It is no correction for chance: without any relation
    between raters it is the sum of products of their margins, not 0.

    Args:
        r: the ratings of two raters, in categories.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, 0 to 1; undefined where no category was used by both raters, or they share no unit.

    Raises:
        InvalidInput: for unknown options, the score method, which needs a share of agreement, or more than
            two raters.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> round(bangdiwala_b(r).value, 4)
        0.5
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    refuse_score("bangdiwala_b", method)
    return _of_two("bangdiwala_b", r, options, lambda both: _apart.bangdiwala(both, r.q))


def maximum_kappa(
    r: Ratings,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """The largest Cohen's kappa that the margins of two raters allow (Cohen 1960).

    Two raters who use the categories differently often cannot agree on every unit; kappa over this value says
    how much of the possible agreement they reached.

    Args:
        r: the ratings of two raters, in categories.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, 0 to 1; undefined where both raters used one and the same category only, or share no
        unit.

    Raises:
        InvalidInput: for unknown options, the score method, which needs a share of agreement, or more than
            two raters.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> round(maximum_kappa(r).value, 4)
        0.8
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    refuse_score("maximum_kappa", method)
    return _of_two("maximum_kappa", r, options, lambda both: _apart.maximum(both, r.q))


def pabak(
    r: Ratings,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Kappa adjusted for prevalence and bias: twice the agreement less 1 (Byrt, Bishop & Carlin 1993).

    It is the kappa of a table with the same agreement, in which both raters use both categories equally
    often, and `brennan_prediger` of two categories. Report `prevalence_index` and `bias_index` beside it:
    kappa = (PABAK - PI^2 + BI^2) / (1 - PI^2 + BI^2).

    Args:
        r: the ratings of two raters, in categories.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, -1 to 1; undefined where the raters share no unit.

    Raises:
        InvalidInput: for unknown options, more than two raters, or other than two categories.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> round(pabak(r).value, 4)
        0.4
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    require_binary("pabak", r)
    return _of_pairs("pabak", r, options, np.eye(2), "uniform")


def prevalence_index(
    r: Ratings,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """Units in the first category for both raters less those in the second, as a share (Byrt et al. 1993).

    Far from 0 one category prevails, and kappa is low however well raters agree.

    Args:
        r: the ratings of two raters, in categories.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, -1 to 1; undefined where the raters share no unit.

    Raises:
        InvalidInput: for unknown options, the score method, which needs a share of agreement, more than two
            raters, or other than two categories.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> round(prevalence_index(r).value, 4)
        0.1
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    return _index("prevalence_index", r, options, lambda first, second: 1.0 - first - second)


def bias_index(
    r: Ratings,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> Estimate:
    """How much more often the first rater chose the first category, as a share (Byrt et al. 1993).

    Far from 0 the raters differ in how freely they give the category, which raises kappa at equal agreement.
    `marginal_homogeneity` tests it.

    Args:
        r: the ratings of two raters, in categories.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, -1 to 1; undefined where the raters share no unit.

    Raises:
        InvalidInput: for unknown options, the score method, which needs a share of agreement, more than two
            raters, or other than two categories.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> round(bias_index(r).value, 4)
        -0.1
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    return _index("bias_index", r, options, lambda first, second: second - first)


def _of_two(
    name: str, r: Ratings, options: Options, make: Callable[[Profiles], Statistic | Reason]
) -> Estimate:
    require_two(name, r)

    def build(part: Ratings) -> Statistic | Reason:
        both = _apart.both_rated(part)
        return both if isinstance(both, Reason) else make(both)

    return estimate(name, r, build, options)


def _of_pairs(
    name: str, r: Ratings, options: Options, weights: Floats, chance: _coefficients.Chance
) -> Estimate:
    """A coefficient that pools the two raters, over the units that both rated."""
    require_two(name, r)

    def build(part: Ratings) -> Statistic | Reason:
        both = _apart.both_rated(part)
        if isinstance(both, Reason):
            return both
        patterns = part.patterns
        return _coefficients.pooled(patterns.keep(patterns.counts.sum(axis=1) == 2), weights, chance)

    return estimate(name, r, build, options)


def _index(name: str, r: Ratings, options: Options, share: Callable[[Floats, Floats], Floats]) -> Estimate:
    """The mean of a number from the two codes, 0 or 1."""
    refuse_score(name, options.method)
    require_binary(name, r)

    def make(both: Profiles) -> Statistic | Reason:
        first, second = both.codes.T.astype(np.float64)
        return _apart.ratio(
            both,
            share(first, second),
            np.ones(len(first)),
            agreement=(first == second).astype(np.float64),
            empty=Reason.of("NO_UNITS"),
            floor=-1.0,
        )

    return _of_two(name, r, options, make)
