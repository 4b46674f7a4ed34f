"""The ways into ratings, and what they refuse."""

from __future__ import annotations

import enum
import math
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Ratings, agreement


def problems(build: Any) -> list[tuple[str, str]]:
    """Code and path of every problem that a construction reports."""
    with pytest.raises(InvalidInput) as found:
        build()
    return [(problem.code, problem.path) for problem in found.value.problems]


def triples(r: Ratings) -> list[tuple[int, int, object]]:
    """Unit, rater and category of every answered rating."""
    return sorted((int(u), int(j), r.categories[c]) for u, j, c in zip(r.unit, r.rater, r.code, strict=True))


def test_matrix() -> None:
    """A table of rows becomes one rating per filled cell."""
    r = Ratings.from_matrix([[1, 2], [3, None], [float("nan"), 3]], categories=[1, 2, 3, 4])
    assert triples(r) == [(0, 0, 1), (0, 1, 2), (1, 0, 3), (2, 1, 3)]
    assert (r.n_units, r.n_raters, r.n_ratings, r.q) == (3, 2, 4, 4)
    assert r.missing == {"unanswered": 2}
    assert r.values.tolist() == [1, 2, 3, 4]
    assert r.ranks.tolist() == [1, 2, 3, 4]
    assert r.raters == (0, 1)
    assert not r.inferred
    assert r.ordered
    assert not r.tabulated
    assert r.cluster is None
    assert r.n_clusters == 0
    assert repr(r) == "Ratings(3 units, 2 raters, 4 ratings, 4 categories)"


@pytest.mark.parametrize(
    "dtype", [np.int8, np.uint16, np.int64, np.uint64, np.float32, np.float64, object, str]
)
def test_every_type_of_array_is_coded_alike(dtype: Any) -> None:
    """Integers, floats, objects and text give the same codes."""
    rows = np.array([[3, 1], [2, 5], [5, 5]])
    r = Ratings.from_matrix(rows.astype(dtype))
    assert [str(category) for category in r.categories] == ["1", "2", "3", "5"]
    assert r.code.tolist() == [2, 0, 1, 3, 3, 3]
    assert r.inferred
    assert r.missing == {}


@pytest.mark.parametrize(
    ("low", "step"), [(-5, 1), (1000, 3), (-(2**40), 2**36), (2**62, 1), (0, 2000), (7, 40)]
)
def test_far_and_wide_integers(low: int, step: int) -> None:
    """Codes do not depend on where the numbers lie nor on how far apart they are."""
    rows = low + step * np.array([[0, 1], [3, 0], [1, 1]])
    assert Ratings.from_matrix(rows).code.tolist() == [0, 1, 2, 0, 1, 1]
    assert Ratings.from_matrix(rows).categories == (low, low + step, low + 3 * step)


def test_floats_with_gaps() -> None:
    """Whole floats with NaN become whole categories, broken ones stay, an empty table has none."""
    nan = float("nan")
    r = Ratings.from_matrix(np.array([[nan, 2.0], [4.0, nan]]))
    assert r.categories == (2, 4)
    assert r.code.tolist() == [0, 1]
    half = Ratings.from_matrix(np.array([[1.5, nan], [2.0, 1.5]]))
    assert half.categories == (1.5, 2.0)
    assert half.code.tolist() == [0, 1, 0]
    assert half.missing == {"unanswered": 1}
    empty = Ratings.from_matrix(np.full((2, 2), nan))
    assert (empty.q, empty.n_ratings) == (0, 0)
    assert empty.missing == {"unanswered": 4}
    wide = Ratings.from_matrix(np.array([[0.0, 1e6], [nan, 1e12]]))
    assert wide.categories == (0.0, 1e6, 1e12)
    far = Ratings.from_matrix(np.array([[1.0, 1e300]]))
    assert far.categories == (1.0, 1e300)


def test_no_rows() -> None:
    """A table without rows holds no unit and no rating."""
    tables: list[Any] = [[], np.zeros((0, 3)), np.zeros((0, 3), dtype=int)]
    for rows in tables:
        r = Ratings.from_matrix(rows)
        assert (r.n_units, r.n_ratings, r.q) == (0, 0, 0)
        assert r.patterns.n_units == 0
    assert Ratings.from_long([], [], []).n_ratings == 0
    assert Ratings.from_long([], [], [], cluster=[]).patterns.n_clusters == 0
    clusters: list[Any] = [None, []]
    for cluster in clusters:
        many = Ratings.from_codes([], [], [], n_units=0, n_raters=50, categories=[1, 2], cluster=cluster)
        assert (many.patterns.n_units, many.patterns.n_clusters) == (0, 0)


def test_booleans_and_texts() -> None:
    """Yes-or-no answers are numbers, texts are categories without an order."""
    r = Ratings.from_matrix(np.array([[True, False], [True, True]]))
    assert r.categories == (False, True)
    assert r.values.tolist() == [0, 1]
    assert r.ordered
    lone = Ratings.from_matrix(np.array([[True, True]]))
    assert lone.categories == (True,)
    text = Ratings.from_matrix([["b", float("nan")], ["a", None]])
    assert text.categories == ("a", "b")
    assert text.values.tolist() == [1, 2]
    assert not text.ordered
    declared = Ratings.from_matrix([["b", "a"]], categories=["low", "b", "a"])
    assert declared.ordered
    assert declared.code.tolist() == [1, 2]


def test_declared_order_and_numbers() -> None:
    """Categories keep the declared order, values and ranks the given numbers."""
    r = Ratings.from_matrix([["c", "a"]], ["c", "b", "a"], values=[0, 0.5, 2], ranks=[1, 1.5, 2])
    assert r.code.tolist() == [0, 2]
    assert r.values.tolist() == [0, 0.5, 2]
    assert r.ranks.tolist() == [1, 1.5, 2]
    plain = Ratings.from_matrix([[np.int64(2), 1]], categories=np.array([2, 1]))
    assert plain.categories == (2, 1)
    assert all(type(category) is int for category in plain.categories)


def test_an_enum_declares_categories() -> None:
    """The members of an enum are an ordered domain."""

    class Level(enum.Enum):
        BEGINNING = "b"
        SECURE = "s"

    r = Ratings.from_matrix([[Level.SECURE, Level.BEGINNING]], categories=Level)
    assert r.categories == (Level.BEGINNING, Level.SECURE)
    assert r.code.tolist() == [1, 0]
    assert r.ordered


def test_missing_by_kind() -> None:
    """The host's codes for missing are counted by kind and are no categories."""
    kinds = {"NA": "not applicable", "NO": "not observed", "-": "not applicable"}
    r = Ratings.from_matrix([["a", "NA"], ["NO", None], ["-", "b"]], missing=kinds)
    assert r.categories == ("a", "b")
    assert r.missing == {"not applicable": 2, "not observed": 1, "unanswered": 1}
    numbers = Ratings.from_matrix(
        np.array([[1, -9], [2, -9], [-8, 4]]), missing={-9: "not observed", -8: "unanswered"}
    )
    assert numbers.missing == {"not observed": 2, "unanswered": 1}
    assert numbers.code.tolist() == [0, 1, 2]
    foreign = Ratings.from_matrix([[pd.NA, "a"], [pd.NaT, "a"]])
    assert foreign.missing == {"unanswered": 2}


def test_arrays_are_read_only() -> None:
    """No array of a rating can be written to, not even after a journey through pickle."""
    for made in (
        Ratings.from_matrix([[1, 2], [2, None]], cluster=["x", "y"]),
        Ratings.from_long(range(50), range(50), [1, 2] * 25, cluster=[0] * 50),
    ):
        for r in (made, pickle.loads(pickle.dumps(made))):
            assert triples(r) == triples(made)
            assert r.cluster is not None
            for array in (r.values, r.ranks, r.unit, r.rater, r.code, r.cluster):
                with pytest.raises(ValueError, match="read-only"):
                    array[0] = 1


def test_the_caller_keeps_his_arrays() -> None:
    """Ratings copy what they are given, and leave it writeable."""
    rows, cluster = np.array([[1, 2], [2, 2]]), np.array([0, 1], dtype=np.int32)
    values, unit = np.array([1.0, 2.0]), np.array([0, 1], dtype=np.int32)
    r = Ratings.from_matrix(rows, [1, 2], values=values, cluster=cluster)
    codes = Ratings.from_codes(
        unit,
        unit,
        unit.astype(np.int16),
        n_units=2,
        n_raters=2,
        categories=[1, 2],
        cluster=cluster,
        values=values,
    )
    for array in (rows, cluster, values, unit):
        array[0] = 7
    for made in (r, codes):
        assert made.values.tolist() == [1, 2]
        assert made.cluster is not None
        assert made.cluster.tolist() == [0, 1]
    assert r.code.tolist() == [0, 1, 1, 1]
    assert codes.unit.tolist() == [0, 1]


def test_long_is_the_matrix() -> None:
    """Ratings in long form, in any order, are those of the matrix."""
    rows: list[list[int | None]] = [[1, 2, None], [3, 1, 2], [None, None, 3]]
    cells = [(u, j, x) for u, row in enumerate(rows) for j, x in enumerate(row)]
    cells.reverse()
    units, raters, values = zip(*cells, strict=True)
    long = Ratings.from_long(units, raters, values, categories=[1, 2, 3])
    matrix = Ratings.from_matrix(rows, categories=[1, 2, 3])
    assert long.missing == matrix.missing == {"unanswered": 3}
    assert agreement.gwet_ac(long) == agreement.gwet_ac(matrix)
    assert triples(long) == triples(matrix)


def test_sparse_long_ratings() -> None:
    """With many raters who each rate little nothing but the layout changes."""
    rng = np.random.default_rng(4)
    unit, rater = np.divmod(rng.choice(100 * 90, size=400, replace=False), 90)
    level = rng.integers(1, 4, size=400)
    r = Ratings.from_long(unit, rater, level)
    assert r._grid is None
    full = np.full((100, 90), np.nan)
    full[unit, rater] = level
    matrix = Ratings.from_matrix(full)
    assert matrix._long is None
    rated = np.unique(unit)
    assert [(u, r.raters[j], x) for u, j, x in triples(r)] == [
        (int(np.searchsorted(rated, u)), j, x)
        for u, j, x in sorted(zip(unit.tolist(), rater.tolist(), level.tolist(), strict=True))
    ]
    sparse, dense = (agreement.krippendorff_alpha(made, "ordinal") for made in (r, matrix))
    assert sparse.value == pytest.approx(dense.value)
    assert sparse.standard_error == pytest.approx(dense.standard_error)
    assert (sparse.n["units"], sparse.n["pairable"]) == (dense.n["units"], dense.n["pairable"])


@pytest.mark.parametrize("backend", ["mapping", "pandas", "polars", "arrow"])
def test_frames(backend: str) -> None:
    """Every kind of frame gives the same ratings."""
    columns = {
        "teacher": ["t1", "t1", "t2", "t1", "t1"],
        "visit": [1, 1, 1, 2, 2],
        "observer": ["a", "b", "a", "a", "b"],
        "level": [3, 2, None, 1, 1],
    }
    frames: dict[str, Any] = {
        "mapping": columns,
        "pandas": pd.DataFrame(columns),
        "polars": pl.DataFrame(columns),
        "arrow": pa.table(columns),
    }
    r = Ratings.from_frame(
        frames[backend],
        unit=["teacher", "visit"],
        rater="observer",
        value="level",
        categories=[1, 2, 3],
        cluster="teacher",
    )
    assert (r.n_units, r.raters, r.n_clusters) == (3, ("a", "b"), 2)
    assert triples(r) == [(0, 0, 3), (0, 1, 2), (1, 0, 1), (1, 1, 1)]
    assert r.cluster is not None
    assert r.cluster.tolist() == [0, 0, 1]
    assert r.missing == {"unanswered": 1}


@pytest.mark.parametrize("backend", ["pandas", "polars"])
def test_a_frame_declares_its_categories(backend: str) -> None:
    """An ordered categorical or an enum column brings its domain, used or not."""
    domain, levels = ["low", "mid", "high"], ["high", "low", None]
    frames: dict[str, Any] = {
        "pandas": lambda: pd.DataFrame({"level": pd.Categorical(levels, domain, ordered=True)}),
        "polars": lambda: pl.DataFrame({"level": pl.Series(levels, dtype=pl.Enum(domain))}),
    }
    frame = frames[backend]()
    frame = (
        frame.assign(u=[1, 1, 2], o=["a", "b", "a"])
        if backend == "pandas"
        else frame.with_columns(u=pl.Series([1, 1, 2]), o=pl.Series(["a", "b", "a"]))
    )
    r = Ratings.from_frame(frame, unit="u", rater="o", value="level")
    assert r.categories == ("low", "mid", "high")
    assert (r.ordered, r.inferred) == (True, False)
    assert r.missing == {"unanswered": 1}
    given = Ratings.from_frame(frame, unit="u", rater="o", value="level", categories=["high", "low"])
    assert given.categories == ("high", "low")


def test_a_frame_of_text() -> None:
    """Text columns with gaps, and text without any, are read as they are."""
    frame = pd.DataFrame({"u": ["x", "x", "y"], "o": ["a", "b", "a"], "v": ["p", None, "q"]})
    r = Ratings.from_frame(frame, unit="u", rater="o", value="v")
    assert r.categories == ("p", "q")
    assert not r.ordered
    assert r.missing == {"unanswered": 1}


def test_table_of_counts() -> None:
    """A contingency table is a row for each filled cell, that stands for as many units as it counts."""
    r = Ratings.from_table([[2, 1], [0, 3]], categories=["yes", "no"])
    assert triples(r) == [
        (0, 0, "yes"),
        (0, 1, "yes"),
        (1, 0, "yes"),
        (1, 1, "no"),
        (2, 0, "no"),
        (2, 1, "no"),
    ]
    assert r.times is not None
    assert r.times.tolist() == [2, 1, 3]
    assert (r.n_units, r.n_rows, r.n_ratings) == (6, 3, 12)
    assert r.tabulated
    assert not r.inferred
    plain = Ratings.from_table(np.array([[2.0, 1.0], [0.0, 3.0]]), values=[0, 10], ranks=[1, 3])
    assert plain.categories == (1, 2)
    assert plain.inferred
    assert plain.ordered
    assert plain.values.tolist() == [0, 10]
    assert plain.ranks.tolist() == [1, 3]


def test_codes() -> None:
    """Coded ratings come in as they are; negative codes are missing."""
    r = Ratings.from_codes(
        [1, 0, 1],
        [0, 1, 1],
        [2, 0, -1],
        n_units=3,
        n_raters=2,
        categories="abc",
        raters=["p", "q"],
        cluster=[4, 4, 0],
    )
    assert triples(r) == [(0, 1, "a"), (1, 0, "c")]
    assert r.raters == ("p", "q")
    assert r.missing == {"unanswered": 1}
    assert r.clusters == (0, 4)
    assert r.cluster is not None
    assert r.cluster.tolist() == [1, 1, 0]
    assert r.patterns.n_clusters == 1
    counted = Ratings.from_codes(
        [], [], [], n_units=0, n_raters=0, categories=[1], missing={"not observed": 3, "unanswered": 0}
    )
    assert counted.missing == {"not observed": 3}
    assert counted.raters == ()
    many = Ratings.from_codes(range(50), range(50), [0] * 50, n_units=50, n_raters=50, categories=[1, 2])
    assert many._grid is None
    assert many.n_ratings == 50


def test_codes_are_checked() -> None:
    """Everything wrong with coded ratings is listed at once."""
    found = problems(
        lambda: Ratings.from_codes(
            [0, 5],
            [-1, 0],
            [0, 3, 1],
            n_units=2,
            n_raters=2,
            categories=[1, 2],
            raters=["a", "a"],
            missing={"lost": 1},
            cluster=[0],
            values=[1],
            ranks=[1, float("inf")],
        )
    )
    assert found == [
        ("ratings.length", ""),
        ("ratings.code", "unit"),
        ("ratings.code", "rater"),
        ("ratings.code", "code"),
        ("ratings.raters", "raters"),
        ("ratings.missing", "missing"),
        ("ratings.cluster", "cluster"),
        ("ratings.scale", "values"),
        ("ratings.scale", "ranks"),
    ]
    twice = problems(
        lambda: Ratings.from_codes([0, 0, 0], [1, 0, 1], [0, -1, 1], n_units=1, n_raters=2, categories=[1, 2])
    )
    assert twice == [("ratings.duplicate", "unit[2]")]
    shape = problems(lambda: Ratings.from_codes([[0]], [0.0], [0], n_units=1, n_raters=1, categories=[1]))
    assert shape == [("ratings.code", "unit"), ("ratings.code", "rater")]
    limits = problems(
        lambda: Ratings.from_codes([0], [0], [0], n_units=1, n_raters=1, categories=[1], cluster=[-1])
    )
    assert limits == [("ratings.cluster", "cluster")]


def test_unknown_categories_are_placed_not_named() -> None:
    """A cell outside the domain is told by its place, never by its value."""
    with pytest.raises(InvalidInput) as found:
        Ratings.from_matrix([["a", "Jane"], ["b", "Doe"]], categories=["a", "b"])
    assert [problem.path for problem in found.value.problems] == ["rows[0][1]", "rows[1][1]"]
    assert found.value.problems[0].expected == "a, b"
    assert "Jane" not in str(found.value)
    assert "Doe" not in str(found.value)


def test_many_problems_are_cut() -> None:
    """More than twenty wrong cells are summed up in one line, twenty are not."""
    wrong = problems(lambda: Ratings.from_long(range(25), [0] * 25, [9] * 25, categories=[1]))
    assert wrong == [
        *(("ratings.category", f"rows[{place}]") for place in range(20)),
        ("ratings.category", ""),
    ]
    assert len(problems(lambda: Ratings.from_long(range(20), [0] * 20, [9] * 20, categories=[1]))) == 20
    with pytest.raises(InvalidInput, match=r"5 more ratings"):
        Ratings.from_long(range(25), [0] * 25, [9] * 25, categories=[1])
    twice = problems(lambda: Ratings.from_long([0] * 30, [0] * 30, [1] * 30))
    assert twice == [("ratings.duplicate", f"rows[{place}]") for place in range(1, 21)]
    split = problems(lambda: Ratings.from_long([0] * 30, range(30), [1] * 30, cluster=range(30)))
    assert len(split) == 20
    empty = problems(lambda: Ratings.from_long([None] * 30, range(30), [1] * 30))
    assert empty == [("ratings.label", f"units[{place}]") for place in range(20)]
    ragged = problems(lambda: Ratings.from_matrix([[1, 2], *[[1]] * 30]))
    assert ragged == [("ratings.shape", f"rows[{place}]") for place in range(1, 21)]


def test_everything_wrong_at_once() -> None:
    """Lengths, categories, kinds and labels are all reported together."""
    found = problems(
        lambda: Ratings.from_long(
            [1, None], ["a"], [1, 7], categories=[1, 1, None], missing={1: "lost"}, cluster=["x", None]
        )
    )
    assert found == [
        ("ratings.length", ""),
        ("ratings.missing", "missing"),
        ("ratings.categories", "categories"),
        ("ratings.categories", "categories"),
        ("ratings.missing", "missing"),
        ("ratings.category", "rows[1]"),
        ("ratings.label", "units[1]"),
        ("ratings.label", "cluster[1]"),
    ]


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: Ratings.from_matrix([[1, 2], [1]]), [("ratings.shape", "rows[1]")]),
        (lambda: Ratings.from_matrix(np.zeros(3)), [("ratings.shape", "rows")]),
        (lambda: Ratings.from_matrix([[1, "a"]]), [("ratings.categories", "categories")]),
        (
            lambda: Ratings.from_matrix([[1]], categories=[]),
            [("ratings.categories", "categories"), ("ratings.category", "rows[0][0]")],
        ),
        (lambda: Ratings.from_matrix([[1]], cluster=[1, 2]), [("ratings.length", "cluster")]),
        (lambda: Ratings.from_matrix([[1]], cluster=[None]), [("ratings.label", "cluster[0]")]),
        (lambda: Ratings.from_matrix([[1]], values=[1]), [("ratings.scale", "values")]),
        (lambda: Ratings.from_matrix([[1]], ranks=[1]), [("ratings.scale", "ranks")]),
        (lambda: Ratings.from_matrix([[1]], [1, float("inf")]), [("ratings.scale", "values")]),
        (lambda: Ratings.from_table([[1, 2]]), [("ratings.table", "counts")]),
        (lambda: Ratings.from_table(np.zeros((0, 0))), [("ratings.table", "counts")]),
        (lambda: Ratings.from_table([[1, -1], [0, 1]]), [("ratings.table", "counts")]),
        (lambda: Ratings.from_table([[1.0, 0.5], [0.0, 1.0]]), [("ratings.table", "counts")]),
        (lambda: Ratings.from_table(np.array([["a", "b"], ["c", "d"]])), [("ratings.table", "counts")]),
        (lambda: Ratings.from_table([[1, 1], [0, 1]], ["a"]), [("ratings.categories", "categories")]),
        (lambda: Ratings.from_table([[1, 1], [0, 1]], ["a", "a"]), [("ratings.categories", "categories")]),
        (lambda: Ratings.from_frame(3, unit="u", rater="r", value="v"), [("ratings.frame", "frame")]),
        (
            lambda: Ratings.from_frame({"u": [1]}, unit=["u", "w"], rater="r", value="v", cluster="c"),
            [
                ("ratings.column", "rater"),
                ("ratings.column", "value"),
                ("ratings.column", "cluster"),
                ("ratings.column", "unit[1]"),
            ],
        ),
        (lambda: Ratings.from_frame({"u": [1]}, unit=[], rater="u", value="u"), [("ratings.column", "unit")]),
        (
            lambda: Ratings.from_long([0, 0], [0, 1], [1, 1], cluster=["x", "y"]),
            [("ratings.cluster", "rows[0]")],
        ),
        (lambda: Ratings.from_long([0, 0, 0], [1, 0, 1], [1, None, 2]), [("ratings.duplicate", "rows[2]")]),
    ],
)
def test_what_is_refused(build: Any, expected: list[tuple[str, str]]) -> None:
    """Each broken input is refused with its code and place."""
    assert problems(build) == expected


def test_too_many_categories() -> None:
    """Categories have to fit a small integer code."""
    assert problems(lambda: Ratings.from_matrix([[1]], categories=range(32_001))) == [
        ("ratings.categories", "categories")
    ]
    assert problems(lambda: Ratings.from_matrix(np.arange(32_001)[:, None])) == [
        ("ratings.categories", "categories")
    ]
    assert Ratings.from_matrix(np.arange(32_000)[:, None]).code[-1] == 31_999


def test_without_a_rater() -> None:
    """Leaving out a rater leaves units and categories as they were."""
    rows = [[1, 2, 3], [2, None, 1], [None, 3, None]]
    r = Ratings.from_matrix(rows, categories=[1, 2, 3])
    fewer = r.without_rater(1)
    assert (fewer.n_units, fewer.raters, fewer.categories) == (3, (0, 2), (1, 2, 3))
    assert triples(fewer) == [(0, 0, 1), (0, 1, 3), (1, 0, 2), (1, 1, 1)]
    assert (fewer.n_ratings, r.n_ratings) == (4, 6)
    sparse = Ratings.from_long(range(50), [f"r{n:02}" for n in range(50)], [1, 2] * 25)
    assert sparse._grid is None
    less = sparse.without_rater("r07")
    assert less.raters == (*sparse.raters[:7], *sparse.raters[8:])
    assert triples(less) == [(u, j - (j > 7), x) for u, j, x in triples(sparse) if j != 7]
    assert problems(lambda: r.without_rater("x")) == [("ratings.rater", "rater")]


def test_patterns() -> None:
    """Units with the same counts share a pattern, whoever gave the ratings."""
    rows = [[1, 2], [2, 1], [None, None], [3, 3], [1, None]]
    r = Ratings.from_matrix(rows, categories=[1, 2, 3], cluster=["a", "b", "b", "b", "a"])
    table = r.patterns
    found = {
        tuple(counts): times
        for counts, times in zip(table.counts.tolist(), table.times.tolist(), strict=True)
    }
    assert found == {(1, 1, 0): 2, (0, 0, 2): 1, (1, 0, 0): 1}
    assert table.n_units == 4
    assert table.n_clusters == 2
    assert table.cells is not None
    cells = {
        (int(cluster), tuple(table.counts[pattern].tolist())): times
        for cluster, pattern, times in zip(*table.cells, strict=True)
    }
    assert cells == {(0, (1, 1, 0)): 1, (1, (1, 1, 0)): 1, (1, (0, 0, 2)): 1, (0, (1, 0, 0)): 1}


def test_patterns_of_long_vectors() -> None:
    """Many raters, many categories and many units take another way to the same table."""
    rng = np.random.default_rng(11)
    rows = rng.integers(0, 3, size=(40, 30)).astype(float)
    rows[rng.random(rows.shape) < 0.4] = np.nan
    r = Ratings.from_matrix(rows, categories=[0, 1, 2], cluster=np.arange(40) // 4)
    expected: dict[tuple[float, ...], int] = {}
    for row in rows:
        counts = tuple(float(np.count_nonzero(row == level)) for level in range(3))
        expected[counts] = expected.get(counts, 0) + 1
    table = r.patterns
    found = dict(zip(map(tuple, table.counts.tolist()), table.times.tolist(), strict=True))
    assert found == expected
    assert table.n_clusters == 10


def test_patterns_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Working through the units block by block changes nothing."""
    rng = np.random.default_rng(12)
    unit, rater = np.divmod(rng.choice(60 * 90, size=300, replace=False), 90)
    level = rng.integers(1, 4, size=300)
    whole = agreement.fleiss_kappa(Ratings.from_long(unit, rater, level, cluster=unit // 5))
    monkeypatch.setattr("ilr.stats._patterns._BLOCK", 20)
    parts = agreement.fleiss_kappa(Ratings.from_long(unit, rater, level, cluster=unit // 5))
    assert parts.value == pytest.approx(whole.value)
    assert parts.standard_error == pytest.approx(whole.standard_error)


def test_many_columns_make_one_row_number() -> None:
    """Rows too wide for one key are numbered all the same."""
    rng = np.random.default_rng(13)
    rows = np.repeat(rng.integers(0, 1000, size=(30, 20)), 2, axis=0)
    frame: dict[str, Any] = {f"c{place}": column for place, column in enumerate(rows.T)}
    r = Ratings.from_frame(
        {**frame, "o": [0, 1] * 30, "v": [1, 2] * 30}, unit=list(frame), rater="o", value="v"
    )
    assert r.n_units == 30


def test_numbers_and_ranks_in_every_way_in() -> None:
    """Values and ranks of categories can be given with long ratings, frames and tables."""
    long = Ratings.from_long(
        [0, 0], ["a", "b"], ["x", "y"], ["x", "y"], category_values=[0, 10], ranks=[1, 1.5]
    )
    frame = Ratings.from_frame(
        {"u": [0, 0], "r": ["a", "b"], "v": ["x", "y"]},
        unit="u",
        rater="r",
        value="v",
        categories=["x", "y"],
        category_values=[0, 10],
        ranks=[1, 1.5],
    )
    for r in (long, frame):
        assert r.values.tolist() == [0, 10]
        assert r.ranks.tolist() == [1, 1.5]
    table = Ratings.from_table([[1]], [7])
    assert (table.raters, table.n_units, table.categories) == ((0, 1), 1, (7,))


def test_codes_end_below_the_number_of_categories() -> None:
    """The number of units, raters or categories itself is out of range."""
    for unit, rater, code in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        place = ("unit", "rater", "code")[(unit, rater, code).index(1)]
        found = problems(
            lambda u=unit, r=rater, c=code: Ratings.from_codes(
                [u], [r], [c], n_units=1, n_raters=1, categories=[1]
            )
        )
        assert found == [("ratings.code", place)]
    spare = Ratings.from_codes([0], [0], [0], n_units=9, n_raters=2, categories=[1])
    assert spare.n_units == 9


def test_clusters_are_counted() -> None:
    """Clusters keep their labels; there are as many as labels, and none where there is no unit."""
    one = Ratings.from_matrix([[1, 2], [2, 2]], cluster=["x", "x"])
    assert one.n_clusters == 1
    assert one.clusters == ("x",)
    assert Ratings.from_matrix([], cluster=[]).n_clusters == 0
    assert Ratings.from_matrix([[1, 2], [2, 2]], cluster=["x", "y"]).n_clusters == 2


@pytest.mark.parametrize("cluster", [[0, 10**12], [0, 2**32], [0, 2**31]])
def test_cluster_numbers_never_wrap(cluster: list[int]) -> None:
    """A cluster number that does not fit is refused, so that no two clusters become one."""
    with pytest.raises(InvalidInput, match=r"ratings\.cluster"):
        Ratings.from_codes([0, 1], [0, 0], [0, 1], n_units=2, n_raters=1, categories=[1, 2], cluster=cluster)


@pytest.mark.parametrize("entry", [math.inf, 2.0**40])
def test_a_table_of_too_many_is_refused(entry: Any) -> None:
    """Infinity and counts that no memory holds are no counts."""
    with pytest.raises(InvalidInput, match=r"ratings\.table"):
        Ratings.from_table([[entry, 1], [1, 1]])


def test_nothing_keeps_its_categories() -> None:
    """Ratings of no unit have the numbers and ranks that were declared, and scores where no categories were."""
    r = Ratings.empty(["a", "b"], values=[2, 5], ranks=[1, 4], raters=["x"])
    assert (r.values.tolist(), r.ranks.tolist(), r.raters) == ([2, 5], [1, 4], ("x",))
    assert (r.inferred, r.continuous) == (False, False)
    assert r.code.dtype == np.int16
    scores = Ratings.empty()
    assert scores.continuous
    assert scores.score.dtype == np.float64


def test_codes_keep_what_is_declared() -> None:
    """Labels of clusters and whether categories were inferred go in as they are given."""
    r = Ratings.from_codes(
        [0, 1],
        [0, 0],
        [0, 1],
        n_units=2,
        n_raters=1,
        categories=["a", "b"],
        cluster=[1, 0],
        clusters=["x", "y"],
        inferred=True,
    )
    assert (r.clusters, r.inferred) == (("x", "y"), True)
    assert r.cluster is not None
    assert r.cluster.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"raters": ["a", "b"]}, ("ratings.raters", "raters")),
        ({"clusters": ["x"]}, ("ratings.cluster", "clusters")),
        ({"cluster": [0, 0], "clusters": ["x", "x"]}, ("ratings.cluster", "clusters")),
        ({"cluster": ["p", "q"], "clusters": ["x"]}, ("ratings.cluster", "cluster")),
    ],
)
def test_labels_must_fit_the_codes(options: dict[str, Any], expected: tuple[str, str]) -> None:
    """Labels of other than all raters, and of clusters that are not there or named twice, are refused."""
    assert problems(
        lambda: Ratings.from_codes(
            [0, 1], [0, 2], [0, 0], n_units=2, n_raters=3, categories=["a", "b"], **options
        )
    ) == [expected]


def test_a_broken_table_says_nothing_of_its_categories() -> None:
    """Where a table of counts is none, its categories are not held against it."""
    assert problems(lambda: Ratings.from_table([[1, 2, 3]], ["a", "b"])) == problems(
        lambda: Ratings.from_table([[1, 2, 3]])
    )


def test_a_rating_of_nobody_is_placed() -> None:
    """An empty label of a rater is told by its row."""
    assert problems(lambda: Ratings.from_long([1, 2], ["a", None], [1, 1], [1])) == [
        ("ratings.label", "raters[1]")
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"n_rows": -1}, ("ratings.units", "n_rows")),
        ({"missing": {"unanswered": -1}}, ("ratings.missing", "missing[unanswered]")),
        ({"code": None}, ("ratings.continuous", "code")),
        ({"score": [1.0]}, ("ratings.continuous", "code")),
    ],
)
def test_a_document_that_contradicts_itself(change: dict[str, Any], expected: tuple[str, str]) -> None:
    """Numbers below zero, and codes and scores at once or neither, are refused under their own names."""
    document = Ratings.from_matrix([[1, 2]], [1, 2]).to_document()
    assert problems(lambda: Ratings.from_document(document | change)) == [expected]


def test_a_document_may_count_no_missing_rating() -> None:
    """A kind of missing rating that does not occur may stand in a document."""
    r = Ratings.from_matrix([[1, 2]], [1, 2])
    assert Ratings.from_document(r.to_document() | {"missing": {"unanswered": 0}}).n_ratings == 2


def test_labels_that_no_document_can_hold() -> None:
    """Labels of a type that no document has are refused by the field they stand in."""
    label = (1, 2)
    r = Ratings.from_matrix([[label]], [label, "x"], values=[1, 2])
    assert problems(r.to_document) == [("ratings.label", "categories")]


def test_codes_have_one_type() -> None:
    """Codes are small integers from every way in."""
    rows = {"u": [1, 1, 2], "r": ["a", "b", "a"], "v": [3, 200, 3]}
    ways = [
        Ratings.from_matrix([[3, 200], [3, None]]),
        Ratings.from_matrix(np.array([[3, 200], [3, 3]])),
        Ratings.from_matrix([["x", "y"], ["x", None]]),
        Ratings.from_frame(rows, unit="u", rater="r", value="v"),
        Ratings.from_table([[1, 2], [3, 4]]),
    ]
    assert {r.code.dtype for r in ways} == {np.dtype(np.int16)}
    assert {r.patterns.n_units for r in ways} == {2, 10}


def test_the_ends_of_small_integers() -> None:
    """Categories as far apart as a small type of integer allows are told apart."""
    r = Ratings.from_matrix(np.array([[-128, 127], [0, 127]], dtype=np.int8))
    assert r.categories == (-128, 0, 127)
    assert r.code.tolist() == [0, 2, 1, 2]


def test_flags_stay_flags() -> None:
    """Categories that are inferred from an array of flags are flags, not numbers."""
    assert [type(label) for label in Ratings.from_matrix(np.array([[True, False]])).categories] == [bool] * 2


def test_the_most_categories(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many categories as allowed are taken, declared or inferred, and no more."""
    monkeypatch.setattr("ilr.stats._coding._MOST_CATEGORIES", 3)
    assert Ratings.from_matrix([[1, 2]], [1, 2, 3]).q == Ratings.from_matrix([[1, 2], [3, 1]]).q == 3
    too_many = [("ratings.categories", "categories")]
    assert problems(lambda: Ratings.from_matrix([[1, 2]], [1, 2, 3, 4])) == too_many
    assert problems(lambda: Ratings.from_matrix([[1, 2], [3, 4]])) == too_many


@pytest.mark.parametrize("make", [list, np.array, pd.Series])
def test_the_container_of_labels_makes_no_difference(make: Any) -> None:
    """Texts are numbered as they first appear, whether they come as a list, an array or a column."""
    units, raters, levels = ["v", "u", "v"], ["b", "a", "a"], ["x", "y", "x"]
    r = Ratings.from_long(make(units), make(raters), make(levels), cluster=make(["q", "p", "q"]))
    assert (r.raters, r.clusters) == (("b", "a"), ("q", "p"))
    assert r == Ratings.from_long(units, raters, levels, cluster=["q", "p", "q"])
