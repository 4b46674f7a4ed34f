"""Readiness: is a building far enough to share with teachers and to coach on what was seen (CG-6)?

Schedule, form and calibration come first; feedback to teams, to teachers and in coaching (8a, 8b, 9) after them.
Not here: whether one record may be shared, which the gates decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import attrs

from ilr.base import Reason, read_only
from ilr.calibration import Standings
from ilr.forms import Form
from ilr.observation import Schedule

__all__ = ["Readiness", "readiness"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Readiness:
    """What a building still lacks before it shares. True in a condition when nothing. Equal when all fields are.

    Attributes:
        building: id of the school.
        missing: which of schedule, form and calibration are missing, in this order.
        reasons: why each of them is.
    """

    building: str
    missing: tuple[Literal["schedule", "form", "calibration"], ...]
    reasons: tuple[Reason, ...]

    def __bool__(self) -> bool:
        return not self.missing


def readiness(
    building: str,
    *,
    as_of: date,
    schedule: Schedule | None = None,
    form: Form | None = None,
    standings: Standings | None = None,
    observers: Iterable[str] = (),
) -> Readiness:
    """Tell which of schedule, form and calibration a building lacks on a day (CG-6).

    A schedule is there when it plans a visit to the building on the day or later, a form when it asks about a
    look-for, calibration when every observer is calibrated for every look-for of the form.

    Args:
        building: id of the school.
        as_of: the day.
        schedule: the planned visits, None without a schedule.
        form: the form in use, None without one.
        standings: what calibration meetings showed, None without a meeting.
        observers: ids of those who observe in the building; by default those whom the schedule names there.

    Returns:
        What is missing, with reasons; nothing when the building is ready.

    Example:
        >>> print(readiness("school-1", as_of=date(2026, 9, 1)).missing)
        ('schedule', 'form', 'calibration')
    """
    ahead = [slot for slot in schedule or () if slot.building == building and slot.day >= as_of]
    look_fors = tuple(dict.fromkeys(item.look_for for item in form or () if item.look_for is not None))
    seeing = tuple(dict.fromkeys(observers)) or tuple(dict.fromkeys(slot.observer for slot in ahead))
    known = standings or Standings()
    pairs = [(observer, look_for) for observer in seeing for look_for in look_fors]
    waiting = [pair for pair in pairs if not known.calibrated(*pair, on=as_of)]
    lacks: dict[Literal["schedule", "form", "calibration"], Reason | None] = {
        "schedule": None if ahead else Reason.of("NO_VISIT_PLANNED"),
        "form": None if look_fors else Reason.of("NO_FORM_WITH_LOOK_FORS"),
        "calibration": None
        if pairs and not waiting
        else Reason.of("CALIBRATION_INCOMPLETE", n=len(waiting), of=len(pairs)),
    }
    return Readiness(
        building=building,
        missing=tuple(name for name, reason in lacks.items() if reason is not None),
        reasons=tuple(reason for reason in lacks.values() if reason is not None),
    )
