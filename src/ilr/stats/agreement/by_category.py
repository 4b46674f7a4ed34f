"""Agreement on each category by itself.

Here belong the coefficients that give one estimate for every category. The options, which all coefficients
share, are told in the package.
"""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.stats import _apart, _coefficients
from ilr.stats._arrays import shares
from ilr.stats._inference import Method, Options, Sampled, Statistic, estimate
from ilr.stats._patterns import Patterns
from ilr.stats.agreement._checks import refuse_score
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = ["category_agreement", "category_kappa"]


def category_agreement(
    r: Ratings,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> FrozenMap[Hashable, Estimate]:
    """Specific agreement: given one rating in a category, the share of the others that are in it too.

    The sum over units of r_k (r_k - 1) over that of r_k (r - 1), r ratings of the unit, r_k of them in the
    category (Spitzer & Fleiss 1974; Uebersax 1982); for two raters 2 a / (2 a + b + c). Of two categories
    the two values are positive and negative agreement (Cicchetti & Feinstein 1990). Nothing is corrected for
    chance.

    Args:
        r: the ratings, with gaps or without; any number of raters.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        An estimate, 0 to 1, for every category of the domain, in its order; undefined where no unit with two
        ratings has one in the category. `pairable` counts the units that have.

    Raises:
        InvalidInput: for unknown options, or the score method, whose limits are for a mean over units.

    Example:
        >>> r = Ratings.from_table([[20, 5], [10, 15]], categories=["yes", "no"])
        >>> {level: round(found.value, 4) for level, found in category_agreement(r).items()}
        {'yes': 0.7273, 'no': 0.6667}
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    refuse_score("category_agreement", method)

    def of(category: int) -> Estimate:
        name = f"category_agreement[{r.categories[category]}]"
        return estimate(name, r, lambda part: _specific(part.patterns, category), options)

    return FrozenMap({label: of(category) for category, label in enumerate(r.categories)})


def category_kappa(
    r: Ratings,
    *,
    sampled: Sampled = "units",
    method: Method = "linearised",
    level: float = 0.95,
    seed: int | None = None,
    draws: int = 1000,
    population: int | None = None,
) -> FrozenMap[Hashable, Estimate]:
    """Fleiss' kappa of each category against all others (Fleiss 1971; with gaps as `fleiss_kappa`).

    Without gaps the mean of the values by p_k (1 - p_k), p_k the share of the category, is `fleiss_kappa`.

    Args:
        r: the ratings, with gaps or without; any number of raters.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        An estimate, at most 1, for every category of the domain, in its order; undefined where no rating or
        every rating is in the category.

    Raises:
        InvalidInput: for unknown options.

    Example:
        >>> r = Ratings.from_matrix([[1, 1, 1], [1, 2, 3], [2, 2, 2], [3, 3, 1]], categories=[1, 2, 3])
        >>> {level: round(found.value, 4) for level, found in category_kappa(r).items()}
        {1: 0.3143, 2: 0.625, 3: 0.1111}
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )

    def of(category: int) -> Estimate:
        name = f"category_kappa[{r.categories[category]}]"
        return estimate(name, r, lambda part: _against_rest(part.patterns, category), options)

    return FrozenMap({label: of(category) for category, label in enumerate(r.categories)})


def _specific(patterns: Patterns, category: int) -> Statistic | Reason:
    ratings, chosen = patterns.counts.sum(axis=1), patterns.counts[:, category]
    if patterns.n_units == 0:
        return Reason.of("NO_UNITS")
    if not (ratings > 1).any():
        return Reason.of("NO_PAIRS", units=patterns.n_units)
    top, bottom = chosen * (chosen - 1), chosen * (ratings - 1)
    return _apart.ratio(
        patterns, top, bottom, agreement=shares(top, bottom), empty=Reason.of("UNUSED_CATEGORY")
    )


def _against_rest(patterns: Patterns, category: int) -> Statistic | Reason:
    chosen = patterns.counts[:, [category]]
    rest = patterns.counts.sum(axis=1, keepdims=True) - chosen
    if patterns.n_units and not chosen.any():
        return Reason.of("UNUSED_CATEGORY")
    two = Patterns(counts=np.hstack([chosen, rest]), times=patterns.times, cells=patterns.cells)
    return _coefficients.pooled(two, np.eye(2), "marginal")
