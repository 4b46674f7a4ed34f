"""Requirements: rules as data with dates, and what they ask for one educator."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ilr import interop
from ilr.base import InvalidInput, Policy, Role, UnknownCode
from ilr.coaching import (
    Educator,
    RequiredSupport,
    RequirementPack,
    RequirementRule,
    read_requirement_pack,
    required_support,
    requirement_pack,
    requirement_packs,
)

MICHIGAN = requirement_pack("michigan")
OCTOBER = date(2026, 10, 1)


def educator(role: Role = Role.TEACHER, **facts: Any) -> Educator:
    """An educator of one building."""
    return Educator(id="e1", role=role, building="b1", **facts)


def asked(of: Educator, on: date = OCTOBER, policy: Policy | None = None) -> list[str]:
    """Ids of the rules that apply in Michigan."""
    return [rule.id for rule in required_support(of, on, MICHIGAN, policy=policy).rules]


def rule(**changed: Any) -> RequirementRule:
    """A rule of policy for teachers."""
    return RequirementRule(
        **{"id": "r", "title": "A rule", "supports": ("mentor",), "basis": "policy", "roles": (Role.TEACHER,)}
        | changed
    )


def codes(error: InvalidInput) -> list[str]:
    """The codes of an error."""
    return [problem.code for problem in error.problems]


@pytest.mark.parametrize(
    ("on", "rules"),
    [
        (date(2024, 8, 25), ["every-educator"]),
        (date(2024, 8, 26), ["new-teacher"]),
        (date(2027, 8, 25), ["new-teacher"]),
        (date(2027, 8, 26), ["every-educator"]),
    ],
)
def test_teachers_have_a_mentor_in_their_first_three_years(on: date, rules: list[str]) -> None:
    """CP-1: a mentor and 15 days from the first day of teaching to the day before the third anniversary."""
    assert asked(educator(teaching_since=date(2024, 8, 26)), on) == rules


def test_the_rule_for_new_teachers_tells_its_numbers() -> None:
    """CP-1: the effective rule carries years, days, attributes of mentors and its source."""
    new = required_support(educator(teaching_since=date(2026, 8, 24)), OCTOBER, MICHIGAN)
    (found,) = new.rules
    assert (found.supports, found.years, found.days) == (("mentor",), 3, 15.0)
    assert found.mentors == ("master teacher", "college professor", "retired master teacher")
    assert (found.basis, found.citations) == ("law", ("mcl-380-1526",))
    assert (new.pack, new.policy, new.undecided) == ("michigan@1.0.0", "default-1", ())


def test_new_to_the_district_is_not_new_to_teaching() -> None:
    """CP-1: a teacher past year three is not covered by coming to another district."""
    assert asked(educator(teaching_since=date(2012, 9, 4), position_since=date(2026, 8, 24))) == [
        "every-educator"
    ]


@pytest.mark.parametrize(
    "role",
    [Role.BUILDING_LEADER, Role.INSTRUCTIONAL_LEADER, Role.DISTRICT_LEADER, Role.SUPPORT_LEADER],
)
def test_administrators_in_a_new_position_have_a_mentor_or_coach(role: Role) -> None:
    """CP-1: the first three years count from the position, however long somebody has taught."""
    leader = educator(role, position_since=date(2025, 7, 1), teaching_since=date(2005, 9, 1))
    (found,) = required_support(leader, OCTOBER, MICHIGAN).rules
    assert (found.id, found.supports, found.basis) == ("new-administrator", ("mentor", "coach"), "law")
    assert asked(leader, date(2028, 7, 1)) == ["every-educator"]


@pytest.mark.parametrize("position", ["superintendent", "intermediate superintendent", "chief administrator"])
def test_superintendents_stand_apart(position: str) -> None:
    """CP-1: the rule for new administrators leaves superintendents to the rule for everybody."""
    leader = educator(Role.DISTRICT_LEADER, position=position, position_since=date(2026, 7, 1))
    assert asked(leader) == ["every-educator"]


def test_rules_hold_from_their_day_on() -> None:
    """CP-1: before 1 July 2024 no rule of law asked for the support of new administrators."""
    leader = educator(Role.BUILDING_LEADER, position_since=date(2023, 7, 1))
    assert asked(leader, date(2024, 6, 30)) == ["every-educator"]
    assert asked(leader, date(2024, 7, 1)) == ["new-administrator"]


@pytest.mark.parametrize("role", list(Role))
def test_everybody_else_has_one_contact_a_term(role: Role) -> None:
    """CP-1: the floor for every other educator is a contact a term, and is marked as policy."""
    experienced = educator(role, teaching_since=date(2001, 9, 4), position_since=date(2001, 9, 4))
    (found,) = required_support(experienced, OCTOBER, MICHIGAN).rules
    assert (found.basis, found.contacts, found.citations) == ("policy", 1, ())


def test_a_missing_date_is_undecided_and_not_a_failure() -> None:
    """CP-1: without a first day the rule is named as undecided, and the floor holds meanwhile."""
    found = required_support(educator(), OCTOBER, MICHIGAN)
    assert [one.id for one in found.rules] == ["every-educator"]
    assert [str(reason) for reason in found.undecided] == [
        "the start of teaching is not recorded, so new-teacher cannot be decided"
    ]


def test_policy_raises_the_law_and_never_lowers_it() -> None:
    """CP-1: a district may support newcomers for longer than the law asks, not for less long."""
    teacher = educator(teaching_since=date(2022, 8, 29))
    assert asked(teacher) == ["every-educator"]
    assert asked(teacher, policy=Policy(new_teacher_years=5)) == ["new-teacher"]
    (found,) = required_support(
        educator(teaching_since=date(2024, 8, 26)),
        OCTOBER,
        MICHIGAN,
        policy=Policy(new_teacher_years=1, new_teacher_days=3),
    ).rules
    assert (found.years, found.days) == (3, 15.0)


def test_leap_days_have_an_anniversary() -> None:
    """CP-1: who began on 29 February has the anniversary on 1 March."""
    teacher = educator(teaching_since=date(2024, 2, 29))
    assert asked(teacher, date(2027, 2, 28)) == ["new-teacher"]
    assert asked(teacher, date(2027, 3, 1)) == ["every-educator"]


def test_packs_are_data() -> None:
    """CP-6: two packs come with the library, each is read by name, and one without law asks the floor alone."""
    assert requirement_packs() == ("michigan", "no-state")
    pack = requirement_pack("no-state")
    assert [(one.id, one.basis) for one in pack.rules] == [("every-educator", "policy")]
    with pytest.raises(UnknownCode, match="there are michigan, no-state"):
        requirement_pack("elsewhere")


def test_a_pack_of_ones_own_is_read_like_the_others() -> None:
    """CP-1: a document of the same shape gives a pack, one of another shape every problem."""
    text = (
        Path(str(sys.modules["ilr.coaching"].__file__))
        .parent.joinpath("packs", "michigan.json")
        .read_text("utf-8")
    )
    assert read_requirement_pack(json.loads(text)) == MICHIGAN
    with pytest.raises(InvalidInput) as caught:
        read_requirement_pack({"id": "x", "state": "", "title": "X", "version": "1.0.0", "rules": [{}]})
    assert caught.value.problems


def test_rules_say_everything_that_is_wrong() -> None:
    """CP-1: a rule without id, support or source, with years of nothing and wrong numbers is refused at once."""
    with pytest.raises(InvalidInput) as caught:
        rule(
            id=" ",
            supports=(),
            basis="law",
            years=2,
            days=-1.0,
            contacts=-1,
            years_parameter="P-NOTHING",
            valid_from=date(2026, 1, 2),
            valid_until=date(2026, 1, 1),
        )
    assert codes(caught.value) == [
        "requirement.id",
        "requirement.supports",
        "requirement.years",
        "requirement.count",
        "requirement.count",
        "requirement.citations",
        "requirement.order",
        "requirement.parameter",
    ]
    with pytest.raises(InvalidInput, match=r"requirement\.days"):
        rule(days=2.0)


def test_one_version_of_a_rule_holds_at_a_time() -> None:
    """CP-1: versions of a rule follow each other; two at one time, and works that are not listed, are refused."""

    def pack(*rules: RequirementRule) -> RequirementPack:
        return RequirementPack(id="p", state="", title="P", version="1.0.0", rules=rules)

    old = rule(valid_until=date(2025, 6, 30))
    new = rule(valid_from=date(2025, 7, 1), contacts=2)
    both = pack(old, new)
    assert [one.contacts for one in both.on(date(2025, 6, 30))] == [0]
    assert [one.contacts for one in both.on(date(2025, 7, 1))] == [2]
    with pytest.raises(InvalidInput) as caught:
        pack(old, rule(valid_from=date(2025, 6, 30), citations=("a-work",)))
    assert codes(caught.value) == ["requirement.citation", "requirement.overlap"]
    with pytest.raises(InvalidInput, match=r"requirement\.overlap"):
        pack(rule(roles=()), rule(id="other", roles=()))


def test_values_come_back_equal() -> None:
    """CP-1: packs, educators and answers go out as JSON and come back equal."""
    person = educator(teaching_since=date(2026, 8, 24), asked_for=("coach",))
    values = (
        (MICHIGAN, RequirementPack),
        (person, Educator),
        (required_support(person, OCTOBER, MICHIGAN), RequiredSupport),
    )
    for value, kind in values:
        assert interop.loads(interop.dumps(value), kind) == value
