"""The rules of ILR-9 and ILR-10: do walkthroughs serve coaching, and does coaching stay apart from evaluation?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ilr.base import FrozenMap, Reason, Roster, longest_gap
from ilr.coaching import (
    CoachingPlan,
    CoachingProtocol,
    contacts,
    evidence_used,
    goals_without_component,
    notes_before_sessions,
    requests_answered,
)
from ilr.disclosure import Entry, EvaluationRelease, MemoryLedger, Release, Subject
from ilr.disclosure.firewall import check_release
from ilr.forms import Walkthrough
from ilr.progress._engagements import added, asks_plans, days_of, in_window, visits
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, missing, not_applicable

__all__ = ["RULES"]

_SHARED = ("release.audience", "release.on", "walkthrough.at")


def shared_visits_are_calibrated(question: Question) -> Answer:
    """ILR-9.GS.1: what teachers got of a visit was rated by an observer who was calibrated for it on the day.

    Of a disclosure the look-fors in its scope count, without scope all that the record rates. What a teacher reads by
    the right of access is no breach. Where nothing was shared yet nothing can be told.
    """
    held, releases = visits(question), question.evidence.releases
    standings = question.evidence.standings(question.policy)
    if held is None or releases is None or standings is None:
        return missing(["standing.status", "walkthrough.observer", "walkthrough.at", "release.subject"])
    walks = {one.id: one for one in held}
    shared = [one for one in _to_teachers(releases, question) if one.subject in walks and one.use != "access"]
    if not shared:
        return missing(["release.subject"], Reason.of("NOTHING_SHARED"))

    def is_calibrated(release: Release) -> bool:
        walk = walks[release.subject]
        day = question.calendar.school_day(walk.at)
        rated = set(walk.look_fors) & set(release.scope) if release.scope else walk.look_fors
        return all(standings.calibrated(walk.observer, look_for, on=day) for look_for in rated)

    breaches = sum(not is_calibrated(one) for one in shared)
    return judged(breaches == 0, Reason.of("SHARED_UNCALIBRATED", n=breaches, of=len(shared)))


def _to_teachers(releases: Iterable[Release], question: Question) -> list[Release]:
    return [one for one in releases if one.audience == "teacher" and one.on <= question.as_of]


def visits_are_shared(question: Question) -> Answer:
    """ILR-9.GS.2: every teacher of every visit has its record within P-SHARE; those still in time are left out."""
    held, releases = visits(question), question.evidence.releases
    if held is None or releases is None:
        return missing(_SHARED)
    if not held:
        return judged(False, Reason.of("NO_OBSERVERS"))
    most, roster = question.policy.share_days, question.evidence.roster or Roster()
    given = [(one.subject, roster.resolve(one.to), one.on) for one in _to_teachers(releases, question)]
    owed = late = 0
    for walk in held:
        limit = question.calendar.add(question.calendar.school_day(walk.at), most)
        got = {to for subject, to, on in given if subject in (walk.id, walk.supersedes) and on <= limit}
        in_time = roster.persons(walk.teachers) <= got
        owed += in_time or limit < question.as_of
        late += not in_time and limit < question.as_of
    if not owed:
        return missing(["release.on"], Reason.of("NO_SHARE_OWED", most=most))
    return judged(late == 0, Reason.of("VISITS_SHARED_LATE", n=late, of=owed, most=most))


@asks_plans("engagement.teacher", "coaching_session.on")
def coaching_is_regular(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-9.GB.1 and ILR-10.GB.1: no coached teacher goes longer than P-COACH without a conversation.

    Days on which a plan of the teacher ran count. Somebody with two coaches has both.
    """
    roster, most = question.evidence.roster or Roster(), question.policy.coaching_gap
    by_teacher: dict[str, list[CoachingPlan]] = {}
    for one in plans:
        by_teacher.setdefault(roster.resolve(one.teacher), []).append(one)
    late = sum(_gap(own, question) > most for own in by_teacher.values())
    return judged(late == 0, Reason.of("COACHING_GAPS", n=late, of=len(by_teacher), most=most))


def _gap(plans: list[CoachingPlan], question: Question) -> int:
    """The longest gap between conversations in instructional days on which a plan ran."""
    spans = [span for one in plans if (span := days_of(one, question.window)) is not None]
    days = {day for span in spans for day in question.calendar.between(span.start, span.end)}
    return longest_gap((day for one in plans for day in contacts(one)), tuple(sorted(days)))


@asks_plans("coaching_session.scope", "coaching_session.on", "release.on")
def notes_come_before(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-9.GB.2: before every conversation the teacher had the notes of the visits in its scope for P-LEAD."""
    releases, policy = question.evidence.releases, question.policy
    if releases is None:
        return missing(["release.on", "release.subject"])
    late, of = added(
        notes_before_sessions(
            in_window(one, question.window),
            _to_teachers(releases, question),
            policy=policy,
            calendar=question.calendar,
            roster=question.evidence.roster,
        )
        for one in plans
    )
    if not of:
        return missing(["coaching_session.scope"])
    return judged(late == 0, Reason.of("NOTES_TOO_LATE", n=late, of=of, least=policy.lead_days))


@asks_plans("coaching_session.evidence", "coaching_session.on")
def talks_use_visits(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-9.KI.1: every conversation draws on a visit since the one before, where there was one."""
    walks = question.coaching.walkthroughs
    if walks is None:
        return missing(["coaching_session.evidence", "walkthrough.at"])
    bare, of = added(
        evidence_used(
            in_window(one, question.window),
            walks,
            calendar=question.calendar,
            roster=question.evidence.roster,
        )
        for one in plans
    )
    if not of:
        return not_applicable(Reason.of("NO_VISIT_BETWEEN_TALKS"))
    return judged(bare == 0, Reason.of("TALKS_WITHOUT_VISIT", n=bare, of=of))


@asks_plans("observation_request.by", "observation_request.about")
def requests_are_possible(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-9.KI.2: how many requests of teachers the next visit answered is told; it never fails."""
    walks = question.coaching.walkthroughs
    if walks is None:
        return missing(["walkthrough.answers"])
    found = [
        requests_answered(
            in_window(one, question.window),
            walks,
            calendar=question.calendar,
            roster=question.evidence.roster,
        )
        for one in plans
    ]
    answered = sum(len(one.answered) for one in found)
    of = answered + sum(len(one.unanswered) for one in found)
    reason = Reason.of("REQUESTS_ANSWERED", n=answered, of=of)
    return judged(True, reason) if of else not_applicable(reason)


def protocol_uses_walkthroughs(question: Question) -> Answer:
    """ILR-10.GS.1: a published coaching protocol feeds a part of the conversation with walkthroughs."""
    published = _published(question)
    if published is None:
        return missing(["coaching_protocol.status", "coaching_protocol.steps"])
    using = sum(one.uses_walkthroughs for one in published)
    return judged(using > 0, Reason.of("PROTOCOLS_WITH_WALKTHROUGHS", n=using, of=len(published)))


def _published(question: Question) -> tuple[CoachingProtocol, ...] | None:
    """The protocols for teachers that are published by the day, None where none are kept."""
    held = question.coaching.protocols
    if held is None:
        return None
    return tuple(
        one
        for one in held
        if one.model.coachee == "teacher"
        and one.published_on is not None
        and one.published_on <= question.as_of
    )


def focus_is_mapped(question: Question) -> Answer:
    """ILR-10.GS.2: the crosswalk knows a component for every look-for that a published protocol is about."""
    published, crosswalk = _published(question), question.coaching.crosswalk
    if published is None or crosswalk is None:
        return missing(["crosswalk.entries", "coaching_protocol.focus"])
    focus = {code for one in published for code in one.focus}
    if published and not focus:
        return missing(["coaching_protocol.focus"])
    unmapped = crosswalk.uncovered("look_for", sorted(focus))
    reason = Reason.of("FOCUS_WITHOUT_COMPONENT", n=len(unmapped), of=len(focus))
    return judged(bool(focus) and not unmapped, reason)


@asks_plans("goal.focus")
def goals_fit_evaluation(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-10.GB.2: every goal that teachers work on goes with a component of the evaluation framework."""
    crosswalk = question.coaching.crosswalk
    if crosswalk is None:
        return missing(["crosswalk.entries"])
    of = sum(len(one.active) for one in plans)
    if not of:
        return missing(["goal.focus"], Reason.of("NO_ACTIVE_GOAL"))
    loose = sum(len(goals_without_component(one, crosswalk)) for one in plans)
    return judged(loose == 0, Reason.of("GOALS_WITHOUT_COMPONENT", n=loose, of=of))


def evaluation_stays_out(question: Question) -> Answer:
    """ILR-10.GB.3: nothing went to evaluation, and no release stands, that the teacher did not ask for (FW-1, FW-2).

    A disclosure for evaluation is covered when every teacher of the record asked for it, by name, to that receiver,
    before the end of the day, and did not take it back.
    """
    releases, asked = question.evidence.releases, question.coaching.requests
    if releases is None or asked is None:
        return missing(["evaluation_release.requested_by", "evaluation_release.artefacts", "release.purpose"])
    asked = tuple(one for one in asked if question.calendar.school_day(one.requested_at) in question.window)
    given = [one for one in releases if one.use == "evaluation" and one.on in question.window]
    by_others = sum(_by_another(one, question) for one in asked)
    uncovered = sum(not _is_covered(one, question) for one in given)
    return judged(
        by_others == uncovered == 0,
        Reason.of("RELEASES_BY_OTHERS", n=by_others, of=len(asked)),
        Reason.of("EXPORTS_UNCOVERED", n=uncovered, of=len(given)),
    )


def _by_another(request: EvaluationRelease, question: Question) -> bool:
    roster = question.evidence.roster or Roster()
    return roster.resolve(request.requested_by) != roster.resolve(request.teacher)


def _is_covered(export: Release, question: Question) -> bool:
    """Whether the teachers' requests open what went to evaluation (`ilr.disclosure.firewall.check_release`)."""
    parts = question.coaching
    requests = parts.requests or ()
    walk = next((one for one in parts.walkthroughs or () if one.id == export.subject), None)
    return (
        check_release(
            _subject(export.subject, walk, requests),
            to=export.to,
            at=_end_of(export.on, question),
            ledger=MemoryLedger(_distinct(*requests, *parts.withdrawals)),
            policy=question.policy,
            roster=question.evidence.roster or Roster(),
        )
        is None
    )


def _distinct(*entries: Entry) -> tuple[Entry, ...]:
    return tuple({one.id: one for one in entries}.values())


def _subject(id: str, walk: Walkthrough | None, requests: tuple[EvaluationRelease, ...]) -> Subject:
    """A record as a gate sees it: a walkthrough by its teachers, any other artefact by who asked for it."""
    naming = [one for one in requests if id in one.records]
    teachers = walk.teachers if walk else tuple(dict.fromkeys(one.teacher for one in naming))
    made = walk.at if walk else min((one.requested_at for one in naming), default=None)
    return Subject(id=id, kind="walkthrough", teachers=teachers, made_at=made)


def _end_of(day: date, question: Question) -> datetime:
    """The instant at which a school day is over."""
    zone = ZoneInfo(question.calendar.timezone)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


@asks_plans("plan.needs", "need.accepted_by")
def needs_of_evaluation_are_met(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-10.KI.1: a coaching plan holds a need from evaluation that its teacher accepted.

    How many were declined is told nowhere (CH-4).
    """
    last = question.window.end
    answering = sum(
        any(need.status == "accepted" and need.on <= last for need in one.evaluation_needs) for one in plans
    )
    return judged(answering > 0, Reason.of("PLANS_WITH_NEED", n=answering))


@asks_plans("plan.evidence")
def growth_is_the_teachers(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-10.KI.2: every plan lets its teacher show growth, and of its artefacts none was released by another.

    A plan always has the section of growth, which the teacher alone fills. The number of artefacts is told.
    """
    requests = question.coaching.requests
    if requests is None:
        return missing(["evaluation_release.requested_by", "evaluation_release.artefacts"])
    shown = [artefact.id for one in plans for artefact in one.growth]
    naming = [one for one in requests if not {*one.records}.isdisjoint(shown)]
    taken = sum(_by_another(one, question) for one in naming)
    return judged(
        taken == 0,
        Reason.of("GROWTH_ARTEFACTS", n=len(shown)),
        Reason.of("RELEASES_BY_OTHERS", n=taken, of=len(naming)),
    )


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-9.GS.1": shared_visits_are_calibrated,
        "ILR-9.GS.2": visits_are_shared,
        "ILR-9.GB.1": coaching_is_regular,
        "ILR-9.GB.2": notes_come_before,
        "ILR-9.KI.1": talks_use_visits,
        "ILR-9.KI.2": requests_are_possible,
        "ILR-10.GS.1": protocol_uses_walkthroughs,
        "ILR-10.GS.2": focus_is_mapped,
        "ILR-10.GB.1": coaching_is_regular,
        "ILR-10.GB.2": goals_fit_evaluation,
        "ILR-10.GB.3": evaluation_stays_out,
        "ILR-10.KI.1": needs_of_evaluation_are_met,
        "ILR-10.KI.2": growth_is_the_teachers,
    }
)
