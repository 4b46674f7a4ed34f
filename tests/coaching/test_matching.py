"""Matching: who needs support, who can give it, the gap, and the plan of pairs with its reasons."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from ilr import interop
from ilr.base import InvalidInput, Person, Policy, Reason, Role, Roster, SourceId, Verdict, Window
from ilr.coaching import (
    BlockedCell,
    Blocking,
    CapacityGap,
    CapacityInventory,
    Educator,
    MatchTerms,
    MentorPlan,
    Supporter,
    SupportNeed,
    capacity_gap,
    check_support,
    match,
    obstacles,
    requirement_pack,
    support_needs,
)

MICHIGAN = requirement_pack("michigan")
DAY = date(2026, 10, 1)
AUTUMN = Window(date(2026, 9, 1), date(2026, 12, 18))


def need(id: str = "t1", **changed: Any) -> SupportNeed:
    """A need of a mentor in the arts."""
    return SupportNeed(
        **{"educator": id, "building": "b1", "kinds": ("mentor",), "subjects": ("arts",), "grades": ("7",)}
        | changed
    )


def supporter(id: str = "m1", **changed: Any) -> Supporter:
    """A full-time teacher of the arts who takes one mentee."""
    facts: dict[str, Any] = {
        "id": id,
        "role": Role.TEACHER,
        "release": 0,
        "buildings": ("b1",),
        "subjects": ("arts",),
        "grades": ("7",),
    }
    return Supporter(**facts | changed)


def inventory(*people: Supporter) -> CapacityInventory:
    """People as an inventory."""
    return CapacityInventory(id="autumn", on=DAY, supporters=people)


def told(reasons: tuple[Reason, ...]) -> list[str]:
    """Codes of reasons."""
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"offers": ("coach",)}, "OTHER_SUPPORT"),
        ({"roles": (Role.BUILDING_LEADER,)}, "OTHER_ROLE"),
        ({"subjects": ("science",)}, "OTHER_SUBJECT"),
        ({"grades": ("8",)}, "OTHER_GRADE"),
        ({"buildings": ("b2", "b3")}, "BUILDING_NOT_REACHED"),
        ({"consent": "not asked"}, "SUPPORTER_NOT_AGREED"),
        ({"consent": "refused"}, "SUPPORTER_NOT_AGREED"),
        ({"id": "t1"}, "SUPPORTER_IS_EDUCATOR"),
        ({"evaluates": ("t9", "t1")}, "SUPPORTER_EVALUATES"),
        ({"id": "m9"}, "DECLINED_BY_EDUCATOR"),
    ],
)
def test_each_obstacle_rules_a_pair_out(changed: dict[str, Any], code: str) -> None:
    """CP-4: role, subject, grade, reach, consent and independence from evaluation are each asked, and named."""
    wanted, other = need(declines=("m9",)), supporter(**changed)
    assert told(obstacles(wanted, other)) == [code]
    assert match([wanted], inventory(other)).pairs == ()
    assert obstacles(wanted, supporter()) == ()


def test_who_names_no_subject_or_grade_fits_any() -> None:
    """CP-4: a person who supports any subject fits, and so does an educator to whom subjects do not apply."""
    assert obstacles(need(), supporter(subjects=(), grades=())) == ()
    assert obstacles(need(subjects=(), grades=()), supporter()) == ()


def test_a_district_may_only_prefer_subject_and_grade() -> None:
    """CP-4: what is preferred is no obstacle, and still counts for the fit."""
    terms = MatchTerms(subject="preferred", grade="preferred")
    other = supporter("m1", subjects=("science",), grades=("8",))
    assert obstacles(need(), other, terms=terms) == ()
    plan = match([need()], inventory(other, supporter("m2")), terms=terms)
    assert plan.pairings == (("t1", "m2"),)
    assert plan.terms == terms


def test_state_attributes_are_asked_of_mentors_alone() -> None:
    """CP-6: a mentor needs an attribute on record, a coach does not, and no record is judged."""
    wanted = need(kinds=("mentor", "coach"), mentors=("master teacher", "college professor"))
    (missing,) = obstacles(wanted, supporter())
    assert str(missing) == "is not on record as master teacher or college professor"
    assert obstacles(wanted, supporter(attributes=("college professor",))) == ()
    plan = match([wanted], inventory(supporter(offers=("mentor", "coach"))))
    assert [pair.kind for pair in plan.pairs] == ["coach"]


def test_needs_arise_by_law_or_by_request() -> None:
    """ILR-12.GA.2: newcomers by law and whoever asks need a partner; the floor of contacts alone makes no need."""
    since = {"new": date(2026, 8, 24), "asks": date(2005, 9, 1), "old": date(2005, 9, 1)}
    educators = [
        Educator(
            id=id,
            role=Role.TEACHER,
            building="b1",
            teaching_since=day,
            asked_for=("coach",) if id == "asks" else (),
        )
        for id, day in since.items()
    ]
    new, asks = support_needs(educators, on=DAY, pack=MICHIGAN)
    assert (new.educator, new.kinds, told(new.because)) == ("new", ("mentor",), ["NEEDED_BY_RULE"])
    assert new.mentors == ("master teacher", "college professor", "retired master teacher")
    assert (asks.educator, asks.kinds, told(asks.because)) == ("asks", ("coach",), ["NEEDED_BY_REQUEST"])
    assert asks.mentors == ()


def test_a_request_joins_a_need_by_law_of_its_kind() -> None:
    """ILR-12.GA.2: who has a right to a mentor and asks for one has one need; who asks for a coach has two."""
    new = Educator(
        id="t", role=Role.TEACHER, building="b1", teaching_since=date(2026, 8, 24), asked_for=("mentor",)
    )
    (one,) = support_needs([new], on=DAY, pack=MICHIGAN)
    assert told(one.because) == ["NEEDED_BY_RULE", "NEEDED_BY_REQUEST"]
    two = support_needs([attrs.evolve(new, asked_for=("coach",))], on=DAY, pack=MICHIGAN)
    assert [each.kinds for each in two] == [("mentor",), ("coach",)]


def test_new_leaders_are_matched_as_others_are() -> None:
    """LS-12b.GS.2: a new principal needs a mentor or coach, without a subject, from somebody who does not evaluate."""
    leader = Educator(id="p1", role=Role.BUILDING_LEADER, building="b1", position_since=date(2026, 7, 1))
    needs = support_needs([leader], on=DAY, pack=MICHIGAN)
    chief = supporter("chief", release=1, role=Role.DISTRICT_LEADER, evaluates=("p1",))
    teacher = supporter("teacher", roles=(Role.TEACHER,))
    peer = supporter(
        "peer",
        role=Role.BUILDING_LEADER,
        roles=(Role.BUILDING_LEADER,),
        buildings=("b2", "b1"),
        offers=("coach",),
    )
    plan = match(needs, inventory(chief, peer, teacher))
    assert plan.pairings == (("p1", "peer"),)


def test_room_in_heads_is_not_room_for_these() -> None:
    """CP-4: six places for two educators leave a gap, for nobody has both the subject and the consent."""
    needs = [need("t1"), need("t2")]
    people = inventory(supporter("m1"), supporter("m2", release=0.5, subjects=("science",)))
    found = capacity_gap(needs, people)
    assert (found.demand, found.capacity, found.matched, found.gap, found.gap_by_heads) == (2, 6, 1, 1, 0)
    assert found.blocking == (
        Blocking(
            cells=(BlockedCell(building="b1", subjects=("arts",), educators=("t1", "t2")),),
            supporters=("m1",),
            capacity=1,
        ),
    )
    assert found.policy == "default-1"


def test_blocking_parts_share_nobody_and_add_up() -> None:
    """CP-4: two cells that compete for one person stand together, one without anybody stands alone."""
    needs = [
        need("t1"),
        need("t2", subjects=("arts", "music")),
        need("t3", building="b2", subjects=("science",)),
        need("t4", building="b2"),
    ]
    people = inventory(supporter("m1"), supporter("m2", buildings=("b2",), subjects=("arts",), release=0.5))
    found = capacity_gap(needs, people)
    assert [
        [(cell.building, cell.subjects, cell.demand) for cell in part.cells] for part in found.blocking
    ] == [[("b1", ("arts",), 1), ("b1", ("arts", "music"), 1)], [("b2", ("science",), 1)]]
    assert [part.gap for part in found.blocking] == [1, 1]
    assert sum(part.demand - part.capacity for part in found.blocking) == found.gap == 2


def test_who_asks_least_of_others_is_placed_first() -> None:
    """CP-4: the flexible educator goes to the other person so that both are covered."""
    needs = [need("t1", subjects=("arts", "science")), need("t2")]
    plan = match(needs, inventory(supporter("m1"), supporter("m2", subjects=("science",))))
    assert plan.pairings == (("t1", "m2"), ("t2", "m1"))
    assert (plan.gap.gap, plan.unmatched, plan.changed) == (0, (), 2)


def test_pairs_are_kept_before_they_fit_better() -> None:
    """CP-4: a pair from another building stays although somebody in the own building is free."""
    near, far = supporter("m1"), supporter("m2", buildings=("b2", "b1"))
    fresh = match([need()], inventory(near, far))
    assert fresh.pairings == (("t1", "m1"),)
    kept = match([need()], inventory(near, far), existing=[("t1", "m2")])
    (pair,) = kept.pairs
    assert (pair.supporter, pair.kept, kept.changed, kept.ended) == ("m2", True, 0, ())
    assert told(pair.reasons) == ["PAIR_KEPT", "BUILDING_REACHED", "SAME_SUBJECT", "SAME_GRADE", "ROOM_LEFT"]


def test_a_pair_ends_when_one_more_is_covered_by_it() -> None:
    """CP-4: coverage comes before pairs, and the ended pair is told."""
    needs = [need("t1", subjects=("arts", "science")), need("t2")]
    people = inventory(supporter("m1"), supporter("m2", subjects=("science",)))
    plan = match(needs, people, existing=[("t1", "m1")])
    assert plan.pairings == (("t1", "m2"), ("t2", "m1"))
    assert [(one.educator, one.supporter, one.reason.code) for one in plan.ended] == [
        ("t1", "m1", "ENDED_WITHOUT_ROOM")
    ]
    assert plan.changed == 3


def test_every_ended_pair_says_why() -> None:
    """CP-4: pairs end because a need or a person is gone or the pair has become impossible."""
    people = inventory(supporter("m1"), supporter("m2", evaluates=("t1",)))
    plan = match([need()], people, existing=[("t0", "m1"), ("t1", "m0"), ("t1", "m2")])
    assert [one.reason.code for one in plan.ended] == [
        "ENDED_WITHOUT_NEED",
        "ENDED_WITHOUT_SUPPORTER",
        "ENDED_IMPOSSIBLE",
    ]


def test_subject_counts_before_grade_and_grade_before_building() -> None:
    """CP-4: with the weights as they come each shared thing outweighs those after it."""
    subject = supporter("m1", grades=(), buildings=("b2", "b1"))
    rest = supporter("m2", subjects=())
    assert match([need()], inventory(subject, rest)).pairings == (("t1", "m1"),)
    grade = supporter("m3", subjects=(), buildings=("b2", "b1"))
    building = supporter("m4", subjects=(), grades=())
    assert match([need()], inventory(grade, building)).pairings == (("t1", "m3"),)
    near = MatchTerms(building_weight=9)
    assert match([need()], inventory(grade, building), terms=near).pairings == (("t1", "m4"),)


def test_any_subject_is_told_as_such() -> None:
    """CP-4: a pair without a shared subject or grade says that the person supports any."""
    (pair,) = match([need()], inventory(supporter(subjects=(), grades=()))).pairs
    assert told(pair.reasons) == ["SAME_BUILDING", "ANY_SUBJECT", "ANY_GRADE", "ROOM_LEFT"]


def test_loads_come_out_even() -> None:
    """CP-4: of plans that are alike otherwise the one is taken in which people are equally full."""
    needs = [need(f"t{number}") for number in range(5)]
    people = inventory(supporter("m1", release=0.5, carries=3), supporter("m2", release=0.5))
    plan = match(needs, people)
    assert [pair.supporter for pair in plan.pairs].count("m1") == 1
    last = {pair.supporter: str(pair.reasons[-1]) for pair in plan.pairs}
    assert last == {"m1": "supports 4 of at most 5 educators", "m2": "supports 4 of at most 5 educators"}


def test_who_is_left_learns_what_stood_in_the_way() -> None:
    """CP-4: obstacles are counted by kind, and those who could but are full are told apart."""
    wanted = [need("t1", because=(Reason.of("NEEDED_BY_REQUEST"),)), need("t2")]
    people = inventory(
        supporter("m1"),
        supporter("m2", subjects=("science",), consent="refused"),
        supporter("m3", subjects=("science",)),
    )
    plan = match(wanted, people, existing=[("t2", "m1")])
    (left,) = plan.unmatched
    assert (left.educator, left.building, told(left.because), left.people) == (
        "t1",
        "b1",
        ["NEEDED_BY_REQUEST"],
        3,
    )
    assert [(one.obstacle.code, one.people) for one in left.obstacles] == [
        ("OTHER_SUBJECT", 2),
        ("ROOM_TAKEN", 1),
        ("SUPPORTER_NOT_AGREED", 1),
    ]


def test_without_people_or_needs_the_answer_is_plain() -> None:
    """CP-4: nobody to ask leaves everybody, nobody in need leaves nothing."""
    alone = match([need()], inventory())
    assert (alone.gap.gap, alone.unmatched[0].obstacles, alone.unmatched[0].people) == (1, (), 0)
    assert match([], inventory(supporter())).gap == CapacityGap(
        demand=0, capacity=1, matched=0, blocking=(), policy="default-1"
    )


def test_policy_tells_the_room() -> None:
    """CP-3: with other caps the same people leave another gap."""
    needs = [need("t1"), need("t2")]
    assert capacity_gap(needs, inventory(supporter())).gap == 1
    two = Policy(version="ours", mentees_none=2)
    assert capacity_gap(needs, inventory(supporter()), policy=two).gap == 0
    assert match(needs, inventory(supporter()), policy=two).gap.policy == "ours"


def test_one_person_with_two_ids_is_one() -> None:
    """CP-4: the roster finds that mentor and educator, evaluator and pair of before are the same people."""
    roster = Roster(
        people=(
            Person(id="t1", also=(SourceId("sis", "t-7"),)),
            Person(id="m1", also=(SourceId("sis", "m-7"),)),
        )
    )
    assert told(obstacles(need(), supporter("t-7"), roster=roster)) == ["SUPPORTER_IS_EDUCATOR"]
    assert told(obstacles(need(), supporter(evaluates=("t-7",)), roster=roster)) == ["SUPPORTER_EVALUATES"]
    assert told(obstacles(need(declines=("m-7",)), supporter(), roster=roster)) == ["DECLINED_BY_EDUCATOR"]
    plan = match([need("t-7")], inventory(supporter()), existing=[("t1", "m-7")], roster=roster)
    assert [(pair.educator, pair.kept) for pair in plan.pairs] == [("t1", True)]
    with pytest.raises(InvalidInput, match=r"match\.repeated"):
        match([need()], inventory(supporter("m1"), supporter("m-7")), roster=roster)


def test_the_same_need_twice_is_refused() -> None:
    """CP-4: an educator has one need of a kind; needs of unlike kinds stand side by side."""
    with pytest.raises(InvalidInput, match=r"match\.repeated"):
        capacity_gap([need(), need()], inventory())
    both = [need(), need(kinds=("coach",))]
    assert len(match(both, inventory(supporter(), supporter("c1", offers=("coach",)))).pairs) == 2


def test_a_plan_covers_what_is_required() -> None:
    """CP-2: pairs of a plan go into the check of requirements as planned support."""
    new = Educator(id="t1", role=Role.TEACHER, building="b1", teaching_since=date(2026, 8, 24))
    people = inventory(supporter(attributes=("master teacher",)))
    plan = match(support_needs([new], on=DAY, pack=MICHIGAN), people)
    found = check_support([new], plan.planned(AUTUMN, contacts=4), on=DAY, pack=MICHIGAN, inventory=people)
    assert [told(one.reasons) for one in found.uncovered] == [["DAYS_PLANNED"]]
    assert found.verdict is Verdict.NOT_MET


def test_terms_and_needs_say_what_is_wrong() -> None:
    """CP-4: unknown words, weights below zero or of fractions, and needs of no kind are refused."""
    with pytest.raises(InvalidInput) as caught:
        MatchTerms(subject="wanted", grade_weight=-1, building_weight=0.5)  # type: ignore[arg-type]  # refused on purpose
    assert [one.code for one in caught.value.problems] == ["terms.asked", "terms.weight", "terms.weight"]
    with pytest.raises(InvalidInput, match=r"need\.kinds"):
        need(kinds=())


def test_nothing_of_quality_can_enter() -> None:
    """ILR-12.GS.2: what the matching reads of people has no word of practice, level, rating or need to improve."""
    names = {field.name for kind in (Educator, Supporter, SupportNeed) for field in attrs.fields(kind)}
    assert not {
        word for name in names for word in ("rating", "level", "score", "quality", "practice") if word in name
    }


def test_values_come_back_equal() -> None:
    """CP-4: needs, terms, gaps and plans go out as JSON and come back equal."""
    plan = match([need("t1"), need("t2")], inventory(supporter()), existing=[("t2", "m1"), ("t3", "m1")])
    values: tuple[tuple[Any, Any], ...] = (
        (need(), SupportNeed),
        (MatchTerms(), MatchTerms),
        (plan, MentorPlan),
        (plan.gap, CapacityGap),
    )
    for value, kind in values:
        assert interop.loads(interop.dumps(value), kind) == value
