"""Engagement models: phases and parts as data, and nothing else that decides what follows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.coaching.one_plan import refused

from ilr import interop
from ilr.base import Checker, UnknownCode
from ilr.coaching import (
    GROW,
    IMPACT_CYCLE,
    LEADER_COACHING,
    MODELS,
    CoachingProtocol,
    EngagementModel,
    PartInput,
    Phase,
    PhaseMove,
    SessionPart,
)
from ilr.coaching.models import check_moves

PARTS = (SessionPart(id="talk", labels=("Talk",)),)


def model(*phases: Phase, parts: tuple[SessionPart, ...] = PARTS) -> EngagementModel:
    """A model of a district's own."""
    return EngagementModel(id="own", title="Own", phases=phases, parts=parts)


def problems(of: EngagementModel, *moves: PhaseMove) -> list[tuple[str, str, str]]:
    """What is wrong with a course: code, path and what was expected."""
    check = Checker("moves")
    check_moves(of, moves, check)
    return [(one.code, one.path, one.expected) for one in check.problems]


def test_the_impact_cycle_repeats_improving_and_leads_back() -> None:
    """IC-2: identify, learn, improve in this order; improving repeats and may lead back to either."""
    assert [phase.id for phase in IMPACT_CYCLE.phases] == ["identify", "learn", "improve"]
    assert [phase.next for phase in IMPACT_CYCLE.phases] == [
        ("learn",),
        ("improve",),
        ("improve", "learn", "identify"),
    ]
    assert IMPACT_CYCLE.parts_in("improve") == ("direction", "progress", "improvements", "next")


def test_the_source_of_each_model_is_told() -> None:
    """IC-3: the Impact Cycle cites Knight (2018), GROW Whitmore; leader coaching names its practice."""
    assert IMPACT_CYCLE.source is not None
    assert GROW.source is not None
    assert (IMPACT_CYCLE.source.authors, IMPACT_CYCLE.source.year) == (("Knight, J.",), 2018)
    assert GROW.source.authors == ("Whitmore, J.",)
    assert (LEADER_COACHING.source, LEADER_COACHING.practice) == (None, "LS-12b")


def test_the_last_part_of_grow_goes_by_three_labels() -> None:
    """E-15: wrap-up, will and way forward are one part, found in any case; the source's label comes first."""
    assert GROW.parts_in(None) == ("goal", "reality", "options", "wrap-up")
    assert {GROW.part(label).id for label in ("Wrap-up", "WILL", "way  forward")} == {"wrap-up"}
    assert GROW.parts[-1].labels[0] == "Wrap-up"


def test_leaders_are_coached_by_a_model_of_their_own() -> None:
    """LS-12b: the coachee is a leader, and items of the agenda say what they serve."""
    assert [(one.coachee, one.items) for one in MODELS] == [
        ("teacher", "free"),
        ("teacher", "free"),
        ("leader", "plan or immediate"),
    ]


def test_a_model_names_what_it_does_not_have() -> None:
    """An unknown phase or part is told with those there are."""
    with pytest.raises(UnknownCode, match="identify, learn, improve"):
        IMPACT_CYCLE.phase("evaluate")
    with pytest.raises(UnknownCode, match="goal, reality, options, wrap-up"):
        GROW.part("scoring")
    assert IMPACT_CYCLE.phase("learn").title == "Learn"


@pytest.mark.parametrize(
    ("phases", "parts", "found"),
    [
        ((), PARTS, [("model.empty", "phases")]),
        ((Phase(id="a", title="A"),), (), [("model.empty", "parts")]),
        ((Phase(id=" ", title="A"),), PARTS, [("model.blank", "phases")]),
        (
            (
                Phase(id="a", title="A", next=("b",)),
                Phase(id="b", title="B"),
                Phase(id="c", title="C", next=("a",)),
            ),
            PARTS,
            [("model.unreachable", "phases[2]")],
        ),
        ((Phase(id="a", title="A", next=("z",)),), PARTS, [("model.unknown", "phases[0].next")]),
        ((Phase(id="a", title="A"), Phase(id="a", title="B")), PARTS, [("model.repeated", "phases")]),
        (
            (Phase(id="a", title="A"),),
            (SessionPart(id="x", labels=(), phases=("z",)),),
            [("model.unknown", "parts[0].phases"), ("model.labels", "parts[0].labels")],
        ),
        (
            (Phase(id="a", title="A"),),
            (SessionPart(id="x", labels=("Will",)), SessionPart(id="y", labels=("will",))),
            [("model.label_twice", "parts")],
        ),
    ],
)
def test_a_model_that_cannot_be_followed_is_refused(phases: Any, parts: Any, found: Any) -> None:
    """A model has phases and parts with unlike ids and labels, and a way from the first phase to each."""
    assert refused(lambda: model(*phases, parts=parts)) == found


def test_what_follows_is_the_model_s_data_alone() -> None:
    """The same course stands in one model and is refused in another, which says what it allows."""
    back = PhaseMove("a", date(2026, 9, 2), "t9")
    moves = (PhaseMove("b", date(2026, 9, 1), "t9"), back)
    forth = model(Phase(id="a", title="A", next=("b",)), Phase(id="b", title="B"))
    round_about = model(Phase(id="a", title="A", next=("b",)), Phase(id="b", title="B", next=("a",)))
    assert problems(round_about, *moves) == []
    assert problems(forth, *moves) == [("engagement.move", "moves[1].phase", "no further phase")]
    assert problems(forth, PhaseMove("z", date(2026, 9, 1), "t9"), back) == [
        ("engagement.move", "moves[0].phase", "b")
    ]


def test_moves_are_dated_in_order() -> None:
    """A move on an earlier day than the one before is refused; the same day stands."""
    day, before = date(2026, 9, 2), date(2026, 9, 1)
    learn = PhaseMove("learn", day, "t9")
    assert problems(IMPACT_CYCLE, learn, PhaseMove("improve", day, "t9")) == []
    assert problems(IMPACT_CYCLE, learn, PhaseMove("improve", before, "t9")) == [
        ("engagement.order", "moves[1].on", "its day or later")
    ]


def test_a_protocol_says_what_feeds_its_parts() -> None:
    """ILR-10.GS.1: a protocol tells whether walkthroughs are among its inputs; an unknown part is refused."""
    fed = CoachingProtocol(id="p", version="1.0.0", model=GROW, inputs=(PartInput("reality", "walkthrough"),))
    other = CoachingProtocol(
        id="p", version="1.0.0", model=GROW, inputs=(PartInput("reality", "assessment"),)
    )
    assert (fed.uses_walkthroughs, other.uses_walkthroughs) == (True, False)
    found = refused(
        lambda: CoachingProtocol(id="p", version="1.0.0", model=GROW, inputs=(PartInput("x", "video"),))
    )
    assert found == [("protocol.part", "inputs[0].part")]


@pytest.mark.parametrize("one", MODELS, ids=lambda one: one.id)
def test_models_come_back_from_json_equal(one: EngagementModel) -> None:
    """A district hands its model on as a document."""
    assert interop.loads(interop.dumps(one), EngagementModel) == one
