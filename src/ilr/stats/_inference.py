"""From a statistic on patterns to an estimate: standard errors and intervals, the same for every one.

A statistic says three things: a row of totals for each pattern, a function from the sum of those rows to
the value, and the influence of one unit of each pattern. Everything else follows: the value from the sum,
the linearised variance from the influences, the jackknife from sums without one unit, the bootstrap from
resampled sums, and clusters by adding rows up within each cluster first. Each step counts distinct kinds of
units and never the units, whose number costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TypeAlias

import attrs
import numpy as np

from ilr.base.errors import Checker, listed
from ilr.base.reasons import Reason
from ilr.stats._arrays import Floats, chunks, quantile_normal, quantile_t
from ilr.stats._patterns import Distinct
from ilr.stats._shares import wilson_limits
from ilr.stats.estimate import Estimate
from ilr.stats.ratings import Ratings

__all__ = ["Method", "Options", "Sampled", "Statistic", "estimate", "hearing"]

Method: TypeAlias = Literal["linearised", "jackknife", "bootstrap", "bca", "score"] | None
Sampled: TypeAlias = Literal["units", "raters", "both"]

_METHODS = ("linearised", "jackknife", "bootstrap", "bca", "score")
_RESAMPLED = ("bootstrap", "bca")
_SAMPLED = ("units", "raters", "both")
_ROUNDING = 1e-12
_FAR = 50.0


@attrs.frozen(kw_only=True)
class Options:
    """How the doubt about a coefficient is to be expressed; the same for every coefficient."""

    sampled: Sampled = "units"
    method: Method = "linearised"
    level: float = 0.95
    seed: int | None = None
    draws: int = 1000
    population: int | None = None

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
            self.method not in _RESAMPLED or self.seed is not None,
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
        if self.population is not None:
            self._check_population(check)
        check.done()

    def _check_population(self, check: Checker) -> None:
        check(
            self.method in ("linearised", "jackknife", None),
            "options.population",
            "population",
            f"cannot be combined with the method {self.method}",
            expected="linearised or jackknife",
        )
        check(
            self.sampled != "raters",
            "options.population",
            "population",
            "has no part in the doubt that raters bring",
            hint="sample units, or both",
        )

    def require_population(self, n: int) -> None:
        """Refuse a population smaller than the sample of n units."""
        check = Checker("options")
        check(
            self.population is None or self.population >= n,
            "options.population",
            "population",
            "is smaller than the number of units that were rated",
            expected=f"at least {n}",
        )
        check.done()


@attrs.frozen(eq=False, kw_only=True)
class Statistic:
    """A coefficient, told so that any standard error can be had from it.

    Attributes:
        patterns: the patterns or profiles it is based on, P of them.
        rows: totals of one unit of each pattern, shape (P, s).
        value: from sums of rows, shape (B, s), to values, shape (B,), NaN where undefined.
        influence: influence of one unit of each pattern on the value, shape (P,); its mean over all units
            is zero.
        agreement: weighted agreement of one unit of each pattern, 0 to 1, NaN where the unit has no pair.
        mean: its mean over the units with a pair.
        chance: the chance term that agreement is corrected by, 0 to below 1.
        floor: the least value that the coefficient can take.
        ceiling: the largest value that it can take.
    """

    patterns: Distinct
    rows: Floats
    value: Callable[[Floats], Floats]
    influence: Floats
    agreement: Floats
    mean: float
    chance: float
    floor: float = -math.inf
    ceiling: float = 1.0


@attrs.frozen
class _Doubt:
    """What a method finds: standard error, limits, or why there is neither."""

    standard_error: float = math.nan
    low: float = math.nan
    high: float = math.nan
    freedom: float = math.nan
    undefined: Reason | None = None
    notes: tuple[Reason, ...] = ()


_HEARD: ContextVar[list[Statistic | Reason] | None] = ContextVar("heard", default=None)


@contextmanager
def hearing() -> Iterator[list[Statistic | Reason]]:
    """Collect the statistics behind the estimates that are made meanwhile, which get no interval."""
    heard: list[Statistic | Reason] = []
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)


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
    if options.population is not None:
        options.require_population(r.n_rated_units)
        counts["population"] = options.population
    statistic = build(r)
    heard = _HEARD.get()
    if heard is not None:
        heard.append(statistic)
        options = attrs.evolve(options, method=None)
    if isinstance(statistic, Reason):
        counts = {"units": r.n_rated_units, **counts}
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
        degrees_of_freedom=doubt.freedom,
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
    if options.method in _RESAMPLED:
        return _resampled(statistic, value, options)
    units = (0.0, math.inf) if options.sampled == "raters" else _over_units(r, statistic, options)
    if isinstance(units, Reason):
        return _Doubt(undefined=units)
    without = np.zeros(0) if options.sampled == "units" else _without_each_rater(r, build)
    if isinstance(without, Reason):
        return _Doubt(undefined=without)
    (variance, freedom), over_raters = units, 0.0
    if len(without):
        freedom = len(without) - 1
        over_raters = float(np.var(without)) * freedom
    error = _cleared(math.sqrt(variance + over_raters))
    notes: tuple[Reason, ...] = ()
    if error == 0:
        whole = options.population == statistic.patterns.n_units
        notes = (Reason.of("WHOLE_POPULATION" if whole else "NO_VARIATION"),)
    quantile = quantile_t(options.level, freedom)
    below = above = error * quantile
    gap = statistic.ceiling - value
    if len(without) and gap > 0 and error > 0:
        reaches = _reaches((statistic.ceiling - without) / gap, math.sqrt(variance) / gap, quantile)
        below, above = (gap * reach for reach in reaches)
    low, high = max(value - below, statistic.floor), min(value + above, statistic.ceiling)
    return _Doubt(error, low, high, freedom, notes=notes)


def _over_units(r: Ratings, statistic: Statistic, options: Options) -> tuple[float, float] | Reason:
    """Variance over units, less where they are a good part of a population, and its degrees of freedom."""
    found = _linearised(r, statistic) if options.method == "linearised" else _jackknife(statistic)
    if isinstance(found, Reason) or options.population is None:
        return found
    return found[0] * (1 - statistic.patterns.n_units / options.population), found[1]


def _cleared(error: float) -> float:
    """A standard error without what rounding alone leaves."""
    return error if error > _ROUNDING else 0.0


def _reaches(ratios: Floats, over_units: float, quantile: float) -> tuple[float, float]:
    """How far the limits lie below and above the value where raters are a sample.

    The gap between a coefficient and its ceiling is a disagreement of raters, and scatters like a variance: a few
    raters mostly show too little of it, and then too little doubt as well. So its logarithm is jackknifed, and the
    bias that the jackknife finds is taken out (Miller 1968; for such statistics Arvesen 1969, Arvesen & Schmitz
    1970). What units add has no such slant; towards the ceiling, where a logarithm would shorten it, it is squared
    and added as it is (Zou & Donner 2008).

    Args:
        ratios: the gap without each rater over the gap with all of them, shape (R,).
        over_units: standard error over units, over the gap.
        quantile: quantile of Student's t.

    Returns:
        Both reaches over the gap, at least 0, so that the limits hold the value.
    """
    bias, spread = _jackknifed_logarithm(ratios)
    down = bias + quantile * math.hypot(spread, over_units)
    up = -math.expm1(bias - quantile * spread)
    return max(math.expm1(min(down, _FAR)), 0.0), math.hypot(max(up, 0.0), quantile * over_units)


def _jackknifed_logarithm(ratios: Floats) -> tuple[float, float]:
    """What bias takes from the logarithm of a statistic, and its standard error, from ratios to it without each rater.

    One rater may be all who differs, and zero has no logarithm. So below 1 it is taken to second order, and the
    standard error is at most 1: where one rater is all who differs, that of a disagreement is as large as itself.
    """
    lost = np.minimum(ratios, 1.0) - 1.0
    changes = np.log(np.maximum(ratios, 1.0)) + lost - lost**2 / 2
    others = len(ratios) - 1
    return -others * float(np.mean(changes)), min(math.sqrt(others * float(np.var(changes))), 1.0)


def _linearised(r: Ratings, statistic: Statistic) -> tuple[float, float] | Reason:
    """Variance of the mean influence, with divisor n for a table of counts and n - 1 else."""
    _, times, influence = _groups(statistic)
    groups = float(times.sum())
    if groups < 2:
        return _too_few(statistic)
    spread = float(times @ influence**2) / statistic.patterns.n_units**2
    return spread if r.tabulated else spread * groups / (groups - 1), groups - 1


def _jackknife(statistic: Statistic) -> tuple[float, float] | Reason:
    found = _without_one(statistic)
    if isinstance(found, Reason):
        return found
    times, gaps = found
    groups = float(times.sum())
    return (groups - 1) / groups * float(times @ gaps**2), groups - 1


def _without_one(statistic: Statistic) -> tuple[Floats, Floats] | Reason:
    """How often each kind of unit or cluster occurs, and the value without one of it less the mean of these."""
    rows, times, _ = _groups(statistic)
    groups = float(times.sum())
    if groups < 2:
        return _too_few(statistic)
    without = statistic.value(_total(statistic) - rows)
    if np.isnan(without).any():
        return Reason.of("UNDEFINED_WITHOUT_ONE", groups=int(groups))
    return times, without - float(times @ without) / groups


def _too_few(statistic: Statistic) -> Reason:
    return Reason.of("ONE_UNIT" if statistic.patterns.cells is None else "ONE_CLUSTER")


def _without_each_rater(r: Ratings, build: Callable[[Ratings], Statistic | Reason]) -> Floats | Reason:
    """The value without each rater in turn; their jackknife variance is Gwet's (2014, ch. 5; Efron & Stein 1981)."""
    if r.n_raters < 3:
        return Reason.of("FEW_RATERS", raters=r.n_raters, least=3)
    without = []
    fewer = r.compressed()
    for rater in r.raters:
        statistic = build(fewer.without_rater(rater))
        if isinstance(statistic, Reason):
            return Reason.of("UNDEFINED_WITHOUT_ONE", groups=r.n_raters)
        without.append(float(statistic.value(_total(statistic)[None, :])[0]))
    return np.array(without)


def _resampled(statistic: Statistic, value: float, options: Options) -> _Doubt:
    """Limits from draws; resampling patterns by their frequencies is resampling units, exactly."""
    rows, times, _ = _groups(statistic)
    groups = int(times.sum())
    if groups < 2:
        return _Doubt(undefined=_too_few(statistic))
    rng = np.random.default_rng(options.seed)
    values = np.concatenate(
        [
            statistic.value(rng.multinomial(groups, times / groups, size=size) @ rows)
            for size in chunks(options.draws, max(len(times), rows.shape[1]))
        ]
    )
    defined = values[~np.isnan(values)]
    lost = len(values) - len(defined)
    if len(defined) < 2:
        return _Doubt(undefined=Reason.of("UNDEFINED_DRAWS", undefined=lost, draws=options.draws))
    tail = (1 - options.level) / 2
    tails: tuple[float, float] | Reason = (tail, 1 - tail)
    error = _cleared(float(np.std(defined, ddof=1)))
    notes = [Reason.of("UNDEFINED_DRAWS", undefined=lost, draws=options.draws)] if lost else []
    if error == 0:
        notes.append(Reason.of("NO_VARIATION"))
    elif options.method == "bca":
        tails = _corrected_tails(statistic, defined, value, options.level)
    if isinstance(tails, Reason):
        return _Doubt(error, undefined=tails, notes=tuple(notes))
    low, high = np.quantile(defined, tails)
    return _Doubt(error, float(low), float(high), notes=tuple(notes))


def _corrected_tails(
    statistic: Statistic, draws: Floats, value: float, level: float
) -> tuple[float, float] | Reason:
    """Tails corrected for bias and acceleration (Efron & Tibshirani 1993, eq. 14.9 to 14.15).

    The bias is the share of draws below the value, draws equal to it counting half; the acceleration comes
    from the exact jackknife.
    """
    from scipy.special import ndtr, ndtri

    found = _without_one(statistic)
    if isinstance(found, Reason):
        return found
    times, gaps = found
    below = float(np.mean(draws < value) + np.mean(draws == value) / 2)
    if not 0 < below < 1:
        return Reason.of("DRAWS_ON_ONE_SIDE", draws=len(draws))
    spread = float(times @ gaps**2)
    acceleration = -float(times @ gaps**3) / (6 * spread**1.5) if spread > 0 else 0.0
    bias, z = float(ndtri(below)), quantile_normal(level)
    tails = []
    for shifted in (bias - z, bias + z):
        room = 1 - acceleration * shifted
        tails.append(float(ndtr(bias + shifted / room)) if room > 0 else float(shifted > 0))
    return tails[0], tails[1]


def _score(r: Ratings, statistic: Statistic, options: Options) -> tuple[_Doubt, float]:
    """Wilson limits of the mean agreement, carried through the correction for chance.

    They are those of as many independent units as the linearised variance is worth, after one further unit (or
    cluster) without any agreement was added: so a few units that are all alike are not taken for certain.
    """
    groups, variance = _spread_of_agreement(statistic)
    mean = statistic.mean * groups / (groups + 1)
    spread = (variance * groups + statistic.mean**2 * groups / (groups + 1)) / (groups + 1)
    n = max(groups * mean * (1 - mean) / spread, 1.0) if mean > 0 else groups
    low, high = wilson_limits(statistic.mean * n, n, quantile_normal(options.level))
    found = _linearised(r, statistic)
    error, freedom = (math.nan, math.nan) if isinstance(found, Reason) else (math.sqrt(found[0]), found[1])
    scale = 1.0 - statistic.chance
    return _Doubt(error, (low - statistic.chance) / scale, (high - statistic.chance) / scale, freedom), n


def _spread_of_agreement(statistic: Statistic) -> tuple[float, float]:
    """Number of units with a pair (or of clusters that hold one), and the variance that one of them contributes.

    The variance is the larger of two: with the chance term following the units, and with chance held. Where few
    units show a rare category the first is too small. Other than in the published variances, a unit without a
    pair contributes nothing: the mean is a ratio, and such a unit changes neither part of it.
    """
    patterns = statistic.patterns
    paired = (~np.isnan(statistic.agreement)).astype(np.float64)
    pairs = float(patterns.times @ paired)
    scale = 1.0 - statistic.chance
    corrected = (statistic.mean - statistic.chance) / scale
    moving = scale * (statistic.influence + corrected * (1.0 - paired * patterns.n_units / pairs))
    agreement = np.where(paired > 0, statistic.agreement, 0.0)
    held = patterns.n_units / pairs * (agreement - statistic.mean * paired)
    if patterns.cells is None:
        groups, squares = pairs, patterns.times @ np.column_stack([moving, held]) ** 2
    else:
        by_cluster = patterns.by_cluster(np.column_stack([paired, moving, held]))
        groups, squares = float((by_cluster[:, 0] > 0).sum()), (by_cluster[:, 1:] ** 2).sum(axis=0)
    return groups, float(squares.max()) / patterns.n_units**2 * groups
