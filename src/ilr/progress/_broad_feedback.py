"""The rules of ILR-8a: do all teachers hear what the data show, once it can be trusted, and are they asked?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from ilr.base import Communication, FrozenMap, InputRequest, InputResponse, Reason, Window
from ilr.calibration import Standings
from ilr.cycles import Review
from ilr.disclosure import calibrated_only, readiness
from ilr.forms import Form
from ilr.observation import ObservationTable, valid_records
from ilr.progress._tellings import NEEDS, Telling, is_broad, is_for_teams, judged_told, receivers
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, judged_in_part, missing

__all__ = ["RULES", "sharing_is_prepared"]

_DAY = timedelta(days=1)
_DROPPED = "observer not calibrated"
_THEMES = frozenset({"theme", "trend"})


def sharing_is_prepared(question: Question) -> Answer:
    """ILR-8a.GS.1 and ILR-8b.GS.1: nothing goes to teachers or teams before schedule, form and calibration stand.

    The ratings behind every review that was shared are by observers who were calibrated on the day, or the
    summary of the review counts them as dropped; every shared table says that its observers were checked. Where
    nothing was shared yet, what still lacks is no breach and leaves the answer open.
    """
    evidence, standings = question.evidence, question.evidence.standings(question.policy)
    table, releases = evidence.table, evidence.releases
    if evidence.schedule is None or evidence.forms is None or standings is None:
        return missing(["schedule.slots", "form.version", "calibration.ratings"])
    if table is None or "form" not in table.walks or releases is None or question.reviews is None:
        return missing(["walkthrough.form", "walkthrough.at", "release.on", "review.cut"])
    shared = [one for one in question.reviewed if _is_shared(one, question)]
    behind = [_behind(one, question, table) for one in shared] or [_between(question, table, question.window)]
    stated = [one.summary.left_out.get(_DROPPED, 0) if one.summary else 0 for one in shared] or [0]
    waiting = [part.n_ratings - calibrated_only(part, standings).n_ratings for part in behind]
    untold = sum(max(lost - told, 0) for lost, told in zip(waiting, stated, strict=True))
    unchecked, tables = _shared_tables(question)
    reasons = (
        *_setting(question, table, standings),
        Reason.of("RATINGS_UNCALIBRATED", n=untold, of=sum(part.n_ratings for part in behind)),
        Reason.of("TABLES_UNCHECKED", n=unchecked, of=tables),
    )
    holds = len(reasons) == 2 and untold == unchecked == 0
    if not holds and not shared and not tables:
        return missing(["schedule.slots", "form.version", "calibration.ratings"], *reasons)
    return judged(holds, *reasons)


def _is_shared(review: Review, question: Question) -> bool:
    """Whether teachers or teams got the results of a review."""
    return any(is_broad(one) and one.subject == review.id for one in question.evidence.releases or ())


def _between(question: Question, table: ObservationTable, window: Window) -> ObservationTable:
    """The valid records of the building in a window."""
    own = table.where(building=question.building) if "building" in table.walks else table
    return own.select(valid_records(own, question.policy)).between(window.start, window.end)


def _behind(review: Review, question: Question, table: ObservationTable) -> ObservationTable:
    """The records that came in after the cut of the review before, up to that of a review."""
    earlier = [one.cut.on for one in question.reviews or () if one.cut.on < review.cut.on]
    start = max(earlier) + _DAY if earlier else date.min
    return _between(question, table, Window(start, review.cut.on))


def _shared_tables(question: Question) -> tuple[int, int]:
    """How many tables that teachers or teams got do not say that their observers were checked, and of how many."""
    told = {
        one.subject
        for one in question.evidence.releases or ()
        if one.on in question.window and (is_broad(one) or is_for_teams(one))
    }
    tables = [one for one in question.evidence.published or () if one.id in told]
    return sum(one.calibrated is not True for one in tables), len(tables)


def _setting(question: Question, table: ObservationTable, standings: Standings) -> tuple[Reason, ...]:
    """Why schedule or form do not stand; nothing where they do."""
    used = _between(question, table, question.window).column("form").used()
    known: list[Form | None] = [
        one for one in question.evidence.forms or () if f"{one.id}@{one.version}" in used
    ]
    found = [
        readiness(
            question.building,
            as_of=question.window.start,
            schedule=question.evidence.schedule,
            form=form,
            standings=standings,
        )
        for form in known or [None]
    ]
    reasons = {
        reason
        for one in found
        for name, reason in zip(one.missing, one.reasons, strict=True)
        if name != "calibration"
    }
    unknown = len(used) - len(known)
    listed = sorted(reasons, key=lambda one: one.code)
    return (*listed, Reason.of("FORMS_UNKNOWN", n=unknown, of=len(used))) if unknown else tuple(listed)


def teachers_are_told(question: Question) -> Answer:
    """ILR-8a.GS.2: after every review the whole building gets the results, in one disclosure, if late."""

    def is_told(telling: Telling) -> bool:
        given = telling.of_whole(telling.releases)
        return any(one.audience == "teacher" and one.to == question.building for one in given)

    return judged_told(question, "REVIEWS_UNTOLD_BUILDING", days=question.policy.down_days, is_told=is_told)


def everyone_is_told_in_time(question: Question) -> Answer:
    """ILR-8a.GB.1 and KI.1: the results of every review reach every teacher within P-DOWN.

    What the building gets reaches everybody, and what a team gets its members. Every teacher who was appointed on
    the day of the review is asked for; the smallest share that was reached is told.
    """
    roster = question.evidence.roster
    if roster is None:
        return missing([*NEEDS, "roster.appointments"])
    shares: list[float] = []

    def is_told(telling: Telling) -> bool:
        on = telling.review.on
        teachers = roster.teachers(question.building, Window(on, on))
        given = (one.to for one in telling.of_whole(telling.in_time) if is_broad(one))
        reached = receivers(question, given, teachers) & {*teachers}
        share = len(reached) / len(teachers) if teachers else 0.0
        if telling.over or share == 1:
            shares.append(share)
        return share == 1

    answer = judged_told(question, "REVIEWS_UNTOLD_TEACHERS", days=question.policy.down_days, is_told=is_told)
    if not shares:
        return answer
    return attrs.evolve(answer, reasons=(*answer.reasons, Reason.of("TEACHERS_TOLD", share=min(shares))))


def decisions_rest_on_evidence(question: Question) -> Answer:
    """ILR-8a.GB.2: every decision cites a cut, finding, input, table, analysis, comparison or needs profile on record."""
    decisions = [decision for review in question.reviewed for decision in review.decisions]
    if not decisions:
        return missing(["decision.evidence"])
    known = {one.id for one in question.evidence.analyses or ()}
    known |= {one.id for one in question.evidence.comparisons or ()}
    known |= {one.id for one in question.coaching.profiles or ()}
    for review in question.reviews or ():
        known |= {review.id, review.cut.hash, *review.analyses}
        known |= {one.id for one in review.findings} | {one.id for one in review.inputs}
        known |= {one.id for one in (review.summary.breakdowns if review.summary else ())}
    bare = sum(not known & {*one.evidence} for one in decisions)
    return judged(bare == 0, Reason.of("DECISIONS_WITHOUT_EVIDENCE", n=bare, of=len(decisions)))


def feedback_names_themes(question: Question) -> Answer:
    """ILR-8a.GB.3: every review whose results teachers got names a theme or trend; that it is clear, people attest."""
    if question.evidence.releases is None:
        return missing(["release.subject", "finding.kind"])
    told = [one for one in question.reviewed if _is_shared(one, question)]
    if not told:
        return missing(["release.subject", "finding.kind"], Reason.of("NOTHING_SHARED"))
    silent = sum(not any(one.kind in _THEMES for one in review.findings) for review in told)
    return judged_in_part(silent == 0, Reason.of("REVIEWS_WITHOUT_THEME", n=silent, of=len(told)))


def teachers_are_asked(question: Question) -> Answer:
    """ILR-8a.KI.2: before every review people were asked for input to it, and answered, or were reminded in vain.

    A request belongs to a review when it is about it or when input of the review follows it. Where nobody
    answered, a `Communication` about the request shows that they were reminded.
    """
    requests = question.events(InputRequest)
    if not requests or not question.reviewed:
        return missing(["input_request.on", "input_request.about", "review.on"])
    answered = {one.request for one in question.events(InputResponse)}
    answered |= {one.request for review in question.reviews or () for one in review.inputs if one.request}
    reminded = {one.about for one in question.events(Communication) if one.building == question.building}
    unasked = unheard = 0
    for review in question.reviewed:
        followed = {one.request for one in review.inputs}
        asked = {
            one.id
            for one in requests
            if one.on <= review.on and (one.about == review.id or one.id in followed)
        }
        unasked += not asked
        unheard += bool(asked) and not asked & (answered | reminded)
    n = len(question.reviewed)
    return judged(
        unasked == unheard == 0,
        Reason.of("REVIEWS_WITHOUT_REQUEST", n=unasked, of=n),
        Reason.of("REQUESTS_WITHOUT_ANSWER", n=unheard, of=n - unasked),
        Reason.of("INPUT_RECEIVED", n=sum(len(review.inputs) for review in question.reviewed)),
    )


def decisions_take_up_input(question: Question) -> Answer:
    """ILR-8a.KI.3: decisions cite input of teachers or teams, or carry it out; that it is of substance, people attest."""
    inputs = {one.id for review in question.reviews or () for one in review.inputs}
    decisions = [decision for review in question.reviewed for decision in review.decisions]
    if not inputs or not decisions:
        return missing(["input.id", "decision.evidence"])
    carried = {one.decision for review in question.reviews or () for one in review.dispositions}
    citing = sum(bool(inputs & {*one.evidence}) or one.id in carried for one in decisions)
    return judged_in_part(citing > 0, Reason.of("DECISIONS_FROM_INPUT", n=citing, of=len(decisions)))


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-8a.GS.1": sharing_is_prepared,
        "ILR-8a.GS.2": teachers_are_told,
        "ILR-8a.GB.1": everyone_is_told_in_time,
        "ILR-8a.GB.2": decisions_rest_on_evidence,
        "ILR-8a.GB.3": feedback_names_themes,
        "ILR-8a.KI.1": everyone_is_told_in_time,
        "ILR-8a.KI.2": teachers_are_asked,
        "ILR-8a.KI.3": decisions_take_up_input,
    }
)
