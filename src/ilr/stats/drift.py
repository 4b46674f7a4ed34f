"""Drift of raters: who has become more severe or more lenient, by how much, and since when.

Here belong deviations of ratings from master scores or from the other raters of the same unit, compared between
windows of time, with a chart for each rater. Not here: charts themselves (`ilr.stats.charts`) or what follows for
an observer. Models that take raters, units and windows as facets of one scale would have their place beside
`drift`; it needs no model, only deviations.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from html import escape
from itertools import accumulate
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.stats import charts
from ilr.stats._arrays import Floats, Ints, quantile_t
from ilr.stats.estimate import Estimate

__all__ = ["Drift", "RaterDrift", "adjusted", "drift"]

_NOISE = 1e-12


@attrs.frozen(kw_only=True)
class RaterDrift:
    """How one rater's deviations moved. Equal when all fields are equal.

    Attributes:
        rater: label of the rater.
        means: mean deviation by window, in points of the scale; above 0 is lenient.
        shifts: change from the first window the rater rated in, by later window, in points.
        p: two-sided p of each shift by window, adjusted by Holm over all shifts of all raters.
        sigma: shrunken standard deviation of one deviation, in points.
        chart: EWMA of the single deviations in order of time, about the mean of the first window, or about 0
            where deviations are from master scores.
        cusum: cumulative sums of the same deviations about the same target.
    """

    rater: Hashable
    means: FrozenMap[Hashable, Estimate]
    shifts: FrozenMap[Hashable, Estimate]
    p: FrozenMap[Hashable, float]
    sigma: float
    chart: charts.Chart
    cusum: charts.Chart

    @property
    def largest(self) -> float:
        """The largest shift, with its sign, in points; 0 without one."""
        found = [shift.value for shift in self.shifts.values() if not math.isnan(shift.value)]
        return max(found, key=abs, default=0.0)


@attrs.frozen(kw_only=True)
class Drift:
    """The drift of every rater, in the order in which raters first appear. Equal when all fields are equal.

    Attributes:
        raters: what was found of each.
        windows: the windows in order.
        prior_sigma: the standard deviation that the raters' own are drawn to, in points.
        prior_weight: as how many degrees of freedom it counts; infinite where raters do not differ in spread.
        left_out: ratings that nothing compares with, because no other rater rated the unit.
    """

    raters: tuple[RaterDrift, ...]
    windows: tuple[Hashable, ...]
    prior_sigma: float
    prior_weight: float
    left_out: int

    def __iter__(self) -> Iterator[RaterDrift]:
        return iter(self.raters)

    def drifted(self, alpha: float = 0.05) -> tuple[Hashable, ...]:
        """The raters with a shift whose adjusted p is at most alpha, in their order.

        The chance that any of them is named though none drifted is at most alpha (Holm 1979).
        """
        return tuple(one.rater for one in self.raters if min(one.p.values(), default=math.inf) <= alpha)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(str(window))}</th>" for window in self.windows)
        rows = "".join(
            f"<tr><td>{escape(str(one.rater))}</td>"
            + "".join(f"<td>{_shown(one.means.get(window))}</td>" for window in self.windows)
            + f"<td>{one.largest:+.2f}</td><td>{min(one.p.values(), default=1.0):.3f}</td></tr>"
            for one in self.raters
        )
        return f"<table><tr><th>rater</th>{head}<th>largest shift</th><th>p</th></tr>{rows}</table>"


def _shown(estimate: Estimate | None) -> str:
    return "" if estimate is None else f"{estimate.value:+.2f}"


def drift(
    units: Sequence[Hashable],
    raters: Sequence[Hashable],
    scores: ArrayLike,
    windows: Sequence[Hashable],
    *,
    reference: ArrayLike | None = None,
    level: float = 0.95,
) -> Drift:
    """Compare each rater's deviations between windows of time.

    A deviation is the score less the master's, or less the mean of the other raters of the unit. The spread of a
    rater is shrunk towards that of all (empirical Bayes, Smyth 2004, eq. 3 to 6), so that few ratings do not look
    steady by luck; each later window is compared with the rater's first by Student's t with the degrees of
    freedom that both give, two-sided, and p is adjusted by Holm (1979) over all raters and windows. A unit that
    is rated in one window by all keeps its difficulty out of the comparison, because the others rated it too.

    Args:
        units: label of the unit of each rating, shape (n,).
        raters: label of the rater of each rating.
        scores: the ratings in points.
        windows: label of the window of each rating; windows are ordered by label, ratings within one as given.
        reference: the master's score of each rating, or None to compare with the other raters.
        level: coverage of the intervals, 0 to 1.

    Returns:
        The drift of each rater; no rater for no ratings. A rater has a mean only for windows with a rating that
        can be compared, and a shift only from the second of them on. Where no rater's deviations vary, intervals
        have no width and tell so, and any shift has a p of 0; what is no more than rounding error is none.

    Raises:
        InvalidInput: for columns of unlike length, scores that are no numbers, windows whose labels have no
            order.

    Example:
        >>> raters = ["a", "b", "c"] * 8
        >>> units = [number // 3 for number in range(24)]
        >>> months = [1] * 12 + [2] * 12
        >>> scores = [3, 3, 3, 2, 2, 3, 3, 4, 3, 2, 2, 2, 1, 3, 3, 1, 3, 2, 2, 4, 4, 1, 3, 3]
        >>> found = drift(units, raters, scores, months)
        >>> found.raters[0].rater, round(found.raters[0].largest, 2)
        ('a', -1.62)
    """
    columns = _read(units, raters, scores, windows, reference, level)
    gap, kept = _deviations(columns)
    names = tuple(dict.fromkeys(raters))
    found = _by_rater(columns, gap, kept, len(names))
    noise = columns.noise
    freedom = np.array([sum(len(part) - 1 for part in parts.values()) for parts in found])
    squares = np.array([sum(_squares(part, noise) for part in parts.values()) for parts in found])
    prior, weight = _prior(squares, freedom)
    told = []
    for name, parts, own, spread in zip(names, found, freedom, squares, strict=True):
        sigma2, degrees = _shrunken(float(spread), float(own), prior, weight)
        told.append(_tell(name, parts, sigma2, degrees, level, noise, about_zero=reference is not None))
    family = iter(adjusted([p for one in told for p in one.p.values()]))
    return Drift(
        raters=tuple(
            attrs.evolve(one, p=FrozenMap({window: next(family) for window in one.p})) for one in told
        ),
        windows=columns.order,
        prior_sigma=math.sqrt(prior),
        prior_weight=weight,
        left_out=int((~kept).sum()),
    )


def adjusted(p: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values of a family by Holm's step-down method (Holm 1979).

    Args:
        p: the p-values, each 0 to 1.

    Returns:
        The adjusted ones in the same order, each at most 1.

    Example:
        >>> adjusted([0.01, 0.04, 0.03])
        (0.03, 0.06, 0.06)
    """
    places = sorted(range(len(p)), key=lambda place: p[place])
    raised = (min(1.0, (len(p) - rank) * p[place]) for rank, place in enumerate(places))
    found = dict(zip(places, accumulate(raised, max), strict=True))
    return tuple(found[place] for place in range(len(p)))


@attrs.frozen(eq=False, kw_only=True)
class _Columns:
    """The ratings as numbers: of units, raters and windows, with the scores and the windows' labels in order."""

    unit: Ints
    rater: Ints
    window: Ints
    score: Floats
    reference: Floats | None
    order: tuple[Hashable, ...]

    @property
    def noise(self) -> float:
        """How far rounding may carry a mean of deviations, in points."""
        held = [self.score] if self.reference is None else [self.score, self.reference]
        return _NOISE * max(float(np.abs(one).max(initial=0.0)) for one in held)


def _read(
    units: Sequence[Hashable],
    raters: Sequence[Hashable],
    scores: ArrayLike,
    windows: Sequence[Hashable],
    reference: ArrayLike | None,
    level: float,
) -> _Columns:
    check = Checker("drift")
    score = _numbers(scores, "scores", check)
    master = None if reference is None else _numbers(reference, "reference", check)
    lengths = {len(units), len(raters), len(windows), len(score)} | (
        {len(master)} if master is not None else set()
    )
    check(
        len(lengths) == 1, "drift.length", "", "the columns differ in length", expected="one entry a rating"
    )
    check(0 < level < 1, "options.level", "level", "is not a probability", expected="0 < level < 1")
    labels: Sequence[Any] = tuple(dict.fromkeys(windows))
    try:
        labels = sorted(labels)
    except TypeError:
        check(
            False,
            "drift.windows",
            "windows",
            "have labels without an order",
            expected="dates, numbers or texts",
        )
    check.done()
    return _Columns(
        unit=_places(units, dict.fromkeys(units)),
        rater=_places(raters, dict.fromkeys(raters)),
        window=_places(windows, labels),
        score=score,
        reference=master,
        order=tuple(labels),
    )


def _numbers(given: ArrayLike, path: str, check: Checker) -> Floats:
    try:
        column = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        column = np.full(1, np.nan)
    fits = column.ndim == 1 and bool(np.isfinite(column).all())
    check(fits, "drift.scores", path, "hold what is no number", expected="one finite number a rating")
    return column


def _places(labels: Sequence[Hashable], order: Any) -> Ints:
    places = {label: place for place, label in enumerate(order)}
    return np.array([places[label] for label in labels], dtype=np.int64)


def _deviations(columns: _Columns) -> tuple[Floats, NDArray[np.bool_]]:
    """The deviation of each rating, and which ratings have one."""
    score = columns.score
    if columns.reference is not None:
        return score - columns.reference, np.ones(len(score), dtype=bool)
    total, count = np.bincount(columns.unit, weights=score), np.bincount(columns.unit)
    others = count[columns.unit] - 1
    return score - (total[columns.unit] - score) / np.maximum(others, 1), others > 0


def _by_rater(
    columns: _Columns, gap: Floats, kept: NDArray[np.bool_], raters: int
) -> list[dict[Hashable, Floats]]:
    """The deviations of each rater by window, windows in order, those of one window as they were given."""
    cell = (columns.rater * len(columns.order) + columns.window)[kept]
    sorting = np.argsort(cell, kind="stable")
    cells, starts = np.unique(cell[sorting], return_index=True)
    parts: list[dict[Hashable, Floats]] = [{} for _ in range(raters)]
    # Where nothing is kept there is no cell, but split still gives one piece.
    for number, part in zip(cells.tolist(), np.split(gap[kept][sorting], starts[1:]), strict=False):
        rater, window = divmod(number, len(columns.order))
        parts[rater][columns.order[window]] = part
    return parts


def _squares(part: Floats, noise: float) -> float:
    apart = part - part.mean()
    return float((apart[np.abs(apart) > noise] ** 2).sum())


def _prior(squares: Floats, freedom: Ints) -> tuple[float, float]:
    """Variance and degrees of freedom that the raters' own variances are drawn to (Smyth 2004, sec. 6.2)."""
    from scipy.special import digamma, polygamma

    usable = squares > 0
    if not usable.any():
        return 0.0, math.inf
    half = freedom[usable] / 2
    logs = np.log(squares[usable] / freedom[usable]) - digamma(half) + np.log(half)
    spread = float(np.var(logs, ddof=1) - polygamma(1, half).mean()) if usable.sum() > 1 else 0.0
    if spread <= 0:
        return float(squares[usable].sum() / freedom[usable].sum()), math.inf
    weight = 2 * _inverse_trigamma(spread)
    return float(np.exp(logs.mean() + digamma(weight / 2) - np.log(weight / 2))), weight


def _inverse_trigamma(value: float) -> float:
    """The number whose trigamma is the value, by Newton's method (Smyth 2004, appendix)."""
    from scipy.special import polygamma

    found, step = 0.5 + 1 / value, math.inf
    while abs(step) > 1e-8 * found:  # converges from below, at the second order
        trigamma = float(polygamma(1, found))
        step = trigamma * (1 - trigamma / value) / float(polygamma(2, found))
        found += step
    return found


def _shrunken(squares: float, freedom: float, prior: float, weight: float) -> tuple[float, float]:
    """Variance of one deviation, and its degrees of freedom."""
    if math.isinf(weight):
        return prior, math.inf
    return (weight * prior + squares) / (weight + freedom), weight + freedom


def _tell(
    rater: Hashable,
    parts: dict[Hashable, Floats],
    variance: float,
    degrees: float,
    level: float,
    noise: float,
    *,
    about_zero: bool,
) -> RaterDrift:
    sigma, own = math.sqrt(variance), list(parts.values())
    means = {label: _mean(part, sigma, degrees, level) for label, part in parts.items()}
    shifts, p = {}, {}
    for label in list(parts)[1:]:
        shifts[label], p[label] = _shift(own[0], parts[label], sigma, degrees, level, noise)
    series = np.concatenate([np.zeros(0), *own])
    target = 0.0 if about_zero or not own else float(own[0].mean())
    return RaterDrift(
        rater=rater,
        means=FrozenMap(means),
        shifts=FrozenMap(shifts),
        p=FrozenMap(p),
        sigma=sigma,
        chart=charts.ewma(series, target=target, sigma=sigma if sigma > 0 else None),
        cusum=charts.cusum(series, target=target, sigma=sigma if sigma > 0 else None),
    )


def _mean(part: Floats, sigma: float, degrees: float, level: float) -> Estimate:
    error = sigma / math.sqrt(len(part))
    return _interval(float(part.mean()), error, degrees, level, name="mean_deviation", n=len(part))


def _shift(
    before: Floats, after: Floats, sigma: float, degrees: float, level: float, noise: float
) -> tuple[Estimate, float]:
    from scipy.special import stdtr

    shift = float(after.mean() - before.mean())
    if abs(shift) <= noise:
        shift = 0.0
    error = sigma * math.sqrt(1 / len(before) + 1 / len(after))
    found = _interval(shift, error, degrees, level, name="shift", n=len(before) + len(after))
    if error == 0:
        return found, 1.0 if shift == 0 else 0.0
    return found, float(2 * stdtr(degrees, -abs(shift) / error))


def _interval(value: float, error: float, degrees: float, level: float, *, name: str, n: int) -> Estimate:
    reach = error * quantile_t(level, degrees)
    return Estimate(
        value,
        standard_error=error,
        low=value - reach,
        high=value + reach,
        level=level,
        method="moderated t",
        n={"ratings": n},
        notes=() if error > 0 else (Reason.of("NO_VARIATION"),),
        name=name,
    )
