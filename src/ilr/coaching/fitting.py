"""Fitting: who needs support, and who could give it to whom.

Here belong the needs of educators, by law or by request, and what stands in the way of a pair or speaks for
it (CP-4, CP-6). Not here: which pairs are chosen (`ilr.coaching.matching`), nor anything about how well
somebody teaches.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import attrs

from ilr.base import Checker, Policy, Reason, Role, Roster, read_only
from ilr.coaching._fit import (
    general_obstacles,
    obstacle,
    personal_obstacles,
    resolved_need,
    resolved_supporter,
)
from ilr.coaching.capacity import Supporter
from ilr.coaching.requirements import (
    Educator,
    RequirementPack,
    RequirementRule,
    SupportKind,
    required_support,
)

__all__ = ["MatchTerms", "SupportNeed", "obstacles", "support_needs"]

Asked = Literal["required", "preferred"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class SupportNeed:
    """One educator's need of one mentor or coach, by law or by request. Equal when all fields are equal.

    Attributes:
        educator: id of the educator.
        building: id of the building.
        kinds: kinds of support that will do.
        because: why the support is needed.
        role: what the educator is appointed to do.
        subjects: codes of what is taught; empty where that does not apply.
        grades: codes of the grades taught; empty where that does not apply.
        mentors: attributes of which a mentor needs one on record; empty where any mentor will do.
        declines: ids of people from whom the educator takes no support.

    Raises:
        InvalidInput: without a kind of support.
    """

    educator: str
    building: str
    kinds: tuple[SupportKind, ...]
    because: tuple[Reason, ...] = ()
    role: Role = Role.TEACHER
    subjects: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    mentors: tuple[str, ...] = ()
    declines: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("SupportNeed")
        check(bool(self.kinds), "need.kinds", "kinds", "are missing", expected="mentor or coach")
        check.done()


@attrs.frozen(kw_only=True)
class MatchTerms:
    """What a pair must share, and what speaks for it. Equal when all fields are equal.

    Attributes:
        subject: whether a shared subject is required for a pair or only speaks for it.
        grade: whether a shared grade is required for a pair or only speaks for it.
        subject_weight: what a shared subject counts.
        grade_weight: what a shared grade counts.
        building_weight: what counts when the building is the supporter's own.

    Raises:
        InvalidInput: for a weight below zero or a word that is unknown.
    """

    subject: Asked = "required"
    grade: Asked = "required"
    subject_weight: int = 4
    grade_weight: int = 2
    building_weight: int = 1

    def __attrs_post_init__(self) -> None:
        check = Checker("MatchTerms")
        for name in ("subject", "grade"):
            check(
                getattr(self, name) in ("required", "preferred"),
                "terms.asked",
                name,
                "is unknown",
                expected="required or preferred",
            )
        for name in ("subject_weight", "grade_weight", "building_weight"):
            number = getattr(self, name)
            check(
                isinstance(number, int) and number >= 0,
                "terms.weight",
                name,
                "is no weight",
                expected="a whole number, 0 or more",
            )
        check.done()


def support_needs(
    educators: Iterable[Educator], *, on: date, pack: RequirementPack, policy: Policy | None = None
) -> tuple[SupportNeed, ...]:
    """Who needs a mentor or coach on a day: by law, or because the educator asked for it.

    A rule of policy that asks for contacts alone makes no need of a partner. A request makes a need of its
    own where no need by law is for one of the kinds that were asked for.

    Args:
        educators: everybody in the building or district, each once.
        on: the day.
        pack: the rules of the state.
        policy: can raise the numbers of the rules.

    Returns:
        One need for each rule of law that applies and each other request, in the order of the educators.

    Example:
        >>> from ilr.base import Role
        >>> from ilr.coaching import requirement_pack
        >>> asks = Educator(id="t1", role=Role.TEACHER, building="b1", teaching_since=date(2010, 8, 30),
        ...                 asked_for=("coach",))
        >>> [need.kinds for need in support_needs([asks], on=date(2026, 9, 1), pack=requirement_pack("michigan"))]
        [('coach',)]
    """
    return tuple(
        need
        for educator in educators
        for need in _needs(educator, required_support(educator, on, pack, policy=policy).rules)
    )


def _needs(educator: Educator, rules: Iterable[RequirementRule]) -> list[SupportNeed]:
    asked = set(educator.asked_for)
    request = Reason.of("NEEDED_BY_REQUEST")
    found = [
        _need(
            educator,
            rule.supports,
            (Reason.of("NEEDED_BY_RULE", rule=rule.id), *((request,) if asked & set(rule.supports) else ())),
            rule.mentors,
        )
        for rule in rules
        if rule.basis == "law"
    ]
    if asked and not any(asked & set(need.kinds) for need in found):
        found.append(_need(educator, educator.asked_for, (request,), ()))
    return found


def _need(
    educator: Educator,
    kinds: tuple[SupportKind, ...],
    because: tuple[Reason, ...],
    mentors: tuple[str, ...],
) -> SupportNeed:
    return SupportNeed(
        educator=educator.id,
        building=educator.building,
        kinds=kinds,
        because=because,
        role=educator.role,
        subjects=educator.subjects,
        grades=educator.grades,
        mentors=mentors,
        declines=educator.declines,
    )


def obstacles(
    need: SupportNeed,
    supporter: Supporter,
    *,
    terms: MatchTerms | None = None,
    roster: Roster | None = None,
) -> tuple[Reason, ...]:
    """What stands in the way of a pair (CP-4); nothing does when the answer is empty.

    Asked are: the kind of support and what a state wants on record of mentors, role, subject, grade, reach of the
    building, the supporter's consent, that the two are not one person, that the supporter does not evaluate
    the educator, and that the educator does not decline. Whether there is room is not asked.

    Args:
        need: the educator's need.
        supporter: who could give the support.
        terms: what a pair must share.
        roster: tells which ids are one person.

    Example:
        >>> from ilr.base import Role
        >>> need = SupportNeed(educator="t1", building="b1", kinds=("mentor",), subjects=("arts",))
        >>> other = Supporter(id="m1", role=Role.TEACHER, release=0, buildings=("b2",), subjects=("science",))
        >>> [str(reason) for reason in obstacles(need, other)]
        ['does not support the subject', 'does not reach the building']
    """
    people = roster or Roster()
    codes = (
        *general_obstacles(need, supporter, terms or MatchTerms()),
        *personal_obstacles(resolved_need(need, people), resolved_supporter(supporter, people)),
    )
    return tuple(obstacle(code, need) for code in codes)
