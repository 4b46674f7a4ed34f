"""The words of every refusal of charts, drift and certification: they are what a caller sees."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import numpy as np
import pytest

from ilr.base.errors import InvalidInput
from ilr.stats import certification, charts, drift
from ilr.stats.certification import All, EachItem, LargestGap, OfPart, Share

# Wrong on purpose, which is why the calls are not typed.
CHARTS: Any = charts
CERTIFICATION: Any = certification
DRIFT: Any = drift
DAY = date(2026, 11, 2)
LOW, HIGH = [4, 6, 5] * 5, [9, 11, 10] * 5
CHART: Any = charts.xmr([1.0, 2, 4])


def phase(start: int, **options: Any) -> Any:
    """A decided phase."""
    return CHARTS.Phase(start, **{"reason": "new form", "decided_by": "p1", "decided_on": DAY} | options)


REFUSALS: list[tuple[Callable[[], object], str, list[str]]] = [
    (
        lambda: CHARTS.run_chart([[1, 2]], math.nan, rules="3sigma"),
        "chart",
        [
            "[charts.values] values: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
            "[charts.centre] centre: is no number (expected a finite number).",
            "[charts.rules] rules: are unknown for this chart (expected anhoej).",
        ],
    ),
    (
        lambda: CHARTS.run_chart(LOW, centre=5, freeze=3),
        "chart",
        [
            "[charts.known] phases: leave nothing to estimate where the level is given (expected a given level, or freeze and phases).",
        ],
    ),
    (
        lambda: CHARTS.xmr([1], "high", rules="shewhart", moving_range="none"),
        "chart",
        [
            "[charts.centre] centre: is no number (expected a finite number).",
            "[charts.moving_range] moving_range: is unknown (expected screened or plain).",
            "[charts.rules] rules: are unknown for this chart (expected anhoej, 3sigma, western-electric, nelson, nhs-mdc-2019, nhs-mdc-2023, nhs-mdc, joined by +).",
        ],
    ),
    (
        lambda: CHARTS.c_chart([1, -1]),
        "chart",
        [
            "[charts.counts] counts: hold a negative count (expected 0 or more).",
        ],
    ),
    (
        lambda: CHARTS.c_chart([[1]]),
        "chart",
        [
            "[charts.values] counts: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
        ],
    ),
    (
        lambda: CHARTS.p_chart(["a"], ["b"]),
        "chart",
        [
            "[charts.values] counts: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
            "[charts.values] totals: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
        ],
    ),
    (
        lambda: CHARTS.p_chart([1, 2], [3]),
        "chart",
        [
            "[charts.totals] totals: are another number than counts (expected one total a count).",
        ],
    ),
    (
        lambda: CHARTS.p_chart([-4, 2], [3, -3]),
        "chart",
        [
            "[charts.counts] counts: hold a negative count (expected 0 or more).",
            "[charts.totals] totals: hold a negative total (expected 0 or more).",
            "[charts.counts] counts: exceed their total (expected at most the total).",
        ],
    ),
    (
        lambda: CHARTS.u_chart([1], [0]),
        "chart",
        [
            "[charts.counts] counts: exceed their total (expected at most the total).",
        ],
    ),
    (
        lambda: CHARTS.p_prime([1], [3], sigma_z="small"),
        "chart",
        [
            "[charts.sigma_z] sigma_z: is unknown (expected floored or unfloored).",
        ],
    ),
    (
        lambda: CHARTS.xbar("12"),
        "chart",
        [
            "[charts.groups] groups: are no sequence of groups (expected a sequence of series).",
        ],
    ),
    (
        lambda: CHARTS.xbar([[1, 2], ["a"]]),
        "chart",
        [
            "[charts.values] groups[1]: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
        ],
    ),
    (
        lambda: CHARTS.xmr([None, 1, 2], freeze=1),
        "chart",
        [
            "[charts.baseline] freeze: has no point to take a centre from (expected 1 point or more).",
        ],
    ),
    (
        lambda: CHARTS.xmr(LOW, freeze=16),
        "chart",
        [
            "[charts.freeze] freeze: does not lie in the first phase (expected 1 to its number of places).",
        ],
    ),
    (
        lambda: CHARTS.xmr(LOW, phases=[phase(15)]),
        "chart",
        [
            "[charts.phase_start] phases: do not start one after the other inside the series (expected places of the series in ascending order).",
        ],
    ),
    (
        lambda: CHARTS.xmr([*LOW, *HIGH, *LOW], phases=[phase(15), phase(30, baseline_points=16)]),
        "chart",
        [
            "[charts.phase_baseline] phases[1].baseline_points: reach beyond the phase (expected at most its number of places).",
        ],
    ),
    (
        lambda: CHARTS.xmr([*LOW, *HIGH, *LOW], phases=[phase(15), phase(30, baseline_points=11)]),
        "chart",
        [
            "[charts.phase_points] phases[1]: has too few points to start anew (expected 12 or more, or a trial).",
        ],
    ),
    (
        lambda: CHARTS.xmr(
            [*LOW, *HIGH, *([None] * 3), *LOW], phases=[phase(15), phase(30, baseline_points=3, trial=True)]
        ),
        "chart",
        [
            "[charts.baseline] phases[1]: has no point to take a centre from (expected 1 point or more).",
        ],
    ),
    (
        lambda: CHARTS.xmr([*LOW, *HIGH, *HIGH], phases=[phase(15), phase(30)]),
        "chart",
        [
            "[charts.phase_shift] phases[1]: does not lie on another level than the phase before (expected nine useful points in a row on one side of its centre, or a run too long by chance).",
        ],
    ),
    (
        lambda: CHARTS.ewma(["a"], math.inf, 0, 0, 0, moving_range="none"),
        "chart",
        [
            "[charts.weight] weight: is no weight (expected 0 < weight <= 1).",
            "[charts.width] width: is no width (expected above 0).",
            "[charts.values] values: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
            "[charts.target] target: is no number (expected a finite number).",
            "[charts.sigma] sigma: is no standard deviation (expected above 0).",
            "[charts.moving_range] moving_range: is unknown (expected screened or plain).",
        ],
    ),
    (
        lambda: CHARTS.cusum([1], "high", -1, -1, 0),
        "chart",
        [
            "[charts.slack] slack: is no slack (expected 0 or more).",
            "[charts.decision] decision: is no limit (expected above 0).",
            "[charts.target] target: is no number (expected a finite number).",
            "[charts.sigma] sigma: is no standard deviation (expected above 0).",
        ],
    ),
    (
        lambda: CHARTS.cusum([1, 2], 0, 1, freeze=1),
        "chart",
        [
            "[charts.known] phases: leave nothing to estimate where the level is given (expected a given level, or freeze and phases).",
        ],
    ),
    (
        lambda: phase(
            0, reason=" ", decided_by=" ", baseline_points=0, changed_on=date(2026, 11, 3), started_on=DAY
        ),
        "Phase",
        [
            "[phase.start] start: is no place after the first (expected 1 or more).",
            "[phase.reason] reason: is empty (expected the known change).",
            "[phase.decided_by] decided_by: is empty (expected an id).",
            "[phase.baseline] baseline_points: hold no place (expected 1 or more, or None).",
            "[phase.changed_on] changed_on: comes after the phase began (expected a day up to started_on).",
        ],
    ),
    (
        lambda: CHARTS.propose_phases([[1]], baseline_points=0, run_length=0),
        "proposals",
        [
            "[charts.values] values: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
            "[charts.points] baseline_points: is no number of points (expected 1 or more).",
            "[charts.points] run_length: is no number of points (expected 1 or more).",
        ],
    ),
    (
        lambda: CHARTS.ZoneRule("six of five", 6, 5, beyond=-1, side="left"),
        "ZoneRule",
        [
            "[charts.rule_least] least: does not fit the window (expected 1 to window).",
            "[charts.rule_zone] beyond: is no zone (expected 0 <= beyond < up_to).",
            "[charts.rule_side] side: is unknown (expected one, either or window).",
        ],
    ),
    (
        lambda: CHARTS.ZoneRule(" ", 1, 1),
        "ZoneRule",
        [
            "[charts.rule_name] name: is empty (expected a name).",
        ],
    ),
    (
        lambda: CHARTS.StepRule("two", 2, "jump"),
        "StepRule",
        [
            "[charts.rule_window] window: is too short (expected 3 or more).",
            "[charts.rule_pattern] pattern: is unknown (expected trend or alternation).",
        ],
    ),
    (
        lambda: CHARTS.StepRule(" ", 3),
        "StepRule",
        [
            "[charts.rule_name] name: is empty (expected a name).",
        ],
    ),
    (
        lambda: CHARTS.RunRule("turns", "turns"),
        "RunRule",
        [
            "[charts.rule_statistic] statistic: is unknown (expected run or crossings).",
        ],
    ),
    (
        lambda: CHARTS.RunRule(" "),
        "RunRule",
        [
            "[charts.rule_name] name: is empty (expected a name).",
        ],
    ),
    (
        lambda: CHARTS.find_signals([[1]], "zero", -1, rules="shewhart"),
        "signals",
        [
            "[charts.values] values: are not one series of numbers (expected finite numbers, None or NaN for gaps).",
            "[charts.centre] centre: is no number (expected a finite number).",
            "[charts.sigma] sigma: is no standard deviation (expected 0 or more).",
            "[charts.rules] rules: are unknown for this chart (expected anhoej, 3sigma, western-electric, nelson, nhs-mdc-2019, nhs-mdc-2023, nhs-mdc, joined by +).",
        ],
    ),
    (
        lambda: CHARTS.find_signals([1], 0, rules="3sigma"),
        "signals",
        [
            "[charts.rules] rules: are unknown for this chart (expected anhoej).",
        ],
    ),
    (
        lambda: CHARTS.anhoej_false_alarm(-1, longest=-1, crossings=-1, centre="mean"),
        "false alarms",
        [
            "[charts.count] useful: is no count (expected 0 or more).",
            "[charts.count] longest: is no count (expected 0 or more).",
            "[charts.count] crossings: is no count (expected 0 or more).",
            "[charts.centre_kind] centre: is unknown (expected known or median).",
        ],
    ),
    (
        lambda: CHARTS.family_false_alarms([charts.xmr([1]), charts.xmr([1], rules="nelson")]),
        "family",
        [
            "[charts.chance] charts[1]: follows rules whose chance is not known here (expected rules anhoej and 3sigma, or chances).",
        ],
    ),
    (
        lambda: CHARTS.family_false_alarms([charts.xmr([1])], chances=[2]),
        "family",
        [
            "[charts.chances] chances: are not one chance a chart (expected 0 to 1 for each).",
        ],
    ),
    (
        lambda: attrs.evolve(CHART, values=np.array([1, math.inf, 4])),
        "Chart",
        [
            "[charts.values] values: hold an infinite point.",
        ],
    ),
    (
        lambda: attrs.evolve(
            CHART, centre=np.arange(4.0), lower=np.arange(4.0), upper=np.arange(2.0), sigma=np.arange(2.0)
        ),
        "Chart",
        [
            "[charts.line] centre: has another length than the series (expected one number a point).",
            "[charts.line] lower: has another length than the series (expected one number a point).",
            "[charts.line] upper: has another length than the series (expected one number a point).",
            "[charts.line] sigma: has another length than the series (expected one number a point).",
        ],
    ),
    (
        lambda: attrs.evolve(CHART, centre=math.nan),
        "Chart",
        [
            "[charts.centre] centre: is no number (expected a finite number).",
        ],
    ),
    (
        lambda: attrs.evolve(CHART, lower=9.0, upper=8.0),
        "Chart",
        [
            "[charts.limits] lower: lies above the upper limit.",
        ],
    ),
    (
        lambda: attrs.evolve(
            CHART, signals=(charts.Signal("3sigma", 3, (3,)),), parts=(), tracks=(np.zeros(2),)
        ),
        "Chart",
        [
            "[charts.signals] signals: point outside the series (expected 0 to 2).",
            "[charts.parts] parts: do not make up the series.",
            "[charts.tracks] tracks: have another length than the series.",
        ],
    ),
    (
        lambda: CHARTS.Chart.from_document(CHART.to_document() | {"sigma": [1.0]}),
        "Chart",
        [
            "[charts.line] sigma: has another length than the series (expected one number a point).",
        ],
    ),
    (
        lambda: DRIFT.drift(["u"], ["a"], ["x"], [1, 2], reference=[[1]], level=0),
        "drift",
        [
            "[drift.scores] scores: hold what is no number (expected one finite number a rating).",
            "[drift.scores] reference: hold what is no number (expected one finite number a rating).",
            "[drift.length] the columns differ in length (expected one entry a rating).",
            "[options.level] level: is not a probability (expected 0 < level < 1).",
        ],
    ),
    (
        lambda: DRIFT.drift(["u", "v"], ["a", "a"], [1, 2], [1, "x"]),
        "drift",
        [
            "[drift.windows] windows: have labels without an order (expected dates, numbers or texts).",
        ],
    ),
    (
        lambda: DRIFT.drift(["u"], ["a"], [1], [1], reference=["x"]),
        "drift",
        [
            "[drift.scores] reference: hold what is no number (expected one finite number a rating).",
        ],
    ),
    (
        lambda: Share(1.5, within=-1),
        "Share",
        [
            "[certification.share] least: is no share (expected 0 to 1).",
            "[certification.points] within: is negative (expected points from 0).",
        ],
    ),
    (
        lambda: LargestGap(-1, times=-1),
        "LargestGap",
        [
            "[certification.points] most: is negative (expected points from 0).",
            "[certification.times] times: is negative (expected a count from 0).",
        ],
    ),
    (
        lambda: All(()),
        "All",
        [
            "[certification.rules] rules: are missing (expected one or more rules).",
        ],
    ),
    (
        lambda: CERTIFICATION.certify(
            [[1, 9]], [[1], [2]], OfPart("first", Share(1)), levels=[1, 2], items=["a", "b"]
        ),
        "certify",
        [
            "[certification.level] observed: holds what is no level (expected 1.0, 2.0).",
            "[certification.shape] observed: is of another shape than the master codes (expected one row a set, one column an item).",
            "[certification.items] items: does not name every item (expected 1 names).",
            "[certification.part] parts.first: does not tell its items (expected a, b).",
        ],
    ),
    (
        lambda: CERTIFICATION.certify([1], [[math.nan]], Share(1), levels=[2, 1]),
        "certify",
        [
            "[certification.levels] levels: do not ascend (expected two or more levels in ascending order).",
            "[certification.shape] observed: is no table (expected one row a set, one column an item).",
            "[certification.shape] observed: is of another shape than the master codes (expected one row a set, one column an item).",
            "[certification.empty] master: holds no code (expected master codes).",
        ],
    ),
    (
        lambda: CERTIFICATION.certify(
            [[1, 2]], [[1, 2]], EachItem(OfPart("last", Share(1))), levels=[1, 2], parts={"last": "29"}
        ),
        "certify",
        [
            "[certification.part] parts.last: does not tell its items (expected 0, 1).",
        ],
    ),
    (
        lambda: CERTIFICATION.pass_probability(
            OfPart("last", Share(1)), np.ones((2, 2)), [[3, 3]], levels=[1, 2], seed=1, draws=0
        ),
        "pass_probability",
        [
            "[certification.level] master: holds what is no level (expected 1.0, 2.0).",
            "[certification.confusion] confusion: is no distribution of levels a row (expected 2 rows of 2 probabilities).",
            "[certification.part] parts.last: does not tell its items (expected 0, 1).",
            "[certification.draws] draws: are too few (expected at least 1).",
        ],
    ),
    (
        lambda: CERTIFICATION.pass_probability(
            Share(1), np.eye(2), [[math.nan]], levels=[1, 2], seed=1, attempts=0
        ),
        "pass_probability",
        [
            "[certification.empty] master: holds no code (expected master codes).",
            "[certification.attempts] attempts: are too few (expected at least 1).",
        ],
    ),
    (
        lambda: CERTIFICATION.certify([["low"]], [[9, 1]], Share(1), levels=[1, 2]),
        "certify",
        [
            "[certification.shape] observed: is no table (expected one row a set, one column an item).",
            "[certification.level] master: holds what is no level (expected 1.0, 2.0).",
            "[certification.shape] observed: is of another shape than the master codes (expected one row a set, one column an item).",
        ],
    ),
    (
        lambda: CERTIFICATION.certify([[1], [1, 2]], [[1]], Share(1), levels=["low", "high"]),
        "certify",
        [
            "[certification.levels] levels: do not ascend (expected two or more levels in ascending order).",
            "[certification.shape] observed: is no table (expected one row a set, one column an item).",
            "[certification.shape] observed: is of another shape than the master codes (expected one row a set, one column an item).",
        ],
    ),
    (
        lambda: CERTIFICATION.certify([[1]], [[1]], Share(1), levels=[1]),
        "certify",
        [
            "[certification.levels] levels: do not ascend (expected two or more levels in ascending order).",
        ],
    ),
    (
        lambda: CERTIFICATION.pass_probability(Share(1), [[1, None], [0, 1]], [[1]], levels=[1, 2], seed=1),
        "pass_probability",
        [
            "[certification.confusion] confusion: is no distribution of levels a row (expected 2 rows of 2 probabilities).",
        ],
    ),
    (
        lambda: CERTIFICATION.pass_probability(Share(1), np.eye(2), [[1]], levels=[], seed=1),
        "pass_probability",
        [
            "[certification.levels] levels: do not ascend (expected two or more levels in ascending order).",
        ],
    ),
    (
        lambda: CERTIFICATION.pass_probability(Share(1), np.eye(3), [[3]], levels=[2, 1], seed=1),
        "pass_probability",
        [
            "[certification.levels] levels: do not ascend (expected two or more levels in ascending order).",
        ],
    ),
    (
        lambda: CERTIFICATION.share_pass_probability(0, 2, -1),
        "share_pass_probability",
        [
            "[certification.codes] codes: are too few (expected at least 1).",
            "[certification.share] least: is no share (expected 0 to 1).",
            "[certification.share] p: is no share (expected 0 to 1).",
        ],
    ),
    (
        lambda: CERTIFICATION.chance_agreement([1], [1, -1], levels=[1, 2]),
        "chance_agreement",
        [
            "[certification.counts] observed: does not count every level (expected a count a level).",
            "[certification.counts] master: does not count every level (expected a count a level).",
        ],
    ),
    (
        lambda: CERTIFICATION.chance_agreement([1, None], ["a", "b"], levels=[1, 2]),
        "chance_agreement",
        [
            "[certification.counts] observed: does not count every level (expected a count a level).",
            "[certification.counts] master: does not count every level (expected a count a level).",
        ],
    ),
    (
        lambda: CERTIFICATION.chance_agreement([1], [1, 1, 1], levels=[2, 2]),
        "chance_agreement",
        [
            "[certification.levels] levels: do not ascend (expected two or more levels in ascending order).",
        ],
    ),
]


@pytest.mark.parametrize(("call", "subject", "texts"), REFUSALS)
def test_every_refusal_says_what_is_wrong(call: Callable[[], object], subject: str, texts: list[str]) -> None:
    """A refusal names its subject and tells code, place, fault and what was expected."""
    with pytest.raises(InvalidInput) as found:
        call()
    assert found.value.subject == subject
    assert [str(problem) for problem in found.value.problems] == texts
