"""How often the intervals of the coefficients hold the true value, in populations whose truth is known.

``python -m benchmarks.coverage units`` draws units for certain raters, ``... raters`` draws both units and
raters; numbers after it keep to designs of so many categories (units) or raters (raters). Each line is a
cell: coefficient, true value, method, coverage in percent with its simulation error, the misses below and
above, the mean width, and in how many draws in a hundred there was no interval. Coverage counts draws with an
interval. At the end the cells come as a table in Markdown, for the page on coverage. Where raters are drawn their
coefficients come from `benchmarks.many_samples`, and the limits of the first draws are compared with those of the
library. The target is 93 to 97 % for the linearised interval from 100 units, or a better
method that the page names, and 93 % or more where raters are drawn.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import attrs
import numpy as np
from benchmarks.many_samples import Found, of_samples
from benchmarks.populations import Population, RaterPopulation, fixed_raters, thresholds
from numpy.typing import NDArray

from ilr.stats import Estimate, Ratings, agreement
from ilr.stats._arrays import quantile_t
from ilr.stats._inference import _reaches

SEED = 20260901
REPLICATIONS = {"linearised": 4000, "jackknife": 500, "bca": 300, "score": 500}
RESAMPLED = 100  # most units that are bootstrapped
DRAWS = 500  # of the bootstrap
RATER_REPLICATIONS = 10_000
COMPARED = 3  # draws of raters by design that the library computes too
ROOM = 1 << 22  # ratings by categories that are held at a time
PREVALENCES = ("balanced", "skewed")
UNIT_DESIGNS = tuple(product((2, 3, 5), (2, 3, 10), PREVALENCES, (30, 100, 500)))
RATER_DESIGNS = tuple(
    (*design, prevalence, units)
    for design in ((4, 10), (4, 15), (4, 20), (4, 40), (5, 10))
    for prevalence, units in product(PREVALENCES, (50, 200))
)
LAW = 93, 97

Coefficient = Callable[..., Estimate]
Design = tuple[int, int, str, int]

COEFFICIENTS: dict[str, Coefficient] = {
    "ac2": partial(agreement.gwet_ac, weights="quadratic"),
    "fleiss": agreement.fleiss_kappa,
    "cohen": agreement.cohen_kappa,
    "alpha": partial(agreement.krippendorff_alpha, metric="ordinal"),
}
RATER_COEFFICIENTS: dict[str, Coefficient] = {
    "ac1": agreement.gwet_ac,
    "ac2": COEFFICIENTS["ac2"],
    "brennan-prediger": partial(agreement.brennan_prediger, weights="quadratic"),
    "fleiss": COEFFICIENTS["fleiss"],
    "conger": agreement.conger_kappa,
    "fleiss-quadratic": partial(agreement.fleiss_kappa, weights="quadratic"),
    "alpha": COEFFICIENTS["alpha"],
}


@attrs.define
class Cell:
    """What became of the intervals of one coefficient by one method in one design."""

    covered: int = 0
    below: int = 0
    above: int = 0
    without: int = 0
    width: float = 0.0

    def add(self, low: float, high: float, truth: float) -> None:
        """Count one interval."""
        if math.isnan(low):
            self.without += 1
            return
        self.below += high < truth
        self.above += low > truth
        self.covered += low <= truth <= high
        self.width += high - low

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
            cells.setdefault((name, method), Cell()).add(found.low, found.high, truth[name])
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
    step = ROOM // (raters * units * categories)
    for start in range(0, RATER_REPLICATIONS, step):
        n = min(step, RATER_REPLICATIONS - start)
        codes = np.stack([population.sample(raters, rng).codes(units, rng) for _ in range(n)])
        found = of_samples(codes, categories)
        for name, at in product(RATER_COEFFICIENTS, range(n)):
            limits = of_units_and_both(found[name], at, units)
            for sampled, (low, high) in limits.items():
                cells.setdefault((name, sampled), Cell()).add(low, high, truth[name])
            if start + at < COMPARED:
                compare(codes[at], categories, name, limits)
    return truth, cells


def of_units_and_both(found: Found, at: int, units: int) -> dict[str, tuple[float, float]]:
    """The limits of one of many samples, for these raters and for all."""
    value, error, gap = found.value[at], found.error[at], 1 - found.value[at]
    reach = error * quantile_t(0.95, units - 1)
    quantile = quantile_t(0.95, found.without.shape[1] - 1)
    below, above = _reaches((1 - found.without[at]) / gap, error / gap, quantile)
    return {
        "units": (value - reach, min(value + reach, 1)),
        "both": (value - gap * below, min(value + gap * above, 1)),
    }


def compare(
    codes: NDArray[np.int8], categories: int, name: str, limits: dict[str, tuple[float, float]]
) -> None:
    """Stop where the library finds other limits."""
    r = Ratings.from_matrix(codes.T + 1, range(1, categories + 1))
    for sampled, expected in limits.items():
        found = RATER_COEFFICIENTS[name](r, sampled=sampled)
        np.testing.assert_allclose((found.low, found.high), expected, rtol=1e-9)


def row(design: Design, cells: Cells) -> str:
    """The row of the table in Markdown where units are drawn: coverage by every method of each coefficient."""
    shown = []
    for name in COEFFICIENTS:
        inside = [cell for (other, _), cell in cells.items() if other == name]
        texts = [f"{cell.coverage:.1f}" for cell in inside]
        if inside and not LAW[0] <= inside[0].coverage <= LAW[1]:
            texts[0] = f"**{texts[0]}**"
        shown.append(" / ".join(texts))
    return f"| {' | '.join((*map(str, design), *shown))} |"


def row_of_raters(design: Design, cells: Cells) -> str:
    """The row where raters are drawn too: coverage for these raters and for all, and the mean width of the latter."""
    shown = []
    for name in RATER_COEFFICIENTS:
        these, everyone = cells[name, "units"], cells[name, "both"]
        share = f"{everyone.coverage:.1f}"
        share = share if everyone.coverage >= LAW[0] else f"**{share}**"
        shown.append(f"{these.coverage:.1f} / {share} ({everyone.width / everyone.intervals:.2f})")
    return f"| {' | '.join((*map(str, design), *shown))} |"


def main(kind: str, wanted: list[int]) -> None:
    """Print every cell of one kind of simulation."""
    run, designs, as_row = {
        "units": (units_sampled, UNIT_DESIGNS, row),
        "raters": (both_sampled, RATER_DESIGNS, row_of_raters),
    }[kind]
    place = 0 if kind == "units" else 1
    rows = []
    for design in designs:
        if wanted and design[place] not in wanted:
            continue
        truth, cells = run(design)
        print("{} categories, {} raters, {} prevalence, {} units".format(*design), flush=True)
        for (name, method), cell in cells.items():
            print(f"  {name:16} {truth[name]:.4f}  {method:10}  {cell}", flush=True)
        rows.append(as_row(design, cells))
    print(*rows, sep="\n")


if __name__ == "__main__":
    main(sys.argv[1], [int(one) for one in sys.argv[2:]])
