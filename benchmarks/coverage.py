"""How often the intervals of the coefficients hold the true value, in populations whose truth is known.

``python -m benchmarks.coverage units`` draws units for certain raters, ``... raters`` draws both units and
raters; numbers after it keep to designs of so many categories (units) or raters (raters). Each line is a
cell: coefficient, true value, method, coverage in percent with its simulation error, the misses below and
above, the mean width, and in how many draws in a hundred there was no interval. Coverage counts draws with an
interval. At the end the cells come as a table in Markdown, for the page on coverage. The target is 93 to
97 % for the linearised interval from 100 units, or a better method that the page names.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import attrs
import numpy as np
from benchmarks.populations import Population, RaterPopulation, fixed_raters, thresholds

from ilr.stats import Estimate, Ratings, agreement

SEED = 20260901
REPLICATIONS = {"linearised": 4000, "jackknife": 500, "bca": 300, "score": 500}
RESAMPLED = 100  # most units that are bootstrapped
DRAWS = 500  # of the bootstrap
RATER_REPLICATIONS = 500
PREVALENCES = ("balanced", "skewed")
UNIT_DESIGNS = tuple(product((2, 3, 5), (2, 3, 10), PREVALENCES, (30, 100, 500)))
RATER_DESIGNS = tuple(product((4,), (10, 20, 40), PREVALENCES, (50, 200)))
LAW = 93, 97

Coefficient = Callable[..., Estimate]
Design = tuple[int, int, str, int]

COEFFICIENTS: dict[str, Coefficient] = {
    "ac2": partial(agreement.gwet_ac, weights="quadratic"),
    "fleiss": agreement.fleiss_kappa,
    "cohen": agreement.cohen_kappa,
    "alpha": partial(agreement.krippendorff_alpha, metric="ordinal"),
}


@attrs.define
class Cell:
    """What became of the intervals of one coefficient by one method in one design."""

    covered: int = 0
    below: int = 0
    above: int = 0
    without: int = 0
    width: float = 0.0

    def add(self, found: Estimate, truth: float) -> None:
        """Count one interval."""
        if math.isnan(found.low):
            self.without += 1
            return
        self.below += found.high < truth
        self.above += found.low > truth
        self.covered += found.low <= truth <= found.high
        self.width += found.high - found.low

    @property
    def intervals(self) -> int:
        """Draws with an interval."""
        return self.covered + self.below + self.above

    @property
    def coverage(self) -> float:
        """Percent of the intervals that hold the true value."""
        return 100 * self.covered / self.intervals if self.intervals else math.nan

    def __str__(self) -> str:
        n = self.intervals
        if not n:
            return "never an interval"
        share = self.covered / n
        return (
            f"{self.coverage:5.1f} ± {100 * math.sqrt(share * (1 - share) / n):.1f}   "
            f"below {100 * self.below / n:4.1f}  above {100 * self.above / n:4.1f}   "
            f"width {self.width / n:.3f}   none {100 * self.without / (n + self.without):.1f}"
        )


Cells = dict[tuple[str, str], Cell]


def units_sampled(design: Design) -> tuple[dict[str, float], Cells]:
    """Draw units of one design, the raters being the same in every draw."""
    categories, raters, prevalence, units = design
    population = fixed_raters(categories, prevalence, raters)
    truth = population.true_values()
    cells: Cells = {}
    most = {one: n for one, n in REPLICATIONS.items() if one != "bca" or units <= RESAMPLED}
    for at, r in enumerate(draws(population, units, max(most.values()))):
        for name, method in product(truth, (one for one, n in most.items() if at < n)):
            found = COEFFICIENTS[name](r, method=method, seed=at, draws=DRAWS)
            cells.setdefault((name, method), Cell()).add(found, truth[name])
    return truth, cells


def draws(population: Population, units: int, replications: int) -> Iterator[Ratings]:
    """Samples of units of one population."""
    rng = np.random.default_rng([SEED, units])
    for _ in range(replications):
        yield population.draw(units, rng)


def both_sampled(design: Design) -> tuple[dict[str, float], Cells]:
    """Draw raters and units of one design; the truth is that of all raters and units."""
    categories, raters, prevalence, units = design
    population = RaterPopulation(thresholds(categories, prevalence))
    truth = population.true_values()
    cells: Cells = {}
    rng = np.random.default_rng([SEED, raters, units])
    for _ in range(RATER_REPLICATIONS):
        r = population.sample(raters, rng).draw(units, rng)
        for name, sampled in product(truth, ("units", "both")):
            found = COEFFICIENTS[name](r, sampled=sampled)
            cells.setdefault((name, sampled), Cell()).add(found, truth[name])
    return truth, cells


def row(design: Design, cells: Cells) -> str:
    """The row of the table in Markdown: coverage by every method of each coefficient."""
    shown = []
    for name in COEFFICIENTS:
        inside = [cell for (other, _), cell in cells.items() if other == name]
        texts = [f"{cell.coverage:.1f}" for cell in inside]
        if inside and not LAW[0] <= inside[0].coverage <= LAW[1]:
            texts[0] = f"**{texts[0]}**"
        shown.append(" / ".join(texts))
    return f"| {' | '.join((*map(str, design), *shown))} |"


def main(kind: str, wanted: list[int]) -> None:
    """Print every cell of one kind of simulation."""
    run, designs = {"units": (units_sampled, UNIT_DESIGNS), "raters": (both_sampled, RATER_DESIGNS)}[kind]
    place = 0 if kind == "units" else 1
    rows = []
    for design in designs:
        if wanted and design[place] not in wanted:
            continue
        truth, cells = run(design)
        print("{} categories, {} raters, {} prevalence, {} units".format(*design), flush=True)
        for (name, method), cell in cells.items():
            print(f"  {name:7} {truth[name]:.4f}  {method:10}  {cell}", flush=True)
        rows.append(row(design, cells))
    print(*rows, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1], [int(one) for one in sys.argv[2:]])
