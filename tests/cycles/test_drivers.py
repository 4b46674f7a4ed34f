"""Aims, measures, drivers and changes, and the diagram that joins them."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import attrs
import pytest
from tests.cycles.small_cycle import CHANGES, DRIVERS, MEASURES, aim, diagram, problems

from ilr import interop
from ilr.base import Window
from ilr.cycles import Aim, Baseline, ChangeIdea, Driver, DriverDiagram, Measure, ShareCount, measures_of

AUTUMN = Window(date(2026, 9, 1), date(2026, 9, 30))


def test_a_baseline_shows_its_share_with_doubt() -> None:
    """24 of 50 is .48 with Wilson's interval."""
    baseline = Baseline(count=ShareCount(24, 50), period=AUTUMN)
    assert baseline.share.value == 0.48
    assert (round(baseline.share.low, 4), round(baseline.share.high, 4)) == (0.348, 0.6149)


def test_a_baseline_of_nothing_is_none() -> None:
    """No observations tell nowhere where a measure stood."""
    assert problems(Baseline, count=ShareCount(0, 0), period=AUTUMN) == [("baseline.count", "count")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"population": " "}, [("aim.population", "population")]),
        ({"target": math.nan}, [("aim.target", "target")]),
        ({"target": 1.2}, [("aim.share", "target")]),
        ({"target": 0.48}, [("aim.direction", "target")]),
        ({"target": 0.4}, [("aim.direction", "target")]),
        ({"target": 0.5, "direction": "lower"}, [("aim.direction", "target")]),
        ({"by": date(2026, 9, 30)}, [("aim.day", "by")]),
        (
            {"population": "", "target": -1, "by": AUTUMN.start},
            [
                ("aim.population", "population"),
                ("aim.share", "target"),
                ("aim.direction", "target"),
                ("aim.day", "by"),
            ],
        ),
    ],
)
def test_an_aim_is_better_than_its_baseline_and_later(change: dict[str, Any], expected: Any) -> None:
    """Nobody, no number, no share, no improvement and no time left are refused, all at once."""
    assert problems(aim, **change) == expected


@pytest.mark.parametrize(
    "change", [{"target": 0.4, "direction": "lower"}, {"target": 215.0, "baseline": None}, {"target": 1.0}]
)
def test_other_aims_can_be_told(change: dict[str, Any]) -> None:
    """Less of something, a score without a baseline, and everything are aims too."""
    assert aim(**change).target == change["target"]


@pytest.mark.parametrize("origin", [{}, {"look_for": "a", "external": "b"}])
def test_a_measure_comes_from_one_place(origin: dict[str, str]) -> None:
    """A measure of nothing and a measure of two things are refused."""
    assert problems(Measure, id="m", kind="outcome", **origin) == [("measure.origin", "look_for")]


def test_measures_of_each_kind_are_found() -> None:
    """Each kind gives its own measures, in the order of the diagram; none is an answer."""
    for kind, measure in zip(("outcome", "driver", "process", "balancing"), MEASURES, strict=True):
        assert measures_of(diagram(), kind) == (measure,)  # type: ignore[arg-type]  # texts of a loop
    assert measures_of(diagram(measures=MEASURES[:3]), "balancing") == ()


def test_a_diagram_comes_back_from_text() -> None:
    """Written out and read again a diagram is the same."""
    assert interop.loads(interop.dumps(diagram()), DriverDiagram) == diagram()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"measures": (*MEASURES, MEASURES[0])}, [("diagram.repeated", "wait")]),
        ({"drivers": (*DRIVERS, attrs.evolve(DRIVERS[1], id="aim"))}, [("diagram.repeated", "aim")]),
        ({"aim": aim(measure="none")}, [("diagram.aim_measure", "aim.measure")]),
        (
            {"aim": aim(measure="pace", direction="lower", target=0.2)},
            [("diagram.aim_measure", "aim.measure")],
        ),
        ({"aim": aim(direction="lower", target=0.2)}, [("diagram.direction", "aim.direction")]),
        (
            {"drivers": (attrs.evolve(DRIVERS[0], leads_to=()), DRIVERS[1])},
            [("diagram.leads_to", "drivers.questions.leads_to")],
        ),
        (
            {"drivers": (DRIVERS[0], attrs.evolve(DRIVERS[1], leads_to=("aim",)))},
            [("diagram.leads_to", "drivers.habits.leads_to")],
        ),
        (
            {"drivers": (attrs.evolve(DRIVERS[0], leads_to=("habits",)), DRIVERS[1])},
            [("diagram.leads_to", "drivers.questions.leads_to")],
        ),
        (
            {"changes": (attrs.evolve(CHANGES[0], leads_to=("habits", "unknown")),)},
            [("diagram.leads_to", "changes.count.leads_to")],
        ),
        (
            {"drivers": (attrs.evolve(DRIVERS[0], measures=("asked", "pace")), DRIVERS[1])},
            [("diagram.measure", "drivers.questions.measures")],
        ),
        (
            {"changes": (attrs.evolve(CHANGES[0], measures=("counted", "asked")),)},
            [("diagram.measure", "changes.count.measures")],
        ),
        ({"changes": ()}, [("diagram.unused", "measures.counted")]),
    ],
)
def test_what_does_not_fit_in_a_diagram_is_named(change: dict[str, Any], expected: Any) -> None:
    """Repeated ids, arrows to the wrong kind and measures that fit nothing are refused with their place."""
    assert problems(diagram, **change) == expected


def test_drivers_in_a_loop_and_what_leads_to_them_never_reach_the_aim() -> None:
    """A diagram runs from the aim down: two drivers that lead to each other are named with what hangs on them."""
    loop = (
        Driver(id="x", kind="secondary", what="x", leads_to=("y",)),
        Driver(id="y", kind="secondary", what="y", leads_to=("questions", "x")),
        Driver(id="self", kind="secondary", what="itself", leads_to=("self",)),
    )
    hanging = ChangeIdea(id="hanging", what="nowhere", leads_to=("x",))
    assert problems(diagram, drivers=(*DRIVERS, *loop), changes=(*CHANGES, hanging)) == [
        ("diagram.loop", "drivers.x"),
        ("diagram.loop", "drivers.y"),
        ("diagram.loop", "drivers.self"),
        ("diagram.loop", "changes.hanging"),
    ]


def test_a_driver_may_lead_to_several() -> None:
    """One driver can move two others, and a change several drivers, without any loop."""
    more = Driver(id="more", kind="secondary", what="planning", leads_to=("questions", "habits"))
    change = ChangeIdea(id="plan", what="write them down", leads_to=("more", "questions"))
    wide = diagram(drivers=(more, *DRIVERS), changes=(*CHANGES, change))
    assert isinstance(wide.aim, Aim)
    assert [one.id for one in wide.drivers] == ["more", "questions", "habits"]
