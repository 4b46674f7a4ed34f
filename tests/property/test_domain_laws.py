"""Laws of the domain rooms, for any course of events that can be recorded."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from tests.progress.small_school import (
    CALENDAR,
    DAYS,
    POLICY,
    SCHOOL,
    changed,
    meeting,
    report,
    review,
    roster,
    table_of,
    verdict,
    walk,
)

from ilr.base import Appointment, FrozenMap, IlrError, Role, Verdict
from ilr.calibration import Status, standings_of
from ilr.coaching import CoachingPlan, Goal, GoalStatus, plan
from ilr.disclosure import PublishedCell, SuppressedCell, publish
from ilr.progress import Evidence

HOWS = ("met", "revised", "ended by teacher", "ended by administration")
TEACHER, COACH, LEADER = "t9", "c2", "p1"
PEOPLE = st.sampled_from((TEACHER, COACH, LEADER))


class CoachingCourse(RuleBasedStateMachine):
    """Teacher, coach and a leader do what they like with the goals of one plan.

    Beside the plan stand three plain facts a goal: whether the teacher's word covers its present state,
    whether it was declined, and whether somebody ended it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.plan: CoachingPlan = plan(TEACHER, COACH)
        self.covered: dict[str, bool] = {}
        self.ended: dict[str, str] = {}
        self.declined: set[str] = set()

    goals = Bundle("goals")

    def attempt(self, step: str, by: str, *args: Any, **options: Any) -> bool:
        """Take a step if it is allowed; a coach's step never adds an active goal nor ends one."""
        before = self.plan
        try:
            self.plan = getattr(self.plan, step)(*args, by=by, **options)
        except IlrError:
            return False
        if by == COACH:
            assert set(self.plan.active) <= set(before.active)
            assert [one for one in self.plan.goals if one.status.value in (*HOWS, "declined")] == [
                one for one in before.goals if one.status.value in (*HOWS, "declined")
            ]
        return True

    @rule(target=goals, by=PEOPLE, number=st.integers(0, 5))
    def propose(self, by: str, number: int) -> Any:
        """Somebody puts a goal forward."""
        goal = Goal(id=f"g{number}", students="they read")
        if self.attempt("propose", by, goal):
            self.covered[goal.id] = by == TEACHER
            return goal.id
        return multiple()

    @rule(goal=goals, by=PEOPLE, target_value=st.floats(0, 9))
    def edit(self, goal: str, by: str, target_value: float) -> None:
        """Somebody changes a goal."""
        if self.attempt("edit", by, Goal(id=goal, students="they read", target=target_value)):
            self.covered[goal] = by == TEACHER

    @rule(goal=goals, by=PEOPLE)
    def accept(self, goal: str, by: str) -> None:
        """Somebody accepts a goal."""
        if self.attempt("accept", by, goal):
            assert by == TEACHER
            self.covered[goal] = True

    @rule(goal=goals, by=PEOPLE)
    def decline(self, goal: str, by: str) -> None:
        """Somebody declines a goal."""
        if self.attempt("decline", by, goal):
            assert by == TEACHER
            self.declined.add(goal)

    @rule(goal=goals, by=PEOPLE, how=st.sampled_from(HOWS))
    def end(self, goal: str, by: str, how: Any) -> None:
        """Somebody closes a goal."""
        if self.attempt("close", by, goal, how=how, reason="so"):
            assert by != COACH
            self.ended[goal] = how

    @invariant()
    def active_means_the_teacher_s_word(self) -> None:
        """CH-1: the active goals are those the teacher's word covers, less the declined and ended ones."""
        expected = {
            id
            for id, word in self.covered.items()
            if word and id not in self.ended and id not in self.declined
        }
        assert {goal.id for goal in self.plan.active} == expected

    @invariant()
    def what_is_over_stays_over(self) -> None:
        """CH-4 and CH-5: declined and ended goals keep that state through whatever comes."""
        for id in self.declined:
            assert self.plan.state(id).status is GoalStatus.DECLINED
        for id, how in self.ended.items():
            assert self.plan.state(id).status.value == how


CoachingCourse.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


class TestCoachingCourse(CoachingCourse.TestCase):  # type: ignore[misc,valid-type]  # made by hypothesis
    """CH-1, CH-4, CH-5: no course of steps gives a coach a goal to start or to end."""


@given(
    levels=st.lists(st.integers(1, 4), min_size=12, max_size=22),
    left_out=st.sets(st.integers(0, 21), min_size=1, max_size=8),
    alone=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_fewer_exhibits_never_pay(levels: list[int], left_out: set[int], alone: bool) -> None:
    """An observer without a single difference gains no standing by leaving exhibits out."""
    codes = tuple(levels)
    ratings = {"p1": codes} if alone else {"p1": codes, "p2": codes}
    whole = meeting(ratings, master=codes if alone else None, look_fors=("questioning",))
    kept = tuple(one for one in whole.ratings if one.observer != "p1" or int(one.exhibit[1:]) not in left_out)
    part = attrs.evolve(whole, ratings=kept)
    before = standings_of(whole, POLICY)[0].status
    after = {one.status for one in standings_of(part, POLICY) if one.observer == "p1"}
    assert before is Status.CALIBRATED or Status.CALIBRATED not in after


@given(seen=st.sets(st.integers(0, 24)), count=st.integers(10, 25))
@settings(max_examples=60, deadline=None)
def test_the_gap_rule_is_the_rule_of_rolling_windows(seen: set[int], count: int) -> None:
    """ILR-3.KI.1: met exactly when every run of ten instructional days holds a visit to the teacher."""
    days = DAYS[:count]
    post = Appointment(person="t1", organisation=SCHOOL, role=Role.TEACHER)
    records = [walk(DAYS[place], "t1") for place in seen] or [walk(DAYS[0], "t2")]
    school = Evidence(roster=roster(appointments=[post]), table=table_of(records))
    every = all(
        any(DAYS.index(day) in seen for day in days[start : start + 10]) for start in range(count - 9)
    )
    found = verdict("ILR-3.KI.1", school, as_of=days[-1])
    assert found.verdict is (Verdict.MET if every else Verdict.NOT_MET)


@given(
    observed=st.lists(st.integers(0, 80), min_size=1, max_size=45),
    held=st.sets(st.integers(0, 80), max_size=4),
    until=st.integers(20, 80),
)
@settings(max_examples=80, deadline=None)
def test_the_review_rule_is_the_rule_of_days(observed: list[int], held: set[int], until: int) -> None:
    """ILR-5.GS.1: late exactly when some day lies too far after the last review or the thirtieth record."""
    start = DAYS[0]
    table = table_of([walk(start + timedelta(days=day), f"t{place}") for place, day in enumerate(observed)])
    reviews = [review(table, start + timedelta(days=day)) for day in sorted(held) if day <= until]
    as_of = start + timedelta(days=until)
    counted = sorted(start + timedelta(days=day) for day in observed if day <= until)

    def is_late(day: date) -> bool:
        before = [one for one in reviews if one.on < day]
        if any(one.on == day for one in reviews):
            before = [one for one in reviews if one.on <= day]
        last = before[-1] if before else None
        new = [one for one in counted if one <= day and (last is None or one > last.cut.on)]
        clock = last.on if last else new[0] if new else day
        grace = len(new) >= 30 and CALENDAR.days_after(new[29], day) > 5
        return bool(new) and ((day - clock).days > 31 or grace)

    if not counted or any(is_late(start + timedelta(days=step)) for step in range(until + 1)):
        expected = Verdict.NOT_MET
    else:
        expected = Verdict.MET if reviews else Verdict.NOT_ASSESSABLE
    school = Evidence(table=table, reviews=tuple(reviews))
    assert verdict("ILR-5.GS.1", school, as_of=as_of).verdict is expected


PARTS = ("roster", "schedule", "table", "reviews", "cycles", "analyses")


@pytest.mark.parametrize("count", range(1, len(PARTS) + 1))
def test_absent_parts_never_fail_a_criterion(count: int) -> None:
    """ST-4: with any parts taken away a met criterion stays met or is open, and nothing raises."""
    met = {one.criterion.id for code in ("ILR-3", "ILR-5") for one in report()[code].verdicts if one.holds}
    for gone in combinations(PARTS, count):
        found = report(changed(**dict.fromkeys(gone)))
        for code in ("ILR-3", "ILR-5"):
            for one in found[code].verdicts:
                assert one.criterion.id in met
                assert one.verdict is not Verdict.NOT_MET, (gone, one.criterion.id)


@given(
    cells=st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")),
        st.lists(st.integers(1, 4), min_size=1, max_size=9),
        min_size=1,
        max_size=7,
    )
)
@settings(max_examples=25, deadline=None)
def test_no_arithmetic_gives_a_small_cell_away(cells: dict[tuple[str, str], list[int]]) -> None:
    """VS-5: small cells are never told, and the audit lets each of them hold at least five teachers."""
    records = [
        walk(DAYS[step], f"{row}{column}{who}", dimensions=FrozenMap(row=row, column=column))
        for (row, column), visits in cells.items()
        for who, count in enumerate(visits)
        for step in range(count)
    ]
    found = publish(table_of(records), by=["row", "column"], audience="district")
    told = {one.key: one.teachers for one in found if isinstance(one, PublishedCell)}
    hidden = {one.key for one in found if isinstance(one, SuppressedCell)}
    assert all(count >= 5 for count in told.values())
    for key, visits in cells.items():
        assert (key in told) != (key in hidden)
        if len(visits) < 5:
            low, high = found.audit["|".join(key)]
            assert low <= len(visits)
            assert high >= 5
    assert {"|".join(key) for key in hidden} == set(found.audit)
    assert all(low < high for low, high in found.audit.values())
