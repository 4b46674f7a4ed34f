"""Requirements: which support an educator must have on a day, by a state's dated rules.

Here belong the rules as data, the facts about an educator that they read (CP-1), and the answer for one
educator. Not here: who could give the support (`ilr.coaching.capacity`), nor anything about how well
somebody teaches: an educator needs support by law or by request.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

import attrs

from ilr.base import Checker, Policy, Reason, Role, Window, listed, read_only
from ilr.base._codec import structure
from ilr.continuum import Citation
from ilr.continuum.packs._files import document, names_in

__all__ = [
    "Educator",
    "RequiredSupport",
    "RequirementPack",
    "RequirementRule",
    "SupportKind",
    "read_requirement_pack",
    "required_support",
    "requirement_pack",
    "requirement_packs",
]

SupportKind: TypeAlias = Literal["mentor", "coach"]
"""What somebody is to an educator: adviser of a newcomer, or trained partner for instruction."""

_PACKS = "ilr.coaching"
_FOLDER = "packs"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Educator:
    """What the rules and the matching read of one educator. Equal when all fields are equal.

    Attributes:
        id: opaque id of the person.
        role: what the person is appointed to do.
        building: id of the building, or of the district office.
        subjects: codes of what is taught; empty where that does not apply.
        grades: codes of the grades taught; empty where that does not apply.
        teaching_since: first day of teaching anywhere, later by any time away; None when not recorded. A
            change of district or building does not move it.
        position_since: first day in the present position; None when not recorded.
        position: code of the position, where a rule excepts some, for example ``superintendent``.
        asked_for: kinds of support that the educator asked for; empty when none.
        declines: ids of people from whom the educator takes no support.
    """

    id: str
    role: Role
    building: str
    subjects: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    teaching_since: date | None = None
    position_since: date | None = None
    position: str = ""
    asked_for: tuple[SupportKind, ...] = ()
    declines: tuple[str, ...] = ()

    def since(self, what: Literal["teaching", "position"]) -> date | None:
        """The first day of teaching, or of the present position, or None when not recorded."""
        return self.teaching_since if what == "teaching" else self.position_since


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RequirementRule:
    """One rule on the support of some educators, with the time in which it holds. Equal when all fields are.

    Attributes:
        id: stable code; versions of a rule that hold at different times share it.
        title: the rule in one short sentence.
        supports: kinds of support of which one is enough.
        basis: ``law``, or ``policy`` for what this library or a district asks beyond it.
        roles: whom it is about; empty for every educator whom no other rule of the pack is about.
        not_positions: codes of positions that it leaves out.
        first_years_of: what its years are counted from; None where it holds for good.
        years: how many first years it holds for, 0 where it holds for good.
        years_parameter: id of the policy parameter that can raise the years; empty for none.
        mentors: attributes of which a mentor needs one on record; empty where any mentor will do (CP-6).
        days: days of professional development over all those years.
        days_parameter: id of the policy parameter that can raise the days; empty for none.
        contacts: least contacts a term.
        citations: keys of the works that state it.
        valid_from: first day on which it holds, None when open.
        valid_until: last day on which it holds, None when open.

    Raises:
        InvalidInput: with everything that is wrong.
    """

    id: str
    title: str
    supports: tuple[SupportKind, ...]
    basis: Literal["law", "policy"]
    roles: tuple[Role, ...] = ()
    not_positions: tuple[str, ...] = ()
    first_years_of: Literal["teaching", "position"] | None = None
    years: int = 0
    years_parameter: str = ""
    mentors: tuple[str, ...] = ()
    days: float = 0.0
    days_parameter: str = ""
    contacts: int = 0
    citations: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("RequirementRule")
        check(bool(self.id.strip()), "requirement.id", "id", "is missing")
        check(
            bool(self.supports), "requirement.supports", "supports", "are missing", expected="mentor or coach"
        )
        check(
            (self.years > 0) == (self.first_years_of is not None),
            "requirement.years",
            "years",
            "do not go with what they are counted from",
            expected="1 or more with first_years_of, 0 without",
        )
        for name in ("days", "contacts"):
            check(getattr(self, name) >= 0, "requirement.count", name, "lie below zero", expected="0 or more")
        check(
            self.days == 0 or self.years > 0,
            "requirement.days",
            "days",
            "are due over no years",
            expected="first_years_of and years",
        )
        check(
            self.basis == "policy" or bool(self.citations),
            "requirement.citations",
            "citations",
            "are missing",
            expected="a work that states the law",
        )
        check(
            self.valid_from is None or self.valid_until is None or self.valid_from <= self.valid_until,
            "requirement.order",
            "valid_until",
            "lies before valid_from",
        )
        known = {parameter.id for parameter in Policy.parameters()}
        for name in ("years_parameter", "days_parameter"):
            check(
                getattr(self, name) in {"", *known},
                "requirement.parameter",
                name,
                "is no policy parameter",
                expected="a P- id",
            )
        check.done()

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def is_about(self, educator: Educator) -> bool:
        """Whether role and position are those of the rule; when they began is not asked."""
        return educator.role in self.roles and educator.position not in self.not_positions

    def raised_by(self, policy: Policy) -> RequirementRule:
        """The rule with its numbers raised to those of a policy; a policy never lowers what the law asks."""
        years, days = (
            getattr(policy, Policy.parameter(id).name) if id else 0
            for id in (self.years_parameter, self.days_parameter)
        )
        return attrs.evolve(self, years=max(self.years, years), days=max(self.days, float(days)))

    def span(self, educator: Educator) -> Window | None:
        """The first years that the rule is about, for one educator; None where they are not recorded."""
        start = educator.since(self.first_years_of) if self.first_years_of else None
        return None if start is None else Window(start, _years_after(start, self.years) - timedelta(days=1))


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RequirementPack:
    """The rules of one state, with the times in which they hold. Equal when all fields are equal.

    Attributes:
        id: stable code, for example ``michigan``.
        state: code of the state after ISO 3166-2; empty where the pack is for none.
        title: its name.
        version: semantic version of this state of the data.
        rules: the rules; of those that hold for everybody else, one at a time.
        references: the works that rules cite.

    Raises:
        InvalidInput: listing rules of one id that hold at the same time and citations without a work.

    Example:
        >>> pack = requirement_pack("michigan")
        >>> [rule.id for rule in pack.on(date(2020, 9, 1))]
        ['new-teacher', 'every-educator']
    """

    id: str
    state: str
    title: str
    version: str
    rules: tuple[RequirementRule, ...]
    references: tuple[Citation, ...] = ()

    def __attrs_post_init__(self) -> None:
        check = Checker("RequirementPack")
        works = {work.key for work in self.references}
        for place, rule in enumerate(self.rules):
            check(
                works.issuperset(rule.citations),
                "requirement.citation",
                f"rules[{place}].citations",
                "name a work that the pack does not list",
                expected=listed(sorted(works)) or "works in references",
            )
            check(
                not any(_at_one_time(rule, other) for other in self.rules[:place] if _rivals(rule, other)),
                "requirement.overlap",
                f"rules[{place}]",
                "holds at the same time as another version of it",
                expected="one version of a rule, and one rule for everybody else, on each day",
            )
        check.done()

    @property
    def name(self) -> str:
        """Id and version, as results cite the pack."""
        return f"{self.id}@{self.version}"

    def on(self, day: date) -> tuple[RequirementRule, ...]:
        """The rules in force on a day, in their order."""
        return tuple(rule for rule in self.rules if rule.holds_on(day))


def _rivals(rule: RequirementRule, other: RequirementRule) -> bool:
    return rule.id == other.id or not (rule.roles or other.roles)


def _at_one_time(rule: RequirementRule, other: RequirementRule) -> bool:
    starts = [one.valid_from or date.min for one in (rule, other)]
    ends = [one.valid_until or date.max for one in (rule, other)]
    return max(starts) <= min(ends)


@attrs.frozen(kw_only=True, field_transformer=read_only)
class RequiredSupport:
    """The support that one educator must have on a day. Equal when all fields are equal.

    Attributes:
        educator: id of the educator.
        on: the day.
        pack: id and version of the rules.
        policy: version of the policy that could raise them.
        rules: every rule that applies, with the numbers that hold; all of them must be kept.
        undecided: rules that may apply, where a date is not recorded; as long as it is not, the rule for
            everybody else applies.
    """

    educator: str
    on: date
    pack: str
    policy: str
    rules: tuple[RequirementRule, ...]
    undecided: tuple[Reason, ...] = ()


def required_support(
    educator: Educator, on: date, pack: RequirementPack, *, policy: Policy | None = None
) -> RequiredSupport:
    """Which support an educator must have on a day (CP-1).

    First years run from the day they began up to the day before their anniversary; 29 February has its
    anniversary on 1 March. Who has not begun by the day is in no first year yet.

    Args:
        educator: the facts about the educator.
        on: the day.
        pack: the rules of the state.
        policy: P-NEWTEACHER, P-NEWTEACHERPD and P-NEWLEADER, where the pack names them; they can raise
            what the law asks and never lower it.

    Returns:
        The rules that apply, with their numbers.

    Example:
        >>> new = Educator(id="t1", role=Role.TEACHER, building="b1", teaching_since=date(2025, 8, 25))
        >>> asked = required_support(new, date(2026, 10, 1), requirement_pack("michigan"))
        >>> [(rule.id, rule.years, rule.days) for rule in asked.rules]
        [('new-teacher', 3, 15.0)]
    """
    numbers = policy or Policy()
    found: list[RequirementRule] = []
    undecided: list[Reason] = []
    rules = [rule.raised_by(numbers) for rule in pack.on(on)]
    for rule in rules:
        if not rule.is_about(educator):
            continue
        span = rule.span(educator)
        if rule.first_years_of and span is None:
            undecided.append(Reason.of("START_NOT_RECORDED", rule=rule.id, of=rule.first_years_of))
        elif span is None or on in span:
            found.append(rule)
    if not found:
        found = [rule for rule in rules if not rule.roles]
    return RequiredSupport(
        educator=educator.id,
        on=on,
        pack=pack.name,
        policy=numbers.version,
        rules=tuple(found),
        undecided=tuple(undecided),
    )


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def requirement_packs() -> tuple[str, ...]:
    """The packs of requirements that come with the library, in alphabetical order.

    Example:
        >>> requirement_packs()
        ('michigan', 'no-state')
    """
    return names_in(_FOLDER, package=_PACKS)


def requirement_pack(name: str) -> RequirementPack:
    """Read a pack of requirements that comes with the library.

    Args:
        name: one of `requirement_packs`; ``no-state`` holds the rule for every educator alone.

    Returns:
        The pack; every call reads it anew, so keep it.

    Raises:
        UnknownCode: when no pack of that name comes with the library.

    Example:
        >>> requirement_pack("michigan").state
        'US-MI'
    """
    return read_requirement_pack(document(_FOLDER, name, "pack of requirements", package=_PACKS))


def read_requirement_pack(data: Mapping[str, Any]) -> RequirementPack:
    """Build a pack from a document of the same shape as those that come with the library.

    Args:
        data: mappings, lists and texts, as `json.loads` gives them.

    Returns:
        The pack.

    Raises:
        InvalidInput: with everything that is wrong.
    """
    return structure(data, RequirementPack)
