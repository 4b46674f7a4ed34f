"""Associations of two measures of units that lie in groups: within groups, between them, and over many at once.

Here belong the correlation of unit means with its interval and tests, what unreliable measures hide of it, the
p-values of a family, and how many units a study needs. Not here: what a unit is, and which of them may be
told of; nor models of several levels with covariates.

Units of one group share what their group does to them. A correlation over all units mistakes that for an
association of the units, and counts them as independent when they are not. Both measures less the mean of
their group are free of it (Raudenbush & Bryk 2002, ch. 5), at the price of one degree of freedom a group.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from html import escape
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike

from ilr.base.errors import Checker
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, Ints, quantile_normal
from ilr.stats._permutations import ROUNDING, exchanged
from ilr.stats.estimate import Estimate
from ilr.stats.significance import Significance

__all__ = [
    "PERMUTATIONS",
    "GroupedCorrelation",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "between_groups",
    "bonferroni",
    "disattenuated",
    "n_for_correlation",
    "power_of_correlation",
    "within_groups",
]

PERMUTATIONS = 9_999
"""How many permutations are drawn, unless told otherwise; where there are no more than that, each is counted."""

_LEAST = 1e-6  # correlation that can be planned for


@attrs.frozen(kw_only=True)
class GroupedCorrelation:
    """A correlation of units in groups with two tests of none. Equal when all fields are equal.

    Attributes:
        estimate: the correlation, -1 to 1, with Fisher's interval; ``n`` counts ``units`` and ``groups`` that
            are in it and units ``alone`` in their group, which are not.
        permutation: the test by exchanging units within groups, which asks for no distribution.

    Example:
        >>> found = within_groups([1, 2, 3, 7, 8, 9], [2, 1, 3, 5, 6, 4], "aaabbb", seed=1)
        >>> print(found)
        0.000 [-0.882, 0.882], p = 1 (two-sided)
    """

    estimate: Estimate
    permutation: Significance

    @property
    def student(self) -> Significance:
        """The test by Student's t, whose degrees of freedom are one less than units less groups."""
        return self.estimate.significance()

    def __str__(self) -> str:
        if self.estimate.undefined is not None:
            return str(self.estimate)
        return f"{self.estimate}, p = {self.permutation.p:.3g} (two-sided)"

    def _repr_html_(self) -> str:
        shown = {
            "correlation": str(self.estimate),
            "interval": f"{self.estimate.level:g} {self.estimate.method}",
            "Student": str(self.student),
            "permutation": str(self.permutation),
            "n": ", ".join(f"{name} {count:g}" for name, count in self.estimate.n.items()),
        }
        rows = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(text)}</td></tr>" for key, text in shown.items()
        )
        return f"<table><caption>{escape(self.estimate.name)}</caption>{rows}</table>"

    def to_dict(self) -> dict[str, Any]:
        """Give the parts as plain values that any format can hold."""
        return {
            "estimate": self.estimate.to_dict(),
            "student": self.student.to_dict(),
            "permutation": self.permutation.to_dict(),
        }


def within_groups(
    x: ArrayLike,
    y: ArrayLike,
    groups: Sequence[Hashable],
    *,
    seed: int,
    permutations: int = PERMUTATIONS,
    level: float = 0.95,
) -> GroupedCorrelation:
    """Correlate two measures of units within their groups, both taken less the mean of the group.

    With T units in S groups the correlation has T - S - 1 degrees of freedom, as one with S - 1 indicators of
    the group held constant. The interval is Fisher's for such a partial correlation (Fisher 1924): the inverse
    hyperbolic tangent with standard error 1 / sqrt(T - S - 2). The permutation p exchanges units within groups:
    exact where there are at most ``permutations`` ways, each of which is counted, else from as many draws,
    (b + 1) / (m + 1) with b of m draws as far from zero as the data (Phipson & Smyth 2010). It holds for any
    distribution, ties and unequal spread of groups included, as long as units of a group are exchangeable.

    Args:
        x: one measure, a number a unit, shape (n,).
        y: the other measure.
        groups: label of the group of each unit.
        seed: seed of the draws.
        permutations: most permutations, 1 or more.
        level: coverage of the interval, 0 to 1.

    Returns:
        The correlation. A unit alone in its group tells nothing, falls out and is counted. The correlation is
        undefined where no group has two units, where a measure varies in no group, and where no degree of
        freedom is left; the interval also where one alone is left, or all units lie on one line.

    Raises:
        InvalidInput: for columns of unlike length, measures that are no finite numbers, an option out of range.

    Example:
        >>> practice = [2.1, 2.6, 3.0, 3.3, 1.9, 2.2, 2.8, 3.1]
        >>> growth = [4, 6, 5, 8, 1, 3, 2, 5]
        >>> found = within_groups(practice, growth, ["a"] * 4 + ["b"] * 4, seed=1)
        >>> print(found)
        0.777 [0.057, 0.965], p = 0.0503 (two-sided)
        >>> print(found.student)
        t(5) = 2.759, p = 0.0399 (two-sided)
        >>> found.permutation.distribution
        'every permutation'
    """
    units = _read(x, y, groups, permutations, level)
    size = np.bincount(units.group)
    kept = size[units.group] > 1
    used = _Units(x=units.x[kept], y=units.y[kept], group=units.group[kept])
    counts = {"units": int(kept.sum()), "groups": int((size > 1).sum()), "alone": int((size == 1).sum())}
    return _correlated(used, counts, "within_groups", seed, permutations, level)


def between_groups(
    x: ArrayLike,
    y: ArrayLike,
    groups: Sequence[Hashable],
    *,
    seed: int,
    permutations: int = PERMUTATIONS,
    level: float = 0.95,
) -> GroupedCorrelation:
    """Correlate the means of two measures between groups, one point a group.

    It may differ from the correlation within groups in size and in sign (Robinson 1950), and says nothing of
    single units. Interval and tests are those of `within_groups` with the groups as units of one group: S groups
    leave S - 2 degrees of freedom, however many units they have.

    Args:
        x: one measure, a number a unit, shape (n,).
        y: the other measure.
        groups: label of the group of each unit.
        seed: seed of the draws.
        permutations: most permutations, 1 or more.
        level: coverage of the interval, 0 to 1.

    Returns:
        The correlation of group means; ``n`` counts ``units`` and ``groups``. Undefined for fewer than three
        groups and where a measure has one mean in all.

    Raises:
        InvalidInput: as `within_groups`.

    Example:
        >>> found = between_groups([1, 3, 2, 4, 5, 7], [9, 7, 8, 6, 3, 1], "aabbcc", seed=1)
        >>> print(found.estimate)
        -0.996
        >>> str(found.estimate.undefined_interval)
        'too few units in groups: 3 in 1'
    """
    units = _read(x, y, groups, permutations, level)
    size = np.bincount(units.group)
    means = [np.bincount(units.group, one) / size for one in (units.x, units.y)]
    used = _Units(x=means[0], y=means[1], group=np.zeros(len(size), dtype=np.int64))
    counts = {"units": len(units.x), "groups": len(size)}
    return _correlated(used, counts, "between_groups", seed, permutations, level)


def disattenuated(estimate: Estimate, reliability_x: float, reliability_y: float) -> Estimate:
    """Correct a correlation for the unreliability of both measures (Spearman 1904).

    The correlation and both limits are divided by the square root of the product of the reliabilities, which
    count as known: their own doubt is not in the interval. What would pass 1 is cut there and noted; it says that
    the reliabilities do not fit the data, or that chance made the correlation too large. A test of no
    correlation is that of the estimate itself.

    Args:
        estimate: a correlation, as it was found.
        reliability_x: reliability of one measure, above 0 to 1.
        reliability_y: reliability of the other.

    Returns:
        The corrected correlation; undefined, with its reason, where the estimate is.

    Raises:
        InvalidInput: for a reliability that is not above 0 and at most 1.

    Example:
        >>> print(disattenuated(Estimate(0.2, low=-0.06, high=0.43), 0.65, 0.5))
        0.351 [-0.105, 0.754]
        >>> str(disattenuated(Estimate(0.6), 0.5, 0.5).notes[0])
        'corrected for unreliability its value would be 1.20, beyond what a correlation can be'
    """
    check = Checker("disattenuated")
    for path, reliability in (("reliability_x", reliability_x), ("reliability_y", reliability_y)):
        check(
            0 < reliability <= 1,
            "association.reliability",
            path,
            "is no reliability",
            expected="above 0, at most 1",
        )
    check.done()
    if estimate.undefined is not None:
        return attrs.evolve(estimate, name=f"{estimate.name}[disattenuated]")
    root = math.sqrt(reliability_x * reliability_y)
    parts = {name: getattr(estimate, name) / root for name in ("value", "low", "high")}
    beyond = tuple(
        Reason.of("BEYOND_ONE", part=name, value=part) for name, part in parts.items() if abs(part) > 1
    )
    return attrs.evolve(
        estimate,
        **{name: np.clip(part, -1, 1).item() for name, part in parts.items()},
        standard_error=estimate.standard_error / root,
        method=f"{estimate.method}, disattenuated" if estimate.method else "",
        notes=(*estimate.notes, *beyond),
        name=f"{estimate.name}[disattenuated]",
    )


def benjamini_hochberg(p: ArrayLike, *, family: int | None = None) -> tuple[float, ...]:
    """Adjust p-values so that few of what is called found is false (Benjamini & Hochberg 1995).

    Calling found what is adjusted to at most q keeps the expected share of false ones among the found at or
    below q, for tests that are independent or positively dependent (Benjamini & Yekutieli 2001). For the chance
    of a single false one see `bonferroni`.

    Args:
        p: the p-values, each 0 to 1, shape (n,).
        family: number of tests that were made, at least n; those without a p here count as 1. By default n.

    Returns:
        The adjusted p-values in the same order, each at most 1; none for none.

    Raises:
        InvalidInput: for what is no probability, or a family smaller than its p-values.

    Example:
        >>> benjamini_hochberg([0.01, 0.04, 0.03])
        (0.03, 0.04, 0.04)
        >>> benjamini_hochberg([0.01], family=10)
        (0.1,)
    """
    values, size = _family(p, family)
    return _stepped_up(values, size)


def benjamini_yekutieli(p: ArrayLike, *, family: int | None = None) -> tuple[float, ...]:
    """Adjust p-values as `benjamini_hochberg` does, under any dependence (Benjamini & Yekutieli 2001, theorem 1.3).

    Args:
        p: the p-values, each 0 to 1, shape (n,).
        family: number of tests that were made, as there.

    Returns:
        The adjusted p-values in the same order, each at most 1.

    Raises:
        InvalidInput: as `benjamini_hochberg`.

    Example:
        >>> [round(one, 3) for one in benjamini_yekutieli([0.01, 0.04, 0.03])]
        [0.055, 0.073, 0.073]
    """
    values, size = _family(p, family)
    return _stepped_up(values, size * float((1 / np.arange(1, size + 1)).sum()))


def bonferroni(p: ArrayLike, *, family: int | None = None) -> tuple[float, ...]:
    """Adjust p-values so that a single false finding is rare: each times the size of the family (Dunn 1961).

    Args:
        p: the p-values, each 0 to 1, shape (n,).
        family: number of tests that were made, as in `benjamini_hochberg`.

    Returns:
        The adjusted p-values in the same order, each at most 1.

    Raises:
        InvalidInput: as `benjamini_hochberg`.

    Example:
        >>> bonferroni([0.01, 0.25, 0.5])
        (0.03, 0.75, 1.0)
    """
    values, size = _family(p, family)
    return tuple(np.minimum(values * size, 1).tolist())


def power_of_correlation(r: float, n: int, *, groups: int = 1, alpha: float = 0.05) -> float:
    """The chance to see a true correlation, by Fisher's transformation (Cohen 1988, ch. 3).

    That is the chance that a two-sided test at ``alpha`` rejects no correlation, where the transformed correlation
    is normal with standard error 1 / sqrt(n - groups - 2).

    Args:
        r: the true correlation, above -1 and below 1.
        n: number of units.
        groups: number of groups within which they are compared; 1 for a plain correlation.
        alpha: the error that the test allows, 0 to 1.

    Returns:
        The power, from ``alpha`` (at r = 0) to 1.

    Raises:
        InvalidInput: for a correlation or an error out of range, or fewer than groups + 3 units.

    Example:
        >>> round(power_of_correlation(0.2, 60), 2)
        0.33
        >>> round(power_of_correlation(0.2, 60, groups=10), 2)
        0.29
    """
    check = Checker("power_of_correlation")
    _check_planning(check, r, groups, alpha)
    check(
        n >= groups + 3,
        "association.n",
        "n",
        "is too small",
        expected="at least three more than groups",
    )
    check.done()
    return _power(r, n, groups, alpha)


def n_for_correlation(r: float, power: float = 0.8, *, groups: int = 1, alpha: float = 0.05) -> int:
    """How many units show a true correlation with wanted power (Cohen 1988, ch. 3).

    Args:
        r: the true correlation, above -1 and below 1 and not 0.
        power: the wanted power, at least ``alpha`` and below 1.
        groups: number of groups within which units are compared; 1 for a plain correlation.
        alpha: the error that the test allows, 0 to 1.

    Returns:
        The least number of units whose `power_of_correlation` reaches the power.

    Raises:
        InvalidInput: for a correlation, power or error out of range.

    Example:
        >>> [n_for_correlation(r) for r in (0.1, 0.2, 0.3, 0.4)]
        [783, 194, 85, 47]
    """
    check = Checker("n_for_correlation")
    _check_planning(check, r, groups, alpha)
    check(
        abs(r) >= _LEAST,
        "association.r",
        "r",
        "is so near to zero that no number of units shows it",
        expected="a millionth or more",
    )
    check(
        alpha <= power < 1,
        "association.power",
        "power",
        "is no power",
        expected="at least alpha, below 1",
    )
    check.done()
    from scipy.special import ndtri

    reach = quantile_normal(1 - alpha) + max(float(ndtri(power)), 0.0)
    most = math.ceil((reach / math.atanh(abs(r))) ** 2) + groups + 3
    numbers = range(groups + 3, most + 1)
    return numbers[bisect_left(numbers, power, key=lambda n: _power(r, n, groups, alpha))]


def _power(r: float, n: int, groups: int, alpha: float) -> float:
    from scipy.special import ndtr

    shift = math.atanh(abs(r)) * math.sqrt(n - groups - 2)
    reach = quantile_normal(1 - alpha)
    return float(ndtr(shift - reach) + ndtr(-shift - reach))


def _check_planning(check: Checker, r: float, groups: int, alpha: float) -> None:
    check(-1 < r < 1, "association.r", "r", "is no correlation to plan for", expected="-1 < r < 1")
    check(groups >= 1, "association.groups", "groups", "is not positive", expected="1 or more")
    check(0 < alpha < 1, "association.alpha", "alpha", "is not a probability", expected="0 < alpha < 1")


@attrs.frozen(eq=False, kw_only=True)
class _Units:
    """Two measures of units and the number of the group of each."""

    x: Floats
    y: Floats
    group: Ints

    @property
    def n_groups(self) -> int:
        """Number of groups that have a unit."""
        return len(np.unique(self.group))


def _read(x: ArrayLike, y: ArrayLike, groups: Sequence[Hashable], permutations: int, level: float) -> _Units:
    check = Checker("association")
    columns = [_numbers(one, path, check) for one, path in ((x, "x"), (y, "y"))]
    check(
        len({len(columns[0]), len(columns[1]), len(groups)}) == 1,
        "association.length",
        "",
        "the columns differ in length",
        expected="one entry a unit",
    )
    check(
        permutations >= 1,
        "association.permutations",
        "permutations",
        "is not positive",
        expected="1 or more",
    )
    check(0 < level < 1, "options.level", "level", "is not a probability", expected="0 < level < 1")
    check.done()
    places = {label: place for place, label in enumerate(dict.fromkeys(groups))}
    group = np.array([places[label] for label in groups], dtype=np.int64)
    order = np.argsort(group, kind="stable")
    return _Units(x=columns[0][order], y=columns[1][order], group=group[order])


def _numbers(given: ArrayLike, path: str, check: Checker) -> Floats:
    try:
        column = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        column = np.full(1, np.nan)
    fits = column.ndim == 1 and bool(np.isfinite(column).all())
    check(fits, "association.numbers", path, "holds what is no number", expected="one finite number a unit")
    return column if column.ndim == 1 else np.zeros(0)


def _family(p: ArrayLike, family: int | None) -> tuple[Floats, int]:
    """The p-values and the size of their family."""
    check = Checker("family")
    values = _numbers(p, "p", check)
    size = len(values) if family is None else family
    check(
        bool(((values >= 0) & (values <= 1) | ~np.isfinite(values)).all()),
        "association.p",
        "p",
        "holds what is no probability",
        expected="0 to 1",
    )
    check(
        size >= len(values),
        "association.family",
        "family",
        "is smaller than the number of p-values",
        expected="every test that was made",
    )
    check.done()
    return values, size


def _stepped_up(values: Floats, size: float) -> tuple[float, ...]:
    """Adjusted p-values of a step-up procedure with the critical values rank / size."""
    order = np.argsort(values)[::-1]
    ranks = np.arange(len(values), 0, -1)
    out = np.empty_like(values)
    out[order] = np.minimum(np.minimum.accumulate(values[order] * (size / ranks)), 1)
    return tuple(out.tolist())


def _correlated(
    units: _Units, counts: dict[str, int], name: str, seed: int, permutations: int, level: float
) -> GroupedCorrelation:
    """The correlation of units within groups, all of which have two or more."""
    freedom = len(units.x) - units.n_groups - 1
    x, y = (_centred(one, units.group) for one in (units.x, units.y))
    if x is None or y is None or freedom < 1:
        undefined = _undefined(units, freedom)
        return GroupedCorrelation(
            estimate=Estimate.missing(undefined, level=level, n=counts, name=name),
            permutation=Significance(name=name, undefined=undefined),
        )
    r = min(max(float(x @ y), -1.0), 1.0)
    return GroupedCorrelation(
        estimate=_with_interval(r, units, freedom, counts, name, level),
        permutation=exchanged(x, y, units.group, name=name, seed=seed, permutations=permutations),
    )


def _undefined(units: _Units, freedom: int) -> Reason:
    if not len(units.x):
        return Reason.of("ALL_ALONE")
    return Reason.of("NO_VARIATION") if freedom > 0 else _too_few(units)


def _too_few(units: _Units) -> Reason:
    return Reason.of("FEW_UNITS", units=len(units.x), groups=units.n_groups)


def _centred(values: Floats, group: Ints) -> Floats | None:
    """The measure less the mean of its group, of length 1; None where it varies in no group."""
    _, first, places = np.unique(group, return_index=True, return_inverse=True)
    quarter = values / 4  # so that no difference overflows
    gap = quarter - quarter[first][places]  # exactly zero where the group is of one value
    largest = np.abs(gap).max(initial=0.0)
    if largest == 0:
        return None
    gap /= largest
    gap -= (np.bincount(places, gap) / np.bincount(places))[places]
    return np.asarray(gap / math.sqrt(float(gap @ gap)))


def _with_interval(
    r: float, units: _Units, freedom: int, counts: dict[str, int], name: str, level: float
) -> Estimate:
    on_a_line = 1 - r * r <= ROUNDING
    reason = Reason.of("ON_A_LINE") if on_a_line else _too_few(units) if freedom < 2 else None
    low = high = math.nan
    if reason is None:
        reach = quantile_normal(level) / math.sqrt(freedom - 1)
        low, high = (math.tanh(math.atanh(r) + side) for side in (-reach, reach))
    return Estimate(
        r,
        standard_error=math.nan if on_a_line else math.sqrt((1 - r * r) / freedom),
        degrees_of_freedom=freedom,
        low=low,
        high=high,
        level=level,
        method="fisher z" if reason is None else "",
        n=counts,
        undefined_interval=reason,
        name=name,
        sampled="units",
    )
