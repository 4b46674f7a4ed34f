"""Coefficients for many raters that keep a margin for each: Conger's and Light's.

Here belong the coefficients that tell more than two raters apart. The options, which all coefficients
share, are told in the package.
"""

from __future__ import annotations

import attrs

from ilr.base.errors import Checker
from ilr.base.reasons import Reason
from ilr.stats import _apart
from ilr.stats._inference import Method, Options, Sampled, Statistic, estimate
from ilr.stats._weights import Weights, named, weight_matrix
from ilr.stats.agreement._checks import refuse_score
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = ["conger_kappa", "light_kappa"]

_ROOM = 1 << 26


def conger_kappa(
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
    """Conger's kappa: Cohen's kappa for any number of raters (Conger 1980; with gaps Gwet 2014, ch. 5).

    Agreement averages the share of agreeing pairs over units with at least two ratings; chance averages the
    agreement of two draws over every two different raters, a rater's margins being the shares among that
    rater's own ratings. For two raters without gaps it is Cohen's kappa. Raters without a rating are left
    out.

    Args:
        r: the ratings, with gaps or without.
        weights: as in `percent_agreement`.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, score, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where only one category was used, or no unit has two ratings.

    Raises:
        InvalidInput: for unknown options, or weights that need an order the categories do not have.

    Example:
        >>> r = Ratings.from_matrix([[1, 1, 1], [1, 2, 1], [2, 2, 2], [2, 2, 1]])
        >>> round(conger_kappa(r).value, 4)
        0.3846
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    matrix = weight_matrix(r, weights)

    def build(part: Ratings) -> Statistic | Reason:
        if part.n_rated_units == 0:
            return Reason.of("NO_UNITS")
        return _apart.conger(_apart.rated(part.profiles), matrix)

    return estimate(named("conger_kappa", weights), r, build, options)


def light_kappa(
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
    """Light's kappa: the mean of the Cohen's kappas of every two raters (Light 1971; Conger 1980).

    Each pair counts alike, over the units that both rated. Pairs without a common unit, or without a kappa
    because both used one and the same category, are left out and counted in `PAIRS_LEFT_OUT`.

    Args:
        r: the ratings, with gaps or without.
        weights: as in `percent_agreement`.
        sampled: what the interval treats as a sample: units, raters or both.
        method: linearised, jackknife, bootstrap, bca, or None.
        level: coverage of the interval, 0 to 1.
        seed: seed of the bootstrap.
        draws: number of bootstrap samples.
        population: number of units that the sample was drawn from, for the finite population correction.

    Returns:
        The estimate, at most 1; undefined where no pair of raters has a kappa.

    Raises:
        InvalidInput: for unknown options, the score method, which needs a share of agreement, or weights that
            need an order the categories do not have; and for some hundred raters of many units, whose
            pairs are too many.

    Example:
        >>> r = Ratings.from_matrix([[1, 1, 1], [1, 2, 1], [2, 2, 2], [2, 2, 1]])
        >>> round(light_kappa(r).value, 4)
        0.4
    """
    options = Options(
        sampled=sampled, method=method, level=level, seed=seed, draws=draws, population=population
    )
    refuse_score("light_kappa", method)
    matrix = weight_matrix(r, weights)

    def build(part: Ratings) -> Statistic | Reason:
        _require_few_pairs(part)
        if part.n_rated_units == 0:
            return Reason.of("NO_UNITS")
        if part.n_raters < 2:
            return Reason.of("ONE_RATER")
        return _apart.light(part.profiles, matrix)

    name = named("light_kappa", weights)
    found = estimate(name, r, build, options)
    if found.undefined is not None:
        return found
    _, pairs, left_out = _apart.pairs_with_kappa(r.profiles, matrix)
    note = Reason.of("PAIRS_LEFT_OUT", undefined=left_out, pairs=left_out + len(pairs))
    return attrs.evolve(found, notes=(*found.notes, note)) if left_out else found


def _require_few_pairs(r: Ratings) -> None:
    """Refuse so many pairs of raters that their tables for all profiles would fill the memory."""
    numbers = len(r.profiles.times) * r.n_raters * (r.n_raters - 1) * (r.q + 1)
    check = Checker("light_kappa")
    check(
        numbers <= _ROOM,
        "agreement.pairs",
        "r",
        "has too many pairs of raters",
        hint="take every two raters with pairwise, or fewer raters with `of_raters`",
    )
    check.done()
