"""What a gate needs to know of a record, and nothing more.

Here belong `Subject`, the small description that every room gives of its own records, and the descriptions
of records of the rooms above. Not here: who may see it.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from ilr.base import Checker, check_aware, read_only
from ilr.calibration import CalibrationMeeting
from ilr.disclosure.visibility import Kind
from ilr.forms import Purpose, Walkthrough

__all__ = ["Subject", "subject_of", "subject_of_meeting"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Subject:
    """A record as a gate sees it. Equal when all fields are equal.

    Attributes:
        id: id of the record, review or table.
        kind: what it tells.
        teachers: ids of everyone it is about; of leaders, where leaders are coached.
        authors: ids of who wrote it: observer, coach, the members of a review.
        building: id of the school, None where none is told.
        team: id of the team, or None.
        coach: id of the coach of record, or None.
        purposes: why the records behind it were made; what derives from them keeps the union (FW-3).
        look_fors: the look-fors that it rates.
        contributors: number of distinct teachers behind its smallest number, as `publish` counts them; None
            for a record of single persons.
        calibrated: whether every rating in it is by an observer who was calibrated for it (CG-2); None
            where nobody checked.
        made_at: the instant it was made or observed, None where none is known.

    Raises:
        InvalidInput: for a negative number of contributors, an instant without offset.
    """

    id: str
    kind: Kind
    teachers: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    building: str | None = None
    team: str | None = None
    coach: str | None = None
    purposes: tuple[Purpose, ...] = (Purpose.WALKTHROUGH,)
    look_fors: tuple[str, ...] = ()
    contributors: int | None = None
    calibrated: bool | None = None
    made_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Subject")
        check(
            self.contributors is None or self.contributors >= 0,
            "subject.contributors",
            "contributors",
            "are negative",
            expected="0 or more",
        )
        if self.made_at is not None:
            check_aware(self.made_at, check, "made_at")
        check.done()


def subject_of(walk: Walkthrough) -> Subject:
    """What a gate needs to know of a walkthrough.

    A record made for calibration is a calibration result of its observer, whoever was observed.
    """
    for_calibration = walk.purpose is Purpose.CALIBRATION
    return Subject(
        id=walk.id,
        kind="calibration" if for_calibration else "walkthrough",
        teachers=walk.teachers,
        authors=(walk.observer,),
        building=walk.building,
        purposes=(walk.purpose,),
        look_fors=walk.look_fors,
        made_at=walk.at,
    )


def subject_of_meeting(meeting: CalibrationMeeting, observer: str) -> Subject:
    """What a gate needs to know of one observer's result in a calibration meeting.

    Args:
        meeting: the closed meeting.
        observer: id of the observer, who is its author; nobody who was observed is a subject of it.
    """
    return Subject(
        id=f"{meeting.id}/{observer}",
        kind="calibration",
        authors=(observer,),
        building=meeting.buildings[0] if len(meeting.buildings) == 1 else None,
        purposes=(Purpose.CALIBRATION,),
        look_fors=meeting.plan.look_fors,
        made_at=meeting.discussed_at,
    )
