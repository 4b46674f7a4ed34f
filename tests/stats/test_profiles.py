"""The tables of distinct joint ratings, and of raters that meet."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import Ratings, agreement
from ilr.stats._arrays import row_ids, shares
from ilr.stats._patterns import is_keyed


def expected(r: Ratings) -> Counter[tuple[int, ...]]:
    """Joint ratings of the units that were rated, unit by unit."""
    codes = np.full((r.n_rows, r.n_raters), -1)
    codes[r.unit, r.rater] = r.code
    times = np.ones(r.n_rows, dtype=int) if r.times is None else r.times
    out: Counter[tuple[int, ...]] = Counter()
    for row, often in zip(codes.tolist(), times.tolist(), strict=True):
        if max(row) >= 0:
            out[tuple(row)] += often
    return out


def samples() -> list[Ratings]:
    """Ratings of few raters, of many raters in a grid, and of many raters in long columns."""
    rng = np.random.default_rng(5)
    few = np.where(rng.random((80, 3)) < 0.4, np.nan, rng.integers(1, 4, size=(80, 3)))
    many = np.where(rng.random((40, 30)) < 0.3, np.nan, rng.integers(1, 3, size=(40, 30)))
    many[7] = many[3]
    unit, rater = np.divmod(rng.choice(60 * 90, size=150, replace=False), 90)
    level = rng.integers(1, 4, size=150)
    return [
        Ratings.from_matrix(few, [1, 2, 3]),
        Ratings.from_matrix(few, [1, 2, 3], times=rng.integers(1, 5, size=80)),
        Ratings.from_matrix(many, [1, 2]),
        Ratings.from_long(unit, rater, level, [1, 2, 3]),
        Ratings.from_long(unit, rater, level, [1, 2, 3], times=unit + 1),
    ]


@pytest.mark.parametrize("r", samples())
def test_profiles_are_the_distinct_rows(r: Ratings) -> None:
    """Each joint rating appears once, with the number of its units; units without rating do not."""
    table = r.profiles
    found = {tuple(row): often for row, often in zip(table.codes.tolist(), table.times.tolist(), strict=True)}
    assert found == expected(r)
    assert len(found) == len(table.codes)
    assert table.codes.dtype == np.int16
    assert table.n_units == r.n_rated_units
    assert table.cells is None
    assert table.by_cluster(np.ones((len(table.codes), 2))).shape == (0, 2)


@pytest.mark.parametrize("r", samples())
def test_patterns_are_merged_profiles(r: Ratings) -> None:
    """Counting the categories of the profiles gives the patterns."""
    merged: Counter[tuple[float, ...]] = Counter()
    for row, often in zip(r.profiles.codes.tolist(), r.profiles.times.tolist(), strict=True):
        merged[tuple(float(row.count(code)) for code in range(r.q))] += often
    patterns = r.patterns
    assert dict(zip(map(tuple, patterns.counts.tolist()), patterns.times.tolist(), strict=True)) == merged


def test_profiles_in_clusters() -> None:
    """Cells tell how often a cluster shows a profile, and rows add up within clusters."""
    rows = [[1, 2], [2, 1], [1, 2], [None, None], [1, 2]]
    r = Ratings.from_matrix(rows, [1, 2], cluster=["a", "a", "b", "b", "a"], times=[1, 2, 3, 4, 5])
    table = r.profiles
    assert table.cells is not None
    cells = {
        (r.clusters[cluster], tuple(table.codes[profile].tolist())): times
        for cluster, profile, times in zip(*table.cells, strict=True)
    }
    assert cells == {("a", (0, 1)): 6, ("a", (1, 0)): 2, ("b", (0, 1)): 3}
    sums = table.by_cluster(np.ones((len(table.times), 1)))
    assert sums.ravel().tolist() == [8, 3]
    assert table.n_clusters == 2
    only = table.keep(np.all(table.codes == [0, 1], axis=1))
    assert only.by_cluster(np.ones((1, 1))).ravel().tolist() == [6, 3]
    assert r.patterns.cells is not None
    assert sorted(r.patterns.cells[2].tolist()) == [3, 8]


def test_many_clusters_are_sorted_not_counted() -> None:
    """A table cluster x profile too large to count in is found by sorting, with the same cells."""
    rng = np.random.default_rng(6)
    rows = rng.integers(1, 4, size=(6000, 4))
    cluster = rng.permutation(6000)
    r = Ratings.from_matrix(rows, [1, 2, 3], cluster=cluster, times=np.repeat([1, 2], 3000))
    assert r.profiles.cells is not None
    assert len(r.profiles.times) * r.n_clusters > 4 * 6000
    assert sorted(r.profiles.cells[2].tolist()) == [1] * 3000 + [2] * 3000
    assert r.profiles.n_clusters == 6000


def test_meetings() -> None:
    """Every two ratings of a unit meet once, and the tables of the pairs add up."""
    rng = np.random.default_rng(7)
    rows = np.where(rng.random((30, 5)) < 0.5, np.nan, rng.integers(1, 4, size=(30, 5)))
    times = rng.integers(1, 4, size=30)
    r = Ratings.from_matrix(rows, [1, 2, 3], times=times)
    met = r.meetings
    ratings = np.bincount(r.unit, minlength=30)
    assert len(met.row) == (ratings * (ratings - 1) // 2).sum()
    assert (met.first < met.second).all()
    pairs, tables = met.tables(3)
    assert met.times.tolist() == times[met.row].tolist()
    for (one, other), table in zip(pairs, tables, strict=True):
        wanted = np.zeros((3, 3))
        for row, often in zip(rows, times, strict=True):
            if not np.isnan(row[[one, other]]).any():
                wanted[int(row[one]) - 1, int(row[other]) - 1] += often
        assert np.array_equal(table, wanted)
    lone = Ratings.from_matrix([[1, None], [None, 2]], [1, 2]).meetings
    assert len(lone.row) == 0
    assert lone.tables(2)[1].shape == (0, 2, 2)


def test_sparse_ratings_have_no_table_of_profiles() -> None:
    """Hundreds of raters with few ratings each are refused a table of profiles, and have meetings."""
    rng = np.random.default_rng(8)
    n = 60_000
    unit = np.repeat(np.arange(n), 2)
    rater = (rng.integers(0, 300, size=(n, 1)) + np.array([0, 300])).ravel()
    r = Ratings.from_codes(
        unit, rater, rng.integers(0, 3, 2 * n), n_units=n, n_raters=600, categories=[1, 2, 3]
    )
    assert r.sparse
    with pytest.raises(InvalidInput, match=r"ratings\.sparse"):
        _ = r.profiles
    assert len(r.meetings.row) == n
    pairs, tables = r.meetings.tables(3)
    assert tables.sum() == n
    assert len(pairs) <= 300 * 300
    assert r.patterns.n_units == n
    assert r.of_raters(r.raters[:2]).profiles.codes.shape[1] == 2


def test_rows_of_more_kinds_than_a_number_holds() -> None:
    """Rows are told apart also where their columns together overflow one whole number."""
    rng = np.random.default_rng(5)
    wide = 2**32 - 1
    rows = np.concatenate(
        [rng.integers(0, wide, (30, 4)), [[0, 7, 7, 7], [1, 7, 7, 7], [wide, wide, wide, wide]]]
    )
    rows = np.concatenate([rows, rows[::2]])
    first, ids = row_ids(list(rows.T))
    distinct, places, numbers = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    assert rows[first].tolist() == distinct.tolist()
    assert first.tolist() == places.tolist()
    assert ids.tolist() == numbers.ravel().tolist()


def test_shares_of_wholes() -> None:
    """One part of several wholes has a share of each, and none of nothing."""
    found = shares(np.array([3.0]), np.array([4.0, 0.0, 6.0]))
    assert found[[0, 2]].tolist() == [0.75, 0.5]
    assert np.isnan(found[1])


def test_profiles_of_many_raters_in_many_clusters() -> None:
    """Profiles and clusters too many to count by are sorted, and nothing else changes."""
    rng = np.random.default_rng(6)
    rows = rng.integers(1, 4, (300, 20))
    rows[250:] = rows[:50]
    plain = Ratings.from_matrix(rows, [1, 2, 3])
    assert not is_keyed(20, 300, 3)
    assert sorted(plain.profiles.times) == [1.0] * 200 + [2.0] * 50
    assert {tuple(codes) for codes in plain.profiles.codes} == {tuple(row - 1) for row in rows}
    single = Ratings.from_matrix(rows, [1, 2, 3], cluster=range(300))
    one, two = (agreement.conger_kappa(r) for r in (plain, single))
    assert two.n["clusters"] == 300
    assert two.standard_error == pytest.approx(one.standard_error)
    mixed = Ratings.from_matrix(rows, [1, 2, 3], cluster=np.arange(300) % 290)
    assert agreement.conger_kappa(mixed).n["clusters"] == 290
