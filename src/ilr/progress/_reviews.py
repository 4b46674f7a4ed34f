"""The rules of ILR-5: are the data reviewed in time, under a protocol, and do reviews lead to decisions?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ilr.base import FrozenMap, Reason, Verdict
from ilr.calibration import Standings
from ilr.cycles import DecisionKind, ImprovementCycle, Review
from ilr.disclosure import calibrated_only
from ilr.observation import valid_records
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, missing, not_applicable

__all__ = ["RULES"]

_SUPPORT = frozenset({DecisionKind.INSTRUCTIONAL_SUPPORT, DecisionKind.COACHING, DecisionKind.NO_ACTION})


def reviewed_in_time(question: Question) -> Answer:
    """ILR-5.GS.1 and KI.1: no stretch without a review runs past the month or the thirty observations.

    The month runs out when more than P-REVDAYS calendar days have passed and there is anything new; the
    count runs out P-GRACE instructional days after P-REVN new observations. Records made before their
    observer was calibrated do not count.
    """
    reviews, days = question.reviews, _observation_days(question)
    if reviews is None or days is None:
        return missing(["review.on", "review.cut", "walkthrough.at"])
    if not days:
        return judged(False, Reason.of("NO_OBSERVERS"))
    before = [one for one in reviews if one.on < question.window.start]
    inside = [one for one in reviews if one.on in question.window]
    starts = [before[-1] if before else None, *inside]
    ends = [*(review.on for review in inside), question.as_of + timedelta(days=1)]
    late = sum(_overdue(last, end, days, question) for last, end in zip(starts, ends, strict=True))
    reasons = Reason.of("REVIEWS", n=len(inside)), Reason.of("STRETCHES_TOO_LONG", n=late)
    if not inside and not late:
        return missing(["review.on"], *reasons)
    return judged(late == 0, *reasons)


def _observation_days(question: Question) -> list[date] | None:
    """The day of every record that counts, in order; None where no days are kept."""
    table, policy = question.evidence.table, question.policy
    if table is None:
        return None
    if "building" in table.walks:
        table = table.where(building=question.building)
    if len(table) and table.first_day() is None:
        return None
    table = table.select(valid_records(table, policy)).between(date.min, question.as_of)
    standings: Standings | None = question.evidence.standings(policy)
    if standings is not None:
        table = calibrated_only(table, standings)
    return table.days_with_ratings()


def _overdue(last: Review | None, end: date, days: list[date], question: Question) -> bool:
    """Whether between the last review and a day a review was due for too long.

    Before the first review the first observation starts the clock. What came in after the cut of the last
    review is new.
    """
    policy = question.policy
    new = [day for day in days if last is None or last.cut.on < day]
    if not new:
        return False
    start = new[0] if last is None else last.on
    by_month = max(start + timedelta(days=policy.review_days + 1), new[0])
    by_count = date.max
    if len(new) >= policy.review_count:
        reached = new[policy.review_count - 1]
        by_count = question.calendar.add(reached, policy.grace) + timedelta(days=1)
    first_late = min(by_month, by_count) if policy.review_mode == "first" else max(by_month, by_count)
    return first_late < end


def strengths_are_noted(question: Question) -> Answer:
    """ILR-5.GS.2: every review names a strength with its look-for, or says that there was none."""
    reviews = question.reviewed
    if not reviews:
        return missing(["review.findings"])
    silent = sum(
        not any((one.kind == "strength" and one.look_for) or one.kind == "none" for one in review.findings)
        for review in reviews
    )
    return judged(silent == 0, Reason.of("REVIEWS_WITHOUT_STRENGTH", n=silent, of=len(reviews)))


def protocol_is_followed(question: Question) -> Answer:
    """ILR-5.GB.1: every review follows all steps of a protocol and belongs to an improvement cycle."""
    reviews = question.reviewed
    if not reviews:
        return missing(["review.protocol", "review.steps", "review.cycle"])
    loose = sum(
        not (review.protocol and review.cycle and review.steps and all(step.done for step in review.steps))
        for review in reviews
    )
    return judged(loose == 0, Reason.of("REVIEWS_WITHOUT_PROTOCOL", n=loose, of=len(reviews)))


def cycles_build_on_strengths(question: Question) -> Answer:
    """ILR-5.GB.2: every closed cycle decided how to build on a strength, or says why it did not.

    Where ILR-5.KI.4 is met, a decision on support or coaching that cites a strength counts as well.
    """
    reviews, cycles = question.reviews, question.evidence.cycles
    if reviews is None or cycles is None:
        return missing(["cycle.closed", "decision.kind", "decision.evidence"])
    own = (one for one in cycles if one.building == question.building)
    closed = [one for one in own if one.closed is not None and one.closed in question.window]
    if not closed:
        return not_applicable(Reason.of("NO_CLOSED_CYCLE"))
    kinds = {DecisionKind.BUILD_ON_STRENGTH}
    if reviews_lead_to_decisions(question).verdict is Verdict.MET:
        kinds |= {DecisionKind.INSTRUCTIONAL_SUPPORT, DecisionKind.COACHING}
    silent = sum(not (one.no_strength_reason or _uses_strength(one, reviews, kinds)) for one in closed)
    return judged(silent == 0, Reason.of("CYCLES_WITHOUT_STRENGTH", n=silent, of=len(closed)))


def _uses_strength(cycle: ImprovementCycle, reviews: tuple[Review, ...], kinds: set[DecisionKind]) -> bool:
    """Whether a decision of one of the kinds in a cycle cites a strength."""
    strengths = {one.id for review in reviews for one in review.findings if one.kind == "strength"}
    return any(
        decision.kind in kinds
        and (decision.cycle or review.cycle) == cycle.id
        and strengths & set(decision.evidence)
        for review in reviews
        for decision in review.decisions
    )


def outcomes_are_related(question: Question) -> Answer:
    """ILR-5.KI.2: each term relates observations to an outcome and to a further measure of students."""
    analyses = question.evidence.analyses
    if analyses is None:
        return missing(["analysis.association"])
    terms = question.terms
    bare = sum(
        {one.association.kind for one in analyses if one.building == question.building and one.on in term}
        != {"outcome", "non-academic"}
        for term in terms
    )
    return judged(bare == 0, Reason.of("TERMS_WITHOUT_ANALYSIS", n=bare, of=len(terms)))


def analysis_names_strengths(question: Question) -> Answer:
    """ILR-5.KI.3: a finding of a review cites an analysis."""
    reviews, analyses = question.reviewed, question.evidence.analyses
    if not reviews or analyses is None:
        return missing(["finding.evidence", "analysis.id"])
    known = {one.id for one in analyses if one.building == question.building}
    citing = sum(bool(known & set(finding.evidence)) for review in reviews for finding in review.findings)
    return judged(citing > 0, Reason.of("FINDINGS_FROM_ANALYSIS", n=citing))


def reviews_lead_to_decisions(question: Question) -> Answer:
    """ILR-5.KI.4: every review belongs to a cycle and decides on support or coaching, or why on nothing."""
    reviews = question.reviewed
    if not reviews:
        return missing(["review.cycle", "review.decisions"])
    idle = sum(
        not (review.cycle and any(decision.kind in _SUPPORT for decision in review.decisions))
        for review in reviews
    )
    return judged(idle == 0, Reason.of("REVIEWS_WITHOUT_DECISION", n=idle, of=len(reviews)))


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-5.GS.1": reviewed_in_time,
        "ILR-5.GS.2": strengths_are_noted,
        "ILR-5.GB.1": protocol_is_followed,
        "ILR-5.GB.2": cycles_build_on_strengths,
        "ILR-5.KI.1": reviewed_in_time,
        "ILR-5.KI.2": outcomes_are_related,
        "ILR-5.KI.3": analysis_names_strengths,
        "ILR-5.KI.4": reviews_lead_to_decisions,
    }
)
