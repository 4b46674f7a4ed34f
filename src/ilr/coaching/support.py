"""Planned support: what is planned for an educator, and whether it reaches what is required.

Here belong plans of support and their check against the requirements of a state (CP-2, CP-6). Not here: how
the plans are made (`ilr.coaching.matching`), nor what was said in a conversation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Reason, Roster, Verdict, Window, read_only
from ilr.coaching.capacity import CapacityInventory
from ilr.coaching.requirements import Educator, RequirementPack, RequirementRule, required_support

__all__ = ["PlannedSupport", "SupportCheck", "Uncovered", "check_support", "planned_support"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class PlannedSupport:
    """Support that is planned for one educator. Equal when all fields are equal.

    Attributes:
        educator: id of the educator.
        kind: mentor, coach, or days of professional development.
        window: first and last day.
        by: id of the mentor or coach; None for professional development.
        contacts: planned contacts a term.
        days: days of professional development, planned or done.

    Raises:
        InvalidInput: for a mentor or coach who is not named or is the educator, and numbers below zero.
    """

    educator: str
    kind: Literal["mentor", "coach", "professional development"]
    window: Window
    by: str | None = None
    contacts: int = 0
    days: float = 0.0

    def __attrs_post_init__(self) -> None:
        check = Checker("PlannedSupport")
        personal = self.kind != "professional development"
        check(
            (self.by is not None) == personal,
            "support.by",
            "by",
            "does not go with the kind",
            expected="an id",
        )
        check(self.by != self.educator, "support.self", "by", "is the educator", expected="two people")
        for name in ("contacts", "days"):
            check(getattr(self, name) >= 0, "support.number", name, "lie below zero", expected="0 or more")
        check.done()


def planned_support(
    educator: str, plans: Iterable[PlannedSupport], *, on: date, roster: Roster | None = None
) -> tuple[PlannedSupport, ...]:
    """What is planned for one educator on a day, in the order of the plans.

    Args:
        educator: id of the educator.
        plans: plans of anybody.
        on: the day.
        roster: tells which ids are one person.
    """
    people = roster or Roster()
    return tuple(
        plan
        for plan in plans
        if people.resolve(plan.educator) == people.resolve(educator) and on in plan.window
    )


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Uncovered:
    """An educator for whom less is planned than is required, or for whom that cannot be told.

    Equal when all fields are equal.

    Attributes:
        educator: id of the educator.
        building: id of the building.
        reasons: what is missing, one for each thing.
    """

    educator: str
    building: str
    reasons: tuple[Reason, ...]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SupportCheck:
    """Whether planned support reaches what is required of everybody (CP-2). Equal when all fields are equal.

    Attributes:
        on: the day.
        pack: id and version of the rules.
        policy: version of the policy.
        educators: how many were checked.
        uncovered: those for whom less is planned, in the order of the educators.
        undecided: those of the others for whom a rule cannot be decided.
        verdict: met when nobody is uncovered or undecided, not met when somebody is uncovered.
    """

    on: date
    pack: str
    policy: str
    educators: int
    uncovered: tuple[Uncovered, ...]
    undecided: tuple[Uncovered, ...]
    verdict: Verdict


def check_support(
    educators: Iterable[Educator],
    plans: Iterable[PlannedSupport],
    *,
    on: date,
    pack: RequirementPack,
    inventory: CapacityInventory,
    policy: Policy | None = None,
    roster: Roster | None = None,
) -> SupportCheck:
    """Find every educator for whom less support is planned than is required (CP-2; ILR-12.GA.2).

    A mentor counts where one of the attributes that the rule asks for is on record in the inventory; whether
    the record is right is not judged (CP-6). Days of professional development count when their plan begins
    in the first years that the rule is about; contacts when their plan holds on the day.

    Args:
        educators: everybody in the building or district, each once.
        plans: what is planned, for anybody.
        on: the day.
        pack: the rules of the state.
        inventory: who gives support, with what is on record.
        policy: can raise the numbers of the rules.
        roster: tells which ids are one person.

    Returns:
        The check. Without an educator it is not applicable.

    Example:
        >>> from ilr.base import Role
        >>> from ilr.coaching import requirement_pack
        >>> new = Educator(id="t1", role=Role.TEACHER, building="b1", teaching_since=date(2026, 8, 25))
        >>> nobody = CapacityInventory(id="autumn", on=date(2026, 9, 1), supporters=())
        >>> found = check_support(
        ...     [new], [], on=date(2026, 10, 1), pack=requirement_pack("michigan"), inventory=nobody
        ... )
        >>> [str(reason) for reason in found.uncovered[0].reasons]
        ['no mentor is planned', '0 of 15 days of professional development are planned']
    """
    numbers, people = policy or Policy(), roster or Roster()
    everybody = tuple(educators)
    attributes = {people.resolve(one.id): frozenset(one.attributes) for one in inventory.supporters}
    held: dict[str, list[PlannedSupport]] = {}
    for plan in plans:
        held.setdefault(people.resolve(plan.educator), []).append(plan)
    uncovered: list[Uncovered] = []
    undecided: list[Uncovered] = []
    for educator in everybody:
        asked = required_support(educator, on, pack, policy=numbers)
        own = held.get(people.resolve(educator.id), [])
        missing = tuple(
            reason
            for rule in asked.rules
            for reason in (
                *_no_person(rule, [one for one in own if on in one.window], attributes, people),
                *_few_days(rule, educator, own),
            )
        )
        found = Uncovered(
            educator=educator.id, building=educator.building, reasons=missing or asked.undecided
        )
        if missing:
            uncovered.append(found)
        elif asked.undecided:
            undecided.append(found)
    return SupportCheck(
        on=on,
        pack=pack.name,
        policy=numbers.version,
        educators=len(everybody),
        uncovered=tuple(uncovered),
        undecided=tuple(undecided),
        verdict=_verdict(everybody, uncovered, undecided),
    )


def _verdict(
    everybody: tuple[Educator, ...], uncovered: list[Uncovered], undecided: list[Uncovered]
) -> Verdict:
    if not everybody:
        return Verdict.NOT_APPLICABLE
    if uncovered:
        return Verdict.NOT_MET
    return Verdict.NOT_ASSESSABLE if undecided else Verdict.MET


def _no_person(
    rule: RequirementRule,
    plans: list[PlannedSupport],
    attributes: dict[str, frozenset[str]],
    people: Roster,
) -> list[Reason]:
    """What is missing of the mentor or coach whom a rule asks for, and of the contacts."""
    fitting = [plan for plan in plans if plan.kind in rule.supports]
    if not fitting:
        return [Reason.of("NO_SUPPORT_PLANNED", kinds=" or ".join(rule.supports))]
    if rule.mentors and not any(
        plan.kind != "mentor" or attributes.get(people.resolve(str(plan.by)), frozenset()) & set(rule.mentors)
        for plan in fitting
    ):
        return [Reason.of("MENTOR_ATTRIBUTE_NOT_RECORDED", attributes=" or ".join(rule.mentors))]
    contacts = sum(plan.contacts for plan in fitting)
    if contacts < rule.contacts:
        return [Reason.of("CONTACTS_PLANNED", n=contacts, least=rule.contacts)]
    return []


def _few_days(rule: RequirementRule, educator: Educator, plans: list[PlannedSupport]) -> list[Reason]:
    span = rule.span(educator)
    if span is None:
        return []
    days = math.fsum(plan.days for plan in plans if plan.window.start in span)
    return [Reason.of("DAYS_PLANNED", n=days, least=rule.days)] if days < rule.days else []
