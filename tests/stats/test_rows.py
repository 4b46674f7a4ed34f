"""Rows that stand for several units, continuous scores, and ratings of fewer raters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Ratings, agreement

ROWS: list[list[int | None]] = [[1, 2, None], [2, 2, 2], [3, None, 1]]
TIMES = [4, 1, 2]


def problems(build: Any) -> list[tuple[str, str]]:
    """Code and path of every problem that a construction reports."""
    with pytest.raises(InvalidInput) as found:
        build()
    return [(problem.code, problem.path) for problem in found.value.problems]


def test_frequencies_count_units() -> None:
    """Units, ratings and missing ratings are counted as often as the row stands for a unit."""
    r = Ratings.from_matrix(ROWS, [1, 2, 3], times=TIMES)
    assert (r.n_rows, r.n_units, r.n_ratings) == (3, 7, 15)
    assert r.missing == {"unanswered": 6}
    assert r.n_rated_units == 7
    assert r.patterns.n_units == 7
    kinds = Ratings.from_matrix([["a", "-"], ["b", None]], times=[5, 3], missing={"-": "not observed"})
    assert kinds.missing == {"not observed": 5, "unanswered": 3}


def test_frequencies_in_every_way_in() -> None:
    """Long ratings, frames and codes take frequencies as a table of rows does."""
    matrix = Ratings.from_matrix(ROWS, [1, 2, 3], times=TIMES)
    cells = [(u, j, x) for u, row in enumerate(ROWS) for j, x in enumerate(row)]
    columns: list[list[Any]] = [[cell[place] for cell in cells] for place in range(3)]
    units, raters, values = columns
    times = [TIMES[unit] for unit in units]
    long = Ratings.from_long(units, raters, values, [1, 2, 3], times=times)
    frame = pl.DataFrame({"u": units, "r": raters, "v": values, "n": times})
    framed = Ratings.from_frame(frame, unit="u", rater="r", value="v", categories=[1, 2, 3], times="n")
    codes = [-1 if x is None else x - 1 for x in values]
    coded = Ratings.from_codes(
        units, raters, codes, n_units=3, n_raters=3, categories=[1, 2, 3], times=[4.0, 1.0, 2.0]
    )
    assert matrix == long == framed == coded
    objects = np.array([4.0, 1, 2], dtype=object)
    assert Ratings.from_matrix(ROWS, [1, 2, 3], times=objects) == matrix
    assert Ratings.from_matrix(ROWS, [1, 2, 3]) != matrix


@pytest.mark.parametrize("times", [[0, 1, 1], [1.5, 1, 1], [1, 1, math.nan], ["a", "b", "c"], [2**31, 1, 1]])
def test_frequencies_are_whole(times: Any) -> None:
    """Nothing but whole numbers from 1, which memory can count, is a frequency."""
    with pytest.raises(InvalidInput, match="leave out what stands for no unit") as found:
        Ratings.from_matrix(ROWS, [1, 2, 3], times=times)
    assert [problem.code for problem in found.value.problems] == ["ratings.times"]


def test_frequencies_are_one_to_a_unit() -> None:
    """A unit has one frequency, and there are as many as units or ratings."""
    assert problems(lambda: Ratings.from_matrix(ROWS, times=[1, 2])) == [("ratings.length", "times")]
    assert problems(lambda: Ratings.from_long([0, 0, 1], [0, 1, 0], [1, 1, 2], times=[1, 2, 1])) == [
        ("ratings.times", "rows[0]")
    ]
    assert problems(lambda: Ratings.from_long([0, 0], [0, 1], [1, 1], times=[1])) == [("ratings.length", "")]
    assert problems(lambda: Ratings.from_long([0, 0], [0, 1], [1, None], times=[1])) == [
        ("ratings.length", "")
    ]
    frame = {"u": [1], "r": [1], "v": [1]}
    assert problems(lambda: Ratings.from_frame(frame, unit="u", rater="r", value="v", times="n")) == [
        ("ratings.column", "times")
    ]


def test_continuous_scores() -> None:
    """Scores keep their numbers and have no categories."""
    r = Ratings.from_matrix([[1.25, -2], [None, 7]], continuous=True)
    assert r.continuous
    assert (r.categories, r.q, r.n_ratings, r.n_units, r.n_rated_units) == ((), 0, 3, 2, 2)
    assert repr(r) == "Ratings(2 units, 2 raters, 3 scores)"
    assert r.score.tolist() == [1.25, -2, 7]
    assert (r.unit.tolist(), r.rater.tolist()) == ([0, 0, 1], [0, 1, 1])
    assert np.array_equal(r.scores, np.array([[1.25, -2], [np.nan, 7]]), equal_nan=True)
    assert r.missing == {"unanswered": 1}
    assert not r.scores.flags.writeable
    assert r.without_rater(0).score.tolist() == [-2, 7]


def test_scores_of_categories() -> None:
    """The score of a category is its value."""
    r = Ratings.from_matrix([["low", "high"], [None, "low"]], ["low", "high"], values=[0, 10])
    assert r.score.tolist() == [0, 10, 0]
    assert np.array_equal(r.scores, np.array([[0, 10], [np.nan, 0]]), equal_nan=True)


def test_continuous_in_every_way_in() -> None:
    """Long scores and frames give what rows give, with kinds of missing and frequencies."""
    rows: Any = [[1.5, 9], [None, 2]]
    made = Ratings.from_matrix(rows, continuous=True, missing={9: "not observed"}, times=[2, 3])
    assert made.missing == {"not observed": 2, "unanswered": 3}
    table = np.array([[1.5, 9], [np.nan, 2]])
    assert Ratings.from_matrix(table, continuous=True, missing={9: "not observed"}, times=[2, 3]) == made
    plain = Ratings.from_matrix(table, continuous=True, times=[2, 3])
    assert plain.missing == {"unanswered": 3}
    columns: tuple[list[Any], ...] = ([0, 0, 1, 1], [0, 1, 0, 1], [1.5, 9, None, 2])
    long = Ratings.from_long(*columns, continuous=True, missing={9: "not observed"}, times=[2, 2, 3, 3])
    assert long == made
    frame = pl.DataFrame(dict(zip("urv", columns, strict=True)), strict=False)
    framed = Ratings.from_frame(frame, unit="u", rater="r", value="v", continuous=True)
    assert np.array_equal(framed.scores, table, equal_nan=True)
    sparse = Ratings.from_long(range(50), range(50), np.arange(50) / 4, continuous=True)
    assert sparse.scores[3, 3] == 0.75
    assert np.isnan(sparse.scores).sum() == 50 * 49


def test_scores_are_finite_numbers() -> None:
    """Infinity and text are no scores, and categories do not go with them."""
    found = problems(lambda: Ratings.from_matrix([[1, math.inf], ["a", 2]], continuous=True))
    assert found == [("ratings.score", "rows[0][1]"), ("ratings.score", "rows[1][0]")]
    assert problems(lambda: Ratings.from_matrix(np.array([[-math.inf]]), continuous=True)) == [
        ("ratings.score", "rows[0][0]")
    ]
    many = problems(lambda: Ratings.from_long(range(25), [0] * 25, [math.inf] * 25, continuous=True))
    assert many == [*(("ratings.score", f"rows[{place}]") for place in range(20)), ("ratings.score", "")]
    with_categories = problems(lambda: Ratings.from_long([0], [0], [1], [1, 2], continuous=True))
    assert ("ratings.continuous", "categories") in with_categories


@pytest.mark.parametrize(
    "read",
    [
        lambda r: r.code,
        lambda r: r.patterns,
        lambda r: r.profiles,
        lambda r: r.meetings,
        lambda r: r.patterns_against(0),
        agreement.gwet_ac,
        agreement.krippendorff_alpha,
        agreement.adjacent_agreement,
        lambda r: agreement.fleiss_kappa(r, np.eye(2)),
        lambda r: agreement.rater_agreement(r, 0),
    ],
)
def test_continuous_scores_are_no_categories(read: Any) -> None:
    """What is about categories refuses scores with one error that says what takes them."""
    r = Ratings.from_matrix([[1.5, 2.5], [3.5, 1]], continuous=True)
    with pytest.raises(InvalidInput, match="such as icc") as found:
        read(r)
    assert [problem.code for problem in found.value.problems] == ["ratings.continuous"]


def test_of_raters() -> None:
    """Some raters in the order asked for, in a grid and in long ratings."""
    rng = np.random.default_rng(4)
    unit, rater = np.divmod(rng.choice(60 * 90, size=300, replace=False), 90)
    sparse = Ratings.from_long(unit, [f"r{n:02}" for n in rater], rng.integers(1, 4, size=300))
    grid = Ratings.from_matrix([[1, 2, 3], [2, None, 1]], [1, 2, 3])
    for r in (sparse, grid):
        wanted = r.raters[2::-2]
        found = r.of_raters(wanted)
        assert found.raters == wanted
        assert found.n_units == r.n_units
        cells = {(u, r.raters[j], c) for u, j, c in zip(r.unit, r.rater, r.code, strict=True)}
        kept = [(u, wanted[j], c) for u, j, c in zip(found.unit, found.rater, found.code, strict=True)]
        assert set(kept) == {cell for cell in cells if cell[1] in wanted}
        assert [(u, wanted.index(j)) for u, j, _ in kept] == sorted((u, wanted.index(j)) for u, j, _ in kept)
    assert problems(lambda: grid.of_raters([0, 0])) == [("ratings.raters", "raters")]
    assert problems(lambda: grid.of_raters([7])) == [("ratings.rater", "rater")]
