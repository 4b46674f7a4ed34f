"""Laws of small groups in tables: an attacker who knows the method learns no more than is promised.

The attacker here shares no code with the library: it rebuilds the relations of each table and solves for the least
and greatest whole numbers that hidden cells may have.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from ilr.disclosure import MemoryLedger, publish_next
from ilr.observation import ObservationTable
from ilr.stats.suppression import protect, protect_shares

TABLES = 1000
PARTS = 10
Groupings = dict[int, list[list[int]]]


def sums_of(size: int, groupings: list[list[int]]) -> list[list[int]]:
    """The categories in each place of an axis: categories, groups of each grouping, total."""
    found = [[place] for place in range(size)]
    for names in groupings:
        found += [[place for place in range(size) if names[place] == name] for name in dict.fromkeys(names)]
    return [*found, list(range(size))]


def system(shape: tuple[int, ...], groupings: Groupings) -> tuple[NDArray[Any], NDArray[Any]]:
    """Every cell and sum as interior cells that it adds up, and the shape with sums."""
    axes = [sums_of(size, groupings.get(axis, [])) for axis, size in enumerate(shape)]
    places = np.arange(int(np.prod(shape))).reshape(shape)
    rows = []
    for index in itertools.product(*axes):
        row = np.zeros(places.size)
        row[places[np.ix_(*index)].ravel()] = 1
        rows.append(row)
    return np.array(rows), np.array([len(axis) for axis in axes])


def attacked(
    adding: NDArray[Any], published: NDArray[Any], hidden: NDArray[Any], cell: int, sign: int
) -> float:
    """The greatest (sign 1) or least (sign -1) whole value of a hidden cell; every hidden cell is 1 or more."""
    told = np.where(hidden, 0.0, published)
    low, high = np.where(hidden, 1.0, told), np.where(hidden, np.inf, told)
    n = adding.shape[1]
    found = milp(
        -sign * adding[cell],
        constraints=LinearConstraint(adding, low, high),
        bounds=Bounds(np.zeros(n), np.full(n, float(published.sum() + 1000))),
        integrality=np.ones(n, dtype=int),
    )
    assert found.success, found.message
    return float(round(-sign * found.fun))


def drawn(rng: np.random.Generator) -> tuple[NDArray[np.int64], int, Groupings]:
    """A table of one to three dimensions, a k, and now and then groupings."""
    shape = tuple(rng.integers(2, 5, size=rng.choice([1, 2, 3], p=[0.33, 0.65, 0.02])).tolist())
    if len(shape) == 3:
        shape = (2, *(min(size, 3) for size in shape[1:]))
    groupings: Groupings = {}
    for axis, size in enumerate(shape):
        if size > 2 and rng.random() < 0.3:
            names = np.sort(rng.integers(0, 2, size=size)).tolist()
            groupings[axis] = [names]
    counts = rng.poisson(rng.choice([2.0, 5.0, 9.0]), size=shape)
    return counts, int(rng.choice([3, 5])), groupings


def narrowed(
    adding: NDArray[Any], values: NDArray[Any], hidden: NDArray[Any], primaries: list[int], k: int
) -> list[int]:
    """The protected cells of which the attacker learns more than is promised."""
    return [
        cell
        for cell in primaries
        if not hidden[cell] or attacked(adding, values, hidden, cell, 1) < max(k, values[cell] + 1)
    ]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_attack_narrows_a_protected_cell_too_far(part: int) -> None:
    """In a thousand tables every small cell and sum could be k or more, and every published one is true."""
    rng = np.random.default_rng(part)
    for number in range(TABLES // PARTS):
        counts, k, groupings = drawn(rng)
        method: Any = ("auto", "heuristic")[number % 2]
        table = protect(counts, k, hierarchies=groupings, method=method)
        adding, shape = system(counts.shape, groupings)
        values = adding @ counts.ravel()
        hidden = table.suppressed.ravel()
        assert table.suppressed.shape == tuple(shape)
        assert table.published.ravel()[~hidden].tolist() == values[~hidden].tolist()
        assert not hidden[values == 0].any()
        small = np.flatnonzero((values > 0) & (values < k)).tolist()
        assert narrowed(adding, values, hidden, small, k) == []


@pytest.mark.parametrize("counts", [[[12, 2, 9], [8, 6, 7], [10, 11, 14]], [3, 9, 8], [[3, 7], [6, 9]]])
def test_hiding_the_small_cell_alone_breaks(counts: Any) -> None:
    """Where nothing but the small cell is hidden, subtraction finds it."""
    interior = np.array(counts)
    adding, _ = system(interior.shape, {})
    values = adding @ interior.ravel()
    hidden = (values > 0) & (values < 5)
    (cell,) = np.flatnonzero(hidden).tolist()
    assert (
        attacked(adding, values, hidden, cell, 1)
        == attacked(adding, values, hidden, cell, -1)
        == values[cell]
    )


def test_one_more_in_each_row_breaks() -> None:
    """A second hidden cell in the row alone is found by its column, and then the small one by its row."""
    interior = np.array([[12, 2, 9], [8, 6, 7], [10, 11, 14]])
    adding, _ = system(interior.shape, {})
    values = adding @ interior.ravel()
    hidden = np.zeros((4, 4), dtype=bool)
    hidden[0, [1, 2]] = True
    assert narrowed(adding, values, hidden.ravel(), [1], 5) == [1]


def test_two_in_each_row_and_column_break() -> None:
    """Two hidden cells in each row and column of a bridge of two blocks still give the cell between them away."""
    interior = np.array([[7, 8, 20, 30, 25], [9, 4, 6, 30, 25], [20, 30, 9, 7, 30], [30, 20, 8, 6, 20]])
    hidden = np.zeros((5, 6), dtype=bool)
    hidden[0, [0, 1]] = hidden[1, [0, 1, 2]] = hidden[2, [2, 3]] = hidden[3, [2, 3]] = True
    inner = hidden[:4, :5]
    assert set(inner.sum(axis=1)) <= {0, 2, 3}
    assert set(inner.sum(axis=0)) <= {0, 2, 3}
    interior[1, 2] = 3
    adding, _ = system(interior.shape, {})
    values = adding @ interior.ravel()
    bridge = 1 * 6 + 2
    assert (
        attacked(adding, values, hidden.ravel(), bridge, 1)
        == attacked(adding, values, hidden.ravel(), bridge, -1)
        == 3
    )
    own = protect(interior, 5)
    assert own.primary.ravel()[bridge]
    assert narrowed(adding, values, own.suppressed.ravel(), [bridge], 5) == []


def test_two_small_cells_in_each_line_break() -> None:
    """Two small cells hide each other from subtraction, but their sum shows that both are small."""
    interior = np.array([1, 2, 9, 20])
    adding, _ = system(interior.shape, {})
    values = adding @ interior
    hidden = (values > 0) & (values < 5)
    assert hidden.sum() == 2
    assert narrowed(adding, values, hidden, [0, 1], 5) == [0, 1]


def test_margins_from_what_is_left_break() -> None:
    """Where margins are recomputed without the hidden cell, one true total from elsewhere finds it."""
    interior = np.array([[22, 12, 19], [18, 16, 3], [30, 21, 24]])
    recomputed = interior.sum() - interior[1, 2]
    assert int(interior.sum() - recomputed) == interior[1, 2]
    table = protect(interior, 5)
    assert table.published[-1, -1] == interior.sum()
    assert table.audit()[1, 2][1] >= 5


def test_protecting_margins_but_not_subtotals_breaks() -> None:
    """A pattern that is safe with totals alone is not safe once subtotals are told too."""
    counts, groupings = np.array([3, 9, 6, 30]), {0: [[0, 0, 1, 1]]}
    plain, deep = protect(counts), protect(counts, hierarchies=groupings)
    adding, _ = system(counts.shape, groupings)
    values = adding @ counts
    reused = np.zeros(len(values), dtype=bool)
    reused[:4] = plain.suppressed[:4]
    assert narrowed(adding, values, reused, [0], 5) == [0]
    assert narrowed(adding, values, deep.suppressed, [0], 5) == []


def test_no_share_tells_what_everybody_did() -> None:
    """Whatever is told of shares, a cell in which all did the same could hold one who did not."""
    rng = np.random.default_rng(11)
    for _ in range(60):
        shape = tuple(rng.integers(2, 4, size=rng.choice([1, 2])).tolist())
        tries = rng.integers(5, 12, size=shape)
        hits = np.where(
            rng.random(shape) < 0.5, rng.binomial(tries, 0.5), rng.choice([0, 1], size=shape) * tries
        )
        adding, full = system(shape, {})
        n, x = adding @ tries.ravel(), adding @ hits.ravel()
        hidden = np.zeros(len(n), dtype=bool)
        hidden[0] = rng.random() < 0.5
        told = protect_shares(hits, tries, bands=np.full(full, 0.2), hidden=hidden.reshape(full))
        low, high = told.low.ravel(), told.high.ravel()
        silent = np.isnan(low)
        assert silent[hidden].all()
        assert (low[~silent] <= x[~silent] / n[~silent]).all()
        assert (high[~silent] >= x[~silent] / n[~silent]).all()
        floor = np.where(silent, 0, np.ceil(np.nan_to_num(low) * n - 1e-6))
        ceiling = np.where(silent, n, np.floor(np.nan_to_num(high) * n + 1e-6))
        for cell in np.flatnonzero((x == 0) | (x == n)):
            sign = 1 if x[cell] == 0 else -1
            found = milp(
                -sign * adding[cell],
                constraints=LinearConstraint(adding, floor, ceiling),
                bounds=Bounds(np.zeros(tries.size), tries.ravel()),
                integrality=np.ones(tries.size, dtype=int),
            )
            assert found.success
            assert round(-sign * found.fun) * sign > x[cell] * sign


def rows_of(people: dict[str, str], visits: dict[str, int]) -> ObservationTable:
    """A table with the grade of each teacher, and so many daily visits to each from the first of September."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("visit", "teacher", "observer", "grade", "talk", "day")
    }
    for who, count in visits.items():
        for turn in range(count):
            row = (
                f"{who}-{turn}",
                who,
                "p",
                people[who],
                1 + (turn + len(who)) % 3,
                date(2026, 9, 1) + timedelta(turn),
            )
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
    return ObservationTable.from_frame(
        columns, visit="visit", teacher="teacher", observer="observer", date="day",
        dimensions=["grade"], items=["talk"], levels=[1, 2, 3],
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_no_two_releases_single_out_a_few(seed: int) -> None:
    """Over successive releases no nested pair of told groups differs by one to k - 1 teachers or their records."""
    rng = np.random.default_rng(seed)
    people = {f"t{number}": str(rng.integers(6, 9)) for number in range(24)}
    visits = {who: 2 for who in people if rng.random() < 0.8}
    ledger = MemoryLedger()
    told: list[dict[str, int]] = []
    for turn in range(4):
        table = rows_of(people, visits)
        edition = publish_next(
            table, ledger=ledger, scope="s", on=date(2026, 9, 20) + timedelta(turn), by=["grade"],
            audience="district", at_least=2, hierarchies={"grade": {"6": "low", "7": "low"}} if seed % 2 else {},
        )  # fmt: skip
        if edition:
            assert edition.entry is not None
            ledger = ledger.append(edition.entry, at=ledger.version)
            told += [
                {who: int(mark, 16) for who, mark in group.members.items()}
                for group in edition.entry.groups
                if not group.item
            ]
        for who in people:
            if rng.random() < (0.1, 0.9)[turn % 2]:
                visits[who] = visits.get(who, 0) + 1
    for one, other in itertools.combinations(told, 2):
        if one.keys() <= other.keys() or other.keys() <= one.keys():
            apart = {who for who in {**one, **other} if one.get(who) != other.get(who)}
            assert not 0 < len(apart) < 5
    assert told
