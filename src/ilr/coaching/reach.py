"""Reach: how much of each group is coached, so that nobody is passed over unseen (CL-5).

Here belongs the count of coached teachers by building, subject or experience, under the small-group rules. It says
who is not reached as a group, never which teacher. Not here: how coaching went.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import attrs

from ilr.base import Policy, Roster, Window
from ilr.coaching.facts import contacts
from ilr.coaching.plan import CoachingPlan
from ilr.stats import suppression

__all__ = ["GroupReach", "reach"]

_UNKNOWN = "(unknown)"
_SEVERAL = "(several)"
_OTHERS = "(others)"
_ALL = "(all)"


@attrs.frozen(kw_only=True)
class GroupReach:
    """How many teachers of a group are coached. Equal when all fields are equal.

    Attributes:
        group: the building, the subject or the band of experience; ``(unknown)`` for teachers of none, ``(several)``
            for those of more than one, ``(others)`` for groups too small to stand alone, ``(all)`` for everybody.
        teachers: number of teachers, as the roster has them.
        coached: number of them with a conversation in the window; None where it is hidden.
    """

    group: str
    teachers: int
    coached: int | None

    @property
    def share(self) -> float | None:
        """The share that is coached, 0 to 1; None where the number is hidden or nobody is there."""
        return self.coached / self.teachers if self.coached is not None and self.teachers else None


def reach(
    plans: Iterable[CoachingPlan],
    roster: Roster,
    *,
    window: Window,
    by: Literal["building", "subject"] | Mapping[str, str] = "building",
    policy: Policy | None = None,
) -> tuple[GroupReach, ...]:
    """How many teachers of each group are coached, with small numbers hidden (CL-5, VS-5, ILR-11.GS.1).

    How many teachers a group has is known to everybody who knows the school, and told. How many are coached is hidden
    where 1 to P-K-OUT - 1 of the group are coached, or are not, and in as many other groups as it takes so that it
    cannot be worked out. Groups of at most P-K-OUT teachers stand together, because there even nobody would tell of
    few; where they are too few together, the smallest others join them.

    Args:
        plans: the plans of a building or district; teachers whom the roster does not know count nowhere.
        roster: who teaches where and what.
        window: first and last day of the conversations that count, and of the appointments.
        by: ``building``, ``subject``, or the group of each teacher by id, for example a band of experience.
        policy: P-K-OUT.

    Returns:
        One row a group by its name, then that of all.

    Example:
        >>> from datetime import date
        >>> from ilr.coaching import LogEntry, plan
        >>> from ilr.testing import synthetic
        >>> district = synthetic.district(seed=7, weeks=8)
        >>> met = LogEntry(on=date(2026, 10, 5), needs=["none"])
        >>> plans = [plan(f"t{n:03d}", "coach-1").note(met) for n in range(1, 13, 2)]
        >>> for one in reach(plans, district.roster, window=district.calendar.window):
        ...     print(one.group, one.coached, "of", one.teachers)
        school-1 6 of 30
        school-2 0 of 30
        (all) 6 of 60
    """
    numbers, homes = policy or Policy(), _homes(roster, window)
    groups = homes if by == "building" else _subjects(roster) if by == "subject" else _given(by, roster)
    coached = roster.persons(one.teacher for one in plans if any(day in window for day in contacts(one)))
    members: dict[str, set[str]] = {}
    for teacher in homes:
        members.setdefault(_name(groups.get(teacher, frozenset())), set()).add(teacher)
    members = _joined(members, numbers.outside_teachers)
    counts = [(len(own - coached), len(own & coached)) for own in members.values()]
    rows = [*members.items(), (_ALL, set(homes))]
    hidden = _hidden(counts, numbers.outside_teachers)
    return tuple(
        GroupReach(group=group, teachers=len(own), coached=None if silent else len(own & coached))
        for (group, own), silent in zip(rows, hidden, strict=True)
    )


def _homes(roster: Roster, window: Window) -> dict[str, set[str]]:
    """For each teacher of a window the schools."""
    found: dict[str, set[str]] = {}
    for school in (one.id for one in roster.organisations if one.kind == "school"):
        for teacher in roster.teachers(school, window):
            found.setdefault(teacher, set()).add(school)
    return found


def _subjects(roster: Roster) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for section in roster.sections:
        for teacher in section.teachers if section.subject is not None else ():
            found.setdefault(roster.resolve(teacher), set()).add(str(section.subject))
    return found


def _given(groups: Mapping[str, str], roster: Roster) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for teacher, group in groups.items():
        found.setdefault(roster.resolve(teacher), set()).add(group)
    return found


def _name(groups: Collection[str]) -> str:
    if not groups:
        return _UNKNOWN
    return next(iter(groups)) if len(groups) == 1 else _SEVERAL


def _joined(members: dict[str, set[str]], k: int) -> dict[str, set[str]]:
    """The groups by name, those of at most k teachers together with as many others as that takes."""
    others: set[str] = set()
    kept = dict(members)
    for name, own in sorted(members.items(), key=lambda one: (len(one[1]), one[0])):
        if len(own) <= k or 0 < len(others) <= k:
            others |= kept.pop(name)
    return {**{name: kept[name] for name in sorted(kept)}, **({_OTHERS: others} if others else {})}


def _hidden(counts: list[tuple[int, int]], k: int) -> list[bool]:
    """Whether the number of coached teachers is hidden, of each group and of all.

    The numbers of teachers are known, so they cost more to hide than everything else and are never chosen: in a group
    of more than k teachers either number can be k.
    """
    total = sum(map(sum, counts))
    if total <= k:
        return [True] * (len(counts) + 1)
    known = 100.0 * k * (total + len(counts) + 1)
    sums = [*counts, tuple(map(sum, zip(*counts, strict=True)))]
    safe = suppression.protect(counts, k, weights=[[row[0] + 1.0, row[1] + 1.0, known] for row in sums])
    return [bool(row[0] or row[1]) for row in safe.suppressed]
