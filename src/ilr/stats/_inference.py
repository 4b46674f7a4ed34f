"""From a statistic on patterns to an estimate: standard errors and intervals, the same for every one.

A statistic says three things: a row of totals for each pattern, a function from the sum of those rows to
the value, and the influence of one unit of each pattern. Everything else follows: the value from the sum,
the linearised variance from the influences, the jackknife from sums without one unit, the bootstrap from
resampled sums, and clusters by adding rows up within each cluster first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, TypeAlias

import attrs
import numpy as np

from ilr.base.errors import Checker, listed
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, quantile_normal, quantile_t
from ilr.stats._patterns import Patterns
from ilr.stats._shares import anova_icc, wilson_limits
from ilr.stats.estimate import Estimate
from ilr.stats.proportions import effective_n
from ilr.stats.ratings import Ratings

__all__ = ["Method", "Options", "Sampled", "Statistic", "estimate"]

Method: TypeAlias = Literal["linearised", "jackknife", "bootstrap", "score"] | None
Sampled: TypeAlias = Literal["units", "raters", "both"]

_METHODS = ("linearised", "jackknife", "bootstrap", "score")
_SAMPLED = ("units", "raters", "both")
_ROOM = 1 << 22


@attrs.frozen(kw_only=True)
class Options:
    """How the doubt about a coefficient is to be expressed; the same for every coefficient."""

    sampled: Sampled = "units"
    method: Method = "linearised"
    level: float = 0.95
    seed: int | None = None
    draws: int = 1000

    def __attrs_post_init__(self) -> None:
        check = Checker("options")
        check(
            self.sampled in _SAMPLED,
            "options.sampled",
            "sampled",
            "is unknown",
            expected=listed(_SAMPLED),
        )
        check(
            self.method is None or self.method in _METHODS,
            "options.method",
            "method",
            "is unknown",
            expected=listed((*_METHODS, None)),
        )
        check(0 < self.level < 1, "options.level", "level", "is not a probability", expected="0 < level < 1")
        check(
            self.method != "bootstrap" or self.seed is not None,
            "options.seed",
            "seed",
            "is needed for a bootstrap",
            hint="give a whole number, so that the interval can be had again",
        )
        check(self.draws >= 1, "options.draws", "draws", "is too small", expected="at least 1")
        check(
            self.sampled == "units" or self.method in ("linearised", "jackknife", None),
            "options.sampled",
            "sampled",
            f"cannot be combined with the method {self.method}",
            expected="linearised or jackknife",
        )
        check.done()


@attrs.frozen(eq=False, kw_only=True)
class Statistic:
    """A coefficient, told so that any standard error can be had from it.

    Attributes:
        patterns: the patterns it is based on, P of them.
        rows: totals of one unit of each pattern, shape (P, s).
        value: from sums of rows, shape (B, s), to values, shape (B,), NaN where undefined.
        influence: influence of one unit of each pattern on the value, shape (P,); its mean over all units
            is zero.
        agreement: weighted agreement of one unit of each pattern, 0 to 1, NaN where the unit has no pair.
        chance: the chance term that agreement is corrected by, 0 to below 1.
        floor: the least value that the coefficient can take.
    """

    patterns: Patterns
    rows: Floats
    value: Callable[[Floats], Floats]
    influence: Floats
    agreement: Floats
    mean: float
    chance: float
    floor: float = -math.inf


@attrs.frozen
class _Doubt:
    """What a method finds: standard error, limits, or why there is neither."""

    standard_error: float = math.nan
    low: float = math.nan
    high: float = math.nan
    undefined: Reason | None = None
    notes: tuple[Reason, ...] = ()


def estimate(
    name: str, r: Ratings, build: Callable[[Ratings], Statistic | Reason], options: Options
) -> Estimate:
    """Turn a coefficient into an estimate.

    Args:
        name: name of the coefficient.
        r: the ratings.
        build: makes the statistic from ratings, or says why it is undefined.
        options: how the doubt is to be expressed.
    """
    notes: tuple[Reason, ...] = (Reason.of("INFERRED_CATEGORIES", categories=r.q),) if r.inferred else ()
    counts: dict[str, float] = {"raters": r.n_raters, "ratings": r.n_ratings}
    statistic = build(r)
    if isinstance(statistic, Reason):
        counts = {"units": r.patterns.n_units, **counts}
        return Estimate.missing(statistic, level=options.level, n=counts, name=name, notes=notes)
    patterns = statistic.patterns
    paired = ~np.isnan(statistic.agreement)
    counts = {"units": patterns.n_units, "pairable": float(patterns.times[paired].sum()), **counts}
    if patterns.cells is not None:
        counts["clusters"] = patterns.n_clusters
    value = float(statistic.value(_total(statistic)[None, :])[0])
    if options.method is None:
        return Estimate(value, level=options.level, n=counts, name=name, notes=notes)
    if options.method == "score":
        doubt, effective = _score(r, statistic, options)
        counts["effective"] = effective
    else:
        doubt = _doubt(r, build, statistic, value, options)
    return Estimate(
        value,
        standard_error=doubt.standard_error,
        low=doubt.low,
        high=doubt.high,
        level=options.level,
        method="jackknife" if options.sampled == "raters" else options.method,
        n=counts,
        undefined_interval=doubt.undefined,
        notes=(*notes, *doubt.notes),
        name=name,
        sampled=options.sampled,
    )


def _total(statistic: Statistic) -> Floats:
    out: Floats = statistic.patterns.times @ statistic.rows
    return out


def _groups(statistic: Statistic) -> tuple[Floats, Floats, Floats]:
    """What is drawn independently: rows, how often each occurs, and summed influences."""
    patterns = statistic.patterns
    if patterns.cells is None:
        return statistic.rows, patterns.times, statistic.influence
    both = patterns.by_cluster(np.column_stack([statistic.rows, statistic.influence]))
    return both[:, :-1], np.ones(len(both)), both[:, -1]


def _doubt(
    r: Ratings,
    build: Callable[[Ratings], Statistic | Reason],
    statistic: Statistic,
    value: float,
    options: Options,
) -> _Doubt:
    """Standard error and limits when units, raters or both are a sample."""
    if options.method == "bootstrap":
        return _bootstrap(statistic, options)
    variance, freedom = 0.0, math.inf
    if options.sampled != "raters":
        found = _linearised(r, statistic) if options.method == "linearised" else _jackknife(statistic)
        if isinstance(found, Reason):
            return _Doubt(undefined=found)
        variance, freedom = found
    if options.sampled != "units":
        from_raters = _leave_raters_out(r, build)
        if isinstance(from_raters, Reason):
            return _Doubt(undefined=from_raters)
        variance, freedom = _joined((variance, freedom), from_raters)
    error = math.sqrt(variance)
    reach = error * quantile_t(options.level, freedom)
    notes = () if error > 0 else (Reason.of("NO_VARIATION"),)
    return _Doubt(error, max(value - reach, statistic.floor), min(value + reach, 1.0), notes=notes)


def _joined(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """Sum of two variances with Satterthwaite's degrees of freedom."""
    variance = first[0] + second[0]
    if variance == 0:
        return variance, min(first[1], second[1])
    return variance, variance**2 / (first[0] ** 2 / first[1] + second[0] ** 2 / second[1])


def _linearised(r: Ratings, statistic: Statistic) -> tuple[float, float] | Reason:
    """Variance of the mean influence, with divisor n for a table of counts and n - 1 else."""
    _, times, influence = _groups(statistic)
    groups = float(times.sum())
    if groups < 2:
        return _too_few(statistic)
    spread = float(times @ influence**2) / statistic.patterns.n_units**2
    return spread if r.tabulated else spread * groups / (groups - 1), groups - 1


def _jackknife(statistic: Statistic) -> tuple[float, float] | Reason:
    rows, times, _ = _groups(statistic)
    groups = float(times.sum())
    if groups < 2:
        return _too_few(statistic)
    without = statistic.value(_total(statistic) - rows)
    if np.isnan(without).any():
        return Reason.of("UNDEFINED_WITHOUT_ONE", groups=int(groups))
    centre = float(times @ without) / groups
    return (groups - 1) / groups * float(times @ (without - centre) ** 2), groups - 1


def _too_few(statistic: Statistic) -> Reason:
    return Reason.of("ONE_UNIT" if statistic.patterns.cells is None else "ONE_CLUSTER")


def _leave_raters_out(
    r: Ratings, build: Callable[[Ratings], Statistic | Reason]
) -> tuple[float, float] | Reason:
    """Jackknife variance over raters (Gwet 2014, ch. 5; Efron & Stein 1981)."""
    if r.n_raters < 3:
        return Reason.of("FEW_RATERS", raters=r.n_raters, least=3)
    without = []
    for rater in r.raters:
        statistic = build(r.without_rater(rater))
        if isinstance(statistic, Reason):
            return Reason.of("UNDEFINED_WITHOUT_ONE", groups=r.n_raters)
        without.append(float(statistic.value(_total(statistic)[None, :])[0]))
    spread = float(np.var(without))
    return spread * (r.n_raters - 1), r.n_raters - 1


def _bootstrap(statistic: Statistic, options: Options) -> _Doubt:
    """Percentile limits; resampling patterns by their frequencies is resampling units, exactly."""
    rows, times, _ = _groups(statistic)
    groups = int(times.sum())
    if groups < 2:
        return _Doubt(undefined=_too_few(statistic))
    rng = np.random.default_rng(options.seed)
    step = max(1, _ROOM // max(len(times), rows.shape[1]))
    values = np.concatenate(
        [
            statistic.value(
                rng.multinomial(groups, times / groups, size=min(step, options.draws - start)) @ rows
            )
            for start in range(0, options.draws, step)
        ]
    )
    defined = values[~np.isnan(values)]
    lost = len(values) - len(defined)
    if len(defined) < 2:
        return _Doubt(undefined=Reason.of("UNDEFINED_DRAWS", undefined=lost, draws=options.draws))
    tail = (1 - options.level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    error = float(np.std(defined, ddof=1))
    notes = [Reason.of("UNDEFINED_DRAWS", undefined=lost, draws=options.draws)] if lost else []
    if error == 0:
        notes.append(Reason.of("NO_VARIATION"))
    return _Doubt(error, float(low), float(high), notes=tuple(notes))


def _score(r: Ratings, statistic: Statistic, options: Options) -> tuple[_Doubt, float]:
    """Wilson limits of the mean agreement, carried through the correction for chance."""
    patterns = statistic.patterns
    paired = ~np.isnan(statistic.agreement)
    n = float(patterns.times[paired].sum())
    if patterns.cells is not None:
        x = np.where(paired, statistic.agreement, 0.0)
        per_cluster = patterns.by_cluster(np.column_stack([paired, x, x**2]))
        sizes, sums, squares = per_cluster[per_cluster[:, 0] > 0].T
        icc = anova_icc(sizes, sums, squares)
        n = float(len(sizes)) if icc is None else effective_n(sizes, icc)
    low, high = wilson_limits(statistic.mean * n, n, quantile_normal(options.level))
    found = _linearised(r, statistic)
    error = math.nan if isinstance(found, Reason) else math.sqrt(found[0])
    scale = 1.0 - statistic.chance
    return _Doubt(error, (low - statistic.chance) / scale, (high - statistic.chance) / scale), n
