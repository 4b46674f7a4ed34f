"""How a chart is put together from a series, its phases and a way to estimate centre and sigma.

Here belongs what all charts share. Not here: any one chart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import attrs
import numpy as np

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats, locked
from ilr.stats.charts.chart import Chart, Kind, Part
from ilr.stats.charts.phases import Phase, Span, check_spans, spans, sustained
from ilr.stats.charts.rules import (
    LEAST_BASELINE,
    LEAST_POINTS,
    Rule,
    Signal,
    crossings_min,
    found,
    longest_run_max,
    resolve,
)
from ilr.stats.charts.series import differences, runs_about

__all__ = ["Level", "Plan", "Track", "Tracker", "chart_of_tracks", "chart_of_values", "planned"]


@attrs.frozen(kw_only=True, eq=False)
class Level:
    """Centre of a span and the sigma of each of its points, NaN where there is none.

    Attributes:
        centre: what the values run about.
        sigma: one number a place of the span.
        given: whether the centre was given.
        known: whether nothing at all was estimated.
        sigma_z: how many times as much the points vary as chance would have them, for prime charts.
    """

    centre: float
    sigma: Floats
    given: bool = False
    known: bool = False
    sigma_z: float | None = None


@attrs.frozen(kw_only=True, eq=False)
class Track:
    """What a chart with memory compares with its limits in one span.

    Attributes:
        tracks: one or two series of the span's length.
        centre: their centre line.
        sigma: their standard deviation, one number a place.
        reach: how far the limits lie from the centre, one number a place.
        signals: what was found, places counted from the start of the span.
    """

    tracks: tuple[Floats, ...]
    centre: float
    sigma: Floats
    reach: Floats
    signals: tuple[Signal, ...]


Estimator = Callable[[Span], Level]
Tracker = Callable[[Floats, Level], Track]


@attrs.frozen(kw_only=True, eq=False)
class Plan:
    """What a chart is asked for: its spans, its rules and what they are called."""

    spans: tuple[Span, ...]
    rules: tuple[Rule, ...]
    called: str


def planned(
    check: Checker,
    values: Floats,
    rules: str | Sequence[Rule] | None,
    freeze: int | None,
    phases: Sequence[Phase],
    *,
    limits: bool = True,
    known: bool = False,
) -> Plan:
    """Read the options that charts share, when nothing at all was amiss; a chart with memory has no rules.

    Raises:
        InvalidInput: with all that was noted so far, and what rules, freeze and phases lack.
    """
    asked = () if rules is None else resolve(check, rules, limits=limits)
    check(
        not (known and (phases or freeze is not None)),
        "charts.known",
        "phases",
        "leave nothing to estimate where the level is given",
        expected="a given level, or freeze and phases",
    )
    parts = spans(check, len(values), freeze, phases)
    check_spans(check, values, parts)
    check.done()
    called = rules if isinstance(rules, str) else "+".join(rule.name for rule in asked)
    return Plan(spans=parts, rules=asked, called=called)


def chart_of_values(
    kind: Kind,
    values: Floats,
    plan: Plan,
    estimate: Estimator,
    *,
    floor: float = -math.inf,
    ceiling: float = math.inf,
) -> Chart:
    """A chart whose values are compared with limits at three sigma, cut to what the values can be."""
    levels = _levels(values, plan.spans, estimate)
    signals: list[Signal] = []
    made: list[Part] = []
    for span, level in zip(plan.spans, levels, strict=True):
        part = _part(values, span, level)
        # A few points say nothing about their neighbours, though each can be outside the limits.
        spoken = [rule for rule in plan.rules if part.enough_points or rule.window == 1]
        signals += found(values[span.all], level.centre, level.sigma, spoken, offset=span.start)
        made.append(part)
    centre = np.concatenate([np.full(len(level.sigma), level.centre) for level in levels])
    sigma = np.concatenate([level.sigma for level in levels])
    return Chart(
        kind=kind,
        values=values,
        centre=centre,
        lower=np.maximum(centre - 3 * sigma, floor),
        upper=np.minimum(centre + 3 * sigma, ceiling),
        sigma=sigma,
        signals=tuple(signals),
        parts=tuple(made),
        rules=plan.called,
    )


def chart_of_tracks(kind: Kind, values: Floats, plan: Plan, estimate: Estimator, track: Tracker) -> Chart:
    """A chart with memory, which starts anew in each span."""
    levels = _levels(values, plan.spans, estimate)
    tracks = [track(values[span.all], level) for span, level in zip(plan.spans, levels, strict=True)]
    made: list[Part] = []
    signals: list[Signal] = []
    for span, level, one in zip(plan.spans, levels, tracks, strict=True):
        part = _part(values, span, level)
        enough = level.known or _points(values, span) >= LEAST_POINTS
        made.append(attrs.evolve(part, enough_points=enough))
        signals += [_moved(signal, span.start) for signal in one.signals if enough]
    centre = np.concatenate([np.full(len(one.reach), one.centre) for one in tracks])
    reach = np.concatenate([one.reach for one in tracks])
    return Chart(
        kind=kind,
        values=values,
        centre=centre,
        lower=centre - reach,
        upper=centre + reach,
        sigma=np.concatenate([one.sigma for one in tracks]),
        signals=tuple(signals),
        parts=tuple(made),
        rules=kind,
        tracks=tuple(
            locked(np.concatenate(pieces)) for pieces in zip(*(one.tracks for one in tracks), strict=True)
        ),
    )


def _levels(values: Floats, parts: Sequence[Span], estimate: Estimator) -> list[Level]:
    levels = [estimate(span) for span in parts]
    check = Checker("chart")
    for number, (before, span) in enumerate(zip(levels, parts[1:], strict=False)):
        check(
            sustained(values[span.all], before.centre),
            "charts.phase_shift",
            f"phases[{number}]",
            "does not lie on another level than the phase before",
            expected="nine useful points in a row on one side of its centre, or a run too long by chance",
        )
    check.done()
    return levels


def _part(values: Floats, span: Span, level: Level) -> Part:
    runs = runs_about(differences(values[span.all], level.centre))
    enough = runs.useful >= LEAST_POINTS
    points = _points(values, span)
    return Part(
        start=span.start,
        stop=span.stop,
        phase=span.phase,
        centre=level.centre,
        baseline=0 if level.given else points,
        trial=(not level.known and points < LEAST_BASELINE) or (span.phase is not None and span.phase.trial),
        enough_points=enough,
        useful=runs.useful,
        longest_run=runs.longest,
        longest_run_max=longest_run_max(runs.useful) if enough else 0,
        crossings=runs.crossings,
        crossings_min=crossings_min(runs.useful) if enough else 0,
        sigma_z=level.sigma_z,
    )


def _points(values: Floats, span: Span) -> int:
    """How many points centre and limits come from."""
    return int(np.count_nonzero(~np.isnan(values[span.first])))


def _moved(signal: Signal, by: int) -> Signal:
    return Signal(signal.rule, signal.index + by, tuple(place + by for place in signal.members))
