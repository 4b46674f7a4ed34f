"""Planned visits: the slots of a schedule and what became of them.

Here belong `Slot` and `Schedule`. What an observer recorded in a visit is a `Walkthrough`, which a form
makes; the two meet by the id of the visit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from ilr.base import Checker, Window, read_only
from ilr.forms import LessonPart, Outcome, VisitMode

__all__ = ["Schedule", "Slot"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Slot:
    """A planned visit of one observer. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        building: id of the school.
        observer: id of the person who is to visit.
        day: the school day.
        mode: random when the teacher is not told.
        teachers: ids of those to be visited, several where a class is taught together; empty when left open.
        period: the host's period code, or None.
        lesson_part: the part of the lesson to be seen.
        outcome: what became of it, None while it lies ahead.
        visit: id of the visit that took place, or None.
        inclusion: probability with which the draw of modes left this visit unannounced, by which rates from
            random visits are weighted (Horvitz and Thompson 1952); None when no draw decided.
    """

    id: str
    building: str
    observer: str
    day: date
    mode: VisitMode
    teachers: tuple[str, ...] = ()
    period: str | None = None
    lesson_part: LessonPart = LessonPart.UNKNOWN
    outcome: Outcome | None = None
    visit: str | None = None
    inclusion: float | None = None

    @property
    def held(self) -> bool:
        """Whether a visit took place in it."""
        return self.outcome in (Outcome.HELD, Outcome.SUBSTITUTE)


@attrs.frozen(field_transformer=read_only)
class Schedule:
    """The slots of one or more buildings. Equal when all slots are equal.

    Raises:
        InvalidInput: for a repeated slot id.
    """

    slots: tuple[Slot, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Schedule")
        ids = [slot.id for slot in self.slots]
        check(len(set(ids)) == len(ids), "schedule.repeated", "slots", "repeat an id", expected="unlike ids")
        check.done()

    def __iter__(self) -> Iterator[Slot]:
        return iter(self.slots)

    def __len__(self) -> int:
        return len(self.slots)

    def within(self, building: str, window: Window) -> tuple[Slot, ...]:
        """The slots of a building in a window, in order."""
        return tuple(slot for slot in self.slots if slot.building == building and slot.day in window)
