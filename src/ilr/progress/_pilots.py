"""The rules of ILR-7: `ilr.cycles` judges one pilot, and here every pilot of the building is held against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from ilr.base import FrozenMap, Reason, Roster, TrainingRecord, Verdict
from ilr.cycles import (
    Pilot,
    PilotAnswer,
    PilotRecords,
    data_separate_experience,
    expansion_is_decided,
    first_cycles_adapt,
    lengthening_is_earned,
    new_users_start_alike,
    observation_is_intensive,
    observation_stays_intensive,
    progression_is_visible,
    results_inform_expectations,
    reviewed_with_the_observed,
    teachers_are_trained_first,
    teachers_take_part,
)
from ilr.observation import ObservationTable, valid_records
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, judged_in_part, missing

__all__ = ["RULES"]

_ORDER = (Verdict.NOT_MET, Verdict.NOT_ASSESSABLE, Verdict.MET, Verdict.NOT_APPLICABLE)


def _of_pilots(ask: Callable[[PilotRecords], PilotAnswer]) -> Rule:
    """The rule that all pilots which have begun must meet; without any pilot the practice is not met."""

    @wraps(ask)
    def rule(question: Question) -> Answer:
        pilots = question.evidence.pilots
        if pilots is None:
            return missing(["pilot.cohorts", "pilot.cycles"])
        begun = [
            one
            for one in pilots
            if one.building == question.building
            and min(cohort.starts for cohort in one.first) <= question.window.end
        ]
        if not begun:
            return judged(False, Reason.of("NO_PILOT"))
        return _together([ask(_records(one, question)) for one in begun])

    return rule


def _together(answers: list[PilotAnswer]) -> Answer:
    """One answer for all pilots: the worst, with the reasons of those that share it."""
    verdict = min((one.verdict for one in answers), key=_ORDER.index)
    alike = [one for one in answers if one.verdict is verdict]
    return Answer(
        verdict,
        tuple(reason for one in alike for reason in one.reasons),
        tuple(dict.fromkeys(need for one in alike for need in one.needs)),
    )


def _records(pilot: Pilot, question: Question) -> PilotRecords:
    """What is on record of a pilot; training is not kept where nobody was trained in anything."""
    evidence = question.evidence
    comparisons = evidence.comparisons
    ids = {cohort.id for cohort in pilot.cohorts}
    return PilotRecords(
        pilot=pilot,
        as_of=question.window.end,
        calendar=question.calendar,
        policy=question.policy,
        roster=evidence.roster or Roster(),
        table=_table(pilot, question),
        events=question.events(TrainingRecord) or None,
        involvement=evidence.involvement,
        reviews=evidence.reviews,
        cycles=evidence.cycles,
        standings=evidence.standings(question.policy),
        analyses=None
        if comparisons is None
        else tuple(one.id for one in comparisons if ids >= {*one.cohorts}),
    )


def _table(pilot: Pilot, question: Question) -> ObservationTable | None:
    """The valid observations, None where they do not tell of the pilot: of its look-fors, at a level of fidelity."""
    table = question.evidence.table
    if table is None or not {"form", "purpose"} <= set(table.walks):
        return None
    if not set(pilot.look_fors) <= set(table.items):
        return None
    if any(scale.fidelity is None for scale in table.scales):
        return None
    return table.select(valid_records(table, question.policy))


def _shown_in_part(rule: Rule) -> Rule:
    """The rule with its adequacy left to attestation."""

    @wraps(rule)
    def part(question: Question) -> Answer:
        answer = rule(question)
        return judged_in_part(True, *answer.reasons) if answer.verdict is Verdict.MET else answer

    return part


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-7.GS.1": _of_pilots(teachers_are_trained_first),
        "ILR-7.GS.2": _of_pilots(teachers_take_part),
        "ILR-7.GS.3": _of_pilots(observation_is_intensive),
        "ILR-7.GS.4": _of_pilots(reviewed_with_the_observed),
        "ILR-7.GB.1": _of_pilots(first_cycles_adapt),
        "ILR-7.GB.2": _of_pilots(observation_stays_intensive),
        "ILR-7.GB.3": _of_pilots(lengthening_is_earned),
        "ILR-7.KI.1": _of_pilots(expansion_is_decided),
        "ILR-7.KI.2": _of_pilots(new_users_start_alike),
        "ILR-7.KI.3": _of_pilots(data_separate_experience),
        "ILR-7.KI.4": _of_pilots(progression_is_visible),
        "ILR-7.KI.5": _shown_in_part(_of_pilots(results_inform_expectations)),
    }
)
