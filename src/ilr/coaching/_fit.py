"""What stands in the way of a pair and what speaks for it, one by one and quick enough for a district."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ilr.base import Reason, Roster

if TYPE_CHECKING:
    from ilr.coaching.capacity import Supporter
    from ilr.coaching.fitting import MatchTerms, SupportNeed
    from ilr.coaching.requirements import SupportKind

__all__ = [
    "fit",
    "general_obstacles",
    "grounds",
    "kind_of",
    "obstacle",
    "personal_obstacles",
    "resolved_need",
    "resolved_supporter",
]


def resolved_need(need: SupportNeed, people: Roster) -> SupportNeed:
    """The need with one id for each person."""
    return attrs.evolve(
        need, educator=people.resolve(need.educator), declines=tuple(map(people.resolve, need.declines))
    )


def resolved_supporter(supporter: Supporter, people: Roster) -> Supporter:
    """The supporter with one id for each person."""
    return attrs.evolve(
        supporter, id=people.resolve(supporter.id), evaluates=tuple(map(people.resolve, supporter.evaluates))
    )


def kind_of(need: SupportNeed, supporter: Supporter) -> SupportKind | None:
    """The first kind of support that is needed and can be given, or None."""
    return next(
        (kind for kind in need.kinds if kind in supporter.offers and _on_record(kind, need, supporter)), None
    )


def _on_record(kind: SupportKind, need: SupportNeed, supporter: Supporter) -> bool:
    return kind != "mentor" or not need.mentors or bool(set(need.mentors) & set(supporter.attributes))


def general_obstacles(need: SupportNeed, supporter: Supporter, terms: MatchTerms) -> list[str]:
    """Codes of the obstacles that are the same for all needs of one kind, subject, grade and building."""
    offered = _shares(need.kinds, supporter.offers)
    holds = (
        ("OTHER_SUPPORT", offered),
        ("ATTRIBUTE_NOT_RECORDED", not (need.mentors and offered) or kind_of(need, supporter) is not None),
        ("OTHER_ROLE", not supporter.roles or need.role in supporter.roles),
        ("OTHER_SUBJECT", terms.subject == "preferred" or _fits(need.subjects, supporter.subjects)),
        ("OTHER_GRADE", terms.grade == "preferred" or _fits(need.grades, supporter.grades)),
        ("BUILDING_NOT_REACHED", need.building in supporter.buildings),
        ("SUPPORTER_NOT_AGREED", supporter.consent == "given"),
    )
    return [code for code, fits in holds if not fits]


def personal_obstacles(need: SupportNeed, supporter: Supporter) -> list[str]:
    """Codes of the obstacles between two people, whose ids are resolved."""
    holds = (
        ("SUPPORTER_IS_EDUCATOR", need.educator != supporter.id),
        ("SUPPORTER_EVALUATES", need.educator not in supporter.evaluates),
        ("DECLINED_BY_EDUCATOR", supporter.id not in need.declines),
    )
    return [code for code, fits in holds if not fits]


def obstacle(code: str, need: SupportNeed) -> Reason:
    """The reason for the code of an obstacle."""
    if code == "ATTRIBUTE_NOT_RECORDED":
        return Reason.of(code, attributes=" or ".join(need.mentors))
    return Reason(code)


def _fits(wanted: tuple[str, ...], given: tuple[str, ...]) -> bool:
    return not wanted or not given or _shares(wanted, given)


def _shares(wanted: tuple[str, ...], given: tuple[str, ...]) -> bool:
    return not set(wanted).isdisjoint(given)


def grounds(need: SupportNeed, supporter: Supporter) -> list[Reason]:
    """What speaks for a pair that is possible: shared subject, grade and building."""
    found = [Reason("SAME_BUILDING" if need.building == supporter.buildings[0] else "BUILDING_REACHED")]
    for word, wanted, given in (
        ("SUBJECT", need.subjects, supporter.subjects),
        ("GRADE", need.grades, supporter.grades),
    ):
        shared = sorted(set(wanted) & set(given))
        if shared:
            found.append(Reason.of(f"SAME_{word}", codes=", ".join(shared)))
        elif wanted and not given:
            found.append(Reason(f"ANY_{word}"))
    return found


def fit(need: SupportNeed, supporter: Supporter, terms: MatchTerms) -> int:
    """What a shared subject, grade and building count together for a pair."""
    return (
        terms.subject_weight * _shares(need.subjects, supporter.subjects)
        + terms.grade_weight * _shares(need.grades, supporter.grades)
        + terms.building_weight * (need.building == supporter.buildings[0])
    )
