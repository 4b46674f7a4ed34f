"""Counting ratings in an engine gives what loading them gives."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Ratings, agreement, tabulate

ENGINES = ["pandas", "polars", "lazy", "pyarrow", "duckdb"]


def engine(frame: pl.DataFrame, name: str) -> Any:
    """The same rows in another engine."""
    if name == "duckdb":
        return duckdb.from_arrow(frame.to_arrow())
    made: dict[str, Any] = {
        "pandas": frame.to_pandas(),
        "polars": frame,
        "lazy": frame.lazy(),
        "pyarrow": frame.to_arrow(),
    }
    return made[name]


def sample(n: int = 300) -> pl.DataFrame:
    """Ratings of three observers with gaps, a code for not observed, and schools."""
    rng = np.random.default_rng(9)
    unit = np.repeat(np.arange(n), 3)
    frame = pl.DataFrame(
        {
            "school": unit % 7,
            "visit": unit,
            "observer": np.tile(["a", "b", "c"], n),
            "level": rng.choice([1, 2, 3, 9], 3 * n),
            "district": np.array(list("pqr"))[unit % 7 % 3],
        }
    )
    level = pl.when(pl.Series(rng.random(3 * n) < 0.05)).then(None).otherwise(pl.col("level"))
    return frame.with_columns(level=level).filter(pl.Series(rng.random(3 * n) < 0.8))


def problems(build: Any) -> list[tuple[str, str, str]]:
    """Code, path and message of every problem."""
    with pytest.raises(InvalidInput) as found:
        build()
    return [(problem.code, problem.path, problem.message) for problem in found.value.problems]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("cluster", [None, "district"])
def test_counting_is_loading(name: str, cluster: str | None) -> None:
    """Counts in the engine give the units, gaps, coefficients and errors of loaded rows."""
    columns: Any = {"unit": ["school", "visit"], "rater": "observer", "value": "level", "cluster": cluster}
    options: Any = {"categories": [1, 2, 3, 4], "missing": {9: "not observed"}}
    frame = sample()
    loaded = Ratings.from_frame(frame, **columns, **options)
    counted = tabulate(engine(frame, name), **columns, **options)
    assert counted.n_rows == loaded.compressed().n_rows
    assert (counted.n_units, counted.n_ratings, counted.missing) == (
        loaded.n_units,
        loaded.n_ratings,
        loaded.missing,
    )
    assert counted.raters == ("a", "b", "c")
    assert sorted(map(str, counted.clusters)) == sorted(map(str, loaded.clusters))
    for coefficient in (agreement.gwet_ac, agreement.krippendorff_alpha, agreement.percent_agreement):
        one, two = coefficient(counted), coefficient(loaded)
        assert one.value == pytest.approx(two.value, abs=1e-12)
        assert one.standard_error == pytest.approx(two.standard_error, abs=1e-12)
        assert one.n == two.n


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    ("values", "categories", "scores"),
    [
        ([True, False, True], [False, True], [1, 0, 1]),
        ([1.5, 2.0, 1.5], [1.5, 2, "never"], [1.5, 2, 1.5]),
        (["low", "high", "low"], ["low", "high", 7], [1, 2, 1]),
    ],
)
def test_every_type_of_value(name: str, values: Any, categories: Any, scores: Any) -> None:
    """Flags, broken numbers and texts are counted; a label that the column cannot hold is of no unit."""
    frame = pl.DataFrame({"u": [0, 0, 1], "r": [1, 2, 1], "v": values})
    numbers = [0, 1] if len(categories) == 2 else ([1, 2, 3] if "low" in categories else [1.5, 2, 3])
    found = tabulate(
        engine(frame, name), unit="u", rater="r", value="v", categories=categories, category_values=numbers
    )
    assert sorted(found.score.tolist()) == sorted(scores)
    assert (found.raters, found.n_units) == ((1, 2), 2)


def test_types_of_frames() -> None:
    """Enums and categoricals are texts, NaN is missing as null is."""
    enum = pl.Enum(["low", "high"])
    frame = pl.DataFrame({"u": [0, 0], "r": ["a", "b"], "v": pl.Series(["low", "high"], dtype=enum)})
    found = tabulate(frame.lazy(), unit="u", rater="r", value="v", categories=["low", "high", "other"])
    assert found.code.tolist() == [0, 1]
    table = pd.DataFrame({"u": [0, 0], "r": pd.Categorical(["a", "b"]), "v": ["low", "high"]})
    assert tabulate(table, unit="u", rater="r", value="v", categories=["low", "high"]).raters == ("a", "b")
    holes = pl.LazyFrame({"u": [0, 0, 1], "r": ["a", "b", "a"], "v": [1.0, float("nan"), None]})
    counted = tabulate(holes, unit="u", rater="r", value="v", categories=[1], missing={9: "unanswered"})
    assert counted.missing == {"unanswered": 2}
    assert (counted.n_units, counted.n_ratings) == (2, 1)


@pytest.mark.parametrize("name", ENGINES)
def test_no_rows(name: str) -> None:
    """A frame without rows has no unit, with raters named or not."""
    frame = sample().head(0)
    columns: Any = {"unit": "visit", "rater": "observer", "value": "level", "categories": [1, 2]}
    assert tabulate(engine(frame, name), **columns) == Ratings.empty([1, 2])
    named = tabulate(engine(frame, name), **columns, raters=["a", "b"])
    assert (named.n_units, named.raters) == (0, ("a", "b"))


def test_named_raters() -> None:
    """Raters that are named stand in their order, those without a rating too."""
    frame = sample().lazy()
    found = tabulate(
        frame,
        unit="visit",
        rater="observer",
        value="level",
        categories=[1, 2, 3, 9],
        raters=["c", "x", "a", "b"],
        ranks=[1, 2, 3, 5],
    )
    assert found.raters == ("c", "x", "a", "b")
    assert 1 not in found.rater
    assert found.ranks.tolist() == [1, 2, 3, 5]


@pytest.mark.parametrize("name", ENGINES)
def test_rows_that_are_wrong(name: str) -> None:
    """Ratings outside the categories, empty labels and strangers are told by count."""
    frame = pl.DataFrame(
        {"u": [0, 0, None, 1], "r": ["a", "b", "a", "x"], "v": [1, 5, 6, 1], "c": ["p", None, "p", "p"]}
    )
    found = problems(
        lambda: tabulate(
            engine(frame, name),
            unit="u",
            rater="r",
            value="v",
            categories=[1, 2],
            raters=["a", "b", "b"],
            cluster="c",
        )
    )
    assert found == [
        ("ratings.label", "unit[0]", "is empty in 1 rows"),
        ("ratings.label", "cluster", "is empty in 1 rows"),
        ("ratings.category", "value", "is none of the categories in 2 rows"),
        ("ratings.rater", "rater", "names none of the raters in 1 rows"),
        ("ratings.raters", "raters", "names a rater twice"),
    ]


@pytest.mark.parametrize("name", ENGINES)
def test_units_that_are_wrong(name: str) -> None:
    """A rater twice at a unit, though alike, and a unit in two clusters are told by count."""
    frame = pl.DataFrame(
        {
            "u": [0, 0, 0, 1, 1, 2],
            "r": ["a", "a", "a", "a", "b", "a"],
            "v": [1, 1, 1, 1, 2, None],
            "c": ["p", "p", "p", "p", "q", "q"],
        }
    )
    found = problems(
        lambda: tabulate(engine(frame, name), unit="u", rater="r", value="v", categories=[1, 2], cluster="c")
    )
    assert found == [
        ("ratings.duplicate", "", "repeat unit and rater in 2 rows"),
        ("ratings.cluster", "cluster", "puts 1 units into two clusters"),
    ]


def test_columns_and_frames_are_checked() -> None:
    """Unknown columns, no unit and things that are no frame are refused."""
    frame = sample().lazy()
    none: Any = []
    assert [
        problem[:2]
        for problem in problems(
            lambda: tabulate(frame, unit=none, rater="x", value="level", categories=[1], cluster="y")
        )
    ] == [("ratings.column", "unit"), ("ratings.column", "rater"), ("ratings.column", "cluster")]
    assert [
        problem[:2]
        for problem in problems(lambda: tabulate(3, unit="u", rater="r", value="v", categories=[1]))
    ] == [("ratings.frame", "frame")]
    assert [
        problem[:2]
        for problem in problems(
            lambda: tabulate(frame, unit="visit", rater="observer", value="level", categories=[])
        )
    ] == [("ratings.categories", "categories")]


def test_arrow_tables_too() -> None:
    """A table of pyarrow needs no engine of its own."""
    table = pa.table({"u": [0, 0], "r": ["a", "b"], "v": [1, 2]})
    assert tabulate(table, unit="u", rater="r", value="v", categories=[1, 2]).n_units == 1


@pytest.mark.parametrize("name", ENGINES)
def test_every_kind_of_missing_is_counted(name: str) -> None:
    """Each of several kinds of missing ratings has its own count."""
    frame = pl.DataFrame({"u": [0, 0, 0, 1, 1], "r": list("abcab"), "v": [1, 8, 9, 9, None]})
    kinds: Any = {9: "not observed", 8: "not applicable"}
    found = tabulate(engine(frame, name), unit="u", rater="r", value="v", categories=[1, 2], missing=kinds)
    assert found.missing == {"not observed": 2, "not applicable": 1, "unanswered": 1}
    assert found.code.dtype == np.int16
    assert found.times is not None
    assert found.times.dtype == np.int64


def test_kinds_of_missing_are_checked() -> None:
    """A kind that is none, or a label that is a category as well, is refused."""
    frame = sample().lazy()
    columns: Any = {"unit": "visit", "rater": "observer", "value": "level", "categories": [1, 2, 3, 9]}
    for missing in ({8: "lost"}, {9: "not observed"}):
        found = problems(lambda missing=missing: tabulate(frame, **columns, missing=missing))
        assert [problem[:2] for problem in found] == [("ratings.missing", "missing")]


@pytest.mark.parametrize("name", ENGINES)
def test_a_rating_of_nobody_is_told_once(name: str) -> None:
    """A row without a rater is told as an empty label, not as a stranger too."""
    frame = pl.DataFrame({"u": [0, 0], "r": ["a", None], "v": [1, 2]})
    found = problems(
        lambda: tabulate(
            engine(frame, name), unit="u", rater="r", value="v", categories=[1, 2], raters=["a", "b"]
        )
    )
    assert found == [("ratings.label", "rater", "is empty in 1 rows")]


def test_no_rows_keep_the_categories() -> None:
    """A frame without rows keeps the numbers and ranks of its categories."""
    found = tabulate(
        sample().head(0),
        unit="visit",
        rater="observer",
        value="level",
        categories=["a", "b"],
        category_values=[2, 5],
        ranks=[1, 4],
    )
    assert (found.values.tolist(), found.ranks.tolist()) == ([2, 5], [1, 4])


def test_clusters_of_a_categorical_column() -> None:
    """Clusters of a type that has no order of its own are compared as texts."""
    frame = pd.DataFrame(
        {"u": [0, 0, 1], "r": ["a", "b", "a"], "v": [1, 2, 1], "c": pd.Categorical(["q", "q", "p"])}
    )
    found = tabulate(frame, unit="u", rater="r", value="v", categories=[1, 2], cluster="c")
    assert set(found.clusters) == {"p", "q"}
    assert found.cluster is not None
    assert found.cluster.dtype == np.int32
    assert found.n_units == 2
