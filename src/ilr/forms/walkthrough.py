"""The walkthrough: what one observer recorded on one form in one visit.

Here belongs the record that a form makes and that every later room reads; `ilr.observation` shows it
again beside visits and schedules. Its purpose is fixed when it is made and no purpose is evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Literal, get_args

import attrs

from ilr.base import Checker, FrozenMap, check_aware, listed, read_only
from ilr.base._codec import content_hash
from ilr.continuum.lookfors import LevelCode

__all__ = [
    "NONE_NOTED",
    "Answer",
    "AnswerState",
    "Entry",
    "Evidence",
    "FormRef",
    "LessonPart",
    "Medium",
    "Outcome",
    "Purpose",
    "VisitMode",
    "Walkthrough",
]


class Purpose(Enum):
    """Why a record was made (FW-1); it never changes, and evaluation is not among them."""

    WALKTHROUGH = "walkthrough"
    PILOT = "pilot"
    CALIBRATION = "calibration"
    COACHING = "coaching"


class VisitMode(Enum):
    """How a visit came about: unannounced, announced, or asked for by the teacher."""

    RANDOM = "random"
    SCHEDULED = "scheduled"
    REQUESTED = "requested"


class LessonPart(Enum):
    """The part of the lesson that was seen."""

    OPENING = "opening"
    MIDDLE = "middle"
    CLOSING = "closing"
    UNKNOWN = "unknown"


class Medium(Enum):
    """What the form was filled in on."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


class Outcome(Enum):
    """What became of a planned visit; only a held one covers a teacher."""

    HELD = "held"
    SUBSTITUTE = "substitute"
    CLASS_AWAY = "class away"
    CANCELLED = "cancelled"


class AnswerState(Enum):
    """Why an item has a code, or has none."""

    ANSWERED = "answered"
    NOT_OBSERVED = "not observed"
    NOT_APPLICABLE = "not applicable"
    UNANSWERED = "unanswered"


_VOCABULARIES: Mapping[str, type[Enum]] = {
    "purpose": Purpose,
    "mode": VisitMode,
    "lesson_part": LessonPart,
    "medium": Medium,
    "outcome": Outcome,
}


@attrs.frozen
class FormRef:
    """Which form, in which version, with which structure. Equal when all parts are equal."""

    id: str
    version: str
    structure: str


Who = Literal["teacher", "student", "environment"]

NONE_NOTED: tuple[str, ...] = ()
"""Says of strengths or opportunities that the observer looked and noted none."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Evidence:
    """What was seen or heard at one moment, before it is rated. Equal when all fields are equal.

    Attributes:
        at: when, with its offset from UTC.
        who: whose words or actions these are: teacher, student, or what the room shows.
        text: what was seen or heard; never aggregated.
        items: ids of the items that it bears on; may be filled in after the visit.
        code: what it is an example of, where a timed log has codes, or None.

    Raises:
        InvalidInput: for an instant without offset, an unknown source, no text.
    """

    at: datetime
    who: Who
    text: str
    items: tuple[str, ...] = ()
    code: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Evidence")
        check_aware(self.at, check, "at")
        check(
            self.who in get_args(Who), "evidence.who", "who", "is not a code", expected=listed(get_args(Who))
        )
        check(
            bool(self.text.strip()), "evidence.text", "text", "is missing", expected="what was seen or heard"
        )
        check.done()


@attrs.frozen(field_transformer=read_only)
class Answer:
    """The answer to one item. Equal when all fields are equal.

    Answered items have one of code, codes, intervals and log, items in another state none of them.

    Attributes:
        item: id of the item.
        code: the code that was chosen, a number, a day or time of day as ISO 8601 has it, or the text of a
            note.
        state: answered, or why not.
        look_for: id of the look-for that the item asks about, None for notes.
        codes: what was chosen where an item takes several, in the order of the form.
        intervals: the codes that a tally marks in each interval that was watched, in order; an interval in
            which nothing was seen is there without codes.
        log: the entries of a timed log, earliest first.

    Raises:
        InvalidInput: for an answered item without any of the four or with two, or one in another state.
    """

    item: str
    code: LevelCode | None = None
    state: AnswerState = AnswerState.ANSWERED
    look_for: str | None = None
    codes: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    intervals: tuple[tuple[str, ...], ...] = attrs.field(default=(), kw_only=True)
    log: tuple[Evidence, ...] = attrs.field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        given = [self.code is not None, bool(self.codes), bool(self.intervals), bool(self.log)].count(True)
        if given != (self.state is AnswerState.ANSWERED):
            check = Checker("Answer")
            check(
                False,
                "answer.state",
                "state",
                "does not go with the code",
                expected="a code when answered and none otherwise",
            )
            check.fail()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Entry:
    """The answers to one entry of a repeat. Equal when all fields are equal.

    Attributes:
        repeat: id of the repeat; its entries stand in order.
        answers: one a shown item that was answered or marked.

    Raises:
        InvalidInput: for an item answered twice.
    """

    repeat: str
    answers: tuple[Answer, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Entry")
        _check_once(self.answers, check)
        check.done()

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)


def _check_once(answers: tuple[Answer, ...], check: Checker) -> None:
    items = [answer.item for answer in answers]
    check(
        len(set(items)) == len(items),
        "answer.repeated",
        "answers",
        "repeat an item",
        expected="one an item",
    )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Walkthrough:
    """One observer's record of a visit, for improvement. Equal when all fields are equal.

    Attributes:
        form: the form it was made with.
        teachers: ids of everyone who taught; ratings count once, coverage counts for each.
        observer: id of the person who recorded.
        at: when, with its offset from UTC.
        answers: one a shown item that was answered or marked; what a repeat asks is in its entries.
        id: made from form, people and instant unless given.
        visit: id of the visit; two records of one visit are a paired visit. Made from teachers and
            instant unless given.
        purpose: why the record was made.
        building: id of the school, or None.
        mode: how the visit came about; None is read as unannounced.
        period: the host's code of the class period, or None.
        lesson_part: the part of the lesson that was seen.
        medium: paper or electronic.
        minutes: how long, or None.
        focus: instructional focus of the class, or None.
        outcome: held, or held with a day's substitute.
        segment: part of a visit that was recorded in several, or None.
        dimensions: the host's codes by which data are broken down, such as grade or subject.
        notes: open notes; never aggregated.
        hidden: the items that had an answer in the draft but were not shown at the end, by id or, in an
            entry, for example ``segments[0].why``.
        supersedes: id of the record that this one corrects, or None.
        evidence: what was seen or heard, moment by moment.
        strengths: what to build on; ``NONE_NOTED`` when the observer looked and noted none, None when nobody
            told.
        opportunities: what could grow, in the same way.
        entries: the answers that repeats ask for, an entry each.

    Raises:
        InvalidInput: for nobody observed, an instant without offset, a value outside its vocabulary, an
            outcome without a record, a negative duration, an item answered twice.
    """

    form: FormRef
    teachers: tuple[str, ...]
    observer: str
    at: datetime
    answers: tuple[Answer, ...]
    id: str = ""
    visit: str = ""
    purpose: Purpose = Purpose.WALKTHROUGH
    building: str | None = None
    mode: VisitMode | None = None
    period: str | None = None
    lesson_part: LessonPart = LessonPart.UNKNOWN
    medium: Medium = Medium.ELECTRONIC
    minutes: float | None = None
    focus: str | None = None
    outcome: Outcome = Outcome.HELD
    segment: str | None = None
    dimensions: FrozenMap[str, str] = attrs.field(factory=FrozenMap)
    notes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    supersedes: str | None = None
    evidence: tuple[Evidence, ...] = ()
    strengths: tuple[str, ...] | None = None
    opportunities: tuple[str, ...] | None = None
    entries: tuple[Entry, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("Walkthrough")
        check(
            bool(self.teachers), "walkthrough.teachers", "teachers", "are missing", expected="one or more ids"
        )
        check(
            len(set(self.teachers)) == len(self.teachers),
            "walkthrough.teacher_twice",
            "teachers",
            "repeat an id",
            expected="each teacher once",
        )
        check_aware(self.at, check, "at")
        for name, kind in _VOCABULARIES.items():
            value = getattr(self, name)
            check(
                isinstance(value, kind) or (value is None and name == "mode"),
                "walkthrough.code",
                name,
                "is not a code",
                expected=listed(f"{kind.__name__}.{member.name}" for member in kind),
            )
        check(
            self.outcome not in (Outcome.CLASS_AWAY, Outcome.CANCELLED),
            "walkthrough.outcome",
            "outcome",
            "leaves nothing to record",
            expected="held, substitute",
        )
        check(
            self.minutes is None or self.minutes >= 0,
            "walkthrough.minutes",
            "minutes",
            "are negative",
            expected="0 or more",
        )
        _check_once(self.answers, check)
        check.done()
        instant = self.at.astimezone(UTC)
        if not self.visit:
            object.__setattr__(
                self, "visit", "v-" + content_hash([*sorted(self.teachers), instant, self.segment])[:16]
            )
        if not self.id:
            key = [self.form.id, self.visit, self.observer, instant, self.segment]
            object.__setattr__(self, "id", "w-" + content_hash(key)[:16])

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.answers)

    @property
    def look_fors(self) -> tuple[str, ...]:
        """The look-fors that got a level, in order, those of entries last."""
        told = (*self.answers, *(answer for entry in self.entries for answer in entry))
        rated = (one.look_for for one in told if one.state is AnswerState.ANSWERED)
        return tuple(dict.fromkeys(id for id in rated if id is not None))

    @property
    def is_balanced(self) -> bool:
        """Whether strengths and opportunities are both told, were it that none was noted (ILR-4b.GS.1)."""
        return self.strengths is not None and self.opportunities is not None

    def answer(self, item: str) -> Answer | None:
        """The answer to an item outside of repeats, or None."""
        return next((answer for answer in self.answers if answer.item == item), None)

    def code(self, item: str) -> LevelCode | None:
        """The code that an item was answered with, or None; see `answer` for items that take several."""
        answer = self.answer(item)
        return None if answer is None else answer.code
