"""Ratings as numbers: the forms in which scores are held, and their totals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ilr.base.errors import Checker, InvalidInput
from ilr.stats import Ratings, ratings
from ilr.stats._scores import Scores, added, read_scores, require_level, scores_by_row

NAN = math.nan
FULL = [[1.0, 2.0, 4.0], [2.0, 2.0, 1.0], [1.0, 2.0, 4.0], [5.0, 3.0, 3.0]]
GAPS = [[1.0, 2.0, 4.0], [NAN, 2.0, 1.0], [5.0, 3.0, 3.0], [NAN, NAN, NAN], [2.0, 1.0, NAN]]
SPARSE = [[NAN] * place + [1.0, 2.0] + [NAN] * (98 - place) for place in range(99)]


def cells(scores: Scores) -> list[tuple[float, ...]]:
    """Row, rater and score of each score, in order."""
    return sorted(zip(*(part.tolist() for part in scores.long), strict=True))


@pytest.mark.parametrize("rows", [FULL, GAPS, SPARSE])
def test_every_form_holds_the_same_scores(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table, one with gaps and long columns are told apart, and hold what was given."""
    monkeypatch.setattr(ratings, "_DENSE", 99)
    given = [(row, rater, one) for row, line in enumerate(rows) for rater, one in enumerate(line) if one > 0]
    r = Ratings.from_matrix(rows, continuous=True)
    if rows is SPARSE:
        r = Ratings.from_long(*zip(*given, strict=True), continuous=True)
    read = read_scores(r, "test")
    assert r.sparse == (rows is SPARSE)
    assert (read.full is not None) == (rows is FULL)
    assert cells(read) == cells(scores_by_row(r, "test")) == given


def test_coded_ratings_come_as_distinct_rows() -> None:
    """Equal rows of codes are one row with a frequency, unless the rows of the ratings are asked for."""
    r = Ratings.from_matrix(FULL, categories=[1, 2, 3, 4, 5])
    read = read_scores(r, "test")
    assert sorted(read.times.tolist()) == [1, 1, 2]
    assert read.total == pytest.approx(scores_by_row(r, "test").total)
    assert scores_by_row(r, "test").times.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("rows", [FULL, GAPS, [[1.0, 2.0, NAN], [4.0, NAN, NAN]]])
def test_totals_count_every_unit(rows: Any) -> None:
    """Counts and totals of rows and raters are those of the table with its rows repeated."""
    times = np.arange(1, len(rows) + 1)
    read = read_scores(Ratings.from_matrix(rows, continuous=True, times=times), "test")
    whole = np.repeat(np.array(rows), times, axis=0)
    centred = np.array(rows) - np.nanmean(whole)
    assert read.sizes.tolist() == (~np.isnan(centred)).sum(axis=1).tolist()
    assert read.row_totals == pytest.approx(np.nansum(centred, axis=1))
    assert read.rater_totals == pytest.approx(np.nansum(times[:, None] * centred, axis=0))
    assert read.rater_counts.tolist() == (~np.isnan(whole)).sum(axis=0).tolist()
    assert read.total == pytest.approx(np.nansum((whole - np.nanmean(whole)) ** 2))
    assert read.n == {
        "units": (~np.isnan(whole)).any(axis=1).sum(),
        "raters": 3,
        "ratings": (~np.isnan(whole)).sum(),
    }


def test_rows_that_every_rater_scored() -> None:
    """Complete rows keep their scores and their frequencies."""
    read = read_scores(Ratings.from_matrix(GAPS, continuous=True, times=[3, 1, 2, 1, 1]), "test")
    table, times = read.complete()
    assert table.tolist() == [[1.0, 5.0], [2.0, 3.0], [4.0, 3.0]]
    assert times.tolist() == [3, 2]


def test_complete_rows_of_one_rater_and_of_none() -> None:
    """One rater completes a row alone; where there is no rater no row is complete."""
    table, times = read_scores(Ratings.from_matrix([[1.0], [NAN], [2.0]], continuous=True), "test").complete()
    assert table.tolist() == [[1.0, 2.0]]
    assert times.tolist() == [1, 1]
    for nobody in (
        Ratings.from_matrix(np.zeros((2, 0)), [1, 2]),
        Ratings.from_matrix(np.zeros((2, 0)), continuous=True),
    ):
        read = read_scores(nobody, "test")
        assert len(read.complete()[1]) == 0
        assert read.n == {"units": 0, "raters": 0, "ratings": 0}


def test_sums_by_place() -> None:
    """Amounts are added up at their places, of which there may be more than are named."""
    place, amounts = np.array([2, 0, 2]), np.array([1.0, 2.0, 4.0])
    assert added(place, amounts).tolist() == [2, 0, 5]
    assert added(place, amounts, 5).tolist() == [2, 0, 5, 0, 0]
    assert added(place[:0], amounts[:0]).tolist() == []


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, NAN])
def test_level_is_a_probability(level: float) -> None:
    """A coverage of nothing or of all is none."""
    check = Checker("test")
    require_level(check, level)
    with pytest.raises(InvalidInput) as caught:
        check.done()
    assert [str(one) for one in caught.value.problems] == [
        "[options.level] level: is not a probability (expected 0 < level < 1)."
    ]


@pytest.mark.parametrize("read", [read_scores, scores_by_row])
@pytest.mark.parametrize("rows", [[["a", "b"]], [[f"{place}" for place in range(40)]]])
def test_scores_need_an_order(read: Any, rows: Any) -> None:
    """Categories without an order are refused in the name of the statistic, whichever form is fastest."""
    with pytest.raises(InvalidInput, match="carry no order") as caught:
        read(Ratings.from_matrix(rows), "test")
    assert caught.value.subject == "test"
