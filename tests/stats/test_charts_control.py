"""Charts of counts, shares, rates and means, with frozen limits and phases."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import attrs
import numpy as np
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import charts
from ilr.stats.charts import Chart, Phase

ODD: Any = object()
LOW, HIGH = [4, 6, 5] * 5, [9, 11, 10] * 5


def phase(start: int, **options: Any) -> Phase:
    """A decided phase."""
    made: dict[str, Any] = {"reason": "new form", "decided_by": "p1", "decided_on": date(2026, 11, 2)}
    return Phase(start, **made | options)


def test_limits_of_counts() -> None:
    """Limits of counts are three square roots of the mean away, not below zero."""
    chart = charts.c_chart([20, 30, 25])
    assert (chart.kind, chart.centre, chart.lower, chart.upper, chart.sigma) == ("c", 25, 10, 40, 5)
    assert charts.c_chart([1, 1, 1]).lower == 0
    empty = charts.c_chart([])
    assert (empty.lower, empty.upper, len(empty.lines.upper)) == (None, None, 0)


def test_limits_of_shares_vary_with_totals() -> None:
    """Limits of shares have one number a point where totals differ, and stay within 0 and 1."""
    chart = charts.p_chart([5, 8, 45], [10, 10, 100])
    centre = 58 / 120
    sigma = np.sqrt(centre * (1 - centre) / np.array([10, 10, 100]))
    assert chart.centre == pytest.approx(centre)
    assert chart.upper == pytest.approx(centre + 3 * sigma)
    assert chart.lower == pytest.approx(np.maximum(centre - 3 * sigma, 0))
    assert chart.values.tolist() == [0.5, 0.8, 0.45]
    assert isinstance(charts.p_chart([5, 8], [10, 10]).upper, float)
    high = charts.p_chart([9, 8], [10, 10])
    assert high.upper == 1
    assert charts.u_chart([9, 8], [1, 1]).upper == pytest.approx(8.5 + 3 * math.sqrt(8.5))


def test_rates_are_events_per_opportunity() -> None:
    """The centre of a chart of rates is all events over all opportunities."""
    chart = charts.u_chart([4, 6, 5], [10, 10, 20], rules="3sigma")
    assert chart.centre == pytest.approx(15 / 40)
    assert chart.sigma == pytest.approx(np.sqrt(0.375 / np.array([10, 10, 20])))
    assert chart.lower == 0


def test_a_period_without_opportunity_is_a_gap() -> None:
    """A total of zero, a missing total and a missing count are gaps, and enter no centre."""
    chart = charts.p_chart([0, 5, None, 5], [0, 10, 10, None])
    assert np.isnan(chart.values).tolist() == [True, False, True, True]
    assert chart.centre == 0.5
    assert np.isnan(chart.lines.upper).tolist() == [True, False, True, True]
    assert np.isnan(charts.u_chart([0, 5], [0, 10]).values).tolist() == [True, False]
    nothing = charts.p_chart([0, 0], [0, 0])
    assert math.isnan(float(nothing.centre))
    assert (nothing.upper, nothing.signals, nothing.enough_points) == (None, (), False)


def test_prime_charts_widen_limits() -> None:
    """Limits of a prime chart are those of the plain chart times the estimated sigma z."""
    counts, totals = [500, 620, 480, 650, 510], [1000, 1100, 1000, 1000, 900]
    for plain, prime in ((charts.p_chart, charts.p_prime), (charts.u_chart, charts.u_prime)):
        narrow, wide = plain(counts, totals), prime(counts, totals)
        z = (narrow.values - narrow.centre) / np.asarray(narrow.sigma, dtype=float)
        sigma_z = np.abs(np.diff(z)).mean() / 1.128
        assert wide.parts[0].sigma_z == pytest.approx(sigma_z)
        assert wide.sigma == pytest.approx(np.asarray(narrow.sigma, dtype=float) * sigma_z)
        assert narrow.parts[0].sigma_z is None


def test_prime_charts_do_not_narrow_limits_unasked() -> None:
    """A sigma z below one counts as one, and is used as it is only where it is asked for by name."""
    counts, totals = [15, 16, 15, 14, 15, 16], [30] * 6
    floored, free = charts.p_prime(counts, totals), charts.p_prime(counts, totals, sigma_z="unfloored")
    assert floored.upper == charts.p_chart(counts, totals).upper
    assert floored.parts[0].sigma_z == free.parts[0].sigma_z
    assert float(free.parts[0].sigma_z or 0) < 1
    assert float(np.asarray(free.upper)) < float(np.asarray(floored.upper))


def test_prime_charts_keep_large_ranges() -> None:
    """Sigma z is the mean of all moving ranges; none is screened."""
    counts, totals = [*[50, 51] * 10, 90, *[50, 51] * 10], [100] * 41
    narrow, wide = charts.p_chart(counts, totals), charts.p_prime(counts, totals)
    ranges = np.abs(np.diff(narrow.values)) / np.asarray(narrow.sigma)
    assert ranges.max() > 3.267 * ranges.mean()
    assert wide.parts[0].sigma_z == pytest.approx(ranges.mean() / 1.128)


def test_prime_charts_need_neighbours() -> None:
    """Without two neighbouring points, or where nothing can vary, there is no sigma z and no limit."""
    for chart in (charts.p_prime([5, None, 6], [10] * 3), charts.u_prime([0, 0], [10, 10])):
        assert (chart.upper, chart.parts[0].sigma_z) == (None, None)


def test_means_of_groups() -> None:
    """Limits of means come from the standard deviations within groups and the size of each group."""
    groups: list[list[float | None]] = [[1.0, 3.0, 5.0], [2.0, 4.0], [3.0], [], [None, 6.0]]
    chart = charts.xbar(groups, rules="3sigma")
    c4 = {2: math.sqrt(2 / math.pi), 3: math.sqrt(math.pi) / 2}
    sigma = np.mean([2 / c4[3], math.sqrt(2) / c4[2]])
    assert chart.values[:3].tolist() == [3, 3, 3]
    assert np.isnan(chart.values[3])
    assert chart.centre == pytest.approx(24 / 7)
    assert chart.lines.upper[:3] == pytest.approx(24 / 7 + 3 * sigma / np.sqrt([3, 2, 1]))
    assert np.isnan(chart.lines.upper[3])
    singles = charts.xbar([[1.0], [2.0]])
    assert (singles.centre, singles.upper) == (1.5, None)
    assert math.isnan(float(charts.xbar([]).centre))
    assert charts.xbar(np.array([[1.0, 2], [3, 4]])).values.tolist() == [1.5, 3.5]


DRAWN: list[Any] = [
    lambda y, **options: charts.run_chart(y, **options),
    lambda y, **options: charts.xmr(y, **options),
    lambda y, **options: charts.c_chart(y, **options),
    lambda y, **options: charts.p_chart(y, [20] * len(y), **options),
    lambda y, **options: charts.u_chart(y, [2] * len(y), **options),
    lambda y, **options: charts.p_prime(y, [20] * len(y), **options),
    lambda y, **options: charts.u_prime(y, [2] * len(y), **options),
    lambda y, **options: charts.xbar([[one, one + 1] for one in y], **options),
]


@pytest.mark.parametrize("draw", DRAWN)
def test_frozen_limits_are_those_of_the_first_points(draw: Any) -> None:
    """Freezing after so many points gives the limits of a chart of those points alone, for every chart."""
    values = [*LOW, *HIGH]
    frozen, first = draw(values, freeze=15), draw(LOW)
    assert (frozen.centre, frozen.upper, frozen.lower) == (first.centre, first.upper, first.lower)
    assert frozen.parts[0].baseline == 15
    assert any(signal.index >= 15 for signal in frozen.signals)


def test_a_phase_starts_anew() -> None:
    """Centre, limits and rules of a phase are those of its points alone, and the decision is kept."""
    decided = phase(15, changed_on=date(2026, 10, 1), started_on=date(2026, 10, 5))
    chart = charts.xmr([*LOW, *HIGH], phases=[decided])
    assert [part.centre for part in chart.parts] == [5, 10]
    assert np.asarray(chart.centre).tolist() == [5] * 15 + [10] * 15
    assert [part.phase for part in chart.parts] == [None, decided]
    assert [(part.start, part.stop) for part in chart.parts] == [(0, 15), (15, 30)]
    assert chart.signals == ()
    alone = charts.xmr(HIGH)
    assert chart.lines.upper[-1] == alone.upper
    assert (chart.useful, chart.crossings) == (alone.useful, alone.crossings)


def test_a_chart_tells_of_its_last_phase() -> None:
    """What a chart says of its points and runs is what its last phase says, not the first."""
    chart = charts.xmr([4, 4, 6, 6, 4, 6, *[14, 16] * 6], phases=[phase(6)])
    names = ("enough_points", "useful", "longest_run", "longest_run_max", "crossings", "crossings_min")
    told = [tuple(getattr(one, name) for name in names) for one in (chart, *chart.parts)]
    assert told == [(True, 12, 1, 7, 11, 3), (False, 6, 2, 0, 3, 0), (True, 12, 1, 7, 11, 3)]


def test_a_part_needs_no_phase() -> None:
    """A part that nobody decided on has no phase, and one of a plain chart no sigma z."""
    (part,) = charts.xmr(LOW).parts
    named = {name: value for name, value in attrs.asdict(part).items() if name not in ("phase", "sigma_z")}
    assert charts.Part(**named) == part


@pytest.mark.parametrize("draw", DRAWN)
def test_a_phase_of_every_chart_starts_anew(draw: Any) -> None:
    """Lines, runs and baseline of a phase are those of a chart of its points alone, for every chart."""
    values = [*LOW, *HIGH]
    chart, alone = draw(values, phases=[phase(15)]), draw(HIGH)
    assert chart.kind == alone.kind
    assert np.array_equal(chart.lines.centre[15:], alone.lines.centre)
    assert np.array_equal(chart.lines.upper[15:], alone.lines.upper, equal_nan=True)
    (own,) = alone.parts
    assert attrs.evolve(chart.parts[1], start=0, stop=15, phase=None) == own
    assert own.baseline == 15


def test_every_chart_tells_its_kind() -> None:
    """Each chart has a name of its own."""
    assert [draw(LOW).kind for draw in DRAWN] == ["run", "xmr", "c", "p", "u", "p-prime", "u-prime", "xbar"]


def test_a_given_centre_comes_from_no_point() -> None:
    """Where the centre is given none of the points is its baseline."""
    assert [draw(LOW, centre=5).parts[0].baseline for draw in (charts.run_chart, charts.xmr)] == [0, 0]
    assert [draw(LOW).parts[0].baseline for draw in (charts.run_chart, charts.xmr)] == [15, 15]


def test_a_rebase_hides_what_a_frozen_baseline_shows() -> None:
    """The same shift is signals against frozen limits and none after a rebase, so a rebase is a decision."""
    values = [*LOW, *HIGH]
    assert len(charts.xmr(values, freeze=15).signals) > 0
    assert charts.xmr(values, phases=[phase(15)]).signals == ()


def test_signals_of_a_phase_keep_their_places() -> None:
    """A signal in a later phase is told by its place in the whole series."""
    values = [*LOW, *HIGH, 40]
    chart = charts.xmr(values, phases=[phase(15, baseline_points=15)], rules="3sigma")
    assert [(one.index, one.members) for one in chart.signals] == [(30, (30,))]
    assert chart.parts[1].baseline == 15


def test_a_rebase_with_a_baseline_of_its_own() -> None:
    """A phase may fix its limits by its first points, and the first phase by freezing."""
    values = [*LOW, 9, *HIGH, 30]
    chart = charts.c_chart(values, freeze=15, phases=[phase(16, baseline_points=15)])
    assert [part.centre for part in chart.parts] == [5, 10]
    assert [part.baseline for part in chart.parts] == [15, 15]


def test_every_phase_keeps_its_signals() -> None:
    """Signals of all phases are told one after the other."""
    values = [*LOW, 20, *HIGH, 40]
    chart = charts.xmr(values, freeze=15, phases=[phase(16, baseline_points=15)], rules="3sigma")
    assert [one.index for one in chart.signals] == [15, 31]


def test_a_phase_may_use_all_its_points_and_begin_anywhere() -> None:
    """A baseline of a whole phase is that of no baseline; a phase may begin at the second point and rest on one."""
    whole = charts.xmr([*LOW, *HIGH], phases=[phase(15, baseline_points=15)])
    assert whole.lines.upper[-1] == charts.xmr(HIGH).upper
    early = charts.run_chart([5, *HIGH], phases=[phase(1, baseline_points=1, trial=True)])
    assert [(part.start, part.centre, part.baseline) for part in early.parts] == [(0, 5, 1), (1, 9, 1)]


def test_eleven_points_are_a_trial_and_twelve_are_not() -> None:
    """Limits from eleven points are a trial, from twelve they are not; the threshold is stated once."""
    eleven, twelve = charts.xmr([4, 6] * 5 + [4]), charts.xmr([4, 6] * 6)
    assert charts.LEAST_BASELINE == 12
    assert (eleven.parts[0].trial, twelve.parts[0].trial) == (True, False)
    with pytest.raises(InvalidInput, match=r"phases\[0\]: has too few points"):
        charts.xmr([*LOW, *HIGH[:11]], phases=[phase(15)])
    assert charts.xmr([*LOW, *HIGH[:11]], phases=[phase(15, trial=True)]).parts[1].trial
    assert not charts.xmr([*LOW, *HIGH[:12]], phases=[phase(15)]).parts[1].trial
    assert charts.xmr([*LOW, *HIGH[:12]], phases=[phase(15, trial=True)]).parts[1].trial
    assert not charts.run_chart([4, 6], centre=5).parts[0].trial
    with pytest.raises(InvalidInput, match="too few points"):
        charts.xmr([*LOW, *HIGH], phases=[phase(15, baseline_points=11)])


def test_a_shift_must_be_sustained() -> None:
    """A phase on the level of the one before is refused; nine in a row, or a run too long by chance, will do."""
    back = [4, 6] * 6
    with pytest.raises(InvalidInput, match=r"phases\[0\]: does not lie on another level"):
        charts.run_chart([*back, *back], phases=[phase(12)])
    nine = [*back, *[6] * 9]
    assert charts.run_chart(nine, phases=[phase(12, trial=True)]).parts[1].centre == 6
    with pytest.raises(InvalidInput, match="does not lie on another level"):
        charts.run_chart([*back, *[6] * 8], phases=[phase(12, trial=True)])
    anhoej = [*back, *[6] * 7, 4, 6, 4]
    assert charts.run_chart(anhoej, phases=[phase(12, trial=True)]).parts[1].longest_run_max == 0
    with pytest.raises(InvalidInput, match="does not lie on another level"):
        charts.run_chart([*back, *[6] * 6, 4, 6, 6, 4], phases=[phase(12, trial=True)])


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({"start": 0}, ["phase.start"]),
        ({"reason": " "}, ["phase.reason"]),
        ({"decided_by": ""}, ["phase.decided_by"]),
        ({"baseline_points": 0}, ["phase.baseline"]),
        ({"changed_on": date(2026, 10, 2), "started_on": date(2026, 10, 1)}, ["phase.changed_on"]),
    ],
)
def test_a_phase_names_a_known_change(options: dict[str, Any], codes: list[str]) -> None:
    """A phase without a reason or a name, or with a change that came after it began, cannot be made."""
    with pytest.raises(InvalidInput) as found:
        phase(**{"start": 12} | options)
    assert [problem.code for problem in found.value.problems] == codes
    same = date(2026, 10, 1)
    assert phase(12, changed_on=same, started_on=same).trial is False
    plain = phase(12)
    assert (plain.baseline_points, plain.changed_on, plain.started_on) == (None, None, None)


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        (lambda: charts.c_chart([1, -1]), ["charts.counts"]),
        (lambda: charts.c_chart(["a"]), ["charts.values"]),
        (lambda: charts.p_chart([1, 2], [3]), ["charts.totals"]),
        (lambda: charts.p_chart([4, 2], [3, 3]), ["charts.counts"]),
        (lambda: charts.p_chart([-4, 2], [3, -3]), ["charts.counts", "charts.totals", "charts.counts"]),
        (lambda: charts.u_chart([1], [0]), ["charts.counts"]),
        (lambda: charts.p_prime([1], [3], sigma_z=ODD), ["charts.sigma_z"]),
        (lambda: charts.xbar(ODD), ["charts.groups"]),
        (lambda: charts.xbar("12"), ["charts.groups"]),
        (lambda: charts.xbar([["a"], [1, 2]]), ["charts.values"]),
        (lambda: charts.xmr(LOW, freeze=0), ["charts.freeze"]),
        (lambda: charts.xmr(LOW, freeze=16), ["charts.freeze"]),
        (lambda: charts.xmr([*LOW, *HIGH], freeze=16, phases=[phase(15)]), ["charts.freeze"]),
        (lambda: charts.xmr([None, 1, 2], freeze=1), ["charts.baseline"]),
        (lambda: charts.run_chart(LOW, centre=5, freeze=3), ["charts.known"]),
        (lambda: charts.run_chart([*LOW, *HIGH], centre=5, phases=[phase(15)]), ["charts.known"]),
        (lambda: charts.xmr(LOW, phases=[phase(15)]), ["charts.phase_start"]),
        (lambda: charts.xmr([*LOW, *HIGH], phases=[phase(15), phase(15)]), ["charts.phase_start"]),
        (
            lambda: charts.xmr([*LOW, *HIGH], phases=[phase(15, baseline_points=16)]),
            ["charts.phase_baseline"],
        ),
        (
            lambda: charts.xmr([*LOW, *HIGH, *HIGH], phases=[phase(15), phase(30)]),
            ["charts.phase_shift"],
        ),
    ],
)
def test_what_is_refused(call: Any, codes: list[str]) -> None:
    """Counts that cannot be, and options that do not fit the series, are refused."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert [problem.code for problem in found.value.problems] == codes


def test_proposals() -> None:
    """A lasting level is proposed with its median, the side and the points of the run; nothing is applied."""
    values = [5, 5, 5, 4, 6, 5, 4, 6, 5, *[8, 5, None, 9] * 5, *[2, 3] * 5]
    first, second = charts.propose_phases(values)
    assert (first.start, first.side, first.before, first.centre) == (9, "above", 5, 8)
    assert (first.stop, len(first.members)) == (26, 9)
    assert (second.start, second.side, second.before, second.centre) == (29, "below", 8, 2)
    assert charts.propose_phases(values[:8]) == ()
    assert charts.propose_phases([5, 6, 4] * 20) == ()
    assert len(charts.propose_phases([1, 1, 1, 2, 2, 2], baseline_points=3, run_length=3)) == 1
    with pytest.raises(InvalidInput, match=r"charts\.points"):
        charts.propose_phases(values, run_length=0)


def test_where_a_search_for_runs_begins() -> None:
    """A run lies behind the baseline and behind the run before it, and may begin at the very next point."""
    assert charts.propose_phases([5] * 8 + [9] * 9) == ()
    assert charts.propose_phases([5] * 8 + [9] * 10)[0].members == tuple(range(9, 18))
    three: dict[str, Any] = {"baseline_points": 3, "run_length": 3}
    assert len(charts.propose_phases([1, 1, 1, 8, 7, 9, 9, 9], **three)) == 1
    first, second = charts.propose_phases([1, 1, 1, 8, 7, 9, 9, 9, 9], **three)
    assert (first.members, second.members, second.before) == ((3, 4, 5), (6, 7, 8), 8)
    singles = charts.propose_phases([1, 2, 2, 1], baseline_points=1, run_length=1)
    assert [(one.start, one.stop, one.side) for one in singles] == [(1, 2, "above"), (3, 4, "below")]


@pytest.mark.parametrize(
    "chart",
    [
        charts.p_chart([5, 8, None, 6], [10, 12, 10, 11]),
        charts.p_prime([5, 8, 4, 6], [10, 12, 10, 11]),
        charts.xmr([*LOW, *HIGH], phases=[phase(15, changed_on=date(2026, 10, 1))]),
        charts.ewma([1, 2, None, 3]),
        charts.cusum([10.2, 11.5, 12.1, 12.4, 12.2], 10, 1),
        charts.u_chart([0], [0]),
    ],
)
def test_every_chart_comes_back_equal(chart: Chart) -> None:
    """A chart with lines by point, phases or tracks equals the one read back from its document."""
    import json

    document = json.loads(json.dumps(chart.to_document(), allow_nan=False))
    again = Chart.from_document(document)
    assert again == chart
    assert again.to_document() == chart.to_document()


def test_how_a_chart_shows_itself() -> None:
    """In a terminal a chart is a small table; limits by point are told by their range, a phase by its reason."""
    assert str(charts.p_chart([5, 8], [10, 20])) == (
        "p chart\n"
        "  centre       0.433\n"
        "  limits       0.000 to 0.903, by point\n"
        "  longest run  1\n"
        "  crossings    1\n"
        "  signals      not enough points: 2 of 10"
    )
    floored = charts.u_chart([4, 6, 5], [10, 10, 20])
    assert floored.lower == 0
    assert "  limits       0.000 to 0.956, by point\n" in str(floored)
    phased = str(charts.xmr([*LOW, *HIGH], phases=[phase(15, reason="a <b>")]))
    assert "  centre       5.000 to 10.000\n" in phased
    assert phased.endswith("  phase        2 from point 15: a <b>")
    assert "a &lt;b&gt;" in charts.xmr([*LOW, *HIGH], phases=[phase(15, reason="a <b>")])._repr_html_()
    outside = str(charts.xmr([0, 1, 0, 1, 0, 30], centre=0, freeze=5))
    assert outside.endswith("signals      not enough points: 3 of 10; 3sigma at 5")
