"""The statistics behind the coefficients of agreement: value, influence and chance term by pattern.

Here belongs the algebra of each family. Not here: options and intervals, which are one for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, shares
from ilr.stats._inference import Statistic
from ilr.stats._patterns import Patterns

__all__ = [
    "NEARLY_ONE",
    "Chance",
    "Prevalence",
    "alpha",
    "chance_corrected",
    "one_against_others",
    "pair_agreement",
    "pooled",
]

Chance: TypeAlias = Literal["none", "marginal", "gwet", "uniform"]
Prevalence: TypeAlias = Literal["units", "pairable", "ratings"]

NEARLY_ONE = 1.0 - 1e-12
"""Chance agreement from here on leaves nothing to correct."""


def pooled(
    patterns: Patterns, weights: Floats, chance: Chance, prevalence: Prevalence = "units"
) -> Statistic | Reason:
    """Agreement of every pair of raters alike, corrected for chance or not."""
    counts = patterns.counts
    ratings = counts.sum(axis=1)
    agreement = pair_agreement(counts, weights)
    sizes = {"units": np.ones(len(counts)), "pairable": (ratings > 1) * 1.0, "ratings": ratings}
    distribution = counts / ratings[:, None]
    return chance_corrected(patterns, agreement, distribution, weights, chance, size=sizes[prevalence])


def pair_agreement(counts: Floats, weights: Floats) -> Floats:
    """Weighted share of agreeing pairs of ratings of a unit, NaN without a pair, (P, q) to (P,)."""
    ratings = counts.sum(axis=1)
    agreeing = ((counts @ weights - np.diag(weights)) * counts).sum(axis=1)
    return shares(agreeing, ratings * (ratings - 1))


def one_against_others(patterns: Patterns, weights: Floats, chance: Chance) -> Statistic | Reason:
    """Agreement of one rater with the pooled others, over the units that both rated."""
    own, others = patterns.own, patterns.counts
    theirs = others / others.sum(axis=1, keepdims=True)
    agreement = (weights[own] * theirs).sum(axis=1)
    distribution = (theirs + np.eye(len(weights))[own]) / 2
    return chance_corrected(patterns, agreement, distribution, weights, chance)


def chance_corrected(
    patterns: Patterns,
    agreement: Floats,
    distribution: Floats,
    weights: Floats,
    chance: Chance,
    *,
    size: Floats | None = None,
) -> Statistic | Reason:
    """(pa - pe) / (1 - pe) with Gwet's influence values (Gwet 2014, ch. 5).

    The observed part is averaged over units with a pair, the distribution of categories over all units by
    their size; the number of units with a pair is held fixed, as in Gwet's variance.

    Args:
        patterns: the table, P patterns.
        agreement: weighted agreement of a unit, shape (P,), NaN without a pair.
        distribution: share of each category in a unit, shape (P, q).
        weights: agreement weights, shape (q, q).
        chance: whose chance term: ``marginal`` (Fleiss, Scott), ``gwet``, ``uniform`` (Brennan-Prediger).
        size: what a unit weighs in the distribution of categories, shape (P,); 1 where None.
    """
    if patterns.n_units == 0:
        return Reason.of("NO_UNITS")
    paired = ~np.isnan(agreement)
    if not paired.any():
        return Reason.of("NO_PAIRS", units=patterns.n_units)
    observed = np.where(paired, agreement, 0.0)
    size = np.ones(len(observed)) if size is None else size
    expected, by_unit = _chance_term(weights, chance)
    rows = np.column_stack([observed, paired, size, distribution * size[:, None]])
    total = patterns.times @ rows
    mean = total[0] / total[1]
    prevalence = total[3:] / total[2]
    pe = float(expected(prevalence[None, :])[0])
    if pe > NEARLY_ONE:
        return Reason.of("ONE_CATEGORY", categories=len(weights))

    def value(totals: Floats) -> Floats:
        chance_of = expected(shares(totals[:, 3:], totals[:, 2:3]))
        defined = np.where(chance_of > NEARLY_ONE, 0.0, 1.0 - chance_of)
        return shares(shares(totals[:, 0], totals[:, 1]) - chance_of, defined)

    kappa = (mean - pe) / (1 - pe)
    n = patterns.n_units
    first = n / total[1] * (observed - pe * paired) / (1 - pe) - kappa
    share = n * size / total[2]
    second = 2 * (1 - kappa) * share * (by_unit(distribution, prevalence) - pe) / (1 - pe)
    return Statistic(
        patterns=patterns,
        rows=rows,
        value=value,
        influence=first - second,
        agreement=agreement,
        mean=float(mean),
        chance=pe,
        floor=0.0 if chance == "none" else -np.inf,
    )


def _chance_term(
    weights: Floats, chance: Chance
) -> tuple[Callable[[Floats], Floats], Callable[[Floats, Floats], Floats]]:
    """Chance agreement from prevalences, and the share of it that falls to a unit."""
    q = len(weights)
    if chance == "marginal":
        return (
            lambda prevalence: ((prevalence @ weights) * prevalence).sum(axis=1),
            lambda distribution, prevalence: distribution @ (weights @ prevalence),
        )
    if chance == "gwet" and q > 1:
        scale = float(weights.sum()) / (q * (q - 1))
        return (
            lambda prevalence: scale * (prevalence * (1 - prevalence)).sum(axis=1),
            lambda distribution, prevalence: scale * (distribution @ (1 - prevalence)),
        )
    fixed = 0.0 if chance == "none" else float(weights.mean())
    return (
        lambda prevalence: np.full(len(prevalence), fixed),
        lambda distribution, _: np.full(len(distribution), fixed),
    )


def alpha(patterns: Patterns, metric: Floats | None) -> Statistic | Reason:
    """Krippendorff's alpha from coincidences (Krippendorff 2011), with its influence values.

    With o the coincidences, n the margins and N their sum, alpha is 1 - (N - 1) A / B where A sums o d and
    B sums n n d over pairs of categories. The ordinal d is the squared distance of mean ranks, which are
    linear in the margins; so both sums are differentiated through d as well. The influence is that of
    1 - N A / B: the small-sample factor has no sampling variance, and this is the published standard error
    (Gwet 2014, ch. 5).

    Args:
        patterns: the table; units with fewer than two ratings are left out.
        metric: squared differences, shape (q, q), or None for the ordinal metric.
    """
    if patterns.n_units == 0:
        return Reason.of("NO_UNITS")
    units = patterns.n_units
    patterns = patterns.keep(patterns.counts.sum(axis=1) > 1)
    if patterns.n_units == 0:
        return Reason.of("NO_PAIRS", units=units)
    counts = patterns.counts
    q = counts.shape[1]
    others = counts.sum(axis=1)[:, None, None] - 1
    # The diagonal holds pairs of a rating with itself too, which differ by nothing.
    pairs = counts[:, :, None] * counts[:, None, :] / others
    if metric is None:
        rows = np.column_stack([counts, pairs.reshape(len(counts), q * q)])
    else:
        rows = np.column_stack([counts, (pairs * metric).sum(axis=(1, 2))])
    total = patterns.times @ rows
    margins = total[:q]
    value = _alpha_value(q, metric)
    result = float(value(total[None, :])[0])
    if np.isnan(result):
        return Reason.of("ONE_CATEGORY", categories=q)

    size = margins.sum()
    squares = _rank_distances(margins[None, :])[0] if metric is None else metric
    coincidence = (rows[:, q:] @ squares.ravel()) if metric is None else rows[:, q]
    found = float(patterns.times @ coincidence)
    expected = float(margins @ squares @ margins)
    found_slope = coincidence
    expected_slope = 2 * (counts @ (squares @ margins))
    if metric is None:
        ranks = _mean_ranks(margins[None, :])[0]
        moved = _mean_ranks(counts)
        gaps = ranks[:, None] - ranks[None, :]
        found_slope = found_slope + 4 * moved @ (total[q:].reshape(q, q) * gaps).sum(axis=1)
        expected_slope = expected_slope + 4 * moved @ (margins * (gaps @ margins))
    slope = -(
        counts.sum(axis=1) * found / expected
        + size * (found_slope / expected - found * expected_slope / expected**2)
    )

    largest = float(squares.max())
    chance = 1 - expected / (size * (size - 1)) / largest
    per_pair = (pairs * squares).sum(axis=(1, 2)) / counts.sum(axis=1)
    return Statistic(
        patterns=patterns,
        rows=rows,
        value=value,
        influence=patterns.n_units * slope,
        agreement=1 - per_pair / largest,
        mean=1 - found / size / largest,
        chance=chance,
    )


def _alpha_value(q: int, metric: Floats | None) -> Callable[[Floats], Floats]:
    unit = 1.0 if metric is None else float(metric.max())

    def value(totals: Floats) -> Floats:
        margins = totals[:, :q]
        size = margins.sum(axis=1)
        if metric is None:
            squares = _rank_distances(margins)
            found = (totals[:, q:].reshape(-1, q, q) * squares).sum(axis=(1, 2))
            expected = np.einsum("bk,bl,bkl->b", margins, margins, squares)
        else:
            found = totals[:, q]
            expected = ((margins @ metric) * margins).sum(axis=1)
        negligible = expected <= 1e-12 * unit * size**2
        return 1 - shares((size - 1) * found, np.where(negligible, 0.0, expected))

    return value


def _mean_ranks(margins: Floats) -> Floats:
    """Mean rank of the ratings in each category, up to a constant, shape (B, q)."""
    out: Floats = np.cumsum(margins, axis=1) - margins / 2
    return out


def _rank_distances(margins: Floats) -> Floats:
    """Krippendorff's ordinal metric for given margins, shape (B, q, q)."""
    ranks = _mean_ranks(margins)
    out: Floats = (ranks[:, :, None] - ranks[:, None, :]) ** 2
    return out
