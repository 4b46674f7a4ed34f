"""Agreement within each unit: the indices of groups, r_wg and its kin, and Finn's coefficient.

Here belong statistics that compare the spread of the scores of a unit with a spread that stands for no
agreement at all: that of scores drawn evenly from the scale, or one of your own. They do not need units to
differ from each other. Not here: coefficients that do, as `ilr.stats.agreement.icc`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, locked, quantile_t, shares
from ilr.stats._scores import Scores, added, notes_on, read_scores, require_level, scores_by_row
from ilr.stats._variance_components import crossed, layout
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = ["WithinGroup", "a_wg", "average_deviation", "finn", "r_wg", "r_wg_j"]

Null: TypeAlias = float | Literal["uniform"]
Range: TypeAlias = tuple[float, float] | None
OutOfRange: TypeAlias = Literal["published", "kept"]


@attrs.frozen(kw_only=True, eq=False)
class WithinGroup:
    """An index of agreement for each unit, with its middle over units.

    Two are compared by identity, because they hold arrays; these are read-only.

    Attributes:
        name: which index this is.
        values: the index by row of the ratings, shape (rows,); NaN where a unit has fewer than two scores, or
            where the index says nothing.
        mean: mean over the units that have a value, with Student's interval for a sample of units.
        median: median over them, without an interval.
        n: named counts: ``units`` with a score, ``raters``, ``ratings``, units with a ``value``, with a
            ``single`` score, and ``out_of_range``, for which the index says nothing or was set to its limit.
    """

    name: str
    values: Floats
    mean: Estimate
    median: Estimate
    n: FrozenMap[str, float]

    def __str__(self) -> str:
        return f"mean {self.mean}, median {self.median}"

    def _repr_html_(self) -> str:
        shown = {
            "mean": str(self.mean),
            "median": str(self.median),
            "n": ", ".join(f"{name} {count:g}" for name, count in self.n.items()),
        }
        rows = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(text)}</td></tr>" for key, text in shown.items()
        )
        return f"<table><caption>{escape(self.name)}</caption>{rows}</table>"

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as plain values that any format can hold; a unit without a value has None."""
        return {
            "name": self.name,
            "values": [None if math.isnan(one) else one for one in self.values.tolist()],
            "mean": self.mean.to_dict(),
            "median": self.median.to_dict(),
            "n": dict(self.n),
        }


def r_wg(
    r: Ratings, *, null: Null = "uniform", out_of_range: OutOfRange = "published", level: float = 0.95
) -> WithinGroup:
    """Agreement of the raters of each unit on one item, r_wg (James, Demaree & Wolf 1984, eq. 1).

    One less the variance of a unit's scores, with the divisor of one less than their number, over the
    variance under no agreement.

    Args:
        r: scores or ordered categories.
        null: variance under no agreement: ``uniform`` for scores drawn evenly from the values of the
            categories, or a number above zero; continuous scores need a number.
        out_of_range: what becomes of a unit that varies more than under no agreement: ``published`` sets it
            to 0, as the authors do, ``kept`` leaves it negative. `WithinGroup.n` counts them either way.
        level: coverage of the interval of the mean, 0 to 1.

    Returns:
        The index of each unit, at most 1, and its mean and median over units.

    Raises:
        InvalidInput: for a null variance that is none or cannot be had, an unknown option, or categories
            without an order.

    Example:
        >>> r = Ratings.from_matrix([[4, 4, 5], [2, 3, 2], [1, 5, 3]], categories=[1, 2, 3, 4, 5])
        >>> found = r_wg(r)
        >>> found.values.round(3).tolist(), found.n["out_of_range"]
        ([0.833, 0.833, 0.0], 1.0)
    """
    check = Checker("r_wg")
    spread = _null_variance(r, null, check)
    _options(out_of_range, level, check)
    check.done()
    scores = scores_by_row(r, "r_wg")
    found = 1 - _Moments.of(scores).variance / spread
    outside = found < 0
    if out_of_range == "published":
        found = np.where(outside, 0.0, found)
    return _result("r_wg", found, outside, [scores], notes_on(r), level)


def r_wg_j(
    items: Sequence[Ratings],
    *,
    null: Null = "uniform",
    out_of_range: OutOfRange = "published",
    level: float = 0.95,
) -> WithinGroup:
    """Agreement of the raters of each unit on the mean of several items, r_wg(J) (James et al. 1984, eq. 2).

    With s the mean over J items of the variance of a unit's scores over that under no agreement, it is
    J (1 - s) / (J (1 - s) + s).

    Args:
        items: ratings of the same units in the same order, one for each of J parallel items. A unit counts
            with the items on which it has two scores.
        null: variance under no agreement, as in `r_wg`; ``uniform`` takes the categories of each item.
        out_of_range: what becomes of a unit with s above 1, for which the formula says nothing: ``published``
            sets it to 0, ``kept`` leaves what the formula gives. `WithinGroup.n` counts them either way.
        level: coverage of the interval of the mean, 0 to 1.

    Returns:
        The index of each unit and its mean and median over units; ratings are those of all items.

    Raises:
        InvalidInput: without an item, for items with different numbers of units, and as in `r_wg`.

    Example:
        >>> first = Ratings.from_matrix([[4, 4, 5], [2, 3, 2]], categories=[1, 2, 3, 4, 5])
        >>> second = Ratings.from_matrix([[3, 4, 4], [1, 1, 1]], categories=[1, 2, 3, 4, 5])
        >>> r_wg_j([first, second]).values.round(3).tolist()
        [0.909, 0.957]
    """
    check = Checker("r_wg_j")
    check(len(items) > 0, "within_group.items", "items", "is empty", expected="at least one item")
    check(
        len({(one.n_rows, None if one.times is None else tuple(one.times)) for one in items}) <= 1,
        "within_group.items",
        "items",
        "do not rate the same units",
        expected="the same units in the same order",
    )
    spreads = [_null_variance(one, null, check) for one in items]
    _options(out_of_range, level, check)
    check.done()
    read = [scores_by_row(one, "r_wg_j") for one in items]
    relative = np.array(
        [_Moments.of(one).variance / spread for one, spread in zip(read, spreads, strict=True)]
    )
    used = (~np.isnan(relative)).sum(axis=0).astype(np.float64)
    mean = shares(np.nansum(relative, axis=0), used)
    found = shares(used * (1 - mean), used * (1 - mean) + mean)
    outside = mean > 1
    if out_of_range == "published":
        found = np.where(outside, 0.0, found)
    notes = tuple(dict.fromkeys(note for one in items for note in notes_on(one)))
    return _result("r_wg_j", found, outside, read, notes, level)


def a_wg(
    r: Ratings, *, scale: Range = None, out_of_range: OutOfRange = "published", level: float = 0.95
) -> WithinGroup:
    """Agreement of the raters of each unit against the most they could disagree, a_wg (Brown & Hauenstein 2005).

    One less twice the variance of a unit's scores over the largest that their mean allows on the scale; 1
    where all agree, 0 where the scores are as even draws, -1 where they sit at both ends.

    Args:
        r: scores or ordered categories.
        scale: lowest and highest score of the scale; that of the categories where None. Continuous scores
            need it.
        out_of_range: what becomes of a unit whose mean lies so near an end that its scores cannot show the
            largest disagreement (below ((k - 1) L + H) / k or above ((k - 1) H + L) / k for k scores between
            L and H): ``published`` gives no value, unless all agree, ``kept`` what the formula gives.
            `WithinGroup.n` counts them either way.
        level: coverage of the interval of the mean, 0 to 1.

    Returns:
        The index of each unit, -1 to 1, and its mean and median over units.

    Raises:
        InvalidInput: for a scale that is none, does not hold every score or is not known, an unknown option,
            or categories without an order.

    Example:
        >>> r = Ratings.from_matrix([[4, 4, 5], [2, 3, 2], [1, 5, 3]], categories=[1, 2, 3, 4, 5])
        >>> a_wg(r).values.round(3).tolist()
        [nan, 0.875, -0.333]
    """
    check = Checker("a_wg")
    _options(out_of_range, level, check)
    known = check(
        scale is not None or not r.continuous,
        "within_group.scale",
        "scale",
        "is needed for continuous scores",
        expected="lowest and highest score",
    )
    low, high = (0.0, 1.0) if not known else scale or (float(r.values.min()), float(r.values.max()))
    check(low < high, "within_group.scale", "scale", "does not rise", expected="lowest before highest")
    check.done()
    scores = scores_by_row(r, "a_wg")
    check(
        not len(scores.long[2]) or (low <= scores.long[2].min() and scores.long[2].max() <= high),
        "within_group.scale",
        "scale",
        "does not hold every score",
    )
    check.done()
    moments = _Moments.of(scores)
    k, mean = moments.k, moments.mean
    most = ((high + low) * mean - mean**2 - high * low) * shares(k, k - 1)
    found = np.where(moments.variance == 0, 1.0, 1 - 2 * shares(moments.variance, most))
    slack = 1e-9 * (high - low)
    outside = (moments.variance > 0) & (
        (mean < shares((k - 1) * low + high, k) - slack) | (mean > shares((k - 1) * high + low, k) + slack)
    )
    if out_of_range == "published":
        found = np.where(outside, np.nan, found)
    return _result("a_wg", found, outside, [scores], notes_on(r), level)


def average_deviation(
    r: Ratings, *, about: Literal["mean", "median"] = "mean", level: float = 0.95
) -> WithinGroup:
    """Average deviation of the scores of each unit from their mean or median (Burke & Dunlap 2002).

    In the unit of the scores, so that 0 is full agreement. On a scale of c levels one apart, at most c / 6
    is taken as agreement (Burke & Dunlap 2002).

    Args:
        r: scores or ordered categories.
        about: ``mean``, or ``median``, which Burke, Finkelstein and Dusig (1999) hold to be more robust.
        level: coverage of the interval of the mean over units, 0 to 1.

    Returns:
        The index of each unit, from 0, and its mean and median over units.

    Raises:
        InvalidInput: for an unknown option, or categories without an order.

    Example:
        >>> r = Ratings.from_matrix([[4, 4, 5], [2, 3, 2], [1, 5, 3]], categories=[1, 2, 3, 4, 5])
        >>> average_deviation(r, about="median").values.round(3).tolist()
        [0.333, 0.333, 1.333]
    """
    check = Checker("average_deviation")
    check(about in ("mean", "median"), "within_group.about", "about", "is unknown", expected="mean or median")
    require_level(check, level)
    check.done()
    scores = scores_by_row(r, "average_deviation")
    moments = _Moments.of(scores)
    row, _, score = scores.long
    centre = moments.mean if about == "mean" else _medians(scores)
    away = added(row, np.abs(score - centre[row]), len(scores.times))
    found = np.where(moments.k > 1, shares(away, moments.k), np.nan)
    none = np.zeros(len(found), dtype=bool)
    return _result(f"average_deviation[{about}]", found, none, [scores], notes_on(r), level)


def finn(
    r: Ratings,
    *,
    null: Null = "uniform",
    model: Literal["one-way", "two-way"] = "one-way",
    level: float = 0.95,
) -> Estimate:
    """Finn's coefficient: error variance against that of scores drawn evenly from the scale (Finn 1970).

    One less the mean square within units over the variance under no agreement; two-way takes the residual
    mean square after units and raters instead, so that severe and lenient raters do not count against it.
    Every score counts, with gaps too. The interval is that of a mean square of normal scores.

    Args:
        r: scores or ordered categories.
        null: variance under no agreement, as in `r_wg`.
        model: ``one-way`` or ``two-way``.
        level: coverage of the interval, 0 to 1.

    Returns:
        The estimate, at most 1; below zero where scores vary more than under no agreement. Undefined where no
        unit has two scores, or two-way where nothing is left to be error.

    Raises:
        InvalidInput: for a null variance that is none or cannot be had, an unknown option, or categories
            without an order.

    Example:
        >>> r = Ratings.from_matrix([[4, 4, 5], [2, 3, 2], [1, 5, 3]], categories=[1, 2, 3, 4, 5])
        >>> print(finn(r))
        0.222 [-2.772, 0.677]
    """
    check = Checker("finn")
    spread = _null_variance(r, null, check)
    check(
        model in ("one-way", "two-way"),
        "within_group.model",
        "model",
        "is unknown",
        expected="one-way or two-way",
    )
    require_level(check, level)
    check.done()
    scores, name, notes = read_scores(r, "finn"), f"finn[{model}]", notes_on(r)
    found = _error(scores, model, spread)
    if isinstance(found, Reason):
        return Estimate.missing(found, level=level, n=scores.n, name=name, notes=notes)
    square, freedom = found
    from scipy.special import chdtri

    least, most = (float(chdtri(freedom, 0.5 + side * level / 2)) for side in (1, -1))
    return Estimate(
        1 - square / spread,
        low=1 - square * freedom / least / spread,
        high=1 - square * freedom / most / spread,
        level=level,
        method="chi-squared",
        n=scores.n,
        notes=(*notes, Reason.of("NO_VARIATION")) if square == 0 else notes,
        name=name,
    )


def _error(scores: Scores, model: str, spread: float) -> tuple[float, float] | Reason:
    """Mean square of error and its degrees of freedom."""
    if scores.sizes.max(initial=0) < 2:
        return Reason.of("NO_PAIRS" if scores.n["units"] else "NO_UNITS")
    if math.isnan(spread):
        return Reason.of("ONE_CATEGORY")
    squares = (layout(scores) if model == "one-way" else crossed(scores)).mean_squares()
    if squares.residual_freedom < 1:
        return Reason.of("NO_RESIDUAL")
    return squares.residual, squares.residual_freedom


@attrs.frozen(eq=False)
class _Moments:
    """Number, mean and variance of the scores of each row; NaN where there are too few."""

    k: Floats
    mean: Floats
    variance: Floats

    @classmethod
    def of(cls, scores: Scores) -> _Moments:
        row, _, score = scores.long
        size = len(scores.times)
        k = scores.sizes.astype(np.float64)
        mean = shares(added(row, score, size), k)
        squares = added(row, (score - mean[row]) ** 2, size)
        # scores that are all alike may leave a rest of rounding in their mean
        alike = squares <= 1e-24 * added(row, score**2, size)
        return cls(k, mean, shares(np.where(alike, 0.0, squares), np.maximum(k - 1, 0)))


def _null_variance(r: Ratings, null: Null, check: Checker) -> float:
    """Variance under no agreement; NaN where the scale has one value only."""
    if isinstance(null, str):
        check(null == "uniform", "within_group.null", "null", "is unknown", expected="uniform or a number")
        check(
            not r.continuous,
            "within_group.null",
            "null",
            "needs categories to be uniform",
            expected="the variance under no agreement",
        )
        return float(np.var(r.values)) if r.q > 1 else math.nan
    check(
        0 < null < math.inf,
        "within_group.null",
        "null",
        "is no variance",
        expected="uniform, or a number above 0",
    )
    return null


def _options(out_of_range: OutOfRange, level: float, check: Checker) -> None:
    check(
        out_of_range in ("published", "kept"),
        "within_group.out_of_range",
        "out_of_range",
        "is unknown",
        expected="published or kept",
    )
    require_level(check, level)


def _medians(scores: Scores) -> Floats:
    """Median of the scores of each row, NaN where there is none."""
    row, _, score = scores.long
    ordered = score[np.lexsort((score, row))]
    sizes = scores.sizes[scores.sizes > 0]
    start = np.cumsum(sizes) - sizes
    out = np.full(len(scores.times), np.nan)
    out[scores.sizes > 0] = (ordered[start + (sizes - 1) // 2] + ordered[start + sizes // 2]) / 2
    return out


def _result(
    name: str,
    found: Floats,
    outside: NDArray[np.bool_],
    items: Sequence[Scores],
    notes: tuple[Reason, ...],
    level: float,
) -> WithinGroup:
    """Index by unit, with its middle over the units that have one."""
    times = items[0].times
    rated, paired = (np.any([one.sizes > least for one in items], axis=0) for least in (0, 1))
    known = ~np.isnan(found)
    n: FrozenMap[str, float] = FrozenMap(
        {
            "units": float(times[rated].sum()),
            "raters": max(one.n_raters for one in items),
            "ratings": sum(one.n["ratings"] for one in items),
            "value": float(times[known].sum()),
            "single": float(times[rated & ~paired].sum()),
            "out_of_range": float(times[outside].sum()),
        }
    )
    mean = partial(Estimate, level=level, n=n, name=f"mean {name}")
    if not known.any():
        lacking = "NO_PAIRS" if rated.any() else "NO_UNITS"
        reason = Reason.of("NO_INDEX" if paired.any() else lacking)
        return WithinGroup(
            name=name,
            values=locked(found),
            mean=mean(undefined=reason, undefined_interval=reason, notes=notes),
            median=Estimate.missing(reason, level=level, n=n, notes=notes, name=f"median {name}"),
            n=n,
        )
    values, often = found[known], times[known]
    return WithinGroup(
        name=name,
        values=locked(found),
        mean=_mean(values, often, mean, notes),
        median=Estimate(_median(values, often), level=level, n=n, notes=notes, name=f"median {name}"),
        n=n,
    )


def _mean(values: Floats, often: Floats, made: partial[Estimate], notes: tuple[Reason, ...]) -> Estimate:
    """Mean of values that stand for several units each, with Student's interval."""
    total = float(often.sum())
    centre = float(often @ values) / total
    if total < 2:
        return made(centre, undefined_interval=Reason.of("ONE_UNIT"), notes=notes)
    error = math.sqrt(float(often @ (values - centre) ** 2) / (total - 1) / total)
    reach = error * quantile_t(made.keywords["level"], total - 1)
    return made(
        centre,
        standard_error=error,
        degrees_of_freedom=total - 1,
        low=centre - reach,
        high=centre + reach,
        method="student",
        sampled="units",
        notes=notes if error > 0 else (*notes, Reason.of("NO_VARIATION")),
    )


def _median(values: Floats, often: Floats) -> float:
    order = np.argsort(values)
    reached = np.cumsum(often[order])
    middle = np.searchsorted(reached, [(reached[-1] - 1) / 2, reached[-1] / 2], side="right")
    return float(values[order][middle].mean())
