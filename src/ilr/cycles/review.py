"""Reviews: leaders read a data cut, find, decide, and come back to what they decided.

Here belong the trigger of a review, the immutable cut it rests on, findings, decisions with their
history, and the review that cannot close while a decision waits to be looked at again (RT-1 to RT-4).
Records hold ids; what a review computed stands in its summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import Enum
from typing import Literal

import attrs

from ilr.base import Checker, FrozenMap, Policy, Reason, read_only
from ilr.base._codec import content_hash
from ilr.calibration import Standings
from ilr.continuum.lookfors import LevelCode
from ilr.disclosure import Published, calibrated_only
from ilr.observation import ObservationTable, Rates, valid_records

__all__ = [
    "AssociationAnalysis",
    "CodeCount",
    "DataCut",
    "Decision",
    "DecisionKind",
    "DecisionStatus",
    "Finding",
    "ImprovementCycle",
    "ProtocolStep",
    "Review",
    "ReviewSummary",
    "StatusEntry",
    "Trigger",
    "close",
    "cut",
    "open_decisions",
    "summarise",
    "trigger",
]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DataCut:
    """The records a review rests on, fixed by their ids (RT-2). Equal when all fields are equal.

    Attributes:
        building: id of the school.
        on: the day of the cut.
        records: ids of the walkthrough records, in order of id.
        hash: hash over the ratings of those records; a later edit gives another.
        rule: version of the rule by which records were chosen.
        left_out: records of the building that are not in it, counted by reason.
    """

    building: str
    on: date
    records: tuple[str, ...]
    hash: str
    rule: str = "RT-2/1"
    left_out: FrozenMap[str, int] = attrs.field(factory=FrozenMap)

    def __len__(self) -> int:
        return len(self.records)


def cut(
    table: ObservationTable, *, building: str, on: date, policy: Policy, after: date | None = None
) -> tuple[DataCut, ObservationTable]:
    """Cut the valid observations of a building out of a table.

    Args:
        table: the observations; without a building column all of them are the building's.
        building: id of the school.
        on: last day that counts.
        policy: what makes an observation valid.
        after: only records after this day, for example the last cut.

    Returns:
        The cut, and the table of its records.
    """
    valid, chosen, out = _chosen(table, building, on, policy, after)
    made = DataCut(
        building=building,
        on=on,
        records=tuple(sorted(chosen.ids)),
        hash=content_hash(chosen),
        left_out=FrozenMap({"not valid": out, "outside the days or without a day": len(valid) - len(chosen)}),
    )
    return made, chosen


def _chosen(
    table: ObservationTable, building: str, on: date, policy: Policy, after: date | None
) -> tuple[ObservationTable, ObservationTable, int]:
    """The valid records of a building, those of them in the days, and how many were not valid."""
    part = table.where(building=building) if "building" in table.walks else table
    valid = part.select(valid_records(part, policy))
    start = date.min if after is None else date.fromordinal(after.toordinal() + 1)
    return valid, valid.between(start, on), len(part) - len(valid)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Trigger:
    """Whether a review is due, and by what. Equal when all fields are equal.

    Attributes:
        due: whether it is.
        by: ``count``, ``calendar`` or ``signal``; None when not due.
        new: new valid observations since the last cut; those made before calibration do not count.
        days: calendar days since the last cut, before any since the first observation; None without one.
        reasons: the arithmetic in words.
    """

    due: bool
    by: Literal["count", "calendar", "signal"] | None
    new: int
    days: int | None
    reasons: tuple[Reason, ...]


def trigger(
    table: ObservationTable,
    *,
    building: str,
    as_of: date,
    policy: Policy,
    last: date | None = None,
    standings: Standings | None = None,
) -> Trigger:
    """Tell whether a review is due (RT-1).

    Thirty observations are a reason to look, not a licence to conclude.

    Args:
        table: the observations.
        building: id of the school.
        as_of: the day of the question.
        policy: P-REVN, P-REVDAYS and P-REVMODE.
        last: day of the last cut, None before the first; then the first observation that counts starts
            the clock.
        standings: when given, only records with a calibrated rating count.

    Returns:
        The answer with its arithmetic.
    """
    _, chosen, _ = _chosen(table, building, as_of, policy, last)
    if standings is not None:
        chosen = calibrated_only(chosen, standings)
    counted = chosen.days_with_ratings()
    new = len(counted)
    start = last if last is not None else next(iter(counted), None)
    days = None if start is None else (as_of - start).days
    by_count = new >= policy.review_count
    by_calendar = days is not None and days >= policy.review_days and new >= 1
    due = (by_count or by_calendar) if policy.review_mode == "first" else (by_count and by_calendar)
    by: Literal["count", "calendar"] | None = None
    if due:
        by = "count" if by_count else "calendar"
    reasons = [Reason.of("NEW_OBSERVATIONS", n=new, least=policy.review_count)]
    if days is not None:
        since = "DAYS_SINCE_FIRST" if last is None else "DAYS_SINCE_REVIEW"
        reasons.append(Reason.of(since, days=days, most=policy.review_days))
    return Trigger(due=due, by=by, new=new, days=days, reasons=tuple(reasons))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ReviewSummary:
    """What the data of a cut show. Equal when all fields are equal.

    Attributes:
        shares: for each look-for the share at or above its fidelity level, or the level asked for, with
            its doubt.
        breakdowns: breakdowns with small cells hidden and audited.
        observations: number of records.
        teachers: number of teachers.
        below_count: whether there were fewer records than the policy's trigger (RT-3).
        left_out: ratings and records that are not in it, counted by reason.
    """

    shares: Rates
    breakdowns: tuple[Published, ...]
    observations: int
    teachers: int
    below_count: bool
    left_out: FrozenMap[str, int]


def summarise(
    table: ObservationTable,
    *,
    policy: Policy,
    breakdowns: Iterable[Published] = (),
    at_least: LevelCode | None = None,
) -> ReviewSummary:
    """Summarise the table of a cut for a review.

    Args:
        table: the table that `cut` gave.
        policy: the numbers.
        breakdowns: what `ilr.disclosure.publish` gave for it.
        at_least: the level for the shares; by default the fidelity level of each scale.

    Returns:
        Shares with interval, observations, teachers and effective numbers.
    """
    return ReviewSummary(
        shares=table.rates(at_least=at_least),
        breakdowns=tuple(breakdowns),
        observations=len(table),
        teachers=table.count("teacher"),
        below_count=len(table) < policy.review_count,
        left_out=table.left_out,
    )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class AssociationAnalysis:
    """A computed relation between observations and outcomes, as a review cites it. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day it was made.
        building: id of the school, or of the district.
        dataset: name of the outcome data.
        dataset_kind: whether they are academic outcomes or further measures of students.
        unit: what one point is; never a single teacher.
        n: number of points.
        method: how it was computed.
        estimate: the association.
        low: lower limit of its interval.
        high: upper limit of its interval.

    Raises:
        InvalidInput: for no points or limits that do not hold the estimate.
    """

    id: str
    on: date
    building: str
    dataset: str
    dataset_kind: Literal["outcome", "non-academic"]
    unit: Literal["team", "building"]
    n: int
    method: str
    estimate: float
    low: float
    high: float

    def __attrs_post_init__(self) -> None:
        check = Checker("AssociationAnalysis")
        check(self.n > 0, "association.n", "n", "is not positive", expected="1 or more")
        check(
            self.low <= self.estimate <= self.high,
            "association.interval",
            "estimate",
            "lies outside its interval",
            expected="low <= estimate <= high",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CodeCount:
    """How often a code came up in another source, as a review reads it. Equal when all fields are equal.

    Attributes:
        source: where it was counted, for example ``coaching``.
        code: the code.
        teachers: number of distinct people behind it; None where the number is hidden.
    """

    source: str
    code: str
    teachers: int | None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Finding:
    """Something the data show, with its evidence. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        kind: what sort of finding.
        look_for: id of the look-for, or None.
        evidence: what it rests on: ids of the cut, of analyses, of input.
        needs_response: whether it asks for a decision.
    """

    id: str
    kind: Literal["strength", "gap", "trend", "theme", "none"]
    look_for: str | None = None
    evidence: tuple[str, ...] = ()
    needs_response: bool = False


class DecisionKind(Enum):
    """What a decision decides."""

    BUILD_ON_STRENGTH = "build on strength"
    INSTRUCTIONAL_SUPPORT = "instructional support"
    COACHING = "coaching"
    OBSERVATION_PROCESS = "observation process"
    DOCUMENTATION_TOOL = "documentation tool"
    ADAPT = "adapt"
    EXPAND = "expand"
    ADOPT_INPUT = "adopt input"
    DECLINE_INPUT = "decline input"
    EXPECTATION_REVISION = "expectation revision"
    NO_ACTION = "no action"


class DecisionStatus(Enum):
    """What became of a decision when it was looked at again."""

    CONTINUE = "continue"
    ADJUST = "adjust"
    STOP = "stop"
    DONE = "done"
    SUPERSEDED = "superseded"


_ENDED = frozenset({DecisionStatus.STOP, DecisionStatus.DONE, DecisionStatus.SUPERSEDED})


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Decision:
    """A choice with owner, evidence and level. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        kind: what it decides.
        on: the day it was made.
        level: whether the building or the district acts.
        owner: id of who sees to it.
        evidence: ids of findings, cuts, analyses and input.
        reason: why; required for no action.
        due: when it is to be done, or None.
        cycle: id of the improvement cycle it belongs to, or None.

    Raises:
        InvalidInput: for a decision without evidence, or no action without a reason.
    """

    id: str
    kind: DecisionKind
    on: date
    level: Literal["building", "district"] = "building"
    owner: str
    evidence: tuple[str, ...]
    reason: str = ""
    due: date | None = None
    cycle: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Decision")
        check(bool(self.evidence), "decision.evidence", "evidence", "is missing", expected="one or more ids")
        check(
            self.kind is not DecisionKind.NO_ACTION or bool(self.reason),
            "decision.reason",
            "reason",
            "is missing",
            expected="why nothing is done",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class StatusEntry:
    """An earlier decision looked at again in a review. Equal when all fields are equal."""

    decision: str
    status: DecisionStatus
    on: date
    note: str = ""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ImprovementCycle:
    """A plan-do-study-act cycle that reviews belong to. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        target: what it is to improve.
        opened: first day.
        closed: last day, None while open.
        no_strength_reason: why a closed cycle built on no strength, empty where it did.
    """

    id: str
    target: Literal["instructional practice", "observation process", "documentation tools"]
    opened: date
    closed: date | None = None
    no_strength_reason: str = ""


@attrs.frozen
class ProtocolStep:
    """A step of the data protocol and whether it was done. Equal when both fields are equal."""

    id: str
    done: bool = True


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Review:
    """A scheduled reading of a data cut by leaders under a protocol. Equal when all fields are equal.

    A closed review is never edited; `close` makes one out of an open one.

    Attributes:
        id: opaque id.
        building: id of the school.
        on: the day of the meeting.
        cut: the records it rests on.
        trigger: what called for it.
        summary: what the data show.
        protocol: id of the data protocol, or None.
        steps: the steps of the protocol.
        cycle: id of the improvement cycle, or None.
        findings: what was found; a finding of kind ``none`` says that nothing was.
        decisions: what was decided.
        revisits: earlier decisions looked at again.
        analyses: ids of association analyses that were read.
        sources: other sources, as counts by code.
        participants: ids of who took part.
        closed: whether the review is complete.

    Raises:
        InvalidInput: for a cut of another building or day, repeated ids.
    """

    id: str
    building: str
    on: date
    cut: DataCut
    trigger: Literal["count", "calendar", "signal"]
    summary: ReviewSummary | None = None
    protocol: str | None = None
    steps: tuple[ProtocolStep, ...] = ()
    cycle: str | None = None
    findings: tuple[Finding, ...] = ()
    decisions: tuple[Decision, ...] = ()
    revisits: tuple[StatusEntry, ...] = ()
    analyses: tuple[str, ...] = ()
    sources: tuple[CodeCount, ...] = ()
    participants: tuple[str, ...] = ()
    closed: bool = False

    def __attrs_post_init__(self) -> None:
        check = Checker("Review")
        check(
            self.cut.building == self.building,
            "review.building",
            "cut",
            "is of another building",
            expected="a cut of the same building",
        )
        check(
            self.cut.on <= self.on,
            "review.day",
            "cut",
            "was made later",
            expected="a cut up to the day of review",
        )
        for name in ("findings", "decisions"):
            ids = [record.id for record in getattr(self, name)]
            check(len(set(ids)) == len(ids), "review.repeated", name, "repeat an id", expected="unlike ids")
        check.done()


def open_decisions(reviews: Sequence[Review], *, before: date) -> tuple[Decision, ...]:
    """The decisions of earlier reviews that no review has ended, in order (RT-4).

    Args:
        reviews: the reviews of one building.
        before: only reviews before this day count.
    """
    earlier = sorted((review for review in reviews if review.on < before), key=lambda review: review.on)
    status = {entry.decision: entry.status for review in earlier for entry in review.revisits}
    return tuple(
        decision
        for review in earlier
        for decision in review.decisions
        if decision.kind is not DecisionKind.NO_ACTION and status.get(decision.id) not in _ENDED
    )


def close(review: Review, *, earlier: Sequence[Review] = ()) -> Review:
    """Close a review.

    Args:
        review: the open review.
        earlier: the reviews of the building before it.

    Returns:
        The closed review.

    Raises:
        InvalidInput: when it is closed already, found and decided nothing without saying so, or has not
            looked again at a decision that was open; every such decision is named.
    """
    check = Checker("Review")
    check(not review.closed, "review.closed", "closed", "is so already", expected="an open review")
    check(
        bool(review.findings),
        "review.findings",
        "findings",
        "are missing",
        expected="one or more, or one of kind none",
    )
    check(
        bool(review.decisions),
        "review.decisions",
        "decisions",
        "are missing",
        expected="one or more, or no action with a reason",
    )
    looked_at = {entry.decision for entry in review.revisits}
    for decision in open_decisions(earlier, before=review.on):
        check(
            decision.id in looked_at,
            "review.unrevisited",
            f"revisits.{decision.id}",
            "is missing",
            expected="a status for every open decision",
        )
    answered = {id for decision in review.decisions for id in decision.evidence}
    for finding in review.findings:
        check(
            not finding.needs_response or finding.id in answered,
            "review.unanswered",
            f"findings.{finding.id}",
            "needs a response",
            expected="a decision that cites it",
        )
    check.done()
    return attrs.evolve(review, closed=True)
