"""The mix of periods, lesson parts and modes: how near whole visits come to a target, and how to get there.

Here belong the least distance that whole numbers permit, the even split of visits over periods and lesson
parts, and the draw of modes. Who is seen in which week by whom is settled before.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from ilr.observation._assignment import Placed
from ilr.observation._keyed import Draw
from ilr.observation._openings import Openings

__all__ = [
    "announced_range",
    "colour",
    "distance",
    "even_periods",
    "even_total",
    "least_distance",
    "quotas",
    "rounded",
]

NEAR = 1e-9
COLOURS = 3  # opening, middle, closing


def quotas(
    target: NDArray[np.float64], count: int, *, rows: Sequence[int] | None = None
) -> NDArray[np.int64]:
    """The whole numbers of a given sum that lie nearest to a table of shares, by largest remainders.

    Args:
        target: shares that sum to 1.
        count: the sum.
        rows: the order in which rows get the next visit when remainders are equal. One column is filled
            after the other, so that rows stay even.
    """
    exact = target * count
    found = np.floor(exact + NEAR).astype(np.int64)
    turn = np.arange(target.size).reshape(target.shape[::-1]).T
    if rows is not None:
        turn = turn[np.argsort(rows)]
    order = np.lexsort((turn.ravel(), -(exact - found).round(9).ravel()))
    found.ravel()[order[: count - int(found.sum())]] += 1
    return found


def distance(counts: NDArray[np.int64], target: NDArray[np.float64]) -> float:
    """Total variation: half the sum of absolute differences between shares, 0 when equal."""
    return float(np.abs(counts / max(1, int(counts.sum())) - target).sum() / 2)


def least_distance(target: NDArray[np.float64], count: int) -> float:
    """The least total variation from a target that so many whole visits permit, 0 without any."""
    return distance(quotas(target, count), target) if count and target.any() else 0.0


def even_total(most: int, least: int, target: NDArray[np.float64], told: float) -> int:
    """The number of visits in a range that can be spread most evenly; of several the largest.

    Args:
        most: the largest number.
        least: the smallest.
        target: share of each period and lesson part.
        told: share of announced visits.
    """
    modes = np.stack([target * told, target * (1 - told)])

    def uneven(count: int) -> float:
        return round(least_distance(target, count) + least_distance(modes, count), 9)

    return min(range(most, min(least, most) - 1, -1), key=uneven)


def announced_range(count: int, mix: float) -> tuple[int, int]:
    """The fewest and most announced ones of so many visits, for at least a share of each mode."""
    least = math.ceil(mix * count - NEAR)
    return min(least, count - least), count - least


def even_periods(
    placed: Sequence[Placed],
    free: Sequence[bool],
    fixed: Sequence[Placed],
    wanted: NDArray[np.int64],
    openings: Openings,
    draw: Draw,
) -> list[Placed]:
    """Move visits to other periods of their week until every period holds what is wanted.

    Teachers, week and observers of a visit stay. A surplus goes to a deficit along a shortest path of moves
    from period to period (an augmenting path, Ford and Fulkerson 1956); it ends when all periods hold what
    is wanted or no path is left.

    Args:
        placed: the visits.
        free: which of them may be moved.
        fixed: visits that took place; they count and take time.
        wanted: visits of each period.
        openings: who is free when.
        draw: breaks ties.

    Returns:
        The visits in the order given.
    """
    table = _Periods(list(placed), free, fixed, openings, draw)
    while path := table.path(wanted):
        for number, visit in path:
            table.move(number, visit)
    return table.visits


class _Periods:
    """Visits with the times that they take, and the moves from one period to another."""

    def __init__(
        self,
        visits: list[Placed],
        free: Sequence[bool],
        fixed: Sequence[Placed],
        openings: Openings,
        draw: Draw,
    ) -> None:
        self.visits, self.free, self.openings = visits, free, openings
        self.taken: Counter[tuple[str, int, int, int]] = Counter()
        self.seen_in: Counter[tuple[int, int]] = Counter()
        self.counts = np.zeros(len(openings.periods), dtype=np.int64)
        self.drawn = [draw.number("period", openings.name(one.teachers, one.week)) for one in visits]
        for one in (*visits, *fixed):
            self._count(one, 1)

    def _people(self, visit: Placed) -> list[str]:
        names = [self.openings.teachers[one] for one in visit.teachers]
        return names + [self.openings.observers[one] for one in visit.observers]

    def _count(self, visit: Placed, step: int) -> None:
        self.counts[visit.period] += step
        for name in self._people(visit):
            self.taken[name, visit.week, visit.day, visit.period] += step
        for teacher in visit.teachers:
            self.seen_in[teacher, visit.period] += step

    def move(self, number: int, visit: Placed) -> None:
        self._count(self.visits[number], -1)
        self._count(visit, 1)
        self.visits[number] = visit

    def path(self, wanted: NDArray[np.int64]) -> list[tuple[int, Placed]]:
        """The moves that bring one visit from a period with too many to one with too few, or none."""
        queue = deque(np.flatnonzero(self.counts > wanted).tolist())
        came: dict[int, tuple[int, tuple[int, Placed]] | None] = dict.fromkeys(queue)
        while queue:
            here = queue.popleft()
            for there in range(len(wanted)):
                step = None if there in came else self._step(here, there)
                if step is None:
                    continue
                came[there] = (here, step)
                if self.counts[there] < wanted[there]:
                    return _moves(came, there)
                queue.append(there)
        return []

    def _step(self, here: int, there: int) -> tuple[int, Placed] | None:
        """The visit of one period that fits best into another, with its new place."""
        mine = [n for n, one in enumerate(self.visits) if one.period == here and self.free[n]]
        mine.sort(key=lambda n: (sum(self.seen_in[t, there] for t in self.visits[n].teachers), self.drawn[n]))
        for number in mine:
            old = self.visits[number]
            openings = self.openings
            grid = openings.open[old.teachers][old.week] & openings.reach[list(old.observers), old.week].all(
                0
            )
            for day in np.flatnonzero(grid[:, there]).tolist():
                new = Placed(old.teachers, old.week, day, there, old.observers)
                if not any(self.taken[name, new.week, day, there] for name in self._people(new)):
                    return number, new
        return None


def _moves(came: dict[int, tuple[int, tuple[int, Placed]] | None], last: int) -> list[tuple[int, Placed]]:
    found: list[tuple[int, Placed]] = []
    step = came[last]
    while step is not None:
        found.append(step[1])
        step = came[step[0]]
    return found


def colour(edges: Sequence[tuple[int, int]], names: Sequence[str], draw: Draw) -> list[int]:
    """Give each visit one of three lesson parts, even for every teacher and every period.

    Visits are the edges between teachers and periods. Each end is cut into groups of three visits in order
    of time, and a graph of two sides in which no node has more than three edges takes three colours (König
    1916). So any three visits of such a group lie in three parts of the lesson, and the parts of a period
    or teacher differ by one visit at most (de Werra 1971).

    Args:
        edges: number of teacher and period of each visit, in order of time.
        names: what the draw calls each visit.
        draw: says which parts are tried first.

    Returns:
        0, 1 or 2 for each visit.
    """
    met: Counter[tuple[int, int]] = Counter()
    ends: list[tuple[tuple[int, int, int], ...]] = []
    at: dict[tuple[int, int, int], dict[int, int]] = defaultdict(dict)
    found: list[int] = []
    for number, (edge, name) in enumerate(zip(edges, names, strict=True)):
        ends.append(tuple((side, node, met[side, node] // COLOURS) for side, node in enumerate(edge)))
        met.update(enumerate(edge))
        first, second = (at[end] for end in ends[number])
        order = sorted(range(COLOURS), key=lambda part: draw.number("part", f"{name}|{part}"))
        mine, other = ([part for part in order if part not in node] for node in (first, second))
        chosen = next((part for part in mine if part in other), mine[0])
        if chosen in second:
            _swap(ends[number][1], chosen, other[0], ends, at, found)
        found.append(chosen)
        first[chosen] = second[chosen] = number
    return found


def _swap(
    start: tuple[int, int, int],
    one: int,
    other: int,
    ends: list[tuple[tuple[int, int, int], ...]],
    at: dict[tuple[int, int, int], dict[int, int]],
    found: list[int],
) -> None:
    """Exchange two colours along the path from a node, so that the first is free there."""
    path: list[int] = []
    node, wanted = start, one
    while wanted in at[node]:
        path.append(at[node][wanted])
        node = next(end for end in ends[path[-1]] if end != node)
        wanted = other if wanted == one else one
    for edge in path:
        for end in ends[edge]:
            del at[end][found[edge]]
    for edge in path:
        found[edge] = other if found[edge] == one else one
        for end in ends[edge]:
            at[end][found[edge]] = edge


def rounded(
    shares: Sequence[float], ends: Sequence[tuple[Hashable, Hashable]], names: Sequence[str], draw: Draw
) -> list[bool]:
    """Draw a part of some visits so that each comes with its own probability and groups stay even.

    Dependent rounding (Gandhi, Khuller, Parthasarathy and Srinivasan 2006): every visit lies in a group of
    each of two kinds, and the number drawn from a group is the sum of its probabilities, rounded up or down.

    Args:
        shares: probability of each visit.
        ends: its two groups.
        names: what the draw calls each visit.
        draw: the source of chance.

    Returns:
        Whether each visit is drawn.
    """
    values = list(shares)
    live: dict[tuple[int, Hashable], list[int]] = defaultdict(list)
    for edge, value in enumerate(values):
        if NEAR < value < 1 - NEAR:
            for end in enumerate(ends[edge]):
                live[end].append(edge)
    turn = 0
    while live:
        path = _walk(live, ends)
        up, down = path[::2], path[1::2]
        more = min([1 - values[edge] for edge in up] + [values[edge] for edge in down])
        less = min([values[edge] for edge in up] + [1 - values[edge] for edge in down])
        chance = draw.number("mode", f"{names[path[0]]}|{turn}")
        step = more if chance * (more + less) < less else -less
        turn += 1
        for place, edge in enumerate(path):
            values[edge] += -step if place % 2 else step
            if not NEAR < values[edge] < 1 - NEAR:
                for end in enumerate(ends[edge]):
                    live[end].remove(edge)
                    if not live[end]:
                        del live[end]
    return [value > 0.5 for value in values]


def _walk(
    live: dict[tuple[int, Hashable], list[int]], ends: Sequence[tuple[Hashable, Hashable]]
) -> list[int]:
    """A cycle, or a path between two groups with one open visit each."""
    node = next((end for end, edges in live.items() if len(edges) == 1), next(iter(live)))
    path: list[int] = []
    place = {node: 0}
    while True:
        onward = next((edge for edge in live[node] if not path or edge != path[-1]), None)
        if onward is None:
            return path
        path.append(onward)
        side = 1 - node[0]
        node = (side, ends[onward][side])
        if node in place:
            return path[place[node] :]
        place[node] = len(path)
