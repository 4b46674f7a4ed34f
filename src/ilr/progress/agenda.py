"""What is due: teachers unseen too long, shares owed, reviews, decisions that wait.

Here belongs the list that a leader opens in the morning. It orders nothing by quality; each entry says
what is owed, since when, and by which number of the policy.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import attrs

from ilr.base import Policy, Reason, Roster, SchoolCalendar, Window
from ilr.cycles import decision_histories, trigger
from ilr.disclosure import calibrated_only
from ilr.observation import ObservationTable, valid_records
from ilr.observation.table import people
from ilr.progress.evidence import Evidence

__all__ = ["Due", "due"]


@attrs.frozen(kw_only=True)
class Due:
    """One thing that is owed. Equal when all fields are equal.

    Attributes:
        kind: what is owed.
        subject: id of the teacher, record, building or decision.
        building: id of the school, None where the records do not tell it.
        since: the day on which it fell due.
        reason: the number behind it.
    """

    kind: Literal["visit", "share", "review", "decision"]
    subject: str
    building: str | None
    since: date
    reason: Reason


def due(
    evidence: Evidence,
    *,
    as_of: date,
    calendar: SchoolCalendar | None = None,
    policy: Policy | None = None,
) -> tuple[Due, ...]:
    """List what is due.

    Args:
        evidence: what the host has recorded; an absent part owes nothing.
        as_of: the day of the question.
        calendar: the instructional days; without one the weekdays of the year before ``as_of`` count.
        policy: the numbers; the defaults when None.

    Returns:
        Entries by kind, then by day and id.

    Raises:
        InvalidInput: when two reviews of a building have the same id.
    """
    numbers = policy or Policy()
    days = calendar or SchoolCalendar.weekdays(as_of - timedelta(days=365), as_of, id="weekdays")
    found = [
        *_visits(evidence, as_of, days, numbers),
        *_shares(evidence, as_of, days, numbers),
        *_reviews(evidence, as_of, numbers),
    ]
    order = ("visit", "share", "review", "decision")
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.since, one.subject)))


def _buildings(roster: Roster) -> tuple[str, ...]:
    return tuple(one.id for one in roster.organisations if one.kind == "school")


def _visits(evidence: Evidence, as_of: date, calendar: SchoolCalendar, policy: Policy) -> list[Due]:
    """Teachers who have not been seen for P-GAP of the days on which they could have been."""
    if evidence.roster is None or evidence.table is None or as_of < calendar.window.start:
        return []
    found = []
    window = Window(calendar.window.start, as_of)
    for building in _buildings(evidence.roster):
        coverage = evidence.table.coverage(
            roster=evidence.roster, building=building, window=window, calendar=calendar, policy=policy
        )
        for teacher, seen in coverage.visits.items():
            own = evidence.roster.observable_days(teacher, building, calendar.between(window.start, as_of))
            unseen = [day for day in own if not seen or day > seen[-1]]
            if len(unseen) >= policy.gap:
                reason = Reason.of("UNSEEN_DAYS", n=len(unseen), most=policy.gap)
                found.append(
                    Due(
                        kind="visit",
                        subject=teacher,
                        building=building,
                        since=unseen[policy.gap - 1],
                        reason=reason,
                    )
                )
    return found


def _shares(evidence: Evidence, as_of: date, calendar: SchoolCalendar, policy: Policy) -> list[Due]:
    """Valid records that may be shared and have not reached all their teachers within P-SHARE."""
    if evidence.table is None or evidence.releases is None:
        return []
    roster = evidence.roster or Roster()
    told = {(one.subject, roster.resolve(one.to)) for one in evidence.releases if one.audience == "teacher"}
    table = evidence.table.select(valid_records(evidence.table, policy)).between(date.min, as_of)
    standings = evidence.standings(policy)
    if standings is not None:
        table = calibrated_only(table, standings)
    observed = dict(zip(table.ids, map(people, table.column("teacher").decoded()), strict=True))
    found = []
    for id, day, building in table.rated_records():
        limit = calendar.add(day, policy.share_days)
        waiting = {(id, person) for person in roster.persons(observed[id])} - told
        if waiting and limit < as_of:
            reason = Reason.of("SHARE_OWED", most=policy.share_days)
            found.append(Due(kind="share", subject=id, building=building, since=limit, reason=reason))
    return found


def _reviews(evidence: Evidence, as_of: date, policy: Policy) -> list[Due]:
    """Reviews that are due by RT-1, and decisions that wait past their day."""
    if evidence.reviews is None:
        return []
    found = []
    buildings = (
        _buildings(evidence.roster) if evidence.roster else tuple({one.building for one in evidence.reviews})
    )
    for building in buildings:
        closed = [
            one for one in evidence.reviews if one.building == building and one.closed and one.on <= as_of
        ]
        last = max((one.cut.on for one in closed), default=None)
        if evidence.table is not None:
            answer = _trigger(evidence.table, building, as_of, policy, last, evidence)
            found += answer
        found += [
            Due(
                kind="decision",
                subject=one.decision.id,
                building=building,
                since=one.due,
                reason=Reason.of("DECISION_OPEN", on=one.decision.on.isoformat()),
            )
            for one in decision_histories(closed)
            if one.open and one.due is not None and one.due <= as_of
        ]
    return found


def _trigger(
    table: ObservationTable, building: str, as_of: date, policy: Policy, last: date | None, evidence: Evidence
) -> list[Due]:
    answer = trigger(
        table, building=building, as_of=as_of, policy=policy, last=last, standings=evidence.standings(policy)
    )
    if not answer.due:
        return []
    reason = Reason.of("REVIEW_DUE", by=str(answer.by), n=answer.new)
    return [Due(kind="review", subject=building, building=building, since=as_of, reason=reason)]
