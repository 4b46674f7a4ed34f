"""Charts and ratings as documents."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any

import attrs
import numpy as np
import pytest

from ilr.base import InvalidInput
from ilr.stats import Ratings
from ilr.stats.charts import Chart, Signal, run_chart, xmr

SERIES = (0.2, 0.3, None, 0.4, 0.1)


@pytest.mark.parametrize("chart", [run_chart(SERIES * 4), xmr(SERIES * 4), run_chart([math.nan])])
def test_a_chart_comes_back_equal(chart: Chart) -> None:
    """A chart with gaps equals the one that is read back from its document or its pickle."""
    assert Chart.from_document(chart.to_document()) == chart
    assert pickle.loads(pickle.dumps(chart)) == chart


def test_charts_of_other_series_differ() -> None:
    """Charts are unequal when one point differs, and equal charts have one hash."""
    chart = run_chart([1, 2, 3])
    assert chart != run_chart([1, 2, 4])
    assert hash(chart) == hash(run_chart([1, 2, 3]))


def test_a_broken_chart_lists_its_problems() -> None:
    """A document of a chart with wrong fields is refused with every one of them."""
    document = run_chart([1, 2, 3]).to_document() | {"rules": 3, "kind": "pie"}
    with pytest.raises(InvalidInput) as caught:
        Chart.from_document(document)
    assert {problem.path for problem in caught.value.problems} == {"rules", "kind"}
    assert caught.value.subject == "Chart"


def test_a_chart_comes_back_whole() -> None:
    """Every field of a chart goes out, and comes back through JSON with its own type, read-only."""
    chart = xmr([0.0, 0.1] * 6 + [None] + [1.0, 1.1] * 6)
    document = json.loads(json.dumps(chart.to_document(), allow_nan=False))
    assert list(document) == [field.name for field in attrs.fields(Chart)]
    assert {signal["rule"] for signal in document["signals"]} == {
        "3sigma",
        "anhoej.run",
        "anhoej.crossings",
    }
    again = Chart.from_document(document)
    assert again == chart
    assert again.values.dtype == np.float64
    assert again.signals == chart.signals
    assert (again.kind, again.lower, again.upper) == ("xmr", chart.lower, chart.upper)
    with pytest.raises(ValueError, match="read-only"):
        again.values[0] = 1


def test_charts_differ_in_every_field() -> None:
    """Two charts are unequal when any one field differs, the gaps and the centre among them."""
    chart = xmr([0.0, 1.0] * 6)
    others: dict[str, Any] = {
        "kind": "run",
        "values": np.array([0.0, math.nan] * 6),
        "centre": 0.75,
        "lower": None,
        "upper": 9.0,
        "sigma": np.arange(12.0),
        "signals": (Signal("3sigma", 1, (1,)),),
        "parts": (attrs.evolve(chart.parts[0], useful=11),),
        "rules": "anhoej",
        "tracks": (np.zeros(12),),
    }
    assert list(others) == [field.name for field in attrs.fields(Chart)]
    for name, value in others.items():
        assert attrs.evolve(chart, **{name: value}) != chart
    one, two = (attrs.evolve(chart, tracks=(np.full(12, value),)) for value in (0.0, 1.0))
    assert one != two


@pytest.mark.parametrize(
    "ratings",
    [
        Ratings.from_matrix([[1, 2, None], [2, 2, 1], [3, None, None]], cluster=["x", "y", "y"]),
        Ratings.from_matrix([["low", "high"], ["high", "high"]], categories=["low", "high"]),
        Ratings.from_table([[4, 1], [2, 3]]),
        Ratings.from_long([0, 0, 1], ["a", "b", "a"], [1.5, 2.0, 2.5], [1.5, 2.0, 2.5], ranks=[1.5, 2, 2.5]),
        Ratings.from_matrix([["no", "yes"], ["yes", "yes"]], categories=["no", "yes"], values=[0, 10]),
        Ratings.from_matrix([["b", "a"], ["a", "a"]]),
        Ratings.from_matrix([["a", "-"], [None, "b"]], missing={"-": "not observed"}),
        Ratings.from_long(range(50), range(50), [1, 2] * 25, cluster=[0, 1] * 25),
        Ratings.from_matrix([[1, 2], [2, None]], times=[3, 10]),
        Ratings.from_matrix([[1.5, 2.25], [None, -3]], continuous=True, cluster=["x", "y"]),
        Ratings.from_long(range(50), range(50), np.linspace(0, 1, 50), continuous=True),
        Ratings.empty([1, 2]),
        Ratings.empty(),
    ],
)
def test_ratings_come_back_equal(ratings: Ratings) -> None:
    """Ratings equal those that are read back from their document or their pickle."""
    assert Ratings.from_document(ratings.to_document()) == ratings
    assert pickle.loads(pickle.dumps(ratings)) == ratings


def test_other_ratings_differ() -> None:
    """Ratings are unequal when a level, the categories or the clusters differ, and have no hash."""
    rows = [[1, 2], [2, 2]]
    one = Ratings.from_matrix(rows, categories=[1, 2, 3])
    assert one != Ratings.from_matrix([[1, 1], [2, 2]], categories=[1, 2, 3])
    assert one != Ratings.from_matrix(rows, categories=[1, 2, 3, 4])
    assert one != Ratings.from_matrix(rows, categories=[1, 2, 3], cluster=["a", "b"])
    assert one != "ratings"
    with pytest.raises(TypeError):
        hash(one)


def test_a_document_that_points_outside_is_refused() -> None:
    """A document of ratings whose codes lie outside the categories is refused."""
    document = Ratings.from_matrix([[1, 2], [2, 2]]).to_document() | {"code": [0, 1, 1, 9]}
    with pytest.raises(InvalidInput) as caught:
        Ratings.from_document(document)
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [("ratings.code", "code")]


def test_a_document_of_another_shape_is_refused() -> None:
    """A document of ratings with fields of another type is refused with every one of them."""
    document = Ratings.from_matrix([[1, 2], [2, 2]]).to_document() | {"n_rows": "2", "tabulated": 1}
    with pytest.raises(InvalidInput) as caught:
        Ratings.from_document(document)
    assert caught.value.subject == "Ratings"
    assert {problem.path for problem in caught.value.problems} == {"n_rows", "tabulated"}


def test_what_a_document_of_ratings_holds() -> None:
    """Ratings go out as lists, numbers and texts that survive JSON."""
    ratings = Ratings.from_matrix([[1, 2, None], [2, 2, 1]], [1, 2], cluster=["x", "y"], values=[0, 5])
    document = ratings.to_document()
    assert document == {
        "categories": [1, 2],
        "raters": [0, 1, 2],
        "values": [0, 5],
        "ranks": [1, 2],
        "unit": [0, 0, 1, 1, 1],
        "rater": [0, 1, 0, 1, 2],
        "code": [0, 1, 1, 1, 0],
        "score": None,
        "n_rows": 2,
        "times": None,
        "cluster": [0, 1],
        "clusters": ["x", "y"],
        "missing": {"unanswered": 1},
        "inferred": False,
        "ordered": True,
        "tabulated": False,
    }
    again = Ratings.from_document(json.loads(json.dumps(document, allow_nan=False)))
    assert again == ratings
    assert (again.n_clusters, again.patterns.n_units) == (2, 2)


def test_ratings_differ_in_every_field() -> None:
    """Two ratings are unequal when any one part differs."""
    document = Ratings.from_matrix([[1, 2], [2, None]], [1, 2], cluster=["x", "y"]).to_document()
    ratings = Ratings.from_document(document)
    others: list[dict[str, Any]] = [
        {"categories": [1, 3]},
        {"raters": [0, 2]},
        {"values": [1.0, 3.0]},
        {"ranks": [1.0, 1.5]},
        {"unit": [1, 0, 0]},
        {"rater": [0, 1, 1]},
        {"code": [0, 0, 1]},
        {"score": [0.0, 0.0, 1.0], "code": None, "categories": [], "values": [], "ranks": []},
        {"n_rows": 3, "cluster": [0, 1, 1]},
        {"times": [1, 2]},
        {"cluster": [0, 0]},
        {"clusters": ["x", "z"]},
        {"missing": {"not observed": 1}},
        {"inferred": True},
        {"ordered": False},
        {"tabulated": True},
    ]
    assert [next(iter(other)) for other in others] == list(document)
    for other in others:
        assert Ratings.from_document(document | other) != ratings
    plain = document | {"cluster": None, "clusters": []}
    assert Ratings.from_document(plain | {"n_rows": 3}) != Ratings.from_document(plain)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"values": [1.0, "Infinity", 3.0]}, "values"),
        ({"centre": ["Infinity"] * 3}, "centre"),
        ({"centre": [None] * 3}, "centre"),
        ({"upper": ["Infinity"] * 3}, "centre"),
        ({"centre": [1.0]}, "centre"),
        ({"lower": [1.0, 2.0], "upper": None}, "lower"),
        ({"lower": None, "upper": [1.0]}, "upper"),
        ({"lower": [3.0] * 3, "upper": [1.0] * 3}, "lower"),
        ({"parts": []}, "parts"),
        ({"tracks": [[1.0, 2.0]]}, "tracks"),
        ({"signals": [{"rule": "anhoej.run", "index": 3, "members": [1]}]}, "signals"),
        ({"signals": [{"rule": "anhoej.run", "index": 1, "members": [-1]}]}, "signals"),
    ],
)
def test_a_chart_that_cannot_be_is_refused(change: dict[str, object], path: str) -> None:
    """Infinite points and lines, a missing centre and signals outside the series are refused."""
    document = run_chart([1, 2, 3]).to_document() | change
    with pytest.raises(InvalidInput) as caught:
        Chart.from_document(document)
    assert [problem.path for problem in caught.value.problems] == [path]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"n_rows": -3}, "n_rows"),
        ({"clusters": ["x"]}, "clusters"),
        ({"cluster": [0, 1], "clusters": ["x"]}, "cluster"),
        ({"cluster": [0, 1], "clusters": ["x", "x"]}, "clusters"),
        ({"times": [1, 0]}, "times"),
        ({"score": [1.0] * 6}, "code"),
        ({"code": None}, "code"),
        ({"code": None, "score": [1.0] * 6}, "code"),
        (
            {
                "code": None,
                "score": [1.0, 2.0, "Infinity", 1.0, 1.0, 1.0],
                "categories": [],
                "values": [],
                "ranks": [],
            },
            "score[2]",
        ),
        ({"missing": {"unanswered": -1}}, "missing[unanswered]"),
        ({"tabulated": True}, "tabulated"),
    ],
)
def test_ratings_that_cannot_be_are_refused(change: dict[str, object], path: str) -> None:
    """Negative counts, wrong clusters and frequencies, codes beside scores and three raters are refused."""
    document = Ratings.from_matrix([[1, 2, 2], [2, 2, 1]]).to_document() | change
    with pytest.raises(InvalidInput) as caught:
        Ratings.from_document(document)
    assert path in [problem.path for problem in caught.value.problems]


def test_labels_that_no_document_holds_are_refused() -> None:
    """Ratings with tuples for raters compare, and say that they cannot be written."""
    rows = ([0, 0], [("a", 1), ("b", 1)], [1, 2])
    ratings = Ratings.from_long(*rows, [1, 2])
    assert ratings == Ratings.from_long(*rows, [1, 2])
    with pytest.raises(InvalidInput, match=r"ratings\.label") as caught:
        ratings.to_document()
    assert [problem.path for problem in caught.value.problems] == ["raters"]
    with pytest.raises(InvalidInput, match=r"ratings\.label") as caught:
        Ratings.from_matrix([[1, 2]], cluster=[("a", 1)]).to_document()
    assert [problem.path for problem in caught.value.problems] == ["clusters"]
