"""Charts with memory."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import charts

ODD: Any = object()
STEADY = [4.0, 6.0] * 6


def test_averages_by_hand() -> None:
    """Each average is the weighted mean of the value and the average before, begun at the target."""
    chart = charts.ewma([1.0, 3.0], target=0, sigma=2, weight=0.5, width=3)
    assert chart.tracks[0].tolist() == [0.5, 1.75]
    assert chart.drawn == chart.tracks
    (drawn,) = charts.run_chart([1, 2]).drawn
    assert drawn.tolist() == [1, 2]
    assert chart.upper == pytest.approx([3 * 2 * math.sqrt(1 / 3 * 0.75), 3 * 2 * math.sqrt(1 / 3 * 0.9375)])
    assert chart.lower == pytest.approx(-np.asarray(chart.upper))
    assert chart.sigma == pytest.approx(np.asarray(chart.upper) / 3)
    assert (chart.kind, chart.rules, chart.values.tolist()) == ("ewma", "ewma", [1, 3])
    assert (chart.parts[0].centre, chart.parts[0].baseline, chart.enough_points) == (0, 0, True)


def test_a_gap_leaves_the_average_where_it_was() -> None:
    """A gap has no average, and the limits wait for the next point."""
    with_gap = charts.ewma([1.0, None, 3.0], target=0, sigma=2, weight=0.5)
    without = charts.ewma([1.0, 3.0], target=0, sigma=2, weight=0.5)
    assert np.isnan(with_gap.tracks[0][1])
    assert with_gap.tracks[0][[0, 2]].tolist() == without.tracks[0].tolist()
    assert with_gap.lines.upper[2] == without.lines.upper[1]


def test_sums_by_hand() -> None:
    """Sums take what exceeds the slack, never cross zero, and stay over a gap."""
    chart = charts.cusum([3.0, None, -4.0, -5.0, 1.0], target=0, sigma=2, slack=0.5, decision=2)
    upper, lower = chart.tracks
    assert np.nan_to_num(upper, nan=9).tolist() == [2, 9, 0, 0, 0]
    assert np.nan_to_num(lower, nan=9).tolist() == [0, 9, -3, -7, -5]
    assert (chart.centre, chart.lower, chart.upper, chart.sigma) == (0, -4, 4, 2)
    assert [(one.rule, one.index, one.members) for one in chart.signals] == [
        ("cusum.lower", 3, (2, 3)),
        ("cusum.lower", 4, (2, 3, 4)),
    ]


def test_a_sum_that_was_never_zero() -> None:
    """The members of a signal begin with the first point where the sum rose from the start."""
    chart = charts.cusum([4.0, 4.0], target=0, sigma=1)
    assert [(one.rule, one.members) for one in chart.signals] == [("cusum.upper", (0, 1))]


def test_a_point_on_the_limit_is_inside() -> None:
    """An average or a sum exactly on its limit is no signal."""
    assert charts.cusum([5.5], target=0, sigma=1).signals == ()
    assert charts.ewma([3.0], target=0, sigma=1, weight=1, width=3).signals == ()
    assert charts.ewma([3.1], target=0, sigma=1, weight=1, width=3).signals[0].rule == "ewma"


def test_what_rounding_adds_to_a_limit_is_inside() -> None:
    """A sum may exceed its limit by a millionth of a millionth of it, and by no more."""
    assert charts.cusum([5 + 5e-12], target=0, sigma=1, slack=0).signals == ()
    assert charts.cusum([5 + 6e-12], target=0, sigma=1, slack=0).signals != ()
    assert charts.cusum([1e6 + 5 + 9e-7], target=1e6, sigma=1, slack=0).signals == ()


def test_members_begin_right_after_a_zero() -> None:
    """The first point after the last sum of zero is the first member of a signal."""
    chart = charts.cusum([0.0, 3.0, 4.0], target=0, sigma=1)
    assert chart.tracks[0].tolist() == [0, 2.5, 6]
    assert [one.members for one in chart.signals] == [(1, 2)]


def test_limits_without_being_asked() -> None:
    """An average weighs a fifth with limits 2.86 wide, a sum has half a sigma of slack and a limit of five."""
    averages = charts.ewma([0.0] * 200 + [1.0], target=0, sigma=1)
    assert averages.tracks[0][-1] == pytest.approx(0.2)
    assert averages.lines.upper[-1] == pytest.approx(2.86 * math.sqrt(0.2 / 1.8))
    sums = charts.cusum([1.0], target=0, sigma=1)
    assert (sums.kind, sums.rules, sums.upper, sums.tracks[0].tolist()) == ("cusum", "cusum", 5, [0.5])


def test_options_may_be_small() -> None:
    """Narrow limits, no slack and a small decision are options; a weight above one is none."""
    assert charts.ewma([1.0], target=0, sigma=1, weight=1, width=0.5).upper == 0.5
    assert charts.cusum([1.0], target=0, sigma=1, slack=0, decision=0.5).upper == 0.5
    with pytest.raises(InvalidInput, match=r"charts\.weight"):
        charts.ewma([1.0], weight=1.5)


@pytest.mark.parametrize("draw", [charts.ewma, charts.cusum])
def test_a_target_without_sigma_leaves_something_to_estimate(draw: Any) -> None:
    """Where only the target is given sigma comes from the points, of which there must be enough."""
    few, many = draw([4.0, 6.0, 90.0], 5.0, freeze=2), draw([*STEADY, 90.0], 5.0, freeze=12)
    assert (few.enough_points, few.parts[0].trial, few.signals) == (False, True, ())
    assert (many.enough_points, many.parts[0].trial) == (True, False)
    assert [one.index for one in many.signals] == [12]
    assert not draw([4.0, 6.0, 90.0], None, 1.0).enough_points


@pytest.mark.parametrize("draw", [charts.ewma, charts.cusum])
def test_sigma_is_screened_unless_asked_otherwise(draw: Any) -> None:
    """Ranges that are too large are left out of sigma, or kept where the plain mean is asked for."""
    values = [4.0, 6.0] * 6 + [90.0] + [4.0, 6.0] * 6
    screened, plain = draw(values, 5.0), draw(values, 5.0, moving_range="plain")
    given = draw(values, 5.0, 2 / 1.128)
    assert screened.lines.upper.tolist() == given.lines.upper.tolist()
    reach, narrow = (one.lines.upper[-1] - one.lines.centre[-1] for one in (plain, given))
    assert reach == pytest.approx(narrow * np.mean([2] * 22 + [84, 86]) / 2)


@pytest.mark.parametrize("draw", [charts.ewma, charts.cusum])
def test_target_and_sigma_of_the_first_points(draw: Any) -> None:
    """Without target and sigma they come from the points, or from the first of them."""
    values = [*STEADY, *[9.0] * 10]
    frozen = draw(values, freeze=12)
    given = draw(values, 5.0, 2 / 1.128)
    assert [track.tolist() for track in frozen.tracks] == [track.tolist() for track in given.tracks]
    assert frozen.signals == given.signals != ()
    assert (frozen.parts[0].baseline, given.parts[0].baseline) == (12, 0)
    assert draw(STEADY).parts[0].centre == 5


@pytest.mark.parametrize("draw", [charts.ewma, charts.cusum])
def test_too_few_points_to_estimate_from(draw: Any) -> None:
    """Limits that are estimated from nine points say nothing, from ten they do."""
    values = [*STEADY, *[20.0] * 10]
    nine, ten = draw(values, freeze=9), draw(values, freeze=10)
    assert (nine.enough_points, nine.signals) == (False, ())
    assert ten.enough_points
    assert len(ten.signals) > 0
    assert not draw([]).enough_points


@pytest.mark.parametrize("draw", [charts.ewma, charts.cusum])
def test_a_phase_starts_anew(draw: Any) -> None:
    """In a new phase target, sigma and memory begin again, and places are those of the whole series."""
    values = [*STEADY, *[one + 5 for one in STEADY], *[16.0] * 9]
    decided = charts.Phase(12, "new form", decided_by="p1", decided_on=date(2026, 11, 2), baseline_points=12)
    chart = draw(values, phases=[decided])
    alone = draw(values[12:], freeze=12)
    assert [part.centre for part in chart.parts] == [5, 10]
    assert chart.tracks[0][12:].tolist() == alone.tracks[0].tolist()
    assert [one.index - 12 for one in chart.signals] == [one.index for one in alone.signals] != []


@pytest.mark.parametrize("draw", [charts.ewma, charts.cusum])
def test_every_phase_keeps_its_signals(draw: Any) -> None:
    """Signals of all phases are told one after the other."""
    values = [*STEADY, 30.0, *[one + 15 for one in STEADY], 60.0]
    decided = charts.Phase(13, "new form", decided_by="p1", decided_on=date(2026, 11, 2), baseline_points=12)
    chart = draw(values, freeze=12, phases=[decided])
    assert [one.index for one in chart.signals] == [12, 25]


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        (lambda: charts.ewma(["a"], ODD, 0, 0, 0), ["weight", "width", "values", "target", "sigma"]),
        (lambda: charts.cusum([1], math.inf, -1, -1, 0), ["slack", "decision", "target", "sigma"]),
        (lambda: charts.ewma([1], moving_range=ODD), ["moving_range"]),
        (lambda: charts.cusum([1, 2], 0, 1, freeze=1), ["known"]),
    ],
)
def test_what_is_refused(call: Any, codes: list[str]) -> None:
    """Options outside their range are refused, all at once."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert [problem.code for problem in found.value.problems] == [f"charts.{code}" for code in codes]
