"""How often the calibration gate opens, by what is true and by the number of exhibits, on real ratings.

The pairs of raters of each component of Global Teaching InSights are taken as the population: their joint use of
the levels gives the true AC2 (quadratic weights) of one rater with another. Sessions of n exhibits are drawn from
it, and the gate decides on each as it does in `ilr.calibration`: the lower bound of the score interval at or above
P-KAPPA calibrates, the upper bound below it refuses. Beside it stands what chance alone would reach within one
level. Run with the folder of the data: ``python benchmarks/gate.py ../shared/data/gti_video_a``.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ilr.base import Policy
from ilr.stats import Estimate, Ratings, agreement
from ilr.stats.certification import chance_agreement

LEVELS = (1, 2, 3, 4)
EXHIBITS = (6, 12, 18, 24, 36, 48)
SESSIONS = 1000
SEED = 20261121
NO_ITEM = frozenset(
    {"economy", "school_id", "teacher_id", "visit", "visit_date", "rater_id", "rated_on", "segment"}
)


def populations(folder: Path) -> dict[str, NDArray[np.float64]]:
    """Share of each pair of levels by component, the two raters taken in both orders."""
    with (folder / "components.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    segments = defaultdict(list)
    for row in rows:
        segments[row["economy"], row["teacher_id"], row["visit"], row["segment"]].append(row)
    found = {}
    for item in rows[0]:
        if item in NO_ITEM or item.endswith("0OV"):
            continue
        table = np.zeros((4, 4))
        for pair in segments.values():
            rated = [int(float(row[item])) - 1 for row in pair if row[item]]
            if len(rated) == 2:
                table[rated[0], rated[1]] += 0.5
                table[rated[1], rated[0]] += 0.5
        found[item] = table / table.sum()
    return found


def decided(
    table: NDArray[np.float64], n: int, threshold: float, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Share of sessions that calibrate, that refuse, and whose interval holds the truth."""
    truth = ac2(np.round(table * 1_000_000).astype(int), None).value
    calibrated = refused = covered = 0
    for _ in range(SESSIONS):
        found = ac2(rng.multinomial(n, table.ravel()).reshape(4, 4), "score")
        calibrated += found.low >= threshold
        refused += found.high < threshold
        covered += found.low <= truth <= found.high
    return calibrated / SESSIONS, refused / SESSIONS, covered / SESSIONS


def ac2(counts: NDArray[Any], method: Literal["score"] | None) -> Estimate:
    """The coefficient on which standing rests."""
    return agreement.gwet_ac(Ratings.from_table(counts, LEVELS), "quadratic", method=method)


def main() -> None:
    """Print a row for every component: truth, chance, and the answers of the gate by number of exhibits."""
    threshold = Policy().agreement
    rng = np.random.default_rng(SEED)
    print(f"calibrated / refused in {SESSIONS} sessions of n exhibits, P-KAPPA {threshold}, seed {SEED}")
    print(f"{'component':10} {'AC2':>5} {'chance':>6}  " + "  ".join(f"{'n=' + str(n):>9}" for n in EXHIBITS))
    rows = []
    for item, table in populations(Path(sys.argv[1])).items():
        truth = ac2(np.round(table * 1_000_000).astype(int), None).value
        used = table.sum(axis=0)
        chance = chance_agreement(used, used, levels=LEVELS, within=1)
        rows.append((truth, chance, item, [decided(table, n, threshold, rng) for n in EXHIBITS]))
    for truth, chance, item, answers in sorted(rows):
        cells = "  ".join(f"{calibrated:4.2f}/{refused:4.2f}" for calibrated, refused, _ in answers)
        print(f"{item:10} {truth:5.2f} {chance:6.2f}  {cells}")
    least = [min(answers[place][2] for *_, answers in rows) for place in range(len(EXHIBITS))]
    mean = [sum(answers[place][2] for *_, answers in rows) / len(rows) for place in range(len(EXHIBITS))]
    print("coverage of the interval, least of the components: " + "  ".join(f"{one:.3f}" for one in least))
    print("coverage of the interval, mean of the components:  " + "  ".join(f"{one:.3f}" for one in mean))


if __name__ == "__main__":
    main()
