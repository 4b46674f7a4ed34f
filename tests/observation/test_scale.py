"""Many ratings: every way through the builder gives one table, and ids are made when asked for."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import numpy as np
import pandas as pd
import polars as pl
import pytest

from ilr.base import InvalidInput
from ilr.observation import ObservationTable

KEYS: dict[str, Any] = {"visit": "visit", "teacher": "teacher", "observer": "observer"}
VISITS, ITEMS = 700, 12
N = VISITS * ITEMS
MADE: dict[str, Any] = {
    "visit": np.repeat([f"v{number * 11 % VISITS}" for number in range(VISITS)], ITEMS),
    "teacher": np.repeat([f"t{number % 40}" for number in range(VISITS)], ITEMS),
    "observer": np.repeat([f"o{number % 9}" for number in range(VISITS)], ITEMS),
    "item": np.tile([f"i{number}" for number in range(ITEMS)], VISITS),
    "level": np.random.default_rng(5).integers(1, 5, N),
}


def read(frame: Any, **options: Any) -> ObservationTable:
    """The table of a long frame."""
    given: dict[str, Any] = {**KEYS, "item": "item", "level": "level", "levels": [1, 2, 3, 4], **options}
    return ObservationTable.from_frame(frame, **given)


def shuffled(columns: dict[str, Any], keep: int = N) -> dict[str, Any]:
    """The rows in another order, or the first of them."""
    order = np.random.default_rng(6).permutation(len(columns["level"]))[:keep]
    return {name: np.asarray(column)[order] for name, column in columns.items()}


def test_rows_together_and_rows_apart_are_one_table() -> None:
    """Whether the rows of a record follow each other or not, they are the same record."""
    table = read(pd.DataFrame(MADE))
    assert (len(table), table.n_ratings) == (VISITS, N)
    assert read(pd.DataFrame(shuffled(MADE))) == table
    assert read(pl.DataFrame(shuffled(MADE)).with_columns(pl.col("visit").cast(pl.Categorical))) == table
    ordered = np.lexsort((MADE["level"], MADE["item"], MADE["visit"]))
    assert read({name: column[ordered] for name, column in MADE.items()}) == table


@pytest.mark.parametrize("keep", [N - 1, N // 2, N // 50])
def test_records_with_few_of_the_items_are_one_table(keep: int) -> None:
    """Long and wide frames agree where most cells of records by items are filled and where few are."""
    some = pd.DataFrame(shuffled(MADE, keep))
    table = read(some)
    facts = ["visit", "teacher", "observer"]
    wide = some.pivot_table(index=facts, columns="item", values="level").reset_index()
    items = sorted(set(some["item"]))
    other = ObservationTable.from_frame(wide, **KEYS, items=items, levels=[1, 2, 3, 4])
    assert other.ids == table.ids
    kept = other.level >= 0
    assert np.array_equal(other.walk[kept], table.walk)
    assert np.array_equal(other.item[kept], table.item)
    assert np.array_equal(other.level[kept], table.level)


def test_problems_of_runs_are_told_row_by_row() -> None:
    """A visit without an observer is told for each of its rows."""
    frame = {**MADE, "observer": MADE["observer"].astype(object)}
    frame["observer"][ITEMS : 2 * ITEMS] = None
    with pytest.raises(InvalidInput) as raised:
        read(frame)
    paths = [problem.path for problem in raised.value.problems]
    assert paths == [f"rows[{row}]" for row in range(ITEMS, 2 * ITEMS)]


def test_repeats_among_many_are_told_by_row() -> None:
    """One repeated rating among thousands is found and named."""
    frame = {name: np.append(column, column[17]) for name, column in MADE.items()}
    with pytest.raises(InvalidInput) as raised:
        read(frame)
    assert [(one.code, one.path) for one in raised.value.problems] == [("rating.duplicate", f"rows[{N}]")]


def test_ids_are_made_when_asked_for_and_travel() -> None:
    """A table without ids of its own makes them, keeps them through copies, and equals one that has them."""
    table = read(MADE).where(observer=["o1", "o2"])
    assert table.ids_are_made
    assert len(table.ids) == len(table)
    assert table.ids[0].startswith(table.column("visit").decoded()[0] + "|o")
    assert pickle.loads(pickle.dumps(table)).ids == table.ids
    assert copy.deepcopy(table) == table
    told = attrs.evolve(table, ids=table.ids)
    assert not told.ids_are_made
    assert told == table
    assert told.select(np.ones(len(told), dtype=bool)) == told
    assert attrs.evolve(table, ids=tuple(f"x{row}" for row in range(len(table)))) != table
