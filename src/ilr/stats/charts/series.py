"""Series of numbers as charts read them, and what their runs are.

Here belong reading and the side of the centre on which a point lies. Not here: rules and limits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats, Ints, locked

__all__ = ["Runs", "Series", "differences", "is_finite", "mean_range", "read_series", "runs_about"]

Series: TypeAlias = ArrayLike | Sequence[float | None]

_NOISE = 1e-12
_SCREEN = 3.267


def is_finite(value: Any) -> bool:
    """Whether a value is one finite number."""
    return isinstance(value, int | float | np.integer | np.floating) and math.isfinite(value)


def read_series(check: Checker, values: Series, path: str = "values") -> Floats:
    """Read one series of numbers, None and NaN as gaps; notes what is none and then gives an empty one."""
    try:
        series = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        series = np.full((1, 1), np.nan)
    known = check(
        series.ndim == 1 and not np.isinf(series).any(),
        "charts.values",
        path,
        "are not one series of numbers",
        expected="finite numbers, None or NaN for gaps",
    )
    return locked(series if known else np.empty(0))


def differences(values: Floats, centre: float) -> Floats:
    """Values less the centre, where what is no more than rounding error is zero."""
    apart = values - centre
    size = float(np.nan_to_num(np.abs(values)).max(initial=abs(centre)))
    apart[np.abs(apart) <= _NOISE * size] = 0.0
    return apart


def mean_range(values: Floats, *, screened: bool) -> float:
    """Mean moving range of neighbouring points (Nelson 1982); NaN where no two points are neighbours.

    Args:
        values: the series; no range reaches over a gap.
        screened: whether to leave out, once, ranges of at least 3.267 times their mean.
    """
    ranges = np.abs(np.diff(values))
    ranges = ranges[~np.isnan(ranges)]
    if screened and len(ranges):
        ranges = ranges[(ranges < _SCREEN * ranges.mean()) | (ranges == 0)]
    return float(ranges.mean()) if len(ranges) else math.nan


@attrs.frozen(kw_only=True, eq=False)
class Runs:
    """The runs of a series about its centre.

    Attributes:
        places: where the useful points are, those that neither are missing nor lie on the centre.
        starts: number of the useful point at which each run starts.
        stops: number of the useful point after each run.
    """

    places: Ints
    starts: tuple[int, ...]
    stops: tuple[int, ...]

    @property
    def useful(self) -> int:
        """Number of useful points."""
        return len(self.places)

    @property
    def longest(self) -> int:
        """Most useful points in a row on one side."""
        return max((stop - start for start, stop in zip(self.starts, self.stops, strict=True)), default=0)

    @property
    def crossings(self) -> int:
        """How often the series crosses its centre."""
        return max(len(self.starts) - 1, 0)


def runs_about(apart: Floats) -> Runs:
    """The runs of differences from a centre; gaps and zeros neither break a run nor lengthen it."""
    places = np.flatnonzero(np.nan_to_num(apart))
    if len(places) == 0:
        return Runs(places=places, starts=(), stops=())
    turns = (np.flatnonzero(np.diff(np.sign(apart[places]))) + 1).tolist()
    return Runs(places=places, starts=(0, *turns), stops=(*turns, len(places)))
