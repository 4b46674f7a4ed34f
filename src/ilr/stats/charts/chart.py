"""The one result of every chart.

Here belong `Chart`, its parts and its document. Not here: how limits and signals come about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any, Literal, TypeAlias

import attrs
import numpy as np

from ilr.base.errors import Checker
from ilr.base.records import read_only
from ilr.stats._arrays import Floats, locked
from ilr.stats.charts.phases import Phase
from ilr.stats.charts.rules import LEAST_POINTS, Signal

__all__ = ["Chart", "Kind", "Line", "Lines", "Part"]

Kind: TypeAlias = Literal["run", "xmr", "c", "p", "u", "p-prime", "u-prime", "xbar", "ewma", "cusum"]
Line: TypeAlias = float | Floats


def _comparable(line: Line | None) -> Any:
    if line is None:
        return None
    if isinstance(line, float):
        return None if math.isnan(line) else (line,)
    return tuple(None if math.isnan(value) else value for value in line.tolist())


def _comparable_tracks(tracks: tuple[Floats, ...]) -> Any:
    return tuple(_comparable(track) for track in tracks)


def _line(line: Any) -> Line:
    """One number where it is the same at every point, else one number a point."""
    values = np.array(line, dtype=np.float64)
    if values.ndim == 0 or len(values) == 0:
        return float(values) if values.ndim == 0 else math.nan
    if np.isnan(values).all() or (values == values[0]).all():
        return float(values[0])
    return locked(values)


def _limit(line: Any) -> Line | None:
    if line is None:
        return None
    made = _line(line)
    return None if isinstance(made, float) and math.isnan(made) else made


@attrs.frozen(kw_only=True)
class Part:
    """A stretch of a chart with one centre: the whole chart, or one of its phases. Equal by all fields.

    Attributes:
        start: place of its first point, from 0.
        stop: place after its last point.
        phase: the decision that began it; None for the first.
        centre: what its values run about: the centre line, or the target; NaN without a point.
        baseline: number of points that the centre comes from; 0 where it was given.
        trial: whether centre or limits come from fewer than twelve points, or the phase is marked a trial.
        enough_points: whether rules that read several points may speak.
        useful: number of points that are neither missing nor on the centre line.
        longest_run: most useful points in a row on one side of the centre.
        longest_run_max: longest run that is still chance; 0 with fewer than ten useful points.
        crossings: how often the series crosses the centre.
        crossings_min: fewest crossings that are still chance; 0 with fewer than ten useful points.
        sigma_z: how many times as much the points of a prime chart vary as chance would have them; else None.
    """

    start: int
    stop: int
    phase: Phase | None = None
    centre: float = attrs.field(eq=_comparable)
    baseline: int
    trial: bool
    enough_points: bool
    useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int
    sigma_z: float | None = None


@attrs.frozen(kw_only=True, eq=False)
class Lines:
    """The lines of a chart with one number a point, NaN where there is none; each of shape (n,), read-only.

    Attributes:
        centre: the centre line.
        lower: lower limit.
        upper: upper limit.
    """

    centre: Floats
    lower: Floats
    upper: Floats


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Chart:
    """A series with its centre, limits and signals. Equal when all fields are equal, gaps among them.

    A line is one number where it is the same at every point, and an array of one number a point where it is
    not: for totals that differ, for phases, for the first points of an EWMA. `lines` has arrays always.

    Raises:
        InvalidInput: for infinite points or lines, a missing centre, lines of another length, limits the
            wrong way round, signals outside the series, parts that do not make up the series.

    Attributes:
        kind: which chart.
        values: the series, shape (n,), NaN where a point is missing: the numbers handed in, shares, rates, or
            means of groups.
        centre: the centre line; NaN without a point.
        lower: lower limit, None for a chart without limits.
        upper: upper limit, None for a chart without limits.
        sigma: standard deviation of what is compared with the limits, None for a chart without limits.
        signals: what the rules found, in the order of the points that completed them.
        parts: the phases of the chart, one where none was decided on.
        rules: the rules that were asked for.
        tracks: what is compared with the limits where it is not `values`: the moving averages of an EWMA, or the
            upper and the lower sums of a CUSUM.
    """

    kind: Kind
    values: Floats = attrs.field(eq=_comparable)
    centre: Line = attrs.field(eq=_comparable, converter=_line)
    lower: Line | None = attrs.field(eq=_comparable, converter=_limit)
    upper: Line | None = attrs.field(eq=_comparable, converter=_limit)
    sigma: Line | None = attrs.field(eq=_comparable, converter=_limit)
    signals: tuple[Signal, ...]
    parts: tuple[Part, ...]
    rules: str
    tracks: tuple[Floats, ...] = attrs.field(default=(), eq=_comparable_tracks)

    def __attrs_post_init__(self) -> None:
        check = Checker("Chart")
        n = len(self.values)
        check(not np.isinf(self.values).any(), "charts.values", "values", "hold an infinite point")
        named = {"centre": self.centre, "lower": self.lower, "upper": self.upper, "sigma": self.sigma}
        lengths = [
            _check_length(check, name, n if line is None or isinstance(line, float) else len(line), n)
            for name, line in named.items()
        ]
        if all(lengths):
            check(
                not any(line is not None and np.isinf(line).any() for line in named.values())
                and not (np.isnan(self.centre) & ~np.isnan(self.values)).any(),
                "charts.centre",
                "centre",
                "is no number",
                expected="a finite number",
            )
            check(
                self.lower is None or self.upper is None or not np.any(self.lower > np.asarray(self.upper)),
                "charts.limits",
                "lower",
                "lies above the upper limit",
            )
        inside = all(0 <= place < n for one in self.signals for place in (one.index, *one.members))
        check(inside, "charts.signals", "signals", "point outside the series", expected=f"0 to {n - 1}")
        bounds = [0, *(part.stop for part in self.parts)]
        check(
            [part.start for part in self.parts] == bounds[:-1] and bounds[-1] == n and bool(self.parts),
            "charts.parts",
            "parts",
            "do not make up the series",
        )
        check(
            all(len(track) == n for track in self.tracks),
            "charts.tracks",
            "tracks",
            "have another length than the series",
        )
        check.done()

    @property
    def enough_points(self) -> bool:
        """Whether the last phase has enough points for rules that read several; if not, nothing is said."""
        return self.parts[-1].enough_points

    @property
    def useful(self) -> int:
        """Number of points of the last phase that are neither missing nor on the centre line."""
        return self.parts[-1].useful

    @property
    def longest_run(self) -> int:
        """Most useful points of the last phase in a row on one side of the centre."""
        return self.parts[-1].longest_run

    @property
    def longest_run_max(self) -> int:
        """Longest run in the last phase that is still chance; 0 with fewer than ten useful points."""
        return self.parts[-1].longest_run_max

    @property
    def crossings(self) -> int:
        """How often the last phase crosses its centre."""
        return self.parts[-1].crossings

    @property
    def crossings_min(self) -> int:
        """Fewest crossings of the last phase that are still chance; 0 with fewer than ten useful points."""
        return self.parts[-1].crossings_min

    @property
    def drawn(self) -> tuple[Floats, ...]:
        """What is compared with the limits: the values, or the tracks of an EWMA or CUSUM."""
        return self.tracks or (self.values,)

    @property
    def lines(self) -> Lines:
        """Centre and limits with one number a point, NaN where there is no limit."""
        return Lines(
            centre=_along(self.centre, self.values),
            lower=_along(self.lower, self.values),
            upper=_along(self.upper, self.values),
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as plain values, lines with one number a point; what is no number becomes None."""
        out: dict[str, Any] = attrs.asdict(self)
        out["values"] = list(_comparable(self.values))
        for name in ("centre", "lower", "upper", "sigma"):
            line = getattr(self, name)
            out[name] = None if line is None else list(_comparable(_along(line, self.values)))
        for part in out["parts"]:
            part["centre"] = None if math.isnan(part["centre"]) else part["centre"]
            if part["phase"] is not None:
                part["phase"] = {key: _day(value) for key, value in part["phase"].items()}
        out["tracks"] = [list(_comparable(track)) for track in self.tracks]
        return out

    to_document = to_dict

    @classmethod
    def from_document(cls, data: Any) -> Chart:
        """Read what `to_dict` gave.

        Raises:
            InvalidInput: listing fields that are missing or of another shape, and what no chart can hold.
        """
        from ilr.base._codec import structure

        fields = structure(data, _ChartDocument, subject="Chart")
        plain = {field.name: getattr(fields, field.name) for field in attrs.fields(_ChartDocument)}
        check = Checker("Chart")
        for name in ("values", "centre", "lower", "upper", "sigma"):
            if plain[name] is None:
                continue
            _check_length(check, name, len(plain[name]), len(fields.values))
            plain[name] = locked(np.array(plain[name], dtype=np.float64))
        check.done()
        plain["tracks"] = tuple(locked(np.array(track, dtype=np.float64)) for track in fields.tracks)
        plain["parts"] = tuple(part.part() for part in fields.parts)
        return cls(**plain)

    def _shown(self) -> Mapping[str, str]:
        part = self.parts[-1]
        found = ", ".join(f"{signal.rule} at {signal.index}" for signal in self.signals) or "none"
        few = f"not enough points: {part.useful} of {LEAST_POINTS}"
        known = part.longest_run_max > 0
        shown = {
            "centre": _span(self.centre),
            "limits": "" if self.lower is None or self.upper is None else _limits(self.lower, self.upper),
            "longest run": _against(part.longest_run, "at most", part.longest_run_max, known=known),
            "crossings": _against(part.crossings, "at least", part.crossings_min, known=known),
            "signals": found if part.enough_points else f"{few}; {found}" if self.signals else few,
        }
        if part.phase is not None:
            shown["phase"] = f"{len(self.parts)} from point {part.start}: {part.phase.reason}"
        return shown

    def __str__(self) -> str:
        rows = "\n".join(f"  {key:11}  {text}" for key, text in self._shown().items())
        return f"{self.kind} chart\n{rows}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{key}</th><td>{escape(text)}</td></tr>" for key, text in self._shown().items()
        )
        return f"<table><caption>{self.kind} chart</caption>{rows}</table>"


@attrs.frozen(kw_only=True)
class _PartDocument:
    start: int
    stop: int
    phase: Phase | None
    centre: float | None
    baseline: int
    trial: bool
    enough_points: bool
    useful: int
    longest_run: int
    longest_run_max: int
    crossings: int
    crossings_min: int
    sigma_z: float | None

    def part(self) -> Part:
        fields = {field.name: getattr(self, field.name) for field in attrs.fields(_PartDocument)}
        return Part(**fields | {"centre": math.nan if self.centre is None else self.centre})


@attrs.frozen(kw_only=True)
class _ChartDocument:
    kind: Kind
    values: tuple[float | None, ...]
    centre: tuple[float | None, ...]
    lower: tuple[float | None, ...] | None
    upper: tuple[float | None, ...] | None
    sigma: tuple[float | None, ...] | None
    signals: tuple[Signal, ...]
    parts: tuple[_PartDocument, ...]
    rules: str
    tracks: tuple[tuple[float | None, ...], ...]


def _check_length(check: Checker, name: str, length: int, n: int) -> bool:
    return check(
        length == n,
        "charts.line",
        name,
        "has another length than the series",
        expected="one number a point",
    )


def _day(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _along(line: Line | None, values: Floats) -> Floats:
    return locked(np.full(values.shape, np.nan if line is None else line))


def _span(line: Line) -> str:
    if isinstance(line, float):
        return f"{line:.3f}"
    return f"{np.nanmin(line):.3f} to {np.nanmax(line):.3f}"


def _limits(lower: Line, upper: Line) -> str:
    if isinstance(lower, float) and isinstance(upper, float):
        return f"{lower:.3f} to {upper:.3f}"
    return f"{np.nanmin(lower):.3f} to {np.nanmax(upper):.3f}, by point"


def _against(found: int, words: str, limit: int, *, known: bool) -> str:
    """A number with its limit, where the rules of runs know one."""
    return f"{found} ({words} {limit})" if known else str(found)
