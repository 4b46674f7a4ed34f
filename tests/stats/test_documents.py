"""Charts and ratings as documents."""

from __future__ import annotations

import math
import pickle

import pytest

from ilr.base import InvalidInput
from ilr.stats import Ratings
from ilr.stats.charts import Chart, run_chart, xmr

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
    document = run_chart([1, 2, 3]).to_document() | {"useful": "3", "kind": "pie"}
    with pytest.raises(InvalidInput) as caught:
        Chart.from_document(document)
    assert {problem.path for problem in caught.value.problems} == {"useful", "kind"}


@pytest.mark.parametrize(
    "ratings",
    [
        Ratings.from_matrix([[1, 2, None], [2, 2, 1], [3, None, None]], cluster=["x", "y", "y"]),
        Ratings.from_matrix([["low", "high"], ["high", "high"]], categories=["low", "high"]),
        Ratings.from_table([[4, 1], [2, 3]]),
        Ratings.from_long([0, 0, 1], ["a", "b", "a"], [1.5, 2.0, 2.5], [1.5, 2.0, 2.5], ranks=[1.5, 2, 2.5]),
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
    with pytest.raises(InvalidInput):
        Ratings.from_document(document)
