"""How often charts alarm about nothing, one chart and a family of them.

Here belong chances of false signals. Not here: signals themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Literal

import attrs
import numpy as np

from ilr.base.errors import Checker
from ilr.base.records import read_only
from ilr.stats.charts.chart import Chart, Part
from ilr.stats.charts.rules import LEAST_POINTS, crossings_min, longest_run_max

__all__ = ["FamilyFalseAlarms", "anhoej_false_alarm", "family_false_alarms"]

_OUTSIDE = math.erfc(3 / math.sqrt(2))


def anhoej_false_alarm(
    useful: int,
    *,
    centre: Literal["known", "median"] = "known",
    longest: int | None = None,
    crossings: int | None = None,
) -> float:
    """The exact chance that a steady series of so many useful points signals by Anhøj's rules.

    Counted over the compositions of runs (Wentzel-Larsen & Anhøj 2019, PLoS ONE 14(10): e0223233). About a
    known centre each point falls on either side with one half. About the median of the same points half
    of them must fall on each side, which makes long runs rarer and false alarms fewer.

    Args:
        useful: number of points that are neither missing nor on the centre line.
        centre: ``known`` beforehand or frozen; or ``median`` of the same points.
        longest: longest run that does not signal; by Anhøj's rule where None.
        crossings: fewest crossings that do not signal; by Anhøj's rule where None.

    Returns:
        The chance, 0 to 1; 0 for fewer than ten useful points, of which nothing is said.

    Raises:
        InvalidInput: for numbers below 0, or an unknown centre.

    Example:
        >>> anhoej_false_alarm(10), round(anhoej_false_alarm(24), 4)
        (0.044921875, 0.0662)
        >>> round(anhoej_false_alarm(24, centre="median"), 4)
        0.0306
    """
    check = Checker("false alarms")
    for name, number in (("useful", useful), ("longest", longest), ("crossings", crossings)):
        check(number is None or number >= 0, "charts.count", name, "is no count", expected="0 or more")
    check(
        centre in ("known", "median"),
        "charts.centre_kind",
        "centre",
        "is unknown",
        expected="known or median",
    )
    check.done()
    if useful < LEAST_POINTS:
        return 0.0
    most = longest_run_max(useful) if longest is None else longest
    least = crossings_min(useful) if crossings is None else crossings
    if centre == "known":
        ways = _compositions(useful, most)
        quiet = Fraction(2 * sum(ways[least + 1 :]), 2**useful)
    else:
        above = useful // 2
        up, down = _compositions(above, most), _compositions(useful - above, most)
        counted = sum(_interleaved(up, down, runs) for runs in range(least + 1, useful + 1))
        quiet = Fraction(counted, math.comb(useful, above))
    return float(1 - quiet)


def _compositions(total: int, most: int) -> list[int]:
    """In how many ways a number is a sum of 0, 1, 2, ... parts of 1 to ``most``, up to as many as itself."""
    ways, out = [1] + [0] * total, []
    for _ in range(len(ways)):
        out.append(ways[total])
        sums = [0, *accumulate(ways)]
        ways = [sums[place] - sums[max(place - most, 0)] for place in range(len(ways))]
    return out


def _interleaved(up: Sequence[int], down: Sequence[int], runs: int) -> int:
    """Ways to alternate runs above and below, begun on either side."""
    more, fewer = runs - runs // 2, runs // 2
    return sum(one[more] * other[fewer] for one, other in ((up, down), (down, up)) if more < len(one))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class FamilyFalseAlarms:
    """What chance alone would make of several charts that are looked at together. Equal by all fields.

    Attributes:
        chances: for each chart the chance of one or more false signals.
        signalling: how many charts do signal.
        expected: how many would by chance, when nothing had changed anywhere.
        any: the chance that at least one would, if the charts are independent.
        as_many: the chance that at least as many would as do, if the charts are independent.
    """

    chances: tuple[float, ...]
    signalling: int
    expected: float
    any: float
    as_many: float


def family_false_alarms(
    charts: Sequence[Chart], *, chances: Sequence[float] | None = None
) -> FamilyFalseAlarms:
    """How many of several charts would signal if nothing had changed anywhere.

    The chance of a chart is exact for Anhøj's rules (about the median where the centre comes from the same
    points, else about a known centre), 1 - 0.9973^n for points outside three sigma of a normal law, and for
    both together as if they were independent. Limits from few points that hold for many later ones alarm more
    often than that; for them, and for other rules, hand in chances of your own.

    Args:
        charts: the charts that are looked at together.
        chances: for each chart the chance of a false signal, 0 to 1, in place of the one above.

    Returns:
        The chances and what they make together; of no charts, an expectation of 0.

    Raises:
        InvalidInput: where chances are no chances, are another number than the charts, or are missing for
            rules other than ``anhoej`` and ``3sigma``.

    Example:
        >>> from ilr.stats.charts import xmr
        >>> family = family_false_alarms([xmr([4, 6, 5, 7] * 6)] * 30)
        >>> round(family.expected, 1), family.signalling
        (2.7, 0)
    """
    check = Checker("family")
    if chances is None:
        for number, chart in enumerate(charts):
            check(
                set(chart.rules.split("+")) <= {"anhoej", "3sigma"},
                "charts.chance",
                f"charts[{number}]",
                "follows rules whose chance is not known here",
                expected="rules anhoej and 3sigma, or chances",
            )
        check.done()
        held = tuple(_chance(chart) for chart in charts)
    else:
        held = tuple(float(chance) for chance in chances)
        check(
            len(held) == len(charts) and all(0 <= chance <= 1 for chance in held),
            "charts.chances",
            "chances",
            "are not one chance a chart",
            expected="0 to 1 for each",
        )
        check.done()
    signalling = sum(bool(chart.signals) for chart in charts)
    law = np.ones(1)
    for chance in held:
        law = np.convolve(law, [1 - chance, chance])
    return FamilyFalseAlarms(
        chances=held,
        signalling=signalling,
        expected=sum(held),
        any=float(1 - law[0]),
        as_many=float(law[signalling:].sum()),
    )


def _chance(chart: Chart) -> float:
    asked = chart.rules.split("+")
    quiet = 1.0
    for part in chart.parts:
        points = int(np.count_nonzero(~np.isnan(chart.values[part.start : part.stop])))
        if "anhoej" in asked:
            quiet *= 1 - anhoej_false_alarm(part.useful, centre=_centre(part, points))
        if "3sigma" in asked and chart.upper is not None:
            quiet *= (1 - _OUTSIDE) ** points
    return 1 - quiet


def _centre(part: Part, points: int) -> Literal["known", "median"]:
    return "median" if part.baseline == points else "known"
