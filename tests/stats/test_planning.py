"""Units that a study of agreement needs, planned from an anticipated distribution."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Ratings, agreement
from ilr.stats.agreement.planning import Plan, anticipate, icc_precision, icc_units, precision, units

THREE = {"low": 0.5, "middle": 0.3, "high": 0.2}


def problems(build: Any) -> list[tuple[str, str]]:
    """Code and path of every problem."""
    with pytest.raises(InvalidInput) as found:
        build()
    return [(problem.code, problem.path) for problem in found.value.problems]


@pytest.mark.parametrize("raters", [2, 3, 5])
def test_anticipated_ratings_have_the_value(raters: int) -> None:
    """The distribution has the wanted value and prevalences, whatever the coefficient."""
    coefficients: list[Any] = [
        agreement.fleiss_kappa,
        agreement.gwet_ac,
        partial(agreement.gwet_ac, weights="quadratic"),
        agreement.conger_kappa,
        partial(agreement.krippendorff_alpha, metric="interval"),
        agreement.percent_agreement,
    ]
    for coefficient in coefficients:
        planned = anticipate(coefficient, 0.7, prevalence=THREE, raters=raters)
        assert coefficient(planned).value == pytest.approx(0.7, abs=1e-7)
        assert planned.raters == tuple(range(raters))
        assert planned.categories == tuple(THREE)
        assert planned.times is not None
        used = np.bincount(planned.code, weights=planned.times[planned.unit]) / planned.n_ratings
        assert used == pytest.approx(list(THREE.values()), abs=1e-8)


def test_kappa_is_the_share_of_common_draws() -> None:
    """Fleiss', Cohen's and Conger's kappa, weighted or not, are one number under the mixture."""
    planned = anticipate(agreement.fleiss_kappa, 0.4, prevalence=THREE)
    for coefficient in (agreement.cohen_kappa, agreement.conger_kappa, agreement.scott_pi):
        assert coefficient(planned, "quadratic").value == pytest.approx(0.4, abs=1e-7)


def test_ends_of_the_mixture() -> None:
    """No agreement but by chance, and full agreement, can be anticipated."""
    none = anticipate(agreement.fleiss_kappa, 0.0, prevalence=THREE)
    assert agreement.fleiss_kappa(none).value == pytest.approx(0, abs=1e-8)
    full = anticipate(agreement.fleiss_kappa, 1.0, prevalence=THREE)
    assert agreement.fleiss_kappa(full).value == 1
    assert problems(lambda: units(agreement.fleiss_kappa, full, half_width=0.1)) == [
        ("planning.spread", "anticipated")
    ]


def test_units_are_the_smallest() -> None:
    """One unit fewer would give a wider interval than wanted."""
    planned = anticipate(agreement.gwet_ac, 0.7, prevalence=THREE, raters=3)
    for half_width in (0.3, 0.1, 0.02):
        found = units(agreement.gwet_ac, planned, half_width=half_width, level=0.9)
        assert found.half_width <= half_width
        fewer = precision(agreement.gwet_ac, planned, units=found.units - 1, level=0.9)
        assert fewer.half_width > half_width
        assert precision(agreement.gwet_ac, planned, units=found.units, level=0.9) == found
        assert (found.name, found.raters, found.level) == ("gwet_ac1", 3, 0.9)


@pytest.mark.parametrize(
    "coefficient", [agreement.cohen_kappa, agreement.gwet_ac, agreement.krippendorff_alpha]
)
def test_a_simulated_study_has_the_planned_width(coefficient: Any) -> None:
    """Intervals of simulated studies of the planned size are as wide as planned."""
    planned = anticipate(coefficient, 0.6, prevalence=THREE)
    plan = units(coefficient, planned, half_width=0.1)
    assert planned.times is not None
    rng = np.random.default_rng(10)
    pairs = planned.code.reshape(-1, 2)
    widths = []
    for times in rng.multinomial(plan.units, planned.times / planned.n_units, size=200):
        there = times > 0
        drawn = Ratings.from_matrix(pairs[there], [0, 1, 2], times=times[there])
        widths.append(coefficient(drawn).standard_error)
    reach = plan.half_width / 0.1
    mean = np.mean(widths) * 1.97
    assert mean == pytest.approx(0.1 * reach, rel=0.02)


def test_a_pilot_plans_too() -> None:
    """At as many units as the pilot had the planned width is that of the pilot's own interval."""
    pilot = Ratings.from_matrix([[1, 1], [1, 2], [2, 2], [2, 2], [1, 1], [2, 1]] * 5, [1, 2])
    own = agreement.fleiss_kappa(pilot)
    assert precision(agreement.fleiss_kappa, pilot, units=30).half_width == pytest.approx(own.value - own.low)


def test_what_cannot_be_planned() -> None:
    """Wrong prevalences, raters, values, levels and widths are each one clear error."""
    kappa = agreement.fleiss_kappa
    planned = anticipate(kappa, 0.5, prevalence=THREE)
    refused: list[tuple[Any, list[tuple[str, str]]]] = [
        (lambda: anticipate(kappa, 0.5, prevalence={"a": 1.0}), [("planning.prevalence", "prevalence")]),
        (
            lambda: anticipate(kappa, 0.5, prevalence={"a": 1.5, "b": -0.5}),
            [("planning.prevalence", "prevalence")],
        ),
        (
            lambda: anticipate(kappa, 0.5, prevalence={"a": 0.5, "b": 0.6}, raters=1),
            [("planning.prevalence", "prevalence"), ("planning.raters", "raters")],
        ),
        (lambda: anticipate(kappa, 0.5, prevalence=THREE, raters=11), [("planning.raters", "raters")]),
        (lambda: anticipate(kappa, -0.1, prevalence=THREE), [("planning.value", "value")]),
        (lambda: anticipate(kappa, 1.1, prevalence=THREE), [("planning.value", "value")]),
        (lambda: anticipate(kappa, 0.5, prevalence={"a": 1.0, "b": 0.0}), [("planning.value", "value")]),
        (lambda: units(kappa, planned, half_width=0), [("planning.half_width", "half_width")]),
        (lambda: units(kappa, planned, half_width=1e-6), [("planning.half_width", "half_width")]),
        (lambda: units(kappa, planned, half_width=0.1, level=1), [("planning.level", "level")]),
        (lambda: units(kappa, planned, half_width=0.1, level=0), [("planning.level", "level")]),
        (lambda: precision(kappa, planned, units=1), [("planning.units", "units")]),
        (lambda: icc_precision(0.5, raters=2, units=9, level=1), [("planning.level", "level")]),
        (lambda: icc_precision(0.5, raters=2, units=1), [("planning.units", "units")]),
        (lambda: icc_precision(0.8, raters=2, units=5), [("planning.units", "units")]),
        (
            lambda: icc_units(1.0, raters=1, half_width=0, level=0),
            [
                ("planning.value", "value"),
                ("planning.raters", "raters"),
                ("planning.level", "level"),
                ("planning.half_width", "half_width"),
            ],
        ),
    ]
    for build, expected in refused:
        assert problems(build) == expected


def test_the_least_that_can_be_planned() -> None:
    """Two units are enough for a wide interval, and five for two raters and a correlation of 0.7."""
    planned = anticipate(agreement.gwet_ac, 0.6, prevalence=THREE)
    wide = units(agreement.gwet_ac, planned, half_width=100)
    assert wide.units == 2
    assert wide.value == pytest.approx(0.6, abs=1e-7)
    assert precision(agreement.gwet_ac, planned, units=2) == wide
    assert icc_precision(0.7, raters=2, units=5).half_width == pytest.approx(
        1.959964 * 0.3 * 1.7 / math.sqrt(5 - 1 - 3.5), abs=1e-6
    )


def test_anticipated_shares_of_full_agreement() -> None:
    """With full agreement, and just below none, each category has its share of the units."""
    full = anticipate(agreement.gwet_ac, 1.0, prevalence={"a": 0.7, "b": 0.3})
    assert full.times is not None
    assert full.times.tolist() == [700_000_000, 300_000_000]
    below = anticipate(agreement.fleiss_kappa, -5e-10, prevalence={"a": 0.7, "b": 0.3})
    assert below.times is not None
    assert below.times.tolist() == [490_000_000, 210_000_000, 210_000_000, 90_000_000]


def test_as_many_joint_ratings_as_can_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two raters of two categories have four joint ratings, which are listed or not."""
    halves = {"a": 0.5, "b": 0.5}
    monkeypatch.setattr(agreement.planning, "_PROFILES", 4)
    assert anticipate(agreement.gwet_ac, 0.5, prevalence=halves).n_rows == 4
    monkeypatch.setattr(agreement.planning, "_PROFILES", 3)
    assert problems(lambda: anticipate(agreement.gwet_ac, 0.5, prevalence=halves)) == [
        ("planning.raters", "raters")
    ]


def test_icc_width_and_units_agree() -> None:
    """The width at the planned units is as wanted, and one unit fewer is wider."""
    for value, raters in ((0.2, 2), (0.8, 2), (0.8, 3), (0.0, 5)):
        found = icc_units(value, raters=raters, half_width=0.1)
        assert found.half_width <= 0.1
        assert icc_precision(value, raters=raters, units=found.units) == found
        assert icc_precision(value, raters=raters, units=found.units - 1).half_width > 0.1
    assert icc_units(0.8, raters=2, half_width=0.6).units == 7


def test_a_simulated_icc_has_the_planned_width() -> None:
    """Intervals of simulated one-way scores are about as wide as planned."""
    rng = np.random.default_rng(12)
    plan = icc_units(0.6, raters=3, half_width=0.1)
    widths = []
    for _ in range(100):
        unit = rng.normal(size=(plan.units, 1)) * math.sqrt(0.6)
        scores = unit + rng.normal(size=(plan.units, 3)) * math.sqrt(0.4)
        found = agreement.icc(Ratings.from_matrix(scores, continuous=True), "1,1")
        widths.append((found.high - found.low) / 2)
    assert np.mean(widths) == pytest.approx(plan.half_width, rel=0.05)


def test_a_plan_shows_itself() -> None:
    """A plan prints as one line, as a table in a notebook, and as plain values."""
    plan = Plan(name="<x>", value=0.6, units=98, raters=2, half_width=0.15, level=0.95)
    assert str(plan) == "98 units, 2 raters: 0.600 +- 0.150"
    html = plan._repr_html_()
    assert html.startswith("<table><caption>&lt;x&gt;</caption><tr><th>value</th><td>0.6</td></tr><tr>")
    assert "<tr><th>half width</th><td>0.15</td></tr><tr>" in html
    assert plan.to_dict() == {
        "name": "<x>",
        "value": 0.6,
        "units": 98,
        "raters": 2,
        "half_width": 0.15,
        "level": 0.95,
    }
