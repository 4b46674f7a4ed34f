"""Chains of cycles and the ramp of their scope."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.cycles.small_cycle import closed, draft, plan, prediction, problems

from ilr import interop
from ilr.cycles import CycleChain, ImprovementCycle, Scope, ScopeStep, chain

SAME_DAY = date(2026, 12, 1)


def scope(teachers: int, of: int = 20) -> Scope:
    """So many of the school."""
    return Scope(teachers=teachers, of=of)


def first(kind: str = "expand", **facts: Any) -> ImprovementCycle:
    """The first cycle, with two of twenty, followed by c2."""
    return closed(kind, "c2", **facts)


def second(**facts: Any) -> ImprovementCycle:
    """A draft that follows c1 with five of twenty."""
    held: dict[str, Any] = {"id": "c2", "parent": "c1", "opened": date(2026, 11, 2), "scope": scope(5)}
    return draft(**{**held, **facts})


def test_a_chain_is_put_in_order_with_its_ramp() -> None:
    """Two of twenty, five, and all: each wider than the one before, in whatever order they come."""
    middle = closed("expand", "c3", id="c2", parent="c1", opened=date(2026, 11, 2), scope=scope(5))
    last = draft(id="c3", parent="c2", opened=date(2027, 1, 11), scope=scope(20))
    found = chain([last, first(), middle])
    assert found == CycleChain(
        cycles=("c1", "c2", "c3"),
        ramp=(0.1, 0.25, 1.0),
        steps=(ScopeStep(cycle="c2", step="wider"), ScopeStep(cycle="c3", step="wider")),
    )
    assert interop.loads(interop.dumps(found), CycleChain) == found


@pytest.mark.parametrize(
    ("later", "step"),
    [
        (scope(3), "wider"),
        (scope(1), "narrower"),
        (scope(2), "same"),
        (scope(3, 30), "same"),
        (scope(2, 30), "narrower"),
        (None, "cannot tell"),
    ],
)
def test_an_adapted_change_may_be_tried_with_fewer_but_not_unseen(later: Scope | None, step: Any) -> None:
    """After adapting, the step of scope is told whichever way it goes, as a part of the unit."""
    assert chain([first("adapt"), second(scope=later)]).steps == (ScopeStep(cycle="c2", step=step),)
    assert chain([first("adapt", scope=None), second()]).steps == (ScopeStep(cycle="c2", step="cannot tell"),)


@pytest.mark.parametrize("later", [scope(2), scope(1), scope(4, 40), None])
def test_an_expansion_is_wider(later: Scope | None) -> None:
    """Who expands to the same, to fewer or to nobody knows how many does not expand."""
    assert problems(chain, [first(), second(scope=later)]) == [("chain.not_wider", "c2.scope")]


def test_a_chain_has_one_beginning_and_known_links() -> None:
    """No cycles, the same one twice, two beginnings and an unknown parent are refused."""
    assert problems(chain, []) == [("chain.empty", "")]
    assert problems(chain, [first(), first(), second()]) == [
        ("chain.repeated", "c1"),
        ("chain.beginnings", ""),
    ]
    assert problems(chain, [first(), draft(id="x")]) == [("chain.beginnings", "")]
    assert problems(chain, [second()]) == [("chain.unknown", "c2.parent"), ("chain.beginnings", "")]


def test_a_parent_was_closed_with_its_child_as_the_next() -> None:
    """A parent that runs, that ended otherwise or that named another cycle has no such child."""
    assert problems(chain, [draft(), second()]) == [("chain.not_next", "c2.parent")]
    assert problems(chain, [closed(), second(building="s2")]) == [
        ("chain.not_next", "c2.parent"),
        ("chain.building", "c2.building"),
    ]
    assert problems(chain, [first(), second(id="c9")]) == [("chain.not_next", "c9.parent")]


def test_the_next_cycle_names_its_parent() -> None:
    """A cycle that was to follow but begins anew, or follows another, is not the next one."""
    anew = second(parent=None)
    assert problems(chain, [first(), anew]) == [
        ("chain.not_parent", "c1.act.next_cycle"),
        ("chain.beginnings", ""),
    ]


def test_a_child_is_opened_after_its_parent_ended() -> None:
    """A cycle that was opened while its parent ran does not follow from it."""
    assert problems(chain, [first(), second(opened=date(2026, 10, 30))]) == [("chain.days", "c2.opened")]


def test_cycles_in_a_loop_are_no_chain() -> None:
    """Cycles of one day that each follow another have no beginning, alone or beside a chain."""
    early = plan(prediction=prediction(), stops_on=None)

    def of_a_day(id: str, parent: str, following: str) -> ImprovementCycle:
        return closed(
            "adapt", following, id=id, parent=parent, opened=SAME_DAY, on=SAME_DAY, planned_as=early
        )

    loop = [of_a_day("x", "z", "y"), of_a_day("y", "x", "z"), of_a_day("z", "y", "x")]
    assert problems(chain, loop) == [("chain.beginnings", "")]
    assert problems(chain, [draft(), *loop]) == [("chain.loop", "")]
