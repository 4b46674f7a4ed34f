"""Capacity: who can give support, where and for how many educators.

Here belong the people who mentor or coach with their release and reach (CP-3), and the hours beside the
heads (CP-5). Not here: who goes with whom (`ilr.coaching.matching`), what is planned
(`ilr.coaching.support`), nor how well anybody teaches or coaches.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Reason, Role, read_only
from ilr.coaching.requirements import SupportKind

__all__ = ["BuildingCapacity", "CapacityInventory", "HoursView", "Supporter", "hours_view", "mentees_at"]

_HALF = Fraction(1, 2)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Supporter:
    """Somebody who can mentor or coach. Equal when all fields are equal.

    Attributes:
        id: opaque id of the person.
        role: what the person is appointed to do.
        release: share of a full post that is free for support, 0 to 1.
        offers: the kinds of support that the person gives.
        buildings: ids of the buildings that the person reaches, the own one first.
        roles: roles of the educators whom the person supports; empty for any.
        subjects: codes of the subjects that the person supports; empty for any.
        grades: codes of the grades that the person supports; empty for any.
        minutes: minutes free for support over the time that is planned; None when not recorded.
        attributes: what is on record that a state asks of mentors, for example ``master teacher``.
        evaluates: ids of the educators whom the person evaluates.
        consent: whether the person agreed to give support.
        carries: how many educators the person supports already, besides those who are to be matched.
        at_most: most educators that the person takes on, where that is less than the release allows.

    Raises:
        InvalidInput: with everything that is wrong.
    """

    id: str
    role: Role
    release: float
    buildings: tuple[str, ...]
    offers: tuple[SupportKind, ...] = ("mentor",)
    roles: tuple[Role, ...] = ()
    subjects: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    minutes: float | None = None
    attributes: tuple[str, ...] = ()
    evaluates: tuple[str, ...] = ()
    consent: Literal["given", "refused", "not asked"] = "given"
    carries: int = 0
    at_most: int | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("Supporter")
        _check_release(check, self.release)
        check(bool(self.buildings), "supporter.buildings", "buildings", "are missing", expected="one or more")
        check(bool(self.offers), "supporter.offers", "offers", "are missing", expected="mentor or coach")
        for name in ("minutes", "carries", "at_most"):
            number = getattr(self, name)
            check(
                number is None or 0 <= number < math.inf,
                "supporter.number",
                name,
                "lies outside its range",
                expected="0 or more",
            )
        check.done()

    def supply(self, policy: Policy) -> int:
        """How many educators the person can support in all, those carried already among them (CP-3)."""
        caps = mentees_at(self.release, policy=policy)
        return caps if self.at_most is None else min(caps, self.at_most)

    def free(self, policy: Policy) -> int:
        """How many more educators the person can support; 0 without consent, or when carrying too many."""
        return max(0, self.supply(policy) - self.carries) if self.consent == "given" else 0


def mentees_at(release: float, *, policy: Policy | None = None) -> int:
    """How many educators one person can support at a release (CP-3).

    The policy tells the number at no, half and full release. Between them it runs along straight lines and
    is rounded down; the release counts in thousandths.

    Args:
        release: share of a full post, 0 to 1.
        policy: P-CAP0, P-CAP50 and P-CAP100; 1, 5 and 15 by default.

    Raises:
        InvalidInput: for a release outside 0 to 1.

    Example:
        >>> [mentees_at(release) for release in (0, 0.2, 0.5, 0.7, 1)]
        [1, 2, 5, 9, 15]
    """
    check = Checker("mentees_at")
    _check_release(check, release)
    check.done()
    numbers, share = policy or Policy(), Fraction(round(release * 1000), 1000)
    low, high, gone = (
        (numbers.mentees_none, numbers.mentees_half, share)
        if share <= _HALF
        else (numbers.mentees_half, numbers.mentees_full, share - _HALF)
    )
    return math.floor(low + (high - low) * gone / _HALF)


def _check_release(check: Checker, release: float) -> None:
    check(0 <= release <= 1, "supporter.release", "release", "lies outside its range", expected="0 to 1")


@attrs.frozen(kw_only=True, field_transformer=read_only)
class BuildingCapacity:
    """What reaches one building. Equal when all fields are equal.

    Attributes:
        building: its id.
        supporters: ids of everybody who reaches it, in the order of the inventory.
        release: their release together, in full posts; who reaches several buildings counts in each.
        minutes: their minutes together, of those for whom they are recorded.
        free: how many more educators they can support, here or elsewhere.
        subjects: subjects that somebody among them supports; empty where all support any.
    """

    building: str
    supporters: tuple[str, ...]
    release: float
    minutes: float
    free: int
    subjects: tuple[str, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class CapacityInventory:
    """Everybody who can give support in a district, or a building, on a day. Equal when all fields are equal.

    Attributes:
        id: stable code.
        on: the day of which it tells.
        supporters: the people, each once.

    Raises:
        InvalidInput: when somebody is in it twice.

    Example:
        >>> coach = Supporter(id="c1", role=Role.COACH, release=0.5, buildings=("b1", "b2"), minutes=600)
        >>> inventory = CapacityInventory(id="autumn", on=date(2026, 9, 1), supporters=(coach,))
        >>> [(one.building, one.free) for one in inventory.by_building()]
        [('b1', 5), ('b2', 5)]
        >>> inventory.free()
        5
    """

    id: str
    on: date
    supporters: tuple[Supporter, ...]

    def __attrs_post_init__(self) -> None:
        check = Checker("CapacityInventory")
        ids = [one.id for one in self.supporters]
        check(
            len(set(ids)) == len(ids),
            "capacity.repeated",
            "supporters",
            "repeat an id",
            expected="unlike ids",
        )
        check.done()

    def free(self, *, policy: Policy | None = None) -> int:
        """How many more educators all of them can support; nobody counts twice."""
        numbers = policy or Policy()
        return sum(one.free(numbers) for one in self.supporters)

    def by_building(self, *, policy: Policy | None = None) -> tuple[BuildingCapacity, ...]:
        """What reaches each building, in alphabetical order (ILR-12.GA.1).

        Buildings share people, so the numbers do not add up over them; `free` tells the whole.
        """
        numbers = policy or Policy()
        return tuple(
            _reaching(building, self.supporters, numbers)
            for building in sorted({building for one in self.supporters for building in one.buildings})
        )


def _reaching(building: str, supporters: Iterable[Supporter], policy: Policy) -> BuildingCapacity:
    people = [one for one in supporters if building in one.buildings]
    return BuildingCapacity(
        building=building,
        supporters=tuple(one.id for one in people),
        release=math.fsum(one.release for one in people),
        minutes=math.fsum(one.minutes or 0 for one in people),
        free=sum(one.free(policy) for one in people),
        subjects=tuple(sorted({subject for one in people for subject in one.subjects})),
    )


@attrs.frozen(kw_only=True)
class HoursView:
    """Hours of support that are needed beside those that are free (CP-5). Equal when all fields are equal.

    Attributes:
        required: hours needed over the time that is planned.
        available: hours free over that time, of those for whom they are recorded.
        per_post: hours of support in one full post over that time.
        gap: full posts that are missing, 0 or more; None when no hours are recorded.
        reason: what is not known, or None. Where hours of some are not recorded, the gap is the most that
            it can be.
    """

    required: float
    available: float
    per_post: float
    gap: float | None
    reason: Reason | None = None


def hours_view(inventory: CapacityInventory, *, required: float, per_post: float) -> HoursView:
    """The gap in hours, beside the gap in heads; the two can disagree, so both are shown (CP-5).

    gap = max(0, required hours - available hours) / hours of a full post. Only people who gave consent count.

    Args:
        inventory: who can give support.
        required: hours needed over the time that is planned, for example educators x hours a term.
        per_post: hours of support in one full post over the same time, above 0.

    Raises:
        InvalidInput: for hours outside their range.

    Example:
        >>> coach = Supporter(id="c1", role=Role.COACH, release=0.5, buildings=("b1",), minutes=1800)
        >>> inventory = CapacityInventory(id="autumn", on=date(2026, 9, 1), supporters=(coach,))
        >>> hours_view(inventory, required=60, per_post=60).gap
        0.5
    """
    check = Checker("hours_view")
    check(
        0 <= required < math.inf,
        "capacity.hours",
        "required",
        "lie outside their range",
        expected="0 or more",
    )
    check(
        0 < per_post < math.inf, "capacity.hours", "per_post", "lie outside their range", expected="above 0"
    )
    check.done()
    people = [one for one in inventory.supporters if one.consent == "given"]
    told = [one.minutes for one in people if one.minutes is not None]
    available = math.fsum(told) / 60
    reason = Reason.of("HOURS_NOT_RECORDED", n=len(people) - len(told), of=len(people))
    return HoursView(
        required=required,
        available=available,
        per_post=per_post,
        gap=max(0.0, required - available) / per_post if told or not people else None,
        reason=reason if len(told) < len(people) else None,
    )
