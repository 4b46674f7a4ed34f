"""How often the ladder of intervals lets practices of known quality climb: its operating characteristic.

``python benchmarks/ladder.py [repetitions]``. A practice is at the level in a true share of 30 independent observations
a check, for 36 weeks, beginning with a check after one week. Two tables in Markdown come out: with the exact one-sided
bounds that decide, and with Wilson's, as other simulations of such ladders have it. A cell is the share of practices
that reach the last step, with the standard error of the simulation; the median week in which those that reach it do;
and the mean number of checks.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Iterator
from functools import cache

import attrs
import numpy as np

from ilr.base import Policy
from ilr.cycles import LadderReview, Rung, ShareCount, climb
from ilr.cycles.fidelity import Bounds

SEED = 20261122
REPETITIONS = 10_000
SHARES = (0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90)
OBSERVATIONS, WEEKS = 30, 36
POLICY = Policy()


@attrs.frozen(kw_only=True)
class Climbed:
    """What became of practices of one true share.

    Attributes:
        reached: share of them that reached the last step.
        error: standard error of that share.
        week: median week in which they did, None where none did.
        checks: mean number of checks.
    """

    reached: float
    error: float
    week: float | None
    checks: float


def characteristic(share: float, *, bounds: Bounds, repetitions: int, seed: int = SEED) -> Climbed:
    """Let practices of one true share climb; equal seeds give equal numbers."""
    rng = np.random.default_rng([seed, round(1000 * share)])
    found = [
        _one(iter(row), bounds) for row in rng.binomial(OBSERVATIONS, share, (repetitions, WEEKS)).tolist()
    ]
    weeks = [week for week, _ in found if week is not None]
    reached = len(weeks) / repetitions
    return Climbed(
        reached=reached,
        error=math.sqrt(reached * (1 - reached) / repetitions),
        week=statistics.median(weeks) if weeks else None,
        checks=statistics.fmean(checks for _, checks in found),
    )


def _one(draws: Iterator[int], bounds: Bounds) -> tuple[int | None, int]:
    """The week in which one practice reached the last step, and the number of its checks."""
    rung, week, checks, top = Rung(weeks=POLICY.ladder[0]), 0, 0, None
    while week + rung.weeks <= WEEKS:
        week += rung.weeks
        checks += 1
        rung = _climbed(rung, next(draws), bounds)
        if top is None and rung.step == len(POLICY.ladder) - 1:
            top = week
    return top, checks


def _climbed(rung: Rung, drawn: int, bounds: Bounds) -> Rung:
    """As `climb`, remembering what it has answered; more than two checks in a row are as good as two."""
    last = None if rung.last is None else round(rung.last.reached)
    return _remembered(rung.step, min(rung.in_a_row, 2), last, drawn, bounds)


@cache
def _remembered(step: int, in_a_row: int, last: int | None, drawn: int, bounds: Bounds) -> Rung:
    before = None if last is None else ShareCount(last, OBSERVATIONS)
    rung = Rung(step=step, weeks=POLICY.ladder[step], in_a_row=in_a_row, last=before)
    return climb(rung, LadderReview(ShareCount(drawn, OBSERVATIONS)), policy=POLICY, bounds=bounds)


def shown(bounds: Bounds, repetitions: int) -> None:
    """Print one table."""
    name = {"exact": "Clopper-Pearson bounds, which decide", "score": "Wilson's bounds, for comparison"}[
        bounds
    ]
    print(f"{name} ({repetitions} practices a row, seed {SEED})\n")
    print("| true share | reach the last step | median week | checks in 36 weeks |")
    print("| --- | --- | --- | --- |")
    for share in SHARES:
        found = characteristic(share, bounds=bounds, repetitions=repetitions)
        week = "" if found.week is None else f"{found.week:.0f}"
        print(f"| {share:.2f} | {found.reached:.3f} (± {found.error:.3f}) | {week} | {found.checks:.1f} |")
    print()


def main(repetitions: int) -> None:
    """Print both tables."""
    shown("exact", repetitions)
    shown("score", repetitions)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS)
