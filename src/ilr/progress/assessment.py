"""Assessment: each criterion first, then the stage of each indicator.

Here belong `assess` and the rules of stages (ST-1 to ST-5). A criterion is judged by the rule registered
for its id; one without a rule rests on attestation, and so does what daily records alone cannot show.
"""

from __future__ import annotations

from datetime import date

import attrs

from ilr.base import Checker, FrozenMap, Policy, Reason, SchoolCalendar, Verdict, Window
from ilr.continuum import Criterion, Framework, Stage
from ilr.progress.evidence import CriterionVerdict, Evidence, IndicatorReport, NextStep, Question, StageReport
from ilr.progress.rules import ATTESTATION, registered

__all__ = ["assess"]

_GUARDS = frozenset({"precondition", "forbidden"})
_BINDING = frozenset({"required", *_GUARDS})


def assess(
    framework: Framework,
    evidence: Evidence,
    *,
    building: str,
    as_of: date,
    calendar: SchoolCalendar,
    policy: Policy | None = None,
    window: Window | None = None,
) -> StageReport:
    """Tell where a building stands on every indicator of a framework.

    Args:
        framework: the framework.
        evidence: what the host has recorded; any part may be absent.
        building: id of the school.
        as_of: the day of the question.
        calendar: the school's calendar.
        policy: the numbers; the defaults when None.
        window: the days to judge, up to ``as_of`` at most; those of the calendar when None.

    Returns:
        A report with a verdict for every criterion and a stage for every indicator.

    Raises:
        InvalidInput: when ``as_of`` lies before the window or before the calendar, or when two reviews of the
            building have the same id.
    """
    check = Checker("assess")
    if check(
        calendar.window.start <= as_of,
        "assess.as_of",
        "as_of",
        "lies before the calendar",
        expected=f"{calendar.window.start} or later",
    ):
        asked = window or calendar.window
        check(
            asked.start <= as_of, "assess.window", "window", "begins after as_of", expected=f"up to {as_of}"
        )
    check.done()
    judged = Window(asked.start, min(as_of, asked.end))
    question = Question(
        evidence=evidence,
        building=building,
        window=judged,
        as_of=as_of,
        calendar=calendar,
        policy=policy or Policy(),
    )
    verdicts = {one.id: _verdict(one, question) for one in framework.criteria}
    verdicts = {id: _superseded(one, framework, verdicts) for id, one in verdicts.items()}
    return StageReport(
        building=building,
        as_of=as_of,
        window=judged,
        framework=f"{framework.id}@{framework.version}",
        policy=question.policy.version,
        calendar=calendar.version,
        indicators=FrozenMap(
            {one.code: _indicator(one.code, framework, verdicts) for one in framework.indicators}
        ),
    )


def _verdict(criterion: Criterion, question: Question) -> CriterionVerdict:
    rule = registered().get(criterion.id)
    if rule is None:
        return _attested(criterion, question)
    answer = rule(question)
    if answer.verdict is Verdict.NOT_ASSESSABLE and criterion.basis != "records":
        word = _attested(criterion, question)
        if word.verdict is Verdict.MET:
            return attrs.evolve(word, reasons=(*answer.reasons, *word.reasons))
    return CriterionVerdict(
        criterion=criterion, verdict=answer.verdict, reasons=answer.reasons, needs=answer.needs
    )


def _attested(criterion: Criterion, question: Question) -> CriterionVerdict:
    """The verdict by somebody's word: met while an attestation holds, else not assessable (ST-3)."""
    word = question.attestation(criterion.id)
    if word is None:
        return CriterionVerdict(
            criterion=criterion,
            verdict=Verdict.NOT_ASSESSABLE,
            reasons=(Reason.of("NO_RULE_NOR_ATTESTATION"),),
            needs=(ATTESTATION,),
        )
    reason = Reason.of("ATTESTED", on=word.on.isoformat(), by=word.by)
    return CriterionVerdict(criterion=criterion, verdict=Verdict.MET, reasons=(reason,), attested=True)


def _superseded(
    one: CriterionVerdict, framework: Framework, verdicts: dict[str, CriterionVerdict]
) -> CriterionVerdict:
    if one.verdict in (Verdict.MET, Verdict.NOT_APPLICABLE):
        return one
    higher = (above.id for above in framework.superseded_by(one.criterion.id))
    met = next((id for id in higher if verdicts[id].verdict is Verdict.MET), None)
    return attrs.evolve(one, superseded_by=met)


def _indicator(code: str, framework: Framework, verdicts: dict[str, CriterionVerdict]) -> IndicatorReport:
    reached: Stage | None = None
    attested = False
    missing: tuple[CriterionVerdict, ...] = ()
    every: list[CriterionVerdict] = []
    standing = True
    for cell in framework.descriptors(code):
        own = [verdicts[criterion.id] for criterion in cell.criteria]
        every += own
        binding = [one for one in own if one.criterion.modality in _BINDING]
        lacking = tuple(one for one in binding if not one.holds)
        if standing and not lacking:
            reached = cell.stage
            attested = attested or any(one.attested for one in binding)
        elif standing:
            standing, missing = False, lacking
    breached = [one for one in every if one.criterion.modality in _GUARDS and one.verdict is Verdict.NOT_MET]
    return IndicatorReport(
        code=code,
        stage=reached,
        attested=attested,
        verdicts=(*breached, *(one for one in every if one not in breached)),
        next_steps=tuple(
            NextStep(
                criterion=one.criterion.id,
                condition=one.criterion.condition,
                verdict=one.verdict,
                reasons=one.reasons,
                needs=one.needs,
            )
            for one in missing
        ),
    )
