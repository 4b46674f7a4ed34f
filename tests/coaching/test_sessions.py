"""Conversations: who may read what, what leaves as a code, and what a model asks of them."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from tests.coaching.one_plan import COACH, DAY, LATER, LEADER, TEACHER, reflection, refused, session, talk

from ilr import interop
from ilr.coaching import (
    GROW,
    IMPACT_CYCLE,
    LEADER_COACHING,
    LogEntry,
    ObservationRequest,
    Session,
    SessionEntry,
    TimeCategory,
    TimeSpent,
    check_session,
    log_entry,
    readable,
)
from ilr.forms import FormLibrary, Item, form

NOTE = SessionEntry(by=COACH, kind="learning note", text="I ask too fast")
PAIR = (TEACHER, COACH)


def test_a_reflection_and_a_learning_note_are_their_author_s() -> None:
    """PP-3, PP-7: both stay with their author unless the author opens them; the rest is for the two."""
    held = session("1", DAY, reflection(), NOTE, talk(), talk(TEACHER))
    assert readable(held, by=TEACHER, pair=PAIR) == (reflection(), talk(), talk(TEACHER))
    assert readable(held, by=COACH, pair=PAIR) == (NOTE, talk(), talk(TEACHER))
    opened = session(
        "1", DAY, attrs.evolve(reflection(), readers="both"), attrs.evolve(talk(), readers="author")
    )
    assert [len(readable(opened, by=by, pair=PAIR)) for by in PAIR] == [1, 2]


@pytest.mark.parametrize("by", [LEADER, "", "t1"])
def test_nobody_else_reads_a_conversation(by: str) -> None:
    """FW-6: no role opens content; a leader reads none of it."""
    assert readable(session("1", DAY, talk(), reflection()), by=by, pair=PAIR) == ()


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"kind": "verdict"}, [("entry.kind", "kind")]),
        ({"kind": "action step"}, [("entry.step", "step")]),
        ({"kind": "talk", "step": "s1"}, [("entry.step", "step")]),
        ({"kind": "talk", "serves": "immediate"}, [("entry.agenda", "serves")]),
        ({"kind": "talk", "tags": ("policy",)}, [("entry.agenda", "serves")]),
        ({"kind": "agenda", "serves": "plan"}, [("entry.plan", "learning_plan")]),
        ({"kind": "agenda", "learning_plan": "l1"}, [("entry.plan", "learning_plan")]),
    ],
)
def test_an_entry_says_what_goes_with_its_kind(fields: Any, found: Any) -> None:
    """A step has an id, an item that serves a plan names it, and nothing else does."""
    assert refused(lambda: SessionEntry(by=COACH, **fields)) == found


def test_steps_come_after_a_reflection() -> None:
    """PP-5: steps before the teacher's own reflection are named; the coach's reflection does not count."""
    one, two = (SessionEntry(by=COACH, kind="action step", step=id) for id in ("s1", "s2"))
    early = session("1", DAY, reflection(COACH), one, reflection(), two)
    assert early.steps_before_reflection(TEACHER) == ("s1",)
    assert session("1", DAY, talk(), reflection(), one).steps_before_reflection(TEACHER) == ()
    assert session("1", DAY, one, two).steps_before_reflection(TEACHER) == ("s1", "s2")


def test_time_is_told_by_category() -> None:
    """CL-3: eight categories, each at most once and never negative; no time noted is no zero."""
    assert [one.value for one in TimeCategory] == [
        "coaching",
        "planning",
        "observing",
        "group learning",
        "data",
        "administration",
        "covering a class",
        "other",
    ]
    spent = TimeSpent(TimeCategory.COACHING, 30.0)
    planned = TimeSpent(TimeCategory.PLANNING, 10.0)
    assert session(minutes=(spent, planned)).total_minutes == 40.0
    assert session().total_minutes is None
    assert refused(lambda: session(minutes=(spent, spent))) == [("session.category", "minutes")]
    assert refused(lambda: TimeSpent(TimeCategory.DATA, -1.0)) == [("time.minutes", "minutes")]


@pytest.mark.parametrize(("share", "holds"), [(0.0, True), (1.0, True), (-0.1, False), (1.1, False)])
def test_talk_is_a_share(share: float, holds: bool) -> None:
    """PP-4: the teacher's share of the talk lies within 0 and 1, where a host measured it."""
    if holds:
        assert session(teacher_talk=share).teacher_talk == share
    else:
        assert refused(lambda: session(teacher_talk=share)) == [("session.talk", "teacher_talk")]


def test_the_log_gets_codes_and_no_words() -> None:
    """VS-8: the entry of a conversation has its codes, minutes and evidence, and nothing anybody wrote."""
    held = session(
        "1",
        DAY,
        talk(),
        needs=("pacing",),
        supports=("modelling",),
        protocol="grow",
        evidence=("w1",),
        minutes=(TimeSpent(TimeCategory.COACHING, 30.0),),
    )
    entry = log_entry(held, logged_on=LATER)
    assert entry == LogEntry(
        on=DAY,
        needs=("pacing",),
        supports=("modelling",),
        minutes=30.0,
        protocol="grow",
        evidence=("w1",),
        logged_on=LATER,
        session="1",
    )
    assert talk().text not in repr(entry)
    assert refused(lambda: log_entry(session())) == [("log.needs", "needs")]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (("goal", "reality", "options", "wrap-up"), []),
        (("goal", "reality", "wrap-up"), ["session.parts"]),
        (("reality", "goal", "options", "wrap-up"), ["session.order"]),
        (("goal", "reality", "options", "wrap-up", "scoring"), ["session.part"]),
        ((), ["session.parts"]),
    ],
)
def test_a_conversation_follows_the_parts_of_its_model(parts: tuple[str, ...], found: list[str]) -> None:
    """TH-M3: all four parts of GROW, in order and no other."""
    assert [one.code for one in check_session(session(parts=parts), GROW)] == found


def test_the_parts_depend_on_the_phase() -> None:
    """IC-2: a conversation in the phase of learning has the parts of that phase alone."""
    held = session(phase="learn", parts=("playbook", "modelling"))
    assert check_session(held, IMPACT_CYCLE) == ()
    assert [one.code for one in check_session(attrs.evolve(held, phase="identify"), IMPACT_CYCLE)] == [
        "session.parts",
        "session.part",
    ]


def test_items_with_a_leader_say_what_they_serve() -> None:
    """LS-12b.KI.3: an item serves the long-term plan or an immediate issue; other models do not ask."""
    parts = LEADER_COACHING.parts_in(None)
    items = (
        SessionEntry(by=LEADER, kind="agenda", serves="plan", learning_plan="l1", tags=("policy",)),
        SessionEntry(by=LEADER, kind="agenda", serves="immediate"),
        SessionEntry(by=LEADER, kind="agenda", text="the bus"),
        talk(),
    )
    held = session("1", DAY, *items, parts=parts)
    assert [(one.code, one.path) for one in check_session(held, LEADER_COACHING)] == [
        ("session.serves", "entries[2].serves")
    ]
    assert check_session(attrs.evolve(held, parts=GROW.parts_in(None)), GROW) == ()


def test_a_teacher_asks_for_something() -> None:
    """ILR-9.KI.2: a request names look-fors or asks a question."""
    assert refused(lambda: ObservationRequest(id="r", by=TEACHER, on=DAY, question=" ")) == [
        ("observation_request.empty", "look_fors")
    ]


def test_a_question_goes_onto_the_form() -> None:
    """ILR-9.KI.2: the request becomes one of the form library, whose form bears its id."""
    asked = ObservationRequest(id="r1", by=TEACHER, on=DAY, question="who speaks?")
    library = FormLibrary(core=form("core", look_fors=["questioning"], scale=4))
    row = Item(id="left-row", label="Left row speaks", kind="count")
    chosen = library.select(None, request=asked.for_form([row])).options[0].form
    assert chosen.id.split("+")[-1] == "r1"
    assert row in chosen.items


def test_conversations_come_back_from_json_equal() -> None:
    """A conversation with all it can hold survives the way through text."""
    held = session(
        "1", DAY, reflection(), NOTE, minutes=(TimeSpent(TimeCategory.ADMIN, 5.0),), teacher_talk=0.5
    )
    assert interop.loads(interop.dumps(held), Session) == held
