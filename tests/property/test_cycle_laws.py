"""Laws of improvement cycles, for any course of steps and any attempt to get round them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any, ClassVar

import attrs
import hypothesis.strategies as st
from hypothesis import given, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ilr import interop
from ilr.base import InvalidInput
from ilr.cycles import (
    Abandonment,
    Act,
    ImprovementCycle,
    Plan,
    Prediction,
    Scope,
    abandon_cycle,
    act_on_cycle,
    chain,
    compare_with_prediction,
    plan_cycle,
    record_data,
    start_cycle,
    study_cycle,
)
from ilr.stats import Estimate, proportions

BASE = datetime(2026, 10, 1, tzinfo=UTC)
UNIT = 4

HOUR = st.integers(0, 30)
DAY = st.integers(-1, 4)
NAME = st.integers(0, 5).map("o{}".format)
KIND = st.sampled_from(["adopt", "adapt", "expand", "abandon"])
COUNT = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair)))
PART = st.integers(1, UNIT)


def at(hour: int) -> datetime:
    """The instant so many hours after the beginning of time."""
    return BASE + timedelta(hours=hour)


def on(day: int) -> date:
    """The day so many days after it."""
    return BASE.date() + timedelta(days=day)


def a_plan(hour: int | None, change: str = "count") -> Plan:
    """A plan with a prediction of an hour, or without one."""
    expected = None if hour is None else Prediction(measure="m", low=0.4, high=0.6, recorded_at=at(hour))
    return Plan(aim="a", measures=("m",), change=change, prediction=expected)


def accepted(step: Callable[[], ImprovementCycle]) -> ImprovementCycle | None:
    """What a step gives, or None where it is refused."""
    try:
        return step()
    except InvalidInput:
        return None


class CycleCourse(RuleBasedStateMachine):
    """A team plans, starts, records, studies, acts, gives up, follows up, and tries to rewrite what stands.

    Beside the cycle stand plain facts: a word for its stage, the hour of its prediction, the hours of its data with
    whether they are known, the days of its parts. They tell before each step whether it may be taken.
    """

    ends: ClassVar[tuple[str, ...]] = ("closed", "abandoned")

    def __init__(self) -> None:
        super().__init__()
        self.past: list[tuple[ImprovementCycle, str]] = []
        self.begin("c0", None, 0, 1)

    def begin(self, id: str, parent: str | None, day: int, part: int) -> None:
        """A new draft and the facts about it."""
        self.cycle = ImprovementCycle(
            id=id,
            building="s1",
            target="instructional practice",
            opened=on(day),
            parent=parent,
            scope=Scope(teachers=part, of=UNIT),
        )
        self.stage = "draft"
        self.predicted: int | None = None
        self.days = [day]
        self.data: list[tuple[str, int, bool]] = []
        self.next: str | None = None

    def attempt(self, step: Callable[[], ImprovementCycle], allowed: bool, stage: str) -> bool:
        """Take a step, which has to be refused exactly where the facts do not allow it."""
        made = accepted(step)
        assert (made is not None) == allowed
        if made is None:
            return False
        self.cycle, self.stage = made, stage
        return True

    @rule(hour=st.none() | HOUR, change=st.sampled_from(["count", "count", " "]))
    def plan(self, hour: int | None, change: str) -> None:
        """Somebody writes the plan, perhaps half of it."""
        whole = hour is not None and change == "count"
        hour = None if hour is None else hour + 24 * self.days[0]
        allowed = self.stage in ("draft", "planned")
        wanted = a_plan(hour, change)
        if self.attempt(lambda: plan_cycle(self.cycle, wanted), allowed, "planned" if whole else "draft"):
            self.predicted = hour

    @rule(day=DAY)
    def start(self, day: int) -> None:
        """Somebody starts."""
        day += self.days[0]
        allowed = self.stage == "planned" and day >= max(self.days)
        if self.attempt(lambda: start_cycle(self.cycle, on=on(day)), allowed, "doing"):
            self.days.append(day)

    def post_hoc(self, data: list[tuple[str, int, bool]]) -> bool:
        """Whether some datum is certainly not after the prediction."""
        assert self.predicted is not None
        first = min((hour // 24 for _, hour, _ in data))
        of_that_day = [(hour, known) for _, hour, known in data if hour // 24 == first]
        if all(known for _, known in of_that_day):
            return min(hour for hour, _ in of_that_day) <= self.predicted
        return self.predicted // 24 > first

    @rule(name=NAME, hour=HOUR, known=st.booleans(), again=st.integers(0, 2))
    def record(self, name: str, hour: int, known: bool, again: int = 0) -> None:
        """Somebody adds records, of a known instant or only of a day."""
        hour += 24 * self.days[0]
        for step in range(again + 1):
            self.record_one(f"{name}{step or ''}", max(hour - 7 * step, 0), known or step == 1)

    def record_one(self, name: str, hour: int, known: bool) -> None:
        """One record, where it is allowed."""
        more = [*self.data, (name, hour, known)]
        allowed = (
            self.stage == "doing"
            and name not in {held for held, _, _ in self.data}
            and hour // 24 >= self.days[1]
            and not self.post_hoc(more)
        )
        when: dict[str, Any] = {"first_at": at(hour)} if known else {"first_on": on(hour // 24)}
        if self.attempt(lambda: record_data(self.cycle, observations=[name], **when), allowed, "doing"):
            self.data = more

    def so_far(self) -> int:
        """The latest day that stands."""
        return max([*self.days, *([min(hour for _, hour, _ in self.data) // 24] if self.data else [])])

    @rule(day=DAY, count=COUNT)
    def study(self, day: int, count: tuple[int, int]) -> None:
        """Somebody looks at what came out."""
        day += self.days[0]
        allowed = self.stage == "doing" and day >= self.so_far()
        result = proportions.wilson(*count)
        if self.attempt(lambda: study_cycle(self.cycle, on=on(day), result=result), allowed, "studying"):
            self.days.append(day)

    @rule(day=DAY, kind=KIND)
    def act(self, day: int, kind: Any) -> None:
        """Somebody decides."""
        day += self.days[0]
        allowed = self.stage == "studying" and day >= self.so_far()
        following = f"c{len(self.past) + 1}" if kind in ("adapt", "expand") else None
        act = Act(kind=kind, on=on(day), reason="so", next_cycle=following)
        if self.attempt(lambda: act_on_cycle(self.cycle, act), allowed, "closed"):
            self.days.append(day)
            self.next = following

    @rule(day=DAY, tired=st.integers(0, 5))
    def abandon(self, day: int, tired: int) -> None:
        """Now and then somebody gives up."""
        if tired < 5:
            return
        day += self.days[0]
        allowed = self.stage in ("planned", "doing", "studying") and day >= self.so_far()
        end = Abandonment(on=on(day), reason="so")
        self.attempt(lambda: abandon_cycle(self.cycle, end), allowed, "abandoned")

    @rule(times=st.integers(1, 8), later=st.integers(0, 1), count=COUNT, kind=KIND, part=PART)
    def go_on(self, times: int, later: int, count: tuple[int, int], kind: str, part: int) -> None:
        """Somebody does what comes next, several times over, so that courses get far."""
        for _ in range(times):
            day = self.so_far() - self.days[0] + later
            match self.stage:
                case "draft":
                    self.plan(hour=12, change="count")
                case "planned":
                    self.start(day=day)
                case "doing" if not self.data:
                    self.record(name="o1", hour=24 * (day + 1), known=bool(later))
                case "doing":
                    self.study(day=day, count=count)
                case "studying":
                    self.act(day=day, kind=kind)
                case "closed" if self.next is not None:
                    self.follow(part=part)

    @precondition(lambda self: self.next is not None)
    @rule(part=PART)
    def follow(self, part: int) -> None:
        """A new cycle takes up what this one ended with."""
        self.past.append((self.cycle, interop.dumps(self.cycle)))
        assert self.next is not None
        self.begin(self.next, self.cycle.id, self.days[-1], part)

    @rule(
        data=st.data(),
        names=st.sets(
            st.sampled_from(
                [
                    "plan",
                    "scope",
                    "do",
                    "study",
                    "act",
                    "abandonment",
                    "opened",
                    "reviews",
                    "parent",
                    "cadence",
                ]
            ),
            min_size=1,
            max_size=3,
        ),
    )
    def rewrite(self, data: st.DataObject, names: set[str]) -> None:
        """Somebody copies the cycle, or an ended one before it, with other parts."""
        before = data.draw(st.sampled_from([self.cycle, *(held for held, _ in self.past)]))
        after = accepted(
            lambda: attrs.evolve(before, **{name: self.other(data, before, name) for name in names})
        )
        if after is None:
            return
        assert well_made(after)
        if before.act is not None or before.abandonment is not None:
            assert after == before
        elif before.do is not None:
            assert after.do is not None
            for name in ("id", "plan", "scope", "opened", "parent", "cadence"):
                assert getattr(after, name) == getattr(before, name)

    def other(self, data: st.DataObject, before: ImprovementCycle, name: str) -> Any:
        """Another value of a part, or none."""
        do = before.do
        early = (
            None
            if do is None or not do.observations
            else attrs.evolve(do, first_on=do.started, first_at=None)
        )
        choices: dict[str, list[Any]] = {
            "plan": [None, a_plan(0), a_plan(1, "more")],
            "scope": [None, Scope(teachers=UNIT, of=UNIT), before.scope],
            "do": [None, early, do],
            "study": [None, before.study],
            "act": [None, Act(kind="adopt", on=on(8), reason="so"), before.act],
            "abandonment": [None, Abandonment(on=on(8), reason="so"), before.abandonment],
            "opened": [on(-3), before.opened],
            "reviews": [("r1",), before.reviews],
            "parent": [None, "p", before.parent],
            "cadence": [1, before.cadence],
        }
        return data.draw(st.sampled_from(choices[name]))

    @invariant()
    def the_cycle_is_what_the_facts_say(self) -> None:
        """Its stage, its data and its prediction are those of the facts, and it is well made."""
        assert self.cycle.state.value == self.stage
        assert self.cycle.ended == (self.stage in self.ends)
        held = self.cycle.do.observations if self.cycle.do is not None else ()
        assert list(held) == [name for name, _, _ in self.data]
        assert well_made(self.cycle)

    @invariant()
    def what_ended_stays_as_it_was(self) -> None:
        """The text of every ended cycle is still the same, and reads as the same cycle."""
        for cycle, text in self.past:
            assert interop.dumps(cycle) == text
            assert interop.loads(text, ImprovementCycle) == cycle

    @invariant()
    def the_chain_tells_every_step_of_scope(self) -> None:
        """A chain is in order, tells each narrower step, and is refused where an expansion is none."""
        cycles = [*(held for held, _ in self.past), self.cycle]
        parts = [cycle.scope.teachers if cycle.scope else 0 for cycle in cycles]
        kinds = [cycle.act.kind if cycle.act else "" for cycle in cycles]
        steps = list(zip(kinds, parts, parts[1:], strict=False))
        tame = all(later > earlier for kind, earlier, later in steps if kind == "expand")
        try:
            found = chain(reversed(cycles))
        except InvalidInput:
            assert not tame
            return
        assert tame
        assert found.cycles == tuple(f"c{place}" for place in range(len(cycles)))
        narrower = [one.cycle for one in found.steps if one.step == "narrower"]
        assert narrower == [
            f"c{place + 1}" for place, (_, earlier, later) in enumerate(steps) if later < earlier
        ]


def well_made(cycle: ImprovementCycle) -> bool:
    """Nothing without what it rests on, and no datum that certainly came before its prediction."""
    if cycle.act is not None and (cycle.study is None or cycle.abandonment is not None):
        return False
    if cycle.study is not None and cycle.do is None:
        return False
    if cycle.do is None:
        return True
    plan = cycle.plan
    if plan is None or not (plan.aim and plan.measures and plan.change.strip() and plan.prediction):
        return False
    if cycle.do.first_at is not None:
        return plan.prediction.recorded_at < cycle.do.first_at
    return cycle.do.first_on is None or plan.prediction.recorded_at.date() <= cycle.do.first_on


def test_no_course_of_events_breaks_a_cycle() -> None:
    """No steps nor copies reach data before a prediction, an act without a study, or another end than the first."""
    run_state_machine_as_test(CycleCourse, settings=settings(max_examples=150, stateful_step_count=30))


def a_cycle(id: str, parent: str | None, following: str | None) -> ImprovementCycle | None:
    """A cycle of one day that was adapted in another, or still runs; None where it would lead back."""

    def made() -> ImprovementCycle:
        cycle = ImprovementCycle(
            id=id, building="s1", target="observation process", opened=on(0), parent=parent, plan=a_plan(0)
        )
        running = start_cycle(cycle, on=on(0))
        if following is None:
            return running
        studied = study_cycle(running, on=on(0), result=proportions.wilson(5, 10))
        return act_on_cycle(studied, Act(kind="adapt", on=on(0), reason="so", next_cycle=following))

    return accepted(made)


LINK = st.none() | st.sampled_from("abcd")


@settings(max_examples=300)
@given(links=st.lists(st.tuples(LINK, LINK), min_size=1, max_size=4))
def test_a_chain_is_the_one_order_in_which_every_link_holds(
    links: list[tuple[str | None, str | None]],
) -> None:
    """Of all orders of some cycles at most one joins them; where none does they are refused, loops among them."""
    drawn = [a_cycle(id, *pair) for id, pair in zip("abcd", links, strict=False)]
    cycles = [one for one in drawn if one is not None]
    ids = {one.id for one in cycles}
    follows = {one.id: one.act.next_cycle if one.act else None for one in cycles}

    def joined(order: tuple[ImprovementCycle, ...]) -> bool:
        names = [one.id for one in order]
        parents = [one.parent for one in order]
        nexts = [follows[one.id] for one in order]
        return parents == [None, *names[:-1]] and nexts[:-1] == names[1:] and nexts[-1] not in ids

    orders = [order for order in permutations(cycles) if cycles and joined(order)]
    try:
        found = chain(cycles)
    except InvalidInput:
        assert orders == []
        return
    assert [tuple(one.id for one in order) for order in orders] == [found.cycles]


SHARE = st.integers(0, 100).map(lambda share: share / 100)


@given(ends=st.tuples(SHARE, SHARE), limits=st.tuples(SHARE, SHARE, SHARE))
def test_a_comparison_is_told_by_plain_numbers(
    ends: tuple[float, float], limits: tuple[float, float, float]
) -> None:
    """Exactly one of the four words fits, whatever range and interval; overlapping is having a number in common."""
    low, high = sorted(ends)
    lower, value, upper = sorted(limits)
    expected = Prediction(measure="m", low=low, high=high, recorded_at=BASE)
    found = compare_with_prediction(expected, Estimate(value, low=lower, high=upper))
    steps = [step / 100 for step in range(101)]
    inside = [step for step in steps if low <= step <= high]
    doubt = [step for step in steps if lower <= step <= upper]
    assert found.overlaps == bool(set(inside) & set(doubt))
    words = {
        "below": value < inside[0],
        "above": value > inside[-1],
        "within": value in inside and upper - lower <= high - low,
        "cannot tell": value in inside and upper - lower > high - low,
    }
    assert [word for word, fits in words.items() if fits] == [found.outcome]
