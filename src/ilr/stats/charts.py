"""Charts over time: a centre, limits where there are some, and the signals that are not chance.

Here belong the statistics of run and control charts. Not here: what to do about a signal, and pictures.
Rules come by name, never in one lump: ``anhoej`` looks for runs and crossings of the centre (Anhøj &
Olesen 2014; Anhøj & Wentzel-Larsen 2018), ``3sigma`` for points outside the limits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker, listed
from ilr.stats._arrays import Floats, locked

__all__ = ["LEAST_POINTS", "Chart", "Rules", "Series", "Signal", "run_chart", "xmr"]

Rules: TypeAlias = Literal["anhoej", "3sigma", "anhoej+3sigma"]
Series: TypeAlias = ArrayLike | Sequence[float | None]

LEAST_POINTS = 10
"""Fewest useful points about which the rules of runs say anything."""

_MEAN_RANGE = 1.128
_SCREEN = 3.267


@attrs.frozen
class Signal:
    """One finding of one rule. Equal when all fields are equal.

    Attributes:
        rule: which rule, for example ``anhoej.run``, ``anhoej.crossings``, ``3sigma``.
        index: place of the point that completed the finding, from 0.
        members: places of all points that belong to it.
    """

    rule: str
    index: int
    members: tuple[int, ...]


def _comparable(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if math.isnan(value) else value for value in values.tolist())


def _same_nan(value: float) -> float | None:
    return None if math.isnan(value) else value


@attrs.frozen(kw_only=True)
class Chart:
    """A series with its centre, limits and signals. Equal when all fields are equal, gaps among them.

    Raises:
        InvalidInput: for infinite points or lines, a missing centre, signals outside the series.

    Attributes:
        kind: ``run`` or ``xmr``.
        values: the series, shape (n,), NaN where a point is missing.
        centre: the centre line; NaN without a point.
        lower: lower limit, None for a chart without limits.
        upper: upper limit, None for a chart without limits.
        signals: what the rules found, in the order of the points that completed them.
        enough_points: whether there were enough useful points for the rules of runs.
        useful: number of points that are neither missing nor on the centre line.
        longest_run: most useful points in a row on one side of the centre.
        longest_run_max: longest run that is still chance; 0 without enough points.
        crossings: how often the series crosses the centre.
        crossings_min: fewest crossings that are still chance; 0 without enough points.
        rules: the rules that were asked for.
    """

    kind: Literal["run", "xmr"]
    values: Floats = attrs.field(eq=_comparable)
    centre: float = attrs.field(eq=_same_nan)
    lower: float | None
    upper: float | None
    signals: tuple[Signal, ...]
    enough_points: bool
    useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int
    rules: str

    def __attrs_post_init__(self) -> None:
        check = Checker("Chart")
        n = len(self.values)
        check(not np.isinf(self.values).any(), "charts.values", "values", "hold an infinite point")
        lines = [line for line in (self.centre, self.lower, self.upper) if line is not None]
        check(
            not any(math.isinf(line) for line in lines)
            and (not math.isnan(self.centre) or bool(np.isnan(self.values).all())),
            "charts.centre",
            "centre",
            "is no number",
            expected="a finite number",
        )
        inside = all(0 <= place < n for one in self.signals for place in (one.index, *one.members))
        check(inside, "charts.signals", "signals", "point outside the series", expected=f"0 to {n - 1}")
        check.done()

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as plain values; what is not a number becomes None."""
        out = attrs.asdict(self, recurse=False)
        out["values"] = list(_comparable(self.values))
        out["centre"] = _same_nan(self.centre)
        out["signals"] = [attrs.asdict(signal) for signal in self.signals]
        return out

    to_document = to_dict

    @classmethod
    def from_document(cls, data: Any) -> Chart:
        """Read what `to_dict` gave.

        Raises:
            InvalidInput: listing fields that are missing or of another shape, points that are infinite,
                signals outside the series.
        """
        from ilr.base._codec import structure

        fields = structure(data, _ChartDocument, subject="Chart")
        plain = {field.name: getattr(fields, field.name) for field in attrs.fields(_ChartDocument)}
        plain["values"] = locked(np.array(fields.values, dtype=np.float64))  # None becomes NaN
        plain["centre"] = math.nan if fields.centre is None else fields.centre
        return cls(**plain)

    def _repr_html_(self) -> str:
        limits = "" if self.lower is None or self.upper is None else f"{self.lower:.3f} to {self.upper:.3f}"
        shown = {
            "centre": f"{self.centre:.3f}",
            "limits": limits,
            "longest run": f"{self.longest_run} (at most {self.longest_run_max})",
            "crossings": f"{self.crossings} (at least {self.crossings_min})",
            "signals": ", ".join(f"{signal.rule} at {signal.index}" for signal in self.signals) or "none",
        }
        if not self.enough_points:
            shown["signals"] = f"not enough points: {self.useful} of {LEAST_POINTS}"
        rows = "".join(f"<tr><th>{key}</th><td>{escape(text)}</td></tr>" for key, text in shown.items())
        return f"<table><caption>{self.kind} chart</caption>{rows}</table>"


@attrs.frozen(kw_only=True)
class _ChartDocument:
    kind: Literal["run", "xmr"]
    values: tuple[float | None, ...]
    centre: float | None
    lower: float | None
    upper: float | None
    signals: tuple[Signal, ...]
    enough_points: bool
    useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int
    rules: str


def run_chart(values: Series, centre: float | None = None, *, rules: Rules = "anhoej") -> Chart:
    """A series about its median, with Anhøj's rules (Anhøj & Olesen 2014, PLoS ONE 9(11): e113825).

    A run signals when it is longer than round(log2 n) + 3 useful points, too few crossings when they are
    below the 5 % quantile of a binomial with n - 1 trials of one half. Points on the centre line and missing
    points are not useful and neither break nor lengthen a run.

    Args:
        values: the series, shape (n,); None and NaN are gaps.
        centre: the centre line; the median of the points where None.
        rules: ``anhoej``; a run chart has no limits.

    Returns:
        The chart. With fewer than ten useful points `enough_points` is false and there is no signal, which
        is not the same as a steady series.

    Raises:
        InvalidInput: if values are not one series of numbers, or a rule is unknown or needs limits.

    Example:
        >>> chart = run_chart([1, 2, 1, 2, 1, 2, 3, 4, 5, 4, 3, 4, 5, 3])
        >>> chart.centre, chart.longest_run, [signal.rule for signal in chart.signals]
        (3.0, 6, ['anhoej.crossings'])
    """
    series = _series(values, rules, ("anhoej",))
    middle = _centre(series, centre, np.median)
    return _chart("run", series, middle, None, rules)


def xmr(
    values: Series,
    centre: float | None = None,
    *,
    rules: Rules = "anhoej+3sigma",
    moving_range: Literal["screened", "plain"] = "screened",
) -> Chart:
    """A series of single values with limits from its moving ranges (Shewhart 1931; Nelson 1982).

    Limits are the centre plus and minus 3 / 1.128 mean moving ranges of neighbouring points.

    Args:
        values: the series, shape (n,); None and NaN are gaps, and no range reaches over a gap.
        centre: the centre line; the mean of the points where None.
        rules: rule names joined by ``+``.
        moving_range: ``screened`` leaves out, once, ranges of at least 3.267 times their mean.

    Returns:
        The chart; without two neighbouring points the limits are None.

    Raises:
        InvalidInput: if values are not one series of numbers, or an option is unknown.

    Example:
        >>> chart = xmr([50, 52, 48, 51, 49, 50, 53, 47, 50, 51])
        >>> round(chart.lower, 2), round(chart.upper, 2)
        (42.71, 57.49)
    """
    series = _series(values, rules, ("anhoej", "3sigma", "anhoej+3sigma"), moving_range)
    middle = _centre(series, centre, np.mean)
    ranges = np.abs(np.diff(series))
    ranges = ranges[~np.isnan(ranges)]
    if moving_range == "screened" and len(ranges):
        ranges = ranges[(ranges < _SCREEN * ranges.mean()) | (ranges == 0)]
    reach = 3 * float(ranges.mean()) / _MEAN_RANGE if len(ranges) else None
    return _chart("xmr", series, middle, reach, rules)


def _series(values: Series, rules: str, known: tuple[str, ...], moving_range: str = "plain") -> Floats:
    check = Checker("chart")
    try:
        series = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        series = np.zeros((1, 1))
    check(
        series.ndim == 1 and not np.isinf(series).any(),
        "charts.values",
        "values",
        "are not one series of numbers",
        expected="finite numbers, None or NaN for gaps",
    )
    check(rules in known, "charts.rules", "rules", "are unknown for this chart", expected=listed(known))
    check(
        moving_range in ("screened", "plain"),
        "charts.moving_range",
        "moving_range",
        "is unknown",
        expected="screened or plain",
    )
    check.done()
    return locked(series)


def _centre(series: Floats, centre: float | None, middle: Any) -> float:
    if centre is not None:
        check = Checker("chart")
        given: Any = centre
        known = isinstance(given, int | float | np.integer | np.floating) and math.isfinite(given)
        check(known, "charts.centre", "centre", "is no number", expected="a finite number")
        check.done()
        return float(centre)
    points = series[~np.isnan(series)]
    return float(middle(points)) if len(points) else math.nan


def _chart(
    kind: Literal["run", "xmr"], series: Floats, centre: float, reach: float | None, rules: str
) -> Chart:
    side = np.sign(np.nan_to_num(series - centre))
    places = np.flatnonzero(side)
    useful = len(places)
    runs = _runs(side[places])
    longest = max((stop - start for start, stop in runs), default=0)
    crossings = max(len(runs) - 1, 0)
    enough = useful >= LEAST_POINTS
    run_limit, crossing_limit = (_run_limit(useful), _crossing_limit(useful)) if enough else (0, 0)
    signals: list[Signal] = []
    if enough and "anhoej" in rules:
        signals += [
            Signal("anhoej.run", int(places[start + run_limit]), _members(places[start:stop]))
            for start, stop in runs
            if stop - start > run_limit
        ]
        if crossings < crossing_limit:
            signals.append(Signal("anhoej.crossings", int(places[-1]), _members(places)))
    if reach is not None and "3sigma" in rules:
        outside = np.flatnonzero(np.nan_to_num(np.abs(series - centre)) > reach * (1 + 1e-12))
        signals += [Signal("3sigma", int(place), (int(place),)) for place in outside]
    return Chart(
        kind=kind,
        values=series,
        centre=centre,
        lower=None if reach is None else centre - reach,
        upper=None if reach is None else centre + reach,
        signals=tuple(sorted(signals, key=lambda signal: (signal.index, signal.rule))),
        enough_points=enough,
        useful=useful,
        longest_run=longest,
        longest_run_max=run_limit,
        crossings=crossings,
        crossings_min=crossing_limit,
        rules=rules,
    )


def _members(places: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(place) for place in places)


def _runs(side: Floats) -> list[tuple[int, int]]:
    """Start and stop of every run of points on one side."""
    if len(side) == 0:
        return []
    turns = (np.flatnonzero(np.diff(side)) + 1).tolist()
    return list(zip([0, *turns], [*turns, len(side)], strict=True))


def _run_limit(useful: int) -> int:
    return round(math.log2(useful)) + 3


def _crossing_limit(useful: int) -> int:
    """The 5 % quantile of a binomial with useful - 1 trials of one half."""
    from scipy.special import bdtr

    counts = np.arange(useful)
    return int(np.searchsorted(bdtr(counts, useful - 1, 0.5), 0.05))
