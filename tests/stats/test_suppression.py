"""Hiding small groups, and attacking what is left."""

from __future__ import annotations

import itertools
import math
import pickle
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

from ilr.base.errors import IlrError, InvalidInput
from ilr.stats import _hiding, suppression
from ilr.stats._tables import layout
from ilr.stats.suppression import Protected, is_sensitive, protect, protect_shares

TABLE = [[12, 2, 9], [8, 6, 7], [10, 11, 14]]


def with_margins(interior: Any) -> NDArray[np.int64]:
    """Add totals along every axis."""
    table = np.asarray(interior)
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def test_published_cells_are_true() -> None:
    """Every published cell holds its count, margins included."""
    table = protect(TABLE)
    true = with_margins(TABLE)
    assert table.published.shape == (4, 4)
    assert table.published[~table.suppressed].data.tolist() == true[~table.suppressed].tolist()
    assert np.array_equal(np.ma.getmaskarray(table.published), table.suppressed)
    assert (table.k, table.method) == (5, "exact")
    assert np.argwhere(table.primary).tolist() == [[0, 1]]


def test_nothing_to_hide() -> None:
    """A table of large cells and zeros is published as it is."""
    table = protect([[5, 0], [9, 7]])
    assert not table.suppressed.any()
    assert table.published.tolist() == [[5, 0, 5], [9, 7, 16], [14, 7, 21]]
    assert table.audit() == {}
    assert str(table) == " 5  0  5\n 9  7 16\n14  7 21"


def test_no_hidden_count_survives() -> None:
    """No hidden count is left below the mask, in a pickle, in a frame or on the screen."""
    interior = np.array([[1234, 3, 777], [4321, 888, 999]])
    table = protect(interior)
    assert table.suppressed[0, 1]
    hidden = with_margins(interior)[table.suppressed]
    assert (table.published.data[table.suppressed] == 0).all()
    again = pickle.loads(pickle.dumps(table))
    assert (again.published.data[again.suppressed] == 0).all()
    shown = repr(table) + str(table) + table._repr_html_() + repr(table.published)
    raw = pickle.dumps(table)
    for count in hidden:
        if count > 100:
            assert str(count) not in shown
            assert int(count).to_bytes(8, "little") not in raw
    assert table.published.filled()[table.suppressed].tolist() == [-1] * len(hidden)


def test_hidden_cells_cannot_be_uncovered() -> None:
    """Neither the mask nor the counts can be written to."""
    table = protect(TABLE)
    for counts in (table.published, table.published.data):
        with pytest.raises(ValueError, match="read-only"):
            counts[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        table.suppressed[0, 0] = True
    with pytest.raises(ValueError, match="read-only"):
        table.primary[0, 0] = True
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        table.k = 2  # type: ignore[misc]  # refused on purpose


def test_shown_as_a_table() -> None:
    """A table shows stars for hidden cells, in the terminal and in a notebook."""
    table = protect(TABLE)
    assert str(table) == "12  *  * 23\n 8  *  * 21\n10 11 14 35\n30 19 30 79"
    html = table._repr_html_()
    assert "<caption>hidden below 5: exact</caption>" in html
    assert html.count("<tr>") == 4
    assert html.count("<td>*</td>") == 4
    assert str(protect([1, 1])) == "* * *"


def test_one_dimension() -> None:
    """In a list one small cell takes a second with it, the cheapest."""
    table = protect([3, 9, 8, 30])
    assert table.suppressed.tolist() == [True, False, True, False, False]
    assert table.audit() == {(0,): (1, 10), (2,): (1, 10)}


def test_small_margins_are_hidden() -> None:
    """A margin below k is hidden like any cell, up to the grand total."""
    table = protect([[1, 1], [1, 0]])
    assert table.primary[:2, :2].tolist() == [[True, True], [True, False]]
    assert table.primary[2, 2]
    assert table.published[1, 1] == 0
    assert table.audit()[2, 2] == (3, math.inf)
    lone = protect([3])
    assert lone.suppressed.tolist() == [True, True]
    assert lone.audit() == {(0,): (1, math.inf), (1,): (1, math.inf)}
    several = protect([1, 1, 1, 1]).audit()
    assert [several[place,] for place in range(5)] == [(1, math.inf)] * 4 + [(4, math.inf)]


def test_two_small_cells_hide_each_other_not() -> None:
    """Two small cells that add up to less than k need a third."""
    table = protect([1, 2, 9, 20])
    assert table.suppressed.tolist() == [True, True, True, False, False]
    assert min(high for _, high in table.audit().values()) >= 5


@pytest.mark.parametrize("method", ["exact", "heuristic"])
def test_three_dimensions(method: Any) -> None:
    """A table of three dimensions is protected in whole numbers."""
    interior = np.array([[[2, 9], [7, 0], [8, 12]], [[6, 5], [1, 11], [9, 4]]])
    table = protect(interior, k=3, method=method)
    assert table.method == method
    assert table.primary.any()
    limits = table.audit()
    true = with_margins(interior)
    for index in map(tuple, np.argwhere(table.suppressed).tolist()):
        low, high = limits[index]
        assert 1 <= low <= true[index] <= high
        if table.primary[index]:
            assert high >= 3
            assert high > true[index]


def test_exact_is_the_cheapest() -> None:
    """No pattern of less weight protects the small table; every cheaper one is broken by the attack."""
    interior = np.array([[4, 7, 9], [8, 2, 6]])
    table = protect(interior)
    true = with_margins(interior).ravel()
    weights = true + 1
    lines = layout((2, 3)).relations
    primaries = np.flatnonzero((true > 0) & (true < 5))
    best = weights[table.suppressed.ravel()].sum()
    free = [cell for cell in range(12) if cell not in primaries]
    for size in range(len(free) + 1):
        for extra in itertools.combinations(free, size):
            hidden = np.zeros(12, dtype=bool)
            hidden[[*primaries, *extra]] = True
            if weights[hidden].sum() >= best:
                continue
            limits = _hiding.attack(true.astype(float), hidden, lines, primaries.tolist(), whole=False)
            assert any(high < 5 for _, high in limits.values())


def test_heuristic_is_hardly_dearer() -> None:
    """Over many tables the heuristic protects as well, for at most a tenth more weight in all."""
    rng = np.random.default_rng(8)
    cost = {"exact": 0, "heuristic": 0}
    for _ in range(12):
        interior = rng.poisson(9, size=(4, 5))
        weights = with_margins(interior) + 1
        method: Any
        for method in cost:
            table = protect(interior, k=6, method=method)
            assert table.method == (method if table.primary.any() else "exact")
            cost[method] += int(weights[table.suppressed].sum())
    assert cost["exact"] <= cost["heuristic"] <= 1.1 * cost["exact"]


def test_weights_decide_what_is_hidden() -> None:
    """Dear cells stay published; weights come with or without margins."""
    interior = [3, 9, 8, 30]
    dear = protect(interior, weights=[1, 1, 50, 50])
    assert dear.suppressed.tolist() == [True, True, False, False, False]
    total = protect(interior, weights=[9, 9, 9, 9, 1])
    assert total.suppressed.tolist() == [True, False, False, False, True]
    summed = protect(TABLE, weights=np.ones((3, 3)))
    assert not summed.suppressed[-1].any()
    assert not summed.suppressed[:, -1].any()


def test_dominated_cells_are_hidden() -> None:
    """A cell one or two persons dominate is hidden, and so is a dominated margin."""
    even = [[1.0] * 6, [1.0] * 6, [1.0] * 6]
    assert not protect([6, 6, 6], contributions=even).suppressed.any()
    one = protect([6, 6, 6], contributions=[[9, 1, 1, 1, 1, 1], *even[1:]])
    assert one.primary.tolist() == [True, False, False, False]
    limits = one.audit()[0,]
    assert limits[1] >= 7
    two = protect([6, 6, 6], contributions=[[500, 490, 1, 1, 1, 1], *even[1:]])
    assert two.primary.tolist() == [True, False, False, True]
    half = protect([6, 6, 6], contributions=[[5, 1, 1, 1, 1, 1], *even[1:]])
    assert not half.suppressed.any()
    strict = protect([6, 6, 6], contributions=[[5, 1, 1, 1, 1, 1], *even[1:]], dominance=(0.49, 0.9))
    assert strict.primary[0]
    pair = protect([6, 6, 6], contributions=[[5, 1, 1, 1, 1, 1], *even[1:]], dominance=(0.5, 0.59))
    assert pair.primary[0]


def test_contributions_in_a_table() -> None:
    """Contributions are nested like the counts, and empty cells contribute nothing."""
    cells: Any = np.empty((2, 2), dtype=object)
    cells[0, 0], cells[0, 1], cells[1, 0], cells[1, 1] = [2] * 7, [], [9, 1, 1, 1, 1, 1], [3] * 8
    table = protect([[7, 0], [6, 8]], contributions=cells)
    assert np.argwhere(table.primary).tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: protect(3), [("suppression.counts", "counts")]),
        (lambda: protect([]), [("suppression.counts", "counts")]),
        (lambda: protect([1.5]), [("suppression.counts", "counts")]),
        (lambda: protect([-1]), [("suppression.counts", "counts")]),
        (lambda: protect(["a"]), [("suppression.counts", "counts")]),
        (
            lambda: protect([6], k=1, dominance=(0, 2), method="best"),  # type: ignore[arg-type]  # refused on purpose
            [
                ("suppression.k", "k"),
                ("suppression.dominance", "dominance"),
                ("suppression.method", "method"),
            ],
        ),
        (lambda: protect([6], dominance=(0.5, 1.1)), [("suppression.dominance", "dominance")]),
        (lambda: protect([6], weights=[1, 2, 3]), [("suppression.weights", "weights")]),
        (lambda: protect([6], weights=[0]), [("suppression.weights", "weights")]),
        (lambda: protect([6], weights=[math.inf]), [("suppression.weights", "weights")]),
        (
            lambda: protect([6, 6, 6, 2], contributions=[[1] * 6, [1] * 5, 3]),
            [
                ("suppression.contributions", "contributions[1]"),
                ("suppression.contributions", "contributions[2]"),
                ("suppression.contributions", "contributions[3]"),
            ],
        ),
        (
            lambda: protect([[1]], contributions=[[[0]]]),
            [("suppression.contributions", "contributions[0][0]")],
        ),
        (
            lambda: protect([1], contributions=[[math.inf]]),
            [("suppression.contributions", "contributions[0]")],
        ),
        (lambda: protect([1], contributions={1: [1]}), [("suppression.contributions", "contributions[0]")]),
        (lambda: protect([1], contributions=[["a"]]), [("suppression.contributions", "contributions[0]")]),
    ],
)
def test_what_is_refused(call: Any, expected: list[tuple[str, str]]) -> None:
    """Counts, weights and contributions that are none are refused, all at once."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert [(problem.code, problem.path) for problem in found.value.problems] == expected


def test_full_dominance_and_least_k_are_allowed() -> None:
    """The ends of the ranges of k and of the shares are inside them."""
    assert protect([2, 9], k=2, dominance=(1, 1)).k == 2


def test_large_tables_are_left_to_the_heuristic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limits of size the automatic choice is the heuristic, and the exact way can be asked for."""
    monkeypatch.setattr(suppression, "_EXACT_SIZE", 15)
    assert protect(TABLE).method == "heuristic"
    assert protect(TABLE, method="exact").method == "exact"
    monkeypatch.setattr(suppression, "_EXACT_SIZE", 16)
    assert protect(TABLE).method == "exact"
    monkeypatch.setattr(suppression, "_EXACT_CELLS", 15)
    assert protect(TABLE).method == "heuristic"
    cube = np.full((2, 2, 2), 9)
    cube[0, 0, 0] = 1
    monkeypatch.setattr(suppression, "_EXACT_CELLS", 150)
    monkeypatch.setattr(suppression, "_EXACT_SIZE_WHOLE", 26)
    assert protect(cube).method == "heuristic"
    assert protect(TABLE).method == "exact"


def test_an_unfinished_search_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the exact search does not end, the heuristic answers, and says so."""
    monkeypatch.setattr(_hiding, "exact", lambda *_, **__: None)
    assert protect(TABLE).method == "heuristic"
    assert protect(TABLE, method="exact").method == "heuristic"


def test_exact_search_can_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search without a solution within its bounds answers None."""
    values = with_margins([3, 9]).ravel()
    problem = _hiding.Problem(
        values=values,
        needs={0: 2, 2: -1},
        weights=np.array(values, dtype=np.float64),
        lines=layout((2,)).relations,
        whole=False,
    )
    impossible = attrs.evolve(problem, lines=np.array([[1.0, 0, 0]]))
    assert _hiding.exact(impossible) is None
    with pytest.raises(IlrError, match=r"^no pattern protects the table$") as found:
        _hiding.heuristic(impossible)
    assert found.value.code == "suppression.promise"


def test_a_broken_promise_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a search hid too little, nothing is returned."""

    def primary_only(problem: _hiding.Problem, *, among: Any = None) -> NDArray[np.bool_]:
        hidden = np.zeros(len(problem.values), dtype=bool)
        hidden[list(problem.needs)] = True
        return hidden

    monkeypatch.setattr(_hiding, "exact", primary_only)
    with pytest.raises(IlrError, match=r"^a hidden cell can be worked out$") as found:
        protect(TABLE)
    assert found.value.code == "suppression.promise"
    dominated = [[9, 1, 1, 1, 1, 1], [1] * 6]
    with pytest.raises(IlrError, match="worked out"):
        protect([6, 6], contributions=dominated)


def test_contradictions_are_noticed() -> None:
    """Published cells that no table can have are told apart from safe ones."""
    table = protect(TABLE)
    forged = np.ma.MaskedArray(np.where(table.suppressed, 0, 99), mask=table.suppressed)
    with pytest.raises(IlrError, match=r"^the published cells contradict each other$") as found:
        attrs.evolve(table, published=forged).audit()
    assert found.value.code == "suppression.attack"


def test_identity() -> None:
    """Two protected tables are equal only if they are the same object."""
    assert protect(TABLE) != protect(TABLE)
    assert isinstance(protect(TABLE), Protected)


def test_the_same_table_every_time() -> None:
    """The search is no game of chance."""
    rng = np.random.default_rng(3)
    interior = rng.poisson(8, size=(5, 5))
    first, second = protect(interior), protect(interior)
    assert np.array_equal(first.suppressed, second.suppressed)


def test_small_cells_stay_primary_beside_dominated_ones() -> None:
    """Giving contributions adds dominated cells to the small ones."""
    table = protect([3, 6, 9], contributions=[[1] * 3, [9, 1, 1, 1, 1, 1], [1] * 9])
    assert table.primary.tolist() == [True, True, False, False]


def test_a_dominated_cell_needs_one_more() -> None:
    """A dominated cell of k or more is safe once it could be one more than it is."""
    table = protect(
        [6, 2, 30], k=2, contributions=[[9, 1, 1, 1, 1, 1], [0.3, 0.3], [1] * 30], dominance=(0.5, 1)
    )
    assert table.suppressed.tolist() == [True, True, False, False]
    assert table.audit() == {(0,): (1, 7), (1,): (1, 7)}
    small = protect([6, 9], k=2, contributions=[[0.5, 0.01, 0.01, 0.01, 0.01, 0.01], [1] * 9])
    assert small.primary[0]


def test_what_the_search_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default a cell weighs its persons and one more; whole numbers are asked for above two dimensions."""
    asked: list[_hiding.Problem] = []
    original = _hiding.exact

    def listen(problem: _hiding.Problem) -> NDArray[np.bool_] | None:
        asked.append(problem)
        return original(problem)

    monkeypatch.setattr(_hiding, "exact", listen)
    for interior in ([3, 9], [[3, 9], [9, 9]], [[[3, 9], [9, 9]]]):
        protect(interior, method="exact")
        assert asked[-1].weights.tolist() == (with_margins(interior) + 1).ravel().tolist()
    assert [problem.whole for problem in asked] == [False, False, True]
    assert asked[0].needs == {0: 2}


def test_the_mask_is_hard() -> None:
    """A hidden cell stays masked when somebody writes to it."""
    assert protect(TABLE).published.hardmask is True


def test_a_share_of_nothing_dominates_nobody() -> None:
    """A dominance share of zero is refused, for one person and for two."""
    for dominance in ((0.0, 0.9), (0.5, 0.0)):
        with pytest.raises(InvalidInput, match="shares"):
            protect([6], dominance=dominance)


def test_further_cells_can_be_hidden_for_their_own_sake() -> None:
    """A flagged margin is hidden as a primary cell, and a flagged empty cell is not."""
    flags = np.zeros((3, 3), dtype=bool)
    flags[2, 0] = flags[0, 1] = True
    table = protect([[9, 0], [8, 7]], 5, sensitive=flags)
    assert bool(table.primary[2, 0])
    assert not table.primary[0, 1]
    assert bool(table.suppressed[2, 0])
    low, high = table.audit()[2, 0]
    assert low < 17 < high


@pytest.mark.parametrize("flags", [np.zeros((2, 2), dtype=bool), np.zeros((3, 3))])
def test_flags_must_fit_the_table(flags: np.ndarray) -> None:
    """Flags of another shape, or that are not true or false, are refused."""
    with pytest.raises(InvalidInput, match=r"suppression\.sensitive"):
        protect([[9, 9], [8, 7]], 5, sensitive=flags)


def posed(interior: Any, k: int, cells: Any = None, weights: Any = None) -> _hiding.Problem:
    """The search for a table, protecting its small cells or the given ones."""
    table = with_margins(interior)
    values = table.ravel()
    primaries = np.flatnonzero((values > 0) & (values < k)) if cells is None else np.array(cells)
    return _hiding.Problem(
        values=values,
        needs={int(cell): max(k - int(values[cell]), 1) for cell in primaries},
        weights=np.array(values + 1 if weights is None else weights, dtype=np.float64),
        lines=layout(np.asarray(interior).shape).relations,
        whole=table.ndim > 2,
    )


def is_safe(problem: _hiding.Problem, hidden: NDArray[np.bool_], k: int) -> bool:
    """Whether every primary cell could be k or more and other than it is."""
    limits = _hiding.attack(
        problem.values.astype(float), hidden, problem.lines, list(problem.needs), whole=problem.whole
    )
    return all(high >= max(k, problem.values[cell] + 1) for cell, (_, high) in limits.items())


@pytest.mark.parametrize("method", ["exact", "heuristic"])
@pytest.mark.parametrize(
    ("counts", "k"), [([2, 1], 3), ([1, 0, 1, 1, 0, 2], 4), ([[3, 1], [1, 2], [0, 2]], 6)]
)
def test_a_cell_of_one_cannot_give_way(counts: Any, k: int, method: Any) -> None:
    """No search counts on a hidden cell falling to zero or below."""
    problem = posed(counts, k)
    hidden = _hiding.exact(problem) if method == "exact" else _hiding.heuristic(problem)
    assert hidden is not None
    assert is_safe(problem, hidden, k)
    assert protect(counts, k, method=method).method == method


@pytest.mark.parametrize(
    ("counts", "k", "cells"),
    [([[9, 10], [4, 6], [13, 10]], 6, [3, 10]), ([[6, 0], [0, 7], [8, 0]], 2, [2, 5])],
)
def test_publishing_again_forgets_no_cell(counts: Any, k: int, cells: list[int]) -> None:
    """When a secondary cell is published again, cells that did not rest on it stay protected."""
    problem = posed(counts, k, cells)
    hidden = _hiding.heuristic(problem)
    assert is_safe(problem, hidden, k)
    cheapest = _hiding.exact(problem)
    assert cheapest is not None
    assert problem.weights[hidden].sum() == problem.weights[cheapest].sum()


@pytest.mark.parametrize(
    ("counts", "k", "weights"),
    [
        ([[0, 2], [8, 5], [7, 3]], 5, None),
        ([[2, 3], [1, 3]], 5, None),
        ([[2, 0], [0, 1], [2, 0]], 3, None),
        ([[1, 7], [6, 3]], 4, [3, 0.5, 0.5, 0.5, 1, 0.5, 0.2, 1, 9]),
        ([[8, 4], [3, 5]], 6, [0.5, 0.2, 0.5, 3, 3, 0.2, 0.5, 0.5, 0.5]),
        ([[2, 4], [4, 1]], 5, [9, 0.2, 0.2, 0.5, 0.2, 9, 9, 1, 9]),
        ([[7, 4], [6, 10]], 6, [1, 9, 3, 9, 0.5, 0.2, 0.2, 3, 0.2]),
    ],
)
def test_heuristic_finds_the_cheapest_of_easy_tables(counts: Any, k: int, weights: Any) -> None:
    """The neediest cell first, hidden cells for nothing, the dearest published again: no dearer than exact."""
    problem = posed(counts, k, None, weights)
    hidden, cheapest = _hiding.heuristic(problem), _hiding.exact(problem)
    assert cheapest is not None
    assert problem.weights[hidden].sum() == pytest.approx(problem.weights[cheapest].sum())


def test_three_dimensions_move_more_than_is_needed() -> None:
    """Above two dimensions other cells may move further than the one they protect, in whole numbers."""
    counts = [[[6, 2], [4, 2], [2, 1]], [[1, 6], [3, 4], [2, 5]]]
    far = posed(counts, 4, [0, 1, 4, 6, 7, 8, 12, 15, 18, 30, 31])
    cheapest = _hiding.exact(far)
    assert cheapest is not None
    assert far.weights[cheapest].sum() == 143
    assert is_safe(far, cheapest, 4)
    near = posed([[[1, 1], [4, 1]], [[4, 1], [0, 2]]], 3, [0, 2, 4, 7, 10])
    cheapest, hidden = _hiding.exact(near), _hiding.heuristic(near)
    assert cheapest is not None
    assert near.weights[cheapest].sum() == 87
    assert near.weights[hidden].sum() <= 1.1 * 87


@pytest.mark.parametrize(
    ("counts", "hidden", "limits"),
    [
        (
            [
                [[3, 1, 2], [1, 3, 2], [3, 4, 2]],
                [[2, 2, 2], [3, 3, 1], [1, 2, 3]],
                [[1, 4, 1], [1, 4, 1], [2, 1, 2]],
            ],
            [0, 2, 4, 5, 9, 10, 17, 18, 20, 21, 22, 24, 25, 26, 32, 33, 34, 36, 37, 38, 40, 41],
            {(2, 0, 0): (1, 1)},
        ),
        (
            [
                [[2, 3, 2], [1, 2, 3], [1, 2, 2]],
                [[1, 3, 1], [2, 1, 2], [3, 1, 2]],
                [[1, 3, 1], [5, 2, 4], [3, 1, 3]],
            ],
            [0, 1, 2, 5, 6, 8, 9, 10, 16, 17, 18, 20, 21, 22, 25, 26, 32, 33, 34, 36, 37, 40, 41, 42],
            {(0, 1, 2): (3, 4)},
        ),
    ],
)
def test_the_attack_knows_that_persons_are_whole(counts: Any, hidden: list[int], limits: Any) -> None:
    """Above two dimensions a reader who thinks in whole persons knows more than fractions would tell."""
    true = with_margins(counts)
    mask = np.zeros(true.shape, dtype=bool)
    mask.ravel()[hidden] = True
    published = np.ma.MaskedArray(np.where(mask, 0, true), mask=mask)
    table = Protected(published=published, suppressed=mask, primary=mask, k=2, method="exact")
    found = table.audit()
    assert {index: found[index] for index in limits} == limits
    (cell,) = (int(np.ravel_multi_index(index, mask.shape)) for index in limits)
    fractions = _hiding.attack(
        true.ravel().astype(float),
        mask.ravel(),
        layout(np.asarray(counts).shape).relations,
        [cell],
        whole=False,
    )
    assert fractions[cell] != found[next(iter(limits))]


def test_the_search_ends_within_its_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that may look at no node finds nothing, and the heuristic answers."""
    monkeypatch.setattr(_hiding, "_NODES", 0)
    table = protect(TABLE, method="exact")
    assert table.method == "heuristic"
    assert protect(TABLE, method="heuristic").suppressed.tolist() == table.suppressed.tolist()


@pytest.mark.parametrize("rubbish", [math.nan, -1e9, 1e9])
def test_the_attack_does_not_look_below_the_mask(rubbish: float) -> None:
    """What a hidden cell holds changes nothing in what can be said of it."""
    table = with_margins([3, 9, 8, 30]).ravel().astype(float)
    hidden = np.array([True, False, True, False, False])
    table[hidden] = rubbish
    found = _hiding.attack(table, hidden, layout((4,)).relations, [0, 2], whole=False)
    assert found == {0: (1, 10), 2: (1, 10)}
    everything = np.ones(5, dtype=bool)
    found = _hiding.attack(np.full(5, rubbish), everything, layout((4,)).relations, [4], whole=False)
    assert found == {4: (4, math.inf)}


def test_when_a_table_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits count cells with margins, and filled cells times cells to protect, ends included."""
    monkeypatch.setattr(suppression, "_EXACT_CELLS", 16)
    assert protect(TABLE).method == "exact"
    two = [[12, 2, 9], [8, 6, 7], [10, 1, 14]]
    monkeypatch.setattr(suppression, "_EXACT_SIZE", 31)
    assert protect(two).method == "heuristic"
    monkeypatch.setattr(suppression, "_EXACT_SIZE", 32)
    assert protect(two).method == "exact"
    cube = np.full((2, 2, 2), 9)
    cube[0, 0, 0] = 1
    monkeypatch.setattr(suppression, "_EXACT_CELLS", 150)
    monkeypatch.setattr(suppression, "_EXACT_SIZE_WHOLE", 26)
    assert protect(cube).method == "heuristic"
    monkeypatch.setattr(suppression, "_EXACT_SIZE_WHOLE", 27)
    assert protect(cube).method == "exact"


def test_flags_come_beside_small_cells() -> None:
    """Flagged cells are hidden beside the small ones."""
    flags = np.array([True, False, False, False])
    assert protect([9, 1, 30], 5, sensitive=flags).primary.tolist() == [True, True, False, False]


def test_when_a_cell_is_sensitive() -> None:
    """A cell is sensitive from one person to k - 1, or if its largest members hold more than their shares."""
    assert [is_sensitive([1.0] * n, 5, (1, 1)) for n in range(7)] == [False, *[True] * 4, False, False]
    assert not is_sensitive([5, 1, 1, 1, 1, 1], 5)
    assert is_sensitive([6, 1, 1, 1, 1, 1], 5)
    assert not is_sensitive([4, 4, 1, 1], 2, (0.5, 0.8))
    assert is_sensitive([4, 4, 1, 1], 2, (0.5, 0.79))
    assert not is_sensitive([5, 4, 0.5, 0.5], 2)
    assert is_sensitive([5, 4.01, 0.5, 0.49], 2, (0.6, 0.9))


def test_notebook_rows() -> None:
    """A notebook shows the table cell by cell and nothing else."""
    assert protect([3, 9, 8])._repr_html_() == (
        "<table><caption>hidden below 5: exact</caption>"
        "<tr><td>*</td><td>9</td><td>*</td><td>20</td></tr></table>"
    )
    assert protect([[5, 0], [9, 7]])._repr_html_() == (
        "<table><caption>hidden below 5: exact</caption><tr><td>5</td><td>0</td><td>5</td></tr>"
        "<tr><td>9</td><td>7</td><td>16</td></tr><tr><td>14</td><td>7</td><td>21</td></tr></table>"
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: protect([]), "[suppression.counts] counts: holds no cell."),
        (
            lambda: protect([0.5]),
            "[suppression.counts] counts: holds an entry that is no count (expected whole numbers from 0, together below 2**53).",
        ),
        (
            lambda: protect([6], 1),
            "[suppression.k] k: is too small or no whole number (expected at least 2).",
        ),
        (
            lambda: protect([6], dominance=(0, 0.9)),
            "[suppression.dominance] dominance: does not give two shares (expected above 0, up to 1).",
        ),
        (
            lambda: protect([6], method="best"),  # type: ignore[arg-type]  # refused on purpose
            "[suppression.method] method: is unknown (expected auto, exact, heuristic).",
        ),
        (
            lambda: protect([6], weights=[0]),
            (
                "[suppression.weights] weights: does not give one weight above 0 per cell (expected the shape "
                "of the counts, with or without margins)."
            ),
        ),
        (
            lambda: protect([6], sensitive=[True]),
            (
                "[suppression.sensitive] sensitive: does not flag every cell (expected true or false in the "
                "shape of the counts with margins)."
            ),
        ),
        (
            lambda: protect([6], contributions=[1]),
            "[suppression.contributions] contributions[0]: is not there or no sequence of numbers.",
        ),
        (
            lambda: protect([2], contributions=[[1]]),
            (
                "[suppression.contributions] contributions[0]: does not give one number above 0 per person of "
                "the cell."
            ),
        ),
    ],
)
def test_what_a_refusal_says(call: Any, said: str) -> None:
    """A refusal says in words what is wrong and what would have been right."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert str(found.value) == f"protect: one problem\n  - {said}"


def test_weights_of_any_kind_of_number() -> None:
    """Weights are read as numbers, whatever their type."""
    weights: Any = [Fraction(1, 2), Fraction(1, 3), 50, 50]
    assert protect([3, 9, 8, 30], weights=weights).suppressed.tolist() == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("counts", "options", "code"),
    [
        ([math.inf, 1], {}, "suppression.counts"),
        ([1e19, 1], {}, "suppression.counts"),
        ([2**62, 2**62, 3], {}, "suppression.counts"),
        ([[1, 2], [3]], {}, "suppression.counts"),
        ([9, 9], {"k": 2.5}, "suppression.k"),
        ([9, 9], {"k": "5"}, "suppression.k"),
        ([9, 9], {"dominance": (0.5,)}, "suppression.dominance"),
        ([9, 9], {"dominance": (0.5, 0.9, 1.0)}, "suppression.dominance"),
        ([9, 9], {"weights": ["a", "b"]}, "suppression.weights"),
    ],
)
def test_what_is_no_table_is_refused_in_words(counts: Any, options: dict[str, Any], code: str) -> None:
    """Endless or ragged counts, half a person, and other than two shares are refused with a code."""
    with pytest.raises(InvalidInput) as caught:
        protect(counts, **options)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_subtotals_are_cells_of_the_table() -> None:
    """Groupings add their subtotals behind the categories, and the total comes last."""
    table = protect([6, 7, 8, 9], hierarchies={0: [["a", "a", "b", "c"], ["x", "x", "x", "y"]]})
    assert table.published.tolist() == [6, 7, 8, 9, 13, 8, 9, 21, 9, 30]
    wide = protect([[6, 7, 8], [9, 6, 7]], hierarchies={1: [[0, 0, 1]]})
    assert wide.published.tolist() == [[6, 7, 8, 13, 8, 21], [9, 6, 7, 15, 7, 22], [15, 13, 15, 28, 15, 43]]
    assert not wide.suppressed.any()


def test_a_small_group_alone_in_its_band_takes_the_band_with_it() -> None:
    """A band of one small category is as small, and hidden with it; the cheaper of total and other band goes along."""
    table = protect([3, 9, 8, 30], hierarchies={0: [["a", "b", "b", "b"]]})
    assert table.suppressed.tolist() == [True, False, False, False, True, False, True]
    assert table.audit()[0,] == table.audit()[4,] == (1, math.inf)


def test_subtotals_weigh_and_dominate_like_cells() -> None:
    """Weights without sums add up over subtotals, and a subtotal one person dominates is hidden."""
    groups = {0: [[0, 0, 1]]}
    dear = protect([3, 9, 8], weights=[1, 9, 9], hierarchies=groups)
    assert not dear.suppressed[-1]
    parts = [[20, 1, 1, 1, 1, 1], [1] * 6, [1] * 40]
    table = protect([6, 6, 40], contributions=parts, hierarchies=groups)
    assert table.primary.tolist() == [True, False, False, True, False, False]


@pytest.mark.parametrize(
    ("groups", "path"),
    [
        ({1: [[0, 0, 1]]}, "hierarchies[1]"),
        ({0: [[0, 0]]}, "hierarchies[0][0]"),
        ({0: [[0, 0, 1], [0, 1, 1]]}, "hierarchies[0][1]"),
    ],
)
def test_groupings_must_fit_and_nest(groups: Any, path: str) -> None:
    """Groupings of no dimension, of another length, and such as divide a finer group are refused."""
    with pytest.raises(InvalidInput) as found:
        protect([6, 7, 8], hierarchies=groups)
    assert {(one.code, one.path) for one in found.value.problems} == {("suppression.hierarchies", path)}


def test_two_grouped_dimensions_need_whole_numbers() -> None:
    """Whole numbers are asked for above two dimensions and where two have subtotals, else fractions do."""
    groups = [[0, 0, 1]]
    assert not layout((3, 3), {0: groups}).whole
    assert layout((3, 3), {0: groups, 1: groups}).whole
    assert layout((3, 3), {0: groups, 1: [[0, 0, 0]]}).whole
    assert layout((2, 2, 2)).whole


def test_what_no_change_can_move_has_no_perturbation() -> None:
    """A cell that may not change, or not so far, has no perturbation."""
    lines = layout((2,)).relations
    ones, none = np.ones(3), np.zeros(3)
    assert _hiding.perturbation(lines, none, none, ones, 0, 1, whole=False) is None
    assert _hiding.perturbation(lines, ones, ones, ones, 0, 2, whole=False) is None
    moved = _hiding.perturbation(lines, ones, ones, np.array([1.0, 1.0, 9.0]), 0, 1, whole=False)
    assert moved is not None
    assert moved.tolist() == [1, -1, 0]


def test_the_heuristic_stops_improving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past its number of programs the heuristic returns what protects already; a large pool is not searched."""
    interior = np.random.default_rng(2).poisson(8, size=(6, 6))
    best = protect(interior, method="heuristic")
    monkeypatch.setattr(_hiding, "_POOL", 0)
    unsearched = protect(interior, method="heuristic")
    monkeypatch.setattr(_hiding, "_SOLVES", 0)
    early = protect(interior, method="heuristic")
    weights = with_margins(interior) + 1
    costs = [int(weights[table.suppressed].sum()) for table in (best, unsearched, early)]
    assert costs == sorted(costs)
    assert min(high for _, high in early.audit().values()) >= 5


def test_where_fractions_are_not_enough_whole_numbers_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a pattern protects in fractions only, the exact search is repeated with whole numbers."""
    asked: list[bool] = []
    original = _hiding._cheapest

    def listen(problem: _hiding.Problem, cells: Any, *, whole: bool) -> Any:
        asked.append(whole)
        return original(problem, cells, whole=whole)

    monkeypatch.setattr(_hiding, "_cheapest", listen)
    monkeypatch.setattr(_hiding, "_protects", lambda *_: False)
    cube = np.full((2, 2, 2), 9)
    cube[0, 0, 0] = 1
    assert protect(cube, method="exact").method == "exact"
    assert asked == [False, True]


def test_shares_that_cannot_be_kept_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no pattern could be found nothing is returned."""
    monkeypatch.setattr(_hiding, "perturbation", lambda *_, **__: None)
    with pytest.raises(IlrError, match=r"^no pattern protects the shares$") as found:
        protect_shares([0, 5], [9, 9], bands=[0.2] * 3, hidden=[False] * 3)
    assert found.value.code == "suppression.promise"


def test_shares_of_everybody_alike() -> None:
    """Where all did the same in every cell, all are told as bands."""
    told = protect_shares([9, 9], [9, 9], bands=[0.2] * 3, hidden=[False] * 3)
    assert told.low.tolist() == pytest.approx([0.8] * 3)
    assert told.high.tolist() == [1.0] * 3


def test_a_band_of_one_value_is_not_told() -> None:
    """A band that leaves room for no other count is no band, so the share is left out."""
    told = protect_shares([0, 2], [3, 4], bands=[0.2] * 3, hidden=[False] * 3)
    assert np.isnan(told.low[0])
    assert told.low.tolist()[1:] != [0.5, 2 / 7]


def test_hidden_cells_and_empty_ones_have_no_share() -> None:
    """Nothing is told of a hidden cell or one without trials."""
    told = protect_shares([3, 0, 4], [9, 0, 9], bands=[0.2] * 4, hidden=[True, False, True, False])
    assert np.isnan(told.low).tolist() == [True, True, True, False]
    assert told.low[3] == told.high[3] == 7 / 18


@pytest.mark.parametrize("method", ["exact", "heuristic"])
def test_cells_that_are_hidden_anyway_cost_nothing(method: Any) -> None:
    """Where cells are hidden for another measure, they protect small ones here, and stay hidden themselves."""
    free = protect(TABLE, method=method)
    anyway = np.zeros((4, 4), dtype=bool)
    anyway[0, 1] = anyway[0, 0] = anyway[2, 0] = anyway[2, 1] = True
    table = protect(TABLE, hidden=anyway, method=method)
    assert not np.array_equal(free.suppressed, table.suppressed)
    assert np.array_equal(table.suppressed, anyway)
    assert table.primary.sum() == 1
    empty = protect([[0, 9], [8, 7]], hidden=np.ones((3, 3), dtype=bool), method=method)
    assert not empty.suppressed[0, 0]
    assert empty.suppressed.sum() == 8


def test_flags_of_hidden_cells_must_fit() -> None:
    """Hidden cells of another shape are refused under their own name."""
    with pytest.raises(InvalidInput, match=r"suppression\.hidden"):
        protect([9, 8], hidden=[True])


def told_shares(*counts: Any, **options: Any) -> list[list[float]]:
    """The lowest and the highest value that is told of each share, -1 where none is."""
    told = protect_shares(*counts, **options)
    return [np.where(np.isnan(bound), -1, bound).tolist() for bound in (told.low, told.high)]


@pytest.mark.parametrize(
    ("successes", "trials", "band", "expected"),
    [
        ([1, 4, 10], [5, 5, 20], 0.2, [[0, 0.8, 0.5, 0.5], [0.2, 1, 0.5, 0.5]]),
        ([29, 71, 50], [100, 100, 100], 0.29, [[0, 0.71, 0.5, 0.5], [0.29, 1, 0.5, 0.5]]),
        ([0, 5, 10], [5, 5, 20], 0.2, [[0, 0.8, 0.5, 0.5], [0.2, 1, 0.5, 0.5]]),
    ],
)
def test_the_edge_of_a_band_is_in_it(successes: Any, trials: Any, band: float, expected: Any) -> None:
    """A share that equals the width of its band is told as the band, and counts as room within it."""
    cells = len(successes) + 1
    found = told_shares(successes, trials, bands=[band] * cells, hidden=[False] * cells)
    assert found == [pytest.approx(bound) for bound in expected]


def test_shares_in_a_band_give_way_within_it() -> None:
    """A share of 0 or 1 is safe where another band leaves its count the room, however cheap other cells are."""
    low = told_shares([0, 1, 1, 20], [5, 5, 3, 40], bands=[0.2] * 5, hidden=[False] * 5)
    assert low == [[0, 0, 1 / 3, 0.5, 22 / 53], [0.2, 0.2, 1 / 3, 0.5, 22 / 53]]
    high = told_shares([5, 4, 2, 20], [5, 5, 3, 40], bands=[0.2] * 5, hidden=[False] * 5)
    assert high == [pytest.approx([0.8, 0.8, 2 / 3, 0.5, 31 / 53]), [1, 1, 2 / 3, 0.5, 31 / 53]]


def test_no_more_shares_are_kept_back_than_needed() -> None:
    """The cheapest other share is kept back with one that a band cannot cover, even that of one trial."""
    assert told_shares([0, 2], [3, 4], bands=[0.2] * 3, hidden=[False] * 3) == [[-1, -1, 2 / 7]] * 2
    assert told_shares([0, 5], [1, 9], bands=[0.2] * 3, hidden=[False] * 3) == [[-1, -1, 0.5]] * 2


def test_shares_stand_in_the_shape_of_their_table() -> None:
    """Shares have the shape of the counts with sums, subtotals included; flags and widths may be any numbers."""
    square = protect_shares(
        [[3, 4], [5, 3]], [[9, 9], [9, 9]], bands=np.full((3, 3), 0.2), hidden=np.zeros((3, 3))
    )
    assert square.low.shape == square.high.shape == (3, 3)
    assert square.low[2].tolist() == square.high[2].tolist() == [8 / 18, 7 / 18, 15 / 36]
    groups = {0: [["a", "a", "b", "b"]]}
    widths: Any = [Fraction(1, 5)] * 7
    told = told_shares(
        [1, 4, 5, 3], [9, 9, 9, 9], bands=widths, hidden=[0, 1, 0, 0, 0, 0, 0], hierarchies=groups
    )
    assert told[0] == [0, -1, 5 / 9, 3 / 9, 5 / 18, 8 / 18, 13 / 36]
    assert told[1] == [0.2, *told[0][1:]]


@pytest.mark.parametrize(("shape", "room"), [((4,), 1), ((2, 2), 1), ((2, 2, 1), 4)])
def test_what_the_search_for_shares_is_asked(
    shape: tuple[int, ...], room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First told counts move within their bands, then all counts; silent ones move freely and for nothing."""
    asked: list[tuple[Any, ...]] = []
    original = _hiding.perturbation

    def listen(lines: Any, up: Any, down: Any, cost: Any, cell: int, by: int, *, whole: bool) -> Any:
        asked.append((*(part[places].tolist() for part in (up, down, cost)), cell, by, whole))
        return original(lines, up, down, cost, cell, by, whole=whole)

    monkeypatch.setattr(_hiding, "perturbation", listen)
    sums = layout(shape)
    places = np.arange(np.prod(sums.shape)).reshape(sums.shape)[tuple(map(slice, shape))].ravel()
    hidden = np.zeros(sums.shape, dtype=bool)
    hidden.ravel()[places[2]] = True
    options: Any = {"bands": np.full(sums.shape, 0.3), "hidden": hidden}
    rest = [21, 21, 0, 21], 0, 1, sums.whole
    protect_shares(np.reshape([0, 19, 6, 10], shape), np.full(shape, 20), **options)
    assert asked[0] == ([room, 1, room, 0], [0, room, room, 0], *rest)
    asked.clear()
    protect_shares(np.reshape([0, 13, 6, 10], shape), np.full(shape, 20), **options)
    assert asked[0] == ([room, 0, room, 0], [0, 0, room, 0], *rest)
    assert asked[1:] == ([([room] * 4, [0, room, room, room], *rest)] if len(shape) > 1 else [])


def marked(cells: list[int], size: int) -> NDArray[np.bool_]:
    """Flags of some cells."""
    flags = np.zeros(size, dtype=bool)
    flags[cells] = True
    return flags


def places(flags: NDArray[np.bool_]) -> list[int]:
    """The cells that are flagged."""
    found: list[int] = np.flatnonzero(flags).tolist()
    return found


@pytest.mark.parametrize(("counts", "room"), [([[3, 9], [1, 8]], 2), ([[[3, 9], [1, 8]]], 8)])
def test_what_protects_a_cell_is_asked_for(counts: Any, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells that hold anything may rise, or fall to one, some way; what is hidden costs nothing."""
    problem = posed(counts, 5, [0])
    asked: list[Any] = []
    monkeypatch.setattr(_hiding, "perturbation", lambda *given, whole: asked.append((*given, whole)))
    search = _hiding._Search(problem, problem.weights, 3)
    size = len(problem.values)
    assert search.perturbed(0, problem.values != 9, marked([0, 1], size)) is None
    assert search.solves == 4
    lines, up, down, cost, cell, need, whole = asked[0]
    assert lines is problem.lines
    allowed = problem.values != 9
    assert up.tolist() == [2, *np.where(allowed, room, 0)[1:]]
    assert down.tolist() == np.where(allowed, np.minimum(problem.values - 1, room), 0).tolist()
    assert cost.tolist() == [0, 0, *problem.weights[2:]]
    assert (cell, need, whole) == (0, 2, problem.whole)


def test_each_cell_is_protected_beside_what_is_hidden() -> None:
    """One cell after the other may move all that is filled, where the cells to protect and moved ones are free."""
    problem = posed([3, 9, 1, 0, 8], 5, [0, 2])
    asked: list[tuple[int, list[int], list[int]]] = []

    class Search(_hiding._Search):
        def perturbed(self, cell: int, allowed: Any, free: Any) -> Any:
            asked.append((cell, places(allowed), places(free)))
            return marked([cell, 4], 6)

    search = Search(problem, problem.weights, 0)
    assert places(search.hidden) == [0, 2]
    search.protect([2, 0])
    assert asked == [(2, [0, 1, 2, 4, 5], [0, 2]), (0, [0, 1, 2, 4, 5], [0, 2, 4])]
    assert places(search.hidden) == [0, 2, 4]


def searched(counts: Any, moves: dict[int, list[int]], weights: Any = None) -> _hiding._Search:
    """A search that has protected some cells by others."""
    problem = posed(counts, 5, list(moves), weights)
    search = _hiding._Search(problem, problem.weights, 0)
    search.moves = {cell: marked(moved, len(problem.values)) for cell, moved in moves.items()}
    return search


@pytest.mark.parametrize(
    ("counts", "weights", "moves", "candidate", "hidden"),
    [
        ([3, 9, 8, 30], None, {0: [0, 1]}, 1, [0, 2]),
        ([3, 9, 8, 30, 0], None, {0: [0, 1]}, 1, [0, 2]),
        ([3, 9, 12, 8, 1], None, {0: [0, 1], 4: [2, 4]}, 1, [0, 2, 4]),
        ([[3, 9, 9], [9, 1, 40]], [1, 1, 9, 9, 1, 1, 9, 9, 9, 9, 9, 9], {0: [0, 2, 4, 6]}, 2, [0, 1, 4, 5]),
    ],
)
def test_a_cell_is_published_again_where_that_is_cheaper(
    counts: Any, weights: Any, moves: dict[int, list[int]], candidate: int, hidden: list[int]
) -> None:
    """What rested on a cell rests on others that cost less together; those that are hidden cost nothing."""
    search = searched(counts, moves, weights)
    assert search._replaces(candidate)
    assert places(search.hidden) == hidden
    assert not search._replaces(candidate)
    assert places(search.hidden) == hidden


@pytest.mark.parametrize(
    ("counts", "weights", "moves", "candidate"),
    [
        ([3, 8, 9, 30], None, {0: [0, 1]}, 1),
        ([3, 9, 9, 30], None, {0: [0, 1]}, 1),
        ([3, 9], [1, 9, 1], {0: [0, 1]}, 0),
        ([3, 0, 9, 1], [1, 1, 1, 1, 99], {0: [0, 2]}, 2),
        ([[3, 9, 9], [9, 0, 40]], [1, 1, 9, 9, 1, 1, 9, 9, 9, 9, 9, 9], {0: [0, 2, 4, 6]}, 2),
    ],
)
def test_a_cell_stays_hidden_where_publishing_gains_nothing(
    counts: Any, weights: Any, moves: dict[int, list[int]], candidate: int
) -> None:
    """Where others cost as much or more, or none would do, everything is as it was."""
    search = searched(counts, moves, weights)
    before = search.hidden
    assert not search._replaces(candidate)
    assert np.array_equal(search.hidden, before)


def test_cells_are_published_again_the_dearest_first() -> None:
    """All that was hidden at a cost is tried, the dearest first, again as long as anything was gained."""
    seen: list[int] = []
    gains = [False, True, False, *[False] * 3]

    class Search(_hiding._Search):
        def _replaces(self, candidate: int) -> bool:
            seen.append(candidate)
            return gains.pop(0)

    problem = posed([3, 9, 8, 7, 6, 5], 5, [0], [4, 0.5, 7, 0, 7, 9, 9])
    search = Search(problem, problem.weights, _hiding._SOLVES)
    search.moves = {0: marked([0, 1, 2, 3, 4], 7)}
    search.improve()
    assert seen == [2, 4, 1] * 2
    search.solves += 1
    search.improve()
    assert len(seen) == 6


class Turns:
    """Listens to the turns of the heuristic."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.searches: list[Any] = []
        turns = self

        class Search(_hiding._Search):
            def __init__(self, problem: Any, weights: Any, solves: int) -> None:
                super().__init__(problem, weights, solves)
                self.began, self.improved = solves, False
                self.order: list[int] = []
                turns.searches.append(self)

            def protect(self, order: Any) -> None:
                self.order = list(order)
                super().protect(order)

            def improve(self) -> None:
                self.improved = True
                super().improve()

        monkeypatch.setattr(_hiding, "_Search", Search)


def test_the_turns_of_the_heuristic(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns go through the cells from the neediest and back, and what was used at a cost gets dearer."""
    turns = Turns(monkeypatch)
    problem = posed([[3, 9, 6], [9, 2, 7], [8, 7, 9]], 5)
    problem = attrs.evolve(problem, weights=np.where(problem.values == 9, 0.5, problem.weights))
    _hiding.heuristic(problem)
    first = [4 + 1, 0]
    assert [search.order for search in turns.searches] == [first, first[::-1], first, first[::-1], first]
    assert [search.improved for search in turns.searches] == [True, False, False, False, False]
    used, solves = np.zeros(16), 0
    for search in turns.searches:
        assert search.weights.tolist() == (problem.weights * (1 + used)).tolist()
        assert search.began == solves
        solves = search.solves
        used += search.hidden & ~marked([0, 5], 16)
    assert used.max() == 5


def test_the_heuristic_turns_no_more_than_is_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops where nothing was hidden at a cost, and past its number of programs."""
    turns = Turns(monkeypatch)
    free = posed([3, 9, 8], 5, [0], [1, 9, 0, 9])
    assert places(_hiding.heuristic(free)) == [0, 2]
    assert len(turns.searches) == 1
    turns.searches.clear()
    problem = posed([[3, 9, 6], [9, 2, 7], [8, 7, 9]], 5)
    _hiding.heuristic(problem)
    monkeypatch.setattr(_hiding, "_SOLVES", turns.searches[0].solves)
    turns.searches.clear()
    _hiding.heuristic(problem)
    assert len(turns.searches) == 2


@pytest.mark.parametrize(
    ("pool", "cells", "expected"),
    [
        (10, [0, 2], [0, 2]),
        (10, [0, 2, 3], [0, 2, 4]),
        (10, [0, 1, 2], [0, 2, 4]),
        (10, None, [0, 2, 4]),
        (9, [0, 2], [0, 2, 4]),
    ],
)
def test_the_best_of_all_turns(
    pool: int, cells: list[int] | None, expected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cheapest result stands, unless the exact search among the cells of all of a small pool finds less."""
    hidden = [[0, 1], [0, 2, 4], [0, 1, 4], [0, 3], [0, 1]]
    asked: list[list[int]] = []

    class Search(_hiding._Search):
        def protect(self, order: Any) -> None:
            self.moves = {order[0]: marked(hidden.pop(0), 6)}

    def found(problem: Any, *, among: Any) -> Any:
        asked.append(places(among))
        return None if cells is None else marked(cells, 6)

    monkeypatch.setattr(_hiding, "_Search", Search)
    monkeypatch.setattr(_hiding, "exact", found)
    monkeypatch.setattr(_hiding, "_POOL", pool)
    monkeypatch.setattr(Search, "improve", lambda _: None)
    problem = posed([3, 4, 9, 9, 9], 5, [0, 2], [1, 9, 1, 5, 5, 9])
    assert places(_hiding.heuristic(problem)) == expected
    assert asked == ([[0, 1, 2, 3, 4]] if pool == 10 else [])


def test_a_short_search_is_not_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one turn was all, no exact search follows it."""
    monkeypatch.setattr(_hiding, "exact", None)
    assert places(_hiding.heuristic(posed([3, 9, 8], 5, [0], [1, 9, 0, 9]))) == [0, 2]


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (
            {2: [[0, 0, 1]]},
            "hierarchies[2]: is no dimension of the table (expected 0 to 1).",
        ),
        (
            {0: [[0, 1]]},
            "hierarchies[0][0]: does not name a group for every category (expected 3 names).",
        ),
        (
            {1: [[0, 0], [0, 1]]},
            (
                "hierarchies[1][1]: divides a group of the grouping before it (expected nested groupings, "
                "from fine to coarse)."
            ),
        ),
    ],
)
def test_what_is_said_of_groupings(groups: Any, said: str) -> None:
    """A refusal of groupings says which dimension and which grouping it is about."""
    with pytest.raises(InvalidInput) as found:
        protect(np.full((3, 2), 9), hierarchies=groups)
    assert str(found.value) == f"hierarchies: one problem\n  - [suppression.hierarchies] {said}"


def test_the_exact_search_keeps_to_its_cells() -> None:
    """The cheapest set is looked for among the cells that may be hidden."""
    problem = posed([3, 9, 8, 30], 5)
    kept = _hiding.exact(problem, among=marked([0, 1, 4], 5))
    free = _hiding.exact(problem)
    assert kept is not None
    assert free is not None
    assert (places(kept), places(free)) == ([0, 1], [0, 2])


def test_a_perturbation_moves_no_cell_without_need() -> None:
    """Cells that cost nothing are moved rather than others, but no more of them than the change asks for."""
    everything, free = np.full(16, 2.0), np.zeros(16)
    moved = _hiding.perturbation(layout((3, 3)).relations, everything, everything, free, 0, 2, whole=False)
    assert moved is not None
    assert (np.abs(moved).sum(), moved[0]) == (8, 2)
    lines = layout((2,), {0: [["all", "all"]]}).relations
    longer = _hiding.perturbation(lines, np.ones(4), np.ones(4), np.array([0, 0.5, 0, 0]), 0, 1, whole=False)
    assert longer is not None
    assert longer.tolist() == [1, 0, 1, 1]


def test_a_cell_can_be_asked_to_fall() -> None:
    """A fall is asked for below 0, and refused where the cell may not fall so far."""
    lines, one = layout((2,)).relations, np.ones(3)
    fallen = _hiding.perturbation(lines, one, one, np.array([1.0, 1, 9]), 1, -1, whole=False)
    assert fallen is not None
    assert fallen.tolist() == [1, -1, 0]
    assert _hiding.perturbation(lines, one, np.array([1.0, 0, 1]), one, 1, -1, whole=False) is None
    assert _hiding.perturbation(lines, np.array([1.0, 0, 1]), one, one, 1, 1, whole=False) is None


def test_whether_a_pattern_protects_in_whole_numbers() -> None:
    """A pattern protects if each cell to protect can be larger while only hidden cells change."""
    problem = posed([3, 9, 2, 30], 5)
    assert _hiding._protects(problem, marked([0, 1, 2], 5))
    assert not _hiding._protects(problem, marked([0, 2], 5))


def test_the_most_persons_of_a_table() -> None:
    """Counts add up to as many as floating point tells apart, and no more."""
    assert protect([2**53 - 1]).published.tolist() == [2**53 - 1] * 2
    with pytest.raises(InvalidInput, match=r"suppression\.counts"):
        protect([2**53])


def test_every_wrong_grouping_is_told() -> None:
    """Groupings of another length are told one by one, in all dimensions."""
    with pytest.raises(InvalidInput) as found:
        protect([6, 7, 8], hierarchies={0: [[0, 0], [0, 0, 1], [0]], 3: []})
    assert [problem.path for problem in found.value.problems] == [
        "hierarchies[3]",
        "hierarchies[0][0]",
        "hierarchies[0][2]",
    ]


def test_every_sum_adds_up_what_stands_right_below_it() -> None:
    """A group adds up places of the grouping before it, the total those of the last, and so say the relations."""
    sums = layout((4, 2), {0: [["a", "a", "b", "c"], ["x", "x", "x", "y"]]})
    assert sums.axes[0].parts == ((0, 1), (2,), (3,), (4, 5), (6,), (7, 8))
    assert sums.axes[1].parts == ((0, 1),)
    table = sums.with_sums(np.random.default_rng(1).integers(0, 99, size=(4, 2)))
    assert sums.relations.shape == (6 * 3 + 10, 30)
    assert not (sums.relations @ table.ravel()).any()


def test_a_share_that_gave_way_within_its_band_is_told() -> None:
    """Of the shares that could be otherwise only those are kept back that would leave what is told of them."""
    found = told_shares([0, 10, 20, 0], [5, 20, 30, 0], bands=[0.2] * 5, hidden=[False] * 5)
    assert found == [[0, -1, 20 / 30, -1, 30 / 55], [0.2, -1, 20 / 30, -1, 30 / 55]]


def test_the_promise_is_kept_in_whole_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last attack on a table asks for whole numbers where fractions would tell less."""
    asked: list[bool] = []
    original = _hiding.attack

    def listen(*given: Any, whole: bool) -> Any:
        asked.append(whole)
        return original(*given, whole=whole)

    monkeypatch.setattr(_hiding, "attack", listen)
    for interior in ([3, 9], [[[3, 9], [9, 9]]]):
        protect(interior).audit()
    assert asked == [False, False, True, True]


def test_the_audit_knows_the_subtotals() -> None:
    """A reader of a table with subtotals can use them, and so does the audit."""
    table = protect([3, 9, 8, 30], hierarchies={0: [["low", "low", "high", "high"]]})
    assert table.audit() == {(0,): (1, 11), (1,): (1, 11)}


def test_what_is_hidden_anyway_weighs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is told that cells hidden for another measure are free, and the others are not."""
    asked: list[_hiding.Problem] = []
    original = _hiding.exact

    def listen(problem: _hiding.Problem) -> NDArray[np.bool_] | None:
        asked.append(problem)
        return original(problem)

    monkeypatch.setattr(_hiding, "exact", listen)
    protect([3, 9, 8], hidden=[False, True, False, False], method="exact")
    assert asked[0].weights.tolist() == [4, 0, 9, 21]


@pytest.mark.parametrize("whole", [False, True])
def test_a_perturbation_is_solved_in_the_numbers_asked_for(
    whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole numbers are passed on to the solver, with a cost just above that of each cell."""
    asked: list[Any] = []
    monkeypatch.setattr(_hiding, "_solved", lambda cost, *_, whole: asked.append((cost, whole)))
    cost = np.array([0.0, 2.0, 5.0])
    assert (
        _hiding.perturbation(layout((2,)).relations, np.ones(3), np.ones(3), cost, 0, 1, whole=whole) is None
    )
    assert asked[0][1] is whole
    assert asked[0][0] == pytest.approx([*cost, *cost], abs=1e-5)
    assert (asked[0][0] > [*cost, *cost]).all()
