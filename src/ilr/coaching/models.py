"""Engagement models: the phases of a coaching engagement and the parts of a conversation, as data.

Here belong the model as a value, the models that are shipped, and the published protocol of a district that
rests on one. A district states a model of its own as another value; nothing but its own data decides which
phase may follow which. Not here: the course of one engagement (`ilr.coaching.engagement`), or a conversation
(`ilr.coaching.sessions`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, UnknownCode, listed, read_only
from ilr.continuum import Citation

__all__ = [
    "GROW",
    "IMPACT_CYCLE",
    "LEADER_COACHING",
    "MODELS",
    "CoachingProtocol",
    "EngagementModel",
    "PartInput",
    "Phase",
    "PhaseMove",
    "SessionPart",
    "check_moves",
]

InputKind = Literal["walkthrough", "video", "student work", "assessment", "other"]
"""What a part of a conversation is fed with."""


@attrs.frozen
class PhaseMove:
    """An engagement went on to a phase. Equal when all fields are equal.

    Attributes:
        phase: id of the phase.
        on: the day.
        by: id of who recorded it.
    """

    phase: str
    on: date
    by: str


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Phase:
    """A phase of an engagement. Equal when all fields are equal.

    Attributes:
        id: stable code.
        title: how it is called.
        next: ids of the phases that may follow; its own id for a phase that repeats; empty for a
            last phase.
    """

    id: str
    title: str
    next: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SessionPart:
    """A part of a coaching conversation. Equal when all fields are equal.

    Attributes:
        id: stable code.
        labels: how it is called, the usual label first; the others are variants of the same part (E-15).
        phases: ids of the phases whose conversations have it; empty for all.
    """

    id: str
    labels: tuple[str, ...]
    phases: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, field_transformer=read_only)
class EngagementModel:
    """How coaching goes on over time: phases with what may follow each, and the parts of a conversation.

    Equal when all fields are equal. An engagement starts in the first phase.

    Attributes:
        id: stable code.
        title: how it is called.
        phases: the phases, in order.
        parts: the parts of a conversation, in order.
        coachee: whether a teacher or a leader is coached.
        items: whether an item of an agenda is free, or has to say whether it serves the long-term plan or an
            immediate issue (LS-12b.KI.3).
        source: the work it is taken from, None for a model of the district's own.
        practice: code of the practice of a framework that it serves, empty for none.

    Raises:
        InvalidInput: without a phase or a part; for repeated ids or labels, a phase or part that names an
            unknown phase, or a phase that no way from the first leads to.

    Example:
        >>> model = EngagementModel(
        ...     id="two-step", title="Two steps",
        ...     phases=(Phase(id="look", title="Look", next=("try",)), Phase(id="try", title="Try")),
        ...     parts=(SessionPart(id="talk", labels=("Talk",)),),
        ... )
        >>> model.first, model.phase("look").next
        ('look', ('try',))
    """

    id: str
    title: str
    phases: tuple[Phase, ...]
    parts: tuple[SessionPart, ...]
    coachee: Literal["teacher", "leader"] = "teacher"
    items: Literal["free", "plan or immediate"] = "free"
    source: Citation | None = None
    practice: str = ""

    def __attrs_post_init__(self) -> None:
        check = Checker("EngagementModel")
        ids = [phase.id for phase in self.phases]
        _check_ids(check, "phases", ids)
        _check_ids(check, "parts", [part.id for part in self.parts])
        for place, phase in enumerate(self.phases):
            _check_known(check, f"phases[{place}].next", phase.next, ids)
        for place, part in enumerate(self.parts):
            _check_known(check, f"parts[{place}].phases", part.phases, ids)
            check(bool(part.labels), "model.labels", f"parts[{place}].labels", "are missing")
        labels = Counter(_plain(label) for part in self.parts for label in part.labels)
        check(
            all(count == 1 for count in labels.values()),
            "model.label_twice",
            "parts",
            "repeat a label",
            expected="each label once",
        )
        reached = self._reached()
        for place, phase in enumerate(self.phases):
            check(
                phase.id in reached,
                "model.unreachable",
                f"phases[{place}]",
                "is never reached",
                expected="a way from the first phase",
            )
        check.done()

    def _reached(self) -> set[str]:
        after = {phase.id: phase.next for phase in self.phases}
        waiting, reached = [phase.id for phase in self.phases[:1]], set[str]()
        while waiting:
            at = waiting.pop()
            if at not in reached:
                reached.add(at)
                waiting.extend(after.get(at, ()))
        return reached

    @property
    def first(self) -> str:
        """Id of the phase in which an engagement starts."""
        return self.phases[0].id

    def phase(self, id: str) -> Phase:
        """A phase by its id.

        Raises:
            UnknownCode: when the model has no such phase.
        """
        for phase in self.phases:
            if phase.id == id:
                return phase
        known = listed(phase.id for phase in self.phases)
        raise UnknownCode(f"no such phase; the model has {known}", code="model.phase")

    def part(self, name: str) -> SessionPart:
        """A part by its id or any of its labels, in any case.

        Raises:
            UnknownCode: when the model has no such part.

        Example:
            >>> GROW.part("Way forward") is GROW.part("will") is GROW.part("wrap-up")
            True
        """
        for part in self.parts:
            if _plain(name) in (part.id, *map(_plain, part.labels)):
                return part
        known = listed(part.id for part in self.parts)
        raise UnknownCode(f"no such part; the model has {known}", code="model.part")

    def parts_in(self, phase: str | None) -> tuple[str, ...]:
        """Ids of the parts that a conversation in a phase has, in order; of all parts without a phase."""
        return tuple(
            part.id for part in self.parts if phase is None or not part.phases or phase in part.phases
        )


def check_moves(model: EngagementModel, moves: Sequence[PhaseMove], check: Checker) -> None:
    """Note every recorded move that the model does not allow, or that lies before the one it follows.

    Args:
        model: the model, which alone says what may follow.
        moves: the moves of one engagement, in order.
        check: takes the problems, with path ``moves[...]``.
    """
    after = {phase.id: phase.next for phase in model.phases}
    at, day = model.first, date.min
    for place, move in enumerate(moves):
        check(
            move.phase in after[at],
            "engagement.move",
            f"moves[{place}].phase",
            f"does not follow {at}",
            expected=listed(after[at]) or "no further phase",
        )
        check(
            move.on >= day,
            "engagement.order",
            f"moves[{place}].on",
            "lies before the move before",
            expected="its day or later",
        )
        if move.phase not in after:
            return
        at, day = move.phase, move.on


def _check_ids(check: Checker, name: str, ids: Sequence[str]) -> None:
    check(bool(ids), "model.empty", name, "are missing", expected="one or more")
    check(all(id.strip() for id in ids), "model.blank", name, "have a blank id", expected="codes")
    check(len(set(ids)) == len(ids), "model.repeated", name, "repeat an id", expected="unlike ids")


def _check_known(check: Checker, path: str, named: Sequence[str], known: Sequence[str]) -> None:
    check(set(named) <= set(known), "model.unknown", path, "name no phase", expected=listed(known))


def _plain(label: str) -> str:
    return " ".join(label.casefold().split())


IMPACT_CYCLE = EngagementModel(
    id="impact-cycle",
    title="The Impact Cycle",
    phases=(
        Phase(id="identify", title="Identify", next=("learn",)),
        Phase(id="learn", title="Learn", next=("improve",)),
        Phase(id="improve", title="Improve", next=("improve", "learn", "identify")),
    ),
    parts=(
        SessionPart(id="reality", labels=("Picture of reality",), phases=("identify",)),
        SessionPart(id="goal", labels=("Goal",), phases=("identify",)),
        SessionPart(id="strategy", labels=("Choice of a strategy",), phases=("identify",)),
        SessionPart(id="playbook", labels=("Playbook and checklists",), phases=("learn",)),
        SessionPart(id="modelling", labels=("Modelling",), phases=("learn",)),
        SessionPart(id="direction", labels=("Confirm direction",), phases=("improve",)),
        SessionPart(id="progress", labels=("Review progress",), phases=("improve",)),
        SessionPart(id="improvements", labels=("Invent improvements",), phases=("improve",)),
        SessionPart(id="next", labels=("Plan next actions",), phases=("improve",)),
    ),
    source=Citation(
        key="knight-2018",
        authors=("Knight, J.",),
        year=2018,
        title="The Impact Cycle",
        container="Corwin",
    ),
)
"""Identify, learn, improve; improving is repeated until the goal is met, and may lead back (IC-2, IC-3)."""

GROW = EngagementModel(
    id="grow",
    title="GROW",
    phases=(Phase(id="conversations", title="Conversations", next=("conversations",)),),
    parts=(
        SessionPart(id="goal", labels=("Goal",)),
        SessionPart(id="reality", labels=("Reality",)),
        SessionPart(id="options", labels=("Options",)),
        SessionPart(id="wrap-up", labels=("Wrap-up", "Will", "Way forward")),
    ),
    source=Citation(
        key="whitmore-2017",
        authors=("Whitmore, J.",),
        year=2017,
        title="Coaching for Performance",
        container="Nicholas Brealey",
    ),
)
"""A conversation of four parts that repeats; the last part goes by three labels (TH-M3, E-15)."""

LEADER_COACHING = EngagementModel(
    id="leader-coaching",
    title="Coaching of leaders",
    phases=(
        Phase(id="plan", title="Learning plan", next=("sessions",)),
        Phase(id="sessions", title="Sessions", next=("sessions", "plan")),
    ),
    parts=(
        SessionPart(id="agenda", labels=("Agenda",)),
        SessionPart(id="plan", labels=("Work on the learning plan",)),
        SessionPart(id="immediate", labels=("Immediate issues",)),
        SessionPart(id="next", labels=("Next steps",)),
    ),
    coachee="leader",
    items="plan or immediate",
    practice="LS-12b",
)
"""Coaching of building, instructional and support leaders, around a long-term learning plan (LS-12b)."""

MODELS: tuple[EngagementModel, ...] = (IMPACT_CYCLE, GROW, LEADER_COACHING)
"""The models that are shipped."""


@attrs.frozen
class PartInput:
    """What a part of the conversation is fed with. Equal when both fields are equal.

    Attributes:
        part: id of the part.
        kind: for example a walkthrough.
    """

    part: str
    kind: InputKind


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CoachingProtocol:
    """The way in which a district coaches, published (ILR-10.GS.1). Equal when all fields are equal.

    Attributes:
        id: stable code; conversations and log entries name it.
        version: semantic version.
        model: the engagement model it rests on.
        inputs: what parts of a conversation are fed with.
        focus: ids of the look-fors that coaching is about; a crosswalk tells which of them the evaluation
            framework knows (ILR-10.GS.2).
        published_on: the day of publication, None for a draft.
        contributors: ids of who took part in making it.

    Raises:
        InvalidInput: for an input of a part that the model does not have.

    Example:
        >>> protocol = CoachingProtocol(
        ...     id="district-grow", version="1.0.0", model=GROW, published_on=date(2026, 8, 20),
        ...     inputs=(PartInput("reality", "walkthrough"),), focus=("questioning",),
        ... )
        >>> protocol.uses_walkthroughs
        True
    """

    id: str
    version: str
    model: EngagementModel
    inputs: tuple[PartInput, ...] = ()
    focus: tuple[str, ...] = ()
    published_on: date | None = None
    contributors: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("CoachingProtocol")
        parts = self.model.parts_in(None)
        for place, given in enumerate(self.inputs):
            check(
                given.part in parts,
                "protocol.part",
                f"inputs[{place}].part",
                "is no part of the model",
                expected=listed(parts),
            )
        check.done()

    @property
    def uses_walkthroughs(self) -> bool:
        """Whether some part is fed with walkthroughs (ILR-10.GS.1)."""
        return any(given.kind == "walkthrough" for given in self.inputs)
