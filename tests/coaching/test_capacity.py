"""Capacity: how many educators people can support, in heads and in hours."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ilr import interop
from ilr.base import InvalidInput, Policy, Role
from ilr.coaching import (
    BuildingCapacity,
    CapacityInventory,
    HoursView,
    Supporter,
    hours_view,
    mentees_at,
)

DAY = date(2026, 10, 1)


def supporter(id: str = "m1", **changed: Any) -> Supporter:
    """A mentor of one building at half release."""
    facts: dict[str, Any] = {"id": id, "role": Role.TEACHER, "release": 0.5, "buildings": ("b1",)}
    return Supporter(**facts | changed)


def inventory(*people: Supporter) -> CapacityInventory:
    """People as an inventory."""
    return CapacityInventory(id="autumn", on=DAY, supporters=people)


def codes(error: InvalidInput) -> list[str]:
    """The codes of an error."""
    return [problem.code for problem in error.problems]


@pytest.mark.parametrize(
    ("release", "mentees"),
    [(0, 1), (0.1, 1), (0.125, 2), (0.25, 3), (0.5, 5), (0.6, 7), (0.7, 9), (0.999, 14), (1, 15)],
)
def test_release_tells_how_many_mentees(release: float, mentees: int) -> None:
    """CP-3: 1, 5 and 15 at no, half and full release, straight lines between them, rounded down."""
    assert mentees_at(release) == mentees


def test_caps_are_policy() -> None:
    """CP-3: P-CAP0, P-CAP50 and P-CAP100 move the numbers."""
    few = Policy(mentees_none=0, mentees_half=2, mentees_full=4)
    assert [mentees_at(release, policy=few) for release in (0, 0.25, 0.5, 0.75, 1)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("release", [-0.1, 1.1, float("nan")])
def test_release_is_a_share(release: float) -> None:
    """CP-3: a release outside 0 to 1 is refused."""
    with pytest.raises(InvalidInput, match=r"supporter\.release"):
        mentees_at(release)


def test_who_carries_somebody_has_less_room() -> None:
    """CP-3: room is the cap, or the own limit below it, less whom the person carries; none without consent."""
    policy = Policy()
    assert supporter().free(policy) == 5
    assert supporter(carries=2).free(policy) == 3
    assert supporter(carries=7).free(policy) == 0
    assert supporter(at_most=3, carries=1).free(policy) == 2
    assert supporter(at_most=9).supply(policy) == 5
    assert supporter(consent="refused").free(policy) == supporter(consent="not asked").free(policy) == 0


def test_supporters_say_everything_that_is_wrong() -> None:
    """CP-3: wrong numbers and missing words are told together."""
    with pytest.raises(InvalidInput) as caught:
        supporter(release=2, buildings=(), offers=(), minutes=-1, carries=-1, at_most=-1)
    assert codes(caught.value) == [
        "supporter.release",
        "supporter.buildings",
        "supporter.offers",
        *["supporter.number"] * 3,
    ]


def test_an_inventory_tells_each_building() -> None:
    """ILR-12.GA.1: people, release, minutes and subjects of each building; nobody counts twice in the whole."""
    here = supporter("m1", subjects=("arts",), minutes=600)
    both = supporter("m2", release=1, buildings=("b2", "b1"), subjects=("science",), minutes=1200)
    found = inventory(here, both, supporter("m3", buildings=("b2",)))
    assert found.by_building() == (
        BuildingCapacity(
            building="b1",
            supporters=("m1", "m2"),
            release=1.5,
            minutes=1800,
            free=20,
            subjects=("arts", "science"),
        ),
        BuildingCapacity(
            building="b2", supporters=("m2", "m3"), release=1.5, minutes=1200, free=20, subjects=("science",)
        ),
    )
    assert found.free() == 25
    with pytest.raises(InvalidInput, match=r"capacity\.repeated"):
        inventory(here, here)


def test_hours_and_heads_can_disagree() -> None:
    """CP-5: five heads have room, and yet half a post of hours is missing."""
    people = inventory(supporter(minutes=1800))
    assert people.free() == 5
    found = hours_view(people, required=5 * 12, per_post=60)
    assert (found.available, found.gap, found.reason) == (30, 0.5, None)
    assert hours_view(people, required=20, per_post=60).gap == 0


def test_hours_that_are_not_recorded_are_told() -> None:
    """CP-5: hours of some make the gap a bound, hours of none make it undefined, nobody makes it whole."""
    part = hours_view(inventory(supporter(minutes=600), supporter("m2")), required=20, per_post=10)
    assert (part.gap, str(part.reason)) == (1, "hours of 1 of 2 people are not recorded")
    none = hours_view(inventory(supporter()), required=20, per_post=10)
    assert (none.gap, none.reason is None) == (None, False)
    nobody = hours_view(inventory(supporter(minutes=600, consent="refused")), required=20, per_post=10)
    assert (nobody.available, nobody.gap, nobody.reason) == (0, 2, None)


def test_hours_lie_in_their_range() -> None:
    """CP-5: hours below zero, and a post of no hours, are refused together."""
    with pytest.raises(InvalidInput) as caught:
        hours_view(inventory(), required=-1, per_post=0)
    assert [(one.path, one.expected) for one in caught.value.problems] == [
        ("required", "0 or more"),
        ("per_post", "above 0"),
    ]


def test_values_come_back_equal() -> None:
    """CP-5: inventories, what reaches a building and hours go out as JSON and come back equal."""
    held = inventory(supporter(attributes=("master teacher",)))
    values: tuple[tuple[Any, Any], ...] = (
        (held, CapacityInventory),
        (held.by_building(), tuple[BuildingCapacity, ...]),
        (hours_view(held, required=1, per_post=2), HoursView),
    )
    for value, kind in values:
        assert interop.loads(interop.dumps(value), kind) == value
