"""Matching of two sides under demands and capacities: as much as can be, and then as well as can be.

Here belong the exact matching by aims in a given order, and the certificate that tells why no more can be
matched. Numbers only: who stands on either side, which pairs are possible and what makes one good is for
the rooms below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ilr.base.errors import Checker, IlrError, listed
from ilr.stats._arrays import Floats, Ints, locked

__all__ = ["Bottleneck", "Matching", "b_matching"]

_MOST = 2**31 - 1
"""Most units of either side: what the flow counts with."""

_STEPS = 1000
"""In how many steps it is told how full a node on the right is."""

_JOINED = 10**6
"""Largest gain of aims that are joined, small enough for the solver to tell each unit."""

_OFF = 1e-6
"""What a whole number may be off by after solving."""


@attrs.frozen(kw_only=True)
class Bottleneck:
    """A part of the left side that asks for more than all its neighbours have. Equal when all fields are equal.

    Attributes:
        left: numbers of its nodes on the left.
        right: numbers of all their neighbours.
        demand: units that the left nodes ask for.
        capacity: units that the neighbours have.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    demand: int
    capacity: int

    @property
    def gap(self) -> int:
        """Units that cannot be matched here, whatever is matched elsewhere; 1 or more."""
        return self.demand - self.capacity


@attrs.frozen(eq=False, kw_only=True)
class Matching:
    """A matching with what it reaches and why it reaches no more. Two are equal only if they are the same object.

    Attributes:
        amounts: units on each edge, in the order of the edges.
        matched: units in all.
        unmet: units that each node on the left asks for and does not get.
        loads: units at each node on the right, without those it held before.
        gained: total of each gain, in the order of the gains.
        bottlenecks: parts without a common neighbour whose gaps add up to all that is unmet (Hall's
            condition); empty when nothing is. They are the smallest such parts, so they do not depend on
            which of several best matchings was found.
    """

    amounts: Ints
    matched: int
    unmet: Ints
    loads: Ints
    gained: tuple[int, ...]
    bottlenecks: tuple[Bottleneck, ...]

    @property
    def gap(self) -> int:
        """Units of demand that no matching can meet."""
        return int(self.unmet.sum())


@attrs.frozen
class _Graph:
    """Both sides and the edges between them."""

    left: Ints
    right: Ints
    demand: Ints
    capacity: Ints


def b_matching(
    left: ArrayLike,
    right: ArrayLike,
    *,
    demand: ArrayLike,
    capacity: ArrayLike,
    gains: Sequence[ArrayLike] = (),
    spread: Literal["any", "even"] = "any",
    held: ArrayLike | None = None,
    ties: ArrayLike | None = None,
) -> Matching:
    """Match as many units as can be, then by the gains in their order, then evenly.

    Each node on the left asks for some units, each on the right has room for some; an edge carries any
    number of whole units. The first aim is the number of units matched (maximum flow); the smallest set of
    left nodes that want more than their neighbours have is read from the residual graph (Hall 1935; Ford and
    Fulkerson 1956). Then each gain is maximised in turn over the matchings that are best so far: a linear
    programme whose corners are whole (Hoffman and Kruskal 1956), cut down to its optimal face by the dual
    solution before the next one. Exact.

    Args:
        left: number of the left node of each edge, from 0.
        right: number of the right node of each edge, from 0; no edge twice.
        demand: units that each left node asks for, whole, 0 or more.
        capacity: units that each right node has room for, whole, 0 or more.
        gains: for each further aim what a unit on each edge gains, whole numbers of any sign, the most
            important aim first.
        spread: ``even`` adds a last aim, that right nodes are equally full: least sum of loads, what was
            held before counted, squared by room, held and free together (each unit in thousandths of that
            room, rounded down).
        held: units that each right node holds already, 0 when not given; they count for ``even`` alone.
        ties: what decides between matchings that are equal by all aims, as a further gain after them; with
            numbers that are unlike enough one matching is left, whatever the version of the solver.

    Returns:
        The matching. Without an edge or a unit nothing is matched, which is no error.

    Raises:
        InvalidInput: with everything that is wrong with the input.

    Example:
        >>> found = b_matching([0, 1, 2, 2], [0, 0, 0, 1], demand=[1, 1, 1], capacity=[1, 5])
        >>> found.matched, found.gap, found.amounts.tolist()
        (2, 1, [1, 0, 0, 1])
        >>> found.bottlenecks
        (Bottleneck(left=(0, 1), right=(0,), demand=2, capacity=1),)
    """
    drawn = () if ties is None else (ties,)
    graph, aims, before = _read(left, right, demand, capacity, (*gains, *drawn), spread, held)
    aims, last = aims[: len(gains)], aims[len(gains) :]
    amounts = _flow(graph)
    reached_left, reached_right = _deficient(graph, amounts)
    if len(amounts) and (aims or last or spread == "even"):
        face = _Face(graph, reached_left, reached_right, _slots(graph, spread, before))
        for gain in _joined([gain for gain in aims if np.ptp(gain)], int(amounts.sum())):
            face.narrow_to_gain(gain)
        amounts = face.narrow_to_slots()
        for gain in last:
            amounts = face.narrow_to_gain(gain)
    return Matching(
        amounts=locked(amounts),
        matched=int(amounts.sum()),
        unmet=locked(graph.demand - _sums(graph.left, amounts, len(graph.demand))),
        loads=locked(_sums(graph.right, amounts, len(graph.capacity))),
        gained=tuple(int(amounts @ gain) for gain in aims),
        bottlenecks=_bottlenecks(graph, reached_left, reached_right),
    )


def _read(
    left: ArrayLike,
    right: ArrayLike,
    demand: ArrayLike,
    capacity: ArrayLike,
    gains: Sequence[ArrayLike],
    spread: str,
    held: ArrayLike | None,
) -> tuple[_Graph, list[Ints], Ints]:
    check = Checker("b_matching")
    asked, room = _units(check, "demand", demand), _units(check, "capacity", capacity)
    ends = _whole(check, "left", left), _whole(check, "right", right)
    before = np.zeros(len(room), dtype=np.int64) if held is None else _units(check, "held", held)
    check(
        len(before) == len(room),
        "matching.length",
        "held",
        "does not fit the capacities",
        expected=str(len(room)),
    )
    for name, numbers, side in (("left", ends[0], asked), ("right", ends[1], room)):
        check(
            bool(np.all((numbers >= 0) & (numbers < len(side)))),
            "matching.node",
            name,
            "names a node that is not there",
            expected=f"numbers from 0 below {len(side)}",
        )
    if check(
        len(ends[0]) == len(ends[1]),
        "matching.length",
        "right",
        "does not fit left",
        expected=str(len(ends[0])),
    ):
        pairs = ends[0] * (len(room) + 1) + ends[1]
        check(len(np.unique(pairs)) == len(pairs), "matching.repeated", "left", "repeats an edge")
    aims = [_whole(check, f"gains[{place}]", gain) for place, gain in enumerate(gains)]
    for place, gain in enumerate(aims):
        check(
            len(gain) == len(ends[0]),
            "matching.length",
            f"gains[{place}]",
            "does not fit the edges",
            expected=str(len(ends[0])),
        )
    check(
        spread in ("any", "even"), "matching.spread", "spread", "is unknown", expected=listed(("any", "even"))
    )
    check.done()
    return _Graph(*ends, asked, room), aims, before


def _whole(check: Checker, name: str, values: ArrayLike) -> Ints:
    found = np.asarray(values)
    empty = found.ndim == 1 and found.size == 0
    fits = empty or (found.ndim == 1 and found.dtype.kind in "iu")
    check(fits, "matching.numbers", name, "are no whole numbers in one row", expected="whole numbers")
    return found.astype(np.int64) if fits else np.zeros(0, dtype=np.int64)


def _units(check: Checker, name: str, values: ArrayLike) -> Ints:
    found = _whole(check, name, values)
    check(
        bool(np.all(found >= 0)) and int(found.sum()) <= _MOST,
        "matching.units",
        name,
        "lie outside their range",
        expected="0 or more, together below 2**31",
    )
    return found


def _sums(nodes: Ints, amounts: Ints, size: int) -> Ints:
    return np.bincount(nodes, weights=amounts, minlength=size).astype(np.int64)


def _network(tails: Ints, heads: Ints, units: NDArray[Any], size: int) -> Any:
    """A directed graph, in the widths that older versions of scipy ask for."""
    from scipy.sparse import csr_array

    ends = tails.astype(np.int32), heads.astype(np.int32)
    return csr_array((units.astype(np.int32), ends), shape=(size, size))


def _flow(graph: _Graph) -> Ints:
    """Units on each edge of a maximum flow from the left to the right."""
    from scipy.sparse.csgraph import maximum_flow

    if not len(graph.left):
        return np.zeros(0, dtype=np.int64)
    lefts, rights = len(graph.demand), len(graph.capacity)
    source, sink = lefts + rights, lefts + rights + 1
    most = np.minimum(graph.demand[graph.left], graph.capacity[graph.right])
    tails = np.concatenate([np.full(lefts, source), graph.left, lefts + np.arange(rights)])
    heads = np.concatenate([np.arange(lefts), lefts + graph.right, np.full(rights, sink)])
    units = np.concatenate([graph.demand, most, graph.capacity])
    flow = maximum_flow(_network(tails, heads, units, sink + 1), source, sink).flow.tocoo()
    forward = (flow.row < lefts) & (flow.col < source)
    keys = graph.left * rights + graph.right
    order = np.argsort(keys)
    found = flow.row[forward].astype(np.int64) * rights + flow.col[forward] - lefts
    amounts = np.zeros(len(keys), dtype=np.int64)
    amounts[order[np.searchsorted(keys, found, sorter=order)]] = flow.data[forward]
    return amounts


def _deficient(graph: _Graph, amounts: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The nodes that alternating paths reach from left nodes with unmet demand."""
    from scipy.sparse.csgraph import breadth_first_order

    lefts, rights = len(graph.demand), len(graph.capacity)
    start = lefts + rights
    short = np.flatnonzero(graph.demand > _sums(graph.left, amounts, lefts))
    used = amounts > 0
    tails = np.concatenate([np.full(len(short), start), graph.left, lefts + graph.right[used]])
    heads = np.concatenate([short, lefts + graph.right, graph.left[used]])
    residual = _network(tails, heads, np.ones(len(tails)), start + 1)
    reached = np.zeros(start + 1, dtype=bool)
    reached[breadth_first_order(residual, start, return_predecessors=False)] = True
    return reached[:lefts], reached[lefts:start]


def _bottlenecks(
    graph: _Graph, reached_left: NDArray[np.bool_], reached_right: NDArray[np.bool_]
) -> tuple[Bottleneck, ...]:
    from scipy.sparse.csgraph import connected_components

    lefts, rights = len(graph.demand), len(graph.capacity)
    inside = reached_left[graph.left]
    edges = _network(
        graph.left[inside], lefts + graph.right[inside], np.ones(int(inside.sum())), lefts + rights
    )
    _, part = connected_components(edges, directed=False)
    own, neighbours = np.flatnonzero(reached_left), np.flatnonzero(reached_right)
    found = []
    for number in dict.fromkeys(part[own].tolist()):
        members = own[part[own] == number]
        around = neighbours[part[lefts + neighbours] == number]
        found.append(
            Bottleneck(
                left=tuple(members.tolist()),
                right=tuple(around.tolist()),
                demand=int(graph.demand[members].sum()),
                capacity=int(graph.capacity[around].sum()),
            )
        )
    return tuple(found)


def _joined(aims: list[Ints], matched: int) -> list[Ints]:
    """The gains with neighbours made one where that keeps their order and small numbers: fewer programmes."""
    found: list[Ints] = []
    for gain in aims:
        factor = int(np.ptp(gain)) * matched + 1
        if found and int(np.abs(found[-1]).max()) * factor + int(np.abs(gain).max()) <= _JOINED:
            found[-1] = found[-1] * factor + gain
        else:
            found.append(gain)
    return found


@attrs.frozen
class _Slots:
    """Room on the right in pieces: whose it is, how many units it holds and what a unit in it costs."""

    owner: Ints
    size: Ints
    cost: Ints


def _slots(graph: _Graph, spread: str, held: Ints) -> _Slots:
    rights = len(graph.capacity)
    if spread == "any":
        return _Slots(np.arange(rights), graph.capacity, np.zeros(rights, dtype=np.int64))
    wanted = np.bincount(graph.right, weights=graph.demand[graph.left], minlength=rights).astype(np.int64)
    count = np.minimum(graph.capacity, wanted)
    owner = np.repeat(np.arange(rights), count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    room = (held + graph.capacity)[owner]
    cost = _STEPS * (2 * (held[owner] + place) + 1) // (2 * room)
    return _Slots(owner, np.ones(len(owner), dtype=np.int64), cost)


class _Face:
    """The matchings that are best by the aims so far, as a linear programme whose corners are whole.

    Variables are the units on edges and in slots. By the certificate of the maximum, left nodes outside the
    deficient part get all they ask for, right nodes inside it are full, and no edge joins the two.
    """

    def __init__(
        self, graph: _Graph, reached_left: NDArray[np.bool_], reached_right: NDArray[np.bool_], slots: _Slots
    ) -> None:
        from scipy.sparse import csr_array

        self.slots = slots
        edges, lefts, rights = len(graph.left), len(graph.demand), len(graph.capacity)
        variables = edges + len(slots.owner)
        self.edges = edges
        self.demand = graph.demand
        self.asks: Any = csr_array((np.ones(edges), (graph.left, np.arange(edges))), shape=(lefts, variables))
        signs = np.concatenate([np.ones(edges), -np.ones(len(slots.owner))])
        owners = np.concatenate([graph.right, slots.owner])
        self.holds: Any = csr_array((signs, (owners, np.arange(variables))), shape=(rights, variables))
        self.tight = ~reached_left
        full = reached_right[slots.owner]
        self.low: Floats = np.concatenate([np.zeros(edges), np.where(full, slots.size, 0)])
        self.high: Floats = np.concatenate([np.full(edges, np.inf), slots.size])
        self.open = np.ones(variables, dtype=bool)
        self.open[:edges] = reached_left[graph.left] | ~reached_right[graph.right]

    def narrow_to_gain(self, gain: Ints) -> Ints:
        """Keep the matchings of greatest gain, and give the units on the edges of one of them."""
        return self._narrow(np.concatenate([-gain, np.zeros(len(self.slots.cost))]))[: self.edges]

    def narrow_to_slots(self) -> Ints:
        """Keep the matchings with the cheapest slots, and give the units on the edges of one of them."""
        return self._narrow(np.concatenate([np.zeros(self.edges), self.slots.cost]))[: self.edges]

    def _narrow(self, cost: Floats) -> Ints:
        """Solve, and shut what is zero or full in every solution, as complementary slackness tells."""
        from scipy.optimize import linprog
        from scipy.sparse import vstack

        places, loose = np.flatnonzero(self.open), np.flatnonzero(~self.tight)
        amounts = np.zeros(len(self.open), dtype=np.int64)
        if not len(places):
            return amounts
        fixed = vstack([self.holds, self.asks[self.tight]]).tocsr()[:, places]
        right_hand = np.concatenate([np.zeros(self.holds.shape[0]), self.demand[self.tight]])
        bounds: Any = np.stack([self.low[places], self.high[places]], axis=1)
        found: Any = linprog(
            cost[places],
            A_ub=self.asks[loose][:, places],
            b_ub=self.demand[loose],
            A_eq=fixed,
            b_eq=right_hand,
            bounds=bounds,
            method="highs-ipm",
        )
        whole = _require_whole(found)
        movable = self.low[places] < self.high[places]
        at_most = places[movable & (found.upper.marginals < -0.5)]
        self.low[at_most] = self.high[at_most]
        self.open[places[movable & (found.lower.marginals > 0.5)]] = False
        self.tight[loose[found.ineqlin.marginals < -0.5]] = True
        amounts[places] = whole
        return amounts


def _require_whole(found: Any) -> Ints:
    """The solution and its dual as whole numbers, which they are at a corner.

    Raises:
        IlrError: when the solver stopped elsewhere.
    """
    if found.status == 0:
        numbers = (found.x, found.lower.marginals, found.upper.marginals, found.ineqlin.marginals)
        if all(np.all(np.abs(values - np.round(values)) < _OFF) for values in numbers):
            whole: Ints = np.round(found.x).astype(np.int64)
            return whole
    raise IlrError("no exact matching was found", code="matching.inexact")
