"""The rules of ILR-11: does coaching show what staff need to learn, and do reviews read it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from ilr.base import FrozenMap, Reason, Roster, Window
from ilr.coaching import CoachingPlan, LogQuality, NeedsProfile, is_active, log_quality, reach
from ilr.progress._engagements import asks_plans
from ilr.progress.evidence import Question
from ilr.progress.rules import Answer, Rule, judged, missing

__all__ = ["RULES"]

_PROFILES = ("needs_profile.organisation", "needs_profile.period")


@asks_plans("engagement.teacher", "engagement.status")
def coaching_goes_on(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-11.GS.1: on the last day somebody in the building is coached; the share is told where groups hide nobody."""
    roster, active = (
        question.evidence.roster or Roster(),
        sum(is_active(one, question.window.end) for one in plans),
    )
    rows = reach(plans, roster, window=question.window, policy=question.policy)
    share = next((one.share for one in rows if one.group == question.building), None)
    told = () if share is None else (Reason.of("TEACHERS_COACHED", share=share),)
    return judged(active > 0, Reason.of("ACTIVE_PLANS", n=active), *told)


def needs_are_tracked(question: Question) -> Answer:
    """ILR-11.GS.2: coded needs of the building are counted, and no number stands for fewer teachers than P-K-OUT.

    What counts are needs profiles of the building for days of the window, and what its reviews read of coaching.
    Free text has no place in either.
    """
    profiles = _profiles(question, "building")
    sources = [source for one in question.reviewed for source in one.sources if source.source == "coaching"]
    if profiles is None and not sources:
        return missing([*_PROFILES, "log_entry.needs", "log_entry.on"])
    held = [one for one in profiles or () if one.window.overlap(question.window) is not None]
    counts = [*sources, *(count for one in held for count in one.counts)]
    if held and not counts:
        return missing((), Reason.of("BELOW_TEACHERS", least=question.policy.outside_teachers))
    least = question.policy.outside_teachers
    small = sum(one.teachers is not None and 0 < one.teachers < least for one in counts)
    return judged(
        bool(counts) and small == 0, Reason.of("NEEDS_COUNTED", n=len(counts), small=small, least=least)
    )


def _profiles(question: Question, kind: Literal["building", "district"]) -> tuple[NeedsProfile, ...] | None:
    """The needs profiles of the building, or of its district; None where none are kept.

    Without a district in the roster any profile of a district counts.
    """
    held = question.coaching.profiles
    if held is None:
        return None
    if kind == "building":
        return tuple(one for one in held if one.kind == kind and one.organisation == question.building)
    organisations = (question.evidence.roster or Roster()).organisations
    above = next((one.parent for one in organisations if one.id == question.building), None)
    return tuple(one for one in held if one.kind == kind and above in (None, one.organisation))


@asks_plans("log_entry.protocol", "log_entry.supports", "log_entry.needs")
def support_is_documented(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-11.GB.1: every conversation has an entry that names its protocol, a support, and a need or none."""
    found = _log(question, plans, ())
    if found.documented is None:
        return missing(["log_entry.protocol", "log_entry.supports", "log_entry.needs"])
    return judged(
        found.documented == 1, Reason.of("TALKS_DOCUMENTED", share=found.documented, n=found.conversations)
    )


def _log(question: Question, plans: tuple[CoachingPlan, ...], vocabulary: tuple[str, ...]) -> LogQuality:
    return log_quality(
        plans,
        vocabulary=vocabulary,
        calendar=question.calendar,
        window=question.window,
        policy=question.policy,
    )


@asks_plans("log_entry.needs", "log_entry.recorded_on", "coaching_session.on")
def entries_add_up(question: Question, plans: tuple[CoachingPlan, ...]) -> Answer:
    """ILR-11.GB.2: at least P-CODED of conversations are coded from the vocabulary, within P-LOGLAG in the middle."""
    vocabulary = question.coaching.vocabulary
    if vocabulary is None:
        return missing(["log_entry.vocabulary"])
    found, policy = _log(question, plans, vocabulary), question.policy
    if found.coded is None:
        return missing(["log_entry.needs", "log_entry.recorded_on"])
    lag = () if found.lag is None else (Reason.of("LOG_LAG", n=found.lag, most=policy.log_lag),)
    return judged(found.met is True, Reason.of("TALKS_CODED", share=found.coded, least=policy.coded), *lag)


def profiles_are_produced(question: Question) -> Answer:
    """ILR-11.KI.1: by every review there is a needs profile of the period for the building and one for the district.

    A profile belongs to a period when its last day lies after the review before and up to the review.
    """
    own, above = _profiles(question, "building"), _profiles(question, "district")
    if own is None or above is None or not question.reviewed:
        return missing([*_PROFILES, "review.on"])
    lacking = sum(
        not all(any(one.window.end in period for one in held) for held in (own, above))
        for period in _periods(question)
    )
    return judged(lacking == 0, Reason.of("PERIODS_WITHOUT_PROFILE", n=lacking, of=len(question.reviewed)))


def _periods(question: Question) -> list[Window]:
    """For each review of the window the days since the one before."""
    days = [one.on for one in question.reviews or ()]
    since = dict(zip(days, [date.min, *(day + timedelta(days=1) for day in days)], strict=False))
    return [Window(since[one.on], one.on) for one in question.reviewed]


def decisions_rest_on_needs(question: Question) -> Answer:
    """ILR-11.KI.2: every review reads coded needs beside its walkthroughs, and a decision cites a needs profile."""
    profiles = question.coaching.profiles
    if profiles is None or not question.reviewed:
        return missing(["review.sources", "decision.evidence", "needs_profile.id"])
    alone = sum(not any(one.source == "coaching" for one in review.sources) for review in question.reviewed)
    known = {one.id for one in profiles}
    citing = sum(
        not known.isdisjoint(decision.evidence)
        for review in question.reviewed
        for decision in review.decisions
    )
    return judged(
        alone == 0 and citing > 0,
        Reason.of("REVIEWS_WITHOUT_NEEDS", n=alone, of=len(question.reviewed)),
        Reason.of("DECISIONS_FROM_NEEDS", n=citing),
    )


RULES: Mapping[str, Rule] = FrozenMap(
    {
        "ILR-11.GS.1": coaching_goes_on,
        "ILR-11.GS.2": needs_are_tracked,
        "ILR-11.GB.1": support_is_documented,
        "ILR-11.GB.2": entries_add_up,
        "ILR-11.KI.1": profiles_are_produced,
        "ILR-11.KI.2": decisions_rest_on_needs,
    }
)
