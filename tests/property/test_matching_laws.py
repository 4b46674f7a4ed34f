"""Laws of matching: as good as exhaustive search, a gap that adds up, and few changes."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ilr.base import Policy, Role
from ilr.coaching import (
    CapacityInventory,
    MatchTerms,
    Supporter,
    SupportNeed,
    capacity_gap,
    match,
    obstacles,
)
from ilr.stats.matching import Matching, b_matching

DAY = date(2026, 9, 1)
SUBJECTS = ("arts", "english", "science")
BUILDINGS = ("b1", "b2")


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Any]:
    """A small graph with two gains and units that are held."""
    lefts, rights = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    edges = draw(
        st.lists(st.sampled_from(list(product(range(lefts), range(rights)))), unique=True, max_size=7)
    )
    return {
        "left": [one for one, _ in edges],
        "right": [other for _, other in edges],
        "demand": draw(st.lists(st.integers(0, 2), min_size=lefts, max_size=lefts)),
        "capacity": draw(st.lists(st.integers(0, 3), min_size=rights, max_size=rights)),
        "gains": [
            draw(st.lists(st.integers(-2, 3), min_size=len(edges), max_size=len(edges))) for _ in range(2)
        ],
        "held": draw(st.lists(st.integers(0, 2), min_size=rights, max_size=rights)),
        "spread": draw(st.sampled_from(["any", "even"])),
        "ties": draw(st.none() | st.just([3**place for place in range(len(edges))])),
    }


def value(graph: dict[str, Any], amounts: tuple[int, ...]) -> tuple[int, ...] | None:
    """What amounts reach by each aim, or None where they are too much for a node."""
    left, right = [0] * len(graph["demand"]), [0] * len(graph["capacity"])
    for units, one, other in zip(amounts, graph["left"], graph["right"], strict=True):
        left[one] += units
        right[other] += units
    if any(a > b for a, b in zip(left + right, graph["demand"] + graph["capacity"], strict=True)):
        return None
    gained = [sum(a * b for a, b in zip(amounts, gain, strict=True)) for gain in graph["gains"]]
    uneven = sum(
        1000 * (2 * (held + place) + 1) // (2 * (held + room))
        for load, held, room in zip(right, graph["held"], graph["capacity"], strict=True)
        for place in range(load)
    )
    ties = sum(a * b for a, b in zip(amounts, graph["ties"] or [0] * len(amounts), strict=True))
    return (sum(amounts), *gained, -uneven if graph["spread"] == "even" else 0, ties)


def best(graph: dict[str, Any]) -> tuple[int, ...]:
    """The best value of all amounts there are."""
    values = (value(graph, amounts) for amounts in product(range(3), repeat=len(graph["left"])))
    return max(one for one in values if one is not None)


def certified(found: Matching, graph: dict[str, Any]) -> None:
    """Parts share nobody, hold every neighbour, and their gaps add up to what is unmet."""
    members = [node for part in found.bottlenecks for node in part.left]
    around = [node for part in found.bottlenecks for node in part.right]
    assert len(set(members)) == len(members)
    assert len(set(around)) == len(around)
    edges = list(zip(graph["left"], graph["right"], strict=True))
    for part in found.bottlenecks:
        assert {other for one, other in edges if one in part.left} == set(part.right)
        assert part.demand == sum(graph["demand"][node] for node in part.left)
        assert part.capacity == sum(graph["capacity"][node] for node in part.right)
        assert part.gap >= 1
    assert sum(part.gap for part in found.bottlenecks) == found.gap == sum(graph["demand"]) - found.matched
    assert {int(node) for node in np.flatnonzero(found.unmet)} <= set(members)


@settings(max_examples=250, deadline=None)
@given(graphs())
def test_a_matching_is_the_best_of_all(graph: dict[str, Any]) -> None:
    """Exhaustive search over all amounts finds nothing better by the aims in their order."""
    found = b_matching(**graph)
    assert value(graph, tuple(found.amounts.tolist())) == best(graph)
    certified(found, graph)


@settings(max_examples=100, deadline=None)
@given(graphs(), st.randoms())
def test_order_of_edges_changes_neither_value_nor_certificate(graph: dict[str, Any], random: Any) -> None:
    """Edges in another order give a matching of the same worth, and the same bottlenecks."""
    places = list(range(len(graph["left"])))
    random.shuffle(places)
    other = graph | {
        "left": [graph["left"][place] for place in places],
        "right": [graph["right"][place] for place in places],
        "gains": [[gain[place] for place in places] for gain in graph["gains"]],
        "ties": graph["ties"] and [graph["ties"][place] for place in places],
    }
    one, two = b_matching(**graph), b_matching(**other)
    assert value(graph, tuple(one.amounts.tolist())) == value(other, tuple(two.amounts.tolist()))
    assert one.bottlenecks == two.bottlenecks
    if graph["ties"]:
        assert [int(one.amounts[place]) for place in places] == two.amounts.tolist()


@st.composite
def schools(draw: st.DrawFn) -> tuple[list[SupportNeed], list[Supporter]]:
    """A few educators and people of two buildings and three subjects."""
    subjects = st.lists(st.sampled_from(SUBJECTS), unique=True, max_size=2).map(tuple)
    needs = [
        SupportNeed(
            educator=f"t{number}",
            building=draw(st.sampled_from(BUILDINGS)),
            kinds=("mentor",),
            subjects=draw(subjects),
            declines=draw(st.sampled_from([(), ("m0",)])),
        )
        for number in range(draw(st.integers(0, 7)))
    ]
    people = [
        Supporter(
            id=f"m{number}",
            role=Role.TEACHER,
            release=draw(st.sampled_from([0.0, 0.1, 0.3])),
            buildings=draw(st.sampled_from([("b1",), ("b2",), ("b2", "b1")])),
            subjects=draw(subjects),
            evaluates=draw(st.sampled_from([(), ("t1", "t2")])),
            consent=draw(st.sampled_from(["given", "given", "given", "refused"])),
            carries=draw(st.integers(0, 1)),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return needs, people


def inventory(people: list[Supporter]) -> CapacityInventory:
    """People as an inventory."""
    return CapacityInventory(id="i", on=DAY, supporters=tuple(people))


@settings(max_examples=150, deadline=None)
@given(schools(), st.randoms())
def test_blocking_cells_explain_the_gap(
    school: tuple[list[SupportNeed], list[Supporter]], random: Any
) -> None:
    """CP-4: demand of blocking cells less the room of all who could help is the gap; order plays no part."""
    needs, people = school
    found = capacity_gap(needs, inventory(people))
    assert found.gap == sum(part.gap for part in found.blocking) >= found.gap_by_heads
    by_id = {one.id: one for one in people}
    for part in found.blocking:
        inside = [need for need in needs if any(need.educator in cell.educators for cell in part.cells)]
        assert len(inside) == part.demand
        able = {one.id for one in people if any(not obstacles(need, one) for need in inside)}
        assert able == set(part.supporters)
        assert part.capacity == sum(by_id[id].free(Policy()) for id in able)
    plan = match(needs, inventory(people))
    assert plan.gap == found
    assert len(plan.unmatched) == found.gap
    random.shuffle(needs)
    random.shuffle(people)
    assert match(needs, inventory(people)) == plan


@settings(max_examples=150, deadline=None)
@given(schools(), st.data())
def test_few_pairs_change_when_one_educator_comes_or_goes(
    school: tuple[list[SupportNeed], list[Supporter]], data: st.DataObject
) -> None:
    """CP-4: who leaves ends one pair at most; who comes ends a pair only if that covers one more."""
    needs, people = school
    before = match(needs, inventory(people))
    if needs:
        gone = data.draw(st.sampled_from(needs))
        rest = [need for need in needs if need is not gone]
        after = match(rest, inventory(people), existing=before.pairings)
        ended = [pair for pair in after.ended if pair.educator != gone.educator]
        assert len(ended) == 0 or len(after.pairs) > len(before.pairs) - 1
    new = SupportNeed(educator="new", building="b1", kinds=("mentor",), subjects=("arts",))
    more = match([*needs, new], inventory(people), existing=before.pairings)
    if len(more.pairs) == len(before.pairs):
        assert (more.changed, more.pairings) == (0, before.pairings)
    else:
        assert len(more.pairs) == len(before.pairs) + 1
        loads = Counter(supporter for _, supporter in before.pairings)
        able = [one for one in people if not obstacles(new, one)]
        if any(loads[one.id] < one.free(Policy()) for one in able):
            assert more.ended == ()
    again = match([*needs, new], inventory(people), existing=more.pairings)
    assert (again.changed, again.pairings) == (0, more.pairings)


@settings(max_examples=60, deadline=None)
@given(schools())
def test_less_asked_never_leaves_more(school: tuple[list[SupportNeed], list[Supporter]]) -> None:
    """CP-4: subjects that are only preferred leave no larger gap than subjects that are required."""
    needs, people = school
    loose = capacity_gap(needs, inventory(people), terms=MatchTerms(subject="preferred"))
    assert loose.gap <= capacity_gap(needs, inventory(people)).gap
