"""Coaching conversations: what both brought, what was agreed on, and the codes that may leave the room.

Here belong the conversation with its entries, the categories of a coach's time, what a teacher asks to have
observed next, and the coded entry that is made of a conversation. What was said is content: nobody but the
two reads it without a share of the teacher (FW-6). Not here: whether walkthroughs reached the conversation
(`ilr.coaching.walkthrough_use`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Literal, get_args

import attrs

from ilr.base import Checker, Diagnostic, listed, read_only
from ilr.coaching.log import LogEntry
from ilr.coaching.models import EngagementModel
from ilr.forms import ObservationRequest as FormRequest
from ilr.forms.groups import Element

__all__ = [
    "EntryKind",
    "ObservationRequest",
    "Session",
    "SessionEntry",
    "TimeCategory",
    "TimeSpent",
    "check_session",
    "log_entry",
    "readable",
]

EntryKind = Literal["agenda", "reflection", "talk", "action step", "learning note"]
"""What an entry is: an item of the agenda, a thought, words, a step agreed on, what the coach learned."""

_OWN: frozenset[EntryKind] = frozenset({"reflection", "learning note"})


class TimeCategory(Enum):
    """What a coach's time goes into (CL-3)."""

    COACHING = "coaching"
    PLANNING = "planning"
    OBSERVING = "observing"
    GROUP_LEARNING = "group learning"
    DATA = "data"
    ADMIN = "administration"
    COVERING_CLASS = "covering a class"
    OTHER = "other"


@attrs.frozen
class TimeSpent:
    """Minutes that went into one category. Equal when both fields are equal.

    Attributes:
        category: what they went into.
        minutes: how many, 0 or more.

    Raises:
        InvalidInput: for negative minutes.
    """

    category: TimeCategory
    minutes: float

    def __attrs_post_init__(self) -> None:
        check = Checker("TimeSpent")
        check(self.minutes >= 0, "time.minutes", "minutes", "are negative", expected="0 or more")
        check.done()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SessionEntry:
    """Something that one of the two wrote down. Equal when all fields are equal.

    Attributes:
        by: id of who wrote it.
        kind: what it is.
        text: its words; never aggregated.
        stance: whether it puts a view forward or asks for one, None where nobody says (PP-4).
        readers: who may read it of the two: its author or both. A reflection and a coach's learning note are
            the author's unless the author says otherwise (PP-3, PP-7); everything else is for both.
        step: id of the action step that it agrees on; for that kind alone.
        serves: whether an item of the agenda serves the long-term plan or an immediate issue, None where
            nobody says (LS-12b.KI.3).
        learning_plan: id of the plan that it serves; for such an item alone.
        tags: what an item of the agenda is about, as codes of the host's, for example ``policy``
            (LS-12b.GB.1).

    Raises:
        InvalidInput: for an action step without the id of one, an item that serves a plan without its id, or
            either on an entry of another kind.

    Example:
        >>> note = SessionEntry(by="c2", kind="learning note", text="I ask too fast as well")
        >>> note.shown_to_both
        False
    """

    by: str
    kind: EntryKind
    text: str = ""
    stance: Literal["advocacy", "inquiry"] | None = None
    readers: Literal["author", "both"] | None = None
    step: str | None = None
    serves: Literal["plan", "immediate"] | None = None
    learning_plan: str | None = None
    tags: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("SessionEntry")
        kinds = get_args(EntryKind)
        check(self.kind in kinds, "entry.kind", "kind", "is unknown", expected=listed(kinds))
        check(
            (self.step is not None) == (self.kind == "action step"),
            "entry.step",
            "step",
            "does not go with the kind",
            expected="an id for an action step and none otherwise",
        )
        check(
            self.kind == "agenda" or (self.serves is None and not self.tags),
            "entry.agenda",
            "serves",
            "is told of an entry that is no item of an agenda",
            expected="neither plan nor tags",
        )
        check(
            (self.learning_plan is not None) == (self.serves == "plan"),
            "entry.plan",
            "learning_plan",
            "does not go with what it serves",
            expected="the id of the plan that it serves, and none otherwise",
        )
        check.done()

    @property
    def shown_to_both(self) -> bool:
        """Whether the other of the two may read it as well."""
        return self.readers == "both" if self.readers is not None else self.kind not in _OWN


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Session:
    """One coaching conversation. Equal when all fields are equal.

    Attributes:
        id: opaque id.
        on: the day.
        phase: id of the phase of the engagement, None where nobody says.
        parts: ids of the parts that were held, in order.
        protocol: id of the coaching protocol, or None.
        entries: what both wrote down, in order.
        needs: codes of need, or ``none`` said outright.
        supports: codes of the support given.
        minutes: what the time went into, a category at most once.
        evidence: ids of walkthroughs and other artefacts that were talked about.
        scope: ids of the walkthroughs the conversation was to be about; their notes reach the teacher before
            it.
        teacher_talk: share of the talk that was the teacher's, 0 to 1, where the host measured it (PP-4).

    Raises:
        InvalidInput: for a category twice, or a share of talk outside 0 to 1.
    """

    id: str
    on: date
    phase: str | None = None
    parts: tuple[str, ...] = ()
    protocol: str | None = None
    entries: tuple[SessionEntry, ...] = ()
    needs: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    minutes: tuple[TimeSpent, ...] = ()
    evidence: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    teacher_talk: float | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Session")
        categories = [spent.category for spent in self.minutes]
        check(
            len(set(categories)) == len(categories),
            "session.category",
            "minutes",
            "repeat a category",
            expected="one a category",
        )
        check(
            self.teacher_talk is None or 0 <= self.teacher_talk <= 1,
            "session.talk",
            "teacher_talk",
            "is no share",
            expected="0 to 1",
        )
        check.done()

    @property
    def total_minutes(self) -> float | None:
        """Minutes of all categories, None where none were noted."""
        return sum(spent.minutes for spent in self.minutes) if self.minutes else None

    def steps_before_reflection(self, by: str) -> tuple[str, ...]:
        """Ids of the action steps that were agreed on before a person wrote a reflection (PP-5).

        Args:
            by: id of the person, the teacher.

        Returns:
            Ids in order; empty without steps, or when a reflection came first.

        Example:
            >>> from datetime import date
            >>> step = SessionEntry(by="c2", kind="action step", step="s1")
            >>> thought = SessionEntry(by="t9", kind="reflection", text="they wait for me")
            >>> for entries in ((step, thought), (thought, step)):
            ...     print(Session(id="1", on=date(2026, 9, 3), entries=entries).steps_before_reflection("t9"))
            ('s1',)
            ()
        """
        found: list[str] = []
        for entry in self.entries:
            if entry.kind == "reflection" and entry.by == by:
                break
            if entry.step is not None:
                found.append(entry.step)
        return tuple(found)


def readable(session: Session, *, by: str, pair: Sequence[str]) -> tuple[SessionEntry, ...]:
    """The entries of a conversation that a person may read (FW-6, FW-7).

    Args:
        session: the conversation.
        by: id of the person.
        pair: ids of the two of the plan.

    Returns:
        Of the two, their own entries and what is shown to both; of anybody else, none, whatever their role.

    Example:
        >>> from datetime import date
        >>> entries = (
        ...     SessionEntry(by="t9", kind="agenda", text="thinking time"),
        ...     SessionEntry(by="c2", kind="learning note", text="I ask too fast as well"),
        ... )
        >>> session = Session(id="1", on=date(2026, 9, 3), entries=entries)
        >>> [len(readable(session, by=person, pair=("t9", "c2"))) for person in ("t9", "c2", "p1")]
        [1, 2, 0]
    """
    if by not in pair:
        return ()
    return tuple(entry for entry in session.entries if entry.by == by or entry.shown_to_both)


def log_entry(session: Session, *, logged_on: date | None = None) -> LogEntry:
    """The coded entry of a conversation: its codes and minutes, and none of its words (VS-8).

    Args:
        session: the conversation.
        logged_on: the day of the entry; the day of the conversation by default.

    Returns:
        The entry, which names the conversation it was made of.

    Raises:
        InvalidInput: for a conversation without a code of need.
    """
    return LogEntry(
        on=session.on,
        needs=session.needs,
        supports=session.supports,
        minutes=session.total_minutes,
        protocol=session.protocol,
        evidence=session.evidence,
        logged_on=logged_on,
        session=session.id,
    )


def check_session(session: Session, model: EngagementModel) -> tuple[Diagnostic, ...]:
    """Hold a conversation against the parts of an engagement model.

    Args:
        session: the conversation.
        model: says which parts a conversation of the phase has, in which order, and what its agenda has to
            say.

    Returns:
        What differs: parts that were not held, are none of the phase or out of order, and items of an agenda
        that do not say what they serve where the model asks for it; empty when the model was followed.

    Example:
        >>> from datetime import date
        >>> from ilr.coaching.models import GROW
        >>> held = Session(id="1", on=date(2026, 9, 3), parts=("goal", "options", "wrap-up"))
        >>> [str(problem) for problem in check_session(held, GROW)]
        ['[session.parts] parts: leave out reality (expected goal, reality, options, wrap-up).']
    """
    check = Checker("check_session")
    wanted = model.parts_in(session.phase)
    missing = [part for part in wanted if part not in session.parts]
    check(not missing, "session.parts", "parts", f"leave out {listed(missing)}", expected=listed(wanted))
    check(
        set(session.parts) <= set(wanted),
        "session.part",
        "parts",
        "name a part that is none of this phase",
        expected=listed(wanted),
    )
    places = [wanted.index(part) for part in session.parts if part in wanted]
    check(places == sorted(places), "session.order", "parts", "are out of order", expected=listed(wanted))
    for place, entry in enumerate(session.entries):
        check(
            model.items == "free" or entry.kind != "agenda" or entry.serves is not None,
            "session.serves",
            f"entries[{place}].serves",
            "is missing",
            expected="plan, immediate",
        )
    return tuple(check.problems)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class ObservationRequest:
    """What a teacher asks to have observed on the next visit (ILR-9.KI.2). Equal when all fields are equal.

    A question that no look-for asks goes onto the form as items of its own, by `for_form`.

    Attributes:
        id: opaque id.
        by: id of the teacher.
        on: the day.
        look_fors: ids of the look-fors to watch.
        question: what else to watch, in the teacher's words; never aggregated.

    Raises:
        InvalidInput: when nothing is asked.
    """

    id: str
    by: str
    on: date
    look_fors: tuple[str, ...] = ()
    question: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("ObservationRequest")
        check(
            bool(self.look_fors) or bool(self.question.strip()),
            "observation_request.empty",
            "look_fors",
            "are missing",
            expected="look-fors, or a question",
        )
        check.done()

    def for_form(self, items: Sequence[Element]) -> FormRequest:
        """The request as a form library takes it: ``library.select(..., request=...)``.

        Args:
            items: the items that ask for it. A form that gets them bears the id of the request, by which
                `ilr.coaching.requests_answered` knows the answer to a question.

        Example:
            >>> from datetime import date
            >>> from ilr.forms import Item
            >>> asked = ObservationRequest(id="r1", by="t9", on=date(2026, 9, 3), question="who speaks?")
            >>> asked.for_form([Item(id="left-row", label="Left row speaks", kind="count")]).id
            'r1'
        """
        return FormRequest(id=self.id, items=tuple(items))
