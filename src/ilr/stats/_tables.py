"""Tables with margins as linear systems: what is known, what can be inferred, what protects a cell.

Here belong the relations of a table, the attack on hidden cells, and the two searches for secondary cells.
Not here: which cells need protection, which is decided in `suppression`.

A hidden cell is protected by a perturbation: whole numbers that can be added to the hidden cells without
touching a published one, that keep every relation, leave every hidden cell positive and raise the cell far
enough. In one and two dimensions the relations are totally unimodular, so linear programs give whole
numbers by themselves; above, whole numbers are asked for.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from ilr.base.errors import IlrError
from ilr.stats._arrays import Floats, Ints

__all__ = ["Problem", "attack", "exact", "heuristic", "margin_members", "relations", "with_margins"]

_SLACK = 1e-6
_NODES = 20_000


def with_margins(interior: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add totals along every axis, the last index being the total."""
    table = interior
    for axis in range(interior.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def relations(shape: Sequence[int]) -> Floats:
    """One row per line of the table: its cells add up to its margin.

    Args:
        shape: shape of the table with margins.

    Returns:
        Coefficients, shape (lines, cells), 1 for cells of the line and -1 for its margin.
    """
    cells = np.arange(math.prod(shape)).reshape(shape)
    rows = []
    for axis in range(len(shape)):
        for line in np.moveaxis(cells, axis, -1).reshape(-1, shape[axis]):
            row = np.zeros(cells.size)
            row[line[:-1]] = 1
            row[line[-1]] = -1
            rows.append(row)
    return np.array(rows)


@attrs.frozen(eq=False)
class Problem:
    """A table whose primary cells are to be protected.

    Attributes:
        values: the cells with margins, flat.
        needs: by primary cell, the least rise that protects it.
        weights: cost of hiding each cell, flat.
        lines: relations, shape (lines, cells).
        whole: whether whole numbers must be asked for.
    """

    values: Ints
    needs: dict[int, int]
    weights: Floats
    lines: Floats
    whole: bool


def attack(
    published: Floats, hidden: NDArray[np.bool_], lines: Floats, cells: Sequence[int], *, whole: bool
) -> dict[int, tuple[float, float]]:
    """What somebody who knows the published cells and the method can say of hidden ones.

    Args:
        published: the table with margins, flat; hidden cells may hold anything.
        hidden: which cells are hidden, flat.
        lines: relations, shape (lines, cells).
        cells: the hidden cells to attack.
        whole: whether whole numbers must be asked for.

    Returns:
        Least and greatest consistent value of each cell, hidden cells being at least 1; infinity where
        nothing bounds it.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

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
            found = milp(
                sign * goal,
                constraints=constraint,
                bounds=bounds,
                integrality=np.full(len(unknown), int(whole)),
            )
            if not found.success:
                raise IlrError("the published cells contradict each other", code="suppression.attack")
            limits.append(float(np.rint(sign * found.fun)))
        # A bounded cell is at most what is published and one for each hidden cell.
        out[cell] = limits[0], limits[1] if limits[1] <= 2 * most else math.inf
    return out


def exact(problem: Problem) -> NDArray[np.bool_] | None:
    """The cheapest set of hidden cells, by one mixed-integer program (Fischetti & Salazar-González 2001).

    Returns:
        The hidden cells, flat; None where the search did not end within its nodes.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_diag, coo_array, csr_array, hstack, vstack

    open_cells = np.flatnonzero(problem.values > 0)
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
        integrality=np.concatenate([np.ones(m), np.full(m * p, int(problem.whole))]),
        options={"node_limit": _NODES},
    )
    if not found.success:
        return None
    hidden = np.zeros(len(problem.values), dtype=bool)
    hidden[open_cells] = found.x[:m] > 0.5
    return hidden


def heuristic(problem: Problem) -> NDArray[np.bool_]:
    """A set of hidden cells that protects every primary cell, cheap but not always the cheapest.

    For each primary cell the cheapest perturbation is found, where cells that are hidden already cost
    nothing, and its cells are hidden; then every secondary cell without which all primaries stay protected
    is published again, the most costly first.
    """
    hidden = np.zeros(len(problem.values), dtype=bool)
    hidden[list(problem.needs)] = True
    everything = problem.values > 0
    witness: dict[int, NDArray[np.bool_]] = {}
    for cell in sorted(problem.needs, key=lambda index: (-problem.needs[index], index)):
        support = _perturb(problem, cell, everything, np.where(hidden, 0.0, problem.weights))
        if support is None:
            raise IlrError("no pattern protects the table", code="suppression.promise")
        hidden |= support
        witness[cell] = support
    secondary = np.setdiff1d(np.flatnonzero(hidden), list(problem.needs))
    for candidate in sorted(secondary, key=lambda index: (-problem.weights[index], index)):
        fewer = hidden.copy()
        fewer[candidate] = False
        moved = {}
        for cell, support in witness.items():
            if support[candidate]:
                other = _perturb(problem, cell, fewer, np.zeros(len(hidden)))
                if other is None:
                    break
                moved[cell] = other
        else:
            witness |= moved
            hidden = fewer
    return hidden


def _perturb(
    problem: Problem, cell: int, allowed: NDArray[np.bool_], cost: Floats
) -> NDArray[np.bool_] | None:
    """Cells moved by the cheapest perturbation that protects one cell, None if there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    free = np.flatnonzero(allowed)
    lines = problem.lines[:, free]
    lines = lines[lines.any(axis=1)]
    need = problem.needs[cell]
    room = float(need * (4 if problem.whole else 1))
    own = free == cell
    up = np.where(own, float(need), room)
    down = np.where(own, 0.0, np.minimum(problem.values[free] - 1.0, room))
    low = np.concatenate([np.where(own, float(need), 0.0), np.zeros(len(free))])
    found = milp(
        np.concatenate([cost[free], cost[free]]) + 1e-6,
        constraints=LinearConstraint(np.hstack([lines, -lines]), 0, 0),
        bounds=Bounds(low, np.concatenate([up, down])),
        integrality=np.full(2 * len(free), int(problem.whole)),
    )
    if not found.success:
        return None
    moved = np.zeros(len(allowed), dtype=bool)
    moved[free] = np.abs(found.x[: len(free)] - found.x[len(free) :]) > _SLACK
    return moved


def margin_members(shape: Sequence[int], index: Sequence[int]) -> list[tuple[int, ...]]:
    """Interior cells that a cell of the table with margins adds up.

    Args:
        shape: shape of the interior.
        index: place in the table with margins.
    """
    ranges = [range(size) if place == size else (place,) for size, place in zip(shape, index, strict=True)]
    return list(itertools.product(*ranges))
