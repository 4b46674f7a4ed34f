"""How often each set of rules alarms about nothing, and how often it finds a shift: weekly shares.

``python benchmarks/chart_operating_characteristics.py [repetitions]``. Each series is a weekly share of 30
observations; in control it is .6 all along, shifted it is .75 from some week on. A cell is the share of series with one
or more signals; its standard error is at most .5 / sqrt(repetitions). Three tables in Markdown come out:

1. limits from the moving ranges of all points, runs about their median, shift in the middle;
2. the limits of a p chart of all points, runs about its centre, shift in the middle;
3. as 2, with centre and limits frozen after twelve points, shift from there on.

EWMA and CUSUM have their sigma from the moving ranges in 1 and from the p chart in 2 and 3.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ilr.stats import charts

SEED = 20261121
REPETITIONS = 2_000
LENGTHS = (12, 24, 36)
FROZEN = 12
OBSERVATIONS, SHARE, SHIFT = 30, 0.6, 0.15

Counts = NDArray[np.int64]
Alarm = Callable[[Counts], bool]
OTHERS = {
    "Western Electric": "western-electric",
    "Nelson": "nelson",
    "NHS 2019": "nhs-mdc-2019",
    "NHS 2023": "nhs-mdc-2023",
}


def by_moving_ranges() -> Mapping[str, Alarm]:
    """A run chart about the median, and a chart of single values with plain moving ranges."""

    def runs(counts: Counts) -> bool:
        return bool(charts.run_chart(counts / OBSERVATIONS).signals)

    def single(rules: str) -> Alarm:
        return lambda counts: bool(
            charts.xmr(counts / OBSERVATIONS, rules=rules, moving_range="plain").signals
        )

    def memory(draw: Callable[..., charts.Chart]) -> Alarm:
        return lambda counts: bool(draw(counts / OBSERVATIONS, moving_range="plain").signals)

    return {
        "3 sigma": single("3sigma"),
        "Anhøj": runs,
        "**Anhøj + 3 sigma**": lambda counts: runs(counts) or single("3sigma")(counts),
        **{name: single(rules) for name, rules in OTHERS.items()},
        "EWMA": memory(charts.ewma),
        "CUSUM": memory(charts.cusum),
    }


def by_binomial_law(freeze: int | None) -> Mapping[str, Alarm]:
    """A p chart, and charts with memory that have their target and sigma from it."""

    def shares(rules: str) -> Alarm:
        return lambda counts: bool(
            charts.p_chart(counts, [OBSERVATIONS] * len(counts), rules=rules, freeze=freeze).signals
        )

    def memory(draw: Callable[..., charts.Chart]) -> Alarm:
        def alarm(counts: Counts) -> bool:
            values = counts / OBSERVATIONS
            centre = values[:freeze].mean()
            return bool(draw(values, centre, np.sqrt(centre * (1 - centre) / OBSERVATIONS)).signals)

        return alarm

    return {
        "3 sigma": shares("3sigma"),
        "Anhøj": shares("anhoej"),
        "**Anhøj + 3 sigma**": shares("anhoej+3sigma"),
        **{name: shares(rules) for name, rules in OTHERS.items()},
        "EWMA": memory(charts.ewma),
        "CUSUM": memory(charts.cusum),
    }


def cells(
    alarms: Mapping[str, Alarm], length: int, before: int, repetitions: int
) -> dict[str, tuple[float, ...]]:
    """For each chart the shares of steady and of shifted series that signal; all see the same series."""
    rng = np.random.default_rng([SEED, length])
    shifted = np.repeat([SHARE, SHARE + SHIFT], [before, length - before])
    drawn = [rng.binomial(OBSERVATIONS, share, (repetitions, length)) for share in (SHARE, shifted)]
    return {
        name: tuple(float(np.mean([alarm(counts) for counts in series])) for series in drawn)
        for name, alarm in alarms.items()
    }


def shown(
    title: str, alarms: Mapping[str, Alarm], lengths: tuple[int, ...], freeze: int | None, repetitions: int
) -> None:
    """Print one table."""
    found = {length: cells(alarms, length, freeze or length // 2, repetitions) for length in lengths}
    heads = " / ".join(str(length) for length in lengths)
    print(f"{title} ({repetitions} series a cell, seed {SEED})\n")
    print(f"| rules | false alarm in {heads} points | power for +{SHIFT:.2f} in {heads} points |")
    print("| --- | --- | --- |")
    for name in alarms:
        alarm, power = (
            " / ".join(f"{found[length][name][at]:.3f}".lstrip("0") for length in lengths) for at in range(2)
        )
        print(f"| {name} | {alarm} | {power} |")
    print()


def main(repetitions: int) -> None:
    """Print the three tables."""
    shown("Moving ranges of all points", by_moving_ranges(), LENGTHS, None, repetitions)
    shown("P chart of all points", by_binomial_law(None), LENGTHS, None, repetitions)
    shown("P chart, frozen after 12 points", by_binomial_law(FROZEN), LENGTHS[1:], FROZEN, repetitions)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS)
