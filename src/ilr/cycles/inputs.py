"""Input of teams and teachers to the review of data, and what leaders answered (ILR-6b, 8a, 8b).

Here belong the input as a record and its answer. The words of those who gave it stay with the host. Not here: when
an answer is owed; `ilr.cycles.closing` tells.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, read_only

__all__ = ["Disposition", "Input"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Input:
    """What a team or a teacher put forward. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        by: id of the team or the teacher.
        source: which of the two it is.
        about: code of what it is about, for example a look-for or a form.
        request: id of the request for input that it follows, or None where nobody had asked.
    """

    id: str
    on: date
    by: str
    source: Literal["team", "teacher"]
    about: str
    request: str | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Disposition:
    """What became of an input (ILR-6b.KI.4, ILR-8b.GB.2). Equal when all fields are equal.

    Attributes:
        input: id of the input.
        outcome: whether it was adopted as it is, adapted, or declined.
        on: the day.
        reason: why; required where it was declined.
        decision: id of the decision that carries it out, or None.

    Raises:
        InvalidInput: where it was declined without a reason.

    Example:
        >>> Disposition(input="i1", outcome="declined", on=date(2026, 10, 30), reason="is on the form").outcome
        'declined'
    """

    input: str
    outcome: Literal["adopted", "adapted", "declined"]
    on: date
    reason: str = ""
    decision: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Disposition")
        check(
            self.outcome != "declined" or bool(self.reason.strip()),
            "disposition.reason",
            "reason",
            "is missing",
            expected="why it was declined",
        )
        check.done()
