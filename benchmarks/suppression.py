"""How dear and how slow it is to protect a table, exactly and by the heuristic.

Prints the cost (the persons of the hidden cells and one for each) and the seconds on the clock of the machine;
``python benchmarks/suppression.py``. Tables are drawn: shares of the cells from a Dirichlet distribution, persons
from a multinomial one, several draws of each size; the attack on the result is counted. The targets are a table
of 6 x 5 exactly in less than a second, and one of 20 x 12 with 5,000 persons by the heuristic in less than three
seconds at no more than 1.15 of the least cost.
"""

from __future__ import annotations

import time
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ilr.stats import suppression

DRAWS = (1, 2, 3)
EVEN = 3.0
"""How alike the shares of the cells are; a fifth to a half of the cells of small tables are small."""
SIZES = (
    ((6, 5), 60),
    ((8, 8), 300),
    ((6, 5), 300),
    ((8, 8), 700),
    ((10, 8), 1000),
    ((13, 10), 2000),
    ((20, 12), 5000),
)
SMALL, LARGE = ((6, 5), 300), ((20, 12), 5000)


def drawn(shape: tuple[int, int], persons: int, seed: int) -> NDArray[np.int64]:
    """A table of persons."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(shape[0] * shape[1], EVEN))
    return rng.multinomial(persons, shares).reshape(shape)


def cost(table: NDArray[np.int64], hidden: NDArray[np.bool_]) -> int:
    """The weight of the hidden cells."""
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return int((table + 1)[hidden].sum())


def timed(
    table: NDArray[np.int64], method: Literal["exact", "heuristic"]
) -> tuple[suppression.Protected, float]:
    """The protected table and the seconds it took."""
    start = time.perf_counter()
    found = suppression.protect(table, 5, method=method)
    return found, time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    suppression.protect([3, 9, 8])  # loads the solver
    print(
        f"{'table':>8}{'persons':>9}{'draw':>6}{'primaries':>11}{'heuristic':>11}{'s':>7}{'exact':>8}{'s':>8}{'ratio':>8}"
    )
    for shape, persons in SIZES:
        for seed in DRAWS:
            table = drawn(shape, persons, seed)
            quick, quick_seconds = timed(table, "heuristic")
            least, seconds = timed(table, "exact")
            dear, cheap = cost(table, quick.suppressed), cost(table, least.suppressed)
            said = "" if least.method == "exact" else "  (the search did not end: not the least)"
            if (shape, persons) == SMALL:
                said += "  met" if seconds < 1 else "  missed"
            if (shape, persons) == LARGE:
                said += "  met" if quick_seconds < 3 and dear <= 1.15 * cheap else "  missed"
            print(
                f"{'x'.join(map(str, shape)):>8}{persons:>9}{seed:>6}{int(quick.primary.sum()):>11}{dear:>11}"
                f"{quick_seconds:>7.2f}{cheap:>8}{seconds:>8.2f}{dear / cheap:>8.3f}{said}",
                flush=True,
            )


if __name__ == "__main__":
    main()
