"""Two raters on a scale of numbers: Lin's concordance and the limits of Bland and Altman.

Here belong statistics of the paired scores of exactly two raters, over the units that both scored. Units
count as independent. Not here: more raters, for which there is `ilr.stats.agreement.icc`.
"""

from __future__ import annotations

import math
from functools import partial
from html import escape
from typing import Any, Literal, TypeAlias

import attrs

from ilr.base.errors import Checker
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason
from ilr.base.records import read_only
from ilr.stats._arrays import Floats, quantile_normal, quantile_t
from ilr.stats._scores import notes_on, read_scores, require_level
from ilr.stats.agreement._checks import require_two
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = [
    "LimitsOfAgreement",
    "LinParts",
    "bland_altman",
    "lin_concordance",
    "lin_parts",
]

LimitsMethod: TypeAlias = Literal["exact", "approximate"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LinParts:
    """What Lin's concordance is made of: the product of precision and accuracy, and two shifts.

    Equal when all fields are equal.

    Attributes:
        precision: Pearson's correlation, -1 to 1, with Fisher's interval.
        accuracy: how near the best line comes to the line of equality, 0 to 1; 1 when means and spreads agree.
        location_shift: difference of the means, first minus second, in units of the geometric mean of the
            two standard deviations.
        scale_shift: ratio of the standard deviations, first to second.
    """

    precision: Estimate
    accuracy: Estimate
    location_shift: Estimate
    scale_shift: Estimate

    def __str__(self) -> str:
        return "\n".join(f"{one.name}: {one}" for one in _fields(self))

    def _repr_html_(self) -> str:
        return _html("concordance", _fields(self))

    def to_dict(self) -> dict[str, Any]:
        """Give the parts as plain values that any format can hold."""
        return {name: one.to_dict() for name, one in _named(self).items()}


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LimitsOfAgreement:
    """Between which limits the differences of two raters lie, as far as they are normal.

    Equal when all fields are equal. The unit is that of the scores.

    Attributes:
        bias: mean difference, first rater minus second.
        deviation: standard deviation of the differences.
        lower: lower limit of agreement, with an interval of its own.
        upper: upper limit of agreement, with an interval of its own.
        coverage: share of differences that the limits are to hold, 0 to 1.
    """

    bias: Estimate
    deviation: Estimate
    lower: Estimate
    upper: Estimate
    coverage: float

    def __str__(self) -> str:
        return "\n".join(f"{one.name}: {one}" for one in _fields(self))

    def _repr_html_(self) -> str:
        return _html(f"limits of agreement for {self.coverage:g} of the differences", _fields(self))

    def to_dict(self) -> dict[str, Any]:
        """Give the parts as plain values that any format can hold."""
        return {**{name: one.to_dict() for name, one in _named(self).items()}, "coverage": self.coverage}


@attrs.frozen(eq=False, kw_only=True)
class _Pairs:
    """Scores of two raters with their moments; sums of squares have the divisor n."""

    first: Floats
    second: Floats
    times: Floats
    n: FrozenMap[str, float]
    notes: tuple[Reason, ...]

    @property
    def pairs(self) -> float:
        return self.n["units"]

    def mean(self, scores: Floats) -> float:
        return float(self.times @ scores) / self.pairs

    def spread(self, one: Floats, other: Floats) -> float:
        """Mean product of the deviations from the means."""
        return float(self.times @ ((one - self.mean(one)) * (other - self.mean(other)))) / self.pairs


def lin_concordance(r: Ratings, *, level: float = 0.95) -> Estimate:
    """Lin's concordance correlation: how near the pairs lie to the line of equality (Lin 1989).

    Twice the covariance over the sum of the two variances and the squared difference of the means, all with
    the divisor n. The interval is that of the z transformation with the variance as corrected in Lin (2000).

    Args:
        r: scores of two raters; coded ones count with `Ratings.values`. Units that one of the two did not
            score are left out; `n` counts the units that are in.
        level: coverage of the interval, 0 to 1.

    Returns:
        The estimate, -1 to 1. Undefined with one rater, where they share no unit, or where no score varies.
        With fewer than three pairs, or where one of the two never varies, there is no interval.

    Raises:
        InvalidInput: for more than two raters, categories without an order, or a level that is none.

    Example:
        >>> r = Ratings.from_matrix([[5, 5.2], [7, 7.4], [9, 8.8], [6, 6.4], [8, 8.1]], continuous=True)
        >>> print(lin_concordance(r))
        0.977 [0.867, 0.996]
    """
    name = "lin_concordance"
    pairs = _read(r, name, level, Checker(name))
    if isinstance(pairs, Estimate):
        return pairs
    moments = _moments(pairs)
    bottom = moments[0] + moments[1] + moments[3] ** 2
    if bottom == 0:
        return _nothing(Reason.of("NO_VARIATION"), name, level, pairs)
    value = 2 * moments[2] / bottom
    made = partial(Estimate, value, level=level, n=pairs.n, name=name)
    reason = None
    if pairs.pairs < 3:
        reason = Reason.of("BELOW_COUNT", n=int(pairs.pairs), least=3)
    elif moments[0] * moments[1] == 0:
        reason = Reason.of("NO_VARIATION")
    if reason is not None:
        return made(undefined_interval=reason, notes=pairs.notes)
    if 1 - abs(value) < 1e-15:
        notes = (*pairs.notes, Reason.of("NO_VARIATION"))
        return made(standard_error=0.0, low=value, high=value, method="fisher-z", notes=notes)
    error = _lin_error(moments, value) / math.sqrt(pairs.pairs - 2)
    reach = quantile_normal(level) * error
    return made(
        standard_error=error * (1 - value**2),
        low=math.tanh(math.atanh(value) - reach),
        high=math.tanh(math.atanh(value) + reach),
        method="fisher-z",
        notes=pairs.notes,
    )


def lin_parts(r: Ratings, *, level: float = 0.95) -> LinParts:
    """Precision, accuracy and shifts behind Lin's concordance (Lin 1989).

    Args:
        r: scores of two raters, as in `lin_concordance`.
        level: coverage of the interval of the correlation, 0 to 1.

    Returns:
        The parts; all undefined with one rater, where the raters share no unit, or where one of them never
        varies.

    Raises:
        InvalidInput: for more than two raters, categories without an order, or a level that is none.

    Example:
        >>> r = Ratings.from_matrix([[5, 5.2], [7, 7.4], [9, 8.8], [6, 6.4], [8, 8.1]], continuous=True)
        >>> print(lin_parts(r).scale_shift)
        1.115
    """
    names = ("precision", "accuracy", "location shift", "scale shift")
    pairs = _read(r, names[0], level, Checker("lin_parts"))
    if not isinstance(pairs, Estimate) and _moments(pairs)[0] * _moments(pairs)[1] == 0:
        pairs = _nothing(Reason.of("NO_VARIATION"), names[0], level, pairs)
    if isinstance(pairs, Estimate):
        return LinParts(
            precision=pairs,
            accuracy=attrs.evolve(pairs, name=names[1]),
            location_shift=attrs.evolve(pairs, name=names[2]),
            scale_shift=attrs.evolve(pairs, name=names[3]),
        )
    first, second, both, shift = _moments(pairs)
    spread = math.sqrt(first * second)
    correlation = max(-1.0, min(1.0, both / spread))
    accuracy = 2 * spread / (first + second + shift**2)
    made = partial(Estimate, level=level, n=pairs.n, notes=pairs.notes)
    return LinParts(
        precision=_correlation(correlation, pairs, level),
        accuracy=made(accuracy, name=names[1]),
        location_shift=made(shift / math.sqrt(spread), name=names[2]),
        scale_shift=made(math.sqrt(first / second), name=names[3]),
    )


def bland_altman(
    r: Ratings, *, coverage: float = 0.95, method: LimitsMethod = "exact", level: float = 0.95
) -> LimitsOfAgreement:
    """Limits of agreement of two raters (Bland & Altman 1986, 1999).

    Bias plus and minus a normal quantile of standard deviations of the differences. The bias has Student's
    interval. The limits have exact ones from the noncentral t distribution (Carkeet 2015), or approximate
    ones from the standard error of Bland and Altman (1999). Repeated pairs of one subject are not told apart:
    every unit counts as independent.

    Args:
        r: scores of two raters; coded ones count with `Ratings.values`. Units that one of the two did not
            score are left out.
        coverage: share of the differences that the limits are to hold, 0 to 1.
        method: exact or approximate.
        level: coverage of the intervals of bias and limits, 0 to 1.

    Returns:
        Bias, standard deviation and limits; undefined with one rater or where the two share no unit. With one
        pair only the bias is known.

    Raises:
        InvalidInput: for more than two raters, categories without an order, or options out of range.

    Example:
        >>> r = Ratings.from_matrix([[5, 5.2], [7, 7.4], [9, 8.8], [6, 6.4], [8, 8.1]], continuous=True)
        >>> print(bland_altman(r))
        bias: -0.180 [-0.489, 0.129]
        deviation: 0.249
        lower: -0.668 [-1.668, -0.410]
        upper: 0.308 [0.050, 1.308]
    """
    check = Checker("bland_altman")
    check(0 < coverage < 1, "scores.coverage", "coverage", "is not a share", expected="0 < coverage < 1")
    check(
        method in ("exact", "approximate"),
        "scores.method",
        "method",
        "is unknown",
        expected="exact or approximate",
    )
    pairs = _read(r, "bias", level, check)
    if isinstance(pairs, Estimate):
        rest = {name: attrs.evolve(pairs, name=name) for name in ("deviation", "lower", "upper")}
        return LimitsOfAgreement(bias=pairs, **rest, coverage=coverage)
    difference = pairs.first - pairs.second
    bias, n = pairs.mean(difference), pairs.pairs
    made = partial(Estimate, level=level, n=pairs.n)
    if n < 2:
        lone = Reason.of("ONE_UNIT")
        return LimitsOfAgreement(
            bias=made(bias, undefined_interval=lone, notes=pairs.notes, name="bias"),
            deviation=_nothing(lone, "deviation", level, pairs),
            lower=_nothing(lone, "lower", level, pairs),
            upper=_nothing(lone, "upper", level, pairs),
            coverage=coverage,
        )
    deviation = math.sqrt(pairs.spread(difference, difference) * n / (n - 1))
    notes = pairs.notes if deviation > 0 else (*pairs.notes, Reason.of("NO_VARIATION"))
    error = deviation / math.sqrt(n)
    z = quantile_normal(coverage)
    near, far, spread = _limit_reach(z, n, method, level)
    reach = error * quantile_t(level, n - 1)
    made = partial(made, notes=notes)
    limit = partial(made, standard_error=deviation * spread, method=method)
    return LimitsOfAgreement(
        bias=made(
            bias,
            standard_error=error,
            degrees_of_freedom=n - 1,
            low=bias - reach,
            high=bias + reach,
            method="student",
            name="bias",
        ),
        deviation=made(deviation, name="deviation"),
        lower=limit(
            bias - z * deviation, low=bias - far * deviation, high=bias - near * deviation, name="lower"
        ),
        upper=limit(
            bias + z * deviation, low=bias + near * deviation, high=bias + far * deviation, name="upper"
        ),
        coverage=coverage,
    )


def _limit_reach(z: float, n: float, method: LimitsMethod, level: float) -> tuple[float, float, float]:
    """How many standard deviations from the bias the interval of a limit begins and ends; standard error."""
    error = math.sqrt(1 / n + z**2 / (2 * (n - 1)))
    if method == "approximate":
        reach = error * quantile_t(level, n - 1)
        return z - reach, z + reach, error
    from scipy.special import nctdtrit

    near, far = (
        float(nctdtrit(n - 1, z * math.sqrt(n), 0.5 + side * level / 2)) / math.sqrt(n) for side in (-1, 1)
    )
    return near, far, error


def _read(r: Ratings, name: str, level: float, check: Checker) -> _Pairs | Estimate:
    """The pairs of scores, or the estimate that says why there are none."""
    require_level(check, level)
    check.done()
    require_two(check.subject, r)
    notes = notes_on(r)
    n: FrozenMap[str, float] = FrozenMap({"units": 0.0, "raters": r.n_raters})
    if r.n_raters < 2:
        return Estimate.missing(Reason.of("ONE_RATER"), level=level, n=n, name=name, notes=notes)
    table, times = read_scores(r, check.subject).complete()
    n = FrozenMap({**n, "units": float(times.sum())})
    if not len(times):
        return Estimate.missing(Reason.of("NO_SHARED_UNITS"), level=level, n=n, name=name, notes=notes)
    return _Pairs(first=table[0], second=table[1], times=times, n=n, notes=notes)


def _nothing(reason: Reason, name: str, level: float, pairs: _Pairs) -> Estimate:
    return Estimate.missing(reason, level=level, n=pairs.n, name=name, notes=pairs.notes)


def _moments(pairs: _Pairs) -> tuple[float, float, float, float]:
    """Variances of the first and of the second, their covariance, and the difference of the means."""
    one, two = pairs.first, pairs.second
    spreads = pairs.spread(one, one), pairs.spread(two, two), pairs.spread(one, two)
    return (*spreads, pairs.mean(one - two))


def _lin_error(moments: tuple[float, float, float, float], value: float) -> float:
    """Standard error of z but for the number of pairs (Lin 2000), written without dividing by the correlation."""
    first, second, both, shift = moments
    spread = math.sqrt(first * second)
    correlation, u2 = both / spread, shift**2 / spread
    accuracy, rest = 2 * spread / (first + second + shift**2), 1 - value**2
    variance = (
        (1 - correlation**2) * accuracy**2 / rest
        + 2 * value**2 * accuracy * (1 - value) * u2 / rest**2
        - value**2 * accuracy**2 * u2**2 / (2 * rest**2)
    )
    return math.sqrt(max(variance, 0.0))


def _correlation(value: float, pairs: _Pairs, level: float) -> Estimate:
    made = partial(Estimate, value, level=level, n=pairs.n, notes=pairs.notes, name="precision")
    if pairs.pairs < 4:
        few = Reason.of("BELOW_COUNT", n=int(pairs.pairs), least=4)
        return made(undefined_interval=few)
    centre = math.atanh(min(max(value, -1 + 1e-15), 1 - 1e-15))
    reach = quantile_normal(level) / math.sqrt(pairs.pairs - 3)
    return made(low=math.tanh(centre - reach), high=math.tanh(centre + reach), method="fisher-z")


def _named(result: LinParts | LimitsOfAgreement) -> dict[str, Estimate]:
    fields = ((field.name, getattr(result, field.name)) for field in attrs.fields(type(result)))
    return {name: one for name, one in fields if isinstance(one, Estimate)}


def _fields(result: LinParts | LimitsOfAgreement) -> list[Estimate]:
    return list(_named(result).values())


def _html(caption: str, parts: list[Estimate]) -> str:
    rows = "".join(f"<tr><th>{escape(one.name)}</th><td>{escape(str(one))}</td></tr>" for one in parts)
    return f"<table><caption>{escape(caption)}</caption>{rows}</table>"
