"""How intraclass correlations are had from a layout: by moments or by REML, with their limits and tests.

Here belong the fit that all forms share, its estimates and its F. Not here: names, options and results, which
are in `ilr.stats.agreement.intraclass`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, TypeAlias

import attrs
import numpy as np

from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, quantile_normal
from ilr.stats._scores import Scores
from ilr.stats._variance_components import Crossed, Layout, MeanSquares, crossed, layout

__all__ = ["Averaged", "Fit", "Form", "Found", "Interval", "by_moments", "by_reml", "f_against", "fit_layout"]

Averaged: TypeAlias = float | Literal["harmonic", "moments"]
Interval: TypeAlias = Literal["transformed", "untransformed"] | None
Found: TypeAlias = tuple[float, float, float, str]

_NEXT_TO_ONE = 1 - 1e-10
_LARGE = 1e100
_ROUNDING = 1e-12
_ALIKE = 1e-9


@attrs.frozen(kw_only=True)
class Form:
    """Which of the coefficients is wanted: 1, C or A, of one score or of a mean, with which raters."""

    kind: str
    mean: bool
    model: str

    @property
    def name(self) -> str:
        score = "k" if self.mean else "1"
        mixed = "[mixed]" if self.model == "mixed" else ""
        return f"icc({score if self.kind == '1' else f'{self.kind},{score}'}){mixed}"


@attrs.frozen(eq=False, kw_only=True)
class Fit:
    """A layout with its mean squares, ready for any coefficient of its kind."""

    form: Form
    design: Layout | Crossed
    squares: MeanSquares
    k: float

    def single(self) -> float | Reason:
        """The coefficient of one score by moments."""
        ms = self.squares
        units = (ms.units - ms.residual) / ms.per_unit
        raters = (ms.raters - ms.residual) / ms.per_rater if self.form.kind == "A" else 0.0
        total = units + raters + ms.residual
        return units / total if total > 0 else Reason.of("NO_POSITIVE_VARIANCE")

    def shown(self, single: float) -> float:
        """The coefficient that was asked for, from that of one score; minus infinity where too low."""
        if not self.form.mean:
            return single
        scale = 1 + (self.k - 1) * single
        return self.k * single / scale if scale > _ROUNDING else -math.inf


def fit_layout(scores: Scores, form: Form, averaged: Averaged) -> Fit | Reason:
    """The layout that the form asks for, or why it says nothing."""
    rated = scores.sizes > 0
    times, sizes = scores.times[rated], scores.sizes[rated]
    if times.sum() < 2:
        return Reason.of("ONE_UNIT" if len(times) else "NO_UNITS")
    if sizes.max() < 2:
        return Reason.of("NO_PAIRS")
    if scores.score.min() == scores.score.max():
        return Reason.of("NO_VARIATION")
    design = layout(scores) if form.kind == "1" else crossed(scores)
    squares = design.mean_squares()
    if squares.units_freedom < 1:
        return Reason.of("UNITS_NOT_COMPARABLE")
    if squares.residual_freedom < 1:
        return Reason.of("NO_RESIDUAL")
    if averaged == "harmonic":
        k = float(times.sum() / (times / sizes).sum())
    else:
        k = squares.per_unit if averaged == "moments" else float(averaged)
    return Fit(form=form, design=design, squares=squares, k=k)


def by_moments(fit: Fit, interval: Interval, level: float) -> Found | Reason:
    """Value, limits, and how they came about."""
    single = fit.single()
    if isinstance(single, Reason):
        return single
    value = fit.shown(single)
    if interval is None:
        return value, math.nan, math.nan, "moments"
    name = "moments satterthwaite"
    if fit.form.kind != "A":
        (low, high), name = _exact_limits(fit, level), "moments exact-f"
    elif interval == "transformed":
        low, high = _satterthwaite_limits(fit, single, single, level)
    else:
        (low, high), name = _satterthwaite_limits(fit, single, value, level), f"{name} untransformed"
    if fit.form.kind == "A" or not fit.design.full:
        low, high = min(low, single), max(high, single)
    return value, fit.shown(low), fit.shown(high), name


def _f_of_units(fit: Fit, ratio: float) -> float:
    """The F of units when their variance is this multiple of the residual one."""
    ms = fit.squares
    if fit.design.full:
        return ms.units / ms.residual / (1 + ms.per_unit * ratio)
    residual = ms.residual * ms.residual_freedom
    return (fit.design.residual(ratio) - residual) / ms.units_freedom / ms.residual


def _exact_limits(fit: Fit, level: float) -> tuple[float, float]:
    """Limits where the F of units reaches its quantiles; it falls as the ratio of variances grows."""
    ms = fit.squares
    if ms.residual == 0:
        return 1.0, 1.0
    from scipy.special import fdtri

    upper, lower = (
        float(fdtri(ms.units_freedom, ms.residual_freedom, 0.5 + side * level / 2)) for side in (1, -1)
    )
    if fit.design.full:
        ratios = ((ms.units / ms.residual / at - 1) / ms.per_unit for at in (upper, lower))
        low, high = (ratio / (1 + ratio) for ratio in ratios)
        return low, high
    return _ratio_where(fit, upper), _ratio_where(fit, lower)


def _ratio_where(fit: Fit, quantile: float) -> float:
    """The coefficient of one score at which the F of units equals the quantile."""
    from scipy.optimize import brentq

    least = fit.design.least_ratio
    start = least * _NEXT_TO_ONE / (1 + least * _NEXT_TO_ONE)

    def beyond(single: float) -> float:
        return _f_of_units(fit, single / (1 - single)) - quantile

    if beyond(start) <= 0:
        return least / (1 + least)
    if beyond(_NEXT_TO_ONE) >= 0:
        return 1.0
    return float(brentq(beyond, start, _NEXT_TO_ONE))


def _combined(fit: Fit, single: float) -> tuple[float, float]:
    """What the mean square of units expects when A,1 has this value, and its degrees of freedom."""
    ms = fit.squares
    odds = single / (1 - single) * ms.per_unit / ms.per_rater
    of_raters, of_residual = odds * ms.raters, (1 + odds * (ms.per_rater - 1)) * ms.residual
    spread = of_raters**2 / ms.raters_freedom + of_residual**2 / ms.residual_freedom
    mean = of_raters + of_residual
    return mean, mean**2 / spread if spread > 0 else ms.residual_freedom


def _satterthwaite_limits(fit: Fit, single: float, at: float, level: float) -> tuple[float, float]:
    """Limits of A,1 with the degrees of freedom at the given coefficient (McGraw & Wong 1996, table 7)."""
    ms = fit.squares
    if ms.units == 0 or ms.residual == 0 == ms.raters:
        return single, single
    from scipy.special import fdtri

    k, n = ms.per_unit, ms.per_rater
    freedom = _combined(fit, at)[1]
    down = min(float(fdtri(ms.units_freedom, freedom, 0.5 + level / 2)), _LARGE)
    up = min(float(fdtri(freedom, ms.units_freedom, 0.5 + level / 2)), _LARGE)
    other = k * ms.raters + (k * n - k - n) * ms.residual
    low = n * (ms.units - down * ms.residual) / (down * other + n * ms.units)
    high = n * (up * ms.units - ms.residual) / (other + n * up * ms.units)
    return low, high


def f_against(fit: Fit, null: float) -> tuple[float, tuple[float, float]]:
    """F and its degrees of freedom when the coefficient of one score is the null value."""
    ms = fit.squares
    if fit.form.kind != "A":
        return _f_of_units(fit, null / (1 - null)), (ms.units_freedom, ms.residual_freedom)
    mean, freedom = _combined(fit, null)
    return ms.units / mean, (ms.units_freedom, freedom)


def by_reml(fit: Fit, interval: Interval, level: float) -> Found | Reason:
    """Value by the restricted likelihood, limits by its profile."""
    if fit.squares.residual == 0:
        return Reason.of("NO_RESIDUAL")
    deviance = _deviance(fit)
    units, raters = _most_likely(fit, deviance)
    single = units / (1 + units + (raters if fit.form.kind == "A" else 0.0))
    if interval is None:
        return fit.shown(single), math.nan, math.nan, "reml"
    least = deviance(units, raters) + quantile_normal(level) ** 2

    def above(at: float) -> float:
        return _profile(fit, deviance, at) - least

    from scipy.optimize import brentq

    top = _NEXT_TO_ONE
    low = 0.0 if above(0.0) <= 0 else float(brentq(above, 0.0, single))
    high = 1.0 if above(top) <= 0 else float(brentq(above, single, top))
    return fit.shown(single), fit.shown(low), fit.shown(high), "reml profile"


def _deviance(fit: Fit) -> Callable[[float, float], float]:
    """The deviance by the ratios of the variances of units and of raters to the residual one."""
    design = fit.design
    if isinstance(design, Layout):
        return lambda units, _: design.deviance(units)
    if fit.form.model == "mixed":
        return lambda units, _: design.deviance_with_fixed_raters(units)
    return design.deviance


def _has_raters(fit: Fit) -> bool:
    return fit.form.kind != "1" and fit.form.model == "random"


def _most_likely(fit: Fit, deviance: Callable[[float, float], float]) -> tuple[float, float]:
    """Ratios of variances at the least deviance, searched as squares so that they stay from zero up."""
    from scipy.optimize import minimize

    ms = fit.squares
    start = [math.sqrt(max((ms.units / ms.residual - 1) / ms.per_unit, 0.01))]
    if _has_raters(fit):
        start.append(math.sqrt(max((ms.raters / ms.residual - 1) / ms.per_rater, 0.01)))

    def at(roots: Floats) -> float:
        return deviance(float(roots[0] ** 2), float(roots[-1] ** 2))

    found = minimize(at, np.array(start), method="Nelder-Mead", options={"xatol": 1e-9})
    units, raters = float(found.x[0] ** 2), float(found.x[-1] ** 2)
    return (0.0 if deviance(0.0, raters) < found.fun + _ALIKE else units), raters


def _profile(fit: Fit, deviance: Callable[[float, float], float], single: float) -> float:
    """The least deviance among the ratios that give this coefficient."""
    ratio = single / (1 - single)
    if not _has_raters(fit):
        return deviance(ratio, 0.0)
    shared = ratio if fit.form.kind == "A" else 0.0
    from scipy.optimize import minimize_scalar

    return float(minimize_scalar(lambda root: deviance(ratio + shared * root**2, root**2), tol=1e-6).fun)
