"""Reviews: leaders read a data cut under a protocol, find, decide, and look again at what they decided.

Here belong findings and the review as a record, which cannot be closed while something in it waits (RT-3, RT-4).
Records hold ids; what a review computed stands in its summary. Not here: what earlier reviews left open, and how a
review is closed; `ilr.cycles.closing` tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, content_hash, read_only
from ilr.cycles.cuts import DataCut
from ilr.cycles.decisions import ENDED, Decision, DecisionKind, StatusEntry
from ilr.cycles.inputs import Disposition, Input
from ilr.cycles.summaries import ReviewSummary
from ilr.cycles.triggers import TriggerKind

__all__ = ["CodeCount", "Finding", "ProtocolStep", "Review", "check_complete", "extend", "sealed"]


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
        kind: what sort of finding; ``none`` says that nothing was found.
        look_for: id of the look-for, or None.
        evidence: what it rests on: ids of the cut, of analyses, of input.
        needs_response: whether it asks for a decision (ILR-6b.KI.1).

    Raises:
        InvalidInput: where nothing was found and yet it asks for a decision.
    """

    id: str
    kind: Literal["strength", "gap", "trend", "theme", "none"]
    look_for: str | None = None
    evidence: tuple[str, ...] = ()
    needs_response: bool = False

    def __attrs_post_init__(self) -> None:
        check = Checker("Finding")
        check(
            self.kind != "none" or not self.needs_response,
            "finding.none",
            "needs_response",
            "is asked for where nothing was found",
            expected="a finding of another kind",
        )
        check.done()


@attrs.frozen
class ProtocolStep:
    """A step of the data protocol and whether it was done. Equal when both fields are equal."""

    id: str
    done: bool = True


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Review:
    """A scheduled reading of a data cut by leaders under a protocol. Equal when all fields are equal.

    A closed review bears a seal over its content, which `ilr.cycles.close` makes; one whose content is incomplete or
    not that of its seal cannot be built. The cut enters by its hash, so a record can be erased from it afterwards.

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
        inputs: what teams and teachers put forward since the review before.
        dispositions: answers to input, of this review or waiting before it.
        decisions: what was decided.
        revisits: decisions looked at again; one that is done on the day it was made may stand here as well.
        analyses: ids of association analyses that were read.
        sources: other sources, as counts by code.
        participants: ids of who took part.
        open_before: ids of the decisions that were open before it; told by closing.
        inputs_before: ids of the inputs that waited for an answer before it; told by closing.
        seal: hash over the content of a closed review, empty while it is open.

    Raises:
        InvalidInput: for a cut of another building or a later day; repeated ids; decisions, statuses, input or answers
            dated after the review; and for a closed one also without finding or decision, with a finding that needs a
            response and has none, with an open decision or waiting input passed over, with a status of a decision that
            was not open, with a successor that is not open, with an answer to what did not wait, or with another seal.
    """

    id: str
    building: str
    on: date
    cut: DataCut
    trigger: TriggerKind
    summary: ReviewSummary | None = None
    protocol: str | None = None
    steps: tuple[ProtocolStep, ...] = ()
    cycle: str | None = None
    findings: tuple[Finding, ...] = ()
    inputs: tuple[Input, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    decisions: tuple[Decision, ...] = ()
    revisits: tuple[StatusEntry, ...] = ()
    analyses: tuple[str, ...] = ()
    sources: tuple[CodeCount, ...] = ()
    participants: tuple[str, ...] = ()
    open_before: tuple[str, ...] = ()
    inputs_before: tuple[str, ...] = ()
    seal: str = ""

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
        _check_ids(self, check)
        _check_days(self, check)
        if self.closed:
            check_complete(self, check)
            check(
                self.seal == _content(self),
                "review.sealed",
                "seal",
                "is of another content",
                expected="a closed review as it was closed",
            )
        check.done()

    @property
    def closed(self) -> bool:
        """Whether the review is complete and nothing in it can change."""
        return bool(self.seal)

    @property
    def below_count(self) -> bool:
        """Whether it rests on fewer observations than call for a review (RT-3)."""
        return self.cut.below_count or (self.summary is not None and self.summary.below_count)


def _content(review: Review) -> str:
    """The hash of what a review holds; its cut by the hash of the cut."""
    names = (field.name for field in attrs.fields(Review) if field.name != "seal")
    return content_hash([review.cut.hash if name == "cut" else getattr(review, name) for name in names])


def sealed(review: Review) -> Review:
    """The review with the seal over its content, which makes it a closed one."""
    return attrs.evolve(review, seal=_content(review))


def extend(
    review: Review,
    *,
    findings: Iterable[Finding] = (),
    inputs: Iterable[Input] = (),
    dispositions: Iterable[Disposition] = (),
    decisions: Iterable[Decision] = (),
    revisits: Iterable[StatusEntry] = (),
) -> Review:
    """Add to an open review.

    Raises:
        InvalidInput: when it is closed, and for what no review may hold.

    Example:
        >>> from ilr.testing import synthetic
        >>> from ilr.base import Policy
        >>> from ilr.cycles import cut
        >>> from ilr.observation import ObservationTable
        >>> district = synthetic.district(seed=7)
        >>> table = ObservationTable.from_walkthroughs(district.walkthroughs, forms=[district.form])
        >>> day = date(2026, 9, 30)
        >>> made, _ = cut(table, building="school-1", on=day, policy=Policy())
        >>> review = Review(id="r1", building="school-1", on=day, cut=made, trigger="count")
        >>> len(extend(review, findings=[Finding(id="f1", kind="strength", look_for="questioning")]).findings)
        1
    """
    check = Checker("extend")
    check(not review.closed, "review.closed", "review", "is closed", expected="an open review")
    check.done()
    return attrs.evolve(
        review,
        findings=(*review.findings, *findings),
        inputs=(*review.inputs, *inputs),
        dispositions=(*review.dispositions, *dispositions),
        decisions=(*review.decisions, *decisions),
        revisits=(*review.revisits, *revisits),
    )


def _check_ids(review: Review, check: Checker) -> None:
    """No id stands twice in a list, and no decision or input is answered twice."""
    named = {
        "steps": [one.id for one in review.steps],
        "findings": [one.id for one in review.findings],
        "inputs": [one.id for one in review.inputs],
        "dispositions": [one.input for one in review.dispositions],
        "decisions": [one.id for one in review.decisions],
        "revisits": [one.decision for one in review.revisits],
    }
    for name, ids in named.items():
        check(len(set(ids)) == len(ids), "review.repeated", name, "repeat an id", expected="unlike ids")


def _check_days(review: Review, check: Checker) -> None:
    """Nothing in a review is dated after it."""
    dated = [
        *((f"inputs.{one.id}", one.on) for one in review.inputs),
        *((f"dispositions.{one.input}", one.on) for one in review.dispositions),
        *((f"decisions.{one.id}", one.on) for one in review.decisions),
        *((f"revisits.{one.decision}", one.on) for one in review.revisits),
    ]
    for path, on in dated:
        check(
            on <= review.on, "review.day", path, "is dated after the review", expected="its day or an earlier"
        )


def check_complete(review: Review, check: Checker) -> None:
    """Note what keeps a review open, as far as it tells itself what was open before it."""
    for name, word in (("findings", "one of kind none"), ("decisions", "no action with a reason")):
        check(
            bool(getattr(review, name)),
            f"review.{name}",
            name,
            "are missing",
            expected=f"one or more, or {word}",
        )
    _check_revisits(review, check)
    _check_dispositions(review, check)
    cited = {id for decision in review.decisions for id in decision.evidence}
    for finding in review.findings:
        check(
            not finding.needs_response or finding.id in cited,
            "review.unanswered",
            f"findings.{finding.id}",
            "needs a response",
            expected="a decision that cites it",
        )


def _check_revisits(review: Review, check: Checker) -> None:
    """Every open decision has a status, and no other has one."""
    status = {entry.decision: entry.status for entry in review.revisits}
    for id in review.open_before:
        check(
            id in status,
            "review.unrevisited",
            f"revisits.{id}",
            "is missing",
            expected="a status for every open decision",
        )
    own = {one.id for one in review.decisions if one.kind is not DecisionKind.NO_ACTION}
    known = own.union(review.open_before)
    left = {id for id in known if status.get(id) not in ENDED}
    for entry in review.revisits:
        check(
            entry.decision in known,
            "review.not_open",
            f"revisits.{entry.decision}",
            "is of a decision that was not open",
            expected="an open decision",
        )
        check(
            entry.successor is None or entry.successor in left,
            "review.successor",
            f"revisits.{entry.decision}.successor",
            "is not open after the review",
            expected="an open decision, or one of this review",
        )


def _check_dispositions(review: Review, check: Checker) -> None:
    """Every waiting input has an answer, no other has one, and decisions that carry one out are known."""
    answered = {one.input for one in review.dispositions}
    for id in review.inputs_before:
        check(
            id in answered,
            "review.no_disposition",
            f"dispositions.{id}",
            "is missing",
            expected="an answer by the next review",
        )
    waiting = {one.id for one in review.inputs}.union(review.inputs_before)
    decisions = {one.id for one in review.decisions}.union(review.open_before)
    for one in review.dispositions:
        check(
            one.input in waiting,
            "review.not_waiting",
            f"dispositions.{one.input}",
            "answers what did not wait",
            expected="an input of this review or one that waited",
        )
        check(
            one.decision is None or one.decision in decisions,
            "review.carried_out",
            f"dispositions.{one.input}.decision",
            "is not open or of this review",
            expected="a decision of this review or an open one",
        )
