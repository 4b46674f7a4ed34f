"""The checks across columns, and how ratings are laid out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ilr.base.errors import Checker, InvalidInput
from ilr.stats import _layout
from ilr.stats._coding import Coded, Column

NAN = math.nan
MOST = 2**31 - 1
LAYOUT: Any = _layout
TIMES = (
    "[ratings.times] times: holds what is no frequency (expected whole numbers from 1, together at most "
    "2147483647). Hint: leave out what stands for no unit; a weight that is no whole number is not a frequency"
)
COUNTS = (
    "[ratings.table] counts: holds an entry that is no count (expected whole numbers from 0, together at most "
    "2147483647)."
)
SQUARE = "[ratings.table] counts: is not a square table."


def told(check: Checker) -> list[str]:
    """Everything that a checker noted."""
    return [str(problem) for problem in check.problems]


@pytest.mark.parametrize(
    "rows", [np.array([[1, 2, 3], [4, 5, 6]]), pd.DataFrame([[1, 2, 3], [4, 5, 6]]), [[1, 2, 3], (4, 5, 6)]]
)
def test_entries_of_a_table(rows: Any) -> None:
    """Arrays, frames and lists of rows are read row by row."""
    check = Checker("test")
    entries, n_units, n_raters = LAYOUT.matrix_entries(rows, check)
    assert (entries.tolist(), n_units, n_raters) == ([1, 2, 3, 4, 5, 6], 2, 3)
    assert told(check) == []


def test_entries_of_an_empty_table() -> None:
    """Without a row there is nothing, and nothing wrong."""
    check = Checker("test")
    assert LAYOUT.matrix_entries([], check)[1:] == (0, 0)
    assert told(check) == []


def test_rows_of_several_lengths() -> None:
    """Every row of another length than the first is told, as far as one message goes."""
    check = Checker("test")
    LAYOUT.matrix_entries([[1, 2], [1], [1, 2], [1, 2, 3]], check)
    assert told(check) == [
        f"[ratings.shape] rows[{place}]: differs in length from the first row." for place in (1, 3)
    ]
    many = Checker("test")
    LAYOUT.matrix_entries([[1], *[[1, 2]] * 30], many)
    assert [problem.path for problem in many.problems] == [f"rows[{place}]" for place in range(1, 21)]


def test_what_is_no_table() -> None:
    """An array of one dimension is refused."""
    check = Checker("test")
    assert LAYOUT.matrix_entries(np.array([1, 2]), check)[1:] == (0, 0)
    assert told(check) == ["[ratings.shape] rows: is not a table (expected units x raters)."]


def test_clusters_of_units() -> None:
    """Clusters are numbered in the order of their labels, one for each unit."""
    check = Checker("test")
    assert LAYOUT.unit_clusters(None, 3, check) == (None, ())
    numbers, labels = LAYOUT.unit_clusters(["b", "a", "b"], 3, check)
    assert [labels[number] for number in numbers] == ["b", "a", "b"]
    assert told(check) == []
    LAYOUT.unit_clusters(["b", None, "b"], 2, check)
    assert told(check) == [
        "[ratings.label] cluster[1]: is empty.",
        "[ratings.length] cluster: does not name one cluster per unit (expected 2 labels).",
    ]


def test_labels_that_are_empty() -> None:
    """As many empty labels are told as one message goes."""
    check = Checker("test")
    numbers, labels = LAYOUT.numbered(Column(np.array([None] * 30 + ["a"], dtype=object)), "unit", check)
    assert (numbers[-1], labels) == (0, ("a",))
    assert [problem.path for problem in check.problems] == [f"unit[{place}]" for place in range(20)]


@pytest.mark.parametrize(
    "times",
    [
        [3, 1, 2],
        np.array([3.0, 1.0, 2.0]),
        np.array([3, 1.0, np.int64(2)], dtype=object),
        np.array([3, 1, 2], dtype=np.uint8),
        [MOST - 2, 1, 1],
    ],
)
def test_frequencies(times: Any) -> None:
    """Whole numbers of any type are frequencies, up to what memory can count."""
    check = Checker("test")
    found = LAYOUT.unit_times(times, 3, check)
    assert found.dtype == np.int64
    assert found.tolist() == list(times)
    assert told(check) == []


@pytest.mark.parametrize(
    "times",
    [[3, 0, 1], [1.5, 1, 1], [1, NAN, 1], ["3", "1", "1"], [True, True, True], [MOST - 1, 1, 1], [2**62] * 3],
)
def test_what_is_no_frequency(times: Any) -> None:
    """Zero, parts of a unit, text, and more units than can be counted are refused."""
    check = Checker("test")
    assert LAYOUT.unit_times(np.asarray(times), 3, check) is None
    assert told(check) == [TIMES]


def test_frequencies_of_other_units() -> None:
    """There is one frequency for each unit, and none without."""
    check = Checker("test")
    assert LAYOUT.unit_times(None, 2, check) is None
    assert told(check) == []
    assert LAYOUT.unit_times([1, 2, 3], 2, check) is None
    assert told(check) == [
        "[ratings.length] times: does not give one frequency per unit (expected 2 whole numbers)."
    ]


def test_what_belongs_to_a_unit() -> None:
    """What is given with every rating of a unit must be the same at each."""
    check = Checker("test")
    unit = np.array([2, 0, 2, 0], dtype=np.int32)
    found = LAYOUT.per_unit(unit, np.array([7, 5, 7, 5]), 3, check, "a.code", "differs")
    assert found.tolist() == [5, 0, 7]
    assert told(check) == []
    LAYOUT.per_unit(unit, np.array([7, 5, 7, 6]), 3, check, "a.code", "differs")
    assert told(check) == ["[a.code] rows[1]: differs."]
    many = Checker("test")
    LAYOUT.per_unit(np.zeros(30, dtype=np.int32), np.arange(30), 1, many, "a.code", "differs")
    assert [problem.path for problem in many.problems] == [f"rows[{place}]" for place in range(20)]


@pytest.mark.parametrize("counts", [[[3, 0], [1, 2]], [[3.0, 1.0], [0.0, 2.0]], [[MOST]], [[0]]])
def test_table_of_counts(counts: Any) -> None:
    """A square table of whole numbers is taken as it is."""
    check = Checker("test")
    assert LAYOUT.count_table(counts, check).tolist() == counts
    assert told(check) == []


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([1, 2], [SQUARE]),
        ([[1, 2]], [SQUARE]),
        (np.zeros((0, 0)), [SQUARE]),
        (np.zeros((2, 2, 2)), [SQUARE]),
        ([[1, -1], [0, 2]], [COUNTS]),
        ([[1, 0.5], [0, 2]], [COUNTS]),
        ([["1", "2"], ["3", "4"]], [COUNTS]),
        ([[MOST, 1], [0, 0]], [COUNTS]),
        ([[2**62, 2**62], [2**62, 0]], [COUNTS]),
        ([[1.5, 2]], [SQUARE, COUNTS]),
    ],
)
def test_what_is_no_table_of_counts(counts: Any, expected: list[str]) -> None:
    """Another shape and other entries are refused, both at once."""
    check = Checker("test")
    LAYOUT.count_table(counts, check)
    assert told(check) == expected


def test_continuous_scores_have_no_categories() -> None:
    """Numbers and ranks behind categories are refused for continuous scores."""
    check = Checker("test")
    LAYOUT.no_categories({"values": None, "ranks": [1, 2]}, check)
    assert told(check) == ["[ratings.continuous] ranks: cannot be given for continuous scores."]


def test_what_is_answered() -> None:
    """A code from zero and a score that is a number are ratings."""
    assert LAYOUT.answered(np.array([-2, -1, 0, 1])).tolist() == [False, False, True, True]
    assert LAYOUT.answered(np.array([-1.0, NAN, 0.0])).tolist() == [True, False, True]


@pytest.mark.parametrize("frame", [{"a": [1], "b": [2]}, pd.DataFrame({"a": [1], "b": [2]})])
def test_names_of_columns(frame: Any) -> None:
    """Frames and mappings of columns tell their names."""
    assert LAYOUT.column_names(frame, Checker("test")) == ["a", "b"]


def test_what_is_no_frame() -> None:
    """Anything else is refused at once, and so is a query that has not been run."""
    for frame in ([1, 2], pl.LazyFrame({"a": [1]})):
        with pytest.raises(InvalidInput) as caught:
            LAYOUT.column_names(frame, Checker("test"))
        assert [problem.code for problem in caught.value.problems] == ["ratings.frame"]


def coded(*categories: Any) -> Coded:
    """No ratings of these categories."""
    return Coded(np.zeros(0, dtype=np.int16), categories, {}, inferred=False, ordered=True)


@pytest.mark.parametrize(
    ("categories", "values", "expected"),
    [
        ((2, 4, 8), None, [2, 4, 8]),
        (("low", "high"), None, [1, 2]),
        ((2, "high"), None, [1, 2]),
        ((2, 4), [0, 10], [0, 10]),
    ],
)
def test_numbers_behind_categories(categories: Any, values: Any, expected: Any) -> None:
    """Numbers stand for themselves, other labels for their place, unless values are given; ranks are places."""
    check = Checker("test")
    numbers, ranks = LAYOUT.category_scale(coded(*categories), True, values, None, check)
    assert (numbers.tolist(), ranks.tolist()) == (expected, list(range(1, len(categories) + 1)))
    assert numbers.dtype == ranks.dtype == np.float64
    assert told(check) == []
    given = LAYOUT.category_scale(coded(*categories), True, None, [5.0] * len(categories), check)[1]
    assert given.tolist() == [5.0] * len(categories)


def test_numbers_that_do_not_fit() -> None:
    """Numbers of undeclared categories, too few and infinite ones are refused."""
    check = Checker("test")
    LAYOUT.category_scale(coded(1, 2), False, [1.0], [1.0, math.inf], check)
    needs = "needs declared categories. Hint: declare the categories in their order"
    lacks = "does not give one finite number per category (expected 2 numbers)."
    assert told(check) == [
        f"[ratings.scale] {path}: {what}" for path in ("values", "ranks") for what in (needs, lacks)
    ]


def arranged(cells: Sequence[tuple[int, int, float]], n_units: int, n_raters: int, check: Checker) -> Any:
    """Ratings laid out, where each came from the row of its place and one."""
    unit, rater, code = (np.array(part) for part in zip(*cells, strict=True))
    places = np.arange(1, len(cells) + 1)
    return LAYOUT.arrange(
        unit.astype(np.int32), rater.astype(np.int32), code, n_units, n_raters, places, check, "rows"
    )


@pytest.mark.parametrize(("code", "empty"), [(2, -1), (2.5, NAN)])
def test_a_filled_table_is_a_grid(code: Any, empty: Any) -> None:
    """A small table is a grid with the type of its ratings; one that is too empty is long columns."""
    check = Checker("test")
    cells = [(place, place % 7, code) for place in range(10)]
    grid, long = arranged(cells, 13, 8, check)
    assert long is None
    assert grid.dtype == np.asarray(code).dtype
    expected = np.full((8, 13), empty)
    for unit, rater, one in cells:
        expected[rater, unit] = one
    assert np.array_equal(grid, expected, equal_nan=True)
    none, columns = arranged(cells, 15, 7, check)
    assert none is None
    assert [part.tolist() for part in columns] == [list(part) for part in zip(*cells, strict=True)]
    assert told(check) == []


def test_room_of_a_grid_grows_with_the_ratings() -> None:
    """A large table is a grid where a quarter of it is filled."""
    cells = [(unit, rater, 1) for unit in range(40) for rater in range(10)]
    assert arranged(cells, 52, 32, Checker("test"))[0] is not None
    assert arranged(cells, 45, 37, Checker("test"))[0] is None


def test_long_columns_are_sorted() -> None:
    """Long columns come by unit and within it by rater."""
    cells = [(5, 30, 1), (5, 2, 0), (90, 0, 3), (0, 99, 2)]
    columns = arranged(cells, 100, 100, Checker("test"))[1]
    assert [tuple(part.tolist()) for part in columns] == [(0, 5, 5, 90), (99, 2, 30, 0), (2, 0, 1, 3)]


def test_places_beyond_the_precision_of_floats() -> None:
    """Neighbouring raters of one of very many units are told apart."""
    check = Checker("test")
    cells = [(MOST - 1, MOST - 1, 1), (MOST - 1, MOST - 2, 0)]
    columns = arranged(cells, MOST, MOST, check)[1]
    assert columns[1].tolist() == [MOST - 2, MOST - 1]
    assert told(check) == []


def test_ratings_that_are_repeated() -> None:
    """A second rating of a unit by a rater is told with its row and that of the first."""
    check = Checker("test")
    arranged([(0, 1, 2), (1, 0, 1), (0, 1, 3), (0, 0, 1)], 2, 2, check)
    assert told(check) == ["[ratings.duplicate] rows[3]: repeats unit and rater of rows[1]."]
    many = Checker("test")
    arranged([(unit, 0, 1) for unit in range(30)] * 2, 30, 1, many)
    assert [problem.path for problem in many.problems] == [f"rows[{place}]" for place in range(31, 51)]


def test_no_ratings_at_all() -> None:
    """Without a rater or a rating the grid is empty."""
    empty = np.zeros(0, dtype=np.int32)
    places = np.zeros(0, dtype=np.int64)
    grid, long = LAYOUT.arrange(empty, empty, empty, 3, 0, places, Checker("test"), "rows")
    assert (grid.shape, long) == ((0, 3), None)
    beyond = LAYOUT.arrange(empty, empty, empty, 13, 5, places, Checker("test"), "rows")[1]
    assert [len(part) for part in beyond] == [0, 0, 0]
