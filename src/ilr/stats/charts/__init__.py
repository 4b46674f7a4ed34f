"""Charts over time: a centre, limits where there are some, and the signals that are not chance.

Here belong the statistics of run and control charts. Not here: what to do about a signal, and pictures.
Every chart is one function that gives a `Chart`. Those of Shewhart's kind share their options:

* ``rules``: names of sets of rules joined by ``+``, or rules of your own. ``anhoej`` looks for runs and
  crossings of the centre (Anhøj & Olesen 2014), ``3sigma`` for points outside the limits; ``western-electric``,
  ``nelson``, ``nhs-mdc-2019`` and ``nhs-mdc-2023`` are there by name and alarm about three times as often. All
  findings are told; a caller who wants one a point ranks them.
* ``freeze``: centre and limits come from the first so many places alone and hold for all, which is how to ask
  whether something changed since.
* ``phases``: places where centre and limits start anew, each a dated decision (`Phase`). Nothing is rebased by
  itself; `propose_phases` proposes.

With fewer than ten useful points a chart has not enough points: no rule that reads several points speaks, and
`Chart.enough_points` is false, which is not the same as a steady series. Gaps stay gaps: they enter no
centre, no moving range reaches over them, and the rules read the points that are there.
"""

from __future__ import annotations

from ilr.stats.charts.chance import FamilyFalseAlarms, anhoej_false_alarm, family_false_alarms
from ilr.stats.charts.chart import Chart, Kind, Lines, Part
from ilr.stats.charts.control import (
    c_chart,
    p_chart,
    p_prime,
    run_chart,
    u_chart,
    u_prime,
    xbar,
    xmr,
)
from ilr.stats.charts.memory import cusum, ewma
from ilr.stats.charts.phases import Phase, PhaseProposal, propose_phases
from ilr.stats.charts.rules import (
    LEAST_BASELINE,
    LEAST_POINTS,
    RULE_SETS,
    Rule,
    RunRule,
    Signal,
    StepRule,
    ZoneRule,
    find_signals,
)
from ilr.stats.charts.series import Series

__all__ = [
    "LEAST_BASELINE",
    "LEAST_POINTS",
    "RULE_SETS",
    "Chart",
    "FamilyFalseAlarms",
    "Kind",
    "Lines",
    "Part",
    "Phase",
    "PhaseProposal",
    "Rule",
    "RunRule",
    "Series",
    "Signal",
    "StepRule",
    "ZoneRule",
    "anhoej_false_alarm",
    "c_chart",
    "cusum",
    "ewma",
    "family_false_alarms",
    "find_signals",
    "p_chart",
    "p_prime",
    "propose_phases",
    "run_chart",
    "u_chart",
    "u_prime",
    "xbar",
    "xmr",
]
