"""The work of an engagement: readings of data, strategies, measures, steps; what comes in and goes out.

Here belong the records that a plan holds beside goals and conversations. They say who put something forward
and whose word it has; what has not the teacher's word is a proposal (CH-2, CH-3, CH-6). Not here: the steps
that add them (`ilr.coaching.engagement`).
"""

from __future__ import annotations

import math
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, read_only
from ilr.disclosure import EvaluationNeedRef

__all__ = [
    "ActionStep",
    "GrowthArtefact",
    "Interpretation",
    "Mandate",
    "Measurement",
    "NeedProposal",
    "Signature",
    "Strategy",
]


@attrs.frozen
class Signature:
    """One of the two signed the agreement as it now is (PP-1). Equal when both fields are equal."""

    by: str
    on: date


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Interpretation:
    """How a teacher's own data are read: the picture of reality (IC-2, CH-3). Equal when all are equal.

    Attributes:
        id: opaque id.
        on: the day.
        evidence: ids of the walkthroughs and other artefacts that are read.
        measure: what the baseline measures, empty without one.
        baseline: where it stands now, or None.
        teacher_reading: the teacher's words, empty for none; never aggregated.
        coach_reading: the coach's words, empty for none; kept beside the teacher's, not in its place.
        confirmed_by: id of who confirmed it, None for nobody. It is final with the teacher's word alone.
        confirmed_on: the day of the confirmation.

    Raises:
        InvalidInput: for a baseline that is no finite number or has no measure, a confirmation without day or
            before the reading.
    """

    id: str
    on: date
    evidence: tuple[str, ...] = ()
    measure: str = ""
    baseline: float | None = None
    teacher_reading: str = ""
    coach_reading: str = ""
    confirmed_by: str | None = None
    confirmed_on: date | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Interpretation")
        check(
            self.baseline is None or (math.isfinite(self.baseline) and bool(self.measure.strip())),
            "interpretation.baseline",
            "baseline",
            "is no number, or of no measure",
            expected="a finite number with its measure",
        )
        check(
            (self.confirmed_by is None) == (self.confirmed_on is None),
            "interpretation.confirmed",
            "confirmed_on",
            "does not go with who confirmed it",
            expected="both or neither",
        )
        check(
            self.confirmed_on is None or self.confirmed_on >= self.on,
            "interpretation.order",
            "confirmed_on",
            "lies before the reading",
            expected="its day or later",
        )
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Strategy:
    """A teaching strategy for a goal, chosen by the teacher (CH-2). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        goal: id of the goal.
        practice: what will be done in class: id of a look-for, of an entry in a playbook, or plain words.
        proposed_by: id of who put it forward.
        on: the day.
        chosen_by: id of who decided for it, None for a proposal. It is adopted with the teacher's word alone.
        chosen_on: the day of the choice, None where none was given.
        content: ids of playbooks and checklists it rests on.
    """

    id: str
    goal: str
    practice: str
    proposed_by: str
    on: date
    chosen_by: str | None = None
    chosen_on: date | None = None
    content: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Measurement:
    """The measure of a goal on a day. Equal when all fields are equal.

    Attributes:
        goal: id of the goal.
        on: the day.
        value: in the unit of the goal's measure.
        evidence: ids of what it was taken from.

    Raises:
        InvalidInput: for a value that is no finite number.
    """

    goal: str
    on: date
    value: float
    evidence: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Measurement")
        check(math.isfinite(self.value), "measurement.value", "value", "is no finite number")
        check.done()


@attrs.frozen(kw_only=True)
class ActionStep:
    """A small dated step that the teacher will take in class (PP-6). Equal when all fields are equal.

    Attributes:
        id: opaque id.
        goal: id of the goal.
        what: what the teacher will do; never aggregated.
        on: the day it was agreed on.
        due: the day by which it is to be taken, None for no day.
        session: id of the conversation in which it was agreed on, or None.
        enacted_on: the day it was taken, None as long as it was not.
        evidence: id of a walkthrough or other artefact that shows it, or None.

    Raises:
        InvalidInput: for a step that was taken or is due before it was agreed on, evidence of a step not
            taken.
    """

    id: str
    goal: str
    what: str
    on: date
    due: date | None = None
    session: str | None = None
    enacted_on: date | None = None
    evidence: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("ActionStep")
        for name in ("due", "enacted_on"):
            day = getattr(self, name)
            check(
                day is None or day >= self.on,
                "step.order",
                name,
                "lies before the step was agreed on",
                expected="its day or later",
            )
        check(
            self.evidence is None or self.enacted_on is not None,
            "step.evidence",
            "evidence",
            "is of a step that was not taken",
            expected="none, or the day of the step",
        )
        check.done()

    @property
    def lag(self) -> int | None:
        """Calendar days from the agreement to the step in class, None as long as it was not taken."""
        return None if self.enacted_on is None else (self.enacted_on - self.on).days


@attrs.frozen(kw_only=True)
class NeedProposal:
    """A need that evaluation names, as a proposal to the teacher (CH-6, FW-4). Equal when all are equal.

    Attributes:
        need: the component and its label; nothing else comes from evaluation.
        on: the day it came in.
        status: proposed until the teacher answers; declined is for good and seen by the two alone (CH-4).
    """

    need: EvaluationNeedRef
    on: date
    status: Literal["proposed", "accepted", "declined"] = "proposed"


@attrs.frozen(kw_only=True)
class GrowthArtefact:
    """Something the teacher may show as evidence of growth (ILR-10.KI.2). Equal when all fields are equal.

    That it stands here opens it to nobody; see `ilr.coaching.ask_release`.

    Attributes:
        id: id of the walkthrough or other artefact.
        kind: what it is.
        on: the day it was put into the section.
        about: id of the goal it shows growth for, or None.
    """

    id: str
    kind: Literal["walkthrough", "student work", "assessment", "video", "other"]
    on: date
    about: str | None = None


@attrs.frozen(kw_only=True)
class Mandate:
    """A rule by which the teacher takes part in coaching (CH-6). Equal when all fields are equal.

    It has no place for a goal: taking part can be required, what the two work on cannot.

    Attributes:
        id: opaque id.
        kind: mentoring that the state asks for, a development plan, or another rule.
        start: the first day.
        end: the last day, None for no end.

    Raises:
        InvalidInput: when it ends before it starts.
    """

    id: str
    kind: Literal["state mentoring", "development plan", "other"]
    start: date
    end: date | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Mandate")
        check(
            self.end is None or self.end >= self.start,
            "mandate.order",
            "end",
            "lies before the start",
            expected="its day or later",
        )
        check.done()
