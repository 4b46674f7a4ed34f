"""How long it takes to chart a thousand indicators over two years of weeks.

``python benchmarks/charts.py``. Times are of the processor. The target: under 2 s for 1,000 series of 104 weeks,
each charted one by one, with every set of rules at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ilr.stats import charts

SEED = 20260901
INDICATORS, WEEKS, OBSERVATIONS = 1_000, 104, 30
EVERY = "anhoej+3sigma+western-electric+nelson+nhs-mdc-2019+nhs-mdc-2023"
LIMIT = 2.0


def main() -> None:
    """Chart every series by each chart and tell time and signals."""
    rng = np.random.default_rng(SEED)
    totals = rng.poisson(OBSERVATIONS, (INDICATORS, WEEKS)) + 1
    counts = rng.binomial(totals, rng.uniform(0.3, 0.8, (INDICATORS, 1)))
    shares = counts / totals
    cases: dict[str, Callable[[int], charts.Chart]] = {
        "run chart": lambda at: charts.run_chart(shares[at]),
        "xmr": lambda at: charts.xmr(shares[at]),
        "p chart": lambda at: charts.p_chart(counts[at], totals[at]),
        "p chart, every rule": lambda at: charts.p_chart(counts[at], totals[at], rules=EVERY),
        "p' chart, every rule": lambda at: charts.p_prime(counts[at], totals[at], rules=EVERY),
        "ewma": lambda at: charts.ewma(shares[at]),
        "cusum": lambda at: charts.cusum(shares[at]),
    }
    charts.p_chart(counts[0], totals[0])  # imports are not counted
    for name, draw in cases.items():
        begun = time.process_time()
        signals = sum(len(draw(at).signals) for at in range(INDICATORS))
        taken = time.process_time() - begun
        told = "" if taken < LIMIT else f"   over {LIMIT:.0f} s"
        print(
            f"{name:22} {taken:5.2f} s   {1000 * taken / INDICATORS:5.2f} ms a chart   {signals:6} signals{told}"
        )


if __name__ == "__main__":
    main()
