"""Run charts and charts of single values."""

from __future__ import annotations

import json
import math
from typing import Any

import attrs
import numpy as np
import pytest

from ilr.base.errors import Checker, InvalidInput
from ilr.stats.charts import Signal, run_chart, xmr
from ilr.stats.charts.series import read_series

NAN = math.nan
ODD: Any = object()


def test_limits_for_every_length() -> None:
    """Limits of runs and crossings follow their formulas from 10 to 1000 useful points."""
    from scipy.stats import binom

    for n in [*range(10, 60), 100, 333, 1000]:
        chart = run_chart(np.tile([1.0, -1.0], n)[:n], centre=0)
        assert chart.useful == n
        assert chart.longest_run_max == round(math.log2(n)) + 3
        assert chart.crossings_min == int(max(0, binom.ppf(0.05, n - 1, 0.5)))
        assert chart.crossings == n - 1
        assert chart.signals == ()


def test_a_long_run() -> None:
    """A run one longer than the limit signals at the point that makes it so."""
    values = [1, -1, 1, -1, 1, -1, -1, -1, -1, -1, -1, -1, 1, -1, 1, -1]
    chart = run_chart(values, centre=0)
    assert (chart.useful, chart.longest_run, chart.longest_run_max) == (16, 7, 7)
    assert chart.signals == ()
    longer = run_chart([*values[:6], -1, *values[6:]], centre=0)
    assert (longer.useful, longer.longest_run, longer.longest_run_max) == (17, 8, 7)
    assert longer.signals == (Signal("anhoej.run", 12, tuple(range(5, 13))),)


def test_few_crossings() -> None:
    """Fewer crossings than the limit signal at the last useful point, with all of them as members."""
    values = [1] * 5 + [0] + [-1] * 5 + [NAN]
    chart = run_chart(values, centre=0)
    assert (chart.crossings, chart.crossings_min, chart.longest_run, chart.longest_run_max) == (1, 2, 5, 6)
    assert chart.signals == (Signal("anhoej.crossings", 10, (0, 1, 2, 3, 4, 6, 7, 8, 9, 10)),)


def test_every_long_run_signals() -> None:
    """Two long runs give two signals, in the order of their completion."""
    chart = run_chart([1] * 9 + [-1] * 9, centre=0)
    assert [(signal.rule, signal.index) for signal in chart.signals] == [
        ("anhoej.run", 7),
        ("anhoej.run", 16),
        ("anhoej.crossings", 17),
    ]


def test_points_on_the_centre_do_not_count() -> None:
    """Points on the centre and gaps neither break a run nor lengthen it."""
    values = [1, 0, 1, NAN, 1, 1, 0, 1, 1, 1, -1, 1, -1, 1]
    chart = run_chart(values, centre=0)
    assert (chart.useful, chart.longest_run, chart.crossings) == (11, 7, 4)
    assert chart.signals == (Signal("anhoej.run", 9, (0, 2, 4, 5, 7, 8, 9)),)
    assert np.isnan(chart.values[3])


def test_the_centre_is_the_median() -> None:
    """The centre is the median of the points that are there, unless given."""
    assert run_chart([1, None, 5, 2]).centre == 2
    assert run_chart([1, 4]).centre == 2.5
    assert run_chart([1, 4], centre=7).centre == 7


def test_too_few_points() -> None:
    """With nine useful points nothing is said; with ten it is."""
    nine = run_chart([1] * 9 + [0] * 5, centre=0)
    assert not nine.enough_points
    assert nine.signals == ()
    assert (nine.useful, nine.longest_run, nine.longest_run_max, nine.crossings_min) == (9, 9, 0, 0)
    ten = run_chart([1] * 10, centre=0)
    assert ten.enough_points
    assert [signal.rule for signal in ten.signals] == ["anhoej.run", "anhoej.crossings"]


def test_no_points() -> None:
    """A series without a point has a chart without a centre."""
    for values in ([], [None, None]):
        for chart in (run_chart(values), xmr(values)):
            assert math.isnan(chart.centre)
            assert (chart.lower, chart.upper, chart.signals) == (None, None, ())
            assert (chart.useful, chart.longest_run, chart.crossings) == (0, 0, 0)


def test_limits_of_single_values() -> None:
    """Limits are the mean plus and minus 3 / 1.128 mean moving ranges."""
    values = [5.0, 7, 6, 9, 4, 6]
    chart = xmr(values, moving_range="plain")
    reach = 3 * np.mean([2, 1, 3, 5, 2]) / 1.128
    assert chart.centre == pytest.approx(37 / 6)
    assert chart.lower == pytest.approx(37 / 6 - reach)
    assert chart.upper == pytest.approx(37 / 6 + reach)
    assert chart.kind == "xmr"


def test_screening_happens_once() -> None:
    """Ranges of at least 3.267 times their mean are left out, once; without them the limits are narrower."""
    values = [1.0, 2, 1, 2, 1, 2, 30, 2, 1, 2, 1, 2]
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges < 3.267 * ranges.mean()]
    assert len(kept) == 9
    screened, plain = xmr(values), xmr(values, moving_range="plain")
    assert screened.upper == pytest.approx(np.mean(values) + 3 * kept.mean() / 1.128)
    assert plain.upper == pytest.approx(np.mean(values) + 3 * ranges.mean() / 1.128)
    assert Signal("3sigma", 6, (6,)) in screened.signals


def test_no_range_reaches_over_a_gap() -> None:
    """Only neighbouring points make a moving range."""
    chart = xmr([1.0, 3, NAN, 9, 10], moving_range="plain")
    assert chart.upper == pytest.approx(23 / 4 + 3 * 1.5 / 1.128)
    lone = xmr([1.0, NAN, 3])
    assert (lone.lower, lone.upper) == (None, None)


def test_a_steady_series_has_no_signal() -> None:
    """A constant series has limits on its centre and nothing outside them."""
    chart = xmr([2.0] * 12)
    assert (chart.lower, chart.upper, chart.signals) == (2, 2, ())
    assert not chart.enough_points


def test_points_outside_the_limits() -> None:
    """Each point outside the limits is a signal of its own, on either side."""
    values = np.tile([0.0, 1.0], 10)
    values[[4, 15]] = [9, -9]
    chart = xmr(values, rules="3sigma")
    assert chart.signals == (Signal("3sigma", 4, (4,)), Signal("3sigma", 15, (15,)))
    assert xmr(values, rules="anhoej").signals == ()
    assert chart.rules == "3sigma"


def test_a_point_on_the_limit_is_inside() -> None:
    """A point exactly on a limit is no signal."""
    chart = xmr([0.0, 1.128, 0, 1.128, 0, 1.128], centre=-1.872, moving_range="plain", rules="3sigma")
    assert chart.upper == pytest.approx(1.128)
    assert chart.signals == ()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: run_chart([[1, 2]]), ["charts.values"]),
        (lambda: run_chart([1, math.inf]), ["charts.values"]),
        (lambda: run_chart(["a"]), ["charts.values"]),
        (lambda: run_chart([1], rules="3sigma"), ["charts.rules"]),
        (
            lambda: xmr(["a"], rules=ODD, moving_range=ODD),
            ["charts.values", "charts.moving_range", "charts.rules"],
        ),
        (lambda: xmr(ODD), ["charts.values"]),
    ],
)
def test_what_is_refused(call: Any, expected: list[str]) -> None:
    """A series that is none, and rules a chart cannot follow, are refused."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert [problem.code for problem in found.value.problems] == expected


def test_lines_are_numbers_whatever_was_handed_in() -> None:
    """Whole numbers make lines of real ones, and a chart without limits has lines of gaps."""
    chart = run_chart([1, 2, 3])
    assert np.asarray(attrs.evolve(chart, centre=np.array([1, 2, 4])).centre).dtype == np.float64
    assert np.isnan(chart.lines.upper).all()


def test_parts_make_up_the_series() -> None:
    """Parts that leave out a point of the series, or start behind it, are refused."""
    chart = run_chart([1, 2, 3])
    (part,) = chart.parts
    for parts in ((attrs.evolve(part, stop=2),), (attrs.evolve(part, start=1),)):
        with pytest.raises(InvalidInput, match=r"charts\.parts"):
            attrs.evolve(chart, parts=parts)


def test_charts_do_not_change() -> None:
    """A chart keeps its own copy of the series, read-only."""
    values = np.array([1.0, 2, 3])
    chart = run_chart(values)
    values[0] = 9
    assert chart.values[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        chart.values[0] = 9
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        chart.centre = 3  # type: ignore[misc]  # refused on purpose


def test_plain_values() -> None:
    """The dictionary of a chart survives strict JSON."""
    chart = run_chart([1] * 5 + [0] + [-1] * 5 + [NAN], centre=0)
    found = json.loads(json.dumps(chart.to_dict(), allow_nan=False))
    assert found["values"][-1] is None
    assert found["centre"] == [0] * 12
    assert found["lower"] is None
    assert found["signals"] == [
        {"rule": "anhoej.crossings", "index": 10, "members": [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]}
    ]
    assert run_chart([]).to_dict()["centre"] == []
    assert run_chart([None]).to_dict()["parts"][0]["centre"] is None


def test_notebook_table() -> None:
    """A notebook shows centre, limits, runs and signals, or that there are too few points."""
    html = xmr(np.tile([0.0, 1.0], 10), rules="anhoej+3sigma")._repr_html_()
    assert "<caption>xmr chart</caption>" in html
    assert "<td>0.500</td>" in html
    assert "<td>-2.160 to 3.160</td>" in html
    assert "<td>1 (at most 7)</td>" in html
    assert "<td>19 (at least 6)</td>" in html
    assert "<td>none</td>" in html
    assert "anhoej.crossings at 10" in run_chart([1] * 5 + [0] + [-1] * 5, centre=0)._repr_html_()
    assert "not enough points: 3 of 10" in run_chart([1, 2, 4], centre=0)._repr_html_()


def test_both_families_of_rules() -> None:
    """A point outside the limits and a long run are both told, in the order of the points."""
    values = [0.0] * 3 + [9.0] + [-0.5, -0.4, -0.5, -0.4, -0.5, -0.4, -0.5, -0.4, -0.5] + [0.2]
    chart = xmr(values, centre=0, moving_range="plain")
    assert [(signal.rule, signal.index) for signal in chart.signals] == [
        ("3sigma", 3),
        ("anhoej.run", 10),
    ]


def test_as_many_crossings_as_needed() -> None:
    """The least number of crossings that is still chance is no signal, one fewer is."""
    enough = run_chart([1, 1, 1, 1, -1, -1, -1, 1, 1, 1], centre=0)
    assert (enough.crossings, enough.crossings_min, enough.signals) == (2, 2, ())
    fewer = run_chart([1, 1, 1, 1, 1, -1, -1, -1, -1, -1], centre=0)
    assert [signal.rule for signal in fewer.signals] == ["anhoej.crossings"]


def test_rounding_error_is_told_from_a_difference() -> None:
    """What lies off the centre by a millionth of a millionth of the largest value lies on it, a bit more does not."""
    assert run_chart([1, 1e-12], centre=0).useful == 1
    assert run_chart([1, 1.1e-12], centre=0).useful == 2


def test_what_is_no_series_reads_as_an_empty_one() -> None:
    """A series that is refused has no points that further checks could stumble over."""
    for values in (["a"], [[1, 2]], 3, [math.inf]):
        check = Checker("chart")
        assert read_series(check, values).shape == (0,)
        assert [problem.path for problem in check.problems] == ["values"]


def test_one_useful_point() -> None:
    """A single useful point is a run of one and crosses nothing."""
    chart = run_chart([0, 1, 0], centre=0)
    assert (chart.useful, chart.longest_run, chart.crossings) == (1, 1, 0)


def test_a_range_at_the_screen_is_left_out() -> None:
    """A range of exactly 3.267 times the mean range is screened out, one just below it stays."""
    screened = xmr([0, 733, NAN, 0, 733, NAN, 0, 733, NAN, 0, 9801], centre=0)
    assert screened.upper == pytest.approx(3 * 733 / 1.128)
    kept = xmr([0, 733, NAN, 0, 733, NAN, 0, 733, NAN, 0, 9800], centre=0)
    assert kept.upper == pytest.approx(3 * (3 * 733 + 9800) / 4 / 1.128)


def test_the_whole_notebook_table() -> None:
    """A notebook shows five rows in one order, limits only where there are two."""
    chart = run_chart([1] * 9 + [-1] * 9, centre=0)
    assert chart.kind == "run"
    assert chart._repr_html_() == (
        "<table><caption>run chart</caption>"
        "<tr><th>centre</th><td>0.000</td></tr>"
        "<tr><th>limits</th><td></td></tr>"
        "<tr><th>longest run</th><td>9 (at most 7)</td></tr>"
        "<tr><th>crossings</th><td>1 (at least 5)</td></tr>"
        "<tr><th>signals</th><td>anhoej.run at 7, anhoej.run at 16, anhoej.crossings at 17</td></tr></table>"
    )
    few = run_chart([1, 2, 4], centre=0)._repr_html_()
    assert few.endswith("<tr><th>signals</th><td>not enough points: 3 of 10</td></tr></table>")
    for half in (attrs.evolve(chart, upper=2.0), attrs.evolve(chart, lower=-2.0)):
        assert "<tr><th>limits</th><td></td></tr>" in half._repr_html_()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: run_chart([[1]]),
            (
                "[charts.values] values: are not one series of numbers (expected finite numbers, None or NaN "
                "for gaps)."
            ),
        ),
        (
            lambda: run_chart([1], rules="3sigma"),
            "[charts.rules] rules: are unknown for this chart (expected anhoej).",
        ),
        (
            lambda: xmr([1], rules=ODD),
            (
                "[charts.rules] rules: are unknown for this chart (expected anhoej, 3sigma, western-electric, "
                "nelson, nhs-mdc-2019, nhs-mdc-2023, nhs-mdc, joined by +)."
            ),
        ),
        (
            lambda: xmr([1], moving_range=ODD),
            "[charts.moving_range] moving_range: is unknown (expected screened or plain).",
        ),
    ],
)
def test_what_a_refusal_says(call: Any, said: str) -> None:
    """A refusal says in words what is wrong and what would have been right."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert str(found.value) == f"chart: one problem\n  - {said}"


@pytest.mark.parametrize("centre", [math.nan, math.inf, "high"])
def test_a_centre_must_be_a_finite_number(centre: Any) -> None:
    """A centre that is no finite number is refused by both charts."""
    for draw in (run_chart, xmr):
        with pytest.raises(InvalidInput, match=r"charts\.centre"):
            draw([1, 2, 3], centre=centre)
