"""How long it takes to match educators with mentors, and how solvers for it compare.

``python benchmarks/matching.py``; seconds on the clock of the machine, the solver loaded before. The first
table times `ilr.stats.matching.b_matching` with all aims (coverage, pairs kept, fit, even loads) on drawn graphs of
2,000 educators and 200 mentors of 1, 5 or 15 places; half of the pairs of a first plan are handed in as existing.
The second times `ilr.coaching.match` as a district calls it, again after one educator came or left, and counts the
pairs that began or ended, beside those that a plan without the pairs of before would change. The third asks other
solvers of scipy for one aim only, coverage and then fit, in which all must reach the same. The target is less than
five seconds for a district of 2,000 educators and 200 mentors.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import partial
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ilr.base import Role
from ilr.coaching import CapacityInventory, Supporter, SupportNeed, match
from ilr.stats.matching import b_matching

EDUCATORS, MENTORS = 2000, 200
TARGET = 5.0
SUBJECTS = tuple(f"subject-{number}" for number in range(10))
GRADES = tuple(f"grade-{number}" for number in range(13))

Graph = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives and the seconds it took."""
    start = time.perf_counter()
    found = run()
    return found, time.perf_counter() - start


def drawn(educators: int, mentors: int, share: float, seed: int) -> Graph:
    """Both ends of the edges, what each edge gains, and the places of the mentors."""
    rng = np.random.default_rng(seed)
    left, right = np.nonzero(rng.random((educators, mentors)) < share)
    return left, right, rng.integers(0, 8, len(left)), rng.choice([1, 5, 15], mentors)


def graphs() -> None:
    """Time the matching of numbers."""
    print(f"{'edges':>8}{'places':>8}{'matched':>9}{'gap':>6}{'kept':>6}{'s':>8}")
    for share in (0.01, 0.05, 0.10, 0.20):
        left, right, fit, places = drawn(EDUCATORS, MENTORS, share, seed=1)
        demand = np.ones(EDUCATORS, dtype=np.int64)
        first = b_matching(left, right, demand=demand, capacity=places)
        kept = first.amounts * (np.random.default_rng(2).random(len(left)) < 0.5)
        run = partial(
            b_matching, left, right, demand=demand, capacity=places, gains=(kept, fit), spread="even"
        )
        found, seconds = timed(run)
        said = "met" if seconds < TARGET else "missed"
        print(
            f"{len(left):>8}{int(places.sum()):>8}{found.matched:>9}{found.gap:>6}{found.gained[0]:>6}{seconds:>8.2f}"
            f"  {said}",
            flush=True,
        )


def district(seed: int) -> tuple[list[SupportNeed], CapacityInventory]:
    """A district of forty buildings in which everybody needs a mentor: the largest case."""
    random = Random(seed)  # noqa: S311  # reproducible on purpose
    buildings = [f"b{number:02}" for number in range(40)]
    needs = [
        SupportNeed(
            educator=f"t{number:04}",
            building=random.choice(buildings),
            kinds=("mentor",),
            subjects=(random.choice(SUBJECTS),),
            grades=tuple(random.sample(GRADES, 2)),
        )
        for number in range(EDUCATORS)
    ]
    people = [
        Supporter(
            id=f"m{number:03}",
            role=Role.TEACHER,
            release=random.choice([0.0, 0.5, 1.0]),
            buildings=tuple(random.sample(buildings, 12)),
            subjects=tuple(random.sample(SUBJECTS, 3)),
            grades=tuple(random.sample(GRADES, 7)),
        )
        for number in range(MENTORS)
    ]
    return needs, CapacityInventory(id="all", on=date(2026, 9, 1), supporters=tuple(people))


def districts() -> None:
    """Time the plan of a district; then one educator comes, and one who has a mentor leaves."""
    heads = ("pairs", "gap", "s", "one more, s", "changed", "one less, s", "changed", "made anew")
    print(f"\n{'district':>9}" + "".join(f"{head:>13}" for head in heads))
    for seed in (1, 2, 3):
        needs, inventory = district(seed)
        plan, seconds = timed(partial(match, needs, inventory))
        new = SupportNeed(educator="new", building="b00", kinds=("mentor",), subjects=SUBJECTS)
        more, more_seconds = timed(partial(match, [*needs, new], inventory, existing=plan.pairings))
        rest = [need for need in needs if need.educator != plan.pairs[0].educator]
        less, less_seconds = timed(partial(match, rest, inventory, existing=plan.pairings))
        anew = set(match(rest, inventory).pairings) ^ set(plan.pairings)
        said = "met" if max(seconds, more_seconds, less_seconds) < TARGET else "missed"
        print(
            f"{seed:>9}{len(plan.pairs):>13}{plan.gap.gap:>13}{seconds:>13.2f}{more_seconds:>13.2f}"
            f"{more.changed:>13}{less_seconds:>13.2f}{less.changed:>13}{len(anew):>13}  {said}",
            flush=True,
        )


def by_assignment(graph: Graph, educators: int) -> int:
    """Coverage and fit with a column for each place and for staying without, dense."""
    from scipy.optimize import linear_sum_assignment

    left, right, fit, places = graph
    owner = np.repeat(np.arange(len(places)), places)
    worth = np.zeros((educators, len(places)))
    worth[left, right] = 8 * educators + fit
    rows, columns = linear_sum_assignment(worth[:, owner], maximize=True)
    return int(worth[:, owner][rows, columns].sum())


def by_full_matching(graph: Graph, educators: int) -> int:
    """Coverage and fit with a column for each place and for staying without, sparse."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    left, right, fit, places = graph
    start = np.cumsum(places) - places
    count = places[right]
    rows = np.repeat(np.arange(len(left)), count)
    columns = (
        np.repeat(start[right], count) + np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    )
    worth = (8 * educators + fit)[rows]
    total = int(places.sum())
    costs = np.concatenate([8 * educators + 9 - worth, np.full(educators, 8 * educators + 9)]).astype(float)
    ends = (
        np.concatenate([left[rows], np.arange(educators)]),
        np.concatenate([columns, total + np.arange(educators)]),
    )
    full = csr_array((costs, ends), shape=(educators, total + educators))
    chosen = min_weight_full_bipartite_matching(full)
    return int((8 * educators + 9) * educators - full[chosen[0], chosen[1]].sum())


def by_milp(graph: Graph, educators: int) -> int:
    """Coverage and fit as one programme in whole numbers."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, vstack

    left, right, fit, places = graph
    numbers, ones = np.arange(len(left)), np.ones(len(left))
    sides = vstack(
        [
            csr_array((ones, (left, numbers)), shape=(educators, len(left))),
            csr_array((ones, (right, numbers)), shape=(len(places), len(left))),
        ]
    )
    most = np.concatenate([np.ones(educators), places])
    found: Any = milp(
        -(8.0 * educators + fit),
        constraints=LinearConstraint(sides, -np.inf, most),
        integrality=np.ones(len(left), dtype=np.int64),
        bounds=Bounds(0, 1),
    )
    return -round(float(found.fun))


def by_faces(graph: Graph, educators: int) -> int:
    """Coverage and fit by `b_matching`."""
    left, right, fit, places = graph
    found = b_matching(left, right, demand=np.ones(educators, dtype=np.int64), capacity=places, gains=(fit,))
    return 8 * educators * found.matched + found.gained[0]


def solvers() -> None:
    """Time other ways to the same matching."""
    ways = {
        "b_matching": by_faces,
        "milp": by_milp,
        "linear_sum_assignment": by_assignment,
        "min_weight_full_bipartite_matching": by_full_matching,
    }
    print(f"\n{'edges':>8}" + "".join(f"{name:>36}" for name in ways))
    for share in (0.01, 0.05, 0.10):
        graph = drawn(EDUCATORS, MENTORS, share, seed=1)
        reached, cells = set(), []
        for way in ways.values():
            value, seconds = timed(partial(way, graph, EDUCATORS))
            reached.add(value)
            cells.append(f"{seconds:>36.2f}")
        print(
            f"{len(graph[0]):>8}{''.join(cells)}  {'the same' if len(reached) == 1 else reached}", flush=True
        )


def main() -> None:
    """Measure and print."""
    b_matching([0], [0], demand=[1], capacity=[1], gains=([1],), spread="even")  # loads the solver
    graphs()
    districts()
    solvers()


if __name__ == "__main__":
    main()
