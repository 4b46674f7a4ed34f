"""Reviews: leaders read a data cut under a protocol, find, decide, and look again at what they decided.

Here belong findings, the review and its closing, which fails while an earlier decision waits (RT-3, RT-4). Records
hold ids; what a review computed stands in its summary.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, read_only
from ilr.cycles.cuts import DataCut
from ilr.cycles.decisions import ENDED, Decision, DecisionKind, StatusEntry
from ilr.cycles.summaries import ReviewSummary

__all__ = ["CodeCount", "Finding", "ProtocolStep", "Review", "close", "open_decisions"]


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
        if decision.kind is not DecisionKind.NO_ACTION and status.get(decision.id) not in ENDED
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
