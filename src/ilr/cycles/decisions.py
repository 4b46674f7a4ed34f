"""Decisions: what leaders decide, and what became of it when they looked again.

Here belong the kinds of decision, the decision with its owner and evidence, and the entries of later reviews. Not
here: which decisions a review has to look at again; `ilr.cycles.reviews` tells.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Literal

import attrs

from ilr.base import Checker, read_only

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
