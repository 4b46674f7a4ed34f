"""The statistics behind coefficients that tell raters apart: value, influence and chance term by profile.

Here belongs the algebra of coefficients with a margin for each rater, and of shares. Not here: coefficients
of pooled raters, and the options, which are one for all.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, Ints, shares
from ilr.stats._coefficients import NEARLY_ONE, pair_agreement
from ilr.stats._inference import Statistic
from ilr.stats._patterns import Distinct, Profiles, Units, meetings
from ilr.stats.ratings import Ratings

__all__ = [
    "bangdiwala",
    "both_rated",
    "conger",
    "light",
    "maximum",
    "mean_kappa",
    "pairs_with_kappa",
    "rated",
    "ratio",
]


def both_rated(r: Ratings) -> Profiles | Reason:
    """The profiles of the units that both of two raters rated, or why there are none."""
    if r.n_rated_units == 0:
        return Reason.of("NO_UNITS")
    if r.n_raters < 2:
        return Reason.of("ONE_RATER")
    profiles = r.profiles
    both = profiles.keep(np.all(profiles.codes >= 0, axis=1))
    return both if both.n_units else Reason.of("NO_PAIRS", units=r.n_rated_units)


def ratio(
    table: Distinct, top: Floats, bottom: Floats, *, agreement: Floats, empty: Reason, floor: float = 0.0
) -> Statistic | Reason:
    """A ratio of two sums over units.

    Args:
        table: the distinct kinds of units, P of them.
        top: what a unit adds to the numerator, shape (P,).
        bottom: what it adds to the denominator, shape (P,).
        agreement: agreement of a unit, shape (P,), NaN where it does not count.
        empty: why there is no value where the denominator is zero.
        floor: the least value that the ratio can take.
    """
    rows = np.column_stack([top, bottom])
    above, below = table.times @ rows
    if below == 0:
        return empty
    value = float(above / below)
    return Statistic(
        patterns=table,
        rows=rows,
        value=lambda totals: shares(totals[:, 0], totals[:, 1]),
        influence=table.n_units * (top - value * bottom) / below,
        agreement=agreement,
        mean=value,
        chance=0.0,
        floor=floor,
    )


def mean_kappa(profiles: Profiles, pairs: Ints, weights: Floats) -> Statistic | Reason:
    """Mean of the kappas of pairs of raters, each over the units that both rated (Cohen 1968; Light 1971).

    With one pair this is Cohen's kappa, and its influence values have the variance of Fleiss, Cohen and
    Everitt (1969).

    Args:
        profiles: the table, P profiles; every unit was rated by one of the pairs.
        pairs: numbers of the two raters of each pair, shape (K, 2); each pair shares a unit.
        weights: agreement weights, shape (q, q).
    """
    q = len(weights)
    first, second = profiles.codes[:, pairs[:, 0]], profiles.codes[:, pairs[:, 1]]
    both = (first >= 0) & (second >= 0)
    credit = np.where(both, weights[first, second], 0.0)
    chosen = np.eye(q)
    rows = np.concatenate(
        [
            credit[..., None],
            both[..., None],
            chosen[first] * both[..., None],
            chosen[second] * both[..., None],
        ],
        axis=2,
    )
    width = rows.shape[2]

    def parts(totals: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        by_pair = totals.reshape(-1, len(pairs), width)
        size = by_pair[..., 1]
        margins = shares(by_pair[..., 2:], size[..., None])
        one, two = margins[..., :q], margins[..., q:]
        return shares(by_pair[..., 0], size), ((one @ weights) * two).sum(axis=2), one, two

    def value(totals: Floats) -> Floats:
        observed, expected, _, _ = parts(totals)
        defined = np.where(expected > NEARLY_ONE, 0.0, 1.0 - expected)
        kappas = shares(observed - expected, defined)
        known = ~np.isnan(kappas)
        return shares(np.where(known, kappas, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))

    flat = rows.reshape(len(rows), -1)
    totals = profiles.times @ flat
    observed, expected, one, two = (part[0] for part in parts(totals[None, :]))
    if (expected > NEARLY_ONE).any():
        return Reason.of("ONE_CATEGORY", categories=q)
    kappa = (observed - expected) / (1 - expected)
    places = np.arange(len(pairs))
    by_unit = (weights @ two.T).T[places, first] + (one @ weights)[places, second]
    slope = (credit - observed - (1 - kappa) * (by_unit - 2 * expected)) / (1 - expected)
    size = totals.reshape(len(pairs), width)[:, 1]
    return Statistic(
        patterns=profiles,
        rows=flat,
        value=value,
        influence=(profiles.n_units / size * slope * both).mean(axis=1),
        agreement=shares(credit.sum(axis=1), both.sum(axis=1).astype(np.float64)),
        mean=float(observed.mean()),
        chance=float(expected.mean()),
    )


def pairs_with_kappa(profiles: Profiles, weights: Floats) -> tuple[Profiles, Ints, int]:
    """The pairs of raters that have a kappa.

    Returns:
        The profiles rated by one of them; the pairs, shape (K, 2); and how many pairs have none.
    """
    n_raters, q = profiles.codes.shape[1], len(weights)
    profile, rater = np.nonzero(profiles.codes >= 0)
    units = Units(n=len(profiles.codes), times=profiles.times.astype(np.int64), cluster=None, n_clusters=0)
    met = meetings(profile.astype(np.int32), rater.astype(np.int32), profiles.codes[profile, rater], units)
    pairs, tables = met.tables(q)
    size = tables.sum(axis=(1, 2))
    chance = ((tables.sum(axis=2) @ weights) * tables.sum(axis=1)).sum(axis=1) / size**2
    pairs = pairs[chance <= NEARLY_ONE]
    given = profiles.codes >= 0
    of_a_pair: NDArray[np.bool_] = np.any(given[:, pairs[:, 0]] & given[:, pairs[:, 1]], axis=1)
    return profiles.keep(of_a_pair), pairs, n_raters * (n_raters - 1) // 2 - len(pairs)


def light(profiles: Profiles, weights: Floats) -> Statistic | Reason:
    """The mean kappa of the pairs that have one."""
    kept, pairs, _ = pairs_with_kappa(profiles, weights)
    if len(pairs):
        return mean_kappa(kept, pairs, weights)
    if ((profiles.codes >= 0).sum(axis=1) > 1).any():
        return Reason.of("ONE_CATEGORY", categories=len(weights))
    return Reason.of("NO_PAIRS", units=profiles.n_units)


def rated(profiles: Profiles) -> Profiles:
    """The profiles without the raters who rated nothing."""
    codes = profiles.codes
    return attrs.evolve(profiles, codes=codes[:, (codes >= 0).any(axis=0)])


def conger(profiles: Profiles, weights: Floats) -> Statistic | Reason:
    """Conger's kappa: chance from the margins of every two different raters (Conger 1980; Gwet 2014, ch. 5).

    A rater's margins are the shares among that rater's own ratings. As in Gwet's variance the number of
    units with a pair is held fixed.

    Args:
        profiles: the table; every unit was rated, every rater rated.
        weights: agreement weights, shape (q, q).
    """
    codes = profiles.codes
    n_raters, q = codes.shape[1], len(weights)
    given = (codes >= 0).astype(np.float64)
    chosen = np.eye(q)[codes] * given[..., None]
    counts = chosen.sum(axis=1)
    agreement = pair_agreement(counts, weights)
    paired = ~np.isnan(agreement)
    if not paired.any():
        return Reason.of("NO_PAIRS", units=profiles.n_units)
    observed = np.where(paired, agreement, 0.0)
    rows = np.column_stack([observed, paired, chosen.reshape(len(codes), -1)])

    def margins_of(totals: Floats) -> Floats:
        by_rater = totals[:, 2:].reshape(-1, n_raters, q)
        ratings = by_rater.sum(axis=2, keepdims=True)
        return by_rater / np.where(ratings > 0, ratings, 1.0)

    def expected_of(margins: Floats) -> Floats:
        together = margins.sum(axis=1)
        alone = ((margins @ weights) * margins).sum(axis=(1, 2))
        raters = np.count_nonzero(margins.any(axis=2), axis=1).astype(np.float64)
        return shares(((together @ weights) * together).sum(axis=1) - alone, raters * (raters - 1))

    def value(totals: Floats) -> Floats:
        expected = expected_of(margins_of(totals))
        defined = np.where(expected > NEARLY_ONE, 0.0, 1.0 - expected)
        return shares(shares(totals[:, 0], totals[:, 1]) - expected, defined)

    total = profiles.times @ rows
    margins = margins_of(total[None, :])
    expected = float(expected_of(margins)[0])
    if expected > NEARLY_ONE:
        return Reason.of("ONE_CATEGORY", categories=q)
    mean = float(total[0] / total[1])
    kappa = (mean - expected) / (1 - expected)
    n, pairs = profiles.n_units, n_raters * (n_raters - 1)
    of_others = (margins[0].sum(axis=0) - margins[0]) @ weights
    at_mean = (margins[0] * of_others).sum(axis=1)
    moved = (of_others[np.arange(n_raters), codes] - at_mean) * given * (n / (profiles.times @ given))
    first = n / total[1] * (observed - expected * paired) / (1 - expected) - kappa
    return Statistic(
        patterns=profiles,
        rows=rows,
        value=value,
        influence=first - 2 * (1 - kappa) * moved.sum(axis=1) / pairs / (1 - expected),
        agreement=agreement,
        mean=mean,
        chance=expected,
    )


def bangdiwala(profiles: Profiles, q: int) -> Statistic | Reason:
    """Squares of agreement over rectangles of margins (Bangdiwala 1985; Munoz & Bangdiwala 1997).

    Args:
        profiles: the table of two raters; both rated every unit.
        q: number of categories.
    """
    first, second, same, one, two = _of_two(profiles, q)
    agreed, mine, theirs = profiles.times @ same, profiles.times @ one, profiles.times @ two
    rectangles = float(mine @ theirs)
    if rectangles == 0:
        return Reason.of("NO_COMMON_CATEGORY")
    value = float(agreed @ agreed) / rectangles
    on_diagonal = np.where(first == second, 2 * agreed[first], 0.0)
    n = profiles.n_units
    return Statistic(
        patterns=profiles,
        rows=np.hstack([same, one, two]),
        value=lambda totals: shares(
            (totals[:, :q] ** 2).sum(axis=1), (totals[:, q : 2 * q] * totals[:, 2 * q :]).sum(axis=1)
        ),
        influence=n * (on_diagonal - value * (theirs[first] + mine[second])) / rectangles,
        agreement=same.sum(axis=1),
        mean=value,
        chance=0.0,
        floor=0.0,
    )


def maximum(profiles: Profiles, q: int) -> Statistic | Reason:
    """The largest kappa that the margins of two raters allow (Cohen 1960).

    Where two margins are equal the share they allow has two slopes; the influence takes their mean.

    Args:
        profiles: the table of two raters; both rated every unit.
        q: number of categories.
    """
    first, second, same, one, two = _of_two(profiles, q)

    def parts(totals: Floats) -> tuple[Floats, Floats]:
        mine, theirs = totals[:, :q], totals[:, q:]
        size = mine.sum(axis=1)
        allowed = shares(np.minimum(mine, theirs).sum(axis=1), size)
        return allowed, shares((mine * theirs).sum(axis=1), size**2)

    def value(totals: Floats) -> Floats:
        allowed, expected = parts(totals)
        return shares(allowed - expected, np.where(expected > NEARLY_ONE, 0.0, 1.0 - expected))

    rows = np.hstack([one, two])
    total = profiles.times @ rows
    largest, chance = (float(part[0]) for part in parts(total[None, :]))
    if chance > NEARLY_ONE:
        return Reason.of("ONE_CATEGORY", categories=q)
    kappa = (largest - chance) / (1 - chance)
    mine, theirs = total[:q], total[q:]
    lower = 0.5 * (1 + np.sign(theirs - mine))
    moved = lower[first] + (1 - lower)[second] - largest
    by_unit = (theirs[first] + mine[second]) / profiles.n_units - 2 * chance
    return Statistic(
        patterns=profiles,
        rows=rows,
        value=value,
        influence=(moved - (1 - kappa) * by_unit) / (1 - chance),
        agreement=same.sum(axis=1),
        mean=largest,
        chance=chance,
        floor=0.0,
    )


def _of_two(profiles: Profiles, q: int) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Codes of two raters, and as indicators: where they agree, the first's, the second's."""
    first, second = profiles.codes.T.astype(np.int64)
    one, two = np.eye(q)[first], np.eye(q)[second]
    return first, second, one * two, one, two
