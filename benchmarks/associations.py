"""How often analyses of observations and outcomes find an association where there is none, or miss one.

``python -m benchmarks.associations`` draws districts in which visits lie within teachers and teachers within
buildings, and prints a table in Markdown for each question: the error of the first kind of the library's
default over the whole grid, that of other analyses beside it, the coverage of the interval, and the power.
The law is an error between 3 and 7 % in every cell of the grid; a cell outside is marked, and the script ends
with an error.
"""

from __future__ import annotations

import math
import sys
from itertools import product
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from ilr.stats import association

SEED = 20260901
DISTRICTS = 2000
VISITS = 6
WITHIN_TEACHER = 0.3  # intraclass correlation of visits of one teacher
PERMUTATIONS = 499
RESAMPLES = 400
ALPHA = 0.05
LAW = 0.03, 0.07
TEACHERS = (60, 120)
BUILDINGS = (2, 5, 10, 20)
CLUSTERS = (
    0.0,
    0.1,
    0.3,
    0.5,
)  # share of the variance, of practice and of outcomes, that lies between buildings
OTHERS = (
    "visits",
    "teachers",
    "teachers resampled",
    "buildings resampled",
    "within, Student",
    "within, permutation",
)

Floats: TypeAlias = NDArray[np.float64]


@attrs.frozen(eq=False)
class Districts:
    """Districts of one design: visits of shape (districts, teachers, visits), outcomes (districts, teachers)."""

    visits: Floats
    outcomes: Floats
    building: NDArray[np.int64]

    @property
    def means(self) -> Floats:
        """The mean of each teacher's visits."""
        return np.asarray(self.visits.mean(axis=2))


def draw(
    rng: np.random.Generator,
    *,
    districts: int = DISTRICTS,
    teachers: int = 60,
    buildings: int = 10,
    cluster: float = 0.0,
    r: float = 0.0,
    r_buildings: float = 0.0,
) -> Districts:
    """Draw districts.

    Args:
        rng: where randomness comes from.
        districts: number of districts.
        teachers: teachers of a district, spread evenly over buildings.
        buildings: buildings of a district.
        cluster: share of the variance of practice, and of outcomes, that lies between buildings.
        r: correlation of true practice and outcome of teachers within buildings.
        r_buildings: correlation of what buildings do to practice and to outcomes.
    """
    building = np.repeat(np.arange(buildings), teachers // buildings)
    practice, outcomes = (
        math.sqrt(cluster) * school[:, building] + math.sqrt(1 - cluster) * own
        for school, own in zip(
            _pair(rng, (districts, buildings), r_buildings), _pair(rng, (districts, teachers), r), strict=True
        )
    )
    noise = math.sqrt((1 - WITHIN_TEACHER) / WITHIN_TEACHER)
    visits = practice[:, :, None] + noise * rng.standard_normal((districts, teachers, VISITS))
    return Districts(visits, outcomes, building)


def _pair(rng: np.random.Generator, shape: tuple[int, int], r: float) -> tuple[Floats, Floats]:
    first = rng.standard_normal(shape)
    return first, r * first + math.sqrt(1 - r * r) * rng.standard_normal(shape)


def true_correlation(cluster: float, r: float) -> float:
    """The correlation within buildings of observed means and outcomes, for one of true practice."""
    error = (1 - WITHIN_TEACHER) / WITHIN_TEACHER / VISITS
    return r * math.sqrt((1 - cluster) / (1 - cluster + error))


def rejections(drawn: Districts, *, permutations: int = PERMUTATIONS) -> dict[str, float]:
    """The share of districts in which each analysis rejects no association."""
    teachers, visits = drawn.means, drawn.visits
    repeated = np.repeat(drawn.outcomes, visits.shape[2], axis=1)
    found = default(drawn, permutations=permutations)
    alone = np.arange(teachers.shape[1])
    tests = (
        _student(visits.reshape(len(visits), -1), repeated) < ALPHA,
        _student(teachers, drawn.outcomes) < ALPHA,
        _resampled(teachers, drawn.outcomes, alone),
        _resampled(teachers, drawn.outcomes, drawn.building),
        np.array([one.student.p <= ALPHA for one in found]),
        np.array([one.permutation.p <= ALPHA for one in found]),
    )
    return {name: float(one.mean()) for name, one in zip(OTHERS, tests, strict=True)}


def default(drawn: Districts, *, permutations: int = PERMUTATIONS) -> list[association.GroupedCorrelation]:
    """What the library finds in each district: means of teachers within buildings."""
    building = drawn.building.tolist()
    return [
        association.within_groups(x, y, building, seed=seed, permutations=permutations)
        for seed, (x, y) in enumerate(zip(drawn.means, drawn.outcomes, strict=True))
    ]


def _student(x: Floats, y: Floats) -> Floats:
    """Two-sided p of a plain correlation in each district."""
    x, y = (one - one.mean(axis=1, keepdims=True) for one in (x, y))
    r = (x * y).sum(axis=1) / np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    freedom = x.shape[1] - 2
    return np.asarray(2 * stdtr(freedom, -np.abs(r) * np.sqrt(freedom / (1 - r * r))))


def _resampled(x: Floats, y: Floats, cluster: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the percentiles of a plain correlation over resampled clusters leave out zero.

    The same draws serve all districts, so that each is one product of matrices.
    """
    rng = np.random.default_rng(SEED)
    n = int(cluster.max()) + 1
    weights = rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(float)
    parts = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y])
    starts = np.flatnonzero(np.diff(cluster, prepend=-1))
    sums = np.add.reduceat(parts, starts, axis=2) @ weights.T
    count, x1, y1, x2, y2, xy = sums
    r = (xy - x1 * y1 / count) / np.sqrt((x2 - x1 * x1 / count) * (y2 - y1 * y1 / count))
    low, high = np.quantile(r, [ALPHA / 2, 1 - ALPHA / 2], axis=1)
    return np.asarray((low > 0) | (high < 0))


def errors_of_the_default() -> bool:
    """Print the error of the first kind over the whole grid; answers whether it is everywhere lawful."""
    print("| teachers | buildings | " + " | ".join(f"{one:g}" for one in CLUSTERS) + " |")
    print("| --- | --- |" + " --- |" * len(CLUSTERS))
    lawful = True
    for place, (teachers, buildings) in enumerate(product(TEACHERS, BUILDINGS)):
        cells = []
        for number, cluster in enumerate(CLUSTERS):
            rng = np.random.default_rng([SEED, place, number])
            found = default(draw(rng, teachers=teachers, buildings=buildings, cluster=cluster))
            p, student = (
                float(np.mean([one.p <= ALPHA for one in tests]))
                for tests in ([one.permutation for one in found], [one.student for one in found])
            )
            inside = all(LAW[0] <= one <= LAW[1] for one in (p, student))
            lawful &= inside
            cells.append(f"{p:.3f} / {student:.3f}{'' if inside else ' !'}")
        print(f"| {teachers} | {buildings} | {' | '.join(cells)} |", flush=True)
    return lawful


def errors_of_others() -> None:
    """Print the error of the first kind of each analysis in districts of 60 teachers and ten buildings."""
    print("\n| between buildings | their effects correlate | " + " | ".join(OTHERS) + " |")
    print("| --- | --- |" + " --- |" * len(OTHERS))
    designs = [*((cluster, 0.0) for cluster in (0.0, 0.1, 0.3, 0.4, 0.5)), (0.3, 0.5)]
    for place, (cluster, together) in enumerate(designs):
        rng = np.random.default_rng([SEED, 100, place])
        found = rejections(draw(rng, cluster=cluster, r_buildings=together))
        cells = " | ".join(f"{found[name]:.3f}" for name in OTHERS)
        print(f"| {cluster:g} | {together:g} | {cells} |", flush=True)


def coverage_and_power() -> None:
    """Print how often the interval holds the true correlation, and how often none is rejected."""
    print("\n| teachers | buildings | true practice | correlation | coverage | power | by formula |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    cells = product((60, 120), (2, 10, 20), (0.0, 0.25, 0.5, 0.8))
    for place, (teachers, buildings, r) in enumerate(cells):
        rng = np.random.default_rng([SEED, 200, place])
        found = default(draw(rng, teachers=teachers, buildings=buildings, cluster=0.3, r=r))
        truth = true_correlation(0.3, r)
        covered = np.mean([one.estimate.low <= truth <= one.estimate.high for one in found])
        power = np.mean([one.permutation.p <= ALPHA for one in found])
        formula = association.power_of_correlation(truth, teachers, groups=buildings)
        print(
            f"| {teachers} | {buildings} | {r:g} | {truth:.3f} | {covered:.3f} | {power:.3f} | {formula:.3f} |",
            flush=True,
        )


def main() -> int:
    """Print every table."""
    lawful = errors_of_the_default()
    errors_of_others()
    coverage_and_power()
    return 0 if lawful else 1


if __name__ == "__main__":
    sys.exit(main())
