"""Variance components of units and raters: sums by which moments and REML are had from any design.

Here belong the sufficient sums of a one-way and of a crossed two-way layout with gaps, the mean squares by
fitting constants (Henderson 1953, method 3), and the restricted likelihood with the residual variance
profiled out. Variances are handled as ratios to the residual one. Not here: coefficients made of them.

One factor of the crossed layout is absorbed: its levels enter through sums over those with equally many
scores, so that the likelihood of a full layout costs the same however many units there are. The other,
smaller factor stays as a matrix.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import attrs
import numpy as np

from ilr.stats._arrays import Floats
from ilr.stats._scores import Places, Scores, added

__all__ = ["Crossed", "Layout", "MeanSquares", "crossed", "layout"]

_EXACT_BITS = 52
_DENSE = 1 << 18
_STACK = 1 << 22
_SMALL = 1e-9
_ROUNDING = 1e-13


@attrs.frozen(eq=False, kw_only=True)
class MeanSquares:
    """Mean squares with their degrees of freedom and what they expect.

    The expectation of `units` is the residual variance plus `per_unit` times that of units; likewise that of
    `raters`. In a full layout `per_unit` is the number of raters and `per_rater` that of units.

    Attributes:
        units: mean square of units, raters eliminated.
        raters: mean square of raters, units eliminated; NaN in a one-way layout.
        residual: residual mean square.
        units_freedom: degrees of freedom of units.
        raters_freedom: degrees of freedom of raters.
        residual_freedom: degrees of freedom of the residual.
        per_unit: factor of the variance of units.
        per_rater: factor of the variance of raters.
    """

    units: float
    raters: float
    residual: float
    units_freedom: float
    raters_freedom: float
    residual_freedom: float
    per_unit: float
    per_rater: float


@attrs.frozen(eq=False)
class Layout:
    """Sums over the levels of one factor, by how many scores a level has.

    Scores are taken from their grand mean.

    Attributes:
        size: number of scores of such a level, shape (S,).
        often: number of such levels.
        sums: total of their scores.
        squares: sum of the squared total of each.
        total: sum of all squared scores.
    """

    size: Floats
    often: Floats
    sums: Floats
    squares: Floats
    total: float

    @property
    def n(self) -> float:
        """Number of scores."""
        return float(self.size @ self.often)

    @property
    def levels(self) -> float:
        """Number of levels."""
        return float(self.often.sum())

    @property
    def within(self) -> float:
        """Sum of squares within levels."""
        return self.total - float((self.squares / self.size).sum())

    @property
    def least_ratio(self) -> float:
        """The ratio of variances above which the sums of squares are defined, below zero."""
        return -1 / float(self.size.max())

    @property
    def full(self) -> bool:
        """Whether all levels have equally many scores."""
        return len(self.size) == 1

    def mean_squares(self) -> MeanSquares:
        """Mean squares between and within levels (Searle 1971, ch. 10)."""
        freedom = self.levels - 1, self.n - self.levels
        spread = self.n - float(self.size**2 @ self.often) / self.n
        return MeanSquares(
            units=_over(_clean(self.total - self.within, self.total), freedom[0]),
            raters=math.nan,
            residual=_over(_clean(self.within, self.total), freedom[1]),
            units_freedom=freedom[0],
            raters_freedom=math.nan,
            residual_freedom=freedom[1],
            per_unit=_over(spread, freedom[0]),
            per_rater=math.nan,
        )

    def weights(self, ratio: float) -> tuple[Floats, Floats]:
        """What is taken off the squared total of a level, and left of its total; the ratio may be infinite."""
        if math.isinf(ratio):
            return 1 / self.size, np.zeros(len(self.size))
        left = 1 / (1 + self.size * ratio)
        return ratio * left, left

    def products(self, ratio: float) -> tuple[float, float, float]:
        """Weighted sums 1'W1, 1'Wy and y'Wy, where W inverts I + ratio ZZ'."""
        taken, left = self.weights(ratio)
        return (
            float((left * self.size) @ self.often),
            float(left @ self.sums),
            self.total - float(taken @ self.squares),
        )

    def residual(self, ratio: float) -> float:
        """Weighted residual sum of squares about a common mean."""
        xx, xy, yy = self.products(ratio)
        return yy - xy * xy / xx

    def deviance(self, ratio: float) -> float:
        """Minus twice the restricted log-likelihood of the one-way layout, but for a constant."""
        xx, xy, yy = self.products(ratio)
        spread = (self.n - 1) * math.log(yy - xy * xy / xx)
        return spread + float(self.often @ np.log1p(self.size * ratio)) + math.log(xx)


@attrs.frozen(eq=False)
class Crossed:
    """A crossed layout of units and raters, one score at most for each pair.

    What is summed by the number of scores of a level of the larger factor, `absorbed`, has S columns, one for
    each such number; the smaller factor has K levels.

    Attributes:
        absorbed: sums over the levels of the larger factor.
        together: how often two levels of the smaller factor met the same level of the larger, shape
            (K * K, S); sparse if large.
        met: scores of each level of the smaller factor, shape (K, S).
        gained: total over those scores of the totals of the larger factor's levels, shape (K, S).
        sums: total of the scores of each level of the smaller factor, shape (K,).
        units_absorbed: whether units are the larger factor.
    """

    absorbed: Layout
    together: Any
    met: Floats
    gained: Floats
    sums: Floats
    units_absorbed: bool

    @cached_property
    def counts(self) -> Floats:
        """Scores of each level of the smaller factor, shape (K,)."""
        out: Floats = self.met.sum(axis=1)
        return out

    @property
    def full(self) -> bool:
        """Whether every rater scored every unit."""
        return len(self.absorbed.size) == 1 and float(self.absorbed.size[0]) == len(self.sums)

    def information(self, ratio: float) -> tuple[Floats, Floats, Floats]:
        """Z'WZ, Z'W1 and Z'Wy for the smaller factor Z, where W inverts I + ratio times the larger one."""
        taken, left = self.absorbed.weights(ratio)
        k = len(self.sums)
        return (
            np.diag(self.counts) - (self.together @ taken).reshape(k, k),
            self.met @ left,
            self.sums - self.gained @ taken,
        )

    @cached_property
    def spectrum(self) -> tuple[Floats, Floats]:
        """Eigenvalues above zero of the information on the smaller factor with the larger eliminated.

        With each the squared projection of the scores on its eigenvector.
        """
        matrix, _, score = self.information(math.inf)
        values, vectors = np.linalg.eigh(matrix)
        kept = values > _SMALL * float(self.counts.max())
        return values[kept], (vectors[:, kept].T @ score) ** 2

    def mean_squares(self) -> MeanSquares:
        """Mean squares by fitting constants (Henderson 1953, method 3; Searle 1971, ch. 11).

        Degrees of freedom count the groups of units and raters that no score connects.
        """
        values, squared = self.spectrum
        n, many, few = self.absorbed.n, self.absorbed.levels, float(len(self.sums))
        groups = few - len(values)
        gained = float((squared / values).sum())
        residual = _clean(self.absorbed.within - gained, self.absorbed.total)
        of_few = self.absorbed.total - float((self.sums**2 / self.counts).sum())
        freedom = many - groups, few - groups, n - many - few + groups
        larger = (_clean(of_few - residual, self.absorbed.total), freedom[0], n - few)
        smaller = (_clean(gained, self.absorbed.total), freedom[1], n - many)
        units, raters = (larger, smaller) if self.units_absorbed else (smaller, larger)
        return MeanSquares(
            units=_over(units[0], units[1]),
            raters=_over(raters[0], raters[1]),
            residual=_over(residual, freedom[2]),
            units_freedom=units[1],
            raters_freedom=raters[1],
            residual_freedom=freedom[2],
            per_unit=_over(units[2], units[1]),
            per_rater=_over(raters[2], raters[1]),
        )

    @property
    def least_ratio(self) -> float:
        """The ratio of the variance of units above which `residual` is defined, below zero."""
        return -1 / float((self.absorbed.size if self.units_absorbed else self.spectrum[0]).max())

    def residual(self, ratio: float) -> float:
        """Weighted residual sum of squares with fixed raters, for a ratio of the variance of units."""
        if not self.units_absorbed:
            values, squared = self.spectrum
            return self.absorbed.within - ratio * float((squared / (1 + ratio * values)).sum())
        matrix, _, score = self.information(ratio)
        return self.absorbed.products(ratio)[2] - float(score @ np.linalg.solve(matrix, score))

    def deviance_with_fixed_raters(self, units: float) -> float:
        """Minus twice the restricted log-likelihood with fixed raters, but for a constant."""
        if self.units_absorbed:
            freedom = self.absorbed.n - len(self.sums)
            matrix = self.information(units)[0]
            spread = float(self.absorbed.often @ np.log1p(self.absorbed.size * units))
            spread += float(np.linalg.slogdet(matrix)[1])
        else:
            freedom = self.absorbed.n - self.absorbed.levels
            spread = float(np.log1p(units * self.spectrum[0]).sum())
        return freedom * math.log(self.residual(units)) + spread

    def deviance(self, units: float, raters: float) -> float:
        """Minus twice the restricted log-likelihood with random raters, but for a constant."""
        large, small = (units, raters) if self.units_absorbed else (raters, units)
        xx, xy, yy = self.absorbed.products(large)
        matrix, one, score = self.information(large)
        lower = np.linalg.cholesky(np.eye(len(matrix)) + small * matrix)
        solved = np.linalg.solve(lower, np.column_stack([one, score]))
        xx -= small * float(solved[:, 0] @ solved[:, 0])
        xy -= small * float(solved[:, 0] @ solved[:, 1])
        yy -= small * float(solved[:, 1] @ solved[:, 1])
        spread = float(self.absorbed.often @ np.log1p(self.absorbed.size * large))
        spread += 2 * float(np.log(np.diag(lower)).sum())
        return (self.absorbed.n - 1) * math.log(yy - xy * xy / xx) + spread + math.log(xx)


def layout(scores: Scores) -> Layout:
    """The one-way layout of units."""
    return _layout(scores)[0]


def crossed(scores: Scores) -> Crossed:
    """The crossed layout of units and raters, the larger factor absorbed."""
    units_absorbed = np.count_nonzero(scores.rater_counts) <= scores.n["units"]
    if not units_absorbed:
        scores = _turned(scores)
    absorbed, number = _layout(scores)
    rated = np.flatnonzero(scores.rater_counts)
    kept = np.cumsum(scores.rater_counts > 0) - 1
    sets, often, sums, met = _sets(scores)
    place = number[sets]
    shape = len(rated), len(absorbed.size)
    met = met[0], kept[met[1]]
    index = met[1] * shape[1] + place[met[0]]
    return Crossed(
        absorbed,
        _together(met, often, place, shape),
        added(index, often[met[0]], shape[0] * shape[1]).reshape(shape),
        added(index, sums[met[0]], shape[0] * shape[1]).reshape(shape),
        scores.rater_totals[rated],
        bool(units_absorbed),
    )


def _clean(squares: float, total: float) -> float:
    """A sum of squares, zero where it is no more than rounding."""
    return squares if squares > _ROUNDING * total else 0.0


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _layout(scores: Scores) -> tuple[Layout, Places]:
    """Sums over rows by their number of scores, and the place of each such number."""
    totals = scores.row_totals
    often, sums, squares = (
        added(scores.sizes, part) for part in (scores.times, scores.times * totals, scores.times * totals**2)
    )
    often[0] = 0
    size = np.flatnonzero(often)
    found = Layout(size.astype(np.float64), often[size], sums[size], squares[size], scores.total)
    return found, np.cumsum(often > 0) - 1


def _sets(scores: Scores) -> tuple[Places, Floats, Floats, tuple[Places, Places]]:
    """Rows that met the same raters, as one: their size, frequency and total, and whom each set met."""
    weighted = scores.times * scores.row_totals
    if int(scores.sizes.min()) == scores.n_raters:
        raters = np.arange(scores.n_raters)
        sums = np.array([weighted.sum()])
        return scores.sizes[:1], np.array([scores.times.sum()]), sums, (np.zeros_like(raters), raters)
    row, rater, _ = scores.long
    if scores.n_raters > _EXACT_BITS:
        return scores.sizes, scores.times, weighted, (row, rater)
    bits = added(row, 2.0 ** rater.astype(np.float64), len(scores.times)).astype(np.int64)
    sets, first, number = np.unique(bits, return_index=True, return_inverse=True)
    often, sums = (added(number, part) for part in (scores.times, weighted))
    one, whom = np.nonzero(sets[:, None] >> np.arange(scores.n_raters) & 1)
    return scores.sizes[first], often, sums, (one, whom)


def _together(met: tuple[Places, Places], often: Floats, place: Places, shape: tuple[int, int]) -> Any:
    """How often two levels of the smaller factor met the same set, by size of the set."""
    k, sizes = shape
    root = np.sqrt(often[met[0]])
    if len(often) * k <= _DENSE:
        table: Any = np.zeros((len(often), k))
        table[met] = root
    else:
        from scipy.sparse import csr_array

        table = csr_array((root, met), shape=(len(often), k))
    products = [table[place == one].T @ table[place == one] for one in range(sizes)]
    if k * k * sizes <= _STACK:
        dense = [one if isinstance(one, np.ndarray) else one.toarray() for one in products]
        return np.stack(dense).reshape(sizes, k * k).T
    from scipy.sparse import coo_array, hstack

    return hstack([coo_array(one).reshape((k * k, 1)) for one in products]).tocsr()


def _turned(scores: Scores) -> Scores:
    """The same scores with units and raters changed about."""
    row, rater, score = scores.long
    times = scores.times.astype(np.int64)
    repeat = times[row]
    within = np.arange(int(repeat.sum())) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    unit = np.repeat((np.cumsum(times) - times)[row], repeat) + within
    held = np.repeat(rater, repeat), unit, np.repeat(score, repeat)
    return Scores(times=np.ones(scores.n_raters), n_raters=int(times.sum()), held=held)
