"""Decisions: what leaders decide, and what became of it when they looked again.

Here belong the kinds of decision, the decision with its owner, evidence and expected effect, and the entries of later
reviews. Not here: which decisions a review has to look at again, and their course; `ilr.cycles.closing` tells.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Literal

import attrs

from ilr.base import Checker, read_only
from ilr.cycles.predictions import Prediction

__all__ = ["ENDED", "Decision", "DecisionKind", "DecisionStatus", "StatusEntry"]


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


ENDED = frozenset({DecisionStatus.STOP, DecisionStatus.DONE, DecisionStatus.SUPERSEDED})
"""The statuses after which nobody has to come back to a decision."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Decision:
    """A choice with owner, evidence and level. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        kind: what it decides.
        on: the day it was made.
        level: whether the building or the district acts.
        owner: id of who sees to it.
        evidence: ids of findings, cuts, analyses and input (ILR-8a.GB.2).
        reason: why; required for no action.
        due: when it is to be done, or None.
        effect: what it is expected to change and into which range, or None.
        effect_by: the day by which that should show, or None.
        cycle: id of the improvement cycle it belongs to, or None.

    Raises:
        InvalidInput: for a decision without evidence, no action without a reason, a decision due before it was made,
            an effect that was predicted later or is to show before, a day without an effect.

    Example:
        >>> decision = Decision(
        ...     id="d1", kind=DecisionKind.COACHING, on=date(2026, 10, 1), owner="coach-1", evidence=("finding-1",)
        ... )
        >>> decision.level, decision.due
        ('building', None)
    """

    id: str
    kind: DecisionKind
    on: date
    level: Literal["building", "district"] = "building"
    owner: str
    evidence: tuple[str, ...]
    reason: str = ""
    due: date | None = None
    effect: Prediction | None = None
    effect_by: date | None = None
    cycle: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Decision")
        check(bool(self.evidence), "decision.evidence", "evidence", "is missing", expected="one or more ids")
        check(
            self.kind is not DecisionKind.NO_ACTION or bool(self.reason.strip()),
            "decision.reason",
            "reason",
            "is missing",
            expected="why nothing is done",
        )
        check(
            self.due is None or self.due >= self.on,
            "decision.due",
            "due",
            "is before the decision",
            expected="its day or a later one",
        )
        if self.effect is not None:
            check(
                self.effect.recorded_at.date() <= self.on,
                "decision.effect",
                "effect",
                "was predicted after the decision",
                expected="a prediction up to the day of the decision",
            )
        check(
            self.effect_by is None or (self.effect is not None and self.effect_by >= self.on),
            "decision.effect_by",
            "effect_by",
            "belongs to no effect or is before the decision",
            expected="a later day, beside an effect",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class StatusEntry:
    """An earlier decision looked at again in a review (RT-4). Equal when all fields are equal.

    Attributes:
        decision: id of the decision.
        status: what became of it.
        on: the day.
        note: why.
        due: the new day by which it is to be done; only where it was adjusted.
        owner: id of who sees to it from now on; only where it was adjusted.
        successor: id of the decision that takes its place; required where it was superseded, and only there.

    Raises:
        InvalidInput: for what belongs to another status, a decision that succeeds itself, a day that has passed.

    Example:
        >>> entry = StatusEntry(
        ...     decision="d1", status=DecisionStatus.SUPERSEDED, on=date(2026, 10, 30), successor="d2"
        ... )
        >>> entry.status in ENDED
        True
    """

    decision: str
    status: DecisionStatus
    on: date
    note: str = ""
    due: date | None = None
    owner: str | None = None
    successor: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("StatusEntry")
        for name in ("due", "owner"):
            check(
                getattr(self, name) is None or self.status is DecisionStatus.ADJUST,
                "status.adjusted",
                name,
                "belongs to another status",
                expected="it where a decision is adjusted",
            )
        check(
            self.due is None or self.due >= self.on,
            "status.due",
            "due",
            "has passed",
            expected="the day of the entry or a later one",
        )
        check(
            (self.successor is not None) == (self.status is DecisionStatus.SUPERSEDED),
            "status.successor",
            "successor",
            "does not go with the status",
            expected="the id of a decision where one is superseded, and only there",
        )
        check(
            self.successor != self.decision,
            "status.itself",
            "successor",
            "is the decision itself",
            expected="another decision",
        )
        check.done()
