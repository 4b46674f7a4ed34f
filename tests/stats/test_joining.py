"""Tables of ratings that shrink and add."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Ratings

ROWS = [[1, 2], [2, 2], [1, 2], [None, None], [1, 2], [None, None]]


def rows_of(r: Ratings) -> list[tuple[Any, ...]]:
    """Cluster, frequency and ratings by rater of every row."""
    out = []
    for row in range(r.n_rows):
        here = r.unit == row
        rated = {r.raters[j]: x for j, x in zip(r.rater[here], r.score[here], strict=True)}
        cluster = None if r.cluster is None else r.clusters[r.cluster[row]]
        out.append((cluster, 1 if r.times is None else int(r.times[row]), tuple(sorted(rated.items()))))
    return sorted(out, key=repr)


def test_compressed_rows() -> None:
    """Alike units become one row, units without a rating too, and nothing else changes."""
    r = Ratings.from_matrix(ROWS, [1, 2, 3])
    small = r.compressed()
    assert rows_of(small) == [(None, 1, ((0, 2), (1, 2))), (None, 2, ()), (None, 3, ((0, 1), (1, 2)))]
    assert (small.n_units, small.n_ratings, small.missing) == (r.n_units, r.n_ratings, r.missing)
    assert small.compressed() == small


def test_compressed_within_clusters() -> None:
    """Only units of one cluster become one row."""
    r = Ratings.from_matrix(ROWS, [1, 2, 3], cluster=list("xxyyyy"), times=[1, 2, 3, 4, 5, 6])
    assert rows_of(r.compressed()) == [
        ("x", 1, ((0, 1), (1, 2))),
        ("x", 2, ((0, 2), (1, 2))),
        ("y", 10, ()),
        ("y", 8, ((0, 1), (1, 2))),
    ]


@pytest.mark.parametrize("clustered", [False, True])
def test_compressed_long_ratings_and_scores(clustered: bool) -> None:
    """Long ratings and continuous scores are compressed alike."""
    units = list(range(60))
    labels = [unit % 2 for unit in units] if clustered else None
    long = Ratings.from_long(units, [unit % 30 for unit in units], [1] * 60, [1, 2], cluster=labels)
    small = long.compressed()
    assert (small.n_rows, small.n_units) == (30, 60)
    assert small.times is not None
    assert set(small.times.tolist()) == {2}
    scores = Ratings.from_matrix(
        [[1.5, 2], [1.5, 2], [None, 2], [1.5, None]],
        continuous=True,
        cluster=["x", "x", "y", "y"] if clustered else None,
    )
    assert (scores.compressed().n_rows, scores.compressed().n_units) == (3, 4)
    assert sum(times for _, times, _ in rows_of(scores.compressed())) == 4
    assert scores.compressed().continuous


def test_compressed_scores_that_are_counted() -> None:
    """Rows of one kind within a cluster add up their frequencies."""
    short = Ratings.from_matrix(
        [[1.5, 2], [1.5, 2], [3, 3], [1.5, 2]],
        continuous=True,
        times=[2, 3, 1, 4],
        cluster=["a", "a", "b", "b"],
    ).compressed()
    assert short.n_units == 10
    assert short.times is not None
    assert short.cluster is not None
    assert sorted(zip(short.cluster.tolist(), short.times.tolist(), strict=True)) == [(0, 5), (1, 1), (1, 4)]


def test_sum_of_two() -> None:
    """Units of both, raters and clusters united by label, missing ratings added."""
    one = Ratings.from_long([0, 0, 1], ["a", "b", "a"], [1, 2, None], [1, 2], cluster=["x", "x", "y"])
    two = Ratings.from_long([0, 0], ["b", "c"], [1, 2], [1, 2], cluster=["y", "y"], times=[3, 3])
    both = one + two
    assert both.raters == ("a", "b", "c")
    assert both.clusters == ("x", "y")
    assert (both.n_units, both.n_rows, dict(both.missing)) == (5, 3, {"unanswered": 1})
    assert rows_of(both) == sorted(
        [("x", 1, (("a", 1), ("b", 2))), ("y", 1, ()), ("y", 3, (("b", 1), ("c", 2)))], key=repr
    )


def test_nothing_added_changes_nothing() -> None:
    """Empty ratings are neutral from both sides, for tables, clusters and scores too."""
    for r in (
        Ratings.from_matrix(ROWS, [1, 2, 3], cluster=list("xxyyyy")),
        Ratings.from_table([[2, 1], [0, 3]], [1, 2]),
        Ratings.from_long(range(50), range(50), [1, 2] * 25, [1, 2]),
        Ratings.from_matrix([[1.5, None]], continuous=True),
    ):
        nothing = Ratings.empty(None if r.continuous else r.categories)
        assert nothing + r == r
        assert r + nothing == r
    assert Ratings.empty([1]) + Ratings.empty([1]) == Ratings.empty([1])
    raters = Ratings.empty([1, 2], raters=["a", "b"])
    assert raters.raters == ("a", "b")
    assert (raters + Ratings.from_long([0], ["b"], [1], [1, 2])).rater.tolist() == [1]


def test_only_tables_make_a_table() -> None:
    """A sum counts as a table of counts only where all parts with units do; inferred where any part is."""
    table, plain = Ratings.from_table([[2, 1], [0, 3]], [1, 2]), Ratings.from_matrix([[1, 2]], [1, 2])
    assert (table + table).tabulated
    assert not (table + plain).tabulated
    assert not (plain + table).tabulated
    assert (plain + Ratings.from_matrix([[1, 2]])).inferred
    assert not (plain + plain).inferred


@pytest.mark.parametrize(
    "other",
    [
        Ratings.from_matrix([[1, 2]], [1, 2, 3]),
        Ratings.from_matrix([[1, 2]], [2, 1]),
        Ratings.from_matrix([[1, 2]], [1, 2], values=[1, 5]),
        Ratings.from_matrix([[1, 2]], [1, 2], ranks=[1, 5]),
        Ratings.from_matrix([[1.0, 2.0]], continuous=True),
    ],
)
def test_other_categories_do_not_add(other: Ratings) -> None:
    """Ratings in other categories, in another order or with other numbers are refused."""
    with pytest.raises(InvalidInput, match=r"ratings\.categories"):
        _ = Ratings.from_matrix([[1, 2]], [1, 2]) + other


def test_clusters_on_one_side_do_not_add() -> None:
    """Units of known clusters and units of none cannot stand in one table."""
    with pytest.raises(InvalidInput, match=r"ratings\.cluster"):
        _ = Ratings.from_matrix([[1]], [1], cluster=["x"]) + Ratings.from_matrix([[1]], [1])
    wrong: Any = 3
    with pytest.raises(TypeError):
        _ = Ratings.from_matrix([[1]], [1]) + wrong


def test_orders_of_text_differ() -> None:
    """Categories inferred from text do not add to the same categories declared in order."""
    with pytest.raises(InvalidInput, match="declare the same categories"):
        _ = Ratings.from_matrix([["a", "b"]]) + Ratings.from_matrix([["a", "b"]], ["a", "b"])


def test_large_tables_compress_fast_and_alike() -> None:
    """A large grid has as many rows as there are joint ratings."""
    rows = np.random.default_rng(3).integers(1, 3, size=(5000, 2))
    small = Ratings.from_matrix(rows, [1, 2]).compressed()
    assert small.n_rows == 4
    assert small.n_units == 5000


@pytest.mark.parametrize("rows", [ROWS, [[1.5, 2], [3, 4], [1.5, 2], [5, None], [3, 4]]])
def test_alike_units_need_not_stand_together(rows: Any) -> None:
    """Alike scores become one row wherever they stand, with their own ratings and the sum of frequencies."""
    small = Ratings.from_matrix(rows, continuous=True, times=range(1, len(rows) + 1)).compressed()
    expected: dict[Any, int] = {}
    for place, row in enumerate(rows, start=1):
        rated = tuple((rater, score) for rater, score in enumerate(row) if score is not None)
        expected[rated] = expected.get(rated, 0) + place
    assert rows_of(small) == sorted(((None, often, rated) for rated, often in expected.items()), key=repr)


@pytest.mark.parametrize("times", [None, [2, 1, 3]])
def test_frequencies_stay_whole_numbers(times: Any) -> None:
    """Compressed and added ratings hold frequencies, rows and raters in the types of loaded ones."""
    codes = Ratings.from_matrix([[1, 2], [1, 2], [2, 2]], [1, 2], times=times)
    scores = Ratings.from_matrix([[1.5, 2], [1.5, 2], [2, None]], continuous=True, times=times)
    sparse = Ratings.from_long(range(60), [unit % 30 for unit in range(60)], [1] * 60, [1, 2])
    for r in (codes, scores, sparse):
        for made in (r.compressed(), r + r.compressed(), r.of_raters(r.raters[::-1])):
            assert made.times is None or made.times.dtype == np.int64
            assert made.unit.dtype == made.rater.dtype == np.int32
            assert made.continuous or made.code.dtype == np.int16
    assert Ratings.from_table([[1, 2], [0, 3]]).times.dtype == np.int64  # type: ignore[union-attr]  # a table counts
