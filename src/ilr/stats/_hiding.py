"""Which cells to hide: the attack on hidden cells, and the searches for cells that protect others.

Here belongs what knows relations and numbers alone. Not here: which cells need protection (`suppression`).

A hidden cell is protected by a perturbation: whole numbers that can be added to the hidden cells without
touching a published one, that keep every relation, leave every hidden cell within what is known of it and
move the cell far enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import IlrError
from ilr.stats._arrays import Floats, Ints

__all__ = ["Problem", "attack", "exact", "heuristic", "perturbation"]

_SLACK = 1e-6
_NODES = 20_000
_SOLVES = 800
"""Programs after which the heuristic stops improving what protects already."""
_TURNS = 5
"""Ways of protecting that the heuristic combines."""
_POOL = 2500
"""Cells times primaries up to which it searches among all of them."""

Cells = NDArray[np.bool_]


@attrs.frozen(eq=False)
class Problem:
    """A table whose primary cells are to be protected.

    Attributes:
        values: the cells with sums, flat.
        needs: by primary cell, the least rise that protects it.
        weights: cost of hiding each cell, flat; 0 where it is hidden anyway.
        lines: relations, shape (lines, cells).
        whole: whether whole numbers must be asked for.
    """

    values: Ints
    needs: dict[int, int]
    weights: Floats
    lines: Floats
    whole: bool

    @property
    def primaries(self) -> Cells:
        """The cells to protect, flat."""
        cells = np.zeros(len(self.values), dtype=bool)
        cells[list(self.needs)] = True
        return cells


def attack(
    published: Floats, hidden: Cells, lines: Floats, cells: Sequence[int], *, whole: bool
) -> dict[int, tuple[float, float]]:
    """What somebody who knows the published cells and the method can say of hidden ones.

    Args:
        published: the table with sums, flat; hidden cells may hold anything.
        hidden: which cells are hidden, flat.
        lines: relations, shape (lines, cells).
        cells: the hidden cells to attack.
        whole: whether whole numbers must be asked for.

    Returns:
        Least and greatest consistent value of each cell, hidden cells being at least 1; infinity where
        nothing bounds it.
    """
    from scipy.optimize import Bounds, LinearConstraint

    unknown = np.flatnonzero(hidden)
    matrix = lines[:, unknown]
    known = lines @ np.where(hidden, 0.0, published)
    used = matrix.any(axis=1)
    most = float(np.where(hidden, 0.0, published).sum()) + len(unknown)
    ceiling = 20 * most
    constraint = LinearConstraint(matrix[used], -known[used], -known[used])
    bounds = Bounds(1.0, ceiling)
    out = {}
    for cell in cells:
        goal = (unknown == cell).astype(np.float64)
        limits = []
        for sign in (1.0, -1.0):
            found = _solved(sign * goal, constraint, bounds, whole=whole)
            if found is None:
                raise IlrError("the published cells contradict each other", code="suppression.attack")
            limits.append(float(np.rint(goal @ found)))
        # A bounded cell is at most what is published and one for each hidden cell.
        out[cell] = limits[0], limits[1] if limits[1] <= 2 * most else math.inf
    return out


def _solved(cost: Floats, constraint: Any, bounds: Any, *, whole: bool) -> Floats | None:
    """The cheapest solution, None where there is none.

    Whole numbers are asked for only where those without are not whole already, which they mostly are.
    """
    from scipy.optimize import milp

    def asked(integral: int) -> Any:
        return milp(cost, constraints=constraint, bounds=bounds, integrality=np.full(len(cost), integral))

    found = asked(0)
    if whole and found.success and np.abs(found.x - np.rint(found.x)).max() > _SLACK:
        found = asked(1)
    return np.asarray(found.x) if found.success else None


def exact(problem: Problem, *, among: Cells | None = None) -> Cells | None:
    """The cheapest set of hidden cells, by one mixed-integer program (Fischetti & Salazar-González 2001).

    Args:
        problem: the table.
        among: the cells that may be hidden; by default all that are not empty.

    Returns:
        The hidden cells, flat; None where the search did not end within its nodes.
    """
    allowed = problem.values > 0 if among is None else among
    hidden = _cheapest(problem, np.flatnonzero(allowed), whole=False)
    if hidden is not None and problem.whole and not _protects(problem, hidden):
        hidden = _cheapest(problem, np.flatnonzero(allowed), whole=True)
    return hidden


def _protects(problem: Problem, hidden: Cells) -> bool:
    """Whether every primary has a perturbation of hidden cells in whole numbers."""
    search = _Search(problem, problem.weights, 0)
    return all(search.perturbed(cell, hidden, hidden) is not None for cell in problem.needs)


def _cheapest(problem: Problem, open_cells: Ints, *, whole: bool) -> Cells | None:
    """The cheapest set among some cells, with perturbations in whole numbers or fractions."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_diag, coo_array, csr_array, hstack, vstack

    primaries = np.array(sorted(problem.needs))
    m, p = len(open_cells), len(primaries)
    lines = csr_array(problem.lines[:, open_cells])
    lines = lines[np.flatnonzero(abs(lines).sum(axis=1))]
    needs = np.array([problem.needs[int(cell)] for cell in primaries], dtype=np.float64)
    room = np.repeat(needs, m) * (4 if problem.whole else 1)
    down = np.minimum(np.tile(problem.values[open_cells] - 1.0, p), room)
    eye = coo_array((np.ones(m * p), (np.arange(m * p), np.arange(m * p))))
    choose = np.tile(np.arange(m), p)
    place = np.arange(m * p)
    balance = hstack([csr_array((lines.shape[0] * p, m)), block_diag([lines] * p)])
    above = hstack([coo_array((-room, (place, choose)), shape=(m * p, m)), eye])
    below = hstack([coo_array((down, (place, choose)), shape=(m * p, m)), eye])
    lower = np.concatenate([np.isin(open_cells, primaries), -down])
    upper = np.concatenate([np.ones(m), room])
    raised = m + np.arange(p) * m + np.searchsorted(open_cells, primaries)
    lower[raised] = needs
    found = milp(
        np.concatenate([problem.weights[open_cells], np.zeros(m * p)]),
        constraints=[
            LinearConstraint(balance, 0, 0),
            LinearConstraint(vstack([above]), -np.inf, 0),
            LinearConstraint(vstack([below]), 0, np.inf),
        ],
        bounds=Bounds(lower, upper),
        integrality=np.concatenate([np.ones(m), np.full(m * p, int(whole))]),
        options={"node_limit": _NODES},
    )
    if not found.success:
        return None
    hidden = np.zeros(len(problem.values), dtype=bool)
    hidden[open_cells] = found.x[:m] > 0.5
    return hidden


def heuristic(problem: Problem) -> Cells:
    """A set of hidden cells that protects every primary cell, cheap but not always the cheapest.

    For each primary cell the cheapest perturbation is found, where cells that are hidden already cost
    nothing. Then each secondary cell, the dearest first, is published again where the primaries that rest on
    it can be protected by others that cost less together. This is repeated with what was hidden before made
    dearer, for other ways, and the exact search among the cells of all results takes the cheapest set.
    """
    first = sorted(problem.needs, key=lambda cell: (-problem.needs[cell], cell))
    used = np.zeros(len(problem.values))
    found: list[Cells] = []
    solves = 0
    for turn in range(_TURNS):
        search = _Search(problem, problem.weights * (1 + used), solves)
        search.protect(first if turn % 2 == 0 else first[::-1])
        if turn == 0:
            search.improve()
        found.append(search.hidden)
        used += search.hidden & ~problem.primaries & (problem.weights > 0)
        solves = search.solves
        if solves > _SOLVES or not used.any():
            break
    best = min(found, key=lambda hidden: float(problem.weights[hidden].sum()))
    among = np.logical_or.reduce(found)
    if len(found) == _TURNS and int(among.sum()) * len(problem.needs) <= _POOL:
        joined = exact(problem, among=among)
        if joined is not None and problem.weights[joined].sum() < problem.weights[best].sum():
            return joined
    return best


class _Search:
    """One run of the heuristic: for each primary the cells that its perturbation moves."""

    def __init__(self, problem: Problem, weights: Floats, solves: int) -> None:
        self.problem = problem
        self.weights = weights
        self.moves: dict[int, Cells] = {}
        self.solves = solves

    @property
    def hidden(self) -> Cells:
        """What is hidden so far."""
        cells = self.problem.primaries
        for moved in self.moves.values():
            cells |= moved
        return cells

    def protect(self, order: Sequence[int]) -> None:
        """Protect one primary after the other."""
        everything = self.problem.values > 0
        for cell in order:
            moved = self.perturbed(cell, everything, self.hidden)
            if moved is None:
                raise IlrError("no pattern protects the table", code="suppression.promise")
            self.moves[cell] = moved

    def improve(self) -> None:
        """Publish secondary cells again as long as that makes the whole cheaper."""
        better = True
        while better and self.solves <= _SOLVES:
            secondary = np.flatnonzero(self.hidden & ~self.problem.primaries & (self.weights > 0))
            in_turn = sorted(secondary.tolist(), key=lambda cell: (-self.weights[cell], cell))
            gains = [self._replaces(candidate) for candidate in in_turn]
            better = any(gains)

    def _replaces(self, candidate: int) -> bool:
        """Whether the primaries that rest on a cell could be protected otherwise for less."""
        before = self.hidden
        if not before[candidate]:  # it went with another one
            return False
        others = self.problem.values > 0
        others[candidate] = False
        kept = dict(self.moves)
        for cell, moved in kept.items():
            if moved[candidate]:
                instead = self.perturbed(cell, others, self.hidden & others)
                if instead is None:
                    break
                self.moves[cell] = instead
        after = self.hidden
        if not after[candidate] and self.weights[after].sum() < self.weights[before].sum() - _SLACK:
            return True
        self.moves = kept
        return False

    def perturbed(self, cell: int, allowed: Cells, free: Cells) -> Cells | None:
        """Cells moved by the cheapest perturbation that protects one cell, None if there is none."""
        self.solves += 1
        problem = self.problem
        need = problem.needs[cell]
        room = float(need * (4 if problem.whole else 1))
        up = np.where(allowed, room, 0.0)
        down = np.where(allowed, np.minimum(problem.values - 1.0, room), 0.0)
        up[cell] = need
        moves = perturbation(
            problem.lines, up, down, np.where(free, 0.0, self.weights), cell, need, whole=problem.whole
        )
        return None if moves is None else np.abs(moves) > _SLACK


def perturbation(
    lines: Floats, up: Floats, down: Floats, cost: Floats, cell: int, by: int, *, whole: bool
) -> Floats | None:
    """The cheapest change of cells that keeps every relation and changes one cell by so much.

    Args:
        lines: relations, shape (lines, cells).
        up: how far each cell may rise, from 0.
        down: how far each cell may fall, from 0.
        cost: of changing each cell by one.
        cell: the cell that must change.
        by: by how much, below 0 for a fall; not 0.
        whole: whether whole numbers must be asked for.

    Returns:
        The change of each cell, None where there is none.
    """
    from scipy.optimize import Bounds, LinearConstraint

    rise, fall = max(by, 0), max(-by, 0)
    if up[cell] < rise or down[cell] < fall:
        return None
    free = np.flatnonzero((up > 0) | (down > 0))
    rows = lines[:, free]
    rows = rows[rows.any(axis=1)]
    n, at = len(free), int(np.searchsorted(free, cell))
    low = np.zeros(2 * n)
    high = np.concatenate([up[free], down[free]])
    low[[at, n + at]] = high[[at, n + at]] = rise, fall
    found = _solved(
        np.concatenate([cost[free], cost[free]]) + 1e-6,
        LinearConstraint(np.hstack([rows, -rows]), 0, 0),
        Bounds(low, high),
        whole=whole,
    )
    if found is None:
        return None
    moves = np.zeros(len(up))
    moves[free] = found[:n] - found[n:]
    return moves
