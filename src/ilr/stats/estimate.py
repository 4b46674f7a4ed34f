"""The one result type of a statistic: a number with its doubt, or the reason why there is none.

Here belong `Estimate` and what can be read off it. Not here: how any number is computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import attrs

from ilr.base.errors import Checker, listed
from ilr.base.mapping import FrozenMap
from ilr.base.reasons import Reason

if TYPE_CHECKING:
    from ilr.stats._frames import Backend
    from ilr.stats.significance import Sided, Significance

__all__ = ["BENCHMARKS", "Benchmark", "Estimate", "number_or_none", "plain_reason", "to_frame"]

BENCHMARKS: Mapping[str, Mapping[str, float]] = FrozenMap(
    {
        "landis-koch": FrozenMap(
            {
                "almost perfect": 0.8,
                "substantial": 0.6,
                "moderate": 0.4,
                "fair": 0.2,
                "slight": 0.0,
                "poor": -1.0,
            }
        ),
        "altman": FrozenMap({"very good": 0.8, "good": 0.6, "moderate": 0.4, "fair": 0.2, "poor": -1.0}),
        "fleiss": FrozenMap({"excellent": 0.75, "intermediate to good": 0.4, "poor": -1.0}),
        "cicchetti-sparrow": FrozenMap({"excellent": 0.75, "good": 0.6, "fair": 0.4, "poor": -1.0}),
        "regier": FrozenMap(
            {"excellent": 0.8, "very good": 0.6, "good": 0.4, "questionable": 0.2, "unacceptable": -1.0}
        ),
    }
)
"""Bands by scale, highest first, each with its lower limit.

Landis & Koch 1977; Altman 1991; Fleiss 1981; Cicchetti & Sparrow 1981; Regier et al. 2013.
"""


def number_or_none(value: float) -> float | None:
    """The number, or None for what is not one, so that all of these are alike."""
    return None if math.isnan(value) else value


def _reasons(values: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(values)


def _counts(values: Mapping[str, float]) -> FrozenMap[str, float]:
    return FrozenMap({name: float(count) for name, count in values.items()})


@attrs.frozen
class Benchmark:
    """Where an estimate stands on a verbal scale, with the doubt it carries (Gwet 2014, ch. 6).

    Equal when all fields are equal.

    Attributes:
        scale: name of the scale, ``custom`` for a scale of the caller.
        band: the highest band in or above which the true value lies with at least `confidence`.
        probability: the probability that it does.
        confidence: the probability that was asked for.
        cumulative: for every band, highest first, the probability of that band or a higher one.
        membership: for every band, highest first, the probability of that band.
    """

    scale: str
    band: str
    probability: float = attrs.field(kw_only=True)
    confidence: float = attrs.field(kw_only=True)
    cumulative: FrozenMap[str, float] = attrs.field(kw_only=True, converter=_counts)
    membership: FrozenMap[str, float] = attrs.field(kw_only=True, converter=_counts)

    def __str__(self) -> str:
        return f"{self.scale}: {self.band} or better with {self.probability:.1%}"


@attrs.frozen
class Estimate:
    """A number with its interval, its method and the counts behind it.

    Equal when all fields are equal, where one NaN equals another. Nothing is rounded.

    Attributes:
        value: the estimate; NaN when `undefined` says why there is none.
        standard_error: its standard error; NaN where there is none.
        degrees_of_freedom: those of Student's t behind the interval; NaN where the method knows none.
        low: lower limit of the interval; NaN where there is none.
        high: upper limit of the interval; NaN where there is none.
        level: nominal coverage of the interval, 0 to 1.
        method: how interval or standard error came about, for example ``linearised``, ``jackknife``,
            ``bootstrap``, ``bca``, ``score``, ``wilson``, ``clopper-pearson``, ``newcombe``; empty without one.
        n: named counts, for example ``units``, ``raters``, ``ratings``, ``clusters``, ``effective``.
        undefined: why there is no value, or None.
        undefined_interval: why there is no interval although there is a value, or None.
        notes: what else the reader must know, for example categories that were inferred.
        name: which statistic this is.
        sampled: what the interval treats as a sample: ``units``, ``raters`` or ``both``; empty if neither.

    Example:
        >>> print(Estimate(0.612, low=0.54, high=0.684))
        0.612 [0.540, 0.684]
        >>> print(Estimate.missing(Reason.of("NO_PAIRS", units=3)))
        undefined: no unit has two ratings
    """

    value: float = attrs.field(default=math.nan, converter=float, eq=number_or_none)
    standard_error: float = attrs.field(default=math.nan, converter=float, eq=number_or_none, kw_only=True)
    degrees_of_freedom: float = attrs.field(
        default=math.nan, converter=float, eq=number_or_none, kw_only=True
    )
    low: float = attrs.field(default=math.nan, converter=float, eq=number_or_none, kw_only=True)
    high: float = attrs.field(default=math.nan, converter=float, eq=number_or_none, kw_only=True)
    level: float = attrs.field(default=0.95, converter=float, kw_only=True)
    method: str = attrs.field(default="", kw_only=True)
    n: FrozenMap[str, float] = attrs.field(factory=FrozenMap, converter=_counts, kw_only=True)
    undefined: Reason | None = attrs.field(default=None, kw_only=True)
    undefined_interval: Reason | None = attrs.field(default=None, kw_only=True)
    notes: tuple[Reason, ...] = attrs.field(default=(), converter=_reasons, kw_only=True)
    name: str = attrs.field(default="", kw_only=True)
    sampled: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        check = Checker("Estimate")
        check(
            math.isnan(self.value) == (self.undefined is not None),
            "estimate.undefined",
            "undefined",
            "a value that is not a number needs its reason, and only then",
        )
        check(0 < self.level < 1, "estimate.level", "level", "is not a probability", expected="0 < level < 1")
        check.done()

    @classmethod
    def missing(
        cls,
        reason: Reason,
        *,
        level: float = 0.95,
        n: Mapping[str, float] | None = None,
        name: str = "",
        notes: tuple[Reason, ...] = (),
    ) -> Estimate:
        """Say that there is no value, and why."""
        return cls(
            undefined=reason, undefined_interval=reason, level=level, n=n or {}, name=name, notes=notes
        )

    def __str__(self) -> str:
        if self.undefined is not None:
            return f"undefined: {self.undefined}"
        if math.isnan(self.low):
            return f"{self.value:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def _repr_html_(self) -> str:
        shown = {
            "estimate": str(self),
            "standard error": "" if math.isnan(self.standard_error) else f"{self.standard_error:.3f}",
            "interval": " ".join(part for part in (f"{self.level:g}", self.method, self.sampled) if part),
            "n": ", ".join(f"{name} {count:g}" for name, count in self.n.items()),
            "notes": "; ".join(str(note) for note in self.notes),
        }
        rows = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(text)}</td></tr>" for key, text in shown.items() if text
        )
        return f"<table><caption>{escape(self.name)}</caption>{rows}</table>"

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as plain values that any format can hold; what is not a number becomes None."""
        return {
            "name": self.name,
            "value": number_or_none(self.value),
            "standard_error": number_or_none(self.standard_error),
            "degrees_of_freedom": number_or_none(self.degrees_of_freedom),
            "low": number_or_none(self.low),
            "high": number_or_none(self.high),
            "level": self.level,
            "method": self.method,
            "sampled": self.sampled,
            "n": dict(self.n),
            "undefined": plain_reason(self.undefined),
            "undefined_interval": plain_reason(self.undefined_interval),
            "notes": [plain_reason(note) for note in self.notes],
        }

    def significance(self, null: float = 0.0, *, sided: Sided = "two") -> Significance:
        """Test whether the true value differs from a null value (Student's t).

        The statistic is the distance from the null value in standard errors, as of a coefficient that may
        be anything (Gwet 2014, ch. 5), not one whose raters rate by chance. Where the method knows no degrees
        of freedom, as a bootstrap does not, the statistic is held against a normal distribution.

        Args:
            null: the value under the null hypothesis.
            sided: ``two`` for both directions, ``greater`` for a true value above the null value, ``less``.

        Returns:
            The test; undefined where the estimate has no value or no standard error above zero.

        Raises:
            InvalidInput: for an unknown direction, or a null value that is no finite number.

        Example:
            >>> found = Estimate(0.77544, standard_error=0.14295, degrees_of_freedom=11).significance(0.4)
            >>> print(found)
            t(11) = 2.626, p = 0.0236 (two-sided)
        """
        from ilr.stats.significance import Significance

        check = Checker("significance")
        check(
            sided in ("two", "greater", "less"),
            "estimate.sided",
            "sided",
            "is unknown",
            expected="two, greater or less",
        )
        check(math.isfinite(null), "estimate.null", "null", "is no finite number")
        check.done()
        undefined = self.undefined
        if undefined is None and not self.standard_error > 0:
            undefined = self.undefined_interval or Reason.of("NO_STANDARD_ERROR")
        if undefined is not None:
            return Significance(
                name=self.name, null=null, sided=sided, n=self.n, undefined=undefined, notes=self.notes
            )
        statistic = (self.value - null) / self.standard_error
        known = math.isfinite(self.degrees_of_freedom)
        return Significance(
            name=self.name,
            null=null,
            statistic=statistic,
            distribution="t" if known else "normal",
            freedom=(self.degrees_of_freedom,) if known else (),
            p=_tail(statistic, self.degrees_of_freedom if known else math.inf, sided),
            sided=sided,
            n=self.n,
            notes=self.notes,
        )

    def benchmark(
        self, scale: str | Mapping[str, float] = "landis-koch", *, confidence: float = 0.95
    ) -> Benchmark | None:
        """Say which band of a verbal scale the true value reaches with the wanted probability.

        The probability of a band or a higher one comes from a normal distribution at the estimate with its
        standard error, cut to -1..1 (Gwet 2014, Handbook of Inter-Rater Reliability, ch. 6).

        Args:
            scale: ``landis-koch``, ``altman``, ``fleiss``, ``cicchetti-sparrow``, ``regier``, or lower
                limits by band of your own; the lowest limit must be -1.
            confidence: wanted probability, 0 to 1.

        Returns:
            The benchmark; None where the estimate has no value or no standard error.

        Raises:
            InvalidInput: for an unknown scale, one that leaves part of -1..1 uncovered, or a confidence
                that is not a probability.

        Example:
            >>> found = Estimate(0.77544, standard_error=0.14295).benchmark()
            >>> found.band, round(found.probability, 3)
            ('moderate', 0.995)
        """
        bands = BENCHMARKS.get(scale) if isinstance(scale, str) else scale
        check = Checker("benchmark")
        check(
            bands is not None,
            "estimate.scale",
            "scale",
            "is not a scale known here",
            expected=listed(BENCHMARKS),
        )
        check(
            not bands or (min(bands.values()) == -1 and len(set(bands.values())) == len(bands)),
            "estimate.bands",
            "scale",
            "does not cover -1 to 1 in different bands",
        )
        check(bool(bands is None or bands), "estimate.bands", "scale", "holds no band")
        check(
            0 < confidence < 1,
            "estimate.confidence",
            "confidence",
            "is not a probability",
            expected="0 < confidence < 1",
        )
        check.done()
        if bands is None or math.isnan(self.standard_error):
            return None
        ordered = dict(sorted(bands.items(), key=lambda item: -item[1]))
        cumulative = {band: self._beyond(limit) for band, limit in ordered.items()}
        above = [0.0, *cumulative.values()]
        reached = next(band for band, share in cumulative.items() if share >= confidence)
        return Benchmark(
            scale=scale if isinstance(scale, str) else "custom",
            band=reached,
            probability=cumulative[reached],
            confidence=confidence,
            cumulative=FrozenMap(cumulative),
            membership=FrozenMap(
                {band: share - above[place] for place, (band, share) in enumerate(cumulative.items())}
            ),
        )

    def _beyond(self, limit: float) -> float:
        """Probability that a normal cut to -1..1 exceeds the limit."""
        if self.standard_error == 0:
            return 1.0 if self.value >= limit else 0.0
        below, at, above = (
            0.5 * math.erfc((self.value - point) / self.standard_error / math.sqrt(2))
            for point in (-1.0, limit, 1.0)
        )
        return (above - at) / (above - below)


def to_frame(estimates: Iterable[Estimate] | Mapping[Any, Estimate], backend: Backend = "pandas") -> Any:
    """Several estimates as a frame of pandas, polars or pyarrow, one row each.

    Named counts become columns such as ``n_units``; reasons and notes become texts. Of a mapping the keys
    stand in a column ``key``.

    Args:
        estimates: the estimates, or a mapping of them as `agreement.category_agreement` gives.
        backend: pandas, polars or pyarrow.

    Raises:
        MissingDependency: when the package is not installed.

    Example:
        >>> from ilr.stats import Ratings, agreement
        >>> r = Ratings.from_table([[20, 5], [10, 15]], ["no", "yes"])
        >>> frame = to_frame([agreement.gwet_ac(r), agreement.fleiss_kappa(r)], "polars")
        >>> frame["name"].to_list(), frame["n_units"].to_list()
        (['gwet_ac1', 'fleiss_kappa'], [50.0, 50.0])
    """
    from ilr.stats._frames import to_frame as framed

    keyed = isinstance(estimates, Mapping)
    found = list(estimates.values() if isinstance(estimates, Mapping) else estimates)
    keys = list(estimates) if keyed else [None] * len(found)
    counts = list(dict.fromkeys(name for one in found for name in one.n))
    rows = []
    for key, one in zip(keys, found, strict=True):
        row: dict[str, Any] = {"key": key} if keyed else {}
        row |= {name: fact for name, fact in one.to_dict().items() if name not in _TOLD_OTHERWISE}
        row |= {f"n_{name}": one.n.get(name) for name in counts}
        row["undefined"] = str(one.undefined) if one.undefined else None
        row["undefined_interval"] = str(one.undefined_interval) if one.undefined_interval else None
        row["notes"] = "; ".join(map(str, one.notes))
        rows.append(row)
    return framed(rows, backend)


_TOLD_OTHERWISE = frozenset({"n", "undefined", "undefined_interval", "notes"})


def _tail(statistic: float, freedom: float, sided: str) -> float:
    """The probability of a statistic at least as far out, Student's t with any degrees of freedom."""
    from scipy.special import ndtr, stdtr

    def below(point: float) -> float:
        return float(ndtr(point) if math.isinf(freedom) else stdtr(freedom, point))

    tails = {"two": 2 * below(-abs(statistic)), "greater": below(-statistic), "less": below(statistic)}
    return tails[sided]


def plain_reason(reason: Reason | None) -> dict[str, Any] | None:
    """A reason as plain values that any format can hold."""
    return None if reason is None else {"code": reason.code, "parameters": dict(reason.parameters)}
