"""Array helpers of the statistics."""

from __future__ import annotations

import numpy as np
import pytest

from ilr.stats import _arrays
from ilr.stats._arrays import chunks, row_ids, shares


def test_shares_of_nothing() -> None:
    """A share of nothing is NaN, and part and whole may be of different shapes."""
    found = shares(np.array([1.0, 0.0, 3.0]), np.array([[2.0], [0.0]]))
    assert found.shape == (2, 3)
    assert found[0].tolist() == [0.5, 0, 1.5]
    assert np.isnan(found[1]).all()


def test_chunks_hold_every_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws are made as many at a time as there is room for, one at least, and in all as many as asked for."""
    monkeypatch.setattr(_arrays, "_ROOM", 12)
    assert list(chunks(7, 4)) == [3, 3, 1]
    assert list(chunks(6, 5)) == [2, 2, 2]
    assert list(chunks(2, 13)) == [1, 1]


@pytest.mark.parametrize("limit", [2**62, 40, 1])
def test_rows_are_numbered_in_lexical_order(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Distinct rows are numbered as sorting them does, also where their keys must be made smaller on the way."""
    monkeypatch.setattr(_arrays, "_KEY_LIMIT", limit)
    columns = np.random.default_rng(4).integers(0, 5, size=(4, 300))
    first, ids = row_ids(list(columns))
    rows, places, numbers = np.unique(columns.T, axis=0, return_index=True, return_inverse=True)
    assert first.tolist() == places.tolist()
    assert ids.tolist() == numbers.ravel().tolist()
    assert np.array_equal(columns.T[first], rows)
    assert first.dtype == ids.dtype == np.int64


def test_rows_of_wide_columns_stay_apart() -> None:
    """Rows of many columns with large numbers are told apart, though no key of 64 bits could hold them."""
    most = 2**20 - 1
    columns = [np.array([0, 1, 0, 0, 1]), *[np.array([most, most, most, 0, most])] * 4]
    columns[-1] = np.array([most, most, most - 1, 0, most])
    first, ids = row_ids(columns)
    assert ids.tolist() == [2, 3, 1, 0, 3]
    assert first.tolist() == [3, 2, 0, 1]
    near = [np.array([most, most]), np.array([most, most]), np.array([most - 1, most])]
    assert row_ids(near)[1].tolist() == [0, 1]


def test_rows_of_empty_columns() -> None:
    """Without rows there is nothing to number."""
    first, ids = row_ids([np.zeros(0, dtype=np.int64)] * 2)
    assert first.size == ids.size == 0
