"""Pictures: marks, words and numbers."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from ilr import coaching, plots
from ilr.base import InvalidInput, MissingDependency, Role
from ilr.coaching import CapacityGap, CapacityInventory, Supporter, SupportNeed
from ilr.observation import ObservationTable
from ilr.stats import charts

RISE = [
    0.30,
    0.35,
    0.28,
    0.33,
    0.36,
    0.31,
    0.34,
    0.29,
    0.33,
    0.60,
    0.65,
    0.58,
    0.63,
    0.66,
    0.61,
    0.64,
    0.59,
    0.63,
]
STEADY = [0.4, 0.6] * 8


def small_table() -> ObservationTable:
    """Two observers, three visits, two items; one item has no pair of levels."""
    return ObservationTable.from_frame(
        {
            "visit": ["a", "a", "b", "b", "c", "c"],
            "teacher": ["s", "s", "t", "t", "u", "u"],
            "observer": ["p", "q"] * 3,
            "talk": [1, 2, 3, 3, 4, 4],
            "time": [1, None, 3, None, 4, None],
        },
        visit="visit",
        teacher="teacher",
        observer="observer",
        items=["talk", "time"],
        levels=[1, 2, 3, 4],
    )


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_picture_is_the_bytes_of_a_file(kind: str, start: bytes) -> None:
    """A picture gives PNG, SVG and PDF, and shows itself in a notebook."""
    picture = plots.run_chart(charts.run_chart(RISE))
    assert picture.to_bytes(kind).startswith(start)  # type: ignore[arg-type]  # the parameter is one of the kinds
    assert picture._repr_png_().startswith(b"\x89PNG")


def test_a_run_chart_tells_its_signals_in_words_and_rows() -> None:
    """The words name the rules, and the rows mark the points of a run."""
    picture = plots.run_chart(charts.run_chart(RISE), title="Talk grew", measure="share")
    assert "Talk grew. Run chart of 18 points" in picture.alt_text
    assert "anhoej.run" in picture.alt_text
    assert [row["signal"] for row in picture.rows] == [True] * 18
    assert [row["share"] for row in picture.rows] == RISE


def test_a_steady_chart_says_so() -> None:
    """A series without signal has no marked point and says that it varies as chance would."""
    picture = plots.run_chart(charts.run_chart(STEADY))
    assert "No signal" in picture.alt_text
    assert not any(row["signal"] for row in picture.rows)


def test_too_few_points_are_told() -> None:
    """Too short a series is not called steady, and a gap has no number."""
    picture = plots.run_chart(charts.run_chart([0.1, None, 0.3]), title="Is it growing?")
    assert picture.alt_text.startswith("Is it growing? Run chart")
    assert "not enough points" in picture.alt_text
    assert picture.rows[1]["share"] is None


def test_limits_are_drawn_where_there_are_some() -> None:
    """A chart with limits shows them, and a measure that is no share keeps its numbers."""
    picture = plots.run_chart(charts.xmr([3, 5, 4, 30, 5, 4]), measure="visits", percent=False)
    assert "centre of 8.50" in picture.alt_text
    assert "limits" in picture.figure.axes[0].get_legend_handles_labels()[1]


def test_limits_of_every_point_and_phase_are_drawn() -> None:
    """Limits that vary are steps, each phase has its own, and its reason is written where it begins."""
    decided = charts.Phase(9, "new form", decided_by="p1", decided_on=date(2026, 11, 2), trial=True)
    chart = charts.p_chart([round(20 * one) for one in RISE], [20, 24] * 9, phases=[decided])
    picture = plots.run_chart(chart)
    axes = picture.figure.axes[0]
    assert "P chart of 18 points around a centre of 30%, then 56%." in picture.alt_text
    assert len(axes.patches) == 6
    assert "new form" in [text.get_text() for text in axes.texts]
    assert len(axes.patches[1].get_data().values) == 9


def test_an_ewma_is_drawn_over_its_points() -> None:
    """The averages are drawn and told beside the points they come from, gaps left open."""
    chart = charts.ewma([*RISE, None, 0.6], target=0.32, sigma=0.03)
    picture = plots.run_chart(chart)
    assert "EWMA chart of 20 points around a target of 32%. Signals of change: ewma." in picture.alt_text
    assert "single points" in picture.figure.axes[0].get_legend_handles_labels()[1]
    assert [row["average"] for row in picture.rows[:18]] == chart.tracks[0][:18].tolist()
    assert (picture.rows[18]["average"], picture.rows[18]["share"]) == (None, None)


def test_a_cusum_is_drawn_as_two_sums() -> None:
    """Both sums have marks of their own, a signal marks the sum it concerns, and sums are no percentages."""
    chart = charts.cusum([-one for one in RISE], target=-0.32, sigma=0.03)
    picture = plots.run_chart(chart)
    handles, labels = picture.figure.axes[0].get_legend_handles_labels()
    assert {"upper sum", "lower sum", "limits", "part of a signal"} == set(labels)
    squares = handles[labels.index("part of a signal")].get_ydata()
    assert list(squares) == [chart.tracks[1][place] for place in range(18) if picture.rows[place]["signal"]]
    assert picture.rows[-1]["lower sum"] == chart.tracks[1][-1]
    assert picture.figure.axes[0].get_ylim()[0] < -1


def test_signals_and_too_few_points_are_both_told() -> None:
    """A point outside its limits is told even where there are not enough points for runs."""
    picture = plots.run_chart(charts.xmr([3, 5, 4, 5, 4, 40], freeze=5), percent=False)
    assert picture.alt_text.endswith("not enough points for the rules of runs. Signals of change: 3sigma.")


def test_nothing_can_be_drawn() -> None:
    """A chart without a point is a picture without marks."""
    assert plots.run_chart(charts.run_chart([])).alt_text.startswith("Run chart of 0 points. There are not")
    assert plots.run_chart(charts.run_chart([])).rows == ()
    assert plots.run_chart(charts.xmr([None, None])).rows[0]["share"] is None


def test_labels_must_fit_the_points() -> None:
    """Another number of labels than points is refused."""
    with pytest.raises(InvalidInput, match=r"plot\.labels"):
        plots.run_chart(charts.run_chart([1, 2, 3]), labels=["one"])


def test_agreement_is_told_by_shape_and_words() -> None:
    """AC2 and alpha have marks of their own, and an undefined one says why."""
    picture = plots.agreement(small_table().agreement(), threshold=0.6)
    markers = {line.get_marker() for line in picture.figure.axes[0].lines}
    assert {"o", "D"} <= markers
    undefined = [row for row in picture.rows if row["undefined"]]
    assert {row["item"] for row in undefined} == {"time"}
    assert "no unit has two ratings" in picture.alt_text


def test_shares_are_drawn_as_percentages() -> None:
    """Rates are written as percentages, with their intervals in the rows."""
    picture = plots.rates(small_table().rates(at_least=3), title="Talk")
    assert "talk share at or above the level 67%" in picture.alt_text
    assert picture.rows[0]["low"] < picture.rows[0]["value"] < picture.rows[0]["high"]


def short_of_mentors(*minutes: float | None) -> tuple[CapacityGap, CapacityInventory]:
    """Three educators of the arts, one leader, and one person a subject."""
    needs = [
        SupportNeed(educator=f"t{number}", building="b1", kinds=("mentor",), subjects=("arts",))
        for number in range(3)
    ]
    people = [
        Supporter(
            id=f"m{number}",
            role=Role.TEACHER,
            release=0,
            buildings=("b1",),
            subjects=(subject,),
            minutes=told,
        )
        for number, (subject, told) in enumerate(zip(("arts", "science"), minutes, strict=True))
    ]
    inventory = CapacityInventory(id="i", on=date(2026, 9, 1), supporters=tuple(people))
    leader = SupportNeed(educator="p1", building="b2", kinds=("coach",))
    return coaching.capacity_gap([*needs, leader], inventory), inventory


def test_a_gap_of_capacity_is_told_by_hatching_and_words() -> None:
    """Room is hatched, each gap is written beside its bars, and cells are named and no person."""
    gap, _ = short_of_mentors(60, 60)
    picture = plots.capacity_gap(gap, title="Arts lack mentors")
    assert picture.alt_text == (
        "Arts lack mentors. 1 of 4 needs can be met and there is room for 2 educators. "
        "b2: 1 needs, room for 0, gap 1. b1: arts: 3 needs, room for 1, gap 2."
    )
    assert [tuple(row.values()) for row in picture.rows] == [
        ("all", 4, 2, 3),
        ("b2", 1, 0, 1),
        ("b1: arts", 3, 1, 2),
    ]
    axes = picture.figure.axes[0]
    assert {bar.get_hatch() for bar in axes.patches} == {"", "///"}
    assert [text.get_text() for text in axes.texts] == ["gap 3", "gap 1", "gap 2"]


def test_hours_stand_beside_heads() -> None:
    """The view in hours is told in words, as a bound where some are unknown, and as unknown where all are."""
    told = {}
    for minutes in ((60.0, 60.0), (60.0, None), (None, None)):
        gap, inventory = short_of_mentors(*minutes)
        hours = coaching.hours_view(inventory, required=7, per_post=10)
        told[minutes] = plots.capacity_gap(gap, hours=hours).alt_text.rsplit("In hours ", 1)[1]
    assert list(told.values()) == [
        "0.5 full posts are missing.",
        "0.6 full posts are missing; hours of 1 of 2 people are not recorded, so it may be less.",
        "nothing is known: hours of 2 of 2 people are not recorded.",
    ]


def test_where_nothing_is_missing_no_gap_is_written() -> None:
    """Without needs there is one row and no word of a gap."""
    _, inventory = short_of_mentors(60, 60)
    picture = plots.capacity_gap(coaching.capacity_gap([], inventory))
    assert list(picture.figure.axes[0].texts) == []
    assert picture.rows == ({"cells": "all", "needs": 0, "room": 2, "gap": 0},)


@pytest.mark.parametrize("draw", [plots.agreement, plots.rates])
def test_an_unknown_group_is_refused(draw: object) -> None:
    """A group that the table does not have is refused."""
    table = small_table()
    result = table.agreement() if draw is plots.agreement else table.rates(at_least=3)
    with pytest.raises(InvalidInput, match=r"plot\.group"):
        draw(result, group="nowhere")  # type: ignore[operator]  # one of the two functions


def test_matplotlib_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without matplotlib the error says which extra to install."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependency) as caught:
        plots.run_chart(charts.run_chart([1, 2, 3]))
    assert "ilr[plots]" in caught.value.hint
