"""Chances of false signals."""

from __future__ import annotations

import itertools
import math
from datetime import date
from typing import Any

import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import charts

ODD: Any = object()
SPLIT = [1.0, -1.0]


def signals(signs: tuple[float, ...]) -> bool:
    """Whether a series of signs signals about zero."""
    return bool(charts.run_chart(signs, centre=0).signals)


@pytest.mark.parametrize("useful", [10, 11])
def test_chances_by_brute_force(useful: int) -> None:
    """The counted chance is the share of all sequences that signal, about a known centre and about a median."""
    found = [
        (sum(one > 0 for one in signs), signals(signs)) for signs in itertools.product(SPLIT, repeat=useful)
    ]
    assert charts.anhoej_false_alarm(useful) == sum(alarm for _, alarm in found) / 2**useful
    even = [alarm for above, alarm in found if above == useful // 2]
    assert charts.anhoej_false_alarm(useful, centre="median") == pytest.approx(sum(even) / len(even))


def test_other_limits() -> None:
    """Other limits give other chances: none signal where every series passes, all where none does."""
    assert charts.anhoej_false_alarm(9) == 0
    assert charts.anhoej_false_alarm(12, longest=12, crossings=0) == 0
    assert charts.anhoej_false_alarm(12, longest=0) == 1
    assert charts.anhoej_false_alarm(12, centre="median", longest=0) == 1
    assert charts.anhoej_false_alarm(12, longest=12, crossings=1) == 2 / 2**12
    assert charts.anhoej_false_alarm(12, longest=6) > charts.anhoej_false_alarm(12, longest=7)


def test_a_family_of_run_charts() -> None:
    """The expected number of false signals is the sum of chances, and one or more are the likelier the more."""
    chart = charts.run_chart([4, 6, 5, 7] * 6)
    chance = charts.anhoej_false_alarm(24, centre="median")
    family = charts.family_false_alarms([chart] * 30)
    assert family.chances == pytest.approx((chance,) * 30)
    assert family.expected == pytest.approx(30 * chance)
    assert family.any == pytest.approx(1 - (1 - chance) ** 30)
    assert family.signalling == 0
    assert family.as_many == pytest.approx(1)


def test_a_family_with_signals() -> None:
    """As many signals as there are, or more, have the chance of the binomial tail."""
    shifted = charts.run_chart([1, 2] * 6 + [8, 9] * 6)
    steady = charts.run_chart([1, 2] * 12)
    family = charts.family_false_alarms([shifted, steady, steady], chances=[0.1] * 3)
    assert family.signalling == 1
    assert family.as_many == pytest.approx(1 - 0.9**3)
    assert charts.family_false_alarms([shifted] * 2, chances=[0.1] * 2).as_many == pytest.approx(0.01)


def test_points_outside_limits_add_to_the_chance() -> None:
    """Three sigma adds the normal tail of each point; Anhøj's rules about frozen limits that of a known centre."""
    tail = 1 - math.erf(3 / math.sqrt(2))
    values = [4, 6, 5, 7] * 6
    of = {
        "3sigma": 1 - (1 - tail) ** 24,
        "anhoej": charts.anhoej_false_alarm(24, centre="median"),
    }
    for rules, chance in of.items():
        assert charts.family_false_alarms([charts.xmr(values, rules=rules)]).expected == pytest.approx(chance)
    frozen = charts.family_false_alarms([charts.xmr(values, rules="anhoej", freeze=12)])
    assert frozen.expected == pytest.approx(charts.anhoej_false_alarm(24))
    given = charts.family_false_alarms([charts.xmr(values, 5.5, rules="anhoej")])
    assert given.expected == pytest.approx(charts.anhoej_false_alarm(24))
    assert charts.family_false_alarms([charts.xmr([1], rules="3sigma")]).expected == 0


def test_both_rules_and_all_phases_add_to_the_chance() -> None:
    """A chart is quiet where both rules are, and in every phase of it."""
    values = [4, 6, 5, 7] * 6
    decided = charts.Phase(24, "new form", decided_by="p1", decided_on=date(2026, 11, 2))
    chart = charts.xmr([*values, *(value + 10 for value in values)], phases=[decided])
    assert chart.rules == "anhoej+3sigma"
    tail = 1 - math.erf(3 / math.sqrt(2))
    quiet = (1 - charts.anhoej_false_alarm(24, centre="median")) * (1 - tail) ** 24
    assert charts.family_false_alarms([chart]).expected == pytest.approx(1 - quiet**2)


def test_sure_and_impossible_chances() -> None:
    """A chance handed in may be 0 and may be 1."""
    chart = charts.run_chart([1, 2])
    assert charts.family_false_alarms([chart] * 2, chances=[0, 1]).chances == (0, 1)


def test_a_family_of_none() -> None:
    """No charts expect no false signal."""
    family = charts.family_false_alarms([])
    assert (family.expected, family.any, family.as_many, family.chances) == (0, 0, 1, ())


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: charts.anhoej_false_alarm(-1), "charts.count"),
        (lambda: charts.anhoej_false_alarm(10, longest=-1), "charts.count"),
        (lambda: charts.anhoej_false_alarm(10, centre=ODD), "charts.centre_kind"),
        (lambda: charts.family_false_alarms([charts.xmr([1], rules="nelson")]), "charts.chance"),
        (lambda: charts.family_false_alarms([charts.ewma([1])]), "charts.chance"),
        (lambda: charts.family_false_alarms([charts.xmr([1])], chances=[]), "charts.chances"),
        (lambda: charts.family_false_alarms([charts.xmr([1])], chances=[1.1]), "charts.chances"),
    ],
)
def test_what_is_refused(call: Any, code: str) -> None:
    """Counts and chances that cannot be are refused, and rules whose chance nobody handed in."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert [problem.code for problem in found.value.problems] == [code]
