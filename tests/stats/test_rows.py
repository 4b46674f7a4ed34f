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


@pytest.mark.parametrize("times", [None, [3, 1, 2, 5]])
def test_units_without_a_score_are_not_rated(times: Any) -> None:
    """Rated units of continuous scores are those with a score, as often as they count."""
    rows = [[1.5, 2], [None, None], [None, 1], [None, None]]
    r = Ratings.from_matrix(rows, continuous=True, times=times)
    assert r.n_rated_units == (2 if times is None else 5)
    assert (r.ordered, r.inferred) == (True, False)


def test_gaps_of_numbers_are_counted() -> None:
    """NaN among plain numbers is an unanswered score, once or as often as its row counts."""
    rows = np.array([[1.5, math.nan], [math.nan, 2], [1, 2]])
    assert Ratings.from_matrix(rows, continuous=True).missing == {"unanswered": 2}
    assert Ratings.from_matrix(rows, continuous=True, times=[2, 3, 1]).missing == {"unanswered": 5}


@pytest.mark.parametrize(("wrong", "told"), [(20, 20), (21, 21)])
def test_scores_that_are_none_are_cut(wrong: int, told: int) -> None:
    """Up to twenty scores that are no numbers are told one by one, then how many more there are."""
    found = problems(lambda: Ratings.from_matrix([[math.inf]] * wrong + [[1]], continuous=True))
    assert found[:20] == [("ratings.score", f"rows[{row}][0]") for row in range(20)]
    assert len(found) == told
    assert found[20:] == [("ratings.score", "")] * (told - 20)


def test_scores_of_a_frame() -> None:
    """A frame gives continuous scores too, under columns of any name; a vocabulary of texts is none."""
    frame = pl.DataFrame({"visit": [1, 1, 2], "who": ["a", "b", "a"], "score": [1.5, 2, 3]})
    r = Ratings.from_frame(frame, unit="visit", rater="who", value="score", continuous=True)
    assert (r.continuous, r.n_units, r.score.tolist()) == (True, 2, [1.5, 2, 3])
    words = frame.with_columns(score=pl.Series(["x", "y", "x"], dtype=pl.Enum(["x", "y"])))
    assert problems(
        lambda: Ratings.from_frame(words, unit="visit", rater="who", value="score", continuous=True)
    ) == [("ratings.score", f"rows[{row}]") for row in range(3)]


def test_scores_have_neither_categories_nor_what_goes_with_them() -> None:
    """Categories, values and ranks are refused beside continuous scores, each under its own name."""
    options: Any = {"values": [1], "ranks": [1], "continuous": True}
    expected = [("ratings.continuous", path) for path in ("categories", "values", "ranks")]
    assert problems(lambda: Ratings.from_matrix([[1.5]], [1.5], **options))[:3] == expected
    rows = {"u": [1], "r": ["a"], "v": [1.5]}
    assert (
        problems(
            lambda: Ratings.from_frame(
                rows,
                unit="u",
                rater="r",
                value="v",
                categories=[1.5],
                category_values=[1],
                ranks=[1],
                continuous=True,
            )
        )[:3]
        == expected
    )


def test_statistics_of_categories_refuse_scores_as_a_whole() -> None:
    """The refusal points at no field, for it is about the ratings."""
    r = Ratings.from_matrix([[1.5, 2]], continuous=True)
    assert problems(lambda: r.code) == [("ratings.continuous", "")]


def test_sparse_ratings_have_no_table_of_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to a size long ratings have profiles, the same as those of a table; above, there are too many."""
    codes = [0, 1, 0, 1, 1, 0, 0, 1]
    units = np.repeat(np.arange(30), 2)
    raters = np.column_stack([np.arange(30) % 3 * 2, np.arange(30) % 3 * 2 + 1]).ravel()
    values = np.array(codes * 8)[:60]
    long = Ratings.from_codes(units, raters, values, n_units=30, n_raters=40, categories=[1, 2])
    rows = np.full((30, 40), -1)
    rows[units, raters] = values
    unit, rater = np.indices(rows.shape).reshape(2, -1)
    table = Ratings.from_codes(unit, rater, rows.ravel(), n_units=30, n_raters=40, categories=[1, 2])
    assert long.profiles.codes.dtype == np.int16

    def counted(r: Ratings) -> dict[tuple[int, ...], int]:
        profiles = r.profiles
        return dict(zip(map(tuple, profiles.codes.tolist()), profiles.times.tolist(), strict=True))

    distinct, often = np.unique(rows, axis=0, return_counts=True)
    expected = dict(zip(map(tuple, distinct.tolist()), often.tolist(), strict=True))
    assert counted(long) == counted(table) == expected
    again = Ratings.from_codes(units, raters, values, n_units=30, n_raters=40, categories=[1, 2])
    monkeypatch.setattr("ilr.stats.ratings._DENSE", 30 * 40)
    assert not again.sparse
    monkeypatch.setattr("ilr.stats.ratings._DENSE", 30 * 40 - 1)
    assert problems(lambda: again.profiles) == [("ratings.sparse", "")]


def test_other_raters_of_long_ratings_are_sorted_anew() -> None:
    """Ratings of some raters stand by unit and by the new order of raters, however they are laid out."""
    units = np.repeat(np.arange(30), 2)
    raters = np.column_stack([np.arange(30), np.arange(30) + 30]).ravel()
    values = np.arange(60) % 7 % 2
    long = Ratings.from_codes(units, raters, values, n_units=30, n_raters=60, categories=[1, 2])
    for order in ([*range(30, 60), *range(30)], [*range(0, 60, 2)]):
        made = long.of_raters(order)
        place = {rater: number for number, rater in enumerate(order)}
        expected = sorted(
            (unit, place[rater], code)
            for unit, rater, code in zip(units.tolist(), raters.tolist(), values.tolist(), strict=True)
            if rater in place
        )
        assert list(zip(made.unit.tolist(), made.rater.tolist(), made.code.tolist(), strict=True)) == expected


def test_the_most_units_of_all_rows() -> None:
    """Frequencies add up to the largest number of 32 bits, and no more."""
    assert Ratings.from_matrix([[1, 2]], times=[2**31 - 1]).n_units == 2**31 - 1
    assert problems(lambda: Ratings.from_matrix([[1, 2], [1, 1]], times=[2**31 - 1, 1])) == [
        ("ratings.times", "times")
    ]
