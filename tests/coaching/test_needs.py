"""Coded needs: who is counted, what is told, and how well logs are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import attrs
import pytest
from tests.coaching.one_plan import session
from tests.coaching.small_logs import FALL, ON, coached, group, log, of_a_leader, others

from ilr import interop
from ilr.base import InvalidInput, Person, Policy, Reason, Roster, SchoolCalendar, SourceId, Window
from ilr.coaching import (
    CoachingPlan,
    Goal,
    LogQuality,
    NeedsProfile,
    hold_session,
    log_quality,
    needs,
    needs_profiles,
    plan,
)
from ilr.cycles import CodeCount

CALENDAR = SchoolCalendar.weekdays(FALL.start, FALL.end)
VOCABULARY = ("pacing", "modelling")
SAME = Roster(people=(Person(id="t0", also=(SourceId("sis", "t1"),)),))


def told(counts: Iterable[CodeCount]) -> list[tuple[str, int | None]]:
    """Codes with their numbers."""
    return [(one.code, one.teachers) for one in counts]


def profiles(plans: dict[str, list[CoachingPlan]], **options: Any) -> dict[str, NeedsProfile]:
    """The profiles by the id of building or district."""
    return {one.organisation: one for one in needs_profiles(plans, district="d", window=FALL, **options)}


def test_needs_count_teachers_and_not_conversations() -> None:
    """ILR-11.GS.2, VS-5: five teachers with a need are five, however often each talked about it."""
    for conversations in (1, 7):
        found = needs(group({f"t{n}": ["pacing"] for n in range(5)}, conversations))
        assert found == (CodeCount(source="coaching", code="pacing", teachers=5),)


@pytest.mark.parametrize(
    ("audience", "teachers", "shown"),
    [("building", 4, None), ("building", 5, 5), ("district", 4, None), ("team", 2, None), ("team", 3, 3)],
)
def test_a_need_of_few_is_listed_without_its_number(audience: Any, teachers: int, shown: int | None) -> None:
    """P-K-TEAM and P-K-OUT: among enough teachers the code is told, the number is hidden below the count."""
    found = needs([*group({f"t{n}": ["pacing"] for n in range(teachers)}), *others(5)], audience=audience)
    assert told(found) == [("pacing", shown)]


@pytest.mark.parametrize(("audience", "least"), [("building", 5), ("district", 5), ("team", 3)])
def test_a_group_with_few_logs_is_told_nothing_of(audience: Any, least: int) -> None:
    """VS-5: where fewer teachers have an entry, a code alone would say whose need it is; those with none count as well."""
    few = group({"t0": ["pacing"]})
    assert needs([*few, *others(least - 2)], audience=audience) == ()
    assert told(needs([*few, *others(least - 1)], audience=audience)) == [("pacing", None)]


def test_ids_of_one_person_are_one_teacher() -> None:
    """Two plans under two ids of a person count once, with the roster that says so."""
    plans = group({f"t{n}": ["pacing"] for n in range(5)})
    assert told(needs([*plans, *others(5)])) == [("pacing", 5)]
    assert told(needs([*plans, *others(5)], roster=SAME)) == [("pacing", None)]
    assert told(needs(plans, roster=SAME, policy=Policy(outside_teachers=4))) == [("pacing", 4)]


def test_needs_come_in_order_and_none_is_no_need() -> None:
    """Codes are listed by name; whoever said that there was none adds nothing, and a declined goal leaves no trace."""
    plans = group({"t1": ["pacing", "climate"], "t2": ["none"], "t3": ["climate"]})
    goal = Goal(students="eight of ten explain their method", look_for="pausing")
    plans.append(plan("t4", "c2").propose(goal, by="c2").decline(by="t4"))
    assert told(needs(plans, policy=Policy(outside_teachers=2))) == [("climate", 2), ("pacing", None)]
    assert needs([]) == ()


def test_needs_are_those_of_the_window() -> None:
    """ILR-11.GS.2: a period has the needs of its conversations; by default all count."""
    early = date(2026, 8, 31)
    plans = [coached(f"t{n}", log("pacing", on=early), log("climate")) for n in range(5)]
    assert told(needs(plans)) == [("climate", 5), ("pacing", 5)]
    assert told(needs(plans, window=FALL)) == [("climate", 5)]
    assert told(needs(plans, window=Window(early, early))) == [("pacing", 5)]


def test_leaders_who_are_coached_are_no_teachers() -> None:
    """The coaching of a leader adds nothing to what teachers need, nor to how their logs are kept."""
    leader = of_a_leader("p1", log("delegating"))
    plans = [*group({f"t{n}": ["pacing"] for n in range(5)}), leader]
    assert told(needs(plans)) == [("pacing", 5)]
    assert told(profiles({"s1": plans})["d"].counts) == [("pacing", 5)]
    assert log_quality([leader], vocabulary=(), calendar=CALENDAR, window=FALL).conversations == 0


def test_profiles_roll_up_to_the_district() -> None:
    """ILR-11.KI.1: a profile a building and one of the district, with the codes of all and 0 where nobody has one."""
    found = profiles(
        {
            "s1": group({f"a{n}": ["pacing"] for n in range(6)}),
            "s2": group({f"b{n}": ["pacing", "climate"] for n in range(5)}),
        }
    )
    assert list(found) == ["s1", "s2", "d"]
    assert [one.kind for one in found.values()] == ["building", "building", "district"]
    assert {one.window for one in found.values()} == {FALL}
    assert told(found["s1"].counts) == [("climate", 0), ("pacing", 6)]
    assert told(found["s2"].counts) == [("climate", 5), ("pacing", 5)]
    assert told(found["d"].counts) == [("climate", 5), ("pacing", 11)]
    assert (found["d"].policy, found["d"].reason) == (Policy().version, None)


def test_a_number_that_would_give_another_away_is_hidden_too() -> None:
    """VS-5: with one building of few, the district or another building goes with it."""
    found = profiles(
        {
            "s1": group({f"a{n}": ["pacing"] for n in range(9)}),
            "s2": [*group({f"b{n}": ["pacing"] for n in range(2)}), *others(5)],
            "s3": group({f"c{n}": ["pacing"] for n in range(6)}),
        }
    )
    assert [told(one.counts)[0][1] for one in found.values()] == [9, None, None, 17]


def test_a_building_with_few_logs_counts_with_others_or_not_at_all() -> None:
    """VS-5: its profile tells the reason alone; the district has its teachers only where such buildings have enough."""
    big = group({f"a{n}": ["pacing"] for n in range(9)})
    small = {place: group({f"{place}{n}": ["climate"] for n in range(3)}) for place in ("s2", "s3")}
    one = profiles({"s1": big, "s2": small["s2"]})
    assert (one["s2"].counts, one["s2"].reason) == ((), Reason.of("BELOW_TEACHERS", least=5))
    assert told(one["d"].counts) == told(one["s1"].counts) == [("pacing", 9)]
    assert one["d"].counts == profiles({"s1": big, "s2": []})["d"].counts
    both = profiles({"s1": big, **small})
    assert told(both["s1"].counts) == [("climate", 0), ("pacing", 9)]
    assert told(both["d"].counts) == [("climate", 6), ("pacing", 9)]
    assert both["s2"].reason == both["s3"].reason == one["s2"].reason


def test_of_a_district_with_few_logs_nothing_is_told() -> None:
    """VS-5: with four teachers in all there is a reason and no code, as where there is no plan."""
    found = profiles({"s1": group({f"a{n}": ["pacing"] for n in range(4)})})
    assert found == profiles({"s1": []})
    assert [(one.counts, one.reason) for one in found.values()] == [
        ((), Reason.of("BELOW_TEACHERS", least=5))
    ] * 2


def test_somebody_coached_in_two_buildings_is_one_of_the_district() -> None:
    """Whoever is coached in two buildings counts in the first, with the needs of both."""
    first = [*group({f"t{n}": ["pacing"] for n in range(2, 7)}), coached("t0", log("pacing"))]
    second = [*group({f"b{n}": ["pacing"] for n in range(5)}), coached("t1", log("climate"))]
    found = profiles({"s1": first, "s2": second}, roster=SAME, policy=Policy(outside_teachers=2))
    assert told(found["d"].counts) == [("climate", None), ("pacing", 11)]
    assert told(found["s1"].counts) == [("climate", None), ("pacing", 6)]
    assert told(found["s2"].counts) == [("climate", 0), ("pacing", 5)]


def test_a_profile_is_cited_by_its_id() -> None:
    """ILR-11.KI.2: the id follows from the content, so that a decision can cite it, and survives the way through JSON."""
    plans = group({f"a{n}": ["pacing"] for n in range(6)})
    found = profiles({"s1": plans})["s1"]
    back = interop.loads(interop.dumps(found), NeedsProfile)
    assert (back, back.id) == (found, found.id)
    assert found.id != profiles({"s1": plans[:5]})["s1"].id
    assert found.id.startswith("n-")


def test_profiles_hold_no_teacher_and_no_words() -> None:
    """VS-8, law 9: neither ids of teachers and coaches nor anything said are in a profile, hidden numbers neither."""
    said = session("s", ON, needs=("pacing",))
    plans = [hold_session(plan(f"teacher-{n}", "coach-1"), said) for n in range(7)]
    few = group({"teacher-8": ["climate"], "teacher-9": ["climate"]})
    text = interop.dumps(needs_profiles({"s1": [*plans, *few]}, district="d", window=FALL))
    assert "teacher-" not in text
    assert "coach-1" not in text
    assert '"teachers":null' in text.replace(" ", "")


def test_a_district_is_no_building() -> None:
    """The district has an id of its own."""
    with pytest.raises(InvalidInput) as refusal:
        needs_profiles({"d": []}, district="d", window=FALL)
    assert [(one.code, one.path) for one in refusal.value.problems] == [("needs.district", "district")]


# How logs are kept


def kept(*plans: CoachingPlan, policy: Policy | None = None) -> LogQuality:
    """The quality of logs of the fall."""
    return log_quality(plans, vocabulary=VOCABULARY, calendar=CALENDAR, window=FALL, policy=policy)


def test_an_entry_is_coded_when_all_its_codes_are_agreed_on() -> None:
    """ILR-11.GB.2: a need or a support of another word makes an entry uncoded; none is a word of every vocabulary."""
    assert kept(coached("t1", log("pacing"), log("none"))).coded == 1
    assert kept(coached("t1", log("pacing"), log("pacing", "talk"))).coded == 0.5
    assert kept(coached("t1", log("pacing", supports=("a chat",)), log("pacing"))).coded == 0.5


def test_an_entry_documents_protocol_and_support() -> None:
    """ILR-11.GB.1: a protocol, a support and a need or none; one of them missing is not documented."""
    whole: dict[str, Any] = {"protocol": "grow", "supports": ("modelling",)}
    assert kept(coached("t1", log("pacing", **whole), log("none", **whole))).documented == 1
    assert kept(coached("t1", log("pacing", **whole), log("pacing", protocol="grow"))).documented == 0.5
    assert kept(coached("t1", log("pacing", supports=("modelling",)))).documented == 0


def test_a_conversation_without_entry_is_not_coded() -> None:
    """ILR-11.GB.2: whoever codes one conversation of two has coded half; those outside the window do not count."""
    held = hold_session(plan("t1", "c1"), session("1", ON, needs=("pacing",)))
    silent = hold_session(held, session("2", ON))
    early = hold_session(silent, session("3", date(2026, 8, 31)))
    assert [kept(one).conversations for one in (held, silent, early)] == [1, 2, 2]
    assert [kept(one).coded for one in (held, silent, early)] == [1, 0.5, 0.5]
    alone = hold_session(plan("t1", "c1"), session("2", ON))
    assert kept(alone) == LogQuality(conversations=1, documented=0.0, coded=0.0, lag=None, met=False)


def test_the_lag_is_the_median_of_instructional_days() -> None:
    """P-LOGLAG: a week end between costs nothing, no day given is none, and an entry before the day is none either."""
    friday = date(2026, 10, 9)
    entries = [log("pacing", on=friday, logged_on=day) for day in (date(2026, 10, 12), date(2026, 10, 16))]
    assert kept(coached("t1", *entries)).lag == 3
    assert kept(coached("t1", log("pacing"))).lag == 0
    assert kept(coached("t1", log("pacing", on=friday, logged_on=ON))).lag == 0


def test_share_and_lag_are_both_wanted() -> None:
    """ILR-11.GB.2: met at P-CODED and P-LOGLAG exactly, and not beyond either."""
    on_time = log("pacing", logged_on=date(2026, 10, 12))
    late = log("pacing", logged_on=date(2026, 10, 13))
    assert kept(coached("t1", *[on_time] * 19, log("talk", logged_on=date(2026, 10, 12)))).met is True
    assert kept(coached("t1", *[on_time] * 18, log("talk"))).met is False
    assert kept(coached("t1", late)).met is False
    assert kept(coached("t1", late), policy=Policy(log_lag=6)).met is True


def test_without_conversations_nothing_is_said_of_logs() -> None:
    """Nobody was coached in the window: no share, no lag and no verdict."""
    early = attrs.evolve(log("pacing"), on=date(2026, 8, 31))
    nothing = LogQuality(conversations=0, documented=None, coded=None, lag=None, met=None)
    assert kept() == kept(coached("t1", early)) == nothing
