"""What a gate reads: the day, who is calibrated, who agreed on what, who is who, and the ledger.

Here belong the context of a question and the small description of a coaching agreement. Not here: how they
decide (`ilr.disclosure.gates`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import attrs

from ilr.base import Policy, Roster, SchoolCalendar, read_only
from ilr.calibration import Standings
from ilr.disclosure.ledger import Ledger, MemoryLedger

__all__ = ["Agreement", "Context"]


@attrs.frozen(kw_only=True)
class Agreement:
    """What a teacher and a coach agreed on who may see what (FW-5, FW-6). Equal when all fields are equal.

    Attributes:
        teacher: id of the teacher.
        coach: id of the coach.
        visibility: whether the building leader may know who met, when and on which code; content never.
        walkthroughs: whether the coach may read the teacher's walkthroughs.
        dual_role: whether the coach also evaluates the teacher; shown to the teacher.
    """

    teacher: str
    coach: str
    visibility: Literal["facts only", "nothing"] = "facts only"
    walkthroughs: Literal["shared", "not shared"] = "not shared"
    dual_role: bool = False


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Context:
    """What a gate reads. Equal when all parts are equal.

    Attributes:
        as_of: the day of the question.
        at: the instant of the question; needed where a record is disclosed to evaluation.
        standings: what calibration meetings showed.
        agreements: between teachers and coaches.
        evaluators: ids of the persons who evaluate teachers this year.
        policy: the numbers.
        roster: who is who; without it ids are taken as they are, and nobody is known as a leader.
        calendar: tells the school day of an instant; without it the clock of the instant does.
        ledger: the disclosures, shares and releases so far.
    """

    as_of: date
    at: datetime | None = None
    standings: Standings = attrs.field(factory=Standings)
    agreements: tuple[Agreement, ...] = ()
    evaluators: tuple[str, ...] = ()
    policy: Policy = attrs.field(factory=Policy)
    roster: Roster = attrs.field(factory=Roster)
    calendar: SchoolCalendar | None = None
    ledger: Ledger = attrs.field(factory=MemoryLedger)

    def school_day(self, instant: datetime) -> date:
        """The school day of an instant."""
        return instant.date() if self.calendar is None else self.calendar.school_day(instant)
