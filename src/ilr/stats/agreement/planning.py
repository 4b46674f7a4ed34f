"""How many units a study of agreement needs for an interval of wanted width.

Here belongs planning before ratings exist: from a declared joint distribution of ratings, or a pilot, to the
number of units. Not here: intervals of ratings that were given, nor the number of raters and lessons for a
dependable mean, which is generalizability.

One mechanism serves every coefficient: its linearised variance is computed exactly from the patterns of the
anticipated distribution, told as `Ratings` whose frequencies are in proportion to the probabilities, and
scaled to the number of units.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import attrs
import numpy as np

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats, quantile_normal, quantile_t
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = ["Plan", "anticipate", "icc_precision", "icc_units", "precision", "units"]

Coefficient = Callable[[Ratings], Estimate]

_POPULATION = 1_000_000_000
_PROFILES = 1 << 16
_MOST_UNITS = 1_000_000_000


@attrs.frozen(kw_only=True)
class Plan:
    """What a number of units is expected to tell.

    Equal when all fields are equal. Nothing is rounded but the number of units, upwards.

    Attributes:
        name: the coefficient.
        value: its anticipated value.
        units: number of units.
        raters: number of raters of each unit.
        half_width: expected half of the width of the interval.
        level: coverage of the interval, 0 to 1.

    Example:
        >>> print(Plan(name="gwet_ac1", value=0.6, units=98, raters=2, half_width=0.1499, level=0.95))
        98 units, 2 raters: 0.600 +- 0.150
    """

    name: str
    value: float
    units: int
    raters: int
    half_width: float
    level: float

    def __str__(self) -> str:
        return f"{self.units} units, {self.raters} raters: {self.value:.3f} +- {self.half_width:.3f}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(name.replace('_', ' '))}</th><td>{escape(f'{fact:.4g}')}</td></tr>"
            for name, fact in self.to_dict().items()
            if name != "name"
        )
        return f"<table><caption>{escape(self.name)}</caption>{rows}</table>"

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as plain values that any format can hold."""
        return attrs.asdict(self)


def anticipate(
    coefficient: Coefficient, value: float, *, prevalence: Mapping[Any, float], raters: int = 2
) -> Ratings:
    """Declare the joint distribution of ratings that gives a coefficient an anticipated value.

    With some probability all raters give a unit the same category, drawn by prevalence; else each draws on
    his own. For two raters and two categories this is the common correlation model (Bloch & Kraemer 1989;
    Donner & Eliasziw 1992), and for any number of either the probability of the first case is Fleiss', Cohen's
    and Conger's kappa, weighted or not.

    Args:
        coefficient: any function from ratings to an estimate; options bound by `functools.partial`.
        value: its anticipated value.
        prevalence: share of each category, in the order of the scale; together 1.
        raters: number of raters of each unit, from 2.

    Returns:
        A thousand million units in proportion to the distribution, for `precision` and `units`.

    Raises:
        InvalidInput: for shares that are none, too few raters, more than 65536 joint ratings, or a value
            that no distribution of this kind gives.

    Example:
        >>> from ilr.stats import agreement
        >>> planned = anticipate(agreement.gwet_ac, 0.85, prevalence={"no": 0.9, "yes": 0.1})
        >>> round(agreement.gwet_ac(planned).value, 6), round(agreement.fleiss_kappa(planned).value, 3)
        (0.85, 0.317)
    """
    check = Checker("anticipate")
    shares = np.array(list(prevalence.values()), dtype=np.float64)
    check(
        len(shares) > 1 and bool(np.all(shares >= 0)) and abs(float(shares.sum()) - 1) < 1e-9,
        "planning.prevalence",
        "prevalence",
        "does not share out the whole",
        expected="two or more shares from 0 that add up to 1",
    )
    check(raters >= 2, "planning.raters", "raters", "are too few", expected="2 or more")
    check(
        raters < 2 or len(shares) ** raters <= _PROFILES,
        "planning.raters",
        "raters",
        "give more joint ratings than can be listed",
        expected=f"at most {_PROFILES} joint ratings",
        hint="plan with fewer raters; the answer is on the safe side",
    )
    check.done()
    codes = np.array(list(itertools.product(range(len(shares)), repeat=raters)), dtype=np.int16)
    apart = shares[codes].prod(axis=1)
    together = np.where((codes == codes[:, :1]).all(axis=1), shares[codes[:, 0]], 0.0)

    def population(mixed: float) -> Ratings:
        return _population(codes, mixed * together + (1 - mixed) * apart, tuple(prevalence))

    def excess(mixed: float) -> float:
        return coefficient(population(mixed)).value - value

    least, most = excess(0.0), excess(1.0)
    check(
        least <= 1e-9 and most >= -1e-9,
        "planning.value",
        "value",
        "is out of reach with these prevalences",
        expected="" if math.isnan(least + most) else f"{least + value:.3f} to {most + value:.3f}",
    )
    check.done()
    if least >= 0:
        return population(0.0)
    if most <= 0:
        return population(1.0)
    from scipy.optimize import brentq

    return population(float(brentq(excess, 0.0, 1.0, xtol=1e-12)))


def precision(coefficient: Coefficient, anticipated: Ratings, *, units: int, level: float = 0.95) -> Plan:
    """The width of interval to expect of a number of units.

    Args:
        coefficient: any function from ratings to an estimate, with the linearised method.
        anticipated: the joint distribution from `anticipate`, or the ratings of a pilot.
        units: number of units, from 2.
        level: coverage of the interval, 0 to 1.

    Raises:
        InvalidInput: for fewer than two units, a level that is no probability, or an anticipated
            distribution in which the coefficient has no standard error.

    Example:
        >>> from ilr.stats import agreement
        >>> pilot = Ratings.from_table([[40, 5], [10, 45]], ["no", "yes"])
        >>> print(precision(agreement.fleiss_kappa, pilot, units=200))
        200 units, 2 raters: 0.699 +- 0.100
    """
    check = Checker("precision")
    check(units >= 2, "planning.units", "units", "are too few to tell a spread", expected="2 or more")
    found, deviation = _spread(coefficient, anticipated, level, check)
    return _plan(found, anticipated, units, deviation * _reach(units, level), level)


def units(coefficient: Coefficient, anticipated: Ratings, *, half_width: float, level: float = 0.95) -> Plan:
    """The smallest number of units whose interval is expected to be no wider than wanted.

    Args:
        coefficient: any function from ratings to an estimate, with the linearised method.
        anticipated: the joint distribution from `anticipate`, or the ratings of a pilot.
        half_width: wanted half of the width of the interval, above 0.
        level: coverage of the interval, 0 to 1.

    Raises:
        InvalidInput: for a width that is not above 0 or needs more than a thousand million units, a level
            that is no probability, or an anticipated distribution in which the coefficient has no
            standard error.

    Example:
        >>> from ilr.stats import agreement
        >>> planned = anticipate(agreement.fleiss_kappa, 0.6, prevalence={"no": 0.7, "yes": 0.3}, raters=3)
        >>> print(units(agreement.fleiss_kappa, planned, half_width=0.1))
        188 units, 3 raters: 0.600 +- 0.100
    """
    check = Checker("units")
    _check_half_width(half_width, check)
    found, deviation = _spread(coefficient, anticipated, level, check)
    needed = _smallest(lambda n: deviation * _reach(n, level), half_width, check)
    return _plan(found, anticipated, needed, deviation * _reach(needed, level), level)


def icc_precision(value: float, *, raters: int, units: int, level: float = 0.95) -> Plan:
    """The width of interval to expect of an intraclass correlation of single scores (Bonett 2002).

    From the large-sample variance 2 (1 - value)^2 (1 + (raters - 1) value)^2 / (raters (raters - 1) (n - 1)),
    which is that of one-way scores and of two-way scores whose raters differ in no mean. For two raters and
    a value from 0.7 that is too small, and 5 value units are taken off n, as Bonett advises.

    Args:
        value: anticipated intraclass correlation, 0 to below 1.
        raters: number of raters of each unit, from 2.
        units: number of units, from 2; from 6 for two raters and a value from 0.7.
        level: coverage of the interval, 0 to 1.

    Raises:
        InvalidInput: for anything out of range.

    Example:
        >>> print(icc_precision(0.8, raters=3, units=50))
        50 units, 3 raters: 0.800 +- 0.084
    """
    check = Checker("icc_precision")
    _check_icc(value, raters, level, check)
    least = math.floor(1 + _taken_off(value, raters)) + 1
    check(
        units >= least, "planning.units", "units", "are too few to tell a spread", expected=f"{least} or more"
    )
    check.done()
    width = _icc_half_width(value, raters, level)(units)
    return Plan(name="icc", value=value, units=units, raters=raters, half_width=width, level=level)


def icc_units(value: float, *, raters: int, half_width: float, level: float = 0.95) -> Plan:
    """The number of units for an interval of wanted width of an intraclass correlation (Bonett 2002, eq. 3).

    Args:
        value: anticipated intraclass correlation of single scores, 0 to below 1.
        raters: number of raters of each unit, from 2.
        half_width: wanted half of the width of the interval, above 0.
        level: coverage of the interval, 0 to 1.

    Raises:
        InvalidInput: for anything out of range, or a width that needs more than a thousand million units.

    Example:
        >>> print(icc_units(0.8, raters=3, half_width=0.1))
        36 units, 3 raters: 0.800 +- 0.099
    """
    check = Checker("icc_units")
    _check_icc(value, raters, level, check)
    _check_half_width(half_width, check)
    check.done()
    width = _icc_half_width(value, raters, level)
    needed = _smallest(width, half_width, check)
    return Plan(name="icc", value=value, units=needed, raters=raters, half_width=width(needed), level=level)


def _population(codes: np.ndarray[Any, np.dtype[np.int16]], chances: Floats, labels: Any) -> Ratings:
    times = np.rint(chances * _POPULATION).astype(np.int64)
    there = times > 0
    n, raters = int(there.sum()), codes.shape[1]
    return Ratings.from_codes(
        np.repeat(np.arange(n), raters),
        np.tile(np.arange(raters), n),
        codes[there].ravel(),
        n_units=n,
        n_raters=raters,
        categories=labels,
        times=times[there],
    )


def _spread(
    coefficient: Coefficient, anticipated: Ratings, level: float, check: Checker
) -> tuple[Estimate, float]:
    """The anticipated value, and the standard deviation of the influence of one unit on it."""
    check(0 < level < 1, "planning.level", "level", "is not a probability", expected="0 < level < 1")
    check.done()
    found = coefficient(anticipated)
    check(
        found.standard_error > 0,
        "planning.spread",
        "anticipated",
        "gives the coefficient no standard error above zero",
        hint="anticipate some disagreement",
    )
    check.done()
    return found, found.standard_error * math.sqrt(found.n["units"])


def _reach(n: int, level: float) -> float:
    return quantile_t(level, n - 1) / math.sqrt(n)


def _icc_half_width(value: float, raters: int, level: float) -> Callable[[int], float]:
    spread = math.sqrt(2 / (raters * (raters - 1))) * (1 - value) * (1 + (raters - 1) * value)
    off = 1 + _taken_off(value, raters)
    return lambda n: quantile_normal(level) * spread / math.sqrt(n - off) if n > off else math.inf


def _taken_off(value: float, raters: int) -> float:
    """Units that tell nothing, because the large-sample variance is too small."""
    return 5 * value if raters == 2 and value >= 0.7 else 0.0


def _smallest(width: Callable[[int], float], wanted: float, check: Checker) -> int:
    """The smallest number of units from 2 whose half width, which falls with it, is as wanted."""
    check(
        width(_MOST_UNITS) <= wanted,
        "planning.half_width",
        "half_width",
        "needs more than a thousand million units",
    )
    check.done()
    low, high = 1, _MOST_UNITS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if width(middle) <= wanted else (middle, high)
    return high


def _check_half_width(half_width: float, check: Checker) -> None:
    check(half_width > 0, "planning.half_width", "half_width", "is no width", expected="above 0")


def _check_icc(value: float, raters: int, level: float, check: Checker) -> None:
    check(0 <= value < 1, "planning.value", "value", "is out of range", expected="0 <= value < 1")
    check(raters >= 2, "planning.raters", "raters", "are too few", expected="2 or more")
    check(0 < level < 1, "planning.level", "level", "is not a probability", expected="0 < level < 1")


def _plan(found: Estimate, anticipated: Ratings, n: int, half_width: float, level: float) -> Plan:
    return Plan(
        name=found.name,
        value=found.value,
        units=n,
        raters=anticipated.n_raters,
        half_width=half_width,
        level=level,
    )
