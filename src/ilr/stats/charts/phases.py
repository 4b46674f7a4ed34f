"""Phases of a chart: where its centre and limits start anew, who decided so, and what might be proposed.

Here belong the record of that decision, what makes it legal, and proposals. Not here: the decision itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import attrs
import numpy as np

from ilr.base.errors import Checker
from ilr.stats._arrays import Floats, Ints
from ilr.stats.charts.rules import LEAST_BASELINE, LEAST_POINTS, longest_run_max
from ilr.stats.charts.series import Series, differences, read_series, runs_about

__all__ = ["Phase", "PhaseProposal", "Span", "check_spans", "propose_phases", "spans", "sustained"]

_SUSTAINED = 9


@attrs.frozen
class Phase:
    """A decision that centre and limits of a chart start anew, because something known had changed.

    Equal when all fields are equal. A chart takes it only where the phase has at least twelve points to take
    its centre from, or is marked a trial, and where its points lie on another level than the phase before:
    nine useful points in a row on one side of the former centre, or a run that is too long by Anhøj's rule.

    Attributes:
        start: place of its first point, from 0.
        reason: the known change, in words.
        decided_by: id of who decided.
        decided_on: day of the decision.
        baseline_points: centre and limits come from its first so many places; None for all of them.
        trial: whether it is a trial, because it is still short.
        changed_on: day of the change, where it is known.
        started_on: day of its first point, where it is known.

    Raises:
        InvalidInput: for a place below 1, a missing reason or name, a baseline of no place, or a change that
            came after the phase began.

    Example:
        >>> Phase(24, "new form", decided_by="p1", decided_on=date(2026, 11, 20)).start
        24
    """

    start: int
    reason: str
    decided_by: str = attrs.field(kw_only=True)
    decided_on: date = attrs.field(kw_only=True)
    baseline_points: int | None = attrs.field(default=None, kw_only=True)
    trial: bool = attrs.field(default=False, kw_only=True)
    changed_on: date | None = attrs.field(default=None, kw_only=True)
    started_on: date | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check = Checker("Phase")
        check(self.start >= 1, "phase.start", "start", "is no place after the first", expected="1 or more")
        check(bool(self.reason.strip()), "phase.reason", "reason", "is empty", expected="the known change")
        check(bool(self.decided_by.strip()), "phase.decided_by", "decided_by", "is empty", expected="an id")
        check(
            self.baseline_points is None or self.baseline_points >= 1,
            "phase.baseline",
            "baseline_points",
            "hold no place",
            expected="1 or more, or None",
        )
        check(
            self.changed_on is None or self.started_on is None or self.changed_on <= self.started_on,
            "phase.changed_on",
            "changed_on",
            "comes after the phase began",
            expected="a day up to started_on",
        )
        check.done()


@attrs.frozen(kw_only=True)
class PhaseProposal:
    """A level that a series seems to have moved to; nobody has decided anything. Equal by all fields.

    Attributes:
        start: place of the first point of the run, from 0.
        stop: place after its last point.
        side: whether the run lies above or below the former centre.
        before: the former centre.
        centre: median of the run.
        members: places of the useful points of the run.
    """

    start: int
    stop: int
    side: Literal["above", "below"]
    before: float
    centre: float
    members: tuple[int, ...]


def propose_phases(
    values: Series, *, baseline_points: int = 9, run_length: int = 9
) -> tuple[PhaseProposal, ...]:
    """Where a run chart might be rebased: the first long run on one side of the median, and so on.

    The algorithm of runcharter (MacKintosh 2018): the first centre is the median of the first points; the
    first run of so many useful points on one side proposes their median as the new centre; the search goes on
    after it. Nothing is applied: a `Phase` is a decision and names a known change.

    Args:
        values: the series, shape (n,); None and NaN are gaps.
        baseline_points: the first centre is the median of so many first points, gaps not counted.
        run_length: how many useful points make a run; points on the median neither break nor lengthen it.

    Returns:
        The proposals in their order; none with fewer points than the baseline.

    Raises:
        InvalidInput: if values are not one series of numbers, or a number of points is below 1.

    Example:
        >>> [(one.start, one.before, one.centre) for one in propose_phases([6, 5, 4] * 4 + [8, 9] * 5)]
        [(12, 5.0, 8.0)]
    """
    check = Checker("proposals")
    series = read_series(check, values)
    for name, points in (("baseline_points", baseline_points), ("run_length", run_length)):
        check(points >= 1, "charts.points", name, "is no number of points", expected="1 or more")
    check.done()
    places = np.flatnonzero(~np.isnan(series))
    if len(places) < baseline_points:
        return ()
    centre, begin = float(np.median(series[places[:baseline_points]])), int(places[baseline_points - 1]) + 1
    proposals: list[PhaseProposal] = []
    while (run := _first_run(differences(series[begin:], centre), run_length)) is not None:
        members = run + begin
        after = float(np.median(series[members]))
        proposals.append(
            PhaseProposal(
                start=int(members[0]),
                stop=int(members[-1]) + 1,
                side="above" if series[members[0]] > centre else "below",
                before=centre,
                centre=after,
                members=tuple(members.tolist()),
            )
        )
        centre, begin = after, int(members[-1]) + 1
    return tuple(proposals)


def _first_run(apart: Floats, length: int) -> Ints | None:
    runs = runs_about(apart)
    for start, stop in zip(runs.starts, runs.stops, strict=True):
        if stop - start >= length:
            return runs.places[start : start + length]
    return None


@attrs.frozen(kw_only=True)
class Span:
    """A stretch of a series with one centre: its places, those its centre comes from, and its phase."""

    start: int
    stop: int
    baseline: int
    phase: Phase | None

    @property
    def all(self) -> slice:
        """Its places."""
        return slice(self.start, self.stop)

    @property
    def first(self) -> slice:
        """The places that centre and limits come from."""
        return slice(self.start, self.baseline)


def spans(check: Checker, n: int, freeze: int | None, phases: Sequence[Phase]) -> tuple[Span, ...]:
    """Divide n places by freeze and phases; notes what does not fit them, and gives no span for starts that do not."""
    starts = [0, *(phase.start for phase in phases)]
    if not check(
        all(one < two for one, two in zip(starts, [*starts[1:], n], strict=True)) or not phases,
        "charts.phase_start",
        "phases",
        "do not start one after the other inside the series",
        expected="places of the series in ascending order",
    ):
        return ()
    stops = [*starts[1:], n]
    fits = check(
        freeze is None or 1 <= freeze <= stops[0],
        "charts.freeze",
        "freeze",
        "does not lie in the first phase",
        expected="1 to its number of places",
    )
    points = [freeze if fits else None, *(phase.baseline_points for phase in phases)]
    for number, (phase, start, stop) in enumerate(zip(phases, starts[1:], stops[1:], strict=True)):
        check(
            phase.baseline_points is None or phase.baseline_points <= stop - start,
            "charts.phase_baseline",
            f"phases[{number}].baseline_points",
            "reach beyond the phase",
            expected="at most its number of places",
        )
    return tuple(
        Span(start=start, stop=stop, baseline=stop if given is None else start + given, phase=phase)
        for start, stop, given, phase in zip(starts, stops, points, [None, *phases], strict=True)
    )


def check_spans(check: Checker, values: Floats, parts: Sequence[Span]) -> None:
    """Note phases without the twelve points that only a trial may lack, and baselines without a point."""
    there = ~np.isnan(values)
    for number, span in enumerate(parts):
        points, of = np.count_nonzero(there[span.first]), np.count_nonzero(there[span.all])
        path = "freeze" if span.phase is None else f"phases[{number - 1}]"
        check(
            bool(points > 0 or of == 0),
            "charts.baseline",
            path,
            "has no point to take a centre from",
            expected="1 point or more",
        )
        check(
            span.phase is None or span.phase.trial or bool(points >= LEAST_BASELINE),
            "charts.phase_points",
            path,
            "has too few points to start anew",
            expected=f"{LEAST_BASELINE} or more, or a trial",
        )


def sustained(values: Floats, before: float) -> bool:
    """Whether points moved lastingly from a former centre, by nine in a row or by Anhøj's longest run."""
    runs = runs_about(differences(values, before))
    return runs.longest >= _SUSTAINED or (
        runs.useful >= LEAST_POINTS and runs.longest > longest_run_max(runs.useful)
    )
