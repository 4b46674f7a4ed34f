"""Chains: cycles that follow each other, and how their scope grows.

Here belongs what can only be seen over several cycles: whether each follows from the one before, and the ramp of
scope from a few teachers to the whole unit. Not here: whether that was enough (`ilr.cycles.quality`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Literal

import attrs

from ilr.base import Checker, read_only
from ilr.cycles.improvement import ImprovementCycle, Scope

__all__ = ["CycleChain", "ScopeStep", "chain"]


@attrs.frozen(kw_only=True)
class ScopeStep:
    """How the scope of a cycle differs from that of the one before. Equal when all fields are equal.

    Attributes:
        cycle: id of the later cycle.
        step: ``wider``, ``same`` or ``narrower`` part of the unit; ``cannot tell`` where one scope was not told.
    """

    cycle: str
    step: Literal["wider", "same", "narrower", "cannot tell"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CycleChain:
    """Cycles of which each follows from the one before, the first one first. Equal when all fields are equal.

    Attributes:
        cycles: ids in order.
        ramp: the part of the unit that took part in each, None where it was not told.
        steps: how the scope changed from each cycle to the next, so that none becomes narrower unseen.
    """

    cycles: tuple[str, ...]
    ramp: tuple[float | None, ...]
    steps: tuple[ScopeStep, ...]


def chain(cycles: Iterable[ImprovementCycle]) -> CycleChain:
    """Put the cycles of one chain in order and tell how their scope grew.

    Args:
        cycles: all cycles of one chain, in any order; a chain may have a single one.

    Returns:
        The chain. A cycle that adapts its parent may be narrower than it; one that expands it may not.

    Raises:
        InvalidInput: for no cycles; listing repeated ids, parents that are not among them, parents that were not
            closed with the cycle as the next one, next cycles that name another parent, cycles of another building
            or opened before their parent was closed, cycles in a loop, several beginnings, and an expansion that is
            not wider.

    Example:
        >>> from datetime import date
        >>> first = ImprovementCycle(
        ...     id="c-1", building="s1", target="instructional practice", opened=date(2026, 9, 1),
        ...     scope=Scope(teachers=2, of=20),
        ... )
        >>> chain([first]).ramp
        (0.1,)
    """
    given = tuple(cycles)
    check = Checker("CycleChain")
    check(bool(given), "chain.empty", "", "holds no cycle", expected="one or more")
    for id, count in Counter(one.id for one in given).items():
        check(count == 1, "chain.repeated", id, "is there several times", expected="each cycle once")
    by_id = {one.id: one for one in given}
    for one in given:
        if one.parent is not None:
            _check_link(one, by_id.get(one.parent), check)
        following = by_id.get((one.act.next_cycle if one.act is not None else None) or "")
        check(
            following is None or following.parent == one.id,
            "chain.not_parent",
            f"{one.id}.act.next_cycle",
            "has another parent, or none",
            expected="a cycle that names this one as its parent",
        )
    first = [one for one in given if one.parent is None]
    check(
        len(first) == 1 or not given,
        "chain.beginnings",
        "",
        "does not have one beginning",
        expected="one cycle without a parent; cycles in a loop have none",
    )
    check.done()
    ordered = _from(first[0], by_id)
    check(len(ordered) == len(given), "chain.loop", "", "leaves out cycles in a loop", expected="one chain")
    check.done()
    return CycleChain(
        cycles=tuple(one.id for one in ordered),
        ramp=tuple(None if one.scope is None else one.scope.fraction for one in ordered),
        steps=tuple(
            ScopeStep(cycle=later.id, step=_step(earlier.scope, later.scope))
            for earlier, later in pairwise(ordered)
        ),
    )


def _check_link(cycle: ImprovementCycle, parent: ImprovementCycle | None, check: Checker) -> None:
    """Whether a cycle follows from its parent as the parent ended."""
    if parent is None:
        path, expected = f"{cycle.id}.parent", "a cycle of the chain"
        check(False, "chain.unknown", path, "is not in the chain", expected=expected)
        return
    act = parent.act
    follows = check(
        act is not None and act.next_cycle == cycle.id,
        "chain.not_next",
        f"{cycle.id}.parent",
        "was not closed with it as the next cycle",
        expected="a parent that adapts or expands in it",
    )
    check(
        cycle.building == parent.building,
        "chain.building",
        f"{cycle.id}.building",
        "is another than its parent's",
    )
    if act is None or not follows:
        return
    check(cycle.opened >= act.on, "chain.days", f"{cycle.id}.opened", "lies before the end of its parent")
    check(
        act.kind != "expand" or _step(parent.scope, cycle.scope) == "wider",
        "chain.not_wider",
        f"{cycle.id}.scope",
        "is not wider, although its parent expands",
        expected="a greater part of the unit",
    )


def _from(first: ImprovementCycle, by_id: Mapping[str, ImprovementCycle]) -> list[ImprovementCycle]:
    """The cycles that follow each other from the first one on; each parent names one next cycle."""
    ordered = [first]
    children = {one.parent: one for one in by_id.values()}
    while (later := children.get(ordered[-1].id)) is not None:
        ordered.append(later)
    return ordered


def _step(earlier: Scope | None, later: Scope | None) -> Literal["wider", "same", "narrower", "cannot tell"]:
    if earlier is None or later is None:
        return "cannot tell"
    # cross-multiplied, so that equal parts of units of unequal size are equal
    difference = later.teachers * earlier.of - earlier.teachers * later.of
    return "same" if difference == 0 else ("wider" if difference > 0 else "narrower")
