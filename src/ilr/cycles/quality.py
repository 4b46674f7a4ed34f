"""Quality: whether a cycle was run so that its answer can be trusted, and what its result then suggests.

Here belong the check of published criteria, which gives findings and never a score, and the reading of a result beside
fidelity. Not here: what a cycle cannot be at all; `ilr.cycles.improvement` refuses that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Literal

import attrs

from ilr.base import Checker, FrozenMap, Policy, Reason, listed, read_only
from ilr.cycles.closing import decision_histories, missing_revisits
from ilr.cycles.decisions import DecisionKind
from ilr.cycles.drivers import Direction, DriverDiagram, Measure
from ilr.cycles.fidelity import fidelity
from ilr.cycles.improvement import ImprovementCycle, Plan
from ilr.cycles.predictions import Comparison, made_before
from ilr.cycles.reviews import Review

__all__ = [
    "QUALITY_CODES",
    "QualityFinding",
    "ResultReading",
    "check_quality",
    "judge_result",
    "read_result",
]

_DOCUMENTED = ("question", "who", "where", "when", "data", "stops_on")


@attrs.frozen(kw_only=True)
class QualityFinding:
    """Something that weakens a cycle. Equal when all fields are equal.

    Attributes:
        code: which check found it; stable.
        cycle: id of the cycle.
        reason: what was found.
        source: who asks for it.
    """

    code: str
    cycle: str
    reason: Reason
    source: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class _Case:
    """A cycle with all that a check may look at."""

    cycle: ImprovementCycle
    others: FrozenMap[str, ImprovementCycle]
    diagrams: FrozenMap[str, DriverDiagram]
    missed: int
    policy: Policy

    @property
    def plan(self) -> Plan:
        """The plan, empty where there is none yet."""
        return self.cycle.plan or Plan()

    @property
    def diagram(self) -> DriverDiagram | None:
        """The diagram of the aim, where one was given."""
        return self.diagrams.get(self.plan.aim)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that the plan follows, as far as the diagram knows them."""
        measures = () if self.diagram is None else self.diagram.measures
        return tuple(one for one in measures if one.id in self.plan.measures)

    @property
    def earlier(self) -> tuple[ImprovementCycle, ...]:
        """The cycles that it follows, the nearest first."""
        return self._line(lambda one: self.others.get(one.parent or ""))

    @property
    def later(self) -> tuple[ImprovementCycle, ...]:
        """The cycles that follow it, the nearest first."""
        return self._line(lambda one: self.others.get(_promised(one)))

    def _line(
        self, step: Callable[[ImprovementCycle], ImprovementCycle | None]
    ) -> tuple[ImprovementCycle, ...]:
        """The cycles that steps lead to while both sides say so; a loop is gone through once."""
        found = [self.cycle]
        while (one := step(found[-1])) is not None and one not in found and _joined(found[-1], one):
            found.append(one)
        return tuple(found[1:])


def _promised(cycle: ImprovementCycle) -> str:
    """Id of the cycle that is to follow, empty where none is."""
    return (cycle.act.next_cycle if cycle.act is not None else None) or ""


def _joined(one: ImprovementCycle, other: ImprovementCycle) -> bool:
    """Whether one of two cycles follows the other, and both say so."""
    return any(
        later.parent == earlier.id and _promised(earlier) == later.id
        for earlier, later in ((one, other), (other, one))
    )


def _documentation(case: _Case) -> Reason | None:
    """Question, who, where, when, data and the stopping day are told, beside what a start needs."""
    parts = (*case.plan.missing, *case.plan.left_open(*_DOCUMENTED))
    return Reason.of("PLAN_LEAVES_OPEN", parts=listed(parts)) if parts else None


def _linked(case: _Case) -> Reason | None:
    """An ended cycle stands in a row of P-CYCLELINKS or more."""
    n = len({one.id for one in (case.cycle, *case.earlier, *case.later)})
    least = case.policy.cycle_links
    return Reason.of("LINKED_CYCLES", n=n, least=least) if case.cycle.ended and n < least else None


def _followed(case: _Case) -> Reason | None:
    """The cycle that was to follow is there and names this one as its parent."""
    return Reason.of("NOT_FOLLOWED") if _promised(case.cycle) and not case.later else None


def _prediction(case: _Case) -> Reason | None:
    """Something was predicted, on an earlier day or at an earlier instant than the first datum."""
    prediction, do = case.plan.prediction, case.cycle.do
    if prediction is None:
        return Reason.of("NO_PREDICTION")
    if do is None or do.first_on is None:
        return None
    if made_before(prediction, first_on=do.first_on, first_at=do.first_at) == "yes":
        return None
    return Reason.of("PREDICTION_SAME_DAY", on=do.first_on.isoformat())


def _comparison(case: _Case) -> Reason | None:
    """A cycle that ended was studied, and its result has a value that was compared."""
    study = case.cycle.study
    if study is None:
        return Reason.of("NO_STUDY") if case.cycle.ended else None
    return None if study.result.undefined is None else Reason.of("NOTHING_COMPARED")


def _small_first(case: _Case) -> Reason | None:
    """The whole unit takes part only after a smaller part did."""
    scope = case.cycle.scope
    if scope is None:
        return Reason.of("SCOPE_NOT_TOLD")
    smaller = any(one.scope is not None and one.scope.fraction < 1 for one in case.earlier)
    return None if scope.fraction < 1 or smaller else Reason.of("WHOLE_UNIT_FIRST", teachers=scope.teachers)


def _points(case: _Case) -> Reason | None:
    """A study rests on P-CYCLEPOINTS or more points in a row without a gap."""
    if case.cycle.study is None:
        return None
    measured = groupby(point is not None for point in case.cycle.study.series)
    n = max((len(list(run)) for there, run in measured if there), default=0)
    least = case.policy.cycle_points
    return Reason.of("POINTS_IN_A_ROW", n=n, least=least) if n < least else None


def _rationale(case: _Case) -> Reason | None:
    """The prediction has its reason."""
    prediction = case.plan.prediction
    return None if prediction is not None and prediction.why.strip() else Reason.of("NO_RATIONALE")


def _baseline(case: _Case) -> Reason | None:
    """The diagram of the aim shows its baseline."""
    told = case.diagram is not None and case.diagram.aim.baseline is not None
    return None if told else Reason.of("NO_BASELINE")


def _balancing(case: _Case) -> Reason | None:
    """One of the measures that the plan follows is a balancing one of the diagram."""
    told = any(one.kind == "balancing" for one in case.measures)
    return None if told else Reason.of("NO_BALANCING_MEASURE")


def _revisited(case: _Case) -> Reason | None:
    """Every review came back to the decisions of the cycle that were open."""
    return Reason.of("REVISITS_MISSING", n=case.missed) if case.missed else None


def _adopted(case: _Case) -> Reason | None:
    """A change is not adopted after a result that is poor or does not tell."""
    act, study, prediction = case.cycle.act, case.cycle.study, case.plan.prediction
    if act is None or act.kind != "adopt" or study is None or prediction is None:
        return None
    directions = {one.id: one.direction for one in case.measures}
    result = judge_result(study.comparison, direction=directions.get(prediction.measure, "higher"))
    if result == "poor":
        return Reason.of("ADOPTED_POOR", outcome=study.comparison.outcome)
    return Reason.of("ADOPTED_UNSETTLED") if result == "cannot tell" else None


def _expanded(case: _Case) -> Reason | None:
    """A change is expanded only when it was shown to be done as intended (P-FID)."""
    act, do = case.cycle.act, case.cycle.do
    if act is None or act.kind != "expand" or do is None:
        return None
    outcome = "not counted" if do.fidelity is None else fidelity(do.fidelity, policy=case.policy).outcome
    return None if outcome == "met" else Reason.of("EXPANDED_UNFAITHFUL", outcome=outcome)


@attrs.frozen
class _Check:
    """A published criterion: the code of its findings, who asks for it, and what is amiss with a cycle."""

    code: str
    source: str
    find: Callable[[_Case], Reason | None]


_TAYLOR = "Taylor et al. 2014"
_KNUDSEN = "Knudsen et al. 2019"
_LANGLEY = "Langley et al., Model for Improvement"

_CHECKS = (
    _Check("documentation", _TAYLOR, _documentation),
    _Check("linked", _KNUDSEN, _linked),
    _Check("followed", _TAYLOR, _followed),
    _Check("prediction", _TAYLOR, _prediction),
    _Check("comparison", _TAYLOR, _comparison),
    _Check("small-first", _KNUDSEN, _small_first),
    _Check("points", _KNUDSEN, _points),
    _Check("rationale", _KNUDSEN, _rationale),
    _Check("baseline", _LANGLEY, _baseline),
    _Check("balancing", "Carnegie, networked improvement communities", _balancing),
    _Check("revisited", "practice 5 (RT-4)", _revisited),
    _Check("adopted", _LANGLEY, _adopted),
    _Check("expanded", "NIRN, improvement cycles", _expanded),
)

QUALITY_CODES: tuple[str, ...] = tuple(check.code for check in _CHECKS)
"""The codes of the findings, in their order."""


def check_quality(
    cycles: Iterable[ImprovementCycle],
    *,
    diagrams: Iterable[DriverDiagram] = (),
    reviews: Iterable[Review] = (),
    policy: Policy | None = None,
) -> tuple[QualityFinding, ...]:
    """What weakens some cycles, by published criteria of improvement work.

    Findings, never a score: of 72 published projects 3 met all the criteria that Knudsen et al. 2019 counted. What cannot be there yet is not asked for: a running cycle needs no study, a first one no second.

    Args:
        cycles: the cycles, with those that they follow.
        diagrams: driver diagrams; baseline, direction and balancing measures are looked up by the aim of a plan.
        reviews: reviews in which decisions of the cycles were made and looked at again.
        policy: P-CYCLELINKS, P-CYCLEPOINTS and P-FID; the defaults by default.

    Returns:
        Findings in the order of the cycles, of each in the order of `QUALITY_CODES`; none for no cycles.

    Example:
        >>> from datetime import date
        >>> draft = ImprovementCycle(
        ...     id="c-1", building="s1", target="instructional practice", opened=date(2026, 9, 1)
        ... )
        >>> [finding.code for finding in check_quality([draft])]
        ['documentation', 'prediction', 'small-first', 'rationale', 'baseline', 'balancing']
    """
    given = tuple(cycles)
    others: FrozenMap[str, ImprovementCycle] = FrozenMap({one.id: one for one in given})
    by_aim: FrozenMap[str, DriverDiagram] = FrozenMap({one.aim.id: one for one in diagrams})
    missed = _missed(tuple(reviews))
    numbers = policy or Policy()
    cases = (
        _Case(cycle=one, others=others, diagrams=by_aim, missed=missed[one.id], policy=numbers)
        for one in given
    )
    return tuple(
        QualityFinding(code=check.code, cycle=case.cycle.id, reason=reason, source=check.source)
        for case in cases
        for check in _CHECKS
        if (reason := check.find(case)) is not None
    )


def _missed(reviews: tuple[Review, ...]) -> Counter[str]:
    """How often a review passed over an open decision, by the cycle that the decision belongs to."""
    cycle_of = {(one.building, one.id): one.cycle for one in reviews}
    belongs = {
        (one.building, one.decision.id): one.decision.cycle or cycle_of[one.building, one.review]
        for one in decision_histories(reviews)
    }
    missed = (belongs[one.building, one.decision] for one in missing_revisits(reviews))
    return Counter(cycle for cycle in missed if cycle is not None)


Result = Literal["good", "poor", "cannot tell"]
"""What a comparison means once it is known which way a measure is better."""

Faithful = Literal["met", "not met", "cannot tell"]
"""Whether the change was done as intended."""


def judge_result(comparison: Comparison, *, direction: Direction) -> Result:
    """Tell whether a result is good: as predicted or better.

    Args:
        comparison: the result beside its prediction.
        direction: which way the measure is better.

    Example:
        >>> judge_result(Comparison(outcome="above"), direction="lower")
        'poor'
    """
    if comparison.outcome == "cannot tell":
        return "cannot tell"
    worse = "below" if direction == "higher" else "above"
    return "poor" if comparison.outcome == worse else "good"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ResultReading:
    """What fidelity and result together suggest to decide. Equal when all fields are equal.

    Attributes:
        kinds: the kinds of decision to begin with; a suggestion, for leaders know more than two words.
        reason: how it was read.
    """

    kinds: tuple[DecisionKind, ...]
    reason: Reason


_SUPPORT = (DecisionKind.INSTRUCTIONAL_SUPPORT, DecisionKind.COACHING)
_LOOK = (DecisionKind.OBSERVATION_PROCESS,)
_READINGS: Mapping[tuple[Faithful, Result], tuple[tuple[DecisionKind, ...], str]] = FrozenMap(
    {
        ("met", "good"): ((DecisionKind.EXPAND, DecisionKind.BUILD_ON_STRENGTH), "DONE_GOOD"),
        ("met", "poor"): ((DecisionKind.ADAPT,), "DONE_POOR"),
        ("met", "cannot tell"): ((DecisionKind.NO_ACTION,), "DONE_UNSETTLED"),
        ("not met", "good"): ((*_LOOK, DecisionKind.EXPECTATION_REVISION), "UNDONE_GOOD"),
        ("not met", "poor"): (_SUPPORT, "UNDONE_POOR"),
        ("not met", "cannot tell"): (_SUPPORT, "UNDONE_UNSETTLED"),
        ("cannot tell", "good"): (_LOOK, "DOING_UNSETTLED"),
        ("cannot tell", "poor"): (_LOOK, "DOING_UNSETTLED"),
        ("cannot tell", "cannot tell"): (_LOOK, "DOING_UNSETTLED"),
    }
)


def read_result(fidelity: Faithful, result: Result) -> ResultReading:
    """Read a result after fidelity, never before it (NIRN, improvement cycles).

    A poor result of a practice done as intended speaks against the practice; of one that was not done as intended it
    speaks for better preparation and support. A good result without the practice is to be understood before anybody
    takes credit for it. Where fidelity cannot be told, the result is not read at all.

    Args:
        fidelity: whether the change was done as intended, for example `Fidelity.outcome`.
        result: whether the result was as predicted or better, for example of `judge_result`.

    Raises:
        InvalidInput: for other words.

    Example:
        >>> [kind.value for kind in read_result("met", "poor").kinds]
        ['adapt']
        >>> print(read_result("not met", "poor").reason)
        not done as intended, so the result says nothing about the practice: prepare and support better
    """
    check = Checker("read_result")
    for name, word, words in (
        ("fidelity", fidelity, ("met", "not met", "cannot tell")),
        ("result", result, ("good", "poor", "cannot tell")),
    ):
        check(word in words, f"reading.{name}", name, "is unknown", expected=listed(words))
    check.done()
    kinds, code = _READINGS[fidelity, result]
    return ResultReading(kinds=kinds, reason=Reason.of(code))
