"""Rules of signals as data."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ilr.base.errors import InvalidInput
from ilr.stats.charts import (
    RULE_SETS,
    RunRule,
    Signal,
    StepRule,
    ZoneRule,
    c_chart,
    find_signals,
    run_chart,
    xmr,
)

ODD: Any = object()


def by_rule(signals: tuple[Signal, ...]) -> dict[str, list[int]]:
    """The points that completed findings, by rule."""
    found: dict[str, list[int]] = {}
    for signal in signals:
        found.setdefault(signal.rule, []).append(signal.index)
    return found


def of_rule(name: str, values: list[float]) -> list[tuple[int, tuple[int, ...]]]:
    """What one published rule finds about zero with a sigma of one."""
    rules = name if name in RULE_SETS else name.rpartition(".")[0]
    return [(one.index, one.members) for one in find_signals(values, 0, 1, rules=rules) if one.rule == name]


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(
    ("name", "least", "window", "beyond"),
    [
        ("3sigma", 1, 1, 3),
        ("western-electric.1", 1, 1, 3),
        ("western-electric.2", 2, 3, 2),
        ("western-electric.3", 4, 5, 1),
        ("western-electric.4", 8, 8, 0),
        ("nelson.1", 1, 1, 3),
        ("nelson.2", 9, 9, 0),
        ("nelson.5", 2, 3, 2),
        ("nelson.6", 4, 5, 1),
        ("nhs-mdc-2019.3sigma", 1, 1, 3),
        ("nhs-mdc-2019.shift", 7, 7, 0),
        ("nhs-mdc-2019.2in3", 2, 3, 2),
        ("nhs-mdc-2023.3sigma", 1, 1, 3),
        ("nhs-mdc-2023.shift", 7, 7, 0),
        ("nhs-mdc-2023.2in3", 2, 3, 2),
    ],
)
def test_sizes_of_published_zones(name: str, least: int, window: int, beyond: int, side: int) -> None:
    """So many of so many points beyond a line signal; a point on the line does not count, nor one too far off."""
    inside, on = side * (beyond + 0.1), side * float(beyond)
    others = [inside] * (least - 1)
    places = (0, *range(window - least + 1, window))
    assert of_rule(name, [inside, *[on] * (window - least), *others]) == [(window - 1, places)]
    assert of_rule(name, [*others, *[on] * 3]) == []
    if least == 1:
        assert of_rule(name, [inside, inside]) == [(0, (0,)), (1, (1,))]
    else:
        assert of_rule(name, [inside, *[on] * (window - least + 1), *others]) == []


def test_sizes_of_published_zones_on_both_sides() -> None:
    """Eight points outside one sigma on either side signal, and fifteen within; the line itself is within."""
    outside, within = [1.1, -1.1] * 4, [1.0, -1.0, 0.5] * 5
    assert of_rule("nelson.8", outside) == [(7, tuple(range(8)))]
    assert of_rule("nelson.8", outside[1:]) == of_rule("nelson.8", [*outside[:4], 1.0, *outside[4:]]) == []
    assert of_rule("nelson.7", within) == [(14, tuple(range(15)))]
    assert of_rule("nelson.7", within[1:]) == of_rule("nelson.7", [*within[:7], 1.1, *within[7:]]) == []


@pytest.mark.parametrize(
    ("name", "window"), [("nelson.3", 6), ("nhs-mdc-2019.trend", 7), ("nhs-mdc-2023.trend", 7)]
)
def test_sizes_of_published_trends(name: str, window: int) -> None:
    """So many points that rise, or that fall, signal; one fewer does not."""
    for step in (0.1, -0.1):
        rising = [step * place for place in range(window)]
        assert of_rule(name, rising) == [(window - 1, tuple(range(window)))]
        assert of_rule(name, rising[1:]) == []


def test_alternation() -> None:
    """Fourteen points up and down in turn signal, thirteen do not, and a tie ends the row."""
    zigzag = [0.0, 0.5] * 7
    assert by_rule(find_signals(zigzag, 0.25, 1, rules="nelson")) == {"nelson.4": [13]}
    assert find_signals(zigzag[:13], 0.25, 1, rules="nelson") == ()
    tied = [*zigzag[:7], zigzag[6], *zigzag[7:]]
    assert find_signals(tied, 0.25, rules=[StepRule("turns", 14, "alternation")]) == ()


def test_too_close_to_the_centre() -> None:
    """Fifteen points within one sigma signal, the line included; a point beyond it ends the row."""
    near = [0.9, -0.1, 0.0, -1.0, 0.5, -0.5, -0.6, 0.2, -0.2, 0.3, 0.4, -0.3, -0.1, 0.1, -0.4]
    assert find_signals(near, 0, 1, rules="nelson") == (Signal("nelson.7", 14, tuple(range(15))),)
    assert find_signals([*near[:-1], -1.01], 0, 1, rules="nelson") == ()


def test_a_trend_either_way() -> None:
    """Six falling points signal like six rising ones, and each further point completes it anew."""
    falling = [2.4, 1.6, 0.8, 0.0, -0.8, -1.6, -2.4]
    found = find_signals(falling, 0, 2, rules="nelson")
    assert [(one.rule, one.index, one.members) for one in found] == [
        ("nelson.3", 5, (0, 1, 2, 3, 4, 5)),
        ("nelson.3", 6, (1, 2, 3, 4, 5, 6)),
    ]


def test_a_tie_ends_a_trend() -> None:
    """Two equal points neither rise nor fall."""
    three = [StepRule("three", 3)]
    for values in ([1, 2, 2], [1, 1, 2], [2, 2, 1], [2, 1, 1], [1, 1, 1]):
        assert find_signals(values, 0, rules=three) == ()
        assert find_signals([*values, 9, 10], 0, rules=three) != ()


def test_members_lie_in_the_window_alone() -> None:
    """Points before the window and behind the one that completes a finding do not belong to it."""
    two = [ZoneRule("two of three", 2, 3, beyond=2)]
    assert find_signals([2.5, 0, 0, 2.5, 2.4], 0, 1, rules=two) == (Signal("two of three", 4, (3, 4)),)
    assert [one.members for one in find_signals([2.5] * 4, 0, 1, rules=two)] == [
        (0, 1),
        (0, 1, 2),
        (1, 2, 3),
    ]


def test_the_width_of_a_line_is_rounding_error() -> None:
    """What exceeds a line by a millionth of a millionth of it lies on it; a bit more does not."""
    on, off = 2 * (1 + 1e-12), 2 * (1 + 2e-12)
    for rule, fits in ((ZoneRule("far", 1, 1, beyond=2), off), (ZoneRule("near", 1, 1, up_to=2), on)):
        assert [bool(find_signals([value], 0, 1, rules=[rule])) for value in (on, off)] == [
            fits == on,
            fits == off,
        ]


def test_the_centre_lies_on_neither_side() -> None:
    """A point on the centre is in no zone of one side, and in none that begins beyond the centre."""
    near = [ZoneRule("near", 2, 2, beyond=None, up_to=1)]
    assert find_signals([0.0, 0.5], 0, 1, rules=near) == find_signals([0.0, -0.5], 0, 1, rules=near) == ()
    assert [one.members for one in find_signals([0.2, 0.5], 0, 1, rules=near)] == [(0, 1)]
    off = [ZoneRule("off", 2, 2, beyond=0, side="either")]
    assert find_signals([0.0, 0.5], 0, 1, rules=off) == ()
    assert [one.members for one in find_signals([-0.2, 0.5], 0, 1, rules=off)] == [(0, 1)]


def test_every_choice_of_a_rule() -> None:
    """Zones take three sides and all distances from zero, rows two patterns, runs two statistics."""
    assert [ZoneRule("a", 1, 1, side=side).side for side in ("one", "either", "window")] == [
        "one",
        "either",
        "window",
    ]
    assert ZoneRule("a", 2, 2, beyond=0, up_to=0.5).needs_sigma
    assert [StepRule("a", 3, pattern).pattern for pattern in ("trend", "alternation")] == [
        "trend",
        "alternation",
    ]
    assert [RunRule("a", statistic).statistic for statistic in ("run", "crossings")] == ["run", "crossings"]


def test_how_many_points_runs_need_is_no_choice() -> None:
    """The fewest points that Anhøj's rules read are theirs."""
    made: Any = RunRule
    assert made("a").window == 10
    with pytest.raises(TypeError):
        made("a", window=5)


def test_two_of_three_on_opposite_sides_is_nothing() -> None:
    """Two points beyond two sigma on opposite sides are no signal by any set that has the rule."""
    values = [0.1, 2.5, -2.5, -0.1]
    for name in ("western-electric", "nelson", "nhs-mdc-2019", "nhs-mdc-2023"):
        assert find_signals(values, 0, 1, rules=name) == ()


def test_all_three_points_on_one_side() -> None:
    """Making Data Count wants all three points on that side, and then the third may complete the finding."""
    assert find_signals([2.1, -0.1, 2.1], 0, 1, rules="nhs-mdc") == ()
    assert by_rule(find_signals([2.1, -0.1, 2.1], 0, 1, rules="nelson")) == {"nelson.5": [2]}
    assert find_signals([-1.0, 2.1, 2.2, 0.5, 0.4], 0, 1, rules="nhs-mdc") == (
        Signal("nhs-mdc-2023.2in3", 3, (1, 2)),
    )


def test_versions_of_two_of_three() -> None:
    """Until 2019 a point beyond three sigma did not count to two of three, from 2023 on it does."""
    values = [0.5, 3.5, 2.5]
    assert by_rule(find_signals(values, 0, 1, rules="nhs-mdc-2019")) == {"nhs-mdc-2019.3sigma": [1]}
    assert by_rule(find_signals(values, 0, 1, rules="nhs-mdc-2023")) == {
        "nhs-mdc-2023.3sigma": [1],
        "nhs-mdc-2023.2in3": [2],
    }
    assert RULE_SETS["nhs-mdc"] == RULE_SETS["nhs-mdc-2023"]


def test_several_rules_on_one_point() -> None:
    """All rules of a point are told, in the order of the points and of their names; the caller ranks them."""
    found = find_signals([0.1, 2.5, 3.5], 0, 1, rules="nelson+3sigma")
    assert [(one.rule, one.index) for one in found] == [("3sigma", 2), ("nelson.1", 2), ("nelson.5", 2)]


def test_a_set_named_twice_speaks_once() -> None:
    """A rule that two names hold is applied once."""
    assert find_signals([4], 0, 1, rules="3sigma+3sigma") == (Signal("3sigma", 0, (0,)),)


def test_gaps_are_not_there() -> None:
    """Rules read the points that are there and name them by their places."""
    with_gaps = [2.5, None, math.nan, 2.4]
    assert find_signals(with_gaps, 0, 1, rules="western-electric") == (
        Signal("western-electric.2", 3, (0, 3)),
    )


def test_sigma_of_nothing() -> None:
    """Where nothing varies every other value is outside, and the centre itself is inside."""
    assert by_rule(find_signals([1, 1, 2], 1, 0, rules="3sigma")) == {"3sigma": [2]}


def test_rounding_is_no_signal() -> None:
    """A constant series whose mean is rounded lies on its centre, not beside it."""
    values = [0.1] * 12
    assert sum(values) / 12 != 0.1
    assert (xmr(values).useful, xmr(values).signals) == (0, ())


def test_rules_of_your_own() -> None:
    """A rule that is handed in is followed like one that has a name; a run chart takes those without sigma."""
    six = ZoneRule("six on one side", 6, 6)
    chart = run_chart([1] * 6 + [-1] * 5, centre=0, rules=[six])
    assert [(one.rule, one.index) for one in chart.signals] == [("six on one side", 5)]
    assert chart.rules == "six on one side"
    assert run_chart([3, 1, 2, 1] * 3, centre=0, rules=(StepRule("three", 3),)).signals == ()
    assert xmr([1, 2] * 6, rules=[RunRule("run"), six]).rules == "run+six on one side"


def test_few_points_say_nothing_of_their_neighbours() -> None:
    """With nine useful points only rules of single points speak, with ten the others do too."""
    values = [1.0] * 9 + [0.0] * 3
    nine = xmr([*values, 40], centre=0, rules="western-electric", freeze=12)
    assert (nine.useful, nine.enough_points) == (10, True)
    assert {"western-electric.1", "western-electric.4"} <= set(by_rule(nine.signals))
    eight = xmr([*values[1:], 40], centre=0, rules="western-electric", freeze=11)
    assert (eight.useful, eight.enough_points) == (9, False)
    assert set(by_rule(eight.signals)) == {"western-electric.1"}


def test_known_limits_speak_from_the_first_point() -> None:
    """With a known centre and sigma windows speak at once, Anhøj's rules with ten useful points."""
    assert by_rule(find_signals([1] * 9, 0, 1, rules="anhoej+western-electric")) == {
        "western-electric.4": [7, 8]
    }
    assert find_signals([], 0, 1) == ()
    assert by_rule(find_signals([1] * 10, 0, rules="anhoej")) == {"anhoej.run": [6], "anhoej.crossings": [9]}


def test_counts_have_their_own_sigma() -> None:
    """The zones of a chart of counts are those of the square root of its mean."""
    counts = [3, 5, 9, 3, 9, 5, 3, 3, 2, 2, 3, 1]
    chart = c_chart(counts, rules="western-electric")
    assert chart.centre == 4
    assert by_rule(chart.signals) == {"western-electric.2": [4]}


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: ZoneRule("a", 3, 2), "charts.rule_least"),
        (lambda: ZoneRule("a", 0, 2), "charts.rule_least"),
        (lambda: ZoneRule("a", 1, 2, beyond=-1), "charts.rule_zone"),
        (lambda: ZoneRule("a", 1, 2, beyond=2, up_to=2), "charts.rule_zone"),
        (lambda: ZoneRule("a", 1, 2, side=ODD), "charts.rule_side"),
        (lambda: ZoneRule(" ", 1, 2), "charts.rule_name"),
        (lambda: StepRule("a", 2), "charts.rule_window"),
        (lambda: StepRule("a", 3, ODD), "charts.rule_pattern"),
        (lambda: RunRule("a", ODD), "charts.rule_statistic"),
        (lambda: find_signals([1], math.nan, 1), "charts.centre"),
        (lambda: find_signals([1], 0, -1), "charts.sigma"),
        (lambda: find_signals(["a"], 0, 1), "charts.values"),
        (lambda: find_signals([1], 0, rules="3sigma"), "charts.rules"),
        (lambda: find_signals([1], 0, 1, rules="shewhart"), "charts.rules"),
        (lambda: find_signals([1], 0, 1, rules=""), "charts.rules"),
        (lambda: find_signals([1], 0, 1, rules=()), "charts.rules"),
        (lambda: find_signals([1], 0, 1, rules=ODD), "charts.rules"),
        (lambda: find_signals([1], 0, 1, rules=[ODD]), "charts.rules"),
        (lambda: run_chart([1], rules=[ZoneRule("a", 1, 1, up_to=1, beyond=None)]), "charts.rules"),
    ],
)
def test_rules_that_cannot_be(call: Any, code: str) -> None:
    """Rules that cannot be, or that a chart cannot follow, are refused."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert [problem.code for problem in found.value.problems] == [code]
