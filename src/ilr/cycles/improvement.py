"""Improvement cycles: plan, do, study, act, in this order and written down in this order.

Here belongs the cycle that reviews and decisions belong to.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ilr.base import read_only

__all__ = ["ImprovementCycle"]


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
