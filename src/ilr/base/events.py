"""Small dated facts that many rules read and that need no room of their own.

Here belongs what happened once on a day and has no life after it: a message was sent, somebody was
trained, somebody attested. Not here: records with a course of their own, such as reviews or plans.
Every event is frozen, equal when all its fields are equal, and names people by id only.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from ilr.base.errors import Checker
from ilr.base.records import read_only

__all__ = [
    "Acknowledgement",
    "Attestation",
    "Communication",
    "Contribution",
    "DataUse",
    "Event",
    "InputRequest",
    "InputResponse",
    "Orientation",
    "RoleAppointment",
    "TrainingRecord",
    "Waiver",
]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Communication:
    """Something was told to an audience; `about` is the id and version of what was told."""

    id: str
    on: date
    building: str
    about: str
    audience: Literal["teachers", "team", "district", "leaders"] = "teachers"
    videos: int = 0


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Orientation:
    """Teachers of a building were oriented to the routines for a school year (S-4)."""

    id: str
    on: date
    building: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Acknowledgement:
    """A person has read a version of something, for example the shared look-for set."""

    id: str
    on: date
    person: str
    about: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class TrainingRecord:
    """A person completed training on a topic."""

    id: str
    on: date
    person: str
    topic: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class InputRequest:
    """People were asked for their input on something before a day."""

    id: str
    on: date
    about: str
    closes: date | None = None


@attrs.frozen(kw_only=True, field_transformer=read_only)
class InputResponse:
    """A person or a team answered a request for input; the text stays with the host."""

    id: str
    on: date
    request: str
    by: str
    disposition: Literal["open", "adopted", "adapted", "declined"] = "open"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Contribution:
    """A person took part in making something."""

    id: str
    on: date
    person: str
    about: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class DataUse:
    """A team opened its own data, by its own choice; `about` is the id of the review or table that it opened."""

    id: str
    on: date
    team: str
    about: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Waiver:
    """Leaders decided that something which is asked for is not needed for now, and say why (ILR-6a.KI.2).

    Attributes:
        about: what is not needed, for example the target of an improvement cycle.
        reason: why not.

    Raises:
        InvalidInput: without a reason.
    """

    id: str
    on: date
    by: str
    building: str
    about: str
    reason: str

    def __attrs_post_init__(self) -> None:
        check = Checker("Waiver")
        check(
            bool(self.reason.strip()),
            "waiver.reason",
            "reason",
            "is missing",
            expected="why it is not needed",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Attestation:
    """A person states that a criterion holds; it expires (ST-3).

    Attributes:
        criterion: id of the criterion.
        evidence: note or reference that the statement rests on.

    Raises:
        InvalidInput: without evidence.
    """

    id: str
    on: date
    by: str
    building: str
    criterion: str
    evidence: str

    def __attrs_post_init__(self) -> None:
        check = Checker("Attestation")
        check(
            bool(self.evidence.strip()),
            "attestation.evidence",
            "evidence",
            "is missing",
            expected="a note or reference",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RoleAppointment:
    """A person was appointed to a described role, with the evidence that was cited."""

    id: str
    on: date
    person: str
    role: str
    evidence: tuple[str, ...] = ()


Event = (
    Communication
    | Orientation
    | Acknowledgement
    | TrainingRecord
    | InputRequest
    | InputResponse
    | Contribution
    | DataUse
    | Waiver
    | Attestation
    | RoleAppointment
)
"""Any of the small dated facts."""
