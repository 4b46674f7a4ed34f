"""Coefficients of many samples at once: their errors over units, and their values without each rater.

Here belongs what the library computes for one sample after the other, written a second time for arrays of
complete ratings: a simulation of raters leaves out each rater in each sample. Nothing is taken on trust, for
`benchmarks.coverage` compares both ways on the first samples of every design. The influence of units is Gwet's
(2014, ch. 5), as in the library.
"""

from __future__ import annotations

import attrs
import numpy as np
from benchmarks.populations import quadratic
from numpy.typing import NDArray

__all__ = ["CHANCES", "Found", "of_samples"]

Floats = NDArray[np.float64]

CHANCES = {
    "ac1": ("gwet", "identity"),
    "ac2": ("gwet", "quadratic"),
    "brennan-prediger": ("uniform", "quadratic"),
    "fleiss": ("marginal", "identity"),
    "fleiss-quadratic": ("marginal", "quadratic"),
}
"""Chance term and weights of the coefficients that take raters for alike."""


@attrs.frozen(eq=False)
class Found:
    """One coefficient of B samples by R raters.

    Attributes:
        value: the coefficient, shape (B,).
        error: its linearised standard error over units, shape (B,).
        without: the coefficient without each rater, shape (B, R).
    """

    value: Floats
    error: Floats
    without: Floats


def of_samples(codes: NDArray[np.int8], q: int) -> dict[str, Found]:
    """Every coefficient of B samples of N units by R raters.

    Args:
        codes: categories from 0, shape (B, R, N); every rater rated every unit.
        q: number of categories.
    """
    chosen = (codes[..., None] == np.arange(q)).astype(np.float64)
    weights = {"identity": np.eye(q), "quadratic": quadratic(q)}
    found = {
        name: _chance_corrected(chosen, chance, weights[weighting])
        for name, (chance, weighting) in CHANCES.items()
    }
    return found | {"conger": _conger(chosen), "alpha": _ordinal_alpha(chosen)}


def _pairs(chosen: Floats) -> tuple[Floats, Floats]:
    """Ordered pairs of ratings of a unit by categories, (B, q, q), and without each rater, (B, R, q, q)."""
    counts = chosen.sum(axis=1)
    with_itself = np.eye(chosen.shape[3]) * chosen.sum(axis=2)[..., None]
    whole = counts.transpose(0, 2, 1) @ counts - with_itself.sum(axis=1)
    of_rater = chosen.transpose(0, 1, 3, 2) @ counts[:, None] - with_itself
    return whole, whole[:, None] - of_rater - of_rater.swapaxes(2, 3)


def _margins(chosen: Floats) -> tuple[Floats, Floats]:
    """Ratings by category, (B, q), and without each rater, (B, R, q)."""
    by_rater = chosen.sum(axis=2)
    whole = by_rater.sum(axis=1)
    return whole, whole[:, None] - by_rater


def _error(influence: Floats) -> Floats:
    """Standard error of a mean of N influences with mean zero, (B, N) to (B,)."""
    n = influence.shape[1]
    out: Floats = np.sqrt((influence**2).sum(axis=1) / (n * (n - 1)))
    return out


def _agreement(pairs: Floats, weights: Floats) -> Floats:
    out: Floats = (pairs * weights).sum(axis=(-1, -2)) / pairs.sum(axis=(-1, -2))
    return out


def _agreement_of_units(chosen: Floats, weights: Floats) -> Floats:
    """Weighted share of agreeing pairs of ratings of each unit, shape (B, N)."""
    raters, counts = chosen.shape[1], chosen.sum(axis=1)
    out: Floats = ((counts @ weights - np.diag(weights)) * counts).sum(axis=2) / (raters * (raters - 1))
    return out


def _chance(kind: str, weights: Floats, one: Floats, other: Floats) -> Floats:
    """What the chance term makes of two distributions of categories, (..., q) each to (...)."""
    q = len(weights)
    if kind == "uniform":
        return np.full(np.broadcast_shapes(one.shape, other.shape)[:-1], weights.mean())
    if kind == "gwet":
        one, other = one * float(weights.sum()) / (q * (q - 1)), 1 - other
    else:
        one = one @ weights
    out: Floats = (one * other).sum(axis=-1)
    return out


def _chance_corrected(chosen: Floats, chance: str, weights: Floats) -> Found:
    def value(pairs: Floats, margins: Floats) -> tuple[Floats, Floats]:
        shares = margins / margins.sum(axis=-1, keepdims=True)
        expected = _chance(chance, weights, shares, shares)
        return (_agreement(pairs, weights) - expected) / (1 - expected), expected

    whole, rests = zip(_pairs(chosen), _margins(chosen), strict=True)
    kappa, expected = value(*whole)
    distribution = chosen.mean(axis=1)
    of_unit = _chance(chance, weights, distribution, distribution.mean(axis=1, keepdims=True))
    moved = _agreement_of_units(chosen, weights) - expected[:, None]
    moved = moved - 2 * (1 - kappa[:, None]) * (of_unit - expected[:, None])
    return Found(kappa, _error(moved / (1 - expected[:, None]) - kappa[:, None]), value(*rests)[0])


def _conger(chosen: Floats) -> Found:
    raters = chosen.shape[1]
    margins = chosen.mean(axis=2)
    together, alone = margins.sum(axis=1), (margins**2).sum(axis=2)
    whole, rests = _pairs(chosen)
    same = np.eye(chosen.shape[3])

    def kappa_of(pairs: Floats, total: Floats, own: Floats, r: int) -> tuple[Floats, Floats]:
        expected = ((total**2).sum(axis=-1) - own) / (r * (r - 1))
        return (_agreement(pairs, same) - expected) / (1 - expected), expected

    kappa, expected = kappa_of(whole, together, alone.sum(axis=1), raters)
    others = together[:, None] - margins
    without, _ = kappa_of(rests, others, alone.sum(axis=1, keepdims=True) - alone, raters - 1)
    of_unit = (chosen * others[:, :, None]).sum(axis=(1, 3)) / (raters * (raters - 1))
    moved = _agreement_of_units(chosen, same) - expected[:, None]
    moved = moved - 2 * (1 - kappa[:, None]) * (of_unit - expected[:, None])
    return Found(kappa, _error(moved / (1 - expected[:, None]) - kappa[:, None]), without)


def _mean_ranks(margins: Floats) -> Floats:
    out: Floats = np.cumsum(margins, axis=-1) - margins / 2
    return out


def _ordinal_alpha(chosen: Floats) -> Found:
    def parts(pairs: Floats, margins: Floats) -> tuple[Floats, Floats, Floats]:
        size = margins.sum(axis=-1)
        gaps = _mean_ranks(margins)[..., :, None] - _mean_ranks(margins)[..., None, :]
        coincidences = pairs * (size / pairs.sum(axis=(-1, -2)))[..., None, None]
        apart = (coincidences * gaps**2).sum(axis=(-1, -2))
        by_chance = (margins[..., :, None] * margins[..., None, :] * gaps**2).sum(axis=(-1, -2))
        return 1 - (size - 1) * apart / by_chance, apart, by_chance

    whole, rests = zip(_pairs(chosen), _margins(chosen), strict=True)
    alpha, apart, by_chance = (part[:, None] for part in parts(*whole))
    pairs, margins = whole
    _, raters, units, _ = chosen.shape
    counts = chosen.sum(axis=1)
    gaps = _mean_ranks(margins)[:, :, None] - _mean_ranks(margins)[:, None, :]
    moved = 4 * _mean_ranks(counts)
    together = (counts[..., :, None] * counts[..., None, :] * gaps[:, None] ** 2).sum(axis=(2, 3))
    slope = together / (raters - 1)
    slope = slope + (moved @ (pairs * gaps).sum(axis=2)[..., None])[..., 0] / (raters - 1)
    expected = 2 * (counts @ (gaps**2 @ margins[..., None]))[..., 0]
    expected = expected + (moved @ (margins[..., None] * (gaps @ margins[..., None])))[..., 0]
    size = raters * units
    influence = raters * apart / by_chance + size * (slope / by_chance - apart * expected / by_chance**2)
    return Found(alpha[:, 0], _error(units * influence), parts(*rests)[0])
